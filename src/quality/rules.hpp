#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"
#include "quality/checks.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::quality {

enum class RuleKind : std::uint8_t { missing, device_flag, range, not_above, repeats, stale, future, duplicate };

/// One rule of packs/quality/rules.yaml; the file says what each field means.
struct Rule {
  std::string id;
  RuleKind kind = RuleKind::missing;
  bool voids = false;
  std::string zh, en;  ///< the reason, with blanks as {value}
  std::string source, trust;
  std::string place;  ///< "rules.yaml:12"

  // Where it applies; empty is everywhere.
  std::vector<std::string> properties, media, sources;
  std::vector<Averaging> averagings;

  std::string lower, upper, unit;                    ///< not-above
  Tolerance tolerance;                               ///< not-above, in `unit`
  std::map<std::string, RepeatLimit> repeat_limits;  ///< repeats, by property; gap_us is not set
  int windows_max = 0;                               ///< repeats: longest step within a run, in windows
  std::int64_t limit_us = 0;                         ///< stale, future

  [[nodiscard]] bool applies_to(const SeriesKey& key, std::string_view medium) const;
  [[nodiscard]] bool applies_to_source(std::string_view source_name) const;
};

/// Errors   not_found; malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<std::vector<Rule>> read_rules(const std::filesystem::path& pack);
[[nodiscard]] Result<std::vector<Rule>> parse_rules(std::string_view text, const std::string& name);

}  // namespace celadon::quality
