#include "core/decimal.hpp"
#include "core/rounding.hpp"
#include "standards/judge_values.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

/// The hours of one item, or why they are none: 24 values of one legal day.
Result<std::vector<double>> hours_of(const Library& library, const JudgeInput& input) {
  auto hours = series_of(library, input);
  if (hours && hours->size() != hours_of_a_day) {
    return fail(Errc::malformed,
                input.property + " has " + std::to_string(hours->size()) +
                    " values; a day has 24, of the hours 1:00 to 24:00, null where missing",
                "inputs." + input.property);
  }
  return hours;
}

/// Daily value of one item by the validity rule, with what it was made of.
double value_of_day(const AirAssessmentRules& rules, const AirItem& item, std::span<const double> hours, double limit,
                    const std::string& unit, Judgement& judgement) {
  double value = 0;
  std::uint8_t count = 0;
  const bool ozone = item.property != item.hourly_property;
  if (ozone)
    daily_mda8(hours, rules.validity, limit, {&value, 1}, {&count, 1});
  else
    daily_means(hours, rules.validity.hours_of_day, {&value, 1}, {&count, 1});
  const std::string got = std::to_string(count);
  const std::string wanted = std::to_string(ozone ? rules.validity.windows_of_day : rules.validity.hours_of_day);
  const Clause& clause = ozone ? rules.validity.mda8_clause : rules.validity.clause;
  const std::string zh = ozone ? "有效 8 小时均值 " + got + " 个（要求 " + wanted + "）"
                               : "有效小时值 " + got + " 个（要求 " + wanted + "）";
  const std::string en =
      got + (ozone ? " valid 8-hour means (" : " valid hours (") + wanted + (ozone ? " wanted)" : " wanted)");
  if (std::isnan(value)) {
    add_number(judgement, item.property, item.property, item.property, value, unit, zh + "，日值无效",
               en + ": the daily value is not valid");
    judgement.why.push_back(
        {item.property, zh + "，日值无效", en + ": the daily value is not valid", clause.text, clause.trust});
    return value;
  }
  double rounded = 0;
  round_column({&value, 1}, item.decimals, {&rounded, 1});  // as a computed mean: a tie that binary missed is a tie
  add_number(judgement, item.property, item.property, item.property, rounded, unit);
  judgement.why.push_back({item.property, zh + "，均值 " + plain(value) + "，修约为 " + plain(rounded),
                           en + ": " + plain(value) + ", rounded half to even to " + plain(rounded), clause.text,
                           clause.trust});
  return rounded;
}

Result<std::string> zone_of(const JudgeRequest& request) {
  std::string zone = given_or(request, "zone", "2");
  if (zone != "1" && zone != "2")
    return fail(Errc::invalid_value, "zone is '" + zone.substr(0, 40) + "', not 1 or 2", "zone");
  return zone;
}

/// Adds a verdict of one statistic against its limit; true when it exceeds.
bool hold_against(Judgement& judgement, const BandTable& table, const std::string& name_zh, const std::string& name_en,
                  const std::string& property, double value, double limit) {
  if (std::isnan(limit) || std::isnan(value)) return false;
  const bool exceeds = compare(*decimal_of(value), *decimal_of(limit)) > 0;
  std::string multiple;
  if (exceeds) multiple = plain(told_multiple((value - limit) / limit));
  judgement.why.push_back({property,
                           name_zh + " " + plain(value) + (exceeds ? " > " : " ≤ ") + plain(limit) +
                               (exceeds ? "，超标 " + multiple + " 倍" : "，达标"),
                           name_en + " " + plain(value) + (exceeds ? " > " : " <= ") + plain(limit) +
                               (exceeds ? ": exceeded by a multiple of " + multiple : ": attained"),
                           table.standard + " " + table.single.text, table.single.trust});
  return exceeds;
}

void conclude_attainment(Judgement& judgement, const std::vector<std::string>& exceeding,
                         const std::vector<std::string>& invalid, const Clause& clause) {
  judgement.over_limit = exceeding;
  judgement.deciding = exceeding;
  if (exceeding.empty() && !invalid.empty()) {
    not_judged(judgement, joined(invalid) + " 缺测或数据量不足：综合评价按不达标计，并注明项目",
               joined(invalid) + " missing or with too few values: counted as not attained, the item named");
    judgement.attains = false;
    judgement.why.push_back({"attainment", judgement.reason_zh, judgement.reason_en, clause.text, clause.trust});
    return;
  }
  judgement.judged = true;
  judgement.attains = exceeding.empty();
  judgement.level = exceeding.empty() ? 1 : 2;
  judgement.class_name = exceeding.empty() ? "meets" : "exceeds";
  judgement.class_label = judgement.name_zh = exceeding.empty() ? "达标" : "超标";
  judgement.name_en = exceeding.empty() ? "Meets the standard" : "Exceeds the standard";
  judgement.colour = exceeding.empty() ? "#00b050" : "#ff0000";
  judgement.text_colour = "#ffffff";
  judgement.why.push_back({"attainment", exceeding.empty() ? "各项目均达标" : "超标项目：" + joined(exceeding),
                           exceeding.empty() ? "every item attains" : "not attained: " + joined(exceeding), clause.text,
                           clause.trust});
}

