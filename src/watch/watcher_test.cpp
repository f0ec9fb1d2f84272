#include "core/missing.hpp"
#include "watch/watcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::watch;

namespace {

const Instant noon = *parse_instant("2020-04-03T12:00:00+08:00");
Instant hour(int n) { return {noon.us + n * us_per_hour}; }

constexpr const char* head =
    "rules:\n  - {id: r, site_kinds: [air-station], averaging: PT1H, opens_case: true, source: s, trust: design, ";
const std::string twice = std::string(head) +
                          "kind: threshold, property: PM2.5, sense: above, limit: 35, consecutive: 2, unit: ug/m3, zh: "
                          "x, en: '{site} {value} {count} {hours}'}";
const std::string lasting =
    std::string(head) +
    "kind: duration, property: PM2.5, sense: above, limit: 35, lasting: PT4H, unit: ug/m3, zh: x, en: '{hours}'}";
const std::string silence =
    std::string(head) + "kind: no-data, every: PT1H, grace: PT2H, zh: x, en: '{site} {time} {hours}'}";

/// Series 1 and 2: PM2.5 at two stations; 3: PM2.5 daily; 4: PM10; 5: PM2.5 at a city.
std::optional<WatchedSeries> series_of(SeriesId id) {
  WatchedSeries about;
  about.key = {number(id) == 2 ? "air.2" : "air.1", number(id) == 4 ? "PM10" : "PM2.5",
               number(id) == 3 ? daily : hourly};
  about.site_kind = number(id) == 5 ? "city" : "air-station";
  about.site_name_en = number(id) == 2 ? "Two" : "One";
  if (number(id) > 5) return std::nullopt;
  return about;
}

struct Watched {
  Watcher watcher;
  explicit Watched(const std::string& rules, bool primed = true)
      : watcher(*parse_watch_rules(rules, "rules.yaml"), series_of) {
    if (primed) watcher.primed();
  }
  std::vector<Occurrence> feed(Instant end, double value, int series = 1, Pace pace = Pace::live, bool usable = true) {
    std::vector<Occurrence> found;
    watcher.feed(SeriesId{series}, end, value, usable, pace, found);
    return found;
  }
  std::vector<Occurrence> tick(Instant clock, Pace pace = Pace::live) {
    std::vector<Occurrence> found;
    watcher.tick(pace, clock, found);
    return found;
  }
};

}  // namespace

TEST_CASE("an event comes with the value that completes the condition, and once an episode") {
  Watched watched(twice);
  CHECK(watched.feed(hour(0), 40).empty());
  const auto found = watched.feed(hour(1), 41);
  REQUIRE(found.size() == 1);
  CHECK(found[0].phenomenon_end == hour(1));
  CHECK(found[0].value == 41);
  CHECK(found[0].site == "air.1");
  CHECK(found[0].property == "PM2.5");
  CHECK(found[0].en == "One 41 2 2");
  for (int n = 2; n < 200; ++n) CHECK(watched.feed(hour(n), 50).empty());  // longer than what is kept
  CHECK(watched.feed(hour(200), 35).empty());                              // on the limit: the episode ends
  CHECK(watched.feed(hour(201), 36).empty());
  CHECK(watched.feed(hour(202), 36).size() == 1);
}

TEST_CASE("a single value beyond the limit is not two, and a hole between two breaks the run") {
  Watched watched(twice);
  CHECK(watched.feed(hour(0), 40).empty());
  CHECK(watched.feed(hour(1), 30).empty());
  CHECK(watched.feed(hour(2), 40).empty());
  CHECK(watched.feed(hour(4), 40).empty());
  CHECK(watched.feed(hour(5), 40).size() == 1);
}

TEST_CASE("voided and missing values do not fire, and a value that is voided later is forgotten") {
  Watched watched(twice);
  CHECK(watched.feed(hour(0), 90, 1, Pace::live, false).empty());
  CHECK(watched.feed(hour(1), 90).empty());
  CHECK(watched.feed(hour(2), missing).empty());
  CHECK(watched.feed(hour(3), 90).empty());
  watched.watcher.void_value(SeriesId{1}, hour(3));
  CHECK(watched.feed(hour(4), 90).empty());
  CHECK(watched.feed(hour(5), 90).size() == 1);
  CHECK(watched.feed(hour(5), 90, 1, Pace::live, false).empty());  // and a correction may void it
}

