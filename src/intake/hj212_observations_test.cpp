#include "intake/hj212_observations.hpp"

#include "intake/hj212_test_data.hpp"
#include "intake/hj212_test_tables.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

std::string segment_with(const char* cn, const std::string& area, const char* st = "32") {
  return std::string("ST=") + st + ";CN=" + cn + ";PW=123456;MN=A;Flag=4;CP=&&" + area + "&&";
}

std::string end_of(const Decoded212& decoded) {
  REQUIRE_FALSE(decoded.rows.empty());
  return to_beijing_minute(decoded.rows.phenomenon_end[0]);
}

}  // namespace

TEST_CASE("a total is a mass or a volume of its own, in its own unit, and not the concentration") {
  // HJ 212-2017 C.17: the hour of a sewage outlet.
  const auto d = decode212(segment_with("2061",
                                        "DataTime=20160801080000;w00000-Cou=108.0;w01018-Min=1.1,w01018-Avg=2.2,"
                                        "w01018-Max=3.3,w01018-Cou=0.2376,w01018-Flag=N;w20115-Cou=2.5"));
  CHECK(d.rejected.empty());
  CHECK(d.value("w00000-total", Statistic::total) == 108);  // m3
  CHECK(d.value("COD-total", Statistic::total) == 0.2376);  // kg
  CHECK(d.value("COD") == 2.2);                             // mg/L
  CHECK(d.value("COD", Statistic::minimum) == 1.1);
  CHECK(d.value("COD", Statistic::maximum) == 3.3);
  CHECK(std::isnan(d.value("COD", Statistic::total)));
  CHECK(d.value("Cd-total", Statistic::total) == 2.5);  // g
  CHECK(d.keys[0].averaging == hourly);
  CHECK(end_of(d) == "2016-08-01 09:00");
}

TEST_CASE("converted values of a stack are series of their own, and ZsFlag is theirs alone") {
  const auto d = decode212(
      "ST=31;CN=2011;PW=1;MN=A;CP=&&DataTime=20160824000000;01-Rtd=3.5,01-Flag=N;01-ZsRtd=4.1,01-ZsFlag=D;"
      "02-ZsFlag=M,02-ZsRtd=7,02-Rtd=5,02-Flag=N&&");
  CHECK(d.rejected.empty());
  REQUIRE(d.rows.size() == 4);
  CHECK(d.value("a34013") == 3.5);
  CHECK(d.value("a34013", Statistic::converted_mean) == 4.1);
  CHECK(std::string(d.rows.device_flag.begin(), d.rows.device_flag.end()) == "NDMN");
  const auto hour = decode212("ST=31;CN=2061;PW=1;MN=A;CP=&&DataTime=20160823230000;02-Cou=1.5;02-ZsCou=1.8&&");
  CHECK(hour.value("a21026-total", Statistic::total) == 1.5);
  CHECK(hour.value("a21026-total", Statistic::converted_total) == 1.8);
}

TEST_CASE("wire units become canonical ones, of 2017 and of 2005 codes") {
  const auto d = decode212(segment_with("2011", "DataTime=20200403150000;w20115-Rtd=12.5;020-Rtd=0.8;w01010-Rtd=18.5"));
  CHECK(d.value("Cd") == doctest::Approx(0.0125));  // ug/L to mg/L
  CHECK(d.value("Hg") == doctest::Approx(0.0008));
  CHECK(d.value("water-temperature") == 18.5);
  const auto old =
      decode212(segment_with("2011", "DataTime=20160824003817000;B01-Rtd=36.91;011-Rtd=231.0;060-Rtd=1.803"));
  CHECK(old.value("w00000") == 36.91);
  CHECK(old.value("COD") == 231);
  CHECK(old.value("NH3-N") == 1.803);
}

TEST_CASE("states and hours of facilities are properties that carry the number") {
  const auto states = decode212(segment_with("2021", "DataTime=20160801085857;SB1-RS=1;SB2-RS=0;SB12-RS=4"));
  CHECK(states.rejected.empty());
  CHECK(states.value("facility-state-01") == 1);
  CHECK(states.value("facility-state-02") == 0);
  CHECK(states.value("facility-state-12") == 4);
  CHECK(states.keys[0].averaging == instantaneous);
  const auto hours = decode212(segment_with("2041", "DataTime=20160801000000;SB1-RT=1.1;SB2-RT=2.1"));
  CHECK(hours.value("facility-hours-01", Statistic::total) == 1.1);
  CHECK(hours.value("facility-hours-02", Statistic::total) == 2.1);
  CHECK(hours.keys[0].averaging == daily);
  CHECK(end_of(hours) == "2016-08-02 00:00");
}

