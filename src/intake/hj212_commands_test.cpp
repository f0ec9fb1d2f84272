#include "intake/hj212_commands.hpp"

#include "intake/hj212_test_tables.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

using Given = std::vector<std::pair<std::string, std::string>>;

const CommandTable& commands() { return real_tables().commands; }

std::string why_refused(const char* cn, const Given& given, Edition212 edition = Edition212::of_2017) {
  const auto good = check_request(commands(), edition, cn, given);
  return good ? "" : good.error().detail;
}

/// The error of a table with one row.
std::string misprint(const std::string& row) {
  const auto folder = std::filesystem::temp_directory_path() / ("celadon-cn-" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder / "standards");
  std::ofstream(folder / "standards" / "hj212_commands.csv")
      << "code,direction,kind,editions,group,sendable,returns_data,name_zh,name_en,parameters,source,trust\n"
      << row << "\n";
  const auto read = read_commands(folder);
  std::filesystem::remove_all(folder);
  return read ? "" : read.error().detail;
}

}  // namespace

TEST_CASE("every command of the standard's table is there in each of its editions") {
  const auto count = [](Edition212 edition) {
    std::set<std::string> codes;
    for (const auto& command : commands().all()) {
      if (command.is_of(edition)) codes.insert(command.code);
    }
    return codes.size();
  };
  CHECK(count(Edition212::of_2005) == 31);
  CHECK(count(Edition212::of_2017) == 33);
  CHECK(count(Edition212::of_2025) == 40);
}

TEST_CASE("a code means what its edition has; what a device sends comes first") {
  CHECK(commands().find("1014", Edition212::of_2025)->kind == "notice");
  CHECK(commands().find_sendable("1014", Edition212::of_2025)->kind == "request");
  CHECK(commands().find("3014", Edition212::of_2005)->name_en == "set the hours of sampling");
  CHECK(commands().find("3014", Edition212::of_2017)->name_en == "comparison sampling");
  CHECK(commands().find("1001", Edition212::of_2005)->kind == "request");
  CHECK(commands().find("1001", Edition212::later)->kind == "notice");
  CHECK(commands().find("8013", Edition212::of_2017)->editions.empty());
  CHECK(commands().find("3889", Edition212::of_2017) == nullptr);
  CHECK(commands().find_sendable("2081", Edition212::of_2017) == nullptr);  // a device sends it
  CHECK(commands().find_sendable("1063", Edition212::of_2005) == nullptr);  // 2017 and later
}

TEST_CASE("what 2005 allows and 2017 does not is told by edition") {
  const Given day = {{"OverTime", "86400"}, {"ReCount", "0"}};
  CHECK(why_refused("1000", day, Edition212::of_2005).empty());
  CHECK(why_refused("1000", day) == "OverTime is a whole number from 1 to 99");
  CHECK(why_refused("1000", {{"OverTime", "99"}, {"ReCount", "0"}}) == "ReCount is a whole number from 1 to 99");
  CHECK(why_refused("1000", {{"OverTime", "1"}, {"ReCount", "99"}}).empty());
  CHECK(why_refused("1072", {{"PW", "12ab56"}}, Edition212::of_2005).empty());
  CHECK(why_refused("1072", {{"PW", "12ab56"}}) == "command 1072 has no parameter 'PW'");
  CHECK(why_refused("1072", {{"NewPW", "12ab5"}}) == "NewPW has six letters and digits");
}

TEST_CASE("numbers, times, lists and texts are held to what the pack allows, on both sides of every edge") {
  CHECK(why_refused("1062", {{"RtdInterval", "30"}}).empty());
  CHECK(why_refused("1062", {{"RtdInterval", "3600"}}).empty());
  CHECK_FALSE(why_refused("1062", {{"RtdInterval", "29"}}).empty());
  CHECK_FALSE(why_refused("1062", {{"RtdInterval", "3601"}}).empty());
  CHECK_FALSE(why_refused("1062", {{"RtdInterval", "30.5"}}).empty());
  CHECK_FALSE(why_refused("1062", {{"RtdInterval", ""}}).empty());
  for (int minutes = 0; minutes <= 61; ++minutes) {
    const bool allowed = minutes > 0 && minutes <= 30 && 60 % minutes == 0;
    CAPTURE(minutes);
    CHECK(why_refused("1064", {{"MinInterval", std::to_string(minutes)}}).empty() == allowed);
  }
  CHECK(why_refused("2061", {{"BeginTime", "20260601000000"}, {"EndTime", "20260601230000"}}).empty());
  CHECK_FALSE(why_refused("2061", {{"BeginTime", "20260601000000000"}, {"EndTime", "20260601230000"}}).empty());
  CHECK(why_refused("2061", {{"BeginTime", "20260601000000"}}) == "command 2061 needs EndTime");
  CHECK(why_refused("1032", {{"AlarmTarget", std::string(20, '1')}}, Edition212::of_2005).empty());
  CHECK_FALSE(why_refused("1032", {{"AlarmTarget", std::string(21, '1')}}, Edition212::of_2005).empty());
}

