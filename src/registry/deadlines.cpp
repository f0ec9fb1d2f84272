#include "registry/deadlines.hpp"

#include "systems/record.hpp"

#include <algorithm>

namespace celadon::registry {

namespace {

const systems::Deadline* deadline_of(const systems::Register& type, const std::string& id) {
  if (!type.lifecycle) return nullptr;
  for (const auto& one : type.lifecycle->deadlines) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

bool runs_in(const systems::Register& type, const systems::Deadline& deadline, const std::string& state) {
  if (!deadline.states.empty())
    return std::find(deadline.states.begin(), deadline.states.end(), state) != deadline.states.end();
  const auto* now = type.lifecycle->state(state);
  return now && !now->final;
}

LegalDay plus(LegalDay day, int days) { return LegalDay{day.days + days}; }

void add_reason(std::string& why, const std::string& reason) { why += (why.empty() ? "" : "; ") + reason; }

/// Escalations in the order in which they come.
std::vector<systems::Escalation> in_order(const systems::Deadline& deadline) {
  auto all = deadline.escalate;
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.after_days < b.after_days; });
  return all;
}

}  // namespace

Instant last_moment_of(LegalDay day) { return Instant{first_moment_of(plus(day, 1)).us - 1}; }

void set_dues(const systems::Register& type, const systems::WorkCalendar& calendar, Matter& matter) {
  const auto before = std::move(matter.dues);
  matter.dues.clear();
  if (!type.lifecycle || matter.gone) return;
  const auto add = [&](const std::string& id, LegalDay ends) {
    Matter::Due due;
    due.deadline = id;
    due.ends = ends;
    for (const auto& one : before) {
      if (one.deadline == id && one.ends == ends) due = one;
    }
    matter.dues.push_back(std::move(due));
  };
  for (const auto& deadline : type.lifecycle->deadlines) {
    if (!runs_in(type, deadline, matter.state)) continue;
    const auto ends = systems::ends_on(deadline, legal_day_of(matter.opened), legal_day_of(matter.since_state),
                                       matter.values, calendar);
    if (ends) add(deadline.id, *ends);
  }
  const auto& look_back = type.lifecycle->look_back;
  if (look_back && matter.look_back && matter.state == look_back->state)
    add(std::string(look_back_due), *matter.look_back);
}

Marked mark_dues(const systems::Register& type, LegalDay today, Matter& matter) {
  Marked marked;
  for (auto& due : matter.dues) {
    const auto* deadline = deadline_of(type, due.deadline);
    const bool is_look_back = due.deadline == look_back_due;
    if (!deadline && !is_look_back) continue;
    const auto& words = deadline ? deadline->name : type.lifecycle->look_back->name;
    const std::string name = words.zh + " (" + (words.en.empty() ? due.deadline : words.en) + ")";
    const int warn_days = deadline ? deadline->warn_days : 0;
    if (!due.warned && (warn_days > 0 || is_look_back) && today >= plus(due.ends, -warn_days)) {
      due.warned = true;
      add_reason(marked.why, name + " ends on " + to_string(due.ends));
    }
    if (!due.overdue && today > due.ends) {
      due.overdue = true;
      add_reason(marked.why, name + " ended on " + to_string(due.ends) + ": overdue");
    }
    if (!deadline) continue;
    const auto escalations = in_order(*deadline);
    while (static_cast<std::size_t>(due.escalations) < escalations.size()) {
      const auto& next = escalations[static_cast<std::size_t>(due.escalations)];
      if (today <= plus(due.ends, next.after_days)) break;
      ++due.escalations;
      due.escalated_to = next.to;
      marked.escalated_to.push_back(next.to);
      add_reason(marked.why, name + " ended on " + to_string(due.ends) + ": goes to " + next.to);
    }
  }
  return marked;
}

std::optional<Instant> next_mark(const systems::Register& type, const Matter& matter) {
  std::optional<Instant> earliest;
  const auto take = [&](LegalDay day) {
    const Instant at = first_moment_of(day);
    if (!earliest || at < *earliest) earliest = at;
  };
  for (const auto& due : matter.dues) {
    const auto* deadline = deadline_of(type, due.deadline);
    const bool is_look_back = due.deadline == look_back_due;
    if (!deadline && !is_look_back) continue;
    const int warn_days = deadline ? deadline->warn_days : 0;
    if (!due.warned && (warn_days > 0 || is_look_back)) take(plus(due.ends, -warn_days));
    if (!due.overdue) take(plus(due.ends, 1));
    if (!deadline) continue;
    const auto escalations = in_order(*deadline);
    const auto next = static_cast<std::size_t>(due.escalations);
    if (next < escalations.size()) take(plus(due.ends, escalations[next].after_days + 1));
  }
  return earliest;
}

std::optional<Instant> earliest_end(const Matter& matter) {
  std::optional<Instant> earliest;
  for (const auto& due : matter.dues) {
    const Instant at = last_moment_of(due.ends);
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest;
}

}  // namespace celadon::registry
