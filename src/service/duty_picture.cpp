#include "service/duty_picture.hpp"

#include "core/yaml_fields.hpp"
#include "ledger/events.hpp"
#include "service/api.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace celadon::service {
namespace {

using watch::DutyKind;

constexpr std::size_t events_looked_at_max = 2000;
constexpr std::size_t due_records_max = 500;
constexpr std::int64_t weather_within_us = 3 * us_per_hour;
constexpr std::array<const char*, 5> weather_properties = {"air-temperature", "relative-humidity", "air-pressure",
                                                           "wind-speed", "wind-direction"};

std::string medium_of(const Parts& parts, const std::string& site_id) {
  const auto site = parts.ledger.site(site_id);
  const auto* medium = site ? parts.duty.medium_of(site->kind) : nullptr;
  return medium != nullptr ? medium->id : std::string();
}

std::string property_name(const Parts& parts, const std::string& id, bool zh) {
  const auto* property = parts.library.properties.find(id);
  return property == nullptr ? id : zh ? property->name_zh : property->name_en;
}

// ---- alarms
// -----------------------------------------------------------------------------------------------------------------

/// Events of one site and property whose matter is open, the newest first.
struct OpenAlarm {
  std::vector<ledger::Event> events;
  std::vector<registry::Matter> records;  ///< open ones
};

Result<std::vector<OpenAlarm>> open_alarms(const Parts& parts, const people::Caller& caller, Instant at) {
  const auto newest = parts.ledger.events(events_looked_at_max);
  if (!newest) return fail(newest.error());
  const auto cases = parts.ledger.cases("open");
  if (!cases) return fail(cases.error());
  std::set<std::int64_t> in_open_case;
  for (const auto& one : *cases) in_open_case.insert(one.events.begin(), one.events.end());
  std::vector<std::int64_t> ids;
  for (const auto& event : *newest) ids.push_back(event.id);
  const auto records = parts.registers.of_events(caller, ids);
  if (!records) return fail(records.error());

  std::map<std::pair<std::string, std::string>, OpenAlarm> by_series;
  for (const auto& event : *newest) {
    if (event.phenomenon_end > at) continue;
    // Of what is asked for the request stands for all, while its record is open.
    if (ledger::tells_of_data(event) && (event.rule != ledger::data_event::asks || !records->contains(event.id)))
      continue;
    const auto [first, last] = records->equal_range(event.id);
    std::vector<registry::Matter> open;
    for (auto one = first; one != last; ++one) {
      if (!is_settled(parts, one->second)) open.push_back(one->second);
    }
    const bool has_record = first != last;
    const bool is_young = at.us - event.phenomenon_end.us <= parts.duty.look_back_us;
    const bool is_open = has_record ? !open.empty() : event.case_id != 0 ? in_open_case.contains(event.id) : is_young;
    if (!is_open) continue;
    OpenAlarm& alarm = by_series[{event.site, event.property}];
    alarm.events.push_back(event);
    for (auto& one : open) alarm.records.push_back(std::move(one));
  }
  std::vector<OpenAlarm> all;
  for (auto& [series, alarm] : by_series) {
    std::ranges::stable_sort(alarm.events, std::greater{}, &ledger::Event::phenomenon_end);
    all.push_back(std::move(alarm));
  }
  // Of the newest alarms it is asked first how likely a fault they are.
  std::ranges::stable_sort(all, std::greater{}, [](const OpenAlarm& one) { return one.events.front().phenomenon_end; });
  return all;
}

/// The event that is to be acted upon first: the newest with the greatest extent among those that are as new.
DutyEntry entry_of(const Parts& parts, const OpenAlarm& alarm) {
  const ledger::Event& event = alarm.events.front();
  const auto* rule = watch_rule(parts, event.rule);
  DutyEntry entry;
  entry.signal.kind = event.property.empty() ? DutyKind::stale_site : DutyKind::alarm;
  entry.signal.id = "event:" + std::to_string(event.id);
  entry.signal.site = event.site;
  entry.signal.property = event.property;
  entry.signal.since = event.phenomenon_end;
  entry.signal.legal = rule == nullptr || rule->trust != "design";
  entry.zh = event.text_zh;
  entry.en = event.text_en;
  entry.medium = medium_of(parts, event.site);
  entry.rule = event.rule;
  entry.time = event.phenomenon_end;
  entry.value = event.value;
  entry.limit = std::nan("");
  if (rule != nullptr && rule->kind != watch::WatchKind::no_data) {
    entry.limit = rule->limit;
    entry.averaging = to_iso(rule->averaging);
    entry.signal.extent = extent_of(*rule, event.value);
  }
  entry.unit = event.property.empty() ? "" : unit_of(parts, event.property);
  for (const auto& one : alarm.events) entry.events.push_back(one.id);
  entry.count = alarm.events.size();
  for (const auto& record : alarm.records) {
    if (record.event != std::to_string(event.id)) continue;
    entry.register_id = record.register_id;
    entry.record = record.id;
    entry.state = record.state;
    break;
  }
  if (alarm.events.size() > 1) {
    const std::string n = std::to_string(alarm.events.size() - 1);
    entry.notes.emplace_back("同点同项另有 " + n + " 次未办结", n + " more open ones of this site and property");
  }
  return entry;
}

Result<void> add_alarms(const Parts& parts, const people::Caller& caller, Doubts& doubts, DutyPicture& picture) {
  const auto alarms = open_alarms(parts, caller, picture.at);
  if (!alarms) return fail(alarms.error());
  for (const auto& alarm : *alarms) {
    DutyEntry entry = entry_of(parts, alarm);
    const auto* rule = watch_rule(parts, entry.rule);
    if (entry.signal.kind == DutyKind::alarm) {
      entry.signal.fault = std::nan("");
      const bool young = picture.at.us - entry.time->us <= parts.duty.assess_within_us;
      const bool room = doubts.knows(entry.signal.site, *entry.time) ||
                        doubts.asked() < static_cast<std::size_t>(parts.duty.assess_most);
      if (young && room && rule != nullptr) {
        auto doubt = doubts.of(entry.signal.site, entry.signal.property, rule->averaging, *entry.time);
        if (!doubt) return fail(doubt.error());
        entry.signal.fault = doubt->probability;
        for (auto& reason : doubt->reasons) entry.notes.push_back(std::move(reason));
      }
    }
    picture.entries.push_back(std::move(entry));
  }
  return {};
}

/// Values beyond a limit that a flag voids: they open no event, and the officer should still know.
Result<void> add_marked(const Parts& parts, DutyPicture& picture) {
  archive::Query query;
  query.from = {picture.at.us - parts.duty.look_back_us};
  query.to = picture.at;
  std::map<SeriesId, std::vector<const watch::WatchRule*>> rules_of;
  std::map<std::string, std::optional<ledger::Site>> site_of;
  for (const auto& series : parts.ledger.all_series()) {
    if (series.key.stage != Stage::raw) continue;
    auto [site, is_new] = site_of.try_emplace(series.key.site);
    if (is_new) {
      if (auto found = parts.ledger.site(series.key.site)) site->second = std::move(*found);
    }
    if (!site->second) continue;
    for (const auto& rule : parts.stream.watch_rules()) {
      if (rule.kind == watch::WatchKind::no_data || rule.property != series.key.property ||
          rule.averaging != series.key.averaging || rule.statistic != series.key.statistic ||
          !rule.applies_to_site(series.key.site, site->second->kind))
        continue;
      rules_of[series.id].push_back(&rule);
    }
  }
  for (const auto& [id, rules] : rules_of) query.series.push_back(id);
  if (query.series.empty()) return {};
  const auto columns = parts.archive.read(query);
  if (!columns) return fail(columns.error());
  std::map<std::pair<std::string, std::string>, DutyEntry> newest;
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    const auto voiding = std::ranges::find_if(columns->flags[i], &QualityFlag::voids);
    if (voiding == columns->flags[i].end()) continue;
    const Instant time = columns->rows.phenomenon_end[i];
    const double value = columns->rows.value[i];
    const watch::WatchRule* over = nullptr;
    for (const auto* rule : rules_of[columns->rows.series[i]]) {
      if (rule->holds_at(time) && rule->is_beyond(value) &&
          (over == nullptr || extent_of(*rule, value) < extent_of(*over, value)))
        over = rule;
    }
    if (over == nullptr) continue;
    const auto series = parts.ledger.series(columns->rows.series[i]);
    if (!series) continue;
    const auto& site = *site_of[series->key.site];
    DutyEntry& entry = newest[{series->key.site, series->key.property}];
    const std::size_t before = entry.time ? entry.count : 0;
    entry = {};
    entry.count = before + 1;
    entry.signal = {.kind = DutyKind::marked,
                    .id = "marked:" + series->key.site + ":" + series->key.property,
                    .site = series->key.site,
                    .property = series->key.property,
                    .since = time,
                    .extent = extent_of(*over, value),
                    .fault = 1,
                    .legal = over->trust != "design"};
    entry.medium = medium_of(parts, series->key.site);
    entry.averaging = to_iso(series->key.averaging);
    entry.rule = over->id;
    entry.unit = unit_of(parts, series->key.property);
    entry.time = time;
    entry.value = value;
    entry.limit = over->limit;
    entry.zh = site.name_zh + " " + to_beijing_minute(time) + " " + property_name(parts, series->key.property, true) +
               " " + number_text(value) + "，超出 " + number_text(over->limit) + "，但该值已标记，不计入评价";
    entry.en = site.name_en + ", " + to_beijing_minute(time) + ": " +
               property_name(parts, series->key.property, false) + " " + number_text(value) + " is beyond " +
               number_text(over->limit) + ", but the value is marked and does not count";
    entry.notes.emplace_back(voiding->reason_zh, voiding->reason_en);
  }
  for (auto& [place, entry] : newest) picture.entries.push_back(std::move(entry));
  return {};
}

