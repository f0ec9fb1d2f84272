#include "service/service_test_world.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <map>
#include <tuple>
#include <vector>

using namespace celadon;
using namespace celadon::service;
using test::World;

namespace {

namespace json = boost::json;

constexpr const char* plant_a = "91360281MADEM1001R";
constexpr const char* plant_b = "91360281MADEM1002W";

/// Whether a caller may read and change the depot of county 360222 and plant A, and that of 360281 and plant B.
struct CallerRow {
  const char* name;
  std::vector<std::string> roles;
  const char* division;
  const char* enterprise;
  bool reads_a, reads_b, changes_a, changes_b;
};

const std::vector<CallerRow> table = {
    {"the-admin", {"admin"}, "360222", "", true, true, true, true},
    {"city-duty", {"duty"}, "", "", true, true, true, true},
    {"province-leader", {"leader"}, "360000", "", true, true, false, false},
    {"a-duty", {"duty"}, "360222", "", true, false, true, false},
    {"b-duty", {"duty"}, "360281", "", false, true, false, true},
    {"a-enforcement", {"enforcement"}, "360222", "", true, false, true, false},
    {"b-enforcement", {"enforcement"}, "360281", "", false, true, false, true},
    {"c-enforcement", {"enforcement"}, "360203", "", false, false, false, false},
    {"a-analyst", {"analyst"}, "360222", "", true, false, false, false},
    {"b-planner", {"planner"}, "360281", "", false, true, false, false},
    {"a-leader", {"leader"}, "360222", "", true, false, false, false},
    {"plant-a", {"enterprise"}, "", plant_a, true, false, false, false},
    {"plant-b", {"enterprise"}, "", plant_b, false, true, false, false},
    {"plant-c", {"enterprise"}, "", "91360281MADEM10030", false, false, false, false},
    {"city-integrator", {"integrator"}, "", "", false, false, false, false},
    {"citizen", {"public"}, "", "", false, false, false, false},
};

Response send_record(World& world, const std::string& method, const std::string& path, const std::string& session,
                     const std::string& body = "") {
  Request request;
  request.method = method;
  request.path = "/api/v1/registers/" + path;
  request.session = session;
  request.of_our_page = true;
  request.body = body;
  return world.service->answer(std::move(request));
}

bool is_denied(const Response& response) {
  return response.status == 401 || response.status == 403 || response.status == 404;
}

json::value made(const Response& response) {
  if (response.status != 201) FAIL(response.body);
  return json::parse(response.body);
}

void make_plant(World& world, const std::string& session, const std::string& code, const std::string& name) {
  made(send_record(world, "POST", "enterprise/records", session,
                   R"({"why":"示例","values":{"code":")" + code + R"(","name":")" + name +
                       R"(","division":"360281","industry":"2614","status":"running","permit_level":"key",)"
                       R"("place":{"type":"Point","coordinates":[117.1,28.9]}}})"));
}

std::string make_depot(World& world, const std::string& session, const std::string& name, const std::string& division,
                       const std::string& enterprise) {
  const auto record = made(send_record(world, "POST", "depot/records", session,
                                       R"({"why":"示例","values":{"name":")" + name +
                                           R"(","level":"county","division":")" + division + R"(","enterprise":")" +
                                           enterprise + R"(","place":{"type":"Point","coordinates":[117.2,29.3]}}})"));
  return std::string(record.at("id").as_string());
}

}  // namespace

TEST_CASE("rows over HTTP: own and other division and enterprise, reading and changing, and what a list shows") {
  World world;
  const auto enter = [&](const CallerRow& row) {
    people::Person person;
    person.name = row.name;
    person.roles = row.roles;
    person.division = row.division;
    person.enterprise = row.enterprise;
    return world.enter(person);
  };
  const std::string admin = enter(table.front());
  make_plant(world, admin, plant_a, "甲（示例）");
  make_plant(world, admin, plant_b, "乙（示例）");
  const std::string a = make_depot(world, admin, "甲库（示例）", "360222", plant_a);
  const std::string b = make_depot(world, admin, "乙库（示例）", "360281", plant_b);
  std::map<std::string, std::int64_t> revisions = {{a, 1}, {b, 1}};

  for (const auto& row : table) {
    CAPTURE(row.name);
    const std::string session = enter(row);
    for (const auto& [id, reads, changes] :
         {std::tuple{a, row.reads_a, row.changes_a}, std::tuple{b, row.reads_b, row.changes_b}}) {
      CAPTURE(id);
      const std::string path = "depot/records/" + id;
      const Response read = send_record(world, "GET", path, session);
      CHECK((read.status == 200) == reads);
      CHECK(is_denied(read) != reads);
      if (!reads) CHECK(read.body.find("（示例）") == std::string::npos);
      for (const char* of : {"/history", "/steps", "/qr.svg", "/label.html"}) {
        CAPTURE(of);
        if (!reads) CHECK(is_denied(send_record(world, "GET", path + of, session)));
      }
      const std::string revision = std::to_string(revisions.at(id));
      const Response change =
          send_record(world, "PUT", path, session,
                      R"({"revision":)" + revision + R"(,"why":"test","values":{"note":")" + row.name + R"("}})");
      CHECK((change.status == 200) == changes);
      CHECK(is_denied(change) != changes);
      if (changes) ++revisions.at(id);
      const auto now = json::parse(send_record(world, "GET", path, admin).body);
      CHECK(now.at("revision").as_int64() == revisions.at(id));
      if (changes) CHECK(now.at("who") == row.name);
    }
    const Response list = send_record(world, "GET", "depot/records", session);
    CHECK((list.body.find("甲库") != std::string::npos) == row.reads_a);
    CHECK((list.body.find("乙库") != std::string::npos) == row.reads_b);
  }
  CHECK(is_denied(send_record(world, "GET", "depot/records/" + a, "")));
  CHECK(send_record(world, "PUT", "depot/records/" + a, "", "{}").status == 401);
  CHECK(send_record(world, "GET", "depot/records", "").body.find("甲库") == std::string::npos);
}

TEST_CASE("nobody moves a row out of their own division, or another's into it") {
  World world;
  people::Person person;
  person.name = "the-admin";
  person.roles = {"admin"};
  const std::string admin = world.enter(person);
  make_plant(world, admin, plant_a, "甲（示例）");
  const std::string a = make_depot(world, admin, "甲库（示例）", "360222", plant_a);
  person.name = "a-duty";
  person.roles = {"duty"};
  person.division = "360222";
  const std::string duty = world.enter(person);
  const Response moved = send_record(world, "PUT", "depot/records/" + a, duty,
                                     R"({"revision":1,"why":"test","values":{"division":"360281"}})");
  CHECK(is_denied(moved));
  const Response elsewhere =
      send_record(world, "POST", "depot/records", duty,
                  R"({"why":"x","values":{"name":"丙库（示例）","level":"county","division":"360281",)"
                  R"("place":{"type":"Point","coordinates":[117.2,29.3]}}})");
  CHECK(is_denied(elsewhere));
  CHECK(json::parse(send_record(world, "GET", "depot/records/" + a, admin).body).at("revision").as_int64() == 1);
}
