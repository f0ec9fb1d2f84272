#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "ledger/ledger.hpp"

#include "ledger/ledger_test_folder.hpp"
#include "ledger/site_attributes.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <thread>

using namespace celadon;
using namespace celadon::ledger;
using namespace celadon::ledger::test;

namespace {

Put setting(const std::string& id, const std::string& body) {
  return {"setting", id, body, Instant{}, "a person", "a test", {}};
}

SeriesKey hourly_of(const std::string& site, const std::string& property) {
  return {site, property, hourly, Statistic::mean, Stage::raw};
}

}  // namespace

TEST_CASE("a revision reads back as it was put, also after the ledger was closed") {
  const Folder folder;
  const Clock clock;
  Put put = setting("map", R"({"zoom": 9, "name": "景德镇"})");
  put.valid_from = *parse_instant("2020-01-01");
  {
    auto ledger = open_in(folder, clock.options());
    const auto stored = ledger->put(put);
    REQUIRE(stored.has_value());
    CHECK(stored->revision == 1);
    CHECK(stored->known_at == Instant{clock.us->load()});
  }
  auto ledger = open_in(folder, clock.options());
  const auto read = ledger->get("setting", "map");
  REQUIRE(read.has_value());
  CHECK(read->body == put.body);
  CHECK(read->valid_from == put.valid_from);
  CHECK(read->who == "a person");
  CHECK(read->why == "a test");
}

TEST_CASE("the same again stores nothing; another body or another date is a new revision") {
  const Folder folder;
  auto ledger = open_in(folder);
  CHECK(ledger->put(setting("a", R"({"x":1,"y":2})"))->revision == 1);
  CHECK(ledger->put(setting("a", R"({ "y": 2, "x": 1 })"))->revision == 1);
  CHECK(ledger->put(setting("a", R"({"x":1,"y":3})"))->revision == 2);
  Put later = setting("a", R"({"x":1,"y":3})");
  later.valid_from = Instant{1};
  CHECK(ledger->put(later)->revision == 3);
  CHECK(ledger->history("setting", "a")->size() == 3);
  CHECK(ledger->history("setting", "b")->empty());
}

TEST_CASE("as known at a time is what was known then, one microsecond before and after a change") {
  const Folder folder;
  const Clock clock;
  auto ledger = open_in(folder, clock.options());
  const Instant first = ledger->put(setting("a", R"({"x":1})"))->known_at;
  const Instant other = ledger->put(setting("b", R"({"x":1})"))->known_at;
  const Instant second = ledger->put(setting("a", R"({"x":2})"))->known_at;
  CHECK(first < other);  // the clock stood still, the ledger's time did not
  CHECK(other < second);
  CHECK(ledger->get("setting", "a", Instant{first.us - 1}).error().code == Errc::not_found);
  CHECK(ledger->get("setting", "a", first)->revision == 1);
  CHECK(ledger->get("setting", "a", Instant{second.us - 1})->revision == 1);
  CHECK(ledger->get("setting", "a", second)->revision == 2);
  CHECK(ledger->get("setting", "a")->revision == 2);
  CHECK(ledger->list("setting", first)->size() == 1);
  CHECK(ledger->list("setting", Instant{second.us - 1})->at(0).revision == 1);
  CHECK(ledger->list("setting")->at(0).revision == 2);
  CHECK(ledger->list("setting")->at(1).id == "b");
}

