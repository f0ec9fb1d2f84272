#include "core/rounding.hpp"
#include "standards/judge_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

/// The sentence for one sub-index: rounding, segment of the table, formula, upward rounding.
void explain_index(Judgement& judgement, const IndexRules& rules, const IndexTable& table, const JudgedInput& input) {
  const std::string unit = " " + table.unit;
  judgement.why.push_back(
      {input.property, "浓度 " + plain(input.value) + unit + "，修约为 " + plain(*input.rounded) + unit,
       "concentration " + plain(input.value) + unit + ", rounded half to even to " + plain(*input.rounded) + unit,
       rules.rounding.text, rules.rounding.trust});
  const double whole_steps = *input.rounded * table.steps_per_unit;
  const std::string row = rules.standard + " " + table.source;
  if (!input.index) {
    judgement.why.push_back({input.property, "超过 " + table.name() + " 浓度上限，该项无分指数",
                             "above the last concentration of column " + table.name() + ": no sub-index", row,
                             table.trust});
    return;
  }
  if (whole_steps > static_cast<double>(table.concentration.back())) {
    judgement.why.push_back(
        {input.property, "超过 " + table.name() + " 最高浓度，取末档分指数 " + std::to_string(*input.index),
         "above the last concentration of column " + table.name() + ": the last sub-index " +
             std::to_string(*input.index) + " stands",
         table.source == "table 1" ? rules.cap.text : row, table.source == "table 1" ? rules.cap.trust : table.trust});
    return;
  }
  const auto steps = round_half_even(whole_steps);
  std::size_t high = 1;
  while (steps > table.concentration[high]) ++high;
  const auto step_text = [&](std::int64_t s) { return plain(static_cast<double>(s) / table.steps_per_unit); };
  const std::string segment = step_text(table.concentration[high - 1]) + "–" + step_text(table.concentration[high]) +
                              unit + " → " + std::to_string(table.index[high - 1]) + "–" +
                              std::to_string(table.index[high]);
  const std::string formula = "(" + std::to_string(table.index[high]) + "−" + std::to_string(table.index[high - 1]) +
                              ")/(" + step_text(table.concentration[high]) + "−" +
                              step_text(table.concentration[high - 1]) + ")×(" + plain(*input.rounded) + "−" +
                              step_text(table.concentration[high - 1]) + ")+" + std::to_string(table.index[high - 1]);
  judgement.why.push_back({input.property, "查表 " + table.name() + "：" + segment,
                           "column " + table.name() + ": " + segment, row, table.trust});
  judgement.why.push_back({input.property, "IAQI = " + formula + "，进位取整为 " + std::to_string(*input.index),
                           "IAQI = " + formula + ", rounded up to " + std::to_string(*input.index), rules.upward.text,
                           rules.upward.trust});
}

