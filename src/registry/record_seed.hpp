#pragma once

#include "registry/record_desk.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace celadon::registry {

struct Seeded {
  std::size_t registers = 0, records = 0;
};

/// Brings in records that were kept elsewhere, as they stand there: with their ids, their state, the day they began
/// and the steps that led there. The folder has one CSV a register, <register>.csv, and may have steps.csv; columns as
/// demo/registers/README.md says. Values are checked and formulas computed; what the packs' checks find stays with the
/// record as a hint, and steps are believed: nobody's rights and no evidence are asked for. So it is for the one who
/// sets up the program.
///
/// A register that has records is passed over: doing it twice does nothing.
/// Errors   malformed or invalid_value naming file, line and field: nothing is stored; whatever the ledger fails with:
///          what was stored before stays, and a next run goes on with the registers that are still empty.
[[nodiscard]] Result<Seeded> seed_records(const Parts& parts, const std::filesystem::path& folder,
                                          const std::string& who, const std::string& why);

}  // namespace celadon::registry
