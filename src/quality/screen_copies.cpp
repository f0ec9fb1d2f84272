// Copied blocks: seeds by hash, verified and extended, weighed by how seldom their differences occur.

#include "quality/screen_kernels.hpp"
#include "quality/screen_levels.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

namespace celadon::quality::screen {
namespace {

constexpr std::size_t exact_seed = 8, exact_changes_min = 5;
constexpr std::size_t sign_seed = 16, sign_changes_min = 10;
constexpr std::size_t wide_signs = 14, wide_stride = 3, wide_lag = 4, wide_changes_min = 11;
constexpr std::size_t wide_seed = (wide_signs - 1) * wide_stride + wide_lag;  ///< differences it spans
constexpr std::size_t bucket_max = 40;  ///< larger buckets hold everyday patterns: only neighbours are compared
constexpr double everyday_correlation = 0.9;

/// One series with its differences in whole steps and the weight of each.
struct Steps {
  Column value;
  double step = 1;
  std::vector<std::int64_t> difference;  ///< of row i to i + 1, in steps
  std::vector<char> known;               ///< both rows are there
  std::vector<double> weight;            ///< -ln of the frequency of this difference at this level; 0 for a zero
};

Steps steps_of(Column value) {
  Steps steps;
  steps.value = value;
  const double written = resolution(value);
  steps.step = written > 0 ? written : 1e-6;
  const std::size_t count = value.empty() ? 0 : value.size() - 1;
  steps.difference.resize(count);
  steps.known.resize(count);
  steps.weight.resize(count);
  const Levels levels(value);
  std::array<std::unordered_map<std::int64_t, double>, Levels::count> seen;
  std::array<double, Levels::count> total{};
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = value[i + 1] - value[i];
    if (!std::isfinite(difference) || std::fabs(difference) > 1e12 * steps.step) continue;
    steps.known[i] = 1;
    steps.difference[i] = std::llround(difference / steps.step);
    ++seen[levels.of(value[i])][steps.difference[i]];
    ++total[levels.of(value[i])];
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (steps.known[i] == 0 || steps.difference[i] == 0) continue;
    const std::size_t level = levels.of(value[i]);
    steps.weight[i] = -std::log((seen[level][steps.difference[i]] + 1) / (total[level] + 2));
  }
  return steps;
}

struct Seed {
  std::uint64_t hash = 0;
  std::uint32_t series = 0, row = 0;
  friend auto operator<=>(const Seed&, const Seed&) = default;
};

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash ^= word + 0x9e3779b97f4a7c15ULL + (hash << 6U) + (hash >> 2U);
  return hash * 0xff51afd7ed558ccdULL;
}

/// Places where `length` differences in a row are known and enough of them are changes, by the hash of what `code`
/// makes of a difference.
template <class Code>
std::vector<Seed> seeds_of(const std::vector<Steps>& all, std::size_t length, std::size_t changes_min, Code code) {
  std::vector<Seed> seeds;
  for (std::size_t s = 0; s < all.size(); ++s) {
    std::size_t known = 0;
    for (std::size_t end = 0; end < all[s].difference.size(); ++end) {
      known = all[s].known[end] != 0 ? known + 1 : 0;
      if (known < length) continue;
      std::uint64_t hash = 0;
      std::size_t changes = 0;
      for (std::size_t i = end + 1 - length; i <= end; ++i) {
        hash = mix(hash, static_cast<std::uint64_t>(code(all[s].difference[i])));
        if (all[s].difference[i] != 0) ++changes;
      }
      if (changes >= changes_min)
        seeds.push_back({hash, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(end + 1 - length)});
    }
  }
  std::ranges::sort(seeds);
  return seeds;
}

