#pragma once

#include "core/result.hpp"
#include "standards/condition.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

// Levels of black and odorous water. Rural water knows one level beside "none": black_odorous, which ranks as mild.
inline constexpr std::int8_t no_odor_level = 0;  ///< not judged
inline constexpr std::int8_t odor_none = 1;
inline constexpr std::int8_t odor_mild = 2;
inline constexpr std::int8_t odor_severe = 3;

/// One level of one indicator.
struct OdorRow {
  std::string waters;  ///< urban, rural
  std::string indicator, name_zh, unit;
  std::int8_t level = no_odor_level;
  Condition holds;
  std::string source, trust;
};

struct OdorTable {
  std::vector<OdorRow> rows;

  /// The levels of an indicator, the gravest first; empty where the waters have no such indicator.
  [[nodiscard]] std::vector<const OdorRow*> rows_of(std::string_view waters, std::string_view indicator) const;
  /// The indicators of the waters, as they stand in the table.
  [[nodiscard]] std::vector<std::string_view> indicators_of(std::string_view waters) const;
};

/// Columns waters, indicator, name_zh, unit, level, holds, source, trust. Errors   malformed naming file and line:
/// waters or a level unknown, a unit not known or not that of the indicator's other rows, a condition that cannot be
/// read or overlaps another level, a level told twice, no rows.
[[nodiscard]] Result<OdorTable> parse_odor_levels(std::string_view text, std::string_view name);

struct OdorCut {
  int value = 0;
  std::string source, trust;
};

/// The whole numbers by which points, stretches and bodies are judged.
struct OdorCuts {
  OdorCut shallow_below;             ///< cm of depth
  OdorCut shallow_percent_of_depth;  ///< transparency of shallow water
  OdorCut point_one_indicator_percent, point_some_indicators_percent, point_some_indicators;
  OdorCut stretch_points, body_percent, body_points_min, point_times_min;
};

/// Columns name, value, unit, source, trust. Errors   malformed: a name unknown, twice or absent; a value not 1..100.
[[nodiscard]] Result<OdorCuts> parse_odor_cuts(std::string_view text, std::string_view name);

/// Level of one value of an indicator, in the unit of its rows.
/// Missing  NaN and infinities, and an indicator the waters do not have, give no_odor_level.
/// Source   城市黑臭水体整治工作指南 (2015) table 1.
/// Ours     a value that no row holds is of no level of black and odorous water.
[[nodiscard]] std::int8_t odor_level(const OdorTable& table, std::string_view waters, std::string_view indicator,
                                     double value);

/// Level by transparency.
///
/// Units    both in cm. Depth may be NaN: not shallow.
/// Missing  NaN, infinite and negative transparency and negative depth give no_odor_level; so does shallow water that
///          is clear to the bottom (transparency reaches the depth).
/// Source   as above, note: below 25 cm of depth the indicator is 40 % of the depth.
/// Ours     that share takes the place of the gravest level's limit, and shallow water above it is of the level before:
///          at 25 cm of depth both wordings meet at 10 cm. A public program tests the same.
[[nodiscard]] std::int8_t transparency_odor_level(const OdorTable& table, const OdorCuts& cuts, std::string_view waters,
                                                  double transparency_cm, double depth_cm);

/// What the data of one indicator at one point come to.
struct OdorShare {
  std::int64_t valid = 0, severe = 0, black = 0;  ///< black: mild or severe
};

/// Counts levels. Missing  no_odor_level is left out.
[[nodiscard]] OdorShare odor_share(std::span<const std::int8_t> level);

struct OdorPoint {
  std::int8_t level = no_odor_level;
  std::size_t used = 0;                     ///< indicators with enough data
  std::size_t over_one = 0, over_some = 0;  ///< indicators that reach the share for one, for several
};

/// Level of a point by the shares of severe data of its indicators.
///
/// Missing  an indicator with fewer than point_times_min data is left out; none left: no_odor_level.
/// Source   as above: severe where one indicator has 60 % of its data severe, or two have 30 %; otherwise mild.
/// Ours     where not one datum is black or odorous the point is of no level: the guide speaks of waters known for it.
[[nodiscard]] OdorPoint odor_point(const OdorCuts& cuts, std::span<const OdorShare> indicator);

/// Points in a row, counted from 0.
struct OdorStretch {
  std::size_t first = 0, points = 0;
};

/// The stretches of severe points along the water.
/// Missing  a point not judged ends a stretch.
/// Source   as above: three severe points in a row and more.
[[nodiscard]] std::vector<OdorStretch> severe_stretches(const OdorCuts& cuts, std::span<const std::int8_t> point);

struct OdorBody {
  std::int8_t level = no_odor_level;
  std::int64_t judged = 0, severe = 0, black = 0;

  [[nodiscard]] double severe_percent() const;  ///< NaN where none was judged
};

/// Level of a whole body of water by its points.
///
/// Missing  points not judged leave the share; fewer judged than body_points_min: no_odor_level.
/// Source   as above: severe where 60 % of the points are.
/// Ours     below that the body is mild where any point is black or odorous, and of no level where none is.
[[nodiscard]] OdorBody odor_body(const OdorCuts& cuts, std::span<const std::int8_t> point);

}  // namespace celadon::standards
