// Figures over HTTP: what is left out and why, what is refused and which field is at fault.

#include "service/service_test_world.hpp"
#include "watch/effective.hpp"

#include <boost/json.hpp>

#include <cmath>

using namespace celadon;
using namespace celadon::service;
using test::must;

namespace {

const Instant first_end = *parse_instant("2019-03-01T01:00:00+08:00");

struct Hours {
  test::World world;
  SeriesId pm10{}, speed{}, direction{};

  Hours() {
    const auto key = [](const char* property) {
      return SeriesKey{"air.2344A", property, hourly, Statistic::mean, Stage::raw};
    };
    pm10 = must(world.ledger->series_id(key("PM10")));
    speed = must(world.ledger->series_id(key("wind-speed")));
    direction = must(world.ledger->series_id(key("wind-direction")));
    archive::Batch batch;
    for (int k = 0; k < 48; ++k) {
      if (k == 5) continue;  // never observed
      const Instant end{first_end.us + k * us_per_hour};
      batch.rows.push_back(pm10, end, k == 6 ? std::nan("") : 40 + k % 24, 'N');
      batch.rows.push_back(speed, end, 1 + k % 4, 'N');
      batch.rows.push_back(direction, end, 10 * (k % 36) + 10, 'N');
    }
    batch.flags.push_back({pm10, {first_end.us + 7 * us_per_hour}, "stuck", true, "不变", "does not change"});
    batch.flags.push_back({pm10, {first_end.us + 8 * us_per_hour}, "jump", false, "突变", "jumps"});
    batch.source = {"test", ""};
    must(world.archive->append_and_wait(std::move(batch)));
  }

  /// What people decided: a value of a raw hour.
  void settle(int hour, double value, DeviceFlag mark) {
    const auto raw = world.ledger->series(pm10);
    const SeriesId twin = must(world.ledger->series_id(watch::reviewed_twin(raw->key)));
    archive::Batch batch;
    batch.rows.push_back(twin, {first_end.us + hour * us_per_hour}, value, mark);
    batch.source = {"review", ""};
    must(world.archive->append_and_wait(std::move(batch)));
  }

  Response ask(const std::string& method, std::vector<std::pair<std::string, std::string>> query) const {
    Request request;
    request.method = "GET";
    request.path = "/api/v1/analysis" + (method.empty() ? "" : "/" + method);
    request.query = std::move(query);
    return world.service->answer(std::move(request));
  }
  boost::json::value good(const std::string& method, std::vector<std::pair<std::string, std::string>> query) const {
    const Response response = ask(method, std::move(query));
    INFO(response.body);
    REQUIRE(response.status == 200);
    return boost::json::parse(response.body);
  }
  /// "422 field" of a refusal.
  std::string refused(const std::string& method, std::vector<std::pair<std::string, std::string>> query) const {
    const Response response = ask(method, std::move(query));
    const auto body = boost::json::parse(response.body);
    const auto* field = body.as_object().if_contains("field");
    const bool named = field != nullptr && field->is_string();
    return std::to_string(response.status) + " " + (named ? field->as_string().c_str() : "");
  }
};

using Query = std::vector<std::pair<std::string, std::string>>;
const Query two_days = {{"series", "air.2344A:PM10"}, {"from", "2019-03-01"}, {"to", "2019-03-02"}};

Query with(Query query, const std::string& name, const std::string& value) {
  std::erase_if(query, [&](const auto& pair) { return pair.first == name; });
  query.emplace_back(name, value);
  return query;
}

boost::json::array column(const boost::json::value& answer, std::size_t table, std::size_t place) {
  const auto& columns = answer.at("figure").at("tables").as_array().at(table).at("columns");
  return columns.as_array().at(place).at("values").as_array();
}

}  // namespace

TEST_CASE("a figure says of each series what was used and what was not") {
  Hours hours;
  const auto answer = hours.good("course", two_days);
  const auto& evidence = answer.at("series").as_array().at(0);
  CHECK(evidence.at("used").as_int64() == 45);
  CHECK(evidence.at("absent").as_int64() == 1);
  CHECK(evidence.at("missing").as_int64() == 1);
  CHECK(evidence.at("voided").as_int64() == 1);
  CHECK(evidence.at("marks").as_array().size() == 2);
  CHECK(evidence.at("series").at("id").as_int64() == number(hours.pm10));
  CHECK(evidence.at("newest_result_time").is_string());
  const auto begin = column(answer, 0, 0);
  const auto value = column(answer, 0, 1);
  CHECK(begin.size() == 48);
  CHECK(begin[0].as_string() == "2019-03-01");
  CHECK(value[0].to_number<double>() == 40);
  CHECK(value[5].is_null());
  CHECK(value[7].is_null());
  CHECK(value[8].to_number<double>() == 48);
}

