#include "quality/assessment.hpp"

#include "quality/quality_test_packs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace celadon;
using namespace celadon::quality;
using celadon::quality::test::packs;

namespace {

const auto& assessment_rules() {
  static const auto all = read_assessment(packs / "assessment.yaml").value();
  return all;
}
const Combination& combination() {
  static const auto all = Combination::read(packs / "combination.csv", feature_names()).value();
  return all;
}

/// A week of a sonde every quarter of an hour: temperature and depth move with day and tide.
struct Sonde {
  std::vector<Instant> time;
  std::vector<double> temperature, depth, ph;
  SiteStretch stretch;

  explicit Sonde(unsigned seed = 1, std::size_t n = 7 * 96) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0, 1);
    for (std::size_t i = 0; i < n; ++i) {
      const double hour = static_cast<double>(i) / 4;
      time.push_back({static_cast<std::int64_t>(i) * 15 * us_per_minute});
      temperature.push_back(25 + 2 * std::sin(hour / 24 * 6.2832) + 0.05 * noise(random));
      depth.push_back(1.5 + 0.3 * std::sin(hour / 12.42 * 6.2832) + 0.01 * noise(random));
      ph.push_back(std::round(80 + 2 * std::sin(hour / 24 * 6.2832) + 0.5 * noise(random)) / 10);
    }
    stretch.site = "s";
    look();
  }
  void look() {
    stretch.time = time;
    stretch.columns = {{"water-temperature", temperature}, {"water-depth", depth}, {"pH", ph}};
  }
};

}  // namespace

TEST_CASE("the packs of the assessment can be read, and each rule speaks both languages") {
  CHECK(assessment_rules().size() > 20);
  for (const auto& rule : assessment_rules()) {
    CHECK_FALSE(rule.zh.empty());
    CHECK_FALSE(rule.en.empty());
  }
  CHECK_FALSE(combination().marked.trees.empty());
  CHECK_FALSE(combination().voided.trees.empty());
}

TEST_CASE("a probability stands for every value that is there, within 0 and 1, and none for a missing one") {
  Sonde sonde;
  sonde.temperature[10] = std::nan("");
  sonde.temperature[20] = 1e300;
  sonde.ph[30] = -1e9;
  const auto columns = assess(assessment_rules(), combination(), sonde.stretch).value();
  REQUIRE(columns.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t i = 0; i < sonde.time.size(); ++i) {
      if (std::isnan(sonde.stretch.columns[k].value[i])) {
        CHECK(std::isnan(columns[k].probability[i]));
        continue;
      }
      CHECK((columns[k].probability[i] >= 0 && columns[k].probability[i] <= 1));
      CHECK(columns[k].probability_voided[i] <= columns[k].probability[i]);
    }
  }
}

TEST_CASE("a reading of 50 degrees is proposed void and says why in both languages, and its neighbours are not") {
  Sonde sonde;
  for (std::size_t i = 300; i < 330; ++i) sonde.temperature[i] = 50;
  const auto columns = assess(assessment_rules(), combination(), sonde.stretch).value();
  CHECK(columns[0].proposal[310] != Proposal::valid);
  CHECK(columns[0].probability[310] > 10 * columns[0].probability[100]);
  CHECK(columns[0].proposal[100] == Proposal::valid);
  const auto flags = flags_of(assessment_rules(), sonde.stretch, columns[0], 310);
  const auto range = std::ranges::find(flags, "beyond-range", &RuleFlag::rule);
  REQUIRE(range != flags.end());
  CHECK(range->en == "50 is outside the credible range -1 to 40");
  CHECK(range->zh == "数值 50 超出可信范围 -1～40");
  CHECK(range->strength > 1);
}

TEST_CASE("the further a planted value lies off, the more doubtful it is") {
  double last = 0;
  for (const double size : {0.0, 1.0, 5.0, 25.0, 400.0}) {
    Sonde sonde;
    sonde.temperature[300] += size;
    const double p =
        static_cast<double>(assess(assessment_rules(), combination(), sonde.stretch).value()[0].probability[300]);
    CHECK(p >= last - 0.02);
    last = p;
  }
  CHECK(last > 0.1);
}

TEST_CASE("the order of the columns changes nothing") {
  Sonde sonde;
  sonde.ph[100] = 14;
  const auto one = assess(assessment_rules(), combination(), sonde.stretch).value();
  auto turned = sonde.stretch;
  std::ranges::reverse(turned.columns);
  const auto two = assess(assessment_rules(), combination(), turned).value();
  for (std::size_t k = 0; k < 3; ++k) CHECK(one[k].probability == two[2 - k].probability);
}

TEST_CASE("an instrument that hangs deeper than its neighbour says is doubted in all that it measures") {
  Sonde sonde;
  const std::vector<double> beside = sonde.depth;
  for (std::size_t i = 200; i < 400; ++i) sonde.depth[i] -= 0.4;
  sonde.stretch.neighbours = {{"water-depth", NeighbourColumn::Side::beside, beside}};
  const auto columns = assess(assessment_rules(), combination(), sonde.stretch).value();
  for (const auto& column : columns) {
    CAPTURE(column.property);
    const auto flags = flags_of(assessment_rules(), sonde.stretch, column, 300);
    CHECK(std::ranges::find(flags, "placement", &RuleFlag::rule) != flags.end());
    const auto before = flags_of(assessment_rules(), sonde.stretch, column, 20);
    CHECK(std::ranges::find(before, "placement", &RuleFlag::rule) == before.end());
  }
}

