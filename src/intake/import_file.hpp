#pragma once

#include "core/geometry.hpp"
#include "core/observation.hpp"
#include "intake/import_feeds.hpp"
#include "intake/import_format.hpp"
#include "intake/text_source.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::intake {

/// What a file says of the place of a value. Fields it does not say are empty.
struct SiteHint {
  std::string kind;  ///< "air-station", "river-section", "city"; empty where the file names one of our own ids
  std::string id;    ///< our own id (generic CSV)
  std::string code;  ///< official code
  std::string name;  ///< as printed
  std::string area;  ///< city of an air station, province of a section, as printed
  std::optional<LonLat> position;  ///< as printed; the datum of the feeds is not stated
};

/// What the archive made of the values of one call.
struct StoreCounts {
  std::size_t added = 0, unchanged = 0, corrected = 0;
};

struct ImportProgress {
  std::uint64_t bytes_read = 0, bytes_total = 0;  ///< as stored
  std::uint64_t rows_read = 0;
};

/// What the importer needs from the rest of the program; each is called on the importing thread.
struct ImportPorts {
  /// Id of the site, or nothing where it lies in another city. Errors not_found, unknown_code and invalid_value
  /// refuse the row, any other ends the import. Asked once for each place of a file.
  std::function<Result<std::optional<std::string>>(const SiteHint&)> site;
  /// Number of a series, new or old. Asked once for each series of a file.
  std::function<Result<SeriesId>(const SeriesKey&)> series;
  /// Canonical unit (UCUM) of a property; nothing where no pack defines the property.
  std::function<std::optional<std::string>(const std::string& property)> unit_of;
  /// Stores a chunk, durable on return.
  std::function<Result<StoreCounts>(Observations)> submit;
  /// The values known today of these series with from <= phenomenon_end <= to, sorted by series, then time. May be
  /// left empty: then a file that was corrected since is taken as news.
  std::function<Result<Observations>(std::span<const SeriesId>, Instant from, Instant to)> known;
  /// Every version of one value. Needed where `known` is there.
  std::function<Result<Observations>(SeriesId, Instant)> versions;
  std::function<void(const ImportProgress&)> progress;  ///< may be empty
  std::function<bool()> cancelled;                      ///< may be empty
};

struct ImportRequest {
  std::optional<Format> format;  ///< told by the file's first line where not given
  std::optional<Instant> from;   ///< values whose window ends at or before are passed over
  std::optional<Instant> until;  ///< values whose window ends later are passed over
  std::size_t chunk_values = 50'000;
  std::filesystem::path errors_file;  ///< CSV line,field,value,reason; empty: none is written
};

/// One thing in the file that could not be taken.
struct RowProblem {
  std::uint64_t line = 0;  ///< of the file, from 1; for documents the number of the record
  std::string field, value, reason;
};

inline constexpr std::size_t problems_kept_max = 100;
inline constexpr std::size_t problems_written_max = 100'000;

struct ImportSummary {
  Format format = Format::csv;
  std::uint64_t rows_read = 0;        ///< records of the file, without its header
  std::uint64_t added = 0;            ///< values new to the archive
  std::uint64_t unchanged = 0;        ///< values it knew
  std::uint64_t corrected = 0;        ///< values it knew otherwise; kept as newer versions
  std::uint64_t superseded = 0;       ///< values it knew once and that were corrected since; not taken again
  std::uint64_t rejected = 0;         ///< problems listed
  std::uint64_t elsewhere = 0;        ///< rows of other cities (cnemc-wide: cells)
  std::uint64_t without_reading = 0;  ///< rows in which the station says that it measured nothing
  std::uint64_t outside = 0;          ///< values outside from and until
  double seconds = 0;
  std::optional<Instant> first, last;  ///< phenomenon time of what was handed to the archive
  std::vector<RowProblem> problems;    ///< the first problems_kept_max
  std::vector<std::string> notes;      ///< columns that were passed over, and why
  std::optional<Error> ended_early;    ///< damage or a stop in the middle; what came before is stored
};

/// Reads a file into the archive: rows that are good are in, the others are listed.
///
/// The same file twice adds nothing, and an old file does not undo a later correction: a value that was known once is
/// not news. Memory is bounded by the chunk and by the number of sites and series, not by the file.
///
/// Errors   malformed when no layout fits, io_failed when the error file cannot be written, and whatever the ports
///          give. Damage in the middle of a file is no error here but `ended_early`.
[[nodiscard]] Result<ImportSummary> import_file(ByteSource& source, const ImportRequest& request,
                                                const std::vector<FeedColumn>& feeds, const ImportPorts& ports);

/// As people read it: one line each.
[[nodiscard]] std::vector<std::string> summary_lines(const ImportSummary& summary);

}  // namespace celadon::intake
