#include "intake/hj212_text.hpp"
#include "intake/table_file.hpp"
#include "intake/table_parts.hpp"

#include <zip.h>
#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

// ECMA-376 Part 1, 18 (SpreadsheetML), as far as a table of values needs it. A sheet is read row by row: only one row
// is ever a tree in memory.

namespace celadon::intake {
namespace {

constexpr std::size_t small_part_bytes_max = 16U << 20U;  ///< of parts that are read as one tree
constexpr unsigned parse_options = pugi::parse_default | pugi::parse_ws_pcdata_single;
constexpr std::int64_t serial_of_1970 = 25569;  ///< day number of 1970-01-01 in the 1900 system
constexpr std::int64_t days_1900_to_1904 = 1462;
constexpr double serial_max = 2958466;  ///< the day after 9999-12-31

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

/// The parts of the package, unpacked one at a time and never more than the limit together.
class Package {
 public:
  static Result<Package> open(std::string_view bytes, const std::string& name, const TableLimits& limits) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    if (zip == nullptr) {
      const std::string why = zip_error_strerror(&error);
      if (source != nullptr) zip_source_free(source);
      zip_error_fini(&error);
      return fail(Errc::malformed, name + ": is not a whole XLSX file: " + why + "; save it anew and send it again");
    }
    zip_error_fini(&error);
    Package package;
    package.zip_.reset(zip);
    package.name_ = name;
    package.left_ = limits.unpacked_bytes_max;
    package.limit_ = limits.unpacked_bytes_max;
    if (const auto parts = zip_get_num_entries(zip, 0);
        parts < 0 || static_cast<std::size_t>(parts) > limits.parts_max) {
      return fail(Errc::too_large, name + ": holds more than " + std::to_string(limits.parts_max) + " parts");
    }
    return package;
  }

  [[nodiscard]] bool has(const std::string& part) const {
    return zip_name_locate(zip_.get(), part.c_str(), ZIP_FL_NOCASE) >= 0;
  }

  /// Errors   malformed, too_large (what unpacks to more than the limit), refused (a document type or entities).
  [[nodiscard]] Result<std::string> read(const std::string& part) {
    const auto index = zip_name_locate(zip_.get(), part.c_str(), ZIP_FL_NOCASE);
    if (index < 0) return fail(Errc::malformed, name_ + ": its part " + part + " is missing; save it as .xlsx anew");
    const std::unique_ptr<zip_file_t, CloseEntry> file(
        zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0));
    if (!file) {
      return fail(Errc::malformed, name_ + ": its part " + part + " cannot be unpacked: " + zip_strerror(zip_.get()) +
                                       "; a file with a password cannot be read");
    }
    std::string text;
    char block[64 * 1024];
    while (true) {
      const auto count = zip_fread(file.get(), block, sizeof block);
      if (count < 0) return fail(Errc::malformed, name_ + ": its part " + part + " is damaged; save it anew");
      if (count == 0) break;
      if (static_cast<std::size_t>(count) > left_) {
        return fail(Errc::too_large, name_ + ": unpacks to more than " + std::to_string(limit_ >> 20U) +
                                         " MiB; send it in parts or as CSV");
      }
      left_ -= static_cast<std::size_t>(count);
      text.append(block, static_cast<std::size_t>(count));
    }
    if (text.find("<!DOCTYPE") != std::string::npos || text.find("<!ENTITY") != std::string::npos) {
      return fail(Errc::refused,
                  name_ + ": its part " + part + " declares a document type or entities, which no spreadsheet writes");
    }
    if (text.find('\0') != std::string::npos || !is_utf8(text))
      return fail(Errc::malformed, name_ + ": its part " + part + " is not UTF-8 text; save it anew");
    return text;
  }

  /// A small part as a tree.
  [[nodiscard]] Result<void> read_tree(const std::string& part, pugi::xml_document& tree) {
    const auto text = read(part);
    if (!text) return fail(text.error());
    if (text->size() > small_part_bytes_max)
      return fail(Errc::too_large, name_ + ": its part " + part + " is larger than 16 MiB");
    const auto parsed = tree.load_buffer(text->data(), text->size(), parse_options, pugi::encoding_utf8);
    if (!parsed) return fail(Errc::malformed, name_ + ": its part " + part + " is not XML: " + parsed.description());
    return {};
  }

