#include "intake/import_sink.hpp"

#include <array>

// Readings of the national automatic water stations, every four hours, Beijing time; one row a section and reading. The
// layout with `city` and `river` columns (daily snapshots of the same publication) reads the same.

namespace celadon::intake {
namespace {

/// The device flag that says what the station says of itself; HJ 212-2017 table 8.
/// Ours     不具备运行条件 (cannot run) and 停站 (stopped) are F, analyser stopped: the table has nothing closer.
std::optional<DeviceFlag> flag_of_state(std::string_view state) {
  struct State {
    std::string_view text;
    DeviceFlag flag;
  };
  static constexpr std::array states = {State{"正常", 'N'}, State{"维护", 'M'}, State{"不具备运行条件", 'F'},
                                        State{"停站", 'F'}, State{"停运", 'F'}, State{"", 0}};
  for (const auto& known : states) {
    if (known.text == state) return known.flag;
  }
  return std::nullopt;
}

}  // namespace

Result<void> read_water_auto_4h(ImportSink& sink) {
  CsvReader reader(sink.source());
  static constexpr std::array<std::string_view, 4> needed = {"province", "section", "time", "station_state"};
  auto header = Header::read(reader, needed);
  if (!header) return fail(header.error());
  auto columns = value_columns(*header, Format::water_auto_4h, needed, sink);
  if (!columns) return fail(columns.error());
  const auto province = static_cast<std::size_t>(header->find("province"));
  const auto section = static_cast<std::size_t>(header->find("section"));
  const auto time = static_cast<std::size_t>(header->find("time"));
  const auto state = static_cast<std::size_t>(header->find("station_state"));

  std::string key;
  return each_record(reader, *header, sink, [&](auto fields, auto line) -> Result<void> {
    key.assign(fields[province]).append("\n").append(fields[section]);
    SiteHint hint{"river-section", {}, {}, std::string(fields[section]), std::string(fields[province]), {}};
    auto place = sink.place(key, hint);
    if (!place) return fail(place.error());
    if (!sink.takes(**place, line, "section", fields[section])) return {};
    double ignored = 0;
    if (const Cell cell = read_cell(fields[time], ignored); cell == Cell::missing || cell == Cell::not_fitted) {
      ++sink.summary().without_reading;
      return {};
    }
    auto end = parse_instant(fields[time]);
    if (!end) {
      sink.reject(line, "time", fields[time], end.error().detail);
      return {};
    }
    const auto flag = flag_of_state(trimmed(fields[state]));
    if (!flag) {
      sink.reject(line, "station_state", fields[state],
                  "is not a state known here: 正常, 维护, 不具备运行条件, 停站, 停运");
      return {};
    }
    for (const auto& [field, column] : *columns) {
      auto stored = sink.cell(**place, column, *end, fields[field], *flag, line);
      if (!stored) return stored;
    }
    return {};
  });
}

}  // namespace celadon::intake
