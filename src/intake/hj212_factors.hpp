#pragma once

#include "core/result.hpp"
#include "core/units.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace celadon::intake {

/// A factor code under a system code, as an observed property.
///
/// The code may carry a suffix, where that field is another property than the factor's own: w01018-Cou is a mass,
/// Leq-DayData the daytime level. One or two x at its end (before the suffix) stand for the number of an equipment or a
/// facility: e301xx, SBx-RS; the property then ends with xx too.
struct FactorMapping {
  std::string code;         ///< as sent: "w01018", or "011" of 2005
  std::string st;           ///< the system code it holds under; "*" for any other
  std::string property;     ///< id in packs/properties.csv
  std::string wire_unit;    ///< UCUM
  Conversion to_canonical;  ///< from wire_unit to the property's unit
};

/// What factor codes mean (packs/standards/hj212_properties.csv).
class FactorTable {
 public:
  FactorTable();
  ~FactorTable();
  FactorTable(FactorTable&&) noexcept;
  FactorTable& operator=(FactorTable&&) noexcept;

  /// The mapping under this system code, else the one for any; null where neither is there. Codes are text: 10, 010 and
  /// 01 are three factors. A numbered code finds its pattern.
  [[nodiscard]] const FactorMapping* find(std::string_view st, std::string_view code) const;
  /// That of a field with a property of its own: SB1-RS, w01018-Cou. Null where the pack has none.
  [[nodiscard]] const FactorMapping* find_own(std::string_view st, std::string_view code,
                                              std::string_view suffix) const;
  /// The six-character code that sends this property under the system code; null where none does.
  [[nodiscard]] const FactorMapping* find_property(std::string_view st, std::string_view property) const;

 private:
  friend Result<FactorTable> read_factor_table(const std::filesystem::path&,
                                               const std::vector<std::pair<std::string, std::string>>&);
  [[nodiscard]] const FactorMapping* find_exact(std::string_view st, std::string_view code) const;
  [[nodiscard]] const FactorMapping* find_numbered(std::string_view st, std::string_view code,
                                                   std::string_view suffix) const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The property of a numbered code: its number, with a leading zero, in place of the xx: e30107, facility-state-01.
[[nodiscard]] std::string property_of(const FactorMapping& mapping, std::string_view code);

/// A factor as the tables of the standard have it (packs/standards/hj212_factors.csv), mapped to a property or not.
struct FactorName {
  std::string name_zh, name_en, unit, medium, source, trust;
};

/// The names of factors by their code, of either edition; a numbered code finds its pattern.
class FactorNames {
 public:
  [[nodiscard]] const FactorName* find(std::string_view code) const;
  [[nodiscard]] std::size_t size() const { return by_code_.size(); }

 private:
  friend Result<FactorNames> read_factor_names(const std::filesystem::path&);
  std::unordered_map<std::string, FactorName> by_code_;
};

/// Where a code stands twice, the national table comes before what a province or a maker adds.
/// Errors   not_found, malformed naming file, line and reason.
[[nodiscard]] Result<FactorNames> read_factor_names(const std::filesystem::path& packs);

/// Reads packs/standards/hj212_properties.csv. `units`: property id and its canonical unit.
/// Errors   not_found, malformed, unknown_code, invalid_value naming file, line and reason.
[[nodiscard]] Result<FactorTable> read_factor_table(const std::filesystem::path& packs,
                                                    const std::vector<std::pair<std::string, std::string>>& units);

}  // namespace celadon::intake
