#include "intake/import_feeds.hpp"

#include "core/units.hpp"
#include "intake/csv_reader.hpp"

#include <set>

namespace celadon::intake {

Result<std::vector<FeedColumn>> read_feed_columns(const std::filesystem::path& path) {
  static constexpr std::array<std::string_view, 7> columns = {"format",    "column", "property", "averaging",
                                                              "statistic", "unit",   "note"};
  auto table = read_csv_table(path, columns);
  if (!table) return fail(table.error());
  std::vector<FeedColumn> feed;
  std::set<std::pair<Format, std::string>> seen;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const std::string place = table->name + ":" + std::to_string(table->lines[i]) + ": ";
    const auto refuse = [&](const Error& error) { return fail(error.code, place + error.detail, error.field); };
    FeedColumn entry;
    auto format = parse_format(row[0]);
    if (!format) return refuse(format.error());
    entry.format = *format;
    entry.column = row[1];
    entry.property = row[2];
    entry.unit = row[5];
    entry.note = row[6];
    if (entry.column.empty()) return fail(Errc::malformed, place + "column is empty");
    if (!seen.emplace(entry.format, entry.column).second) {
      return fail(Errc::malformed, place + "column " + entry.column + " of " + row[0] + " is there twice");
    }
    if (entry.property.empty()) {
      if (entry.note.empty())
        return fail(Errc::malformed, place + "a column without a property needs a note saying why");
    } else {
      auto averaging = parse_averaging(row[3]);
      if (!averaging) return refuse(averaging.error());
      auto statistic = parse_statistic(row[4]);
      if (!statistic) return refuse(statistic.error());
      auto unit = parse_unit(row[5]);
      if (!unit) return refuse(unit.error());
      entry.averaging = *averaging;
      entry.statistic = *statistic;
    }
    feed.push_back(std::move(entry));
  }
  return feed;
}

}  // namespace celadon::intake
