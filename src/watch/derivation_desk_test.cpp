#include "core/missing.hpp"
#include "watch/derivation_desk.hpp"

#include "watch/air_test_world.hpp"
#include "watch/issued_reports.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace celadon;
using namespace celadon::watch;
using namespace celadon::watch::test;

namespace {

const LegalDay first_day = day_of("2026-02-27");
constexpr int day_count = 4;

std::vector<WatchRule> ozone_rules() {
  return parse_watch_rules(R"(rules:
  - id: ozone-hour
    kind: threshold
    site_kinds: [air-station]
    property: O3
    averaging: PT1H
    sense: above
    limit: 200
    unit: ug/m3
    opens_case: true
    zh: "{site} {value}"
    en: "{site} {value}"
    source: test
    trust: design
)",
                           "rules.yaml")
      .value();
}

struct DeskWorld : AirWorld {
  std::unique_ptr<DerivationDesk> desk;
  explicit DeskWorld(int stations, unsigned threads = 1) : AirWorld(stations) { start(threads); }
  void start(unsigned threads = 1) {
    desk.reset();
    DerivationOptions options;
    options.threads = threads;
    auto opened = DerivationDesk::open(*archive, *ledger, library(), ozone_rules(), std::move(options));
    if (!opened) FAIL(opened.error().detail);
    desk = std::move(*opened);
  }
  std::optional<Erratum> catch_up() {
    auto erratum = desk->catch_up();
    if (!erratum) FAIL(erratum.error().detail);
    return std::move(*erratum);
  }
  [[nodiscard]] Result<Erratum> settle(const Settlement& one, Signature signature, const std::string& digest) const {
    return desk->settle(std::span(&one, 1), digest, [&] { return Result<Signature>(std::move(signature)); });
  }
  [[nodiscard]] SeriesId raw(const std::string& site, const std::string& property) const {
    return *ledger->find_series({site, property, hourly});
  }
  /// Every derived value that is stored, as known at a time.
  [[nodiscard]] std::map<std::pair<SeriesKey, Instant>, double> derived_values(
      std::optional<Instant> as_known_at = {}) const {
    std::map<std::pair<SeriesKey, Instant>, double> all;
    archive::Query query;
    for (const auto& series : ledger->all_series()) {
      if (series.key.stage == Stage::derived) query.series.push_back(series.id);
    }
    if (query.series.empty()) return all;
    query.as_known_at = as_known_at;
    const auto columns = archive->read(query);
    REQUIRE(columns);
    for (std::size_t i = 0; i < columns->rows.size(); ++i) {
      if (!std::isnan(columns->rows.value[i]))
        all[{ledger->series(columns->rows.series[i])->key, columns->rows.phenomenon_end[i]}] = columns->rows.value[i];
    }
    return all;
  }
  /// What a desk that has never derived anything makes of the same archive.
  [[nodiscard]] std::map<std::pair<SeriesKey, Instant>, double> from_nothing(unsigned threads) const {
    std::vector<std::string> stations;
    const auto sites = ledger->sites().value();
    for (const auto& site : sites) {
      if (site.kind == "air-station") stations.push_back(site.id);
    }
    auto all = AirDerivation::make(library(), stations, air_cities(sites)).value();
    std::vector<StationDay> days;
    std::vector<double> hours;
    for (std::uint32_t s = 0; s < stations.size(); ++s) {
      for (int d = 0; d < day_count; ++d) {
        days.push_back({s, {first_day.days + d}});
        for (const auto& property : all.hourly_properties()) {
          std::vector<double> column(24, missing);
          const auto id = ledger->find_series({stations[s], property, hourly});
          const SeriesId one[] = {id.value_or(SeriesId{})};
          const Instant first{first_moment_of(days.back().day).us + us_per_hour};
          if (id) REQUIRE(read_effective(*archive, *ledger, {one, first, us_per_hour, 24, {}}, column));
          hours.insert(hours.end(), column.begin(), column.end());
        }
      }
    }
    all.put_hours(days, hours, threads);
    REQUIRE(all.conclude(threads));
    std::map<std::pair<SeriesKey, Instant>, double> values;
    for (const auto& value : all.values()) values[{value.key, value.end}] = value.value;
    return values;
  }
};

Instant hour_of(LegalDay day, int hour) { return {first_moment_of(day).us + hour * us_per_hour}; }

}  // namespace

TEST_CASE(
    "late, corrected, voided, duplicate and reviewed values in any order: what is stored is what is made of nothing, "
    "and as known at each time it is what was answered then") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    DeskWorld world(3, 1 + seed % 3);
    std::mt19937 random(seed);
    world.fill(first_day, day_count, seed, 3);
    world.catch_up();
    std::vector<std::pair<Instant, std::map<std::pair<SeriesKey, Instant>, double>>> answers;
    for (int step = 0; step < 12; ++step) {
      const std::string site = "air." + std::to_string(random() % 3);
      const std::string& property = items[random() % items.size()];
      const LegalDay day{first_day.days + static_cast<int>(random() % day_count)};
      const int hour = 1 + static_cast<int>(random() % 24);
      switch (random() % 4) {
        case 0:
        case 1: world.put(site, property, day, hour, static_cast<double>(random() % 90)); break;
        case 2: {
          archive::Batch batch;
          batch.source = {"test", ""};
          batch.flags.push_back({world.raw(site, property), hour_of(day, hour), "test", true, "试验", "test"});
          REQUIRE(world.archive->append_and_wait(std::move(batch)));
          break;
        }
        default: {
          const Settlement one{world.raw(site, property), hour_of(day, hour), 12, review_mark::corrected};
          const auto preview = world.desk->preview(std::span(&one, 1));
          REQUIRE(preview);
          if (preview->values_total == 0) break;
          const auto settled = world.settle(one, {"analyst", "test", {step}}, digest_of(*preview));
          REQUIRE(settled);
          CHECK(digest_of(*settled) == digest_of(*preview));
        }
      }
      if (random() % 3 == 0) continue;  // several changes at once
      world.catch_up();
      if (random() % 4 == 0) world.start(1 + seed % 2);
      answers.emplace_back(world.archive->last_result_time(), world.derived_values());
    }
    world.catch_up();
    CHECK(world.derived_values() == world.from_nothing(1 + seed % 2));
    for (const auto& [known_at, answer] : answers) CHECK(world.derived_values(known_at) == answer);
  }
}

