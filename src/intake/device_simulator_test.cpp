#include "intake/device_simulator.hpp"

#include "intake/csv_reader.hpp"
#include "intake/hj212_crc.hpp"
#include "intake/timer_wheel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

namespace {

using namespace celadon;
using namespace celadon::intake;

const Instant midnight = *parse_instant("2026-03-02T00:00:00+08:00");
constexpr std::array editions = {Edition212::of_2005, Edition212::of_2017, Edition212::of_2025};

std::vector<SimulatedFactor> factors_of(std::string_view system) {
  auto read = read_simulated_factors(CELADON_PACKS, system, {});
  REQUIRE(read.has_value());
  return *read;
}

/// One unit, its line and the clock; a host that answers where it is told to.
struct UnitWorld {
  std::vector<SimulatedFactor> factors = factors_of("32");
  SimulatorPlan plan;
  SimulatorTally tally;
  DeviceIdentity identity;
  std::unique_ptr<DeviceSimulator> device;
  SimulatorTime now{midnight, midnight};
  bool answering = true;
  bool reconnecting = true;
  int hang_ups = 0;
  std::string sent;                   ///< all bytes of the unit
  std::vector<std::string> segments;  ///< of its frames
  std::vector<DeviceMessage> settled;
  FrameReader ears;

  UnitWorld() {
    plan.begin = midnight;
    identity.mn = "0102030405060708090A0B0C";
    identity.factors = &factors;
  }
  void start() {
    if (identity.key) ears = FrameReader([this](std::string_view) { return identity.key; });
    device = std::make_unique<DeviceSimulator>(plan, identity, tally);
    device->connected(now);
  }
  void take(DeviceOutput& out) {
    std::vector<std::string> answers;
    for (auto& piece : out.pieces) {
      sent += piece.bytes;
      ears.feed(piece.bytes);
      for (auto item = ears.next(); item.index() != 0; item = ears.next()) {
        const auto* frame = std::get_if<Frame>(&item);
        if (frame == nullptr) continue;
        Message message;
        if (!parse_message(frame->segment, message)) continue;  // damaged, and encrypted
        segments.emplace_back(frame->segment);
        if (!answering || !message.wants_answer) continue;
        const bool notice = message.cn == "9015" || message.cn == "1013";
        answers.push_back(notice ? answer_notice(message) : answer_data(message));
      }
    }
    settled.insert(settled.end(), out.settled.begin(), out.settled.end());
    if (out.hang_up) {
      ++hang_ups;
      if (reconnecting) device->connected(now);
      return;
    }
    for (const auto& answer : answers) say(answer);
  }
  void say(const std::string& bytes) {
    DeviceOutput out;
    device->receive(bytes, now, out);
    take(out);
  }
  void tick() {
    DeviceOutput out;
    device->tick(now, out);
    take(out);
  }
  /// In steps of a tenth of a second, on both clocks.
  void run(double seconds) {
    for (int i = 0; i < static_cast<int>(seconds * 10); ++i) {
      now.wall.us += 100'000;
      now.clock.us += 100'000;
      tick();
    }
  }
  /// What it answers to a request of the host.
  std::vector<std::string> ask(const std::string& cn, const std::string& cp, const std::string& password = "123456",
                               double patience_s = 5) {
    const std::size_t before = segments.size();
    const char* flag = identity.edition == Edition212::of_2005   ? "1"
                       : identity.edition == Edition212::of_2017 ? "5"
                                                                 : "9";
    say(make_frame("QN=20260302120000001;ST=32;CN=" + cn + ";PW=" + password + ";MN=" + identity.mn + ";Flag=" + flag +
                   ";CP=&&" + cp + "&&"));
    run(patience_s);
    std::vector<std::string> answers;
    for (std::size_t i = before; i < segments.size(); ++i) {
      const auto& one = segments[i];
      if (one.find("20260302120000001") != std::string::npos || one.find("CN=" + cn + ";") != std::string::npos)
        answers.push_back(one);
    }
    return answers;
  }
};

bool has(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

std::map<std::string, std::string> values_of(const std::string& segment) {
  Message message;
  REQUIRE(parse_message(segment, message).has_value());
  std::map<std::string, std::string> all;
  for (const auto& pair : message.pairs) all[std::string(pair.key)] = std::string(pair.value);
  return all;
}

std::string run_with_seed(std::uint64_t seed, Edition212 edition) {
  UnitWorld world;
  world.plan.seed = seed;
  world.plan.kinds = {2011, 2051, 2061, 2031, 2021, 2041, 2081};
  world.plan.heartbeat_s = 60;
  world.plan.clock_request_s = 3600;
  const auto faults = DeviceFaults::parse(
      "split=0.2,corrupt=0.1,drop=0.1,drop-bytes=0.1,duplicate=0.1,delay=3,reorder=0.2,drop-data=0.1,fault-flag=0.1,"
      "wrong-unit=0.5,stuck-value=0.5,clock-drift=100");
  REQUIRE(faults.has_value());
  world.plan.faults = *faults;
  world.identity.edition = edition;
  if (edition == Edition212::of_2025) world.identity.key = Key212{1, 2, 3};
  world.start();
  world.run(4000);
  return world.sent;
}

}  // namespace

TEST_CASE("of one seed a simulated unit sends the same bytes, faults and all; of another seed others") {
  for (const Edition212 edition : editions) {
    const std::string once = run_with_seed(7, edition);
    CHECK(once.size() > 10'000);
    CHECK(once == run_with_seed(7, edition));
    CHECK(once != run_with_seed(8, edition));
  }
}

TEST_CASE("a simulated unit sends what is due and waits for each answer") {
  UnitWorld world;
  world.answering = false;
  world.start();
  world.run(9);
  CHECK(world.segments.size() == 1);
  CHECK(
      world.segments[0].starts_with("QN=20260302000000000;ST=32;CN=2011;PW=123456;MN=0102030405060708090A0B0C;Flag=5;"
                                    "CP=&&DataTime=20260302000000;w00000-Rtd="));
  world.answering = true;
  world.run(81.5);
  std::set<std::string> times;
  for (const auto& segment : world.segments) times.insert(values_of(segment)["DataTime"]);
  CHECK(times == std::set<std::string>{"20260302000000", "20260302000030", "20260302000100", "20260302000130"});
  CHECK(world.tally.messages == 4);
  CHECK(world.tally.answered == 4);
}

TEST_CASE(
    "a simulated unit repeats three times after ten seconds each, connects again, and sends until it is answered") {
  UnitWorld world;
  world.answering = false;
  world.plan.messages_max = 1;
  world.start();
  world.run(39.9);
  REQUIRE(world.segments.size() == 4);
  for (const auto& segment : world.segments) CHECK(segment == world.segments[0]);
  CHECK(world.hang_ups == 0);
  world.run(0.3);
  CHECK(world.hang_ups == 1);
  CHECK(world.segments.size() == 5);
  world.run(200);
  CHECK_FALSE(world.device->finished());
  world.answering = true;
  world.run(12);
  CHECK(world.device->finished());
  REQUIRE(world.settled.size() == 1);
  CHECK(world.settled[0].answered);
  CHECK(world.tally.messages == 1);
}

TEST_CASE("what a unit of 2025 sends again on a new line carries RF=1, of 2017 it is the same bytes") {
  for (const Edition212 edition : editions) {
    UnitWorld world;
    world.answering = false;
    world.identity.edition = edition;
    world.start();
    world.run(41);
    REQUIRE(world.segments.size() == 5);
    CHECK(has(world.segments[4], ";RF=1;") == (edition == Edition212::of_2025));
    CHECK((world.segments[4] == world.segments[0]) == (edition != Edition212::of_2025));
  }
}

TEST_CASE("a refused checksum is sent again at once, any other refusal when the wait is over") {
  UnitWorld world;
  world.answering = false;
  world.start();
  world.tick();
  REQUIRE(world.segments.size() == 1);
  Message message;
  REQUIRE(parse_message(world.segments[0], message).has_value());
  world.say(answer_return(message, 9));
  CHECK(world.segments.size() == 2);
  world.say(answer_return(message, 4));
  CHECK(world.segments.size() == 2);
  CHECK(world.tally.refused == 2);
  CHECK(world.device->unanswered()[0].refused == 4);
  for (int i = 0; i < 50; ++i) world.say(answer_return(message, 9));  // a host that refuses all gets no flood
  CHECK(world.segments.size() == 4);
}

TEST_CASE("an hour is the mean of its minutes, a day of its hours, and its extremes are theirs") {
  const auto factors = factors_of("31");
  DeviceIdentity identity;
  identity.factors = &factors;
  DeviceFaults faults;
  const DeviceMeasurements measured(3, faults, identity);
  const auto number = [&](Command cn, Instant time, std::string_view code, std::string_view suffix) {
    for (const auto& value : measured.values(cn, time, 10)) {
      if (value.code == code && value.suffix == suffix) return std::atof(value.text.c_str());
    }
    FAIL("no such value");
    return 0.0;
  };
  double hours = 0;
  for (int hour = 0; hour < 24; ++hour) {
    const Instant begin{midnight.us + hour * us_per_hour};
    double minutes = 0;
    double highest = 0;
    for (int i = 0; i < 6; ++i) {
      minutes += number(2051, Instant{begin.us + i * 10 * us_per_minute}, "a21026", "Avg");
      highest = std::max(highest, number(2051, Instant{begin.us + i * 10 * us_per_minute}, "a21026", "Max"));
    }
    CHECK(number(2061, begin, "a21026", "Avg") == doctest::Approx(minutes / 6).epsilon(0.001));
    CHECK(number(2061, begin, "a21026", "Max") == highest);
    hours += number(2061, begin, "a21026", "Avg");
  }
  CHECK(number(2031, midnight, "a21026", "Avg") == doctest::Approx(hours / 24).epsilon(0.001));
  // HJ 212-2017 annex D: load = C * Q, converted = C * (21 - 6) / (21 - O2).
  const double flow = number(2061, midnight, "a00000", "Cou");
  CHECK(number(2061, midnight, "a00000", "Avg") * 3600 == doctest::Approx(flow).epsilon(0.001));
  CHECK(number(2061, midnight, "a21026", "Cou") ==
        doctest::Approx(number(2061, midnight, "a21026", "Avg") * flow * 1e-6).epsilon(0.002));
  CHECK(number(2061, midnight, "a21026", "ZsAvg") ==
        doctest::Approx(number(2061, midnight, "a21026", "Avg") * 15 / (21 - number(2061, midnight, "a19001", "Avg")))
            .epsilon(0.002));
}

TEST_CASE("simulated levels stay between 0 and 1 and change") {
  double least = 1;
  double most = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double level = level_at(99, Instant{midnight.us + i * 47 * us_per_second});
    least = std::min(least, level);
    most = std::max(most, level);
  }
  CHECK(least >= 0);
  CHECK(most <= 1);
  CHECK(most - least > 0.5);
}

TEST_CASE("data times begin on the grid of Beijing days, and go out when the period is over") {
  UnitWorld world;
  world.plan.kinds = {2051, 2061};
  world.plan.begin = Instant{midnight.us + 5 * us_per_minute};
  world.start();
  world.run(7300);
  std::vector<std::string> hours;
  std::vector<std::string> minutes;
  for (const auto& segment : world.segments) {
    (has(segment, "CN=2061") ? hours : minutes).push_back(values_of(segment)["DataTime"]);
  }
  CHECK(hours == std::vector<std::string>{"20260302010000"});
  REQUIRE(minutes.size() == 11);
  CHECK(minutes.front() == "20260302001000");
  CHECK(minutes.back() == "20260302015000");
}

TEST_CASE("what an outage keeps back is in the history, with the values that would have been sent") {
  UnitWorld never;
  UnitWorld outage;
  for (UnitWorld* world : {&never, &outage}) {
    world->plan.kinds = {2061};
    if (world == &outage) world->plan.outages = {{midnight, Instant{midnight.us + 3 * us_per_hour}}};
    world->start();
    world->now.clock.us += 5 * us_per_hour;
    world->run(3);
  }
  REQUIRE(never.segments.size() == 5);
  REQUIRE(outage.segments.size() == 2);
  CHECK(outage.segments[0] == never.segments[3]);
  const auto answers = outage.ask("2061", "BeginTime=20260302000000;EndTime=20260302020000");
  REQUIRE(answers.size() == 5);
  CHECK(has(answers[0], "ST=91;CN=9011;PW=123456;MN=0102030405060708090A0B0C;Flag=4;CP=&&QnRtn=1&&"));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(values_of(answers[i + 1]) == values_of(never.segments[i]));
    CHECK(has(answers[i + 1], "Flag=4;"));
    CHECK_FALSE(has(answers[i + 1], "QN=20260302120000001"));
  }
  CHECK(has(answers[4], "CN=9012;PW=123456;MN=0102030405060708090A0B0C;Flag=4;CP=&&ExeRtn=1&&"));
  CHECK(std::ranges::count_if(outage.settled, &DeviceMessage::history) == 3);
  CHECK(has(outage.ask("2061", "BeginTime=20270302000000;EndTime=20270302020000").back(), "ExeRtn=100"));
  CHECK(has(outage.ask("2061", "BeginTime=20260302020000;EndTime=20260302000000").back(), "ExeRtn=3"));
  CHECK(outage.ask("2061", "BeginTime=20260201000000;EndTime=20260302020000").size() == 29 * 24 + 3 + 2);
}

