#include "service/plan_report.hpp"
#include "service/report_desk.hpp"
#include "core/sha256.hpp"
#include "service/service_test_world.hpp"

#include <boost/json.hpp>

namespace celadon::service::test {
namespace {

/// A world with a day of hours at two stations.
class Reports : public World {
 public:
  Reports() {
    hours("2020-04-03", 30, 25);
    hours("2020-04-04", 40, 1);
    must(derivation->catch_up());
  }

  void hours(const std::string& day, double pm25, int count) {
    const std::map<std::string, double> levels = {{"SO2", 8}, {"NO2", 20},  {"CO", 0.8},
                                                  {"O3", 90}, {"PM10", 55}, {"PM2.5", pm25}};
    for (const std::string site : {"air.2343A", "air.2344A", "air.2345A", "air.2346A"}) {
      for (const auto& [property, level] : levels) {
        for (int hour = 1; hour <= count; ++hour)
          put(site, property, first_moment_of(must(parse_legal_day(day))).us + hour * us_per_hour, level);
      }
    }
    must(archive->append_and_wait(std::move(batch)));
    batch = {};
  }
  void put(const std::string& site, const std::string& property, std::int64_t end_us, double value) {
    const auto series = must(ledger->series_id({site, property, hourly, Statistic::mean, Stage::raw}));
    batch.rows.push_back(series, {end_us}, value, 'N');
    batch.source = {"test", ""};
  }
  Response ask(const std::string& method, const std::string& path, const std::string& body = "") {
    Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.of_our_page = true;
    return service->answer(std::move(request));
  }
  boost::json::object object(const Response& response, int status) {
    CHECK_MESSAGE(response.status == status, response.body.substr(0, 400));
    return boost::json::parse(response.body).as_object();
  }

