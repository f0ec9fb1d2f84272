#include "quality/rules.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace celadon::quality {
namespace {

struct RuleFace {
  RuleKind kind;
  std::string_view name;
  std::span<const std::string_view> blanks;  ///< what its words may ask for
};

constexpr std::array<std::string_view, 1> missing_blanks = {"property"};
constexpr std::array<std::string_view, 2> device_blanks = {"flag", "meaning"};
constexpr std::array<std::string_view, 4> range_blanks = {"value", "min", "max", "unit"};
constexpr std::array<std::string_view, 3> above_blanks = {"lower", "upper", "unit"};
constexpr std::array<std::string_view, 3> repeat_blanks = {"value", "count", "first"};
constexpr std::array<std::string_view, 1> stale_blanks = {"hours"};
constexpr std::array<std::string_view, 1> future_blanks = {"minutes"};
constexpr std::array<std::string_view, 2> duplicate_blanks = {"first", "last"};

constexpr std::array rule_kinds = {RuleFace{RuleKind::missing, "missing", missing_blanks},
                                   RuleFace{RuleKind::device_flag, "device-flag", device_blanks},
                                   RuleFace{RuleKind::range, "range", range_blanks},
                                   RuleFace{RuleKind::not_above, "not-above", above_blanks},
                                   RuleFace{RuleKind::repeats, "repeats", repeat_blanks},
                                   RuleFace{RuleKind::stale, "stale", stale_blanks},
                                   RuleFace{RuleKind::future, "future", future_blanks},
                                   RuleFace{RuleKind::duplicate, "duplicate", duplicate_blanks}};

constexpr std::array<const char*, 19> rule_fields = {
    "id",         "kind",  "voids", "zh",   "en",       "source",   "trust",  "properties",  "media", "sources",
    "averagings", "lower", "upper", "unit", "absolute", "relative", "limits", "windows_max", "limit"};
constexpr std::array<const char*, 2> repeat_fields = {"count", "above"};
constexpr int repeats_min = 2, repeats_max = 1000, windows_most = 100;

void read_not_above(YamlFields& fields, Rule& rule) {
  rule.lower = fields.text("lower");
  rule.upper = fields.text("upper");
  rule.unit = fields.text("unit");
  rule.tolerance = {fields.number("absolute"), fields.number("relative")};
  if (rule.tolerance.absolute < 0) fields.refuse("absolute", "must not be negative");
  if (rule.tolerance.relative < 0) fields.refuse("relative", "must not be negative");
  if (rule.lower == rule.upper) fields.refuse("upper", "must be another property than lower");
  if (!rule.properties.empty()) fields.refuse("properties", "are lower and upper for this kind");
}

void read_repeats(YamlFields& fields, Rule& rule) {
  rule.windows_max = fields.count("windows_max", 1, windows_most);
  if (!rule.properties.empty()) fields.refuse("properties", "are those of limits for this kind");
  fields.each("limits", [&](const std::string& property, YamlFields& limit) {
    limit.only(repeat_fields);
    rule.repeat_limits[property] = {.count = limit.count("count", repeats_min, repeats_max),
                                    .above = limit.number("above")};
    rule.properties.push_back(property);
  });
}

Rule read_quality_rule(YamlFields& fields) {
  fields.only(rule_fields);
  Rule rule;
  rule.place = fields.place();
  rule.id = fields.text("id");
  const std::string kind = fields.text("kind");
  const auto* const face = std::ranges::find(rule_kinds, kind, &RuleFace::name);
  if (face == rule_kinds.end()) {
    fields.refuse("kind", "'" + kind +
                              "' is not a kind of rule; expected missing, device-flag, range, not-above, repeats, "
                              "stale, future or duplicate");
    return rule;
  }
  rule.kind = face->kind;
  rule.voids = fields.boolean("voids");
  rule.zh = fields.words("zh", face->blanks);
  rule.en = fields.words("en", face->blanks);
  rule.source = fields.text("source");
  rule.trust = fields.trust();
  rule.properties = fields.texts("properties");
  rule.media = fields.texts("media");
  rule.sources = fields.texts("sources");
  rule.averagings = fields.averagings("averagings");
  if (rule.kind == RuleKind::not_above)
    read_not_above(fields, rule);
  else if (fields.has("lower"))
    fields.refuse("lower", "has no meaning for the kind " + kind);
  if (rule.kind == RuleKind::repeats)
    read_repeats(fields, rule);
  else if (fields.has("limits"))
    fields.refuse("limits", "have no meaning for the kind " + kind);
  const bool timed = rule.kind == RuleKind::stale || rule.kind == RuleKind::future;
  if (timed)
    rule.limit_us = fields.duration_us("limit");
  else if (fields.has("limit"))
    fields.refuse("limit", "has no meaning for the kind " + kind);
  if (!timed && !rule.sources.empty()) fields.refuse("sources", "have no meaning for the kind " + kind);
  return rule;
}

template <class T>
bool fits(const std::vector<T>& allowed, const auto& value) {
  return allowed.empty() || std::ranges::find(allowed, value) != allowed.end();
}

}  // namespace

bool Rule::applies_to(const SeriesKey& key, std::string_view medium) const {
  return fits(properties, key.property) && fits(media, medium) && fits(averagings, key.averaging);
}

bool Rule::applies_to_source(std::string_view source_name) const { return fits(sources, source_name); }

Result<std::vector<Rule>> parse_rules(std::string_view text, const std::string& name) {
  return parse_rule_list(text, name, read_quality_rule);
}

Result<std::vector<Rule>> read_rules(const std::filesystem::path& pack) { return parse_pack(pack, parse_rules); }

}  // namespace celadon::quality
