#include "watch/data_requests.hpp"

#include "core/json_writer.hpp"
#include "core/yaml_fields.hpp"
#include "intake/hj212_gateway.hpp"
#include "ledger/site_attributes.hpp"
#include "watch/review_sheet.hpp"
#include "watch/revision_body.hpp"

#include <algorithm>
#include <limits>

namespace celadon::watch {
namespace {

constexpr const char* request_kind = "data-request";
constexpr const char* request_author = "celadon";
constexpr std::int64_t ended_days_every_us = us_per_hour;
constexpr auto request_round = std::chrono::minutes(1);
constexpr std::string_view asked_state = "asked", arrived_state = "arrived", summed_state = "summed";

std::string request_id(const std::string& site, LegalDay day) { return site + "|" + to_string(day); }

/// "03:00", and 24:00 for the end of the day.
std::string hour_text(Instant time, LegalDay day) {
  return time == end_of(day) ? "24:00" : to_beijing_minute(time).substr(11, 5);
}

ledger::Event event_of(const char* rule, const std::string& site, LegalDay day, Instant time) {
  ledger::Event event;
  event.rule = rule;
  event.site = site;
  event.phenomenon_end = end_of(day);
  event.noticed_at = time;
  event.value = std::numeric_limits<double>::quiet_NaN();
  return event;
}

ledger::Put entry_of(const std::string& site, LegalDay day, std::string_view state,
                     const std::vector<std::string>& properties, Instant time) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("site", site).member("day", to_string(day)).member("state", state);
  json.list("properties", properties).member("asked_at", time).end_object();
  return {request_kind, request_id(site, day), out, time, request_author, "data of a day that has ended", {}};
}

/// Runs of hours that follow one another.
std::vector<Gap> hour_gaps(const std::set<Instant>& hours) {
  std::vector<Gap> gaps;
  for (const Instant hour : hours) {
    if (!gaps.empty() && gaps.back().last_end.us + us_per_hour == hour.us) {
      gaps.back().last_end = hour;
      ++gaps.back().periods;
    } else {
      gaps.push_back({hour, hour, 1});
    }
  }
  return gaps;
}

}  // namespace

void DataRequestDesk::begin() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (const auto looked = tick(); !looked && parts_.trouble) parts_.trouble(looked.error());
      std::unique_lock lock(thread_mutex_);
      wake_.wait_for(lock, stop, request_round, [] { return false; });
    }
  });
}

void DataRequestDesk::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

Result<void> DataRequestDesk::tick() {
  if (!loaded_) {
    if (auto loaded = load(); !loaded) return loaded;
    loaded_ = true;
  }
  if (auto looked = look_at_late_data(); !looked) return looked;
  const Instant time = parts_.clock();
  // A clock that was set back must not end the looking.
  if (looked_.us != INT64_MIN && time >= looked_ && time.us - looked_.us < ended_days_every_us) return {};
  if (auto looked = look_at_ended_days(time); !looked) return looked;
  looked_ = time;
  return {};
}

Result<void> DataRequestDesk::load() {
  const auto all = parts_.ledger.list(request_kind);
  if (!all) return fail(all.error());
  const LegalDay oldest{legal_day_of(parts_.clock()).days - parts_.rules.follow_days};
  open_.clear();
  settled_.clear();
  opened_.clear();
  for (const auto& entry : *all) {
    RevisionBody body(entry);
    const auto site = body.get<std::string>("site");
    const auto day = parse_legal_day(body.get<std::string>("day"));
    const auto state = body.get<std::string>("state");
    auto properties = body.get<std::vector<std::string>>("properties");
    const auto asked_at = parse_instant(body.get<std::string>("asked_at"));
    if (auto good = body.check(); !good) return good;
    if (!day) return body.damaged("day");
    if (!asked_at) return body.damaged("asked_at");
    if (*day < oldest) continue;
    settled_.emplace(site, *day);
    if (state != summed_state) ++opened_[legal_day_of(*asked_at)];
    if (state == asked_state) open_.emplace(SiteDay{site, *day}, Open{std::move(properties), *asked_at});
  }
  return {};
}

