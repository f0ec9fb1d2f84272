#include "standards/water_report.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::standards {
namespace {

constexpr int worst_class = 6;
constexpr std::string_view basin_grade_columns[] = {"grade",          "name_zh",  "name_en",    "class_from",
                                                    "class_to",       "good_min", "good_below", "inferior_min",
                                                    "inferior_below", "source",   "trust"};
constexpr std::string_view item_columns[] = {"property", "name_zh", "source", "trust"};

/// Why the cells are no row; empty where they are.
std::string basin_grade_misprint(const std::vector<std::string>& cells, BasinGradeRow& row) {
  if (!read_between(cells[0], 1, 100, row.grade)) return "grade '" + cells[0] + "' is not a whole number from 1";
  if (cells[1].empty() || cells[2].empty()) return "a grade needs a name in both languages";
  if (!read_between(cells[3], 1, worst_class, row.class_from) ||
      !read_between(cells[4], row.class_from, worst_class, row.class_to))
    return "classes must be whole numbers from 1 to 6, class_to not below class_from";
  std::optional<int>* const shares[] = {&row.good_min, &row.good_below, &row.inferior_min, &row.inferior_below};
  for (std::size_t k = 0; k < std::size(shares); ++k) {
    const std::string& cell = cells[5 + k];
    int percent = 0;
    if (cell.empty()) continue;
    if (!read_between(cell, 0, 100, percent))
      return std::string(basin_grade_columns[5 + k]) + " '" + cell + "' is not a whole per cent";
    *shares[k] = percent;
  }
  if (row.good_min.value_or(0) >= row.good_below.value_or(101) ||
      row.inferior_min.value_or(0) >= row.inferior_below.value_or(101))
    return "a share must be from less than it is below";
  if (!told(cells[9], cells[10])) return not_told;
  row.name_zh = cells[1];
  row.name_en = cells[2];
  row.source = cells[9];
  row.trust = cells[10];
  return {};
}

/// `count` of `total` held against whole per cents, without dividing.
bool within(std::int64_t count, std::int64_t total, const std::optional<int>& min, const std::optional<int>& below) {
  return (!min || 100 * count >= *min * total) && (!below || 100 * count < *below * total);
}

int grade_of_shares(const BasinGradeTable& table, std::int64_t good, std::int64_t inferior, std::int64_t judged) {
  for (const auto& row : table.rows) {
    if (within(good, judged, row.good_min, row.good_below) &&
        within(inferior, judged, row.inferior_min, row.inferior_below))
      return row.grade;
  }
  return 0;
}

/// Limits are whole per cents, so every half per cent stands for all shares around it.
Result<void> has_no_hole(const BasinGradeTable& table, std::string_view name, std::uint64_t line) {
  for (int good = 0; good <= 200; ++good) {
    for (int inferior = 0; inferior + good <= 200; ++inferior) {
      if (grade_of_shares(table, good, inferior, 200) == 0)
        return wrong(
            name, line,
            "no grade for " + std::to_string(good / 2) + " % good and " + std::to_string(inferior / 2) + " % inferior");
    }
  }
  return {};
}

WaterChange in_words(bool better, bool clear) {
  if (clear) return better ? WaterChange::clearly_better : WaterChange::clearly_worse;
  return better ? WaterChange::some_better : WaterChange::some_worse;
}

}  // namespace

int BasinGradeTable::of_class(std::int8_t class_of) const {
  for (const auto& row : rows) {
    if (class_of >= row.class_from && class_of <= row.class_to) return row.grade;
  }
  return 0;
}

