#pragma once

#include "service/kept_body.hpp"
#include "service/point_layers.hpp"
#include "service/site_layers.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace celadon::service {

inline constexpr const char* mvt_type = "application/vnd.mapbox-vector-tile";

/// What the routes of the map share: the layers in memory and the tiles made of them lately.
struct TileDesk {
  explicit TileDesk(const Parts& parts);
  std::map<std::string, ShapeIndex> fixed;  ///< of the city pack, by id
  SiteLayers sites;
  PointLayers points;  ///< of registers and cases
  BodyCache cache;
};

/// The open cases a caller sees, whatever their register.
[[nodiscard]] PointAsk case_ask(const Parts& parts, const people::Caller& caller);

/// A tile of the fixed layers and of the sites. Errors   not_found with field layer or z; those of SiteLayers.
[[nodiscard]] Result<Response> shape_tile(TileDesk& desk, const Parts& parts, const Request& request);

}  // namespace celadon::service
