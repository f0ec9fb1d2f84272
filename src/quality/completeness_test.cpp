#include "quality/completeness.hpp"

#include "quality/quality_test_packs.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace celadon;
using namespace celadon::quality;
using celadon::quality::test::packs;

namespace {

struct Series {
  std::vector<Instant> time;
  std::vector<double> value;
  std::vector<DeviceFlag> flag;
  std::vector<std::uint8_t> voided;

  Series(LegalDay first, int days, std::int64_t step_us) {
    for (std::int64_t t = first_moment_of(first).us + step_us; t <= first_moment_of(first).us + days * us_per_day;
         t += step_us) {
      time.push_back({t});
      value.push_back(1);
      flag.push_back('N');
      voided.push_back(0);
    }
  }
  [[nodiscard]] CompletenessInput input() const { return {time, value, flag, voided}; }
};

CompletenessRule rule(const std::string& id) {
  const auto rules = read_completeness(packs / "completeness.yaml").value();
  for (const auto& one : rules) {
    if (one.id == id) return one;
  }
  return {};
}
const DeviceFlags& flags() {
  static const auto all = DeviceFlags::read(packs / "device_flags.csv").value();
  return all;
}
const LegalDay new_year = parse_legal_day("2020-01-01").value();

}  // namespace

TEST_CASE("a day needs twenty hours: nineteen are too few") {
  for (const std::size_t missing : {4U, 5U}) {
    Series series(new_year, 1, us_per_hour);
    for (std::size_t i = 0; i < missing; ++i) series.value[i * 3] = std::nan("");
    const auto report = completeness(rule("air-mean"), series.input(), flags(), new_year, new_year);
    CHECK(report.periods[0].due == 24);
    CHECK(report.periods[0].valid == 24 - static_cast<int>(missing));
    CHECK(report.periods[0].complete == (missing == 4));
    CHECK(report.holes.size() == missing);
    CHECK(report.holes[0].reason == Slot::no_number);
  }
}

TEST_CASE("the hour labelled midnight belongs to the day that ends") {
  Series series(new_year, 1, us_per_hour);
  const LegalDay next{new_year.days + 1};
  const auto report = completeness(rule("air-mean"), series.input(), flags(), new_year, next);
  CHECK(report.periods[0].valid == 24);
  CHECK(report.periods[1].valid == 0);
  REQUIRE(report.holes.size() == 1);
  CHECK(report.holes[0].reason == Slot::not_arrived);
  CHECK(report.holes[0].count == 24);
}

TEST_CASE("a hole says why: the mark of the device, a voided value, nothing came") {
  Series series(new_year, 1, us_per_hour);
  series.flag[3] = series.flag[4] = 'M';
  series.flag[5] = 'C';
  series.voided[6] = 1;
  const auto report = completeness(rule("air-mean"), series.input(), flags(), new_year, new_year);
  REQUIRE(report.holes.size() == 3);
  CHECK(report.holes[0].reason == Slot::device);
  CHECK(report.holes[0].flag == 'M');
  CHECK(report.holes[0].count == 2);
  CHECK(report.holes[1].flag == 'C');
  CHECK(report.holes[2].reason == Slot::voided);
  CHECK(report.holes[2].from == series.time[6]);
}

TEST_CASE("a day of ozone needs fourteen windows of eight hours, each with six values") {
  Series series(new_year, 1, us_per_hour);
  const auto ozone = rule("air-ozone-mda8");
  CHECK(completeness(ozone, series.input(), flags(), new_year, new_year).periods[0].valid == 17);
  for (std::size_t i = 21; i < 24; ++i) series.value[i] = std::nan("");
  // 22:00 and 23:00 still have six of eight; 24:00 has five
  CHECK(completeness(ozone, series.input(), flags(), new_year, new_year).periods[0].valid == 16);
  series.value[20] = series.value[19] = std::nan("");
  const auto report = completeness(ozone, series.input(), flags(), new_year, new_year);
  CHECK(report.periods[0].valid == 14);
  CHECK(report.periods[0].complete);
  series.value[18] = std::nan("");
  CHECK_FALSE(completeness(ozone, series.input(), flags(), new_year, new_year).periods[0].complete);
}

