#include "standards/pollution_equivalent.hpp"

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

constexpr EquivalentGroup air = EquivalentGroup::air, class1 = EquivalentGroup::water_class1,
                          other = EquivalentGroup::water_other;

const EquivalentTable& equivalents() {
  static const EquivalentTable one =
      parse_equivalents(pack("pollutant_equivalents.csv"), "pollutant_equivalents.csv").value();
  return one;
}

std::size_t row(EquivalentGroup group, const char* name_zh) {
  const std::size_t found = equivalents().find(group, name_zh);
  REQUIRE(found < equivalents().rows.size());
  return found;
}

OutletEquivalents outlet(TaxedMedium medium, const std::vector<OutletEmission>& emissions) {
  return equivalents_of_outlet(equivalents(), medium, emissions).value();
}

}  // namespace

TEST_CASE("the annex has ten pollutants of class 1, 51 others and 44 of air") {
  const auto count = [](EquivalentGroup group) {
    return std::count_if(equivalents().rows.begin(), equivalents().rows.end(),
                         [&](const EquivalentRow& one) { return one.group == group; });
  };
  CHECK(count(class1) == 10);
  CHECK(count(other) == 51);
  CHECK(count(air) == 44);
  CHECK(equivalents().find(air, "悬浮物(SS)") == equivalents().rows.size());
  for (const char* name : {"pH值", "色度", "大肠菌群数"})
    CHECK(equivalents().find(other, name) == equivalents().rows.size());
}

TEST_CASE("equivalents are kilograms by the value of the annex") {
  CHECK(equivalents_of(equivalents().rows[row(air, "二氧化硫")], 0.95) == doctest::Approx(1));
  CHECK(equivalents_of(equivalents().rows[row(class1, "总汞")], 1) == doctest::Approx(2000));
  CHECK(equivalents_of(equivalents().rows[row(other, "化学需氧量(CODcr)")], 7) == doctest::Approx(7));
  CHECK(equivalents_of(equivalents().rows[row(air, "苯")], 0) == 0);
  for (const double bad : {missing, -1.0, infinite}) CHECK(std::isnan(equivalents_of(equivalents().rows[0], bad)));
  for (const EquivalentRow& one : equivalents().rows) CHECK(equivalents_of(one, 2) > equivalents_of(one, 1));
}

TEST_CASE("of air the three with most equivalents are taxed, not the three with most kilograms") {
  // 1000 kg CO are 59.9 equivalents, 100 kg SO2 105.3, 80 kg NOx 84.2, 150 kg soot 68.8.
  const auto one = outlet(
      TaxedMedium::air,
      {{row(air, "一氧化碳"), 1000}, {row(air, "二氧化硫"), 100}, {row(air, "氮氧化物"), 80}, {row(air, "烟尘"), 150}});
  CHECK(one.pollutants[0].rank == 4);
  CHECK_FALSE(one.pollutants[0].taxed);
  CHECK(one.pollutants[1].rank == 1);
  CHECK(one.pollutants[2].rank == 2);
  CHECK(one.pollutants[3].rank == 3);
  CHECK(one.taxed == doctest::Approx(100 / 0.95 + 80 / 0.95 + 150 / 2.18));
  CHECK(pollution_tax_cny(one.taxed, 1.2) == doctest::Approx(1.2 * one.taxed));
}

TEST_CASE("of water five of class 1 and three others are taxed") {
  const auto one = outlet(TaxedMedium::water, {{row(class1, "总汞"), 0.0005 * 6},
                                               {row(class1, "总镉"), 0.005 * 5},
                                               {row(class1, "总铬"), 0.04 * 4},
                                               {row(class1, "六价铬"), 0.02 * 3},
                                               {row(class1, "总砷"), 0.02 * 2},
                                               {row(class1, "总铅"), 0.025 * 1},
                                               {row(other, "悬浮物(SS)"), 4.0 * 40},
                                               {row(other, "氨氮"), 0.8 * 30},
                                               {row(other, "总磷"), 0.25 * 20},
                                               {row(other, "石油类"), 0.1 * 10}});
  CHECK(one.taxed == doctest::Approx(6 + 5 + 4 + 3 + 2 + 40 + 30 + 20));
  CHECK(one.pollutants[4].taxed);
  CHECK_FALSE(one.pollutants[5].taxed);
  CHECK(one.pollutants[8].taxed);
  CHECK_FALSE(one.pollutants[9].taxed);
}

TEST_CASE("of COD, BOD5 and TOC of one outlet only the greatest is taxed") {
  const auto one = outlet(TaxedMedium::water, {{row(other, "生化需氧量(BOD5)"), 30},
                                               {row(other, "化学需氧量(CODcr)"), 100},
                                               {row(other, "总有机碳(TOC)"), 40},
                                               {row(other, "氨氮"), 8},
                                               {row(other, "总磷"), 1}});
  CHECK(one.pollutants[1].rank == 1);
  CHECK(one.pollutants[0].rank == 0);
  CHECK_FALSE(one.pollutants[0].taxed);
  CHECK_FALSE(one.pollutants[2].taxed);
  CHECK(one.taxed == doctest::Approx(100 + 10 + 4));
}

