#pragma once

#include "cli/city_data.hpp"

#include <filesystem>
#include <string>

namespace celadon::cli {

struct ReviewedFile {
  std::filesystem::path file;
  std::string who, why;
  bool preview_only = false;
  std::filesystem::path errors;  ///< CSV of the rows that were not taken; empty: none is written
  bool in_english = false;
};

/// Reads values before and after a review made elsewhere into the open data folder, and says what came of it. Gives the
/// exit code: 65 where rows were refused. Errors   of reading and of the desk of review, naming file and remedy.
[[nodiscard]] Result<int> import_reviewed(CityData& data, const std::filesystem::path& packs,
                                          const ReviewedFile& request);

}  // namespace celadon::cli
