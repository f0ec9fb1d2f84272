#include "service/shape_index.hpp"

#include "core/assert.hpp"
#include "service/shape_thinning.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace celadon::service {
namespace {

constexpr std::size_t fan = 16;  ///< children of a node of the tree
constexpr double seen_min = 0.5;  ///< units: a line or area smaller than this both ways is not drawn

using Path = std::vector<TilePoint>;

/// Douglas and Peucker; the ends stay.
class Simplifier {
 public:
  void operator()(const Path& path, Path& kept) {
    kept.clear();
    if (path.size() < 3) {
      kept = path;
      return;
    }
    keep_.assign(path.size(), false);
    keep_.front() = keep_.back() = true;
    open_.assign(1, {0, path.size() - 1});
    while (!open_.empty()) {
      const auto [a, b] = open_.back();
      open_.pop_back();
      const std::size_t at = farthest(path, a, b);
      if (at == 0) continue;
      keep_[at] = true;
      open_.emplace_back(a, at);
      open_.emplace_back(at, b);
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (keep_[i]) kept.push_back(path[i]);
    }
  }

 private:
  /// The point farthest from the line a-b, where it is off by more than the tolerance; 0 for none.
  static std::size_t farthest(const Path& path, std::size_t a, std::size_t b) {
    double most = tile_tolerance * tile_tolerance;
    std::size_t at = 0;
    const double dx = path[b].x - path[a].x;
    const double dy = path[b].y - path[a].y;
    const double length2 = dx * dx + dy * dy;
    for (std::size_t i = a + 1; i < b; ++i) {
      const double px = path[i].x - path[a].x;
      const double py = path[i].y - path[a].y;
      const double t = length2 == 0 ? 0 : std::clamp((px * dx + py * dy) / length2, 0.0, 1.0);
      const double ex = px - t * dx;
      const double ey = py - t * dy;
      const double off2 = ex * ex + ey * ey;
      if (off2 > most) {
        most = off2;
        at = i;
      }
    }
    return at;
  }
  std::vector<bool> keep_;
  std::vector<std::pair<std::size_t, std::size_t>> open_;
};

/// One side of Sutherland and Hodgman's clipping: keeps what has side * coordinate <= bound.
void clip_side(const Path& ring, Path& out, bool vertical, double side, double bound) {
  out.clear();
  const auto measure = [&](const TilePoint& p) { return side * (vertical ? p.x : p.y); };
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const TilePoint& a = ring[i];
    const TilePoint& b = ring[i + 1 == ring.size() ? 0 : i + 1];
    const double ma = measure(a);
    const double mb = measure(b);
    if (ma <= bound) out.push_back(a);
    if ((ma <= bound) != (mb <= bound)) {
      const double t = (bound - ma) / (mb - ma);
      out.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
  }
}

/// Leaves of an open ring (its first point not repeated) what lies in the tile and its margin.
void clip_ring(Path& ring, Path& spare) {
  clip_side(ring, spare, true, 1, tile_extent + tile_margin);
  clip_side(spare, ring, true, -1, tile_margin);
  clip_side(ring, spare, false, 1, tile_extent + tile_margin);
  clip_side(spare, ring, false, -1, tile_margin);
}

/// Liang and Barsky: the part of a segment inside the tile and its margin.
bool clip_segment(TilePoint& a, TilePoint& b) {
  double t0 = 0;
  double t1 = 1;
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  for (const auto& [p, q] : {std::pair{-dx, a.x + tile_margin},
                             {dx, tile_extent + tile_margin - a.x},
                             {-dy, a.y + tile_margin},
                             {dy, tile_extent + tile_margin - a.y}}) {
    if (p == 0) {
      if (q < 0) return false;
    } else if (p < 0) {
      t0 = std::max(t0, q / p);
    } else {
      t1 = std::min(t1, q / p);
    }
  }
  if (t0 > t1) return false;
  const TilePoint start = a;
  if (t1 < 1) b = {start.x + t1 * dx, start.y + t1 * dy};
  if (t0 > 0) a = {start.x + t0 * dx, start.y + t0 * dy};
  return true;
}

double doubled_area(const Path& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const TilePoint& a = ring[i];
    const TilePoint& b = ring[i + 1 == ring.size() ? 0 : i + 1];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

/// Place of a point of the world square on a Hilbert curve of order 16.
std::uint32_t along_curve(const WorldPoint& at) {
  constexpr std::uint32_t side = 1U << 16U;
  const auto whole = [](double part) {
    return static_cast<std::uint32_t>(std::clamp(part * side, 0.0, static_cast<double>(side - 1)));
  };
  std::uint32_t x = whole(at.x);
  std::uint32_t y = whole(at.y);
  std::uint32_t place = 0;
  for (std::uint32_t s = side / 2; s > 0; s /= 2) {
    const std::uint32_t rx = (x & s) != 0 ? 1 : 0;
    const std::uint32_t ry = (y & s) != 0 ? 1 : 0;
    place += s * s * ((3 * rx) ^ ry);
    if (ry == 0) {
      if (rx == 1) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      std::swap(x, y);
    }
  }
  return place;
}

}  // namespace

void ShapeIndex::Box::include(const WorldPoint& at) {
  west = std::min(west, at.x);
  east = std::max(east, at.x);
  north = std::min(north, at.y);
  south = std::max(south, at.y);
}

void ShapeIndex::Box::include(const Box& other) {
  west = std::min(west, other.west);
  east = std::max(east, other.east);
  north = std::min(north, other.north);
  south = std::max(south, other.south);
}

ShapeIndex::ShapeIndex(std::span<const TileFeature> features) : features_(features.size()) {
  std::map<std::string, std::uint32_t> key_numbers;
  std::map<TileValue, std::uint32_t> value_numbers;
  const auto tag = [](auto& numbers, auto& all, const auto& what) {
    const auto [at, fresh] = numbers.try_emplace(what, static_cast<std::uint32_t>(all.size()));
    if (fresh) all.push_back(what);
    return at->second;
  };
  const auto add_part = [&](const std::vector<LonLat>& given, bool is_hole) {
    const auto begin = static_cast<std::uint32_t>(points_.size());
    for (const auto& at : given) {
      points_.push_back(to_world(at));
      bounds_.include(at);
    }
    parts_.push_back({begin, static_cast<std::uint32_t>(points_.size()), is_hole});
  };
  for (std::size_t f = 0; f < features.size(); ++f) {
    const auto& feature = features[f];
    const auto tag_begin = static_cast<std::uint32_t>(tags_.size());
    for (const auto& [key, value] : feature.attributes) {
      tags_.push_back(tag(key_numbers, keys_, key));
      tags_.push_back(tag(value_numbers, values_, value));
    }
    const auto number = static_cast<std::uint32_t>(f);
    std::size_t before = parts_.size();
    std::vector<LonLat> shown;
    for (const auto& at : feature.points) {
      if (std::abs(at.lat_deg) <= tile_latitude_max_deg) shown.push_back(at);
    }
    if (!shown.empty()) add_part(shown, false);
    add(TileShape::points, number, before, tag_begin);
    before = parts_.size();
    for (const auto& line : feature.lines) add_part(line, false);
    add(TileShape::lines, number, before, tag_begin);
    before = parts_.size();
    for (const auto& polygon : feature.polygons) {
      for (std::size_t r = 0; r < polygon.size(); ++r) add_part(polygon[r], r > 0);
    }
    add(TileShape::polygons, number, before, tag_begin);
  }
  thin_out();
  build_tree();
}

void ShapeIndex::thin_out() {
  std::vector<ShapeSize> sizes;
  sizes.reserve(leaves_.size());
  for (const auto& leaf : leaves_) sizes.push_back({leaf.box.middle(), leaf.widest});
  const auto zooms = first_zooms(sizes);
  for (std::size_t s = 0; s < leaves_.size(); ++s) leaves_[s].first_zoom = zooms[s];
}

void ShapeIndex::add(TileShape kind, std::uint32_t feature, std::size_t parts_before, std::uint32_t tag_begin) {
  if (parts_.size() == parts_before) return;
  Node node;
  for (std::size_t p = parts_before; p < parts_.size(); ++p) {
    for (std::uint32_t i = parts_[p].begin; i < parts_[p].end; ++i) node.box.include(points_[i]);
  }
  node.widest = kind == TileShape::points ? std::numeric_limits<double>::infinity()
                                          : std::max(node.box.east - node.box.west, node.box.south - node.box.north);
  shapes_.push_back({feature, static_cast<std::uint32_t>(parts_before), static_cast<std::uint32_t>(parts_.size()),
                     tag_begin, static_cast<std::uint32_t>(tags_.size()), kind});
  leaves_.push_back(node);
}

void ShapeIndex::build_tree() {
  std::vector<std::uint32_t> place(shapes_.size());
  for (std::size_t s = 0; s < shapes_.size(); ++s) {
    place[s] = along_curve(leaves_[s].box.middle());
  }
  order_.resize(shapes_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return std::pair(place[a], a) < std::pair(place[b], b); });
  std::size_t below = order_.size();
  while (below > 1 || levels_.empty()) {
    if (below == 0) return;
    std::vector<Node> level((below + fan - 1) / fan);
    for (std::size_t i = 0; i < below; ++i) {
      const Node& child = levels_.empty() ? leaves_[order_[i]] : levels_.back()[i];
      level[i / fan].box.include(child.box);
      level[i / fan].widest = std::max(level[i / fan].widest, child.widest);
      level[i / fan].first_zoom = std::min(level[i / fan].first_zoom, child.first_zoom);
    }
    below = level.size();
    levels_.push_back(std::move(level));
  }
}

