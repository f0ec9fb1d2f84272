#include "core/decimal.hpp"
#include "core/rounding.hpp"
#include "standards/judge_values.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

const std::vector<std::string> zone_choices{"0", "1", "2", "3", "4a", "4b"};
const std::vector<std::string> period_choices{"day", "night"};

std::string hours_text(int from, int to) { return std::to_string(from) + ":00–" + std::to_string(to) + ":00"; }

/// The periods, with the borders a government has set.
Result<NoisePeriods> periods_of(const Library& library, const JudgeRequest& request) {
  const NoisePeriods& printed = library.annexes.noise_periods;
  const auto from = given_between(request, "day_from_hour", 0, 24);
  if (!from) return fail(from.error());
  const auto to = given_between(request, "day_to_hour", 0, 24);
  if (!to) return fail(to.error());
  if (std::isnan(*from) && std::isnan(*to)) return printed;
  return with_borders(printed, std::isnan(*from) ? printed.day_from_hour : static_cast<int>(*from),
                      std::isnan(*to) ? printed.day_to_hour : static_cast<int>(*to));
}

void put_level(Judgement& judgement, const std::string& name, const std::string& zh, const std::string& en,
               double level, int hours, int wanted) {
  const std::string got = std::to_string(hours) + "/" + std::to_string(wanted);
  add_number(judgement, name, zh, en, tidy(level), "dB", std::isnan(level) ? "小时值 " + got + "，不足" : "",
             std::isnan(level) ? got + " hours: too few" : "");
}

/// Holds a level against the limit of its zone; true where it exceeds.
Result<bool> exceeds_zone(const Library& library, const JudgeRequest& request, const std::string& period, double level,
                          Judgement& judgement) {
  JudgeRequest one = request;
  one.given["period"] = period;
  const auto judged = judge_by_table(library, one, "noise-zone", "Leq", tidy(level), {"zone", "period"});
  if (!judged) return fail(judged.error());
  judgement.why.insert(judgement.why.end(), judged->why.begin(), judged->why.end());
  return judged->judged && !judged->attains.value_or(true);
}

/// Attainment of a day and its night. Ours: one that exceeds decides; where none does, both must be there.
Result<void> conclude_zone(const Library& library, const JudgeRequest& request, const NoiseDay& day,
                           Judgement& judgement) {
  const struct {
    const char *period, *name;
    double level;
  } both[] = {{"day", "Ld", day.ld_db}, {"night", "Ln", day.ln_db}};
  std::vector<std::string> missing;
  for (const auto& one : both) {
    if (std::isnan(one.level)) {
      missing.emplace_back(one.name);
      continue;
    }
    const auto exceeds = exceeds_zone(library, request, one.period, one.level, judgement);
    if (!exceeds) return fail(exceeds.error());
    if (*exceeds) judgement.over_limit.emplace_back(one.name);
  }
  judgement.deciding = judgement.over_limit;
  if (judgement.over_limit.empty() && !missing.empty())
    not_judged(judgement, joined(missing) + " 的小时值不足", joined(missing) + " has too few hours");
  else
    set_attainment(judgement, judgement.over_limit.empty());
  return {};
}