TEST_CASE("a duration counts from the begin of the first window") {
  Watched watched(lasting);
  for (int n = 0; n < 3; ++n) CHECK(watched.feed(hour(n), 40).empty());
  const auto found = watched.feed(hour(3), 40);
  REQUIRE(found.size() == 1);
  CHECK(found[0].en == "4");
}

TEST_CASE("a rule looks only at its sites, property and window, and each series has its own episodes") {
  Watched watched(twice);
  for (const int other : {3, 4, 5, 6}) {
    CHECK(watched.feed(hour(0), 90, other).empty());
    CHECK(watched.feed(hour(1), 90, other).empty());
  }
  CHECK(watched.feed(hour(0), 90, 1).empty());
  CHECK(watched.feed(hour(0), 90, 2).empty());
  CHECK(watched.feed(hour(1), 90, 1).size() == 1);
  CHECK(watched.feed(hour(1), 90, 2).size() == 1);
}

TEST_CASE("a late value can begin an episode, and one that joins two of them adds none") {
  Watched watched(twice);
  CHECK(watched.feed(hour(0), 40).empty());
  CHECK(watched.feed(hour(2), 40).empty());
  const auto found = watched.feed(hour(1), 44);
  REQUIRE(found.size() == 1);
  CHECK(found[0].phenomenon_end == hour(1));
  CHECK(found[0].value == 44);
  CHECK(watched.feed(hour(4), 40).empty());
  CHECK(watched.feed(hour(5), 40).size() == 1);
  CHECK(watched.feed(hour(3), 40).empty());
}

TEST_CASE("the same values again fire nothing again; a correction ends an episode where it stands") {
  Watched watched(twice);
  for (int round = 0; round < 3; ++round) {
    std::size_t events = 0;
    for (int n = 0; n < 5; ++n) events += watched.feed(hour(n), 40).size();
    CHECK(events == (round == 0 ? 1 : 0));
  }
  CHECK(watched.feed(hour(4), 30).empty());
  CHECK(watched.feed(hour(5), 40).empty());
  CHECK(watched.feed(hour(6), 40).size() == 1);
  Watched single(std::string(twice).replace(twice.find("consecutive: 2"), 14, "consecutive: 1"));
  CHECK(single.feed(hour(1), 40).size() == 1);
  CHECK(single.feed(hour(1), 30).empty());
  CHECK(single.feed(hour(1), 40).empty());  // corrected and back: told already
}

