#include "standards/black_odor.hpp"

#include "core/csv_table.hpp"
#include "core/decimal.hpp"
#include "core/units.hpp"
#include "standards/csv_pack.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace celadon::standards {
namespace {

constexpr std::string_view level_columns[] = {"waters", "indicator", "name_zh", "unit",
                                              "level",  "holds",     "source",  "trust"};

std::int8_t level_named(const std::string& waters, const std::string& word) {
  if (waters == "urban" && word == "mild") return odor_mild;
  if (waters == "urban" && word == "severe") return odor_severe;
  if (waters == "rural" && word == "black_odorous") return odor_mild;
  return no_odor_level;
}

bool overlap(const Interval& a, const Interval& b) {
  const bool apart = a.high < b.low || b.high < a.low || (a.high == b.low && (a.high_open || b.low_open)) ||
                     (b.high == a.low && (b.high_open || a.low_open));
  return !apart;
}

/// Why the cells are no level beside those read before; empty where they are.
std::string odor_misprint(const std::vector<std::string>& cells, const OdorTable& before, OdorRow& row) {
  if (cells[0] != "urban" && cells[0] != "rural") return "waters '" + cells[0] + "' are not urban or rural";
  if (cells[1].empty() || cells[2].empty()) return "an indicator needs an id and a name";
  if (const auto unit = parse_unit(cells[3]); !unit) return unit.error().detail;
  row.level = level_named(cells[0], cells[4]);
  if (row.level == no_odor_level) return "level '" + cells[4] + "' is not one of " + cells[0] + " waters";
  auto holds = Condition::parse(cells[5]);
  if (!holds) return holds.error().detail;
  if (holds->intervals().size() != 1) return "a level is one stretch of the indicator";
  if (!told(cells[6], cells[7])) return not_told;
  row.waters = cells[0];
  row.indicator = cells[1];
  row.name_zh = cells[2];
  row.unit = cells[3];
  row.holds = std::move(*holds);
  row.source = cells[6];
  row.trust = cells[7];
  for (const OdorRow* other : before.rows_of(row.waters, row.indicator)) {
    if (other->level == row.level) return "the level is there twice";
    if (other->unit != row.unit) return "the unit is not that of the indicator's other row, " + other->unit;
    if (overlap(other->holds.intervals().front(), row.holds.intervals().front()))
      return "the level overlaps another of the indicator";
  }
  return {};
}

/// `count` of `total` reaches so many per cent, without dividing.
bool share_reaches(std::int64_t count, std::int64_t total, int percent) { return 100 * count >= percent * total; }

}  // namespace

std::vector<const OdorRow*> OdorTable::rows_of(std::string_view waters, std::string_view indicator) const {
  std::vector<const OdorRow*> found;
  for (const auto& row : rows) {
    if (row.waters == waters && row.indicator == indicator) found.push_back(&row);
  }
  std::sort(found.begin(), found.end(), [](const OdorRow* a, const OdorRow* b) { return a->level > b->level; });
  return found;
}

std::vector<std::string_view> OdorTable::indicators_of(std::string_view waters) const {
  std::vector<std::string_view> found;
  for (const auto& row : rows) {
    if (row.waters == waters && std::find(found.begin(), found.end(), row.indicator) == found.end())
      found.emplace_back(row.indicator);
  }
  return found;
}

Result<OdorTable> parse_odor_levels(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, level_columns);
  if (!csv) return fail(csv.error());
  OdorTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    OdorRow row;
    const std::string reason = odor_misprint(csv->rows[i], table, row);
    if (!reason.empty()) return wrong(name, csv->lines[i], reason);
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return wrong(name, 1, "has no rows");
  return table;
}

