#include "standards/electromagnetic.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::string_view table_columns[] = {"f_from_hz", "f_to_hz", "quantity", "coefficient", "exponent",
                                              "f_unit",    "unit",    "source",   "trust"};
constexpr std::string_view quantity_words[] = {"E", "H", "B", "S"};
constexpr std::string_view quantity_units[] = {"V/m", "A/m", "uT", "W/m2"};
constexpr std::string_view frequency_units[] = {"Hz", "kHz", "MHz", "GHz"};
constexpr double frequency_unit_hz[] = {1, 1e3, 1e6, 1e9};
constexpr double exposure_max = 1e15;
constexpr double sum_equal_within = 1e-9;

bool read_positive(std::string_view cell, double& value) {
  return read_between(cell, 0, exposure_max, value) && value > 0;
}

/// The printed table has f/7500, which no decimal tells exactly.
bool read_coefficient(std::string_view cell, double& value) {
  const std::size_t slash = cell.find('/');
  if (slash == std::string_view::npos) return read_positive(cell, value);
  double over = 0, under = 0;
  if (!read_positive(cell.substr(0, slash), over) || !read_positive(cell.substr(slash + 1), under)) return false;
  value = over / under;
  return value > 0;
}

/// Why the cells are no row of `table`; empty where they are, and it was added.
std::string add_row(const std::vector<std::string>& cells, ExposureTable& table) {
  ExposureRow row;
  if (!read_positive(cells[0], row.f_from_hz) || !read_positive(cells[1], row.f_to_hz) || row.f_to_hz <= row.f_from_hz)
    return "frequencies must be above 0, f_to_hz above f_from_hz";
  const std::size_t quantity = place_of(quantity_words, cells[2]);
  if (quantity == std::size(quantity_words)) return "quantity '" + cells[2] + "' is not E, H, B or S";
  if (!read_coefficient(cells[3], row.coefficient))
    return "coefficient '" + cells[3] + "' is not a number above 0 or a fraction of two";
  if (!read_between(cells[4], -3, 3, row.exponent)) return "exponent '" + cells[4] + "' is not a number from -3 to 3";
  const std::size_t unit = place_of(frequency_units, cells[5]);
  if (unit == std::size(frequency_units)) return "f_unit '" + cells[5] + "' is not Hz, kHz, MHz or GHz";
  row.f_unit_hz = frequency_unit_hz[unit];
  if (cells[6] != quantity_units[quantity])
    return "unit of " + cells[2] + " must be " + std::string(quantity_units[quantity]);
  if (!told(cells[7], cells[8])) return not_told;
  auto& rows = table.rows[quantity];
  if (!rows.empty() && rows.back().f_to_hz != row.f_from_hz)
    return "rows of " + cells[2] + " must follow without a gap or overlap";
  row.source = cells[7];
  row.trust = cells[8];
  rows.push_back(std::move(row));
  return {};
}

struct ExposureNumber {
  std::string_view name, unit;
  double ExposureRules::*into;
};

constexpr ExposureNumber exposure_numbers[] = {{"linear_from_hz", "Hz", &ExposureRules::linear_from_hz},
                                               {"linear_to_hz", "Hz", &ExposureRules::linear_to_hz},
                                               {"squares_from_hz", "Hz", &ExposureRules::squares_from_hz},
                                               {"squares_to_hz", "Hz", &ExposureRules::squares_to_hz},
                                               {"sum_max", "", &ExposureRules::sum_max},
                                               {"pulse_power_multiple", "", &ExposureRules::pulse_power_multiple},
                                               {"pulse_field_multiple", "", &ExposureRules::pulse_field_multiple},
                                               {"overhead_line_e_v_m", "V/m", &ExposureRules::overhead_line_e_v_m},
                                               {"overhead_line_hz", "Hz", &ExposureRules::overhead_line_hz}};

std::string take_exposure_number(const std::vector<std::string>& cells, ExposureRules& rules) {
  const auto* const found = std::find_if(std::begin(exposure_numbers), std::end(exposure_numbers),
                                         [&](const ExposureNumber& one) { return one.name == cells[0]; });
  if (found == std::end(exposure_numbers)) return "'" + cells[0] + "' is not a number of exposure";
  if (rules.*found->into > 0) return "'" + cells[0] + "' is there twice";
  double value = 0;
  if (!read_positive(cells[1], value)) return "value '" + cells[1] + "' is not a number above 0";
  if (cells[2] != found->unit) return "unit must be '" + std::string(found->unit) + "'";
  if (!told(cells[3], cells[4])) return not_told;
  rules.*found->into = value;
  return {};
}

