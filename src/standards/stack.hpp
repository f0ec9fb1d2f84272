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

// Every formula below: HJ 75-2017 annex, as older GB/T 16157 has it.
// Missing  NaN, an infinity, or a value that physics forbids (a concentration or flow below zero, water of the whole
//          volume) gives NaN. No result is ever negative or infinite.

/// The constants the formulas are printed with, as a pack states them.
struct StackConstants {
  double zero_celsius_k = 0;        ///< 273: also the temperature of the standard state of stacks
  double standard_pressure_pa = 0;  ///< 101 325
  double molar_volume_l_mol = 0;    ///< 22.4, at the standard state
  double air_oxygen_percent = 0;    ///< 21
  double no_molar_mass_g_mol = 0, no2_molar_mass_g_mol = 0;
  double oxygen_gap_min_percent = 0;  ///< Ours: O2 nearer than this to that of air converts nothing
};

/// When an hour, a day and a quarter count.
struct StackValidity {
  int hour_minutes_min = 0;
  double day_share_min_percent = 0;
  double capture_min_percent = 0;
};

struct StackRules {
  StackConstants constants;
  StackValidity validity;
  std::string trust;  ///< the weakest of its numbers
};

/// Columns key, value, unit, source, trust. Errors   malformed naming file and line: a key unknown, twice or absent; a
/// value or unit out of place; NO2 no heavier than NO.
[[nodiscard]] Result<StackRules> parse_stack_rules(std::string_view text, std::string_view name);

/// Temperature and pressure in a stack. Gauge pressure is against the air outside and often negative.
struct StackGas {
  double temperature_c = 0, atmospheric_pa = 0, gauge_pa = 0;
};

/// Volume fraction to mass at the standard state, mg/m3: M/22.4 x ppm (umol/mol).
[[nodiscard]] double mg_m3_from_ppm(const StackConstants& constants, double ppm, double molar_mass_g_mol);
/// NO told as NO2, both mg/m3: x 46/30.
[[nodiscard]] double no2_mg_m3_from_no_mg_m3(const StackConstants& constants, double no_mg_m3);
/// NOx as NO2, mg/m3, of NO and NO2 by volume: (NO + NO2) x 46/22.4.
[[nodiscard]] double nox_as_no2_mg_m3_from_ppm(const StackConstants& constants, double no_ppm, double no2_ppm);
/// mg per m3 of gas as it is in the stack to mg per m3 at 273 K and 101 325 Pa.
[[nodiscard]] double standard_mg_m3_from_actual(const StackConstants& constants, double actual_mg_m3,
                                                const StackGas& gas);
/// Concentration or O2 of wet gas to that of dry gas, any unit: wet / (1 - Xsw).
[[nodiscard]] double dry_from_wet(double wet, double moisture_fraction);
/// Excess air: 21 / (21 - O2), O2 dry. NaN from 21 % O2 on, and where too near to it.
[[nodiscard]] double excess_air(const StackConstants& constants, double o2_percent);
/// m3 of wet gas an hour, as it is in the stack: 3600 A Vs.
[[nodiscard]] double wet_actual_flow_m3_h(double area_m2, double speed_m_s);
/// m3 of dry gas an hour at the standard state.
[[nodiscard]] double dry_standard_flow_m3_h(const StackConstants& constants, double wet_actual_m3_h,
                                            const StackGas& gas, double moisture_fraction);
/// kg an hour. The concentration is the measured one, dry and at the standard state, never the converted one.
[[nodiscard]] double mass_rate_kg_h(double dry_standard_mg_m3, double dry_standard_m3_h);
/// Column version. Shapes   all n; unequal lengths are a bug of ours.
void mass_rate_kg_h(std::span<const double> dry_standard_mg_m3, std::span<const double> dry_standard_m3_h,
                    std::span<double> kg_h);

/// Concentration at the reference oxygen (基准含氧量): C (21 - O2ref) / (21 - O2), both dry.
///
/// Missing  NaN where O2 is 21 % or more, or so near that the pack converts nothing: fresh air at standstill.
///          Likewise where O2ref is not from 0 to below 21, or O2 below 0.
/// Ours     no floor on the factor: with O2 below the reference the value gets smaller.
[[nodiscard]] double at_reference_oxygen(const StackConstants& constants, double concentration, double o2_percent,
                                         double reference_percent);
/// Column version. Shapes   all n; `converted` may be `concentration` itself; unequal lengths are a bug of ours.
void reference_oxygen(const StackConstants& constants, std::span<const double> concentration,
                      std::span<const double> o2_percent, double reference_percent, std::span<double> converted);

/// What an error of the O2 meter does to a converted value.
struct ConvertedRange {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();       ///< with O2 less the error, not below 0 % O2
  double high = std::numeric_limits<double>::quiet_NaN();      ///< with O2 plus the error; NaN: no bound to be told
  double relative = std::numeric_limits<double>::quiet_NaN();  ///< first order, error / (21 - O2): 0.2 is a fifth
};

/// Units    O2 and its error in percent of dry gas. Missing  as above; an error below zero or NaN leaves only `value`.
/// Ours     the concentration is taken as exact: this is the share of the O2 meter alone.
[[nodiscard]] ConvertedRange converted_range(const StackConstants& constants, double concentration, double o2_percent,
                                             double reference_percent, double o2_error_percent);

