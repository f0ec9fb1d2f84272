#include "standards/trend.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const SpearmanTable& spearman() {
  static const SpearmanTable one = parse_spearman_table(pack("spearman_critical.csv"), "spearman_critical.csv").value();
  return one;
}

RankTrend trend_of(const std::vector<double>& value, Significance p = Significance::p05) {
  return rank_trend(spearman(), value, p);
}

std::string spearman_misprint_of(const std::string& rows) {
  const auto result = parse_spearman_table("n,p05,p01,source,trust\n" + rows, "s.csv");
  return result ? "" : result.error().detail;
}

}  // namespace

TEST_CASE("four values say nothing, five may") {
  CHECK_FALSE(trend_of({1, 2, 3, 4}).enough);
  CHECK(std::isnan(trend_of({1, 2, 3, 4}).r));
  const RankTrend five = trend_of({1, 2, 3, 4, 5});
  CHECK(five.enough);
  CHECK(five.r == 1.0);
  CHECK(five.direction == Direction::rising);
  CHECK(trend_of({5, 4, 3, 2, 1}).direction == Direction::falling);
  CHECK_FALSE(trend_of({}).enough);
}

TEST_CASE("a correlation equal to the critical value is not significant") {
  // sum d^2 = 2 of five: r = 1 - 12/120 = 0.9, which is W_p.
  const RankTrend on = trend_of({2, 1, 3, 4, 5});
  CHECK(on.r == 0.9);
  CHECK(on.critical == 0.9);
  CHECK(on.direction == Direction::none);
  // At 0.01 five values can never be significant.
  CHECK(trend_of({1, 2, 3, 4, 5}, Significance::p01).direction == Direction::none);
  CHECK(trend_of({1, 2, 3, 4, 5, 6}, Significance::p01).direction == Direction::rising);
}

TEST_CASE("without ties the correlation is the printed formula") {
  std::mt19937 random(1);
  for (int n = 5; n <= 40; ++n) {
    std::vector<double> value(static_cast<std::size_t>(n));
    std::iota(value.begin(), value.end(), 1.0);
    std::shuffle(value.begin(), value.end(), random);
    double squares = 0;
    for (int i = 0; i < n; ++i) squares += std::pow(value[static_cast<std::size_t>(i)] - (i + 1), 2);
    CHECK(trend_of(value).r == doctest::Approx(1 - 6 * squares / (std::pow(n, 3) - n)).epsilon(1e-12));
  }
}

TEST_CASE("tied values share the mean of their ranks") {
  // Ranks 1.5 1.5 3 4.5 4.5 against 1..5: sum xy 9, sum x^2 9, sum y^2 10 about the mean.
  CHECK(trend_of({7, 7, 8, 9, 9}).r == doctest::Approx(9 / std::sqrt(90.0)));
  const RankTrend flat = trend_of({3, 3, 3, 3, 3, 3});
  CHECK(flat.enough);
  CHECK(std::isnan(flat.r));
  CHECK(flat.direction == Direction::none);
}

TEST_CASE("missing values leave, the others keep their order") {
  const RankTrend gaps = trend_of({1, missing, 2, 3, INFINITY, 4, 5, missing});
  CHECK(gaps.n == 5);
  CHECK(gaps.direction == Direction::rising);
  CHECK_FALSE(trend_of({1, missing, 2, 3, 4}).enough);
}

TEST_CASE("between printed rows and above the last the stricter row stands") {
  CHECK(spearman().row_for(4) == nullptr);
  CHECK(spearman().row_for(10)->n == 10);
  CHECK(spearman().row_for(11)->n == 10);
  CHECK(spearman().row_for(12)->n == 12);
  CHECK(spearman().row_for(1000)->n == 30);
}

TEST_CASE("the critical values of five to nine are the distribution over all permutations") {
  for (const auto& row : spearman().rows) {
    if (row.n > 8) break;  // nine agrees too and takes long here
    std::vector<double> value(static_cast<std::size_t>(row.n));
    std::iota(value.begin(), value.end(), 1.0);
    std::vector<double> all;
    do all.push_back(trend_of(value).r);
    while (std::next_permutation(value.begin(), value.end()));
    std::sort(all.begin(), all.end(), std::greater<>());
    const auto smallest_within = [&](double p) {
      double critical = 2;
      for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i;
        while (end < all.size() && all[end] == all[i]) ++end;
        if (static_cast<double>(end) > p * static_cast<double>(all.size())) break;
        critical = all[i];
        i = end;
      }
      return critical;
    };
    CHECK(row.p05 == doctest::Approx(smallest_within(0.05)).epsilon(0.001));
    CHECK(row.p01 == doctest::Approx(smallest_within(0.01)).epsilon(0.001));
  }
}

TEST_CASE("a rank correlation lies within one, and turns with time or sign") {
  std::mt19937 random(2);
  std::uniform_int_distribution<int> any(0, 9), length(5, 60);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> value(static_cast<std::size_t>(length(random)));
    for (auto& v : value) v = any(random);
    const double r = trend_of(value).r;
    if (std::isnan(r)) continue;
    CHECK(std::abs(r) <= 1.0);
    std::vector<double> scaled = value, negative = value, back(value.rbegin(), value.rend());
    for (auto& v : scaled) v = std::exp(v / 3);
    for (auto& v : negative) v = -v;
    CHECK(trend_of(scaled).r == r);
    CHECK(trend_of(negative).r == -r);
    CHECK(trend_of(back).r == -r);
  }
}

