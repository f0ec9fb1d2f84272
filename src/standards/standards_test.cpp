#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "standards/library.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

struct Edition {
  const IndexRules& rules;
  explicit Edition(const char* name) : rules(**library().air_rules({}, name)) {}
  int index(const char* column, double concentration) const {
    for (const auto& table : rules.tables) {
      if (table.name() != column) continue;
      std::int16_t result = 0;
      sub_index(table, {&concentration, 1}, {&result, 1});
      CHECK(result == sub_index_by_formula(table, concentration));
      return result;
    }
    FAIL("no column " << column);
    return 0;
  }
};

std::string index_misprint_of(std::string text, const char* old_words, const char* new_words) {
  const auto at = text.find(old_words);
  REQUIRE(at != std::string::npos);
  text.replace(at, std::string(old_words).size(), new_words);
  const auto rules = parse_index_rules(text, "p.yaml");
  return rules ? "" : rules.error().detail;
}

constexpr const char* small_pack = R"(standard: X
title_zh: a
title_en: b
valid: {from: 2020-01-01}
trust: verified
rounding: {clause: c, trust: verified}
upward: {clause: c, trust: verified}
greatest: {clause: c, trust: verified}
primary: {above: 50, clause: c, trust: verified}
cap: {clause: c, trust: memory}
incomplete: judge_the_rest
index: [0, 50, 100]
tables:
  - {pollutant: PM2.5, averaging: 24h, unit: ug/m3, decimals: 0, beyond: last_index, source: t, trust: verified, concentration: [0, 35, 75]}
hourly: {clause: c, items: [{property: PM2.5, averaging: PT1H, table: PM2.5 24h}]}
daily: {clause: c, items: [{property: PM2.5, averaging: P1D, table: PM2.5 24h}]}
levels:
  - {level: 1, from: 0, to: 100, name_zh: a, name_en: b, colour: c, text_colour: d, advice_zh: e, advice_en: f}
)";

}  // namespace

TEST_CASE("on every breakpoint of every column the index is the printed one, one step further it is greater") {
  for (const auto& rules : library().air) {
    for (const auto& table : rules.tables) {
      CAPTURE(rules.standard);
      CAPTURE(table.name());
      for (std::size_t k = 0; k < table.index.size(); ++k) {
        const double at = static_cast<double>(table.concentration[k]) / table.steps_per_unit;
        CHECK(sub_index_by_formula(table, at) == table.index[k]);
        const int beyond = sub_index_by_formula(table, at + 1 / table.steps_per_unit);
        if (k + 1 < table.index.size())
          CHECK(beyond > table.index[k]);
        else
          CHECK(beyond == (table.beyond == Beyond::last_index ? static_cast<int>(table.index.back()) : no_index));
      }
    }
  }
}

TEST_CASE("the table of steps agrees with the formula at every value that can be reported, and between them") {
  for (const auto& rules : library().air) {
    for (const auto& table : rules.tables) {
      const auto steps = static_cast<int>(table.concentration.back()) + 30;
      for (int tenth = 0; tenth <= steps * 10; ++tenth) {
        const double value = tenth / (10.0 * table.steps_per_unit);
        std::int16_t index = 0;
        sub_index(table, {&value, 1}, {&index, 1});
        REQUIRE(index == sub_index_by_formula(table, value));
      }
    }
  }
}

TEST_CASE("the same day is judged by the edition it is asked under") {
  CHECK(Edition("HJ 633-2012").index("PM2.5 24h", 75) == 100);
  CHECK(Edition("HJ 633-2026").index("PM2.5 24h", 75) == 114);  // 100 + 50 * 15 / 55 = 113.6..., up
  CHECK(Edition("HJ 633-2012").index("PM10 24h", 120) == 85);
  CHECK(Edition("HJ 633-2026").index("PM10 24h", 120) == 100);
}

TEST_CASE("the concentration is rounded half to even before it is judged, and the index up after") {
  const Edition in2026("HJ 633-2026");
  CHECK(in2026.index("PM2.5 24h", 35.4) == 50);
  CHECK(in2026.index("PM2.5 24h", 35.5) == 52);  // 36
  CHECK(in2026.index("PM2.5 24h", 36.5) == 52);  // 36 again: the even one
  CHECK(in2026.index("CO 24h", 2.25) == 55);     // 2.2, exactly 55; in doubles, ceil() makes it 56
  CHECK(in2026.index("CO 1h", 65.4) == 218);
}