// ---- lines of media
// ---------------------------------------------------------------------------------------------------------

Result<DutySite> look_at(const Parts& parts, const watch::DutyRules::Medium& medium, const ledger::Site& site,
                         Instant at) {
  DutySite seen;
  seen.site = site;
  std::vector<SeriesId> ids;
  for (const auto& series : parts.ledger.series_of_site(site.id)) {
    if (series.key.stage == Stage::raw) ids.push_back(series.id);
  }
  bool later = false;
  for (const auto& latest : parts.archive.latest(ids)) {
    if (latest.phenomenon_end <= at)
      seen.newest = std::max(seen.newest.value_or(latest.phenomenon_end), latest.phenomenon_end);
    else
      later = true;
  }
  if (later) {
    const auto times = parts.archive.times(ids, {at.us - watch::age_max_us(site)}, at);
    if (!times) return fail(times.error());
    if (!times->empty()) seen.newest = std::max(seen.newest.value_or(times->back()), times->back());
  }
  seen.online = seen.newest && at.us - seen.newest->us <= medium.online_within_us;
  if (!watch::rule_of(site).empty()) {
    auto judged = watch::judge_at({parts.archive, parts.ledger, parts.library}, site, at, watch::age_max_us(site), {});
    if (!judged) return fail(judged.error());
    seen.judged = std::move(*judged);
    seen.over = seen.judged && seen.judged->judgement.judged && seen.judged->judgement.level >= medium.over_level;
  }
  return seen;
}

