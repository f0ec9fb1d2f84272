#include "models/variation.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "models/random.hpp"
#include "models/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::models {
namespace {

std::size_t places_of(Cycle cycle) {
  switch (cycle) {
    case Cycle::hour: return 24;
    case Cycle::weekday: return 7;
    case Cycle::month: return 12;
    case Cycle::weekday_hour: return 168;
  }
  return 0;
}

std::size_t place_of(Cycle cycle, WallSeconds at) {
  const auto hour = static_cast<std::size_t>(hour_of(at));
  const auto weekday = static_cast<std::size_t>(weekday_of(at) - 1);
  switch (cycle) {
    case Cycle::hour: return hour;
    case Cycle::weekday: return weekday;
    case Cycle::month: return static_cast<std::size_t>(date_of(at).month - 1);
    case Cycle::weekday_hour: return weekday * 24 + hour;
  }
  return 0;
}

}  // namespace

Variation variation(std::span<const WallSeconds> begin, std::span<const double> value, Cycle cycle,
                    const VariationOptions& options) {
  CELADON_ASSERT(begin.size() == value.size() && options.draws > 0);
  std::vector<std::vector<double>> own(places_of(cycle));
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!std::isnan(value[i])) own[place_of(cycle, begin[i])].push_back(value[i]);
  }
  Random random(options.seed);
  Variation out;
  std::vector<double> means(static_cast<std::size_t>(options.draws));
  for (std::size_t k = 0; k < own.size(); ++k) {
    auto& values = own[k];
    const auto n = static_cast<std::uint32_t>(values.size());
    const std::size_t key = cycle == Cycle::weekday_hour ? k / 24 + 1 : cycle == Cycle::hour ? k : k + 1;
    out.key.push_back(static_cast<double>(key));
    out.second_key.push_back(static_cast<double>(k % 24));
    out.count.push_back(n);
    double low = missing;
    double high = missing;
    if (options.median) {
      std::ranges::sort(values);
      out.centre.push_back(quantile_sorted(values, 0.5));
      low = quantile_sorted(values, 1 - options.confidence);
      high = quantile_sorted(values, options.confidence);
    } else {
      out.centre.push_back(mean_of(values));
      if (n >= 2) {
        for (double& mean : means) {
          double sum = 0;
          for (std::uint32_t i = 0; i < n; ++i) sum += values[random.index(n)];
          mean = sum / n;
        }
        std::ranges::sort(means);
        low = quantile_sorted(means, (1 - options.confidence) / 2);
        high = quantile_sorted(means, (1 + options.confidence) / 2);
      }
    }
    out.low.push_back(low);
    out.high.push_back(high);
  }
  return out;
}

}  // namespace celadon::models
