#include "service/api.hpp"
#include "service/record_query.hpp"
#include "service/register_routes.hpp"
#include "service/tile.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <deque>
#include <map>
#include <mutex>
#include <numbers>

// A register on the map: its points, gathered into clusters where they are dense.

namespace celadon::service {
namespace {

constexpr std::size_t points_max = 200'000;     ///< that one tile looks at
constexpr std::size_t single_points_max = 400;  ///< of a tile; more are gathered
constexpr int grid_cells = 16;                  ///< on each side of a tile
constexpr std::size_t cached_tiles_max = 512;
constexpr double edge_share = 64.0 / tile_extent;  ///< a tile shows as much beyond its edges

/// Tiles made lately, good until something in any register changes.
class LayerTiles {
 public:
  void forget() { ++changes_; }
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  std::optional<std::string> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto it = tiles_.find(key);
    if (it == tiles_.end() || it->second.first != changes_) return std::nullopt;
    return it->second.second;
  }
  void put(const std::string& key, std::uint64_t made_at, const std::string& tile) {
    const std::lock_guard lock(mutex_);
    if (tiles_.insert_or_assign(key, std::pair(made_at, tile)).second) order_.push_back(key);
    while (order_.size() > cached_tiles_max) {
      tiles_.erase(order_.front());
      order_.pop_front();
    }
  }

 private:
  std::atomic<std::uint64_t> changes_{0};
  std::mutex mutex_;
  std::map<std::string, std::pair<std::uint64_t, std::string>> tiles_;
  std::deque<std::string> order_;
};

double lat_of(double share) {
  return std::atan(std::sinh(std::numbers::pi * (1 - 2 * share))) * 180 / std::numbers::pi;
}
/// The place of a point in the world square of web Mercator, 0 to 1.
std::pair<double, double> share_of(const LonLat& at) {
  const double lat = at.lat_deg * std::numbers::pi / 180;
  return {at.lon_deg / 360 + 0.5, 0.5 - std::asinh(std::tan(lat)) / (2 * std::numbers::pi)};
}

Bounds bounds_of(const TileAddress& tile) {
  const double side = 1.0 / static_cast<double>(1U << static_cast<unsigned>(tile.z));
  const auto clamp = [](double share) { return std::clamp(share, 0.0, 1.0); };
  const double west = clamp((tile.x - edge_share) * side);
  const double east = clamp((tile.x + 1 + edge_share) * side);
  const double north = clamp((tile.y - edge_share) * side);
  const double south = clamp((tile.y + 1 + edge_share) * side);
  return {west * 360 - 180, lat_of(south), east * 360 - 180, lat_of(north)};
}

TileFeature point_of(const ledger::RecordPlace& place) {
  TileFeature feature;
  feature.attributes = {
      {"id", place.id}, {"title", place.title}, {"state", place.state}, {"colour", place.colour_value}};
  feature.points = {place.anchor};
  return feature;
}

/// Points of one cell of a grid together, in their middle; the colour is what most of them have.
std::vector<TileFeature> gathered(const std::vector<ledger::RecordPlace>& places, const TileAddress& tile) {
  struct Cell {
    std::vector<const ledger::RecordPlace*> places;
    double lon = 0, lat = 0;
  };
  std::map<std::pair<int, int>, Cell> cells;
  const double scale = static_cast<double>(1U << static_cast<unsigned>(tile.z)) * grid_cells;
  for (const auto& place : places) {
    const auto [x, y] = share_of(place.anchor);
    auto& cell = cells[{static_cast<int>(std::floor(x * scale)), static_cast<int>(std::floor(y * scale))}];
    cell.places.push_back(&place);
    cell.lon += place.anchor.lon_deg;
    cell.lat += place.anchor.lat_deg;
  }
  std::vector<TileFeature> features;
  for (const auto& [at, cell] : cells) {
    if (cell.places.size() == 1) {
      features.push_back(point_of(*cell.places.front()));
      continue;
    }
    std::map<std::string, std::size_t> colours;
    for (const auto* place : cell.places) ++colours[place->colour_value];
    const auto most = std::max_element(colours.begin(), colours.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto count = static_cast<double>(cell.places.size());
    TileFeature feature;
    feature.attributes = {{"count", std::to_string(cell.places.size())}, {"colour", most->first}};
    feature.points = {{cell.lon / count, cell.lat / count}};
    features.push_back(std::move(feature));
  }
  return features;
}

Result<TileAddress> address_of(const Request& request) {
  std::array<std::uint32_t, 3> numbers{};
  const char* names[] = {"z", "x", "y"};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::string& text = request.path_value(names[i]);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{} || end != text.data() + text.size()) numbers[0] = 1000;
  }
  const TileAddress tile{static_cast<int>(std::min(numbers[0], 1000U)), numbers[1], numbers[2]};
  if (!is_valid(tile))
    return fail(Errc::not_found, "there is no such tile: z is 0 to 16, x and y below 2 to the power of z", "z");
  return tile;
}

/// Two callers with the same key see the same rows and fields.
std::string cache_key(const Request& request, const TileAddress& tile) {
  const auto& caller = request.caller;
  std::string key = request.path + "?" + std::to_string(tile.z);
  for (const auto& [name, value] : request.query) key += "&" + name + "=" + value;
  key += "|" + caller.scope.enterprise + (caller.scope.nothing ? "|-" : "|");
  for (const auto& division : caller.scope.divisions) key += division + ",";
  for (const auto& role : caller.roles) key += "|" + role;
  return key;
}

Result<Response> layer_tile(const Parts& parts, LayerTiles& tiles, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto tile = address_of(request);
  if (!tile) return fail(tile.error());
  if ((*type)->map.geometry.empty())
    return fail(Errc::not_found, "register " + (*type)->id + " is not on the map", "register");
  auto ask = record_ask(**type, request);
  if (!ask) return fail(ask.error());
  Response response = private_response("");
  response.content_type = "application/vnd.mapbox-vector-tile";
  const std::string key = cache_key(request, *tile);
  if (auto made = tiles.find(key)) {
    response.body = std::move(*made);
  } else if (tile->z >= (*type)->map.zoom_min) {
    const std::uint64_t made_at = tiles.changes();
    ask->query.within = bounds_of(*tile);
    ask->query.limit = points_max;
    const auto places =
        parts.registers.places(request.caller, std::move(ask->query), ask->view, (*type)->map.colour_by);
    if (!places) return fail(places.error());
    std::vector<TileFeature> features;
    if (places->size() > single_points_max) {
      features = gathered(*places, *tile);
    } else {
      for (const auto& place : *places) features.push_back(point_of(place));
    }
    response.body = make_tile((*type)->id, features, *tile);
    tiles.put(key, made_at, response.body);
  }
  if (response.body.empty()) response.status = 204;
  return response;
}

}  // namespace

void add_record_tile_routes(Router& router, const Parts& parts) {
  const auto tiles = std::make_shared<LayerTiles>();
  parts.registers.on_change([tiles](const registry::Matter&) { tiles->forget(); });
  router.add({"GET", "/api/v1/registers/{register}/tiles/{z}/{x}/{y}.mvt",
              "The register's layer; clusters have `count`", filter_parameters(),
              [&parts, tiles](const Request& request) { return layer_tile(parts, *tiles, request); }});
}

}  // namespace celadon::service
