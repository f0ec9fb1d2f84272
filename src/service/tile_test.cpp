#include "service/point_index.hpp"
#include "service/shape_index.hpp"
#include "service/tile_test_decoder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::service;
using test::read_tile;

namespace {

/// A place in tile units as a person would work it out.
TilePoint unit_of(const LonLat& at, const TileAddress& tile) {
  const double n = std::pow(2.0, tile.z);
  const double lat = at.lat_deg * M_PI / 180;
  return {((at.lon_deg + 180) / 360 * n - tile.x) * 4096,
          ((1 - std::log(std::tan(lat) + 1 / std::cos(lat)) / M_PI) / 2 * n - tile.y) * 4096};
}

double distance_to(const std::vector<std::pair<int, int>>& path, const TilePoint& at) {
  double least = 1e9;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const double dx = path[i + 1].first - path[i].first;
    const double dy = path[i + 1].second - path[i].second;
    const double px = at.x - path[i].first;
    const double py = at.y - path[i].second;
    const double length2 = dx * dx + dy * dy;
    const double t = length2 == 0 ? 0 : std::clamp((px * dx + py * dy) / length2, 0.0, 1.0);
    least = std::min(least, std::hypot(px - t * dx, py - t * dy));
  }
  return least;
}

std::vector<TileFeature> scattered(std::mt19937_64& random, std::size_t count) {
  std::uniform_real_distribution<double> lon(116.5, 118.0), lat(28.5, 30.0), size(1e-5, 0.05);
  std::vector<TileFeature> features;
  for (std::size_t f = 0; f < count; ++f) {
    TileFeature feature;
    feature.attributes = {{"number", static_cast<std::int64_t>(f)}};
    const LonLat at{lon(random), lat(random)};
    const double side = size(random);
    if (f % 3 == 0) feature.points = {at};
    if (f % 3 == 1) feature.lines = {{at, {at.lon_deg + side, at.lat_deg + side}}};
    if (f % 3 == 2)
      feature.polygons = {{{at, {at.lon_deg + side, at.lat_deg}, {at.lon_deg, at.lat_deg + side}, at}}};
    features.push_back(std::move(feature));
  }
  return features;
}

std::vector<ledger::PlacedRecord> records_of(std::mt19937_64& random, std::size_t count) {
  std::uniform_real_distribution<double> lon(116.9, 117.5), lat(28.9, 29.6);
  static const char* const counties[] = {"360202", "360203", "360222", ""};
  static const char* const states[] = {"open", "closed"};
  std::vector<ledger::PlacedRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    ledger::PlacedRecord record;
    record.id = "R" + std::to_string(100'000 + i);
    record.title = "记录" + std::to_string(i);
    record.state = states[random() % 2];
    record.colour_value = random() % 3 == 0 ? "kiln" : "kitchen";
    record.division = counties[random() % 4];
    // One in eight stands where the one before stands.
    record.anchor = i % 8 == 7 ? records.back().anchor : LonLat{lon(random), lat(random)};
    records.push_back(std::move(record));
  }
  return records;
}

bool has(const std::vector<test::ReadFeature>& features, const std::string& key) {
  return std::any_of(features.begin(), features.end(), [&](const auto& one) { return one.attributes.contains(key); });
}

std::size_t counted(const test::ReadTile& tile) {
  double sum = 0;
  for (const auto& feature : tile.features) sum += std::max(1.0, feature.number("count"));
  return static_cast<std::size_t>(sum);
}

}  // namespace

TEST_CASE("what goes into a tile comes out of it: shapes to half a unit, attributes of each type") {
  TileFeature feature;
  feature.attributes = {{"name", "瓷都"}, {"value", 35.25}, {"count", std::int64_t{-3}}, {"voided", true}};
  feature.points = {{117.21, 29.29}};
  feature.lines = {{{117.2, 29.2}, {117.3, 29.35}}};
  feature.polygons = {{{{117.1, 29.1}, {117.15, 29.1}, {117.15, 29.15}, {117.1, 29.15}, {117.1, 29.1}}}};
  const TileAddress address{8, 211, 106};
  const auto tile = read_tile(make_tile("layer", {feature}, address));
  CHECK(tile.version == 2);
  CHECK(tile.extent == 4096);
  CHECK(tile.name == "layer");
  REQUIRE(tile.features.size() == 3);
  for (const auto& one : tile.features) {
    CHECK(one.attributes == std::map<std::string, TileValue>(feature.attributes.begin(), feature.attributes.end()));
  }
  const auto near = [&](const std::pair<int, int>& got, const LonLat& at) {
    const TilePoint wanted = unit_of(at, address);
    return std::abs(got.first - wanted.x) <= 0.5001 && std::abs(got.second - wanted.y) <= 0.5001;
  };
  CHECK(tile.features[0].type == 1);
  CHECK(near(tile.features[0].parts[0][0], feature.points[0]));
  CHECK(tile.features[1].type == 2);
  CHECK(near(tile.features[1].parts[0][0], feature.lines[0][0]));
  CHECK(near(tile.features[1].parts[0][1], feature.lines[0][1]));
  CHECK(tile.features[2].type == 3);
  CHECK(tile.features[2].parts[0].size() == 4);
}

