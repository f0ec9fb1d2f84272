#include "watch/watch_rules.hpp"

#include <cstdint>
#include <cstdlib>

// Whatever the bytes are, the answer is rules or a reason that names the file.

int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = celadon::watch::parse_watch_rules(text, "rules.yaml");
  if (!rules && !rules.error().detail.starts_with("rules.yaml")) std::abort();
  if (rules && rules->empty()) std::abort();
  return 0;
}
