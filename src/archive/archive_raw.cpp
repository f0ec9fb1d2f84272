#include "archive/archive_impl.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

// The log of messages as they were received. Batches and messages are appended in order of their numbers, so that a
// range of numbers is a stretch of both tables: whatever lies outside is passed over by their zone maps.

namespace celadon::archive {
namespace {

constexpr std::int64_t stretch_first = 4'000;  ///< batches looked at in the first step
constexpr std::int64_t stretch_max = 256'000;  ///< each further step is twice as long, up to this
constexpr std::size_t listed_max = 2'000;      ///< so many numbers are named to the database one by one
constexpr std::int64_t sparse = 8;             ///< less than one in so many: naming them is cheaper

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string sql_list(const std::vector<std::string>& texts) {
  std::string out = "(";
  for (const auto& text : texts) out += (out.size() > 1 ? ", " : "") + sql_text(text);
  return out + ")";
}

std::string conditions_of(const RawQuery& query) {
  std::string sql;
  if (query.from.us > INT64_MIN) sql += " AND received >= make_timestamp(" + std::to_string(query.from.us) + ")";
  if (query.to.us < INT64_MAX) sql += " AND received <= make_timestamp(" + std::to_string(query.to.us) + ")";
  if (!query.sources.empty()) sql += " AND source IN " + sql_list(query.sources);
  if (!query.detail_prefix.empty()) sql += " AND starts_with(detail, " + sql_text(query.detail_prefix) + ")";
  if (!query.detail_words.empty()) sql += " AND split_part(detail, ' ', 1) IN " + sql_list(query.detail_words);
  return sql;
}

std::string between(const char* column, std::int64_t from, std::int64_t to) {
  return std::string(column) + " BETWEEN " + std::to_string(from) + " AND " + std::to_string(to);
}

/// A batch that fits the query, but for the bytes.
struct Chosen {
  std::int64_t id;
  Instant received;
  Source source;
};

Result<std::vector<Chosen>> choose(Connection& connection, const RawQuery& query, std::int64_t from, std::int64_t to) {
  std::vector<Chosen> chosen;
  std::string sql = "SELECT id, received, source, detail FROM batch WHERE " + between("id", from, to) +
                    conditions_of(query) + " ORDER BY id" + (query.newest_first ? " DESC" : "");
  // One more than asked for, as the batch of `after` may give none.
  if (query.contains.empty()) sql += " LIMIT " + std::to_string(query.limit + 1);
  auto read = connection.each(sql, [&](const Chunk& c) {
    for (std::size_t i = 0; i < c.size(); ++i)
      chosen.push_back({c.column<std::int64_t>(0)[i], {c.column<std::int64_t>(1)[i]}, {c.text(2, i), c.text(3, i)}});
  });
  if (!read) return fail(read.error());
  return chosen;
}

bool follows(const RawQuery& query, const RawPlace& place) {
  return !query.after || (query.newest_first ? place < *query.after : place > *query.after);
}

/// Reads the messages of the chosen batches that fit, in the order asked for.
Result<void> read_messages(Connection& connection, const RawQuery& query, std::vector<Chosen>& chosen,
                           std::vector<RawMessage>& items) {
  if (chosen.empty()) return {};
  std::ranges::sort(chosen, {}, &Chosen::id);
  const std::int64_t from = chosen.front().id;
  const std::int64_t to = chosen.back().id;
  std::string sql = "SELECT batch, position, bytes FROM raw WHERE " + between("batch", from, to);
  if (chosen.size() <= listed_max && std::ssize(chosen) * sparse < to - from + 1) {
    sql += " AND batch IN (";
    for (const auto& one : chosen) sql += std::to_string(one.id) + ",";
    sql.back() = ')';
  }
  const std::size_t before = items.size();
  auto read = connection.stream(sql, [&](const Chunk& c) {
    for (std::size_t i = 0; i < c.size(); ++i) {
      const RawPlace place{c.column<std::int64_t>(0)[i], c.column<std::int32_t>(1)[i]};
      if (!follows(query, place)) continue;
      const auto one = std::ranges::lower_bound(chosen, place.batch, {}, &Chosen::id);
      if (one == chosen.end() || one->id != place.batch) continue;
      const std::string_view bytes = c.view(2, i);
      if (!query.contains.empty() &&
          memmem(bytes.data(), bytes.size(), query.contains.data(), query.contains.size()) == nullptr)
        continue;
      items.push_back({place.batch, place.position, one->received, one->source, std::string(bytes)});
    }
  });
  if (!read) return read;
  std::sort(items.begin() + static_cast<std::ptrdiff_t>(before), items.end(),
            [&](const RawMessage& a, const RawMessage& b) {
              const RawPlace left{a.batch, a.position};
              const RawPlace right{b.batch, b.position};
              return query.newest_first ? right < left : left < right;
            });
  return {};
}

}  // namespace

/// Batches from..to, both included.
struct Archive::Impl::Stretch {
  std::int64_t from = 1, to = 0;
};

Result<Archive::Impl::Stretch> Archive::Impl::bounds_of(Connection& connection, const RawQuery& query) {
  Stretch all{1, last_batch_};
  if (query.after) (query.newest_first ? all.to : all.from) = query.after->batch;
  if (query.from.us == INT64_MIN && query.to.us == INT64_MAX) return all;
  RawQuery times;
  times.from = query.from;
  times.to = query.to;
  Stretch found;
  auto read = connection.each(
      "SELECT min(id), max(id) FROM batch WHERE " + between("id", all.from, all.to) + conditions_of(times),
      [&](const Chunk& c) {
        if (!c.is_null(0, 0)) found = {c.column<std::int64_t>(0)[0], c.column<std::int64_t>(1)[0]};
      });
  if (!read) return fail(read.error());
  return found;
}

Result<RawPage> Archive::Impl::search_raw(const RawQuery& query, std::size_t batches_max) {
  RawPage page;
  auto connection = take_reader();
  auto rest = bounds_of(*connection, query);
  if (!rest) return fail(rest.error());
  std::size_t looked_at = 0;
  for (std::int64_t length = stretch_first; rest->from <= rest->to; length = std::min(length * 2, stretch_max)) {
    if (page.items.size() >= query.limit || looked_at >= batches_max) break;
    std::int64_t from = query.newest_first ? std::max(rest->from, rest->to - length + 1) : rest->from;
    std::int64_t to = query.newest_first ? rest->to : std::min(rest->to, rest->from + length - 1);
    auto chosen = choose(*connection, query, from, to);
    if (!chosen) return fail(chosen.error());
    // Cut off by the limit, and some may hold no message (imports): the next step goes on behind the last of them.
    if (query.contains.empty() && chosen->size() > query.limit) (query.newest_first ? from : to) = chosen->back().id;
    if (auto read = read_messages(*connection, query, *chosen, page.items); !read) return fail(read.error());
    looked_at += static_cast<std::size_t>(to - from + 1);
    if (query.newest_first) {
      rest->to = from - 1;
      page.next = RawPlace{from, 0};
    } else {
      rest->from = to + 1;
      page.next = RawPlace{to, INT32_MAX};
    }
  }
  if (page.items.size() >= query.limit) {
    page.items.resize(query.limit);
    if (!page.items.empty()) page.next = RawPlace{page.items.back().batch, page.items.back().position};
  } else if (rest->from > rest->to) {
    page.next.reset();
  }
  give_reader(std::move(connection));
  return page;
}

Result<RawCount> Archive::Impl::count_raw(const RawQuery& query) {
  auto connection = take_reader();
  const auto bounds = bounds_of(*connection, query);
  if (!bounds) return fail(bounds.error());
  std::int64_t from = bounds->from;
  std::int64_t to = bounds->to;
  if (query.after) {  // its own batch is counted only while messages of it are left, which one alone does not leave
    if (query.newest_first)
      to = std::min(to, query.after->batch - 1);
    else
      from = std::max(from, query.after->batch + 1);
  }
  RawCount count;
  auto read = connection->each(
      "SELECT count(*), min(received) FROM batch WHERE " + between("id", from, to) + conditions_of(query),
      [&](const Chunk& c) {
        count.batches = c.column<std::int64_t>(0)[0];
        if (!c.is_null(1, 0)) count.oldest = Instant{c.column<std::int64_t>(1)[0]};
      });
  if (!read) return fail(read.error());
  give_reader(std::move(connection));
  return count;
}

Result<std::vector<RawMessage>> Archive::Impl::raw_of(std::int64_t batch) {
  RawQuery query;
  auto connection = take_reader();
  auto chosen = choose(*connection, query, batch, batch);
  if (!chosen) return fail(chosen.error());
  std::vector<RawMessage> all;
  if (auto read = read_messages(*connection, query, *chosen, all); !read) return fail(read.error());
  give_reader(std::move(connection));
  return all;
}

Result<void> Archive::Impl::load_kept() {
  for (const auto& [source, bytes_max] : options_.kept_bytes_max) {
    Kept& kept = kept_[source];
    kept.bytes_max = bytes_max;
    auto read = writer_->each(
        "SELECT coalesce(sum(octet_length(bytes)), 0)::BIGINT FROM raw WHERE batch IN (SELECT id FROM batch WHERE "
        "source = " +
            sql_text(source) + ")",
        [&](const Chunk& c) { kept.bytes = static_cast<std::uint64_t>(c.column<std::int64_t>(0)[0]); });
    if (!read) return read;
  }
  return {};
}

void Archive::Impl::keep_raw(Source source, Instant received, std::string bytes, Committed done) {
  bool full = false;
  {
    const std::lock_guard lock(kept_mutex_);
    if (const auto it = kept_.find(source.name); it != kept_.end()) {
      Kept& kept = it->second;
      full = kept.bytes + bytes.size() > kept.bytes_max;
      if (full)
        ++kept.dropped;
      else
        kept.bytes += bytes.size();
    }
  }
  if (full) {
    if (done) {
      done(fail(Errc::refused, "no more messages of '" + source.name +
                                   "' are kept: their limit is reached; they are "
                                   "counted"));
    }
    return;
  }
  Batch batch;
  batch.source = std::move(source);
  batch.received = received;
  batch.raw.push_back(std::move(bytes));
  append(
      std::move(batch), done ? std::move(done) : [](const Result<Receipt>&) {});
}

Archive::Kept Archive::Impl::kept(const std::string& source) const {
  const std::lock_guard lock(kept_mutex_);
  const auto it = kept_.find(source);
  return it == kept_.end() ? Kept{} : it->second;
}

Result<std::optional<BatchFact>> Archive::Impl::newest_batch_of(const std::string& source_name) {
  auto connection = take_reader();
  std::optional<BatchFact> fact;
  auto read = connection->each(
      "SELECT id, detail, result_time FROM batch WHERE source = " + sql_text(source_name) + " ORDER BY id DESC LIMIT 1",
      [&](const Chunk& c) {
        if (c.size() > 0)
          fact = BatchFact{c.column<std::int64_t>(0)[0], {source_name, c.text(1, 0)}, {c.column<std::int64_t>(2)[0]}};
      });
  if (!read) return fail(read.error());
  give_reader(std::move(connection));
  return fact;
}

}  // namespace celadon::archive
