// What a column must have to do with its companions, and must not have to do with other outlets.

#include "core/assert.hpp"
#include "quality/screen_kernels.hpp"
#include "quality/screen_levels.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::quality::screen {
namespace {

constexpr std::size_t day = 24;
constexpr double oxygen_of_air = 21;  // as emission standards write it

std::vector<double> noise_of(Column value) {
  std::vector<double> second(value.size(), std::nan(""));
  for (std::size_t i = 1; i + 1 < value.size(); ++i) second[i] = value[i - 1] - 2 * value[i] + value[i + 1];
  const double clip = 4 * spread(second);
  if (clip > 0) {
    for (double& x : second) x = std::isnan(x) ? x : std::clamp(x, -clip, clip);
  }
  return second;
}

/// Takes out of `what` its straight-line part in `by`.
void less(std::vector<double>& what, std::span<const double> by) {
  double mean_w = 0, mean_b = 0, count = 0;
  const auto both = [&](std::size_t i) { return std::isfinite(what[i]) && std::isfinite(by[i]); };
  for (std::size_t i = 0; i < what.size(); ++i) {
    if (both(i)) mean_w += what[i], mean_b += by[i], ++count;
  }
  if (count < 3) return;
  mean_w /= count;
  mean_b /= count;
  double wb = 0, bb = 0;
  for (std::size_t i = 0; i < what.size(); ++i) {
    if (both(i)) wb += (what[i] - mean_w) * (by[i] - mean_b), bb += (by[i] - mean_b) * (by[i] - mean_b);
  }
  if (!(bb > 0)) return;
  for (std::size_t i = 0; i < what.size(); ++i) {
    if (both(i)) what[i] -= wb / bb * (by[i] - mean_b);
  }
}

double known_pairs(Column a, Column b) {
  double count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += std::isfinite(a[i]) && std::isfinite(b[i]) ? 1 : 0;
  return count;
}

double fisher(double r) { return std::atanh(std::clamp(r, -0.999999, 0.999999)); }

struct WindowCorrelation {
  std::size_t begin = 0;
  double r = 0, pairs = 0;
};

template <class Correlate>
std::vector<WindowCorrelation> by_window(Column a, Column b, int window, int step, Correlate correlate) {
  std::vector<WindowCorrelation> result;
  const auto rows = static_cast<std::size_t>(window);
  for (std::size_t begin = 0; begin + rows <= a.size(); begin += static_cast<std::size_t>(step)) {
    const auto part_a = a.subspan(begin, rows), part_b = b.subspan(begin, rows);
    const double pairs = known_pairs(part_a, part_b);
    if (pairs < 0.6 * window) continue;
    const double r = correlate(part_a, part_b);
    if (std::isfinite(r)) result.push_back({begin, r, pairs});
  }
  return result;
}

}  // namespace

std::vector<std::size_t> mark_events(Column mark) {
  std::vector<std::size_t> events;
  const auto set = [&](std::size_t i) { return std::isfinite(mark[i]) && mark[i] != 0; };
  for (std::size_t i = 1; i < mark.size(); ++i) {
    if (set(i) && !set(i - 1)) events.push_back(i);
  }
  return events;
}

std::vector<std::size_t> oxygen_jumps(Column oxygen, Column load, double jump) {
  CELADON_ASSERT(load.empty() || load.size() == oxygen.size());
  std::vector<double> rest(oxygen.begin(), oxygen.end());
  if (!load.empty()) {
    const Levels levels(load);
    const auto typical = levels.medians(load, oxygen);
    for (std::size_t i = 0; i < rest.size(); ++i)
      rest[i] -= std::isnan(load[i]) ? load[i] : typical[levels.of(load[i])];
  }
  std::vector<double> change(rest.size(), std::nan(""));
  for (std::size_t i = 1; i < rest.size(); ++i) change[i] = rest[i] - rest[i - 1];
  const double limit = jump * spread(change);
  std::vector<std::size_t> events;
  for (std::size_t i = 1; i < change.size(); ++i) {
    if (limit > 0 && change[i] > limit) events.push_back(i);
  }
  return events;
}