TEST_CASE("a clock that steps back, also across a restart, does not bring changes out of order") {
  const Folder folder;
  Clock clock;
  clock.set(2'000'000'000);
  Instant first;
  {
    auto ledger = open_in(folder, clock.options());
    first = ledger->put(setting("a", R"({"x":1})"))->known_at;
    clock.set(1'000'000'000);
    CHECK(ledger->put(setting("a", R"({"x":2})"))->known_at > first);
  }
  auto ledger = open_in(folder, clock.options());
  CHECK(ledger->put(setting("a", R"({"x":3})"))->known_at.us == first.us + 2);
}

TEST_CASE("a change upon an old revision is refused and names both") {
  const Folder folder;
  auto ledger = open_in(folder);
  Put put = setting("a", R"({"x":1})");
  put.expected_revision = 1;
  CHECK(ledger->put(put).error().code == Errc::conflict);
  CHECK(ledger->put(put).error().detail.find("does not exist yet") != std::string::npos);
  put.expected_revision = 0;
  CHECK(ledger->put(put)->revision == 1);
  put.body = R"({"x":2})";
  const auto refused = ledger->put(put);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().detail.find("is at revision 1") != std::string::npos);
  CHECK(refused.error().detail.find("made upon 0") != std::string::npos);
  put.expected_revision = 1;
  CHECK(ledger->put(put)->revision == 2);
}

TEST_CASE("several changes are all stored or none") {
  const Folder folder;
  auto ledger = open_in(folder);
  Put upon_nothing = setting("b", R"({"x":1})");
  upon_nothing.expected_revision = 7;
  CHECK(ledger->put_all({setting("a", R"({"x":1})"), upon_nothing}).error().code == Errc::conflict);
  CHECK(ledger->get("setting", "a").error().code == Errc::not_found);
  const auto both = ledger->put_all({setting("a", R"({"x":1})"), setting("a", R"({"x":2})")});
  REQUIRE(both.has_value());
  CHECK(both->at(1).revision == 2);
  CHECK(ledger->put_all({})->empty());
}

TEST_CASE("a change that says nothing or no JSON object is refused with the field") {
  const Folder folder;
  auto ledger = open_in(folder);
  const auto refused = [&](Put put, const char* field) {
    CAPTURE(field);
    const auto result = ledger->put(put);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().field == field);
  };
  Put good = setting("a", "{}");
  Put put = good;
  put.kind = "";
  refused(put, "kind");
  put = good;
  put.id = "";
  refused(put, "id");
  put = good;
  put.id = std::string(201, 'x');
  refused(put, "id");
  put = good;
  put.who = "";
  refused(put, "who");
  put = good;
  for (const char* body : {"", "[1]", "{", "1", "{\"a\":1,}", "{} {}"}) {
    put.body = body;
    refused(put, "body");
  }
  put.body = "{\"a\":\"" + std::string(1U << 20, 'x') + "\"}";
  CHECK(ledger->put(put).error().code == Errc::too_large);
  CHECK(ledger->put(good).has_value());
}

TEST_CASE("sites and devices come back as they were put, and again stores nothing") {
  const Folder folder;
  auto ledger = open_in(folder);
  Site site = veterinary_station();
  site.valid_from = *parse_instant("2013-01-01");
  REQUIRE(ledger->put_sites({site}, "pack", "first load").has_value());
  REQUIRE(ledger->put_sites({site}, "pack", "second load").has_value());
  CHECK(ledger->history("site", site.id)->size() == 1);
  REQUIRE(ledger->sites()->size() == 1);
  CHECK(ledger->sites()->at(0) == site);

  Device device;
  device.mn = "36020022000000000002344A";
  device.password = "123456";
  device.site = "air.2344A";
  device.system_code = "22";
  device.label_is_end = true;
  device.note = "made up";
  REQUIRE(ledger->put_devices({device}, "pack", "first load").has_value());
  device.revision = 1;
  CHECK(ledger->devices()->at(0) == device);

  device.outlet = "DA001";
  device.addresses = {"10.2.0.0/16", "10.3.0.1"};
  device.expires = *parse_instant("2027-01-01");
  device.cipher_key = "30303030303030303030303030303030";
  device.accept_modbus_crc = device.accept_bad_crc = device.retired = true;
  device.silent_after_s = 600;
  const auto changed = ledger->put_device(device, "Li", "moved to the stack");
  REQUIRE(changed.has_value());
  device.revision = 2;
  CHECK(*changed == device);
  CHECK(*ledger->device(device.mn) == device);
  device.revision = 1;
  device.note = "made upon what is no longer so";
  CHECK(ledger->put_device(device, "Wang", "late").error().code == Errc::conflict);
  CHECK(ledger->device("nobody").error().code == Errc::not_found);
  site.attributes = "[]";
  CHECK(ledger->put_sites({site}, "pack", "").error().field == "attributes");
}

