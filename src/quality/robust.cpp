#include "quality/robust.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::quality {

std::size_t gather(std::span<const double> values, std::span<double> into) {
  CELADON_ASSERT(into.size() >= values.size());
  std::size_t count = 0;
  for (const double value : values) {
    if (!std::isnan(value)) into[count++] = value;
  }
  return count;
}

double median_of(std::span<double> values) {
  if (values.empty()) return std::nan("");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

double quantile_of(std::span<double> values, double share) {
  if (values.empty()) return std::nan("");
  const double last = static_cast<double>(values.size() - 1);
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(std::lround(std::clamp(share, 0.0, 1.0) * last));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

double deviation_of(std::span<double> values, double centre) {
  for (double& value : values) value = std::fabs(value - centre);
  return median_of(values);
}

namespace {

constexpr std::size_t values_min = 8;

/// |change| between neighbours that are both there; only those that differ where `moving`.
std::size_t changes(std::span<const double> value, bool moving, std::span<double> into) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < value.size(); ++i) {
    const double step = std::fabs(value[i] - value[i - 1]);
    if (!std::isnan(step) && (!moving || step > 0)) into[count++] = step;
  }
  return count;
}

double usual_run(std::span<const double> value, std::span<double> scratch) {
  std::size_t count = 0;
  std::size_t length = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (std::isnan(value[i])) continue;
    ++length;
    const bool goes_on = i + 1 < value.size() && value[i + 1] == value[i];
    if (goes_on) continue;
    scratch[count++] = static_cast<double>(length);
    length = 0;
  }
  return std::fmax(1, quantile_of(scratch.first(count), 0.99));
}

/// Median over the series of the mean |change| in blocks of `window`.
double usual_activity(std::span<const double> value, std::size_t window, std::span<double> scratch) {
  std::size_t blocks = 0;
  for (std::size_t begin = 1; begin + window <= value.size(); begin += window) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = begin; i < begin + window; ++i) {
      const double step = std::fabs(value[i] - value[i - 1]);
      if (std::isnan(step)) continue;
      sum += step;
      ++count;
    }
    if (count * 2 >= window) scratch[blocks++] = sum / static_cast<double>(count);
  }
  return median_of(scratch.first(blocks));
}

}  // namespace

SeriesScale scale_of(std::span<const double> value, std::size_t window, std::span<double> scratch) {
  CELADON_ASSERT(scratch.size() >= value.size() && window > 0);
  const double none = std::nan("");
  std::size_t count = gather(value, scratch);
  if (count < values_min) return {none, none, none, none, none, none, none, none};
  SeriesScale scale;
  scale.median = median_of(scratch.first(count));
  scale.low = quantile_of(scratch.first(count), 0.01);
  scale.high = quantile_of(scratch.first(count), 0.99);
  scale.spread = mad_to_sigma * deviation_of(scratch.first(count), scale.median);
  count = changes(value, true, scratch);
  scale.resolution =
      count == 0 ? std::fmax(std::fabs(scale.median) * 1e-3, 1e-9) : quantile_of(scratch.first(count), 0.05);
  count = changes(value, false, scratch);
  scale.change = std::fmax(mad_to_sigma * median_of(scratch.first(count)), scale.resolution);
  if (std::isnan(scale.change)) scale.change = scale.resolution;
  scale.spread = std::fmax(scale.spread, scale.resolution);
  scale.activity = std::fmax(usual_activity(value, window, scratch), 0.1 * scale.resolution);
  if (std::isnan(scale.activity)) scale.activity = 0.5 * scale.change;
  scale.run = usual_run(value, scratch);
  return scale;
}

}  // namespace celadon::quality
