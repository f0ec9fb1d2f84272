#pragma once

#include "core/result.hpp"
#include "service/ramp.hpp"

#include <filesystem>
#include <vector>

namespace celadon::cli {

/// Brings the rasters of the demo, `rasters/*.yaml`, into the data folder where they are not there yet. A demo without
/// such a folder has none. Errors   those of RasterShelf::add.
[[nodiscard]] Result<void> add_demo_rasters(const std::filesystem::path& folder, const std::filesystem::path& demo,
                                            const std::vector<service::Ramp>& ramps);

}  // namespace celadon::cli
