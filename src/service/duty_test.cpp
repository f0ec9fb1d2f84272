#include "ledger/events.hpp"
#include "service/service_test_world.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <chrono>
#include <cmath>
#include <string>

using namespace celadon;
using namespace celadon::service;
using test::must;
using test::World;

namespace {

namespace json = boost::json;

const std::string section = "water.nanhehekou";

json::value get_json(World& world, const std::string& path,
                     const std::vector<std::pair<std::string, std::string>>& query = {}) {
  Request request;
  request.method = "GET";
  request.path = "/api/v1/" + path;
  for (const auto& [name, value] : query) request.query.emplace_back(name, value);
  const Response response = world.service->answer(std::move(request));
  if (response.status != 200) FAIL(response.body);
  return json::parse(response.body);
}

Response post(World& world, const std::string& path, const std::string& body) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/" + path;
  request.of_our_page = true;
  request.body = body;
  return world.service->answer(std::move(request));
}

/// Hours of ammonia of the section that end with the last full one; quiet but for the newest, which are given.
Instant send_ammonia(World& world, const std::vector<std::pair<double, char>>& newest,
                     const std::string& site = section) {
  const Instant last{now().us / us_per_hour * us_per_hour};
  SeriesKey key;
  key.site = site;
  key.property = "NH3-N";
  key.averaging = hourly;
  watch::Submission submission;
  const auto id = must(world.ledger->series_id(key));
  for (int i = 47; i >= 0; --i) {
    const auto from_end = static_cast<std::size_t>(i);
    const bool planted = from_end < newest.size();
    const auto& one = planted ? newest[newest.size() - 1 - from_end] : std::pair(0.2 + 0.01 * (i % 5), 'N');
    submission.rows.push_back(id, {last.us - i * us_per_hour}, one.first, static_cast<DeviceFlag>(one.second));
  }
  submission.source = {"hj212", "test"};
  submission.received = now();
  submission.pace = watch::Pace::live;
  must(world.stream->submit_and_wait(std::move(submission)));
  world.stream->drain();
  for (const auto& event : must(world.ledger->events(100))) {
    if (const auto taken = world.registers->take_event(event); !taken) FAIL(taken.error().detail);
  }
  return last;
}

const json::object* item_of(const json::value& duty, std::string_view kind, std::string_view site = section) {
  for (const auto& item : duty.at("items").as_array()) {
    if (item.at("kind").as_string() == kind && item.at("site").is_string() && item.at("site").as_string() == site)
      return &item.as_object();
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a discharge stands on the duty desk once, with its case, and is settled when the case is") {
  World world;
  send_ammonia(world, {{0.5, 'N'}, {0.9, 'N'}, {1.3, 'N'}, {1.6, 'N'}});
  const auto duty = get_json(world, "duty");
  const auto* alarm = item_of(duty, "alarm");
  REQUIRE(alarm != nullptr);
  CHECK(alarm->at("register").as_string() == "exceedance");
  CHECK(alarm->at("medium").as_string() == "water");
  CHECK(alarm->at("property").as_string() == "NH3-N");
  const double score = alarm->at("score").to_number<double>();
  double product = 1;
  for (const auto& factor : alarm->at("factors").as_array()) product *= factor.at("factor").to_number<double>();
  CHECK(score == doctest::Approx(product));
  CHECK(item_of(duty, "marked") == nullptr);

  const std::string id(alarm->at("record").as_string());
  const auto record = get_json(world, "registers/exceedance/records/" + id);
  const auto refused = post(
      world, "registers/exceedance/records",
      R"({"why":"again","event":)" + json::serialize(alarm->at("events").as_array().front()) +
          R"(,"values":{"site":"water.nanhehekou","property":"NH3-N","found_at":"2026-01-01T00:00:00Z","note":"x"}})");
  CHECK(refused.status == 409);
  CHECK(json::parse(refused.body).at("field").as_string() == "event");

  const auto withdrawn = post(world, "registers/exceedance/records/" + id + "/withdraw",
                              R"({"why":"made up","revision":)" + json::serialize(record.at("revision")) + "}");
  REQUIRE(withdrawn.status == 200);
  CHECK(item_of(get_json(world, "duty"), "alarm") == nullptr);
}

TEST_CASE("a value over the limit that its device marks as calibration opens no alarm, and is proposed as a fault") {
  World world;
  const Instant last = send_ammonia(world, {{4.9, 'C'}, {5.1, 'C'}});
  const auto duty = get_json(world, "duty");
  CHECK(item_of(duty, "alarm") == nullptr);
  const auto* marked = item_of(duty, "marked");
  REQUIRE(marked != nullptr);
  CHECK_FALSE(marked->at("act_now").as_bool());
  CHECK(marked->at("count").to_number<int>() == 2);
  const auto card =
      get_json(world, "duty/alarm",
               {{"site", section}, {"property", "NH3-N"}, {"averaging", "PT1H"}, {"time", to_iso_utc(last)}});
  CHECK(card.at("fault").at("proposal").as_string() == "fault");
  CHECK(card.at("calibration").at("state").as_string() == "at-the-time");
  CHECK(card.at("calibration").at("marks").as_array().size() == 2);
  CHECK(card.at("value").to_number<double>() == 5.1);
  CHECK(card.at("outfalls").at("upstream").is_null());
}

TEST_CASE("the desk says what it cannot know: a city without data has stations that never had any, and no weather") {
  World world;
  const auto duty = get_json(world, "duty");
  for (const auto& medium : duty.at("media").as_array()) {
    CHECK(medium.at("online").to_number<int>() == 0);
    CHECK(medium.at("expected").to_number<int>() > 0);
    CHECK(medium.at("over").to_number<int>() == 0);
  }
  CHECK(duty.at("weather").as_array().empty());
  CHECK(duty.at("act_now").to_number<int>() == 2);  // of neither medium has a station ever sent
  const auto refused = [&](const std::string& field, const std::vector<std::pair<std::string, std::string>>& query) {
    Request request;
    request.method = "GET";
    request.path = "/api/v1/duty/alarm";
    for (const auto& [name, value] : query) request.query.emplace_back(name, value);
    const Response response = world.service->answer(std::move(request));
    CHECK(response.status >= 400);
    CHECK(json::parse(response.body).at("field").as_string() == field);
  };
  refused("event", {{"event", "x"}});
  refused("event", {{"event", "77"}});
  refused("property", {{"site", section}, {"property", "nothing"}, {"time", "2020-01-01T00:00:00Z"}});
  refused("time", {{"site", section}, {"property", "NH3-N"}});
}

TEST_CASE("data that have not come are no alarm") {
  World world;
  for (const auto* rule : {ledger::data_event::lacks, ledger::data_event::asks, ledger::data_event::arrived}) {
    ledger::Event event;
    event.rule = rule;
    event.site = section;
    event.property = rule == ledger::data_event::lacks ? "NH3-N" : "";
    event.noticed_at = event.phenomenon_end = Instant{now().us - us_per_hour};
    event.text_zh = event.text_en = "x";
    REQUIRE(world.ledger->add_event(event, false));
  }
  const auto duty = get_json(world, "duty");
  CHECK(item_of(duty, "alarm") == nullptr);
  for (const auto& item : duty.at("items").as_array()) {
    const auto* rule = item.as_object().if_contains("rule");
    CHECK((rule == nullptr || !rule->is_string() || !rule->as_string().starts_with("data-")));
  }
}
