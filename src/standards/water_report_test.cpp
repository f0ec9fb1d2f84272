#include "standards/water_report.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const BasinGradeTable& basin_grades() {
  static const auto one = parse_basin_grades(pack("water_basin_grades.csv"), "water_basin_grades.csv").value();
  return one;
}
const WaterReportNumbers& numbers() {
  static const auto one = parse_water_change(pack("water_change.csv"), "water_change.csv").value();
  return one;
}
const PriorityItems& priority() {
  static const auto one = parse_priority_items(pack("water_priority_items.csv"), "water_priority_items.csv").value();
  return one;
}

/// `good` sections of class II, `middle` of class IV and `inferior` worse than V.
BasinGrade basin(int good, int middle, int inferior) {
  std::vector<std::int8_t> classes(static_cast<std::size_t>(good), 2);
  classes.insert(classes.end(), static_cast<std::size_t>(middle), 4);
  classes.insert(classes.end(), static_cast<std::size_t>(inferior), 6);
  return basin_grade(basin_grades(), numbers(), classes);
}

std::vector<std::string> main_of(std::vector<SectionItem> items) {
  std::vector<std::string> names;
  for (const auto i : main_pollutants(priority(), numbers(), items)) names.emplace_back(items[i].property);
  return names;
}

using Names = std::vector<std::string>;
const double none = std::nan("");

}  // namespace

TEST_CASE("each share stands on its edge") {
  CHECK(basin(90, 0, 10).grade == 1);
  CHECK(basin(899, 0, 101).grade == 2);
  CHECK(basin(75, 0, 25).grade == 2);
  CHECK(basin(749, 251, 0).grade == 3);
  CHECK(basin(60, 21, 19).grade == 3);
  CHECK(basin(801, 199, 0).grade == 2);
  CHECK(basin(700, 101, 199).grade == 3);
  CHECK(basin(70, 10, 20).grade == 4);
  CHECK(basin(600, 1, 399).grade == 4);
  CHECK(basin(60, 0, 40).grade == 5);  // as the page read prints it; a remembered wording differs here alone
  CHECK(basin(0, 0, 7).grade == 5);
}

TEST_CASE("a share of one third is not rounded to the edge") {
  CHECK(basin(9, 1, 0).grade == 1);
  CHECK(basin(8, 1, 0).grade == 2);  // 88.9 %
  CHECK(basin(2, 1, 0).grade == 3);
}

TEST_CASE("sections not judged leave the shares, and few sections are marked") {
  const std::vector<std::int8_t> classes = {0, 2, 2, 0, 2, 4};
  const BasinGrade four = basin_grade(basin_grades(), numbers(), classes);
  CHECK(four.judged == 4);
  CHECK(four.grade == 2);
  CHECK_FALSE(four.enough);
  CHECK(four.good_percent() == 75);
  CHECK(basin(5, 0, 0).enough);
  const BasinGrade empty = basin(0, 0, 0);
  CHECK(empty.grade == 0);
  CHECK(std::isnan(empty.good_percent()));
  CHECK(std::isnan(empty.inferior_percent()));
}

TEST_CASE("a basin's grade does not know the order of its sections, and never worsens when one becomes good") {
  std::mt19937 random(5);
  std::uniform_int_distribution<int> any(0, 6), length(1, 40);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::int8_t> classes(static_cast<std::size_t>(length(random)));
    for (auto& c : classes) c = static_cast<std::int8_t>(any(random));
    const int grade = basin_grade(basin_grades(), numbers(), classes).grade;
    std::shuffle(classes.begin(), classes.end(), random);
    CHECK(basin_grade(basin_grades(), numbers(), classes).grade == grade);
    for (auto& c : classes) {
      if (c == 0) continue;
      const auto was = std::exchange(c, std::int8_t{1});
      CHECK(basin_grade(basin_grades(), numbers(), classes).grade <= grade);
      c = was;
    }
  }
}

TEST_CASE("one and two are one grade of a section") {
  CHECK(basin_grades().of_class(0) == 0);
  CHECK(basin_grades().of_class(1) == 1);
  CHECK(basin_grades().of_class(2) == 1);
  CHECK(basin_grades().of_class(3) == 2);
  CHECK(basin_grades().of_class(6) == 5);
}

