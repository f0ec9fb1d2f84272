#include "ledger/ledger_test_folder.hpp"
#include "ledger/schema.hpp"
#include "ledger/sqlite.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <csignal>
#include <fstream>
#include <thread>

// What happens to the file: older and newer programs, damage, a process that is killed.

using namespace celadon;
using namespace celadon::ledger;
using namespace celadon::ledger::test;

namespace {

Database writer_of(const Folder& folder) { return *Database::open(folder.file(), Database::Mode::write); }

std::int64_t count(Database& database, const char* sql) {
  auto query = database.query(sql);
  REQUIRE(query.next());
  return query.integer(0);
}

Put numbered(int number) {
  return {"setting", "n", "{\"n\":" + std::to_string(number) + "}", Instant{}, "child", "", {}};
}

}  // namespace

TEST_CASE("a file of version 1 is brought forward and keeps what it holds") {
  const Folder folder;
  {
    auto database = writer_of(folder);
    REQUIRE(migrate(database, migrations().first(1), Instant{1}).has_value());
    REQUIRE(
        database.execute("INSERT INTO revision VALUES ('site', 'air.2344A', 1, 0, 5, 'pack', '', '{}')").has_value());
    REQUIRE(
        database.execute("INSERT INTO series VALUES (3, 'air.2344A', 'PM2.5', 'PT1H', 'mean', 'raw', 6)").has_value());
    CHECK_FALSE(database.execute("SELECT * FROM event").has_value());
  }
  {
    auto ledger = Ledger::open(folder.path());
    REQUIRE(ledger.has_value());
    CHECK((*ledger)->get("site", "air.2344A")->known_at == Instant{5});
    CHECK(number((*ledger)->all_series().at(0).id) == 3);
    Event event;
    event.rule = "x";
    CHECK((*ledger)->add_event(event, true).has_value());
  }
  auto database = writer_of(folder);
  CHECK(count(database, "SELECT max(version) FROM schema_version") == static_cast<std::int64_t>(migrations().size()));
  CHECK(count(database, "SELECT applied_at_us FROM schema_version WHERE version = 1") == 1);
}

TEST_CASE("a migration that fails leaves the file at the version before") {
  const Folder folder;
  auto database = writer_of(folder);
  const Migration steps[] = {migrations()[0], {"a broken step", "CREATE TABLE half (x); SELECT nonsense"}};
  const auto migrated = migrate(database, steps, Instant{1});
  REQUIRE_FALSE(migrated.has_value());
  CHECK(migrated.error().detail.find("version 2: a broken step") != std::string::npos);
  CHECK(count(database, "SELECT max(version) FROM schema_version") == 1);
  CHECK(count(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0);
}

TEST_CASE("a file of a newer program is refused, naming both versions, and is left alone") {
  const Folder folder;
  const auto newest = static_cast<std::int64_t>(migrations().size());
  {
    auto database = writer_of(folder);
    REQUIRE(migrate(database, migrations(), Instant{1}).has_value());
    auto added = database.query("INSERT INTO schema_version VALUES (?, 'of tomorrow', 2)").bind(newest + 1).run();
    REQUIRE(added.has_value());
  }
  const auto ledger = Ledger::open(folder.path());
  REQUIRE_FALSE(ledger.has_value());
  CHECK(ledger.error().code == Errc::refused);
  CHECK(ledger.error().detail.find("version " + std::to_string(newest + 1)) != std::string::npos);
  CHECK(ledger.error().detail.find("knows " + std::to_string(newest)) != std::string::npos);
  CHECK(ledger.error().detail.find("ledger.sqlite") != std::string::npos);
}

TEST_CASE("a file that is no ledger is damaged, and the error names file and remedy") {
  const Folder folder;
  const auto refused = [&] {
    const auto ledger = Ledger::open(folder.path());
    REQUIRE_FALSE(ledger.has_value());
    CHECK(ledger.error().code == Errc::file_damaged);
    CHECK(ledger.error().detail.find("ledger.sqlite") != std::string::npos);
    CHECK(ledger.error().detail.find("put back the newest copy") != std::string::npos);
  };
  SUBCASE("it is text") {
    std::ofstream(folder.file()) << std::string(8192, 'x');
    refused();
  }
  SUBCASE("it is a database of something else") {
    REQUIRE(writer_of(folder).execute("CREATE TABLE notes (text)").has_value());
    refused();
  }
  SUBCASE("a page was overwritten") {
    {
      auto ledger = open_in(folder);
      std::vector<Put> puts;
      for (int i = 0; i < 300; ++i) {
        puts.push_back(
            {"setting", "s" + std::to_string(i), "{\"x\":\"" + std::string(200, 'y') + "\"}", Instant{}, "x", "", {}});
      }
      REQUIRE(ledger->put_all(puts).has_value());
    }
    const auto size = std::filesystem::file_size(folder.file());
    REQUIRE(size > 20 * 4096);
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    for (std::uintmax_t page = 14; page * 4096 < size; ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(64, '\x5a');
    }
    file.close();
    refused();
  }
  SUBCASE("it was cut off") {
    {
      auto ledger = open_in(folder);
      for (int i = 0; i < 50; ++i) REQUIRE(ledger->put(numbered(i)).has_value());
    }
    std::filesystem::resize_file(folder.file(), std::filesystem::file_size(folder.file()) / 2);
    refused();
  }
}

TEST_CASE("a large file opens at once, and damage deep in it is found while it is in use and stops the storing") {
  const Folder folder;
  {
    auto ledger = open_in(folder);
    std::vector<Put> puts;
    for (int i = 0; i < 3'000; ++i) {
      puts.push_back({"setting", "s" + std::to_string(10'000 + i), "{\"x\":\"" + std::string(200, 'y') + "\"}",
                      Instant{}, "x", "", {}});
    }
    REQUIRE(ledger->put_all(puts).has_value());
  }
  const auto found = [](const Ledger& ledger) {
    Soundness known = ledger.soundness();
    for (int i = 0; i < 5'000 && known.state == Soundness::State::checking; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      known = ledger.soundness();
    }
    return known;
  };
  Options options;
  options.checked_before_bytes_max = 0;
  {
    const auto ledger = open_in(folder, options);
    CHECK(found(*ledger).state == Soundness::State::sound);
    CHECK(ledger->put(numbered(1)).has_value());
  }
  // In the middle of the file, where the rows of the register lie; neither the catalogue nor the ends of the tables.
  const auto pages = std::filesystem::file_size(folder.file()) / 4096;
  REQUIRE(pages > 200);
  std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(pages / 2 * 4096));
  file << std::string(64, '\x5a');
  file.close();
  const auto ledger = open_in(folder, options);
  const auto known = found(*ledger);
  CHECK(known.state == Soundness::State::damaged);
  CHECK(known.detail.find("ledger.sqlite") != std::string::npos);
  CHECK(known.detail.find("put back the newest copy") != std::string::npos);
  const auto refused = ledger->put(numbered(2));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::file_damaged);
}

