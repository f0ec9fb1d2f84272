#include "quality/relation_checks.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "quality/robust.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::quality {
namespace {

double allowed(const Tolerance& tolerance, double whole) {
  return std::fmax(tolerance.absolute, tolerance.relative * std::fabs(whole));
}

/// Distance / tolerance; a tolerance of nothing makes any distance a thousand times too much.
double strength_of(double distance, double tolerance) {
  if (std::isnan(distance) || std::isnan(tolerance)) return missing;
  if (tolerance > 0) return distance / tolerance;
  return distance > 0 ? 1000 : 0;
}

}  // namespace

void part_strength(std::span<const double> part, std::span<const double> whole, const Tolerance& tolerance,
                   std::span<double> strength) {
  CELADON_ASSERT(part.size() == whole.size() && part.size() == strength.size());
  for (std::size_t i = 0; i < part.size(); ++i) {
    const double excess = part[i] - whole[i];
    strength[i] = std::isnan(excess) ? missing : strength_of(std::fmax(0, excess), allowed(tolerance, whole[i]));
  }
}

void sum_strength(std::span<const double> first, std::span<const double> second, std::span<const double> whole,
                  const Tolerance& tolerance, std::span<double> strength) {
  CELADON_ASSERT(first.size() == second.size() && first.size() == whole.size() && first.size() == strength.size());
  for (std::size_t i = 0; i < first.size(); ++i)
    strength[i] = strength_of(std::fabs(first[i] + second[i] - whole[i]), allowed(tolerance, whole[i]));
}

double oxygen_saturation_mg_l(double temperature_c, double salinity_psu) {
  if (!(temperature_c >= -2 && temperature_c <= 45 && salinity_psu >= -1 && salinity_psu <= 50)) return missing;
  const double t = temperature_c + 273.15;
  const double fresh =
      -139.34411 + 1.575701e5 / t - 6.642308e7 / (t * t) + 1.243800e10 / (t * t * t) - 8.621949e11 / (t * t * t * t);
  const double salt = std::fmax(0, salinity_psu) * (1.7674e-2 - 1.0754e1 / t + 2.1407e3 / (t * t));
  return std::exp(fresh - salt);
}

void oxygen_strength(std::span<const double> oxygen_mg_l, std::span<const double> share_percent,
                     std::span<const double> temperature_c, std::span<const double> salinity_psu,
                     const Tolerance& tolerance, std::span<double> strength) {
  CELADON_ASSERT(oxygen_mg_l.size() == share_percent.size() && oxygen_mg_l.size() == temperature_c.size() &&
                 oxygen_mg_l.size() == strength.size());
  CELADON_ASSERT(salinity_psu.empty() || salinity_psu.size() == oxygen_mg_l.size());
  for (std::size_t i = 0; i < oxygen_mg_l.size(); ++i) {
    const double full = oxygen_saturation_mg_l(temperature_c[i], salinity_psu.empty() ? 0 : salinity_psu[i]);
    const double expected = 0.01 * share_percent[i] * full;
    strength[i] = strength_of(std::fabs(oxygen_mg_l[i] - expected), allowed(tolerance, expected));
  }
}

double salinity_psu_of(double conductivity_25_us_cm) {
  if (!(conductivity_25_us_cm >= 0)) return missing;
  constexpr double standard_us_cm = 53087;
  constexpr double k = 0.0162;
  constexpr double warm = 25 - 15;
  const double root = std::sqrt(conductivity_25_us_cm / standard_us_cm);
  const std::array<double, 6> a = {0.0080, -0.1692, 25.3851, 14.0941, -7.0261, 2.7081};
  const std::array<double, 6> b = {0.0005, -0.0056, -0.0066, -0.0375, 0.0636, -0.0144};
  double salinity = 0;
  double power = 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    salinity += (a[i] + warm / (1 + k * warm) * b[i]) * power;
    power *= root;
  }
  return std::fmax(0, salinity);
}

void salinity_strength(std::span<const double> conductivity_25_us_cm, std::span<const double> salinity_psu,
                       const Tolerance& tolerance, std::span<double> strength) {
  CELADON_ASSERT(conductivity_25_us_cm.size() == salinity_psu.size() && salinity_psu.size() == strength.size());
  for (std::size_t i = 0; i < strength.size(); ++i) {
    const double expected = salinity_psu_of(conductivity_25_us_cm[i]);
    strength[i] = strength_of(std::fabs(salinity_psu[i] - expected), allowed(tolerance, expected));
  }
}

void depth_strength(std::span<const double> depth_m, std::span<const double> pressure_kpa, const Tolerance& tolerance,
                    std::span<double> strength) {
  CELADON_ASSERT(depth_m.size() == pressure_kpa.size() && depth_m.size() == strength.size());
  constexpr double kpa_per_m = 9.80;
  for (std::size_t i = 0; i < strength.size(); ++i) {
    const double expected = pressure_kpa[i] / kpa_per_m;
    strength[i] = strength_of(std::fabs(depth_m[i] - expected), allowed(tolerance, expected));
  }
}

void neighbour_median(std::span<const std::span<const double>> neighbours, std::span<double> median) {
  std::array<double, 32> here;
  for (std::size_t i = 0; i < median.size(); ++i) {
    std::size_t count = 0;
    for (const auto& one : neighbours) {
      CELADON_ASSERT(one.size() == median.size());
      if (count < here.size() && !std::isnan(one[i])) here[count++] = one[i];
    }
    median[i] = median_of(std::span(here).first(count));
  }
}

void neighbour_shift(std::span<const double> value, std::span<const double> expected, double floor,
                     std::span<double> shift, std::span<double> scratch) {
  CELADON_ASSERT(value.size() == expected.size() && value.size() == shift.size() && scratch.size() >= value.size());
  for (std::size_t i = 0; i < value.size(); ++i) shift[i] = value[i] - expected[i];
  const std::size_t count = gather(shift, scratch);
  const double usual = median_of(scratch.first(count));
  const double sigma = std::fmax(mad_to_sigma * deviation_of(scratch.first(count), usual), floor);
  for (double& one : shift) one = (one - usual) / sigma;
}

void window_strength(std::span<const Instant> time, std::span<const WorkWindow> windows, WorkWindow::Kind kind,
                     std::span<double> strength) {
  CELADON_ASSERT(time.size() == strength.size());
  std::ranges::fill(strength, 0.0);
  for (const auto& window : windows) {
    if (window.kind != kind) continue;
    const auto first = std::ranges::lower_bound(time, window.from) - time.begin();
    const auto last = std::ranges::upper_bound(time, window.until) - time.begin();
    for (auto i = first; i < last; ++i) strength[static_cast<std::size_t>(i)] = 1;
  }
}

}  // namespace celadon::quality
