#include "ledger/audit.hpp"

#include "ledger/ledger_test_folder.hpp"
#include "ledger/sqlite.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace celadon;
using namespace celadon::ledger;
using namespace celadon::ledger::test;

namespace {

AuditEntry entry(const std::string& action, const std::string& who = "zhang") {
  AuditEntry made;
  made.who = who;
  made.action = action;
  made.object = "fume-unit/YY000001";
  made.outcome = "done";
  made.detail = R"({"revision":3})";
  return made;
}

/// As somebody would who has the file and SQLite.
void tamper(const Folder& folder, const std::string& sql) {
  auto database = *Database::open(folder.file(), Database::Mode::write);
  for (const char* trigger : {"audit_no_update", "audit_no_delete", "audit_in_order", "audit_head_follows"})
    REQUIRE(database.execute(("DROP TRIGGER " + std::string(trigger)).c_str()).has_value());
  const auto done = database.execute(sql.c_str());
  if (!done) FAIL(done.error().detail);
}

}  // namespace

TEST_CASE("audit entries are numbered without holes, read newest first, and the chain holds over a restart") {
  const Folder folder;
  const Clock clock;
  {
    auto ledger = open_in(folder, clock.options());
    Audit audit(*ledger);
    CHECK(*audit.verify() == 0);
    CHECK(audit.add(entry("sign-in"))->number == 1);
    CHECK(audit.add(entry("record-put", "li"))->number == 2);
    auto dated = entry("refused", "");
    dated.at = Instant{5};
    const auto third = audit.add(dated);
    CHECK(third->at == Instant{5});
    CHECK(third->who == "-");
  }
  auto ledger = open_in(folder, clock.options());
  Audit audit(*ledger);
  CHECK(audit.add(entry("export"))->number == 4);
  CHECK(*audit.verify() == 4);
  const auto newest = audit.newest(2);
  REQUIRE(newest->size() == 2);
  CHECK(newest->at(0).action == "export");
  CHECK(newest->at(0).at.us >= clock.us->load());
  CHECK(audit.newest(10, newest->at(1).number)->front().number == 2);
  CHECK(audit.newest(10, 0, "li")->size() == 1);
  CHECK(audit.newest(10, 0, "zhang", "export")->size() == 1);
  CHECK(audit.newest(10, 0, "", "nothing")->empty());
  CHECK(audit.add(entry("")).error().field == "action");
}

TEST_CASE("an entry that was changed, taken out, swapped or cut off is found and named") {
  const Folder folder;
  {
    auto ledger = open_in(folder);
    Audit audit(*ledger);
    for (int i = 1; i <= 9; ++i) REQUIRE(audit.add(entry("step-" + std::to_string(i))).has_value());
  }
  const auto refused_at = [&](const std::string& sql) -> std::string {
    tamper(folder, sql);
    auto ledger = open_in(folder);
    const auto verified = Audit(*ledger).verify();
    REQUIRE_FALSE(verified.has_value());
    CHECK(verified.error().code == Errc::file_damaged);
    const auto& detail = verified.error().detail;
    const auto at = detail.find("audit entry ");
    REQUIRE(at != std::string::npos);
    return detail.substr(at + 12, detail.find(' ', at + 12) - at - 12);
  };
  SUBCASE("who") { CHECK(refused_at("UPDATE audit SET who = 'li' WHERE number = 4") == "4"); }
  SUBCASE("when") { CHECK(refused_at("UPDATE audit SET at_us = at_us + 1 WHERE number = 9") == "9"); }
  SUBCASE("a word moved to the next field") {
    CHECK(refused_at("UPDATE audit SET object = object || 'done', outcome = '' WHERE number = 2") == "2");
  }
  SUBCASE("its hash with it") {
    CHECK(
        refused_at("UPDATE audit SET detail = '', hash = (SELECT hash FROM audit WHERE number = 3) WHERE number = 4") ==
        "4");
  }
  SUBCASE("taken out of the middle") { CHECK(refused_at("DELETE FROM audit WHERE number = 5") == "5"); }
  SUBCASE("taken out and the rest moved up") {
    CHECK(refused_at("DELETE FROM audit WHERE number = 5; UPDATE audit SET number = number - 1 WHERE number > 5") ==
          "5");
  }
  SUBCASE("swapped") {
    CHECK(refused_at("UPDATE audit SET number = 100 WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4;"
                     "UPDATE audit SET number = 4 WHERE number = 100") == "3");
  }
  SUBCASE("the last one cut off") { CHECK(refused_at("DELETE FROM audit WHERE number = 9") == "9"); }
  SUBCASE("all of them") { CHECK(refused_at("DELETE FROM audit") == "1"); }
}

TEST_CASE("many who write the audit at once get one chain") {
  const Folder folder;
  auto ledger = open_in(folder);
  Audit audit(*ledger);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 10; ++k)
        if (!audit.add(entry("refused", "person " + std::to_string(i)))) ++wrong;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(*audit.verify() == 80);
}

TEST_CASE("the audit's tables refuse to change, delete and replace entries") {
  const Folder folder;
  {
    auto ledger = open_in(folder);
    REQUIRE(Audit(*ledger).add(entry("sign-in")).has_value());
  }
  auto database = *Database::open(folder.file(), Database::Mode::write);
  REQUIRE(database.execute("PRAGMA recursive_triggers=OFF").has_value());
  for (const char* sql : {"UPDATE audit SET who = 'x'", "DELETE FROM audit", "DELETE FROM audit_head",
                          "INSERT OR REPLACE INTO audit SELECT * FROM audit", "UPDATE audit_head SET hash = ''",
                          "UPDATE audit_head SET number = 0"}) {
    CAPTURE(sql);
    const auto refused = database.execute(sql);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find("audit") != std::string::npos);
  }
}
