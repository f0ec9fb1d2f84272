#include "core/yaml_fields.hpp"
#include "people/people.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace celadon;
using namespace celadon::people;

namespace {

constexpr const char* small = R"(
groups:
  - {id: bureau, roles: [duty, admin]}
routes:
  - {method: GET, path: /open, who: [anybody]}
  - {method: GET, path: "/inside/{id}", who: [bureau, enterprise]}
  - {method: POST, path: /look, who: [bureau], changes: false}
  - {method: POST, path: /write, who: [bureau]}
  - {method: POST, path: /report, who: [anybody]}
  - {method: GET, path: /of-the-public, who: [public]}
)";

RouteRights rights_of(std::string_view text) {
  auto rights = RouteRights::parse(text, "rights.yaml");
  REQUIRE(rights.has_value());
  return std::move(*rights);
}

Caller caller(Caller::How how, std::vector<std::string> of, bool read_only = false) {
  Caller one;
  one.how = how;
  one.roles = std::move(of);
  one.read_only = read_only;
  return one;
}

std::string refusal(std::string_view text) {
  const auto rights = RouteRights::parse(text, "rights.yaml");
  return rights ? std::string() : rights.error().detail;
}

}  // namespace

TEST_CASE("a route is found by method and pattern, and a group stands for its roles") {
  const RouteRights rights = rights_of(small);
  CHECK(rights.entries().size() == 6);
  REQUIRE(rights.find("GET", "/inside/{id}") != nullptr);
  CHECK(rights.find("GET", "/inside/{id}")->roles == std::vector<std::string>{"duty", "admin", "enterprise"});
  CHECK(rights.find("POST", "/inside/{id}") == nullptr);
  CHECK(rights.find("GET", "/inside/7") == nullptr);
}

TEST_CASE("a role passes where it is named, nobody only where anybody may, and the open house everywhere") {
  const RouteRights rights = rights_of(small);
  const auto allows = [&](const char* method, const char* path, const Caller& one) {
    const auto* entry = rights.find(method, path);
    REQUIRE(entry != nullptr);
    return rights.allows(*entry, one);
  };
  const Caller duty = caller(Caller::How::session, {"duty"});
  const Caller planner = caller(Caller::How::session, {"planner"});
  const Caller person_of_public = caller(Caller::How::session, {"public"});
  CHECK(allows("GET", "/open", Caller{}));
  CHECK_FALSE(allows("GET", "/inside/{id}", Caller{}));
  CHECK_FALSE(allows("GET", "/of-the-public", Caller{}));  // the role of a person, not of nobody
  CHECK(allows("GET", "/of-the-public", person_of_public));
  CHECK(allows("GET", "/inside/{id}", duty));
  CHECK_FALSE(allows("GET", "/inside/{id}", planner));
  CHECK(allows("GET", "/inside/{id}", caller(Caller::How::session, {"planner", "enterprise"})));
  for (const auto& entry : rights.entries()) CHECK(rights.allows(entry, caller(Caller::How::house, {})));
}

TEST_CASE("a read-only token looks and never changes, even where anybody may") {
  const RouteRights rights = rights_of(small);
  const Caller token = caller(Caller::How::token, {"admin"}, true);
  CHECK(rights.allows(*rights.find("GET", "/inside/{id}"), token));
  CHECK(rights.allows(*rights.find("POST", "/look"), token));
  CHECK_FALSE(rights.allows(*rights.find("POST", "/write"), token));
  CHECK_FALSE(rights.allows(*rights.find("POST", "/report"), token));
  CHECK(rights.allows(*rights.find("POST", "/write"), caller(Caller::How::token, {"admin"})));
}

TEST_CASE("a misprint is named with its line") {
  const auto of_routes = [](const std::string& lines) {
    return refusal("groups:\n  - {id: bureau, roles: [duty]}\nroutes:\n" + lines);
  };
  CHECK(of_routes("  - {method: GET, path: /a, who: [everyone]}\n") ==
        "rights.yaml:4: who: there is no role or group 'everyone'");
  CHECK(of_routes("  - {method: GET, path: /a, who: []}\n").find("rights.yaml:4: who: ") == 0);
  CHECK(of_routes("  - {method: GET, path: /a}\n").find("say which roles") != std::string::npos);
  CHECK(of_routes("  - {method: PATCH, path: /a, who: [admin]}\n").find("expected GET") != std::string::npos);
  CHECK(of_routes("  - {method: GET, path: a, who: [admin]}\n").find("begins with") != std::string::npos);
  CHECK(of_routes("  - {method: GET, path: /a, who: [admin]}\n  - {method: GET, path: /a, who: [duty]}\n") ==
        "rights.yaml:5: path: GET /a is there twice");
  CHECK(of_routes("  - {method: GET, path: /a, whom: [admin]}\n").find("whom") != std::string::npos);
  const std::string routes = "routes:\n  - {method: GET, path: /a, who: [anybody]}\n";
  CHECK(refusal("groups:\n  - {id: x, roles: [duty]}\n" + routes).empty());
  CHECK(refusal("groups:\n  - {id: admin, roles: [duty]}\n" + routes).find("is a role") != std::string::npos);
  CHECK(refusal("groups:\n  - {id: x, roles: [chief]}\n" + routes).find("no role 'chief'") != std::string::npos);
}

TEST_CASE("the rights that Celadon brings are read, and every changing GET would be a mistake") {
  const auto rights =
      parse_pack(std::filesystem::path(CELADON_PACKS) / "people" / "rights.yaml",
                 [](std::string_view text, const std::string& name) { return RouteRights::parse(text, name); });
  if (!rights) FAIL(rights.error().detail);
  CHECK(rights->entries().size() > 90);
  for (const auto& entry : rights->entries()) {
    CAPTURE(entry.pattern);
    if (entry.method == "GET") CHECK_FALSE(entry.changes);
  }
}
