#pragma once

#include "archive/archive.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "ledger/ledger.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::watch {

/// A run of periods without a value.
struct Gap {
  Instant first_end, last_end;  ///< ends of its first and its last period
  std::size_t periods = 0;
  friend bool operator==(const Gap&, const Gap&) = default;
};

/// What a site has of one kind of period data.
struct Presence {
  Averaging averaging;
  std::size_t expected = 0, present = 0;
  std::vector<Gap> gaps;
};

/// The runs of missing period ends among `present` (ascending) in from..to, both included.
///
/// Ends are at whole multiples of the period in Beijing time; `present` ends that are not are passed over.
[[nodiscard]] std::vector<Gap> runs_missing(std::span<const Instant> present, std::int64_t period_us, Instant from,
                                            Instant to);

/// The period of a history command for a device: minutes as its entry says, an hour, a day.
/// Errors   invalid_value with field cn for other commands.
[[nodiscard]] Result<Averaging> period_of(std::string_view cn, const ledger::Device& device);

/// Period ends in from..to that have no value in any raw series of the device's site. What lies before the first value
/// that the site ever had of this kind is no gap.
/// Errors   invalid_value (cn, or more than 200,000 periods), and those of the archive.
[[nodiscard]] Result<Presence> find_gaps(const archive::Archive& archive, const ledger::Ledger& ledger,
                                         const ledger::Device& device, std::string_view cn, Instant from, Instant to);

}  // namespace celadon::watch