Result<Judgement> judge_noise_day(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "noise-levels", judgement) == nullptr) return judgement;
  const auto zone = given_word(request, "zone", zone_choices, "");
  if (!zone) return fail(zone.error());
  const auto periods = periods_of(library, request);
  if (!periods) return fail(periods.error().code, periods.error().detail, "day_from_hour");
  auto hours = take_series(library, request, "Leq", "dB", judgement);
  if (!hours) return fail(hours.error());
  if (!*hours) {
    not_judged(judgement, "没有逐时等效声级（Leq）", "there are no hourly levels (Leq)");
    return finished(std::move(judgement), request);
  }
  if ((*hours)->size() < hours_of_a_day)
    return fail(Errc::malformed,
                "Leq has " + std::to_string((*hours)->size()) +
                    " values; wanted are the hours 1 to 24, then those of the next day",
                "inputs.Leq");
  const std::size_t given = (*hours)->size();
  if (given < periods->hours_needed()) (*hours)->resize(periods->hours_needed(), missing);
  const NoiseDay day = noise_day(*periods, **hours);
  const std::string trust = periods->trust;
  put_level(judgement, "Ld", "昼间等效声级", "day level", day.ld_db, day.day_hours, periods->day_hours());
  put_level(judgement, "Ln", "夜间等效声级", "night level", day.ln_db, day.night_hours, periods->night_hours());
  put_level(judgement, "Ldn", "昼夜等效声级", "day-night level", day.ldn_db, day.day_hours + day.night_hours, 24);
  const std::string borders = hours_text(periods->day_from_hour, periods->day_to_hour);
  add_step(judgement, "Ld",
           "昼间 " + borders + "，" + std::to_string(day.day_hours) + " 个小时的能量平均 = " + plain(tidy(day.ld_db)) +
               " dB",
           "day " + borders + ", energy mean of " + std::to_string(day.day_hours) +
               " hours = " + plain(tidy(day.ld_db)) + " dB",
           "GB 3096-2008 annex B", trust);
  add_step(judgement, "Ln",
           "夜间（跨次日）" + std::to_string(day.night_hours) + " 个小时的能量平均 = " + plain(tidy(day.ln_db)) + " dB",
           "night, into the next day, energy mean of " + std::to_string(day.night_hours) +
               " hours = " + plain(tidy(day.ln_db)) + " dB",
           "GB 3096-2008 annex B", trust);
  if (std::isnan(day.ld_db) && std::isnan(day.ln_db)) {
    not_judged(judgement, "昼间、夜间小时值都不足", "day and night both have too few hours");
    return finished(std::move(judgement), request);
  }
  if (!std::isnan(day.ldn_db)) judgement.value = tidy(day.ldn_db);
  if (!zone->empty()) {
    if (auto done = conclude_zone(library, request, day, judgement); !done) return fail(done.error());
  } else {
    judgement.judged = true;
    judgement.name_zh = "昼夜等效声级";
    judgement.name_en = "Day, night and day-night level";
  }
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_noise_statistics(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "noise-levels", judgement) == nullptr) return judgement;
  const auto samples = take_series(library, request, "LA", "dB", judgement);
  if (!samples) return fail(samples.error());
  const LevelMean leq = *samples ? energy_mean(**samples) : LevelMean{};
  if (leq.n == 0) {
    not_judged(judgement, "没有有效的声级样本（LA）", "there are no samples (LA)");
    return finished(std::move(judgement), request);
  }
  const NoiseStatistics all = noise_statistics(**samples);
  const std::string count = std::to_string(all.n);
  add_number(judgement, "n", "样本数", "samples", static_cast<double>(all.n), "1");
  const struct {
    const char *name, *zh, *en;
    double level;
  } levels[] = {{"Leq", "等效声级", "equivalent level", tidy(leq.level_db)},
                {"L10", "累计百分声级 L10", "exceeded 10 % of the time", all.l10_db},
                {"L50", "累计百分声级 L50", "exceeded 50 % of the time", all.l50_db},
                {"L90", "累计百分声级 L90", "exceeded 90 % of the time", all.l90_db},
                {"Lmax", "最大声级", "maximum", all.lmax_db},
                {"Lmin", "最小声级", "minimum", all.lmin_db}};
  for (const auto& one : levels) add_number(judgement, one.name, one.zh, one.en, one.level, "dB");
  add_step(judgement, "Leq",
           "Leq = 10 lg(平均 10^(0.1 L))，" + count + " 个样本 = " + plain(tidy(leq.level_db)) + " dB",
           "Leq = 10 lg(mean of 10^(0.1 L)) of " + count + " samples = " + plain(tidy(leq.level_db)) + " dB",
           "GB 12348-2008 3.3", "verified");
  add_step(judgement, "L10", "由大到小排列，第 10 %、50 %、90 % 位为 L10、L50、L90；不是整数时进一",
           "from the top down, the one at 10, 50 and 90 % is L10, L50, L90; rounded up where that is not whole",
           "GB 3096-2008 annex", "memory");
  judgement.judged = true;
  judgement.value = tidy(leq.level_db);
  judgement.name_zh = "等效声级";
  judgement.name_en = "Equivalent level";
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_noise_city(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "noise-city", judgement) == nullptr) return judgement;
  const auto network = given_word(request, "network", {"area", "road"}, "");
  if (!network) return fail(network.error());
  const auto period = given_word(request, "period", period_choices, "");
  if (!period) return fail(period.error());
  const auto levels = take_series(library, request, "Leq", "dB", judgement);
  if (!levels) return fail(levels.error());
  const bool road = *network == "road";
  std::optional<std::vector<double>> lengths;
  if (road) {
    auto taken = take_series(library, request, "length", "m", judgement);
    if (!taken) return fail(taken.error());
    lengths = std::move(*taken);
  }
  if (network->empty() || period->empty() || !*levels || (road && !lengths)) {
    not_judged(judgement, "须有 network、period、各点 Leq；道路还须各路段长度 length",
               "network, period and Leq of the points are needed; of roads also the length of each segment");
    return finished(std::move(judgement), request);
  }
  if (road) {
    if (auto same = same_length("length", lengths->size(), "Leq", (*levels)->size()); !same) return fail(same.error());
  }
  const LevelMean city = road ? city_road_level(**levels, *lengths) : city_area_level(**levels);
  const NoiseGrades& grades = library.annexes.noise_grades.of(road ? NoiseNetwork::road : NoiseNetwork::area,
                                                              *period == "day" ? NoisePeriod::day : NoisePeriod::night);
  const double level = tidy(city.level_db);
  const double reported = round_gb8170(level, grades.decimals);
  std::int8_t grade = no_noise_grade;
  noise_grade(grades, {&reported, 1}, {&grade, 1});
  if (grade == no_noise_grade || static_cast<std::size_t>(grade) > grades.rows.size()) {
    not_judged(judgement, "没有可用的测点", "no point can be used");
    return finished(std::move(judgement), request);
  }
  const NoiseGradeRow& row = grades.rows[static_cast<std::size_t>(grade - 1)];
  add_number(judgement, "level", "平均等效声级", "mean level", level, "dB");
  add_number(judgement, "points", "测点数", "points", static_cast<double>(city.n), "1");
  const std::string of = std::to_string(city.n) + "/" + std::to_string((*levels)->size());
  add_step(judgement, "level",
           (road ? "按路段长度加权的算术平均 Σ(L·l)/Σl" : "各点算术平均") + std::string("（") + of +
               " 点）= " + plain(level) + "，修约为 " + plain(reported) + " dB",
           (road ? "arithmetic mean weighted by length, sum(L l)/sum(l)" : "arithmetic mean of the points") +
               std::string(" (") + of + " points) = " + plain(level) + ", rounded to " + plain(reported) + " dB",
           "HJ 640-2012", "memory");
  const std::string bound =
      row.upper_steps ? " ≤ " + plain(static_cast<double>(*row.upper_steps) / grades.steps_per_db) : "";
  add_step(judgement, "grade", plain(reported) + bound + "：" + row.name_zh,
           plain(reported) + bound + ": " + row.name_en, row.source, row.trust);
  static constexpr const char* colours[] = {"#00b050", "#92d050", "#ffc000", "#ff7e00", "#ff0000"};
  const auto shade = std::min<std::size_t>(static_cast<std::size_t>(grade - 1), std::size(colours) - 1);
  set_class(judgement, grade, "grade-" + std::to_string(grade), row.name_zh, row.name_en, colours[shade]);
  judgement.value = reported;
  return finished(std::move(judgement), request);
}

