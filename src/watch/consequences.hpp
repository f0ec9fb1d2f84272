#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/library.hpp"
#include "watch/erratum.hpp"
#include "watch/watch_rules.hpp"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace celadon::watch {

/// A value as it will count before it does.
struct ValueOverlay {
  SeriesId series{};
  Instant time;
  double value = 0;
  friend bool operator<(const ValueOverlay& a, const ValueOverlay& b) {
    return std::pair(a.series, a.time) < std::pair(b.series, b.time);
  }
};

/// What the questions below are asked of.
struct Grounds {
  const archive::Archive& archive;
  const ledger::Ledger& ledger;
  const standards::Library& library;
  const std::vector<WatchRule>& rules;
  std::vector<ValueOverlay> overlay = {};  ///< sorted; laid over what is read, before and after
};

// Of values that change: what else does. `changes` are of series as they came, by series, then time; what stands beside
// them is read as known at `as_known_at`, and the changed ones are laid over it, before and after.

/// Verdicts of sites at the times of the changes, where they come out otherwise.
[[nodiscard]] Result<std::vector<VerdictChange>> verdict_changes(const Grounds& grounds,
                                                                 std::span<const ValueChange> changes,
                                                                 std::optional<Instant> as_known_at);
/// The level of days whose AQI changes.
[[nodiscard]] std::vector<VerdictChange> index_changes(const standards::Library& library,
                                                       std::span<const ValueChange> derived);

struct EventChanges {
  std::vector<EventChange> withdrawn, due;
  std::vector<ledger::Case> cases;
};
/// The rules of watch over the values before and after: which episodes are not there any more, and which are now. Events
/// entered after `newest_event`, and their cases, are not named.
[[nodiscard]] Result<EventChanges> event_changes(const Grounds& grounds, std::span<const ValueChange> changes,
                                                 std::optional<Instant> as_known_at, std::int64_t newest_event);

/// Issued reports that print one of the values.
[[nodiscard]] Result<std::vector<ReportChange>> report_changes(const ledger::Ledger& ledger,
                                                               std::span<const ValueChange> changes);

}  // namespace celadon::watch
