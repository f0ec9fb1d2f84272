// The methods of the pack and their kernels: each is there, each runs with its defaults, and says what is wrong.

#include "core/yaml_fields.hpp"
#include "models/analysis.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace celadon;
using namespace celadon::models;

namespace {

const MethodBook& book() {
  static const MethodBook one = [] {
    auto read = parse_pack(CELADON_PACKS "/analysis/methods.yaml", [](std::string_view text, const std::string& name) {
      return MethodBook::parse(text, name);
    });
    if (!read) FAIL(read.error().detail);
    return std::move(*read);
  }();
  return one;
}

AnalysisInput two_years(int series, bool wind) {
  AnalysisInput input;
  input.days = {first_second_of({2019, 1, 1}), first_second_of({2021, 1, 1})};
  for (WallSeconds at = input.days.begin; at < input.days.end; at += 3600) input.begin.push_back(at);
  for (int s = 0; s < series; ++s) {
    NamedColumn column{"s" + std::to_string(s), "ug/m3", {}};
    for (std::size_t i = 0; i < input.begin.size(); ++i) {
      const double swing = 20 + 5 * std::sin(static_cast<double>(i) / 30 + s) + static_cast<double>((i * 7) % 11);
      column.value.push_back(i % 17 == 0 ? std::nan("") : swing);
    }
    input.series.push_back(std::move(column));
  }
  for (std::size_t i = 0; wind && i < input.begin.size(); ++i) {
    input.speed_m_s.push_back(static_cast<double>((i * 13) % 90) / 10);
    input.direction_deg.push_back(static_cast<double>((i * 31) % 36 * 10 + 10));
  }
  return input;
}

}  // namespace

TEST_CASE("every method of the pack has a kernel that runs with the defaults") {
  CHECK(book().all().size() == 13);
  for (const auto& method : book().all()) {
    CAPTURE(method.id);
    REQUIRE(has_kernel(method.id));
    const auto settings = settings_of(method, {});
    REQUIRE(settings);
    const auto input = two_years(method.series_min, method.wind);
    const auto figure = analyse(method, *settings, input);
    REQUIRE_MESSAGE(figure.has_value(), (figure ? "" : figure.error().detail));
    REQUIRE(!figure->tables.empty());
    for (const auto& table : figure->tables) {
      CAPTURE(table.id);
      for (const auto& column : table.columns) CHECK(column.size() == table.columns.front().size());
    }
    std::string json;
    append_json(json, *figure);
    CHECK(json.starts_with("{\"tables\":["));
    CHECK(json.find("nan") == std::string::npos);
  }
}

TEST_CASE("every choice of every parameter is one its kernel knows") {
  for (const auto& method : book().all()) {
    const auto input = two_years(method.series_min, method.wind);
    for (const auto& parameter : method.parameters) {
      for (const auto& choice : parameter.choices) {
        CAPTURE(method.id + " " + parameter.id + "=" + choice);
        std::map<std::string, std::string> given = {{parameter.id, choice}};
        if (method.id == "polar") given["smooth"] = "no";
        const auto settings = settings_of(method, given);
        REQUIRE(settings);
        CHECK(analyse(method, *settings, input).has_value());
      }
    }
  }
}

TEST_CASE("a parameter that is wrong is named") {
  const auto& polar = *book().find("polar");
  const auto field = [&](std::map<std::string, std::string> given) {
    const auto settings = settings_of(polar, given);
    return settings ? std::string("none") : settings.error().field;
  };
  CHECK(field({{"basis", "100"}}) == "none");
  CHECK(field({{"basis", "9"}}) == "basis");
  CHECK(field({{"basis", "50.5"}}) == "basis");
  CHECK(field({{"basis", "many"}}) == "basis");
  CHECK(field({{"statistic", "mode"}}) == "statistic");
  CHECK(field({{"smooth", "true"}}) == "smooth");
  CHECK(field({{"colour", "red"}}) == "colour");
  const auto& rose = *book().find("wind-rose");
  CHECK(!settings_of(rose, {{"breaks", "0,4,2"}}));
  CHECK(!settings_of(rose, {{"breaks", "0,,2"}}));
  CHECK(!settings_of(rose, {{"breaks", "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20"}}));
}

