#include "watch/effective.hpp"

#include "core/assert.hpp"

#include <algorithm>

namespace celadon::watch {

SeriesKey reviewed_twin(const SeriesKey& raw) {
  SeriesKey twin = raw;
  twin.stage = Stage::reviewed;
  return twin;
}

Result<Settlements> settlements(const archive::Archive& archive, const ledger::Ledger& ledger,
                                std::span<const SeriesId> raw, Instant from, Instant to,
                                std::optional<Instant> as_known_at) {
  Settlements all;
  std::map<SeriesId, SeriesId> raw_of;
  archive::Query query;
  for (const SeriesId id : raw) {
    const auto series = ledger.series(id);
    const auto twin = series ? ledger.find_series(reviewed_twin(series->key)) : std::nullopt;
    if (!twin) continue;
    raw_of.emplace(*twin, id);
    query.series.push_back(*twin);
  }
  if (query.series.empty()) return all;
  query.from = from;
  query.to = to;
  query.as_known_at = as_known_at;
  const auto columns = archive.read(query);
  if (!columns) return fail(columns.error());
  if (columns->truncated)
    return fail(Errc::too_many, "more reviewed values than can be read at once: ask for a shorter period", "from");
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    if (columns->rows.device_flag[i] == review_mark::restored) continue;
    all.emplace(
        quality::Place{raw_of.at(columns->rows.series[i]), columns->rows.phenomenon_end[i]},
        Settled{columns->rows.value[i], columns->rows.device_flag[i], columns->batch[i], columns->result_time[i]});
  }
  return all;
}

Result<void> read_effective(const archive::Archive& archive, const ledger::Ledger& ledger,
                            const archive::GridQuery& query, std::span<double> value) {
  if (auto read = archive.read_grid(query, value); !read) return read;
  if (query.times == 0) return {};
  const Instant last{query.first.us + query.step_us * static_cast<std::int64_t>(query.times - 1)};
  const auto decided = settlements(archive, ledger, query.series, query.first, last, query.as_known_at);
  if (!decided) return fail(decided.error());
  std::map<SeriesId, std::size_t> place;
  for (std::size_t s = 0; s < query.series.size(); ++s) place.emplace(query.series[s], s);
  for (const auto& [where, settled] : *decided) {
    const std::int64_t offset = where.phenomenon_end.us - query.first.us;
    if (offset % query.step_us != 0) continue;
    value[place.at(where.series) * query.times + static_cast<std::size_t>(offset / query.step_us)] = settled.value;
  }
  return {};
}

}  // namespace celadon::watch
