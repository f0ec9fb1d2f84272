#pragma once

#include "standards/level_scale.hpp"
#include "watch/judging.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::watch {

/// judge_at() of each site, or judge_latest() where there is no `at`, in step with `sites`: what a map shows at a
/// moment. One reading of the archive serves all of them, and none where nothing is newer than `at`.
/// `options.as_known_at` and `options.why` are not for here. An edition belongs to one kind of rule: sites of another
/// kind go by the date. Sites of a kind without a rule give nothing.
/// Errors   those of the archive and of standards::judge.
[[nodiscard]] Result<std::vector<std::optional<SiteJudgement>>> judge_many(const Judges& judges,
                                                                           std::span<const ledger::Site> sites,
                                                                           std::optional<Instant> at,
                                                                           const JudgeOptions& options);

/// A property of a site at a moment.
struct SiteValue {
  Instant phenomenon_end;
  double value = 0;  ///< as it counts; NaN where it is missing
  bool voided = false;
  std::optional<standards::ScaleStep> step;  ///< where the edition of its day gives the property levels
};
/// The newest value of a property not after `at` and not older than age_max_us(), in step with `sites`: as it came, or
/// where none came, as it was derived. `edition` empty: by the date of the data. Errors   those of the archive.
[[nodiscard]] Result<std::vector<std::optional<SiteValue>>> values_many(const Judges& judges,
                                                                        std::span<const ledger::Site> sites,
                                                                        const std::string& property,
                                                                        const Averaging& averaging,
                                                                        std::optional<Instant> at,
                                                                        const std::string& edition);

}  // namespace celadon::watch
