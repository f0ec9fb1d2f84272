#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

namespace celadon::service {
namespace {

constexpr const char* for_ever = "public, max-age=31536000, immutable";  // another content has another name

constexpr std::size_t key_bytes_max = 100;

/// What Tianditu gave the city: the key to its tiles, and the number under which the map it serves was reviewed.
struct MapKeys {
  std::string token, review;
};

MapKeys map_keys(const ledger::Ledger& ledger) {
  const auto kept = ledger.get("setting", "map");
  if (!kept) return {};
  JsonBody body(kept->body);
  return {body.text_or("tianditu_token", ""), body.text_or("tianditu_review", "")};
}

Response city(const Parts& parts) {
  std::string out;
  JsonWriter json(out);
  const auto& city = parts.city;
  Bounds bounds;
  json.begin_object().member("id", city.id).member("name_zh", city.name_zh).member("name_en", city.name_en);
  json.key("center").begin_array().put(city.center.lon_deg).put(city.center.lat_deg).end_array();
  std::string counties;
  JsonWriter list(counties);
  list.begin_array();
  for (const auto& layer : city.layers) {
    if (layer.id != "boundaries") continue;
    bounds = layer.bounds;
    for (const auto& feature : layer.features) {
      list.begin_object();
      for (const auto& [name, value] : feature.attributes) list.member(name, value);
      list.end_object();
    }
  }
  list.end_array();
  json.key("bounds")
      .begin_array()
      .put(bounds.west_deg)
      .put(bounds.south_deg)
      .put(bounds.east_deg)
      .put(bounds.north_deg)
      .end_array();
  json.member("time_zone", "Asia/Shanghai").member("version", CELADON_VERSION);
  json.key("counties").raw(counties);
  json.key("map").begin_object();
  const MapKeys keys = map_keys(parts.ledger);
  json.text_or_null("tianditu_token", keys.token).text_or_null("tianditu_review", keys.review);
  json.end_object();
  const ReplayState replay = parts.replay();
  json.key("replay").begin_object().member("active", replay.active).key("data_day");
  if (replay.data_day)
    json.put(to_string(*replay.data_day));
  else
    json.null();
  json.end_object().end_object();
  return json_response(std::move(out));
}

Response properties(const Parts& parts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& p : parts.library.properties.all()) {
    json.begin_object()
        .member("id", p.id)
        .member("name_zh", p.name_zh)
        .member("name_en", p.name_en)
        .member("unit", p.unit);
    json.member("unit_label", p.unit_label)
        .member("decimals", p.decimals)
        .member("medium", p.medium)
        .member("trust", p.trust)
        .end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

void put_site(JsonWriter& json, const ledger::Site& site) {
  json.begin_object()
      .member("id", site.id)
      .member("kind", site.kind)
      .member("name_zh", site.name_zh)
      .member("name_en", site.name_en);
  json.member("lon", site.position.lon_deg)
      .member("lat", site.position.lat_deg)
      .member("county", site.county)
      .member("code", site.code);
  json.key("attributes").raw(site.attributes.empty() ? "{}" : site.attributes);
  json.member("position_note_zh", site.position_note_zh).member("position_note_en", site.position_note_en);
  json.member("water_body", site.water_body).member("valid_from", site.valid_from).end_object();
}

Result<Response> sites(const Parts& parts, const Request& request) {
  const auto as_known_at = request.time("as_known_at");
  if (!as_known_at) return fail(as_known_at.error());
  const auto all = parts.ledger.sites(*as_known_at);
  if (!all) return fail(all.error());
  const auto kind = request.one("kind");
  const auto county = request.one("county");
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& site : *all) {
    if ((!kind || site.kind == *kind) && (!county || site.county == *county)) put_site(json, site);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> targets(const Parts& parts) {
  const auto all = parts.ledger.list("plan-target");
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : *all) json.raw(one.body);
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> change_map(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const MapKeys before = map_keys(parts.ledger);
  const MapKeys keys = {body.text_or("tianditu_token", before.token), body.text_or("tianditu_review", before.review)};
  const auto is_key = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (keys.token.size() > key_bytes_max || !std::ranges::all_of(keys.token, is_key))
    body.refuse("tianditu_token", "a key of Tianditu is letters and digits, 100 at most", Errc::invalid_value);
  if (keys.review.size() > key_bytes_max) body.refuse("tianditu_review", "100 bytes at most", Errc::invalid_value);
  if (body.failed()) return fail(*body.failed());
  std::string kept;
  JsonWriter json(kept);
  json.begin_object().member("tianditu_token", keys.token).member("tianditu_review", keys.review).end_object();
  const std::string who = signed_in(request) ? request.caller.name : "house";
  const auto stored = parts.ledger.put({"setting", "map", kept, Instant{}, who, "maps of others", {}});
  if (!stored) return fail(stored.error());
  const auto told = parts.audit.add({0, parts.clock(), who, "setting-put", "setting/map", "done", "", {}});
  if (!told) return fail(told.error());
  return city(parts);
}

std::string_view type_of(const std::string& extension) {
  static const std::map<std::string, std::string_view> types = {{".html", "text/html; charset=utf-8"},
                                                                {".js", "text/javascript; charset=utf-8"},
                                                                {".css", "text/css; charset=utf-8"},
                                                                {".json", "application/json"},
                                                                {".svg", "image/svg+xml"},
                                                                {".png", "image/png"},
                                                                {".ico", "image/x-icon"},
                                                                {".woff2", "font/woff2"},
                                                                {".txt", "text/plain; charset=utf-8"},
                                                                {".webmanifest", "application/manifest+json"}};
  const auto it = types.find(extension);
  return it == types.end() ? "application/octet-stream" : it->second;
}

}  // namespace

Result<ledger::Site> find_site(const Parts& parts, const std::string& id) {
  auto site = parts.ledger.site(id);
  if (!site && site.error().code == Errc::not_found)
    return fail(Errc::not_found, "there is no site '" + id.substr(0, 60) + "'; /api/v1/sites lists them", "site");
  return site;
}

void add_city_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/city",
              "The city, its bounds and whether a replay runs",
              {},
              [&parts](const Request&) -> Result<Response> { return city(parts); }});
  router.add({"PUT",
              "/api/v1/city/map",
              "Set the city's keys to Tianditu: tianditu_token, tianditu_review; an empty one takes it away",
              {},
              [&parts](const Request& request) { return change_map(parts, request); }});
  router.add(
      {"GET", "/api/v1/properties", "Observed properties with units", {}, [&parts](const Request&) -> Result<Response> {
         return properties(parts);
       }});
  router.add({"GET",
              "/api/v1/sites",
              "Where the city measures",
              {{"kind", "air-station, river-section or city"},
               {"county", "division code"},
               {"as_known_at", "the register as it was known then"}},
              [&parts](const Request& request) { return sites(parts, request); }});
  router.add({"GET", "/api/v1/plan/targets", "The targets of the city's plan", {}, [&parts](const Request&) {
                return targets(parts);
              }});
}

