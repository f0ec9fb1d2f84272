#pragma once

#include "core/time.hpp"
#include "ledger/sqlite.hpp"

#include <span>

namespace celadon::ledger {

/// One step forward of the tables. Written once; a released step is never changed.
struct Migration {
  const char* what;
  const char* sql;
};

/// Step i leads from version i to version i + 1.
[[nodiscard]] std::span<const Migration> migrations();

/// Brings the file to version `steps.size()`; each step is one transaction.
///
/// Errors   refused when the file is newer than the steps, naming both versions; file_damaged when tables are there
///          but no version; otherwise as SQLite says, naming the step.
[[nodiscard]] Result<void> migrate(Database& database, std::span<const Migration> steps, Instant applied_at);

/// Asks SQLite whether the file is sound. Errors: file_damaged with what was found and the remedy.
[[nodiscard]] Result<void> check_sound(Database& database);

}  // namespace celadon::ledger
