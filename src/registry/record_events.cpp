#include "core/decimal.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "registry/record_face.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace celadon::registry {

using systems::Field;
using systems::FieldType;
using systems::Value;

namespace {

constexpr std::string_view site_field = "site";  ///< of a register whose records stand at a measuring site
constexpr std::size_t caught_up_events_max = 1000;
constexpr std::int64_t caught_up_us = us_per_day;  ///< older ones have been seen by people
constexpr std::size_t events_asked_together = 200;
constexpr std::size_t records_of_events_max = 1000;  ///< a register has one record an event

/// A number, as a text where the field is one.
Value number_for(const Field& field, double number) {
  if (std::isnan(number)) return {};
  if (field.type != FieldType::text) return Value{number};
  return Value{shortest_text(number)};
}

Value event_value(const ledger::Event& event, const std::string& what, const Field& field) {
  const auto text = [](const std::string& from) { return from.empty() ? Value{} : Value{from}; };
  const auto listed = [&](const std::string& from) {
    return field.many && !from.empty() ? Value{std::vector<std::string>{from}} : text(from);
  };
  if (what == "site") return listed(event.site);
  if (what == "property") return listed(event.property);
  if (what == "text_zh") return text(event.text_zh);
  if (what == "text_en") return text(event.text_en);
  if (what == "rule") return text(event.rule);
  if (what == "unit") return text(event.unit);
  if (what == "value") return number_for(field, event.value);
  if (what == "limit") return number_for(field, event.limit);
  if (what != "phenomenon_end") return {};  // of_site is not the event's: record_of_site()
  if (field.type == FieldType::time) return event.phenomenon_end;
  if (field.type == FieldType::date) return legal_day_of_hour_ending(event.phenomenon_end);
  return Value{to_beijing_minute(event.phenomenon_end)};
}

/// Where and whose, from the site, as far as the pack's own mapping leaves it open.
void add_place(const systems::Register& type, const ledger::Site& site, systems::Values& values) {
  if (!type.division.empty() && !site.county.empty()) values.emplace(type.division, Value{site.county});
  for (const auto& field : type.fields) {
    if (field.type != FieldType::point || (!type.map.geometry.empty() && field.id != type.map.geometry)) continue;
    systems::Geometry at;
    at.parts = {{site.position}};
    values.emplace(field.id, Value{std::move(at)});
    break;
  }
}

std::string name_of(const ledger::Event& event) {
  if (event.id > 0) return std::to_string(event.id);
  return event.rule + "|" + event.site + "|" + event.property + "|" + to_iso_utc(event.phenomenon_end);
}

}  // namespace

Result<void> RecordDesk::Impl::catch_up(Instant now) {
  const auto newest = parts_.ledger.events(caught_up_events_max);
  if (!newest) return fail(newest.error());
  for (auto event = newest->rbegin(); event != newest->rend(); ++event) {
    if (event->noticed_at.us < now.us - caught_up_us) continue;
    if (auto taken = take_event(*event); !taken) return taken;
  }
  return {};
}

Result<std::optional<ledger::Record>> RecordDesk::Impl::record_of_event(const systems::Register& type,
                                                                        const std::string& name) const {
  ledger::RecordQuery query;
  query.kind = type.id;
  query.where.push_back({std::string(face_event), ledger::Condition::Test::equal, {name}});
  query.with_gone = true;
  query.limit = 1;
  auto page = parts_.records.find(query);
  if (!page) return fail(page.error());
  if (page->items.empty()) return std::optional<ledger::Record>{};
  return std::optional<ledger::Record>(std::move(page->items.front()));
}

Result<std::multimap<std::int64_t, Matter>> RecordDesk::Impl::of_events(const people::Caller& caller,
                                                                        const std::vector<std::int64_t>& events) const {
  std::multimap<std::int64_t, Matter> all;
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (!type.lifecycle || sight(caller, type) != Sight::full) continue;
      for (std::size_t first = 0; first < events.size(); first += events_asked_together) {
        ledger::RecordQuery query;
        query.kind = type.id;
        query.scope = caller.scope;
        query.with_gone = true;  // what was withdrawn is settled
        query.limit = records_of_events_max;
        ledger::Condition of{std::string(face_event), ledger::Condition::Test::any_of, {}};
        for (std::size_t i = first; i < std::min(events.size(), first + events_asked_together); ++i)
          of.values.emplace_back(std::to_string(events[i]));
        query.where.push_back(std::move(of));
        const auto page = parts_.records.find(query);
        if (!page) return fail(page.error());
        for (const auto& row : page->items) {
          auto matter = matter_of(type, row.revision);
          if (!matter) return fail(matter.error());
          std::int64_t number = 0;
          std::from_chars(matter->event.data(), matter->event.data() + matter->event.size(), number);
          all.emplace(number, std::move(*matter));
        }
      }
    }
  }
  return all;
}

