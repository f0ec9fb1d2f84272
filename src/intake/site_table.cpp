#include "intake/site_table.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "core/units.hpp"
#include "intake/csv_reader.hpp"
#include "intake/text_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

namespace celadon::intake {
namespace {

constexpr std::size_t cells_max = 400'000'000;
constexpr std::string_view suppressed = "极值过滤";

bool is_missing(std::string_view text) {
  return text.empty() || text == "--" || text == "*" || text == "NA" || text == "NaN" || text == "nan";
}

std::optional<double> cell_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// What one column of the file is.
struct ColumnUse {
  std::size_t column = 0;
  std::size_t property = 0;
  Conversion conversion;
  std::optional<std::size_t> mark;
};

/// What all columns are.
struct Plan {
  std::size_t time = 0;
  std::int64_t clock_us = beijing_offset_us;  ///< of times without a zone
  std::optional<std::size_t> site, place, property, value, unit, notes;
  std::vector<std::string> properties;
  std::vector<ColumnUse> uses;
};

std::optional<std::size_t> column_named(const std::vector<std::string>& header, std::string_view name) {
  const auto found = std::ranges::find(header, name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

class SiteTableReader {
 public:
  SiteTableReader(intake::ByteSource& source, const SiteTableLayout& layout, const SiteTablePacks& packs)
      : source_(source), csv_(source), layout_(layout), packs_(packs) {}

  Result<std::vector<SiteTable>> read() {
    const auto first = csv_.next();
    if (!first) return fail(first.error());
    if (*first != intake::CsvReader::Step::record) return fail(Errc::malformed, source_.name() + ":1: has no header");
    header_.assign(csv_.fields().begin(), csv_.fields().end());
    if (auto planned = plan(); !planned) return fail(planned.error());
    while (true) {
      const auto step = csv_.next();
      if (!step) return fail(step.error());
      if (*step == intake::CsvReader::Step::end) break;
      if (*step == intake::CsvReader::Step::bad_record) return bad(csv_.problem());
      if (auto taken = row(csv_.fields()); !taken) return fail(taken.error());
    }
    std::vector<SiteTable> all;
    for (auto& [name, table] : tables_) all.push_back(in_order(std::move(table)));
    if (all.empty()) return fail(Errc::malformed, source_.name() + ": holds no row under its header");
    return all;
  }

 private:
  [[nodiscard]] Unexpected<Error> bad(const std::string& why, Errc code = Errc::malformed) const {
    return fail(code, source_.name() + ":" + std::to_string(csv_.line()) + ": " + why);
  }

  std::size_t property_number(const std::string& id) {
    const auto found = std::ranges::find(plan_.properties, id);
    if (found != plan_.properties.end()) return static_cast<std::size_t>(found - plan_.properties.begin());
    plan_.properties.push_back(id);
    return plan_.properties.size() - 1;
  }

  Result<void> use(std::size_t column, const std::string& id, const std::string& unit, std::string_view mark) {
    const auto* property = packs_.properties.find(id);
    if (property == nullptr) return bad("'" + id + "' is no property of packs/properties.csv", Errc::unknown_code);
    if (std::ranges::find(plan_.properties, id) != plan_.properties.end())
      return bad("two columns are " + id + "; name one by --columns", Errc::conflict);
    ColumnUse one{column, property_number(id), {}, column_named(header_, mark)};
    if (!unit.empty()) {
      const auto found = conversion(unit, property->unit);
      if (!found) return fail(found.error());
      one.conversion = *found;
    }
    plan_.uses.push_back(one);
    return {};
  }

  Result<void> plan() {
    if (layout_.format == "nerrs") return plan_layout("nerrs");
    if (layout_.format == "daily") return plan_daily();
    if (layout_.format == "wide") return plan_wide();
    if (layout_.format != "generic")
      return fail(Errc::unknown_code,
                  "format '" + layout_.format + "' is not known; there are nerrs, daily, wide, generic");
    for (auto [name, into] : {std::pair{"site", &plan_.site}, {"property", &plan_.property}, {"value", &plan_.value}}) {
      *into = column_named(header_, name);
      if (!*into && name != std::string_view("site")) return bad(std::string("there is no column '") + name + "'");
    }
    plan_.unit = column_named(header_, "unit");
    return plan_time("time");
  }

  Result<void> plan_time(std::string_view name) {
    const auto column = column_named(header_, name);
    if (!column) return bad("there is no column '" + std::string(name) + "'");
    plan_.time = *column;
    return {};
  }

  Result<void> plan_layout(std::string_view layout) {
    for (const auto& row : packs_.layouts) {
      if (row[0] != layout) continue;
      const auto column = column_named(header_, row[1]);
      if (row[2] == "time") {
        plan_.clock_us = static_cast<std::int64_t>(cell_number(row[3]).value_or(0) * static_cast<double>(us_per_hour));
        if (auto found = plan_time(row[1]); !found) return found;
      } else if (column) {
        if (auto used = use(*column, row[2], row[3], row[4]); !used) return used;
      }
    }
    return {};
  }

  Result<void> plan_daily() {
    for (const auto& feed : packs_.feeds) {
      const auto column = column_named(header_, feed.column);
      if (feed.format != intake::Format::water_auto_4h || feed.property.empty() || !column) continue;
      if (auto used = use(*column, feed.property, feed.unit, ""); !used) return used;
      notes_names_.emplace_back(feed.column, plan_.uses.back().property);
    }
    plan_.site = column_named(header_, "section");
    plan_.place = column_named(header_, "province");
    plan_.notes = column_named(header_, "notes");
    if (!plan_.site) return bad("there is no column 'section'");
    return plan_time(column_named(header_, "snapshot_date") ? "snapshot_date" : "time");
  }

  Result<void> plan_wide() {
    plan_.time = 0;
    for (std::size_t i = 1; i < header_.size(); ++i) {
      const auto named = layout_.columns.find(header_[i]);
      const std::string id = named == layout_.columns.end() ? header_[i] : named->second;
      if (named == layout_.columns.end() && packs_.properties.find(id) == nullptr) continue;
      if (auto used = use(i, id, "", ""); !used) return used;
    }
    for (const auto& [name, id] : layout_.columns) {
      if (!column_named(header_, name)) return bad("--columns names '" + name + "', and the header does not");
    }
    if (plan_.uses.empty())
      return bad("no column is a property; name them with --columns name=property", Errc::unknown_code);
    return {};
  }

  Result<Instant> time_of(std::string_view text) const {
    auto time = parse_instant(text);
    if (!time) return bad("time: " + time.error().detail);
    const bool has_zone = text.ends_with('Z') || text.find('+') != std::string_view::npos ||
                          (text.size() > 6 && text.substr(text.size() - 6).starts_with('-') && text.size() > 16);
    if (!has_zone) time->us += beijing_offset_us - plan_.clock_us;
    return *time;
  }

  SiteTable& table_of(std::string name) {
    auto [place, fresh] = tables_.try_emplace(std::move(name));
    if (fresh) place->second.site = place->first;
    return place->second;
  }

  Result<void> row(std::span<const std::string_view> fields) {
    if (fields.size() < header_.size())
      return bad("has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(header_.size()));
    const auto time = time_of(fields[plan_.time]);
    if (!time) return fail(time.error());
    std::string site = plan_.site ? std::string(fields[*plan_.site]) : layout_.site;
    if (plan_.place) site = std::string(fields[*plan_.place]) + "/" + site;
    if (plan_.property) {
      if (auto used = long_row(fields); !used) return used;
    }
    cells_ += plan_.properties.size() + 1;
    if (cells_ > cells_max) return bad("is too large to be looked at whole", Errc::too_large);
    SiteTable& table = table_of(std::move(site));
    table.time.push_back(*time);
    table.value.resize(plan_.properties.size());
    table.mark.resize(plan_.properties.size());
    for (auto& one : table.value) one.resize(table.time.size(), std::nan(""));
    for (auto& one : table.mark) one.resize(table.time.size());
    for (const auto& use : plan_.uses) {
      const auto text = fields[use.column];
      if (use.mark) table.mark[use.property].back() = fields[*use.mark];
      if (is_missing(text)) continue;
      const auto value = cell_number(text);
      if (!value)
        return bad(header_[use.column] + ": '" + std::string(text.substr(0, 40)) + "' is no number",
                   Errc::invalid_value);
      table.value[use.property].back() = use.conversion(*value);
    }
    if (plan_.notes) {
      for (const auto& [name, property] : notes_names_) {
        const std::string note = name + ":" + std::string(suppressed);
        if (fields[*plan_.notes].find(note) != std::string_view::npos) table.mark[property].back() = suppressed;
      }
    }
    return {};
  }

  /// One value a row: the plan follows the row.
  Result<void> long_row(std::span<const std::string_view> fields) {
    const std::string id(fields[*plan_.property]);
    const auto* property = packs_.properties.find(id);
    if (property == nullptr) return bad("'" + id + "' is no property of packs/properties.csv", Errc::unknown_code);
    ColumnUse one{*plan_.value, property_number(id), {}, std::nullopt};
    if (plan_.unit && !fields[*plan_.unit].empty()) {
      const auto found = conversion(fields[*plan_.unit], property->unit);
      if (!found) return bad(found.error().detail, found.error().code);
      one.conversion = *found;
    }
    plan_.uses.assign(1, one);
    return {};
  }

  /// Ascending; rows of one time become one, the later value standing.
  SiteTable in_order(SiteTable table) const {
    std::vector<std::size_t> order(table.time.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return table.time[i]; });
    SiteTable sorted;
    sorted.site = table.site;
    sorted.properties = plan_.properties;
    sorted.value.resize(plan_.properties.size());
    sorted.mark.resize(plan_.properties.size());
    table.value.resize(plan_.properties.size(), std::vector<double>(table.time.size(), std::nan("")));
    table.mark.resize(plan_.properties.size(), std::vector<std::string>(table.time.size()));
    for (const std::size_t i : order) {
      const bool again = !sorted.time.empty() && sorted.time.back() == table.time[i];
      if (!again) sorted.time.push_back(table.time[i]);
      sorted.repeated += again && !plan_.property ? 1 : 0;
      for (std::size_t k = 0; k < sorted.value.size(); ++k) {
        // A column that a generic file brought late is shorter than the times.
        const double value = i < table.value[k].size() ? table.value[k][i] : std::nan("");
        std::string mark = i < table.mark[k].size() ? table.mark[k][i] : std::string();
        if (!again) {
          sorted.value[k].push_back(value);
          sorted.mark[k].push_back(std::move(mark));
        } else if (!std::isnan(value)) {
          sorted.value[k].back() = value;
          sorted.mark[k].back() = std::move(mark);
        }
      }
    }
    return sorted;
  }

  intake::ByteSource& source_;
  intake::CsvReader csv_;
  const SiteTableLayout& layout_;
  const SiteTablePacks& packs_;
  std::vector<std::string> header_;
  Plan plan_;
  std::vector<std::pair<std::string, std::size_t>> notes_names_;
  std::map<std::string, SiteTable> tables_;
  std::size_t cells_ = 0;
};

}  // namespace

std::size_t SiteTable::number_of(const std::string& property) const {
  const auto found = std::ranges::find(properties, property);
  CELADON_ASSERT(found != properties.end());
  return static_cast<std::size_t>(found - properties.begin());
}

SiteTable SiteTable::between(Instant from, Instant until) const {
  const auto first = static_cast<std::ptrdiff_t>(std::ranges::lower_bound(time, from) - time.begin());
  const auto last = std::max(first, static_cast<std::ptrdiff_t>(std::ranges::lower_bound(time, until) - time.begin()));
  SiteTable part;
  part.site = site;
  part.properties = properties;
  part.time.assign(time.begin() + first, time.begin() + last);
  for (const auto& one : value) part.value.emplace_back(one.begin() + first, one.begin() + last);
  for (const auto& one : mark) part.mark.emplace_back(one.begin() + first, one.begin() + last);
  return part;
}

Result<SiteTablePacks> read_site_table_packs(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 5> columns = {"layout", "column", "property", "unit", "mark"};
  SiteTablePacks all;
  auto properties = standards::read_properties(packs);
  if (!properties) return fail(properties.error());
  all.properties = std::move(*properties);
  auto source = intake::ByteSource::open(packs / "quality" / "layouts.csv");
  if (!source) return fail(source.error());
  const auto text = read_all(*source, 1U << 20);
  if (!text) return fail(text.error());
  auto table = celadon::parse_csv_table(*text, "layouts.csv", columns);
  if (!table) return fail(table.error());
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const auto hours = cell_number(row[3]);
    const bool good = row[2] == "time" ? hours && std::fabs(*hours) <= 14 : all.properties.find(row[2]) != nullptr;
    if (!good)
      return fail(Errc::invalid_value, "layouts.csv:" + std::to_string(table->lines[i]) +
                                           ": expected a property, or time with its offset from UTC in hours");
  }
  all.layouts = std::move(table->rows);
  auto feeds = read_feed_columns(packs / "feeds.csv");
  if (!feeds) return fail(feeds.error());
  all.feeds = std::move(*feeds);
  return all;
}

Result<std::vector<SiteTable>> read_site_tables(const std::filesystem::path& file, const SiteTableLayout& layout,
                                                const SiteTablePacks& packs) {
  auto source = intake::ByteSource::open(file);
  if (!source) return fail(source.error());
  SiteTableLayout named = layout;
  if (named.site.empty()) named.site = file.filename().string().substr(0, file.filename().string().find('.'));
  return SiteTableReader(*source, named, packs).read();
}

Result<std::vector<SiteTable>> parse_site_tables(std::string_view bytes, const std::string& name,
                                                 const SiteTableLayout& layout, const SiteTablePacks& packs) {
  auto source = intake::ByteSource::memory(bytes, name);
  return SiteTableReader(source, layout, packs).read();
}

}  // namespace celadon::intake
