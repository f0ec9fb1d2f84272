#include "watch/air_test_world.hpp"
#include "watch/city.hpp"
#include "watch/judging.hpp"
#include "watch/review_desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace celadon;
using namespace celadon::watch;
using namespace celadon::watch::test;

namespace {

const LegalDay pairs_day = day_of("2026-01-12");

/// A station whose hours of PM10 on the day are 30, but 900 at ten o'clock; nothing else has come.
struct PairsWorld : AirWorld {
  std::unique_ptr<Stream> stream;
  std::unique_ptr<DerivationDesk> derivation;
  std::unique_ptr<ReviewDesk> review;
  PairsWorld() : AirWorld(2) {
    archive::Batch batch;
    batch.source = {"test", ""};
    const auto id = ledger->series_id({"air.1", "PM10", hourly}).value();
    for (int h = 1; h <= 24; ++h) batch.rows.push_back(id, hour(h), h == 10 ? 900 : 30, 'N');
    REQUIRE(archive->append_and_wait(std::move(batch)));
    StreamOptions options;
    options.tick_us = 0;
    stream = Stream::open(*archive, *ledger, library().properties, read_stream_rules(CELADON_PACKS).value(), options)
                 .value();
    derivation = DerivationDesk::open(*archive, *ledger, library(), stream->watch_rules(), {}).value();
    review = std::make_unique<ReviewDesk>(*archive, *ledger, *derivation, read_review_packs(CELADON_PACKS).value());
  }
  ~PairsWorld() {
    review.reset();
    derivation.reset();
    stream.reset();
  }
  static Instant hour(int h) { return {first_moment_of(pairs_day).us + h * us_per_hour}; }
  static intake::ReviewedPair pair(int h, double raw, double reviewed, const std::string& property = "PM10") {
    intake::ReviewedPair one;
    one.line = static_cast<std::uint64_t>(h) + 1;
    one.site = "air.1";
    one.property = property;
    one.averaging = hourly;
    one.time = hour(h);
    one.raw = raw;
    one.reviewed = reviewed;
    one.flag = 'N';
    return one;
  }
  static intake::ReviewedPairs table(std::vector<intake::ReviewedPair> rows) {
    intake::ReviewedPairs pairs;
    pairs.rows_read = rows.size();
    pairs.rows = std::move(rows);
    return pairs;
  }
  [[nodiscard]] PairsPreview look(const intake::ReviewedPairs& pairs) const {
    auto preview = review->preview_pairs(pairs, "pairs.csv");
    REQUIRE_MESSAGE(preview, preview.error().detail);
    return std::move(*preview);
  }
  /// Looks and saves, and holds one against the other.
  [[nodiscard]] PairsPreview save(const intake::ReviewedPairs& pairs) const {
    const auto foreseen = look(pairs);
    const std::string digest = foreseen.erratum ? digest_of(*foreseen.erratum) : "";
    auto done = review->decide_pairs(pairs, "pairs.csv", "importer", "history", digest,
                                     raw_store(*stream, {"import reviewed", "pairs.csv"}));
    REQUIRE_MESSAGE(done, done.error().detail);
    CHECK(done->erratum.has_value() == foreseen.erratum.has_value());
    if (done->erratum) {
      CHECK(digest_of(*done->erratum) == digest);
      CHECK(done->erratum->values_total == foreseen.erratum->values_total);
    }
    return std::move(*done);
  }
  [[nodiscard]] double effective(Instant time, const std::string& property = "PM10",
                                 const std::string& site = "air.1") const {
    double value = 0;
    const SeriesId one[] = {*ledger->find_series({site, property, hourly})};
    REQUIRE(read_effective(*archive, *ledger, {one, time, us_per_hour, 1, {}}, {&value, 1}));
    return value;
  }
  [[nodiscard]] std::size_t decided() const { return ledger->list("review-decision")->size(); }
};

const double blank = std::nan("");

}  // namespace

