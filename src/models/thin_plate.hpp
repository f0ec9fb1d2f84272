#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace celadon::models {

/// Points with weights.
struct ThinPlateData {
  std::vector<double> x, y, z, weight;
};

struct ThinPlate {
  std::vector<double> value;  ///< at each point asked for
  double degrees_of_freedom = 0;
  double log10_smoothing = 0;  ///< of the penalty, in the units of the basis
  double gcv = 0;
};

/// A smooth z(x, y): the thin plate spline of second derivatives, cut to a basis of `basis` functions, with as much
/// smoothing as generalised cross validation chooses.
///
/// Shapes   four columns of one length n; value as long as at_x
/// Missing  none may be NaN
/// Errors   invalid_value with field basis where fewer places differ than there are basis functions, or fewer than 4
/// Source   Duchon 1977 (thin plate splines, penalty on the second derivatives, r^2 log r); Wood 2003, Thin plate
///          regression splines, J. R. Stat. Soc. B 65, 95-114: the basis is that of the `basis` eigenvectors of the
///          n x n matrix of r^2 log r with the largest absolute eigenvalues; Craven and Wahba 1979: the smoothing
///          minimises n RSS / (n - degrees of freedom)^2. This is what gam(z ~ s(x, y, k = basis)) of R's mgcv 1.8
///          fits. n x n counts places that differ: points at one place share their row.
/// Speed    O(n^2 basis): eigenvectors by a block Lanczos iteration with a fixed start, so that a result repeats.
[[nodiscard]] Result<ThinPlate> thin_plate(const ThinPlateData& data, std::size_t basis, std::span<const double> at_x,
                                           std::span<const double> at_y);

}  // namespace celadon::models
