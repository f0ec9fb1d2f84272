#include "core/decimal.hpp"
#include "standards/judge_parts.hpp"
#include "standards/water_ranking.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr int good_up_to = 2;  // 优良: levels 1 and 2 of HJ 633
constexpr int heavy_from = 5;  // 重度及以上: levels 5 and 6

/// The one series a rule is about, or the error that names it.
Result<std::vector<double>> series_named(const Library& library, const JudgeRequest& request,
                                         const std::string& property) {
  const JudgeInput* input = input_named(library, request, property);
  if (input == nullptr) return fail(Errc::malformed, "expected an input " + property + ": a list of values", "inputs");
  return series_of(library, *input);
}

void put(Judgement& judgement, std::string name, std::string zh, std::string en, double value, std::string unit) {
  judgement.numbers.push_back({std::move(name), std::move(zh), std::move(en), value, std::move(unit), {}, {}});
}

/// Validity and mean of one clock hour from its minutes.
Result<Judgement> judge_air_hour(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.air_assessment(day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const AirAssessmentRules& rules = **chosen;
  judgement.edition = rules.standard;
  add_edition_step(judgement, rules.standard, rules.valid_trust, rules.valid_from, day);
  constexpr std::size_t minutes_of_hour = 60;
  for (const auto& input : request.inputs) {
    const auto minutes = series_of(library, input);
    if (!minutes) return fail(minutes.error());
    if (minutes->size() != minutes_of_hour) {
      return fail(Errc::malformed,
                  input.property + " has " + std::to_string(minutes->size()) +
                      " values; an hour has 60 minutes, null where missing",
                  "inputs." + input.property.substr(0, 40));
    }
    std::vector<double> good;
    for (const double value : *minutes) {
      if (value >= 0) good.push_back(value);
    }
    const int count = static_cast<int>(good.size());
    const bool valid = count >= rules.validity.minutes_of_hour;
    double mean = 0;
    for (const double value : good) mean += value / std::max(1, count);
    JudgedInput judged;
    judged.property = input.property;
    judged.value = valid ? mean : std::nan("");
    judged.used = valid;
    const std::string counted = std::to_string(count);
    const std::string wanted = std::to_string(rules.validity.minutes_of_hour);
    if (!valid) judged.reason_zh = "有效分钟数 " + counted + "，要求 " + wanted;
    if (!valid) judged.reason_en = counted + " valid minutes, " + wanted + " wanted";
    judgement.why.push_back(
        {input.property,
         "有效分钟数 " + counted + "（要求 " + wanted + "）" + (valid ? "，小时值有效" : "，小时值无效"),
         counted + " valid minutes (" + wanted + " wanted): the hour is " + (valid ? "valid" : "not valid"),
         rules.validity.clause.text, rules.validity.clause.trust});
    judgement.numbers.push_back(
        {input.property, "小时均值", "hourly mean", judged.value, "", judged.reason_zh, judged.reason_en});
    judgement.judged = judgement.judged || valid;
    judgement.inputs.push_back(std::move(judged));
  }
  if (!judgement.judged) not_judged(judgement, "没有有效的小时值", "no item has a valid hour");
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

/// Share of good days, heavy days, days of each level.
Result<Judgement> judge_good_days(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.air_rules(day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const IndexRules& rules = **chosen;
  judgement.edition = rules.standard;
  add_edition_step(judgement, rules.standard, rules.trust, rules.valid_from, day);
  const auto series = series_named(library, request, "AQI");
  if (!series) return fail(series.error());
  std::vector<int> of_level(rules.levels.size(), 0);
  int valid = 0;
  int good = 0;
  int heavy = 0;
  for (const double value : *series) {
    if (!(value >= 0 && value <= 1000)) continue;
    const int index = static_cast<int>(std::lround(value));
    ++valid;
    const int level = rules.level_of(index).level;
    good += level <= good_up_to ? 1 : 0;
    heavy += level >= heavy_from ? 1 : 0;
    if (static_cast<std::size_t>(level) <= of_level.size()) ++of_level[static_cast<std::size_t>(level - 1)];
  }
  if (valid == 0) {
    not_judged(judgement, "没有有效的日 AQI", "no daily index is valid");
    return judgement;
  }
  const double percent = round_gb8170(100.0 * good / valid, 1);
  judgement.judged = true;
  judgement.value = percent;
  put(judgement, "good days", "优良天数", "good days", good, "d");
  put(judgement, "heavy days", "重度及以上污染天数", "days of heavy pollution or worse", heavy, "d");
  put(judgement, "valid days", "有效天数", "valid days", valid, "d");
  for (std::size_t l = 0; l < of_level.size(); ++l)
    put(judgement, "level " + std::to_string(l + 1), rules.levels[l].name_zh + "天数",
        "days of " + rules.levels[l].name_en, of_level[l], "d");
  judgement.why.push_back({"AQI",
                           "优良天数 " + std::to_string(good) + "/有效天数 " + std::to_string(valid) + " = " +
                               plain(percent) + " %（一级、二级）",
                           std::to_string(good) + " good days of " + std::to_string(valid) +
                               " valid ones = " + plain(percent) + " % (levels 1 and 2)",
                           "national monthly reports", "memory"});
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

/// Ranks of cities by a number, and by its change where the same period before is given.
Result<Judgement> judge_air_ranking(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.composite(day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  judgement.edition = (*chosen)->standard;
  add_edition_step(judgement, (*chosen)->standard, (*chosen)->trust, (*chosen)->valid_from, day);
  auto index = series_named(library, request, "composite-index");
  if (!index) return fail(index.error());
  for (auto& value : *index) value = value >= 0 ? round_gb8170(value, (*chosen)->decimals) : std::nan("");
  std::vector<int> rank(index->size());
  rank_ascending(*index, rank);
  std::vector<double> change;
  if (const JudgeInput* before = input_named(library, request, "before"); before != nullptr) {
    if (before->series.size() != index->size())
      return fail(Errc::malformed, "before must have a value for each city", "inputs.before");
    for (std::size_t i = 0; i < index->size(); ++i)
      change.push_back(round_gb8170(cwqi_change_percent(before->series[i], (*index)[i]), 1));
  }
  std::vector<int> change_rank(change.size());
  rank_ascending(change, change_rank);
  for (std::size_t i = 0; i < rank.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    put(judgement, "rank " + n, "第 " + n + " 个城市的名次", "rank of city " + n, rank[i] == 0 ? std::nan("") : rank[i],
        "1");
    if (change.empty()) continue;
    put(judgement, "change " + n, "第 " + n + " 个城市的变化率", "change of city " + n, change[i], "%");
    put(judgement, "change rank " + n, "变化率名次", "rank of the change",
        change_rank[i] == 0 ? std::nan("") : change_rank[i], "1");
  }
  judgement.judged = std::any_of(rank.begin(), rank.end(), [](int one) { return one > 0; });
  if (!judgement.judged) not_judged(judgement, "没有可排名的城市", "no city can be ranked");
  judgement.why.push_back({"composite-index", "综合指数由小到大排名，相同者并列",
                           "ranked from the smallest; equal values share a rank", (*chosen)->clause.text,
                           (*chosen)->clause.trust});
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

/// Three-year moving mean of yearly values, the last held against the yearly limit.
Result<Judgement> judge_three_years(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const std::string zone = given_or(request, "zone", "2");
  if (zone != "1" && zone != "2")
    return fail(Errc::invalid_value, "zone is '" + zone.substr(0, 40) + "', not 1 or 2", "zone");
  const auto limits = library.band_table("ambient-air", day, request.edition);
  if (!limits) return no_edition(std::move(judgement), limits.error());
  judgement.edition = (*limits)->standard;
  add_edition_step(judgement, (*limits)->standard, (*limits)->valid_trust, (*limits)->valid_from, day);
  bool exceeds = false;
  for (const auto& input : request.inputs) {
    const auto yearly = series_of(library, input);
    if (!yearly) return fail(yearly.error());
    std::vector<double> moving(yearly->size());
    three_year_means(*yearly, moving);
    JudgedInput judged;
    judged.property = input.property;
    judged.value = moving.back();
    const double limit = air_limit(**limits, input.property, zone, "year");
    judged.used = !std::isnan(moving.back()) && !std::isnan(limit);
    if (!judged.used) {
      judged.reason_zh = std::isnan(limit) ? "没有年平均限值" : "最近三年不全";
      judged.reason_en = std::isnan(limit) ? "there is no yearly limit" : "the last three years are not complete";
      add_left_out(judgement, judged);
    } else {
      judgement.judged = true;
      const double mean = round_gb8170(moving.back(), 1);
      judged.rounded = mean;
      const bool over = mean > limit;
      exceeds = exceeds || over;
      if (over) judgement.over_limit.push_back(input.property);
      judgement.why.push_back({input.property, "三年滑动平均 " + plain(mean) + (over ? " > " : " ≤ ") + plain(limit),
                               "mean of three years " + plain(mean) + (over ? " > " : " <= ") + plain(limit),
                               "HJ 663-2026: 三年滑动平均", "secondary"});
    }
    for (std::size_t i = 2; i < moving.size(); ++i)
      put(judgement, input.property + " " + std::to_string(i + 1), "至第 " + std::to_string(i + 1) + " 年",
          "to year " + std::to_string(i + 1), moving[i], "");
    judgement.inputs.push_back(std::move(judged));
  }
  if (judgement.judged) {
    judgement.attains = !exceeds;
    judgement.level = exceeds ? 2 : 1;
    judgement.class_name = exceeds ? "exceeds" : "meets";
    judgement.class_label = judgement.name_zh = exceeds ? "超标" : "达标";
    judgement.name_en = exceeds ? "Exceeds the standard" : "Meets the standard";
    judgement.deciding = judgement.over_limit;
  } else {
    not_judged(judgement, "没有连续三年的年均值", "no item has three years in a row");
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

/// A region attains only where every city and every regional point does.
Result<Judgement> judge_region(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.air_assessment(day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  judgement.edition = (*chosen)->standard;
  add_edition_step(judgement, (*chosen)->standard, (*chosen)->valid_trust, (*chosen)->valid_from, day);
  const auto attains = series_named(library, request, "attains");
  if (!attains) return fail(attains.error());
  int met = 0;
  int not_met = 0;
  for (const double one : *attains) {
    if (one != 0 && one != 1) {
      if (!std::isnan(one))
        return fail(Errc::invalid_value, "attains holds something other than 1, 0 and null", "inputs.attains");
      continue;
    }
    met += one == 1 ? 1 : 0;
    not_met += one == 0 ? 1 : 0;
  }
  const int unknown = static_cast<int>(attains->size()) - met - not_met;
  put(judgement, "attaining", "达标个数", "that attain", met, "1");
  put(judgement, "not attaining", "不达标个数", "that do not", not_met, "1");
  put(judgement, "not judged", "未评价个数", "not judged", unknown, "1");
  judgement.why.push_back(
      {"attains",
       "达标 " + std::to_string(met) + "，不达标 " + std::to_string(not_met) + "，未评价 " + std::to_string(unknown),
       std::to_string(met) + " attain, " + std::to_string(not_met) + " do not, " + std::to_string(unknown) +
           " not judged",
       "HJ 663-2013 5.1.1.4", "verified"});
  if (not_met == 0 && (unknown > 0 || met == 0)) {
    not_judged(judgement, "有城市或区域点未评价", "a city or regional point is not judged");
  } else {
    judgement.judged = true;
    judgement.attains = not_met == 0;
    judgement.level = not_met == 0 ? 1 : 2;
    judgement.class_name = not_met == 0 ? "meets" : "exceeds";
    judgement.class_label = judgement.name_zh = not_met == 0 ? "达标" : "超标";
    judgement.name_en = not_met == 0 ? "Meets the standard" : "Exceeds the standard";
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace

std::vector<CodeRule> air_series_rules() {
  const RuleField zone{"zone", "环境空气功能区", "zone class", {"1", "2"}, "2"};
  return {
      {{"air-hour",
        "小时均值有效性（由 60 个分钟值）",
        "Validity of an hour from its minutes",
        "air",
        {},
        "各项目 60 个分钟值",
        "60 minutes of each item",
        "air-method"},
       judge_air_hour},
      {{"good-days",
        "优良天数比率",
        "Share of good days",
        "air",
        {},
        "AQI：逐日 AQI",
        "AQI: daily indices",
        "air-index"},
       judge_good_days},
      {{"city-ranking",
        "城市空气质量排名",
        "Ranking of cities by air",
        "air",
        {},
        "composite-index：各城市综合指数；before：上年同期",
        "composite-index of each city; before: a year earlier",
        "composite"},
       judge_air_ranking},
      {{"three-year-mean",
        "三年滑动平均",
        "Moving mean of three years",
        "air",
        {zone},
        "各项目逐年均值",
        "yearly means of each item",
        "ambient-air"},
       judge_three_years},
      {{"air-region",
        "区域环境空气质量达标评价",
        "Attainment of a region",
        "air",
        {},
        "attains：各城市与区域点是否达标（1、0、null）",
        "attains: 1, 0 or null of each city and regional point",
        "air-method"},
       judge_region},
  };
}

}  // namespace celadon::standards
