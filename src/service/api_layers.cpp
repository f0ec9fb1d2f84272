#include "core/yaml_fields.hpp"
#include "service/api.hpp"
#include "service/tile_desk.hpp"
#include "service/value_layers.hpp"

#include <algorithm>

// The list of everything the map can show.

namespace celadon::service {
namespace {

/// One entry of a legend.
struct Legend {
  std::string colour, zh, en, code;
  std::optional<double> from;
};

/// A layer as it is told.
struct LayerFace {
  std::string id, group, draw, tiles, time = "none";
  std::string terrain;  ///< address of its heights
  MapPack::Words title, source;
  int zoom_min = 0;
  std::vector<std::string> fields;
  std::vector<std::pair<std::string, MapPack::Words>> own_fields;  ///< with words of their own
  std::vector<Legend> legend;
  std::optional<std::size_t> features;
  Bounds bounds;
  const ValueLayer* value = nullptr;
};

class LayerList {
 public:
  LayerList(const Parts& parts, TileDesk& desk, const Request& request)
      : parts_(parts), desk_(desk), request_(request), json_(out_) {}

  Result<std::string> make() {
    json_.begin_object().key("items").begin_array();
    add_base();
    if (auto added = add_sites(); !added) return fail(added.error());
    if (auto added = add_registers(); !added) return fail(added.error());
    if (auto added = add_cases(); !added) return fail(added.error());
    add_rasters();
    json_.end_array().end_object();
    return std::move(out_);
  }

 private:
  void put(const LayerFace& face) {
    json_.begin_object().member("id", face.id).member("group", face.group);
    json_.member("title_zh", face.title.zh).member("title_en", face.title.en).member("draw", face.draw);
    json_.member("tiles", face.tiles).member("minzoom", face.zoom_min).member("maxzoom", tile_zoom_max);
    json_.member("time", face.time);
    if (!face.terrain.empty()) json_.member("terrain", face.terrain);
    if (face.value != nullptr) {
      json_.member("property", face.value->property).member("averaging", to_iso(face.value->averaging));
      json_.member("kind", face.value->kind);
      json_.member("unit", unit_of(parts_, face.value->property));
    }
    json_.key("fields").begin_array();
    for (const auto& id : face.fields) {
      const auto words = parts_.map.fields.find(id);
      put_field(id, words == parts_.map.fields.end() ? MapPack::Words{id, id} : words->second);
    }
    for (const auto& [id, words] : face.own_fields) put_field(id, words);
    json_.end_array().key("legend").begin_array();
    for (const auto& one : face.legend) {
      json_.begin_object().member("colour", one.colour).member("label_zh", one.zh).member("label_en", one.en);
      if (!one.code.empty()) json_.member("code", one.code);
      if (one.from) json_.member("from", *one.from);
      json_.end_object();
    }
    json_.end_array().member("source_zh", face.source.zh).member("source_en", face.source.en);
    json_.key("features");
    if (face.features)
      json_.put(*face.features);
    else
      json_.null();
    json_.key("bounds");
    if (face.bounds.empty()) {
      json_.null();
    } else {
      json_.begin_array().put(face.bounds.west_deg).put(face.bounds.south_deg);
      json_.put(face.bounds.east_deg).put(face.bounds.north_deg).end_array();
    }
    json_.end_object();
  }
  void put_field(const std::string& id, const MapPack::Words& words) {
    json_.begin_object().member("id", id).member("title_zh", words.zh).member("title_en", words.en).end_object();
  }

  void add_base() {
    for (const auto& layer : parts_.city.layers) {
      const auto style = parts_.map.base.find(layer.id);
      LayerFace face;
      face.id = layer.id;
      face.group = "base";
      face.title = {layer.title_zh, layer.title_en};
      face.source = {layer.source, layer.source};
      face.tiles = "/tiles/" + layer.id + "/{z}/{x}/{y}.mvt";
      const bool has_areas = std::any_of(layer.features.begin(), layer.features.end(),
                                         [](const auto& one) { return !one.polygons.empty(); });
      face.draw = style != parts_.map.base.end() ? style->second.draw : has_areas ? "fill" : "line";
      if (style != parts_.map.base.end()) {
        face.zoom_min = style->second.zoom_min;
        face.legend.push_back({style->second.colour, layer.title_zh, layer.title_en, "", {}});
      }
      if (!layer.features.empty()) {
        for (const auto& [name, value] : layer.features.front().attributes) face.fields.push_back(name);
      }
      face.features = layer.features.size();
      face.bounds = layer.bounds;
      put(face);
    }
  }

  Result<void> add_sites() {
    const auto sites = desk_.sites.get({});
    if (!sites) return fail(sites.error());
    LayerFace face;
    face.id = face.group = "sites";
    face.title = parts_.map.title("sites");
    face.source = parts_.map.title("own-source");
    face.draw = "point";
    face.tiles = "/tiles/sites/{z}/{x}/{y}.mvt";
    face.time = "moment";
    face.fields = {"id", "kind", "name_zh", "name_en", "code", "judged", "level", "colour", "phenomenon_end", "voided"};
    for (const auto& kind : parts_.map.kinds) face.legend.push_back({kind.colour, kind.words.zh, kind.words.en, kind.id, {}});
    face.features = (*sites)->shapes.size();
    face.bounds = (*sites)->shapes.bounds();
    put(face);
    const auto values = value_layers(parts_);
    if (!values) return fail(values.error());
    for (const auto& value : *values) add_value(value, face);
    return {};
  }