/// What of the judgement a person should act upon; the alarms say it more exactly where there is one.
void add_over(const watch::DutyRules::Medium& medium, const DutySite& seen, Doubts& doubts, std::size_t assess_most,
              DutyPicture& picture) {
  const auto& judgement = seen.judged->judgement;
  std::vector<std::string> properties = judgement.over_limit.empty() ? judgement.primary : judgement.over_limit;
  DutyEntry entry;
  entry.signal.kind = DutyKind::over_limit;
  entry.signal.id = "site:" + seen.site.id;
  entry.signal.site = seen.site.id;
  entry.signal.property = properties.empty() ? "" : properties.front();
  entry.signal.since = judgement.time;
  entry.signal.extent = static_cast<double>(judgement.level - medium.over_level + 1);
  entry.signal.fault = std::nan("");
  if (!entry.signal.property.empty() && (doubts.knows(seen.site.id, judgement.time) || doubts.asked() < assess_most)) {
    if (auto doubt = doubts.of(seen.site.id, entry.signal.property, seen.judged->averaging, judgement.time))
      entry.signal.fault = doubt->probability;
  }
  entry.medium = medium.id;
  entry.averaging = to_iso(seen.judged->averaging);
  entry.time = judgement.time;
  entry.value = judgement.value.value_or(std::nan(""));
  entry.limit = std::nan("");
  std::string listed;
  for (const auto& property : properties) listed += (listed.empty() ? "" : ", ") + property;
  const std::string grade = judgement.value ? number_text(*judgement.value) + " " : std::string();
  entry.zh = seen.site.name_zh + " " + to_beijing_minute(judgement.time) + " " + grade + judgement.name_zh +
             (listed.empty() ? "" : "（" + listed + "）");
  entry.en = seen.site.name_en + ", " + to_beijing_minute(judgement.time) + ": " + grade + judgement.name_en +
             (listed.empty() ? "" : " (" + listed + ")");
  picture.entries.push_back(std::move(entry));
}

