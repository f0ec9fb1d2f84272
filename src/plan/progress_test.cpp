#include "plan/progress.hpp"

#include "plan/plan_test_world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>

using namespace celadon;
using namespace celadon::plan;
using namespace celadon::plan::test;

namespace {

Promise rising(double baseline, double goal, int year = 2030) {
  Promise promise;
  promise.kind = Kind::expected;
  promise.sense = Sense::higher;
  promise.standing = Standing::computed;
  promise.baseline = baseline;
  promise.goal = goal;
  promise.year = year;
  return promise;
}

std::vector<YearValue> years_of(std::initializer_list<double> values, int first = 2021) {
  std::vector<YearValue> years;
  for (const double value : values) years.push_back({first + static_cast<int>(years.size()), value});
  return years;
}

constexpr double far = 1e9;

}  // namespace

TEST_CASE("whether a value keeps a promise, by its sense") {
  Promise promise = rising(10, 30);
  CHECK(keeps(promise, 30));
  CHECK(keeps(promise, 0.1 * 300));
  CHECK_FALSE(keeps(promise, 29.9));
  promise.strict = true;
  CHECK_FALSE(keeps(promise, 30));
  promise.sense = Sense::lower;
  CHECK(keeps(promise, 29.9));
  CHECK_FALSE(keeps(promise, 30));
  promise.sense = Sense::equal;
  CHECK(keeps(promise, 30));
  CHECK_FALSE(keeps(promise, 31));
  promise.sense = Sense::milestone;
  promise.strict = false;
  promise.goal.reset();
  CHECK(keeps(promise, 1));
  CHECK_FALSE(keeps(promise, 0));
  CHECK_FALSE(keeps(promise, std::nan("")));
}

TEST_CASE("the path goes through baseline, interim points and goal") {
  const auto plan = small_plan();
  const auto& promise = *plan->promise("T1");  // 10 in 2025, 20 in 2028, 30 in 2030
  CHECK(path_value(*plan, promise, 2025) == 10);
  CHECK(*path_value(*plan, promise, 2026) == doctest::Approx(10 + 10.0 / 3));
  CHECK(path_value(*plan, promise, 2028) == 20);
  CHECK(path_value(*plan, promise, 2029) == 25);
  CHECK(path_value(*plan, promise, 2030) == 30);
  CHECK(path_value(*plan, promise, 2033) == 30);
  CHECK_FALSE(path_value(*plan, promise, 2024));
  CHECK_FALSE(path_value(*plan, *plan->promise("T3"), 2027));  // no baseline
  CHECK(way_gone(promise, 20) == 0.5);
  CHECK(way_gone(promise, 5) == -0.25);
  CHECK(time_gone(*plan, promise, day_of("2025-12-31")) == 0);
  CHECK(time_gone(*plan, promise, day_of("2030-12-31")) == 1);
  CHECK(time_gone(*plan, promise, day_of("2028-06-30")) == doctest::Approx(0.4994).epsilon(0.001));
}

TEST_CASE("a line through five years: slope, interval and probability as a table of Student's t has them") {
  // Years 2021..2025, values 10, 13, 15, 19, 20 and the goal of 30 in 2030, worked out by hand:
  // slope 26/10, mean 15.4, residual variance (69.2 - 2.6 * 26) / 3 = 0.5333, ahead 7, so the forecast is 33.6 with the
  // error sqrt(0.5333 * (1 + 0.2 + 4.9)) = 1.8037; t = 3.6 / 1.8037 = 1.996 with 3 degrees of freedom: P = 0.930.
  const auto outlook = outlook_of_years(rising(10, 30), years_of({10, 13, 15, 19, 20}), -far, far);
  CHECK(outlook.method == Method::trend);
  CHECK(outlook.slope == doctest::Approx(2.6));
  CHECK(*outlook.expected == doctest::Approx(33.6));
  CHECK(*outlook.high - *outlook.expected == doctest::Approx(1.6377 * 1.8037).epsilon(0.001));  // t(0.9, 3) = 1.6377
  CHECK(*outlook.probability == doctest::Approx(0.930).epsilon(0.001));
}

