#include "standards/condition.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

using namespace celadon::standards;

namespace {
bool holds(const char* text, double value) { return Condition::parse(text).value().holds(value); }
std::string condition_refusal(const char* text) { return Condition::parse(text).error().detail; }
}  // namespace

TEST_CASE("a condition holds at its limit or does not, as written") {
  CHECK(holds("<= 0.2", 0.2));
  CHECK_FALSE(holds("<= 0.2", 0.2000000000000001));
  CHECK_FALSE(holds("< 5", 5));
  CHECK(holds(">= 7.5", 7.5));
  CHECK_FALSE(holds("> 30", 30));
  CHECK(holds("6..9", 9));
  CHECK(holds("6 .. 9", 6));
  CHECK_FALSE(holds("6 .. 9", 9.01));
  CHECK(holds("5.5 <= x < 6.5 or 8.5 < x <= 9", 5.5));
  CHECK_FALSE(holds("5.5 <= x < 6.5 or 8.5 < x <= 9", 6.5));
  CHECK_FALSE(holds("5.5 <= x < 6.5 or 8.5 < x <= 9", 8.5));
  CHECK(holds("5.5 <= x < 6.5 or 8.5 < x <= 9", 9));
  CHECK(holds("< -200", -200.5));
  CHECK_FALSE(holds("<= 1", std::nan("")));
}

TEST_CASE("what cannot be read or met is refused with the reason") {
  CHECK(condition_refusal("5").find("is not a condition") != std::string::npos);
  CHECK(condition_refusal("").find("is not a condition") != std::string::npos);
  CHECK(condition_refusal("<= x").find("is not a condition") != std::string::npos);
  CHECK(condition_refusal("9 .. 6").find("can never be met") != std::string::npos);
  CHECK(condition_refusal("5 < x < 5").find("can never be met") != std::string::npos);
  CHECK(condition_refusal("<= 5 or >= 4").find("overlap") != std::string::npos);
  CHECK(condition_refusal("<= 5 mg").find("at its end") != std::string::npos);
  CHECK(condition_refusal("<= 1e999").find("is not a condition") != std::string::npos);
}

TEST_CASE("the limit is that of a one-sided condition") {
  CHECK(Condition::parse("<= 0.2")->limit() == 0.2);
  CHECK(Condition::parse("> 3")->limit() == 3);
  CHECK(std::isnan(Condition::parse("6 .. 9")->limit()));
}

TEST_CASE("between two values that hold, every value of an interval holds") {
  std::mt19937_64 random(3095);
  std::uniform_real_distribution<double> any(0, 10);
  const auto condition = Condition::parse("2 < x <= 7").value();
  for (int i = 0; i < 5000; ++i) {
    const double a = any(random);
    const double b = any(random);
    if (condition.holds(a) && condition.holds(b)) CHECK(condition.holds((a + b) / 2));
    CHECK(condition.holds(a) == (a > 2 && a <= 7));
  }
}
