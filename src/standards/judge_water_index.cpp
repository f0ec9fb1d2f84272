#include "standards/judge_water_parts.hpp"

#include "core/units.hpp"
#include "standards/water_ranking.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

using water::chosen;
using water::given_whole;
using water::put_number;
using water::series_in;
using water::set_verdict;
using water::value_in;

// ---- trophic state of a lake -------------------------------------------------------------------------------------

/// One parameter: a value, or its mean over points; left out where it has no logarithm.
Result<JudgedInput> parameter_value(const Library& library, const JudgeInput& input, const TliParameter& parameter,
                                    Judgement& judgement) {
  JudgedInput judged;
  if (input.series.empty()) {
    judged = value_in(library, input, parameter.unit);
  } else {
    auto points = series_in(library, input, parameter.unit);
    if (!points) return fail(points.error());
    JudgeInput mean{parameter.property, std::nan(""), input.voided_zh, input.voided_en, {}};
    for (auto& value : points->values) {
      if (value < 0) value = std::nan("");
    }
    mean.value = mean_ignoring_missing(points->values);
    mean.unit = parameter.unit;
    judged = value_in(library, mean, parameter.unit);
    if (!points->reason_en.empty()) {
      judged.used = false;
      judged.reason_zh = points->reason_zh;
      judged.reason_en = points->reason_en;
    }
    if (judged.used) {
      judgement.why.push_back({parameter.property, "各点均值 " + plain(judged.value) + " " + parameter.unit,
                               "mean of the points " + plain(judged.value) + " " + parameter.unit,
                               "环办〔2011〕22号: lakes of several points", "memory"});
    }
  }
  judged.property = parameter.property;
  if (judged.used && !(judged.value > 0)) {
    judged.used = false;
    judged.reason_zh = "数值为 0，没有对数；未检出请给出检出限";
    judged.reason_en = "0 has no logarithm; where it was not detected give the detection limit";
  }
  if (judged.used && input.below_detection) {
    judgement.why.push_back({parameter.property, "未检出，以检出限的一半计算", "not detected: half the detection limit",
                             "环办监测函〔2020〕82号", "verified"});
  }
  return judged;
}

void explain_weights(const TliTable& table, const std::vector<double>& tli, double sum, Judgement& judgement) {
  double squares = 0;
  for (std::size_t k = 0; k < tli.size(); ++k) squares += std::isnan(tli[k]) ? 0 : table.parameters[k].r_squared;
  std::string terms;
  std::string trust = "verified";
  for (std::size_t k = 0; k < tli.size(); ++k) {
    if (std::isnan(tli[k])) continue;
    terms += (terms.empty() ? "" : " + ") + plain(table.parameters[k].r_squared / squares) + "×" + plain(tli[k]);
    if (table.parameters[k].trust != "verified") trust = table.parameters[k].trust;
  }
  judgement.why.push_back({"TLI", "TLI(Σ) = " + terms + " = " + plain(sum), "TLI = " + terms + " = " + plain(sum),
                           "环办〔2011〕22号: W = r²/Σr²", trust});
}