TEST_CASE("two pieces of equipment of a process do not share a curve") {
  const auto d = decode212(segment_with("2011", "DataTime=20160801085857;e30101-Rtd=1.5;e30102-Rtd=2.5", "52"));
  CHECK(d.value("e30101") == 1.5);
  CHECK(d.value("e30102") == 2.5);
}

TEST_CASE("noise of a day keeps whole day, daytime and night apart") {
  // HJ 212-2017 C.28.
  const auto d = decode212(segment_with("2031",
                                        "DataTime=20160801000000;L5-Data=53.0;Ldn-Data=50.0;L5-DayData=54.0;"
                                        "Ld-DayData=52.5;L5-NightData=51.0;Ln-NightData=42.5;LMx-NightData=55.0",
                                        "23"));
  CHECK(d.rejected.empty());
  CHECK(d.value("L5") == 53);
  CHECK(d.value("Ldn") == 50);
  CHECK(d.value("L5-day") == 54);
  CHECK(d.value("L5-night") == 51);
  CHECK(d.value("Ld") == 52.5);
  CHECK(d.value("Ln") == 42.5);
  CHECK(d.value("LMx-night") == 55);
  CHECK(end_of(d) == "2016-08-02 00:00");
  const auto one = decode212("ST=23;CN=2052;PW=1;MN=A;Flag=8;CP=&&DataTime=20260801000500;Leq-Data=61.2&&");
  CHECK(one.value("Leq") == 61.2);
  CHECK(end_of(one) == "2026-08-01 00:05");
}

TEST_CASE("the commands of 2025 have their own windows") {
  const auto furnace = decode212("ST=31;CN=2111;PW=1;MN=A;Flag=8;CP=&&DataTime=20260801080500;a01901-Avg=862.4&&");
  CHECK(furnace.value("a01901") == 862.4);
  CHECK(furnace.keys[0].averaging == Averaging{Averaging::Kind::fixed, 5 * us_per_minute});
  CHECK(end_of(furnace) == "2026-08-01 08:10");

  const auto raw = decode212(
      "ST=27;CN=2013;PW=1;MN=A;Flag=8;CP=&&DataTime=20260801083000;a24087-SampleTime=20260801080000,"
      "a24087-CompleteTime=20260801082500,a24087-Avg=1.25,a24087-Flag=N;a05002-Avg=1.5&&");
  REQUIRE(raw.rows.size() == 2);
  CHECK(to_beijing_minute(raw.rows.phenomenon_end[0]) == "2026-08-01 08:25");
  CHECK(to_beijing_minute(raw.rows.phenomenon_end[1]) == "2026-08-01 08:30");

  const auto check = decode212(
      "ST=32;CN=2062;PW=1;MN=A;Flag=8;CP=&&DataTime=20260801080000;w01018-SampleRd=49.2,w01018-StandardValue=50.0,"
      "w01018-ResultType=1&&");
  CHECK(check.rejected.empty());
  CHECK(check.value("COD-check-reading") == 49.2);
  CHECK(check.value("COD-check-value") == 50);
  CHECK(check.value("COD-check-passed") == 1);
  CHECK(std::isnan(check.value("COD")));
}

TEST_CASE("what is not taken is named by its finding, the rest is taken") {
  const auto d = decode212(segment_with("2011",
                                        "DataTime=20200403150000;zz9-Rtd=1;w01018-Rtd=4x;w01009-Rtd=8.5;w01018-Foo=1;"
                                        "S07-Cou=19.6;SB123-RS=1;p99101-Rtd=St,p99101-EFlag=A01"));
  CHECK(d.rejected == std::vector<std::string>{"zz9-Rtd unknown_factor", "w01018-Rtd not_a_number",
                                               "w01018-Foo unknown_suffix", "S07-Cou unknown_factor",
                                               "SB123-RS unknown_factor", "p99101-Rtd not_a_number"});
  REQUIRE(d.rows.size() == 1);
  CHECK(d.rows.value[0] == 8.5);
}

TEST_CASE("a device that changes its system code is read anew") {
  ObservationCache cache;
  std::vector<std::string> properties;
  std::vector<RejectedItem> rejected;
  for (const char* st : {"22", "31", "22"}) {
    Message message;
    const std::string segment = segment_with("2011", "DataTime=20200403150000;a21026-Rtd=12", st);
    REQUIRE(parse_message(segment, message).has_value());
    Observations rows;
    REQUIRE(to_observations(
                message, real_tables().factors, {"s"},
                [&](const std::vector<SeriesKey>& keys) -> Result<std::vector<SeriesId>> {
                  properties.push_back(keys.front().property);
                  return std::vector(keys.size(), SeriesId{1});
                },
                cache, rows, rejected)
                .has_value());
    REQUIRE(rows.size() == 1);
  }
  CHECK(properties == std::vector<std::string>{"SO2", "a21026", "SO2"});
}

