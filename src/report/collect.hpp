#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "report/figure.hpp"
#include "standards/library.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace celadon::report {

/// A matter of the registers as a report tells it.
struct MatterLine {
  std::string register_id, id;
  Words register_name, title, state;
  Instant opened;
  std::optional<Instant> closed;
  std::optional<LegalDay> due;  ///< the nearest of its deadlines that run
  bool overdue = false;
};

/// Where values come from. All must outlive the collection.
struct Sources {
  const archive::Archive& archive;
  const ledger::Ledger& ledger;
  const standards::Library& library;
  Words city;
  std::string city_code;
  /// Values as people decided on them, else as they came: shapes as Archive::read_grid; the series are raw ones.
  std::function<Result<void>(const archive::GridQuery&, std::span<double>)> effective;
  /// Matters that were open at any time of the days, both included. Empty: there are no registers.
  std::function<Result<std::vector<MatterLine>>(LegalDay, LegalDay)> matters;
  /// The set `plan`, which is worked out elsewhere. Empty: there is no plan.
  std::function<Result<void>(const struct Ask&, Record&)> plan;
};

/// What is asked for.
struct Ask {
  std::vector<std::string> sets;
  LegalDay from, to;                   ///< both included
  std::string edition, other_edition;  ///< of the air index; empty: the one in force on the day; none
  std::string subject;                 ///< number of an event, of sets about one
  Instant known_at;                    ///< what was learnt later is not seen
};

/// The values of the sets, under the names of the catalogue.
///
/// Missing  what has no value is a figure that says why; a list is empty where there is nothing.
/// Errors   unknown_code for a set or edition; not_found with field `day` where nothing of the asked period is there,
///          with field `subject` for an event that is not; those of archive and ledger.
[[nodiscard]] Result<Record> collect(const Sources& sources, const Ask& ask);

/// Which sites and series a collection looked at: the pieces below share it.
struct Cell {
  SeriesKey key;
  SeriesId series{};
  Instant time;
  double value = 0;  ///< NaN: none
  std::optional<Instant> result_time;
};

/// Values by series and time, each with when it was learnt; derived ones, and where none are, those that came.
class Cells {
 public:
  Cells(const Sources& sources, Instant known_at) : sources_(sources), known_at_(known_at) {}
  /// Reads a series over from..to, both ends of windows; a series that does not exist has no values.
  Result<void> load(const SeriesKey& key, Instant from, Instant to, std::int64_t step_us);
  /// The derived value, else the one that came; NaN where neither is.
  [[nodiscard]] Cell at(SeriesKey key, Instant time) const;

 private:
  const Sources& sources_;
  Instant known_at_;
  std::map<std::pair<SeriesKey, Instant>, Cell> cells_;
};

[[nodiscard]] Words site_name(const ledger::Site& site);
[[nodiscard]] Words both(std::string zh, std::string en);
/// "王岗中学 PM2.5" / "Wanggang Middle School, PM2.5"
[[nodiscard]] Words of_site(const ledger::Site& site, const Words& what);
[[nodiscard]] Evidence evidence_of(const Cell& cell, Words how, std::string edition);
/// A figure counted among records or worked out of several values.
[[nodiscard]] Figure counted(std::string ref, Words name, double value, Evidence evidence);
[[nodiscard]] Evidence judged(SeriesKey key, Instant time, Words how, std::string edition,
                              std::optional<Instant> learnt);
/// A place on the map; never printed.
[[nodiscard]] Figure degrees(double value);

// The sets; each puts its values under its own names.
Result<void> collect_air_day(const Sources& sources, const Ask& ask, Record& out);
Result<void> collect_air_period(const Sources& sources, const Ask& ask, Record& out);
Result<void> collect_completeness(const Sources& sources, const Ask& ask, Record& out);
Result<void> collect_water(const Sources& sources, const Ask& ask, Record& out);
Result<void> collect_events(const Sources& sources, const Ask& ask, Record& out);
Result<void> collect_matters(const Sources& sources, const Ask& ask, Record& out);
Result<void> collect_event(const Sources& sources, const Ask& ask, Record& out);

}  // namespace celadon::report
