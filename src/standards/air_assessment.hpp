#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "standards/air_index.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// How many values make a mean valid. GB 3095 6.4, table 4, and HJ 663-2013 6.1.
struct AirValidity {
  int minutes_of_hour = 0, hours_of_8h = 0, hours_of_day = 0;
  int windows_of_day = 0;  ///< valid 8-hour means among those ending at first_window_hour to 24
  int first_window_hour = 0;
  int days_of_month = 0, days_of_february = 0, days_of_year = 0;
  Clause clause, mda8_clause;
};

/// One property of the assessment, by its daily values.
struct AirItem {
  std::string property;         ///< of the daily value: "SO2", ..., "O3-MDA8"
  std::string hourly_property;  ///< what it is made of
  int decimals = 0;             ///< HJ 663-2013 table 3
  bool has_mean = false;        ///< its mean over the year is assessed
  double percentile = 0;        ///< and this percentile of its daily values
  std::string source, trust;
};

/// One edition of HJ 663.
struct AirAssessmentRules {
  std::string standard, title_zh, title_en, trust, valid_trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
  AirValidity validity;
  std::vector<AirItem> items;  ///< the six, O3 as MDA8
  double point_share_percent = 0, point_share_few_percent = 0;
  int few_points = 0;
  Clause percentile_clause, rounding, all_items, city_clause;
};

/// One edition of the composite index: sum of weight * (statistic / limit).
struct CompositeRules {
  struct Term {
    std::string property;
    bool percentile = false;  ///< the assessment's percentile; otherwise the mean
    double limit = 0, weight = 1;
    std::string unit;
  };
  std::string standard, title_zh, title_en, trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
  std::vector<Term> terms;
  int decimals = 2;
  Clause clause;
};

/// Reads packs/standards/hj663-*.yaml and composite-*.yaml. Errors   malformed naming file, line and reason.
[[nodiscard]] Result<AirAssessmentRules> parse_air_assessment(const std::string& text, const std::string& name);
[[nodiscard]] Result<CompositeRules> parse_composite(const std::string& text, const std::string& name);

/// Means of legal days.
///
/// Shapes   hourly[24*d], hour 1 of the first day first; mean[d], count[d] (valid hours; may be empty: not wanted).
/// Units    those of the hours; the mean is not rounded.
/// Missing  NaN and negative hours are no values; a day with fewer than `hours_min` gives NaN.
/// Source   GB 3095 6.4 table 4; the legal day is the hours 1:00 to 24:00.
void daily_means(std::span<const double> hourly, int hours_min, std::span<double> mean, std::span<std::uint8_t> count);

/// Greatest hour of each day. Shapes and missing values as daily_means.
/// Ours     the texts name no count of hours for it: that of a daily mean, or a few hours of a morning would make a
/// day.
void daily_maxima(std::span<const double> hourly, int hours_min, std::span<double> maximum);

/// Daily maximum of the 8-hour moving mean (MDA8) of ozone.
///
/// Shapes   hourly[24*d]; mda8[d]; windows[d] (valid 8-hour means; may be empty).
/// Missing  an 8-hour mean needs validity.hours_of_8h hours; a day with fewer than validity.windows_of_day of them is
///          valid only when the maximum exceeds `limit` (rounded to the item's places first).
/// Source   HJ 663-2013 A.1, 6.1.2: of the means ending at 8:00 to 24:00, all of whose hours lie in the day.
void daily_mda8(std::span<const double> hourly, const AirValidity& validity, double limit, std::span<double> mda8,
                std::span<std::uint8_t> windows);

/// Each value rounded half to even at `decimals`; NaN stays. Same memory allowed. HJ 663-2013 6.3.
void round_column(std::span<const double> value, int decimals, std::span<double> rounded);

/// Percentile of the values that are not NaN; `scratch` has at least as many places. NaN for none.
/// Source   HJ 663-2013 A.6: k = 1 + (n-1) p/100, linear between the neighbours.
[[nodiscard]] double percentile(std::span<const double> value, double percent, std::span<double> scratch);

/// What is said of one item over a period of days.
struct PeriodStatistic {
  int days = 0;                     ///< valid daily values
  double mean = 0, percentile = 0;  ///< rounded to the item's places; NaN without values
  bool valid = false;               ///< enough days in the period and in every month of it
  int short_month = 0;              ///< first month (1 to 12) with too few days; 0 where none
};

/// Mean and percentile of daily values over consecutive days, with the validity rule of the period's length.
///
/// Shapes   daily[d], already rounded, from `first_day` on; scratch[d].
/// Validity a whole year needs days_of_year and days_of_month in each month (days_of_february in February); any other
///          period needs days_of_month in each whole month it covers, and a share like it of a part of a month.
/// Source   GB 3095 6.4; HJ 663-2013 6.1.3. Ours: the rule for periods that are not a year.
[[nodiscard]] PeriodStatistic period_statistic(const AirItem& item, const AirValidity& validity, LegalDay first_day,
                                               std::span<const double> daily, std::span<double> scratch);

/// The composite index of means and percentiles, one each term in its order; NaN where one is missing.
[[nodiscard]] double composite_index(const CompositeRules& rules, std::span<const double> statistic);

/// Mean over points, hour by hour or day by day: NaN where fewer than the share of points has a value.
///
/// Shapes   point[k] has n values; mean[n].
/// Source   HJ 663-2013 6.1.4, A.2: 75 % of the points, 50 % where there are fewer than 4.
void mean_of_points(const AirAssessmentRules& rules, std::span<const std::span<const double>> point,
                    std::span<double> mean);

/// Share of days with an index of at most 100 among the days that have one, in percent; NaN without any.
[[nodiscard]] double good_day_percent(std::span<const std::int16_t> index);

/// Mean of the last three yearly values; NaN until there are three valid ones. Shapes   yearly[n], moving[n].
void three_year_means(std::span<const double> yearly, std::span<double> moving);

/// Sand-dust days taken out: NaN where `sand_day` is not 0. Shapes   all [d].
void without_sand_days(std::span<const double> daily, std::span<const std::uint8_t> sand_day, std::span<double> rest);

/// A gas concentration at 273.15 K as it is at 298.15 K, both at 101.325 kPa: the amendment of GB 3095-2012 changed
/// from the first to the second on 2018-09-01.
[[nodiscard]] constexpr double at_298k_of_273k(double at_273k) { return at_273k * 273.15 / 298.15; }

}  // namespace celadon::standards
