#pragma once

#include "core/result.hpp"
#include "quality/screen_pack.hpp"
#include "series.hpp"

#include <cstdint>
#include <string>

namespace celadon::tamper {

struct MeasureOptions {
  int repetitions = 60;
  std::uint64_t seed = 1;
  std::string only;  ///< one trick; empty is all
};

/// Prints a row of a Markdown table for each trick and strength: how often a rule that should see it does, with the 95
/// % interval of Wilson. Each repetition draws a real series of a year or more, plants, and screens it alone (with the
/// other outlet where the trick needs one). A finding counts when it overlaps the planted rows and was not there
/// before.
void measure_detection(const std::vector<Group>& groups, const std::vector<quality::screen::Rule>& rules,
                       const MeasureOptions& options);

/// Prints, for each set and rule, how many untampered series have a finding. Companions are made up where a rule needs
/// them, the values are real; the limit is the 90 % quantile.
void measure_false_alarms(const std::vector<Group>& groups, const std::vector<quality::screen::Rule>& rules,
                          const MeasureOptions& options);

}  // namespace celadon::tamper
