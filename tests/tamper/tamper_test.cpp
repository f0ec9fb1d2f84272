#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "tamper.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace celadon;
using namespace celadon::tamper;

namespace {

std::vector<Outlet> two_outlets() {
  std::mt19937 engine(5);
  std::normal_distribution<double> normal;
  std::vector<Outlet> outlets(2);
  for (auto& outlet : outlets) {
    double level = 0;
    std::vector<double> values(6000);
    for (double& x : values) {
      level = 0.95 * level + normal(engine);
      x = std::round(std::fmax(40 + 3 * level + 2 * normal(engine), 1) * 10) / 10;
    }
    outlet.name = "made";
    outlet.values.emplace_back("SO2", std::move(values));
    add_companions(outlet, 1);
  }
  return outlets;
}

}  // namespace

TEST_CASE("every trick plants the same for the same seed, says what it did, and changes nothing outside its rows") {
  for (const auto& trick : tricks()) {
    CAPTURE(trick.name);
    const auto before = two_outlets();
    auto once = before, twice = before;
    const auto planted = plant(once, trick.name, 0.8, 42);
    REQUIRE_MESSAGE(planted.has_value(), (planted ? std::string() : planted.error().detail));
    REQUIRE(plant(twice, trick.name, 0.8, 42).has_value());
    CHECK_FALSE(planted->words.empty());
    CHECK(planted->changed > 0);
    const auto& was = before.back().values.front().second;
    const auto& is = once.back().values.front().second;
    for (std::size_t i = 0; i < is.size(); ++i) {
      const bool same = is[i] == was[i] || (std::isnan(is[i]) && std::isnan(was[i]));
      if (i < planted->begin || i >= planted->end) CHECK(same);
    }
    CHECK(std::equal(is.begin(), is.end(), twice.back().values.front().second.begin(),
                     [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }));
    CHECK(before.front().values.front().second == once.front().values.front().second);
  }
}

TEST_CASE("a trick that is not known, a strength out of range and a series too short are refused in words") {
  auto outlets = two_outlets();
  CHECK(plant(outlets, "magic", 1, 1).error().code == Errc::unknown_code);
  CHECK(plant(outlets, "flat", 0, 1).error().code == Errc::invalid_value);
  CHECK(plant(outlets, "flat", 1.5, 1).error().code == Errc::invalid_value);
  std::vector<Outlet> brief(1);
  brief[0].values.emplace_back("SO2", std::vector<double>(20, 1.0));
  CHECK(plant(brief, "near-flat", 1, 1).error().code == Errc::invalid_value);
  CHECK(plant(brief, "copy-other-outlet", 1, 1).error().code == Errc::invalid_value);
}
