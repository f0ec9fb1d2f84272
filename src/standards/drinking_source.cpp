#include "standards/drinking_source.hpp"

#include "core/assert.hpp"

#include <cmath>
#include <limits>

namespace celadon::standards {

SourceVerdict source_verdict(std::span<const SourceVerdict> item) {
  SourceVerdict verdict = SourceVerdict::not_judged;
  for (const auto one : item) {
    if (one == SourceVerdict::fails) return one;
    if (one == SourceVerdict::meets) verdict = one;
  }
  return verdict;
}

double SourceAttainment::percent_by_number() const {
  if (judged == 0) return std::numeric_limits<double>::quiet_NaN();
  return 100 * static_cast<double>(met) / static_cast<double>(judged);
}

double SourceAttainment::percent_by_intake() const {
  if (!(intake_judged > 0)) return std::numeric_limits<double>::quiet_NaN();
  return 100 * (intake_met / intake_judged);  // in this order all of it is 100 exactly
}

SourceAttainment source_attainment(std::span<const SourceVerdict> verdict, std::span<const double> intake_m3) {
  CELADON_ASSERT(verdict.size() == intake_m3.size());
  SourceAttainment sum;
  for (std::size_t i = 0; i < verdict.size(); ++i) {
    if (verdict[i] == SourceVerdict::not_judged) continue;
    const bool meets = verdict[i] == SourceVerdict::meets;
    ++sum.judged;
    if (meets) ++sum.met;
    if (!(intake_m3[i] >= 0) || std::isinf(intake_m3[i])) {
      ++sum.without_intake;
      continue;
    }
    sum.intake_judged += intake_m3[i];
    if (meets) sum.intake_met += intake_m3[i];
  }
  return sum;
}

}  // namespace celadon::standards
