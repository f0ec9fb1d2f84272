#include "standards/eco_flow.hpp"

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

const TennantTable& tennant() {
  static const TennantTable one = parse_tennant(pack("tennant.csv"), "tennant.csv").value();
  return one;
}

/// Grade of a flow of so many per cent of a mean of 50 m3/s.
int tennant_grade_of(double percent, int month, double mean = 50) {
  const double flow = percent * mean / 100;
  std::int8_t grade = -1;
  tennant_grade(tennant(), {&flow, 1}, {&month, 1}, mean, {&grade, 1});
  return grade;
}

std::vector<double> one_to(int n) {
  std::vector<double> value;
  for (int i = 1; i <= n; ++i) value.push_back(i);
  return value;
}

}  // namespace

TEST_CASE("the half-years begin in April and October") {
  CHECK(half_year_of(3) == HalfYear::october_to_march);
  CHECK(half_year_of(4) == HalfYear::april_to_september);
  CHECK(half_year_of(9) == HalfYear::april_to_september);
  CHECK(half_year_of(10) == HalfYear::october_to_march);
  CHECK(half_year_of(1) == HalfYear::october_to_march);
  CHECK(half_year_of(12) == HalfYear::october_to_march);
}

TEST_CASE("each Tennant grade begins at its percentage") {
  // Tennant's table: 200, 60-100, 40/60, 30/50, 20/40, 10/30, 10/10, below 10.
  const double winter[] = {200, 60, 40, 30, 20, 10}, summer[] = {200, 60, 50, 40, 30, 10};
  const int winter_grade[] = {1, 2, 3, 4, 5, 6}, summer_grade[] = {1, 2, 4, 5, 6, 7};
  for (std::size_t k = 0; k < 6; ++k) {
    CHECK(tennant_grade_of(winter[k], 1) == winter_grade[k]);
    CHECK(tennant_grade_of(winter[k] - 0.01, 1) > winter_grade[k]);
    CHECK(tennant_grade_of(summer[k], 7) == summer_grade[k]);
    CHECK(tennant_grade_of(summer[k] - 0.01, 7) > summer_grade[k]);
  }
  CHECK(tennant_grade_of(9.99, 1) == 8);
  CHECK(tennant_grade_of(9.99, 7) == 8);
  CHECK(tennant_grade_of(0, 7) == 8);
  CHECK(tennant_grade_of(150, 7) == 2);
}

TEST_CASE("ten to twenty per cent is fair in winter, ten to thirty is poor in summer") {
  CHECK(tennant().rows[static_cast<std::size_t>(tennant_grade_of(15, 11) - 1)].name_en == "Fair");
  CHECK(tennant().rows[static_cast<std::size_t>(tennant_grade_of(29, 5) - 1)].name_en == "Poor");
}

TEST_CASE("without a flow or a mean there is no grade") {
  CHECK(tennant_grade_of(missing, 1) == 0);
  CHECK(tennant_grade_of(-1, 1) == 0);
  CHECK(tennant_grade_of(infinite, 1) == 0);
  CHECK(tennant_grade_of(50, 1, 0) == 0);
  CHECK(tennant_grade_of(50, 1, missing) == 0);
}

TEST_CASE("more water never has a worse grade") {
  for (int month = 1; month <= 12; ++month) {
    int last = 8;
    for (int percent = 0; percent <= 300; ++percent) {
      const int grade = tennant_grade_of(percent, month);
      CHECK(grade <= last);
      CHECK(grade >= 1);
      last = grade;
    }
  }
}

TEST_CASE("the driest month of each year is found, missing months left out") {
  std::vector<double> monthly(36, 9);
  monthly[3] = 2;
  monthly[4] = missing;
  monthly[15] = -1;
  monthly[16] = 0;
  std::fill(monthly.begin() + 24, monthly.end(), missing);
  std::vector<double> driest(3);
  driest_months(monthly, driest);
  CHECK(driest[0] == 2);
  CHECK(driest[1] == 0);
  CHECK(std::isnan(driest[2]));
}