Result<BasinGradeTable> parse_basin_grades(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, basin_grade_columns);
  if (!csv) return fail(csv.error());
  if (csv->rows.empty()) return wrong(name, 1, "has no rows");
  BasinGradeTable table;
  int class_next = 1;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    BasinGradeRow row;
    const std::string reason = basin_grade_misprint(csv->rows[i], row);
    if (!reason.empty()) return wrong(name, csv->lines[i], reason);
    if (row.grade != static_cast<int>(i) + 1) return wrong(name, csv->lines[i], "grades must be 1, 2, 3 in order");
    if (row.class_from != class_next) return wrong(name, csv->lines[i], "classes must follow without a gap");
    class_next = row.class_to + 1;
    table.rows.push_back(std::move(row));
  }
  if (class_next != worst_class + 1) return wrong(name, csv->lines.back(), "the last classes have no grade");
  if (const auto whole = has_no_hole(table, name, csv->lines.back()); !whole) return fail(whole.error());
  return table;
}

Result<WaterReportNumbers> parse_water_change(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, number_columns);
  if (!csv) return fail(csv.error());
  WaterReportNumbers numbers;
  const std::pair<std::string_view, int*> wanted[] = {
      {"basin_sections_min", &numbers.basin_sections_min}, {"main_pollutants_most", &numbers.main_pollutants_most},
      {"grade_steps_some", &numbers.grade_steps_some},     {"grade_steps_clear", &numbers.grade_steps_clear},
      {"share_points_some", &numbers.share_points_some},   {"share_points_clear", &numbers.share_points_clear}};
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    const auto* const found =
        std::find_if(std::begin(wanted), std::end(wanted), [&](const auto& one) { return one.first == cells[0]; });
    if (found == std::end(wanted))
      return wrong(name, csv->lines[i], "'" + cells[0] + "' is not a number of the report");
    if (*found->second != 0) return wrong(name, csv->lines[i], "'" + cells[0] + "' is there twice");
    if (!read_between(cells[1], 1, 100, *found->second))
      return wrong(name, csv->lines[i], "value '" + cells[1] + "' is not a whole number from 1 to 100");
    if (!told(cells[3], cells[4])) return wrong(name, csv->lines[i], not_told);
    numbers.rows.push_back({cells[0], cells[3], cells[4]});
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (const auto& [word, value] : wanted) {
    if (*value == 0) return wrong(name, last, "'" + std::string(word) + "' is missing");
  }
  if (numbers.grade_steps_some >= numbers.grade_steps_clear || numbers.share_points_some >= numbers.share_points_clear)
    return wrong(name, last, "a clear change must take more than some change");
  return numbers;
}

const WaterReportNumbers::Told& WaterReportNumbers::told(std::string_view name) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Told& row) { return row.name == name; });
  CELADON_ASSERT(found != rows.end());
  return *found;
}

bool PriorityItems::has(std::string_view property) const {
  return std::find(properties.begin(), properties.end(), property) != properties.end();
}

Result<PriorityItems> parse_priority_items(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, item_columns);
  if (!csv) return fail(csv.error());
  PriorityItems items;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    if (cells[0].empty() || cells[1].empty()) return wrong(name, csv->lines[i], "an item needs a property and a name");
    if (items.has(cells[0])) return wrong(name, csv->lines[i], "'" + cells[0] + "' is there twice");
    if (!told(cells[2], cells[3])) return wrong(name, csv->lines[i], not_told);
    items.properties.push_back(cells[0]);
  }
  return items;
}

double BasinGrade::good_percent() const {
  return judged == 0 ? std::numeric_limits<double>::quiet_NaN() : 100.0 * good / judged;
}

double BasinGrade::inferior_percent() const {
  return judged == 0 ? std::numeric_limits<double>::quiet_NaN() : 100.0 * inferior / judged;
}

BasinGrade basin_grade(const BasinGradeTable& table, const WaterReportNumbers& numbers,
                       std::span<const std::int8_t> section_class) {
  BasinGrade basin;
  for (const auto class_of : section_class) {
    CELADON_ASSERT(class_of >= 0 && class_of <= worst_class);
    if (class_of == 0) continue;
    ++basin.judged;
    if (class_of <= class_three) ++basin.good;
    if (class_of == worst_class) ++basin.inferior;
  }
  basin.enough = basin.judged >= numbers.basin_sections_min;
  if (basin.judged > 0) basin.grade = grade_of_shares(table, basin.good, basin.inferior, basin.judged);
  return basin;
}

