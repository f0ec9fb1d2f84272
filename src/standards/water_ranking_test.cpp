#include "standards/water_ranking.hpp"

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

// Class III of GB 3838-2002 table 1, rivers.
const CwqiLimit acidity = {"pH", LimitSense::between, 6, 9};
const CwqiLimit oxygen = {"DO", LimitSense::at_least, 5, 0};
const CwqiLimit phosphorus = {"TP", LimitSense::at_most, 0.2, 0};

std::vector<int> ranks(const std::vector<double>& value) {
  std::vector<int> rank(value.size());
  rank_ascending(value, rank);
  return rank;
}

}  // namespace

TEST_CASE("every item is one at its class III limit") {
  CHECK(item_index(phosphorus, 0.2) == 1);
  CHECK(item_index(oxygen, 5) == 1);
  CHECK(item_index(acidity, 6) == 1);
  CHECK(item_index(acidity, 9) == 1);
}

TEST_CASE("pH counts both ways from neutral, and oxygen inversely") {
  CHECK(item_index(acidity, 7) == 0);
  CHECK(item_index(acidity, 6.5) == 0.5);
  CHECK(item_index(acidity, 8) == 0.5);
  CHECK(item_index(acidity, 5) == 2);
  CHECK(item_index(oxygen, 10) == 0.5);
  CHECK(item_index(oxygen, 2.5) == 2);
  CHECK(item_index(phosphorus, 0) == 0);
}

TEST_CASE("impossible values have no index, and no oxygen is the worst") {
  for (const auto& limit : {acidity, oxygen, phosphorus}) {
    CHECK(std::isnan(item_index(limit, missing)));
    CHECK(std::isnan(item_index(limit, -0.1)));
    CHECK(std::isnan(item_index(limit, infinite)));
  }
  CHECK(item_index(oxygen, 0) == infinite);
  CHECK(ranks({infinite, 9.0}) == std::vector{2, 1});
}

TEST_CASE("an index is never negative and grows as the water worsens") {
  std::mt19937 random(21);
  std::uniform_real_distribution<double> any(0.01, 14);
  for (int round = 0; round < 300; ++round) {
    const double low = any(random), high = low * 1.01;
    CHECK(item_index(phosphorus, low) < item_index(phosphorus, high));
    CHECK(item_index(oxygen, low) > item_index(oxygen, high));
    CHECK(item_index(acidity, low) >= 0);
  }
}

TEST_CASE("a city's sum wants every item") {
  const std::vector<CwqiLimit> limits = {acidity, oxygen, phosphorus};
  const Cwqi all = cwqi(limits, std::vector{8.0, 10.0, 0.1});
  CHECK(all.value == doctest::Approx(1.5));
  CHECK(all.present == 3);
  const Cwqi gap = cwqi(limits, std::vector{8.0, missing, 0.1});
  CHECK(std::isnan(gap.value));
  CHECK(gap.present == 2);
  CHECK(std::isnan(cwqi({}, {}).value));
}

TEST_CASE("rivers and lakes weigh by their sections") {
  CHECK(city_cwqi(4, 3, 8, 1) == 5);
  CHECK(city_cwqi(4, 3, missing, 0) == 4);
  CHECK(city_cwqi(missing, 0, 8, 2) == 8);
  CHECK(std::isnan(city_cwqi(4, 0, 8, 0)));
  CHECK(std::isnan(city_cwqi(missing, 3, 8, 2)));
  std::mt19937 random(22);
  std::uniform_real_distribution<double> any(1, 30);
  std::uniform_int_distribution<std::size_t> count(1, 50);
  for (int round = 0; round < 100; ++round) {
    const double river = any(random), lake = any(random);
    const double city = city_cwqi(river, count(random), lake, count(random));
    CHECK(city >= std::min(river, lake) - 1e-12);
    CHECK(city <= std::max(river, lake) + 1e-12);
  }
}

TEST_CASE("a falling index is a negative change") {
  CHECK(cwqi_change_percent(8, 6) == -25);
  CHECK(cwqi_change_percent(8, 8) == 0);
  CHECK(cwqi_change_percent(8, 10) == 25);
  CHECK(std::isnan(cwqi_change_percent(0, 6)));
  CHECK(std::isnan(cwqi_change_percent(missing, 6)));
  CHECK(std::isnan(cwqi_change_percent(8, missing)));
  CHECK(std::isnan(cwqi_change_percent(8, infinite)));
}

TEST_CASE("equal values share a rank and the next is passed over") {
  CHECK(ranks({3, 1, 2}) == std::vector{3, 1, 2});
  CHECK(ranks({1, 1, 2}) == std::vector{1, 1, 3});
  CHECK(ranks({2, missing, 1}) == std::vector{2, 0, 1});
  CHECK(ranks({missing}) == std::vector{0});
  CHECK(ranks({}).empty());
}

TEST_CASE("a rank belongs to its value, wherever it stands in the list") {
  std::mt19937 random(23);
  std::uniform_int_distribution<int> any(0, 20);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> value(30);
    for (auto& v : value) v = any(random);
    const auto first = ranks(value);
    std::vector<std::size_t> order(value.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    std::vector<double> moved;
    for (const auto i : order) moved.push_back(value[i]);
    const auto second = ranks(moved);
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(second[i] == first[order[i]]);
    CHECK(*std::min_element(first.begin(), first.end()) == 1);
    CHECK(*std::max_element(first.begin(), first.end()) <= 30);
  }
}
