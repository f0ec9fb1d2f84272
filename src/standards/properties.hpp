#pragma once

#include "core/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace celadon::standards {

/// An observed property, as packs/properties.csv has it.
struct Property {
  std::string id;  ///< "PM2.5", "NH3-N", or a factor code
  std::string name_zh, name_en;
  std::string unit;        ///< canonical, UCUM
  std::string unit_label;  ///< for people
  int decimals = 2;        ///< places shown
  std::string medium;
  double valid_min, valid_max;  ///< what an instrument can mean; NaN where there is no limit
  std::string trust;
};

class Properties {
 public:
  /// Null for an id that is not known. Where equipment or facilities are numbered, all numbers share one row, whose id
  /// ends with xx: facility-state-01 finds facility-state-xx.
  [[nodiscard]] const Property* find(std::string_view id) const;
  [[nodiscard]] const std::vector<Property>& all() const { return all_; }
  /// Id and canonical unit of each, for who converts to them.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> units() const;

 private:
  friend Result<Properties> read_properties(const std::filesystem::path& packs);
  std::vector<Property> all_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

/// Reads packs/properties.csv. Errors   not_found, malformed, unknown_code naming file, line and reason.
[[nodiscard]] Result<Properties> read_properties(const std::filesystem::path& packs);

}  // namespace celadon::standards
