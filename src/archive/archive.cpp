#include "archive/archive.hpp"

#include "archive/archive_impl.hpp"
#include "core/assert.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <set>

namespace celadon::archive {
namespace {

constexpr int schema_version = 1;

/// What a batch weighs in the queue.
std::size_t weight_of(const Batch& batch) {
  constexpr std::size_t row_bytes = 100;
  std::size_t weight = batch.rows.size();
  for (const auto& message : batch.raw) weight += message.size() / row_bytes + 1;
  return weight;
}

bool same_value(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

Errc errc_of_open(const std::string& words) {
  if (words.find("lock") != std::string::npos) return Errc::conflict;
  return Errc::file_damaged;
}

Result<duckdb_database> open_database(const std::filesystem::path& file) {
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  const auto set = [&](const char* name, const char* value) {
    CELADON_ASSERT(duckdb_set_config(config, name, value) == DuckDBSuccess);
  };
  set("autoinstall_known_extensions", "false");  // nothing leaves the machine
  set("autoload_known_extensions", "false");
  set("threads", "2");
  set("memory_limit", "4GB");
  set("wal_autocheckpoint", "64MB");  // a checkpoint of this size is some tenths of a second
  duckdb_database database = nullptr;
  char* words = nullptr;
  const bool good = duckdb_open_ext(file.c_str(), &database, config, &words) == DuckDBSuccess;
  duckdb_destroy_config(&config);
  if (good) return database;
  const std::string reason = words != nullptr ? words : "no reason given";
  duckdb_free(words);
  const Errc code = errc_of_open(reason);
  return fail(code,
              file.string() +
                  (code == Errc::conflict
                       ? " is in use by another process: stop it, or use its HTTP interface. ("
                       : " cannot be read as an archive: put back a backup of the folder; do not delete its .wal file. (") +
                  reason.substr(0, 300) + ")");
}

Result<void> sync(const std::filesystem::path& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool kept = handle >= 0 && ::fsync(handle) == 0;
  if (handle >= 0) ::close(handle);
  return kept ? Result<void>{} : fail(Errc::io_failed, path.string() + " cannot be brought to the disk");
}

/// Makes the empty archive aside and gives it its name when it is whole: a half-made one, after a kill or a power cut,
/// could never be opened again.
Result<void> make_file(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) return {};
  const auto folder = file.parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().string().starts_with(file.string() + ".new-")) std::filesystem::remove(entry.path(), error);
  }
  std::filesystem::path fresh = file;
  fresh += ".new-" + std::to_string(::getpid());
  auto made = open_database(fresh);
  if (!made) return fail(made.error());
  duckdb_close(&*made);
  if (auto kept = sync(fresh); !kept) return kept;
  std::filesystem::create_hard_link(fresh, file, error);  // unlike a renaming never over the file of another process
  if (error && error != std::errc::file_exists)
    return fail(Errc::io_failed, "cannot make " + file.string() + ": " + error.message());
  std::filesystem::remove(fresh, error);
  return sync(folder);
}

}  // namespace

Archive::Impl::~Impl() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  writer_.reset();
  pool_.clear();
  if (database_ != nullptr) duckdb_close(&database_);
}

Result<void> Archive::Impl::open() {
  const auto folder = file_.parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Errc::io_failed, "cannot make the folder " + folder.string() + ": " + error.message());
  const auto space = std::filesystem::space(folder, error);
  if (!error && space.available < options_.free_bytes_min) {
    return fail(Errc::io_failed, "the disk of " + folder.string() + " has " + std::to_string(space.available >> 20U) +
                                     " MiB free and " + std::to_string(options_.free_bytes_min >> 20U) +
                                     " MiB are needed; make room, then start again");
  }

  if (auto made = make_file(file_); !made) return made;
  auto opened = open_database(file_);
  if (!opened) return fail(opened.error());
  database_ = *opened;
  writer_ = std::make_unique<Connection>(database_);
  if (!writer_->good()) return fail(Errc::io_failed, file_.string() + ": no connection could be made");
  if (auto made = make_tables(); !made) return made;
  if (auto loaded = load_state(); !loaded) {
    return fail(Errc::file_damaged, file_.string() + " cannot be read: put back a backup of the folder. (" +
                                        loaded.error().detail.substr(0, 300) + ")");
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { write_loop(stop); });
  return {};
}

