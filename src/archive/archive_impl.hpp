#pragma once

#include "archive/archive.hpp"
#include "archive/duckdb_handle.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory_resource>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

namespace celadon::archive {

/// What stands for one (series, time) while a group is sorted out.
struct ValueKey {
  std::int32_t series;
  std::int64_t end_us;
  friend bool operator==(const ValueKey&, const ValueKey&) = default;
};

struct ValueKeyHash {
  std::size_t operator()(const ValueKey& key) const {
    const auto mixed =
        static_cast<std::uint64_t>(key.end_us) * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(key.series);
    return static_cast<std::size_t>(mixed ^ (mixed >> 29U));
  }
};

/// The newest version of a value.
struct Version {
  double value = 0;
  DeviceFlag flag = 0;
  std::int32_t number = 0;  ///< 1 for the first
  std::int64_t result_us = 0;
};

/// All the archive remembers of a series.
struct SeriesState {
  bool any = false;
  Latest latest;
  std::int32_t latest_version = 0;
  Instant first;
  std::int64_t count = 0;
};

class Archive::Impl {
 public:
  Impl(std::filesystem::path file, Options options) : file_(std::move(file)), options_(std::move(options)) {}
  ~Impl();

  Result<void> open();
  void append(Batch batch, Committed done);

  // The parts that stand in archive_read.cpp.
  Result<Columns> read(const Query& query);
  Result<void> read_grid(const GridQuery& query, std::span<double> value);
  Result<Columns> versions(SeriesId series, Instant end);
  Result<std::vector<Instant>> times(std::span<const SeriesId> series, Instant from, Instant to);
  Result<Source> source_of(std::int64_t batch);
  Result<std::optional<BatchFact>> newest_batch_of(const std::string& source_name);
  Result<std::vector<ChangedDay>> changed_days(Instant after, Instant until);

  // archive_raw.cpp
  Result<std::vector<RawMessage>> raw_of(std::int64_t batch);
  Result<RawPage> search_raw(const RawQuery& query, std::size_t batches_max);
  Result<RawCount> count_raw(const RawQuery& query);
  void keep_raw(Source source, Instant received, std::string bytes, Committed done);
  Kept kept(const std::string& source) const;

  const std::filesystem::path file_;
  const Options options_;

  mutable std::shared_mutex state_mutex_;
  std::vector<SeriesState> state_;  ///< by number of the series
  std::int64_t row_count_ = 0;

  mutable std::mutex queue_mutex_;
  std::size_t queued_rows_ = 0;
  std::optional<Error> broken_;
  std::atomic<std::int64_t> last_batch_{0};      ///< on the disk
  std::atomic<std::int64_t> last_result_us_{0};  ///< of what is on the disk

 private:
  struct Pending {
    Batch batch;
    Committed done;
  };
  /// One row that is to be stored.
  struct NewRow {
    std::size_t batch, row;
    std::int32_t version;
    Instant result_time;
  };
  /// A group on its way to the disk.
  struct Group {
    std::vector<Pending> pending;
    std::vector<Receipt> receipts;
    std::vector<NewRow> rows;
    std::vector<QualityFlag> flags;
    std::vector<std::pair<std::size_t, Instant>> flag_places;  ///< batch of the flag, and known_at
    std::pmr::monotonic_buffer_resource memory;  ///< of `known`, which has a place for each row
    std::pmr::unordered_map<ValueKey, Version, ValueKeyHash> known{&memory};
    Instant base;
    Instant last;
  };

  Result<void> make_tables();
  Result<void> load_state();
  Result<void> load_latest_flags();
  Result<void> load_kept();
  struct Stretch;
  Result<Stretch> bounds_of(Connection& connection, const RawQuery& query);
  void write_loop(const std::stop_token& stop);
  void commit_group(std::vector<Pending> pending);
  Result<void> look_up(Group& group);
  void sort_out(Group& group);
  void sort_out_flags(Group& group, std::size_t batch);
  Result<void> drop_known_flags(Group& group);
  Result<void> store(Group& group);
  void remember(const Group& group);
  SeriesState& state_of(SeriesId series);

  std::unique_ptr<Connection> take_reader();
  void give_reader(std::unique_ptr<Connection> connection);

  duckdb_database database_ = nullptr;
  std::unique_ptr<Connection> writer_;
  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<Connection>> pool_;

  mutable std::mutex kept_mutex_;
  std::map<std::string, Kept> kept_;  ///< by name of the source, the bounded ones

  std::condition_variable_any queue_changed_;
  std::deque<Pending> queue_;
  std::int64_t next_batch_ = 1;
  Instant last_result_time_;
  std::jthread thread_;
};

}  // namespace celadon::archive