double mean_ignoring_missing(std::span<const double> value) {
  double sum = 0;
  std::size_t count = 0;
  for (const double v : value) {
    if (!std::isfinite(v)) continue;
    sum += v;
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

double mean_ph(std::span<const double> ph) {
  double sum = 0;
  std::size_t count = 0;
  for (const double v : ph) {
    if (!std::isfinite(v)) continue;
    sum += std::pow(10.0, -v);
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : -std::log10(sum / static_cast<double>(count));
}

double multiple_over(double value, double class_three_limit) {
  CELADON_ASSERT(class_three_limit > 0);
  if (!(value > class_three_limit)) return std::numeric_limits<double>::quiet_NaN();
  return (value - class_three_limit) / class_three_limit;
}

std::vector<std::size_t> main_pollutants(const PriorityItems& priority, const WaterReportNumbers& numbers,
                                         std::span<const SectionItem> item) {
  std::vector<std::size_t> over;
  for (std::size_t i = 0; i < item.size(); ++i) {
    if (item[i].class_of > class_three) over.push_back(i);
  }
  std::sort(over.begin(), over.end(), [&](std::size_t a, std::size_t b) {
    const bool first_a = priority.has(item[a].property), first_b = priority.has(item[b].property);
    if (first_a != first_b) return first_a;
    if (item[a].class_of != item[b].class_of) return item[a].class_of > item[b].class_of;
    const double multiple_a = std::isnan(item[a].multiple) ? -1 : item[a].multiple;
    const double multiple_b = std::isnan(item[b].multiple) ? -1 : item[b].multiple;
    if (multiple_a != multiple_b) return multiple_a > multiple_b;
    return item[a].property < item[b].property;
  });
  over.resize(std::min(over.size(), static_cast<std::size_t>(numbers.main_pollutants_most)));
  return over;
}

std::vector<ExceedRate> exceed_rates(std::span<const std::string_view> property,
                                     std::span<const std::span<const std::int8_t>> class_of) {
  CELADON_ASSERT(property.size() == class_of.size());
  std::vector<ExceedRate> rates;
  for (std::size_t k = 0; k < class_of.size(); ++k) {
    CELADON_ASSERT(class_of[k].size() == class_of[0].size());
    ExceedRate rate{k, 0, 0};
    for (const auto one : class_of[k]) {
      if (one > 0) ++rate.evaluated;
      if (one > class_three) ++rate.over;
    }
    if (rate.over > 0) rates.push_back(rate);
  }
  std::sort(rates.begin(), rates.end(), [&](const ExceedRate& a, const ExceedRate& b) {
    const auto left = static_cast<std::int64_t>(a.over) * b.evaluated;
    const auto right = static_cast<std::int64_t>(b.over) * a.evaluated;
    return left != right ? left > right : property[a.item] < property[b.item];
  });
  return rates;
}

WaterChange change_by_grade(const WaterReportNumbers& numbers, int before, int now) {
  if (before == 0 || now == 0) return WaterChange::not_comparable;
  const int steps = std::abs(now - before);
  if (steps < numbers.grade_steps_some) return WaterChange::none;
  return in_words(now < before, steps >= numbers.grade_steps_clear);
}

ShareChange change_by_shares(const WaterReportNumbers& numbers, const BasinGrade& before, const BasinGrade& now) {
  ShareChange share;
  if (!before.enough || !now.enough) return share;
  const auto total = static_cast<std::int64_t>(before.judged) * now.judged;
  const std::int64_t points = 100 * (static_cast<std::int64_t>(now.good - now.inferior) * before.judged -
                                     static_cast<std::int64_t>(before.good - before.inferior) * now.judged);
  share.points = static_cast<double>(points) / static_cast<double>(total);
  const std::int64_t size = std::abs(points);
  share.change = size <= numbers.share_points_some * total
                     ? WaterChange::none
                     : in_words(points > 0, size > numbers.share_points_clear * total);
  return share;
}

}  // namespace celadon::standards
