#pragma once

#include "core/result.hpp"
#include "quality/checks.hpp"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::quality {

/// What one rule of the assessment looks at. In the order in which strengths become features of the combination.
enum class CheckKind : std::uint8_t {
  range,
  rate,
  spike,
  peak,
  flat,
  quiet,
  noisy,
  gap,
  step_mix,
  level,
  jump,
  offset,
  shift,
  drift,
  part,
  sum,
  oxygen,
  salinity,
  depth,
  neighbour,
  upstream,
  downstream,
  clock,
  calibration,
  maintenance,
  detection,
  unusual,
  placement,
};
inline constexpr std::size_t check_kinds = static_cast<std::size_t>(CheckKind::placement) + 1;
[[nodiscard]] std::string_view to_text(CheckKind kind);  ///< as the pack spells it, "step-mix"

/// Limits of one property; an end that is not given is an infinity. `limit` is that of detection.
struct CheckLimits {
  std::string property;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  double limit = std::nan("");
};

/// Other limits at some sites or in some months; what is left out stays as it is.
struct CheckOverride {
  std::string name;
  std::vector<std::string> sites;       ///< empty: all
  std::vector<std::string> properties;  ///< empty: all
  std::uint16_t months = 0;             ///< bit m-1 for month m; 0: all
  double min = std::nan(""), max = std::nan(""), limit = std::nan(""), at = std::nan("");

  [[nodiscard]] bool fits(std::string_view site, std::string_view property, int month) const;
};

/// A column a relation needs, by its role: "part", "whole".
struct CheckColumn {
  std::string role, property;
};

/// One rule of packs/quality/assessment.yaml; the file says what each field means.
struct CheckRule {
  std::string id;
  CheckKind kind = CheckKind::range;
  double at = 1;  ///< strength from which the flag is raised
  /// Strength from which a value is at least suspect, whatever was learnt: what is learnt of one kind of station must
  /// not let pass what any person would look at.
  double look_at = std::numeric_limits<double>::infinity();
  std::vector<std::string> look_at_properties;  ///< empty: all
  std::string zh, en, source, trust;
  std::string place;                    ///< "assessment.yaml:12"
  std::vector<std::string> properties;  ///< empty: all
  std::vector<CheckLimits> limits;
  std::vector<CheckOverride> overrides;
  std::vector<CheckColumn> columns;  ///< of a relation; the flag goes to each of them
  Tolerance tolerance;
  std::size_t half = 0;       ///< values on each side
  std::int64_t reach_us = 0;  ///< how far a neighbour in time may be; clock: greatest lag
  std::int64_t block_us = 0;  ///< shift, drift, clock
  std::size_t reach = 0;      ///< blocks on each side
  double cut_at = 0;          ///< jump, offset
  double slack = 0;           ///< drift
  double correlation = 0;     ///< clock: least at the best lag
  double gain = 0;            ///< clock: least over none

  [[nodiscard]] bool applies_to(std::string_view property) const;
  [[nodiscard]] const CheckLimits* limits_of(std::string_view property) const;
  [[nodiscard]] const std::string& column(std::string_view role) const;  ///< blank where the rule has none
};

/// Errors   not_found; malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<std::vector<CheckRule>> read_assessment(const std::filesystem::path& pack);
[[nodiscard]] Result<std::vector<CheckRule>> parse_assessment(std::string_view text, const std::string& name);

}  // namespace celadon::quality