/// As seeds_of for the signs of differences over wide_lag rows, one every wide_stride rows.
std::vector<Seed> wide_seeds_of(const std::vector<Steps>& all) {
  std::vector<Seed> seeds;
  for (std::size_t s = 0; s < all.size(); ++s) {
    const Column value = all[s].value;
    std::size_t known = 0;
    for (std::size_t end = 0; end < all[s].difference.size(); ++end) {
      known = all[s].known[end] != 0 ? known + 1 : 0;
      if (known < wide_seed) continue;
      const std::size_t begin = end + 1 - wide_seed;
      std::uint64_t hash = 0;
      std::size_t changes = 0;
      for (std::size_t k = 0; k < wide_signs; ++k) {
        const std::size_t i = begin + k * wide_stride;
        const int sign = (value[i + wide_lag] > value[i]) - (value[i + wide_lag] < value[i]);
        hash = mix(hash, static_cast<std::uint64_t>(sign));
        if (sign != 0) ++changes;
      }
      if (changes >= wide_changes_min)
        seeds.push_back({hash, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(begin)});
    }
  }
  std::ranges::sort(seeds);
  return seeds;
}

/// Rows [begin, begin + length) of series a agree with those of series b from other_begin on.
struct Match {
  std::size_t a = 0, begin = 0, b = 0, other_begin = 0, length = 0;
  double expected = 0;  ///< E
};

class CopySearch {
 public:
  CopySearch(std::span<const Column> series, const CopyParameters& parameters) : parameters_(parameters) {
    for (const auto& column : series) steps_.push_back(steps_of(column));
    double places = 0;
    for (const auto& each : steps_) places += static_cast<double>(std::ranges::count(each.known, 1));
    pairs_ = places * places / 2;
  }

