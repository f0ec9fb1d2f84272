#pragma once

#include "core/result.hpp"
#include "standards/condition.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// One parameter of the trophic level index: TLI = 10 (a + b ln x).
struct TliParameter {
  std::string property, name_zh, unit;
  double a = 0, b = 0;
  double r_squared = 0;  ///< correlation with chlorophyll a; weights are these over their sum
  std::string source, trust;
};

struct TliTable {
  std::vector<TliParameter> parameters;
};

/// Columns property, name_zh, unit, a, b, r_squared, source, trust. Errors   malformed naming file and line: a unit
/// not known, b of 0, r_squared outside (0, 1], a property twice, more than 8 rows, no rows.
[[nodiscard]] Result<TliTable> parse_tli_coefficients(std::string_view text, std::string_view name);

struct TrophicGrade {
  int grade = 0;
  std::string name_zh, name_en;
  Condition holds;
  std::string source, trust;
};

struct TrophicGrades {
  std::vector<TrophicGrade> rows;
};

/// Columns grade, name_zh, name_en, holds, source, trust; grades 1, 2, ... from poor to rich. Errors   malformed naming
/// file and line: a condition that cannot be read, a gap or an overlap between grades, an open end missing.
[[nodiscard]] Result<TrophicGrades> parse_tli_grades(std::string_view text, std::string_view name);

/// Index of each value of one parameter.
///
/// Shapes   value[n], tli[n]; both may be the same memory.
/// Units    value in parameter.unit: chlorophyll a in mg/m3, transparency in m.
/// Missing  NaN, infinities, and values of zero or less, which have no logarithm, give NaN. A value below detection
///          comes in as half its detection limit.
/// Source   环办〔2011〕22号.
void tli_of_parameter(const TliParameter& parameter, std::span<const double> value, std::span<double> tli);

/// Weighted sum TLI of each row.
///
/// Shapes   tli[k] is the column of table.parameters[k], each of n indices; sum[n]; present[n].
/// Missing  a NaN index is left out and the weights of the rest are scaled to one; a row without any gives NaN.
/// Result   present: how many indices entered. Official reporting wants all of them.
/// Source   环办〔2011〕22号: W = r^2 / sum r^2. Scaling as papers with three and four parameters do.
void tli_weighted_sum(const TliTable& table, std::span<const std::span<const double>> tli, std::span<double> sum,
                      std::span<std::uint8_t> present);

/// Grade of an index; 0 for NaN. Ours   the index is not rounded first.
[[nodiscard]] int trophic_grade(const TrophicGrades& grades, double tli);

}  // namespace celadon::standards
