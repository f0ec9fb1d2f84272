#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <string_view>
#include <vector>

namespace celadon::systems {

/// Working days in China: Monday to Friday but for holidays, and the make-up days the State Council names.
class WorkCalendar {
 public:
  /// From packs/calendar.csv: date,name,day_kind (off | work), with its source. Errors   malformed with file and line.
  [[nodiscard]] static Result<WorkCalendar> parse(std::string_view csv, std::string_view file);

  [[nodiscard]] bool is_working(LegalDay day) const;
  /// True for days of years the table speaks of; beyond, weekends alone decide, and that is said where it shows.
  [[nodiscard]] bool is_known(LegalDay day) const;
  /// The n-th working day after `day` (n >= 1); day itself does not count. n = 0: day.
  [[nodiscard]] LegalDay add_working_days(LegalDay day, int n) const;
  /// Working days after `from` up to and with `to`; negative the other way round.
  [[nodiscard]] int working_days(LegalDay from, LegalDay to) const;
  /// The day itself, or the next working one.
  [[nodiscard]] LegalDay working_day_from(LegalDay day) const;

 private:
  struct Exception {
    LegalDay day;
    bool working;
  };
  std::vector<Exception> exceptions_;  ///< by day
  int first_year_ = 0, last_year_ = -1;
};

/// Calendar months on; the last day of the month where the day does not exist (Jan 31 + 1 month = Feb 28 or 29).
[[nodiscard]] LegalDay add_months(LegalDay day, int months);

}  // namespace celadon::systems
