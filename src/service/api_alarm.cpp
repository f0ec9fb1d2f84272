#include "ledger/events.hpp"
#include "service/api.hpp"
#include "service/duty_picture.hpp"
#include "service/register_routes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

// The card of one alarm: all that helps to tell an exceedance from a fault, and whom to send.

namespace celadon::service {
namespace {

constexpr std::int64_t curve_before_us = 3 * us_per_day, curve_after_us = us_per_day;
constexpr std::int64_t usual_us = 7 * us_per_day;    ///< what stands before is compared with it
constexpr std::int64_t calibration_us = us_per_day;  ///< marks of the device so near are shown
constexpr std::size_t neighbours_max = 6, outfalls_max = 6, similar_max = 12;
constexpr double neighbour_km_max = 80;

/// One value that is looked at: of an event, or any value by its series and time.
struct Looked {
  std::optional<ledger::Event> event;
  const watch::WatchRule* rule = nullptr;
  ledger::Site site;
  std::string property;
  Averaging averaging;
  Instant time;
  double value = std::nan("");
};

Result<Looked> by_event(const Parts& parts, const std::string& text) {
  std::int64_t id = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (bad != std::errc{} || end != text.data() + text.size())
    return fail(Errc::malformed, "expected the number of an event", "event");
  auto event = ledger::event_of(parts.ledger, id);
  if (!event) return fail(event.error());
  auto site = parts.ledger.site(event->site);
  if (!site) return fail(site.error());
  Looked at;
  at.rule = watch_rule(parts, event->rule);
  at.site = std::move(*site);
  at.property = event->property;
  at.averaging = at.rule != nullptr ? at.rule->averaging : watch::averaging_of(watch::rule_of(at.site));
  at.time = event->phenomenon_end;
  at.value = event->value;
  at.event = std::move(*event);
  return at;
}

Result<Looked> by_series(const Parts& parts, const Request& request) {
  auto site = find_site(parts, request.one("site").value_or(""));
  if (!site) return fail(site.error());
  Looked at;
  at.site = std::move(*site);
  at.property = request.one("property").value_or("");
  if (parts.library.properties.find(at.property) == nullptr)
    return fail(Errc::unknown_code, "there is no property '" + at.property.substr(0, 40) + "'", "property");
  const auto time = request.time("time");
  if (!time) return fail(time.error());
  if (!*time) return fail(Errc::malformed, "say which value: event=, or site=, property= and time=", "time");
  at.time = **time;
  at.averaging = watch::averaging_of(watch::rule_of(at.site));
  if (const auto text = request.one("averaging")) {
    const auto averaging = parse_averaging(*text);
    if (!averaging) return fail(averaging.error().code, averaging.error().detail, "averaging");
    at.averaging = *averaging;
  }
  // The strictest rule that watches the series then.
  for (const auto& rule : parts.stream.watch_rules()) {
    if (rule.kind == watch::WatchKind::no_data || rule.property != at.property || rule.averaging != at.averaging ||
        !rule.applies_to_site(at.site.id, at.site.kind) || !rule.holds_at(at.time))
      continue;
    const bool stricter = at.rule == nullptr || (rule.sense == watch::Sense::above ? rule.limit < at.rule->limit
                                                                                   : rule.limit > at.rule->limit);
    if (stricter) at.rule = &rule;
  }
  return at;
}

SeriesKey key_of(const Looked& at, const std::string& site, const std::string& property) {
  SeriesKey key;
  key.site = site;
  key.property = property;
  key.averaging = at.averaging;
  return key;
}

/// A value beside what is usual in the week before it.
struct Beside {
  double value = std::nan(""), usual = std::nan("");
};

Result<Beside> beside(const Parts& parts, SeriesId series, Instant time) {
  archive::Query query;
  query.series = {series};
  query.from = {time.us - usual_us};
  query.to = time;
  const auto columns = parts.archive.read(query);
  if (!columns) return fail(columns.error());
  Beside said;
  std::vector<double> before;
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    if (std::isnan(columns->rows.value[i]) || std::ranges::any_of(columns->flags[i], &QualityFlag::voids)) continue;
    if (columns->rows.phenomenon_end[i] == time)
      said.value = columns->rows.value[i];
    else
      before.push_back(columns->rows.value[i]);
  }
  if (!before.empty()) {
    const auto middle = before.begin() + static_cast<std::ptrdiff_t>(before.size() / 2);
    std::ranges::nth_element(before, middle);
    said.usual = *middle;
  }
  return said;
}

Result<void> put_curve(JsonWriter& json, const Parts& parts, Looked& at) {
  json.key("curve");
  const auto series = parts.ledger.find_series(key_of(at, at.site.id, at.property));
  if (!series) {
    json.null();
    return {};
  }
  archive::Query query;
  query.series = {*series};
  query.from = {at.time.us - curve_before_us};
  query.to = {at.time.us + curve_after_us};
  const auto columns = parts.archive.read(query);
  if (!columns) return fail(columns.error());
  json.begin_object().key("time").begin_array();
  for (const auto time : columns->rows.phenomenon_end) json.put(time);
  json.end_array().key("value").begin_array();
  for (const double value : columns->rows.value) json.put(value);
  json.end_array().key("voided").begin_array();
  for (const auto& flags : columns->flags) json.put(std::ranges::any_of(flags, &QualityFlag::voids));
  json.end_array().key("device_flag").begin_array();
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    if (columns->rows.phenomenon_end[i] == at.time && std::isnan(at.value)) at.value = columns->rows.value[i];
    json.put(flag_text(columns->rows.device_flag[i]));
  }
  json.end_array().end_object();
  return {};
}

