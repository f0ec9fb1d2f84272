#pragma once

#include "plan/evaluate.hpp"
#include "plan/progress.hpp"

#include <map>
#include <string>
#include <vector>

// The work behind the promises: tasks and their milestones, out of the registers plan-task and plan-milestone.

namespace celadon::plan {

struct Milestone {
  std::string id, title;
  LegalDay due;
  std::optional<LegalDay> done_on;
};
struct Task {
  std::string id, title, promise, owner, state;
  std::optional<LegalDay> begins = {}, due = {};
  std::optional<double> planned_10k = {}, spent_10k = {};  ///< money in 10,000 yuan
  std::vector<Milestone> milestones = {};        ///< by day
  [[nodiscard]] std::size_t done() const;
  /// Milestones whose day is past and that are not done.
  [[nodiscard]] std::size_t overdue(LegalDay today) const;
};

struct Tasks {
  std::vector<Task> all;                                    ///< by promise, then id
  std::multimap<std::string, std::size_t, std::less<>> of;  ///< by promise
  MilestoneRecord record;                                   ///< of all that were due by `today`
};

/// Errors   those of the registers. Where the packs have no such registers there are no tasks.
[[nodiscard]] Result<Tasks> read_tasks(const systems::Catalogue& catalogue, const Sources& sources, LegalDay today,
                                       std::optional<Instant> as_known_at);

}  // namespace celadon::plan
