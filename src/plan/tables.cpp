#include "plan/tables.hpp"

#include "core/missing.hpp"
#include "standards/air_assessment.hpp"
#include "standards/judge.hpp"
#include "standards/short_name.hpp"
#include "standards/water_report.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace celadon::plan {
namespace {

using systems::Type;
using systems::Value;

constexpr Column air_day[] = {{"day", Type::date, "", "日期", "day"},
                              {"so2", Type::number, "ug/m3", "SO2 日均值", "SO2, mean of the day"},
                              {"no2", Type::number, "ug/m3", "NO2 日均值", "NO2, mean of the day"},
                              {"pm10", Type::number, "ug/m3", "PM10 日均值", "PM10, mean of the day"},
                              {"pm25", Type::number, "ug/m3", "PM2.5 日均值", "PM2.5, mean of the day"},
                              {"co", Type::number, "mg/m3", "CO 日均值", "CO, mean of the day"},
                              {"o3", Type::number, "ug/m3", "O3 日最大8小时平均", "O3, greatest 8-hour mean"},
                              {"aqi", Type::number, "1", "AQI", "AQI"},
                              {"level", Type::number, "1", "空气质量级别", "level"},
                              {"good", Type::boolean, "", "优良", "AQI of at most 100"}};

constexpr Column air_period[] = {
    {"so2", Type::number, "ug/m3", "SO2 平均", "SO2, mean"},
    {"no2", Type::number, "ug/m3", "NO2 平均", "NO2, mean"},
    {"pm10", Type::number, "ug/m3", "PM10 平均", "PM10, mean"},
    {"pm25", Type::number, "ug/m3", "PM2.5 平均", "PM2.5, mean"},
    {"co", Type::number, "mg/m3", "CO 第95百分位数", "CO, percentile 95"},
    {"o3", Type::number, "ug/m3", "O3-8h 第90百分位数", "O3, percentile 90"},
    {"pm25_so_far", Type::number, "ug/m3", "PM2.5 已有日值平均", "PM2.5, mean of the days there are"},
    {"valid_days", Type::number, "1", "有效天数", "valid days"},
    {"good_days", Type::number, "1", "优良天数", "good days"},
    {"good_share", Type::number, "%", "优良天数比例", "share of good days"},
    {"composite", Type::number, "1", "综合指数", "composite index"},
    {"attains", Type::boolean, "", "各项达标", "every item attains"}};

constexpr Column water_section[] = {{"section", Type::text, "", "断面", "section"},
                                    {"river", Type::text, "", "河流", "river"},
                                    {"month", Type::number, "1", "月份（全期为空）", "month; none for the whole period"},
                                    {"class", Type::number, "1", "水质类别（1～6）", "class, 1 to 6"},
                                    {"good", Type::boolean, "", "达到或好于Ⅲ类", "class III or better"},
                                    {"readings", Type::number, "1", "有效监测值个数", "valid readings"},
                                    {"ph", Type::number, "[pH]", "pH", "pH"},
                                    {"do", Type::number, "mg/L", "溶解氧", "dissolved oxygen"},
                                    {"codmn", Type::number, "mg/L", "高锰酸盐指数", "permanganate index"},
                                    {"nh3n", Type::number, "mg/L", "氨氮", "ammonia nitrogen"},
                                    {"tp", Type::number, "mg/L", "总磷", "total phosphorus"},
                                    {"tn", Type::number, "mg/L", "总氮", "total nitrogen"}};

constexpr Column alarm[] = {{"day", Type::date, "", "日期", "day"},
                            {"rule", Type::text, "", "规则", "rule"},
                            {"site", Type::text, "", "点位", "site"},
                            {"property", Type::text, "", "项目", "property"},
                            {"value", Type::number, "", "数值", "value"}};

constexpr std::array faces = {
    TableFace{"air-day", "环境空气逐日", "air, day by day", air_day, true},
    TableFace{"air-period", "环境空气时段评价", "air, the whole period", air_period, true},
    TableFace{"water-section", "地表水断面全期评价", "river sections, the whole period", water_section, true},
    TableFace{"water-month", "地表水断面逐月评价", "river sections, month by month", water_section, true},
    TableFace{"alarm", "监视报警", "alarms of watch", alarm, false}};

constexpr std::size_t alarms_max = 100'000;

Value number(double value) { return std::isnan(value) ? Value{} : Value{value}; }

/// Puts a value under a column's name; a name that the table has not is passed over.
void put(const TableFace& face, Row& row, std::string_view column, Value value) {
  for (std::size_t i = 0; i < face.columns.size(); ++i) {
    if (face.columns[i].id == column) row.values[i] = std::move(value);
  }
}

bool belongs(const ledger::Site& site, const Place& place) {
  if (!place.division.empty()) return site.county.starts_with(place.division) || place.whole;
  if (place.river.empty()) return false;
  boost::system::error_code error;
  const auto value = boost::json::parse(site.attributes, error);
  const auto* const river =
      error || !value.is_object() ? nullptr : value.get_object().if_contains("river");
  return river != nullptr && river->is_string() && std::string_view(river->get_string()) == place.river;
}

standards::JudgeRequest ask(const char* rule, const std::string& edition, LegalDay day) {
  standards::JudgeRequest request;
  request.rule = rule;
  request.edition = edition;
  request.date = end_of(day);
  request.want_why = false;
  return request;
}
standards::JudgeInput input(const std::string& property, double value) {
  standards::JudgeInput one;
  one.property = property;
  one.value = value;
  return one;
}

class Maker {
 public:
  Maker(Readings& readings, const TableFace& face, const Place& place, const Edition& edition, LegalDay from,
        LegalDay to)
      : readings_(readings), from_(readings.observations()), face_(face), place_(place), edition_(edition), first_(from),
        last_(to), known_(readings.as_known_at()) {
    table_.face = &face;
  }

