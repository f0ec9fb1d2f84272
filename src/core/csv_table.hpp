#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon {

/// A small CSV table (RFC 4180) in memory: a pack or a list of our own.
struct CsvTable {
  std::vector<std::vector<std::string>> rows;  ///< each as long as the asked columns
  std::vector<std::uint64_t> lines;            ///< where each begins, from 1
};

/// Reads `text`, whose header must be exactly `columns`. `name` is used in messages. Lines that are empty or begin with
/// # are passed over. Errors   malformed naming file and line.
[[nodiscard]] Result<CsvTable> parse_csv_table(std::string_view text, std::string_view name,
                                               std::span<const std::string_view> columns);

}  // namespace celadon
