#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "watch/stream.hpp"

#include "watch/air_test_world.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

// The stream on a real archive and a real ledger in a folder of its own.

using namespace celadon;
using namespace celadon::watch;
using celadon::watch::test::at;

namespace {

const standards::Properties& properties() {
  static const auto read = standards::read_properties(CELADON_PACKS);
  if (!read) FAIL(read.error().detail);
  return *read;
}

StreamRules pack_rules() {
  auto rules = read_stream_rules(CELADON_PACKS);
  if (!rules) FAIL(rules.error().detail);
  return std::move(*rules);
}

struct Site {
  const char* id;
  const char* kind;
};
constexpr std::array stream_sites = {Site{"air.2344A", "air-station"}, Site{"air.2345A", "air-station"},
                                     Site{"water.nanhehekou", "river-section"}};

/// Archive, ledger and stream in an empty folder; `restart` closes and opens them again.
class StreamWorld {
 public:
  StreamWorld() {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("celadon_stream_test_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(folder_);
    start();
    std::vector<ledger::Site> registered;
    for (const auto& [id, kind] : stream_sites) {
      ledger::Site site;
      site.id = id;
      site.kind = kind;
      site.name_zh = site.name_en = id;
      registered.push_back(site);
    }
    REQUIRE(ledger->put_sites(registered, "test", "test").has_value());
  }
  ~StreamWorld() {
    stop();
    std::filesystem::remove_all(folder_);
  }
  void start() {
    auto opened_archive = archive::Archive::open(folder_ / "archive", {.clock = [this] { return Instant{clock_us}; }});
    if (!opened_archive) FAIL(opened_archive.error().detail);
    archive = std::move(*opened_archive);
    auto opened_ledger = ledger::Ledger::open(folder_, {.clock = [this] { return Instant{clock_us}; }});
    if (!opened_ledger) FAIL(opened_ledger.error().detail);
    ledger = std::move(*opened_ledger);
    StreamOptions options;
    options.clock = [this] { return Instant{clock_us}; };
    options.tick_us = 0;
    options.trouble = [this](const Error& error) { troubles.push_back(error.detail); };
    auto opened = Stream::open(*archive, *ledger, properties(), pack_rules(), options);
    if (!opened) FAIL(opened.error().detail);
    stream = std::move(*opened);
  }
  void stop() {
    stream.reset();
    ledger.reset();
    archive.reset();
  }
  void restart() {
    stop();
    start();
  }
  SeriesId id(const char* site, const char* property, Averaging window) {
    return *ledger->series_id({site, property, window});
  }

  archive::Receipt submit(const Observations& rows, Pace pace = Pace::file, const char* source = "import csv") {
    auto receipt = stream->submit_and_wait({rows, {source, "test"}, {}, Instant{clock_us}, pace});
    if (!receipt) FAIL(receipt.error().detail);
    stream->drain();
    return std::move(*receipt);
  }

  Result<archive::Columns> read(SeriesId series) const {
    archive::Query query;
    query.series = {series};
    return archive->read(query);
  }

  std::atomic<std::int64_t> clock_us = parse_instant("2026-11-24T12:00:00Z")->us;
  std::vector<std::string> troubles;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<Stream> stream;

 private:
  std::filesystem::path folder_;
};

/// The rows of a demo file for one property, in order of the file.
Observations demo_rows(const char* file, const char* place_column, const char* place, const char* column, SeriesId id) {
  std::ifstream in(std::string(CELADON_SOURCE "/demo/") + file);
  REQUIRE(in.good());
  std::string line;
  const auto fields_of = [](const std::string& text) {
    std::vector<std::string> fields;
    bool quoted = false;
    fields.emplace_back();
    for (const char c : text) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        fields.emplace_back();
      else if (c != '\r')
        fields.back() += c;
    }
    return fields;
  };
  std::getline(in, line);
  const auto header = fields_of(line);
  const auto index = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  };
  Observations rows;
  while (std::getline(in, line)) {
    const auto fields = fields_of(line);
    const auto time = parse_instant(fields.at(index("time")));
    if (fields.at(index(place_column)) != place || !time) continue;
    const std::string& text = fields.at(index(column));
    const bool is_number = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    rows.push_back(id, *time, is_number ? std::stod(text) : std::nan(""), DeviceFlag{0});
  }
  REQUIRE(rows.size() > 20);
  return rows;
}

std::set<std::string> rules_of(const std::vector<ledger::Event>& events) {
  std::set<std::string> rules;
  for (const auto& event : events) rules.insert(event.rule);
  return rules;
}

}  // namespace