  Result<Table> make() {
    if (first_ > last_) {
      table_.complete = 0;
      return std::move(table_);
    }
    auto good = face_.id == "alarm"           ? alarms()
                : face_.id == "air-day"       ? air(false)
                : face_.id == "air-period"    ? air(true)
                : face_.id == "water-section" ? water(false)
                                              : water(true);
    if (!good) return fail(good.error());
    return std::move(table_);
  }

 private:
  [[nodiscard]] std::size_t days() const { return static_cast<std::size_t>(last_.days - first_.days + 1); }
  Row& add() {
    table_.rows.emplace_back();
    table_.rows.back().values.resize(face_.columns.size());
    return table_.rows.back();
  }

  /// One column of daily values an item; a county's are the means of its stations (HJ 663-2013 A.2).
  Result<std::vector<std::vector<double>>> columns_of_air(const standards::AirAssessmentRules& rules) {
    std::vector<std::string> sites;
    if (place_.whole) {
      sites = {from_.city};
    } else if (!place_.division.empty()) {
      const auto all = readings_.sites();
      if (!all) return fail(all.error());
      for (const auto& site : **all) {
        if (site.kind == "air-station" && belongs(site, place_)) sites.push_back(site.id);
      }
    }
    if (!sites.empty()) origin_ = sites.front();
    std::vector<std::vector<double>> columns;
    for (const auto& item : rules.items) {
      std::vector<std::vector<double>> each;
      for (const auto& site : sites) {
        const auto column = readings_.of(site, item.property, daily, end_of(first_), days());
        if (!column) return fail(column.error());
        each.emplace_back(column->begin(), column->end());
      }
      if (each.size() == 1) {
        columns.push_back(std::move(each.front()));
        continue;
      }
      columns.emplace_back(days(), missing);
      if (each.empty()) continue;
      const std::vector<std::span<const double>> points(each.begin(), each.end());
      standards::mean_of_points(rules, points, columns.back());
    }
    return columns;
  }

  Result<void> air(bool whole_period) {
    const auto rules = from_.library.air_assessment(last_, "");
    if (!rules) {  // before the first edition nothing can be judged
      table_.complete = 0;
      return rules.error().code == Errc::not_found ? Result<void>{} : fail(rules.error());
    }
    auto columns = columns_of_air(**rules);
    if (!columns) return fail(columns.error());
    std::vector<std::int16_t> index(days(), standards::no_index);
    for (std::size_t d = 0; d < days(); ++d) {
      const LegalDay day{first_.days + static_cast<std::int32_t>(d)};
      const bool any = std::ranges::any_of(*columns, [d](const auto& column) { return !std::isnan(column[d]); });
      if (!any) continue;
      auto request = ask("aqi-daily", edition_.air_index, day);
      for (std::size_t k = 0; k < columns->size(); ++k)
        request.inputs.push_back(input((*rules)->items[k].property, (*columns)[k][d]));
      const auto judgement = standards::judge(from_.library, request);
      if (!judgement) return fail(judgement.error());
      if (judgement->judged && judgement->value) index[d] = static_cast<std::int16_t>(*judgement->value);
      if (whole_period) continue;
      Row& row = add();
      row.origin = {origin_, "AQI", end_of(day)};
      put(face_, row, "day", day);
      for (std::size_t k = 0; k < columns->size(); ++k)
        put(face_, row, standards::short_name((*rules)->items[k].property), number((*columns)[k][d]));
      if (index[d] == standards::no_index) continue;
      put(face_, row, "aqi", static_cast<double>(index[d]));
      put(face_, row, "good", index[d] <= 100);
      put(face_, row, "level", static_cast<double>(judgement->level));
    }
    const auto valid = static_cast<double>(
        std::ranges::count_if(index, [](std::int16_t one) { return one != standards::no_index; }));
    table_.complete = valid / static_cast<double>(days());
    return whole_period && valid > 0 ? air_statistics(**rules, *columns, index, valid) : Result<void>{};
  }

