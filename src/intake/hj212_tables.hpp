#pragma once

#include "core/result.hpp"
#include "intake/hj212_commands.hpp"
#include "intake/hj212_deviations.hpp"
#include "intake/hj212_factors.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::intake {

/// Words in both languages, with where they come from.
struct Words212 {
  std::string zh, en, source, trust;
  std::vector<Edition212> editions{};  ///< that have the code; none for what only makers use
};

/// A property's name, by its id; nothing where the id is not known.
using PropertyNames = std::function<std::optional<std::pair<std::string, std::string>>(std::string_view id)>;

/// What HJ 212 means, from packs/standards/hj212_*.csv.
struct Hj212Tables {
  CommandTable commands;
  FactorTable factors;
  /// (kind, code): header st field suffix flag QnRtn ExeRtn RS ...; a code may mean another thing in another edition.
  std::map<std::pair<std::string, std::string>, std::vector<Words212>> codes;
  DeviationTable deviations;
  PropertyNames property_names;
  FactorNames factor_names;

  /// The meaning of a code in that edition, else in any; null for a code that the pack does not have.
  [[nodiscard]] const Words212* code(std::string_view kind, std::string_view code,
                                     Edition212 edition = Edition212::of_2017) const;
  [[nodiscard]] const DeviationMeaning* deviation(std::string_view name) const { return deviations.find(name); }
  [[nodiscard]] const Words212* qn_rtn(int code) const { return this->code("QnRtn", std::to_string(code)); }
  [[nodiscard]] const Words212* exe_rtn(int code) const { return this->code("ExeRtn", std::to_string(code)); }
};

/// Reads all of them. `units`: property id and its canonical unit.
/// Errors   not_found, malformed, unknown_code, invalid_value naming file, line and reason.
[[nodiscard]] Result<Hj212Tables> read_hj212_tables(const std::filesystem::path& packs,
                                                    const std::vector<std::pair<std::string, std::string>>& units,
                                                    PropertyNames property_names);

}  // namespace celadon::intake
