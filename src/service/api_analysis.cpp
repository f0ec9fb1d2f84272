#include "models/analysis.hpp"

#include "core/assert.hpp"
#include "service/analysis_input.hpp"
#include "service/api.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace celadon::service {
namespace {

constexpr std::size_t series_of_analysis_max = 12;
constexpr std::int64_t days_of_analysis_max = 3'660;  // ten years
constexpr std::size_t rows_of_analysis_max = 100'000;
constexpr std::size_t marks_max = 2'000;  // of a series
constexpr const char* beijing = "+08:00";

void put_method(JsonWriter& json, const models::Method& method, bool with_parameters) {
  json.begin_object().member("id", method.id).member("name_zh", method.name_zh).member("name_en", method.name_en);
  json.member("text_zh", method.text_zh).member("text_en", method.text_en).list("references", method.references);
  if (with_parameters) {
    json.member("series_min", method.series_min).member("series_max", method.series_max).member("wind", method.wind);
    json.member("looks_back", method.before).key("parameters").begin_array();
    for (const auto& p : method.parameters) {
      static constexpr std::array<std::string_view, 5> kinds = {"number", "whole", "choice", "yes-no", "numbers"};
      json.begin_object().member("id", p.id).member("label_zh", p.label_zh).member("label_en", p.label_en);
      json.text_or_null("unit", p.unit).member("kind", kinds[static_cast<std::size_t>(p.kind)]);
      json.member("default", p.otherwise);
      if (p.kind == models::MethodParameter::Kind::choice || p.kind == models::MethodParameter::Kind::yes_no)
        json.list("choices", p.choices);
      else
        json.member("low", p.low).member("high", p.high);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
}

/// "+08:00" as microseconds ahead of UTC.
Result<std::int64_t> zone_offset(const std::string& text) {
  const bool shaped = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
                      std::ranges::all_of(std::array{text[1], text[2], text[4], text[5]},
                                          [](char c) { return c >= '0' && c <= '9'; });
  const std::int64_t hours = shaped ? (text[1] - '0') * 10 + (text[2] - '0') : 99;
  if (hours > 14 || text.substr(4) != "00")
    return fail(Errc::malformed, "expected a clock in whole hours like +08:00 (%2B08:00 in an address)", "zone");
  return (text[0] == '-' ? -1 : 1) * hours * us_per_hour;
}

/// What is asked for, checked.
struct AnalysisAsked {
  const models::Method* method = nullptr;
  models::Settings settings;
  std::vector<SeriesWanted> series;
  std::optional<SeriesWanted> speed, direction;
  LegalDay from, to;  ///< days of the clock
  std::int64_t offset_us = beijing_offset_us;
  std::string zone = beijing;
  std::int64_t step_us = us_per_hour;
  std::optional<Instant> as_known_at;

  [[nodiscard]] models::Days days() const {
    return {from.days * models::seconds_per_day, (std::int64_t{to.days} + 1) * models::seconds_per_day};
  }
  [[nodiscard]] Instant instant_of(models::WallSeconds at) const { return {at * us_per_second - offset_us}; }
};

Result<void> read_period(const Request& request, AnalysisAsked& asked) {
  for (const auto& [name, day] : {std::pair{"from", &asked.from}, {"to", &asked.to}}) {
    const auto text = request.one(name);
    if (!text) return fail(Errc::malformed, "say which days: from=2020-03-01&to=2020-03-31, both included", name);
    const auto parsed = parse_legal_day(*text);
    if (!parsed) return fail(Errc::malformed, parsed.error().detail, name);
    *day = *parsed;
  }
  if (asked.to < asked.from) return fail(Errc::invalid_value, "'from' is later than 'to'", "from");
  if (asked.to.days - asked.from.days + 1 > days_of_analysis_max)
    return fail(Errc::invalid_value, "at most ten years (3,660 days) are one figure", "to");
  asked.zone = request.one("zone").value_or(beijing);
  const auto offset = zone_offset(asked.zone);
  if (!offset) return fail(offset.error());
  asked.offset_us = *offset;
  const auto known = request.time("as_known_at");
  if (!known) return fail(known.error());
  asked.as_known_at = *known;
  return {};
}

Result<void> read_wanted(const Parts& parts, const Request& request, AnalysisAsked& asked) {
  std::vector<std::string> texts;
  for (const auto& list : request.every("series")) {
    std::size_t begin = 0;
    while (begin <= list.size()) {
      const auto comma = std::min(list.find(',', begin), list.size());
      if (comma > begin) texts.push_back(list.substr(begin, comma - begin));
      begin = comma + 1;
    }
  }
  if (texts.size() > series_of_analysis_max) {
    return fail(Errc::invalid_value,
                "a figure takes at most 12 series, and these are " + std::to_string(texts.size()), "series");
  }
  for (const auto& text : texts) {
    auto one = parse_series(parts, text, "series");
    if (!one) return fail(one.error());
    asked.series.push_back(std::move(*one));
  }
  for (const auto& [name, place] : {std::pair{"ws", &asked.speed}, {"wd", &asked.direction}}) {
    const auto text = request.one(name);
    if (asked.method->wind && !text) {
      return fail(Errc::invalid_value,
                  std::string("this method needs wind: name the series of ") +
                      (name == std::string("ws") ? "speed with ws=" : "direction with wd="), name);
    }
    if (!asked.method->wind || !text) continue;
    auto one = parse_series(parts, *text, name);
    if (!one) return fail(one.error());
    const char* unit = name == std::string("ws") ? "m/s" : "deg";
    if (one->unit != unit)
      return fail(Errc::invalid_value, *text + " is in " + one->unit + ", not in " + unit, name);
    *place = std::move(*one);
  }
  return {};
}

/// All series of one figure stand on the same rows.
Result<void> check_rows(AnalysisAsked& asked) {
  std::vector<const SeriesWanted*> all;
  for (const auto& one : asked.series) all.push_back(&one);
  if (asked.speed) all.push_back(&*asked.speed);
  if (asked.direction) all.push_back(&*asked.direction);
  if (all.empty()) return fail(Errc::invalid_value, "name at least one series", "series");
  const Averaging averaging = all.front()->series.key.averaging;
  for (const auto* one : all) {
    if (one->series.key.averaging != averaging) {
      return fail(Errc::invalid_value, all.front()->text + " and " + one->text +
                                           " have different averaging: ask for them one by one", "series");
    }
  }
  if (averaging.kind != Averaging::Kind::fixed || us_per_day % averaging.length_us != 0) {
    return fail(Errc::invalid_value,
                "a figure is made of averages whose length divides a day, not of " + to_iso(averaging), "series");
  }
  asked.step_us = averaging.length_us;
  if (averaging == daily && asked.zone != beijing)
    return fail(Errc::invalid_value, "daily values are of days of Beijing: leave the clock at +08:00", "zone");
  const auto rows = (asked.to.days - asked.from.days + 1) * (us_per_day / asked.step_us);
  if (rows > static_cast<std::int64_t>(rows_of_analysis_max))
    return fail(Errc::invalid_value, "the period has more than 100,000 rows: ask for a shorter one", "to");
  return {};
}

Result<AnalysisAsked> read_request(const Parts& parts, const Request& request) {
  CELADON_ASSERT(parts.methods != nullptr);
  AnalysisAsked asked;
  const auto& id = request.path_value("method");
  asked.method = parts.methods->find(id);
  if (asked.method == nullptr) {
    return fail(Errc::not_found,
                "there is no method '" + id.substr(0, 40) + "'; GET /api/v1/analysis lists them", "method");
  }
  static const std::set<std::string> own = {"series", "ws", "wd", "from", "to", "zone", "as_known_at"};
  std::map<std::string, std::string> given;
  for (const auto& [name, text] : request.query) {
    if (!own.contains(name)) given[name] = text;
  }
  auto settings = models::settings_of(*asked.method, given);
  if (!settings) return fail(settings.error());
  asked.settings = std::move(*settings);
  if (auto read = read_period(request, asked); !read) return fail(read.error());
  if (auto read = read_wanted(parts, request, asked); !read) return fail(read.error());
  if (auto checked = check_rows(asked); !checked) return fail(checked.error());
  return asked;
}

struct Read {
  models::AnalysisInput input;
  std::vector<std::pair<std::string, SeriesEvidence>> evidence;  ///< with its role
};

Result<Read> read_input(const Parts& parts, const AnalysisAsked& asked) {
  Read read;
  const models::Days own = asked.days();
  models::WallSeconds first = own.begin;
  if (asked.method->before) {
    first = std::min({first, models::year_before(own).begin, models::stretch_before(own).begin});
  }
  const std::int64_t step_s = asked.step_us / us_per_second;
  const auto rows = static_cast<std::size_t>((own.end - first) / step_s);
  read.input.step_s = step_s;
  read.input.days = own;
  for (std::size_t i = 0; i < rows; ++i) read.input.begin.push_back(first + step_s * static_cast<std::int64_t>(i));
  const auto take = [&](const char* role, const SeriesWanted& wanted, std::vector<double>& value) -> Result<void> {
    value.resize(rows);
    auto evidence = read_series(parts, wanted, asked.instant_of(first), asked.step_us, asked.instant_of(own.begin),
                                asked.as_known_at, value);
    if (!evidence) return fail(evidence.error());
    read.evidence.emplace_back(role, std::move(*evidence));
    return {};
  };
  for (const auto& wanted : asked.series) {
    read.input.series.push_back({wanted.text, wanted.unit, {}});
    if (auto taken = take("value", wanted, read.input.series.back().value); !taken) return fail(taken.error());
  }
  if (asked.speed) {
    if (auto taken = take("ws", *asked.speed, read.input.speed_m_s); !taken) return fail(taken.error());
  }
  if (asked.direction) {
    if (auto taken = take("wd", *asked.direction, read.input.direction_deg); !taken) return fail(taken.error());
  }
  return read;
}

void put_series_evidence(JsonWriter& json, const Parts& parts, const std::string& role, const SeriesEvidence& one) {
  json.begin_object().member("role", role).member("name", one.wanted.text).key("series");
  put_series(json, parts, one.wanted.series);
  json.member("used", one.used).member("absent", one.absent).member("missing", one.missing);
  json.member("voided", one.voided).member("reviewed", one.reviewed).member("off_grid", one.off_grid);
  json.member("first", one.first).member("last", one.last).member("newest_result_time", one.newest_result_time);
  json.member("marks_in_all", one.marks.size()).key("marks").begin_array();
  for (std::size_t k = 0; k < std::min(one.marks.size(), marks_max); ++k) {
    const auto& mark = one.marks[k];
    json.begin_object().member("phenomenon_end", mark.phenomenon_end).member("value", mark.value);
    json.member("rule", mark.rule).member("voids", mark.voids);
    json.member("reason_zh", mark.reason_zh).member("reason_en", mark.reason_en).end_object();
  }
  json.end_array().end_object();
}

Result<Response> figure(const Parts& parts, const Request& request) {
  const auto asked = read_request(parts, request);
  if (!asked) return fail(asked.error());
  const auto read = read_input(parts, *asked);
  if (!read) return fail(read.error());
  const auto made = models::analyse(*asked->method, asked->settings, read->input);
  if (!made) return fail(made.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("program", std::string("celadon ") + CELADON_VERSION).key("method");
  put_method(json, *asked->method, false);
  json.key("parameters").begin_object();
  for (const auto& [id, value] : asked->settings.all()) json.member(id, value);
  json.end_object().key("period").begin_object();
  json.member("from", to_string(asked->from)).member("to", to_string(asked->to)).member("zone", asked->zone);
  json.member("step_s", read->input.step_s).member("rows", read->input.begin.size()).end_object();
  json.member("as_known_at", asked->as_known_at).key("series").begin_array();
  for (const auto& [role, evidence] : read->evidence) put_series_evidence(json, parts, role, evidence);
  std::string tables;
  models::append_json(tables, *made);
  json.end_array().key("figure").raw(tables).end_object();
  return json_response(std::move(out));
}

Result<Response> method_list(const Parts& parts) {
  CELADON_ASSERT(parts.methods != nullptr);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& method : parts.methods->all()) put_method(json, method, true);
  json.end_array().key("limits").begin_object();
  json.member("series_max", series_of_analysis_max).member("days_max", days_of_analysis_max);
  json.member("rows_max", rows_of_analysis_max);
  json.end_object().end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_analysis_routes(Router& router, const Parts& parts) {
  router.add({"GET", "/api/v1/analysis", "The methods of figures: what each needs, takes and does", {},
              [&parts](const Request&) { return method_list(parts); }});
  std::vector<Parameter> parameters = {
      {"series", "site:property[:averaging[:statistic[:stage]]], several with commas, at most 12", true},
      {"ws", "series of wind speed, in the same words"},
      {"wd", "series of wind direction"},
      {"from", "first day"},
      {"to", "last day, included; at most ten years"},
      {"zone", "the clock: +08:00 (default)"},
      {"as_known_at", "from values as known then"}};
  CELADON_ASSERT(parts.methods != nullptr);
  std::set<std::string> named;
  for (const auto& method : parts.methods->all()) {
    for (const auto& p : method.parameters) {
      if (named.insert(p.id).second)
        parameters.push_back({p.id, p.label_en + "; GET /api/v1/analysis tells of which methods"});
    }
  }
  router.add({"GET",
              "/api/v1/analysis/{method}",
              "A figure of series: numbers, method, evidence",
              std::move(parameters),
              [&parts](const Request& request) { return figure(parts, request); }});
}

}  // namespace celadon::service
