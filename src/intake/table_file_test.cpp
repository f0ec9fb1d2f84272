#include "intake/table_file.hpp"

#include "intake/text_source.hpp"

#include <doctest/doctest.h>
#include <zip.h>

#include <bit>
#include <filesystem>
#include <map>
#include <random>

using namespace celadon;
using namespace celadon::intake;

namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("celadon-table-" + std::to_string(std::random_device{}()));
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string zip_of(const std::map<std::string, std::string>& parts) {
  const Folder folder;
  std::filesystem::create_directories(folder.path);
  const std::string file = (folder.path / "t.zip").string();
  int error = 0;
  zip_t* zip = zip_open(file.c_str(), ZIP_CREATE, &error);
  for (const auto& [name, text] : parts)
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
  zip_close(zip);
  auto source = ByteSource::open(file);
  return read_all(*source, 1U << 30U).value();
}

std::string sheet(const std::string& rows) { return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"; }

std::string random_text(std::mt19937_64& random) {
  static const std::vector<std::string> pieces = {"=", "+", "-", "@",       "'", "\"", ",",  "\n", "\r\n", "景德镇",
                                                  "é", "1", ";", "_x000D_", " ", "a",  "\t", "😀",  "0.5",  "."};
  std::string text;
  for (auto n = random() % 6; n > 0; --n) text += pieces[random() % pieces.size()];
  return text;
}

TableCell random_cell(std::mt19937_64& random) {
  switch (random() % 6) {
    case 0: return {};
    case 1: return std::bit_cast<double>((random() & 0x800FFFFFFFFFFFFFULL) | ((900 + random() % 250) << 52U));
    case 2: return random() % 2 == 0;
    case 3: return LegalDay{static_cast<std::int32_t>(random() % 60'000) - 25'000};
    case 4: return Instant{static_cast<std::int64_t>(random() % 2'000'000'000) * us_per_second};
    default: return random_text(random);
  }
}

std::string written(const Folder& folder, const std::vector<std::vector<TableCell>>& rows) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < rows[0].size(); ++i) columns.push_back({"c" + std::to_string(i), 12, {"甲", "乙"}});
  auto writer = XlsxWriter::begin(folder.path, columns);
  REQUIRE(writer.has_value());
  for (const auto& row : rows) writer->add(row);
  auto bytes = writer->finish({{"字段", "说明"}});
  REQUIRE(bytes.has_value());
  return *bytes;
}

Errc refusal_code(const std::string& bytes, const TableLimits& limits = {}) {
  const auto table = read_table(bytes, "t", limits);
  REQUIRE_FALSE(table.has_value());
  CHECK(table.error().detail.starts_with("t:"));
  return table.error().code;
}

}  // namespace

TEST_CASE("a CSV is read with or without mark, as UTF-8 or GB18030, with the number of each line") {
  for (const std::string& text :
       {std::string("名称,值\r\n\r\n甲,1\r\n,\r\n乙,2"), std::string(csv_mark) + "名称,值\n\n甲,1\n,\n乙,2\n",
        std::string("\xC3\xFB\xB3\xC6,\xD6\xB5\n\n\xBC\xD7,1\n,\n\xD2\xD2,2\n")}) {
    const auto table = read_table(text, "t");
    REQUIRE(table.has_value());
    CHECK(table->head == std::vector<std::string>{"名称", "值"});
    REQUIRE(table->rows.size() == 2);
    CHECK(table->rows[0].number == 3);
    CHECK(table->rows[0].cells == std::vector<std::string>{"甲", "1"});
    CHECK(table->rows[1].number == 5);
  }
}

TEST_CASE("a row that cannot be read is told with its number, and the others are read") {
  const auto table = read_table("a,b\n1,2\n3,4,5\n\"6,7\n8,9\n", "t");
  REQUIRE(table.has_value());
  REQUIRE(table->rows.size() == 4);
  CHECK(table->rows[1].problem == "3 cells, but the head has 2");
  CHECK(table->rows[2].number == 4);
  CHECK_FALSE(table->rows[2].problem.empty());
  CHECK(table->rows[3].cells == std::vector<std::string>{"8", "9"});
}

TEST_CASE("text that a spreadsheet would compute is guarded in CSV and comes back as it was") {
  CHECK(csv_line(std::vector<TableCell>{std::string("=1+1"), std::string("-5"), -5.0, std::string("'=x")}) ==
        "'=1+1,-5,-5,''=x\r\n");
  CHECK(read_table("a,b,c,d\n'=1+1,-5,'x,''=x\n", "t")->rows[0].cells ==
        std::vector<std::string>{"=1+1", "-5", "'x", "'=x"});
}

TEST_CASE("whatever is written as CSV or XLSX is read back as the same texts") {
  const Folder folder;
  std::mt19937_64 random(20261129);
  for (int run = 0; run < 30; ++run) {
    std::vector<std::vector<TableCell>> rows;
    std::string csv(csv_mark);
    csv += "c0,c1,c2,c3\r\n";
    for (int r = 0; r < 40; ++r) {
      auto& row = rows.emplace_back();
      row.emplace_back(std::string("row"));
      for (int c = 0; c < 3; ++c) row.push_back(random_cell(random));
      csv += csv_line(row);
    }
    for (const auto& bytes : {csv, written(folder, rows)}) {
      const auto table = read_table(bytes, "t");
      REQUIRE(table.has_value());
      REQUIRE(table->rows.size() == rows.size());
      for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < 4; ++c) CHECK(table->rows[r].cells[c] == cell_text(rows[r][c]));
      }
    }
  }
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("a sheet's shared and inline texts, dates by style, booleans and results of formulas are read") {
  const std::string rows =
      R"(<x:row r="2"><x:c r="A2" t="s"><x:v>1</x:v></x:c><x:c r="C2" t="inlineStr"><x:is><x:t>值</x:t></x:is></x:c></x:row>)"
      R"(<x:row r="4"><x:c r="A4" s="1"><x:v>46174</x:v></x:c><x:c s="2"><x:v>46174.5</x:v></x:c><x:c r="C4" t="b"><x:v>1</x:v></x:c></x:row>)"
      R"(<x:row r="5"><x:c r="A5" t="str"><x:f>A1</x:f><x:v>甲_x000D_</x:v></x:c><x:c r="B5" s="1"><x:v>60</x:v></x:c><x:c r="C5"><x:v>0.10000000000000001</x:v></x:c></x:row>)";
  const auto table = read_table(
      zip_of(
          {{"xl/workbook.xml", R"(<workbook><sheets><sheet name="a" r:id="r7"/></sheets></workbook>)"},
           {"xl/_rels/workbook.xml.rels",
            R"(<Relationships><Relationship Id="r7" Target="worksheets/other.xml"/></Relationships>)"},
           {"xl/styles.xml",
            R"(<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>)"},
           {"xl/sharedStrings.xml",
            R"(<sst><si><t>x</t></si><si><r><t>名</t></r><r><t>称</t></r><rPh><t>ming</t></rPh></si></sst>)"},
           {"xl/worksheets/other.xml",
            "<x:worksheet xmlns:x=\"u\"><x:sheetData>" + rows + "</x:sheetData></x:worksheet>"}}),
      "t");
  REQUIRE(table.has_value());
  CHECK(table->head == std::vector<std::string>{"名称", "", "值"});
  REQUIRE(table->rows.size() == 2);
  CHECK(table->rows[0].number == 4);
  CHECK(table->rows[0].cells == std::vector<std::string>{"2026-06-01", "2026-06-01 12:00:00", "true"});
  CHECK(table->rows[1].cells == std::vector<std::string>{"甲\r", "60", "0.1"});
}

