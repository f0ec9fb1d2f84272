#pragma once

#include "intake/reviewed_pairs.hpp"
#include "quality/assessment.hpp"
#include "quality/completeness.hpp"
#include "quality/review_terms.hpp"
#include "watch/derivation_desk.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::watch {

/// What review goes by, out of packs/quality.
struct ReviewPacks {
  quality::ReviewTerms terms;
  std::vector<quality::CheckRule> checks;
  quality::Combination combination;
  std::vector<quality::CompletenessRule> completeness;
  quality::DeviceFlags device_flags;
};
/// Errors   naming file, line and reason.
[[nodiscard]] Result<ReviewPacks> read_review_packs(const std::filesystem::path& packs);

/// What a review made elsewhere said of each value of a decision.
struct ReviewedElsewhere {
  std::vector<double> values;      ///< one for each time where the action is replace, else empty
  std::vector<std::string> notes;  ///< one for each time, or empty
};

/// What a person decides of values of one series.
struct ReviewDecision {
  std::int64_t id = 0;  ///< given by the ledger
  std::string site, property;
  Averaging averaging;
  std::vector<Instant> times;  ///< ascending
  std::string action;          ///< of ReviewTerms
  std::map<std::string, double> numbers;
  std::string reason, note;
  std::string who;
  Instant at;
  std::optional<ReviewedElsewhere> pairs;  ///< of a decision that came of an import of pairs
};

/// Where a sheet, one site and legal day, stands.
struct SheetState {
  std::string state;
  std::int64_t revision = 0;  ///< 0: nobody has moved it yet
};
struct SheetStep {
  Instant at;
  std::string who, why, transition, from, to;
};

/// A value under review.
struct ReviewRow {
  Instant time;
  double raw = 0, value = 0;  ///< as it came; as it counts, NaN where it is voided
  DeviceFlag device_flag = 0;
  std::vector<QualityFlag> flags;        ///< of the rules on the stream
  std::vector<quality::RuleFlag> found;  ///< of the assessment
  quality::Proposal proposal = quality::Proposal::valid;
  double probability = 0;     ///< that a reviewer marks it; NaN for missing values
  std::int64_t decision = 0;  ///< 0: none
};
struct ReviewColumn {
  SeriesId series{};
  SeriesKey key;
  std::vector<ReviewRow> rows;
};

/// A row that a person should look at: proposed void or suspect, and nobody has decided.
[[nodiscard]] bool needs_eyes(const ReviewRow& row);

struct PropertyCompleteness {
  std::string property;
  quality::PeriodCompleteness day;
  std::vector<quality::Hole> holes;
};

struct ReviewSheet {
  ledger::Site site;
  LegalDay day;
  SheetState state;
  std::vector<ReviewColumn> columns;               ///< by property; of the days asked for
  std::vector<PropertyCompleteness> completeness;  ///< of `day`
};

/// Why values of a sheet need eyes.
struct ReasonCount {
  std::string rule, zh, en;
  std::size_t count = 0;
};
struct QueueItem {
  ledger::Site site;
  LegalDay day;
  SheetState state;
  std::size_t values = 0, missing = 0, need_eyes = 0, proposed_void = 0, proposed_suspect = 0, decided = 0;
  std::optional<bool> complete;  ///< nothing where no rule speaks of its properties
  std::vector<PropertyCompleteness> completeness;
  std::vector<ReasonCount> reasons;  ///< most first
  double priority = 0;               ///< what is expected to be marked, and holes
};

struct QueueQuery {
  std::optional<LegalDay> from, to;  ///< the newest ended day when left out; at most 31 days
  std::string kind, state, property;
};
struct Queue {
  LegalDay from, to;
  std::optional<LegalDay> first_known, last_known;  ///< days that have values to review
  std::vector<QueueItem> items;                     ///< highest priority first
};

inline constexpr std::size_t values_of_a_decision_max = 10'000;

/// What becomes of the rows of a table of pairs; each is counted once, but `raw_added`, which counts values that the
/// rows bring along.
struct PairCounts {
  std::size_t rows = 0;
  std::size_t raw_added = 0;                            ///< raw values that are not there yet
  std::size_t accepted = 0, voided = 0, corrected = 0;  ///< new decisions
  std::size_t unchanged = 0;                            ///< stand like that already
  std::size_t superseded = 0;                           ///< stood like that, and were decided otherwise here since
  std::size_t empty = 0;                                ///< without any value
  std::size_t refused = 0;
  [[nodiscard]] std::size_t decided() const { return accepted + voided + corrected; }
};
struct PairsPreview {
  PairCounts counts;
  intake::PairProblems problems;   ///< of reading and of deciding, by line
  std::optional<Erratum> erratum;  ///< nothing where nothing is decided
  std::vector<std::int64_t> ids;   ///< of the decisions, once they are entered
};

