#include "models/random.hpp"

#include <bit>

namespace celadon::models {

Random::Random(std::uint32_t seed) {
  for (int i = 0; i < 50; ++i) seed = 69069U * seed + 1U;
  seed = 69069U * seed + 1U;  // R's first word says how much of the state is used; it is overwritten by "all of it"
  for (auto& word : state_) {
    seed = 69069U * seed + 1U;
    word = seed;
  }
}

std::uint32_t Random::next() {
  constexpr std::size_t n = 624;
  constexpr std::size_t m = 397;
  if (used_ == n) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % n] & 0x7fffffffU);
      state_[i] = state_[(i + m) % n] ^ (y >> 1U) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
    }
    used_ = 0;
  }
  std::uint32_t y = state_[used_++];
  y ^= y >> 11U;
  y ^= (y << 7U) & 0x9d2c5680U;
  y ^= (y << 15U) & 0xefc60000U;
  return y ^ (y >> 18U);
}

/// R multiplies by 2^-32, keeps clear of 0 and 1, then takes the first 16 bits.
std::uint32_t Random::bits16() {
  return static_cast<std::uint32_t>(static_cast<double>(next()) * 2.3283064365386963e-10 * 65536.0);
}

std::uint32_t Random::index(std::uint32_t below) {
  const auto bits = static_cast<std::uint32_t>(std::bit_width(below - 1U));
  while (true) {
    std::uint64_t value = 0;
    for (std::uint32_t n = 0; n <= bits; n += 16) value = 65536U * value + bits16();
    value &= (std::uint64_t{1} << bits) - 1U;
    if (value < below) return static_cast<std::uint32_t>(value);
  }
}

}  // namespace celadon::models
