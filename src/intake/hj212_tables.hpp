#pragma once

#include "core/result.hpp"
#include "intake/hj212_commands.hpp"
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
};

/// A deviation from the standard: what it costs and what the maintainer should change.
struct DeviationMeaning {
  std::string name;
  int weight = 0;  ///< points that a message with it loses, of 100
  std::string name_zh, name_en, fix_zh, fix_en, source, trust;
};

/// A property's name, by its id; nothing where the id is not known.
using PropertyNames = std::function<std::optional<std::pair<std::string, std::string>>(std::string_view id)>;

/// What HJ 212 means, from packs/standards/hj212_*.csv.
struct Hj212Tables {
  CommandTable commands;
  FactorTable factors;
  std::map<std::pair<std::string, std::string>, Words212> codes;  ///< (kind, code): st field suffix flag QnRtn ...
  std::vector<DeviationMeaning> deviations;                       ///< in the order of the pack
  PropertyNames property_names;

  [[nodiscard]] const Words212* code(std::string_view kind, std::string_view code) const;
  [[nodiscard]] const DeviationMeaning* deviation(std::string_view name) const;
  /// Name and meaning of an answer's code: "1 (准备执行请求)"; empty where it is not known.
  [[nodiscard]] const Words212* qn_rtn(int code) const { return this->code("QnRtn", std::to_string(code)); }
  [[nodiscard]] const Words212* exe_rtn(int code) const { return this->code("ExeRtn", std::to_string(code)); }
};

/// Reads all of them. `units`: property id and its canonical unit.
/// Errors   not_found, malformed, unknown_code, invalid_value naming file, line and reason.
[[nodiscard]] Result<Hj212Tables> read_hj212_tables(const std::filesystem::path& packs,
                                                    const std::vector<std::pair<std::string, std::string>>& units,
                                                    PropertyNames property_names);

}  // namespace celadon::intake