/// Multiple over a limit (超标倍数), (C - S)/S; 0 at the limit and below. NaN for a limit that is not above zero.
/// Source   (C - S)/S is common usage; 0 below the limit is ours.
[[nodiscard]] double exceedance_multiple(double concentration, double limit);

/// One clock hour of a monitor. Standstill (停运) hours are neither valid nor invalid.
enum class HourState : std::uint8_t { valid, invalid, standstill };

/// Valid minutes of the clock hour reach the pack's number. Source   HJ 75-2017 3 (45 min).
[[nodiscard]] bool hour_is_valid(const StackValidity& validity, int valid_minutes);

/// Hours of a day, a quarter or any other window.
struct HourCount {
  std::size_t valid = 0, invalid = 0, standstill = 0;
  [[nodiscard]] std::size_t running() const { return valid + invalid; }
  friend bool operator==(const HourCount&, const HourCount&) = default;
};

[[nodiscard]] HourCount count_hours(std::span<const HourState> state);

/// Valid hours are at least the pack's share of the hours the unit ran; a day of standstill only is not valid.
/// Source   HJ/T 75-2007 3 (75 %); compared in counts, so 18 of 24 is in and 17 is not.
[[nodiscard]] bool day_is_valid(const StackValidity& validity, const HourCount& day);

/// Quarterly capture α (有效数据捕集率): valid hours of the hours the unit ran, percent. NaN where it never ran.
/// Source   HJ 75-2017 12.1.
[[nodiscard]] double capture_percent(const HourCount& quarter);
/// The capture required is reached; not where the unit never ran.
[[nodiscard]] bool capture_is_enough(const StackValidity& validity, const HourCount& quarter);

/// One row of the substitution table. Requires the bounds that parse_substitution checks.
struct SubstitutionRow {
  double capture_from = 0;                                              ///< percent, reached
  double capture_below = std::numeric_limits<double>::infinity();       ///< percent, not reached
  std::size_t gap_hours_max = std::numeric_limits<std::size_t>::max();  ///< invalid hours on end
  std::size_t look_back_hours = 0;  ///< valid hours among which the largest is taken; 0: the table gives no value
  std::string source, trust;
};

struct SubstitutionTable {
  std::vector<SubstitutionRow> rows;
};

/// Columns capture_from, capture_below, gap_hours_max, look_back_hours, statistic, source, trust; statistic is largest
/// or none; an empty bound is none. Errors   malformed naming file and line: captures that leave a hole, overlap or
/// do not fall from the top to 0; gaps of one capture that do not rise to an open end; a look-back that is absent.
[[nodiscard]] Result<SubstitutionTable> parse_substitution(std::string_view text, std::string_view name);

/// The row for a gap. nullptr where the unit never ran in the quarter. Requires gap_hours >= 1.
[[nodiscard]] const SubstitutionRow* substitution_for(const SubstitutionTable& table, const HourCount& quarter,
                                                      std::size_t gap_hours);

/// Where an hour's mass came from.
enum class MassOrigin : std::uint8_t {
  measured,
  substituted,
  substituted_short,  ///< fewer valid hours lie before the gap than the table asks for; the largest of those
  none,               ///< the table gives no value, or no valid hour lies before: account for it another way
  standstill,
};

/// Hourly mass with invalid hours replaced by the substitution table.
///
/// Shapes   mass_kg_h[n], state[n], filled_kg_h[n], origin[n]: hours in order without holes, the history to look back
///          on first, then the quarter. Unequal lengths are a bug of ours. `quarter` counts the quarter's hours.
///          The outputs must not overlap mass_kg_h.
/// Units    kg/h. Only the mass is replaced; concentrations stay as they are.
/// Missing  a valid hour whose mass is NaN, infinite or negative is an invalid hour. `none` hours get NaN, standstill
///          hours 0.
/// Source   HJ 75-2017 12.2 tables 5 and 6: counted back from where the data turned invalid. For a monitor out of
///          control that is its last good calibration: hand those hours in as invalid.
/// Ours     standstill hours inside a gap neither end it nor lengthen it; a value that was itself substituted is not
///          looked back on.
void substitute_mass(const SubstitutionTable& table, const HourCount& quarter, std::span<const double> mass_kg_h,
                     std::span<const HourState> state, std::span<double> filled_kg_h, std::span<MassOrigin> origin);

struct EmissionSum {
  double kg = std::numeric_limits<double>::quiet_NaN();  ///< of the hours that are there; NaN where none is
  std::size_t hours = 0, hours_missing = 0;
};

/// Sum of hourly rates over a window: kg/h times one hour each. Missing   NaN, infinite and negative rates are left
/// out and counted. Source   HJ 75-2017 annex: day, month and year are sums of hours.
[[nodiscard]] EmissionSum emission_sum(std::span<const double> mass_kg_h);

/// The same for each day. Shapes   mass_kg_h[24 d] from a day's first hour, day[d]; else a bug of ours.
void daily_emission(std::span<const double> mass_kg_h, std::span<EmissionSum> day);

}  // namespace celadon::standards
