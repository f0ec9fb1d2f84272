#include "service/record_json.hpp"

#include "registry/record_body.hpp"

#include <algorithm>

namespace celadon::service {
namespace {

using registry::Matter;
using systems::Register;

constexpr const char* kind_names[] = {"register", "ledger", "case"};
constexpr const char* evidence_kinds[] = {"photo", "document", "measurement"};
constexpr const char* taken_names[] = {"any_time", "since_opened", "since_state"};
constexpr const char* count_names[] = {"days", "working_days", "months"};

JsonWriter& named(JsonWriter& json, const std::string& id, const systems::Words& words) {
  return json.begin_object().member("id", id).member("zh", words.zh).member("en", words.en);
}

void put_source(JsonWriter& json, const systems::Source& source) {
  if (source.text.empty()) return;
  json.member("source", source.text).member("trust", source.trust);
}

void put_limits(JsonWriter& json, const systems::Field& field) {
  if (!field.unit.empty()) json.member("unit", field.unit);
  if (field.min) json.member("min", *field.min);
  if (field.max) json.member("max", *field.max);
  if (field.decimals >= 0) json.member("decimals", field.decimals);
  if (field.type == systems::FieldType::text) json.member("length_max", field.length_max);
  if (field.is_list()) json.member("count_max", field.count_max);
  if (!field.pattern.empty()) json.member("pattern", field.pattern);
  if (!field.accept.empty()) json.list("accept", field.accept);
  if (field.not_after_now) json.member("not_after_now", true);
}

void put_field(JsonWriter& json, const Register& type, const systems::Field& field) {
  named(json, field.id, field.name).member("type", to_text(field.type));
  if (!field.help.zh.empty() || !field.help.en.empty()) {
    json.key("help");
    put_words(json, field.help);
  }
  if (!field.of.empty()) json.member("of", field.of);
  json.member("many", field.many).member("needed", field.needed).member("unique", field.unique);
  json.member("search", field.search).member("index", registry::is_faced(type, field));
  json.member("personal", field.personal).text_or_null("confirmed_by", field.confirmed_by);
  put_limits(json, field);
  if (field.formula) json.member("formula", field.formula->text());
  put_source(json, field.source);
  json.end_object();
}

void put_step(JsonWriter& json, const systems::Step& step) {
  named(json, step.id, step.name);
  json.list("from", step.from);
  json.member("to", step.to);
  json.list("who", step.who);
  json.list("needs", step.needs);
  json.key("evidence").begin_array();
  for (const auto& one : step.evidence) put_evidence(json, one);
  json.end_array().key("must").begin_array();
  for (const auto& one : step.must) {
    json.begin_object().member("that", one.that->text()).member("zh", one.words.zh).member("en", one.words.en);
    json.end_object();
  }
  json.end_array().member("why", step.why).member("times", step.times).member("within_days", step.within_days);
  json.end_object();
}

void put_deadline(JsonWriter& json, const systems::Deadline& deadline) {
  named(json, deadline.id, deadline.name);
  json.list("states", deadline.states);
  json.member("count", count_names[static_cast<std::size_t>(deadline.count)]).member("length", deadline.length);
  json.member("from", deadline.from).member("moves_to_workday", deadline.moves_to_workday);
  json.member("warn_days", deadline.warn_days).key("escalate").begin_array();
  for (const auto& one : deadline.escalate)
    json.begin_object().member("after_days", one.after_days).member("to", one.to).end_object();
  json.end_array();
  put_source(json, deadline.source);
  json.end_object();
}

void put_lifecycle(JsonWriter& json, const std::optional<systems::Lifecycle>& lifecycle) {
  json.key("lifecycle");
  if (!lifecycle) {
    json.null();
    return;
  }
  json.begin_object().member("first", lifecycle->first).key("states").begin_array();
  for (const auto& state : lifecycle->states)
    named(json, state.id, state.name).member("final", state.final).end_object();
  json.end_array().key("steps").begin_array();
  for (const auto& step : lifecycle->steps) put_step(json, step);
  json.end_array().key("deadlines").begin_array();
  for (const auto& deadline : lifecycle->deadlines) put_deadline(json, deadline);
  json.end_array().key("look_back");
  if (const auto& rule = lifecycle->look_back) {
    json.begin_object().member("state", rule->state).member("by", rule->by).member("after_days", rule->after_days);
    json.member("same_weekday", rule->same_weekday).member("zh", rule->name.zh).member("en", rule->name.en);
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
}

void put_views(JsonWriter& json, const Register& type) {
  json.key("views").begin_array();
  for (const auto& view : type.views) {
    named(json, view.id, view.name);
    json.list("columns", view.columns);
    json.member("sort", view.sort);
    if (view.where) json.member("where", view.where->text());
    json.end_object();
  }
  json.end_array().key("map");
  if (type.map.geometry.empty()) {
    json.null();
    return;
  }
  json.begin_object().member("geometry", type.map.geometry).member("colour_by", type.map.colour_by);
  json.key("colours").begin_object();
  for (const auto& [value, colour] : type.map.colours) json.member(value, colour);
  json.end_object().member("symbol", type.map.symbol).member("zoom_min", type.map.zoom_min).end_object();
}

void put_codes(JsonWriter& json, const Register& type, const systems::Catalogue& catalogue) {
  json.key("codes").begin_array();
  std::vector<std::string> given;
  for (const auto& field : type.fields) {
    if (field.type != systems::FieldType::code || std::find(given.begin(), given.end(), field.of) != given.end())
      continue;
    given.push_back(field.of);
    if (const auto* list = catalogue.codes(field.of)) put_code_list(json, *list, "", codes_of_register_max);
  }
  json.end_array();
}

void put_given(JsonWriter& json, const registry::Given& given) {
  json.begin_object().member("id", given.id);
  json.text_or_null("file", given.file);
  json.text_or_null("site", given.site);
  json.text_or_null("property", given.property);
  if (given.site.empty()) {
    json.key("from").null().key("to").null();
  } else {
    json.member("from", given.from).member("to", given.to);
    json.member("count", given.count).member("mean", given.mean).member("highest", given.highest);
  }
  json.member("note", given.note).end_object();
}

void put_steps(JsonWriter& json, const Matter& matter) {
  json.key("steps").begin_array();
  for (const auto& step : matter.steps) {
    json.begin_object().member("step", step.step).member("from", step.from).member("to", step.to);
    json.member("who", step.who).member("why", step.why).member("at", step.at).key("evidence").begin_array();
    for (const auto& given : step.evidence) put_given(json, given);
    json.end_array().end_object();
  }
  json.end_array();
}

void put_dues(JsonWriter& json, const Matter& matter, const Register* type) {
  json.key("dues").begin_array();
  for (const auto& due : matter.dues) {
    const auto words = due_words(type, due.deadline);
    json.begin_object().member("deadline", due.deadline).member("zh", words.zh).member("en", words.en);
    json.member("ends", to_string(due.ends)).member("overdue", due.overdue).member("warned", due.warned);
    json.text_or_null("escalated_to", due.escalated_to);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

systems::Words due_words(const Register* type, const std::string& deadline) {
  if (type == nullptr || !type->lifecycle) return {deadline, deadline};
  for (const auto& one : type->lifecycle->deadlines) {
    if (one.id == deadline) return one.name;
  }
  if (deadline == registry::look_back_due && type->lifecycle->look_back) return type->lifecycle->look_back->name;
  return {deadline, deadline};
}

void put_words(JsonWriter& json, const systems::Words& words) {
  json.begin_object().member("zh", words.zh).member("en", words.en).end_object();
}

void put_findings(JsonWriter& json, const std::vector<systems::Finding>& findings) {
  json.begin_array();
  for (const auto& one : findings) {
    json.begin_object().member("field", one.field).member("check", one.check);
    json.member("severity", one.is_error ? "error" : "warning").member("zh", one.words.zh).member("en", one.words.en);
    json.end_object();
  }
  json.end_array();
}

void put_may(JsonWriter& json, const registry::RecordDesk& desk, const people::Caller& caller, const Register& type) {
  json.begin_object().member("read", desk.may(caller, type, registry::RecordDesk::Act::read));
  json.member("write", desk.may(caller, type, registry::RecordDesk::Act::write))
      .member("create", desk.may(caller, type, registry::RecordDesk::Act::create));
  json.member("withdraw", desk.may(caller, type, registry::RecordDesk::Act::withdraw)).end_object();
}

void put_record(JsonWriter& json, const registry::RecordDesk& desk, const people::Caller& caller, const Matter& matter,
                bool with_names) {
  const Register* type = desk.catalogue().find(matter.register_id);
  json.begin_object().member("register", matter.register_id).member("id", matter.id);
  json.member("revision", matter.revision).member("title", matter.title).member("state", matter.state);
  json.member("gone", matter.gone).member("valid_from", matter.valid_from).member("known_at", matter.known_at);
  json.member("opened", matter.opened).member("since_state", matter.since_state);
  json.member("who", matter.who).member("why", matter.why).key("values").begin_object();
  for (const auto& [field, value] : matter.values) {
    if (!systems::is_none(value)) json.key(field).raw(registry::value_json(value));
  }
  json.end_object().key("names").begin_object();
  if (with_names) {
    for (const auto& [field, name] : desk.names(caller, matter)) json.member(field, name);
  }
  json.end_object();
  put_steps(json, matter);
  put_dues(json, matter, type);
  json.key("findings");
  put_findings(json, matter.findings);
  if (!matter.follow.empty()) json.member("follow", matter.follow);
  json.end_object();
}

void put_evidence(JsonWriter& json, const systems::Evidence& evidence) {
  named(json, evidence.id, evidence.name).member("kind", evidence_kinds[static_cast<std::size_t>(evidence.kind)]);
  json.member("count", evidence.count).member("taken", taken_names[static_cast<std::size_t>(evidence.taken)]);
  json.member("near_m", evidence.near_m).end_object();
}

void put_code_list(JsonWriter& json, const systems::CodeList& list, const std::string& words, std::size_t limit) {
  json.begin_object().member("id", list.id).key("items").begin_array();
  std::size_t given = 0;
  bool more = false;
  for (const auto& code : list.codes) {
    if (!words.empty() && code.code.find(words) == std::string::npos && code.name.zh.find(words) == std::string::npos &&
        code.name.en.find(words) == std::string::npos)
      continue;
    if (given == limit) {
      more = true;
      break;
    }
    ++given;
    json.begin_object().member("code", code.code).member("zh", code.name.zh).member("en", code.name.en).end_object();
  }
  json.end_array().member("more", more);
  put_source(json, list.source);
  json.end_object();
}

void put_register(JsonWriter& json, const systems::System& system, const Register& type,
                  const systems::Catalogue& catalogue, const std::function<void(JsonWriter&)>& put_rights) {
  json.begin_object().member("id", type.id).member("system", system.id).key("system_name");
  put_words(json, system.name);
  json.key("name");
  put_words(json, type.name);
  json.member("kind", kind_names[static_cast<std::size_t>(type.kind)]).member("title", type.title);
  json.text_or_null("key", type.key);
  if (type.key.empty())
    json.key("number").begin_object().member("prefix", type.prefix).member("digits", type.digits).end_object();
  json.text_or_null("division", type.division);
  json.text_or_null("enterprise", type.enterprise);
  json.list("public", type.open_fields);
  json.key("fields").begin_array();
  for (const auto& field : type.fields) put_field(json, type, field);
  json.end_array();
  put_codes(json, type, catalogue);
  json.key("checks").begin_array();
  for (const auto& check : type.checks) {
    named(json, check.id, check.words).member("field", check.field).member("must", check.must->text());
    if (check.when) json.member("when", check.when->text());
    json.member("severity", check.is_error ? "error" : "warning");
    put_source(json, check.source);
    json.end_object();
  }
  json.end_array();
  put_lifecycle(json, type.lifecycle);
  put_views(json, type);
  json.key("indicators").begin_array();
  for (const auto& one : type.indicators) {
    named(json, one.id, one.name).member("unit", one.unit).member("formula", one.formula->text()).end_object();
  }
  json.end_array().key("may");
  put_rights(json);
  json.member("source", system.source.text).member("trust", system.source.trust).end_object();
}

Response refusal_response(const registry::RecordDesk& desk, const people::Caller& caller,
                          const registry::Refusal& refusal) {
  Response response = problem(refusal.error);
  response.body.pop_back();  // the closing brace; further members follow
  std::string more;
  JsonWriter json(more);
  put_findings(json, refusal.findings);
  response.body += ",\"findings\":" + more;
  if (refusal.newest) {
    std::string newest;
    JsonWriter record(newest);
    put_record(record, desk, caller, *refusal.newest, true);
    response.body += ",\"newest\":" + newest;
  }
  response.body += '}';
  return response;
}

std::string record_address(const Matter& matter) { return "#/registers/" + matter.register_id + "/" + matter.id; }

}  // namespace celadon::service
