#include "service/shape_thinning.hpp"

#include "service/shape_index.hpp"
#include "service/tile_test_decoder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace celadon;
using namespace celadon::service;

namespace {

std::vector<ShapeSize> crowd(std::mt19937_64& random, std::size_t count) {
  std::normal_distribution<double> off(0, 0.0005);
  std::uniform_real_distribution<double> power(-22, -8);
  std::vector<ShapeSize> shapes;
  for (std::size_t i = 0; i < count; ++i)
    shapes.push_back({{0.8255 + off(random), 0.4163 + off(random)}, std::exp2(power(random))});
  return shapes;
}

}  // namespace

TEST_CASE("few shapes are drawn at every zoom, however close") {
  std::mt19937_64 random(3);
  const auto zooms = first_zooms(crowd(random, thinned_from - 1));
  CHECK(std::count(zooms.begin(), zooms.end(), 0) == static_cast<std::ptrdiff_t>(zooms.size()));
}

TEST_CASE("of many shapes a cell draws the widest, and all the large ones") {
  std::mt19937_64 random(5);
  auto shapes = crowd(random, 20'000);
  shapes[17].widest = std::numeric_limits<double>::infinity();
  const auto zooms = first_zooms(shapes);
  REQUIRE(zooms.size() == shapes.size());
  CHECK(zooms[17] == 0);
  for (int zoom = 0; zoom < tile_zoom_max; ++zoom) {
    const double cells = std::exp2(zoom) * 512 / thinning_cell_px;
    struct Cell {
      std::size_t shown = 0, small_shown = 0;
      double narrowest_shown = std::numeric_limits<double>::infinity(), widest_hidden = 0;
    };
    std::map<std::pair<double, double>, Cell> seen;
    for (std::size_t s = 0; s < shapes.size(); ++s) {
      const double width_px = shapes[s].widest * std::exp2(zoom) * 512;
      auto& cell = seen[{std::floor(shapes[s].middle.x * cells), std::floor(shapes[s].middle.y * cells)}];
      if (zooms[s] > zoom) {
        CHECK(width_px < thinning_large_px);
        cell.widest_hidden = std::max(cell.widest_hidden, shapes[s].widest);
        continue;
      }
      ++cell.shown;
      if (width_px < thinning_large_px) ++cell.small_shown;
      cell.narrowest_shown = std::min(cell.narrowest_shown, shapes[s].widest);
    }
    for (const auto& [place, cell] : seen) {
      CHECK(cell.small_shown <= thinning_cell_shapes);
      CHECK(cell.narrowest_shown >= cell.widest_hidden);
      if (cell.widest_hidden > 0) CHECK(cell.shown >= thinning_cell_shapes);
    }
  }
  CHECK(*std::max_element(zooms.begin(), zooms.end()) <= tile_zoom_max);
}

TEST_CASE("a crowded tile has what thinning leaves, the closest zoom has everything") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> share(0, 1);
  std::vector<TileFeature> features;
  for (std::int64_t f = 0; f < 6000; ++f) {
    const LonLat at{117.2 + 0.003 * share(random), 29.3 + 0.003 * share(random)};
    const double side = 0.0001 + 0.0001 * share(random);
    TileFeature feature;
    feature.attributes = {{"number", f}};
    feature.lines = {{at, {at.lon_deg + side, at.lat_deg + side}}};
    features.push_back(std::move(feature));
  }
  const ShapeIndex index(features);
  const auto numbers_at = [&](int z) {
    const WorldPoint middle = to_world({117.2015, 29.3015});
    const double n = std::exp2(z);
    std::vector<double> numbers;
    // The tile and its neighbours, so that a zoom is seen whole.
    for (int dx = -1; dx <= 1; ++dx) {
      for (int dy = -1; dy <= 1; ++dy) {
        const TileAddress tile{z, static_cast<std::uint32_t>(static_cast<int>(middle.x * n) + dx),
                               static_cast<std::uint32_t>(static_cast<int>(middle.y * n) + dy)};
        const std::string bytes = index.tile("l", tile);
        if (bytes.empty()) continue;
        for (const auto& one : test::read_tile(bytes).features) numbers.push_back(one.number("number"));
      }
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  };
  const auto everything = numbers_at(tile_zoom_max);
  CHECK(everything.size() == features.size());
  std::vector<double> before;
  for (const int z : {13, 14, 15, 16}) {
    const auto now = numbers_at(z);
    CHECK(std::includes(now.begin(), now.end(), before.begin(), before.end()));
    CHECK(now.size() > before.size());
    before = now;
  }
  CHECK(numbers_at(13).size() < features.size() / 4);
}
