#pragma once

#include "ledger/events.hpp"
#include "watch/data_request_rules.hpp"
#include "watch/device_gaps.hpp"
#include "watch/review_desk.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace celadon::watch {

/// What the desk works with; all of it must outlive it.
struct DataRequestParts {
  archive::Archive& archive;
  ledger::Ledger& ledger;
  const ReviewPacks& packs;
  DataRequestRules rules;
  std::function<bool(const std::string& mn)> can_ask;              ///< a device may be asked for history; empty: none
  std::function<void(const std::string& mn, const Gap& gap)> ask;  ///< for hours; may be told the same gap again
  std::function<void(const ledger::Event&)> tell;                  ///< an event that was entered; may be empty
  std::function<void(const Error&)> trouble;                       ///< of the desk's thread; may be empty
  std::function<Instant()> clock = now;
};

/// Asks for the data of days that have ended: the device first, then the people who answer for the site.
///
/// What was asked for is an entry of the ledger (kind "data-request", id "site|day"), so that it is asked for once
/// whatever stops and starts between; events of ledger::data_event tell of it, each once. Nothing is asked for of a
/// site out of use (all its devices retired, or "retired":true among its attributes), of a series without data, of days
/// before its first value was learnt, and of days long after its last. One thread at a time may call tick().
class DataRequestDesk {
 public:
  explicit DataRequestDesk(DataRequestParts parts) : parts_(std::move(parts)) {}
  ~DataRequestDesk() { stop(); }
  DataRequestDesk(const DataRequestDesk&) = delete;
  DataRequestDesk& operator=(const DataRequestDesk&) = delete;

  /// Looks once a minute, on a thread of its own.
  void begin();
  void stop();
  /// One look: late data of what was asked for and, each hour, the days that have ended.
  /// Errors   of the archive and of the ledger; the next look takes up what this one left.
  [[nodiscard]] Result<void> tick();

 private:
  using SiteDay = std::pair<std::string, LegalDay>;
  struct Lack {
    std::string property;
    std::size_t count = 0;
    std::vector<Instant> times;
    std::string mn;  ///< of the device that can be asked for it; empty: none
  };
  struct Open {
    std::vector<std::string> properties;
    Instant asked_at;
  };
  struct Candidate {
    ledger::Site site;
    LegalDay day;
    std::vector<Lack> lacks;
  };

  Result<void> load();
  Result<void> look_at_late_data();
  Result<void> look_at_ended_days(Instant time);
  Result<void> look_at_day(const ledger::Site& site, LegalDay day, Instant time, std::vector<Candidate>& candidates);
  Result<std::vector<Lack>> lacks_of(const ledger::Site& site, LegalDay day, bool asked_before);
  Result<std::string> device_of(const ledger::Series& series) const;
  Result<bool> was_known(const ledger::Series& series, LegalDay day);
  Result<std::set<std::string>> retired_sites(const std::vector<ledger::Site>& sites) const;
  void ask_devices(const std::vector<Lack>& lacks) const;
  Result<void> ask_people(const Candidate& candidate, Instant time);
  Result<void> tell_rest(const std::vector<Candidate>& rest, Instant time);
  Result<void> note(const SiteDay& what, std::string_view state, const std::vector<std::string>& properties,
                    Instant time);
  Result<void> enter(ledger::Event event);

  DataRequestParts parts_;
  bool loaded_ = false;
  Instant looked_{INT64_MIN}, seen_{INT64_MIN};
  std::map<SiteDay, Open> open_;    ///< asked for and not come
  std::set<SiteDay> settled_;       ///< asked for already, or nothing lacks
  std::map<LegalDay, int> opened_;  ///< by the day of the night
  std::map<SeriesId, Instant> first_learnt_;

  std::mutex thread_mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace celadon::watch
