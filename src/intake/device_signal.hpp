#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// A number of 64 bits for a place, the same on every machine and in every order of asking (splitmix64 over the parts).
[[nodiscard]] std::uint64_t place_hash(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0);
/// The same as a number in [0, 1).
[[nodiscard]] double place_share(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0);

/// What a simulated field unit measures of one factor.
struct SimulatedFactor {
  enum class Total : std::uint8_t { none, flow, load };
  std::string code;       ///< six characters
  std::string code_2005;  ///< as units of 2005 send it
  double low = 0, high = 1;
  int decimals = 2;
  Total total = Total::none;
  double total_factor = 0;            ///< volume of a flow: mean * seconds * this; load: mean * volume * this
  std::optional<double> o2_standard;  ///< percent of oxygen that converted values are made for
};

/// The factors of a system code from packs/simulator/factors.csv; only `codes` and in their order, where it names some.
/// A code that the table does not have gets the ranges of its row *.
/// Errors   not_found, malformed naming file, line and reason; unknown_code for a system without rows, naming those
///          that have some.
[[nodiscard]] Result<std::vector<SimulatedFactor>> read_simulated_factors(const std::filesystem::path& packs,
                                                                          std::string_view system,
                                                                          std::span<const std::string> codes);

/// Mean, least and greatest of a period.
struct PeriodLevel {
  double mean = 0, lowest = 0, highest = 0;
};

/// A level in [0, 1] that wanders smoothly, known for any moment without a memory: noise of three time scales (6 h,
/// 20 min, 30 s) between hashed corners.
[[nodiscard]] double level_at(std::uint64_t key, Instant moment);
/// Of the samples in the middle of each minute of the period, so that an hour's mean is the mean of its minutes and a
/// day's the mean of its hours. Requires a whole number of minutes, one at least.
[[nodiscard]] PeriodLevel level_over(std::uint64_t key, Instant begin, std::int64_t length_us);

}  // namespace celadon::intake
