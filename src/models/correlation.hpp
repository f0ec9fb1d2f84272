#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace celadon::models {

struct Correlation {
  std::vector<double> r;           ///< [i * n + j], 1 on the diagonal
  std::vector<double> count;       ///< pairs that are both there
  std::vector<std::size_t> order;  ///< of the columns, like beside like
};

/// Correlations of all pairs of columns, each over the rows in which both are there.
///
/// Shapes   columns of one length; NaN is missing. NaN where fewer than two pairs, or a column does not vary.
/// Source   Pearson; Spearman as Pearson of the ranks within the pairs, mean ranks for ties. Order: complete linkage of
///          the rows of the matrix by Euclidean distance, as corPlot of openair 2.18 (hclust and dist of R).
[[nodiscard]] Correlation correlate(std::span<const std::vector<double>> columns, bool spearman);

}  // namespace celadon::models
