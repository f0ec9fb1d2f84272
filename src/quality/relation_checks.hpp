#pragma once

#include "core/time.hpp"
#include "quality/checks.hpp"

#include <span>

namespace celadon::quality {

// Checks between columns of one site and between sites. Shapes: all spans of one length. Missing: NaN in any column
// that is needed gives a NaN strength. Errors: none. A strength of 1 stands at the tolerance. No memory is taken.

/// How far a part stands above its whole: excess / tolerance, at least 0.
/// Source   by meaning: PM2.5 is a part of PM10, ammonia nitrogen of total nitrogen, what is dissolved of the total
void part_strength(std::span<const double> part, std::span<const double> whole, const Tolerance& tolerance,
                   std::span<double> strength);

/// |first + second - whole| / tolerance.   Source   NO + NO2 = NOx, all as NO2 or all as amounts
void sum_strength(std::span<const double> first, std::span<const double> second, std::span<const double> whole,
                  const Tolerance& tolerance, std::span<double> strength);

/// Oxygen in water that is in balance with air at one atmosphere, mg/L.
/// Units    temperature_c in degrees Celsius, 0..40; salinity_psu by the practical salinity scale, 0..42; NaN outside
///          -2..45 and -1..50
/// Source   Benson and Krause 1984, as the USGS DOTABLES and Standard Methods 4500-O print it (equation of APHA 1985)
[[nodiscard]] double oxygen_saturation_mg_l(double temperature_c, double salinity_psu);

/// |measured - share * saturation| / tolerance. oxygen mg/L, share %, temperature degrees Celsius, salinity psu; an
/// empty salinity is fresh water.
void oxygen_strength(std::span<const double> oxygen_mg_l, std::span<const double> share_percent,
                     std::span<const double> temperature_c, std::span<const double> salinity_psu,
                     const Tolerance& tolerance, std::span<double> strength);

/// Practical salinity of water whose conductivity, brought to 25 degrees, is given. NaN below 0.
/// Source   practical salinity scale PSS-78 (UNESCO technical paper 44, 1983) at 25 degrees and the surface;
///          conductivity of standard sea water at 25 degrees: 53,087 uS/cm
[[nodiscard]] double salinity_psu_of(double conductivity_25_us_cm);
/// |measured - that of the conductivity| / tolerance.
void salinity_strength(std::span<const double> conductivity_25_us_cm, std::span<const double> salinity_psu,
                       const Tolerance& tolerance, std::span<double> strength);

/// |depth - 0.102 pressure| / tolerance, m and kPa of water above the sensor (gauge).   Source   rho g h with 9.80
/// kPa/m
void depth_strength(std::span<const double> depth_m, std::span<const double> pressure_kpa, const Tolerance& tolerance,
                    std::span<double> strength);

/// Median of what the neighbours say at each time; NaN where none speaks. At most 32 neighbours count.
void neighbour_median(std::span<const std::span<const double>> neighbours, std::span<double> median);

/// |value - expected - their usual difference| in robust sigmas of that difference; `floor` is the least sigma. Signed:
/// above the neighbours is positive. scratch[n].
void neighbour_shift(std::span<const double> value, std::span<const double> expected, double floor,
                     std::span<double> shift, std::span<double> scratch);

/// A time in which people were at the instrument.
struct WorkWindow {
  enum class Kind : std::uint8_t { calibration, maintenance };
  Kind kind = Kind::maintenance;
  Instant from, until;  ///< both ends within
};
/// 1 within a window of that kind, else 0; not NaN for missing values. Windows need no order.
void window_strength(std::span<const Instant> time, std::span<const WorkWindow> windows, WorkWindow::Kind kind,
                     std::span<double> strength);

}  // namespace celadon::quality
