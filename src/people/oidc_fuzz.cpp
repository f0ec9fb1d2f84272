#include "people/oidc.hpp"

#include <cstdlib>

int fuzz(const std::uint8_t* data, std::size_t size);

/// No answer of a provider lets anybody in without the nonce of this very sign-in.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  using namespace celadon::people;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  OidcSettings settings;
  settings.issuer = "https://sso.example.gov.cn";
  settings.client_id = "celadon";
  const OidcTry under_way{"s", "a nonce that no seed has", "v"};
  if (name_in_answer(text, settings, under_way, Instant{1'800'000'000 * us_per_second})) std::abort();
  static_cast<void>(read_oidc_provider(text, settings));
  static_cast<void>(read_oidc_settings(text));
  return 0;
}
