#pragma once

#include "registry/record_desk.hpp"

#include <optional>
#include <string>

// Deadlines of one record; pure.

namespace celadon::registry {

/// The last microsecond of a day in Beijing.
[[nodiscard]] Instant last_moment_of(LegalDay day);

/// Sets the deadlines that run in the record's state. One that ends on the same day as before keeps what was said of
/// it.
void set_dues(const systems::Register& type, const systems::WorkCalendar& calendar, Matter& matter);

/// What a day brings to the deadlines of a record.
struct Marked {
  std::string why;                        ///< for people; empty: nothing is new
  std::vector<std::string> escalated_to;  ///< roles
};
/// Marks deadlines that warn (from `warn_days` calendar days before the last day), are over (the last day has passed)
/// and escalate (more than `after_days` calendar days after the last day); each once.
[[nodiscard]] Marked mark_dues(const systems::Register& type, LegalDay today, Matter& matter);

/// When mark_dues will next find something new; none: never.
[[nodiscard]] std::optional<Instant> next_mark(const systems::Register& type, const Matter& matter);
/// End of the earliest deadline that runs.
[[nodiscard]] std::optional<Instant> earliest_end(const Matter& matter);

}  // namespace celadon::registry