/// Daily series of one item over the period, prepared: unit, sand days, reference state, rounding.
Result<std::vector<double>> days_of(const Library& library, const JudgeRequest& request, const JudgeInput& input,
                                    const AirItem& item, std::span<const std::uint8_t> sand) {
  auto days = series_of(library, input);
  if (!days) return days;
  for (auto& value : *days) {
    if (value < 0) value = std::nan("");
  }
  const bool particles = item.property.starts_with("PM");
  if (particles && sand.size() == days->size()) without_sand_days(*days, sand, *days);
  if (!particles && given_or(request, "gas_state", "298K") == "273K") {
    for (auto& value : *days) value = at_298k_of_273k(value);
  }
  round_column(*days, item.decimals, *days);
  return days;
}

/// Days over the daily limit, share of days that attain, greatest multiple. HJ 663-2013 A.4, A.5.
void count_days_over(Judgement& judgement, const AirItem& item, std::span<const double> days, double limit) {
  if (std::isnan(limit)) return;
  int valid = 0;
  int over = 0;
  double greatest = 0;
  for (const double value : days) {
    if (std::isnan(value)) continue;
    ++valid;
    over += value > limit ? 1 : 0;
    greatest = std::max(greatest, value);
  }
  if (valid == 0) return;
  add_number(judgement, item.property + " days over", "日均值超标天数", "days over the daily limit", over, "d");
  add_number(judgement, item.property + " attainment", "日均值达标率", "share of days that attain",
             round_gb8170(100.0 * (valid - over) / valid, 1), "%");
  if (over > 0)
    add_number(judgement, item.property + " multiple", "最大超标倍数", "greatest multiple",
               told_multiple((greatest - limit) / limit), "1");
}

struct Period {
  std::vector<std::string> exceeding, invalid;
  std::size_t days = 0;
};

Result<void> assess_item(const Library& library, const JudgeRequest& request, const AirAssessmentRules& rules,
                         const BandTable& limits, const AirItem& item, const std::string& zone,
                         std::span<const std::uint8_t> sand, Judgement& judgement, Period& period) {
  const JudgeInput* input = input_named(library, request, item.property);
  if (input == nullptr) {
    period.invalid.push_back(item.property);
    return {};
  }
  const auto days = days_of(library, request, *input, item, sand);
  if (!days) return fail(days.error());
  if (period.days != 0 && days->size() != period.days) {
    return fail(Errc::malformed,
                item.property + " has " + std::to_string(days->size()) + " days, another item has " +
                    std::to_string(period.days),
                "inputs." + item.property);
  }
  period.days = days->size();
  const LegalDay last = legal_day_of_hour_ending(request.date);
  const LegalDay first{last.days - static_cast<std::int32_t>(days->size()) + 1};
  std::vector<double> scratch(days->size());
  const auto statistic = period_statistic(item, rules.validity, first, *days, scratch);
  const Property* property = library.properties.find(item.property);
  const std::string unit = property == nullptr ? "" : property->unit;
  JudgedInput judged;
  judged.property = item.property;
  judged.unit = unit;
  judged.value = item.has_mean ? statistic.mean : statistic.percentile;
  judged.used = statistic.valid;
  if (!statistic.valid) {
    period.invalid.push_back(item.property);
    const std::string month = statistic.short_month == 0 ? "" : std::to_string(statistic.short_month);
    judged.reason_zh = "有效日均值 " + std::to_string(statistic.days) + " 个，数据量不足" +
                       (month.empty() ? "" : "（" + month + " 月）");
    judged.reason_en =
        std::to_string(statistic.days) + " valid days: too few" + (month.empty() ? "" : " (in month " + month + ")");
    judgement.why.push_back(
        {item.property, judged.reason_zh, judged.reason_en, rules.validity.clause.text, rules.validity.clause.trust});
  } else {
    judgement.why.push_back({item.property, "有效日均值 " + std::to_string(statistic.days) + " 个，满足有效性要求",
                             std::to_string(statistic.days) + " valid days: enough", rules.validity.clause.text,
                             rules.validity.clause.trust});
  }
  const std::string rank = plain(item.percentile);
  if (item.has_mean)
    add_number(judgement, item.property + " mean", "平均值", "mean", statistic.mean, unit, judged.reason_zh,
               judged.reason_en);
  add_number(judgement, item.property + " P" + rank, "第 " + rank + " 百分位数", "percentile " + rank,
             statistic.percentile, unit, judged.reason_zh, judged.reason_en);
  count_days_over(judgement, item, *days, air_limit(limits, item.property, zone, "24h"));
  bool exceeds = item.has_mean && hold_against(judgement, limits, "平均值", "mean", item.property, statistic.mean,
                                               air_limit(limits, item.property, zone, "year"));
  exceeds = hold_against(judgement, limits, "第 " + rank + " 百分位数", "percentile " + rank, item.property,
                         statistic.percentile, air_limit(limits, item.property, zone, "24h")) ||
            exceeds;
  if (exceeds && statistic.valid) period.exceeding.push_back(item.property);
  judged.class_name = !statistic.valid ? "" : exceeds ? "exceeds" : "meets";
  judgement.inputs.push_back(std::move(judged));
  return {};
}

