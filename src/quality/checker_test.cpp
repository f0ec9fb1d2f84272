#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "core/missing.hpp"
#include "quality/checker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::quality;

namespace {

const Instant noon = *parse_instant("2020-04-03T12:00:00+08:00");
Instant hour(int n) { return {noon.us + n * us_per_hour}; }

/// A catalogue and a store in memory, and the rules of the pack over them.
struct World {
  std::map<SeriesKey, SeriesId> ids;
  std::map<Place, double> stored;
  int asked = 0;
  std::unique_ptr<Checker> checker;

  World() {
    Neighbours neighbours;
    neighbours.key_of = [this](SeriesId id) -> std::optional<SeriesKey> {
      for (const auto& [key, number] : ids) {
        if (number == id) return key;
      }
      return std::nullopt;
    };
    neighbours.find = [this](const SeriesKey& key) -> std::optional<SeriesId> {
      const auto found = ids.find(key);
      return found == ids.end() ? std::nullopt : std::optional(found->second);
    };
    neighbours.values = [this](std::span<const Place> places) {
      ++asked;
      std::vector<double> values;
      for (const Place& place : places) values.push_back(stored.contains(place) ? stored[place] : missing);
      return values;
    };
    auto made =
        Checker::make(*read_rules(CELADON_PACKS "/quality/rules.yaml"),
                      *DeviceFlags::read(CELADON_PACKS "/quality/device_flags.csv"), facts(), std::move(neighbours));
    if (!made) FAIL(made.error().detail);
    checker = std::move(*made);
  }
  static std::vector<PropertyFacts> facts() {
    std::vector<PropertyFacts> all;
    for (const char* id : {"PM2.5", "PM10", "NO2", "O3", "SO2"}) all.push_back({id, "air", "ug/m3", 0, 2000});
    all.push_back({"CO", "air", "mg/m3", 0, 150});
    for (const char* id : {"NH3-N", "TN", "TP", "DO", "CODMn"}) all.push_back({id, "water", "mg/L", 0, 100});
    for (const char* id : {"water-temperature", "pH", "conductivity", "turbidity"})
      all.push_back({id, "water", "1", missing, missing});
    return all;
  }
  SeriesId id(const std::string& property, const std::string& site = "air.1", Averaging window = hourly) {
    return ids.emplace(SeriesKey{site, property, window}, SeriesId{static_cast<std::int32_t>(ids.size() + 1)})
        .first->second;
  }
  /// Checks a batch that came just now, as the gateway would hand it over.
  std::vector<QualityFlag> check(const Observations& rows, const std::string& source = "import csv") {
    Instant newest{0};
    for (const Instant end : rows.phenomenon_end) newest = std::max(newest, end);
    auto flags = checker->check(rows, {source, newest});
    for (std::size_t i = 0; i < rows.size(); ++i) stored[{rows.series[i], rows.phenomenon_end[i]}] = rows.value[i];
    return flags;
  }
};

Observations row(SeriesId id, Instant end, double value, DeviceFlag flag = 'N') {
  Observations rows;
  rows.push_back(id, end, value, flag);
  return rows;
}

/// "series@hour rule" of each flag.
std::set<std::string> said(const std::vector<QualityFlag>& flags) {
  std::set<std::string> texts;
  for (const auto& flag : flags) {
    texts.insert(std::to_string(number(flag.series)) + "@" +
                 std::to_string((flag.phenomenon_end.us - noon.us) / us_per_hour) + " " + flag.rule);
  }
  return texts;
}
using Said = std::set<std::string>;

}  // namespace

TEST_CASE("a sound value has no flag") {
  World world;
  CHECK(world.check(row(world.id("PM2.5"), hour(0), 35)).empty());
  CHECK(world.check(row(world.id("PM2.5"), hour(1), 0, DeviceFlag{0})).empty());
  CHECK(world.check({}).empty());
}

TEST_CASE("a missing value is void and says so in both languages") {
  World world;
  const auto flags = world.check(row(world.id("PM2.5"), hour(0), missing));
  REQUIRE(flags.size() == 1);
  CHECK(flags[0].rule == "missing");
  CHECK(flags[0].voids);
  CHECK(flags[0].reason_zh == "无数据或缺测代码");
  CHECK(flags[0].series == world.id("PM2.5"));
  CHECK(flags[0].phenomenon_end == hour(0));
}

