#include "quality/assessment.hpp"
#include "quality/quality_test_packs.hpp"
#include "quality/series_checks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <string>
#include <vector>

using namespace celadon;
using namespace celadon::quality;
using celadon::quality::test::packs;

namespace {

constexpr std::size_t clock_block = 14 * 24, clock_blocks = 8, clock_stations = 5;

/// Sixteen weeks of real ozone: tests/reference/clock.
struct RealOzone {
  std::vector<Instant> time;
  std::vector<std::vector<double>> station{clock_stations};

  RealOzone() {
    std::ifstream in(CELADON_SOURCE "/tests/reference/clock/o3_beijing_2015.csv");
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::size_t at = line.find(',');
      for (auto& values : station) {
        const std::size_t end = line.find(',', at + 1);
        const std::string cell = line.substr(at + 1, end == std::string::npos ? end : end - at - 1);
        values.push_back(cell.empty() ? std::nan("") : std::stod(cell));
        at = end;
      }
      time.push_back({static_cast<std::int64_t>(time.size()) * us_per_hour});
    }
    REQUIRE(time.size() == clock_block * clock_blocks);
  }
};

const RealOzone& ozone() {
  static const RealOzone one;
  return one;
}

/// What stood at i stands at i + steps.
std::vector<double> later(const std::vector<double>& value, int steps) {
  std::vector<double> moved(value.size(), std::nan(""));
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto from = static_cast<std::ptrdiff_t>(i) - steps;
    if (from >= 0 && from < static_cast<std::ptrdiff_t>(value.size())) moved[i] = value[static_cast<std::size_t>(from)];
  }
  return moved;
}

const std::vector<CheckRule>& clock_rules() {
  static const auto rules = [] {
    auto some = read_assessment(packs / "assessment.yaml").value();
    std::erase_if(some, [](const CheckRule& rule) { return rule.kind != CheckKind::clock; });
    return some;
  }();
  return rules;
}

/// Steps that the pack's rule tells of a column beside the four other stations; empty where it was not asked.
std::vector<float> steps_told(const std::vector<double>& value, std::size_t station, std::size_t rows = 0,
                              const std::string& property = "O3") {
  if (rows == 0) rows = value.size();
  SiteStretch stretch;
  stretch.time = std::span(ozone().time).first(rows);
  stretch.columns = {{property, std::span(value).first(rows)}};
  for (std::size_t s = 0; s < clock_stations; ++s) {
    if (s != station)
      stretch.neighbours.push_back(
          {property, NeighbourColumn::Side::beside, std::span(ozone().station[s]).first(rows)});
  }
  const auto features = features_of(clock_rules(), stretch);
  REQUIRE(features.has_value());
  return (*features)[0].rules.empty() ? std::vector<float>() : (*features)[0].rules[0].steps;
}

/// The step told of a block, 0 where none of its values has one.
int of_block(const std::vector<float>& steps, std::size_t block) {
  for (std::size_t i = block * clock_block; i < (block + 1) * clock_block; ++i)
    if (!std::isnan(steps[i])) return static_cast<int>(steps[i]);
  return 0;
}

std::string clock_words(const std::vector<double>& value, std::size_t station, std::size_t row) {
  SiteStretch stretch;
  stretch.time = ozone().time;
  stretch.columns = {{"O3", value}};
  for (std::size_t s = 0; s < clock_stations; ++s)
    if (s != station) stretch.neighbours.push_back({"O3", NeighbourColumn::Side::beside, ozone().station[s]});
  const auto features = features_of(clock_rules(), stretch);
  REQUIRE(features.has_value());
  ColumnAssessment column;
  column.property = "O3";
  column.rules = (*features)[0].rules;
  const auto flags = flags_of(clock_rules(), stretch, column, row);
  return flags.empty() ? "" : flags[0].en;
}

}  // namespace

TEST_CASE("planted shifts of real ozone are found with their hours, and nothing is where nothing was planted") {
  for (std::size_t s = 0; s < clock_stations; ++s) {
    CAPTURE(s);
    const auto still = steps_told(ozone().station[s], s);
    REQUIRE(still.size() == ozone().time.size());
    for (std::size_t b = 0; b < clock_blocks; ++b) CHECK(of_block(still, b) == 0);
  }
  std::string counts;
  for (const int steps : {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6}) {
    std::size_t found = 0, wrong = 0;
    for (std::size_t s = 0; s < clock_stations; ++s) {
      const auto told = steps_told(later(ozone().station[s], steps), s);
      for (std::size_t b = 0; b < clock_blocks; ++b) {
        const int one = of_block(told, b);
        found += one == steps ? 1 : 0;
        wrong += one != 0 && std::abs(one - steps) > 1 ? 1 : 0;
      }
    }
    counts += std::to_string(steps) + ": " + std::to_string(found) + " of 40; ";
    CAPTURE(counts);
    CHECK(wrong == 0);
    CHECK(found >= (std::abs(steps) == 1 ? 24 : 36));
  }
  MESSAGE(counts);
}

TEST_CASE("a clock that is off is told in words with its hours") {
  const auto words = clock_words(later(ozone().station[1], 3), 1, 400);
  CHECK(words.find("off by 3 steps") != std::string::npos);
  CHECK(clock_words(later(ozone().station[1], -2), 1, 400).find("off by -2 steps") != std::string::npos);
  CHECK(clock_words(ozone().station[1], 1, 400).empty());
}