/// Review of values: what needs a person's eyes, what he decides, what follows from it, and how the sheet is closed.
///
/// Nothing is overwritten: a decision is an entry of the ledger (kind "review-decision") and values in series of stage
/// `reviewed` beside the raw ones; a sheet's steps are revisions of kind "review-sheet". Any thread may call anything.
class ReviewDesk {
 public:
  /// All must outlive the desk.
  ReviewDesk(archive::Archive& archive, ledger::Ledger& ledger, DerivationDesk& derivation, ReviewPacks packs)
      : archive_(archive), ledger_(ledger), derivation_(derivation), packs_(std::move(packs)) {}

  [[nodiscard]] const quality::ReviewTerms& terms() const { return packs_.terms; }
  [[nodiscard]] const ReviewPacks& packs() const { return packs_; }

  /// Sheets of the days, ranked. Errors   invalid_value with the field for days that end before they begin or are too
  /// many.
  [[nodiscard]] Result<Queue> queue(const QueueQuery& query) const;
  /// One site; the columns reach over `days` (1 to 31) that end with `day`.
  [[nodiscard]] Result<ReviewSheet> sheet(const std::string& site, LegalDay day, int days) const;
  [[nodiscard]] Result<std::vector<SheetStep>> history(const std::string& site, LegalDay day) const;
  /// Decisions of the site that speak of times in from..to, oldest first.
  [[nodiscard]] Result<std::vector<ReviewDecision>> decisions(const std::string& site, Instant from, Instant to) const;

  /// What the decisions would change.
  /// Errors   invalid_value or unknown_code with the field: an action or reason that is not known, numbers that are
  ///          missing, times without a value; conflict for days that are not open.
  [[nodiscard]] Result<Erratum> preview(const std::vector<ReviewDecision>& decisions) const;
  struct Decided {
    std::vector<std::int64_t> ids;
    std::optional<Erratum> erratum;  ///< nothing where no value changed, as with a note
  };
  /// Enters the decisions. `digest` is that of the preview. Errors   as preview; conflict; those of the ledger.
  [[nodiscard]] Result<Decided> decide(std::vector<ReviewDecision> decisions, const std::string& who,
                                       const std::string& why, const std::string& digest);
  /// Moves a sheet on. Errors   not_found for a transition that is not known; conflict where the sheet has moved or is
  /// not
  ///          in a state it leads from; invalid_value where another person is needed or a reason.
  [[nodiscard]] Result<SheetState> move(const std::string& site, LegalDay day, const std::string& transition,
                                        const std::string& who, const std::string& why, std::int64_t revision);
  [[nodiscard]] Result<SheetState> state_of(const std::string& site, LegalDay day) const;

  /// What a table of values before and after a review made elsewhere would change, and the rows that are not taken
  /// (docs/review.md). No value is stored; a series that is new gets its number. `name` is that of the file.
  [[nodiscard]] Result<PairsPreview> preview_pairs(const intake::ReviewedPairs& pairs, const std::string& name) const;
  /// Stores the raw values that are not there through `store_raw`, and enters the decisions: one erratum for all.
  /// Nothing is done where nothing is new. Errors   invalid_value without `who`; conflict where the consequences are
  /// not those of `digest`; those of `store_raw` and of the ledger.
  [[nodiscard]] Result<PairsPreview> decide_pairs(const intake::ReviewedPairs& pairs, const std::string& name,
                                                  const std::string& who, const std::string& why,
                                                  const std::string& digest,
                                                  const std::function<Result<void>(Observations)>& store_raw);

 private:
  friend class PairsPlanner;
  [[nodiscard]] Result<Decided> enter(std::vector<ReviewDecision>& decisions, std::span<const Settlement> settlements,
                                      const std::string& who, const std::string& why, const std::string& digest,
                                      const std::function<Result<void>()>& before);
  [[nodiscard]] bool is_open(const SheetState& state) const;
  [[nodiscard]] Result<std::vector<Settlement>> settlements_of(const std::vector<ReviewDecision>& decisions) const;
  [[nodiscard]] Result<void> check(const ReviewDecision& decision) const;

  archive::Archive& archive_;
  ledger::Ledger& ledger_;
  DerivationDesk& derivation_;
  const ReviewPacks packs_;
  std::mutex deciding_;  ///< numbers of decisions, and the state of sheets while values change
};

}  // namespace celadon::watch
