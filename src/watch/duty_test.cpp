#include "watch/duty.hpp"

#include "core/yaml_fields.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace celadon;
using namespace celadon::watch;

namespace {

DutyRules duty_rules() {
  auto read = read_duty_rules(std::filesystem::path(CELADON_PACKS) / "watch" / "duty.yaml");
  if (!read) FAIL(read.error().detail);
  return *read;
}

const Instant morning{1'585'872'000'000'000};  // 2020-04-03T00:00:00Z, 8:00 in Beijing

DutySignal signal(DutyKind kind, const std::string& id, std::int64_t hours_ago = 0) {
  DutySignal one;
  one.kind = kind;
  one.id = id;
  one.since = {morning.us - hours_ago * us_per_hour};
  return one;
}

double score_of(const DutySignal& one) { return rank_duty(duty_rules(), std::vector{one}, morning).front().score; }

}  // namespace

TEST_CASE("a new real exceedance stands before what is likely a fault, and both before a device that waits") {
  auto real = signal(DutyKind::alarm, "real");
  real.fault = 0.05;
  auto fault = signal(DutyKind::alarm, "fault");
  fault.fault = 0.95;
  const auto waiting = signal(DutyKind::pending_device, "waiting");
  const std::vector all{waiting, fault, real};
  const auto list = rank_duty(duty_rules(), all, morning);
  REQUIRE(list.size() == 3);
  CHECK(all[list[0].signal].id == "real");
  CHECK(list[0].act_now);
  CHECK(list[0].confidence == doctest::Approx(0.95));
  CHECK(all[list[1].signal].id == "waiting");
  CHECK_FALSE(list[2].act_now);
  CHECK(list[2].score > 0);
}

TEST_CASE("the score is bounded, and rises with extent, falls with age and with doubt, over the whole range") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> share(0, 1);
  for (std::size_t kind = 0; kind < duty_kinds.size(); ++kind) {
    for (int turn = 0; turn < 200; ++turn) {
      auto one = signal(static_cast<DutyKind>(kind), "x", static_cast<std::int64_t>(share(random) * 1000));
      one.extent = 1 + share(random) * 100;
      one.fault = share(random);
      one.legal = share(random) < 0.5;
      const double score = score_of(one);
      CHECK(score >= 0);
      CHECK(score <= 100);
      auto more = one;
      more.extent *= 1 + share(random);
      CHECK(score_of(more) >= score);
      auto older = one;
      older.since.us -= us_per_hour * 5;
      CHECK(score_of(older) <= score);
      auto doubtful = one;
      doubtful.fault = one.fault + (1 - one.fault) * share(random);
      CHECK(score_of(doubtful) <= score);
    }
  }
}

TEST_CASE("the product of the factors is the score") {
  auto one = signal(DutyKind::alarm, "x", 6);
  one.extent = 1.5;
  one.fault = 0.3;
  one.legal = false;
  const auto list = rank_duty(duty_rules(), std::vector{one}, morning);
  double product = 1;
  for (const auto& factor : list.front().factors) product *= factor.factor;
  CHECK(product == doctest::Approx(list.front().score));
  CHECK(list.front().factors.size() == 5);
}

TEST_CASE("what cannot be told is neither trusted nor thrown away") {
  auto known = signal(DutyKind::alarm, "known");
  auto unknown = signal(DutyKind::alarm, "unknown");
  unknown.fault = std::nan("");
  CHECK(score_of(unknown) < score_of(known));
  CHECK(score_of(unknown) > 0);
  auto odd = signal(DutyKind::alarm, "odd");
  odd.extent = std::nan("");
  CHECK(score_of(odd) == score_of(known));
  odd.extent = -4;
  CHECK(score_of(odd) == score_of(known));
}

TEST_CASE("the order of what is known does not change the list") {
  std::vector<DutySignal> all;
  for (int i = 0; i < 40; ++i) {
    auto one = signal(static_cast<DutyKind>(i % 9), "id" + std::to_string(i), i % 5);
    one.site = "site" + std::to_string(i % 4);
    one.extent = 1 + i % 3;
    all.push_back(one);
  }
  const auto ids = [](const std::vector<DutySignal>& signals) {
    std::vector<std::string> names;
    for (const auto& item : rank_duty(duty_rules(), signals, morning)) names.push_back(signals[item.signal].id);
    return names;
  };
  const auto first = ids(all);
  std::mt19937 random(3);
  for (int turn = 0; turn < 20; ++turn) {
    std::ranges::shuffle(all, random);
    CHECK(ids(all) == first);
  }
  CHECK(rank_duty(duty_rules(), std::vector<DutySignal>{}, morning).empty());
}

TEST_CASE("the same matter of one site and property stands once, under its alarm") {
  auto alarm = signal(DutyKind::alarm, "event:1");
  auto over = signal(DutyKind::over_limit, "site:a");
  auto other = signal(DutyKind::over_limit, "site:b");
  alarm.site = over.site = "a";
  other.site = "b";
  alarm.property = over.property = other.property = "NH3-N";
  const std::vector all{over, other, alarm};
  const auto list = rank_duty(duty_rules(), all, morning);
  REQUIRE(list.size() == 2);
  CHECK(all[list[0].signal].id == "event:1");
  CHECK(list[0].merged == std::vector<std::size_t>{0});
  CHECK(all[list[1].signal].id == "site:b");
}

TEST_CASE("before the shift its hour is today's, from it on tomorrow's") {
  const Instant eight = morning;
  CHECK(next_shift(duty_rules(), {eight.us - 1}) == eight);
  CHECK(next_shift(duty_rules(), eight).us == eight.us + us_per_day);
}

TEST_CASE("a value is proposed as a fault from the pack's probability on") {
  const auto by = duty_rules();
  CHECK(propose_fault(by, by.fault_from) == FaultProposal::fault);
  CHECK(propose_fault(by, by.fault_from - 1e-9) == FaultProposal::real);
  CHECK(propose_fault(by, std::nan("")) == FaultProposal::unknown);
}

TEST_CASE("a misprint in the pack is named with its line") {
  const auto text = *read_pack(std::filesystem::path(CELADON_PACKS) / "watch" / "duty.yaml");
  const auto spoil = [&](const std::string& from, const std::string& to) {
    std::string wrong = text;
    const auto place = wrong.find(from);
    REQUIRE(place != std::string::npos);
    wrong.replace(place, from.size(), to);
    const auto read = parse_duty_rules(wrong, "duty.yaml");
    REQUIRE_FALSE(read);
    CAPTURE(read.error().detail);
    CHECK(read.error().detail.starts_with("duty.yaml"));
    return read.error().detail;
  };
  CHECK(spoil("act_from: 40", "act_from: 140").find("act_from") != std::string::npos);
  CHECK(spoil("fault_from: 0.5", "fault_form: 0.5").find("fault_form") != std::string::npos);
  CHECK(spoil("id: marked", "id: marke").find("'marke'") != std::string::npos);
  CHECK(spoil("id: marked", "id: alarm").find("twice") != std::string::npos);
  CHECK(spoil("kinds: [river-section]", "kinds: [air-station]").find("air-station") != std::string::npos);
  CHECK(spoil("half_life: P1D, least: 0.2", "least: 0.2").find("half_life") != std::string::npos);
  CHECK(spoil("weight: 20, gain", "weight: -1, gain").find("weight") != std::string::npos);
}
