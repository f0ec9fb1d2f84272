#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace celadon::quality::screen {

// Tails of the usual distributions and a few robust summaries. All are probabilities in 0..1; NaN in gives NaN out.

[[nodiscard]] double normal_upper(double z);                                   ///< P(Z >= z)
[[nodiscard]] double chi_square_upper(double x, double degrees);               ///< P(X >= x), degrees > 0
[[nodiscard]] double student_upper(double t, double degrees);                  ///< P(T >= t), degrees > 0
[[nodiscard]] double binomial_upper(double hits, double tries, double share);  ///< P(X >= hits); real counts allowed

/// Missing  NaN is left out; none left gives NaN.
[[nodiscard]] double median(std::span<const double> values);
[[nodiscard]] double mean(std::span<const double> values);
/// The quantile at `share` 0..1, linear between neighbours.
[[nodiscard]] double quantile(std::span<const double> values, double share);
/// 1.4826 times the median distance from the median: the standard deviation of normal values.
[[nodiscard]] double spread(std::span<const double> values);

/// Pairs in which either is NaN are left out; fewer than three pairs, or one side constant, gives NaN.
[[nodiscard]] double pearson(std::span<const double> a, std::span<const double> b);
[[nodiscard]] double spearman(std::span<const double> a, std::span<const double> b);

/// Ranks 1..n, ties share their mean. No NaN.
[[nodiscard]] std::vector<double> ranks(std::span<const double> values);

/// How improbable a small value is among its own kind, read from the kind itself.
///
/// The lowest `share` of a positive sample is taken as a power law below its quantile u: P(X <= x) = share * (x/u)^k,
/// with k from the median of ln(u/x) instead of the mean, so that a few planted values among the lowest do not flatten
/// the tail they are to be judged by.
/// Source   the tail estimator of Hill (1975); the median form and `share` are ours.
class LowerTail {
 public:
  LowerTail(std::span<const double> sample, double share);
  [[nodiscard]] double p(double x) const;  ///< 1 where the sample is too small or x lies above the quantile
  [[nodiscard]] double exponent() const { return exponent_; }

 private:
  double share_ = 0, threshold_ = 0, exponent_ = 0;
};

/// The step by which the values of a series are written: the largest of 1000, 100 ... 1e-6 that fits four of five, and
/// 0 where none does. Four of five, since real series hold stretches that were converted from another unit and not
/// rounded. Missing  NaN is left out.
[[nodiscard]] double resolution(std::span<const double> values);

/// Adjusted p of each test among `tests` tests, of which only the ones with a small p are given.
///
/// Shapes   p[m], result[m] in the same order; m <= tests.
/// Source   Benjamini and Hochberg (1995); Bonferroni is p * tests.
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p, double tests);
[[nodiscard]] std::vector<double> bonferroni(std::span<const double> p, double tests);

}  // namespace celadon::quality::screen
