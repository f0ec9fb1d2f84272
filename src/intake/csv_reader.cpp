#include "intake/csv_reader.hpp"

#include <algorithm>
#include <cstring>

namespace celadon::intake {
namespace {

constexpr std::size_t read_block_bytes = 256 * 1024;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

CsvReader::CsvReader(ByteSource& source, CsvLimits limits) : source_(source), limits_(limits) {
  buffer_.resize(limits_.record_bytes_max + read_block_bytes);
}

Result<void> CsvReader::pass_over_mark() {
  auto opening = source_.peek();
  if (!opening) return fail(opening.error());
  if (!opening->starts_with(byte_order_mark)) return {};
  char mark[byte_order_mark.size()];
  auto taken = source_.read(mark);  // whole, since peek() holds it
  if (!taken) return fail(taken.error());
  return {};
}

/// Moves what is left to the front and reads on. False at the end of the source.
Result<bool> CsvReader::need_more() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) return true;  // the caller sees a record over the limit
  auto count = source_.read(std::span<char>(buffer_).subspan(end_));
  if (!count) return fail(count.error());
  if (*count == 0) at_end_ = true;
  end_ += *count;
  return !at_end_;
}

Result<CsvReader::Step> CsvReader::next() {
  std::size_t scanned = 0;  // bytes of this record already looked at
  std::size_t line_breaks = 0, first_break = std::string_view::npos;
  bool in_quotes = false, quoted_field = false, field_start = true;
  if (first_) {
    first_ = false;
    auto begun = pass_over_mark();
    if (!begun) return fail(begun.error());
  }
  while (true) {
    const char* data = buffer_.data();
    while (begin_ + scanned < end_) {
      const char c = data[begin_ + scanned];
      if (in_quotes) {
        if (c == '\n') {
          if (first_break == std::string_view::npos) first_break = scanned;
          if (++line_breaks > limits_.quoted_lines_max) {
            line_ = next_line_;
            return bad("a quote is opened and not closed", begin_ + first_break + 1);
          }
        } else if (c == '"') {
          in_quotes = false;  // a doubled quote opens again at once
        }
      } else if (c == '"' && (field_start || (quoted_field && data[begin_ + scanned - 1] == '"'))) {
        in_quotes = quoted_field = true;
      } else if (c == '\n') {
        const std::size_t stop = begin_ + scanned;
        line_ = next_line_;
        next_line_ += line_breaks + 1;
        if (scanned > limits_.record_bytes_max) {
          next_line_ -= line_breaks + 1;
          return bad("longer than " + std::to_string(limits_.record_bytes_max) + " bytes", stop + 1);
        }
        const std::string kept = line_breaks > 0 ? std::string(data + begin_, scanned) : std::string();
        const Step step = split(stop);
        if (step == Step::bad_record && line_breaks > 0) {  // a stray quote must not swallow the lines behind it
          std::memcpy(buffer_.data() + begin_, kept.data(), kept.size());
          begin_ += first_break + 1;
          next_line_ = line_ + 1;
          return step;
        }
        begin_ = stop + 1;
        if (step == Step::end) {  // an empty line
          scanned = 0;
          line_breaks = 0;
          quoted_field = false;
          field_start = true;
          continue;
        }
        return step;
      }
      field_start = c == ',' && !in_quotes;
      if (field_start) quoted_field = false;
      ++scanned;
    }
    if (scanned > limits_.record_bytes_max) {
      line_ = next_line_;
      if (first_break != std::string_view::npos)
        return bad("a quote is opened and not closed", begin_ + first_break + 1);
      return skip_long_line();
    }
    auto more = need_more();
    if (!more) return fail(more.error());
    if (*more) continue;
    if (begin_ == end_) return Step::end;
    line_ = next_line_;
    if (in_quotes) {
      return bad("a quote is opened and not closed",
                 first_break == std::string_view::npos ? end_ : begin_ + first_break + 1);
    }
    ++next_line_;
    const Step step = split(end_);
    begin_ = end_;
    if (step != Step::end) return step;
    return Step::end;
  }
}

