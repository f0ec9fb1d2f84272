#include "intake/import_file.hpp"

#include "intake/import_sink.hpp"

#include <chrono>

namespace celadon::intake {
namespace {

Result<void> read_format(Format format, ImportSink& sink) {
  switch (format) {
    case Format::csv: return read_generic_csv(sink);
    case Format::air_station_hourly: return read_air_station_hourly(sink);
    case Format::air_city_daily: return read_air_city_daily(sink);
    case Format::water_auto_4h: return read_water_auto_4h(sink);
    case Format::cnemc_wide: return read_cnemc_wide(sink);
    case Format::cnemc_geojson: return read_cnemc_geojson(sink);
    case Format::cnemc_wcf: return read_cnemc_wcf(sink);
  }
  return {};
}

/// An error that says something of the file's own bytes, met behind rows that were good.
bool ends_early(const Error& error) {
  return error.code == Errc::file_damaged || error.code == Errc::malformed || error.code == Errc::refused ||
         error.code == Errc::too_large;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace

Result<ImportSummary> import_file(ByteSource& source, const ImportRequest& request,
                                  const std::vector<FeedColumn>& feeds, const ImportPorts& ports) {
  const auto started = std::chrono::steady_clock::now();
  ImportSummary summary;
  if (request.format) {
    summary.format = *request.format;
  } else {
    auto opening = source.peek();
    if (!opening) return fail(opening.error());
    auto format = recognise(*opening);
    if (!format) return fail(format.error().code, source.name() + ": " + format.error().detail, "format");
    summary.format = *format;
  }

  ImportSink sink(source, request, feeds, ports, summary);
  auto opened = sink.open_errors_file();
  if (!opened) return fail(opened.error());
  auto read = read_format(summary.format, sink);
  if (!read) {
    if (!ends_early(read.error())) return fail(read.error());
    Error error = read.error();
    if (error.detail.find(source.name()) == std::string::npos) error.detail = source.name() + ": " + error.detail;
    if (error.code != Errc::file_damaged && summary.rows_read == 0) return fail(error);
    summary.ended_early = std::move(error);
  }
  auto flushed = sink.flush();
  if (!flushed) return fail(flushed.error());
  auto closed = sink.close_errors_file();
  if (!closed) return fail(closed.error());
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return summary;
}

std::vector<std::string> summary_lines(const ImportSummary& summary) {
  std::vector<std::string> lines;
  lines.push_back(std::string(to_text(summary.format)) + ": " + counted(summary.rows_read, "row", "rows") + " read, " +
                  std::to_string(summary.added) + " values added, " + std::to_string(summary.unchanged) +
                  " unchanged, " + std::to_string(summary.corrected) + " corrected, " +
                  counted(summary.rejected, "problem", "problems"));
  if (summary.superseded > 0) {
    lines.push_back(counted(summary.superseded, "value was", "values were") +
                    " known once and corrected since; not taken again");
  }
  if (summary.elsewhere > 0) {
    lines.push_back(counted(summary.elsewhere, "row", "rows") +
                    " of other cities passed over (--all-sites takes them)");
  }
  if (summary.without_reading > 0) {
    lines.push_back(counted(summary.without_reading, "row", "rows") +
                    " without a reading: the station was not measuring");
  }
  if (summary.outside > 0) lines.push_back(counted(summary.outside, "value", "values") + " outside the asked time");
  if (summary.first && summary.last) {
    lines.push_back("from " + to_beijing_minute(*summary.first) + " to " + to_beijing_minute(*summary.last) +
                    " Beijing time");
  }
  for (const auto& note : summary.notes) lines.push_back(note);
  if (summary.ended_early) lines.push_back("ended early: " + summary.ended_early->detail);
  return lines;
}

}  // namespace celadon::intake