template <class Visit>
void ShapeIndex::walk(const Box& box, double widest_min, int zoom, const Visit& visit) const {
  if (levels_.empty()) return;
  const auto is_drawn = [&](const Node& node) {
    return node.first_zoom <= zoom && node.widest >= widest_min && node.box.meets(box);
  };
  std::vector<std::pair<std::size_t, std::size_t>> open = {{levels_.size() - 1, 0}};
  while (!open.empty()) {
    const auto [level, at] = open.back();
    open.pop_back();
    const Node& node = levels_[level][at];
    if (!is_drawn(node)) continue;
    const std::size_t below = level == 0 ? order_.size() : levels_[level - 1].size();
    const std::size_t end = std::min((at + 1) * fan, below);
    for (std::size_t child = at * fan; child < end; ++child) {
      if (level > 0) {
        open.emplace_back(level - 1, child);
        continue;
      }
      if (is_drawn(leaves_[order_[child]])) visit(order_[child]);
    }
  }
}

std::vector<std::uint32_t> ShapeIndex::meeting(const Bounds& bounds) const {
  Box box;
  box.include(to_world({bounds.west_deg, bounds.north_deg}));
  box.include(to_world({bounds.east_deg, bounds.south_deg}));
  std::vector<std::uint32_t> found;
  walk(box, 0, tile_zoom_max, [&](std::uint32_t shape) { found.push_back(shapes_[shape].feature); });
  std::sort(found.begin(), found.end());
  return found;
}

