#include "models/polar.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "models/roses.hpp"
#include "models/statistics.hpp"
#include "models/thin_plate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace celadon::models {
namespace {

/// Rows that have all three.
struct Whole {
  std::vector<double> speed, direction, value;
};

Whole whole(std::span<const double> speed, std::span<const double> direction, std::span<const double> value) {
  Whole rows;
  for (std::size_t i = 0; i < speed.size(); ++i) {
    if (!(speed[i] >= 0) || !(direction[i] >= 0 && direction[i] <= 360) || std::isnan(value[i])) continue;
    rows.speed.push_back(speed[i]);
    rows.direction.push_back(direction[i]);
    rows.value.push_back(value[i]);
  }
  return rows;
}

double statistic_of(std::span<double> values, const PolarOptions& options, double threshold, std::size_t all) {
  const auto n = static_cast<double>(values.size());
  switch (options.statistic) {
    case PolarStatistic::mean: return mean_of(values);
    case PolarStatistic::median: return median_in_place(values);
    case PolarStatistic::maximum: return std::ranges::max(values);
    case PolarStatistic::deviation: return deviation_of(values);
    case PolarStatistic::percentile: return quantile_in_place(values, options.percentile_percent / 100);
    case PolarStatistic::count: return n;
    case PolarStatistic::weighted_mean: return mean_of(values) * n / static_cast<double>(all);
    case PolarStatistic::cpf:
      return static_cast<double>(std::ranges::count_if(values, [&](double v) { return v > threshold; })) / n;
  }
  return missing;
}

/// Value at (x, y) in units of grid steps, linear between the four points around; `grid` a side.
double between(std::span<const double> value, std::size_t grid, double x, double y) {
  const auto i = std::min(static_cast<std::size_t>(x), grid - 2);
  const auto j = std::min(static_cast<std::size_t>(y), grid - 2);
  const double a = x - static_cast<double>(i);
  const double b = y - static_cast<double>(j);
  const double* low = value.data() + j * grid + i;
  return (1 - b) * ((1 - a) * low[0] + a * low[1]) + b * ((1 - a) * low[grid] + a * low[grid + 1]);
}

/// Marks grid points within `far` of a bin, both taken to the unit square of the grid.
std::vector<bool> near_bins(const PolarBins& bins, std::span<const double> axis, double far) {
  const double side = axis.back() - axis.front();
  const std::size_t n = axis.size();
  const auto step = side / static_cast<double>(n - 1);
  const double reach = far * side;
  std::vector<bool> near(n * n, false);
  for (std::size_t k = 0; k < bins.u.size(); ++k) {
    const auto from = [&](double at) {
      return static_cast<std::size_t>(std::clamp((at - reach - axis.front()) / step - 1, 0.0, static_cast<double>(n)));
    };
    const auto until = [&](double at) {
      return static_cast<std::size_t>(std::clamp((at + reach - axis.front()) / step + 2, 0.0, static_cast<double>(n)));
    };
    for (std::size_t j = from(bins.v[k]); j < until(bins.v[k]); ++j) {
      for (std::size_t i = from(bins.u[k]); i < until(bins.u[k]); ++i) {
        if (std::hypot(axis[i] - bins.u[k], axis[j] - bins.v[k]) <= reach) near[j * n + i] = true;
      }
    }
  }
  return near;
}

std::vector<double> axis_of(double end, std::size_t points) {
  std::vector<double> axis;
  for (std::size_t i = 0; i < points; ++i)
    axis.push_back(-end + 2 * end * static_cast<double>(i) / static_cast<double>(points - 1));
  return axis;
}

}  // namespace

