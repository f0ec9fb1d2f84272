#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "service/api.hpp"
#include "service/tile.hpp"

#include <doctest/doctest.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <protozero/pbf_reader.hpp>
#pragma GCC diagnostic pop

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

using namespace celadon;
using namespace celadon::service;

namespace {

struct DecodedTile {
  std::string name;
  std::uint32_t version = 0;
  std::size_t features = 0;
  double area = 0;         ///< of all rings, holes negative
  std::size_t points = 0;  ///< line-to and move-to targets
  bool in_bounds = true;
};

/// Walks the geometry of a feature by the commands of the specification.
void walk(const std::vector<std::uint32_t>& words, DecodedTile& tile) {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::vector<std::pair<double, double>> ring;
  for (std::size_t i = 0; i < words.size();) {
    const std::uint32_t command = words[i] & 7U;
    const std::uint32_t count = words[i] >> 3U;
    ++i;
    if (command == 7) {
      for (std::size_t k = 0; k < ring.size(); ++k) {
        const auto& a = ring[k];
        const auto& b = ring[(k + 1) % ring.size()];
        tile.area += (a.first * b.second - b.first * a.second) / 2;
      }
      continue;
    }
    if (command == 1) ring.clear();
    for (std::uint32_t k = 0; k < count; ++k) {
      x += protozero::decode_zigzag32(words.at(i));
      y += protozero::decode_zigzag32(words.at(i + 1));
      i += 2;
      ++tile.points;
      ring.emplace_back(static_cast<double>(x), static_cast<double>(y));
      if (x < -65 || x > 4161 || y < -65 || y > 4161) tile.in_bounds = false;
    }
  }
}

DecodedTile decode(const std::string& bytes) {
  DecodedTile tile;
  protozero::pbf_reader outer(bytes);
  if (!outer.next(3)) return tile;
  protozero::pbf_reader layer = outer.get_message();
  while (layer.next()) {
    if (layer.tag() == 15)
      tile.version = layer.get_uint32();
    else if (layer.tag() == 1)
      tile.name = layer.get_string();
    else if (layer.tag() == 2) {
      ++tile.features;
      protozero::pbf_reader feature = layer.get_message();
      while (feature.next()) {
        if (feature.tag() != 4) {
          feature.skip();
          continue;
        }
        std::vector<std::uint32_t> words;
        for (const auto word : feature.get_packed_uint32()) words.push_back(word);
        walk(words, tile);
      }
    } else {
      layer.skip();
    }
  }
  return tile;
}

TileFeature square(double west, double south, double east, double north, bool clockwise) {
  std::vector<LonLat> ring = {{west, south}, {east, south}, {east, north}, {west, north}, {west, south}};
  if (clockwise) std::reverse(ring.begin(), ring.end());
  TileFeature feature;
  feature.attributes = {{"name", "x"}};
  feature.polygons = {{ring}};
  return feature;
}

Router small_router() {
  Router router;
  router.add({"GET",
              "/api/v1/things/{id}",
              "One thing",
              {{"colour", "its colour"}},
              [](const Request& request) -> Result<Response> {
                if (request.path_value("id") == "bad") return fail(Errc::invalid_value, "bad id", "id");
                if (request.path_value("id") == "throw") throw std::runtime_error("thrown");
                return json_response("\"" + request.path_value("id") + request.one("colour").value_or("") + "\"");
              }});
  router.add({"POST",
              "/api/v1/things/{id}",
              "Change it",
              {},
              [](const Request&) -> Result<Response> { return json_response("1"); },
              64 << 20});
  return router;
}

Response ask(const Router& router, const char* method, const char* target) {
  Request request;
  request.method = method;
  const auto parsed = parse_target(target, request);
  return parsed ? router.answer(std::move(request)) : problem(parsed.error());
}

}  // namespace

TEST_CASE("a polygon that covers the tile fills it, whichever way it was wound") {
  for (const bool clockwise : {false, true}) {
    const auto tile = decode(make_tile("l", {square(-170, -80, 170, 80, clockwise)}, {4, 8, 7}));
    CHECK(tile.name == "l");
    CHECK(tile.version == 2);
    CHECK(tile.area == doctest::Approx((4096.0 + 128) * (4096 + 128)));
  }
}

TEST_CASE("the tiles of one level together have the area of the polygon") {
  const auto feature = square(10, 20, 30, 45, false);
  const auto y_of = [](double lat_deg) { return std::asinh(std::tan(lat_deg * M_PI / 180)) / (2 * M_PI); };
  const double expected = (20.0 / 360) * (y_of(45) - y_of(20)) * 64 * 64 * 4096 * 4096;
  double area = 0;
  for (std::uint32_t x = 0; x < 64; ++x) {
    for (std::uint32_t y = 0; y < 64; ++y) {
      const auto tile = decode(make_tile("l", {feature}, {6, x, y}));
      CHECK(tile.in_bounds);
      if (tile.features > 0) area += tile.area / std::pow(1 + 128.0 / 4096, 2);  // inner tiles carry their margin
    }
  }
  CHECK(area == doctest::Approx(expected).epsilon(0.2));
}

TEST_CASE("every point is in exactly the tile it lies in, give or take the margin") {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> lon(-179, 179);
  std::uniform_real_distribution<double> lat(-84, 84);
  for (int run = 0; run < 200; ++run) {
    TileFeature feature;
    feature.points = {{lon(random), lat(random)}};
    int seen = 0;
    for (std::uint32_t x = 0; x < 8; ++x) {
      for (std::uint32_t y = 0; y < 8; ++y) seen += decode(make_tile("p", {feature}, {3, x, y})).points > 0 ? 1 : 0;
    }
    CHECK(seen >= 1);
    CHECK(seen <= 4);
  }
}

