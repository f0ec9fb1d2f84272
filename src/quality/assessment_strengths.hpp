#pragma once

#include "quality/assessment.hpp"
#include "quality/series_checks.hpp"

#include <array>
#include <vector>

namespace celadon::quality {

// Inside of the assessment: the strengths of all checks of one stretch, laid side by side.

/// What is known of one column once all checks have run.
struct ColumnStrengths {
  std::string property;
  SeriesScale scale;
  std::vector<RuleStrength> rules;
  /// The greatest strength of each kind; an empty column where no rule of the kind could be asked.
  std::array<std::vector<float>, check_kinds> of_kind;
  std::vector<float> shift_signed, neighbour_signed;  ///< in sigmas; empty where there is none
  std::vector<float> neighbour_wide;                  ///< what of neighbour_signed lasts, without its sign
  std::vector<Segment> segments;
};

/// Usual distance of two rows; 1 hour of fewer than two.
[[nodiscard]] std::int64_t usual_step_us(std::span<const Instant> time);

/// Errors   as assess
[[nodiscard]] Result<std::vector<ColumnStrengths>> run_checks(const std::vector<CheckRule>& rules,
                                                              const SiteStretch& stretch);

}  // namespace celadon::quality