TEST_CASE("a simplified line is nowhere further off than half a unit and the rounding") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> step(0, 0.0004);
  TileFeature feature;
  std::vector<LonLat> line = {{117.0, 29.3}};
  for (int i = 0; i < 3000; ++i) line.push_back({line.back().lon_deg + 0.0001, line.back().lat_deg + step(random)});
  feature.lines = {line};
  for (const int z : {6, 9, 10}) {
    const WorldPoint middle = to_world({117.15, 29.3});
    const double n = std::pow(2.0, z);
    const TileAddress address{z, static_cast<std::uint32_t>(middle.x * n), static_cast<std::uint32_t>(middle.y * n)};
    const auto tile = read_tile(make_tile("l", {feature}, address));
    REQUIRE(tile.features.size() == 1);
    std::size_t kept = 0;
    for (const auto& part : tile.features[0].parts) kept += part.size();
    CHECK(kept < line.size());
    for (const auto& at : line) {
      const TilePoint unit = unit_of(at, address);
      if (unit.x < 0 || unit.x > 4096 || unit.y < 0 || unit.y > 4096) continue;
      double off = 1e9;
      for (const auto& part : tile.features[0].parts) off = std::min(off, distance_to(part, unit));
      CHECK(off <= 0.5 + 0.71);
    }
  }
}

TEST_CASE("an outer ring has positive area and a hole negative, however they came") {
  for (const bool turned : {false, true}) {
    TileFeature feature;
    std::vector<LonLat> outer = {{10, 10}, {40, 10}, {40, 40}, {10, 40}, {10, 10}};
    std::vector<LonLat> hole = {{20, 20}, {30, 20}, {30, 30}, {20, 30}, {20, 20}};
    if (turned) std::reverse(outer.begin(), outer.end());
    if (turned) std::reverse(hole.begin(), hole.end());
    feature.polygons = {{outer, hole}};
    const auto tile = read_tile(make_tile("l", {feature}, {2, 2, 1}));
    REQUIRE(tile.features.size() == 1);
    REQUIRE(tile.features[0].parts.size() == 2);
    const auto area = [](const std::vector<std::pair<int, int>>& ring) {
      double sum = 0;
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto& a = ring[i];
        const auto& b = ring[(i + 1) % ring.size()];
        sum += static_cast<double>(a.first) * b.second - static_cast<double>(b.first) * a.second;
      }
      return sum;
    };
    CHECK(area(tile.features[0].parts[0]) > 0);
    CHECK(area(tile.features[0].parts[1]) < 0);
  }
}

TEST_CASE("the index of shapes finds in a box what a look at every shape finds") {
  std::mt19937_64 random(11);
  for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 300U, 5000U}) {
    const auto features = scattered(random, count);
    const ShapeIndex index(features);
    CHECK(index.size() == count);
    std::uniform_real_distribution<double> lon(116.4, 118.1), lat(28.4, 30.1), size(0, 0.4);
    for (int i = 0; i < 40; ++i) {
      Bounds box;
      const LonLat at{lon(random), lat(random)};
      box.include(at);
      box.include({at.lon_deg + size(random), at.lat_deg + size(random)});
      std::vector<std::uint32_t> wanted;
      for (std::size_t f = 0; f < count; ++f) {
        Bounds own;
        for (const auto& p : features[f].points) own.include(p);
        for (const auto& line : features[f].lines) {
          for (const auto& p : line) own.include(p);
        }
        for (const auto& polygon : features[f].polygons) {
          for (const auto& p : polygon[0]) own.include(p);
        }
        if (own.west_deg <= box.east_deg && own.east_deg >= box.west_deg && own.south_deg <= box.north_deg &&
            own.north_deg >= box.south_deg)
          wanted.push_back(static_cast<std::uint32_t>(f));
      }
      CHECK(index.meeting(box) == wanted);
    }
  }
}