TEST_CASE("the frequency is the rank over one more than the years") {
  // 9 years 1..9: the greatest has P = 10 %, the least 90 %.
  CHECK(flow_at_frequency(one_to(9), 90).m3_s == 1);
  CHECK(flow_at_frequency(one_to(9), 10).m3_s == 9);
  CHECK(flow_at_frequency(one_to(9), 50).m3_s == 5);
  CHECK(flow_at_frequency(one_to(9), 85).m3_s == doctest::Approx(1.5));
  CHECK(std::isnan(flow_at_frequency(one_to(9), 90.1).m3_s));
  CHECK(std::isnan(flow_at_frequency(one_to(9), 9.9).m3_s));
  // 30 years: rank 3.1 and 1.55 from the least.
  CHECK(flow_at_frequency(one_to(30), 90).m3_s == doctest::Approx(3.1));
  CHECK(flow_at_frequency(one_to(30), 95).m3_s == doctest::Approx(1.55));
  CHECK(std::isnan(flow_at_frequency(one_to(18), 95).m3_s));
  CHECK(flow_at_frequency(one_to(19), 95).m3_s == 1);
}

TEST_CASE("missing years leave the series") {
  std::vector<double> years = one_to(9);
  years.push_back(missing);
  years.push_back(infinite);
  const DesignFlow flow = flow_at_frequency(years, 90);
  CHECK(flow.years == 9);
  CHECK(flow.m3_s == 1);
  CHECK(std::isnan(flow_at_frequency({}, 90).m3_s));
}

TEST_CASE("a surer flow is a smaller flow, within the series, in any order") {
  std::mt19937 random(41);
  std::uniform_real_distribution<double> any(0, 100);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> years(35);
    for (auto& v : years) v = any(random);
    double last = infinite;
    for (int percent = 5; percent <= 95; percent += 5) {
      const double flow = flow_at_frequency(years, percent).m3_s;
      CHECK(flow <= last);
      CHECK(flow >= *std::min_element(years.begin(), years.end()));
      CHECK(flow <= *std::max_element(years.begin(), years.end()));
      last = flow;
    }
    const double q90 = flow_at_frequency(years, 90).m3_s;
    CHECK(low_flow_of_return_period(years, 10).m3_s == doctest::Approx(q90));
    std::shuffle(years.begin(), years.end(), random);
    CHECK(flow_at_frequency(years, 90).m3_s == q90);
  }
}

TEST_CASE("the least mean of days needs whole stretches") {
  CHECK(least_mean_of_days(std::vector{5.0, 1.0, 3.0, 8.0}, 2) == 2);
  CHECK(least_mean_of_days(std::vector{5.0, 1.0, missing, 8.0, 6.0}, 2) == 3);
  CHECK(std::isnan(least_mean_of_days(std::vector{5.0, missing, 8.0}, 2)));
  CHECK(std::isnan(least_mean_of_days(std::vector{5.0}, 2)));
  CHECK(least_mean_of_days(std::vector{5.0, 7.0}, 2) == 6);
}

TEST_CASE("a longer stretch has no lower mean than its lowest day") {
  std::mt19937 random(42);
  std::uniform_real_distribution<double> any(0, 100);
  std::vector<double> daily(365);
  for (auto& v : daily) v = any(random);
  const double lowest = *std::min_element(daily.begin(), daily.end());
  CHECK(least_mean_of_days(daily, 1) == lowest);
  for (std::size_t days = 2; days < 40; ++days) CHECK(least_mean_of_days(daily, days) >= lowest);
}

TEST_CASE("7Q10 is the lowest week of the driest of nine years") {
  std::vector<double> daily;
  std::vector<int> year;
  for (int y = 1; y <= 9; ++y) {
    for (int day = 0; day < 365; ++day) {
      daily.push_back(day >= 100 && day < 107 ? y : 50);
      year.push_back(2000 + y);
    }
  }
  const DesignFlow flow = seven_q_ten(daily, year, 350);
  CHECK(flow.years == 9);
  CHECK(flow.m3_s == doctest::Approx(1));
  daily[3] = missing;
  CHECK(seven_q_ten(daily, year, 365).years == 8);
  CHECK(std::isnan(seven_q_ten(daily, year, 365).m3_s));  // eight years cannot tell one in ten
  CHECK(seven_q_ten(daily, year, 364).years == 9);
  CHECK(seven_q_ten({}, {}, 350).years == 0);
}

TEST_CASE("no week of 7Q10 crosses from one year to the next") {
  std::vector<double> daily(20, 10);
  std::vector<int> year(20, 2001);
  std::fill(year.begin() + 10, year.end(), 2002);
  std::fill(daily.begin() + 7, daily.begin() + 13, 0.0);  // six low days about New Year
  CHECK(least_mean_of_days(daily, 7) == doctest::Approx(10.0 / 7));
  CHECK(seven_q_ten(daily, year, 7).years == 2);
  CHECK(low_flow_of_return_period(std::vector<double>(9, 2.0), 10).m3_s == 2);
}

