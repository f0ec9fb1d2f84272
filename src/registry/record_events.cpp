#include "core/decimal.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::registry {

using systems::Field;
using systems::FieldType;
using systems::Value;

namespace {

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
  if (what != "phenomenon_end") return {};
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
          auto value = event_value(event, what, *field);
          if (!systems::is_none(value)) change.values.insert_or_assign(name, std::move(value));
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
    }
  }
  return {};
}

}  // namespace celadon::registry
