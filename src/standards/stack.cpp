#include "standards/stack.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr double seconds_an_hour = 3600;
constexpr double kg_per_mg = 1e-6;
constexpr std::size_t look_back_hours_max = 8784;
/// 21 - 20.7 is 0.3, whatever binary makes of it.
constexpr double equal_within = 1e-9;

constexpr std::string_view constant_columns[] = {"key", "value", "unit", "source", "trust"};
constexpr std::string_view substitution_columns[] = {
    "capture_from", "capture_below", "gap_hours_max", "look_back_hours", "statistic", "source", "trust"};

struct StackNumber {
  std::string_view key, unit;
  double low, high;  ///< both reached
  double value = missing;
};

/// Why the cells are none of the wanted numbers; empty where they are, and it was taken.
std::string take_stack_number(const std::vector<std::string>& cells, std::span<StackNumber> wanted) {
  const auto found =
      std::find_if(wanted.begin(), wanted.end(), [&](const StackNumber& one) { return one.key == cells[0]; });
  if (found == wanted.end()) return "'" + cells[0] + "' is not a number of stack monitoring";
  if (!std::isnan(found->value)) return "'" + cells[0] + "' is there twice";
  double value = 0;
  if (!read_number(cells[1], value) || !(value >= found->low && value <= found->high))
    return "value '" + cells[1] + "' is not a number that '" + cells[0] + "' can have";
  if (cells[2] != found->unit) return "unit must be '" + std::string(found->unit) + "'";
  if (!told(cells[3], cells[4])) return not_told;
  found->value = value;
  return {};
}

/// Volume at the standard state of one m3 in the stack. NaN where the gas cannot be.
double standard_volume(const StackConstants& constants, const StackGas& gas) {
  const double kelvin = constants.zero_celsius_k + gas.temperature_c;
  const double pascal = gas.atmospheric_pa + gas.gauge_pa;
  if (!(kelvin > 0) || !(pascal > 0)) return missing;
  return amount(constants.zero_celsius_k / kelvin * (pascal / constants.standard_pressure_pa));
}

/// 21 - O2, NaN where nothing can be converted.
double oxygen_gap(const StackConstants& constants, double o2_percent) {
  const double gap = constants.air_oxygen_percent - o2_percent;
  return o2_percent >= 0 && gap >= constants.oxygen_gap_min_percent - equal_within ? gap : missing;
}

bool is_reference(const StackConstants& constants, double reference_percent) {
  return reference_percent >= 0 && reference_percent < constants.air_oxygen_percent;
}

struct BandEdge {
  double from = std::numeric_limits<double>::infinity(), below = 0;
  std::size_t gap_hours_max = std::numeric_limits<std::size_t>::max();
};

/// Why the cells cannot follow the rows before; empty where they can.
std::string band_misprint(const std::vector<std::string>& cells, const BandEdge& before, SubstitutionRow& row) {
  if (!read_number(cells[0], row.capture_from) || !(row.capture_from >= 0 && row.capture_from <= 100))
    return "capture_from must be a percentage from 0 to 100";
  if (!cells[1].empty() && (!read_number(cells[1], row.capture_below) ||
                            !(row.capture_below > row.capture_from && row.capture_below <= 100)))
    return "capture_below must be a percentage above capture_from, or empty";
  if (!cells[2].empty() && (!read_number(cells[2], row.gap_hours_max) || row.gap_hours_max == 0))
    return "gap_hours_max must be a whole number of hours, or empty";
  const bool largest = cells[4] == "largest";
  if (!largest && cells[4] != "none") return "statistic must be largest or none";
  if (largest && (!read_number(cells[3], row.look_back_hours) || row.look_back_hours == 0 ||
                  row.look_back_hours > look_back_hours_max))
    return "look_back_hours must be a whole number of hours, at most a year of them";
  if (!largest && !cells[3].empty()) return "without a statistic there are no hours to look back on";
  if (!told(cells[5], cells[6])) return not_told;
  const bool closed = before.gap_hours_max == std::numeric_limits<std::size_t>::max();
  if (closed && row.capture_below != before.from)
    return "captures must go from the top down without a hole; the last open row of a capture has no gap_hours_max";
  if (!closed && (row.capture_from != before.from || row.capture_below != before.below ||
                  row.gap_hours_max <= before.gap_hours_max))
    return "gaps of one capture must rise to one without gap_hours_max";
  row.source = cells[5];
  row.trust = cells[6];
  return {};
}