TEST_CASE("limits of a site and a month stand in for the usual ones there alone") {
  const auto own = parse_assessment(
                       "rules:\n  - id: r\n    kind: range\n    at: 1\n    limits: {pH: {min: 6, max: 9}}\n"
                       "    overrides: {spring: {sites: [s], months: [\"1\"], max: 7}}\n"
                       "    zh: \"{value} {max}\"\n    en: \"{value} {max}\"\n    source: s\n    trust: design\n",
                       "a.yaml")
                       .value();
  Sonde sonde;  // its times lie in January
  const auto strength = [&](const std::string& site) {
    sonde.stretch.site = site;
    return features_of(own, sonde.stretch).value()[2].rules[0].strength[100];
  };
  CHECK(strength("s") > 1);
  CHECK(strength("t") == 0);
  sonde.stretch.site = "s";
  const auto columns = assess(own, combination(), sonde.stretch).value();
  CHECK(flags_of(own, sonde.stretch, columns[2], 100)[0].en.ends_with(" 7"));
}

TEST_CASE("an hour that no person would pass over is at least suspect, though the trees never saw its like") {
  std::vector<Instant> time;
  std::vector<double> dust;
  std::mt19937_64 random(3);
  for (int i = 0; i < 20 * 24; ++i) {
    time.push_back({i * us_per_hour});
    dust.push_back(40 + 8 * std::sin(i / 24.0 * 6.2832) + static_cast<double>(random() % 5));
  }
  const auto proposed_at = [&](double value) {
    dust[200] = value;
    SiteStretch stretch;
    stretch.time = time;
    stretch.columns = {{"PM10", dust}};
    const auto columns = assess(assessment_rules(), combination(), stretch).value();
    CHECK(columns[0].proposal[190] == Proposal::valid);
    return columns[0].proposal[200];
  };
  CHECK(proposed_at(900) != Proposal::valid);
  CHECK(proposed_at(48) == Proposal::valid);
}

TEST_CASE("times that go back, columns of another length and a property twice are refused") {
  Sonde sonde;
  auto stretch = sonde.stretch;
  stretch.columns.push_back({"pH", sonde.ph});
  CHECK(assess(assessment_rules(), combination(), stretch).error().code == Errc::invalid_value);
  stretch = sonde.stretch;
  stretch.columns[0].value = stretch.columns[0].value.first(5);
  CHECK(assess(assessment_rules(), combination(), stretch).error().code == Errc::invalid_value);
  sonde.time[5] = sonde.time[4];
  sonde.look();
  CHECK(assess(assessment_rules(), combination(), sonde.stretch).error().field == "time");
}

TEST_CASE("nothing, one row and a stretch of missing values are assessed too") {
  for (const std::size_t n : {0U, 1U, 5U}) {
    Sonde sonde(1, n);
    CHECK(assess(assessment_rules(), combination(), sonde.stretch).value().size() == 3);
  }
  Sonde sonde;
  std::ranges::fill(sonde.ph, std::nan(""));
  CHECK(std::isnan(assess(assessment_rules(), combination(), sonde.stretch).value()[2].probability[0]));
}

TEST_CASE("a misprint in the assessment pack is named with its line") {
  const auto why = [](const std::string& rule) {
    const auto read = parse_assessment(
        "rules:\n  - id: a\n" + rule + "    zh: z\n    en: e\n    source: s\n    trust: design\n", "a.yaml");
    REQUIRE_FALSE(read.has_value());
    return read.error().detail;
  };
  CHECK(why("    kind: spyke\n    at: 1\n").starts_with("a.yaml:3: kind"));
  CHECK(why("    kind: spike\n    at: 0\n    half: 6\n    reach: P1D\n").starts_with("a.yaml:4: at"));
  CHECK(why("    kind: spike\n    at: 1\n    half: 600\n    reach: P1D\n").starts_with("a.yaml:5: half"));
  CHECK(why("    kind: flat\n    at: 1\n    half: 6\n").starts_with("a.yaml:5: half"));
  CHECK(why("    kind: range\n    at: 1\n    limits: {pH: {min: 9, max: 6}}\n").find("above min") != std::string::npos);
  CHECK(why("    kind: part\n    at: 1\n    absolute: 1\n    relative: 0\n    columns: {part: {property: PM2.5}}\n")
            .find("whole is not there") != std::string::npos);
  CHECK(why("    kind: range\n    at: 1\n    limits: {pH: {min: 1, max: 6}}\n    overrides: {a: {months: [\"13\"], "
            "min: 0}}\n")
            .find("no month") != std::string::npos);
  CHECK(why("    kind: range\n    at: 1\n    limits: {pH: {min: 1, max: 6}}\n    overrides: {a: {min: 0}}\n")
            .find("sites or months") != std::string::npos);
}
