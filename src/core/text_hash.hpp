#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace celadon {

/// Lets a map of strings be asked with a view: std::unordered_map<std::string, T, TextHash, std::equal_to<>>.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace celadon
