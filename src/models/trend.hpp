#pragma once

#include "models/clock.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::models {

struct TrendOptions {
  bool deseason = false;
  bool autocorrelated = false;  ///< bootstrap in blocks of n^(1/3) values
  int draws = 599;
  double confidence = 0.95;
  std::uint32_t seed = 2;
};

/// A slope that a few wild values do not move, with what is known of it.
struct Trend {
  std::vector<WallSeconds> begin;  ///< periods from the first with a value to the last
  std::vector<double> value;       ///< what the slope was fitted to: as given, or without its cycle
  std::size_t n = 0;               ///< values
  std::size_t filled = 0;          ///< periods without value that were filled to take the cycle out
  bool deseasoned = false;         ///< false also where the series is too short for it
  // Per year of 365 days, in the unit of the values. NaN below six values.
  double slope, slope_low, slope_high;
  double slope_error;  ///< standard deviation of the bootstrap
  // The line at 1970-01-01; low and high belong to the lines of slope_low and slope_high.
  double intercept, intercept_of_low, intercept_of_high;
  // Change per year in percent of the line's own value at the first period.
  double percent, percent_low, percent_high;
  double p;  ///< two-sided, of no trend, by the bootstrap
  // Mann-Kendall on the same values.
  double kendall_s, kendall_tau, kendall_z, kendall_p;
};

/// Theil-Sen slope of values a month (or another period) apart.
///
/// Shapes   value[n] beside begin[n], ascending; `cycle` is how many values make a year, 12 for months
/// Missing  NaN before the first and after the last value is cut off; in between it is left out, or filled where the
///          cycle is taken out.
/// Source   Theil 1950; Sen 1968, J. Am. Stat. Assoc. 63, 1379-1389: median of the slopes of all pairs, intercept
///          median(y) - slope median(x). Wilcox 2005, Introduction to robust estimation: bootstrap of pairs. Kunsch
///          1989: blocks. As TheilSen of openair 2.18: x in days of the first of each month, 599 draws of R's
///          generator with seed 2, so that the interval is the same to the last digit.
/// Source   cycle: seasonal.hpp. Mann 1945, Kendall 1975: S with ties.
/// Ours     openair fills missing months by a Kalman filter of a structural model; here by the month's own mean and
///          the straight line between the neighbours' distances from theirs. Said in `filled`.
[[nodiscard]] Trend theil_sen(std::span<const WallSeconds> begin, std::span<const double> value, int cycle,
                              const TrendOptions& options);

}  // namespace celadon::models