TEST_CASE("a flag is stored beside the value and reads back, also on a value that came before") {
  StreamWorld world;
  const auto fine = world.id("air.2344A", "PM2.5", hourly), coarse = world.id("air.2344A", "PM10", hourly);
  Observations rows;
  rows.push_back(fine, at("2020-04-03 08:00"), 80, 'N');
  CHECK(world.submit(rows).added == 1);
  CHECK(world.archive->latest(fine)->flags.empty());
  rows.clear();
  rows.push_back(coarse, at("2020-04-03 08:00"), 50, 'N');
  CHECK(world.submit(rows).added == 1);
  const auto columns = world.read(fine);
  REQUIRE(columns.has_value());
  REQUIRE(columns->rows.size() == 1);
  CHECK(columns->rows.value[0] == 80);  // the value itself is as it came
  REQUIRE(columns->flags[0].size() == 1);
  CHECK(columns->flags[0][0].rule == "pm25-over-pm10");
  CHECK(columns->flags[0][0].voids);
  CHECK(world.archive->latest(coarse)->flags.size() == 1);
}

TEST_CASE(
    "real data: permanganate index of the Nan river mouth rises over class III, and the case closes with a reason") {
  StreamWorld world;
  const auto id = world.id("water.nanhehekou", "CODMn", four_hourly);
  world.submit(demo_rows("water-auto-4h-2021/jingdezhen_4h.csv", "section", "南河河口", "codmn", id));
  const auto events = *world.ledger->events(10);
  REQUIRE(events.size() == 1);
  CHECK(events[0].rule == "codmn-over-class-3");
  CHECK(events[0].phenomenon_end == at("2021-04-03 20:00"));
  CHECK(events[0].value == 8.96);
  CHECK(events[0].text_en ==
        "water.nanhehekou, until 2021-04-03 20:00: Permanganate index above the class III limit 6 mg/L 2 times in a "
        "row, now 8.96");
  const auto open = *world.ledger->cases("open");
  REQUIRE(open.size() == 1);
  CHECK(open[0].id == events[0].case_id);
  REQUIRE(world.ledger->close_case(open[0].id, open[0].revision, "Li", "maintenance of the analyser").has_value());
  CHECK(world.ledger->cases("open")->empty());
  CHECK(world.ledger->cases("closed")->at(0).reason == "maintenance of the analyser");
}

TEST_CASE("real data: long hours above the good level on 3 April 2020, the same in a file and in a replay") {
  StreamWorld from_file, from_replay;
  std::vector<std::vector<Instant>> ends;
  for (StreamWorld* world : {&from_file, &from_replay}) {
    const auto id = world->id("air.2345A", "PM2.5", hourly);
    const auto rows = demo_rows("air-station-hourly-2020/jingdezhen_hourly.csv", "station_code", "2345A", "pm25", id);
    if (world == &from_file) {
      world->submit(rows);
    } else {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        Observations one;
        one.push_back(id, rows.phenomenon_end[i], rows.value[i], 'N');
        world->submit(one, Pace::replay, "hj212-replay");
      }
    }
    ends.emplace_back();
    const auto events = *world->ledger->events(100);
    for (const auto& event : events) {
      if (event.rule == "pm25-hours-above-good") ends.back().push_back(event.phenomenon_end);
    }
  }
  REQUIRE_FALSE(ends[0].empty());
  CHECK(ends[0] == ends[1]);
  CHECK(ends[0].back() == at("2020-04-03 11:00"));                            // 37, 42, 44, 41 since 08:00
  CHECK(rules_of(*from_replay.ledger->events(100)).contains("no-data-air"));  // the hours the station did not publish
  CHECK_FALSE(rules_of(*from_file.ledger->events(100)).contains("no-data-air"));
}

TEST_CASE("the same batch again publishes nothing and makes no second event, also after a restart") {
  StreamWorld world;
  const auto id = world.id("water.nanhehekou", "CODMn", four_hourly);
  const auto rows = demo_rows("water-auto-4h-2021/jingdezhen_4h.csv", "section", "南河河口", "codmn", id);
  world.submit(rows);
  std::atomic<int> published = 0;
  {
    const auto subscription = world.stream->subscribe([&](const Published&) { ++published; });
    CHECK(world.submit(rows).added == 0);
    CHECK(published == 0);
  }
  CHECK(world.ledger->events(10)->size() == 1);
  world.restart();
  world.submit(rows);
  CHECK(world.ledger->events(10)->size() == 1);
  CHECK(world.ledger->cases()->at(0).revision == 1);
  CHECK(world.troubles.empty());
}

