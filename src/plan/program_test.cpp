#include "plan/program.hpp"

#include "plan/plan_test_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace celadon;
using namespace celadon::plan;
using namespace celadon::plan::test;

namespace {

std::optional<double> asked(World& world, const Plan& plan, std::string_view id, Question question) {
  const auto snapshot = world.snapshot(plan);
  const auto answer = snapshot->ask(*plan.promise(id), question);
  if (!answer) FAIL(answer.error().detail);
  return answer->value;
}

}  // namespace

TEST_CASE("a formula counts what lies in the place and holds in the year") {
  World world;
  const auto plan = small_plan();
  world.factory("F1", "360222", 2024, "changjiang");
  world.factory("F2", "360222", 2026);
  world.factory("F3", "360200", 2025, "leanhe");
  CHECK(asked(world, *plan, "T1", {.year = 2026}) == 3);
  CHECK(asked(world, *plan, "T1", {.year = 2025}) == 2);
  CHECK(asked(world, *plan, "T1", {.year = 2026, .place = 1}) == 2);
  CHECK(asked(world, *plan, "T1", {.year = 2026, .place = 2}) == 1);  // of the basin alone
  CHECK_FALSE(asked(world, *plan, "T1", {.year = 2027}));              // has not begun
  CHECK_FALSE(asked(world, *plan, "T2", {.year = 2026}));              // waits
}

TEST_CASE("the state of a record is that of the period's end") {
  World world;
  const auto plan = small_plan();
  world.work("W1", 60, "2025-06-01");
  world.work("W2", 30, "2026-03-01");
  world.work("W3", 500);
  CHECK(asked(world, *plan, "T3", {.year = 2026}) == 90);
  CHECK(asked(world, *plan, "T3", {.year = 2025}) == 60);
  CHECK(asked(world, *plan, "T3", {.year = 2024}) == 0);
  CHECK(asked(world, *plan, "T5", {.year = 2026}) == 2);      // a register's own indicator
  CHECK_FALSE(asked(world, *plan, "T5", {.year = 2025}));  // it knows nothing of an earlier year's end
}

TEST_CASE("why: what was counted, with its rows and how many were looked at") {
  World world;
  const auto plan = small_plan();
  world.factory("F1", "360222", 2024);
  world.factory("F2", "360222", 2030);
  const auto snapshot = world.snapshot(*plan);
  const auto why = snapshot->why(*plan->promise("T1"), {.year = 2026}, 10);
  REQUIRE(why);
  REQUIRE(why->size() == 1);
  CHECK(why->front().from == "factory");
  CHECK(why->front().looked_at == 2);
  CHECK(why->front().matched == 1);
  CHECK(why->front().items.front().id == "F1");
  CHECK(snapshot->measures_of(*plan->promise("T1")).size() == 1);
}

TEST_CASE("the whole run, and then only what rests on what changed; it comes out as from nothing") {
  World world;
  const auto plan = small_plan();
  std::mt19937 random(7);
  Program kept(plan);
  {
    const auto snapshot = world.snapshot(*plan);
    const auto first = kept.run(*snapshot, {}, nullptr);
    REQUIRE(first);
    CHECK(first->worked_out * 2 == first->asked);  // registers know no editions
    CHECK(first->asked == 4 * 3 * 2 * 6);  // computed promises, places, editions, years
    CHECK(first->moved.empty());
  }
  for (int round = 0; round < 60; ++round) {
    std::set<std::string> changed;
    if (random() % 2 == 0) {
      world.factory("F" + std::to_string(round), random() % 2 == 0 ? "360222" : "360200", static_cast<double>(2021 + random() % 6),
                    random() % 3 == 0 ? "changjiang" : "");
      changed.insert("factory");
    } else {
      if (world.records["work"].empty() || random() % 3 != 0)
        world.work("W" + std::to_string(round), static_cast<double>(random() % 50), "2026-01-02");
      else
        world.records["work"].pop_back();
      changed.insert("work");
    }
    const auto snapshot = world.snapshot(*plan);
    const auto again = kept.run(*snapshot, {}, &changed);
    REQUIRE(again);
    CHECK(again->worked_out < again->asked);
    Program anew(plan);
    REQUIRE(anew.run(*world.snapshot(*plan), {}, nullptr));
    for (const auto& promise : plan->promises) {
      for (Question question{.year = 2021}; question.year <= 2026; ++question.year) {
        for (question.place = 0; question.place < 3; ++question.place) {
          const auto a = kept.progress(promise, question);
          const auto b = anew.progress(promise, question);
          REQUIRE(a.value == b.value);
          REQUIRE(a.outlook.probability == b.outlook.probability);
          REQUIRE(a.status == b.status);
        }
      }
    }
  }
}

