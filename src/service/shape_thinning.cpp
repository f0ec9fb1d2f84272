#include "service/shape_thinning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace celadon::service {
namespace {

constexpr int tile_px = 512;
constexpr int cell_bits = 5;  ///< of a tile's side, in cells
static_assert(tile_px >> cell_bits == thinning_cell_px);
constexpr int finest_bits = tile_zoom_max - 1 + cell_bits;  ///< the last zoom drawn whole needs no cells

std::uint64_t spread(std::uint64_t bits) {
  bits = (bits | bits << 16U) & 0x0000FFFF0000FFFFU;
  bits = (bits | bits << 8U) & 0x00FF00FF00FF00FFU;
  bits = (bits | bits << 4U) & 0x0F0F0F0F0F0F0F0FU;
  bits = (bits | bits << 2U) & 0x3333333333333333U;
  return (bits | bits << 1U) & 0x5555555555555555U;
}

/// The number of the finest cell, such that those of a coarser cell follow each other.
std::uint64_t finest_cell(const WorldPoint& at) {
  constexpr double side = 1U << static_cast<unsigned>(finest_bits);
  const auto whole = [](double part) { return static_cast<std::uint64_t>(std::clamp(part * side, 0.0, side - 1)); };
  return spread(whole(at.x)) << 1U | spread(whole(at.y));
}

}  // namespace

std::vector<std::uint8_t> first_zooms(std::span<const ShapeSize> shapes) {
  if (shapes.size() < thinned_from) return std::vector<std::uint8_t>(shapes.size(), 0);
  std::vector<std::uint8_t> zooms(shapes.size(), tile_zoom_max);
  struct Placed {
    std::uint64_t cell;
    std::uint32_t shape;
  };
  std::vector<Placed> placed;
  for (std::uint32_t s = 0; s < shapes.size(); ++s) {
    const double large = static_cast<double>(thinning_large_px) / tile_px / shapes[s].widest;  // 2^z where it is large
    if (large <= 1)
      zooms[s] = 0;
    else if (const double zoom = std::ceil(std::log2(large)); zoom < tile_zoom_max)
      zooms[s] = static_cast<std::uint8_t>(zoom);
    placed.push_back({finest_cell(shapes[s].middle), s});
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return a.cell != b.cell ? a.cell < b.cell : a.shape < b.shape;
  });
  const auto wider = [&](std::uint32_t a, std::uint32_t b) {
    return shapes[a].widest != shapes[b].widest ? shapes[a].widest > shapes[b].widest : a < b;
  };
  std::vector<std::uint32_t> here;
  for (int zoom = 0; zoom < tile_zoom_max; ++zoom) {
    const unsigned below = 2 * static_cast<unsigned>(finest_bits - cell_bits - zoom);
    for (std::size_t begin = 0, end = 0; begin < placed.size(); begin = end) {
      here.clear();
      for (; end < placed.size() && placed[end].cell >> below == placed[begin].cell >> below; ++end)
        here.push_back(placed[end].shape);
      if (here.size() > thinning_cell_shapes) {
        std::nth_element(here.begin(), here.begin() + thinning_cell_shapes, here.end(), wider);
        here.resize(thinning_cell_shapes);
      }
      for (const std::uint32_t s : here) zooms[s] = std::min(zooms[s], static_cast<std::uint8_t>(zoom));
    }
  }
  return zooms;
}

}  // namespace celadon::service
