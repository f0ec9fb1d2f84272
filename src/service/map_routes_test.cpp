#include "service/service_test_world.hpp"
#include "service/tile_test_decoder.hpp"
#include "watch/moments.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <chrono>
#include <cmath>
#include <fstream>
#include <random>
#include <set>
#include <thread>

using namespace celadon;
using namespace celadon::service;
using test::must;
using test::read_tile;
using test::World;

namespace {

namespace json = boost::json;

const std::vector<std::string> air_items = {"SO2", "NO2", "PM10", "PM2.5", "CO", "O3"};
const std::vector<std::string> air_sites = {"air.2342A", "air.2343A", "air.2344A", "air.2345A", "air.2346A"};

struct Map {
  World world;

  Response send(const std::string& target, const std::string& session = "", const std::string& if_none_match = "",
                bool takes_gzip = false) {
    Request request;
    REQUIRE(parse_target(target, request).has_value());
    request.method = "GET";
    request.session = session;
    request.if_none_match = if_none_match;
    request.takes_gzip = takes_gzip;
    return world.service->answer(std::move(request));
  }
  json::value ask(const std::string& target, int status = 200, const std::string& session = "") {
    const Response response = send(target, session);
    CAPTURE(target);
    CAPTURE(response.body);
    REQUIRE(response.status == status);
    return json::parse(response.body);
  }
  test::ReadTile tile(const std::string& target, const std::string& session = "") {
    const Response response = send(target, session);
    CAPTURE(target);
    REQUIRE((response.status == 200 || response.status == 204));
    return read_tile(response.body);
  }

