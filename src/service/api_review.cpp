#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

// The desk of review: what needs a person's eyes, what is decided, and how a sheet is closed.

namespace celadon::service {
namespace {

constexpr std::size_t decisions_of_one_request_max = 200;

Result<std::optional<LegalDay>> day_of(const Request& request, const char* name) {
  const auto text = request.one(name);
  if (!text || text->empty()) return std::optional<LegalDay>{};
  const auto day = parse_legal_day(*text);
  if (!day) return fail(day.error().code, day.error().detail, name);
  return std::optional<LegalDay>(*day);
}

void put_face(JsonWriter& json, const auto& face) {
  json.begin_object().member("id", face.id).member("zh", face.zh).member("en", face.en);
}
Result<Response> terms(const Parts& parts) {
  const auto& terms = parts.review.terms();
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("actions").begin_array();
  for (const auto& action : terms.actions) {
    put_face(json, action);
    json.member("changes_value", action.changes_value());
    json.list("needs", action.needs);
    json.end_object();
  }
  json.end_array().key("reasons").begin_array();
  for (const auto& reason : terms.reasons) {
    put_face(json, reason);
    json.list("actions", reason.actions);
    json.end_object();
  }
  json.end_array().key("states").begin_array();
  for (const auto& state : terms.states) {
    put_face(json, state);
    json.member("open", state.open).end_object();
  }
  json.end_array().key("transitions").begin_array();
  for (const auto& transition : terms.transitions) {
    put_face(json, transition);
    json.list("from", transition.from);
    json.member("to", transition.to).member("another_person", transition.another_person);
    json.member("needs_why", transition.needs_why).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

struct HoleWords {
  const char* zh;
  const char* en;
};
HoleWords words_of(quality::Slot reason) {
  switch (reason) {
    case quality::Slot::not_arrived: return {"未到达", "did not arrive"};
    case quality::Slot::no_number: return {"无数值", "came without a number"};
    case quality::Slot::device: return {"设备标记", "marked by the device"};
    case quality::Slot::voided: return {"判为无效", "voided"};
    case quality::Slot::valid: break;
  }
  return {"有效", "valid"};
}

void put_completeness(JsonWriter& json, const std::vector<watch::PropertyCompleteness>& all) {
  json.key("completeness").begin_array();
  for (const auto& one : all) {
    json.begin_object().member("property", one.property).member("have", one.day.valid).member("expected", one.day.due);
    json.member("need", one.day.least).member("enough", one.day.complete).key("holes").begin_array();
    for (const auto& hole : one.holes) {
      const HoleWords words = words_of(hole.reason);
      json.begin_object().member("from", hole.from).member("to", hole.until).member("count", hole.count);
      json.member("reason", quality::to_text(hole.reason)).member("device_flag", flag_text(hole.flag));
      json.member("zh", words.zh).member("en", words.en).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void put_site_and_state(JsonWriter& json, const ledger::Site& site, LegalDay day, const watch::SheetState& state) {
  json.member("site", site.id).member("name_zh", site.name_zh).member("name_en", site.name_en);
  json.member("kind", site.kind).member("day", to_string(day)).member("state", state.state);
  json.member("revision", state.revision);
}

void put_item(JsonWriter& json, const watch::QueueItem& item) {
  json.begin_object();
  put_site_and_state(json, item.site, item.day, item.state);
  json.member("values", item.values).member("missing", item.missing).member("need_eyes", item.need_eyes);
  json.member("proposed_void", item.proposed_void).member("proposed_suspect", item.proposed_suspect);
  json.member("decided", item.decided).key("complete");
  if (item.complete)
    json.put(*item.complete);
  else
    json.null();
  put_completeness(json, item.completeness);
  json.key("reasons").begin_array();
  for (const auto& reason : item.reasons) {
    json.begin_object().member("rule", reason.rule).member("count", reason.count).member("zh", reason.zh);
    json.member("en", reason.en).end_object();
  }
  json.end_array().member("priority", item.priority).end_object();
}

Result<Response> queue(const Parts& parts, const Request& request) {
  watch::QueueQuery query;
  const auto from = day_of(request, "from");
  if (!from) return fail(from.error());
  const auto to = day_of(request, "to");
  if (!to) return fail(to.error());
  const auto limit = request.whole("limit", 200, 1, 5000);
  if (!limit) return fail(limit.error());
  query.from = *from;
  query.to = *to;
  query.kind = request.one("kind").value_or("");
  query.state = request.one("state").value_or("");
  query.property = request.one("property").value_or("");
  if (!query.state.empty() && parts.review.terms().state(query.state) == nullptr)
    return fail(Errc::unknown_code, "there is no state '" + query.state.substr(0, 40) + "'", "state");
  const auto found = parts.review.queue(query);
  if (!found) return fail(found.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("from", to_string(found->from)).member("to", to_string(found->to)).key("days_known");
  if (found->first_known) {
    json.begin_object().member("first", to_string(*found->first_known));
    json.member("last", to_string(*found->last_known)).end_object();
  } else {
    json.null();
  }
  json.key("items").begin_array();
  for (const auto& item : found->items | std::views::take(*limit)) put_item(json, item);
  json.end_array().member("total", found->items.size()).end_object();
  return json_response(std::move(out));
}

void put_row(JsonWriter& json, const watch::ReviewRow& row) {
  json.begin_object().member("time", row.time).member("raw", row.raw).member("value", row.value);
  json.member("device_flag", flag_text(row.device_flag)).key("flags").begin_array();
  for (const auto& flag : row.flags) {
    json.begin_object().member("rule", flag.rule).member("voids", flag.voids).key("strength").null();
    json.member("reason_zh", flag.reason_zh).member("reason_en", flag.reason_en).end_object();
  }
  for (const auto& flag : row.found) {
    json.begin_object().member("rule", flag.rule).member("voids", false).member("strength", flag.strength);
    json.member("reason_zh", flag.zh).member("reason_en", flag.en).end_object();
  }
  json.end_array().member("proposal", quality::to_text(row.proposal)).member("probability", row.probability);
  json.key("decision");
  row.decision != 0 ? json.put(row.decision) : json.null();
  json.end_object();
}

/// `from` and `to` bound the times whose own notes are told.
void put_decision(JsonWriter& json, const watch::ReviewDecision& decision, Instant from, Instant to) {
  json.begin_object().member("id", decision.id).member("property", decision.property);
  json.member("averaging", to_iso(decision.averaging)).member("from", decision.times.front());
  json.member("to", decision.times.back()).member("values", decision.times.size()).member("action", decision.action);
  json.key("numbers").begin_object();
  for (const auto& [name, number] : decision.numbers) json.member(name, number);
  json.end_object().member("reason", decision.reason).member("note", decision.note).member("who", decision.who);
  json.member("elsewhere", decision.pairs.has_value()).key("notes").begin_array();
  for (std::size_t i = 0; decision.pairs && i < decision.pairs->notes.size(); ++i) {
    if (decision.pairs->notes[i].empty() || decision.times[i] < from || decision.times[i] > to) continue;
    json.begin_object().member("time", decision.times[i]).member("note", decision.pairs->notes[i]).end_object();
  }
  json.end_array().member("at", decision.at).end_object();
}

Result<Response> sheet(const Parts& parts, const Request& request) {
  const auto day = day_of(request, "day");
  if (!day) return fail(day.error());
  if (!*day) return fail(Errc::malformed, "say which day, as 2020-04-03", "day");
  const auto days = request.whole("days", 1, 1, 31);
  if (!days) return fail(days.error());
  const auto site = find_site(parts, request.one("site").value_or(""));
  if (!site) return fail(site.error());
  const auto found = parts.review.sheet(site->id, **day, static_cast<int>(*days));
  if (!found) return fail(found.error());
  const auto steps = parts.review.history(site->id, **day);
  if (!steps) return fail(steps.error());
  const Instant first{first_moment_of({(*day)->days - static_cast<std::int32_t>(*days) + 1}).us + 1};
  const auto decisions = parts.review.decisions(site->id, first, end_of(**day));
  if (!decisions) return fail(decisions.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  put_site_and_state(json, found->site, found->day, found->state);
  json.member("days", *days).key("history").begin_array();
  for (const auto& step : *steps) {
    json.begin_object().member("at", step.at).member("who", step.who).member("why", step.why);
    json.member("transition", step.transition).member("from", step.from).member("to", step.to).end_object();
  }
  json.end_array().key("columns").begin_array();
  for (const auto& column : found->columns) {
    const auto* property = parts.library.properties.find(column.key.property);
    json.begin_object().member("series", number(column.series)).member("property", column.key.property);
    json.member("averaging", to_iso(column.key.averaging));
    json.member("unit", property == nullptr ? "" : property->unit_label);
    json.member("decimals", property == nullptr ? 2 : property->decimals).key("rows").begin_array();
    for (const auto& row : column.rows) put_row(json, row);
    json.end_array().end_object();
  }
  json.end_array().key("decisions").begin_array();
  for (const auto& decision : *decisions) put_decision(json, decision, first, end_of(**day));
  json.end_array();
  put_completeness(json, found->completeness);
  json.end_object();
  return json_response(std::move(out));
}

/// The times a decision names: one by one, or every value from..to.
Result<std::vector<Instant>> times_of(const Parts& parts, const std::string& site, JsonBody& body,
                                      const std::string& property, const Averaging& averaging) {
  std::vector<Instant> times;
  for (const auto& text : body.texts("times")) {
    const auto time = parse_instant(text);
    if (!time) return fail(time.error().code, time.error().detail, "times");
    times.push_back(*time);
  }
  if (times.empty()) {
    archive::Query query;
    query.from = body.time("from");
    query.to = body.time("to");
    if (body.failed()) return fail(*body.failed());
    const auto series = parts.ledger.find_series({site, property, averaging});
    if (!series) return fail(Errc::not_found, "there is no such series", "property");
    query.series = {*series};
    const auto columns = parts.archive.read(query);
    if (!columns) return fail(columns.error());
    times = columns->rows.phenomenon_end;
  }
  std::ranges::sort(times);
  return times;
}

Result<std::vector<watch::ReviewDecision>> decisions_of(const Parts& parts, const std::string& site, JsonBody& body) {
  const auto objects = body.objects("decisions");
  if (body.failed()) return fail(*body.failed());
  if (objects.empty()) return fail(Errc::malformed, "expected at least one decision", "decisions");
  if (objects.size() > decisions_of_one_request_max)
    return fail(Errc::too_many, "at most 200 decisions in one request", "decisions");
  std::vector<watch::ReviewDecision> all;
  for (const auto& object : objects) {
    JsonBody one(object);
    watch::ReviewDecision decision;
    decision.site = site;
    decision.property = one.text("property");
    decision.action = one.text("action");
    decision.reason = one.text("reason");
    decision.note = one.text_or("note", "");
    const std::string window = one.text("averaging");
    if (one.failed()) return fail(*one.failed());
    const auto averaging = parse_averaging(window);
    if (!averaging) return fail(averaging.error().code, averaging.error().detail, "averaging");
    decision.averaging = *averaging;
    if (const auto* numbers = object.if_contains("numbers"); numbers != nullptr && numbers->is_object()) {
      JsonBody given(numbers->get_object());
      for (const auto& entry : numbers->get_object()) {
        const std::string name(entry.key());
        decision.numbers[name] = given.number(name.c_str());
      }
      if (given.failed()) return fail(given.failed()->code, given.failed()->detail, "numbers");
    }
    auto times = times_of(parts, site, one, decision.property, decision.averaging);
    if (!times) return fail(times.error());
    decision.times = std::move(*times);
    all.push_back(std::move(decision));
  }
  return all;
}

Result<Response> preview_review(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const auto site = find_site(parts, body.text("site"));
  if (body.failed()) return fail(*body.failed());
  if (!site) return fail(site.error());
  const auto decisions = decisions_of(parts, site->id, body);
  if (!decisions) return fail(decisions.error());
  const auto erratum = parts.review.preview(*decisions);
  if (!erratum) return fail(erratum.error());
  return json_response(watch::to_json(*erratum, watch::names_of(parts.ledger, parts.library)));
}

Result<Response> decide(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const auto site = find_site(parts, body.text("site"));
  const std::string who = who_of(request, body);
  const std::string why = body.text_or("why", "");
  const std::string digest = body.text_or("preview", "");
  if (body.failed()) return fail(*body.failed());
  if (!site) return fail(site.error());
  auto decisions = decisions_of(parts, site->id, body);
  if (!decisions) return fail(decisions.error());
  const auto decided = parts.review.decide(std::move(*decisions), who, why, digest);
  if (!decided) return fail(decided.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("decisions").begin_array();
  for (const auto id : decided->ids) json.put(id);
  json.end_array().key("erratum");
  if (decided->erratum)
    json.raw(watch::to_json(*decided->erratum, watch::names_of(parts.ledger, parts.library)));
  else
    json.null();
  json.end_object();
  return json_response(std::move(out));
}

Result<Response> move(const Parts& parts, const Request& request) {
  const auto day = parse_legal_day(request.path_value("day"));
  if (!day) return fail(day.error().code, day.error().detail, "day");
  const auto site = find_site(parts, request.path_value("site"));
  if (!site) return fail(site.error());
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text_or("why", "");
  const std::int64_t revision = body.whole("revision");
  if (body.failed()) return fail(*body.failed());
  const auto state = parts.review.move(site->id, *day, request.path_value("transition"), who, why, revision);
  if (!state) return fail(state.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  put_site_and_state(json, *site, *day, *state);
  json.end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_review_routes(Router& router, const Parts& parts) {
  router.add(
      {"GET", "/api/v1/review/terms", "Actions, reasons, states and steps of review", {}, [&parts](const Request&) {
         return terms(parts);
       }});
  router.add({"GET",
              "/api/v1/review/queue",
              "Sheets of sites and days, ranked by what needs a person's eyes",
              {{"from", "legal day; the newest that is over when absent"},
               {"to", "legal day, at most 31 days on"},
               {"kind", "of site"},
               {"state", "of the sheet"},
               {"property", "only values of it"},
               {"limit", "1 to 5000, 200 when absent"}},
              [&parts](const Request& r) { return queue(parts, r); }});
  router.add({"GET",
              "/api/v1/review/sheet",
              "One sheet with its values, what is said of them, and what was decided",
              {{"site", "id"}, {"day", "legal day"}, {"days", "how many days the values reach back, 1 to 31"}},
              [&parts](const Request& r) { return sheet(parts, r); }});
  router.add({"POST",
              "/api/v1/review/preview",
              "What decisions would change; nothing is stored",
              {},
              [&parts](const Request& r) { return preview_review(parts, r); }});
  router.add({"POST",
              "/api/v1/review/decisions",
              "Decide: site, who, why, decisions and the digest of their preview",
              {},
              [&parts](const Request& r) { return decide(parts, r); }});
  router.add({"POST",
              "/api/v1/review/sheets/{site}/{day}/{transition}",
              "Move a sheet on: who, why, and the revision that was seen",
              {},
              [&parts](const Request& r) { return move(parts, r); }});
}

}  // namespace celadon::service
