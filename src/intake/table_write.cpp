#include "intake/table_file.hpp"

#include <xlsxwriter.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace celadon::intake {
namespace {

constexpr std::size_t cell_characters_max = 32'767;  ///< Excel's own
constexpr std::size_t columns_of_notes_max = 400;
const LegalDay first_exact_day{-25508};  ///< 1900-03-01: before, spreadsheets count a day that never was
constexpr lxw_row_t rows_with_choices = 200'000;

/// A code like _x000D_ in a text of people would be read as the character it stands for (ECMA-376, 22.9.2.19).
std::string escaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code = text.size() - i >= 7 && text[i] == '_' && text[i + 1] == 'x' && text[i + 6] == '_' &&
                      std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i + 2),
                                  text.begin() + static_cast<std::ptrdiff_t>(i + 6),
                                  [](unsigned char c) { return std::isxdigit(c) != 0; });
    if (code) out += "_x005F";
    out += text[i];
  }
  return out;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Whether sixteen digits, which is what is written, give the number back.
bool sixteen_digits_hold(double value) {
  char digits[48];
  std::snprintf(digits, sizeof digits, "%.16G", value);
  return std::strtod(digits, nullptr) == value;
}

double serial_of(LegalDay day) { return static_cast<double>(day.days) + 25569; }

