#include "service/tile.hpp"

#include "service/shape_index.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

namespace celadon::service {
namespace {

std::optional<std::uint32_t> tile_number(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool is_valid(const TileAddress& tile) {
  if (tile.z < 0 || tile.z > tile_zoom_max) return false;
  const std::uint32_t count = 1U << static_cast<unsigned>(tile.z);
  return tile.x < count && tile.y < count;
}

Result<TileAddress> parse_tile(const std::string& z, const std::string& x, const std::string& y) {
  const auto zoom = tile_number(z);
  const auto column = tile_number(x);
  const auto row = tile_number(y);
  if (zoom && column && row && *zoom <= static_cast<std::uint32_t>(tile_zoom_max)) {
    const TileAddress tile{static_cast<int>(*zoom), *column, *row};
    if (is_valid(tile)) return tile;
  }
  return fail(Errc::not_found, "there is no such tile: z is 0 to 16, x and y below 2 to the power of z", "z");
}

WorldPoint to_world(const LonLat& at) {
  constexpr double pi = std::numbers::pi;
  const double lat = std::clamp(at.lat_deg, -tile_latitude_max_deg, tile_latitude_max_deg) * pi / 180;
  return {(at.lon_deg + 180) / 360, (1 - std::asinh(std::tan(lat)) / pi) / 2};
}

LonLat from_world(const WorldPoint& at) {
  constexpr double pi = std::numbers::pi;
  return {at.x * 360 - 180, std::atan(std::sinh(pi * (1 - 2 * at.y))) * 180 / pi};
}

Bounds bounds_of(const TileAddress& tile, double margin) {
  const double side = std::ldexp(1.0, -tile.z);
  const double share = margin / tile_extent;
  const auto clamp = [](double at) { return std::clamp(at, 0.0, 1.0); };
  const LonLat north_west = from_world({clamp((tile.x - share) * side), clamp((tile.y - share) * side)});
  const LonLat south_east = from_world({clamp((tile.x + 1 + share) * side), clamp((tile.y + 1 + share) * side)});
  return {north_west.lon_deg, south_east.lat_deg, south_east.lon_deg, north_west.lat_deg};
}

std::string make_tile(const std::string& layer, const std::vector<TileFeature>& features, const TileAddress& tile) {
  return ShapeIndex(features).tile(layer, tile);
}

}  // namespace celadon::service
