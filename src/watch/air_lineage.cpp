#include "core/missing.hpp"
#include "watch/air_derivation.hpp"

#include <algorithm>

// What a derived value is made of, and what is made of it: known from the rules alone, nothing is stored for it.

namespace celadon::watch {
namespace {

bool is_period(const SeriesKey& key) {
  return key.averaging.kind == Averaging::Kind::month || key.averaging.kind == Averaging::Kind::year;
}

}  // namespace

std::vector<AirDerivation::Value> AirDerivation::made_of(const SeriesKey& key, Instant end) const {
  std::vector<Value> all;
  const SiteState* site = find_site(key.site);
  if (site == nullptr) return all;
  const auto add = [&](SeriesKey made, Instant at) {
    const double number = value(made, at);
    all.push_back({std::move(made), at, number});
  };
  if (key.stage != Stage::derived) {
    if (key.averaging != hourly || key.statistic != Statistic::mean) return all;
    const Instant day_end = end_of(legal_day_of_hour_ending(end));
    for (std::size_t k = 0; k < hourly_properties_.size(); ++k) {
      if (hourly_properties_[k] == key.property) add(day_key(*site, k), day_end);
    }
    if (key.property == "O3") add(day_key(*site, ozone_hour()), day_end);
    return all;
  }
  const auto quantity = quantity_of(key);
  if (quantity) {
    if (*quantity != index()) add(day_key(*site, index()), end);
    const std::uint32_t place = place_.at(key.site);
    if (place < stations_.size() && *quantity != index()) {
      for (const std::uint32_t city : cities_of_[place]) add(day_key(sites_[city], *quantity), end);
    }
  }
  const LegalDay day = day_ending(end);
  for (const Period& period : {month_of(day.days), year_of(day.days)}) {
    if (is_period(key) && key.averaging.kind != period.kind) continue;
    const auto found = site->periods.find(period);
    if (found == site->periods.end()) continue;
    for (const auto& number : found->second) {
      const bool of_days =
          quantity && (*quantity == index() ? number.property == "good-day-percent" : number.property == key.property);
      const bool of_numbers = is_period(key) && number.property == "composite-index" &&
                              key.property != "composite-index" && key.property != "good-day-percent";
      if (of_days || of_numbers)
        add({site->id, number.property, {period.kind, 0}, number.statistic, Stage::derived}, end_of(period.last));
    }
  }
  return all;
}

std::vector<AirDerivation::Value> AirDerivation::inputs_of(const SeriesKey& key, Instant end) const {
  std::vector<Value> all;
  const SiteState* site = find_site(key.site);
  if (site == nullptr || key.stage != Stage::derived) return all;
  const std::uint32_t place = place_.at(key.site);
  const bool is_city = place >= stations_.size();
  const auto add = [&](SeriesKey of, Instant at) {
    const double number = value(of, at);
    all.push_back({std::move(of), at, number});
  };
  if (const auto quantity = quantity_of(key)) {
    if (*quantity == index()) {
      for (std::size_t q = 0; q < index(); ++q) add(day_key(*site, q), end);
    } else if (is_city) {
      for (const std::uint32_t station : stations_of_[place - stations_.size()])
        add(day_key(sites_[station], *quantity), end);
    } else {
      const std::string& property = *quantity == ozone_hour() ? key.property : hourly_properties_[*quantity];
      for (std::int64_t hour = 23; hour >= 0; --hour)
        all.push_back({{key.site, property, hourly}, {end.us - hour * us_per_hour}, missing});
    }
    return all;
  }
  if (!is_period(key)) return all;
  const LegalDay day = day_ending(end);
  const Period period = key.averaging.kind == Averaging::Kind::month ? month_of(day.days) : year_of(day.days);
  if (key.property == "composite-index") {
    const auto found = site->periods.find(period);
    if (found == site->periods.end()) return all;
    for (const auto& number : found->second) {
      if (number.property != "composite-index" && number.property != "good-day-percent")
        add({site->id, number.property, key.averaging, number.statistic, Stage::derived}, end);
    }
    return all;
  }
  const std::string daily_property = key.property == "good-day-percent" ? "AQI" : key.property;
  for (std::int32_t d = period.first.days; d <= period.last.days; ++d)
    add({site->id, daily_property, daily, Statistic::mean, Stage::derived}, end_of({d}));
  return all;
}

}  // namespace celadon::watch
