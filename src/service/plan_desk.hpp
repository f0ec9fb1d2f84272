#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "plan/program.hpp"
#include "registry/record_desk.hpp"
#include "standards/library.hpp"
#include "systems/calendar.hpp"

#include <filesystem>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace celadon::service {

struct PlanParts {
  const archive::Archive& archive;
  ledger::Ledger& ledger;
  const standards::Library& library;
  const registry::RecordDesk& registers;
  const systems::WorkCalendar& calendar;
  std::string city;             ///< id of the city's site
  std::filesystem::path packs;  ///< packs/plans is read again when it or the registers' packs change
  std::function<Instant()> clock = now;
};

/// The plan as a program, kept up with the data: whole once, then only what moved. Any thread.
class PlanDesk {
 public:
  explicit PlanDesk(PlanParts parts);
  ~PlanDesk();
  PlanDesk(const PlanDesk&) = delete;
  PlanDesk& operator=(const PlanDesk&) = delete;

  /// What the last bringing up to date took.
  struct RunFact {
    Instant at;
    double seconds = 0;
    std::size_t asked = 0, worked_out = 0;
  };
  struct Look {
    const plan::Plan& plan;
    const plan::Program& program;
    plan::Snapshot& snapshot;
    const plan::Sources& sources;
    const systems::Catalogue& catalogue;
    RunFact run;
  };
  /// Brings the plan up to date, or makes it as it was known at a moment, and lets `take` look; nobody else looks
  /// meanwhile. Errors   not_found where the packs have no plan; those of the pack and of the data; those of `take`.
  [[nodiscard]] Result<void> look(std::optional<Instant> as_known_at,
                                  const std::function<Result<void>(const Look&)>& take);

  /// A value that somebody supposes.
  struct Suppose {
    std::string register_id, id;
    systems::Values values;
    std::string state;  ///< empty: as it is
  };
  /// A promise if records were otherwise: nothing is stored. Errors   not_found for a record or register.
  [[nodiscard]] Result<plan::Progress> what_if(const Look& look, const plan::Promise& promise,
                                               const plan::Question& question,
                                               const std::vector<Suppose>& supposed) const;

  /// Once a night, at two in the morning of Beijing, and after a start: brings it up to date and enters in the ledger
  /// (kind plan-run) what came out otherwise since the night before. Ends with the desk.
  void begin_nights(std::function<void(const Error&)> trouble);
  /// One such run, now. Errors   those of look() and of the ledger.
  Result<void> run_night();

 private:
  struct State;
  [[nodiscard]] Result<void> bring_up(State& state, std::optional<Instant> as_known_at);
  [[nodiscard]] Result<void> refresh(State& state);
  [[nodiscard]] plan::Sources sources() const;

  PlanParts parts_;
  std::mutex mutex_;
  std::unique_ptr<State> now_;
  std::list<std::pair<Instant, std::unique_ptr<State>>> past_;  ///< the last used first
  std::mutex nights_mutex_;
  std::condition_variable_any nights_changed_;
  std::jthread nights_;
};

}  // namespace celadon::service
