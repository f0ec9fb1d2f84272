#pragma once

#include "core/time.hpp"
#include "quality/screen_kernels.hpp"
#include "quality/screen_pack.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::quality::screen {

/// What one outlet reported, on the hourly grid that all outlets of a run share. A companion that was not reported is
/// empty; otherwise every column has as many rows as the grid. Missing is NaN.
struct Outlet {
  std::string name;
  std::vector<std::pair<std::string, std::vector<double>>> values;  ///< the monitored quantities by name
  std::vector<double> oxygen;                                       ///< percent by volume
  std::vector<double> converted;                                    ///< of the first monitored quantity, in its unit
  std::vector<double> load, power, water, flow;
  std::vector<double> mark;     ///< not 0 where calibration or maintenance is marked
  std::optional<double> limit;  ///< in the unit of the monitored quantities

  /// The first that is there of load, power, water and flow: what the value should follow. May be empty.
  [[nodiscard]] Column driver() const;
  [[nodiscard]] std::string_view driver_name() const;
};

/// A ground for an inspection. It is not a verdict.
struct Finding {
  const Rule* rule = nullptr;
  std::size_t outlet = 0, series = 0;              ///< which of the outlets, which of its values
  std::size_t other_outlet = 0, other_series = 0;  ///< copies and twins; else the same
  WindowTest test;                                 ///< of the clearest window; its rows are those of all windows joined
  double adjusted_p = 1;                           ///< after the correction
  double tests = 0;                                ///< how many tests of this rule the correction counted
};

/// Applies every rule to all outlets. Windows of one rule and series that touch are one finding.
/// Result   ordered by rule, outlet, series and row. The order of outlets changes nothing but their numbers; a further
///          outlet changes the statistics of none, only how many tests the correction counts.
[[nodiscard]] std::vector<Finding> screen(std::span<const Outlet> outlets, const std::vector<Rule>& rules);

/// The finding in words; `first` is the time of row 0, rows are hours.
[[nodiscard]] std::string reason(const Finding& finding, std::span<const Outlet> outlets, Instant first,
                                 bool in_chinese);

}  // namespace celadon::quality::screen
