#pragma once

#include "core/observation.hpp"
#include "watch/watch_rules.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::watch {

/// By which clock the silence of a site is noticed.
enum class Pace : std::uint8_t {
  live,    ///< devices speak now: the clock on the wall
  replay,  ///< a day of the past is played: the newest time in the data played
  file,    ///< a file has holes by nature: none
};

/// What a series is, for the rules.
struct WatchedSeries {
  SeriesKey key;
  std::string site_kind;
  std::string site_name_zh, site_name_en;
  std::string property_name_zh, property_name_en, unit_label;
};

/// A condition that has become true.
struct Occurrence {
  const WatchRule* rule = nullptr;  ///< lives as long as the Watcher
  std::string site, property;       ///< no property where a whole site is silent
  Instant phenomenon_end;           ///< the value that made it true; the end of the first window without a value
  double value = 0;                 ///< NaN for silence
  std::string zh, en;
};

/// The rules over the stream: values in, occurrences out. Each occurs once an episode: from when its condition becomes
/// true until it is false again.
///
/// Works on phenomenon time alone: the same values in any order, from any source, at any speed give the same episodes,
/// as long as a late value comes while its neighbours are among the newest `kept_values` of its rule and series; a late
/// value that joins two episodes adds none. Voided and missing values neither fire nor end an episode: they are holes,
/// and a hole longer than the rule's gap ends it. For one thread at once.
class Watcher {
 public:
  static constexpr std::size_t kept_values = 48;  ///< more where a rule looks at longer runs

  /// `series_of` is asked once a series; nothing means that no rule looks at it.
  Watcher(std::vector<WatchRule> rules, std::function<std::optional<WatchedSeries>(SeriesId)> series_of);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// A value that is new or corrected. `usable` is false for a value that a flag voids; NaN is not usable either.
  void feed(SeriesId series, Instant phenomenon_end, double value, bool usable, Pace pace,
            std::vector<Occurrence>& found);
  /// A value fed earlier is voided now.
  void void_value(SeriesId series, Instant phenomenon_end);
  /// What was fed so far was read again after a restart. Until this is called, a run that reaches back to the first
  /// value of its series counts as told already: its begin lies before what was read.
  void primed();
  /// The site of this series spoke before a restart and is expected to go on: its silence counts from `since`, live.
  void expect(SeriesId series, Instant since);
  /// Looks for sites that are silent at this time of the pace's clock. Never for files.
  void tick(Pace pace, Instant clock, std::vector<Occurrence>& found);

  [[nodiscard]] const std::vector<WatchRule>& rules() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::watch
