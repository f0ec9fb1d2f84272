#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::quality {

/// A node of a tree: a question to one feature, or a leaf.
struct TreeNode {
  std::int32_t feature = -1;  ///< -1: a leaf
  float threshold = 0;        ///< left where the feature is at most this
  bool missing_left = true;   ///< where a NaN goes
  std::int32_t left = 0, right = 0;
  float value = 0;  ///< of a leaf, log odds
};

/// Boosted regression trees: the sum of what each tree says, as log odds.
struct TreeSum {
  double bias = 0;
  double propose_at = 0.5;  ///< probability from which the proposal is made
  std::vector<std::vector<TreeNode>> trees;

  /// Probability within 0..1.
  [[nodiscard]] double probability(std::span<const float> features) const;
};

/// How flags become a proposal: learnt from reviewers' decisions, kept in packs/quality/combination.csv.
/// Two questions are asked of each value: would a reviewer mark it at all, and would he reject it.
struct Combination {
  std::string note;  ///< what it was trained on; comment lines of the file
  TreeSum marked, voided;

  /// Errors   malformed or invalid_value naming file and line: an unknown feature, a node that leads nowhere or back.
  [[nodiscard]] static Result<Combination> parse(std::string_view text, std::string_view name,
                                                 std::span<const std::string_view> feature_names);
  [[nodiscard]] static Result<Combination> read(const std::filesystem::path& pack,
                                                std::span<const std::string_view> feature_names);
  /// As parse reads it; the same combination gives the same text.
  [[nodiscard]] std::string text(std::span<const std::string_view> feature_names) const;
};

}  // namespace celadon::quality
