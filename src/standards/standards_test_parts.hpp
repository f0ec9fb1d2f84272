#pragma once

#include "core/missing.hpp"
#include "standards/judge.hpp"
#include "standards/pack_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

// What the tests of the room share: its packs, and values no column should hold.

namespace celadon::standards::test {

using celadon::missing;
inline constexpr double infinite = std::numeric_limits<double>::infinity();

inline std::string pack(const char* file) {
  return read_pack_file(std::filesystem::path(CELADON_PACKS) / "standards" / file).value();
}

inline const Library& library() {
  static const Library one = [] {
    auto read = read_library(CELADON_PACKS);
    if (!read) FAIL(read.error().detail);
    return std::move(*read);
  }();
  return one;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The fields of a request.
using Given = std::map<std::string, std::string, std::less<>>;

/// A step of the why has these words.
inline bool says(const Judgement& judgement, std::string_view words) {
  return std::any_of(judgement.why.begin(), judgement.why.end(),
                     [&](const WhyStep& step) { return step.text_en.find(words) != std::string::npos; });
}

}  // namespace celadon::standards::test