TEST_CASE("what moved is told with before and after") {
  World world;
  const auto plan = small_plan();
  Program program(plan);
  REQUIRE(program.run(*world.snapshot(*plan), {}, nullptr));
  world.factory("F1", "360200", 2026);
  const std::set<std::string> changed = {"factory"};
  const auto run = program.run(*world.snapshot(*plan), {}, &changed);
  REQUIRE(run);
  const auto moved = std::ranges::find_if(run->moved, [](const Moved& one) {
    return one.promise->id == "T1" && one.question == Question{.year = 2026};
  });
  REQUIRE(moved != run->moved.end());
  CHECK(moved->before == 0);
  CHECK(moved->after == 1);
}

TEST_CASE("if things were otherwise: the year asked changes, and the outlook with it; nothing stays") {
  World world;
  const auto plan = small_plan();
  for (int i = 0; i < 12; ++i) world.factory("F" + std::to_string(i), "360200", 2021 + i / 2);
  Program program(plan);
  REQUIRE(program.run(*world.snapshot(*plan), {}, nullptr));
  const Question question{.year = 2026};
  const auto& promise = *plan->promise("T1");
  const auto before = program.progress(promise, question);
  REQUIRE(before.value == 12);
  for (int i = 0; i < 10; ++i) world.factory("G" + std::to_string(i), "360200", 2026);
  const auto other = world.snapshot(*plan);
  const auto after = program.suppose(*other, {}, promise, question);
  REQUIRE(after);
  CHECK(after->value == 22);
  CHECK(*after->outlook.probability > *before.outlook.probability);
  CHECK(program.progress(promise, question).value == 12);
}

TEST_CASE("days of air become the measures of a year, by the edition asked, and a county is the mean of its stations") {
  World world;
  ledger::Site city = ledger::test::veterinary_station();
  city.id = "city.360200";
  city.kind = "city";
  city.county = "";
  city.valid_from = Instant{0};
  ledger::Site station = ledger::test::veterinary_station();
  station.id = "air.A";
  station.county = "360222";
  station.valid_from = Instant{0};
  REQUIRE(world.ledger->put_sites({city, station}, "test", "test"));
  archive::Batch batch;
  for (const char* property : {"SO2", "NO2", "PM10", "PM2.5", "CO", "O3-MDA8"}) {
    for (const auto& site : {city.id, station.id}) {
      const auto series = world.ledger->series_id({site, property, daily, Statistic::mean, Stage::raw});
      REQUIRE(series);
      const std::string name = property;
      for (LegalDay day = day_of("2021-01-01"); day <= day_of("2021-12-31"); ++day.days) {
        const double low = name == "CO" ? 0.8 : 20;
        // Every tenth day has 70 of PM2.5: good by the index of 2012 (75), not by that of 2026 (60).
        const double value = name == "PM2.5" && day.days % 10 == 0 ? 70 : low;
        batch.rows.push_back(*series, end_of(day), site == city.id ? value : value / 2, 'N');
      }
    }
  }
  batch.source = {"test", ""};
  batch.received = world.now;
  REQUIRE(world.archive->append_and_wait(std::move(batch)));
  std::string text(pack);
  const std::string old_formula = "formula: \"count(factory where named_year <= this.year)\"";
  const auto with = [&](const std::string& formula) {
    std::string changed = text;
    changed.replace(changed.find(old_formula), old_formula.size(), "formula: \"" + formula + "\"");
    return small_plan(changed);
  };
  const auto good = with("100 * bare(count(air-day where good)) / count(air-day where aqi is not none)");
  const Question in_force{.year = 2021};
  CHECK(asked(world, *good, "T4", in_force) == 100);
  CHECK(asked(world, *good, "T4", {.year = 2021, .place = 1}) == 100);
  CHECK_FALSE(asked(world, *good, "T4", {.year = 2022}));
  const auto pm25 = with("bare(avg(air-period.pm25))");
  CHECK(*asked(world, *pm25, "T4", in_force) == doctest::Approx(25).epsilon(0.02));
  CHECK(*asked(world, *pm25, "T4", {.year = 2021, .place = 1}) == doctest::Approx(12.5).epsilon(0.05));
  const auto attains = with("count(air-period where attains)");
  CHECK(asked(world, *attains, "T4", {.year = 2021, .edition = 1}) == 1);
}
