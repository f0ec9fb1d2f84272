#include "intake/table_file.hpp"

#include "intake/csv_reader.hpp"
#include "intake/hj212_text.hpp"
#include "intake/table_parts.hpp"

#include <unicode/ucnv.h>
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>

namespace celadon::intake {
namespace {

constexpr std::size_t csv_record_bytes_max = 4U << 20U;
constexpr std::size_t quoted_lines_max = 5'000;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string column_name(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Whether a spreadsheet may take a text for a formula, also behind apostrophes of our own.
bool looks_like_formula(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\'');
  return first != std::string_view::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos &&
         !is_number(text);
}

std::string unguarded(std::string_view cell) {
  if (cell.starts_with('\'') && looks_like_formula(cell.substr(1))) cell.remove_prefix(1);
  return std::string(cell);
}

/// GB18030 as UTF-8, or nothing where it is not that either.
std::optional<std::string> from_gb18030(std::string_view bytes) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* const from = ucnv_open("gb18030", &status);
  if (U_FAILURE(status)) return std::nullopt;
  ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::u16string wide(bytes.size() + 1, u'\0');
  const auto units = ucnv_toUChars(from, wide.data(), static_cast<std::int32_t>(wide.size()), bytes.data(),
                                   static_cast<std::int32_t>(bytes.size()), &status);
  ucnv_close(from);
  if (U_FAILURE(status)) return std::nullopt;
  UConverter* const to = ucnv_open("utf-8", &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string out(static_cast<std::size_t>(units) * 3 + 1, '\0');
  const auto length =
      ucnv_fromUChars(to, out.data(), static_cast<std::int32_t>(out.size()), wide.data(), units, &status);
  ucnv_close(to);
  if (U_FAILURE(status)) return std::nullopt;
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Result<Table> read_csv(std::string_view bytes, const std::string& name, const TableLimits& limits) {
  std::string converted;
  if (bytes.find('\0') != std::string_view::npos || !is_utf8(bytes)) {
    auto text = as_utf8(std::string(bytes), name);
    if (!text) return fail(text.error());
    converted = std::move(*text);
    bytes = converted;
  }
  auto source = ByteSource::memory(bytes, name);
  CsvReader reader(source, {csv_record_bytes_max, limits.columns_max + 1, quoted_lines_max});
  TableBuilder builder(name, limits);
  while (true) {
    const auto step = reader.next();
    if (!step) return fail(step.error());
    if (*step == CsvReader::Step::end) return builder.finish();
    TableRow row{reader.line(), {}, {}};
    if (*step == CsvReader::Step::bad_record) {
      if (!builder.has_head()) {
        return fail(Errc::malformed,
                    name + ":" + std::to_string(row.number) + ": the head cannot be read: " + reader.problem());
      }
      row.problem = reader.problem();
    }
    for (const auto field : reader.fields()) row.cells.push_back(unguarded(field));
    if (const auto added = builder.add(std::move(row)); !added) return fail(added.error());
  }
}

std::string property_text(const boost::json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_double()) return cell_text(value.get_double());
  if (value.is_array()) {
    const auto& all = value.get_array();
    if (std::all_of(all.begin(), all.end(), [](const auto& one) { return one.is_string(); })) {
      std::string joined;
      for (const auto& one : all) joined += (joined.empty() ? "" : ";") + std::string(one.get_string());
      return joined;
    }
  }
  return boost::json::serialize(value);
}

/// A legacy `crs` member that names another system than WGS 84 would put everything in the wrong place.
bool is_wgs84(const boost::json::object& document) {
  const auto* crs = document.if_contains("crs");
  if (crs == nullptr || crs->is_null()) return true;
  const std::string text = boost::json::serialize(*crs);
  return text.find("CRS84") != std::string::npos || text.find("4326") != std::string::npos ||
         text.find("4490") != std::string::npos;
}

struct FeatureColumns {
  std::vector<std::string> names;
  std::map<std::string, std::size_t, std::less<>> places;

