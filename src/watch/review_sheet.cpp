#include "watch/review_sheet.hpp"

#include "watch/judging.hpp"
#include "watch/review_decisions.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace celadon::watch {
namespace {

constexpr int context_days_before = 14, context_days_after = 2;
constexpr std::size_t neighbours_max = 4;
constexpr double neighbour_km_max = 50;
constexpr char calibration_mark = 'C', maintenance_mark = 'M';

/// A series over the stretch, as the archive has it.
struct Loaded {
  SeriesId series{};
  SeriesKey key;
  std::vector<Instant> time;
  std::vector<double> raw, value;
  std::vector<DeviceFlag> device_flag;
  std::vector<std::vector<QualityFlag>> flags;
  std::vector<std::int64_t> decision;
};

Result<std::vector<Loaded>> load(const archive::Archive& archive, const ledger::Ledger& ledger,
                                 const std::vector<ledger::Series>& series, Instant from, Instant to) {
  std::vector<Loaded> all;
  archive::Query query;
  std::map<SeriesId, std::size_t> place;
  for (const auto& one : series) {
    query.series.push_back(one.id);
    place.emplace(one.id, all.size());
    all.push_back({one.id, one.key, {}, {}, {}, {}, {}, {}});
  }
  if (all.empty()) return all;
  query.from = from;
  query.to = to;
  const auto columns = archive.read(query);
  if (!columns) return fail(columns.error());
  const auto decided = settlements(archive, ledger, query.series, from, to);
  if (!decided) return fail(decided.error());
  DecisionBook decisions(archive, ledger);
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    Loaded& one = all[place.at(columns->rows.series[i])];
    const Instant time = columns->rows.phenomenon_end[i];
    const double raw = columns->rows.value[i];
    const bool voided = std::ranges::any_of(columns->flags[i], &QualityFlag::voids);
    double value = voided ? std::nan("") : raw;
    std::int64_t decision = 0;
    if (const auto settled = decided->find({one.series, time}); settled != decided->end()) {
      value = settled->second.value;
      const auto number = decisions.number(settled->second.batch, one.key, time);
      if (!number) return fail(number.error());
      decision = *number;
    }
    one.time.push_back(time);
    one.raw.push_back(raw);
    one.value.push_back(value);
    one.device_flag.push_back(columns->rows.device_flag[i]);
    one.flags.push_back(columns->flags[i]);
    one.decision.push_back(decision);
  }
  return all;
}

/// A column on the times of the stretch; NaN where nothing came.
std::vector<double> on_times(const Loaded& one, const std::vector<Instant>& times) {
  std::vector<double> column(times.size(), std::nan(""));
  std::size_t at = 0;
  for (std::size_t i = 0; i < one.time.size(); ++i) {
    while (at < times.size() && times[at] < one.time[i]) ++at;
    if (at < times.size() && times[at] == one.time[i]) column[at] = one.raw[i];
  }
  return column;
}

/// Stretches in which the device says that people were at it.
std::vector<quality::WorkWindow> windows_of(const std::vector<Loaded>& columns) {
  std::vector<quality::WorkWindow> windows;
  for (const auto& one : columns) {
    for (std::size_t i = 0; i < one.time.size(); ++i) {
      const char mark = one.device_flag[i];
      if (mark != calibration_mark && mark != maintenance_mark) continue;
      const auto kind =
          mark == calibration_mark ? quality::WorkWindow::Kind::calibration : quality::WorkWindow::Kind::maintenance;
      windows.push_back({kind, begin_of(one.key.averaging, one.time[i]), one.time[i]});
    }
  }
  return windows;
}

/// The nearest sites of the same kind, for kinds that stand in one air.
std::vector<std::string> neighbours_of_site(const ledger::Ledger& ledger, const ledger::Site& site) {
  std::vector<std::pair<double, std::string>> near;
  if (site.kind != "air-station") return {};
  const auto sites = ledger.sites();
  if (!sites) return {};
  for (const auto& other : *sites) {
    if (other.kind != site.kind || other.id == site.id) continue;
    const double km = distance_m(site.position, other.position) / 1000;
    if (km <= neighbour_km_max) near.emplace_back(km, other.id);
  }
  std::ranges::sort(near);
  if (near.size() > neighbours_max) near.resize(neighbours_max);
  std::vector<std::string> ids;
  for (auto& one : near) ids.push_back(std::move(one.second));
  return ids;
}

