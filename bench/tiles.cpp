#define DOCTEST_CONFIG_DISABLE
#define DOCTEST_CONFIG_EVALUATE_ASSERTS_EVEN_WHEN_DISABLED  // no test runs here, but what a check calls is wanted
#define DOCTEST_CONFIG_ASSERTS_RETURN_VALUES
#include "service/service_test_world.hpp"

#include "bench.hpp"
#include "service/point_index.hpp"
#include "service/shape_index.hpp"
#include "service/shape_thinning.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <random>
#include <thread>

// Tiles of a million points, lines and areas: how long the index takes to make, what a tile costs that nobody asked for
// yet, and how many come a second that were asked for before. One JSON line each.
//
//   bench_tiles [features] [tiles a zoom] [--dump FOLDER]
//
// With --dump the same features and tiles are written as CSV, for bench/tiles_postgis.mjs.

using namespace celadon;
using namespace celadon::service;

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Data {
  std::vector<ledger::PlacedRecord> points;
  std::vector<TileFeature> lines, areas;
};

/// Six towns and what lies between them, as bench/big_city.mjs has it.
LonLat place(std::mt19937_64& random) {
  static constexpr double towns[][3] = {{117.21, 29.29, 0.05}, {117.13, 28.96, 0.04}, {117.25, 29.36, 0.03},
                                        {117.03, 29.18, 0.03}, {117.55, 29.53, 0.03}, {117.33, 29.12, 0.04}};
  std::uniform_real_distribution<double> share(0, 1);
  std::normal_distribution<double> normal(0, 1);
  if (share(random) < 0.25) return {116.95 + 0.85 * share(random), 28.75 + 1.15 * share(random)};
  const auto& town = towns[static_cast<std::size_t>(std::pow(share(random), 2) * 6)];
  return {town[0] + town[2] * normal(random), town[1] + town[2] * normal(random)};
}

Data make(std::size_t count) {
  std::mt19937_64 random(20261129);
  std::uniform_real_distribution<double> share(0, 1);
  static const char* const kinds[] = {"kitchen", "kitchen", "kiln", "repair", "print"};
  Data data;
  data.points.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    data.points.push_back({"BU" + std::to_string(1'000'000 + i), "试验" + std::to_string(i), "open", place(random),
                           kinds[random() % 5], "360202", "", {}});
  }
  for (std::size_t i = 0; i < count; ++i) {
    TileFeature line;
    line.attributes = {{"id", static_cast<std::int64_t>(i)}, {"kind", std::string(kinds[random() % 5])}};
    std::vector<LonLat> path = {place(random)};
    for (int k = 0; k < 9; ++k) {
      path.push_back({path.back().lon_deg + 0.0006 * (share(random) - 0.3), path.back().lat_deg + 0.0006 * (share(random) - 0.5)});
    }
    line.lines = {std::move(path)};
    data.lines.push_back(std::move(line));
    TileFeature area;
    area.attributes = {{"id", static_cast<std::int64_t>(i)}, {"kind", std::string(kinds[random() % 5])}};
    const LonLat middle = place(random);
    const double radius = 0.0001 + 0.0004 * share(random);
    std::vector<LonLat> ring;
    for (int k = 0; k < 8; ++k) {
      const double angle = k * M_PI / 4;
      const double own = radius * (0.7 + 0.3 * share(random));
      ring.push_back({middle.lon_deg + own * std::cos(angle), middle.lat_deg + own * std::sin(angle)});
    }
    ring.push_back(ring.front());
    area.polygons = {{std::move(ring)}};
    data.areas.push_back(std::move(area));
  }
  return data;
}

/// Tiles that people look at: where the features are, at every zoom.
std::vector<TileAddress> addresses(std::size_t each) {
  std::mt19937_64 random(7);
  std::vector<TileAddress> all;
  for (int z = 8; z <= 16; ++z) {
    for (std::size_t i = 0; i < each; ++i) {
      const WorldPoint at = to_world(place(random));
      const double n = std::ldexp(1.0, z);
      all.push_back({z, static_cast<std::uint32_t>(at.x * n), static_cast<std::uint32_t>(at.y * n)});
    }
  }
  return all;
}

