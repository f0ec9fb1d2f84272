#include "core/time.hpp"

#include "core/assert.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace celadon {
namespace {

std::int64_t days_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor) {
  const std::int64_t quotient = dividend / divisor;
  return quotient - ((dividend % divisor != 0 && (dividend < 0) != (divisor < 0)) ? 1 : 0);
}

std::int64_t wall_us(const CivilTime& c) {
  return days_of(c.year, c.month, c.day) * us_per_day + c.hour * us_per_hour + c.minute * us_per_minute +
         c.second * us_per_second + c.microsecond;
}

CivilTime civil_of(std::int64_t us) {
  const std::int64_t days = floor_divide(us, us_per_day);
  std::int64_t rest = us - days * us_per_day;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  CivilTime c;
  c.year = static_cast<int>(date.year());
  c.month = static_cast<int>(static_cast<unsigned>(date.month()));
  c.day = static_cast<int>(static_cast<unsigned>(date.day()));
  c.hour = static_cast<int>(rest / us_per_hour);
  rest %= us_per_hour;
  c.minute = static_cast<int>(rest / us_per_minute);
  rest %= us_per_minute;
  c.second = static_cast<int>(rest / us_per_second);
  c.microsecond = static_cast<int>(rest % us_per_second);
  return c;
}

std::string iso_of(const CivilTime& c, const char* zone) {
  char text[48];
  if (c.microsecond == 0) {
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d%s", c.year, c.month, c.day, c.hour, c.minute,
                  c.second, zone);
  } else {
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06d%s", c.year, c.month, c.day, c.hour, c.minute,
                  c.second, c.microsecond, zone);
  }
  return text;
}

/// Takes exactly `width` digits off the front of `text`.
bool take_digits(std::string_view& text, std::size_t width, int& value) {
  if (text.size() < width) return false;
  value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int& microsecond) {
  int digits = 0;
  microsecond = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 6) microsecond = microsecond * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 6; ++i) microsecond *= 10;
  return digits > 0;
}

bool take_zone(std::string_view& text, std::int64_t& offset_us) {
  if (take(text, 'Z')) {
    offset_us = 0;
    return true;
  }
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, 2, hours)) return false;
  take(text, ':');
  if (!text.empty() && !take_digits(text, 2, minutes)) return false;
  if (hours > 14 || minutes > 59) return false;
  offset_us = sign * (hours * us_per_hour + minutes * us_per_minute);
  return true;
}

}  // namespace

Instant now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

bool is_valid(const CivilTime& c) {
  if (c.year < 1900 || c.year > 2199) return false;
  const std::chrono::year_month_day date{std::chrono::year{c.year}, std::chrono::month{static_cast<unsigned>(c.month)},
                                         std::chrono::day{static_cast<unsigned>(c.day)}};
  if (c.month < 1 || c.day < 1 || !date.ok()) return false;
  if (c.hour == 24) return c.minute == 0 && c.second == 0 && c.microsecond == 0;
  return c.hour >= 0 && c.hour <= 23 && c.minute >= 0 && c.minute <= 59 && c.second >= 0 && c.second <= 59 &&
         c.microsecond >= 0 && c.microsecond < us_per_second;
}

Instant from_beijing(const CivilTime& civil) {
  CELADON_ASSERT(is_valid(civil));
  return {wall_us(civil) - beijing_offset_us};
}

CivilTime to_beijing(Instant instant) { return civil_of(instant.us + beijing_offset_us); }

Instant from_utc(const CivilTime& civil) {
  CELADON_ASSERT(is_valid(civil));
  return {wall_us(civil)};
}

CivilTime to_utc(Instant instant) { return civil_of(instant.us); }

std::string to_iso_utc(Instant instant) { return iso_of(to_utc(instant), "Z"); }

std::string to_iso_beijing(Instant instant) { return iso_of(to_beijing(instant), "+08:00"); }

std::string to_beijing_minute(Instant instant) {
  const CivilTime c = to_beijing(instant);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
  return text;
}

