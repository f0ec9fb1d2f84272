#include "core/assert.hpp"
#include "registry/day_pack.hpp"

#include <cstddef>
#include <cstdint>

using namespace celadon;

/// A day is taken with people who exist and names that were given before, or refused naming file and line.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto day = registry::parse_day(text, "day.yaml");
  if (!day) {
    CELADON_ASSERT(day.error().detail.starts_with("day.yaml"));
    return 0;
  }
  CELADON_ASSERT(!day->steps.empty());
  for (const auto& step : day->steps)
    CELADON_ASSERT(step.act == registry::DayStep::Act::at || day->people.contains(step.by));
  return 0;
}
