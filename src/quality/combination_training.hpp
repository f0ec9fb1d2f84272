#pragma once

#include "quality/combination.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::quality {

/// Values to learn from. feature[row * features + k]; NaN is missing.
struct TrainingSet {
  std::size_t features = 0;
  std::vector<float> feature;
  std::vector<std::uint8_t> marked;  ///< 0 or 1 a row
  std::vector<float> weight;         ///< above 0
  std::vector<std::uint32_t> group;  ///< rows of one group are drawn together: one day of one site, one event

  std::vector<std::uint8_t> grows;  ///< [features] 1: the probability must not fall as the feature grows; empty: free

  [[nodiscard]] std::size_t rows() const { return marked.size(); }
};

struct TrainingOptions {
  int trees = 70;
  int depth = 3;
  int bins = 64;  ///< cuts of a feature, at most 254
  double rate = 0.08;
  double leaf_penalty = 5;      ///< added to the weight of a leaf: pulls its value to 0
  double leaf_weight_min = 60;  ///< sum of p (1 - p) weight in a leaf
  double group_share = 0.5;     ///< of the groups, for each tree
  double feature_share = 0.5;   ///< of the features, for each tree
  std::uint64_t seed = 1;
};

/// Gradient-boosted trees for the log loss, on histograms of each feature. The same set, options and seed give the same
/// trees to the last bit. propose_at stays 0.5: the threshold is the caller's to choose on values not trained on.
/// A feature that grows never lowers the sum, whatever the others are (missing values stand aside).
/// Source   Friedman 2001, Greedy function approximation; Chen and Guestrin 2016, XGBoost (second-order gain, default
///          direction of missing values)
[[nodiscard]] TreeSum train_trees(const TrainingSet& set, const TrainingOptions& options);

}  // namespace celadon::quality
