#include "standards/radiation.hpp"

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

const RadiationRules& radiation_rules() {
  static const RadiationRules one = parse_radiation_rules(pack("radiation_rules.csv"), "radiation_rules.csv").value();
  return one;
}

double dose_rate(const GammaSetup& setup, double reading) {
  double result = -1;
  gamma_dose_rate(gamma_formula(radiation_rules(), setup).value(), {&reading, 1}, {&result, 1});
  return result;
}

/// Mean 100, deviation 10, of as many readings as are needed.
ReadingMean quiet_background() { return {radiation_rules().readings_min, 100, 10, true}; }

GammaVerdict verdict_of(const ReadingMean& background, double rate, bool rain) {
  const std::uint8_t wet = rain ? 1 : 0;
  GammaVerdict verdict;
  gamma_verdict(radiation_rules(), background, {&rate, 1}, {&wet, 1}, {&verdict, 1});
  return verdict;
}

}  // namespace

TEST_CASE("a gamma dose rate is the calibrated reading without the cosmic response") {
  GammaSetup setup{GammaPlace::open_land, GammaReading::gray, 1.05, 0.98, 30};
  CHECK(dose_rate(setup, 100) == doctest::Approx(1.05 * 0.98 * 100 - 30));
  setup.place = GammaPlace::single_storey;
  CHECK(dose_rate(setup, 100) == doctest::Approx(1.05 * 0.98 * 100 - 0.9 * 30));
  setup.place = GammaPlace::storeyed;
  CHECK(dose_rate(setup, 100) == doctest::Approx(1.05 * 0.98 * 100 - 0.8 * 30));
  setup.calibration_k1 = setup.check_source_k2 = 1;
  CHECK(dose_rate(setup, 0) == doctest::Approx(-24));  // below zero stays
}

TEST_CASE("a reading in Sv/h is divided by the factor of its calibration source") {
  CHECK(dose_rate({GammaPlace::open_land, GammaReading::sievert_cs137, 1, 1, 0}, 120) == doctest::Approx(100));
  CHECK(dose_rate({GammaPlace::open_land, GammaReading::sievert_co60, 1, 1, 0}, 116) == doctest::Approx(100));
  CHECK(dose_rate({GammaPlace::open_land, GammaReading::gray, 1, 1, 0}, 100) == 100);
}

TEST_CASE("a reading that is missing or negative has no dose rate, also in place") {
  std::vector<double> reading = {50, missing, -0.1, infinite, 0};
  gamma_dose_rate(gamma_formula(radiation_rules(), {}).value(), reading, reading);
  CHECK(reading[0] == 50);
  CHECK(std::isnan(reading[1]));
  CHECK(std::isnan(reading[2]));
  CHECK(std::isnan(reading[3]));
  CHECK(reading[4] == 0);
}

TEST_CASE("an impossible calibration is refused by its field") {
  const auto field = [](GammaSetup setup) { return gamma_formula(radiation_rules(), setup).error().field; };
  for (const double bad : {0.0, -1.0, missing, infinite}) {
    CHECK(field({GammaPlace::open_land, GammaReading::gray, bad, 1, 0}) == "calibration_k1");
    CHECK(field({GammaPlace::open_land, GammaReading::gray, 1, bad, 0}) == "check_source_k2");
  }
  for (const double bad : {-0.1, missing, infinite})
    CHECK(field({GammaPlace::open_land, GammaReading::gray, 1, 1, bad}) == "cosmic_ngy_h");
  CHECK(gamma_formula(radiation_rules(), {GammaPlace::open_land, GammaReading::gray, 1, 1, 0}));
}

TEST_CASE("a dose rate rises with the reading and falls with the cosmic response; storeys take less of it") {
  std::mt19937 random(1157);
  std::uniform_real_distribution<double> factor(0.8, 1.2), rate(30, 300), cosmic(10, 50);
  for (int round = 0; round < 300; ++round) {
    GammaSetup setup{GammaPlace::open_land, GammaReading::gray, factor(random), factor(random), cosmic(random)};
    const double reading = rate(random);
    const double open = dose_rate(setup, reading);
    CHECK(dose_rate(setup, reading + 1) > open);
    setup.place = GammaPlace::single_storey;
    const double single = dose_rate(setup, reading);
    setup.place = GammaPlace::storeyed;
    CHECK(open < single);
    CHECK(single < dose_rate(setup, reading));
    setup.cosmic_ngy_h += 1;
    CHECK(dose_rate(setup, reading) <
          dose_rate({setup.place, setup.reading, setup.calibration_k1, setup.check_source_k2, setup.cosmic_ngy_h - 1},
                    reading));
  }
}

