#include "watch/stream.hpp"

#include "watch/stream_memory.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <thread>

namespace celadon::watch {
class Stream::Impl {
 public:
  /// One thing for the watch thread to do.
  struct Work {
    Published news;
    bool looks_for_silence = false;
  };

  class Subscribers {
   public:
    std::uint64_t add(std::function<void(const Published&)> callback) {
      const std::scoped_lock lock(mutex_);
      callbacks_.emplace(++last_, std::move(callback));
      return last_;
    }
    /// Returns when the callback is not running and will not run again.
    void remove(std::uint64_t id) {
      const std::scoped_lock lock(mutex_);
      callbacks_.erase(id);
    }
    void tell(const Published& news) {
      const std::scoped_lock lock(mutex_);
      for (const auto& [id, callback] : callbacks_) callback(news);
    }

   private:
    std::mutex mutex_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, std::function<void(const Published&)>> callbacks_;
  };

  Impl(archive::Archive& archive, ledger::Ledger& ledger, const standards::Properties& properties,
       std::vector<WatchRule> rules, StreamOptions options)
      : archive_(archive),
        ledger_(ledger),
        options_(std::move(options)),
        book_(ledger, properties),
        watcher_(std::move(rules), [this](SeriesId id) { return book_.find(id); }) {}
  ~Impl();

  [[nodiscard]] Result<void> start(const standards::Properties& properties, std::vector<quality::Rule> rules,
                                   quality::DeviceFlags device_flags);
  void submit(Submission submission, std::function<void(Result<archive::Receipt>)> done);
  void wait_for_room();
  void put(Work work);
  [[nodiscard]] bool busy() const { return archive_.queued_rows() + waiting_rows_ > options_.busy_rows; }
  void drain();
  [[nodiscard]] StreamCounters counters() const;

  std::shared_ptr<Subscribers> subscribers_ = std::make_shared<Subscribers>();

 private:
  friend class Stream;
  struct Pending {
    Published news;
    std::function<void(Result<archive::Receipt>)> done;
  };

  void committed(Pending& pending, Result<archive::Receipt> receipt);
  void watch_loop();
  void watch(Work& work);
  void store(const std::vector<Occurrence>& found, Published& news);

  archive::Archive& archive_;
  ledger::Ledger& ledger_;
  const StreamOptions options_;

  std::mutex submitting_;  ///< keeps check and append of a batch together
  std::unique_ptr<quality::Checker> checker_;

  SeriesBook book_;  ///< both only of the watch thread, once it runs
  Watcher watcher_;

  std::mutex mutex_;
  std::condition_variable given_;    ///< there is work, or an end
  std::condition_variable settled_;  ///< something was taken care of, or the last batch committed
  std::deque<Work> queue_;
  std::uint64_t put_ = 0, taken_care_of_ = 0;
  std::size_t uncommitted_ = 0;
  bool stopping_ = false;

