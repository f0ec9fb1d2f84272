#include "service/api.hpp"
#include "service/tile.hpp"

#include <charconv>
#include <list>
#include <mutex>

namespace celadon::service {
namespace {

constexpr std::size_t cached_tiles_max = 4096;

/// Tiles made lately; the oldest go first.
class TileCache {
 public:
  std::optional<std::string> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto it = tiles_.find(key);
    return it == tiles_.end() ? std::nullopt : std::optional(it->second);
  }
  void put(const std::string& key, const std::string& tile) {
    const std::lock_guard lock(mutex_);
    if (!tiles_.emplace(key, tile).second) return;
    order_.push_back(key);
    if (order_.size() <= cached_tiles_max) return;
    tiles_.erase(order_.front());
    order_.pop_front();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> tiles_;
  std::list<std::string> order_;
};

std::optional<std::uint32_t> number_of(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Layers {
  std::map<std::string, std::vector<TileFeature>> fixed;
  TileCache cache;
};

std::vector<TileFeature> site_features(const Parts& parts) {
  std::vector<TileFeature> features;
  const auto sites = parts.ledger.sites();
  if (!sites) return features;
  for (const auto& site : *sites) {
    if (site.kind == "city") continue;
    TileFeature feature;
    feature.attributes = {{"id", site.id},
                          {"kind", site.kind},
                          {"name_zh", site.name_zh},
                          {"name_en", site.name_en},
                          {"code", site.code}};
    feature.points = {site.position};
    features.push_back(std::move(feature));
  }
  return features;
}

Result<Response> tile(const Parts& parts, Layers& layers, const Request& request) {
  const std::string& layer = request.path_value("layer");
  const auto z = number_of(request.path_value("z"));
  const auto x = number_of(request.path_value("x"));
  const auto y = number_of(request.path_value("y"));
  const auto fixed = layers.fixed.find(layer);
  if (fixed == layers.fixed.end() && layer != "sites") {
    return fail(Errc::not_found, "there is no layer '" + layer.substr(0, 40) + "'", "layer");
  }
  if (!z || !x || !y || *z > static_cast<std::uint32_t>(tile_zoom_max) || !is_valid({static_cast<int>(*z), *x, *y})) {
    return fail(Errc::not_found, "there is no such tile: z is 0 to 16, x and y below 2 to the power of z", "z");
  }
  const TileAddress address{static_cast<int>(*z), *x, *y};
  const std::string key = layer + "/" + std::to_string(*z) + "/" + std::to_string(*x) + "/" + std::to_string(*y);
  Response response;
  response.content_type = "application/vnd.mapbox-vector-tile";
  if (layer == "sites") {
    response.body = make_tile(layer, site_features(parts), address);
  } else if (const auto cached = layers.cache.find(key)) {
    response.body = *cached;
  } else {
    response.body = make_tile(layer, fixed->second, address);
    layers.cache.put(key, response.body);
  }
  if (response.body.empty()) response.status = 204;
  return response;
}

}  // namespace

void add_tile_routes(Router& router, const Parts& parts) {
  const auto layers = std::make_shared<Layers>();
  for (const auto& layer : parts.city.layers) {
    auto& features = layers->fixed[layer.id];
    for (const auto& one : layer.features) features.push_back({one.attributes, one.polygons, one.lines, {}});
  }
  router.add({"GET",
              "/tiles/{layer}/{z}/{x}/{y}.mvt",
              "Vector tiles: boundaries, rivers, lakes, neighbours, sites",
              {},
              [&parts, layers](const Request& request) { return tile(parts, *layers, request); }});
}

}  // namespace celadon::service
