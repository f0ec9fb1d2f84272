#pragma once

#include "intake/hj212_tables.hpp"
#include "standards/properties.hpp"

#include <filesystem>

namespace celadon::cli {

/// The tables of HJ 212 with the units and names of the properties, which must outlive them.
/// Errors   those of intake::read_hj212_tables.
[[nodiscard]] Result<intake::Hj212Tables> read_hj212_pack(const std::filesystem::path& packs,
                                                          const standards::Properties& properties);

}  // namespace celadon::cli
