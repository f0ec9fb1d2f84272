#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "systems/calendar.hpp"

#include "systems/systems_test_world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>

using namespace celadon;
using namespace celadon::systems;
using test::calendar;
using test::day;

namespace {

/// The table again, read by the test's own hand: day -> works.
std::map<std::int32_t, bool> named_days() {
  std::map<std::int32_t, bool> named;
  std::istringstream lines(test::text_of_file(std::filesystem::path(CELADON_PACKS) / "calendar.csv"));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#' || line.starts_with("date")) continue;
    named[day(line.substr(0, 10).c_str()).days] = line.ends_with(",work");
  }
  return named;
}

bool is_weekend(LegalDay at) {
  const auto weekday = std::chrono::weekday{std::chrono::sys_days{std::chrono::days{at.days}}};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

LegalDay plus(LegalDay at, int days) { return {at.days + days}; }

std::string why_no_calendar(const char* csv) { return WorkCalendar::parse(csv, "calendar.csv").error().detail; }

}  // namespace

TEST_CASE("every day of 2013 to 2026 is working or not as the table and the week say") {
  const auto named = named_days();
  CHECK(named.size() == 473);
  int wrong = 0, working = 0;
  for (LegalDay at = day("2013-01-01"); at <= day("2026-12-31"); ++at.days) {
    const auto found = named.find(at.days);
    const bool expected = found == named.end() ? !is_weekend(at) : found->second;
    wrong += calendar().is_working(at) != expected;
    working += expected;
    CHECK(calendar().is_known(at));
  }
  CHECK(wrong == 0);
  CHECK(working == calendar().working_days(day("2012-12-31"), day("2026-12-31")));
}

TEST_CASE("at the edges of every holiday of 2013 to 2026 a deadline waits for the first working day after it") {
  const auto named = named_days();
  int blocks = 0;
  for (const auto& [days, works] : named) {
    if (works || (named.contains(days - 1) && !named.at(days - 1))) continue;
    ++blocks;  // the first day off of a holiday
    LegalDay first{days}, last{days};
    while (!calendar().is_working(plus(first, -1))) --first.days;  // a weekend may lie before it
    while (!calendar().is_working(plus(last, 1))) ++last.days;
    const LegalDay before = plus(first, -1), after = plus(last, 1);
    CAPTURE(to_string(first));
    CHECK(last.days - first.days <= 20);
    CHECK(calendar().add_working_days(before, 1) == after);
    CHECK(calendar().add_working_days(first, 1) == after);
    CHECK(calendar().add_working_days(last, 1) == after);
    CHECK(calendar().working_days(before, last) == 0);
    CHECK(calendar().working_days(before, after) == 1);
    CHECK(calendar().working_days(after, before) == -1);
    CHECK(calendar().working_day_from(first) == after);
    CHECK(calendar().working_day_from(last) == after);
    CHECK(calendar().working_day_from(before) == before);
    CHECK(calendar().add_working_days(plus(before, -1), 1) >= before);
  }
  CHECK(blocks > 80);
}

TEST_CASE("a make-up Saturday or Sunday counts as a working day and a deadline can end on it") {
  int seen = 0;
  for (const auto& [days, works] : named_days()) {
    if (!works) continue;
    ++seen;
    const LegalDay made_up{days};
    CAPTURE(to_string(made_up));
    CHECK((is_weekend(made_up) || made_up == day("2020-02-03")));  // that notice also names a Monday
    CHECK(calendar().is_working(made_up));
    CHECK(calendar().working_days(plus(made_up, -1), made_up) == 1);
    CHECK(calendar().working_day_from(made_up) == made_up);
    LegalDay start = plus(made_up, -1);
    while (!calendar().is_working(start)) --start.days;
    CHECK(calendar().add_working_days(start, 1) == made_up);
  }
  CHECK(seen > 80);
}

TEST_CASE("counting on and counting back agree for 1 to 60 working days from every day of 2013 to 2026") {
  int wrong = 0;
  for (LegalDay at = day("2013-01-01"); at <= day("2026-12-31"); ++at.days) {
    for (int n = 1; n <= 60; ++n) {
      const LegalDay end = calendar().add_working_days(at, n);
      wrong += !calendar().is_working(end) || calendar().working_days(at, end) != n ||
               calendar().working_days(end, at) != -n;
    }
    wrong += calendar().add_working_days(at, 0) != at || calendar().working_days(at, at) != 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("fifteen working days over the long holiday of 2025 end as counted by hand on the notice") {
  // 26, 28 (Sunday made up), 29, 30 September; 9, 10, 11 (Saturday made up), 13-17, 20-22 October
  CHECK(calendar().add_working_days(day("2025-09-25"), 15) == day("2025-10-22"));
  CHECK(calendar().working_days(day("2025-09-25"), day("2025-10-22")) == 15);
}

TEST_CASE("beyond the years of the table the week alone decides, and that can be seen") {
  CHECK_FALSE(calendar().is_known(day("2027-01-01")));
  CHECK_FALSE(calendar().is_known(day("2012-12-31")));
  CHECK(calendar().is_known(day("2026-12-31")));
  CHECK(calendar().is_working(day("2027-10-01")));        // a Friday, whatever the notice will say
  CHECK_FALSE(calendar().is_working(day("2027-10-02")));  // Saturday
  const auto empty = WorkCalendar::parse("date,name,day_kind\n", "calendar.csv");
  CHECK_FALSE(empty->is_known(day("2026-01-01")));
  CHECK(empty->working_days(day("1900-01-01"), day("1900-01-08")) == 5);  // Tuesday to the next Monday
}

TEST_CASE("a month on from the 31st is the last day where there is no 31st") {
  CHECK(add_months(day("2026-01-31"), 1) == day("2026-02-28"));
  CHECK(add_months(day("2024-01-31"), 1) == day("2024-02-29"));
  CHECK(add_months(day("2024-02-29"), 12) == day("2025-02-28"));
  CHECK(add_months(day("2024-02-29"), 48) == day("2028-02-29"));
  CHECK(add_months(day("2026-03-31"), -1) == day("2026-02-28"));
  CHECK(add_months(day("2026-12-31"), 2) == day("2027-02-28"));
  CHECK(add_months(day("2026-08-31"), 6) == day("2027-02-28"));
  CHECK(add_months(day("2026-05-15"), 0) == day("2026-05-15"));
  for (LegalDay at = day("2013-01-01"); at <= day("2026-12-31"); at.days += 13) {
    for (int months = 1; months <= 24; ++months) {
      const auto on = add_months(at, months);
      const int late = on.days - at.days;
      CHECK((late >= 28 * months && late <= 31 * months));
    }
  }
}

TEST_CASE("a wrong line of the holiday table is told with its number") {
  CHECK(why_no_calendar("date,name,day_kind\n2026-02-30,x,off\n")
            .starts_with("calendar.csv:2: date: '2026-02-30' is not a day"));
  CHECK(why_no_calendar("# c\ndate,name,day_kind\n2026-01-01,x,holiday\n") ==
        "calendar.csv:3: day_kind: 'holiday' is neither off nor work");
  CHECK(why_no_calendar("date,name,day_kind\n2026-01-02,x,off\n2026-01-02,x,work\n") ==
        "calendar.csv:3: date: 2026-01-02 does not come after the line before it");
  CHECK(why_no_calendar("day,name\n").starts_with("calendar.csv:1: column 1 must be 'date'"));
}
