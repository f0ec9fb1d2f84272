#include "systems/calendar.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "systems/civil_day.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace celadon::systems {
namespace {

/// 0 is Monday. 1970-01-01 was a Thursday.
int weekday_of(LegalDay day) { return static_cast<int>(((day.days + 3) % 7 + 7) % 7); }

bool is_weekday(LegalDay day) { return weekday_of(day) < 5; }

int year_of(LegalDay day) { return static_cast<int>(civil_of(day).year()); }

/// Mondays to Fridays among the days before `day`, counted from a Monday long ago.
std::int64_t weekdays_before(LegalDay day) {
  constexpr std::int64_t monday = -3 - 7 * 20'000;  // 1586: before every day the platform knows
  const std::int64_t passed = day.days - monday;
  return passed / 7 * 5 + std::min<std::int64_t>(passed % 7, 5);
}

}  // namespace

Result<WorkCalendar> WorkCalendar::parse(std::string_view csv, std::string_view file) {
  static constexpr std::array<std::string_view, 3> columns = {"date", "name", "day_kind"};
  const auto table = parse_csv_table(csv, file, columns);
  if (!table) return fail(table.error());
  WorkCalendar calendar;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const std::string place = std::string(file) + ":" + std::to_string(table->lines[i]) + ": ";
    const auto day = parse_legal_day(row[0]);
    if (!day) return fail(Errc::malformed, place + "date: " + day.error().detail, "date");
    if (row[2] != "off" && row[2] != "work")
      return fail(Errc::malformed, place + "day_kind: '" + row[2].substr(0, 40) + "' is neither off nor work",
                  "day_kind");
    if (!calendar.exceptions_.empty() && *day <= calendar.exceptions_.back().day)
      return fail(Errc::malformed, place + "date: " + row[0] + " does not come after the line before it", "date");
    calendar.exceptions_.push_back({*day, row[2] == "work"});
  }
  if (!calendar.exceptions_.empty()) {
    calendar.first_year_ = year_of(calendar.exceptions_.front().day);
    calendar.last_year_ = year_of(calendar.exceptions_.back().day);
  }
  return calendar;
}

bool WorkCalendar::is_working(LegalDay day) const {
  const auto found = std::ranges::lower_bound(exceptions_, day, {}, &Exception::day);
  return found != exceptions_.end() && found->day == day ? found->working : is_weekday(day);
}

bool WorkCalendar::is_known(LegalDay day) const {
  const int year = year_of(day);
  return first_year_ <= year && year <= last_year_;
}

LegalDay WorkCalendar::add_working_days(LegalDay day, int n) const {
  CELADON_ASSERT(n >= 0);
  while (n > 0) {
    ++day.days;
    if (is_working(day)) --n;
  }
  return day;
}

int WorkCalendar::working_days(LegalDay from, LegalDay to) const {
  if (to < from) return -working_days(to, from);
  const LegalDay first{from.days + 1}, beyond{to.days + 1};
  std::int64_t days = weekdays_before(beyond) - weekdays_before(first);
  for (auto at = std::ranges::lower_bound(exceptions_, first, {}, &Exception::day);
       at != exceptions_.end() && at->day < beyond; ++at)
    days += static_cast<int>(at->working) - static_cast<int>(is_weekday(at->day));
  return static_cast<int>(days);
}

LegalDay WorkCalendar::working_day_from(LegalDay day) const {
  while (!is_working(day)) ++day.days;
  return day;
}

LegalDay add_months(LegalDay day, int months) {
  const auto civil = civil_of(day);
  const auto month = std::chrono::year_month{civil.year(), civil.month()} + std::chrono::months{months};
  const std::chrono::year_month_day_last last{month.year(), std::chrono::month_day_last{month.month()}};
  const auto same = std::chrono::year_month_day{month.year(), month.month(), std::min(civil.day(), last.day())};
  return {static_cast<std::int32_t>(std::chrono::sys_days{same}.time_since_epoch().count())};
}

}  // namespace celadon::systems
