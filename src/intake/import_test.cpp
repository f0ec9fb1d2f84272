#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "intake/import_file.hpp"
#include "intake/import_sink.hpp"
#include "intake/import_test_world.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::intake;
using celadon::intake::test::bytes_of_file;
using celadon::intake::test::import_demo;
using celadon::intake::test::import_text;
using celadon::intake::test::World;

namespace {

SeriesKey air(const std::string& code, const std::string& property, Averaging averaging = hourly) {
  return {"air." + code, property, averaging, Statistic::mean, Stage::raw};
}

constexpr std::string_view head = "site,property,averaging,time,value,unit,flag\n";

/// Imports one row behind the header and gives the field that was refused, or "" and the value.
std::pair<std::string, double> one_row(const std::string& row) {
  World world;
  auto summary = import_text(world, std::string(head) + row + "\n");
  REQUIRE(summary);
  if (!summary->problems.empty()) return {summary->problems[0].field, 0};
  REQUIRE(world.values.size() == 1);
  return {"", world.values.begin()->second.back().number};
}

}  // namespace

TEST_CASE("the hours of five stations are read: 630 rows, eight values each, and twice adds nothing") {
  World world;
  auto first = import_demo(world, "air-station-hourly-2020/jingdezhen_hourly.csv");
  REQUIRE(first);
  CHECK(first->format == Format::air_station_hourly);
  CHECK(first->rows_read == 630);
  CHECK(first->added == 630 * 8);
  CHECK(first->rejected == 0);
  CHECK(first->elsewhere == 0);
  CHECK(world.series.size() == 5 * 8);
  const auto value = world.newest(air("2344A", "PM10"), "2020-03-26T18:00+08:00");
  REQUIRE(value);
  CHECK(value->number == 58);
  CHECK(value->flag == 0);
  CHECK(world.newest(air("2344A", "O3", eight_hourly), "2020-03-26T10:00Z")->number == 45);
  CHECK(world.newest(air("2344A", "AQI-published"), "2020-03-26T10:00Z")->number == 54);

  auto second = import_demo(world, "air-station-hourly-2020/jingdezhen_hourly.csv");
  REQUIRE(second);
  CHECK(second->added == 0);
  CHECK(second->corrected == 0);
  CHECK(second->unchanged == 630 * 8);
}