TEST_CASE("where a line says no more than the mean, the mean is taken") {
  const auto outlook = outlook_of_years(rising(10, 12), years_of({10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 11}), -far, far);
  CHECK(outlook.method == Method::level);
  CHECK(*outlook.expected == doctest::Approx(121.0 / 11));
  CHECK(*outlook.probability > 0.1);
  CHECK(*outlook.probability < 0.4);
}

TEST_CASE("fewer than three good years give no forecast, and parts of years are left out") {
  const auto promise = rising(10, 30);
  CHECK_FALSE(outlook_of_years(promise, years_of({10, 13}), -far, far).probability);
  auto years = years_of({10, 13, 15});
  years[2].whole = false;
  CHECK_FALSE(outlook_of_years(promise, years, -far, far).probability);
  years[2].estimated = true;
  CHECK(outlook_of_years(promise, years, -far, far).probability);
  years[1].complete = 0.5;
  CHECK_FALSE(outlook_of_years(promise, years, -far, far).probability);
}

TEST_CASE("properties of the outlook: bounded, and an easier goal is never less likely") {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::vector<YearValue> years;
    const auto count = 3 + random() % 8;
    for (unsigned i = 0; i < count; ++i)
      years.push_back({2016 + static_cast<int>(i), static_cast<double>(random() % 1000) / 10});
    const double goal = static_cast<double>(random() % 1200) / 10;
    Promise promise = rising(0, goal);
    promise.sense = random() % 2 == 0 ? Sense::higher : Sense::lower;
    const auto outlook = outlook_of_years(promise, years, 0, 100);
    REQUIRE(outlook.probability);
    CHECK(*outlook.probability >= 0.01);
    CHECK(*outlook.probability <= 0.99);
    CHECK(*outlook.low <= *outlook.expected);
    CHECK(*outlook.expected <= *outlook.high);
    CHECK(*outlook.low >= 0);
    CHECK(*outlook.high <= 100);
    Promise easier = promise;
    easier.goal = promise.sense == Sense::higher ? goal - 5 : goal + 5;
    CHECK(*outlook_of_years(easier, years, 0, 100).probability >= *outlook.probability);
  }
}

TEST_CASE("milestones: as those before were, so will the open ones be") {
  CHECK(*outlook_of_milestones({0, 0}, 1).probability == 0.5);
  CHECK(*outlook_of_milestones({8, 0}, 1).probability == doctest::Approx(0.9));
  CHECK(*outlook_of_milestones({8, 0}, 3).probability == doctest::Approx(0.729));
  CHECK(*outlook_of_milestones({0, 8}, 3).probability == 0.01);
  CHECK(*outlook_of_milestones({5, 5}, 0).probability == 0.99);
}

TEST_CASE("the status at a glance") {
  const auto plan = small_plan();
  const auto& promise = *plan->promise("T1");
  CHECK(status_of(*plan, *plan->promise("T2"), 1, 2026, {}) == Status::waits);
  CHECK(status_of(*plan, promise, std::nullopt, 2026, {}) == Status::no_data);
  CHECK(status_of(*plan, promise, 14, 2026, {}) == Status::on_path);
  CHECK(status_of(*plan, promise, 12, 2026, {}) == Status::behind);
  CHECK(status_of(*plan, promise, 31, 2026, {}) == Status::on_path);
  Outlook outlook{.method = Method::trend};
  outlook.probability = 0.49;
  CHECK(status_of(*plan, promise, 14, 2026, outlook) == Status::unlikely);
  outlook.probability = 0.5;
  CHECK(status_of(*plan, promise, 12, 2026, outlook) == Status::likely);
  CHECK(status_of(*plan, promise, 30, 2030, Outlook{.method = Method::kept}) == Status::met);
  CHECK(status_of(*plan, promise, 20, 2030, Outlook{.method = Method::broken}) == Status::unlikely);
}