  SeriesId series(const std::string& site, const std::string& property, const Averaging& averaging,
                  Stage stage = Stage::raw) {
    return must(world.ledger->series_id({site, property, averaging, Statistic::mean, stage}));
  }
  void put(const std::string& site, const std::string& property, const Averaging& averaging, Instant end, double value,
           bool voided = false) {
    archive::Batch batch;
    batch.source = {"test", "test"};
    const SeriesId id = series(site, property, averaging);
    batch.rows.push_back(id, end, value, 'N');
    if (voided) batch.flags.push_back({id, end, "stuck", true, "不动", "stuck"});
    must(world.archive->append_and_wait(std::move(batch)));
  }
  void decide(const std::string& site, const std::string& property, const Averaging& averaging, Instant end,
              double value, DeviceFlag mark) {
    archive::Batch batch;
    batch.source = {"review", "test"};
    batch.rows.push_back(series(site, property, averaging, Stage::reviewed), end, value, mark);
    must(world.archive->append_and_wait(std::move(batch)));
  }
};

Instant at(const char* text) { return must(parse_instant(text)); }

const test::ReadFeature* site_of(const test::ReadTile& tile, const std::string& id) {
  for (const auto& feature : tile.features) {
    if (feature.text("id") == id) return &feature;
  }
  return nullptr;
}

double number_of(const json::value& value) { return value.to_number<double>(); }

/// Everything in one tile: the city lies in it.
constexpr const char* city_tile = "/tiles/sites/6/52/26.mvt";

/// Random hours of all stations and four-hour values of a section: some missing, some voided, some decided on.
void fill(Map& map, Instant first, int hours, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  archive::Batch batch;
  batch.source = {"test", "test"};
  archive::Batch decided;
  decided.source = {"review", "test"};
  const auto add = [&](const std::string& site, const std::string& property, const Averaging& averaging, Instant end,
                       double value) {
    if (random() % 12 == 0) return;
    const SeriesId id = map.series(site, property, averaging);
    batch.rows.push_back(id, end, random() % 20 == 0 ? std::nan("") : value, 'N');
    if (random() % 10 == 0) batch.flags.push_back({id, end, "stuck", random() % 2 == 0, "不动", "stuck"});
    if (random() % 15 == 0) {
      static constexpr DeviceFlag marks[] = {'v', 'a', 'c'};
      const DeviceFlag mark = marks[random() % 3];
      decided.rows.push_back(map.series(site, property, averaging, Stage::reviewed), end,
                             mark == 'v' ? std::nan("") : mark == 'a' ? value : value + 3, mark);
    }
  };
  for (int h = 0; h < hours; ++h) {
    const Instant end{first.us + h * us_per_hour};
    for (const auto& site : air_sites) {
      for (const auto& item : air_items)
        add(site, item, hourly, end, item == "CO" ? static_cast<double>(random() % 80) / 10 : static_cast<double>(random() % 400));
    }
    if (end.us % (4 * us_per_hour) != 0) continue;
    for (const auto& site : must(map.world.ledger->sites())) {
      if (site.kind != "river-section") continue;
      add(site.id, "pH", four_hourly, end, 6 + static_cast<double>(random() % 35) / 10);
      add(site.id, "NH3-N", four_hourly, end, static_cast<double>(random() % 2500) / 1000);
      add(site.id, "DO", four_hourly, end, static_cast<double>(random() % 100) / 10);
    }
  }
  must(map.world.archive->append_and_wait(std::move(batch)));
  must(map.world.archive->append_and_wait(std::move(decided)));
}

/// Each cell of moments against the judgements of its site.
void compare_with_judgements(Map& map, const std::string& property, const std::string& from, const std::string& to) {
  const std::string period = "&from=" + from + "&to=" + to;
  const auto moments = map.ask("/api/v1/moments?property=" + property + period);
  const auto& sites = moments.at("sites").as_array();
  const auto& times = moments.at("times").as_array();
  const auto& scale = moments.at("scale").as_array();
  REQUIRE(sites.size() > 1);
  REQUIRE(times.size() > 3);
  std::size_t judged = 0;
  for (std::size_t s = 0; s < sites.size(); ++s) {
    std::map<std::string, json::value> verdicts;
    const auto all = map.ask("/api/v1/judgements?site=" + std::string(sites[s].as_string()) + period);
    for (const auto& one : all.at("items").as_array())
      verdicts[std::string(one.at("time").as_string())] = one.at("verdict");
    for (std::size_t t = 0; t < times.size(); ++t) {
      const auto& value = moments.at("values").at(t).at(s);
      const auto& level = moments.at("levels").at(t).at(s);
      const auto verdict = verdicts.find(std::string(times[t].as_string()));
      CAPTURE(std::string(times[t].as_string()));
      if (verdict == verdicts.end() || verdict->second.at("status") != "judged") {
        CHECK(value.is_null());
        CHECK(level.is_null());
        continue;
      }
      ++judged;
      REQUIRE_FALSE(value.is_null());
      const auto& step = scale.at(static_cast<std::size_t>(level.as_int64()));
      CHECK(step.at("colour") == verdict->second.at("colour"));
      if (property == "AQI") {
        CHECK(number_of(value) == number_of(verdict->second.at("value")));
        CHECK(std::string(step.at("code").as_string()) == std::to_string(verdict->second.at("level").as_int64()));
      } else {
        CHECK(value.as_int64() == verdict->second.at("level").as_int64());
        CHECK(step.at("code") == verdict->second.at("class"));
      }
    }
  }
  CHECK(judged > 10);
}

}  // namespace

TEST_CASE("moments say of each site and time what its judgement says, in each edition and across two") {
  Map map;
  fill(map, at("2020-04-01T00:00:00Z"), 60, 5);
  fill(map, at("2026-02-27T12:00:00Z"), 60, 6);  // HJ 633-2026 is in force from 1 March
  compare_with_judgements(map, "AQI", "2020-04-01", "2020-04-05");
  compare_with_judgements(map, "AQI", "2026-02-27", "2026-03-05");
  compare_with_judgements(map, "class", "2020-04-01", "2020-04-05");
  const auto both = map.ask("/api/v1/moments?property=AQI&from=2026-02-27&to=2026-03-05");
  CHECK(both.at("edition") == "HJ 633-2012, HJ 633-2026");
  CHECK(both.at("rule") == "aqi-hourly");
  const auto asked = map.ask("/api/v1/moments?property=AQI&from=2020-04-01&to=2020-04-05&edition=HJ%20633-2026");
  CHECK(asked.at("edition") == "HJ 633-2026");
}

