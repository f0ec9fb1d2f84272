#include "intake/hj212_message.hpp"
#include "intake/hj212_observations.hpp"
#include "intake/hj212_test_tables.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

FactorTable factors() {
  std::ifstream in(CELADON_PACKS "/properties.csv");
  std::vector<std::pair<std::string, std::string>> units;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {  // id and unit stand before the first field that may hold a comma in quotes
    std::vector<std::string> cells;
    bool quoted = false;
    cells.emplace_back();
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        cells.emplace_back();
      else
        cells.back() += c;
    }
    units.emplace_back(cells[0], cells[3]);
  }
  auto table = read_factor_table(CELADON_PACKS, units);
  if (!table) FAIL(table.error().detail);
  return std::move(*table);
}

struct Decoded {
  Observations rows;
  std::vector<std::string> rejected;
  std::vector<SeriesKey> keys;
  Result<void> result;
};

Decoded decode(const std::string& segment, DeviceSettings device = {"air.X"}) {
  static const FactorTable table = factors();
  Decoded decoded;
  Message message;
  REQUIRE(parse_message(segment, message).has_value());
  ObservationCache cache;
  std::vector<RejectedItem> rejected;
  decoded.result = to_observations(
      message, table, device,
      [&](const std::vector<SeriesKey>& keys) { return numbered(keys, decoded.keys); },
      cache, decoded.rows, rejected);
  for (const auto& item : rejected) decoded.rejected.emplace_back(item.key);
  return decoded;
}

}  // namespace

TEST_CASE("answers speak the dialect of the message") {
  Message m;
  REQUIRE(parse_message("QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&", m)
              .has_value());
  CHECK(answer_data(m) ==
        "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n");
  CHECK(answer_return(m, 1) ==
        "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00\r\n");
  REQUIRE(
      parse_message("QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=1;CP=&&&&", m).has_value());
  CHECK(answer_data(m).find("ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;CN=2051&&") !=
        std::string::npos);
  CHECK(answer_return(m, 9).find("QnRtn=2&&") != std::string::npos);
  REQUIRE(parse_message("QN=20240601085857223;ST=31;CN=2051;PW=1;MN=A;Flag=9;CP=&&&&", m).has_value());
  CHECK(answer_notice(m).find("CN=9013;PW=1;MN=A;Flag=8;CP=&&&&") != std::string::npos);
}

TEST_CASE("hour data name their begin and are stored at their end; flags and units come along") {
  const auto d = decode(
      "QN=20200403160000000;ST=22;CN=2061;PW=123456;MN=A;Flag=5;CP=&&DataTime=20200403150000;"
      "a34004-Avg=35,a34004-Flag=N;a21005-Avg=0.7,a21005-Flag=M;a05024-Avg=,a05024-Flag=D&&");
  REQUIRE(d.result.has_value());
  REQUIRE(d.rows.size() == 3);
  CHECK(to_beijing_minute(d.rows.phenomenon_end[0]) == "2020-04-03 16:00");
  CHECK(d.keys[0] == SeriesKey{"air.X", "PM2.5", hourly, Statistic::mean, Stage::raw});
  CHECK(d.rows.value[0] == 35);
  CHECK(d.rows.device_flag[0] == 'N');
  CHECK(d.rows.value[1] == 0.7);
  CHECK(d.rows.device_flag[1] == 'M');
  CHECK(std::isnan(d.rows.value[2]));
  CHECK(d.rows.device_flag[2] == 'D');
}

TEST_CASE("a device that labels the end, minutes, days and milliseconds are understood") {
  const auto end_of = [](const char* cn, const char* time, DeviceSettings device = {"s"}) {
    const auto d =
        decode(std::string("ST=32;CN=") + cn + ";PW=1;MN=A;CP=&&DataTime=" + time + ";w01018-Avg=1&&", device);
    REQUIRE(d.rows.size() == 1);
    return to_beijing_minute(d.rows.phenomenon_end[0]);
  };
  CHECK(end_of("2061", "20200403150000", {"s", 10, true}) == "2020-04-03 15:00");
  CHECK(end_of("2051", "20200403150000") == "2020-04-03 15:10");
  CHECK(end_of("2051", "20200403150000", {"s", 1}) == "2020-04-03 15:01");
  CHECK(end_of("2031", "20200403000000") == "2020-04-04 00:00");
  CHECK(end_of("2061", "20200403150000000") == "2020-04-03 16:00");
}

TEST_CASE("stack and ambient sulfur dioxide are two properties, and 10, 010 and 01 three factors") {
  CHECK(decode("ST=31;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;a21026-Rtd=12&&").keys[0].property == "a21026");
  CHECK(decode("ST=22;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;a21026-Rtd=12&&").keys[0].property == "SO2");
  std::set<std::string> properties;
  for (const char* code : {"10", "010", "01"}) {
    const auto d = decode(std::string("ST=32;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;") + code + "-Rtd=1&&");
    REQUIRE(d.keys.size() == 1);
    properties.insert(d.keys[0].property);
  }
  CHECK(properties.size() == 3);
}

TEST_CASE("what is no factor or no number is left out by name, the rest is taken") {
  const auto d = decode(
      "ST=22;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;zz9-Rtd=1;a34004-Rtd=4x;a34002-Rtd=58;a21026-Foo=1&&");
  CHECK(d.rejected == std::vector<std::string>{"zz9-Rtd", "a34004-Rtd", "a21026-Foo"});
  REQUIRE(d.rows.size() == 1);
  CHECK(d.rows.value[0] == 58);
}

TEST_CASE("a DataTime that is absent or no time takes the whole message back") {
  for (const char* area : {"a34004-Rtd=1", "DataTime=20201399000000;a34004-Rtd=1", "DataTime=now;a34004-Rtd=1"}) {
    const auto d = decode(std::string("ST=22;CN=2011;PW=1;MN=A;CP=&&") + area + "&&");
    CHECK_FALSE(d.result.has_value());
    CHECK(d.rows.empty());
  }
}