/// The composite index from the numbers already there.
void add_composite(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  const auto rules = library.composite(legal_day_of_hour_ending(request.date), "");
  if (!rules) return;
  std::vector<double> statistic;
  for (const auto& term : (*rules)->terms) {
    double value = std::nan("");
    for (const auto& number : judgement.numbers) {
      if (number.name.starts_with(term.property + (term.percentile ? " P" : " mean"))) value = number.value;
    }
    statistic.push_back(value);
  }
  const double index = composite_index(**rules, statistic);
  if (std::isnan(index)) return;
  add_number(judgement, "composite-index", "综合指数", "composite index", round_gb8170(index, (*rules)->decimals), "1");
  judgement.why.push_back(
      {"composite-index", "综合指数 " + plain(round_gb8170(index, (*rules)->decimals)),
       "composite index " + plain(round_gb8170(index, (*rules)->decimals)) + " by " + (*rules)->standard,
       (*rules)->clause.text, (*rules)->clause.trust});
}

}  // namespace

double air_limit(const BandTable& table, const std::string& property, const std::string& zone,
                 const std::string& averaging) {
  for (const BandItem* item : table.named(property)) {
    if (item->words[0] == zone && item->words[1] == averaging) return item->bands.front().holds.limit();
  }
  return std::nan("");
}

Result<Judgement> judge_air_day(const Library& library, const JudgeRequest& request) {
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto zone = zone_of(request);
  if (!zone) return fail(zone.error());
  const auto rules = library.air_assessment(day, "");
  if (!rules) return no_edition(begin_judgement(request), rules.error());
  const auto limits = library.band_table("ambient-air", day, "");
  Judgement means = begin_judgement(request);
  JudgeRequest index_request = request;
  index_request.rule = "aqi-daily";
  index_request.inputs.clear();
  index_request.given.clear();
  for (const auto& item : (*rules)->items) {
    const JudgeInput* input = input_named(library, request, item.hourly_property);
    if (input == nullptr) continue;
    const auto hours = hours_of(library, *input);
    if (!hours) return fail(hours.error());
    const Property* property = library.properties.find(item.property);
    const double limit = limits ? air_limit(**limits, item.property, *zone, "24h") : std::nan("");
    const double value = value_of_day(**rules, item, *hours, limit, property == nullptr ? "" : property->unit, means);
    index_request.inputs.push_back({item.property, value, {}, {}, {}});
    if (item.property == item.hourly_property) continue;
    double greatest = 0;
    daily_maxima(*hours, (*rules)->validity.hours_of_day, {&greatest, 1});
    index_request.inputs.push_back({item.hourly_property, greatest, {}, {}, {}});
  }
  auto judgement = judge_air(library, index_request);
  if (!judgement) return judgement;
  judgement->rule = request.rule;
  judgement->numbers = std::move(means.numbers);
  if (request.want_why) judgement->why.insert(judgement->why.begin(), means.why.begin(), means.why.end());
  return judgement;
}

