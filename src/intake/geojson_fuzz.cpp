// Any bytes as one published hour in GeoJSON.
#include "intake/import_file.hpp"

#include <cstdlib>

int fuzz(const std::uint8_t* data, std::size_t size);

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  static const auto feeds = intake::read_feed_columns(CELADON_PACKS "/feeds.csv");
  if (!feeds) std::abort();
  std::size_t submitted = 0;
  std::int32_t series = 0;
  intake::ImportPorts ports;
  ports.site = [](const intake::SiteHint& hint) -> Result<std::optional<std::string>> {
    if (hint.name.size() % 3 == 1) return std::nullopt;
    if (hint.id.size() % 5 == 4) return fail(Errc::not_found, "no such site");
    return "s";
  };
  ports.series = [&](const SeriesKey&) -> Result<SeriesId> { return SeriesId{++series}; };
  ports.unit_of = [](const std::string& property) -> std::optional<std::string> {
    return property.starts_with("AQI")       ? "1"
           : property == "pH"                ? "[pH]"
           : property == "water-temperature" ? "Cel"
           : property == "conductivity"      ? "uS/cm"
           : property == "turbidity"         ? "NTU"
           : property == "algae-density"     ? "{cells}/L"
                                             : "mg/m3";
  };
  ports.submit = [&](Observations rows) -> Result<intake::StoreCounts> {
    submitted += rows.size();
    if (rows.series.size() != rows.value.size() || rows.value.size() != rows.phenomenon_end.size()) std::abort();
    return intake::StoreCounts{rows.size(), 0, 0};
  };
  auto source = intake::ByteSource::memory({reinterpret_cast<const char*>(data), size}, "fuzz");
  intake::ImportRequest request;
  request.chunk_values = 16;
  request.format = intake::Format::cnemc_geojson;
  auto summary = intake::import_file(source, request, *feeds, ports);
  if (summary && summary->added != submitted) std::abort();  // nothing is stored that is not counted
  return 0;
}
