#include "service/api.hpp"
#include "service/duty_picture.hpp"
#include "service/register_routes.hpp"

#include <algorithm>
#include <ranges>

// The duty desk: one line a medium, and what must be acted upon first.

namespace celadon::service {
namespace {

/// `at` of a request, or the clock's.
Result<Instant> moment_of(const Parts& parts, const Request& request) {
  const auto at = request.time("at");
  if (!at) return fail(at.error());
  return at->value_or(parts.clock());
}

void put_notes(JsonWriter& json, const std::vector<std::pair<std::string, std::string>>& notes, const char* name) {
  json.key(name).begin_array();
  for (const auto& [zh, en] : notes) json.begin_object().member("zh", zh).member("en", en).end_object();
  json.end_array();
}

void put_site(JsonWriter& json, const DutySite& seen) {
  json.begin_object().member("site", seen.site.id).member("name_zh", seen.site.name_zh);
  json.member("name_en", seen.site.name_en).member("newest", seen.newest).member("online", seen.online);
  json.member("over", seen.over).key("judged");
  if (!seen.judged) {
    json.null().end_object();
    return;
  }
  const auto& judgement = seen.judged->judgement;
  json.begin_object().member("time", judgement.time).member("averaging", to_iso(seen.judged->averaging));
  json.member("judged", judgement.judged).member("value", judgement.value).member("level", judgement.level);
  json.text_or_null("class_label", judgement.class_label).text_or_null("colour", judgement.colour);
  json.text_or_null("text_colour", judgement.text_colour).member("name_zh", judgement.name_zh);
  json.member("name_en", judgement.name_en).list("primary", judgement.primary);
  json.list("over_limit", judgement.over_limit).end_object().end_object();
}

void put_line(JsonWriter& json, const DutyPicture& picture, const DutyLine& line) {
  const auto count = [&](auto of) { return static_cast<std::size_t>(std::ranges::count_if(line.sites, of)); };
  std::size_t alarms = 0;
  for (const auto& entry : picture.entries) {
    if (entry.medium == line.medium->id && entry.signal.kind == watch::DutyKind::alarm) ++alarms;
  }
  json.begin_object().member("medium", line.medium->id).member("zh", line.medium->zh).member("en", line.medium->en);
  json.member("expected", line.sites.size()).member("online", count([](const DutySite& one) { return one.online; }));
  json.member("judged", count([](const DutySite& one) { return one.judged && one.judged->judgement.judged; }));
  json.member("over", count([](const DutySite& one) { return one.over; })).member("alarms", alarms);
  json.member("devices", line.devices).member("devices_online", line.devices_online).key("sites").begin_array();
  for (const auto& site : line.sites) put_site(json, site);
  json.end_array().end_object();
}

void put_item(JsonWriter& json, const DutyPicture& picture, const watch::DutyItem& item) {
  const DutyEntry& entry = picture.entries[item.signal];
  json.begin_object().member("id", entry.signal.id).member("kind", watch::to_text(entry.signal.kind));
  json.member("zh", entry.zh).member("en", entry.en).member("score", item.score);
  json.member("confidence", item.confidence).member("act_now", item.act_now).member("since", entry.signal.since);
  json.key("factors").begin_array();
  for (const auto& factor : item.factors)
    json.begin_object().member("id", factor.id).member("factor", factor.factor).end_object();
  json.end_array();
  auto notes = entry.notes;
  for (const auto merged : item.merged) {
    const auto& other = picture.entries[merged];
    notes.emplace_back(other.zh, other.en);
  }
  put_notes(json, notes, "reasons");
  json.text_or_null("medium", entry.medium).text_or_null("site", entry.signal.site);
  json.text_or_null("property", entry.signal.property).text_or_null("averaging", entry.averaging);
  json.text_or_null("rule", entry.rule).member("time", entry.time).member("value", entry.value);
  json.member("limit", entry.limit).text_or_null("unit", entry.unit).member("fault", entry.signal.fault);
  json.member("legal", entry.signal.legal).member("count", entry.count).key("events").begin_array();
  for (const auto id : entry.events) json.put(id);
  json.end_array().text_or_null("register", entry.register_id).text_or_null("record", entry.record);
  json.text_or_null("state", entry.state).key("ends");
  if (entry.ends)
    json.put(to_string(*entry.ends));
  else
    json.null();
  json.text_or_null("mn", entry.mn).end_object();
}

Result<Response> duty(const Parts& parts, const Request& request) {
  const auto at = moment_of(parts, request);
  if (!at) return fail(at.error());
  const auto limit = request.whole("limit", 200, 1, 5000);
  if (!limit) return fail(limit.error());
  const auto picture = duty_picture(parts, request.caller, *at);
  if (!picture) return fail(picture.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("at", picture->at).member("before", watch::next_shift(parts.duty, picture->at));
  json.member("act_now", std::ranges::count_if(picture->items, &watch::DutyItem::act_now));
  json.member("due_today", picture->due_today).member("overdue", picture->overdue).key("media").begin_array();
  for (const auto& line : picture->lines) put_line(json, *picture, line);
  json.end_array().key("weather").begin_array();
  for (const auto& one : picture->weather) {
    json.begin_object().member("site", one.site).member("property", one.property).member("time", one.time);
    json.member("value", one.value).member("unit", unit_of(parts, one.property)).end_object();
  }
  json.end_array().key("items").begin_array();
  for (const auto& item : picture->items | std::views::take(*limit)) put_item(json, *picture, item);
  json.end_array().member("total", picture->items.size()).end_object();
  return private_response(std::move(out));
}

}  // namespace

void add_duty_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/duty",
              "The duty desk: one line a medium, and what must be acted upon, ranked with reasons",
              {{"at", "as of a time; now when absent"}, {"limit", "1 to 5000, 200 when absent"}},
              [&parts](const Request& request) { return duty(parts, request); }});
  add_alarm_routes(router, parts);
}

}  // namespace celadon::service