Result<void> Archive::Impl::make_tables() {
  auto made = writer_->run(R"(
    CREATE TABLE IF NOT EXISTS archive_schema(version INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS observation(series INTEGER NOT NULL, phenomenon_end TIMESTAMP NOT NULL,
      result_time TIMESTAMP NOT NULL, version INTEGER NOT NULL, value DOUBLE, device_flag UTINYINT NOT NULL, batch BIGINT NOT NULL);
    CREATE TABLE IF NOT EXISTS flag(series INTEGER NOT NULL, phenomenon_end TIMESTAMP NOT NULL, known_at TIMESTAMP NOT NULL,
      rule VARCHAR NOT NULL, voids BOOLEAN NOT NULL, reason_zh VARCHAR NOT NULL, reason_en VARCHAR NOT NULL, batch BIGINT NOT NULL);
    CREATE TABLE IF NOT EXISTS batch(id BIGINT NOT NULL, source VARCHAR NOT NULL, detail VARCHAR NOT NULL,
      received TIMESTAMP NOT NULL, result_time TIMESTAMP NOT NULL);
    CREATE TABLE IF NOT EXISTS raw(batch BIGINT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL);)");
  if (!made) return fail(Errc::io_failed, file_.string() + ": " + made.error().detail);
  int found = 0;
  if (auto read = writer_->each("SELECT max(version) FROM archive_schema",
                                [&](const Chunk& c) {
                                  if (c.size() > 0 && !c.is_null(0, 0)) found = c.column<std::int32_t>(0)[0];
                                });
      !read) {
    return read;
  }
  if (found > schema_version) {
    return fail(Errc::conflict, file_.string() + " was written by a newer program (schema " + std::to_string(found) +
                                    ", this one knows " + std::to_string(schema_version) + "): use the newer program");
  }
  if (found == 0) return writer_->run("INSERT INTO archive_schema VALUES (" + std::to_string(schema_version) + ")");
  return {};
}

SeriesState& Archive::Impl::state_of(SeriesId series) {
  const auto index = static_cast<std::size_t>(number(series));
  if (index >= state_.size()) state_.resize(std::max(index + 1, state_.size() * 2));
  return state_[index];
}

Result<void> Archive::Impl::load_state() {
  auto counts = writer_->each(
      "SELECT series, min(phenomenon_end), count(*) FILTER (version = 1), count(*) FROM observation GROUP BY series",
      [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
          SeriesState& s = state_of(SeriesId{c.column<std::int32_t>(0)[i]});
          s.first = {c.column<std::int64_t>(1)[i]};
          s.count = c.column<std::int64_t>(2)[i];
          row_count_ += c.column<std::int64_t>(3)[i];
        }
      });
  if (!counts) return counts;
  auto newest = writer_->each(
      "SELECT o.series, o.phenomenon_end, o.result_time, o.version, o.value, o.device_flag, o.batch FROM observation o "
      "JOIN "
      "(SELECT series, max(phenomenon_end) AS pe FROM observation GROUP BY series) m ON o.series = m.series AND "
      "o.phenomenon_end = m.pe",
      [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
          const SeriesId id{c.column<std::int32_t>(0)[i]};
          SeriesState& s = state_of(id);
          const std::int32_t version = c.column<std::int32_t>(3)[i];
          if (s.any && version < s.latest_version) continue;
          s.any = true;
          s.latest_version = version;
          s.latest = {id,
                      {c.column<std::int64_t>(1)[i]},
                      {c.column<std::int64_t>(2)[i]},
                      c.is_null(4, i) ? std::nan("") : c.column<double>(4)[i],
                      static_cast<DeviceFlag>(c.column<std::uint8_t>(5)[i]),
                      c.column<std::int64_t>(6)[i],
                      {}};
        }
      });
  if (!newest) return newest;
  auto last =
      writer_->each("SELECT coalesce(max(id), 0), coalesce(max(result_time), TIMESTAMP '1970-01-01') FROM batch",
                    [&](const Chunk& c) {
                      next_batch_ = c.column<std::int64_t>(0)[0] + 1;
                      last_batch_ = next_batch_ - 1;
                      last_result_time_ = {c.column<std::int64_t>(1)[0]};
                    });
  if (!last) return last;
  auto newest_row = writer_->each("SELECT max(result_time) FROM observation", [&](const Chunk& c) {
    if (!c.is_null(0, 0)) last_result_time_ = std::max(last_result_time_, Instant{c.column<std::int64_t>(0)[0]});
  });
  if (!newest_row) return newest_row;
  last_result_us_ = last_result_time_.us;
  if (auto kept = load_kept(); !kept) return kept;
  return load_latest_flags();
}

