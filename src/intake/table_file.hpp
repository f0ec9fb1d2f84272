#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Tables as people keep them: CSV, a sheet of XLSX, features of GeoJSON. Bytes in, rows of text cells out, and back.

namespace celadon::intake {

/// Written limits of a table file (docs/api_registers.md).
struct TableLimits {
  std::size_t file_bytes_max = 64U << 20U;
  std::size_t unpacked_bytes_max = 200U << 20U;  ///< of all parts of an XLSX that are read
  std::size_t parts_max = 10'000;                ///< files inside an XLSX
  std::size_t rows_max = 200'000;
  std::size_t columns_max = 200;
};

struct TableRow {
  std::uint64_t number = 0;  ///< in the file, from 1: the line of a CSV, the row of a sheet, the feature of GeoJSON
  std::vector<std::string> cells;  ///< as many as the head
  std::string problem;             ///< why the row cannot be read; its cells are what could be
};

/// UTF-8 throughout. Rows without any text are left out.
struct Table {
  std::vector<std::string> head;  ///< without blanks at the ends
  std::vector<TableRow> rows;
};

/// The column that holds a feature's geometry, as GeoJSON text.
inline constexpr std::string_view geometry_column = "geometry";

/// Reads a table; what it is, is told by its first bytes.
///
/// CSV      RFC 4180; UTF-8 with or without byte order mark, else GB18030. The apostrophe that guards a text against
///          being taken for a formula (csv_line) is taken off again.
/// XLSX     the first sheet: texts, numbers (shortest form that reads back), dates and times by the cell's style as
///          2026-06-01 or 2026-06-01 08:00:00, true and false, what formulas last came to.
/// GeoJSON  a FeatureCollection on WGS 84: properties, `id` of the feature, geometry as text; lists joined with ';'.
/// Errors   malformed, too_large, refused (a document type in XML), each naming the file, the place and the remedy.
[[nodiscard]] Result<Table> read_table(std::string_view bytes, const std::string& name, const TableLimits& limits = {});

/// A text table's bytes as UTF-8; `bytes` where they are that already, else read as GB18030.
/// Errors   malformed where they are neither, or hold zero bytes.
[[nodiscard]] Result<std::string> as_utf8(std::string bytes, const std::string& name);

/// The first sheet of an XLSX.
[[nodiscard]] Result<Table> read_xlsx(std::string_view bytes, const std::string& name, const TableLimits& limits = {});

/// A cell to be written. Days and moments are dates where the format knows dates; moments in Beijing time.
using TableCell = std::variant<std::monostate, std::string, double, bool, LegalDay, Instant>;

/// A cell as text: what read_table gives for it.
[[nodiscard]] std::string cell_text(const TableCell& cell);

/// One line of CSV with its end. A text that a spreadsheet would take for a formula gets an apostrophe in front.
[[nodiscard]] std::string csv_line(std::span<const TableCell> cells);
/// Opens a CSV so that spreadsheets see UTF-8.
inline constexpr std::string_view csv_mark = "\xEF\xBB\xBF";

struct TableColumn {
  std::string head;
  double width = 14;                 ///< in characters
  std::vector<std::string> choices;  ///< the only values that may be entered; empty: any
};

/// Writes an XLSX: the head frozen, columns wide enough, dates as dates, lists to choose from, and a second sheet that
/// explains. Numbers and moments that a cell cannot hold exactly are written as text, so that reading gives them back.
class XlsxWriter {
 public:
  /// `folder` holds temporary files. Errors   io_failed.
  [[nodiscard]] static Result<XlsxWriter> begin(const std::filesystem::path& folder, std::vector<TableColumn> columns);
  XlsxWriter(XlsxWriter&&) noexcept;
  XlsxWriter& operator=(XlsxWriter&&) noexcept;
  ~XlsxWriter();

  void add(std::span<const TableCell> cells);
  /// `notes` are the rows of the second sheet. The bytes of the file. Errors   io_failed.
  [[nodiscard]] Result<std::string> finish(const std::vector<std::vector<std::string>>& notes);

 private:
  class Impl;
  explicit XlsxWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Stands in a cell for a text that is longer than a cell may hold; an import leaves such a field as it is.
inline constexpr std::string_view too_long_for_a_cell = "(超出单元格长度，请用 GeoJSON 或 CSV 导出)";

}  // namespace celadon::intake
