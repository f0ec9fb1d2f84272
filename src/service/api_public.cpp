#include "ledger/site_attributes.hpp"
#include "service/api.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>

// What the page for everybody shows: one small answer for now, one for a river, one for a date in past years.

namespace celadon::service {
namespace {

constexpr std::size_t trend_values = 12;
constexpr std::int64_t trend_back_us = 30 * us_per_day;
constexpr int good_level_max = 2;  ///< levels 1 and 2 are the good days of HJ 663

void put_public_words(JsonWriter& json, const PublicWords& words) {
  json.member("zh", words.zh).member("en", words.en);
  if (words.source.empty()) return;
  json.member("source", words.source).member("trust", words.trust);
}

/// The verdict in short: what people are told, not why.
void put_verdict(JsonWriter& json, const standards::Judgement& j) {
  json.member("time", j.time).member("edition", j.edition).member("judged", j.judged);
  if (!j.judged) {
    json.member("reason_zh", j.reason_zh).member("reason_en", j.reason_en);
    return;
  }
  json.member("value", j.value).member("level", j.level).member("name_zh", j.name_zh).member("name_en", j.name_en);
  json.member("colour", j.colour).member("text_colour", j.text_colour);
  if (!j.class_name.empty()) json.member("class", j.class_name).member("class_label", j.class_label);
  json.list("primary", j.primary);
  json.list("over_limit", j.over_limit);
}

/// Where a value came from, in the words of its batch.
std::string source_of(const Parts& parts, const ledger::Site& site, const Averaging& averaging, Instant time) {
  archive::Query query;
  for (const auto& series : parts.ledger.series_of_site(site.id)) {
    if (watch::is_judged(series.key, averaging)) query.series.push_back(series.id);
  }
  if (query.series.empty()) return {};
  query.from = query.to = time;
  query.limit = 1;
  const auto columns = parts.archive.read(query);
  if (!columns || columns->batch.empty()) return {};
  const auto source = parts.archive.source_of(columns->batch.front());
  return source ? source->name : std::string();
}

void put_place(JsonWriter& json, const ledger::Site& site) {
  json.member("id", site.id).member("name_zh", site.name_zh).member("name_en", site.name_en);
  json.member("county", site.county).member("lon", site.position.lon_deg).member("lat", site.position.lat_deg);
  json.member("position_is_rough", !site.position_note_zh.empty());
}

Result<void> put_sites(JsonWriter& json, const Parts& parts, const std::vector<ledger::Site>& sites,
                       std::string_view kind) {
  const watch::Judges judges{parts.archive, parts.ledger, parts.library};
  const Instant now = parts.clock();
  json.begin_array();
  for (const auto& site : sites) {
    if (site.kind != kind) continue;
    const auto judged = watch::judge_latest(judges, site, {});
    if (!judged) return fail(judged.error());
    json.begin_object();
    put_place(json, site);
    if (kind == "river-section") json.member("river", ledger::text_attribute(site, "river"));
    json.key("now");
    if (*judged) {
      const auto& j = (*judged)->judgement;
      json.begin_object();
      put_verdict(json, j);
      json.member("is_old", now.us - j.time.us > watch::age_max_us(site));
      json.member("source", source_of(parts, site, (*judged)->averaging, j.time)).end_object();
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array();
  return {};
}

void put_counties(JsonWriter& json, const intake::CityPack& city) {
  json.key("counties").begin_array();
  for (const auto& layer : city.layers) {
    if (layer.id != "boundaries") continue;
    for (const auto& feature : layer.features) {
      json.begin_object();
      for (const auto& [name, value] : feature.attributes) json.member(name, value);
      json.end_object();
    }
  }
  json.end_array();
}

void put_face(JsonWriter& json, const Parts& parts) {
  const PublicFace& face = parts.open;
  json.key("levels").begin_array();
  for (const auto& level : parts.library.air.back().levels) {
    json.begin_object().member("level", level.level).member("name_zh", level.name_zh).member("name_en", level.name_en);
    json.member("meaning_zh", level.advice_zh).member("meaning_en", level.advice_en).end_object();
  }
  json.end_array().key("groups").begin_array();
  for (const auto& group : face.groups) {
    json.begin_object().member("id", group.id);
    put_public_words(json, group.name);
    json.end_object();
  }
  json.end_array().key("advice").begin_array();
  for (const auto& one : face.advice) {
    json.begin_object().member("level", one.level).list("groups", one.groups);
    put_public_words(json, one.words);
    json.end_object();
  }
  json.end_array().key("uses").begin_array();
  for (const auto& use : face.uses) {
    json.begin_object().member("id", use.id).member("worst_class", use.worst_class);
    put_public_words(json, use.name);
    json.end_object();
  }
  json.end_array().key("water_notes").begin_array();
  for (const auto& note : face.water_notes) {
    json.begin_object();
    put_public_words(json, note);
    json.end_object();
  }
  json.end_array().key("channels").begin_array();
  for (const auto& channel : face.channels) {
    json.begin_object().member("id", channel.id).member("about", channel.about);
    put_public_words(json, channel.name);
    json.end_object();
  }
  json.end_array().key("publisher").begin_object();
  put_public_words(json, face.publisher);
  json.end_object();
}

/// Groundwater: what the city measures of it, by its sites.
void put_wells(JsonWriter& json, const std::vector<ledger::Site>& sites) {
  json.key("wells").begin_array();
  for (const auto& site : sites) {
    if (site.kind != "groundwater-well") continue;
    json.begin_object();
    put_place(json, site);
    json.end_object();
  }
  json.end_array();
}

Result<Response> now_of_city(const Parts& parts) {
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("at", parts.clock()).key("city").begin_object();
  json.member("id", parts.city.id).member("name_zh", parts.city.name_zh).member("name_en", parts.city.name_en);
  put_counties(json, parts.city);
  json.end_object();
  const ReplayState replay = parts.replay();
  json.member("replay", replay.active).key("air");
  if (auto put = put_sites(json, parts, *sites, "air-station"); !put) return fail(put.error());
  json.key("rivers");
  if (auto put = put_sites(json, parts, *sites, "river-section"); !put) return fail(put.error());
  put_wells(json, *sites);
  put_face(json, parts);
  json.end_object();
  return json_response(std::move(out));
}

/// The classes of a section one after the other, its target and what its water is good for.
Result<Response> river(const Parts& parts, const Request& request) {
  const auto site = find_site(parts, request.path_value("site"));
  if (!site) return fail(site.error());
  if (site->kind != "river-section") return fail(Errc::not_found, "'" + site->id + "' is no river section", "site");
  const watch::Judges judges{parts.archive, parts.ledger, parts.library};
  const auto last = watch::judge_latest(judges, *site, {});
  if (!last) return fail(last.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("id", site->id).member("river", ledger::text_attribute(*site, "river")).key("items").begin_array();
  std::string now_class;
  if (*last) {
    const Instant end = (*last)->judgement.time;
    auto all = watch::judge_period(judges, *site, Instant{end.us - trend_back_us}, end, {});
    if (!all) return fail(all.error());
    std::erase_if(*all, [](const auto& one) { return !one.judgement.judged; });
    const std::size_t first = all->size() > trend_values ? all->size() - trend_values : 0;
    for (std::size_t i = first; i < all->size(); ++i) {
      json.begin_object();
      put_verdict(json, (*all)[i].judgement);
      json.end_object();
    }
    if ((*last)->judgement.judged) now_class = (*last)->judgement.class_name;
  }
  json.end_array().key("target");
  const auto& targets = parts.open.river_targets;
  const auto target =
      std::find_if(targets.begin(), targets.end(), [&](const auto& one) { return one.river == ledger::text_attribute(*site, "river"); });
  const auto& grades = parts.library.water.back().grades;  // the best first
  const auto rank = [&grades](const std::string& name) {
    return std::find_if(grades.begin(), grades.end(), [&](const auto& grade) { return grade.class_name == name; });
  };
  if (target == targets.end()) {
    json.null();
  } else {
    json.begin_object().member("class", target->class_name).member("target", target->target);
    json.key("met");
    if (now_class.empty())
      json.null();
    else
      json.put(rank(now_class) <= rank(target->class_name));
    json.member("source", target->source).member("trust", target->trust).end_object();
  }
  json.key("uses").begin_array();
  for (const auto& use : parts.open.uses) {
    json.begin_object().member("id", use.id).key("fit");
    if (now_class.empty())
      json.null();
    else
      json.put(rank(now_class) <= rank(use.worst_class));
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// Whether two days of the year lie within so many days of each other, over the turn of the year too.
bool is_near_date(LegalDay day, LegalDay date, int window_days) {
  const auto civil = to_beijing(first_moment_of(day));
  for (int year = civil.year - 1; year <= civil.year + 1; ++year) {
    auto same = to_beijing(first_moment_of(date));
    same.year = year;
    if (!is_valid(same)) same.day = 28;  // 29 February in a common year
    if (std::abs(legal_day_of(from_beijing(same)).days - day.days) <= window_days) return true;
  }
  return false;
}

struct YearCount {
  int days = 0, good = 0;
  std::map<int, int> by_level;
};

/// Days of the city judged so far, kept as long as nothing new is learnt.
class Past {
 public:
  Result<std::map<LegalDay, int>> levels(const Parts& parts, const ledger::Site& site) {
    const std::lock_guard lock(mutex_);
    const Instant learnt = parts.archive.last_result_time();
    if (site.id == site_ && learnt == learnt_) return levels_;
    const watch::Judges judges{parts.archive, parts.ledger, parts.library};
    const auto all = watch::judge_period(judges, site, Instant{INT64_MIN}, Instant{INT64_MAX}, {});
    if (!all) return fail(all.error());
    levels_.clear();
    for (const auto& one : *all) {
      if (one.judgement.judged) levels_[day_ending(one.judgement.time)] = one.judgement.level;
    }
    site_ = site.id;
    learnt_ = learnt;
    return levels_;
  }

 private:
  std::mutex mutex_;
  std::string site_;
  Instant learnt_;
  std::map<LegalDay, int> levels_;
};

Result<Response> past_years(const Parts& parts, Past& past, const Request& request) {
  LegalDay date{legal_day_of(parts.clock()).days + 1};
  if (const auto text = request.one("date")) {
    const auto day = parse_legal_day(*text);
    if (!day) return fail(Errc::malformed, day.error().detail, "date");
    date = *day;
  }
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  const auto city = std::find_if(sites->begin(), sites->end(), [](const auto& one) { return one.kind == "city"; });
  const ClimatologyRule& rule = parts.open.climatology;
  std::map<int, YearCount> years;
  if (city != sites->end()) {
    const auto levels = past.levels(parts, *city);
    if (!levels) return fail(levels.error());
    for (const auto& [day, level] : *levels) {
      if (day >= date || !is_near_date(day, date, rule.window_days)) continue;
      YearCount& year = years[to_beijing(first_moment_of(day)).year];
      ++year.days;
      year.good += level <= good_level_max ? 1 : 0;
      ++year.by_level[level];
    }
  }
  int days = 0, good = 0;
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("date", to_string(date)).member("is_forecast", false);
  json.member("window_days", rule.window_days).member("days_min", rule.days_min);
  json.member("source", rule.source).member("trust", rule.trust).key("years").begin_array();
  for (const auto& [year, count] : years) {
    json.begin_object().member("year", year).member("days", count.days).member("good", count.good).key("levels");
    json.begin_object();
    for (const auto& [level, number] : count.by_level) json.member(std::to_string(level), number);
    json.end_object().end_object();
    days += count.days;
    good += count.good;
  }
  json.end_array().member("days", days).member("good", good).member("enough", days >= rule.days_min).end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_public_routes(Router& router, const Parts& parts) {
  const auto past = std::make_shared<Past>();
  router.add({"GET",
              "/api/v1/public/now",
              "What the page for everybody needs: air and rivers now, advice, uses of water, whom to ask",
              {},
              [&parts](const Request&) { return now_of_city(parts); }});
  router.add({"GET",
              "/api/v1/public/rivers/{site}",
              "A section: its last twelve classes, its target, what its water is good for",
              {},
              [&parts](const Request& request) { return river(parts, request); }});
  router.add({"GET",
              "/api/v1/public/past-years",
              "How the city's air was about this date in past years; no forecast",
              {{"date", "a day, tomorrow when absent"}},
              [&parts, past](const Request& request) { return past_years(parts, *past, request); }});
}

}  // namespace celadon::service
