#include "intake/import_sink.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

// One published hour of all stations as GeoJSON; every property is a text, "-;" where missing.

namespace celadon::intake {
namespace {

namespace json = boost::json;

constexpr std::size_t geojson_bytes_max = 32U << 20U;
constexpr std::array<std::string_view, 4> place_and_time = {"stationcode", "positionname", "area", "timepoint"};

std::string field_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return {};
  if (const auto* text = value->if_string()) return std::string(text->begin(), text->end());
  return json::serialize(*value);
}

std::optional<LonLat> position_of(const json::object& feature) {
  const auto* geometry = feature.if_contains("geometry");
  if (geometry == nullptr || !geometry->is_object()) return std::nullopt;
  const auto* pair = geometry->get_object().if_contains("coordinates");
  if (pair == nullptr || !pair->is_array() || pair->get_array().size() < 2) return std::nullopt;
  const auto& numbers = pair->get_array();
  if (!numbers[0].is_number() || !numbers[1].is_number()) return std::nullopt;
  const LonLat point{numbers[0].to_number<double>(), numbers[1].to_number<double>()};
  if (!(std::abs(point.lon_deg) <= 180) || !(std::abs(point.lat_deg) <= 90)) return std::nullopt;
  return point;
}

Result<void> take_feature(ImportSink& sink, const json::value& value, std::uint64_t record) {
  const auto* feature = value.if_object();
  const auto* properties = feature == nullptr ? nullptr : feature->if_contains("properties");
  if (properties == nullptr || !properties->is_object()) {
    sink.reject(record, "properties", "", "is not there; expected an object with the fields of one station");
    return {};
  }
  const auto& fields = properties->get_object();
  SiteHint hint{"air-station",
                {},
                field_text(fields, "stationcode"),
                field_text(fields, "positionname"),
                field_text(fields, "area"),
                position_of(*feature)};
  auto place = sink.place(hint.code + "\n" + hint.area + "\n" + hint.name, hint);
  if (!place) return fail(place.error());
  if (!sink.takes(**place, record, "positionname", hint.name)) return {};
  const std::string time = field_text(fields, "timepoint");
  auto end = parse_instant(time);
  if (!end) {
    sink.reject(record, "timepoint", time, end.error().detail);
    return {};
  }
  for (const auto& field : fields) {
    const std::string_view name(field.key().data(), field.key().size());
    if (std::ranges::find(place_and_time, name) != place_and_time.end()) continue;
    auto column = sink.column(Format::cnemc_geojson, name);
    if (!column) return fail(column.error());
    if (*column < 0) continue;
    auto stored = sink.cell(**place, *column, *end, field_text(fields, name), DeviceFlag{0}, record);
    if (!stored) return stored;
  }
  return {};
}

}  // namespace

Result<void> read_cnemc_geojson(ImportSink& sink) {
  auto bytes = read_all(sink.source(), geojson_bytes_max);
  if (!bytes) return fail(bytes.error());
  std::string_view text = *bytes;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  json::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  json::value document;
  try {
    document = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  } catch (const std::bad_alloc&) {
    return fail(Errc::too_large, "the document does not fit into memory");
  }
  if (error) return fail(Errc::malformed, "is no JSON: " + error.message());
  const auto* features = document.is_object() ? document.get_object().if_contains("features") : nullptr;
  if (features == nullptr || !features->is_array()) {
    return fail(Errc::malformed, "is no GeoJSON feature collection: there is no list 'features'");
  }
  std::uint64_t record = 0;
  for (const auto& feature : features->get_array()) {
    if (auto counted = sink.next_row(); !counted) return counted;
    if (auto taken = take_feature(sink, feature, ++record); !taken) return taken;
  }
  return {};
}

}  // namespace celadon::intake
