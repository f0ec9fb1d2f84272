#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::models {

// NaN is missing everywhere and is left out; a statistic of nothing is NaN.

/// The values that are there, in their order.
[[nodiscard]] std::vector<double> present(std::span<const double> values);

[[nodiscard]] double mean_of(std::span<const double> values);
/// Standard deviation with n - 1; NaN of fewer than two.
[[nodiscard]] double deviation_of(std::span<const double> values);

/// The value below which `share` (0..1) lies, of values that are all there and ascend: between the order statistics
/// around 1 + share (n - 1) on a straight line.
/// Source   Hyndman and Fan 1996, Sample quantiles in statistical packages, definition 7 (R's default)
[[nodiscard]] double quantile_sorted(std::span<const double> ascending, double share);
/// The same of values in any order, which are sorted in place; all there.
[[nodiscard]] double quantile_in_place(std::span<double> values, double share);
/// Median of values that are all there; they are put in another order.
[[nodiscard]] double median_in_place(std::span<double> values);

/// What becomes of the values of a period.
enum class Summary { mean, median, minimum, maximum, sum, deviation, count, percentile };
[[nodiscard]] double summarise(std::span<double> present_values, Summary how, double percentile_percent);

struct Box {
  std::size_t n = 0, outside = 0;  ///< outside the whiskers
  double minimum, p5, q1, median, q3, p95, maximum, mean;
  double low_whisker, high_whisker;  ///< the farthest values within 1.5 (q3 - q1) of the box (Tukey 1977)
};
[[nodiscard]] Box box_of(std::span<const double> values);

struct Line {
  std::size_t n = 0;
  double slope, intercept, slope_error, r, rmse;
};
/// Ordinary least squares of y on x over pairs that are both there; NaN below three pairs or where x does not vary.
[[nodiscard]] Line line_of(std::span<const double> x, std::span<const double> y);

/// Ranks from 1, the mean rank for equal values. All there.
[[nodiscard]] std::vector<double> ranks_of(std::span<const double> values);
/// Pearson's r over values that are all there.
[[nodiscard]] double pearson(std::span<const double> x, std::span<const double> y);

/// Round numbers (1, 2 or 5 times a power of ten) that cover low..high in about `intervals` steps.
/// Source   R's pretty(): the step is the first of 1, 2, 5, 10 times the power of ten below (high - low) / intervals
///          whose distance to it is small enough, with the bias 1.5 (and 2.75 before 5)
[[nodiscard]] std::vector<double> round_breaks(double low, double high, int intervals);

}  // namespace celadon::models
