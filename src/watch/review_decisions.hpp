#pragma once

#include "watch/review_desk.hpp"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace celadon::watch {

// How decisions lie in the ledger; for the desk of review.

inline constexpr const char* decision_kind = "review-decision";

/// Id of an entry in the ledger: nine digits.
[[nodiscard]] std::string decision_id(std::int64_t number);
[[nodiscard]] std::string decision_body(const ReviewDecision& decision);
/// Errors   file_damaged.
[[nodiscard]] Result<ReviewDecision> read_decision(const ledger::Revision& revision);

/// Which decision a value of a batch of review came of. A batch names its decisions as "7" or "7-12".
class DecisionBook {
 public:
  DecisionBook(const archive::Archive& archive, const ledger::Ledger& ledger) : archive_(archive), ledger_(ledger) {}
  /// 0 for a batch that names none. Errors   of the archive and of the ledger.
  [[nodiscard]] Result<std::int64_t> number(std::int64_t batch, const SeriesKey& raw, Instant time);
  /// Null for a batch that names none. Valid as long as the book.
  [[nodiscard]] Result<const ReviewDecision*> find(std::int64_t batch, const SeriesKey& raw, Instant time);

 private:
  using Place = std::tuple<std::string, std::string, Averaging>;
  struct Batch {
    std::int64_t first = 0, last = 0;
    bool is_read = false;
    std::vector<ReviewDecision> decisions;
    std::map<Place, std::vector<std::size_t>> by_place;
  };
  [[nodiscard]] Result<Batch*> batch_of(std::int64_t batch);
  [[nodiscard]] Result<void> read(Batch& batch) const;

  const archive::Archive& archive_;
  const ledger::Ledger& ledger_;
  std::map<std::int64_t, Batch> batches_;
};

}  // namespace celadon::watch
