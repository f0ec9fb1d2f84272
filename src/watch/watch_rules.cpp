#include "watch/watch_rules.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>

namespace celadon::watch {
namespace {

constexpr std::array<std::string_view, 8> value_blanks = {"site", "property", "value", "limit",
                                                          "unit", "time",     "count", "hours"};
constexpr std::array<std::string_view, 3> silence_blanks = {"site", "time", "hours"};
constexpr int consecutive_max = 1000;
constexpr std::int64_t lasting_windows_max = 1000;

std::optional<Instant> read_date(YamlFields& fields, const char* name) {
  if (!fields.has(name)) return std::nullopt;
  const auto day = parse_legal_day(fields.text(name));
  if (day) return first_moment_of(*day);
  fields.refuse(name, "expected a date as 2016-01-01");
  return std::nullopt;
}

void read_value_rule(YamlFields& fields, WatchRule& rule) {
  rule.property = fields.text("property");
  rule.limit = fields.number("limit");
  rule.unit = fields.text("unit");
  const std::string sense = fields.text("sense");
  if (sense == "below")
    rule.sense = Sense::below;
  else if (sense != "above")
    fields.refuse("sense", "expected above or below");
  if (fields.has("statistic")) {
    const auto statistic = parse_statistic(fields.text("statistic"));
    if (statistic)
      rule.statistic = *statistic;
    else
      fields.refuse("statistic", statistic.error().detail);
  }
  if (fields.has("stage")) {
    const auto stage = parse_stage(fields.text("stage"));
    if (stage)
      rule.stage = *stage;
    else
      fields.refuse("stage", stage.error().detail);
  }
  const std::int64_t window_us = std::max(rule.averaging.length_us, us_per_minute);
  rule.gap_us = fields.has("gap") ? fields.duration_us("gap") : window_us;
  if (rule.gap_us < window_us) fields.refuse("gap", "must not be shorter than the window");
  if (rule.kind == WatchKind::duration) {
    rule.lasting_us = fields.duration_us("lasting");
    if (rule.lasting_us > lasting_windows_max * window_us) fields.refuse("lasting", "is more than 1000 windows");
  } else if (fields.has("consecutive")) {
    rule.consecutive = fields.count("consecutive", 1, consecutive_max);
  }
}

std::vector<const char*> fields_of(WatchKind kind) {
  std::vector<const char*> names = {"id",   "kind",   "site_kinds", "sites", "averaging", "opens_case",
                                    "from", "before", "zh",         "en",    "source",    "trust"};
  if (kind == WatchKind::no_data) {
    names.insert(names.end(), {"every", "grace"});
  } else {
    names.insert(names.end(), {"property", "statistic", "stage", "sense", "limit", "unit", "gap"});
    names.push_back(kind == WatchKind::threshold ? "consecutive" : "lasting");
  }
  return names;
}

WatchRule read_rule(YamlFields& fields) {
  WatchRule rule;
  rule.place = fields.place();
  rule.id = fields.text("id");
  const std::string kind = fields.text("kind");
  if (kind == "duration")
    rule.kind = WatchKind::duration;
  else if (kind == "no-data")
    rule.kind = WatchKind::no_data;
  else if (kind != "threshold")
    fields.refuse("kind", "'" + kind + "' is not a kind of rule; expected threshold, duration or no-data");
  if (fields.failed()) return rule;
  fields.only(fields_of(rule.kind));
  rule.site_kinds = fields.texts("site_kinds");
  rule.sites = fields.texts("sites");
  if (rule.site_kinds.empty() && rule.sites.empty())
    fields.refuse(nullptr, "name site_kinds or sites: a rule without a place watches nothing");
  const std::string averaging = fields.text("averaging");
  const auto window = parse_averaging(averaging);
  if (!window)
    fields.refuse("averaging", window.error().detail);
  else
    rule.averaging = *window;
  rule.opens_case = fields.boolean("opens_case");
  rule.from = read_date(fields, "from");
  rule.before = read_date(fields, "before");
  if (rule.from && rule.before && *rule.before <= *rule.from) fields.refuse("before", "must be after from");
  const std::span<const std::string_view> blanks =
      rule.kind == WatchKind::no_data ? std::span<const std::string_view>(silence_blanks) : value_blanks;
  rule.zh = fields.words("zh", blanks);
  rule.en = fields.words("en", blanks);
  rule.source = fields.text("source");
  rule.trust = fields.trust();
  if (rule.kind == WatchKind::no_data) {
    rule.every_us = fields.duration_us("every");
    rule.grace_us = fields.duration_us("grace");
  } else {
    read_value_rule(fields, rule);
  }
  return rule;
}

}  // namespace

bool WatchRule::applies_to_site(std::string_view site, std::string_view site_kind) const {
  return std::ranges::find(sites, site) != sites.end() || std::ranges::find(site_kinds, site_kind) != site_kinds.end();
}

bool WatchRule::holds_at(Instant phenomenon_end) const {
  const Instant begin = begin_of(averaging, phenomenon_end);
  return (!from || begin >= *from) && (!before || begin < *before);
}

Result<std::vector<WatchRule>> parse_watch_rules(std::string_view text, const std::string& name) {
  return parse_rule_list(text, name, read_rule);
}

Result<std::vector<WatchRule>> read_watch_rules(const std::filesystem::path& pack) {
  return parse_pack(pack, parse_watch_rules);
}

}  // namespace celadon::watch
