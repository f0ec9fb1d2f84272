#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "ledger/ledger.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace celadon::ledger {

/// One thing that somebody did or was refused.
struct AuditEntry {
  std::int64_t number = 0;  ///< 1 and up, without holes
  Instant at;
  std::string who;      ///< person, token or "-"
  std::string action;   ///< "sign-in", "refused", "record-put", "step", "export", ...
  std::string object;   ///< "waste-container/WC000012", a path, ...
  std::string outcome;  ///< "done", "refused", "failed"
  std::string detail;   ///< JSON object or empty; no secrets, no personal data
  std::string hash;     ///< SHA-256 over the one before and this entry
};

/// Append-only, each entry chained to the one before by its hash. Any thread.
class Audit {
 public:
  explicit Audit(Ledger& ledger) : ledger_(ledger) {}
  /// An entry by itself; what tells of a record goes with the record (Records::put).
  [[nodiscard]] Result<AuditEntry> add(AuditEntry entry);
  /// Newest first; `before` 0: from the end.
  [[nodiscard]] Result<std::vector<AuditEntry>> newest(std::size_t limit, std::int64_t before = 0,
                                                       const std::string& who = "", const std::string& action = "") const;
  /// Goes through the whole chain. Errors   file_damaged naming the first entry that does not fit and what was expected.
  [[nodiscard]] Result<std::int64_t> verify() const;

 private:
  Ledger& ledger_;
};

}  // namespace celadon::ledger
