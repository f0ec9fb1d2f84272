#include "standards/judge.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

Judgement judged_on(const char* rule, const char* date, std::vector<JudgeInput> inputs, const char* edition = "") {
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

}  // namespace

TEST_CASE("a published hour of Jingdezhen is judged as it was published, with its why") {
  const auto j = judged_on("aqi-hourly", "2020-03-26 18:00", an_hour);
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
  CHECK(judged_on("aqi-hourly", "2020-03-26 18:00", an_hour, "HJ 633-2026").value == 56);
  CHECK(judged_on("aqi-hourly", "2026-03-02 18:00", an_hour).edition == "HJ 633-2026");
}

TEST_CASE("hour 24 of the last day still belongs to the old edition") {
  CHECK(judged_on("aqi-hourly", "2026-03-01 00:00", an_hour).edition == "HJ 633-2012");
  CHECK(judged_on("aqi-hourly", "2026-03-01 01:00", an_hour).edition == "HJ 633-2026");
}

TEST_CASE("a voided value is left out and the why says so; 2012 judges the rest, 2026 only above 100") {
  auto inputs = an_hour;
  inputs[1].voided_zh = "粒径倒挂";
  inputs[1].voided_en = "PM2.5 over PM10";
  const auto old = judged_on("aqi-hourly", "2020-03-26 18:00", inputs);
  CHECK(old.judged);
  CHECK(old.value == 25);
  CHECK(says(old, "left out: PM2.5 over PM10"));
  const auto now = judged_on("aqi-hourly", "2026-04-01 18:00", inputs);
  CHECK_FALSE(now.judged);
  CHECK(now.reason_en.find("PM10 missing") == 0);
  inputs[0].value = 200;
  CHECK(judged_on("aqi-hourly", "2026-04-01 18:00", inputs).value == 250);
}

TEST_CASE("nothing to judge is said, not guessed") {
  const auto j =
      judged_on("aqi-hourly", "2020-03-26 18:00", {{"PM2.5", std::nan(""), {}, {}, {}}, {"O3", -5, {}, {}, {}}});
  CHECK_FALSE(j.judged);
  CHECK(j.inputs[0].reason_en == "impossible value: -5");
  CHECK(j.reason_en == "no item can be judged");
}

TEST_CASE("a day has ozone as its eight-hour maximum; above 800 the old edition turns to the one-hour column") {
  CHECK(judged_on("aqi-daily", "2020-04-04 00:00", {{"O3-MDA8", 200, {}, {}, {}}}).value == 137);
  const auto j = judged_on("aqi-daily", "2020-04-04 00:00", {{"O3-MDA8", 900, {}, {}, {}}, {"O3", 1000, {}, {}, {}}});
  CHECK(j.value == 400);
  CHECK(judged_on("aqi-daily", "2027-04-04 00:00", {{"O3-MDA8", 900, {}, {}, {}}}).value == 300);
}

TEST_CASE("ties are all primary, and the over-limit word belongs to 2012 alone") {
  const auto j = judged_on("aqi-hourly", "2020-03-26 18:00", {{"PM2.5", 115, {}, {}, {}}, {"PM10", 250, {}, {}, {}}});
  CHECK(j.primary.size() == 2);
  CHECK(j.over_limit.size() == 2);
  CHECK(judged_on("aqi-hourly", "2026-03-26 18:00", {{"PM2.5", 115, {}, {}, {}}}).over_limit.empty());
}