TEST_CASE("entries are listed by the beginning of their id, the last first") {
  const Folder folder;
  auto ledger = open_in(folder);
  for (const char* id : {"A 1", "A 2", "A 3", "AB 1", "B 1"})
    REQUIRE(ledger->put({"note", id, "{}", Instant{}, "x", "", {}}).has_value());
  REQUIRE(ledger->put({"note", "A 2", "{\"again\":true}", Instant{}, "x", "", {}}).has_value());
  const auto two = ledger->list_prefix("note", "A ", 2);
  REQUIRE(two->size() == 2);
  CHECK(two->at(0).id == "A 3");
  CHECK(two->at(1).revision == 2);
  CHECK(ledger->list_prefix("note", "", 100)->size() == 5);
  CHECK(ledger->list_prefix("note", "C", 100)->empty());
}

TEST_CASE("a register entry that is not as the program writes it is named, not guessed") {
  const Folder folder;
  auto ledger = open_in(folder);
  REQUIRE(ledger->put({"site", "air.1", R"({"kind": 5})", Instant{}, "x", "", {}}).has_value());
  const auto sites = ledger->sites();
  REQUIRE_FALSE(sites.has_value());
  CHECK(sites.error().code == Errc::file_damaged);
  CHECK(sites.error().field == "kind");
  CHECK(sites.error().detail.find("site air.1 revision 1") != std::string::npos);
}

TEST_CASE("a series keeps its number for ever, and each part of the key makes another series") {
  const Folder folder;
  std::set<SeriesId> ids;
  SeriesKey key = hourly_of("air.2344A", "PM2.5");
  {
    auto ledger = open_in(folder);
    CHECK(ledger->series_id(key).error().code == Errc::not_found);
    REQUIRE(ledger->put_sites({veterinary_station()}, "pack", "").has_value());
    CHECK_FALSE(ledger->find_series(key).has_value());
    CHECK(number(*ledger->series_id(key)) == 1);
    CHECK(number(*ledger->series_id(key)) == 1);
    ids.insert(*ledger->series_id(key));
    for (SeriesKey other : {hourly_of("air.2344A", "PM10"), key, key, key}) {
      if (ids.size() == 2) other.averaging = daily;
      if (ids.size() == 3) other.statistic = Statistic::maximum;
      if (ids.size() == 4) other.stage = Stage::reviewed;
      ids.insert(*ledger->series_id(other));
    }
    CHECK(ids.size() == 5);
    CHECK(ledger->series_id(hourly_of("air.2344A", "")).error().field == "property");
  }
  auto ledger = open_in(folder);
  CHECK(number(*ledger->find_series(key)) == 1);
  CHECK(ledger->series(SeriesId{1})->key == key);
  CHECK_FALSE(ledger->series(SeriesId{6}).has_value());
  REQUIRE(ledger->all_series().size() == 5);
  CHECK(ledger->series_of_site("air.2344A").size() == 5);
  CHECK(ledger->series_of_site("air.2344").empty());
  CHECK(ledger->all_series().back().key.stage == Stage::reviewed);
}

TEST_CASE("many series are numbered in one go, also where keys repeat, and none if one has no site") {
  const Folder folder;
  auto ledger = open_in(folder);
  REQUIRE(ledger->put_sites({veterinary_station()}, "pack", "").has_value());
  CHECK(ledger->series_ids({hourly_of("air.2344A", "PM2.5"), hourly_of("nowhere", "PM2.5")}).error().code ==
        Errc::not_found);
  CHECK(ledger->all_series().empty());
  const auto ids = ledger->series_ids(
      {hourly_of("air.2344A", "PM2.5"), hourly_of("air.2344A", "CO"), hourly_of("air.2344A", "PM2.5")});
  REQUIRE(ids.has_value());
  CHECK(ids->at(0) == ids->at(2));
  CHECK(ids->at(0) != ids->at(1));
}