Result<void> DataRequestDesk::note(const SiteDay& what, std::string_view state,
                                   const std::vector<std::string>& properties, Instant time) {
  const auto put = parts_.ledger.put(entry_of(what.first, what.second, state, properties, time));
  if (!put) return fail(put.error());
  return {};
}

Result<void> DataRequestDesk::enter(ledger::Event event) {
  const auto stored = parts_.ledger.add_event(std::move(event), false);
  if (!stored) return fail(stored.error());
  if (parts_.tell) parts_.tell(*stored);
  return {};
}

/// Sites out of use.
Result<std::set<std::string>> DataRequestDesk::retired_sites(const std::vector<ledger::Site>& sites) const {
  const auto devices = parts_.ledger.devices();
  if (!devices) return fail(devices.error());
  std::set<std::string> retired, in_use;
  for (const auto& device : *devices) (device.retired ? retired : in_use).insert(device.site);
  std::erase_if(retired, [&](const std::string& site) { return in_use.contains(site); });
  for (const auto& site : sites)
    if (ledger::is_marked(site, "retired")) retired.insert(site.id);
  return retired;
}

/// Whether the program had a value of the series before the day began.
Result<bool> DataRequestDesk::was_known(const ledger::Series& series, LegalDay day) {
  const auto extent = parts_.archive.extent(series.id);
  if (!extent || extent->first > first_moment_of(day)) return false;
  const auto known = first_learnt_.find(series.id);
  if (known != first_learnt_.end() && known->second <= first_moment_of(day)) return true;
  const auto versions = parts_.archive.versions(series.id, extent->first);
  if (!versions) return fail(versions.error());
  if (versions->result_time.empty()) return false;
  first_learnt_[series.id] = versions->result_time.front();
  return versions->result_time.front() <= first_moment_of(day);
}

/// The device whose message the newest value came with, where it can be asked for hours; else empty.
Result<std::string> DataRequestDesk::device_of(const ledger::Series& series) const {
  if (!parts_.can_ask || series.key.averaging != hourly) return std::string();
  const auto newest = parts_.archive.latest(series.id);
  if (!newest) return std::string();
  const auto source = parts_.archive.source_of(newest->batch);
  if (!source) return fail(source.error());
  if (source->name != intake::source_name::live && source->name != intake::source_name::backfill) return std::string();
  std::string mn = source->detail.substr(0, source->detail.find(' '));
  return parts_.can_ask(mn) ? mn : std::string();
}

Result<std::vector<DataRequestDesk::Lack>> DataRequestDesk::lacks_of(const ledger::Site& site, LegalDay day,
                                                                     bool asked_before) {
  std::vector<ledger::Series> series;
  for (const auto& one : parts_.ledger.series_of_site(site.id)) {
    if (!is_reviewed(one.key)) continue;
    if (!asked_before) {
      const auto extent = parts_.archive.extent(one.id);
      if (!extent || extent->last.us + parts_.rules.quiet_after_us < first_moment_of(day).us) continue;
      const auto known = was_known(one, day);
      if (!known) return fail(known.error());
      if (!*known) continue;
    }
    series.push_back(one);
  }
  std::vector<Lack> lacks;
  if (series.empty()) return lacks;
  const auto columns = counted_columns(parts_.archive, parts_.ledger, series, day);
  if (!columns) return fail(columns.error());
  for (const auto& column : *columns) {
    for (const auto& one : completeness_of(parts_.packs, {&column, 1}, day)) {
      if (one.day.complete) continue;
      Lack lack;
      lack.property = one.property;
      for (const auto& hole : one.holes) {
        if (hole.reason != quality::Slot::not_arrived) continue;
        lack.count += hole.count;
        for (std::size_t i = 0; i < hole.count; ++i)
          lack.times.push_back({hole.from.us + static_cast<std::int64_t>(i) * column.key.averaging.length_us});
      }
      if (lack.count == 0) continue;
      if (!asked_before) {
        auto device = device_of({column.series, column.key});
        if (!device) return fail(device.error());
        lack.mn = std::move(*device);
      }
      lacks.push_back(std::move(lack));
    }
  }
  return lacks;
}

void DataRequestDesk::ask_devices(const std::vector<Lack>& lacks) const {
  std::map<std::string, std::set<Instant>> hours;
  for (const auto& lack : lacks)
    if (!lack.mn.empty()) hours[lack.mn].insert(lack.times.begin(), lack.times.end());
  for (const auto& [mn, times] : hours)
    for (const auto& gap : hour_gaps(times)) parts_.ask(mn, gap);
}

