#include "standards/ldar.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const LdarPlan& plan(const char* standard) {
  static const LdarPlans all = parse_ldar_plans(pack("ldar_leak_rules.csv"), "ldar_leak_rules.csv").value();
  const LdarPlan* const found = all.find(standard);
  REQUIRE(found != nullptr);
  return *found;
}
const LdarPlan& gb37822() { return plan("GB 37822-2019"); }
const LdarPlan& gb31571() { return plan("GB 31571-2015"); }

const LdarFactors& factors() {
  static const LdarFactors one = parse_ldar_factors(pack("ldar_factors.csv"), "ldar_factors.csv").value();
  return one;
}

LegalDay legal_day(const char* text) { return parse_legal_day(text).value(); }

PointEmission emission(const std::vector<PointTest>& tests, double from_h, double to_h) {
  return point_emission(tests, from_h, to_h).value();
}

constexpr SealKind gas_valve{LdarIndustry::petrochemical, SealComponent::valve, LdarService::gas};

}  // namespace

TEST_CASE("under GB 37822-2019 the limit itself is no leak, under GB 31571-2015 it is") {
  using enum LeakVerdict;
  const auto in2019 = [](LeakMedium medium, LeakRegion region, double net) {
    return leak_verdict(gb37822().limit(medium, region), net, false);
  };
  for (const LeakMedium medium : {LeakMedium::gas, LeakMedium::volatile_liquid}) {
    CHECK(in2019(medium, LeakRegion::general, 5000) == no_leak);
    CHECK(in2019(medium, LeakRegion::general, 5000.1) == leak);
    CHECK(in2019(medium, LeakRegion::key, 2000) == no_leak);
    CHECK(in2019(medium, LeakRegion::key, 2000.1) == leak);
  }
  CHECK(in2019(LeakMedium::other_liquid, LeakRegion::general, 2000) == no_leak);
  CHECK(in2019(LeakMedium::other_liquid, LeakRegion::general, 2001) == leak);
  CHECK(in2019(LeakMedium::other_liquid, LeakRegion::key, 500) == no_leak);
  CHECK(in2019(LeakMedium::other_liquid, LeakRegion::key, 501) == leak);
  for (const LeakRegion region : {LeakRegion::general, LeakRegion::key}) {
    CHECK(leak_verdict(gb31571().limit(LeakMedium::gas, region), 2000, false) == leak);
    CHECK(leak_verdict(gb31571().limit(LeakMedium::gas, region), 1999.9, false) == no_leak);
    CHECK(leak_verdict(gb31571().limit(LeakMedium::other_liquid, region), 500, false) == leak);
    CHECK(leak_verdict(gb31571().limit(LeakMedium::other_liquid, region), 499.9, false) == no_leak);
  }
}

TEST_CASE("what drips is a leak whatever the instrument says") {
  const LeakLimit& limit = gb37822().limit(LeakMedium::gas, LeakRegion::general);
  CHECK(leak_verdict(limit, 0, true) == LeakVerdict::leak);
  CHECK(leak_verdict(limit, missing, true) == LeakVerdict::leak);
  for (const double bad : {missing, -1.0, infinite}) CHECK(leak_verdict(limit, bad, false) == LeakVerdict::missing);
  const std::vector<double> net = {5000, 6000, missing};
  std::vector<LeakVerdict> verdict(3);
  leak_verdicts(limit, net, verdict);
  CHECK(verdict == std::vector{LeakVerdict::no_leak, LeakVerdict::leak, LeakVerdict::missing});
}

TEST_CASE("a reading is net of background and never below zero") {
  CHECK(net_reading(510, 10) == 500);
  CHECK(net_reading(5, 10) == 0);
  CHECK(std::isnan(net_reading(missing, 10)));
  CHECK(std::isnan(net_reading(510, missing)));
  CHECK(std::isnan(net_reading(-1, 0)));
}