Result<Value> RecordDesk::Impl::record_of_site(const Field& field, const std::string& site) const {
  std::set<std::string> found;
  const auto look = [&](const systems::Register& type, const std::string& owner) -> Result<void> {
    ledger::RecordQuery query;
    query.kind = type.id;
    query.where.push_back({std::string(site_field), ledger::Condition::Test::equal, {site}});
    return each_record(parts_.records, std::move(query), [&](ledger::Record& row) -> Result<void> {
      if (owner.empty()) {
        found.insert(row.revision.id);
        return {};
      }
      auto matter = matter_of(type, row.revision);
      if (!matter) return fail(matter.error());
      const auto value = matter->values.find(owner);
      if (value == matter->values.end()) return {};
      if (const auto* id = std::get_if<std::string>(&value->second)) found.insert(*id);
      return {};
    });
  };
  const auto stands_at_site = [](const systems::Register& type) {
    const auto* at = type.field(site_field);
    return at != nullptr && at->type == FieldType::site && type.kind == systems::RegisterKind::list;
  };
  const auto* target = catalogue().find(field.of);
  if (target != nullptr && stands_at_site(*target)) {
    if (auto looked = look(*target, ""); !looked) return fail(looked.error());
  } else {
    for (const auto& system : catalogue().systems()) {
      for (const auto& type : system.registers) {
        const auto* owner = type.field(type.enterprise);
        if (!stands_at_site(type) || owner == nullptr || owner->of != field.of) continue;
        if (auto looked = look(type, owner->id); !looked) return fail(looked.error());
      }
    }
  }
  return found.size() == 1 ? Value{*found.begin()} : Value{};
}

Result<void> RecordDesk::Impl::step_on_event(const systems::Register& type, const systems::Step& step,
                                             const ledger::Event& event) {
  ledger::RecordQuery query;
  query.kind = type.id;
  query.states = step.from;
  for (const auto& [name, what] : step.on.same) {
    const auto* field = type.field(name);
    const auto faces = face_value(event_value(event, what, *field));
    if (faces.size() == 1 && is_faced(type, *field) && !std::holds_alternative<double>(faces.front()))
      query.where.push_back({name, ledger::Condition::Test::equal, faces});
  }
  std::vector<std::string> ids;
  auto read = each_record(parts_.records, std::move(query), [&](ledger::Record& row) -> Result<void> {
    ids.push_back(row.revision.id);
    return {};
  });
  if (!read) return read;
  for (const auto& id : ids) {
    std::unique_lock lock(writing_);
    const auto row = parts_.records.get(type.id, id);
    if (!row) return fail(row.error());
    auto matter = matter_of(type, row->revision);
    if (!matter) return fail(matter.error());
    const bool is_meant = std::ranges::all_of(step.on.same, [&](const auto& part) {
      const auto value = matter->values.find(part.first);
      return value != matter->values.end() && value->second == event_value(event, part.second, *type.field(part.first));
    });
    if (!is_meant || std::ranges::find(step.from, matter->state) == step.from.end()) continue;
    StepRequest request;
    request.register_id = type.id;
    request.id = id;
    request.step = step.id;
    request.why = event.text_zh;
    request.revision = matter->revision;
    auto taken = take_step(platform(), type, std::move(*matter), request);
    lock.unlock();
    // Refused for what the step still wants of the record: people see that, and take it from there.
    if (!taken && taken.error().findings.empty()) return fail(taken.error().error);
    if (taken) spread({std::move(*taken)});
  }
  return {};
}

Result<void> RecordDesk::Impl::take_event(const ledger::Event& event) {
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      for (const auto& opens : type.opens_on) {
        if (opens.event != event.rule) continue;
        std::unique_lock lock(writing_);
        const auto known = record_of_event(type, name_of(event));
        if (!known) return fail(known.error());
        if (*known) continue;
        Change change;
        change.register_id = type.id;
        change.why = event.text_zh;
        for (const auto& [name, what] : opens.set) {
          const Field* field = type.field(name);
          if (!field) continue;
          auto value = what == "of_site" ? record_of_site(*field, event.site) : event_value(event, what, *field);
          if (!value) return fail(value.error());
          if (!systems::is_none(*value)) change.values.insert_or_assign(name, std::move(*value));
        }
        if (const auto site = parts_.ledger.site(event.site)) add_place(type, *site, change.values);
        auto draft = this->draft(platform(), change, parts_.clock());
        if (!draft) return fail(draft.error().error);
        // A matter that the platform has seen is opened though its record is not yet whole; what is wrong stays with
        // it.
        for (auto& one : draft->findings) one.is_error = false;
        draft->matter.findings = std::move(draft->findings);
        draft->matter.event = name_of(event);
        draft->matter.found_on = legal_day_of_hour_ending(event.phenomenon_end);
        if (auto given = give_id(*draft); !given) return given;
        const auto stored = store(type, draft->matter, 0, "record-put");
        if (!stored) return fail(stored.error());
        lock.unlock();
        spread({*stored});
      }
      if (!type.lifecycle) continue;
      for (const auto& step : type.lifecycle->steps) {
        if (step.on.event != event.rule) continue;
        if (auto stepped = step_on_event(type, step, event); !stepped) return stepped;
      }
    }
  }
  return {};
}

}  // namespace celadon::registry
