#include "intake/hj212_conformity.hpp"

#include "intake/hj212_test_tables.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

const DeviationTable& meanings() { return real_tables().deviations; }

struct Device {
  Conformity conformity;
  Instant time{1'700'000'000'000'000};
  void note(std::initializer_list<std::string_view> names) {
    conformity.note(std::vector<std::string_view>(names), meanings(), time);
  }
  [[nodiscard]] Conformity::Report report() const { return conformity.report(meanings(), time); }
};

}  // namespace

TEST_CASE("every finding that the program can name has its weight, its words and its remedy in the pack") {
  for (const char* name : {"clock_drift", "label_is_end", "unknown_factor", "unknown_command", "unknown_suffix",
                           "packet_lost", "packet_out_of_order", "repeat_with_other_content", "not_a_number",
                           "data_time_future", "mn_from_two_addresses", "item_not_taken", "wrong_password"}) {
    CAPTURE(name);
    REQUIRE(meanings().find(name) != nullptr);
    CHECK(meanings()[*meanings().id(name)].name == name);
  }
  CHECK_FALSE(meanings().id("a name of nobody").has_value());
}

TEST_CASE("the score of a day by hand: weights of distinct findings, clamped, mean over the messages") {
  Device device;
  const auto weight = [](const char* name) { return meanings().find(name)->weight; };
  CHECK_FALSE(device.report().score.has_value());
  for (int i = 0; i < 7; ++i) device.note({});
  device.note({"no_qn", "no_qn"});
  device.note({"unknown_factor", "cp_spaces"});
  device.note({"no_cn", "no_mn", "crc_modbus", "time_malformed", "data_time_future", "mn_from_two_addresses"});
  const double expected =
      (7 * 100 + (100 - weight("no_qn")) + (100 - weight("unknown_factor") - weight("cp_spaces"))) / 10.0;
  const auto report = device.report();
  CHECK(report.score == expected);
  CHECK(report.messages == 10);
  REQUIRE(report.findings.size() == 9);
  for (std::size_t i = 1; i < report.findings.size(); ++i) {
    const auto cost = [&](const Conformity::Finding& one) { return weight(one.name.c_str()) * one.share; };
    CHECK(cost(report.findings[i - 1]) >= cost(report.findings[i]));
  }
}

TEST_CASE("a line end that is told later belongs to the message before it") {
  Device device;
  device.note({});
  device.conformity.note_besides(std::array<std::string_view, 1>{"crlf_missing"}, meanings(), device.time);
  CHECK(device.report().messages == 1);
  CHECK(device.report().score == 100 - meanings().find("crlf_missing")->weight);
  CHECK(device.report().findings[0].share == 1);
}

TEST_CASE("the window slides by hours, and an hour is forgotten after a day") {
  Device device;
  const Instant begin = device.time;
  device.note({"no_qn"});
  for (int hour = 1; hour <= 23; ++hour) {
    device.time.us = begin.us + hour * us_per_hour;
    device.note({});
    CHECK(device.report().findings.size() == 1);
    CHECK(device.report().findings[0].last == begin);
  }
  CHECK(device.report().messages == 24);
  device.time.us = begin.us + 24 * us_per_hour;
  CHECK(device.report().messages == 23);
  CHECK(device.report().score == 100);
  device.note({});
  CHECK(device.report().messages == 24);
  // A time of before the window, from a clock set back, changes nothing.
  device.conformity.note(std::array<std::string_view, 1>{"no_qn"}, meanings(), begin);
  CHECK(device.report().score == 100);
}

TEST_CASE("findings never cost more than all, whatever is noted") {
  std::mt19937_64 random(11);
  Device device;
  for (int i = 0; i < 3000; ++i) {
    std::vector<std::string_view> names;
    for (std::size_t n = random() % 8; n > 0; --n) names.push_back(meanings()[random() % meanings().size()].name);
    device.time.us += static_cast<std::int64_t>(random() % (10 * us_per_minute));
    device.conformity.note(names, meanings(), device.time);
    const auto report = device.report();
    CHECK(*report.score >= 0);
    CHECK(*report.score <= 100);
    for (const auto& finding : report.findings) CHECK(finding.count <= report.messages);
  }
}

TEST_CASE("the report as JSON has what a page shows") {
  Device device;
  device.note({"no_qn"});
  std::string text;
  JsonWriter json(text);
  put_conformity(json, device.report(), meanings());
  const auto read = boost::json::parse(text).as_object();
  CHECK(read.at("score").to_number<double>() == 97);
  CHECK(read.at("messages").as_int64() == 1);
  const auto& finding = read.at("findings").as_array().at(0).as_object();
  CHECK(finding.at("name").as_string() == "no_qn");
  CHECK(finding.at("weight").as_int64() == 3);
  CHECK(finding.at("last").as_string() == "2023-11-14T22:13:20Z");
  for (const char* member : {"name_zh", "name_en", "fix_zh", "fix_en", "clause", "trust"}) {
    CHECK(!finding.at(member).as_string().empty());
  }
}

TEST_CASE("a misprint in the table of deviations is named with file, line and reason") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("celadon-dev-" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder / "standards");
  const auto words = [&](const std::string& rows) {
    std::ofstream(folder / "standards" / "hj212_deviations.csv")
        << "name,weight,name_zh,name_en,fix_zh,fix_en,clause,source,trust\n"
        << rows;
    const auto read = read_deviations(folder);
    return read ? std::string() : read.error().detail;
  };
  CHECK(words("a,3,z,e,f,g,c,s,verified\n").empty());
  for (const char* row : {"a,0,z,e,f,g,c,s,verified\n", "a,101,z,e,f,g,c,s,verified\n", "a,x,z,e,f,g,c,s,verified\n",
                          "a,3,,e,f,g,c,s,verified\n", "a,3,z,e,f,g,,s,verified\n", "a,3,z,e,f,g,c,s,sure\n"}) {
    CHECK(words(row).find("hj212_deviations.csv:2: ") != std::string::npos);
  }
  CHECK(words("a,3,z,e,f,g,c,s,verified\na,3,z,e,f,g,c,s,verified\n").find(":3: 'a' is there twice") !=
        std::string::npos);
  std::filesystem::remove_all(folder);
}