TEST_CASE("every edition answers requests in its own dialect") {
  for (const Edition212 edition : editions) {
    UnitWorld world;
    world.plan.kinds = {2061};
    world.identity.edition = edition;
    world.start();
    const bool old = edition == Edition212::of_2005;
    const auto clock = world.ask("1011", "");
    REQUIRE(clock.size() == 3);
    CHECK(clock[0].starts_with(old ? "ST=91;CN=9011;" : "QN=20260302120000001;ST=91;CN=9011;"));
    CHECK(has(clock[0], old ? "CP=&&QN=20260302120000001;QnRtn=1&&" : "CP=&&QnRtn=1&&"));
    CHECK(has(clock[1], old ? "CP=&&QN=20260302120000001;SystemTime=20260302000" : "CP=&&SystemTime=20260302000"));
    CHECK(clock[2].starts_with(old ? "ST=91;CN=9012;" : "QN=20260302120000001;ST=91;CN=9012;"));
    CHECK(has(clock[2], old ? "CP=&&QN=20260302120000001;ExeRtn=1&&" : "CP=&&ExeRtn=1&&"));
    const char* flag = old ? "Flag=0;" : edition == Edition212::of_2017 ? "Flag=4;" : "Flag=8;";
    CHECK(has(clock[1], flag));
    CHECK(has(clock[2], flag));
    CHECK(has(world.ask("1063", "").front(), old ? "QnRtn=2" : "QnRtn=1"));
    CHECK(has(world.ask("9999", "").empty() ? "" : "answered", ""));
    CHECK(has(world.ask("2999", "").front(), old ? "QnRtn=2" : "QnRtn=8"));
    CHECK(has(world.ask("1011", "", "654321").front(), "QnRtn=3"));
  }
}

