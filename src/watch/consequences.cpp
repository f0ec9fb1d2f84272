#include "watch/consequences.hpp"

#include "watch/air_derivation.hpp"
#include "watch/effective.hpp"
#include "watch/issued_reports.hpp"
#include "watch/judging.hpp"
#include "watch/stream_memory.hpp"
#include "watch/watcher.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace celadon::watch {
namespace {

/// The changes of one site and averaging.
using SiteChanges = std::vector<const ValueChange*>;

std::map<std::pair<std::string, Averaging>, SiteChanges> by_site(std::span<const ValueChange> changes) {
  std::map<std::pair<std::string, Averaging>, SiteChanges> groups;
  for (const auto& change : changes) groups[{change.key.site, change.key.averaging}].push_back(&change);
  return groups;
}

/// Values of series on a grid, before and after.
struct Grid {
  std::vector<SeriesId> series;
  Instant first;
  std::int64_t step_us = 0;
  std::size_t times = 0;
  std::vector<double> before, after;

  [[nodiscard]] std::optional<std::size_t> cell(SeriesId id, Instant time) const {
    const auto found = std::ranges::find(series, id);
    const std::int64_t offset = time.us - first.us;
    if (found == series.end() || offset < 0 || offset % step_us != 0) return std::nullopt;
    const auto k = static_cast<std::size_t>(offset / step_us);
    if (k >= times) return std::nullopt;
    return static_cast<std::size_t>(found - series.begin()) * times + k;
  }
};

Result<Grid> grid_of(const Grounds& grounds, std::vector<SeriesId> series, Instant first, Instant last,
                     std::int64_t step_us, const SiteChanges& group, std::optional<Instant> as_known_at) {
  Grid grid;
  grid.series = std::move(series);
  grid.first = first;
  grid.step_us = step_us;
  grid.times = static_cast<std::size_t>((last.us - first.us) / step_us) + 1;
  grid.before.resize(grid.series.size() * grid.times);
  auto read = read_effective(grounds.archive, grounds.ledger, {grid.series, first, step_us, grid.times, as_known_at},
                             grid.before);
  if (!read) return fail(read.error());
  for (const SeriesId id : grid.series) {
    const auto from = std::lower_bound(grounds.overlay.begin(), grounds.overlay.end(), ValueOverlay{id, first, 0});
    for (auto one = from; one != grounds.overlay.end() && one->series == id && one->time <= last; ++one) {
      if (const auto cell = grid.cell(id, one->time)) grid.before[*cell] = one->value;
    }
  }
  grid.after = grid.before;
  for (const auto* change : group) {
    const auto cell = grid.cell(change->series, change->time);
    if (!cell) continue;
    grid.before[*cell] = change->before;
    grid.after[*cell] = change->after;
  }
  return grid;
}

Result<VerdictBrief> verdict_of(const standards::Library& library, const ledger::Site& site, const std::string& rule,
                                const std::vector<ledger::Series>& series, Instant time,
                                const std::function<double(SeriesId)>& value, std::string& edition) {
  standards::JudgeRequest request;
  request.rule = rule;
  request.date = time;
  request.body = site.water_body == "lake" ? standards::WaterBody::lake : standards::WaterBody::river;
  request.want_why = false;
  for (const auto& one : series) {
    const double number = value(one.id);
    if (std::isnan(number)) continue;
    standards::JudgeInput input;
    input.property = one.key.property;
    input.value = number;
    request.inputs.push_back(std::move(input));
  }
  const auto judgement = standards::judge(library, request);
  if (!judgement) return fail(judgement.error());
  if (!judgement->edition.empty()) edition = judgement->edition;
  return brief_of(*judgement);
}

Result<void> add_verdicts(const Grounds& grounds, const ledger::Site& site, const Averaging& averaging,
                          const SiteChanges& group, std::optional<Instant> as_known_at,
                          std::vector<VerdictChange>& all) {
  const std::string rule = rule_of(site);
  if (rule.empty() || averaging_of(rule) != averaging || averaging.kind != Averaging::Kind::fixed) return {};
  std::vector<ledger::Series> series;
  std::vector<SeriesId> ids;
  for (const auto& one : grounds.ledger.series_of_site(site.id)) {
    if (!is_judged(one.key, averaging)) continue;
    series.push_back(one);
    ids.push_back(one.id);
  }
  std::set<Instant> times;
  for (const auto* change : group) times.insert(change->time);
  if (ids.empty()) return {};
  // One grid for times that lie close together and on its steps.
  const std::int64_t stretch = 31 * us_per_day;
  std::optional<Grid> grid;
  for (auto place = times.begin(); place != times.end(); ++place) {
    const Instant time = *place;
    if (!grid || !grid->cell(ids.front(), time)) {
      Instant last = time;
      for (auto next = place; next != times.end() && next->us - time.us < stretch; ++next) last = *next;
      auto made = grid_of(grounds, ids, time, last, averaging.length_us, group, as_known_at);
      if (!made) return fail(made.error());
      grid = std::move(*made);
    }
    VerdictChange change{site.id, rule, {}, time, {}, {}};
    for (const bool is_after : {false, true}) {
      const auto& column = is_after ? grid->after : grid->before;
      const auto value = [&](SeriesId id) {
        const auto cell = grid->cell(id, time);
        return cell ? column[*cell] : std::nan("");
      };
      auto verdict = verdict_of(grounds.library, site, rule, series, time, value, change.edition);
      if (!verdict) return fail(verdict.error());
      (is_after ? change.after : change.before) = std::move(*verdict);
    }
    if (change.before != change.after) all.push_back(std::move(change));
  }
  return {};
}

/// The episodes of one site's series, by the rules of watch.
using Episodes = std::map<std::tuple<std::string, std::string, Instant>, Occurrence>;
Episodes episodes(Watcher& watcher, const Grid& grid, const std::vector<double>& column) {
  std::vector<Occurrence> found;
  for (std::size_t k = 0; k < grid.times; ++k) {
    const Instant time{grid.first.us + grid.step_us * static_cast<std::int64_t>(k)};
    for (std::size_t s = 0; s < grid.series.size(); ++s) {
      const double value = column[s * grid.times + k];
      watcher.feed(grid.series[s], time, value, !std::isnan(value), Pace::file, found);
    }
  }
  Episodes all;
  for (auto& one : found) {
    std::tuple key(one.rule->id, one.property, one.phenomenon_end);
    all.emplace(std::move(key), std::move(one));
  }
  return all;
}

EventChange change_of(const Occurrence& occurrence) {
  EventChange change;
  change.rule = occurrence.rule->id;
  change.site = occurrence.site;
  change.property = occurrence.property;
  change.time = occurrence.phenomenon_end;
  change.value = occurrence.value;
  change.text_zh = occurrence.zh;
  change.text_en = occurrence.en;
  return change;
}

/// How far around a change a rule may look: an episode that begins earlier is the same before and after.
std::int64_t margin_us(const std::vector<WatchRule>& rules, std::int64_t step_us) {
  std::int64_t longest = step_us;
  for (const auto& rule : rules)
    longest = std::max({longest, rule.lasting_us, rule.consecutive * std::max(step_us, rule.gap_us)});
  return (2 * longest / step_us + 1) * step_us;
}

}  // namespace