TEST_CASE("a value beyond the possible is void, on the edge it is good, and a total has no such range") {
  World world;
  CHECK(world.check(row(world.id("PM2.5"), hour(0), 2000)).empty());
  const auto flags = world.check(row(world.id("PM2.5"), hour(1), 2000.5));
  REQUIRE(flags.size() == 1);
  CHECK(flags[0].reason_en == "2000.5 ug/m3 is outside what is possible, 0 to 2000");
  CHECK(flags[0].voids);
  CHECK(said(world.check(row(world.id("PM2.5"), hour(2), -0.1))) == Said{"1@2 out-of-range"});
  CHECK(world.check(row(world.id("turbidity", "water.1", four_hourly), hour(3), 1e9)).empty());  // no limits known
  const SeriesKey total{"air.1", "PM2.5", hourly, Statistic::total};
  world.ids.emplace(total, SeriesId{99});
  CHECK(world.check(row(SeriesId{99}, hour(3), 1e6)).empty());
}

TEST_CASE("what the device says of its own value is kept in words; only some marks void") {
  World world;
  const auto flags = world.check(row(world.id("SO2"), hour(0), 12, 'C'));
  REQUIRE(flags.size() == 1);
  CHECK(flags[0].rule == "device-flag");
  CHECK(flags[0].voids);
  CHECK(flags[0].reason_en == "the device marked it C: calibration");
  const auto unknown = world.check(row(world.id("SO2"), hour(1), 12, 'J'));
  REQUIRE(unknown.size() == 1);
  CHECK_FALSE(unknown[0].voids);
  CHECK(world.check(row(world.id("SO2"), hour(2), missing, 'M')).size() == 2);
}

TEST_CASE("PM2.5 over PM10 marks both, whichever of the two comes first, also when one is stored already") {
  World world;
  const auto fine = world.id("PM2.5"), coarse = world.id("PM10");
  const Said both = {"1@0 pm25-over-pm10", "2@0 pm25-over-pm10"};
  Observations rows = row(fine, hour(0), 80);
  SUBCASE("together, fine first") {
    rows.append(row(coarse, hour(0), 60));
    CHECK(said(world.check(rows)) == both);
  }
  SUBCASE("together, coarse first") {
    Observations other = row(coarse, hour(0), 60);
    other.append(rows);
    CHECK(said(world.check(other)) == both);
  }
  SUBCASE("one message after the other") {
    CHECK(world.check(rows).empty());
    const auto flags = world.check(row(coarse, hour(0), 60));
    CHECK(said(flags) == both);
    CHECK(flags[0].reason_en == "PM2.5 (80) is above PM10 (60) ug/m3, of which it is a part");
    CHECK(flags[0].voids);
    CHECK(world.asked == 0);
  }
  SUBCASE("late, when both series have gone on") {
    CHECK(world.check(rows).empty());
    CHECK(world.check(row(fine, hour(1), 30)).empty());
    CHECK(world.check(row(coarse, hour(1), 60)).empty());
    CHECK(said(world.check(row(coarse, hour(0), 60))) == both);
    CHECK(world.asked == 1);
  }
}

TEST_CASE("a chunk sorted by series finds the same pairs as one sorted by time, and asks for no stored value") {
  World by_series, by_time;
  Observations sorted_by_series, sorted_by_time;
  const auto fine = by_series.id("PM2.5"), coarse = by_series.id("PM10");
  CHECK(by_time.id("PM2.5") == fine);
  CHECK(by_time.id("PM10") == coarse);
  for (int n = 0; n < 50; ++n) sorted_by_series.push_back(fine, hour(n), n % 7 == 3 ? 90 : 30 + n % 5, 'N');
  for (int n = 0; n < 50; ++n) sorted_by_series.push_back(coarse, hour(n), 50 + n % 3, 'N');
  for (int n = 0; n < 50; ++n) {
    sorted_by_time.push_back(fine, hour(n), n % 7 == 3 ? 90 : 30 + n % 5, 'N');
    sorted_by_time.push_back(coarse, hour(n), 50 + n % 3, 'N');
  }
  const auto a = by_series.check(sorted_by_series), b = by_time.check(sorted_by_time);
  CHECK(a.size() == 14);
  CHECK(a == b);
  CHECK(by_series.asked == 0);
}

