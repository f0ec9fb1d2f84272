#pragma once

#include <cstddef>
#include <span>

namespace celadon::quality {

// Order statistics that a few wild values cannot move. NaN is missing everywhere.

/// Makes a median absolute deviation comparable with a standard deviation of normal noise.
inline constexpr double mad_to_sigma = 1.4826;

/// Copies the values that are there to the front of `into` and tells how many. into is as long as values.
std::size_t gather(std::span<const double> values, std::span<double> into);

/// Median of values that are all there; they are put in another order. NaN of none.
[[nodiscard]] double median_of(std::span<double> values);
/// The value below which `share` (0..1) of them lie, nearest rank; put in another order. NaN of none.
[[nodiscard]] double quantile_of(std::span<double> values, double share);
/// Median of |value - centre|; the values are overwritten. NaN of none.
[[nodiscard]] double deviation_of(std::span<double> values, double centre);

/// What is ordinary for one series, learnt from itself, so that strengths of different series can be compared.
///
/// Units    those of the series; `run` is a number of values
/// Missing  NaN in every field where the series has fewer than 8 values
/// Ours     a field that would be 0 is the resolution instead, and the resolution of a constant series is a thousandth
///          of its level
struct SeriesScale {
  double median = 0;
  double spread = 0;         ///< robust sigma of the values
  double low = 0, high = 0;  ///< values below and above which 1 % lie
  double change = 0;         ///< robust sigma of the change from one value to the next
  double activity = 0;       ///< typical mean of |change| over a window
  double resolution = 0;     ///< smallest usual step between different neighbours
  double run = 1;            ///< length that 99 % of the runs of equal values do not exceed
};

/// Shapes   scratch.size() >= value.size(); `window` as that of local_activity
/// Source   Rousseeuw and Croux 1993, Alternatives to the median absolute deviation: the MAD as a robust scale
[[nodiscard]] SeriesScale scale_of(std::span<const double> value, std::size_t window, std::span<double> scratch);

}  // namespace celadon::quality
