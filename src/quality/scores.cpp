#include "quality/scores.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace celadon::quality {
namespace {

/// Scores with their marks, greatest first.
std::vector<std::pair<float, std::uint8_t>> ordered(std::span<const float> score,
                                                    std::span<const std::uint8_t> marked) {
  CELADON_ASSERT(score.size() == marked.size());
  std::vector<std::pair<float, std::uint8_t>> all;
  all.reserve(score.size());
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (!std::isnan(score[i])) all.emplace_back(score[i], marked[i] != 0 ? 1 : 0);
  }
  std::ranges::sort(all, std::greater());
  return all;
}

/// Calls take(score, marked, good) for each group of equal scores, greatest first.
template <class Take>
void each_tie(const std::vector<std::pair<float, std::uint8_t>>& all, const Take& take) {
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    std::size_t hits = 0;
    for (; end < all.size() && all[end].first == all[i].first; ++end) hits += all[end].second;
    take(all[i].first, static_cast<double>(hits), static_cast<double>(end - i - hits));
    i = end;
  }
}

}  // namespace

double roc_area(std::span<const float> score, std::span<const std::uint8_t> marked) {
  double hits = 0;
  double good = 0;
  double area = 0;
  each_tie(ordered(score, marked), [&](float, double tied_hits, double tied_good) {
    area += tied_good * (hits + 0.5 * tied_hits);
    hits += tied_hits;
    good += tied_good;
  });
  return hits > 0 && good > 0 ? area / (hits * good) : std::nan("");
}

double precision_area(std::span<const float> score, std::span<const std::uint8_t> marked) {
  double hits = 0;
  double taken = 0;
  double area = 0;
  each_tie(ordered(score, marked), [&](float, double tied_hits, double tied_good) {
    hits += tied_hits;
    taken += tied_hits + tied_good;
    area += tied_hits * hits / taken;
  });
  return hits > 0 ? area / hits : std::nan("");
}

double Counts::precision() const {
  const std::size_t all = found + false_alarms;
  return all == 0 ? std::nan("") : static_cast<double>(found) / static_cast<double>(all);
}
double Counts::recall() const {
  const std::size_t all = found + missed;
  return all == 0 ? std::nan("") : static_cast<double>(found) / static_cast<double>(all);
}
double Counts::f1() const {
  const double all = static_cast<double>(2 * found + missed + false_alarms);
  return all == 0 ? 0 : 2 * static_cast<double>(found) / all;
}

Counts counts_at(std::span<const float> score, std::span<const std::uint8_t> marked, double at) {
  CELADON_ASSERT(score.size() == marked.size());
  Counts counts;
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (std::isnan(score[i])) continue;
    const bool found = static_cast<double>(score[i]) >= at;
    auto& one = marked[i] != 0 ? (found ? counts.found : counts.missed) : (found ? counts.false_alarms : counts.passed);
    ++one;
  }
  return counts;
}

double best_threshold(std::span<const float> score, std::span<const std::uint8_t> marked,
                      std::span<const float> weight) {
  CELADON_ASSERT(score.size() == marked.size() && score.size() == weight.size());
  std::vector<std::size_t> order;
  double to_find = 0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (std::isnan(score[i])) continue;
    order.push_back(i);
    to_find += marked[i] != 0 ? static_cast<double>(weight[i]) : 0;
  }
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return score[i]; });
  constexpr double beta2 = 0.25;
  double hits = 0;
  double taken = 0;
  double best = 0;
  double at = 0.5;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    taken += static_cast<double>(weight[i]);
    hits += marked[i] != 0 ? static_cast<double>(weight[i]) : 0;
    const bool tied = k + 1 < order.size() && score[order[k + 1]] == score[i];
    const double f = (1 + beta2) * hits / (taken + beta2 * to_find);
    if (tied || hits <= 0 || f <= best) continue;
    best = f;
    at = static_cast<double>(score[i]);
  }
  return at;
}

}  // namespace celadon::quality