/// Marks that the site's devices gave near the time: whether somebody was at it.
Result<void> put_calibration(JsonWriter& json, const Parts& parts, const Looked& at) {
  archive::Query query;
  for (const auto& series : parts.ledger.series_of_site(at.site.id)) {
    if (series.key.stage == Stage::raw && series.key.averaging == at.averaging) query.series.push_back(series.id);
  }
  query.from = {at.time.us - calibration_us};
  query.to = {at.time.us + calibration_us};
  json.key("calibration").begin_object().key("marks").begin_array();
  std::string state = "none";
  if (!query.series.empty()) {
    const auto columns = parts.archive.read(query);
    if (!columns) return fail(columns.error());
    for (std::size_t i = 0; i < columns->rows.size(); ++i) {
      const auto flag = std::ranges::find_if(columns->flags[i], &QualityFlag::voids);
      if (flag == columns->flags[i].end() || columns->rows.device_flag[i] == 0) continue;
      const auto series = parts.ledger.series(columns->rows.series[i]);
      if (!series) continue;
      const bool at_once = columns->rows.phenomenon_end[i] == at.time && series->key.property == at.property;
      state = at_once ? "at-the-time" : state == "none" ? "near" : state;
      json.begin_object().member("time", columns->rows.phenomenon_end[i]).member("property", series->key.property);
      json.member("flag", flag_text(columns->rows.device_flag[i])).member("zh", flag->reason_zh);
      json.member("en", flag->reason_en).end_object();
    }
  }
  json.end_array().member("state", state).key("devices").begin_array();
  const auto devices = parts.ledger.devices();
  if (!devices) return fail(devices.error());
  for (const auto& device : *devices) {
    if (device.site != at.site.id || device.retired) continue;
    const auto status = parts.device(device.mn);
    json.begin_object().member("mn", device.mn).member("online", status && status->online).key("last_seen");
    if (status)
      json.put(status->last_seen);
    else
      json.null();
    json.end_object();
  }
  json.end_array().end_object();
  return {};
}

