#include "standards/noise.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

const NoisePeriods& periods() {
  static const NoisePeriods one = parse_noise_periods(pack("noise_periods.csv"), "noise_periods.csv").value();
  return one;
}

const NoiseGradeTable& noise_grades() {
  static const NoiseGradeTable one = parse_noise_grades(pack("hj640_levels.csv"), "hj640_levels.csv").value();
  return one;
}

const BackgroundTable& background() {
  static const BackgroundTable one =
      parse_background_table(pack("noise_background.csv"), "noise_background.csv").value();
  return one;
}

int noise_grade_of(NoiseNetwork network, NoisePeriod period, double level) {
  std::int8_t grade = -1;
  noise_grade(noise_grades().of(network, period), {&level, 1}, {&grade, 1});
  return grade;
}

double energy_mean_of(const std::vector<double>& level) { return energy_mean(level).level_db; }

std::vector<double> random_levels(std::mt19937& random, std::size_t n) {
  std::uniform_real_distribution<double> level(20, 110);
  std::vector<double> result(n);
  for (double& one : result) one = level(random);
  return result;
}

}  // namespace

TEST_CASE("the energy mean of two levels leans to the louder one") {
  // 10 lg((10^6 + 10^7) / 2) = 10 lg(5.5e6)
  CHECK(energy_mean_of({60, 70}) == doctest::Approx(67.403626895).epsilon(1e-10));
  CHECK(energy_mean_of({60}) == 60);
  CHECK(energy_mean_of({55, 55, 55}) == 55);
  CHECK(energy_mean_of({-10, -10}) == -10);
  CHECK(energy_mean_of({5000, 5000}) == 5000);
}

TEST_CASE("what is missing is left out of an energy mean, and nothing gives nothing") {
  const double level[] = {60, missing, infinite, -infinite, 70};
  const LevelMean mean = energy_mean(level);
  CHECK(mean.n == 2);
  CHECK(mean.level_db == energy_mean_of({60, 70}));
  CHECK(std::isnan(energy_mean({}).level_db));
  CHECK(energy_mean({}).n == 0);
}

TEST_CASE("an energy mean weights each period by its duration") {
  const double level[] = {60, 70};
  const double same[] = {5, 5};
  const double thrice[] = {3, 1};
  CHECK(energy_mean(level, same).level_db == doctest::Approx(energy_mean_of({60, 70})));
  CHECK(energy_mean(level, thrice).level_db == doctest::Approx(energy_mean_of({60, 60, 60, 70})));
  for (const double none : {0.0, -1.0, missing, infinite}) {
    const double duration[] = {2, none};
    CHECK(energy_mean(level, duration).level_db == 60);
    CHECK(energy_mean(level, duration).n == 1);
  }
}

TEST_CASE("an energy mean lies between its extremes, above the arithmetic mean, in any order, and rises with a level") {
  std::mt19937 random(640);
  for (int round = 0; round < 500; ++round) {
    auto level = random_levels(random, 1 + random() % 30);
    const double mean = energy_mean_of(level);
    CHECK(mean >= *std::min_element(level.begin(), level.end()));
    CHECK(mean <= *std::max_element(level.begin(), level.end()));
    CHECK(mean >= city_area_level(level).level_db - 1e-9);
    std::shuffle(level.begin(), level.end(), random);
    CHECK(energy_mean_of(level) == doctest::Approx(mean).epsilon(1e-12));
    level[random() % level.size()] += 1;
    CHECK(energy_mean_of(level) > mean);
  }
}

