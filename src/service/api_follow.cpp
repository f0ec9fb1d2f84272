#include "registry/record_body.hpp"
#include "service/api.hpp"
#include "service/json_body.hpp"
#include "service/photo_bytes.hpp"
#include "service/public_limit.hpp"
#include "service/record_json.hpp"
#include "service/register_routes.hpp"

#include <cmath>

// What those may know who have not signed in: how their report stands, what was made public of it, and what else was
// reported near a place.

namespace celadon::service {
namespace {

constexpr int near_of_address_max = 300, near_in_all_max = 20'000;

void put_states(JsonWriter& json, const systems::Register* type, const registry::Followed& followed) {
  const auto words_of = [type](const std::string& id) -> systems::Words {
    const auto* state = type != nullptr && type->lifecycle ? type->lifecycle->state(id) : nullptr;
    return state == nullptr ? systems::Words{id, id} : state->name;
  };
  const std::string now = followed.states.empty() ? "" : followed.states.back().first;
  json.member("state", now).key("state_name");
  put_words(json, words_of(now));
  json.key("states").begin_array();
  for (std::size_t i = 0; i < followed.states.size(); ++i) {
    const auto& [state, at] = followed.states[i];
    const auto words = words_of(state);
    json.begin_object().member("state", state).member("zh", words.zh).member("en", words.en).member("at", at);
    const auto* step =
        type != nullptr && type->lifecycle && i < followed.steps.size() ? type->lifecycle->step(followed.steps[i]) : nullptr;
    json.key("by");
    if (step == nullptr)
      json.null();
    else
      put_words(json, step->name);
    json.end_object();
  }
  json.end_array();
}

void put_files(JsonWriter& json, const Parts& parts, const registry::Followed& followed) {
  json.key("outcome_files").begin_array();
  for (const auto& hash : followed.outcome_files) {
    const auto file = parts.attachments.find(hash);
    if (!file || !may_be_shown(file->media_type)) continue;
    json.begin_object().member("hash", hash).member("media_type", file->media_type).member("bytes", file->bytes);
    json.end_object();
  }
  json.end_array();
}

Result<Response> follow(const Parts& parts, const Request& request) {
  const auto followed = parts.registers.follow(request.path_value("code"));
  if (!followed) return fail(followed.error());
  const auto* type = parts.registers.catalogue().find(followed->register_id);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("register", followed->register_id).key("name");
  put_words(json, type == nullptr ? systems::Words{} : type->name);
  json.member("title", followed->title);
  put_states(json, type, *followed);
  const auto outcome = followed->values.find("outcome");
  json.key("outcome");
  if (outcome == followed->values.end())
    json.null();
  else
    json.raw(registry::value_json(outcome->second));
  json.key("values").begin_object();
  for (const auto& [field, value] : followed->values) json.key(field).raw(registry::value_json(value));
  json.end_object().member("can_reopen", followed->may_reopen).member("reopen_until", followed->reopen_until);
  put_files(json, parts, *followed);
  json.key("dues").begin_array();
  for (const auto& due : followed->dues) {
    const auto words = due_words(type, due.deadline);
    json.begin_object().member("deadline", due.deadline).member("zh", words.zh).member("en", words.en);
    json.member("ends", to_string(due.ends)).member("overdue", due.overdue).end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

Result<Response> followed_file(const Parts& parts, const Request& request) {
  const std::string& hash = request.path_value("hash");
  const auto file = parts.registers.followed_file(request.path_value("code"), hash);
  if (!file) return fail(file.error());
  if (!may_be_shown(file->media_type)) return fail(Errc::not_found, "a file of this type is not shown", "hash");
  auto bytes = parts.attachments.content(hash);
  if (!bytes) return fail(bytes.error());
  Response response;
  response.body = without_traces(std::move(*bytes));
  response.content_type = file->media_type;
  response.cache_control = "private, no-store";
  response.headers.emplace_back("Content-Disposition", file->media_type == "application/pdf" ? "attachment" : "inline");
  return response;
}

Result<Response> reopen(const Parts& parts, PublicLimit& limit, const Request& request) {
  JsonBody body(request.body);
  const std::string why = body.text("why");
  if (body.failed()) return fail(*body.failed());
  if (is_public(request.caller) && !limit.take(request.address, parts.clock()))
    return fail(Errc::too_many, "too many requests from here within an hour; try again later, or call 12345");
  const auto outcome = parts.registers.reopen_by_code(request.path_value("code"), why);
  if (!outcome) return refusal_response(parts.registers, request.caller, outcome.error());
  return follow(parts, request);
}

Result<Response> near(const Parts& parts, PublicLimit& limit, const Request& request) {
  const auto lon = request.degrees("lon", 180);
  if (!lon) return fail(lon.error());
  const auto lat = request.degrees("lat", 85);
  if (!lat) return fail(lat.error());
  if (!*lon || !*lat) return fail(Errc::malformed, "say where: lon and lat in degrees", *lon ? "lat" : "lon");
  if (is_public(request.caller) && !limit.take(request.address, parts.clock()))
    return fail(Errc::too_many, "too many questions from here within an hour; try again later");
  const auto all = parts.registers.near(request.path_value("register"), {**lon, **lat});
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("rough_m", registry::rough_m).key("items").begin_array();
  for (const auto& one : all->items) {
    json.begin_object().text_or_null("kind", one.kind);
    json.member("lon", std::round(one.rough.lon_deg * 1e4) / 1e4).member("lat", std::round(one.rough.lat_deg * 1e4) / 1e4);
    json.member("day", to_string(one.day)).member("count", one.count).end_object();
  }
  json.end_array().key("wind");
  if (all->wind) {
    json.begin_object().member("site", all->wind->site).member("from_deg", all->wind->from_deg);
    json.member("speed_m_s", all->wind->speed_m_s).member("at", all->wind->at).end_object();
  } else {
    json.null();
  }
  json.end_object();
  return private_response(std::move(out));
}

}  // namespace

void add_near_routes(Router& router, const Parts& parts) {
  const auto reopening = std::make_shared<PublicLimit>();
  const auto asking = std::make_shared<PublicLimit>(near_of_address_max, near_in_all_max);
  router.add({"GET",
              "/api/v1/follow/{code}",
              "How a report stands, by the code its reporter was given",
              {},
              [&parts](const Request& request) { return follow(parts, request); }});
  router.add({"GET",
              "/api/v1/follow/{code}/files/{hash}",
              "A file of the outcome that a person has made public",
              {},
              [&parts](const Request& request) { return followed_file(parts, request); }});
  router.add({"POST",
              "/api/v1/follow/{code}/reopen",
              "Not solved: once",
              {},
              [&parts, reopening](const Request& request) { return reopen(parts, *reopening, request); }});
  router.add({"GET",
              "/api/v1/registers/{register}/near",
              "Reports of the last thirty days within about 2 km, by kind, day and square of 500 m; and the wind",
              {{"lon", "degrees"}, {"lat", "degrees"}},
              [&parts, asking](const Request& request) { return near(parts, *asking, request); }});
}

}  // namespace celadon::service
