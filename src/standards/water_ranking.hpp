#pragma once

#include "standards/water_class.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace celadon::standards {

/// The class III limit of one item of the city index. For rivers and for lakes the caller hands two lists: total
/// phosphorus has its own limit in lakes.
struct CwqiLimit {
  std::string_view property;
  LimitSense sense = LimitSense::at_most;
  double limit = 0;  ///< of `between` (pH) the lower one
  double upper = 0;  ///< of `between` only
};

/// Index of one item.
///
/// Units    mean in the unit of the limit. Requires limit > 0; of `between` limit < 7 < upper.
/// Missing  NaN, infinite and negative values give NaN.
/// Source   城市地表水环境质量排名技术规定(试行) 2017: C / C_III; dissolved oxygen C_III / C; pH up to 7
///          (7 - pH) / (7 - lower), above 7 (pH - 7) / (upper - 7).
/// Ours     oxygen of 0 gives infinity, so that the worst water ranks last instead of dropping out; hand in half the
///          detection limit where it was not detected.
[[nodiscard]] double item_index(const CwqiLimit& limit, double mean);

struct Cwqi {
  double value = 0;         ///< NaN unless every item is there
  std::size_t present = 0;  ///< items with an index
};

/// Sum of the item indices of all rivers, or of all lakes, of a city: the smaller the cleaner.
///
/// Shapes   mean[k] is the mean of limits[k] over all river sections (lake points); pH as mean_ph.
/// Missing  a missing item makes the sum NaN: a shorter sum would look cleaner. The rule fills gaps with the latest
///          valid value; that is the caller's, who knows the window.
/// Source   as above. Items: table 1 without temperature, total nitrogen and faecal coliforms; those handed in here.
[[nodiscard]] Cwqi cwqi(std::span<const CwqiLimit> limits, std::span<const double> mean);

/// Index of a city: rivers and lakes weighted by river sections and lake points.
/// Missing  where there are none of one kind the other stands alone; NaN where there are neither, or where a kind that
///          has sections has no index.
/// Source   as above; the formula from memory.
[[nodiscard]] double city_cwqi(double river, std::size_t river_sections, double lake, std::size_t lake_points);

/// Change against the same period before, in per cent; negative is better.
/// Missing  NaN where either is missing or `before` is not above 0.
[[nodiscard]] double cwqi_change_percent(double before, double now);

/// Ranks from 1, the smallest value first; equal values share a rank and the next rank is passed over (1, 1, 3).
///
/// Shapes   value[n], rank[n].
/// Missing  NaN gives rank 0 and takes no rank from others.
/// Ours     values are compared as handed in: round them first where the list prints rounded ones.
void rank_ascending(std::span<const double> value, std::span<int> rank);

}  // namespace celadon::standards
