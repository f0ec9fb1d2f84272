#include "core/missing.hpp"
#include "quality/series_checks.hpp"

#include "core/missing.hpp"
#include "core/observation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

using namespace celadon;
using namespace celadon::quality;

namespace {

constexpr std::int64_t day = us_per_day;

std::vector<Instant> hours(std::size_t n) {
  std::vector<Instant> time(n);
  for (std::size_t i = 0; i < n; ++i) time[i] = {static_cast<std::int64_t>(i) * us_per_hour};
  return time;
}

/// A day's wave with noise of 0.1 and a twentieth missing.
std::vector<double> wave(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0, 0.1);
  std::vector<double> value(n);
  for (std::size_t i = 0; i < n; ++i) {
    value[i] = 20 + 3 * std::sin(static_cast<double>(i) * 2 * 3.14159265 / 24) + noise(random);
    if (random() % 20 == 0) value[i] = missing;
  }
  return value;
}

SeriesScale scale(const std::vector<double>& value) {
  std::vector<double> scratch(value.size());
  return scale_of(value, 24, scratch);
}

using Check = std::function<void(std::span<const Instant>, std::span<const double>, std::span<double>)>;

std::vector<std::pair<const char*, Check>> all_checks() {
  return {
      {"range", [](auto, auto v, auto s) { range_strength(v, 15, 24, s); }},
      {"rate",
       [](auto t, auto v, auto s) {
         rate_strength(t, v, day, scale({v.begin(), v.end()}), s);
       }},
      {"spike",
       [](auto t, auto v, auto s) {
         spike_strength(t, v, 6, day, scale({v.begin(), v.end()}), s);
       }},
      {"peak",
       [](auto t, auto v, auto s) {
         peak_strength(t, v, day, scale({v.begin(), v.end()}), s);
       }},
      {"flat",
       [](auto, auto v, auto s) {
         flat_strength(v, scale({v.begin(), v.end()}), s);
       }},
      {"quiet",
       [](auto, auto v, auto s) {
         std::vector<double> activity(v.size());
         local_activity(v, 12, activity);
         activity_strength(activity, scale({v.begin(), v.end()}), true, s);
       }},
      {"noisy",
       [](auto, auto v, auto s) {
         std::vector<double> activity(v.size());
         local_activity(v, 12, activity);
         activity_strength(activity, scale({v.begin(), v.end()}), false, s);
       }},
      {"gap", [](auto t, auto v, auto s) { gap_strength(t, v, us_per_hour, s); }},
      {"step mix", [](auto t, auto v, auto s) { step_mix_strength(t, v, us_per_hour, day, s); }},
      {"level",
       [](auto, auto v, auto s) {
         level_strength(v, scale({v.begin(), v.end()}), s);
       }},
      {"detection", [](auto, auto v, auto s) { detection_strength(v, 19, s); }},
  };
}

std::vector<double> strength_of(const Check& check, const std::vector<double>& value) {
  std::vector<double> strength(value.size(), -1);
  check(hours(value.size()), value, strength);
  return strength;
}

}  // namespace

TEST_CASE("no strength is ever negative, and a missing value has none") {
  for (const auto& [name, check] : all_checks()) {
    CAPTURE(name);
    for (unsigned seed = 0; seed < 8; ++seed) {
      auto value = wave(300, seed);
      value[100] = 1e9;
      value[200] = -1e9;
      const auto strength = strength_of(check, value);
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (std::isnan(value[i])) {
          CHECK(std::isnan(strength[i]));
        } else {
          CHECK_FALSE(strength[i] < 0);
        }
      }
    }
  }
}

TEST_CASE("nothing, one value and all missing are series too") {
  for (const auto& [name, check] : all_checks()) {
    CAPTURE(name);
    CHECK(strength_of(check, {}).empty());
    CHECK(strength_of(check, {20}).size() == 1);
    for (const double one : strength_of(check, std::vector<double>(50, missing))) CHECK(std::isnan(one));
    for (const double one : strength_of(check, std::vector<double>(50, 7.0))) CHECK_FALSE(one < 0);
  }
}

