#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"
#include "service/report_desk.hpp"
#include "watch/issued_reports.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <set>

// What a change did: errata, issued reports, what a value is made of and what is made of it.

namespace celadon::service {
namespace {

constexpr std::size_t derived_max = 2000;
constexpr std::size_t events_searched = 10'000;

void put_cause(JsonWriter& json, const boost::json::object& body) {
  json.key("cause");
  const auto* cause = body.if_contains("cause");
  json.raw(cause == nullptr ? "null" : boost::json::serialize(*cause));
}

/// How many entries a member of an erratum's body has.
std::size_t count_of(const boost::json::object& body, const char* name) {
  const auto* value = body.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array().size() : 0;
}
/// How many a list had before it was cut to what an entry takes; what stands in it where that is not told.
std::int64_t total_of(const boost::json::object& body, const char* name) {
  const auto* told = body.if_contains(std::string(name) + "_total");
  return told != nullptr && told->is_number() ? told->to_number<std::int64_t>()
                                              : static_cast<std::int64_t>(count_of(body, name));
}

Result<boost::json::object> body_of(const ledger::Revision& revision) {
  boost::system::error_code error;
  auto value = boost::json::parse(revision.body, error);
  if (error || !value.is_object())
    return fail(Errc::file_damaged, "ledger: erratum " + revision.id + " is not as this program writes it");
  return std::move(value.get_object());
}

bool speaks_of(const boost::json::object& body, const std::string& site) {
  const auto* values = body.if_contains("values");
  if (values == nullptr || !values->is_array()) return false;
  return std::ranges::any_of(values->get_array(), [&](const boost::json::value& one) {
    const auto* of = one.is_object() ? one.get_object().if_contains("site") : nullptr;
    return of != nullptr && of->is_string() && of->get_string() == site;
  });
}

Result<Response> list_errata(const Parts& parts, const Request& request) {
  const auto limit = request.whole("limit", 100, 1, 1000);
  if (!limit) return fail(limit.error());
  const auto site = request.one("site");
  const auto revisions = parts.ledger.list_prefix("erratum", "", static_cast<std::size_t>(*limit));
  if (!revisions) return fail(revisions.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& revision : *revisions) {
    const auto body = body_of(revision);
    if (!body) return fail(body.error());
    if (site && !speaks_of(*body, *site)) continue;
    const auto* total = body->if_contains("values_total");
    std::int64_t events = 0;
    if (const auto* both = body->if_contains("events"); both != nullptr && both->is_object())
      events = total_of(both->get_object(), "withdrawn") + total_of(both->get_object(), "due");
    json.begin_object().member("id", body->at("id").to_number<std::int64_t>()).member("at", revision.valid_from);
    json.member("who", revision.who).member("why", revision.why);
    put_cause(json, *body);
    json.member("changed", total == nullptr ? 0 : total->to_number<std::int64_t>());
    json.member("verdicts", total_of(*body, "verdicts")).member("events", events);
    json.member("reports", count_of(*body, "reports")).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> one_erratum(const Parts& parts, const Request& request) {
  const std::string& text = request.path_value("id");
  std::int64_t id = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (bad == std::errc{} && end == text.data() + text.size() && id > 0) {
    const auto revision = parts.ledger.get("erratum", watch::erratum_id(id));
    if (revision) return json_response(revision->body);
    if (revision.error().code != Errc::not_found) return fail(revision.error());
  }
  return fail(Errc::not_found, "there is no erratum '" + text.substr(0, 40) + "'", "id");
}

/// Series and time that were asked for.
struct ValueAsked {
  ledger::Series series;
  Instant at;
};
Result<ValueAsked> asked_value(const Parts& parts, const Request& request) {
  const auto number = request.whole("series", 0, 0, INT32_MAX);
  if (!number) return fail(number.error());
  const auto series = parts.ledger.series(SeriesId{static_cast<std::int32_t>(*number)});
  if (!series) return fail(Errc::not_found, "there is no series of that number", "series");
  const auto at = request.time("at");
  if (!at) return fail(at.error());
  if (!*at) return fail(Errc::malformed, "say at which time the value stands", "at");
  return ValueAsked{*series, **at};
}

void put_key(JsonWriter& json, const Parts& parts, const SeriesKey& key) {
  const auto series = parts.ledger.find_series(key);
  json.key("series");
  series ? json.put(number(*series)) : json.null();
  json.member("site", key.site).member("property", key.property).member("averaging", to_iso(key.averaging));
  json.member("statistic", to_text(key.statistic)).member("stage", to_text(key.stage));
  const auto* property = parts.library.properties.find(key.property);
  json.member("unit", property == nullptr ? "" : property->unit_label);
}

/// Everything that is made of a value, step by step; each once.
std::vector<watch::AirDerivation::Value> all_made_of(const Parts& parts, const SeriesKey& key, Instant at) {
  std::vector<watch::AirDerivation::Value> all;
  std::set<std::pair<SeriesKey, Instant>> seen;
  std::deque<std::pair<SeriesKey, Instant>> open = {{key, at}};
  while (!open.empty() && all.size() < derived_max) {
    const auto [from, time] = std::move(open.front());
    open.pop_front();
    for (auto& value : parts.derivation.made_of(from, time)) {
      if (!seen.emplace(value.key, value.end).second) continue;
      open.emplace_back(value.key, value.end);
      all.push_back(std::move(value));
    }
  }
  return all;
}

Result<void> put_events_at(JsonWriter& json, const Parts& parts, const SeriesKey& key, Instant at) {
  const auto events = parts.ledger.events(events_searched);
  if (!events) return fail(events.error());
  std::set<std::int64_t> cases;
  json.key("events").begin_array();
  for (const auto& event : *events) {
    if (event.site != key.site || event.property != key.property || event.phenomenon_end != at) continue;
    put_event(json, event);
    if (event.case_id != 0) cases.insert(event.case_id);
  }
  json.end_array().key("cases").begin_array();
  for (const auto id : cases) {
    const auto found = parts.ledger.find_case(id);
    if (!found) return fail(found.error());
    put_case(json, *found);
  }
  json.end_array();
  return {};
}

/// The hour's own verdict, and the daily index of what is made of it.
Result<void> put_verdicts(JsonWriter& json, const Parts& parts, const ledger::Site& site, const SeriesKey& key,
                          Instant at, const std::vector<watch::AirDerivation::Value>& derived) {
  json.key("verdicts").begin_array();
  const std::string rule = watch::rule_of(site);
  if (!rule.empty() && watch::is_judged(key, watch::averaging_of(rule))) {
    const auto judged = watch::judge_period({parts.archive, parts.ledger, parts.library}, site, at, at, {});
    if (!judged) return fail(judged.error());
    for (const auto& one : *judged) {
      const auto brief = watch::brief_of(one.judgement);
      json.begin_object().member("site", site.id).member("rule", rule).member("time", at);
      json.member("zh", brief.name_zh).member("en", brief.name_en).end_object();
    }
  }
  for (const auto& value : derived) {
    if (value.key.property != "AQI" || value.key.averaging != daily || std::isnan(value.value)) continue;
    const auto rules = parts.library.air_rules({legal_day_of(value.end).days - 1}, "");
    if (!rules) continue;
    const auto& level = (*rules)->level_of(static_cast<int>(value.value));
    json.begin_object().member("site", value.key.site).member("rule", "aqi-daily").member("time", value.end);
    json.member("zh", level.name_zh).member("en", level.name_en).end_object();
  }
  json.end_array();
  return {};
}

Result<Response> depends(const Parts& parts, const Request& request) {
  const auto asked = asked_value(parts, request);
  if (!asked) return fail(asked.error());
  SeriesKey key = asked->series.key;
  if (key.stage == Stage::reviewed) key.stage = Stage::raw;
  const auto site = parts.ledger.site(key.site);
  if (!site) return fail(site.error());
  const auto derived = all_made_of(parts, key, asked->at);
  const auto reports = watch::issued_reports(parts.ledger);
  if (!reports) return fail(reports.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("series", number(asked->series.id)).member("at", asked->at).key("derived").begin_array();
  for (const auto& value : derived) {
    json.begin_object().member("level", watch::level_of(value.key.averaging));
    put_key(json, parts, value.key);
    json.member("time", value.end).member("value", value.value).end_object();
  }
  json.end_array().member("truncated", derived.size() >= derived_max);
  if (auto put = put_verdicts(json, parts, *site, key, asked->at, derived); !put) return fail(put.error());
  if (auto put = put_events_at(json, parts, key, asked->at); !put) return fail(put.error());
  json.key("reports").begin_array();
  for (const auto& report : *reports) {
    const bool prints = std::ranges::any_of(report.figures, [&](const auto& figure) {
      if (figure.key == key && figure.time == asked->at) return true;
      return std::ranges::any_of(
          derived, [&](const auto& value) { return value.key == figure.key && value.end == figure.time; });
    });
    if (!prints) continue;
    json.begin_object().member("id", report.id).member("title_zh", report.title_zh);
    json.member("title_en", report.title_en).end_object();
  }
  json.end_array().key("sheet");
  if (key.stage == Stage::raw) {
    const LegalDay day = legal_day_of_hour_ending(asked->at);
    const auto state = parts.review.state_of(key.site, day);
    if (!state) return fail(state.error());
    json.begin_object()
        .member("site", key.site)
        .member("day", to_string(day))
        .member("state", state->state)
        .end_object();
  } else {
    json.null();
  }
  json.end_object();
  return json_response(std::move(out));
}

struct Formula {
  std::string zh, en, source;
};
Formula formula_of(const Parts& parts, const SeriesKey& key, Instant at) {
  const LegalDay day{legal_day_of(at).days - 1};
  const auto rules = parts.library.air_assessment(day, "");
  const std::string assessment = rules ? (*rules)->standard : "";
  const auto index = parts.library.air_rules(day, "");
  const bool is_city = key.site.starts_with("city.");
  if (key.stage != Stage::derived)
    return {"设备上报的值，经审核者以审核值为准", "as the device sent it, or as people decided in review", ""};
  if (key.averaging == daily && key.property == "AQI")
    return {"各项日值分指数的最大值", "the greatest sub-index of the daily values", index ? (*index)->standard : ""};
  if (key.averaging == daily && is_city)
    return {"各点位日值的平均", "mean of the stations' daily values", assessment + " A.2"};
  if (key.averaging == daily && key.property == "O3-MDA8")
    return {"当日各 8 小时滑动平均的最大值", "greatest 8-hour moving mean of the day", assessment + " A.1"};
  if (key.averaging == daily && key.statistic == Statistic::maximum)
    return {"当日小时值的最大值", "greatest hour of the day", assessment};
  if (key.averaging == daily) return {"当日小时值的平均", "mean of the day's hours", assessment};
  if (key.property == "good-day-percent")
    return {"有效日中 AQI 不大于 100 的比例", "share of the days with an AQI of at most 100", assessment};
  if (key.property == "composite-index")
    return {"各项评价值与限值之比的和", "sum of the items' statistics over their limits", assessment};
  if (key.statistic == Statistic::percentile)
    return {"日值的特定百分位数", "percentile of the daily values", assessment + " A.6"};
  return {"日值的平均", "mean of the daily values", assessment};
}

/// An hour that a derived value is made of: what counts, what came, and who decided.
Result<void> put_hour(JsonWriter& json, const Parts& parts, const SeriesKey& key, Instant at,
                      std::optional<Instant> as_known_at) {
  double value = std::nan("");
  double raw = std::nan("");
  std::int64_t batch = 0;
  std::string decision;
  if (const auto series = parts.ledger.find_series(key)) {
    const SeriesId one[] = {*series};
    auto read = watch::read_effective(parts.archive, parts.ledger, {one, at, us_per_hour, 1, as_known_at}, {&value, 1});
    if (!read) return read;
    archive::Query query;
    query.series = {*series};
    query.from = query.to = at;
    query.as_known_at = as_known_at;
    const auto columns = parts.archive.read(query);
    if (!columns) return fail(columns.error());
    if (!columns->rows.empty()) {
      raw = columns->rows.value.back();
      batch = columns->batch.back();
    }
    const auto decided = watch::settlements(parts.archive, parts.ledger, one, at, at, as_known_at);
    if (!decided) return fail(decided.error());
    if (!decided->empty()) {
      const auto source = parts.archive.source_of(decided->begin()->second.batch);
      if (source) decision = source->detail;
    }
  }
  json.member("value", value).member("raw", raw).key("decision");
  decision.empty() ? json.null() : json.raw(decision);
  json.key("message_batch");
  batch != 0 ? json.put(batch) : json.null();
  return {};
}

Result<Response> why(const Parts& parts, const Request& request) {
  const auto asked = asked_value(parts, request);
  if (!asked) return fail(asked.error());
  const auto known = request.time("as_known_at");
  if (!known) return fail(known.error());
  SeriesKey key = asked->series.key;
  if (key.stage == Stage::reviewed) key.stage = Stage::raw;
  auto inputs = parts.derivation.inputs_of(key, asked->at);
  const bool of_itself = key.stage == Stage::raw;
  if (of_itself) inputs.push_back({key, asked->at, std::nan("")});
  const Formula formula = formula_of(parts, key, asked->at);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("at", asked->at);
  put_key(json, parts, asked->series.key);
  const auto value_of = [&](const SeriesKey& of, Instant time) {
    double value = std::nan("");
    if (const auto series = parts.ledger.find_series(of)) {
      const SeriesId one[] = {*series};
      // A value that cannot be read is shown as missing; the archive's health is told elsewhere.
      if (!parts.archive.read_grid({one, time, us_per_day, 1, *known}, {&value, 1})) value = std::nan("");
    }
    return value;
  };
  if (!of_itself) json.member("value", value_of(key, asked->at));
  if (of_itself) {
    if (auto put = put_hour(json, parts, key, asked->at, *known); !put) return fail(put.error());
  }
  json.member("formula_zh", formula.zh).member("formula_en", formula.en).member("source", formula.source);
  json.key("inputs").begin_array();
  for (const auto& input : inputs) {
    json.begin_object().member("time", input.end);
    put_key(json, parts, input.key);
    if (input.key.stage == Stage::derived) {
      json.member("value", *known ? value_of(input.key, input.end) : input.value).key("raw").null();
      json.key("decision").null().key("message_batch").null();
    } else if (auto put = put_hour(json, parts, input.key, input.end, *known); !put) {
      return fail(put.error());
    }
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// The errata that name a report, each with the figures it changed; oldest first.
Result<std::vector<std::pair<ledger::Revision, boost::json::array>>> errata_of(const Parts& parts,
                                                                               const std::string& report) {
  std::vector<std::pair<ledger::Revision, boost::json::array>> all;
  const auto revisions = parts.ledger.list("erratum");
  if (!revisions) return fail(revisions.error());
  for (const auto& revision : *revisions) {
    // Most errata touch no report; their bodies are long.
    if (revision.body.find("\"" + report + "\"") == std::string::npos) continue;
    const auto body = body_of(revision);
    if (!body) return fail(body.error());
    for (const auto& one : body->at("reports").as_array()) {
      if (one.as_object().at("id").as_string() == report)
        all.emplace_back(revision, one.as_object().at("figures").as_array());
    }
  }
  return all;
}

void put_head(JsonWriter& json, const watch::IssuedReport& report) {
  json.begin_object().member("id", report.id).member("kind", report.kind).member("title_zh", report.title_zh);
  json.member("title_en", report.title_en).member("day", to_string(report.day)).member("issued_at", report.issued_at);
  json.member("known_at", report.known_at).member("who", report.who).member("why", report.why);
  const auto& making = report.making;
  if (making.template_id.empty()) return;
  json.member("template", making.template_id).member("from", to_string(making.from)).member("lang", making.lang);
  json.member("edition", making.edition)
      .member("other_edition", making.other_edition)
      .member("subject", making.subject);
  json.member("version", making.version).text_or_null("replaces", making.replaces).key("files").begin_array();
  for (const auto& file : making.files) {
    json.begin_object().member("form", file.form).member("hash", file.hash).member("bytes", file.bytes).end_object();
  }
  json.end_array();
}

Result<Response> report_response(const Parts& parts, const watch::IssuedReport& report, int status) {
  const auto errata = errata_of(parts, report.id);
  if (!errata) return fail(errata.error());
  const watch::NameBook names = watch::names_of(parts.ledger, parts.library);
  std::string out;
  JsonWriter json(out);
  put_head(json, report);
  json.key("figures").begin_array();
  for (const auto& figure : report.figures) {
    const auto site = names.site(figure.key.site);
    json.begin_object().member("ref", figure.ref).member("zh", figure.zh).member("en", figure.en);
    json.member("name_zh", site.zh).member("name_en", site.en);
    put_key(json, parts, figure.key);
    json.member("time", figure.time).member("value", figure.value);
    if (!figure.printed.empty()) {
      json.member("printed", figure.printed).member("shown_unit", figure.unit).member("of_series", figure.of_series);
      json.member("how_zh", figure.how_zh).member("how_en", figure.how_en).member("edition", figure.edition);
      json.member("link", figure.link);
    }
    json.end_object();
  }
  json.end_array().key("errata").begin_array();
  for (const auto& [revision, figures] : *errata) {
    json.begin_object().key("id").raw(std::to_string(std::stoll(revision.id))).member("at", revision.valid_from);
    json.member("who", revision.who).member("why", revision.why);
    json.key("figures").raw(boost::json::serialize(figures)).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out), status);
}

Result<Response> list_reports(const Parts& parts) {
  const auto reports = watch::issued_reports(parts.ledger);
  if (!reports) return fail(reports.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& report : *reports) {
    const auto errata = errata_of(parts, report.id);
    if (!errata) return fail(errata.error());
    put_head(json, report);
    json.member("figures", report.figures.size()).member("errata", errata->size()).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> one_report(const Parts& parts, const Request& request) {
  const auto report = watch::issued_report(parts.ledger, request.path_value("id"));
  if (!report) return fail(report.error());
  return report_response(parts, *report, 200);
}

Result<Response> issue(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  if (body.has("template") || body.has("draft")) {
    const auto signed_report = sign_report(parts, request, body);
    if (!signed_report) return fail(signed_report.error());
    return report_response(parts, *signed_report, 201);
  }
  const std::string kind = body.text("kind");
  const std::string day_text = body.text("day");
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  if (body.failed()) return fail(*body.failed());
  const auto day = parse_legal_day(day_text);
  if (!day) return fail(day.error().code, day.error().detail, "day");
  // What has come is worked through first: a report never prints what is known to be old.
  if (auto caught_up = parts.derivation.catch_up(); !caught_up) return fail(caught_up.error());
  const auto report =
      watch::issue_report(parts.archive, parts.ledger, parts.library, kind, *day, who, why, parts.clock());
  if (!report) return fail(report.error());
  return report_response(parts, *report, 201);
}

}  // namespace

void add_errata_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/errata",
              "What changes did, newest first",
              {{"limit", "1 to 1000, 100 when absent"}, {"site", "only those that change a value of it"}},
              [&parts](const Request& r) { return list_errata(parts, r); }});
  router.add({"GET",
              "/api/v1/errata/{id}",
              "One erratum: values, verdicts, alarms, cases and reports, before and after",
              {},
              [&parts](const Request& r) { return one_erratum(parts, r); }});
  router.add({"GET",
              "/api/v1/depends",
              "What depends on a value",
              {{"series", "number"}, {"at", "end of its window"}},
              [&parts](const Request& r) { return depends(parts, r); }});
  router.add({"GET",
              "/api/v1/why",
              "What a value is made of",
              {{"series", "number"}, {"at", "end of its window"}, {"as_known_at", "time"}},
              [&parts](const Request& r) { return why(parts, r); }});
  router.add({"GET", "/api/v1/reports", "Issued reports, newest first", {}, [&parts](const Request&) {
                return list_reports(parts);
              }});
  router.add(
      {"GET", "/api/v1/reports/{id}", "One report as it was issued, with its errata", {}, [&parts](const Request& r) {
         return one_report(parts, r);
       }});
  router.add({"POST",
              "/api/v1/reports",
              "Issue a report: template and day, or a draft, with digest, who, why; or kind (air-daily), day, who, why",
              {},
              [&parts](const Request& r) { return issue(parts, r); }});
}

}  // namespace celadon::service
