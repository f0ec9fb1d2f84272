#include "report/collect.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::report {

Words both(std::string zh, std::string en) { return {std::move(zh), std::move(en)}; }
Words site_name(const ledger::Site& site) { return {site.name_zh, site.name_en}; }
Words of_site(const ledger::Site& site, const Words& what) {
  return {site.name_zh + " " + what.zh, site.name_en + ", " + what.en};
}

Evidence evidence_of(const Cell& cell, Words how, std::string edition) {
  Evidence out;
  out.kind = Evidence::Kind::series;
  out.key = cell.key;
  out.time = cell.time;
  out.how = std::move(how);
  out.edition = std::move(edition);
  out.result_time = cell.result_time;
  out.link = number(cell.series) > 0
                 ? "#/reports?series=" + std::to_string(number(cell.series)) + "&at=" + to_iso_utc(cell.time)
                 : "#/map?site=" + cell.key.site;
  return out;
}

Evidence judged(SeriesKey key, Instant time, Words how, std::string edition, std::optional<Instant> learnt) {
  Evidence out;
  out.kind = Evidence::Kind::judgement;
  out.link = "#/map?site=" + key.site;
  out.key = std::move(key);
  out.time = time;
  out.how = std::move(how);
  out.edition = std::move(edition);
  out.result_time = learnt;
  return out;
}

Figure counted(std::string ref, Words name, double value, Evidence evidence) {
  Figure out;
  out.ref = std::move(ref);
  out.name = std::move(name);
  out.value = value;
  out.evidence = std::move(evidence);
  return out;
}

Figure degrees(double value) {
  Figure out;
  out.value = value;
  return out;
}

Result<void> Cells::load(const SeriesKey& key, Instant from, Instant to, std::int64_t step_us) {
  const auto series = sources_.ledger.find_series(key);
  if (!series) return {};
  archive::Query query;
  query.series = {*series};
  query.from = from;
  query.to = to;
  query.as_known_at = known_at_;
  const auto columns = sources_.archive.read(query);
  if (!columns) return fail(columns.error());
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    const Instant time = columns->rows.phenomenon_end[i];
    if ((time.us - from.us) % step_us != 0) continue;
    double value = columns->rows.value[i];
    if (key.stage == Stage::raw) {
      const SeriesId one[] = {*series};
      if (auto read = sources_.effective({one, time, step_us, 1, known_at_}, {&value, 1}); !read) return read;
    }
    cells_[{key, time}] = {key, *series, time, value, columns->result_time[i]};
  }
  return {};
}

Cell Cells::at(SeriesKey key, Instant time) const {
  for (const Stage stage : {Stage::derived, Stage::raw}) {
    key.stage = stage;
    const auto found = cells_.find({key, time});
    if (found != cells_.end() && !std::isnan(found->second.value)) return found->second;
  }
  key.stage = Stage::derived;
  Cell none{key, {}, time, std::nan(""), std::nullopt};
  if (const auto series = sources_.ledger.find_series(key)) none.series = *series;
  return none;
}

namespace {

void collect_base(const Sources& sources, const Ask& ask, Record& out) {
  const auto civil = to_beijing(first_moment_of(ask.from));
  static constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                           "July",    "August",   "September", "October", "November", "December"};
  out.put("city.name", sources.city);
  out.put("period.from", ask.from);
  out.put("period.to", ask.to);
  out.put("period.month", both(std::to_string(civil.year) + "年" + std::to_string(civil.month) + "月",
                               std::string(months[civil.month - 1]) + " " + std::to_string(civil.year)));
  out.put("period.year", both(std::to_string(civil.year) + "年", std::to_string(civil.year)));
  out.put("known_at", ask.known_at);
}

}  // namespace

Result<Record> collect(const Sources& sources, const Ask& ask) {
  Record out;
  collect_base(sources, ask, out);
  for (const auto& set : ask.sets) {
    Result<void> good{};
    if (set == "air-day")
      good = collect_air_day(sources, ask, out);
    else if (set == "air-period")
      good = collect_air_period(sources, ask, out);
    else if (set == "completeness")
      good = collect_completeness(sources, ask, out);
    else if (set == "water")
      good = collect_water(sources, ask, out);
    else if (set == "events")
      good = collect_events(sources, ask, out);
    else if (set == "matters")
      good = collect_matters(sources, ask, out);
    else if (set == "event")
      good = collect_event(sources, ask, out);
    else if (set == "plan")
      good = sources.plan ? sources.plan(ask, out) : fail(Errc::not_found, "there is no plan", "values");
    else if (set != "base")
      return fail(Errc::unknown_code, "there is no set of values '" + set + "'", "values");
    if (!good) return fail(good.error());
  }
  return out;
}

}  // namespace celadon::report
