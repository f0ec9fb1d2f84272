#include "intake/hj212_explain.hpp"

#include "intake/hj212_test_data.hpp"
#include "intake/hj212_test_tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace celadon;
using namespace celadon::intake;

namespace {

Explained one_of(const std::string& segment) {
  const auto all = explain(make_frame(segment), real_tables());
  REQUIRE(all.size() == 1);
  return all[0];
}

const ExplainedItem& item_of(const Explained& one, std::string_view name) {
  static const ExplainedItem none;
  for (const auto* list : {&one.header, &one.fields}) {
    const auto it = std::ranges::find(*list, name, &ExplainedItem::name);
    if (it != list->end()) return *it;
  }
  FAIL_CHECK(std::string(name));
  return none;
}

}  // namespace

TEST_CASE("a flag means what the edition of its message has") {
  const std::string area = "CP=&&DataTime=20160801080000;w01018-Rtd=12.5,w01018-Flag=F&&";
  const auto old = one_of("ST=32;CN=2011;PW=123456;MN=A;" + area);
  CHECK(item_of(old, "w01018-Flag").en == "Chemical oxygen demand, data flag: source stopped");
  const auto now = one_of("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A;Flag=4;" + area);
  CHECK(item_of(now, "w01018-Flag").en == "Chemical oxygen demand, data flag: analyser stopped");
  CHECK(item_of(now, "w01018-Flag").zh == "化学需氧量, 数据标记: 在线监控（监测）仪器仪表停运");
}

TEST_CASE("a value has the unit it is sent in, a total its own, a time and a code none") {
  const auto one = one_of(
      "QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=A;Flag=4;CP=&&DataTime=20160801080000;w20115-Avg=2.5,"
      "w20115-Cou=0.4,w20115-SampleTime=20160801081000;w01001-Avg=7.1;SB2-RT=1.5&&");
  CHECK(item_of(one, "w20115-Avg").unit == "ug/L");
  CHECK(item_of(one, "w20115-Cou").unit == "g");
  CHECK(item_of(one, "w20115-SampleTime").unit.empty());
  CHECK(item_of(one, "w01001-Avg").unit == "[pH]");
  CHECK(item_of(one, "SB2-RT").unit == "h");
  CHECK(item_of(one, "SB2-RT").en == "facility 2, running hours in the day");
  CHECK(one.deviations == std::vector<std::string>{"mn_length"});
}

TEST_CASE("codes of answers, alarms, checks and site information are told in words") {
  CHECK(item_of(one_of("ST=91;CN=9011;PW=1;MN=A;Flag=0;CP=&&QN=20040516010101001;QnRtn=2&&"), "QnRtn").en ==
        "answer to the request: refused");
  CHECK(item_of(one_of("ST=32;CN=2072;PW=1;MN=A;Flag=1;CP=&&AlarmTime=20160824000059;B01-Ala=16.00,AlarmType=1&&"),
                "AlarmType")
            .zh.ends_with("开始超标"));
  CHECK(item_of(one_of("ST=32;CN=2062;PW=1;MN=A;Flag=8;CP=&&DataTime=20260801080000;w01018-ResultType=0&&"),
                "w01018-ResultType")
            .en.ends_with("not passed"));
  CHECK(item_of(one_of("ST=32;CN=3020;PW=1;MN=A;Flag=4;CP=&&DataTime=20160801080000;PolId=w01018;i12001-Info=2&&"),
                "i12001-Info")
            .en == "Analyser: working state, site information: fault");
  CHECK(item_of(one_of("ST=32;CN=3011;PW=1;MN=A;Flag=9;CP=&&PolId=w01018,CalibrationType=0&&"), "CalibrationType")
            .zh.ends_with("零点校准"));
}

TEST_CASE("what no table has is said to be unknown, and what to do about it") {
  const auto one = one_of("ST=77;CN=3889;PW=1;MN=A;Flag=4;CP=&&DataTime=20160801080000;zz9-Rtd=1;w01018-Foo=2&&");
  CHECK(item_of(one, "ST").en == "unknown system code");
  CHECK(item_of(one, "CN").en == "unknown command");
  CHECK(item_of(one, "zz9-Rtd").en == "unknown factor, real-time value");
  CHECK(item_of(one, "w01018-Foo").en == "Chemical oxygen demand, unknown field");
  for (const char* name : {"unknown_command", "unknown_factor", "unknown_suffix"})
    CHECK(std::ranges::find(one.deviations, name) != one.deviations.end());
}

TEST_CASE("numbered equipment is known by its row, and factors without a property by the standard's list") {
  const auto one = one_of("ST=52;CN=2011;PW=1;MN=A;Flag=4;CP=&&DataTime=20160801080000;e30102-Rtd=1.5;99-Rtd=2&&");
  CHECK(item_of(one, "e30102-Rtd").unit == "A");
  CHECK(item_of(one, "e30102-Rtd").en != "unknown factor, real-time value");
  CHECK(item_of(one, "99-Rtd").en == "Other air pollutants, real-time value");
}

TEST_CASE("every published message is explained: each header item and field that the standard has gets words") {
  std::size_t fields = 0;
  std::size_t without = 0;
  for (const auto& sample : read_lines("samples.jsonl")) {
    const auto all = explain(bytes_of(sample), real_tables());
    CHECK_FALSE(all.empty());
    for (const auto& one : all) {
      CHECK((one.valid || !one.reason_zh.empty()));
      for (const auto& item : one.header) CHECK(!item.zh.empty());
      for (const auto& item : one.fields) {
        ++fields;
        without += item.zh.empty() || item.en.empty() ? 1 : 0;
      }
      for (const auto* names : {&one.deviations, &one.repairs}) {
        for (const auto& name : *names) CHECK(real_tables().deviation(name) != nullptr);
      }
    }
  }
  MESSAGE(fields << " fields, " << without << " without words");
  CHECK(without < fields / 100);
}
