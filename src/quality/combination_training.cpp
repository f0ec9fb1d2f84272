#include "quality/combination_training.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::quality {
namespace {

/// splitmix64: a number that looks drawn, the same on every machine.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}
bool drawn(std::uint64_t seed, std::uint64_t a, std::uint64_t b, double share) {
  return static_cast<double>(mixed(mixed(mixed(seed) ^ a) ^ b) >> 11) * 0x1p-53 < share;
}

struct Sums {
  double gradient = 0, hessian = 0;
  Sums& operator+=(const Sums& other) {
    gradient += other.gradient;
    hessian += other.hessian;
    return *this;
  }
  friend Sums operator-(Sums a, const Sums& b) { return {a.gradient - b.gradient, a.hessian - b.hessian}; }
};

/// Between what a leaf below a node may say, so that siblings keep their order.
struct Bounds {
  double low = -1e30, high = 1e30;
};

struct Split {
  double gain = 0;
  std::size_t feature = 0, bin = 0;  ///< left: bins up to and with `bin`
  bool missing_left = true;
  double left = 0, right = 0;  ///< what both sides would say
};

class Trainer {
 public:
  Trainer(const TrainingSet& set, const TrainingOptions& options) : set_(set), options_(options), n_(set.rows()) {
    CELADON_ASSERT(set.feature.size() == n_ * set.features && set.weight.size() == n_ && set.group.size() == n_);
    CELADON_ASSERT(options.bins >= 2 && options.bins <= 254 && options.depth >= 1 && options.depth <= 9);
    make_bins();
  }

  TreeSum train() {
    TreeSum sum;
    double marked = 0;
    double all = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      all += static_cast<double>(set_.weight[i]);
      marked += set_.marked[i] != 0 ? static_cast<double>(set_.weight[i]) : 0;
    }
    if (marked <= 0 || marked >= all) {
      sum.bias = marked <= 0 ? -10 : 10;
      return sum;
    }
    sum.bias = std::log(marked / (all - marked));
    score_.assign(n_, sum.bias);
    gradient_.resize(n_);
    node_.resize(n_);
    for (int t = 0; t < options_.trees; ++t) sum.trees.push_back(grow(static_cast<std::uint64_t>(t)));
    return sum;
  }

