#pragma once

#include "core/result.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace celadon::intake {

/// Layouts of files that the importer reads. docs/import.md describes each.
enum class Format : std::uint8_t {
  csv,                 ///< our own: one value a row
  air_station_hourly,  ///< hourly values of national air stations, one row a station and hour
  air_city_daily,      ///< daily values of cities, two layouts
  water_auto_4h,       ///< readings of automatic water stations, one row a section and time
  cnemc_wide,          ///< one column a station
  cnemc_geojson,       ///< one published hour, all stations
  cnemc_wcf,           ///< binary reply (MC-NBFX) of the former publishing service
};

inline constexpr std::array formats = {Format::csv,           Format::air_station_hourly, Format::air_city_daily,
                                       Format::water_auto_4h, Format::cnemc_wide,         Format::cnemc_geojson,
                                       Format::cnemc_wcf};

/// "csv", "air-station-hourly", ...: the words of the command line and of the API.
[[nodiscard]] std::string_view to_text(Format format);
/// Errors   unknown_code listing the words there are, field "format".
[[nodiscard]] Result<Format> parse_format(std::string_view text);

/// Tells the format by the first bytes of the unpacked file.
/// Errors   malformed saying what was seen and which layout comes closest.
[[nodiscard]] Result<Format> recognise(std::string_view opening);

}  // namespace celadon::intake
