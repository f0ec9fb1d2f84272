// Digit preference and peaks cut off under a limit.

#include "quality/screen_kernels.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace celadon::quality::screen {
namespace {

constexpr std::size_t digit_count = 10;

std::size_t last_digit(std::int64_t steps) { return static_cast<std::size_t>(((steps % 10) + 10) % 10); }

WindowTest digit_test(Column value, std::size_t begin, std::size_t end, double step,
                      const DigitParameters& parameters) {
  std::map<std::int64_t, double> seen;
  double count = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(value[i]) || std::fabs(value[i]) > 1e12 * step) continue;
    if (i > begin && value[i] == value[i - 1]) continue;
    const double steps = value[i] / step;
    if (std::fabs(steps - std::round(steps)) > 1e-6 * std::fmax(1, std::fabs(steps))) continue;  // has no last digit
    ++seen[std::llround(steps)];
    ++count;
  }
  WindowTest test{.begin = begin, .end = end};
  if (count < parameters.count_min) return test;
  // Each value hands its place to its neighbours within three steps: what the digits would be if only the level
  // counted.
  constexpr std::array<double, 7> neighbours = {1, 2, 3, 0, 3, 2, 1};
  std::array<double, digit_count> observed{}, expected{};
  for (const auto& [steps, times] : seen) {
    observed[last_digit(steps)] += times;
    for (std::size_t k = 0; k < neighbours.size(); ++k)
      expected[last_digit(steps + static_cast<std::int64_t>(k) - 3)] += times * neighbours[k] / 12;
  }
  double chi = 0, excess = 0;
  for (std::size_t digit = 0; digit < digit_count; ++digit) {
    const double e = std::fmax(expected[digit], 1);
    chi += (observed[digit] - e) * (observed[digit] - e) / e;
    if ((observed[digit] - expected[digit]) / count > excess) {
      excess = (observed[digit] - expected[digit]) / count;
      test.value = observed[digit] / count;
      test.typical = expected[digit] / count;
    }
  }
  test.statistic = chi / parameters.overdispersion;
  test.p = excess >= parameters.excess_min ? chi_square_upper(test.statistic, 9) : 1;
  return test;
}

struct CutTest {
  double z = 0, below = 0, expected_below = 0, all = 0;
};

/// Visits to a band; hours in a row are one visit, so that a slow series does not count one stay many times.
double visits(Column value, double above, double up_to) {
  double stays = 0;
  bool inside = false;
  for (const double x : value) {
    if (std::isnan(x)) continue;
    const bool now = x > above && x <= up_to;
    if (now && !inside) ++stays;
    inside = now;
  }
  return stays;
}

CutTest test_cut(Column value, double cutoff, double step, double band) {
  // Bands of whole steps, so that each holds equally many writable values; a hair above the printed value.
  const double width = std::fmax(1, std::round(band * cutoff / step)) * step;
  const double at = cutoff + 1e-9 * std::fabs(cutoff);
  const double below = visits(value, at - width, at), above = visits(value, at, at + width);
  const double near = visits(value, at - 2 * width, at - width) + 0.5;
  const double far = visits(value, at - 4 * width, at - 3 * width) + 0.5;
  const double fall = std::fmax(std::log(far / near) / 2, -0.5);
  const double fall_variance = (1 / far + 1 / near) / 4;
  const double share = 1 / (1 + std::exp(-fall));
  const double all = below + above;
  CutTest test{.z = 0, .below = below, .expected_below = all * share, .all = all};
  const double binomial = share * (1 - share);
  if (all > 0)
    test.z = (below - all * share) / std::sqrt(all * binomial + all * all * binomial * binomial * fall_variance);
  return test;
}

}  // namespace

Tests digits(Column value, const DigitParameters& parameters) {
  Tests tests;
  const double step = resolution(value);
  if (step <= 0 || value.empty()) return tests;
  // Ten digits want ten steps: a series written in steps as coarse as its own range has no free last digit.
  if (quantile(value, 0.95) - quantile(value, 0.05) < 20 * step) return tests;
  tests.add(digit_test(value, 0, value.size(), step, parameters));
  const auto window = static_cast<std::size_t>(parameters.window);
  for (std::size_t begin = 0; begin + window < value.size(); begin += window)
    tests.add(digit_test(value, begin, begin + window, step, parameters));
  return tests;
}

Tests capped(Column value, double limit, const CapParameters& parameters) {
  Tests tests;
  const double step = std::fmax(resolution(value), 1e-6);
  if (!(limit > 4 * step)) return tests;
  const auto here = test_cut(value, limit, step, parameters.band);
  WindowTest test{
      .begin = 0, .end = value.size(), .statistic = here.z, .value = here.below, .typical = here.expected_below};
  if (here.all >= parameters.visits_min && here.below - here.expected_below >= parameters.excess_min * here.all) {
    std::vector<double> placebo;
    const double low = quantile(value, 0.3), high = quantile(value, 0.995);
    constexpr int cutoffs = 60;
    for (int k = 0; k < cutoffs; ++k) {
      const double cutoff = std::round((low + (high - low) * k / cutoffs) / step) * step;
      if (cutoff <= 4 * step || std::fabs(cutoff - limit) < 2.5 * parameters.band * limit) continue;
      const auto there = test_cut(value, cutoff, step, parameters.band);
      if (there.all >= parameters.visits_min) placebo.push_back(there.z);
    }
    test.p = normal_upper(here.z);
    constexpr std::size_t enough = 10;
    if (placebo.size() >= enough) {
      const double scale = std::fmax(spread(placebo), 1);
      test.p =
          std::fmax(test.p, student_upper((here.z - median(placebo)) / scale, static_cast<double>(placebo.size()) - 1));
    }
  }
  tests.add(test);
  return tests;
}

}  // namespace celadon::quality::screen
