#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "intake/import_feeds.hpp"
#include "standards/properties.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// All series of one site on one column of times; every inner vector is as long as `time`.
struct SiteTable {
  std::string site;
  std::vector<Instant> time;                   ///< ascending, none twice
  std::vector<std::string> properties;         ///< ids of packs/properties.csv
  std::vector<std::vector<double>> value;      ///< [property], canonical unit, NaN where missing
  std::vector<std::vector<std::string>> mark;  ///< [property], what a reviewer said; blank where nothing
  std::size_t repeated = 0;                    ///< rows whose time had come before; the later row stands

  [[nodiscard]] std::size_t number_of(const std::string& property) const;  ///< must be there
  /// Rows with from <= time < until.
  [[nodiscard]] SiteTable between(Instant from, Instant until) const;
};

/// How to read a file.
struct SiteTableLayout {
  std::string format = "wide";                 ///< nerrs, daily, wide or generic
  std::map<std::string, std::string> columns;  ///< wide: column to property, beside those that are named as one
  std::string site;                            ///< name for a file of one site; its stem where blank
};

/// The packs that say what columns are: properties.csv, quality/layouts.csv, feeds.csv. Read once, used for every file.
struct SiteTablePacks {
  standards::Properties properties;
  std::vector<std::vector<std::string>> layouts;  ///< rows of layouts.csv
  std::vector<FeedColumn> feeds;
};
/// Errors   not_found, malformed, invalid_value, unknown_code naming file and line
[[nodiscard]] Result<SiteTablePacks> read_site_table_packs(const std::filesystem::path& packs);

/// Reads a file, plain or packed with zstd.
///
/// nerrs    packs/quality/layouts.csv; marks as the network prints them
/// daily    the columns of water-auto-4h in packs/feeds.csv, one row a section and day; a value that the notes name as
///          suppressed (极值过滤) has that as its mark, and is missing
/// wide     first column the time, each other column a property
/// generic  one value a row: site, property, time, value; unit where it is not the canonical one
/// Missing  blank, --, *, NA, NaN
/// Errors   not_found, file_damaged; malformed, invalid_value, unknown_code naming file, line and column
[[nodiscard]] Result<std::vector<SiteTable>> read_site_tables(const std::filesystem::path& file,
                                                              const SiteTableLayout& layout,
                                                              const SiteTablePacks& packs);
/// The same of bytes in memory; `name` stands for the file.
[[nodiscard]] Result<std::vector<SiteTable>> parse_site_tables(std::string_view bytes, const std::string& name,
                                                               const SiteTableLayout& layout,
                                                               const SiteTablePacks& packs);

}  // namespace celadon::intake
