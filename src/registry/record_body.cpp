#include "registry/record_body.hpp"

#include "core/json_writer.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace celadon::registry {

namespace json = boost::json;
using systems::Field;
using systems::FieldType;
using systems::Geometry;
using systems::Value;

namespace {

constexpr std::size_t points_max = 20'000;  ///< of one geometry; a body holds at most 1 MiB

void put_position(JsonWriter& out, const LonLat& at) { out.begin_array().put(at.lon_deg).put(at.lat_deg).end_array(); }

void put_geometry(JsonWriter& out, const Geometry& geometry) {
  static constexpr std::string_view names[] = {"Point", "LineString", "Polygon"};
  out.begin_object().member("type", names[static_cast<std::size_t>(geometry.kind)]).key("coordinates");
  if (geometry.kind == Geometry::Kind::point) {
    put_position(out, geometry.parts.at(0).at(0));
  } else {
    if (geometry.kind == Geometry::Kind::area) out.begin_array();
    for (const auto& part : geometry.parts) {
      out.begin_array();
      for (const auto& at : part) put_position(out, at);
      out.end_array();
    }
    if (geometry.kind == Geometry::Kind::area) out.end_array();
  }
  out.end_object();
}

void put_value(JsonWriter& out, const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    out.put(*number);
  } else if (const auto* yes = std::get_if<bool>(&value)) {
    out.put(*yes);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    out.put(*text);
  } else if (const auto* day = std::get_if<LegalDay>(&value)) {
    out.put(to_string(*day));
  } else if (const auto* at = std::get_if<Instant>(&value)) {
    out.put(*at);
  } else if (const auto* geometry = std::get_if<Geometry>(&value)) {
    put_geometry(out, *geometry);
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    out.begin_array();
    for (const auto& one : *list) out.put(one);
    out.end_array();
  } else {
    out.null();
  }
}

std::optional<double> number_of(const json::value& from) {
  if (from.is_double()) return std::isfinite(from.get_double()) ? std::optional(from.get_double()) : std::nullopt;
  if (from.is_int64()) return static_cast<double>(from.get_int64());
  if (from.is_uint64()) return static_cast<double>(from.get_uint64());
  return std::nullopt;
}

std::optional<LonLat> position_of(const json::value& from) {
  const auto* pair = from.if_array();
  if (!pair || pair->size() < 2 || pair->size() > 3) return std::nullopt;
  const auto lon = number_of((*pair)[0]), lat = number_of((*pair)[1]);
  if (!lon || !lat || std::abs(*lon) > 180 || std::abs(*lat) > 90) return std::nullopt;
  return LonLat{*lon, *lat};
}

std::optional<std::vector<LonLat>> positions_of(const json::value& from, std::size_t least) {
  const auto* list = from.if_array();
  if (!list || list->size() < least || list->size() > points_max) return std::nullopt;
  std::vector<LonLat> all;
  all.reserve(list->size());
  for (const auto& one : *list) {
    const auto at = position_of(one);
    if (!at) return std::nullopt;
    all.push_back(*at);
  }
  return all;
}

std::optional<Geometry> geometry_of(FieldType type, const json::value& from) {
  const auto* object = from.if_object();
  const auto* kind = object ? object->if_contains("type") : nullptr;
  const auto* at = object ? object->if_contains("coordinates") : nullptr;
  if (!kind || !kind->is_string() || !at) return std::nullopt;
  const std::string_view name = kind->get_string();
  Geometry geometry;
  if (type == FieldType::point && name == "Point") {
    const auto point = position_of(*at);
    if (!point) return std::nullopt;
    geometry.parts = {{*point}};
    return geometry;
  }
  if (type == FieldType::line && name == "LineString") {
    auto line = positions_of(*at, 2);
    if (!line) return std::nullopt;
    geometry.kind = Geometry::Kind::line;
    geometry.parts = {std::move(*line)};
    return geometry;
  }
  if (type != FieldType::area || name != "Polygon" || !at->is_array() || at->get_array().empty()) return std::nullopt;
  geometry.kind = Geometry::Kind::area;
  for (const auto& part : at->get_array()) {
    auto ring = positions_of(part, 4);
    if (!ring || ring->front() != ring->back()) return std::nullopt;
    geometry.parts.push_back(std::move(*ring));
  }
  return geometry;
}