void add_stale(const DutyPicture& whole, const watch::DutyRules::Medium& medium, const DutySite& seen,
               const std::set<std::string>& silent, std::vector<DutyEntry>& out) {
  if (seen.online || silent.contains(seen.site.id)) return;
  DutyEntry entry;
  entry.signal.kind = DutyKind::stale_site;
  entry.signal.id = "site:" + seen.site.id;
  entry.signal.site = seen.site.id;
  entry.signal.since = seen.newest.value_or(whole.at);
  entry.medium = medium.id;
  entry.value = entry.limit = std::nan("");
  if (seen.newest) {
    entry.time = *seen.newest;
    entry.zh = seen.site.name_zh + " 自 " + to_beijing_minute(*seen.newest) + " 起无新数据";
    entry.en = seen.site.name_en + ": no new data since " + to_beijing_minute(*seen.newest);
  } else {
    entry.zh = seen.site.name_zh + " 从未有数据";
    entry.en = seen.site.name_en + ": never any data";
  }
  out.push_back(std::move(entry));
}

/// Many sites silent since one moment are one matter.
void gather_stale(std::vector<DutyEntry> stale, const DutyPicture& whole, std::vector<DutyEntry>& out) {
  std::map<std::pair<std::string, Instant>, std::vector<DutyEntry>> together;
  for (auto& entry : stale) together[{entry.medium, entry.signal.since}].push_back(std::move(entry));
  for (auto& [place, entries] : together) {
    DutyEntry entry = std::move(entries.front());
    if (entries.size() > 1) {
      const std::string n = std::to_string(entries.size());
      entry.signal.id = "stale:" + place.first + ":" + to_iso_utc(place.second);
      entry.signal.site.clear();
      entry.count = entries.size();
      const bool known = place.second != whole.at;
      entry.zh = n + " 个站点" + (known ? "自 " + to_beijing_minute(place.second) + " 起无新数据" : "从未有数据");
      entry.en = n + " sites: " + (known ? "no new data since " + to_beijing_minute(place.second) : "never any data");
    }
    out.push_back(std::move(entry));
  }
}

Result<void> add_lines(const Parts& parts, Doubts& doubts, DutyPicture& picture) {
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  const auto devices = parts.ledger.devices();
  if (!devices) return fail(devices.error());
  std::set<std::string> silent;  // sites of which an alarm says so already
  for (const auto& entry : picture.entries) {
    if (entry.signal.kind == DutyKind::stale_site) silent.insert(entry.signal.site);
  }
  std::vector<DutyEntry> stale;
  for (const auto& medium : parts.duty.media) {
    DutyLine line;
    line.medium = &medium;
    std::set<std::string> of_medium;
    for (const auto& site : *sites) {
      if (std::ranges::find(medium.kinds, site.kind) == medium.kinds.end()) continue;
      of_medium.insert(site.id);
      auto seen = look_at(parts, medium, site, picture.at);
      if (!seen) return fail(seen.error());
      if (seen->over) add_over(medium, *seen, doubts, static_cast<std::size_t>(parts.duty.assess_most), picture);
      add_stale(picture, medium, *seen, silent, stale);
      line.sites.push_back(std::move(*seen));
    }
    for (const auto& device : *devices) {
      if (device.retired || !of_medium.contains(device.site)) continue;
      ++line.devices;
      const auto status = parts.device(device.mn);
      if (status && status->online) ++line.devices_online;
    }
    picture.lines.push_back(std::move(line));
  }
  gather_stale(std::move(stale), picture, picture.entries);
  return {};
}

