#pragma once

#include "core/result.hpp"
#include "service/ramp.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::service {

/// What packs/map says of layers.
struct MapPack {
  struct Words {
    std::string zh, en;
  };
  struct Base {
    std::string draw, colour;  ///< "fill" or "line"; "#rrggbb"
    int zoom_min = 0;
  };
  struct Kind {
    std::string id, colour;
    Words words;
  };
  std::map<std::string, Words, std::less<>> fields, titles;
  std::map<std::string, Base, std::less<>> base;
  std::vector<Kind> kinds;
  std::map<std::string, std::string, std::less<>> case_colours;
  std::vector<Ramp> ramps;

  [[nodiscard]] const Words& title(std::string_view id) const;  ///< requires that the pack has it
};

/// Titles and colours that the program asks for are there. Errors   malformed, invalid_value: "file:line: reason".
[[nodiscard]] Result<MapPack> parse_map_layers(std::string_view text, const std::string& file);
/// Reads layers.yaml and ramps.yaml of packs/map. Errors   also not_found.
[[nodiscard]] Result<MapPack> read_map_pack(const std::filesystem::path& packs);

/// "#rrggbb" in lower or upper case.
[[nodiscard]] bool is_colour(std::string_view text);

}  // namespace celadon::service
