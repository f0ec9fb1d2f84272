#include "standards/wastewater.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace celadon::standards {
namespace {

constexpr double ph_max = 14;
/// (350.1 - 140.04) / 350.1 is 60 %, whatever binary makes of it.
constexpr double equal_within_percent = 1e-9;

constexpr std::string_view wastewater_columns[] = {"key", "value", "unit", "source", "trust"};

bool share_reached(const WastewaterRules& rules, std::size_t used, std::size_t due) {
  return due > 0 && 100 * static_cast<double>(used) >= rules.day_share_min_percent * static_cast<double>(due);
}

/// Sorts what it is given. NaN of nothing.
double median_of(std::span<double> value) {
  if (value.empty()) return missing;
  std::sort(value.begin(), value.end());
  const std::size_t half = value.size() / 2;
  return value.size() % 2 == 1 ? value[half] : std::midpoint(value[half - 1], value[half]);
}

double plain_mean_of(std::span<const double> value) {
  double sum = 0;
  for (const double one : value) sum += one / static_cast<double>(value.size());
  return value.empty() ? missing : sum;
}

}  // namespace

Result<WastewaterRules> parse_wastewater_rules(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, wastewater_columns);
  if (!csv) return fail(csv.error());
  PositiveNumber wanted[] = {{"day_share_min_percent", "%", 100},
                             {"ammonia_cold_at_most_c", "Cel", 40},
                             {"grade3_cod_influent_above_mg_l", "mg/L", 1e6},
                             {"grade3_cod_removal_above_percent", "%", 99},
                             {"grade3_bod5_influent_above_mg_l", "mg/L", 1e6},
                             {"grade3_bod5_removal_above_percent", "%", 99}};
  std::size_t weakest = 0;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = take_positive(csv->rows[i], "wastewater monitoring", wanted); !reason.empty())
      return wrong(name, csv->lines[i], reason);
    weakest = std::max(weakest, rank_of_trust(csv->rows[i][4]));
  }
  for (const PositiveNumber& one : wanted) {
    if (one.value == 0)
      return wrong(name, csv->lines.empty() ? 1 : csv->lines.back(), "'" + std::string(one.name) + "' is missing");
  }
  WastewaterRules rules;
  rules.day_share_min_percent = wanted[0].value;
  rules.ammonia_cold_at_most_c = wanted[1].value;
  rules.grade3_cod = {wanted[2].value, wanted[3].value};
  rules.grade3_bod5 = {wanted[4].value, wanted[5].value};
  rules.trust = trust_words[weakest];
  return rules;
}

EffluentDay effluent_day(const WastewaterRules& rules, std::span<const double> concentration,
                         std::span<const double> flow) {
  CELADON_ASSERT(concentration.size() == flow.size());
  EffluentDay day;
  double volume = 0, mean = 0;
  for (std::size_t i = 0; i < flow.size(); ++i) {
    if (flow[i] == 0) continue;
    ++day.due;
    if (!is_amount(flow[i]) || !is_amount(concentration[i])) continue;
    ++day.used;
    volume += flow[i];
    // A running mean: products of large numbers cannot overflow, and it stays between least and greatest.
    mean += (concentration[i] - mean) * (flow[i] / volume);
  }
  if (day.used > 0 && std::isfinite(volume)) day.mean = std::max(0.0, mean);
  day.effective = !std::isnan(day.mean) && share_reached(rules, day.used, day.due);
  return day;
}

PhDay ph_day(const WastewaterRules& rules, std::span<const double> ph, std::span<const double> flow) {
  CELADON_ASSERT(ph.size() == flow.size());
  PhDay day;
  std::vector<double> there;
  there.reserve(ph.size());
  for (std::size_t i = 0; i < flow.size(); ++i) {
    if (flow[i] == 0) continue;
    ++day.due;
    if (is_amount(flow[i]) && ph[i] >= 0 && ph[i] <= ph_max) there.push_back(ph[i]);
  }
  day.used = there.size();
  day.effective = share_reached(rules, day.used, day.due);
  if (there.empty()) return day;
  day.median = median_of(there);
  day.low = there.front();
  day.high = there.back();
  return day;
}

void fill_gaps(GapFill by, std::span<const double> value, std::span<double> filled,
               std::span<std::uint8_t> was_missing) {
  CELADON_ASSERT(value.size() == filled.size() && value.size() == was_missing.size());
  std::vector<double> before;
  for (std::size_t begin = 0; begin < value.size();) {
    if (is_amount(value[begin])) {
      filled[begin] = value[begin];
      was_missing[begin] = 0;
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < value.size() && !is_amount(value[end])) ++end;
    const std::size_t length = end - begin;
    before.clear();
    for (std::size_t i = length <= begin ? begin - length : begin; i < begin; ++i) {
      if (is_amount(value[i])) before.push_back(value[i]);
    }
    const double substitute = by == GapFill::median ? median_of(before) : plain_mean_of(before);
    for (; begin < end; ++begin) {
      filled[begin] = substitute;
      was_missing[begin] = 1;
    }
  }
}

RemovalVerdict grade3_removal(const WastewaterRules& rules, Grade3Item item, double influent_mg_l,
                              double effluent_mg_l) {
  const RemovalRule& rule = item == Grade3Item::cod ? rules.grade3_cod : rules.grade3_bod5;
  RemovalVerdict verdict;
  if (!is_amount(influent_mg_l)) return verdict;
  verdict.demanded = influent_mg_l > rule.influent_above_mg_l;
  if (!is_amount(effluent_mg_l) || influent_mg_l == 0) return verdict;
  const double removal = 100 * (1 - effluent_mg_l / influent_mg_l);
  if (!std::isfinite(removal)) return verdict;
  verdict.removal_percent = removal;
  if (*verdict.demanded) verdict.met = removal > rule.removal_above_percent + equal_within_percent;
  return verdict;
}

AmmoniaLimit ammonia_limit(const WastewaterRules& rules, double water_c) {
  if (!std::isfinite(water_c)) return AmmoniaLimit::unknown;
  return water_c <= rules.ammonia_cold_at_most_c ? AmmoniaLimit::bracketed : AmmoniaLimit::plain;
}

}  // namespace celadon::standards
