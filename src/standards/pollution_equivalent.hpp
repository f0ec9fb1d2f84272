#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// Groups of annex 2 of the Environmental Protection Tax Law, each ranked by itself.
enum class EquivalentGroup : std::uint8_t { air, water_class1, water_other };

/// What an outlet discharges into.
enum class TaxedMedium : std::uint8_t { air, water };

struct EquivalentRow {
  EquivalentGroup group = EquivalentGroup::air;
  int no = 0;  ///< as printed in the annex, within its medium
  std::string name_zh;
  double kg_per_equivalent = 0;
  std::string one_of;  ///< of the rows of one outlet that share this word only one is taxed; empty for most
  std::string source, trust;
};

/// Pollutants taxed by mass. Not in it: pH, colour, total coliform, residual chlorine (counted in tons of water) and
/// animals, small firms and hospitals (counted in heads and beds).
struct EquivalentTable {
  std::vector<EquivalentRow> rows;
  std::size_t taxed_first[3] = {};  ///< by EquivalentGroup: how many are taxed at one outlet

  /// Row of a pollutant by its name in the annex; rows.size() where there is none.
  [[nodiscard]] std::size_t find(EquivalentGroup group, std::string_view name_zh) const;
};

/// Columns group, no, name_zh, equivalent, unit, taxed_first, one_of, source, trust; group is air, water_class1 or
/// water_class2. Errors   malformed naming file and line: a word that is not known; a name or number twice; an
/// equivalent that is not above zero; taxed_first that differs within a group; a group that is absent.
[[nodiscard]] Result<EquivalentTable> parse_equivalents(std::string_view text, std::string_view name);

/// Pollutant equivalents (污染当量数): kg / equivalent value.
/// Missing   NaN, infinite and negative amounts give NaN. Source   Environmental Protection Tax Law art. 8.
[[nodiscard]] double equivalents_of(const EquivalentRow& row, double kg);

/// What one outlet emitted of one pollutant in the month.
struct OutletEmission {
  std::size_t row = 0;  ///< into EquivalentTable::rows
  double kg = 0;
};

struct TaxedPollutant {
  std::size_t row = 0;
  double equivalents = std::numeric_limits<double>::quiet_NaN();
  int rank = 0;  ///< within its group from 1; 0 where missing or displaced by its one_of
  bool taxed = false;
};

struct OutletEquivalents {
  std::vector<TaxedPollutant> pollutants;  ///< in the order given
  double taxed = 0;                        ///< sum of equivalents of the taxed ones
  std::size_t missing = 0;                 ///< pollutants whose amount is not known: the sum may be too low
};

/// Which pollutants of one outlet are taxed, and for how many equivalents.
///
/// Units    kg of the tax month.
/// Missing  NaN, infinite and negative amounts are not ranked and counted as missing.
/// Errors   invalid_value: a pollutant twice, or of the other medium.
/// Source   art. 9: at each outlet most equivalents first, of air the first three, of water class 1 the first five and
///          of other water pollutants the first three (a province may tax more: its own taxed_first). Annex 2: of COD,
///          BOD5 and TOC of one outlet only one.
/// Ours     of those that share a one_of the one of most equivalents is ranked; equals keep the order of the annex;
///          zero is ranked and adds nothing.
[[nodiscard]] Result<OutletEquivalents> equivalents_of_outlet(const EquivalentTable& table, TaxedMedium medium,
                                                              std::span<const OutletEmission> emissions);

/// Tax in CNY: equivalents x the unit tax of the place. Missing   NaN, infinite or negative gives NaN.
/// Source   art. 11. Reliefs (art. 12, 13) are not in it.
[[nodiscard]] double pollution_tax_cny(double equivalents, double unit_tax_cny);

}  // namespace celadon::standards
