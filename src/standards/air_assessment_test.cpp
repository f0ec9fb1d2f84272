#include "standards/air_assessment.hpp"

#include "standards/heavy_pollution.hpp"
#include "standards/library.hpp"
#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const double no_value = std::nan("");
const AirAssessmentRules& assessment_rules() { return library().assessments.front(); }

double daily_mean_of(std::vector<double> hours, int least = 20) {
  double mean = 0;
  daily_means(hours, least, {&mean, 1}, {});
  return mean;
}
double mda8_of(std::vector<double> hours, double limit = 160) {
  double value = 0;
  daily_mda8(hours, assessment_rules().validity, limit, {&value, 1}, {});
  return value;
}
double percentile_of(std::vector<double> values, double percent) {
  std::vector<double> scratch(values.size());
  return percentile(values, percent, scratch);
}
std::vector<double> steady_day(double value) { return std::vector<double>(24, value); }
const AirItem& item(const char* property) {
  return *std::find_if(assessment_rules().items.begin(), assessment_rules().items.end(),
                       [&](const auto& i) { return i.property == property; });
}

}  // namespace

TEST_CASE("a day needs twenty hours") {
  auto hours = steady_day(10);
  CHECK(daily_mean_of(hours) == 10);
  for (std::size_t h = 0; h < 4; ++h) hours[h] = no_value;
  CHECK(daily_mean_of(hours) == 10);
  hours[4] = no_value;
  CHECK(std::isnan(daily_mean_of(hours)));
  hours[4] = -1;  // an impossible value is no value
  CHECK(std::isnan(daily_mean_of(hours)));
  hours[4] = HUGE_VAL;
  CHECK(std::isnan(daily_mean_of(hours)));
}

TEST_CASE("MDA8 takes the seventeen windows that end at 8:00 to 24:00, none from the day before") {
  auto hours = steady_day(0);
  for (std::size_t h = 0; h < 8; ++h) hours[h] = 80;
  CHECK(mda8_of(hours) == 80);
  hours = steady_day(0);
  for (std::size_t h = 16; h < 24; ++h) hours[h] = 100;
  CHECK(mda8_of(hours) == 100);
}

TEST_CASE("an eight-hour mean needs six hours, a day fourteen of them; fewer count only above the limit") {
  auto hours = steady_day(100);
  // Hours 1 to 5 missing: the windows ending at 8, 9, 10 have 3, 4, 5 hours; fourteen are left.
  for (std::size_t h = 0; h < 5; ++h) hours[h] = no_value;
  CHECK(mda8_of(hours) == 100);
  hours[5] = no_value;  // window 11 falls too: thirteen
  CHECK(std::isnan(mda8_of(hours)));
  for (auto& value : hours) value = std::isnan(value) ? value : 161;
  CHECK(mda8_of(hours) == 161);
  for (auto& value : hours) value = std::isnan(value) ? value : 160.4;  // rounds to the limit: not above it
  CHECK(std::isnan(mda8_of(hours)));
}

TEST_CASE("percentiles as HJ 663 A.6 counts them") {
  // 365 values 1..365: P95 at k = 1 + 364*0.95 = 346.8, P98 at 357.72, P90 at 328.6.
  std::vector<double> values;
  for (int i = 365; i >= 1; --i) values.push_back(i);
  CHECK(percentile_of(values, 95) == doctest::Approx(346.8));
  CHECK(percentile_of(values, 98) == doctest::Approx(357.72));
  CHECK(percentile_of(values, 90) == doctest::Approx(328.6));
  CHECK(percentile_of({5}, 95) == 5);
  CHECK(percentile_of({no_value, 7, no_value, 9}, 50) == 8);
  CHECK(std::isnan(percentile_of({no_value}, 50)));
  CHECK(percentile_of(values, 0) == 1);
  CHECK(percentile_of(values, 100) == 365);
}

TEST_CASE("percentiles lie within the values, rise with the rank and do not depend on the order") {
  std::mt19937_64 random(663);
  std::lognormal_distribution<double> any(3, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values(1 + random() % 366);
    for (auto& value : values) value = random() % 9 == 0 ? no_value : any(random);
    values[0] = 20;
    double before = 0;
    for (const double p : {0.0, 10.0, 50.0, 90.0, 95.0, 98.0, 100.0}) {
      const double now = percentile_of(values, p);
      CHECK(now >= before);
      before = now;
      auto shuffled = values;
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      CHECK(percentile_of(shuffled, p) == now);
    }
  }
}

TEST_CASE("a year needs 324 days and 27 in each month, 25 in February") {
  const LegalDay first = parse_legal_day("2023-01-01").value();
  std::vector<double> days(365, 50);
  std::vector<double> scratch(365);
  CHECK(period_statistic(item("PM2.5"), assessment_rules().validity, first, days, scratch).valid);
  for (std::size_t d = 31; d < 34; ++d) days[d] = no_value;  // February has 25 left
  CHECK(period_statistic(item("PM2.5"), assessment_rules().validity, first, days, scratch).valid);
  days[34] = no_value;
  const auto short_february = period_statistic(item("PM2.5"), assessment_rules().validity, first, days, scratch);
  CHECK_FALSE(short_february.valid);
  CHECK(short_february.short_month == 2);
  // 27 days a month and 25 in February make 322: the count of the year fails.
  std::vector<double> thin(365, no_value);
  std::size_t at = 0;
  for (const int length : {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}) {
    for (int d = 0; d < (length == 28 ? 25 : 27); ++d) thin[at + static_cast<std::size_t>(d)] = 50;
    at += static_cast<std::size_t>(length);
  }
  const auto few = period_statistic(item("PM2.5"), assessment_rules().validity, first, thin, scratch);
  CHECK(few.short_month == 0);
  CHECK(few.days == 322);
  CHECK_FALSE(few.valid);
}

