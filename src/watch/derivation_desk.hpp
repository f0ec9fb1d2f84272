#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/library.hpp"
#include "watch/air_derivation.hpp"
#include "watch/effective.hpp"
#include "watch/erratum.hpp"
#include "watch/watch_rules.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace celadon::watch {

/// A value as a person wants it to stand.
struct Settlement {
  SeriesId series{};  ///< the raw series; its value may come only when `record` of settle() is called
  Instant time;
  double value = 0;  ///< NaN: voided; of no meaning where the mark is `restored`
  DeviceFlag mark = review_mark::voided;
};

/// Who changes values, and on what grounds.
struct Signature {
  std::string who, why;
  std::vector<std::int64_t> decisions;
};

struct DerivationOptions {
  std::function<Instant()> clock = now;
  unsigned threads = 1;
  /// A change waits until nothing has come for so long: an import is worked through once, not chunk by chunk.
  std::int64_t quiet_us = us_per_second;
  std::int64_t wait_max_us = 60 * us_per_second;  ///< but not longer than this
  std::function<void(const Error&)> trouble = {};
};

/// Keeps the derived values of the archive true, and tells what a change did to all that rests on it.
///
/// The derived values of air (AirDerivation) stand in the archive as series of stage `derived`. After each commit the
/// station-days it touched are made anew and what depends on them; only what comes out otherwise is stored. Where a
/// value changed on which something had been built, an erratum is entered in the ledger (kind "erratum").
///
/// A legal day is made when a value at or after its end has come from any station: half a day is no day.
/// What was derived up to when stands in the source of the newest derived batch, so a killed program goes on there.
/// Any thread may call anything; one change is worked on at a time.
class DerivationDesk {
 public:
  /// All must outlive the desk. Reads the derived values back; the first catch_up() works through what is new.
  [[nodiscard]] static Result<std::unique_ptr<DerivationDesk>> open(archive::Archive& archive, ledger::Ledger& ledger,
                                                                    const standards::Library& library,
                                                                    std::vector<WatchRule> rules,
                                                                    DerivationOptions options);
  ~DerivationDesk();
  DerivationDesk(const DerivationDesk&) = delete;
  DerivationDesk& operator=(const DerivationDesk&) = delete;

  /// Told of each erratum that is entered, on the desk's thread or that of settle()'s caller; must not call the desk.
  void on_erratum(std::function<void(const Erratum&)> told);
  /// Something was committed: it is worked through soon, on the desk's own thread.
  void nudge();
  /// Works through everything that is committed, now.
  [[nodiscard]] Result<std::optional<Erratum>> catch_up();
  /// What the settlements would change. Nothing is stored.
  [[nodiscard]] Result<Erratum> preview(std::span<const Settlement> settlements);
  /// Stores the settlements and all that follows from them, and enters the erratum.
  ///
  /// `record` writes down who decided what, and stores raw values that are not there yet; it is called once it is sure
  /// that the values will be stored, and before they are. All that it stores is part of the one erratum.
  /// Errors   conflict where the consequences are not any more those of `digest`: look at the preview again; those of
  ///          `record`.
  [[nodiscard]] Result<Erratum> settle(std::span<const Settlement> settlements, const std::string& digest,
                                       const std::function<Result<Signature>()>& record);

  [[nodiscard]] std::vector<AirDerivation::Value> made_of(const SeriesKey& key, Instant end) const;
  [[nodiscard]] std::vector<AirDerivation::Value> inputs_of(const SeriesKey& key, Instant end) const;

  /// What was worked out since the start.
  struct Counters {
    std::uint64_t station_days = 0, city_days = 0, periods = 0, stored = 0, errata = 0;
  };
  [[nodiscard]] Counters counters() const;

 private:
  DerivationDesk(archive::Archive& archive, ledger::Ledger& ledger, const standards::Library& library,
                 std::vector<WatchRule> rules, DerivationOptions options);

  /// Values that change, by series and time.
  struct HourChanges {
    std::vector<ValueChange> changes;  ///< by series, then time
    bool reviewed = false, corrected = false;
  };

  /// A day of which something was learnt, and whether derived values of it stood already.
  struct TouchedDay {
    archive::ChangedDay day;
    bool stood = false;
  };

  /// What settlements will do, before they are stored.
  /// What stood before a person settled values.
  struct Before {
    std::set<quality::Place> came;           ///< settled places whose value had come
    std::int64_t newest_event = INT64_MAX;  ///< nobody had acted upon a later one
  };
  struct Foresight {
    HourChanges hours;                ///< what changes where something counted or had been made already
    std::vector<Settlement> overlay;  ///< every value that will count otherwise, first values too
    Before before;
    std::set<StationDay> days;        ///< that they touch
    Instant newest_hour{INT64_MIN};   ///< of hours of air stations
  };

  [[nodiscard]] Result<void> restore();
  [[nodiscard]] Result<void> look_at_register();
  [[nodiscard]] Result<std::optional<Erratum>> catch_up_locked(const Signature* signature, const Before& before);
  [[nodiscard]] Result<HourChanges> hour_changes(const std::vector<TouchedDay>& days, Instant before, Instant after,
                                                 const std::set<quality::Place>& came) const;
  [[nodiscard]] bool is_of_days(const SeriesKey& key) const;
  [[nodiscard]] bool stood(const SeriesKey& key, LegalDay day) const;
  [[nodiscard]] Result<void> put_station_days(const std::vector<StationDay>& days, std::optional<Instant> as_known_at,
                                              std::span<const Settlement> overlay);
  [[nodiscard]] Result<void> store(const Conclusion& conclusion, Instant until);
  [[nodiscard]] Result<Erratum> erratum_of(HourChanges hours, const Conclusion& conclusion,
                                           std::optional<Instant> as_known_at,
                                           std::span<const Settlement> overlay,
                                           std::int64_t newest_event) const;
  [[nodiscard]] Result<void> enter(Erratum& erratum);
  [[nodiscard]] Result<Erratum> preview_locked(const Foresight& foresight);
  [[nodiscard]] Result<Foresight> foresee(std::span<const Settlement> settlements) const;
  [[nodiscard]] Result<void> foresee_series(std::span<const Settlement*> settlements, Foresight& found) const;
  [[nodiscard]] Instant frontier() const;
  void work();

  archive::Archive& archive_;
  ledger::Ledger& ledger_;
  const standards::Library& library_;
  const std::vector<WatchRule> rules_;
  const DerivationOptions options_;

  mutable std::mutex mutex_;  ///< of all below but the nudges
  std::optional<AirDerivation> air_;
  std::string topology_;  ///< stations and cities it was made of
  Instant watermark_{INT64_MIN};
  std::vector<StationDay> waiting_;  ///< of days that have not ended
  std::int64_t last_erratum_ = 0;
  std::function<void(const Erratum&)> on_erratum_;
  Counters counters_;

  std::mutex nudge_mutex_;
  std::condition_variable nudged_;
  std::optional<Instant> first_nudge_, last_nudge_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace celadon::watch
