#include "core/geometry.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace celadon;

TEST_CASE("the shift to GCJ-02 and back returns to the same point, all over the country") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> lon(73.0, 135.0);
  std::uniform_real_distribution<double> lat(3.0, 53.0);
  for (int i = 0; i < 20000; ++i) {
    const LonLat point{lon(random), lat(random)};
    const LonLat back = gcj02_to_wgs84(wgs84_to_gcj02(point));
    REQUIRE(distance_m(point, back) < 0.01);
  }
}

TEST_CASE("in Jingdezhen the shift is a few hundred metres") {
  const LonLat shifted{117.195023, 29.288465};
  const double moved_m = distance_m(shifted, gcj02_to_wgs84(shifted));
  CHECK(moved_m > 300);
  CHECK(moved_m < 700);
}

TEST_CASE("outside the shifted region a point stays where it is") {
  const LonLat paris{2.35, 48.85};
  CHECK(gcj02_to_wgs84(paris) == paris);
}

TEST_CASE("distance agrees with a known pair") {
  // One degree of latitude on the mean sphere is 111.195 km.
  CHECK(distance_m({117, 29}, {117, 30}) == doctest::Approx(111195.08).epsilon(1e-6));
  CHECK(distance_m({117, 29}, {117, 29}) == 0);
}
