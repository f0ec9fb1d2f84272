#include "intake/import_sink.hpp"
#include "intake/wcf_binary.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

// The reply of the former publishing service: one AQIDataPublishLive element a station, its fields as child elements.

namespace celadon::intake {
namespace {

constexpr std::size_t wcf_bytes_max = 64U << 20U;
constexpr std::string_view record_name = "AQIDataPublishLive";

std::optional<double> degrees(const std::string& text, double limit) {
  double number = 0;
  if (read_cell(text, number) != Cell::number || number < -limit || number > limit) return std::nullopt;
  return number;
}

using Fields = std::map<std::string, std::string, std::less<>>;

Result<void> take_record(ImportSink& sink, const Fields& fields, std::uint64_t record) {
  const auto field = [&](std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  SiteHint hint{"air-station", {}, field("StationCode"), field("PositionName"), field("Area"), {}};
  const auto lon = degrees(field("Longitude"), 180), lat = degrees(field("Latitude"), 90);
  if (lon && lat) hint.position = LonLat{*lon, *lat};
  auto place = sink.place(hint.code + "\n" + hint.area + "\n" + hint.name, hint);
  if (!place) return fail(place.error());
  if (!sink.takes(**place, record, "PositionName", hint.name)) return {};
  auto end = parse_instant(field("TimePoint"));
  if (!end) {
    sink.reject(record, "TimePoint", field("TimePoint"), end.error().detail);
    return {};
  }
  for (const auto& [name, text] : fields) {
    static constexpr std::array<std::string_view, 6> keys = {"StationCode", "PositionName", "Area",
                                                             "Longitude",   "Latitude",     "TimePoint"};
    if (std::ranges::find(keys, name) != keys.end()) continue;
    auto column = sink.column(Format::cnemc_wcf, name);
    if (!column) return fail(column.error());
    if (*column < 0) continue;
    auto stored = sink.cell(**place, *column, *end, text, DeviceFlag{0}, record);
    if (!stored) return stored;
  }
  return {};
}

}  // namespace

Result<void> read_cnemc_wcf(ImportSink& sink) {
  auto bytes = read_all(sink.source(), wcf_bytes_max);
  if (!bytes) return fail(bytes.error());
  std::size_t depth = 0, record_depth = 0;
  std::uint64_t record = 0;
  std::string name;
  Fields fields;
  return decode_wcf(*bytes, [&](const WcfEvent& event) -> Result<void> {
    switch (event.kind) {
      case WcfEvent::Kind::start:
        ++depth;
        if (record_depth == 0 && event.name == record_name) {
          record_depth = depth;
          fields.clear();
        } else if (record_depth != 0 && depth == record_depth + 1) {
          name = std::string(event.name);
          fields[name];
        }
        return {};
      case WcfEvent::Kind::text:
        if (record_depth != 0 && depth == record_depth + 1) fields[name] += event.text;
        return {};
      case WcfEvent::Kind::end:
        if (depth-- != record_depth || record_depth == 0) return {};
        record_depth = 0;
        if (auto counted = sink.next_row(); !counted) return counted;
        return take_record(sink, fields, ++record);
    }
    return {};
  });
}

}  // namespace celadon::intake
