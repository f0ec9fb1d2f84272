#include "standards/water_class.hpp"

#include "core/assert.hpp"
#include "core/rounding.hpp"
#include "core/units.hpp"
#include "standards/pack_file.hpp"
#include "standards/yaml_pack.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};

/// Whole steps of 1e-8: equal decimals compare equal, whatever binary made of them.
std::int64_t fine_steps(double value) { return static_cast<std::int64_t>(std::llround(value * 1e8)); }

std::int8_t class_of_value(const WaterItem& item, double value, WaterRounding rounding) {
  if (!(value >= 0) || value > 1e9) return no_class;
  const std::int64_t v = fine_steps(rounded_for(item, value, rounding));
  if (item.sense == LimitSense::between) {
    return v >= fine_steps(item.limits[0]) && v <= fine_steps(item.limits[1]) ? std::int8_t{1} : worse_than_five;
  }
  for (std::size_t k = 0; k < item.limits.size(); ++k) {
    const std::int64_t limit = fine_steps(item.limits[k]);
    if (item.sense == LimitSense::at_most ? v <= limit : v >= limit) return static_cast<std::int8_t>(k + 1);
  }
  return worse_than_five;
}

WaterItem read_item(const PackMap& map) {
  WaterItem item;
  item.property = map.text("property");
  item.name_zh = map.text("name_zh");
  item.unit = map.text("unit");
  item.source = map.text("source");
  item.trust = map.trust();
  if (const auto unit = parse_unit(item.unit); !unit) map.misprint(unit.error().detail);
  const std::string body = map.one_of("body", {"any", "river", "lake"});
  item.in_rivers = body != "lake";
  item.in_lakes = body != "river";
  item.sets_class = map.yes_or_no("sets_class");
  item.has_multiple = map.yes_or_no("multiple");
  const auto decimals = map.numbers("decimals");
  if (decimals.size() != 2) map.misprint("'decimals' must hold two numbers");
  for (std::size_t i = 0; i < 2; ++i) {
    if (decimals[i] != std::floor(decimals[i]) || decimals[i] < 0 || decimals[i] > 6)
      map.misprint("'decimals' must be 0 to 6");
    item.decimals[i] = static_cast<int>(decimals[i]);
  }
  const std::string sense = map.one_of("sense", {"max", "min", "range"});
  if (sense == "range") {
    item.sense = LimitSense::between;
    item.limits = map.numbers("range");
    if (item.limits.size() != 2 || item.limits[0] >= item.limits[1])
      map.misprint("'range' must hold a lower and an upper limit");
    return item;
  }
  item.sense = sense == "max" ? LimitSense::at_most : LimitSense::at_least;
  item.limits = map.numbers("limits");
  if (item.limits.size() != 5) map.misprint(item.property + ": expected five limits, classes I to V");
  for (std::size_t k = 1; k < 5; ++k) {
    const bool stricter = sense == "max" ? item.limits[k] < item.limits[k - 1] : item.limits[k] > item.limits[k - 1];
    if (stricter) map.misprint(item.property + ": the limit of a worse class is stricter than that of a better one");
  }
  return item;
}

WaterRules water_rules_of(const PackMap& pack) {
  WaterRules rules;
  rules.standard = pack.text("standard");
  rules.title_zh = pack.text("title_zh");
  rules.title_en = pack.text("title_en");
  rules.trust = pack.trust();
  const Validity validity = read_validity(pack);
  rules.valid_from = validity.from;
  rules.valid_before = validity.before;
  rules.single_factor = pack.map("single_factor").clause();
  rules.items_clause = pack.map("items_clause").clause();
  rules.rounding = pack.map("rounding").clause();
  rules.multiple = pack.map("multiple").clause();
  for (const auto& node : pack.list("items")) {
    const PackMap map(node, "item");
    WaterItem item = read_item(map);
    for (const auto& other : rules.items) {
      const bool overlap = (item.in_rivers && other.in_rivers) || (item.in_lakes && other.in_lakes);
      if (item.property == other.property && overlap)
        map.misprint("'" + item.property + "' is there twice for one kind of water");
    }
    rules.items.push_back(std::move(item));
  }
  const auto grades = pack.list("grades");
  if (grades.size() != rules.grades.size()) pack.misprint("expected six grades");
  for (std::size_t i = 0; i < grades.size(); ++i) {
    const PackMap map(grades[i], "grade");
    rules.grades[i] = {map.text("class"),  map.text("label"),       map.text("name_zh"), map.text("name_en"),
                       map.text("colour"), map.text("text_colour"), map.trust()};
  }
  return rules;
}

}  // namespace

const WaterItem* WaterRules::find(std::string_view property, WaterBody body) const {
  for (const auto& item : items) {
    if (item.property == property && (body == WaterBody::river ? item.in_rivers : item.in_lakes)) return &item;
  }
  return nullptr;
}

double rounded_for(const WaterItem& item, double value, WaterRounding rounding) {
  const int decimals = item.decimals[static_cast<std::size_t>(rounding)];
  const double scale = powers[decimals];
  const auto steps = round_half_even(value * scale);
  if (steps != 0 || value == 0) return static_cast<double>(steps) / scale;
  const int places = std::clamp(static_cast<int>(std::ceil(-std::log10(value))), 0, 8);
  return static_cast<double>(round_half_even(value * powers[places])) / powers[places];
}

void item_class(const WaterItem& item, std::span<const double> value, WaterRounding rounding,
                std::span<std::int8_t> class_of) {
  CELADON_ASSERT(value.size() == class_of.size());
  for (std::size_t i = 0; i < value.size(); ++i) class_of[i] = class_of_value(item, value[i], rounding);
}

void section_class(std::span<const WaterItem* const> items, std::span<const std::span<const double>> value,
                   WaterRounding rounding, std::span<std::int8_t> class_of) {
  CELADON_ASSERT(items.size() == value.size());
  std::fill(class_of.begin(), class_of.end(), no_class);
  for (std::size_t k = 0; k < items.size(); ++k) {
    CELADON_ASSERT(value[k].size() == class_of.size());
    if (!items[k]->sets_class) continue;
    for (std::size_t i = 0; i < class_of.size(); ++i) {
      class_of[i] = std::max(class_of[i], class_of_value(*items[k], value[k][i], rounding));
    }
  }
}

Result<WaterRules> parse_water_rules(const std::string& text, const std::string& name) {
  return parse_pack(text, name, water_rules_of);
}

Result<WaterRules> read_water_rules(const std::filesystem::path& pack) {
  const auto text = read_pack_file(pack);
  if (!text) return fail(text.error());
  return parse_water_rules(*text, pack.filename().string());
}

}  // namespace celadon::standards