TEST_CASE("the day is labels 07 to 22, the night 23 and 24 and 01 to 06 of the next date") {
  std::vector<double> hour(30, 50.0);
  for (std::size_t label = 7; label <= 22; ++label) hour[label - 1] = 60;
  const NoiseDay day = noise_day(periods(), hour);
  CHECK(day.ld_db == 60);
  CHECK(day.ln_db == 50);
  CHECK(day.day_hours == 16);
  CHECK(day.night_hours == 8);
  // (16 * 10^6 + 8 * 10^(5 + 1)) / 24 = 10^6
  CHECK(day.ldn_db == doctest::Approx(60).epsilon(1e-12));
  for (const std::size_t quiet : {1U, 6U}) {
    auto louder = hour;
    louder[quiet - 1] = 99;  // labels 01..06 of D are of the night before
    CHECK(noise_day(periods(), louder).ln_db == 50);
    CHECK(noise_day(periods(), louder).ld_db == 60);
  }
  for (const std::size_t of_night : {23U, 24U, 25U, 30U}) {
    auto louder = hour;
    louder[of_night - 1] = 99;
    CHECK(noise_day(periods(), louder).ln_db > 50);
    CHECK(noise_day(periods(), louder).ld_db == 60);
  }
  for (const std::size_t of_day : {7U, 22U}) {
    auto louder = hour;
    louder[of_day - 1] = 99;
    CHECK(noise_day(periods(), louder).ln_db == 50);
    CHECK(noise_day(periods(), louder).ld_db > 60);
  }
  hour.push_back(99);  // the seventh hour of D+1 is its own day
  CHECK(noise_day(periods(), hour).ln_db == 50);
}

TEST_CASE("one missing hour takes its period and Ldn, not the other period") {
  std::vector<double> hour(30, 55.0);
  hour[6] = missing;
  NoiseDay day = noise_day(periods(), hour);
  CHECK(std::isnan(day.ld_db));
  CHECK(day.day_hours == 15);
  CHECK(day.ln_db == 55);
  CHECK(std::isnan(day.ldn_db));
  NoisePeriods lenient = periods();
  lenient.day_hours_missing_max = 1;
  CHECK(noise_day(lenient, hour).ld_db == 55);
  CHECK(std::isfinite(noise_day(lenient, hour).ldn_db));
  hour[7] = missing;
  CHECK(std::isnan(noise_day(lenient, hour).ld_db));
  hour.assign(30, 55.0);
  hour[29] = infinite;
  day = noise_day(periods(), hour);
  CHECK(std::isnan(day.ln_db));
  CHECK(day.ld_db == 55);
}

TEST_CASE("shifted borders move hours between day and night and set how many hours are needed") {
  const NoisePeriods later = with_borders(periods(), 7, 23).value();
  CHECK(later.hours_needed() == 31);
  std::vector<double> hour(31, 50.0);
  hour[6] = 90;  // label 07: night of the date before
  CHECK(noise_day(later, hour).ld_db == 50);
  hour[22] = 60;  // label 23: day
  CHECK(noise_day(later, hour).ld_db > 50);
  CHECK(noise_day(later, hour).ln_db == 50);
  hour[30] = 60;  // label 07 of D+1: night
  CHECK(noise_day(later, hour).ln_db > 50);

  const NoisePeriods early = with_borders(periods(), 0, 16).value();
  CHECK(early.hours_needed() == 24);
  CHECK(noise_day(early, std::vector<double>(24, 40.0)).night_hours == 8);
  const NoisePeriods late = with_borders(periods(), 8, 24).value();
  CHECK(noise_day(late, std::vector<double>(32, 40.0)).night_hours == 8);
  CHECK(noise_day(late, std::vector<double>(32, 40.0)).ln_db == 40);

  CHECK_FALSE(with_borders(periods(), -1, 22));
  CHECK_FALSE(with_borders(periods(), 6, 25));
  CHECK_FALSE(with_borders(periods(), 6, 6));
  CHECK_FALSE(with_borders(periods(), 22, 6));
  CHECK_FALSE(with_borders(periods(), 0, 24));
  CHECK(with_borders(periods(), 22, 6).error().field == "day_from_hour");
}

TEST_CASE("Ldn lies between the quieter of Ld, Ln + 10 and the louder") {
  std::mt19937 random(3096);
  for (int round = 0; round < 200; ++round) {
    const NoiseDay day = noise_day(periods(), random_levels(random, 30));
    CHECK(day.ldn_db >= std::min(day.ld_db, day.ln_db + 10));
    CHECK(day.ldn_db <= std::max(day.ld_db, day.ln_db + 10));
  }
}

