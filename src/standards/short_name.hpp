#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace celadon::standards {

/// A property as a name in templates and formulas: "PM2.5" -> "pm25", "NH3-N" -> "nh3n", "O3-MDA8" -> "o3".
[[nodiscard]] inline std::string short_name(std::string_view property) {
  if (property.starts_with("O3")) return "o3";
  std::string out;
  for (const char c : property) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

}  // namespace celadon::standards
