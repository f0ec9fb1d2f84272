#include "watch/stream_memory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::watch {
namespace {

/// Reaches over the longest run that a rule of the packs counts: a day of hours, two days of four-hour values.
constexpr std::int64_t lookback_us = 2 * us_per_day;
/// A site that has said nothing for longer is not waited for after a restart: it was given up before.
constexpr std::int64_t given_up_us = 7 * us_per_day;
/// The source of devices that speak now, as intake names it.
constexpr std::string_view live_source = "hj212";

bool is_voided(const std::vector<QualityFlag>& flags) { return std::ranges::any_of(flags, &QualityFlag::voids); }

std::vector<double> stored_values(const archive::Archive& archive, std::span<const quality::Place> places) {
  std::vector<double> values(places.size(), std::numeric_limits<double>::quiet_NaN());
  archive::Query query;
  query.from = {INT64_MAX};
  query.to = {INT64_MIN};
  for (const auto& place : places) {
    query.series.push_back(place.series);
    query.from = std::min(query.from, place.phenomenon_end);
    query.to = std::max(query.to, place.phenomenon_end);
  }
  std::ranges::sort(query.series);
  query.series.erase(std::ranges::unique(query.series).begin(), query.series.end());
  const auto columns = archive.read(query);
  if (!columns) return values;
  std::map<quality::Place, std::size_t> row_of;
  for (std::size_t row = 0; row < columns->rows.size(); ++row) {
    row_of.emplace(quality::Place{columns->rows.series[row], columns->rows.phenomenon_end[row]}, row);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto found = row_of.find(places[i]);
    if (found != row_of.end() && !is_voided(columns->flags[found->second]))
      values[i] = columns->rows.value[found->second];
  }
  return values;
}

/// Series whose newest values lie close together are read together.
std::vector<archive::Query> recent_queries(std::vector<archive::Extent> extents) {
  std::ranges::sort(extents, {}, [](const archive::Extent& extent) { return extent.last; });
  std::vector<archive::Query> queries;
  Instant begin{INT64_MIN};
  for (const auto& extent : extents) {
    if (queries.empty() || extent.last.us - begin.us > lookback_us) {
      begin = extent.last;
      queries.emplace_back();
      queries.back().from = {begin.us - lookback_us};
    }
    queries.back().series.push_back(extent.series);
    queries.back().to = extent.last;
  }
  return queries;
}

void expect_live_sites(const archive::Archive& archive, Instant now, Watcher& watcher) {
  std::vector<SeriesId> ids;
  for (const auto& extent : archive.extents()) {
    if (extent.last.us > now.us - given_up_us) ids.push_back(extent.series);
  }
  std::map<std::int64_t, bool> is_live;
  for (const auto& latest : archive.latest(ids)) {
    const auto [known, is_new] = is_live.emplace(latest.batch, false);
    if (is_new) {
      const auto source = archive.source_of(latest.batch);
      known->second = source && source->name == live_source;
    }
    if (known->second) watcher.expect(latest.series, now);
  }
}

}  // namespace

quality::Neighbours neighbours_of(const archive::Archive& archive, const ledger::Ledger& ledger) {
  quality::Neighbours neighbours;
  neighbours.key_of = [&ledger](SeriesId id) -> std::optional<SeriesKey> {
    auto series = ledger.series(id);
    if (!series) return std::nullopt;
    return std::move(series->key);
  };
  neighbours.find = [&ledger](const SeriesKey& key) { return ledger.find_series(key); };
  neighbours.values = [&archive](std::span<const quality::Place> places) { return stored_values(archive, places); };
  return neighbours;
}

std::vector<quality::PropertyFacts> facts_of(const standards::Properties& properties) {
  std::vector<quality::PropertyFacts> facts;
  facts.reserve(properties.all().size());
  for (const auto& property : properties.all()) {
    facts.push_back({property.id, property.medium, property.unit, property.valid_min, property.valid_max});
  }
  return facts;
}

Result<void> check_watch_rules(const std::vector<WatchRule>& rules, const standards::Properties& properties) {
  for (const WatchRule& rule : rules) {
    if (rule.kind == WatchKind::no_data) continue;
    const auto* const property = properties.find(rule.property);
    if (property == nullptr) {
      return fail(
          Errc::unknown_code,
          rule.place + ": rule " + rule.id + " names '" + rule.property + "', which packs/properties.csv has not",
          "property");
    }
    if (property->unit != rule.unit) {
      return fail(
          Errc::invalid_value,
          rule.place + ": rule " + rule.id + " is in " + rule.unit + ", " + rule.property + " in " + property->unit,
          "unit");
    }
  }
  return {};
}

std::optional<WatchedSeries> SeriesBook::find(SeriesId id) {
  const auto series = ledger_.series(id);
  if (!series) return std::nullopt;
  auto site = sites_.find(series->key.site);
  if (site == sites_.end()) {
    if (auto all = ledger_.sites()) {
      for (auto& one : *all) {
        const std::string site_id = one.id;
        sites_.insert_or_assign(site_id, std::move(one));
      }
    }
    site = sites_.find(series->key.site);
  }
  if (site == sites_.end()) return std::nullopt;
  WatchedSeries about;
  about.key = series->key;
  about.site_kind = site->second.kind;
  about.site_name_zh = site->second.name_zh;
  about.site_name_en = site->second.name_en;
  if (const auto* const property = properties_.find(series->key.property)) {
    about.property_name_zh = property->name_zh;
    about.property_name_en = property->name_en;
    about.unit_label = property->unit_label;
  }
  return about;
}

Result<void> remember(const archive::Archive& archive, Instant now, quality::Checker& checker, Watcher& watcher,
                      std::vector<Occurrence>& found) {
  for (const auto& query : recent_queries(archive.extents())) {
    auto columns = archive.read(query);
    if (!columns) return fail(columns.error());
    Observations& rows = columns->rows;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const bool voided = is_voided(columns->flags[row]);
      if (voided) rows.value[row] = std::numeric_limits<double>::quiet_NaN();
      watcher.feed(rows.series[row], rows.phenomenon_end[row], rows.value[row], !voided, Pace::file, found);
    }
    checker.prime(rows);
  }
  expect_live_sites(archive, now, watcher);
  watcher.primed();
  return {};
}

}  // namespace celadon::watch
