#include "standards/eco_flow.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace celadon::standards {
namespace {

constexpr std::size_t months_a_year = 12;
constexpr double percent_max = 1000;
constexpr std::string_view tennant_columns[] = {"grade",           "name_zh", "name_en", "oct_mar_percent",
                                                "apr_sep_percent", "source",  "trust"};

bool read_percent(const std::string& cell, double& value) {
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size() && value >= 0 && value <= percent_max;
}

/// Why the cells cannot be the next row; empty where they can.
std::string tennant_misprint(const std::vector<std::string>& cells, const TennantTable& before, TennantRow& row) {
  row.grade = static_cast<int>(before.rows.size()) + 1;
  if (row.grade > 100 || cells[0] != std::to_string(row.grade)) return "grades must be 1, 2, 3 in order";
  if (cells[1].empty() || cells[2].empty()) return "a grade needs a name in both languages";
  if (!read_percent(cells[3], row.oct_mar_percent) || !read_percent(cells[4], row.apr_sep_percent))
    return "percentages must be numbers from 0 to 1000";
  if (!before.rows.empty() && (row.oct_mar_percent > before.rows.back().oct_mar_percent ||
                               row.apr_sep_percent > before.rows.back().apr_sep_percent))
    return "percentages must not rise from row to row";
  if (!told(cells[5], cells[6])) return not_told;
  row.name_zh = cells[1];
  row.name_en = cells[2];
  row.source = cells[5];
  row.trust = cells[6];
  return {};
}

std::vector<double> there_sorted(std::span<const double> value) {
  std::vector<double> there;
  there.reserve(value.size());
  std::copy_if(value.begin(), value.end(), std::back_inserter(there), [](double v) { return std::isfinite(v); });
  std::sort(there.begin(), there.end());
  return there;
}

/// Value at the rank n + 1 times `share`, counted from 1 and the least; linear between ranks, NaN outside them.
DesignFlow at_share_from_least(std::span<const double> value, double share) {
  const std::vector<double> sorted = there_sorted(value);
  DesignFlow flow;
  flow.years = sorted.size();
  double rank = share * static_cast<double>(sorted.size() + 1);
  // 0.1 * 10 and (100 - 90) / 100 * 10 mean rank 1, whatever binary makes of them.
  if (std::abs(rank - std::round(rank)) < 1e-9) rank = std::round(rank);
  if (!(rank >= 1) || rank > static_cast<double>(sorted.size())) return flow;
  const auto below = static_cast<std::size_t>(rank);
  const double past = rank - std::floor(rank);
  flow.m3_s = past == 0 ? sorted[below - 1] : std::lerp(sorted[below - 1], sorted[below], past);
  return flow;
}

}  // namespace

HalfYear half_year_of(int month) {
  CELADON_ASSERT(month >= 1 && month <= 12);
  return month >= 4 && month <= 9 ? HalfYear::april_to_september : HalfYear::october_to_march;
}

Result<TennantTable> parse_tennant(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, tennant_columns);
  if (!csv) return fail(csv.error());
  TennantTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    TennantRow row;
    const std::string reason = tennant_misprint(csv->rows[i], table, row);
    if (!reason.empty()) return wrong(name, csv->lines[i], reason);
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return wrong(name, 1, "has no rows");
  if (table.rows.back().oct_mar_percent > 0 || table.rows.back().apr_sep_percent > 0)
    return wrong(name, csv->lines.back(), "the last grade must hold from 0");
  return table;
}

Result<EcoFlowRules> parse_eco_flow_rules(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, number_columns);
  if (!csv) return fail(csv.error());
  EcoFlowRules rules;
  const std::pair<std::string_view, EcoFlowNumber*> wanted[] = {{"qp_years_min", &rules.qp_years_min},
                                                                {"guarantee_percent", &rules.guarantee_percent}};
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    const auto* const found =
        std::find_if(std::begin(wanted), std::end(wanted), [&](const auto& one) { return one.first == cells[0]; });
    if (found == std::end(wanted)) return wrong(name, csv->lines[i], "'" + cells[0] + "' is not a number of the rules");
    EcoFlowNumber& number = *found->second;
    if (number.value != 0) return wrong(name, csv->lines[i], "'" + cells[0] + "' is there twice");
    const std::string& cell = cells[1];
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number.value);
    if (error != std::errc{} || end != cell.data() + cell.size() || number.value < 2 || number.value > 100)
      return wrong(name, csv->lines[i], "value '" + cell + "' is not a whole number from 2 to 100");
    if (!told(cells[3], cells[4])) return wrong(name, csv->lines[i], not_told);
    number.source = cells[3];
    number.trust = cells[4];
  }
  for (const auto& [word, number] : wanted) {
    if (number->value == 0)
      return wrong(name, csv->lines.empty() ? 1 : csv->lines.back(), "'" + std::string(word) + "' is missing");
  }
  return rules;
}

