#pragma once

#include "core/time.hpp"

#include <chrono>

namespace celadon::systems {

/// Year, month and day; of the room's own .cpp files.
[[nodiscard]] inline std::chrono::year_month_day civil_of(LegalDay day) {
  return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day.days}}};
}

}  // namespace celadon::systems