TEST_CASE("pairs: equal is accepted, blank is voided, another number replaces; what came stays") {
  PairsWorld world;
  auto noted = PairsWorld::pair(10, 900, blank);
  noted.reason = "孤立突变，无环境依据";
  noted.note = "雷击";
  noted.reviewer = "王工";
  const auto done = world.save(PairsWorld::table({PairsWorld::pair(9, 30, 30), noted, PairsWorld::pair(11, 30, 33.5)}));
  CHECK(done.counts.accepted == 1);
  CHECK(done.counts.voided == 1);
  CHECK(done.counts.corrected == 1);
  CHECK(done.counts.raw_added == 0);
  CHECK(done.counts.refused == 0);
  CHECK(world.effective(PairsWorld::hour(9)) == 30);
  CHECK(std::isnan(world.effective(PairsWorld::hour(10))));
  CHECK(world.effective(PairsWorld::hour(11)) == 33.5);
  CHECK(world.hours("air.1", "PM10", pairs_day)[9] == 900);
  REQUIRE(done.ids.size() == 3);

  const auto sheet = world.review->sheet("air.1", pairs_day, 1);
  REQUIRE(sheet);
  const auto& rows = sheet->columns.front().rows;
  const auto decisions = world.review->decisions("air.1", PairsWorld::hour(1), PairsWorld::hour(24));
  REQUIRE(decisions);
  for (const auto& [hour, action, reason] :
       {std::tuple(9, "accept", "reviewed-elsewhere"), std::tuple(10, "void", "spike"),
        std::tuple(11, "replace", "reviewed-elsewhere")}) {
    const auto id = rows[static_cast<std::size_t>(hour) - 1].decision;
    const auto decision = std::ranges::find(*decisions, id, &ReviewDecision::id);
    REQUIRE(decision != decisions->end());
    CHECK(decision->action == action);
    CHECK(decision->reason == reason);
    CHECK(decision->who == "importer");
    CHECK(decision->times == std::vector<Instant>{PairsWorld::hour(hour)});
    REQUIRE(decision->pairs);
    if (hour == 10) CHECK(decision->pairs->notes == std::vector<std::string>{"审核人：王工；雷击"});
    if (hour == 11) CHECK(decision->pairs->values == std::vector<double>{33.5});
  }
  CHECK(rows[7].decision == 0);
}

TEST_CASE("pairs: the same file again changes nothing, and an old file does not undo what was decided here since") {
  PairsWorld world;
  const auto pairs = PairsWorld::table({PairsWorld::pair(9, 30, 30), PairsWorld::pair(10, 900, blank)});
  REQUIRE(world.save(pairs).counts.decided() == 2);
  const auto entries = world.decided();
  const auto rows = world.archive->row_count();
  const auto again = world.save(pairs);
  CHECK(again.counts.unchanged == 2);
  CHECK(again.counts.decided() == 0);
  CHECK(!again.erratum);
  CHECK(again.ids.empty());
  CHECK(world.decided() == entries);
  CHECK(world.archive->row_count() == rows);

  ReviewDecision restore;
  restore.site = "air.1";
  restore.property = "PM10";
  restore.averaging = hourly;
  restore.times = {PairsWorld::hour(10)};
  restore.action = "restore";
  restore.reason = "decision-withdrawn";
  const auto preview = world.review->preview({restore});
  REQUIRE(preview);
  REQUIRE(world.review->decide({restore}, "li", "", digest_of(*preview)));
  const auto old = world.save(pairs);
  CHECK(old.counts.superseded == 1);
  CHECK(old.counts.unchanged == 1);
  CHECK(world.effective(PairsWorld::hour(10)) == 900);
}

TEST_CASE("pairs: another raw value than the stored one is refused with what is stored, and stays") {
  PairsWorld world;
  const auto done = world.save(PairsWorld::table({PairsWorld::pair(9, 31, 31), PairsWorld::pair(10, 900, 900)}));
  CHECK(done.counts.accepted == 1);
  CHECK(done.counts.refused == 1);
  REQUIRE(done.problems.kept().size() == 1);
  const auto& problem = done.problems.kept().front();
  CHECK(problem.line == 10);
  CHECK(problem.field == "raw");
  CHECK(problem.value == "31");
  CHECK(problem.en.find("stored here: 30") != std::string::npos);
  CHECK(problem.zh.find("30") != std::string::npos);
  CHECK(!problem.remedy_zh.empty());
  CHECK(world.hours("air.1", "PM10", pairs_day)[8] == 30);
}

