#include "service/value_layers.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace celadon::service {
namespace {

using watch::judged_aqi;
using watch::judged_class;

/// The averaging that most sites have; of equals the one a rule of their kind takes, then the shorter.
bool is_better(const ValueLayer& a, const ValueLayer& b) {
  const auto rank = [](const ValueLayer& one) {
    return std::tuple(one.rule.empty() ? 1 : 0, -static_cast<std::int64_t>(one.sites), one.averaging.length_us);
  };
  return rank(a) < rank(b);
}

std::string rule_of(const Parts& parts, const std::string& kind, const std::string& property,
                    const Averaging& averaging) {
  if (kind == "river-section") {
    for (const auto& rules : parts.library.water) {
      for (const auto body : {standards::WaterBody::river, standards::WaterBody::lake}) {
        if (rules.find(property, body) != nullptr && averaging == four_hourly) return "water-class";
      }
    }
    return {};
  }
  for (const auto& rules : parts.library.air) {
    if (standards::item_of(rules, property, averaging) != nullptr)
      return averaging == hourly ? "aqi-hourly" : "aqi-daily";
  }
  return {};
}

}  // namespace

Result<std::vector<ValueLayer>> value_layers(const Parts& parts) {
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  std::map<std::string, std::string> kind_of;
  for (const auto& site : *sites) kind_of[site.id] = site.kind;
  std::map<std::string, std::map<Averaging, std::map<std::string, std::set<std::string>>>> found;
  std::map<std::string, std::set<std::string>> judged;  // by kind
  for (const auto& series : parts.ledger.all_series()) {
    const auto& key = series.key;
    if (key.statistic != Statistic::mean || key.stage == Stage::reviewed) continue;
    const std::string& kind = kind_of[key.site];
    if (kind.empty() || kind == "city") continue;
    found[key.property][key.averaging][kind].insert(key.site);
    if (kind == "air-station" && watch::is_judged(key, hourly)) judged[kind].insert(key.site);
    if (kind == "river-section" && watch::is_judged(key, four_hourly)) judged[kind].insert(key.site);
  }
  std::vector<ValueLayer> layers;
  if (const auto& air = judged["air-station"]; !air.empty())
    layers.push_back({std::string(judged_aqi), hourly, "air-station", "aqi-hourly", air.size()});
  if (const auto& water = judged["river-section"]; !water.empty())
    layers.push_back({std::string(judged_class), four_hourly, "river-section", "water-class", water.size()});
  for (const auto& property : parts.library.properties.all()) {
    const auto of = found.find(property.id);
    if (of == found.end() || property.id == judged_aqi || property.id == judged_class) continue;
    ValueLayer best;
    for (const auto& [averaging, kinds] : of->second) {
      ValueLayer one{property.id, averaging, "", "", 0};
      std::size_t most = 0;
      for (const auto& [kind, ids] : kinds) {
        one.sites += ids.size();
        if (ids.size() > most) one.kind = kind;
        most = std::max(most, ids.size());
      }
      one.rule = rule_of(parts, one.kind, property.id, averaging);
      if (best.sites == 0 || is_better(one, best)) best = std::move(one);
    }
    layers.push_back(std::move(best));
  }
  return layers;
}

Result<ValueLayer> value_layer(const Parts& parts, const std::string& property) {
  const bool is_verdict = property == judged_aqi || property == judged_class;
  if (!is_verdict && parts.library.properties.find(property) == nullptr) {
    return fail(Errc::unknown_code,
                "there is no property '" + property.substr(0, 40) +
                    "'; /api/v1/properties lists them, AQI and class are judged",
                "property");
  }
  const auto layers = value_layers(parts);
  if (!layers) return fail(layers.error());
  for (const auto& layer : *layers) {
    if (layer.property == property) return layer;
  }
  return fail(Errc::not_found, "no site has values of " + property + " yet", "property");
}

std::vector<standards::ScaleStep> scale_on(const Parts& parts, const ValueLayer& layer, LegalDay day) {
  if (layer.rule == "water-class") {
    const auto rules = parts.library.water_rules(day, {});
    if (!rules) return {};
    if (layer.property == judged_class) return standards::scale_of(**rules);
    const auto* item = (*rules)->find(layer.property, standards::WaterBody::river);
    return item == nullptr ? std::vector<standards::ScaleStep>{} : standards::scale_of(**rules, *item);
  }
  if (layer.rule.empty()) return {};
  const auto rules = parts.library.air_rules(day, {});
  if (!rules) return {};
  if (layer.property == judged_aqi) return standards::scale_of(**rules);
  const auto* item = standards::item_of(**rules, layer.property, layer.averaging);
  return item == nullptr ? std::vector<standards::ScaleStep>{} : standards::scale_of(**rules, *item);
}

}  // namespace celadon::service
