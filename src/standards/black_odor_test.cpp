#include "standards/black_odor.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const OdorTable& odor_table() {
  static const OdorTable one = parse_odor_levels(pack("black_odor_levels.csv"), "black_odor_levels.csv").value();
  return one;
}

const OdorCuts& cuts() {
  static const OdorCuts one = parse_odor_cuts(pack("black_odor_cuts.csv"), "black_odor_cuts.csv").value();
  return one;
}

int urban(const char* indicator, double value) { return odor_level(odor_table(), "urban", indicator, value); }
int rural(const char* indicator, double value) { return odor_level(odor_table(), "rural", indicator, value); }
int clear(double transparency, double depth, const char* waters = "urban") {
  return transparency_odor_level(odor_table(), cuts(), waters, transparency, depth);
}

/// Level of a point whose indicators have so many severe data of ten.
int point_of(std::vector<std::int64_t> severe_of_ten) {
  std::vector<OdorShare> shares;
  for (const auto severe : severe_of_ten) shares.push_back({10, severe, severe});
  return odor_point(cuts(), shares).level;
}

std::string level_misprint_of(const std::string& rows) {
  const auto result = parse_odor_levels("waters,indicator,name_zh,unit,level,holds,source,trust\n" + rows, "b.csv");
  return result ? "" : result.error().detail;
}

std::string cut_misprint_of(const std::string& rows) {
  const auto result = parse_odor_cuts("name,value,unit,source,trust\n" + rows, "c.csv");
  return result ? "" : result.error().detail;
}

}  // namespace

TEST_CASE("each level stands on its edge as the guide prints it") {
  CHECK(urban("transparency", 25) == odor_none);
  CHECK(urban("transparency", 24.9) == odor_mild);
  CHECK(urban("transparency", 10) == odor_mild);
  CHECK(urban("transparency", 9.9) == odor_severe);
  CHECK(urban("DO", 2) == odor_none);
  CHECK(urban("DO", 1.99) == odor_mild);
  CHECK(urban("DO", 0.2) == odor_mild);
  CHECK(urban("DO", 0.19) == odor_severe);
  CHECK(urban("redox-potential", 50.1) == odor_none);
  CHECK(urban("redox-potential", 50) == odor_mild);
  CHECK(urban("redox-potential", -200) == odor_mild);
  CHECK(urban("redox-potential", -200.1) == odor_severe);
  CHECK(urban("NH3-N", 8) == odor_none);
  CHECK(urban("NH3-N", 8.1) == odor_mild);
  CHECK(urban("NH3-N", 15) == odor_mild);
  CHECK(urban("NH3-N", 15.1) == odor_severe);
}

TEST_CASE("rural water is black and odorous or not") {
  CHECK(rural("transparency", 24.9) == odor_mild);
  CHECK(rural("transparency", 25) == odor_none);
  CHECK(rural("DO", 1.9) == odor_mild);
  CHECK(rural("DO", 0.1) == odor_mild);
  CHECK(rural("NH3-N", 15) == odor_none);
  CHECK(rural("NH3-N", 15.1) == odor_mild);
  CHECK(rural("redox-potential", -300) == no_odor_level);
}

TEST_CASE("what is missing or not in the table has no level") {
  CHECK(urban("DO", missing) == no_odor_level);
  CHECK(urban("DO", infinite) == no_odor_level);
  CHECK(urban("TP", 3) == no_odor_level);
  CHECK(odor_level(odor_table(), "sea", "DO", 3) == no_odor_level);
}

TEST_CASE("in shallow water forty per cent of the depth takes the place of ten centimetres") {
  CHECK(clear(9.9, 25) == odor_severe);
  CHECK(clear(10, 25) == odor_mild);
  CHECK(clear(8, 20) == odor_mild);
  CHECK(clear(7.9, 20) == odor_severe);
  CHECK(clear(6, 15) == odor_mild);
  CHECK(clear(5.9, 15) == odor_severe);
  CHECK(clear(19.9, 20) == odor_mild);
  CHECK(clear(30, 25) == odor_none);
  CHECK(clear(9, missing) == odor_severe);
}

