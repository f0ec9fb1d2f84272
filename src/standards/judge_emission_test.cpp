#include "standards/judge.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

JudgeInput one(const char* property, double value, const char* unit = "") {
  return {property, value, {}, {}, {}, unit};
}
JudgeInput many(const char* property, std::vector<double> series, const char* unit = "") {
  return {property, std::nan(""), {}, {}, {}, unit, std::move(series)};
}

Result<Judgement> ask(const char* rule, Given given, std::vector<JudgeInput> inputs) {
  JudgeRequest request;
  request.rule = rule;
  request.date = parse_instant("2024-06-01 12:00").value();
  request.inputs = std::move(inputs);
  request.given = std::move(given);
  return judge(library(), request);
}

Judgement judged_source(const char* rule, Given given, std::vector<JudgeInput> inputs) {
  auto judgement = ask(rule, std::move(given), std::move(inputs));
  if (!judgement) FAIL(judgement.error().detail);
  return std::move(*judgement);
}

/// The field an error names; empty where there is none.
std::string refused_field(const char* rule, Given given, std::vector<JudgeInput> inputs) {
  const auto judgement = ask(rule, std::move(given), std::move(inputs));
  return judgement ? "" : judgement.error().field;
}

const char* const code_rules_here[] = {"stack-hour",
                                       "stack-day",
                                       "stack-capture",
                                       "wastewater-day",
                                       "wastewater-removal",
                                       "tax-equivalents",
                                       "ldar-leak",
                                       "ldar-emission",
                                       "noise-day",
                                       "noise-statistics",
                                       "noise-city",
                                       "noise-attainment",
                                       "noise-source",
                                       "gamma-dose-rate",
                                       "gamma-alarm",
                                       "annual-dose",
                                       "electromagnetic-exposure"};

}  // namespace

TEST_CASE("every rule of emission, noise and radiation is not judged, with a reason, where nothing is handed in") {
  for (const char* rule : code_rules_here) {
    const auto j = judged_source(rule, {}, {});
    CHECK_MESSAGE(!j.judged, rule);
    CHECK_MESSAGE(!j.reason_en.empty(), rule);
    CHECK_MESSAGE(!j.reason_zh.empty(), rule);
  }
}

TEST_CASE("every choice the rule book names can be asked for") {
  for (const auto& face : rule_book(library())) {
    if (std::none_of(std::begin(code_rules_here), std::end(code_rules_here), [&](auto id) { return face.id == id; }))
      continue;
    for (const auto& field : face.fields) {
      if (field.choices.empty()) continue;
      for (const auto& word : field.choices)
        CHECK_MESSAGE(refused_field(face.id.c_str(), {{field.name, word}}, {}).empty(), face.id << " " << field.name);
    }
  }
}

TEST_CASE("a circumstance that is none of its choices or no number names its field") {
  CHECK(refused_field("stack-hour", {{"concentration_state", "damp"}}, {}) == "concentration_state");
  CHECK(refused_field("stack-hour", {{"valid_minutes", "61"}}, {}) == "valid_minutes");
  CHECK(refused_field("stack-hour", {{"valid_minutes", "-1"}}, {}) == "valid_minutes");
  CHECK(refused_field("stack-hour", {{"reference_oxygen_percent", "x"}}, {}) == "reference_oxygen_percent");
  CHECK(refused_field("tax-equivalents", {{"medium", "soil"}}, {}) == "medium");
  CHECK(refused_field("tax-equivalents", {{"unit_tax_cny", "-1"}, {"medium", "air"}}, {}) == "unit_tax_cny");
  CHECK(refused_field("ldar-leak", {{"standard", "GB 1"}}, {}) == "standard");
  CHECK(refused_field("ldar-leak", {{"visible", "yes"}, {"shutdown", "2024-02-30"}}, {}) == "shutdown");
  CHECK(refused_field("noise-day", {{"day_from_hour", "23"}, {"day_to_hour", "6"}},
                      {many("Leq", std::vector(30, 50.0))}) == "day_from_hour");
  CHECK(refused_field("gamma-dose-rate",
                      {{"place", "open-land"}, {"instrument", "gray"}, {"k1", "0"}, {"k2", "1"}, {"cosmic_ngy_h", "0"}},
                      {many("reading", {1})}) == "k1");
  CHECK(refused_field("electromagnetic-exposure", {{"place", "overhead-line"}}, {one("frequency", 60), one("E", 1)}) ==
        "place");
}