/// Share of valid hours against a percentage, in counts.
bool capture_reaches(const HourCount& hours, double percent) {
  return hours.running() > 0 &&
         100 * static_cast<double>(hours.valid) >= percent * static_cast<double>(hours.running());
}

bool measured(HourState state, double mass) { return state == HourState::valid && is_amount(mass); }

struct Largest {
  double kg_h = missing;
  std::size_t hours = 0;
};

/// The largest mass of the `wanted` valid hours next before `end`, or of as many as there are.
Largest largest_before(std::span<const double> mass_kg_h, std::span<const HourState> state, std::size_t end,
                       std::size_t wanted) {
  Largest found;
  for (std::size_t i = end; i > 0 && found.hours < wanted; --i) {
    if (!measured(state[i - 1], mass_kg_h[i - 1])) continue;
    found.kg_h = found.hours == 0 ? mass_kg_h[i - 1] : std::max(found.kg_h, mass_kg_h[i - 1]);
    ++found.hours;
  }
  return found;
}

MassOrigin origin_of(const Largest& found, std::size_t wanted) {
  if (found.hours == 0) return MassOrigin::none;
  return found.hours < wanted ? MassOrigin::substituted_short : MassOrigin::substituted;
}

}  // namespace

Result<StackRules> parse_stack_rules(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, constant_columns);
  if (!csv) return fail(csv.error());
  StackNumber wanted[] = {{"zero_celsius_k", "K", 270, 300},         {"standard_pressure_pa", "Pa", 90000, 110000},
                          {"molar_volume_l_mol", "L/mol", 22, 25},   {"air_oxygen_percent", "%", 20, 22},
                          {"no_molar_mass_g_mol", "g/mol", 1, 1000}, {"no2_molar_mass_g_mol", "g/mol", 1, 1000},
                          {"oxygen_gap_min_percent", "%", 0.01, 5},  {"hour_minutes_min", "min", 1, 60},
                          {"day_share_min_percent", "%", 1, 100},    {"capture_min_percent", "%", 1, 100}};
  std::size_t weakest = 0;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = take_stack_number(csv->rows[i], wanted); !reason.empty())
      return wrong(name, csv->lines[i], reason);
    weakest = std::max(weakest, rank_of_trust(csv->rows[i][4]));
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (const StackNumber& one : wanted) {
    if (std::isnan(one.value)) return wrong(name, last, "'" + std::string(one.key) + "' is missing");
  }
  if (wanted[5].value <= wanted[4].value) return wrong(name, last, "NO2 must be heavier than NO");
  if (wanted[7].value != std::floor(wanted[7].value)) return wrong(name, last, "hour_minutes_min must be whole");
  StackRules rules;
  rules.constants = {wanted[0].value, wanted[1].value, wanted[2].value, wanted[3].value,
                     wanted[4].value, wanted[5].value, wanted[6].value};
  rules.validity = {static_cast<int>(wanted[7].value), wanted[8].value, wanted[9].value};
  rules.trust = trust_words[weakest];
  return rules;
}

double mg_m3_from_ppm(const StackConstants& constants, double ppm, double molar_mass_g_mol) {
  if (!is_amount(ppm) || !(molar_mass_g_mol > 0)) return missing;
  return amount(molar_mass_g_mol / constants.molar_volume_l_mol * ppm);
}

double no2_mg_m3_from_no_mg_m3(const StackConstants& constants, double no_mg_m3) {
  return amount(no_mg_m3 * (constants.no2_molar_mass_g_mol / constants.no_molar_mass_g_mol));
}

double nox_as_no2_mg_m3_from_ppm(const StackConstants& constants, double no_ppm, double no2_ppm) {
  if (!is_amount(no_ppm) || !is_amount(no2_ppm)) return missing;
  return mg_m3_from_ppm(constants, no_ppm + no2_ppm, constants.no2_molar_mass_g_mol);
}

