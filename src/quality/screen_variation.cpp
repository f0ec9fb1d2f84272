// Flat runs, near-flat windows and impossible quiet.

#include "core/assert.hpp"
#include "quality/screen_kernels.hpp"
#include "quality/screen_levels.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace celadon::quality::screen {
namespace {

struct StillRun {
  std::size_t begin = 0, length = 0, level = 0;
};

std::vector<StillRun> runs_of(Column value, const Levels& levels) {
  std::vector<StillRun> runs;
  for (std::size_t i = 0; i < value.size();) {
    std::size_t end = i + 1;
    if (std::isfinite(value[i])) {
      while (end < value.size() && value[end] == value[i]) ++end;
      runs.push_back({i, end - i, levels.of(value[i])});
    }
    i = end;
  }
  return runs;
}

/// How often runs of at least 1, 2, 3 and 4 rows are there.
using Survivors = std::array<double, 5>;

double chance_to_go_on(const Survivors& at_least, std::size_t without_length) {
  double largest = 0;
  for (std::size_t k = 1; k + 1 < at_least.size(); ++k) {
    const double runs = at_least[k] - (without_length >= k ? 1 : 0);
    const double longer = at_least[k + 1] - (without_length >= k + 1 ? 1 : 0);
    constexpr double enough = 10;
    if (k > 1 && runs < enough) break;
    largest = std::fmax(largest, (longer + 1) / (runs + 2));
  }
  return largest;
}

/// Load below a tenth of its usual in the middle of the window.
bool at_rest(Column load, double usual_load, std::size_t begin, std::size_t count) {
  return !load.empty() && median(load.subspan(begin, count)) < 0.1 * usual_load;
}

struct Measured {
  std::size_t begin = 0;
  double level = 0, variation = 0;
};

Tests below_own_tail(Column value, Column load, const VariationParameters& parameters,
                     const std::function<double(Column)>& variation_of) {
  CELADON_ASSERT(load.empty() || load.size() == value.size());
  const auto window = static_cast<std::size_t>(parameters.window);
  const double usual_load = load.empty() ? 0 : median(load);
  std::vector<Measured> windows;
  for (std::size_t begin = 0; begin + window <= value.size(); begin += static_cast<std::size_t>(parameters.step)) {
    const auto part = value.subspan(begin, window);
    const auto missing = std::ranges::count_if(part, [](double x) { return std::isnan(x); });
    if (missing * 4 > parameters.window || at_rest(load, usual_load, begin, window)) continue;
    const double variation = variation_of(part);
    if (variation > 0) windows.push_back({begin, mean(part), variation});
  }
  std::vector<double> level, log_variation;
  for (const auto& each : windows) level.push_back(each.level), log_variation.push_back(std::log(each.variation));
  const Levels levels(level);
  const auto typical = levels.medians(level, log_variation);
  std::vector<double> ratio;
  for (std::size_t i = 0; i < windows.size(); ++i)
    ratio.push_back(std::exp(log_variation[i] - typical[levels.of(level[i])]));
  const LowerTail tail(ratio, parameters.tail_share);
  Tests tests;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    tests.add({.begin = windows[i].begin,
               .end = windows[i].begin + window,
               .statistic = ratio[i],
               .p = ratio[i] <= parameters.ratio_max ? tail.p(ratio[i]) : 1,
               .value = windows[i].variation,
               .typical = windows[i].variation / ratio[i]});
  }
  return tests;
}

}  // namespace

Tests flat_runs(Column value, const FlatParameters& parameters) {
  const Levels levels(value);
  const auto runs = runs_of(value, levels);
  std::array<Survivors, Levels::count> at_least{};
  std::size_t longest_short = 1;
  for (const auto& run : runs) {
    for (std::size_t k = 1; k < Survivors{}.size() && k <= run.length; ++k) ++at_least[run.level][k];
    if (run.length < static_cast<std::size_t>(parameters.length_min))
      longest_short = std::max(longest_short, run.length);
  }
  Tests tests;
  for (const auto& run : runs) {
    if (run.length >= static_cast<std::size_t>(parameters.length_min)) {
      const double on = chance_to_go_on(at_least[run.level], run.length);
      tests.add({.begin = run.begin,
                 .end = run.begin + run.length,
                 .statistic = static_cast<double>(run.length),
                 .p = std::pow(on, static_cast<double>(run.length - 1)),
                 .value = value[run.begin],
                 .typical = static_cast<double>(longest_short)});
    }
  }
  tests.count = static_cast<double>(std::ranges::count_if(value, [](double x) { return std::isfinite(x); }));
  return tests;
}

Tests near_flat(Column value, Column load, const VariationParameters& parameters) {
  const double step = resolution(value);
  return below_own_tail(value, load, parameters, [step](Column part) {
    const double middle = mean(part);
    double sum = 0, count = 0;
    for (const double x : part) {
      if (std::isfinite(x)) sum += (x - middle) * (x - middle), ++count;
    }
    return std::sqrt(sum / count + step * step / 12);
  });
}

Tests quiet(Column value, Column load, const VariationParameters& parameters) {
  const double step = resolution(value);
  return below_own_tail(value, load, parameters, [step](Column part) {
    constexpr std::size_t slow = 6, enough = 24;
    double noise = 0, noise_count = 0, course = 0, course_count = 0;
    for (std::size_t i = 1; i + 1 < part.size(); ++i) {
      const double second = part[i - 1] - 2 * part[i] + part[i + 1];
      if (std::isfinite(second)) noise += std::fabs(second), ++noise_count;
      const double change = i >= slow ? part[i] - part[i - slow] : std::nan("");
      if (std::isfinite(change)) course += std::fabs(change), ++course_count;
    }
    if (noise_count < enough || course_count < enough) return std::nan("");
    const double quantum = step > 0 ? step / 4 : 1e-9;
    return (noise / noise_count + quantum) / (course / course_count + quantum);
  });
}

}  // namespace celadon::quality::screen
