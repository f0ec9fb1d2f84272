#include "intake/import_format.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace celadon::intake {
namespace {

struct Name {
  Format format;
  std::string_view text;
};
constexpr std::array names = {
    Name{Format::csv, "csv"},
    Name{Format::air_station_hourly, "air-station-hourly"},
    Name{Format::air_city_daily, "air-city-daily"},
    Name{Format::water_auto_4h, "water-auto-4h"},
    Name{Format::cnemc_wide, "cnemc-wide"},
    Name{Format::cnemc_geojson, "cnemc-geojson"},
    Name{Format::cnemc_wcf, "cnemc-wcf"},
};

/// The columns by which a CSV layout is known. The first whose columns are all there is taken.
struct Signature {
  Format format;
  std::vector<std::string_view> columns;
};
const std::vector<Signature>& signatures() {
  static const std::vector<Signature> list = {
      {Format::csv, {"site", "property", "time", "value", "unit"}},
      {Format::cnemc_wide, {"date", "hour", "type"}},
      {Format::air_station_hourly, {"city", "station_code", "station", "time"}},
      {Format::air_city_daily, {"city", "date", "pm25"}},
      {Format::water_auto_4h, {"province", "section", "time", "station_state"}},
  };
  return list;
}

std::vector<std::string> header_words(std::string_view line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c == ',') {
      words.emplace_back();
    } else if (c != '"' && c != '\r') {
      words.back() += c;
    }
  }
  return words;
}

/// What a person can recognise of bytes that may be anything.
std::string shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 60)) text += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? '.' : c;
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
    text.pop_back();  // no half letter
  if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
  return text;
}

}  // namespace

std::string_view to_text(Format format) {
  for (const auto& name : names) {
    if (name.format == format) return name.text;
  }
  return "?";
}

Result<Format> parse_format(std::string_view text) {
  std::string all;
  for (const auto& name : names) {
    if (name.text == text) return name.format;
    all += (all.empty() ? "" : ", ") + std::string(name.text);
  }
  return fail(Errc::unknown_code, "format '" + std::string(text) + "' is not known; there are " + all, "format");
}

Result<Format> recognise(std::string_view opening) {
  if (opening.starts_with("\xef\xbb\xbf")) opening.remove_prefix(3);
  if (opening.empty()) return fail(Errc::malformed, "the file is empty");
  // MC-NBFX begins with an element record; its name follows its length. Text never begins with these.
  if (opening.starts_with("\x40\x1eGetAQIDataPublishLivesResponse")) return Format::cnemc_wcf;

  const std::size_t first = opening.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && opening[first] == '{') {
    if (opening.find("\"features\"") != std::string_view::npos ||
        opening.find("FeatureCollection") != std::string_view::npos) {
      return Format::cnemc_geojson;
    }
    return fail(Errc::malformed,
                "the file is JSON, but no GeoJSON feature collection; of JSON only cnemc-geojson is read");
  }
  if (opening.starts_with("PK"))
    return fail(Errc::malformed, "the file is a ZIP or a workbook (.xlsx); save the sheet as CSV UTF-8");
  if (opening.starts_with("\x1f\x8b"))
    return fail(Errc::malformed, "the file is packed with gzip; unpack it, or pack it with zstd");

  const std::string_view line = opening.substr(0, opening.find('\n'));
  const std::vector<std::string> words = header_words(line);
  const auto has = [&](std::string_view column) { return std::ranges::find(words, column) != words.end(); };
  const Signature* closest = nullptr;
  std::size_t closest_missing = 0;
  for (const auto& signature : signatures()) {
    const auto found = static_cast<std::size_t>(std::ranges::count_if(signature.columns, has));
    if (found == signature.columns.size()) return signature.format;
    const std::size_t missing = signature.columns.size() - found;
    if (found > 0 && (closest == nullptr || missing < closest_missing)) {
      closest = &signature;
      closest_missing = missing;
    }
  }
  std::string text = "no known layout: the first line is '" + shown(line) + "'";
  if (closest != nullptr) {
    text += "; closest is " + std::string(to_text(closest->format)) + ", which also needs";
    for (const auto column : closest->columns) {
      if (!has(column)) text += " " + std::string(column);
    }
  } else {
    text += "; docs/import.md lists the layouts, the plainest is csv: site,property,averaging,time,value,unit,flag";
  }
  return fail(Errc::malformed, text);
}

}  // namespace celadon::intake
