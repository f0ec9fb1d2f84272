#include "quality/combination_training.hpp"
#include "quality/scores.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

using namespace celadon;
using namespace celadon::quality;

namespace {

constexpr std::array<std::string_view, 3> names = {"spike", "flat", "noise"};

/// Marked where spike + flat > 3; noise says nothing; a tenth of the features is missing.
TrainingSet drawn_set(std::size_t rows, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<float> size(0, 3);
  TrainingSet set;
  set.features = 3;
  set.grows = {1, 1, 0};
  for (std::size_t i = 0; i < rows; ++i) {
    const float spike = size(random);
    const float flat = size(random);
    for (const float one : {spike, flat, size(random)}) set.feature.push_back(random() % 10 == 0 ? std::nanf("") : one);
    set.marked.push_back(spike + flat > 3 ? 1 : 0);
    set.weight.push_back(1);
    set.group.push_back(static_cast<std::uint32_t>(i / 20));
  }
  return set;
}

const TrainingOptions options = {
    .trees = 40, .depth = 3, .leaf_weight_min = 5, .group_share = 0.7, .feature_share = 0.9};

double area_of(const TreeSum& sum, const TrainingSet& set) {
  std::vector<float> score;
  for (std::size_t i = 0; i < set.rows(); ++i)
    score.push_back(static_cast<float>(sum.probability(std::span(set.feature).subspan(i * 3, 3))));
  return roc_area(score, set.marked);
}

}  // namespace

TEST_CASE("trees learn what two strengths say together, and say it of values they have not seen") {
  const auto sum = train_trees(drawn_set(4000, 1), options);
  CHECK(area_of(sum, drawn_set(2000, 2)) > 0.93);
}

TEST_CASE("the same set and seed give the same trees, another seed others") {
  const auto set = drawn_set(2000, 1);
  Combination a, b, c;
  a.marked = train_trees(set, options);
  b.marked = train_trees(set, options);
  auto other = options;
  other.seed = 2;
  c.marked = train_trees(set, other);
  CHECK(a.text(names) == b.text(names));
  CHECK(a.text(names) != c.text(names));
}

TEST_CASE("a probability lies within 0 and 1 and never falls as a strength grows") {
  const auto sum = train_trees(drawn_set(4000, 3), options);
  for (const float other : {0.0F, 1.0F, 2.5F, std::nanf("")}) {
    for (const float noise : {0.0F, 1.5F, std::nanf("")}) {
      double last = 0;
      for (float strength = 0; strength < 20; strength += 0.01F) {
        const double p = sum.probability(std::array{strength, other, noise});
        CHECK((p >= last && p <= 1));
        last = p;
      }
      last = 0;
      for (float strength = 0; strength < 20; strength += 0.01F) {
        const double p = sum.probability(std::array{other, strength, noise});
        CHECK((p >= last && p <= 1));
        last = p;
      }
    }
  }
}

TEST_CASE("a set that is all good or all bad teaches one answer") {
  auto set = drawn_set(100, 1);
  std::ranges::fill(set.marked, std::uint8_t{0});
  CHECK(train_trees(set, options).probability(std::array{9.0F, 9.0F, 9.0F}) < 0.001);
  std::ranges::fill(set.marked, std::uint8_t{1});
  CHECK(train_trees(set, options).probability(std::array{0.0F, 0.0F, 0.0F}) > 0.999);
}

TEST_CASE("a combination is read as it was written") {
  Combination made;
  made.note = "trained on\ntwo lines\n";
  made.marked = train_trees(drawn_set(2000, 1), options);
  made.marked.propose_at = 0.25;
  made.voided = train_trees(drawn_set(2000, 2), options);
  const auto text = made.text(names);
  const auto read = Combination::parse(text, "c.csv", names);
  REQUIRE(read.has_value());
  CHECK(read->text(names) == text);
  CHECK(read->note == made.note);
  CHECK(read->marked.propose_at == 0.25);
}

TEST_CASE("a damaged combination is refused with its line") {
  const std::string head = "model,tree,node,feature,threshold,missing,left,right,value\n";
  const auto why = [&](const std::string& rows) {
    const auto read = Combination::parse(head + rows, "c.csv", names);
    REQUIRE_FALSE(read.has_value());
    return read.error().detail;
  };
  CHECK(why("marked,0,0,speed,1,left,1,2,0\n").starts_with("c.csv:2: feature"));
  CHECK(why("maybe,0,0,leaf,,,,,0\n").starts_with("c.csv:2: model"));
  CHECK(why("marked,1,0,leaf,,,,,0\n").starts_with("c.csv:2: tree"));
  CHECK(why("marked,0,1,leaf,,,,,0\n").starts_with("c.csv:2: node"));
  CHECK(why("marked,0,0,spike,1,up,1,2,0\n").starts_with("c.csv:2: missing"));
  CHECK(why("marked,0,0,leaf,,,,,nan\n").starts_with("c.csv:2: value"));
  CHECK(why("marked,,,propose-at,,,,,1\n").starts_with("c.csv:2: value"));
  // a node that leads back to itself would be walked for ever
  CHECK(why("marked,0,0,spike,1,left,0,1,0\nmarked,0,1,leaf,,,,,0\n").find("leads nowhere") != std::string::npos);
  CHECK(why("marked,0,0,spike,1,left,1,2,0\nmarked,0,1,leaf,,,,,0\n").find("leads nowhere") != std::string::npos);
}

TEST_CASE("areas and counts are those worked out by hand") {
  const std::vector<float> score = {0.9F, 0.8F, 0.7F, 0.6F, std::nanf("")};
  const std::vector<std::uint8_t> marked = {1, 0, 1, 0, 1};
  CHECK(roc_area(score, marked) == doctest::Approx(0.75));
  CHECK(precision_area(score, marked) == doctest::Approx((1 + 2.0 / 3) / 2));
  const auto counts = counts_at(score, marked, 0.65);
  CHECK(counts.precision() == doctest::Approx(2.0 / 3));
  CHECK(counts.recall() == 1);
  CHECK(best_threshold(score, marked, std::vector<float>(5, 1)) == doctest::Approx(0.9));
  CHECK(best_threshold(score, marked, std::vector<float>{1, 0.1F, 1, 1, 1}) == doctest::Approx(0.7));
  const std::vector<float> tied(4, 0.5F);
  CHECK(roc_area(tied, std::vector<std::uint8_t>{1, 0, 1, 0}) == 0.5);
  CHECK(std::isnan(roc_area(tied, std::vector<std::uint8_t>(4, 0))));
}
