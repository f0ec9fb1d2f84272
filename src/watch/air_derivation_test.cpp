#include "core/missing.hpp"
#include "watch/air_derivation.hpp"

#include "watch/air_test_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::watch;
using celadon::watch::test::library;

namespace {

// Days on both sides of a month's, a year's and an edition's end.
const LegalDay edge_day = parse_legal_day("2026-02-27").value();
constexpr std::int32_t edge_days = 3;

AirDerivation fresh(int stations) {
  std::vector<std::string> ids;
  for (int s = 0; s < stations; ++s) ids.push_back("air." + std::to_string(s));
  return AirDerivation::make(library(), ids, {{"city.a", {"air.0", "air.1"}}, {"city.b", {"air.1", "air.2"}}}).value();
}

/// The hours as they stand: what a person would find in the archive.
struct Truth {
  std::vector<double> cell;
  std::size_t cells_of_day;
  Truth(int stations, std::size_t cells)
      : cell(static_cast<std::size_t>(stations * edge_days) * cells, missing), cells_of_day(cells) {}
  [[nodiscard]] std::span<double> of(const StationDay& one) {
    const auto at =
        static_cast<std::size_t>(static_cast<std::int32_t>(one.station) * edge_days + one.day.days - edge_day.days);
    return std::span(cell).subspan(at * cells_of_day, cells_of_day);
  }
};

std::vector<AirDerivation::Value> from_nothing(Truth& truth, int stations, unsigned threads) {
  AirDerivation all = fresh(stations);
  std::vector<StationDay> days;
  std::vector<double> hours;
  for (int s = 0; s < stations; ++s) {
    for (std::int32_t d = 0; d < edge_days; ++d) {
      days.push_back({static_cast<std::uint32_t>(s), {edge_day.days + d}});
      const auto cells = truth.of(days.back());
      hours.insert(hours.end(), cells.begin(), cells.end());
    }
  }
  all.put_hours(days, hours, threads);
  REQUIRE(all.conclude(threads));
  return all.values();
}

bool same_bits(const std::vector<AirDerivation::Value>& a, const std::vector<AirDerivation::Value>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.key == y.key && x.end == y.end &&
           std::bit_cast<std::uint64_t>(x.value) == std::bit_cast<std::uint64_t>(y.value);
  });
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int sequences = 200;
#else
constexpr int sequences = 10'000;
#endif

}  // namespace

TEST_CASE(
    "working on from changes gives bit for bit what working from nothing gives, in any order, at any number of "
    "threads") {
  constexpr int stations = 3;
  for (int seed = 0; seed < sequences; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    AirDerivation kept = fresh(stations);
    Truth truth(stations, kept.cells_of_day());
    std::map<std::pair<SeriesKey, Instant>, double> told;  // what the changes say, laid one over the other
    const std::uint32_t steps = 2 + below(4);
    for (std::uint32_t step = 0; step < steps; ++step) {
      std::set<StationDay> touched;
      const std::uint32_t edits = 1 + below(3);
      for (std::uint32_t e = 0; e < edits; ++e) {
        const StationDay day{below(stations), {edge_day.days + static_cast<std::int32_t>(below(edge_days))}};
        const auto cells = truth.of(day);
        touched.insert(day);
        const std::uint32_t what = below(4);  // a late day, a corrected hour, a voided hour, the same again
        if (what == 0) {
          const double level = 1 + below(200);
          for (double& cell : cells) cell = below(20) == 0 ? missing : level + below(40);
        } else if (what == 1) {
          cells[below(static_cast<std::uint32_t>(cells.size()))] = below(900) / 4.0;
        } else if (what == 2) {
          cells[below(static_cast<std::uint32_t>(cells.size()))] = missing;
        }
      }
      std::vector<StationDay> days(touched.begin(), touched.end());
      std::shuffle(days.begin(), days.end(), random);
      std::vector<double> hours;
      for (const auto& day : days) {
        const auto cells = truth.of(day);
        hours.insert(hours.end(), cells.begin(), cells.end());
      }
      kept.put_hours(days, hours, 1 + below(3));
      const auto conclusion = kept.conclude(1 + below(3));
      REQUIRE(conclusion);
      for (const auto& change : conclusion->changes) {
        const auto before = told.find({change.key, change.end});
        REQUIRE(same_value(change.before, before == told.end() ? missing : before->second));
        REQUIRE(!same_value(change.before, change.after));
        told[{change.key, change.end}] = change.after;
      }
    }
    const auto now = kept.values();
    REQUIRE(same_bits(now, from_nothing(truth, stations, 1 + static_cast<unsigned>(seed % 3))));
    std::erase_if(told, [](const auto& entry) { return std::isnan(entry.second); });
    REQUIRE(told.size() == now.size());
    for (const auto& value : now) REQUIRE(told.at({value.key, value.end}) == value.value);
  }
}

