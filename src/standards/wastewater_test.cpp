#include "standards/wastewater.hpp"

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

const WastewaterRules& wastewater_rules() {
  static const WastewaterRules one =
      parse_wastewater_rules(pack("wastewater_rules.csv"), "wastewater_rules.csv").value();
  return one;
}

EffluentDay day_of(const std::vector<double>& concentration, const std::vector<double>& flow) {
  return effluent_day(wastewater_rules(), concentration, flow);
}

std::vector<double> filled(GapFill by, const std::vector<double>& value) {
  std::vector<double> result(value.size(), -1);
  std::vector<std::uint8_t> was_missing(value.size(), 9);
  fill_gaps(by, value, result, was_missing);
  for (std::size_t i = 0; i < value.size(); ++i)
    CHECK(was_missing[i] == (std::isfinite(value[i]) && value[i] >= 0 ? 0 : 1));
  return result;
}

}  // namespace

TEST_CASE("the mean of a day is weighted by flow") {
  const EffluentDay day = day_of({10, 40}, {300, 100});
  CHECK(day.mean == doctest::Approx(17.5));
  CHECK(day.effective);
  CHECK(day.used == 2);
}

TEST_CASE("a day needs three quarters of the values due") {
  std::vector<double> concentration(24, 20), flow(24, 5);
  std::fill_n(concentration.begin(), 6, missing);
  CHECK(day_of(concentration, flow).effective);  // 18 of 24
  concentration[6] = missing;
  const EffluentDay poor = day_of(concentration, flow);
  CHECK_FALSE(poor.effective);
  CHECK(poor.used == 17);
  CHECK(poor.due == 24);
  CHECK(poor.mean == doctest::Approx(20));  // told, but not effective
}

TEST_CASE("without flow a concentration is not valid and none is due") {
  const EffluentDay day = day_of({10, 9999, 10, 10}, {5, 0, 5, 5});
  CHECK(day.mean == doctest::Approx(10));
  CHECK(day.due == 3);
  CHECK(day.effective);
  const EffluentDay still = day_of({10, 10}, {0, 0});
  CHECK(std::isnan(still.mean));
  CHECK_FALSE(still.effective);
  CHECK(still.due == 0);
  CHECK_FALSE(day_of({}, {}).effective);
}

TEST_CASE("an unknown flow or an impossible value leaves its row due and unused") {
  for (const double bad : {missing, -1.0, infinite}) {
    CHECK(day_of({10, 20, 30, 40}, {1, 1, 1, bad}).used == 3);
    CHECK(day_of({10, 20, 30, bad}, {1, 1, 1, 1}).used == 3);
    CHECK(day_of({10, 20, 30, bad}, {1, 1, 1, 1}).due == 4);
    CHECK(day_of({10, 20, 30, bad}, {1, 1, 1, 1}).mean == doctest::Approx(20));
  }
  CHECK(day_of({0, 0}, {1, 1}).mean == 0);
}

TEST_CASE("a weighted mean lies between the least and the greatest, whatever the flows") {
  std::mt19937 random(356);
  std::uniform_real_distribution<double> mg_l(0, 900), m3(0, 1e6);
  for (int round = 0; round < 500; ++round) {
    std::vector<double> concentration(24), flow(24);
    for (std::size_t i = 0; i < 24; ++i) {
      concentration[i] = mg_l(random);
      flow[i] = m3(random) + 1e-3;
    }
    const auto [low, high] = std::minmax_element(concentration.begin(), concentration.end());
    const double mean = day_of(concentration, flow).mean;
    REQUIRE(mean >= *low - 1e-9);
    REQUIRE(mean <= *high + 1e-9);
    concentration[7] += 10;
    REQUIRE(day_of(concentration, flow).mean >= mean);
  }
  CHECK(day_of({1e300, 1e300}, {1e300, 1e300}).mean == doctest::Approx(1e300));
  CHECK_FALSE(day_of({1, 1}, {1.7e308, 1.7e308}).effective);
}

TEST_CASE("pH has a median and a range, not a mean, and flow does not weigh it") {
  const std::vector<double> ph = {7, 8, 6.5, 9}, flow = {1, 1000, 1, 1};
  const PhDay day = ph_day(wastewater_rules(), ph, flow);
  CHECK(day.median == doctest::Approx(7.5));
  CHECK(day.low == 6.5);
  CHECK(day.high == 9);
  CHECK(day.effective);
  const PhDay odd =
      ph_day(wastewater_rules(), std::vector<double>{7, 8, 6, 14.1, 3}, std::vector<double>{1, 1, 1, 1, 0});
  CHECK(odd.median == 7);
  CHECK(odd.low == 6);  // 14.1 is no pH, and of 3 nothing flowed
  CHECK(odd.used == 3);
  CHECK(odd.due == 4);
  CHECK(odd.effective);
  const PhDay none = ph_day(wastewater_rules(), std::vector<double>{missing, -0.1}, std::vector<double>{1, 1});
  CHECK(std::isnan(none.median));
  CHECK(std::isnan(none.low));
  CHECK_FALSE(none.effective);
}

TEST_CASE("a gap takes the mean of as many values before it") {
  const auto result = filled(GapFill::mean, {100, 1, 2, 3, missing, missing, 8});
  CHECK(result[4] == doctest::Approx(2.5));
  CHECK(result[5] == doctest::Approx(2.5));
  CHECK(result[6] == 8);
  CHECK(result[0] == 100);
}

TEST_CASE("pH takes the median instead") {
  const auto result = filled(GapFill::median, {7, 7.1, 9.9, missing, missing, missing});
  for (std::size_t i = 3; i < 6; ++i) CHECK(result[i] == 7.1);
  CHECK(filled(GapFill::median, {7, 8, missing, missing})[2] == 7.5);
}

