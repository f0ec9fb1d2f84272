#include "service/service_test_world.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <fstream>

using namespace celadon;
using namespace celadon::service;
using test::World;

namespace {

namespace json = boost::json;

std::string refusal_of(Result<void> (*parse)(std::string_view, const std::string&, PublicFace&), std::string text,
                       const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  PublicFace face;
  const auto read = parse(text, "words.yaml", face);
  return read ? std::string() : read.error().detail;
}

const std::string value_columns = "site,property,period,time,value,unit,flag\n";

constexpr const char* report =
    R"({"why":"x","values":{"subject":"味道","kind":"smell","happened_at":"2026-01-01T08:00:00+08:00",)"
    R"("place":{"type":"Point","coordinates":[117.2143,29.2957]},"reporter":"王大妈","phone":"13800000000"KEY}})";

std::string with_key(const std::string& key) {
  std::string body = report;
  return body.replace(body.find("KEY"), 3, key.empty() ? "" : R"(,"client_key":")" + key + "\"");
}

/// A complaint that somebody made without signing in, and the session of an administrator who deals with it.
struct Told {
  std::string session, code, path;
};
Told told(World& world) {
  people::Person admin;
  admin.name = "the-admin";
  admin.roles = {"admin"};
  const std::string session = world.enter(admin);
  const auto made = json::parse(send(world, "POST", "/api/v1/registers/complaint/records", with_key("")).body);
  return {session, std::string(made.at("follow").as_string()),
          "/api/v1/registers/complaint/records/" + std::string(made.at("id").as_string())};
}

}  // namespace

TEST_CASE("the words for everybody are whole, each with its source, and a hole in them stops the start") {
  const auto read = [](const char* path) { return test::must(read_pack(test::packs / path)); };
  const std::string words = read("standards/public_words.yaml");
  const std::string city = read("cities/jingdezhen/public.yaml");
  const auto wrong = [&](const char* from, const char* to) { return refusal_of(parse_public_words, words, from, to); };
  CHECK(wrong("groups: [schools], zh: 停止户外活动；", "groups: [workers], zh: 停止户外活动；").find("twice") != std::string::npos);
  CHECK(wrong("level: 6, groups: [workers]", "level: 6, groups: [smokers]").find("no group 'smokers'") != std::string::npos);
  CHECK(wrong("worst_class: V,", "worst_class: VI,").find("expected I, II, III, IV or V") != std::string::npos);
  CHECK(wrong("trust: verified", "trust: sure").find("expected verified") != std::string::npos);
  CHECK(wrong("children, old, sick], zh: 待在屋里，少费体力", "children, old], zh: 待在屋里，少费体力").find("says nothing to 'sick'") != std::string::npos);
  CHECK(refusal_of(parse_city_public, city, "id: water-4h", "id: Water 4h").find("part of an address") != std::string::npos);
  CHECK(refusal_of(parse_city_public, city, "averaging: PT4H", "averaging: often").find("public.yaml") == std::string::npos);
  CHECK_FALSE(refusal_of(parse_city_public, city, "id: water-4h", "id: air-hourly").empty());
}

TEST_CASE("now: a station has its verdict, its age said, and nothing is made up where there is nothing") {
  World world;
  auto empty = ask(world, "/api/v1/public/now");
  CHECK(empty.at("air").as_array().size() == 5);
  CHECK(empty.at("air").at(0).at("now").is_null());
  CHECK(empty.at("wells").as_array().empty());
  CHECK(empty.at("groups").as_array().size() == 5);
  world.import(value_columns +
               "air.2344A,PM2.5,PT1H,2020-04-03T08:00:00+08:00,30,ug/m3,N\n"
               "water.daicun,NH3-N,PT4H,2021-04-03T08:00:00+08:00,0.3,mg/L,N\n"
               "water.daicun,DO,PT4H,2021-04-03T08:00:00+08:00,8,mg/L,N\n");
  const auto face = ask(world, "/api/v1/public/now");
  for (const auto& site : face.at("air").as_array()) {
    if (site.at("id") != "air.2344A") continue;
    CHECK(site.at("now").at("is_old").as_bool());
    CHECK(site.at("now").at("name_zh") == "优");
    CHECK(site.at("now").at("time") == "2020-04-03T00:00:00Z");
    CHECK_FALSE(site.at("now").at("source").as_string().empty());
  }
}

