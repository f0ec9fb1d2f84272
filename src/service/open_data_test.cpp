#include "service/photo_bytes.hpp"
#include "service/service_test_world.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <map>

using namespace celadon;
using namespace celadon::service;
using test::World;

namespace {

namespace json = boost::json;

/// Hours of two stations, of which one value breaks the rule of PM2.5 over PM10 and one came with a flag.
void load(World& world) {
  std::string csv = "site,property,period,time,value,unit,flag\n";
  for (const char* site : {"air.2344A", "air.2345A"}) {
    for (int hour = 1; hour <= 9; ++hour) {
      const std::string time = "2020-04-03T0" + std::to_string(hour) + ":00:00+08:00";
      csv += std::string(site) + ",PM10,PT1H," + time + "," + std::to_string(40 + hour) + ",ug/m3," +
             (hour == 3 ? "M" : "N") + "\n";
      csv += std::string(site) + ",PM2.5,PT1H," + time + "," + (hour == 5 ? "300" : std::to_string(20 + hour)) +
             ",ug/m3,N\n";
    }
  }
  world.import(csv);
}

using Rows = std::vector<std::map<std::string, std::string>>;

/// The rows of a CSV by the names of its head.
Rows rows_of(const std::string& csv) {
  Rows rows;
  std::vector<std::vector<std::string>> lines;
  REQUIRE(csv.starts_with("\xEF\xBB\xBF"));
  std::string rest = csv.substr(3);
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    std::string line = rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end + 2);
    std::vector<std::string> fields;
    while (true) {
      const std::size_t cut = line.find(',');
      fields.push_back(line.substr(0, cut));
      if (cut == std::string::npos) break;
      line = line.substr(cut + 1);
    }
    lines.push_back(std::move(fields));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    REQUIRE(lines[i].size() == lines[0].size());
    std::map<std::string, std::string> row;
    for (std::size_t k = 0; k < lines[0].size(); ++k) row[lines[0][k]] = lines[i][k];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

/// The address of the next page, or nothing.
std::string next_of(const Response& response) {
  const std::string link = header(response, "Link");
  const std::size_t rel = link.find("; rel=\"next\"");
  if (rel == std::string::npos) return {};
  const std::size_t open = link.rfind('<', rel);
  return link.substr(open + 1, link.find('>', open) - open - 1);
}

}  // namespace

TEST_CASE("the catalogue tells of each open set its period, rows, terms, citation and address") {
  World world;
  load(world);
  const auto all = ask(world, "/api/v1/open-data");
  const auto& items = all.at("items").as_array();
  REQUIRE(items.size() == world.open.sets.size());
  const auto& air = items.front();
  CHECK(air.at("id") == "air-hourly");
  CHECK(air.at("stable_id") == "celadon:360200/air-hourly");
  CHECK(air.at("rows").as_int64() == 36);
  CHECK(air.at("from") == "2020-04-02T17:00:00Z");
  CHECK(air.at("to") == "2020-04-03T01:00:00Z");
  CHECK(air.at("properties").as_array().size() == 2);
  CHECK_FALSE(air.at("licence").at("zh").as_string().empty());
  CHECK(std::string(air.at("citation").at("zh").as_string()).find("celadon:360200/air-hourly") != std::string::npos);
  CHECK(ask(world, "/api/v1/open-data/air-hourly").at("columns").as_array().size() == 17);
  CHECK(send(world, "GET", "/api/v1/open-data/stack-hourly").status == 404);
  CHECK(send(world, "GET", "/api/v1/open-data/stack-hourly.csv").status == 404);
}