TEST_CASE("a tile of the index holds the shapes of the same tile made of each alone") {
  std::mt19937_64 random(13);
  const auto features = scattered(random, 900);
  const ShapeIndex index(features);
  for (const TileAddress address : {TileAddress{8, 211, 106}, {10, 845, 424}, {12, 3381, 1699}, {14, 13526, 6796}}) {
    std::set<double> wanted;
    for (std::size_t f = 0; f < features.size(); ++f) {
      if (!make_tile("l", {features[f]}, address).empty()) wanted.insert(static_cast<double>(f));
    }
    std::set<double> got;
    double before = -1;
    for (const auto& one : read_tile(index.tile("l", address)).features) {
      got.insert(one.number("number"));
      CHECK(one.number("number") > before);  // in the order given
      before = one.number("number");
    }
    CHECK(got == wanted);
  }
}

TEST_CASE("every record is in exactly one tile of each zoom, alone or counted") {
  std::mt19937_64 random(17);
  const auto records = records_of(random, 6000);
  const PointIndex index(records);
  for (const int z : {0, 4, 8, 11, 13}) {
    const double n = std::pow(2.0, z);
    std::set<std::pair<std::uint32_t, std::uint32_t>> tiles;
    for (const auto& record : records) {
      const WorldPoint world = to_world(record.anchor);
      tiles.emplace(static_cast<std::uint32_t>(world.x * n), static_cast<std::uint32_t>(world.y * n));
    }
    std::size_t sum = 0;
    for (const auto& [x, y] : tiles) {
      const auto tile = read_tile(index.tile("r", {z, x, y}, {}));
      sum += counted(tile);
      for (const auto& one : tile.features) {
        const auto& at = one.parts[0][0];
        CHECK(at.first >= 0);
        CHECK(at.first <= 4096);
        CHECK(at.second >= 0);
        CHECK(at.second <= 4096);
      }
    }
    CHECK(sum == records.size());
  }
}

TEST_CASE("tiles of points do not depend on the order in which the records came") {
  std::mt19937_64 random(19);
  auto records = records_of(random, 3000);
  const PointIndex first(records);
  std::shuffle(records.begin(), records.end(), random);
  const PointIndex second(records);
  // Numbers of colours and owners may differ, what is told may not.
  for (const TileAddress address : {TileAddress{8, 211, 106}, {13, 6763, 3398}, {14, 13526, 6796}}) {
    const auto a = read_tile(first.tile("r", address, {}));
    const auto b = read_tile(second.tile("r", address, {}));
    REQUIRE(a.features.size() == b.features.size());
    for (std::size_t f = 0; f < a.features.size(); ++f) {
      CHECK(a.features[f].parts == b.features[f].parts);
      CHECK(a.features[f].text("id") == b.features[f].text("id"));
      CHECK(a.features[f].number("count") == b.features[f].number("count"));
      CHECK(a.features[f].text("bounds") == b.features[f].text("bounds"));
    }
  }
}

TEST_CASE("records that come, move and go one by one give the index of all of them at once") {
  std::mt19937_64 random(23);
  auto records = records_of(random, 2000);
  PointIndex index(records);
  for (int round = 0; round < 30; ++round) {
    std::vector<std::string> ids;
    std::vector<ledger::PlacedRecord> come;
    for (int k = 0; k < 100; ++k) {
      const std::size_t at = random() % records.size();
      if (std::find(ids.begin(), ids.end(), records[at].id) != ids.end()) continue;
      ids.push_back(records[at].id);
      if (k % 3 == 0) {
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
        continue;
      }
      records[at].anchor.lon_deg += 0.01;
      records[at].state = "closed";
      come.push_back(records[at]);
    }
    index = index.with(ids, come);
  }
  const PointIndex fresh(records);
  CHECK(index.size() == fresh.size());
  for (const TileAddress address : {TileAddress{6, 52, 26}, {12, 3381, 1699}, {14, 13526, 6796}, {13, 6763, 3398}}) {
    const auto a = read_tile(index.tile("r", address, {}));
    const auto b = read_tile(fresh.tile("r", address, {}));
    REQUIRE(a.features.size() == b.features.size());
    for (std::size_t f = 0; f < a.features.size(); ++f) {
      CHECK(a.features[f].parts == b.features[f].parts);
      CHECK(a.features[f].attributes == b.features[f].attributes);
    }
  }
}