  Result<void> air_statistics(const standards::AirAssessmentRules& rules,
                              const std::vector<std::vector<double>>& columns,
                              const std::vector<std::int16_t>& index, double valid) {
    auto request = ask("air-assessment", edition_.air_limits, last_);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      request.inputs.push_back(input(rules.items[k].property, missing));
      request.inputs.back().series = columns[k];
    }
    const auto judgement = standards::judge(from_.library, request);
    if (!judgement) return fail(judgement.error());
    Row& row = add();
    row.origin = {origin_, "AQI", end_of(last_)};
    for (const auto& one : judgement->numbers) {
      if (!one.reason_en.empty()) continue;
      if (one.name == "composite-index") put(face_, row, "composite", number(one.value));
      for (const auto& item : rules.items) {
        const bool is_mean = one.name == item.property + " mean";
        const bool is_percentile = one.name.starts_with(item.property + " P");
        if (item.has_mean ? is_mean : is_percentile)
          put(face_, row, standards::short_name(item.property), number(one.value));
      }
    }
    if (judgement->judged && judgement->attains) put(face_, row, "attains", *judgement->attains);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (rules.items[k].property != "PM2.5") continue;
      std::vector<double> rounded(columns[k].size());
      standards::round_column(columns[k], rules.items[k].decimals, rounded);
      put(face_, row, "pm25_so_far", number(standards::mean_ignoring_missing(rounded)));
    }
    const auto good = static_cast<double>(std::ranges::count_if(
        index, [](std::int16_t one) { return one != standards::no_index && one <= 100; }));
    put(face_, row, "valid_days", valid);
    put(face_, row, "good_days", good);
    put(face_, row, "good_share", number(standards::good_day_percent(index)));
    return {};
  }

  Result<void> water(bool by_month) {
    const auto sites = readings_.sites();
    if (!sites) return fail(sites.error());
    double due = 0;
    double there = 0;
    for (const auto& site : **sites) {
      if (site.kind != "river-section" || !belongs(site, place_)) continue;
      auto good = section(site, by_month, due, there);
      if (!good) return good;
    }
    table_.complete = due > 0 ? there / due : 0;
    return {};
  }

  Result<void> section(const ledger::Site& site, bool by_month, double& due, double& there) {
    const std::int64_t step = four_hourly.length_us;
    const std::size_t times = days() * static_cast<std::size_t>(us_per_day / step);
    const Instant first{first_moment_of(first_).us + step};
    std::map<std::string, std::span<const double>> readings;
    for (const auto& one : from_.ledger.series_of_site(site.id)) {
      if (one.key.stage != Stage::raw || one.key.averaging != four_hourly || one.key.statistic != Statistic::mean)
        continue;
      const auto value = readings_.of(site.id, one.key.property, four_hourly, first, times);
      if (!value) return fail(value.error());
      readings.emplace(one.key.property, *value);
    }
    const auto month_of = [](LegalDay day) { return to_beijing(first_moment_of(day)).month; };
    for (LegalDay begin = first_; begin <= last_;) {
      LegalDay end = last_;
      if (by_month) {
        for (end = begin; end < last_ && month_of({end.days + 1}) == month_of(begin);) ++end.days;
      }
      due += 1;
      if (auto told = stretch(site, readings, begin, end, by_month, there); !told) return told;
      begin = {end.days + 1};
    }
    return {};
  }

  /// A section over begin..end: its means and their class; no row without readings.
  Result<void> stretch(const ledger::Site& site, const std::map<std::string, std::span<const double>>& readings,
                       LegalDay begin, LegalDay end, bool by_month, double& there) {
    const auto per_day = static_cast<std::size_t>(us_per_day / four_hourly.length_us);
    const auto offset = static_cast<std::size_t>(begin.days - first_.days) * per_day;
    const auto count = static_cast<std::size_t>(end.days - begin.days + 1) * per_day;
    auto request = ask("water-class", edition_.water, end);
    request.rounding = standards::WaterRounding::assessment;
    std::ptrdiff_t valid = 0;
    std::map<std::string, double> means;
    for (const auto& [property, all] : readings) {
      const auto value = all.subspan(offset, count);
      const double mean = property == "pH" ? standards::mean_ph(value) : standards::mean_ignoring_missing(value);
      valid += std::ranges::count_if(value, [](double one) { return !std::isnan(one); });
      means.emplace(standards::short_name(property), mean);
      request.inputs.push_back(input(property, mean));
    }
    if (valid == 0) return {};
    const auto judgement = standards::judge(from_.library, request);
    if (!judgement) return fail(judgement.error());
    Row& row = add();
    row.origin = {site.id, "water-class", end_of(end)};
    put(face_, row, "section", site.name_zh);
    boost::system::error_code error;
    const auto attributes = boost::json::parse(site.attributes, error);
    if (!error && attributes.is_object()) {
      const auto* const river = attributes.get_object().if_contains("river");
      if (river != nullptr && river->is_string()) put(face_, row, "river", std::string(river->get_string()));
    }
    if (by_month) put(face_, row, "month", static_cast<double>(to_beijing(first_moment_of(begin)).month));
    put(face_, row, "readings", static_cast<double>(valid));
    for (const auto& [name, mean] : means) put(face_, row, name, number(mean));
    if (judgement->judged) {
      put(face_, row, "class", static_cast<double>(judgement->level));
      put(face_, row, "good", judgement->level <= 3);
      there += 1;
    }
    return {};
  }

  Result<void> alarms() {
    const auto events = from_.ledger.events(alarms_max);
    if (!events) return fail(events.error());
    const auto sites = readings_.sites();
    if (!sites) return fail(sites.error());
    std::map<std::string, bool> here;
    for (const auto& site : **sites) here[site.id] = belongs(site, place_);
    for (const auto& event : *events) {
      const LegalDay day = legal_day_of_hour_ending(event.phenomenon_end);
      if (day < first_ || day > last_ || (known_ && event.noticed_at > *known_) || !here[event.site]) continue;
      Row& row = add();
      row.origin = {event.site, event.property, event.phenomenon_end};
      put(face_, row, "day", day);
      put(face_, row, "rule", event.rule);
      put(face_, row, "site", event.site);
      put(face_, row, "property", event.property);
      put(face_, row, "value", number(event.value));
    }
    return {};
  }

  Readings& readings_;
  const Observations& from_;
  const TableFace& face_;
  const Place& place_;
  const Edition& edition_;
  LegalDay first_, last_;
  std::optional<Instant> known_;
  std::string origin_;
  Table table_;
};

}  // namespace

