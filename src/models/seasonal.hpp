#pragma once

#include <span>
#include <vector>

namespace celadon::models {

struct SeasonalOptions {
  int period = 12;
  int season_window = 11;  ///< values of the same month over which the cycle may change; odd
  bool robust = true;
};

struct SeasonalParts {
  std::vector<double> season, trend, remainder;  ///< their sum is the series
};

/// Takes a series apart into a cycle, a trend and what is left, by local regressions.
///
/// Shapes   all of one length n, at least two periods. Missing  none may be NaN.
/// Source   Cleveland, Cleveland, McRae and Terpenning 1990, STL, J. Official Statistics 6, 3-73; windows, degrees and
///          steps as R's stl(s.window, s.degree = 1, robust): trend window 1.5 period / (1 - 1.5 / season window), low
///          pass window one period, each to the next odd number; every tenth of a window is worked out, straight lines
///          in between; 15 robust rounds of one pass, or none of two.
[[nodiscard]] SeasonalParts seasonal_parts(std::span<const double> series, const SeasonalOptions& options);

}  // namespace celadon::models