TEST_CASE("a target is met at its full precision") {
  const std::vector<double> flow = {2.34, 2.3449, 2.345, missing, 2.4};
  const FlowCompliance rate = flow_compliance(flow, std::vector{2.345});
  CHECK(rate.valid == 4);
  CHECK(rate.met == 2);
  CHECK(rate.percent() == 50);
  CHECK(flow_compliance(flow, std::vector{2.34}).met == 4);  // what rounding the target down would make of it
}

TEST_CASE("targets may differ by period, and periods without one leave") {
  const FlowCompliance rate = flow_compliance(std::vector{3.0, 3.0, -1.0, 3.0}, std::vector{2.0, 4.0, 0.5, missing});
  CHECK(rate.valid == 3);
  CHECK(rate.met == 1);
  CHECK(flow_compliance({}, std::vector{2.0}).valid == 0);
  CHECK(std::isnan(flow_compliance({}, {}).percent()));
}

TEST_CASE("nine of ten reach ninety per cent, nothing reaches nothing") {
  CHECK(FlowCompliance{10, 9}.reaches(90));
  CHECK_FALSE(FlowCompliance{1000, 899}.reaches(90));
  CHECK_FALSE(FlowCompliance{0, 0}.reaches(0));
}

TEST_CASE("compliance falls as the target rises") {
  std::mt19937 random(43);
  std::uniform_real_distribution<double> any(0, 10);
  std::vector<double> flow(200);
  for (auto& v : flow) v = any(random);
  std::size_t last = flow.size();
  for (int step = 0; step <= 100; ++step) {
    const std::vector target = {step / 10.0};
    const FlowCompliance rate = flow_compliance(flow, target);
    CHECK(rate.met <= last);
    CHECK(rate.valid == flow.size());
    last = rate.met;
  }
}

TEST_CASE("a misprinted Tennant table is refused with its line") {
  const auto error = [](const std::string& rows) {
    const auto result =
        parse_tennant("grade,name_zh,name_en,oct_mar_percent,apr_sep_percent,source,trust\n" + rows, "t.csv");
    return result ? std::string() : result.error().detail;
  };
  CHECK(error("1,好,a,20,40,s,memory\n2,差,b,0,0,s,memory\n").empty());
  CHECK(error("") == "t.csv:1: has no rows");
  CHECK(error("1,好,a,20,40,s,memory\n") == "t.csv:2: the last grade must hold from 0");
  CHECK(error("1,好,a,20,40,s,memory\n2,差,b,0,50,s,memory\n") == "t.csv:3: percentages must not rise from row to row");
  CHECK(error("1,好,a,20,x,s,memory\n").starts_with("t.csv:2: percentages must be"));
  CHECK(error("1,好,a,-1,0,s,memory\n").starts_with("t.csv:2: percentages must be"));
  CHECK(error("2,好,a,0,0,s,memory\n").starts_with("t.csv:2: grades must be"));
  CHECK(error("1,,a,0,0,s,memory\n").starts_with("t.csv:2: a grade needs"));
  CHECK(error("1,好,a,0,0,s,maybe\n").starts_with("t.csv:2: source must"));
}

TEST_CASE("the numbers of ecological flow are read, and misprints refused with their line") {
  const auto rules = parse_eco_flow_rules(pack("eco_flow_rules.csv"), "e.csv");
  REQUIRE(rules);
  CHECK(rules->qp_years_min.value == 30);
  CHECK(rules->guarantee_percent.value == 90);
  CHECK(rules->guarantee_percent.trust == "memory");
  const auto misprint_of = [](const std::string& rows) {
    const auto result = parse_eco_flow_rules("name,value,unit,source,trust\n" + rows, "e.csv");
    return result ? "" : result.error().detail;
  };
  CHECK(misprint_of("") == "e.csv:1: 'qp_years_min' is missing");
  CHECK(misprint_of("years,30,year,s,memory\n") == "e.csv:2: 'years' is not a number of the rules");
  CHECK(misprint_of("qp_years_min,1,year,s,memory\n").starts_with("e.csv:2: value '1'"));
  CHECK(misprint_of("qp_years_min,30,year,s,memory\nqp_years_min,30,year,s,memory\n").ends_with("is there twice"));
  CHECK(misprint_of("qp_years_min,30,year,,memory\n").starts_with("e.csv:2: source"));
}
