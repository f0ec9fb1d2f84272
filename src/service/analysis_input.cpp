#include "service/analysis_input.hpp"

#include "service/api.hpp"
#include "watch/effective.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::service {
namespace {

constexpr std::size_t observations_max = 200'000;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

bool voids(const std::vector<QualityFlag>& flags) { return std::ranges::any_of(flags, &QualityFlag::voids); }

void note(SeriesEvidence& evidence, Instant end, Instant result_time) {
  if (!evidence.newest_result_time || *evidence.newest_result_time < result_time)
    evidence.newest_result_time = result_time;
  if (!evidence.first || end < *evidence.first) evidence.first = end;
  if (!evidence.last || *evidence.last < end) evidence.last = end;
}

}  // namespace

Result<SeriesWanted> parse_series(const Parts& parts, const std::string& text, const std::string& field) {
  const auto words = split(text, ':');
  if (words.size() < 2 || words.size() > 5 || words[0].empty() || words[1].empty()) {
    return fail(Errc::malformed,
                "'" + text.substr(0, 80) + "' is not site:property[:averaging[:statistic[:stage]]]", field);
  }
  const auto word = [&](std::size_t place, const char* otherwise) {
    return words.size() > place && !words[place].empty() ? words[place] : std::string(otherwise);
  };
  SeriesKey key;
  key.site = words[0];
  key.property = words[1];
  if (const auto site = find_site(parts, key.site); !site) return fail(site.error().code, site.error().detail, field);
  if (parts.library.properties.find(key.property) == nullptr) {
    return fail(Errc::unknown_code,
                "there is no property '" + key.property.substr(0, 40) + "'; /api/v1/properties lists them", field);
  }
  const auto averaging = parse_averaging(word(2, "PT1H"));
  if (!averaging) return fail(Errc::malformed, averaging.error().detail, field);
  const auto statistic = parse_statistic(word(3, "mean"));
  if (!statistic) return fail(Errc::unknown_code, statistic.error().detail, field);
  const auto stage = parse_stage(word(4, "raw"));
  if (!stage) return fail(Errc::unknown_code, stage.error().detail, field);
  key.averaging = *averaging;
  key.statistic = *statistic;
  key.stage = *stage;
  const auto id = parts.ledger.find_series(key);
  if (!id) {
    return fail(Errc::not_found, "there is no series " + text.substr(0, 80) + "; /api/v1/series?site= lists them",
                field);
  }
  return SeriesWanted{text, {*id, key}, unit_of(parts, key.property)};
}

Result<SeriesEvidence> read_series(const Parts& parts, const SeriesWanted& wanted, Instant first, std::int64_t step_us,
                                   Instant own_from, std::optional<Instant> as_known_at, std::span<double> value) {
  SeriesEvidence evidence;
  evidence.wanted = wanted;
  std::ranges::fill(value, std::nan(""));
  archive::Query query;
  query.series = {wanted.series.id};
  query.from = {first.us + 1};
  query.to = {first.us + step_us * static_cast<std::int64_t>(value.size())};
  query.as_known_at = as_known_at;
  query.limit = observations_max;
  const auto columns = parts.archive.read(query);
  if (!columns) return fail(columns.error());
  if (columns->truncated) {
    return fail(Errc::too_many, wanted.text + " has more than " + std::to_string(observations_max) +
                                    " values in this period: ask for a shorter one", "from");
  }
  watch::Settlements decided;
  if (wanted.series.key.stage == Stage::raw) {
    auto settled = watch::settlements(parts.archive, parts.ledger, query.series, query.from, query.to, as_known_at);
    if (!settled) return fail(settled.error());
    decided = std::move(*settled);
  }
  const auto place_of = [&](Instant end) -> std::optional<std::size_t> {
    const std::int64_t offset = end.us - first.us;
    if (offset % step_us != 0) return std::nullopt;
    return static_cast<std::size_t>(offset / step_us - 1);
  };
  std::vector<bool> observed(value.size(), false);
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    const Instant end = columns->rows.phenomenon_end[i];
    const bool own = end > own_from;  // rows before are read for what a figure is held against
    const auto place = place_of(end);
    if (!place) {
      evidence.off_grid += own ? 1 : 0;
      continue;
    }
    observed[*place] = true;
    note(evidence, end, columns->result_time[i]);
    const double raw = columns->rows.value[i];
    const auto settled = decided.find(quality::Place{wanted.series.id, end});
    const auto& flags = columns->flags[i];
    if (settled != decided.end()) {
      note(evidence, end, settled->second.result_time);
      value[*place] = settled->second.value;
      if (own) {
        ++(std::isnan(settled->second.value) ? evidence.voided : evidence.reviewed);
        const bool out = std::isnan(settled->second.value);
        evidence.marks.push_back({end, raw, "reviewed", out, "人工审核", "settled by review"});
      }
      continue;
    }
    if (own) {
      for (const auto& flag : flags)
        evidence.marks.push_back({end, raw, flag.rule, flag.voids, flag.reason_zh, flag.reason_en});
    }
    if (voids(flags)) {
      evidence.voided += own ? 1 : 0;
    } else if (std::isnan(raw)) {
      evidence.missing += own ? 1 : 0;
    } else {
      value[*place] = raw;
    }
  }
  for (std::size_t place = 0; place < value.size(); ++place) {
    if (first.us + step_us * static_cast<std::int64_t>(place + 1) <= own_from.us) continue;
    evidence.used += std::isnan(value[place]) ? 0 : 1;
    evidence.absent += observed[place] ? 0 : 1;
  }
  return evidence;
}

}  // namespace celadon::service
