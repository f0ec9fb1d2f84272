#include "quality/assessment_rules.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"
#include "quality/series_checks.hpp"

#include <algorithm>
#include <array>

namespace celadon::quality {
namespace {

/// What a kind wants beside the fields that all have.
struct CheckFace {
  CheckKind kind;
  std::string_view name;
  std::string_view fields;  ///< needed, separated by blanks
  std::string_view roles;   ///< columns of a relation; "name?" may be left out
};

constexpr std::array faces = {
    CheckFace{CheckKind::range, "range", "limits", ""},
    CheckFace{CheckKind::rate, "rate", "reach", ""},
    CheckFace{CheckKind::spike, "spike", "half reach", ""},
    CheckFace{CheckKind::peak, "peak", "reach", ""},
    CheckFace{CheckKind::flat, "flat", "", ""},
    CheckFace{CheckKind::quiet, "quiet", "half", ""},
    CheckFace{CheckKind::noisy, "noisy", "half", ""},
    CheckFace{CheckKind::gap, "gap", "", ""},
    CheckFace{CheckKind::step_mix, "step-mix", "reach", ""},
    CheckFace{CheckKind::level, "level", "", ""},
    CheckFace{CheckKind::jump, "jump", "half cut_at", ""},
    CheckFace{CheckKind::offset, "offset", "half cut_at", ""},
    CheckFace{CheckKind::shift, "shift", "block blocks", ""},
    CheckFace{CheckKind::drift, "drift", "block blocks slack", ""},
    CheckFace{CheckKind::part, "part", "absolute relative", "part whole"},
    CheckFace{CheckKind::sum, "sum", "absolute relative", "first second whole"},
    CheckFace{CheckKind::oxygen, "oxygen", "absolute relative", "oxygen share temperature salinity?"},
    CheckFace{CheckKind::salinity, "salinity", "absolute relative", "conductivity salinity"},
    CheckFace{CheckKind::depth, "depth", "absolute relative", "depth pressure"},
    CheckFace{CheckKind::neighbour, "neighbour", "", ""},
    CheckFace{CheckKind::upstream, "upstream", "", ""},
    CheckFace{CheckKind::downstream, "downstream", "", ""},
    CheckFace{CheckKind::clock, "clock", "block reach correlation gain", "partner?"},
    CheckFace{CheckKind::calibration, "calibration", "", ""},
    CheckFace{CheckKind::maintenance, "maintenance", "", ""},
    CheckFace{CheckKind::detection, "detection", "limits", ""},
    CheckFace{CheckKind::unusual, "unusual", "limits", ""},
    CheckFace{CheckKind::placement, "placement", "", "depth"},
};
static_assert(faces.size() == check_kinds);

constexpr std::array check_fields = {"id",       "kind",
                                     "at",       "zh",
                                     "en",       "source",
                                     "trust",    "properties",
                                     "limits",   "overrides",
                                     "columns",  "absolute",
                                     "relative", "half",
                                     "reach",    "block",
                                     "blocks",   "correlation",
                                     "cut_at",   "slack",
                                     "look_at",  "look_at_properties",
                                     "gain"};
constexpr std::array free_fields = {"half",  "reach",  "block",   "blocks",   "correlation", "cut_at",
                                    "slack", "limits", "columns", "absolute", "relative",    "gain"};
constexpr std::array limit_fields = {"min", "max", "limit"};
constexpr std::array override_fields = {"sites", "properties", "months", "min", "max", "limit", "at"};
constexpr std::array column_fields = {"property"};
constexpr int blocks_max = 1000;

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    words.remove_prefix(end + 1);
  }
  return false;
}

std::uint16_t months_of(YamlFields& fields) {
  unsigned months = 0;
  for (const auto& text : fields.texts("months")) {
    const int month = text.size() <= 2 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })
                          ? std::stoi(text)
                          : 0;
    if (month < 1 || month > 12)
      fields.refuse("months", "'" + text + "' is no month 1..12");
    else
      months |= 1U << (month - 1);
  }
  return static_cast<std::uint16_t>(months);
}