  std::vector<Match> run() {
    search(seeds_of(steps_, exact_seed, exact_changes_min, [](std::int64_t d) { return d; }), 0);
    search(seeds_of(steps_, sign_seed, sign_changes_min, [](std::int64_t d) { return (d > 0) - (d < 0); }),
           sign_seed + 1);
    search(wide_seeds_of(steps_), wide_seed + 1);
    for (std::size_t a = 0; a < steps_.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) same_hours(a, b);
    }
    return std::move(matches_);
  }

 private:
  /// `scaled_rows`: rows a seed spans where a straight line is to be fitted; 0 where differences are equal.
  void search(const std::vector<Seed>& seeds, std::size_t scaled_rows) {
    done_.clear();
    for (std::size_t begin = 0; begin < seeds.size();) {
      std::size_t end = begin;
      while (end < seeds.size() && seeds[end].hash == seeds[begin].hash) ++end;
      for (std::size_t i = begin; i < end; ++i) {
        const std::size_t last = end - begin > bucket_max ? std::min(i + 2, end) : end;
        for (std::size_t k = i + 1; k < last; ++k) consider(seeds[i], seeds[k], scaled_rows);
      }
      begin = end;
    }
  }

  void consider(const Seed& one, const Seed& two, std::size_t scaled_rows) {
    // The later stretch is the copy; within one series stretches must not overlap.
    const Seed& late = one.row > two.row ? one : two;
    const Seed& early = one.row > two.row ? two : one;
    const std::size_t lag = late.row - early.row;
    if (lag == 0 || (late.series == early.series && lag < static_cast<std::size_t>(parameters_.length_min))) return;
    auto& done = done_[{late.series, early.series, lag}];
    if (late.row < done) return;
    Match match{late.series, late.row, early.series, early.row, 0, 0};
    const bool found = scaled_rows > 0 ? extend_scaled(match, scaled_rows) : extend_exact(match);
    done = std::max<std::size_t>(done, match.begin + match.length + 1);
    if (found) matches_.push_back(match);
  }

  [[nodiscard]] bool equal_at(const Steps& a, const Steps& b, std::size_t i, std::size_t k) const {
    if (i >= a.difference.size() || k >= b.difference.size() || a.known[i] == 0 || b.known[k] == 0) return false;
    return a.difference[i] == b.difference[k] && a.step == b.step;
  }

  bool extend_exact(Match& match) const {
    const Steps& a = steps_[match.a];
    const Steps& b = steps_[match.b];
    std::size_t back = 0, on = 0;
    while (back < match.other_begin && equal_at(a, b, match.begin - back - 1, match.other_begin - back - 1)) ++back;
    while (equal_at(a, b, match.begin + on, match.other_begin + on)) ++on;
    match.begin -= back;
    match.other_begin -= back;
    std::size_t differences = on + back;
    if (match.a == match.b) differences = std::min(differences, match.begin - match.other_begin);
    match.length = differences + 1;
    double score = 0;
    for (std::size_t i = 0; i < differences; ++i)
      score += std::fmin(a.weight[match.begin + i], b.weight[match.other_begin + i]);
    match.expected = pairs_ * std::exp(-score);
    return match.length >= static_cast<std::size_t>(parameters_.length_min);
  }

  /// Grows while a straight line carries the earlier stretch onto the later one.
  bool extend_scaled(Match& match, std::size_t length) const {
    const Column a = steps_[match.a].value;
    const Column b = steps_[match.b].value;
    std::size_t begin = 0;
    const auto fits = [&](std::size_t back, std::size_t rows) {
      return pearson(a.subspan(match.begin - back, rows), b.subspan(match.other_begin - back, rows)) >= 0.99;
    };
    if (!fits(0, length)) return false;
    const auto there = [&](std::size_t i, std::size_t k) {
      return i < a.size() && k < b.size() && std::isfinite(a[i]) && std::isfinite(b[k]);
    };
    while (there(match.begin - begin + length, match.other_begin - begin + length) && fits(begin, length + 1)) ++length;
    while (begin < match.other_begin && there(match.begin - begin - 1, match.other_begin - begin - 1) &&
           fits(begin + 1, length + 1))
      ++begin, ++length;
    match.begin -= begin;
    match.other_begin -= begin;
    match.length = match.a == match.b ? std::min(length, match.begin - match.other_begin) : length;
    if (match.length < static_cast<std::size_t>(parameters_.scaled_length_min)) return false;
    std::vector<double> da, db;
    for (std::size_t i = 0; i + 1 < match.length; ++i) {
      da.push_back(a[match.begin + i + 1] - a[match.begin + i]);
      db.push_back(b[match.other_begin + i + 1] - b[match.other_begin + i]);
    }
    const double r = std::fmin(spearman(da, db), pearson(da, db));
    if (!(r > everyday_correlation)) return false;
    const double z = (std::atanh(std::fmin(r, 1 - 1e-9)) - std::atanh(everyday_correlation)) *
                     std::sqrt(static_cast<double>(da.size()) - 3);
    match.expected = pairs_ * normal_upper(z);
    return true;
  }

  /// Equal differences at the same hours: neighbours may agree by nature, so the pair's own habit is the null.
  void same_hours(std::size_t ia, std::size_t ib) {
    const Steps& a = steps_[ia];
    const Steps& b = steps_[ib];
    double changes = 0, equal_changes = 0;
    for (std::size_t i = 0; i < a.difference.size() && i < b.difference.size(); ++i) {
      if (a.known[i] == 0 || b.known[i] == 0 || a.difference[i] == 0) continue;
      ++changes;
      if (a.difference[i] == b.difference[i]) ++equal_changes;
    }
    const double chance = (equal_changes + 1) / (changes + 2);
    const double usual = std::fmax(chance, std::fmin(parameters_.same_hour_common, chance * 4));
    for (std::size_t i = 0; i < a.difference.size();) {
      std::size_t end = i;
      double counted = 0;
      for (; equal_at(a, b, end, end); ++end) counted += a.difference[end] != 0 ? 1 : 0;
      if (end - i + 1 >= static_cast<std::size_t>(parameters_.length_min)) {
        matches_.push_back({ia, i, ib, i, end - i + 1, pairs_ * std::pow(usual, counted)});
      }
      i = std::max(end, i + 1);
    }
  }

  const CopyParameters& parameters_;
  std::vector<Steps> steps_;
  std::vector<Match> matches_;
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, std::size_t> done_;
  double pairs_ = 0;
};

}  // namespace

Tests copies(std::span<const Column> series, const CopyParameters& parameters) {
  Tests tests;
  for (const auto& match : CopySearch(series, parameters).run()) {
    tests.add({.begin = match.begin,
               .end = match.begin + match.length,
               .statistic = static_cast<double>(match.length),
               .p = -std::expm1(-match.expected),
               .value = mean(series[match.a].subspan(match.begin, match.length)),
               .typical = mean(series[match.b].subspan(match.other_begin, match.length)),
               .other_begin = match.other_begin,
               .series = match.a,
               .other_series = match.b});
  }
  tests.count = static_cast<double>(series.size());
  return tests;
}

}  // namespace celadon::quality::screen
