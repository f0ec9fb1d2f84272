#include "ledger/record_words.hpp"
#include "service/api.hpp"
#include "service/record_json.hpp"
#include "service/register_routes.hpp"

#include <algorithm>

// The systems that the city's plan asks for, and by which packs they are served.

namespace celadon::service {

using Act = registry::RecordDesk::Act;

namespace {

const systems::PlanRow* row_of(const systems::System& system, const std::string& id) {
  const auto found = std::ranges::find(system.rows, id, &systems::PlanRow::id);
  return found == system.rows.end() ? nullptr : &*found;
}

/// The packs that serve a row, with their registers as far as the caller may see them.
void put_serving(JsonWriter& json, const Parts& parts, const Request& request, const std::string& row_id) {
  const auto& desk = parts.registers;
  json.key("systems").begin_array();
  for (const auto& system : desk.catalogue().systems()) {
    const auto* row = row_of(system, row_id);
    if (row == nullptr) continue;
    json.begin_object().member("id", system.id).key("name");
    put_words(json, system.name);
    json.member("source", system.source.text).member("trust", system.source.trust).key("rule");
    put_words(json, row->rule);
    json.key("lacks");
    if (row->lacks)
      put_words(json, *row->lacks);
    else
      json.null();
    json.key("registers").begin_array();
    for (const auto& type : system.registers) {
      if (desk.may(request.caller, type, Act::read) || desk.may(request.caller, type, Act::create)) json.put(type.id);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

Result<Response> list_rows(const Parts& parts, const Request& request) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& row : parts.city.plan_systems) {
    const auto read = ledger::pinyin_of(row.name_zh);
    json.begin_object().member("id", row.id).member("kind", row.kind).key("name");
    put_words(json, {row.name_zh, row.name_en});
    json.member("clause", row.clause).key("clauses").begin_array();
    for (const auto& clause : row.clauses) json.put(clause);
    json.end_array().key("group");
    put_words(json, {row.group_zh, row.group_en});
    json.key("duty");
    put_words(json, {row.duty_zh, row.duty_en});
    json.member("pinyin", read.syllables).member("initials", read.initials).text_or_null("page", row.page);
    put_serving(json, parts, request, row.id);
    json.end_object();
  }
  json.end_array().end_object();
  return private_response(std::move(out));
}

}  // namespace

void add_plan_system_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/systems/rows",
              "The systems that the city's plan asks for, each with what serves it",
              {},
              [&parts](const Request& request) { return list_rows(parts, request); }});
}

}  // namespace celadon::service
