#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::service {

struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// Colours of values, as packs/map/ramps.yaml has them.
struct Ramp {
  struct Stop {
    double value = 0;
    Rgb colour;
  };
  std::string id, zh, en, unit, source, trust;
  bool is_stepped = false;
  std::vector<Stop> stops;  ///< two at least, values rising

  /// Between two stops a linear ramp mixes both, each part rounded half up; a stepped one keeps the lower. Below the
  /// first and above the last stands that colour. Requires a finite value.
  [[nodiscard]] Rgb at(double value) const;
};

/// "#rrggbb"; black where it is no colour.
[[nodiscard]] Rgb rgb_of(std::string_view colour);
[[nodiscard]] std::string to_text(const Rgb& colour);

/// Errors   malformed, invalid_value: "file:line: reason".
[[nodiscard]] Result<std::vector<Ramp>> parse_ramps(std::string_view text, const std::string& file);
/// Reads ramps.yaml of packs/map. Errors   also not_found.
[[nodiscard]] Result<std::vector<Ramp>> read_ramps(const std::filesystem::path& packs);

}  // namespace celadon::service