TEST_CASE("my river: twelve classes at most, what each use asks for, the target only where one is on record") {
  World world;
  std::string csv;
  for (int hour = 0; hour < 24; hour += 4) {
    for (const char* day : {"03", "04", "05"}) {
      const std::string time =
          std::string("2021-04-") + day + "T" + (hour < 10 ? "0" : "") + std::to_string(hour) + ":00:00+08:00";
      csv += "water.daicun,NH3-N,PT4H," + time + "," + (day == std::string("05") ? "1.2" : "0.3") + ",mg/L,N\n";
    }
  }
  world.import(value_columns + csv);
  const auto river = ask(world, "/api/v1/public/rivers/water.daicun");
  CHECK(river.at("river") == "乐安河");
  REQUIRE(river.at("items").as_array().size() == 12);
  CHECK(river.at("items").at(0).at("class") == "II");
  CHECK(river.at("items").at(11).at("class") == "IV");
  CHECK(river.at("target").at("class") == "II");
  CHECK_FALSE(river.at("target").at("met").as_bool());
  for (const auto& use : river.at("uses").as_array()) CHECK(use.at("fit").as_bool() == (use.at("id") == "water-fields"));
  const auto silent = ask(world, "/api/v1/public/rivers/water.nanhehekou");
  CHECK(silent.at("items").as_array().empty());
  CHECK(silent.at("target").is_null());
  for (const auto& use : silent.at("uses").as_array()) CHECK(use.at("fit").is_null());
  CHECK(send(world, "GET", "/api/v1/public/rivers/air.2344A").status == 404);
}

TEST_CASE("past years: days about the date are counted over the turn of the year, those to come never, few say so") {
  World world;
  std::string csv;
  const auto day = [&csv](const char* date, int pm25) {
    csv += std::string("city.360200,PM2.5,P1D,") + date + "T24:00:00+08:00," + std::to_string(pm25) + ",ug/m3,N\n";
    csv += std::string("city.360200,PM10,P1D,") + date + "T24:00:00+08:00," + std::to_string(pm25 + 10) + ",ug/m3,N\n";
  };
  for (const char* date : {"2015-12-28", "2015-12-31", "2016-01-03", "2016-01-07"}) day(date, 30);
  day("2016-01-08", 200);   // seven days after 1 January: within
  day("2016-01-09", 200);   // eight: not
  day("2016-12-24", 200);   // eight before: not
  day("2017-01-02", 200);   // after the date asked for
  world.import(value_columns + csv);
  const auto past = ask(world, "/api/v1/public/past-years?date=2017-01-01");
  CHECK_FALSE(past.at("is_forecast").as_bool());
  CHECK(past.at("days").as_int64() == 5);
  CHECK(past.at("good").as_int64() == 4);
  CHECK_FALSE(past.at("enough").as_bool());
  REQUIRE(past.at("years").as_array().size() == 2);
  CHECK(past.at("years").at(0).at("year").as_int64() == 2015);
  CHECK(past.at("years").at(1).at("good").as_int64() == 2);
  CHECK(ask(world, "/api/v1/public/past-years?date=2016-02-29").at("days").as_int64() == 0);
  CHECK(send(world, "GET", "/api/v1/public/past-years?date=tomorrow").status == 400);
}

TEST_CASE("near a place everybody learns how many, of what kind and about where, and nothing that tells who or exactly where") {
  World world;
  people::Person admin;
  admin.name = "the-admin";
  admin.roles = {"admin"};
  static_cast<void>(world.enter(admin));
  REQUIRE(send(world, "POST", "/api/v1/registers/complaint/records", with_key("")).status == 201);
  const Response response = send(world, "GET", "/api/v1/registers/complaint/near?lon=117.2150&lat=29.2960");
  REQUIRE(response.status == 200);
  CHECK(response.body.find("王大妈") == std::string::npos);
  CHECK(response.body.find("138") == std::string::npos);
  CHECK(response.body.find("味道") == std::string::npos);
  CHECK(response.body.find("117.2143") == std::string::npos);
  const auto near = json::parse(response.body);
  REQUIRE(near.at("items").as_array().size() == 1);
  const auto& one = near.at("items").at(0);
  CHECK(one.at("kind") == "smell");
  CHECK(one.at("count").as_int64() == 1);
  CHECK(near.at("wind").is_null());
  // Asked from many places the answer has one square alone, and comes or goes by squares.
  const LonLat truth{117.2143, 29.2957};
  const LonLat rough{one.at("lon").to_number<double>(), one.at("lat").to_number<double>()};
  CHECK(distance_m(truth, rough) < 360);  // half a diagonal of 500 m
  for (double lon = 117.19; lon < 117.24; lon += 0.0011) {
    for (double lat = 29.27; lat < 29.32; lat += 0.0013) {
      const auto seen = ask(world, "/api/v1/registers/complaint/near?lon=" + std::to_string(lon) +
                                       "&lat=" + std::to_string(lat));
      for (const auto& item : seen.at("items").as_array()) {
        CHECK(item.at("lon") == one.at("lon"));
        CHECK(item.at("lat") == one.at("lat"));
      }
      break;  // one row of questions stays below the limit
    }
  }
  CHECK(ask(world, "/api/v1/registers/complaint/near?lon=117.3&lat=29.2957").at("items").as_array().empty());
  CHECK(send(world, "GET", "/api/v1/registers/enterprise/near?lon=117&lat=29").status == 404);
  CHECK(send(world, "GET", "/api/v1/registers/complaint/near?lon=117").status == 400);
  int status = 200;
  for (int i = 0; i < 400 && status == 200; ++i)
    status = send(world, "GET", "/api/v1/registers/complaint/near?lon=117.2&lat=29.3").status;
  CHECK(status == 429);
}

