#pragma once

#include "core/result.hpp"
#include "quality/screen.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::cli {

/// Which column of the file plays which part. Parts: time, concentration (several, joined with +), o2, converted, load,
/// power, water, flow, mark. A part that is not named is looked for under its own name; of concentration also "value".
struct ScreenColumns {
  std::map<std::string, std::string, std::less<>> names;
  /// "concentration=SO2+NOx,o2=O2". Errors: malformed naming the part.
  [[nodiscard]] static Result<ScreenColumns> parse(std::string_view text);
};

struct ScreenFile {
  std::string path, sha256;
  std::uint64_t bytes = 0;  ///< as stored
};

/// Hourly files, each one outlet, on one grid of hours from the first to the last of all.
struct ScreenInput {
  Instant first;
  std::size_t rows = 0;
  std::vector<quality::screen::Outlet> outlets;  ///< named for their file
  std::vector<ScreenFile> files;                 ///< as outlets
};

/// Reads CSV, plain or packed with zstd. A cell that is empty, NA, -- or * is missing. A later row of the same hour
/// stands; times are whole hours in any order.
/// Errors   not_found, io_failed; malformed naming file and line; too_large beyond 20 years of hours.
[[nodiscard]] Result<ScreenInput> read_screen_input(const std::vector<std::string>& files,
                                                    const ScreenColumns& columns);

}  // namespace celadon::cli
