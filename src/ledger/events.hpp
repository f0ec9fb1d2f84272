#pragma once

#include "ledger/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Events of watch, looked up.

namespace celadon::ledger {

/// The event of that number, or not_found with field event.
[[nodiscard]] Result<Event> event_of(const Ledger& ledger, std::int64_t id);

/// Events of one site and property, whatever the rule, by falling time of what they are about, at most `newest`.
[[nodiscard]] Result<std::vector<Event>> events_of(const Ledger& ledger, const std::string& site,
                                                   const std::string& property, std::size_t newest);

/// Rules of the events that tell of data that have not come: what watch/data_requests.hpp enters. No alarms: nothing
/// was measured that is beyond anything.
namespace data_event {
inline constexpr const char* lacks = "data-missing";       ///< a property of a site's day; value: how many
inline constexpr const char* asks = "data-request";        ///< the request of a site's day, which opens a record
inline constexpr const char* arrived = "data-arrived";     ///< what was asked for has come
inline constexpr const char* rest = "data-requests-rest";  ///< days of sites beyond what a night may open
}  // namespace data_event
[[nodiscard]] inline bool tells_of_data(const Event& event) {
  return event.rule == data_event::lacks || event.rule == data_event::asks || event.rule == data_event::arrived ||
         event.rule == data_event::rest;
}

}  // namespace celadon::ledger
