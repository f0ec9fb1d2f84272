// Any bytes as a table: nothing may crash, hang or grow past the limits, and what is read can be written and read
// again.
#include "intake/table_file.hpp"

#include <cstdlib>

int fuzz(const std::uint8_t* data, std::size_t size);

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon::intake;
  const TableLimits limits{1U << 20U, 1U << 20U, 100, 500, 50};
  const auto table = read_table({reinterpret_cast<const char*>(data), size}, "fuzz", limits);
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
