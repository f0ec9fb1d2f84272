#include "standards/stack.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const StackRules& stack_rules() {
  static const StackRules one = parse_stack_rules(pack("stack_constants.csv"), "stack_constants.csv").value();
  return one;
}

const StackConstants& constants() { return stack_rules().constants; }

const SubstitutionTable& substitution() {
  static const SubstitutionTable one =
      parse_substitution(pack("stack_substitution.csv"), "stack_substitution.csv").value();
  return one;
}

struct Filled {
  std::vector<double> kg_h;
  std::vector<MassOrigin> origin;
};

Filled fill(const HourCount& quarter, const std::vector<double>& mass, const std::vector<HourState>& state) {
  Filled filled{std::vector<double>(mass.size(), -1), std::vector<MassOrigin>(mass.size())};
  substitute_mass(substitution(), quarter, mass, state, filled.kg_h, filled.origin);
  return filled;
}

bool is_amount_or_missing(double value) { return std::isnan(value) || (std::isfinite(value) && value >= 0); }

constexpr HourState valid = HourState::valid, invalid = HourState::invalid, standstill = HourState::standstill;
const StackGas at_standard{0, 101325, 0};

}  // namespace

TEST_CASE("volume fractions become mass at 273 K with 22.4 litres a mole") {
  CHECK(mg_m3_from_ppm(constants(), 1, 22.4) == doctest::Approx(1));
  // HJ 75-2017: 20 umol/mol SO2 is 57 mg/m3, 20 umol/mol NOx is 41 mg/m3.
  CHECK(std::round(mg_m3_from_ppm(constants(), 20, 64)) == 57);
  CHECK(std::round(nox_as_no2_mg_m3_from_ppm(constants(), 15, 5)) == 41);
  CHECK(std::isnan(mg_m3_from_ppm(constants(), 20, 0)));
  CHECK(std::isnan(mg_m3_from_ppm(constants(), -1, 64)));
}

TEST_CASE("nitric oxide is told as nitrogen dioxide, the same by mass and by volume") {
  CHECK(no2_mg_m3_from_no_mg_m3(constants(), 30) == doctest::Approx(46));
  const double no_mg_m3 = mg_m3_from_ppm(constants(), 100, constants().no_molar_mass_g_mol);
  CHECK(no2_mg_m3_from_no_mg_m3(constants(), no_mg_m3) ==
        doctest::Approx(nox_as_no2_mg_m3_from_ppm(constants(), 100, 0)));
  CHECK(std::isnan(nox_as_no2_mg_m3_from_ppm(constants(), missing, 5)));
  CHECK(std::isnan(nox_as_no2_mg_m3_from_ppm(constants(), 10, -5)));
}

TEST_CASE("hot thin gas holds more at the standard state than it shows") {
  CHECK(standard_mg_m3_from_actual(constants(), 10, at_standard) == doctest::Approx(10));
  CHECK(standard_mg_m3_from_actual(constants(), 10, {273, 101325, 0}) == doctest::Approx(20));
  CHECK(standard_mg_m3_from_actual(constants(), 10, {0, 101325, -101325.0 / 2}) == doctest::Approx(20));
  CHECK(std::isnan(standard_mg_m3_from_actual(constants(), 10, {-273, 101325, 0})));
  CHECK(std::isnan(standard_mg_m3_from_actual(constants(), 10, {0, 101325, -101325})));
  CHECK(std::isnan(standard_mg_m3_from_actual(constants(), -10, at_standard)));
}

TEST_CASE("wet gas becomes dry by its share of water") {
  CHECK(dry_from_wet(9, 0.1) == doctest::Approx(10));
  CHECK(dry_from_wet(9, 0) == 9);
  CHECK(std::isnan(dry_from_wet(9, 1)));
  CHECK(std::isnan(dry_from_wet(9, -0.01)));
  CHECK(std::isnan(dry_from_wet(missing, 0.1)));
}

TEST_CASE("flow and mass rate follow the printed formulas") {
  CHECK(wet_actual_flow_m3_h(2, 10) == doctest::Approx(72000));
  CHECK(dry_standard_flow_m3_h(constants(), 72000, {273, 101325, 0}, 0.1) == doctest::Approx(32400));
  CHECK(mass_rate_kg_h(50, 32400) == doctest::Approx(1.62));
  CHECK(std::isnan(dry_standard_flow_m3_h(constants(), 72000, at_standard, 1)));
  CHECK(std::isnan(wet_actual_flow_m3_h(2, -0.1)));
  CHECK(std::isnan(mass_rate_kg_h(-1, 100)));
  const std::vector<double> mg_m3 = {50, missing, 0}, m3_h = {32400, 32400, 32400};
  std::vector<double> kg_h(3);
  mass_rate_kg_h(mg_m3, m3_h, kg_h);
  CHECK(kg_h[0] == doctest::Approx(1.62));
  CHECK(std::isnan(kg_h[1]));
  CHECK(kg_h[2] == 0);
}