std::optional<Value> list_of(const json::value& from) {
  const auto* list = from.if_array();
  if (!list) return std::nullopt;
  std::vector<std::string> all;
  for (const auto& one : *list) {
    if (!one.is_string()) return std::nullopt;
    all.emplace_back(one.get_string());
  }
  if (all.empty()) return Value{};
  return Value{std::move(all)};
}

/// None where the JSON is not of the field's type.
std::optional<Value> value_of(const Field& field, const json::value& from) {
  if (from.is_null()) return Value{};
  if (field.many || field.type == FieldType::files) return list_of(from);
  switch (field.type) {
    case FieldType::number:
    case FieldType::whole: {
      const auto number = number_of(from);
      return number ? std::optional<Value>(*number) : std::nullopt;
    }
    case FieldType::yes_no: return from.is_bool() ? std::optional<Value>(from.get_bool()) : std::nullopt;
    case FieldType::point:
    case FieldType::line:
    case FieldType::area: {
      auto geometry = geometry_of(field.type, from);
      return geometry ? std::optional<Value>(std::move(*geometry)) : std::nullopt;
    }
    default: break;
  }
  if (!from.is_string()) return std::nullopt;
  const std::string text(from.get_string());
  if (text.empty()) return Value{};
  if (field.type == FieldType::date) {
    const auto day = parse_legal_day(text);
    return day ? std::optional<Value>(*day) : std::nullopt;
  }
  if (field.type == FieldType::time) {
    const auto at = parse_instant(text);
    return at ? std::optional<Value>(*at) : std::nullopt;
  }
  return Value{text};
}

systems::Finding type_finding(const Field& field) {
  static const std::map<FieldType, std::pair<std::string, std::string>> wanted = {
      {FieldType::number, {"数字", "a number"}},
      {FieldType::whole, {"整数", "a whole number"}},
      {FieldType::yes_no, {"true 或 false", "true or false"}},
      {FieldType::date, {"日期，如 2026-06-01", "a date such as 2026-06-01"}},
      {FieldType::time, {"时间，如 2026-06-01T08:00:00+08:00", "a moment such as 2026-06-01T08:00:00+08:00"}},
      {FieldType::point, {"GeoJSON 点", "a GeoJSON Point"}},
      {FieldType::line, {"GeoJSON 线", "a GeoJSON LineString"}},
      {FieldType::area, {"GeoJSON 面，首尾闭合", "a GeoJSON Polygon with closed rings"}},
  };
  std::pair<std::string, std::string> words{"文字", "text"};
  if (field.many || field.type == FieldType::files) {
    words = {"文字的列表", "a list of texts"};
  } else if (const auto found = wanted.find(field.type); found != wanted.end()) {
    words = found->second;
  }
  return finding(field.id, "type", zh_of(field) + "须为" + words.first, en_of(field) + " must be " + words.second);
}

// Reading our own bodies: a member that is not as we write it is a damaged file, told by its name.

struct Damaged {
  std::string member;
};

std::string text_in(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  if (!found || found->is_null()) return {};
  if (!found->is_string()) throw Damaged{std::string(name)};
  return std::string(found->get_string());
}
Instant instant_in(const json::object& from, std::string_view name) {
  const std::string text = text_in(from, name);
  if (text.empty()) return {};
  const auto at = parse_instant(text);
  if (!at) throw Damaged{std::string(name)};
  return *at;
}
std::optional<LegalDay> day_in(const json::object& from, std::string_view name) {
  const std::string text = text_in(from, name);
  if (text.empty()) return std::nullopt;
  const auto day = parse_legal_day(text);
  if (!day) throw Damaged{std::string(name)};
  return *day;
}
bool flag_in(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_bool() && found->get_bool();
}
double number_in(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found ? number_of(*found).value_or(0) : 0;
}
const json::array& array_in(const json::object& from, std::string_view name) {
  static const json::array none;
  const auto* found = from.if_contains(name);
  if (!found) return none;
  if (!found->is_array()) throw Damaged{std::string(name)};
  return found->get_array();
}
const json::object& object_of(const json::value& value, std::string_view name) {
  if (!value.is_object()) throw Damaged{std::string(name)};
  return value.get_object();
}

