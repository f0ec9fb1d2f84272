#pragma once

#include "service/service.hpp"
#include "standards/level_scale.hpp"
#include "watch/moments.hpp"

#include <optional>
#include <string>
#include <vector>

namespace celadon::service {

/// Something measured or judged that a map of sites can show at a moment.
struct ValueLayer {
  std::string property;  ///< of the packs; watch::judged_aqi or watch::judged_class
  Averaging averaging;   ///< the one shown when none is named
  std::string kind;      ///< of the sites that have it; of several kinds the one with most
  std::string rule;      ///< that gives it levels; empty where none does
  std::size_t sites = 0;
};

/// Judged ones first, then properties in the order of the packs; only what some site but a city has a series of.
[[nodiscard]] Result<std::vector<ValueLayer>> value_layers(const Parts& parts);

/// The layer of a property. Errors   unknown_code with field `property`; not_found where nothing of it was measured.
[[nodiscard]] Result<ValueLayer> value_layer(const Parts& parts, const std::string& property);

/// The scale it is coloured by on a day; empty where no rule gives levels.
[[nodiscard]] std::vector<standards::ScaleStep> scale_on(const Parts& parts, const ValueLayer& layer, LegalDay day);

}  // namespace celadon::service