TEST_CASE("of 100 samples L10 is the 10th from the top, of 200 the 20th") {
  std::mt19937 random(10);
  for (const int n : {100, 200}) {
    std::vector<double> level;
    for (int i = 1; i <= n; ++i) level.push_back(i);
    std::shuffle(level.begin(), level.end(), random);
    const NoiseStatistics statistics = noise_statistics(level);
    CHECK(statistics.l10_db == n - n / 10 + 1);
    CHECK(statistics.l50_db == n / 2 + 1);
    CHECK(statistics.l90_db == n / 10 + 1);
    CHECK(statistics.lmax_db == n);
    CHECK(statistics.lmin_db == 1);
    CHECK(statistics.n == static_cast<std::size_t>(n));
  }
}

TEST_CASE("where a tenth of the samples is not whole, the place is rounded up") {
  std::vector<double> level;
  for (int i = 25; i >= 1; --i) level.push_back(i);  // the k-th from the top is 26 - k
  const NoiseStatistics statistics = noise_statistics(level);
  CHECK(statistics.l10_db == 23);
  CHECK(statistics.l50_db == 13);
  CHECK(statistics.l90_db == 3);
  const NoiseStatistics one = noise_statistics({missing, 61.5, infinite});
  CHECK(one.n == 1);
  CHECK(one.l10_db == 61.5);
  CHECK(one.l90_db == 61.5);
  CHECK(std::isnan(noise_statistics({missing}).l50_db));
  CHECK(std::isnan(noise_statistics({}).lmax_db));
}

TEST_CASE("Lmax, L10, L50, L90 and Lmin fall in that order, whatever the order of the samples") {
  std::mt19937 random(50);
  for (int round = 0; round < 300; ++round) {
    auto level = random_levels(random, 1 + random() % 250);
    const NoiseStatistics a = noise_statistics(level);
    CHECK(a.lmax_db >= a.l10_db);
    CHECK(a.l10_db >= a.l50_db);
    CHECK(a.l50_db >= a.l90_db);
    CHECK(a.l90_db >= a.lmin_db);
    CHECK(energy_mean_of(level) <= a.lmax_db);
    std::shuffle(level.begin(), level.end(), random);
    CHECK(noise_statistics(level).l50_db == a.l50_db);
  }
}

TEST_CASE("a city's area level is arithmetic over points, its road level weighted by length") {
  const double level[] = {50, 60, missing};
  CHECK(city_area_level(level).level_db == 55);
  CHECK(city_area_level(level).n == 2);
  const double length[] = {3, 1, 100};
  CHECK(city_road_level(level, length).level_db == 52.5);
  CHECK(city_road_level(level, length).n == 2);
  const double no_length[] = {3, -1, 1};
  CHECK(city_road_level(level, no_length).level_db == 50);
  CHECK(std::isnan(city_area_level({}).level_db));
  CHECK(std::isnan(city_road_level({}, {}).level_db));
}

TEST_CASE("a city's level lies between its extremes and equal lengths make the plain mean") {
  std::mt19937 random(907);
  for (int round = 0; round < 300; ++round) {
    const auto level = random_levels(random, 1 + random() % 120);
    const auto length = random_levels(random, level.size());
    const auto [least, greatest] = std::minmax_element(level.begin(), level.end());
    const double road = city_road_level(level, length).level_db;
    CHECK(road >= *least);
    CHECK(road <= *greatest);
    const std::vector<double> equal(level.size(), 0.7);
    CHECK(city_road_level(level, equal).level_db == doctest::Approx(city_area_level(level).level_db));
  }
}

