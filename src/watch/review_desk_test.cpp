#include "watch/review_desk.hpp"

#include "watch/air_test_world.hpp"
#include "watch/judging.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::watch;
using namespace celadon::watch::test;

namespace {

const LegalDay the_day = day_of("2026-01-12");

struct ReviewWorld : AirWorld {
  std::unique_ptr<DerivationDesk> derivation;
  std::unique_ptr<ReviewDesk> review;
  ReviewWorld() : AirWorld(2) {
    // Three weeks of a quiet course, and one hour that nothing explains.
    archive::Batch batch;
    batch.source = {"test", ""};
    for (const auto& item : items) {
      const auto id = ledger->series_id({"air.1", item, hourly}).value();
      for (int d = -20; d <= 1; ++d) {
        for (int h = 1; h <= 24; ++h) {
          const double course = 30 + 8 * std::sin(h / 24.0 * 6.283) + (d * 7 + h * 3) % 5;
          const bool odd = item == "PM10" && d == 0 && h == 10;
          const double value = odd ? 900 : item == "PM2.5" ? course / 2 : course;
          batch.rows.push_back(id, {first_moment_of({the_day.days + d}).us + h * us_per_hour},
                               item == "CO" ? value / 40 : value, 'N');
        }
      }
    }
    REQUIRE(archive->append_and_wait(std::move(batch)));
    derivation = DerivationDesk::open(*archive, *ledger, library(), {}, {}).value();
    auto packs = read_review_packs(CELADON_PACKS);
    REQUIRE_MESSAGE(packs, packs.error().detail);
    review = std::make_unique<ReviewDesk>(*archive, *ledger, *derivation, std::move(*packs));
  }
  [[nodiscard]] ReviewDecision decision(const std::string& action, const std::string& reason, int hour = 10) const {
    ReviewDecision one;
    one.site = "air.1";
    one.property = "PM10";
    one.averaging = hourly;
    one.times = {{first_moment_of(the_day).us + hour * us_per_hour}};
    one.action = action;
    one.reason = reason;
    return one;
  }
  ReviewDesk::Decided decide(const ReviewDecision& one) const {
    const auto preview = review->preview({one});
    REQUIRE_MESSAGE(preview, preview.error().detail);
    auto decided = review->decide({one}, "analyst", "test", digest_of(*preview));
    REQUIRE_MESSAGE(decided, decided.error().detail);
    return std::move(*decided);
  }
};

}  // namespace

TEST_CASE("the queue puts the sheet with the odd hour first, and tens of values, not all, need eyes") {
  ReviewWorld world;
  QueueQuery query;
  query.from = LegalDay{the_day.days - 3};
  query.to = the_day;
  const auto queue = world.review->queue(query);
  REQUIRE_MESSAGE(queue, queue.error().detail);
  REQUIRE(queue->items.size() == 4);
  CHECK(queue->items[0].day == the_day);
  CHECK(queue->items[0].need_eyes >= 1);
  CHECK(queue->items[0].need_eyes <= 12);
  CHECK(queue->items[0].values == 6 * 24);
  CHECK(queue->items[0].complete == true);
  query.to = LegalDay{the_day.days - 9};
  CHECK(world.review->queue(query).error().field == "to");
}

TEST_CASE("a decision stands in the sheet, in the day and in the judgement of its hour, and can be taken back") {
  ReviewWorld world;
  const auto sheet = [&] {
    auto read = world.review->sheet("air.1", the_day, 1);
    REQUIRE_MESSAGE(read, read.error().detail);
    for (const auto& column : read->columns) {
      if (column.key.property == "PM10") return column.rows[9];
    }
    FAIL("no PM10");
    return ReviewRow{};
  };
  CHECK(sheet().proposal != quality::Proposal::valid);
  const double with_spike = [&] {
    REQUIRE(world.derivation->catch_up());
    return world.derived("air.1", "PM10", the_day);
  }();
  const auto decided = world.decide(world.decision("void", "spike"));
  REQUIRE(decided.erratum);
  CHECK(decided.ids == std::vector<std::int64_t>{1});
  CHECK(std::isnan(sheet().value));
  CHECK(sheet().raw == 900);
  CHECK(sheet().decision == 1);
  CHECK(!needs_eyes(sheet()));
  CHECK(world.derived("air.1", "PM10", the_day) < with_spike);
  const auto site = world.ledger->site("air.1").value();
  const Instant hour = world.decision("void", "spike").times.front();
  const auto judged = judge_period({*world.archive, *world.ledger, library()}, site, hour, hour, {});
  REQUIRE(judged);
  for (const auto& input : judged->front().judgement.inputs) CHECK(input.used == (input.property != "PM10"));

  world.decide(world.decision("restore", "decision-withdrawn"));
  CHECK(sheet().value == 900);
  CHECK(world.derived("air.1", "PM10", the_day) == with_spike);
  auto scaled = world.decision("scale", "span-check");
  scaled.numbers = {{"factor", 0.5}};
  world.decide(scaled);
  CHECK(sheet().value == 450);
  CHECK(world.review->decisions("air.1", hour, hour)->size() == 3);
  auto note = world.decision("annotate", "weather");
  CHECK(!world.decide(note).erratum);
  CHECK(world.ledger->list("erratum")->size() == 3);
}