TEST_CASE("the new items of a message are entered in one call") {
  ObservationCache cache;
  std::vector<std::size_t> asked;
  std::vector<SeriesKey> met;
  std::vector<RejectedItem> rejected;
  for (int i = 0; i < 2; ++i) {
    Message message;
    const std::string segment = segment_with(
        "2011", "DataTime=20200403150000;w01018-Rtd=1,w01018-Flag=N;w21003-Rtd=2;w01001-Rtd=7;nothing-Rtd=1");
    REQUIRE(parse_message(segment, message).has_value());
    Observations rows;
    REQUIRE(to_observations(
                message, real_tables().factors, {"s"},
                [&](const std::vector<SeriesKey>& keys) {
                  const std::size_t before = met.size();
                  auto ids = numbered(keys, met);
                  if (met.size() > before) asked.push_back(met.size() - before);
                  return ids;
                },
                cache, rows, rejected)
                .has_value());
    CHECK(rows.value == std::vector<double>{1, 2, 7});
    CHECK(rows.series == std::vector{SeriesId{1}, SeriesId{2}, SeriesId{3}});
  }
  CHECK(asked == std::vector<std::size_t>{3});
}

TEST_CASE("period data that come before their period can be over name its end") {
  const auto finds = [](const char* cn, const char* label, const char* sent, DeviceSettings device = {"s"}) {
    Message message;
    const std::string segment = segment_with(cn, std::string("DataTime=") + label + ";w01018-Avg=1");
    REQUIRE(parse_message(segment, message).has_value());
    return labels_end(message, device, *parse_time212(sent));
  };
  CHECK_FALSE(finds("2061", "20200403150000", "20200403160012"));  // begin 15:00, sent after 16:00
  CHECK(finds("2061", "20200403160000", "20200403160012"));        // 16:00 sent at 16:00: the end
  CHECK_FALSE(finds("2061", "20200403150000", "20200403155951"));  // a clock some seconds ahead
  CHECK(finds("2061", "20200403150000", "20200403155949"));
  CHECK_FALSE(finds("2061", "20200403160000", "20200403120000"));  // the clock is wrong, not the label
  CHECK(finds("2051", "20200403151000", "20200403151003"));
  CHECK_FALSE(finds("2051", "20200403151000", "20200403151103", {"s", 1}));
  CHECK(finds("2031", "20200403000000", "20200403001000"));
  CHECK_FALSE(finds("2011", "20200403151000", "20200403151001"));
}

TEST_CASE("every value of every valid sample is taken, or refused for a reason that this list holds") {
  // Codes and fields of makers, misprints of the standard (01018), and totals of what has none (S07, a cross-section).
  const std::set<std::string> expected = {
      "01018-Rtd unknown_factor",  "011-SegmentFlag unknown_suffix", "060-SegmentFlag unknown_suffix",
      "102-Avg unknown_factor",    "102-Cou unknown_factor",         "102-Max unknown_factor",
      "102-Min unknown_factor",    "102-Rtd unknown_factor",         "99-Avg unknown_factor",
      "99-Cou unknown_factor",     "99-Max unknown_factor",          "99-Min unknown_factor",
      "99-Rtd unknown_factor",     "LA-td unknown_suffix",           "S01-Cou unknown_factor",
      "S02-Cou unknown_factor",    "S03-Cou unknown_factor",         "S07-Cou unknown_factor",
      "S08-Cou unknown_factor",    "a21006-Rtd unknown_factor",      "a21007-Rtd unknown_factor",
      "a211-Rtd unknown_factor",   "a212-Rtd unknown_factor",        "a213-Rtd unknown_factor",
      "a214-Rtd unknown_factor",   "a215-Rtd unknown_factor",        "a216-Rtd unknown_factor",
      "a217-Rtd unknown_factor",   "a34006-Avg unknown_factor",      "a34007-Avg unknown_factor",
      "a34047-Avg unknown_factor", "a34048-Avg unknown_factor",      "a34049-Avg unknown_factor",
      "e01001-Rtd unknown_factor", "w01008-Rtd unknown_factor"};
  std::set<std::string> refused;
  std::size_t values = 0;
  for (const auto& sample : read_lines("samples.jsonl")) {
    if (!sample.at("valid").as_bool() || sample.at("kind").as_string() == "frame_sm4") continue;
    std::string segment = bytes_of(sample);
    if (sample.at("kind").as_string() == "frame") {
      FrameReader reader;
      reader.feed(segment);
      const auto item = reader.next();
      const auto* frame = std::get_if<Frame>(&item);
      REQUIRE(frame != nullptr);
      segment = std::string(frame->segment);
    }
    Message message;
    if (!parse_message(segment, message) || !carries_observations(message.cn)) continue;
    const auto decoded = decode212(segment);
    values += decoded.rows.size();
    for (const auto& one : decoded.rejected) refused.insert(one);
  }
  CHECK(refused == expected);
  CHECK(values == 3267);
}
