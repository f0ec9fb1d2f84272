#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::standards {

/// So many days in a row with a daily AQI above a number.
struct PollutionRun {
  int above = 0, days = 0;
};

struct WarningLevel {
  std::string name, name_zh, name_en, colour, text_colour;
  int number = 0;                              ///< 1 is the gravest
  std::vector<std::vector<PollutionRun>> any;  ///< one of these, of which all runs must be there
};

/// One edition of the grading of heavy-pollution warnings (重污染天气预警分级).
struct WarningRules {
  std::string standard, title_zh, title_en, trust, valid_trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
  std::vector<WarningLevel> levels;  ///< gravest first
};

/// Errors   malformed naming file, line and reason.
[[nodiscard]] Result<WarningRules> parse_warning_rules(const std::string& text, const std::string& name);

/// A run that was found: days [first, first + days) are above.
struct FoundRun {
  std::size_t first = 0, days = 0;
  int above = 0;
};

struct Warning {
  const WarningLevel* level = nullptr;  ///< null: none is called for
  std::vector<FoundRun> because;
};

/// The gravest level that a forecast or observed series of daily AQI calls for.
///
/// Shapes   aqi[n], consecutive days.
/// Missing  no_index breaks a run: a day without forecast is not counted as polluted.
/// Source   the edition's conditions; strictly greater; a day above 200 also counts above 150.
[[nodiscard]] Warning warning_of(const WarningRules& rules, std::span<const std::int16_t> aqi);

}  // namespace celadon::standards
