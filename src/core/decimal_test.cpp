#include "core/decimal.hpp"

#include "core/rounding.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace celadon;

TEST_CASE("a double is taken for the decimal that was written") {
  CHECK(decimal_of(0.205) == Decimal{205, -3});
  CHECK(decimal_of(-1200) == Decimal{-12, 2});
  CHECK(decimal_of(0) == Decimal{});
  CHECK(decimal_of(2.8e-6) == Decimal{28, -7});
  CHECK_FALSE(decimal_of(std::nan("")));
  CHECK_FALSE(decimal_of(std::numeric_limits<double>::infinity()));
}

TEST_CASE("GB/T 8170: four down, six up, five to the even neighbour, one step only") {
  CHECK(round_gb8170(12.1498, 1) == 12.1);
  CHECK(round_gb8170(10.502, 0) == 11);
  CHECK(round_gb8170(1.050, 1) == 1.0);
  CHECK(round_gb8170(0.35, 1) == 0.4);
  CHECK(round_gb8170(-365, -1) == -360);
  CHECK(round_gb8170(-355, -1) == -360);
  CHECK(round_gb8170(-0.0365, 3) == -0.036);
  CHECK(round_gb8170(15.4546, 0) == 15);  // not 15.455, 15.46, 15.5, 16
  CHECK(round_gb8170(2500, -3) == 2000);
  CHECK(round_gb8170(3500, -3) == 4000);
}

TEST_CASE("ties that binary cannot hold are ties all the same") {
  CHECK(round_gb8170(2.675, 2) == 2.68);
  CHECK(round_gb8170(0.285, 2) == 0.28);
  CHECK(round_gb8170(0.205, 2) == 0.20);
  CHECK(round_gb8170(1.005, 2) == 1.00);
}

TEST_CASE("rounding again changes nothing, keeps the order, and moves by half a unit at most") {
  std::mt19937_64 random(8170);
  std::uniform_real_distribution<double> any(-1000, 1000);
  double before = -1001;
  for (int i = 0; i < 20'000; ++i) {
    const int places = static_cast<int>(random() % 6);
    const double value = any(random);
    const double once = round_gb8170(value, places);
    CHECK(round_gb8170(once, places) == once);
    CHECK(std::abs(once - value) <= 0.5 * std::pow(10.0, -places) * (1 + 1e-9));
    if (value >= before) CHECK(round_gb8170(value, 1) >= round_gb8170(before, 1));
    before = value;
    // The kernels' fast rounding agrees with the exact one on what instruments write.
    const double written = std::nearbyint(value * 1e4) / 1e4;
    CHECK(static_cast<double>(round_half_even(written * 100)) / 100 == round_gb8170(written, 2));
  }
}

TEST_CASE("decimals are compared by their digits over the whole range") {
  CHECK(compare(*decimal_of(0.1), *decimal_of(0.10)) == std::strong_ordering::equal);
  CHECK(compare(*decimal_of(1e300), *decimal_of(1e-300)) == std::strong_ordering::greater);
  CHECK(compare(*decimal_of(-1e300), *decimal_of(-2)) == std::strong_ordering::less);
  CHECK(compare(*decimal_of(0), *decimal_of(-1e-300)) == std::strong_ordering::greater);
  CHECK(compare(*decimal_of(9.99), *decimal_of(10)) == std::strong_ordering::less);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> power(-200, 200);
  for (int i = 0; i < 20'000; ++i) {
    const double a = std::ldexp(mantissa(random), power(random));
    const double b = i % 3 == 0 ? std::nextafter(a, 1e300) : std::ldexp(mantissa(random), power(random));
    const auto order = compare(*decimal_of(a), *decimal_of(b));
    CHECK((order < 0) == (a < b));
    CHECK((order > 0) == (a > b));
    CHECK(to_double(*decimal_of(a)) == a);
  }
}