 private:
  void make_bins() {
    cuts_.resize(set_.features);
    bin_.resize(set_.features * n_);
    std::vector<float> sorted;
    for (std::size_t k = 0; k < set_.features; ++k) {
      sorted.clear();
      const std::size_t step = std::max<std::size_t>(1, n_ / 50'000);
      for (std::size_t i = 0; i < n_; i += step) {
        const float one = set_.feature[i * set_.features + k];
        if (!std::isnan(one)) sorted.push_back(one);
      }
      std::ranges::sort(sorted);
      auto& cuts = cuts_[k];
      // Both ends are where faults are: half of the cuts by rank, half evenly over the range.
      const auto half = static_cast<std::size_t>(options_.bins / 2);
      for (std::size_t b = 0; b < half && !sorted.empty(); ++b) {
        cuts.push_back(sorted[b * sorted.size() / half]);
        cuts.push_back(sorted.front() +
                       (sorted.back() - sorted.front()) * static_cast<float>(b) / static_cast<float>(half));
      }
      std::ranges::sort(cuts);
      const auto repeated = std::ranges::unique(cuts);
      cuts.erase(repeated.begin(), repeated.end());
      for (std::size_t i = 0; i < n_; ++i) {
        const float one = set_.feature[i * set_.features + k];
        bin_[k * n_ + i] = std::isnan(one)
                               ? missing_bin
                               : static_cast<std::uint8_t>(std::ranges::lower_bound(cuts, one) - cuts.begin());
      }
    }
  }

  std::vector<TreeNode> grow(std::uint64_t number) {
    for (std::size_t i = 0; i < n_; ++i) {
      const double p = 1 / (1 + std::exp(-score_[i]));
      const auto w = static_cast<double>(set_.weight[i]);
      gradient_[i] = {w * (p - (set_.marked[i] != 0 ? 1 : 0)), w * p * (1 - p)};
    }
    rows_.clear();
    for (std::size_t i = 0; i < n_; ++i) {
      if (drawn(options_.seed, number, set_.group[i], options_.group_share))
        rows_.push_back(static_cast<std::uint32_t>(i));
      node_[i] = 0;
    }
    bounds_.assign(1, {});
    used_.clear();
    for (std::size_t k = 0; k < set_.features; ++k) {
      if (drawn(options_.seed + 1, number, k, options_.feature_share)) used_.push_back(k);
    }
    std::vector<TreeNode> tree(1);
    std::vector<std::size_t> open = {0};
    for (int level = 0; level <= options_.depth && !open.empty(); ++level) {
      const bool last = level == options_.depth;
      open = split_level(tree, open, last);
    }
    // Rows that were not drawn get their say of the tree too.
    for (std::size_t i = 0; i < n_; ++i) score_[i] += static_cast<double>(tree[leaf_of(tree, i)].value);
    return tree;
  }

  /// Splits the open nodes or makes leaves of them; gives the nodes that are open then.
  std::vector<std::size_t> split_level(std::vector<TreeNode>& tree, const std::vector<std::size_t>& open, bool last) {
    const auto bins = static_cast<std::size_t>(missing_bin) + 1;
    std::vector<std::int32_t> place(tree.size(), -1);
    for (std::size_t k = 0; k < open.size(); ++k) place[open[k]] = static_cast<std::int32_t>(k);
    std::vector<Sums> totals(open.size());
    for (const std::uint32_t i : rows_) {
      const std::int32_t node = place[static_cast<std::size_t>(node_[i])];
      if (node >= 0) totals[static_cast<std::size_t>(node)] += gradient_[i];
    }
    std::vector<Split> best(open.size());
    std::vector<Sums> histogram(open.size() * bins);
    for (const std::size_t feature : used_) {
      if (last) break;
      std::ranges::fill(histogram, Sums{});
      const std::uint8_t* bin = bin_.data() + feature * n_;
      for (const std::uint32_t i : rows_) {
        const std::int32_t node = place[static_cast<std::size_t>(node_[i])];
        if (node >= 0) histogram[static_cast<std::size_t>(node) * bins + bin[i]] += gradient_[i];
      }
      for (std::size_t k = 0; k < open.size(); ++k)
        ask(feature, std::span(histogram).subspan(k * bins, bins), totals[k], bounds_[open[k]], best[k]);
    }
    std::vector<std::size_t> next;
    for (std::size_t k = 0; k < open.size(); ++k) {
      if (best[k].gain <= 0) {
        tree[open[k]].value = static_cast<float>(options_.rate * says(totals[k], bounds_[open[k]]));
        continue;
      }
      TreeNode node;
      node.feature = static_cast<std::int32_t>(best[k].feature);
      node.threshold = cuts_[best[k].feature][best[k].bin];
      node.missing_left = best[k].missing_left;
      node.left = static_cast<std::int32_t>(tree.size());
      node.right = node.left + 1;
      tree[open[k]] = node;
      Bounds left = bounds_[open[k]];
      Bounds right = left;
      if (grows(best[k].feature)) left.high = right.low = 0.5 * (best[k].left + best[k].right);
      bounds_.push_back(left);
      bounds_.push_back(right);
      for (int side = 0; side < 2; ++side) {
        next.push_back(tree.size());
        tree.emplace_back();
      }
    }
    for (const std::uint32_t i : rows_) {
      const TreeNode& node = tree[static_cast<std::size_t>(node_[i])];
      if (node.feature >= 0) node_[i] = goes_left(node, i) ? node.left : node.right;
    }
    return next;
  }

  [[nodiscard]] bool grows(std::size_t feature) const { return !set_.grows.empty() && set_.grows[feature] != 0; }
  /// What a leaf of these rows says, before the rate.
  [[nodiscard]] double says(const Sums& sums, const Bounds& bounds) const {
    return std::clamp(-sums.gradient / (sums.hessian + options_.leaf_penalty), bounds.low, bounds.high);
  }

  void ask(std::size_t feature, std::span<const Sums> histogram, const Sums& total, const Bounds& bounds,
           Split& best) const {
    const auto score = [&](const Sums& sums) {
      const double value = says(sums, bounds);
      return -(2 * sums.gradient * value + (sums.hessian + options_.leaf_penalty) * value * value);
    };
    const Sums missing = histogram[missing_bin];
    const bool any_missing = missing.hessian > 0;
    Sums left;
    for (std::size_t bin = 0; bin + 1 <= cuts_[feature].size(); ++bin) {
      left += histogram[bin];
      for (int side = 0; side < (any_missing ? 2 : 1); ++side) {
        Sums here = left;
        if (side == 0) here += missing;
        const Sums other = total - here;
        if (here.hessian < options_.leaf_weight_min || other.hessian < options_.leaf_weight_min) continue;
        const double gain = score(here) + score(other) - score(total);
        if (!(gain > best.gain + 1e-9)) continue;
        const double left_says = says(here, bounds);
        const double right_says = says(other, bounds);
        if (grows(feature) && left_says > right_says) continue;
        best = {gain, feature, bin, side == 0, left_says, right_says};
      }
    }
  }

  [[nodiscard]] bool goes_left(const TreeNode& node, std::size_t row) const {
    const float value = set_.feature[row * set_.features + static_cast<std::size_t>(node.feature)];
    return std::isnan(value) ? node.missing_left : value <= node.threshold;
  }
  [[nodiscard]] std::size_t leaf_of(const std::vector<TreeNode>& tree, std::size_t row) const {
    std::size_t at = 0;
    while (tree[at].feature >= 0)
      at = static_cast<std::size_t>(goes_left(tree[at], row) ? tree[at].left : tree[at].right);
    return at;
  }

  static constexpr std::uint8_t missing_bin = 255;
  const TrainingSet& set_;
  const TrainingOptions& options_;
  std::size_t n_;
  std::vector<std::vector<float>> cuts_;
  std::vector<std::uint8_t> bin_;
  std::vector<double> score_;
  std::vector<Sums> gradient_;
  std::vector<std::int32_t> node_;
  std::vector<std::uint32_t> rows_;  ///< drawn for this tree
  std::vector<Bounds> bounds_;       ///< of each node
  std::vector<std::size_t> used_;
};

}  // namespace

TreeSum train_trees(const TrainingSet& set, const TrainingOptions& options) { return Trainer(set, options).train(); }

}  // namespace celadon::quality
