#pragma once

#include "standards/air_index.hpp"
#include "standards/library.hpp"
#include "standards/water_class.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::standards {

/// One step of a scale that values are coloured by, as the standard prints it.
struct ScaleStep {
  std::string code;  ///< level of an index, "1" and up; name of a class, "I"
  std::string colour, label_zh, label_en;
  std::optional<double> from;  ///< values above this (of an index: from this on) are of the step; nothing where the
                               ///< standard gives no such number
  friend bool operator==(const ScaleStep&, const ScaleStep&) = default;
};

/// The levels of the index itself.
[[nodiscard]] std::vector<ScaleStep> scale_of(const IndexRules& rules);
/// The levels as concentrations of one item, in the unit of its table.
[[nodiscard]] std::vector<ScaleStep> scale_of(const IndexRules& rules, const IndexItem& item);
/// The classes of a section, I to worse than V.
[[nodiscard]] std::vector<ScaleStep> scale_of(const WaterRules& rules);
/// The classes as values of one item. Of an item whose value must be high, `from` is the least value of the class.
[[nodiscard]] std::vector<ScaleStep> scale_of(const WaterRules& rules, const WaterItem& item);

/// Readings over less than a day are rounded as such, others as values of an assessment.
[[nodiscard]] WaterRounding rounding_of(const Averaging& averaging);

/// The item of an edition that judges a property over that averaging; null where it has none.
[[nodiscard]] const IndexItem* item_of(const IndexRules& rules, std::string_view property, const Averaging& averaging);

/// Where in scale_of(rules, item) each concentration stands, from 0; -1 where it has no sub-index.
/// Shapes   value[n], step[n].
void steps_of(const IndexRules& rules, const IndexItem& item, std::span<const double> value,
              std::span<std::int8_t> step);

/// The columns an index is made of, one an item of `items`; an item nobody measured has an empty column.
using ItemColumns = std::span<const std::span<const double>>;

/// The index of each row as judge() gives it by the rules "aqi-hourly" and "aqi-daily".
///
/// Shapes   column[k] is that of items[k], n values or none; index[n].
/// Missing  NaN, negative and infinite values, and columns that are not there. no_index where the row is not judged:
///          nothing has a sub-index, or the edition leaves incomplete rows unjudged (HJ 633-2026 5.3.1).
void judged_index(const IndexRules& rules, std::span<const IndexItem> items, ItemColumns column,
                  std::span<std::int16_t> index);

}  // namespace celadon::standards
