#pragma once

#include "core/json_writer.hpp"
#include "core/time.hpp"
#include "intake/hj212_deviations.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// How far a device keeps to the standard, over its last 24 hours.
///
/// Score    mean over the messages of max(0, 100 - sum of the weights of what was found in the message), each finding
///          once a message; the weights stand in packs/standards/hj212_deviations.csv and are ours. 100 is a device
///          that does all as its edition has it. Nothing without a message.
/// Window   the hour that runs and the 23 before it, so that the window is 23 to 24 hours long.
/// Memory   a bucket an hour with a row for each finding met in it; a message without one costs a division and
/// allocates
///          nothing.
class Conformity {
 public:
  /// A message with the names of what was found in it; a name that the pack does not have weighs nothing and is not
  /// told. Times may come a little out of order; one before the window is left out.
  void note(std::span<const std::string_view> found, const DeviationTable& meanings, Instant time);
  /// More of a message that was noted in this hour: its line end, which only the next bytes tell.
  void note_besides(std::span<const std::string_view> found, const DeviationTable& meanings, Instant time);

  struct Finding {
    std::string name;
    std::uint64_t count = 0;  ///< messages with it
    double share = 0;         ///< of all messages
    Instant last;
  };
  struct Report {
    std::optional<double> score;
    std::uint64_t messages = 0;
    std::vector<Finding> findings;  ///< the costliest (weight times share) first
  };
  [[nodiscard]] Report report(const DeviationTable& meanings, Instant time) const;

 private:
  struct Row {
    DeviationId id = 0;
    std::uint32_t count = 0;
    Instant last;
  };
  struct Hour {
    std::int64_t number = -1;  ///< hours since 1970
    std::uint64_t messages = 0, points = 0;
    std::vector<Row> rows;
  };
  [[nodiscard]] Hour* hour_of(Instant time);
  /// Counts each name once; the points that they cost.
  static std::uint64_t count(Hour& hour, std::span<const std::string_view> found, const DeviationTable& meanings,
                             Instant time);
  std::array<Hour, 24> hours_;
};

/// {score, messages, findings: [{name, count, share, last, weight, name_zh, name_en, fix_zh, fix_en, clause, trust}]}
void put_conformity(JsonWriter& json, const Conformity::Report& report, const DeviationTable& meanings);
/// The members of a deviation from name_zh on; empty where the pack does not have it.
void put_deviation_words(JsonWriter& json, const DeviationMeaning* meaning);

}  // namespace celadon::intake
