#include "intake/import_sink.hpp"

#include <array>

// Hourly values of the national air stations, one row a station and hour. The label is the end of the hour, Beijing
// time.

namespace celadon::intake {

Result<void> read_air_station_hourly(ImportSink& sink) {
  CsvReader reader(sink.source());
  static constexpr std::array<std::string_view, 4> keys = {"city", "station_code", "station", "time"};
  auto header = Header::read(reader, keys);
  if (!header) return fail(header.error());
  auto columns = value_columns(*header, Format::air_station_hourly, keys, sink);
  if (!columns) return fail(columns.error());
  const auto city = static_cast<std::size_t>(header->find("city"));
  const auto code = static_cast<std::size_t>(header->find("station_code"));
  const auto station = static_cast<std::size_t>(header->find("station"));
  const auto time = static_cast<std::size_t>(header->find("time"));

  std::string key, last_time_text = "?";
  Instant last_time;
  return each_record(reader, *header, sink, [&](auto fields, auto line) -> Result<void> {
    key.assign(fields[city]).append("\n").append(fields[code]).append("\n").append(fields[station]);
    SiteHint hint{
        "air-station", {}, std::string(fields[code]), std::string(fields[station]), std::string(fields[city]), {}};
    auto place = sink.place(key, hint);
    if (!place) return fail(place.error());
    if (!sink.takes(**place, line, "station", fields[station])) return {};
    if (fields[time] != last_time_text) {
      auto parsed = parse_instant(fields[time]);
      if (!parsed) {
        sink.reject(line, "time", fields[time], parsed.error().detail);
        return {};
      }
      last_time_text = std::string(fields[time]);
      last_time = *parsed;
    }
    for (const auto& [field, column] : *columns) {
      auto stored = sink.cell(**place, column, last_time, fields[field], DeviceFlag{0}, line);
      if (!stored) return stored;
    }
    return {};
  });
}

}  // namespace celadon::intake