Result<void> add_weather(const Parts& parts, DutyPicture& picture) {
  std::vector<SeriesId> ids;
  for (const auto& series : parts.ledger.all_series()) {
    if (series.key.stage == Stage::raw &&
        std::ranges::find(weather_properties, series.key.property) != weather_properties.end())
      ids.push_back(series.id);
  }
  if (ids.empty()) return {};
  archive::Query query;
  query.series = ids;
  query.from = {picture.at.us - weather_within_us};
  query.to = picture.at;
  const auto columns = parts.archive.read(query);
  if (!columns) return fail(columns.error());
  std::map<std::string, DutyWeather> newest;
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    if (std::isnan(columns->rows.value[i]) || std::ranges::any_of(columns->flags[i], &QualityFlag::voids)) continue;
    const auto series = parts.ledger.series(columns->rows.series[i]);
    if (!series) continue;
    DutyWeather& one = newest[series->key.property];
    if (!one.site.empty() && one.time >= columns->rows.phenomenon_end[i]) continue;
    one = {series->key.site, series->key.property, columns->rows.phenomenon_end[i], columns->rows.value[i]};
  }
  for (const char* property : weather_properties) {
    if (const auto one = newest.find(property); one != newest.end()) picture.weather.push_back(one->second);
  }
  return {};
}

// ---- devices, cases, review
// -------------------------------------------------------------------------------------------------

Result<void> add_devices(const Parts& parts, DutyPicture& picture) {
  const auto devices = parts.ledger.devices();
  if (!devices) return fail(devices.error());
  for (const auto& device : *devices) {
    const auto status = parts.device(device.mn);
    if (device.retired || !status || !parts.desk.silence_of(device, status).silent) continue;
    const auto site = parts.ledger.site(device.site);
    DutyEntry entry;
    entry.signal.kind = DutyKind::silent_device;
    entry.signal.id = "device:" + device.mn;
    entry.signal.site = device.site;
    entry.signal.since = status->last_seen;
    entry.medium = medium_of(parts, device.site);
    entry.mn = device.mn;
    entry.value = entry.limit = std::nan("");
    const std::string since = to_beijing_minute(status->last_seen);
    entry.zh = (site ? site->name_zh : device.site) + " 的设备 " + device.mn + " 自 " + since + " 起静默";
    entry.en =
        "device " + device.mn + " at " + (site ? site->name_en : device.site) + " has been silent since " + since;
    picture.entries.push_back(std::move(entry));
  }
  std::size_t waiting = 0;
  Instant first = picture.at;
  for (const auto& one : parts.desk.waiting()) {
    if (one.turned_away) continue;
    ++waiting;
    first = std::min(first, one.device.first_seen);
  }
  if (waiting > 0) {
    DutyEntry entry;
    entry.signal.kind = DutyKind::pending_device;
    entry.signal.id = "pending";
    entry.signal.since = first;
    entry.signal.extent = static_cast<double>(waiting);
    entry.count = waiting;
    entry.value = entry.limit = std::nan("");
    entry.zh = std::to_string(waiting) + " 台未登记的设备在上传，等待批准";
    entry.en = std::to_string(waiting) + " devices that nobody has registered call and wait for approval";
    picture.entries.push_back(std::move(entry));
  }
  return {};
}

