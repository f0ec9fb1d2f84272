#include "registry/record_body.hpp"
#include "service/api.hpp"
#include "service/json_body.hpp"
#include "service/record_json.hpp"
#include "service/record_query.hpp"
#include "service/register_routes.hpp"

#include <algorithm>

// Registers and their records, read.

namespace celadon::service {

using registry::Matter;
using registry::RecordDesk;
using Act = registry::RecordDesk::Act;

namespace {

constexpr std::size_t due_registers_limit_max = 1000;

Unexpected<Error> no_register(const std::string& id) {
  return fail(Errc::not_found, "there is no register '" + id.substr(0, 60) + "', or it is not yours to see",
              "register");
}

Result<Response> list_systems(const Parts& parts, const Request& request) {
  const auto& desk = parts.registers;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& system : desk.catalogue().systems()) {
    std::vector<const systems::Register*> shown;
    for (const auto& type : system.registers) {
      if (desk.may(request.caller, type, Act::read) || desk.may(request.caller, type, Act::create))
        shown.push_back(&type);
    }
    if (shown.empty()) continue;
    json.begin_object().member("id", system.id).key("name");
    put_words(json, system.name);
    json.member("group", system.group).member("clause", system.clause).member("source", system.source.text);
    json.member("trust", system.source.trust).key("registers").begin_array();
    for (const auto* type : shown) {
      ledger::RecordQuery query;
      query.kind = type->id;
      query.limit = 1;
      query.count = true;
      const auto page = desk.may(request.caller, *type, Act::read) ? desk.find(request.caller, query)
                                                                   : Result<RecordDesk::Page>(RecordDesk::Page{});
      if (!page) return fail(page.error());
      static constexpr const char* kinds[] = {"register", "ledger", "case"};
      json.begin_object().member("id", type->id).key("name");
      put_words(json, type->name);
      json.member("kind", kinds[static_cast<std::size_t>(type->kind)]);
      json.member("on_map", !type->map.geometry.empty()).member("count", page->total.value_or(0)).key("may");
      put_may(json, desk, request.caller, *type);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

Result<Response> describe(const Parts& parts, const Request& request) {
  const auto type = known_register(parts, request);
  if (!type) return fail(type.error());
  const auto& catalogue = parts.registers.catalogue();
  std::string out;
  JsonWriter json(out);
  put_register(json, system_of(catalogue, **type), **type, catalogue,
               [&](JsonWriter& rights) { put_may(rights, parts.registers, request.caller, **type); });
  return private_response(std::move(out));
}

Result<Response> codes(const Parts& parts, const Request& request) {
  const auto* list = parts.registers.catalogue().codes(request.path_value("list"));
  if (list == nullptr)
    return fail(Errc::not_found, "there is no code list '" + request.path_value("list").substr(0, 60) + "'", "list");
  const auto limit = request.whole("limit", 100, 1, 5000);
  if (!limit) return fail(limit.error());
  std::string out;
  JsonWriter json(out);
  put_code_list(json, *list, request.one("words").value_or(""), static_cast<std::size_t>(*limit));
  return json_response(std::move(out));
}

Result<Response> list_records(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  auto ask = record_ask(**type, request);
  if (!ask) return fail(ask.error());
  const auto page = parts.registers.find(request.caller, std::move(ask->query), ask->view);
  if (!page) return fail(page.error());
  std::string out;
  JsonWriter json(out);
  put_page(json, parts, request, *page);
  return private_response(std::move(out));
}

Result<Response> one_record(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto known = request.time("as_known_at");
  if (!known) return fail(known.error());
  auto matter = parts.registers.get(request.caller, (*type)->id, request.path_value("id"), *known);
  if (!matter) return fail(matter.error());
  return record_response(parts, request, std::move(*matter));
}

Result<Response> history(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto all = parts.registers.history(request.caller, (*type)->id, request.path_value("id"));
  if (!all) return fail(all.error());
  return records_response(parts, request, *all);
}

Result<Response> related(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto limit = request.whole("limit", 5, 1, 200);
  if (!limit) return fail(limit.error());
  const auto all =
      parts.registers.related(request.caller, (*type)->id, request.path_value("id"), static_cast<std::size_t>(*limit));
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : *all) {
    json.begin_object().member("register", one.from->id).member("field", one.field->id).key("name");
    put_words(json, one.from->name);
    json.key("page");
    put_page(json, parts, request, one.page);
    json.end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

Result<Response> possible_steps(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto matter = parts.registers.get(request.caller, (*type)->id, request.path_value("id"));
  if (!matter) return fail(matter.error());
  const auto all = parts.registers.possible(request.caller, *matter);
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : *all) {
    const auto& step = *one.step;
    json.begin_object().member("id", step.id).member("zh", step.name.zh).member("en", step.name.en);
    json.member("to", step.to).key("needs").begin_array();
    for (const auto& field : step.needs) json.put(field);
    json.end_array().key("evidence").begin_array();
    for (const auto& evidence : step.evidence) put_evidence(json, evidence);
    json.end_array().member("why", step.why).key("missing");
    put_findings(json, one.missing);
    json.end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

Result<Response> indicators(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : (*type)->indicators) {
    const auto value = parts.registers.indicator(request.caller, (*type)->id, one.id);
    if (!value) return fail(value.error());
    json.begin_object().member("id", one.id).member("zh", one.name.zh).member("en", one.name.en);
    json.key("value").raw(registry::value_json(*value));
    json.member("unit", one.unit).member("formula", one.formula->text()).end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

/// What people call a value of a field or a state.
systems::Words shown_as(const systems::Register& type, const std::string& by, const std::string& value) {
  if (by == "state" && type.lifecycle) {
    if (const auto* state = type.lifecycle->state(value)) return state->name;
  }
  const auto* field = type.field(by);
  if (field != nullptr && field->codes != nullptr) {
    if (const auto* code = field->codes->find(value)) return code->name;
  }
  return {value, value};
}

Result<Response> tally(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  auto ask = record_ask(**type, request);
  if (!ask) return fail(ask.error());
  const std::string by = request.one("by").value_or((*type)->lifecycle ? "state" : "");
  if (by.empty()) return fail(Errc::malformed, "say by which field to count", "by");
  const auto counted = parts.registers.tally(request.caller, std::move(ask->query), ask->view, by);
  if (!counted) return fail(counted.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("by", by).key("items").begin_array();
  for (const auto& [value, count] : *counted) {
    const auto words = shown_as(**type, by, value);
    json.begin_object().member("value", value).member("zh", words.zh).member("en", words.en);
    json.member("count", count).end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

LegalDay first_end(const Matter& matter) {
  LegalDay first = matter.dues.front().ends;
  for (const auto& due : matter.dues) first = std::min(first, due.ends);
  return first;
}

/// What runs over all registers with deadlines, the nearest end first.
Result<Response> due(const Parts& parts, const Request& request) {
  const auto limit = request.whole("limit", 100, 1, due_registers_limit_max);
  if (!limit) return fail(limit.error());
  std::vector<Matter> all;
  for (const auto& system : parts.registers.catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (!type.lifecycle || !parts.registers.may(request.caller, type, Act::read)) continue;
      ledger::RecordQuery query;
      query.kind = type.id;
      query.sort = "due";
      query.due_until = from_utc({2199, 12, 31});
      query.limit = static_cast<std::size_t>(*limit);
      auto page = parts.registers.find(request.caller, std::move(query));
      if (!page && page.error().code == Errc::refused) continue;  // only its open fields are the caller's to see
      if (!page) return fail(page.error());
      for (auto& matter : page->items) {
        if (!matter.dues.empty()) all.push_back(std::move(matter));
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Matter& a, const Matter& b) { return first_end(a) < first_end(b); });
  if (all.size() > static_cast<std::size_t>(*limit)) all.resize(static_cast<std::size_t>(*limit));
  return records_response(parts, request, all);
}

}  // namespace

Result<const systems::Register*> readable_register(const Parts& parts, const Request& request) {
  const std::string& id = request.path_value("register");
  const auto* type = parts.registers.catalogue().find(id);
  if (type == nullptr || !parts.registers.may(request.caller, *type, Act::read)) return no_register(id);
  return type;
}

Result<const systems::Register*> known_register(const Parts& parts, const Request& request) {
  const std::string& id = request.path_value("register");
  const auto* type = parts.registers.catalogue().find(id);
  if (type == nullptr || (!parts.registers.may(request.caller, *type, Act::read) &&
                          !parts.registers.may(request.caller, *type, Act::create)))
    return no_register(id);
  return type;
}

const systems::System& system_of(const systems::Catalogue& catalogue, const systems::Register& type) {
  for (const auto& system : catalogue.systems()) {
    if (system.id == type.system) return system;
  }
  return catalogue.systems().front();  // unreachable: make_catalogue gives every register its system
}

bool is_public(const people::Caller& caller) { return caller.how == people::Caller::How::nobody; }

Response private_response(std::string json, int status) {
  Response response = json_response(std::move(json), status);
  response.cache_control = "private, no-cache";
  return response;
}

Response record_response(const Parts& parts, const Request& request, const registry::Outcome<Matter>& outcome,
                         int status) {
  if (!outcome) return refusal_response(parts.registers, request.caller, outcome.error());
  std::string out;
  JsonWriter json(out);
  put_record(json, parts.registers, request.caller, *outcome, true);
  Response response = private_response(std::move(out), status);
  if (status == 201) {
    response.headers.emplace_back("Location", "/api/v1/registers/" + outcome->register_id + "/records/" + outcome->id);
  }
  return response;
}

Response records_response(const Parts& parts, const Request& request, const std::vector<Matter>& items) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& matter : items) put_record(json, parts.registers, request.caller, matter, true);
  json.end_array().end_object();
  return private_response(std::move(out));
}

void put_page(JsonWriter& json, const Parts& parts, const Request& request, const RecordDesk::Page& page) {
  json.begin_object().key("items").begin_array();
  for (const auto& matter : page.items) put_record(json, parts.registers, request.caller, matter, true);
  json.end_array().key("next");
  if (page.next.empty())
    json.null();
  else
    json.put(page.next);
  json.key("total");
  if (page.total)
    json.put(*page.total);
  else
    json.null();
  json.member("total_is_more", page.total_is_more).end_object();
}

void add_register_routes(Router& router, const Parts& parts) {
  const auto add = [&](const char* path, const char* text, std::vector<Parameter> parameters,
                       Result<Response> (*handle)(const Parts&, const Request&)) {
    router.add({"GET", path, text, std::move(parameters),
                [&parts, handle](const Request& request) { return handle(parts, request); }});
  };
  add("/api/v1/systems", "The systems and registers the caller may see", {}, list_systems);
  add("/api/v1/registers/{register}", "What a register is: fields, code lists, lifecycle, views, rights", {}, describe);
  add("/api/v1/codes/{list}", "Codes of a list",
      {{"words", "in code or name"}, {"limit", "1 to 5000, 100 when absent"}}, codes);
  add("/api/v1/registers/{register}/records", "Records of a register",
      filter_parameters({{"sort", "id, title, due, changed, opened, state or an indexed field"},
                         {"falling", "yes: the greatest first"},
                         {"after", "`next` of the page before"},
                         {"limit", "1 to 1000, 100 when absent"},
                         {"count", "yes: with the number of all"}}),
      list_records);
  add("/api/v1/registers/{register}/records/{id}", "A record", {{"as_known_at", "as it was known then"}}, one_record);
  add("/api/v1/registers/{register}/records/{id}/history", "Every version of a record, oldest first", {}, history);
  add("/api/v1/registers/{register}/records/{id}/related", "Records that refer to this one",
      {{"limit", "of each register, 1 to 200, 5 when absent"}}, related);
  add("/api/v1/registers/{register}/records/{id}/steps", "Steps the caller could take, with what is missing", {},
      possible_steps);
  add("/api/v1/registers/{register}/indicators", "The register's indicators as of now", {}, indicators);
  add("/api/v1/registers/{register}/tally", "Numbers by state or field",
      filter_parameters({{"by", "state or an indexed field"}}), tally);
  add("/api/v1/due", "What is due or overdue, by deadline", {{"limit", "1 to 1000, 100 when absent"}}, due);
}

}  // namespace celadon::service
