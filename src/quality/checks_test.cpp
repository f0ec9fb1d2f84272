#include "core/missing.hpp"
#include "quality/checks.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace celadon;
using namespace celadon::quality;

namespace {

Instant hour_end(int n) { return {n * us_per_hour}; }

std::vector<int> lengths(const std::vector<double>& values, const RepeatLimit& limit) {
  Run run;
  std::vector<int> found;
  for (std::size_t i = 0; i < values.size(); ++i)
    found.push_back(run.push(hour_end(static_cast<int>(i)), values[i], limit));
  return found;
}

}  // namespace

TEST_CASE("both ends of a range are good, the next double is not, and a missing value is not outside") {
  CHECK_FALSE(outside(0, 0, 14));
  CHECK_FALSE(outside(14, 0, 14));
  CHECK(outside(std::nextafter(14, 15), 0, 14));
  CHECK(outside(std::nextafter(0, -1), 0, 14));
  CHECK(outside(-999, 0, 14));
  CHECK(outside(INFINITY, 0, 14));
  CHECK_FALSE(outside(missing, 0, 14));
  CHECK_FALSE(outside(1e300, -INFINITY, INFINITY));
}

TEST_CASE("a part may exceed its whole by the tolerance and not by more; the larger tolerance counts") {
  const Tolerance tolerance{5, 0.1};
  CHECK_FALSE(above(45, 40, tolerance));
  CHECK(above(45.01, 40, tolerance));
  CHECK_FALSE(above(110, 100, tolerance));
  CHECK(above(110.1, 100, tolerance));
  CHECK_FALSE(above(10, 100, tolerance));
  CHECK(above(0.5, 0, {}));
  CHECK_FALSE(above(0, 0, {}));
  CHECK_FALSE(above(missing, 1, tolerance));
  CHECK_FALSE(above(100, missing, tolerance));
}

TEST_CASE("a run counts equal values in a row and begins again at another one") {
  const RepeatLimit limit{3, 0, 3 * us_per_hour};
  CHECK(lengths({5, 5, 5, 5, 6, 6, 5}, limit) == std::vector{1, 2, 3, 4, 1, 2, 1});
  CHECK(lengths({5, missing, 5, 5}, limit) == std::vector{1, 0, 2, 3});  // a gap is another rule's matter
  CHECK(lengths({0, 0, 0, 0}, limit) == std::vector{0, 0, 0, 0});              // at the detection limit
  CHECK(lengths({5, 5, 0, 5, 5}, limit) == std::vector{1, 2, 0, 1, 2});
}

TEST_CASE("a run does not reach over a longer pause, nor count a time twice or backwards") {
  const RepeatLimit limit{3, 0, 3 * us_per_hour};
  Run run;
  CHECK(run.push(hour_end(1), 5, limit) == 1);
  CHECK(run.push(hour_end(4), 5, limit) == 2);
  CHECK(run.push(hour_end(4), 5, limit) == 0);
  CHECK(run.push(hour_end(2), 5, limit) == 0);
  CHECK(run.push({hour_end(7).us}, 5, limit) == 3);
  CHECK(run.times().size() == 3);
  CHECK(run.times()[0] == hour_end(1));
  CHECK(run.push({hour_end(10).us + 1}, 5, limit) == 1);
}

TEST_CASE("a run keeps no more times than are asked for, however long it lasts") {
  const RepeatLimit limit{4, 0, us_per_hour};
  Run run;
  for (int n = 0; n < 10'000; ++n) CHECK(run.push(hour_end(n), 7, limit) == n + 1);
  CHECK(run.times().size() == 4);
  CHECK(run.times()[3] == hour_end(3));
}

TEST_CASE("duplicates are places that say two things; the same thing twice is none") {
  Observations rows;
  rows.push_back(SeriesId{2}, hour_end(1), 5, 'N');
  rows.push_back(SeriesId{1}, hour_end(1), 5, 'N');
  rows.push_back(SeriesId{2}, hour_end(1), 5, 'N');
  rows.push_back(SeriesId{1}, hour_end(1), 6, 'N');
  rows.push_back(SeriesId{3}, hour_end(1), missing, 'N');
  rows.push_back(SeriesId{3}, hour_end(1), missing, 'N');
  rows.push_back(SeriesId{4}, hour_end(1), 1, 'N');
  rows.push_back(SeriesId{4}, hour_end(1), 1, 'M');
  rows.push_back(SeriesId{4}, hour_end(2), 9, 'N');
  const auto found = duplicates(rows);
  REQUIRE(found.size() == 2);
  CHECK(found[0].first_row == 1);
  CHECK(found[0].last_row == 3);
  CHECK(found[1].first_row == 6);
  CHECK(duplicates({}).empty());
}

TEST_CASE("duplicates found by sorting are those a plain double loop finds") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    Observations rows;
    const auto count = random() % 12;
    for (unsigned i = 0; i < count; ++i) {
      rows.push_back(SeriesId{static_cast<std::int32_t>(1 + random() % 2)}, hour_end(static_cast<int>(random() % 3)),
                     static_cast<double>(random() % 2), 0);
    }
    std::size_t places = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      bool is_first = true, differs = false;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        if (rows.series[k] != rows.series[i] || rows.phenomenon_end[k] != rows.phenomenon_end[i]) continue;
        is_first = is_first && k >= i;
        differs = differs || rows.value[k] != rows.value[i];
      }
      if (is_first && differs) ++places;
    }
    CHECK(duplicates(rows).size() == places);
  }
}
