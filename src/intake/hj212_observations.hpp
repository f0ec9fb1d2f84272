#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"
#include "core/text_hash.hpp"
#include "intake/hj212_data_commands.hpp"
#include "intake/hj212_factors.hpp"
#include "intake/hj212_message.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace celadon::intake {

/// How the messages of one field unit are to be read.
struct DeviceSettings {
  std::string site;
  int minute_interval_min = 10;  ///< length of 2051 data
  bool label_is_end = false;     ///< DataTime of period data names the end, against the standard
  friend bool operator==(const DeviceSettings&, const DeviceSettings&) = default;
};

/// Numbers of series, new or old, in the order of the keys; all or none. One call is one durable write where a series is
/// new, so that the new items of a message are asked for together.
using SeriesResolver = std::function<Result<std::vector<SeriesId>>(const std::vector<SeriesKey>&)>;

/// What one device's data items have come to mean, so that a known item costs one look-up and no allocation.
class ObservationCache {
 public:
  struct Entry {
    SeriesId series{};
    Conversion to_canonical;
    bool converted = false;  ///< a Zs value
  };
  /// `command`: place in `data_commands`. A device that sends under another system code means other properties: then
  /// what was learnt is forgotten.
  /// `place` of the item in its message: a device sends the same items in the same order, so that it is mostly the one
  /// that stood there before.
  [[nodiscard]] const Entry* find(std::string_view st, std::size_t command, std::string_view key, std::size_t place);
  const Entry& put(std::size_t command, std::string_view key, const Entry& entry);

 private:
  using Items = std::unordered_map<std::string, Entry, TextHash, std::equal_to<>>;
  struct OfCommand {
    Items items;
    std::vector<const Items::value_type*> by_place;  ///< null where nothing was found
  };
  std::string st_;
  std::array<OfCommand, data_commands.size()> by_command_;
};

/// A data item that could not be taken.
struct RejectedItem {
  std::string_view key, value;  ///< into the message
  std::string reason;
  std::string_view finding;  ///< unknown_factor, unknown_suffix, not_a_number or item_not_taken (hj212_deviations.csv)
};

/// True for the commands whose data become observations (hj212_data_commands.hpp).
[[nodiscard]] constexpr bool carries_observations(std::string_view cn) {
  return data_command_of(cn) != no_data_command;
}

/// Appends the observations of a message to `rows`.
///
/// Series   the property is that of the factor; of totals, of noise by day and night, of facilities (SB1-RS) and of
///          standard checks it is one of their own, because it is another quantity. A series has no place for the
///          number of a facility or an equipment, so the property carries it: facility-state-01, e30107.
/// Times    DataTime of 2011, 2021, 2052 and 2062 is the moment; of period data it is the begin of the period
///          (2017 annex C), so that phenomenon_end = DataTime + period. Of 2013 the end is x-CompleteTime, else
///          DataTime.
/// Values   Rtd, Avg and Data are means, Min, Max, Cou (total), Zs... converted; in the canonical unit of their
///          property. An empty value is NaN. x-Flag goes to all values of x in the message, x-ZsFlag to the converted.
/// Errors   malformed when DataTime is absent or no time (nothing is appended); whatever `resolve` fails with of
/// io_failed
///          and file_damaged. An item of an unknown factor or field, or that is no number, goes to `rejected`; the
///          others are taken.
[[nodiscard]] Result<void> to_observations(const Message& message, const FactorTable& factors,
                                           const DeviceSettings& device, const SeriesResolver& resolve,
                                           ObservationCache& cache, Observations& rows,
                                           std::vector<RejectedItem>& rejected);

/// DataTime of a message as the end of what it speaks for.
[[nodiscard]] Result<Instant> phenomenon_end_of(const Message& message, const DeviceSettings& device);

/// Whether period data were sent before the period that would begin at their DataTime was over: then DataTime names the
/// end (finding label_is_end). `sent`: the device's own clock, else that of arrival. Ours: ten seconds are allowed.
[[nodiscard]] bool labels_end(const Message& message, const DeviceSettings& device, Instant sent);

}  // namespace celadon::intake