Result<void> add_due(const Parts& parts, const people::Caller& caller, DutyPicture& picture) {
  const LegalDay today = legal_day_of(picture.at);
  for (const auto& system : parts.registers.catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (!type.lifecycle || !parts.registers.may(caller, type, registry::RecordDesk::Act::read)) continue;
      ledger::RecordQuery query;
      query.kind = type.id;
      query.sort = "due";
      query.due_until = end_of(today);
      query.limit = due_records_max;
      const auto page = parts.registers.find(caller, std::move(query));
      if (!page && page.error().code == Errc::refused) continue;  // only its open fields are the caller's to see
      if (!page) return fail(page.error());
      for (const auto& matter : page->items) {
        const auto due = std::ranges::min_element(matter.dues, {}, &registry::Matter::Due::ends);
        if (due == matter.dues.end() || due->ends > today) continue;
        const int late = today.days - due->ends.days;
        ++(late > 0 ? picture.overdue : picture.due_today);
        DutyEntry entry;
        entry.signal.kind = late > 0 ? DutyKind::case_overdue : DutyKind::case_due;
        entry.signal.id = "record:" + type.id + "/" + matter.id;
        entry.signal.since = end_of(due->ends);
        entry.signal.extent = std::max(1, late);
        entry.register_id = type.id;
        entry.record = matter.id;
        entry.state = matter.state;
        entry.ends = due->ends;
        entry.value = entry.limit = std::nan("");
        const auto* state = type.lifecycle->state(matter.state);
        const std::string title = matter.title.empty() ? matter.id : matter.title;
        entry.zh = title + (late > 0 ? "：已超期 " + std::to_string(late) + " 天" : "：今日到期");
        entry.en = title + (late > 0 ? ": " + std::to_string(late) + " days overdue" : ": due today");
        for (const auto& deadline : type.lifecycle->deadlines) {
          if (deadline.id != due->deadline) continue;
          entry.deadline_zh = deadline.name.zh;
          entry.deadline_en = deadline.name.en;
        }
        entry.notes.emplace_back(type.name.zh + "，" + (state != nullptr ? state->name.zh : matter.state) +
                                     (entry.deadline_zh.empty() ? "" : "；时限：" + entry.deadline_zh),
                                 type.name.en + ", " + (state != nullptr ? state->name.en : matter.state) +
                                     (entry.deadline_en.empty() ? "" : "; deadline: " + entry.deadline_en));
        picture.entries.push_back(std::move(entry));
      }
    }
  }
  return {};
}

/// An alarm whose case is due stands once, as the alarm.
void join_due(DutyPicture& picture) {
  std::map<std::string, std::size_t> alarms;
  for (std::size_t i = 0; i < picture.entries.size(); ++i) {
    const auto& one = picture.entries[i];
    if (!one.events.empty() && !one.record.empty()) alarms.emplace(one.register_id + "/" + one.record, i);
  }
  std::erase_if(picture.entries, [&](const DutyEntry& due) {
    if (!due.ends) return false;
    const auto alarm = alarms.find(due.register_id + "/" + due.record);
    if (alarm == alarms.end()) return false;
    auto& entry = picture.entries[alarm->second];
    entry.ends = due.ends;
    entry.deadline_zh = due.deadline_zh;
    entry.deadline_en = due.deadline_en;
    return true;
  });
}

/// What is overdue in one register is one matter: nobody acts upon a hundred of them before a shift begins.
void gather_overdue(const Parts& parts, DutyPicture& picture) {
  std::map<std::string, DutyEntry> by_register;
  std::erase_if(picture.entries, [&](DutyEntry& due) {
    if (due.signal.kind != DutyKind::case_overdue) return false;
    auto [place, is_first] = by_register.try_emplace(due.register_id, due);
    DutyEntry& all = place->second;
    if (is_first) return true;
    ++all.count;
    if (due.signal.since < all.signal.since) all.signal.since = due.signal.since;
    return true;
  });
  for (auto& [register_id, all] : by_register) {
    if (all.count > 1) {
      const auto* type = parts.registers.catalogue().find(register_id);
      const std::string n = std::to_string(all.count);
      const std::string late =
          std::to_string(legal_day_of(picture.at).days - legal_day_of_hour_ending(all.signal.since).days);
      all.signal.id = "overdue:" + register_id;
      all.signal.extent = static_cast<double>(all.count);
      all.record.clear();
      all.state.clear();
      all.ends.reset();
      all.notes.clear();
      all.zh = (type != nullptr ? type->name.zh : register_id) + "：" + n + " 件超期，最久 " + late + " 天";
      all.en =
          (type != nullptr ? type->name.en : register_id) + ": " + n + " overdue, the longest by " + late + " days";
    }
    picture.entries.push_back(std::move(all));
  }
}