TEST_CASE("nine readings are not enough, ten are") {
  std::vector<double> reading = {98, 99, 100, 101, 102, 98, 99, 100, 101};
  CHECK_FALSE(mean_of_readings(radiation_rules(), reading).enough);
  reading.push_back(missing);
  CHECK_FALSE(mean_of_readings(radiation_rules(), reading).enough);
  reading.push_back(102);
  const ReadingMean ten = mean_of_readings(radiation_rules(), reading);
  CHECK(ten.enough);
  CHECK(ten.n == 10);
  CHECK(ten.mean == 100);
  CHECK(ten.deviation == doctest::Approx(std::sqrt(20.0 / 9)));  // squares: 4 + 1 + 0 + 1 + 4, twice
}

TEST_CASE("one reading has a mean and no deviation, none has neither") {
  const double one[] = {80};
  CHECK(mean_of_readings(radiation_rules(), one).mean == 80);
  CHECK(std::isnan(mean_of_readings(radiation_rules(), one).deviation));
  CHECK(std::isnan(mean_of_readings(radiation_rules(), {}).mean));
  CHECK(mean_of_readings(radiation_rules(), {}).n == 0);
}

TEST_CASE("a mean lies between its readings in any order, and a shift leaves the deviation") {
  std::mt19937 random(61);
  std::uniform_real_distribution<double> rate(50, 150);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> reading(2 + random() % 50);
    for (double& one : reading) one = rate(random);
    const ReadingMean before = mean_of_readings(radiation_rules(), reading);
    const auto [least, greatest] = std::minmax_element(reading.begin(), reading.end());
    CHECK(before.mean >= *least - 1e-9);
    CHECK(before.mean <= *greatest + 1e-9);
    CHECK(before.deviation <= *greatest - *least + 1e-9);
    std::shuffle(reading.begin(), reading.end(), random);
    CHECK(mean_of_readings(radiation_rules(), reading).mean == doctest::Approx(before.mean));
    for (double& one : reading) one += 1000;
    CHECK(mean_of_readings(radiation_rules(), reading).deviation == doctest::Approx(before.deviation));
  }
}

TEST_CASE("above three sigma is investigated, above the jump alarms, on a step nothing yet") {
  using enum GammaStep;
  const ReadingMean own = quiet_background();
  CHECK(verdict_of(own, 130, false) == GammaVerdict{none, GammaNotice::none});
  CHECK(verdict_of(own, 130.1, false) == GammaVerdict{sigma, GammaNotice::investigate});
  CHECK(verdict_of(own, 150, false) == GammaVerdict{sigma, GammaNotice::investigate});
  CHECK(verdict_of(own, 150.1, false) == GammaVerdict{jump, GammaNotice::alarm});
  CHECK(verdict_of(own, 0, false) == GammaVerdict{none, GammaNotice::none});
}

TEST_CASE("rain shows what it would otherwise alarm, and still tells the step") {
  const ReadingMean own = quiet_background();
  CHECK(verdict_of(own, 100, true) == GammaVerdict{GammaStep::none, GammaNotice::none});
  CHECK(verdict_of(own, 140, true) == GammaVerdict{GammaStep::sigma, GammaNotice::show});
  CHECK(verdict_of(own, 900, true) == GammaVerdict{GammaStep::jump, GammaNotice::show});
}

TEST_CASE("a restless background does not hide a jump") {
  const ReadingMean restless{20, 100, 40, true};  // three sigma: 220, jump: 150
  CHECK(verdict_of(restless, 160, false).notice == GammaNotice::alarm);
}

TEST_CASE("without a rate or enough background there is no verdict") {
  for (const double none : {missing, infinite, -infinite})
    CHECK(verdict_of(quiet_background(), none, false) == GammaVerdict{});
  ReadingMean few = quiet_background();
  few.enough = false;
  CHECK(verdict_of(few, 900, false) == GammaVerdict{});
  CHECK(verdict_of(few, 900, true).notice == GammaNotice::missing);
}

TEST_CASE("a higher rate is never a lower step, and rain never raises a notice to an alarm") {
  std::mt19937 random(1009);
  std::uniform_real_distribution<double> rate(50, 250);
  for (int round = 0; round < 500; ++round) {
    const double a = rate(random), b = a + 5;
    CHECK(verdict_of(quiet_background(), a, false).step <= verdict_of(quiet_background(), b, false).step);
    CHECK(verdict_of(quiet_background(), a, true).step == verdict_of(quiet_background(), a, false).step);
    CHECK(verdict_of(quiet_background(), a, true).notice <= GammaNotice::show);
  }
}

TEST_CASE("an annual dose is what lies above the natural background") {
  const std::vector<double> hour(8760, 100.0);
  const AnnualDose natural = annual_dose(radiation_rules(), hour, 100).value();
  CHECK(natural.dose_msv == 0);
  CHECK(natural.within_public_limit == true);
  // 100 nGy/h * 8760 h * 0.7 Sv/Gy = 0.6132 mSv
  const AnnualDose all = annual_dose(radiation_rules(), hour, 0).value();
  CHECK(all.dose_msv == doctest::Approx(0.6132));
  CHECK(all.within_public_limit == true);
  CHECK(all.within_site_constraint == false);
  CHECK(all.hours_present == 8760);
}

