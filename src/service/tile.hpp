#pragma once

#include "core/geometry.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace celadon::service {

/// One shape of a layer as it goes into tiles, on WGS 84.
struct TileFeature {
  std::vector<std::pair<std::string, std::string>> attributes;
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

/// True for 0 <= z <= 16 and x, y below 2^z.
[[nodiscard]] bool is_valid(const TileAddress& tile);

/// A Mapbox vector tile (version 2) of one layer, made from memory: shapes projected to web Mercator, clipped with a
/// margin of 64 units, simplified to half a unit, rings wound as the specification wants. Empty where nothing of the
/// layer lies in the tile. Requires is_valid(tile). Points beyond 85.05 degrees of latitude are left out.
[[nodiscard]] std::string make_tile(const std::string& layer, const std::vector<TileFeature>& features,
                                    const TileAddress& tile);

}  // namespace celadon::service
