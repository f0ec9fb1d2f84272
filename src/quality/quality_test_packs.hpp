#pragma once

// The packs of this room for its tests, and texts with one misprint.

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace celadon::quality::test {

inline const std::filesystem::path packs = std::filesystem::path(CELADON_PACKS) / "quality";

/// The text with the first `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace celadon::quality::test
