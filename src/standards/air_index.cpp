#include "standards/air_index.hpp"

#include "core/assert.hpp"
#include "core/rounding.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

inline std::int16_t look_up(const IndexTable& table, double concentration) {
  if (!(concentration >= 0) || !std::isfinite(concentration)) return no_index;
  const double steps = concentration * table.steps_per_unit;
  const auto last = static_cast<double>(table.by_step.size() - 1);
  if (steps <= last + 0.5 + 1e-9) {
    const auto step = static_cast<std::size_t>(nearest_even(steps));
    if (step < table.by_step.size()) return table.by_step[step];
  }
  return table.beyond == Beyond::last_index ? static_cast<std::int16_t>(table.index.back())
                                            : static_cast<std::int16_t>(no_index);
}

}  // namespace

int sub_index_by_formula(const IndexTable& table, double concentration) {
  if (!(concentration >= 0) || !std::isfinite(concentration)) return no_index;
  const double last = static_cast<double>(table.concentration.back());
  const double steps = concentration * table.steps_per_unit;
  if (steps <= last + 1) {  // leaves room for rounding, and keeps huge values out of it
    const std::int64_t c = round_half_even(steps);
    for (std::size_t high = 1; high < table.index.size(); ++high) {
      if (c > table.concentration[high]) continue;
      const std::int64_t c_low = table.concentration[high - 1];
      const std::int64_t i_low = table.index[high - 1];
      const std::int64_t rise = table.index[high] - i_low;
      const std::int64_t run = table.concentration[high] - c_low;
      return static_cast<int>(i_low + divide_up(rise * (c - c_low), run));
    }
  }
  return table.beyond == Beyond::last_index ? static_cast<int>(table.index.back()) : no_index;
}

void sub_index(const IndexTable& table, std::span<const double> concentration, std::span<std::int16_t> index) {
  CELADON_ASSERT(concentration.size() == index.size());
  for (std::size_t i = 0; i < index.size(); ++i) index[i] = look_up(table, concentration[i]);
}

void greatest_index(const IndexRules& rules, std::span<const IndexItem> items,
                    std::span<const std::span<const double>> concentration, std::span<std::int16_t> index,
                    std::span<std::uint8_t> primary) {
  CELADON_ASSERT(items.size() == concentration.size() && items.size() <= 8);
  CELADON_ASSERT(index.size() == primary.size());
  std::fill(index.begin(), index.end(), static_cast<std::int16_t>(no_index));
  std::fill(primary.begin(), primary.end(), std::uint8_t{0});
  for (std::size_t k = 0; k < items.size(); ++k) {
    CELADON_ASSERT(concentration[k].size() == index.size());
    const IndexTable& table = rules.tables[items[k].table];
    const auto bit = static_cast<std::uint8_t>(1U << k);
    for (std::size_t i = 0; i < index.size(); ++i) {
      const std::int16_t sub = look_up(table, concentration[k][i]);
      const bool greater = sub > index[i];
      const bool equal = sub == index[i] && sub != no_index;
      primary[i] = greater ? bit : equal ? static_cast<std::uint8_t>(primary[i] | bit) : primary[i];
      index[i] = greater ? sub : index[i];
    }
  }
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (index[i] <= rules.primary_above) primary[i] = 0;
  }
}

const IndexLevel& IndexRules::level_of(int index) const {
  CELADON_ASSERT(index >= 0 && !levels.empty());
  for (const auto& level : levels) {
    if (index <= level.to) return level;
  }
  return levels.back();
}

}  // namespace celadon::standards
