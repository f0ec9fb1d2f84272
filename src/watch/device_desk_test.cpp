#include "watch/device_desk.hpp"

#include "intake/hj212_frame.hpp"
#include "standards/properties.hpp"
#include "watch/air_test_world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

namespace {

using namespace celadon;
using namespace celadon::watch;
using celadon::watch::test::at;

const std::filesystem::path pack_folder = CELADON_PACKS;

/// Archive, ledger and stream in a folder of their own, one registered device, a clock that a test sets.
struct DeviceDeskWorld {
  std::filesystem::path folder;
  Instant clock = at("2026-06-01 12:00");
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;
  standards::Properties properties;
  std::unique_ptr<Stream> stream;
  std::optional<intake::Hj212Tables> tables;
  std::unique_ptr<DeviceDesk> desk;
  std::vector<std::string> sent;
  std::map<std::string, intake::DeviceStatus> seen;

  DeviceDeskWorld() {
    folder = std::filesystem::temp_directory_path() / ("celadon-desk-" + std::to_string(std::random_device{}()));
    open();
    ledger::Site site;
    site.id = "out.1";
    site.kind = "outlet";
    site.name_zh = "一号排口";
    site.name_en = "Outlet 1";
    REQUIRE(ledger->put_sites({site}, "test", "test").has_value());
    ledger::Device device;
    device.mn = "A";
    device.password = "123456";
    device.site = "out.1";
    device.system_code = "32";
    REQUIRE(desk->put_device(device, "Li", "new").has_value());
  }
  ~DeviceDeskWorld() {
    close();
    std::filesystem::remove_all(folder);
  }
  void open() {
    archive = std::move(*archive::Archive::open(folder / "archive"));
    ledger = std::move(*ledger::Ledger::open(folder / "ledger"));
    properties = std::move(*standards::read_properties(pack_folder));
    StreamOptions options;
    options.tick_us = 0;
    stream =
        std::move(*Stream::open(*archive, *ledger, properties, *read_stream_rules(pack_folder), std::move(options)));
    tables = std::move(*intake::read_hj212_tables(pack_folder, properties.units(), {}));
    auto opened =
        DeviceDesk::open({*archive, *ledger, *stream, *tables,
                          *read_device_rules(pack_folder / "watch" / "devices.yaml"), [this] { return clock; }});
    REQUIRE(opened.has_value());
    desk = std::move(*opened);
  }
  void close() {
    desk.reset();
    stream.reset();
    ledger.reset();
    archive.reset();
  }

  /// The gateway is there, device A is online, and what is sent to devices is kept.
  void begin() {
    seen["A"].mn = "A";
    seen["A"].online = true;
    desk->begin({[this](const std::string&, std::string frame) {
                   sent.push_back(std::move(frame));
                   return true;
                 },
                 [] { return std::vector<intake::DeviceStatus>{}; },
                 [this](std::string_view mn) -> std::optional<intake::DeviceStatus> { return seen[std::string(mn)]; }});
    desk->stop();
  }
  /// Device A answers the newest request with these; gives the command of the request.
  std::string answer(std::initializer_list<const char*> answers) {
    intake::FrameReader reader;
    reader.feed(sent.back());
    const auto item = reader.next();
    intake::Message request;
    REQUIRE(intake::parse_message(std::get<intake::Frame>(item).segment, request).has_value());
    for (const char* one : answers) {
      const std::string segment = "QN=" + std::string(request.qn) + ";ST=91;CN=" + one;
      intake::Message message;
      REQUIRE(intake::parse_message(segment, message).has_value());
      desk->gateway_ports().exchanges->hear("A", message, segment, 0, clock);
    }
    return std::string(request.cn);
  }

  void store_hours(std::initializer_list<const char*> ends) {
    const auto series = ledger->series_id({"out.1", "COD", hourly, Statistic::mean, Stage::raw});
    REQUIRE(series.has_value());
    archive::Batch batch;
    batch.received = clock;
    for (const char* end : ends) batch.rows.push_back(*series, at(end), 1, 'N');
    REQUIRE(archive->append_and_wait(std::move(batch)).has_value());
  }
};

}  // namespace

TEST_CASE("runs of missing periods are found, at whole periods in Beijing time") {
  const auto hours = [](std::initializer_list<int> present, const char* from, const char* to) {
    std::vector<Instant> ends;
    for (const int hour : present) ends.push_back(Instant{at("2026-06-01 00:00").us + hour * us_per_hour});
    std::string text;
    for (const auto& gap : runs_missing(ends, us_per_hour, at(from), at(to)))
      text += to_beijing_minute(gap.first_end).substr(11, 2) + "-" + to_beijing_minute(gap.last_end).substr(11, 2) +
              ":" + std::to_string(gap.periods) + " ";
    return text;
  };
  CHECK(hours({1, 2, 3}, "2026-06-01 01:00", "2026-06-01 03:00").empty());
  CHECK(hours({1, 4, 6}, "2026-06-01 01:00", "2026-06-01 06:00") == "02-03:2 05-05:1 ");
  CHECK(hours({}, "2026-06-01 00:30", "2026-06-01 03:30") == "01-03:3 ");
  CHECK(hours({2}, "2026-06-01 03:00", "2026-06-01 02:00").empty());
  const auto days = runs_missing({}, us_per_day, at("2026-06-01 10:00"), at("2026-06-03 10:00"));
  REQUIRE(days.size() == 1);
  CHECK(to_beijing_minute(days[0].first_end) == "2026-06-02 00:00");
  CHECK(days[0].periods == 2);
}

