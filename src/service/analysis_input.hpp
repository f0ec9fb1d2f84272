#pragma once

#include "service/service.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::service {

/// A series as a figure names it: "site:property[:averaging[:statistic[:stage]]]"; PT1H, mean, raw where left out.
struct SeriesWanted {
  std::string text;  ///< as it was asked for
  ledger::Series series;
  std::string unit;
};

/// Errors   malformed, unknown_code, not_found naming `field`.
[[nodiscard]] Result<SeriesWanted> parse_series(const Parts& parts, const std::string& text, const std::string& field);

/// A value that is flagged, settled or left out, to be marked in a figure.
struct ValueMark {
  Instant phenomenon_end;
  double value = 0;  ///< as it came
  std::string rule;  ///< of quality; "reviewed" where people settled it
  bool voids = false;
  std::string reason_zh, reason_en;
};

/// What became of the rows of one series: enough to make the figure again and to say what it does not hold.
struct SeriesEvidence {
  SeriesWanted wanted;
  std::size_t used = 0;      ///< values in the figure's own days
  std::size_t absent = 0;    ///< rows of those days without an observation
  std::size_t missing = 0;   ///< came as missing
  std::size_t voided = 0;    ///< left out for a flag or by review
  std::size_t reviewed = 0;  ///< settled by people, in place of the raw value
  std::size_t off_grid = 0;  ///< at times between the rows
  std::optional<Instant> newest_result_time, first, last;
  std::vector<ValueMark> marks;  ///< ascending
};

/// One series as it is to be judged: values that are voided left out, what people settled in place of the raw value
/// (watch/effective.hpp), on the rows of the grid from `first` (begin of the first window) every `step_us`.
///
/// Shapes   value[rows]; NaN where there is none
/// Errors   too_many where there are more observations than can be read at once; those of the archive.
[[nodiscard]] Result<SeriesEvidence> read_series(const Parts& parts, const SeriesWanted& wanted, Instant first,
                                                 std::int64_t step_us, Instant own_from,
                                                 std::optional<Instant> as_known_at, std::span<double> value);

}  // namespace celadon::service
