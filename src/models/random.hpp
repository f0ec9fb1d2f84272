#pragma once

#include <array>
#include <cstdint>

namespace celadon::models {

/// Draws whole numbers the way R does after set.seed(seed), so that a bootstrap repeats the reference tool's draw for
/// draw: Mersenne twister, seeds scrambled by a linear congruence, numbers below n by rejection of random bits.
/// Source   Matsumoto and Nishimura 1998, Mersenne Twister; R 3.6 and later: RNGkind("Mersenne-Twister", ,"Rejection")
class Random {
 public:
  explicit Random(std::uint32_t seed);
  /// 0 .. below - 1, each as likely. `below` from 1.
  [[nodiscard]] std::uint32_t index(std::uint32_t below);

 private:
  [[nodiscard]] std::uint32_t bits16();
  [[nodiscard]] std::uint32_t next();
  std::array<std::uint32_t, 624> state_{};
  std::size_t used_ = 624;
};

}  // namespace celadon::models
