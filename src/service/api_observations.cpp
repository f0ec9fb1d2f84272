#include "service/api.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace celadon::service {
namespace {

constexpr std::size_t rows_max = 50'000;

Result<std::vector<ledger::Series>> choose(const Parts& parts, const Request& request) {
  std::vector<ledger::Series> chosen;
  if (const auto text = request.one("series")) {
    const auto id = request.whole("series", 0, 1, INT32_MAX);
    if (!id) return fail(id.error());
    const auto one = parts.ledger.series(SeriesId{static_cast<std::int32_t>(*id)});
    if (!one) return fail(Errc::not_found, "there is no series " + *text, "series");
    return std::vector{*one};
  }
  const auto site = request.one("site");
  if (!site) return fail(Errc::malformed, "say which values: series=NUMBER, or site=ID with property=", "site");
  if (const auto known = find_site(parts, *site); !known) return fail(known.error());
  const auto properties = request.every("property");
  for (const auto& property : properties) {
    if (parts.library.properties.find(property) == nullptr) {
      return fail(Errc::unknown_code,
                  "there is no property '" + property.substr(0, 40) + "'; /api/v1/properties lists them", "property");
    }
  }
  const auto asked = asked_series(request);
  if (!asked) return fail(asked.error());
  for (const auto& one : parts.ledger.all_series()) {
    if (one.key.site != *site || one.key.statistic != asked->statistic || one.key.stage != asked->stage) continue;
    if (asked->averaging && one.key.averaging != *asked->averaging) continue;
    if (!properties.empty() && std::find(properties.begin(), properties.end(), one.key.property) == properties.end())
      continue;
    chosen.push_back(one);
  }
  return chosen;
}

std::string source_name(const Parts& parts, std::map<std::int64_t, std::string>& known, std::int64_t batch) {
  auto [it, fresh] = known.try_emplace(batch);
  if (fresh) {
    if (const auto source = parts.archive.source_of(batch)) it->second = source->name;
  }
  return it->second;
}

void put_columns(JsonWriter& json, const Parts& parts, const ledger::Series& series, const archive::Columns& c,
                 std::map<std::int64_t, std::string>& sources) {
  json.begin_object().key("series");
  put_series(json, parts, series);
  json.key("phenomenon_end").begin_array();
  for (const Instant end : c.rows.phenomenon_end) json.put(end);
  json.end_array().key("value").begin_array();
  for (const double value : c.rows.value) json.put(value);
  json.end_array().key("device_flag").begin_array();
  for (const DeviceFlag flag : c.rows.device_flag) json.put(flag_text(flag));
  json.end_array().key("quality").begin_array();
  for (const auto& flags : c.flags) put_quality(json, flags);
  json.end_array().key("result_time").begin_array();
  for (const Instant time : c.result_time) json.put(time);
  json.end_array().key("source").begin_array();
  for (const std::int64_t batch : c.batch) json.put(source_name(parts, sources, batch));
  json.end_array().member("truncated", c.truncated).end_object();
}

Result<Response> observations(const Parts& parts, const Request& request) {
  const auto series = choose(parts, request);
  if (!series) return fail(series.error());
  const auto from = request.time("from");
  const auto to = request.time("to");
  const auto known = request.time("as_known_at");
  for (const auto* time : {&from, &to, &known}) {
    if (!*time) return fail(time->error());
  }
  if (*from && *to && **from > **to) return fail(Errc::invalid_value, "'from' is later than 'to'", "from");
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("as_known_at");
  if (*known)
    json.put(**known);
  else
    json.null();
  json.key("items").begin_array();
  std::map<std::int64_t, std::string> sources;
  for (const auto& one : *series) {
    archive::Query query;
    query.series = {one.id};
    if (*from) query.from = **from;
    if (*to) query.to = **to;
    query.as_known_at = *known;
    query.limit = rows_max;
    const auto columns = parts.archive.read(query);
    if (!columns) return fail(columns.error());
    put_columns(json, parts, one, *columns, sources);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> versions(const Parts& parts, const Request& request) {
  const auto id = request.whole("series", 0, 1, INT32_MAX);
  if (!id) return fail(id.error());
  const auto at = request.time("at");
  if (!at) return fail(at.error());
  if (*id == 0 || !*at)
    return fail(Errc::malformed, "say which value: series=NUMBER and at=TIME", *id == 0 ? "series" : "at");
  const auto series = parts.ledger.series(SeriesId{static_cast<std::int32_t>(*id)});
  if (!series) return fail(Errc::not_found, "there is no series " + std::to_string(*id), "series");
  const auto columns = parts.archive.versions(series->id, **at);
  if (!columns) return fail(columns.error());
  std::string out;
  JsonWriter json(out);
  std::map<std::int64_t, std::string> sources;
  json.begin_object().key("versions");
  put_columns(json, parts, *series, *columns, sources);
  json.key("raw").begin_array();
  std::set<std::int64_t> batches(columns->batch.begin(), columns->batch.end());
  for (const auto batch : batches) {
    const auto raw = parts.archive.raw_of(batch);
    if (!raw) return fail(raw.error());
    for (const auto& message : *raw) {
      json.begin_object().member("received", message.received).member("source", message.source.name);
      json.member("detail", message.source.detail).member("bytes", message.bytes).end_object();
    }
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> latest(const Parts& parts, const Request& request) {
  const auto site = request.one("site");
  if (site) {
    if (const auto known = find_site(parts, *site); !known) return fail(known.error());
  }
  std::map<SeriesId, ledger::Series> series;
  std::vector<SeriesId> ids;
  for (const auto& one : parts.ledger.all_series()) {
    if (site && one.key.site != *site) continue;
    ids.push_back(one.id);
    series[one.id] = one;
  }
  std::string out;
  JsonWriter json(out);
  std::map<std::int64_t, std::string> sources;
  json.begin_object().key("items").begin_array();
  for (const auto& one : parts.archive.latest(ids)) {
    json.begin_object().key("series");
    put_series(json, parts, series[one.series]);
    json.member("phenomenon_end", one.phenomenon_end).member("result_time", one.result_time).member("value", one.value);
    json.member("device_flag", flag_text(one.device_flag)).key("quality");
    put_quality(json, one.flags);
    json.member("source", source_name(parts, sources, one.batch)).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> series_list(const Parts& parts, const Request& request) {
  const auto site = request.one("site");
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : parts.ledger.all_series()) {
    if (!site || one.key.site == *site) put_series(json, parts, one);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// For each kind of site the times that have a value, so that a slider can stop at them.
Result<Response> timeline(const Parts& parts) {
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  std::string out;
  JsonWriter json(out);
  std::string periods;
  JsonWriter list(periods);
  list.begin_array();
  Instant from{INT64_MAX};
  Instant to{INT64_MIN};
  for (const auto& [kind, step] :
       {std::pair<std::string, Averaging>{"air-station", hourly}, {"river-section", four_hourly}, {"city", daily}}) {
    std::vector<SeriesId> ids;
    for (const auto& one : parts.ledger.all_series()) {
      const bool of_kind = std::any_of(sites->begin(), sites->end(),
                                       [&](const auto& site) { return site.id == one.key.site && site.kind == kind; });
      if (of_kind && one.key.averaging == step && one.key.statistic == Statistic::mean) ids.push_back(one.id);
    }
    if (ids.empty()) continue;
    const auto times = parts.archive.times(ids, {INT64_MIN}, {INT64_MAX});
    if (!times) return fail(times.error());
    if (times->empty()) continue;
    from = std::min(from, times->front());
    to = std::max(to, times->back());
    list.begin_object()
        .member("kind", kind)
        .member("from", times->front())
        .member("to", times->back())
        .member("step", to_iso(step));
    list.key("hours").begin_array();
    for (const Instant time : *times) list.put(time);
    list.end_array().end_object();
  }
  list.end_array();
  json.begin_object();
  if (from <= to)
    json.member("from", from).member("to", to);
  else
    json.key("from").null().key("to").null();
  json.key("periods").raw(periods).end_object();
  return json_response(std::move(out));
}

}  // namespace

std::string flag_text(DeviceFlag flag) { return flag == 0 ? std::string() : std::string(1, flag); }

std::string unit_of(const Parts& parts, const std::string& property) {
  const auto* found = parts.library.properties.find(property);
  return found == nullptr ? std::string() : found->unit;
}

void put_quality(JsonWriter& json, const std::vector<QualityFlag>& flags) {
  json.begin_array();
  for (const auto& flag : flags) {
    json.begin_object().member("rule", flag.rule).member("voids", flag.voids);
    json.member("reason_zh", flag.reason_zh).member("reason_en", flag.reason_en).end_object();
  }
  json.end_array();
}

void put_series(JsonWriter& json, const Parts& parts, const ledger::Series& series) {
  json.begin_object()
      .member("id", number(series.id))
      .member("site", series.key.site)
      .member("property", series.key.property);
  json.member("averaging", to_iso(series.key.averaging))
      .member("statistic", to_text(series.key.statistic))
      .member("stage", to_text(series.key.stage));
  json.member("unit", unit_of(parts, series.key.property));
  const auto extent = parts.archive.extent(series.id);
  json.key("first");
  if (extent)
    json.put(extent->first);
  else
    json.null();
  json.key("last");
  if (extent)
    json.put(extent->last);
  else
    json.null();
  json.member("count", extent ? extent->count : 0).end_object();
}

Result<AskedSeries> asked_series(const Request& request) {
  AskedSeries asked;
  if (const auto text = request.one("averaging")) {
    const auto parsed = parse_averaging(*text);
    if (!parsed) return fail(Errc::malformed, parsed.error().detail, "averaging");
    asked.averaging = *parsed;
  }
  const auto statistic = parse_statistic(request.one("statistic").value_or("mean"));
  if (!statistic) return fail(Errc::unknown_code, statistic.error().detail, "statistic");
  const auto stage = parse_stage(request.one("stage").value_or("raw"));
  if (!stage) return fail(Errc::unknown_code, stage.error().detail, "stage");
  asked.statistic = *statistic;
  asked.stage = *stage;
  return asked;
}

void add_observation_routes(Router& router, const Parts& parts) {
  router.add(
      {"GET", "/api/v1/series", "The catalogue of series", {{"site", "id of a site"}}, [&parts](const Request& r) {
         return series_list(parts, r);
       }});
  router.add({"GET",
              "/api/v1/observations",
              "Observations as columns, 50,000 values a series at most",
              {{"series", "number of a series"},
               {"site", "id of a site"},
               {"property", "id of a property", true},
               {"averaging", "PT0S, PT1H, PT4H, P1D ..."},
               {"statistic", "mean (default), minimum, maximum, total, percentile, converted_..."},
               {"stage", "raw (default), reviewed or derived"},
               {"from", "first phenomenon time"},
               {"to", "last phenomenon time"},
               {"as_known_at", "as the archive knew it then"}},
              [&parts](const Request& r) { return observations(parts, r); }});
  router.add({"GET",
              "/api/v1/observations/versions",
              "Every version of one value, with the messages it came in",
              {{"series", "number of a series"}, {"at", "phenomenon time"}},
              [&parts](const Request& r) { return versions(parts, r); }});
  router.add({"GET",
              "/api/v1/latest",
              "The newest value of every series",
              {{"site", "id of a site"}},
              [&parts](const Request& r) { return latest(parts, r); }});
  router.add({"GET", "/api/v1/timeline", "The times that have values, by kind of site", {}, [&parts](const Request&) {
                return timeline(parts);
              }});
}

}  // namespace celadon::service
