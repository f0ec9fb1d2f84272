#pragma once

#include "core/result.hpp"
#include "quality/screen.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace celadon::tamper {

/// Outlets that share a grid, as a run of screening takes them.
struct Group {
  std::string name;
  std::vector<quality::screen::Outlet> outlets;
};

/// The real series of a data folder, each set only where it is there:
///   effluent-online-hourly/effluent_hourly.csv               one outlet, as one group
///   air-beijing-multisite/prsa_hourly_*.csv.zst              ten stations, a group for each of three years
///   air-station-hourly-2020/national_hourly.csv.zst          stations by city of at least four, ten days
///   water-auto-4h-2021/national_4h.csv.zst                   stations by province, four days; a row is four hours
/// Errors   not_found where none is there; those of the files.
[[nodiscard]] Result<std::vector<Group>> read_groups(const std::filesystem::path& data);

}  // namespace celadon::tamper
