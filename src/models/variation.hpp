#pragma once

#include "models/clock.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::models {

enum class Cycle { hour, weekday, month, weekday_hour };

struct VariationOptions {
  bool median = false;  ///< the median and the quantiles of the values, else the mean and its bootstrap interval
  double confidence = 0.95;
  int draws = 100;
  std::uint32_t seed = 1;
};

struct Variation {
  std::vector<double> key, second_key;  ///< hour 0..23, weekday 1 Monday..7, month 1..12; hour of weekday_hour
  std::vector<double> centre, low, high, count;
};

/// Mean of each place of a cycle with the interval in which 95 % of bootstrap means lie.
///
/// Shapes   value[n] beside begin[n]. Missing  NaN is left out; a place with one value has no interval.
/// Source   Efron and Tibshirani 1993 (percentile interval); timeVariation of openair 2.18: 100 draws, quantiles of
///          definition 7. For the median its `statistic = "median"`: quantiles (1 - confidence) and confidence.
[[nodiscard]] Variation variation(std::span<const WallSeconds> begin, std::span<const double> value, Cycle cycle,
                                  const VariationOptions& options);

}  // namespace celadon::models
