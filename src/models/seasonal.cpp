#include "models/seasonal.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::models {
namespace {

using Column = std::vector<double>;

int next_odd(double x) {
  const int whole = static_cast<int>(std::ceil(x));
  return whole % 2 == 0 ? whole + 1 : whole;
}

struct Loess {
  int window = 7;
  int step = 1;
};

/// The local line at `x` (places count from 1) over places left..right; false where no value has weight.
bool local_line(std::span<const double> y, int window, double x, int left, int right, std::span<const double> robust,
                Column& weight, double& out) {
  const int n = static_cast<int>(y.size());
  const double range = n - 1.0;
  double reach = std::max(x - left, right - x);
  if (window > n) reach += static_cast<double>((window - n) / 2);
  const auto at = [](int place) { return static_cast<std::size_t>(place - 1); };
  double sum = 0;
  for (int j = left; j <= right; ++j) {
    const double r = std::abs(j - x);
    double w = 0;
    if (r <= 0.999 * reach) {
      w = 1;
      if (r > 0.001 * reach) {
        const double share = r / reach;
        const double rest = 1 - share * share * share;
        w = rest * rest * rest;
      }
      if (!robust.empty()) w *= robust[at(j)];
    }
    weight[at(j)] = w;
    sum += w;
  }
  if (sum <= 0) return false;
  double centre = 0;
  for (int j = left; j <= right; ++j) {
    weight[at(j)] /= sum;
    centre += weight[at(j)] * j;
  }
  if (reach > 0) {
    double spread = 0;
    for (int j = left; j <= right; ++j) spread += weight[at(j)] * (j - centre) * (j - centre);
    if (std::sqrt(spread) > 0.001 * range) {
      const double slope = (x - centre) / spread;
      for (int j = left; j <= right; ++j) weight[at(j)] *= slope * (j - centre) + 1;
    }
  }
  out = 0;
  for (int j = left; j <= right; ++j) out += weight[at(j)] * y[at(j)];
  return true;
}

/// The window of values around place i.
std::pair<int, int> window_at(int i, int n, int window) {
  if (window >= n) return {1, n};
  const int half = (window + 1) / 2;
  if (i < half) return {1, window};
  if (i >= n - half + 1) return {n - window + 1, n};
  return {i - half + 1, window + i - half};
}

void smooth(std::span<const double> y, const Loess& how, std::span<const double> robust, std::span<double> out) {
  const int n = static_cast<int>(y.size());
  if (n < 2) {
    out[0] = y[0];
    return;
  }
  Column weight(y.size());
  const int step = std::min(how.step, n - 1);
  const auto at = [](int place) { return static_cast<std::size_t>(place - 1); };
  const auto work_out = [&](int i, std::pair<int, int> window) {
    if (!local_line(y, how.window, i, window.first, window.second, robust, weight, out[at(i)])) out[at(i)] = y[at(i)];
  };
  const auto straight = [&](int from, int to) {
    const double rise = (out[at(to)] - out[at(from)]) / (to - from);
    for (int j = from + 1; j < to; ++j) out[at(j)] = out[at(from)] + rise * (j - from);
  };
  int last = 1;
  for (int i = 1; i <= n; i += step) {
    work_out(i, window_at(i, n, how.window));
    if (i > 1) straight(i - step, i);
    last = i;
  }
  if (last == n) return;
  // The last value is worked out over the window of the step before it.
  work_out(n, window_at(last, n, how.window));
  straight(last, n);
}

void moving_average(std::span<const double> x, int length, Column& out) {
  const std::size_t count = x.size() - static_cast<std::size_t>(length) + 1;
  out.resize(count);
  double sum = 0;
  for (int i = 0; i < length; ++i) sum += x[static_cast<std::size_t>(i)];
  out[0] = sum / length;
  for (std::size_t k = 1; k < count; ++k) {
    sum += x[k + static_cast<std::size_t>(length) - 1] - x[k - 1];
    out[k] = sum / length;
  }
}

/// The values of each month by themselves, smoothed and drawn out by one at both ends: n + 2 periods in all.
Column cycle_of(std::span<const double> y, int period, const Loess& how, std::span<const double> robust) {
  const auto months = static_cast<std::size_t>(period);
  Column out(y.size() + 2 * months);
  for (std::size_t month = 0; month < months; ++month) {
    Column own;
    Column own_robust;
    for (std::size_t i = month; i < y.size(); i += months) {
      own.push_back(y[i]);
      if (!robust.empty()) own_robust.push_back(robust[i]);
    }
    const int k = static_cast<int>(own.size());
    Column smoothed(own.size() + 2);
    smooth(own, how, own_robust, std::span(smoothed).subspan(1, own.size()));
    Column weight(own.size());
    if (!local_line(own, how.window, 0, 1, std::min(how.window, k), own_robust, weight, smoothed.front()))
      smoothed.front() = smoothed[1];
    if (!local_line(own, how.window, k + 1, std::max(1, k - how.window + 1), k, own_robust, weight, smoothed.back()))
      smoothed.back() = smoothed[own.size()];
    for (std::size_t m = 0; m < smoothed.size(); ++m) out[m * months + month] = smoothed[m];
  }
  return out;
}

/// Bisquare weights by the distance from the fit, in medians.
Column robust_weights(std::span<const double> y, std::span<const double> season, std::span<const double> trend) {
  Column distance(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) distance[i] = std::abs(y[i] - season[i] - trend[i]);
  Column sorted = distance;
  std::ranges::sort(sorted);
  const std::size_t upper = y.size() / 2;
  const double six = 3 * (sorted[upper] + sorted[y.size() - upper - 1]);
  for (double& r : distance) {
    if (r <= 0.001 * six)
      r = 1;
    else if (r <= 0.999 * six)
      r = (1 - r / six * (r / six)) * (1 - r / six * (r / six));
    else
      r = 0;
  }
  return distance;
}

}  // namespace

