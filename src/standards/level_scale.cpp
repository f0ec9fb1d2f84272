#include "standards/level_scale.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

ScaleStep step_of(const IndexLevel& level) {
  return {std::to_string(level.level), level.colour, level.name_zh, level.name_en, {}};
}

ScaleStep step_of(const WaterGrade& grade) {
  return {grade.class_name, grade.colour, grade.label + " 类 " + grade.name_zh,
          "Class " + grade.class_name + ", " + grade.name_en, {}};
}

}  // namespace

std::vector<ScaleStep> scale_of(const IndexRules& rules) {
  std::vector<ScaleStep> steps;
  for (const auto& level : rules.levels) {
    steps.push_back(step_of(level));
    steps.back().from = level.from;
  }
  return steps;
}

std::vector<ScaleStep> scale_of(const IndexRules& rules, const IndexItem& item) {
  const IndexTable& table = rules.tables[item.table];
  std::vector<ScaleStep> steps;
  for (const auto& level : rules.levels) {
    steps.push_back(step_of(level));
    if (level.from == 0) {
      steps.back().from = 0;
      continue;
    }
    // Level 51 to 100 begins above the concentration whose index is 50.
    const auto edge = std::find(table.index.begin(), table.index.end(), level.from - 1);
    if (edge == table.index.end()) continue;
    const auto at = static_cast<std::size_t>(edge - table.index.begin());
    if (at + 1 < table.index.size() || table.beyond == Beyond::last_index)
      steps.back().from = static_cast<double>(table.concentration[at]) / table.steps_per_unit;
  }
  return steps;
}

std::vector<ScaleStep> scale_of(const WaterRules& rules) {
  std::vector<ScaleStep> steps;
  for (const auto& grade : rules.grades) steps.push_back(step_of(grade));
  return steps;
}

std::vector<ScaleStep> scale_of(const WaterRules& rules, const WaterItem& item) {
  auto steps = scale_of(rules);
  if (item.sense == LimitSense::between) return steps;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    if (item.sense == LimitSense::at_most) {
      steps[k].from = k == 0 ? 0 : item.limits[k - 1];
    } else {
      steps[k].from = k < item.limits.size() ? item.limits[k] : 0;
    }
  }
  return steps;
}

WaterRounding rounding_of(const Averaging& averaging) {
  const bool is_short = averaging.kind == Averaging::Kind::instant ||
                        (averaging.kind == Averaging::Kind::fixed && averaging.length_us < us_per_day);
  return is_short ? WaterRounding::reading : WaterRounding::assessment;
}

const IndexItem* item_of(const IndexRules& rules, std::string_view property, const Averaging& averaging) {
  for (const auto* items : {&rules.hourly, &rules.daily}) {
    for (const auto& item : *items) {
      if (item.property == property && item.averaging == averaging) return &item;
    }
  }
  return nullptr;
}

void steps_of(const IndexRules& rules, const IndexItem& item, std::span<const double> value,
              std::span<std::int8_t> step) {
  CELADON_ASSERT(value.size() == step.size());
  std::vector<std::int16_t> index(value.size());
  sub_index(rules.tables[item.table], value, index);
  for (std::size_t i = 0; i < index.size(); ++i) {
    step[i] = index[i] == no_index ? std::int8_t{-1}
                                   : static_cast<std::int8_t>(&rules.level_of(index[i]) - rules.levels.data());
  }
}

void judged_index(const IndexRules& rules, std::span<const IndexItem> items, ItemColumns column,
                  std::span<std::int16_t> index) {
  CELADON_ASSERT(items.size() == column.size());
  std::fill(index.begin(), index.end(), std::int16_t{no_index});
  std::vector<std::int16_t> one(index.size());
  std::vector<bool> incomplete(index.size(), false);
  for (std::size_t k = 0; k < items.size(); ++k) {
    if (column[k].empty()) {
      if (!items[k].optional) incomplete.assign(index.size(), true);
      continue;
    }
    sub_index(rules.tables[items[k].table], column[k], one);
    for (std::size_t i = 0; i < index.size(); ++i) {
      index[i] = std::max(index[i], one[i]);
      // A value above the last column of a table has no sub-index and is yet not missing.
      if (!items[k].optional && !(column[k][i] >= 0 && std::isfinite(column[k][i]))) incomplete[i] = true;
    }
  }
  if (rules.incomplete != Incomplete::only_above_100) return;
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (incomplete[i] && index[i] <= 100) index[i] = no_index;
  }
}

}  // namespace celadon::standards