TEST_CASE("a level on a bound of HJ 640 is of the better grade, a tenth above of the next") {
  const double bounds[2][2][4] = {{{50, 55, 60, 65}, {40, 45, 50, 55}}, {{68, 70, 72, 74}, {58, 60, 62, 64}}};
  for (const auto network : {NoiseNetwork::area, NoiseNetwork::road}) {
    for (const auto period : {NoisePeriod::day, NoisePeriod::night}) {
      for (int k = 0; k < 4; ++k) {
        const double bound = bounds[static_cast<int>(network)][static_cast<int>(period)][k];
        CAPTURE(bound);
        CHECK(noise_grade_of(network, period, bound) == k + 1);
        CHECK(noise_grade_of(network, period, bound + 0.04) == k + 1);
        CHECK(noise_grade_of(network, period, bound + 0.05) == k + 1);  // half to even: the bound's tenth is even
        CHECK(noise_grade_of(network, period, bound + 0.06) == k + 2);
        CHECK(noise_grade_of(network, period, bound + 0.1) == k + 2);
      }
    }
  }
  CHECK(noise_grade_of(NoiseNetwork::area, NoisePeriod::day, -3) == 1);
  CHECK(noise_grade_of(NoiseNetwork::area, NoisePeriod::day, 999) == 5);
  for (const double none : {missing, infinite, -infinite, 1e300})
    CHECK(noise_grade_of(NoiseNetwork::road, NoisePeriod::day, none) == no_noise_grade);
  CHECK(noise_grades().of(NoiseNetwork::area, NoisePeriod::day).rows[1].name_zh == "较好");
}

TEST_CASE("a louder city never has a better grade, and the night is no milder than the day") {
  for (const auto network : {NoiseNetwork::area, NoiseNetwork::road}) {
    for (int tenth = 0; tenth < 1000; ++tenth) {
      const double level = tenth / 10.0;
      CHECK(noise_grade_of(network, NoisePeriod::day, level) <= noise_grade_of(network, NoisePeriod::day, level + 0.1));
      CHECK(noise_grade_of(network, NoisePeriod::day, level) <= noise_grade_of(network, NoisePeriod::night, level));
    }
  }
}

TEST_CASE("point-times comply on their limit, by zone and in total, day and night apart") {
  using enum NoisePeriod;
  const ZoneReading reading[] = {{"2", day, 60, 60},        {"2", day, 60.1, 60},       {"2", night, 50.5, 50},
                                 {"4a", day, 69, 70},       {"4a", night, missing, 55}, {"1", night, 45, 45},
                                 {"1", night, 30, missing}, {"2", day, 60 + 1e-12, 60}};
  const CityCompliance city = zone_compliance(reading);
  REQUIRE(city.zones.size() == 3);
  CHECK(city.zones[0].zone == "1");
  CHECK(city.zones[0].night.rate_percent() == 100);
  CHECK(city.zones[0].night.missing == 1);
  CHECK(std::isnan(city.zones[0].day.rate_percent()));
  CHECK(city.zones[1].zone == "2");
  CHECK(city.zones[1].day.complying == 2);
  CHECK(city.zones[1].day.judged == 3);
  CHECK(city.zones[1].night.rate_percent() == 0);
  CHECK(city.zones[2].zone == "4a");
  CHECK(city.zones[2].night.missing == 1);
  CHECK(city.total.day.complying == 3);
  CHECK(city.total.day.judged == 4);
  CHECK(city.total.day.rate_percent() == 75);
  CHECK(city.total.night.judged == 2);
  CHECK(city.total.night.missing == 2);
  CHECK(city.total.night.rate_percent() == 50);
  CHECK(zone_compliance({}).zones.empty());
}

TEST_CASE("the total of compliance is the sum of its zones, whatever the order") {
  std::mt19937 random(4);
  const char* const zones[] = {"0", "1", "2", "3", "4a", "4b"};
  std::vector<ZoneReading> reading;
  for (int i = 0; i < 400; ++i) {
    const double level = random() % 20 == 0 ? missing : 40 + static_cast<double>(random() % 30);
    reading.push_back({zones[random() % 6], random() % 2 == 0 ? NoisePeriod::day : NoisePeriod::night, level, 55});
  }
  const CityCompliance city = zone_compliance(reading);
  std::int64_t complying = 0, seen = 0;
  for (const auto& zone : city.zones) {
    complying += zone.day.complying + zone.night.complying;
    for (const auto& part : {zone.day, zone.night}) {
      seen += part.judged + part.missing;
      CHECK(part.complying <= part.judged);
    }
  }
  CHECK(complying == city.total.day.complying + city.total.night.complying);
  CHECK(seen == 400);
  std::shuffle(reading.begin(), reading.end(), random);
  const CityCompliance again = zone_compliance(reading);
  REQUIRE(again.zones.size() == city.zones.size());
  for (std::size_t i = 0; i < city.zones.size(); ++i) {
    CHECK(again.zones[i].zone == city.zones[i].zone);
    CHECK(again.zones[i].day.complying == city.zones[i].day.complying);
  }
}

