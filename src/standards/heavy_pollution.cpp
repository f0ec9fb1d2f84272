#include "standards/heavy_pollution.hpp"

#include "standards/yaml_pack.hpp"

namespace celadon::standards {
namespace {

WarningLevel read_level(const PackMap& map) {
  WarningLevel level;
  level.name = map.text("level");
  level.number = map.whole_from("number", 1, 9);
  level.name_zh = map.text("name_zh");
  level.name_en = map.text("name_en");
  level.colour = map.text("colour");
  level.text_colour = map.text("text_colour");
  for (const auto& alternative : map.list("any")) {
    if (!alternative.IsSequence()) map.misprint("each entry of 'any' must be a list of runs");
    std::vector<PollutionRun> runs;
    for (const auto& node : alternative) {
      const PackMap run(node, "run");
      runs.push_back({run.whole_from("above", 1, 500), run.whole_from("days", 1, 30)});
    }
    if (runs.empty()) map.misprint("a condition without runs would always hold");
    level.any.push_back(std::move(runs));
  }
  if (level.any.empty()) map.misprint("'any' is empty");
  return level;
}

WarningRules warning_rules_of(const PackMap& pack) {
  WarningRules rules;
  rules.standard = pack.text("standard");
  rules.title_zh = pack.text("title_zh");
  rules.title_en = pack.text("title_en");
  rules.trust = pack.trust();
  const Validity validity = read_validity(pack);
  rules.valid_from = validity.from;
  rules.valid_before = validity.before;
  rules.valid_trust = validity.trust;
  for (const auto& node : pack.list("levels")) {
    const PackMap map(node, "level");
    rules.levels.push_back(read_level(map));
    const auto count = rules.levels.size();
    if (count > 1 && rules.levels[count - 2].number >= rules.levels.back().number)
      map.misprint("levels must stand gravest first");
  }
  if (rules.levels.empty()) pack.misprint("there are no levels");
  return rules;
}

/// The first run long enough, or nothing.
std::optional<FoundRun> find_run(const PollutionRun& wanted, std::span<const std::int16_t> aqi) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < aqi.size(); ++i) {
    length = aqi[i] > wanted.above ? length + 1 : 0;
    if (length == static_cast<std::size_t>(wanted.days)) return FoundRun{i + 1 - length, length, wanted.above};
  }
  return std::nullopt;
}

}  // namespace

Result<WarningRules> parse_warning_rules(const std::string& text, const std::string& name) {
  return parse_pack(text, name, warning_rules_of);
}

Warning warning_of(const WarningRules& rules, std::span<const std::int16_t> aqi) {
  for (const auto& level : rules.levels) {
    for (const auto& runs : level.any) {
      std::vector<FoundRun> found;
      for (const auto& run : runs) {
        if (const auto one = find_run(run, aqi)) found.push_back(*one);
      }
      if (found.size() == runs.size()) return {&level, std::move(found)};
    }
  }
  return {};
}

}  // namespace celadon::standards