bool lies_in(double f_hz, double from_hz, double to_hz) { return f_hz >= from_hz && f_hz <= to_hz; }

}  // namespace

double ExposureRow::at(double f_hz) const { return coefficient * std::pow(f_hz / f_unit_hz, exponent); }

Result<ExposureTable> parse_exposure_table(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, table_columns);
  if (!csv) return fail(csv.error());
  ExposureTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = add_row(csv->rows[i], table); !reason.empty()) return wrong(name, csv->lines[i], reason);
  }
  for (std::size_t q = 0; q < std::size(quantity_words); ++q) {
    if (table.rows[q].empty())
      return wrong(name, csv->lines.empty() ? 1 : csv->lines.back(), std::string(quantity_words[q]) + " has no rows");
  }
  return table;
}

Result<ExposureRules> parse_exposure_rules(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, number_columns);
  if (!csv) return fail(csv.error());
  ExposureRules rules;
  std::size_t weakest = 0;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = take_exposure_number(csv->rows[i], rules); !reason.empty())
      return wrong(name, csv->lines[i], reason);
    weakest = std::max(weakest, rank_of_trust(csv->rows[i][4]));
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (const ExposureNumber& one : exposure_numbers) {
    if (rules.*one.into == 0) return wrong(name, last, "'" + std::string(one.name) + "' is missing");
  }
  if (rules.linear_to_hz <= rules.linear_from_hz || rules.squares_to_hz <= rules.squares_from_hz)
    return wrong(name, last, "the range of a sum ends before it begins");
  rules.trust = trust_words[weakest];
  return rules;
}

double exposure_limit(const ExposureTable& table, FieldQuantity quantity, double f_hz) {
  double limit = missing;
  for (const ExposureRow& row : table.rows[static_cast<std::size_t>(quantity)]) {
    if (lies_in(f_hz, row.f_from_hz, row.f_to_hz)) limit = std::fmin(limit, row.at(f_hz));  // fmin passes NaN over
  }
  return limit;
}

void exposure_limit(const ExposureTable& table, FieldQuantity quantity, std::span<const double> f_hz,
                    std::span<double> limit) {
  CELADON_ASSERT(f_hz.size() == limit.size());
  for (std::size_t i = 0; i < f_hz.size(); ++i) limit[i] = exposure_limit(table, quantity, f_hz[i]);
}

double pulse_peak_limit(const ExposureTable& table, const ExposureRules& rules, FieldQuantity quantity, double f_hz) {
  const bool power = quantity == FieldQuantity::power_density;
  return exposure_limit(table, quantity, f_hz) * (power ? rules.pulse_power_multiple : rules.pulse_field_multiple);
}

ExposureSum exposure_sum(const ExposureTable& table, const ExposureRules& rules, FieldQuantity quantity,
                         std::span<const double> f_hz, std::span<const double> value) {
  CELADON_ASSERT(f_hz.size() == value.size());
  CELADON_ASSERT(quantity == FieldQuantity::electric || quantity == FieldQuantity::flux_density);
  ExposureSum sum;
  for (std::size_t i = 0; i < f_hz.size(); ++i) {
    if (!std::isfinite(f_hz[i]) || !std::isfinite(value[i]) || value[i] < 0) {
      ++sum.missing;
      continue;
    }
    const double share = value[i] / exposure_limit(table, quantity, f_hz[i]);
    const bool linear = lies_in(f_hz[i], rules.linear_from_hz, rules.linear_to_hz);
    const bool squares = lies_in(f_hz[i], rules.squares_from_hz, rules.squares_to_hz);
    if (std::isnan(share) || (!linear && !squares)) {
      ++sum.without_limit;
      continue;
    }
    if (linear) {
      sum.linear += share;
      ++sum.in_linear;
    }
    if (squares) {
      sum.squares += share * share;
      ++sum.in_squares;
    }
  }
  const double most = rules.sum_max + sum_equal_within;
  if (sum.linear > most || sum.squares > most)
    sum.within = false;
  else if (sum.missing == 0 && sum.in_linear + sum.in_squares > 0)
    sum.within = true;
  return sum;
}

}  // namespace celadon::standards
