#include "registry/registry_test_world.hpp"

using namespace celadon;
using namespace celadon::registry;
using test::caller;
using test::has;
using test::World;

namespace {

Given photo_of(const std::string& hash) {
  Given given;
  given.id = "after";
  given.file = hash;
  return given;
}

Given reading(Instant from, Instant to) {
  Given given;
  given.id = "reading";
  given.site = "air.2344A";
  given.property = "pm25";
  given.from = from;
  given.to = to;
  return given;
}

/// A complaint under way since Thursday the 24th, on the 25th at 20:00, with five hours measured.
Matter under_way(World& w) {
  const auto matter = w.complaint();
  const auto working = w.good(w.step(w.enforcer, matter, "accept", {{"owner", "张"}}));
  w.at("2026-09-25T20:00:00+08:00");
  w.measure("pm25", w.now(), {10, 20, 30, 40, 50});
  return working;
}

std::vector<Given> proof(World& w, const std::string& content = "after") {
  return {photo_of(w.photo(content, "2026-09-25T18:00:00+08:00")),
          reading(Instant{w.now().us - 3 * us_per_hour}, w.now())};
}

}  // namespace

TEST_CASE("a step without its evidence, needs and musts is refused with the list of all that is missing") {
  World w;
  const auto working = under_way(w);
  const auto refused = w.step(w.enforcer, working, "finish");
  REQUIRE_FALSE(refused);
  const auto& findings = refused.error().findings;
  CHECK(has(findings, "needed", "outcome"));
  CHECK(has(findings, "must-1"));
  CHECK(has(findings, "evidence-missing", "after"));
  CHECK(has(findings, "evidence-missing", "reading"));
  CHECK(w.desk->get(w.enforcer, "complaint", working.id)->state == "working");
}

TEST_CASE("with its evidence a step is taken; what was measured is read then and kept; history shows every step") {
  World w;
  const auto working = under_way(w);
  const auto done = w.good(w.step(w.enforcer, working, "finish", {{"outcome", "已经整改"}}, proof(w)));
  CHECK(done.state == "watching");
  CHECK(working.values.at("ended") == systems::Value(false));
  CHECK(done.values.at("ended") == systems::Value(true));
  REQUIRE(done.steps.size() == 2);
  REQUIRE(done.steps[1].evidence.size() == 2);
  const auto& kept = done.steps[1].evidence[1];
  CHECK(kept.count == 3);
  CHECK(kept.mean == doctest::Approx(40));
  CHECK(kept.highest == doctest::Approx(50));
  const auto history = w.desk->history(w.enforcer, "complaint", working.id);
  REQUIRE(history);
  REQUIRE(history->size() == 3);
  CHECK((*history)[0].state == "open");
  CHECK((*history)[1].state == "working");
  CHECK((*history)[2].steps.back().step == "finish");
  CHECK((*history)[2].steps.back().evidence[1].mean == doctest::Approx(40));
  CHECK(w.audited("step", "complaint/" + working.id) == 2);
}

TEST_CASE("a photo that is old, far, no photo or another matter's is refused") {
  World w;
  const auto working = under_way(w);
  const auto refused_for = [&](const std::string& hash, const std::string& check) {
    const auto refused = w.step(w.enforcer, working, "finish", {{"outcome", "已经整改"}},
                                {photo_of(hash), reading(Instant{w.now().us - us_per_hour}, w.now())});
    REQUIRE_FALSE(refused);
    CHECK_MESSAGE(has(refused.error().findings, check, "after"), check);
    CHECK(refused.error().findings.size() == 1);
  };
  refused_for(w.photo("old", "2026-09-24T09:59:59+08:00"), "evidence-time");
  refused_for(w.photo("ahead", "2026-09-25T21:00:00+08:00"), "evidence-time");
  refused_for(w.photo("far", "2026-09-25T18:00:00+08:00", {117.206, 29.3}), "evidence-place");
  const auto document = w.attachments->put("%PDF-1.7 x", "a.pdf", w.now(), LonLat{117.2, 29.3}, "zhang");
  REQUIRE(document);
  refused_for(document->hash, "evidence-kind");
  const auto placeless = w.attachments->put("\xFF\xD8\xFFno place", "a.jpg", w.now(), std::nullopt, "zhang");
  REQUIRE(placeless);
  refused_for(placeless->hash, "evidence-place");

  const auto evidence = proof(w);
  w.good(w.step(w.enforcer, working, "finish", {{"outcome", "已经整改"}}, evidence));
  w.at("2026-09-24T10:00:00+08:00");
  const auto other = w.good(w.step(w.enforcer, w.complaint(), "accept", {{"owner", "李"}}));
  w.at("2026-09-25T20:00:00+08:00");
  const auto reused = w.step(w.enforcer, other, "finish", {{"outcome", "已经整改"}}, evidence);
  REQUIRE_FALSE(reused);
  CHECK(has(reused.error().findings, "evidence-reused", "after"));
  CHECK(reused.error().findings.size() == 1);
}

TEST_CASE("a period without values, of another site or before the matter is no measurement") {
  World w;
  const auto working = under_way(w);
  const auto finding_of = [&](Given measured) {
    const auto refused = w.step(w.enforcer, working, "finish", {{"outcome", "已经整改"}},
                                {photo_of(w.photo("p", "2026-09-25T18:00:00+08:00")), std::move(measured)});
    REQUIRE_FALSE(refused);
    REQUIRE_FALSE(refused.error().findings.empty());
    return refused.error().findings.front().check;
  };
  CHECK(finding_of(reading(Instant{w.now().us - 20 * us_per_hour}, Instant{w.now().us - 10 * us_per_hour})) ==
        "evidence-missing");
  CHECK(finding_of(reading(Instant{w.now().us - 50 * us_per_hour}, w.now())) == "evidence-time");
  CHECK(finding_of(reading(w.now(), Instant{w.now().us - us_per_hour})) == "evidence-time");
  auto elsewhere = reading(Instant{w.now().us - us_per_hour}, w.now());
  elsewhere.site = "air.none";
  CHECK(finding_of(elsewhere) == "evidence-missing");
}

