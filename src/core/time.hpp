#pragma once

#include "core/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace celadon {

/// A moment in UTC. Stored everywhere as microseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
};

inline constexpr std::int64_t us_per_second = 1'000'000;
inline constexpr std::int64_t us_per_minute = 60 * us_per_second;
inline constexpr std::int64_t us_per_hour = 60 * us_per_minute;
inline constexpr std::int64_t us_per_day = 24 * us_per_hour;

/// Chinese law works in Beijing time, all year eight hours ahead of UTC.
inline constexpr std::int64_t beijing_offset_us = 8 * us_per_hour;

/// The clock is an argument everywhere else; only main and tests call this.
[[nodiscard]] Instant now();

/// A Gregorian date and time of day without a zone: what a clock on a wall shows.
struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
  friend constexpr auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

/// Year 1900..2199, a real calendar day, hour 0..23 (24 only as 24:00:00), minute and second 0..59.
[[nodiscard]] bool is_valid(const CivilTime& civil);

[[nodiscard]] Instant from_beijing(const CivilTime& civil);  ///< requires is_valid(civil)
[[nodiscard]] CivilTime to_beijing(Instant instant);
[[nodiscard]] Instant from_utc(const CivilTime& civil);  ///< requires is_valid(civil)
[[nodiscard]] CivilTime to_utc(Instant instant);

/// "2020-04-03T08:00:00Z"; ".123456" follows the seconds only where it is not zero.
[[nodiscard]] std::string to_iso_utc(Instant instant);
/// "2020-04-03T16:00:00+08:00"
[[nodiscard]] std::string to_iso_beijing(Instant instant);
/// "2020-04-03 16:00", for people
[[nodiscard]] std::string to_beijing_minute(Instant instant);

/// ISO 8601 instants: "2020-04-03T08:00:00Z", "...+08:00", with or without seconds and fraction; a blank may stand
/// for the T. Without a zone it is Beijing time; a date alone is its first moment in Beijing time. "24:00" is the
/// next day's first moment.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

/// A calendar day in Beijing time, as days since 1970-01-01.
struct LegalDay {
  std::int32_t days = 0;
  friend constexpr auto operator<=>(LegalDay, LegalDay) = default;
};

/// The day to which an hourly value belongs. The value labelled 00:00 is hour 24 of the day before.
/// Source   HJ 663-2013 A.1: hours are labelled by their end, 1:00 ... 24:00.
[[nodiscard]] LegalDay legal_day_of_hour_ending(Instant hour_end);
/// The calendar day in Beijing in which a moment lies.
[[nodiscard]] LegalDay legal_day_of(Instant moment);
[[nodiscard]] Instant first_moment_of(LegalDay day);
/// The first moment of the next day: what the values of this day end with at the latest.
[[nodiscard]] Instant end_of(LegalDay day);
/// The day that ends then, given the first moment of a day.
[[nodiscard]] LegalDay day_ending(Instant end);
[[nodiscard]] std::string to_string(LegalDay day);  ///< "2020-04-03"
[[nodiscard]] Result<LegalDay> parse_legal_day(std::string_view text);

/// Hour 1..24 of the legal day: the label of an hourly value. Requires a whole hour.
[[nodiscard]] int legal_hour_ending(Instant hour_end);
/// The end of the hour in which a moment lies; a moment on the hour ends the hour before it.
[[nodiscard]] Instant end_of_hour(Instant moment);

/// The window a value speaks for. `fixed` windows have a length; months and years follow the calendar in Beijing
/// time; an instant has none.
struct Averaging {
  enum class Kind : std::uint8_t { instant, fixed, month, year };
  Kind kind = Kind::instant;
  std::int64_t length_us = 0;  ///< of a fixed window
  friend constexpr auto operator<=>(const Averaging&, const Averaging&) = default;
};

inline constexpr Averaging instantaneous{};
inline constexpr Averaging hourly{Averaging::Kind::fixed, us_per_hour};
inline constexpr Averaging eight_hourly{Averaging::Kind::fixed, 8 * us_per_hour};
inline constexpr Averaging four_hourly{Averaging::Kind::fixed, 4 * us_per_hour};
inline constexpr Averaging daily{Averaging::Kind::fixed, us_per_day};

/// ISO 8601 durations: "PT0S", "PT10M", "PT1H", "PT8H", "P1D", "P1M", "P1Y".
[[nodiscard]] std::string to_iso(const Averaging& averaging);
[[nodiscard]] Result<Averaging> parse_averaging(std::string_view text);
/// Begin of the window that ends at `end`.
[[nodiscard]] Instant begin_of(const Averaging& averaging, Instant end);

}  // namespace celadon
