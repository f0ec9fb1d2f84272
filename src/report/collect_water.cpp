#include "core/missing.hpp"
#include "ledger/site_attributes.hpp"
#include "report/collect.hpp"
#include "standards/judge.hpp"
#include "standards/short_name.hpp"
#include "standards/water_report.hpp"

#include <algorithm>
#include <cmath>
#include <map>

// Surface water over a period: sections by single factor, the city and its rivers by 环办〔2011〕22号.

namespace celadon::report {
namespace {

using standards::WaterGrade;
using standards::WaterItem;
using standards::WaterRules;

/// Means of a section's items over a period, rounded as assessments are, and what they come to.
struct Section {
  std::map<std::string, double> mean;  ///< by property; not rounded
  std::map<std::string, SeriesKey> key;
  std::map<std::string, int> count;
  std::int8_t class_of = standards::no_class;
  std::vector<std::string> main;  ///< main pollutants, the foremost first
  std::map<std::string, double> multiple;
  int readings = 0;
  std::optional<Instant> learnt;
};

double rounded(const WaterItem& item, double mean) {
  if (std::isnan(mean)) return mean;
  return standards::rounded_for(item, mean, standards::WaterRounding::assessment);
}

double class_three_limit(const WaterItem& item) {
  const double scale = std::pow(10, item.decimals[static_cast<std::size_t>(standards::WaterRounding::assessment)]);
  return item.limits.size() < 3 ? missing : item.limits[2] / scale;
}

/// Class and main pollutants of means.
void classify(const standards::Library& library, const WaterRules& rules, Section& section) {
  std::vector<standards::SectionItem> items;
  std::vector<std::string> names;
  section.class_of = standards::no_class;
  for (const auto& [property, mean] : section.mean) {
    const WaterItem* item = rules.find(property, standards::WaterBody::river);
    if (item == nullptr || !item->sets_class || std::isnan(mean)) continue;
    const double value[] = {mean};
    std::int8_t class_of[] = {standards::no_class};
    standards::item_class(*item, value, standards::WaterRounding::assessment, class_of);
    section.class_of = std::max(section.class_of, class_of[0]);
    standards::SectionItem one;
    one.property = item->property;
    one.class_of = class_of[0];
    if (item->has_multiple && class_of[0] > standards::class_three)
      one.multiple = standards::multiple_over(rounded(*item, mean), class_three_limit(*item));
    section.multiple[property] = one.multiple;
    items.push_back(one);
    names.push_back(property);
  }
  for (const auto place :
       standards::main_pollutants(library.annexes.priority_items, library.annexes.water_report, items))
    section.main.push_back(names[place]);
}

Result<Section> section_of(const Sources& sources, const Ask& ask, const WaterRules& rules, const ledger::Site& site,
                           LegalDay from, LegalDay to) {
  Section out;
  std::map<std::string, SeriesId> series;
  for (const auto& one : sources.ledger.series_of_site(site.id)) {
    if (one.key.stage != Stage::raw || one.key.averaging != four_hourly || one.key.statistic != Statistic::mean)
      continue;
    if (rules.find(one.key.property, standards::WaterBody::river) == nullptr) continue;
    series[one.key.property] = one.id;
    out.key[one.key.property] = one.key;
  }
  const auto days = static_cast<std::size_t>(to.days - from.days + 1);
  const std::int64_t step = four_hourly.length_us;
  const std::size_t times = days * static_cast<std::size_t>(us_per_day / step);
  const Instant first{first_moment_of(from).us + step};
  std::vector<double> value(times);
  for (const auto& [property, id] : series) {
    const SeriesId one[] = {id};
    if (auto read = sources.effective({one, first, step, times, ask.known_at}, value); !read) return fail(read.error());
    out.mean[property] = property == "pH" ? standards::mean_ph(value) : standards::mean_ignoring_missing(value);
    const auto count = static_cast<int>(std::ranges::count_if(value, [](double v) { return !std::isnan(v); }));
    out.count[property] = count;
    out.readings += count;
    archive::Query query;
    query.series = {id};
    query.from = first;
    query.to = end_of(to);
    query.as_known_at = ask.known_at;
    const auto columns = sources.archive.read(query);
    if (!columns) return fail(columns.error());
    for (const auto time : columns->result_time) out.learnt = std::max(out.learnt.value_or(time), time);
  }
  classify(sources.library, rules, out);
  return out;
}

struct Water {
  const Sources& sources;
  const Ask& ask;
  const WaterRules& rules;
  std::string mark;  ///< of refs, where another edition is told beside

