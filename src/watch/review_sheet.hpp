#pragma once

#include "watch/review_desk.hpp"

#include <span>

namespace celadon::watch {

// Reading what is to be reviewed; for review_desk.cpp and data_requests.cpp.

/// Whether people review a series: values as they came, over windows of at most a day.
[[nodiscard]] bool is_reviewed(const SeriesKey& key);

/// The columns of one site over days first..last, assessed with the weeks around them and the same property nearby.
/// Errors   of the archive and of the assessment.
[[nodiscard]] Result<std::vector<ReviewColumn>> review_columns(const archive::Archive& archive,
                                                               const ledger::Ledger& ledger, const ReviewPacks& packs,
                                                               const ledger::Site& site, LegalDay first, LegalDay last);

/// Series over one day as they came and as they count, not assessed: one column each, also where nothing came.
[[nodiscard]] Result<std::vector<ReviewColumn>> counted_columns(const archive::Archive& archive,
                                                                const ledger::Ledger& ledger,
                                                                const std::vector<ledger::Series>& series,
                                                                LegalDay day);

/// How complete the day is, by the rules that speak of the columns' properties.
[[nodiscard]] std::vector<PropertyCompleteness> completeness_of(const ReviewPacks& packs,
                                                                std::span<const ReviewColumn> columns, LegalDay day);

}  // namespace celadon::watch
