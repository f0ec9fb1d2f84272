#include "watch/evaluation.hpp"

#include "core/missing.hpp"
#include "watch/air_derivation.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>
#include <thread>

namespace celadon::watch {
namespace {

constexpr std::int64_t period_days_max = 3653;
constexpr std::size_t block_cells_max = 48'000'000;  // 384 MB of hours a thread; each block is one pass over the file

/// What every site of the run shares.
struct Run {
  archive::Archive& archive;
  ledger::Ledger& ledger;
  const standards::Library& library;
  const EvaluationRequest& request;
  std::size_t days = 0;
  std::vector<AirSegment> segments;
  const standards::AirAssessmentRules* assessment = nullptr;  ///< of the last day
  std::vector<std::string> daily_properties;                  ///< the items, then AQI
  std::optional<Averaging> period;                            ///< month or year, where the days are one
};

Result<std::vector<AirSegment>> segments_of(const standards::Library& library, LegalDay from, std::size_t days) {
  std::vector<AirSegment> all;
  for (std::size_t d = 0; d < days; ++d) {
    const LegalDay day{from.days + static_cast<std::int32_t>(d)};
    const auto rules = air_day_rules(library, day);
    if (!rules) return fail(rules.error());
    const bool goes_on = !all.empty() && all.back().rules.assessment == rules->assessment &&
                         all.back().rules.index == rules->index &&
                         same_value(all.back().rules.ozone_limit, rules->ozone_limit);
    if (!goes_on) all.push_back({d, 0, *rules});
    ++all.back().count;
  }
  return all;
}

std::optional<Averaging> period_of(LegalDay from, LegalDay to) {
  using namespace std::chrono;
  const year_month_day first{sys_days{days{from.days}}};
  const year_month_day after{sys_days{days{to.days + 1}}};
  if (first.day() != day{1} || after.day() != day{1}) return std::nullopt;
  if (first.month() == January && after.month() == January && after.year() == first.year() + years{1})
    return Averaging{Averaging::Kind::year, 0};
  if (after.year() / after.month() == first.year() / first.month() + months{1})
    return Averaging{Averaging::Kind::month, 0};
  return std::nullopt;
}

/// Hours of one site to its days; the days are kept from site to site.
void days_of(const Run& run, std::span<const std::span<const double>> hours, standards::AirDays& all,
             standards::AirDays& piece) {
  const std::size_t items = hours.size();
  if (run.segments.size() == 1) {
    standards::air_days(run.segments.front().rules, hours, all);
    return;
  }
  all.resize(items, run.days);
  std::vector<std::span<const double>> part(items);
  for (const auto& segment : run.segments) {
    for (std::size_t k = 0; k < items; ++k)
      part[k] = hours[k].subspan(segment.first * hours_of_a_day, segment.count * hours_of_a_day);
    standards::air_days(segment.rules, part, piece);
    const auto at = static_cast<std::ptrdiff_t>(segment.first);
    for (std::size_t k = 0; k < items; ++k)
      std::copy(piece.daily[k].begin(), piece.daily[k].end(), all.daily[k].begin() + at);
    std::copy(piece.ozone_hour_max.begin(), piece.ozone_hour_max.end(), all.ozone_hour_max.begin() + at);
    std::copy(piece.index.begin(), piece.index.end(), all.index.begin() + at);
  }
}

/// The period of one site held against the limits, with its why.
Result<SiteEvaluation> period_of_site(const Run& run, const std::string& site, const standards::AirDays& of_days) {
  SiteEvaluation result;
  result.site = site;
  result.days = run.days;
  for (const std::int16_t one : of_days.index) result.days_valid += one != standards::no_index ? 1 : 0;
  const double good = standards::good_day_percent(of_days.index);
  if (!std::isnan(good)) result.good_day_percent = good;
  const std::vector<std::span<const double>> daily(of_days.daily.begin(), of_days.daily.end());
  auto judgement = judge_air_period(run.library, *run.assessment, daily, run.request.to, run.request.edition);
  if (!judgement) return fail(judgement.error());
  result.period = std::move(*judgement);
  return result;
}

/// Derived values on their way to the archive.
struct Changes {
  struct Row {
    std::size_t key;  ///< into keys
    Instant end;
    double value;
  };
  std::vector<SeriesKey> keys;
  std::vector<Row> rows;
};

/// The days that came out otherwise than they stand in the archive.
Result<void> add_changed_days(const Run& run, const std::string& site, const standards::AirDays& of_days,
                              Changes& changed) {
  std::vector<SeriesId> known;
  std::vector<std::ptrdiff_t> place;
  for (const auto& property : run.daily_properties) {
    const auto id = run.ledger.find_series({site, property, daily, Statistic::mean, Stage::derived});
    place.push_back(id ? std::ssize(known) : -1);
    if (id) known.push_back(*id);
  }
  std::vector<double> before(known.size() * run.days);
  if (auto read = run.archive.read_grid({known, end_of(run.request.from), us_per_day, run.days, {}}, before); !read)
    return read;
  for (std::size_t p = 0; p < run.daily_properties.size(); ++p) {
    changed.keys.push_back({site, run.daily_properties[p], daily, Statistic::mean, Stage::derived});
    const bool is_index = p == run.assessment->items.size();
    for (std::size_t d = 0; d < run.days; ++d) {
      const double value = !is_index                                 ? of_days.daily[p][d]
                           : of_days.index[d] == standards::no_index ? missing
                                                                     : of_days.index[d];
      const double stands = place[p] < 0 ? missing : before[static_cast<std::size_t>(place[p]) * run.days + d];
      if (same_value(value, stands)) continue;
      changed.rows.push_back(
          {changed.keys.size() - 1, end_of({run.request.from.days + static_cast<std::int32_t>(d)}), value});
    }
  }
  return {};
}

/// The numbers of a calendar month or year.
void add_changed_period(const Run& run, const SiteEvaluation& site, Changes& changed) {
  if (!run.period) return;
  const auto add = [&](const std::string& property, Statistic statistic, double value) {
    const SeriesKey key{site.site, property, *run.period, statistic, Stage::derived};
    const Instant end = end_of(run.request.to);
    const auto id = run.ledger.find_series(key);
    double stands = missing;
    if (id) {
      const SeriesId one[] = {*id};
      if (!run.archive.read_grid({one, end, us_per_day, 1, {}}, {&stands, 1})) stands = missing;
    }
    if (same_value(value, stands)) return;
    changed.keys.push_back(key);
    changed.rows.push_back({changed.keys.size() - 1, end, value});
  };
  for (const auto& number : numbers_of(site.period, site.good_day_percent.value_or(missing)))
    add(number.property, number.statistic, number.value);
}

/// Writes them as newer versions; waits until they are on the disk.
Result<void> store(const Run& run, const Changes& changed) {
  if (!run.request.store || changed.rows.empty()) return {};
  // Only series that get a value are entered in the catalogue.
  std::vector<std::size_t> place(changed.keys.size(), 0);
  std::vector<SeriesKey> keys;
  for (const auto& row : changed.rows) {
    if (place[row.key] != 0) continue;
    keys.push_back(changed.keys[row.key]);
    place[row.key] = keys.size();
  }
  const auto ids = run.ledger.series_ids(keys);
  if (!ids) return fail(ids.error());
  archive::Batch batch;
  batch.source = {"evaluate " + run.request.rule, run.assessment->standard};
  batch.received = now();
  batch.rows.reserve(changed.rows.size());
  for (const auto& row : changed.rows) batch.rows.push_back((*ids)[place[row.key] - 1], row.end, row.value, 0);
  const auto receipt = run.archive.append_and_wait(std::move(batch));
  if (!receipt) return fail(receipt.error());
  return {};
}

/// What the working threads add to.
struct Shared {
  std::mutex mutex;
  EvaluationSummary summary;
  std::map<std::string, standards::AirDays> days;  ///< of the stations a city is made of
  std::optional<Error> error;
  std::atomic<std::size_t> next = 0;
};

/// Adds one site to the summary and to what is to be stored.
Result<void> conclude_site(const Run& run, const std::string& site, const standards::AirDays& of_days, Shared& shared,
                           Changes& changed) {
  auto period = period_of_site(run, site, of_days);
  if (!period) return fail(period.error());
  const std::size_t before = changed.rows.size();
  if (auto added = add_changed_days(run, site, of_days, changed); !added) return added;
  add_changed_period(run, *period, changed);
  const std::lock_guard lock(shared.mutex);
  shared.summary.derived_new += changed.rows.size() - before;
  shared.summary.sites.push_back(std::move(*period));
  return {};
}

/// One block of stations: hours out of the archive, days, period, back into the archive.
Result<void> evaluate_block(const Run& run, std::span<const std::string> sites, const std::vector<std::string>& keep,
                            Shared& shared) {
  const auto& items = run.assessment->items;
  std::vector<SeriesId> series;
  std::vector<std::ptrdiff_t> place;  // [site * items + item]
  for (const auto& site : sites) {
    for (const auto& item : items) {
      const auto id = run.ledger.find_series({site, item.hourly_property, hourly});
      place.push_back(id ? std::ssize(series) : -1);
      if (id) series.push_back(*id);
    }
  }
  const std::size_t hours = run.days * hours_of_a_day;
  std::vector<double> value(series.size() * hours);
  const Instant first{first_moment_of(run.request.from).us + us_per_hour};
  auto read = run.archive.read_grid({series, first, us_per_hour, hours, run.request.as_known_at}, value);
  if (!read) return read;

  const std::vector<double> nothing(hours, missing);
  Changes changed;
  standards::AirDays of_days;
  standards::AirDays piece;
  std::vector<std::span<const double>> columns(items.size());
  for (std::size_t s = 0; s < sites.size(); ++s) {
    for (std::size_t k = 0; k < items.size(); ++k) {
      const std::ptrdiff_t at = place[s * items.size() + k];
      columns[k] = at < 0 ? std::span<const double>(nothing)
                          : std::span<const double>(value).subspan(static_cast<std::size_t>(at) * hours, hours);
    }
    days_of(run, columns, of_days, piece);
    if (auto done = conclude_site(run, sites[s], of_days, shared, changed); !done) return done;
    if (std::find(keep.begin(), keep.end(), sites[s]) == keep.end()) continue;
    const std::lock_guard lock(shared.mutex);
    shared.days[sites[s]] = of_days;
  }
  {
    const std::lock_guard lock(shared.mutex);
    shared.summary.values_read += series.size() * hours;
  }
  return store(run, changed);
}

/// Cities in the scope of the run with the stations that speak for them.
std::vector<AirCity> cities_of(const std::vector<ledger::Site>& sites, const EvaluationRequest& request) {
  auto all = air_cities(sites);
  std::erase_if(all, [&](const AirCity& city) {
    const auto site = std::ranges::find(sites, city.city, &ledger::Site::id);
    const bool asked = request.sites.empty() || std::ranges::find(request.sites, city.city) != request.sites.end();
    return !asked || !site->code.starts_with(request.region);
  });
  return all;
}

Result<std::vector<std::string>> stations_of(const std::vector<ledger::Site>& sites, const EvaluationRequest& request,
                                             const std::vector<AirCity>& cities) {
  std::vector<std::string> all;
  for (const auto& site : sites) {
    if (site.kind == "air-station" && request.sites.empty() && site.county.starts_with(request.region))
      all.push_back(site.id);
  }
  for (const auto& id : request.sites) {
    const auto site = std::find_if(sites.begin(), sites.end(), [&](const auto& one) { return one.id == id; });
    if (site == sites.end()) return fail(Errc::not_found, "there is no site '" + id.substr(0, 60) + "'", "sites");
    if (site->kind == "air-station") all.push_back(id);
  }
  for (const auto& city : cities) all.insert(all.end(), city.stations.begin(), city.stations.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.empty()) return fail(Errc::not_found, "no air station is in the region that was asked for", "region");
  return all;
}

Result<Run> begin_run(archive::Archive& archive, ledger::Ledger& ledger, const standards::Library& library,
                      const EvaluationRequest& request) {
  if (std::find(evaluation_rules().begin(), evaluation_rules().end(), request.rule) == evaluation_rules().end())
    return fail(Errc::unknown_code, "there is no evaluation '" + request.rule.substr(0, 40) + "'; there is air",
                "rule");
  const std::int64_t days = std::int64_t{request.to.days} - request.from.days + 1;
  if (days < 1) return fail(Errc::invalid_value, "the period ends before it begins", "to");
  if (days > period_days_max)
    return fail(Errc::invalid_value, "the period is longer than ten years; go year by year", "to");
  if (!request.edition.empty()) {
    if (auto known = standards::edition_is_known(library, "air-assessment", request.edition); !known)
      return fail(known.error());
  }
  Run run{archive, ledger, library, request, static_cast<std::size_t>(days), {}, nullptr, {}, {}};
  auto segments = segments_of(library, request.from, run.days);
  if (!segments) return fail(segments.error());
  run.segments = std::move(*segments);
  run.assessment = run.segments.back().rules.assessment;
  for (const auto& item : run.assessment->items) run.daily_properties.push_back(item.property);
  run.daily_properties.emplace_back("AQI");
  run.period = period_of(request.from, request.to);
  return run;
}

/// Takes blocks until none is left or one has failed.
void work(const Run& run, std::span<const std::string> stations, const std::vector<std::string>& keep,
          std::size_t block, const EvaluationProgress& progress, Shared& shared) {
  while (true) {
    const std::size_t at = shared.next.fetch_add(block);
    if (at >= stations.size()) return;
    auto done = evaluate_block(run, stations.subspan(at, std::min(block, stations.size() - at)), keep, shared);
    const std::lock_guard lock(shared.mutex);
    if (!done && !shared.error) shared.error = done.error();
    if (shared.error) return;
    if (progress) progress(shared.summary.sites.size(), stations.size());
  }
}

}  // namespace

const std::vector<std::string>& evaluation_rules() {
  static const std::vector<std::string> rules = {"air"};
  return rules;
}

Result<EvaluationSummary> evaluate(archive::Archive& archive, ledger::Ledger& ledger, const standards::Library& library,
                                   const EvaluationRequest& request, const EvaluationProgress& progress) {
  auto run = begin_run(archive, ledger, library, request);
  if (!run) return fail(run.error());
  const auto sites = ledger.sites();
  if (!sites) return fail(sites.error());
  const auto cities = cities_of(*sites, request);
  const auto stations = stations_of(*sites, request, cities);
  if (!stations) return fail(stations.error());
  std::vector<std::string> keep;
  for (const auto& city : cities) keep.insert(keep.end(), city.stations.begin(), city.stations.end());

  const std::size_t threads = std::clamp<std::size_t>(request.threads, 1, 64);
  const std::size_t cells = run->days * hours_of_a_day * run->assessment->items.size();
  const std::size_t block =
      std::clamp<std::size_t>(block_cells_max / cells, 1, (stations->size() + threads - 1) / threads);
  Shared shared;
  {
    std::vector<std::jthread> pool;
    for (std::size_t t = 1; t < threads; ++t)
      pool.emplace_back([&] { work(*run, *stations, keep, block, progress, shared); });
    work(*run, *stations, keep, block, progress, shared);
  }
  if (shared.error) return fail(*shared.error);
  Changes changed;
  for (const auto& city : cities) {
    std::vector<const standards::AirDays*> of_stations;
    for (const auto& station : city.stations) of_stations.push_back(&shared.days.at(station));
    standards::AirDays days;
    air_days_of_city(run->segments, of_stations, days);
    auto done = conclude_site(*run, city.city, days, shared, changed);
    if (!done) return fail(done.error());
  }
  if (auto stored = store(*run, changed); !stored) return fail(stored.error());
  std::sort(shared.summary.sites.begin(), shared.summary.sites.end(),
            [](const auto& a, const auto& b) { return a.site < b.site; });
  return std::move(shared.summary);
}

}  // namespace celadon::watch