TEST_CASE("the background correction follows the table of GB 12348 5.7") {
  const auto corrected = [](double delta) { return correct_background(background(), 60 + delta, 60).level_db - 60; };
  CHECK(corrected(3) == 0);
  CHECK(corrected(4) == 2);
  CHECK(corrected(5) == 3);
  CHECK(corrected(6) == 5);
  CHECK(corrected(10) == 9);
  CHECK(corrected(11) == 11);
  CHECK(corrected(40) == 40);
  CHECK(correct_background(background(), 70, 60).outcome == BackgroundOutcome::corrected);
  CHECK(correct_background(background(), 71, 60).outcome == BackgroundOutcome::no_correction);
}

TEST_CASE("the difference is made whole first, half to even") {
  const auto of = [](double measured, double quiet) { return correct_background(background(), measured, quiet); };
  CHECK(of(62.9, 60).outcome == BackgroundOutcome::corrected);  // 2.9 is 3
  CHECK(of(62.9, 60).level_db == doctest::Approx(59.9));
  CHECK(of(55.8, 53.2).delta == 3);  // 2.6
  CHECK(of(55.7, 53.2).delta == 2);  // 2.5, whatever binary makes of it
  CHECK(of(55.7, 53.2).outcome == BackgroundOutcome::background_too_loud);
  CHECK(std::isnan(of(55.7, 53.2).level_db));
  CHECK(of(63.5, 60).delta == 4);
  CHECK(of(70.4, 60).delta == 10);
  CHECK(of(70.5, 60).delta == 10);
  CHECK(of(70.6, 60).outcome == BackgroundOutcome::no_correction);
}

TEST_CASE("a background too loud or missing is not judged and says why") {
  CHECK(correct_background(background(), 62, 60).outcome == BackgroundOutcome::background_too_loud);
  CHECK(correct_background(background(), 50, 60).outcome == BackgroundOutcome::background_too_loud);
  CHECK(correct_background(background(), 50, 60).row == nullptr);
  for (const double none : {missing, infinite, -infinite, 1e9}) {
    CHECK(correct_background(background(), none, 60).outcome == BackgroundOutcome::missing);
    CHECK(correct_background(background(), 60, none).outcome == BackgroundOutcome::missing);
  }
  CHECK(reason_of(BackgroundOutcome::background_too_loud).find("lower the background") != std::string_view::npos);
  for (const auto outcome :
       {BackgroundOutcome::missing, BackgroundOutcome::corrected, BackgroundOutcome::no_correction})
    CHECK_FALSE(reason_of(outcome).empty());
}

TEST_CASE("a corrected level never exceeds the measured one and loses at most the first row's correction") {
  std::mt19937 random(12348);
  std::uniform_real_distribution<double> level(30, 100);
  for (int round = 0; round < 1000; ++round) {
    const double measured = level(random), quiet = level(random);
    const BackgroundCorrection result = correct_background(background(), measured, quiet);
    if (result.row == nullptr) {
      CHECK(measured - quiet < 3);
      continue;
    }
    CHECK(result.level_db <= measured);
    CHECK(result.level_db >= measured + background().rows.front().correction_db);
    CHECK_FALSE(result.row->source.empty());
  }
}

TEST_CASE("the packs say what their numbers rest on") {
  CHECK(periods().day_hours() == 16);
  CHECK(periods().night_hours() == 8);
  CHECK(periods().night_penalty_db == 10);
  CHECK(periods().trust == "memory");
  CHECK(background().rows.back().trust == "verified");
}