TEST_CASE("a gap with too little before it stays, and substitutes are not used again") {
  CHECK(std::isnan(filled(GapFill::mean, {missing, 5})[0]));
  CHECK(std::isnan(filled(GapFill::mean, {5, missing, missing})[1]));
  CHECK(filled(GapFill::mean, {5, 7, missing, missing})[3] == 6);
  const auto result = filled(GapFill::mean, {1, missing, 9, missing, missing});
  CHECK(result[1] == 1);
  CHECK(result[3] == 9);  // of the two before it one is a gap
  CHECK(filled(GapFill::mean, {4, -1, infinite}).size() == 3);
  CHECK(filled(GapFill::mean, {}).empty());
}

TEST_CASE("substitutes lie within what was measured, and measured values stay") {
  std::mt19937 random(2007);
  std::uniform_real_distribution<double> mg_l(1, 50);
  std::vector<double> value(2000);
  for (double& one : value) one = random() % 4 == 0 ? missing : mg_l(random);
  for (const GapFill by : {GapFill::mean, GapFill::median}) {
    const auto result = filled(by, value);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (!std::isnan(value[i])) REQUIRE(result[i] == value[i]);
      if (!std::isnan(result[i])) REQUIRE((result[i] >= 1 && result[i] <= 50));
    }
  }
}

TEST_CASE("a strong influent asks grade 3 for removal instead of the limit") {
  // GB 18918-2002: influent COD > 350, removal > 60 %; influent BOD5 > 160, removal > 50 %.
  const auto cod = [](double in, double out) { return grade3_removal(wastewater_rules(), Grade3Item::cod, in, out); };
  CHECK(cod(350, 200).demanded == false);
  CHECK_FALSE(cod(350, 200).met.has_value());
  CHECK(cod(350.1, 100).demanded == true);
  CHECK(cod(400, 159.9).met == true);
  CHECK(cod(400, 160).met == false);  // 60 % is not above 60 %
  CHECK(cod(350.1, 140.04).met == false);
  CHECK(cod(400, 160).removal_percent == doctest::Approx(60));
  const auto bod5 = [](double in, double out) { return grade3_removal(wastewater_rules(), Grade3Item::bod5, in, out); };
  CHECK(bod5(160, 90).demanded == false);
  CHECK(bod5(200, 99.9).met == true);
  CHECK(bod5(200, 100).met == false);
}

TEST_CASE("removal is at most all, falls as the effluent rises, and is not made up") {
  std::mt19937 random(18918);
  std::uniform_real_distribution<double> mg_l(0.1, 2000);
  for (int i = 0; i < 2000; ++i) {
    const double in = mg_l(random), out = mg_l(random);
    const auto one = grade3_removal(wastewater_rules(), Grade3Item::cod, in, out);
    REQUIRE(one.removal_percent <= 100);
    REQUIRE(grade3_removal(wastewater_rules(), Grade3Item::cod, in, out + 1).removal_percent < one.removal_percent);
  }
  CHECK(grade3_removal(wastewater_rules(), Grade3Item::cod, 100, 150).removal_percent == doctest::Approx(-50));
  CHECK_FALSE(grade3_removal(wastewater_rules(), Grade3Item::cod, missing, 10).demanded.has_value());
  CHECK(grade3_removal(wastewater_rules(), Grade3Item::cod, 400, missing).demanded == true);
  CHECK_FALSE(grade3_removal(wastewater_rules(), Grade3Item::cod, 400, missing).met.has_value());
  CHECK(std::isnan(grade3_removal(wastewater_rules(), Grade3Item::cod, 0, 10).removal_percent));
  CHECK(std::isnan(grade3_removal(wastewater_rules(), Grade3Item::cod, 1e-300, 1e300).removal_percent));
}

TEST_CASE("ammonia is judged by the bracket in cold water") {
  CHECK(ammonia_limit(wastewater_rules(), 12) == AmmoniaLimit::bracketed);
  CHECK(ammonia_limit(wastewater_rules(), 12.1) == AmmoniaLimit::plain);
  CHECK(ammonia_limit(wastewater_rules(), -1) == AmmoniaLimit::bracketed);
  CHECK(ammonia_limit(wastewater_rules(), missing) == AmmoniaLimit::unknown);
  CHECK(ammonia_limit(wastewater_rules(), infinite) == AmmoniaLimit::unknown);
}

TEST_CASE("a misprint of the wastewater numbers is told by its line") {
  const auto reason = [](const std::string& changed) {
    const auto parsed = parse_wastewater_rules(changed, "w.csv");
    return parsed ? std::string("accepted") : parsed.error().detail;
  };
  const std::string text = pack("wastewater_rules.csv");
  CHECK(reason(text) == "accepted");
  CHECK(wastewater_rules().trust == "memory");
  CHECK(reason(replaced(text, "day_share_min_percent,75", "day_share_min_percent,175")).starts_with("w.csv:2:"));
  CHECK(reason(replaced(text, ",350,", ",nan,")).starts_with("w.csv:4:"));
  CHECK(reason(replaced(text, ",350,mg/L", ",350,g/L")).find("unit") != std::string::npos);
  CHECK(reason(replaced(text, "ammonia_cold", "ammonia_warm")).find("is not a number of") != std::string::npos);
  CHECK(reason(replaced(text, "ammonia_cold_at_most_c", "day_share_min_percent")).find("twice") != std::string::npos);
  CHECK(reason(replaced(text, ",verified", ",seen")).find("trust") != std::string::npos);
  CHECK(reason("key,value,unit,source,trust\n").find("missing") != std::string::npos);
  CHECK(reason("").starts_with("w.csv:1:"));
}