Result<void> DataRequestDesk::look_at_day(const ledger::Site& site, LegalDay day, Instant time,
                                          std::vector<Candidate>& candidates) {
  if (settled_.contains({site.id, day})) return {};
  auto lacks = lacks_of(site, day, false);
  if (!lacks) return fail(lacks.error());
  if (lacks->empty()) {
    settled_.emplace(site.id, day);
    return {};
  }
  const bool has_device = std::ranges::any_of(*lacks, [](const Lack& lack) { return !lack.mn.empty(); });
  if (has_device && time.us < end_of(day).us + parts_.rules.grace_us + parts_.rules.device_time_us) {
    ask_devices(*lacks);
    return {};
  }
  candidates.push_back({site, day, std::move(*lacks)});
  return {};
}

Result<void> DataRequestDesk::look_at_ended_days(Instant time) {
  const LegalDay newest{legal_day_of(Instant{time.us - parts_.rules.grace_us}).days - 1};
  const LegalDay oldest{newest.days - parts_.rules.look_back_days + 1};
  std::erase_if(settled_, [&](const SiteDay& one) {
    return one.second < LegalDay{newest.days - parts_.rules.follow_days} && !open_.contains(one);
  });
  const auto sites = parts_.ledger.sites();
  if (!sites) return fail(sites.error());
  const auto retired = retired_sites(*sites);
  if (!retired) return fail(retired.error());
  std::vector<Candidate> candidates;
  for (const auto& site : *sites) {
    if (retired->contains(site.id)) continue;
    for (LegalDay day = newest; day >= oldest; --day.days)
      if (auto looked = look_at_day(site, day, time, candidates); !looked) return looked;
  }
  // The newest days first: what lacks longest is asked for last, where a night has room.
  std::ranges::stable_sort(candidates, std::greater{}, &Candidate::day);
  const LegalDay night = legal_day_of(time);
  std::vector<Candidate> rest;
  for (auto& candidate : candidates) {
    if (opened_[night] >= parts_.rules.at_most) {
      rest.push_back(std::move(candidate));
      continue;
    }
    if (auto asked = ask_people(candidate, time); !asked) return asked;
    ++opened_[night];
  }
  return tell_rest(rest, time);
}

Result<void> DataRequestDesk::ask_people(const Candidate& candidate, Instant time) {
  const auto& [site, day, lacks] = candidate;
  std::size_t count = 0;
  std::string lacks_zh, lacks_en;
  std::vector<std::string> properties;
  const bool has_device = std::ranges::any_of(lacks, [](const Lack& lack) { return !lack.mn.empty(); });
  const auto& rules = parts_.rules;
  for (const auto& lack : lacks) {
    const auto& reason = lack.mn.empty() ? rules.no_device : rules.device_failed;
    const std::string first = hour_text(lack.times.front(), day), last = hour_text(lack.times.back(), day);
    const auto words = [&](const std::string& pattern, const std::string& name, const std::string& why) {
      return fill(pattern, {{"site", name},
                            {"day", to_string(day)},
                            {"property", lack.property},
                            {"count", std::to_string(lack.count)},
                            {"first", first},
                            {"last", last},
                            {"reason", why}});
    };
    auto event = event_of(ledger::data_event::lacks, site.id, day, time);
    event.property = lack.property;
    event.value = static_cast<double>(lack.count);
    event.text_zh = words(rules.lacks.zh, site.name_zh, reason.zh);
    event.text_en = words(rules.lacks.en, site.name_en, reason.en);
    if (auto entered = enter(std::move(event)); !entered) return entered;
    count += lack.count;
    const std::string span = lack.property + " " + std::to_string(lack.count);
    lacks_zh += (lacks_zh.empty() ? "" : "、") + span + "（" + first + "—" + last + "）";
    lacks_en += (lacks_en.empty() ? "" : ", ") + span + " (" + first + "-" + last + ")";
    properties.push_back(lack.property);
  }
  const auto& reason = has_device ? rules.device_failed : rules.no_device;
  const auto words = [&](const std::string& pattern, const std::string& name, const std::string& list,
                         const std::string& why) {
    return fill(
        pattern,
        {{"site", name}, {"day", to_string(day)}, {"count", std::to_string(count)}, {"lacks", list}, {"reason", why}});
  };
  auto event = event_of(ledger::data_event::asks, site.id, day, time);
  event.value = static_cast<double>(count);
  event.text_zh = words(rules.asks.zh, site.name_zh, lacks_zh, reason.zh);
  event.text_en = words(rules.asks.en, site.name_en, lacks_en, reason.en);
  if (auto entered = enter(std::move(event)); !entered) return entered;
  if (auto noted = note({site.id, day}, asked_state, properties, time); !noted) return noted;
  settled_.emplace(site.id, day);
  open_[{site.id, day}] = {std::move(properties), time};
  return {};
}

