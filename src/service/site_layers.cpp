#include "service/site_layers.hpp"

#include "ledger/changes.hpp"
#include "service/value_layers.hpp"
#include "watch/many_sites.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::service {
namespace {

constexpr std::size_t layers_max = 64;
/// No value older than this is shown: watch::age_max_us, or the window of a value, of which a month is the longest.
constexpr std::int64_t looks_back_us = 32 * us_per_day;

TileFeature point_of(const ledger::Site& site) {
  TileFeature feature;
  feature.attributes = {{"id", site.id},
                        {"kind", site.kind},
                        {"name_zh", site.name_zh},
                        {"name_en", site.name_en},
                        {"code", site.code}};
  feature.points = {site.position};
  return feature;
}

void add_verdict(TileFeature& feature, const watch::SiteJudgement& one) {
  const auto& verdict = one.judgement;
  auto& attributes = feature.attributes;
  attributes.emplace_back("phenomenon_end", to_iso_utc(verdict.time));
  attributes.emplace_back("rule", verdict.rule);
  attributes.emplace_back("edition", verdict.edition);
  attributes.emplace_back("voided", one.voided);
  if (!verdict.judged) return;
  if (verdict.value)
    attributes.emplace_back("judged", *verdict.value);
  else
    attributes.emplace_back("judged", verdict.class_name);
  attributes.emplace_back("level", verdict.class_name.empty() ? std::to_string(verdict.level) : verdict.class_name);
  attributes.emplace_back("colour", verdict.colour);
}

void add_value(TileFeature& feature, const watch::SiteValue& one, const std::string& unit) {
  auto& attributes = feature.attributes;
  attributes.emplace_back("phenomenon_end", to_iso_utc(one.phenomenon_end));
  attributes.emplace_back("unit", unit);
  attributes.emplace_back("voided", one.voided);
  if (one.voided || !std::isfinite(one.value)) return;
  attributes.emplace_back("judged", one.value);
  if (!one.step) return;
  attributes.emplace_back("level", one.step->code);
  attributes.emplace_back("colour", one.step->colour);
}

std::string key_of(const SitesAsk& ask) {
  if (!ask.with_values) return "sites";
  return (ask.at ? std::to_string(ask.at->us) : "latest") + "|" + ask.property + "|" + ask.edition;
}

}  // namespace

Result<std::vector<TileFeature>> SiteLayers::features_of(const SitesAsk& ask) const {
  auto sites = parts_.ledger.sites();
  if (!sites) return fail(sites.error());
  const bool is_verdict = ask.property == watch::judged_aqi || ask.property == watch::judged_class;
  std::erase_if(*sites, [&](const ledger::Site& site) {
    if (site.kind == "city") return true;
    if (!is_verdict) return false;
    return watch::rule_of(site) != (ask.property == watch::judged_aqi ? "aqi-hourly" : "water-class");
  });
  const watch::Judges judges{parts_.archive, parts_.ledger, parts_.library};
  std::vector<TileFeature> features;
  features.reserve(sites->size());
  if (!ask.with_values) {
    for (const auto& site : *sites) features.push_back(point_of(site));
    return features;
  }
  if (ask.property.empty() || is_verdict) {
    watch::JudgeOptions options;
    options.edition = ask.edition;
    const auto verdicts = watch::judge_many(judges, *sites, ask.at, options);
    if (!verdicts) return fail(verdicts.error());
    for (std::size_t s = 0; s < sites->size(); ++s) {
      features.push_back(point_of((*sites)[s]));
      if ((*verdicts)[s]) add_verdict(features.back(), *(*verdicts)[s]);
    }
    return features;
  }
  const auto shown = value_layer(parts_, ask.property);
  if (!shown) return fail(shown.error());
  const std::string unit = parts_.library.properties.find(ask.property)->unit;
  const auto values = watch::values_many(judges, *sites, ask.property, shown->averaging, ask.at, ask.edition);
  if (!values) return fail(values.error());
  for (std::size_t s = 0; s < sites->size(); ++s) {
    if (!(*values)[s]) continue;
    features.push_back(point_of((*sites)[s]));
    add_value(features.back(), *(*values)[s], unit);
  }
  return features;
}

Result<bool> SiteLayers::still_holds(Kept& kept, const SitesAsk& ask) const {
  if (kept.site_changes != ledger::site_changes(parts_.ledger)) return false;
  if (!ask.with_values) return true;
  const Instant known = parts_.archive.last_result_time();
  if (kept.known == known) return true;
  if (!ask.at) return false;
  const auto changed = parts_.archive.changed_days(kept.known, known);
  if (!changed) return fail(changed.error());
  const LegalDay first = legal_day_of({ask.at->us - looks_back_us});
  const LegalDay last = legal_day_of(*ask.at);
  const bool touched =
      std::any_of(changed->begin(), changed->end(), [&](const auto& one) { return one.day >= first && one.day <= last; });
  if (!touched) kept.known = known;
  return !touched;
}

Result<std::shared_ptr<const SitesLayer>> SiteLayers::get(const SitesAsk& ask) {
  const std::string key = key_of(ask);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& one) { return one.key == key; });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    const auto holds = still_holds(*found, ask);
    if (!holds) return fail(holds.error());
    if (*holds) return found->layer;
    kept_.erase(found);
  }
  Kept fresh{key, nullptr, ledger::site_changes(parts_.ledger), parts_.archive.last_result_time()};
  const auto features = features_of(ask);
  if (!features) return fail(features.error());
  fresh.layer = std::make_shared<const SitesLayer>(SitesLayer{ShapeIndex(*features), ++versions_});
  kept_.push_front(std::move(fresh));
  if (kept_.size() > layers_max) kept_.pop_back();
  return kept_.front().layer;
}

}  // namespace celadon::service