TEST_CASE("a range is good at both ends and doubtful beyond them") {
  const std::vector<double> value = {0, 10, -0.001, 10.001, 20, missing};
  std::vector<double> strength(value.size());
  range_strength(value, 0, 10, strength);
  CHECK(strength[0] == 0);
  CHECK(strength[1] == 0);
  CHECK(strength[2] > 1);
  CHECK(strength[3] > 1);
  CHECK(strength[4] == doctest::Approx(2));
  CHECK(std::isnan(strength[5]));
  range_strength(value, 0, INFINITY, strength);
  CHECK(strength[4] == 0);
  CHECK(strength[2] > 1);
}

TEST_CASE("a constant added changes no spike, and time reversed keeps every spike") {
  for (unsigned seed = 0; seed < 5; ++seed) {
    auto value = wave(400, seed);
    value[222] = 40;
    const auto check = all_checks()[2].second;
    const auto plain = strength_of(check, value);
    auto raised = value;
    for (double& one : raised) one += 1024;
    const auto higher = strength_of(check, raised);
    auto backward = value;
    std::ranges::reverse(backward);
    auto reversed = strength_of(check, backward);
    std::ranges::reverse(reversed);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (std::isnan(plain[i])) continue;
      CHECK(higher[i] == doctest::Approx(plain[i]).epsilon(1e-6));
      CHECK(reversed[i] == doctest::Approx(plain[i]).epsilon(1e-12));
    }
  }
}

TEST_CASE("strengths are the same in any unit") {
  const auto value = wave(400, 3);
  auto scaled = value;
  for (double& one : scaled) one *= 1000;
  for (const char* asked : {"rate", "spike", "peak", "flat", "quiet", "noisy", "level"}) {
    const auto checks = all_checks();
    const auto found =
        std::ranges::find_if(checks, [&](const auto& one) { return std::string_view(one.first) == asked; });
    CAPTURE(asked);
    const auto a = strength_of(found->second, value);
    const auto b = strength_of(found->second, scaled);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!std::isnan(a[i])) CHECK(b[i] == doctest::Approx(a[i]).epsilon(1e-6));
    }
  }
}

TEST_CASE("the larger a planted spike, the stronger are rate, spike, peak and level") {
  for (const std::size_t which : {1U, 2U, 3U, 9U}) {
    CAPTURE(all_checks()[which].first);
    double last = 0;
    for (const double size : {2.0, 4.0, 8.0, 32.0, 1000.0}) {
      auto value = wave(400, 1);
      for (double& one : value) one = std::isnan(one) ? 20 : one;
      value[200] += size;
      const double strength = strength_of(all_checks()[which].second, value)[200];
      CHECK(strength > last);
      last = strength;
    }
    CHECK(last > 10);
  }
}

TEST_CASE("a slope is no peak") {
  std::vector<double> value(50);
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<double>(i);
  for (const double one : strength_of(all_checks()[3].second, value)) CHECK((std::isnan(one) || one == 0));
}

TEST_CASE("the longer a stuck stretch, the stronger are flat and near-flat") {
  double flat = 0;
  double quiet = 0;
  for (const std::size_t length : {12U, 24U, 48U, 96U}) {
    auto value = wave(600, 2);
    for (double& one : value) one = std::isnan(one) ? 20 : one;
    std::fill_n(value.begin() + 300, length, 21.5);
    const double now = strength_of(all_checks()[4].second, value)[300 + length / 2];
    const double still = strength_of(all_checks()[5].second, value)[300 + length / 2];
    CHECK(now > flat);
    CHECK(still > quiet - 0.5);  // once all of the window is stuck it is as quiet as it can be
    flat = now;
    quiet = still;
  }
  CHECK(quiet > 3);
}

TEST_CASE("a gap is told on both of its sides and nowhere else") {
  std::vector<double> value(20, 1);
  for (std::size_t i = 8; i < 12; ++i) value[i] = missing;
  const auto strength = strength_of(all_checks()[7].second, value);
  CHECK(strength[7] == doctest::Approx(4));
  CHECK(strength[12] == doctest::Approx(4));
  CHECK(strength[6] == 0);
  CHECK(strength[13] == 0);
  CHECK(strength[0] == 0);
}

TEST_CASE("values at half or twice the usual step are told") {
  std::vector<Instant> time = {
      {0}, {us_per_hour}, {2 * us_per_hour}, {2 * us_per_hour + us_per_hour / 2}, {5 * us_per_hour}};
  const std::vector<double> value = {1, 2, 3, 4, 5};
  std::vector<double> strength(5);
  step_mix_strength(time, value, us_per_hour, day, strength);
  CHECK(strength[0] == 0);
  CHECK(strength[1] == 0);
  CHECK(strength[2] == doctest::Approx(1));
  CHECK(strength[3] > 1);
}

