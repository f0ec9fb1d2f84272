#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"
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
};

/// Number of a series, new or old.
using SeriesResolver = std::function<Result<SeriesId>(const SeriesKey&)>;

/// What one device's data items have come to mean, so that a known item costs one look-up and no allocation.
class ObservationCache {
 public:
  struct Entry {
    SeriesId series{};
    Conversion to_canonical;
  };
  [[nodiscard]] const Entry* find(std::size_t kind, std::string_view key) const;
  void put(std::size_t kind, std::string_view key, const Entry& entry);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::array<std::unordered_map<std::string, Entry, TextHash, std::equal_to<>>, 4> by_kind_;
};

/// A data item that could not be taken.
struct RejectedItem {
  std::string_view key, value;  ///< into the message
  std::string reason;
  bool unknown_factor = false;  ///< else the field or the value is the trouble
};

/// True for the commands whose data become observations: 2011, 2051, 2061, 2031.
[[nodiscard]] bool carries_observations(std::string_view cn);

/// Appends the observations of a message to `rows`.
///
/// Times    DataTime of 2011 is the moment; of 2051, 2061 and 2031 it is the begin of the period (2017 annex C), so
/// that
///          phenomenon_end = DataTime + period.
/// Values   Rtd and Avg are means, Min, Max, Cou (total), Zs... converted; in the canonical unit of their property. An
/// empty value with
///          a flag is NaN. x-Flag goes to all values of x in the message.
/// Errors   malformed when DataTime is absent or no time (nothing is appended); whatever `resolve` fails with other
/// than
///          not_found. An item of an unknown factor or that is no number goes to `rejected`, the others are taken.
[[nodiscard]] Result<void> to_observations(const Message& message, const FactorTable& factors,
                                           const DeviceSettings& device, const SeriesResolver& resolve,
                                           ObservationCache& cache, Observations& rows,
                                           std::vector<RejectedItem>& rejected);

/// DataTime of a message as the end of what it speaks for.
[[nodiscard]] Result<Instant> phenomenon_end_of(const Message& message, const DeviceSettings& device);

}  // namespace celadon::intake
