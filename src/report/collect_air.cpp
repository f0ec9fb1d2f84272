#include "core/missing.hpp"
#include "report/collect.hpp"
#include "standards/air_assessment.hpp"
#include "standards/judge.hpp"
#include "standards/short_name.hpp"

#include <algorithm>
#include <cmath>

// Air: a day, and a week or month, of the city and its stations.

namespace celadon::report {
namespace {

struct Item {
  const standards::AirItem* rule;
  std::string name;  ///< in the catalogue: "pm25"
};

SeriesKey day_key(const std::string& site, const std::string& property) {
  return {site, property, daily, Statistic::mean, Stage::derived};
}

struct Air {
  const Sources& sources;
  const Ask& ask;
  std::vector<ledger::Site> cities, stations;
  Cells cells;
  std::vector<Item> items;
  std::string assessment;  ///< "HJ 663-2013"

  Air(const Sources& from, const Ask& what) : sources(from), ask(what), cells(from, what.known_at) {}

  Result<void> open(LegalDay day) {
    const auto sites = sources.ledger.sites();
    if (!sites) return fail(sites.error());
    for (const auto& site : *sites) {
      if (site.kind == "city" && site.code == sources.city_code) cities.push_back(site);
      if (site.kind == "air-station") stations.push_back(site);
    }
    if (cities.empty()) return fail(Errc::not_found, "the ledger has no site of the city", "day");
    const auto rules = sources.library.air_assessment(day, "");
    if (!rules) return fail(rules.error());
    assessment = (*rules)->standard;
    for (const auto& item : (*rules)->items) items.push_back({&item, standards::short_name(item.property)});
    return {};
  }

  [[nodiscard]] const ledger::Site& city() const { return cities.front(); }

  Result<void> load_days(const ledger::Site& site, LegalDay from, LegalDay to) {
    std::vector<std::string> properties = {"AQI"};
    for (const auto& item : items) properties.push_back(item.rule->property);
    for (const auto& property : properties) {
      for (const Stage stage : {Stage::derived, Stage::raw}) {
        SeriesKey key = day_key(site.id, property);
        key.stage = stage;
        if (auto read = cells.load(key, end_of(from), end_of(to), us_per_day); !read) return read;
      }
    }
    return {};
  }