 private:
  std::unique_ptr<zip_t, CloseZip> zip_;
  std::string name_;
  std::size_t left_ = 0, limit_ = 0;
};

/// The name without the prefix of its namespace.
std::string_view local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
bool is(const pugi::xml_node& node, std::string_view name) { return local(node.name()) == name; }

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  return node.find_child([name](const pugi::xml_node& one) { return is(one, name); });
}

/// "x:" of "<x:worksheet"; what the elements of a part are called by.
std::string prefix_of(std::string_view xml, std::string_view root) {
  for (std::size_t at = xml.find(root); at != std::string_view::npos; at = xml.find(root, at + 1)) {
    const std::size_t open = xml.rfind('<', at);
    if (open == std::string_view::npos) continue;
    const std::string_view between = xml.substr(open + 1, at - open - 1);
    if (between.empty() || (between.back() == ':' && between.find_first_of(" />?\"'") == std::string_view::npos))
      return std::string(between);
  }
  return {};
}

/// Hands each element of that name to `take`, as text. Elements of that name do not hold one another.
template <class Take>
Result<void> each_element(std::string_view xml, const std::string& name, const std::string& part, Take take) {
  const std::string open = "<" + name;
  const std::string close = "</" + name + ">";
  std::size_t at = xml.find(open);
  while (at != std::string_view::npos) {
    const std::size_t after = at + open.size();
    if (after < xml.size() && std::strchr(" \t\r\n/>", xml[after]) == nullptr) {
      at = xml.find(open, after);
      continue;
    }
    std::size_t end = xml.find('>', after);
    if (end != std::string_view::npos && xml[end - 1] != '/') {
      end = xml.find(close, end);
      if (end != std::string_view::npos) end += close.size() - 1;
    }
    if (end == std::string_view::npos)
      return fail(Errc::malformed, part + ": the element <" + name + "> is not closed; save the file anew");
    if (auto taken = take(xml.substr(at, end + 1 - at)); !taken) return taken;
    at = xml.find(open, end + 1);
  }
  return {};
}