TEST_CASE("what is shifted further is told further, and neither scale nor offset matter") {
  const std::span<const double> value = std::span(ozone().station[2]).first(clock_block);
  const std::span<const double> partner = std::span(ozone().station[0]).first(clock_block);
  const std::vector<double> own(value.begin(), value.end());
  const auto base = clock_shift(own, partner, 12);
  for (int steps = -6; steps <= 6; ++steps) {
    const auto moved = later(own, steps);
    CHECK(clock_shift(moved, partner, 12).lag == base.lag + steps);
    const auto both = later({partner.begin(), partner.end()}, steps);
    CHECK(clock_shift(moved, both, 12).lag == base.lag);
  }
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> scale(1e-4, 1e4), offset(-1e3, 1e3);
  const auto late = later(own, 3);
  const auto before = clock_shift(late, partner, 12);
  for (int i = 0; i < 50; ++i) {
    auto other = late;
    const double a = scale(random), b = offset(random) * a;
    for (double& one : other) one = a * one + b;
    const auto after = clock_shift(other, partner, 12);
    CHECK(after.lag == before.lag);
    CHECK(after.gain == doctest::Approx(before.gain).epsilon(1e-6));
    CHECK(after.correlation == doctest::Approx(before.correlation).epsilon(1e-6));
  }
}

TEST_CASE("nothing is told of a short stretch, a flat series, noise or a series with too little in it") {
  const auto late = later(ozone().station[0], 4);
  CHECK(steps_told(late, 0, clock_block - 1).empty());
  CHECK(of_block(steps_told(late, 0, clock_block), 0) == 4);
  CHECK(steps_told(late, 0, 0, "SO2").empty());  // the pack names no such partner
  std::vector<double> flat(late.size(), 61.3);
  std::mt19937_64 random(11);
  std::normal_distribution<double> noise(60, 20);
  std::vector<double> noisy(late.size());
  for (double& one : noisy) one = noise(random);
  for (const auto& value : {flat, noisy})
    for (const float one : steps_told(value, 0)) CHECK((std::isnan(one) || one == 0));
  CHECK(std::isnan(clock_shift(flat, ozone().station[0], 12).gain));
  // A third of the values lost at random changes nothing, two thirds are too many.
  std::uniform_real_distribution<double> share(0, 1);
  auto thin = late, scarce = late;
  for (std::size_t i = 0; i < late.size(); ++i) {
    const double drawn = share(random);
    if (drawn < 0.33) thin[i] = std::nan("");
    if (drawn < 0.67) scarce[i] = std::nan("");
  }
  CHECK(of_block(steps_told(thin, 0), 2) == 4);
  for (const float one : steps_told(scarce, 0)) CHECK(std::isnan(one));
}

TEST_CASE("hours that are not there at all leave the clock where it is") {
  const auto late = later(ozone().station[0], 4);
  SiteStretch stretch;
  std::vector<Instant> time;
  std::vector<double> value, beside;
  for (std::size_t i = 0; i < late.size(); ++i) {
    if (i % 9 == 4) continue;
    time.push_back(ozone().time[i]);
    value.push_back(late[i]);
    beside.push_back(ozone().station[3][i]);
  }
  stretch.time = time;
  stretch.columns = {{"O3", value}};
  stretch.neighbours = {{"O3", NeighbourColumn::Side::beside, beside}};
  const auto features = features_of(clock_rules(), stretch);
  REQUIRE(features.has_value());
  REQUIRE((*features)[0].rules.size() == 1);
  CHECK((*features)[0].rules[0].steps[100] == 4);
}

TEST_CASE("the clock is told beside the combination and does not enter it") {
  auto rules = read_assessment(packs / "assessment.yaml").value();
  const auto late = later(ozone().station[0], 4);
  SiteStretch stretch;
  stretch.time = ozone().time;
  stretch.columns = {{"O3", late}};
  stretch.neighbours = {{"O3", NeighbourColumn::Side::beside, ozone().station[1]}};
  const auto with = features_of(rules, stretch);
  std::erase_if(rules, [](const CheckRule& rule) { return rule.kind == CheckKind::clock; });
  const auto without = features_of(rules, stretch);
  REQUIRE(with.has_value());
  REQUIRE(without.has_value());
  CHECK((*with)[0].rules.size() == (*without)[0].rules.size() + 1);
  const auto& a = (*with)[0].features;
  const auto& b = (*without)[0].features;
  REQUIRE(a.size() == b.size());
  std::size_t other = 0;
  for (std::size_t i = 0; i < a.size(); ++i) other += a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])) ? 0 : 1;
  CHECK(other == 0);
}

TEST_CASE("the limits of a clock are checked with their line") {
  const std::string good =
      "rules: [{id: c, kind: clock, at: 1, block: P14D, reach: PT12H, correlation: 0.7, gain: 0.03, zh: '{steps}', "
      "en: x, source: s, trust: design}]";
  REQUIRE(parse_assessment(good, "a.yaml").has_value());
  const auto says = [&](const std::string& from, const std::string& to, const std::string& reason) {
    const auto read = parse_assessment(celadon::quality::test::with(good, from, to), "a.yaml");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().detail.find(reason) != std::string::npos);
  };
  says("correlation: 0.7", "correlation: 7", "correlation: must be above 0 and below 1");
  says(", gain: 0.03", "", "gain: is not there");
  says("reach: PT12H", "lag_max: 12", "there is no field 'lag_max'");
  says("'{steps}'", "'{hours}'", "{hours} is not known to the kind clock");
  says("at: 1,", "at: 1, columns: {other: {property: O3}},", "'other' is not a column of this kind");
  CHECK(parse_assessment(celadon::quality::test::with(good, "at: 1,", "at: 1, columns: {partner: {property: O3}},"),
                         "a.yaml")
            .has_value());
}