TEST_CASE("a section is as its worst item, the deciding one is named, reference items never decide") {
  const auto j = judged_on("water-class", "2021-04-01 04:00",
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

TEST_CASE("an unknown rule is refused with what there is; an unknown edition or item is not judged, and says why") {
  JudgeRequest request;
  request.rule = "aqi-weekly";
  CHECK(judge(library(), request).error().detail.find("aqi-daily, aqi-hourly") != std::string::npos);
  request.rule = "aqi-hourly";
  request.edition = "HJ 1";
  const auto no_edition = judge(library(), request).value();
  CHECK_FALSE(no_edition.judged);
  CHECK(no_edition.reason_en.find("HJ 633-2012, HJ 633-2026") != std::string::npos);
  CHECK(edition_is_known(library(), "aqi-hourly", "HJ 1").error().field == "edition");
  request.edition = "";
  request.date = parse_instant("2020-03-26 18:00").value();
  request.inputs = {{"dust", 1, {}, {}, {}}, {"PM2.5", 17, {}, {}, {}, "mg/L"}, {"PM10", 17, {}, {}, {}, "Cel"}};
  const auto no_item = judge(library(), request).value();
  CHECK(no_item.value == 500);  // 17 mg/L of PM2.5: the last index stands
  CHECK(no_item.inputs.size() == 3);
  for (const auto& input : no_item.inputs) {
    if (input.property == "PM10") CHECK(input.reason_en.find("cannot be converted") != std::string::npos);
    if (input.property == "dust") CHECK(input.reason_en.find("does not judge it") != std::string::npos);
  }
}

TEST_CASE("a table is judged by its circumstances; what it lacks is said") {
  JudgeRequest request;
  request.rule = "farm-soil";
  request.date = parse_instant("2024-05-01 18:00").value();
  request.inputs = {{"镉", 0.35, {}, {}, {}}};
  const auto lacking = judge(library(), request).value();
  CHECK_FALSE(lacking.judged);
  CHECK(lacking.reason_en.find("'land_use'") != std::string::npos);
  request.given = {{"land_use", "paddy"}, {"ph", "5.5"}};
  CHECK(judge(library(), request).value().class_name == "risk");
  request.given["ph"] = "5.51";
  CHECK(judge(library(), request).value().class_name == "low");
  request.given["land_use"] = "rotation";
  CHECK(judge(library(), request).value().class_name == "risk");
  request.given["land_use"] = "garden";
  CHECK(judge(library(), request).error().field == "land_use");
  request.given = {{"land_use", "paddy"}, {"ph", "acid"}};
  CHECK(judge(library(), request).error().field == "ph");
}

TEST_CASE("editions are compared, and the item that decides is named") {
  JudgeRequest request;
  request.rule = "ambient-air";
  request.date = parse_instant("2025-07-01 00:00").value();
  request.inputs = {{"PM2.5", 68, {}, {}, {}}, {"PM10", 100, {}, {}, {}}};
  const std::string editions[] = {"GB 3095-2012", "GB 3095-2026/transition", "GB 3095-2026/final"};
  const auto comparison = compare_editions(library(), request, editions).value();
  CHECK(comparison.differs);
  CHECK(comparison.because == std::vector<std::string>{"PM2.5"});
  CHECK(comparison.judgements[0].attains == true);
  CHECK(comparison.judgements[1].attains == false);
  request.inputs[0].value = 50;
  CHECK_FALSE(compare_editions(library(), request, editions).value().differs);
}

TEST_CASE("every rule says 'not judged' of no inputs, and of impossible ones, and never fails") {
  for (const auto& face : rule_book(library())) {
    JudgeRequest request;
    request.rule = face.id;
    request.date = parse_instant("2026-05-01 18:00").value();
    const auto nothing = judge(library(), request);
    if (nothing) CHECK_MESSAGE(!nothing->judged, face.id);
    if (nothing) CHECK_MESSAGE(!nothing->reason_en.empty(), face.id);
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      request.inputs = {{"PM2.5", value, {}, {}, {}}, {"Leq", value, {}, {}, {}}, {"镉", value, {}, {}, {}}};
      const auto judged = judge(library(), request);
      if (judged) CHECK_MESSAGE(!judged->judged, face.id);
    }
  }
}

TEST_CASE("a value no instrument can show is judged without a stop") {
  for (const double huge : {1e10, 1e15, 1e18, 1e300, 1.7e308}) {
    for (const char* rule : {"aqi-hourly", "aqi-daily", "water-class"}) {
      JudgeRequest request;
      request.rule = rule;
      request.date = *parse_instant("2021-05-01T12:00:00+08:00");
      for (const char* item : {"SO2", "CO", "O3", "O3-MDA8", "PM2.5", "TP", "DO", "pH"}) {
        JudgeInput input;
        input.property = item;
        input.value = huge;
        request.inputs.push_back(input);
      }
      CHECK(judge(library(), request));
    }
  }
}
