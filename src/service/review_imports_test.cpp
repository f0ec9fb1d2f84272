#include "service/review_imports.hpp"

#include "service/service_test_world.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace celadon;
using namespace celadon::service;
using test::World;

namespace {

namespace json = boost::json;

const std::string import_head = "点位,项目,周期,时间,审核前,审核后,单位,备注,审核人\n";

json::value sent(World& world, const std::string& body) {
  const auto response = test::send(world, "POST", "/api/v1/review/imports?name=pairs.csv", body);
  CAPTURE(response.body);
  REQUIRE(response.status == 202);
  return json::parse(response.body);
}

std::string target_of(const json::value& job) {
  return "/api/v1/review/imports/" + std::to_string(job.at("id").as_int64());
}

/// The import, once it is neither read nor saved.
json::value settled(World& world, const json::value& job) {
  for (int i = 0; i < 6000; ++i) {
    auto told = test::ask(world, target_of(job));
    if (told.at("state") != "reading" && told.at("state") != "saving") return told;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("the import does not come to an end");
  return {};
}

Response save_import(World& world, const json::value& job, const std::string& digest) {
  const std::string body = R"({"who":"li","why":"history","preview":")" + digest + "\"}";
  return test::send(world, "POST", target_of(job) + "/save", body);
}

std::int64_t counted(const json::value& job, const char* what) { return job.at("counts").at(what).as_int64(); }

}  // namespace

TEST_CASE("a table of pairs is read, looked at and saved over HTTP; sent again it changes nothing") {
  World world;
  const std::string table = import_head +
                            "air.2345A,PM10,PT1H,2020-01-06 01:00,58,58,ug/m3,,\n"
                            "air.2345A,PM10,PT1H,2020-01-06 02:00,912,,ug/m3,雷击,王工\n"
                            "air.2345A,PM10,PT1H,2020-01-06 03:00,60,61.5,ug/m3,,\n"
                            "air.nowhere,PM10,PT1H,2020-01-06 03:00,60,61,ug/m3,,\n";
  const auto job = sent(world, table);
  const auto ready = settled(world, job);
  CAPTURE(json::serialize(ready));
  REQUIRE(ready.at("state") == "ready");
  CHECK(counted(ready, "accepted") == 1);
  CHECK(counted(ready, "voided") == 1);
  CHECK(counted(ready, "corrected") == 1);
  CHECK(counted(ready, "raw_added") == 3);
  CHECK(counted(ready, "refused") == 1);
  CHECK(ready.at("problems").at(0).at("line") == 5);
  CHECK(ready.at("problems").at(0).at("field") == "site");
  CHECK(world.archive->row_count() == 0);
  const std::string digest(ready.at("digest").as_string());
  CHECK(ready.at("erratum").at("digest").as_string() == digest.c_str());

  const auto errors = test::send(world, "GET", target_of(job) + "/errors.csv?lang=en");
  CHECK(errors.status == 200);
  CHECK(errors.body.find("5,site,air.nowhere,") != std::string::npos);
  CHECK(test::send(world, "GET", target_of(job) + "/errors.csv?lang=fr").status == 400);

  CHECK(save_import(world, job, "0000000000000000").status == 409);
  CHECK(test::send(world, "POST", target_of(job) + "/save", "{}").status == 400);
  REQUIRE(save_import(world, job, digest).status == 202);
  const auto done = settled(world, job);
  REQUIRE(done.at("state") == "done");
  CHECK(done.at("digest").as_string() == digest.c_str());
  CHECK(done.at("decisions").as_array().size() == 3);
  CHECK(done.at("erratum").at("who") == "li");
  CHECK(save_import(world, job, digest).status == 409);

  const auto sheet = test::ask(world, "/api/v1/review/sheet?site=air.2345A&day=2020-01-06");
  const auto& rows = sheet.at("columns").at(0).at("rows").as_array();
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].at("raw") == 912);
  CHECK(rows[1].at("value").is_null());
  CHECK(rows[2].at("value") == 61.5);
  std::string notes;
  for (const auto& decision : sheet.at("decisions").as_array()) {
    CHECK(decision.at("who") == "li");
    CHECK(decision.at("elsewhere") == true);
    for (const auto& note : decision.at("notes").as_array()) notes += note.at("note").as_string();
  }
  CHECK(notes == "审核人：王工；雷击");

  const auto stored = world.archive->row_count();
  const auto again = settled(world, sent(world, table));
  CHECK(again.at("state") == "done");
  CHECK(counted(again, "unchanged") == 3);
  CHECK(again.at("erratum").is_null());
  CHECK(world.archive->row_count() == stored);
  CHECK(test::ask(world, "/api/v1/review/imports").at("items").as_array().size() == 2);
}

TEST_CASE("what is no table of pairs fails with what to do, and an import that is not there is not found") {
  World world;
  CHECK(test::send(world, "POST", "/api/v1/review/imports", "").status == 400);
  const auto failed = settled(world, sent(world, "site,property,time,value,unit\n"));
  CHECK(failed.at("state") == "failed");
  CHECK(failed.at("error").as_string().find("'period'") != json::string::npos);
  CHECK(test::send(world, "GET", "/api/v1/review/imports/99").status == 404);
  CHECK(test::send(world, "POST", "/api/v1/review/imports/99/save", R"({"who":"a","preview":"b"})").status == 404);
  CHECK(test::send(world, "GET", "/api/v1/review/imports/99/errors.csv").status == 404);
}

TEST_CASE("an import that a stop of the program cut off is told so at the next start, and its upload is gone") {
  World world;
  const auto put = [&](const char* id, const char* state) {
    const std::string body = std::string(R"({"id":)") + id + R"(,"state":")" + state + R"(","error":null})";
    REQUIRE(world.ledger->put({"review-import", id, body, now(), "li", "test", {}}));
  };
  put("7", "reading");
  put("8", "saving");
  put("9", "done");
  const auto upload = world.folder / "imports" / "review-7";
  std::filesystem::create_directories(upload.parent_path());
  std::ofstream(upload) << import_head;
  const Parts parts = world.parts();
  ReviewImports imports(parts);
  const auto told = [&](std::int64_t id) { return json::parse(imports.json(id).value()); };
  CHECK(told(7).at("state") == "failed");
  CHECK(told(7).at("error") == "the program stopped before this was saved; send the file again");
  CHECK(told(8).at("error") ==
        "the program stopped while this was saved; send the file again: what is in is left out");
  CHECK(told(9).at("state") == "done");
  CHECK_FALSE(std::filesystem::exists(upload));
  CHECK(imports.begin("li", "pairs.csv", import_head).value() == 10);
}
