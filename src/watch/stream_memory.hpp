#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "quality/checker.hpp"
#include "standards/properties.hpp"
#include "watch/watcher.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace celadon::watch {

// What the stream asks of archive and ledger; for stream.cpp.

/// What the checker asks of the rest of the program. A stored value that a flag voids is NaN, and so is one that cannot
/// be read: a rule that cannot look at a neighbour says nothing.
[[nodiscard]] quality::Neighbours neighbours_of(const archive::Archive& archive, const ledger::Ledger& ledger);

[[nodiscard]] std::vector<quality::PropertyFacts> facts_of(const standards::Properties& properties);

/// Errors   unknown_code or invalid_value with the rule's file and line: a property that no pack has, a unit not its
/// own.
[[nodiscard]] Result<void> check_watch_rules(const std::vector<WatchRule>& rules,
                                             const standards::Properties& properties);

/// Looks series up for the watcher; the register of sites is read again when a site is not known.
class SeriesBook {
 public:
  SeriesBook(const ledger::Ledger& ledger, const standards::Properties& properties)
      : ledger_(ledger), properties_(properties) {}
  [[nodiscard]] std::optional<WatchedSeries> find(SeriesId id);

 private:
  const ledger::Ledger& ledger_;
  const standards::Properties& properties_;
  std::map<std::string, ledger::Site> sites_;
};

/// Hands the newest values of every series to both, so that runs and episodes go on. What `found` then holds became
/// true before the program ended, and may not have been told. Errors: as the archive has them.
[[nodiscard]] Result<void> remember(const archive::Archive& archive, Instant now, quality::Checker& checker,
                                    Watcher& watcher, std::vector<Occurrence>& found);

}  // namespace celadon::watch