void add_review(const Parts& parts, DutyPicture& picture) {
  watch::QueueQuery query;
  query.to = query.from = LegalDay{legal_day_of(picture.at).days - 1};
  const auto queue = parts.review.queue(query);
  if (!queue) return;  // without values there is nothing to review
  std::size_t need = 0, sheets = 0;
  for (const auto& item : queue->items) {
    if (item.need_eyes == 0 || item.state.state != parts.review.terms().states.front().id) continue;
    need += item.need_eyes;
    ++sheets;
  }
  if (need == 0) return;
  DutyEntry entry;
  entry.signal.kind = DutyKind::review;
  entry.signal.id = "review:" + to_string(*query.from);
  entry.signal.since = end_of(*query.from);
  entry.signal.extent = static_cast<double>(need);
  entry.count = need;
  entry.ends = *query.from;
  entry.value = entry.limit = std::nan("");
  entry.zh =
      to_string(*query.from) + " 有 " + std::to_string(need) + " 个值待人工审核（" + std::to_string(sheets) + " 张表）";
  entry.en = to_string(*query.from) + ": " + std::to_string(need) + " values need a reviewer's eyes (" +
             std::to_string(sheets) + " sheets)";
  picture.entries.push_back(std::move(entry));
}

}  // namespace

const watch::WatchRule* watch_rule(const Parts& parts, const std::string& id) {
  const auto& rules = parts.stream.watch_rules();
  const auto found = std::ranges::find(rules, id, &watch::WatchRule::id);
  return found == rules.end() ? nullptr : &*found;
}

double extent_of(const watch::WatchRule& rule, double value) {
  if (rule.kind == watch::WatchKind::no_data || std::isnan(value) || rule.limit <= 0 || value <= 0) return std::nan("");
  return std::max(1.0, rule.sense == watch::Sense::above ? value / rule.limit : rule.limit / value);
}

bool is_settled(const Parts& parts, const registry::Matter& matter) {
  if (matter.gone) return true;
  const auto* type = parts.registers.catalogue().find(matter.register_id);
  if (type == nullptr || !type->lifecycle) return true;
  const auto* state = type->lifecycle->state(matter.state);
  return state != nullptr && state->final;
}

bool Doubts::knows(const std::string& site, Instant time) const {
  return sheets_.contains({site, legal_day_of_hour_ending(time)});
}

Result<Doubt> Doubts::of(const std::string& site, const std::string& property, const Averaging& averaging,
                         Instant time) {
  const LegalDay day = legal_day_of_hour_ending(time);
  auto known = sheets_.find({site, day});
  if (known == sheets_.end()) {
    auto sheet = parts_.review.sheet(site, day, 1);
    if (!sheet) return fail(sheet.error());
    known = sheets_.emplace(std::pair(site, day), std::move(*sheet)).first;
  }
  Doubt doubt;
  doubt.probability = std::nan("");
  for (const auto& column : known->second.columns) {
    if (column.key.property != property || column.key.averaging != averaging) continue;
    const auto row = std::ranges::find(column.rows, time, &watch::ReviewRow::time);
    if (row == column.rows.end()) continue;
    doubt.device_flag = row->device_flag;
    doubt.voided = std::ranges::any_of(row->flags, &QualityFlag::voids);
    doubt.decided = row->decision != 0;
    doubt.probability = doubt.decided ? (std::isnan(row->value) ? 1 : 0) : doubt.voided ? 1 : row->probability;
    for (const auto& flag : row->flags) doubt.reasons.emplace_back(flag.reason_zh, flag.reason_en);
    for (const auto& flag : row->found) doubt.reasons.emplace_back(flag.zh, flag.en);
  }
  return doubt;
}

Result<DutyPicture> duty_picture(const Parts& parts, const people::Caller& caller, Instant at) {
  DutyPicture picture;
  picture.at = at;
  Doubts doubts(parts);
  if (auto added = add_alarms(parts, caller, doubts, picture); !added) return fail(added.error());
  if (auto added = add_lines(parts, doubts, picture); !added) return fail(added.error());
  if (auto added = add_marked(parts, picture); !added) return fail(added.error());
  if (auto added = add_devices(parts, picture); !added) return fail(added.error());
  if (auto added = add_due(parts, caller, picture); !added) return fail(added.error());
  add_review(parts, picture);
  if (auto added = add_weather(parts, picture); !added) return fail(added.error());
  join_due(picture);
  gather_overdue(parts, picture);
  std::vector<watch::DutySignal> signals;
  signals.reserve(picture.entries.size());
  for (const auto& entry : picture.entries) signals.push_back(entry.signal);
  picture.items = watch::rank_duty(parts.duty, signals, at);
  return picture;
}

}  // namespace celadon::service
