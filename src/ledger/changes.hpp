#pragma once

#include "ledger/ledger.hpp"

namespace celadon::ledger {

/// How often sites were stored since the start: who keeps them asks whether they are still as they were. No query runs.
[[nodiscard]] std::uint64_t site_changes(const Ledger& ledger);

}  // namespace celadon::ledger
