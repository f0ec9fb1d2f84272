#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"
#include "quality/device_flags.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::quality {

// Are there enough values to speak of a day, a month, a year, and why are the others not there? This reports; what a
// standard makes of the days is computed in standards/air_days.hpp.

/// How many values are enough. One rule of packs/quality/completeness.yaml; the file says what each field means.
struct CompletenessRule {
  std::string id;
  std::string place;  ///< "completeness.yaml:12"
  std::vector<std::string> properties;
  std::int64_t step_us = us_per_hour;  ///< a divisor of a day
  int window = 1;                      ///< steps of the moving mean that the day is made of; 1: the values themselves
  int window_least = 1;                ///< values that a window needs
  int day_least = 0;                   ///< values, or windows that end within the day and began in it
  int month_least = 0, february_least = 0;  ///< days
  int year_least = 0;                       ///< days
  std::string clause, source, trust;

  [[nodiscard]] int steps_of_day() const { return static_cast<int>(us_per_day / step_us); }
  [[nodiscard]] int due_of_day() const { return steps_of_day() - window + 1; }
};
/// Errors   not_found; malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<std::vector<CompletenessRule>> read_completeness(const std::filesystem::path& pack);
[[nodiscard]] Result<std::vector<CompletenessRule>> parse_completeness(std::string_view text, const std::string& name);

/// What became of one due value.
enum class Slot : std::uint8_t {
  valid,
  not_arrived,  ///< nothing came for this time
  no_number,    ///< something came, without a number, and the device gave no mark that says why
  device,       ///< the device's own mark says why: maintenance, power, no link, calibration, fault ...
  voided,       ///< a number that quality or a reviewer has voided
};
[[nodiscard]] std::string_view to_text(Slot slot);  ///< "valid", "not-arrived", "no-number", "device", "voided"

/// Values of one series. time ascends, none twice; all spans of one length. voided may be empty: then none is.
struct CompletenessInput {
  std::span<const Instant> time;  ///< end of the window each value speaks for
  std::span<const double> value;
  std::span<const DeviceFlag> flag;
  std::span<const std::uint8_t> voided;
};

/// A run of due values that are not valid, all for one reason.
struct Hole {
  Instant from, until;  ///< first and last time that is missing
  std::size_t count = 0;
  Slot reason = Slot::not_arrived;
  DeviceFlag flag = 0;  ///< with Slot::device
};

struct PeriodCompleteness {
  enum class Kind : std::uint8_t { day, month, year };
  Kind kind = Kind::day;
  LegalDay first, last;  ///< as far as it was asked for
  int due = 0;           ///< values or windows of a day; days of a month or year
  int valid = 0;
  int least = 0;
  bool whole = true;      ///< false where only a part of the month or year was asked for: then there is no verdict
  bool complete = false;  ///< whole, and valid >= least

  [[nodiscard]] double share() const { return due == 0 ? 0 : static_cast<double>(valid) / due; }
};

struct CompletenessReport {
  std::vector<PeriodCompleteness> periods;  ///< days, then months, then years, each ascending
  std::vector<Hole> holes;                  ///< ascending
};

/// What became of each due value of the days first..last: steps_of_day() each, the first ending one step into the day.
/// A value between two due times belongs to none and is passed over.
/// Source   HJ 663-2013 A.1: hours are labelled by their end; the legal day is 01:00 to 24:00 in Beijing
[[nodiscard]] std::vector<Slot> slots_of(const CompletenessRule& rule, const CompletenessInput& input,
                                         const DeviceFlags& flags, LegalDay first, LegalDay last);

/// Shares and verdicts of days, months and years, and the holes. Requires first <= last.
/// Missing  a value that is NaN, marked by its device or voided counts as not there
[[nodiscard]] CompletenessReport completeness(const CompletenessRule& rule, const CompletenessInput& input,
                                              const DeviceFlags& flags, LegalDay first, LegalDay last);

}  // namespace celadon::quality
