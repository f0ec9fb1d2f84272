#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

#include <charconv>

namespace celadon::service {
namespace {

Result<Response> list_cases(const Parts& parts, const Request& request) {
  const std::string state = request.one("state").value_or("");
  if (!state.empty() && state != "open" && state != "closed")
    return fail(Errc::invalid_value, "expected open or closed", "state");
  const auto cases = parts.ledger.cases(state);
  if (!cases) return fail(cases.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : *cases) put_case(json, one);
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> list_events(const Parts& parts, const Request& request) {
  const auto limit = request.whole("limit", 100, 1, 10'000);
  if (!limit) return fail(limit.error());
  const auto events = parts.ledger.events(static_cast<std::size_t>(*limit));
  if (!events) return fail(events.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& event : *events) put_event(json, event);
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> close_case(const Parts& parts, const Request& request) {
  std::int64_t id = 0;
  const std::string& text = request.path_value("id");
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (bad != std::errc{} || end != text.data() + text.size())
    return fail(Errc::not_found, "there is no case '" + text.substr(0, 40) + "'", "id");
  JsonBody body(request.body);
  // Empty ones are refused by the ledger, which names the field too.
  const std::string who = who_or_blank(request, body);
  const std::string why = body.text_or("why", "");
  if (!body.has("revision")) body.refuse("revision", "say which revision of the case you saw, as a whole number");
  const std::int64_t revision = body.whole_or("revision", 0);
  if (body.failed()) return fail(*body.failed());
  const auto closed = parts.ledger.close_case(id, revision, who, why);
  if (!closed) return fail(closed.error());
  parts.stream.announce(*closed);
  std::string out;
  JsonWriter json(out);
  put_case(json, *closed);
  return json_response(std::move(out));
}

}  // namespace

void put_case(JsonWriter& json, const ledger::Case& one) {
  json.begin_object().member("id", one.id).member("state", one.state).member("rule", one.rule).member("site", one.site);
  json.member("title_zh", one.title_zh)
      .member("title_en", one.title_en)
      .member("opened_at", one.opened_at)
      .key("closed_at");
  if (one.closed_at)
    json.put(*one.closed_at);
  else
    json.null();
  json.key("closed_by");
  if (one.closed_by.empty())
    json.null();
  else
    json.put(one.closed_by);
  json.key("reason");
  if (one.reason.empty())
    json.null();
  else
    json.put(one.reason);
  json.key("events").begin_array();
  for (const auto event : one.events) json.put(event);
  json.end_array().member("revision", one.revision).end_object();
}

void put_event(JsonWriter& json, const ledger::Event& event) {
  json.begin_object().member("id", event.id).member("rule", event.rule).member("site", event.site).key("property");
  if (event.property.empty())
    json.null();
  else
    json.put(event.property);
  json.member("opened_at", event.noticed_at)
      .member("phenomenon_end", event.phenomenon_end)
      .member("value", event.value);
  json.member("text_zh", event.text_zh).member("text_en", event.text_en).key("case");
  if (event.case_id == 0)
    json.null();
  else
    json.put(event.case_id);
  json.end_object();
}

void add_case_routes(Router& router, const Parts& parts) {
  router.add({"GET", "/api/v1/cases", "Cases, newest first", {{"state", "open or closed"}}, [&parts](const Request& r) {
                return list_cases(parts, r);
              }});
  router.add({"POST",
              "/api/v1/cases/{id}/close",
              "Close a case: a JSON body with who, why, and the revision that was seen",
              {},
              [&parts](const Request& r) { return close_case(parts, r); }});
  router.add({"GET",
              "/api/v1/events",
              "What watch saw, newest first",
              {{"limit", "1 to 10000, 100 when absent"}},
              [&parts](const Request& r) { return list_events(parts, r); }});
}

}  // namespace celadon::service
