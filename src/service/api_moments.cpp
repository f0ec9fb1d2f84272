#include "service/api.hpp"
#include "service/kept_body.hpp"
#include "service/value_layers.hpp"

#include <charconv>
#include <cmath>

namespace celadon::service {
namespace {

constexpr std::size_t kept_bytes_max = std::size_t{96} << 20;

bool is_verdict(const std::string& property) {
  return property == watch::judged_aqi || property == watch::judged_class;
}

/// The rule a verdict is asked of, by the kind of its sites. Errors   invalid_value with field kind.
Result<Averaging> verdict_averaging(const std::string& property, std::string& kind) {
  if (kind.empty()) kind = property == watch::judged_aqi ? "air-station" : "river-section";
  ledger::Site site;
  site.kind = kind;
  const std::string rule = watch::rule_of(site);
  const bool fits = property == watch::judged_aqi ? rule.starts_with("aqi-") : rule == "water-class";
  if (!fits) {
    return fail(Errc::invalid_value, "sites of kind '" + kind.substr(0, 40) + "' are not judged by " + property,
                "kind");
  }
  return watch::averaging_of(rule);
}

Result<watch::MomentsAsk> moments_ask(const Parts& parts, const Request& request) {
  watch::MomentsAsk ask;
  ask.property = request.one("property").value_or("");
  if (ask.property.empty()) return fail(Errc::malformed, "say which property; AQI and class are judged", "property");
  std::string kind = request.one("kind").value_or("");
  const auto asked = asked_series(request);
  if (!asked) return fail(asked.error());
  const std::optional<Averaging>& averaging = asked->averaging;
  ask.statistic = asked->statistic;
  ask.stage = asked->stage;
  if (is_verdict(ask.property)) {
    const auto judged = verdict_averaging(ask.property, kind);
    if (!judged) return fail(judged.error());
    if (averaging && *averaging != *judged) {
      return fail(Errc::invalid_value, "sites of kind " + kind + " are judged over " + to_iso(*judged), "averaging");
    }
    ask.averaging = *judged;
  } else if (averaging && parts.library.properties.find(ask.property) != nullptr) {
    ask.averaging = *averaging;
  } else {
    const auto layer = value_layer(parts, ask.property);
    if (!layer) return fail(layer.error());
    ask.averaging = layer->averaging;
  }
  ask.edition = request.one("edition").value_or("");
  const auto from = request.time("from");
  const auto to = request.time("to");
  if (!from) return fail(from.error());
  if (!to) return fail(to.error());
  if (*from) ask.from = **from;
  if (*to) ask.to = **to;
  if (ask.from > ask.to) return fail(Errc::invalid_value, "'from' is later than 'to'", "from");
  auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  std::erase_if(*sites, [&](const auto& site) { return kind.empty() ? site.kind == "city" : site.kind != kind; });
  ask.sites = std::move(*sites);
  return ask;
}

void append(std::string& out, double value) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void put_scale(JsonWriter& json, const std::vector<standards::ScaleStep>& scale) {
  json.key("scale").begin_array();
  for (const auto& step : scale) {
    json.begin_object().member("code", step.code).member("colour", step.colour).member("label_zh", step.label_zh);
    json.member("label_en", step.label_en);
    if (step.from) json.member("from", *step.from);
    json.end_object();
  }
  json.end_array();
}

std::string json_of(const Parts& parts, const watch::MomentsAsk& ask, const watch::Moments& moments) {
  std::string out;
  out.reserve(4096 + moments.sites.size() * 24 + moments.times.size() * 24 + moments.value.size() * 8);
  JsonWriter json(out);
  json.begin_object().member("property", ask.property);
  json.member("unit", is_verdict(ask.property) ? std::string() : unit_of(parts, ask.property));
  json.member("averaging", to_iso(ask.averaging)).list("sites", moments.sites);
  json.key("times").begin_array();
  for (const Instant time : moments.times) json.put(time);
  json.end_array();
  // The two tables are nearly all of the answer: written without the writer's care for commas.
  const std::size_t sites = moments.sites.size();
  const auto put_table = [&](const char* name, const auto& put_cell) {
    json.key(name).raw("[");
    for (std::size_t t = 0; t < moments.times.size(); ++t) {
      out += t == 0 ? "[" : ",[";
      for (std::size_t s = 0; s < sites; ++s) {
        if (s > 0) out += ',';
        put_cell(t * sites + s);
      }
      out += ']';
    }
    out += ']';
  };
  put_table("values", [&](std::size_t at) {
    if (std::isfinite(moments.value[at]))
      append(out, moments.value[at]);
    else
      out += "null";
  });
  put_table("levels", [&](std::size_t at) {
    if (moments.step[at] >= 0)
      append(out, moments.step[at]);
    else
      out += "null";
  });
  put_scale(json, moments.scale);
  json.text_or_null("rule", moments.rule).text_or_null("edition", moments.edition).end_object();
  return out;
}

Result<Response> moments(const Parts& parts, BodyCache& cache, const Request& request) {
  // What was learnt before this is in the answer; what comes meanwhile makes the next one.
  std::string key = std::to_string(parts.archive.last_result_time().us);
  for (const auto& [name, value] : request.query) key += "&" + name + "=" + value;
  auto body = cache.find(key);
  if (!body) {
    const auto ask = moments_ask(parts, request);
    if (!ask) return fail(ask.error());
    const auto made = watch::read_moments({parts.archive, parts.ledger, parts.library}, *ask);
    if (!made) return fail(made.error());
    body = std::make_shared<const KeptBody>(json_of(parts, *ask, *made), "application/json; charset=utf-8", true);
    cache.put(std::move(key), body);
  }
  return body->answer(request, "no-cache");
}

}  // namespace

void add_moment_routes(Router& router, const Parts& parts) {
  const auto cache = std::make_shared<BodyCache>(kept_bytes_max);
  router.add({"GET",
              "/api/v1/moments",
              "One property of many sites over many times, as columns with levels: what a map plays",
              {{"property", "id of a property; AQI and class are judged"},
               {"averaging", "PT1H, PT4H, P1D ...; the one most sites have when absent"},
               {"kind", "air-station, river-section, city ...; all but cities when absent"},
               {"from", "first phenomenon time"},
               {"to", "last phenomenon time"},
               {"statistic", "mean (default), minimum, maximum ..."},
               {"stage", "raw (default), reviewed or derived"},
               {"edition", "an edition by name; by the date of the data when absent"}},
              [&parts, cache](const Request& request) { return moments(parts, *cache, request); }});
}

}  // namespace celadon::service