/// Limit of Leq of a zone and period; NaN where the table has none.
double zone_limit(const BandTable& table, const std::string& zone, const std::string& period) {
  for (const BandItem* item : table.named("Leq")) {
    bool same = true;
    for (std::size_t k = 0; k < table.given.size(); ++k) {
      if (table.given[k].name == "zone") same = same && item->words[k] == zone;
      if (table.given[k].name == "period") same = same && item->words[k] == period;
    }
    if (same) return item->bands.front().holds.limit();
  }
  return missing;
}

/// Zone and period of a series: of the fields for `Leq`, else of its own name "4a/night"; empty where it is neither.
std::pair<std::string, std::string> zone_period_of(const std::string& name, const std::string& zone,
                                                   const std::string& period) {
  if (name == "Leq") return {zone, period};
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return {};
  std::pair<std::string, std::string> place{name.substr(0, slash), name.substr(slash + 1)};
  const auto known = [](const auto& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (!known(zone_choices, place.first) || !known(period_choices, place.second)) return {};
  return place;
}

void put_rates(Judgement& judgement, const std::string& name, const ZoneCompliance& zone) {
  const struct {
    const char *word, *zh;
    const ComplianceCount& count;
  } both[] = {{"day", "昼间", zone.day}, {"night", "夜间", zone.night}};
  for (const auto& one : both) {
    if (one.count.judged == 0 && one.count.missing == 0) continue;
    const double rate = tidy(one.count.rate_percent());
    const std::string share = std::to_string(one.count.complying) + "/" + std::to_string(one.count.judged);
    const std::string label_zh = (name == "total" ? "全部" : name + " 类区") + std::string(one.zh) + "点次达标率";
    const std::string label_en =
        (name == "total" ? "all zones" : "zone " + name) + std::string(", ") + one.word + ", compliance rate";
    add_number(judgement, name + " " + one.word, label_zh, label_en, rate, "%", std::isnan(rate) ? "没有有效点次" : "",
               std::isnan(rate) ? "nothing could be judged" : "");
    const std::string missing = std::to_string(one.count.missing);
    add_step(judgement, name + " " + one.word,
             label_zh + " = " + share + " = " + percent_text(rate) + "；缺测 " + missing,
             label_en + " = " + share + " = " + percent_text(rate) + "; missing " + missing,
             "HJ 640-2012; GB 3096-2008 table 1", "memory");
  }
}

Result<Judgement> judge_noise_attainment(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "noise-city", judgement) == nullptr) return judgement;
  const auto zone = given_word(request, "zone", zone_choices, "");
  if (!zone) return fail(zone.error());
  const auto period = given_word(request, "period", period_choices, "");
  if (!period) return fail(period.error());
  const auto table = library.band_table("noise-zone", legal_day_of_hour_ending(request.date), "");
  if (!table) return no_edition(std::move(judgement), table.error());
  std::vector<ZoneReading> readings;
  std::vector<std::pair<std::string, std::string>> places;
  places.reserve(request.inputs.size());  // the readings look into its words
  for (const auto& input : request.inputs) {
    auto place = zone_period_of(input.property, *zone, *period);
    if (place.first.empty() || place.second.empty()) continue;
    const auto series = take_series(library, input, "dB", judgement);
    if (!series) return fail(series.error());
    if (!*series) continue;
    const double limit = zone_limit(**table, place.first, place.second);
    places.push_back(std::move(place));
    add_step(judgement, input.property, places.back().first + " 类区限值 " + plain(limit) + " dB",
             "limit of zone " + places.back().first + ", " + places.back().second + ": " + plain(limit) + " dB",
             (*table)->standard + " table 1", (*table)->trust);
    for (const double level : **series)
      readings.push_back(
          {places.back().first, places.back().second == "day" ? NoisePeriod::day : NoisePeriod::night, level, limit});
  }
  const CityCompliance city = zone_compliance(readings);
  const auto& total = city.total;
  if (total.day.judged + total.night.judged == 0) {
    not_judged(judgement, "没有可评价的点次：Leq 须给 zone 与 period，或以“类区/时段”为名",
               "no point-time can be judged: give zone and period for Leq, or name series like 4a/night");
    return finished(std::move(judgement), request);
  }
  for (const auto& one : city.zones) put_rates(judgement, one.zone, one);
  put_rates(judgement, "total", total);
  judgement.judged = true;
  judgement.name_zh = "功能区点次达标率";
  judgement.name_en = "Compliance rate of the zones";
  if (total.night.judged == 0) judgement.value = tidy(total.day.rate_percent());
  if (total.day.judged == 0) judgement.value = tidy(total.night.rate_percent());
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_noise_source(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "noise-background", judgement) == nullptr) return judgement;
  const auto against = given_word(request, "against", {"noise-boundary", "noise-social", "noise-construction"}, "");
  if (!against) return fail(against.error());
  const double measured = take_value(library, request, "Leq", "dB", Sign::any, judgement);
  const double background = take_value(library, request, "Leq-background", "dB", Sign::any, judgement);
  const BackgroundCorrection corrected = correct_background(library.annexes.noise_background, measured, background);
  const std::string difference = plain(measured) + " − " + plain(background);
  if (corrected.outcome == BackgroundOutcome::missing) {
    not_judged(judgement, "缺测量值（Leq）或背景值（Leq-background）", "Leq or Leq-background is missing");
    return finished(std::move(judgement), request);
  }
  add_number(judgement, "difference", "差值（修约到整数）", "difference, made whole", corrected.delta, "dB");
  if (corrected.outcome == BackgroundOutcome::background_too_loud || corrected.row == nullptr) {
    not_judged(judgement,
               difference + " 修约为 " + std::to_string(corrected.delta) + " dB，背景噪声过高，须先降低背景再测",
               difference + ", made whole " + std::to_string(corrected.delta) +
                   " dB: " + std::string(reason_of(corrected.outcome)));
    return finished(std::move(judgement), request);
  }
  const double level = tidy(corrected.level_db);
  judgement.value = level;
  add_number(judgement, "corrected", "修正后的声级", "corrected level", level, "dB");
  const std::string sum = difference + " = " + std::to_string(corrected.delta) + "; " + plain(measured) + " + (" +
                          plain(corrected.row->correction_db) + ") = " + plain(level) + " dB";
  add_step(judgement, "Leq", "差值修约后查表修正：" + sum, "the difference made whole, then the table: " + sum,
           corrected.row->source, corrected.row->trust);
  if (against->empty()) {
    judgement.judged = true;
    judgement.name_zh = "修正后的声级";
    judgement.name_en = "Corrected level";
    return finished(std::move(judgement), request);
  }
  const auto judged = judge_by_table(library, request, *against, "Leq", level,
                                     *against == "noise-construction" ? std::vector<std::string>{"period"}
                                                                      : std::vector<std::string>{"zone", "period"});
  if (!judged) return fail(judged.error());
  judgement.why.insert(judgement.why.end(), judged->why.begin(), judged->why.end());
  if (!judged->judged) {
    not_judged(judgement, judged->reason_zh, judged->reason_en);
  } else {
    set_attainment(judgement, judged->attains.value_or(false));
    judgement.over_limit = judged->over_limit;
    judgement.deciding = judged->deciding;
  }
  return finished(std::move(judgement), request);
}

}  // namespace