TEST_CASE("mass rate does not depend on the state it is worked out in") {
  const StackGas gas{180, 100900, -350};
  const double wet_mg_m3 = 40, wet_m3_h = 60000, moisture = 0.12;
  const double dry_mg_m3 = dry_from_wet(standard_mg_m3_from_actual(constants(), wet_mg_m3, gas), moisture);
  CHECK(mass_rate_kg_h(dry_mg_m3, dry_standard_flow_m3_h(constants(), wet_m3_h, gas, moisture)) ==
        doctest::Approx(wet_mg_m3 * wet_m3_h * 1e-6));
}

TEST_CASE("a concentration is converted to the reference oxygen") {
  // Ceramic kilns, reference 18 %: the factor is 2 at 19.5 % and 6 at 20.5 %.
  CHECK(at_reference_oxygen(constants(), 20, 19.5, 18) == doctest::Approx(40));
  CHECK(at_reference_oxygen(constants(), 20, 20.5, 18) == doctest::Approx(120));
  CHECK(at_reference_oxygen(constants(), 20, 18, 18) == doctest::Approx(20));
  CHECK(at_reference_oxygen(constants(), 20, 17, 18) == doctest::Approx(15));
  CHECK(excess_air(constants(), 0) == doctest::Approx(1));
  CHECK(excess_air(constants(), 8.647) == doctest::Approx(1.7).epsilon(0.0005));  // GB 29620-2013 4.7
}

TEST_CASE("oxygen of fresh air converts nothing") {
  for (const double o2 : {20.71, 20.9, 21.0, 21.5, 100.0, -0.1, missing, infinite, -infinite}) {
    CHECK(std::isnan(at_reference_oxygen(constants(), 20, o2, 18)));
    CHECK(std::isnan(excess_air(constants(), o2)));
  }
  CHECK(at_reference_oxygen(constants(), 20, 20.7, 18) == doctest::Approx(200));
  for (const double reference : {21.0, 25.0, -1.0, missing})
    CHECK(std::isnan(at_reference_oxygen(constants(), 20, 10, reference)));
  CHECK(at_reference_oxygen(constants(), 20, 0, 0) == doctest::Approx(20));
}

TEST_CASE("a column is converted as its values are, also in place") {
  std::vector<double> column = {20, missing, -1, 30};
  const std::vector<double> o2 = {19.5, 19.5, 19.5, 21};
  reference_oxygen(constants(), column, o2, 18, column);
  CHECK(column[0] == doctest::Approx(40));
  CHECK(std::isnan(column[1]));
  CHECK(std::isnan(column[2]));
  CHECK(std::isnan(column[3]));
}

TEST_CASE("converted values rise with oxygen and are never negative or infinite") {
  std::mt19937 random(75);
  std::uniform_real_distribution<double> mg_m3(-10, 2000), percent(-5, 25), step(0, 2);
  for (int i = 0; i < 20000; ++i) {
    const double c = mg_m3(random), o2 = percent(random), reference = percent(random);
    const double converted = at_reference_oxygen(constants(), c, o2, reference);
    REQUIRE(is_amount_or_missing(converted));
    const double more = at_reference_oxygen(constants(), c, o2 + step(random), reference);
    if (!std::isnan(converted) && !std::isnan(more)) REQUIRE(more >= converted);
    REQUIRE(is_amount_or_missing(standard_mg_m3_from_actual(constants(), c, {o2 * 50, 1e5 * o2, c})));
    REQUIRE(is_amount_or_missing(dry_from_wet(c, o2 / 10)));
    REQUIRE(is_amount_or_missing(dry_standard_flow_m3_h(constants(), c, {o2 * 50, 1e5 * o2, c}, o2 / 10)));
    REQUIRE(is_amount_or_missing(exceedance_multiple(c, reference)));
  }
  CHECK(is_amount_or_missing(mass_rate_kg_h(1e300, 1e300)));
  CHECK(is_amount_or_missing(mg_m3_from_ppm(constants(), 1e308, 1e308)));
}