TEST_CASE("no value can change the message around it") {
  for (const char* value : {"1;CN=3011", "1,x=2", "1&&", "##0012", "1\r\n", "a=b"}) {
    CAPTURE(value);
    CHECK_FALSE(why_refused("3021", {{"PolId", "w01018"}, {"InfoId", "i13004"}, {"i13004-Info", value}}).empty());
  }
  CHECK(why_refused("3021", {{"PolId", "w01018"}, {"InfoId", "i13004"}, {"i13004-Info", "168.0"}}).empty());
}

TEST_CASE("a parameter comes as often as the command has it") {
  const auto edition = Edition212::of_2005;
  const Given hours = {{"PolId", "101"}, {"CTime", "04"}, {"CTime", "10"}, {"CTime", "14"}, {"CTime", "16"}};
  CHECK(why_refused("3014", hours, edition).empty());
  CHECK(why_refused("3014", {{"PolId", "101"}}, edition) == "command 3014 needs CTime");
  CHECK(why_refused("3012", {{"PolId", "w01018"}, {"PolId", "w01009"}}) == "command 3012 takes PolId once");
  CHECK(request_area(*commands().find_sendable("3014", edition), hours) ==
        "PolId=101,CTime=04,CTime=10,CTime=14,CTime=16");
}

TEST_CASE("each edition parts the parameters its own way") {
  const Given period = {{"BeginTime", "20240506000000"}, {"EndTime", "20240510000000"}};
  CHECK(request_area(*commands().find_sendable("2031", Edition212::of_2005), period) ==
        "BeginTime=20240506000000,EndTime=20240510000000");
  CHECK(request_area(*commands().find_sendable("2031", Edition212::of_2017), period) ==
        "BeginTime=20240506000000;EndTime=20240510000000");
  CHECK(request_area(*commands().find_sendable("3011", Edition212::of_2025),
                     Given{{"PolId", "w01018"}, {"CalibrationType", "0"}}) == "PolId=w01018,CalibrationType=0");
  CHECK(request_area(*commands().find_sendable("3021", Edition212::of_2017),
                     Given{{"PolId", "w01018"}, {"InfoId", "i13004"}, {"i-Info", "168.0"}}) ==
        "PolId=w01018;InfoId=i13004;i13004-Info=168.0");
  CHECK(request_area(*commands().find_sendable("1061", Edition212::of_2017), {}).empty());
}

TEST_CASE("parameters of any factor are known by their suffix") {
  const CommandMeaning& set = *commands().find("1022", Edition212::of_2005);
  CHECK(set.parameters[0].is_named("101-LowValue"));
  CHECK_FALSE(set.parameters[0].is_named("101-UpValue"));
  CHECK_FALSE(set.parameters[0].is_named("x-LowValue"));
  CHECK_FALSE(set.parameters[0].is_named("LowValue"));
  CHECK_FALSE(set.parameters[0].is_named("1;01-LowValue"));
  CHECK(set.parameters[1].same_item);
}

TEST_CASE("a misprint in the table of commands is named with file, line and reason") {
  const std::string good = "1062,host,request,2017,setup,yes,no,设置,set,RtdInterval:number[30..3600],s,verified";
  CHECK(misprint(good).empty());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string row = good;
    row.replace(row.find(from), from.size(), to);
    const std::string words = misprint(row);
    CHECK(words.find("hj212_commands.csv:2: ") != std::string::npos);
    return words;
  };
  CHECK(with("1062", "62").find("four digits") != std::string::npos);
  CHECK(with("host", "nobody").find("direction") != std::string::npos);
  CHECK(with("2017", "2018").find("editions are") != std::string::npos);
  CHECK(with("[30..3600]", "[3600..30]").find("[lowest..highest]") != std::string::npos);
  CHECK(with("[30..3600]", "[30..x]").find("[lowest..highest]") != std::string::npos);
  CHECK(with("[30..3600]", "[").find("[lowest..highest]") != std::string::npos);
  CHECK(with("[30..3600]", "{}").find("is empty") != std::string::npos);
  CHECK(with(":number", ":word").find("type 'word' is not known") != std::string::npos);
  CHECK(with("host,request", "field,request").find("not sendable") != std::string::npos);
  CHECK(with("verified", "sure").find("trust") != std::string::npos);
  CHECK(misprint(good + "\n" + good).find(":3: code '1062' is there twice") != std::string::npos);
}
