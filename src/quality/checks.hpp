#pragma once

#include "core/observation.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace celadon::quality {

// The rules themselves: pure, no memory of their own, no words.

/// True outside [min, max]; both ends are good. NaN is not outside; a limit that does not exist is an infinity.
[[nodiscard]] constexpr bool outside(double value, double min, double max) { return value < min || value > max; }

/// How far a part may stand above its whole: the larger of both. `absolute` in the unit of the values, `relative` a
/// share of the whole.
struct Tolerance {
  double absolute = 0;
  double relative = 0;
};
/// True where the part exceeds its whole by more than the tolerance. NaN on either side is never above.
[[nodiscard]] inline bool above(double part, double whole, const Tolerance& tolerance) {
  return part - whole > std::fmax(tolerance.absolute, tolerance.relative * std::fabs(whole));
}

/// Which values are counted as repeats.
struct RepeatLimit {
  int count = 0;            ///< a run of this many is reported; 2 and up
  double above = 0;         ///< values at or below are not counted (detection limit)
  std::int64_t gap_us = 0;  ///< a run does not reach over a longer pause
};

/// A run of equal values. Fed in order of time; a value that is not later than the last is passed over.
class Run {
 public:
  /// Returns the length of the run that ends here; 0 for a value that is not counted.
  int push(Instant time, double value, const RepeatLimit& limit);
  /// Times of the run, at most the first `count` of them.
  [[nodiscard]] std::span<const Instant> times() const { return times_; }

 private:
  Instant last_{INT64_MIN};
  double value_ = std::nan("");
  int length_ = 0;
  std::vector<Instant> times_;
};

/// Two rows of one series and time that do not say the same.
struct Duplicate {
  std::size_t first_row = 0;
  std::size_t last_row = 0;
};
/// Every series and time with more than one value or device flag, ordered by series and time: its first row and the
/// last row that differs from it. NaN equals NaN.
[[nodiscard]] std::vector<Duplicate> duplicates(const Observations& rows);

}  // namespace celadon::quality