Result<void> put_neighbours(JsonWriter& json, const Parts& parts, const Looked& at) {
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  std::vector<std::pair<double, const ledger::Site*>> near;
  for (const auto& site : *sites) {
    const double km = distance_m(at.site.position, site.position) / 1000;
    if (site.id != at.site.id && site.kind == at.site.kind && km <= neighbour_km_max) near.emplace_back(km, &site);
  }
  std::ranges::sort(near, {}, [](const auto& one) { return std::pair(one.first, one.second->id); });
  if (near.size() > neighbours_max) near.resize(neighbours_max);
  json.key("neighbours").begin_array();
  for (const auto& [km, site] : near) {
    Beside said;
    if (const auto series = parts.ledger.find_series(key_of(at, site->id, at.property))) {
      const auto read = beside(parts, *series, at.time);
      if (!read) return fail(read.error());
      said = *read;
    }
    json.begin_object().member("site", site->id).member("name_zh", site->name_zh).member("name_en", site->name_en);
    json.member("km", km).member("value", said.value).member("usual", said.usual).end_object();
  }
  json.end_array().key("companions").begin_array();
  for (const auto& series : parts.ledger.series_of_site(at.site.id)) {
    if (series.key.property == at.property || !watch::is_judged(series.key, at.averaging)) continue;
    const auto said = beside(parts, series.id, at.time);
    if (!said) return fail(said.error());
    if (std::isnan(said->value)) continue;
    json.begin_object().member("property", series.key.property).member("unit", unit_of(parts, series.key.property));
    json.member("value", said->value).member("usual", said->usual).end_object();
  }
  json.end_array();
  return {};
}

/// Outfalls into the water near a section. The rivers we have are lines without a direction: whether one lies upstream,
/// and how long its water travels, is not known, and said so.
Result<void> put_outfalls(JsonWriter& json, const Parts& parts, const Request& request, const Looked& at) {
  json.key("outfalls").begin_object();
  const auto* type = parts.registers.catalogue().find("outfall");
  const bool asked = at.site.kind == "river-section" && type != nullptr && !type->map.geometry.empty() &&
                     parts.registers.may(request.caller, *type, registry::RecordDesk::Act::read);
  json.member("asked", asked).key("upstream").null().key("items").begin_array();
  if (asked) {
    ledger::RecordQuery query;
    query.kind = type->id;
    query.within = Bounds{at.site.position.lon_deg - 1, at.site.position.lat_deg - 1, at.site.position.lon_deg + 1,
                          at.site.position.lat_deg + 1};
    auto places = parts.registers.places(request.caller, std::move(query), "", "");
    if (!places) return fail(places.error());
    std::ranges::sort(*places, {},
                      [&](const auto& one) { return std::pair(distance_m(at.site.position, one.anchor), one.id); });
    if (places->size() > outfalls_max) places->resize(outfalls_max);
    for (const auto& place : *places) {
      json.begin_object().member("register", type->id).member("id", place.id).member("title", place.title);
      json.member("km", distance_m(at.site.position, place.anchor) / 1000).end_object();
    }
  }
  json.end_array().end_object();
  return {};
}

Result<void> put_similar(JsonWriter& json, const Parts& parts, const Request& request, const Looked& at) {
  const auto events = ledger::events_of(parts.ledger, at.site.id, at.property, similar_max + 1);
  if (!events) return fail(events.error());
  std::vector<std::int64_t> ids;
  for (const auto& event : *events) ids.push_back(event.id);
  const auto records = parts.registers.of_events(request.caller, ids);
  if (!records) return fail(records.error());
  json.key("similar").begin_array();
  for (const auto& event : *events) {
    if ((at.event && event.id == at.event->id) || ledger::tells_of_data(event)) continue;
    json.begin_object().member("event", event.id).member("rule", event.rule).member("time", event.phenomenon_end);
    json.member("value", event.value).member("zh", event.text_zh).member("en", event.text_en);
    const auto record = records->find(event.id);
    if (record == records->end()) {
      json.key("register")
          .null()
          .key("record")
          .null()
          .key("state")
          .null()
          .key("state_zh")
          .null()
          .key("state_en")
          .null();
    } else {
      const auto* type = parts.registers.catalogue().find(record->second.register_id);
      const auto* state = type != nullptr && type->lifecycle ? type->lifecycle->state(record->second.state) : nullptr;
      json.member("register", record->second.register_id).member("record", record->second.id);
      json.member("state", record->second.state);
      json.text_or_null("state_zh", state != nullptr ? state->name.zh : "");
      json.text_or_null("state_en", state != nullptr ? state->name.en : "");
    }
    json.end_object();
  }
  json.end_array();
  return {};
}