void read_limits(YamlFields& fields, CheckRule& rule) {
  fields.each("limits", [&](const std::string& property, YamlFields& entry) {
    entry.only(limit_fields);
    CheckLimits limits;
    limits.property = property;
    limits.min = entry.number_or("min", limits.min);
    limits.max = entry.number_or("max", limits.max);
    limits.limit = entry.number_or("limit", limits.limit);
    if (rule.kind == CheckKind::detection) {
      if (!(limits.limit > 0)) entry.refuse("limit", "expected a detection limit above 0");
    } else if (!(limits.min < limits.max)) {
      entry.refuse("max", "must be above min");
    } else if (std::isinf(limits.min) && std::isinf(limits.max)) {
      entry.refuse(nullptr, "expected min, max or both");
    }
    rule.limits.push_back(limits);
  });
}

void read_overrides(YamlFields& fields, CheckRule& rule) {
  fields.each("overrides", [&](const std::string& name, YamlFields& entry) {
    entry.only(override_fields);
    CheckOverride other;
    other.name = name;
    other.sites = entry.texts("sites");
    other.properties = entry.texts("properties");
    other.months = months_of(entry);
    for (auto [field, into] :
         {std::pair{"min", &other.min}, {"max", &other.max}, {"limit", &other.limit}, {"at", &other.at}})
      *into = entry.number_or(field, *into);
    if (other.sites.empty() && other.months == 0) entry.refuse(nullptr, "expected sites or months, or both");
    if (other.min >= other.max) entry.refuse("max", "must be above min");
    if (other.limit <= 0) entry.refuse("limit", "must be above 0");
    if (other.at <= 0) entry.refuse("at", "must be above 0");
    if (std::isnan(other.min) && std::isnan(other.max) && std::isnan(other.limit) && std::isnan(other.at))
      entry.refuse(nullptr, "changes nothing; expected min, max, limit or at");
    rule.overrides.push_back(std::move(other));
  });
}

