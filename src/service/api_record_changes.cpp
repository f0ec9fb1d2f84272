#include "ledger/events.hpp"
#include "registry/record_body.hpp"
#include "service/api.hpp"
#include "service/json_body.hpp"
#include "service/public_limit.hpp"
#include "service/record_json.hpp"
#include "service/register_routes.hpp"

// Records, changed: saved, withdrawn, taken a step on, in bulk.

namespace celadon::service {

using registry::Change;
using registry::Matter;
using registry::Outcome;

namespace {

constexpr std::size_t bulk_max = 5000;
constexpr std::size_t record_body_bytes_max = 2 << 20;  ///< of a request; the ledger keeps at most 1 MiB of a record
constexpr std::size_t evidence_max = 100;

/// A change as a body asks for it, or why it is none.
Outcome<Change> change_of(const systems::Register& type, const std::string& id, const boost::json::object& object) {
  const auto values = values_of(type, object);
  if (!values) return Unexpected<registry::Refusal>{values.error()};
  JsonBody body(object);
  Change change;
  change.register_id = type.id;
  change.id = id;
  change.values = *values;
  change.why = body.text_or("why", "");
  change.valid_from = body.time_or_none("valid_from");
  if (body.has("revision")) change.expected_revision = body.whole("revision");
  if (body.failed()) return Unexpected<registry::Refusal>{registry::Refusal{*body.failed(), {}, {}}};
  return change;
}

/// The event of watch that a new record is opened for.
Result<void> event_of(const Parts& parts, const Request& request, const systems::Register& type,
                      const boost::json::object& object, Change& change) {
  JsonBody body(object);
  change.event = body.whole("event");
  if (body.failed()) return fail(*body.failed());
  // Events are the bureau's; who does not read the register in full has none to name.
  if (!type.lifecycle || !parts.registers.may(request.caller, type, registry::RecordDesk::Act::write))
    return fail(Errc::refused, "only who handles cases of " + type.id + " may name the event one is opened for",
                "event");
  const auto event = ledger::event_of(parts.ledger, change.event);
  if (!event) return fail(event.error());
  return {};
}

/// A body with `values`, taken apart for what is done with them.
template <class Then>
Result<Response> with_values(const Parts& parts, const Request& request, const Result<const systems::Register*>& type,
                             const Then& then) {
  if (!type) return fail(type.error());
  const auto object = object_of(request.body);
  if (!object) return fail(object.error());
  const auto values = values_of(**type, *object);
  if (!values) return refusal_response(parts.registers, request.caller, values.error());
  JsonBody body(*object);
  return then(**type, *values, body);
}

Result<Response> create(const Parts& parts, PublicLimit& limit, const Request& request) {
  const auto type = known_register(parts, request);
  if (!type) return fail(type.error());
  const auto object = object_of(request.body);
  if (!object) return fail(object.error());
  auto change = change_of(**type, "", *object);
  if (!change) return refusal_response(parts.registers, request.caller, change.error());
  change->expected_revision.reset();
  if (object->contains("event")) {
    if (auto named = event_of(parts, request, **type, *object, *change); !named) return fail(named.error());
  }
  if (is_public(request.caller) && !limit.take(request.address, parts.clock()))
    return fail(Errc::too_many, "too many reports from here within an hour; try again later, or call 12345");
  return record_response(parts, request, parts.registers.save(request.caller, *change), 201);
}

Result<Response> change_record(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  const auto object = object_of(request.body);
  if (!object) return fail(object.error());
  // Beyond the caller's rights it is not there, whatever the body says; and the record is there before it is changed.
  const auto stands = parts.registers.get(request.caller, (*type)->id, request.path_value("id"));
  if (!stands) return fail(stands.error());
  const auto change = change_of(**type, request.path_value("id"), *object);
  if (!change) return refusal_response(parts.registers, request.caller, change.error());
  return record_response(parts, request, parts.registers.save(request.caller, *change));
}

Result<Response> withdraw(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  JsonBody body(request.body);
  const auto revision = body.whole("revision");
  const std::string why = body.text("why");
  if (body.failed()) return fail(*body.failed());
  return record_response(
      parts, request, parts.registers.withdraw(request.caller, (*type)->id, request.path_value("id"), revision, why));
}

std::vector<registry::Given> evidence_of(JsonBody& body) {
  std::vector<registry::Given> all;
  const auto objects = body.objects("evidence");
  if (objects.size() > evidence_max) body.refuse("evidence", "at most 100 pieces", Errc::too_large);
  for (const auto& object : objects) {
    JsonBody one(object);
    registry::Given given;
    given.id = one.text("id");
    given.file = one.text_or("file", "");
    given.site = one.text_or("site", "");
    given.property = one.text_or("property", "");
    given.from = one.time_or_none("from").value_or(Instant{});
    given.to = one.time_or_none("to").value_or(Instant{});
    given.note = one.text_or("note", "");
    if (one.failed()) body.refuse("evidence", one.failed()->field + ": " + one.failed()->detail, one.failed()->code);
    all.push_back(std::move(given));
  }
  return all;
}

Result<Response> take_step(const Parts& parts, const Request& request) {
  const auto take = [&](const systems::Register& type, const systems::Values& values,
                        JsonBody& body) -> Result<Response> {
    registry::RecordDesk::StepRequest step;
    step.register_id = type.id;
    step.id = request.path_value("id");
    step.step = request.path_value("step");
    step.revision = body.whole("revision");
    step.why = body.text_or("why", "");
    step.values = values;
    step.evidence = evidence_of(body);
    if (body.failed()) return fail(*body.failed());
    return record_response(parts, request, parts.registers.take(request.caller, step));
  };
  return with_values(parts, request, readable_register(parts, request), take);
}

Result<Response> preview_change(const Parts& parts, const Request& request) {
  const auto type = known_register(parts, request);
  if (!type) return fail(type.error());
  const auto object = object_of(request.body);
  if (!object) return fail(object.error());
  JsonBody body(*object);
  const std::string id = body.text_or("id", "");
  if (body.failed()) return fail(*body.failed());
  auto change = change_of(**type, id, *object);
  if (!change) return refusal_response(parts.registers, request.caller, change.error());
  const auto outcome = parts.registers.preview(request.caller, *change);
  // Findings are what a preview is asked for; only what hinders looking at all is a problem.
  if (!outcome && outcome.error().findings.empty())
    return refusal_response(parts.registers, request.caller, outcome.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("record");
  if (outcome)
    put_record(json, parts.registers, request.caller, *outcome, true);
  else
    json.null();
  json.key("findings");
  put_findings(json, outcome ? outcome->findings : outcome.error().findings);
  json.end_object();
  return private_response(std::move(out));
}

Result<Response> alike(const Parts& parts, const Request& request) {
  const auto look = [&](const systems::Register& type, const systems::Values& values,
                        JsonBody& body) -> Result<Response> {
    const auto limit = body.whole_or("limit", 10);
    if (limit < 1 || limit > 100) body.refuse("limit", "expected 1 to 100", Errc::invalid_value);
    if (body.failed()) return fail(*body.failed());
    const auto all = parts.registers.alike(request.caller, type.id, values, static_cast<std::size_t>(limit));
    if (!all) return fail(all.error());
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("items").begin_array();
    for (const auto& one : *all) {
      json.begin_object().key("record");
      put_record(json, parts.registers, request.caller, one.matter, true);
      json.member("distance_m", one.distance_m).member("likeness", one.likeness).member("wind", one.wind).end_object();
    }
    json.end_array().end_object();
    return private_response(std::move(out));
  };
  return with_values(parts, request, known_register(parts, request), look);
}

/// The records of a bulk edit as they stand, each with the change asked for; what is not the caller's is told as such.
struct Bulk {
  std::vector<std::string> ids;
  std::vector<Change> changes;  ///< of the ids that stand
  std::vector<std::size_t> of;  ///< the place of each change among the ids
  std::vector<std::optional<Error>> missing;
  std::vector<Matter> before;
};

void put_bulk(JsonWriter& json, const Parts& parts, const Request& request, const Bulk& bulk,
              const std::vector<Outcome<Matter>>& outcomes) {
  std::vector<const Outcome<Matter>*> by_id(bulk.ids.size(), nullptr);
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    by_id[bulk.of[i]] = &outcomes[i];
    if (outcomes[i] && !any_error(outcomes[i]->findings) && outcomes[i]->values != bulk.before[i].values) ++changed;
  }
  json.begin_object().key("items").begin_array();
  for (std::size_t i = 0; i < bulk.ids.size(); ++i) {
    json.begin_object().member("id", bulk.ids[i]).key("record");
    const auto* outcome = by_id[i];
    if (outcome != nullptr && *outcome)
      put_record(json, parts.registers, request.caller, **outcome, false);
    else
      json.null();
    json.key("findings");
    if (bulk.missing[i]) {
      put_findings(json, {{"id", "not-found", true, {"没有此记录或无权查看", bulk.missing[i]->detail}}});
    } else if (*outcome) {
      put_findings(json, (*outcome)->findings);
    } else if (!outcome->error().findings.empty()) {
      put_findings(json, outcome->error().findings);
    } else {
      const auto& error = outcome->error().error;
      put_findings(json, {{error.field, std::string(face(error.code).slug), true, {error.detail, error.detail}}});
    }
    json.end_object();
  }
  json.end_array().member("changed", changed).end_object();
}

Result<Response> bulk_edit(const Parts& parts, const Request& request) {
  const auto edit = [&](const systems::Register& type, const systems::Values& values,
                        JsonBody& body) -> Result<Response> {
    Bulk bulk;
    bulk.ids = body.texts("ids");
    const bool only_preview = body.boolean_or("preview", true);
    const std::string why = only_preview ? body.text_or("why", "") : body.text("why");
    if (bulk.ids.empty() || bulk.ids.size() > bulk_max) body.refuse("ids", "expected 1 to 5000 ids", Errc::too_large);
    if (values.empty()) body.refuse("values", "say what to change");
    if (body.failed()) return fail(*body.failed());
    bulk.missing.resize(bulk.ids.size());
    for (std::size_t i = 0; i < bulk.ids.size(); ++i) {
      auto matter = parts.registers.get(request.caller, type.id, bulk.ids[i]);
      if (!matter) {
        if (matter.error().code != Errc::not_found) return fail(matter.error());
        bulk.missing[i] = matter.error();
        continue;
      }
      bulk.changes.push_back({type.id, bulk.ids[i], matter->revision, values, {}, why});
      bulk.of.push_back(i);
      bulk.before.push_back(std::move(*matter));
    }
    const auto outcomes = parts.registers.save_each(request.caller, bulk.changes, only_preview);
    std::string out;
    JsonWriter json(out);
    put_bulk(json, parts, request, bulk, outcomes);
    return private_response(std::move(out));
  };
  return with_values(parts, request, readable_register(parts, request), edit);
}

}  // namespace

Result<boost::json::object> object_of(const std::string& body) {
  boost::system::error_code error;
  auto value = boost::json::parse(body, error);
  if (error) return fail(Errc::malformed, "the body is not JSON: " + error.message(), "body");
  if (!value.is_object()) return fail(Errc::malformed, "the body must be a JSON object", "body");
  return std::move(value.get_object());
}

Outcome<systems::Values> values_of(const systems::Register& type, const boost::json::object& body) {
  const auto* values = body.if_contains("values");
  if (values == nullptr || values->is_null()) return systems::Values{};
  return registry::values_of_json(type, boost::json::serialize(*values));
}

void add_record_change_routes(Router& router, const Parts& parts) {
  const auto limit = std::make_shared<PublicLimit>();
  const auto add = [&](const char* method, const std::string& path, const char* text,
                       std::function<Result<Response>(const Request&)> handle) {
    router.add({method, path, text, {}, std::move(handle), record_body_bytes_max});
  };
  const auto on = [&parts](Result<Response> (*handle)(const Parts&, const Request&)) {
    return [&parts, handle](const Request& request) { return handle(parts, request); };
  };
  const std::string base = "/api/v1/registers/{register}";
  add("POST", base + "/records", "A new record",
      [&parts, limit](const Request& request) { return create(parts, *limit, request); });
  add("PUT", base + "/records/{id}", "Change a record that was seen at `revision`", on(change_record));
  add("POST", base + "/records/{id}/withdraw", "Take a record out of force", on(withdraw));
  add("POST", base + "/records/{id}/steps/{step}", "Take a step", on(take_step));
  add("POST", base + "/preview", "What a change would come to; nothing is stored", on(preview_change));
  add("POST", base + "/alike", "Records like this one, near in place and time", on(alike));
  add("POST", base + "/bulk", "Change several records alike, or see what would come of it", on(bulk_edit));
}

}  // namespace celadon::service
