#include "core/units.hpp"
#include "standards/air_assessment.hpp"
#include "standards/yaml_pack.hpp"

namespace celadon::standards {
namespace {

AirValidity read_counts(const PackMap& pack) {
  const PackMap map = pack.map("validity");
  AirValidity validity;
  validity.minutes_of_hour = map.whole_from("minutes_of_hour", 1, 60);
  validity.hours_of_8h = map.whole_from("hours_of_8h", 1, 8);
  validity.hours_of_day = map.whole_from("hours_of_day", 1, 24);
  validity.windows_of_day = map.whole_from("windows_of_day", 1, 17);
  validity.first_window_hour = map.whole_from("first_window_hour", 8, 24);
  validity.days_of_month = map.whole_from("days_of_month", 1, 31);
  validity.days_of_february = map.whole_from("days_of_february", 1, 29);
  validity.days_of_year = map.whole_from("days_of_year", 1, 366);
  validity.clause = map.clause();
  validity.mda8_clause = pack.map("mda8").clause();
  return validity;
}

AirAssessmentRules read_assessment(const PackMap& pack) {
  AirAssessmentRules rules;
  rules.standard = pack.text("standard");
  rules.title_zh = pack.text("title_zh");
  rules.title_en = pack.text("title_en");
  rules.trust = pack.trust();
  const Validity validity = read_validity(pack);
  rules.valid_from = validity.from;
  rules.valid_before = validity.before;
  rules.valid_trust = validity.trust;
  rules.validity = read_counts(pack);
  for (const auto& node : pack.list("items")) {
    const PackMap map(node, "item");
    AirItem item{map.text("property"),
                 map.text("hourly"),
                 map.whole_from("decimals", 0, 4),
                 map.yes_or_no("mean"),
                 map.number_from("percentile", 0, 100),
                 map.text("source"),
                 map.trust()};
    for (const auto& other : rules.items) {
      if (other.property == item.property) map.misprint("'" + item.property + "' is there twice");
    }
    rules.items.push_back(std::move(item));
  }
  if (rules.items.empty()) pack.misprint("there are no items");
  const PackMap points = pack.map("points");
  rules.point_share_percent = points.number_from("share_percent", 0, 100);
  rules.point_share_few_percent = points.number_from("share_few_percent", 0, 100);
  rules.few_points = points.whole_from("few", 1, 100);
  rules.city_clause = points.clause();
  rules.percentile_clause = pack.map("percentile").clause();
  rules.rounding = pack.map("rounding").clause();
  rules.all_items = pack.map("all_items").clause();
  return rules;
}

CompositeRules read_composite_rules(const PackMap& pack) {
  CompositeRules rules;
  rules.standard = pack.text("standard");
  rules.title_zh = pack.text("title_zh");
  rules.title_en = pack.text("title_en");
  rules.trust = pack.trust();
  const Validity validity = read_validity(pack);
  rules.valid_from = validity.from;
  rules.valid_before = validity.before;
  rules.decimals = pack.whole_from("decimals", 0, 6);
  rules.clause = pack.map("clause").clause();
  for (const auto& node : pack.list("terms")) {
    const PackMap map(node, "term");
    CompositeRules::Term term{map.text("property"), map.one_of("statistic", {"mean", "percentile"}) == "percentile",
                              map.number_from("limit", 1e-6, 1e6), map.number_from("weight", 0, 100), map.text("unit")};
    if (const auto unit = parse_unit(term.unit); !unit) map.misprint(unit.error().detail);
    rules.terms.push_back(std::move(term));
  }
  if (rules.terms.empty()) pack.misprint("there are no terms");
  return rules;
}

}  // namespace

Result<AirAssessmentRules> parse_air_assessment(const std::string& text, const std::string& name) {
  return parse_pack(text, name, read_assessment);
}
Result<CompositeRules> parse_composite(const std::string& text, const std::string& name) {
  return parse_pack(text, name, read_composite_rules);
}

}  // namespace celadon::standards
