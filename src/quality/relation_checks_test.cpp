#include "core/missing.hpp"
#include "quality/relation_checks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace celadon;
using namespace celadon::quality;

TEST_CASE("a part above its whole is as strong as its excess in tolerances") {
  const std::vector<double> part = {50, 55, 65, 40, missing, 10};
  const std::vector<double> whole = {50, 50, 50, 50, 50, missing};
  std::vector<double> strength(6);
  part_strength(part, whole, {.absolute = 5, .relative = 0.1}, strength);
  CHECK(strength[0] == 0);
  CHECK(strength[1] == doctest::Approx(1));
  CHECK(strength[2] == doctest::Approx(3));
  CHECK(strength[3] == 0);
  CHECK(std::isnan(strength[4]));
  CHECK(std::isnan(strength[5]));
  part_strength(part, whole, {}, strength);  // no tolerance at all
  CHECK(strength[0] == 0);
  CHECK(strength[1] > 100);
}

TEST_CASE("NO and NO2 that make NOx are in order, and a unit that is off is not") {
  const std::vector<double> no = {10, 10}, no2 = {30, 30}, nox = {40, 55};
  std::vector<double> strength(2);
  sum_strength(no, no2, nox, {.absolute = 5, .relative = 0}, strength);
  CHECK(strength[0] == 0);
  CHECK(strength[1] == doctest::Approx(3));
}

TEST_CASE("oxygen saturation is that of the printed tables") {
  // Standard Methods table 4500-O:I, mg/L at one atmosphere, chlorinity 0 and salinity 35 (chlorinity 19.37)
  CHECK(oxygen_saturation_mg_l(0, 0) == doctest::Approx(14.621).epsilon(0.001));
  CHECK(oxygen_saturation_mg_l(10, 0) == doctest::Approx(11.288).epsilon(0.001));
  CHECK(oxygen_saturation_mg_l(20, 0) == doctest::Approx(9.092).epsilon(0.001));
  CHECK(oxygen_saturation_mg_l(30, 0) == doctest::Approx(7.559).epsilon(0.001));
  CHECK(oxygen_saturation_mg_l(20, 35) == doctest::Approx(7.38).epsilon(0.01));
  CHECK(std::isnan(oxygen_saturation_mg_l(50, 0)));
  CHECK(std::isnan(oxygen_saturation_mg_l(missing, 0)));
}

TEST_CASE("salinity of sea water at 25 degrees is 35, and fresh water has none") {
  CHECK(salinity_psu_of(53087) == doctest::Approx(35).epsilon(0.001));
  CHECK(salinity_psu_of(0) < 0.02);
  CHECK(salinity_psu_of(45970) == doctest::Approx(29.9).epsilon(0.005));  // a sonde's own pair
  CHECK(std::isnan(salinity_psu_of(-1)));
  for (double c = 100; c < 60000; c += 100) CHECK(salinity_psu_of(c + 100) > salinity_psu_of(c));
}

TEST_CASE("oxygen, its share and temperature of a real reading agree, and a temperature of 50 breaks them") {
  const std::vector<double> oxygen = {7.2, 7.2}, share = {89.3, 89.3}, temperature = {16.9, 44},
                            salinity = {29.9, 29.9};
  std::vector<double> strength(2);
  oxygen_strength(oxygen, share, temperature, salinity, {.absolute = 0.3, .relative = 0.05}, strength);
  CHECK(strength[0] < 0.5);
  CHECK(strength[1] > 5);
  oxygen_strength(oxygen, share, temperature, {}, {.absolute = 0.3, .relative = 0.05}, strength);
  CHECK(strength[0] > 1);  // fresh water would hold more
}

TEST_CASE("ten metres of water press with 98 kPa") {
  const std::vector<double> depth = {10, 11}, pressure = {98, 98};
  std::vector<double> strength(2);
  depth_strength(depth, pressure, {.absolute = 0.5, .relative = 0}, strength);
  CHECK(strength[0] == doctest::Approx(0));
  CHECK(strength[1] == doctest::Approx(2));
}

TEST_CASE("a site that always lies above its neighbours is in order, until it lies above them otherwise") {
  std::vector<double> a(100), b(100), value(100), expected(100), shift(100), scratch(100);
  for (std::size_t i = 0; i < 100; ++i) {
    a[i] = static_cast<double>(i % 10);
    b[i] = a[i] + 2;
    value[i] = a[i] + 7 + 0.1 * static_cast<double>(i % 3);
  }
  a[5] = missing;
  value[50] += 3;
  const std::vector<std::span<const double>> neighbours = {a, b};
  neighbour_median(neighbours, expected);
  CHECK(expected[0] == 1);
  CHECK(expected[5] == b[5]);
  neighbour_shift(value, expected, 0.05, shift, scratch);
  CHECK(std::fabs(shift[20]) < 3);
  CHECK(shift[50] > 15);
}

TEST_CASE("both ends of a window of work are within it, and only its kind is told") {
  const std::vector<Instant> time = {{0}, {10}, {20}, {30}, {40}};
  const std::vector<WorkWindow> windows = {{WorkWindow::Kind::calibration, {10}, {30}}};
  std::vector<double> strength(5);
  window_strength(time, windows, WorkWindow::Kind::calibration, strength);
  CHECK(strength == std::vector<double>{0, 1, 1, 1, 0});
  window_strength(time, windows, WorkWindow::Kind::maintenance, strength);
  CHECK(strength == std::vector<double>{0, 0, 0, 0, 0});
}
