#include "intake/hj212_exchange.hpp"

#include "intake/hj212_frame.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace {

using namespace celadon;
using namespace celadon::intake;

constexpr Instant noon{1'700'000'000'000'000};
Instant after_s(std::int64_t s) { return Instant{noon.us + s * us_per_second}; }

/// A host with one device "A" on a line that a test switches.
struct Host {
  bool there = true;
  Edition212 edition = Edition212::of_2017;
  std::vector<std::string> sent;
  std::map<std::string, CommandReceipt> newest;
  Exchanges exchanges{[this](const std::string&, std::string frame) {
                        if (there) sent.push_back(std::move(frame));
                        return there;
                      },
                      [this](const std::string& mn) -> std::optional<DeviceDialect> {
                        if (mn == "X") return std::nullopt;
                        return DeviceDialect{"32", "123456", edition};
                      },
                      [this](const CommandReceipt& receipt) { newest[receipt.id] = receipt; }};

  CommandReceipt ask(const std::string& cn, std::vector<std::pair<std::string, std::string>> parameters = {},
                     Instant now = noon) {
    auto asked = exchanges.ask({"A", cn, std::move(parameters), "me", "test"}, now);
    REQUIRE(asked.has_value());
    return *asked;
  }
  bool hear(const std::string& segment, Instant now, std::size_t observations = 0) {
    Message message;
    REQUIRE(parse_message(segment, message).has_value());
    return exchanges.hear("A", message, make_frame(segment), observations, now);
  }
  bool answer(const std::string& qn, const std::string& cn, const std::string& cp, Instant now) {
    return hear("QN=" + qn + ";ST=91;CN=" + cn + ";PW=123456;MN=A;Flag=4;CP=&&" + cp + "&&", now);
  }
  ExchangeState state(const std::string& id) { return newest.at(id).state; }
};

}  // namespace

TEST_CASE("a request is sent in the device's dialect, accepted, and done by its result") {
  Host host;
  const auto asked = host.ask("1062", {{"RtdInterval", "60"}});
  REQUIRE(host.sent.size() == 1);
  CHECK(host.sent[0].find("ST=32;CN=1062;PW=123456;MN=A;Flag=5;CP=&&RtdInterval=60&&") != std::string::npos);
  CHECK(asked.state == ExchangeState::sent);
  CHECK(host.answer(asked.id, "9011", "QnRtn=1", after_s(1)));
  CHECK(host.state(asked.id) == ExchangeState::accepted);
  CHECK(host.answer(asked.id, "9012", "ExeRtn=1", after_s(2)));
  CHECK(host.state(asked.id) == ExchangeState::done);
  CHECK(host.exchanges.open_count() == 0);
}

TEST_CASE("codes other than 1 end it as refused or failed") {
  Host host;
  const auto first = host.ask("3012", {{"PolId", "w01018"}});
  CHECK(host.answer(first.id, "9011", "QnRtn=3", after_s(1)));
  CHECK(host.state(first.id) == ExchangeState::refused);
  CHECK(host.newest[first.id].qn_rtn == 3);
  const auto second = host.ask("3012", {{"PolId", "w01018"}}, after_s(2));
  CHECK(host.answer(second.id, "9011", "QnRtn=1", after_s(3)));
  CHECK(host.answer(second.id, "9012", "ExeRtn=5", after_s(4)));
  CHECK(host.state(second.id) == ExchangeState::failed);
  CHECK(host.newest[second.id].exe_rtn == 5);
}

TEST_CASE("an unanswered request is repeated three times with its QN, then given up") {
  Host host;
  const auto asked = host.ask("1011");
  for (int second = 1; second <= 39; ++second) host.exchanges.tick(after_s(second));
  REQUIRE(host.sent.size() == 4);
  CHECK(host.sent[3] == host.sent[0]);
  CHECK(host.state(asked.id) == ExchangeState::sent);
  host.exchanges.tick(after_s(40));
  CHECK(host.state(asked.id) == ExchangeState::timed_out);
  CHECK(host.newest[asked.id].sends == 4);
}