Result<Judgement> judge_trophic(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "trophic-state", judgement) == nullptr) return judgement;
  const TliTable& table = library.annexes.tli;
  std::vector<double> tli(table.parameters.size(), std::nan(""));
  std::vector<std::string> missing;
  for (std::size_t k = 0; k < table.parameters.size(); ++k) {
    const TliParameter& parameter = table.parameters[k];
    const JudgeInput* input = input_named(library, request, parameter.property);
    if (input == nullptr) {
      missing.push_back(parameter.property);
      continue;
    }
    auto judged = parameter_value(library, *input, parameter, judgement);
    if (!judged) return fail(judged.error());
    if (!judged->used) {
      missing.push_back(parameter.property);
      add_left_out(judgement, *judged);
    } else {
      tli_of_parameter(parameter, {&judged->value, 1}, {&tli[k], 1});
      put_number(judgement, "TLI(" + parameter.property + ")", parameter.name_zh + "的营养状态指数",
                 "trophic level index of " + parameter.property, tli[k], "1");
      const std::string sum = "10×(" + plain(parameter.a) + (parameter.b < 0 ? " - " : " + ") +
                              plain(std::abs(parameter.b)) + "×ln " + plain(judged->value) + ") = " + plain(tli[k]);
      judgement.why.push_back({parameter.property, "TLI = " + sum, "TLI = " + sum, parameter.source, parameter.trust});
    }
    judgement.inputs.push_back(std::move(*judged));
  }
  std::vector<std::span<const double>> columns;
  for (const double& one : tli) columns.emplace_back(&one, 1);
  double sum = 0;
  std::uint8_t present = 0;
  tli_weighted_sum(table, columns, {&sum, 1}, {&present, 1});
  put_number(judgement, "parameters", "参评参数个数", "parameters judged", present, "1");
  if (present == 0) {
    not_judged(judgement, "没有可用的参数：" + joined(missing),
               "no parameter can be used: " + joined(missing) + " missing");
  } else {
    explain_weights(table, tli, sum, judgement);
    if (!missing.empty()) {
      judgement.why.push_back({"parameters", "缺 " + joined(missing) + "，其余参数权重归一；正式评价须五项齐全",
                               joined(missing) + " missing: the other weights are scaled to one; an official report "
                                                 "wants all five",
                               "环办〔2011〕22号", "memory"});
    }
    const int grade = trophic_grade(library.annexes.trophic_grades, sum);
    const TrophicGrade& row = library.annexes.trophic_grades.rows[static_cast<std::size_t>(std::max(grade, 1) - 1)];
    judgement.value = sum;
    set_verdict(judgement, row.grade, row.name_en, row.name_zh, row.name_en, static_cast<std::size_t>(row.grade - 1));
    judgement.why.push_back({"grade", plain(sum) + " 符合 " + row.holds.text() + "：" + row.name_zh,
                             plain(sum) + " is " + row.holds.text() + ": " + row.name_en, row.source, row.trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

// ---- ranking of cities -------------------------------------------------------------------------------------------

constexpr std::string_view lake_prefix = "lake:";

/// Rivers or lakes of the city.
struct RankedKind {
  WaterBody body = WaterBody::river;
  const char *name, *zh;
  double index = std::nan("");
  std::size_t sections = 0;  ///< as the lists of section values have them
  bool given = false;
  std::vector<std::string> missing;
};

/// The input of an item of that kind, its name without the prefix; nothing where there is none.
std::optional<JudgeInput> ranked_input(const Library& library, const JudgeRequest& request, WaterBody body,
                                       const std::string& item) {
  for (const auto& input : request.inputs) {
    const bool lake = input.property.starts_with(lake_prefix);
    if (lake != (body == WaterBody::lake)) continue;
    JudgeInput one = input;
    if (lake) one.property.erase(0, lake_prefix.size());
    const Property* property = library.property_of_input(one.property);
    if (property != nullptr) one.property = property->id;
    if (one.property == item) return one;
  }
  return std::nullopt;
}

/// Mean of an item over the sections, or the mean as given.
Result<JudgedInput> ranked_mean(const Library& library, const JudgeInput& input, const WaterItem& item,
                                RankedKind& kind) {
  if (input.series.empty()) return value_in(library, input, item.unit);
  auto taken = series_in(library, input, item.unit);
  if (!taken) return fail(taken.error());
  if (!taken->values.empty() && kind.sections != 0 && kind.sections != taken->values.size()) {
    return fail(Errc::malformed,
                item.property + " has " + std::to_string(taken->values.size()) + " sections, another item has " +
                    std::to_string(kind.sections),
                "inputs." + input.property.substr(0, 40));
  }
  if (!taken->values.empty()) kind.sections = taken->values.size();
  for (auto& value : taken->values) {
    if (value < 0) value = std::nan("");
  }
  JudgeInput mean{input.property, std::nan(""), {}, {}, {}};
  mean.value = item.property == "pH" ? mean_ph(taken->values) : mean_ignoring_missing(taken->values);
  mean.unit = item.unit;
  JudgedInput judged = value_in(library, mean, item.unit);
  if (!taken->reason_en.empty()) {
    judged.reason_zh = taken->reason_zh;
    judged.reason_en = taken->reason_en;
  }
  return judged;
}

std::string index_sum(const CwqiLimit& limit, double mean, double index) {
  const std::string value = plain(mean);
  if (limit.sense == LimitSense::at_most) return value + "/" + plain(limit.limit) + " = " + plain(index);
  if (limit.sense == LimitSense::at_least) return plain(limit.limit) + "/" + value + " = " + plain(index);
  return mean <= 7 ? "(7 - " + value + ")/(7 - " + plain(limit.limit) + ") = " + plain(index)
                   : "(" + value + " - 7)/(" + plain(limit.upper) + " - 7) = " + plain(index);
}

Result<void> add_kind(const Library& library, const JudgeRequest& request, const WaterRules& rules, RankedKind& kind,
                      Judgement& judgement) {
  std::vector<CwqiLimit> limits;
  std::vector<double> means;
  for (const auto& item : rules.items) {
    const bool here = kind.body == WaterBody::lake ? item.in_lakes : item.in_rivers;
    if (!here || !item.sets_class) continue;
    const bool range = item.sense == LimitSense::between;
    CwqiLimit limit{item.property, item.sense, range ? item.limits[0] : item.limits[class_three - 1],
                    range ? item.limits[1] : 0};
    limits.push_back(limit);
    means.push_back(std::nan(""));
    const auto input = ranked_input(library, request, kind.body, item.property);
    if (!input) {
      kind.missing.push_back(item.property);
      continue;
    }
    kind.given = true;
    auto judged = ranked_mean(library, *input, item, kind);
    if (!judged) return fail(judged.error());
    judged->property = (kind.body == WaterBody::lake ? std::string(lake_prefix) : std::string()) + item.property;
    const double index = judged->used ? item_index(limit, judged->value) : std::nan("");
    if (judged->used && !std::isfinite(index)) {
      judged->used = false;
      judged->reason_zh = "溶解氧为 0，指数无穷大；未检出请给出检出限";
      judged->reason_en = "oxygen of 0 has no finite index; where it was not detected give the detection limit";
    }
    if (judged->used) {
      means.back() = judged->value;
      put_number(judgement, std::string(kind.name) + " " + item.property, std::string(kind.zh) + item.name_zh + "指数",
                 std::string(kind.name) + " index of " + item.property, index, "1");
      const std::string sum = index_sum(limit, judged->value, index);
      judgement.why.push_back({judged->property, item.name_zh + "指数 " + sum, "index " + sum,
                               rules.standard + " " + item.source + ", class III", item.trust});
    } else {
      kind.missing.push_back(item.property);
      add_left_out(judgement, *judged);
    }
    judgement.inputs.push_back(std::move(*judged));
  }
  if (!kind.given) return {};
  kind.index = cwqi(limits, means).value;
  put_number(judgement, std::string("CWQI ") + kind.name, std::string(kind.zh) + "水质指数",
             std::string("index of the ") + kind.name + "s", kind.index, "1");
  if (std::isnan(kind.index)) {
    judgement.numbers.back().reason_zh = "缺 " + joined(kind.missing);
    judgement.numbers.back().reason_en = joined(kind.missing) + " missing";
  }
  return {};
}

/// Inputs no list asks for, each with its reason.
void leave_out_others(const Library& library, const JudgeRequest& request, const WaterRules& rules,
                      Judgement& judgement) {
  for (const auto& input : request.inputs) {
    const bool lake = input.property.starts_with(lake_prefix);
    const std::string name = lake ? input.property.substr(lake_prefix.size()) : input.property;
    const Property* property = library.property_of_input(name);
    const WaterItem* item =
        rules.find(property == nullptr ? name : property->id, lake ? WaterBody::lake : WaterBody::river);
    if (item != nullptr && item->sets_class) continue;
    JudgedInput judged;
    judged.property = input.property;
    judged.value = input.value;
    judged.reason_zh = "不在排名的 21 项之内";
    judged.reason_en = "it is none of the items of the ranking";
    add_left_out(judgement, judged);
    judgement.inputs.push_back(std::move(judged));
  }
}

void add_change(double before, const AnnexText& text, Judgement& judgement) {
  const double change = cwqi_change_percent(before, *judgement.value);
  put_number(judgement, "change percent", "水质指数变化", "change of the index", change, "%");
  const std::string sum =
      "(" + plain(*judgement.value) + " - " + plain(before) + ")/" + plain(before) + " = " + plain(change) + " %";
  judgement.why.push_back({"change",
                           "ΔCWQI = " + sum +
                               (change < 0   ? "，好转"
                                : change > 0 ? "，变差"
                                             : "，不变"),
                           "change " + sum +
                               (change < 0   ? ": better"
                                : change > 0 ? ": worse"
                                             : ": the same"),
                           text.standard, "verified"});
}

Result<Judgement> judge_water_ranking(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  constexpr int sections_most = 100'000;
  const auto rivers = given_whole(request, "river_sections", 0, sections_most);
  if (!rivers) return fail(rivers.error());
  const auto lakes = given_whole(request, "lake_points", 0, sections_most);
  if (!lakes) return fail(lakes.error());
  const auto before = given_number(request, "before");
  if (!before) return fail(before.error());
  if (*before <= 0) return fail(Errc::invalid_value, "before is " + plain(*before) + "; an index is above 0", "before");
  const AnnexText* text = begin_by_annex(library, request, "city-water-ranking", judgement);
  if (text == nullptr) return judgement;
  const auto rules = library.water_rules(legal_day_of_hour_ending(request.date), "");
  if (!rules) return no_edition(std::move(judgement), rules.error());
  RankedKind kinds[] = {{WaterBody::river, "river", "河流", std::nan(""), 0, false, {}},
                        {WaterBody::lake, "lake", "湖库", std::nan(""), 0, false, {}}};
  for (auto& kind : kinds) {
    if (auto added = add_kind(library, request, **rules, kind, judgement); !added) return fail(added.error());
  }
  leave_out_others(library, request, **rules, judgement);
  const double told[] = {*rivers, *lakes};
  std::vector<std::string> lacking;
  std::size_t weight[2] = {0, 0};
  const bool both = kinds[0].given && kinds[1].given;
  for (std::size_t k = 0; k < 2; ++k) {
    if (!std::isnan(told[k]))
      weight[k] = static_cast<std::size_t>(told[k]);
    else if (kinds[k].given)
      weight[k] = both ? kinds[k].sections : std::max(kinds[k].sections, std::size_t{1});
    if (kinds[k].given && both && std::isnan(told[k]) && kinds[k].sections == 0)
      lacking.push_back(k == 0 ? "river_sections" : "lake_points");
    if (weight[k] > 0 && std::isnan(kinds[k].index))
      lacking.push_back(kinds[k].given ? std::string(kinds[k].name) + " " + joined(kinds[k].missing) : kinds[k].name);
  }
  const double city = city_cwqi(kinds[0].index, weight[0], kinds[1].index, weight[1]);
  if (!lacking.empty() || std::isnan(city)) {
    not_judged(judgement, "缺少 " + joined(lacking) + "：各项目齐全、两类水体都有断面数时才能计算",
               joined(lacking) +
                   " missing: every item is needed, and the numbers of sections where there are rivers "
                   "and lakes");
  } else {
    judgement.judged = true;
    judgement.value = city;
    judgement.name_zh = "城市水质指数";
    judgement.name_en = "City water quality index";
    judgement.why.push_back({"CWQI",
                             "河流 " + plain(kinds[0].index) + "×" + std::to_string(weight[0]) + "，湖库 " +
                                 plain(kinds[1].index) + "×" + std::to_string(weight[1]) + "，加权得 " + plain(city),
                             "rivers " + plain(kinds[0].index) + " x " + std::to_string(weight[0]) + ", lakes " +
                                 plain(kinds[1].index) + " x " + std::to_string(weight[1]) + ": " + plain(city),
                             text->standard, "memory"});
    if (!std::isnan(*before)) add_change(*before, *text, judgement);
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

// ---- trends ------------------------------------------------------------------------------------------------------

constexpr const char* default_p_max = "0.05";

/// The one list a trend is asked of. Errors   malformed where there is not one.
Result<water::SeriesTaken> only_series(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  if (request.inputs.size() != 1)
    return fail(Errc::malformed, "expected one input: a list of values in order of time", "inputs");
  const JudgeInput& input = request.inputs.front();
  const Property* property = library.property_of_input(input.property);
  const std::string unit = property != nullptr ? property->unit : input.unit.empty() ? "1" : input.unit;
  auto taken = series_in(library, input, unit);
  if (!taken) return taken;
  JudgedInput judged;
  judged.property = property != nullptr ? property->id : input.property;
  judged.unit = property == nullptr && input.unit.empty() ? "" : unit;
  judged.value = std::nan("");
  judged.used = !taken->values.empty();
  judged.reason_zh = taken->reason_zh;
  judged.reason_en = taken->reason_en;
  if (!judged.used) {
    add_left_out(judgement, judged);
    not_judged(judgement, "没有可用的序列：" + judged.reason_zh, "no list can be used: " + judged.reason_en);
  }
  judgement.inputs.push_back(std::move(judged));
  return taken;
}

void say_direction(Judgement& judgement, Direction direction) {
  judgement.judged = true;
  const bool rising = direction == Direction::rising, falling = direction == Direction::falling;
  judgement.class_name = rising ? "rising" : falling ? "falling" : "none";
  judgement.class_label = judgement.name_zh = rising ? "显著上升" : falling ? "显著下降" : "无显著趋势";
  judgement.name_en = rising ? "Significantly rising" : falling ? "Significantly falling" : "No significant trend";
}

Result<Judgement> judge_rank_trend(const Library& library, const JudgeRequest& request) {
  const auto level = chosen(request, "significance", {"p05", "p01"}, "p05");
  if (!level) return fail(level.error());
  Judgement judgement = begin_judgement(request);
  const AnnexText* text = begin_by_annex(library, request, "rank-trend", judgement);
  if (text == nullptr) return judgement;
  const auto taken = only_series(library, request, judgement);
  if (!taken) return fail(taken.error());
  const SpearmanTable& table = library.annexes.spearman;
  if (!taken->values.empty()) {
    const RankTrend trend = rank_trend(table, taken->values, *level == "p01" ? Significance::p01 : Significance::p05);
    const SpearmanRow* row = table.row_for(trend.n);
    put_number(judgement, "n", "有效值个数", "values", static_cast<double>(trend.n), "1");
    put_number(judgement, "r", "秩相关系数", "rank correlation", trend.r, "1");
    put_number(judgement, "critical", "临界值", "critical value", trend.critical, "1");
    if (!trend.enough || row == nullptr) {
      const std::string least = std::to_string(table.rows.front().n);
      not_judged(judgement, "有效值 " + std::to_string(trend.n) + " 个，少于 " + least + " 个",
                 std::to_string(trend.n) + " values are fewer than " + least);
    } else {
      say_direction(judgement, trend.direction);
      if (!std::isnan(trend.r)) judgement.value = trend.r;
      const std::string held = std::isnan(trend.r) ? "-" : "|" + plain(trend.r) + "|";
      const bool passes = trend.direction != Direction::none;
      judgement.why.push_back(
          {"rank-correlation",
           std::isnan(trend.r)
               ? "各值相等，没有秩次可比"
               : std::to_string(trend.n) + " 个值，r = 1 − 6Σd²/(N³ − N) = " + plain(trend.r) + "（同值取平均秩）",
           std::isnan(trend.r) ? "all values are equal: there are no ranks to compare"
                               : std::to_string(trend.n) + " values: r = 1 - 6 sum d2/(N3 - N) = " + plain(trend.r) +
                                     " (equal values share the mean of their ranks)",
           text->standard, "verified"});
      judgement.why.push_back({"critical",
                               held + (passes ? " > " : " ≤ ") + plain(trend.critical) +
                                   "（N = " + std::to_string(row->n) + "）：" + judgement.name_zh,
                               held + (passes ? " > " : " <= ") + plain(trend.critical) +
                                   " (row N = " + std::to_string(row->n) + "): " + judgement.name_en,
                               row->source, row->trust});
    }
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

Result<Judgement> judge_seasonal_trend(const Library& library, const JudgeRequest& request) {
  const auto start = given_whole(request, "start_month", 1, 12);
  if (!start) return fail(start.error());
  JudgeRequest with_p = request;
  with_p.given.try_emplace("p_max", default_p_max);
  const auto p_given = given_number(with_p, "p_max");
  if (!p_given) return fail(p_given.error());
  const double p_max = *p_given;
  if (!(p_max > 0 && p_max < 1)) return fail(Errc::invalid_value, "p_max must lie between 0 and 1", "p_max");
  Judgement judgement = begin_judgement(request);
  const AnnexText* text = begin_by_annex(library, request, "seasonal-trend", judgement);
  if (text == nullptr) return judgement;
  const auto taken = only_series(library, request, judgement);
  if (!taken) return fail(taken.error());
  if (!taken->values.empty()) {
    // Without a month of its own the list ends with the month of the date.
    const int last = to_beijing(first_moment_of(legal_day_of_hour_ending(request.date))).month - 1;
    const int count = static_cast<int>(taken->values.size());
    const int first = std::isnan(*start) ? ((last - count + 1) % 12 + 12) % 12 : static_cast<int>(*start) - 1;
    std::vector<int> month, year;
    for (int i = 0; i < count; ++i) {
      month.push_back((first + i) % 12);
      year.push_back((first + i) / 12);
    }
    const auto trend = seasonal_mann_kendall(taken->values, month, year);
    if (!trend) return fail(trend.error());
    put_number(judgement, "n", "有效值个数", "values", static_cast<double>(trend->n), "1");
    put_number(judgement, "S", "S", "S", static_cast<double>(trend->s), "1");
    put_number(judgement, "variance", "S 的方差", "variance of S", trend->variance, "1");
    put_number(judgement, "Z", "Z", "Z", trend->z, "1");
    put_number(judgement, "p", "双侧概率", "two-sided probability", trend->p, "1");
    put_number(judgement, "slope", "Sen 季节斜率（每年）", "Sen's seasonal slope a year", trend->slope_per_year,
               judgement.inputs.front().unit);
    if (std::isnan(trend->p)) {
      not_judged(judgement, "没有同月的两年可比", "no month has two years to compare");
    } else {
      judgement.value = trend->slope_per_year;
      say_direction(judgement, trend->direction(p_max));
      const std::string sums = "S = " + std::to_string(trend->s) + ", Var = " + plain(trend->variance) +
                               ", Z = " + plain(trend->z) + ", p = " + plain(trend->p);
      judgement.why.push_back({"seasonal-kendall",
                               std::to_string(first + 1) + " 月起 " + std::to_string(count) + " 个月：" + sums +
                                   (trend->p <= p_max ? " ≤ " : " > ") + plain(p_max) + "，" + judgement.name_zh,
                               std::to_string(count) + " months from month " + std::to_string(first + 1) + ": " + sums +
                                   (trend->p <= p_max ? " <= " : " > ") + plain(p_max) + ": " + judgement.name_en,
                               text->standard, text->trust});
      judgement.why.push_back({"years",
                               "三年以上的月值，正态近似才够好；此处有效值 " + std::to_string(trend->n) + " 个",
                               "the normal distribution is good enough from three years of months; there are " +
                                   std::to_string(trend->n) + " values",
                               text->standard, text->trust});
    }
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace

std::vector<CodeRule> water::index_rules() {
  return {
      {{"trophic-state",
        "湖库综合营养状态指数",
        "Trophic state of a lake or reservoir",
        "water",
        {},
        "chlorophyll-a, TP, TN, transparency, CODMn：数值或各点数值。不写单位时 chlorophyll-a 为 mg/L、transparency 为 "
        "m；"
        "叶绿素常用 mg/m3 须写明",
        "chlorophyll-a, TP, TN, transparency, CODMn: a value, or the values of the points. Without a unit "
        "chlorophyll-a "
        "is in mg/L and transparency in m; where chlorophyll is in mg/m3 say so",
        "trophic-state"},
       judge_trophic},
      {{"city-water-ranking",
        "城市水质指数（CWQI）",
        "City water quality index",
        "water",
        {{"river_sections", "河流断面数", "number of river sections", {}, ""},
         {"lake_points", "湖库点位数", "number of lake points", {}, ""},
         {"before", "上年同期指数", "index of the same period before", {}, ""}},
        "21 项的城市均值或各断面值；湖库写 lake:项目",
        "the city's mean of each of the 21 items, or its values over the sections; of lakes lake:ITEM",
        "city-water-ranking"},
       judge_water_ranking},
      {{"rank-trend",
        "秩相关趋势（Spearman、Daniel）",
        "Trend by rank correlation (Spearman, Daniel)",
        "any",
        {{"significance", "单侧显著性水平", "one-sided significance", {"p05", "p01"}, "p05"}},
        "任一项目按时间顺序的值",
        "the values of any one item in order of time",
        "rank-trend"},
       judge_rank_trend},
      {{"seasonal-trend",
        "季节性 Kendall 趋势",
        "Seasonal Kendall trend",
        "any",
        {{"start_month",
          "首个值的月份；不给时以 date 所在月为末月",
          "month of the first value; otherwise the last is that of date",
          {},
          ""},
         {"p_max", "双侧显著性水平", "two-sided significance", {}, default_p_max}},
        "任一项目的逐月值",
        "the monthly values of any one item",
        "seasonal-trend"},
       judge_seasonal_trend},
  };
}

}  // namespace celadon::standards
