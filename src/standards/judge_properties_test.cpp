#include "standards/judge.hpp"

#include "standards/standards_test_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

// What must hold of every rule of the packs, whatever its numbers are.

using namespace celadon;
using namespace celadon::standards;
using namespace celadon::standards::test;

namespace {

/// Values about every limit of an item, and some between.
std::vector<double> values_about(const BandItem& item, std::mt19937_64& random) {
  std::vector<double> values;
  for (const auto& band : item.bands) {
    for (const auto& interval : band.holds.intervals()) {
      for (const double end : {interval.low, interval.high}) {
        if (std::isinf(end)) continue;
        for (const double factor : {0.3, 0.9, 0.999, 1.0, 1.001, 1.1, 3.0}) values.push_back(end * factor);
        values.push_back(end * (0.5 + static_cast<double>(random() % 1000) / 1000));
      }
    }
  }
  std::sort(values.begin(), values.end());
  return values;
}

JudgeInput input_of(const std::string& property, double value) {
  JudgeInput input;
  input.property = property;
  input.value = value;
  return input;
}

/// A request for some items of a table under circumstances drawn at random.
JudgeRequest draw(const BandTable& table, std::mt19937_64& random) {
  JudgeRequest request;
  request.rule = table.rule;
  request.edition = table.standard;
  request.date = first_moment_of({table.valid_from.days + 40});
  for (const auto& given : table.given) {
    if (!given.choices.empty())
      request.given[given.name] = given.choices[random() % given.choices.size()];
    else
      request.given[given.name] = std::to_string(4.0 + static_cast<double>(random() % 60) / 10);
  }
  std::set<std::string> drawn;
  for (int i = 0; i < 6; ++i) {
    const BandItem& item = table.items[random() % table.items.size()];
    if (!drawn.insert(item.item).second) continue;
    const auto values = values_about(item, random);
    request.inputs.push_back(input_of(item.item, values[random() % values.size()]));
  }
  return request;
}

bool same_verdict(const Judgement& a, const Judgement& b) {
  const std::set<std::string> of_a(a.deciding.begin(), a.deciding.end());
  const std::set<std::string> of_b(b.deciding.begin(), b.deciding.end());
  return a.judged == b.judged && a.level == b.level && a.class_name == b.class_name && a.value == b.value &&
         a.attains == b.attains && of_a == of_b;
}

}  // namespace

TEST_CASE("the order of the inputs changes no verdict, and another item never makes it better") {
  std::mt19937_64 random(5);
  int judged = 0;
  for (int round = 0; round < 3000; ++round) {
    const BandTable& table = library().bands[random() % library().bands.size()];
    JudgeRequest request = draw(table, random);
    const auto first = judge(library(), request);
    REQUIRE(first);
    std::shuffle(request.inputs.begin(), request.inputs.end(), random);
    const auto shuffled = judge(library(), request);
    REQUIRE(shuffled);
    CHECK_MESSAGE(same_verdict(*first, *shuffled), table.standard);
    if (!first->judged) continue;
    ++judged;
    JudgeRequest fewer = request;
    fewer.inputs.pop_back();
    const auto without = judge(library(), fewer);
    REQUIRE(without);
    if (without->judged) CHECK_MESSAGE(without->level <= first->level, table.standard);
  }
  CHECK(judged > 1000);
}

TEST_CASE("the class of a section never gets better when an item gets worse, and the index never falls") {
  std::mt19937_64 random(7);
  const std::vector<std::string> water = {"CODMn", "NH3-N", "TP", "BOD5", "COD", "Cu", "Zn", "DO"};
  for (int round = 0; round < 4000; ++round) {
    JudgeRequest request;
    request.rule = "water-class";
    request.date = *parse_instant("2021-05-01T12:00:00+08:00");
    request.want_why = false;
    for (const auto& item : water)
      request.inputs.push_back(input_of(item, static_cast<double>(random() % 4000) / (item == "TP" ? 4000 : 200)));
    const auto before = judge(library(), request).value();
    auto& worse = request.inputs[random() % request.inputs.size()];
    worse.value *= worse.property == "DO" ? 0.7 : 1.6;
    const auto after = judge(library(), request).value();
    CHECK(after.level >= before.level);

    JudgeRequest air;
    air.rule = round % 2 == 0 ? "aqi-hourly" : "aqi-daily";
    air.edition = round % 4 < 2 ? "HJ 633-2012" : "HJ 633-2026";
    air.date = request.date;
    air.want_why = false;
    for (const char* item : {"SO2", "NO2", "PM10", "PM2.5", "CO", "O3", "O3-MDA8"})
      air.inputs.push_back(
          input_of(item, static_cast<double>(random() % 600) / (std::string_view(item) == "CO" ? 20 : 1)));
    const auto lower = judge(library(), air).value();
    air.inputs[random() % 5].value *= 1.3;
    const auto higher = judge(library(), air).value();
    REQUIRE(lower.value);
    REQUIRE(higher.value);
    CHECK(*higher.value >= *lower.value);
    CHECK(*higher.value <= 500);
  }
}

TEST_CASE(
    "an edition holds from the first hour of its first day, and the hour that ends that midnight is the day before") {
  int switches = 0;
  for (const auto& rule : rule_book(library())) {
    const auto editions = editions_of(library(), rule.id);
    for (std::size_t e = 1; e < editions.size(); ++e) {
      if (editions[e - 1].valid_before != editions[e].valid_from) continue;  // side by side, not one after the other
      const Instant midnight = first_moment_of(editions[e].valid_from);
      JudgeRequest request;
      request.rule = rule.id;
      for (const std::int64_t hours : {0, 1, -24, 24}) {
        request.date = {midnight.us + hours * us_per_hour};
        const auto judgement = judge(library(), request);
        if (!judgement || judgement->edition.empty()) continue;
        const auto& expected = hours > 0 ? editions[e] : editions[e - 1];
        CHECK_MESSAGE(judgement->edition == expected.standard, rule.id << " at " << hours);
        ++switches;
      }
    }
  }
  CHECK(switches > 20);
}

TEST_CASE("rounding again changes nothing, and stations may come in any order") {
  std::mt19937_64 random(9);
  const auto& rules = **library().air_assessment(*parse_legal_day("2020-01-01"), "");
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> values(50);
    for (auto& value : values) value = static_cast<double>(random() % 1'000'000) / 3000;
    for (const int decimals : {0, 1, 2}) {
      std::vector<double> once(values.size());
      std::vector<double> twice(values.size());
      round_column(values, decimals, once);
      round_column(once, decimals, twice);
      CHECK(once == twice);
    }
    std::vector<std::vector<double>> station(3 + random() % 6, std::vector<double>(10));
    for (auto& column : station) {
      for (auto& value : column) value = random() % 5 == 0 ? std::nan("") : static_cast<double>(random() % 3000) / 10;
    }
    const auto mean_of = [&] {
      std::vector<std::span<const double>> points(station.begin(), station.end());
      std::vector<double> mean(10);
      mean_of_points(rules, points, mean);
      round_column(mean, 1, mean);
      return mean;
    };
    const auto mean = mean_of();
    std::shuffle(station.begin(), station.end(), random);
    const auto again = mean_of();
    for (std::size_t i = 0; i < mean.size(); ++i)
      CHECK((mean[i] == again[i] || (std::isnan(mean[i]) && std::isnan(again[i]))));
  }
}
