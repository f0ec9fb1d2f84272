#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "service/tile_writer.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace celadon::service {

/// One shape of a layer as it goes into tiles, on WGS 84.
struct TileFeature {
  std::vector<std::pair<std::string, TileValue>> attributes;
  std::vector<std::vector<std::vector<LonLat>>> polygons;  ///< each: outer ring, then holes
  std::vector<std::vector<LonLat>> lines;
  std::vector<LonLat> points;
};

struct TileAddress {
  int z = 0;
  std::uint32_t x = 0, y = 0;
};

inline constexpr int tile_zoom_max = 16;
inline constexpr double tile_extent = 4096;
inline constexpr double tile_margin = 64;     ///< units beyond the edge that a tile still shows
inline constexpr double tile_tolerance = 0.5;  ///< units by which a simplified line may be off
inline constexpr double tile_latitude_max_deg = 85.0511287798066;

/// True for 0 <= z <= 16 and x, y below 2^z.
[[nodiscard]] bool is_valid(const TileAddress& tile);
/// The address as an API says it. Errors   not_found with field z.
[[nodiscard]] Result<TileAddress> parse_tile(const std::string& z, const std::string& x, const std::string& y);

/// A place in the world square of web Mercator, 0 to 1 eastwards and southwards.
struct WorldPoint {
  double x = 0, y = 0;
};
/// Latitudes beyond 85.05 degrees come to the edge.
[[nodiscard]] WorldPoint to_world(const LonLat& at);
[[nodiscard]] LonLat from_world(const WorldPoint& at);
/// What a tile covers, with `margin` units beyond each edge.
[[nodiscard]] Bounds bounds_of(const TileAddress& tile, double margin);

/// A Mapbox vector tile (version 2) of one layer: shapes projected to web Mercator, clipped with a margin of 64 units,
/// simplified to half a unit, rings wound as the specification wants. Empty where nothing of the layer lies in the
/// tile. Requires is_valid(tile). Points beyond 85.05 degrees of latitude are left out. Who makes many tiles of one
/// layer keeps a ShapeIndex.
[[nodiscard]] std::string make_tile(const std::string& layer, const std::vector<TileFeature>& features,
                                    const TileAddress& tile);

}  // namespace celadon::service
