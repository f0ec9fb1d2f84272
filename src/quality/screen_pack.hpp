#pragma once

#include "core/result.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::quality::screen {

enum class Kind : std::uint8_t {
  flat,
  near_flat,
  quiet,
  copies,
  digits,
  capped,
  dilution,
  conversion,
  marks,
  decoupled,
  twins
};

enum class Correction : std::uint8_t { bonferroni, benjamini_hochberg };

/// One rule of packs/quality/screening.yaml; the file says what each field means.
struct Rule {
  std::string id, edition;
  Kind kind = Kind::flat;
  double alpha = 0.01;
  Correction correction = Correction::bonferroni;
  std::string zh, en, reason_zh, reason_en, source, trust;
  std::string place;                                   ///< "screening.yaml:12"
  std::map<std::string, double, std::less<>> numbers;  ///< every number its kind has, none else

  [[nodiscard]] double number(std::string_view name) const;  ///< requires that the kind has it
  [[nodiscard]] int count(std::string_view name) const { return static_cast<int>(number(name)); }
};

[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::string_view name_of(Correction correction);

/// Errors   not_found; malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<std::vector<Rule>> parse_rules(std::string_view text, const std::string& name);
[[nodiscard]] Result<std::vector<Rule>> read_rules(const std::filesystem::path& pack);

}  // namespace celadon::quality::screen