SeasonalParts seasonal_parts(std::span<const double> series, const SeasonalOptions& options) {
  const auto period = static_cast<std::size_t>(options.period);
  CELADON_ASSERT(options.period >= 2 && series.size() >= 2 * period && options.season_window >= 3);
  const auto tenth = [](int window) { return (window + 9) / 10; };
  Loess season_loess{options.season_window, tenth(options.season_window)};
  Loess trend_loess{next_odd(1.5 * options.period / (1 - 1.5 / options.season_window)), 1};
  Loess low_loess{next_odd(options.period), 1};
  trend_loess.step = tenth(trend_loess.window);
  low_loess.step = tenth(low_loess.window);
  const int rounds = options.robust ? 15 : 0;
  const int passes = options.robust ? 1 : 2;

  SeasonalParts parts;
  parts.season.assign(series.size(), 0);
  parts.trend.assign(series.size(), 0);
  Column robust;
  Column work(series.size());
  Column a;
  Column b;
  Column c;
  for (int round = 0; round <= rounds; ++round) {
    for (int pass = 0; pass < passes; ++pass) {
      for (std::size_t i = 0; i < series.size(); ++i) work[i] = series[i] - parts.trend[i];
      const Column cycle = cycle_of(work, options.period, season_loess, robust);
      moving_average(cycle, options.period, a);
      moving_average(a, options.period, b);
      moving_average(b, 3, c);
      Column low(c.size());
      smooth(c, low_loess, {}, low);
      for (std::size_t i = 0; i < series.size(); ++i) {
        parts.season[i] = cycle[i + period] - low[i];
        work[i] = series[i] - parts.season[i];
      }
      smooth(work, trend_loess, robust, parts.trend);
    }
    if (round < rounds) robust = robust_weights(series, parts.season, parts.trend);
  }
  for (std::size_t i = 0; i < series.size(); ++i)
    parts.remainder.push_back(series[i] - parts.season[i] - parts.trend[i]);
  return parts;
}

}  // namespace celadon::models
