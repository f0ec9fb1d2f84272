#include "plan/tasks.hpp"

#include <algorithm>

namespace celadon::plan {
namespace {

using systems::Values;

std::string text_of(const Values& values, std::string_view field) {
  const auto found = values.find(field);
  if (found == values.end()) return {};
  const auto* const text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : *text;
}
template <class T>
std::optional<T> maybe(const Values& values, std::string_view field) {
  const auto found = values.find(field);
  if (found == values.end()) return std::nullopt;
  const auto* const held = std::get_if<T>(&found->second);
  return held == nullptr ? std::nullopt : std::optional(*held);
}

}  // namespace

std::size_t Task::done() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(milestones, [](const Milestone& one) { return one.done_on.has_value(); }));
}

std::size_t Task::overdue(LegalDay today) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(milestones, [&](const auto& one) { return !one.done_on && one.due < today; }));
}

Result<Tasks> read_tasks(const systems::Catalogue& catalogue, const Sources& sources, LegalDay today,
                         std::optional<Instant> as_known_at) {
  Tasks tasks;
  const auto* const task_type = catalogue.find("plan-task");
  const auto* const milestone_type = catalogue.find("plan-milestone");
  if (task_type == nullptr || milestone_type == nullptr) return tasks;
  const auto lines = sources.lines(*task_type, as_known_at);
  if (!lines) return fail(lines.error());
  std::map<std::string, std::size_t> place;
  for (const auto& line : *lines) {
    Task task{.id = line.id, .title = line.title, .promise = text_of(line.values, "promise"),
              .owner = text_of(line.values, "owner"), .state = line.state};
    task.begins = maybe<LegalDay>(line.values, "begins_on");
    task.due = maybe<LegalDay>(line.values, "due_on");
    task.planned_10k = maybe<double>(line.values, "planned_10k");
    task.spent_10k = maybe<double>(line.values, "spent_10k");
    tasks.all.push_back(std::move(task));
  }
  std::ranges::sort(tasks.all, {}, [](const Task& one) { return std::pair(one.promise, one.id); });
  for (std::size_t i = 0; i < tasks.all.size(); ++i) {
    place[tasks.all[i].id] = i;
    tasks.of.emplace(tasks.all[i].promise, i);
  }
  const auto milestones = sources.lines(*milestone_type, as_known_at);
  if (!milestones) return fail(milestones.error());
  for (const auto& line : *milestones) {
    const auto task = place.find(text_of(line.values, "task"));
    const auto due = maybe<LegalDay>(line.values, "due_on");
    if (task == place.end() || !due) continue;
    Milestone one{line.id, line.title, *due, maybe<LegalDay>(line.values, "done_on")};
    if (one.done_on && *one.done_on > today) one.done_on.reset();
    if (one.done_on && *one.done_on <= one.due)
      ++tasks.record.in_time;
    else if (one.due < today)
      ++tasks.record.late;
    tasks.all[task->second].milestones.push_back(std::move(one));
  }
  for (auto& task : tasks.all)
    std::ranges::sort(task.milestones, {}, [](const Milestone& one) { return std::pair(one.due, one.id); });
  return tasks;
}

}  // namespace celadon::plan