TEST_CASE("tests are due by calendar months, each standard its own") {
  CHECK(next_test_due(gb37822(), SealComponent::valve, legal_day("2024-01-15")) == legal_day("2024-07-15"));
  CHECK(next_test_due(gb37822(), SealComponent::flange, legal_day("2024-01-15")) == legal_day("2025-01-15"));
  CHECK(next_test_due(gb37822(), SealComponent::agitator, legal_day("2024-01-15")) == legal_day("2024-07-15"));
  CHECK(next_test_due(gb31571(), SealComponent::valve, legal_day("2024-01-15")) == legal_day("2024-04-15"));
  CHECK(next_test_due(gb31571(), SealComponent::connector, legal_day("2024-01-15")) == legal_day("2024-07-15"));
  CHECK_FALSE(next_test_due(gb31571(), SealComponent::agitator, legal_day("2024-01-15")).has_value());
  CHECK(next_test_due(gb31571(), SealComponent::pump, legal_day("2023-11-30")) == legal_day("2024-02-29"));
  CHECK(next_test_due(gb37822(), SealComponent::pump, legal_day("2024-08-31")) == legal_day("2025-02-28"));
}

TEST_CASE("a later test is never due earlier") {
  for (std::int32_t days = -1000; days < 30000; ++days) {
    for (const SealComponent component : {SealComponent::valve, SealComponent::flange}) {
      const LegalDay due = *next_test_due(gb31571(), component, {days});
      REQUIRE(due <= *next_test_due(gb31571(), component, {days + 1}));
      REQUIRE((due.days - days >= 89 && due.days - days <= 184));
    }
  }
}

TEST_CASE("start-up, looking and release have times of their own") {
  CHECK(first_test_due(gb37822(), legal_day("2024-01-01")) == legal_day("2024-03-31"));
  CHECK(first_test_due(gb31571(), legal_day("2024-01-01")) == legal_day("2024-01-31"));
  CHECK(next_look_due(gb37822(), legal_day("2024-02-28")) == legal_day("2024-03-06"));
  const AddWorkingDays five_day_week = [](LegalDay from, int days) {
    LegalDay result = from;
    while (days > 0) {
      ++result.days;
      if ((result.days + 3) % 7 < 5) --days;  // 1970-01-01 was a Thursday
    }
    return result;
  };
  CHECK(release_test_due(gb37822(), legal_day("2024-05-10"), five_day_week) ==
        legal_day("2024-05-17"));  // Friday to Friday
  CHECK_FALSE(release_test_due(gb31571(), legal_day("2024-05-10"), five_day_week).has_value());
}

TEST_CASE("a leak is tried within 5 days and repaired within 15, or at the shutdown") {
  for (const LdarPlan* const one : {&gb37822(), &gb31571()}) {
    const RepairDue due = repair_due(*one, legal_day("2024-02-20"), std::nullopt);
    CHECK(due.first_try == legal_day("2024-02-25"));
    CHECK(due.done == legal_day("2024-03-06"));
    CHECK(repair_due(*one, legal_day("2024-02-20"), legal_day("2024-09-01")).done == legal_day("2024-09-01"));
    CHECK(repair_due(*one, legal_day("2024-02-20"), legal_day("2024-09-01")).first_try == legal_day("2024-02-25"));
    CHECK(repair_due(*one, legal_day("2024-02-20"), legal_day("2024-02-22")).done == legal_day("2024-03-06"));
  }
}

TEST_CASE("the duty begins at 2000 points") {
  CHECK(ldar_required(gb37822(), 2000));
  CHECK_FALSE(ldar_required(gb37822(), 1999));
  CHECK(ldar_required(gb31571(), 1));
  CHECK_FALSE(ldar_required(gb31571(), 0));
}

TEST_CASE("a point emits by correlation, default zero below it and a pegged rate above") {
  const LeakCorrelation& valve = *factors().correlation_of(gas_valve);
  const auto rate = [&](double net) { return correlation_kg_h(factors(), valve, net, {}); };
  CHECK(rate(0) == 6.6e-7);
  CHECK(rate(0.99) == 6.6e-7);
  CHECK(rate(1) == doctest::Approx(1.87e-6));
  CHECK(rate(500) == doctest::Approx(1.87e-6 * std::exp(0.873 * std::log(500.0))));
  CHECK(rate(49999.9) == doctest::Approx(1.87e-6 * std::pow(49999.9, 0.873)));
  CHECK(rate(50000) == 0.11);
  CHECK(rate(1e9) == 0.11);
  for (const double bad : {missing, -1.0, infinite}) CHECK(std::isnan(rate(bad)));
}

