#pragma once

#include "core/result.hpp"
#include "systems/system.hpp"

#include <filesystem>
#include <vector>

namespace celadon::systems {

/// Tables below one of the folders, the first that has it.
[[nodiscard]] TableReader tables_in(std::vector<std::filesystem::path> folders);

/// Reads one file; its name must be that of its system. Errors   as parse_system, with the name of the file.
[[nodiscard]] Result<System> read_system_file(const std::filesystem::path& file, const TableReader& table);

/// All *.yaml of the folders, by name; a file of a later folder stands for one of the same name in an earlier one, so
/// that a city's own packs in its data folder may replace those of the platform. A folder that is not there has none.
[[nodiscard]] Result<std::vector<std::filesystem::path>> pack_files(const std::vector<std::filesystem::path>& folders);
[[nodiscard]] Result<std::vector<System>> read_systems(const std::vector<std::filesystem::path>& folders);

}  // namespace celadon::systems