CsvReader::Step CsvReader::bad(std::string problem, std::size_t resume) {
  problem_ = std::move(problem);
  fields_.clear();
  begin_ = resume;
  ++next_line_;
  return Step::bad_record;
}

/// Passes over the rest of a line that is longer than a record may be.
Result<CsvReader::Step> CsvReader::skip_long_line() {
  while (true) {
    const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto to = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto stop = std::find(from, to, '\n');
    if (stop != to) {
      const auto resume = static_cast<std::size_t>(stop - buffer_.begin()) + 1;
      return bad("longer than " + std::to_string(limits_.record_bytes_max) + " bytes", resume);
    }
    begin_ = end_;
    auto more = need_more();
    if (!more) return fail(more.error());
    if (!*more) return bad("longer than " + std::to_string(limits_.record_bytes_max) + " bytes", end_);
  }
}

/// Cuts the bytes from begin_ to `stop` into fields, undoing quotes in place. Step::end for an empty line.
CsvReader::Step CsvReader::split(std::size_t stop) {
  char* at = buffer_.data() + begin_;
  char* const last_plus_one = buffer_.data() + stop;
  char* end = last_plus_one;
  if (end > at && end[-1] == '\r') --end;
  fields_.clear();
  if (at == end) return Step::end;
  while (true) {
    if (fields_.size() == limits_.fields_max) {
      problem_ = "more than " + std::to_string(limits_.fields_max) + " fields";
      fields_.clear();
      return Step::bad_record;
    }
    if (at < end && *at == '"') {
      char* const text = ++at;
      char* put = text;
      bool closed = false;
      while (at < end) {
        if (*at == '"') {
          if (at + 1 < end && at[1] == '"') {
            ++at;
          } else {
            closed = true;
            ++at;
            break;
          }
        }
        *put++ = *at++;
      }
      if (!closed || (at < end && *at != ',')) {
        problem_ = closed ? "text follows a closing quote" : "a quote is opened and not closed";
        fields_.clear();
        return Step::bad_record;
      }
      fields_.emplace_back(text, static_cast<std::size_t>(put - text));
    } else {
      char* const comma = std::find(at, end, ',');
      fields_.emplace_back(at, static_cast<std::size_t>(comma - at));
      at = comma;
    }
    if (at == end) return Step::record;
    ++at;  // the comma
  }
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

Result<CsvTable> read_csv_table(const std::filesystem::path& path, std::span<const std::string_view> columns) {
  auto source = ByteSource::open(path);
  if (!source) return fail(source.error());
  CsvReader reader(*source);
  CsvTable table;
  table.name = path.string();
  bool header_seen = false;
  while (true) {
    auto step = reader.next();
    if (!step) return fail(step.error());
    const std::string place = table.name + ":" + std::to_string(reader.line());
    if (*step == CsvReader::Step::end) break;
    if (*step == CsvReader::Step::bad_record) return fail(Errc::malformed, place + ": " + reader.problem());
    const auto fields = reader.fields();
    if (!header_seen) {
      header_seen = true;
      if (!std::equal(fields.begin(), fields.end(), columns.begin(), columns.end())) {
        std::string expected;
        for (const auto column : columns) expected += (expected.empty() ? "" : ",") + std::string(column);
        return fail(Errc::malformed, place + ": the header must be " + expected);
      }
      continue;
    }
    if (fields.size() != columns.size()) {
      return fail(Errc::malformed,
                  place + ": " + std::to_string(fields.size()) + " fields, expected " + std::to_string(columns.size()));
    }
    table.rows.emplace_back(fields.begin(), fields.end());
    table.lines.push_back(reader.line());
  }
  if (!header_seen) return fail(Errc::malformed, table.name + ": is empty");
  return table;
}

}  // namespace celadon::intake
