#include "standards/trophic.hpp"

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

const TliTable& tli_table() {
  static const auto one = parse_tli_coefficients(pack("tli_coefficients.csv"), "tli_coefficients.csv").value();
  return one;
}
const TrophicGrades& trophic_grades() {
  static const auto one = parse_tli_grades(pack("tli_grades.csv"), "tli_grades.csv").value();
  return one;
}

double index_of(const char* property, double value) {
  for (const auto& parameter : tli_table().parameters) {
    if (parameter.property != property) continue;
    double tli = 0;
    tli_of_parameter(parameter, {&value, 1}, {&tli, 1});
    return tli;
  }
  FAIL("no such parameter");
  return 0;
}

struct TliSum {
  double tli = 0;
  int present = 0;
};
/// Of one row of indices in the order of the table.
TliSum tli_sum_of(const std::vector<double>& tli) {
  std::vector<std::span<const double>> columns;
  for (const auto& v : tli) columns.emplace_back(&v, 1);
  double sum = 0;
  std::uint8_t present = 0;
  tli_weighted_sum(tli_table(), columns, {&sum, 1}, {&present, 1});
  return {sum, present};
}

}  // namespace

TEST_CASE("at one unit of each parameter the index is ten times its constant") {
  CHECK(index_of("chlorophyll-a", 1) == doctest::Approx(25.0));
  CHECK(index_of("TP", 1) == doctest::Approx(94.36));
  CHECK(index_of("TN", 1) == doctest::Approx(54.53));
  CHECK(index_of("transparency", 1) == doctest::Approx(51.18));
  CHECK(index_of("CODMn", 1) == doctest::Approx(1.09));
  CHECK(index_of("chlorophyll-a", std::exp(1.0)) == doctest::Approx(35.86));
}

TEST_CASE("only transparency falls as the index rises") {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> any(0.001, 50);
  for (int round = 0; round < 200; ++round) {
    const double low = any(random), high = low * 1.01;
    for (const char* property : {"chlorophyll-a", "TP", "TN", "CODMn"})
      CHECK(index_of(property, low) < index_of(property, high));
    CHECK(index_of("transparency", low) > index_of("transparency", high));
  }
}

TEST_CASE("what has no logarithm has no index") {
  for (const double value : {0.0, -1.0, missing, static_cast<double>(INFINITY)}) {
    CHECK(std::isnan(index_of("TP", value)));
  }
}

TEST_CASE("the weights are those that are published") {
  // 0.2663, 0.1879, 0.1790, 0.1834, 0.1834: 环办〔2011〕22号. One index of 100 among zeros shows its weight.
  const double published[] = {26.63, 18.79, 17.90, 18.34, 18.34};
  for (std::size_t k = 0; k < 5; ++k) {
    std::vector<double> tli(5, 0.0);
    tli[k] = 100;
    CHECK(tli_sum_of(tli).tli == doctest::Approx(published[k]).epsilon(0.0005));
  }
}

TEST_CASE("weights are scaled to the parameters that are there") {
  const TliSum two = tli_sum_of({50, missing, missing, 60, missing});
  CHECK(two.present == 2);
  CHECK(two.tli == doctest::Approx((50 + 0.6889 * 60) / 1.6889));
  CHECK(tli_sum_of({50, 50, missing, 50, 50}).tli == doctest::Approx(50));
  CHECK(tli_sum_of({missing, missing, missing, missing, missing}).present == 0);
  CHECK(std::isnan(tli_sum_of({missing, missing, missing, missing, missing}).tli));
}

TEST_CASE("the sum lies between its least and greatest index") {
  std::mt19937 random(12);
  std::uniform_real_distribution<double> any(0, 100);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> tli(5);
    for (auto& v : tli) v = any(random);
    const double sum = tli_sum_of(tli).tli;
    CHECK(sum >= *std::min_element(tli.begin(), tli.end()) - 1e-9);
    CHECK(sum <= *std::max_element(tli.begin(), tli.end()) + 1e-9);
    tli[static_cast<std::size_t>(round % 5)] += 1;
    CHECK(tli_sum_of(tli).tli > sum);
  }
}

