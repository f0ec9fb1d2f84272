#include "models/trend.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "models/random.hpp"
#include "models/seasonal.hpp"
#include "models/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace celadon::models {
namespace {

constexpr std::size_t values_min = 6;

struct Line2 {
  double slope, intercept;
};

/// Of pairs in any order; scratch columns are reused from draw to draw.
class TheilSenLine {
 public:
  Line2 operator()(std::span<const double> x, std::span<const double> y) {
    slopes_.clear();
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (x[i] > x[j])
          slopes_.push_back((y[i] - y[j]) / (x[i] - x[j]));
        else if (x[j] > x[i])
          slopes_.push_back((y[j] - y[i]) / (x[j] - x[i]));
      }
    }
    const double slope = median_in_place(slopes_);
    x_.assign(x.begin(), x.end());
    y_.assign(y.begin(), y.end());
    return {slope, median_in_place(y_) - slope * median_in_place(x_)};
  }

 private:
  std::vector<double> slopes_, x_, y_;
};

/// Fills what is missing between values; tells how many.
std::size_t fill_gaps(std::span<double> value, int cycle) {
  const auto period = static_cast<std::size_t>(cycle);
  std::vector<double> usual(period);
  const double mean = mean_of(value);
  for (std::size_t k = 0; k < period; ++k) {
    std::vector<double> own;
    for (std::size_t i = k; i < value.size(); i += period) own.push_back(value[i]);
    const double level = mean_of(own);
    usual[k] = std::isnan(level) ? mean : level;
  }
  std::size_t filled = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!std::isnan(value[i])) continue;
    std::size_t next = i;
    while (std::isnan(value[next])) ++next;
    const double before = value[i - 1] - usual[(i - 1) % period];
    const double after = value[next] - usual[next % period];
    const auto gap = static_cast<double>(next - i + 1);
    for (std::size_t k = i; k < next; ++k) {
      const double part = static_cast<double>(k - i + 1) / gap;
      value[k] = usual[k % period] + before + part * (after - before);
      ++filled;
    }
  }
  return filled;
}

void mann_kendall(std::span<const double> value, Trend& trend) {
  const auto n = static_cast<double>(value.size());
  double s = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) s += value[i] > value[j] ? 1 : value[i] < value[j] ? -1 : 0;
  }
  std::map<double, double> ties;
  for (const double v : value) ++ties[v];
  double variance = n * (n - 1) * (2 * n + 5);
  double tied_pairs = 0;
  for (const auto& [_, t] : ties) {
    variance -= t * (t - 1) * (2 * t + 5);
    tied_pairs += t * (t - 1) / 2;
  }
  variance /= 18;
  const double pairs = n * (n - 1) / 2;
  trend.kendall_s = s;
  trend.kendall_tau = s / std::sqrt(pairs * (pairs - tied_pairs));
  trend.kendall_z = s == 0 ? 0 : (s > 0 ? s - 1 : s + 1) / std::sqrt(variance);
  trend.kendall_p = std::erfc(std::abs(trend.kendall_z) / std::sqrt(2.0));
}

/// Rank of the bounds among `draws` sorted values, and p, as Wilcox's regci has them.
struct Bootstrap {
  double low, high, error, p;
};

Bootstrap of_draws(std::vector<double>& draws, double confidence) {
  std::ranges::sort(draws);
  const auto count = static_cast<double>(draws.size());
  const auto below = static_cast<std::size_t>(std::nearbyint((1 - confidence) / 2 * count));
  double side = 0;
  for (const double d : draws) side += d < 0 ? 1 : d == 0 ? 0.5 : 0;
  side /= count;
  if (side > 0.5) side = 1 - side;
  return {draws[below], draws[draws.size() - below - 1], deviation_of(draws), 2 * side};
}

