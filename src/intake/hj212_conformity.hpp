#pragma once

#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

struct DeviationMeaning;

/// How well one device keeps to the standard, over the last 24 hours.
///
/// Score    mean over the messages of max(0, 100 - sum of the weights of a message's deviations), each deviation
/// counted
///          once a message; the weights stand in packs/standards/hj212_deviations.csv. 100 is a device that does all as
///          its edition has it.
/// Memory   one bucket an hour; a message without a deviation allocates nothing.
class Conformity {
 public:
  /// A message with the names of its deviations; names that the pack does not have weigh nothing.
  void note(std::span<const std::string_view> deviations, const std::vector<DeviationMeaning>& meanings, Instant time);

  struct Finding {
    std::string name;
    std::uint64_t count = 0;  ///< messages with it
    double share = 0;         ///< of all messages
  };
  struct Report {
    std::optional<double> score;  ///< nothing without a message
    std::uint64_t messages = 0;
    std::vector<Finding> findings;  ///< the costliest first
  };
  [[nodiscard]] Report report(const std::vector<DeviationMeaning>& meanings, Instant time) const;

 private:
  struct Hour {
    std::int64_t number = -1;  ///< hours since 1970
    std::uint64_t messages = 0, points = 0;
    std::map<std::string, std::uint64_t, std::less<>> counts;
  };
  std::array<Hour, 24> hours_;
};

}  // namespace celadon::intake
