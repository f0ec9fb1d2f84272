#pragma once

#include "core/result.hpp"
#include "registry/day_pack.hpp"
#include "systems/calendar.hpp"
#include "systems/system.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace celadon::registry {

/// What came of a day. `otherwise` has one line "file:line: expected due_t 1.5, is 2" for each outcome that was
/// another; a step that could not be taken at all ends the day.
struct DayPlayed {
  std::vector<std::string> otherwise;
};

/// Plays working days with the desk that serves them, each on a ledger and an archive of its own in a temporary folder
/// that goes with the stage. What an empty ledger holds is made once. Any thread.
class DayStage {
 public:
  /// Errors   io_failed where no temporary folder can be made; what the ledger and the desk fail with.
  [[nodiscard]] static Result<std::unique_ptr<DayStage>> open(std::shared_ptr<const systems::Catalogue> catalogue,
                                                              systems::WorkCalendar calendar);
  ~DayStage();
  DayStage(const DayStage&) = delete;
  DayStage& operator=(const DayStage&) = delete;

  /// Errors   what ledger and archive fail with; never for what the day itself brings.
  [[nodiscard]] Result<DayPlayed> play(const Day& day);
  /// Several at a time: most of a day is waiting for the disk. In step with `days`.
  [[nodiscard]] std::vector<Result<DayPlayed>> play_all(const std::vector<Day>& days);

 private:
  DayStage() = default;
  std::shared_ptr<const systems::Catalogue> catalogue_;
  systems::WorkCalendar calendar_;
  std::filesystem::path folder_;
  std::atomic<int> played_ = 0;
};

/// The days in a folder of packs/systems/days, by name. Errors   io_failed; none where there is no such folder.
[[nodiscard]] Result<std::vector<std::filesystem::path>> day_files(const std::filesystem::path& folder);
/// Reads a day from its file. Errors   as parse_day; invalid_value where the day is called otherwise than its file.
[[nodiscard]] Result<Day> read_day_file(const std::filesystem::path& file);

}  // namespace celadon::registry