/// Assesses the columns of one averaging and turns the days asked for into rows.
Result<void> assess_columns(const archive::Archive& archive, const ledger::Ledger& ledger, const ReviewPacks& packs,
                            const ledger::Site& site, const std::vector<Loaded>& columns, Instant from, Instant to,
                            Instant first, Instant last, std::vector<ReviewColumn>& out) {
  std::set<Instant> all_times;
  for (const auto& one : columns) all_times.insert(one.time.begin(), one.time.end());
  const std::vector<Instant> times(all_times.begin(), all_times.end());
  std::vector<std::vector<double>> memory;
  memory.reserve(columns.size() * (neighbours_max + 1));
  quality::SiteStretch stretch;
  stretch.site = site.id;
  stretch.time = times;
  for (const auto& one : columns) {
    memory.push_back(on_times(one, times));
    stretch.columns.push_back({one.key.property, memory.back()});
  }
  for (const auto& id : neighbours_of_site(ledger, site)) {
    std::vector<ledger::Series> series;
    for (const auto& one : columns) {
      SeriesKey key = one.key;
      key.site = id;
      if (const auto found = ledger.find_series(key)) series.push_back({*found, key});
    }
    const auto nearby = load(archive, ledger, series, from, to);
    if (!nearby) return fail(nearby.error());
    for (const auto& one : *nearby) {
      memory.push_back(on_times(one, times));
      stretch.neighbours.push_back({one.key.property, quality::NeighbourColumn::Side::beside, memory.back()});
    }
  }
  stretch.windows = windows_of(columns);
  const auto assessed = quality::assess(packs.checks, packs.combination, stretch);
  if (!assessed) return fail(assessed.error());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Loaded& one = columns[c];
    ReviewColumn column{one.series, one.key, {}};
    for (std::size_t i = 0; i < one.time.size(); ++i) {
      if (one.time[i] <= first || one.time[i] > last) continue;
      const auto at = static_cast<std::size_t>(std::ranges::lower_bound(times, one.time[i]) - times.begin());
      const auto& said = (*assessed)[c];
      ReviewRow row{one.time[i],        one.raw[i],           one.value[i],
                    one.device_flag[i], one.flags[i],         quality::flags_of(packs.checks, stretch, said, at),
                    said.proposal[at],  said.probability[at], one.decision[i]};
      // What a rule on the stream has voided is voided already; the sheet says so as its proposal.
      if (std::ranges::any_of(row.flags, &QualityFlag::voids) && !std::isnan(row.raw))
        row.proposal = quality::Proposal::voided;
      column.rows.push_back(std::move(row));
    }
    if (!column.rows.empty()) out.push_back(std::move(column));
  }
  return {};
}

}  // namespace

Result<std::vector<ReviewColumn>> counted_columns(const archive::Archive& archive, const ledger::Ledger& ledger,
                                                  const std::vector<ledger::Series>& series, LegalDay day) {
  const auto loaded = load(archive, ledger, series, Instant{first_moment_of(day).us + 1}, end_of(day));
  if (!loaded) return fail(loaded.error());
  std::vector<ReviewColumn> all;
  for (const auto& one : *loaded) {
    ReviewColumn column{one.series, one.key, {}};
    for (std::size_t i = 0; i < one.time.size(); ++i) {
      ReviewRow row;
      row.time = one.time[i];
      row.raw = one.raw[i];
      row.value = one.value[i];
      row.device_flag = one.device_flag[i];
      row.decision = one.decision[i];
      column.rows.push_back(std::move(row));
    }
    all.push_back(std::move(column));
  }
  return all;
}

bool needs_eyes(const ReviewRow& row) { return row.decision == 0 && row.proposal != quality::Proposal::valid; }

bool is_reviewed(const SeriesKey& key) {
  // A moving mean of eight hours is made of hours, and those are reviewed.
  return key.averaging.kind == Averaging::Kind::fixed && key.averaging.length_us >= us_per_hour &&
         key.averaging.length_us < us_per_day && key.averaging != eight_hourly && is_judged(key, key.averaging);
}

Result<std::vector<ReviewColumn>> review_columns(const archive::Archive& archive, const ledger::Ledger& ledger,
                                                 const ReviewPacks& packs, const ledger::Site& site, LegalDay first,
                                                 LegalDay last) {
  std::map<Averaging, std::vector<ledger::Series>> by_averaging;
  for (const auto& series : ledger.series_of_site(site.id)) {
    if (is_reviewed(series.key)) by_averaging[series.key.averaging].push_back(series);
  }
  const Instant from{first_moment_of({first.days - context_days_before}).us + 1};
  const Instant to = first_moment_of({last.days + 1 + context_days_after});
  std::vector<ReviewColumn> all;
  for (const auto& [averaging, series] : by_averaging) {
    const auto loaded = load(archive, ledger, series, from, to);
    if (!loaded) return fail(loaded.error());
    auto assessed =
        assess_columns(archive, ledger, packs, site, *loaded, from, to, first_moment_of(first), end_of(last), all);
    if (!assessed) return fail(assessed.error());
  }
  return all;
}

std::vector<PropertyCompleteness> completeness_of(const ReviewPacks& packs, std::span<const ReviewColumn> columns,
                                                  LegalDay day) {
  std::vector<PropertyCompleteness> all;
  const Instant first = first_moment_of(day);
  const Instant last = end_of(day);
  for (const auto& column : columns) {
    const auto rule = std::ranges::find_if(packs.completeness, [&](const auto& one) {
      return one.step_us == column.key.averaging.length_us &&
             std::ranges::find(one.properties, column.key.property) != one.properties.end();
    });
    if (rule == packs.completeness.end()) continue;
    std::vector<Instant> time;
    std::vector<double> value;
    std::vector<DeviceFlag> flag;
    std::vector<std::uint8_t> voided;
    for (const auto& row : column.rows) {
      if (row.time <= first || row.time > last) continue;
      time.push_back(row.time);
      // A value that a person accepted or moved counts, whatever its device said.
      const bool counts = row.decision != 0 && !std::isnan(row.value);
      value.push_back(counts ? row.value : row.raw);
      flag.push_back(counts ? DeviceFlag{0} : row.device_flag);
      voided.push_back(std::isnan(row.value) && !std::isnan(row.raw) ? 1 : 0);
    }
    auto report = quality::completeness(*rule, {time, value, flag, voided}, packs.device_flags, day, day);
    all.push_back({column.key.property, report.periods.front(), std::move(report.holes)});
  }
  return all;
}

}  // namespace celadon::watch
