#include "people/try_guard.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::people;

namespace {

Instant at(std::int64_t second) { return {1'000'000 * us_per_second + second * us_per_second}; }

/// A wrong try; whether it was let in to be looked at.
bool try_wrong(TryGuard& guard, const char* name, std::int64_t second, const char* address = "a") {
  if (!guard.begin(name, address, at(second))) return false;
  static_cast<void>(guard.wrong(name, at(second)));
  return true;
}

}  // namespace

TEST_CASE("five wrong ones in a row lock the name for a quarter of an hour, for the right password too") {
  TryGuard guard({});
  for (int i = 0; i < 4; ++i) CHECK(try_wrong(guard, "li", i));
  REQUIRE(guard.begin("li", "a", at(4)).has_value());
  CHECK(guard.wrong("li", at(4)));
  const auto locked = guard.begin("li", "b", at(5));
  REQUIRE_FALSE(locked);
  CHECK(locked.error().code == Errc::too_many);
  CHECK_FALSE(guard.begin("li", "a", at(4 + 899)).has_value());
  CHECK(guard.begin("li", "a", at(4 + 900)).has_value());
  CHECK(guard.begin("wang", "a", at(5)).has_value());
}

TEST_CASE("a right one begins the count anew") {
  TryGuard guard({});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) CHECK(try_wrong(guard, "li", i));
    REQUIRE(guard.begin("li", "a", at(5)).has_value());
    guard.right("li", "a");
  }
}

TEST_CASE("wrong ones long ago do not count") {
  TryGuard guard({});
  for (int i = 0; i < 4; ++i) CHECK(try_wrong(guard, "li", 0));
  CHECK(try_wrong(guard, "li", 901));
  CHECK(try_wrong(guard, "li", 902));
}

TEST_CASE("many at one time are no way round the limit") {
  TryGuard guard({});
  int let_in = 0;
  for (int i = 0; i < 20; ++i) let_in += guard.begin("li", "a", at(0)) ? 1 : 0;
  CHECK(let_in == 5);
  CHECK_FALSE(guard.begin("li", "a", at(899)).has_value());
}

TEST_CASE("a try that only asks for the second factor is given back, a wrong code is not") {
  TryGuard guard({});
  for (int i = 0; i < 50; ++i) {
    REQUIRE(guard.begin("li", "a", at(i)).has_value());
    guard.undecided("li", "a");
  }
  for (int i = 0; i < 5; ++i) {
    REQUIRE(guard.begin("li", "a", at(50)).has_value());
    guard.undecided("li", "a");
    CHECK(try_wrong(guard, "li", 50));
  }
  CHECK_FALSE(guard.begin("li", "a", at(51)).has_value());
}

TEST_CASE("an address that tries many names waits a minute; others do not") {
  TryGuard guard({});
  for (int i = 0; i < 30; ++i) CHECK(try_wrong(guard, std::to_string(i).c_str(), 0));
  const auto slowed = guard.begin("li", "a", at(10));
  REQUIRE_FALSE(slowed);
  CHECK(slowed.error().detail.find("50 s") != std::string::npos);
  CHECK(guard.begin("li", "b", at(10)).has_value());
  CHECK_FALSE(guard.begin("wang", "a", at(60)).has_value());
  CHECK(guard.begin("wang", "a", at(61)).has_value());
}

TEST_CASE("tens of thousands of invented names do not unlock a locked one") {
  TryGuard guard({.address_tries_max = 1'000'000});
  for (int i = 0; i < 5; ++i) CHECK(try_wrong(guard, "li", 0));
  for (int i = 0; i < 60'000; ++i) static_cast<void>(try_wrong(guard, ("x" + std::to_string(i)).c_str(), 1));
  CHECK_FALSE(guard.begin("li", "a", at(2)).has_value());
}