void bootstrap(std::span<const double> x, std::span<const double> y, const TrendOptions& options, Trend& trend) {
  const std::size_t n = x.size();
  const auto block = options.autocorrelated
                         ? static_cast<std::size_t>(std::nearbyint(std::cbrt(static_cast<double>(n))))
                         : std::size_t{1};
  const std::size_t blocks = (n + block - 1) / block;
  Random random(options.seed);
  std::vector<double> slopes;
  std::vector<double> intercepts;
  std::vector<double> drawn_x(blocks * block);
  std::vector<double> drawn_y(blocks * block);
  TheilSenLine line;
  for (int draw = 0; draw < options.draws; ++draw) {
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::size_t first = random.index(static_cast<std::uint32_t>(n - block + 1));
      for (std::size_t k = 0; k < block; ++k) {
        drawn_x[b * block + k] = x[first + k];
        drawn_y[b * block + k] = y[first + k];
      }
    }
    const Line2 one = line(std::span(drawn_x).first(n), std::span(drawn_y).first(n));
    slopes.push_back(one.slope);
    intercepts.push_back(one.intercept);
  }
  const Bootstrap slope = of_draws(slopes, options.confidence);
  const Bootstrap intercept = of_draws(intercepts, options.confidence);
  trend.slope_low = slope.low;
  trend.slope_high = slope.high;
  trend.slope_error = slope.error;
  trend.p = slope.p;
  trend.intercept_of_low = intercept.high;
  trend.intercept_of_high = intercept.low;
}

double percent_a_year(double slope, double intercept, double first_day, double last_day) {
  return 100 * 365 * ((slope * last_day + intercept) / (slope * first_day + intercept) - 1) / (last_day - first_day);
}

}  // namespace

Trend theil_sen(std::span<const WallSeconds> begin, std::span<const double> value, int cycle,
                const TrendOptions& options) {
  CELADON_ASSERT(begin.size() == value.size() && cycle >= 1);
  Trend trend{};
  for (double* field :
       {&trend.slope, &trend.slope_low, &trend.slope_high, &trend.slope_error, &trend.intercept,
        &trend.intercept_of_low, &trend.intercept_of_high, &trend.percent, &trend.percent_low, &trend.percent_high,
        &trend.p, &trend.kendall_s, &trend.kendall_tau, &trend.kendall_z, &trend.kendall_p})
    *field = missing;
  std::size_t first = 0;
  std::size_t end = value.size();
  while (first < end && std::isnan(value[first])) ++first;
  while (end > first && std::isnan(value[end - 1])) --end;
  const auto own_begin = begin.subspan(first, end - first);
  const auto own_value = value.subspan(first, end - first);
  trend.begin.assign(own_begin.begin(), own_begin.end());
  trend.value.assign(own_value.begin(), own_value.end());
  if (options.deseason && cycle >= 2 && trend.value.size() > 2 * static_cast<std::size_t>(cycle)) {
    trend.filled = fill_gaps(trend.value, cycle);
    SeasonalOptions seasons;
    seasons.period = cycle;
    const auto parts = seasonal_parts(trend.value, seasons);
    for (std::size_t i = 0; i < trend.value.size(); ++i) trend.value[i] = parts.trend[i] + parts.remainder[i];
    trend.deseasoned = true;
  }
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < trend.value.size(); ++i) {
    if (std::isnan(trend.value[i])) continue;
    x.push_back(static_cast<double>(trend.begin[i]) / seconds_per_day);
    y.push_back(trend.value[i]);
  }
  trend.n = y.size();
  if (trend.n < values_min) return trend;
  const Line2 line = TheilSenLine()(x, y);
  bootstrap(x, y, options, trend);
  mann_kendall(y, trend);
  const double first_day = static_cast<double>(trend.begin.front()) / seconds_per_day;
  const double last_day = static_cast<double>(trend.begin.back()) / seconds_per_day;
  trend.intercept = line.intercept;
  trend.percent = percent_a_year(line.slope, line.intercept, first_day, last_day);
  trend.percent_low = percent_a_year(trend.slope_low, trend.intercept_of_low, first_day, last_day);
  trend.percent_high = percent_a_year(trend.slope_high, trend.intercept_of_high, first_day, last_day);
  constexpr double days_a_year = 365;
  trend.slope = days_a_year * line.slope;
  for (double* field : {&trend.slope_low, &trend.slope_high, &trend.slope_error}) *field *= days_a_year;
  return trend;
}

}  // namespace celadon::models