TEST_CASE("a misprinted critical table is refused with its line") {
  CHECK(spearman_misprint_of("5,0.9,1,s,memory\n") == "");
  CHECK(spearman_misprint_of("") == "s.csv:1: has no rows");
  CHECK(spearman_misprint_of("5,0.9,1,s,memory\n5,0.8,0.9,s,memory\n") == "s.csv:3: n must rise from row to row");
  CHECK(spearman_misprint_of("5,0.9,1,s,memory\n6,0.9,0.95,s,memory\n")
            .starts_with("s.csv:3: critical values must fall"));
  CHECK(spearman_misprint_of("5,0.9,0.8,s,memory\n").starts_with("s.csv:2: the critical value at 0.01"));
  CHECK(spearman_misprint_of("5.5,0.9,1,s,memory\n").starts_with("s.csv:2: n '5.5'"));
  CHECK(spearman_misprint_of("5,0,1,s,memory\n") != "");
  CHECK(spearman_misprint_of("5,nan,1,s,memory\n") != "");
  CHECK(spearman_misprint_of("5,0.9,1.01,s,memory\n") != "");
  CHECK(spearman_misprint_of("5,0.9,1,s,rumour\n") != "");
  CHECK(spearman_misprint_of("5,0.9,1,,memory\n") != "");
}

TEST_CASE("one season is the plain Mann-Kendall test") {
  // By hand: 10 15 14 20 has S = 5 - 1 = 4, variance 4*3*13/18, Z = 3/sqrt(variance); slopes 5 2 10/3 -1 2.5 6.
  const std::vector<double> value = {10, 15, 14, 20};
  const std::vector<int> season(4, 1), year = {2001, 2002, 2003, 2004};
  const auto trend = seasonal_mann_kendall(value, season, year).value();
  CHECK(trend.s == 4);
  CHECK(trend.pairs == 6);
  CHECK(trend.variance == doctest::Approx(156.0 / 18));
  CHECK(trend.z == doctest::Approx(3 / std::sqrt(156.0 / 18)));
  CHECK(trend.p == doctest::Approx(std::erfc(trend.z / std::sqrt(2.0))));
  CHECK(trend.slope_per_year == doctest::Approx((2.5 + 10.0 / 3) / 2));
  CHECK(trend.direction(0.05) == Direction::none);
  CHECK(trend.direction(0.5) == Direction::rising);
}

TEST_CASE("ties lower the variance, and years apart flatten the slope") {
  // By hand: 1 1 2 in 2000, 2001, 2005: S = 2; (3*2*11 - 2*1*9)/18; slopes 0, 1/5, 1/4.
  const auto trend =
      seasonal_mann_kendall(std::vector<double>{1, 1, 2}, std::vector{1, 1, 1}, std::vector{2000, 2001, 2005}).value();
  CHECK(trend.s == 2);
  CHECK(trend.variance == doctest::Approx(48.0 / 18));
  CHECK(trend.slope_per_year == doctest::Approx(0.2));
}

TEST_CASE("a strong season hides no trend") {
  std::vector<double> value;
  std::vector<int> season, year;
  for (int y = 2010; y < 2020; ++y) {
    for (int m = 1; m <= 12; ++m) {
      value.push_back(10 * std::sin(m) - 0.01 * (y - 2010));
      season.push_back(m);
      year.push_back(y);
    }
  }
  const auto trend = seasonal_mann_kendall(value, season, year).value();
  CHECK(trend.s == -12 * 45);
  CHECK(trend.slope_per_year == doctest::Approx(-0.01));
  CHECK(trend.direction(0.001) == Direction::falling);
}

TEST_CASE("without pairs there is no test, and all equal is no trend") {
  const auto none = seasonal_mann_kendall({}, {}, {}).value();
  CHECK(std::isnan(none.p));
  CHECK(none.direction(1) == Direction::none);
  const auto apart = seasonal_mann_kendall(std::vector{1.0, missing, 2.0}, std::vector{1, 1, 2}, std::vector{1, 2, 2});
  CHECK(apart->n == 2);
  CHECK(apart->pairs == 0);
  CHECK(std::isnan(apart->slope_per_year));
  const auto flat = seasonal_mann_kendall(std::vector{2.0, 2.0}, std::vector{1, 1}, std::vector{1, 2}).value();
  CHECK(flat.z == 0);
  CHECK(flat.p == 1);
  CHECK(flat.slope_per_year == 0);
}

TEST_CASE("two values in a season of one year are refused") {
  const auto twice = seasonal_mann_kendall(std::vector{2.0, 3.0}, std::vector{4, 4}, std::vector{2020, 2020});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == Errc::invalid_value);
  CHECK(twice.error().detail.starts_with("season 4 of 2020"));
  CHECK(seasonal_mann_kendall(std::vector{2.0, missing}, std::vector{4, 4}, std::vector{2020, 2020}));
}

TEST_CASE("the seasonal test does not care for the order of rows, and turns with the sign") {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> any(0, 6);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> value;
    std::vector<int> season, year;
    for (int i = 0; i < 48; ++i) {
      value.push_back(any(random) == 0 ? missing : any(random));
      season.push_back(i % 4);
      year.push_back(2000 + i / 4);
    }
    const auto first = seasonal_mann_kendall(value, season, year).value();
    CHECK(first.p >= 0);
    CHECK(first.p <= 1);
    std::vector<std::size_t> order(value.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    std::vector<double> value2;
    std::vector<int> season2, year2;
    for (const auto i : order) {
      value2.push_back(-value[i]);
      season2.push_back(season[i]);
      year2.push_back(year[i]);
    }
    const auto turned = seasonal_mann_kendall(value2, season2, year2).value();
    CHECK(turned.s == -first.s);
    CHECK(turned.variance == first.variance);
    CHECK(turned.p == first.p);
    CHECK(turned.slope_per_year == doctest::Approx(-first.slope_per_year));
  }
}