Given given_of(const json::object& from) {
  Given given;
  given.id = text_in(from, "id");
  given.file = text_in(from, "file");
  given.site = text_in(from, "site");
  given.property = text_in(from, "property");
  given.from = instant_in(from, "from");
  given.to = instant_in(from, "to");
  given.note = text_in(from, "note");
  given.count = static_cast<std::int64_t>(number_in(from, "count"));
  given.mean = number_in(from, "mean");
  given.highest = number_in(from, "highest");
  return given;
}

Taken taken_of(const json::object& from) {
  Taken taken;
  taken.step = text_in(from, "step");
  taken.from = text_in(from, "from");
  taken.to = text_in(from, "to");
  taken.who = text_in(from, "who");
  taken.why = text_in(from, "why");
  taken.at = instant_in(from, "at");
  for (const auto& one : array_in(from, "evidence")) taken.evidence.push_back(given_of(object_of(one, "evidence")));
  return taken;
}

Matter::Due due_of(const json::object& from) {
  Matter::Due due;
  due.deadline = text_in(from, "deadline");
  due.ends = day_in(from, "ends").value_or(LegalDay{});
  due.overdue = flag_in(from, "overdue");
  due.warned = flag_in(from, "warned");
  due.escalated_to = text_in(from, "escalated_to");
  due.escalations = static_cast<int>(number_in(from, "escalations"));
  return due;
}

void read_body(const systems::Register& type, const json::object& body, Matter& matter) {
  matter.title = text_in(body, "title");
  matter.state = text_in(body, "state");
  matter.opened = instant_in(body, "opened");
  matter.since_state = instant_in(body, "since_state");
  matter.found_on = day_in(body, "found_on").value_or(legal_day_of(matter.opened));
  matter.look_back = day_in(body, "look_back");
  matter.event = text_in(body, "event");
  matter.follow = text_in(body, "follow");
  matter.gone = flag_in(body, "gone");
  const auto* values = body.if_contains("values");
  if (!values || !values->is_object()) throw Damaged{"values"};
  for (const auto& one : array_in(body, "steps")) matter.steps.push_back(taken_of(object_of(one, "steps")));
  for (const auto& one : array_in(body, "dues")) matter.dues.push_back(due_of(object_of(one, "dues")));
  for (const auto& one : array_in(body, "findings")) {
    const auto& from = object_of(one, "findings");
    matter.findings.push_back(finding(text_in(from, "field"), text_in(from, "check"), text_in(from, "zh"),
                                      text_in(from, "en"), text_in(from, "severity") == "error"));
  }
  for (const auto& [name, from] : values->get_object()) {
    const Field* field = type.field(std::string_view(name));
    if (!field) continue;
    if (auto value = value_of(*field, from)) {
      if (!systems::is_none(*value)) matter.values.emplace(field->id, std::move(*value));
    } else {
      auto told = type_finding(*field);
      told.is_error = false;
      matter.findings.push_back(std::move(told));
    }
  }
}

void put_given(JsonWriter& out, const Given& given) {
  out.begin_object().member("id", given.id);
  if (!given.file.empty()) out.member("file", given.file);
  if (!given.site.empty()) {
    out.member("site", given.site).member("property", given.property);
    out.member("from", given.from).member("to", given.to);
    out.member("count", given.count).member("mean", given.mean).member("highest", given.highest);
  }
  if (!given.note.empty()) out.member("note", given.note);
  out.end_object();
}

void put_steps(JsonWriter& out, const Matter& matter) {
  out.key("steps").begin_array();
  for (const auto& taken : matter.steps) {
    out.begin_object().member("step", taken.step).member("from", taken.from).member("to", taken.to);
    out.member("who", taken.who).member("why", taken.why).member("at", taken.at).key("evidence").begin_array();
    for (const auto& given : taken.evidence) put_given(out, given);
    out.end_array().end_object();
  }
  out.end_array().key("dues").begin_array();
  for (const auto& due : matter.dues) {
    out.begin_object().member("deadline", due.deadline).member("ends", to_string(due.ends));
    out.member("overdue", due.overdue).member("warned", due.warned).member("escalations", due.escalations);
    out.member("escalated_to", due.escalated_to).end_object();
  }
  out.end_array();
}

}  // namespace

