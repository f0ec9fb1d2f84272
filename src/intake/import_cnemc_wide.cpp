#include "intake/import_sink.hpp"

#include <array>
#include <charconv>

// date,hour,type,<station code>...: a row is one quantity of one hour, a column one station. Hour H is the mean of the
// hour that ends at H; the file of a day holds the hours 0..23 of that calendar day.

namespace celadon::intake {
namespace {

std::optional<Instant> end_of_row(std::string_view date, std::string_view hour) {
  CivilTime civil;
  int packed = 0, hour_number = 0;
  const auto read = [](std::string_view text, int& number) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && stop == text.data() + text.size();
  };
  if (date.size() != 8 || !read(date, packed) || hour.empty() || hour.size() > 2 || !read(hour, hour_number))
    return std::nullopt;
  civil.year = packed / 10000;
  civil.month = packed / 100 % 100;
  civil.day = packed % 100;
  civil.hour = hour_number;
  if (packed < 0 || !is_valid(civil)) return std::nullopt;
  return from_beijing(civil);
}

}  // namespace

Result<void> read_cnemc_wide(ImportSink& sink) {
  CsvReader reader(sink.source());
  static constexpr std::array<std::string_view, 3> keys = {"date", "hour", "type"};
  auto header = Header::read(reader, keys);
  if (!header) return fail(header.error());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (header->columns()[i] != keys[i]) return fail(Errc::malformed, "the header must begin with date,hour,type");
  }
  std::vector<std::pair<std::size_t, ImportSink::Place*>> here;
  std::uint64_t others = 0;
  for (std::size_t i = keys.size(); i < header->columns().size(); ++i) {
    const std::string& code = header->columns()[i];
    SiteHint hint{"air-station", {}, code, {}, {}, {}};
    auto place = sink.place(code, hint);
    if (!place) return fail(place.error());
    if ((*place)->where == ImportSink::Place::Where::refused) {
      sink.reject(1, code, "", (*place)->reason);
    } else if ((*place)->where == ImportSink::Place::Where::here) {
      here.emplace_back(i, *place);
    } else {
      ++others;
    }
  }
  return each_record(reader, *header, sink, [&](auto fields, auto line) -> Result<void> {
    const auto end = end_of_row(fields[0], fields[1]);
    if (!end) {
      sink.reject(line, "date,hour", std::string(fields[0]) + "," + std::string(fields[1]),
                  "expected YYYYMMDD and an hour 0..23");
      return {};
    }
    auto column = sink.column(Format::cnemc_wide, fields[2]);
    if (!column) return fail(column.error());
    if (*column < 0) return {};
    sink.summary().elsewhere += others;
    for (const auto& [field, place] : here) {
      auto stored = sink.cell(*place, *column, *end, fields[field], DeviceFlag{0}, line);
      if (!stored) return stored;
    }
    return {};
  });
}

}  // namespace celadon::intake
