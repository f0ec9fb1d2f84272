#include "registry/day_pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <span>

namespace celadon::registry {
namespace {

using Act = DayStep::Act;

constexpr std::size_t day_bytes_max = 1U << 20, steps_max = 1000, values_max = 20'000;

/// What a step may say besides what it does and who does it.
struct Kind {
  const char* name;
  Act act;
  std::array<const char*, 7> words;
};
constexpr std::array kinds = {
    Kind{"save", Act::save, {"as", "values", "expect", "refused"}},
    Kind{"change", Act::change, {"values", "why", "expect", "refused"}},
    Kind{"take", Act::take, {"of", "values", "why", "evidence", "expect", "refused"}},
    Kind{"look", Act::look, {"expect"}},
    Kind{"withdraw", Act::withdraw, {"why", "expect", "refused"}},
    Kind{"indicator", Act::indicator, {"is"}},
    Kind{"list", Act::list, {"view", "count"}},
    Kind{"event", Act::event, {"register", "as", "values", "expect"}},
    Kind{"at", Act::at, {}},  // last: `at` is a field of nothing else
};

std::optional<Instant> moment(YamlFields& map, const char* name) {
  const auto text = map.text(name);
  if (map.failed()) return std::nullopt;
  const auto at = parse_instant(text);
  if (!at) {
    map.refuse(name, "'" + text.substr(0, 40) + "' is no time, expected for example 2026-03-02 09:00");
    return std::nullopt;
  }
  return *at;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<LonLat> place_in(YamlFields& map, const char* name) {
  const auto text = map.text(name);
  const auto comma = text.find(',');
  const auto lon = number_of(std::string_view(text).substr(0, comma));
  const auto lat = comma == std::string::npos ? std::nullopt : number_of(std::string_view(text).substr(comma + 1));
  if (lon && lat && *lon >= -180 && *lon <= 180 && *lat >= -90 && *lat <= 90) return LonLat{*lon, *lat};
  map.refuse(name, "'" + text.substr(0, 40) + "' is no place, expected for example \"117.2,29.3\", longitude first");
  return std::nullopt;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

people::Caller read_person(const std::string& name, YamlFields& map) {
  map.only(std::array{"role", "division", "enterprise"});
  people::Caller person;
  const auto role = map.text("role");
  if (map.failed()) return person;
  if (std::ranges::find(people::roles, role) == std::end(people::roles)) {
    map.refuse("role", "there is no role '" + role.substr(0, 40) + "'");
    return person;
  }
  if (role == "public") return person;  // nobody in particular
  person.how = people::Caller::How::session;
  person.name = name;
  person.shown = name;
  person.roles = {role};
  person.division = map.text_or("division", "");
  if (!person.division.empty()) person.scope.divisions = {person.division};
  person.enterprise = map.text_or("enterprise", "");
  person.scope.enterprise = person.enterprise;
  return person;
}

DayMeasured read_measured(YamlFields& map) {
  map.only(std::array{"site", "property", "place", "from", "every_h", "values"});
  DayMeasured measured;
  measured.site = map.text("site");
  measured.property = map.text("property");
  measured.place = map.has("place") ? place_in(map, "place").value_or(LonLat{}) : LonLat{117.2, 29.3};
  measured.from = moment(map, "from").value_or(Instant{});
  if (map.has("every_h")) measured.every_h = map.count("every_h", 1, 24 * 366);
  for (const auto& text : map.texts("values")) {
    const auto value = number_of(text);
    if (!value) map.refuse("values", "'" + text.substr(0, 40) + "' is no number");
    measured.values.push_back(value.value_or(0));
  }
  if (measured.values.empty() || measured.values.size() > values_max)
    map.refuse("values", fmt::format("expected 1 to {} numbers", values_max));
  return measured;
}

DayEvidence read_evidence(YamlFields& map) {
  map.only(std::array{"id", "photo", "document", "taken", "place", "site", "property", "from", "to"});
  DayEvidence evidence;
  evidence.id = map.text("id");
  if (map.has("photo") + map.has("document") + map.has("site") != 1)
    map.refuse(nullptr, "evidence is one of photo: true, document: true, or site with property, from and to");
  for (const char* name : {"photo", "document"}) {
    if (!map.has(name)) continue;
    evidence.kind = name == std::string_view("photo") ? DayEvidence::Kind::photo : DayEvidence::Kind::document;
    evidence.content = map.text(name);
    if (evidence.content == "true") evidence.content.clear();
  }
  if (map.has("taken")) evidence.taken = moment(map, "taken");
  if (map.has("place")) evidence.place = place_in(map, "place");
  if (!map.has("site")) return evidence;
  evidence.kind = DayEvidence::Kind::measurement;
  evidence.site = map.text("site");
  evidence.property = map.text("property");
  evidence.from = moment(map, "from").value_or(Instant{});
  evidence.to = moment(map, "to").value_or(Instant{});
  return evidence;
}

DayRefusal read_refusal(YamlFields& map) {
  map.only(std::array{"check", "field", "missing", "forbidden"});
  DayRefusal refusal;
  refusal.check = map.text_or("check", "");
  refusal.field = map.text_or("field", "");
  refusal.missing = map.text_or("missing", "");
  refusal.forbidden = map.has("forbidden") && map.boolean("forbidden");
  if (refusal.check.empty() && refusal.field.empty() && refusal.missing.empty() && !refusal.forbidden)
    map.refuse(nullptr, "say how it is refused: check, field, missing or forbidden: true");
  return refusal;
}

/// The name in "${boat}"; empty where the text is something else.
std::string record_name(const std::string& text) {
  const auto names = names_in(text);
  return names.size() == 1 && text == "${" + names[0] + "}" ? names[0] : "";
}

class DayReader {
 public:
  explicit DayReader(Day& day) : day_(day) {}

  DayStep read(YamlFields& map) {
    DayStep step;
    step.line = map.line();
    const auto kind = std::ranges::find_if(kinds, [&](const Kind& one) { return map.has(one.name); });
    if (kind == kinds.end()) {
      map.refuse(nullptr, "a step is one of save, change, at, take, look, withdraw, indicator, list, event");
      return step;
    }
    step.act = kind->act;
    std::vector<const char*> known = {kind->name, "by"};
    for (const char* word : kind->words)
      if (word != nullptr) known.push_back(word);
    if (step.act == Act::at) known.pop_back();
    map.only(known);
    if (step.act == Act::at) {
      step.at = moment(map, "at").value_or(Instant{});
      if (!map.failed() && step.at < clock_)
        map.refuse("at", "the clock runs forward; it stands at " + to_beijing_minute(clock_));
      clock_ = step.at;
      return step;
    }
    step.object = map.text(kind->name);
    if (step.act == Act::change || step.act == Act::look || step.act == Act::withdraw)
      step.object = known_record(map, kind->name);
    if (step.act == Act::take) step.of = known_record(map, "of");
    step.by = map.text_or("by", std::string(day_admin));
    if (!map.failed() && !day_.people.contains(step.by))
      map.refuse("by", "there is nobody called '" + step.by.substr(0, 40) + "' in people");
    step.why = map.text_or("why", "");
    step.view = map.text_or("view", "");
    step.register_id = map.text_or("register", "");
    step.values = map.cells("values");
    for (const auto& cell : step.values) check_names(map, "values", cell);
    map.entries("evidence", [&](YamlFields& inner) { step.evidence.push_back(read_evidence(inner)); });
    read_expected(map, step);
    if (map.has("as")) take_name(map, step);
    if (step.act == Act::event && !map.failed()) read_event_parts(map, step);
    return step;
  }

  void begin() { clock_ = day_.at; }

 private:
  static void read_event_parts(YamlFields& map, DayStep& step) {
    static constexpr std::array<std::string_view, 8> parts = {"site",  "property", "phenomenon_end", "value",
                                                              "limit", "unit",     "text_zh",        "text_en"};
    for (const auto& cell : step.values) {
      if (std::ranges::find(parts, cell.name) == parts.end())
        map.refuse("values", "'" + cell.name.substr(0, 40) +
                                 "' is no part of an event: site, property, phenomenon_end, value, limit, unit, "
                                 "text_zh, text_en");
    }
    if (step.register_id.empty() != step.as.empty())
      map.refuse("as", "a record that an event opens is named with its register: register: data-request, as: ask");
    if (step.register_id.empty() && !step.expect.empty())
      map.refuse("expect", "say of which register's record: register: data-request, as: ask");
  }

  std::string known_record(YamlFields& map, const char* field) {
    const auto text = map.text(field);
    auto name = record_name(text);
    if (map.failed()) return name;
    if (name.empty())
      map.refuse(field, "expected a record of this day, as \"${boat}\"");
    else if (!names_.contains(name))
      map.refuse(field, "no step before has `as: " + name + "`");
    return name;
  }

  void check_names(YamlFields& map, const char* field, const YamlFields::Cell& cell) {
    for (const auto& text : cell.texts)
      for (const auto& name : names_in(text))
        if (!names_.contains(name)) map.refuse(field, cell.name + ": no step before has `as: " + name + "`");
  }

  void read_expected(YamlFields& map, DayStep& step) {
    if (map.has("expect") && !map.is_map("expect")) {
      step.expects_nothing = map.text("expect") == "nothing";
      if (!step.expects_nothing || step.act != Act::look)
        map.refuse("expect", "expected fields as {state: open}, or nothing where somebody looks at a record");
    } else {
      step.expect = map.cells("expect");
    }
    for (const auto& cell : step.expect) {
      check_names(map, "expect", cell);
      if ((cell.name == "warns" || cell.name == "silent") && !cell.is_list)
        map.refuse("expect", cell.name + " expects a list of checks as [a, b]");
    }
    map.inner("refused", [&](YamlFields& inner) { step.refused = read_refusal(inner); });
    if (step.refused && !step.expect.empty()) map.refuse("expect", "what is refused leaves nothing to look at");
    if (step.act == Act::indicator) step.is = map.text("is");
    if (step.act == Act::list) step.count = map.count("count", 0, 1'000'000);
    if (step.act == Act::look && step.expect.empty() && !step.expects_nothing)
      map.refuse(nullptr, "say what is expected: expect: {state: open}, or expect: nothing");
  }

  void take_name(YamlFields& map, DayStep& step) {
    step.as = map.text("as");
    if (map.failed()) return;
    if (!is_name(step.as))
      map.refuse("as", "'" + step.as.substr(0, 40) + "' must be lower-case letters, digits, '-' and '_'");
    if (step.refused) map.refuse("as", "what is refused has no name");
    if (!names_.insert(step.as).second) map.refuse("as", "'" + step.as + "' is there twice");
  }

  Day& day_;
  Instant clock_;
  std::set<std::string> names_;
};

void read_head(YamlFields& map, Day& day) {
  map.only(std::array{"day", "name", "at", "people", "measured", "steps"});
  day.id = map.text("day");
  map.inner("name", [&](YamlFields& inner) {
    inner.only(std::array{"zh", "en"});
    day.name_zh = inner.text("zh");
    day.name_en = inner.text("en");
  });
  if (!map.failed() && day.name_zh.empty()) map.refuse("name", "is not there; expected {zh: ..., en: ...}");
  day.at = moment(map, "at").value_or(Instant{});
  people::Caller admin;
  admin.how = people::Caller::How::session;
  admin.name = day_admin;
  admin.roles = {"admin"};
  day.people.emplace(day_admin, std::move(admin));
  if (map.has("people")) {
    map.each("people", [&](const std::string& name, YamlFields& inner) {
      if (!is_name(name) || name == day_admin)
        inner.refuse(nullptr,
                     "'" + name.substr(0, 40) + "' must be lower-case letters, digits, '-' and '_', and not admin");
      day.people[name] = read_person(name, inner);
    });
  }
  map.entries("measured", [&](YamlFields& inner) { day.measured.push_back(read_measured(inner)); });
}

}  // namespace

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) break;
    names.emplace_back(text.substr(at + 2, end - at - 2));
  }
  return names;
}

Result<Day> parse_day(std::string_view text, const std::string& file) {
  if (text.size() > day_bytes_max) return fail(Errc::too_large, file + ":1: a day has at most 1 MiB");
  Day day;
  day.file = file;
  DayReader reader(day);
  const auto read = read_yaml_map(text, file, [&](YamlFields& map) {
    read_head(map, day);
    if (map.failed()) return;
    reader.begin();
    map.entries("steps", [&](YamlFields& inner) { day.steps.push_back(reader.read(inner)); });
    if (!map.failed() && (day.steps.empty() || day.steps.size() > steps_max))
      map.refuse("steps", fmt::format("expected 1 to {} steps", steps_max));
  });
  if (!read) return fail(read.error());
  return day;
}

std::size_t expectations_of(const Day& day) {
  std::size_t count = 0;
  for (const auto& step : day.steps) {
    for (const auto& cell : step.expect) count += cell.is_list ? cell.texts.size() : 1;
    count += static_cast<std::size_t>(step.expects_nothing) + step.refused.has_value() + step.is.has_value() +
             step.count.has_value();
  }
  return count;
}

}  // namespace celadon::registry
