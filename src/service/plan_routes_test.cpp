#include "service/plan_desk.hpp"
#include "service/service_test_world.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <map>

using namespace celadon;
using namespace celadon::service;
using test::must;

namespace {

namespace json = boost::json;

struct Planner : test::World {
  Response ask(const std::string& method, const std::string& target, const std::string& body = "") {
    Request request;
    REQUIRE(parse_target(target, request).has_value());
    request.method = method;
    request.body = body;
    request.of_our_page = true;
    return service->answer(std::move(request));
  }
  json::value get(const std::string& target, int status = 200) {
    const auto response = ask("GET", target);
    CHECK_MESSAGE(response.status == status, response.body.substr(0, 400));
    return json::parse(response.body);
  }
  std::string make(const std::string& register_id, const std::string& values) {
    const auto response = ask("POST", "/api/v1/registers/" + register_id + "/records",
                              R"({"why": "test", "values": )" + values + "}");
    REQUIRE_MESSAGE(response.status == 201, response.body.substr(0, 600));
    return std::string(json::parse(response.body).at("id").as_string());
  }
  json::value promise(const std::string& id, const std::string& query = "") {
    const auto all = get("/api/v1/plan/promises" + query);
    for (const auto& one : all.at("items").as_array()) {
      if (one.at("id").as_string() == id) return one;
    }
    FAIL("no ", id);
    return {};
  }
  std::string unit() { return make("duty-unit", R"({"name": "市生态环境局（示例）", "kind": "bureau", "division": "360200"})"); }
};

/// A document of the plan, issued or not.
std::string document(const std::string& unit, const std::string& division, bool issued) {
  return R"({"promise": "JDZ-P051", "name": "实施方案（示例）", "kind": "scheme", "division": ")" + division + R"(", "owner": ")" + unit +
         R"(", "due_on": "2026-12-31")" + (issued ? R"(, "issued_on": "2026-06-01", "number": "示例1号")" : "") + "}";
}

}  // namespace

TEST_CASE("the plan is there whole: each of the 218 promises computed, waiting for named data, or with its reason") {
  Planner world;
  const auto plan = world.get("/api/v1/plan");
  CHECK(plan.at("id").as_string() == "jingdezhen-15th");
  const auto& standings = plan.at("standings").as_object();
  std::int64_t total = 0;
  for (const auto& [name, count] : standings) total += count.to_number<std::int64_t>();
  CHECK(total == 218);
  const auto promises = world.get("/api/v1/plan/promises");
  REQUIRE(promises.at("items").as_array().size() == 218);
  for (const auto& one : promises.at("items").as_array()) {
    if (one.at("standing").as_string() == "computed") continue;
    CHECK(one.at("value").is_null());  // nothing is made up
    CHECK_FALSE(one.at("reason_zh").as_string().empty());
  }
}

TEST_CASE("a record moves the promise it counts for, and what was known before stays as it was") {
  Planner world;
  CHECK(world.promise("JDZ-P051").at("value").to_number<double>() == 0);
  const auto unit = world.unit();
  const auto id = world.make("plan-document", document(unit, "360200", false));
  CHECK(world.promise("JDZ-P051").at("value").to_number<double>() == 0);
  const Instant before = now();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  world.make("plan-document", document(unit, "360222", true));
  const auto after = world.promise("JDZ-P051");
  CHECK(after.at("value").to_number<double>() == 1);
  CHECK(after.at("status").as_string() == "met");
  CHECK(world.promise("JDZ-P051", "?place=360222").at("value").to_number<double>() == 1);
  CHECK(world.promise("JDZ-P051", "?place=360281").at("value").to_number<double>() == 0);
  CHECK(world.promise("JDZ-P051", "?as_known_at=" + to_iso_utc(before)).at("value").to_number<double>() == 0);
  CHECK(world.promise("JDZ-P051", "?year=2025").at("value").to_number<double>() == 0);  // issued in 2026
  const auto run = world.get("/api/v1/plan").at("run").as_object();
  CHECK(run.at("worked_out").to_number<int>() * 20 < run.at("asked").to_number<int>());

  // Why: what was counted, down to the record.
  const auto one = world.get("/api/v1/plan/promises/JDZ-P051");
  const auto& counted = one.at("counted").as_array();
  REQUIRE(counted.size() == 1);
  CHECK(counted[0].at("from").as_string() == "plan-document");
  CHECK(counted[0].at("looked_at").to_number<int>() == 2);
  CHECK(counted[0].at("matched").to_number<int>() == 1);
  CHECK(counted[0].at("items").as_array().at(0).at("id").is_string());

  // If the other were issued too: nothing is stored.
  const auto supposed = world.ask("POST", "/api/v1/plan/what-if",
                                  R"({"promise": "JDZ-P051", "suppose": [{"register": "plan-document", "id": ")" + id +
                                      R"(", "values": {"issued_on": "2026-07-01"}}]})");
  CHECK_MESSAGE(supposed.status == 200, supposed.body.substr(0, 400));
  const auto told = json::parse(supposed.body);
  CHECK(told.at("before").at("value").to_number<double>() == 1);
  CHECK(told.at("after").at("value").to_number<double>() == 2);
  CHECK(world.promise("JDZ-P051").at("value").to_number<double>() == 1);
}

