#include "standards/trend.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace celadon::standards {
namespace {

constexpr std::string_view spearman_columns[] = {"n", "p05", "p01", "source", "trust"};

/// Why a row cannot follow `before`; empty where it can.
std::string critical_misprint(const std::vector<std::string>& cells, const SpearmanRow* before, SpearmanRow& row) {
  double n = 0;
  if (!read_finite(cells[0], n) || n != std::floor(n) || n < 3 || n > 1000)
    return "n '" + cells[0] + "' is not a whole number from 3 to 1000";
  row.n = static_cast<int>(n);
  if (!read_finite(cells[1], row.p05) || !read_finite(cells[2], row.p01) || !(row.p05 > 0) || row.p01 > 1)
    return "critical values must be numbers above 0 and up to 1";
  if (row.p01 <= row.p05) return "the critical value at 0.01 must be above that at 0.05";
  if (!told(cells[3], cells[4])) return not_told;
  if (before != nullptr && row.n <= before->n) return "n must rise from row to row";
  if (before != nullptr && (row.p05 >= before->p05 || row.p01 >= before->p01))
    return "critical values must fall as n rises";
  row.source = cells[3];
  row.trust = cells[4];
  return {};
}

/// Twice the rank of each value less (n + 1): whole numbers also where ties share a rank, and their mean is zero.
std::vector<double> centred_double_ranks(std::span<const double> value) {
  const std::size_t n = value.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value[a] < value[b]; });
  std::vector<double> rank(n);
  for (std::size_t from = 0, to = 0; from < n; from = to) {
    while (to < n && value[order[to]] == value[order[from]]) ++to;
    const double shared = static_cast<double>(from + 1 + to) - static_cast<double>(n + 1);
    for (std::size_t i = from; i < to; ++i) rank[order[i]] = shared;
  }
  return rank;
}

struct Dated {
  int season = 0, year = 0;
  double value = 0;
};

/// Variance of S of one season, times 18, so that it stays whole. Sorts `value`.
double variance_times_18(std::vector<double>& value) {
  const auto part = [](double t) { return t * (t - 1) * (2 * t + 5); };
  std::sort(value.begin(), value.end());
  double sum = part(static_cast<double>(value.size()));
  for (std::size_t from = 0, to = 0; from < value.size(); from = to) {
    while (to < value.size() && value[to] == value[from]) ++to;
    sum -= part(static_cast<double>(to - from));
  }
  return sum;
}

double median(std::vector<double>& value) {
  std::sort(value.begin(), value.end());
  const std::size_t half = value.size() / 2;
  return value.size() % 2 != 0 ? value[half] : std::midpoint(value[half - 1], value[half]);
}

/// S and the slopes of one season, its values in order of year.
void compare_pairs(std::span<const Dated> season, SeasonalTrend& trend, std::vector<double>& slopes) {
  for (std::size_t i = 0; i < season.size(); ++i) {
    for (std::size_t j = i + 1; j < season.size(); ++j) {
      const double rise = season[j].value - season[i].value;
      trend.s += season[j].value > season[i].value ? 1 : season[j].value < season[i].value ? -1 : 0;
      slopes.push_back(rise / (static_cast<double>(season[j].year) - season[i].year));
    }
  }
}

}  // namespace

const SpearmanRow* SpearmanTable::row_for(std::size_t n) const {
  const SpearmanRow* found = nullptr;
  for (const auto& row : rows) {
    if (static_cast<std::size_t>(row.n) <= n) found = &row;
  }
  return found;
}

Result<SpearmanTable> parse_spearman_table(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, spearman_columns);
  if (!csv) return fail(csv.error());
  SpearmanTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    SpearmanRow row;
    const std::string reason = critical_misprint(csv->rows[i], table.rows.empty() ? nullptr : &table.rows.back(), row);
    if (!reason.empty())
      return fail(Errc::malformed, std::string(name) + ":" + std::to_string(csv->lines[i]) + ": " + reason);
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return fail(Errc::malformed, std::string(name) + ":1: has no rows");
  return table;
}

RankTrend rank_trend(const SpearmanTable& table, std::span<const double> value, Significance significance) {
  std::vector<double> there;
  there.reserve(value.size());
  std::copy_if(value.begin(), value.end(), std::back_inserter(there), [](double v) { return std::isfinite(v); });

  RankTrend trend;
  trend.n = there.size();
  const SpearmanRow* row = table.row_for(trend.n);
  if (row == nullptr) return trend;
  trend.enough = true;
  trend.critical = significance == Significance::p05 ? row->p05 : row->p01;

  // Sums of whole numbers: without ties r is one correctly rounded quotient, and meets a printed limit exactly.
  const std::vector<double> rank = centred_double_ranks(there);
  double both = 0, of_value = 0, of_time = 0;
  for (std::size_t i = 0; i < rank.size(); ++i) {
    const double time = 2 * static_cast<double>(i + 1) - static_cast<double>(rank.size() + 1);
    both += rank[i] * time;
    of_value += rank[i] * rank[i];
    of_time += time * time;
  }
  if (of_value == 0) return trend;
  trend.r = both / std::sqrt(of_value * of_time);
  if (std::abs(trend.r) > trend.critical) trend.direction = trend.r > 0 ? Direction::rising : Direction::falling;
  return trend;
}

Direction SeasonalTrend::direction(double p_max) const {
  if (!(p <= p_max) || s == 0) return Direction::none;
  return s > 0 ? Direction::rising : Direction::falling;
}

Result<SeasonalTrend> seasonal_mann_kendall(std::span<const double> value, std::span<const int> season,
                                            std::span<const int> year) {
  CELADON_ASSERT(value.size() == season.size() && value.size() == year.size());
  std::vector<Dated> all;
  all.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (std::isfinite(value[i])) all.push_back({season[i], year[i], value[i]});
  }
  std::sort(all.begin(), all.end(),
            [](const Dated& a, const Dated& b) { return std::tie(a.season, a.year) < std::tie(b.season, b.year); });
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].season == all[i - 1].season && all[i].year == all[i - 1].year)
      return fail(Errc::invalid_value,
                  "season " + std::to_string(all[i].season) + " of " + std::to_string(all[i].year) +
                      " has two values; average them to one before asking for a trend",
                  "season");
  }

  SeasonalTrend trend;
  trend.n = all.size();
  double variance18 = 0;
  std::vector<double> slopes, of_season;
  for (std::size_t from = 0, to = 0; from < all.size(); from = to) {
    of_season.clear();
    for (; to < all.size() && all[to].season == all[from].season; ++to) of_season.push_back(all[to].value);
    compare_pairs(std::span(all).subspan(from, to - from), trend, slopes);
    variance18 += variance_times_18(of_season);
  }
  trend.pairs = slopes.size();
  if (slopes.empty()) return trend;
  trend.variance = variance18 / 18;
  trend.slope_per_year = median(slopes);
  const auto s = static_cast<double>(trend.s);
  trend.z = trend.s == 0 ? 0 : (s - std::copysign(1.0, s)) / std::sqrt(trend.variance);
  trend.p = std::erfc(std::abs(trend.z) / std::sqrt(2.0));
  return trend;
}

}  // namespace celadon::standards
