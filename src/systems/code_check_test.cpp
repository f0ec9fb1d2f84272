#include "systems/code_check.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace celadon::systems;

TEST_CASE("a credit code holds with its own check character and no other") {
  constexpr std::string_view characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  for (const std::string code : {"91360281MADEM1001R", "91360222MADEM1013J", "91350100M000100Y43"}) {
    CHECK(holds_gb32100(code));
    for (const char last : characters) CHECK(holds_gb32100(code.substr(0, 17) + last) == (last == code.back()));
  }
}

TEST_CASE("any one character written wrong, and any two neighbours changed about, are found") {
  constexpr std::string_view characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const std::string code = "91360281MADEM1001R";
  for (std::size_t i = 0; i < code.size(); ++i) {
    for (const char other : characters) {
      std::string wrong = code;
      wrong[i] = other;
      CHECK(holds_gb32100(wrong) == (other == code[i]));
    }
    if (i + 1 == code.size() || code[i] == code[i + 1]) continue;
    std::string turned = code;
    std::swap(turned[i], turned[i + 1]);
    CHECK_FALSE(holds_gb32100(turned));
  }
}

TEST_CASE("what is no such code does not hold") {
  for (const char* text : {"", "9", "91360281MADEM1001", "91360281MADEM1001RR", "91360281madem1001r",
                           "91360281MAOEM1001R", "000000000000000000 "})
    CHECK_FALSE(holds_gb32100(text));
}
