#include "models/statistics.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace celadon::models {
std::vector<double> present(std::span<const double> values) {
  std::vector<double> there;
  there.reserve(values.size());
  for (const double value : values) {
    if (!std::isnan(value)) there.push_back(value);
  }
  return there;
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  std::size_t n = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++n;
  }
  return n == 0 ? missing : sum / static_cast<double>(n);
}

double deviation_of(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0;
  std::size_t n = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += (value - mean) * (value - mean);
    ++n;
  }
  return n < 2 ? missing : std::sqrt(sum / static_cast<double>(n - 1));
}

double quantile_sorted(std::span<const double> ascending, double share) {
  if (ascending.empty()) return missing;
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= ascending.size()) return ascending.back();
  const double part = place - static_cast<double>(below);
  return ascending[below] + part * (ascending[below + 1] - ascending[below]);
}

double quantile_in_place(std::span<double> values, double share) {
  std::ranges::sort(values);
  return quantile_sorted(values, share);
}

double median_in_place(std::span<double> values) {
  if (values.empty()) return missing;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

double summarise(std::span<double> values, Summary how, double percentile_percent) {
  if (how == Summary::count) return static_cast<double>(values.size());
  if (values.empty()) return missing;
  switch (how) {
    case Summary::mean: return mean_of(values);
    case Summary::median: return median_in_place(values);
    case Summary::minimum: return std::ranges::min(values);
    case Summary::maximum: return std::ranges::max(values);
    case Summary::sum: return std::accumulate(values.begin(), values.end(), 0.0);
    case Summary::deviation: return deviation_of(values);
    case Summary::count: break;
    case Summary::percentile: return quantile_in_place(values, percentile_percent / 100);
  }
  return missing;
}

Box box_of(std::span<const double> values) {
  auto sorted = present(values);
  std::ranges::sort(sorted);
  Box box{};
  box.n = sorted.size();
  const auto at = [&](double share) { return quantile_sorted(sorted, share); };
  box.minimum = at(0);
  box.p5 = at(0.05);
  box.q1 = at(0.25);
  box.median = at(0.5);
  box.q3 = at(0.75);
  box.p95 = at(0.95);
  box.maximum = at(1);
  box.mean = mean_of(sorted);
  box.low_whisker = box.high_whisker = missing;
  const double reach = 1.5 * (box.q3 - box.q1);
  for (const double value : sorted) {
    if (value < box.q1 - reach || value > box.q3 + reach) {
      ++box.outside;
      continue;
    }
    if (std::isnan(box.low_whisker)) box.low_whisker = value;
    box.high_whisker = value;
  }
  return box;
}

Line line_of(std::span<const double> x, std::span<const double> y) {
  CELADON_ASSERT(x.size() == y.size());
  Line line{0, missing, missing, missing, missing, missing};
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    mean_x += x[i];
    mean_y += y[i];
    ++line.n;
  }
  if (line.n < 3) return line;
  const auto n = static_cast<double>(line.n);
  mean_x /= n;
  mean_y /= n;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (xx == 0) return line;
  line.slope = xy / xx;
  line.intercept = mean_y - line.slope * mean_x;
  const double left = std::max(0.0, yy - line.slope * xy);
  line.rmse = std::sqrt(left / n);
  line.slope_error = std::sqrt(left / (n - 2) / xx);
  line.r = yy == 0 ? missing : xy / std::sqrt(xx * yy);
  return line;
}

std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> rank(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    const double shared = 0.5 * static_cast<double>(i + 1 + end);
    for (; i < end; ++i) rank[order[i]] = shared;
  }
  return rank;
}

double pearson(std::span<const double> x, std::span<const double> y) {
  CELADON_ASSERT(x.size() == y.size());
  if (x.size() < 2) return missing;
  const double mean_x = mean_of(x);
  const double mean_y = mean_of(y);
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (xx == 0 || yy == 0) return missing;
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

std::vector<double> round_breaks(double low, double high, int intervals) {
  if (!(std::isfinite(low) && std::isfinite(high)) || low > high || intervals < 1) return {};
  constexpr double bias = 1.5;
  constexpr double bias_of_5 = 0.5 + 1.5 * bias;
  const double largest = std::max(std::abs(low), std::abs(high));
  double cell = (high - low) / intervals;
  if (high - low < largest * 1e-10 || cell == 0) cell = largest == 0 ? 1 : largest / intervals;
  const double base = std::pow(10.0, std::floor(std::log10(cell)));
  double unit = base;
  if (2 * base - cell < bias * (cell - unit)) {
    unit = 2 * base;
    if (5 * base - cell < bias_of_5 * (cell - unit)) {
      unit = 5 * base;
      if (10 * base - cell < bias * (cell - unit)) unit = 10 * base;
    }
  }
  constexpr double slack = 1e-10;
  double first = std::floor(low / unit + slack);
  double last = std::ceil(high / unit - slack);
  // At least a third of the steps asked for.
  while (last - first + 0.5 < intervals / 3) {
    last += 1;
    if (last - first + 0.5 < intervals / 3) first -= 1;
  }
  std::vector<double> breaks;
  for (double k = first; k <= last + 0.5; k += 1) breaks.push_back(k * unit);
  return breaks;
}

}  // namespace celadon::models
