#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace celadon::models {

/// A moment on the clock that a figure is to be read by: seconds since 1970-01-01 00:00 on that clock, without a zone.
/// Rows carry the BEGIN of their window, so that the hour that ends at 24:00 falls into the day it belongs to
/// (HJ 663-2013 A.1) and hour, weekday and month are those in which the air was measured.
using WallSeconds = std::int64_t;

enum class Period : std::uint8_t { hour, day, week, month, quarter, season, year };

[[nodiscard]] std::optional<Period> period_of(std::string_view word);  ///< "day"
[[nodiscard]] std::string_view to_text(Period period);

/// The begin of the period in which a moment lies. Weeks begin on Monday; seasons are December to February and so on,
/// December counting to the winter of the next year.
[[nodiscard]] WallSeconds begin_of(Period period, WallSeconds moment);
/// The begin of the period after the one that begins at `begin`; with a negative count before it.
[[nodiscard]] WallSeconds shifted(Period period, WallSeconds begin, int count);

struct Date {
  int year = 1970, month = 1, day = 1;
};
[[nodiscard]] Date date_of(WallSeconds moment);
[[nodiscard]] WallSeconds first_second_of(const Date& date);  ///< a day beyond the month is its last
[[nodiscard]] int days_in_month(int year, int month);
[[nodiscard]] int hour_of(WallSeconds moment);     ///< 0..23
[[nodiscard]] int weekday_of(WallSeconds moment);  ///< 1 Monday .. 7 Sunday

inline constexpr std::int64_t seconds_per_day = 86'400;

}  // namespace celadon::models