TEST_CASE("a misprint among the periods is named with file and line") {
  const std::string text = pack("noise_periods.csv");
  const auto error = [](const std::string& changed) {
    const auto result = parse_noise_periods(changed, "p.csv");
    return result ? std::string("read") : result.error().detail;
  };
  CHECK(error(text) == "read");
  CHECK(error(replaced(text, "day_from_hour,6", "day_from_hour,6.5")).find("p.csv:4: value '6.5'") == 0);
  CHECK(error(replaced(text, "day_from_hour,6", "day_from_hour,nan")).find("whole number") != std::string::npos);
  CHECK(error(replaced(text, "day_from_hour,6", "day_from_hour,22")).find("begin before it ends") != std::string::npos);
  CHECK(error(replaced(text, "\nday_to_hour", "\nday_until")).find("not a number of periods") != std::string::npos);
  CHECK(error(replaced(text, "\nday_to_hour", "\nday_from_hour")).find("unit") == std::string::npos);
  CHECK(error(replaced(text, "\nday_to_hour", "\nday_from_hour")).find("there twice") != std::string::npos);
  CHECK(error(replaced(text, "10,dB", "10,h")).find("unit must be dB") != std::string::npos);
  CHECK(error(replaced(text, ",verified", ",sure")).find("trust") != std::string::npos);
  CHECK(error("name,value,unit,source,trust\n").find("'day_from_hour' is missing") != std::string::npos);
  CHECK(error("").find("p.csv:1") == 0);
}

TEST_CASE("a misprint among the grades is named with file and line") {
  const std::string text = pack("hj640_levels.csv");
  const auto error = [](const std::string& changed) {
    const auto result = parse_noise_grades(changed, "g.csv");
    return result ? std::string("read") : result.error().detail;
  };
  CHECK(error(text) == "read");
  CHECK(error(replaced(text, "area,day,2", "area,day,3")).find("g.csv:4: grades") == 0);
  CHECK(error(replaced(text, "area,day,1", "city,day,1")).find("'city'") != std::string::npos);
  CHECK(error(replaced(text, "area,day,1", "area,noon,1")).find("'noon'") != std::string::npos);
  CHECK(error(replaced(text, "55.0", "49.0")).find("must rise") != std::string::npos);
  CHECK(error(replaced(text, "55.0", "50.0")).find("must rise") != std::string::npos);
  CHECK(error(replaced(text, "55.0", "55.05")).find("finer") != std::string::npos);
  CHECK(error(replaced(text, "55.0", "inf")).find("not a level") != std::string::npos);
  CHECK(error(replaced(text, "55.0,1", ",1")).find("no upper bound") != std::string::npos);
  CHECK(error(replaced(text, "55.0,1", "55.0,0")).find("the same") != std::string::npos);
  CHECK(error(replaced(text, "55.0,1", "55.0,9")).find("decimals") != std::string::npos);
  CHECK(error(replaced(text, "Good", "")).find("name") != std::string::npos);
  CHECK(error(replaced(text, "verified", "")).find("trust") != std::string::npos);
  CHECK(error(text.substr(0, text.find("road,night"))).find("road night must end") != std::string::npos);
}

TEST_CASE("a misprint among the background corrections is named with file and line") {
  const auto error = [](const std::string& rows) {
    const auto result = parse_background_table("delta_from,delta_to,correction_db,source,trust\n" + rows, "b.csv");
    return result ? std::string("read") : result.error().detail;
  };
  CHECK(error("3,3,-3,s,memory\n4,,0,s,memory\n") == "read");
  CHECK(error("") == "b.csv:1: has no rows");
  CHECK(error("3,3,-3,s,memory\n").find("b.csv:2: the last row") == 0);
  CHECK(error("3,3,-3,s,memory\n5,,0,s,memory\n").find("b.csv:3: differences") == 0);
  CHECK(error("3,3,-3,s,memory\n3,,0,s,memory\n").find("gap or overlap") != std::string::npos);
  CHECK(error("3,3,-3,s,memory\n4,,-3,s,memory\n").find("corrected less") != std::string::npos);
  CHECK(error("3,,-3,s,memory\n4,,0,s,memory\n").find("no end") != std::string::npos);
  CHECK(error("3,2,-3,s,memory\n").find("delta_to") != std::string::npos);
  CHECK(error("x,2,-3,s,memory\n").find("delta_from") != std::string::npos);
  CHECK(error("3,,3,s,memory\n").find("correction_db") != std::string::npos);
  CHECK(error("3,,-3,,memory\n").find("source") != std::string::npos);
}