TEST_CASE("series of unequal length name the one that differs") {
  CHECK(refused_field("stack-day", {}, {many("concentration", std::vector(23, 1.0))}) == "inputs.concentration");
  CHECK(refused_field("stack-capture", {}, {many("mass", {1, 2}), many("running", {1})}) == "inputs.running");
  CHECK(refused_field("wastewater-day", {}, {many("w00000", {1, 2}), many("COD", {1})}) == "inputs.COD");
  CHECK(refused_field("noise-day", {}, {many("Leq", std::vector(23, 50.0))}) == "inputs.Leq");
  CHECK(refused_field("noise-city", {{"network", "road"}, {"period", "day"}},
                      {many("Leq", {60, 61}), many("length", {1})}) == "inputs.length");
  CHECK(refused_field("gamma-alarm", {}, {many("dose-rate", {1, 2}), many("rain", {0})}) == "inputs.rain");
  CHECK(refused_field("annual-dose", {}, {many("dose-rate", std::vector(8761, 80.0)), one("background", 80)}) ==
        "inputs.dose-rate");
  CHECK(refused_field("electromagnetic-exposure", {}, {many("frequency", {50, 150}), many("E", {1})}) == "inputs.E");
  CHECK(refused_field("noise-statistics", {}, {one("LA", 50)}) == "inputs.LA");
}

TEST_CASE("the same pollutant by two names is refused") {
  CHECK(refused_field("tax-equivalents", {{"medium", "air"}}, {one("SO2", 1), one("a21026", 1)}) == "inputs");
}

TEST_CASE("the conversion to the reference oxygen can be redone from its why") {
  const auto j = judged_source("stack-ceramic", {{"oxygen_percent", "19.5"}}, {one("SO2", 25)});
  CHECK(says(j, "25 × (21 − 18)/(21 − 19.5) = 50 mg/m3"));
  CHECK(says(j, "an O2 error of +-0.3 % makes it 41.66666667 – 62.5 mg/m3"));
  CHECK(j.inputs.front().value == 50);
  CHECK(judged_source("stack-ceramic", {{"oxygen_percent", "19.5"}, {"state", "converted"}}, {one("SO2", 25)})
            .numbers.empty());
  const auto air = judged_source("stack-ceramic", {{"oxygen_percent", "20.9"}}, {one("SO2", 25)});
  CHECK_FALSE(air.judged);
  CHECK(air.inputs.front().reason_en.find("fresh air at standstill") != std::string::npos);
}

TEST_CASE("each step carries its trust, and nobody gets a why he did not want") {
  JudgeRequest request;
  request.rule = "noise-source";
  request.date = parse_instant("2024-06-01").value();
  request.inputs = {one("Leq", 60), one("Leq-background", 55)};
  request.given = {{"against", "noise-boundary"}, {"zone", "2"}, {"period", "day"}};
  const auto told = judge(library(), request).value();
  CHECK(says(told, "60 − 55 = 5; 60 + (-2) = 58 dB"));
  for (const auto& step : told.why) CHECK_FALSE(step.trust.empty());
  request.want_why = false;
  const auto bare = judge(library(), request).value();
  CHECK(bare.why.empty());
  CHECK(bare.attains == told.attains);
}

TEST_CASE("an input the rule does not ask for is named as left out") {
  const auto j = judged_source("noise-statistics", {}, {many("LA", {60, 60}), one("wind-speed", 3)});
  REQUIRE(j.inputs.size() == 2);
  CHECK_FALSE(j.inputs.back().used);
  CHECK_FALSE(j.inputs.back().reason_en.empty());
}

TEST_CASE("numbers beyond any sense are no verdict and no crash") {
  const double huge = std::numeric_limits<double>::max();
  for (const double value : {huge, -huge, std::numeric_limits<double>::infinity(), std::nan(""), 0.0, 1e-320}) {
    for (const char* rule : code_rules_here) {
      const Given given{{"valid_minutes", "60"}, {"concentration_state", "actual-wet"}, {"medium", "air"}};
      (void)ask(rule, given, {one("a34013", value), one("a01014", value), one("Leq", value), one("reading", value)});
      (void)ask(rule, {{"medium", "gas"}, {"network", "area"}, {"period", "day"}},
                {many("Leq", std::vector(30, value)), many("LA", {value}), many("mass", std::vector(24, value)),
                 one("reading", value), one("background", value), one("SO2", value)});
      (void)ask(rule, {}, {one("Leq", value), one("Leq-background", -value), one("frequency", value), one("E", value)});
    }
  }
}