TEST_CASE("shallow water clear to the bottom is not judged by transparency") {
  CHECK(clear(20, 20) == no_odor_level);
  CHECK(clear(24, 20) == no_odor_level);
  CHECK(clear(0, 0) == no_odor_level);
  CHECK(clear(25, 25) == odor_none);
}

TEST_CASE("rural shallow water is held against forty per cent of its depth") {
  CHECK(clear(7.9, 20, "rural") == odor_mild);
  CHECK(clear(8, 20, "rural") == odor_none);
}

TEST_CASE("impossible transparency and depth have no level") {
  CHECK(clear(-1, 50) == no_odor_level);
  CHECK(clear(10, -1) == no_odor_level);
  CHECK(clear(missing, 20) == no_odor_level);
  CHECK(clear(infinite, 20) == no_odor_level);
  CHECK(clear(infinite, 50) == no_odor_level);
  CHECK(clear(5, 20, "sea") == no_odor_level);
}

TEST_CASE("a point is severe by one indicator at sixty per cent or two at thirty") {
  CHECK(point_of({6}) == odor_severe);
  CHECK(point_of({5}) == odor_mild);
  CHECK(point_of({3, 3}) == odor_severe);
  CHECK(point_of({3, 2}) == odor_mild);
  CHECK(point_of({5, 2, 2, 2}) == odor_mild);
  CHECK(point_of({0, 0}) == odor_none);
  CHECK(point_of({}) == no_odor_level);
}

TEST_CASE("a share of one third reaches thirty per cent, and data fewer than three times say nothing") {
  const OdorShare third{3, 1, 1}, twice{2, 2, 2}, mild_once{5, 0, 1};
  CHECK(odor_point(cuts(), std::vector{third, third}).level == odor_severe);
  CHECK(odor_point(cuts(), std::vector{third}).level == odor_mild);
  CHECK(odor_point(cuts(), std::vector{twice}).level == no_odor_level);
  CHECK(odor_point(cuts(), std::vector{twice, third}).used == 1);
  CHECK(odor_point(cuts(), std::vector{twice, third}).level == odor_mild);
  CHECK(odor_point(cuts(), std::vector{mild_once}).level == odor_mild);
}

TEST_CASE("shares leave out what was not judged") {
  const OdorShare share = odor_share(std::vector<std::int8_t>{0, 1, 2, 3, 3, 0});
  CHECK(share.valid == 4);
  CHECK(share.severe == 2);
  CHECK(share.black == 3);
  CHECK(odor_share({}).valid == 0);
}

TEST_CASE("three severe points in a row are a stretch, and a point not judged ends it") {
  const std::vector<std::int8_t> points = {3, 3, 3, 2, 3, 3, 0, 3, 3, 3, 3};
  const auto stretches = severe_stretches(cuts(), points);
  REQUIRE(stretches.size() == 2);
  CHECK(stretches[0].first == 0);
  CHECK(stretches[0].points == 3);
  CHECK(stretches[1].first == 7);
  CHECK(stretches[1].points == 4);
  CHECK(severe_stretches(cuts(), {}).empty());
  CHECK(severe_stretches(cuts(), std::vector<std::int8_t>{3, 3}).empty());
}

TEST_CASE("sixty per cent of severe points make the whole body severe") {
  CHECK(odor_body(cuts(), std::vector<std::int8_t>{3, 3, 3, 2, 1}).level == odor_severe);
  CHECK(odor_body(cuts(), std::vector<std::int8_t>{3, 3, 2, 2, 1}).level == odor_mild);
  CHECK(odor_body(cuts(), std::vector<std::int8_t>{1, 1, 1, 2}).level == odor_mild);
  CHECK(odor_body(cuts(), std::vector<std::int8_t>{1, 1, 1}).level == odor_none);
  const OdorBody few = odor_body(cuts(), std::vector<std::int8_t>{3, 3, 0});
  CHECK(few.level == no_odor_level);
  CHECK(few.judged == 2);
  CHECK(few.severe_percent() == 100);
  CHECK(std::isnan(odor_body(cuts(), {}).severe_percent()));
}