TEST_CASE("what lies before the first value of a device is no gap") {
  DeviceDeskWorld world;
  CHECK(world.desk->gaps("A", "2061", at("2026-05-01"), at("2026-06-01"))->expected == 0);
  world.store_hours({"2026-06-01 02:00", "2026-06-01 03:00", "2026-06-01 06:00"});
  const auto presence = world.desk->gaps("A", "2061", at("2026-05-01"), at("2026-06-01 08:00"));
  REQUIRE(presence.has_value());
  CHECK(presence->expected == 7);
  CHECK(presence->present == 3);
  CHECK(presence->gaps.size() == 2);
  CHECK(world.desk->gaps("A", "2011", at("2026-05-01"), at("2026-06-01")).error().field == "cn");
  CHECK(world.desk->gaps("B", "2061", at("2026-05-01"), at("2026-06-01")).error().code == Errc::not_found);
}

TEST_CASE("a silent device is told once, opens a case, and again only after it spoke") {
  DeviceDeskWorld world;
  intake::DeviceStatus status;
  status.mn = "A";
  status.last_seen = world.clock;
  world.seen["A"] = status;
  world.desk->begin({[](const std::string&, const std::string&) { return false; },
                     [&world] {
                       std::vector<intake::DeviceStatus> all;
                       for (const auto& [mn, one] : world.seen) all.push_back(one);
                       return all;
                     },
                     [&world](std::string_view mn) -> std::optional<intake::DeviceStatus> {
                       const auto it = world.seen.find(std::string(mn));
                       return it == world.seen.end() ? std::nullopt : std::optional(it->second);
                     }});
  world.desk->stop();
  const auto silent_cases = [&] {
    std::size_t count = 0;
    const auto events = world.ledger->events(100);
    for (const auto& event : *events) count += event.rule == "device-silent" ? 1 : 0;
    return count;
  };
  const auto later = [&](std::int64_t minutes) {
    world.clock.us += minutes * us_per_minute;
    world.desk->tick();
  };
  later(119);
  CHECK(silent_cases() == 0);
  later(2);
  later(10);
  CHECK(silent_cases() == 1);
  CHECK(world.ledger->cases("open")->at(0).title_zh.find("A") != std::string::npos);
  world.seen["A"].last_seen = world.clock;
  later(10);
  CHECK(silent_cases() == 1);
  later(121);
  CHECK(silent_cases() == 2);
}

TEST_CASE("gaps are asked for in requests of bounded length, one at a time, and once") {
  DeviceDeskWorld world;
  world.store_hours({"2026-05-29 01:00", "2026-06-01 11:00"});
  world.seen["A"].last_seen = world.clock;
  world.begin();
  const auto ports = world.desk->gateway_ports();
  ports.called("A");
  world.desk->tick();
  CHECK(world.sent.empty());  // what it sends by itself comes first
  std::size_t asked = 0;
  for (int second = 0; second < 600; ++second) {
    world.clock.us += us_per_second;
    world.seen["A"].last_seen = world.clock;
    world.desk->tick();
    if (world.sent.size() == asked) continue;
    asked = world.sent.size();
    CHECK(world.answer({"9011;PW=123456;MN=A;Flag=4;CP=&&QnRtn=1&&", "9012;PW=123456;MN=A;Flag=4;CP=&&ExeRtn=100&&"}) ==
          "2061");
  }
  // 81 missing hours: 24 + 24 + 24 + 9.
  REQUIRE(world.sent.size() == 4);
  CHECK(world.sent[0].find("BeginTime=20260529010000;EndTime=20260530000000") != std::string::npos);
  CHECK(world.sent[3].find("BeginTime=20260601010000;EndTime=20260601090000") != std::string::npos);
  const auto fills = world.desk->fills();
  CHECK(fills.fills.size() == 4);
  for (const auto& fill : fills.fills) CHECK(fill.state == "failed");  // ExeRtn 100: it has no data
  CHECK(world.desk->receipts("A", 10)->size() == 4);
}

