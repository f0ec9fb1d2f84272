#include "people/oidc.hpp"

#include "core/json_writer.hpp"
#include "people/account.hpp"
#include "people/passwords.hpp"

#include <boost/json.hpp>

#include <sodium.h>

#include <algorithm>
#include <array>
#include <vector>

namespace celadon::people {
namespace {

namespace json = boost::json;

constexpr std::int64_t clocks_differ_s = 60;
constexpr std::size_t answer_bytes_max = 1U << 20;
constexpr int base64url = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string to_base64url(std::string_view bytes) {
  std::vector<char> text(sodium_base64_encoded_len(bytes.size(), base64url));
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    base64url);
  return text.data();
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &length, &end, base64url) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(length);
  return bytes;
}

std::string encoded(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    }
  }
  return out;
}

Result<json::object> object_of(std::string_view text, const char* what) {
  if (text.size() > answer_bytes_max) return fail(Errc::too_large, std::string(what) + " is larger than 1 MiB");
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_object()) return fail(Errc::malformed, std::string(what) + " is no JSON object");
  return std::move(value.get_object());
}

std::string text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<std::int64_t> whole_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

/// https, or http to this machine: nobody between reads or changes it.
bool is_safe(std::string_view address) {
  if (address.find_first_of(" \"\\\r\n#") != std::string_view::npos) return false;
  if (address.starts_with("https://") && address.size() > 8) return true;
  for (const std::string_view loopback : {"http://127.0.0.1", "http://localhost"}) {
    if (!address.starts_with(loopback)) continue;
    const std::string_view rest = address.substr(loopback.size());
    if (rest.empty() || rest.front() == ':' || rest.front() == '/') return rest.find('@') == std::string_view::npos;
  }
  return false;
}

/// The audience is us: alone, or among others and then we are the authorized party.
bool is_for(const json::object& claims, const std::string& client_id) {
  const auto* audience = claims.if_contains("aud");
  if (audience == nullptr) return false;
  const std::string party = text_in(claims, "azp");
  if (audience->is_string()) return audience->get_string() == client_id && (party.empty() || party == client_id);
  if (!audience->is_array()) return false;
  const auto& all = audience->get_array();
  const bool among = std::any_of(all.begin(), all.end(),
                                 [&](const auto& one) { return one.is_string() && one.get_string() == client_id; });
  return among && (all.size() == 1 ? party.empty() || party == client_id : party == client_id);
}

}  // namespace

std::string to_body(const OidcSettings& settings) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("enabled", settings.enabled).member("issuer", settings.issuer);
  out.member("client_id", settings.client_id).member("client_secret", settings.client_secret);
  out.member("redirect", settings.redirect).member("name_claim", settings.name_claim);
  out.member("ca_file", settings.ca_file).end_object();
  return text;
}

Result<OidcSettings> read_oidc_settings(std::string_view body) {
  const auto object = object_of(body, "the setting oidc");
  if (!object) return fail(object.error());
  OidcSettings settings;
  const auto* enabled = object->if_contains("enabled");
  settings.enabled = enabled != nullptr && enabled->is_bool() && enabled->get_bool();
  settings.issuer = text_in(*object, "issuer");
  settings.client_id = text_in(*object, "client_id");
  settings.client_secret = text_in(*object, "client_secret");
  settings.redirect = text_in(*object, "redirect");
  settings.ca_file = text_in(*object, "ca_file");
  if (auto claim = text_in(*object, "name_claim"); !claim.empty()) settings.name_claim = std::move(claim);
  return settings;
}

Result<void> check_oidc_settings(const OidcSettings& settings) {
  const auto refuse = [](const char* field, const char* why) { return fail(Errc::invalid_value, why, field); };
  if (!settings.enabled) return {};
  if (!is_safe(settings.issuer) || settings.issuer.find('?') != std::string::npos)
    return refuse("issuer", "an https address without a query is expected, as the provider names itself");
  if (settings.client_id.empty()) return refuse("client_id", "say under which id the provider knows this platform");
  if (!is_safe(settings.redirect) || !settings.redirect.ends_with("/api/v1/oidc/return"))
    return refuse("redirect", "the https address of this platform with /api/v1/oidc/return at its end is expected");
  return {};
}