TEST_CASE("an instrument that ends at 10 000 is pegged there") {
  const LeakCorrelation& valve = *factors().correlation_of(gas_valve);
  const auto rate = [&](double net) { return correlation_kg_h(factors(), valve, net, {1, true}); };
  CHECK(rate(9999) == doctest::Approx(1.87e-6 * std::pow(9999, 0.873)));
  CHECK(rate(10000) == 0.024);
}

TEST_CASE("a coarse instrument has half its detection limit in the equation, not default zero") {
  const LeakCorrelation& valve = *factors().correlation_of(gas_valve);
  const auto rate = [&](double net, double limit) { return correlation_kg_h(factors(), valve, net, {limit, false}); };
  CHECK(rate(0.5, 1) == 6.6e-7);
  CHECK(rate(0.5, 1.1) == doctest::Approx(1.87e-6 * std::pow(0.55, 0.873)));
  CHECK(rate(0, 10) == doctest::Approx(1.87e-6 * std::pow(5, 0.873)));
  CHECK(rate(9.9, 10) == doctest::Approx(1.87e-6 * std::pow(5, 0.873)));
  CHECK(rate(10, 10) == doctest::Approx(1.87e-6 * std::pow(10, 0.873)));
  CHECK(std::isnan(rate(0, missing)));
  CHECK(std::isnan(rate(0, -1)));
  CHECK(rate(100, missing) == rate(100, 1));
}

TEST_CASE("the equation rises, and every rate is above zero and finite") {
  std::mt19937 random(104);
  std::uniform_real_distribution<double> log_net(-3, 6);
  for (std::size_t kind = 0; kind < seal_kinds; ++kind) {
    const auto& correlation = factors().correlation[kind];
    if (!correlation) continue;
    double before = 0;
    for (double net = 1; net < 50000; net *= 1.3) {
      const double rate = correlation_kg_h(factors(), *correlation, net, {});
      REQUIRE(rate > before);
      before = rate;
    }
    REQUIRE(correlation_kg_h(factors(), *correlation, 50000, {}) >= before);
    for (int i = 0; i < 200; ++i) {
      const double rate = correlation_kg_h(factors(), *correlation, std::pow(10, log_net(random)), {});
      REQUIRE((rate > 0 && rate < 10));
    }
  }
}

TEST_CASE("a column has the rates of its values, also in place") {
  const LeakCorrelation& valve = *factors().correlation_of(gas_valve);
  std::vector<double> column = {0, 100, missing, 60000};
  correlation_kg_h(factors(), valve, column, {}, column);
  CHECK(column[0] == 6.6e-7);
  CHECK(column[1] == correlation_kg_h(factors(), valve, 100, {}));
  CHECK(std::isnan(column[2]));
  CHECK(column[3] == 0.11);
}

TEST_CASE("points without constants of their own use those the guide names") {
  using enum LdarService;
  const auto a = [](LdarIndustry industry, SealComponent component, LdarService service) {
    const LeakCorrelation* const found = factors().correlation_of({industry, component, service});
    return found ? found->a : 0;
  };
  const auto petrochemical = LdarIndustry::petrochemical, refinery = LdarIndustry::refinery;
  for (const SealComponent component :
       {SealComponent::compressor, SealComponent::agitator, SealComponent::relief_device})
    CHECK(a(petrochemical, component, gas) == 1.90e-5);
  CHECK(a(petrochemical, SealComponent::pump, heavy_liquid) == 1.90e-5);
  CHECK(a(petrochemical, SealComponent::open_ended, gas) == 2.20e-6);
  CHECK(a(petrochemical, SealComponent::other, light_liquid) == 1.36e-5);
  CHECK(a(petrochemical, SealComponent::flange, gas) == 3.05e-6);
  CHECK(a(refinery, SealComponent::flange, heavy_liquid) == 4.61e-6);
  CHECK(a(petrochemical, SealComponent::valve, heavy_liquid) == 0);  // the guide has none
  CHECK(a(LdarIndustry::marketing_terminal, SealComponent::valve, gas) == 0);
}