TEST_CASE("an event that was not stored when the program ended is found again at the next start") {
  StreamWorld world;
  const auto id = world.id("air.2344A", "O3", hourly);
  Observations rows;
  rows.push_back(id, at("2020-04-03 14:00"), 150, 'N');
  rows.push_back(id, at("2020-04-03 15:00"), 230, 'N');
  REQUIRE(world.archive->append_and_wait({rows, {}, {"import csv", ""}, {}, Instant{world.clock_us}})
              .has_value());  // and then the end
  CHECK(world.ledger->events(10)->empty());
  world.restart();
  REQUIRE(world.ledger->events(10)->size() == 1);
  CHECK(world.ledger->events(10)->at(0).rule == "o3-hourly-limit");
  CHECK(world.stream->counters().events == 1);
  world.restart();
  CHECK(world.stream->counters().events == 0);  // seen again, and not told again
  CHECK(world.ledger->events(10)->size() == 1);
}

TEST_CASE("a value that is void fires nothing") {
  StreamWorld world;
  const auto id = world.id("air.2344A", "O3", hourly);
  Observations rows;
  rows.push_back(id, at("2020-04-03 14:00"), 500, 'C');
  world.submit(rows);
  CHECK(world.ledger->events(10)->empty());
  rows.device_flag[0] = 'N';
  CHECK(world.submit(rows).corrected == 1);
  CHECK(world.ledger->events(10)->size() == 1);
}

TEST_CASE("a value that a later one makes void no longer counts towards an event") {
  StreamWorld world;
  const auto fine = world.id("air.2344A", "PM2.5", hourly), coarse = world.id("air.2344A", "PM10", hourly);
  const auto submit = [&](SeriesId id, const char* time, double value) {
    Observations rows;
    rows.push_back(id, at(time), value, 'N');
    world.submit(rows);
  };
  submit(fine, "2020-04-03 08:00", 90);
  submit(coarse, "2020-04-03 08:00", 50);
  submit(fine, "2020-04-03 09:00", 90);
  CHECK(world.ledger->events(10)->empty());
  submit(fine, "2020-04-03 10:00", 91);
  CHECK(rules_of(*world.ledger->events(10)) == std::set<std::string>{"pm25-two-hours-high"});
}

TEST_CASE("a run of equal values reaches over a restart") {
  StreamWorld world;
  const auto id = world.id("air.2344A", "PM2.5", hourly);
  Observations rows;
  for (int n = 0; n < 5; ++n) rows.push_back(id, {at("2020-04-03 08:00").us + n * us_per_hour}, 20, 'N');
  world.submit(rows);
  world.restart();
  Observations sixth;
  sixth.push_back(id, at("2020-04-03 13:00"), 20, 'N');
  world.submit(sixth);
  const auto columns = world.read(id);
  REQUIRE(columns.has_value());
  REQUIRE(columns->rows.size() == 6);
  for (const auto& flags : columns->flags) {
    REQUIRE(flags.size() == 1);
    CHECK(flags[0].rule == "repeats");
  }
}

TEST_CASE("a subscriber is told of news only, with flags, events and cases, until it goes") {
  StreamWorld world;
  const auto id = world.id("air.2344A", "O3", hourly);
  std::vector<Published> told;
  auto subscription =
      std::make_unique<Subscription>(world.stream->subscribe([&](const Published& news) { told.push_back(news); }));
  Observations rows;
  rows.push_back(id, at("2020-04-03 14:00"), 100, 'N');
  const auto first = world.submit(rows, Pace::replay, "hj212-replay");
  rows.push_back(id, at("2020-04-03 15:00"), 230, 'N');
  rows.push_back(id, at("2020-04-03 16:00"), 5000, 'N');
  world.submit(rows, Pace::replay, "hj212-replay");
  REQUIRE(told.size() == 2);
  CHECK(told[0].result_time == first.result_time);
  CHECK(told[0].source.name == "hj212-replay");
  CHECK(told[0].pace == Pace::replay);
  CHECK(told[1].rows.size() == 2);
  REQUIRE(told[1].flags.size() == 1);
  CHECK(told[1].flags[0].rule == "out-of-range");
  REQUIRE(told[1].events.size() == 1);
  CHECK(told[1].events[0].value == 230);
  REQUIRE(told[1].cases.size() == 1);
  CHECK(told[1].cases[0].state == "open");

  const auto closed = world.ledger->close_case(told[1].cases[0].id, told[1].cases[0].revision, "Li", "over");
  REQUIRE(closed.has_value());
  world.stream->announce(*closed);
  world.stream->drain();
  REQUIRE(told.size() == 3);
  CHECK(told[2].cases.at(0).state == "closed");
  subscription.reset();
  world.stream->announce(*closed);
  world.stream->drain();
  CHECK(told.size() == 3);
}

