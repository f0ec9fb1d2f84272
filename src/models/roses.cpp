#include "models/roses.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "models/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::models {
namespace {

bool is_direction(double deg) { return deg >= 0 && deg <= 360; }

std::vector<double> centres(std::size_t sectors) {
  std::vector<double> deg;
  for (std::size_t k = 0; k < sectors; ++k)
    deg.push_back(360.0 * static_cast<double>(k + 1) / static_cast<double>(sectors));
  return deg;
}

/// The class (low[c], high[c]] of a value; the number of classes where it is in none.
std::size_t class_of(double value, std::span<const double> breaks) {
  const std::size_t classes = breaks.size() - 1;
  if (!(value > breaks.front() && value <= breaks.back())) return classes;
  return static_cast<std::size_t>(std::ranges::lower_bound(breaks, value) - breaks.begin()) - 1;
}

/// By how much each sector is multiplied where directions come in tens.
std::vector<double> bias_factors(std::size_t sectors) {
  std::vector<double> spanned(sectors, 0);
  for (int ten = 10; ten <= 360; ten += 10) ++spanned[sector_of(ten, sectors)];
  const double mean = 36.0 / static_cast<double>(sectors);
  for (double& n : spanned) n = n == 0 ? 1 : mean / n;
  return spanned;
}

/// The breaks, closed by the largest value where it lies above them.
std::vector<double> closed(const std::vector<double>& breaks, std::span<const double> value) {
  std::vector<double> all = breaks;
  double largest = -std::numeric_limits<double>::infinity();
  for (const double v : value) {
    if (v > largest) largest = v;
  }
  if (all.empty() || (std::isfinite(largest) && largest > all.back())) all.push_back(largest);
  return all;
}

}  // namespace

std::size_t sector_of(double direction_deg, std::size_t sectors) {
  const double width = 360.0 / static_cast<double>(sectors);
  const auto nearest = static_cast<std::int64_t>(std::ceil(direction_deg / width - 0.5));
  return nearest <= 0 ? sectors - 1 : std::min(static_cast<std::size_t>(nearest), sectors) - 1;
}

bool in_tens(std::span<const double> direction_deg) {
  return std::ranges::all_of(direction_deg, [](double deg) {
    return std::isnan(deg) || std::fmod(std::nearbyint(deg), 10) == 0;
  });
}

Rose rose(std::span<const double> speed, std::span<const double> direction, std::span<const double> value,
          const RoseOptions& options) {
  CELADON_ASSERT(speed.size() == direction.size() && speed.size() == value.size() && options.sectors > 0);
  CELADON_ASSERT(options.breaks.size() >= 1);
  std::vector<double> counted;  // values of rows with a speed, for the last break and the mean
  for (std::size_t i = 0; i < speed.size(); ++i) counted.push_back(speed[i] >= 0 ? value[i] : missing);
  const auto breaks = closed(options.breaks, counted);
  const std::size_t classes = breaks.size() - 1;

  Rose out;
  out.direction_deg = centres(options.sectors);
  out.low.assign(breaks.begin(), breaks.end() - 1);
  out.high.assign(breaks.begin() + 1, breaks.end());
  out.value.assign(options.sectors * classes, 0);
  out.count.assign(options.sectors, 0);
  out.mean = mean_of(counted);
  const bool by_sum = options.statistic == RoseStatistic::mean_share;
  for (std::size_t i = 0; i < speed.size(); ++i) {
    if (!(speed[i] >= 0)) continue;
    ++out.rows;
    const double amount = by_sum ? (std::isnan(value[i]) ? 0 : value[i]) : 1;
    if (options.calm_below == 0 ? speed[i] == 0 : speed[i] < options.calm_below) {
      out.calm += amount;
      ++out.calm_count;
    } else if (!is_direction(direction[i])) {
      out.undirected += amount;
      ++out.undirected_count;
    } else {
      const std::size_t sector = sector_of(direction[i], options.sectors);
      ++out.count[sector];
      if (const std::size_t c = class_of(value[i], breaks); c < classes) out.value[sector * classes + c] += amount;
    }
  }
  if (options.statistic != RoseStatistic::count) {
    double all = out.rows;
    if (by_sum) {
      all = out.calm + out.undirected;
      for (const double v : out.value) all += v;
    }
    const double scale = all == 0 ? 0 : 100 / all;
    for (double& v : out.value) v *= scale;
    out.calm *= scale;
    out.undirected *= scale;
  }
  const bool corrects = options.correct_bias && in_tens(direction);
  out.factor = corrects ? bias_factors(options.sectors) : std::vector<double>(options.sectors, 1.0);
  for (std::size_t s = 0; s < options.sectors; ++s) {
    const std::span<double> own(out.value.data() + s * classes, classes);
    double sum = 0;
    for (double& v : own) sum += v *= out.factor[s];
    if (options.normalise && sum > 0) {
      for (double& v : own) v *= 100 / sum;
    }
  }
  return out;
}

std::vector<double> pollution_breaks(std::span<const double> value, int intervals) {
  auto there = present(value);
  if (there.empty()) return {0, 1};
  std::ranges::sort(there);
  return round_breaks(there.front(), quantile_sorted(there, 0.9), intervals);
}

PercentileRose percentile_rose(std::span<const double> speed, std::span<const double> direction,
                               std::span<const double> value, std::size_t sectors,
                               std::span<const double> percentiles) {
  CELADON_ASSERT(direction.size() == value.size() && (speed.empty() || speed.size() == value.size()));
  CELADON_ASSERT(sectors > 0 && !percentiles.empty());
  std::vector<std::vector<double>> own(sectors);
  std::vector<double> all;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (std::isnan(value[i]) || !is_direction(direction[i]) || (!speed.empty() && speed[i] == 0)) continue;
    own[sector_of(direction[i], sectors)].push_back(value[i]);
    all.push_back(value[i]);
  }
  PercentileRose out;
  out.direction_deg = centres(sectors);
  out.threshold = quantile_in_place(all, std::ranges::max(percentiles) / 100);
  for (auto& values : own) {
    std::ranges::sort(values);
    for (const double p : percentiles) out.value.push_back(quantile_sorted(values, p / 100));
    out.mean.push_back(mean_of(values));
    out.count.push_back(static_cast<double>(values.size()));
    const auto above = values.end() - std::ranges::upper_bound(values, out.threshold);
    out.exceeding_percent.push_back(
        values.empty() ? missing : 100 * static_cast<double>(above) / static_cast<double>(values.size()));
  }
  return out;
}

}  // namespace celadon::models
