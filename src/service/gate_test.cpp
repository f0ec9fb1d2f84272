#include "service/gate.hpp"

#include "service/json_body.hpp"
#include "service/service_test_world.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace celadon;
using namespace celadon::service;
using test::World;

namespace {

namespace json = boost::json;

struct GateRow {
  std::string method, pattern;
  bool changes = false;
  std::map<std::string, bool> may;  ///< by role, and "nobody"
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

/// The test's own table, which knows nothing of packs/people/rights.yaml.
std::vector<GateRow> read_matrix() {
  std::ifstream in(std::filesystem::path(CELADON_SOURCE) / "tests" / "reference" / "people" / "matrix.csv");
  std::string line;
  REQUIRE(std::getline(in, line));
  const auto head = cells_of(line);
  REQUIRE(head.size() == 4 + std::size(people::roles));
  std::vector<GateRow> rows;
  while (std::getline(in, line)) {
    const auto cells = cells_of(line);
    CAPTURE(line);
    REQUIRE(cells.size() == head.size());
    GateRow row{cells[0], cells[1], cells[2] == "y", {}};
    for (std::size_t i = 2; i < cells.size(); ++i) {
      REQUIRE((cells[i] == "y" || cells[i] == "-"));
      if (i > 2) row.may[head[i]] = cells[i] == "y";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

people::Person person_of(const std::string& role) {
  people::Person person;
  person.name = "the-" + role;
  person.roles = {role};
  if (role == "enterprise") person.enterprise = "YY000001";
  return person;
}

/// "/api/v1/devices/{mn}" with something in each place.
std::string path_of(std::string pattern) {
  for (std::size_t at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at))
    pattern.replace(at, pattern.find('}', at) + 1 - at, "none");
  return pattern;
}

Request request_of(const std::string& method, const std::string& path, const std::string& session = "",
                   const std::string& bearer = "") {
  Request request;
  request.method = method;
  request.path = path;
  request.session = session;
  request.bearer = bearer;
  request.of_our_page = true;
  return request;
}

std::string slug_of(const Response& response) {
  if (response.content_type != "application/problem+json") return {};
  const std::string type(json::parse(response.body).at("type").as_string());
  return type.substr(type.rfind('/') + 1);
}

/// The gate's own word on a request: empty where it lets it through.
std::string stopped_by(const Response& response) {
  const std::string slug = slug_of(response);
  return slug == "not-signed-in" || slug == "no-right" || slug == "foreign-page" ? slug : std::string();
}

Response send_as(World& world, const std::string& method, const std::string& path, const std::string& session,
                 const std::string& body = "", bool of_our_page = true) {
  Request request = request_of(method, path, session);
  request.body = body;
  request.of_our_page = of_our_page;
  request.address = "10.0.0.1";
  return world.service->answer(std::move(request));
}

std::string cookie_in(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Set-Cookie") return value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
  }
  return {};
}

}  // namespace

TEST_CASE("every route that is served has an entry of rights, and every entry stands in the matrix once more") {
  World world;
  for (const auto& route : world.service->router().routes()) {
    CAPTURE(route.method + " " + route.pattern);
    CHECK(world.rights.find(route.method, route.pattern) != nullptr);
  }
  const auto matrix = read_matrix();
  CHECK(matrix.size() == world.rights.entries().size());
  for (const auto& row : matrix) {
    CAPTURE(row.method + " " + row.pattern);
    const auto* entry = world.rights.find(row.method, row.pattern);
    REQUIRE(entry != nullptr);
    CHECK(entry->changes == row.changes);
  }
}

TEST_CASE("the matrix: every route for nobody, each role, a read-only token and the open house") {
  World world;
  const Gate gate(*world.people, world.rights, *world.audit);
  const auto matrix = read_matrix();
  for (const auto& row : matrix) {  // before there are accounts
    Request request = request_of(row.method, path_of(row.pattern));
    CAPTURE(row.method + " " + row.pattern);
    CHECK_FALSE(gate.check({row.method, row.pattern, "", {}, {}}, request).has_value());
    CHECK(request.caller.how == people::Caller::How::house);
  }
  std::map<std::string, std::string> sessions = {{"nobody", ""}};
  sessions["admin"] = world.enter(person_of("admin"));
  for (const auto role : people::roles) sessions[std::string(role)] = world.enter(person_of(std::string(role)));
  const auto token =
      test::must(world.people->make_token(world.people->caller(sessions["admin"], ""), "reads", {"admin"}, true, 1));
  for (const auto& row : matrix) {
    const Route route{row.method, row.pattern, "", {}, {}};
    CAPTURE(row.method + " " + row.pattern);
    for (const auto& [role, session] : sessions) {
      CAPTURE(role);
      Request request = request_of(row.method, path_of(row.pattern), session);
      const auto refusal = gate.check(route, request);
      CHECK(refusal.has_value() != row.may.at(role));
      if (refusal) CHECK(refusal->status == (role == "nobody" ? 401 : 403));
    }
    Request reading = request_of(row.method, path_of(row.pattern), "", token.secret);
    CHECK(gate.check(route, reading).has_value() == (row.changes || !row.may.at("admin")));
    Request wrong = request_of(row.method, path_of(row.pattern), "", std::string(64, 'f'));
    CHECK(gate.check(route, wrong).has_value() != row.may.at("nobody"));
  }
}

TEST_CASE("the real router asks the gate before every handler: what the matrix forbids reaches none") {
  World world;
  std::map<std::string, std::string> sessions = {{"nobody", ""}};
  sessions["admin"] = world.enter(person_of("admin"));
  std::map<std::string, GateRow> matrix;
  for (auto& row : read_matrix()) matrix[row.method + " " + row.pattern] = std::move(row);
  for (const auto& route : world.service->router().routes()) {
    const std::string name = route.method + " " + route.pattern;
    CAPTURE(name);
    REQUIRE(matrix.contains(name));
    const GateRow& row = matrix.at(name);
    for (const auto& [role, may] : row.may) {
      CAPTURE(role);
      if (name.starts_with("DELETE /api/v1/session") && may) continue;  // would end the session the test goes on with
      if (!sessions.contains(role)) sessions[role] = world.enter(person_of(role));
      const Response response = send_as(world, route.method, path_of(route.pattern), sessions.at(role));
      CHECK(stopped_by(response) == (may ? "" : role == "nobody" ? "not-signed-in" : "no-right"));
    }
  }
}

TEST_CASE("a route without an entry is refused, in the open house too") {
  World world;
  const Gate gate(*world.people, world.rights, *world.audit);
  Request request = request_of("GET", "/api/v1/forgotten");
  const auto refusal = gate.check({"GET", "/api/v1/forgotten", "", {}, {}}, request);
  REQUIRE(refusal.has_value());
  CHECK(refusal->status == 403);
  CHECK(refusal->body.find("rights.yaml has no entry") != std::string::npos);
}

TEST_CASE("a role that reaches beyond its rights is in the audit, with the name and the address it asked for") {
  World world;
  static_cast<void>(world.enter(person_of("admin")));
  const std::string planner = world.enter(person_of("planner"));
  const auto before = world.audit->newest(1)->at(0).number;
  CHECK(send_as(world, "GET", "/api/v1/devices/A7", planner).status == 403);
  const auto entry = world.audit->newest(1)->at(0);
  CHECK(entry.number == before + 1);
  CHECK(entry.who == "the-planner");
  CHECK(entry.action == "refused");
  CHECK(entry.outcome == "refused");
  CHECK(entry.object == "GET /api/v1/devices/A7");
}

TEST_CASE("a change that comes with the cookie needs the header that a foreign page cannot send") {
  World world;
  const std::string admin = world.enter(person_of("admin"));
  CHECK(slug_of(send_as(world, "POST", "/api/v1/people", admin, "{}", false)) == "foreign-page");
  CHECK(slug_of(send_as(world, "POST", "/api/v1/people", admin, "{}", true)) == "malformed");
  CHECK(send_as(world, "GET", "/api/v1/people", admin, "", false).status == 200);
  CHECK(slug_of(send_as(world, "POST", "/api/v1/judge", admin, "{}", false)) != "foreign-page");  // changes nothing
  const auto token =
      test::must(world.people->make_token(world.people->caller(admin, ""), "writes", {"admin"}, false, 1));
  Request by_token = request_of("POST", "/api/v1/people", "", token.secret);
  by_token.of_our_page = false;
  CHECK(slug_of(world.service->answer(std::move(by_token))) == "malformed");
}

TEST_CASE("a page of another site changes nothing in the open house either") {
  World world;
  Request request = request_of("POST", "/api/v1/people");
  request.body = R"({"name": "mallory", "roles": ["admin"], "password": "mallory was here"})";
  request.of_our_page = false;
  request.of_other_site = true;
  CHECK(slug_of(world.service->answer(request)) == "foreign-page");
  CHECK_FALSE(world.people->any());
  request.of_other_site = false;
  CHECK(world.service->answer(request).status == 422);  // the name is in the password
}

TEST_CASE("with accounts the caller's name counts, in the open house the body's") {
  JsonBody body(R"({"who": "somebody else"})");
  JsonBody empty("{}");
  Request request;
  CHECK(who_of(request, body) == "somebody else");
  CHECK(who_or_blank(request, empty).empty());
  CHECK(who_of(request, empty).empty());
  CHECK(empty.failed()->field == "who");
  request.caller.how = people::Caller::How::house;
  CHECK(who_of(request, body) == "somebody else");
  for (const auto how : {people::Caller::How::session, people::Caller::How::token}) {
    request.caller.how = how;
    request.caller.name = "li";
    CHECK(who_of(request, body) == "li");
    CHECK(who_or_blank(request, body) == "li");
  }
}

TEST_CASE("from the open house to the first admin, signing in, and out") {
  World world;
  CHECK(send_as(world, "GET", "/api/v1/session", "").body.find("\"how\":\"house\"") != std::string::npos);
  CHECK(send_as(world, "POST", "/api/v1/session", "", R"({"name": "li", "password": "x"})").status == 409);
  CHECK(send_as(world, "POST", "/api/v1/people", "", R"({"name": "li", "roles": ["admin"]})").status == 422);
  const Response made = send_as(world, "POST", "/api/v1/people", "",
                                R"({"name": "li", "shown": "李", "roles": ["admin"], "password": "kiln and river"})");
  CHECK(made.status == 201);
  CHECK(made.body.find("password") == std::string::npos);
  CHECK(send_as(world, "GET", "/api/v1/people", "").status == 401);
  CHECK(send_as(world, "GET", "/api/v1/session", "").body.find("\"how\":\"nobody\"") != std::string::npos);

  const Response wrong =
      send_as(world, "POST", "/api/v1/session", "", R"({"name": "li", "password": "kiln and lake"})");
  CHECK(wrong.status == 403);
  CHECK(cookie_in(wrong).empty());
  const Response in = send_as(world, "POST", "/api/v1/session", "", R"({"name": "li", "password": "kiln and river"})");
  CHECK(in.status == 200);
  CHECK(in.cache_control == "no-store");
  const std::string session = cookie_in(in);
  CHECK(session.size() == 64);
  CHECK(in.body.find(session) == std::string::npos);
  for (const auto& [name, value] : in.headers) {
    if (name == "Set-Cookie") CHECK(value.find("; Path=/; HttpOnly; SameSite=Strict; Max-Age=4") != std::string::npos);
  }
  const auto caller = json::parse(send_as(world, "GET", "/api/v1/session", session).body);
  CHECK(caller.at("how") == "session");
  CHECK(caller.at("shown") == "李");
  CHECK(caller.at("division") == "360200");
  CHECK(send_as(world, "DELETE", "/api/v1/session", session).status == 200);
  CHECK(send_as(world, "GET", "/api/v1/people", session).status == 401);
}

TEST_CASE("accounts, tokens and the audit through the API show no secret and keep to their owner") {
  World world;
  const std::string admin = world.enter(person_of("admin"));
  const std::string duty = world.enter(person_of("duty"));
  const Response changed =
      send_as(world, "PUT", "/api/v1/people/the-duty", admin, R"({"revision": 1, "shown": "值班"})");
  CHECK(changed.status == 200);
  CHECK(changed.body.find("\"roles\":[\"duty\"]") != std::string::npos);  // what is not named stays
  CHECK(send_as(world, "PUT", "/api/v1/people/the-duty", admin, R"({"revision": 1, "shown": "x"})").status == 409);
  CHECK(send_as(world, "PUT", "/api/v1/people/nobody", admin, R"({"revision": 1})").status == 404);
  const auto own = send_as(world, "PUT", "/api/v1/people/the-admin", admin, R"({"revision": 1, "roles": ["duty"]})");
  CHECK(own.status == 403);
  const std::string people = send_as(world, "GET", "/api/v1/people", admin).body;
  CHECK(people.find("argon2") == std::string::npos);
  CHECK(people.find("the-duty") != std::string::npos);

  CHECK(send_as(world, "POST", "/api/v1/tokens", duty, R"({"label": "x", "roles": ["admin"]})").status == 422);
  const Response made = send_as(world, "POST", "/api/v1/tokens", duty, R"({"label": "script"})");
  REQUIRE(made.status == 201);
  const auto token = json::parse(made.body);
  const std::string secret(token.at("secret").as_string());
  const std::string id(token.at("id").as_string());
  CHECK(send_as(world, "GET", "/api/v1/tokens", duty).body.find(secret) == std::string::npos);
  CHECK(send_as(world, "GET", "/api/v1/tokens", admin).body == R"({"items":[]})");
  CHECK(world.service->answer(request_of("GET", "/api/v1/cases", "", secret)).status == 200);
  CHECK(world.service->answer(request_of("POST", "/api/v1/tokens", "", secret)).status == 403);
  CHECK(send_as(world, "DELETE", "/api/v1/tokens/" + id, duty).status == 200);
  CHECK(world.service->answer(request_of("GET", "/api/v1/cases", "", secret)).status == 401);

  const Response audit = send_as(world, "GET", "/api/v1/audit", admin);
  CHECK(audit.body.find("token-made") != std::string::npos);
  CHECK(audit.body.find(secret) == std::string::npos);
  Request one = request_of("GET", "/api/v1/audit", admin);
  one.query = {{"who", "the-duty"}, {"action", "token-revoked"}};
  CHECK(json::parse(world.service->answer(std::move(one)).body).at("items").as_array().size() == 1);
}
