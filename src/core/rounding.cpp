#include "core/rounding.hpp"

#include "core/assert.hpp"

#include <cmath>

namespace celadon {

std::int64_t round_half_even(double value) {
  CELADON_ASSERT(std::abs(value) < 1e15);
  const double below = std::floor(value);
  const double past = value - below;
  const auto whole = static_cast<std::int64_t>(below);
  if (std::abs(past - 0.5) < 1e-9) return whole + (whole % 2 != 0 ? 1 : 0);
  return past < 0.5 ? whole : whole + 1;
}

}  // namespace celadon