TEST_CASE("a night enters what came out otherwise since the one before") {
  Planner world;
  PlanDesk desk({*world.archive, *world.ledger, world.library, *world.registers, world.calendar, "city.360200",
                 test::packs, now});
  REQUIRE(desk.run_night());
  world.make("plan-document", document(world.unit(), "360200", true));
  REQUIRE(desk.run_night());
  const auto runs = world.get("/api/v1/plan/runs").at("items").as_array();
  REQUIRE(runs.size() == 1);  // of one day: the newest
  bool found = false;
  for (const auto& moved : runs[0].at("run").at("moved").as_array()) {
    found = found || (moved.at("promise").as_string() == "JDZ-P051" && moved.at("place").as_string() == "360200" &&
                      moved.at("before").to_number<double>() == 0 && moved.at("after").to_number<double>() == 1);
  }
  CHECK(found);
  CHECK(must(world.ledger->history("plan-run", std::string(runs[0].at("night").as_string()))).size() == 2);
}

TEST_CASE("what is asked wrongly is refused with its field") {
  Planner world;
  const auto refused = [&](const std::string& method, const std::string& target, int status, const std::string& field,
                           const std::string& body = "") {
    const auto response = world.ask(method, target, body);
    INFO(target, " ", response.body.substr(0, 300));
    CHECK(response.status == status);
    const auto problem = json::parse(response.body).as_object();
    CHECK(problem.contains("field"));
    if (problem.contains("field")) CHECK(problem.at("field").as_string() == field);
  };
  refused("GET", "/api/v1/plan/promises?year=1800", 422, "year");
  refused("GET", "/api/v1/plan/promises?year=2099", 422, "year");
  refused("GET", "/api/v1/plan/promises?place=mars", 422, "place");
  refused("GET", "/api/v1/plan/promises?edition=1", 422, "edition");
  refused("GET", "/api/v1/plan/promises?as_known_at=yesterday", 400, "as_known_at");
  refused("GET", "/api/v1/plan/promises/JDZ-P999", 404, "id");
  refused("GET", "/api/v1/plan/promises/JDZ-P051?items=9999", 422, "items");
  refused("POST", "/api/v1/plan/what-if", 400, "promise", "{}");
  refused("POST", "/api/v1/plan/what-if", 400, "suppose", R"({"promise": "JDZ-P051"})");
  refused("POST", "/api/v1/plan/what-if", 404, "register",
          R"({"promise": "JDZ-P051", "suppose": [{"register": "none", "id": "X"}]})");
  refused("POST", "/api/v1/plan/what-if", 422, "state",
          R"({"promise": "JDZ-P051", "suppose": [{"register": "plan-document", "id": "X", "state": "done"}]})");
}

TEST_CASE("the evaluation of the plan is a report whose every figure has its formula and leads to its promise") {
  Planner world;
  const auto response = world.ask("POST", "/api/v1/report-preview",
                                  R"({"template": "plan-evaluation", "day": "2028-12-31", "who": "张三", "why": "评估"})");
  REQUIRE_MESSAGE(response.status == 200, response.body.substr(0, 400));
  const auto preview = json::parse(response.body);
  CHECK(preview.at("title").as_string().find("中期评估") != std::string::npos);
  REQUIRE(preview.at("figures").as_array().size() > 300);
  for (const auto& figure : preview.at("figures").as_array()) {
    CHECK(figure.at("link").as_string().starts_with("#/plan?"));
    CHECK_FALSE(figure.at("how_zh").as_string().empty());
  }
  const auto html = std::string(preview.at("html").as_string());
  CHECK(html.find("JDZ-P048") != std::string::npos);  // unmeasurable ones are listed
  CHECK(html.find("JDZ-P043") != std::string::npos);  // and those that wait
}
