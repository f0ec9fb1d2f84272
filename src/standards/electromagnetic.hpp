#pragma once

#include "core/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// E V/m, H A/m, B uT (all rms), S W/m2 of an equivalent plane wave.
enum class FieldQuantity : std::uint8_t { electric, magnetic, flux_density, power_density };

/// limit = coefficient * (f / f_unit_hz)^exponent for f_from_hz <= f <= f_to_hz.
struct ExposureRow {
  double f_from_hz = 0, f_to_hz = 0;
  double coefficient = 0, exponent = 0, f_unit_hz = 1;
  std::string source, trust;

  [[nodiscard]] double at(double f_hz) const;  ///< requires f_hz > 0
};

/// Limits of public exposure; the rows of each quantity follow without a gap.
struct ExposureTable {
  std::array<std::vector<ExposureRow>, 4> rows;  ///< by FieldQuantity
};

/// Columns f_from_hz, f_to_hz, quantity (E, H, B, S), coefficient (a decimal or a fraction "1/7500"), exponent, f_unit
/// (Hz, kHz, MHz, GHz), unit, source, trust.
/// Errors   malformed naming file and line: an unknown word, a unit that is not the quantity's, a gap or overlap, a
///          quantity without rows.
[[nodiscard]] Result<ExposureTable> parse_exposure_table(std::string_view text, std::string_view name);

/// The numbers beside the table: ranges of the sums, multiples for pulses.
struct ExposureRules {
  double linear_from_hz = 0, linear_to_hz = 0;    ///< sum of E/E_L
  double squares_from_hz = 0, squares_to_hz = 0;  ///< sum of (E/E_L)^2
  double sum_max = 0;
  double pulse_power_multiple = 0, pulse_field_multiple = 0;
  double overhead_line_e_v_m = 0;  ///< over farmland and roads under overhead lines, with warning signs
  double overhead_line_hz = 0;     ///< the frequency that limit is of
  std::string trust;               ///< the weakest of its numbers
};

/// Columns name, value, unit, source, trust. Errors   malformed naming file and line: a name unknown, twice or absent;
/// a value or unit out of place; a range that ends before it begins.
[[nodiscard]] Result<ExposureRules> parse_exposure_rules(std::string_view text, std::string_view name);

/// Limit of a quantity at each frequency.
///
/// Shapes   f_hz[n], limit[n]; unequal lengths are a bug of ours; both may be the same memory.
/// Units    limit in the quantity's unit, rms.
/// Missing  NaN, and a frequency outside the quantity's rows, give NaN (power density has none below 0.1 MHz).
/// Source   GB 8702-2014 table 1. 50 Hz is 0.05 kHz: 4000 V/m and 100 uT.
/// Ours     the table does not say which row holds at a border that two share: the stricter one.
void exposure_limit(const ExposureTable& table, FieldQuantity quantity, std::span<const double> f_hz,
                    std::span<double> limit);
/// The same for one frequency.
[[nodiscard]] double exposure_limit(const ExposureTable& table, FieldQuantity quantity, double f_hz);

/// Limit of the instantaneous peak of a pulse: the limit above times 1000 for power density, times 32 for a field.
/// Missing  NaN where there is no limit.
/// Source   GB 8702-2014. A pulse must meet the rms limit too.
[[nodiscard]] double pulse_peak_limit(const ExposureTable& table, const ExposureRules& rules, FieldQuantity quantity,
                                      double f_hz);

/// Several frequencies together.
struct ExposureSum {
  double linear = 0;   ///< sum of value / limit, 1 Hz to 100 kHz
  double squares = 0;  ///< sum of (value / limit)^2, 0.1 MHz to 300 GHz
  std::size_t in_linear = 0, in_squares = 0;
  std::size_t missing = 0;        ///< no frequency, no value or a negative one
  std::size_t without_limit = 0;  ///< a frequency the standard does not cover
  std::optional<bool> within;     ///< both sums are; nothing where that cannot be told
};

/// Sums of the shares each frequency takes of its limit.
///
/// Shapes   f_hz[n], value[n] of one field, any order; unequal lengths are a bug of ours.
/// Units    rms, in the unit of the quantity, which must be electric or flux_density: the standard sums no other.
/// Missing  NaN, infinities and negative values, counted. A sum above its limit is above it whatever is missing; one
///          within it is not told when something is missing, or when nothing was there.
/// Source   GB 8702-2014 4.2: each sum at most 1. Judge E and B apart; both must be within.
/// Ours     100 kHz belongs to both sums, as printed. Within 1e-9 of 1 is 1.
[[nodiscard]] ExposureSum exposure_sum(const ExposureTable& table, const ExposureRules& rules, FieldQuantity quantity,
                                       std::span<const double> f_hz, std::span<const double> value);

}  // namespace celadon::standards