TEST_CASE("near fresh air a small error of the oxygen meter is told as a large one of the result") {
  const ConvertedRange range = converted_range(constants(), 20, 19.5, 18, 0.3);
  CHECK(range.value == doctest::Approx(40));
  CHECK(range.relative == doctest::Approx(0.2));
  CHECK(range.low == doctest::Approx(20 * 3 / 1.8));
  CHECK(range.high == doctest::Approx(50));
  const ConvertedRange unbounded = converted_range(constants(), 20, 20.6, 18, 0.3);
  CHECK(unbounded.value == doctest::Approx(150));
  CHECK(std::isnan(unbounded.high));
  CHECK(converted_range(constants(), 20, 0.1, 18, 0.3).low == doctest::Approx(20 * 3 / 21.0));
  CHECK(std::isnan(converted_range(constants(), 20, 21, 18, 0.3).value));
  for (const double error : {-0.1, missing, infinite}) {
    CHECK(converted_range(constants(), 20, 19.5, 18, error).value == doctest::Approx(40));
    CHECK(std::isnan(converted_range(constants(), 20, 19.5, 18, error).low));
    CHECK(std::isnan(converted_range(constants(), 20, 19.5, 18, error).relative));
  }
}

TEST_CASE("the value lies inside its range, and no error is no range") {
  std::mt19937 random(2017);
  std::uniform_real_distribution<double> mg_m3(0, 500), percent(0, 20), error(0, 1);
  for (int i = 0; i < 5000; ++i) {
    const ConvertedRange range = converted_range(constants(), mg_m3(random), percent(random), 9, error(random));
    REQUIRE(range.low <= range.value);
    REQUIRE((std::isnan(range.high) || range.high >= range.value));
    REQUIRE(range.relative >= 0);
  }
  const ConvertedRange exact = converted_range(constants(), 20, 15, 9, 0);
  CHECK(exact.low == exact.value);
  CHECK(exact.high == exact.value);
  CHECK(exact.relative == 0);
}

TEST_CASE("a multiple is told over the limit only") {
  CHECK(exceedance_multiple(75, 50) == doctest::Approx(0.5));
  CHECK(exceedance_multiple(50, 50) == 0);
  CHECK(exceedance_multiple(10, 50) == 0);
  CHECK(std::isnan(exceedance_multiple(missing, 50)));
  CHECK(std::isnan(exceedance_multiple(75, 0)));
  CHECK(std::isnan(exceedance_multiple(75, missing)));
}

TEST_CASE("an hour needs 45 valid minutes") {
  CHECK(hour_is_valid(stack_rules().validity, 45));
  CHECK_FALSE(hour_is_valid(stack_rules().validity, 44));
  CHECK(hour_is_valid(stack_rules().validity, 60));
}

TEST_CASE("a day needs three quarters of the hours the unit ran") {
  CHECK(day_is_valid(stack_rules().validity, {18, 6, 0}));
  CHECK_FALSE(day_is_valid(stack_rules().validity, {17, 7, 0}));
  CHECK(day_is_valid(stack_rules().validity, {3, 1, 20}));  // standstill takes hours away from what is due
  CHECK_FALSE(day_is_valid(stack_rules().validity, {2, 1, 21}));
  CHECK_FALSE(day_is_valid(stack_rules().validity, {0, 0, 24}));
  const std::vector<HourState> day = {valid, invalid, standstill, valid, standstill};
  CHECK(count_hours(day) == HourCount{2, 1, 2});
  CHECK(count_hours({}) == HourCount{});
}

TEST_CASE("quarterly capture leaves standstill out of both sides") {
  // (2160 - 216 invalid - 160 standstill) / (2160 - 160) = 89.2 %
  CHECK(capture_percent({1784, 216, 160}) == doctest::Approx(89.2));
  CHECK(std::isnan(capture_percent({0, 0, 2160})));
  CHECK(capture_is_enough(stack_rules().validity, {75, 25, 0}));
  CHECK_FALSE(capture_is_enough(stack_rules().validity, {7499, 2501, 0}));
  CHECK_FALSE(capture_is_enough(stack_rules().validity, {0, 0, 2160}));
  std::mt19937 random(12);
  std::uniform_int_distribution<std::size_t> hours(0, 2208);
  for (int i = 0; i < 1000; ++i) {
    const double percent = capture_percent({hours(random), 1 + hours(random), hours(random)});
    REQUIRE((percent >= 0 && percent < 100));
  }
}

