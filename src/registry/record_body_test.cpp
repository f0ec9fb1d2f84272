#include "registry/registry_test_world.hpp"

using namespace celadon;
using namespace celadon::registry;
using test::World;

TEST_CASE("a body comes back as it was written") {
  World w;
  Matter matter = w.complaint();
  matter.steps.push_back({"accept", "open", "working", "zhang", "why \"so\"", w.now(), {}});
  Given given;
  given.id = "reading";
  given.site = "air.1";
  given.property = "pm25";
  given.from = w.now();
  given.to = Instant{w.now().us + 1};
  given.count = 3;
  given.mean = 1.25;
  given.highest = 2.5;
  matter.steps.back().evidence.push_back(given);
  matter.look_back = LegalDay{20000};
  matter.follow = "ABCDEFGHJK";
  matter.event = "7";
  matter.gone = true;
  ledger::Revision revision;
  revision.kind = "complaint";
  revision.id = matter.id;
  revision.revision = matter.revision;
  revision.body = RecordDesk::to_body(matter);
  const auto back = w.desk->from_revision(revision);
  REQUIRE(back);
  CHECK(RecordDesk::to_body(*back) == revision.body);
  CHECK(back->values == matter.values);
  CHECK(back->steps[0].evidence[0].mean == doctest::Approx(1.25));
  CHECK(back->dues.size() == matter.dues.size());
  revision.body = R"({"title":"x","values":[]})";
  const auto damaged = w.desk->from_revision(revision);
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code == Errc::file_damaged);
  CHECK(damaged.error().detail.find(matter.id) != std::string::npos);
}

TEST_CASE("values of a request that do not fit their fields are all told") {
  World w;
  const auto& type = *w.catalogue->find("complaint");
  const auto good = values_of_json(
      type,
      R"({"kind":"smell","found_at":"2026-09-24T10:00:00+08:00","owner":null,"place":{"type":"Point","coordinates":[117.2,29.3]}})");
  REQUIRE(good);
  CHECK(systems::is_none(good->at("owner")));
  CHECK(std::get<Instant>(good->at("found_at")) == w.now());
  const auto wrong = values_of_json(type, R"({"kind":5,"place":{"type":"Point","coordinates":[200,29]},"x":1})");
  REQUIRE_FALSE(wrong);
  CHECK(test::has(wrong.error().findings, "type", "kind"));
  CHECK(test::has(wrong.error().findings, "type", "place"));
  CHECK(test::has(wrong.error().findings, "unknown-field", "x"));
  CHECK_FALSE(values_of_json(type, "[1]"));
}

TEST_CASE("the distance to a line is that to its nearest stretch, and inside an area it is nothing") {
  systems::Geometry line;
  line.kind = systems::Geometry::Kind::line;
  line.parts = {{{117.0, 29.0}, {118.0, 29.0}}};
  CHECK(distance_to_m(line, {117.5, 29.01}) == doctest::Approx(1111.95).epsilon(0.001));
  CHECK(distance_to_m(line, {116.99, 29.0}) == doctest::Approx(distance_m({117, 29}, {116.99, 29})).epsilon(0.001));
  systems::Geometry area;
  area.kind = systems::Geometry::Kind::area;
  area.parts = {{{117, 29}, {118, 29}, {118, 30}, {117, 30}, {117, 29}}};
  CHECK(distance_to_m(area, {117.5, 29.5}) == 0);
  CHECK(distance_to_m(area, {117.5, 28.99}) == doctest::Approx(1111.95).epsilon(0.001));
}
