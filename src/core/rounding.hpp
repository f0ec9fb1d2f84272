#pragma once

#include <cmath>
#include <cstdint>

namespace celadon {

/// Nearest whole number; an exact half goes to the even neighbour.
///
/// Units    any; scale first, so that the last place to keep is the ones.
/// Requires -1e15 < value < 1e15; anything else is a bug of ours and stops the program.
/// Source   GB/T 8170, rounding in one step.
/// Ours     within 1e-9 of a half is the half: 0.575 * 100 was written as 57.5.
[[nodiscard]] std::int64_t round_half_even(double value);

/// The same for any value, kept a double: NaN, and what is too large to have a fraction, comes back as it is.
[[nodiscard]] inline double nearest_even(double value) {
  if (!(std::abs(value) < 1e15)) return value;
  const double nearest = std::nearbyint(value);
  if (std::abs(std::abs(value - nearest) - 0.5) < 1e-9) return static_cast<double>(round_half_even(value));
  return nearest;
}

/// Quotient rounded up, in whole numbers. Requires dividend >= 0 and divisor > 0.
[[nodiscard]] constexpr std::int64_t divide_up(std::int64_t dividend, std::int64_t divisor) {
  return dividend / divisor + (dividend % divisor != 0 ? 1 : 0);
}

}  // namespace celadon
