#pragma once

#include "core/result.hpp"
#include "report/figure.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::report {

enum class Period : std::uint8_t { day, week, month, year };

/// A piece of a line: text as written, or a value that is asked for.
struct Piece {
  std::string text;  ///< where `path` is empty
  bool bold = false;
  std::string path;  ///< "city.aqi", or "s.aqi" within an each
  bool unit = false, sign = false, minute = false;
  int decimals = -1;  ///< -1: as the figure has them
};
using Line = std::vector<Piece>;

/// `path` alone, or compared with a number.
struct Condition {
  std::string path, comparison;  ///< "", "<", "<=", ">", ">=", "=", "!="
  double number = 0;
  bool negated = false;
};

/// One part of a template.
struct Node {
  enum class Kind : std::uint8_t {
    title,
    heading,
    paragraph,
    bullet,
    table,
    row,
    each,
    when,
    chart,
    map,
    remarks,
    errata,
    contents,
    sign,
    page_break
  };
  Kind kind = Kind::paragraph;
  int line = 0;                        ///< in the file, from 1
  int level = 0;                       ///< of a heading, 1 or 2
  Line text;                           ///< of a title, heading, paragraph, bullet; caption of a table, chart or map
  std::vector<Line> cells;             ///< of a row
  std::vector<Line> head;              ///< of a table
  std::vector<char> align;             ///< of a table: 'l', 'c', 'r', one a column
  std::string variable, path;          ///< of an each; the rows of a chart or map
  Condition condition;                 ///< of a when
  std::vector<Node> children, others;  ///< `others`: after else
  std::map<std::string, std::string, std::less<>> options;  ///< of a chart or map: type, x, y, ...
};

/// A document with holes (docs/reports.md).
struct Template {
  std::string id;
  Words name;
  std::string kind;  ///< "daily", "weekly", "monthly", "special"
  Period period = Period::day;
  std::vector<std::string> values;  ///< ids of sets
  std::string clause, source;
  bool subject = false;                                        ///< it is about one event
  bool annex_apart = false;  ///< the evidence of its figures is in the workbook alone
  std::map<std::string, std::vector<Node>, std::less<>> body;  ///< by language, "zh" and "en"
  std::string hash;                                            ///< SHA-256 of the text
};

/// Reads a template and checks each name in it against the catalogue.
/// Errors   malformed, unknown_code or too_large: "file:line: reason"; the first one ends the reading.
[[nodiscard]] Result<Template> parse_template(std::string_view text, const std::string& file);

/// Every *.md of a folder by id; the file's name is that of its template. Errors   those of parse_template, not_found.
[[nodiscard]] Result<std::vector<Template>> read_templates(const std::filesystem::path& folder);
[[nodiscard]] Result<Template> read_template(const std::filesystem::path& folder, const std::string& id);

/// The days a report is of: the day, or the week (from Monday), calendar month or year in which it lies; both included.
[[nodiscard]] std::pair<LegalDay, LegalDay> period_of(const Template& form, LegalDay day);

}  // namespace celadon::report
