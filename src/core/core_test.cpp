#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "core/result.hpp"
#include "core/rounding.hpp"

#include <doctest/doctest.h>

using celadon::divide_up;
using celadon::round_half_even;

TEST_CASE("an exact half goes to the even neighbour, on both sides of zero") {
  CHECK(round_half_even(0.5) == 0);
  CHECK(round_half_even(1.5) == 2);
  CHECK(round_half_even(2.5) == 2);
  CHECK(round_half_even(-1.5) == -2);
  CHECK(round_half_even(-2.5) == -2);
}

TEST_CASE("a half as a person wrote it is a half, whatever binary made of it") {
  CHECK(round_half_even(0.575 * 100) == 58);  // 57.49999999999999 in a double
  CHECK(round_half_even(0.545 * 100) == 54);  // 54.50000000000001 in a double
}

TEST_CASE("anything else goes to the nearest") {
  CHECK(round_half_even(2.4) == 2);
  CHECK(round_half_even(2.6) == 3);
  CHECK(round_half_even(-0.4) == 0);
}

TEST_CASE("dividing up never adds to an exact quotient") {
  CHECK(divide_up(0, 7) == 0);
  CHECK(divide_up(14, 7) == 2);
  CHECK(divide_up(15, 7) == 3);
}

TEST_CASE("every error code has a face") { CHECK(celadon::face(celadon::Errc::not_found).http_status == 404); }