double standard_mg_m3_from_actual(const StackConstants& constants, double actual_mg_m3, const StackGas& gas) {
  if (!is_amount(actual_mg_m3)) return missing;
  return amount(actual_mg_m3 / standard_volume(constants, gas));
}

double dry_from_wet(double wet, double moisture_fraction) {
  if (!is_amount(wet) || !(moisture_fraction >= 0 && moisture_fraction < 1)) return missing;
  return amount(wet / (1 - moisture_fraction));
}

double excess_air(const StackConstants& constants, double o2_percent) {
  return amount(constants.air_oxygen_percent / oxygen_gap(constants, o2_percent));
}

double wet_actual_flow_m3_h(double area_m2, double speed_m_s) {
  if (!is_amount(area_m2) || !is_amount(speed_m_s)) return missing;
  return amount(seconds_an_hour * area_m2 * speed_m_s);
}

double dry_standard_flow_m3_h(const StackConstants& constants, double wet_actual_m3_h, const StackGas& gas,
                              double moisture_fraction) {
  if (!is_amount(wet_actual_m3_h) || !(moisture_fraction >= 0 && moisture_fraction < 1)) return missing;
  return amount(wet_actual_m3_h * standard_volume(constants, gas) * (1 - moisture_fraction));
}

double mass_rate_kg_h(double dry_standard_mg_m3, double dry_standard_m3_h) {
  if (!is_amount(dry_standard_mg_m3) || !is_amount(dry_standard_m3_h)) return missing;
  return amount(dry_standard_mg_m3 * dry_standard_m3_h * kg_per_mg);
}

void mass_rate_kg_h(std::span<const double> dry_standard_mg_m3, std::span<const double> dry_standard_m3_h,
                    std::span<double> kg_h) {
  CELADON_ASSERT(dry_standard_mg_m3.size() == kg_h.size() && dry_standard_m3_h.size() == kg_h.size());
  for (std::size_t i = 0; i < kg_h.size(); ++i) kg_h[i] = mass_rate_kg_h(dry_standard_mg_m3[i], dry_standard_m3_h[i]);
}

double at_reference_oxygen(const StackConstants& constants, double concentration, double o2_percent,
                           double reference_percent) {
  if (!is_amount(concentration) || !is_reference(constants, reference_percent)) return missing;
  return amount(concentration * (constants.air_oxygen_percent - reference_percent) / oxygen_gap(constants, o2_percent));
}

void reference_oxygen(const StackConstants& constants, std::span<const double> concentration,
                      std::span<const double> o2_percent, double reference_percent, std::span<double> converted) {
  CELADON_ASSERT(concentration.size() == converted.size() && o2_percent.size() == converted.size());
  for (std::size_t i = 0; i < converted.size(); ++i)
    converted[i] = at_reference_oxygen(constants, concentration[i], o2_percent[i], reference_percent);
}

ConvertedRange converted_range(const StackConstants& constants, double concentration, double o2_percent,
                               double reference_percent, double o2_error_percent) {
  ConvertedRange range;
  range.value = at_reference_oxygen(constants, concentration, o2_percent, reference_percent);
  if (std::isnan(range.value) || !is_amount(o2_error_percent)) return range;
  const auto with_o2 = [&](double o2) { return at_reference_oxygen(constants, concentration, o2, reference_percent); };
  range.low = with_o2(std::max(0.0, o2_percent - o2_error_percent));
  range.high = with_o2(o2_percent + o2_error_percent);
  range.relative = o2_error_percent / (constants.air_oxygen_percent - o2_percent);
  return range;
}

double exceedance_multiple(double concentration, double limit) {
  if (!is_amount(concentration) || !(limit > 0) || std::isinf(limit)) return missing;
  return concentration > limit ? amount((concentration - limit) / limit) : 0;
}

bool hour_is_valid(const StackValidity& validity, int valid_minutes) {
  return valid_minutes >= validity.hour_minutes_min;
}

HourCount count_hours(std::span<const HourState> state) {
  HourCount count;
  for (const HourState one : state) {
    if (one == HourState::valid) ++count.valid;
    if (one == HourState::invalid) ++count.invalid;
    if (one == HourState::standstill) ++count.standstill;
  }
  return count;
}