Result<std::vector<VerdictChange>> verdict_changes(const Grounds& grounds, std::span<const ValueChange> changes,
                                                   std::optional<Instant> as_known_at) {
  std::vector<VerdictChange> all;
  for (const auto& [where, group] : by_site(changes)) {
    const auto site = grounds.ledger.site(where.first);
    if (!site) return fail(site.error());
    if (auto added = add_verdicts(grounds, *site, where.second, group, as_known_at, all); !added)
      return fail(added.error());
  }
  return all;
}

std::vector<VerdictChange> index_changes(const standards::Library& library, std::span<const ValueChange> derived) {
  std::vector<VerdictChange> all;
  for (const auto& change : derived) {
    if (change.key.property != "AQI" || change.key.averaging != daily) continue;
    const LegalDay day{legal_day_of(change.time).days - 1};
    const auto rules = library.air_rules(day, "");
    if (!rules) continue;
    const auto brief = [&](double index) {
      VerdictBrief verdict{!std::isnan(index), "无结论", "no verdict", {}, {}};
      if (!verdict.judged) return verdict;
      const auto& level = (*rules)->level_of(static_cast<int>(index));
      verdict.name_zh = level.name_zh;
      verdict.name_en = level.name_en;
      verdict.colour = level.colour;
      verdict.value = index;
      return verdict;
    };
    all.push_back(
        {change.key.site, "aqi-daily", (*rules)->standard, change.time, brief(change.before), brief(change.after)});
  }
  return all;
}

