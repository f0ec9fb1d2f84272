#include "intake/csv_reader.hpp"
#include "intake/hj212_conformity.hpp"
#include "intake/hj212_deviation_names.hpp"
#include "intake/hj212_explain.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace {

using namespace celadon;
using namespace celadon::intake;

const std::filesystem::path packs = CELADON_PACKS;

/// Id and unit of every property, read without the standards room.
std::vector<std::pair<std::string, std::string>> units() {
  constexpr std::array<std::string_view, 11> columns = {"id",         "name_zh",  "name_en", "unit",
                                                        "unit_label", "decimals", "medium",  "valid_min",
                                                        "valid_max",  "source",   "trust"};
  const auto csv = read_csv_table(packs / "properties.csv", columns);
  REQUIRE(csv.has_value());
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& row : csv->rows) all.emplace_back(row[0], row[3]);
  return all;
}

const Hj212Tables& tables() {
  static const Hj212Tables all = [] {
    auto read = read_hj212_tables(packs, units(),
                                  [](std::string_view id) -> std::optional<std::pair<std::string, std::string>> {
                                    return std::pair{"名" + std::string(id), std::string(id)};
                                  });
    if (!read) FAIL(read.error().detail);
    return std::move(*read);
  }();
  return all;
}

Result<void> check(const char* cn, std::vector<std::pair<std::string, std::string>> parameters,
                   Edition212 edition = Edition212::of_2017) {
  return check_request(tables().commands, edition, cn, parameters);
}

}  // namespace

TEST_CASE("every deviation that the code can name is weighed and explained in the pack") {
  for (const auto name : all_deviation_names()) {
    CAPTURE(std::string(name));
    const auto* meaning = tables().deviation(name);
    REQUIRE(meaning != nullptr);
    CHECK(meaning->weight >= 1);
    CHECK(!meaning->fix_zh.empty());
  }
}

TEST_CASE("a code means what its edition says") {
  CHECK(tables().commands.find("1001", Edition212::of_2005)->name_en == "set over-limit alarm time");
  CHECK(tables().commands.find("1001", Edition212::of_2025)->direction == "field");
  CHECK(tables().commands.find("2061", Edition212::later)->name_zh == "取污染物小时数据");
  CHECK(tables().commands.find("7777", Edition212::of_2017) == nullptr);
}

TEST_CASE("requests are checked by the pack: command, names, presence, ranges and forms") {
  CHECK(check("1062", {{"RtdInterval", "30"}}).has_value());
  CHECK(check("1062", {{"RtdInterval", "3600"}}).has_value());
  CHECK(check("1062", {{"RtdInterval", "29"}}).error().field == "parameters");
  CHECK_FALSE(check("1062", {{"RtdInterval", "3601"}}).has_value());
  CHECK_FALSE(check("1062", {}).has_value());
  CHECK_FALSE(check("1062", {{"RtdInterval", "60"}, {"Other", "1"}}).has_value());
  CHECK(check("1064", {{"MinInterval", "15"}}).has_value());
  CHECK_FALSE(check("1064", {{"MinInterval", "7"}}).has_value());
  CHECK(check("1012", {{"SystemTime", "20260601120000"}}).has_value());
  CHECK_FALSE(check("1012", {{"SystemTime", "20261301120000"}}).has_value());
  CHECK(check("3012", {{"PolId", "w01018"}}).has_value());
  CHECK_FALSE(check("3012", {{"PolId", "w01;CN=1"}}).has_value());
  CHECK_FALSE(check("1072", {{"NewPW", "12345"}}).has_value());
  CHECK(check("9014", {}).error().field == "cn");
  CHECK(check("1014", {{"SKCreateTime", "20260601120000000"}, {"NewSK", std::string(32, 'a')}}).error().field == "cn");
  CHECK(check("1014", {{"SKCreateTime", "20260601120000000"}, {"NewSK", std::string(32, 'a')}}, Edition212::of_2025)
            .has_value());
  CHECK_FALSE(check("3015", {}, Edition212::of_2025).has_value());
}

TEST_CASE("a frame is explained field by field, with what deviates") {
  const auto all =
      explain(make_frame("QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&"
                         "DataTime=20160801080000;w01018-Avg=12.5,w01018-Flag=D;SB1-RS=4;zz9999-Rtd=1&&"),
              tables());
  REQUIRE(all.size() == 1);
  const auto& one = all[0];
  CHECK(one.valid);
  const auto field = [&](const char* name) {
    for (const auto* list : {&one.header, &one.fields}) {
      for (const auto& item : *list) {
        if (item.name == name) return item;
      }
    }
    FAIL(name);
    return ExplainedItem{};
  };
  CHECK(field("QN").zh == "请求编码 2016-08-01T08:58:57");
  CHECK(field("ST").zh == "地表水体环境污染源");
  CHECK(field("CN").zh == "取污染物小时数据");
  CHECK(field("Flag").en == "HJ 212-2017, wants an answer");
  CHECK(field("DataTime").en.find("2016-08-01T08:00:00") != std::string::npos);
  CHECK(field("w01018-Avg").zh == "名COD, 平均值");
  CHECK(field("w01018-Avg").unit == "mg/L");
  CHECK(field("w01018-Flag").en == "COD, data flag: fault");
  CHECK(field("SB1-RS").zh == "治理设施 1, 设施运行状态: 报警");
  CHECK(field("zz9999-Rtd").en.find("unknown factor") == 0);
  CHECK(one.deviations == std::vector<std::string>{"unknown_factor"});
}

