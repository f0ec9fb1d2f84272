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

}  // namespace celadon::ledger
