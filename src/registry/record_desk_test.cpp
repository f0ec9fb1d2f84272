#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "registry/registry_test_world.hpp"

#include <atomic>
#include <set>
#include <thread>

using namespace celadon;
using namespace celadon::registry;
using test::has;
using test::World;

TEST_CASE("a record is stored with its id, title, computed values and warnings, and read back the same") {
  World w;
  w.enterprise("E001", "360203");
  const auto container = w.good(w.save(
      w.enforcer, "container", {{"name", "桶"}, {"division", "360203"}, {"owner", "E001"}, {"capacity_t", 10.0}}));
  CHECK(container.id == "WC000001");
  CHECK(container.title == "桶 WC000001");
  const auto moved = w.good(w.save(w.enforcer, "movement",
                                   {{"container", container.id}, {"gross_t", 3.5}, {"tare_t", 1.0}, {"net_t", 99.0}}));
  CHECK(std::get<double>(moved.values.at("net_t")) == doctest::Approx(2.5));
  CHECK(has(moved.findings, "has-day", "moved_on"));
  const auto again = w.desk->get(w.enforcer, "movement", moved.id);
  REQUIRE(again);
  CHECK(again->values == moved.values);
  CHECK(again->findings.size() == 1);
  CHECK(w.desk->names(w.enforcer, *again).at("container") == "桶 WC000001");
  CHECK(w.audited("record-put", "movement/" + moved.id) == 1);
}

TEST_CASE("a check over other records counts the record itself as it would be") {
  World w;
  w.enterprise("E001", "360203");
  const auto container = w.good(w.save(
      w.enforcer, "container", {{"name", "桶"}, {"division", "360203"}, {"owner", "E001"}, {"capacity_t", 10.0}}));
  const auto first =
      w.good(w.save(w.enforcer, "movement", {{"container", container.id}, {"gross_t", 7.0}, {"tare_t", 1.0}}));
  const auto too_much =
      w.save(w.enforcer, "movement", {{"container", container.id}, {"gross_t", 6.0}, {"tare_t", 1.0}});
  REQUIRE_FALSE(too_much);
  CHECK(has(too_much.error().findings, "fits", "gross_t"));
  CHECK(w.save(w.enforcer, "movement", {{"gross_t", 11.0}}, first.id, first.revision));
  const auto larger = w.desk->get(w.enforcer, "movement", first.id);
  CHECK_FALSE(w.save(w.enforcer, "movement", {{"gross_t", 11.5}}, first.id, larger->revision));
}

TEST_CASE("everything that is wrong is told at once, in both languages") {
  World w;
  const auto refused = w.save(w.enforcer, "container",
                              {{"division", "999999"}, {"owner", "E404"}, {"capacity_t", 1000.0}, {"colour", "red"}});
  REQUIRE_FALSE(refused);
  const auto& findings = refused.error().findings;
  CHECK(has(findings, "needed", "name"));
  CHECK(has(findings, "dangling", "owner"));
  CHECK(has(findings, "range", "capacity_t"));
  CHECK(has(findings, "unknown-code", "division"));
  CHECK(has(findings, "unknown-field", "colour"));
  CHECK(refused.error().error.code == Errc::invalid_value);
}

TEST_CASE("fields that are not named stay, none empties, and a change that changes nothing is no revision") {
  World w;
  const auto first = w.good(
      w.save(w.enforcer, "enterprise", {{"code", "E001"}, {"name", "甲"}, {"division", "360203"}, {"contact", "李"}}));
  const auto second = w.good(w.save(w.enforcer, "enterprise", {{"name", "乙"}}, "E001", first.revision));
  CHECK(std::get<std::string>(second.values.at("contact")) == "李");
  const auto third = w.good(w.save(w.enforcer, "enterprise", {{"contact", systems::Value{}}}, "E001", second.revision));
  CHECK_FALSE(third.values.contains("contact"));
  const auto same = w.good(w.save(w.enforcer, "enterprise", {{"name", "乙"}}, "E001", third.revision));
  CHECK(same.revision == third.revision);
  CHECK(w.desk->history(w.enforcer, "enterprise", "E001")->size() == 3);
}

