#include "registry/registry_test_world.hpp"

#include <random>

using namespace celadon;
using namespace celadon::registry;
using test::caller;
using test::has;
using test::World;

namespace {

bool is_row_of(const people::Caller& who, const Matter& matter) {
  const auto text = [&](const char* field) {
    const auto found = matter.values.find(field);
    return found == matter.values.end() ? std::string{} : std::get<std::string>(found->second);
  };
  const std::string division = text("division");
  if (!who.scope.enterprise.empty() && text("owner") != who.scope.enterprise) return false;
  return who.scope.divisions.empty() || division.empty() || division.starts_with(who.scope.divisions.front());
}

}  // namespace

TEST_CASE(
    "whoever asks, no row outside his rights is read, written, moved in or out, and each attempt is in the audit") {
  World w;
  w.enterprise("E001", "360203");
  w.enterprise("E002", "360222");
  const std::vector<people::Caller> callers = {
      caller({"enforcement"}),
      caller({"duty"}, {"360203"}),
      caller({"enforcement"}, {"360222"}),
      caller({"leader"}, {"360203"}),
      caller({"enterprise"}, {}, "E001"),
      caller({"enterprise"}, {}, "E002"),
      caller({"analyst"}, {"360203"}),
      caller({"public"}),
      people::Caller{},
  };
  std::mt19937 random(20261129);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::vector<std::string> divisions = {"360203", "360222"}, owners = {"E001", "E002"};
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) {
    ids.push_back(w.good(w.save(w.enforcer, "container",
                                {{"name", "桶"}, {"division", divisions[pick(2)]}, {"owner", owners[pick(2)]}}))
                      .id);
  }
  std::size_t refused = w.audited("refused");
  for (int round = 0; round < 300; ++round) {
    const auto& who = callers[pick(callers.size())];
    const std::string id = ids[pick(ids.size())];
    const auto before = w.desk->get(w.enforcer, "container", id);
    REQUIRE(before);
    const auto* type = w.catalogue->find("container");
    const bool reads = w.desk->may(who, *type, RecordDesk::Act::read) && is_row_of(who, *before);
    const bool writes = w.desk->may(who, *type, RecordDesk::Act::write) && is_row_of(who, *before);
    bool is_attempt = false;
    switch (pick(5)) {
      case 0: {
        const auto got = w.desk->get(who, "container", id);
        CHECK(got.has_value() == reads);
        if (!got) CHECK(got.error().code == Errc::not_found);
        is_attempt = !reads;
        break;
      }
      case 1: {
        Matter after = *before;
        after.values["division"] = divisions[pick(2)];
        after.values["owner"] = owners[pick(2)];
        const auto saved =
            w.save(who, "container", {{"division", after.values["division"]}, {"owner", after.values["owner"]}}, id,
                   before->revision);
        // An owner that the caller may not see is told as dangling, with no audit of its own.
        const bool stays = writes && is_row_of(who, after);
        if (saved) CHECK(stays);
        is_attempt = !stays;
        break;
      }
      case 2: {
        ledger::RecordQuery query;
        query.kind = "container";
        const auto page = w.desk->find(who, query);
        is_attempt = !w.desk->may(who, *type, RecordDesk::Act::read);
        CHECK(page.has_value() == !is_attempt);
        for (const auto& one : page ? page->items : std::vector<Matter>{}) CHECK(is_row_of(who, one));
        break;
      }
      case 3: {
        const auto history = w.desk->history(who, "container", id);
        CHECK(history.has_value() == reads);
        for (const auto& one : history ? *history : std::vector<Matter>{}) CHECK(is_row_of(who, one));
        is_attempt = !reads;
        break;
      }
      default: {
        Matter made;
        made.values = {{"name", "新"}, {"division", divisions[pick(2)]}, {"owner", owners[pick(2)]}};
        const auto saved = w.save(who, "container", made.values);
        const bool lawful = w.desk->may(who, *type, RecordDesk::Act::create) && is_row_of(who, made);
        if (saved) {
          CHECK(lawful);
          ids.push_back(saved->id);
        }
        is_attempt = !lawful;
      }
    }
    const std::size_t now_refused = w.audited("refused");
    if (is_attempt) CHECK(now_refused > refused);
    refused = now_refused;
    if (refused > 900) break;
    const auto after = w.desk->get(w.enforcer, "container", id);
    if (!writes) CHECK(after->revision == before->revision);
  }
  CHECK(w.audit->verify());
}

