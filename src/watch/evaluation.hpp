#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/judge.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace celadon::watch {

/// What to evaluate: whole legal days of the stored hours.
struct EvaluationRequest {
  std::string rule = "air";        ///< one of evaluation_rules()
  LegalDay from, to;               ///< both included
  std::string region;              ///< how the county code of a site begins ("3602"); empty: every site
  std::vector<std::string> sites;  ///< ids; empty: every site of the kind
  std::string edition;             ///< of the limits the period is held against; empty: by its last day
  std::optional<Instant> as_known_at;
  unsigned threads = 1;
  bool store = true;  ///< writes the derived series
};

/// What is said of one site over the whole period.
struct SiteEvaluation {
  std::string site;
  std::size_t days = 0, days_valid = 0;  ///< days of the period, and those with an index (air) or a class (water)
  std::optional<double> good_day_percent;
  standards::Judgement period;
};

struct EvaluationSummary {
  std::vector<SiteEvaluation> sites;  ///< by id
  std::size_t values_read = 0;        ///< cells of the period that were looked at
  std::size_t derived_new = 0;        ///< derived values that are new or came out otherwise than before
};

/// Called from the working threads, one at a time.
using EvaluationProgress = std::function<void(std::size_t sites_done, std::size_t sites)>;

[[nodiscard]] const std::vector<std::string>& evaluation_rules();

/// Makes days of hours and a period of days, judges the period, and stores what it made as derived series: stage
/// `derived`, averaging P1D, and P1M or P1Y where the period is a calendar month or year.
///
/// Each day goes by the edition in force on it; the period by that of its last day. Sites are worked on in parallel and
/// each alone, so that the number of threads changes nothing. A derived value that came out before as it does now is
/// not stored again; one that no longer comes out gets a newer version that is missing. Source   air: HJ 663 and HJ
/// 633; a city of the ledger is the mean of its stations, HJ 663-2013 A.2. Errors   invalid_value for a period that
/// ends before it begins or is longer than ten years; unknown_code for a rule,
///          site or edition; those of archive and ledger.
[[nodiscard]] Result<EvaluationSummary> evaluate(archive::Archive& archive, ledger::Ledger& ledger,
                                                 const standards::Library& library, const EvaluationRequest& request,
                                                 const EvaluationProgress& progress = {});

}  // namespace celadon::watch