Result<OdorCuts> parse_odor_cuts(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, number_columns);
  if (!csv) return fail(csv.error());
  OdorCuts cuts;
  const std::pair<std::string_view, OdorCut*> wanted[] = {
      {"shallow_below", &cuts.shallow_below},
      {"shallow_percent_of_depth", &cuts.shallow_percent_of_depth},
      {"point_one_indicator_percent", &cuts.point_one_indicator_percent},
      {"point_some_indicators_percent", &cuts.point_some_indicators_percent},
      {"point_some_indicators", &cuts.point_some_indicators},
      {"stretch_points", &cuts.stretch_points},
      {"body_percent", &cuts.body_percent},
      {"body_points_min", &cuts.body_points_min},
      {"point_times_min", &cuts.point_times_min}};
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    const auto* const found =
        std::find_if(std::begin(wanted), std::end(wanted), [&](const auto& one) { return one.first == cells[0]; });
    if (found == std::end(wanted)) return wrong(name, csv->lines[i], "'" + cells[0] + "' is not a number of the guide");
    OdorCut& cut = *found->second;
    if (cut.value != 0) return wrong(name, csv->lines[i], "'" + cells[0] + "' is there twice");
    const std::string& cell = cells[1];
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), cut.value);
    if (error != std::errc{} || end != cell.data() + cell.size() || cut.value < 1 || cut.value > 100)
      return wrong(name, csv->lines[i], "value '" + cell + "' is not a whole number from 1 to 100");
    if (!told(cells[3], cells[4])) return wrong(name, csv->lines[i], not_told);
    cut.source = cells[3];
    cut.trust = cells[4];
  }
  for (const auto& [word, cut] : wanted) {
    if (cut->value == 0)
      return wrong(name, csv->lines.empty() ? 1 : csv->lines.back(), "'" + std::string(word) + "' is missing");
  }
  return cuts;
}

std::int8_t odor_level(const OdorTable& table, std::string_view waters, std::string_view indicator, double value) {
  if (!std::isfinite(value)) return no_odor_level;
  const auto rows = table.rows_of(waters, indicator);
  if (rows.empty()) return no_odor_level;
  for (const OdorRow* row : rows) {
    if (row->holds.holds(value)) return row->level;
  }
  return odor_none;
}

std::int8_t transparency_odor_level(const OdorTable& table, const OdorCuts& cuts, std::string_view waters,
                                    double transparency_cm, double depth_cm) {
  if (!(transparency_cm >= 0) || depth_cm < 0) return no_odor_level;
  if (!(depth_cm < cuts.shallow_below.value)) return odor_level(table, waters, "transparency", transparency_cm);
  if (transparency_cm >= depth_cm) return no_odor_level;
  const auto rows = table.rows_of(waters, "transparency");
  if (rows.empty()) return no_odor_level;
  // 40 % of a depth written as a decimal is compared as a decimal: 0.4 * 15 is 6.
  const double limit = round_gb8170(depth_cm * cuts.shallow_percent_of_depth.value / 100, 9);
  if (transparency_cm < limit) return rows.front()->level;
  return rows.size() > 1 ? rows[1]->level : odor_none;
}

OdorShare odor_share(std::span<const std::int8_t> level) {
  OdorShare share;
  for (const auto one : level) {
    if (one == no_odor_level) continue;
    ++share.valid;
    if (one >= odor_mild) ++share.black;
    if (one == odor_severe) ++share.severe;
  }
  return share;
}

OdorPoint odor_point(const OdorCuts& cuts, std::span<const OdorShare> indicator) {
  OdorPoint point;
  std::int64_t black = 0;
  for (const auto& share : indicator) {
    if (share.valid < cuts.point_times_min.value) continue;
    ++point.used;
    black += share.black;
    if (share_reaches(share.severe, share.valid, cuts.point_one_indicator_percent.value)) ++point.over_one;
    if (share_reaches(share.severe, share.valid, cuts.point_some_indicators_percent.value)) ++point.over_some;
  }
  if (point.used == 0) return point;
  const bool severe =
      point.over_one > 0 || point.over_some >= static_cast<std::size_t>(cuts.point_some_indicators.value);
  point.level = severe ? odor_severe : black > 0 ? odor_mild : odor_none;
  return point;
}

std::vector<OdorStretch> severe_stretches(const OdorCuts& cuts, std::span<const std::int8_t> point) {
  std::vector<OdorStretch> stretches;
  for (std::size_t from = 0; from < point.size();) {
    std::size_t to = from;
    while (to < point.size() && point[to] == odor_severe) ++to;
    if (to - from >= static_cast<std::size_t>(cuts.stretch_points.value)) stretches.push_back({from, to - from});
    from = to + 1;
  }
  return stretches;
}

double OdorBody::severe_percent() const {
  if (judged == 0) return std::numeric_limits<double>::quiet_NaN();
  return 100 * static_cast<double>(severe) / static_cast<double>(judged);
}

OdorBody odor_body(const OdorCuts& cuts, std::span<const std::int8_t> point) {
  const OdorShare share = odor_share(point);
  OdorBody body{no_odor_level, share.valid, share.severe, share.black};
  if (body.judged < cuts.body_points_min.value) return body;
  body.level = share_reaches(body.severe, body.judged, cuts.body_percent.value) ? odor_severe
               : body.black > 0                                                 ? odor_mild
                                                                                : odor_none;
  return body;
}

}  // namespace celadon::standards