Result<EventChanges> event_changes(const Grounds& grounds, std::span<const ValueChange> changes,
                                   std::optional<Instant> as_known_at, std::int64_t newest_event) {
  EventChanges result;
  std::set<std::int64_t> cases;
  for (const auto& [where, group] : by_site(changes)) {
    const Averaging& averaging = where.second;
    if (averaging.kind != Averaging::Kind::fixed || averaging.length_us <= 0) continue;
    std::set<SeriesId> ids;
    for (const auto* change : group) ids.insert(change->series);
    const auto [least, greatest] = std::ranges::minmax_element(group, {}, [](const auto* c) { return c->time; });
    const std::int64_t margin = margin_us(grounds.rules, averaging.length_us);
    auto grid = grid_of(grounds, {ids.begin(), ids.end()}, {(*least)->time.us - margin},
                        {(*greatest)->time.us + margin}, averaging.length_us, group, as_known_at);
    if (!grid) return fail(grid.error());
    SeriesBook book(grounds.ledger, grounds.library.properties);
    const auto find = [&](SeriesId id) { return book.find(id); };
    Watcher watcher_before(grounds.rules, find);
    Watcher watcher_after(grounds.rules, find);
    const auto before = episodes(watcher_before, *grid, grid->before);
    const auto after = episodes(watcher_after, *grid, grid->after);
    for (const auto& [key, occurrence] : before) {
      if (after.contains(key)) continue;
      EventChange change = change_of(occurrence);
      const auto known = grounds.ledger.find_event(change.rule, change.site, change.property, change.time);
      if (!known) return fail(known.error());
      if (*known && (*known)->id <= newest_event) {
        change.event = (*known)->id;
        change.case_id = (*known)->case_id;
        if (change.case_id != 0) cases.insert(change.case_id);
      }
      result.withdrawn.push_back(std::move(change));
    }
    for (const auto& [key, occurrence] : after) {
      if (!before.contains(key)) result.due.push_back(change_of(occurrence));
    }
  }
  for (const std::int64_t id : cases) {
    auto found = grounds.ledger.find_case(id);
    if (!found) return fail(found.error());
    result.cases.push_back(std::move(*found));
  }
  return result;
}

Result<std::vector<ReportChange>> report_changes(const ledger::Ledger& ledger, std::span<const ValueChange> changes) {
  std::vector<ReportChange> all;
  const auto reports = issued_reports(ledger);
  if (!reports) return fail(reports.error());
  std::map<std::pair<SeriesKey, Instant>, const ValueChange*> by_place;
  for (const auto& change : changes) by_place.emplace(std::pair(change.key, change.time), &change);
  for (const auto& report : *reports) {
    ReportChange touched{report.id, report.title_zh, report.title_en, {}};
    for (const auto& figure : report.figures) {
      const auto found = by_place.find({figure.key, figure.time});
      if (found == by_place.end() || !figure.of_series) continue;
      // What the report printed is what it is held against, whatever became of the value since.
      touched.figures.push_back({figure.ref, figure.zh, figure.en, figure.unit, figure.value, found->second->after});
    }
    if (!touched.figures.empty()) all.push_back(std::move(touched));
  }
  return all;
}

}  // namespace celadon::watch
