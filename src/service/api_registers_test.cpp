#include "intake/table_file.hpp"
#include "service/qr_code.hpp"
#include "service/service_test_world.hpp"
#include "service/tile_test_decoder.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

using namespace celadon;
using namespace celadon::service;
using test::World;

namespace {

namespace json = boost::json;

constexpr const char* pack = R"(system: test-island
name: {zh: 测试, en: Test}
group: air
clause: "4.2"
source: a test
rows:
  - {id: S072, rule: {zh: 两倍能力, en: twice the capacity}, lacks: {zh: 接口, en: an interface}}
codes:
  - {id: test-kind, entries: [{code: kitchen, zh: 餐饮, en: Kitchen}, {code: kiln, zh: 窑炉, en: Kiln}, {code: both, zh: kiln, en: Both}]}
registers:
  - id: test-unit
    name: {zh: 测试设施, en: Test unit}
    kind: register
    number: {prefix: TU, digits: 4}
    title: "{name}"
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true, search: true, index: true}
      - {id: kind, type: code, of: test-kind, zh: 类别, en: Kind, needed: true}
      - {id: kinds, type: code, of: test-kind, many: true, zh: 兼类, en: Kinds}
      - {id: capacity, type: number, unit: m3/h, zh: 能力, en: Capacity, min: -1000000, index: true}
      - {id: count, type: whole, zh: 台数, en: Count}
      - {id: active, type: yes-no, zh: 在用, en: Active}
      - {id: built_on, type: date, zh: 建成, en: Built}
      - {id: seen_at, type: time, zh: 巡查, en: Seen}
      - {id: place, type: point, zh: 位置, en: Place}
      - {id: reach, type: area, zh: 范围, en: Reach}
      - {id: double, type: number, unit: m3/h, zh: 两倍, en: Double, formula: "capacity * 2"}
    map: {colour_by: kind, zoom_min: 2}
  - id: test-report
    name: {zh: 测试反映, en: Test report}
    kind: case
    number: {prefix: TR, digits: 4}
    title: "{what}"
    public: [what]
    fields:
      - {id: what, type: text, zh: 内容, en: What, needed: true}
      - {id: secret, type: text, zh: 内部, en: Inside}
      - {id: outcome, type: text, zh: 结果, en: Outcome}
    lifecycle:
      first: open
      states:
        - {id: open, zh: 待办, en: Open}
        - {id: closed, zh: 办结, en: Closed, final: true}
      steps:
        - {id: close, zh: 办结, en: Close, from: [open], to: closed, who: [duty], needs: [outcome], why: true}
        - {id: reopen, zh: 未解决, en: Reopen, from: [closed], to: open, who: [public, duty], times: 1, why: true}
      deadlines:
        - {id: handle, states: [open], days: 15, from: opened, zh: 办理期限, en: Handle by}
    rights: {read: [duty], write: [duty], create: [duty, public], withdraw: [admin]}
)";
constexpr const char* units = "/api/v1/registers/test-unit";
constexpr const char* reports = "/api/v1/registers/test-report";

struct Desk {
  World world;
  std::string session;

  Desk() { CHECK(send("PUT", "/api/v1/packs/test-island", pack).status == 201); }

