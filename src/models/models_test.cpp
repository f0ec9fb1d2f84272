#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
// Edges and properties of the kernels; what the reference tool says of them is in reference_test.cpp.

#include "models/averages.hpp"
#include "models/comparison.hpp"
#include "models/correlation.hpp"
#include "models/polar.hpp"
#include "models/random.hpp"
#include "models/roses.hpp"
#include "models/seasonal.hpp"
#include "models/statistics.hpp"
#include "models/thin_plate.hpp"
#include "models/trend.hpp"
#include "models/variation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

using namespace celadon;
using namespace celadon::models;

namespace {

const double missing = std::nan("");

WallSeconds at(int year, int month, int day, int hour = 0) {
  return first_second_of({year, month, day}) + 3600LL * hour;
}

std::vector<WallSeconds> hours_from(WallSeconds first, std::size_t count) {
  std::vector<WallSeconds> begin(count);
  for (std::size_t i = 0; i < count; ++i) begin[i] = first + 3600LL * static_cast<std::int64_t>(i);
  return begin;
}

std::vector<double> draws(std::size_t count, double low, double high, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<double> values(count);
  std::ranges::generate(values, [&] { return uniform(engine); });
  return values;
}

}  // namespace

TEST_CASE("periods of the clock begin where the calendar says") {
  CHECK(begin_of(Period::season, at(2003, 12, 1)) == at(2003, 12, 1));
  CHECK(begin_of(Period::season, at(2004, 2, 29, 23)) == at(2003, 12, 1));
  CHECK(begin_of(Period::season, at(2004, 3, 1)) == at(2004, 3, 1));
  CHECK(begin_of(Period::week, at(2020, 3, 1, 5)) == at(2020, 2, 24));
  CHECK(begin_of(Period::quarter, at(2020, 12, 31)) == at(2020, 10, 1));
  CHECK(shifted(Period::month, at(2020, 1, 1), -1) == at(2019, 12, 1));
  CHECK(shifted(Period::season, at(2019, 12, 1), 1) == at(2020, 3, 1));
  CHECK(shifted(Period::year, at(2020, 2, 29), -1) == at(2019, 2, 28));
  CHECK(begin_of(Period::day, at(1969, 12, 31, 23)) == at(1969, 12, 31));
  CHECK(hour_of(at(1969, 12, 31, 23)) == 23);
  CHECK(weekday_of(at(2026, 11, 29)) == 7);
  for (const auto period :
       {Period::day, Period::week, Period::month, Period::quarter, Period::season, Period::year}) {
    for (WallSeconds moment = at(1999, 12, 20, 7); moment < at(2001, 2, 1); moment += 39 * 3600) {
      const WallSeconds begin = begin_of(period, moment);
      CHECK(begin <= moment);
      CHECK(moment < shifted(period, begin, 1));
      CHECK(begin_of(period, begin) == begin);
      CHECK(shifted(period, shifted(period, begin, 1), -1) == begin);
    }
  }
}