TEST_CASE("means leave out what is missing, and pH is averaged as acid") {
  CHECK(mean_ignoring_missing(std::vector<double>{1, none, 3, INFINITY}) == 2);
  CHECK(std::isnan(mean_ignoring_missing({})));
  CHECK(std::isnan(mean_ph(std::vector{none})));
  // By hand: mean of 1e-6 and 1e-8 is 5.05e-7.
  CHECK(mean_ph(std::vector{6.0, 8.0}) == doctest::Approx(6.2967).epsilon(1e-5));
  CHECK(mean_ph(std::vector{7.3, none, 7.3}) == doctest::Approx(7.3));
  std::mt19937 random(6);
  std::uniform_real_distribution<double> any(0, 14);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> ph(9);
    for (auto& v : ph) v = any(random);
    const double mean = mean_ph(ph);
    CHECK(mean >= *std::min_element(ph.begin(), ph.end()) - 1e-12);
    CHECK(mean <= mean_ignoring_missing(ph) + 1e-12);  // acid weighs more
  }
}

TEST_CASE("the multiple is told only over the limit") {
  CHECK(multiple_over(0.5, 0.2) == doctest::Approx(1.5));
  CHECK(std::isnan(multiple_over(0.2, 0.2)));
  CHECK(std::isnan(multiple_over(0.1, 0.2)));
  CHECK(std::isnan(multiple_over(none, 0.2)));
}

TEST_CASE("the worst class comes first, then the greater multiple, and three are told") {
  CHECK(main_of({{"COD", 4, 0.3}, {"TP", 5, 0.6}, {"NH3-N", 5, 0.9}, {"CODMn", 4, 0.5}, {"BOD5", 3, none}}) ==
        Names{"NH3-N", "TP", "CODMn"});
  CHECK(main_of({{"COD", 3, none}, {"TP", 2, none}, {"NH3-N", 0, none}}).empty());
  CHECK(main_of({}).empty());
}

TEST_CASE("cyanide and heavy metals over the limit are told before all") {
  CHECK(main_of({{"TP", 6, 3.0}, {"NH3-N", 6, 2.0}, {"COD", 6, 1.0}, {"Hg", 4, 0.1}, {"cyanide", 6, 0.2}}) ==
        Names{"cyanide", "Hg", "TP"});
  CHECK(main_of({{"TP", 4, 0.1}, {"Pb", 3, none}}) == Names{"TP"});  // lead within class III is not over
}

TEST_CASE("an item without a multiple follows those that have one in its class") {
  CHECK(main_of({{"DO", 5, none}, {"COD", 5, 0.6}, {"pH", 6, none}}) == Names{"pH", "COD", "DO"});
}

TEST_CASE("the main pollutants do not know the order of the input") {
  std::mt19937 random(7);
  std::vector<SectionItem> items = {{"TP", 5, 0.5}, {"COD", 5, 0.5}, {"BOD5", 5, 0.5}, {"DO", 5, none},
                                    {"Pb", 4, 0.1}, {"Hg", 4, 0.1},  {"LAS", 2, none}};
  const Names first = main_of(items);
  CHECK(first == Names{"Hg", "Pb", "BOD5"});
  for (int round = 0; round < 50; ++round) {
    std::shuffle(items.begin(), items.end(), random);
    CHECK(main_of(items) == first);
  }
}

TEST_CASE("a basin's items stand by the share of sections over class III") {
  const std::vector<std::int8_t> tp = {4, 2, 0, 0, 0}, cod = {5, 4, 3, 3, 3}, ok = {1, 2, 3, 3, 0},
                                 bod = {6, 3, 0, 0, 0};
  const std::vector<std::string_view> property = {"TP", "COD", "NH3-N", "BOD5"};
  const std::vector<std::span<const std::int8_t>> columns = {tp, cod, ok, bod};
  const auto rates = exceed_rates(property, columns);
  REQUIRE(rates.size() == 3);
  CHECK(property[rates[0].item] == "BOD5");
  CHECK(rates[0].percent() == 50);
  CHECK(property[rates[1].item] == "TP");
  CHECK(property[rates[2].item] == "COD");
  CHECK(rates[2].over == 2);
  CHECK(rates[2].evaluated == 5);
  CHECK(exceed_rates({}, {}).empty());
}

TEST_CASE("one grade is some change, two are a clear one") {
  CHECK(change_by_grade(numbers(), 3, 3) == WaterChange::none);
  CHECK(change_by_grade(numbers(), 3, 2) == WaterChange::some_better);
  CHECK(change_by_grade(numbers(), 3, 4) == WaterChange::some_worse);
  CHECK(change_by_grade(numbers(), 4, 2) == WaterChange::clearly_better);
  CHECK(change_by_grade(numbers(), 1, 5) == WaterChange::clearly_worse);
  CHECK(change_by_grade(numbers(), 0, 5) == WaterChange::not_comparable);
  CHECK(change_by_grade(numbers(), 1, 0) == WaterChange::not_comparable);
}