Result<void> Archive::Impl::load_latest_flags() {
  return writer_->each(
      "SELECT f.series, f.phenomenon_end, f.known_at, f.rule, f.voids, f.reason_zh, f.reason_en FROM flag f JOIN "
      "(SELECT series, max(phenomenon_end) AS pe FROM observation GROUP BY series) m ON f.series = m.series AND "
      "f.phenomenon_end = m.pe",
      [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
          const SeriesId id{c.column<std::int32_t>(0)[i]};
          SeriesState& s = state_of(id);
          if (c.column<std::int64_t>(2)[i] < s.latest.result_time.us) continue;  // it spoke of an older version
          s.latest.flags.push_back(
              {id, {c.column<std::int64_t>(1)[i]}, c.text(3, i), c.column<bool>(4)[i], c.text(5, i), c.text(6, i)});
        }
      });
}

void Archive::Impl::append(Batch batch, Committed done) {
  std::optional<Error> refused;
  const std::size_t weight = weight_of(batch);
  {
    const std::lock_guard lock(queue_mutex_);
    if (broken_) {
      refused = *broken_;
    } else if (queued_rows_ > 0 && queued_rows_ + weight > options_.queued_rows_max) {
      refused =
          Error{Errc::too_many,
                "the archive's queue is full (" + std::to_string(queued_rows_) + " rows); send again in a moment", ""};
    } else {
      queued_rows_ += weight;
      queue_.push_back({std::move(batch), std::move(done)});
    }
  }
  if (refused)
    done(fail(std::move(*refused)));
  else
    queue_changed_.notify_one();
}

