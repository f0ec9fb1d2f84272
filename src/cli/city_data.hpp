#pragma once

#include "archive/archive.hpp"
#include "intake/city_pack.hpp"
#include "intake/import_feeds.hpp"
#include "intake/site_index.hpp"
#include "ledger/ledger.hpp"
#include "standards/library.hpp"
#include "watch/stream.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace celadon::cli {

/// The packs and one data folder, open: what serve, import and export stand on. Members are in the order they need each
/// other.
struct CityData {
  standards::Library library;
  intake::CityPack city;
  std::vector<intake::FeedColumn> feeds;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<archive::Archive> archive;
  std::optional<intake::SiteIndex> sites;
  std::unique_ptr<watch::Stream> stream;
};

/// Opens it, makes the folder where it is not there, and loads the city. Errors   those of the parts, naming file and
/// remedy.
[[nodiscard]] Result<std::unique_ptr<CityData>> open_city_data(const std::filesystem::path& packs,
                                                               const std::string& city,
                                                               const std::filesystem::path& data);

struct ImportFile {
  std::filesystem::path file;
  std::string format;  ///< empty: told by its first line
  std::optional<Instant> from, until;
  std::filesystem::path errors;
  bool show_progress = false;
};

/// Reads one file into the open data folder.
[[nodiscard]] Result<intake::ImportSummary> import_into(CityData& data, const ImportFile& request);

}  // namespace celadon::cli