TEST_CASE("ten points and twenty points still belong to the smaller word") {
  const BasinGrade before = basin(50, 50, 0);
  CHECK(change_by_shares(numbers(), before, basin(60, 40, 0)).change == WaterChange::none);
  CHECK(change_by_shares(numbers(), before, basin(61, 39, 0)).change == WaterChange::some_better);
  CHECK(change_by_shares(numbers(), before, basin(70, 30, 0)).change == WaterChange::some_better);
  CHECK(change_by_shares(numbers(), before, basin(71, 29, 0)).change == WaterChange::clearly_better);
  CHECK(change_by_shares(numbers(), before, basin(45, 50, 5)).change == WaterChange::none);
  CHECK(change_by_shares(numbers(), before, basin(45, 49, 6)).change == WaterChange::some_worse);
  CHECK(change_by_shares(numbers(), before, basin(40, 49, 11)).change == WaterChange::clearly_worse);
  CHECK(change_by_shares(numbers(), before, basin(45, 49, 6)).points == -11);
}

TEST_CASE("a change by shares is exact where the numbers of sections differ, and wants enough of them") {
  // 1/6 to 4/15 is exactly ten points.
  CHECK(change_by_shares(numbers(), basin(1, 5, 0), basin(4, 11, 0)).change == WaterChange::none);
  CHECK(change_by_shares(numbers(), basin(100, 500, 0), basin(401, 1099, 0)).change == WaterChange::some_better);
  CHECK(change_by_shares(numbers(), basin(4, 0, 0), basin(0, 5, 0)).change == WaterChange::not_comparable);
  CHECK(std::isnan(change_by_shares(numbers(), basin(4, 0, 0), basin(0, 5, 0)).points));
}

TEST_CASE("a change told backwards is the opposite change") {
  std::mt19937 random(8);
  std::uniform_int_distribution<int> any(2, 30);
  for (int round = 0; round < 200; ++round) {
    const BasinGrade a = basin(any(random), any(random), any(random)), b = basin(any(random), any(random), any(random));
    CHECK(change_by_shares(numbers(), a, b).points == -change_by_shares(numbers(), b, a).points);
  }
}

TEST_CASE("misprinted tables of the report are refused with their line") {
  const std::string head =
      "grade,name_zh,name_en,class_from,class_to,good_min,good_below,inferior_min,inferior_below,source,trust\n";
  const auto grade_error = [&](const std::string& rows) {
    const auto result = parse_basin_grades(head + rows, "g.csv");
    return result ? std::string() : result.error().detail;
  };
  CHECK(grade_error("1,优,a,1,6,,,,,s,memory\n").empty());
  CHECK(grade_error("") == "g.csv:1: has no rows");
  CHECK(grade_error("1,优,a,1,6,90,,,,s,memory\n") == "g.csv:2: no grade for 0 % good and 0 % inferior");
  CHECK(grade_error("2,优,a,1,6,,,,,s,memory\n").starts_with("g.csv:2: grades must be"));
  CHECK(grade_error("1,优,a,1,5,,,,,s,memory\n").starts_with("g.csv:2: the last classes"));
  CHECK(grade_error("1,优,a,2,6,,,,,s,memory\n").starts_with("g.csv:2: classes must follow"));
  CHECK(grade_error("1,优,a,1,6,90,80,,,s,memory\n").starts_with("g.csv:2: a share must"));
  CHECK(grade_error("1,优,a,1,6,90.5,,,,s,memory\n").starts_with("g.csv:2: good_min '90.5'"));
  CHECK(grade_error("1,优,a,1,6,,,,,s,hearsay\n").starts_with("g.csv:2: source must"));

  std::string change = pack("water_change.csv");
  const auto number_error = [](const std::string& text) {
    const auto result = parse_water_change(text, "c.csv");
    return result ? std::string() : result.error().detail;
  };
  CHECK(number_error(change).empty());
  CHECK(number_error(change + "share_points_some,10,x,s,memory\n").ends_with("'share_points_some' is there twice"));
  CHECK(number_error(change + "other,10,x,s,memory\n").ends_with("'other' is not a number of the report"));
  CHECK(number_error("name,value,unit,source,trust\n") == "c.csv:1: 'basin_sections_min' is missing");
  change.replace(change.find("clear,20"), 8, "clear,10");
  CHECK(number_error(change).ends_with("a clear change must take more than some change"));

  CHECK_FALSE(parse_priority_items("property,name_zh,source,trust\nPb,铅,s,memory\nPb,铅,s,memory\n", "p.csv"));
  CHECK_FALSE(parse_priority_items("property,name_zh,source,trust\n,铅,s,memory\n", "p.csv"));
  CHECK_FALSE(parse_priority_items("property,name_zh\n", "p.csv"));
}