TEST_CASE("the substitution table is read by capture and by hours on end") {
  const auto hours_back = [](const HourCount& quarter, std::size_t gap) {
    return substitution_for(substitution(), quarter, gap)->look_back_hours;
  };
  CHECK(hours_back({90, 10, 0}, 24) == 180);
  CHECK(hours_back({90, 10, 0}, 25) == 720);
  CHECK(hours_back({899, 101, 0}, 1) == 2160);
  CHECK(hours_back({75, 25, 0}, 100) == 2160);
  CHECK(hours_back({749, 251, 0}, 1) == 0);
  CHECK(hours_back({100, 0, 0}, 1) == 180);
  CHECK(substitution_for(substitution(), {0, 0, 10}, 1) == nullptr);
}

TEST_CASE("an invalid hour takes the largest mass of the valid hours before it") {
  std::vector<double> mass(200, 1);
  std::vector<HourState> state(200, valid);
  mass[10] = 9;  // older than 180 valid hours
  mass[50] = 5;
  mass[199] = 7;  // after the gap
  state[195] = invalid;
  mass[195] = 100;  // what the broken monitor said
  const Filled filled = fill({95, 5, 0}, mass, state);
  CHECK(filled.kg_h[195] == 5);
  CHECK(filled.origin[195] == MassOrigin::substituted);
  CHECK(filled.kg_h[194] == 1);
  CHECK(filled.origin[194] == MassOrigin::measured);
}

TEST_CASE("with too short a history the substitute says so, and without one there is none") {
  const Filled some = fill({95, 5, 0}, {2, 3, 1}, {valid, valid, invalid});
  CHECK(some.kg_h[2] == 3);
  CHECK(some.origin[2] == MassOrigin::substituted_short);
  const Filled none = fill({95, 5, 0}, {1, 2}, {invalid, valid});
  CHECK(std::isnan(none.kg_h[0]));
  CHECK(none.origin[0] == MassOrigin::none);
  const Filled poor = fill({70, 30, 0}, {2, 3, 1}, {valid, valid, invalid});
  CHECK(std::isnan(poor.kg_h[2]));
  CHECK(poor.origin[2] == MassOrigin::none);
}

TEST_CASE("standstill neither ends a gap nor lengthens it, and emits nothing") {
  std::vector<double> mass(1000, 1);
  std::vector<HourState> state(1000, valid);
  mass[500] = 4;  // inside 720 valid hours, outside 180
  const auto gap = [&](std::size_t from, std::size_t hours, HourState as) {
    std::fill_n(state.begin() + static_cast<std::ptrdiff_t>(from), hours, as);
  };
  gap(900, 12, invalid);
  gap(912, 5, standstill);
  gap(917, 12, invalid);  // 24 invalid hours in all
  Filled filled = fill({95, 5, 0}, mass, state);
  CHECK(filled.kg_h[900] == 1);
  CHECK(filled.kg_h[928] == 1);
  CHECK(filled.kg_h[914] == 0);
  CHECK(filled.origin[914] == MassOrigin::standstill);
  gap(929, 1, invalid);  // 25
  filled = fill({95, 5, 0}, mass, state);
  CHECK(filled.kg_h[900] == 4);
  CHECK(filled.kg_h[929] == 4);
}

TEST_CASE("a valid hour without a mass is an invalid hour") {
  const Filled filled = fill({95, 5, 0}, {2, missing, -1, infinite}, {valid, valid, valid, valid});
  for (std::size_t i = 1; i < 4; ++i) CHECK(filled.kg_h[i] == 2);
  CHECK(fill({95, 5, 0}, {}, {}).kg_h.empty());
}

TEST_CASE("substitutes are among the measured values and leave those alone") {
  std::mt19937 random(356);
  std::uniform_int_distribution<int> kind(0, 9);
  std::uniform_real_distribution<double> kg_h(0, 50);
  std::vector<double> mass(3000);
  std::vector<HourState> state(3000);
  for (std::size_t i = 0; i < mass.size(); ++i) {
    mass[i] = kg_h(random);
    const int k = kind(random);
    state[i] = k == 0 ? invalid : k == 1 ? standstill : valid;
  }
  const Filled filled = fill(count_hours(state), mass, state);
  for (std::size_t i = 0; i < mass.size(); ++i) {
    REQUIRE(is_amount_or_missing(filled.kg_h[i]));
    if (state[i] == valid) REQUIRE(filled.kg_h[i] == mass[i]);
    if (filled.origin[i] == MassOrigin::substituted)
      REQUIRE(std::find(mass.begin(), mass.begin() + static_cast<std::ptrdiff_t>(i), filled.kg_h[i]) != mass.end());
  }
}