TEST_CASE("parameters are set, told, and kept to") {
  UnitWorld world;
  world.start();
  CHECK(has(world.ask("1061", "")[1], "RtdInterval=30&&"));
  CHECK(has(world.ask("1062", "RtdInterval=60").back(), "ExeRtn=1"));
  CHECK(has(world.ask("1061", "")[1], "RtdInterval=60&&"));
  CHECK(has(world.ask("1062", "RtdInterval=x").back(), "ExeRtn=3"));
  CHECK(has(world.ask("1064", "MinInterval=7").back(), "ExeRtn=3"));
  CHECK(has(world.ask("1064", "MinInterval=5").back(), "ExeRtn=1"));
  CHECK(has(world.ask("1063", "")[1], "MinInterval=5&&"));
  CHECK(has(world.ask("3019", "PolId=w01018")[1], "CP=&&PolId=w01018;w01018-SN="));
  CHECK(has(world.ask("3020", "PolId=w01018;InfoId=i11001")[1], "PolId=w01018;i11001-Info=//"));
  CHECK(has(world.ask("3020", "PolId=w01018;InfoId=i12001")[1], "i12001-Info=0&&"));
  CHECK(has(world.ask("3011", "").back(), "ExeRtn=3"));
  const auto calibrated = world.ask("3011", "PolId=w01018");
  REQUIRE(calibrated.size() == 2);
  CHECK(has(calibrated[1], "ExeRtn=1"));
  CHECK(world.ask("3011", "PolId=w01018", "123456", 1).size() == 1);  // it takes two seconds
  CHECK(has(world.ask("3012", "PolId=w01018").at(1), "ExeRtn=5"));    // and meanwhile it is busy
  const auto password = world.ask("1072", "NewPW=abc123");
  CHECK(has(password.back(), "CN=9012;PW=123456;"));  // told in the old one
  CHECK(has(world.ask("1011", "").front(), "QnRtn=3"));
  CHECK(has(world.ask("1011", "", "abc123").back(), "ExeRtn=1"));
  world.segments.clear();
  world.run(60);
  CHECK(has(world.segments.back(), "PW=abc123;"));
}

