#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "plan/plan_pack.hpp"

#include "plan/plan_test_world.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::plan;
using namespace celadon::plan::test;

TEST_CASE("a plan is read with its table, in the order of the table") {
  const auto plan = small_plan();
  REQUIRE(plan->promises.size() == 5);
  CHECK(plan->promises[0].id == "T1");
  CHECK(plan->promises[1].id == "T2");
  CHECK(plan->promises[0].baseline == 10);
  CHECK(plan->promises[0].goal == 30);
  CHECK(plan->promises[0].year == 2030);
  CHECK(plan->promises[1].standing == Standing::waits);
  CHECK(plan->promises[1].data == "balance");
  CHECK(plan->said("rising").zh == "上升");
  CHECK(plan->said("30").zh == "30");
  CHECK(plan->measures.size() == 2);
  CHECK(plan->places[1].division == "360222");
}

TEST_CASE("the city's own plan: every row of the table is there, computed, waiting for named data, or with its reason") {
  const auto plan = read_plan(CELADON_PACKS, std::filesystem::path(CELADON_PACKS) / "plans/jingdezhen-15th.yaml",
                              *all_packs());
  if (!plan) FAIL(plan.error().detail);
  CHECK((*plan)->promises.size() == 218);
  for (const auto& promise : (*plan)->promises) {
    INFO(promise.id);
    CHECK((promise.standing == Standing::computed) == (promise.formula != nullptr));
    if (promise.standing != Standing::computed) CHECK_FALSE(promise.reason.zh.empty());
    if (promise.standing == Standing::waits) CHECK_FALSE(promise.data.empty());
    CHECK((*plan)->owner(promise.owner) != nullptr);
  }
}

TEST_CASE("what is wrong in a plan is told with file, line and, of a formula, the column") {
  const auto refused = [](const std::string& from, const std::string& to) {
    std::string text(pack);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    const auto plan = parse_plan(text, "trial.yaml", table_reader, *trial_catalogue());
    REQUIRE_FALSE(plan);
    return plan.error().detail;
  };
  CHECK(refused("sum(work.mass_t)", "sum(work.mass)") == "trial.yaml:19: formula: column 1: there is no field 'mass' in work");
  CHECK(refused("unit: t, formula: \"sum", "unit: km, formula: \"sum").find("trial.yaml:19: formula: ") == 0);
  CHECK(refused("sum(work.mass_t)", "sum(work.mass_t) + 'a'").find("column 20") != std::string::npos);
  CHECK(refused("sum(work.mass_t)", "sum(work.mass_t").find("trial.yaml:19: formula: column") == 0);
  CHECK(refused("id: T2", "id: T9").find("'T9' is not in the table") != std::string::npos);
  CHECK(refused("  - {id: T4, owner: bureau, formula: factories, span: state}\n", "").find("promises: T4") !=
        std::string::npos);
  CHECK(refused("id: T3", "id: T1").find("'T1' is there twice") != std::string::npos);
  CHECK(refused("indicator: work/number", "indicator: work/none").find("'none' is no indicator of work") !=
        std::string::npos);
  CHECK(refused("owner: bureau, data: balance", "owner: nobody, data: balance").find("there is no owner 'nobody'") !=
        std::string::npos);
  CHECK(refused("data: balance, ", "").find("data: is not there") != std::string::npos);
  CHECK(refused("whole: true", "whole: false").find("the first place, and no other") != std::string::npos);
  CHECK(refused("id: factories", "id: year").find("'year' has a meaning already") != std::string::npos);
  CHECK(refused("table: t.csv", "table: no.csv").find("no.csv") != std::string::npos);
}

TEST_CASE("a beginning made of a table is a plan that is read") {
  const auto text = new_plan(table, "t.csv", "trial");
  REQUIRE(text);
  const auto plan = parse_plan(*text, "trial.yaml", table_reader, *trial_catalogue());
  if (!plan) FAIL(plan.error().detail);
  CHECK((*plan)->promises.size() == 5);
  CHECK((*plan)->promises[2].standing == Standing::waits);
  CHECK(new_plan("id\nT1\n", "t.csv", "trial").error().detail.find("t.csv") == 0);
}