TEST_CASE("a drift is a straight line between its two ends") {
  ReviewWorld world;
  auto drift = world.decision("drift", "zero-check");
  drift.times.clear();
  for (int h = 1; h <= 3; ++h) drift.times.push_back({first_moment_of(the_day).us + h * us_per_hour});
  drift.numbers = {{"from_offset", 0}, {"to_offset", 10}};
  const auto preview = world.review->preview({drift});
  REQUIRE(preview);
  std::vector<double> moved;
  for (const auto& change : preview->values) {
    if (change.key.averaging == hourly) moved.push_back(change.after - change.before);
  }
  REQUIRE(moved.size() == 2);  // the first moves by nothing
  CHECK(moved[0] == doctest::Approx(5));
  CHECK(moved[1] == doctest::Approx(10));
}

TEST_CASE("what cannot be decided is refused with its field, and nothing is stored") {
  ReviewWorld world;
  const auto field = [&](const ReviewDecision& one) {
    const auto refused = world.review->preview({one});
    REQUIRE(!refused);
    return refused.error().field;
  };
  CHECK(field(world.decision("vanish", "spike")) == "action");
  CHECK(field(world.decision("void", "no such reason")) == "reason");
  CHECK(field(world.decision("void", "weather")) == "reason");
  CHECK(field(world.decision("scale", "span-check")) == "numbers");
  auto nowhere = world.decision("void", "spike");
  nowhere.times = {{first_moment_of({the_day.days + 99}).us}};
  CHECK(field(nowhere) == "times");
  auto other = world.decision("void", "spike");
  other.property = "TN";
  CHECK(field(other) == "property");
  CHECK(world.review->decide({world.decision("void", "spike")}, "", "", "").error().field == "who");
  CHECK(world.review->decide({world.decision("void", "spike")}, "a", "", "old").error().code == Errc::conflict);
  CHECK(world.ledger->list("review-decision")->empty());
}

TEST_CASE("a sheet is closed by three persons, and what is closed is changed only after it is opened with a reason") {
  ReviewWorld world;
  const auto move = [&](const char* step, const char* who, const char* why, std::int64_t revision) {
    return world.review->move("air.1", the_day, step, who, why, revision);
  };
  CHECK(move("lock", "a", "", 0).error().code == Errc::conflict);
  CHECK(move("no step", "a", "", 0).error().code == Errc::not_found);
  REQUIRE(move("submit", "a", "", 0));
  CHECK(move("check", "a", "", 1).error().field == "who");
  CHECK(move("check", "b", "", 0).error().field == "revision");
  CHECK(world.review->preview({world.decision("void", "spike")}).error().code == Errc::conflict);
  REQUIRE(move("check", "b", "", 1));
  const auto locked = move("lock", "c", "", 2);
  REQUIRE(locked);
  CHECK(locked->state == "locked");
  CHECK(move("unlock", "c", "", 3).error().field == "why");
  REQUIRE(move("unlock", "c", "new certificate of the span gas", 3));
  world.decide(world.decision("void", "spike"));
  const auto steps = world.review->history("air.1", the_day);
  REQUIRE(steps);
  CHECK(steps->size() == 4);
  CHECK(steps->back().why == "new certificate of the span gas");
  CHECK(world.review->move("air.9", the_day, "submit", "a", "", 0).error().code == Errc::not_found);
}
