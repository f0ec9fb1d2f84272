#include "standards/band_table.hpp"

#include "standards/library.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

using namespace celadon;
using namespace celadon::standards;

namespace {

const char* const band_pack = R"(rule: test
standard: S
title_zh: t
title_en: t
medium: water
valid: {from: 2020-01-01}
trust: verified
table: s.csv
non_detect: half
multiple_over: II
single: {clause: a, trust: verified}
combine: {clause: b, trust: verified}
rounding: {clause: c, trust: verified}
multiple: {clause: d, trust: verified}
given:
  - {name: use, about_zh: u, about_en: u, choices: [a, b]}
classes:
  - {class: I, label: I, name_zh: I, name_en: I, colour: "#000000", text_colour: "#ffffff", attains: yes}
  - {class: II, label: II, name_zh: II, name_en: II, colour: "#000000", text_colour: "#ffffff", attains: yes}
  - {class: III, label: III, name_zh: III, name_en: III, colour: "#000000", text_colour: "#ffffff", attains: no}
)";
const std::string band_columns = "item,name_zh,name_en,unit,use,class,holds,decimals,note,source,trust\n";

std::string band_refusal(const std::string& rows) {
  const auto table = parse_band_table(band_pack, "s.yaml", band_columns + rows, "s.csv");
  return table ? "accepted" : table.error().detail;
}

}  // namespace

TEST_CASE("a good table is read, and a misprint is refused with file, line and reason") {
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 1,,,t1,verified\nCd,Cd,Cd,mg/L,a,II,<= 2,,,t1,verified\n") == "accepted");
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 3,,,t1,verified\nCd,Cd,Cd,mg/L,a,II,<= 2,,,t1,verified\n")
            .find("s.csv:3: Cd: the limit of a worse class is stricter than that of a better one at line 2") == 0);
  CHECK(
      band_refusal("DO,DO,DO,mg/L,a,I,>= 3,,,t1,verified\nDO,DO,DO,mg/L,a,II,>= 5,,,t1,verified\n").find("s.csv:3:") ==
      0);
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,c,I,<= 3,,,t1,verified\n") == "s.csv:2: use is 'c', which the head does not list");
  CHECK(band_refusal("Cd,Cd,Cd,mg/x,a,I,<= 3,,,t1,verified\n").find("s.csv:2: unit 'mg/x'") == 0);
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,IV,<= 3,,,t1,verified\n") == "s.csv:2: class 'IV' is not in the head");
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,=< 3,,,t1,verified\n").find("s.csv:2: '=< 3' is not a condition") == 0);
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 3,2.5,,t1,verified\n").find("s.csv:2: decimals") == 0);
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 3,,,,verified\n").find("s.csv:2: 'source' is empty") == 0);
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 3,,,t1,sure\n").find("s.csv:2: trust is 'sure'") == 0);
  CHECK(band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 3,,,t1,verified\nCd,Cd,Cd,mg/L,a,I,<= 4,,,t1,verified\n")
            .find("s.csv:3: Cd has class I already at line 2") == 0);
  CHECK(
      band_refusal("Cd,Cd,Cd,mg/L,a,I,<= 3,,,t1,verified\nCd,Cd,Cd,ug/L,a,II,<= 4,,,t1,verified\n").find("s.csv:3:") ==
      0);
  CHECK(band_refusal("").find("has no rows") != std::string::npos);
}

TEST_CASE("every table of the packs: a class never gets better as a one-sided item worsens") {
  static const Library library = read_library(CELADON_PACKS).value();
  REQUIRE(library.bands.size() > 20);
  std::mt19937_64 random(7);
  std::size_t items = 0;
  for (const auto& table : library.bands) {
    for (const auto& item : table.items) {
      const double limit = item.bands.front().holds.limit();
      if (std::isnan(limit)) continue;
      ++items;
      const bool upper = std::isinf(item.bands.front().holds.intervals().front().low);
      std::uniform_real_distribution<double> any(0, 3 * std::abs(limit) + 1e-6);
      std::vector<double> value(200);
      for (auto& one : value) one = any(random);
      std::sort(value.begin(), value.end());
      if (!upper) std::reverse(value.begin(), value.end());
      std::vector<std::int8_t> rank(value.size());
      band_rank(table, item, value, rank);
      CHECK(std::is_sorted(rank.begin(), rank.end()));
      // Order-free: the same values alone have the same class.
      for (std::size_t i = 0; i < value.size(); i += 37) {
        std::int8_t alone = -2;
        band_rank(table, item, {&value[i], 1}, {&alone, 1});
        CHECK(alone == rank[i]);
      }
      // The limit itself and the next number beyond it.
      const double edge[] = {limit, std::nextafter(limit, upper ? HUGE_VAL : -HUGE_VAL)};
      std::int8_t at[2];
      band_rank(table, item, edge, at);
      CHECK(at[0] <= at[1]);
    }
  }
  CHECK(items > 700);
}