  std::atomic<std::size_t> waiting_rows_ = 0;
  std::atomic<std::uint64_t> submissions_ = 0, rows_ = 0, flags_ = 0, voided_ = 0, events_ = 0;
  std::thread thread_;
};

Stream::Impl::~Impl() {
  {
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [&] { return uncommitted_ == 0; });
    stopping_ = true;
    given_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

Result<void> Stream::Impl::start(const standards::Properties& properties, std::vector<quality::Rule> rules,
                                 quality::DeviceFlags device_flags) {
  if (auto good = check_watch_rules(watcher_.rules(), properties); !good) return good;
  auto checker = quality::Checker::make(std::move(rules), std::move(device_flags), facts_of(properties),
                                        neighbours_of(archive_, ledger_));
  if (!checker) return fail(checker.error());
  checker_ = std::move(*checker);
  std::vector<Occurrence> found;
  if (auto read = remember(archive_, options_.clock(), *checker_, watcher_, found); !read) return read;
  Published before_the_end;
  store(found, before_the_end);
  thread_ = std::thread([this] { watch_loop(); });
  return {};
}

void Stream::Impl::submit(Submission submission, std::function<void(Result<archive::Receipt>)> done) {
  const auto pending = std::make_shared<Pending>();
  pending->done = std::move(done);
  pending->news.source = submission.source;
  pending->news.pace = submission.pace;
  {
    const std::scoped_lock lock(mutex_);
    ++uncommitted_;
  }
  ++submissions_;
  rows_ += submission.rows.size();

  const std::scoped_lock lock(submitting_);
  archive::Batch batch;
  batch.flags = checker_->check(submission.rows, {submission.source.name, submission.received});
  flags_ += batch.flags.size();
  voided_ += static_cast<std::uint64_t>(std::ranges::count_if(batch.flags, &QualityFlag::voids));
  pending->news.flags = batch.flags;
  batch.rows = std::move(submission.rows);
  batch.source = std::move(submission.source);
  batch.raw = std::move(submission.raw);
  batch.received = submission.received;
  archive_.append(std::move(batch),
                  [this, pending](Result<archive::Receipt> receipt) { committed(*pending, std::move(receipt)); });
}

/// On the archive's writer thread: only what is short.
void Stream::Impl::committed(Pending& pending, Result<archive::Receipt> receipt) {
  if (receipt && receipt->added + receipt->corrected > 0) {
    Published& news = pending.news;
    const Observations& rows = receipt->rows;
    if (receipt->unchanged > 0) {
      news.rows.reserve(receipt->added + receipt->corrected);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (receipt->fate[i] == archive::Fate::unchanged) continue;
        news.rows.push_back(rows.series[i], rows.phenomenon_end[i], rows.value[i], rows.device_flag[i]);
      }
    } else {
      news.rows = std::move(receipt->rows);
    }
    news.result_time = receipt->result_time;
    put({std::move(news), false});
  }
  if (pending.done) pending.done(std::move(receipt));
  const std::scoped_lock lock(mutex_);
  if (--uncommitted_ == 0) settled_.notify_all();
}

void Stream::Impl::put(Work work) {
  waiting_rows_ += work.news.rows.size();
  const std::scoped_lock lock(mutex_);
  queue_.push_back(std::move(work));
  ++put_;
  if (queue_.size() == 1) given_.notify_one();
}

void Stream::Impl::wait_for_room() {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [&] { return waiting_rows_ <= options_.busy_rows; });
}

void Stream::Impl::drain() {
  std::unique_lock lock(mutex_);
  const std::uint64_t until = put_;
  settled_.wait(lock, [&] { return taken_care_of_ >= until; });
}

void Stream::Impl::watch_loop() {
  const auto pause = std::chrono::microseconds(options_.tick_us > 0 ? options_.tick_us : us_per_hour);
  auto next_tick = std::chrono::steady_clock::now() + pause;
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      given_.wait_until(lock, next_tick, [&] { return stopping_ || !queue_.empty(); });
      if (std::chrono::steady_clock::now() >= next_tick) {  // first: a full queue must not hide a silent site
        work.looks_for_silence = options_.tick_us > 0;
        ++put_;
        next_tick = std::chrono::steady_clock::now() + pause;
      } else if (!queue_.empty()) {
        work = std::move(queue_.front());
        queue_.pop_front();
      } else if (stopping_) {
        return;
      } else {
        continue;
      }
    }
    const std::size_t rows = work.news.rows.size();
    watch(work);
    waiting_rows_ -= rows;
    const std::scoped_lock lock(mutex_);
    ++taken_care_of_;
    settled_.notify_all();
  }
}

void Stream::Impl::watch(Work& work) {
  Published& news = work.news;
  std::vector<quality::Place> voided;
  for (const auto& flag : news.flags) {
    if (flag.voids) voided.push_back({flag.series, flag.phenomenon_end});
  }
  std::ranges::sort(voided);
  std::vector<Occurrence> found;
  for (const auto& place : voided) watcher_.void_value(place.series, place.phenomenon_end);
  Instant newest{INT64_MIN};
  for (std::size_t i = 0; i < news.rows.size(); ++i) {
    const quality::Place place{news.rows.series[i], news.rows.phenomenon_end[i]};
    const bool usable = voided.empty() || !std::ranges::binary_search(voided, place);
    watcher_.feed(place.series, place.phenomenon_end, news.rows.value[i], usable, news.pace, found);
    newest = std::max(newest, place.phenomenon_end);
  }
  if (news.pace == Pace::replay && !news.rows.empty()) watcher_.tick(Pace::replay, newest, found);
  if (work.looks_for_silence) watcher_.tick(Pace::live, options_.clock(), found);
  store(found, news);
  if (!news.rows.empty() || !news.events.empty() || !news.cases.empty()) subscribers_->tell(news);
}