TEST_CASE("moments of a property are its observations, null where they are voided, and as people decided") {
  Map map;
  fill(map, at("2020-04-01T00:00:00Z"), 60, 8);
  const auto moments = map.ask("/api/v1/moments?property=PM2.5&averaging=PT1H&kind=air-station&from=2020-04-01&to=2020-04-05");
  CHECK(moments.at("unit") == "ug/m3");
  const auto& sites = moments.at("sites").as_array();
  const auto& times = moments.at("times").as_array();
  REQUIRE(sites.size() == air_sites.size());
  std::size_t same = 0;
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const std::string site(sites[s].as_string());
    const auto read = [&](const std::string& stage) {
      std::map<std::string, std::pair<json::value, bool>> values;
      const auto all = map.ask("/api/v1/observations?site=" + site + "&property=PM2.5&averaging=PT1H&stage=" + stage);
      for (const auto& item : all.at("items").as_array()) {
        const auto& ends = item.at("phenomenon_end").as_array();
        for (std::size_t i = 0; i < ends.size(); ++i) {
          bool voided = item.at("device_flag").at(i) == "v";
          for (const auto& flag : item.at("quality").at(i).as_array()) voided = voided || flag.at("voids").as_bool();
          values[std::string(ends[i].as_string())] = {item.at("value").at(i), voided};
        }
      }
      return values;
    };
    const auto raw = read("raw");
    const auto reviewed = read("reviewed");
    for (std::size_t t = 0; t < times.size(); ++t) {
      const std::string time(times[t].as_string());
      json::value wanted = nullptr;
      if (const auto one = raw.find(time); one != raw.end() && !one->second.second) wanted = one->second.first;
      if (const auto one = reviewed.find(time); one != reviewed.end())
        wanted = one->second.second ? json::value(nullptr) : one->second.first;
      const auto& got = moments.at("values").at(t).at(s);
      CHECK(got.is_null() == wanted.is_null());
      if (!got.is_null() && !wanted.is_null()) CHECK(number_of(got) == number_of(wanted));
      same += got.is_null() ? 0 : 1;
    }
  }
  CHECK(same > 100);
  // Its levels are those of the column of its hourly index.
  const auto& scale = moments.at("scale").as_array();
  CHECK(scale.size() == 6);
  CHECK(number_of(scale.at(1).at("from")) == 35);
  for (std::size_t t = 0; t < times.size(); ++t) {
    const auto& value = moments.at("values").at(t).at(0);
    const auto& level = moments.at("levels").at(t).at(0);
    if (value.is_null()) {
      CHECK(level.is_null());
      continue;
    }
    const auto step = static_cast<std::size_t>(level.as_int64());
    if (step > 0) CHECK(number_of(value) > number_of(scale.at(step).at("from")));
    if (step + 1 < scale.size()) CHECK(number_of(value) <= number_of(scale.at(step + 1).at("from")));
  }
}

TEST_CASE("what moments cannot answer is refused with the field that is at fault") {
  Map map;
  CHECK(map.ask("/api/v1/moments", 400).at("field") == "property");
  CHECK(map.ask("/api/v1/moments?property=unobtainium", 422).at("field") == "property");
  CHECK(map.ask("/api/v1/moments?property=PM2.5&averaging=1h", 400).at("field") == "averaging");
  CHECK(map.ask("/api/v1/moments?property=AQI&kind=river-section", 422).at("field") == "kind");
  CHECK(map.ask("/api/v1/moments?property=AQI&averaging=PT4H", 422).at("field") == "averaging");
  CHECK(map.ask("/api/v1/moments?property=AQI&edition=HJ%201", 422).at("field") == "edition");
  CHECK(map.ask("/api/v1/moments?property=AQI&from=2020-02-01&to=2020-01-01", 422).at("field") == "from");
  CHECK(map.ask("/api/v1/moments?property=PM2.5&averaging=PT1H").at("sites").as_array().empty());
}

TEST_CASE("more than two million values are refused, with what to do") {
  Map map;
  fill(map, at("2020-04-01T00:00:00Z"), 30, 8);
  const watch::Judges judges{*map.world.archive, *map.world.ledger, map.world.library};
  watch::MomentsAsk ask;
  ask.property = "PM2.5";
  ask.averaging = hourly;
  ask.sites = must(map.world.ledger->sites());
  ask.values_max = 100;
  const auto refused = watch::read_moments(judges, ask);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::invalid_value);
  CHECK(refused.error().field == "to");
  CHECK(refused.error().detail.find("shorter period") != std::string::npos);
}

