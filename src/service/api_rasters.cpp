#include "service/api.hpp"
#include "service/tile_desk.hpp"

namespace celadon::service {
namespace {

Result<Response> tile(const Parts& parts, TileDesk& desk, const Request& request) {
  const std::string& layer = request.path_value("layer");
  const auto raster = parts.rasters.find(layer);
  if (raster == nullptr)
    return fail(Errc::not_found, "there is no raster '" + layer.substr(0, 40) + "'; /api/v1/layers lists them", "layer");
  const auto address = parse_tile(request.path_value("z"), request.path_value("x"), request.path_value("y"));
  if (!address) return fail(address.error());
  const auto side = request.whole("size", 256, 256, 512);
  if (!side) return fail(side.error());
  if (*side != 256 && *side != 512) return fail(Errc::invalid_value, "expected 256 or 512", "size");
  const std::string encode = request.one("encode").value_or("colours");
  if (encode != "colours" && encode != "terrain")
    return fail(Errc::invalid_value, "expected colours or terrain", "encode");
  const std::string key = request.path + "|" + encode + std::to_string(*side) + "|" + raster->version;
  auto body = desk.cache.find(key);
  if (!body) {
    auto made = raster_tile(*raster, *address, static_cast<int>(*side),
                            encode == "terrain" ? RasterEncoding::terrain : RasterEncoding::colours);
    if (!made) return fail(made.error());
    body = std::make_shared<const KeptBody>(std::move(*made), "image/png", false);
    desk.cache.put(key, body);
  }
  return body->answer(request, "no-cache");
}

}  // namespace

void add_raster_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk) {
  router.add({"GET",
              "/tiles/{layer}/{z}/{x}/{y}.png",
              "Rasters as pictures, or as heights for a view in three dimensions",
              {{"encode", "colours (default), or terrain: metres in red, green and blue"},
               {"size", "256 (default) or 512 pixels a side"}},
              [&parts, desk](const Request& request) { return tile(parts, *desk, request); }});
}

}  // namespace celadon::service
