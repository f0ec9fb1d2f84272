#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace celadon::standards {

/// A demand on removal that takes the place of a limit where the influent is strong.
struct RemovalRule {
  double influent_above_mg_l = 0;    ///< strictly above
  double removal_above_percent = 0;  ///< strictly above
};

/// The numbers of wastewater monitoring, as a pack states them.
struct WastewaterRules {
  double day_share_min_percent = 0;
  double ammonia_cold_at_most_c = 0;
  RemovalRule grade3_cod, grade3_bod5;
  std::string trust;  ///< the weakest of its numbers
};

/// Columns key, value, unit, source, trust. Errors   malformed naming file and line: a key unknown, twice or absent; a
/// value or unit out of place.
[[nodiscard]] Result<WastewaterRules> parse_wastewater_rules(std::string_view text, std::string_view name);

/// The mean of a day and whether it counts as one (有效日均值).
struct EffluentDay {
  double mean = std::numeric_limits<double>::quiet_NaN();  ///< told also where not effective; NaN where nothing is used
  std::size_t due = 0, used = 0;                           ///< values
  bool effective = false;                                  ///< used reaches the pack's share of due
};

/// Flow-weighted mean of a day: sum(C Q) / sum(Q).
///
/// Shapes   concentration[n], flow[n]: one row for each value due that day, missing ones as NaN; unequal lengths are a
///          bug of ours.
/// Units    any, the same in each column; a flow is the volume or mean flow of equal spans of time.
/// Missing  a concentration or flow that is NaN, infinite or negative leaves its row due and not used.
/// Source   HJ 356-2019: 75 % of the values due, weighted by flow [memory]; with no flow a concentration is not
///          valid, HJ/T 356-2007 [memory].
/// Ours     a row of zero flow is not due either: nothing flowed that could have been measured. A day of zero flow
///          has no mean and is not effective.
[[nodiscard]] EffluentDay effluent_day(const WastewaterRules& rules, std::span<const double> concentration,
                                       std::span<const double> flow);

/// pH of a day: not weighted by flow, never averaged.
struct PhDay {
  double median = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
  std::size_t due = 0, used = 0;
  bool effective = false;
};

/// Median and range. Shapes and flow as effluent_day. Missing   a pH outside 0..14 is missing. Source   as there
/// [memory]. Ours   the median of an even number of values is the middle of the two in the middle.
[[nodiscard]] PhDay ph_day(const WastewaterRules& rules, std::span<const double> ph, std::span<const double> flow);

/// What stands in for missing values.
enum class GapFill : std::uint8_t {
  mean,    ///< concentrations and flows
  median,  ///< pH
};

/// Each gap filled by the directly preceding period of equal length: n missing values by the n before them.
///
/// Shapes   value[n], filled[n], was_missing[n] (1 where a substitute stands or nothing could be found); unequal
///          lengths are a bug of ours; the outputs must not overlap `value`.
/// Units    any. Missing   NaN and infinities; below zero is missing too, as no concentration, flow or pH is.
/// Result   NaN stays where the period would begin before the first value.
/// Source   practice after HJ/T 356-2007 [secondary]; HJ 356-2019 not read.
/// Ours     only measured values of that period count: a gap inside it is left out, substitutes are not used again.
void fill_gaps(GapFill by, std::span<const double> value, std::span<double> filled,
               std::span<std::uint8_t> was_missing);

/// Items of GB 18918-2002 whose grade 3 knows a demand on removal.
enum class Grade3Item : std::uint8_t { cod, bod5 };

struct RemovalVerdict {
  double removal_percent = std::numeric_limits<double>::quiet_NaN();  ///< below zero where the plant adds some
  /// The removal is demanded instead of the limit. Nothing where the influent is not known.
  std::optional<bool> demanded;
  /// The demand is met. Nothing where there is no demand or a value is missing.
  std::optional<bool> met;
};

/// Holds influent and effluent against the removal demanded of grade 3.
/// Units    mg/L, both daily means. Missing   NaN, infinite or negative. Source   GB 18918-2002 table 1: influent COD
/// above 350, removal above 60 %; BOD5 above 160, above 50 %. Equal is not above.
[[nodiscard]] RemovalVerdict grade3_removal(const WastewaterRules& rules, Grade3Item item, double influent_mg_l,
                                            double effluent_mg_l);

/// Which of two printed ammonia limits holds: 5 (8) means 8 in the cold.
enum class AmmoniaLimit : std::uint8_t { unknown, plain, bracketed };

/// Source   GB 18918-2002 table 1 note: in brackets at water <= 12 degC. Missing   NaN and infinities are unknown.
[[nodiscard]] AmmoniaLimit ammonia_limit(const WastewaterRules& rules, double water_c);

}  // namespace celadon::standards