  [[nodiscard]] Words property_name(const std::string& id) const {
    const auto* property = sources.library.properties.find(id);
    return property == nullptr ? Words{id, id} : Words{property->name_zh, property->name_en};
  }
  [[nodiscard]] Evidence evidence(const ledger::Site& site, const Section& section, const std::string& property,
                                  Words how) const {
    const auto key = section.key.find(property);
    SeriesKey of = key != section.key.end()
                       ? key->second
                       : SeriesKey{site.id, "water-class", four_hourly, Statistic::mean, Stage::raw};
    return judged(std::move(of), end_of(ask.to), std::move(how), rules.standard, section.learnt);
  }

  /// A class as a figure with the label and colour of the edition.
  [[nodiscard]] Figure class_figure(std::string ref, Words name, std::int8_t class_of, Evidence from) const {
    Figure out = counted(std::move(ref), std::move(name), missing, std::move(from));
    out.missing = both("没有监测值", "no value");
    if (class_of == standards::no_class) return out;
    const WaterGrade& grade = rules.grades[static_cast<std::size_t>(class_of - 1)];
    out.word =
        both(grade.label + "类", grade.class_name == "worse than V" ? "worse than V" : "class " + grade.class_name);
    out.colour = grade.colour;
    out.text_colour = grade.text_colour;
    return out;
  }
};

Words change_words(standards::WaterChange change) {
  switch (change) {
    case standards::WaterChange::not_comparable: return both("不可比", "not comparable");
    case standards::WaterChange::none: return both("无明显变化", "no clear change");
    case standards::WaterChange::some_better: return both("有所好转", "somewhat better");
    case standards::WaterChange::some_worse: return both("有所变差", "somewhat worse");
    case standards::WaterChange::clearly_better: return both("明显好转", "clearly better");
    case standards::WaterChange::clearly_worse: return both("明显变差", "clearly worse");
  }
  return {};
}

void put_section(const Water& water, const ledger::Site& site, const Section& now, const Section& last,
                 const Section& year, Record& out) {
  const Words factor = both("月均值逐项对照标准限值，取最差类别（单因子）",
                            "monthly means against the limits, the worst item (single factor)");
  const std::string ref = site.id + "/water";
  const auto name = [&](Words what) { return of_site(site, what); };
  out.put("name", site_name(site));
  const std::string river = ledger::text_attribute(site, "river");
  out.put("river", both(river, river));
  out.put("class", water.class_figure(ref + "-class" + water.mark, name(both("水质类别", "water class")), now.class_of,
                                      water.evidence(site, now, "", factor)));
  out.put("class_last",
          water.class_figure(ref + "-class-last" + water.mark, name(both("上月水质类别", "water class, month before")),
                             last.class_of, water.evidence(site, last, "", factor)));
  out.put("class_year", water.class_figure(ref + "-class-year" + water.mark,
                                           name(both("上年同月水质类别", "water class, same month of the year before")),
                                           year.class_of, water.evidence(site, year, "", factor)));
  const auto& table = water.sources.library.annexes.basin_grades;
  const auto& numbers = water.sources.library.annexes.water_report;
  const auto change = [&](const std::string& key, Words words, const Section& before) {
    Figure figure = counted(
        ref + "-change-" + key + water.mark, name(std::move(words)), missing,
        water.evidence(site, now, "", both("环办〔2011〕22号：按水质等级变化", "环办〔2011〕22号: by steps of grade")));
    figure.word = change_words(
        standards::change_by_grade(numbers, table.of_class(before.class_of), table.of_class(now.class_of)));
    out.put("change_" + key, std::move(figure));
  };
  change("last", both("环比", "against the month before"), last);
  change("year", both("同比", "against the year before"), year);
  Figure main = counted(
      ref + "-main" + water.mark, name(both("主要污染指标", "main pollutants")), missing,
      water.evidence(site, now, "",
                     both("超过 Ⅲ 类的项目，括号内为超标倍数", "items over class III, with the multiple in brackets")));
  Words words;
  for (const auto& property : now.main) {
    const Words item = water.property_name(property);
    const double multiple = now.multiple.at(property);
    const std::string tail = std::isnan(multiple) ? "" : "(" + printed(multiple, 1) + ")";
    words.zh += (words.zh.empty() ? "" : "、") + item.zh + tail;
    words.en += (words.en.empty() ? "" : ", ") + item.en + (tail.empty() ? "" : " " + tail);
  }
  if (now.class_of != standards::no_class) main.word = words.zh.empty() ? both("无", "none") : words;
  main.missing = both("没有监测值", "no value");
  out.put("main", std::move(main));
  for (const std::string property : {"pH", "DO", "CODMn", "NH3-N", "TP"}) {
    const WaterItem* item = water.rules.find(property, standards::WaterBody::river);
    const auto mean = now.mean.find(property);
    Figure figure =
        counted(site.id + "/" + property + "/month" + water.mark, name(water.property_name(property)),
                mean == now.mean.end() || item == nullptr ? missing : rounded(*item, mean->second),
                water.evidence(site, now, property,
                               both("月内有效值的平均", property == "pH" ? "mean of the month, by 10^-pH"
                                                                         : "mean of the valid values of the month")));
    if (item != nullptr) {
      figure.decimals = item->decimals[static_cast<std::size_t>(standards::WaterRounding::assessment)];
      figure.unit = property == "pH" ? "" : "mg/L";
    }
    figure.missing = both("没有监测值", "no value");
    out.put(standards::short_name(property), std::move(figure));
  }
  out.put("readings", counted(site.id + "/water-readings", name(both("有效监测值个数", "valid values")), now.readings,
                              water.evidence(site, now, "",
                                             both("月内参加评价的监测值个数", "values of the month that took part"))));
  out.put("lon", degrees(site.position.lon_deg));
  out.put("lat", degrees(site.position.lat_deg));
}

/// A river or the whole city: by shares from so many sections on, else by the means of the items.
struct Basin {
  standards::BasinGrade shares;
  bool by_shares = false;
  std::int8_t class_of_means = standards::no_class;
  int grade = 0;
};

Basin basin_of(const Water& water, const std::vector<const Section*>& sections) {
  Basin out;
  std::vector<std::int8_t> classes;
  std::map<std::string, std::vector<double>> columns;
  for (const Section* section : sections) {
    classes.push_back(section->class_of);
    for (const auto& [property, mean] : section->mean) columns[property].push_back(mean);
  }
  const auto& annexes = water.sources.library.annexes;
  out.shares = standards::basin_grade(annexes.basin_grades, annexes.water_report, classes);
  out.by_shares = out.shares.enough;
  Section mean;
  for (const auto& [property, values] : columns)
    mean.mean[property] = property == "pH" ? standards::mean_ph(values) : standards::mean_ignoring_missing(values);
  classify(water.sources.library, water.rules, mean);
  out.class_of_means = mean.class_of;
  out.grade = out.by_shares ? out.shares.grade : annexes.basin_grades.of_class(mean.class_of);
  return out;
}

void put_basin(const Water& water, const std::string& ref, const Words& name, const Basin& basin, Evidence evidence,
               const std::string& stem, Record& out) {
  const auto& annexes = water.sources.library.annexes;
  const int from = annexes.water_report.basin_sections_min;
  evidence.how = basin.by_shares
                     ? both("断面水质类别比例法（断面数不少于 " + std::to_string(from) + " 个）",
                            "proportion of section classes (" + std::to_string(from) + " sections or more)")
                     : both("各项断面均值单因子评价（断面数少于 " + std::to_string(from) + " 个）",
                            "single factor on the means of the sections (fewer than " + std::to_string(from) + ")");
  const auto named = [&](Words what) { return Words{name.zh + what.zh, name.en + ", " + what.en}; };
  Figure method = counted(ref + "-method" + water.mark, named(both("评价方法", "method")), missing, evidence);
  method.word = basin.by_shares ? both("类别比例法", "by shares") : both("均值法", "by means");
  out.put(stem + "method", std::move(method));
  Figure grade = counted(ref + "-grade" + water.mark, named(both("水质状况", "state")), missing, evidence);
  for (const auto& row : annexes.basin_grades.rows) {
    if (row.grade != basin.grade) continue;
    grade.word = both(row.name_zh, row.name_en);
    const auto& look = water.rules.grades[static_cast<std::size_t>(row.class_to - 1)];
    grade.colour = look.colour;
    grade.text_colour = look.text_colour;
  }
  grade.missing = both("没有监测值", "no value");
  out.put(stem + "grade", std::move(grade));
  out.put(stem + "means_class",
          water.class_figure(ref + "-means-class" + water.mark, named(both("均值类别", "class of the means")),
                             basin.class_of_means, evidence));
  out.put(stem + "sections", counted(ref + "-sections" + water.mark, named(both("评价断面数", "sections judged")),
                                     basin.shares.judged, evidence));
  const auto share = [&](const std::string& key, Words words, double percent) {
    Evidence from_classes = evidence;
    from_classes.how = both("断面数之比", "share of the sections judged");
    Figure figure = counted(ref + "-" + key + water.mark, named(std::move(words)), percent, std::move(from_classes));
    figure.unit = "%";
    figure.decimals = 1;
    figure.missing = both("没有监测值", "no value");
    out.put(stem + key, std::move(figure));
  };
  share("good_percent", both("Ⅰ～Ⅲ类断面比例", "share of classes I to III"), basin.shares.good_percent());
  share("inferior_percent", both("劣Ⅴ类断面比例", "share worse than V"), basin.shares.inferior_percent());
}

/// Sections of one period under one edition.
struct Sections {
  std::vector<Section> all;
  [[nodiscard]] std::vector<const Section*> of(const std::vector<ledger::Site>& sites, const std::string& river) const {
    std::vector<const Section*> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (river.empty() || ledger::text_attribute(sites[i], "river") == river) out.push_back(&all[i]);
    }
    return out;
  }
};

Result<Sections> sections_of(const Water& water, const std::vector<ledger::Site>& sites, LegalDay from, LegalDay to) {
  Sections out;
  for (const auto& site : sites) {
    auto section = section_of(water.sources, water.ask, water.rules, site, from, to);
    if (!section) return fail(section.error());
    out.all.push_back(std::move(*section));
  }
  return out;
}

/// The calendar month that ends the day before `from`, and that of a year before.
LegalDay moved(LegalDay day, int months) {
  auto civil = to_beijing(first_moment_of(day));
  const int all = civil.year * 12 + civil.month - 1 + months;
  civil.year = all / 12;
  civil.month = all % 12 + 1;
  while (!is_valid(civil)) --civil.day;
  return legal_day_of(from_beijing(civil));
}

void put_classes(const Water& water, const Sections& now, const Evidence& evidence, Record& out) {
  std::vector<Record> rows;
  int judged_sections = 0;
  for (const auto& section : now.all) judged_sections += section.class_of != standards::no_class ? 1 : 0;
  for (std::size_t k = 0; k < water.rules.grades.size(); ++k) {
    const auto& grade = water.rules.grades[k];
    const auto count =
        std::ranges::count_if(now.all, [&](const Section& s) { return s.class_of == static_cast<std::int8_t>(k + 1); });
    const Words label =
        both(grade.label + "类", grade.class_name == "worse than V" ? grade.class_name : "class " + grade.class_name);
    Record row;
    row.put("class", label);
    Evidence from = evidence;
    from.how = both("该类断面个数", "sections of that class");
    row.put("count", counted("water-count-" + std::to_string(k + 1) + water.mark,
                             {label.zh + "断面数", "sections of " + label.en}, static_cast<double>(count), from));
    from.how = both("断面数之比", "share of the sections judged");
    Figure share =
        counted("water-share-" + std::to_string(k + 1) + water.mark, {label.zh + "断面比例", "share of " + label.en},
                judged_sections > 0 ? 100.0 * static_cast<double>(count) / judged_sections : missing, from);
    share.unit = "%";
    share.decimals = 1;
    share.colour = grade.colour;
    share.text_colour = grade.text_colour;
    row.put("percent", std::move(share));
    rows.push_back(std::move(row));
  }
  out.put("water.classes", std::move(rows));
}

}  // namespace

