#include "intake/import_sink.hpp"

#include <array>

// Daily values of cities: a civil day in Beijing time, stored under the moment it ends. Two published layouts share the
// reader; where they mean different things by a column (ozone, the index), its name differs and so does its series.

namespace celadon::intake {

Result<void> read_air_city_daily(ImportSink& sink) {
  CsvReader reader(sink.source());
  static constexpr std::array<std::string_view, 2> keys = {"city", "date"};
  auto header = Header::read(reader, keys);
  if (!header) return fail(header.error());
  auto columns = value_columns(*header, Format::air_city_daily, keys, sink);
  if (!columns) return fail(columns.error());
  const auto city = static_cast<std::size_t>(header->find("city"));
  const auto date = static_cast<std::size_t>(header->find("date"));
  return each_record(reader, *header, sink, [&](auto fields, auto line) -> Result<void> {
    SiteHint hint{"city", {}, {}, std::string(fields[city]), std::string(fields[city]), {}};
    auto place = sink.place(fields[city], hint);
    if (!place) return fail(place.error());
    if (!sink.takes(**place, line, "city", fields[city])) return {};
    auto day = parse_legal_day(fields[date]);
    if (!day) {
      sink.reject(line, "date", fields[date], day.error().detail);
      return {};
    }
    const Instant end = end_of(*day);
    for (const auto& [field, column] : *columns) {
      auto stored = sink.cell(**place, column, end, fields[field], DeviceFlag{0}, line);
      if (!stored) return stored;
    }
    return {};
  });
}

}  // namespace celadon::intake