TEST_CASE("real-time data stop with 2012 and flow again with 2011") {
  for (const Edition212 edition : editions) {
    UnitWorld world;
    world.identity.edition = edition;
    world.start();
    world.run(31);
    CHECK(world.segments.size() == 2);
    const auto stopped = world.ask("2012", "");
    REQUIRE(stopped.size() == 1);
    CHECK(has(stopped[0], "CN=9013;"));
    world.segments.clear();
    world.run(120);
    CHECK(world.segments.empty());
    const auto started = world.ask("2011", "", "123456", 0);
    CHECK(has(started.at(0), "QnRtn=1"));
    CHECK((started.size() == 2) == (edition != Edition212::of_2005));  // there the data are the result
    world.segments.clear();
    world.run(59);
    CHECK(world.segments.size() >= 1);
    CHECK(world.segments.size() <= 2);
  }
}

TEST_CASE("a message beyond 1,024 bytes goes out in packets, each answered before the next") {
  UnitWorld world;
  std::vector<std::string> codes;
  for (int i = 0; i < 40; ++i) codes.push_back("w2" + std::to_string(1000 + i));
  world.factors = *read_simulated_factors(CELADON_PACKS, "32", codes);
  world.plan.kinds = {2061};
  world.plan.messages_max = 1;
  world.start();
  world.now.clock.us += 2 * us_per_hour;
  world.run(5);
  REQUIRE(world.segments.size() > 2);
  std::set<std::string> codes_seen;
  std::set<std::string> qns;
  for (std::size_t i = 0; i < world.segments.size(); ++i) {
    const auto& segment = world.segments[i];
    CHECK(segment.size() <= segment_bytes_standard);
    CHECK(has(segment, "Flag=7;PNUM=" + std::to_string(world.segments.size()) + ";PNO=" + std::to_string(i + 1) + ";"));
    CHECK(has(segment, "CP=&&DataTime=20260302000000;"));
    qns.insert(segment.substr(0, 20));
    for (const auto& [key, value] : values_of(segment)) {
      if (key.ends_with("-Avg")) CHECK(codes_seen.insert(key).second);
    }
  }
  CHECK(codes_seen.size() == 40);
  CHECK(qns.size() == world.segments.size());
  std::size_t values = 0;
  for (const auto& message : world.settled) values += world.device->values(message).size();
  CHECK(values == 40 * 3);
}