TEST_CASE("a stale edit is refused with the record as it stands now") {
  World w;
  const auto first = w.enterprise("E001", "360203");
  w.good(w.save(w.enforcer, "enterprise", {{"name", "乙"}}, "E001", first.revision));
  const auto stale = w.save(w.enforcer, "enterprise", {{"name", "丙"}}, "E001", first.revision);
  REQUIRE_FALSE(stale);
  CHECK(stale.error().error.code == Errc::conflict);
  REQUIRE(stale.error().newest);
  CHECK(std::get<std::string>(stale.error().newest->values.at("name")) == "乙");
  const auto blind = w.save(w.enforcer, "enterprise", {{"name", "丙"}}, "E001");
  REQUIRE_FALSE(blind);
  CHECK(blind.error().newest);
}

TEST_CASE("a key that is there, a unique value in use and a changed key are refused") {
  World w;
  w.good(
      w.save(w.enforcer, "enterprise", {{"code", "E001"}, {"name", "甲"}, {"division", "360203"}, {"permit", "P1"}}));
  const auto twice = w.save(w.enforcer, "enterprise", {{"code", "E001"}, {"name", "乙"}, {"division", "360203"}});
  REQUIRE_FALSE(twice);
  CHECK(has(twice.error().findings, "unique", "code"));
  const auto permit =
      w.save(w.enforcer, "enterprise", {{"code", "E002"}, {"name", "乙"}, {"division", "360203"}, {"permit", "P1"}});
  REQUIRE_FALSE(permit);
  CHECK(has(permit.error().findings, "unique", "permit"));
  const auto renamed = w.save(w.enforcer, "enterprise", {{"code", "E009"}}, "E001", 1);
  REQUIRE_FALSE(renamed);
  CHECK(has(renamed.error().findings, "key", "code"));
}

TEST_CASE("a record that others refer to is not withdrawn; once free it goes, and nothing may refer to it") {
  World w;
  const auto owner = w.enterprise("E001", "360203");
  const auto container =
      w.good(w.save(w.enforcer, "container", {{"name", "桶"}, {"division", "360203"}, {"owner", "E001"}}));
  const auto held = w.desk->withdraw(w.enforcer, "enterprise", "E001", owner.revision, "closed down");
  REQUIRE_FALSE(held);
  CHECK(has(held.error().findings, "referred-to"));
  CHECK(held.error().error.detail.find(container.id) != std::string::npos);
  const auto related = w.desk->related(w.enforcer, "enterprise", "E001", 10);
  REQUIRE(related);
  REQUIRE(related->size() == 1);
  CHECK(related->front().page.items.front().id == container.id);

  const auto unreasoned = w.desk->withdraw(w.enforcer, "container", container.id, container.revision, "");
  REQUIRE_FALSE(unreasoned);
  CHECK(has(unreasoned.error().findings, "needed", "why"));
  w.good(w.desk->withdraw(w.enforcer, "container", container.id, container.revision, "scrapped"));
  w.good(w.desk->withdraw(w.enforcer, "enterprise", "E001", owner.revision, "closed down"));
  const auto gone = w.save(w.enforcer, "container", {{"name", "桶"}, {"division", "360203"}, {"owner", "E001"}});
  REQUIRE_FALSE(gone);
  CHECK(has(gone.error().findings, "dangling", "owner"));
  CHECK(w.audited("record-withdraw") == 2);
}

TEST_CASE("a preview says what would come of it and stores nothing") {
  World w;
  Change change;
  change.register_id = "enterprise";
  change.values = {{"code", "E001"}, {"division", "360203"}};
  const auto preview = w.desk->preview(w.enforcer, change);
  REQUIRE(preview);
  CHECK(has(preview->findings, "needed", "name"));
  CHECK_FALSE(w.desk->get(w.enforcer, "enterprise", "E001"));
}

TEST_CASE("of several changes the good ones are kept, and each sees those before it") {
  World w;
  std::vector<Change> changes(4);
  for (auto& one : changes) one.register_id = "enterprise";
  changes[0].values = {{"code", "E001"}, {"name", "甲"}, {"division", "360203"}, {"permit", "P1"}};
  changes[1].values = {{"code", "E002"}, {"name", "乙"}, {"division", "360203"}, {"permit", "P1"}};
  changes[2].values = {{"code", "E001"}, {"name", "丙"}, {"division", "360203"}};
  changes[3].values = {{"code", "E003"}, {"name", "丁"}, {"division", "360222"}};
  const auto outcomes = w.desk->save_each(w.enforcer, changes, false);
  REQUIRE(outcomes.size() == 4);
  CHECK(outcomes[0]);
  REQUIRE_FALSE(outcomes[1]);
  CHECK(has(outcomes[1].error().findings, "unique", "permit"));
  REQUIRE_FALSE(outcomes[2]);
  CHECK(has(outcomes[2].error().findings, "unique", "code"));
  CHECK(outcomes[3]);
  CHECK(w.desk->get(w.enforcer, "enterprise", "E003"));
}

