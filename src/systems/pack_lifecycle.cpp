#include "systems/pack_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace celadon::systems {
namespace {

constexpr int days_max = 3650;

bool is_role(const std::string& role) { return std::ranges::find(roles, role) != std::end(roles); }

std::vector<std::string> known_states(const PackMap& map, const char* name, const Lifecycle& lifecycle) {
  auto states = map.texts_needed(name);
  for (const auto& id : states) {
    if (lifecycle.state(id) == nullptr) map.refuse(name, "there is no state '" + id + "'");
  }
  return states;
}

void read_states(const PackMap& map, Lifecycle& lifecycle) {
  map.each("states", [&](PackMap& entry) {
    entry.only({"id", "zh", "en", "final"});
    State state{.id = entry.id("id", IdKind::dashed), .name = entry.zh_en(), .final = entry.flag("final")};
    if (lifecycle.state(state.id) != nullptr) entry.refuse("id", "'" + state.id + "' is there twice");
    lifecycle.states.push_back(std::move(state));
  });
  if (lifecycle.states.empty()) map.refuse("states", "is needed: at least one state");
  lifecycle.first = map.text("first");
  if (lifecycle.state(lifecycle.first) == nullptr) map.refuse("first", "there is no state '" + lifecycle.first + "'");
  if (std::ranges::none_of(lifecycle.states, &State::final))
    map.refuse("states", "no state is final; the last one has final: true");
}

Evidence read_evidence(PackMap& entry, const Source& above, const Register& type) {
  static constexpr std::array<std::string_view, 3> kinds = {"photo", "document", "measurement"};
  static constexpr std::array<std::string_view, 3> takens = {"any_time", "since_opened", "since_state"};
  entry.only({"id", "kind", "count", "zh", "en", "taken", "near_m", "source", "trust"});
  Evidence evidence;
  evidence.id = entry.id("id", IdKind::dashed);
  if (!entry.has("kind")) entry.refuse("kind", "is needed: photo, document or measurement");
  evidence.kind = static_cast<Evidence::Kind>(entry.word("kind", kinds));
  evidence.name = entry.zh_en();
  evidence.count = entry.count_or("count", 1, 20, 1);
  evidence.taken = static_cast<Evidence::Taken>(entry.word("taken", takens));
  evidence.near_m = entry.number("near_m").value_or(0);
  evidence.source = entry.source(above);
  if (entry.has("near_m")) {
    if (evidence.kind != Evidence::Kind::photo) entry.refuse("near_m", "only photos are taken at a place");
    if (!(evidence.near_m >= 1 && evidence.near_m <= 100'000))
      entry.refuse("near_m", "is not within 1 to 100000 metres");
    if (std::ranges::none_of(type.fields, &Field::is_geometry))
      entry.refuse("near_m", "needs a place: " + type.id + " has no point, line or area");
  }
  return evidence;
}

void read_step_event(const PackMap& entry, const Register& type, Step& step) {
  const auto on = entry.map("on");
  if (!on) return;
  on->only({"event", "same"});
  step.on.event = on->id("event", IdKind::dashed);
  step.on.same = read_event_parts(*on, "same", type);
  if (step.on.same.empty()) on->refuse("same", "is needed: fields of the record and what of the event they equal");
  if (std::ranges::find(step.from, step.to) != step.from.end())
    entry.refuse("to", "a step on an event leads to another state, or the event would be taken again");
}

void read_step(PackMap& entry, const Source& above, const Register& type, Lifecycle& lifecycle) {
  entry.only({"id", "zh", "en", "from", "to", "who", "on", "needs", "evidence", "must", "why", "times", "within_days"});
  Step step;
  step.id = entry.id("id", IdKind::dashed);
  step.name = entry.zh_en();
  step.from = known_states(entry, "from", lifecycle);
  step.to = entry.text("to");
  if (lifecycle.state(step.to) == nullptr) entry.refuse("to", "there is no state '" + step.to + "'");
  read_step_event(entry, type, step);
  if (step.on.event.empty())
    step.who = entry.texts_needed("who");
  else if (entry.has("who"))
    entry.refuse("who", "the platform takes the step, on its event; people do not");
  for (const auto& role : step.who) {
    if (!is_role(role)) entry.refuse("who", "there is no role '" + role + "'");
  }
  step.needs = entry.texts("needs");
  for (const auto& name : step.needs) {
    if (type.field(name) == nullptr) entry.refuse("needs", "there is no field '" + name + "' in " + type.id);
  }
  entry.each("evidence", [&](PackMap& inner) {
    auto evidence = read_evidence(inner, above, type);
    if (std::ranges::any_of(step.evidence, [&](const Evidence& other) { return other.id == evidence.id; }))
      inner.refuse("id", "'" + evidence.id + "' is there twice");
    step.evidence.push_back(std::move(evidence));
  });
  entry.each("must", [&](PackMap& inner) {
    inner.only({"that", "zh", "en"});
    Must must{.that = inner.expression("that"), .words = inner.zh_en()};
    if (!must.that) inner.refuse("that", "is needed: a condition in quotes");
    step.must.push_back(std::move(must));
  });
  step.why = entry.flag("why");
  step.times = entry.count_or("times", 1, 1000, 0);
  step.within_days = entry.count_or("within_days", 1, days_max, 0);
  if (lifecycle.step(step.id) != nullptr) entry.refuse("id", "'" + step.id + "' is there twice");
  lifecycle.steps.push_back(std::move(step));
}

void read_deadline(PackMap& entry, const Source& above, const Register& type, Lifecycle& lifecycle) {
  entry.only({"id", "zh", "en", "states", "days", "working_days", "months", "from", "moves_to_workday", "warn_days",
              "escalate", "source", "trust"});
  static constexpr std::pair<const char*, Deadline::Count> counts[] = {{"days", Deadline::Count::days},
                                                                       {"working_days", Deadline::Count::working_days},
                                                                       {"months", Deadline::Count::months}};
  Deadline deadline;
  deadline.id = entry.id("id", IdKind::dashed);
  deadline.name = entry.zh_en();
  deadline.states = known_states(entry, "states", lifecycle);
  int lengths = 0;
  for (const auto& [name, count] : counts) {
    if (!entry.has(name)) continue;
    ++lengths;
    deadline.count = count;
    deadline.length = entry.count(name, 0, count == Deadline::Count::months ? days_max / 30 : days_max);
  }
  if (lengths != 1) entry.refuse(nullptr, "expected one of days, working_days and months");
  deadline.from = entry.text("from");
  const auto* const field = type.field(deadline.from);
  const bool is_day = field != nullptr && (field->type == FieldType::date || field->type == FieldType::time);
  if (deadline.from != "opened" && deadline.from != "state" && !is_day)
    entry.refuse("from", "'" + deadline.from + "' is not opened, state or a date of " + type.id);
  deadline.moves_to_workday = entry.flag("moves_to_workday");
  if (deadline.moves_to_workday && deadline.count == Deadline::Count::working_days)
    entry.refuse("moves_to_workday", "means nothing where working days are counted");
  deadline.warn_days = entry.count_or("warn_days", 0, 365, 0);
  entry.each("escalate", [&](PackMap& inner) {
    inner.only({"after_days", "to"});
    const Escalation escalation{.after_days = inner.count("after_days", 0, 365), .to = inner.text("to")};
    if (!is_role(escalation.to)) inner.refuse("to", "there is no role '" + escalation.to + "'");
    if (!deadline.escalate.empty() && deadline.escalate.back().after_days >= escalation.after_days)
      inner.refuse("after_days", "does not come after the one before it");
    deadline.escalate.push_back(escalation);
  });
  deadline.source = entry.source(above);
  if (std::ranges::any_of(lifecycle.deadlines, [&](const auto& other) { return other.id == deadline.id; }))
    entry.refuse("id", "'" + deadline.id + "' is there twice");
  lifecycle.deadlines.push_back(std::move(deadline));
}

void read_look_back(const PackMap& map, Lifecycle& lifecycle) {
  static constexpr std::array<std::string_view, 2> kinds = {"any", "weekday"};
  const auto entry = map.map("look_back");
  if (!entry) return;
  entry->only({"state", "after_days", "comparable", "by", "zh", "en"});
  LookBack rule;
  rule.state = entry->text("state");
  rule.by = entry->text("by");
  rule.after_days = entry->count("after_days", 1, days_max);
  rule.same_weekday = entry->word("comparable", kinds) == 1;
  rule.name = entry->zh_en();
  if (lifecycle.state(rule.state) == nullptr) entry->refuse("state", "there is no state '" + rule.state + "'");
  const auto* const step = lifecycle.step(rule.by);
  if (step == nullptr)
    entry->refuse("by", "there is no step '" + rule.by + "'");
  else if (std::ranges::find(step->from, rule.state) == step->from.end())
    entry->refuse("by", "step '" + rule.by + "' does not begin in state '" + rule.state + "'");
  lifecycle.look_back = std::move(rule);
}

/// Every state can be reached, and from every state a final one.
void check_ways(const PackMap& map, const Lifecycle& lifecycle) {
  std::set<std::string_view> reached = {lifecycle.first}, ending;
  for (const auto& state : lifecycle.states) {
    if (state.final) ending.insert(state.id);
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& step : lifecycle.steps) {
      for (const auto& from : step.from) {
        if (reached.contains(from) && reached.insert(step.to).second) grew = true;
        if (ending.contains(step.to) && ending.insert(from).second) grew = true;
      }
    }
  }
  for (const auto& state : lifecycle.states) {
    if (!reached.contains(state.id)) map.refuse("states", "no step leads to state '" + state.id + "'");
    if (!ending.contains(state.id)) map.refuse("states", "no way leads from state '" + state.id + "' to a final one");
  }
}

void check_column(const PackMap& map, const char* name, const std::string& column, const Register& type) {
  static constexpr std::array<std::string_view, 5> own = {"id", "title", "opened", "changed", "due"};
  if (type.field(column) != nullptr || std::ranges::find(own, column) != own.end()) return;
  if (type.lifecycle && (column == "state" || column == "since_state" || column == "overdue")) return;
  map.refuse(name, "there is no field '" + column + "' in " + type.id);
}

void read_map_style(const PackMap& map, Register& type) {
  static constexpr std::array<std::string_view, 5> symbols = {"circle", "square", "triangle", "diamond", "star"};
  const auto geometry = std::ranges::find_if(type.fields, &Field::is_geometry);
  if (geometry != type.fields.end()) type.map.geometry = geometry->id;
  const auto style = map.map("map");
  if (!style) return;
  style->only({"colour_by", "colours", "symbol", "zoom_min"});
  if (geometry == type.fields.end()) style->refuse(nullptr, "map: " + type.id + " has no point, line or area");
  type.map.colour_by = style->text_or("colour_by");
  type.map.symbol = symbols[style->word("symbol", symbols)];
  type.map.zoom_min = style->count_or("zoom_min", 0, 22, 0);
  const auto* const field = type.field(type.map.colour_by);
  const bool by_state = type.map.colour_by == "state" && type.lifecycle;
  if (!type.map.colour_by.empty() && field == nullptr && !by_state)
    style->refuse("colour_by", "there is no field '" + type.map.colour_by + "' in " + type.id);
  for (const auto& [value, colour] : style->pairs("colours")) {
    if (colour.size() != 7 || colour[0] != '#' ||
        colour.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
      style->refuse("colours", "'" + colour.substr(0, 40) + "' is not a colour as \"#2f7d6b\"");
    if (by_state && type.lifecycle->state(value) == nullptr)
      style->refuse("colours", "there is no state '" + value + "'");
    type.map.colours[value] = colour;
  }
  if (!type.map.colours.empty() && type.map.colour_by.empty())
    style->refuse("colours", "needs colour_by: the field whose values have these colours");
}

}  // namespace

void read_lifecycle(const PackMap& map, const Source& above, Register& type) {
  map.only({"first", "states", "steps", "deadlines", "look_back"});
  Lifecycle lifecycle;
  read_states(map, lifecycle);
  if (map.failed()) return;
  map.each("steps", [&](PackMap& entry) { read_step(entry, above, type, lifecycle); });
  map.each("deadlines", [&](PackMap& entry) { read_deadline(entry, above, type, lifecycle); });
  read_look_back(map, lifecycle);
  if (!map.failed()) check_ways(map, lifecycle);
  type.lifecycle = std::move(lifecycle);
}

void read_views(const PackMap& map, Register& type) {
  read_map_style(map, type);
  map.each("views", [&](PackMap& entry) {
    entry.only({"id", "zh", "en", "columns", "sort", "where"});
    View view;
    view.id = entry.id("id", IdKind::dashed);
    view.name = entry.zh_en();
    view.columns = entry.texts_needed("columns");
    for (const auto& column : view.columns) check_column(entry, "columns", column, type);
    view.sort = entry.text_or("sort");
    if (!view.sort.empty()) check_column(entry, "sort", view.sort[0] == '-' ? view.sort.substr(1) : view.sort, type);
    view.where = entry.expression("where");
    if (std::ranges::any_of(type.views, [&](const View& other) { return other.id == view.id; }))
      entry.refuse("id", "'" + view.id + "' is there twice");
    type.views.push_back(std::move(view));
  });
}

}  // namespace celadon::systems
