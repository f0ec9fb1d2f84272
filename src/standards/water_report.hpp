#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// The class that use and report of surface water turn on: "over class III", "share of I to III".
inline constexpr std::int8_t class_three = 3;

/// One row of the proportion method, and the section classes that make the same grade of a single section.
struct BasinGradeRow {
  int grade = 0;
  std::string name_zh, name_en;
  int class_from = 0, class_to = 0;
  std::optional<int> good_min, good_below, inferior_min, inferior_below;  ///< whole per cent of judged sections
  std::string source, trust;
};

/// Grades best first: 1, 2, ... without a gap.
struct BasinGradeTable {
  std::vector<BasinGradeRow> rows;

  /// Grade of one section, 0 for a class of 0.
  [[nodiscard]] int of_class(std::int8_t class_of) const;
};

/// Columns grade, name_zh, name_en, class_from, class_to, good_min, good_below, inferior_min, inferior_below, source,
/// trust. Errors   malformed naming file and line; also where some shares, or a class, would have no grade.
[[nodiscard]] Result<BasinGradeTable> parse_basin_grades(std::string_view text, std::string_view name);

/// The whole numbers of a report on surface water.
struct WaterReportNumbers {
  int basin_sections_min = 0;    ///< from here the proportion method; below, the mean of each item is classified
  int main_pollutants_most = 0;  ///< so many are told
  int grade_steps_some = 0, grade_steps_clear = 0;    ///< reached
  int share_points_some = 0, share_points_clear = 0;  ///< exceeded, percentage points

  struct Told {
    std::string name, source, trust;
  };
  std::vector<Told> rows;  ///< where each number is from
  /// Requires a name of the table.
  [[nodiscard]] const Told& told(std::string_view name) const;
};

/// Columns name, value, unit, source, trust. Errors   malformed: a name unknown, twice or absent; a value not 1..100.
[[nodiscard]] Result<WaterReportNumbers> parse_water_change(std::string_view text, std::string_view name);

/// Items told first when over class III, by property.
struct PriorityItems {
  std::vector<std::string> properties;

  [[nodiscard]] bool has(std::string_view property) const;
};

/// Columns property, name_zh, source, trust. Errors   malformed: a property empty or twice.
[[nodiscard]] Result<PriorityItems> parse_priority_items(std::string_view text, std::string_view name);

/// What the classes of a basin's sections come to.
struct BasinGrade {
  int grade = 0;  ///< 0 where no section was judged
  int judged = 0, good = 0, inferior = 0;
  bool enough = false;  ///< reaches basin_sections_min

  [[nodiscard]] double good_percent() const;      ///< NaN where none was judged
  [[nodiscard]] double inferior_percent() const;  ///< NaN where none was judged
};

/// Grade of a river, river system or basin by the classes of its sections.
///
/// Shapes   section_class[n], 1 to 6, 6 worse than V.
/// Missing  0 leaves the section out of both shares.
/// Source   环办〔2011〕22号, proportion method: rows in order, shares compared as counts, never rounded.
/// Ours     below basin_sections_min the grade is told all the same, marked not enough: some regional bulletins grade
///          four points by it. Whoever follows the text then classifies mean_ignoring_missing of each item.
[[nodiscard]] BasinGrade basin_grade(const BasinGradeTable& table, const WaterReportNumbers& numbers,
                                     std::span<const std::int8_t> section_class);

/// Arithmetic mean. Missing  NaN and infinities are left out; NaN where nothing is left.
[[nodiscard]] double mean_ignoring_missing(std::span<const double> value);

/// Mean pH: -log10 of the mean of 10^-pH. Missing  as above.
/// Source   环办监测函〔2020〕82号, as a public program tests it.
[[nodiscard]] double mean_ph(std::span<const double> ph);

/// Multiple over class III, (C - S) / S; NaN where C does not exceed S or is missing.
/// Units    both the same; requires limit > 0. Not for temperature, pH and dissolved oxygen, which have none.
/// Source   环办〔2011〕22号; class III whatever the target of the section.
[[nodiscard]] double multiple_over(double value, double class_three_limit);

/// One item of a section, as classified; only items that set the class.
struct SectionItem {
  std::string_view property;
  std::int8_t class_of = 0;                                    ///< 0 missing
  double multiple = std::numeric_limits<double>::quiet_NaN();  ///< over class III; NaN where there is none
};

/// The main pollutants of a section, as indices into `item`, the foremost first.
///
/// Source   环办〔2011〕22号: items over class III by class, the worst first, then by multiple; the first three;
///          cyanide and heavy metals before all. None where the section is excellent or good.
/// Ours     among those told first the same order holds; an item without a multiple follows those with one; what is
///          still equal stands by property, so that the order of the input does not matter.
[[nodiscard]] std::vector<std::size_t> main_pollutants(const PriorityItems& priority, const WaterReportNumbers& numbers,
                                                       std::span<const SectionItem> item);

struct ExceedRate {
  std::size_t item = 0;  ///< index into the columns
  int over = 0, evaluated = 0;

  [[nodiscard]] double percent() const { return 100.0 * over / evaluated; }
};

/// The items of a basin that exceed class III anywhere, the greatest rate first: sections over III / sections
/// evaluated.
///
/// Shapes   class_of[k] is the column of property[k], a class for each section.
/// Missing  0 leaves that section out of that item.
/// Source   环办〔2011〕22号, for five sections and more; fewer are told as a section is.
/// Ours     equal rates stand by property. Cut the list at main_pollutants_most where only the main ones are told.
[[nodiscard]] std::vector<ExceedRate> exceed_rates(std::span<const std::string_view> property,
                                                   std::span<const std::span<const std::int8_t>> class_of);

enum class WaterChange : std::uint8_t { not_comparable, none, some_better, some_worse, clearly_better, clearly_worse };

/// Change between two periods by grade, for a section or a lake.
/// Missing  a grade of 0 is not comparable.
/// Source   环办〔2011〕22号: grade steps. Whether items and sections are the same is the caller's to say.
[[nodiscard]] WaterChange change_by_grade(const WaterReportNumbers& numbers, int before, int now);

struct ShareChange {
  WaterChange change = WaterChange::not_comparable;
  double points = std::numeric_limits<double>::quiet_NaN();  ///< rise of I-III less rise of worse-than-V
};

/// Change between two periods by shares, for a river or basin.
/// Source   环办〔2011〕22号: x = (G2 - G1) - (D2 - D1) in percentage points, compared as whole numbers.
/// Ours     not comparable where either period has too few sections.
[[nodiscard]] ShareChange change_by_shares(const WaterReportNumbers& numbers, const BasinGrade& before,
                                           const BasinGrade& now);

}  // namespace celadon::standards
