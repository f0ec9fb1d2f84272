#include "service/api.hpp"
#include "service/tile_desk.hpp"
#include "standards/judge.hpp"

#include <algorithm>
#include <set>

namespace celadon::service {
namespace {

constexpr std::size_t cache_bytes_max = std::size_t{64} << 20;

/// When a layer is asked for. Errors   malformed with field at.
Result<std::optional<Instant>> moment_of(const Request& request) {
  if (request.one("at") == "latest") return std::optional<Instant>{};
  return request.time("at");
}

/// The layers of the city pack that a name of the address means: one, or several with '+' between them. A tile of
/// several is their tiles one after the other, as protocol buffers join. Those the city lacks are left out.
std::set<std::string> fixed_among(const TileDesk& desk, const std::string& layers) {
  std::set<std::string> found;
  for (std::size_t begin = 0; begin <= layers.size();) {
    const std::size_t end = std::min(layers.find('+', begin), layers.size());
    const std::string name = layers.substr(begin, end - begin);
    if (desk.fixed.contains(name)) found.insert(name);
    begin = end + 1;
  }
  return found;
}

Result<SitesAsk> sites_ask(const Parts& parts, const Request& request) {
  SitesAsk ask;
  ask.property = request.one("property").value_or("");
  ask.edition = request.one("edition").value_or("");
  ask.with_values = request.one("at").has_value() || !ask.property.empty() || !ask.edition.empty();
  const auto at = moment_of(request);
  if (!at) return fail(at.error());
  ask.at = *at;
  if (!ask.edition.empty()) {
    const auto air = standards::edition_is_known(parts.library, "aqi-hourly", ask.edition);
    if (!air && !standards::edition_is_known(parts.library, "water-class", ask.edition)) return fail(air.error());
  }
  return ask;
}

}  // namespace

TileDesk::TileDesk(const Parts& parts) : sites(parts), points(parts), cache(cache_bytes_max) {
  for (const auto& layer : parts.city.layers) {
    std::vector<TileFeature> features;
    for (const auto& one : layer.features) {
      features.push_back({{one.attributes.begin(), one.attributes.end()}, one.polygons, one.lines, {}});
    }
    fixed.emplace(layer.id, ShapeIndex(features));
  }
}

Result<Response> shape_tile(TileDesk& desk, const Parts& parts, const Request& request) {
  const std::string& layer = request.path_value("layer");
  const auto names = fixed_among(desk, layer);
  if (names.empty() && layer != "sites")
    return fail(Errc::not_found, "there is no layer '" + layer.substr(0, 40) + "'; /api/v1/layers lists them", "layer");
  const auto tile = parse_tile(request.path_value("z"), request.path_value("x"), request.path_value("y"));
  if (!tile) return fail(tile.error());
  std::shared_ptr<const SitesLayer> sites;
  std::string key = request.path;
  if (names.empty()) {
    const auto ask = sites_ask(parts, request);
    if (!ask) return fail(ask.error());
    auto made = desk.sites.get(*ask);
    if (!made) return fail(made.error());
    sites = std::move(*made);
    key += "|" + std::to_string(sites->version);
  } else if (!request.query.empty()) {
    return fail(Errc::malformed, "layer " + layer + " has no moments: at, property and edition are for the sites",
                request.query.front().first);
  }
  auto body = desk.cache.find(key);
  if (!body) {
    std::string bytes;
    if (sites) bytes = sites->shapes.tile(layer, *tile);
    for (const auto& name : names) bytes += desk.fixed.at(name).tile(name, *tile);
    body = std::make_shared<const KeptBody>(std::move(bytes), mvt_type, true);
    desk.cache.put(std::move(key), body);
  }
  return body->answer(request, "no-cache");
}

void add_tile_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk) {
  router.add({"GET",
              "/tiles/{layer}/{z}/{x}/{y}.mvt",
              "Vector tiles of the map, several layers joined by +; of the sites with what they show at a moment",
              {{"at", "of the sites: a time, or latest"},
               {"property", "of the sites: the value of this property; AQI and class are judged"},
               {"edition", "of the sites: an edition by name; by the date of the data when absent"}},
              [&parts, desk](const Request& request) { return shape_tile(*desk, parts, request); }});
}

}  // namespace celadon::service
