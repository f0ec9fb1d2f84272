#include "watch/judging.hpp"

#include "core/json_writer.hpp"
#include "watch/effective.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace celadon::watch {
namespace {

/// Indices, published or our own, and other verdicts stand beside the values and are not judged.
bool is_judged(const std::string& property) {
  return !property.starts_with("AQI") && property != "water-class" && property != "composite-index" &&
         property != "good-day-percent";
}

}  // namespace

std::string InputMembers::of(const archive::Columns& columns, std::size_t row, bool voided, const Settled* settled) {
  const auto [source, is_new] = source_of_.try_emplace(columns.batch[row]);
  if (is_new) {
    if (const auto found = archive_.source_of(columns.batch[row])) source->second = found->name;
  }
  std::string members;
  JsonWriter json(members);
  json.member("voided", voided);
  const char flag = columns.rows.device_flag[row];
  json.member("device_flag", flag == 0 ? std::string() : std::string(1, flag));
  json.key("quality").begin_array();
  for (const auto& one : columns.flags[row]) {
    json.begin_object().member("rule", one.rule).member("voids", one.voids);
    json.member("reason_zh", one.reason_zh).member("reason_en", one.reason_en).end_object();
  }
  json.end_array();
  json.member("phenomenon_end", columns.rows.phenomenon_end[row]).member("result_time", columns.result_time[row]);
  json.member("source", source->second).key("reviewed");
  if (settled == nullptr) {
    json.null();
  } else {
    json.begin_object().member("raw", columns.rows.value[row]).member("value", settled->value);
    json.member("mark", std::string_view(&settled->mark, 1)).member("at", settled->result_time).end_object();
  }
  return members;
}

standards::JudgeInput judge_input(const archive::Columns& columns, std::size_t row, const std::string& property,
                                  const Settled* settled) {
  standards::JudgeInput input;
  input.property = property;
  input.value = settled != nullptr ? settled->value : columns.rows.value[row];
  if (settled != nullptr && settled->mark == review_mark::voided) {
    input.value = columns.rows.value[row];
    input.voided_zh = "审核判为无效";
    input.voided_en = "voided in review";
  }
  for (const auto& flag : columns.flags[row]) {
    if (settled != nullptr) break;
    if (!flag.voids) continue;
    input.voided_zh += (input.voided_zh.empty() ? "" : "；") + flag.reason_zh;
    input.voided_en += (input.voided_en.empty() ? "" : "; ") + flag.reason_en;
  }
  return input;
}

Averaging averaging_of(const std::string& rule) {
  if (rule == "aqi-hourly") return hourly;
  if (rule == "water-class") return four_hourly;
  return daily;
}

std::string rule_of(const ledger::Site& site) {
  if (site.kind == "air-station") return "aqi-hourly";
  if (site.kind == "river-section") return "water-class";
  if (site.kind == "city") return "aqi-daily";
  return {};
}

bool is_judged(const SeriesKey& key, const Averaging& averaging) {
  return key.stage == Stage::raw && key.averaging == averaging && key.statistic == Statistic::mean &&
         is_judged(key.property);
}

std::vector<JudgedSeries> judged_series(const ledger::Ledger& ledger, const ledger::Site& site,
                                        const Averaging& averaging) {
  std::vector<JudgedSeries> all;
  const auto add = [&](Stage stage) {
    const std::size_t came = all.size();
    for (const auto& series : ledger.series_of_site(site.id)) {
      const SeriesKey& key = series.key;
      if (key.averaging != averaging || key.statistic != Statistic::mean || key.stage != stage ||
          !is_judged(key.property)) {
        continue;
      }
      const bool known = std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(came),
                                     [&](const auto& one) { return one.property == key.property; });
      if (!known) all.push_back({series.id, key.property});
    }
  };
  add(Stage::raw);
  add(Stage::derived);
  return all;
}

std::string edition_for(const standards::Library& library, const std::string& rule, const std::string& edition) {
  const bool is_of_rule = !edition.empty() && standards::edition_is_known(library, rule, edition);
  return is_of_rule ? edition : std::string();
}

std::int64_t age_max_us(const ledger::Site& site) {
  if (site.kind == "air-station") return 6 * us_per_hour;
  if (site.kind == "river-section") return us_per_day;
  return 3 * us_per_day;
}

