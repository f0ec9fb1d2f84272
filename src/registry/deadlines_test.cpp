#include "registry/deadlines.hpp"

#include "registry/registry_test_world.hpp"

using namespace celadon;
using namespace celadon::registry;
using test::World;

TEST_CASE("a deadline over a holiday counts working days and ends with the last one in Beijing") {
  World w;
  const auto matter = w.complaint();
  // From Thursday the 24th of September: 25, 27 to 30 are five, 8 to 10 of October eight, 12 to 16 and 19, 20 the rest.
  REQUIRE(matter.dues.size() == 1);
  CHECK(to_string(matter.dues.front().ends) == "2026-10-20");
  const auto row = w.records->get("complaint", matter.id);
  REQUIRE(row);
  CHECK(row->due == Instant{parse_instant("2026-10-21T00:00:00+08:00")->us - 1});
}

TEST_CASE("what a deadline brings comes once each: a warning, being overdue, each escalation; also over restarts") {
  World w;
  const auto matter = w.complaint();
  int told = 0;
  w.desk->on_change([&](const Matter&) { ++told; });
  const auto now = [&] { return *w.desk->get(w.enforcer, "complaint", matter.id); };
  const auto ticked = [&](std::string_view when) {
    w.at(when);
    REQUIRE(w.desk->tick());
    REQUIRE(w.desk->tick());
    return now();
  };
  CHECK(ticked("2026-10-16T23:59:59+08:00").revision == 1);
  const auto warned = ticked("2026-10-17T00:00:00+08:00");
  CHECK(warned.revision == 2);
  CHECK(warned.dues.front().warned);
  CHECK_FALSE(warned.dues.front().overdue);
  CHECK(warned.who == "platform");
  CHECK(told == 1);
  CHECK(ticked("2026-10-20T23:59:59+08:00").revision == 2);
  const auto over = ticked("2026-10-21T00:00:00+08:00");
  CHECK(over.revision == 3);
  CHECK(over.dues.front().overdue);
  CHECK(over.dues.front().escalated_to == "leader");
  CHECK(over.why.find("办理期限") != std::string::npos);
  CHECK(w.audited("escalate", "complaint/" + matter.id) == 1);
  w.start();
  CHECK(ticked("2026-10-25T10:00:00+08:00").revision == 3);
  w.start();
  const auto second = ticked("2026-10-26T00:00:00+08:00");
  CHECK(second.revision == 4);
  CHECK(second.dues.front().escalated_to == "admin");
  CHECK(ticked("2027-01-01T00:00:00+08:00").revision == 4);
  CHECK(w.audited("escalate", "complaint/" + matter.id) == 2);
  ledger::RecordQuery query;
  query.kind = "complaint";
  CHECK(w.desk->find(w.enforcer, query, "overdue")->items.size() == 1);
}

TEST_CASE("what came due while the program stood still comes together, once") {
  World w;
  const auto matter = w.complaint();
  w.at("2026-12-01T10:00:00+08:00");
  w.start();
  REQUIRE(w.desk->tick());
  const auto late = *w.desk->get(w.enforcer, "complaint", matter.id);
  CHECK(late.revision == 2);
  CHECK(late.dues.front().warned);
  CHECK(late.dues.front().overdue);
  CHECK(late.dues.front().escalations == 2);
  CHECK(w.audited("escalate") == 1);
}

TEST_CASE("a matter that moves on keeps what was said of a deadline that still runs and drops the others") {
  World w;
  auto matter = w.complaint();
  w.at("2026-10-22T10:00:00+08:00");
  REQUIRE(w.desk->tick());
  matter = *w.desk->get(w.enforcer, "complaint", matter.id);
  const auto working = w.good(w.step(w.enforcer, matter, "accept", {{"owner", "张"}}));
  REQUIRE(working.dues.size() == 1);
  CHECK(working.dues.front().overdue);
  CHECK(working.dues.front().escalations == 1);
  REQUIRE(w.desk->tick());
  CHECK(w.desk->get(w.enforcer, "complaint", matter.id)->revision == working.revision);
}

TEST_CASE("the next mark is the first thing that mark_dues finds, day by day, until there is none") {
  World w;
  Matter matter = w.complaint();
  const auto& type = *w.catalogue->find("complaint");
  int marks = 0;
  for (LegalDay day = legal_day_of(w.now()); day.days < matter.dues.front().ends.days + 60; ++day.days) {
    const auto next = next_mark(type, matter);
    const bool is_due = next && *next <= first_moment_of(day);
    const auto marked = mark_dues(type, day, matter);
    CHECK(is_due == !marked.why.empty());
    marks += marked.why.empty() ? 0 : 1;
  }
  CHECK(marks == 3);
  CHECK_FALSE(next_mark(type, matter));
}