TEST_CASE("thirty and fifty are mesotrophic, sixty and seventy end their grades") {
  CHECK(trophic_grade(trophic_grades(), -5) == 1);
  CHECK(trophic_grade(trophic_grades(), 29.999) == 1);
  CHECK(trophic_grade(trophic_grades(), 30) == 2);
  CHECK(trophic_grade(trophic_grades(), 50) == 2);
  CHECK(trophic_grade(trophic_grades(), 50.001) == 3);
  CHECK(trophic_grade(trophic_grades(), 60) == 3);
  CHECK(trophic_grade(trophic_grades(), 60.001) == 4);
  CHECK(trophic_grade(trophic_grades(), 70) == 4);
  CHECK(trophic_grade(trophic_grades(), 70.001) == 5);
  CHECK(trophic_grade(trophic_grades(), missing) == 0);
}

TEST_CASE("a grade never falls as the index rises") {
  int last = 1;
  for (int step = 0; step <= 10000; ++step) {
    const int grade = trophic_grade(trophic_grades(), step / 100.0);
    CHECK(grade >= last);
    last = grade;
  }
  CHECK(last == 5);
}

TEST_CASE("misprinted trophic tables are refused with their line") {
  const auto coefficients = [](const std::string& rows) {
    const auto result = parse_tli_coefficients("property,name_zh,unit,a,b,r_squared,source,trust\n" + rows, "t.csv");
    return result ? std::string() : result.error().detail;
  };
  CHECK(coefficients("TP,总磷,mg/L,9,1.6,0.7,s,memory\n").empty());
  CHECK(coefficients("") == "t.csv:1: has no rows");
  CHECK(coefficients("TP,总磷,mg/L,9,0,0.7,s,memory\n") == "t.csv:2: a and b must be numbers, b not 0");
  CHECK(coefficients("TP,总磷,mg/L,9,1,1.1,s,memory\n").starts_with("t.csv:2: r_squared '1.1'"));
  CHECK(coefficients("TP,总磷,mg/L,9,1,0,s,memory\n") != "");
  CHECK(coefficients("TP,总磷,nonsense,9,1,1,s,memory\n").starts_with("t.csv:2: "));
  CHECK(coefficients("TP,总磷,mg/L,9,1,1,s,guess\n").starts_with("t.csv:2: source"));
  CHECK(coefficients("TP,总磷,mg/L,9,1,1,s,memory\nTP,总磷,mg/L,9,1,1,s,memory\n") == "t.csv:3: 'TP' is there twice");

  const auto levels = [](const std::string& rows) {
    const auto result = parse_tli_grades("grade,name_zh,name_en,holds,source,trust\n" + rows, "g.csv");
    return result ? std::string() : result.error().detail;
  };
  CHECK(levels("1,贫,a,< 30,s,memory\n2,富,b,>= 30,s,memory\n").empty());
  CHECK(levels("") == "g.csv:1: has no rows");
  CHECK(levels("1,贫,a,< 30,s,memory\n2,富,b,> 30,s,memory\n").starts_with("g.csv:3: the grade must begin"));
  CHECK(levels("1,贫,a,<= 30,s,memory\n2,富,b,>= 30,s,memory\n").starts_with("g.csv:3: the grade must begin"));
  CHECK(levels("1,贫,a,0 .. 30,s,memory\n2,富,b,> 30,s,memory\n").starts_with("g.csv:2: the grade must begin"));
  CHECK(levels("1,贫,a,< 30,s,memory\n").starts_with("g.csv:2: the last grade"));
  CHECK(levels("1,贫,a,about 30,s,memory\n").starts_with("g.csv:2: "));
  CHECK(levels("2,贫,a,< 30,s,memory\n").starts_with("g.csv:2: grades must be"));
}