TEST_CASE("a tile for a county has nothing of another county, in numbers nor in names") {
  std::mt19937_64 random(29);
  const auto records = records_of(random, 5000);
  const PointIndex index(records);
  PointAsk ask;
  ask.scope.divisions = {"360222"};
  std::size_t theirs = 0;
  for (const auto& record : records) theirs += record.division.empty() || record.division == "360222" ? 1 : 0;
  CHECK(index.extent(ask).count == theirs);
  CHECK(counted(read_tile(index.tile("r", {0, 0, 0}, ask))) == theirs);
  std::map<std::string, std::string> division_of;
  for (const auto& record : records) division_of[record.id] = record.division;
  const WorldPoint middle = to_world({117.2, 29.2});
  const TileAddress close{14, static_cast<std::uint32_t>(middle.x * 16384), static_cast<std::uint32_t>(middle.y * 16384)};
  for (const auto& one : read_tile(index.tile("r", close, ask)).features) {
    const std::string& division = division_of.at(one.text("id"));
    CHECK((division.empty() || division == "360222"));
  }
  ask.scope.nothing = true;
  CHECK(index.tile("r", {0, 0, 0}, ask).empty());
  PointAsk open;
  open.with_title = open.with_state = open.with_colour = false;
  for (const auto& one : read_tile(index.tile("r", close, open)).features) {
    CHECK(one.text("title") == one.text("id"));
    CHECK(one.text("state").empty());
    CHECK(one.text("colour").empty());
  }
}

TEST_CASE("points at one place say how many they are, and too many of them are one") {
  std::vector<ledger::PlacedRecord> records;
  for (int i = 0; i < 3; ++i)
    records.push_back({"A" + std::to_string(i), "a", "", {117.2, 29.3}, "", "", "", {}});
  for (int i = 0; i < 60; ++i)
    records.push_back({"B" + std::to_string(i), "b", "", {117.201, 29.301}, "", "", "", {}});
  const PointIndex index(records);
  const WorldPoint world = to_world({117.2, 29.3});
  const TileAddress address{12, static_cast<std::uint32_t>(world.x * 4096), static_cast<std::uint32_t>(world.y * 4096)};
  const auto tile = read_tile(index.tile("r", address, {}));
  REQUIRE(tile.features.size() == 4);
  std::set<double> nth;
  for (const auto& one : tile.features) {
    if (one.attributes.contains("count")) {
      CHECK(one.number("count") == 60);
      CHECK(one.number("stack") == 60);
      CHECK_FALSE(one.attributes.contains("zoom"));
      continue;
    }
    CHECK(one.number("stack") == 3);
    nth.insert(one.number("nth"));
  }
  CHECK(nth == std::set<double>{0, 1, 2});
}

TEST_CASE("a cluster parts at the zoom it names") {
  std::mt19937_64 random(31);
  const auto records = records_of(random, 20'000);
  const PointIndex index(records);
  const auto tile = read_tile(index.tile("r", {7, 105, 53}, {}));
  REQUIRE(has(tile.features, "zoom"));
  for (const auto& cluster : tile.features) {
    if (!cluster.attributes.contains("zoom") || cluster.number("zoom") > 16) continue;
    const auto z = static_cast<int>(cluster.number("zoom"));
    double west = 0, south = 0, east = 0, north = 0;
    REQUIRE(std::sscanf(cluster.text("bounds").c_str(), "%lf,%lf,%lf,%lf", &west, &south, &east, &north) == 4);
    const double n = std::pow(2.0, z);
    const WorldPoint first = to_world({west, north});
    const WorldPoint last = to_world({east, south});
    std::size_t pieces = 0;
    std::size_t sum = 0;
    for (auto x = static_cast<std::uint32_t>(first.x * n); x <= static_cast<std::uint32_t>(last.x * n); ++x) {
      for (auto y = static_cast<std::uint32_t>(first.y * n); y <= static_cast<std::uint32_t>(last.y * n); ++y) {
        for (const auto& piece : read_tile(index.tile("r", {z, x, y}, {})).features) {
          ++pieces;
          sum += static_cast<std::size_t>(std::max(1.0, piece.number("count")));
        }
      }
    }
    CHECK(pieces > 1);
    CHECK(sum >= static_cast<std::size_t>(cluster.number("count")));
  }
}
