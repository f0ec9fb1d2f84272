#include "report/document.hpp"
#include "report/draw.hpp"
#include "report/writers.hpp"

#include "core/sha256.hpp"
#include "intake/table_file.hpp"

#include <doctest/doctest.h>

#include <zip.h>
#include <pugixml.hpp>

#include <cmath>
#include <filesystem>
#include <memory>
#include <random>
#include <set>

namespace celadon::report {
namespace {

Figure figure(const std::string& ref, double value, int decimals = 0) {
  Figure out;
  out.ref = ref;
  out.name = {ref + " 名", ref + ", name"};
  out.value = value;
  out.decimals = decimals;
  out.unit = "µg/m³";
  out.evidence.link = "#/reports?series=7&at=2020-04-03T16:00:00Z";
  out.evidence.how = {"小时值的平均", "mean of the hours"};
  out.evidence.time = *parse_instant("2020-04-03T16:00:00Z");
  return out;
}

Figure level(const std::string& ref) {
  Figure out = figure(ref, std::nan(""));
  out.word = Words{"良", "Good"};
  out.colour = "#ffff00";
  out.text_colour = "#000000";
  return out;
}

void put_day(Record& record, const std::string& stem, const std::string& ref, double aqi) {
  record.put(stem + "aqi", figure(ref + "/AQI", aqi));
  record.put(stem + "level", level(ref + "/level"));
  record.put(stem + "primary", level(ref + "/primary"));
  for (const char* item : {"so2", "no2", "co", "pm10", "pm25", "o3"})
    record.put(stem + item, figure(ref + "/" + item, aqi / 3, 1));
}

Record values(double aqi = 51, std::size_t stations = 3) {
  Record root;
  root.put("city.name", Words{"景德镇市 <&>", "Jingdezhen"});
  root.put("period.from", *parse_legal_day("2020-04-03"));
  root.put("period.to", *parse_legal_day("2020-04-03"));
  root.put("period.month", Words{"2020年4月", "April 2020"});
  root.put("known_at", *parse_instant("2020-04-04T01:00:00Z"));
  root.put("day.edition", Words{"HJ 633-2012", "HJ 633-2012"});
  root.put("day.over", figure("over", 0));
  root.put("day.judged", figure("judged", 3));
  put_day(root, "day.city.", "city", aqi);
  std::vector<Record> rows;
  for (std::size_t k = 0; k < stations; ++k) {
    Record row;
    row.put("name", Words{"点位", "Station"});
    put_day(row, "", "s" + std::to_string(k), k == 1 ? std::nan("") : 40 + static_cast<double>(k));
    row.put("lon", figure("lon", 117 + 0.1 * static_cast<double>(k % 7)));
    row.put("lat", figure("lat", 29 + 0.1 * static_cast<double>(k % 5)));
    rows.push_back(std::move(row));
  }
  root.put("day.stations", rows);
  std::vector<Record> week;
  for (int k = 0; k < 7; ++k) {
    Record row;
    row.put("day", LegalDay{18350 + k});
    put_day(row, "", "d" + std::to_string(k), 30 + k);
    week.push_back(std::move(row));
  }
  root.put("day.week", week);
  root.put("day.others", std::vector<Record>{});
  root.put("complete.percent", figure("complete", 98.25, 1));
  root.put("complete.sites", std::vector<Record>{});
  root.put("events.count", figure("events", 0));
  root.put("events.list", std::vector<Record>{});
  return root;
}

Template form() {
  auto read = read_template(std::filesystem::path(CELADON_PACKS) / "reports", "air-daily");
  if (!read) FAIL(read.error().detail);
  return *read;
}

Document document(Making making = {}, double aqi = 51, std::size_t stations = 3) {
  making.address = "http://celadon.example";
  making.made_at = *parse_instant("2020-04-04T01:00:00Z");
  auto made = make_document(form(), values(aqi, stations), std::move(making));
  if (!made) FAIL(made.error().detail);
  return std::move(*made);
}

template <class See>
void see_runs(const Document& of, See see) {
  const auto all = [&](const Runs& runs) {
    for (const auto& run : runs) see(run);
  };
  for (const auto& block : of.blocks) {
    all(block.runs);
    all(block.table.caption);
    for (const auto& row : block.table.rows) {
      for (const auto& cell : row) all(cell);
    }
  }
}

std::map<std::string, std::string> unzip(const std::string& bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  REQUIRE(zip != nullptr);
  std::map<std::string, std::string> parts;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    REQUIRE(zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) == 0);
    std::string content(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    REQUIRE(zip_fread(file, content.data(), content.size()) == static_cast<zip_int64_t>(content.size()));
    zip_fclose(file);
    parts[stat.name] = std::move(content);
  }
  zip_discard(zip);
  return parts;
}

std::string text_of(const pugi::xml_node& node) {
  std::string out;
  for (const auto& found : node.select_nodes(".//w:t")) out += found.node().text().get();
  return out;
}

TEST_CASE("no number that came from the values stands in a document without its evidence") {
  for (const char* lang : {"zh", "en"}) {
    Making making;
    making.lang = lang;
    const Document made = document(making);
    std::set<int> printed_figures;
    see_runs(made, [&](const Run& run) {
      if (run.figure < 0) return;
      const Figure& of = made.figures.at(static_cast<std::size_t>(run.figure));
      CHECK(!of.evidence.link.empty());
      printed_figures.insert(run.figure);
    });
    // Every figure has its line in the annex, and every point of a drawing is one of them.
    CHECK(printed_figures.size() == made.figures.size());
    for (const auto& block : made.blocks) {
      for (const auto& point : block.chart.points) CHECK(point.figure >= 0);
      for (const auto& point : block.map.points) CHECK(point.figure >= 0);
    }
  }
}

TEST_CASE("a figure without evidence is refused by name and line") {
  Record root = values();
  Figure bare = figure("city/AQI", 51);
  bare.evidence.link.clear();
  root.put("day.city.aqi", bare);
  const auto made = make_document(form(), root, {});
  REQUIRE(!made);
  CHECK(made.error().code == Errc::invalid_value);
  CHECK(made.error().detail.find("air-daily.md:") == 0);
}

TEST_CASE("a value the sets promise and nobody brings is told with the line that asks for it") {
  Record root = values();
  root.members.erase("day.city.pm25");
  const auto made = make_document(form(), root, {});
  REQUIRE(!made);
  CHECK(made.error().detail.find("no value 'day.city.pm25' came") != std::string::npos);
}

TEST_CASE("printed numbers are rounded half to even, and what is missing is a dash") {
  CHECK(printed(0.205, 2) == "0.20");
  CHECK(printed(0.215, 2) == "0.22");
  CHECK(printed(2.5, 0) == "2");
  CHECK(printed(-0.04, 1) == "0.0");
  CHECK(printed(std::nan(""), 1) == "—");
  CHECK(printed(level("x"), "en") == "Good");
}

TEST_CASE("Word: each figure is a locked content control with its reference, and says what the values say") {
  const Document made = document();
  const auto bytes = write_docx(made);
  if (!bytes) FAIL(bytes.error().detail);
  const auto parts = unzip(*bytes);
  pugi::xml_document body;
  for (const auto& [name, content] : parts) {
    if (!name.ends_with(".xml") && !name.ends_with(".rels")) continue;
    pugi::xml_document one;
    CHECK_MESSAGE(one.load_string(content.c_str()), name);
  }
  REQUIRE(body.load_string(parts.at("word/document.xml").c_str()));
  std::map<std::string, std::set<std::string>> said;
  for (const auto& found : body.select_nodes("//w:sdt")) {
    const auto sdt = found.node();
    CHECK(std::string(sdt.select_node("w:sdtPr/w:lock").node().attribute("w:val").value()) == "sdtContentLocked");
    CHECK(sdt.select_node("w:sdtContent/w:hyperlink").node() != nullptr);
    said[sdt.select_node("w:sdtPr/w:tag").node().attribute("w:val").value()].insert(text_of(sdt));
  }
  for (const auto& one : made.figures) {
    REQUIRE_MESSAGE(said.contains(one.ref), one.ref);
    CHECK_MESSAGE(
        (said[one.ref].contains(printed(one, "zh")) || said[one.ref].contains(printed(one, "zh") + " " + one.unit)),
        one.ref);
  }
  // Outside the controls the text is free, and no number of the values stands there.
  pugi::xml_document rest;
  rest.load_string(parts.at("word/document.xml").c_str());
  for (const auto& found : rest.select_nodes("//w:sdt")) found.node().parent().remove_child(found.node());
  CHECK(text_of(rest).find("98.2") == std::string::npos);
  CHECK(text_of(rest).find("空气质量指数") != std::string::npos);
  CHECK(body.select_nodes("//w:tblHeader").size() >= 2);
  CHECK(body.select_nodes("//w:drawing").size() == 2);
  CHECK(parts.at("word/footer1.xml").find("NUMPAGES") != std::string::npos);
}

TEST_CASE("the same document gives the same bytes") {
  const auto once = write_docx(document());
  const auto again = write_docx(document());
  REQUIRE((once && again));
  CHECK(sha256(*once) == sha256(*again));
  const auto pdf = write_pdf(document());
  if (!pdf) FAIL(pdf.error().detail);
  CHECK(sha256(*pdf) == sha256(*write_pdf(document())));
  CHECK(pdf->starts_with("%PDF-"));
}

TEST_CASE("a workbook read back has each figure with its number and reference") {
  const Document made = document();
  const auto bytes = write_xlsx(made, std::filesystem::temp_directory_path());
  if (!bytes) FAIL(bytes.error().detail);
  const auto table = intake::read_table(*bytes, "annex.xlsx");
  if (!table) FAIL(table.error().detail);
  REQUIRE(table->rows.size() == made.figures.size());
  for (std::size_t i = 0; i < made.figures.size(); ++i) {
    const Figure& one = made.figures[i];
    CHECK(table->rows[i].cells[0] == made.number_of(static_cast<int>(i)));
    CHECK(table->rows[i].cells[9] == one.ref);
    CHECK(table->rows[i].cells[4] == printed(one, "zh"));
    if (!one.word && !std::isnan(one.value)) CHECK(std::stod(table->rows[i].cells[2]) == std::stod(printed(one, "zh")));
  }
}

TEST_CASE("a second version strikes out what the first said, in the text and in a section of its own") {
  Making making;
  making.version = 2;
  making.changes.push_back({"city/AQI", "全市 AQI", "52", "51", "3", "仪器漂移", "2020-04-05"});
  const Document made = document(making);
  int marked = 0;
  see_runs(made, [&](const Run& run) { marked += run.old_text == "52" ? 1 : 0; });
  CHECK(marked >= 3);  // in the sentence, in the table, in the errata
  const auto html = html_body(made);
  if (!html) FAIL(html.error().detail);
  CHECK(html->find("<del>52</del> <ins>51</ins>") != std::string::npos);
  CHECK(html->find("仪器漂移") != std::string::npos);
  const auto docx = write_docx(made);
  REQUIRE(docx);
  const auto parts = unzip(*docx);
  CHECK(parts.at("word/document.xml").find("<w:strike/>") != std::string::npos);
  CHECK(parts.at("word/document.xml").find("更正说明") != std::string::npos);
}

TEST_CASE("what people wrote is text in every file, never markup") {
  Making making;
  making.remarks = "<script>alert(1)</script> & \"quotes\" \x01";
  const Document made = document(making);
  const auto html = html_body(made);
  REQUIRE(html);
  CHECK(html->find("<script>") == std::string::npos);
  CHECK(html->find("&lt;script&gt;") != std::string::npos);
  const auto docx = write_docx(made);
  REQUIRE(docx);
  pugi::xml_document body;
  CHECK(body.load_string(unzip(*docx).at("word/document.xml").c_str()));
}

TEST_CASE("any number of rows makes a file: long tables go over pages") {
  std::mt19937 random(7);
  for (const std::size_t stations : {0U, 1U, 40U, 300U}) {
    const Document made = document({}, static_cast<double>(random() % 500), stations);
    const auto pdf = write_pdf(made);
    if (!pdf) FAIL(pdf.error().detail);
    CHECK(pdf->size() > 10'000);
    CHECK(write_docx(made));
  }
}

}  // namespace
}  // namespace celadon::report
