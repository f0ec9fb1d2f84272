#pragma once

#include "plan/plan_pack.hpp"
#include "plan/tables.hpp"
#include "systems/calendar.hpp"
#include "systems/expression.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// A plan's formulas over registers and observations, as known at one moment.

namespace celadon::plan {

/// A record as formulas see it: its newest version, with the way its state took.
struct Line {
  std::string id, title, state;
  LegalDay opened, since_state;
  std::optional<LegalDay> due;  ///< end of the earliest deadline that runs
  systems::Values values;
  std::vector<std::pair<LegalDay, std::string>> states;  ///< taken on that day, oldest first
};

/// What is asked of a formula.
struct Question {
  int year = 0;
  std::size_t place = 0, edition = 0;  ///< into the plan's
  int from_month = 1, to_month = 12;
  friend auto operator<=>(const Question&, const Question&) = default;
};

/// What a formula came to.
struct Answer {
  std::optional<double> value;    ///< none: data is missing
  double complete = 1;            ///< share of the observations due that were there, the least of its tables
  std::set<std::string> sources;  ///< registers it read, and tables of observations as "air-day@2026"
};

/// Where records and measured values come from.
struct Sources {
  Observations observations;
  /// Every record of a register that is in force, as known at a moment.
  std::function<Result<std::vector<Line>>(const systems::Register&, std::optional<Instant>)> lines;
  /// As Facts::measured().
  std::function<Result<systems::Value>(systems::Facts::Statistic, std::string_view, std::string_view, double, LegalDay,
                                       LegalDay)>
      measured;
};

/// All that formulas may ask, as known at a moment; read when first asked for, then kept. Not for two threads at once.
///
/// Time     a register answers with what is known now (or was then), wherever the asked year lies; only the state of a
///          record is that of the period's end. What happened in a year is asked by the register's own dates.
/// Place    records by the division of their register, or by a field of the code list water-body or park; those
///          that name none are the whole city's alone.
class Snapshot {
 public:
  /// All handed over must outlive it.
  Snapshot(const Plan& plan, const systems::Catalogue& catalogue, const systems::WorkCalendar& calendar,
           const Sources& sources, Instant now, std::optional<Instant> as_known_at);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  [[nodiscard]] const Plan& plan() const;
  [[nodiscard]] LegalDay today() const;
  [[nodiscard]] std::optional<Instant> as_known_at() const;
  /// First and last day of what is asked, the last not after today; from > to where it has not begun.
  [[nodiscard]] std::pair<LegalDay, LegalDay> period(const Question& question) const;

  /// Errors   those of tables and registers.
  [[nodiscard]] Result<Answer> ask(const Promise& promise, const Question& question);
  [[nodiscard]] Result<Answer> ask(const Measure& measure, const Question& question);

  /// One thing that was counted or summed, with the rows that did count.
  struct Counted {
    std::string how, from, field;  ///< "count", a register or table, the field
    std::string where;             ///< the condition with every bracket written; empty: all
    std::size_t looked_at = 0, matched = 0;
    struct Item {
      std::string id, title;  ///< of a record
      Origin origin;          ///< of a row of observations
      std::vector<std::pair<std::string, std::string>> values;  ///< as people read them
    };
    std::vector<Item> items = {};  ///< at most `items_max` of them
  };
  /// What the formula of a promise, and the measures it names, counted.
  [[nodiscard]] Result<std::vector<Counted>> why(const Promise& promise, const Question& question,
                                                 std::size_t items_max);
  /// The measures a formula names, and those they name, in the order of the plan.
  [[nodiscard]] std::vector<const Measure*> measures_of(const Promise& promise) const;

 private:
  friend class PlanFacts;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::plan
