#include "models/comparison.hpp"

#include "core/assert.hpp"

#include <cmath>
#include <limits>

namespace celadon::models {
namespace {

/// A year earlier; the last day of February stays the last day.
WallSeconds day_of_year_before(WallSeconds last_day) {
  Date date = date_of(last_day);
  const bool ends_february = date.month == 2 && date.day == days_in_month(date.year, 2);
  --date.year;
  if (ends_february) date.day = days_in_month(date.year, 2);
  return first_second_of(date);  // the 29th that is not there becomes the 28th
}

struct Summed {
  double value, count, capture_percent;
};

Summed summed(const Rows& rows, std::span<const double> value, const Days& days, const AverageOptions& options) {
  std::vector<double> own;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (rows.begin[i] >= days.begin && rows.begin[i] < days.end && !std::isnan(value[i])) own.push_back(value[i]);
  }
  const auto room = static_cast<double>((days.end - days.begin) / rows.step_s);
  const auto n = static_cast<double>(own.size());
  const double capture = room > 0 ? 100 * n / room : 0;
  const bool enough = capture >= options.capture_min_percent - 1e-9;
  return {enough ? summarise(own, options.summary, options.percentile_percent)
                 : std::numeric_limits<double>::quiet_NaN(),
          n, capture};
}

}  // namespace

Days year_before(const Days& days) {
  return {shifted(Period::year, days.begin, -1), day_of_year_before(days.end - seconds_per_day) + seconds_per_day};
}

Days stretch_before(const Days& days) {
  const Date first = date_of(days.begin);
  const Date after = date_of(days.end);
  if (first.day == 1 && after.day == 1) {
    const int months = 12 * (after.year - first.year) + after.month - first.month;
    return {shifted(Period::month, days.begin, -months), days.begin};
  }
  return {days.begin - (days.end - days.begin), days.begin};
}

Compared compare(const Rows& rows, std::span<const double> value, const Days& days, const Days& before,
                 const AverageOptions& options) {
  CELADON_ASSERT(rows.begin.size() == value.size());
  const Summed now = summed(rows, value, days, options);
  const Summed then = summed(rows, value, before, options);
  const double change = now.value - then.value;
  const double percent = then.value == 0 ? std::numeric_limits<double>::quiet_NaN() : 100 * change / then.value;
  return {days,      before,     now.value,           then.value,           now.count,
          then.count, now.capture_percent, then.capture_percent, change, percent};
}

}  // namespace celadon::models
