#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace celadon::quality::screen {

/// Eighths of a column by its own quantiles: what is usual at a level is asked of the values at that level.
/// Missing  NaN is left out when the levels are made; of(NaN) is the first level.
class Levels {
 public:
  static constexpr std::size_t count = 8;
  explicit Levels(std::span<const double> values);
  [[nodiscard]] std::size_t of(double value) const;
  /// Median of `what` at each level of `values`; a level with fewer than five takes the median of all.
  [[nodiscard]] std::array<double, count> medians(std::span<const double> values, std::span<const double> what) const;

 private:
  std::array<double, count - 1> edges_{};
};

}  // namespace celadon::quality::screen