TEST_CASE("screening ranges change at 10 000") {
  const LeakRange& valve = *factors().range_of(gas_valve);
  CHECK(range_kg_h(factors(), valve, 0) == 0.000131);
  CHECK(range_kg_h(factors(), valve, 9999.9) == 0.000131);
  CHECK(range_kg_h(factors(), valve, 10000) == 0.0782);
  CHECK(std::isnan(range_kg_h(factors(), valve, missing)));
  CHECK(std::isnan(range_kg_h(factors(), valve, -1)));
  CHECK(factors().range_of({LdarIndustry::marketing_terminal, SealComponent::valve, LdarService::gas}) == nullptr);
}

TEST_CASE("average factors count the TOC of the stream, those without methane put it back") {
  const LeakFactor& toc = *factors().average_of(gas_valve);
  CHECK(average_kg_h(factors(), toc, 0.8, missing) == doctest::Approx(0.00597 * 0.8));
  CHECK(average_kg_h(factors(), toc, 0, 0) == 0);
  const LeakFactor& nmoc = *factors().average_of({LdarIndustry::refinery, SealComponent::valve, LdarService::gas});
  CHECK(average_kg_h(factors(), nmoc, 0.8, 0) == doctest::Approx(0.0268 * 0.8));
  CHECK(average_kg_h(factors(), nmoc, 0.8, 0.05) == doctest::Approx(0.0268 * 0.8 * 0.8 / 0.75));
  CHECK(average_kg_h(factors(), nmoc, 0.8, 0.1) == doctest::Approx(0.0268 * 0.8 * 0.8 / 0.7));
  CHECK(average_kg_h(factors(), nmoc, 0.8, 0.3) == average_kg_h(factors(), nmoc, 0.8, 0.1));
  for (const double bad : {missing, -0.1, 1.1, infinite}) CHECK(std::isnan(average_kg_h(factors(), toc, bad, 0)));
  CHECK(std::isnan(average_kg_h(factors(), nmoc, 0.05, 0.05)));
  CHECK(std::isnan(average_kg_h(factors(), nmoc, 0.05, 0.06)));
  CHECK(std::isnan(average_kg_h(factors(), nmoc, 0.5, missing)));
}

TEST_CASE("the refinement never lowers a rate and never makes it negative or infinite") {
  std::mt19937 random(453);
  std::uniform_real_distribution<double> share(-0.2, 1.2);
  for (int i = 0; i < 20000; ++i) {
    const double toc = share(random), methane = share(random);
    for (const auto& factor : factors().average) {
      if (!factor) continue;
      const double rate = average_kg_h(factors(), *factor, toc, methane);
      if (!std::isnan(rate)) REQUIRE((std::isfinite(rate) && rate >= factor->kg_h * toc * 0.999999));
    }
  }
}

TEST_CASE("VOC is a share of TOC, all of it where shares are not known") {
  CHECK(voc_kg_h(2, 0.6, 0.8) == doctest::Approx(1.5));
  CHECK(voc_kg_h(2, missing, missing) == 2);
  CHECK(std::isnan(voc_kg_h(2, 0.6, missing)));
  CHECK(std::isnan(voc_kg_h(2, 0.9, 0.8)));
  CHECK(std::isnan(voc_kg_h(2, 0, 0)));
  CHECK(std::isnan(voc_kg_h(-2, 0.6, 0.8)));
}

TEST_CASE("rates share the year by the midpoints between tests") {
  // 0..8760 h, tests at 2000 and 6000: the first rate holds for 4000 h, the second for 4760 h.
  const PointEmission year = emission({{2000, 0.001, false}, {6000, 0.003, false}}, 0, 8760);
  CHECK(year.kg == doctest::Approx(0.001 * 4000 + 0.003 * 4760));
  CHECK(year.hours == 8760);
  CHECK(emission({{2000, 0.001, false}}, 0, 8760).kg == doctest::Approx(8.76));
}

