#pragma once

#include "core/result.hpp"
#include "core/units.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// A factor code under a system code, as an observed property.
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
  /// 01 are three factors. Allocates nothing.
  [[nodiscard]] const FactorMapping* find(std::string_view st, std::string_view code) const;
  /// The six-character code that sends this property under the system code; null where none does.
  [[nodiscard]] const FactorMapping* find_property(std::string_view st, std::string_view property) const;

 private:
  friend Result<FactorTable> read_factor_table(const std::filesystem::path&,
                                               const std::vector<std::pair<std::string, std::string>>&);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads packs/standards/hj212_properties.csv. `units`: property id and its canonical unit.
/// Errors   not_found, malformed, unknown_code, invalid_value naming file, line and reason.
[[nodiscard]] Result<FactorTable> read_factor_table(const std::filesystem::path& packs,
                                                    const std::vector<std::pair<std::string, std::string>>& units);

}  // namespace celadon::intake