TEST_CASE("what would fill the memory or reach outside is refused by name") {
  const std::string bomb = zip_of({{"xl/worksheets/sheet1.xml", sheet(std::string(3U << 20U, ' '))}});
  CHECK(bomb.size() < 20'000);
  CHECK(refusal_code(bomb, {64U << 20U, 1U << 20U, 100, 10, 10}) == Errc::too_large);
  CHECK(refusal_code(zip_of({{"xl/worksheets/sheet1.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>" +
                                                              sheet("<row><c><v>&b;</v></c></row>")}})) ==
        Errc::refused);
  std::map<std::string, std::string> many;
  for (int i = 0; i < 30; ++i) many[std::to_string(i)] = "x";
  CHECK(refusal_code(zip_of(many), {64U << 20U, 1U << 20U, 20, 10, 10}) == Errc::too_large);
  CHECK(refusal_code(zip_of({{"xl/worksheets/sheet1.xml", sheet("<row><c r=\"ZZZ1\"><v>1</v></c></row>")}})) ==
        Errc::too_large);
  CHECK(refusal_code(zip_of({{"xl/worksheets/sheet1.xml", sheet("<row><c t=\"s\"><v>4</v></c></row>")}})) ==
        Errc::malformed);
  CHECK(refusal_code(zip_of({{"xl/worksheets/sheet1.xml", sheet("<row><c>")}})) == Errc::malformed);
  CHECK(refusal_code(zip_of({{"word/document.xml", "<w/>"}})) == Errc::malformed);
  CHECK(refusal_code("PK\x03\x04 and no more") == Errc::malformed);
  CHECK(refusal_code("a\n1\n2\n", {64, 64, 1, 1, 1}) == Errc::too_large);
  CHECK(refusal_code("a,b\n", {64, 64, 1, 1, 1}) == Errc::too_large);
  CHECK(refusal_code("a\n1\n", {3, 64, 1, 1, 1}) == Errc::too_large);
  CHECK(refusal_code("") == Errc::malformed);
  CHECK(refusal_code(std::string("\xD0\xCF\x11\xE0\0\0", 6)) == Errc::malformed);
}

TEST_CASE("features come as rows of their properties with the geometry as text") {
  const auto table = read_table(
      R"({"type":"FeatureCollection","features":[
        {"type":"Feature","id":"A1","properties":{"name":"甲","n":1.5,"many":["a","b"]},"geometry":{"type":"Point","coordinates":[117.2,29.3]}},
        3,
        {"type":"Feature","properties":{"other":true},"geometry":null}]})",
      "t");
  REQUIRE(table.has_value());
  CHECK(table->head == std::vector<std::string>{"id", "name", "n", "many", "geometry", "other"});
  REQUIRE(table->rows.size() == 3);
  CHECK(table->rows[0].cells[3] == "a;b");
  CHECK(table->rows[0].cells[2] == "1.5");
  CHECK(table->rows[0].cells[4].starts_with("{\"type\":\"Point\""));
  CHECK(table->rows[1].problem == "is no feature");
  CHECK(table->rows[2].cells[5] == "true");
  CHECK(refusal_code(R"({"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:3857"}},"features":[]})") ==
        Errc::invalid_value);
  CHECK(refusal_code("{\"type\":") == Errc::malformed);
  CHECK(refusal_code("{\"type\":\"Feature\"}") == Errc::malformed);
}
