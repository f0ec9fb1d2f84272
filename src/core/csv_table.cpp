#include "core/csv_table.hpp"

namespace celadon {
namespace {

/// Takes one record off the front of `text`; counts the lines it spans.
std::vector<std::string> take_record(std::string_view& text, std::uint64_t& lines, bool& open_quote) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '"' && at + 1 < text.size() && text[at + 1] == '"')
        fields.back() += text[at++];
      else if (c == '"')
        quoted = false;
      else
        fields.back() += c;
      if (c == '\n') ++lines;
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  ++lines;
  open_quote = quoted;
  text.remove_prefix(at < text.size() ? at + 1 : at);
  return fields;
}

}  // namespace

Result<CsvTable> parse_csv_table(std::string_view text, std::string_view name,
                                 std::span<const std::string_view> columns) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvTable table;
  std::uint64_t line = 1;
  bool header = true;
  while (!text.empty()) {
    const std::uint64_t begin = line;
    const bool comment = text.starts_with('#');
    bool open_quote = false;
    auto fields = take_record(text, line, open_quote);
    const std::string place = std::string(name) + ":" + std::to_string(begin) + ": ";
    if (comment || (fields.size() == 1 && fields[0].empty())) continue;
    if (open_quote) return fail(Errc::malformed, place + "a quote is not closed");
    if (header) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i >= fields.size() || fields[i] != columns[i]) {
          return fail(Errc::malformed,
                      place + "column " + std::to_string(i + 1) + " must be '" + std::string(columns[i]) + "'");
        }
      }
      header = false;
      continue;
    }
    if (fields.size() != columns.size()) {
      return fail(Errc::malformed,
                  place + std::to_string(fields.size()) + " fields, expected " + std::to_string(columns.size()));
    }
    table.rows.push_back(std::move(fields));
    table.lines.push_back(begin);
  }
  if (header) return fail(Errc::malformed, std::string(name) + ":1: the header line is missing");
  return table;
}

}  // namespace celadon
