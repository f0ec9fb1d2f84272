#pragma once

#include "core/flag.hpp"
#include "core/observation.hpp"
#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace celadon::archive {

/// One batch to store: all of it or nothing.
struct Batch {
  Observations rows;               ///< need not be sorted; may hold several versions of one value, the later the newer
  std::vector<QualityFlag> flags;  ///< on rows of this batch, or on values stored earlier
  Source source;
  std::vector<std::string> raw;  ///< the messages as received, byte for byte; kept beside the rows
  Instant received;              ///< when the bytes arrived
};

/// What became of a row.
enum class Fate : std::uint8_t {
  added,      ///< first version of this series and time
  corrected,  ///< another value or device flag than the version known before: stored as a newer version
  unchanged,  ///< known already, with equal value and flag: nothing stored
};

struct Receipt {
  Instant result_time;     ///< when the archive learnt it; newest of the batch. Rises strictly from commit to commit
  std::int64_t batch = 0;  ///< number of the batch; 0 where nothing new was in it
  std::vector<Fate> fate;  ///< one a row
  std::size_t added = 0, corrected = 0, unchanged = 0;
  Observations rows;  ///< the batch's, given back
};

/// Values of many series at times of equal distance.
struct GridQuery {
  std::span<const SeriesId> series;
  Instant first;             ///< the first time
  std::int64_t step_us = 0;  ///< from one time to the next
  std::size_t times = 0;
  std::optional<Instant> as_known_at;  ///< versions and flags learnt after this are not seen
};

/// Called once a batch, on the archive's writer thread, after its bytes are on disk (fsync) or have failed. Must not
/// block.
using Committed = std::function<void(Result<Receipt>)>;

/// Observations as columns, sorted by series, then time. `flag_of[i]` holds the flags of row i, mostly empty.
struct Columns {
  Observations rows;
  std::vector<Instant> result_time;
  std::vector<std::int64_t> batch;
  std::vector<std::vector<QualityFlag>> flags;
  bool truncated = false;  ///< the limit cut it off
};

struct Query {
  std::vector<SeriesId> series;        ///< empty: every series
  Instant from{INT64_MIN};             ///< phenomenon_end >= from
  Instant to{INT64_MAX};               ///< phenomenon_end <= to
  std::optional<Instant> as_known_at;  ///< versions and flags learnt after this are not seen
  std::size_t limit = 5'000'000;       ///< rows in all
  bool every_version = false;          ///< not only the newest of each value
};

/// The newest value of a series, as the latest-value table has it.
struct Latest {
  SeriesId series{};
  Instant phenomenon_end;
  Instant result_time;
  double value = 0;
  DeviceFlag device_flag = 0;
  std::int64_t batch = 0;
  std::vector<QualityFlag> flags;
};

struct Extent {
  SeriesId series{};
  Instant first, last;     ///< phenomenon_end of the oldest and newest value
  std::int64_t count = 0;  ///< times that have a value (versions not counted)
};

/// Where a message stands in the order of commits.
struct RawPlace {
  std::int64_t batch = 0;
  std::int32_t position = 0;
  friend auto operator<=>(const RawPlace&, const RawPlace&) = default;
};

struct RawMessage {
  std::int64_t batch = 0;
  std::int32_t position = 0;
  Instant received;
  Source source;
  std::string bytes;
};

/// A legal day of a series of which something was learnt.
struct ChangedDay {
  SeriesId series{};
  LegalDay day;            ///< by the end of the window: 24:00 is of the day it ends
  bool corrected = false;  ///< a newer version of a value was among it
};

/// Where a batch came from and what it is.
struct BatchFact {
  std::int64_t batch = 0;
  Source source;
  Instant result_time;
};

/// Messages as they were received, in the order of their commits.
struct RawQuery {
  Instant from{INT64_MIN}, to{INT64_MAX};  ///< received in from..to
  std::vector<std::string> sources;        ///< names; empty: every one
  std::string detail_prefix;               ///< of the source
  std::vector<std::string> detail_words;   ///< first words of the source's detail (MN of devices); empty: any
  std::string contains;                    ///< bytes of the message; empty: any
  std::optional<RawPlace> after;           ///< only what follows this one, in the order asked for
  bool newest_first = false;
  std::size_t limit = 1000;
};

/// What a bounded search found, and where the next one goes on.
struct RawPage {
  std::vector<RawMessage> items;
  std::optional<RawPlace> next;  ///< to be `after` of the next query; nothing: all was searched
};

struct RawCount {
  std::int64_t batches = 0;
  std::optional<Instant> oldest;  ///< received
};

struct Options {
  std::size_t queued_rows_max = 2'000'000;     ///< append() refuses (too_many) beyond this
  std::size_t commit_rows_max = 200'000;       ///< one group commit takes at most this many rows
  std::uint64_t free_bytes_min = 64ULL << 20;  ///< open() refuses to start with less room on the disk
  /// Messages of these sources are kept up to so many bytes in all, and no more; others without a limit.
  std::vector<std::pair<std::string, std::uint64_t>> kept_bytes_max = {{"hj212-refused", 256ULL << 20}};
  /// Called on the writer thread before each group commit: for what must be on the disk before observations are. Where
  /// it fails nothing more is stored.
  std::function<Result<void>()> before_commit = {};
  std::function<Instant()> clock = now;
};