systems::Finding finding(std::string field, std::string check, std::string zh, std::string en, bool is_error) {
  systems::Finding made;
  made.field = std::move(field);
  made.check = std::move(check);
  made.is_error = is_error;
  made.words = {std::move(zh), std::move(en)};
  return made;
}

const std::string& zh_of(const Field& field) { return field.name.zh.empty() ? field.id : field.name.zh; }
const std::string& en_of(const Field& field) { return field.name.en.empty() ? field.id : field.name.en; }

std::string value_json(const Value& value) {
  std::string text;
  JsonWriter out(text);
  put_value(out, value);
  return text;
}

Outcome<systems::Values> values_of_json(const systems::Register& type, std::string_view text) {
  boost::system::error_code failed;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), failed);
  if (failed || !parsed.is_object())
    return Unexpected<Refusal>{
        Refusal{{Errc::malformed, "values must be one JSON object of fields and their values", "values"}, {}, {}}};
  systems::Values values;
  Refusal refusal;
  for (const auto& [key, from] : parsed.get_object()) {
    const std::string name(key);
    const Field* field = type.field(name);
    if (!field) {
      refusal.findings.push_back(
          finding(name, "unknown-field", "没有字段 " + name, "there is no field " + name + " in " + type.id));
    } else if (auto value = value_of(*field, from)) {
      values.insert_or_assign(name, std::move(*value));
    } else {
      refusal.findings.push_back(type_finding(*field));
    }
  }
  if (refusal.findings.empty()) return values;
  refusal.error = {Errc::invalid_value, refusal.findings.front().words.en, refusal.findings.front().field};
  return Unexpected<Refusal>{std::move(refusal)};
}

std::string RecordDesk::to_body(const Matter& matter) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("title", matter.title);
  if (!matter.state.empty()) out.member("state", matter.state).member("since_state", matter.since_state);
  out.member("opened", matter.opened).member("found_on", to_string(matter.found_on));
  if (matter.look_back) out.member("look_back", to_string(*matter.look_back));
  if (!matter.event.empty()) out.member("event", matter.event);
  if (!matter.follow.empty()) out.member("follow", matter.follow);
  if (matter.gone) out.member("gone", true);
  out.key("values").begin_object();
  for (const auto& [name, value] : matter.values) {
    if (systems::is_none(value)) continue;
    out.key(name);
    put_value(out, value);
  }
  out.end_object();
  put_steps(out, matter);
  out.key("findings").begin_array();
  for (const auto& one : matter.findings) {
    out.begin_object().member("field", one.field).member("check", one.check);
    out.member("severity", one.is_error ? "error" : "warning").member("zh", one.words.zh).member("en", one.words.en);
    out.end_object();
  }
  out.end_array().end_object();
  return text;
}

Result<Matter> matter_of(const systems::Register& type, const ledger::Revision& revision) {
  Matter matter;
  matter.register_id = revision.kind;
  matter.id = revision.id;
  matter.revision = revision.revision;
  matter.valid_from = revision.valid_from;
  matter.known_at = revision.known_at;
  matter.who = revision.who;
  matter.why = revision.why;
  const auto damaged = [&](const std::string& member) {
    return fail(Errc::file_damaged, "ledger: " + revision.kind + " " + revision.id + " revision " +
                                        std::to_string(revision.revision) + ": " + member +
                                        " is not as this program writes it; restore the ledger from a backup");
  };
  boost::system::error_code failed;
  const json::value body = json::parse(revision.body, failed);
  if (failed || !body.is_object()) return damaged("body");
  try {
    read_body(type, body.get_object(), matter);
  } catch (const Damaged& what) {
    return damaged(what.member);
  }
  return matter;
}

}  // namespace celadon::registry