void Archive::Impl::write_loop(const std::stop_token& stop) {
  while (true) {
    std::vector<Pending> group;
    {
      std::unique_lock lock(queue_mutex_);
      queue_changed_.wait(lock, stop, [&] { return !queue_.empty(); });
      if (queue_.empty()) return;  // asked to stop, and nothing is left
      std::size_t rows = 0;
      while (!queue_.empty()) {
        const std::size_t weight = weight_of(queue_.front().batch);
        if (!group.empty() && rows + weight > options_.commit_rows_max) break;
        rows += weight;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      queued_rows_ -= rows;
    }
    commit_group(std::move(group));
  }
}

void Archive::Impl::commit_group(std::vector<Pending> pending) {
  Group group;
  group.pending = std::move(pending);
  group.receipts.resize(group.pending.size());
  group.base = std::max(options_.clock(), Instant{last_result_time_.us + 1});
  group.last = group.base;

  std::optional<Error> failed;
  {
    const std::lock_guard lock(queue_mutex_);
    failed = broken_;
  }
  Result<void> stored;
  if (!failed) {
    if (options_.before_commit) stored = options_.before_commit();
    if (stored) stored = look_up(group);
    if (stored) {
      sort_out(group);
      stored = drop_known_flags(group);
    }
    if (stored) stored = store(group);
    if (!stored)
      failed = Error{Errc::io_failed,
                     file_.string() + ": nothing more can be stored: " + stored.error().detail.substr(0, 300) +
                         "; make room on the disk or put back a backup, then start again",
                     ""};
  }
  if (failed) {
    {
      const std::lock_guard lock(queue_mutex_);
      broken_ = failed;
    }
    for (auto& one : group.pending) one.done(fail(*failed));
    return;
  }
  last_result_time_ = group.last;
  last_batch_ = next_batch_ - 1;
  last_result_us_ = last_result_time_.us;
  remember(group);
  for (std::size_t i = 0; i < group.pending.size(); ++i) {
    group.receipts[i].rows = std::move(group.pending[i].batch.rows);
    group.pending[i].done(std::move(group.receipts[i]));
  }
}

/// Finds the stored version of every row that may be known already: one at or before its series' newest time.
Result<void> Archive::Impl::look_up(Group& group) {
  std::int64_t from = INT64_MAX;
  std::int64_t to = INT64_MIN;
  std::vector<ValueKey> keys;
  for (const auto& pending : group.pending) {
    const Observations& rows = pending.batch.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const SeriesState& s = state_of(rows.series[i]);
      const std::int64_t end = rows.phenomenon_end[i].us;
      if (!s.any || end > s.latest.phenomenon_end.us || end < s.first.us) continue;
      keys.push_back({number(rows.series[i]), end});
      from = std::min(from, end);
      to = std::max(to, end);
    }
  }
  if (keys.empty()) return {};
  if (auto made = writer_->run("CREATE OR REPLACE TEMP TABLE wanted(series INTEGER, phenomenon_end TIMESTAMP)"); !made)
    return made;
  {
    TableWriter wanted;
    if (auto opened = wanted.open(*writer_, "wanted"); !opened) return opened;
    for (const auto& key : keys) {
      wanted.put(key.series);
      wanted.put(key.end_us);
      if (auto next = wanted.next(); !next) return next;
    }
    if (auto closed = wanted.close(); !closed) return closed;
  }
  const std::string range =
      "make_timestamp(" + std::to_string(from) + ") AND make_timestamp(" + std::to_string(to) + ")";
  return writer_->each(
      "SELECT o.series, o.phenomenon_end, o.version, o.value, o.device_flag, o.result_time FROM observation o SEMI "
      "JOIN wanted w ON "
      "o.series = w.series AND o.phenomenon_end = w.phenomenon_end WHERE o.phenomenon_end BETWEEN " +
          range,
      [&](const Chunk& c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
          Version& known = group.known[{c.column<std::int32_t>(0)[i], c.column<std::int64_t>(1)[i]}];
          const std::int32_t version = c.column<std::int32_t>(2)[i];
          if (version <= known.number) continue;
          known = {c.is_null(3, i) ? std::nan("") : c.column<double>(3)[i],
                   static_cast<DeviceFlag>(c.column<std::uint8_t>(4)[i]), version, c.column<std::int64_t>(5)[i]};
        }
      });
}

/// Decides the fate of every row, in order.
void Archive::Impl::sort_out(Group& group) {
  std::size_t count = 0;
  for (const auto& pending : group.pending) count += pending.batch.rows.size();
  group.known.reserve(count);
  group.rows.reserve(count);
  for (std::size_t b = 0; b < group.pending.size(); ++b) {
    const Observations& rows = group.pending[b].batch.rows;
    Receipt& receipt = group.receipts[b];
    receipt.fate.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const ValueKey key{number(rows.series[i]), rows.phenomenon_end[i].us};
      Version& version = group.known[key];
      if (version.number > 0 && same_value(version.value, rows.value[i]) && version.flag == rows.device_flag[i]) {
        receipt.fate[i] = Fate::unchanged;
        ++receipt.unchanged;
        continue;
      }
      receipt.fate[i] = version.number == 0 ? Fate::added : Fate::corrected;
      ++(version.number == 0 ? receipt.added : receipt.corrected);
      const Instant result{std::max(group.base.us, version.result_us + 1)};
      version = {rows.value[i], rows.device_flag[i], version.number + 1, result.us};
      group.rows.push_back({b, i, version.number, result});
      group.last = std::max(group.last, result);
      receipt.result_time = std::max(receipt.result_time, result);
    }
    const Batch& batch = group.pending[b].batch;
    const bool news =
        receipt.added + receipt.corrected > 0 || (rows.empty() && !batch.raw.empty()) || !batch.flags.empty();
    if (news) {
      receipt.batch = next_batch_++;
      receipt.result_time = std::max(receipt.result_time, group.base);
    }
    if (!batch.flags.empty()) sort_out_flags(group, b);
  }
}

