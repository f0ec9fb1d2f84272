#pragma once

#include "models/clock.hpp"
#include "models/statistics.hpp"

#include <span>
#include <vector>

namespace celadon::models {

/// Rows on the clock, `step_s` apart where nothing is missing; rows may be missing and need not be in order.
struct Rows {
  std::span<const WallSeconds> begin;
  std::int64_t step_s = 3600;
};

struct AverageOptions {
  Period period = Period::day;
  Summary summary = Summary::mean;
  double percentile_percent = 50;   ///< where the summary is a percentile
  double capture_min_percent = 0;   ///< below it the period has no value
};

/// One value a period, from the first period with a row to the last, none left out.
struct Averages {
  std::vector<WallSeconds> begin;
  std::vector<double> value;
  std::vector<double> count;            ///< values that were there
  std::vector<double> capture_percent;  ///< of the rows that the data's own first and last row allow in the period
};

/// Averages over periods of the calendar.
///
/// Shapes   value[n] beside rows.begin[n]
/// Missing  NaN is left out; a period below the capture asked for is NaN, and so is one without values.
/// Ours     as timeAverage of openair 2.18: capture counts rows between the first and the last row of the data, so that
///          a first month that begins on the 15th is not called half empty; a season is labelled by its first day.
[[nodiscard]] Averages average(const Rows& rows, std::span<const double> value, const AverageOptions& options);

/// Mean wind of periods as vectors: u = speed sin(direction), v = speed cos(direction), averaged, then the direction of
/// the mean; the speed is the scalar mean, or the length of the mean vector.
struct WindAverages {
  std::vector<WallSeconds> begin;
  std::vector<double> speed, direction_deg;
  std::vector<double> capture_percent;  ///< of rows with both
};
/// Units    m/s, degrees 0..360. Missing  as average(); the direction needs both, the speed itself alone.
[[nodiscard]] WindAverages average_wind(const Rows& rows, std::span<const double> speed,
                                        std::span<const double> direction_deg, const AverageOptions& options,
                                        bool vector_speed);

}  // namespace celadon::models
