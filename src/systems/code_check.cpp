#include "systems/code_check.hpp"

#include <cstddef>

namespace celadon::systems {

bool holds_gb32100(std::string_view code) {
  constexpr std::string_view characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  constexpr std::size_t length = 18, modulus = 31;
  if (code.size() != length) return false;
  std::size_t sum = 0, weight = 1;
  for (std::size_t i = 0; i < length; ++i) {
    const auto value = characters.find(code[i]);
    if (value == std::string_view::npos) return false;
    sum += value * (i + 1 < length ? weight : 1);
    weight = weight * 3 % modulus;
  }
  return sum % modulus == 0;
}

}  // namespace celadon::systems