TEST_CASE("hours add up to days and to any window") {
  std::vector<double> kg_h(48, 0.5);
  kg_h[30] = missing;
  kg_h[31] = -1;
  std::vector<EmissionSum> day(2);
  daily_emission(kg_h, day);
  CHECK(day[0].kg == doctest::Approx(12));
  CHECK(day[0].hours_missing == 0);
  CHECK(day[1].kg == doctest::Approx(11));
  CHECK(day[1].hours == 22);
  CHECK(day[1].hours_missing == 2);
  CHECK(emission_sum(kg_h).kg == doctest::Approx(23));
  CHECK(std::isnan(emission_sum({}).kg));
  CHECK(std::isnan(emission_sum(std::vector<double>{missing}).kg));
}

TEST_CASE("a misprint of the constants is told by its line") {
  const std::string text = pack("stack_constants.csv");
  const auto reason = [](const std::string& changed) {
    const auto parsed = parse_stack_rules(changed, "c.csv");
    return parsed ? std::string("accepted") : parsed.error().detail;
  };
  CHECK(reason(text) == "accepted");
  CHECK(stack_rules().trust == "memory");
  CHECK(reason(replaced(text, "air_oxygen_percent,21", "air_oxygen_percent,12")).starts_with("c.csv:6:"));
  CHECK(reason(replaced(text, "zero_celsius_k,273,K", "zero_celsius_k,273,Cel")).starts_with("c.csv:3: unit"));
  CHECK(reason(replaced(text, "no2_molar_mass_g_mol,46", "no2_molar_mass_g_mol,28")).find("heavier") !=
        std::string::npos);
  CHECK(reason(replaced(text, "hour_minutes_min,45", "hour_minutes_min,45.5")).find("whole") != std::string::npos);
  CHECK(reason(replaced(text, "capture_min_percent", "zero_celsius_k")).find("twice") != std::string::npos);
  CHECK(reason(replaced(text, "capture_min_percent", "capture")).find("is not a number of stack") != std::string::npos);
  CHECK(reason(replaced(text, ",secondary", ",certain")).find("trust") != std::string::npos);
  CHECK(reason("key,value,unit,source,trust\n").find("is missing") != std::string::npos);
  CHECK(reason("").starts_with("c.csv:1:"));
}

TEST_CASE("a substitution table with a hole, an overlap or no end is refused") {
  const std::string head = "capture_from,capture_below,gap_hours_max,look_back_hours,statistic,source,trust\n";
  const auto refused = [&](const std::string& rows) { return !parse_substitution(head + rows, "s.csv"); };
  CHECK_FALSE(refused("0,,,10,largest,s,memory\n"));
  CHECK_FALSE(refused("50,,,10,largest,s,memory\n0,50,,,none,s,memory\n"));
  CHECK(refused(""));
  CHECK(refused("50,,,10,largest,s,memory\n"));                                // nothing below 50
  CHECK(refused("50,,,10,largest,s,memory\n0,40,,,none,s,memory\n"));          // hole
  CHECK(refused("50,,,10,largest,s,memory\n0,60,,,none,s,memory\n"));          // overlap
  CHECK(refused("0,90,,10,largest,s,memory\n"));                               // nothing at 100
  CHECK(refused("0,,24,10,largest,s,memory\n"));                               // no row for long gaps
  CHECK(refused("0,,24,10,largest,s,memory\n0,,12,10,largest,s,memory\n"));    // gaps fall
  CHECK(refused("50,,24,10,largest,s,memory\n0,50,,10,largest,s,memory\n"));   // capture left open
  CHECK(refused("50,,24,10,largest,s,memory\n50,90,,10,largest,s,memory\n"));  // bounds differ
  CHECK(refused("0,,,,largest,s,memory\n"));
  CHECK(refused("0,,,10,none,s,memory\n"));
  CHECK(refused("0,,,10,mean,s,memory\n"));
  CHECK(refused("0,,,1e3,largest,s,memory\n"));
  CHECK(refused("0,,0,10,largest,s,memory\n"));
  CHECK(refused("nan,,,10,largest,s,memory\n"));
  CHECK(refused("-1,,,10,largest,s,memory\n"));
  CHECK(refused("0,,,10,largest,,memory\n"));
  CHECK(parse_substitution(head + "0,,,10,mean,s,memory\n", "s.csv").error().detail.starts_with("s.csv:2:"));
}