Result<void> put_matters(JsonWriter& json, const Parts& parts, const Request& request, const Looked& at) {
  json.key("records").begin_array();
  if (at.event) {
    const auto records = parts.registers.of_events(request.caller, {at.event->id});
    if (!records) return fail(records.error());
    for (const auto& [id, record] : *records) {
      json.begin_object().member("register", record.register_id).member("id", record.id).member("title", record.title);
      json.member("state", record.state).member("revision", record.revision);
      json.member("settled", is_settled(parts, record)).end_object();
    }
  }
  json.end_array().key("case");
  if (at.event && at.event->case_id != 0) {
    const auto one = parts.ledger.find_case(at.event->case_id);
    if (!one) return fail(one.error());
    put_case(json, *one);
  } else {
    json.null();
  }
  return {};
}

Result<void> put_doubt(JsonWriter& json, const Parts& parts, const Looked& at) {
  json.key("fault");
  if (at.property.empty()) {
    json.null();
    return {};
  }
  Doubts doubts(parts);
  const auto doubt = doubts.of(at.site.id, at.property, at.averaging, at.time);
  if (!doubt) return fail(doubt.error());
  json.begin_object().member("probability", doubt->probability);
  json.member("proposal", watch::to_text(watch::propose_fault(parts.duty, doubt->probability)));
  json.member("from", parts.duty.fault_from).member("device_flag", flag_text(doubt->device_flag));
  json.member("voided", doubt->voided).member("decided", doubt->decided).key("reasons").begin_array();
  for (const auto& [zh, en] : doubt->reasons) json.begin_object().member("zh", zh).member("en", en).end_object();
  json.end_array().end_object();
  return {};
}

void put_rule(JsonWriter& json, const watch::WatchRule* rule) {
  json.key("rule");
  if (rule == nullptr) {
    json.null();
    return;
  }
  static constexpr const char* kinds[] = {"threshold", "duration", "no-data"};
  json.begin_object().member("id", rule->id).member("kind", kinds[static_cast<std::size_t>(rule->kind)]);
  json.key("limit");
  if (rule->kind == watch::WatchKind::no_data)
    json.null();
  else
    json.put(rule->limit);
  json.member("sense", rule->sense == watch::Sense::above ? "above" : "below").text_or_null("unit", rule->unit);
  json.member("consecutive", rule->consecutive).member("lasting_s", rule->lasting_us / us_per_second);
  json.member("source", rule->source).member("trust", rule->trust).end_object();
}

Result<Response> alarm(const Parts& parts, const Request& request) {
  const auto event = request.one("event");
  auto found = event ? by_event(parts, *event) : by_series(parts, request);
  if (!found) return fail(found.error());
  Looked& at = *found;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("event");
  if (at.event)
    put_event(json, *at.event);
  else
    json.null();
  json.member("site", at.site.id).member("name_zh", at.site.name_zh).member("name_en", at.site.name_en);
  json.member("kind", at.site.kind).text_or_null("county", at.site.county).text_or_null("property", at.property);
  json.member("averaging", to_iso(at.averaging)).member("time", at.time);
  const auto* property = parts.library.properties.find(at.property);
  json.member("unit", property == nullptr ? "" : property->unit_label);
  json.member("decimals", property == nullptr ? 2 : property->decimals);
  put_rule(json, at.rule);
  if (auto put = put_curve(json, parts, at); !put) return fail(put.error());
  json.member("value", at.value);
  if (auto put = put_doubt(json, parts, at); !put) return fail(put.error());
  if (auto put = put_calibration(json, parts, at); !put) return fail(put.error());
  if (auto put = put_neighbours(json, parts, at); !put) return fail(put.error());
  if (auto put = put_outfalls(json, parts, request, at); !put) return fail(put.error());
  if (auto put = put_similar(json, parts, request, at); !put) return fail(put.error());
  if (auto put = put_matters(json, parts, request, at); !put) return fail(put.error());
  json.end_object();
  return private_response(std::move(out));
}

}  // namespace

void add_alarm_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/duty/alarm",
              "One alarm, or one value, with all that helps to tell an exceedance from a fault",
              {{"event", "number of an event of watch"},
               {"site", "id; with property and time where there is no event"},
               {"property", "id"},
               {"time", "end of the window of the value"},
               {"averaging", "as PT1H; that of the site's rule when absent"}},
              [&parts](const Request& request) { return alarm(parts, request); }});
}

}  // namespace celadon::service
