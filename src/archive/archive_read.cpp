#include "archive/archive_impl.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::archive {
namespace {

std::string timestamp(std::int64_t us) {
  // The ends of the range DuckDB can hold; INT64_MIN and INT64_MAX are infinities there.
  constexpr std::int64_t limit = 9'000'000'000'000'000'000;
  return "make_timestamp(" + std::to_string(std::clamp(us, -limit, limit)) + ")";
}

std::string where(std::span<const SeriesId> series, Instant from, Instant to) {
  std::string sql = " WHERE TRUE";
  if (!series.empty()) {
    sql += " AND series IN (";
    for (std::size_t i = 0; i < series.size(); ++i) sql += (i > 0 ? "," : "") + std::to_string(number(series[i]));
    sql += ")";
  }
  if (from.us != INT64_MIN) sql += " AND phenomenon_end >= " + timestamp(from.us);
  if (to.us != INT64_MAX) sql += " AND phenomenon_end <= " + timestamp(to.us);
  return sql;
}

constexpr const char* row_columns =
    "SELECT series, phenomenon_end, result_time, value, device_flag, batch FROM observation";

void take_row(Columns& columns, const Chunk& c, std::size_t i) {
  columns.rows.push_back(SeriesId{c.column<std::int32_t>(0)[i]}, {c.column<std::int64_t>(1)[i]},
                         c.is_null(3, i) ? std::nan("") : c.column<double>(3)[i],
                         static_cast<DeviceFlag>(c.column<std::uint8_t>(4)[i]));
  columns.result_time.push_back({c.column<std::int64_t>(2)[i]});
  columns.batch.push_back(c.column<std::int64_t>(5)[i]);
}

void drop_last(Columns& columns) {
  columns.rows.series.pop_back();
  columns.rows.phenomenon_end.pop_back();
  columns.rows.value.pop_back();
  columns.rows.device_flag.pop_back();
  columns.result_time.pop_back();
  columns.batch.pop_back();
}

struct KnownFlag {
  QualityFlag flag;
  Instant known_at;
};

Result<std::vector<KnownFlag>> read_flags(Connection& connection, const std::string& condition) {
  std::vector<KnownFlag> flags;
  auto read = connection.each("SELECT series, phenomenon_end, known_at, rule, voids, reason_zh, reason_en FROM flag" +
                                  condition + " ORDER BY series, phenomenon_end, known_at, rule",
                              [&](const Chunk& c) {
                                for (std::size_t i = 0; i < c.size(); ++i) {
                                  flags.push_back({{SeriesId{c.column<std::int32_t>(0)[i]},
                                                    {c.column<std::int64_t>(1)[i]},
                                                    c.text(3, i),
                                                    c.column<bool>(4)[i],
                                                    c.text(5, i),
                                                    c.text(6, i)},
                                                   {c.column<std::int64_t>(2)[i]}});
                                }
                              });
  if (!read) return fail(read.error());
  return flags;
}

/// Gives each row the flags that speak of its version: known since then, and before the next version of the same value.
void attach_flags(Columns& columns, const std::vector<KnownFlag>& flags) {
  const Observations& rows = columns.rows;
  columns.flags.resize(rows.size());
  std::size_t i = 0;
  for (const auto& known : flags) {
    const auto before = [&](std::size_t row) {
      return std::pair(number(rows.series[row]), rows.phenomenon_end[row].us) <
             std::pair(number(known.flag.series), known.flag.phenomenon_end.us);
    };
    while (i < rows.size() && before(i)) ++i;
    std::size_t match = rows.size();
    for (std::size_t row = i; row < rows.size() && rows.series[row] == known.flag.series &&
                              rows.phenomenon_end[row] == known.flag.phenomenon_end;
         ++row) {
      if (columns.result_time[row] <= known.known_at) match = row;
    }
    if (match < rows.size()) columns.flags[match].push_back(known.flag);
  }
}

}  // namespace