/// A flag is known from the moment its value's newest version is.
void Archive::Impl::sort_out_flags(Group& group, std::size_t b) {
  for (const auto& flag : group.pending[b].batch.flags) {
    const auto it = group.known.find({number(flag.series), flag.phenomenon_end.us});
    const Instant known_at{std::max(group.base.us, it == group.known.end() ? 0 : it->second.result_us)};
    group.flags.push_back(flag);
    group.flag_places.emplace_back(b, known_at);
  }
}

/// Leaves out flags that the value's newest version has already.
Result<void> Archive::Impl::drop_known_flags(Group& group) {
  if (group.flags.empty()) return {};
  std::set<std::tuple<std::int32_t, std::int64_t, std::string>> seen;
  std::int64_t from = INT64_MAX;
  std::int64_t to = INT64_MIN;
  std::set<ValueKey, decltype([](const ValueKey& a, const ValueKey& b) {
             return std::tie(a.series, a.end_us) < std::tie(b.series, b.end_us);
           })>
      old_values;
  for (const auto& flag : group.flags) {
    const SeriesState& s = state_of(flag.series);
    if (!s.any || flag.phenomenon_end.us > s.latest.phenomenon_end.us) continue;
    old_values.insert({number(flag.series), flag.phenomenon_end.us});
    from = std::min(from, flag.phenomenon_end.us);
    to = std::max(to, flag.phenomenon_end.us);
  }
  if (!old_values.empty()) {
    std::unordered_map<ValueKey, std::int64_t, ValueKeyHash> version_time;
    const std::string range =
        "BETWEEN make_timestamp(" + std::to_string(from) + ") AND make_timestamp(" + std::to_string(to) + ")";
    std::string series_list;
    for (const auto& key : old_values) series_list += (series_list.empty() ? "" : ",") + std::to_string(key.series);
    const std::string where = " WHERE series IN (" + series_list + ") AND phenomenon_end " + range;
    auto times = writer_->each(
        "SELECT series, phenomenon_end, max(result_time) FROM observation" + where + " GROUP BY ALL",
        [&](const Chunk& c) {
          for (std::size_t i = 0; i < c.size(); ++i) {
            version_time[{c.column<std::int32_t>(0)[i], c.column<std::int64_t>(1)[i]}] = c.column<std::int64_t>(2)[i];
          }
        });
    if (!times) return times;
    auto flags = writer_->each("SELECT series, phenomenon_end, rule, known_at FROM flag" + where, [&](const Chunk& c) {
      for (std::size_t i = 0; i < c.size(); ++i) {
        const ValueKey key{c.column<std::int32_t>(0)[i], c.column<std::int64_t>(1)[i]};
        const auto pending = group.known.find(key);
        const bool replaced = pending != group.known.end() && pending->second.result_us >= group.base.us;
        if (!replaced && c.column<std::int64_t>(3)[i] >= version_time[key])
          seen.emplace(key.series, key.end_us, c.text(2, i));
      }
    });
    if (!flags) return flags;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < group.flags.size(); ++i) {
    const auto& flag = group.flags[i];
    if (!seen.emplace(number(flag.series), flag.phenomenon_end.us, flag.rule).second) continue;
    if (kept != i) {
      group.flags[kept] = group.flags[i];
      group.flag_places[kept] = group.flag_places[i];
    }
    ++kept;
  }
  group.flags.resize(kept);
  group.flag_places.resize(kept);
  return {};
}