TEST_CASE("series are settled on the disk, and other changes stay durable by themselves after them") {
  const Folder folder;
  {
    auto ledger = open_in(folder);
    REQUIRE(ledger->put_sites({veterinary_station()}, "pack", "").has_value());
    CHECK(ledger->settle_series().has_value());  // nothing new
    REQUIRE(ledger->series_id(hourly_of("air.2344A", "PM2.5")).has_value());
    CHECK(ledger->settle_series().has_value());
    REQUIRE(ledger->series_id(hourly_of("air.2344A", "CO")).has_value());
    REQUIRE(ledger->put(setting("a", R"({"n":0})")).has_value());
    CHECK(ledger->settle_series().has_value());
  }
  CHECK(open_in(folder)->all_series().size() == 2);
}

TEST_CASE("threads that ask for the same new series at once get the same numbers") {
  const Folder folder;
  auto ledger = open_in(folder);
  REQUIRE(ledger->put_sites({veterinary_station()}, "pack", "").has_value());
  std::vector<std::vector<SeriesId>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < seen.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 30; ++i) {
          seen[t].push_back(*ledger->series_id(hourly_of("air.2344A", "p" + std::to_string(i))));
        }
      });
    }
  }
  for (const auto& ids : seen) CHECK(ids == seen[0]);
  CHECK(std::set<SeriesId>(seen[0].begin(), seen[0].end()).size() == 30);
}

TEST_CASE("writers that race upon one entry: each revision is won by one, and readers see them rise") {
  const Folder folder;
  auto ledger = open_in(folder);
  REQUIRE(ledger->put(setting("a", R"({"n":0})")).has_value());
  std::atomic<int> won = 0, lost = 0;
  std::atomic<bool> ended = false, fell = false;
  std::jthread reader([&] {
    std::int64_t last = 0;
    while (!ended) {
      const auto now = ledger->get("setting", "a");
      if (!now || now->revision < last)
        fell = true;
      else
        last = now->revision;
    }
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          Put put = setting("a", "{\"n\":" + std::to_string(1000 * t + i + 1) + "}");
          put.expected_revision = ledger->get("setting", "a")->revision;
          ++(ledger->put(put).has_value() ? won : lost);
        }
      });
    }
  }
  ended = true;
  reader.join();
  CHECK(won + lost == 100);
  CHECK_FALSE(fell);
  const auto history = *ledger->history("setting", "a");
  REQUIRE(history.size() == static_cast<std::size_t>(won) + 1);
  for (std::size_t i = 1; i < history.size(); ++i) CHECK(history[i - 1].known_at < history[i].known_at);
}

TEST_CASE("whatever is put in whatever order, as known at any time equals what a plain list says") {
  const Folder folder;
  const Clock clock;
  auto ledger = open_in(folder, clock.options());
  std::mt19937 random(7);
  struct Known {
    Instant at;
    std::string id, body;
  };
  std::vector<Known> list;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "e" + std::to_string(random() % 5), body = "{\"x\":" + std::to_string(random() % 3) + "}";
    *clock.us += static_cast<std::int64_t>(random() % 3);
    const auto stored = *ledger->put(setting(id, body));
    if (list.empty() || stored.known_at > list.back().at) list.push_back({stored.known_at, id, body});
  }
  for (std::size_t i = 0; i < list.size(); i += 7) {
    std::map<std::string, std::string> expected;
    for (std::size_t k = 0; k <= i; ++k) expected[list[k].id] = list[k].body;
    std::map<std::string, std::string> found;
    const auto revisions = *ledger->list("setting", list[i].at);
    for (const auto& revision : revisions) found[revision.id] = revision.body;
    CHECK(found == expected);
  }
}

TEST_CASE("a fact of a site is read as JSON, however it is written; what is not there is not told") {
  Site site;
  site.attributes = R"({"river": "昌江 \"干流\"", "background" : true, "retired": false, "note": "\"x\":true"})";
  CHECK(text_attribute(site, "river") == "昌江 \"干流\"");
  CHECK(text_attribute(site, "background").empty());
  CHECK(text_attribute(site, "lake").empty());
  CHECK(is_marked(site, "background"));
  CHECK_FALSE(is_marked(site, "retired"));
  CHECK_FALSE(is_marked(site, "x"));
  for (const char* none : {"", "{}", "[true]", "{\"background\":"}) {
    site.attributes = none;
    CHECK_FALSE(is_marked(site, "background"));
    CHECK(text_attribute(site, "river").empty());
  }
}