bool day_is_valid(const StackValidity& validity, const HourCount& day) {
  return capture_reaches(day, validity.day_share_min_percent);
}

double capture_percent(const HourCount& quarter) {
  if (quarter.running() == 0) return missing;
  return 100 * static_cast<double>(quarter.valid) / static_cast<double>(quarter.running());
}

bool capture_is_enough(const StackValidity& validity, const HourCount& quarter) {
  return capture_reaches(quarter, validity.capture_min_percent);
}

Result<SubstitutionTable> parse_substitution(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, substitution_columns);
  if (!csv) return fail(csv.error());
  SubstitutionTable table;
  BandEdge before;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    SubstitutionRow row;
    if (const auto reason = band_misprint(csv->rows[i], before, row); !reason.empty())
      return wrong(name, csv->lines[i], reason);
    before = {row.capture_from, row.capture_below, row.gap_hours_max};
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return wrong(name, 1, "has no rows");
  if (before.from != 0 || before.gap_hours_max != std::numeric_limits<std::size_t>::max())
    return wrong(name, csv->lines.back(), "the last row must hold from a capture of 0 and for a gap of any length");
  return table;
}

const SubstitutionRow* substitution_for(const SubstitutionTable& table, const HourCount& quarter,
                                        std::size_t gap_hours) {
  CELADON_ASSERT(gap_hours >= 1);
  if (quarter.running() == 0) return nullptr;
  const auto found = std::find_if(table.rows.begin(), table.rows.end(), [&](const SubstitutionRow& row) {
    return capture_reaches(quarter, row.capture_from) && gap_hours <= row.gap_hours_max;
  });
  CELADON_ASSERT(found != table.rows.end());  // the rows go down to a capture of 0 and a gap of any length
  return &*found;
}

void substitute_mass(const SubstitutionTable& table, const HourCount& quarter, std::span<const double> mass_kg_h,
                     std::span<const HourState> state, std::span<double> filled_kg_h, std::span<MassOrigin> origin) {
  const std::size_t n = mass_kg_h.size();
  CELADON_ASSERT(state.size() == n && filled_kg_h.size() == n && origin.size() == n);
  for (std::size_t begin = 0; begin < n;) {
    if (state[begin] == HourState::standstill || measured(state[begin], mass_kg_h[begin])) {
      const bool still = state[begin] == HourState::standstill;
      filled_kg_h[begin] = still ? 0 : mass_kg_h[begin];
      origin[begin] = still ? MassOrigin::standstill : MassOrigin::measured;
      ++begin;
      continue;
    }
    std::size_t end = begin, gap_hours = 0;
    for (; end < n && !measured(state[end], mass_kg_h[end]); ++end) gap_hours += state[end] != HourState::standstill;
    const SubstitutionRow* const row = substitution_for(table, quarter, gap_hours);
    const std::size_t wanted = row ? row->look_back_hours : 0;
    const Largest found = largest_before(mass_kg_h, state, begin, wanted);
    for (; begin < end; ++begin) {
      const bool still = state[begin] == HourState::standstill;
      filled_kg_h[begin] = still ? 0 : found.kg_h;
      origin[begin] = still ? MassOrigin::standstill : origin_of(found, wanted);
    }
  }
}

EmissionSum emission_sum(std::span<const double> mass_kg_h) {
  EmissionSum sum;
  for (const double rate : mass_kg_h) {
    if (!is_amount(rate)) {
      ++sum.hours_missing;
      continue;
    }
    sum.kg = sum.hours == 0 ? rate : sum.kg + rate;
    ++sum.hours;
  }
  sum.kg = amount(sum.kg);
  return sum;
}

void daily_emission(std::span<const double> mass_kg_h, std::span<EmissionSum> day) {
  CELADON_ASSERT(mass_kg_h.size() == hours_of_a_day * day.size());
  for (std::size_t i = 0; i < day.size(); ++i)
    day[i] = emission_sum(mass_kg_h.subspan(hours_of_a_day * i, hours_of_a_day));
}

}  // namespace celadon::standards
