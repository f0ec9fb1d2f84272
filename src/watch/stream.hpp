#pragma once

#include "archive/archive.hpp"
#include "core/flag.hpp"
#include "ledger/ledger.hpp"
#include "quality/checker.hpp"
#include "standards/properties.hpp"
#include "watch/watch_rules.hpp"
#include "watch/watcher.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace celadon::watch {

/// Observations on their way in.
struct Submission {
  Observations rows;
  Source source;
  std::vector<std::string> raw;  ///< the messages as received
  Instant received;
  Pace pace = Pace::file;
};

/// What a batch changed, told after it is on the disk. Batches follow one another in the order of their commits.
struct Published {
  Observations rows;               ///< only those that are new or corrected
  std::vector<QualityFlag> flags;  ///< on these rows, and on values stored earlier
  Source source;
  Pace pace = Pace::file;
  Instant result_time;
  std::vector<ledger::Event> events;  ///< new ones
  std::vector<ledger::Case> cases;    ///< opened or changed, as they are now
};

/// The rules of the stream, read from the folder of packs.
struct StreamRules {
  std::vector<quality::Rule> quality;
  quality::DeviceFlags device_flags;
  std::vector<WatchRule> watch;
};
/// Reads quality/rules.yaml, quality/device_flags.csv and watch/rules.yaml.
/// Errors   naming file, line and reason.
[[nodiscard]] Result<StreamRules> read_stream_rules(const std::filesystem::path& packs);

struct StreamOptions {
  std::function<Instant()> clock = now;
  std::size_t busy_rows = 500'000;  ///< more rows than this waiting for the archive or the watch: busy() says so
  std::int64_t tick_us = 30 * us_per_second;  ///< how often the silence of live sites is looked for; 0: only by tick()
  std::function<void(const Error&)> trouble;  ///< an event that could not be stored; may be empty
};

/// Ends a subscription when it goes. Must not be destroyed within its own callback.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::shared_ptr<void> held) : held_(std::move(held)) {}

 private:
  std::shared_ptr<void> held_;
};

struct StreamCounters {
  std::uint64_t submissions = 0, rows = 0;  ///< taken
  std::uint64_t flags = 0, voided = 0;
  std::uint64_t events = 0;
  std::uint64_t watch_waiting_rows = 0;
};

/// The one way observations enter: quality -> archive -> (answer) -> watch -> ledger -> subscribers.
///
/// Any thread may call anything. The order of submissions is the order of the archive and of what is published. The
/// values are flagged on the submitting thread, stored by the archive's writer, and watched on a thread of our own, so
/// that neither a rule nor a slow subscriber holds up an answer.
class Stream {
 public:
  /// Reads back the newest values of every series, so that runs and episodes go on where they were.
  /// Archive, ledger and properties must outlive the stream.
  /// Errors   of the rules (unknown property, wrong unit: file and line), of the archive and of the ledger.
  [[nodiscard]] static Result<std::unique_ptr<Stream>> open(archive::Archive& archive, ledger::Ledger& ledger,
                                                            const standards::Properties& properties, StreamRules rules,
                                                            StreamOptions options = {});
  /// Waits until everything submitted is stored, watched and published.
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Flags and stores. `done` is called once, on the archive's writer thread, when the rows are on the disk or refused;
  /// it must not block. Rows of series that the ledger does not know are a bug of the caller.
  void submit(Submission submission, std::function<void(Result<archive::Receipt>)> done);
  [[nodiscard]] Result<archive::Receipt> submit_and_wait(Submission submission);

  /// Called on the watch thread with what each batch changed. Batches without news are not told.
  [[nodiscard]] Subscription subscribe(std::function<void(const Published&)> callback);
  /// Tells the subscribers of a case that a person moved.
  void announce(const ledger::Case& changed);

  /// True while more waits than can be held: a source that can wait should.
  [[nodiscard]] bool busy() const;
  /// Looks for live sites that are silent, now.
  void tick();
  /// Returns when everything that was committed before the call has been watched and published.
  void drain();
  [[nodiscard]] StreamCounters counters() const;
  [[nodiscard]] const std::vector<WatchRule>& watch_rules() const;

 private:
  class Impl;
  explicit Stream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::watch
