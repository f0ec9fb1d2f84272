#include "standards/air_assessment.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "core/rounding.hpp"
#include "core/wide.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::size_t window_hours = 8;

template <class T>
using Prefix = std::array<T, hours_of_a_day + 1>;  ///< [h] of the hours before h

/// NaN is not, nor is what no instrument can mean.
constexpr double greatest_value = 1e9;
bool is_value(double value) { return value >= 0 && value < greatest_value; }

/// Sum and number of the good hours.
struct Sum {
  double total = 0;
  int count = 0;
  void add(double value) {
    const bool good = is_value(value);
    total += good ? value : 0;
    count += good ? 1 : 0;
  }
};

// Days taken at a time: their sums stay in the nearest cache.
constexpr std::size_t block_days = 128;

/// Sum and number of the good hours of each of at most block_days days. Hours h, h + 4, h + 8 ... are summed apart,
/// then the four sums, so that the processor takes four at once: the one order in which a day is summed.
CELADON_WIDE void day_sums(const double* hourly, std::size_t days, double* total, double* count) {
  constexpr std::size_t lanes = 4;
  for (std::size_t d = 0; d < days; ++d) {
    double sum[lanes] = {};
    double good[lanes] = {};
    for (std::size_t h = 0; h < hours_of_a_day; h += lanes) {
      for (std::size_t k = 0; k < lanes; ++k) {
        const double value = hourly[d * hours_of_a_day + h + k];
        const bool is_good = value >= 0 && value < greatest_value;
        sum[k] += is_good ? value : 0.0;
        good[k] += is_good ? 1.0 : 0.0;
      }
    }
    total[d] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    count[d] = (good[0] + good[1]) + (good[2] + good[3]);
  }
}

struct Windows {
  double greatest = -1;
  int valid = 0;
};

/// The greatest 8-hour mean among those ending at `first` to 24, and how many are valid.
Windows greatest_window(const Prefix<double>& total, const Prefix<int>& count, std::size_t first, int hours_min) {
  Windows all;
  if (count[hours_of_a_day] == static_cast<int>(hours_of_a_day)) {  // as most days: one division does for all windows
    for (std::size_t end = first; end <= hours_of_a_day; ++end)
      all.greatest = std::max(all.greatest, total[end] - total[end - window_hours]);
    all.greatest /= static_cast<double>(window_hours);
    all.valid = static_cast<int>(hours_of_a_day - first + 1);
    return all;
  }
  for (std::size_t end = first; end <= hours_of_a_day; ++end) {
    const int hours = count[end] - count[end - window_hours];
    if (hours < hours_min) continue;
    ++all.valid;
    all.greatest = std::max(all.greatest, (total[end] - total[end - window_hours]) / hours);
  }
  return all;
}

}  // namespace

void daily_means(std::span<const double> hourly, int hours_min, std::span<double> mean, std::span<std::uint8_t> count) {
  CELADON_ASSERT(hourly.size() == mean.size() * hours_of_a_day && (count.empty() || count.size() == mean.size()));
  std::array<double, block_days> total;
  std::array<double, block_days> good;
  for (std::size_t at = 0; at < mean.size(); at += block_days) {
    const std::size_t days = std::min(block_days, mean.size() - at);
    day_sums(&hourly[at * hours_of_a_day], days, total.data(), good.data());
    for (std::size_t d = 0; d < days; ++d) {
      mean[at + d] = good[d] >= hours_min ? total[d] / good[d] : missing;
      if (!count.empty()) count[at + d] = static_cast<std::uint8_t>(good[d]);
    }
  }
}

void daily_maxima(std::span<const double> hourly, int hours_min, std::span<double> maximum) {
  CELADON_ASSERT(hourly.size() == maximum.size() * hours_of_a_day);
  for (std::size_t d = 0; d < maximum.size(); ++d) {
    double greatest = -1;
    int count = 0;
    for (const double value : hourly.subspan(d * hours_of_a_day, hours_of_a_day)) {
      greatest = is_value(value) && value > greatest ? value : greatest;
      count += is_value(value) ? 1 : 0;
    }
    maximum[d] = count >= std::max(hours_min, 1) ? greatest : missing;
  }
}

void daily_mda8(std::span<const double> hourly, const AirValidity& validity, double limit, std::span<double> mda8,
                std::span<std::uint8_t> windows) {
  CELADON_ASSERT(hourly.size() == mda8.size() * hours_of_a_day && (windows.empty() || windows.size() == mda8.size()));
  const auto first = static_cast<std::size_t>(validity.first_window_hour);
  CELADON_ASSERT(first >= window_hours && first <= hours_of_a_day);
  for (std::size_t d = 0; d < mda8.size(); ++d) {
    const auto day = hourly.subspan(d * hours_of_a_day, hours_of_a_day);
    // Prefix sums: a window is a difference. Hours are whole or tenths, so the sums stay exact far beyond a day.
    Prefix<double> total{};
    Prefix<int> count{};
    for (std::size_t h = 0; h < hours_of_a_day; ++h) {
      const bool good = is_value(day[h]);
      total[h + 1] = total[h] + (good ? day[h] : 0);
      count[h + 1] = count[h] + (good ? 1 : 0);
    }
    const auto [greatest, valid] = greatest_window(total, count, first, validity.hours_of_8h);
    const bool enough =
        valid >= validity.windows_of_day || (valid > 0 && static_cast<double>(round_half_even(greatest)) > limit);
    mda8[d] = enough && valid > 0 ? greatest : missing;
    if (!windows.empty()) windows[d] = static_cast<std::uint8_t>(valid);
  }
}