TEST_CASE("a report sent again under its random key gives the same code and nothing else; a short key gives none") {
  World world;
  people::Person admin;
  admin.name = "the-admin";
  admin.roles = {"admin"};
  const std::string session = world.enter(admin);
  const std::string key = "0123456789abcdef0123456789abcdef";
  const auto first = json::parse(send(world, "POST", "/api/v1/registers/complaint/records", with_key(key)).body);
  const Response again = send(world, "POST", "/api/v1/registers/complaint/records", with_key(key));
  REQUIRE(again.status == 201);
  const auto second = json::parse(again.body);
  CHECK(second.at("follow") == first.at("follow"));
  CHECK(second.at("id") == first.at("id"));
  CHECK(second.at("values").as_object().empty());
  CHECK(again.body.find("王大妈") == std::string::npos);
  const auto all = json::parse(send(world, "GET", "/api/v1/registers/complaint/records?count=yes", "", session).body);
  CHECK(all.at("total").as_int64() == 1);
  // Who has signed in made a mistake, not the same report again.
  CHECK(send(world, "POST", "/api/v1/registers/complaint/records", with_key(key), session).status == 422);
  CHECK(send(world, "POST", "/api/v1/registers/complaint/records", with_key("short")).status == 201);
  CHECK(send(world, "POST", "/api/v1/registers/complaint/records", with_key("short")).status == 422);
}

TEST_CASE("photos of the outcome are shown by the code only while a person says that they show nobody") {
  World world;
  const auto [session, code, path] = told(world);
  const auto photo = [&](const std::string& more) {
    const std::string jpeg = std::string("\xFF\xD8\xFF\xE1\x00\x0A", 6) + "Exif GPS" +
                             std::string("\xFF\xDA\x00\x02", 4) + more + "\xFF\xD9";
    const auto kept = json::parse(send(world, "POST", "/api/v1/attachments?name=a.jpg", jpeg, session).body);
    return std::string(kept.at("hash").as_string());
  };
  int revision = 1;
  const auto change = [&](const std::string& values) {
    const Response response =
        send(world, "PUT", path, R"({"why":"x","revision":)" + std::to_string(revision) + R"(,"values":)" + values + "}", session);
    CAPTURE(response.body);
    REQUIRE(response.status == 200);
    ++revision;
    return json::parse(response.body);
  };
  const auto shown = [&] { return ask(world, "/api/v1/follow/" + code).at("outcome_files").as_array().size(); };
  const std::string one = photo("one"), two = photo("two");
  change(R"({"shown_photos":[")" + one + R"("]})");
  CHECK(shown() == 0);
  CHECK(send(world, "GET", "/api/v1/follow/" + code + "/files/" + one).status == 404);
  change(R"({"shown_checked":true})");
  CHECK(shown() == 1);
  const Response file = send(world, "GET", "/api/v1/follow/" + code + "/files/" + one);
  REQUIRE(file.status == 200);
  CHECK(file.content_type == "image/jpeg");
  CHECK(file.body.find("GPS") == std::string::npos);
  CHECK(file.body.find("one") != std::string::npos);
  CHECK(send(world, "GET", "/api/v1/follow/" + code + "/files/" + two).status == 404);
  CHECK(send(world, "GET", "/api/v1/attachments/" + one).status == 401);
  // Another picture: what was said of the first does not hold for it.
  change(R"({"shown_photos":[")" + two + R"("]})");
  CHECK(shown() == 0);
  change(R"({"shown_photos":[")" + one + R"(",")" + two + R"("],"shown_checked":true})");
  CHECK(shown() == 2);
}

TEST_CASE("who follows sees the title, each state with the step that led to it, what is due, and until when to object") {
  World world;
  const auto [session, code, path] = told(world);
  const auto before = ask(world, "/api/v1/follow/" + code);
  CHECK(before.at("title") == "味道");
  CHECK(before.at("reopen_until").is_null());
  CHECK(before.at("states").at(0).at("by").is_null());
  CHECK(before.at("dues").as_array().size() == 3);
  REQUIRE(send(world, "POST", path + "/steps/accept", R"({"revision":1,"why":"x","values":{"division":"360203"}})", session).status == 200);
  const auto after = ask(world, "/api/v1/follow/" + code);
  REQUIRE(after.at("states").as_array().size() == 2);
  CHECK(after.at("states").at(1).at("by").at("zh") == "受理");
  CHECK(after.at("dues").as_array().size() == 2);
}

TEST_CASE("a session that ends takes its live stream with it") {
  EventHub hub;
  bool inside = true;
  int woken = 0;
  const auto officer = hub.join([&woken] { ++woken; }, [&inside] { return inside; });
  const auto citizen = hub.join([] {}, {});
  hub.send("case", "1", EventHub::For::inside);
  bool alive = true;
  CHECK(officer->take(alive).find("case") != std::string::npos);
  hub.review();
  static_cast<void>(officer->take(alive));
  CHECK(alive);
  hub.send("case", "2", EventHub::For::inside);
  inside = false;
  hub.review();
  CHECK(officer->take(alive).empty());  // not even what waited
  CHECK_FALSE(alive);
  CHECK(woken == 3);
  static_cast<void>(citizen->take(alive));
  CHECK(alive);
}