TEST_CASE("of the national hours the city's own are in and the rest is counted") {
  World world;
  auto summary = import_demo(world, "air-station-hourly-2020/national_hourly.csv.zst");
  REQUIRE(summary);
  CHECK(summary->rows_read == 218'105);
  CHECK(summary->elsewhere == 218'105 - 630);
  CHECK(summary->added == 630 * 8);
  CHECK(summary->rejected == 0);
  CHECK_FALSE(summary->ended_early);
}

TEST_CASE("all sites takes every station of the national hours") {
  World world(true);
  auto summary = import_demo(world, "air-station-hourly-2020/national_hourly.csv.zst");
  REQUIRE(summary);
  CHECK(summary->added == 218'105 * 8);
  CHECK(summary->elsewhere == 0);
  std::set<std::string> sites;
  for (const auto& [key, id] : world.series) sites.insert(key.site);
  CHECK(sites.size() == 1811);
}

TEST_CASE("the readings of four sections are read with the station's own flag; a row without a reading is none") {
  World world;
  auto summary = import_demo(world, "water-auto-4h-2021/jingdezhen_4h.csv");
  REQUIRE(summary);
  CHECK(summary->rows_read == 89);
  CHECK(summary->without_reading == 10);
  CHECK(summary->rejected == 0);
  std::set<std::string> sites;
  for (const auto& [key, id] : world.series) sites.insert(key.site);
  CHECK(sites == std::set<std::string>{"water.daicun", "water.nanhehekou", "water.nianyushan", "water.zhenbu"});
  // chlorophyll and algae are "*" everywhere here: not fitted, so there is no series
  CHECK(world.series_of("water.nanhehekou") == 9);
  const SeriesKey oxygen{"water.nanhehekou", "DO", four_hourly, Statistic::mean, Stage::raw};
  CHECK(world.newest(oxygen, "2021-04-01 12:00")->number == 6.30);
  CHECK(world.newest(oxygen, "2021-04-01 12:00")->flag == 'N');
  const std::size_t versions = world.values.size();
  auto again = import_demo(world, "water-auto-4h-2021/jingdezhen_4h.csv");
  REQUIRE(again);
  CHECK(again->added == 0);
  CHECK(again->corrected == 0);  // also where the file itself holds two versions of one reading
  CHECK(world.values.size() == versions);
}

TEST_CASE("the same readings out of a larger file are no news") {
  World world;
  REQUIRE(import_demo(world, "water-auto-4h-2021/jingdezhen_4h.csv"));
  for (const char* file : {"water-auto-4h-2021/jiangxi_4h.csv", "water-auto-4h-2021/national_4h.csv.zst"}) {
    auto summary = import_demo(world, file);
    REQUIRE(summary);
    CHECK(summary->added == 0);
    CHECK(summary->corrected == 0);
    CHECK(summary->elsewhere == summary->rows_read - 89);
  }
}

TEST_CASE("a station under maintenance marks its values") {
  World world;
  REQUIRE(import_text(world,
                      "province,basin,section,time,time_raw,grade,water_temp,ph,station_state\n"
                      "江西省,长江流域,戴村,2021-04-01 12:00,x,*,19.0,--,维护\n"
                      "江西省,长江流域,戴村,2021-04-01 16:00,x,*,19.0,7.1,停站\n"));
  const SeriesKey ph{"water.daicun", "pH", four_hourly, Statistic::mean, Stage::raw};
  const auto missing = world.newest(ph, "2021-04-01 12:00");
  REQUIRE(missing);
  CHECK(std::isnan(missing->number));
  CHECK(missing->flag == 'M');
  CHECK(world.newest(ph, "2021-04-01 16:00")->flag == 'F');
}

TEST_CASE("the two daily layouts keep their two kinds of ozone apart") {
  World world;
  auto first = import_demo(world, "air-city-daily/region_daily_2014_2017.csv");
  REQUIRE(first);
  CHECK(first->rows_read == 13'283);
  CHECK(first->elsewhere == 13'283 - 763);
  CHECK(first->added == 763 * 9);
  auto second = import_demo(world, "air-city-daily/region_daily_2017.csv");
  REQUIRE(second);
  CHECK(second->rows_read == 3'888);
  CHECK(second->elsewhere == 3'888 - 243);
  const SeriesKey largest{"city.360200", "O3-MDA8", daily, Statistic::mean, Stage::raw};
  const SeriesKey plain{"city.360200", "O3", daily, Statistic::mean, Stage::raw};
  // a civil day is stored under the moment it ends
  REQUIRE(world.newest(largest, "2015-01-02T00:00+08:00"));
  CHECK_FALSE(world.newest(plain, "2015-01-02T00:00+08:00"));
  CHECK(world.newest(plain, "2017-08-02T00:00+08:00"));
  CHECK_FALSE(world.newest(largest, "2017-08-02T00:00+08:00"));
}

TEST_CASE("an old file does not undo what was corrected since, in whatever order files come") {
  World world;
  REQUIRE(import_demo(world, "air-city-daily/region_daily_2014_2017.csv"));
  auto overlap = import_demo(world, "air-city-daily/region_daily_2017.csv");
  REQUIRE(overlap);
  CHECK(overlap->corrected > 0);  // January 2017 is in both, and they differ
  auto again = import_demo(world, "air-city-daily/region_daily_2014_2017.csv");
  REQUIRE(again);
  CHECK(again->added == 0);
  CHECK(again->corrected == 0);
  CHECK(again->superseded == overlap->corrected);
}

TEST_CASE("the wide file gives the hours of the city's stations and says what it leaves") {
  World world;
  auto summary = import_demo(world, "air-cnemc-feeds/china_sites_20170101.csv.zst");
  REQUIRE(summary);
  CHECK(summary->format == Format::cnemc_wide);
  CHECK(summary->rows_read == 285);
  CHECK(summary->added == 5 * 8 * 19);
  CHECK(summary->rejected == 0);
  CHECK(summary->notes.size() == 7);
  CHECK(world.newest(air("2344A", "PM2.5"), "2017-01-01 00:00"));
  CHECK_FALSE(world.newest(air("2344A", "PM2.5"), "2017-01-01 13:00"));
}

TEST_CASE("a published hour in GeoJSON gives the five stations") {
  World world;
  for (const char* file :
       {"air-cnemc-feeds/airnow_20170707T16.geojson.zst", "air-cnemc-feeds/airnow_20180220T07.geojson.zst"}) {
    auto summary = import_demo(world, file);
    REQUIRE(summary);
    CHECK(summary->format == Format::cnemc_geojson);
    CHECK(summary->rows_read == 1495);
    CHECK(summary->elsewhere == 1490);
    CHECK(summary->added == 5 * 8);
    CHECK(summary->rejected == 0);
  }
  CHECK(world.newest(air("2342A", "PM2.5"), "2017-07-07T16:00+08:00"));
}

TEST_CASE("the binary reply gives the five stations") {
  World world;
  auto summary = import_demo(world, "air-cnemc-feeds/GetAQIDataPublishLives.wcfbin.zst");
  REQUIRE(summary);
  CHECK(summary->format == Format::cnemc_wcf);
  CHECK(summary->rows_read > 1400);
  CHECK(summary->elsewhere == summary->rows_read - 5);
  CHECK(summary->added == 5 * 8);
  CHECK(summary->rejected == 0);
  CHECK_FALSE(summary->ended_early);
  CHECK(world.newest(air("2342A", "CO"), "2016-01-14 00:00"));
}

TEST_CASE("a row of the plain layout is taken in its unit and stored in the property's") {
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,17.5,ug/m3,N") == std::pair<std::string, double>{"", 17.5});
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,0.0175,mg/m3,") == std::pair<std::string, double>{"", 17.5});
  CHECK(one_row("2344A,PM2.5,PT1H,2020-04-03 08:00,17.5,μg/m³,N") == std::pair<std::string, double>{"", 17.5});
  CHECK(one_row("兽医站,PM2.5,PT1H,2020-04-03T00:00:00Z, 17.5 ,ug/m3,N") == std::pair<std::string, double>{"", 17.5});
  CHECK(std::isnan(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,,ug/m3,D").second));
  CHECK(std::isnan(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,--,ug/m3,D").second));
}

TEST_CASE("a row that is wrong is refused by its field") {
  CHECK(one_row("air.9999X,PM2.5,PT1H,2020-04-03 08:00,17,ug/m3,N").first == "site");
  CHECK(one_row("air.2344A,PM99,PT1H,2020-04-03 08:00,17,ug/m3,N").first == "property");
  CHECK(one_row("air.2344A,PM2.5,1 hour,2020-04-03 08:00,17,ug/m3,N").first == "averaging");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-02-30 08:00,17,ug/m3,N").first == "time");
  CHECK(one_row("air.2344A,PM2.5,PT1H,,17,ug/m3,N").first == "time");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,1.7.1,ug/m3,N").first == "value");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,inf,ug/m3,N").first == "value");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,0x11,ug/m3,N").first == "value");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,1e999,ug/m3,N").first == "value");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,17,,N").first == "unit");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,17,ppb,N").first == "unit");
  CHECK(one_row("air.2344A,PM2.5,PT1H,2020-04-03 08:00,17,ug/m3,NN").first == "flag");
}

TEST_CASE("the good rows are in and the bad ones are listed with line, field and reason, in a file too") {
  World world;
  const auto list =
      std::filesystem::temp_directory_path() / ("celadon_import_errors_" + std::to_string(::getpid()) + ".csv");
  ImportRequest request;
  request.errors_file = list;
  auto summary = import_text(world,
                             std::string(head) +
                                 "air.2344A,PM2.5,PT1H,2020-04-03 08:00,17,ug/m3,N\n"
                                 "air.2344A,PM2.5,PT1H,2020-04-03 25:00,17,ug/m3,N\n"
                                 "air.2344A,PM2.5,PT1H\n"
                                 "\"air.2344A,PM2.5\n"
                                 "air.2344A,PM2.5,PT1H,2020-04-03 09:00,\"a,\xff\",ug/m3,N\n"
                                 "air.2344A,PM2.5,PT1H,2020-04-03 10:00,19,ug/m3,N\n",
                             request);
  REQUIRE(summary);
  CHECK(summary->rows_read == 6);
  CHECK(summary->added == 2);
  CHECK(summary->rejected == 4);
  REQUIRE(summary->problems.size() == 4);
  CHECK(summary->problems[0].line == 3);
  CHECK(summary->problems[1].reason == "3 fields, expected 7 as in the header");
  CHECK(summary->problems[2].line == 5);
  CHECK(summary->problems[3].line == 6);
  const std::string text = bytes_of_file(list);
  CHECK(text.starts_with("line,field,value,reason\n3,time,2020-04-03 25:00,"));
  CHECK(text.find("\n6,value,\"a,\\xff\",") != std::string::npos);
  std::filesystem::remove(list);
}

TEST_CASE("a file that is not understood is told what it lacks") {
  World world;
  const auto told = [&](std::string_view text) {
    auto summary = import_text(world, text);
    REQUIRE_FALSE(summary);
    return summary.error().detail;
  };
  CHECK(told("") == "test.csv: the file is empty");
  CHECK(told("site,property,time,value\n").find("closest is csv, which also needs unit") != std::string::npos);
  CHECK(told("PK\x03\x04").find("workbook") != std::string::npos);
  CHECK(told("{\"a\":1}").find("GeoJSON") != std::string::npos);
  CHECK(told("hello\n").find("no known layout: the first line is 'hello'") != std::string::npos);
  CHECK(told("site,property,time,value,unit\n").find("'averaging' nor 'period'") != std::string::npos);
}

TEST_CASE("a damaged packed file is told with its place, and what came before is stored") {
  std::string bytes = bytes_of_file(CELADON_SOURCE "/demo/air-station-hourly-2020/national_hourly.csv.zst");
  for (std::size_t i = 0; i < 64; ++i) bytes[bytes.size() - 300'000 + i] = static_cast<char>(i * 37);
  World world(true);
  auto source = ByteSource::memory(bytes, "national.csv.zst");
  auto summary = import_file(source, {}, celadon::intake::test::feeds(), world.ports());
  REQUIRE(summary);
  REQUIRE(summary->ended_early);
  CHECK(summary->ended_early->code == Errc::file_damaged);
  CHECK(summary->ended_early->detail.find("national.csv.zst: damaged near byte 1") == 0);
  CHECK(summary->rows_read > 100'000);
  CHECK(summary->rows_read < 218'105);
  CHECK(summary->added == summary->rows_read * 8);
}

TEST_CASE("from and until bound the windows by their ends, so that a legal day is one day") {
  World world;
  ImportRequest day;
  day.from = *parse_instant("2020-04-02T00:00+08:00");
  day.until = *parse_instant("2020-04-03T00:00+08:00");
  auto summary = import_demo(world, "air-station-hourly-2020/jingdezhen_hourly.csv", day);
  REQUIRE(summary);
  CHECK(summary->added + summary->outside == 630 * 8);
  for (const auto& [key, versions] : world.values) {
    CHECK(legal_day_of_hour_ending(key.second) == *parse_legal_day("2020-04-02"));
  }
  CHECK(world.newest(air("2344A", "PM2.5"), "2020-04-03 00:00"));
  CHECK_FALSE(world.newest(air("2344A", "PM2.5"), "2020-04-02 00:00"));
}

TEST_CASE("an import stops when asked, with what it has") {
  World world(true);
  auto ports = world.ports();
  std::uint64_t seen = 0;
  ports.progress = [&](const ImportProgress& progress) { seen = progress.rows_read; };
  ports.cancelled = [&] { return seen >= 50'000; };
  auto source = ByteSource::open(CELADON_SOURCE "/demo/air-station-hourly-2020/national_hourly.csv.zst");
  REQUIRE(source);
  auto summary = import_file(*source, {}, celadon::intake::test::feeds(), ports);
  REQUIRE(summary);
  REQUIRE(summary->ended_early);
  CHECK(summary->ended_early->code == Errc::refused);
  CHECK(summary->rows_read < 60'000);
  CHECK(summary->added == world.values.size());
}

TEST_CASE("a port that fails ends the import with its own error") {
  World world;
  auto ports = world.ports();
  ports.submit = [](const Observations&) -> Result<StoreCounts> { return fail(Errc::io_failed, "the disk is full"); };
  auto source = ByteSource::open(CELADON_SOURCE "/demo/air-station-hourly-2020/jingdezhen_hourly.csv");
  auto summary = import_file(*source, {}, celadon::intake::test::feeds(), ports);
  REQUIRE_FALSE(summary);
  CHECK(summary.error().detail == "the disk is full");
}

TEST_CASE("the size of the chunk changes nothing that is stored") {
  World reference;
  REQUIRE(import_demo(reference, "water-auto-4h-2021/jiangxi_4h.csv"));
  std::mt19937_64 random(7);
  for (int run = 0; run < 5; ++run) {
    World world;
    ImportRequest request;
    request.chunk_values = 1 + random() % 500;
    REQUIRE(import_demo(world, "water-auto-4h-2021/jiangxi_4h.csv", request));
    CHECK(world.values == reference.values);
    CHECK(world.submits > 1);
  }
}

TEST_CASE("a new station of the city is not lost in silence") {
  World world;
  auto summary = import_text(
      world,
      "city,station_code,station,time,aqi,pm25\n景德镇,,新站,2020-04-03 08:00,1,2\n南昌,,新站,2020-04-03 08:00,1,2\n");
  REQUIRE(summary);
  CHECK(summary->rejected == 1);
  CHECK(summary->problems[0].field == "station");
  CHECK(summary->elsewhere == 1);
}

TEST_CASE("a cell is a number, missing, not fitted or bad") {
  double value = 0;
  CHECK(read_cell("1.50", value) == Cell::number);
  CHECK(value == 1.5);
  CHECK(read_cell("-0", value) == Cell::number);
  CHECK_FALSE(std::signbit(value));
  CHECK(read_cell("*", value) == Cell::not_fitted);
  for (const char* text : {"", " ", "--", "-", "—", "-;", "NaN", "null"})
    CHECK(read_cell(text, value) == Cell::missing);
  for (const char* text : {"nan", "inf", "1,5", "1e", "0x1", "++1", "1 2", "１"})
    CHECK(read_cell(text, value) == Cell::bad);
}
