#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// Which way a number goes; whether that is good depends on the number.
enum class Direction : std::uint8_t { none, rising, falling };

/// One-sided probability at which a rank correlation is tested.
enum class Significance : std::uint8_t { p05, p01 };

struct SpearmanRow {
  int n = 0;
  double p05 = 0, p01 = 0;
  std::string source, trust;
};

/// Critical values of Spearman's rank correlation, n rising.
struct SpearmanTable {
  std::vector<SpearmanRow> rows;

  /// The row that tests `n` values; nullptr below the first.
  /// Ours     between printed rows, and above the last, the next smaller printed n stands: its greater critical value
  ///          is the stricter one.
  [[nodiscard]] const SpearmanRow* row_for(std::size_t n) const;
};

/// Columns n, p05, p01, source, trust. Errors   malformed naming file and line: n or critical values out of order or
/// range, no rows.
[[nodiscard]] Result<SpearmanTable> parse_spearman_table(std::string_view text, std::string_view name);

struct RankTrend {
  std::size_t n = 0;                                            ///< values that were there
  double r = std::numeric_limits<double>::quiet_NaN();         ///< rank correlation with time
  double critical = std::numeric_limits<double>::quiet_NaN();  ///< what |r| had to exceed
  Direction direction = Direction::none;                        ///< rising or falling only where significant
  bool enough = false;                                          ///< n reaches the first row of the table
};

/// Spearman rank correlation with time, and Daniel's test of it.
///
/// Shapes   value[n], in order of time.
/// Missing  NaN and infinities are left out; the rest keep their order. Too few values: not enough, r is NaN. All
///          values equal: enough, r is NaN, no direction.
/// Errors   none.
/// Source   环办〔2011〕22号: r = 1 - 6 sum d^2 / (n^3 - n); significant where |r| exceeds the critical value; equal is
///          not.
/// Ours     ties take the mean of their ranks, and r is the product-moment correlation of ranks, which without ties is
///          that formula. r is compared unrounded.
[[nodiscard]] RankTrend rank_trend(const SpearmanTable& table, std::span<const double> value,
                                   Significance significance = Significance::p05);

struct SeasonalTrend {
  std::size_t n = 0;      ///< values that were there
  std::size_t pairs = 0;  ///< pairs of one season that were compared
  std::int64_t s = 0;
  double variance = 0;
  double z = std::numeric_limits<double>::quiet_NaN();  ///< NaN where no pair could be compared
  double p = std::numeric_limits<double>::quiet_NaN();  ///< two-sided
  double slope_per_year = std::numeric_limits<double>::quiet_NaN();

  /// Rising or falling where p <= p_max.
  [[nodiscard]] Direction direction(double p_max) const;
};

/// Seasonal Mann-Kendall test and Sen's seasonal slope: a trend with the seasons taken out.
///
/// Shapes   value[n], season[n] (any numbering), year[n], in any order.
/// Units    slope in the unit of value, per year.
/// Missing  NaN and infinities are left out.
/// Errors   invalid_value where a season of one year has two values.
/// Source   Hirsch, Slack and Smith 1982: S summed over seasons, each variance corrected for ties, Z corrected for
///          continuity; slope: the median over all pairs of one season. They find the normal distribution good enough
///          from three years of months.
/// Ours     seasons are taken as independent (no covariance, Hirsch and Slack 1984). Where all is tied z = 0, p = 1.
[[nodiscard]] Result<SeasonalTrend> seasonal_mann_kendall(std::span<const double> value, std::span<const int> season,
                                                          std::span<const int> year);

}  // namespace celadon::standards