/// Index, level, primary and over-limit items from the sub-indices.
void conclude_index(Judgement& judgement, const IndexRules& rules, const std::vector<std::string>& missing) {
  int greatest = no_index;
  std::vector<std::string> holders;
  for (const auto& input : judgement.inputs) {
    if (!input.used || !input.index) continue;
    if (*input.index > greatest) holders.clear();
    if (*input.index >= greatest) holders.push_back(input.property);
    greatest = std::max(greatest, *input.index);
  }
  if (greatest == no_index) {
    not_judged(judgement, "没有可评价的项目", "no item can be judged");
    return;
  }
  judgement.why.push_back({"AQI",
                           "AQI = 各项 IAQI 的最大值 = " + std::to_string(greatest) + "（" + joined(holders) + "）",
                           "AQI = the greatest IAQI = " + std::to_string(greatest) + " (" + joined(holders) + ")",
                           rules.greatest.text, rules.greatest.trust});
  if (!missing.empty() && rules.incomplete == Incomplete::only_above_100 && greatest <= 100) {
    not_judged(judgement,
               "缺少 " + joined(missing) + "，其余项目 AQI " + std::to_string(greatest) + " 未超过 100，AQI 记为 NA",
               joined(missing) + " missing and the index of the rest, " + std::to_string(greatest) +
                   ", is not above 100: AQI is NA");
    judgement.why.push_back({"AQI", judgement.reason_zh, judgement.reason_en, rules.standard + " 5.3.1", rules.trust});
    return;
  }
  const IndexLevel& level = rules.level_of(greatest);
  judgement.judged = true;
  judgement.value = greatest;
  judgement.deciding = holders;
  judgement.level = level.level;
  judgement.name_zh = level.name_zh;
  judgement.name_en = level.name_en;
  judgement.colour = level.colour;
  judgement.text_colour = level.text_colour;
  judgement.advice_zh = level.advice_zh;
  judgement.advice_en = level.advice_en;
  judgement.why.push_back({"level", std::to_string(level.from) + "–" + std::to_string(level.to) + " 为" + level.name_zh,
                           std::to_string(level.from) + " to " + std::to_string(level.to) + " is level " +
                               std::to_string(level.level) + ", " + level.name_en,
                           rules.standard, rules.trust});
  if (greatest > rules.primary_above) {
    judgement.primary = holders;
    judgement.why.push_back(
        {"primary", "AQI 大于 " + std::to_string(rules.primary_above) + "，首要污染物：" + joined(holders),
         "AQI above " + std::to_string(rules.primary_above) + ": primary pollutant " + joined(holders),
         rules.primary.text, rules.primary.trust});
  }
  if (rules.over_limit_above) {
    for (const auto& input : judgement.inputs) {
      if (input.used && input.index && *input.index > *rules.over_limit_above)
        judgement.over_limit.push_back(input.property);
    }
  }
}

}  // namespace

Result<Judgement> judge_air(const Library& library, const JudgeRequest& request) {
  const bool hourly_rule = request.rule == "aqi-hourly";
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.air_rules(day, request.edition);
  Judgement judgement = begin_judgement(request);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const IndexRules& rules = **chosen;
  const auto& items = hourly_rule ? rules.hourly : rules.daily;
  judgement.edition = rules.standard;
  add_edition_step(judgement, rules.standard, rules.trust, rules.valid_from, day);
  judgement.why.push_back(
      {"items", hourly_rule ? "实时报：各项小时值" : "日报：各项日均值与臭氧日最大 8 小时",
       hourly_rule ? "real-time report: hourly means of the items" : "daily report: daily means and the ozone maximum",
       hourly_rule ? rules.hourly_clause : rules.daily_clause, rules.trust});

  std::vector<std::string> missing;
  for (const auto& item : items) {
    const auto input = std::find_if(request.inputs.begin(), request.inputs.end(),
                                    [&](const auto& one) { return one.property == item.property; });
    if (input == request.inputs.end()) {
      if (!item.optional) missing.push_back(item.property);
      continue;
    }
    const IndexTable& table = rules.tables[item.table];
    JudgedInput judged = begin_input(library, *input);
    if (judged.used) {
      judged.rounded = judged.value < 1e9 ? static_cast<double>(round_half_even(judged.value * table.steps_per_unit)) /
                                                table.steps_per_unit
                                          : judged.value;
      const int index = sub_index_by_formula(table, judged.value);
      if (index != no_index) judged.index = index;
      if (request.want_why) explain_index(judgement, rules, table, judged);
      if (!judged.index) {
        judged.used = false;
        judged.reason_zh = "超过浓度上限，无分指数";
        judged.reason_en = "above the table: no sub-index";
      }
    } else {
      if (!item.optional) missing.push_back(item.property);
      add_left_out(judgement, judged);
    }
    judgement.inputs.push_back(std::move(judged));
  }
  for (const auto& input : request.inputs) {
    const bool known =
        std::any_of(items.begin(), items.end(), [&](const auto& item) { return item.property == input.property; });
    if (known) continue;
    JudgedInput judged = begin_input(library, input);
    judged.used = false;
    judged.reason_zh = "该规则不评价此项目";
    judged.reason_en = "this rule does not judge it";
    judgement.inputs.push_back(std::move(judged));
  }
  if (!missing.empty()) {
    std::string names;
    for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
    judgement.why.push_back({"items", "缺项（NA）：" + names, "missing (NA): " + names, rules.standard, rules.trust});
  }
  conclude_index(judgement, rules, missing);
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace celadon::standards
