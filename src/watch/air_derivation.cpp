#include "watch/air_derivation.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "ledger/site_attributes.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <set>
#include <thread>
#include <tuple>

namespace celadon::watch {
namespace {

/// Limit of the daily ozone value in zone 2, which a day with too few windows must exceed to count.
double ozone_limit(const standards::Library& library, LegalDay day) {
  const auto limits = library.band_table("ambient-air", day, "");
  if (!limits) return missing;
  for (const auto* item : (*limits)->named("O3-MDA8")) {
    if (item->words[0] == "2" && item->words[1] == "24h") return item->bands.front().holds.limit();
  }
  return missing;
}

bool by_key(const DerivedChange& a, const DerivedChange& b) { return std::tie(a.key, a.end) < std::tie(b.key, b.end); }

/// Runs `work(i)` for pieces of [0, count), each once.
template <class Work>
void in_parallel(std::size_t pieces, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < pieces; i = next++) work(i);
  };
  std::vector<std::jthread> pool;
  for (unsigned t = 1; t < std::min<std::size_t>(std::max(threads, 1U), pieces); ++t) pool.emplace_back(run);
  run();
}

}  // namespace

bool same_value(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

std::vector<AirCity> air_cities(const std::vector<ledger::Site>& sites) {
  std::vector<AirCity> all;
  for (const auto& city : sites) {
    if (city.kind != "city" || city.code.size() < 4) continue;
    AirCity one{city.id, {}};
    for (const auto& site : sites) {
      if (site.kind == "air-station" && !ledger::is_marked(site, "background") && site.county.starts_with(city.code.substr(0, 4)))
        one.stations.push_back(site.id);
    }
    if (!one.stations.empty()) all.push_back(std::move(one));
  }
  return all;
}

Result<standards::AirDayRules> air_day_rules(const standards::Library& library, LegalDay day) {
  const auto assessment = library.air_assessment(day, "");
  if (!assessment) return fail(assessment.error());
  const auto index = library.air_rules(day, "");
  if (!index) return fail(index.error());
  return standards::AirDayRules{*assessment, *index, ozone_limit(library, day)};
}

void air_days_of_city(std::span<const AirSegment> segments, std::span<const standards::AirDays* const> stations,
                      standards::AirDays& city) {
  CELADON_ASSERT(!segments.empty() && !stations.empty());
  const standards::AirAssessmentRules& assessment = *segments.back().rules.assessment;
  const std::size_t items = assessment.items.size();
  city.resize(items, segments.back().first + segments.back().count);
  std::vector<std::span<const double>> points(stations.size());
  for (std::size_t k = 0; k <= items; ++k) {
    const bool is_ozone_hour = k == items;
    for (std::size_t p = 0; p < points.size(); ++p)
      points[p] = is_ozone_hour ? stations[p]->ozone_hour_max : stations[p]->daily[k];
    auto& mean = is_ozone_hour ? city.ozone_hour_max : city.daily[k];
    standards::mean_of_points(assessment, points, mean);
    standards::round_column(mean, is_ozone_hour ? 0 : assessment.items[k].decimals, mean);
  }
  for (const auto& segment : segments) standards::index_of_days(segment.rules, segment.first, segment.count, city);
}

Result<standards::Judgement> judge_air_period(const standards::Library& library,
                                              const standards::AirAssessmentRules& rules,
                                              std::span<const std::span<const double>> daily, LegalDay last,
                                              const std::string& edition) {
  standards::JudgeRequest request;
  request.rule = "air-assessment";
  request.edition = edition;
  request.date = end_of(last);
  for (std::size_t k = 0; k < rules.items.size(); ++k) {
    standards::JudgeInput input;
    input.property = rules.items[k].property;
    input.series.assign(daily[k].begin(), daily[k].end());
    request.inputs.push_back(std::move(input));
  }
  return standards::judge(library, request);
}

std::vector<PeriodNumber> numbers_of(const standards::Judgement& period, double good_day_percent) {
  std::vector<PeriodNumber> all;
  double composite = missing;
  for (const auto& number : period.numbers) {
    const double value = number.reason_en.empty() ? number.value : missing;
    const std::size_t cut = number.name.find(' ');
    const std::string_view what = cut == std::string::npos ? "" : std::string_view(number.name).substr(cut + 1);
    if (number.name == "composite-index") composite = value;
    if (what == "mean") all.push_back({number.name.substr(0, cut), Statistic::mean, value});
    if (what.starts_with('P')) all.push_back({number.name.substr(0, cut), Statistic::percentile, value});
  }
  all.push_back({"composite-index", Statistic::mean, composite});
  all.push_back({"good-day-percent", Statistic::mean, good_day_percent});
  return all;
}

Result<AirDerivation> AirDerivation::make(const standards::Library& library, std::vector<std::string> stations,
                                          std::vector<AirCity> cities) {
  AirDerivation made(library);
  CELADON_ASSERT(!library.assessments.empty());
  for (const auto& item : library.assessments.front().items) {
    made.hourly_properties_.push_back(item.hourly_property);
    made.daily_properties_.push_back(item.property);
  }
  for (const auto& edition : library.assessments) {
    const bool equal = std::ranges::equal(edition.items, made.daily_properties_, {}, &standards::AirItem::property);
    if (!equal) {
      return fail(Errc::invalid_value,
                  edition.standard + " has other items than " + library.assessments.front().standard +
                      "; days of both cannot stand in one period",
                  "items");
    }
  }
  for (const auto& id : stations) {
    made.place_.emplace(id, static_cast<std::uint32_t>(made.sites_.size()));
    made.sites_.push_back({id, {}, {}});
  }
  made.cities_of_.resize(stations.size());
  for (const auto& city : cities) {
    const auto place = static_cast<std::uint32_t>(made.sites_.size());
    made.place_.emplace(city.city, place);
    made.sites_.push_back({city.city, {}, {}});
    std::vector<std::uint32_t> members;
    for (const auto& id : city.stations) {
      const std::uint32_t member = made.place_.at(id);
      members.push_back(member);
      made.cities_of_[member].push_back(place);
    }
    made.stations_of_.push_back(std::move(members));
  }
  made.stations_ = std::move(stations);
  made.cities_ = std::move(cities);
  return made;
}

std::optional<std::uint32_t> AirDerivation::station(std::string_view site) const {
  const auto found = place_.find(std::string(site));
  if (found == place_.end() || found->second >= stations_.size()) return std::nullopt;
  return found->second;
}

const AirDerivation::SiteState* AirDerivation::find_site(std::string_view id) const {
  const auto found = place_.find(std::string(id));
  return found == place_.end() ? nullptr : &sites_[found->second];
}

SeriesKey AirDerivation::day_key(const SiteState& site, std::size_t quantity) const {
  if (quantity == ozone_hour()) return {site.id, "O3", daily, Statistic::maximum, Stage::derived};
  return {site.id, quantity == index() ? "AQI" : daily_properties_[quantity], daily, Statistic::mean, Stage::derived};
}

std::optional<std::size_t> AirDerivation::quantity_of(const SeriesKey& key) const {
  if (key.stage != Stage::derived || key.averaging != daily) return std::nullopt;
  if (key.statistic == Statistic::maximum) return key.property == "O3" ? std::optional(ozone_hour()) : std::nullopt;
  if (key.statistic != Statistic::mean) return std::nullopt;
  if (key.property == "AQI") return index();
  const auto found = std::ranges::find(daily_properties_, key.property);
  if (found == daily_properties_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - daily_properties_.begin());
}

const AirDerivation::DayRules& AirDerivation::rules_of(LegalDay day) {
  const auto [place, is_new] = rules_.try_emplace(day.days);
  if (is_new) {
    if (const auto rules = air_day_rules(*library_, day)) place->second = {true, *rules};
  }
  return place->second;
}

void AirDerivation::reach(Days& days, std::int32_t day) const {
  constexpr std::int32_t room = 32;  // so that a series that grows day by day does not move every day
  if (days.column.empty()) {
    days.first = day;
    days.column.assign(quantities(), std::vector<double>(1, missing));
    return;
  }
  const auto count = static_cast<std::int32_t>(days.count());
  if (day >= days.first && day < days.first + count) return;
  for (auto& column : days.column) {
    if (day < days.first)
      column.insert(column.begin(), static_cast<std::size_t>(days.first - day + room), missing);
    else
      column.resize(static_cast<std::size_t>(day - days.first + room), missing);
  }
  if (day < days.first) days.first = day - room;
}

double AirDerivation::cell(const Days& days, std::size_t quantity, std::int32_t day) {
  const std::int64_t at = std::int64_t{day} - days.first;
  if (at < 0 || at >= std::ssize(days.column.empty() ? std::vector<double>{} : days.column[quantity]))
    return missing;
  return days.column[quantity][static_cast<std::size_t>(at)];
}

void AirDerivation::set_cell(std::uint32_t site, std::size_t quantity, std::int32_t day, double value,
                             std::vector<CellChange>& changed) {
  Days& days = sites_[site].days;
  double& stands = days.column[quantity][static_cast<std::size_t>(day - days.first)];
  if (same_value(stands, value)) return;
  changed.push_back({site, static_cast<std::uint32_t>(quantity), day, stands, value});
  stands = value;
}

void AirDerivation::make_station_days(std::span<const StationDay> days, std::span<const double> hours,
                                      std::vector<CellChange>& changed) {
  standards::AirDays made;
  std::vector<std::span<const double>> columns(hourly_properties_.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    const auto [station, day] = days[i];
    const DayRules& rules = rules_.at(day.days);
    if (!rules.in_force) continue;
    for (std::size_t k = 0; k < columns.size(); ++k)
      columns[k] = hours.subspan(i * cells_of_day() + k * hours_of_a_day, hours_of_a_day);
    standards::air_days(rules.rules, columns, made);
    for (std::size_t k = 0; k < columns.size(); ++k) set_cell(station, k, day.days, made.daily[k][0], changed);
    set_cell(station, ozone_hour(), day.days, made.ozone_hour_max[0], changed);
    const double aqi = made.index[0] == standards::no_index ? missing : made.index[0];
    set_cell(station, index(), day.days, aqi, changed);
  }
}

void AirDerivation::put_hours(std::span<const StationDay> days, std::span<const double> hours, unsigned threads) {
  CELADON_ASSERT(hours.size() == days.size() * cells_of_day());
  put_days_ += days.size();
  // What is shared is made before the threads begin: rules by day, and room for every day.
  for (const auto& [station, day] : days) {
    CELADON_ASSERT(station < stations_.size());
    if (rules_of(day).in_force) reach(sites_[station].days, day.days);
  }
  constexpr std::size_t piece = 512;
  const std::size_t pieces = (days.size() + piece - 1) / piece;
  std::vector<std::vector<CellChange>> changed(pieces);
  in_parallel(pieces, threads, [&](std::size_t p) {
    const std::size_t first = p * piece;
    const std::size_t count = std::min(piece, days.size() - first);
    make_station_days(days.subspan(first, count), hours.subspan(first * cells_of_day(), count * cells_of_day()),
                      changed[p]);
  });
  for (const auto& part : changed) open_.insert(open_.end(), part.begin(), part.end());
}

void AirDerivation::make_city_day(std::uint32_t city, std::int32_t day, std::vector<CellChange>& changed) {
  const DayRules& rules = rules_of({day});
  if (!rules.in_force) return;
  const auto& members = stations_of_[city - stations_.size()];
  const std::size_t items = daily_properties_.size();
  std::vector<standards::AirDays> days(members.size());
  std::vector<const standards::AirDays*> points;
  for (std::size_t p = 0; p < members.size(); ++p) {
    days[p].resize(items, 1);
    const Days& of_station = sites_[members[p]].days;
    for (std::size_t k = 0; k < items; ++k) days[p].daily[k][0] = cell(of_station, k, day);
    days[p].ozone_hour_max[0] = cell(of_station, ozone_hour(), day);
    points.push_back(&days[p]);
  }
  const AirSegment segment{0, 1, rules.rules};
  standards::AirDays made;
  air_days_of_city({&segment, 1}, points, made);
  reach(sites_[city].days, day);
  for (std::size_t k = 0; k < items; ++k) set_cell(city, k, day, made.daily[k][0], changed);
  set_cell(city, ozone_hour(), day, made.ozone_hour_max[0], changed);
  set_cell(city, index(), day, made.index[0] == standards::no_index ? missing : made.index[0], changed);
}

AirDerivation::Period AirDerivation::month_of(std::int32_t day) {
  using namespace std::chrono;
  const year_month_day date{sys_days{days{day}}};
  const year_month month = date.year() / date.month();
  const auto first = sys_days{month / 1};
  const auto last = sys_days{month / std::chrono::last};
  return {Averaging::Kind::month,
          {static_cast<std::int32_t>(first.time_since_epoch().count())},
          {static_cast<std::int32_t>(last.time_since_epoch().count())}};
}

AirDerivation::Period AirDerivation::year_of(std::int32_t day) {
  using namespace std::chrono;
  const year_month_day date{sys_days{days{day}}};
  const auto first = sys_days{date.year() / January / 1};
  const auto last = sys_days{date.year() / December / 31};
  return {Averaging::Kind::year,
          {static_cast<std::int32_t>(first.time_since_epoch().count())},
          {static_cast<std::int32_t>(last.time_since_epoch().count())}};
}

Result<std::vector<PeriodNumber>> AirDerivation::make_period(const SiteState& site, const Period& period) const {
  const auto rules = library_->air_assessment(period.last, "");
  if (!rules) return std::vector<PeriodNumber>{};
  const auto count = static_cast<std::size_t>(period.last.days - period.first.days + 1);
  std::vector<std::vector<double>> columns(quantities(), std::vector<double>(count, missing));
  // The days there are, laid into the period.
  const std::int32_t from = std::max(period.first.days, site.days.first);
  const std::int32_t to =
      std::min(period.last.days, site.days.first + static_cast<std::int32_t>(site.days.count()) - 1);
  for (std::size_t q = 0; q < quantities() && from <= to; ++q) {
    const auto* begin = site.days.column[q].data() + (from - site.days.first);
    std::copy(begin, begin + (to - from + 1), columns[q].data() + (from - period.first.days));
  }
  std::vector<std::span<const double>> items(columns.begin(),
                                             columns.begin() + static_cast<std::ptrdiff_t>(daily_properties_.size()));
  const auto judgement = judge_air_period(*library_, **rules, items, period.last, "");
  if (!judgement) return fail(judgement.error());
  std::vector<std::int16_t> aqi(count);
  for (std::size_t d = 0; d < count; ++d) {
    const double value = columns[index()][d];
    aqi[d] = std::isnan(value) ? static_cast<std::int16_t>(standards::no_index) : static_cast<std::int16_t>(value);
  }
  return watch::numbers_of(*judgement, standards::good_day_percent(aqi));
}

void AirDerivation::set_number(std::vector<PeriodNumber>& numbers, const std::string& property, Statistic statistic,
                               double value) {
  for (auto& number : numbers) {
    if (number.property != property || number.statistic != statistic) continue;
    number.value = value;
    return;
  }
  numbers.push_back({property, statistic, value});
}

Result<Conclusion> AirDerivation::conclude(unsigned threads) {
  Conclusion result;
  result.station_days = put_days_;
  std::vector<CellChange> changed = std::move(open_);
  open_.clear();
  put_days_ = 0;

  std::set<std::pair<std::uint32_t, std::int32_t>> city_days;
  for (const auto& cell : changed) {
    for (const std::uint32_t city : cities_of_[cell.site]) city_days.emplace(city, cell.day);
  }
  for (const auto& [city, day] : city_days) make_city_day(city, day, changed);
  result.city_days = city_days.size();

  std::set<std::pair<std::uint32_t, Period>> touched;
  for (const auto& cell : changed) {
    touched.emplace(cell.site, month_of(cell.day));
    touched.emplace(cell.site, year_of(cell.day));
  }
  result.periods = touched.size();
  const std::vector<std::pair<std::uint32_t, Period>> periods(touched.begin(), touched.end());
  std::vector<std::optional<Result<std::vector<PeriodNumber>>>> made(periods.size());
  in_parallel(periods.size(), threads,
              [&](std::size_t i) { made[i] = make_period(sites_[periods[i].first], periods[i].second); });

  for (const auto& cell : changed)
    result.changes.push_back({day_key(sites_[cell.site], cell.quantity), end_of({cell.day}), cell.before, cell.after});
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (!*made[i]) {
      for (const auto& change : result.changes) set_stored(change.key, change.end, change.before);
      return fail(made[i]->error());
    }
    SiteState& site = sites_[periods[i].first];
    auto& stands = site.periods[periods[i].second];
    for (const auto& number : **made[i]) {
      double before = missing;
      for (const auto& old : stands) {
        if (old.property == number.property && old.statistic == number.statistic) before = old.value;
      }
      if (same_value(before, number.value)) continue;
      set_number(stands, number.property, number.statistic, number.value);
      result.changes.push_back(
          {{site.id, number.property, {periods[i].second.kind, 0}, number.statistic, Stage::derived},
           end_of(periods[i].second.last),
           before,
           number.value});
    }
  }
  std::ranges::sort(result.changes, by_key);
  return result;
}

