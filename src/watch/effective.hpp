#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "quality/checker.hpp"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace celadon::watch {

/// How a value in a series of stage `reviewed` came about; stands where a device's flag would.
namespace review_mark {
inline constexpr DeviceFlag voided = 'v';     ///< left out of judgements; the value is NaN
inline constexpr DeviceFlag accepted = 'a';   ///< stands as it came, whatever the automatic rules say
inline constexpr DeviceFlag corrected = 'c';  ///< moved by a rule: offset, drift, scale
inline constexpr DeviceFlag imported = 'i';   ///< came as a reviewed value
inline constexpr DeviceFlag restored = 'r';   ///< the decision before is taken back: the raw value counts again
}  // namespace review_mark

/// The series that holds what people decided of a raw series.
[[nodiscard]] SeriesKey reviewed_twin(const SeriesKey& raw);

/// What people decided of a value, where they did.
struct Settled {
  double value = 0;  ///< NaN: voided
  DeviceFlag mark = 0;
  std::int64_t batch = 0;
  Instant result_time;
};
using Settlements = std::map<quality::Place, Settled>;  ///< by place of the raw value

/// The decisions on raw series in from..to, those taken back left out.
[[nodiscard]] Result<Settlements> settlements(const archive::Archive& archive, const ledger::Ledger& ledger,
                                              std::span<const SeriesId> raw, Instant from, Instant to,
                                              std::optional<Instant> as_known_at = {});

/// Values as the law is to take them: what people decided, and where they did not the newest raw version, NaN where a
/// flag voids it. Shapes as Archive::read_grid; `query.series` are raw series.
[[nodiscard]] Result<void> read_effective(const archive::Archive& archive, const ledger::Ledger& ledger,
                                          const archive::GridQuery& query, std::span<double> value);

}  // namespace celadon::watch