TEST_CASE("numbers are drawn as R draws them after set.seed") {
  // sample.int(100000, 5, TRUE) after set.seed(7), sample.int(5, 10, TRUE) after 1; one less each
  Random seven(7);
  for (const std::uint32_t expected : {91602U, 4571U, 51905U, 63705U, 95623U}) CHECK(seven.index(100'000) == expected);
  Random one(1);
  for (const std::uint32_t expected : {0U, 3U, 0U, 1U, 4U, 2U, 1U, 2U, 2U, 0U}) CHECK(one.index(5) == expected);
  CHECK(Random(3).index(1) == 0);
}

TEST_CASE("quantiles, boxes and lines of nothing are nothing, and of one value that value") {
  CHECK(std::isnan(mean_of({})));
  CHECK(std::isnan(quantile_sorted({}, 0.5)));
  const std::array one{4.0};
  CHECK(quantile_sorted(one, 0) == 4);
  CHECK(quantile_sorted(one, 1) == 4);
  CHECK(std::isnan(deviation_of(one)));
  const std::array some{1.0, missing, 2.0, 3.0, 100.0};
  const Box box = box_of(some);
  CHECK(box.n == 4);
  CHECK(box.outside == 1);
  CHECK(box.high_whisker == 3);
  CHECK(box.low_whisker == 1);
  CHECK(std::isnan(box_of({}).median));
  CHECK(std::isnan(line_of(one, one).slope));
  const std::array x{1.0, 2.0, 3.0, 4.0};
  const std::array y{5.0, 3.0, 1.0, missing};
  CHECK(line_of(x, y).slope == doctest::Approx(-2));
  CHECK(line_of(x, y).r == doctest::Approx(-1));
  CHECK(line_of(x, y).rmse == doctest::Approx(0));
}

TEST_CASE("round breaks cover the range in steps of one, two or five") {
  const auto is = [](double low, double high, int n, const std::vector<double>& expected) {
    const auto breaks = round_breaks(low, high, n);
    REQUIRE(breaks.size() == expected.size());
    for (std::size_t k = 0; k < breaks.size(); ++k) CHECK(breaks[k] == doctest::Approx(expected[k]));
  };
  is(1, 380, 6, {0, 50, 100, 150, 200, 250, 300, 350, 400});
  is(1, 47, 6, {0, 10, 20, 30, 40, 50});
  is(0.3, 12.7, 6, {0, 2, 4, 6, 8, 10, 12, 14});
  is(-3, 7, 5, {-4, -2, 0, 2, 4, 6, 8});
  CHECK(round_breaks(missing, 1, 5).empty());
  CHECK(round_breaks(5, 5, 4).size() >= 2);
}

TEST_CASE("a month that begins on its fifteenth day is not half empty, one with a gap is") {
  auto begin = hours_from(at(2020, 1, 15), 24 * (17 + 29));
  std::vector<double> value(begin.size(), 1.0);
  for (std::size_t i = 17 * 24; i < (17 + 10) * 24; ++i) value[i] = missing;
  AverageOptions options;
  options.period = Period::month;
  options.capture_min_percent = 75;
  const Averages months = average({begin, 3600}, value, options);
  REQUIRE(months.value.size() == 2);
  CHECK(months.capture_percent[0] == 100);
  CHECK(months.value[0] == 1);
  CHECK(months.capture_percent[1] == doctest::Approx(100.0 * 19 / 29));
  CHECK(std::isnan(months.value[1]));
  // A row that is not there counts as one without value.
  begin.erase(begin.begin() + 5);
  value.erase(value.begin() + 5);
  CHECK(average({begin, 3600}, value, options).capture_percent[0] == doctest::Approx(100.0 * 407 / 408));
  CHECK(average({{}, 3600}, {}, options).value.empty());
}

TEST_CASE("eighteen of twenty-four hours are enough for three quarters, seventeen are not") {
  const auto begin = hours_from(at(2020, 1, 1), 48);
  std::vector<double> value(48, 2.0);
  std::fill_n(value.begin(), 6, missing);
  std::fill_n(value.begin() + 24, 7, missing);
  AverageOptions options;
  options.capture_min_percent = 75;
  const Averages days = average({begin, 3600}, value, options);
  CHECK(days.value[0] == 2);
  CHECK(std::isnan(days.value[1]));
}

TEST_CASE("wind is averaged as vectors: 350 and 10 degrees give north, opposite winds no length") {
  const auto begin = hours_from(at(2020, 1, 1), 2);
  const std::array speed{3.0, 3.0};
  AverageOptions options;
  const std::array around_north{350.0, 10.0};
  const auto north = average_wind({begin, 3600}, speed, around_north, options, true);
  CHECK(std::remainder(north.direction_deg[0], 360) == doctest::Approx(0));
  CHECK(north.speed[0] == doctest::Approx(3 * std::cos(10 * 3.14159265358979 / 180)));
  const std::array opposite{90.0, 270.0};
  CHECK(average_wind({begin, 3600}, speed, opposite, options, true).speed[0] == doctest::Approx(0));
  CHECK(average_wind({begin, 3600}, speed, opposite, options, false).speed[0] == 3);
}

TEST_CASE("directions fall into sectors with the upper half width excluded below and north at both ends") {
  CHECK(sector_of(15, 12) == 11);
  CHECK(sector_of(15.0001, 12) == 0);
  CHECK(sector_of(45, 12) == 0);
  CHECK(sector_of(360, 12) == 11);
  CHECK(sector_of(0, 12) == 11);
  CHECK(sector_of(345.1, 12) == 11);
  CHECK(sector_of(345, 12) == 10);
}

TEST_CASE("what a rose counts is all there is, in any order of the rows") {
  auto speed = draws(2000, 0, 9, 1);
  auto direction = draws(2000, 0, 360, 2);
  for (std::size_t i = 0; i < 2000; i += 50) speed[i] = 0;
  for (std::size_t i = 7; i < 2000; i += 90) direction[i] = missing;
  for (std::size_t i = 9; i < 2000; i += 70) speed[i] = missing;
  RoseOptions options;
  options.breaks = {0, 2, 4};
  const auto sum = [](const Rose& r) {
    return std::accumulate(r.value.begin(), r.value.end(), r.calm + r.undirected);
  };
  for (const auto sectors : {std::size_t{8}, std::size_t{12}, std::size_t{36}}) {
    options.sectors = sectors;
    const Rose share = rose(speed, direction, speed, options);
    CHECK(sum(share) == doctest::Approx(100));
    CHECK(share.undirected_count > 0);
    auto backwards = [](std::vector<double> v) { std::ranges::reverse(v); return v; };
    const Rose reversed = rose(backwards(speed), backwards(direction), backwards(speed), options);
    CHECK(reversed.value == share.value);
  }
  options.statistic = RoseStatistic::count;
  CHECK(sum(rose(speed, direction, speed, options)) == rose(speed, direction, speed, options).rows);
}

TEST_CASE("directions in tens are corrected for sectors that span fewer of them") {
  std::vector<double> speed(36, 1.0);
  std::vector<double> direction;
  for (int ten = 10; ten <= 360; ten += 10) direction.push_back(ten);
  RoseOptions options;
  options.sectors = 16;
  options.breaks = {0, 2};
  const Rose corrected = rose(speed, direction, speed, options);
  for (const double share : corrected.value) CHECK(share == doctest::Approx(100.0 / 16));
  options.correct_bias = false;
  const Rose plain = rose(speed, direction, speed, options);
  CHECK(*std::ranges::max_element(plain.value) > *std::ranges::min_element(plain.value));
  direction[0] = 11;  // no longer in tens
  options.correct_bias = true;
  CHECK(rose(speed, direction, speed, options).factor == std::vector<double>(16, 1.0));
}

TEST_CASE("a polar bin holds its own rows and the counts are all rows used") {
  const auto speed = draws(3000, 0.5, 9, 3);
  const auto direction = draws(3000, 0, 360, 4);
  const auto value = draws(3000, 0, 50, 5);
  const PolarBins bins = polar_bins(speed, direction, value, {});
  CHECK(bins.direction_width_deg == 5);
  CHECK(std::accumulate(bins.count.begin(), bins.count.end(), 0.0) == 3000);
  const auto [low, high] = std::ranges::minmax(bins.value);
  CHECK(low >= 0);
  CHECK(high <= 50);
  CHECK(polar_bins({}, {}, {}, {}).value.empty());
  PolarOptions few;
  few.count_min = 3;
  for (const double n : polar_bins(speed, direction, value, few).count) CHECK(n >= 3);
}

TEST_CASE("a smooth of a plane is the plane, and of too few points an error") {
  ThinPlateData data;
  std::mt19937 engine(6);
  std::uniform_real_distribution<double> uniform(-3, 3);
  for (int i = 0; i < 150; ++i) {
    data.x.push_back(uniform(engine));
    data.y.push_back(uniform(engine));
    data.z.push_back(2 + 0.5 * data.x.back() - data.y.back());
    data.weight.push_back(1);
  }
  const std::array x{0.0, 1.0};
  const std::array y{0.0, 2.0};
  const auto smooth = thin_plate(data, 30, x, y);
  REQUIRE(smooth);
  CHECK(smooth->value[0] == doctest::Approx(2).epsilon(1e-6));
  CHECK(smooth->value[1] == doctest::Approx(0.5).epsilon(1e-6));
  const auto few = thin_plate(data, 151, x, y);
  REQUIRE(!few);
  CHECK(few.error().field == "basis");
}

TEST_CASE("the leading eigenvectors of a large problem give the smooth that all of them give") {
  // 700 points on rings: above the size at which the iteration takes over; the basis of 60 is the same for both.
  ThinPlateData data;
  for (int ring = 1; ring <= 20; ++ring) {
    for (int k = 0; k < 36; ++k) {
      if ((ring * 7 + k) % 40 == 0) continue;
      const double angle = k * 3.14159265358979 / 18;
      data.x.push_back(ring * std::sin(angle));
      data.y.push_back(ring * std::cos(angle));
      data.z.push_back(std::sin(0.3 * data.x.back()) + 0.1 * std::cos(1.7 * k) + 0.02 * data.y.back());
      data.weight.push_back(1);
    }
  }
  const auto large = thin_plate(data, 60, data.x, data.y);  // 5 * 60 < 700: iterated
  REQUIRE(large);
  const auto again = thin_plate(data, 60, data.x, data.y);
  CHECK(large->value == again->value);  // a result repeats to the last bit
  double left = 0;
  for (std::size_t i = 0; i < data.z.size(); ++i) left += std::pow(data.z[i] - large->value[i], 2);
  CHECK(std::sqrt(left / static_cast<double>(data.z.size())) < 0.1);
  CHECK(large->degrees_of_freedom > 3);
  CHECK(large->degrees_of_freedom <= 60);
}

TEST_CASE("a trend finds the slope of a line under wild values and turns with its sign") {
  std::vector<WallSeconds> begin;
  std::vector<double> value;
  for (int k = 0; k < 60; ++k) {
    begin.push_back(shifted(Period::month, at(2015, 1, 1), k));
    value.push_back(10 + 3 * static_cast<double>(begin.back()) / seconds_per_day / 365);
  }
  value[10] = 1e6;
  value[40] = missing;
  const Trend up = theil_sen(begin, value, 12, {});
  CHECK(up.slope == doctest::Approx(3).epsilon(1e-3));
  CHECK(up.slope_low <= up.slope);
  CHECK(up.slope <= up.slope_high);
  CHECK(up.n == 59);
  CHECK(up.kendall_p < 0.001);
  for (double& v : value) v = -v;
  const Trend down = theil_sen(begin, value, 12, {});
  CHECK(down.slope == doctest::Approx(-up.slope));
  CHECK(down.kendall_s == -up.kendall_s);
  TrendOptions seasonal;
  seasonal.deseason = true;
  CHECK(theil_sen(begin, value, 12, seasonal).filled == 1);
  const std::vector<WallSeconds> short_begin(begin.begin(), begin.begin() + 5);
  const Trend few = theil_sen(short_begin, std::span(value).first(5), 12, {});
  CHECK(std::isnan(few.slope));
  CHECK(theil_sen({}, {}, 12, {}).n == 0);
}

TEST_CASE("the parts of a series add up to it") {
  const auto noise = draws(60, -1, 1, 8);
  std::vector<double> series;
  for (std::size_t k = 0; k < 60; ++k) series.push_back(5 + std::sin(static_cast<double>(k) * 0.5236) + noise[k]);
  for (const bool robust : {false, true}) {
    SeasonalOptions options;
    options.robust = robust;
    const auto parts = seasonal_parts(series, options);
    for (std::size_t k = 0; k < 60; ++k)
      CHECK(parts.season[k] + parts.trend[k] + parts.remainder[k] == doctest::Approx(series[k]));
  }
}

TEST_CASE("the interval of a mean holds it and repeats with its seed") {
  const auto begin = hours_from(at(2020, 1, 1), 24 * 60);
  const auto value = draws(begin.size(), 0, 10, 9);
  VariationOptions options;
  const Variation one = variation(begin, value, Cycle::hour, options);
  CHECK(one.centre.size() == 24);
  for (std::size_t k = 0; k < 24; ++k) {
    CHECK(one.low[k] < one.centre[k]);
    CHECK(one.centre[k] < one.high[k]);
    CHECK(one.count[k] == 60);
  }
  CHECK(variation(begin, value, Cycle::hour, options).low == one.low);
  options.seed = 2;
  CHECK(variation(begin, value, Cycle::hour, options).low != one.low);
  const Variation months = variation(begin, value, Cycle::month, options);
  CHECK(std::isnan(months.centre[11]));
}

TEST_CASE("like columns stand side by side and a column that does not vary has no correlation") {
  const auto a = draws(200, 0, 1, 10);
  auto b = a;
  auto c = draws(200, 0, 1, 11);
  for (std::size_t i = 0; i < 200; ++i) b[i] = 2 * a[i] + 0.01 * c[i];
  const std::vector<double> flat(200, 3.0);
  c[0] = missing;
  const std::vector<std::vector<double>> columns = {a, c, b, flat};
  const Correlation found = correlate(columns, false);
  CHECK(found.r[0 * 4 + 2] > 0.99);
  CHECK(found.count[0 * 4 + 1] == 199);
  CHECK(std::isnan(found.r[3]));
  const auto place = [&](std::size_t k) { return std::ranges::find(found.order, k) - found.order.begin(); };
  CHECK(std::abs(place(0) - place(2)) == 1);
}

TEST_CASE("the same dates of the year before follow the last day of February") {
  const auto is = [](const Days& days, WallSeconds begin, WallSeconds end) {
    CHECK(days.begin == begin);
    CHECK(days.end == end);
  };
  is(year_before({at(2020, 2, 1), at(2020, 3, 1)}), at(2019, 2, 1), at(2019, 3, 1));
  is(year_before({at(2021, 2, 1), at(2021, 3, 1)}), at(2020, 2, 1), at(2020, 3, 1));
  is(year_before({at(2020, 2, 29), at(2020, 3, 1)}), at(2019, 2, 28), at(2019, 3, 1));
  is(year_before({at(2020, 3, 5), at(2020, 4, 2)}), at(2019, 3, 5), at(2019, 4, 2));
  is(year_before({at(2021, 1, 1), at(2022, 1, 1)}), at(2020, 1, 1), at(2021, 1, 1));
}

TEST_CASE("the stretch before whole months is as many months, of other days as many days") {
  const auto is = [](const Days& days, WallSeconds begin, WallSeconds end) {
    CHECK(days.begin == begin);
    CHECK(days.end == end);
  };
  is(stretch_before({at(2020, 3, 1), at(2020, 4, 1)}), at(2020, 2, 1), at(2020, 3, 1));
  is(stretch_before({at(2020, 1, 1), at(2020, 4, 1)}), at(2019, 10, 1), at(2020, 1, 1));
  is(stretch_before({at(2020, 3, 5), at(2020, 3, 12)}), at(2020, 2, 27), at(2020, 3, 5));
}

TEST_CASE("a stretch without enough data is held against nothing") {
  const auto begin = hours_from(at(2020, 2, 1), 24 * 60);
  std::vector<double> value(begin.size(), 10.0);
  std::fill(value.begin(), value.begin() + 24 * 29, 8.0);
  AverageOptions options;
  options.capture_min_percent = 75;
  const Rows rows{begin, 3600};
  const Days march{at(2020, 3, 1), at(2020, 4, 1)};
  const Compared c = compare(rows, value, march, stretch_before(march), options);
  CHECK(c.value == 10);
  CHECK(c.value_before == 8);
  CHECK(c.percent == doctest::Approx(25));
  CHECK(c.capture_percent == 100);
  std::fill(value.begin(), value.begin() + 24 * 20, missing);
  const Compared thin = compare(rows, value, march, stretch_before(march), options);
  CHECK(std::isnan(thin.value_before));
  CHECK(std::isnan(thin.change));
  const Compared nothing = compare(rows, value, march, year_before(march), options);
  CHECK(nothing.count_before == 0);
  CHECK(std::isnan(nothing.percent));
}