TEST_CASE("a token that only reads changes nothing") {
  World w;
  auto reader = w.enforcer;
  reader.read_only = true;
  CHECK_FALSE(w.save(reader, "enterprise", {{"code", "E001"}, {"name", "甲"}, {"division", "360203"}}));
  const auto matter = w.complaint();
  CHECK_FALSE(w.step(reader, matter, "accept", {{"owner", "张"}}));
  CHECK(w.audited("refused") == 2);
}

TEST_CASE("the public sees open fields, no personal ones, and cannot find out others by a filter") {
  World w;
  w.good(w.save(w.enforcer, "enterprise",
                {{"code", "E001"}, {"name", "甲"}, {"division", "360203"}, {"contact", "李"}, {"permit", "P1"}}));
  const auto seen = w.desk->get(w.nobody, "enterprise", "E001");
  REQUIRE(seen);
  CHECK(seen->values.size() == 2);
  CHECK(seen->values.contains("name"));
  CHECK(seen->who == "-");
  CHECK_FALSE(w.desk->history(w.nobody, "enterprise", "E001"));
  ledger::RecordQuery query;
  query.kind = "enterprise";
  REQUIRE(w.desk->find(w.nobody, query));
  CHECK(w.desk->find(w.nobody, query)->items.front().values.size() == 2);
  query.where = {{"permit", ledger::Condition::Test::equal, {std::string("P1")}}};
  CHECK(w.desk->find(w.nobody, query).error().code == Errc::refused);
  query.where = {};
  query.sort = "permit";
  CHECK(w.desk->find(w.nobody, query).error().code == Errc::refused);
  CHECK(w.desk->find(w.enforcer, query));
  query.kind = "container";
  query.sort = "id";
  CHECK(w.desk->find(w.nobody, query).error().code == Errc::not_found);
  query.kind = "complaint";
  query.words = "气味";
  CHECK(w.desk->find(w.nobody, query).error().code == Errc::refused);
}

TEST_CASE("what an owner may not see he cannot refer to") {
  World w;
  w.enterprise("E001", "360203");
  w.enterprise("E002", "360222");
  const auto foreign = w.good(w.save(
      w.enforcer, "container", {{"name", "桶"}, {"division", "360222"}, {"owner", "E002"}, {"capacity_t", 10.0}}));
  const auto refused = w.save(caller({"enterprise"}, {}, "E001"), "movement",
                              {{"container", foreign.id}, {"owner", "E001"}, {"gross_t", 2.0}, {"tare_t", 1.0}});
  REQUIRE_FALSE(refused);
  CHECK(has(refused.error().findings, "dangling", "container"));
}

TEST_CASE("the public reports without sign-in, follows by its code, and no other answer holds the code") {
  World w;
  std::string told = "nothing";
  w.desk->on_change([&](const Matter& matter) { told = matter.follow; });
  const auto report = w.good(
      w.save(w.nobody, "complaint",
             {{"kind", "smell"}, {"text", "刺鼻气味"}, {"reporter", "王"}, {"place", test::point(117.2, 29.3)}}));
  REQUIRE(report.follow.size() == 10);
  CHECK(told.empty());
  CHECK(report.follow.find_first_of("01ILO") == std::string::npos);
  CHECK(w.desk->get(w.enforcer, "complaint", report.id)->follow.empty());
  CHECK(w.desk->history(w.enforcer, "complaint", report.id)->front().follow.empty());
  std::string lower = report.follow;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto followed = w.desk->follow(lower);
  REQUIRE(followed);
  REQUIRE(followed->states.size() == 1);
  CHECK(followed->states.front().first == "open");
  CHECK_FALSE(followed->values.contains("reporter"));
  CHECK_FALSE(followed->values.contains("text"));
  CHECK_FALSE(followed->may_reopen);
  CHECK(w.desk->follow("AAAAAAAAAA").error().code == Errc::not_found);
  CHECK(w.complaint().follow.empty());
  const auto unseen = w.desk->get(w.nobody, "complaint", report.id);
  REQUIRE(unseen);
  CHECK_FALSE(unseen->values.contains("text"));
  CHECK_FALSE(w.save(w.nobody, "complaint", {{"text", "他人"}}, report.id, report.revision));
}