std::unique_ptr<Connection> Archive::Impl::take_reader() {
  {
    const std::lock_guard lock(pool_mutex_);
    if (!pool_.empty()) {
      auto connection = std::move(pool_.back());
      pool_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(database_);
}

void Archive::Impl::give_reader(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(pool_mutex_);
  pool_.push_back(std::move(connection));
}

Result<Columns> Archive::Impl::read(const Query& query) {
  auto connection = take_reader();
  std::string condition = where(query.series, query.from, query.to);
  std::string known = query.as_known_at ? " AND result_time <= " + timestamp(query.as_known_at->us) : "";
  Columns columns;
  auto read = connection->each(row_columns + condition + known + " ORDER BY series, phenomenon_end, version LIMIT " +
                                   std::to_string(query.limit + 1),
                               [&](const Chunk& c) {
                                 for (std::size_t i = 0; i < c.size(); ++i) {
                                   const bool newer_version =
                                       !columns.rows.empty() &&
                                       number(columns.rows.series.back()) == c.column<std::int32_t>(0)[i] &&
                                       columns.rows.phenomenon_end.back().us == c.column<std::int64_t>(1)[i];
                                   if (newer_version && !query.every_version) drop_last(columns);
                                   take_row(columns, c, i);
                                 }
                               });
  if (!read) return fail(read.error());
  if (columns.rows.size() > query.limit) {
    columns.truncated = true;
    drop_last(columns);
  }
  std::string flags_known = query.as_known_at ? " AND known_at <= " + timestamp(query.as_known_at->us) : "";
  auto flags = read_flags(*connection, condition + flags_known);
  if (!flags) return fail(flags.error());
  attach_flags(columns, *flags);
  give_reader(std::move(connection));
  return columns;
}

namespace {

/// Where each series of a grid stands, by number; -1 for the others.
std::vector<std::int32_t> places_of(std::span<const SeriesId> series, std::int32_t& least) {
  least = INT32_MAX;
  std::int32_t most = 0;
  for (const SeriesId id : series) {
    least = std::min(least, number(id));
    most = std::max(most, number(id));
  }
  std::vector<std::int32_t> place(series.empty() ? 0 : static_cast<std::size_t>(most - least + 1), -1);
  for (std::size_t s = 0; s < series.size(); ++s)
    place[static_cast<std::size_t>(number(series[s]) - least)] = static_cast<std::int32_t>(s);
  return place;
}

/// Rows on their way to the cells of a grid.
struct Grid {
  const std::vector<std::int32_t>& place;
  std::int32_t least;
  std::int64_t first_us, step_us;
  std::size_t times;
  std::span<double> value;
  std::int64_t last_us = INT64_MIN;  ///< of the row before: rows of one time, or of times in order, need no division
  std::int64_t last_at = -1;

  /// Where a value belongs; -1 for one of another series or between the times.
  std::ptrdiff_t cell_of(std::int32_t series, std::int64_t end_us) {
    if (end_us == last_us + step_us && last_at >= 0) {
      ++last_at;
    } else if (end_us != last_us) {
      const std::int64_t after = end_us - first_us;
      last_at = after % step_us == 0 ? after / step_us : -1;
    }
    last_us = end_us;
    const std::int32_t column = place[static_cast<std::size_t>(series - least)];
    if (column < 0 || last_at < 0) return -1;
    return static_cast<std::ptrdiff_t>(static_cast<std::size_t>(column) * times) + last_at;
  }

  void take(const Chunk& c) {
    const auto* series = c.column<std::int32_t>(0);
    const auto* end_us = c.column<std::int64_t>(1);
    const auto* values = c.column<double>(2);
    const std::uint64_t* good = c.validity(2);
    for (std::size_t i = 0; i < c.size(); ++i) {
      const std::ptrdiff_t cell = cell_of(series[i], end_us[i]);
      if (cell < 0) continue;
      const bool is_null = good != nullptr && (good[i / 64] >> (i % 64) & 1U) == 0;
      value[static_cast<std::size_t>(cell)] = is_null ? std::nan("") : values[i];
    }
  }
};

}  // namespace

Result<void> Archive::Impl::read_grid(const GridQuery& query, std::span<double> value) {
  CELADON_ASSERT(value.size() == query.series.size() * query.times && query.step_us > 0);
  std::fill(value.begin(), value.end(), std::nan(""));
  if (value.empty()) return {};
  std::int32_t least = 0;
  const auto place = places_of(query.series, least);
  const Instant last{query.first.us + query.step_us * static_cast<std::int64_t>(query.times - 1)};
  // A range of numbers, not a list: the row groups outside it are never read, and a list of thousands is slow to test.
  const std::string condition = where({}, query.first, last) + " AND series BETWEEN " + std::to_string(least) +
                                " AND " + std::to_string(least + std::ssize(place) - 1);
  const std::string known = query.as_known_at ? " AND result_time <= " + timestamp(query.as_known_at->us) : "";
  Grid grid{place, least, query.first.us, query.step_us, query.times, value};
  auto connection = take_reader();
  // Nearly all are first versions and need no order; the few corrections are then laid over them, oldest first.
  const std::string columns = "SELECT series, phenomenon_end, value FROM observation" + condition + known;
  const auto take = [&](const Chunk& c) { grid.take(c); };
  auto read = connection->stream(columns, take);
  if (read) read = connection->stream(columns + " AND version > 1 ORDER BY version", take);
  if (!read) return read;
  // A flag speaks of the version that was known when it was set: of a newer one only when it came after that. Only
  // flagged values are looked up again: they are few.
  const std::string flags_known = query.as_known_at ? " AND known_at <= " + timestamp(query.as_known_at->us) : "";
  read = connection->each(
      "SELECT f.series, f.phenomenon_end FROM (SELECT series, phenomenon_end, max(known_at) AS known_at FROM flag" +
          condition + flags_known +
          " AND voids GROUP BY ALL) f JOIN (SELECT series, phenomenon_end, result_time FROM observation" + condition +
          known +
          ") o USING (series, phenomenon_end) GROUP BY f.series, f.phenomenon_end, f.known_at HAVING "
          "max(o.result_time) <= f.known_at",
      [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
          const std::ptrdiff_t cell = grid.cell_of(c.column<std::int32_t>(0)[i], c.column<std::int64_t>(1)[i]);
          if (cell >= 0) value[static_cast<std::size_t>(cell)] = std::nan("");
        }
      });
  if (!read) return read;
  give_reader(std::move(connection));
  return {};
}

Result<Columns> Archive::Impl::versions(SeriesId series, Instant end) {
  auto connection = take_reader();
  const SeriesId one[] = {series};
  const std::string condition = where(one, end, end);
  Columns columns;
  auto read = connection->each(row_columns + condition + " ORDER BY version", [&](const Chunk& c) {
    for (std::size_t i = 0; i < c.size(); ++i) take_row(columns, c, i);
  });
  if (!read) return fail(read.error());
  auto flags = read_flags(*connection, condition);
  if (!flags) return fail(flags.error());
  attach_flags(columns, *flags);
  give_reader(std::move(connection));
  return columns;
}

Result<std::vector<Instant>> Archive::Impl::times(std::span<const SeriesId> series, Instant from, Instant to) {
  auto connection = take_reader();
  std::vector<Instant> all;
  auto read = connection->each(
      "SELECT DISTINCT phenomenon_end FROM observation" + where(series, from, to) + " ORDER BY 1", [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) all.push_back({c.column<std::int64_t>(0)[i]});
      });
  if (!read) return fail(read.error());
  give_reader(std::move(connection));
  return all;
}