TEST_CASE("who may not take a step does not, from a wrong state nobody does, and a stale one gets the newest") {
  World w;
  const auto matter = w.complaint();
  const auto leader = w.step(caller({"leader"}), matter, "accept", {{"owner", "张"}});
  REQUIRE_FALSE(leader);
  CHECK(leader.error().error.code == Errc::refused);
  const auto early = w.step(w.enforcer, matter, "hold");
  REQUIRE_FALSE(early);
  CHECK(early.error().error.code == Errc::conflict);
  const auto working = w.good(w.step(w.enforcer, matter, "accept", {{"owner", "张"}}));
  const auto stale = w.step(w.enforcer, matter, "accept", {{"owner", "李"}});
  REQUIRE_FALSE(stale);
  REQUIRE(stale.error().newest);
  CHECK(stale.error().newest->revision == working.revision);
  const auto foreign = w.step(caller({"enforcement"}, {"360222"}), working, "finish");
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().error.code == Errc::not_found);
  CHECK(w.audited("refused", "complaint/" + matter.id) == 2);
}

TEST_CASE("the steps somebody could take are told with what is missing") {
  World w;
  const auto matter = w.complaint();
  const auto steps = w.desk->possible(w.enforcer, matter);
  REQUIRE(steps);
  REQUIRE(steps->size() == 1);
  CHECK(steps->front().step->id == "accept");
  CHECK(has(steps->front().missing, "needed", "owner"));
  CHECK(w.desk->possible(caller({"leader"}), matter)->empty());
}

TEST_CASE("the look-back falls on the next day of the same weekday and kind after its days") {
  World w;
  const auto done = [&] {
    const auto working = under_way(w);
    return w.good(w.step(w.enforcer, working, "finish", {{"outcome", "已经整改"}}, proof(w)));
  }();
  // Found on Thursday the 24th of September; 30 days after Friday the 25th is Sunday the 25th of October.
  REQUIRE(done.look_back);
  CHECK(to_string(*done.look_back) == "2026-10-29");
  REQUIRE(done.dues.size() == 1);
  CHECK(done.dues.front().deadline == look_back_due);
  ledger::RecordQuery due;
  due.kind = "complaint";
  due.due_until = *parse_instant("2026-10-30T00:00:00+08:00");
  CHECK(w.desk->find(w.enforcer, due)->items.size() == 1);
  due.due_until = *parse_instant("2026-10-29T12:00:00+08:00");
  CHECK(w.desk->find(w.enforcer, due)->items.empty());
  w.at("2026-10-29T09:00:00+08:00");
  const auto held = w.good(w.step(w.enforcer, done, "hold", {}, {}, "no smell on the day"));
  CHECK(held.state == "closed");
  CHECK_FALSE(held.look_back);
  CHECK(held.dues.empty());
}

TEST_CASE("a reporter takes the matter up again once, with a reason, within the days") {
  World w;
  const auto report = w.good(
      w.save(w.nobody, "complaint", {{"kind", "smell"}, {"text", "刺鼻气味"}, {"place", test::point(117.2, 29.3)}}));
  auto matter = *w.desk->get(w.enforcer, "complaint", report.id);
  CHECK(w.desk->reopen_by_code(report.follow, "still").error().error.code == Errc::conflict);
  const auto finish = [&](const std::string& photo) {
    w.measure("pm25", w.now(), {10});
    Given after = photo_of(w.photo(photo, to_iso_utc(w.now())));
    matter = w.good(w.step(w.enforcer, matter, "finish", {{"outcome", "已经整改"}},
                           {after, reading(Instant{w.now().us - us_per_hour}, w.now())}));
  };
  matter = w.good(w.step(w.enforcer, matter, "accept", {{"owner", "张"}}));
  w.at("2026-09-25T20:00:00+08:00");
  finish("one");
  CHECK(w.desk->follow(report.follow)->may_reopen);
  const auto mute = w.desk->reopen_by_code(report.follow, "");
  REQUIRE_FALSE(mute);
  CHECK(has(mute.error().findings, "needed", "why"));
  w.at("2026-10-25T20:00:00+08:00");
  const auto again = w.good(w.desk->reopen_by_code(report.follow, "味道还在"));
  CHECK(again.state == "working");
  CHECK_FALSE(again.values.contains("text"));
  matter = *w.desk->get(w.enforcer, "complaint", report.id);
  CHECK(matter.steps.back().who == "public");
  finish("two");
  CHECK_FALSE(w.desk->follow(report.follow)->may_reopen);
  const auto third = w.desk->reopen_by_code(report.follow, "还在");
  REQUIRE_FALSE(third);
  CHECK(has(third.error().findings, "times"));
}

TEST_CASE("after its days a matter is not taken up again") {
  World w;
  auto matter = under_way(w);
  matter = w.good(w.step(w.enforcer, matter, "finish", {{"outcome", "已经整改"}}, proof(w)));
  const auto duty = caller({"duty"});
  w.at("2026-10-26T10:00:00+08:00");
  const auto late = w.step(duty, matter, "reopen");
  REQUIRE_FALSE(late);
  CHECK(has(late.error().findings, "within-days"));
  w.at("2026-10-25T23:00:00+08:00");
  CHECK(w.step(duty, matter, "reopen"));
}
