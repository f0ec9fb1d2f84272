#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

enum class HalfYear : std::uint8_t { october_to_march, april_to_september };

/// Requires 1 <= month <= 12.
[[nodiscard]] HalfYear half_year_of(int month);

/// One grade of Tennant's table: the per cent of the mean annual flow from which it holds.
struct TennantRow {
  int grade = 0;
  std::string name_zh, name_en;
  double oct_mar_percent = 0, apr_sep_percent = 0;
  std::string source, trust;
};

/// Best grade first; the last holds from nothing.
struct TennantTable {
  std::vector<TennantRow> rows;
};

/// Columns grade, name_zh, name_en, oct_mar_percent, apr_sep_percent, source, trust. Errors   malformed naming file and
/// line: a percentage that rises from row to row or is out of range, a last row above 0, no rows.
[[nodiscard]] Result<TennantTable> parse_tennant(std::string_view text, std::string_view name);

struct EcoFlowNumber {
  int value = 0;
  std::string source, trust;
};

/// The whole numbers of the assessment of ecological flow.
struct EcoFlowRules {
  EcoFlowNumber qp_years_min;       ///< years of driest months that Qp wants
  EcoFlowNumber guarantee_percent;  ///< of the periods in which the flow must reach its target
};

/// Columns name, value, unit, source, trust. Errors   malformed: a name unknown, twice or absent; a value not 2..100.
[[nodiscard]] Result<EcoFlowRules> parse_eco_flow_rules(std::string_view text, std::string_view name);

/// Tennant grade of each flow.
///
/// Shapes   flow_m3_s[n], month[n] (1..12), grade[n]; both flows over the same section.
/// Units    m3/s; mean_annual_m3_s is the mean annual natural flow.
/// Missing  NaN, infinite and negative flow give 0; so does a mean that is missing or not above 0.
/// Source   SL/T 712-2021, Tennant: the half-years have their own percentages.
/// Ours     the first row that is reached stands. So 100 to 200 % is still the optimum, and in April to September 60 %,
///          where the optimum begins, is the optimum and no longer "outstanding". Percentages are not rounded.
void tennant_grade(const TennantTable& table, std::span<const double> flow_m3_s, std::span<const int> month,
                   double mean_annual_m3_s, std::span<std::int8_t> grade);

/// A flow read from the ranks of a series of years.
struct DesignFlow {
  double m3_s = std::numeric_limits<double>::quiet_NaN();  ///< NaN where the series is too short for the probability
  std::size_t years = 0;                                   ///< values that were there
};

/// The least monthly mean of each year.
///
/// Shapes   monthly_m3_s[12 y], whole years one after the other; driest_m3_s[y].
/// Missing  NaN, infinite and negative months are left out, as are frozen or dry ones that the caller makes NaN where
///          the rule allows; a year without any gives NaN.
void driest_months(std::span<const double> monthly_m3_s, std::span<double> driest_m3_s);

/// Flow that is reached or exceeded in `percent` of years: Q90, Q95.
///
/// Shapes   driest_m3_s[n], one value a year, in any order; 30 years and more are asked for.
/// Missing  NaN and infinities are left out.
/// Errors   none; where `percent` lies outside 100/(n+1) .. 100 n/(n+1) there is no value: nothing is extrapolated.
/// Source   SL/T 712-2021, Qp: the driest-month means in order, P = 90 % or 95 %.
/// Ours     empirical frequency P = m / (n + 1) * 100, greatest first; linear between two ranks. No curve is fitted.
[[nodiscard]] DesignFlow flow_at_frequency(std::span<const double> driest_m3_s, double percent);

/// Least mean of `days` days in a row.
/// Shapes   daily_m3_s[n], a value for each day without a gap in the calendar. Requires days > 0.
/// Missing  a stretch with a missing (NaN, infinite) day is passed over; NaN where none is whole.
[[nodiscard]] double least_mean_of_days(std::span<const double> daily_m3_s, std::size_t days);

/// Low flow that is not reached once in `return_years` years on average.
/// Shapes, missing   as flow_at_frequency, one least flow a year. Requires return_years > 1.
/// Ours     empirical frequency (Weibull) m / (n + 1), least first; linear between two ranks; no value where n + 1 is
///          less than return_years. A Pearson III curve, which some rules fit, may give another number.
[[nodiscard]] DesignFlow low_flow_of_return_period(std::span<const double> annual_least_m3_s, double return_years);

/// 7Q10: the lowest seven-day mean of a year that comes once in ten years.
///
/// Shapes   daily_m3_s[n], year[n]: days in order without a gap in the calendar, the days of one year together.
/// Missing  a year with fewer than `days_min` days that are there is left out: its lowest days may be the missing ones.
/// Source   method from memory. Ours   no stretch crosses from year to year; label hydrological years where low water
///          falls at New Year. Frequency as above.
[[nodiscard]] DesignFlow seven_q_ten(std::span<const double> daily_m3_s, std::span<const int> year,
                                     std::size_t days_min);

/// How often a flow reached its target.
struct FlowCompliance {
  std::size_t valid = 0, met = 0;

  [[nodiscard]] double percent() const;  ///< NaN where nothing was valid
  /// Whether the rate reaches `percent_min` (such as a guarantee rate of 90); false where nothing was valid.
  [[nodiscard]] bool reaches(double percent_min) const;
};

/// Compliance of a section over days or months.
///
/// Shapes   flow_m3_s[n]; target_m3_s[n], or [1] for all.
/// Missing  a period without flow or target leaves the denominator. A negative flow (backwater) is a flow below target.
/// Source   flow >= target, both at full precision: a target rounded down turns a failing month into a pass.
/// Ours     missing periods leave the denominator.
[[nodiscard]] FlowCompliance flow_compliance(std::span<const double> flow_m3_s, std::span<const double> target_m3_s);

}  // namespace celadon::standards