TEST_CASE("many writers at once: each change is made upon the one before, none is lost and none doubled") {
  World w;
  w.enterprise("E001", "360203");
  std::atomic<int> stored = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      for (int k = 0; k < 5;) {
        const auto seen = w.desk->get(w.enforcer, "enterprise", "E001");
        if (!seen) return;
        const std::string name = std::to_string(i) + "." + std::to_string(k);
        const auto saved = w.save(w.enforcer, "enterprise", {{"name", name}}, "E001", seen->revision);
        if (!saved && saved.error().error.code != Errc::conflict) return;
        if (saved) {
          ++stored;
          ++k;
        }
      }
    });
  }
  for (auto& one : writers) one.join();
  CHECK(stored == 40);
  const auto history = w.desk->history(w.enforcer, "enterprise", "E001");
  REQUIRE(history);
  REQUIRE(history->size() == 41);
  std::set<std::string> names;
  for (std::size_t i = 0; i < history->size(); ++i) {
    CHECK((*history)[i].revision == static_cast<std::int64_t>(i) + 1);
    names.insert(std::get<std::string>((*history)[i].values.at("name")));
  }
  CHECK(names.size() == 41);
}

TEST_CASE("views find by what records hold themselves and by what others hold") {
  World w;
  w.enterprise("E001", "360203");
  w.enterprise("E002", "360222");
  for (int i = 0; i < 6; ++i) {
    w.good(w.save(w.enforcer, "container",
                  {{"name", "桶" + std::to_string(i)},
                   {"division", "360203"},
                   {"owner", i % 3 == 0 ? "E002" : "E001"},
                   {"capacity_t", 20.0 * i}}));
  }
  ledger::RecordQuery query;
  query.kind = "container";
  query.count = true;
  const auto large = w.desk->find(w.enforcer, query, "large");
  REQUIRE(large);
  CHECK(large->items.size() == 3);
  CHECK(large->total == 3);
  query.limit = 1;
  std::vector<std::string> ids;
  for (;;) {
    const auto page = w.desk->find(w.enforcer, query, "of-county");
    REQUIRE(page);
    for (const auto& one : page->items) ids.push_back(one.id);
    if (page->next.empty()) break;
    query.after = page->next;
  }
  CHECK(ids == std::vector<std::string>{"WC000001", "WC000004"});
  CHECK_FALSE(w.desk->find(w.enforcer, query, "no-such-view"));
}

TEST_CASE("an indicator counts what the caller may see") {
  World w;
  w.enterprise("E001", "360203");
  w.enterprise("E002", "360222");
  w.good(
      w.save(w.enforcer, "container", {{"name", "a"}, {"division", "360203"}, {"owner", "E001"}, {"capacity_t", 3.0}}));
  w.good(
      w.save(w.enforcer, "container", {{"name", "b"}, {"division", "360222"}, {"owner", "E002"}, {"capacity_t", 4.0}}));
  const auto county = test::caller({"duty"}, {"360222"});
  CHECK(std::get<double>(*w.desk->indicator(w.enforcer, "container", "number")) == 2);
  CHECK(std::get<double>(*w.desk->indicator(w.enforcer, "container", "capacity")) == doctest::Approx(7));
  CHECK(std::get<double>(*w.desk->indicator(county, "container", "number")) == 1);
  CHECK(std::get<double>(*w.desk->indicator(county, "container", "capacity")) == doctest::Approx(4));
  CHECK_FALSE(w.desk->indicator(w.nobody, "container", "number"));
}

TEST_CASE("as known at an earlier moment a record stands as it stood") {
  World w;
  const auto first = w.enterprise("E001", "360203");
  w.at("2026-09-25T10:00:00+08:00");
  w.good(w.save(w.enforcer, "enterprise", {{"name", "新名"}}, "E001", first.revision));
  const auto then = w.desk->get(w.enforcer, "enterprise", "E001", first.known_at);
  REQUIRE(then);
  CHECK(then->title == "企业E001");
  CHECK_FALSE(w.desk->get(w.enforcer, "enterprise", "E001", Instant{first.known_at.us - 1}));
  CHECK(w.desk->get(w.enforcer, "enterprise", "E001")->title == "新名");
}