void tennant_grade(const TennantTable& table, std::span<const double> flow_m3_s, std::span<const int> month,
                   double mean_annual_m3_s, std::span<std::int8_t> grade) {
  CELADON_ASSERT(flow_m3_s.size() == month.size() && flow_m3_s.size() == grade.size());
  const bool known = std::isfinite(mean_annual_m3_s) && mean_annual_m3_s > 0;
  for (std::size_t i = 0; i < grade.size(); ++i) {
    grade[i] = 0;
    if (!known || !(flow_m3_s[i] >= 0) || std::isinf(flow_m3_s[i])) continue;
    const bool winter = half_year_of(month[i]) == HalfYear::october_to_march;
    const auto reached = std::find_if(table.rows.begin(), table.rows.end(), [&](const TennantRow& row) {
      return 100 * flow_m3_s[i] >= (winter ? row.oct_mar_percent : row.apr_sep_percent) * mean_annual_m3_s;
    });
    CELADON_ASSERT(reached != table.rows.end());
    grade[i] = static_cast<std::int8_t>(reached->grade);
  }
}

void driest_months(std::span<const double> monthly_m3_s, std::span<double> driest_m3_s) {
  CELADON_ASSERT(monthly_m3_s.size() == months_a_year * driest_m3_s.size());
  for (std::size_t y = 0; y < driest_m3_s.size(); ++y) {
    double least = missing;
    for (const double flow : monthly_m3_s.subspan(months_a_year * y, months_a_year)) {
      if (flow >= 0 && std::isfinite(flow) && !(flow >= least)) least = flow;
    }
    driest_m3_s[y] = least;
  }
}

DesignFlow flow_at_frequency(std::span<const double> driest_m3_s, double percent) {
  return at_share_from_least(driest_m3_s, (100 - percent) / 100);
}

double least_mean_of_days(std::span<const double> daily_m3_s, std::size_t days) {
  CELADON_ASSERT(days > 0);
  double least = missing;
  for (std::size_t from = 0; from + days <= daily_m3_s.size(); ++from) {
    double sum = 0;
    for (const double flow : daily_m3_s.subspan(from, days)) sum += flow;
    const double mean = sum / static_cast<double>(days);
    if (std::isfinite(mean) && !(mean >= least)) least = mean;
  }
  return least;
}

DesignFlow low_flow_of_return_period(std::span<const double> annual_least_m3_s, double return_years) {
  CELADON_ASSERT(return_years > 1);
  return at_share_from_least(annual_least_m3_s, 1 / return_years);
}

DesignFlow seven_q_ten(std::span<const double> daily_m3_s, std::span<const int> year, std::size_t days_min) {
  CELADON_ASSERT(daily_m3_s.size() == year.size());
  std::vector<double> least;
  for (std::size_t from = 0, to = 0; from < year.size(); from = to) {
    std::size_t there = 0;
    for (; to < year.size() && year[to] == year[from]; ++to) there += std::isfinite(daily_m3_s[to]) ? 1U : 0U;
    if (there >= days_min) least.push_back(least_mean_of_days(daily_m3_s.subspan(from, to - from), 7));
  }
  return low_flow_of_return_period(least, 10);
}

double FlowCompliance::percent() const {
  return valid == 0 ? missing : 100 * static_cast<double>(met) / static_cast<double>(valid);
}

bool FlowCompliance::reaches(double percent_min) const {
  return valid > 0 && 100 * static_cast<double>(met) >= percent_min * static_cast<double>(valid);
}

FlowCompliance flow_compliance(std::span<const double> flow_m3_s, std::span<const double> target_m3_s) {
  CELADON_ASSERT(target_m3_s.size() == 1 || target_m3_s.size() == flow_m3_s.size());
  FlowCompliance compliance;
  for (std::size_t i = 0; i < flow_m3_s.size(); ++i) {
    const double target = target_m3_s[target_m3_s.size() == 1 ? 0 : i];
    if (!std::isfinite(flow_m3_s[i]) || !std::isfinite(target)) continue;
    ++compliance.valid;
    if (flow_m3_s[i] >= target) ++compliance.met;
  }
  return compliance;
}

}  // namespace celadon::standards