TEST_CASE("a tile of the sites shows what the list of judgements says at that time") {
  Map map;
  fill(map, at("2020-04-01T00:00:00Z"), 40, 21);
  for (const std::string time : {"2020-04-01T08:00:00Z", "2020-04-01T13:30:00Z", "2020-04-02T18:00:00Z", "latest"}) {
    const auto tile = map.tile(std::string(city_tile) + "?at=" + time);
    std::set<std::string> judged;
    const auto all = map.ask("/api/v1/judgements?at=" + time);
    for (const auto& one : all.at("items").as_array()) {
      const std::string id(one.at("site").as_string());
      // All sites are judged by one reading, one site by its own: both say the same, inputs and their members too.
      const auto alone = map.ask("/api/v1/judgements?site=" + id + "&at=" + time);
      REQUIRE(alone.at("items").as_array().size() == 1);
      CHECK(alone.at("items").at(0) == one);
      const auto* site = site_of(tile, id);
      REQUIRE(site != nullptr);
      CHECK(site->text("phenomenon_end") == std::string(one.at("time").as_string()));
      const auto& verdict = one.at("verdict");
      if (verdict.at("status") != "judged") {
        CHECK_FALSE(site->attributes.contains("judged"));
        continue;
      }
      judged.insert(site->text("id"));
      CHECK(site->text("colour") == std::string(verdict.at("colour").as_string()));
      if (site->text("kind") == "air-station") {
        CHECK(site->number("judged") == number_of(verdict.at("value")));
        CHECK(site->text("level") == std::to_string(verdict.at("level").as_int64()));
      } else {
        CHECK(site->text("judged") == std::string(verdict.at("class").as_string()));
        CHECK(site->text("level") == std::string(verdict.at("class").as_string()));
      }
      bool voided = false;
      for (const auto& input : one.at("inputs").as_array()) voided = voided || input.at("voided").as_bool();
      CHECK(std::get<bool>(site->attributes.at("voided")) == voided);
    }
    CHECK(judged.size() > 2);
    for (const auto& feature : tile.features)
      CHECK(feature.attributes.contains("judged") == judged.contains(feature.text("id")));
  }
  const auto plain = map.tile(city_tile);
  CHECK(plain.features.size() > 5);
  for (const auto& feature : plain.features) CHECK(feature.attributes.size() == 5);
  const auto values = map.tile(std::string(city_tile) + "?at=2020-04-02T02:00:00Z&property=PM2.5");
  const auto moments = map.ask("/api/v1/moments?property=PM2.5&from=2020-04-02T02:00:00Z&to=2020-04-02T02:00:00Z");
  for (std::size_t s = 0; s < moments.at("sites").as_array().size(); ++s) {
    const auto* site = site_of(values, std::string(moments.at("sites").at(s).as_string()));
    const auto& value = moments.at("values").at(0).at(s);
    if (value.is_null()) continue;
    REQUIRE(site != nullptr);
    CHECK(site->number("judged") == number_of(value));
    const auto& step = moments.at("scale").at(static_cast<std::size_t>(moments.at("levels").at(0).at(s).as_int64()));
    CHECK(site->text("colour") == std::string(step.at("colour").as_string()));
  }
  for (const auto& feature : map.tile(std::string(city_tile) + "?property=class").features)
    CHECK(feature.text("kind") == "river-section");
}

TEST_CASE("a tile of the sites follows each observation, correction and decision, and no other moment's tile moves") {
  Map map;
  const Instant hour = at("2020-04-01T08:00:00Z");
  for (const auto& item : air_items) map.put("air.2344A", item, hourly, hour, item == "PM2.5" ? 35 : 2);
  const std::string then = std::string(city_tile) + "?at=2020-04-01T08:00:00Z";
  const std::string latest = std::string(city_tile) + "?at=latest";
  const auto judged = [&](const std::string& target) { return site_of(map.tile(target), "air.2344A")->number("judged"); };
  CHECK(judged(then) == 50);
  CHECK(judged(latest) == 50);
  map.put("air.2344A", "PM2.5", hourly, hour, 75);
  CHECK(judged(then) == 100);
  CHECK(judged(latest) == 100);
  const std::string before = map.send(then).etag;
  map.put("air.2344A", "PM2.5", hourly, {hour.us + 2 * us_per_hour}, 150);
  CHECK(judged(then) == 100);
  CHECK(map.send(then).etag == before);
  CHECK(judged(latest) == 200);
  map.decide("air.2344A", "PM2.5", hourly, hour, 35, 'c');
  CHECK(judged(then) == 50);
  map.decide("air.2344A", "PM2.5", hourly, hour, std::nan(""), 'v');
  CHECK(judged(then) < 50);
  CHECK(std::get<bool>(site_of(map.tile(then), "air.2344A")->attributes.at("voided")));
  map.decide("air.2344A", "PM2.5", hourly, hour, std::nan(""), 'r');
  CHECK(judged(then) == 100);
}

