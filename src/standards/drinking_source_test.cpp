#include "standards/drinking_source.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

constexpr auto meets = SourceVerdict::meets;
constexpr auto fails = SourceVerdict::fails;
constexpr auto unknown = SourceVerdict::not_judged;

}  // namespace

TEST_CASE("one failing item fails the source, and items not judged say nothing") {
  CHECK(source_verdict(std::vector{meets, fails, meets}) == fails);
  CHECK(source_verdict(std::vector{unknown, fails}) == fails);
  CHECK(source_verdict(std::vector{meets, unknown}) == meets);
  CHECK(source_verdict(std::vector{unknown, unknown}) == unknown);
  CHECK(source_verdict({}) == unknown);
}

TEST_CASE("a large failing source weighs by its water") {
  const auto rate = source_attainment(std::vector{meets, meets, fails}, std::vector{100.0, 100.0, 600.0});
  CHECK(rate.percent_by_number() == doctest::Approx(200.0 / 3));
  CHECK(rate.percent_by_intake() == 25);
  CHECK(rate.without_intake == 0);
}

TEST_CASE("sources not judged leave both rates, unknown intake leaves one") {
  const auto rate =
      source_attainment(std::vector{meets, unknown, fails, meets}, std::vector{100.0, 900.0, missing, -5.0});
  CHECK(rate.judged == 3);
  CHECK(rate.met == 2);
  CHECK(rate.without_intake == 2);
  CHECK(rate.intake_judged == 100);
  CHECK(rate.percent_by_intake() == 100);
}

TEST_CASE("nothing judged has no rate") {
  CHECK(std::isnan(source_attainment({}, {}).percent_by_number()));
  CHECK(std::isnan(source_attainment(std::vector{unknown}, std::vector{5.0}).percent_by_intake()));
  CHECK(std::isnan(source_attainment(std::vector{meets}, std::vector{0.0}).percent_by_intake()));
  CHECK(source_attainment(std::vector{meets}, std::vector{0.0}).percent_by_number() == 100);
}

TEST_CASE("rates lie between 0 and 100, do not know the order, and rise when a source recovers") {
  std::mt19937 random(31);
  std::uniform_int_distribution<int> any(0, 2), water(0, 1000);  // whole numbers sum exactly in any order
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<SourceVerdict, double>> rows(12);
    for (auto& [verdict, intake] : rows) {
      verdict = static_cast<SourceVerdict>(any(random));
      intake = water(random);
    }
    const auto rate = [&] {
      std::vector<SourceVerdict> verdict;
      std::vector<double> intake;
      for (const auto& [v, m3] : rows) {
        verdict.push_back(v);
        intake.push_back(m3);
      }
      return source_attainment(verdict, intake);
    };
    const auto first = rate();
    if (first.judged == 0 || first.intake_judged == 0) continue;
    CHECK(first.percent_by_number() >= 0);
    CHECK(first.percent_by_number() <= 100);
    CHECK(first.percent_by_intake() >= 0);
    CHECK(first.percent_by_intake() <= 100);
    std::shuffle(rows.begin(), rows.end(), random);
    CHECK(rate().percent_by_intake() == first.percent_by_intake());
    CHECK(rate().percent_by_number() == first.percent_by_number());
    const auto bad = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.first == fails; });
    if (bad == rows.end()) continue;
    bad->first = meets;
    CHECK(rate().percent_by_number() > first.percent_by_number());
    CHECK(rate().percent_by_intake() >= first.percent_by_intake());
  }
}