Result<Source> Archive::Impl::source_of(std::int64_t batch) {
  auto connection = take_reader();
  std::optional<Source> source;
  auto read =
      connection->each("SELECT source, detail FROM batch WHERE id = " + std::to_string(batch), [&](const Chunk& c) {
        if (c.size() > 0) source = Source{c.text(0, 0), c.text(1, 0)};
      });
  if (!read) return fail(read.error());
  give_reader(std::move(connection));
  if (!source) return fail(Errc::not_found, "there is no batch " + std::to_string(batch));
  return *source;
}

Result<std::vector<ChangedDay>> Archive::Impl::changed_days(Instant after, Instant until) {
  // The day of an hour's end in Beijing, as legal_day_of_hour_ending() has it; `//` rounds towards zero, and no value
  // is older than 1970.
  const std::string day = "CAST((epoch_us(phenomenon_end) + " + std::to_string(beijing_offset_us - 1) + ") // " +
                          std::to_string(us_per_day) + " AS INTEGER)";
  const auto learnt = [&](const std::string& column) {
    return " WHERE " + column + " > " + timestamp(after.us) + " AND " + column + " <= " + timestamp(until.us);
  };
  auto connection = take_reader();
  std::vector<ChangedDay> all;
  auto read = connection->each(
      "SELECT series, day, max(version) > 1 FROM (SELECT series, " + day + " AS day, version FROM observation" +
          learnt("result_time") + " UNION ALL SELECT series, " + day + ", 1 FROM flag" + learnt("known_at") +
          ") GROUP BY series, day ORDER BY series, day",
      [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
          all.push_back({SeriesId{c.column<std::int32_t>(0)[i]}, {c.column<std::int32_t>(1)[i]}, c.column<bool>(2)[i]});
        }
      });
  if (!read) return fail(read.error());
  give_reader(std::move(connection));
  return all;
}

}  // namespace celadon::archive
