#include "quality/screen_pack.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"

#include <algorithm>
#include <span>

namespace celadon::quality::screen {
namespace {

struct NumberField {
  const char* name;
  double min, max;
  bool whole;
};

constexpr double year_hours = 8784;
constexpr std::array flat_fields = {NumberField{"length_min", 3, year_hours, true}};
constexpr std::array variation_fields = {
    NumberField{"window", 24, year_hours, true}, NumberField{"step", 1, year_hours, true},
    NumberField{"tail_share", 0.01, 0.5, false}, NumberField{"ratio_max", 0, 1, false}};
constexpr std::array copy_fields = {NumberField{"length_min", 9, year_hours, true},
                                    NumberField{"scaled_length_min", 17, year_hours, true},
                                    NumberField{"same_hour_common", 0, 1, false}};
constexpr std::array digit_fields = {
    NumberField{"window", 24, year_hours, true}, NumberField{"count_min", 50, year_hours, true},
    NumberField{"overdispersion", 1, 100, false}, NumberField{"excess_min", 0, 1, false}};
constexpr std::array cap_fields = {NumberField{"band", 0.001, 0.5, false},
                                   NumberField{"visits_min", 3, year_hours, true},
                                   NumberField{"excess_min", 0, 1, false}};
constexpr std::array dilution_fields = {NumberField{"jump", 1, 100, false},
                                        NumberField{"events_min", 3, year_hours, true},
                                        NumberField{"apart", 1, year_hours, true}};
constexpr std::array conversion_fields = {NumberField{"window", 24, year_hours, true},
                                          NumberField{"tolerance", 0.001, 1, false},
                                          NumberField{"share", 0.0001, 0.5, false}};
constexpr std::array mark_fields = {NumberField{"events_min", 3, year_hours, true},
                                    NumberField{"apart", 1, year_hours, true}};
constexpr std::array follow_fields = {NumberField{"window", 48, year_hours, true},
                                      NumberField{"step", 1, year_hours, true}, NumberField{"follow_min", 0, 1, false},
                                      NumberField{"drop_min", 0, 2, false}};
constexpr std::array twin_fields = {NumberField{"window", 48, year_hours, true},
                                    NumberField{"step", 1, year_hours, true}, NumberField{"common", 0, 0.999, false}};

struct KindFace {
  Kind kind;
  std::string_view name;
  std::span<const NumberField> fields;
};

constexpr std::array kinds = {KindFace{Kind::flat, "flat", flat_fields},
                              KindFace{Kind::near_flat, "near-flat", variation_fields},
                              KindFace{Kind::quiet, "quiet", variation_fields},
                              KindFace{Kind::copies, "copies", copy_fields},
                              KindFace{Kind::digits, "digits", digit_fields},
                              KindFace{Kind::capped, "capped", cap_fields},
                              KindFace{Kind::dilution, "dilution", dilution_fields},
                              KindFace{Kind::conversion, "conversion", conversion_fields},
                              KindFace{Kind::marks, "marks", mark_fields},
                              KindFace{Kind::decoupled, "decoupled", follow_fields},
                              KindFace{Kind::twins, "twins", twin_fields}};

constexpr std::array<const char*, 11> common_fields = {"id", "edition",   "kind",      "alpha",  "correction", "zh",
                                                       "en", "reason_zh", "reason_en", "source", "trust"};
constexpr std::array<std::string_view, 8> blanks = {"hours", "value", "typical", "statistic",
                                                    "begin", "end",   "other",   "other_begin"};

void read_numbers(YamlFields& fields, const KindFace& face, Rule& rule) {
  std::vector<const char*> allowed(common_fields.begin(), common_fields.end());
  for (const auto& field : face.fields) {
    allowed.push_back(field.name);
    const double value = fields.number(field.name);
    const bool whole = value == static_cast<double>(static_cast<std::int64_t>(value));
    if (!(value >= field.min && value <= field.max) || (field.whole && !whole)) {
      fields.refuse(field.name, std::string("expected a ") + (field.whole ? "whole number" : "number") + " from " +
                                    number_text(field.min) + " to " + number_text(field.max));
    }
    rule.numbers[field.name] = value;
  }
  fields.only(allowed);
}

Rule read_rule(YamlFields& fields) {
  Rule rule;
  rule.place = fields.place();
  rule.id = fields.text("id");
  const std::string kind = fields.text("kind");
  const auto* const face = std::ranges::find(kinds, kind, &KindFace::name);
  if (face == kinds.end()) {
    fields.refuse("kind", "'" + kind + "' is not a kind of screening");
    return rule;
  }
  rule.kind = face->kind;
  read_numbers(fields, *face, rule);
  rule.edition = fields.text("edition");
  rule.alpha = fields.number("alpha");
  if (!(rule.alpha > 0 && rule.alpha < 0.5)) fields.refuse("alpha", "expected a number above 0 and below 0.5");
  const std::string correction = fields.text("correction");
  if (correction != "bonferroni" && correction != "benjamini-hochberg")
    fields.refuse("correction", "expected bonferroni or benjamini-hochberg");
  rule.correction = correction == "bonferroni" ? Correction::bonferroni : Correction::benjamini_hochberg;
  rule.zh = fields.text("zh");
  rule.en = fields.text("en");
  rule.reason_zh = fields.words("reason_zh", blanks);
  rule.reason_en = fields.words("reason_en", blanks);
  rule.source = fields.text("source");
  rule.trust = fields.trust();
  return rule;
}

}  // namespace

double Rule::number(std::string_view name) const {
  const auto found = numbers.find(name);
  CELADON_ASSERT(found != numbers.end());
  return found->second;
}

std::string_view name_of(Kind kind) { return std::ranges::find(kinds, kind, &KindFace::kind)->name; }

std::string_view name_of(Correction correction) {
  return correction == Correction::bonferroni ? "bonferroni" : "benjamini-hochberg";
}

Result<std::vector<Rule>> parse_rules(std::string_view text, const std::string& name) {
  return parse_rule_list(text, name, read_rule);
}

Result<std::vector<Rule>> read_rules(const std::filesystem::path& pack) { return parse_pack(pack, parse_rules); }

}  // namespace celadon::quality::screen
