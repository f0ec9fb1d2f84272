#pragma once

#include "standards/air_assessment.hpp"
#include "standards/air_index.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::standards {

/// The rules a run of days is judged by.
struct AirDayRules {
  const AirAssessmentRules* assessment = nullptr;
  const IndexRules* index = nullptr;
  double ozone_limit = 0;  ///< of the daily maximum 8-hour mean, in the zone of the site
};

/// Days of one site; kept from site to site, so that nothing is allocated twice.
struct AirDays {
  std::vector<std::vector<double>> daily;  ///< [item of the assessment][day], rounded; NaN where not valid
  std::vector<double> ozone_hour_max;      ///< [day]
  std::vector<std::int16_t> index;         ///< [day] AQI, no_index where there is none
  std::vector<std::uint8_t> primary;       ///< [day] bits by position in index->daily

  void resize(std::size_t items, std::size_t days);
};

/// Daily means, MDA8, AQI and primary pollutants from hours.
///
/// Shapes   hours[k] is the column of assessment->items[k].hourly_property: 24 values a day; `out` is resized.
/// Missing  NaN. Under HJ 633-2026 5.3.1 a day without all items has an AQI only above 100.
/// Source   GB 3095 6.4; HJ 663 6.1, 6.3; HJ 633 5.1.2 (2012), 4.2.2 (2026).
void air_days(const AirDayRules& rules, std::span<const std::span<const double>> hours, AirDays& out);

/// Index and primary pollutants of days [first, first + count) whose daily values are there already.
/// Missing, source   as air_days.
void index_of_days(const AirDayRules& rules, std::size_t first, std::size_t count, AirDays& days);

/// A whole period of one site.
struct AirPeriod {
  std::vector<PeriodStatistic> items;  ///< as the assessment's items
  double composite = 0;                ///< NaN where an item has no value
  double good_day_percent = 0;
};

/// Statistics of days already made. `scratch` has a place for each day.
void air_period(const AirAssessmentRules& rules, const CompositeRules& composite, LegalDay first_day,
                const AirDays& days, std::span<double> scratch, AirPeriod& out);

}  // namespace celadon::standards