TEST_CASE(
    "a voided ozone hour withdraws its alarm, moves the day, marks the issued report; taken back, all is as before") {
  DeskWorld world(3);
  world.fill(first_day, day_count, 3, 3);
  for (int hour = 1; hour <= 24; ++hour) world.put("air.1", "O3", first_day, hour, hour == 14 ? 240 : 60);
  CHECK(!world.catch_up());  // nothing had been built on it
  ledger::Event event;
  event.rule = "ozone-hour";
  event.site = "air.1";
  event.property = "O3";
  event.phenomenon_end = hour_of(first_day, 14);
  event.noticed_at = hour_of(first_day, 15);
  event.value = 240;
  event.text_zh = "超标";
  event.text_en = "above";
  const auto stored = world.ledger->add_event(event, true);
  REQUIRE(stored);
  const auto report =
      issue_report(*world.archive, *world.ledger, library(), "air-daily", first_day, "chief", "daily", now());
  REQUIRE(report);
  CHECK(issue_report(*world.archive, *world.ledger, library(), "air-weekly", first_day, "chief", "x", now())
            .error()
            .field == "kind");

  const Settlement voided{world.raw("air.1", "O3"), hour_of(first_day, 14), missing, review_mark::voided};
  const auto preview = world.desk->preview(std::span(&voided, 1));
  REQUIRE(preview);
  CHECK(preview->id == 0);
  CHECK(world.ledger->list("erratum")->empty());
  const auto stale = world.settle(voided, {"analyst", "spike", {1}}, "another digest");
  CHECK(stale.error().code == Errc::conflict);
  const auto erratum = world.settle(voided, {"analyst", "spike", {1}}, digest_of(*preview));
  REQUIRE(erratum);
  CHECK(erratum->cause == ErratumCause::review);
  CHECK(digest_of(*erratum) == digest_of(*preview));
  REQUIRE(erratum->withdrawn.size() == 1);
  CHECK(erratum->withdrawn[0].event == stored->id);
  REQUIRE(erratum->cases.size() == 1);
  CHECK(erratum->due.empty());
  REQUIRE(erratum->reports.size() == 1);
  CHECK(erratum->reports[0].id == report->id);
  bool day_moved = false;
  for (const auto& change : erratum->values)
    day_moved =
        day_moved || (change.key.site == "air.1" && change.key.property == "O3-MDA8" && change.before > change.after);
  CHECK(day_moved);
  REQUIRE(world.ledger->list("erratum")->size() == 1);

  const Settlement back{world.raw("air.1", "O3"), hour_of(first_day, 14), 0, review_mark::restored};
  const auto again = world.desk->preview(std::span(&back, 1));
  REQUIRE(again);
  CHECK(again->due.size() == 1);
  const auto restored = world.settle(back, {"analyst", "was real", {2}}, digest_of(*again));
  REQUIRE(restored);
  CHECK(restored->id == 2);
  CHECK(world.derived_values() == world.from_nothing(1));
}

TEST_CASE("the day that is not over is not made, and a restart does not forget it") {
  DeskWorld world(2);
  for (int hour = 1; hour <= 23; ++hour) {
    for (const auto& item : items) world.put("air.1", item, first_day, hour, 40);
  }
  world.catch_up();
  CHECK(std::isnan(world.derived("air.1", "PM2.5", first_day)));
  world.start();
  for (const auto& item : items) world.put("air.1", item, first_day, 24, 40);
  CHECK(!world.catch_up());
  CHECK(world.derived("air.1", "PM2.5", first_day) == 40);
}

TEST_CASE("a late value of a day that stood makes an erratum of its own") {
  DeskWorld world(2);
  for (const auto& item : items) {
    for (int hour = 1; hour <= 24; ++hour) {
      if (hour != 12) world.put("air.1", item, first_day, hour, 40);
    }
  }
  world.catch_up();
  CHECK(world.derived("air.1", "PM10", first_day) == 40);
  world.put("air.1", "PM10", first_day, 12, 280);
  const auto late = world.catch_up();
  REQUIRE(late);
  CHECK(late->cause == ErratumCause::late);
  CHECK(world.derived("air.1", "PM10", first_day) == 50);
  world.put("air.1", "PM10", first_day, 12, 40);
  const auto corrected = world.catch_up();
  REQUIRE(corrected);
  CHECK(corrected->cause == ErratumCause::corrected);
  CHECK(corrected->id == late->id + 1);
}
