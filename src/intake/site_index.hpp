#pragma once

#include "intake/import_file.hpp"

#include <map>
#include <string>
#include <vector>

namespace celadon::intake {

/// A site as an importer needs to know it.
struct KnownSite {
  std::string id, kind, code;
  std::vector<std::string> names;  ///< Chinese name and aliases
};

/// Finds the city's sites by what a file prints of them.
class SiteIndex {
 public:
  /// `city_names`: the city as feeds print it, with and without 市. `province`: as feeds print it.
  SiteIndex(const std::vector<KnownSite>& sites, std::vector<std::string> city_names, std::string province);

  /// A hint with an id: the site of that id, or of that official code, or of that name where only one has it.
  /// An air station: by code; in this city also by name. A section: by name within the province. A city: by name.
  /// Gives the id; nothing where the place belongs to another city.
  /// Errors   not_found for an id, or a station of this city, that no site answers to.
  [[nodiscard]] Result<std::optional<std::string>> find(const SiteHint& hint) const;

 private:
  [[nodiscard]] const std::string* by_name(const std::string& kind, std::string_view name) const;
  [[nodiscard]] bool is_this_city(std::string_view name) const;

  std::map<std::string, std::string, std::less<>>
      by_code_;  ///< air stations are numbered alone, sections too: one space
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> by_name_;
  std::map<std::string, std::string, std::less<>> ids_;
  std::vector<std::string> city_names_;
  std::string province_;
};

}  // namespace celadon::intake