TEST_CASE("a repair ends the old rate at once, the re-test holds to the next midpoint") {
  // Midpoint 4000; leak found at 6000, repaired at 6200; next midpoint (6200 + 8000) / 2 = 7100.
  const PointEmission year =
      emission({{2000, 0.001, false}, {6000, 0.1, false}, {6200, 0.002, true}, {8000, 0.003, false}}, 0, 8760);
  CHECK(year.kg == doctest::Approx(0.001 * 4000 + 0.1 * 2200 + 0.002 * 900 + 0.003 * 1660));
}

TEST_CASE("tests outside the window share the time at its ends") {
  CHECK(emission({{-1000, 1, false}, {1000, 2, false}}, 0, 100).kg == doctest::Approx(200));
  CHECK(emission({{-1000, 1, false}, {1100, 2, false}}, 0, 100).kg == doctest::Approx(50 + 2 * 50));
  CHECK(emission({{10, 1, false}, {500, 2, false}}, 0, 100).kg == doctest::Approx(100));
}

TEST_CASE("hours without a rate are told, not guessed") {
  const PointEmission part = emission({{10, missing, false}, {30, 2, false}}, 0, 100);
  CHECK(part.hours_missing == 20);
  CHECK(part.hours == 80);
  CHECK(part.kg == 160);
  CHECK(std::isnan(emission({{10, -1, false}}, 0, 100).kg));
  CHECK(std::isnan(emission({}, 0, 100).kg));
  CHECK(emission({}, 0, 100).hours_missing == 100);
  CHECK(emission({{10, 0, false}}, 0, 100).kg == 0);
}

TEST_CASE("tests out of order and windows that end before they begin are refused") {
  const auto field = [](const std::vector<PointTest>& tests, double from, double to) {
    const auto sum = point_emission(tests, from, to);
    return sum ? std::string("accepted") : sum.error().field;
  };
  CHECK(field({{10, 1, false}, {10, 1, true}}, 0, 100) == "at_h");
  CHECK(field({{10, 1, false}, {5, 1, false}}, 0, 100) == "at_h");
  CHECK(field({{missing, 1, false}}, 0, 100) == "at_h");
  CHECK(field({}, 100, 0) == "to_h");
  CHECK(field({}, 0, infinite) == "to_h");
  CHECK(field({}, 5, 5) == "accepted");
}

TEST_CASE("every hour of a window is shared out once, and higher rates emit more") {
  std::mt19937 random(8760);
  std::uniform_real_distribution<double> step(0.1, 900), rate(0, 0.2);
  for (int round = 0; round < 1000; ++round) {
    std::vector<PointTest> tests;
    double at = -2000;
    for (unsigned i = 0; i < 1 + random() % 12; ++i)
      tests.push_back({at += step(random), rate(random), i > 0 && random() % 3 == 0});
    const PointEmission sum = emission(tests, 0, 8760);
    REQUIRE(sum.hours + sum.hours_missing == doctest::Approx(8760));
    REQUIRE((sum.kg >= 0 && sum.kg <= 0.2 * 8760));
    tests[random() % tests.size()].rate_kg_h += 0.1;
    REQUIRE(emission(tests, 0, 8760).kg >= sum.kg - 1e-9);
    // Two halves of a window emit what the whole does.
    REQUIRE(emission(tests, 0, 3000).kg + emission(tests, 3000, 8760).kg ==
            doctest::Approx(emission(tests, 0, 8760).kg));
  }
}

