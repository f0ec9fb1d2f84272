#include "service/tile.hpp"

#include "core/assert.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <protozero/pbf_writer.hpp>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace celadon::service {
namespace {

constexpr double margin = 64;
constexpr double tolerance = 0.5;
constexpr double latitude_max_deg = 85.0511287798066;

struct Point {
  double x, y;
  friend bool operator==(const Point&, const Point&) = default;
};
using Path = std::vector<Point>;

class Projection {
 public:
  explicit Projection(const TileAddress& tile) : scale_(std::ldexp(1.0, tile.z)), x_(tile.x), y_(tile.y) {}
  [[nodiscard]] Point operator()(const LonLat& p) const {
    constexpr double pi = std::numbers::pi;
    const double lat = std::clamp(p.lat_deg, -latitude_max_deg, latitude_max_deg) * pi / 180;
    const double wx = (p.lon_deg + 180) / 360;
    const double wy = (1 - std::asinh(std::tan(lat)) / pi) / 2;
    return {(wx * scale_ - x_) * tile_extent, (wy * scale_ - y_) * tile_extent};
  }
  [[nodiscard]] Path operator()(const std::vector<LonLat>& points) const {
    Path path;
    path.reserve(points.size());
    for (const auto& p : points) path.push_back((*this)(p));
    return path;
  }

 private:
  double scale_, x_, y_;
};

/// Douglas and Peucker; the ends stay.
void simplify(const Path& path, std::size_t first, std::size_t last, std::vector<bool>& keep) {
  std::vector<std::pair<std::size_t, std::size_t>> open = {{first, last}};
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    double farthest = tolerance;
    std::size_t at = 0;
    const double dx = path[b].x - path[a].x;
    const double dy = path[b].y - path[a].y;
    const double length2 = dx * dx + dy * dy;
    for (std::size_t i = a + 1; i < b; ++i) {
      double t = length2 == 0 ? 0 : ((path[i].x - path[a].x) * dx + (path[i].y - path[a].y) * dy) / length2;
      t = std::clamp(t, 0.0, 1.0);
      const double distance = std::hypot(path[i].x - path[a].x - t * dx, path[i].y - path[a].y - t * dy);
      if (distance > farthest) {
        farthest = distance;
        at = i;
      }
    }
    if (at == 0) continue;
    keep[at] = true;
    open.emplace_back(a, at);
    open.emplace_back(at, b);
  }
}

Path simplified(const Path& path) {
  if (path.size() < 3) return path;
  std::vector<bool> keep(path.size(), false);
  keep.front() = keep.back() = true;
  simplify(path, 0, path.size() - 1, keep);
  Path kept;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (keep[i]) kept.push_back(path[i]);
  }
  return kept;
}

/// One side of Sutherland and Hodgman's clipping: keeps what has side * coordinate <= bound.
Path clip_side(const Path& ring, bool vertical, double side, double bound) {
  Path out;
  const auto measure = [&](const Point& p) { return side * (vertical ? p.x : p.y); };
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    const double ma = measure(a);
    const double mb = measure(b);
    if (ma <= bound) out.push_back(a);
    if ((ma <= bound) != (mb <= bound)) {
      const double t = (bound - ma) / (mb - ma);
      out.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
  }
  return out;
}

Path clip_ring(Path ring) {
  if (!ring.empty() && ring.front() == ring.back()) ring.pop_back();
  ring = clip_side(ring, true, 1, tile_extent + margin);
  ring = clip_side(ring, true, -1, margin);
  ring = clip_side(ring, false, 1, tile_extent + margin);
  return clip_side(ring, false, -1, margin);
}

/// Liang and Barsky: the part of a segment inside the tile and its margin.
bool clip_segment(Point& a, Point& b) {
  double t0 = 0;
  double t1 = 1;
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  for (const auto& [p, q] : {std::pair{-dx, a.x + margin},
                             {dx, tile_extent + margin - a.x},
                             {-dy, a.y + margin},
                             {dy, tile_extent + margin - a.y}}) {
    if (p == 0) {
      if (q < 0) return false;
    } else if (p < 0) {
      t0 = std::max(t0, q / p);
    } else {
      t1 = std::min(t1, q / p);
    }
  }
  if (t0 > t1) return false;
  const Point start = a;
  a = {start.x + t0 * dx, start.y + t0 * dy};
  b = {start.x + t1 * dx, start.y + t1 * dy};
  return true;
}

std::vector<Path> clip_line(const Path& path) {
  std::vector<Path> pieces;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    Point a = path[i];
    Point b = path[i + 1];
    if (!clip_segment(a, b)) continue;
    if (pieces.empty() || !(pieces.back().back() == a)) pieces.push_back({a});
    pieces.back().push_back(b);
  }
  return pieces;
}