/// Makes one tile; holds what would else be allocated anew for every shape.
class ShapeIndex::Maker {
 public:
  Maker(const ShapeIndex& index, const std::string& layer, const TileAddress& tile)
      : index_(index), scale_(std::ldexp(tile_extent, tile.z)), x_(tile.x * tile_extent), y_(tile.y * tile_extent), writer_(layer) {}

  void add(std::uint32_t at) {
    const Shape& shape = index_.shapes_[at];
    geometry_.clear();
    switch (shape.kind) {
      case TileShape::points: add_points(shape); break;
      case TileShape::lines:
        for (std::uint32_t p = shape.part_begin; p < shape.part_end; ++p) add_line(index_.parts_[p]);
        break;
      case TileShape::polygons: add_polygons(shape); break;
    }
    if (geometry_.words().empty()) return;
    tags_.clear();
    for (std::uint32_t t = shape.tag_begin; t < shape.tag_end; t += 2) {
      tags_.push_back(writer_.key(index_.keys_[index_.tags_[t]]));
      tags_.push_back(writer_.value(index_.values_[index_.tags_[t + 1]]));
    }
    writer_.add(tags_, shape.kind, geometry_);
  }
  [[nodiscard]] std::string finish() { return writer_.finish(); }

 private:
  [[nodiscard]] TilePoint project(const WorldPoint& at) const { return {at.x * scale_ - x_, at.y * scale_ - y_}; }
  static bool is_inside(const TilePoint& p) {
    return p.x >= -tile_margin && p.x <= tile_extent + tile_margin && p.y >= -tile_margin &&
           p.y <= tile_extent + tile_margin;
  }
  /// The points of a part in path_; true when all lie in the tile and its margin.
  bool project(const Part& part) {
    path_.clear();
    bool all = true;
    for (std::uint32_t i = part.begin; i < part.end; ++i) {
      path_.push_back(project(index_.points_[i]));
      all = all && is_inside(path_.back());
    }
    return all;
  }