TEST_CASE("a tile that the caller has is not sent again, packed or not") {
  Map map;
  const Response plain = map.send(city_tile);
  CHECK(plain.status == 200);
  REQUIRE(plain.etag.size() > 4);
  CHECK(plain.etag.front() == '"');
  CHECK(map.send(city_tile, "", plain.etag).status == 304);
  CHECK(map.send(city_tile, "", plain.etag).body.empty());
  CHECK(map.send(city_tile, "", "\"other\"").status == 200);
  const Response packed = map.send(city_tile, "", "", true);
  CHECK(packed.is_packed);
  CHECK(packed.etag != plain.etag);
  CHECK(packed.body.size() < plain.body.size());
  CHECK(map.send(city_tile, "", packed.etag, true).status == 304);
  CHECK(map.send("/tiles/sites/6/0/0.mvt").status == 204);
  CHECK(map.send("/tiles/boundaries/6/52/26.mvt?at=latest").status == 400);
  CHECK(map.send("/tiles/nothing/6/52/26.mvt").status == 404);
  CHECK(map.send("/tiles/sites/6/52/26.mvt?property=unobtainium").status == 422);
}

namespace {

constexpr const char* spot_pack = R"(system: test-spots
name: {zh: 测试, en: Test}
group: air
clause: "4.2"
source: a test
registers:
  - id: test-spot
    name: {zh: 测试点, en: Test spot}
    kind: case
    number: {prefix: TS, digits: 4}
    title: "{name}"
    division: division
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true}
      - {id: division, type: code, of: division, zh: 县区, en: County}
      - {id: place, type: point, zh: 位置, en: Place}
    lifecycle:
      first: open
      states:
        - {id: open, zh: 待办, en: Open}
        - {id: closed, zh: 办结, en: Closed, final: true}
      steps:
        - {id: close, zh: 办结, en: Close, from: [open], to: closed, who: [duty], why: true}
      deadlines:
        - {id: handle, states: [open], days: 15, from: opened, zh: 办理期限, en: Handle by}
    map: {colour_by: division, zoom_min: 0}
    rights: {read: [duty], write: [duty], create: [duty], withdraw: [admin]}
)";

std::set<std::string> titles_of(const test::ReadTile& tile) {
  std::set<std::string> titles;
  for (const auto& feature : tile.features) titles.insert(feature.text("title"));
  return titles;
}

struct Spots : Map {
  std::string admin, county_a, county_b, nobody_of_it;
  Spots() {
    admin = world.enter({"the-admin", "", {"admin"}, "", "", false, false, 0});
    county_a = world.enter({"a-duty", "", {"duty"}, "360222", "", false, false, 0});
    county_b = world.enter({"b-duty", "", {"duty"}, "360281", "", false, false, 0});
    nobody_of_it = world.enter({"planner", "", {"planner"}, "", "", false, false, 0});
    CHECK(change("PUT", "/api/v1/packs/test-spots", admin, spot_pack).status == 201);
  }
  Response change(const std::string& method, const std::string& target, const std::string& session,
                  const std::string& body) {
    Request request;
    REQUIRE(parse_target(target, request).has_value());
    request.method = method;
    request.session = session;
    request.of_our_page = true;
    request.body = body;
    return world.service->answer(std::move(request));
  }
  /// Waits: a layer that takes long to make may be shown as it was for a while.
  bool shows(const std::string& tile_address, const std::set<std::string>& titles) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (titles_of(tile(tile_address, admin)) != titles) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }
  std::string spot(const std::string& name, const std::string& division, double lon) {
    const Response made = change("POST", "/api/v1/registers/test-spot/records", admin,
                                 R"({"why":"test","values":{"name":")" + name + R"(","division":")" + division +
                                     R"(","place":{"type":"Point","coordinates":[)" + std::to_string(lon) + R"(,29.3]}}})");
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    return std::string(json::parse(made.body).at("id").as_string());
  }
};

constexpr const char* spot_tile = "/api/v1/registers/test-spot/tiles/8/211/106.mvt";
constexpr const char* case_tile = "/tiles/cases/8/211/106.mvt";

}  // namespace

