#pragma once

#include "plan/evaluate.hpp"
#include "plan/progress.hpp"
#include "plan/tasks.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

// The plan as a program: every promise, for every place, edition and year; run whole once, then only what moved.

namespace celadon::plan {

/// What is said of one promise.
struct Progress {
  const Promise* promise = nullptr;
  Question question;
  std::vector<YearValue> years = {};  ///< that have a value, up to the one asked
  std::optional<double> value = {};   ///< of the year asked
  bool so_far = false;              ///< that year has not ended
  double complete = 1;
  std::set<std::string> sources = {};
  std::optional<double> path = {}, way = {};  ///< what the value should be; share of the way gone
  double time = 0;                  ///< share of the time gone
  Outlook outlook = {};
  Status status = Status::no_data;
  std::size_t tasks = 0, milestones = 0, milestones_done = 0, milestones_overdue = 0;
};

/// What of a run came out otherwise than before.
struct Moved {
  const Promise* promise = nullptr;
  Question question;
  std::optional<double> before, after;
};

class Program {
 public:
  explicit Program(std::shared_ptr<const Plan> plan);

  struct Run {
    std::size_t asked = 0, worked_out = 0;
    std::vector<Moved> moved;  ///< empty on the first run
  };
  /// Works out every promise for each place, edition and year from the plan's history to the snapshot's day; with
  /// `changed` (sources as Answer names them) only those that rest on one of them.
  /// Errors   those of the data, naming the promise: what was there before stays.
  [[nodiscard]] Result<Run> run(Snapshot& snapshot, const Tasks& tasks, const std::set<std::string>* changed);

  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] LegalDay today() const { return today_; }
  [[nodiscard]] int first_year() const { return plan_->history; }
  [[nodiscard]] int last_year() const;
  [[nodiscard]] const Tasks& tasks() const { return tasks_; }
  /// As of the last run. `question.year` within first_year()..last_year(), whole years.
  [[nodiscard]] Progress progress(const Promise& promise, const Question& question) const;
  /// The same with the year asked as another snapshot has it, and with other tasks: if things were otherwise.
  [[nodiscard]] Result<Progress> suppose(Snapshot& snapshot, const Tasks& tasks, const Promise& promise,
                                         const Question& question) const;

 private:
  struct Cell {
    std::optional<double> value;
    double complete = 1;
    std::vector<std::uint16_t> sources;
  };
  [[nodiscard]] std::size_t place_of(std::size_t promise, const Question& question) const;
  [[nodiscard]] Cell cell_of(Answer answer);
  [[nodiscard]] std::uint16_t number_of(const std::string& source);
  [[nodiscard]] Progress compose(const Promise& promise, const Question& question, const Tasks& tasks,
                                 const Answer* supposed) const;
  [[nodiscard]] bool is_by_edition(const Cell& cell) const;
  [[nodiscard]] bool rests_on(const Cell& cell, const std::vector<bool>& changed) const;
  void put_years(const Promise& promise, Progress& out) const;
  void look_ahead(const Promise& promise, const MilestoneRecord& record, Progress& out) const;
  Result<void> estimate(Snapshot& snapshot, std::size_t promise, const Question& question);

  std::shared_ptr<const Plan> plan_;
  LegalDay today_;
  Tasks tasks_;
  std::vector<Cell> cells_;                        ///< promise by place by edition by year
  std::vector<std::optional<double>> whole_year_;  ///< estimate of the current year: promise by place by edition
  std::vector<std::string> sources_;
  std::unordered_map<std::string, std::uint16_t> source_;
};

}  // namespace celadon::plan
