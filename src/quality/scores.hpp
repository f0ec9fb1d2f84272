#pragma once

#include <cstdint>
#include <span>

namespace celadon::quality {

// How well numbers tell marked values from good ones. Shapes: score[n], marked[n] (0 or 1). NaN scores are left out.

/// Chance that a marked value has the higher score of a pair, ties counting half. NaN without both kinds.
[[nodiscard]] double roc_area(std::span<const float> score, std::span<const std::uint8_t> marked);

/// Area under precision over recall, as average precision; tied scores are taken together. NaN without a marked value.
[[nodiscard]] double precision_area(std::span<const float> score, std::span<const std::uint8_t> marked);

/// What a threshold gives: a value counts as found from `at` up.
struct Counts {
  std::size_t found = 0, missed = 0, false_alarms = 0, passed = 0;
  [[nodiscard]] double precision() const;  ///< NaN where nothing was found
  [[nodiscard]] double recall() const;     ///< NaN where nothing was to be found
  [[nodiscard]] double f1() const;         ///< 0 where nothing was found
};
[[nodiscard]] Counts counts_at(std::span<const float> score, std::span<const std::uint8_t> marked, double at);

/// The threshold with the greatest F0.5, in which a false alarm weighs twice a miss: a proposal nobody trusts is read
/// by nobody. Each value counts by its weight. 0.5 without a marked value.
[[nodiscard]] double best_threshold(std::span<const float> score, std::span<const std::uint8_t> marked,
                                    std::span<const float> weight);

}  // namespace celadon::quality