TEST_CASE("the hour that ends at 24:00 belongs to the day it ends") {
  Hours hours;
  const auto answer = hours.good("course", with(with(two_days, "period", "day"), "statistic", "maximum"));
  const auto value = column(answer, 0, 1);
  REQUIRE(value.size() == 2);
  CHECK(value[0].to_number<double>() == 63);  // hour 24 of 1 March
  CHECK(value[1].to_number<double>() == 63);
}

TEST_CASE("what people settled stands in place of the raw value, and what they voided is left out") {
  Hours hours;
  hours.settle(7, 55.5, watch::review_mark::accepted);
  hours.settle(9, std::nan(""), watch::review_mark::voided);
  const auto answer = hours.good("course", two_days);
  const auto value = column(answer, 0, 1);
  CHECK(value[7].to_number<double>() == 55.5);
  CHECK(value[9].is_null());
  const auto& evidence = answer.at("series").as_array().at(0);
  CHECK(evidence.at("reviewed").as_int64() == 1);
  CHECK(evidence.at("voided").as_int64() == 1);
}

TEST_CASE("a rose takes its wind as two series and counts every row with a speed") {
  Hours hours;
  const Query query = {{"ws", "air.2344A:wind-speed"},
                       {"wd", "air.2344A:wind-direction"},
                       {"from", "2019-03-01"},
                       {"to", "2019-03-02"}};
  const auto answer = hours.good("wind-rose", query);
  CHECK(answer.at("figure").at("numbers").at("rows").to_number<double>() == 47);
  double sum = 0;
  for (const auto& v : column(answer, 0, 3)) sum += v.to_number<double>();
  CHECK(sum == doctest::Approx(100));
  CHECK(answer.at("series").as_array().size() == 2);
  CHECK(hours.refused("wind-rose", {query[0], query[2], query[3]}) == "422 wd");
  CHECK(hours.refused("wind-rose", with(query, "wd", "air.2344A:PM10")) == "422 wd");
}

TEST_CASE("what cannot be a figure is refused with the field at fault") {
  Hours hours;
  CHECK(hours.refused("pie", two_days) == "404 method");
  CHECK(hours.refused("course", with(two_days, "series", "air.2344A")) == "400 series");
  CHECK(hours.refused("course", with(two_days, "series", "air.0:PM10")) == "404 series");
  CHECK(hours.refused("course", with(two_days, "series", "air.2344A:dust")) == "422 series");
  CHECK(hours.refused("course", with(two_days, "series", "air.2344A:PM10:P1D")) == "404 series");
  CHECK(hours.refused("course", with(two_days, "from", "yesterday")) == "400 from");
  CHECK(hours.refused("course", with(two_days, "to", "2019-02-01")) == "422 from");
  CHECK(hours.refused("course", with(two_days, "to", "2029-03-10")) == "422 to");
  CHECK(hours.refused("course", with(two_days, "zone", "Beijing")) == "400 zone");
  CHECK(hours.refused("course", with(two_days, "period", "fortnight")) == "422 period");
  CHECK(hours.refused("course", with(two_days, "basis", "100")) == "422 basis");
  CHECK(hours.refused("theil-sen", with(two_days, "series", "air.2344A:PM10,air.2344A:wind-speed")) == "422 series");
  std::string thirteen = "air.2344A:PM10";
  for (int k = 1; k < 13; ++k) thirteen += ",air.2344A:PM10";
  CHECK(hours.refused("course", with(two_days, "series", thirteen)) == "422 series");
}

TEST_CASE("the methods are listed with their parameters in both languages") {
  Hours hours;
  const auto answer = hours.good("", {});
  CHECK(answer.at("items").as_array().size() == 13);
  for (const auto& method : answer.at("items").as_array()) {
    CHECK(!method.at("name_zh").as_string().empty());
    CHECK(!method.at("text_en").as_string().empty());
    CHECK(!method.at("references").as_array().empty());
    for (const auto& parameter : method.at("parameters").as_array())
      CHECK(!parameter.at("label_zh").as_string().empty());
  }
  CHECK(answer.at("limits").at("series_max").as_int64() == 12);
}