TEST_CASE("a line is clipped, and a tile without anything is empty") {
  TileFeature line;
  line.lines = {{{-100, 0}, {100, 0.001}}};
  CHECK(decode(make_tile("l", {line}, {4, 8, 7})).in_bounds);
  CHECK(make_tile("l", {line}, {4, 8, 2}).empty());
  CHECK(make_tile("l", {}, {0, 0, 0}).empty());
  TileFeature broken;
  broken.polygons = {{{{1, 1}}}, {{}}};
  broken.lines = {{}, {{2, 2}}};
  CHECK(make_tile("l", {broken}, {0, 0, 0}).empty());
  CHECK(is_valid(TileAddress{16, 65535, 65535}));
  CHECK_FALSE(is_valid(TileAddress{16, 65536, 0}));
  CHECK_FALSE(is_valid(TileAddress{17, 0, 0}));
}

TEST_CASE("a route is found by method and pattern, with what stands in its places") {
  const Router router = small_router();
  CHECK(ask(router, "GET", "/api/v1/things/7?colour=red%20+x").body == "\"7red  x\"");
  CHECK(ask(router, "HEAD", "/api/v1/things/7").status == 200);
  CHECK(ask(router, "GET", "/api/v1/things/a%2Fb%25c%252F?colour=x").body == "\"a/b%c%2Fx\"");
  CHECK(ask(router, "GET", "/api/v1/things").status == 404);
  CHECK(ask(router, "GET", "/api/v1/things/7/8").status == 404);
  const Response other = ask(router, "DELETE", "/api/v1/things/7");
  CHECK(other.status == 405);
  CHECK(other.headers.at(0).second == "GET, POST");
  CHECK(router.body_bytes_max("POST", "/api/v1/things/7") == 64U << 20U);
  CHECK(router.body_bytes_max("GET", "/api/v1/things/7") == 1U << 20U);
}

TEST_CASE("what goes wrong is a problem with its field, also what a handler throws") {
  const Router router = small_router();
  const Response bad = ask(router, "GET", "/api/v1/things/bad");
  CHECK(bad.status == 422);
  CHECK(bad.content_type == "application/problem+json");
  CHECK(bad.body.find("\"type\":\"/problems/invalid-value\"") != std::string::npos);
  CHECK(bad.body.find("\"field\":\"id\"") != std::string::npos);
  CHECK(ask(router, "GET", "/api/v1/things/throw").status == 500);
  const Response unknown = ask(router, "GET", "/api/v1/things/7?size=3");
  CHECK(unknown.status == 400);
  CHECK(unknown.body.find("there are colour") != std::string::npos);
  CHECK(ask(router, "GET", "/api/%zz").status == 400);
  CHECK(ask(router, "GET", "/api/%").status == 400);
  CHECK(ask(router, "GET", "/api/%00").status == 400);
  CHECK(ask(router, "GET", "api").status == 400);
}

TEST_CASE("times and numbers of a query are checked") {
  Request request;
  REQUIRE(parse_target("/x?from=2020-04-03T08:00:00Z&to=soon&limit=5&many=1x", request).has_value());
  CHECK(request.time("from")->value() == parse_instant("2020-04-03 16:00").value());
  CHECK(request.time("to").error().field == "to");
  CHECK_FALSE(request.time("until")->has_value());
  CHECK(request.whole("limit", 1, 1, 10).value() == 5);
  CHECK(request.whole("limit", 1, 6, 10).error().code == Errc::invalid_value);
  CHECK(request.whole("many", 1, 1, 10).error().code == Errc::malformed);
  CHECK(request.whole("other", 3, 1, 10).value() == 3);
}

TEST_CASE("the description holds every route") {
  const std::string text = openapi(small_router(), "1");
  CHECK(text.find("\"/api/v1/things/{id}\":{\"get\"") != std::string::npos);
  CHECK(text.find("\"post\"") != std::string::npos);
  CHECK(text.find("\"name\":\"colour\",\"in\":\"query\"") != std::string::npos);
}

TEST_CASE("a file of the page whose name is of its content is read once; what the page begins with is read each time") {
  const auto root = std::filesystem::temp_directory_path() / "celadon-page-files";
  std::filesystem::remove_all(root);
  std::filesystem::create_directories(root / "assets");
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(root / name) << text; };
  const std::string script(4000, 'x');
  write("assets/map-1a2b.js", script);
  write("index.html", "first");
  BodyCache kept(1U << 20U);
  const auto get = [&](const char* path, bool takes_gzip = false) {
    Request request;
    request.path = path;
    request.takes_gzip = takes_gzip;
    return static_file(root, request, kept);
  };
  const Response plain = get("/assets/map-1a2b.js");
  CHECK(plain.body == script);
  CHECK(plain.content_type == "text/javascript; charset=utf-8");
  CHECK(plain.cache_control.find("immutable") != std::string::npos);
  std::filesystem::remove(root / "assets/map-1a2b.js");
  const Response packed = get("/assets/map-1a2b.js", true);
  CHECK(packed.is_packed);
  CHECK(packed.body.size() < script.size() / 10);
  CHECK(packed.etag != plain.etag);
  CHECK(get("/").body == "first");
  write("index.html", "second");
  CHECK(get("/").body == "second");
  CHECK(get("/assets/../index.html").cache_control == "no-cache");
  CHECK(get("/assets/none.js").status == 404);
  CHECK(get("/../index.html").status == 404);
  std::filesystem::remove_all(root);
}
