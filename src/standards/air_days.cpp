#include "standards/air_days.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::size_t columns_max = 8;
constexpr int must_be_above = 100;  // of an index with items missing, HJ 633-2026 5.3.1

/// Days on which an item is missing have no index unless the rest is above 100.
void hold_back_incomplete(const IndexRules& rules, std::span<const std::span<const double>> columns,
                          std::span<std::int16_t> index, std::span<std::uint8_t> primary) {
  if (rules.incomplete != Incomplete::only_above_100) return;
  for (std::size_t d = 0; d < index.size(); ++d) {
    if (index[d] > must_be_above) continue;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (rules.daily[k].optional || !std::isnan(columns[k][d])) continue;
      index[d] = static_cast<std::int16_t>(no_index);
      primary[d] = 0;
      break;
    }
  }
}

}  // namespace

void AirDays::resize(std::size_t items, std::size_t days) {
  daily.resize(items);
  for (auto& column : daily) column.resize(days);
  ozone_hour_max.resize(days);
  index.resize(days);
  primary.resize(days);
}

void air_days(const AirDayRules& rules, std::span<const std::span<const double>> hours, AirDays& out) {
  const auto& items = rules.assessment->items;
  CELADON_ASSERT(hours.size() == items.size() && !hours.empty());
  const std::size_t days = hours.front().size() / 24;
  out.resize(items.size(), days);
  std::fill(out.ozone_hour_max.begin(), out.ozone_hour_max.end(), std::nan(""));
  for (std::size_t k = 0; k < items.size(); ++k) {
    auto& daily = out.daily[k];
    if (items[k].property != items[k].hourly_property) {
      daily_mda8(hours[k], rules.assessment->validity, rules.ozone_limit, daily, {});
      daily_maxima(hours[k], rules.assessment->validity.hours_of_day, out.ozone_hour_max);
    } else {
      daily_means(hours[k], rules.assessment->validity.hours_of_day, daily, {});
    }
    round_column(daily, items[k].decimals, daily);
  }
  index_of_days(rules, 0, days, out);
}

void index_of_days(const AirDayRules& rules, std::size_t first, std::size_t count, AirDays& days) {
  const auto& items = rules.assessment->items;
  const auto& wanted = rules.index->daily;
  CELADON_ASSERT(wanted.size() <= columns_max && first + count <= days.index.size());
  std::array<std::span<const double>, columns_max> columns;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    columns[k] = days.ozone_hour_max;  // the only daily item that is not one of the assessment
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].property == wanted[k].property) columns[k] = days.daily[i];
    }
    columns[k] = columns[k].subspan(first, count);
  }
  const std::span<const std::span<const double>> used(columns.data(), wanted.size());
  const auto index = std::span(days.index).subspan(first, count);
  const auto primary = std::span(days.primary).subspan(first, count);
  greatest_index(*rules.index, wanted, used, index, primary);
  hold_back_incomplete(*rules.index, used, index, primary);
}

void air_period(const AirAssessmentRules& rules, const CompositeRules& composite, LegalDay first_day,
                const AirDays& days, std::span<double> scratch, AirPeriod& out) {
  out.items.resize(rules.items.size());
  for (std::size_t k = 0; k < rules.items.size(); ++k)
    out.items[k] = period_statistic(rules.items[k], rules.validity, first_day, days.daily[k], scratch);
  std::array<double, columns_max> statistic{};
  CELADON_ASSERT(composite.terms.size() <= statistic.size());
  for (std::size_t t = 0; t < composite.terms.size(); ++t) {
    statistic[t] = std::nan("");
    for (std::size_t k = 0; k < rules.items.size(); ++k) {
      if (rules.items[k].property != composite.terms[t].property) continue;
      statistic[t] = composite.terms[t].percentile ? out.items[k].percentile : out.items[k].mean;
    }
  }
  out.composite = composite_index(composite, {statistic.data(), composite.terms.size()});
  out.good_day_percent = good_day_percent(days.index);
}

}  // namespace celadon::standards
