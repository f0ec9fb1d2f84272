#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace celadon::models {

/// Wind directions are where the wind comes from, degrees clockwise from north; 0 is written 360.
/// Sector k of n has its centre at (k + 1) 360 / n, so that the last one is north; it takes half a width to each side,
/// the upper bound excluded.
[[nodiscard]] std::size_t sector_of(double direction_deg, std::size_t sectors);

/// True where every direction that is there is a multiple of ten degrees, as instruments often report.
[[nodiscard]] bool in_tens(std::span<const double> direction_deg);

enum class RoseStatistic { share, mean_share, count };

struct RoseOptions {
  std::size_t sectors = 12;
  std::vector<double> breaks;  ///< classes (a, b]; ascending; a value at or below the first is in none
  double calm_below = 0;       ///< speeds below it are calm; 0: only the speed 0
  bool correct_bias = true;
  RoseStatistic statistic = RoseStatistic::share;
  bool normalise = false;  ///< each sector by its own sum
};

struct Rose {
  std::vector<double> direction_deg;  ///< centre of each sector
  std::vector<double> low, high;      ///< of each class
  std::vector<double> value;          ///< [sector * classes + class]; percent, or a count
  std::vector<double> count;          ///< rows of each sector
  std::vector<double> factor;         ///< by which the bias correction multiplied the sector
  double calm = 0;                    ///< as value
  double calm_count = 0;
  double undirected = 0;  ///< as value: rows with speed, not calm, without a direction
  double undirected_count = 0;
  double rows = 0;  ///< rows with a speed: what a share is a share of
  double mean = 0;  ///< of the value over these rows
};

/// How often, or with how much of the sum, the wind comes from each sector, in classes of a value: the speed itself for
/// a wind rose, a concentration for a pollution rose.
///
/// Shapes   all three columns of one length
/// Missing  rows without a speed are left out; without a direction they are `undirected`; without the value they count
///          in the rows and in no class.
/// Source   Applequist 2012, Wind rose bias correction, J. Appl. Meteor. Climatol. 51, 1305-1309: where directions come
///          in tens and a sector does not span the same number of them as the mean sector, its shares are multiplied by
///          mean / own. The shares are those of windRose and pollutionRose of openair 2.18.
/// Ours     openair counts rows without a direction as calm; here they are told apart.
[[nodiscard]] Rose rose(std::span<const double> speed_m_s, std::span<const double> direction_deg,
                        std::span<const double> value, const RoseOptions& options);

/// Breaks openair gives a pollution rose: round numbers from the least value to the 90th percentile. The largest value
/// closes the last class.
[[nodiscard]] std::vector<double> pollution_breaks(std::span<const double> value, int intervals);

struct PercentileRose {
  std::vector<double> direction_deg;
  std::vector<double> value;  ///< [sector * percentiles + p]
  std::vector<double> mean, count;
  std::vector<double> exceeding_percent;  ///< conditional probability: share of the sector's values above the threshold
  double threshold = 0;                   ///< value at the highest percentile of all
};

/// Percentiles of a concentration by sector, and the conditional probability function of the highest one.
/// Missing  rows without value or direction are left out, and so are those with speed 0, which have no direction; where
///          `speed_m_s` is empty, none for that reason.
/// Source   percentileRose of openair 2.18; Ashbaugh, Malm and Sadeh 1985, Atmos. Environ. 19, 1263-1270 (CPF = m / n)
[[nodiscard]] PercentileRose percentile_rose(std::span<const double> speed_m_s, std::span<const double> direction_deg,
                                             std::span<const double> value, std::size_t sectors,
                                             std::span<const double> percentiles);

}  // namespace celadon::models
