#include "cli/screen_input.hpp"

#include "core/sha256.hpp"
#include "intake/csv_reader.hpp"
#include "intake/text_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

namespace celadon::cli {
namespace {

using quality::screen::Outlet;

constexpr std::array<std::string_view, 9> part_names = {"time",  "concentration", "o2",   "converted", "load",
                                                        "power", "water",         "flow", "mark"};
constexpr std::int64_t hours_max = 20LL * 366 * 24;

/// One file as it was read: hours since 1970 and cells by column.
struct RawOutlet {
  Outlet outlet;
  std::vector<std::int64_t> hours;
};

struct ColumnPlace {
  std::size_t field = 0;
  std::string part, name;
  std::vector<double> cells;
};

Result<double> cell_number(std::string_view cell, const std::string& place) {
  while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
  if (cell.empty() || cell == "NA" || cell == "--" || cell == "*") return std::nan("");
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value))
    return fail(Errc::malformed, place + ": '" + std::string(cell.substr(0, 40)) + "' is not a number");
  return value;
}

/// The columns of a header that have a part to play; time is the first of the result.
Result<std::vector<ColumnPlace>> places_of(std::span<const std::string_view> header, const ScreenColumns& columns,
                                           const std::string& file) {
  std::vector<ColumnPlace> places;
  const auto take = [&](std::string_view part, std::string_view name) {
    const auto found = std::ranges::find(header, name);
    if (found == header.end()) return false;
    places.push_back({static_cast<std::size_t>(found - header.begin()), std::string(part), std::string(name), {}});
    return true;
  };
  for (const auto part : part_names) {
    const auto named = columns.names.find(part);
    if (named == columns.names.end()) {
      const bool there = take(part, part) || (part == "concentration" && take(part, "value"));
      if (!there && (part == "time" || part == "concentration")) {
        return fail(Errc::malformed, file + ":1: there is no column '" + std::string(part) +
                                         "'; name it with --columns " + std::string(part) + "=NAME");
      }
      continue;
    }
    std::string_view rest = named->second;
    while (!rest.empty()) {
      const auto plus = rest.find('+');
      if (!take(part, rest.substr(0, plus)))
        return fail(Errc::malformed, file + ":1: there is no column '" + std::string(rest.substr(0, plus)) + "'");
      rest = plus == std::string_view::npos ? std::string_view{} : rest.substr(plus + 1);
    }
  }
  return places;
}

Result<RawOutlet> read_outlet(const std::string& file, const ScreenColumns& columns) {
  auto source = intake::ByteSource::open(file);
  if (!source) return fail(source.error());
  intake::CsvReader reader(*source);
  auto step = reader.next();
  if (!step) return fail(step.error());
  if (*step != intake::CsvReader::Step::record) return fail(Errc::malformed, file + ":1: there is no header");
  auto places = places_of(reader.fields(), columns, file);
  if (!places) return fail(places.error());
  RawOutlet raw;
  raw.outlet.name = std::filesystem::path(file).stem().string();
  while (true) {
    step = reader.next();
    if (!step) return fail(step.error());
    if (*step == intake::CsvReader::Step::end) break;
    const std::string place = file + ":" + std::to_string(reader.line());
    if (*step == intake::CsvReader::Step::bad_record) return fail(Errc::malformed, place + ": " + reader.problem());
    const auto fields = reader.fields();
    for (auto& column : *places) {
      if (column.field >= fields.size())
        return fail(Errc::malformed, place + ": there are only " + std::to_string(fields.size()) + " fields");
      if (column.part == "time") {
        const auto time = parse_instant(fields[column.field]);
        if (!time) return fail(Errc::malformed, place + ": " + time.error().detail);
        if (time->us % us_per_hour != 0) return fail(Errc::malformed, place + ": the time is not a whole hour");
        raw.hours.push_back(time->us / us_per_hour);
      } else {
        const auto value = cell_number(fields[column.field], place);
        if (!value) return fail(value.error());
        column.cells.push_back(*value);
      }
    }
  }
  if (raw.hours.empty()) return fail(Errc::malformed, file + ": there are no rows");
  for (auto& column : *places) {
    Outlet& outlet = raw.outlet;
    if (column.part == "concentration") outlet.values.emplace_back(column.name, std::move(column.cells));
    for (const auto& [part, into] : {std::pair{"o2", &outlet.oxygen},
                                     {"converted", &outlet.converted},
                                     {"load", &outlet.load},
                                     {"power", &outlet.power},
                                     {"water", &outlet.water},
                                     {"flow", &outlet.flow},
                                     {"mark", &outlet.mark}}) {
      if (column.part == part) *into = std::move(column.cells);
    }
  }
  return raw;
}

void place_on_grid(std::vector<double>& column, const std::vector<std::int64_t>& hours, std::int64_t first,
                   std::size_t rows) {
  if (column.empty()) return;
  std::vector<double> grid(rows, std::nan(""));
  for (std::size_t i = 0; i < hours.size(); ++i) grid[static_cast<std::size_t>(hours[i] - first)] = column[i];
  column = std::move(grid);
}

Result<ScreenFile> describe(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, path + ": cannot be opened");
  Sha256 digest;
  ScreenFile result{.path = path, .sha256 = {}, .bytes = 0};
  std::vector<char> buffer(std::size_t{1} << 16U);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), file.gcount() > 0) {
    digest.add({buffer.data(), static_cast<std::size_t>(file.gcount())});
    result.bytes += static_cast<std::uint64_t>(file.gcount());
  }
  result.sha256 = digest.finish();
  return result;
}

}  // namespace

Result<ScreenColumns> ScreenColumns::parse(std::string_view text) {
  ScreenColumns columns;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto item = text.substr(0, comma);
    const auto equals = item.find('=');
    const auto part = item.substr(0, equals);
    if (std::ranges::find(part_names, part) == part_names.end() || equals == std::string_view::npos ||
        equals + 1 == item.size()) {
      return fail(Errc::malformed,
                  "--columns: '" + std::string(item) +
                      "': expected PART=NAME with one of the parts time, concentration, o2, converted, "
                      "load, power, water, flow, mark");
    }
    columns.names[std::string(part)] = item.substr(equals + 1);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return columns;
}

Result<ScreenInput> read_screen_input(const std::vector<std::string>& files, const ScreenColumns& columns) {
  ScreenInput input;
  std::vector<RawOutlet> raw;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (const auto& file : files) {
    auto outlet = read_outlet(file, columns);
    if (!outlet) return fail(outlet.error());
    auto described = describe(file);
    if (!described) return fail(described.error());
    const auto [low, high] = std::ranges::minmax(outlet->hours);
    first = std::min(first, low);
    last = std::max(last, high);
    if (last - first >= hours_max)
      return fail(Errc::too_large, file + ": the times reach over more than 20 years; screen them in parts");
    raw.push_back(std::move(*outlet));
    input.files.push_back(std::move(*described));
  }
  input.first = {first * us_per_hour};
  input.rows = static_cast<std::size_t>(last - first + 1);
  for (auto& each : raw) {
    for (auto& [name, column] : each.outlet.values) place_on_grid(column, each.hours, first, input.rows);
    for (auto* column : {&each.outlet.oxygen, &each.outlet.converted, &each.outlet.load, &each.outlet.power,
                         &each.outlet.water, &each.outlet.flow, &each.outlet.mark})
      place_on_grid(*column, each.hours, first, input.rows);
    input.outlets.push_back(std::move(each.outlet));
  }
  return input;
}

}  // namespace celadon::cli