void Stream::Impl::store(const std::vector<Occurrence>& found, Published& news) {
  std::vector<std::int64_t> moved;
  const auto trouble = [&](const Error& error) {
    if (options_.trouble) options_.trouble(error);
  };
  for (const Occurrence& occurrence : found) {
    // Told before: a value that was corrected and came back, or one that is read again after a restart.
    const auto known =
        ledger_.find_event(occurrence.rule->id, occurrence.site, occurrence.property, occurrence.phenomenon_end);
    if (!known) trouble(known.error());
    if (!known || *known) continue;
    ledger::Event event;
    event.rule = occurrence.rule->id;
    event.site = occurrence.site;
    event.property = occurrence.property;
    event.phenomenon_end = occurrence.phenomenon_end;
    event.noticed_at = options_.clock();
    event.value = occurrence.value;
    if (occurrence.rule->kind != WatchKind::no_data) {
      event.limit = occurrence.rule->limit;
      event.unit = occurrence.rule->unit;
    }
    event.text_zh = occurrence.zh;
    event.text_en = occurrence.en;
    auto stored = ledger_.add_event(std::move(event), occurrence.rule->opens_case);
    if (!stored) {
      trouble(stored.error());
      continue;
    }
    ++events_;
    if (stored->case_id != 0 && std::ranges::find(moved, stored->case_id) == moved.end())
      moved.push_back(stored->case_id);
    news.events.push_back(std::move(*stored));
  }
  for (const std::int64_t id : moved) {
    auto found_case = ledger_.find_case(id);
    if (found_case)
      news.cases.push_back(std::move(*found_case));
    else
      trouble(found_case.error());
  }
}

StreamCounters Stream::Impl::counters() const {
  return {.submissions = submissions_,
          .rows = rows_,
          .flags = flags_,
          .voided = voided_,
          .events = events_,
          .watch_waiting_rows = waiting_rows_};
}

Result<StreamRules> read_stream_rules(const std::filesystem::path& packs) {
  auto rules = quality::read_rules(packs / "quality" / "rules.yaml");
  if (!rules) return fail(rules.error());
  auto device_flags = quality::DeviceFlags::read(packs / "quality" / "device_flags.csv");
  if (!device_flags) return fail(device_flags.error());
  auto watch = read_watch_rules(packs / "watch" / "rules.yaml");
  if (!watch) return fail(watch.error());
  return StreamRules{std::move(*rules), std::move(*device_flags), std::move(*watch)};
}

Stream::Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Stream::~Stream() = default;

Result<std::unique_ptr<Stream>> Stream::open(archive::Archive& archive, ledger::Ledger& ledger,
                                             const standards::Properties& properties, StreamRules rules,
                                             StreamOptions options) {
  auto impl = std::make_unique<Impl>(archive, ledger, properties, std::move(rules.watch), std::move(options));
  auto started = impl->start(properties, std::move(rules.quality), std::move(rules.device_flags));
  if (!started) return fail(started.error());
  return std::unique_ptr<Stream>(new Stream(std::move(impl)));
}

void Stream::submit(Submission submission, std::function<void(Result<archive::Receipt>)> done) {
  impl_->submit(std::move(submission), std::move(done));
}

Result<archive::Receipt> Stream::submit_and_wait(Submission submission) {
  impl_->wait_for_room();
  std::promise<Result<archive::Receipt>> promise;
  auto answer = promise.get_future();
  impl_->submit(std::move(submission),
                [&promise](Result<archive::Receipt> receipt) { promise.set_value(std::move(receipt)); });
  return answer.get();
}

Subscription Stream::subscribe(std::function<void(const Published&)> callback) {
  const auto subscribers = impl_->subscribers_;
  const std::uint64_t id = subscribers->add(std::move(callback));
  return Subscription(std::shared_ptr<void>(nullptr, [subscribers, id](void*) { subscribers->remove(id); }));
}

void Stream::announce(const ledger::Case& changed) {
  Impl::Work work;
  work.news.cases.push_back(changed);
  impl_->put(std::move(work));
}

bool Stream::busy() const { return impl_->busy(); }

void Stream::tick() {
  Impl::Work work;
  work.looks_for_silence = true;
  impl_->put(std::move(work));
}

void Stream::drain() { impl_->drain(); }
StreamCounters Stream::counters() const { return impl_->counters(); }
const std::vector<WatchRule>& Stream::watch_rules() const { return impl_->watcher_.rules(); }

}  // namespace celadon::watch