/// _x000D_ stands for a character that XML cannot carry (22.9.2.19).
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    unsigned code = 0;
    if (text.size() - at >= 7 && text[at] == '_' && text[at + 1] == 'x' && text[at + 6] == '_') {
      const char* const digits = text.data() + at + 2;
      const auto [end, error] = std::from_chars(digits, digits + 4, code, 16);
      if (error == std::errc{} && end == digits + 4 && code != 0 && (code < 0xD800 || code > 0xDFFF)) {
        append_utf8(out, code);
        at += 7;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

/// The text of <si> or <is>: its runs, without the reading aids beside them.
std::string rich_text(const pugi::xml_node& node) {
  std::string text;
  for (const auto& one : node.children()) {
    if (is(one, "t")) text += one.child_value();
    if (is(one, "r")) text += child(one, "t").child_value();
  }
  return unescaped(text);
}

bool is_built_in_date(int id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/// Whether a number format shows a date or time: it has y, m, d, h or s outside quotes and brackets.
bool is_date_format(std::string_view code) {
  for (std::size_t i = 0; i < code.size(); ++i) {
    switch (code[i]) {
      case '"': i = std::min(code.find('"', i + 1), code.size()); break;
      case '[': i = std::min(code.find(']', i + 1), code.size()); break;
      case '\\':
      case '_':
      case '*': ++i; break;
      case ';': return false;
      case 'y':
      case 'm':
      case 'd':
      case 'h':
      case 's':
      case 'Y':
      case 'M':
      case 'D':
      case 'H':
      case 'S': return true;
      default: break;
    }
  }
  return false;
}

/// A day number with its part of a day, as text; nothing where it is no date.
std::optional<std::string> date_text(double serial, bool from_1904) {
  if (!(serial >= 0) || serial >= serial_max) return std::nullopt;
  auto day = static_cast<std::int64_t>(std::floor(serial));
  // Sixteen digits hold a moment of today to about a microsecond: what is finer than a millisecond is noise.
  constexpr double ms_per_day = 86'400'000;
  auto us = static_cast<std::int64_t>(std::llround((serial - std::floor(serial)) * ms_per_day)) * 1000;
  if (us >= us_per_day) {
    us -= us_per_day;
    ++day;
  }
  if (from_1904)
    day += days_1900_to_1904;
  else if (day == 60)
    return std::nullopt;  // 1900-02-29, which never was
  else if (day < 60)
    ++day;
  const LegalDay legal{static_cast<std::int32_t>(day - serial_of_1970)};
  if (us == 0) return to_string(legal);
  const std::string whole = cell_text(Instant{first_moment_of(legal).us + us});
  return serial < 1 ? whole.substr(11) : whole;
}

struct Workbook {
  std::string sheet = "xl/worksheets/sheet1.xml";
  bool from_1904 = false;
  std::vector<std::string> strings;
  std::vector<bool> date_styles;  ///< by index of the cell's style
};

Result<void> read_styles(Package& package, Workbook& book) {
  if (!package.has("xl/styles.xml")) return {};
  pugi::xml_document tree;
  if (auto read = package.read_tree("xl/styles.xml", tree); !read) return read;
  const auto root = tree.document_element();
  std::map<int, bool> own;
  for (const auto& format : child(root, "numFmts").children())
    own[format.attribute("numFmtId").as_int()] = is_date_format(format.attribute("formatCode").value());
  for (const auto& style : child(root, "cellXfs").children()) {
    if (!is(style, "xf")) continue;
    const int id = style.attribute("numFmtId").as_int();
    const auto known = own.find(id);
    book.date_styles.push_back(known == own.end() ? is_built_in_date(id) : known->second);
  }
  return {};
}

/// Where the first sheet lies.
Result<void> read_workbook(Package& package, Workbook& book) {
  if (!package.has("xl/workbook.xml")) return {};
  pugi::xml_document tree;
  if (auto read = package.read_tree("xl/workbook.xml", tree); !read) return read;
  const auto root = tree.document_element();
  book.from_1904 = child(root, "workbookPr").attribute("date1904").as_bool();
  const auto first = child(child(root, "sheets"), "sheet");
  std::string wanted;
  for (const auto& attribute : first.attributes()) {
    if (std::string_view(attribute.name()).ends_with(":id")) wanted = attribute.value();
  }
  if (wanted.empty() || !package.has("xl/_rels/workbook.xml.rels")) return {};
  pugi::xml_document relations;
  if (auto read = package.read_tree("xl/_rels/workbook.xml.rels", relations); !read) return read;
  for (const auto& one : relations.document_element().children()) {
    if (wanted != one.attribute("Id").value()) continue;
    const std::string target = one.attribute("Target").value();
    book.sheet = target.starts_with('/') ? target.substr(1) : "xl/" + target;
  }
  return {};
}

Result<void> read_strings(Package& package, Workbook& book, const std::string& name) {
  if (!package.has("xl/sharedStrings.xml")) return {};
  const auto xml = package.read("xl/sharedStrings.xml");
  if (!xml) return fail(xml.error());
  const std::string part = name + ": xl/sharedStrings.xml";
  pugi::xml_document tree;
  return each_element(*xml, prefix_of(*xml, "sst") + "si", part, [&](std::string_view item) -> Result<void> {
    const auto parsed = tree.load_buffer(item.data(), item.size(), parse_options, pugi::encoding_utf8);
    if (!parsed) {
      return fail(Errc::malformed,
                  part + ": text " + std::to_string(book.strings.size() + 1) + " is not XML: " + parsed.description());
    }
    book.strings.push_back(rich_text(tree.document_element()));
    return {};
  });
}

std::string number_text(const char* text, bool is_date, bool from_1904) {
  double value = 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) return text;
  if (is_date) {
    if (auto date = date_text(value, from_1904)) return std::move(*date);
  }
  return cell_text(value);
}

Result<std::string> cell_of(const pugi::xml_node& cell, const Workbook& book) {
  const std::string_view type = cell.attribute("t").value();
  if (type == "inlineStr") return rich_text(child(cell, "is"));
  const char* const text = child(cell, "v").child_value();
  if (*text == '\0') return std::string();
  if (type == "s") {
    std::size_t index = 0;
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, index);
    if (error != std::errc{} || stop != end || index >= book.strings.size())
      return fail(Errc::malformed, "names the shared text " + std::string(text).substr(0, 20) + ", which is not there");
    return book.strings[index];
  }
  if (type == "b") return std::string(*text == '1' || *text == 't' ? "true" : "false");
  if (type == "str" || type == "e" || type == "d") return unescaped(text);
  const auto style = cell.attribute("s").as_uint();
  const bool is_date = style < book.date_styles.size() && book.date_styles[style];
  return number_text(text, is_date, book.from_1904);
}

/// 0 of "A12", 27 of "AB3"; nothing of what is no place.
std::optional<std::size_t> column_of_place(std::string_view place) {
  std::size_t column = 0;
  std::size_t i = 0;
  for (; i < place.size() && i < 4 && place[i] >= 'A' && place[i] <= 'Z'; ++i)
    column = column * 26 + static_cast<std::size_t>(place[i] - 'A') + 1;
  return column == 0 ? std::nullopt : std::optional(column - 1);
}

Result<void> read_sheet_row(const pugi::xml_node& element, const Workbook& book, const std::string& name,
                            const TableLimits& limits, std::uint64_t& last, TableBuilder& builder) {
  TableRow row;
  row.number = element.attribute("r").as_ullong(last + 1);
  last = row.number;
  std::size_t next = 0;
  for (const auto& cell : element.children()) {
    if (!is(cell, "c")) continue;
    const std::string_view place = cell.attribute("r").value();
    const auto named = column_of_place(place);
    const std::size_t column = named ? *named : next;
    next = column + 1;
    auto text = cell_of(cell, book);
    if (!text) {
      return fail(text.error().code, name + ": row " + std::to_string(row.number) + ", cell " + std::string(place) +
                                         " " + text.error().detail);
    }
    if (text->empty()) continue;
    if (column >= limits.columns_max) {
      return fail(Errc::too_large, name + ": row " + std::to_string(row.number) + ": more than " +
                                       std::to_string(limits.columns_max) + " columns; leave out what is not needed");
    }
    if (row.cells.size() <= column) row.cells.resize(column + 1);
    row.cells[column] = std::move(*text);
  }
  return builder.add(std::move(row));
}

}  // namespace

Result<Table> read_xlsx(std::string_view bytes, const std::string& name, const TableLimits& limits) {
  auto package = Package::open(bytes, name, limits);
  if (!package) return fail(package.error());
  Workbook book;
  if (const auto read = read_workbook(*package, book); !read) return fail(read.error());
  if (const auto read = read_styles(*package, book); !read) return fail(read.error());
  if (const auto read = read_strings(*package, book, name); !read) return fail(read.error());
  const auto xml = package->read(book.sheet);
  if (!xml) return fail(xml.error());
  TableBuilder builder(name, limits);
  std::uint64_t last = 0;
  pugi::xml_document tree;
  const auto read =
      each_element(*xml, prefix_of(*xml, "worksheet") + "row", name, [&](std::string_view text) -> Result<void> {
        const auto parsed = tree.load_buffer(text.data(), text.size(), parse_options, pugi::encoding_utf8);
        if (!parsed) {
          return fail(Errc::malformed,
                      name + ": the row after " + std::to_string(last) + " is not XML: " + parsed.description());
        }
        return read_sheet_row(tree.document_element(), book, name, limits, last, builder);
      });
  if (!read) return fail(read.error());
  return builder.finish();
}

}  // namespace celadon::intake