/// Every observation with every version, in DuckDB, in one folder.
///
/// Bitemporal: phenomenon time (when it was true) and result time (when the archive learnt it). Nothing is updated or
/// deleted: a correction is a new row, and "as known at T" is a query. Any number of threads may append and read;
/// one writer thread commits groups; readers never block it.
///
/// Errors   a full disk or a damaged file is reported by open() with file and remedy; after a failed commit every
///          later append fails with the same reason (`healthy()` tells) and nothing that was acknowledged is lost.
class Archive {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Archive>> open(const std::filesystem::path& folder, Options options = {});
  ~Archive();  ///< commits what is queued, then closes
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// Queues a batch. `done` is always called exactly once, also when the batch is refused.
  void append(Batch batch, Committed done);
  /// Queues a batch and waits for its receipt.
  [[nodiscard]] Result<Receipt> append_and_wait(Batch batch);
  /// What waits for the disk, in rows; a message as received counts as one row for each 100 bytes begun.
  [[nodiscard]] std::size_t queued_rows() const;
  /// Empty, or why the archive can no longer store.
  [[nodiscard]] std::optional<Error> healthy() const;

  [[nodiscard]] Result<Columns> read(const Query& query) const;
  /// The newest version of each value on a grid: what whole-year computations read.
  ///
  /// Shapes   value[s * times + k] is of series[s] at first + k * step_us.
  /// Missing  NaN where there is no value, where it came as missing, and where a flag voids it. Values between the
  /// times
  ///          of the grid are passed over.
  [[nodiscard]] Result<void> read_grid(const GridQuery& query, std::span<double> value) const;
  /// Every version of one value, oldest first; flags as known today on each version.
  [[nodiscard]] Result<Columns> versions(SeriesId series, Instant phenomenon_end) const;
  /// For each asked series its newest value; series without a value are left out. No query runs.
  [[nodiscard]] std::vector<Latest> latest(std::span<const SeriesId> series) const;
  [[nodiscard]] std::optional<Latest> latest(SeriesId series) const;
  /// No query runs.
  [[nodiscard]] std::vector<Extent> extents() const;
  [[nodiscard]] std::optional<Extent> extent(SeriesId series) const;
  /// The distinct times that have a value in any of the series, ascending.
  [[nodiscard]] Result<std::vector<Instant>> times(std::span<const SeriesId> series, Instant from, Instant to) const;
  [[nodiscard]] Result<Source> source_of(std::int64_t batch) const;
  /// The newest batch of a source of that name; nothing where there is none.
  [[nodiscard]] Result<std::optional<BatchFact>> newest_batch_of(const std::string& source_name) const;
  /// Days of series of which values or flags were learnt after `after` and not after `until`; by series, then day.
  [[nodiscard]] Result<std::vector<ChangedDay>> changed_days(Instant after, Instant until) const;
  /// When the newest thing that is on the disk was learnt. No query runs.
  [[nodiscard]] Instant last_result_time() const;
  /// The raw messages of a batch, in order.
  [[nodiscard]] Result<std::vector<RawMessage>> raw_of(std::int64_t batch) const;
  /// Reads a page of messages in the order of commits, or against it; with `after` a reader follows the log.
  ///
  /// Speed    batches are read in stretches of the log from where the query begins, until the page is full: the cost
  ///          grows with the distance to the last message of the page, not with the archive. A reader never holds up
  ///          the writer.
  [[nodiscard]] Result<std::vector<RawMessage>> find_raw(const RawQuery& query) const;
  /// The same, but at most about `batches_max` batches are looked at; `next` goes on from there.
  [[nodiscard]] Result<RawPage> search_raw(const RawQuery& query, std::size_t batches_max) const;
  /// How many batches a query speaks of, without limit, order and `contains`. A batch of HJ 212 has one message.
  [[nodiscard]] Result<RawCount> count_raw(const RawQuery& query) const;
  /// The number of the newest batch that is on the disk; 0 for none. No query runs.
  [[nodiscard]] std::int64_t last_batch() const;
  /// Keeps bytes that gave no observation (refused and held frames). `done`, which may be empty, is called once, as
  /// with append(). Over the limit of its source (Options::kept_bytes_max) nothing is kept: counted, and `done` gets
  /// refused.
  void keep_raw(Source source, Instant received, std::string bytes, Committed done = {});
  /// Bytes kept of a bounded source, and messages that its limit kept out since the start.
  struct Kept {
    std::uint64_t bytes = 0, bytes_max = 0, dropped = 0;
  };
  [[nodiscard]] Kept kept(const std::string& source) const;

  /// Rows stored, versions counted, since the archive exists.
  [[nodiscard]] std::int64_t row_count() const;

 private:
  class Impl;
  explicit Archive(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::archive
