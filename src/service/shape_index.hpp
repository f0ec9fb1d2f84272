#pragma once

#include "service/tile.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::service {

/// The shapes of one layer in memory: projected to web Mercator once, attributes numbered once, found by a packed tree
/// of their bounds. Never changes; any thread may ask.
///
/// Speed    a tile costs what is drawn in it. Branches whose shapes are all too small to be seen at the tile's zoom, or
///          are left out there (first_zooms()), are not entered.
class ShapeIndex {
 public:
  ShapeIndex() = default;
  explicit ShapeIndex(std::span<const TileFeature> features);

  /// As make_tile(), with the shapes of first_zooms() alone. They come in the order in which they were given.
  [[nodiscard]] std::string tile(const std::string& layer, const TileAddress& tile) const;
  /// Numbers of the features whose bounds meet `box`, ascending; of each kind of shape one.
  [[nodiscard]] std::vector<std::uint32_t> meeting(const Bounds& box) const;
  [[nodiscard]] std::size_t size() const { return features_; }
  [[nodiscard]] const Bounds& bounds() const { return bounds_; }

 private:
  struct Box {
    double west = 2, north = 2, east = -1, south = -1;
    void include(const WorldPoint& at);
    void include(const Box& other);
    [[nodiscard]] WorldPoint middle() const { return {(west + east) / 2, (north + south) / 2}; }
    [[nodiscard]] bool meets(const Box& other) const {
      return west <= other.east && east >= other.west && north <= other.south && south >= other.north;
    }
  };
  struct Part {  ///< a run of points: a line, a ring, a bunch of points
    std::uint32_t begin, end;
    bool is_hole;
  };
  struct Shape {
    std::uint32_t feature, part_begin, part_end, tag_begin, tag_end;
    TileShape kind;
  };
  struct Node {
    Box box;
    double widest = 0;  ///< the longer side of the largest shape below, in world units; infinite for points
    std::uint8_t first_zoom = tile_zoom_max;  ///< the least of the shapes below
  };
  class Maker;

  void add(TileShape kind, std::uint32_t feature, std::size_t parts_before, std::uint32_t tag_begin);
  void thin_out();
  void build_tree();
  template <class Visit>
  void walk(const Box& box, double widest_min, int zoom, const Visit& visit) const;

  std::vector<WorldPoint> points_;
  std::vector<Part> parts_;
  std::vector<Shape> shapes_;
  std::vector<std::uint32_t> tags_;  ///< pairs into keys_ and values_
  std::vector<std::string> keys_;
  std::vector<TileValue> values_;
  std::vector<Node> leaves_;                 ///< of each shape
  std::vector<std::uint32_t> order_;         ///< shapes along a curve through the plane
  std::vector<std::vector<Node>> levels_;    ///< each node spans `fan` of the level below; levels_[0] of order_
  std::size_t features_ = 0;
  Bounds bounds_;
};

}  // namespace celadon::service
