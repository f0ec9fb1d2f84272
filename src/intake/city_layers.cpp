#include "intake/city_pack.hpp"
#include "intake/text_source.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <optional>

namespace celadon::intake {
namespace {

namespace json = boost::json;

constexpr std::size_t file_bytes_max = 32U << 20U;

/// Nothing where the value is no list of positions.
std::optional<std::vector<LonLat>> points_of(const json::value& value, bool gcj02) {
  const auto* list = value.if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<LonLat> points;
  points.reserve(list->size());
  for (const auto& entry : *list) {
    const auto* pair = entry.if_array();
    if (pair == nullptr || pair->size() < 2 || !(*pair)[0].is_number() || !(*pair)[1].is_number()) return std::nullopt;
    LonLat point{(*pair)[0].to_number<double>(), (*pair)[1].to_number<double>()};
    if (!(std::abs(point.lon_deg) <= 180) || !(std::abs(point.lat_deg) <= 90)) return std::nullopt;
    points.push_back(gcj02 ? gcj02_to_wgs84(point) : point);
  }
  return points;
}

bool add_polygon(const json::value& value, bool gcj02, LayerFeature& feature) {
  const auto* rings = value.if_array();
  if (rings == nullptr || rings->empty()) return false;
  std::vector<std::vector<LonLat>> polygon;
  for (const auto& ring : *rings) {
    auto points = points_of(ring, gcj02);
    if (!points || points->size() < 4 || points->front() != points->back()) return false;
    polygon.push_back(std::move(*points));
  }
  feature.polygons.push_back(std::move(polygon));
  return true;
}

bool add_line(const json::value& value, bool gcj02, LayerFeature& feature) {
  auto points = points_of(value, gcj02);
  if (!points || points->size() < 2) return false;
  feature.lines.push_back(std::move(*points));
  return true;
}

bool add_geometry(const json::object& geometry, bool gcj02, LayerFeature& feature) {
  const auto* type = geometry.if_contains("type");
  const auto* coordinates = geometry.if_contains("coordinates");
  if (type == nullptr || !type->is_string() || coordinates == nullptr || !coordinates->is_array()) return false;
  const auto& name = type->get_string();
  if (name == "Polygon") return add_polygon(*coordinates, gcj02, feature);
  if (name == "LineString") return add_line(*coordinates, gcj02, feature);
  const bool polygons = name == "MultiPolygon";
  if (!polygons && name != "MultiLineString") return false;
  for (const auto& part : coordinates->get_array()) {
    if (!(polygons ? add_polygon(part, gcj02, feature) : add_line(part, gcj02, feature))) return false;
  }
  return true;
}

std::string attribute_text(const json::value& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.if_string()) return std::string(text->begin(), text->end());
  return json::serialize(value);
}

}  // namespace

Result<std::vector<LayerFeature>> read_layer(const LayerRequest& request) {
  const std::string file = request.file.string();
  auto source = ByteSource::open(request.file);
  if (!source) return fail(source.error());
  auto bytes = read_all(*source, file_bytes_max);
  if (!bytes) return fail(bytes.error());
  json::error_code error;
  const json::value document = json::parse(*bytes, error);
  if (error) return fail(Errc::malformed, file + ": is no JSON: " + error.message());
  const auto* features = document.is_object() ? document.get_object().if_contains("features") : nullptr;
  if (features == nullptr || !features->is_array())
    return fail(Errc::malformed, file + ": is no GeoJSON feature collection");

  std::vector<LayerFeature> layer;
  for (const auto& value : features->get_array()) {
    const std::string place = file + ": feature " + std::to_string(layer.size() + 1) + ": ";
    const auto* object = value.if_object();
    const auto* geometry = object == nullptr ? nullptr : object->if_contains("geometry");
    if (geometry == nullptr || !geometry->is_object()) return fail(Errc::malformed, place + "has no geometry");
    LayerFeature feature;
    if (!add_geometry(geometry->get_object(), request.gcj02, feature)) {
      return fail(Errc::malformed, place + "expected a polygon with closed rings or a line, in degrees");
    }
    const auto* properties = object->if_contains("properties");
    for (const auto& [from, to] : request.attributes) {
      const auto* held =
          properties != nullptr && properties->is_object() ? properties->get_object().if_contains(from) : nullptr;
      if (held == nullptr) return fail(Errc::malformed, place + "has no property '" + from + "'");
      feature.attributes.emplace_back(to, attribute_text(*held));
      if (to != "name_zh") continue;
      for (const auto& [name_zh, name_en] : request.names_en) {
        if (name_zh == feature.attributes.back().second) feature.attributes.emplace_back("name_en", name_en);
      }
    }
    layer.push_back(std::move(feature));
  }
  return layer;
}

}  // namespace celadon::intake