TEST_CASE("a large file that is closed again at once does not wait for its check") {
  const Folder folder;
  { auto ledger = open_in(folder); }
  Options options;
  options.checked_before_bytes_max = 0;
  for (int i = 0; i < 20; ++i) open_in(folder, options);
}

TEST_CASE("a folder that cannot be made is named") {
  const Folder folder;
  std::ofstream(folder.path() / "file") << "x";
  const auto ledger = Ledger::open(folder.path() / "file" / "data");
  REQUIRE_FALSE(ledger.has_value());
  CHECK(ledger.error().code == Errc::io_failed);
  CHECK(ledger.error().detail.find("data") != std::string::npos);
}

TEST_CASE("every table refuses to change, delete and replace rows, whoever asks") {
  const Folder folder;
  {
    auto ledger = open_in(folder);
    REQUIRE(ledger->put_sites({veterinary_station()}, "pack", "").has_value());
    REQUIRE(ledger->series_id({"air.2344A", "PM2.5", hourly}).has_value());
    Event event;
    event.rule = "x";
    REQUIRE(ledger->add_event(event, true).has_value());
  }
  auto database = writer_of(folder);
  REQUIRE(database.execute("PRAGMA recursive_triggers=OFF").has_value());  // as a foreign program would have it
  const auto refused = [&](const std::string& sql) {
    CAPTURE(sql);
    const auto result = database.execute(sql.c_str());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().detail.find("append-only") != std::string::npos);
  };
  REQUIRE(
      count(database,
            "SELECT min((SELECT count(*) FROM revision), (SELECT count(*) FROM series), (SELECT count(*) FROM event),"
            " (SELECT count(*) FROM case_revision), (SELECT count(*) FROM schema_version))") > 0);
  for (const char* table : {"revision", "series", "event", "case_revision", "schema_version"}) {
    const std::string name = table;
    refused("DELETE FROM " + name);
    refused("INSERT OR REPLACE INTO " + name + " SELECT * FROM " + name);
  }
  refused("UPDATE revision SET body = '{}'");
  refused("UPDATE series SET property = 'PM10'");
  refused("UPDATE event SET value = 1");
  refused("UPDATE case_revision SET state = 'closed'");
  refused("UPDATE schema_version SET version = 9");
  refused("INSERT OR REPLACE INTO series VALUES (9, 'air.2344A', 'PM2.5', 'PT1H', 'mean', 'raw', 6)");
  refused(
      "INSERT OR REPLACE INTO event SELECT 9, rule, site, property, phenomenon_end_us, 0, 0, '', '', NULL, NULL, NULL,"
      " '' FROM event");
  refused("INSERT INTO revision SELECT kind, id, revision + 2, 0, 0, who, why, body FROM revision");
}

TEST_CASE("what was acknowledged before kill -9 is there afterwards, whole and once") {
  const Folder folder;
  int total = 0;
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto ledger = Ledger::open(folder.path());
      if (!ledger) _exit(1);
      for (int n = total + 1;; ++n) {
        if (!(*ledger)->put(numbered(n))) _exit(1);
        if (write(pipe_ends[1], &n, sizeof n) != sizeof n) _exit(1);
      }
    }
    close(pipe_ends[1]);
    int acknowledged = 0;
    for (int i = 0; i < 20 + 7 * round; ++i)
      REQUIRE(read(pipe_ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    while (read(pipe_ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    close(pipe_ends[0]);

    auto ledger = Ledger::open(folder.path());
    REQUIRE(ledger.has_value());
    const auto history = *(*ledger)->history("setting", "n");
    total = static_cast<int>(history.size());
    CHECK(total >= acknowledged);
    CHECK(total <= acknowledged + 1);  // one may have been stored and not yet told
    for (int n = 1; n <= total; ++n) {
      const auto& revision = history[static_cast<std::size_t>(n) - 1];
      CHECK(revision.revision == n);
      CHECK(revision.body == numbered(n).body);
    }
  }
}