TEST_CASE("a conclusion that is taken back leaves no trace, and only what depends on a change is made anew") {
  constexpr int stations = 3;
  AirDerivation kept = fresh(stations);
  Truth truth(stations, kept.cells_of_day());
  std::mt19937 random(7);
  for (double& cell : truth.cell) cell = 20 + static_cast<double>(random() % 60);
  std::vector<StationDay> days;
  for (std::uint32_t s = 0; s < stations; ++s) {
    for (std::int32_t d = 0; d < edge_days; ++d) days.push_back({s, {edge_day.days + d}});
  }
  kept.put_hours(days, truth.cell);
  REQUIRE(kept.conclude());
  const auto before = kept.values();
  CHECK(before.size() > 100);

  const StationDay one{0, edge_day};
  std::vector<double> hours(truth.of(one).begin(), truth.of(one).end());
  for (double& hour : hours) hour += 30;
  kept.put_hours(std::span(&one, 1), hours);
  const auto conclusion = kept.conclude();
  REQUIRE(conclusion);
  CHECK(conclusion->station_days == 1);
  CHECK(conclusion->city_days == 1);  // of city.a alone
  CHECK(conclusion->periods == 4);    // month and year of the station and of its city
  CHECK(!same_bits(before, kept.values()));
  kept.take_back(*conclusion);
  CHECK(same_bits(before, kept.values()));
}

TEST_CASE("what a value is made of and what is made of it are the same arrows") {
  AirDerivation kept = fresh(3);
  Truth truth(3, kept.cells_of_day());
  for (double& cell : truth.cell) cell = 40;
  std::vector<StationDay> days;
  for (std::uint32_t s = 0; s < 3; ++s) {
    for (std::int32_t d = 0; d < edge_days; ++d) days.push_back({s, {edge_day.days + d}});
  }
  kept.put_hours(days, truth.cell);
  REQUIRE(kept.conclude());
  std::size_t arrows = 0;
  for (const auto& value : kept.values()) {
    for (const auto& up : kept.made_of(value.key, value.end)) {
      const auto down = kept.inputs_of(up.key, up.end);
      const bool found = std::ranges::any_of(
          down, [&](const auto& input) { return input.key == value.key && input.end == value.end; });
      CHECK_MESSAGE(found, value.key.site, " ", value.key.property, " -> ", up.key.site, " ", up.key.property);
      ++arrows;
    }
  }
  CHECK(arrows > 200);
  const SeriesKey hour{"air.0", "O3", hourly};
  const auto of_hour = kept.made_of(hour, {first_moment_of(edge_day).us + us_per_hour});
  REQUIRE(of_hour.size() == 2);  // MDA8 and the greatest hour
  CHECK(kept.inputs_of(of_hour[0].key, of_hour[0].end).size() == 24);
}

TEST_CASE("days before the first edition have no derived values") {
  AirDerivation kept = fresh(3);
  const StationDay early{0, parse_legal_day("1999-05-01").value()};
  const std::vector<double> hours(kept.cells_of_day(), 30);
  kept.put_hours(std::span(&early, 1), hours);
  REQUIRE(kept.conclude());
  CHECK(kept.values().empty());
}