Result<void> Archive::Impl::store(Group& group) {
  bool anything = !group.rows.empty() || !group.flags.empty();
  for (const auto& receipt : group.receipts) anything = anything || receipt.batch != 0;
  if (!anything) return {};

  if (auto begun = writer_->run("BEGIN TRANSACTION"); !begun) return begun;
  const auto write = [&]() -> Result<void> {
    TableWriter observation;
    if (auto r = observation.open(*writer_, "observation"); !r) return r;
    for (const auto& row : group.rows) {
      const Observations& rows = group.pending[row.batch].batch.rows;
      observation.put(number(rows.series[row.row]));
      observation.put(rows.phenomenon_end[row.row].us);
      observation.put(row.result_time.us);
      observation.put(row.version);
      observation.put(rows.value[row.row]);
      observation.put(static_cast<std::uint8_t>(rows.device_flag[row.row]));
      observation.put(group.receipts[row.batch].batch);
      if (auto r = observation.next(); !r) return r;
    }
    if (auto r = observation.close(); !r) return r;

    if (!group.flags.empty()) {
      TableWriter flag;
      if (auto r = flag.open(*writer_, "flag"); !r) return r;
      for (std::size_t i = 0; i < group.flags.size(); ++i) {
        const auto& one = group.flags[i];
        flag.put(number(one.series));
        flag.put(one.phenomenon_end.us);
        flag.put(group.flag_places[i].second.us);
        flag.put(std::string_view(one.rule));
        flag.put(one.voids);
        flag.put(std::string_view(one.reason_zh));
        flag.put(std::string_view(one.reason_en));
        flag.put(group.receipts[group.flag_places[i].first].batch);
        if (auto r = flag.next(); !r) return r;
      }
      if (auto r = flag.close(); !r) return r;
    }

    TableWriter batches;
    TableWriter raw;
    if (auto r = batches.open(*writer_, "batch"); !r) return r;
    if (auto r = raw.open(*writer_, "raw"); !r) return r;
    for (std::size_t b = 0; b < group.pending.size(); ++b) {
      const Batch& batch = group.pending[b].batch;
      const Receipt& receipt = group.receipts[b];
      if (receipt.batch == 0) continue;
      batches.put(receipt.batch);
      batches.put(std::string_view(batch.source.name));
      batches.put(std::string_view(batch.source.detail));
      batches.put(batch.received.us);
      batches.put(receipt.result_time.us);
      if (auto r = batches.next(); !r) return r;
      for (std::size_t i = 0; i < batch.raw.size(); ++i) {
        raw.put(receipt.batch);
        raw.put(static_cast<std::int32_t>(i));
        raw.put_blob(batch.raw[i]);
        if (auto r = raw.next(); !r) return r;
      }
    }
    if (auto r = batches.close(); !r) return r;
    return raw.close();
  };
  auto written = write();
  if (written) written = writer_->run("COMMIT");
  if (!written) static_cast<void>(writer_->run("ROLLBACK"));
  return written;
}

void Archive::Impl::remember(const Group& group) {
  const std::unique_lock lock(state_mutex_);
  for (const auto& row : group.rows) {
    const Observations& rows = group.pending[row.batch].batch.rows;
    const Instant end = rows.phenomenon_end[row.row];
    SeriesState& s = state_of(rows.series[row.row]);
    if (row.version == 1) {
      s.first = s.count == 0 ? end : std::min(s.first, end);
      ++s.count;
    }
    if (!s.any || end >= s.latest.phenomenon_end) {
      s.any = true;
      s.latest_version = row.version;
      s.latest = {rows.series[row.row],
                  end,
                  row.result_time,
                  rows.value[row.row],
                  rows.device_flag[row.row],
                  group.receipts[row.batch].batch,
                  {}};
    }
  }
  for (const auto& flag : group.flags) {
    SeriesState& s = state_of(flag.series);
    if (s.any && s.latest.phenomenon_end == flag.phenomenon_end) s.latest.flags.push_back(flag);
  }
  row_count_ += static_cast<std::int64_t>(group.rows.size());
}

Archive::Archive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Archive::~Archive() = default;

Result<std::unique_ptr<Archive>> Archive::open(const std::filesystem::path& folder, Options options) {
  auto impl = std::make_unique<Impl>(folder / "observations.duckdb", std::move(options));
  if (auto opened = impl->open(); !opened) return fail(opened.error());
  return std::unique_ptr<Archive>(new Archive(std::move(impl)));
}

void Archive::append(Batch batch, Committed done) { impl_->append(std::move(batch), std::move(done)); }