TEST_CASE("equals keep the order of the annex, and nothing emitted adds nothing") {
  const auto equal = outlet(TaxedMedium::air, {{row(air, "氮氧化物"), 0.95}, {row(air, "二氧化硫"), 0.95}});
  CHECK(equal.pollutants[0].rank == 2);
  CHECK(equal.pollutants[1].rank == 1);
  const auto none = outlet(TaxedMedium::air, {{row(air, "二氧化硫"), 0}});
  CHECK(none.taxed == 0);
  CHECK(none.missing == 0);
  CHECK(outlet(TaxedMedium::water, {}).taxed == 0);
}

TEST_CASE("an unknown amount is counted, not ranked") {
  const auto one =
      outlet(TaxedMedium::air, {{row(air, "二氧化硫"), missing}, {row(air, "氮氧化物"), 9.5}, {row(air, "苯"), -1}});
  CHECK(one.missing == 2);
  CHECK(one.taxed == doctest::Approx(10));
  CHECK(one.pollutants[0].rank == 0);
  CHECK_FALSE(one.pollutants[0].taxed);
}

TEST_CASE("a pollutant twice or of the other medium is refused") {
  const std::vector<OutletEmission> twice = {{row(air, "苯"), 1}, {row(air, "苯"), 2}};
  CHECK(equivalents_of_outlet(equivalents(), TaxedMedium::air, twice).error().code == Errc::invalid_value);
  const std::vector<OutletEmission> stray = {{row(other, "苯"), 1}};
  CHECK(equivalents_of_outlet(equivalents(), TaxedMedium::air, stray).error().code == Errc::invalid_value);
}

TEST_CASE("an order of asking changes nothing, and more of a pollutant is never less tax") {
  std::mt19937 random(2018);
  std::uniform_real_distribution<double> kg(0, 100);
  for (int round = 0; round < 500; ++round) {
    std::vector<OutletEmission> emissions;
    for (std::size_t i = 0; i < equivalents().rows.size(); ++i) {
      if (equivalents().rows[i].group != air && random() % 4 == 0) emissions.push_back({i, kg(random)});
    }
    if (emissions.empty()) continue;
    const double before = outlet(TaxedMedium::water, emissions).taxed;
    std::shuffle(emissions.begin(), emissions.end(), random);
    const auto shuffled = outlet(TaxedMedium::water, emissions);
    REQUIRE(shuffled.taxed == doctest::Approx(before));
    REQUIRE(std::isfinite(before));
    const auto taxed = std::count_if(shuffled.pollutants.begin(), shuffled.pollutants.end(),
                                     [](const TaxedPollutant& one) { return one.taxed; });
    REQUIRE(taxed <= 8);
    emissions[0].kg += 50;
    REQUIRE(outlet(TaxedMedium::water, emissions).taxed >= before - 1e-6);
  }
}

TEST_CASE("tax is never negative or infinite") {
  CHECK(pollution_tax_cny(10, 1.4) == doctest::Approx(14));
  for (const double bad : {missing, -1.0, infinite}) {
    CHECK(std::isnan(pollution_tax_cny(bad, 1.4)));
    CHECK(std::isnan(pollution_tax_cny(10, bad)));
  }
  CHECK(std::isnan(pollution_tax_cny(1e300, 1e300)));
}

TEST_CASE("a misprint of the annex is told by its line") {
  const auto reason = [](const std::string& changed) {
    const auto parsed = parse_equivalents(changed, "e.csv");
    return parsed ? std::string("accepted") : parsed.error().detail;
  };
  const std::string text = pack("pollutant_equivalents.csv");
  CHECK(reason(text) == "accepted");
  CHECK(reason(replaced(text, "总汞,0.0005", "总汞,0")).starts_with("e.csv:4:"));
  CHECK(reason(replaced(text, "总汞,0.0005", "总汞,nan")).find("equivalent") != std::string::npos);
  CHECK(reason(replaced(text, "总汞,", "总镉,")).find("twice") != std::string::npos);
  CHECK(reason(replaced(text, "water_class1,2,", "water_class1,1,")).find("number is there twice") !=
        std::string::npos);
  CHECK(reason(replaced(text, "water_class1,1,", "soil,1,")).find("group") != std::string::npos);
  CHECK(reason(replaced(text, "0.005,kg,5", "0.005,kg,4")).find("differs") != std::string::npos);
  CHECK(reason(replaced(text, "0.005,kg,5", "0.005,g,5")).find("unit") != std::string::npos);
  CHECK(reason(replaced(text, "air,1,二氧化硫,0.95,kg,3,", "air,1,二氧化硫,0.95,kg,3,oxygen-demand"))
            .find("span groups") != std::string::npos);
  CHECK(reason(replaced(text, ",verified", ",certain")).find("trust") != std::string::npos);
  CHECK(reason("group,no,name_zh,equivalent,unit,taxed_first,one_of,source,trust\n").find("missing") !=
        std::string::npos);
  CHECK(reason("").starts_with("e.csv:1:"));
}
