#include "watch/evaluation.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <random>

using namespace celadon;
using namespace celadon::watch;

namespace {

const standards::Library& library() {
  static const standards::Library one = standards::read_library(CELADON_PACKS).value();
  return one;
}

const std::vector<std::string> items = {"SO2", "NO2", "PM10", "PM2.5", "CO", "O3"};

/// A city with a background station and some others, in a folder of its own.
struct World {
  std::filesystem::path path;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;

  explicit World(int stations) {
    static std::atomic<int> count = 0;
    path = std::filesystem::temp_directory_path() /
           ("celadon_evaluation_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::remove_all(path);
    archive = archive::Archive::open(path / "archive").value();
    ledger = ledger::Ledger::open(path / "ledger").value();
    std::vector<ledger::Site> sites(1);
    sites[0].id = "city.360200";
    sites[0].kind = "city";
    sites[0].code = "360200";
    for (int s = 0; s < stations; ++s) {
      ledger::Site site;
      site.id = "air." + std::to_string(s);
      site.kind = "air-station";
      site.county = "360203";
      if (s == 0) site.attributes = R"({"background":true})";
      sites.push_back(site);
    }
    REQUIRE(ledger->put_sites(sites, "test", "test"));
  }
  ~World() {
    archive.reset();
    std::filesystem::remove_all(path);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void put(const std::string& site, const std::string& property, LegalDay day, int hour, double value) {
    archive::Batch batch;
    batch.source = {"test", ""};
    const auto id = ledger->series_id({site, property, hourly});
    batch.rows.push_back(*id, {first_moment_of(day).us + hour * us_per_hour}, value, 'N');
    REQUIRE(archive->append_and_wait(std::move(batch)));
  }
  /// Random hours, some missing, some days thin.
  void fill(LegalDay from, int days, unsigned seed, int stations) {
    std::mt19937 random(seed);
    archive::Batch batch;
    batch.source = {"test", ""};
    for (int s = 0; s < stations; ++s) {
      for (const auto& item : items) {
        const auto id = ledger->series_id({"air." + std::to_string(s), item, hourly});
        for (int d = 0; d < days; ++d) {
          const unsigned holes = random() % 6 == 0 ? 4 : 40;
          for (int h = 1; h <= 24; ++h) {
            const double value = random() % holes == 0 ? std::nan("") : static_cast<double>(random() % 240);
            batch.rows.push_back(*id, {first_moment_of({from.days + d}).us + h * us_per_hour},
                                 item == "CO" ? value / 10 : value, 'N');
          }
        }
      }
    }
    REQUIRE(archive->append_and_wait(std::move(batch)));
  }
  [[nodiscard]] EvaluationSummary evaluate(LegalDay from, LegalDay to, unsigned threads = 1) {
    EvaluationRequest request;
    request.from = from;
    request.to = to;
    request.threads = threads;
    auto summary = watch::evaluate(*archive, *ledger, library(), request);
    if (!summary) FAIL(summary.error().detail);
    return std::move(*summary);
  }
  [[nodiscard]] double derived(const std::string& site, const std::string& property, LegalDay day,
                               Averaging averaging = daily, Statistic statistic = Statistic::mean) const {
    const auto id = ledger->find_series({site, property, averaging, statistic, Stage::derived});
    if (!id) return std::nan("");
    double value = 0;
    const SeriesId one[] = {*id};
    REQUIRE(archive->read_grid({one, first_moment_of({day.days + 1}), us_per_day, 1, {}}, {&value, 1}));
    return value;
  }
  [[nodiscard]] std::vector<double> hours(const std::string& site, const std::string& property, LegalDay day) const {
    std::vector<double> value(24);
    const SeriesId one[] = {*ledger->find_series({site, property, hourly})};
    const Instant first{first_moment_of(day).us + us_per_hour};
    REQUIRE(archive->read_grid({one, first, us_per_hour, 24, {}}, value));
    return value;
  }
};

LegalDay day_of(const char* text) { return *parse_legal_day(text); }

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE(
    "days out of stored hours are those that judge() makes of the same 24 hours, on either side of a new edition") {
  World world(3);
  const LegalDay from = day_of("2026-02-20");
  world.fill(from, 20, 5, 3);
  static_cast<void>(world.evaluate(from, {from.days + 19}));
  int checked = 0;
  for (int d = 0; d < 20; ++d) {
    const LegalDay day{from.days + d};
    standards::JudgeRequest request;
    request.rule = "air-day";
    request.date = first_moment_of({day.days + 1});
    for (const auto& item : items) {
      standards::JudgeInput input;
      input.property = item;
      input.series = world.hours("air.1", item, day);
      request.inputs.push_back(input);
    }
    const auto judged = standards::judge(library(), request);
    REQUIRE(judged);
    CHECK(judged->edition == (day < day_of("2026-03-01") ? "HJ 633-2012" : "HJ 633-2026"));
    CHECK(same(world.derived("air.1", "AQI", day), judged->judged ? *judged->value : std::nan("")));
    for (const auto& number : judged->numbers) {
      CHECK(same(world.derived("air.1", number.name, day), number.value));
      checked += std::isnan(number.value) ? 0 : 1;
    }
  }
  CHECK(checked > 60);
}

TEST_CASE("the number of threads changes nothing, and a second run stores nothing") {
  World one(9);
  World many(9);
  const LegalDay from = day_of("2020-01-01");
  const LegalDay to = day_of("2020-01-31");
  one.fill(from, 31, 11, 9);
  many.fill(from, 31, 11, 9);
  const auto a = one.evaluate(from, to, 1);
  const auto b = many.evaluate(from, to, 4);
  CHECK(a.derived_new == b.derived_new);
  REQUIRE(a.sites.size() == 10);
  REQUIRE(b.sites.size() == 10);
  for (std::size_t i = 0; i < a.sites.size(); ++i) {
    std::string left;
    std::string right;
    standards::append_json(left, a.sites[i].period, true);
    standards::append_json(right, b.sites[i].period, true);
    CHECK(left == right);
    CHECK(a.sites[i].good_day_percent == b.sites[i].good_day_percent);
  }
  CHECK(one.evaluate(from, to, 3).derived_new == 0);
  CHECK(many.evaluate(from, to, 1).derived_new == 0);
}

TEST_CASE("a late hour changes the day it falls in, the month, and the city, and nothing else") {
  World world(3);
  const LegalDay from = day_of("2020-01-01");
  const LegalDay to = day_of("2020-01-31");
  for (int d = 0; d < 31; ++d) {
    for (int s = 0; s < 3; ++s) {
      for (int h = 1; h <= 24; ++h) world.put("air." + std::to_string(s), "PM2.5", {from.days + d}, h, 40);
    }
  }
  static_cast<void>(world.evaluate(from, to));
  const LegalDay tenth = day_of("2020-01-10");
  CHECK(world.derived("air.1", "PM2.5", tenth) == 40);
  CHECK(world.derived("city.360200", "PM2.5", tenth) == 40);
  CHECK(world.derived("air.1", "PM2.5", to, {Averaging::Kind::month, 0}) == 40);
  world.put("air.1", "PM2.5", tenth, 24, 40 + 24 * 31);
  // Station: that day, its AQI, the mean and the percentile stay in whole numbers; city: its day and AQI.
  const auto again = world.evaluate(from, to);
  CHECK(world.derived("air.1", "PM2.5", tenth) == 71);
  CHECK(world.derived("air.1", "PM2.5", day_of("2020-01-11")) == 40);
  CHECK(world.derived("air.1", "PM2.5", to, {Averaging::Kind::month, 0}) == 41);
  CHECK(world.derived("air.2", "PM2.5", tenth) == 40);
  CHECK(world.derived("city.360200", "PM2.5", tenth) ==
        56);  // of stations 1 and 2: 55.5; the background point is not in it
  CHECK(again.derived_new == 6);
  CHECK(world.evaluate(from, to).derived_new == 0);
}

TEST_CASE("a day that is no longer valid gets a newer version that is missing") {
  World world(2);
  const LegalDay day = day_of("2020-01-10");
  for (int h = 1; h <= 20; ++h) world.put("air.1", "PM2.5", day, h, 40);
  static_cast<void>(world.evaluate(day, day));
  CHECK(world.derived("air.1", "PM2.5", day) == 40);
  world.put("air.1", "PM2.5", day, 20, std::nan(""));
  static_cast<void>(world.evaluate(day, day));
  CHECK(std::isnan(world.derived("air.1", "PM2.5", day)));
}

TEST_CASE("a period, a rule, a site or an edition that is none is refused by its field") {
  World world(2);
  const auto refused = [&](auto change) {
    EvaluationRequest request;
    request.from = day_of("2020-01-01");
    request.to = day_of("2020-01-31");
    change(request);
    const auto summary = watch::evaluate(*world.archive, *world.ledger, library(), request);
    return summary ? std::string("taken") : summary.error().field;
  };
  CHECK(refused([](EvaluationRequest&) {}) == "taken");
  CHECK(refused([](EvaluationRequest& r) { r.to = day_of("2019-12-31"); }) == "to");
  CHECK(refused([](EvaluationRequest& r) { r.to = day_of("2031-12-31"); }) == "to");
  CHECK(refused([](EvaluationRequest& r) { r.rule = "smell"; }) == "rule");
  CHECK(refused([](EvaluationRequest& r) { r.sites = {"air.77"}; }) == "sites");
  CHECK(refused([](EvaluationRequest& r) { r.region = "11"; }) == "region");
  CHECK(refused([](EvaluationRequest& r) { r.edition = "GB 1-1900"; }) == "edition");
}