TEST_CASE("encrypted data of 2025 are opened with the key and hold the plain values") {
  UnitWorld plain;
  UnitWorld secret;
  for (UnitWorld* world : {&plain, &secret}) {
    world->identity.edition = Edition212::of_2025;
    world->plan.heartbeat_s = 20;
    if (world == &secret) world->identity.key = Key212{9, 8, 7, 6};
    world->start();
    world->run(65);
  }
  CHECK(plain.segments == secret.segments);
  CHECK(plain.segments.size() == 3 + 4);
  CHECK(has(plain.sent, "w01018-Rtd"));
  CHECK_FALSE(has(secret.sent, "w01018-Rtd"));
  CHECK(has(secret.sent, "CN=9015;PW=123456;MN=0102030405060708090A0B0C;Flag=9;CP=&&&&"));
}

TEST_CASE("a drifting clock shows in QN and DataTime until the host sets it") {
  UnitWorld world;
  world.plan.faults.set(DeviceFault::clock_drift, 600);
  world.plan.seed = 5;
  world.start();
  world.run(3);
  const auto told_at = [&] {
    const auto answers = world.ask("1011", "", "123456", 0);
    return *parse_time212(values_of(answers.at(1))["SystemTime"]);
  };
  const std::int64_t off_us = std::abs(told_at().us - world.now.clock.us);
  CHECK(off_us > 5 * us_per_second);
  CHECK(off_us < 601 * us_per_second);
  CHECK(has(world.ask("1012", "SystemTime=" + to_time212(world.now.clock), "123456", 0).back(), "ExeRtn=1"));
  CHECK(std::abs(told_at().us - world.now.clock.us) <= us_per_second);
}

