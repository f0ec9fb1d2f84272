#include "standards/judge.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace celadon;
using namespace celadon::standards;

namespace {

const Library& library() {
  static const Library one = read_library(CELADON_PACKS).value();
  return one;
}

Judgement judged(const char* rule, const char* date, std::vector<JudgeInput> inputs, const char* edition = "") {
  JudgeRequest request;
  request.rule = rule;
  request.date = parse_instant(date).value();
  request.edition = edition;
  request.inputs = std::move(inputs);
  auto judgement = judge(library(), request);
  if (!judgement) FAIL(judgement.error().detail);
  return std::move(*judgement);
}

const std::vector<JudgeInput> an_hour = {{"PM2.5", 17, {}, {}, {}}, {"PM10", 58, {}, {}, {}}, {"CO", 0.7, {}, {}, {}},
                                         {"NO2", 34, {}, {}, {}},   {"O3", 30, {}, {}, {}},   {"SO2", 5, {}, {}, {}}};

bool says(const Judgement& judgement, const char* words) {
  for (const auto& step : judgement.why) {
    if (step.text_en.find(words) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a published hour of Jingdezhen is judged as it was published, with its why") {
  const auto j = judged("aqi-hourly", "2020-03-26 18:00", an_hour);
  CHECK(j.value == 54);
  CHECK(j.level == 2);
  CHECK(j.name_zh == "良");
  CHECK(j.colour == "#ffff00");
  CHECK(j.primary == std::vector<std::string>{"PM10"});
  CHECK(j.edition == "HJ 633-2012");
  CHECK(says(j, "HJ 633-2012 is in force since"));
  CHECK(says(j, "IAQI = (100−50)/(150−50)×(58−50)+50, rounded up to 54"));
  std::string json;
  append_json(json, j, true);
  CHECK(json.find("\"value\":54") != std::string::npos);
  CHECK(json.find("\"clause\":\"HJ 633-2012 table 1\"") != std::string::npos);
}

TEST_CASE("both editions can be asked for the same hour") {
  CHECK(judged("aqi-hourly", "2020-03-26 18:00", an_hour, "HJ 633-2026").value == 56);
  CHECK(judged("aqi-hourly", "2026-03-02 18:00", an_hour).edition == "HJ 633-2026");
}

TEST_CASE("hour 24 of the last day still belongs to the old edition") {
  CHECK(judged("aqi-hourly", "2026-03-01 00:00", an_hour).edition == "HJ 633-2012");
  CHECK(judged("aqi-hourly", "2026-03-01 01:00", an_hour).edition == "HJ 633-2026");
}

TEST_CASE("a voided value is left out and the why says so; 2012 judges the rest, 2026 only above 100") {
  auto inputs = an_hour;
  inputs[1].voided_zh = "粒径倒挂";
  inputs[1].voided_en = "PM2.5 over PM10";
  const auto old = judged("aqi-hourly", "2020-03-26 18:00", inputs);
  CHECK(old.judged);
  CHECK(old.value == 25);
  CHECK(says(old, "left out: PM2.5 over PM10"));
  const auto now = judged("aqi-hourly", "2026-04-01 18:00", inputs);
  CHECK_FALSE(now.judged);
  CHECK(now.reason_en.find("PM10 missing") == 0);
  inputs[0].value = 200;
  CHECK(judged("aqi-hourly", "2026-04-01 18:00", inputs).value == 250);
}

TEST_CASE("nothing to judge is said, not guessed") {
  const auto j =
      judged("aqi-hourly", "2020-03-26 18:00", {{"PM2.5", std::nan(""), {}, {}, {}}, {"O3", -5, {}, {}, {}}});
  CHECK_FALSE(j.judged);
  CHECK(j.inputs[0].reason_en == "impossible value: -5");
  CHECK(j.reason_en == "no item can be judged");
}

TEST_CASE("a day has ozone as its eight-hour maximum; above 800 the old edition turns to the one-hour column") {
  CHECK(judged("aqi-daily", "2020-04-04 00:00", {{"O3-MDA8", 200, {}, {}, {}}}).value == 137);
  const auto j = judged("aqi-daily", "2020-04-04 00:00", {{"O3-MDA8", 900, {}, {}, {}}, {"O3", 1000, {}, {}, {}}});
  CHECK(j.value == 400);
  CHECK(judged("aqi-daily", "2027-04-04 00:00", {{"O3-MDA8", 900, {}, {}, {}}}).value == 300);
}

TEST_CASE("ties are all primary, and the over-limit word belongs to 2012 alone") {
  const auto j = judged("aqi-hourly", "2020-03-26 18:00", {{"PM2.5", 115, {}, {}, {}}, {"PM10", 250, {}, {}, {}}});
  CHECK(j.primary.size() == 2);
  CHECK(j.over_limit.size() == 2);
  CHECK(judged("aqi-hourly", "2026-03-26 18:00", {{"PM2.5", 115, {}, {}, {}}}).over_limit.empty());
}

TEST_CASE("a section is as its worst item, the deciding one is named, reference items never decide") {
  const auto j = judged("water-class", "2021-04-01 04:00",
                        {{"pH", 7.26, {}, {}, {}},
                         {"DO", 6.18, {}, {}, {}},
                         {"CODMn", 4.32, {}, {}, {}},
                         {"NH3-N", 0.083, {}, {}, {}},
                         {"TP", 0.119, {}, {}, {}},
                         {"TN", 2.21, {}, {}, {}},
                         {"water-temperature", 19, {}, {}, {}}});
  CHECK(j.class_label == "Ⅲ");
  CHECK(j.name_zh == "良好");
  CHECK(says(j, "class III (CODMn, TP)"));
  CHECK_FALSE(j.inputs[5].used);
  JudgeRequest lake;
  lake.rule = "water-class";
  lake.date = parse_instant("2021-04-01 04:00").value();
  lake.body = WaterBody::lake;
  lake.inputs = {{"TP", 0.119, {}, {}, {}}, {"TN", 2.21, {}, {}, {}}};
  const auto in_lake = judge(library(), lake).value();
  CHECK(in_lake.class_name == "V");
  CHECK(in_lake.inputs[0].multiple == 1.38);
  CHECK(in_lake.inputs[1].class_name == "worse than V");
  CHECK_FALSE(in_lake.inputs[1].used);
}

TEST_CASE("an unknown rule, edition or property is refused with what there is") {
  JudgeRequest request;
  request.rule = "aqi-weekly";
  CHECK(judge(library(), request).error().detail.find("aqi-hourly, aqi-daily, water-class") != std::string::npos);
  request.rule = "aqi-hourly";
  request.edition = "HJ 1";
  CHECK(judge(library(), request).error().field == "edition");
  request.edition = "";
  request.inputs = {{"dust", 1, {}, {}, {}}};
  CHECK(judge(library(), request).error().field == "inputs");
}
