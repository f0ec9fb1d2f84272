#include "intake/import_sink.hpp"

#include <algorithm>
#include <array>

// The generic CSV of docs/import.md: one value a row, everything about it in the row.

namespace celadon::intake {
namespace {

/// A series as a row names it, looked up once.
struct Bound {
  SeriesId id{};
  Conversion conversion;
  std::string field, reason;  ///< of a refusal
};

/// Where the columns stand.
struct Layout {
  int site, property, averaging, time, value, unit, flag, statistic, stage;
};

std::string_view field_at(std::span<const std::string_view> fields, int index) {
  return index < 0 ? std::string_view{} : trimmed(fields[static_cast<std::size_t>(index)]);
}

class GenericReader {
 public:
  GenericReader(ImportSink& sink, const Layout& layout) : sink_(sink), layout_(layout) {}

  Result<void> row(std::span<const std::string_view> fields, std::uint64_t line) {
    const auto site_text = field_at(fields, layout_.site);
    SiteHint hint;
    hint.id = std::string(site_text);
    auto place = sink_.place(site_text, hint);
    if (!place) return fail(place.error());
    if (!sink_.takes(**place, line, "site", site_text)) return {};

    auto bound = series(fields, (*place)->site);
    if (!bound) return fail(bound.error());
    if (!(*bound)->reason.empty()) {
      sink_.reject(line, (*bound)->field, text_of((*bound)->field, fields), (*bound)->reason);
      return {};
    }
    const auto time_text = field_at(fields, layout_.time);
    if (time_text != last_time_text_) {
      auto time = parse_instant(time_text);
      if (!time) {
        sink_.reject(line, "time", time_text, time.error().detail);
        return {};
      }
      last_time_text_ = std::string(time_text);
      last_time_ = *time;
    }
    const auto flag = field_at(fields, layout_.flag);
    if (flag.size() > 1 || (flag.size() == 1 && (flag[0] <= ' ' || flag[0] > '~'))) {
      sink_.reject(line, "flag", flag, "expected one character, such as N or M, or nothing");
      return {};
    }
    const auto value_text = field_at(fields, layout_.value);
    double value = 0;
    const Cell cell = read_cell(value_text, value);
    if (cell == Cell::bad) {
      sink_.reject(line, "value", value_text, "is not a number; expected decimal digits, or blank where missing");
      return {};
    }
    if (cell == Cell::number) value = (*bound)->conversion(value);
    return sink_.value((*bound)->id, last_time_, value, flag.empty() ? DeviceFlag{0} : flag[0]);
  }

 private:
  std::string_view text_of(const std::string& field, std::span<const std::string_view> fields) const {
    if (field == "property") return field_at(fields, layout_.property);
    if (field == "averaging") return field_at(fields, layout_.averaging);
    if (field == "unit") return field_at(fields, layout_.unit);
    if (field == "statistic") return field_at(fields, layout_.statistic);
    return field_at(fields, layout_.stage);
  }

  Result<const Bound*> series(std::span<const std::string_view> fields, const std::string& site) {
    key_.assign(site);
    for (const int index : {layout_.property, layout_.averaging, layout_.unit, layout_.statistic, layout_.stage}) {
      key_ += '\n';
      key_ += field_at(fields, index);
    }
    const auto found = bound_.find(key_);
    if (found != bound_.end()) return &found->second;
    constexpr std::size_t bound_max = 500'000;  // a hostile file may name a series a row
    if (bound_.size() >= bound_max) bound_.clear();
    auto made = bind(fields, site);
    if (!made) return fail(made.error());
    return &bound_.emplace(key_, std::move(*made)).first->second;
  }

  Result<Bound> bind(std::span<const std::string_view> fields, const std::string& site) {
    const auto refused = [](std::string field, std::string reason) {
      return Bound{{}, {}, std::move(field), std::move(reason)};
    };
    SeriesKey key;
    key.site = site;
    key.property = std::string(field_at(fields, layout_.property));
    const auto canonical = sink_.unit_of(key.property);
    if (!canonical) return refused("property", "no pack defines this property; packs/properties.csv lists them");
    auto averaging = parse_averaging(field_at(fields, layout_.averaging));
    if (!averaging) return refused("averaging", averaging.error().detail);
    key.averaging = *averaging;
    const auto unit = field_at(fields, layout_.unit);
    if (unit.empty())
      return refused("unit", "is blank; write the unit of the value, for this property such as " + *canonical);
    auto converted = conversion(unit, *canonical);
    if (!converted) return refused("unit", converted.error().detail);
    if (const auto text = field_at(fields, layout_.statistic); !text.empty()) {
      auto statistic = parse_statistic(text);
      if (!statistic) return refused("statistic", statistic.error().detail);
      key.statistic = *statistic;
    }
    if (const auto text = field_at(fields, layout_.stage); !text.empty()) {
      auto stage = parse_stage(text);
      if (!stage) return refused("stage", stage.error().detail);
      key.stage = *stage;
    }
    auto id = sink_.series(key);
    if (!id) {
      if (!refuses_row(id.error())) return fail(id.error());
      return refused("property", id.error().detail);
    }
    return Bound{*id, *converted, {}, {}};
  }

  ImportSink& sink_;
  Layout layout_;
  std::unordered_map<std::string, Bound> bound_;
  std::string key_;
  std::string last_time_text_ = "?";
  Instant last_time_;
};

}  // namespace

Result<void> read_generic_csv(ImportSink& sink) {
  CsvReader reader(sink.source());
  static constexpr std::array<std::string_view, 5> needed = {"site", "property", "time", "value", "unit"};
  auto header = Header::read(reader, needed);
  if (!header) return fail(header.error());
  Layout layout{};
  layout.site = header->find("site");
  layout.property = header->find("property");
  layout.averaging = header->find("averaging") >= 0 ? header->find("averaging") : header->find("period");
  layout.time = header->find("time");
  layout.value = header->find("value");
  layout.unit = header->find("unit");
  layout.flag = header->find("flag");
  layout.statistic = header->find("statistic");
  layout.stage = header->find("stage");
  if (layout.averaging < 0) {
    return fail(Errc::malformed,
                "the header has neither 'averaging' nor 'period': without its window a value says nothing; "
                "write PT1H, P1D, ... or PT0S for a moment",
                "averaging");
  }
  static constexpr std::array<std::string_view, 10> read = {"site",  "property", "averaging", "period",    "time",
                                                            "value", "unit",     "flag",      "statistic", "stage"};
  for (const auto& column : header->columns()) {
    if (std::ranges::find(read, column) == read.end())
      sink.note("column " + column + " is not stored: the layout csv has no use for it");
  }
  GenericReader generic(sink, layout);
  return each_record(reader, *header, sink, [&](auto fields, auto line) { return generic.row(fields, line); });
}

}  // namespace celadon::intake