TEST_CASE("statistics are rounded to the places of table 3 before they are held against a limit") {
  const LegalDay first = parse_legal_day("2023-06-01").value();
  std::vector<double> scratch(30);
  std::vector<double> days(30, 35);
  days[0] = 50;  // mean 35.5: half to even, 36
  CHECK(period_statistic(item("PM2.5"), assessment_rules().validity, first, days, scratch).mean == 36);
  days[0] = 49;
  CHECK(period_statistic(item("PM2.5"), assessment_rules().validity, first, days, scratch).mean == 35);
}

TEST_CASE("the composite index adds each item over its limit") {
  const auto& composite = library().composites.front();
  // SO2 9/60, NO2 18/40, PM10 70/70, PM2.5 35/35, CO 1.2/4, O3 160/160
  std::vector<double> statistic;
  for (const auto& term : composite.terms) {
    statistic.push_back(term.property == "SO2" ? 9 : term.property == "NO2" ? 18 : term.property == "CO" ? 1.2 : term.limit);
  }
  CHECK(composite_index(composite, statistic) == doctest::Approx(0.15 + 0.45 + 1 + 1 + 0.3 + 1));
  statistic[0] = no_value;
  CHECK(std::isnan(composite_index(composite, statistic)));
}

TEST_CASE("a city is the mean of enough of its points") {
  std::vector<double> mean(1);
  const double a[] = {10}, b[] = {20}, none[] = {no_value};
  const auto of = [&](std::vector<std::span<const double>> points) {
    mean_of_points(assessment_rules(), points, mean);
    return mean[0];
  };
  CHECK(of({a, b, none}) == 15);                    // two of three: at least half
  CHECK(std::isnan(of({a, none, none})));           // one of three
  CHECK(of({a, b, b, none}) == doctest::Approx(50.0 / 3));  // three of four: 75 %
  CHECK(std::isnan(of({a, b, none, none})));
}

TEST_CASE("good days, three-year means, sand days, reference state") {
  const std::int16_t index[] = {50, 100, 101, no_index};
  CHECK(good_day_percent(index) == doctest::Approx(200.0 / 3));
  CHECK(std::isnan(good_day_percent({})));
  const double yearly[] = {30, 33, 36, no_value, 30};
  double moving[5];
  three_year_means(yearly, moving);
  CHECK(std::isnan(moving[1]));
  CHECK(moving[2] == 33);
  CHECK(std::isnan(moving[4]));
  const double daily[] = {10, 300};
  const std::uint8_t sand[] = {0, 1};
  double rest[2];
  without_sand_days(daily, sand, rest);
  CHECK(rest[0] == 10);
  CHECK(std::isnan(rest[1]));
  CHECK(at_298k_of_273k(100) == doctest::Approx(91.61).epsilon(0.0001));
}

TEST_CASE("heavy-pollution warnings: each condition from both sides, by the edition of the day") {
  const auto level = [](const char* date, std::vector<std::int16_t> aqi) -> std::string {
    const auto& rules_of_day = *library().warning(parse_legal_day(date).value(), "").value();
    const auto warning = warning_of(rules_of_day, aqi);
    return warning.level == nullptr ? "none" : warning.level->name;
  };
  const char* now = "2025-01-01";
  CHECK(level(now, {200, 150, 150}) == "none");
  CHECK(level(now, {201}) == "yellow");
  CHECK(level(now, {151, 151}) == "yellow");
  CHECK(level(now, {151, no_index, 151}) == "none");
  CHECK(level(now, {201, 201}) == "orange");
  CHECK(level(now, {151, 151, 151}) == "orange");
  CHECK(level(now, {201, 201, 301}) == "red");
  CHECK(level(now, {201, 201, 300}) == "orange");
  CHECK(level(now, {}) == "none");
  const char* then = "2020-01-01";
  CHECK(level(then, {201}) == "blue");
  CHECK(level(then, {201, 201}) == "yellow");
  CHECK(level(then, {201, 201, 201}) == "orange");
  CHECK(level(then, {201, 201, 301, 301}) == "red");
  CHECK(level(then, {500}) == "red");
}

TEST_CASE("packs of the assessment are refused with file, line and reason") {
  const std::string good = R"(standard: S
title_zh: t
title_en: t
valid: {from: 2020-01-01}
trust: verified
levels:
  - {level: red, number: 2, name_zh: r, name_en: r, colour: c, text_colour: c, any: [[{above: 200, days: 1}]]}
)";
  CHECK(parse_warning_rules(good, "w.yaml"));
  const auto order = good + "  - {level: r, number: 1, name_zh: r, name_en: r, colour: c, text_colour: c, any: [[{above: 1, days: 1}]]}\n";
  CHECK(parse_warning_rules(order, "w.yaml").error().detail == "w.yaml:8: level: levels must stand gravest first");
  CHECK(parse_composite("standard: S\n", "c.yaml").error().detail.find("c.yaml:1:") == 0);
  CHECK(parse_air_assessment("a: [", "h.yaml").error().detail.find("h.yaml:") == 0);
}
