#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::watch {

enum class WatchKind : std::uint8_t { threshold, duration, no_data };
enum class Sense : std::uint8_t { above, below };

/// One rule of packs/watch/rules.yaml; the file says what each field means.
struct WatchRule {
  std::string id;
  WatchKind kind = WatchKind::threshold;
  std::vector<std::string> site_kinds, sites;
  std::string property;  ///< empty for no_data: any property
  Averaging averaging;
  Statistic statistic = Statistic::mean;
  Stage stage = Stage::raw;
  Sense sense = Sense::above;
  double limit = 0;  ///< in `unit`, which must be the property's own
  std::string unit;
  int consecutive = 1;                      ///< threshold
  std::int64_t lasting_us = 0;              ///< duration
  std::int64_t gap_us = 0;                  ///< longest step within a run
  std::int64_t every_us = 0, grace_us = 0;  ///< no_data
  bool opens_case = false;
  std::optional<Instant> from, before;
  std::string zh, en;
  std::string source, trust;
  std::string place;  ///< "rules.yaml:12"

  [[nodiscard]] bool applies_to_site(std::string_view site, std::string_view site_kind) const;
  /// Whether it holds for data of that time, by the begin of the window: an edition begins with the hour after
  /// midnight.
  [[nodiscard]] bool holds_at(Instant phenomenon_end) const;
  /// Whether a value fires. A value on the limit does not, NaN does not.
  [[nodiscard]] bool is_beyond(double value) const { return sense == Sense::above ? value > limit : value < limit; }
};

/// Errors   not_found; malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<std::vector<WatchRule>> read_watch_rules(const std::filesystem::path& pack);
[[nodiscard]] Result<std::vector<WatchRule>> parse_watch_rules(std::string_view text, const std::string& name);

}  // namespace celadon::watch
