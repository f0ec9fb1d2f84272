#include "standards/water_ranking.hpp"

#include "core/assert.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace celadon::standards {
namespace {

constexpr double neutral_ph = 7;  // the formula's own, not a limit

}  // namespace

double item_index(const CwqiLimit& limit, double mean) {
  if (!(mean >= 0) || std::isinf(mean)) return missing;
  if (limit.sense == LimitSense::between) {
    CELADON_ASSERT(limit.limit < neutral_ph && neutral_ph < limit.upper);
    return mean <= neutral_ph ? (neutral_ph - mean) / (neutral_ph - limit.limit)
                              : (mean - neutral_ph) / (limit.upper - neutral_ph);
  }
  CELADON_ASSERT(limit.limit > 0);
  if (limit.sense == LimitSense::at_most) return mean / limit.limit;
  return mean == 0 ? std::numeric_limits<double>::infinity() : limit.limit / mean;
}

Cwqi cwqi(std::span<const CwqiLimit> limits, std::span<const double> mean) {
  CELADON_ASSERT(limits.size() == mean.size());
  Cwqi sum;
  for (std::size_t k = 0; k < limits.size(); ++k) {
    const double index = item_index(limits[k], mean[k]);
    sum.value += index;
    if (!std::isnan(index)) ++sum.present;
  }
  if (limits.empty()) sum.value = missing;
  return sum;
}

double city_cwqi(double river, std::size_t river_sections, double lake, std::size_t lake_points) {
  if (river_sections == 0 && lake_points == 0) return missing;
  if (lake_points == 0) return river;
  if (river_sections == 0) return lake;
  const auto m = static_cast<double>(river_sections), n = static_cast<double>(lake_points);
  return (river * m + lake * n) / (m + n);
}

double cwqi_change_percent(double before, double now) {
  if (!(before > 0) || !std::isfinite(before) || !std::isfinite(now)) return missing;
  return (now - before) / before * 100;
}

void rank_ascending(std::span<const double> value, std::span<int> rank) {
  CELADON_ASSERT(value.size() == rank.size());
  std::vector<double> there;
  there.reserve(value.size());
  for (const double v : value) {
    if (!std::isnan(v)) there.push_back(v);
  }
  std::sort(there.begin(), there.end());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto first = std::lower_bound(there.begin(), there.end(), value[i]);
    rank[i] = std::isnan(value[i]) ? 0 : 1 + static_cast<int>(first - there.begin());
  }
}

}  // namespace celadon::standards