TEST_CASE("beyond the table each edition says its own thing") {
  CHECK(Edition("HJ 633-2012").index("O3 8h", 800) == 300);
  CHECK(Edition("HJ 633-2012").index("O3 8h", 801) == no_index);
  CHECK(Edition("HJ 633-2026").index("O3 8h", 801) == 300);
  CHECK(Edition("HJ 633-2012").index("SO2 1h", 801) == no_index);
  CHECK(Edition("HJ 633-2026").index("SO2 1h", 801) == 200);
  CHECK(Edition("HJ 633-2026").index("PM2.5 24h", 1e300) == 500);
}

TEST_CASE("a missing, negative or infinite value has no index, not a clean one") {
  const Edition in2026("HJ 633-2026");
  CHECK(in2026.index("PM2.5 24h", std::nan("")) == no_index);
  CHECK(in2026.index("PM2.5 24h", -1) == no_index);
  CHECK(in2026.index("PM2.5 24h", std::numeric_limits<double>::infinity()) == no_index);
}

TEST_CASE("the index of a row is the greatest of its items, ties all named, whatever the order of rows") {
  const auto& rules = **library().air_rules({}, "HJ 633-2012");
  std::mt19937_64 random(4);
  const std::size_t n = 5000;
  std::vector<std::vector<double>> columns(rules.hourly.size(), std::vector<double>(n));
  for (auto& column : columns) {
    for (double& value : column) value = random() % 20 == 0 ? std::nan("") : static_cast<double>(random() % 3000) / 10;
  }
  std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  std::vector<std::int16_t> index(n);
  std::vector<std::uint8_t> primary(n);
  greatest_index(rules, rules.hourly, spans, index, primary);
  for (std::size_t i = 0; i < n; ++i) {
    int greatest = no_index;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      greatest = std::max(greatest, sub_index_by_formula(rules.tables[rules.hourly[k].table], columns[k][i]));
    }
    REQUIRE(index[i] == greatest);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const bool holds =
          greatest > 50 && sub_index_by_formula(rules.tables[rules.hourly[k].table], columns[k][i]) == greatest;
      REQUIRE(((primary[i] >> k) & 1U) == (holds ? 1U : 0U));
    }
  }
}

TEST_CASE("the edition changes with the date of the data, on the day itself") {
  const auto edition_on = [](const char* day) {
    return (*library().air_rules(parse_legal_day(day).value(), ""))->standard;
  };
  CHECK(edition_on("2026-02-28") == "HJ 633-2012");
  CHECK(edition_on("2026-03-01") == "HJ 633-2026");
  CHECK(edition_on("2020-04-03") == "HJ 633-2012");
  CHECK(library().air_rules(parse_legal_day("1999-01-01").value(), "").error().code == Errc::not_found);
  CHECK(library().air_rules({}, "HJ 633-1999").error().detail.find("HJ 633-2012, HJ 633-2026") != std::string::npos);
}

TEST_CASE("a pack with a misprint is refused with its line and the reason") {
  REQUIRE(parse_index_rules(small_pack, "p.yaml").has_value());
  CHECK(index_misprint_of(small_pack, "[0, 35, 75]", "[0, 75, 35]")
            .find("p.yaml:14: table: PM2.5 24h: concentrations must start at 0 and rise") == 0);
  CHECK(index_misprint_of(small_pack, "[0, 50, 100]", "[0, 50, x]").find("not a number") != std::string::npos);
  CHECK(index_misprint_of(small_pack, "unit: ug/m3", "unit: furlong").find("furlong") != std::string::npos);
  CHECK(index_misprint_of(small_pack, "table: PM2.5 24h", "table: PM2.5 1h").find("there is no table") !=
        std::string::npos);
  CHECK(index_misprint_of(small_pack, "from: 0, to: 100", "from: 1, to: 100").find("without a gap") !=
        std::string::npos);
  CHECK(index_misprint_of(small_pack, "trust: verified\nrounding", "trust: sure\nrounding")
            .find("not one of verified, secondary, memory") != std::string::npos);
  CHECK(index_misprint_of(small_pack, "from: 2020-01-01", "from: 2020-13-01").find("is not a day") !=
        std::string::npos);
  CHECK(index_misprint_of(small_pack, "standard: X", "standard: [").find("p.yaml:") == 0);
}

TEST_CASE("names that feeds use lead to the property") {
  CHECK(library().property_of_input("pm25")->id == "PM2.5");
  CHECK(library().property_of_input("NH3-N")->id == "NH3-N");
  CHECK(library().property_of_input("nonsense") == nullptr);
}