TEST_CASE("a dose on the limit is within it, a little more is not") {
  const double on = 1e6 / (8784 * radiation_rules().effective_sv_per_gy);  // nGy/h that make 1 mSv in a leap year
  CHECK(annual_dose(radiation_rules(), std::vector<double>(8784, on), 0).value().within_public_limit == true);
  CHECK(annual_dose(radiation_rules(), std::vector<double>(8784, on * 1.0001), 0).value().within_public_limit == false);
  CHECK(annual_dose(radiation_rules(), std::vector<double>(8784, on / 4), 0).value().within_site_constraint == true);
  CHECK(annual_dose(radiation_rules(), std::vector<double>(8784, on / 3.999), 0).value().within_site_constraint ==
        false);
}

TEST_CASE("missing hours take the mean of the rest; a year without hours is not judged") {
  std::vector<double> hour(8760, 150.0);
  const double whole = annual_dose(radiation_rules(), hour, 100).value().dose_msv;
  std::fill(hour.begin(), hour.begin() + 4000, missing);
  const AnnualDose part = annual_dose(radiation_rules(), hour, 100).value();
  CHECK(part.dose_msv == doctest::Approx(whole));
  CHECK(part.hours_present == 4760);
  CHECK(part.hours == 8760);
  std::fill(hour.begin(), hour.end(), missing);
  const AnnualDose none = annual_dose(radiation_rules(), hour, 100).value();
  CHECK(std::isnan(none.dose_msv));
  CHECK_FALSE(none.within_public_limit.has_value());
  CHECK_FALSE(none.within_site_constraint.has_value());
}

TEST_CASE("an annual dose of part of a year or over no background is refused") {
  CHECK(annual_dose(radiation_rules(), std::vector<double>(8759, 1.0), 0).error().field == "dose_rate_ngy_h");
  CHECK(annual_dose(radiation_rules(), {}, 0).error().code == Errc::invalid_value);
  for (const double bad : {-1.0, missing, infinite})
    CHECK(annual_dose(radiation_rules(), std::vector<double>(8760, 1.0), bad).error().field == "background_ngy_h");
}

TEST_CASE("an annual dose does not depend on the order of hours and rises with any of them") {
  std::mt19937 random(18871);
  std::uniform_real_distribution<double> rate(60, 140);
  std::vector<double> hour(8760);
  for (double& one : hour) one = rate(random);
  const double before = annual_dose(radiation_rules(), hour, 100).value().dose_msv;
  std::shuffle(hour.begin(), hour.end(), random);
  CHECK(annual_dose(radiation_rules(), hour, 100).value().dose_msv == doctest::Approx(before));
  hour[17] += 1000;
  CHECK(annual_dose(radiation_rules(), hour, 100).value().dose_msv > before);
  CHECK(annual_dose(radiation_rules(), hour, 101).value().dose_msv <
        annual_dose(radiation_rules(), hour, 100).value().dose_msv);
}

TEST_CASE("a misprint among the radiation rules is named with file and line") {
  const auto error = [](const std::string& changed) {
    const auto result = parse_radiation_rules(changed, "r.csv");
    return result ? std::string("read") : result.error().detail;
  };
  const std::string text = pack("radiation_rules.csv");
  CHECK(error(text) == "read");
  CHECK(radiation_rules().trust == "memory");
  CHECK(error(replaced(text, "k3_open_land,1,", "k3_open_land,1.1,")).find("r.csv:3: value '1.1'") == 0);
  CHECK(error(replaced(text, "k3_open_land,1,", "k3_open_land,0,")).find("above 0") != std::string::npos);
  CHECK(error(replaced(text, "k3_open_land,1,", "k3_open_land,nan,")).find("above 0") != std::string::npos);
  CHECK(error(replaced(text, "k3_open_land", "k3_roof")).find("'k3_roof'") != std::string::npos);
  CHECK(error(replaced(text, "k3_storeyed", "k3_single_storey")).find("there twice") != std::string::npos);
  CHECK(error(replaced(text, "50,nGy/h", "50,uGy/h")).find("unit must be 'nGy/h'") != std::string::npos);
  CHECK(error(replaced(text, "readings_min,10,", "readings_min,10.5,")).find("whole number") != std::string::npos);
  CHECK(error(replaced(text, "readings_min,10,", "readings_min,1,")).find("deviation") != std::string::npos);
  CHECK(error(replaced(text, "0.25,mSv/a", "1.25,mSv/a")).find("constraint") != std::string::npos);
  CHECK(error(replaced(text, ",memory", ",hearsay")).find("trust") != std::string::npos);
  CHECK(error("name,value,unit,source,trust\n").find("'k3_open_land' is missing") != std::string::npos);
  CHECK(error("").find("r.csv:1") == 0);
}