std::string discovery_address(const OidcSettings& settings) {
  std::string issuer = settings.issuer;
  if (issuer.ends_with('/')) issuer.pop_back();
  return issuer + "/.well-known/openid-configuration";
}

Result<OidcProvider> read_oidc_provider(std::string_view text, const OidcSettings& settings) {
  const auto object = object_of(text, "what the provider says of itself");
  if (!object) return fail(object.error());
  const std::string issuer = text_in(*object, "issuer");
  if (issuer != settings.issuer)
    return fail(Errc::refused, "the provider calls itself '" + issuer.substr(0, 200) + "', the settings '" +
                                   settings.issuer + "'; they must be the same letter by letter");
  OidcProvider provider{text_in(*object, "authorization_endpoint"), text_in(*object, "token_endpoint")};
  for (const auto& [name, address] :
       {std::pair<const char*, const std::string&>{"authorization_endpoint", provider.authorization_endpoint},
        {"token_endpoint", provider.token_endpoint}}) {
    if (!is_safe(address))
      return fail(Errc::refused,
                  std::string("the provider's ") + name + " is no https address: " + address.substr(0, 200));
  }
  return provider;
}

OidcTry new_oidc_try() { return {new_secret(), new_secret(), to_base64url(random_bytes(32))}; }

std::string pkce_challenge(std::string_view verifier) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size());
  return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string authorization_address(const OidcSettings& settings, const OidcProvider& provider,
                                  const OidcTry& under_way) {
  const bool has_query = provider.authorization_endpoint.find('?') != std::string::npos;
  return provider.authorization_endpoint + (has_query ? "&" : "?") +
         "response_type=code&scope=openid%20profile&client_id=" + encoded(settings.client_id) +
         "&redirect_uri=" + encoded(settings.redirect) + "&state=" + encoded(under_way.state) +
         "&nonce=" + encoded(under_way.nonce) + "&code_challenge=" + pkce_challenge(under_way.verifier) +
         "&code_challenge_method=S256";
}

std::string token_request(const OidcSettings& settings, const OidcTry& under_way, std::string_view code) {
  std::string body = "grant_type=authorization_code&code=" + encoded(code) +
                     "&redirect_uri=" + encoded(settings.redirect) + "&client_id=" + encoded(settings.client_id) +
                     "&code_verifier=" + encoded(under_way.verifier);
  if (!settings.client_secret.empty()) body += "&client_secret=" + encoded(settings.client_secret);
  return body;
}

Result<std::string> name_in_answer(std::string_view text, const OidcSettings& settings, const OidcTry& under_way,
                                   Instant now) {
  const auto answer = object_of(text, "the provider's answer");
  if (!answer) return fail(answer.error());
  const std::string token = text_in(*answer, "id_token");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string::npos ? first : token.find('.', first + 1);
  if (second == std::string::npos) return fail(Errc::malformed, "the provider's answer has no ID token");
  const auto payload = from_base64url(std::string_view(token).substr(first + 1, second - first - 1));
  if (!payload) return fail(Errc::malformed, "the ID token is not base64url");
  const auto claims = object_of(*payload, "the ID token");
  if (!claims) return fail(claims.error());
  const auto refuse = [](const char* claim) {
    return fail(Errc::refused, std::string("the ID token's ") + claim + " does not fit this sign-in; begin again");
  };
  if (text_in(*claims, "iss") != settings.issuer) return refuse("iss");
  if (!is_for(*claims, settings.client_id)) return refuse("aud");
  const std::int64_t now_s = now.us / us_per_second;
  const auto expires = whole_in(*claims, "exp");
  if (!expires || *expires <= now_s - clocks_differ_s) return refuse("exp");
  const auto issued = whole_in(*claims, "iat");
  if (!issued || *issued > now_s + clocks_differ_s) return refuse("iat");
  if (under_way.nonce.empty() || text_in(*claims, "nonce") != under_way.nonce) return refuse("nonce");
  std::string name = text_in(*claims, settings.name_claim);
  if (!is_name(name))
    return fail(Errc::refused, "the ID token's claim '" + settings.name_claim + "' holds no name of an account here");
  return name;
}

}  // namespace celadon::people