void round_column(std::span<const double> value, int decimals, std::span<double> rounded) {
  CELADON_ASSERT(value.size() == rounded.size());
  const double scale = std::pow(10.0, decimals);
  for (std::size_t i = 0; i < rounded.size(); ++i) {
    rounded[i] = std::isnan(value[i]) ? value[i] : nearest_even(value[i] * scale) / scale;
  }
}

double percentile(std::span<const double> value, double percent, std::span<double> scratch) {
  CELADON_ASSERT(scratch.size() >= value.size() && percent >= 0 && percent <= 100);
  std::size_t count = 0;
  for (const double one : value) {
    scratch[count] = one;
    count += std::isnan(one) ? 0 : 1;
  }
  if (count == 0) return missing;
  const double k = static_cast<double>(count - 1) * percent / 100;
  const auto below = static_cast<std::size_t>(k);
  const auto begin = scratch.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  const auto place = begin + static_cast<std::ptrdiff_t>(below);
  std::nth_element(begin, place, end);
  const double low = *place;
  if (below + 1 == count) return low;
  const double high = *std::min_element(place + 1, end);
  return low + (high - low) * (k - static_cast<double>(below));
}

PeriodStatistic period_statistic(const AirItem& item, const AirValidity& validity, LegalDay first_day,
                                 std::span<const double> daily, std::span<double> scratch) {
  using namespace std::chrono;
  PeriodStatistic result;
  double total = 0;
  result.valid = true;
  const sys_days first{days{first_day.days}};
  const sys_days after = first + days{static_cast<int>(daily.size())};
  // Month by month, as the validity rule counts.
  for (sys_days begin = first; begin < after;) {
    const year_month_day date = begin;
    const year_month month = date.year() / date.month();
    const sys_days month_end = sys_days{month / last} + days{1};
    const sys_days end = std::min(month_end, after);
    int good = 0;
    for (sys_days day = begin; day < end; day += days{1}) {
      const double value = daily[static_cast<std::size_t>((day - first).count())];
      if (std::isnan(value)) continue;
      ++good;
      total += value;
    }
    result.days += good;
    const int of_month = static_cast<int>((month_end - sys_days{month / 1}).count());
    const int covered = static_cast<int>((end - begin).count());
    const int wanted = date.month() == February ? validity.days_of_february : validity.days_of_month;
    if (good * of_month < wanted * covered && result.short_month == 0) {
      result.short_month = static_cast<int>(static_cast<unsigned>(date.month()));
      result.valid = false;
    }
    begin = end;
  }
  const bool whole_year = year_month_day{first}.month() == January && year_month_day{first}.day() == day{1} &&
                          after == sys_days{(year_month_day{first}.year() + years{1}) / January / 1};
  if (whole_year && result.days < validity.days_of_year) result.valid = false;
  if (result.days == 0) result.valid = false;
  const double scale = std::pow(10.0, item.decimals);
  const auto rounded = [&](double value) { return std::isnan(value) ? value : nearest_even(value * scale) / scale; };
  result.mean = result.days > 0 ? rounded(total / result.days) : missing;
  result.percentile = rounded(percentile(daily, item.percentile, scratch));
  return result;
}

double composite_index(const CompositeRules& rules, std::span<const double> statistic) {
  CELADON_ASSERT(statistic.size() == rules.terms.size());
  double sum = 0;
  for (std::size_t k = 0; k < statistic.size(); ++k) sum += rules.terms[k].weight * statistic[k] / rules.terms[k].limit;
  return sum;  // NaN where one is
}

void mean_of_points(const AirAssessmentRules& rules, std::span<const std::span<const double>> point,
                    std::span<double> mean) {
  const auto points = static_cast<double>(point.size());
  const double share =
      static_cast<int>(point.size()) < rules.few_points ? rules.point_share_few_percent : rules.point_share_percent;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    Sum sum;
    for (const auto& one : point) sum.add(one[i]);
    mean[i] = sum.count > 0 && sum.count * 100.0 >= share * points ? sum.total / sum.count : missing;
  }
}

double good_day_percent(std::span<const std::int16_t> index) {
  int judged = 0;
  int good = 0;
  for (const auto one : index) {
    judged += one != no_index ? 1 : 0;
    good += one != no_index && one <= 100 ? 1 : 0;
  }
  return judged == 0 ? missing : 100.0 * good / judged;
}

void three_year_means(std::span<const double> yearly, std::span<double> moving) {
  CELADON_ASSERT(yearly.size() == moving.size());
  for (std::size_t i = 0; i < moving.size(); ++i) {
    moving[i] = i < 2 ? missing : (yearly[i] + yearly[i - 1] + yearly[i - 2]) / 3;
  }
}

void without_sand_days(std::span<const double> daily, std::span<const std::uint8_t> sand_day, std::span<double> rest) {
  CELADON_ASSERT(daily.size() == sand_day.size() && daily.size() == rest.size());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = sand_day[i] != 0 ? missing : daily[i];
}

}  // namespace celadon::standards