Result<Judgement> judge_air_period(const Library& library, const JudgeRequest& request) {
  const LegalDay last = legal_day_of_hour_ending(request.date);
  Judgement judgement = begin_judgement(request);
  const auto zone = zone_of(request);
  if (!zone) return fail(zone.error());
  if (const auto state = given_or(request, "gas_state", "298K"); state != "298K" && state != "273K")
    return fail(Errc::invalid_value, "gas_state is '" + state.substr(0, 40) + "', not 298K or 273K", "gas_state");
  const auto limits = library.band_table("ambient-air", last, request.edition);
  if (!limits) return no_edition(std::move(judgement), limits.error());
  const auto rules = library.air_assessment(last, "");
  if (!rules) return no_edition(std::move(judgement), rules.error());
  judgement.edition = (*limits)->standard;
  add_edition_step(judgement, (*limits)->standard, (*limits)->valid_trust, (*limits)->valid_from, last);
  judgement.why.push_back({"method", "按 " + (*rules)->standard + " 统计", "statistics by " + (*rules)->standard,
                           (*rules)->percentile_clause.text, (*rules)->percentile_clause.trust});

  std::vector<std::uint8_t> sand;
  for (const auto& input : request.inputs) {
    if (input.property != "sand-day") continue;
    for (const double value : input.series) sand.push_back(value > 0 ? 1 : 0);
  }
  Period period;
  for (const auto& item : (*rules)->items) {
    auto done = assess_item(library, request, **rules, **limits, item, *zone, sand, judgement, period);
    if (!done) return fail(done.error());
  }
  if (period.days == 0) {
    not_judged(judgement, "没有可评价的日均值序列", "there is no series of daily values");
    return judgement;
  }
  add_composite(library, request, judgement);
  conclude_attainment(judgement, period.exceeding, period.invalid, (*rules)->all_items);
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

Result<Judgement> judge_composite(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.composite(day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const CompositeRules& rules = **chosen;
  judgement.edition = rules.standard;
  add_edition_step(judgement, rules.standard, rules.trust, rules.valid_from, day);
  std::vector<double> statistic;
  std::vector<std::string> missing;
  for (const auto& term : rules.terms) {
    const JudgeInput* input = input_named(library, request, term.property);
    JudgedInput judged = input == nullptr ? JudgedInput{} : begin_input(library, *input);
    judged.property = term.property;
    if (input == nullptr || !judged.used) missing.push_back(term.property);
    statistic.push_back(judged.used ? judged.value : std::nan(""));
    if (judged.used) {
      const double share = term.weight * judged.value / term.limit;
      judgement.why.push_back({term.property,
                               "单项指数 " + plain(judged.value) + "/" + plain(term.limit) + " = " + plain(share),
                               "single index " + plain(judged.value) + "/" + plain(term.limit) + " = " + plain(share),
                               rules.clause.text, rules.clause.trust});
    }
    judgement.inputs.push_back(std::move(judged));
  }
  const double index = composite_index(rules, statistic);
  if (std::isnan(index)) {
    not_judged(judgement, "缺少 " + joined(missing) + "，六项齐全才能计算",
               joined(missing) + " missing: all six are needed");
  } else {
    judgement.judged = true;
    judgement.value = round_gb8170(index, rules.decimals);
    judgement.name_zh = "综合指数";
    judgement.name_en = "Composite index";
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

Result<Judgement> judge_warning(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.warning(day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const WarningRules& rules = **chosen;
  judgement.edition = rules.standard;
  add_edition_step(judgement, rules.standard, rules.valid_trust, rules.valid_from, day);
  if (request.inputs.size() != 1)
    return fail(Errc::malformed, "expected one input, AQI: the daily indices in order", "inputs");
  const auto series = series_of(library, request.inputs.front());
  if (!series) return fail(series.error());
  std::vector<std::int16_t> aqi;
  for (const double value : *series) {
    aqi.push_back(value >= 0 && value <= 1000 ? static_cast<std::int16_t>(std::lround(value))
                                              : static_cast<std::int16_t>(no_index));
  }
  if (std::all_of(aqi.begin(), aqi.end(), [](auto one) { return one == no_index; })) {
    not_judged(judgement, "没有有效的日 AQI", "no daily index is valid");
    return judgement;
  }
  const Warning warning = warning_of(rules, aqi);
  judgement.judged = true;
  judgement.level = warning.level == nullptr ? 0 : warning.level->number;
  judgement.class_name = warning.level == nullptr ? "none" : warning.level->name;
  judgement.name_zh = judgement.class_label = warning.level == nullptr ? "不预警" : warning.level->name_zh;
  judgement.name_en = warning.level == nullptr ? "No warning" : warning.level->name_en;
  judgement.colour = warning.level == nullptr ? "#00e400" : warning.level->colour;
  judgement.text_colour = warning.level == nullptr ? "#000000" : warning.level->text_colour;
  for (const auto& run : warning.because) {
    judgement.why.push_back({"AQI",
                             "第 " + std::to_string(run.first + 1) + " 日起连续 " + std::to_string(run.days) +
                                 " 日 AQI > " + std::to_string(run.above),
                             std::to_string(run.days) + " days in a row from day " + std::to_string(run.first + 1) +
                                 " with an index above " + std::to_string(run.above),
                             rules.standard, rules.trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace celadon::standards
