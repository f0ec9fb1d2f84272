#include "core/missing.hpp"
#include "ledger/events.hpp"
#include "report/collect.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

// What the ledger counts: events of watch, matters of the registers; and one event with the hours around it.

namespace celadon::report {
namespace {

constexpr std::size_t events_looked_at = 20'000;
constexpr std::size_t events_told = 200;

Evidence records(Instant time, Words how, std::string link) {
  Evidence out;
  out.kind = Evidence::Kind::records;
  out.time = time;
  out.how = std::move(how);
  out.link = std::move(link);
  return out;
}

Words name_of(const Sources& sources, const std::string& property) {
  const auto* found = sources.library.properties.find(property);
  return found == nullptr ? Words{property, property} : Words{found->name_zh, found->name_en};
}

Words place_of(const Sources& sources, const std::string& site) {
  const auto found = sources.ledger.site(site);
  return found ? site_name(*found) : Words{site, site};
}

Figure value_of(const Sources& sources, const ledger::Event& event, Evidence evidence) {
  const auto* property = sources.library.properties.find(event.property);
  Figure out = counted("event-" + std::to_string(event.id) + "/value", name_of(sources, event.property), event.value,
                       std::move(evidence));
  if (property != nullptr) {
    out.unit = property->unit_label;
    out.decimals = property->decimals;
  }
  out.missing = both("该事件没有数值", "the event has no value");
  return out;
}

Figure text_of(const ledger::Event& event, Evidence evidence) {
  Figure out = counted("event-" + std::to_string(event.id) + "/text",
                       both("事件 " + std::to_string(event.id), "event " + std::to_string(event.id)), missing,
                       std::move(evidence));
  out.word = both(event.text_zh, event.text_en);
  return out;
}

Evidence of_event(const ledger::Event& event) {
  return records(event.phenomenon_end, both("监视规则 " + event.rule, "watch rule " + event.rule),
                 "#/cases?part=alarms&event=" + std::to_string(event.id));
}

}  // namespace

Result<void> collect_events(const Sources& sources, const Ask& ask, Record& out) {
  auto events = sources.ledger.events(events_looked_at);
  if (!events) return fail(events.error());
  const Instant from = first_moment_of(ask.from);
  const Instant to = end_of(ask.to);
  std::erase_if(*events, [&](const ledger::Event& event) {
    return !(event.phenomenon_end > from && event.phenomenon_end <= to) || event.noticed_at > ask.known_at ||
           ledger::tells_of_data(event);
  });
  std::ranges::reverse(*events);
  std::vector<Record> rows;
  for (const auto& event : *events) {
    if (rows.size() >= events_told) break;
    Record row;
    row.put("time", event.phenomenon_end);
    row.put("site", place_of(sources, event.site));
    row.put("property", name_of(sources, event.property));
    row.put("value", value_of(sources, event, of_event(event)));
    row.put("text", text_of(event, of_event(event)));
    rows.push_back(std::move(row));
  }
  out.put("events.count",
          counted("events", both("报警事件数", "events"), static_cast<double>(events->size()),
                  records(to, both("时段内的监视事件", "events of watch in the period"), "#/cases?part=alarms")));
  out.put("events.list", std::move(rows));
  return {};
}

Result<void> collect_matters(const Sources& sources, const Ask& ask, Record& out) {
  std::vector<MatterLine> lines;
  if (sources.matters) {
    auto got = sources.matters(ask.from, ask.to);
    if (!got) return fail(got.error());
    lines = std::move(*got);
  }
  const Instant from = first_moment_of(ask.from);
  const Instant to = end_of(ask.to);
  const auto inside = [&](Instant time) { return time >= from && time < to; };
  double opened = 0;
  double closed = 0;
  double open = 0;
  double overdue = 0;
  std::vector<Record> rows;
  for (const auto& line : lines) {
    const bool shut = line.closed && *line.closed < to;
    opened += inside(line.opened) ? 1 : 0;
    closed += line.closed && inside(*line.closed) ? 1 : 0;
    open += shut ? 0 : 1;
    overdue += !shut && line.overdue ? 1 : 0;
    if (!inside(line.opened) && !(line.closed && inside(*line.closed)) && !(line.overdue && !shut)) continue;
    const std::string where = "#/registers/" + line.register_id + "/" + line.id;
    Record row;
    row.put("register", line.register_name);
    row.put("opened", line.opened);
    const auto word = [&](const std::string& key, Words name, Words said) {
      Figure figure = counted(line.register_id + "/" + line.id + "/" + key, std::move(name), missing,
                              records(to, both("登记记录 " + line.id, "record " + line.id), where));
      figure.word = std::move(said);
      row.put(key, std::move(figure));
    };
    word("title", both("案件", "case"), line.title);
    word("state", both("状态", "state"), line.state);
    word("due", both("最近期限", "nearest deadline"),
         line.due ? both(to_string(*line.due) + (line.overdue ? "（逾期）" : ""),
                         to_string(*line.due) + (line.overdue ? " (overdue)" : ""))
                  : both("—", "—"));
    rows.push_back(std::move(row));
  }
  const auto count = [&](const std::string& key, Words name, double value, Words how) {
    out.put("matters." + key,
            counted("matters-" + key, std::move(name), value, records(to, std::move(how), "#/cases")));
  };
  count("opened", both("新立案件", "cases opened"), opened, both("时段内建立的记录", "records opened in the period"));
  count("closed", both("办结案件", "cases closed"), closed,
        both("时段内进入终态的记录", "records closed in the period"));
  count("open", both("在办案件", "cases open"), open,
        both("时段末未办结的记录", "records not closed at the end of the period"));
  count("overdue", both("逾期案件", "cases overdue"), overdue,
        both("未办结且期限已过的记录", "records not closed whose deadline is over"));
  out.put("matters.list", std::move(rows));
  return {};
}

Result<void> collect_event(const Sources& sources, const Ask& ask, Record& out) {
  std::int64_t id = 0;
  const auto [end, bad] = std::from_chars(ask.subject.data(), ask.subject.data() + ask.subject.size(), id);
  if (bad != std::errc{} || end != ask.subject.data() + ask.subject.size())
    return fail(Errc::malformed, "say the number of the event the report is about", "subject");
  const auto events = sources.ledger.events(events_looked_at);
  if (!events) return fail(events.error());
  const auto found = std::ranges::find(*events, id, &ledger::Event::id);
  if (found == events->end()) return fail(Errc::not_found, "there is no event " + ask.subject, "subject");
  const ledger::Event& event = *found;
  out.put("event.time", event.phenomenon_end);
  out.put("event.noticed", event.noticed_at);
  out.put("event.site", place_of(sources, event.site));
  out.put("event.property", name_of(sources, event.property));
  out.put("event.value", value_of(sources, event, of_event(event)));
  out.put("event.text", text_of(event, of_event(event)));
  Figure number = counted("event-" + ask.subject + "/number", both("事件编号", "number of the event"),
                          static_cast<double>(id), of_event(event));
  out.put("event.number", std::move(number));
  // The values around it: of the window the site's series has.
  std::optional<ledger::Series> series;
  for (const auto& one : sources.ledger.series_of_site(event.site)) {
    if (one.key.property == event.property && one.key.stage == Stage::raw &&
        one.key.averaging.kind == Averaging::Kind::fixed && (!series || one.key.averaging == hourly))
      series = one;
  }
  std::vector<Record> rows;
  double highest = missing;
  Figure peak = counted("event-" + ask.subject + "/highest", both("前后时段最高值", "highest around it"), missing,
                        of_event(event));
  peak.missing = both("没有监测值", "no value");
  if (series) {
    const std::int64_t step = series->key.averaging.length_us;
    const std::int64_t around = std::max<std::int64_t>(12, us_per_day / step) * step;
    Cells cells(sources, ask.known_at);
    const Instant begin{event.phenomenon_end.us - around};
    const Instant last{event.phenomenon_end.us + around};
    if (auto read = cells.load(series->key, begin, last, step); !read) return read;
    const auto* property = sources.library.properties.find(event.property);
    for (Instant time = begin; time <= last; time.us += step) {
      const Cell cell = cells.at(series->key, time);
      Figure figure = counted(
          event.site + "/" + event.property + "@" + to_iso_utc(time), name_of(sources, event.property), cell.value,
          evidence_of(cell, both("监测值，经审核者以审核值为准", "as it came, or as people decided in review"), ""));
      if (property != nullptr) {
        figure.unit = property->unit_label;
        figure.decimals = property->decimals;
      }
      figure.missing = both("没有监测值", "no value");
      if (!std::isnan(cell.value) && (std::isnan(highest) || cell.value > highest)) {
        highest = cell.value;
        peak.value = cell.value;
        peak.evidence = figure.evidence;
        peak.unit = figure.unit;
        peak.decimals = figure.decimals;
      }
      Record row;
      row.put("time", time);
      row.put("value", std::move(figure));
      rows.push_back(std::move(row));
    }
  }
  out.put("event.highest", std::move(peak));
  out.put("event.around", std::move(rows));
  return {};
}

}  // namespace celadon::report
