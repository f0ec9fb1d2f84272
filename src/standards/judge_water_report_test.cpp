#include "standards/judge.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

JudgeRequest asked(const char* rule, std::vector<JudgeInput> inputs, Given given = {}) {
  JudgeRequest request;
  request.rule = rule;
  request.date = parse_instant("2024-06-02 00:00").value();
  request.inputs = std::move(inputs);
  request.given = std::move(given);
  return request;
}

Judgement judged_water(const char* rule, std::vector<JudgeInput> inputs, Given given = {}) {
  auto judgement = judge(library(), asked(rule, std::move(inputs), std::move(given)));
  if (!judgement) FAIL(judgement.error().detail);
  return std::move(*judgement);
}

/// The field an error names; empty where there is none.
std::string field_at_fault(const char* rule, std::vector<JudgeInput> inputs, Given given = {}) {
  const auto judgement = judge(library(), asked(rule, std::move(inputs), std::move(given)));
  return judgement ? "" : judgement.error().field;
}

JudgeInput value(const char* property, double number) { return {property, number, {}, {}, {}}; }

JudgeInput list(const char* property, std::vector<double> numbers) {
  JudgeInput input{property, std::nan(""), {}, {}, {}};
  input.series = std::move(numbers);
  return input;
}

const char* const water_rules[] = {"water-section", "river-grade",        "water-change",     "source-attainment",
                                   "trophic-state", "city-water-ranking", "rank-trend",       "seasonal-trend",
                                   "black-odor",    "black-odor-rural",   "black-odor-point", "black-odor-water",
                                   "eco-flow",      "tennant-grade",      "low-flow"};

}  // namespace

TEST_CASE("the main pollutants of a section stand in order, with their multiples") {
  const auto j =
      judged_water("water-section", {value("NH3-N", 3), value("TP", 0.5), value("COD", 50), value("Pb", 0.06)});
  CHECK(j.primary == std::vector<std::string>{"Pb", "NH3-N", "COD"});
  CHECK(says(j, "main pollutants: Pb (0.2), NH3-N (2), COD (1.5)"));
  CHECK(says(j, "4 of 21 items are there"));
  CHECK(judged_water("water-section", {value("DO", 2.5), value("TP", 0.35)}).primary ==
        std::vector<std::string>{"TP", "DO"});
  CHECK(judged_water("water-section", {value("DO", 6)}).primary.empty());
}

TEST_CASE("a target turns the items over limit into those that fail it") {
  const auto j = judged_water("water-section", {value("TP", 0.15), value("DO", 6.5)}, {{"target", "II"}});
  CHECK(j.over_limit == std::vector<std::string>{"TP"});
  CHECK(j.attains == false);
  CHECK(j.primary.empty());
  CHECK(says(j, "(0.15 - 0.1)/0.1 = 0.5"));
}

TEST_CASE("the greatest shares of sections over class III are a river's main pollutants") {
  const auto j =
      judged_water("river-grade", {list("TP", {0.1, 0.1, 0.3, 0.3, 0.1}), list("COD", {15, 15, 15, 15, 25})});
  CHECK(j.primary == std::vector<std::string>{"TP", "COD"});
  CHECK(says(j, "TP 2/5, COD 1/5"));
}

TEST_CASE("an unequal list, a list for a value and two kinds of input are errors that name their place") {
  CHECK(field_at_fault("river-grade", {list("TP", {0.1, 0.2}), list("COD", {1})}) == "inputs.COD");
  CHECK(field_at_fault("river-grade", {value("TP", 0.1)}) == "inputs.TP");
  CHECK(field_at_fault("river-grade", {list("class", {1}), list("TP", {1})}) == "inputs.class");
  CHECK(field_at_fault("water-change", {value("grade-before", 1), list("class-now", {1})}) == "inputs");
  CHECK(field_at_fault("source-attainment", {list("verdict", {1, 0}), list("intake", {1})}) == "inputs.intake");
  CHECK(field_at_fault("eco-flow", {list("flow", {1, 2}), list("target", {1})}) == "inputs.target");
  CHECK(field_at_fault("black-odor-point", {list("DO", {1, 2}), list("NH3-N", {1})}) == "inputs.NH3-N");
  CHECK(field_at_fault("city-water-ranking", {list("TP", {1, 2}), list("COD", {1})}) == "inputs.TP");
  CHECK(field_at_fault("rank-trend", {list("TP", {1, 2}), list("COD", {1})}) == "inputs");
  CHECK(field_at_fault("seasonal-trend", {}) == "inputs");
  CHECK(field_at_fault("low-flow", {value("flow", 3)}) == "inputs.flow");
}