TEST_CASE("series that are too many, and wind that is not there, are named") {
  const auto& trend = *book().find("theil-sen");
  auto run = [](const Method& method, const AnalysisInput& input) {
    const auto figure = analyse(method, *settings_of(method, {}), input);
    return figure ? std::string("none") : figure.error().field;
  };
  CHECK(run(trend, two_years(2, false)) == "series");
  CHECK(run(*book().find("polar"), two_years(1, false)) == "ws");
  AnalysisInput nothing;
  nothing.series.push_back({"s0", "ug/m3", {}});
  for (const auto& method : book().all()) {
    CAPTURE(method.id);
    nothing.series.resize(static_cast<std::size_t>(method.series_min), {"s", "ug/m3", {}});
    std::map<std::string, std::string> given;
    if (method.id == "polar") given["smooth"] = "no";
    const auto settings = settings_of(method, given);
    CHECK(analyse(method, *settings, nothing).has_value());
  }
}

TEST_CASE("a comparison stands a year and a stretch apart and names its days") {
  const auto& method = *book().find("comparison");
  AnalysisInput input = two_years(1, false);
  input.days = {first_second_of({2020, 2, 1}), first_second_of({2020, 3, 1})};
  for (std::size_t i = 0; i < input.begin.size(); ++i)
    input.series[0].value[i] = date_of(input.begin[i]).year == 2020 ? 30 + date_of(input.begin[i]).month : 20;
  const auto figure = analyse(method, *settings_of(method, {}), input);
  REQUIRE(figure);
  const auto& columns = figure->tables[0].columns;
  const auto column = [&](const std::string& id) -> const TableColumn& {
    return *std::ranges::find(columns, id, &TableColumn::id);
  };
  CHECK(column("basis").words == std::vector<std::string>{"year", "stretch"});
  CHECK(column("value").numbers == std::vector<double>{32, 32});
  CHECK(column("before").numbers == std::vector<double>{20, 31});
  CHECK(column("percent").numbers[0] == doctest::Approx(60));
  CHECK(column("before_first_day").words == std::vector<std::string>{"2019-02-01", "2020-01-01"});
  CHECK(column("before_last_day").words == std::vector<std::string>{"2019-02-28", "2020-01-31"});
  // 29 February has no date beside it the year before.
  const auto& course = figure->tables[1].columns;
  CHECK(course[0].words.back() == "2020-02-29");
  CHECK(std::isnan(course[2].numbers.back()));
  CHECK(course[3].numbers.back() == 31);
}

TEST_CASE("directions are averaged as vectors in a course") {
  const auto& method = *book().find("course");
  AnalysisInput input;
  input.begin = {0, 3600};
  input.days = {0, 86400};
  input.series.push_back({"wd", "deg", {350, 10}});
  const auto figure = analyse(method, *settings_of(method, {{"period", "day"}}), input);
  REQUIRE(figure);
  CHECK(std::remainder(figure->tables[0].columns[1].numbers[0], 360) == doctest::Approx(0));
}

TEST_CASE("a pack that is wrong is refused with its line") {
  const auto refused = [](const std::string& text) {
    const auto read = MethodBook::parse(text, "m.yaml");
    return read ? std::string() : read.error().detail;
  };
  const std::string head = "methods:\n  - {id: a, name_zh: 甲, name_en: A, text_zh: 做, text_en: done, series_min: 1, ";
  CHECK(refused(head + "series_max: 1, references: [x]}") == "");
  CHECK(refused(head + "series_max: 0, references: [x]}").starts_with("m.yaml:2"));
  CHECK(refused(head + "series_max: 1}").find("where it is written") != std::string::npos);
  CHECK(refused(head + "series_max: 1, references: [x], needs: [rain]}").find("rain") != std::string::npos);
  const std::string beyond =
      "series_max: 1, references: [x], parameters: {p: {label_zh: 参, label_en: P, kind: whole, "
      "default: \"9\", low: 0, high: 5}}}";
  CHECK(refused(head + beyond).find("0 to 5") != std::string::npos);
}
