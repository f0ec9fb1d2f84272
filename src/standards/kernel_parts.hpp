#pragma once

#include "core/missing.hpp"

#include <cmath>
#include <cstddef>

namespace celadon::standards {

// What the kernels share; used inside this room only.

inline constexpr std::size_t hours_of_a_day = 24;

[[nodiscard]] inline bool is_amount(double value) { return std::isfinite(value) && value >= 0; }
/// What a formula gave, or NaN where it is no amount of anything.
[[nodiscard]] inline double amount(double value) { return is_amount(value) ? value : missing; }

}  // namespace celadon::standards
