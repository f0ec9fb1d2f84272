#include "models/clock.hpp"

#include "core/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace celadon::models {
namespace {

using namespace std::chrono;

constexpr std::array<std::pair<std::string_view, Period>, 7> period_words = {{{"hour", Period::hour},
                                                                              {"day", Period::day},
                                                                              {"week", Period::week},
                                                                              {"month", Period::month},
                                                                              {"quarter", Period::quarter},
                                                                              {"season", Period::season},
                                                                              {"year", Period::year}}};

std::int64_t day_number(WallSeconds moment) {
  const std::int64_t day = moment / seconds_per_day;
  return moment % seconds_per_day < 0 ? day - 1 : day;
}

WallSeconds month_begin(int year, int month_from_0) {
  const int years = month_from_0 >= 0 ? month_from_0 / 12 : -((11 - month_from_0) / 12);
  const int month = month_from_0 - 12 * years;
  return first_second_of({year + years, month + 1, 1});
}

}  // namespace

std::optional<Period> period_of(std::string_view word) {
  const auto found = std::ranges::find(period_words, word, [](const auto& pair) { return pair.first; });
  return found == period_words.end() ? std::nullopt : std::optional(found->second);
}

std::string_view to_text(Period period) { return period_words[static_cast<std::size_t>(period)].first; }

Date date_of(WallSeconds moment) {
  const year_month_day ymd{sys_days{days{day_number(moment)}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int days_in_month(int y, int m) {
  const year_month_day_last last{year{y}, month_day_last{month{static_cast<unsigned>(m)}}};
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

WallSeconds first_second_of(const Date& date) {
  const int d = std::min(date.day, days_in_month(date.year, date.month));
  const sys_days at = year_month_day{year{date.year}, month{static_cast<unsigned>(date.month)},
                                     std::chrono::day{static_cast<unsigned>(d)}};
  return at.time_since_epoch().count() * seconds_per_day;
}

int hour_of(WallSeconds moment) {
  return static_cast<int>((moment - day_number(moment) * seconds_per_day) / 3600);
}

int weekday_of(WallSeconds moment) {
  return static_cast<int>(weekday{sys_days{days{day_number(moment)}}}.iso_encoding());
}

WallSeconds begin_of(Period period, WallSeconds moment) {
  const std::int64_t day = day_number(moment);
  const Date date = date_of(moment);
  switch (period) {
    case Period::hour: return day * seconds_per_day + hour_of(moment) * 3600;
    case Period::day: return day * seconds_per_day;
    case Period::week: return (day - weekday_of(moment) + 1) * seconds_per_day;
    case Period::month: return first_second_of({date.year, date.month, 1});
    case Period::quarter: return first_second_of({date.year, (date.month - 1) / 3 * 3 + 1, 1});
    case Period::season: return month_begin(date.year, date.month % 12 / 3 * 3 - 1 + (date.month == 12 ? 12 : 0));
    case Period::year: return first_second_of({date.year, 1, 1});
  }
  return 0;
}

WallSeconds shifted(Period period, WallSeconds begin, int count) {
  const Date date = date_of(begin);
  switch (period) {
    case Period::hour: return begin + std::int64_t{3600} * count;
    case Period::day: return begin + seconds_per_day * count;
    case Period::week: return begin + 7 * seconds_per_day * count;
    case Period::month: return month_begin(date.year, date.month - 1 + count);
    case Period::quarter:
    case Period::season: return month_begin(date.year, date.month - 1 + 3 * count);
    case Period::year: return first_second_of({date.year + count, date.month, date.day});
  }
  return 0;
}

}  // namespace celadon::models
