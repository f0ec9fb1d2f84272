#include "quality/screen_levels.hpp"

#include "core/assert.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::quality::screen {

Levels::Levels(std::span<const double> values) {
  std::vector<double> sorted;
  for (const double value : values) {
    if (std::isfinite(value)) sorted.push_back(value);
  }
  std::ranges::sort(sorted);
  for (std::size_t k = 0; k < edges_.size() && !sorted.empty(); ++k)
    edges_[k] = sorted[(k + 1) * (sorted.size() - 1) / count];
}

std::size_t Levels::of(double value) const {
  return static_cast<std::size_t>(std::ranges::count_if(edges_, [value](double edge) { return value > edge; }));
}

std::array<double, Levels::count> Levels::medians(std::span<const double> values, std::span<const double> what) const {
  CELADON_ASSERT(values.size() == what.size());
  std::array<std::vector<double>, count> parts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && std::isfinite(what[i])) parts[of(values[i])].push_back(what[i]);
  }
  std::array<double, count> result{};
  const double overall = median(what);
  constexpr std::size_t enough = 5;
  for (std::size_t k = 0; k < count; ++k) result[k] = parts[k].size() < enough ? overall : median(parts[k]);
  return result;
}

}  // namespace celadon::quality::screen