Tests event_timing(Column value, const std::vector<std::size_t>& events, const TimingParameters& parameters) {
  const auto ahead = [&](std::size_t i) {
    if (i < 2 || i > value.size()) return std::nan("");
    return std::isfinite(value[i - 2]) ? 2 * value[i - 1] - value[i - 2] : value[i - 1];
  };
  std::vector<char> near_event(value.size() + 1, 0);
  for (const std::size_t event : events) near_event[event] = 1;
  std::array<std::vector<double>, day> usual;
  for (std::size_t i = 2; i < value.size(); ++i) {
    if (near_event[i] == 0 && std::isfinite(ahead(i))) usual[i % day].push_back(ahead(i));
  }
  for (auto& hour : usual) std::ranges::sort(hour);
  double sum = 0, count = 0;
  std::size_t last = 0;
  for (const std::size_t event : events) {
    const bool apart = last == 0 || event - last >= static_cast<std::size_t>(parameters.apart);
    last = event;
    const auto& hour = usual[event % day];
    const double score = ahead(event);
    if (!apart || !std::isfinite(score) || hour.size() < 10) continue;
    const auto [low, high] = std::ranges::equal_range(hour, score);
    const double below = static_cast<double>(low - hour.begin()) + 0.5 * static_cast<double>(high - low);
    sum += (below + 0.5) / (static_cast<double>(hour.size()) + 1);
    ++count;
  }
  Tests tests;
  if (count < parameters.events_min) return tests;
  const double z = (sum / count - 0.5) * std::sqrt(12 * count);
  tests.add({.begin = events.front(),
             .end = std::min(events.back() + 1, value.size()),
             .statistic = z,
             .p = normal_upper(z),
             .value = sum / count,
             .typical = 0.5});
  return tests;
}

Tests conversion(Column value, Column oxygen, Column converted, const ConversionParameters& parameters) {
  CELADON_ASSERT(value.size() == oxygen.size() && value.size() == converted.size());
  std::vector<double> factor(value.size(), std::nan(""));
  for (std::size_t i = 0; i < value.size(); ++i) {
    const double dilution = oxygen_of_air - oxygen[i];
    if (value[i] > 0 && dilution > 1) factor[i] = converted[i] / value[i] * dilution;
  }
  const double usual = median(factor);
  Tests tests;
  const auto window = static_cast<std::size_t>(parameters.window);
  for (std::size_t begin = 0; begin + window <= factor.size(); begin += window) {
    double off = 0, count = 0;
    for (std::size_t i = begin; i < begin + window; ++i) {
      if (!std::isfinite(factor[i])) continue;
      ++count;
      if (std::fabs(factor[i] - usual) > parameters.tolerance * usual) ++off;
    }
    if (count < 24) continue;
    tests.add({.begin = begin,
               .end = begin + window,
               .statistic = off,
               .p = binomial_upper(off, count, parameters.share),
               .value = off / count,
               .typical = parameters.share});
  }
  return tests;
}

Tests decoupled(Column value, Column load, const FollowParameters& parameters) {
  CELADON_ASSERT(value.size() == load.size());
  const auto windows =
      by_window(value, load, parameters.window, parameters.step, [](Column a, Column b) { return spearman(a, b); });
  std::vector<double> transformed;
  for (const auto& window : windows) transformed.push_back(fisher(window.r));
  Tests tests;
  constexpr std::size_t enough = 10;
  const double middle = median(transformed);
  if (windows.size() < enough || std::tanh(middle) < parameters.follow_min) return tests;
  const double scale = std::fmax(spread(transformed), 1 / std::sqrt(static_cast<double>(parameters.window) / 6));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const double t = (middle - transformed[i]) / scale;
    tests.add({.begin = windows[i].begin,
               .end = windows[i].begin + static_cast<std::size_t>(parameters.window),
               .statistic = windows[i].r,
               .p = std::tanh(middle) - windows[i].r >= parameters.drop_min ? student_upper(t, 30) : 1,
               .value = windows[i].r,
               .typical = std::tanh(middle)});
  }
  return tests;
}

Tests twins(Column a, Column load_a, Column b, Column load_b, const TwinParameters& parameters) {
  CELADON_ASSERT(a.size() == b.size());
  auto noise_a = noise_of(a), noise_b = noise_of(b);
  if (!load_a.empty()) less(noise_a, noise_of(load_a));
  if (!load_b.empty()) less(noise_b, noise_of(load_b));
  const auto windows =
      by_window(noise_a, noise_b, parameters.window, parameters.step, [](Column x, Column y) { return pearson(x, y); });
  std::vector<double> all;
  for (const auto& window : windows) all.push_back(window.r);
  const double usual = median(all);
  Tests tests;
  for (const auto& window : windows) {
    const double z = (fisher(window.r) - fisher(parameters.common)) * std::sqrt(window.pairs / 2 - 3);
    tests.add({.begin = window.begin,
               .end = window.begin + static_cast<std::size_t>(parameters.window),
               .statistic = window.r,
               .p = normal_upper(z),
               .value = window.r,
               .typical = usual});
  }
  return tests;
}

}  // namespace celadon::quality::screen