bool asks_tianditu(const ledger::Ledger& ledger) { return !map_keys(ledger).token.empty(); }

Response static_file(const std::filesystem::path& root, const Request& request, BodyCache& kept) {
  const std::string& path = request.path;
  const auto wanted = std::filesystem::path(path).relative_path().lexically_normal();
  const bool is_asset = !wanted.empty() && *wanted.begin() == "assets";
  if (is_asset) {
    if (const auto found = kept.find(wanted.native())) return found->answer(request, for_ever);
  }
  const bool inside = wanted.empty() || *wanted.begin() != "..";
  auto file = root / (wanted.empty() || wanted == "." ? "index.html" : wanted);
  std::error_code ignored;
  if (!inside || !std::filesystem::is_regular_file(file, ignored)) {
    if (is_asset || file.has_extension()) return problem(404, "not-found", "there is no file " + path.substr(0, 200));
    file = root / "index.html";
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return problem(404, "not-found", "the page is not built; ./run --build-only builds it");
  Response response;
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  const std::string extension = file.extension().string();
  response.content_type = std::string(type_of(extension));
  if (!is_asset) return response;
  const bool packs = extension == ".js" || extension == ".css" || extension == ".svg" || extension == ".json";
  const auto body = std::make_shared<const KeptBody>(std::move(response.body), response.content_type, packs);
  kept.put(wanted.native(), body);
  return body->answer(request, for_ever);
}

}  // namespace celadon::service