TEST_CASE("a county sees its own records and cases on the map, in every way of asking, and a stranger none") {
  Spots map;
  map.spot("in-a", "360222", 117.20);
  map.spot("in-b", "360281", 117.21);
  for (const std::string more : {"", "?state=open", "?where=division:present"}) {
    CHECK(titles_of(map.tile(spot_tile + more, map.admin)) == std::set<std::string>{"in-a", "in-b"});
    CHECK(titles_of(map.tile(spot_tile + more, map.county_a)) == std::set<std::string>{"in-a"});
    CHECK(titles_of(map.tile(spot_tile + more, map.county_b)) == std::set<std::string>{"in-b"});
    CHECK(map.send(spot_tile + more, map.nobody_of_it).status == 404);
    CHECK(map.send(spot_tile + more).status == 404);
  }
  CHECK(titles_of(map.tile(case_tile, map.admin)) == std::set<std::string>{"in-a", "in-b"});
  CHECK(titles_of(map.tile(case_tile, map.county_a)) == std::set<std::string>{"in-a"});
  CHECK(titles_of(map.tile(case_tile, map.nobody_of_it)).empty());
  CHECK(map.send(case_tile).status == 204);
  const auto layers = [&](const std::string& session) {
    std::map<std::string, json::value> all;
    const auto list = map.ask("/api/v1/layers", 200, session);
    for (const auto& one : list.at("items").as_array()) all[std::string(one.at("id").as_string())] = one;
    return all;
  };
  CHECK(layers(map.admin).at("register-test-spot").at("features") == 2);
  CHECK(layers(map.county_a).at("register-test-spot").at("features") == 1);
  CHECK(layers(map.county_a).at("cases").at("features") == 1);
  CHECK_FALSE(layers(map.nobody_of_it).contains("register-test-spot"));
  CHECK_FALSE(layers("").contains("register-test-spot"));
  const auto open = layers("");  // some packs show cases to everybody; none of these is among them
  if (open.contains("cases")) CHECK(open.at("cases").at("features") == 0);
  for (const char* id : {"boundaries", "rivers", "sites"}) CHECK(layers("").contains(id));
}

TEST_CASE("a tile of records follows every change of them, and a closed case leaves the layer of cases") {
  Spots map;
  const std::string id = map.spot("first", "360222", 117.20);
  CHECK(map.shows(spot_tile, {"first"}));
  const auto due = map.tile(case_tile, map.admin).features.at(0);
  CHECK(due.text("register") == "test-spot");
  CHECK(due.text("id") == id);
  CHECK(due.text("state") == "open");
  CHECK(due.text("level") == "running");
  CHECK_FALSE(due.text("due").empty());
  map.spot("second", "360222", 117.21);
  CHECK(map.shows(spot_tile, {"first", "second"}));
  const std::string address = "/api/v1/registers/test-spot/records/" + id;
  CHECK(map.change("PUT", address, map.admin, R"({"revision":1,"why":"t","values":{"name":"renamed"}})").status == 200);
  CHECK(map.shows(spot_tile, {"renamed", "second"}));
  CHECK(map.change("PUT", address, map.admin, R"({"revision":2,"why":"t","values":{"place":{"type":"Point","coordinates":[10,10]}}})").status == 200);
  CHECK(map.shows(spot_tile, {"second"}));
  CHECK(map.change("PUT", address, map.admin, R"({"revision":3,"why":"t","values":{"place":{"type":"Point","coordinates":[117.2,29.3]}}})").status == 200);
  CHECK(map.shows(case_tile, {"renamed", "second"}));
  CHECK(map.change("POST", address + "/steps/close", map.admin, R"({"revision":4,"why":"done"})").status == 200);
  CHECK(map.shows(case_tile, {"second"}));
  CHECK(map.shows(std::string(spot_tile) + "?state=closed", {"renamed"}));
  CHECK(map.change("POST", address + "/withdraw", map.admin, R"({"revision":5,"why":"t"})").status == 200);
  CHECK(map.shows(spot_tile, {"second"}));
}