TEST_CASE("faults of requests: refused, busy, silent, no data") {
  const auto answers_with = [](DeviceFault fault, Edition212 edition) {
    UnitWorld world;
    world.identity.edition = edition;
    world.plan.kinds = {2061};
    world.plan.faults.set(fault, 1);
    world.start();
    return world.ask("1062", "RtdInterval=60");
  };
  CHECK(has(answers_with(DeviceFault::command_refuse, Edition212::of_2017).at(0), "QnRtn=2"));
  CHECK(has(answers_with(DeviceFault::command_busy, Edition212::of_2017).at(1), "ExeRtn=5"));
  CHECK(has(answers_with(DeviceFault::command_busy, Edition212::of_2005).at(1), "ExeRtn=2"));
  CHECK(has(answers_with(DeviceFault::command_no_data, Edition212::of_2025).at(1), "ExeRtn=100"));
  CHECK(answers_with(DeviceFault::command_silent, Edition212::of_2017).empty());
}

TEST_CASE("faults of values and sendings are what they are called, and are told with the message") {
  const auto run_with = [](const std::string& text, double seconds) {
    auto world = std::make_unique<UnitWorld>();
    world->plan.faults = *DeviceFaults::parse(text);
    world->start();
    world->run(seconds);
    return world;
  };
  const auto clean = run_with("", 300);
  const auto unit = run_with("wrong-unit=1", 300);
  int greater = 0;
  const auto right = values_of(clean->segments[0]);
  for (const auto& [key, value] : values_of(unit->segments[0])) {
    if (!key.ends_with("-Rtd") || value == right.at(key)) continue;
    ++greater;
    CHECK(std::atof(value.c_str()) == doctest::Approx(1000 * std::atof(right.at(key).c_str())).epsilon(0.01));
  }
  CHECK(greater == 1);
  const auto told = unit->device->values(unit->settled[0]);
  CHECK(std::ranges::count_if(told, [](const auto& value) { return value.struck.to_text() == "wrong-unit"; }) == 1);

  const auto stuck = run_with("stuck-value=1", 300);
  std::map<std::string, std::set<std::string>> seen;
  for (const auto& segment : stuck->segments) {
    for (const auto& [key, value] : values_of(segment)) seen[key].insert(value);
  }
  CHECK(std::ranges::count_if(
            seen, [](const auto& one) { return one.first.ends_with("-Rtd") && one.second.size() == 1; }) == 1);

  const auto reordered = run_with("reorder=0.5", 600);
  std::vector<std::string> times;
  for (const auto& segment : reordered->segments) times.push_back(values_of(segment)["DataTime"]);
  CHECK_FALSE(std::ranges::is_sorted(times));
  CHECK(times.size() >= 19);

  CHECK(has(run_with("fault-flag=1", 1)->segments.at(0), "w01018-Flag=D"));
  CHECK(run_with("modbus-crc=1", 300)->segments.empty());
  CHECK_FALSE(has(run_with("no-line-end=1", 300)->sent, "\r\n"));
  const auto broken = run_with("disconnect=0.3", 300);
  CHECK(broken->hang_ups > 0);
  CHECK(broken->tally.answered >= 10);
  const auto long_run = run_with("", 900);
  const std::set<std::string> meant(long_run->segments.begin(), long_run->segments.end());
  for (const char* fault : {"corrupt=0.4", "drop=0.4", "drop-bytes=0.4", "duplicate=0.4", "split=0.4", "delay=5"}) {
    const auto world = run_with(fault, 900);
    CAPTURE(fault);
    CHECK(world->tally.answered >= 12);
    CHECK(std::ranges::any_of(world->settled, [](const auto& message) { return !message.struck.to_text().empty(); }));
    for (const auto& segment : world->segments) CHECK(meant.contains(segment));
  }
}