TEST_CASE("a misprint of the leak rules is told by its line") {
  const std::string text = pack("ldar_leak_rules.csv");
  const auto reason = [](const std::string& changed) {
    const auto parsed = parse_ldar_plans(changed, "l.csv");
    return parsed ? std::string("accepted") : parsed.error().detail;
  };
  CHECK(reason(text) == "accepted");
  CHECK(reason(replaced(text, "leak,gas,general,>,5000", "leak,gas,general,<,5000")).starts_with("l.csv:3:"));
  CHECK(reason(replaced(text, "leak,gas,key,>,2000", "leak,gas,key,>,6000")).find("laxer") != std::string::npos);
  CHECK(reason(replaced(text, "leak,gas,key,>,2000", "leak,gas,general,>,2000")).find("twice") != std::string::npos);
  CHECK(reason(replaced(text, "leak,gas,", "leak,steam,")).find("subject") != std::string::npos);
  CHECK(reason(replaced(text, "gas,key,", "gas,lock,")).find("region") != std::string::npos);
  CHECK(reason(replaced(text, "inspection,pump", "inspection,pipe")).find("component") != std::string::npos);
  CHECK(reason(replaced(text, "<=,6,month", "<=,6.5,month")).find("whole") != std::string::npos);
  CHECK(reason(replaced(text, "<=,6,month", "<=,6,year")).find("unit") != std::string::npos);
  CHECK(reason(replaced(text, "repair-first,all,all,<=,5", "repair-first,all,all,<=,50")).find("after the repair") !=
        std::string::npos);
  CHECK(reason(replaced(text, "repair-first", "repair-third")).find("not a rule") != std::string::npos);
  CHECK(reason(replaced(text, ",verified", ",sure")).find("trust") != std::string::npos);
  CHECK(reason(replaced(text, "visual,all", "visual,pump")).find("subject") != std::string::npos);
  CHECK(reason("standard,rule,subject,region,holds,value,unit,source,trust\n").find("no rows") != std::string::npos);
  CHECK(reason("").starts_with("l.csv:1:"));
}

TEST_CASE("a misprint of the factors is told by its line") {
  const std::string text = pack("ldar_factors.csv");
  const auto reason = [](const std::string& changed) {
    const auto parsed = parse_ldar_factors(changed, "f.csv");
    return parsed ? std::string("accepted") : parsed.error().detail;
  };
  CHECK(reason(text) == "accepted");
  CHECK(factors().trust == "memory");
  CHECK(reason(replaced(text, "methane_share_max,0.1", "methane_share_max,10")).starts_with("f.csv:4:"));
  CHECK(reason(replaced(text, "pegged_from,50000", "pegged_from,5000")).find("pegged") != std::string::npos);
  CHECK(reason(replaced(text, "valve,gas,a,1.87E-06", "valve,gas,a,-1")).find("value '-1'") != std::string::npos);
  CHECK(reason(replaced(text, "valve,gas,b,0.873,1", "valve,gas,b,0.873,kg")).find("unit of b") != std::string::npos);
  CHECK(reason(replaced(text, "valve,gas,b,", "valve,gas,a,")).find("twice") != std::string::npos);
  CHECK(reason(replaced(text, "petrochemical/pump/light-liquid", "petrochemical/pump")).find("has no constants") !=
        std::string::npos);
  CHECK(reason(replaced(text, "petrochemical/pump/light-liquid", "petrochemical/agitator/gas")).find("no constants") !=
        std::string::npos);
  CHECK(reason(replaced(text, "gas,factor_high,0.0782", "gas,factor_high,0.00001")).find("factor_high") !=
        std::string::npos);
  CHECK(reason(replaced(text, "correlation,petrochemical,agitator", "correlation,petrochemical,valve"))
            .find("stands beside") != std::string::npos);
  CHECK(reason(replaced(text, "average,petro", "measured,petro")).find("method") != std::string::npos);
  CHECK(reason(replaced(text, "average,petrochemical", "average,mine")).find("industry") != std::string::npos);
  CHECK(reason(replaced(text, ",memory", ",perhaps")).find("trust") != std::string::npos);
  CHECK(reason("").starts_with("f.csv:1:"));
  CHECK(reason("method,industry,component,service,param,value,unit,source,trust\n").find("is missing") !=
        std::string::npos);
  const std::size_t pegged = text.find("correlation,petrochemical,valve,gas,pegged_100000");
  CHECK(reason(std::string(text).erase(pegged, text.find('\n', pegged) + 1 - pegged)).find("is missing") !=
        std::string::npos);
}