TEST_CASE("every layer that is listed has tiles at its address, a legend without blanks, and bounds where it has features") {
  Map map;
  fill(map, at("2020-04-01T00:00:00Z"), 10, 21);
  std::filesystem::create_directories(map.world.folder / "rasters");
  const auto demo = std::filesystem::path(CELADON_SOURCE) / "demo" / "rasters";
  for (const char* file : {"dem.asc", "dem.yaml"})
    std::filesystem::copy_file(demo / file, map.world.folder / "rasters" / file);
  const auto list = map.ask("/api/v1/layers");
  std::set<std::string> groups;
  for (const auto& layer : list.at("items").as_array()) {
    CAPTURE(json::serialize(layer));
    groups.insert(std::string(layer.at("group").as_string()));
    CHECK_FALSE(layer.at("title_zh").as_string().empty());
    CHECK_FALSE(layer.at("title_en").as_string().empty());
    for (const auto& one : layer.at("legend").as_array()) {
      CHECK(is_colour(std::string(one.at("colour").as_string())));
      CHECK_FALSE(one.at("label_zh").as_string().empty());
    }
    std::string address(layer.at("tiles").as_string());
    for (const auto& [name, number] : {std::pair{"{z}", "6"}, {"{x}", "52"}, {"{y}", "26"}})
      address.replace(address.find(name), 3, number);
    const Response tile = map.send(address);
    CHECK((tile.status == 200 || tile.status == 204));
    if (layer.at("features").is_int64() && layer.at("features").as_int64() > 0) CHECK(layer.at("bounds").as_array().size() == 4);
  }
  CHECK(groups == std::set<std::string>{"base", "sites", "values", "registers", "cases", "rasters"});
  const Response dem = map.send("/tiles/dem/8/211/106.png");
  CHECK(dem.content_type == "image/png");
  CHECK(map.send("/tiles/dem/8/211/106.png", "", dem.etag).status == 304);
  CHECK(map.send("/tiles/dem/8/211/106.png?encode=terrain").body != dem.body);
  CHECK(map.send("/tiles/dem/8/211/106.png?encode=other").status == 422);
  CHECK(map.send("/tiles/dem/8/211/106.png?size=300").status == 422);
  CHECK(map.send("/tiles/other/8/211/106.png").status == 404);
  CHECK(map.send("/tiles/dem/17/0/0.png").status == 404);
}

TEST_CASE("layers of the ground come in one tile where several are asked for, and without those the city lacks") {
  Map map;
  const auto at = [](const char* layers) { return "/tiles/" + std::string(layers) + "/8/211/106.mvt"; };
  const std::string boundaries = map.send(at("boundaries")).body;
  const std::string rivers = map.send(at("rivers")).body;
  REQUIRE_FALSE(boundaries.empty());
  REQUIRE_FALSE(rivers.empty());
  CHECK(map.send(at("boundaries+rivers")).body == boundaries + rivers);
  CHECK(map.send(at("rivers+no-such+boundaries+rivers")).body == boundaries + rivers);
  CHECK(map.send(at("no-such+none")).status == 404);
  CHECK(map.send(at("boundaries+sites")).body == boundaries);
  CHECK(map.send(at("boundaries+rivers") + "?at=latest").status == 400);
}

TEST_CASE("the page may ask Tianditu only where the city has a key to it") {
  Map map;
  std::filesystem::create_directories(map.world.folder / "web");
  std::ofstream(map.world.folder / "web" / "index.html") << "page";
  const auto policy = [&] {
    for (const auto& [name, value] : map.send("/").headers) {
      if (name == "Content-Security-Policy") return value;
    }
    return std::string();
  };
  const auto put = [&](const char* body) { return test::send(map.world, "PUT", "/api/v1/city/map", body).status; };
  CHECK(policy().empty());
  CHECK(map.ask("/api/v1/city").at("map").at("tianditu_token").is_null());
  CHECK(put(R"({"tianditu_token":"a\"; script-src *"})") == 422);
  CHECK(put(R"({"tianditu_token":"1f2e3d","tianditu_review":"GS(2026)1"})") == 200);
  CHECK(map.ask("/api/v1/city").at("map").at("tianditu_token") == "1f2e3d");
  CHECK(map.ask("/api/v1/city").at("map").at("tianditu_review") == "GS(2026)1");
  CHECK(policy().find("connect-src 'self' https://*.tianditu.gov.cn") != std::string::npos);
  CHECK(put(R"({"tianditu_token":""})") == 200);
  CHECK(policy().empty());
  CHECK(map.ask("/api/v1/city").at("map").at("tianditu_review") == "GS(2026)1");
}