TEST_CASE("a month needs 27 days, a February 25, and a part of a month has no verdict") {
  for (const int lost : {4, 5}) {
    Series series(new_year, 31 + 29, us_per_hour);
    for (int d = 0; d < lost; ++d) {
      for (int h = 0; h < 24; ++h) {
        series.value[static_cast<std::size_t>(d * 24 + h)] = std::nan("");
        series.value[static_cast<std::size_t>((31 + d) * 24 + h)] = std::nan("");
      }
    }
    const auto report = completeness(rule("air-mean"), series.input(), flags(), new_year, {new_year.days + 59});
    const auto& january = report.periods[60];
    const auto& february = report.periods[61];
    CHECK(january.kind == PeriodCompleteness::Kind::month);
    CHECK(january.due == 31);
    CHECK(january.complete == (lost == 4));
    CHECK(february.due == 29);
    CHECK(february.least == 25);
    CHECK(february.complete == (29 - lost >= 25));
    CHECK_FALSE(report.periods[62].whole);
    CHECK_FALSE(report.periods[62].complete);
  }
}

TEST_CASE("a year needs 324 days") {
  for (const int lost : {42, 43}) {
    Series series(new_year, 366, us_per_hour);
    for (int i = 0; i < lost * 24; ++i) series.value[static_cast<std::size_t>(i)] = std::nan("");
    const auto report = completeness(rule("air-mean"), series.input(), flags(), new_year, {new_year.days + 365});
    const auto& year = report.periods.back();
    CHECK(year.kind == PeriodCompleteness::Kind::year);
    CHECK(year.whole);
    CHECK(year.complete == (lost == 42));
    CHECK(year.share() == doctest::Approx((366.0 - lost) / 366));
  }
}

TEST_CASE("a value between two due times fills no place") {
  Series series(new_year, 1, us_per_hour);
  const auto water = rule("water-auto");
  const auto report = completeness(water, series.input(), flags(), new_year, new_year);
  CHECK(report.periods[0].due == 6);
  CHECK(report.periods[0].valid == 6);
  for (auto& time : series.time) time.us += us_per_minute;
  CHECK(completeness(water, series.input(), flags(), new_year, new_year).periods[0].valid == 0);
}

TEST_CASE("more values never make a period less complete") {
  Series series(new_year, 31, us_per_hour);
  for (auto& value : series.value) value = std::nan("");
  int last = 0;
  for (std::size_t i = 0; i < series.value.size(); i += 7) {
    series.value[i] = 1;
    int valid = 0;
    for (const auto& period :
         completeness(rule("air-ozone-mda8"), series.input(), flags(), new_year, {new_year.days + 30}).periods)
      valid += period.valid;
    CHECK(valid >= last);
    last = valid;
  }
}

TEST_CASE("a misprint in the completeness pack is named with its line") {
  const auto read = [](const std::string& text) { return parse_completeness(text, "c.yaml"); };
  const std::string good =
      "rules:\n  - id: a\n    properties: [SO2]\n    step: PT1H\n    day_least: 20\n    month_least: 27\n"
      "    february_least: 25\n    year_least: 324\n    clause: c\n    source: s\n    trust: design\n";
  CHECK(read(good).has_value());
  const auto changed = [&](const std::string& from, const std::string& to) {
    auto text = good;
    text.replace(text.find(from), from.size(), to);
    const auto bad = read(text);
    REQUIRE_FALSE(bad.has_value());
    return bad.error().detail;
  };
  CHECK(changed("day_least: 20", "day_least: 25").starts_with("c.yaml:5: "));
  CHECK(changed("step: PT1H", "step: PT7H").starts_with("c.yaml:4: "));
  CHECK(changed("month_least: 27", "month_leest: 27").starts_with("c.yaml:6: "));
}