TEST_CASE("a stay that stands off from both neighbours has an offset, a staircase has none") {
  std::vector<double> value;
  std::mt19937_64 random(4);
  std::normal_distribution<double> noise(0, 0.1);
  for (int i = 0; i < 300; ++i) value.push_back((i >= 100 && i < 200 ? 13.0 : 10.0) + noise(random));
  std::vector<Segment> segments(20);
  const auto count = find_segments(value, 4, 15, scale(value), segments);
  REQUIRE(count == 3);
  CHECK(segments[1].begin == 100);
  CHECK(segments[1].end == 200);
  CHECK(offset_of(segments[1]) > 10);
  CHECK(offset_of(segments[0]) == 0);
  for (int i = 200; i < 300; ++i) value[static_cast<std::size_t>(i)] += 6;
  REQUIRE(find_segments(value, 4, 15, scale(value), segments) == 3);
  CHECK(offset_of(segments[1]) == 0);
  CHECK(std::fabs(segments[1].jump_after) > 10);
}

TEST_CASE("a missing value ends a segment, and more segments than there is room for are joined to the last") {
  const std::vector<double> value = {1, 2, missing, 3, 4, missing, missing, 5, 6, 7};
  std::vector<double> all(100, 5);
  all[3] = 6;
  std::vector<Segment> segments(5);
  CHECK(find_segments(value, 2, 15, scale(all), segments) == 3);
  std::vector<Segment> few(2);
  CHECK(find_segments(value, 2, 15, scale(all), few) == 2);
  CHECK(few[1].end == 10);
}

TEST_CASE("a level that shifts for some days shows in the blocks, and its sum grows while it lasts") {
  std::vector<double> value;
  std::mt19937_64 random(5);
  std::normal_distribution<double> noise(0, 0.3);
  for (int i = 0; i < 60 * 24; ++i) value.push_back(10 + noise(random) + (i >= 720 && i < 840 ? 4 : 0));
  const auto time = hours(value.size());
  std::vector<double> medians(61), shift(60), strength(60), scratch(value.size());
  REQUIRE(block_medians(time, value, day, medians, scratch) == 60);
  block_shift(std::span(medians).first(60), 15, 0.05, shift, scratch);
  CHECK(std::fabs(shift[32]) > 8);
  CHECK(std::fabs(shift[10]) < 5);
  cumulated_shift(shift, 1, strength);
  CHECK(strength[31] > strength[30]);
  CHECK(strength[34] > strength[31]);
  CHECK(strength[20] < strength[34]);
}

TEST_CASE("a clock that is three hours late is found against its partner") {
  const auto partner = wave(240, 6);
  std::vector<double> late(partner.size(), missing);
  for (std::size_t i = 3; i < late.size(); ++i) late[i] = partner[i - 3];
  const auto found = clock_shift(late, partner, 12);
  CHECK(found.lag == 3);
  CHECK(found.gain > 0.1);
  CHECK(clock_shift(partner, partner, 12).lag == 0);
  CHECK(std::isnan(clock_shift(std::vector<double>(240, missing), partner, 12).gain));
}

TEST_CASE("the detection limit itself is not above it") {
  const std::vector<double> value = {0.026, 0.025, 0.0125, 0};
  std::vector<double> strength(4);
  detection_strength(value, 0.025, strength);
  CHECK(strength[0] == 0);
  CHECK(strength[1] == doctest::Approx(1));
  CHECK(strength[2] == doctest::Approx(1.5));
  CHECK(strength[3] == doctest::Approx(2));
}

TEST_CASE("a series of fewer than eight values has no scale") {
  CHECK(std::isnan(scale({1, 2, 3, 4, 5, 6, 7}).change));
  CHECK_FALSE(std::isnan(scale({1, 2, 3, 4, 5, 6, 7, 8}).change));
  CHECK(scale(std::vector<double>(100, 3.0)).change > 0);
  CHECK(scale(std::vector<double>(100, 0.0)).change > 0);
}

TEST_CASE("the median of an even number lies between the two in the middle") {
  std::vector<double> even = {4, 1, 3, 2};
  CHECK(median_of(even) == 2.5);
  std::vector<double> odd = {9, 1, 5};
  CHECK(median_of(odd) == 5);
  CHECK(std::isnan(median_of({})));
}