Result<void> collect_water(const Sources& sources, const Ask& ask, Record& out) {
  const auto rules = sources.library.water_rules(ask.to, "");
  if (!rules) return fail(rules.error());
  const auto all_sites = sources.ledger.sites();
  if (!all_sites) return fail(all_sites.error());
  std::vector<ledger::Site> sites;
  for (const auto& site : *all_sites) {
    if (site.kind == "river-section") sites.push_back(site);
  }
  const Water water{sources, ask, **rules, ""};
  const auto now = sections_of(water, sites, ask.from, ask.to);
  if (!now) return fail(now.error());
  const auto last = sections_of(water, sites, moved(ask.from, -1), {ask.from.days - 1});
  if (!last) return fail(last.error());
  const auto year = sections_of(water, sites, moved(ask.from, -12), {moved({ask.to.days + 1}, -12).days - 1});
  if (!year) return fail(year.error());
  std::vector<Record> rows;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    Record row;
    put_section(water, sites[i], now->all[i], last->all[i], year->all[i], row);
    rows.push_back(std::move(row));
  }
  out.put("water.sections", std::move(rows));
  out.put("water.edition", both(water.rules.standard, water.rules.standard));
  std::optional<Instant> learnt;
  for (const auto& section : now->all) {
    if (section.learnt) learnt = std::max(learnt.value_or(*section.learnt), *section.learnt);
  }
  Evidence evidence = judged({"city." + sources.city_code, "water-class", four_hourly, Statistic::mean, Stage::raw},
                             end_of(ask.to), {}, water.rules.standard, learnt);
  evidence.link = "#/map?kind=river-section";
  put_basin(water, "water/city", sources.city, basin_of(water, now->of(sites, "")), evidence, "water.whole.", out);
  put_classes(water, *now, evidence, out);
  std::vector<std::string> rivers;
  for (const auto& site : sites) {
    const std::string river = ledger::text_attribute(site, "river");
    if (!river.empty() && std::ranges::find(rivers, river) == rivers.end()) rivers.push_back(river);
  }
  std::vector<Record> river_rows;
  for (const auto& river : rivers) {
    Record row;
    row.put("name", both(river, river));
    put_basin(water, "water/" + river, both(river, river), basin_of(water, now->of(sites, river)), evidence, "", row);
    river_rows.push_back(std::move(row));
  }
  out.put("water.rivers", std::move(river_rows));
  std::vector<Record> editions;
  for (const auto& edition : sources.library.water) {
    const Water under{sources, ask, edition, &edition == *rules ? "" : "/" + edition.standard};
    const auto sections = sections_of(under, sites, ask.from, ask.to);
    if (!sections) return fail(sections.error());
    Record row;
    row.put("edition", both(edition.standard, edition.standard));
    Evidence from = evidence;
    from.edition = edition.standard;
    put_basin(under, "water/city", sources.city, basin_of(under, sections->of(sites, "")), from, "", row);
    editions.push_back(std::move(row));
  }
  out.put("water.editions", std::move(editions));
  return {};
}

}  // namespace celadon::report
