#include "ledger/events.hpp"
#include "ledger/ledger_test_folder.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <thread>

using namespace celadon;
using namespace celadon::ledger;
using namespace celadon::ledger::test;

namespace {

Event event_at(int hour, const std::string& site = "air.2344A", const std::string& rule = "pm25-high") {
  Event event;
  event.rule = rule;
  event.site = site;
  event.property = "PM2.5";
  event.phenomenon_end = Instant{hour * us_per_hour};
  event.noticed_at = Instant{hour * us_per_hour + 5};
  event.value = 80.5 + hour;
  event.text_zh = "超标";
  event.text_en = "above the limit";
  return event;
}

}  // namespace

TEST_CASE("an event reads back as it was seen; one without a value says so") {
  const Folder folder;
  auto ledger = open_in(folder);
  const auto added = ledger->add_event(event_at(1), false);
  REQUIRE(added.has_value());
  CHECK(added->id == 1);
  CHECK(added->case_id == 0);
  Event silent = event_at(2);
  silent.value = std::numeric_limits<double>::quiet_NaN();
  REQUIRE(ledger->add_event(silent, false).has_value());
  const auto events = *ledger->events(10);
  REQUIRE(events.size() == 2);
  CHECK(std::isnan(events[0].value));
  CHECK(events[1].value == 81.5);
  CHECK(events[1].phenomenon_end == Instant{us_per_hour});
  CHECK(events[1].noticed_at == Instant{us_per_hour + 5});
  CHECK(events[1].text_zh == "超标");
  CHECK(ledger->events(1)->size() == 1);
  CHECK(ledger->events(0)->empty());
  CHECK(ledger->cases()->empty());
}

TEST_CASE("the first event opens a case, the next feeds it, another site or rule opens its own") {
  const Folder folder;
  auto ledger = open_in(folder);
  CHECK(ledger->add_event(event_at(1), true)->case_id == 1);
  CHECK(ledger->add_event(event_at(2), true)->case_id == 1);
  CHECK(ledger->add_event(event_at(2, "air.2345A"), true)->case_id == 2);
  CHECK(ledger->add_event(event_at(2, "air.2344A", "pm10-high"), true)->case_id == 3);
  const auto first = *ledger->find_case(1);
  CHECK(first.state == "open");
  CHECK(first.revision == 2);
  CHECK(first.title_en == "above the limit");
  CHECK(first.opened_at == Instant{us_per_hour + 5});
  CHECK(first.events == std::vector<std::int64_t>{1, 2});
  CHECK_FALSE(first.closed_at.has_value());
  const auto cases = *ledger->cases();
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].id == 3);
  CHECK(cases[2].events.size() == 2);
  CHECK(ledger->find_case(4).error().code == Errc::not_found);
}

TEST_CASE("the same event again is the first one, and moves no case") {
  const Folder folder;
  auto ledger = open_in(folder);
  REQUIRE(ledger->add_event(event_at(1), true).has_value());
  Event again = event_at(1);
  again.value = 99;
  const auto second = *ledger->add_event(again, true);
  CHECK(second.id == 1);
  CHECK(second.value == 81.5);
  CHECK(ledger->find_case(1)->revision == 1);
  CHECK(ledger->find_event("pm25-high", "air.2344A", "PM2.5", Instant{us_per_hour}).value()->id == 1);
  CHECK_FALSE(ledger->find_event("pm25-high", "air.2344A", "PM2.5", Instant{0}).value().has_value());
}

TEST_CASE("an event is found by its number, and those of a site and property by falling time") {
  const Folder folder;
  auto ledger = open_in(folder);
  for (const int hour : {2, 3, 1}) REQUIRE(ledger->add_event(event_at(hour), false).has_value());
  CHECK(event_of(*ledger, 2)->phenomenon_end == Instant{3 * us_per_hour});
  CHECK(event_of(*ledger, 4).error().code == Errc::not_found);
  const auto all = *events_of(*ledger, "air.2344A", "PM2.5", 10);
  REQUIRE(all.size() == 3);
  CHECK(all[0].phenomenon_end == Instant{3 * us_per_hour});
  CHECK(all[2].phenomenon_end == Instant{us_per_hour});
  CHECK(events_of(*ledger, "air.2344A", "PM2.5", 2)->size() == 2);
  CHECK(events_of(*ledger, "air.2344A", "O3", 2)->empty());
}

TEST_CASE("a case closes when a person says why, once, and stays as it was closed") {
  const Folder folder;
  const Clock clock;
  {
    auto ledger = open_in(folder, clock.options());
    REQUIRE(ledger->add_event(event_at(1), true).has_value());
    CHECK(ledger->close_case(1, 1, " ", "dust storm").error().field == "who");
    CHECK(ledger->close_case(1, 1, "Li", "\n").error().field == "why");
    CHECK(ledger->close_case(2, 1, "Li", "dust storm").error().code == Errc::not_found);
    CHECK(ledger->close_case(1, 2, "Li", "dust storm").error().code == Errc::conflict);
    const auto closed = ledger->close_case(1, 1, "Li", "dust storm");
    REQUIRE(closed.has_value());
    CHECK(closed->revision == 2);
    const auto again = ledger->close_case(1, 2, "Wang", "something else");
    CHECK(again.error().code == Errc::conflict);
    CHECK(again.error().detail.find("closed by Li") != std::string::npos);
    CHECK(ledger->cases("open")->empty());
  }
  auto ledger = open_in(folder, clock.options());
  const auto read = *ledger->find_case(1);
  CHECK(read.state == "closed");
  CHECK(read.closed_by == "Li");
  CHECK(read.reason == "dust storm");
  REQUIRE(read.closed_at.has_value());
  CHECK(read.events.size() == 1);
  CHECK(ledger->cases("closed")->size() == 1);
  CHECK(ledger->add_event(event_at(9), true)->case_id == 2);  // what comes after is a new matter
}

TEST_CASE("a person who closes a case has seen its newest event") {
  const Folder folder;
  auto ledger = open_in(folder);
  REQUIRE(ledger->add_event(event_at(1), true).has_value());
  const auto seen = *ledger->find_case(1);
  REQUIRE(ledger->add_event(event_at(2), true).has_value());
  CHECK(ledger->close_case(1, seen.revision, "Li", "over").error().code == Errc::conflict);
  CHECK(ledger->close_case(1, ledger->find_case(1)->revision, "Li", "over").has_value());
}

TEST_CASE("events from many threads all land, each once, in one case") {
  const Folder folder;
  auto ledger = open_in(folder);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int hour = 0; hour < 20; ++hour) (void)ledger->add_event(event_at(hour), true);
      });
    }
  }
  CHECK(ledger->events(1000)->size() == 20);
  const auto cases = *ledger->cases();
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].events.size() == 20);
  CHECK(cases[0].revision == 20);
}
