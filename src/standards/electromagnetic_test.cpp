#include "standards/electromagnetic.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;
using enum celadon::standards::FieldQuantity;

namespace {

const ExposureTable& exposure_table() {
  static const ExposureTable one = parse_exposure_table(pack("gb8702-2014.csv"), "gb8702-2014.csv").value();
  return one;
}

const ExposureRules& exposure_rules() {
  static const ExposureRules one = parse_exposure_rules(pack("gb8702-2014-rules.csv"), "gb8702-2014-rules.csv").value();
  return one;
}

double limit(FieldQuantity quantity, double f_hz) { return exposure_limit(exposure_table(), quantity, f_hz); }

ExposureSum exposure_sum_of(FieldQuantity quantity, const std::vector<double>& f_hz, const std::vector<double>& value) {
  return exposure_sum(exposure_table(), exposure_rules(), quantity, f_hz, value);
}

/// Any frequency the standard covers, evenly by decades.
double any_frequency(std::mt19937& random) {
  return std::pow(10.0, std::uniform_real_distribution<double>(0.001, 11.47)(random));
}

}  // namespace

TEST_CASE("the mains frequency has the limits everyone quotes") {
  // GB 8702-2014 table 1 with f = 0.05 kHz: 200/f V/m and 5/f uT.
  CHECK(limit(electric, 50) == doctest::Approx(4000).epsilon(1e-12));
  CHECK(limit(flux_density, 50) == doctest::Approx(100).epsilon(1e-12));
  CHECK(limit(magnetic, 50) == doctest::Approx(80).epsilon(1e-12));
  CHECK(std::isnan(limit(power_density, 50)));
  CHECK(exposure_rules().overhead_line_e_v_m == 10000);
}

TEST_CASE("each row of the table gives its printed formula") {
  const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-12); };
  CHECK(limit(electric, 4) == 8000);
  CHECK(limit(magnetic, 4) == near(2000));
  CHECK(limit(flux_density, 4) == near(2500));
  CHECK(limit(magnetic, 16) == near(250));
  CHECK(limit(electric, 2000) == near(100));
  CHECK(limit(magnetic, 2000) == near(3.3));
  CHECK(limit(flux_density, 2000) == near(4.1));
  CHECK(limit(electric, 10e3) == near(70));
  CHECK(limit(flux_density, 10e3) == near(1.2));
  CHECK(limit(electric, 80e3) == near(50));
  CHECK(limit(magnetic, 80e3) == near(0.125));
  CHECK(limit(electric, 1e6) == near(40));
  CHECK(limit(power_density, 1e6) == near(4));
  CHECK(limit(electric, 16e6) == near(67.0 / 4));
  CHECK(limit(magnetic, 16e6) == near(0.17 / 4));
  CHECK(limit(power_density, 16e6) == near(0.75));
  CHECK(limit(electric, 900e6) == near(12));
  CHECK(limit(power_density, 900e6) == near(0.4));
  CHECK(limit(electric, 10e9) == near(22));
  CHECK(limit(magnetic, 10e9) == near(0.059));
  CHECK(limit(flux_density, 10e9) == near(0.074));
  CHECK(limit(power_density, 7.5e9) == near(1));
  CHECK(limit(electric, 28e9) == near(27));
  CHECK(limit(power_density, 28e9) == near(2));
}

