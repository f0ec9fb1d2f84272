#include "watch/evaluation.hpp"

#include "watch/air_test_world.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace celadon;
using namespace celadon::watch;
using namespace celadon::watch::test;

namespace {

struct EvaluationWorld : AirWorld {
  using AirWorld::AirWorld;
  [[nodiscard]] EvaluationSummary evaluate(LegalDay from, LegalDay to, unsigned threads = 1) {
    EvaluationRequest request;
    request.from = from;
    request.to = to;
    request.threads = threads;
    auto summary = watch::evaluate(*archive, *ledger, library(), request);
    if (!summary) FAIL(summary.error().detail);
    return std::move(*summary);
  }
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE(
    "days out of stored hours are those that judge() makes of the same 24 hours, on either side of a new edition") {
  EvaluationWorld world(3);
  const LegalDay from = day_of("2026-02-20");
  world.fill(from, 20, 5, 3);
  static_cast<void>(world.evaluate(from, {from.days + 19}));
  int checked = 0;
  for (int d = 0; d < 20; ++d) {
    const LegalDay day{from.days + d};
    standards::JudgeRequest request;
    request.rule = "air-day";
    request.date = end_of(day);
    for (const auto& item : items) {
      standards::JudgeInput input;
      input.property = item;
      input.series = world.hours("air.1", item, day);
      request.inputs.push_back(input);
    }
    const auto judged = standards::judge(library(), request);
    REQUIRE(judged);
    CHECK(judged->edition == (day < day_of("2026-03-01") ? "HJ 633-2012" : "HJ 633-2026"));
    CHECK(same(world.derived("air.1", "AQI", day), judged->judged ? *judged->value : std::nan("")));
    for (const auto& number : judged->numbers) {
      CHECK(same(world.derived("air.1", number.name, day), number.value));
      checked += std::isnan(number.value) ? 0 : 1;
    }
  }
  CHECK(checked > 60);
}

TEST_CASE("the number of threads changes nothing, and a second run stores nothing") {
  EvaluationWorld one(9);
  EvaluationWorld many(9);
  const LegalDay from = day_of("2020-01-01");
  const LegalDay to = day_of("2020-01-31");
  one.fill(from, 31, 11, 9);
  many.fill(from, 31, 11, 9);
  const auto a = one.evaluate(from, to, 1);
  const auto b = many.evaluate(from, to, 4);
  CHECK(a.derived_new == b.derived_new);
  REQUIRE(a.sites.size() == 10);
  REQUIRE(b.sites.size() == 10);
  for (std::size_t i = 0; i < a.sites.size(); ++i) {
    std::string left;
    std::string right;
    standards::append_json(left, a.sites[i].period, true);
    standards::append_json(right, b.sites[i].period, true);
    CHECK(left == right);
    CHECK(a.sites[i].good_day_percent == b.sites[i].good_day_percent);
  }
  CHECK(one.evaluate(from, to, 3).derived_new == 0);
  CHECK(many.evaluate(from, to, 1).derived_new == 0);
}

TEST_CASE("a late hour changes the day it falls in, the month, and the city, and nothing else") {
  EvaluationWorld world(3);
  const LegalDay from = day_of("2020-01-01");
  const LegalDay to = day_of("2020-01-31");
  for (int d = 0; d < 31; ++d) {
    for (int s = 0; s < 3; ++s) {
      for (int h = 1; h <= 24; ++h) world.put("air." + std::to_string(s), "PM2.5", {from.days + d}, h, 40);
    }
  }
  static_cast<void>(world.evaluate(from, to));
  const LegalDay tenth = day_of("2020-01-10");
  CHECK(world.derived("air.1", "PM2.5", tenth) == 40);
  CHECK(world.derived("city.360200", "PM2.5", tenth) == 40);
  CHECK(world.derived("air.1", "PM2.5", to, {Averaging::Kind::month, 0}) == 40);
  world.put("air.1", "PM2.5", tenth, 24, 40 + 24 * 31);
  // Station: that day, its AQI, the mean and the percentile stay in whole numbers; city: its day and AQI.
  const auto again = world.evaluate(from, to);
  CHECK(world.derived("air.1", "PM2.5", tenth) == 71);
  CHECK(world.derived("air.1", "PM2.5", day_of("2020-01-11")) == 40);
  CHECK(world.derived("air.1", "PM2.5", to, {Averaging::Kind::month, 0}) == 41);
  CHECK(world.derived("air.2", "PM2.5", tenth) == 40);
  CHECK(world.derived("city.360200", "PM2.5", tenth) ==
        56);  // of stations 1 and 2: 55.5; the background point is not in it
  CHECK(again.derived_new == 6);
  CHECK(world.evaluate(from, to).derived_new == 0);
}

TEST_CASE("a day that is no longer valid gets a newer version that is missing") {
  EvaluationWorld world(2);
  const LegalDay day = day_of("2020-01-10");
  for (int h = 1; h <= 20; ++h) world.put("air.1", "PM2.5", day, h, 40);
  static_cast<void>(world.evaluate(day, day));
  CHECK(world.derived("air.1", "PM2.5", day) == 40);
  world.put("air.1", "PM2.5", day, 20, std::nan(""));
  static_cast<void>(world.evaluate(day, day));
  CHECK(std::isnan(world.derived("air.1", "PM2.5", day)));
}

TEST_CASE("a period, a rule, a site or an edition that is none is refused by its field") {
  EvaluationWorld world(2);
  const auto refused = [&](auto change) {
    EvaluationRequest request;
    request.from = day_of("2020-01-01");
    request.to = day_of("2020-01-31");
    change(request);
    const auto summary = watch::evaluate(*world.archive, *world.ledger, library(), request);
    return summary ? std::string("taken") : summary.error().field;
  };
  CHECK(refused([](EvaluationRequest&) {}) == "taken");
  CHECK(refused([](EvaluationRequest& r) { r.to = day_of("2019-12-31"); }) == "to");
  CHECK(refused([](EvaluationRequest& r) { r.to = day_of("2031-12-31"); }) == "to");
  CHECK(refused([](EvaluationRequest& r) { r.rule = "smell"; }) == "rule");
  CHECK(refused([](EvaluationRequest& r) { r.sites = {"air.77"}; }) == "sites");
  CHECK(refused([](EvaluationRequest& r) { r.region = "11"; }) == "region");
  CHECK(refused([](EvaluationRequest& r) { r.edition = "GB 1-1900"; }) == "edition");
}