TEST_CASE("a byte that is changed never passes for another message") {
  UnitWorld world;
  world.start();
  world.tick();
  const std::string frame = world.sent;
  const std::string& meant = world.segments.at(0);
  std::size_t passed = 0;
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (unsigned change = 1; change < 256; ++change) {
      std::string damaged = frame;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ change);
      FrameReader reader;
      reader.feed(damaged + frame);
      for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
        const auto* taken = std::get_if<Frame>(&item);
        if (taken != nullptr && taken->segment != meant) ++passed;
      }
    }
  }
  CHECK(passed == 0);
}

TEST_CASE("names of faults that are none are refused with the list, amounts with what is expected") {
  const auto unknown = DeviceFaults::parse("split=0.1,explode=1");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(has(unknown.error().detail, "explode"));
  for (const auto& one : device_fault_meanings()) CHECK(has(unknown.error().detail, std::string(one.name)));
  CHECK_FALSE(DeviceFaults::parse("split=2").has_value());
  CHECK_FALSE(DeviceFaults::parse("split").has_value());
  CHECK_FALSE(DeviceFaults::parse("split=-0.1").has_value());
  CHECK_FALSE(DeviceFaults::parse("split=nan").has_value());
  CHECK(DeviceFaults::parse("delay=2.5,split=0.25")->of(DeviceFault::delay) == 2.5);
}

TEST_CASE("the codes of simulated units are those of HJ 212") {
  constexpr std::array<std::string_view, 9> columns = {"code_2017", "code_2005", "name_zh", "name_en", "unit",
                                                       "medium",    "source",    "trust",   "note"};
  const auto csv = read_csv_table(std::string(CELADON_PACKS) + "/standards/hj212_factors.csv", columns);
  REQUIRE(csv.has_value());
  std::map<std::string, std::set<std::string>> known;
  for (const auto& row : csv->rows) known[row[0]].insert(row[1]);
  for (const char* system : {"21", "22", "31", "32"}) {
    for (const auto& factor : factors_of(system)) {
      CAPTURE(factor.code);
      REQUIRE(known.contains(factor.code));
      if (factor.code_2005 != factor.code) CHECK(known[factor.code].contains(factor.code_2005));
    }
  }
  CHECK_FALSE(read_simulated_factors(CELADON_PACKS, "38", {}).has_value());
}

TEST_CASE("a timer wheel wakes each sleeper once, at its last wish, however far it lies") {
  std::uint64_t state = 1;
  const auto random = [&](std::uint64_t below) { return place_hash(state++, 0) % below; };
  constexpr std::size_t sleepers = 50;
  TimerWheel wheel(Instant{0}, 5000, 64, sleepers);
  std::vector<std::optional<Instant>> wishes(sleepers);
  for (std::int64_t now_us = 0; now_us < 20'000'000; now_us += 1000 * static_cast<std::int64_t>(1 + random(30))) {
    wheel.advance(Instant{now_us}, [&](std::uint32_t who) {
      REQUIRE(wishes[who].has_value());
      CHECK(wishes[who]->us <= now_us);
      wishes[who].reset();
    });
    for (const auto& wish : wishes) CHECK((!wish || wish->us > now_us - 10'000));
    const auto who = static_cast<std::uint32_t>(random(sleepers));
    if (random(5) == 0) {
      wheel.cancel(who);
      wishes[who].reset();
    } else {
      wishes[who] = Instant{now_us + static_cast<std::int64_t>(random(900'000))};
      wheel.put(who, *wishes[who]);
    }
  }
}
