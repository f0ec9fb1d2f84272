#include "quality/assessment.hpp"
#include "quality/completeness.hpp"
#include "quality/device_flags.hpp"
#include "quality/rules.hpp"

#include <cmath>
#include <cstdlib>

// All readers of the room on the same bytes: whatever they are, the answer is a pack or a reason that names the file.

int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = celadon::quality::parse_rules(text, "rules.yaml");
  if (!rules && !rules.error().detail.starts_with("rules.yaml")) std::abort();
  if (rules && rules->empty()) std::abort();
  const auto flags = celadon::quality::DeviceFlags::parse(text, "device_flags.csv");
  if (!flags && !flags.error().detail.starts_with("device_flags.csv")) std::abort();
  const auto checks = celadon::quality::parse_assessment(text, "assessment.yaml");
  if (!checks && !checks.error().detail.starts_with("assessment.yaml")) std::abort();
  const auto enough = celadon::quality::parse_completeness(text, "completeness.yaml");
  if (!enough && !enough.error().detail.starts_with("completeness.yaml")) std::abort();
  const auto names = celadon::quality::feature_names();
  const auto combination = celadon::quality::Combination::parse(text, "combination.csv", names);
  if (!combination && !combination.error().detail.starts_with("combination.csv")) std::abort();
  if (combination) {
    const std::vector<float> nothing(names.size(), std::nanf(""));
    const double p = combination->marked.probability(nothing);
    if (!(p >= 0 && p <= 1)) std::abort();
  }
  return 0;
}
