#include "registry/registry_test_world.hpp"

#include <cmath>

using namespace celadon;
using namespace celadon::registry;
using test::World;

namespace {

ledger::Event over_limit(const World& w, std::int64_t id) {
  ledger::Event event;
  event.id = id;
  event.rule = "hourly-over-limit";
  event.site = "air.2344A";
  event.property = "pm25";
  event.phenomenon_end = *parse_instant("2026-09-23T00:00:00+08:00");
  event.noticed_at = w.now();
  event.value = 180;
  event.limit = 150;
  event.unit = "ug/m3";
  event.text_zh = "小时值超标";
  event.text_en = "over the limit";
  return event;
}

}  // namespace

TEST_CASE("an event opens one matter, with its site's place and county, however often it is told") {
  World w;
  w.measure("pm25", w.now(), {180});
  REQUIRE(w.desk->take_event(over_limit(w, 7)));
  REQUIRE(w.desk->take_event(over_limit(w, 7)));
  w.start();
  REQUIRE(w.desk->take_event(over_limit(w, 7)));
  ledger::RecordQuery query;
  query.kind = "complaint";
  auto page = w.desk->find(w.enforcer, query);
  REQUIRE(page);
  REQUIRE(page->items.size() == 1);
  const auto& matter = page->items.front();
  CHECK(matter.who == "platform");
  CHECK(matter.event == "7");
  CHECK(std::get<std::string>(matter.values.at("text")) == "小时值超标");
  CHECK(std::get<std::string>(matter.values.at("site")) == "air.2344A");
  CHECK(std::get<Instant>(matter.values.at("found_at")) == over_limit(w, 7).phenomenon_end);
  CHECK(std::get<double>(matter.values.at("limit")) == 150);
  CHECK(std::get<std::string>(matter.values.at("unit")) == "ug/m3");
  CHECK(std::get<std::string>(matter.values.at("rule")) == "hourly-over-limit");
  CHECK(matter.values.contains("place"));
  // Hour 24 is of the day it ends.
  CHECK(to_string(matter.found_on) == "2026-09-22");
  // What the pack needs and an event cannot know stays with it as a warning.
  CHECK(test::has(matter.findings, "needed", "kind"));
  REQUIRE(w.desk->take_event(over_limit(w, 8)));
  CHECK(w.desk->find(w.enforcer, query)->items.size() == 2);
  auto unknown = over_limit(w, 9);
  unknown.rule = "another-rule";
  REQUIRE(w.desk->take_event(unknown));
  CHECK(w.desk->find(w.enforcer, query)->items.size() == 2);
}

TEST_CASE("an event that was stored and not told of before the program ended is caught up with by the first tick") {
  World w;
  w.measure("pm25", w.now(), {180});
  auto event = over_limit(w, 0);
  const auto stored = w.ledger->add_event(event, false);
  REQUIRE(stored);
  w.start();
  REQUIRE(w.desk->tick());
  ledger::RecordQuery query;
  query.kind = "complaint";
  CHECK(w.desk->find(w.enforcer, query)->items.size() == 1);
  REQUIRE(w.desk->take_event(*stored));
  CHECK(w.desk->find(w.enforcer, query)->items.size() == 1);
  w.start();
  REQUIRE(w.desk->tick());
  CHECK(w.desk->find(w.enforcer, query)->items.size() == 1);
}