  Response send(const std::string& method, const std::string& target, const std::string& body = "") {
    return test::send(world, method, target, body, session);
  }
  json::value ask(const std::string& method, const std::string& target, int status = 200,
                  const std::string& body = "") {
    const Response response = send(method, target, body);
    CAPTURE(target);
    CAPTURE(response.body);
    REQUIRE(response.status == status);
    return json::parse(response.body);
  }
  std::string create(const std::string& values) {
    const auto record = ask("POST", std::string(units) + "/records", 201, R"({"why":"test","values":)" + values + "}");
    return std::string(record.at("id").as_string());
  }
  /// The job once it has ended.
  json::value import(const std::string& bytes, const std::string& more = "") {
    const auto job = ask("POST", std::string(units) + "/imports?name=t" + more, 202, bytes);
    const std::string address = "/api/v1/record-imports/" + std::string(job.at("id").as_string());
    for (int i = 0; i < 6000; ++i) {
      auto now = ask("GET", address);
      if (now.at("state") == "done" || now.at("state") == "failed") return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL("the import does not end");
    return {};
  }
  std::string errors(const json::value& job) {
    return send("GET", "/api/v1/record-imports/" + std::string(job.at("id").as_string()) + "/errors.csv").body;
  }
};

std::string random_values(std::mt19937_64& random, int number) {
  static const std::vector<std::string> names = {"=SUM(A1)",   "-5",           "'quoted", "+86 798", "@home",
                                                 "甲,乙\"丙",  "两行\n第二行", "00123",   "true",    "1e5",
                                                 "2026-06-01", "a;b",          "_x000D_"};
  json::object values;
  values["name"] = names[random() % names.size()] + " " + std::to_string(number);
  if (random() % 4 == 0) values["name"] = names[random() % names.size()];
  values["kind"] = random() % 2 == 0 ? "kiln" : random() % 2 == 0 ? "both" : "kitchen";
  if (random() % 2 == 0) values["kinds"] = json::array{"kitchen", "kiln"};
  if (random() % 2 == 0) values["capacity"] = static_cast<double>(random() % 1'000'000'007) / 7919.0 - 1000;
  if (random() % 2 == 0) values["count"] = static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000;
  if (random() % 2 == 0) values["active"] = random() % 2 == 0;
  if (random() % 2 == 0)
    values["built_on"] = to_string(LegalDay{static_cast<std::int32_t>(random() % 60'000) - 25'000});
  if (random() % 2 == 0)
    values["seen_at"] = to_iso_utc(Instant{static_cast<std::int64_t>(random() % 1'700'000'000'000'000)});
  const auto degrees = [&](double from) { return from + static_cast<double>(random() % 1'000'003) / 1'000'003.0; };
  if (random() % 2 == 0)
    values["place"] = json::object{{"type", "Point"}, {"coordinates", json::array{degrees(-117), degrees(29)}}};
  if (random() % 2 == 0) {
    const double lon = degrees(117), lat = degrees(29);
    values["reach"] =
        json::object{{"type", "Polygon"},
                     {"coordinates", json::array{json::array{json::array{lon, lat}, json::array{lon + 0.1, lat},
                                                             json::array{lon, lat + 0.1}, json::array{lon, lat}}}}};
  }
  return json::serialize(values);
}

}  // namespace

TEST_CASE("a pack is tried out, taken into use at once, and does not replace what came with the program") {
  Desk desk;
  const auto register_ = desk.ask("GET", units);
  CHECK(register_.at("system") == "test-island");
  CHECK(register_.at("fields").as_array().size() == 11);
  CHECK(register_.at("codes").at(0).at("items").as_array().size() == 3);
  CHECK(register_.at("may").at("write") == true);
  const auto bad = desk.ask("POST", "/api/v1/packs/check", 200, "system: test-island\nregisters: 5\n");
  CHECK(bad.at("good") == false);
  CHECK(std::string(bad.at("error").as_string()).find("pack.yaml:") == 0);
  CHECK(desk.ask("POST", "/api/v1/packs/check", 200, pack).at("system").at("registers").as_array().size() == 2);
  CHECK(desk.send("PUT", "/api/v1/packs/city", pack).status == 403);
  CHECK(desk.send("PUT", "/api/v1/packs/other", pack).status == 422);
  bool listed = false;
  const auto systems = desk.ask("GET", "/api/v1/systems");
  for (const auto& system : systems.at("items").as_array()) listed = listed || system.at("id") == "test-island";
  CHECK(listed);
}

TEST_CASE("every row of the plan is told with what serves it, to each what is theirs to see") {
  Desk desk;
  const auto row_of = [&](const std::string& id) {
    const auto all = desk.ask("GET", "/api/v1/systems/rows");
    CHECK(all.at("items").as_array().size() == 142);
    for (const auto& one : all.at("items").as_array())
      if (one.at("id").as_string() == id) return one;
    FAIL("no row ", id);
    return json::value{};
  };
  const auto row = row_of("S072");
  CHECK(row.at("name").at("zh") == "船舶污染物接收、转运、处置全链条闭环(≥95%)");
  CHECK(row.at("clauses") == json::array{"5.2"});
  CHECK(row.at("pinyin").as_string().starts_with("chuan bo wu ran wu"));
  CHECK(row.at("initials").as_string().starts_with("cbwrw"));
  CHECK(row.at("page").is_null());
  const auto served_by = [](const json::value& told, const std::string& system) -> const json::object* {
    for (const auto& one : told.at("systems").as_array())
      if (one.at("id").as_string() == system) return &one.as_object();
    return nullptr;
  };
  const auto* own = served_by(row, "test-island");
  REQUIRE(own != nullptr);
  CHECK(own->at("rule").at("zh") == "两倍能力");
  CHECK(own->at("lacks").at("en") == "an interface");
  CHECK(own->at("registers") == json::array{"test-unit", "test-report"});
  CHECK(row_of("S002").at("page") == "map");
  CHECK(served_by(row_of("S002"), "test-island") == nullptr);
  // Nobody in particular sees of it what the packs open to everybody.
  people::Person person;
  person.name = "admin";
  person.roles = {"admin"};
  desk.world.enter(person);
  const auto to_all = row_of("S072");
  const auto* open = served_by(to_all, "test-island");
  REQUIRE(open != nullptr);
  CHECK(open->at("registers") == json::array{"test-report"});
}

TEST_CASE("a record is made, found, changed upon its revision, and a stale change gets both versions") {
  Desk desk;
  const std::string id = desk.create(R"({"name":"一号站","kind":"kiln","capacity":12.5,"built_on":"2026-06-01"})");
  const std::string address = std::string(units) + "/records/" + id;
  CHECK(desk.ask("GET", address).at("values").at("double") == 25);
  const auto changed =
      desk.ask("PUT", address, 200, R"({"revision":1,"why":"x","values":{"capacity":13,"built_on":null}})");
  CHECK(changed.at("revision") == 2);
  CHECK_FALSE(changed.at("values").as_object().contains("built_on"));
  const auto stale = desk.ask("PUT", address, 409, R"({"revision":1,"why":"y","values":{"capacity":14}})");
  CHECK(stale.at("newest").at("revision") == 2);
  CHECK(stale.at("newest").at("values").at("capacity") == 13);
  CHECK(desk.ask("GET", address + "/history").at("items").as_array().size() == 2);
  const std::string list = std::string(units) + "/records?count=yes";
  CHECK(desk.ask("GET", list + "&where=kind:equal:kiln&where=capacity:at_least:13").at("total") == 1);
  CHECK(desk.ask("GET", list + "&where=kind:equal:kitchen%7Cboth").at("total") == 0);
  CHECK(desk.ask("GET", list + "&words=yihao").at("total") == 1);
  CHECK(desk.ask("GET", list + "&where=nothing:equal:1", 422).at("field") == "where");
  CHECK(desk.ask("GET", list + "&where=seen_at:equal:1", 422).at("field") == "where");
  CHECK(desk.ask("GET", list + "&bbox=1,2,3", 400).at("field") == "bbox");
  CHECK(desk.ask("GET", std::string(units) + "/tally?by=kind").at("items").at(0).at("zh") == "窑炉");
  CHECK(desk.ask("GET", std::string(units) + "/records/TU9999", 404).at("field") == "id");
}

TEST_CASE("everything that is wrong with a record is told at once") {
  Desk desk;
  const auto refused =
      desk.ask("POST", std::string(units) + "/records", 422, R"({"why":"x","values":{"kind":"oven","count":1.5}})");
  CHECK(refused.at("findings").as_array().size() == 3);
  const auto mistyped =
      desk.ask("POST", std::string(units) + "/records", 422, R"({"values":{"name":5,"colour":"red","place":"here"}})");
  CHECK(mistyped.at("findings").as_array().size() == 3);
  const auto preview = desk.ask("POST", std::string(units) + "/preview", 200, R"({"values":{"kind":"kiln"}})");
  CHECK(preview.at("findings").at(0).at("field") == "name");
  CHECK(desk.ask("GET", std::string(units) + "/records?count=yes").at("total") == 0);
}

TEST_CASE("an import keeps its good rows and gives back the others with field and reason") {
  Desk desk;
  const std::string csv =
      "名称,Kind,capacity,位置\r\n一号,窑炉,5,\"117.2,29.3\"\r\n,kiln,x,\r\n三号,oven,1,\r\n'=四号,kitchen,-2,\r\n五号,"
      "kiln\r\n";
  const auto seen = desk.import(csv, "&preview=yes");
  CHECK(seen.at("added") == 3);
  CHECK(seen.at("refused") == 2);
  CHECK(desk.ask("GET", std::string(units) + "/records?count=yes").at("total") == 0);
  const auto job = desk.import(csv);
  CHECK(job.at("rows") == 5);
  CHECK(job.at("done") == 5);
  CHECK(job.at("added") == 3);
  CHECK(job.at("refused") == 2);
  CHECK(desk.ask("GET", std::string(units) + "/records?count=yes&where=name:equal:%3D四号").at("total") == 1);
  const auto sheet = intake::read_table(desk.errors(job), "errors");
  REQUIRE(sheet.has_value());
  CHECK(sheet->head == std::vector<std::string>{"row", "field", "reason", "名称", "Kind", "capacity", "位置"});
  REQUIRE(sheet->rows.size() == 2);
  CHECK(sheet->rows[0].cells[0] == "3");
  CHECK(sheet->rows[0].cells[1].find("capacity") != std::string::npos);
  CHECK(sheet->rows[1].cells[0] == "4");
  CHECK(sheet->rows[1].cells[1] == "kind");
  CHECK(sheet->rows[1].cells[4] == "oven");
  const auto again = desk.import(desk.errors(job));  // the sheet itself is a table of the register
  CHECK(again.at("rows") == 2);
  CHECK(again.at("refused") == 2);
  CHECK(desk.import("名称,颜色\n一,红\n").at("state") == "failed");
  CHECK(desk.import("名称,name\n一,二\n").at("state") == "failed");
}

TEST_CASE("whatever a register holds is exported as CSV, XLSX and GeoJSON and comes back the same") {
  Desk desk;
  std::mt19937_64 random(5);
  for (int i = 0; i < 60; ++i) desk.create(random_values(random, i));
  for (const std::string format : {"csv", "xlsx", "geojson", "csv&head=id", "csv&head=en"}) {
    CAPTURE(format);
    const Response file = desk.send("GET", std::string(units) + "/export?format=" + format);
    REQUIRE(file.status == 200);
    const auto job = desk.import(file.body);
    CAPTURE(desk.errors(job));
    CHECK(job.at("state") == "done");
    CHECK(job.at("rows") == 60);
    CHECK(job.at("unchanged") == 60);
  }
  // It would be seen: one record changes meanwhile, and its row of the old file is refused as stale.
  const std::string old = desk.send("GET", std::string(units) + "/export?format=csv").body;
  desk.ask("PUT", std::string(units) + "/records/TU0007", 200,
           R"({"revision":1,"why":"x","values":{"name":"another"}})");
  const auto job = desk.import(old);
  CHECK(job.at("unchanged") == 59);
  CHECK(job.at("refused") == 1);
  const Response form = desk.send("GET", std::string(units) + "/export?format=csv&template=yes");
  CHECK(form.body.find("名称 *,类别 *,兼类") == intake::csv_mark.size());
  CHECK(form.body.find("两倍") == std::string::npos);
}

TEST_CASE("several records are changed alike, after a look at what would come of it") {
  Desk desk;
  const std::string first = desk.create(R"({"name":"甲","kind":"kiln"})");
  const std::string second = desk.create(R"({"name":"乙","kind":"kiln","active":true})");
  const std::string ids = R"("ids":[")" + first + R"(",")" + second + R"(","TU9999"],"values":{"active":true})";
  const auto seen = desk.ask("POST", std::string(units) + "/bulk", 200, "{" + ids + "}");
  CHECK(seen.at("changed") == 1);
  CHECK(seen.at("items").at(2).at("findings").at(0).at("check") == "not-found");
  CHECK(desk.ask("GET", std::string(units) + "/records/" + first).at("revision") == 1);
  const auto done = desk.ask("POST", std::string(units) + "/bulk", 200, "{" + ids + R"(,"why":"all","preview":false})");
  CHECK(done.at("changed") == 1);
  CHECK(desk.ask("GET", std::string(units) + "/records/" + first).at("values").at("active") == true);
  CHECK(desk.send("POST", std::string(units) + "/bulk", R"({"ids":[],"values":{"active":true}})").status == 413);
}

TEST_CASE("a step without what it needs is refused with all of it, and what is due is listed") {
  Desk desk;
  const auto made = desk.ask("POST", std::string(reports) + "/records", 201, R"({"why":"x","values":{"what":"异味"}})");
  const std::string address = std::string(reports) + "/records/" + std::string(made.at("id").as_string());
  const auto due = desk.ask("GET", "/api/v1/due").at("items");
  REQUIRE(due.as_array().size() == 1);
  CHECK(due.at(0).at("dues").at(0).at("zh") == "办理期限");
  CHECK(desk.ask("GET", address + "/steps").at("items").at(0).at("missing").at(0).at("field") == "outcome");
  const auto refused = desk.ask("POST", address + "/steps/close", 422, R"({"revision":1,"why":""})");
  CHECK(refused.at("findings").as_array().size() >= 2);
  const auto closed =
      desk.ask("POST", address + "/steps/close", 200, R"({"revision":1,"why":"done","values":{"outcome":"已整改"}})");
  CHECK(closed.at("state") == "closed");
  CHECK(closed.at("steps").at(0).at("step") == "close");
  CHECK(desk.ask("GET", "/api/v1/due").at("items").as_array().empty());
}

TEST_CASE("the public reports, follows by code, says once that it is not solved, and sees nothing else") {
  Desk desk;
  people::Person admin;
  admin.name = "root";
  admin.roles = {"admin"};
  const std::string inside = desk.world.enter(admin);
  CHECK(desk.send("POST", std::string(units) + "/records", R"({"values":{"name":"x","kind":"kiln"}})").status != 201);
  CHECK(desk.send("GET", units).status == 404);
  const auto made = desk.ask("POST", std::string(reports) + "/records", 201, R"({"values":{"what":"黑烟"}})");
  const std::string code(made.at("follow").as_string());
  const std::string follow = "/api/v1/follow/" + code;
  CHECK(desk.ask("GET", follow).at("state_name").at("zh") == "待办");
  CHECK(desk.send("GET", "/api/v1/follow/AAAAAAAAAA").status == 404);
  desk.session = inside;
  const std::string address = std::string(reports) + "/records/" + std::string(made.at("id").as_string());
  const auto inner = desk.ask("GET", address);
  CHECK_FALSE(inner.as_object().contains("follow"));
  desk.ask("POST", address + "/steps/close", 200,
           R"({"revision":1,"why":"done","values":{"outcome":"已查处","secret":"内部"}})");
  desk.session.clear();
  const auto told = desk.ask("GET", follow);
  CHECK(told.at("outcome") == "已查处");
  CHECK(json::serialize(told).find("内部") == std::string::npos);
  CHECK(desk.ask("POST", follow + "/reopen", 200, R"({"why":"还在冒烟"})").at("state") == "open");
  CHECK(desk.send("POST", follow + "/reopen", R"({"why":"again"})").status >= 400);
  CHECK(desk.send("GET", std::string(reports) + "/records?where=secret:present").status >= 400);
}

TEST_CASE("a label is escaped, its code carries the page's address, and a photo is kept by its content") {
  Desk desk;
  const std::string id = desk.create(R"({"name":"<script>alert(1)</script>","kind":"kiln","capacity":5})");
  const std::string address = std::string(units) + "/records/" + id;
  const Response label = desk.send("GET", address + "/label.html");
  CHECK(label.content_type.starts_with("text/html"));
  CHECK(label.body.find("<script>") == std::string::npos);
  CHECK(label.body.find("&lt;script&gt;") != std::string::npos);
  CHECK(label.body.find("5 m3/h") != std::string::npos);
  const auto expected = qr_svg("http://celadon.example/#/registers/test-unit/" + id);
  CHECK(desk.send("GET", address + "/qr.svg").body == *expected);
  const std::string png = std::string("\x89PNG\r\n\x1a\n", 8) + std::string(40, 'x');
  const auto kept = desk.ask("POST", "/api/v1/attachments?name=%E7%85%A7.png&lon=117.2&lat=29.3", 201, png);
  const Response back = desk.send("GET", "/api/v1/attachments/" + std::string(kept.at("hash").as_string()));
  CHECK(back.body == png);
  CHECK(back.content_type == "image/png");
  CHECK(desk.send("POST", "/api/v1/attachments?lon=117.2", png).status == 400);
  CHECK(desk.send("GET", "/api/v1/attachments/" + std::string(64, 'a')).status == 404);
}

TEST_CASE("a layer shows single points where they are few and counts them where they are many") {
  Desk desk;
  std::string csv = "名称,类别,位置\n";
  for (int i = 0; i < 500; ++i) csv += "u" + std::to_string(i) + ",kiln,\"117.2,29.3\"\n";
  desk.create(R"({"name":"alone","kind":"kitchen","place":{"type":"Point","coordinates":[100,10]}})");
  const std::string tiles = std::string(units) + "/tiles/";
  const Response few = desk.send("GET", tiles + "2/3/1.mvt");
  CHECK(few.status == 200);
  CHECK(few.body.find("alone") != std::string::npos);
  CHECK(desk.import(csv).at("added") == 500);
  const Response many = desk.send("GET", tiles + "2/3/1.mvt");
  const auto gathered = test::read_tile(many.body).features;
  CHECK(std::count_if(gathered.begin(), gathered.end(), [](const auto& one) { return one.number("count") == 500; }) ==
        1);
  CHECK(many.body.size() < 2000);
  CHECK(desk.send("GET", tiles + "1/1/0.mvt").status == 204);  // below the pack's zoom
  CHECK(desk.send("GET", tiles + "2/9/9.mvt").status == 404);
}
