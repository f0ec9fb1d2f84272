#pragma once

#include "intake/text_source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// Written limits of a CSV file. A record over one of them is a bad record, not a reason to stop.
struct CsvLimits {
  std::size_t record_bytes_max = 256 * 1024;
  std::size_t fields_max = 8192;
  std::size_t quoted_lines_max = 16;  ///< line breaks inside quotes; more means a quote was left open
};

/// Reads records of RFC 4180, one at a time: quoted fields, doubled quotes, CR LF or LF, a byte order mark at the
/// start. Lines that are empty are passed over. A quote inside an unquoted field is an ordinary character.
class CsvReader {
 public:
  enum class Step : std::uint8_t {
    record,      ///< fields() and line() hold it
    bad_record,  ///< problem() says why; reading goes on behind it
    end,
  };

  explicit CsvReader(ByteSource& source, CsvLimits limits = {});

  /// Errors   those of the source; all records before the damage have been given by then.
  [[nodiscard]] Result<Step> next();
  /// Valid until the next call of next().
  [[nodiscard]] std::span<const std::string_view> fields() const { return fields_; }
  [[nodiscard]] std::uint64_t line() const { return line_; }  ///< of the record's first line, from 1
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  [[nodiscard]] Result<void> pass_over_mark();
  [[nodiscard]] Result<bool> need_more();
  [[nodiscard]] Step split(std::size_t end);
  Step bad(std::string problem, std::size_t resume);
  [[nodiscard]] Result<Step> skip_long_line();

  ByteSource& source_;
  CsvLimits limits_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  bool at_end_ = false, first_ = true;
  std::uint64_t line_ = 0, next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::string problem_;
};

/// One field as RFC 4180 wants it: quoted where it must be.
[[nodiscard]] std::string csv_field(std::string_view text);

/// A table of our own (a pack or a list), read whole and checked: the header must hold `columns` in this order.
/// Errors   malformed naming file and line.
struct CsvTable {
  std::vector<std::vector<std::string>> rows;  ///< each as long as `columns`
  std::vector<std::uint64_t> lines;            ///< where each begins
  std::string name;
};
[[nodiscard]] Result<CsvTable> read_csv_table(const std::filesystem::path& path,
                                              std::span<const std::string_view> columns);

}  // namespace celadon::intake
