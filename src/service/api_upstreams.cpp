#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

#include <ranges>

// Forwarding: upstream platforms, and the frames that they would not take.

namespace celadon::service {
namespace {

constexpr std::size_t letters_of_one_request_max = 1000;

void put_time_or_null(JsonWriter& json, const char* name, const std::optional<Instant>& time) {
  json.key(name);
  if (time)
    json.put(*time);
  else
    json.null();
}

void put_upstream(JsonWriter& json, const watch::Upstream& upstream) {
  const auto& settings = upstream.settings;
  const auto& status = upstream.status;
  json.begin_object().member("id", settings.id).member("name", settings.name).member("host", settings.host);
  json.member("port", settings.port).member("enabled", settings.enabled).member("rate_per_s", settings.rate_per_s);
  json.member("tls", false).member("ask_answer", settings.ask_answer).key("devices").begin_array();
  for (const auto& mn : settings.devices) json.put(mn);
  json.end_array().key("mn_map").begin_array();
  for (const auto& [from, to] : settings.mn_map) json.begin_object().member("from", from).member("to", to).end_object();
  json.end_array();
  json.member("password", settings.password);
  json.member("revision", upstream.revision).member("state", status.state).member("last_error", status.last_error);
  json.member("queued_frames", upstream.queued_frames);
  put_time_or_null(json, "oldest_queued", upstream.oldest_queued);
  json.member("sent", status.sent).member("answered", status.answered).member("refused", status.refused);
  json.member("requests_refused", status.requests_refused).member("dead_letters", upstream.dead_letters);
  put_time_or_null(json, "last_answer_at", status.last_answer_at);
  json.end_object();
}

Result<Response> upstream_response(const Result<watch::Upstream>& upstream, int status = 200) {
  if (!upstream) return fail(upstream.error());
  std::string out;
  JsonWriter json(out);
  put_upstream(json, *upstream);
  return json_response(std::move(out), status);
}

Result<Response> list_upstreams(const Parts& parts) {
  const auto upstreams = parts.forwarding.upstreams();
  if (!upstreams) return fail(upstreams.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : *upstreams) put_upstream(json, one);
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// What a body says of an upstream; what it does not say stays as it is.
void read_settings(JsonBody& body, intake::UpstreamSettings& settings) {
  settings.name = body.text_or("name", settings.name);
  settings.host = body.text_or("host", settings.host);
  const std::int64_t port = body.whole_or("port", settings.port);
  if (port < 1 || port > 65535) body.refuse("port", "a port from 1 to 65535 is expected", Errc::invalid_value);
  settings.port = static_cast<std::uint16_t>(port);
  settings.enabled = body.boolean_or("enabled", settings.enabled);
  if (body.has("rate_per_s")) settings.rate_per_s = body.number("rate_per_s");
  settings.ask_answer = body.boolean_or("ask_answer", settings.ask_answer);
  if (body.boolean_or("tls", false))
    body.refuse("tls", "links to upstreams are plain TCP; put a TLS tunnel between", Errc::invalid_value);
  if (body.has("devices")) settings.devices = body.texts("devices");
  if (body.has("password")) {
    const std::string password = body.text_or("password", "");
    settings.password = password.empty() ? std::nullopt : std::optional(password);
  }
  if (body.has("mn_map")) {
    settings.mn_map.clear();
    for (const auto& object : body.objects("mn_map")) {
      JsonBody one(object);
      const std::string from = one.text("from");
      if (!settings.mn_map.emplace(from, one.text("to")).second)
        body.refuse("mn_map", "MN '" + from + "' is there twice", Errc::invalid_value);
      if (one.failed()) body.refuse("mn_map", one.failed()->detail, one.failed()->code);
    }
  }
}

Result<Response> add_upstream(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  intake::UpstreamSettings settings;
  settings.id = body.text("id");
  settings.name = settings.id;
  read_settings(body, settings);
  const auto from = body.time_or_none("from");
  if (body.failed()) return fail(*body.failed());
  return upstream_response(parts.forwarding.put(std::move(settings), 0, from, who, why), 201);
}

Result<Response> change_upstream(const Parts& parts, const Request& request) {
  const auto before = parts.forwarding.upstream(request.path_value("id"));
  if (!before) return fail(before.error());
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  const std::int64_t revision = body.whole("revision");
  if (revision < 1) body.refuse("revision", "the revision that was seen is expected", Errc::invalid_value);
  intake::UpstreamSettings settings = before->settings;
  read_settings(body, settings);
  if (body.failed()) return fail(*body.failed());
  return upstream_response(parts.forwarding.put(std::move(settings), revision, {}, who, why));
}

Result<void> put_letter(JsonWriter& json, const Parts& parts, const watch::DeadLetterEntry& entry) {
  const auto& letter = entry.letter;
  json.begin_object().member("id", entry.id).member("mn", letter.mn).member("qn", letter.qn).member("cn", letter.cn);
  json.member("received", letter.received).member("failed_at", letter.failed_at).member("reason", letter.reason);
  json.member("tries", letter.tries).member("state", entry.state).member("answered", entry.answered);
  const auto bytes = parts.forwarding.bytes_of(entry);
  if (!bytes) return fail(bytes.error());
  json.member("raw", printable(*bytes)).end_object();
  return {};
}

Result<Response> list_letters(const Parts& parts, const Request& request) {
  const std::string state = request.one("state").value_or("");
  if (!state.empty() && state != "dead" && state != "resent" && state != "discarded")
    return fail(Errc::invalid_value, "expected dead, resent or discarded", "state");
  const auto limit = request.whole("limit", 100, 1, 1000);
  if (!limit) return fail(limit.error());
  const auto letters = parts.forwarding.dead_letters(request.path_value("id"), state, static_cast<std::size_t>(*limit));
  if (!letters) return fail(letters.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& letter : *letters) {
    if (auto put = put_letter(json, parts, letter); !put) return fail(put.error());
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> move_letters(const Parts& parts, const Request& request, bool again) {
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  if (body.failed()) return fail(*body.failed());
  const std::string& upstream = request.path_value("id");
  std::vector<std::string> ids = {request.path_value("letter")};
  const bool all = ids.front() == "all";
  if (all) {
    const auto dead = parts.forwarding.dead_letters(upstream, "dead", letters_of_one_request_max);
    if (!dead) return fail(dead.error());
    ids.clear();
    for (const auto& letter : *dead | std::views::reverse) ids.push_back(letter.id);  // oldest first
  }
  std::string out;
  JsonWriter json(out);
  for (const auto& id : ids) {
    const auto moved =
        again ? parts.forwarding.resend(upstream, id, who, why) : parts.forwarding.discard(upstream, id, who, why);
    if (!moved) return fail(moved.error());
    if (all) continue;
    if (auto put = put_letter(json, parts, *moved); !put) return fail(put.error());
  }
  if (all) json.begin_object().member("moved", ids.size()).end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_upstream_routes(Router& router, const Parts& parts) {
  router.add(
      {"GET", "/api/v1/upstreams", "Platforms to which the frames go on, and how far", {}, [&parts](const Request&) {
         return list_upstreams(parts);
       }});
  router.add(
      {"POST",
       "/api/v1/upstreams",
       "Begin to forward: who, why, id, name, host, port, ...; from: frames received since then, else from now on",
       {},
       [&parts](const Request& request) { return add_upstream(parts, request); }});
  router.add({"PUT",
              "/api/v1/upstreams/{id}",
              "Change an upstream: who, why, the revision that was seen, and what changes",
              {},
              [&parts](const Request& request) { return change_upstream(parts, request); }});
  router.add({"GET",
              "/api/v1/upstreams/{id}/dead-letters",
              "Frames that the upstream would not take, newest first",
              {{"state", "dead, resent or discarded"}, {"limit", "1 to 1000, 100 when absent"}},
              [&parts](const Request& request) { return list_letters(parts, request); }});
  router.add({"POST",
              "/api/v1/upstreams/{id}/dead-letters/{letter}/resend",
              "Send a frame again, or `all` that are dead, at most 1000: who, why",
              {},
              [&parts](const Request& request) { return move_letters(parts, request, true); }});
  router.add({"POST",
              "/api/v1/upstreams/{id}/dead-letters/{letter}/discard",
              "Give a frame up, or `all` that are dead, at most 1000: who, why",
              {},
              [&parts](const Request& request) { return move_letters(parts, request, false); }});
}

}  // namespace celadon::service