  void add_points(const Shape& shape) {
    for (std::uint32_t p = shape.part_begin; p < shape.part_end; ++p) {
      project(index_.parts_[p]);
      std::erase_if(path_, [](const TilePoint& at) { return !is_inside(at); });
      geometry_.points(path_);
    }
  }

  void add_line(const Part& part) {
    const bool all = project(part);
    if (all) {
      simplify_(path_, kept_);
      geometry_.path(kept_, false);
      return;
    }
    piece_.clear();
    const auto flush = [&] {
      simplify_(piece_, kept_);
      geometry_.path(kept_, false);
      piece_.clear();
    };
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) {
      TilePoint a = path_[i];
      TilePoint b = path_[i + 1];
      if (!clip_segment(a, b)) continue;
      if (!piece_.empty() && !(piece_.back() == a)) flush();
      if (piece_.empty()) piece_.push_back(a);
      piece_.push_back(b);
    }
    if (!piece_.empty()) flush();
  }

  void add_polygons(const Shape& shape) {
    bool has_outer = false;
    for (std::uint32_t p = shape.part_begin; p < shape.part_end; ++p) {
      const Part& part = index_.parts_[p];
      if (part.is_hole && !has_outer) continue;  // without its outer ring there is no polygon
      const bool added = add_ring(part);
      if (!part.is_hole) has_outer = added;
    }
  }

  bool add_ring(const Part& part) {
    const bool all = project(part);
    if (path_.size() > 1 && path_.front() == path_.back()) path_.pop_back();
    if (!all) clip_ring(path_, piece_);
    if (path_.size() < 3) return false;
    path_.push_back(path_.front());
    simplify_(path_, kept_);
    kept_.pop_back();
    for (auto& at : kept_) at = {std::round(at.x), std::round(at.y)};
    const double area = doubled_area(kept_);
    if (area == 0) return false;
    // y points down: an outer ring has positive area in these coordinates, a hole negative.
    if ((area > 0) == part.is_hole) std::reverse(kept_.begin(), kept_.end());
    return geometry_.path(kept_, true);
  }

  const ShapeIndex& index_;
  double scale_, x_, y_;
  TileWriter writer_;
  TileGeometry geometry_;
  Simplifier simplify_;
  Path path_, piece_, kept_;
  std::vector<std::uint32_t> tags_;
};

std::string ShapeIndex::tile(const std::string& layer, const TileAddress& tile) const {
  CELADON_ASSERT(is_valid(tile));
  const double side = std::ldexp(1.0, -tile.z);
  const double margin = side * tile_margin / tile_extent;
  const Box box{tile.x * side - margin, tile.y * side - margin, (tile.x + 1) * side + margin,
                (tile.y + 1) * side + margin};
  std::vector<std::uint32_t> found;
  walk(box, side * seen_min / tile_extent, tile.z, [&](std::uint32_t shape) { found.push_back(shape); });
  std::sort(found.begin(), found.end());
  Maker maker(*this, layer, tile);
  // What is drawn of a large layer lies anywhere in memory, and each shape is found through others: so each link is
  // asked for some shapes before its turn, which halves the time of a tile of thousands. In a function of its own the
  // compiler would take it for one without effect.
  constexpr std::size_t shape_ahead = 24, part_ahead = 16, points_ahead = 8, cache_line_bytes = 64;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + shape_ahead < found.size()) {
      __builtin_prefetch(shapes_.data() + found[i + shape_ahead]);
      const Shape& soon = shapes_[found[i + part_ahead]];
      __builtin_prefetch(parts_.data() + soon.part_begin);
      __builtin_prefetch(tags_.data() + soon.tag_begin);
      const Shape& next = shapes_[found[i + points_ahead]];
      const auto* const points = reinterpret_cast<const char*>(points_.data() + parts_[next.part_begin].begin);
      for (std::size_t line = 0; line < 3; ++line) __builtin_prefetch(points + line * cache_line_bytes);
      if (next.tag_begin < next.tag_end) __builtin_prefetch(values_.data() + tags_[next.tag_begin + 1]);
    }
    maker.add(found[i]);
  }
  return maker.finish();
}

}  // namespace celadon::service
