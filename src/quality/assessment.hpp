#pragma once

#include "core/time.hpp"
#include "quality/assessment_rules.hpp"
#include "quality/combination.hpp"
#include "quality/relation_checks.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::quality {

/// One property of the site over the stretch, in its canonical unit; NaN where nothing came. All columns of a stretch
/// are as long as its time.
struct StretchColumn {
  std::string property;
  std::span<const double> value;
};
/// The same property at another site, at the same times.
struct NeighbourColumn {
  enum class Side : std::uint8_t { beside, upstream, downstream };
  std::string property;
  Side side = Side::beside;
  std::span<const double> value;
};

/// What a reviewer has before him: one site over a stretch of time, whole.
struct SiteStretch {
  std::string site;               ///< for overrides; may be blank
  std::span<const Instant> time;  ///< ascending, none twice
  std::vector<StretchColumn> columns;
  std::vector<NeighbourColumn> neighbours;
  std::vector<WorkWindow> windows;
};

enum class Proposal : std::uint8_t { valid, suspect, voided };
[[nodiscard]] std::string_view to_text(Proposal proposal);  ///< "valid", "suspect", "void"

/// What one rule says of a column.
struct RuleStrength {
  std::size_t rule = 0;         ///< position in the rules
  std::vector<float> strength;  ///< a value each; NaN where it cannot be told
  std::vector<float> steps = {};  ///< of a clock: by how many steps it stands late, below 0 early; else empty
};

/// What all say of a column.
struct ColumnAssessment {
  std::string property;
  std::vector<RuleStrength> rules;        ///< those that apply and could be asked
  std::vector<float> probability;         ///< that a reviewer would mark it at all; NaN for missing values
  std::vector<float> probability_voided;  ///< that a reviewer would reject it
  std::vector<Proposal> proposal;         ///< valid for missing values: there is nothing to judge
};

/// Strengths of all rules, and the proposal for every value.
///
/// Shapes   one entry a column, in the order of the columns; memory is some 200 bytes a value while it works
/// Missing  stays missing; nothing is filled in
/// Errors   invalid_value where the times do not ascend, a column is not as long as they are or a property is there
/// twice Same     input and packs give the same answer to the last bit, whatever the order of the columns
[[nodiscard]] Result<std::vector<ColumnAssessment>> assess(const std::vector<CheckRule>& rules,
                                                           const Combination& combination, const SiteStretch& stretch);

/// A rule that has something to say of a value, in words.
struct RuleFlag {
  std::string rule;
  double strength = 0;
  std::string zh, en;
};
/// The rules whose strength reaches their `at` there, strongest (in `at`s) first.
[[nodiscard]] std::vector<RuleFlag> flags_of(const std::vector<CheckRule>& rules, const SiteStretch& stretch,
                                             const ColumnAssessment& column, std::size_t row);

/// What the combination sees of a value: the strengths of each kind of check, log-compressed, and the surroundings.
[[nodiscard]] std::span<const std::string_view> feature_names();
/// 1 for each feature that can only make a value more doubtful as it grows.
[[nodiscard]] std::vector<std::uint8_t> growing_features();
/// As assess, without the combination; features[row * feature_names().size() + k] for each column.
struct ColumnFeatures {
  std::string property;
  std::vector<RuleStrength> rules;
  std::vector<float> features;
};
[[nodiscard]] Result<std::vector<ColumnFeatures>> features_of(const std::vector<CheckRule>& rules,
                                                              const SiteStretch& stretch);

}  // namespace celadon::quality
