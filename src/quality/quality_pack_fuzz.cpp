#include "quality/device_flags.hpp"
#include "quality/rules.hpp"

#include <cstdlib>

// Both readers on the same bytes: whatever they are, the answer is rules or a reason that names the file.

int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = celadon::quality::parse_rules(text, "rules.yaml");
  if (!rules && !rules.error().detail.starts_with("rules.yaml")) std::abort();
  if (rules && rules->empty()) std::abort();
  const auto flags = celadon::quality::DeviceFlags::parse(text, "device_flags.csv");
  if (!flags && !flags.error().detail.starts_with("device_flags.csv")) std::abort();
  return 0;
}
