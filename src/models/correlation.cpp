#include "models/correlation.hpp"

#include "core/assert.hpp"
#include "models/statistics.hpp"

#include <cmath>
#include <limits>

namespace celadon::models {
namespace {

/// A cluster on its way: its columns in drawing order, and when it was made (0: a column by itself).
struct Cluster {
  std::vector<std::size_t> members;
  std::size_t made = 0;
};

double distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  double there = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (std::isnan(a[k]) || std::isnan(b[k])) continue;
    sum += (a[k] - b[k]) * (a[k] - b[k]);
    ++there;
  }
  return there == 0 ? std::numeric_limits<double>::infinity() : std::sqrt(sum * static_cast<double>(a.size()) / there);
}

/// Columns by themselves come before clusters, the earlier before the later.
bool stands_first(const Cluster& a, const Cluster& b) {
  if (a.made == 0 && b.made == 0) return a.members.front() < b.members.front();
  return a.made < b.made;
}

std::vector<std::size_t> order_of(std::span<const double> r, std::size_t n) {
  std::vector<double> far(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) far[i * n + j] = distance(r.subspan(i * n, n), r.subspan(j * n, n));
  }
  std::vector<Cluster> open;
  for (std::size_t i = 0; i < n; ++i) open.push_back({{i}, 0});
  for (std::size_t made = 1; open.size() > 1; ++made) {
    std::size_t best_a = 0;
    std::size_t best_b = 1;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < open.size(); ++a) {
      for (std::size_t b = a + 1; b < open.size(); ++b) {
        double farthest = 0;
        for (const auto i : open[a].members) {
          for (const auto j : open[b].members) farthest = std::max(farthest, far[i * n + j]);
        }
        if (farthest < least) {
          least = farthest;
          best_a = a;
          best_b = b;
        }
      }
    }
    if (!stands_first(open[best_a], open[best_b])) std::swap(open[best_a], open[best_b]);
    auto& into = open[best_a];
    into.members.insert(into.members.end(), open[best_b].members.begin(), open[best_b].members.end());
    into.made = made;
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(best_b));
  }
  return open.empty() ? std::vector<std::size_t>{} : open.front().members;
}

}  // namespace

Correlation correlate(std::span<const std::vector<double>> columns, bool spearman) {
  const std::size_t n = columns.size();
  Correlation out;
  out.r.assign(n * n, 1);
  out.count.assign(n * n, 0);
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      CELADON_ASSERT(columns[i].size() == columns[j].size());
      x.clear();
      y.clear();
      for (std::size_t k = 0; k < columns[i].size(); ++k) {
        if (std::isnan(columns[i][k]) || std::isnan(columns[j][k])) continue;
        x.push_back(columns[i][k]);
        y.push_back(columns[j][k]);
      }
      const double r = spearman ? pearson(ranks_of(x), ranks_of(y)) : pearson(x, y);
      out.r[i * n + j] = out.r[j * n + i] = r;
      out.count[i * n + j] = out.count[j * n + i] = static_cast<double>(x.size());
    }
  }
  out.order = order_of(out.r, n);
  return out;
}

}  // namespace celadon::models
