// Any bytes as a table: nothing may crash, hang or grow past the limits, and what is read can be written and read
// again.
// Bytes that begin with '<' are the parts of an XLSX, parted by zero bytes: packed, they would be behind a checksum.
#include "intake/table_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

/// A ZIP of stored parts (APPNOTE 4.3).
std::string packed(std::string_view text) {
  static constexpr const char* names[] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
                                          "xl/workbook.xml"};
  std::string out, directory;
  std::uint32_t count = 0;
  for (const std::string name : names) {
    const std::string_view part = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    std::string head;
    put(head, 20, 2);
    put(head, 0, 4);
    put(head, 0, 4);
    put(head,
        static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(part.data()), static_cast<uInt>(part.size()))),
        4);
    put(head, static_cast<std::uint32_t>(part.size()), 4);
    put(head, static_cast<std::uint32_t>(part.size()), 4);
    put(head, static_cast<std::uint32_t>(name.size()), 2);
    put(head, 0, 2);
    put(directory, 0x02014B50, 4);
    put(directory, 20, 2);
    directory += head;
    put(directory, 0, 2);
    put(directory, 0, 4);
    put(directory, 0, 4);
    put(directory, static_cast<std::uint32_t>(out.size()), 4);
    directory += name;
    put(out, 0x04034B50, 4);
    out.append(head).append(name).append(part);
    ++count;
  }
  const auto begin = static_cast<std::uint32_t>(out.size());
  out += directory;
  put(out, 0x06054B50, 4);
  put(out, 0, 4);
  put(out, count, 2);
  put(out, count, 2);
  put(out, static_cast<std::uint32_t>(directory.size()), 4);
  put(out, begin, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon::intake;
  const TableLimits limits{1U << 20U, 1U << 20U, 100, 500, 50};
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with('<')) bytes = packed(bytes);
  const auto table = read_table(bytes, "fuzz", limits);
  if (!table) {
    if (table.error().detail.empty()) std::abort();
    return 0;
  }
  if (table->head.empty() || table->head.size() > limits.columns_max || table->rows.size() > limits.rows_max)
    std::abort();
  // A name of its own in front, so that no line is empty and none looks like another format.
  std::string csv;
  const auto line = [&csv](const char* first, const std::vector<std::string>& texts) {
    std::vector<TableCell> cells = {std::string(first)};
    cells.insert(cells.end(), texts.begin(), texts.end());
    csv += csv_line(cells);
  };
  line("name", table->head);
  for (const auto& row : table->rows) {
    if (row.cells.size() != table->head.size()) std::abort();
    line("row", row.cells);
  }
  const auto again = read_table(csv, "again");
  if (!again) return 0;  // a zero byte or broken UTF-8 inside a JSON or XML text is refused in a CSV
  if (again->rows.size() != table->rows.size()) std::abort();
  for (std::size_t r = 0; r < table->rows.size(); ++r) {
    if (!again->rows[r].problem.empty()) continue;  // longer than a record may be
    for (std::size_t c = 0; c + 1 < again->head.size(); ++c) {
      if (again->rows[r].cells[c + 1] != table->rows[r].cells[c]) std::abort();
    }
  }
  return 0;
}
