#include "service/api.hpp"
#include "watch/many_sites.hpp"

#include <algorithm>

namespace celadon::service {
namespace {

constexpr std::int64_t period_max_us = 366 * us_per_day;

Result<watch::JudgeOptions> options_of(const Parts& parts, const Request& request) {
  watch::JudgeOptions options;
  options.edition = request.one("edition").value_or("");
  options.rule = request.one("rule").value_or("");
  if (!options.rule.empty()) {
    const auto rules = standards::rule_book(parts.library);
    const bool known =
        std::any_of(rules.begin(), rules.end(), [&](const auto& rule) { return rule.id == options.rule; });
    if (!known) {
      return fail(Errc::unknown_code,
                  "there is no rule '" + options.rule.substr(0, 40) + "'; GET /api/v1/standards lists them", "rule");
    }
  }
  const std::string why = request.one("why").value_or("0");
  if (why != "0" && why != "1") return fail(Errc::malformed, "expected 0 or 1", "why");
  options.why = why == "1";
  const auto known = request.time("as_known_at");
  if (!known) return fail(known.error());
  options.as_known_at = *known;
  return options;
}

/// An edition belongs to one kind of rule; asked of another kind, that kind goes by the date.
bool edition_is_of(const Parts& parts, const std::string& edition, const std::string& rule) {
  if (rule == "water-class") return parts.library.water_rules({}, edition).has_value();
  return parts.library.air_rules({}, edition).has_value();
}

Result<Response> of_site(const Parts& parts, const Request& request, const ledger::Site& site,
                         const watch::JudgeOptions& options) {
  const watch::Judges judges{parts.archive, parts.ledger, parts.library};
  std::string out;
  JsonWriter json(out);
  const std::string rule = options.rule.empty() ? watch::rule_of(site) : options.rule;
  if (!options.edition.empty()) {
    if (auto known = standards::edition_is_known(parts.library, rule, options.edition); !known)
      return fail(known.error());
  }
  std::vector<watch::SiteJudgement> found;
  if (request.one("at")) {
    const auto at =
        request.one("at") == "latest" ? Result<std::optional<Instant>>(std::optional<Instant>{}) : request.time("at");
    if (!at) return fail(at.error());
    auto one = *at ? watch::judge_at(judges, site, **at, watch::age_max_us(site), options)
                   : watch::judge_latest(judges, site, options);
    if (!one) return fail(one.error());
    if (*one) found.push_back(std::move(**one));
  } else {
    const auto from = request.time("from");
    const auto to = request.time("to");
    if (!from) return fail(from.error());
    if (!to) return fail(to.error());
    if (!*from || !*to)
      return fail(Errc::malformed, "say when: at=TIME, at=latest, or from= and to=", *from ? "to" : "from");
    if (**from > **to) return fail(Errc::invalid_value, "'from' is later than 'to'", "from");
    const bool is_daily = watch::averaging_of(rule) == daily;
    if (!is_daily && (*to)->us - (*from)->us > period_max_us)
      return fail(Errc::invalid_value, "the period is longer than 366 days; ask piece by piece", "to");
    auto all = watch::judge_period(judges, site, **from, **to, options);
    if (!all) return fail(all.error());
    found = std::move(*all);
  }
  json.begin_object().key("items").begin_array();
  for (const auto& one : found) {
    std::string text;
    watch::append_json(text, one, options.why);
    json.raw(text);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

using SiteJudgements = std::vector<std::optional<watch::SiteJudgement>>;

/// In step with `sites`. By one reading for all, but with the reasoning or as once known site by site.
Result<SiteJudgements> of_sites(const Parts& parts, std::span<const ledger::Site> sites, std::optional<Instant> at,
                                watch::JudgeOptions options) {
  const watch::Judges judges{parts.archive, parts.ledger, parts.library};
  options.members = true;
  if (!options.why && !options.as_known_at) return watch::judge_many(judges, sites, at, options);
  const std::string edition = options.edition;
  SiteJudgements all;
  for (const auto& site : sites) {
    options.edition = watch::edition_for(parts.library, watch::rule_of(site), edition);
    auto one = at ? watch::judge_at(judges, site, *at, watch::age_max_us(site), options)
                  : watch::judge_latest(judges, site, options);
    if (!one) return fail(one.error());
    all.push_back(std::move(*one));
  }
  return all;
}

Result<Response> of_map(const Parts& parts, const Request& request, const watch::JudgeOptions& options) {
  const auto at_text = request.one("at");
  if (!at_text) return fail(Errc::malformed, "say when: at=TIME or at=latest; or which site: site=ID", "at");
  std::optional<Instant> at;
  if (*at_text != "latest") {
    const auto parsed = request.time("at");
    if (!parsed) return fail(parsed.error());
    at = *parsed;
  }
  if (!options.edition.empty() && !edition_is_of(parts, options.edition, "aqi-hourly") &&
      !edition_is_of(parts, options.edition, "water-class")) {
    return fail(parts.library.air_rules({}, options.edition).error());
  }
  auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  const auto kind = request.one("kind");
  std::erase_if(*sites, [&](const ledger::Site& site) {
    if (kind ? site.kind != *kind : site.kind == "city") return true;
    const std::string rule = watch::rule_of(site);
    return rule.empty() || (!options.rule.empty() && options.rule != rule);
  });
  const auto found = of_sites(parts, *sites, at, options);
  if (!found) return fail(found.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("at");
  if (at)
    json.put(*at);
  else
    json.null();
  json.key("items").begin_array();
  for (const auto& one : *found) {
    if (!one) continue;
    std::string text;
    watch::append_json(text, *one, options.why);
    json.raw(text);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_judgement_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/judgements",
              "What the law says: of every site at a time, or of one site over a period",
              {{"at", "a time, or latest"},
               {"site", "id of a site"},
               {"from", "first time"},
               {"to", "last time"},
               {"kind", "air-station, river-section or city"},
               {"rule", "aqi-hourly, aqi-daily or water-class"},
               {"edition", "an edition by name; by the date of the data when absent"},
               {"why", "1: with the reasoning"},
               {"as_known_at", "from values as known then"}},
              [&parts](const Request& request) -> Result<Response> {
                const auto options = options_of(parts, request);
                if (!options) return fail(options.error());
                const auto id = request.one("site");
                if (!id) return of_map(parts, request, *options);
                const auto site = find_site(parts, *id);
                if (!site) return fail(site.error());
                return of_site(parts, request, *site, *options);
              }});
}

}  // namespace celadon::service