TEST_CASE("the table holds what the observations are, flagged values marked and none left out") {
  World world;
  load(world);
  const Response response = send(world, "GET", "/api/v1/open-data/air-hourly.csv");
  REQUIRE(response.status == 200);
  CHECK(response.content_type.starts_with("text/csv"));
  CHECK(header(response, "Content-Disposition").find("360200-air-hourly.csv") != std::string::npos);
  CHECK(next_of(response).empty());
  const Rows rows = rows_of(response.body);
  REQUIRE(rows.size() == 36);
  std::size_t voided = 0;
  for (const auto& row : rows) {
    CHECK(row.at("phenomenon_end").ends_with("+08:00"));
    CHECK(row.at("unit") == "ug/m3");
    voided += row.at("voided") == "yes" ? 1 : 0;
    if (row.at("phenomenon_end").starts_with("2020-04-03T03") && row.at("property") == "PM10") {
      CHECK(row.at("device_flag") == "M");
      CHECK(row.at("voided") == "yes");
      CHECK(row.at("value") == "43");
    }
    if (row.at("phenomenon_end").starts_with("2020-04-03T05") && row.at("property") == "PM2.5") {
      CHECK(row.at("quality_flags").find("pm25-over-pm10") != std::string::npos);
      CHECK(row.at("value") == "300");
    }
  }
  CHECK(voided >= 2);
  // The same as the observations say, series by series.
  std::size_t same = 0;
  for (const char* site : {"air.2344A", "air.2345A"}) {
    const auto observed = ask(world, std::string("/api/v1/observations?averaging=PT1H&site=") + site);
    for (const auto& item : observed.at("items").as_array()) {
      const std::string property(item.at("series").at("property").as_string());
      const auto& times = item.at("phenomenon_end").as_array();
      for (std::size_t i = 0; i < times.size(); ++i) {
        const std::string end = to_iso_beijing(parse_instant(std::string(times[i].as_string())).value());
        for (const auto& row : rows) {
          if (row.at("site") != site || row.at("property") != property || row.at("phenomenon_end") != end) continue;
          CHECK(std::stod(row.at("value")) == item.at("value").at(i).to_number<double>());
          CHECK(row.at("device_flag") == std::string(item.at("device_flag").at(i).as_string()));
          CHECK(row.at("result_time") == std::string(item.at("result_time").at(i).as_string()));
          ++same;
        }
      }
    }
  }
  CHECK(same == rows.size());
}

TEST_CASE("pages follow each other without a gap or a double, whatever their size, and JSON says the same") {
  World world;
  load(world);
  const Rows whole = rows_of(send(world, "GET", "/api/v1/open-data/air-hourly.csv").body);
  for (const int size : {1, 7, 9, 18, 35, 36}) {
    CAPTURE(size);
    Rows together;
    std::string target = "/api/v1/open-data/air-hourly.csv?limit=" + std::to_string(size);
    for (int pages = 0; !target.empty(); ++pages) {
      REQUIRE(pages < 50);
      const Response response = send(world, "GET", target);
      REQUIRE(response.status == 200);
      const Rows page = rows_of(response.body);
      CHECK(page.size() <= static_cast<std::size_t>(size));
      together.insert(together.end(), page.begin(), page.end());
      target = next_of(response);
    }
    CHECK(together == whole);
  }
  const auto told = ask(world, "/api/v1/open-data/air-hourly.json?limit=5&from=2020-04-03T02:00:00%2B08:00");
  CHECK(told.at("rows").as_array().size() == 5);
  const auto second = ask(world, std::string(told.at("next").as_string()));
  CHECK(second.at("rows").at(0).at(8) != told.at("rows").at(0).at(8));
}

TEST_CASE("what is asked for is narrowed by time, site and property; what makes no sense is refused by its name") {
  World world;
  load(world);
  const auto rows = [&](const std::string& query) {
    return rows_of(send(world, "GET", "/api/v1/open-data/air-hourly.csv?" + query).body).size();
  };
  CHECK(rows("site=air.2344A") == 18);
  CHECK(rows("property=PM10") == 18);
  CHECK(rows("site=air.2344A&property=PM10&from=2020-04-03T02:00:00%2B08:00&to=2020-04-03T04:00:00%2B08:00") == 3);
  for (const char* query : {"site=water.daicun", "from=soon", "limit=0", "limit=50001", "after=1", "after=x.1",
                            "after=1.9223372036854775807", "from=2020-04-04&to=2020-04-03", "secret=1"}) {
    CAPTURE(query);
    const Response response = send(world, "GET", std::string("/api/v1/open-data/air-hourly.csv?") + query);
    CHECK(response.status >= 400);
    CHECK(response.status < 500);
  }
}

TEST_CASE("a picture loses place, time and comments, and nothing of what is seen") {
  const std::string exif("\xFF\xE1\x00\x0A"
                         "Exif GPS",
                         12);
  const std::string comment("\xFF\xFE\x00\x05"
                            "abc",
                            7);
  const std::string jfif("\xFF\xE0\x00\x06JFIF", 8);
  const std::string seen("\xFF\xDA\x00\x02picture\xFF\xD9", 13);
  CHECK(without_traces("\xFF\xD8" + jfif + exif + comment + seen + "behind") == "\xFF\xD8" + jfif + seen);
  CHECK(without_traces("no picture") == "no picture");
  CHECK(may_be_shown("image/jpeg"));
  CHECK_FALSE(may_be_shown("text/html"));
  CHECK_FALSE(may_be_shown("image/svg+xml"));
}