TEST_CASE(
    "hours that another part found are asked of the device, again only where it does not answer, and remembered") {
  DeviceDeskWorld world;
  const auto requests = [&](const char* mn = "A") { return world.desk->receipts(mn, 100)->size(); };
  const Gap gap{at("2026-06-01 03:00"), at("2026-06-01 05:00"), 3};
  const auto hours = [&](int count) {
    for (int minute = 0; minute < 60 * count; ++minute) {
      world.clock.us += us_per_minute;
      world.seen["A"].last_seen = world.clock;
      if (minute % 60 == 0) world.desk->fill_hours("A", gap);
      world.desk->tick();
    }
  };
  world.begin();
  CHECK(world.desk->can_fill("A"));
  CHECK_FALSE(world.desk->can_fill("B"));
  world.seen["A"].online = false;
  world.desk->fill_hours("A", gap);
  world.desk->tick();
  CHECK(requests() == 0);  // it is not there to be asked
  world.seen["A"].online = true;
  SUBCASE("no answer: three times at most, whatever starts between") {
    hours(1);
    CHECK(requests() == 1);
    CHECK(world.sent.front().find("CN=2061") != std::string::npos);
    CHECK(world.sent.front().find("BeginTime=20260601020000;EndTime=20260601040000") != std::string::npos);
    hours(1);
    CHECK(requests() == 2);
    world.close();
    world.open();
    world.begin();
    hours(6);
    CHECK(requests() == 3);
    hours(30);
    CHECK(requests() == 3);
  }
  SUBCASE("an answer, with or without data: once") {
    world.desk->fill_hours("A", gap);
    world.desk->tick();
    REQUIRE(world.sent.size() == 1);
    world.answer({"9012;PW=123456;MN=A;Flag=4;CP=&&ExeRtn=100&&"});
    hours(30);
    CHECK(requests() == 1);
    world.close();
    world.open();
    world.begin();
    hours(3);
    CHECK(requests() == 1);
  }
}

TEST_CASE("held messages, the turned away and open receipts outlive the program") {
  DeviceDeskWorld world;
  {
    const auto ports = world.desk->gateway_ports();
    intake::Message message;
    const std::string segment =
        "QN=20260601120000000;ST=32;CN=2011;PW=1;MN=N;Flag=5;CP=&&DataTime=20260601120000;w01018-Rtd=5&&";
    REQUIRE(intake::parse_message(segment, message).has_value());
    REQUIRE(ports.waiting->admit(message, intake::make_frame(segment), "10.0.0.1", world.clock));
    std::atomic<int> stored{0};
    REQUIRE(ports.hold({"hj212-held", "N 10.0.0.1:5"}, world.clock, intake::make_frame(segment),
                       [&](Result<void> result) { stored = result ? 1 : -1; }));
    while (stored == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(stored == 1);
    CHECK_FALSE(ports.hold({"hj212-held", "A 10.0.0.1:5"}, world.clock, "##", [](const Result<void>&) {}));
    REQUIRE(world.desk->turn_away("T", "Li", "not ours").has_value());
    CHECK(world.desk->turn_away("A", "Li", "registered").error().code == Errc::conflict);
    REQUIRE(world.desk->ask({"A", "1011", {}, "Li", "test"}).has_value());
  }
  world.close();
  world.open();
  const auto waiting = world.desk->waiting();
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].device.mn == "N");
  CHECK(waiting[0].device.held_frames == 1);
  CHECK(world.desk->gateway_ports().directory->is_turned_away("T"));
  CHECK(world.desk->receipts("A", 10)->at(0).find("\"state\":\"failed\"") != std::string::npos);
  ledger::Device device;
  device.mn = "N";
  device.password = "1";
  device.site = "out.1";
  device.system_code = "32";
  const auto taken = world.desk->take_in(device, {}, "Li", "known now");
  REQUIRE(taken.has_value());
  CHECK(taken->frames == 1);
  CHECK(taken->observations == 1);
  CHECK(world.archive->row_count() == 1);
  CHECK(world.desk->waiting().empty());
}

TEST_CASE("the rules of devices are checked with file and line") {
  const auto pack = [](const std::string& change_from, const std::string& change_to) {
    std::ifstream in(pack_folder / "watch" / "devices.yaml");
    std::string text(std::istreambuf_iterator<char>(in), {});
    const std::size_t place = text.find(change_from);
    REQUIRE(place != std::string::npos);
    text.replace(place, change_from.size(), change_to);
    return parse_device_rules(text, "devices.yaml");
  };
  CHECK(pack("PT2H", "PT3H")->silent_after_us == 3 * us_per_hour);
  for (const auto& [from, to, word] :
       std::initializer_list<std::array<const char*, 3>>{{"PT2H", "two hours", "silent_after"},
                                                         {"at_once: 8", "at_once: 0", "at_once"},
                                                         {"{mn} 自", "{device} 自", "{device}"},
                                                         {"trust: design", "trust: hearsay", "trust"},
                                                         {"look_back:", "lookback:", "lookback"}}) {
    const auto read = pack(from, to);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().detail.find("devices.yaml:") != std::string::npos);
    CHECK(read.error().detail.find(word) != std::string::npos);
  }
  CHECK(parse_device_rules("devices: []\n", "devices.yaml").error().detail.find("devices.yaml") != std::string::npos);
}
