#include "standards/trophic.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "core/units.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"

#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::size_t parameters_max = 8;
constexpr std::string_view coefficient_columns[] = {"property", "name_zh",   "unit",   "a",
                                                    "b",        "r_squared", "source", "trust"};
constexpr std::string_view trophic_grade_columns[] = {"grade", "name_zh", "name_en", "holds", "source", "trust"};

/// Why the cells are no parameter; empty where they are.
std::string parameter_misprint(const std::vector<std::string>& cells, const TliTable& before, TliParameter& parameter) {
  if (cells[0].empty() || cells[1].empty()) return "a parameter needs a property and a name";
  for (const auto& other : before.parameters) {
    if (other.property == cells[0]) return "'" + cells[0] + "' is there twice";
  }
  if (const auto unit = parse_unit(cells[2]); !unit) return unit.error().detail;
  if (!read_finite(cells[3], parameter.a) || !read_finite(cells[4], parameter.b) || parameter.b == 0)
    return "a and b must be numbers, b not 0";
  if (!read_finite(cells[5], parameter.r_squared) || !(parameter.r_squared > 0) || parameter.r_squared > 1)
    return "r_squared '" + cells[5] + "' is not a number above 0 and up to 1";
  if (!told(cells[6], cells[7])) return not_told;
  if (before.parameters.size() == parameters_max) return "more than 8 parameters";
  parameter.property = cells[0];
  parameter.name_zh = cells[1];
  parameter.unit = cells[2];
  parameter.source = cells[6];
  parameter.trust = cells[7];
  return {};
}

/// One grade ends where the next begins, and the point between belongs to exactly one of them.
bool follows(const Interval& before, const Interval& next) {
  return before.high == next.low && before.high_open != next.low_open;
}

double index_of(const TliParameter& parameter, double value) {
  if (!(value > 0) || !std::isfinite(value)) return missing;
  return 10 * (parameter.a + parameter.b * std::log(value));
}

}  // namespace

Result<TliTable> parse_tli_coefficients(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, coefficient_columns);
  if (!csv) return fail(csv.error());
  TliTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    TliParameter parameter;
    const std::string reason = parameter_misprint(csv->rows[i], table, parameter);
    if (!reason.empty()) return wrong(name, csv->lines[i], reason);
    table.parameters.push_back(std::move(parameter));
  }
  if (table.parameters.empty()) return wrong(name, 1, "has no rows");
  return table;
}

Result<TrophicGrades> parse_tli_grades(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, trophic_grade_columns);
  if (!csv) return fail(csv.error());
  TrophicGrades grades;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    if (cells[0] != std::to_string(i + 1)) return wrong(name, csv->lines[i], "grades must be 1, 2, 3 in order");
    if (cells[1].empty() || cells[2].empty())
      return wrong(name, csv->lines[i], "a grade needs a name in both languages");
    const auto holds = Condition::parse(cells[3]);
    if (!holds) return wrong(name, csv->lines[i], holds.error().detail);
    if (holds->intervals().size() != 1) return wrong(name, csv->lines[i], "a grade is one stretch of the index");
    const Interval& stretch = holds->intervals().front();
    if (i == 0 ? std::isfinite(stretch.low) : !follows(grades.rows.back().holds.intervals().front(), stretch))
      return wrong(name, csv->lines[i], "the grade must begin where the one before ends");
    if (!told(cells[4], cells[5])) return wrong(name, csv->lines[i], not_told);
    grades.rows.push_back({static_cast<int>(i) + 1, cells[1], cells[2], *holds, cells[4], cells[5]});
  }
  if (grades.rows.empty()) return wrong(name, 1, "has no rows");
  if (std::isfinite(grades.rows.back().holds.intervals().front().high))
    return wrong(name, csv->lines.back(), "the last grade must be open above");
  return grades;
}

void tli_of_parameter(const TliParameter& parameter, std::span<const double> value, std::span<double> tli) {
  CELADON_ASSERT(value.size() == tli.size());
  for (std::size_t i = 0; i < value.size(); ++i) tli[i] = index_of(parameter, value[i]);
}

void tli_weighted_sum(const TliTable& table, std::span<const std::span<const double>> tli, std::span<double> sum,
                      std::span<std::uint8_t> present) {
  CELADON_ASSERT(tli.size() == table.parameters.size() && sum.size() == present.size());
  for (const auto& column : tli) CELADON_ASSERT(column.size() == sum.size());
  for (std::size_t i = 0; i < sum.size(); ++i) {
    double weighted = 0, weight = 0;
    present[i] = 0;
    for (std::size_t k = 0; k < tli.size(); ++k) {
      const double index = tli[k][i];
      if (!std::isfinite(index)) continue;
      weighted += table.parameters[k].r_squared * index;
      weight += table.parameters[k].r_squared;
      ++present[i];
    }
    sum[i] = present[i] == 0 ? missing : weighted / weight;
  }
}

int trophic_grade(const TrophicGrades& grades, double tli) {
  for (const auto& row : grades.rows) {
    if (row.holds.holds(tli)) return row.grade;
  }
  return 0;
}

}  // namespace celadon::standards
