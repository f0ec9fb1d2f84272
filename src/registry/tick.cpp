#include "core/json_writer.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "registry/record_facts.hpp"

#include <algorithm>

namespace celadon::registry {
namespace {

/// Read to the end before the first of them is changed.
Result<std::vector<std::string>> ids_of(const ledger::Records& records, ledger::RecordQuery query) {
  std::vector<std::string> ids;
  auto read = each_record(records, std::move(query), [&](ledger::Record& row) -> Result<void> {
    ids.push_back(row.revision.id);
    return {};
  });
  if (!read) return fail(read.error());
  return ids;
}

}  // namespace

Result<void> RecordDesk::Impl::tick() {
  const Instant now = parts_.clock();
  if (!caught_up_.exchange(true)) {
    if (auto done = catch_up(now); !done) return done;
  }
  if (auto done = follow_day(now); !done) return done;
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (!type.lifecycle || (type.lifecycle->deadlines.empty() && !type.lifecycle->look_back)) continue;
      // Each record keeps the moment at which the next thing happens to it, so a tick reads only those it concerns, and
      // what was missed while the program stood still is found by the first tick after.
      ledger::RecordQuery query;
      query.kind = type.id;
      query.where.push_back({std::string(face_tick), ledger::Condition::Test::at_most, {seconds(now)}});
      const auto ids = ids_of(parts_.records, std::move(query));
      if (!ids) return fail(ids.error());
      for (const auto& id : *ids) {
        if (auto done = tick_one(type, id, now); !done) return done;
      }
    }
  }
  return {};
}

Result<void> RecordDesk::Impl::follow_day(Instant now) {
  const LegalDay today = legal_day_of(now);
  if (day_followed_ == today.days) return {};
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (std::none_of(type.fields.begin(), type.fields.end(),
                       [](const systems::Field& field) { return field.formula && field.formula->asks_the_day(); }))
        continue;
      ledger::RecordQuery query;
      query.kind = type.id;
      const auto ids = ids_of(parts_.records, std::move(query));
      if (!ids) return fail(ids.error());
      for (const auto& id : *ids) {
        auto anew = sum_anew(type.id, id, "the day is " + to_string(today));
        if (!anew) return fail(anew.error());
        if (*anew) spread({std::move(**anew)});
      }
    }
  }
  day_followed_ = today.days;
  return {};
}

Result<void> RecordDesk::Impl::tick_one(const systems::Register& type, const std::string& id, Instant now) {
  std::unique_lock lock(writing_);
  const auto row = parts_.records.get(type.id, id);
  if (!row) return fail(row.error());
  auto matter = matter_of(type, row->revision);
  if (!matter) return fail(matter.error());
  const auto marked = mark_dues(type, legal_day_of(now), *matter);
  if (marked.why.empty()) return {};  // somebody was quicker
  matter->who = platform().name;
  matter->why = marked.why;
  matter->valid_from = now;
  std::string detail;
  JsonWriter out(detail);
  out.begin_object().key("to").begin_array();
  for (const auto& role : marked.escalated_to) out.put(role);
  out.end_array().end_object();
  const auto stored =
      store(type, *matter, matter->revision, marked.escalated_to.empty() ? "deadline" : "escalate", detail);
  if (!stored) return fail(stored.error());
  lock.unlock();
  spread({*stored});
  return {};
}

}  // namespace celadon::registry