std::span<const TableFace> table_faces() { return faces; }

const TableFace* find_table(std::string_view id) {
  const auto found = std::ranges::find(faces, id, &TableFace::id);
  return found == faces.end() ? nullptr : &*found;
}

Result<std::span<const double>> Readings::of(const std::string& site, const std::string& property,
                                             const Averaging& averaging, Instant first, std::size_t times) {
  const std::int64_t step = averaging.length_us;
  const auto [at, is_new] = values_.try_emplace(Key{site, property, step, first, times});
  if (!is_new) return std::span<const double>(at->second);
  auto& value = at->second;
  value.assign(times, missing);
  std::vector<double> came(times, missing);
  const Instant last{first.us + step * static_cast<std::int64_t>(times)};
  for (const Stage stage : {Stage::derived, Stage::raw}) {
    const auto series = from_.ledger.find_series({site, property, averaging, Statistic::mean, stage});
    const auto extent = series ? from_.archive.extent(*series) : std::nullopt;
    if (!extent || extent->last < first || extent->first > last) continue;  // nothing to read
    const SeriesId one[] = {*series};
    const archive::GridQuery query{one, first, step, times, known_};
    auto read = stage == Stage::derived ? from_.archive.read_grid(query, came) : from_.effective(query, came);
    if (!read) {
      values_.erase(at);
      return fail(read.error());
    }
    for (std::size_t d = 0; d < times; ++d) {
      if (std::isnan(value[d])) value[d] = came[d];
    }
  }
  return std::span<const double>(value);
}

Result<const std::vector<ledger::Site>*> Readings::sites() {
  if (!sites_) {
    auto read = from_.ledger.sites(known_);
    if (!read) return fail(read.error());
    sites_ = std::move(*read);
  }
  return &*sites_;
}

Result<Table> make_table(Readings& readings, std::string_view id, const Place& place, const Edition& edition,
                         LegalDay from, LegalDay to) {
  const auto* const face = find_table(id);
  if (face == nullptr) return fail(Errc::not_found, "there is no table '" + std::string(id) + "'");
  return Maker(readings, *face, place, edition, from, to).make();
}

}  // namespace celadon::plan