Result<Instant> parse_instant(std::string_view text) {
  const auto bad = [&] {
    return fail(Errc::malformed, "'" + std::string(text.substr(0, 40)) +
                                     "' is not a time; expected for example 2020-04-03T08:00:00Z or "
                                     "2020-04-03 16:00 (Beijing time)");
  };
  std::string_view rest = text;
  CivilTime c;
  if (!take_digits(rest, 4, c.year) || !take(rest, '-') || !take_digits(rest, 2, c.month) || !take(rest, '-') ||
      !take_digits(rest, 2, c.day)) {
    return bad();
  }
  std::int64_t offset_us = beijing_offset_us;
  if (!rest.empty()) {
    if (!take(rest, 'T') && !take(rest, ' ')) return bad();
    if (!take_digits(rest, 2, c.hour) || !take(rest, ':') || !take_digits(rest, 2, c.minute)) return bad();
    if (take(rest, ':')) {
      if (!take_digits(rest, 2, c.second)) return bad();
      if (take(rest, '.') && !take_fraction(rest, c.microsecond)) return bad();
    }
    if (!rest.empty() && !take_zone(rest, offset_us)) return bad();
  }
  if (!rest.empty() || !is_valid(c)) return bad();
  return Instant{wall_us(c) - offset_us};
}

LegalDay legal_day_of(Instant moment) {
  return {static_cast<std::int32_t>(floor_divide(moment.us + beijing_offset_us, us_per_day))};
}

LegalDay legal_day_of_hour_ending(Instant hour_end) { return legal_day_of({hour_end.us - 1}); }

Instant first_moment_of(LegalDay day) { return {day.days * us_per_day - beijing_offset_us}; }
Instant end_of(LegalDay day) { return first_moment_of({day.days + 1}); }
LegalDay day_ending(Instant end) { return {legal_day_of(end).days - 1}; }

std::string to_string(LegalDay day) {
  const CivilTime c = civil_of(day.days * us_per_day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
  return text;
}

Result<LegalDay> parse_legal_day(std::string_view text) {
  if (text.size() == 10) {
    if (const auto moment = parse_instant(text)) return legal_day_of(*moment);
  }
  return fail(Errc::malformed,
              "'" + std::string(text.substr(0, 40)) + "' is not a day; expected for example 2020-04-03");
}

int legal_hour_ending(Instant hour_end) {
  CELADON_ASSERT((hour_end.us % us_per_hour) == 0);
  const std::int64_t hour = floor_divide(hour_end.us + beijing_offset_us - 1, us_per_hour) % 24;
  return static_cast<int>((hour + 24) % 24) + 1;
}

Instant end_of_hour(Instant moment) { return {(floor_divide(moment.us - 1, us_per_hour) + 1) * us_per_hour}; }

std::string to_iso(const Averaging& averaging) {
  switch (averaging.kind) {
    case Averaging::Kind::instant: return "PT0S";
    case Averaging::Kind::month: return "P1M";
    case Averaging::Kind::year: return "P1Y";
    case Averaging::Kind::fixed: break;
  }
  const std::int64_t us = averaging.length_us;
  const auto in = [us](std::int64_t unit) { return std::to_string(us / unit); };
  if (us % us_per_day == 0) return "P" + in(us_per_day) + "D";
  if (us % us_per_hour == 0) return "PT" + in(us_per_hour) + "H";
  if (us % us_per_minute == 0) return "PT" + in(us_per_minute) + "M";
  return "PT" + in(us_per_second) + "S";
}

Result<Averaging> parse_averaging(std::string_view text) {
  const auto bad = [&] {
    return fail(Errc::malformed, "'" + std::string(text.substr(0, 40)) +
                                     "' is not an averaging period; expected PT0S, PT10M, PT1H, PT8H, P1D, P1M or P1Y");
  };
  if (text == "PT0S") return instantaneous;
  if (text == "P1M") return Averaging{Averaging::Kind::month, 0};
  if (text == "P1Y") return Averaging{Averaging::Kind::year, 0};
  std::string_view rest = text;
  if (!take(rest, 'P')) return bad();
  const bool time = take(rest, 'T');
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  if (error != std::errc{} || count < 1 || count > 100'000) return bad();
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (rest.size() != 1) return bad();
  std::int64_t unit = 0;
  if (!time && rest == "D") unit = us_per_day;
  if (time && rest == "H") unit = us_per_hour;
  if (time && rest == "M") unit = us_per_minute;
  if (time && rest == "S") unit = us_per_second;
  if (unit == 0) return bad();
  return Averaging{Averaging::Kind::fixed, count * unit};
}

Instant begin_of(const Averaging& averaging, Instant end) {
  switch (averaging.kind) {
    case Averaging::Kind::instant: return end;
    case Averaging::Kind::fixed: return {end.us - averaging.length_us};
    case Averaging::Kind::month:
    case Averaging::Kind::year: break;
  }
  CivilTime c = to_beijing({end.us - 1});
  c = {.year = c.year, .month = averaging.kind == Averaging::Kind::year ? 1 : c.month};
  return from_beijing(c);
}

}  // namespace celadon