  void add_value(const ValueLayer& value, LayerFace face) {
    face.id = "value-" + value.property;
    face.group = "values";
    face.value = &value;
    if (const auto* property = parts_.library.properties.find(value.property); property != nullptr)
      face.title = {property->name_zh, property->name_en};
    if (value.property == watch::judged_aqi || value.property == watch::judged_class)
      face.title = parts_.map.title(value.property);
    face.tiles += "?property=" + value.property;
    face.legend.clear();
    for (const auto& step : scale_on(parts_, value, legal_day_of(parts_.clock())))
      face.legend.push_back({step.colour, step.label_zh, step.label_en, step.code, step.from});
    face.features = value.sites;
    put(face);
  }

  Result<void> add_registers() {
    for (const auto& system : parts_.registers.catalogue().systems()) {
      for (const auto& type : system.registers) {
        if (type.map.geometry.empty() || !parts_.registers.may(request_.caller, type, registry::RecordDesk::Act::read))
          continue;
        LayerFace face;
        face.id = "register-" + type.id;
        face.group = "registers";
        face.title = {type.name.zh, type.name.en};
        face.source = {system.source.text, system.source.text};
        face.draw = "point";
        face.tiles = "/api/v1/registers/" + type.id + "/tiles/{z}/{x}/{y}.mvt";
        face.time = "known";
        face.zoom_min = type.map.zoom_min;
        face.fields = {"id", "title", "state", "colour", "count", "stack", "zoom", "bounds"};
        add_colours(type, face);
        const auto sight = parts_.registers.map_sight(request_.caller, type.id);
        if (!sight) continue;  // a register whose places are not for the caller
        const auto points = desk_.points.of(type);
        if (!points) return fail(points.error());
        add_extent(**points, {sight->scope, true, true, true, {}, {}}, face);
        put(face);
      }
    }
    return {};
  }

  static void add_extent(const PointLayer& points, const PointAsk& ask, LayerFace& face) {
    const auto extent = points.points.extent(ask);
    face.features = extent.count;
    face.bounds = extent.bounds;
  }

  Result<void> add_cases() {
    const PointAsk ask = case_ask(parts_, request_.caller);
    if (ask.states.empty()) return {};
    const auto points = desk_.points.cases();
    if (!points) return fail(points.error());
    LayerFace face;
    face.id = face.group = "cases";
    face.title = parts_.map.title("cases");
    face.source = parts_.map.title("own-source");
    face.draw = "point";
    face.tiles = "/tiles/cases/{z}/{x}/{y}.mvt";
    face.fields = {"id", "register", "title", "state", "due", "level", "colour", "count", "stack", "zoom", "bounds"};
    for (const char* level : {"running", "soon", "overdue"}) {
      const auto& words = parts_.map.title("case-" + std::string(level));
      face.legend.push_back({parts_.map.case_colours.find(level)->second, words.zh, words.en, level, {}});
    }
    add_extent(**points, ask, face);
    put(face);
    return {};
  }

  void add_rasters() {
    for (const auto& raster : parts_.rasters.all()) {
      LayerFace face;
      face.id = raster->face.id;
      face.group = "rasters";
      face.title = {raster->face.title_zh, raster->face.title_en};
      face.source = {raster->face.source_zh, raster->face.source_en};
      face.draw = "raster";
      face.tiles = "/tiles/" + face.id + "/{z}/{x}/{y}.png";
      if (raster->ramp.unit == "m") face.terrain = face.tiles + "?encode=terrain";
      for (const auto& stop : raster->ramp.stops) {
        std::string label = number_text(stop.value);
        if (!raster->ramp.unit.empty()) label += " " + raster->ramp.unit;
        face.legend.push_back({to_text(stop.colour), label, label, "", stop.value});
      }
      face.features = 1;
      face.bounds = raster->file->bounds();
      put(face);
    }
  }

  /// The pack's colours with the words of the codes or states they stand for.
  static void add_colours(const systems::Register& type, LayerFace& face) {
    const auto* field = type.field(type.map.colour_by);
    const auto add = [&](const std::string& code, const systems::Words& words) {
      const auto colour = type.map.colours.find(code);
      if (colour != type.map.colours.end()) face.legend.push_back({colour->second, words.zh, words.en, code, {}});
    };
    if (field != nullptr && field->codes != nullptr) {
      for (const auto& code : field->codes->codes) add(code.code, code.name);
    } else if (type.map.colour_by == "state" && type.lifecycle) {
      for (const auto& state : type.lifecycle->states) add(state.id, state.name);
    }
  }

  const Parts& parts_;
  TileDesk& desk_;
  const Request& request_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

void add_layer_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk) {
  router.add({"GET", "/api/v1/layers", "Every layer of the map that the caller may see", {},
              [&parts, desk](const Request& request) -> Result<Response> {
                auto list = LayerList(parts, *desk, request).make();
                if (!list) return fail(list.error());
                Response response = json_response(std::move(*list));
                response.cache_control = "private, no-cache";
                return response;
              }});
}

}  // namespace celadon::service