/// `sum` is the time of all; where it is not given, they came one after the other.
void tell(const std::string& what, std::vector<double> seconds, std::size_t bytes, double made_s, double sum = 0) {
  if (sum == 0) sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  std::sort(seconds.begin(), seconds.end());
  const auto at = [&](double share) { return seconds[static_cast<std::size_t>(share * (static_cast<double>(seconds.size()) - 1))] * 1e3; };
  std::printf("{\"what\":\"%s\",\"tiles\":%zu,\"tiles_per_s\":%.0f,\"p50_ms\":%.4f,\"p99_ms\":%.3f,\"longest_ms\":%.3f,"
              "\"bytes\":%zu,\"index_made_s\":%.2f}\n",
              what.c_str(), seconds.size(), static_cast<double>(seconds.size()) / sum, at(0.5), at(0.99), at(1), bytes, made_s);
  std::fflush(stdout);
}

template <class Make>
void cold(const std::string& what, const std::vector<TileAddress>& tiles, double made_s, const Make& make_tile_of) {
  std::vector<double> seconds;
  std::size_t bytes = 0;
  for (const auto& tile : tiles) {
    const auto begin = Clock::now();
    bytes += make_tile_of(tile).size();
    seconds.push_back(seconds_since(begin));
  }
  tell(what + ", cold", std::move(seconds), bytes, made_s);
}

Request request_of(const std::string& target) {
  Request request;
  static_cast<void>(parse_target(target, request));
  request.method = "GET";
  request.takes_gzip = true;
  return request;
}

/// A connection that asks for tiles, one at a time.
class Caller {
 public:
  bool connect(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int at_once = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Caller() { ::close(socket_); }

  void ask(const std::string& target) {
    const std::string head = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n";
    begin_ = Clock::now();
    if (::send(socket_, head.data(), head.size(), 0) < 0) std::exit(1);
  }
  /// Bytes of the answer; adds the time it took.
  std::size_t answer(std::vector<double>& seconds) {
    std::size_t got = 0, end = std::string::npos, length = 0;
    while (end == std::string::npos || got < end + length) {
      const auto count = ::recv(socket_, buffer_.data() + got, buffer_.size() - got, 0);
      if (count <= 0) std::exit(1);
      got += static_cast<std::size_t>(count);
      const std::string_view text(buffer_.data(), got);
      if (end != std::string::npos || (end = text.find("\r\n\r\n")) == std::string::npos) continue;
      end += 4;
      const auto at = text.find("Content-Length: ");
      length = at < end ? static_cast<std::size_t>(std::atol(buffer_.data() + at + 16)) : 0;
    }
    seconds.push_back(seconds_since(begin_));
    return got;
  }

 private:
  int socket_ = -1;
  Clock::time_point begin_;
  std::vector<char> buffer_ = std::vector<char>(1 << 20);
};

/// The whole service: tiles that were asked for before, by Router::answer and over sockets.
void warm() {
  test::World world;
  std::vector<std::string> targets;
  for (const auto& tile : addresses(12)) {
    for (const char* layer : {"boundaries", "rivers", "sites"})
      targets.push_back("/tiles/" + std::string(layer) + "/" + std::to_string(tile.z) + "/" + std::to_string(tile.x) + "/" + std::to_string(tile.y) + ".mvt");
  }
  for (const auto& target : targets) static_cast<void>(world.service->answer(request_of(target)));
  constexpr std::size_t rounds = 200'000;
  std::vector<double> seconds;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < rounds; ++i) {
    Request request = request_of(targets[i % targets.size()]);
    const auto begin = Clock::now();
    bytes += world.service->answer(std::move(request)).body.size();
    seconds.push_back(seconds_since(begin));
  }
  tell("service, Router::answer, warm, gzip, one thread", std::move(seconds), bytes, 0);