TEST_CASE("pairs: what cannot be taken is refused row by row, each with its field") {
  PairsWorld world;
  auto daily_mean = PairsWorld::pair(24, 30, 31);
  daily_mean.averaging = daily;
  auto unfit = PairsWorld::pair(3, 30, 31);
  unfit.reason = "spike";
  auto unknown = PairsWorld::pair(4, 30, 31);
  unknown.reason = "because";
  const auto done = world.save(
      PairsWorld::table({daily_mean, unfit, unknown, PairsWorld::pair(5, blank, 31), PairsWorld::pair(6, blank, blank),
                         PairsWorld::pair(7, 30, 31), PairsWorld::pair(7, 30, 31), PairsWorld::pair(7, 30, 32)}));
  CHECK(done.counts.rows == 8);
  CHECK(done.counts.corrected == 1);
  CHECK(done.counts.unchanged == 1);
  CHECK(done.counts.empty == 1);
  CHECK(done.counts.refused == 5);
  std::vector<std::string> fields;
  for (const auto& one : done.problems.kept()) fields.push_back(one.field);
  CHECK(fields == std::vector<std::string>{"reason", "reason", "raw", "time", "period"});
  CHECK(world.effective(PairsWorld::hour(7)) == 31);
  CHECK(world.review->decide_pairs({}, "", "", "", "", {}).error().field == "who");
}

TEST_CASE("pairs: a sheet that is submitted or locked refuses its rows, and those of other days are taken") {
  PairsWorld world;
  REQUIRE(world.review->move("air.1", pairs_day, "submit", "a", "", 0));
  auto next_day = PairsWorld::pair(25, 40, 41);
  const auto pairs = PairsWorld::table({PairsWorld::pair(9, 30, 31), next_day});
  const auto submitted = world.save(pairs);
  CHECK(submitted.counts.refused == 1);
  CHECK(submitted.counts.corrected == 1);
  CHECK(submitted.counts.raw_added == 1);
  REQUIRE(submitted.problems.kept().size() == 1);
  CHECK(submitted.problems.kept()[0].field == "time");
  CHECK(submitted.problems.kept()[0].en == "the sheet of 2026-01-12 is submitted, to be checked");
  CHECK(world.effective(PairsWorld::hour(9)) == 30);
  REQUIRE(world.review->move("air.1", pairs_day, "check", "b", "", 1));
  REQUIRE(world.review->move("air.1", pairs_day, "lock", "c", "", 2));
  CHECK(world.look(pairs).counts.refused == 1);
  REQUIRE(world.review->move("air.1", pairs_day, "unlock", "c", "history comes", 3));
  CHECK(world.save(pairs).counts.corrected == 1);
}

TEST_CASE("pairs: what a person decided here is not undone by a file; what a file decided, a newer file may") {
  PairsWorld world;
  ReviewDecision here;
  here.site = "air.1";
  here.property = "PM10";
  here.averaging = hourly;
  here.times = {PairsWorld::hour(10)};
  here.action = "void";
  here.reason = "spike";
  const auto preview = world.review->preview({here});
  REQUIRE(preview);
  REQUIRE(world.review->decide({here}, "li", "", digest_of(*preview)));
  const auto done = world.save(PairsWorld::table({PairsWorld::pair(10, 900, 90), PairsWorld::pair(11, 30, 31)}));
  CHECK(done.counts.refused == 1);
  REQUIRE(done.problems.kept().size() == 1);
  CHECK(done.problems.kept()[0].field == "reviewed");
  CHECK(done.problems.kept()[0].en.find("li decided here (decision 1)") != std::string::npos);
  CHECK(std::isnan(world.effective(PairsWorld::hour(10))));
  CHECK(world.save(PairsWorld::table({PairsWorld::pair(11, 30, 32)})).counts.corrected == 1);
  CHECK(world.effective(PairsWorld::hour(11)) == 32);
}