TEST_CASE("a value that is void itself accuses nobody") {
  World world;
  const auto fine = world.id("PM2.5"), coarse = world.id("PM10");
  CHECK(world.check(row(coarse, hour(0), -999)).size() == 1);
  CHECK(world.check(row(fine, hour(0), 30)).empty());
  CHECK(world.check(row(coarse, hour(1), 5, 'C')).size() == 1);
  CHECK(world.check(row(fine, hour(1), 30)).empty());
  // The same where the partner is read from the store.
  world.stored[{fine, hour(-5)}] = 3000;
  CHECK(world.check(row(coarse, hour(-5), 60)).empty());
  CHECK(world.asked == 1);
}

TEST_CASE("pairs are of one site and one window") {
  World world;
  CHECK(world.check(row(world.id("PM10", "air.1"), hour(0), 20)).empty());
  CHECK(world.check(row(world.id("PM2.5", "air.2"), hour(0), 80)).empty());
  CHECK(world.check(row(world.id("PM2.5", "air.1", daily), hour(0), 80)).empty());
  CHECK(world.check(row(world.id("PM2.5", "air.1"), hour(0), 80)).size() == 2);
}

TEST_CASE("ammonia over total nitrogen is marked and not void; within the tolerance it is nothing") {
  World world;
  const auto ammonia = world.id("NH3-N", "water.1", four_hourly), total = world.id("TN", "water.1", four_hourly);
  Observations rows = row(ammonia, hour(0), 0.144);
  rows.append(row(total, hour(0), 0.10));
  const auto flags = world.check(rows);  // Nianyushan, 2021-04-01 04:00
  REQUIRE(flags.size() == 2);
  CHECK(flags[0].rule == "tn-below-nh3n");
  CHECK_FALSE(flags[0].voids);
  rows = row(ammonia, hour(8), 0.106);
  rows.append(row(total, hour(8), 0.09));
  CHECK(world.check(rows).empty());
}

TEST_CASE("the value that completes a run marks the whole run, the next ones themselves") {
  World world;
  const auto id = world.id("PM2.5");
  for (int n = 0; n < 5; ++n) CHECK(world.check(row(id, hour(n), 20)).empty());
  const auto flags = world.check(row(id, hour(5), 20));
  REQUIRE(flags.size() == 6);
  CHECK(flags[0].phenomenon_end == hour(0));
  CHECK(flags[0].reason_en == "the same value 20, 6 times in a row since 2020-04-03 12:00");
  CHECK_FALSE(flags[0].voids);
  CHECK(said(world.check(row(id, hour(6), 20))) == Said{"1@6 repeats"});
  CHECK(world.check(row(id, hour(7), 21)).empty());
}

TEST_CASE("each property has its own count, other windows have none, and the detection limit is no run") {
  World world;
  for (int n = 0; n < 15; ++n) CHECK(world.check(row(world.id("CO"), hour(n), 0.5)).empty());
  CHECK(world.check(row(world.id("CO"), hour(15), 0.5)).size() == 16);
  for (int n = 0; n < 40; ++n) CHECK(world.check(row(world.id("PM10", "air.1", daily), hour(24 * n), 20)).empty());
  for (int n = 0; n < 40; ++n)
    CHECK(world.check(row(world.id("NH3-N", "water.1", four_hourly), hour(4 * n), 0.025)).empty());
}

TEST_CASE("the same batch again counts no run twice") {
  World world;
  Observations rows;
  for (int n = 0; n < 5; ++n) rows.push_back(world.id("PM2.5"), hour(n), 20, 'N');
  CHECK(world.check(rows).empty());
  CHECK(world.check(rows).empty());
}

TEST_CASE("a run and a pair reach over a restart") {
  World world;
  Observations known;
  for (int n = 0; n < 5; ++n) known.push_back(world.id("PM2.5"), hour(n), 20, 'N');
  world.id("PM10");
  world.checker->prime(known);
  CHECK(said(world.check(row(world.id("PM10"), hour(4), 5))) == Said{"1@4 pm25-over-pm10", "2@4 pm25-over-pm10"});
  CHECK(world.check(row(world.id("PM2.5"), hour(5), 20)).size() == 6);
}