TEST_CASE("a circumstance that is none of its choices is an error that names it") {
  CHECK(field_at_fault("water-section", {}, {{"target", "VI"}}) == "target");
  CHECK(field_at_fault("water-section", {}, {{"water_body", "sea"}}) == "water_body");
  CHECK(field_at_fault("water-section", {}, {{"rounding", "none"}}) == "rounding");
  CHECK(field_at_fault("river-grade", {}, {{"few_sections", "none"}}) == "few_sections");
  CHECK(field_at_fault("city-water-ranking", {}, {{"river_sections", "1.5"}}) == "river_sections");
  CHECK(field_at_fault("city-water-ranking", {}, {{"lake_points", "-1"}}) == "lake_points");
  CHECK(field_at_fault("city-water-ranking", {}, {{"before", "0"}}) == "before");
  CHECK(field_at_fault("city-water-ranking", {}, {{"before", "inf"}}) == "before");
  CHECK(field_at_fault("rank-trend", {list("TP", {1})}, {{"significance", "p10"}}) == "significance");
  CHECK(field_at_fault("seasonal-trend", {list("TP", {1})}, {{"start_month", "13"}}) == "start_month");
  CHECK(field_at_fault("seasonal-trend", {list("TP", {1})}, {{"p_max", "1"}}) == "p_max");
  CHECK(field_at_fault("black-odor", {}, {{"depth_cm", "0"}}) == "depth_cm");
  CHECK(field_at_fault("black-odor", {}, {{"clear_to_bottom", "maybe"}}) == "clear_to_bottom");
  CHECK(field_at_fault("eco-flow", {}, {{"guarantee_percent", "101"}}) == "guarantee_percent");
  CHECK(field_at_fault("tennant-grade", {}, {{"month", "0"}}) == "month");
  CHECK(field_at_fault("low-flow", {}, {{"method", "q80"}}) == "method");
  CHECK(field_at_fault("low-flow", {}, {{"method", "7q10"}, {"step", "month"}}) == "step");
}

TEST_CASE("a severe stretch is told by its points") {
  const auto j = judged_water("black-odor-water", {list("level", {1, 3, 3, 3, 1, 1, 1, 1})});
  CHECK(says(j, "points 2 to 4 are severe in a row"));
}

TEST_CASE("a trophic state of fewer than five parameters says so") {
  CHECK(says(judged_water("trophic-state", {value("TN", 1)}), "an official report wants all five"));
  JudgeInput chlorophyll = value("chlorophyll-a", 20);
  chlorophyll.unit = "mg/m3";
  const auto all = judged_water(
      "trophic-state", {chlorophyll, value("TN", 1), value("TP", 0.05), value("transparency", 1), value("CODMn", 4)});
  CHECK_FALSE(says(all, "official report"));
}

TEST_CASE("every rule on water is without a verdict where there is no input, and without a why where none is wanted") {
  for (const char* rule : water_rules) {
    if (std::string(rule).ends_with("-trend")) continue;  // an error there
    JudgeRequest request = asked(rule, {});
    request.want_why = false;
    const auto judgement = judge(library(), request);
    REQUIRE_MESSAGE(judgement, rule);
    CHECK_MESSAGE(!judgement->judged, rule);
    CHECK_MESSAGE(!judgement->reason_zh.empty(), rule);
    CHECK_MESSAGE(!judgement->reason_en.empty(), rule);
    CHECK_MESSAGE(judgement->why.empty(), rule);
  }
}

TEST_CASE("an edition nobody knows gives no verdict") {
  for (const char* rule : water_rules) {
    JudgeRequest request = asked(rule, {list("TP", {1, 2, 3, 4, 5})});
    request.edition = "GB 0000-1900";
    const auto judgement = judge(library(), request);
    REQUIRE_MESSAGE(judgement, rule);
    CHECK_MESSAGE(!judgement->judged, rule);
  }
}

TEST_CASE("no number, however odd, breaks a rule on water; every step carries its trust") {
  const double odd[] = {0, -0.0, -1, 1, 2, 3, 7, 1e-300, 1e300, -1e300, INFINITY, -INFINITY, std::nan(""), 14, 100};
  const char* names[] = {"class",        "TP",        "pH",           "DO",       "NH3-N",       "chlorophyll-a",
                         "transparency", "flow",      "target",       "verdict",  "intake",      "level",
                         "grade-before", "grade-now", "good-before",  "good-now", "mean-annual", "redox-potential",
                         "lake:TP",      "class-now", "inferior-now", "COD"};
  std::mt19937 random(17);
  const auto any = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (int round = 0; round < 4000; ++round) {
    std::vector<JudgeInput> inputs;
    const std::size_t length = any(40);
    for (std::size_t k = any(6); k > 0; --k) {
      JudgeInput input = value(names[any(std::size(names))], odd[any(std::size(odd))]);
      if (any(2) == 0) {
        for (std::size_t i = 0; i < length; ++i) input.series.push_back(odd[any(std::size(odd))]);
      }
      input.below_detection = any(5) == 0;
      if (any(6) == 0) input.unit = any(2) == 0 ? "ug/L" : "m3/s";
      inputs.push_back(std::move(input));
    }
    Given given;
    if (any(2) == 0)
      given = {{"depth_cm", "20"},
               {"river_sections", "3"},
               {"lake_points", "2"},
               {"target", "II"},
               {"few_sections", "proportion"},
               {"years_min", "1"},
               {"step", "day"},
               {"month", "7"}};
    const auto judgement =
        judge(library(), asked(water_rules[any(std::size(water_rules))], std::move(inputs), std::move(given)));
    if (!judgement) continue;
    CHECK((judgement->judged || !judgement->reason_en.empty()));
    if (judgement->value) CHECK(std::isfinite(*judgement->value));
    for (const auto& step : judgement->why) {
      const bool known = step.trust == "verified" || step.trust == "secondary" || step.trust == "memory";
      CHECK_MESSAGE(known, judgement->rule << ": " << step.text_en);
    }
  }
}
