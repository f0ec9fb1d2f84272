#pragma once

#include "service/tile.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::service {

/// What thinning asks of a shape: the middle of its bounds and their longer side, in world units.
struct ShapeSize {
  WorldPoint middle;
  double widest = 0;  ///< infinite: always drawn
};

inline constexpr std::size_t thinned_from = 4096;  ///< shapes of a layer; fewer are drawn at every zoom
inline constexpr int thinning_cell_px = 16;        ///< of a tile shown 512 pixels wide
inline constexpr int thinning_large_px = 64;       ///< a shape as wide as this is drawn whatever lies about it
inline constexpr std::size_t thinning_cell_shapes = 4;

/// The zoom from which each shape is drawn. A million small shapes in one tile are neither seen apart nor sent in good
/// time: where the middles of more than `thinning_cell_shapes` shapes lie in one cell of the plane, the widest are drawn
/// (of equals the first given), and the others from a closer zoom on. What is drawn stays drawn at every closer zoom; at
/// `tile_zoom_max` all are drawn.
///
/// Speed    one sort, then one pass a zoom.
[[nodiscard]] std::vector<std::uint8_t> first_zooms(std::span<const ShapeSize> shapes);

}  // namespace celadon::service