TEST_CASE("many threads: every row is stored and told once, each series in its order") {
  StreamWorld world;
  std::vector<SeriesId> ids;
  for (const char* property : {"PM2.5", "PM10", "O3", "SO2"}) ids.push_back(world.id("air.2344A", property, hourly));
  std::map<SeriesId, std::vector<Instant>> told;
  const auto subscription = world.stream->subscribe([&](const Published& news) {
    for (std::size_t i = 0; i < news.rows.size(); ++i) told[news.rows.series[i]].push_back(news.rows.phenomenon_end[i]);
  });
  std::atomic<int> answered = 0, refused = 0;
  {
    std::vector<std::jthread> threads;
    for (const SeriesId id : ids) {
      threads.emplace_back([&, id] {
        for (int n = 0; n < 100; ++n) {
          Observations rows;
          rows.push_back(id, {at("2020-04-01 00:00").us + n * us_per_hour}, 10 + n % 7, 'N');
          world.stream->submit({rows, {"hj212-replay", ""}, {"raw"}, Instant{world.clock_us}, Pace::replay},
                               [&](Result<archive::Receipt> receipt) { ++(receipt ? answered : refused); });
        }
      });
    }
  }
  while (answered + refused < 400) std::this_thread::yield();
  world.stream->drain();
  CHECK(refused == 0);
  CHECK(world.archive->row_count() == 400);
  REQUIRE(told.size() == 4);
  for (const auto& [id, ends] : told) {
    CHECK(ends.size() == 100);
    CHECK(std::ranges::is_sorted(ends));
  }
  CHECK(world.stream->counters().submissions == 400);
}

TEST_CASE("a live site that falls silent is told by the clock, once") {
  StreamWorld world;
  const auto id = world.id("air.2344A", "PM2.5", hourly);
  const auto silent = [&] {
    world.stream->tick();
    world.stream->drain();
    return std::ranges::count(*world.ledger->events(10), std::string("no-data-air"), &ledger::Event::rule);
  };
  Observations rows;
  rows.push_back(id, {world.clock_us}, 20, 'N');
  world.submit(rows, Pace::live, "hj212");
  world.clock_us += 3 * us_per_hour;
  CHECK(silent() == 0);
  world.clock_us += us_per_second;
  CHECK(silent() == 1);
  world.clock_us += us_per_hour;
  CHECK(silent() == 1);
  CHECK(world.ledger->cases("open")->size() == 1);
  world.restart();  // expected again, from now on
  world.clock_us += 2 * us_per_hour;
  CHECK(silent() == 1);
}

TEST_CASE("a site that drops out of a replay is told by the time of the others") {
  StreamWorld world;
  const auto one = world.id("air.2344A", "PM2.5", hourly), two = world.id("air.2345A", "PM2.5", hourly);
  for (int n = 0; n < 5; ++n) {
    Observations rows;
    rows.push_back(one, {at("2020-04-03 08:00").us + n * us_per_hour}, 20, 'N');
    if (n == 0) rows.push_back(two, rows.phenomenon_end[0], 20, 'N');
    world.submit(rows, Pace::replay, "hj212-replay");
  }
  const auto events = *world.ledger->events(10);
  REQUIRE(events.size() == 1);
  CHECK(events[0].site == "air.2345A");
  CHECK(events[0].phenomenon_end == at("2020-04-03 09:00"));
}

TEST_CASE("a stream that ends has stored, watched and told everything that was submitted") {
  StreamWorld world;
  const auto id = world.id("air.2344A", "O3", hourly);
  int told = 0;
  const auto subscription =
      world.stream->subscribe([&](const Published& news) { told += static_cast<int>(news.rows.size()); });
  for (int n = 0; n < 50; ++n) {
    Observations rows;
    rows.push_back(id, {at("2020-04-03 00:00").us + n * us_per_hour}, 230, 'N');
    world.stream->submit({rows, {"import csv", ""}, {}, Instant{world.clock_us}, Pace::file}, {});
  }
  world.stream.reset();
  CHECK(told == 50);
  CHECK(world.ledger->events(10)->size() == 1);
}

TEST_CASE("a watch rule that names an unknown property or another unit is refused with its line") {
  StreamWorld world;
  const auto open = [&](const char* property, const char* unit) {
    StreamRules rules = pack_rules();
    rules.watch = *parse_watch_rules(
        std::string("rules:\n  - {id: r, kind: threshold, sites: [x], averaging: PT1H, property: ") + property +
            ", sense: above, limit: 1, unit: " + unit + ", opens_case: no, zh: x, en: x, source: s, trust: design}",
        "rules.yaml");
    return Stream::open(*world.archive, *world.ledger, properties(), std::move(rules));
  };
  CHECK(open("PM2.5", "ug/m3").has_value());
  CHECK(open("PM3", "ug/m3").error().detail == "rules.yaml:2: rule r names 'PM3', which packs/properties.csv has not");
  CHECK(open("PM2.5", "mg/m3").error().code == Errc::invalid_value);
}
