#include "standards/air_index.hpp"

#include "core/assert.hpp"
#include "core/rounding.hpp"
#include "core/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace celadon::standards {
namespace {

// Rows taken at a time: their places and indices stay in the nearest cache between the loops.
constexpr std::size_t block_rows = 512;

/// Adding and taking away 1.5 * 2^52 leaves the nearest whole number, an exact half to the even one, for |x| < 2^51.
constexpr double to_whole = 6755399441055744.0;

/// Place in table.by_step of each concentration: what nearest_even() says, without a branch.
///
/// A value within 1e-9 of a half is that half first (core/rounding.hpp), then goes to the even neighbour.
CELADON_WIDE void places_of(const double* concentration, std::size_t n, double steps_per_unit, double last,
                            std::int32_t* place) {
  for (std::size_t i = 0; i < n; ++i) {
    const double steps = std::min(concentration[i] * steps_per_unit, last + 2);  // keeps huge values within 2^51
    const double halves = steps * 2;
    const double whole_halves = (halves + to_whole) - to_whole;
    const double near = std::abs(halves - whole_halves) < 2e-9 ? whole_halves * 0.5 : steps;
    const double whole = (near + to_whole) - to_whole;
    const double within = std::min(whole, last + 1) + 1;
    const bool good = concentration[i] >= 0 && concentration[i] <= std::numeric_limits<double>::max();
    place[i] = static_cast<std::int32_t>(good ? within : 0.0);
  }
}

/// Sub-indices of at most block_rows concentrations.
void look_up(const IndexTable& table, const double* concentration, std::size_t n, std::int16_t* index) {
  std::array<std::int32_t, block_rows> place;
  places_of(concentration, n, table.steps_per_unit, static_cast<double>(table.concentration.back()), place.data());
  const std::int16_t* by_step = table.by_step.data();
  for (std::size_t i = 0; i < n; ++i) index[i] = by_step[place[i]];
}

/// Takes the sub-indices of one item into the greatest so far.
CELADON_WIDE void take_greatest(const std::int16_t* sub, std::size_t n, std::uint8_t bit, std::int16_t* index,
                                std::uint8_t* primary) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::int16_t before = index[i];
    const bool has = sub[i] != no_index;
    const std::uint8_t kept = sub[i] > before ? std::uint8_t{0} : primary[i];
    primary[i] = static_cast<std::uint8_t>(kept | (has && sub[i] >= before ? bit : 0));
    index[i] = std::max(sub[i], before);
  }
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
  for (std::size_t at = 0; at < index.size(); at += block_rows)
    look_up(table, &concentration[at], std::min(block_rows, index.size() - at), &index[at]);
}

void greatest_index(const IndexRules& rules, std::span<const IndexItem> items,
                    std::span<const std::span<const double>> concentration, std::span<std::int16_t> index,
                    std::span<std::uint8_t> primary) {
  CELADON_ASSERT(items.size() == concentration.size() && items.size() <= 8);
  CELADON_ASSERT(index.size() == primary.size());
  for (const auto& column : concentration) CELADON_ASSERT(column.size() == index.size());
  std::array<std::int16_t, block_rows> sub;
  for (std::size_t at = 0; at < index.size(); at += block_rows) {
    const std::size_t n = std::min(block_rows, index.size() - at);
    std::fill_n(&index[at], n, static_cast<std::int16_t>(no_index));
    std::fill_n(&primary[at], n, std::uint8_t{0});
    for (std::size_t k = 0; k < items.size(); ++k) {
      look_up(rules.tables[items[k].table], &concentration[k][at], n, sub.data());
      take_greatest(sub.data(), n, static_cast<std::uint8_t>(1U << k), &index[at], &primary[at]);
    }
    for (std::size_t i = at; i < at + n; ++i) {
      if (index[i] <= rules.primary_above) primary[i] = 0;
    }
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
