#pragma once

#include "core/observation.hpp"
#include "intake/import_format.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace celadon::intake {

/// What one column of a published feed is: the series it belongs to and the unit it is printed in.
struct FeedColumn {
  Format format = Format::csv;
  std::string column;    ///< as the file spells it
  std::string property;  ///< empty: known, and no observation; `note` says what it is
  Averaging averaging;
  Statistic statistic = Statistic::mean;
  std::string unit;
  std::string note;
};

/// Reads packs/feeds.csv: format,column,property,averaging,statistic,unit,note.
/// Errors   malformed, unknown_code naming file, line and field.
[[nodiscard]] Result<std::vector<FeedColumn>> read_feed_columns(const std::filesystem::path& path);

}  // namespace celadon::intake
