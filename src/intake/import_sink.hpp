#pragma once

#include "core/units.hpp"
#include "intake/csv_reader.hpp"
#include "intake/import_file.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace celadon::intake {

/// What a cell of a feed says.
enum class Cell : std::uint8_t {
  number,
  missing,     ///< blank or a missing code: the value did not come; stored as NaN
  not_fitted,  ///< "*": the station does not measure this; nothing is stored
  bad,
};
/// Missing codes: blank, - -- — -; _ NA NaN null None. A number is decimal, with point; not inf, not hex.
[[nodiscard]] Cell read_cell(std::string_view text, double& value);
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Where the readers of all formats put what they find; the only one that calls the ports.
class ImportSink {
 public:
  /// A place of the file, looked up once.
  struct Place {
    enum class Where : std::uint8_t { here, elsewhere, refused };
    Where where = Where::elsewhere;
    std::string site;
    std::string reason;            ///< of a refusal
    std::vector<SeriesId> series;  ///< by column; 0: not asked for yet
  };
  /// A column of values of a feed.
  struct Column {
    const FeedColumn* feed = nullptr;
    Conversion conversion;
  };

  ImportSink(ByteSource& source, const ImportRequest& request, const std::vector<FeedColumn>& feeds,
             const ImportPorts& ports, ImportSummary& summary);

  [[nodiscard]] Result<void> open_errors_file();

  /// Counts a record; reports progress now and then. Error: cancelled.
  [[nodiscard]] Result<void> next_row();
  void reject(std::uint64_t line, std::string_view field, std::string_view value, std::string_view reason);
  /// Lists each thing once.
  void note(std::string text);

  /// The place for a key that is the same for equal hints. The pointer stays good.
  [[nodiscard]] Result<Place*> place(std::string_view key, const SiteHint& hint);
  /// True where values of the place are to be stored; counts and lists where not.
  [[nodiscard]] bool takes(const Place& place, std::uint64_t line, std::string_view field, std::string_view value);

  /// Number of the value column of that name in this format; -1 where it holds no observation (noted) or is not known.
  [[nodiscard]] Result<int> column(Format format, std::string_view name);

  /// Stores one cell of a feed column. `line` and the column's name go into the list when the cell is bad.
  [[nodiscard]] Result<void> cell(Place& place, int column, Instant end, std::string_view text, DeviceFlag flag,
                                  std::uint64_t line);
  /// Stores a value in its canonical unit.
  [[nodiscard]] Result<void> value(SeriesId series, Instant end, double value, DeviceFlag flag);
  /// A series of the generic CSV. Errors as import_file has them.
  [[nodiscard]] Result<SeriesId> series(const SeriesKey& key) { return ports_.series(key); }
  [[nodiscard]] std::optional<std::string> unit_of(const std::string& property) const {
    return ports_.unit_of(property);
  }

  [[nodiscard]] ByteSource& source() { return source_; }
  [[nodiscard]] ImportSummary& summary() { return summary_; }
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> close_errors_file();

 private:
  void tell_progress();
  [[nodiscard]] Result<void> drop_superseded();

  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  ByteSource& source_;
  const ImportRequest& request_;
  const std::vector<FeedColumn>& feeds_;
  const ImportPorts& ports_;
  ImportSummary& summary_;
  std::unique_ptr<std::FILE, CloseFile> errors_;
  std::unordered_map<std::string, std::unique_ptr<Place>> places_;
  std::vector<Column> columns_;
  Observations chunk_;
};

/// True for errors that refuse a row and not the file.
[[nodiscard]] bool refuses_row(const Error& error);

/// The header of a CSV feed, by name.
class Header {
 public:
  /// Reads the first record. Errors   malformed when a needed column is not there.
  [[nodiscard]] static Result<Header> read(CsvReader& reader, std::span<const std::string_view> needed);
  [[nodiscard]] int find(std::string_view column) const;  ///< -1 where absent
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

 private:
  std::vector<std::string> columns_;
};

/// Goes through the records behind the header: counts each, lists the bad ones and those of a wrong length, and hands
/// the others on. `row` gets the fields and the line.
[[nodiscard]] Result<void> each_record(
    CsvReader& reader, const Header& header, ImportSink& sink,
    const std::function<Result<void>(std::span<const std::string_view>, std::uint64_t)>& row);

/// The value columns of a feed, as (field number, column number of the sink).
[[nodiscard]] Result<std::vector<std::pair<std::size_t, int>>> value_columns(const Header& header, Format format,
                                                                             std::span<const std::string_view> keys,
                                                                             ImportSink& sink);

// One reader a format; each in a file of its own.
[[nodiscard]] Result<void> read_generic_csv(ImportSink& sink);
[[nodiscard]] Result<void> read_air_station_hourly(ImportSink& sink);
[[nodiscard]] Result<void> read_air_city_daily(ImportSink& sink);
[[nodiscard]] Result<void> read_water_auto_4h(ImportSink& sink);
[[nodiscard]] Result<void> read_cnemc_wide(ImportSink& sink);
[[nodiscard]] Result<void> read_cnemc_geojson(ImportSink& sink);
[[nodiscard]] Result<void> read_cnemc_wcf(ImportSink& sink);

}  // namespace celadon::intake