  [[nodiscard]] Words property_name(const std::string& id) const {
    const auto* property = sources.library.properties.find(id);
    return property == nullptr ? Words{id, id} : Words{property->name_zh, property->name_en};
  }
  [[nodiscard]] std::string unit_of(const std::string& id) const {
    const auto* property = sources.library.properties.find(id);
    return property == nullptr ? std::string() : property->unit_label;
  }
};

/// The index of a site's day and what it says, under an edition.
struct DayIndex {
  double value = missing;
  int level = 0;
  Words level_name, primary;
  std::string colour, text_colour, edition;
  Cell cell;  ///< the stored index; series 0 where another edition was asked for
};

Result<DayIndex> index_of(const Air& air, const ledger::Site& site, LegalDay day, const std::string& edition) {
  DayIndex out;
  const Instant end = end_of(day);
  const auto rules = air.sources.library.air_rules(day, edition);
  if (!rules) return fail(rules.error().code, rules.error().detail, edition.empty() ? "day" : "edition");
  out.edition = (*rules)->standard;
  out.cell = air.cells.at(day_key(site.id, "AQI"), end);
  standards::JudgeRequest request;
  request.rule = "aqi-daily";
  request.edition = edition;
  request.date = end;
  request.want_why = false;
  for (const auto& item : air.items) {
    standards::JudgeInput input;
    input.property = item.rule->property;
    input.value = air.cells.at(day_key(site.id, item.rule->property), end).value;
    request.inputs.push_back(std::move(input));
  }
  const auto judgement = standards::judge(air.sources.library, request);
  if (!judgement) return fail(judgement.error());
  const bool stored = edition.empty() && !std::isnan(out.cell.value);
  if (stored)
    out.value = out.cell.value;
  else if (judgement->judged && judgement->value)
    out.value = *judgement->value;
  if (!edition.empty()) out.cell.series = {};
  if (std::isnan(out.value)) return out;
  const auto& level = (*rules)->level_of(static_cast<int>(std::clamp(out.value, 0.0, 9999.0)));
  out.level = level.level;
  out.level_name = {level.name_zh, level.name_en};
  out.colour = level.colour;
  out.text_colour = level.text_colour;
  for (const auto& property : judgement->primary) {
    const Words name = air.property_name(property);
    out.primary.zh += (out.primary.zh.empty() ? "" : "、") + name.zh;
    out.primary.en += (out.primary.en.empty() ? "" : ", ") + name.en;
  }
  return out;
}

Words how_index() { return both("各项日值分指数的最大值", "greatest sub-index of the daily values"); }

/// AQI, level and primary pollutant under `stem`.
void put_index(const Air& air, const ledger::Site& site, LegalDay day, const DayIndex& index, const std::string& suffix,
               const std::string& stem, Record& out) {
  const Instant end = end_of(day);
  Evidence evidence = number(index.cell.series) > 0
                          ? evidence_of(index.cell, how_index(), index.edition)
                          : judged(day_key(site.id, "AQI"), end, how_index(), index.edition, index.cell.result_time);
  const Words why = both("当日有效数据不足", "too few valid values on the day");
  const std::string ref = site.id + "/AQI" + suffix;
  const std::string of_day = day == air.ask.to ? "" : "@" + to_string(day);
  Figure aqi = counted(ref + of_day, of_site(site, both("AQI", "AQI")), index.value, evidence);
  aqi.colour = index.colour;
  aqi.text_colour = index.text_colour;
  aqi.missing = why;
  Figure level =
      counted(ref + "-level" + of_day, of_site(site, both("空气质量级别", "air quality level")), missing, evidence);
  level.evidence.how = both("AQI 所在级别", "level the AQI lies in");
  level.missing = why;
  if (index.level > 0) {
    level.word = index.level_name;
    level.colour = index.colour;
    level.text_colour = index.text_colour;
  }
  Figure primary =
      counted(ref + "-primary" + of_day, of_site(site, both("首要污染物", "primary pollutant")), missing, evidence);
  primary.evidence.how =
      both("AQI 大于 50 时分指数最大的项目", "item with the greatest sub-index, where the AQI is over 50");
  primary.missing = why;
  if (index.level > 0) primary.word = index.primary.zh.empty() ? both("无", "none") : index.primary;
  out.put(stem + "aqi", std::move(aqi));
  out.put(stem + "level", std::move(level));
  out.put(stem + "primary", std::move(primary));
}

void put_items(const Air& air, const ledger::Site& site, LegalDay day, const std::string& stem, Record& out) {
  const std::string of_day = day == air.ask.to ? "" : "@" + to_string(day);
  for (const auto& item : air.items) {
    const Cell cell = air.cells.at(day_key(site.id, item.rule->property), end_of(day));
    Words how = item.name == "o3" ? both("当日 8 小时滑动平均的最大值", "greatest 8-hour moving mean of the day")
                                  : both("当日小时值的平均", "mean of the day's hours");
    if (site.kind == "city") how = both("各点位日值的平均", "mean of the stations' daily values");
    Figure figure =
        counted(site.id + "/" + item.rule->property + of_day, of_site(site, air.property_name(item.rule->property)),
                cell.value, evidence_of(cell, std::move(how), air.assessment));
    figure.unit = air.unit_of(item.rule->property);
    figure.decimals = item.rule->decimals;
    figure.missing = both("当日有效小时不足", "too few valid hours on the day");
    out.put(stem + item.name, std::move(figure));
  }
}

/// What is said of one site over a period of days.
struct PeriodIndex {
  int days = 0, good = 0, over = 0;
  double good_percent = missing, composite = missing, highest = missing;
  LegalDay highest_day;
  std::vector<double> statistic;  ///< one an item
  std::vector<int> item_days;
  std::vector<bool> valid;
  std::optional<Instant> learnt;
  std::string index_edition, composite_edition;
  int composite_decimals = 2;
};

Result<PeriodIndex> period_of(const Air& air, const ledger::Site& site, LegalDay from, LegalDay to,
                              const std::string& edition) {
  PeriodIndex out;
  const auto composite = air.sources.library.composite(to, "");
  const auto rules = air.sources.library.air_assessment(to, "");
  if (!rules) return fail(rules.error());
  for (LegalDay day = from; day <= to; ++day.days) {
    const auto index = index_of(air, site, day, edition);
    if (!index) return fail(index.error());
    out.index_edition = index->edition;
    const auto learn = [&](const Cell& cell) {
      if (cell.result_time) out.learnt = std::max(out.learnt.value_or(Instant{INT64_MIN}), *cell.result_time);
    };
    learn(index->cell);
    for (const auto& item : air.items) learn(air.cells.at(day_key(site.id, item.rule->property), end_of(day)));
    if (std::isnan(index->value)) continue;
    ++out.days;
    (index->value <= 100 ? out.good : out.over) += 1;
    if (std::isnan(out.highest) || index->value > out.highest) {
      out.highest = index->value;
      out.highest_day = day;
    }
  }
  if (out.days > 0) out.good_percent = 100.0 * out.good / out.days;
  const auto days = static_cast<std::size_t>(to.days - from.days + 1);
  std::vector<double> column(days);
  std::vector<double> scratch(days);
  for (const auto& item : air.items) {
    for (std::size_t d = 0; d < days; ++d)
      column[d] =
          air.cells.at(day_key(site.id, item.rule->property), end_of({from.days + static_cast<std::int32_t>(d)})).value;
    standards::round_column(column, item.rule->decimals, column);
    const auto statistic = standards::period_statistic(*item.rule, (*rules)->validity, from, column, scratch);
    out.statistic.push_back(item.rule->has_mean ? statistic.mean : statistic.percentile);
    out.item_days.push_back(statistic.days);
    out.valid.push_back(statistic.valid);
  }
  if (!composite) return out;
  out.composite_edition = (*composite)->standard;
  out.composite_decimals = (*composite)->decimals;
  std::vector<double> terms;
  for (const auto& term : (*composite)->terms) {
    double value = missing;
    for (std::size_t k = 0; k < air.items.size(); ++k) {
      if (air.items[k].rule->property == term.property && air.items[k].rule->has_mean != term.percentile &&
          out.valid[k])
        value = out.statistic[k];
    }
    terms.push_back(value);
  }
  out.composite = standards::composite_index(**composite, terms);
  return out;
}

/// The period is a calendar month whose numbers are stored.
bool is_month(LegalDay from, LegalDay to) {
  const auto first = to_beijing(first_moment_of(from));
  const auto next = to_beijing(end_of(to));
  return first.day == 1 && next.day == 1 && to.days - from.days < 31;
}

/// The stored number of a calendar month where it is the one that was worked out; else how it was.
Evidence period_evidence(const Air& air, const ledger::Site& site, LegalDay from, LegalDay to,
                         const std::string& property, Statistic statistic, const PeriodIndex& period, double value,
                         Words how, const std::string& edition) {
  const SeriesKey key{site.id, property, Averaging{Averaging::Kind::month, 0}, statistic, Stage::derived};
  const Cell cell = air.cells.at(key, end_of(to));
  if (is_month(from, to) && !std::isnan(cell.value) && printed(cell.value, 4) == printed(value, 4))
    return evidence_of(cell, std::move(how), edition);
  const SeriesKey of_days =
      day_key(site.id, property == "good-day-percent" || property == "composite-index" ? "AQI" : property);
  return judged(of_days, end_of(to), std::move(how), edition, period.learnt);
}

Result<void> load_month(Air& air, const ledger::Site& site, LegalDay to) {
  const Averaging month{Averaging::Kind::month, 0};
  std::vector<std::pair<std::string, Statistic>> all = {{"good-day-percent", Statistic::mean},
                                                        {"composite-index", Statistic::mean}};
  for (const auto& item : air.items)
    all.emplace_back(item.rule->property, item.rule->has_mean ? Statistic::mean : Statistic::percentile);
  for (const auto& [property, statistic] : all) {
    const SeriesKey key{site.id, property, month, statistic, Stage::derived};
    if (auto read = air.cells.load(key, end_of(to), end_of(to), us_per_day); !read) return read;
  }
  return {};
}

void put_period(const Air& air, const ledger::Site& site, LegalDay from, LegalDay to, const PeriodIndex& period,
                const std::string& mark, const std::string& stem, Record& out) {
  const std::string tail = mark;
  const Words few = both("有效天数不足", "too few valid days");
  const auto put = [&](const std::string& name, const std::string& ref, Words words, double value, int decimals,
                       std::string unit, Evidence evidence) {
    Figure figure = counted(site.id + "/" + ref + tail, of_site(site, words), value, std::move(evidence));
    figure.decimals = decimals;
    figure.unit = std::move(unit);
    figure.missing = few;
    out.put(stem + name, std::move(figure));
  };
  const auto of_days = [&](Words how) {
    return period_evidence(air, site, from, to, "good-day-percent", Statistic::mean, period, missing, std::move(how),
                           period.index_edition);
  };
  put("days", "valid-days", both("有效天数", "valid days"), period.days, 0, "",
      of_days(both("有 AQI 的天数", "days with an AQI")));
  put("good_days", "good-days", both("优良天数", "good days"), period.good, 0, "",
      of_days(both("AQI 不大于 100 的天数", "days with an AQI of at most 100")));
  put("over_days", "over-days", both("超标天数", "days over the limit"), period.over, 0, "",
      of_days(both("AQI 大于 100 的天数", "days with an AQI over 100")));
  put("good_percent", "good-day-percent", both("优良天数比例", "share of good days"), period.good_percent, 1, "%",
      period_evidence(air, site, from, to, "good-day-percent", Statistic::mean, period, period.good_percent,
                      both("优良天数占有效天数的比例", "good days among the valid days"), period.index_edition));
  put("composite", "composite-index", both("环境空气质量综合指数", "composite index"), period.composite,
      period.composite_decimals, "",
      period_evidence(air, site, from, to, "composite-index", Statistic::mean, period, period.composite,
                      both("各项评价值与限值之比的和", "sum of the items' statistics over their limits"),
                      period.composite_edition));
  put("highest", "highest-aqi", both("最高 AQI", "highest AQI"), period.highest, 0, "",
      judged(day_key(site.id, "AQI"), std::isnan(period.highest) ? end_of(to) : end_of(period.highest_day), how_index(),
             period.index_edition, period.learnt));
  for (std::size_t k = 0; k < air.items.size(); ++k) {
    const auto& rule = *air.items[k].rule;
    const Words how = rule.has_mean ? both("日值的平均", "mean of the daily values")
                                    : both("日值的第 " + printed(rule.percentile, 0) + " 百分位数",
                                           "percentile " + printed(rule.percentile, 0) + " of the daily values");
    const double value = period.valid[k] || !is_month(from, to) ? period.statistic[k] : missing;
    put(air.items[k].name, rule.property + (rule.has_mean ? "/mean" : "/percentile"), air.property_name(rule.property),
        value, rule.decimals, air.unit_of(rule.property),
        period_evidence(air, site, from, to, rule.property, rule.has_mean ? Statistic::mean : Statistic::percentile,
                        period, value, how, air.assessment));
  }
}

LegalDay year_before(LegalDay day) {
  auto civil = to_beijing(first_moment_of(day));
  --civil.year;
  if (!is_valid(civil)) civil.day = 28;
  return legal_day_of(from_beijing(civil));
}

/// The same days a year before; a whole month is held against the whole month.
std::pair<LegalDay, LegalDay> year_before(LegalDay from, LegalDay to) {
  if (!is_month(from, to)) return {year_before(from), year_before(to)};
  const LegalDay after = year_before(LegalDay{to.days + 1});
  return {year_before(from), {after.days - 1}};
}

Figure difference(std::string ref, Words name, const Figure* now, const Figure* before, int decimals,
                  std::string unit) {
  const bool known = now != nullptr && before != nullptr && !now->is_missing() && !before->is_missing();
  Evidence evidence = now->evidence;
  evidence.kind = Evidence::Kind::judgement;
  evidence.how = both("本期减上年同期", "this period less the same period of the year before");
  evidence.link = now->evidence.link;
  Figure out =
      counted(std::move(ref), std::move(name), known ? now->value - before->value : missing, std::move(evidence));
  out.decimals = decimals;
  out.unit = std::move(unit);
  out.missing = both("上年同期无有效值", "no valid value in the year before");
  return out;
}

}  // namespace

Result<void> collect_air_day(const Sources& sources, const Ask& ask, Record& out) {
  Air air(sources, ask);
  if (auto good = air.open(ask.to); !good) return good;
  const LegalDay first{ask.to.days - 6};
  if (auto read = air.load_days(air.city(), first, ask.to); !read) return read;
  for (const auto& station : air.stations) {
    if (auto read = air.load_days(station, ask.to, ask.to); !read) return read;
  }
  const auto index = index_of(air, air.city(), ask.to, ask.edition);
  if (!index) return fail(index.error());
  put_index(air, air.city(), ask.to, *index, ask.edition.empty() ? "" : "/" + ask.edition, "day.city.", out);
  put_items(air, air.city(), ask.to, "day.city.", out);
  out.put("day.edition", both(index->edition, index->edition));
  std::vector<Record> stations;
  bool any = !std::isnan(index->value);
  int over = 0;
  int judged_stations = 0;
  for (const auto& station : air.stations) {
    const auto one = index_of(air, station, ask.to, ask.edition);
    if (!one) return fail(one.error());
    Record record;
    record.put("name", site_name(station));
    put_index(air, station, ask.to, *one, ask.edition.empty() ? "" : "/" + ask.edition, "", record);
    put_items(air, station, ask.to, "", record);
    record.put("lon", degrees(station.position.lon_deg));
    record.put("lat", degrees(station.position.lat_deg));
    any = any || !std::isnan(one->value);
    judged_stations += std::isnan(one->value) ? 0 : 1;
    over += one->value > 100 ? 1 : 0;
    stations.push_back(std::move(record));
  }
  if (!any) return fail(Errc::not_found, to_string(ask.to) + " has no daily value of air yet", "day");
  Evidence count = judged(day_key(air.city().id, "AQI"), end_of(ask.to),
                          both("点位 AQI 大于 100 的个数", "stations with an AQI over 100"), index->edition,
                          index->cell.result_time);
  out.put("day.over", counted("stations-over", both("超标点位数", "stations over the limit"), over, count));
  count.how = both("当日有 AQI 的点位个数", "stations with an AQI on the day");
  out.put("day.judged",
          counted("stations-judged", both("有效点位数", "stations with a value"), judged_stations, count));
  out.put("day.stations", std::move(stations));
  std::vector<Record> week;
  for (LegalDay day = first; day <= ask.to; ++day.days) {
    const auto one = index_of(air, air.city(), day, ask.edition);
    if (!one) return fail(one.error());
    Record record;
    record.put("day", day);
    put_index(air, air.city(), day, *one, ask.edition.empty() ? "" : "/" + ask.edition, "", record);
    week.push_back(std::move(record));
  }
  out.put("day.week", std::move(week));
  std::vector<Record> others;
  if (!ask.other_edition.empty()) {
    const auto other = index_of(air, air.city(), ask.to, ask.other_edition);
    if (!other) return fail(other.error().code, other.error().detail, "other_edition");
    Record record;
    record.put("edition", both(other->edition, other->edition));
    put_index(air, air.city(), ask.to, *other, "/" + other->edition, "", record);
    others.push_back(std::move(record));
  }
  out.put("day.others", std::move(others));
  return {};
}

Result<void> collect_air_period(const Sources& sources, const Ask& ask, Record& out) {
  Air air(sources, ask);
  if (auto good = air.open(ask.to); !good) return good;
  const auto [from_before, to_before] = year_before(ask.from, ask.to);
  const auto& city = air.city();
  if (auto read = air.load_days(city, ask.from, ask.to); !read) return read;
  if (auto read = air.load_days(city, from_before, to_before); !read) return read;
  if (auto read = load_month(air, city, ask.to); !read) return read;
  const auto now = period_of(air, city, ask.from, ask.to, ask.edition);
  if (!now) return fail(now.error());
  // A report of air and water is made of what there is; one of air alone would be empty.
  if (now->days == 0 && std::ranges::find(ask.sets, "water") == ask.sets.end())
    return fail(Errc::not_found, to_string(ask.from) + " to " + to_string(ask.to) + " has no daily value of air",
                "day");
  const std::string mark = ask.edition.empty() ? "" : "/" + ask.edition;
  put_period(air, city, ask.from, ask.to, *now, mark, "air.city.", out);
  out.put("air.edition", both(now->index_edition, now->index_edition));
  out.put("air.highest_day", std::isnan(now->highest) ? ask.to : now->highest_day);
  const auto before = period_of(air, city, from_before, to_before, ask.edition);
  // Before the first edition there is no value to hold against.
  Record then;
  if (before) put_period(air, city, from_before, to_before, *before, "@" + to_string(from_before), "", then);
  std::vector<Record> befores;
  if (before && before->days > 0) befores.push_back(then);
  out.put("air.before", std::move(befores));
  const Words change = both("优良天数比例同比", "share of good days against the year before");
  out.put("air.change.good_percent", difference("change/good-day-percent", change, out.figure("air.city.good_percent"),
                                                then.figure("good_percent"), 1, both("个百分点", "points").zh));
  out.put("air.change.composite",
          difference("change/composite-index", both("综合指数同比", "composite index against the year before"),
                     out.figure("air.city.composite"), then.figure("composite"), 2, ""));
  out.put("air.change.pm25", difference("change/PM2.5", both("PM2.5 同比", "PM2.5 against the year before"),
                                        out.figure("air.city.pm25"), then.figure("pm25"), 0, "µg/m³"));
  std::vector<Record> days;
  for (LegalDay day = ask.from; day <= ask.to; ++day.days) {
    const auto one = index_of(air, city, day, ask.edition);
    if (!one) return fail(one.error());
    Record record;
    record.put("day", day);
    put_index(air, city, day, *one, mark + "@day", "", record);
    put_items(air, city, day, "", record);
    days.push_back(std::move(record));
  }
  out.put("air.days", std::move(days));
  std::vector<std::pair<double, Record>> ranked;
  for (const auto& station : air.stations) {
    if (auto read = air.load_days(station, ask.from, ask.to); !read) return read;
    if (auto read = load_month(air, station, ask.to); !read) return read;
    const auto period = period_of(air, station, ask.from, ask.to, ask.edition);
    if (!period) return fail(period.error());
    Record record;
    record.put("name", site_name(station));
    put_period(air, station, ask.from, ask.to, *period, mark, "", record);
    record.put("lon", degrees(station.position.lon_deg));
    record.put("lat", degrees(station.position.lat_deg));
    ranked.emplace_back(period->composite, std::move(record));
  }
  std::ranges::stable_sort(ranked, [](const auto& a, const auto& b) {
    return std::isnan(b.first) ? !std::isnan(a.first) : a.first < b.first;
  });
  std::vector<Record> stations;
  int rank = 0;
  for (auto& [composite, record] : ranked) {
    const Figure* index = record.figure("composite");
    const bool same =
        !stations.empty() && !std::isnan(composite) && stations.back().figure("composite")->value == composite;
    if (!same) rank = static_cast<int>(stations.size()) + 1;
    Evidence evidence = index->evidence;
    evidence.how = both("按综合指数由小到大排列", "by composite index, the smallest first");
    Figure place = counted(index->ref + "-rank", {index->name.zh + "排名", index->name.en + ", rank"},
                           std::isnan(composite) ? missing : rank, std::move(evidence));
    place.missing = index->missing;
    record.put("rank", std::move(place));
    stations.push_back(std::move(record));
  }
  out.put("air.stations", std::move(stations));
  std::vector<Record> editions;
  for (const auto& edition : {ask.edition, ask.other_edition}) {
    if (edition.empty() && !editions.empty()) continue;
    const auto period = period_of(air, city, ask.from, ask.to, edition);
    if (!period) return fail(period.error().code, period.error().detail, "other_edition");
    Record record;
    record.put("edition", both(period->index_edition, period->index_edition));
    put_period(air, city, ask.from, ask.to, *period, edition.empty() ? "" : "/" + edition, "", record);
    editions.push_back(std::move(record));
  }
  out.put("air.editions", std::move(editions));
  return {};
}

Result<void> collect_completeness(const Sources& sources, const Ask& ask, Record& out) {
  const auto sites = sources.ledger.sites();
  if (!sites) return fail(sites.error());
  const auto days = static_cast<std::size_t>(ask.to.days - ask.from.days + 1);
  std::vector<Record> rows;
  double all_expected = 0;
  double all_present = 0;
  Evidence sum;
  for (const auto& site : *sites) {
    const bool air = site.kind == "air-station";
    if (!air && site.kind != "river-section") continue;
    const Averaging window = air ? hourly : four_hourly;
    const std::int64_t step = window.length_us;
    std::vector<SeriesId> series;
    SeriesKey first;
    for (const auto& one : sources.ledger.series_of_site(site.id)) {
      if (one.key.stage != Stage::raw || one.key.averaging != window || one.key.statistic != Statistic::mean) continue;
      if (one.key.property.starts_with("AQI")) continue;
      if (series.empty()) first = one.key;
      series.push_back(one.id);
    }
    if (series.empty()) continue;
    const auto times = days * static_cast<std::size_t>(us_per_day / step);
    std::vector<double> value(series.size() * times, std::nan(""));
    const Instant begin{first_moment_of(ask.from).us + step};
    if (auto read = sources.effective({series, begin, step, times, ask.known_at}, value); !read) return read;
    const auto present = static_cast<double>(std::ranges::count_if(value, [](double v) { return !std::isnan(v); }));
    const auto expected = static_cast<double>(value.size());
    const Evidence evidence = judged(
        first, end_of(ask.to), both("有效值个数与应有个数之比", "valid values among those due"), "", std::nullopt);
    if (sum.link.empty()) sum = evidence;
    Record record;
    record.put("name", site_name(site));
    record.put("present",
               counted(site.id + "/values", of_site(site, both("有效值个数", "valid values")), present, evidence));
    record.put("expected",
               counted(site.id + "/values-due", of_site(site, both("应有个数", "values due")), expected, evidence));
    Figure share = counted(site.id + "/values-percent", of_site(site, both("数据有效率", "share of valid values")),
                           100 * present / expected, evidence);
    share.unit = "%";
    share.decimals = 1;
    record.put("percent", std::move(share));
    rows.push_back(std::move(record));
    all_expected += expected;
    all_present += present;
  }
  out.put("complete.sites", std::move(rows));
  if (sum.link.empty())
    sum = judged({"city." + sources.city_code, "AQI", daily, Statistic::mean, Stage::derived}, end_of(ask.to), {}, "",
                 std::nullopt);
  sum.how = both("全部点位的有效值个数与应有个数之比", "valid values of all sites among those due");
  Figure share = counted("values-percent", both("数据有效率", "share of valid values"),
                         all_expected > 0 ? 100 * all_present / all_expected : std::nan(""), sum);
  share.unit = "%";
  share.decimals = 1;
  share.missing = both("没有点位", "no site");
  out.put("complete.percent", std::move(share));
  return {};
}

}  // namespace celadon::report
