#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "report/template.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace celadon::report {
namespace {

const std::string head =
    "---\nid: x\nname_zh: 甲\nname_en: A\nkind: daily\nperiod: day\nvalues: [air-day]\nsource: a test\n---\n";

std::string error_of(const std::string& zh, const std::string& before = head) {
  const auto form = parse_template(before + "=== zh\n" + zh + "\n=== en\nText\n", "x.md");
  return form ? "no error" : form.error().detail;
}

TEST_CASE("every template that is shipped reads, and its name is that of its file") {
  const auto all = read_templates(std::filesystem::path(CELADON_PACKS) / "reports");
  if (!all) FAIL(all.error().detail);
  REQUIRE(all->size() >= 5);
  for (const auto& form : *all) {
    CHECK(!form.body.at("zh").empty());
    CHECK(form.body.at("zh").size() == form.body.at("en").size());
    CHECK(form.hash.size() == 64);
  }
}

TEST_CASE("an error names the file, the line and what was expected") {
  CHECK(error_of("text\n{{ day.city.aqi") == "x.md:12: '{{' without '}}'");
  CHECK(error_of("{{ day.city.api }}").starts_with("x.md:11: there is no value 'day.city.api'"));
  CHECK(error_of("{{ air.city.aqi }}").starts_with("x.md:11: there is no value"));
  CHECK(error_of("{{ day.stations }}").starts_with("x.md:11: 'day.stations' is a list"));
  CHECK(error_of("{{ city.name | unit }}") == "x.md:11: 'unit' does not fit 'city.name'");
  CHECK(error_of("{{ day.city.aqi | round }}").starts_with("x.md:11: unknown format 'round'"));
  CHECK(error_of("a **b") == "x.md:11: '**' without its second");
  CHECK(error_of(":::end") == "x.md:11: ':::end' ends nothing");
  CHECK(error_of(":::if day.over\na") == "x.md:11: the block that begins here has no :::end");
  CHECK(error_of("\n:::each s in day.city.aqi\n:::end") == "x.md:12: 'day.city.aqi' is not a list");
  CHECK(error_of(":::table t\n| a | b |\n|---|---|\n| 1 |\n:::end") == "x.md:14: this row has 1 cells, the head has 2");
  CHECK(error_of(":::table t\n| a |\n| 1 |\n:::end").starts_with("x.md:13: under the head stands"));
  CHECK(error_of(":::chart type=pie title=a rows=day.week x=day y=aqi").starts_with("x.md:11: type: expected"));
  CHECK(error_of(":::chart type=bar title=a rows=day.week x=day y=day").starts_with("x.md:11: y: 'day' is no figure"));
  CHECK(error_of(":::map title=a rows=day.week").starts_with("x.md:11: 'value' is missing"));
  CHECK(error_of("| a | b |").starts_with("x.md:11: a table stands between"));
  CHECK(error_of(":::verse").starts_with("x.md:11: unknown block"));
  CHECK(error_of("{{ s.aqi }}").starts_with("x.md:11: there is no value 's.aqi'"));
}

TEST_CASE("what is wrong in the head is told with the line of the file") {
  const std::string wrong = "---\nid: x\nname_zh: 甲\nname_en: A\nkind: yearly\nperiod: day\nsource: a test\n---\n";
  CHECK(error_of("a", wrong).starts_with("x.md:5: "));
  CHECK(error_of("a", wrong).find("daily, weekly, monthly or special") != std::string::npos);
  CHECK(error_of("a", "no head\n").starts_with("x.md:1: a template begins with '---'"));
  CHECK(error_of("a", "---\nid: x\n").find("the head has no end") != std::string::npos);
}

TEST_CASE("a name within a loop is one of the list's, outside it is not") {
  const auto form = parse_template(
      head +
          "=== zh\n:::each s in day.stations\n{{ s.name }} {{ s.aqi | 1 }} **{{ s.level }}**\n:::end\n=== en\nText\n",
      "x.md");
  if (!form) FAIL(form.error().detail);
  const Node& each = form->body.at("zh").front();
  REQUIRE(each.children.size() == 1);
  const Line& line = each.children[0].text;
  CHECK(line[0].path == "s.name");
  CHECK(line[2].decimals == 1);
  CHECK(line.back().bold);
}

TEST_CASE("a template has both languages") {
  const auto form = parse_template(head + "=== zh\nText\n", "x.md");
  REQUIRE(!form);
  CHECK(form.error().detail.find("both languages") != std::string::npos);
}

}  // namespace
}  // namespace celadon::report