TEST_CASE("a worse point never makes the body better, and its place does not matter to the share") {
  std::mt19937 random(5);
  std::uniform_int_distribution<int> any(0, 3), length(3, 30);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int8_t> points(static_cast<std::size_t>(length(random)));
    for (auto& one : points) one = static_cast<std::int8_t>(any(random));
    const auto before = odor_body(cuts(), points).level;
    auto shuffled = points;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    CHECK(odor_body(cuts(), shuffled).level == before);
    for (auto& one : points) one = one == 0 ? one : static_cast<std::int8_t>(std::min(3, one + 1));
    CHECK(odor_body(cuts(), points).level >= before);
  }
}

TEST_CASE("more transparent water is never worse, in any depth below the bottom") {
  for (double depth = 1; depth < 60; depth += 0.5) {
    int last = odor_severe;
    for (double transparency = 0; transparency < depth; transparency += 0.25) {
      const int level = clear(transparency, depth);
      CHECK(level >= odor_none);
      CHECK(level <= last);
      last = level;
    }
  }
}

TEST_CASE("a misprinted table of levels is refused with its line") {
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,< 2,s,memory\n") == "");
  CHECK(level_misprint_of("") == "b.csv:1: has no rows");
  CHECK(level_misprint_of("sea,DO,溶解氧,mg/L,mild,< 2,s,memory\n") == "b.csv:2: waters 'sea' are not urban or rural");
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,black_odorous,< 2,s,memory\n")
            .starts_with("b.csv:2: level 'black_odorous'"));
  CHECK(level_misprint_of("rural,DO,溶解氧,mg/L,severe,< 2,s,memory\n").starts_with("b.csv:2: level 'severe'"));
  CHECK(level_misprint_of("urban,DO,溶解氧,mgg,mild,< 2,s,memory\n").starts_with("b.csv:2: "));
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,two,s,memory\n").starts_with("b.csv:2: "));
  CHECK(level_misprint_of("urban,,溶解氧,mg/L,mild,< 2,s,memory\n") == "b.csv:2: an indicator needs an id and a name");
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,< 2 or > 9,s,memory\n").ends_with("one stretch of the indicator"));
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,< 2,s,memory\nurban,DO,溶解氧,mg/L,mild,> 9,s,memory\n") ==
        "b.csv:3: the level is there twice");
  CHECK(
      level_misprint_of("urban,DO,溶解氧,mg/L,mild,0.2 .. 2,s,memory\nurban,DO,溶解氧,mg/L,severe,<= 0.2,s,memory\n") ==
      "b.csv:3: the level overlaps another of the indicator");
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,0.2 .. 2,s,memory\nurban,DO,溶解氧,ug/L,severe,< 0.2,s,memory\n")
            .starts_with("b.csv:3: the unit is not"));
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,< 2,,memory\n").starts_with("b.csv:2: source"));
  CHECK(level_misprint_of("urban,DO,溶解氧,mg/L,mild,< 2,s,rumour\n").starts_with("b.csv:2: source"));
}

TEST_CASE("a misprinted table of cuts is refused with its line") {
  CHECK(cut_misprint_of("") == "c.csv:1: 'shallow_below' is missing");
  CHECK(cut_misprint_of("depth,25,cm,s,memory\n") == "c.csv:2: 'depth' is not a number of the guide");
  CHECK(cut_misprint_of("shallow_below,0,cm,s,memory\n").starts_with("c.csv:2: value '0'"));
  CHECK(cut_misprint_of("shallow_below,2.5,cm,s,memory\n").starts_with("c.csv:2: value '2.5'"));
  CHECK(cut_misprint_of("shallow_below,25,cm,s,memory\nshallow_below,25,cm,s,memory\n") ==
        "c.csv:3: 'shallow_below' is there twice");
  CHECK(cut_misprint_of("shallow_below,25,cm,,memory\n").starts_with("c.csv:2: source"));
  CHECK(cut_misprint_of("shallow_below,25,cm,s,memory\n") == "c.csv:2: 'shallow_percent_of_depth' is missing");
}