  if (!world.service->start("127.0.0.1", 0)) return;
  const auto guard = boost::asio::make_work_guard(world.io);
  {
    std::jthread network([&] { world.io.run(); });
    for (const std::size_t connections : {1U, 16U}) {
      std::vector<Caller> callers(connections);
      for (auto& caller : callers) {
        if (!caller.connect(world.service->port())) return;
      }
      std::vector<double> over;
      bytes = 0;
      const auto begin = Clock::now();
      for (std::size_t i = 0; i < rounds / 2; i += connections) {
        for (std::size_t c = 0; c < connections; ++c) callers[c].ask(targets[(i + c) % targets.size()]);
        for (auto& caller : callers) bytes += caller.answer(over);
      }
      tell("service over HTTP, warm, gzip, " + std::to_string(connections) + " connections, server and client one thread each",
           std::move(over), bytes, 0, seconds_since(begin));
    }
    world.service->stop();
    world.io.stop();
  }
}

std::vector<std::uint8_t> first_zooms_of(const std::vector<TileFeature>& shapes) {
  std::vector<ShapeSize> sizes;
  for (const auto& one : shapes) {
    WorldPoint low{2, 2}, high{-1, -1};
    for (const auto& at : one.lines.empty() ? one.polygons[0][0] : one.lines[0]) {
      const WorldPoint world = to_world(at);
      low = {std::min(low.x, world.x), std::min(low.y, world.y)};
      high = {std::max(high.x, world.x), std::max(high.y, world.y)};
    }
    sizes.push_back({{(low.x + high.x) / 2, (low.y + high.y) / 2}, std::max(high.x - low.x, high.y - low.y)});
  }
  return first_zooms(sizes);
}

void dump(const Data& data, const std::vector<TileAddress>& tiles, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::ofstream points(folder / "points.csv");
  points.precision(10);
  for (const auto& one : data.points)
    points << one.id << "," << one.title << "," << one.state << "," << one.colour_value << "," << one.anchor.lon_deg << "," << one.anchor.lat_deg << "\n";
  const auto put_path = [](std::ostream& out, const std::vector<LonLat>& path) {
    for (std::size_t i = 0; i < path.size(); ++i) out << (i == 0 ? "" : ",") << path[i].lon_deg << " " << path[i].lat_deg;
  };
  for (const bool is_area : {false, true}) {
    std::ofstream out(folder / (is_area ? "areas.csv" : "lines.csv"));
    out.precision(10);
    const auto& shapes = is_area ? data.areas : data.lines;
    const auto zooms = first_zooms_of(shapes);
    for (std::size_t s = 0; s < shapes.size(); ++s) {
      const auto& one = shapes[s];
      out << std::get<std::int64_t>(one.attributes[0].second) << "," << std::get<std::string>(one.attributes[1].second) << ",\""
          << (is_area ? "POLYGON((" : "LINESTRING(");
      put_path(out, is_area ? one.polygons[0][0] : one.lines[0]);
      out << (is_area ? "))\"," : ")\",") << int{zooms[s]} << "\n";
    }
  }
  std::ofstream list(folder / "tiles.csv");
  for (const auto& tile : tiles) list << tile.z << "," << tile.x << "," << tile.y << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 1'000'000;
  const std::size_t each = argc > 2 ? static_cast<std::size_t>(std::atol(argv[2])) : 100;
  const Data data = make(count);
  const auto tiles = addresses(each);
  if (argc > 4 && std::strcmp(argv[3], "--dump") == 0) dump(data, tiles, argv[4]);
  {
    const auto begin = Clock::now();
    const PointIndex index(data.points);
    const double made_s = seconds_since(begin);
    const PointAsk everything;
    cold("points", tiles, made_s, [&](const TileAddress& tile) { return index.tile("points", tile, everything); });
    PointAsk county;
    county.scope.divisions = {"360222"};
    cold("points of another county", tiles, made_s, [&](const TileAddress& tile) { return index.tile("points", tile, county); });
    const auto change = Clock::now();
    const std::string ids[] = {data.points[count / 2].id};
    const PointIndex next = index.with(ids, {data.points[count / 2]});
    std::printf("{\"what\":\"points, one of them changed\",\"ms\":%.1f,\"size\":%zu}\n", seconds_since(change) * 1e3, next.size());
  }
  for (const bool is_area : {false, true}) {
    const auto begin = Clock::now();
    const ShapeIndex index(is_area ? data.areas : data.lines);
    const double made_s = seconds_since(begin);
    cold(is_area ? "areas" : "lines", tiles, made_s, [&](const TileAddress& tile) { return index.tile("shapes", tile); });
  }
  warm();
  return 0;
}