TEST_CASE("an old value from a device that speaks now is stale; from a file or a replay it is not") {
  World world;
  const auto id = world.id("PM2.5");
  const auto from = [&](const char* source, std::int64_t late_us) {
    return world.checker->check(row(id, hour(0), 30), {source, {hour(0).us + late_us}});
  };
  CHECK(from("hj212", us_per_day).empty());
  const auto flags = from("hj212", us_per_day + 1);
  REQUIRE(flags.size() == 1);
  CHECK(flags[0].rule == "stale");
  CHECK(flags[0].reason_en == "its time is 24 hours before its arrival");
  CHECK_FALSE(flags[0].voids);
  CHECK(from("hj212-replay", 1000 * us_per_day).empty());
  CHECK(from("import csv", 1000 * us_per_day).empty());
}

TEST_CASE("a value of the future is void, whoever sends it; ten minutes of a wrong clock are not the future") {
  World world;
  const auto id = world.id("PM2.5");
  const auto ahead = [&](std::int64_t us) {
    return world.checker->check(row(id, {hour(0).us + us}, 30), {"import csv", hour(0)});
  };
  CHECK(ahead(10 * us_per_minute).empty());
  const auto flags = ahead(10 * us_per_minute + 1);
  REQUIRE(flags.size() == 1);
  CHECK(flags[0].rule == "future");
  CHECK(flags[0].voids);
}

TEST_CASE("two values for one time in one batch are marked; the later one stands and is the one that is checked") {
  World world;
  const auto fine = world.id("PM2.5"), coarse = world.id("PM10");
  Observations rows = row(coarse, hour(0), 50);
  rows.append(row(fine, hour(0), 80));
  rows.append(row(fine, hour(0), 30));
  const auto flags = world.check(rows);
  CHECK(said(flags) == Said{"1@0 duplicate"});
  CHECK(flags[0].reason_en == "one batch gave two different values for this time: 80 and 30; the later stands");
  rows = row(fine, hour(1), 30);
  rows.append(row(fine, hour(1), 30));
  CHECK(world.check(rows).empty());
}

TEST_CASE("rules that name what no pack defines are refused with their line") {
  const auto make = [](const char* text, std::vector<PropertyFacts> properties) {
    return Checker::make(*parse_rules(text, "rules.yaml"), {}, std::move(properties),
                         {[](SeriesId) { return std::nullopt; }, [](const SeriesKey&) { return std::nullopt; }, {}});
  };
  const char* const pair =
      "rules:\n  - {id: p, kind: not-above, voids: true, lower: PM2.5, upper: PM10, unit: ug/m3, absolute: 5, "
      "relative: 0.1, zh: x, en: x,"
      " source: s, trust: design}";
  CHECK(make(pair, World::facts()).has_value());
  const auto unknown = make(pair, {{"PM10", "air", "ug/m3"}});
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().code == Errc::unknown_code);
  CHECK(unknown.error().detail == "rules.yaml:2: rule p names 'PM2.5', which packs/properties.csv has not");
  const auto unit = make(pair, {{"PM10", "air", "ug/m3"}, {"PM2.5", "air", "mg/m3"}});
  REQUIRE_FALSE(unit.has_value());
  CHECK(unit.error().field == "unit");
}

TEST_CASE("however rows are cut into batches, the flags are the same") {
  std::mt19937 random(5);
  for (int round = 0; round < 30; ++round) {
    World whole, parts;
    Observations rows;
    for (World* world : {&whole, &parts}) {
      world->id("PM2.5");
      world->id("PM10");
      world->id("NO2");
    }
    for (int n = 0; n < 40; ++n) {
      for (int series = 1; series <= 3; ++series) {
        const double value = random() % 20 == 0   ? missing
                             : random() % 25 == 0 ? -5
                                                  : 20 + 20 * static_cast<double>(random() % 3);
        rows.push_back(SeriesId{series}, hour(n), value, random() % 30 == 0 ? 'M' : 'N');
      }
    }
    const Arrival arrival{"import csv", hour(1000)};
    auto expected = whole.checker->check(rows, arrival);
    std::vector<QualityFlag> found;
    for (std::size_t at = 0; at < rows.size();) {
      Observations part;
      for (std::size_t count = 1 + random() % 9; count > 0 && at < rows.size(); --count, ++at) {
        part.append(row(rows.series[at], rows.phenomenon_end[at], rows.value[at], rows.device_flag[at]));
      }
      const auto flags = parts.check(part);
      found.insert(found.end(), flags.begin(), flags.end());
    }
    CHECK(said(found) == said(expected));
  }
}
