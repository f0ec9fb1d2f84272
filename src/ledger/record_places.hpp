#pragma once

#include "ledger/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace celadon::ledger {

/// A record in force as a point, with whose it is: for who keeps the points of a register in memory.
struct PlacedRecord {
  std::string id, title, state;
  LonLat anchor;
  std::string colour_value;          ///< of the field asked for
  std::string division, enterprise;  ///< as RecordFace
  std::optional<Instant> due;
};

/// Every record of a kind that is in force and has a place, in no order; `colour_by` is a field, "state" or empty. With
/// `ids` only these. Errors   those of the file.
[[nodiscard]] Result<std::vector<PlacedRecord>> placed_records(const Ledger& ledger, const std::string& kind,
                                                               const std::string& colour_by);
[[nodiscard]] Result<std::vector<PlacedRecord>> placed_records(const Ledger& ledger, const std::string& kind,
                                                               const std::string& colour_by,
                                                               const std::vector<std::string>& ids);

}  // namespace celadon::ledger