std::string column_letters(std::size_t column) {
  std::string letters;
  for (++column; column > 0; column = (column - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
  return letters;
}

}  // namespace

class XlsxWriter::Impl {
 public:
  Impl(std::filesystem::path folder, std::vector<TableColumn> columns)
      : folder_(std::move(folder)), columns_(std::move(columns)) {
    static std::atomic<unsigned> number{0};
    file_ = folder_ / ("export-" + std::to_string(getpid()) + "-" + std::to_string(++number) + ".xlsx");
  }
  ~Impl() {
    if (book_ != nullptr) workbook_close(book_);
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool open() {
    tmpdir_ = folder_.string();
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = tmpdir_.data();
    book_ = workbook_new_opt(file_.string().c_str(), &options);
    if (book_ == nullptr) return false;
    sheet_ = workbook_add_worksheet(book_, "数据");
    notes_ = workbook_add_worksheet(book_, "说明");
    const auto format = [this](const char* numbers) {
      lxw_format* one = workbook_add_format(book_);
      format_set_num_format(one, numbers);
      return one;
    };
    day_ = format("yyyy-mm-dd");
    moment_ = format("yyyy-mm-dd hh:mm:ss");
    head_ = workbook_add_format(book_);
    format_set_bold(head_);
    format_set_bg_color(head_, 0xDCE9E6);
    lay_out();
    return true;
  }

  void add(std::span<const TableCell> cells) {
    for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) write(static_cast<lxw_col_t>(i), cells[i]);
    ++row_;
  }

  Result<std::string> finish(const std::vector<std::vector<std::string>>& notes) {
    for (lxw_row_t r = 0; r < notes.size(); ++r) {
      for (std::size_t c = 0; c < notes[r].size() && c < columns_of_notes_max; ++c) {
        if (!notes[r][c].empty() && characters(notes[r][c]) <= cell_characters_max)
          worksheet_write_string(notes_, r, static_cast<lxw_col_t>(c), escaped(notes[r][c]).c_str(),
                                 r == 0 ? head_ : nullptr);
      }
    }
    worksheet_set_column(notes_, 0, 7, 18, nullptr);
    worksheet_freeze_panes(notes_, 1, 0);
    write_choices();
    const lxw_error error = workbook_close(book_);
    book_ = nullptr;
    if (error != LXW_NO_ERROR) {
      return fail(Errc::io_failed, std::string("the XLSX cannot be written in ") + folder_.string() + ": " +
                                       lxw_strerror(error) + "; is the disk full?");
    }
    std::ifstream file(file_, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file || bytes.empty())
      return fail(Errc::io_failed, "the XLSX written in " + folder_.string() + " is not there");
    return bytes;
  }

 private:
  void lay_out() {
    std::vector<TableCell> heads;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      worksheet_set_column(sheet_, column, column, columns_[i].width, nullptr);
      worksheet_write_string(sheet_, 0, column, escaped(columns_[i].head).c_str(), head_);
    }
    worksheet_freeze_panes(sheet_, 1, 0);
    row_ = 1;
  }

  /// Lists to choose from lie on a sheet of their own, hidden: a list inside the rule itself may have 255 characters
  /// only.
  void write_choices() {
    std::size_t longest = 0;
    for (const auto& column : columns_) longest = std::max(longest, column.choices.size());
    if (longest == 0) return;
    lxw_worksheet* lists = workbook_add_worksheet(book_, "代码");
    for (std::size_t r = 0; r < longest; ++r) {
      lxw_col_t place = 0;
      for (const auto& column : columns_) {
        if (column.choices.empty()) continue;
        if (r < column.choices.size())
          worksheet_write_string(lists, static_cast<lxw_row_t>(r), place, escaped(column.choices[r]).c_str(), nullptr);
        ++place;
      }
    }
    worksheet_hide(lists);
    std::size_t place = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].choices.empty()) continue;
      const std::string letters = column_letters(place++);
      std::string formula = "='代码'!$" + letters + "$1:$" + letters + "$" + std::to_string(columns_[i].choices.size());
      lxw_data_validation rule{};
      rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
      rule.value_formula = formula.data();
      rule.ignore_blank = LXW_VALIDATION_ON;
      rule.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;  // several codes, joined with ';', are possible
      const auto column = static_cast<lxw_col_t>(i);
      worksheet_data_validation_range(sheet_, 1, column, rows_with_choices, column, &rule);
    }
  }

  void text(lxw_col_t column, const std::string& words) {
    const bool fits = characters(words) <= cell_characters_max;
    worksheet_write_string(sheet_, row_, column, fits ? escaped(words).c_str() : too_long_for_a_cell.data(), nullptr);
  }

  void write(lxw_col_t column, const TableCell& cell) {
    if (const auto* number = std::get_if<double>(&cell); number != nullptr && sixteen_digits_hold(*number)) {
      worksheet_write_number(sheet_, row_, column, *number, nullptr);
    } else if (const auto* yes = std::get_if<bool>(&cell)) {
      worksheet_write_boolean(sheet_, row_, column, *yes ? 1 : 0, nullptr);
    } else if (const auto* day = std::get_if<LegalDay>(&cell); day != nullptr && *day >= first_exact_day) {
      worksheet_write_number(sheet_, row_, column, serial_of(*day), day_);
    } else if (const auto* at = std::get_if<Instant>(&cell);
               at != nullptr && at->us % us_per_second == 0 && legal_day_of(*at) >= first_exact_day) {
      const LegalDay date = legal_day_of(*at);
      const auto seconds = static_cast<double>((at->us - first_moment_of(date).us) / us_per_second);
      worksheet_write_number(sheet_, row_, column, serial_of(date) + seconds / 86400, moment_);
    } else if (const std::string words = cell_text(cell); !words.empty()) {
      text(column, words);
    }
  }

  std::filesystem::path folder_, file_;
  std::string tmpdir_;
  std::vector<TableColumn> columns_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_worksheet* notes_ = nullptr;
  lxw_format* day_ = nullptr;
  lxw_format* moment_ = nullptr;
  lxw_format* head_ = nullptr;
  lxw_row_t row_ = 0;
};

XlsxWriter::XlsxWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
XlsxWriter::XlsxWriter(XlsxWriter&&) noexcept = default;
XlsxWriter& XlsxWriter::operator=(XlsxWriter&&) noexcept = default;
XlsxWriter::~XlsxWriter() = default;

Result<XlsxWriter> XlsxWriter::begin(const std::filesystem::path& folder, std::vector<TableColumn> columns) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  auto impl = std::make_unique<Impl>(folder, std::move(columns));
  if (error || !impl->open())
    return fail(Errc::io_failed, "the folder " + folder.string() + " for exports cannot be written; is the disk full?");
  return XlsxWriter(std::move(impl));
}

void XlsxWriter::add(std::span<const TableCell> cells) { impl_->add(cells); }
Result<std::string> XlsxWriter::finish(const std::vector<std::vector<std::string>>& notes) {
  return impl_->finish(notes);
}

}  // namespace celadon::intake