TEST_CASE("an accepted request that gives no sign for a minute is timed out; each data message gives it another") {
  Host host;
  const auto asked = host.ask("2061", {{"BeginTime", "20240601000000"}, {"EndTime", "20240601230000"}});
  host.answer(asked.id, "9011", "QnRtn=1", after_s(1));
  for (int i = 0; i < 3; ++i) {
    host.exchanges.tick(after_s(50 + 50 * i));
    CHECK(host.hear("QN=20240602000000" + std::to_string(100 + i) +
                        ";ST=32;CN=2061;PW=123456;MN=A;Flag=5;CP=&&DataTime=2024060100000" + std::to_string(i) +
                        ";w01018-Avg=1&&",
                    after_s(51 + 50 * i), 1));
  }
  CHECK(host.newest[asked.id].data_messages == 3);
  CHECK(host.newest[asked.id].observations == 3);
  CHECK_FALSE(host.hear("QN=20240602000000999;ST=32;CN=2061;PW=123456;MN=A;Flag=5;CP=&&DataTime=20240602000000&&",
                        after_s(152)));
  host.exchanges.tick(after_s(212));
  CHECK(host.state(asked.id) == ExchangeState::timed_out);
}

TEST_CASE("calibration may take half an hour") {
  Host host;
  const auto asked = host.ask("3011", {{"PolId", "w01018"}});
  host.answer(asked.id, "9011", "QnRtn=1", after_s(1));
  host.exchanges.tick(after_s(1700));
  CHECK(host.state(asked.id) == ExchangeState::accepted);
}

TEST_CASE("one exchange at a time: the next is sent when the one before has ended") {
  Host host;
  const auto first = host.ask("1011");
  const auto second = host.ask("1061");
  CHECK(first.id != second.id);
  CHECK(host.sent.size() == 1);
  host.answer(first.id, "9011", "QnRtn=2", after_s(1));
  CHECK(host.sent.size() == 2);
  CHECK(host.sent[1].find("CN=1061") != std::string::npos);
}

TEST_CASE("a request waits for a device that is not there, and is sent when it calls or given up") {
  Host host;
  host.there = false;
  const auto asked = host.ask("1011");
  CHECK(asked.state == ExchangeState::waiting);
  host.there = true;
  host.exchanges.connected("A", after_s(100));
  CHECK(host.state(asked.id) == ExchangeState::sent);
  host.there = false;
  const auto second = host.ask("1061", {}, after_s(101));
  host.answer(asked.id, "9011", "QnRtn=2", after_s(102));
  host.exchanges.tick(after_s(399));
  CHECK(host.state(second.id) == ExchangeState::waiting);
  host.exchanges.tick(after_s(403));
  CHECK(host.state(second.id) == ExchangeState::offline);
}

TEST_CASE("devices of 2005 answer with the QN in CP, and 2011 ends with its 9011") {
  Host host;
  host.edition = Edition212::of_2005;
  const auto asked = host.ask("2011");
  CHECK(host.sent[0].find("Flag=1;") != std::string::npos);
  CHECK(host.hear("ST=91;CN=9011;PW=123456;MN=A;Flag=0;CP=&&QN=" + asked.id + ";QnRtn=1&&", after_s(1)));
  CHECK(host.state(asked.id) == ExchangeState::done);
}

TEST_CASE("the stop notices end with 9013; answers to others change nothing") {
  Host host;
  const auto asked = host.ask("2012");
  CHECK_FALSE(host.answer("20000101000000000", "9013", "", after_s(1)));
  CHECK_FALSE(host.answer("20000101000000000", "9011", "QnRtn=1", after_s(1)));
  CHECK(host.state(asked.id) == ExchangeState::sent);
  CHECK(host.answer(asked.id, "9013", "", after_s(1)));
  CHECK(host.state(asked.id) == ExchangeState::done);
}

TEST_CASE("limits: unknown devices are refused, and so are more requests than a device may have waiting") {
  Host host;
  CHECK(host.exchanges.ask({"X", "1011", {}, "me", "test"}, noon).error().code == Errc::not_found);
  for (int i = 0; i < 200; ++i) host.ask("1011");
  CHECK(host.exchanges.ask({"A", "1011", {}, "me", "test"}, noon).error().code == Errc::too_many);
}