TEST_CASE("pairs: raw values that are not there come with the decisions, and the preview is what then happens") {
  PairsWorld world;
  REQUIRE(world.derivation->catch_up());
  std::vector<intake::ReviewedPair> rows;
  for (const char* property : {"SO2", "NO2", "PM2.5", "CO", "O3"}) {
    for (int h = 1; h <= 24; ++h) {
      const std::string name = property;
      const double raw = name == "CO" ? 0.5 : name == "PM2.5" ? 10 + h / 10.0 : 20 + h;
      rows.push_back(PairsWorld::pair(h, raw, h == 7 ? blank : h == 8 ? raw / 2 : raw, property));
    }
  }
  rows.push_back(PairsWorld::pair(10, 900, 35));
  for (int h = 25; h <= 48; ++h) rows.push_back(PairsWorld::pair(h, 50 + h, 50 + h));
  const auto before = world.archive->row_count();
  const auto foreseen = world.look(PairsWorld::table(rows));
  CHECK(world.archive->row_count() == before);
  CHECK(foreseen.counts.raw_added == 5 * 24 + 24);
  const auto done = world.save(PairsWorld::table(rows));
  REQUIRE(done.erratum);
  CHECK(done.erratum->who == "importer");
  CHECK(done.erratum->values_total > 1);
  CHECK(world.effective(PairsWorld::hour(8), "NO2") == 14);
  CHECK(std::isnan(world.effective(PairsWorld::hour(7), "NO2")));
  CHECK(world.hours("air.1", "NO2", pairs_day)[6] == 27);
  CHECK(world.derived("air.1", "PM10", pairs_day) == doctest::Approx((23 * 30 + 35) / 24.0).epsilon(0.02));
  CHECK(world.ledger->list("erratum")->size() == 1);
}

TEST_CASE("pairs: when data came between the preview and saving, nothing is saved") {
  PairsWorld world;
  const auto pairs = PairsWorld::table({PairsWorld::pair(10, 900, 90), PairsWorld::pair(30, 12, 12)});
  const auto foreseen = world.look(pairs);
  const auto rows = world.archive->row_count();
  const auto stale =
      world.review->decide_pairs(pairs, "", "li", "", "0000000000000000", raw_store(*world.stream, {"test", ""}));
  REQUIRE(!stale);
  CHECK(stale.error().code == Errc::conflict);
  CHECK(world.archive->row_count() == rows);
  CHECK(world.decided() == 0);
  REQUIRE(foreseen.erratum);
}

TEST_CASE("ten thousand random pairs: the values that count are the reviewed column, exactly") {
  PairsWorld world;
  std::mt19937 random(7);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  const auto some = [&] { return std::round(static_cast<double>(random() % 5000)) / 10 + 0.1; };
  std::vector<intake::ReviewedPair> rows;
  archive::Batch there;
  there.source = {"test", ""};
  std::map<std::pair<std::string, std::string>, SeriesId> ids;
  for (const char* site : {"air.0", "air.1"}) {
    for (const auto& item : items) {
      const auto id = world.ledger->series_id({site, item, hourly}).value();
      for (int h = 100; h < 100 + 834; ++h) {
        const double raw = some();
        auto row = PairsWorld::pair(h, raw, one_in(10) ? blank : one_in(5) ? some() : raw, item);
        row.site = site;
        if (one_in(2)) there.rows.push_back(id, row.time, raw, 'N');
        if (one_in(4)) row.note = "note " + std::to_string(random() % 9);
        rows.push_back(std::move(row));
      }
    }
  }
  REQUIRE(rows.size() == 12 * 834);
  REQUIRE(world.archive->append_and_wait(std::move(there)));
  std::ranges::shuffle(rows, random);
  const auto pairs = PairsWorld::table(rows);
  const auto done = world.save(pairs);
  CHECK(done.counts.decided() == rows.size());
  CHECK(done.counts.refused == 0);
  CHECK(done.ids.size() <= 12 * 3);
  CHECK(world.ledger->list("erratum")->size() <= 2);  // what came before, and the review
  for (const char* site : {"air.0", "air.1"}) {
    for (const auto& item : items) {
      std::vector<double> value(834);
      const SeriesId one[] = {*world.ledger->find_series({site, item, hourly})};
      REQUIRE(read_effective(*world.archive, *world.ledger, {one, PairsWorld::hour(100), us_per_hour, 834, {}}, value));
      for (const auto& row : rows) {
        if (row.site != site || row.property != item) continue;
        const auto h = static_cast<std::size_t>((row.time.us - PairsWorld::hour(100).us) / us_per_hour);
        REQUIRE(same_value(value[h], row.reviewed));
      }
    }
  }
  CHECK(world.save(pairs).counts.unchanged == rows.size());
}
