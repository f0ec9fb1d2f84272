#pragma once

#include "models/averages.hpp"

#include <span>
#include <vector>

namespace celadon::models {

/// A stretch of days on the clock: first to last, both whole.
struct Days {
  WallSeconds begin = 0, end = 0;  ///< end excluded
};

/// The same dates one year before (同比). A stretch that ends on the last day of February ends on the last day of the
/// February before, and one that begins on the 29th begins on the 28th.
[[nodiscard]] Days year_before(const Days& days);
/// The stretch right before (环比): of whole calendar months as many months, so that March is held against February
/// and the first quarter against the fourth; else as many days.
[[nodiscard]] Days stretch_before(const Days& days);

struct Compared {
  Days days, before;
  double value, value_before;
  double count = 0, count_before = 0;
  double capture_percent = 0, capture_before_percent = 0;  ///< of the rows that the stretch has room for
  double change, percent;  ///< now - before; in percent of before, NaN where that is 0
};

/// A summary of a stretch held against another.
/// Missing  NaN is left out; a stretch below the capture asked for has no value, and then there is no change.
[[nodiscard]] Compared compare(const Rows& rows, std::span<const double> value, const Days& days, const Days& before,
                               const AverageOptions& options);

}  // namespace celadon::models
