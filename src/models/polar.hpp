#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace celadon::models {

enum class PolarStatistic { mean, median, maximum, deviation, percentile, count, weighted_mean, cpf };

struct PolarOptions {
  PolarStatistic statistic = PolarStatistic::mean;
  double percentile_percent = 50;  ///< of `percentile`; of all values for `cpf`
  std::size_t speed_bins = 30;
  std::size_t count_min = 1;  ///< bins with fewer values are left out
};

/// A value by wind speed and direction, in bins; only those that have values.
struct PolarBins {
  std::vector<double> u, v;                    ///< where openair draws the bin: east and north, m/s
  std::vector<double> speed_low, speed_high;   ///< of the bin, above the least speed of the data
  std::vector<double> direction_deg;           ///< centre
  std::vector<double> value, count;
  double speed_least = 0, speed_largest = 0;   ///< of the rows used; bins begin at the least
  double direction_width_deg = 0;              ///< 10 where directions come in tens, else 5
  double threshold = 0;                        ///< of cpf
  std::size_t used = 0;                        ///< rows with speed, direction and value
};

/// Bins of equal speed width over 0..(largest - least speed), and of direction.
///
/// Shapes   all columns of one length. Units  m/s, degrees, the value's own
/// Missing  rows with NaN in any are left out
/// Source   Carslaw, Beevers, Ropkins and Bell 2006, Atmos. Environ. 40, 5424-5434; polarPlot of openair 2.18: 30 speed
///          bins (a, b], the first closed on both sides; a bin is placed at point k of 30 from 0 to the largest speed.
/// Source   cpf: Uria-Tellaetxe and Carslaw 2014, Environ. Modell. Softw. 59, 1-9: share of a bin's values above the
///          percentile of all values.
/// Ours     a direction that rounds to 0 is north (360); openair puts 1..4 degrees into the bin of 10 or 5 degrees.
[[nodiscard]] PolarBins polar_bins(std::span<const double> speed_m_s, std::span<const double> direction_deg,
                                   std::span<const double> value, const PolarOptions& options);

struct SurfaceOptions {
  std::size_t basis = 100;      ///< dimension of the smooth; fewer bins than this is an error
  std::size_t grid = 51;        ///< points a side at which the smooth is worked out
  std::size_t fine = 201;       ///< points a side of the surface, linear in between
  bool positive = true;         ///< smooth the square root, so that no value is below 0
  double far = 0.05;            ///< points farther from a bin than this share of the side have no value
  double ceiling = 0;           ///< values above are cut to it; 0: none
};

struct Surface {
  std::vector<double> axis;   ///< fine points, -speed..+speed, east and north alike
  std::vector<double> value;  ///< [north * fine + east]; NaN where too far from data
  double degrees_of_freedom = 0;
  double log10_smoothing = 0;
  double gcv = 0;  ///< generalised cross validation at the choice
};

/// The smooth surface through the bins.
/// Source   thin_plate.hpp; bins of one, two and three values weigh 0.25, 0.5 and 0.75 as in openair's polarPlot.
/// Errors   invalid_value with field basis: too few bins.
[[nodiscard]] Result<Surface> polar_surface(const PolarBins& bins, const SurfaceOptions& options);

}  // namespace celadon::models