void read_columns(YamlFields& fields, std::string_view roles, CheckRule& rule) {
  fields.each("columns", [&](const std::string& role, YamlFields& entry) {
    entry.only(column_fields);
    if (!has_word(roles, role) && !has_word(roles, role + "?"))
      entry.refuse(nullptr, "'" + role + "' is not a column of this kind; there are " + std::string(roles));
    rule.columns.push_back({role, entry.text("property")});
  });
  for (std::string_view rest = roles; !rest.empty();) {
    const auto end = rest.find(' ');
    const std::string role(rest.substr(0, end));
    if (!role.ends_with('?') && rule.column(role).empty()) fields.refuse("columns", role + " is not there");
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
}

/// Above 0, below 1.
double read_share(YamlFields& fields, const char* name) {
  const double share = fields.number(name);
  if (!(share > 0 && share < 1)) fields.refuse(name, "must be above 0 and below 1");
  return share;
}

void read_check_numbers(YamlFields& fields, std::string_view needed, CheckRule& rule) {
  if (has_word(needed, "half")) {
    rule.half = static_cast<std::size_t>(fields.count("half", 1, static_cast<int>(window_half_max)));
  }
  if (has_word(needed, "reach")) rule.reach_us = fields.duration_us("reach");
  if (has_word(needed, "block")) rule.block_us = fields.duration_us("block");
  if (has_word(needed, "blocks")) rule.reach = static_cast<std::size_t>(fields.count("blocks", 1, blocks_max));
  if (has_word(needed, "correlation")) rule.correlation = read_share(fields, "correlation");
  if (has_word(needed, "gain")) rule.gain = read_share(fields, "gain");
  if (has_word(needed, "cut_at")) rule.cut_at = fields.number("cut_at");
  if (has_word(needed, "slack")) rule.slack = fields.number("slack");
  if (has_word(needed, "absolute")) rule.tolerance = {fields.number("absolute"), fields.number("relative")};
  if (rule.tolerance.absolute < 0) fields.refuse("absolute", "must not be negative");
  if (rule.tolerance.relative < 0) fields.refuse("relative", "must not be negative");
  if (has_word(needed, "cut_at") && !(rule.cut_at > 0)) fields.refuse("cut_at", "must be above 0");
  if (rule.slack < 0) fields.refuse("slack", "must not be negative");
}

/// {value} and {strength} are known to all; a relation's roles and a range's ends to those.
bool knows_blank(const CheckFace& face, const CheckRule& rule, const std::string& blank) {
  if (blank == "value" || blank == "strength") return true;
  if ((face.kind == CheckKind::range || face.kind == CheckKind::unusual) && (blank == "min" || blank == "max"))
    return true;
  if (face.kind == CheckKind::detection && blank == "limit") return true;
  if ((face.kind == CheckKind::neighbour || face.kind == CheckKind::upstream || face.kind == CheckKind::downstream) &&
      blank == "expected")
    return true;
  if (face.kind == CheckKind::clock && blank == "steps") return true;
  return std::ranges::find(rule.columns, blank, &CheckColumn::role) != rule.columns.end();
}

CheckRule read_check_rule(YamlFields& fields) {
  fields.only(check_fields);
  CheckRule rule;
  rule.place = fields.place();
  rule.id = fields.text("id");
  const std::string kind = fields.text("kind");
  const auto* const face = std::ranges::find(faces, kind, &CheckFace::name);
  if (face == faces.end()) {
    fields.refuse("kind", "'" + kind + "' is not a kind of check");
    return rule;
  }
  rule.kind = face->kind;
  rule.at = fields.number("at");
  if (!(rule.at > 0)) fields.refuse("at", "must be above 0");
  rule.look_at = fields.number_or("look_at", rule.look_at);
  if (rule.look_at < rule.at) fields.refuse("look_at", "must not be below at");
  rule.look_at_properties = fields.texts("look_at_properties");
  if (!rule.look_at_properties.empty() && !fields.has("look_at")) fields.refuse("look_at_properties", "need a look_at");
  rule.zh = fields.text("zh");
  rule.en = fields.text("en");
  rule.source = fields.text("source");
  rule.trust = fields.trust();
  rule.properties = fields.texts("properties");
  for (const char* field : free_fields) {
    const bool wanted = has_word(face->fields, field) || (!face->roles.empty() && std::string_view(field) == "columns");
    if (fields.has(field) && !wanted) fields.refuse(field, "has no meaning for the kind " + kind);
  }
  read_check_numbers(fields, face->fields, rule);
  if (has_word(face->fields, "limits")) read_limits(fields, rule);
  const bool only_optional = face->roles.find(' ') == std::string_view::npos && face->roles.ends_with('?');
  if (!face->roles.empty() && (!only_optional || fields.has("columns"))) read_columns(fields, face->roles, rule);
  if (fields.has("overrides")) read_overrides(fields, rule);
  for (const char* language : {"zh", "en"}) {
    for (const auto& blank : blanks_of(language[0] == 'z' ? rule.zh : rule.en)) {
      if (!knows_blank(*face, rule, blank)) fields.refuse(language, "{" + blank + "} is not known to the kind " + kind);
    }
  }
  return rule;
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string_view to_text(CheckKind kind) { return faces[static_cast<std::size_t>(kind)].name; }

bool CheckOverride::fits(std::string_view site, std::string_view property, int month) const {
  return is_among(sites, site) && is_among(properties, property) && (months == 0 || (months >> (month - 1) & 1) == 1);
}

bool CheckRule::applies_to(std::string_view property) const {
  if (!limits.empty()) return limits_of(property) != nullptr && is_among(properties, property);
  if (kind == CheckKind::clock || kind == CheckKind::placement || columns.empty())
    return is_among(properties, property);
  return std::ranges::find(columns, property, &CheckColumn::property) != columns.end();
}

const CheckLimits* CheckRule::limits_of(std::string_view property) const {
  const auto found = std::ranges::find(limits, property, &CheckLimits::property);
  return found == limits.end() ? nullptr : &*found;
}

const std::string& CheckRule::column(std::string_view role) const {
  static const std::string blank;
  const auto found = std::ranges::find(columns, role, &CheckColumn::role);
  return found == columns.end() ? blank : found->property;
}

Result<std::vector<CheckRule>> parse_assessment(std::string_view text, const std::string& name) {
  return parse_rule_list(text, name, read_check_rule);
}

Result<std::vector<CheckRule>> read_assessment(const std::filesystem::path& pack) {
  return parse_pack(pack, parse_assessment);
}

}  // namespace celadon::quality