void AirDerivation::set_stored(const SeriesKey& key, Instant end, double value) {
  const auto found = place_.find(key.site);
  if (found == place_.end() || key.stage != Stage::derived) return;
  SiteState& site = sites_[found->second];
  const LegalDay day = day_ending(end);
  if (const auto quantity = quantity_of(key)) {
    reach(site.days, day.days);
    site.days.column[*quantity][static_cast<std::size_t>(day.days - site.days.first)] = value;
  } else if (key.averaging.kind == Averaging::Kind::month || key.averaging.kind == Averaging::Kind::year) {
    const Period period = key.averaging.kind == Averaging::Kind::month ? month_of(day.days) : year_of(day.days);
    set_number(site.periods[period], key.property, key.statistic, value);
  }
}

void AirDerivation::restore(const SeriesKey& key, Instant end, double value) { set_stored(key, end, value); }

void AirDerivation::take_back(const Conclusion& conclusion) {
  for (const auto& change : conclusion.changes) set_stored(change.key, change.end, change.before);
}

double AirDerivation::value(const SeriesKey& key, Instant end) const {
  const SiteState* site = find_site(key.site);
  if (site == nullptr || key.stage != Stage::derived) return missing;
  const LegalDay day = day_ending(end);
  if (const auto quantity = quantity_of(key)) return cell(site->days, *quantity, day.days);
  if (key.averaging.kind != Averaging::Kind::month && key.averaging.kind != Averaging::Kind::year) return missing;
  const auto period =
      site->periods.find(key.averaging.kind == Averaging::Kind::month ? month_of(day.days) : year_of(day.days));
  if (period == site->periods.end()) return missing;
  for (const auto& number : period->second) {
    if (number.property == key.property && number.statistic == key.statistic) return number.value;
  }
  return missing;
}

std::vector<AirDerivation::Value> AirDerivation::values() const {
  std::vector<Value> all;
  for (const auto& site : sites_) {
    for (std::size_t q = 0; q < site.days.column.size(); ++q) {
      for (std::size_t d = 0; d < site.days.count(); ++d) {
        const double value = site.days.column[q][d];
        if (!std::isnan(value))
          all.push_back({day_key(site, q), end_of({site.days.first + static_cast<std::int32_t>(d)}), value});
      }
    }
    for (const auto& [period, numbers] : site.periods) {
      for (const auto& number : numbers) {
        if (std::isnan(number.value)) continue;
        all.push_back({{site.id, number.property, {period.kind, 0}, number.statistic, Stage::derived},
                       end_of(period.last),
                       number.value});
      }
    }
  }
  std::ranges::sort(all,
                    [](const Value& a, const Value& b) { return std::tie(a.key, a.end) < std::tie(b.key, b.end); });
  return all;
}

}  // namespace celadon::watch