namespace {

/// The values of a site over a period as requests to judge, one a time, ascending.
Result<std::vector<standards::JudgeRequest>> requests_of(const Judges& judges, const ledger::Site& site, Instant from,
                                                         Instant to, const JudgeOptions& options) {
  const std::string rule = options.rule.empty() ? rule_of(site) : options.rule;
  if (rule.empty()) return fail(Errc::invalid_value, "sites of kind '" + site.kind + "' are judged by no rule", "site");
  const auto series = judged_series(judges.ledger, site, averaging_of(rule));
  archive::Query query;
  for (const auto& one : series) query.series.push_back(one.id);
  std::vector<standards::JudgeRequest> requests;
  if (query.series.empty()) return requests;
  query.from = from;
  query.to = to;
  query.as_known_at = options.as_known_at;
  const auto columns = judges.archive.read(query);
  if (!columns) return fail(columns.error());

  const auto decided = settlements(judges.archive, judges.ledger, query.series, from, to, options.as_known_at);
  if (!decided) return fail(decided.error());
  std::map<SeriesId, std::string> property_of;
  for (const auto& one : series) property_of[one.id] = one.property;
  InputMembers members(judges.archive);
  std::map<Instant, std::vector<standards::JudgeInput>> by_time;
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    const SeriesId id = columns->rows.series[i];
    const Instant time = columns->rows.phenomenon_end[i];
    const auto settled = decided->find({id, time});
    const Settled* decision = settled == decided->end() ? nullptr : &settled->second;
    auto input = judge_input(*columns, i, property_of[id], decision);
    input.members = members.of(*columns, i, !input.voided_en.empty(), decision);
    by_time[time].push_back(std::move(input));
  }
  for (auto& [time, inputs] : by_time) {
    standards::JudgeRequest request;
    request.rule = rule;
    request.edition = options.edition;
    request.date = time;
    request.inputs = std::move(inputs);
    request.body = site.water_body == "lake" ? standards::WaterBody::lake : standards::WaterBody::river;
    request.want_why = options.why;
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace

Result<std::vector<SiteJudgement>> judge_period(const Judges& judges, const ledger::Site& site, Instant from,
                                                Instant to, const JudgeOptions& options) {
  const auto requests = requests_of(judges, site, from, to, options);
  if (!requests) return fail(requests.error());
  std::vector<SiteJudgement> all;
  for (const auto& request : *requests) {
    auto judgement = standards::judge(judges.library, request);
    if (!judgement) return fail(judgement.error());
    all.push_back({site.id, site.kind, averaging_of(request.rule), std::move(*judgement)});
  }
  return all;
}

Result<std::vector<SiteComparison>> compare_period(const Judges& judges, const ledger::Site& site, Instant from,
                                                   Instant to, std::span<const std::string> editions,
                                                   const JudgeOptions& options) {
  const auto requests = requests_of(judges, site, from, to, options);
  if (!requests) return fail(requests.error());
  std::vector<SiteComparison> all;
  for (const auto& request : *requests) {
    auto comparison = standards::compare_editions(judges.library, request, editions);
    if (!comparison) return fail(comparison.error());
    all.push_back({request.date, std::move(*comparison)});
  }
  return all;
}

Result<std::optional<SiteJudgement>> judge_at(const Judges& judges, const ledger::Site& site, Instant at,
                                              std::int64_t age_max_us, const JudgeOptions& options) {
  const std::string rule = options.rule.empty() ? rule_of(site) : options.rule;
  std::vector<SeriesId> ids;
  for (const auto& one : judged_series(judges.ledger, site, averaging_of(rule))) ids.push_back(one.id);
  if (ids.empty()) return std::optional<SiteJudgement>{};
  // The newest time is known from memory when nothing is newer than `at`; else the archive is asked.
  Instant newest{INT64_MIN};
  bool later = false;
  for (const auto& latest : judges.archive.latest(ids)) {
    if (latest.phenomenon_end <= at)
      newest = std::max(newest, latest.phenomenon_end);
    else
      later = true;
  }
  if (later) {
    const auto times = judges.archive.times(ids, {at.us - age_max_us}, at);
    if (!times) return fail(times.error());
    if (!times->empty()) newest = std::max(newest, times->back());
  }
  if (newest.us == INT64_MIN || at.us - newest.us > age_max_us) return std::optional<SiteJudgement>{};
  auto judged = judge_period(judges, site, newest, newest, options);
  if (!judged) return fail(judged.error());
  if (judged->empty()) return std::optional<SiteJudgement>{};
  return std::optional<SiteJudgement>(std::move(judged->back()));
}

Result<std::optional<SiteJudgement>> judge_latest(const Judges& judges, const ledger::Site& site,
                                                  const JudgeOptions& options) {
  return judge_at(judges, site, {INT64_MAX / 4}, INT64_MAX / 2, options);
}

void append_json(std::string& out, const SiteJudgement& one, bool with_why) {
  std::string members;
  JsonWriter json(members);
  json.member("site", one.site).member("kind", one.kind).member("averaging", to_iso(one.averaging));
  standards::append_json(out, one.judgement, with_why, members);
}

}  // namespace celadon::watch
