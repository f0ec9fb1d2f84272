#include "watch/derivation_desk.hpp"

#include "core/missing.hpp"
#include "watch/consequences.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

namespace celadon::watch {
namespace {

constexpr const char* source_name = "derive air";
constexpr const char* review_source = "review";
constexpr std::size_t station_days_a_block = 40'000;  // 46 MB of hours

Instant first_hour_of(LegalDay day) { return {first_moment_of(day).us + us_per_hour}; }

/// Hours first, then by length of the window; within it by series.
bool in_order(const ValueChange& a, const ValueChange& b) {
  return std::tie(a.key.averaging, a.key, a.time) < std::tie(b.key.averaging, b.key, b.time);
}

/// Settlements as the consequences are told with them.
std::vector<ValueOverlay> overlay_of(std::span<const Settlement> settlements) {
  std::vector<ValueOverlay> overlay;
  for (const auto& one : settlements) overlay.push_back({one.series, one.time, one.value});
  std::sort(overlay.begin(), overlay.end());
  return overlay;
}

/// "7", or "7-12".
std::string decisions_of_batch(const std::vector<std::int64_t>& decisions) {
  if (decisions.empty()) return {};
  const std::string first = std::to_string(decisions.front());
  return decisions.size() == 1 ? first : first + "-" + std::to_string(decisions.back());
}

std::string stations_and_cities(const std::vector<std::string>& stations, const std::vector<AirCity>& cities) {
  std::string all;
  for (const auto& id : stations) all += id + "\n";
  for (const auto& city : cities) {
    all += city.city + ":";
    for (const auto& id : city.stations) all += id + ",";
  }
  return all;
}

}  // namespace

DerivationDesk::DerivationDesk(archive::Archive& archive, ledger::Ledger& ledger, const standards::Library& library,
                               std::vector<WatchRule> rules, DerivationOptions options)
    : archive_(archive), ledger_(ledger), library_(library), rules_(std::move(rules)), options_(std::move(options)) {}

Result<std::unique_ptr<DerivationDesk>> DerivationDesk::open(archive::Archive& archive, ledger::Ledger& ledger,
                                                             const standards::Library& library,
                                                             std::vector<WatchRule> rules, DerivationOptions options) {
  std::unique_ptr<DerivationDesk> desk(
      new DerivationDesk(archive, ledger, library, std::move(rules), std::move(options)));
  if (auto restored = desk->restore(); !restored) return fail(restored.error());
  const auto newest = ledger.list_prefix("erratum", "", 1);
  if (!newest) return fail(newest.error());
  if (!newest->empty()) {
    const std::string& id = newest->front().id;
    std::from_chars(id.data(), id.data() + id.size(), desk->last_erratum_);
  }
  desk->thread_ = std::thread([&self = *desk] { self.work(); });
  return desk;
}

DerivationDesk::~DerivationDesk() {
  {
    const std::lock_guard lock(nudge_mutex_);
    stopping_ = true;
  }
  nudged_.notify_all();
  if (thread_.joinable()) thread_.join();
}

/// The stations and cities as they are registered now, with what was derived of them.
Result<void> DerivationDesk::restore() {
  const auto sites = ledger_.sites();
  if (!sites) return fail(sites.error());
  std::vector<std::string> stations;
  for (const auto& site : *sites) {
    if (site.kind == "air-station") stations.push_back(site.id);
  }
  std::ranges::sort(stations);
  auto cities = air_cities(*sites);
  topology_ = stations_and_cities(stations, cities);
  auto made = AirDerivation::make(library_, std::move(stations), std::move(cities));
  if (!made) return fail(made.error());
  air_ = std::move(*made);

  std::vector<SeriesId> derived;
  for (const auto& series : ledger_.all_series()) {
    if (series.key.stage == Stage::derived) derived.push_back(series.id);
  }
  // Each reading passes over the file once: as many series at a time as the limit on rows allows.
  std::size_t block = 4096;
  for (std::size_t at = 0; at < derived.size();) {
    const std::size_t end = std::min(at + block, derived.size());
    archive::Query query;
    query.series.assign(derived.begin() + static_cast<std::ptrdiff_t>(at),
                        derived.begin() + static_cast<std::ptrdiff_t>(end));
    const auto columns = archive_.read(query);
    if (!columns) return fail(columns.error());
    if (columns->truncated && block > 1) {
      block /= 4;
      continue;
    }
    for (std::size_t i = 0; i < columns->rows.size(); ++i) {
      const auto series = ledger_.series(columns->rows.series[i]);
      if (series) air_->restore(series->key, columns->rows.phenomenon_end[i], columns->rows.value[i]);
    }
    at = end;
  }
  const auto batch = archive_.newest_batch_of(source_name);
  if (!batch) return fail(batch.error());
  if (*batch) {
    const auto until = parse_instant((*batch)->source.detail);
    if (!until)
      return fail(Errc::file_damaged, "archive: batch " + std::to_string((*batch)->batch) + " of '" + source_name +
                                          "' does not say up to when; run celadon evaluate for the period");
    watermark_ = *until;
  }
  // Which days were waiting for their end is not written down: the last two are looked at again.
  const LegalDay newest = legal_day_of(frontier());
  for (std::uint32_t station = 0; station < air_->stations().size() && frontier().us > INT64_MIN; ++station) {
    for (const std::int32_t back : {1, 0}) waiting_.push_back({station, {newest.days - back}});
  }
  return {};
}

Instant DerivationDesk::frontier() const {
  Instant newest{INT64_MIN};
  for (const auto& extent : archive_.extents()) {
    const auto series = ledger_.series(extent.series);
    if (series && series->key.stage != Stage::derived && series->key.averaging == hourly &&
        air_->station(series->key.site))
      newest = std::max(newest, extent.last);
  }
  return newest;
}

void DerivationDesk::nudge() {
  {
    const std::lock_guard lock(nudge_mutex_);
    last_nudge_ = options_.clock();
    if (!first_nudge_) first_nudge_ = last_nudge_;
  }
  nudged_.notify_all();
}

void DerivationDesk::work() {
  std::unique_lock lock(nudge_mutex_);
  while (!stopping_) {
    if (!first_nudge_) {
      nudged_.wait(lock);
      continue;
    }
    const std::int64_t clock_us = options_.clock().us;
    const std::int64_t due_us = std::min(last_nudge_->us + options_.quiet_us, first_nudge_->us + options_.wait_max_us);
    if (clock_us < due_us) {
      nudged_.wait_for(lock, std::chrono::microseconds(due_us - clock_us));
      continue;
    }
    first_nudge_.reset();
    lock.unlock();
    const auto done = catch_up();
    if (!done && options_.trouble) options_.trouble(done.error());
    lock.lock();
  }
}

Result<std::optional<Erratum>> DerivationDesk::catch_up() {
  const std::lock_guard lock(mutex_);
  return catch_up_locked(nullptr, {});
}

/// Reads the hours of station-days, lays the overlay over them and hands them to the derivation.
Result<void> DerivationDesk::put_station_days(const std::vector<StationDay>& days, std::optional<Instant> as_known_at,
                                              std::span<const Settlement> overlay) {
  const auto& properties = air_->hourly_properties();
  for (std::size_t at = 0; at < days.size();) {
    // A block: whole stations, neighbouring days, each station's days read as one stretch.
    const std::size_t end = std::min(at + station_days_a_block, days.size());
    const auto [least, greatest] = std::ranges::minmax_element(days.begin() + static_cast<std::ptrdiff_t>(at),
                                                               days.begin() + static_cast<std::ptrdiff_t>(end), {},
                                                               [](const StationDay& one) { return one.day; });
    const LegalDay first = least->day;
    const auto day_count = static_cast<std::size_t>(greatest->day.days - first.days + 1);
    // The stretch may be longer than what is asked of it: never more cells than a block of full days twice over.
    std::size_t stop = at;
    std::vector<std::uint32_t> stations;
    while (stop < end && (stations.empty() || days[stop].station == stations.back() ||
                          (stations.size() + 1) * day_count <= 2 * station_days_a_block)) {
      if (stations.empty() || days[stop].station != stations.back()) stations.push_back(days[stop].station);
      ++stop;
    }
    std::vector<SeriesId> series;
    std::vector<std::ptrdiff_t> place(stations.size() * properties.size(), -1);
    for (std::size_t s = 0; s < stations.size(); ++s) {
      for (std::size_t k = 0; k < properties.size(); ++k) {
        const auto id = ledger_.find_series({air_->stations()[stations[s]], properties[k], hourly});
        if (!id) continue;
        place[s * properties.size() + k] = std::ssize(series);
        series.push_back(*id);
      }
    }
    const std::size_t times = day_count * 24;
    std::vector<double> grid(series.size() * times, missing);
    const archive::GridQuery query{series, first_hour_of(first), us_per_hour, times, as_known_at};
    if (!series.empty()) {
      if (auto read = read_effective(archive_, ledger_, query, grid); !read) return read;
    }
    std::map<SeriesId, std::size_t> row_of;
    for (std::size_t k = 0; k < series.size(); ++k) row_of.emplace(series[k], k);
    for (const Settlement& one : overlay) {
      const auto found = row_of.find(one.series);
      const std::int64_t offset = one.time.us - query.first.us;
      if (found == row_of.end() || offset < 0 || offset % us_per_hour != 0) continue;
      const auto hour = static_cast<std::size_t>(offset / us_per_hour);
      if (hour < times) grid[found->second * times + hour] = one.value;
    }
    std::vector<double> hours((stop - at) * air_->cells_of_day(), missing);
    std::size_t s = 0;
    for (std::size_t i = at; i < stop; ++i) {
      while (stations[s] != days[i].station) ++s;
      const std::size_t from = static_cast<std::size_t>(days[i].day.days - first.days) * 24;
      for (std::size_t k = 0; k < properties.size(); ++k) {
        const std::ptrdiff_t row = place[s * properties.size() + k];
        if (row < 0) continue;
        const double* begin = grid.data() + static_cast<std::size_t>(row) * times + from;
        std::copy(begin, begin + 24, hours.data() + (i - at) * air_->cells_of_day() + k * 24);
      }
    }
    air_->put_hours(std::span(days).subspan(at, stop - at), hours, options_.threads);
    at = stop;
  }
  return {};
}

/// The values of these days that are not what they were.
Result<DerivationDesk::HourChanges> DerivationDesk::hour_changes(const std::vector<TouchedDay>& days, Instant before,
                                                                 Instant after,
                                                                 const std::set<quality::Place>& came) const {
  HourChanges found;
  std::map<SeriesKey, std::map<LegalDay, bool>> asked;  // and whether something had been made of the day
  for (const auto& [day, stood] : days) {
    const auto series = ledger_.series(day.series);
    if (!series) continue;
    SeriesKey key = series->key;
    found.reviewed = found.reviewed || key.stage == Stage::reviewed;
    found.corrected = found.corrected || day.corrected;
    key.stage = Stage::raw;
    if (key.averaging.kind == Averaging::Kind::fixed && key.averaging.length_us > 0 &&
        key.averaging.length_us <= us_per_day)
      asked[key][day.day] |= stood;
  }
  for (const auto& [key, of_days] : asked) {
    const auto id = ledger_.find_series(key);
    if (!id) continue;
    const std::int64_t step = key.averaging.length_us;
    const auto times_of_day = static_cast<std::size_t>(us_per_day / step);
    const LegalDay from = of_days.begin()->first;
    const auto times = static_cast<std::size_t>(of_days.rbegin()->first.days - from.days + 1) * times_of_day;
    const SeriesId one[] = {*id};
    const Instant first{first_moment_of(from).us + step};
    std::vector<double> old(times, missing);
    std::vector<double> now(times, missing);
    if (auto read = read_effective(archive_, ledger_, {one, first, step, times, before}, old); !read)
      return fail(read.error());
    if (auto read = read_effective(archive_, ledger_, {one, first, step, times, after}, now); !read)
      return fail(read.error());
    for (const auto& [day, stood] : of_days) {
      const std::size_t begin = static_cast<std::size_t>(day.days - from.days) * times_of_day;
      for (std::size_t k = begin; k < begin + times_of_day; ++k) {
        const Instant time{first.us + step * static_cast<std::int64_t>(k)};
        // A first value changes something only where something had been made without it.
        if (!same_value(old[k], now[k]) && (stood || !std::isnan(old[k]) || came.contains({*id, time})))
          found.changes.push_back({key, *id, time, old[k], now[k]});
      }
    }
  }
  return found;
}

/// The derived values that came out otherwise, into the archive.
Result<void> DerivationDesk::store(const Conclusion& conclusion, Instant until) {
  if (conclusion.changes.empty()) return {};
  std::vector<SeriesKey> keys;
  for (const auto& change : conclusion.changes) {
    if (keys.empty() || keys.back() != change.key) keys.push_back(change.key);
  }
  const auto ids = ledger_.series_ids(keys);
  if (!ids) return fail(ids.error());
  archive::Batch batch;
  batch.source = {source_name, to_iso_utc(until)};
  batch.received = options_.clock();
  batch.rows.reserve(conclusion.changes.size());
  std::size_t k = 0;
  for (const auto& change : conclusion.changes) {
    if (change.key != keys[k]) ++k;
    batch.rows.push_back((*ids)[k], change.end, change.after, 0);
  }
  const auto receipt = archive_.append_and_wait(std::move(batch));
  if (!receipt) return fail(receipt.error());
  return {};
}

bool DerivationDesk::is_of_days(const SeriesKey& key) const {
  return air_->station(key.site) && key.averaging == hourly && key.statistic == Statistic::mean &&
         std::ranges::find(air_->hourly_properties(), key.property) != air_->hourly_properties().end();
}

/// Whether something had been made of the day.
bool DerivationDesk::stood(const SeriesKey& key, LegalDay day) const {
  const SeriesKey aqi{key.site, "AQI", daily, Statistic::mean, Stage::derived};
  return is_of_days(key) && !std::isnan(air_->value(aqi, end_of(day)));
}

Result<Erratum> DerivationDesk::erratum_of(HourChanges hours, const Conclusion& conclusion,
                                           std::optional<Instant> as_known_at,
                                           std::span<const Settlement> overlay,
                                           std::int64_t newest_event) const {
  Erratum erratum;
  erratum.cause = hours.reviewed    ? ErratumCause::review
                  : hours.corrected ? ErratumCause::corrected
                                    : ErratumCause::late;
  std::vector<ValueChange> derived;
  for (const auto& change : conclusion.changes) {
    const auto id = ledger_.find_series(change.key);
    derived.push_back({change.key, id.value_or(SeriesId{}), change.end, change.before, change.after});
  }
  const Grounds grounds{archive_, ledger_, library_, rules_, overlay_of(overlay)};
  auto verdicts = verdict_changes(grounds, hours.changes, as_known_at);
  if (!verdicts) return fail(verdicts.error());
  auto days = index_changes(library_, derived);
  erratum.verdicts = std::move(*verdicts);
  erratum.verdicts.insert(erratum.verdicts.end(), days.begin(), days.end());
  auto events = event_changes(grounds, hours.changes, as_known_at, newest_event);
  if (!events) return fail(events.error());
  erratum.withdrawn = std::move(events->withdrawn);
  erratum.due = std::move(events->due);
  erratum.cases = std::move(events->cases);
  erratum.values = std::move(hours.changes);
  erratum.values.insert(erratum.values.end(), derived.begin(), derived.end());
  std::ranges::sort(erratum.values, in_order);
  auto reports = report_changes(ledger_, erratum.values);
  if (!reports) return fail(reports.error());
  erratum.reports = std::move(*reports);
  fit(erratum, names_of(ledger_, library_));
  return erratum;
}

Result<void> DerivationDesk::enter(Erratum& erratum) {
  erratum.id = last_erratum_ + 1;
  const auto stored = ledger_.put({"erratum", erratum_id(erratum.id), to_json(erratum, names_of(ledger_, library_)),
                                   erratum.at, erratum.who, erratum.why, 0});
  if (!stored) return fail(stored.error());
  last_erratum_ = erratum.id;
  ++counters_.errata;
  return {};
}

Result<std::optional<Erratum>> DerivationDesk::catch_up_locked(const Signature* signature, const Before& before) {
  const Instant until = archive_.last_result_time();
  std::vector<archive::ChangedDay> days;
  if (until > watermark_) {
    auto changed = archive_.changed_days(watermark_, until);
    if (!changed) return fail(changed.error());
    days = std::move(*changed);
  }
  std::erase_if(days, [&](const archive::ChangedDay& day) {
    const auto series = ledger_.series(day.series);
    return !series || series->key.stage == Stage::derived;
  });
  if (days.empty() && waiting_.empty()) {
    watermark_ = until;
    return std::optional<Erratum>{};
  }
  if (!days.empty()) {
    if (auto fresh = look_at_register(); !fresh) return fail(fresh.error());
  }
  // Which station-days are to be made, and which of the changes touch something that stood.
  std::set<StationDay> dirty(waiting_.begin(), waiting_.end());
  std::vector<TouchedDay> touched;
  for (const auto& day : days) {
    const SeriesKey key = ledger_.series(day.series)->key;
    if (is_of_days(key)) dirty.insert({*air_->station(key.site), day.day});
    const bool is_made = stood(key, day.day);
    if (day.corrected || key.stage == Stage::reviewed || is_made) touched.push_back({day, is_made});
  }
  const Instant ended = frontier();
  std::vector<StationDay> ready;
  waiting_.clear();
  for (const StationDay& one : dirty) (end_of(one.day) <= ended ? ready : waiting_).push_back(one);

  auto hours = hour_changes(touched, watermark_, until, before.came);
  if (!hours) return fail(hours.error());
  if (auto put = put_station_days(ready, until, {}); !put) return fail(put.error());
  const auto conclusion = air_->conclude(options_.threads);
  if (!conclusion) return fail(conclusion.error());
  if (auto stored = store(*conclusion, until); !stored) {
    air_->take_back(*conclusion);
    waiting_.insert(waiting_.end(), ready.begin(), ready.end());
    return fail(stored.error());
  }
  watermark_ = until;
  counters_.station_days += conclusion->station_days;
  counters_.city_days += conclusion->city_days;
  counters_.periods += conclusion->periods;
  counters_.stored += conclusion->changes.size();
  if (hours->changes.empty() && signature == nullptr) return std::optional<Erratum>{};

  auto erratum = erratum_of(std::move(*hours), *conclusion, until, {}, before.newest_event);
  if (!erratum) return fail(erratum.error());
  erratum->at = options_.clock();
  erratum->who = signature != nullptr ? signature->who : "celadon";
  erratum->why = signature != nullptr ? signature->why : std::string(to_text(erratum->cause));
  if (signature != nullptr) erratum->decisions = signature->decisions;
  if (auto entered = enter(*erratum); !entered) return fail(entered.error());
  if (on_erratum_) on_erratum_(*erratum);
  return std::optional<Erratum>(std::move(*erratum));
}

/// Sites that were registered or moved since: the derivation is made anew with them.
Result<void> DerivationDesk::look_at_register() {
  const auto sites = ledger_.sites();
  if (!sites) return fail(sites.error());
  std::vector<std::string> stations;
  for (const auto& site : *sites) {
    if (site.kind == "air-station") stations.push_back(site.id);
  }
  std::ranges::sort(stations);
  if (stations_and_cities(stations, air_cities(*sites)) == topology_) return {};
  std::vector<std::pair<std::string, LegalDay>> waiting;
  for (const auto& one : waiting_) waiting.emplace_back(air_->stations()[one.station], one.day);
  const Instant watermark = watermark_;
  waiting_.clear();
  if (auto restored = restore(); !restored) return restored;
  watermark_ = watermark;
  for (const auto& [station, day] : waiting) {
    if (const auto place = air_->station(station)) waiting_.push_back({*place, day});
  }
  return {};
}

/// What the settlements change of the values themselves.
Result<DerivationDesk::Foresight> DerivationDesk::foresee(std::span<const Settlement> settlements) const {
  Foresight found;
  found.hours.reviewed = true;
  std::vector<const Settlement*> order;
  for (const auto& one : settlements) order.push_back(&one);
  std::ranges::sort(order, {}, [](const Settlement* one) { return std::pair(one->series, one->time); });
  for (std::size_t at = 0; at < order.size();) {
    std::size_t end = at;
    while (end < order.size() && order[end]->series == order[at]->series) ++end;
    if (auto read = foresee_series(std::span(order).subspan(at, end - at), found); !read) return fail(read.error());
    at = end;
  }
  std::ranges::sort(found.hours.changes, in_order);
  return found;
}

/// Settlements of one series, by time.
Result<void> DerivationDesk::foresee_series(std::span<const Settlement*> settlements, Foresight& found) const {
  const SeriesId id[] = {settlements.front()->series};
  const auto series = ledger_.series(id[0]);
  if (!series || series->key.stage != Stage::raw) return fail(Errc::not_found, "there is no such raw series", "series");
  archive::Query query;
  query.series = {id[0]};
  query.from = settlements.front()->time;
  query.to = settlements.back()->time;
  const auto columns = archive_.read(query);
  if (!columns) return fail(columns.error());
  if (columns->truncated)
    return fail(Errc::too_many, "more values than can be read at once: decide on a shorter period", "times");
  const auto decided = watch::settlements(archive_, ledger_, id, query.from, query.to);
  if (!decided) return fail(decided.error());
  const auto& known = columns->rows.phenomenon_end;
  const auto station = air_->station(series->key.site);
  for (const Settlement* one : settlements) {
    const auto row = std::ranges::lower_bound(known, one->time);
    const bool came = row != known.end() && *row == one->time;
    const auto at = static_cast<std::size_t>(row - known.begin());
    const bool counts = came && !std::ranges::any_of(columns->flags[at], &QualityFlag::voids);
    const double raw = counts ? columns->rows.value[at] : missing;
    const auto settled = decided->find({one->series, one->time});
    const double stands = settled == decided->end() ? raw : settled->second.value;
    const double after = one->mark == review_mark::restored ? raw : one->value;
    const LegalDay day = legal_day_of_hour_ending(one->time);
    if (station && series->key.averaging == hourly) {
      found.newest_hour = std::max(found.newest_hour, one->time);
      if (!came || !same_value(stands, after)) found.days.insert({*station, day});
    }
    if (same_value(stands, after)) continue;
    found.overlay.push_back({one->series, one->time, after, 0});
    // A first value changes something only where something had been made without it.
    if (!came && !stood(series->key, day)) continue;
    found.hours.changes.push_back({series->key, one->series, one->time, stands, after});
    if (came) found.before.came.insert({one->series, one->time});
  }
  return {};
}

Result<Erratum> DerivationDesk::preview_locked(const Foresight& foresight) {
  std::set<StationDay> days = foresight.days;
  // Hours that have not come yet may end days that wait for their end.
  const Instant ended = std::max(frontier(), foresight.newest_hour);
  days.insert(waiting_.begin(), waiting_.end());
  std::erase_if(days, [&](const StationDay& one) { return end_of(one.day) > ended; });
  if (auto put = put_station_days({days.begin(), days.end()}, {}, foresight.overlay); !put) return fail(put.error());
  const auto conclusion = air_->conclude(options_.threads);
  if (!conclusion) return fail(conclusion.error());
  air_->take_back(*conclusion);
  return erratum_of(foresight.hours, *conclusion, {}, foresight.overlay, INT64_MAX);
}

Result<Erratum> DerivationDesk::preview(std::span<const Settlement> settlements) {
  const std::lock_guard lock(mutex_);
  if (auto caught_up = catch_up_locked(nullptr, {}); !caught_up) return fail(caught_up.error());
  const auto foresight = foresee(settlements);
  if (!foresight) return fail(foresight.error());
  return preview_locked(*foresight);
}

Result<Erratum> DerivationDesk::settle(std::span<const Settlement> settlements, const std::string& digest,
                                       const std::function<Result<Signature>()>& record) {
  const std::lock_guard lock(mutex_);
  if (auto caught_up = catch_up_locked(nullptr, {}); !caught_up) return fail(caught_up.error());
  auto foresight = foresee(settlements);
  if (!foresight) return fail(foresight.error());
  const auto expected = preview_locked(*foresight);
  if (!expected) return fail(expected.error());
  if (digest_of(*expected) != digest) {
    return fail(Errc::conflict,
                "the consequences are not those of the preview any more: data came meanwhile; look again", "preview");
  }
  // Raw values may be stored together with the decision: what watch makes of them is no consequence of it.
  const auto events = ledger_.events(1);
  if (!events) return fail(events.error());
  foresight->before.newest_event = events->empty() ? 0 : events->front().id;
  std::vector<SeriesKey> keys;
  for (const auto& one : settlements) keys.push_back(reviewed_twin(ledger_.series(one.series)->key));
  const auto ids = ledger_.series_ids(keys);
  if (!ids) return fail(ids.error());
  const auto signature = record();
  if (!signature) return fail(signature.error());
  archive::Batch batch;
  batch.source = {review_source, decisions_of_batch(signature->decisions)};
  batch.received = options_.clock();
  for (std::size_t i = 0; i < settlements.size(); ++i) {
    const bool has_value = settlements[i].mark != review_mark::restored;
    batch.rows.push_back((*ids)[i], settlements[i].time, has_value ? settlements[i].value : missing,
                         settlements[i].mark);
  }
  const auto receipt = archive_.append_and_wait(std::move(batch));
  if (!receipt) return fail(receipt.error());
  auto erratum = catch_up_locked(&*signature, foresight->before);
  if (!erratum) return fail(erratum.error());
  if (!*erratum) return fail(Errc::conflict, "nothing changed: the values stand like that already", "decisions");
  return std::move(**erratum);
}

std::vector<AirDerivation::Value> DerivationDesk::made_of(const SeriesKey& key, Instant end) const {
  const std::lock_guard lock(mutex_);
  return air_->made_of(key, end);
}
std::vector<AirDerivation::Value> DerivationDesk::inputs_of(const SeriesKey& key, Instant end) const {
  const std::lock_guard lock(mutex_);
  return air_->inputs_of(key, end);
}
void DerivationDesk::on_erratum(std::function<void(const Erratum&)> told) {
  const std::lock_guard lock(mutex_);
  on_erratum_ = std::move(told);
}
DerivationDesk::Counters DerivationDesk::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

}  // namespace celadon::watch