PolarBins polar_bins(std::span<const double> speed, std::span<const double> direction, std::span<const double> value,
                     const PolarOptions& options) {
  CELADON_ASSERT(speed.size() == direction.size() && speed.size() == value.size() && options.speed_bins > 1);
  Whole rows = whole(speed, direction, value);
  PolarBins out;
  out.used = rows.value.size();
  out.direction_width_deg = in_tens(rows.direction) ? 10 : 5;
  out.threshold = missing;
  if (rows.value.empty()) return out;
  if (options.statistic == PolarStatistic::cpf) {
    auto sorted = rows.value;
    out.threshold = quantile_in_place(sorted, options.percentile_percent / 100);
  }
  const auto [least, largest] = std::ranges::minmax(rows.speed);
  out.speed_least = least;
  out.speed_largest = largest;
  const double span = largest - least;
  const std::size_t speeds = options.speed_bins;
  const auto sectors = static_cast<std::size_t>(360 / out.direction_width_deg);
  std::vector<double> edge;  // of the speed bins
  for (std::size_t k = 0; k <= speeds; ++k) edge.push_back(span * static_cast<double>(k) / static_cast<double>(speeds));
  std::vector<std::vector<double>> own(sectors * speeds);
  for (std::size_t i = 0; i < rows.value.size(); ++i) {
    const double above = rows.speed[i] - least;
    auto bin = static_cast<std::size_t>(std::ranges::lower_bound(edge, above) - edge.begin());
    bin = bin == 0 ? 0 : std::min(bin, speeds) - 1;
    own[sector_of(rows.direction[i], sectors) * speeds + bin].push_back(rows.value[i]);
  }
  for (std::size_t s = 0; s < sectors; ++s) {
    const double deg = out.direction_width_deg * static_cast<double>(s + 1);
    for (std::size_t k = 0; k < speeds; ++k) {
      auto& values = own[s * speeds + k];
      if (values.empty() || values.size() < options.count_min) continue;
      const double radius = span * static_cast<double>(k) / static_cast<double>(speeds - 1);
      out.u.push_back(radius * std::sin(deg * std::numbers::pi / 180));
      out.v.push_back(radius * std::cos(deg * std::numbers::pi / 180));
      out.speed_low.push_back(edge[k]);
      out.speed_high.push_back(edge[k + 1]);
      out.direction_deg.push_back(deg);
      out.count.push_back(static_cast<double>(values.size()));
      out.value.push_back(statistic_of(values, options, out.threshold, out.used));
    }
  }
  return out;
}

Result<Surface> polar_surface(const PolarBins& bins, const SurfaceOptions& options) {
  CELADON_ASSERT(options.grid > 1 && options.fine > 1);
  ThinPlateData data;
  for (std::size_t k = 0; k < bins.value.size(); ++k) {
    if (std::isnan(bins.value[k])) continue;  // the deviation of one value
    data.x.push_back(bins.u[k]);
    data.y.push_back(bins.v[k]);
    data.z.push_back(options.positive ? std::sqrt(std::max(0.0, bins.value[k])) : bins.value[k]);
    data.weight.push_back(bins.count[k] <= 3 ? 0.25 * bins.count[k] : 1);
  }
  const double end = bins.speed_largest - bins.speed_least;
  const auto coarse = axis_of(end, options.grid);
  std::vector<double> at_x;
  std::vector<double> at_y;
  for (const double north : coarse) {
    for (const double east : coarse) {
      at_x.push_back(east);
      at_y.push_back(north);
    }
  }
  auto smooth = thin_plate(data, options.basis, at_x, at_y);
  if (!smooth) return fail(smooth.error());
  if (options.positive) {
    for (double& z : smooth->value) z *= z;
  }
  Surface out;
  out.axis = axis_of(end, options.fine);
  out.degrees_of_freedom = smooth->degrees_of_freedom;
  out.log10_smoothing = smooth->log10_smoothing;
  out.gcv = smooth->gcv;
  const auto near = near_bins(bins, out.axis, options.far);
  out.value.assign(options.fine * options.fine, missing);
  const double ratio = static_cast<double>(options.grid - 1) / static_cast<double>(options.fine - 1);
  for (std::size_t j = 0; j < options.fine; ++j) {
    for (std::size_t i = 0; i < options.fine; ++i) {
      if (!near[j * options.fine + i]) continue;
      double z = between(smooth->value, options.grid, static_cast<double>(i) * ratio, static_cast<double>(j) * ratio);
      if (options.ceiling > 0) z = std::min(z, options.ceiling);
      out.value[j * options.fine + i] = z;
    }
  }
  return out;
}

}  // namespace celadon::models