  std::size_t place(std::string_view name) {
    const auto known = places.find(name);
    if (known != places.end()) return known->second;
    places.emplace(std::string(name), names.size());
    names.emplace_back(name);
    return names.size() - 1;
  }
};

TableRow row_of(const boost::json::value& one, std::uint64_t number, FeatureColumns& columns) {
  TableRow row{number, {}, {}};
  const auto put = [&](std::string_view name, std::string text) {
    const std::size_t place = columns.place(name);
    if (row.cells.size() <= place) row.cells.resize(place + 1);
    row.cells[place] = std::move(text);
  };
  const auto* feature = one.if_object();
  if (feature == nullptr) {
    row.problem = "is no feature";
    return row;
  }
  if (const auto* id = feature->if_contains("id")) put("id", property_text(*id));
  if (const auto* properties = feature->if_contains("properties"); properties != nullptr && properties->is_object()) {
    for (const auto& [key, value] : properties->get_object())
      put(std::string_view(key.data(), key.size()), property_text(value));
  }
  if (const auto* geometry = feature->if_contains("geometry"); geometry != nullptr && geometry->is_object())
    put(geometry_column, boost::json::serialize(*geometry));
  return row;
}

Result<Table> read_geojson(std::string_view bytes, const std::string& name, const TableLimits& limits) {
  boost::system::error_code error;
  const auto document = boost::json::parse(bytes, error);
  if (error) return fail(Errc::malformed, name + ": is not JSON: " + error.message());
  const auto* object = document.if_object();
  const auto* features = object == nullptr ? nullptr : object->if_contains("features");
  if (features == nullptr || !features->is_array())
    return fail(Errc::malformed, name + ": must be a GeoJSON FeatureCollection with a list `features`");
  if (!is_wgs84(*object))
    return fail(Errc::invalid_value, name + ": its `crs` is not WGS 84; convert it to EPSG:4326 and send it again");
  const auto& all = features->get_array();
  if (all.size() > limits.rows_max)
    return fail(Errc::too_large,
                name + ": more than " + std::to_string(limits.rows_max) + " features; send it in parts");
  FeatureColumns columns;
  Table table;
  for (std::size_t i = 0; i < all.size(); ++i) {
    table.rows.push_back(row_of(all[i], i + 1, columns));
    if (columns.names.size() > limits.columns_max) {
      return fail(Errc::too_large, name + ": more than " + std::to_string(limits.columns_max) +
                                       " different properties, first in feature " + std::to_string(i + 1));
    }
  }
  table.head = std::move(columns.names);
  if (table.head.empty()) return fail(Errc::malformed, name + ": its features hold nothing");
  for (auto& row : table.rows) row.cells.resize(table.head.size());
  return table;
}

std::string seconds_text(Instant instant) {
  // "2026-06-01T08:00:00+08:00" without zone, which is Beijing's where none is given
  std::string text = to_iso_beijing(instant);
  if (const std::size_t zone = text.rfind('+'); zone != std::string::npos) text.resize(zone);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

}  // namespace

Result<void> TableBuilder::add(TableRow row) {
  while (!row.cells.empty() && row.cells.back().empty()) row.cells.pop_back();
  if (row.cells.empty() && row.problem.empty()) return {};
  const std::string place = name_ + ":" + std::to_string(row.number) + ": ";
  if (row.cells.size() > limits_.columns_max) {
    return fail(Errc::too_large,
                place + "more than " + std::to_string(limits_.columns_max) + " columns; leave out what is not needed");
  }
  if (table_.head.empty()) {
    for (const auto& cell : row.cells) table_.head.push_back(column_name(cell));
    return {};
  }
  if (table_.rows.size() == limits_.rows_max) {
    return fail(Errc::too_large,
                place + "more than " + std::to_string(limits_.rows_max) + " rows; send the file in parts");
  }
  if (row.cells.size() > table_.head.size() && row.problem.empty()) {
    row.problem = std::to_string(row.cells.size()) + " cells, but the head has " + std::to_string(table_.head.size());
  }
  row.cells.resize(table_.head.size());
  table_.rows.push_back(std::move(row));
  return {};
}

Result<Table> TableBuilder::finish() {
  if (table_.head.empty()) return fail(Errc::malformed, name_ + ": is empty; the first row must name the columns");
  return std::move(table_);
}

Result<std::string> as_utf8(std::string bytes, const std::string& name) {
  if (bytes.find('\0') != std::string::npos) {
    return fail(Errc::malformed, name +
                                     ": is neither CSV, XLSX nor GeoJSON; of old .xls or Unicode text files, save "
                                     "them as .xlsx or as CSV UTF-8");
  }
  if (is_utf8(bytes)) return bytes;
  auto text = bytes.starts_with(csv_mark) ? std::nullopt : from_gb18030(bytes);
  if (!text)
    return fail(Errc::malformed, name + ": its text is neither UTF-8 nor GB18030; save it as CSV UTF-8 or as .xlsx");
  return std::move(*text);
}

Result<Table> read_table(std::string_view bytes, const std::string& name, const TableLimits& limits) {
  if (bytes.size() > limits.file_bytes_max) {
    return fail(Errc::too_large,
                name + ": larger than " + std::to_string(limits.file_bytes_max >> 20U) + " MiB; send it in parts");
  }
  if (bytes.starts_with("PK\x03\x04")) return read_xlsx(bytes, name, limits);
  std::string_view text = bytes;
  if (text.starts_with(csv_mark)) text.remove_prefix(csv_mark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') return read_geojson(text, name, limits);
  return read_csv(bytes, name, limits);
}

std::string cell_text(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<double>(&cell)) {
    char digits[400];
    const bool whole = std::abs(*number) < 9e15 && *number == static_cast<double>(static_cast<std::int64_t>(*number));
    const auto end = whole ? std::to_chars(digits, digits + sizeof digits, static_cast<std::int64_t>(*number)).ptr
                           : std::to_chars(digits, digits + sizeof digits, *number).ptr;
    return {digits, end};
  }
  if (const auto* yes = std::get_if<bool>(&cell)) return *yes ? "true" : "false";
  if (const auto* day = std::get_if<LegalDay>(&cell)) return to_string(*day);
  if (const auto* instant = std::get_if<Instant>(&cell)) return seconds_text(*instant);
  return {};
}

std::string csv_line(std::span<const TableCell> cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    std::string text = cell_text(cells[i]);
    if (std::holds_alternative<std::string>(cells[i]) && looks_like_formula(text)) text.insert(text.begin(), '\'');
    line += csv_field(text);
  }
  return line += "\r\n";
}

}  // namespace celadon::intake
