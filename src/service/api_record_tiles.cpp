#include "service/api.hpp"
#include "service/record_query.hpp"
#include "service/register_routes.hpp"
#include "service/tile_desk.hpp"

#include <algorithm>

// Registers and cases on the map.

namespace celadon::service {
namespace {

constexpr std::size_t points_max = 200'000;  ///< that one tile of a filtered layer looks at
constexpr std::int64_t minute_us = us_per_minute;

/// Two callers with the same words see the same rows.
std::string words_of(const ledger::RowScope& scope) {
  std::string words = "|" + scope.enterprise + (scope.nothing ? "|-" : "|");
  for (const auto& division : scope.divisions) words += division + ",";
  return words;
}

Response answer(const KeptBody& body, const Request& request) { return body.answer(request, "private, no-cache"); }

/// Nothing but states is asked for: what the points in memory can tell.
bool is_plain(const Request& request) {
  return std::all_of(request.query.begin(), request.query.end(),
                     [](const auto& parameter) { return parameter.first == "state"; });
}

/// By a query of the ledger: with filters, views, or as known at a time.
Result<std::string> filtered_tile(const Parts& parts, const Request& request, const systems::Register& type,
                                  RecordAsk ask, const TileAddress& tile) {
  ask.query.within = bounds_of(tile, 0);
  ask.query.limit = points_max;
  const auto places = parts.registers.places(request.caller, std::move(ask.query), ask.view, type.map.colour_by);
  if (!places) return fail(places.error());
  std::vector<ledger::PlacedRecord> records;
  records.reserve(places->size());
  for (const auto& place : *places)
    records.push_back({place.id, place.title, place.state, place.anchor, place.colour_value, {}, {}, {}});
  return PointIndex(records).tile(type.id, tile, {});
}

Result<Response> register_tile(const Parts& parts, TileDesk& desk, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto tile = parse_tile(request.path_value("z"), request.path_value("x"), request.path_value("y"));
  if (!tile) return fail(tile.error());
  if ((*type)->map.geometry.empty())
    return fail(Errc::not_found, "register " + (*type)->id + " is not on the map", "register");
  auto ask = record_ask(**type, request);
  if (!ask) return fail(ask.error());
  const bool is_shown = tile->z >= (*type)->map.zoom_min;
  std::string key = request.path;
  if (is_plain(request)) {
    auto sight = parts.registers.map_sight(request.caller, (*type)->id);
    if (!sight) return fail(sight.error());
    if (ask->query.states.empty() || sight->with_state) {
      if (!is_shown) return answer(KeptBody({}, mvt_type, false), request);
      const auto layer = desk.points.of(**type);
      if (!layer) return fail(layer.error());
      key += "|" + std::to_string((*layer)->version) + words_of(sight->scope) + (sight->with_title ? "t" : "") +
             (sight->with_state ? "s" : "") + (sight->with_colour ? "c" : "");
      for (const auto& state : ask->query.states) key += "|" + state;
      auto body = desk.cache.find(key);
      if (!body) {
        const PointAsk points{std::move(sight->scope), sight->with_title, sight->with_state, sight->with_colour,
                              ask->query.states, {}};
        body = std::make_shared<const KeptBody>((*layer)->points.tile((*type)->id, *tile, points), mvt_type, true);
        desk.cache.put(std::move(key), body);
      }
      return answer(*body, request);
    }
  }
  // Good until something in any register changes.
  key += "|" + std::to_string(desk.points.changes()) + words_of(request.caller.scope);
  for (const auto& [name, value] : request.query) key += "&" + name + "=" + value;
  for (const auto& role : request.caller.roles) key += "|" + role;
  auto body = desk.cache.find(key);
  if (!body) {
    auto made = is_shown ? filtered_tile(parts, request, **type, std::move(*ask), *tile) : Result<std::string>("");
    if (!made) return fail(made.error());
    body = std::make_shared<const KeptBody>(std::move(*made), mvt_type, true);
    desk.cache.put(std::move(key), body);
  }
  return answer(*body, request);
}

Result<Response> cases_tile(const Parts& parts, TileDesk& desk, const Request& request) {
  const auto tile = parse_tile(request.path_value("z"), request.path_value("x"), request.path_value("y"));
  if (!tile) return fail(tile.error());
  PointAsk ask = case_ask(parts, request.caller);
  const auto layer = desk.points.cases();
  if (!layer) return fail(layer.error());
  // What is due soon changes with the clock alone.
  const Instant now{parts.clock().us / minute_us * minute_us};
  ask.cases = CaseFace{now, parts.map.case_colours};
  std::string key = request.path + "|" + std::to_string((*layer)->version) + words_of(ask.scope) + "|" +
                    std::to_string(now.us);
  for (const auto& state : ask.states) key += "|" + state;
  auto body = desk.cache.find(key);
  if (!body) {
    body = std::make_shared<const KeptBody>((*layer)->points.tile("cases", *tile, ask), mvt_type, true);
    desk.cache.put(std::move(key), body);
  }
  return answer(*body, request);
}

}  // namespace

PointAsk case_ask(const Parts& parts, const people::Caller& caller) {
  PointAsk ask;
  ask.scope = caller.scope;
  for (const auto& system : parts.registers.catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (type.kind != systems::RegisterKind::matter || type.map.geometry.empty() || !type.lifecycle) continue;
      if (!parts.registers.may(caller, type, registry::RecordDesk::Act::read)) continue;
      // Whoever does not see a case's state does not see that it is open.
      const auto sight = parts.registers.map_sight(caller, type.id);
      if (!sight || !sight->with_state || !sight->with_title) continue;
      for (const auto& state : type.lifecycle->states) {
        if (!state.final) ask.states.push_back(type.id + case_separator + state.id);
      }
    }
  }
  if (ask.states.empty()) ask.scope.nothing = true;
  return ask;
}

void add_record_tile_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk) {
  router.add({"GET", "/api/v1/registers/{register}/tiles/{z}/{x}/{y}.mvt",
              "The register's layer; clusters have `count`", filter_parameters(),
              [&parts, desk](const Request& request) { return register_tile(parts, *desk, request); }});
  router.add({"GET",
              "/tiles/cases/{z}/{x}/{y}.mvt",
              "Open cases of every register, with their deadline",
              {},
              [&parts, desk](const Request& request) { return cases_tile(parts, *desk, request); }});
}

}  // namespace celadon::service