TEST_CASE("codes of answers, segments without a frame, and bytes without either are told") {
  const auto answer = explain("ST=91;CN=9012;PW=1;MN=A;Flag=4;CP=&&ExeRtn=100&&", tables());
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].fields[0].zh == "执行结果: 没有数据");
  const auto nothing = explain("hello", tables());
  REQUIRE(nothing.size() == 1);
  CHECK_FALSE(nothing[0].valid);
  CHECK(!nothing[0].reason_zh.empty());
  std::string damaged = make_frame("ST=32;CN=2011;PW=123456;MN=A;CP=&&DataTime=20160801080000;w01018-Rtd=1&&");
  damaged[20] = 'X';
  const auto refused = explain(damaged, tables());
  REQUIRE(refused.size() == 1);
  CHECK_FALSE(refused[0].valid);
  CHECK(refused[0].reason_zh.starts_with("校验码错误"));
  CHECK(!refused[0].header.empty());  // what a lenient reader still sees
}

TEST_CASE("the score is the mean of what each message keeps, over a day") {
  Conformity conformity;
  const auto& meanings = tables().deviations;
  Instant time{1'700'000'000'000'000};
  const auto note = [&](std::initializer_list<std::string_view> names) {
    const std::vector<std::string_view> list(names);
    conformity.note(list, meanings, time);
  };
  CHECK_FALSE(conformity.report(meanings, time).score.has_value());
  note({});
  CHECK(conformity.report(meanings, time).score == 100);
  note({"no_qn", "no_flag", "no_qn"});
  CHECK(conformity.report(meanings, time).score == 97);  // (100 + 100 - 3 - 3) / 2
  note({"no_cn", "no_mn", "crc_modbus", "time_malformed", "data_time_future", "mn_from_two_addresses"});
  CHECK(conformity.report(meanings, time).score == doctest::Approx(194.0 / 3));  // no message falls below 0
  note({"a name of nobody"});
  const auto report = conformity.report(meanings, time);
  CHECK(report.messages == 4);
  CHECK(report.findings.front().share == 0.25);
  time.us += 24 * us_per_hour;
  CHECK_FALSE(conformity.report(meanings, time).score.has_value());
}

TEST_CASE("the score stays between 0 and 100, whatever is noted and in what order") {
  const auto& meanings = tables().deviations;
  std::mt19937_64 random(3);
  std::vector<std::vector<std::string_view>> messages(400);
  for (auto& names : messages) {
    for (std::size_t i = random() % 6; i > 0; --i) names.push_back(meanings[random() % meanings.size()].name);
  }
  std::set<double> scores;
  for (int order = 0; order < 5; ++order) {
    std::shuffle(messages.begin(), messages.end(), random);
    Conformity conformity;
    for (const auto& names : messages) conformity.note(names, meanings, Instant{1'700'000'000'000'000});
    scores.insert(*conformity.report(meanings, Instant{1'700'000'000'000'000}).score);
  }
  CHECK(scores.size() == 1);
  CHECK(*scores.begin() >= 0);
  CHECK(*scores.begin() <= 100);
}

TEST_CASE("a misprint in a table is named with file and line") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("celadon-hj212-" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder / "standards");
  const auto copy = [&](const char* file, const std::string& from, const std::string& to) {
    for (const auto& entry : std::filesystem::directory_iterator(packs / "standards")) {
      if (entry.path().filename().string().starts_with("hj212_"))
        std::filesystem::copy_file(entry.path(), folder / "standards" / entry.path().filename(),
                                   std::filesystem::copy_options::overwrite_existing);
    }
    std::ifstream in(packs / "standards" / file);
    std::string text(std::istreambuf_iterator<char>(in), {});
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    std::ofstream(folder / "standards" / file) << text;
    const auto read = read_hj212_tables(folder, units(), {});
    REQUIRE_FALSE(read.has_value());
    CAPTURE(read.error().detail);
    CHECK(read.error().detail.find(std::string(file) + ":") != std::string::npos);
  };
  copy("hj212_commands.csv", "RtdInterval:number[30..3600]", "RtdInterval:number[3600..30]");
  copy("hj212_commands.csv", "1062,host,", "1062,nobody,");
  copy("hj212_commands.csv", "2005 2017 2025", "2005 2018");
  copy("hj212_codes.csv", "st,22,", "st,21,");
  copy("hj212_deviations.csv", "no_qn,3,", "no_qn,300,");
  copy("hj212_deviations.csv", "no_st,10,", "no_qn,10,");
  std::filesystem::remove_all(folder);
}
