#include "core/csv_table.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace celadon;

namespace {

constexpr std::array<std::string_view, 2> columns = {"id", "name"};

}  // namespace

TEST_CASE("quoted fields, doubled quotes, CR LF, a byte order mark and comments are read") {
  const auto table = parse_csv_table(
      "\xEF\xBB\xBFid,name\r\n# a remark, with comma\na,\"x, \"\"y\"\"\"\r\n\nb,\"two\nlines\"\nc,", "t.csv", columns);
  REQUIRE(table.has_value());
  REQUIRE(table->rows.size() == 3);
  CHECK(table->rows[0][1] == "x, \"y\"");
  CHECK(table->rows[1][1] == "two\nlines");
  CHECK(table->rows[2][1].empty());
  CHECK(table->lines[0] == 3);
  CHECK(table->lines[2] == 7);
}

TEST_CASE("what is wrong is named with file and line") {
  const auto refused = [](std::string_view text, const char* words) {
    const auto table = parse_csv_table(text, "t.csv", columns);
    REQUIRE_FALSE(table.has_value());
    CHECK(table.error().detail.find(words) != std::string::npos);
  };
  refused("", "t.csv:1: the header");
  refused("id,title\n", "t.csv:1: column 2 must be 'name'");
  refused("id,name\na,b,c\n", "t.csv:2: 3 fields, expected 2");
  refused("id,name\na,\"b\n", "t.csv:2: a quote is not closed");
}
