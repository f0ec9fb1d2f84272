#include "quality/screen_statistics.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace celadon::quality::screen {
namespace {

std::vector<double> finite_sorted(std::span<const double> values) {
  std::vector<double> kept;
  kept.reserve(values.size());
  for (const double value : values) {
    if (std::isfinite(value)) kept.push_back(value);
  }
  std::ranges::sort(kept);
  return kept;
}

double quantile_of_sorted(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return std::nan("");
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

/// Regularised upper incomplete gamma Q(a, x): series below a + 1, continued fraction (Lentz) above.
double gamma_upper(double a, double x) {
  if (x <= 0) return 1;
  const double front = std::exp(a * std::log(x) - x - std::lgamma(a));
  if (x < a + 1) {
    double term = 1 / a;
    double sum = term;
    for (int i = 1; i < 1000 && std::fabs(term) > std::fabs(sum) * 1e-15; ++i) {
      term *= x / (a + i);
      sum += term;
    }
    return std::clamp(1 - front * sum, 0.0, 1.0);
  }
  double b = x + 1 - a;
  double c = 1e300;
  double d = 1 / b;
  double value = d;
  for (int i = 1; i < 1000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const double factor = d * c;
    value *= factor;
    if (std::fabs(factor - 1) < 1e-15) break;
  }
  return std::clamp(front * value, 0.0, 1.0);
}

/// Regularised incomplete beta I_x(a, b) by its continued fraction (Lentz).
double beta_lower(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - beta_lower(b, a, 1 - x);
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x)) / a;
  double c = 1;
  double d = 1 / (1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m < 2000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    const double factor = d * c;
    value *= factor;
    if (std::fabs(factor - 1) < 1e-15) break;
  }
  return std::clamp(front * value, 0.0, 1.0);
}

}  // namespace

double normal_upper(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double chi_square_upper(double x, double degrees) { return std::isnan(x) ? x : gamma_upper(degrees / 2, x / 2); }

double student_upper(double t, double degrees) {
  if (std::isnan(t)) return t;
  const double half = 0.5 * beta_lower(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t >= 0 ? half : 1 - half;
}

double binomial_upper(double hits, double tries, double share) {
  if (std::isnan(hits + tries + share)) return std::nan("");
  if (hits <= 0) return 1;
  if (hits > tries) return 0;
  return beta_lower(hits, tries - hits + 1, share);
}

double median(std::span<const double> values) { return quantile_of_sorted(finite_sorted(values), 0.5); }

double mean(std::span<const double> values) {
  double sum = 0;
  std::size_t count = 0;
  for (const double value : values) {
    if (std::isfinite(value)) sum += value, ++count;
  }
  return count == 0 ? std::nan("") : sum / static_cast<double>(count);
}

double quantile(std::span<const double> values, double share) {
  return quantile_of_sorted(finite_sorted(values), share);
}

double spread(std::span<const double> values) {
  const double middle = median(values);
  std::vector<double> away;
  away.reserve(values.size());
  for (const double value : values) {
    if (std::isfinite(value)) away.push_back(std::fabs(value - middle));
  }
  return 1.4826 * median(away);
}

double pearson(std::span<const double> a, std::span<const double> b) {
  CELADON_ASSERT(a.size() == b.size());
  double mean_a = 0, mean_b = 0, count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isfinite(a[i]) && std::isfinite(b[i])) mean_a += a[i], mean_b += b[i], ++count;
  }
  if (count < 3) return std::nan("");
  mean_a /= count;
  mean_b /= count;
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) continue;
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  if (!(aa > 0) || !(bb > 0)) return std::nan("");
  return std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> rank(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (std::size_t k = i; k < end; ++k) rank[order[k]] = 0.5 * static_cast<double>(i + end + 1);
    i = end;
  }
  return rank;
}

double spearman(std::span<const double> a, std::span<const double> b) {
  CELADON_ASSERT(a.size() == b.size());
  std::vector<double> x, y;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isfinite(a[i]) && std::isfinite(b[i])) x.push_back(a[i]), y.push_back(b[i]);
  }
  return pearson(ranks(x), ranks(y));
}

LowerTail::LowerTail(std::span<const double> sample, double share) {
  constexpr std::size_t enough = 20;
  auto sorted = finite_sorted(sample);
  std::erase_if(sorted, [](double x) { return x <= 0; });
  const auto low = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  if (sorted.size() < enough || low < 3) return;
  share_ = share;
  threshold_ = sorted[low];
  std::vector<double> excess;
  for (std::size_t i = 0; i < low; ++i) excess.push_back(std::log(threshold_ / sorted[i]));
  const double middle = median(excess);
  if (middle > 0) exponent_ = std::numbers::ln2 / middle;
}

double LowerTail::p(double x) const {
  if (std::isnan(x)) return x;
  if (exponent_ <= 0 || x >= threshold_) return 1;
  return x <= 0 ? 0 : share_ * std::pow(x / threshold_, exponent_);
}

double resolution(std::span<const double> values) {
  constexpr double nearly_all = 0.8;
  for (int decimals = -3; decimals <= 6; ++decimals) {
    const double step = std::pow(10.0, -decimals);
    std::size_t fits = 0, count = 0;
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      const double scaled = value / step;
      ++count;
      if (std::fabs(scaled - std::round(scaled)) < 1e-6 * std::fmax(1.0, std::fabs(scaled))) ++fits;
    }
    if (count > 0 && static_cast<double>(fits) >= nearly_all * static_cast<double>(count)) return step;
  }
  return 0;
}

std::vector<double> benjamini_hochberg(std::span<const double> p, double tests) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    least = std::min(least, p[order[k]] * tests / static_cast<double>(k + 1));
    adjusted[order[k]] = least;
  }
  return adjusted;
}

std::vector<double> bonferroni(std::span<const double> p, double tests) {
  std::vector<double> adjusted;
  for (const double each : p) adjusted.push_back(std::min(1.0, each * tests));
  return adjusted;
}

}  // namespace celadon::quality::screen
