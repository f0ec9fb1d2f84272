#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>

namespace celadon {

/// A unit by its UCUM code: "ug/m3", "mg/L", "Cel", "uS/cm", "[pH]", "%", "dB", "1".
///
/// The dimension is the exponents of the base units; `scale` and `offset` lead to the coherent unit:
/// coherent = value * scale + offset (an offset only for degrees).
struct Unit {
  std::string code;
  double scale = 1;
  double offset = 0;
  signed char length = 0, mass = 0, time = 0, temperature = 0, current = 0, amount = 0, luminous = 0;
  std::string kind;  ///< for units that are dimensionless but not the same: "[pH]", "dB", "NTU", "count"
};

/// Reads a UCUM code as far as environmental data needs it: prefixes, products with '.', one '/' or several, whole
/// exponents, and the bracketed and arbitrary units in use (units.cpp lists them). Spellings of HJ 212 tables and
/// Chinese files that are not UCUM (degC, ℃, μg/m³, mg/m³) are taken too and answered by their UCUM code.
/// Errors   unknown_code naming the piece that is not known.
[[nodiscard]] Result<Unit> parse_unit(std::string_view code);

/// How to go from one unit to another of the same dimension: to = from * factor + offset.
struct Conversion {
  double factor = 1;
  double offset = 0;
  [[nodiscard]] double operator()(double value) const { return value * factor + offset; }
};

/// Errors   invalid_value when the dimensions differ (mg/m3 to mg/L is fine, mg/m3 to ppb is not: that needs the
///          molar mass and the reference state, which is a standard's work).
[[nodiscard]] Result<Conversion> conversion(const Unit& from, const Unit& to);
[[nodiscard]] Result<Conversion> conversion(std::string_view from, std::string_view to);

}  // namespace celadon
