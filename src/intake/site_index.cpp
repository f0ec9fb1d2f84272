#include "intake/site_index.hpp"

#include <algorithm>

namespace celadon::intake {
namespace {

/// Without blanks at the ends; feeds print ideographic spaces (U+3000) behind names.
std::string bare(std::string_view text) {
  constexpr std::string_view wide = "\xe3\x80\x80";
  while (true) {
    if (text.starts_with(' '))
      text.remove_prefix(1);
    else if (text.starts_with(wide))
      text.remove_prefix(wide.size());
    else if (text.ends_with(' '))
      text.remove_suffix(1);
    else if (text.ends_with(wide))
      text.remove_suffix(wide.size());
    else
      return std::string(text);
  }
}

}  // namespace

SiteIndex::SiteIndex(const std::vector<KnownSite>& sites, std::vector<std::string> city_names, std::string province)
    : city_names_(std::move(city_names)), province_(std::move(province)) {
  for (const auto& site : sites) {
    ids_.emplace(site.id, site.id);
    if (!site.code.empty()) by_code_.emplace(site.code, site.id);
    for (const auto& name : site.names) {
      auto& ids = by_name_[{site.kind, bare(name)}];
      if (std::ranges::find(ids, site.id) == ids.end()) ids.push_back(site.id);
    }
  }
}

const std::string* SiteIndex::by_name(const std::string& kind, std::string_view name) const {
  const auto found = by_name_.find({kind, bare(name)});
  return found == by_name_.end() || found->second.size() != 1 ? nullptr : &found->second.front();
}

bool SiteIndex::is_this_city(std::string_view name) const {
  return std::ranges::find(city_names_, bare(name)) != city_names_.end();
}

Result<std::optional<std::string>> SiteIndex::find(const SiteHint& hint) const {
  if (hint.kind.empty()) {
    if (const auto found = ids_.find(hint.id); found != ids_.end()) return found->second;
    if (const auto found = by_code_.find(hint.id); found != by_code_.end()) return found->second;
    for (const char* kind : {"air-station", "river-section", "city"}) {
      if (const auto* id = by_name(kind, hint.id)) return *id;
    }
    return fail(Errc::not_found, "no site has this id, code or name; GET /api/v1/sites and packs/cities list them",
                "site");
  }
  if (hint.kind == "air-station") {
    if (const auto found = by_code_.find(bare(hint.code)); !hint.code.empty() && found != by_code_.end())
      return found->second;
    if (!is_this_city(hint.area)) return std::nullopt;
    if (const auto* id = by_name(hint.kind, hint.name)) return *id;
    return fail(Errc::not_found,
                "a station of this city that no site answers to; add it, or its name as an alias, to the sites",
                "station");
  }
  if (hint.kind == "river-section") {
    if (!hint.area.empty() && bare(hint.area) != province_) return std::nullopt;
    if (const auto* id = by_name(hint.kind, hint.name)) return *id;
    return std::nullopt;
  }
  if (!is_this_city(hint.name)) return std::nullopt;
  if (const auto* id = by_name(hint.kind, hint.name)) return *id;
  return fail(Errc::not_found, "there is no site of kind city for the city itself; add one to the sites", "city");
}

}  // namespace celadon::intake