TEST_CASE("the standard has limits from 1 Hz to 300 GHz and none beyond") {
  for (const auto quantity : {electric, magnetic, flux_density}) {
    CHECK(std::isfinite(limit(quantity, 1)));
    CHECK(std::isfinite(limit(quantity, 300e9)));
    for (const double outside : {0.999, 300.001e9, 0.0, -50.0, missing, infinite})
      CHECK(std::isnan(limit(quantity, outside)));
  }
  CHECK(std::isnan(limit(power_density, 99'999)));
  CHECK(limit(power_density, 100e3) == 4);
}

TEST_CASE("at a border the stricter of its two rows holds, and the two are never far apart") {
  for (const auto quantity : {electric, magnetic, flux_density, power_density}) {
    const auto& rows = exposure_table().rows[static_cast<std::size_t>(quantity)];
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const double border = rows[i].f_from_hz;
      CAPTURE(border);
      const double below = rows[i - 1].at(border), above = rows[i].at(border);
      CHECK(limit(quantity, border) == std::min(below, above));
      CHECK(std::abs(below / above - 1) < 0.05);  // a misprinted digit would jump
    }
  }
  CHECK(limit(electric, 3e6) == doctest::Approx(67 / std::sqrt(3.0)));
  CHECK(limit(electric, 2900) == doctest::Approx(200 / 2.9));
  CHECK(limit(electric, 57e3) == 70);
}

TEST_CASE("B is H times the permeability of vacuum at every frequency, within the printed digits") {
  std::mt19937 random(8702);
  for (int round = 0; round < 2000; ++round) {
    const double f = any_frequency(random);
    CAPTURE(f);
    CHECK(limit(flux_density, f) / limit(magnetic, f) == doctest::Approx(0.4 * std::numbers::pi).epsilon(0.06));
  }
}

TEST_CASE("a column of frequencies gives what each gives alone, also in place") {
  std::mt19937 random(11);
  std::vector<double> f_hz;
  for (int i = 0; i < 100; ++i) f_hz.push_back(any_frequency(random));
  f_hz.push_back(missing);
  std::vector<double> limits = f_hz;
  exposure_limit(exposure_table(), electric, limits, limits);
  for (std::size_t i = 0; i + 1 < f_hz.size(); ++i) CHECK(limits[i] == limit(electric, f_hz[i]));
  CHECK(std::isnan(limits.back()));
}

TEST_CASE("the peak of a pulse may be 1000 times the power density, 32 times the field") {
  CHECK(pulse_peak_limit(exposure_table(), exposure_rules(), power_density, 900e6) == doctest::Approx(400));
  CHECK(pulse_peak_limit(exposure_table(), exposure_rules(), electric, 900e6) == doctest::Approx(384));
  CHECK(pulse_peak_limit(exposure_table(), exposure_rules(), flux_density, 50) == doctest::Approx(3200));
  CHECK(std::isnan(pulse_peak_limit(exposure_table(), exposure_rules(), power_density, 50)));
  CHECK(std::isnan(pulse_peak_limit(exposure_table(), exposure_rules(), electric, missing)));
}

TEST_CASE("low frequencies add up linearly, high ones by squares") {
  const ExposureSum low = exposure_sum_of(electric, {50, 150}, {2000, 200.0 / 0.15 / 4});
  CHECK(low.linear == doctest::Approx(0.75));
  CHECK(low.squares == 0);
  CHECK(low.in_linear == 2);
  CHECK(low.within == true);
  const ExposureSum high = exposure_sum_of(electric, {900e6, 1800e6}, {6, 6});
  CHECK(high.squares == doctest::Approx(0.5));
  CHECK(high.linear == 0);
  CHECK(high.in_squares == 2);
  CHECK(high.within == true);
  // Each range alone: 0.9 linear beside 0.81 of squares is within.
  CHECK(exposure_sum_of(electric, {50, 900e6}, {3600, 10.8}).within == true);
  CHECK(exposure_sum_of(flux_density, {50, 50}, {60, 60}).within == false);
}

TEST_CASE("a sum of one complies, a little more does not") {
  CHECK(exposure_sum_of(electric, {50}, {4000}).within == true);
  CHECK(exposure_sum_of(electric, {50}, {4000 * (1 + 1e-12)}).within == true);  // what binary makes of adding up to one
  CHECK(exposure_sum_of(electric, {50}, {4000.01}).within == false);
  CHECK(exposure_sum_of(flux_density, std::vector<double>(10, 50.0), std::vector<double>(10, 10.0)).within == true);
  CHECK(exposure_sum_of(electric, {900e6}, {12}).within == true);
  CHECK(exposure_sum_of(electric, {900e6}, {12.001}).within == false);
}

TEST_CASE("100 kHz counts in both sums, its neighbours in one") {
  const double on = limit(electric, 100e3) / 2;
  const ExposureSum both = exposure_sum_of(electric, {100e3}, {on});
  CHECK(both.linear == doctest::Approx(0.5));
  CHECK(both.squares == doctest::Approx(0.25));
  CHECK(exposure_sum_of(electric, {99'999}, {on}).in_squares == 0);
  CHECK(exposure_sum_of(electric, {100'001}, {on}).in_linear == 0);
}

TEST_CASE("what is missing leaves compliance untold, but cannot excuse an excess") {
  for (const double bad : {missing, infinite, -1.0}) {
    const ExposureSum sum = exposure_sum_of(electric, {50, 900e6}, {100, bad});
    CHECK(sum.missing == 1);
    CHECK_FALSE(sum.within.has_value());
    CHECK(exposure_sum_of(electric, {50, 900e6}, {5000, bad}).within == false);
  }
  CHECK(exposure_sum_of(electric, {missing}, {1}).missing == 1);
  CHECK_FALSE(exposure_sum_of(electric, {}, {}).within.has_value());
  const ExposureSum outside = exposure_sum_of(electric, {0.5, 50}, {1e9, 100});
  CHECK(outside.without_limit == 1);
  CHECK(outside.within == true);
  CHECK_FALSE(exposure_sum_of(electric, {0.5}, {1}).within.has_value());
}

TEST_CASE("sums do not depend on order, rise with any value, and squares grow by the square") {
  std::mt19937 random(42);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + random() % 12;
    std::vector<double> f_hz, value, doubled;
    for (std::size_t i = 0; i < n; ++i) {
      f_hz.push_back(any_frequency(random));
      value.push_back(limit(flux_density, f_hz[i]) * std::uniform_real_distribution<double>(0.01, 1)(random));
      doubled.push_back(2 * value[i]);
    }
    const ExposureSum before = exposure_sum_of(flux_density, f_hz, value);
    CHECK(before.linear <= static_cast<double>(before.in_linear) + 1e-9);
    CHECK(before.squares <= static_cast<double>(before.in_squares) + 1e-9);
    CHECK(exposure_sum_of(flux_density, f_hz, doubled).linear == doctest::Approx(2 * before.linear));
    CHECK(exposure_sum_of(flux_density, f_hz, doubled).squares == doctest::Approx(4 * before.squares));
    std::reverse(f_hz.begin(), f_hz.end());
    std::reverse(value.begin(), value.end());
    const ExposureSum again = exposure_sum_of(flux_density, f_hz, value);
    CHECK(again.linear == doctest::Approx(before.linear));
    CHECK(again.squares == doctest::Approx(before.squares));
    value[0] *= 1.1;
    const ExposureSum more = exposure_sum_of(flux_density, f_hz, value);
    CHECK(more.linear + more.squares > again.linear + again.squares);
  }
}

TEST_CASE("a misprint in the exposure table is named with file and line") {
  const std::string text = pack("gb8702-2014.csv");
  const auto error = [](const std::string& changed) {
    const auto result = parse_exposure_table(changed, "e.csv");
    return result ? std::string("read") : result.error().detail;
  };
  CHECK(error(text) == "read");
  CHECK(error(replaced(text, "\n8,25,E", "\n9,25,E")).find("e.csv:5: rows of E") == 0);
  CHECK(error(replaced(text, "\n8,25,E", "\n7,25,E")).find("gap or overlap") != std::string::npos);
  CHECK(error(replaced(text, "\n8,25,E", "\n8,8,E")).find("f_to_hz above") != std::string::npos);
  CHECK(error(replaced(text, "\n1,8,E", "\n0,8,E")).find("above 0") != std::string::npos);
  CHECK(error(replaced(text, "\n1,8,E", "\n1,8,D")).find("quantity 'D'") != std::string::npos);
  CHECK(error(replaced(text, "1/7500", "1/0")).find("coefficient") != std::string::npos);
  CHECK(error(replaced(text, "1/7500", "1/")).find("coefficient") != std::string::npos);
  CHECK(error(replaced(text, "1/7500", "-1")).find("coefficient") != std::string::npos);
  CHECK(error(replaced(text, "-0.5", "half")).find("exponent") != std::string::npos);
  CHECK(error(replaced(text, "-0.5", "nan")).find("exponent") != std::string::npos);
  CHECK(error(replaced(text, "kHz", "khz")).find("f_unit") != std::string::npos);
  CHECK(error(replaced(text, "V/m", "kV/m")).find("unit of E must be V/m") != std::string::npos);
  CHECK(error(replaced(text, "verified", "true")).find("trust") != std::string::npos);
  CHECK(error(text.substr(0, text.find("100000,3000000,S"))).find("S has no rows") != std::string::npos);
  CHECK(error("").find("e.csv:1") == 0);
}

TEST_CASE("a misprint among the rules of exposure is named with file and line") {
  const std::string text = pack("gb8702-2014-rules.csv");
  const auto error = [](const std::string& changed) {
    const auto result = parse_exposure_rules(changed, "x.csv");
    return result ? std::string("read") : result.error().detail;
  };
  CHECK(error(text) == "read");
  CHECK(exposure_rules().trust == "verified");
  CHECK(error(replaced(text, "linear_from_hz,1,", "linear_from_hz,-1,")).find("x.csv:2: value") == 0);
  CHECK(error(replaced(text, "linear_from_hz,1,", "linear_from_hz,200000,")).find("ends before") != std::string::npos);
  CHECK(error(replaced(text, "sum_max", "sum_min")).find("'sum_min'") != std::string::npos);
  CHECK(error(replaced(text, "linear_to_hz", "linear_from_hz")).find("there twice") != std::string::npos);
  CHECK(error(replaced(text, "10000,V/m", "10,kV/m")).find("unit must be 'V/m'") != std::string::npos);
  CHECK(error(replaced(text, ",verified", ",true")).find("trust") != std::string::npos);
  CHECK(error("name,value,unit,source,trust\n").find("'linear_from_hz' is missing") != std::string::npos);
}