std::vector<CodeRule> noise_rules() {
  const RuleField zone{"zone", "声环境功能区", "acoustic zone", zone_choices, ""};
  const RuleField period{"period", "时段", "period", period_choices, ""};
  return {
      {{"noise-day",
        "昼间、夜间与昼夜等效声级",
        "Day, night and day-night level",
        "noise",
        {zone,
         {"day_from_hour", "昼间开始（时），地方另有规定时", "hour the day begins, where set locally", {}, ""},
         {"day_to_hour", "昼间结束（时）", "hour the day ends", {}, ""}},
        "Leq：当日 1–24 时的小时值，再加次日 1–6 时（共 30 个）；只有 24 个时没有夜间",
        "Leq: the hours 1 to 24 of the day, then 1 to 6 of the next (30); with 24 there is no night",
        "noise-levels"},
       judge_noise_day},
      {{"noise-statistics",
        "累计百分声级",
        "Statistical levels",
        "noise",
        {},
        "LA：声级样本",
        "LA: samples",
        "noise-levels"},
       judge_noise_statistics},
      {{"noise-city",
        "城市声环境总体水平等级",
        "Grade of a city's noise",
        "noise",
        {{"network", "区域或道路交通（必填）", "area or road (must be given)", {"area", "road"}, ""}, period},
        "Leq：各测点声级；道路还要 length：各路段长度",
        "Leq of the points; of roads also length of each segment",
        "noise-city"},
       judge_noise_city},
      {{"noise-attainment",
        "功能区声环境点次达标率",
        "Compliance rate of acoustic zones",
        "noise",
        {zone, period},
        "Leq（用 zone、period），或名为“4a/night”的多个序列",
        "Leq with zone and period, or several series named like 4a/night",
        "noise-city"},
       judge_noise_attainment},
      {{"noise-source",
        "噪声源背景修正与评价",
        "Level of a source without background",
        "noise",
        {{"against",
          "评价所用标准表",
          "table of limits it is held against",
          {"noise-boundary", "noise-social", "noise-construction"},
          ""},
         {"zone", "声环境功能区", "acoustic zone", {"0", "1", "2", "3", "4"}, ""},
         period},
        "Leq 测量值、Leq-background 背景值",
        "Leq as measured, Leq-background",
        "noise-background"},
       judge_noise_source},
  };
}

}  // namespace celadon::standards