  archive::Batch batch;
};

const std::string daily_of_the_third =
    R"({"template": "air-daily", "day": "2020-04-03", "who": "张三", "why": "日报"})";

TEST_CASE("a draft shows the numbers with their evidence; signed, it is four files whose hashes the ledger has") {
  Reports world;
  const auto preview = world.object(world.ask("POST", "/api/v1/report-preview", daily_of_the_third), 200);
  CHECK(preview.at("version").to_number<int>() == 1);
  CHECK(preview.at("html").as_string().find("data-ref=\"city.360200/AQI\"") != std::string::npos);
  for (const auto& figure : preview.at("figures").as_array()) {
    CHECK(!figure.at("link").as_string().empty());
    CHECK(!figure.at("how_zh").as_string().empty());
  }
  const auto nobody =
      world.ask("POST", "/api/v1/reports", R"({"template": "air-daily", "day": "2020-04-03", "why": "日报"})");
  CHECK(nobody.status == 400);
  const auto report = world.object(world.ask("POST", "/api/v1/reports", daily_of_the_third), 201);
  const std::string id(report.at("id").as_string());
  CHECK(id == "air-daily-2020-04-03-1");
  REQUIRE(report.at("files").as_array().size() == 4);
  for (const auto& file : report.at("files").as_array()) {
    const auto got = world.ask("GET", "/api/v1/reports/" + id + "/file." + std::string(file.at("form").as_string()));
    CHECK(got.status == 200);
    CHECK(sha256(got.body) == std::string(file.at("hash").as_string()));
  }
  CHECK(world.ask("GET", "/api/v1/reports/" + id + "/file.exe").status == 404);
  const auto audit = must(world.audit->newest(1));
  CHECK(audit.at(0).action == "report-sign");
  CHECK(audit.at(0).object == id);
  CHECK(audit.at(0).who == "张三");
}

TEST_CASE("a late correction leaves the first version byte for byte and marks each number in the second") {
  Reports world;
  const auto first = world.object(world.ask("POST", "/api/v1/reports", daily_of_the_third), 201);
  const auto before = world.ask("GET", "/api/v1/reports/air-daily-2020-04-03-1/file.docx").body;
  const auto none = world.object(world.ask("POST", "/api/v1/report-preview", daily_of_the_third), 200);
  CHECK(none.at("version").to_number<int>() == 2);
  CHECK(none.at("changes").as_array().empty());

  world.hours("2020-04-03", 90, 24);
  const auto second = world.object(world.ask("POST", "/api/v1/report-preview", daily_of_the_third), 200);
  CHECK(second.at("replaces").as_string() == "air-daily-2020-04-03-1");
  bool index_changed = false;
  for (const auto& change : second.at("changes").as_array()) {
    CHECK(change.at("old").as_string() != change.at("new").as_string());
    CHECK(change.at("erratum").is_string());
    index_changed = index_changed || change.at("ref").as_string() == "city.360200/AQI";
  }
  CHECK(index_changed);
  CHECK(second.at("html").as_string().find("<del>") != std::string::npos);
  CHECK(second.at("html").as_string().find("更正说明") != std::string::npos);

  // Who signs signs what was looked at.
  auto old_digest = boost::json::parse(daily_of_the_third).as_object();
  old_digest["digest"] = none.at("digest");
  CHECK(world.ask("POST", "/api/v1/reports", boost::json::serialize(old_digest)).status == 409);
  old_digest["digest"] = second.at("digest");
  CHECK(world.ask("POST", "/api/v1/reports", boost::json::serialize(old_digest)).status == 201);
  CHECK(world.ask("GET", "/api/v1/reports/air-daily-2020-04-03-1/file.docx").body == before);
  // The first report is marked too: its errata name what became wrong.
  const auto marked = world.object(world.ask("GET", "/api/v1/reports/air-daily-2020-04-03-1"), 200);
  REQUIRE(!marked.at("errata").as_array().empty());
  for (const auto& figure : marked.at("errata").as_array()[0].at("figures").as_array())
    CHECK(figure.at("old").is_number());
}

TEST_CASE("a kept draft is signed once") {
  Reports world;
  const auto draft = world.object(world.ask("POST", "/api/v1/report-drafts", daily_of_the_third), 201);
  const std::string id(draft.at("draft").as_string());
  CHECK(world.object(world.ask("GET", "/api/v1/report-drafts"), 200).at("items").as_array().size() == 1);
  const auto word = world.ask("GET", "/api/v1/report-drafts/" + id + "/file.docx");
  CHECK(word.status == 200);
  CHECK(word.body.starts_with("PK"));
  CHECK(world.ask("POST", "/api/v1/reports", R"({"draft": ")" + id + R"(", "who": "李四", "why": "签发"})").status ==
        201);
  CHECK(world.object(world.ask("GET", "/api/v1/report-drafts"), 200).at("items").as_array().empty());
  CHECK(world.ask("POST", "/api/v1/reports", R"({"draft": ")" + id + R"(", "who": "李四", "why": "签发"})").status ==
        409);
}

TEST_CASE("what is asked wrongly is told with the field") {
  Reports world;
  const auto field = [&](const std::string& body) {
    const auto answer = world.ask("POST", "/api/v1/report-preview", body);
    CHECK(answer.status >= 400);
    const auto problem = boost::json::parse(answer.body).as_object();
    return problem.contains("field") ? std::string(problem.at("field").as_string()) : std::string();
  };
  CHECK(field(R"({"template": "no-such", "day": "2020-04-03"})") == "template");
  CHECK(field(R"({"template": "../rights", "day": "2020-04-03"})") == "template");
  CHECK(field(R"({"template": "air-daily", "day": "3 April"})") == "day");
  CHECK(field(R"({"template": "air-daily", "day": "2019-04-03"})") == "day");
  CHECK(field(R"({"template": "air-daily", "day": "2020-04-03", "lang": "fr"})") == "lang");
  CHECK(field(R"({"template": "air-daily", "day": "2020-04-03", "edition": "HJ 1"})") == "edition");
  CHECK(field(R"({"template": "air-daily", "day": "2020-04-03", "other_edition": "HJ 1"})") == "other_edition");
  CHECK(field(R"({"template": "exceedance", "day": "2020-04-03", "subject": "77"})") == "subject");
}

TEST_CASE("every template makes a report, in both languages, of what its sets promise") {
  Reports world;
  ledger::Event event;
  event.rule = "test";
  event.site = "air.2343A";
  event.property = "PM2.5";
  event.phenomenon_end = must(parse_instant("2020-04-03T02:00:00Z"));
  event.noticed_at = event.phenomenon_end;
  event.value = 30;
  event.text_zh = "超标";
  event.text_en = "over";
  const auto stored = must(world.ledger->add_event(event, false));
  const auto templates = world.object(world.ask("GET", "/api/v1/report-templates"), 200);
  for (const auto& form : templates.at("items").as_array()) {
    for (const std::string lang : {"zh", "en"}) {
      boost::json::object ask = {
          {"template", form.at("id")}, {"day", "2020-04-03"}, {"lang", lang}, {"other_edition", "HJ 633-2026"}};
      if (form.at("subject").as_bool()) ask["subject"] = std::to_string(stored.id);
      ask.erase(form.at("subject").as_bool() ? "other_edition" : "");
      const auto made = world.ask("POST", "/api/v1/report-preview", boost::json::serialize(ask));
      CHECK_MESSAGE(made.status == 200, form.at("id").as_string().c_str(), " ", made.body.substr(0, 300));
    }
  }
}

TEST_CASE("what a collection brings is what the catalogue names") {
  Reports world;
  report::Sources sources{*world.archive, *world.ledger, world.library, {"景德镇市", "Jingdezhen"}, "360200", {}, {}, {}};
  sources.effective = [&](const archive::GridQuery& query, std::span<double> value) {
    return world.archive->read_grid(query, value);
  };
  PlanDesk plan({*world.archive, *world.ledger, world.library, *world.registers, world.calendar, "city.360200",
                 test::packs, now});
  sources.plan = [&](const report::Ask& ask, report::Record& record) {
    return collect_plan(plan, world.city, ask, record);
  };
  const std::function<void(const report::Record&, const std::string&, const std::string&)> has =
      [&](const report::Record& record, const std::string& path, const std::string& whole) {
        const auto bracket = path.find("[]");
        const auto* value = record.find(path.substr(0, bracket));
        REQUIRE_MESSAGE(value != nullptr, whole);
        if (bracket == std::string::npos) return;
        for (const auto& one : std::get<std::vector<report::Record>>(value->of))
          has(one, path.substr(bracket + 3), whole);
      };
  const auto day = must(parse_legal_day("2020-04-03"));
  for (const auto& set : report::catalogue()) {
    if (set.id == "event") continue;  // its own test is the template that asks for all of it
    const auto got =
        report::collect(sources, {{set.id}, day, day, "", "HJ 633-2026", "", world.archive->last_result_time()});
    if (!got) FAIL(got.error().detail);
    for (const auto& entry : set.entries) has(*got, entry.path, entry.path);
  }
}

}  // namespace
}  // namespace celadon::service::test
