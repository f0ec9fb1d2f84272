#include "core/rounding.hpp"
#include "core/units.hpp"
#include "standards/air_index.hpp"
#include "standards/pack_file.hpp"
#include "standards/yaml_pack.hpp"

#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::int64_t steps_max = 100'000;

IndexTable read_table(const PackMap& pack, const std::vector<std::int64_t>& index) {
  IndexTable table;
  table.pollutant = pack.text("pollutant");
  table.averaging = pack.text("averaging");
  table.unit = pack.text("unit");
  table.source = pack.text("source");
  table.trust = pack.trust();
  table.decimals = pack.whole("decimals");
  if (table.decimals < 0 || table.decimals > 4) pack.misprint("decimals must be 0 to 4");
  if (const auto unit = parse_unit(table.unit); !unit) pack.misprint(unit.error().detail);
  table.steps_per_unit = std::pow(10.0, table.decimals);
  table.beyond =
      pack.one_of("beyond", {"last_index", "no_index"}) == "last_index" ? Beyond::last_index : Beyond::no_index;

  for (const double value : pack.numbers("concentration")) {
    if (!(value >= 0) || value * table.steps_per_unit > static_cast<double>(steps_max))
      pack.misprint("a concentration is out of bounds");
    const std::int64_t steps = round_half_even(value * table.steps_per_unit);
    const bool first = table.concentration.empty();
    if (first ? steps != 0 : steps <= table.concentration.back()) {
      pack.misprint(table.name() + ": concentrations must start at 0 and rise, but here is " + std::to_string(value));
    }
    table.concentration.push_back(steps);
  }
  if (table.concentration.size() < 2 || table.concentration.size() > index.size()) {
    pack.misprint(table.name() + ": has " + std::to_string(table.concentration.size()) + " concentrations for " +
                  std::to_string(index.size()) + " indices");
  }
  table.index.assign(index.begin(), index.begin() + std::ssize(table.concentration));
  table.by_step.push_back(no_index);
  for (std::int64_t step = 0; step <= table.concentration.back() + 1; ++step) {  // the last stands for all above
    table.by_step.push_back(
        static_cast<std::int16_t>(sub_index_by_formula(table, static_cast<double>(step) / table.steps_per_unit)));
  }
  return table;
}

std::vector<IndexItem> read_items(const PackMap& pack, const std::vector<IndexTable>& tables) {
  std::vector<std::string> optional;
  if (pack.has("optional")) {
    for (const auto& node : pack.list("optional")) optional.push_back(node.as<std::string>());
  }
  std::vector<IndexItem> items;
  for (const auto& node : pack.list("items")) {
    const PackMap map(node, "item");
    IndexItem item;
    item.property = map.text("property");
    const auto averaging = parse_averaging(map.text("averaging"));
    if (!averaging) map.misprint(averaging.error().detail);
    item.averaging = *averaging;
    const std::string wanted = map.text("table");
    while (item.table < tables.size() && tables[item.table].name() != wanted) ++item.table;
    if (item.table == tables.size()) map.misprint("there is no table '" + wanted + "'");
    for (const auto& name : optional) item.optional = item.optional || name == item.property;
    items.push_back(item);
  }
  if (items.empty() || items.size() > 8) pack.misprint("expected 1 to 8 items");
  return items;
}

std::vector<IndexLevel> read_levels(const PackMap& pack) {
  std::vector<IndexLevel> levels;
  for (const auto& node : pack.list("levels")) {
    const PackMap map(node, "level");
    IndexLevel level{map.whole("level"),      map.whole("from"),     map.whole("to"),
                     map.text("name_zh"),     map.text("name_en"),   map.text("colour"),
                     map.text("text_colour"), map.text("advice_zh"), map.text("advice_en")};
    const int expected = levels.empty() ? 0 : levels.back().to + 1;
    if (level.from != expected || level.to < level.from)
      map.misprint("levels must follow each other without a gap, from 0");
    levels.push_back(level);
  }
  if (levels.empty()) pack.misprint("there are no levels");
  return levels;
}

IndexRules index_rules_of(const PackMap& pack) {
  IndexRules rules;
  rules.standard = pack.text("standard");
  rules.title_zh = pack.text("title_zh");
  rules.title_en = pack.text("title_en");
  rules.trust = pack.trust();
  const Validity validity = read_validity(pack);
  rules.valid_from = validity.from;
  rules.valid_before = validity.before;

  std::vector<std::int64_t> index;
  for (const double value : pack.numbers("index")) {
    if (value != std::floor(value) || value < 0 || value > 1000)
      pack.misprint("'index' must hold whole numbers up to 1000");
    if (!index.empty() && static_cast<std::int64_t>(value) <= index.back()) pack.misprint("'index' must rise");
    index.push_back(static_cast<std::int64_t>(value));
  }
  for (const auto& node : pack.list("tables")) rules.tables.push_back(read_table(PackMap(node, "table"), index));
  const PackMap hourly = pack.map("hourly");
  const PackMap daily = pack.map("daily");
  rules.hourly = read_items(hourly, rules.tables);
  rules.daily = read_items(daily, rules.tables);
  rules.hourly_clause = rules.standard + " " + hourly.text("clause");
  rules.daily_clause = rules.standard + " " + daily.text("clause");
  rules.levels = read_levels(pack);
  rules.rounding = pack.map("rounding").clause();
  rules.upward = pack.map("upward").clause();
  rules.greatest = pack.map("greatest").clause();
  rules.cap = pack.map("cap").clause();
  rules.primary = pack.map("primary").clause();
  rules.primary_above = pack.map("primary").whole("above");
  if (pack.has("over_limit")) {
    rules.over_limit = pack.map("over_limit").clause();
    rules.over_limit_above = pack.map("over_limit").whole("above");
  }
  rules.incomplete = pack.one_of("incomplete", {"judge_the_rest", "only_above_100"}) == "judge_the_rest"
                         ? Incomplete::judge_the_rest
                         : Incomplete::only_above_100;
  return rules;
}

}  // namespace

Result<IndexRules> parse_index_rules(const std::string& text, const std::string& name) {
  return parse_pack(text, name, index_rules_of);
}

Result<IndexRules> read_index_rules(const std::filesystem::path& pack) {
  const auto text = read_pack_file(pack);
  if (!text) return fail(text.error());
  return parse_index_rules(*text, pack.filename().string());
}

}  // namespace celadon::standards