Result<void> DataRequestDesk::tell_rest(const std::vector<Candidate>& rest, Instant time) {
  if (rest.empty()) return {};
  const auto [first, last] = std::ranges::minmax(rest, {}, &Candidate::day);
  const auto words = [&, from = first.day, to = last.day](const std::string& pattern) {
    return fill(pattern, {{"count", std::to_string(rest.size())},
                          {"most", std::to_string(parts_.rules.at_most)},
                          {"first", to_string(from)},
                          {"last", to_string(to)}});
  };
  auto event = event_of(ledger::data_event::rest, "", last.day, time);
  event.phenomenon_end = time;
  event.value = static_cast<double>(rest.size());
  event.limit = parts_.rules.at_most;
  event.text_zh = words(parts_.rules.rest.zh);
  event.text_en = words(parts_.rules.rest.en);
  if (auto entered = enter(std::move(event)); !entered) return entered;
  std::vector<ledger::Put> puts;
  for (const auto& one : rest) {
    std::vector<std::string> properties;
    for (const auto& lack : one.lacks) properties.push_back(lack.property);
    puts.push_back(entry_of(one.site.id, one.day, summed_state, properties, time));
  }
  if (auto noted = parts_.ledger.put_all(puts); !noted) return fail(noted.error());
  for (const auto& one : rest) settled_.emplace(one.site.id, one.day);
  return {};
}

Result<void> DataRequestDesk::look_at_late_data() {
  const Instant until = parts_.archive.last_result_time();
  const LegalDay oldest{legal_day_of(parts_.clock()).days - parts_.rules.follow_days};
  std::erase_if(open_, [&](const auto& one) { return one.first.second < oldest; });
  if (open_.empty() || until == seen_) {
    seen_ = until;
    return {};
  }
  std::set<SiteDay> touched;
  if (seen_.us == INT64_MIN) {
    for (const auto& [what, asked] : open_) touched.insert(what);
  } else {
    const auto changed = parts_.archive.changed_days(seen_, until);
    if (!changed) return fail(changed.error());
    for (const auto& one : *changed) {
      const auto series = parts_.ledger.series(one.series);
      if (series && open_.contains({series->key.site, one.day})) touched.emplace(series->key.site, one.day);
    }
  }
  for (const auto& what : touched) {
    const auto site = parts_.ledger.site(what.first);
    if (!site) return fail(site.error());
    const auto lacks = lacks_of(*site, what.second, true);
    if (!lacks) return fail(lacks.error());
    const auto& asked = open_.at(what);
    const auto is_asked = [&](const Lack& lack) {
      return std::ranges::find(asked.properties, lack.property) != asked.properties.end();
    };
    if (std::ranges::any_of(*lacks, is_asked)) continue;
    const Instant time = parts_.clock();
    auto event = event_of(ledger::data_event::arrived, what.first, what.second, time);
    const auto words = [&](const std::string& pattern, const std::string& name) {
      return fill(pattern, {{"site", name}, {"day", to_string(what.second)}});
    };
    event.text_zh = words(parts_.rules.arrived.zh, site->name_zh);
    event.text_en = words(parts_.rules.arrived.en, site->name_en);
    if (auto entered = enter(std::move(event)); !entered) return entered;
    auto noted = note(what, arrived_state, asked.properties, asked.asked_at);
    if (!noted) return noted;
    open_.erase(what);
  }
  seen_ = until;
  return {};
}

}  // namespace celadon::watch