TEST_CASE("a replay of an old day fires as if it were alone, also between values of today") {
  Watched alone(twice), between(twice);
  std::vector<Instant> a, b;
  for (int n = 0; n < 24; ++n) {
    const double value = n % 6 < 3 ? 50 : 20;
    for (const auto& one : alone.feed(hour(n), value, 1, Pace::replay)) a.push_back(one.phenomenon_end);
    CHECK(between.feed(hour(50'000 + n), 20).empty());
    for (const auto& one : between.feed(hour(n), value, 1, Pace::replay)) b.push_back(one.phenomenon_end);
  }
  CHECK(a.size() == 4);
  CHECK(a == b);
}

TEST_CASE("the values of a day in any order give the episodes that are there") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<int> order(24);
    std::vector<double> values(24);
    for (int n = 0; n < 24; ++n) {
      order[static_cast<std::size_t>(n)] = n;
      values[static_cast<std::size_t>(n)] = random() % 2 == 0 ? 50 : 20;
    }
    std::set<int> runs;  // last hour of each run of two and more
    for (int n = 1, length = values[0] > 35 ? 1 : 0; n <= 24; ++n) {
      const bool beyond = n < 24 && values[static_cast<std::size_t>(n)] > 35;
      if (!beyond && length >= 2) runs.insert(n - 1);
      length = beyond ? length + 1 : 0;
    }
    std::ranges::shuffle(order, random);
    Watched watched(twice);
    std::set<int> told;
    for (const int n : order) {
      for (const auto& one : watched.feed(hour(n), values[static_cast<std::size_t>(n)])) {
        int last = static_cast<int>((one.phenomenon_end.us - noon.us) / us_per_hour);
        while (last + 1 < 24 && values[static_cast<std::size_t>(last) + 1] > 35) ++last;
        told.insert(last);
      }
    }
    CHECK(told == runs);
  }
}

TEST_CASE("after a restart a run that reaches back to the first value read was told; one inside was perhaps not") {
  Watched watched(twice, false);
  std::size_t events = 0;
  for (int n = 0; n < 3; ++n) events += watched.feed(hour(n), 50, 1, Pace::file).size();
  CHECK(events == 0);
  CHECK(watched.feed(hour(3), 20, 1, Pace::file).empty());
  CHECK(watched.feed(hour(4), 50, 1, Pace::file).empty());
  CHECK(watched.feed(hour(5), 50, 1, Pace::file).size() == 1);
  watched.watcher.primed();
  CHECK(watched.feed(hour(6), 50).empty());
  CHECK(watched.feed(hour(0), 50, 2).empty());
  CHECK(watched.feed(hour(1), 50, 2).size() == 1);
}

TEST_CASE("a silent site is told once, after its cadence and the grace, and again after it has spoken") {
  Watched watched(silence);
  CHECK(watched.tick(hour(100)).empty());  // never heard: nothing is expected
  CHECK(watched.feed(hour(0), 20).empty());
  CHECK(watched.tick(hour(3)).empty());
  const auto found = watched.tick({hour(3).us + 1});
  REQUIRE(found.size() == 1);
  CHECK(found[0].phenomenon_end == hour(1));
  CHECK(std::isnan(found[0].value));
  CHECK(found[0].property.empty());
  CHECK(found[0].en == "One 2020-04-03 12:00 3");
  CHECK(watched.tick(hour(50)).empty());
  CHECK(watched.feed(hour(51), 20).empty());
  CHECK(watched.tick(hour(55)).size() == 1);
}

TEST_CASE("any property of the site breaks its silence; a value that did not come does not") {
  Watched watched(silence);
  CHECK(watched.feed(hour(0), 20, 1).empty());
  CHECK(watched.feed(hour(2), 20, 4).empty());
  CHECK(watched.feed(hour(4), missing, 1).empty());
  CHECK(watched.tick(hour(5)).empty());
  CHECK(watched.tick(hour(6)).size() == 1);
}

TEST_CASE("a replay is silent by the time of its own data, a file never") {
  Watched watched(silence);
  CHECK(watched.feed(hour(0), 20, 1, Pace::replay).empty());
  CHECK(watched.feed(hour(0), 20, 2, Pace::replay).empty());
  CHECK(watched.tick(hour(50'000), Pace::live).empty());
  CHECK(watched.feed(hour(4), 20, 1, Pace::replay).size() == 1);  // a hole of four hours, seen when it ends
  CHECK(watched.tick(hour(4), Pace::replay).size() == 1);         // and the other one is silent still
  CHECK(watched.tick(hour(5), Pace::replay).empty());
  CHECK(watched.feed(hour(6), 20, 2, Pace::replay).empty());    // told already
  CHECK(watched.feed(hour(-40), 20, 1, Pace::replay).empty());  // another day is replayed
  CHECK(watched.feed(hour(-39), 20, 1, Pace::replay).empty());
  CHECK(watched.feed(hour(-35), 20, 1, Pace::replay).size() == 1);
  CHECK(watched.tick(hour(8'760), Pace::replay).empty());  // beside them a day of another year is replayed
  CHECK(watched.tick(hour(-12), Pace::replay).size() == 1);
  CHECK(watched.feed(hour(0), 20, 2, Pace::file).empty());
  CHECK(watched.feed(hour(40), 20, 2, Pace::file).empty());
  CHECK(watched.tick(hour(90), Pace::file).empty());
}

TEST_CASE("a site that was live before a restart is expected from the restart on") {
  Watched watched(silence);
  watched.watcher.expect(SeriesId{1}, hour(10));
  CHECK(watched.tick(hour(13)).empty());
  CHECK(watched.tick(hour(14)).size() == 1);
}