Result<Receipt> Archive::append_and_wait(Batch batch) {
  std::promise<Result<Receipt>> promise;
  auto receipt = promise.get_future();
  append(std::move(batch), [&](Result<Receipt> result) { promise.set_value(std::move(result)); });
  return receipt.get();
}

std::size_t Archive::queued_rows() const {
  const std::lock_guard lock(impl_->queue_mutex_);
  return impl_->queued_rows_;
}

std::optional<Error> Archive::healthy() const {
  const std::lock_guard lock(impl_->queue_mutex_);
  return impl_->broken_;
}

void Archive::keep_raw(Source source, Instant received, std::string bytes, Committed done) {
  impl_->keep_raw(std::move(source), received, std::move(bytes), std::move(done));
}
Archive::Kept Archive::kept(const std::string& source) const { return impl_->kept(source); }
std::int64_t Archive::last_batch() const { return impl_->last_batch_; }
Instant Archive::last_result_time() const { return {impl_->last_result_us_}; }
Result<std::optional<BatchFact>> Archive::newest_batch_of(const std::string& source_name) const {
  return impl_->newest_batch_of(source_name);
}
Result<std::vector<ChangedDay>> Archive::changed_days(Instant after, Instant until) const {
  return impl_->changed_days(after, until);
}

std::optional<Latest> Archive::latest(SeriesId series) const {
  const std::shared_lock lock(impl_->state_mutex_);
  const auto index = static_cast<std::size_t>(number(series));
  if (index >= impl_->state_.size() || !impl_->state_[index].any) return std::nullopt;
  return impl_->state_[index].latest;
}

std::vector<Latest> Archive::latest(std::span<const SeriesId> series) const {
  std::vector<Latest> all;
  all.reserve(series.size());
  const std::shared_lock lock(impl_->state_mutex_);
  for (const SeriesId id : series) {
    const auto index = static_cast<std::size_t>(number(id));
    if (index < impl_->state_.size() && impl_->state_[index].any) all.push_back(impl_->state_[index].latest);
  }
  return all;
}

std::vector<Extent> Archive::extents() const {
  std::vector<Extent> all;
  const std::shared_lock lock(impl_->state_mutex_);
  for (const auto& s : impl_->state_) {
    if (s.any) all.push_back({s.latest.series, s.first, s.latest.phenomenon_end, s.count});
  }
  return all;
}

std::optional<Extent> Archive::extent(SeriesId series) const {
  const std::shared_lock lock(impl_->state_mutex_);
  const auto index = static_cast<std::size_t>(number(series));
  if (index >= impl_->state_.size() || !impl_->state_[index].any) return std::nullopt;
  const SeriesState& s = impl_->state_[index];
  return Extent{series, s.first, s.latest.phenomenon_end, s.count};
}

std::int64_t Archive::row_count() const {
  const std::shared_lock lock(impl_->state_mutex_);
  return impl_->row_count_;
}

Result<Columns> Archive::read(const Query& query) const { return impl_->read(query); }
Result<void> Archive::read_grid(const GridQuery& query, std::span<double> value) const {
  return impl_->read_grid(query, value);
}
Result<Columns> Archive::versions(SeriesId series, Instant end) const { return impl_->versions(series, end); }
Result<std::vector<Instant>> Archive::times(std::span<const SeriesId> series, Instant from, Instant to) const {
  return impl_->times(series, from, to);
}
Result<Source> Archive::source_of(std::int64_t batch) const { return impl_->source_of(batch); }
Result<std::vector<RawMessage>> Archive::raw_of(std::int64_t batch) const { return impl_->raw_of(batch); }
Result<std::vector<RawMessage>> Archive::find_raw(const RawQuery& query) const {
  auto page = impl_->search_raw(query, SIZE_MAX);
  if (!page) return fail(page.error());
  return std::move(page->items);
}
Result<RawPage> Archive::search_raw(const RawQuery& query, std::size_t batches_max) const {
  return impl_->search_raw(query, batches_max);
}
Result<RawCount> Archive::count_raw(const RawQuery& query) const { return impl_->count_raw(query); }

}  // namespace celadon::archive
