#include "watch/data_requests.hpp"

#include "watch/air_test_world.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace {

using namespace celadon;
using namespace celadon::watch;
using celadon::watch::test::at;
using celadon::watch::test::day_of;

const std::filesystem::path request_packs = CELADON_PACKS;

std::string request_pack_text() {
  std::ifstream in(request_packs / "watch" / "data_requests.yaml");
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Stations with hours of PM2.5, an archive and a desk on one clock.
struct RequestWorld {
  std::filesystem::path folder;
  std::shared_ptr<std::atomic<std::int64_t>> us = std::make_shared<std::atomic<std::int64_t>>(0);
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;
  ReviewPacks packs = *read_review_packs(request_packs);
  DataRequestRules rules = *read_data_request_rules(request_packs / "watch" / "data_requests.yaml");
  std::unique_ptr<DataRequestDesk> desk;
  bool has_device = false;
  std::vector<Gap> asked;
  std::vector<ledger::Event> told;

  explicit RequestWorld(int stations = 1) {
    static std::atomic<int> count = 0;
    folder = std::filesystem::temp_directory_path() /
             ("celadon_requests_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::remove_all(folder);
    now("2026-05-30 12:00");
    archive = archive::Archive::open(folder / "archive", {.clock = [at = us] { return Instant{at->load()}; }}).value();
    ledger::Options options;
    options.clock = [at = us] { return Instant{at->load()}; };
    ledger = ledger::Ledger::open(folder / "ledger", std::move(options)).value();
    for (int s = 0; s < stations; ++s) put_site("air." + std::to_string(s));
    start();
  }
  ~RequestWorld() {
    desk.reset();
    ledger.reset();
    archive.reset();
    std::filesystem::remove_all(folder);
  }
  RequestWorld(const RequestWorld&) = delete;
  RequestWorld& operator=(const RequestWorld&) = delete;

  void start() {
    desk = std::make_unique<DataRequestDesk>(
        DataRequestParts{*archive,
                         *ledger,
                         packs,
                         rules,
                         [this](const std::string& mn) { return has_device && mn == "A"; },
                         [this](const std::string&, const Gap& gap) { asked.push_back(gap); },
                         [this](const ledger::Event& event) { told.push_back(event); },
                         {},
                         [at = us] { return Instant{at->load()}; }});
  }
  void now(const char* text) { *us = at(text).us; }
  void put_site(const std::string& id, const std::string& attributes = "{}") {
    ledger::Site site;
    site.id = id;
    site.kind = "air-station";
    site.name_zh = "站" + id;
    site.name_en = "Station " + id;
    site.attributes = attributes;
    REQUIRE(ledger->put_sites({site}, "test", "test"));
  }
  /// Hours first..last of a day.
  void hours(const std::string& site, const char* day, int first, int last, const std::string& property = "PM2.5",
             DeviceFlag flag = 'N') {
    const auto series = ledger->series_id({site, property, hourly});
    REQUIRE(series.has_value());
    archive::Batch batch;
    batch.source = {"hj212", "A 10.0.0.1:5"};
    for (int hour = first; hour <= last; ++hour)
      batch.rows.push_back(*series, {first_moment_of(day_of(day)).us + hour * us_per_hour}, 30 + hour % 5, flag);
    REQUIRE(archive->append_and_wait(std::move(batch)).has_value());
  }
  void tick(const char* time) {
    now(time);
    const auto looked = desk->tick();
    if (!looked) FAIL(looked.error().detail);
  }
  [[nodiscard]] std::vector<ledger::Event> events(const char* rule) const {
    std::vector<ledger::Event> some;
    const auto all = ledger->events(10'000);
    for (const auto& event : *all)
      if (event.rule == rule) some.push_back(event);
    return some;
  }
  [[nodiscard]] std::size_t requests() const { return events(ledger::data_event::asks).size(); }
};

}  // namespace

TEST_CASE("a day that lacks data is asked for when its grace has passed, once, and not again after a new start") {
  RequestWorld world;
  world.hours("air.0", "2026-05-30", 1, 24);
  world.hours("air.0", "2026-05-31", 1, 24);
  world.hours("air.0", "2026-06-01", 1, 19);
  world.tick("2026-06-02 05:59");
  CHECK(world.requests() == 0);
  world.tick("2026-06-02 07:00");
  REQUIRE(world.requests() == 1);
  const auto request = world.events(ledger::data_event::asks)[0];
  CHECK(request.site == "air.0");
  CHECK(request.value == 5);
  CHECK(request.phenomenon_end == at("2026-06-02 00:00"));
  CHECK(request.text_zh ==
        "站air.0 2026-06-01 缺 5 个值：PM2.5 5（20:00—24:00）。没有可召回历史数据的设备，请补传或说明");
  const auto lacks = world.events(ledger::data_event::lacks);
  REQUIRE(lacks.size() == 1);
  CHECK(lacks[0].property == "PM2.5");
  CHECK(lacks[0].value == 5);
  CHECK(lacks[0].text_en ==
        "Station air.0, 2026-06-01: 5 values of PM2.5 have not arrived (20:00 to 24:00): there is no device to ask for "
        "history");
  CHECK(world.told.size() == 2);
  for (const char* later : {"2026-06-02 08:00", "2026-06-02 09:00", "2026-06-02 23:00"}) world.tick(later);
  world.start();
  world.tick("2026-06-02 23:30");
  CHECK(world.requests() == 1);
  CHECK(world.events(ledger::data_event::lacks).size() == 1);
  CHECK(world.told.size() == 2);
}

TEST_CASE("a day that is complete by its rule is not asked for, and what its device marked has arrived") {
  RequestWorld world;
  world.hours("air.0", "2026-05-30", 1, 24);
  world.hours("air.0", "2026-05-31", 1, 24);
  world.hours("air.0", "2026-06-01", 5, 24);  // 20 of 24
  world.tick("2026-06-02 07:00");
  CHECK(world.requests() == 0);
  world.hours("air.0", "2026-06-02", 1, 12);
  world.hours("air.0", "2026-06-02", 13, 24, "PM2.5", 'D');
  world.hours("air.0", "2026-06-02", 1, 24, "O3");
  world.tick("2026-06-03 07:00");
  CHECK(world.requests() == 0);
  // Ozone is counted by windows of eight hours: without the hours 9 to 16, 6 of its 17 have six values; 14 are needed.
  world.hours("air.0", "2026-06-03", 1, 24);
  world.hours("air.0", "2026-06-03", 1, 8, "O3");
  world.hours("air.0", "2026-06-03", 17, 24, "O3");
  world.tick("2026-06-04 07:00");
  REQUIRE(world.events(ledger::data_event::lacks).size() == 1);
  CHECK(world.events(ledger::data_event::lacks)[0].property == "O3");
  CHECK(world.events(ledger::data_event::lacks)[0].value == 8);
}

TEST_CASE("late data that complete the day are told once; fewer are not") {
  RequestWorld world;
  world.hours("air.0", "2026-05-31", 1, 24);
  world.hours("air.0", "2026-05-31", 1, 24, "SO2");
  world.hours("air.0", "2026-06-01", 1, 14);
  world.hours("air.0", "2026-06-01", 1, 14, "SO2");
  world.tick("2026-06-02 07:00");
  REQUIRE(world.requests() == 1);  // one request for the site's day
  CHECK(world.events(ledger::data_event::asks)[0].value == 20);
  CHECK(world.events(ledger::data_event::lacks).size() == 2);
  world.hours("air.0", "2026-06-01", 15, 24);
  world.hours("air.0", "2026-06-01", 15, 19, "SO2");
  world.tick("2026-06-02 07:01");
  CHECK(world.events(ledger::data_event::arrived).empty());  // SO2 has 19 of the 20 it needs
  world.start();
  world.tick("2026-06-02 07:02");
  CHECK(world.events(ledger::data_event::arrived).empty());
  world.hours("air.0", "2026-06-01", 20, 20, "SO2");
  world.tick("2026-06-02 07:03");
  REQUIRE(world.events(ledger::data_event::arrived).size() == 1);
  CHECK(world.events(ledger::data_event::arrived)[0].phenomenon_end == at("2026-06-02 00:00"));
  CHECK(world.events(ledger::data_event::arrived)[0].text_zh == "站air.0 2026-06-01 的缺数已补齐");
  world.hours("air.0", "2026-06-01", 21, 24, "SO2");
  world.tick("2026-06-02 08:10");
  world.start();
  world.tick("2026-06-02 09:10");
  CHECK(world.events(ledger::data_event::arrived).size() == 1);
  CHECK(world.requests() == 1);
}

TEST_CASE("the device is asked first, and people when its time has passed") {
  RequestWorld world;
  world.has_device = true;
  world.hours("air.0", "2026-05-31", 1, 24);
  world.hours("air.0", "2026-05-31", 1, 24, "SO2");
  world.hours("air.0", "2026-06-01", 1, 24, "SO2");
  world.hours("air.0", "2026-06-01", 6, 19);  // one property alone lacks; the site has not been silent
  world.tick("2026-06-02 06:00");
  REQUIRE(world.asked.size() == 2);
  CHECK(world.asked[0] == Gap{at("2026-06-01 01:00"), at("2026-06-01 05:00"), 5});
  CHECK(world.asked[1] == Gap{at("2026-06-01 20:00"), at("2026-06-02 00:00"), 5});
  world.tick("2026-06-02 17:59");
  CHECK(world.requests() == 0);
  SUBCASE("what it sends in time needs no request") {
    world.hours("air.0", "2026-06-01", 1, 5);
    world.hours("air.0", "2026-06-01", 20, 24);
    world.tick("2026-06-02 19:00");
    CHECK(world.requests() == 0);
    CHECK(world.told.empty());
  }
  SUBCASE("what it does not send is asked of people") {
    world.tick("2026-06-02 19:00");
    REQUIRE(world.requests() == 1);
    CHECK(world.events(ledger::data_event::asks)[0].text_zh.find("设备未在时限内补传") != std::string::npos);
    const auto asked = world.asked.size();
    world.tick("2026-06-02 20:00");
    CHECK(world.asked.size() == asked);
  }
}

TEST_CASE("nothing is asked of what is out of use, never had data, was not known or has long been silent") {
  RequestWorld world;
  const auto silent = [&](const char* time) {
    world.tick(time);
    CHECK(world.requests() == 0);
  };
  SUBCASE("a site out of use") {
    world.put_site("air.old", R"({"retired":true})");
    world.hours("air.old", "2026-05-31", 1, 24);
    silent("2026-06-02 07:00");
  }
  SUBCASE("a site whose devices are all out of use; with one in use it is asked") {
    world.hours("air.0", "2026-05-31", 1, 24);
    ledger::Device device;
    device.site = "air.0";
    device.password = "1";
    device.retired = true;
    device.mn = "OLD";
    REQUIRE(world.ledger->put_devices({device}, "test", "test"));
    silent("2026-06-02 07:00");
    device.mn = "NEW";
    device.retired = false;
    REQUIRE(world.ledger->put_devices({device}, "test", "test"));
    world.tick("2026-06-02 08:00");
    CHECK(world.requests() == 1);
  }
  SUBCASE("a series without data") {
    REQUIRE(world.ledger->series_id({"air.0", "PM2.5", hourly}));
    silent("2026-06-02 07:00");
  }
  SUBCASE("days before the first value was learnt, whatever day that value is of") {
    world.now("2026-06-02 10:00");
    world.hours("air.0", "2026-05-30", 1, 2);
    world.hours("air.0", "2026-06-02", 1, 9);
    silent("2026-06-02 11:00");
    silent("2026-06-03 07:00");  // the day on which the series became known
    world.tick("2026-06-04 07:00");
    REQUIRE(world.requests() == 1);
    CHECK(world.events(ledger::data_event::asks)[0].phenomenon_end == at("2026-06-04 00:00"));
  }
  SUBCASE("a long silence is asked for three days, then the rule of silence has it") {
    world.hours("air.0", "2026-05-31", 1, 24);
    for (int day = 2; day <= 20; ++day)
      world.tick(("2026-06-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + " 07:00").c_str());
    CHECK(world.requests() == 4);  // those that begin within three days of the newest value, June 1 to 4
  }
}

TEST_CASE("a night opens so many requests and tells the rest in one sum, which is not opened later") {
  RequestWorld world(5);
  world.rules.at_most = 2;
  world.start();
  for (int s = 0; s < 5; ++s) {
    world.hours("air." + std::to_string(s), "2026-05-31", 1, 24);
    world.hours("air." + std::to_string(s), "2026-06-01", 1, 10);
  }
  world.tick("2026-06-02 07:00");
  CHECK(world.requests() == 2);
  REQUIRE(world.events(ledger::data_event::rest).size() == 1);
  CHECK(world.events(ledger::data_event::rest)[0].value == 3);
  CHECK(world.events(ledger::data_event::rest)[0].limit == 2);
  CHECK(world.events(ledger::data_event::rest)[0].text_zh ==
        "另有 3 个站日（2026-06-01 至 2026-06-01）缺数，超过每晚 2 份的上限，未逐一通知");
  for (int s = 0; s < 5; ++s) world.hours("air." + std::to_string(s), "2026-06-02", 1, 24);
  world.tick("2026-06-02 09:00");
  world.start();
  world.tick("2026-06-03 07:00");
  CHECK(world.requests() == 2);
  CHECK(world.events(ledger::data_event::rest).size() == 1);
}

TEST_CASE("nights that the program stood still are caught up with, as far as the pack looks back") {
  RequestWorld world;
  world.rules.quiet_after_us = 30 * us_per_day;
  world.start();
  world.hours("air.0", "2026-05-31", 1, 24);
  world.tick("2026-06-20 07:00");
  CHECK(world.requests() == 7);
  CHECK(world.events(ledger::data_event::asks).front().phenomenon_end == at("2026-06-14 00:00"));
  CHECK(world.events(ledger::data_event::asks).back().phenomenon_end == at("2026-06-20 00:00"));
}

TEST_CASE("the rules of requests are checked with file and line") {
  const std::string text = request_pack_text();
  CHECK(parse_data_request_rules(text, "data_requests.yaml")->grace_us == 6 * us_per_hour);
  for (const auto& [from, to, word] :
       std::initializer_list<std::array<const char*, 3>>{{"grace: PT6H", "grace: six", "grace"},
                                                         {"at_most: 20", "at_most: 0", "at_most"},
                                                         {"    follow_days: 60\n", "", "follow_days"},
                                                         {"{lacks}。", "{holes}。", "{holes}"},
                                                         {"trust: design", "trust: hearsay", "trust"}}) {
    std::string changed = text;
    const auto place = changed.find(from);
    REQUIRE(place != std::string::npos);
    changed.replace(place, std::string_view(from).size(), to);
    const auto read = parse_data_request_rules(changed, "data_requests.yaml");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().detail.find("data_requests.yaml:") != std::string::npos);
    CHECK(read.error().detail.find(word) != std::string::npos);
  }
}