double doubled_area(const Path& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

/// Geometry commands of the specification: a cursor that moves by zigzag differences.
class Geometry {
 public:
  void point(const Point& p) {
    command(1, 1);
    step(p);
  }
  bool path(const Path& given, bool ring) {
    Path path;
    for (const auto& p : given) {
      const Point whole{std::round(p.x), std::round(p.y)};
      if (path.empty() || !(path.back() == whole)) path.push_back(whole);
    }
    if (ring && path.size() > 1 && path.front() == path.back()) path.pop_back();
    if (path.size() < (ring ? 3U : 2U)) return false;
    command(1, 1);
    step(path[0]);
    command(2, static_cast<std::uint32_t>(path.size() - 1));
    for (std::size_t i = 1; i < path.size(); ++i) step(path[i]);
    if (ring) command(7, 1);
    return true;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& words() const { return words_; }

 private:
  void command(std::uint32_t id, std::uint32_t count) { words_.push_back(id | count << 3U); }
  void step(const Point& p) {
    const auto x = static_cast<std::int32_t>(std::lround(p.x));
    const auto y = static_cast<std::int32_t>(std::lround(p.y));
    words_.push_back(protozero::encode_zigzag32(x - x_));
    words_.push_back(protozero::encode_zigzag32(y - y_));
    x_ = x;
    y_ = y;
  }
  std::vector<std::uint32_t> words_;
  std::int32_t x_ = 0, y_ = 0;
};

void add_polygon(Geometry& geometry, const std::vector<std::vector<LonLat>>& rings, const Projection& project) {
  for (std::size_t r = 0; r < rings.size(); ++r) {
    Path ring = clip_ring(simplified(project(rings[r])));
    for (auto& p : ring) p = {std::round(p.x), std::round(p.y)};
    const double area = doubled_area(ring);
    if (area == 0) {
      if (r == 0) return;  // without its outer ring there is no polygon
      continue;
    }
    // y points down: an outer ring has positive area in these coordinates, a hole negative.
    if ((area > 0) != (r == 0)) std::reverse(ring.begin(), ring.end());
    if (!geometry.path(ring, true) && r == 0) return;
  }
}

class LayerWriter {
 public:
  explicit LayerWriter(std::string& data) : layer_(data) {}

  void add(const TileFeature& feature, int type, const Geometry& geometry) {
    if (geometry.words().empty()) return;
    std::vector<std::uint32_t> tags;
    for (const auto& [key, value] : feature.attributes) {
      tags.push_back(number_of(keys_, key));
      tags.push_back(number_of(values_, value));
    }
    std::string data;
    {
      protozero::pbf_writer writer(data);
      writer.add_packed_uint32(2, tags.begin(), tags.end());
      writer.add_enum(3, type);
      writer.add_packed_uint32(4, geometry.words().begin(), geometry.words().end());
    }
    layer_.add_message(2, data);
    any_ = true;
  }
  void finish() {
    for (const auto& key : in_order(keys_)) layer_.add_string(3, key);
    for (const auto& value : in_order(values_)) {
      std::string data;
      protozero::pbf_writer(data).add_string(1, value);
      layer_.add_message(4, data);
    }
    layer_.add_uint32(5, static_cast<std::uint32_t>(tile_extent));
  }
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] protozero::pbf_writer& layer() { return layer_; }

 private:
  using Numbers = std::map<std::string, std::uint32_t>;
  static std::uint32_t number_of(Numbers& numbers, const std::string& text) {
    return numbers.try_emplace(text, static_cast<std::uint32_t>(numbers.size())).first->second;
  }
  static std::vector<std::string> in_order(const Numbers& numbers) {
    std::vector<std::string> all(numbers.size());
    for (const auto& [text, number] : numbers) all[number] = text;
    return all;
  }
  protozero::pbf_writer layer_;
  Numbers keys_, values_;
  bool any_ = false;
};

}  // namespace

bool is_valid(const TileAddress& tile) {
  if (tile.z < 0 || tile.z > tile_zoom_max) return false;
  const std::uint32_t count = 1U << static_cast<unsigned>(tile.z);
  return tile.x < count && tile.y < count;
}

std::string make_tile(const std::string& layer, const std::vector<TileFeature>& features, const TileAddress& tile) {
  CELADON_ASSERT(is_valid(tile));
  const Projection project(tile);
  std::string data;
  LayerWriter writer(data);
  writer.layer().add_uint32(15, 2);
  writer.layer().add_string(1, layer);
  for (const auto& feature : features) {
    Geometry points;
    for (const auto& one : feature.points) {
      if (std::abs(one.lat_deg) > latitude_max_deg) continue;
      const Point p = project(one);
      if (p.x >= -margin && p.x <= tile_extent + margin && p.y >= -margin && p.y <= tile_extent + margin)
        points.point(p);
    }
    writer.add(feature, 1, points);
    Geometry lines;
    for (const auto& line : feature.lines) {
      for (const auto& piece : clip_line(simplified(project(line)))) lines.path(piece, false);
    }
    writer.add(feature, 2, lines);
    Geometry polygons;
    for (const auto& polygon : feature.polygons) add_polygon(polygons, polygon, project);
    writer.add(feature, 3, polygons);
  }
  if (!writer.any()) return {};
  writer.finish();
  std::string out;
  protozero::pbf_writer(out).add_message(3, data);
  return out;
}

}  // namespace celadon::service
