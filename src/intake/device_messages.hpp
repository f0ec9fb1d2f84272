#pragma once

#include "intake/device_faults.hpp"
#include "intake/device_signal.hpp"
#include "intake/hj212_cipher.hpp"
#include "intake/hj212_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::intake {

/// One simulated field unit.
struct DeviceIdentity {
  std::uint32_t index = 0, of = 1;  ///< its place among the units of a run; spreads them over an interval
  std::string mn, password = "123456", system = "32";
  Edition212 edition = Edition212::of_2017;
  std::optional<Key212> key;  ///< data are encrypted with it (2025)
  const std::vector<SimulatedFactor>* factors = nullptr;
};

/// Command codes of this file are numbers: 2011.
using Command = std::uint16_t;

/// Length of what a data message speaks for; 0 for a moment (2011, 2021, 2081).
[[nodiscard]] std::int64_t period_us(Command cn, int minute_min);
/// The first begin of a period at or after the moment, on the grid of Beijing days.
[[nodiscard]] Instant first_period(Instant from, std::int64_t length_us);

/// One value as it stands in a message.
struct SentValue {
  std::string_view code, suffix;
  std::string text;
  StruckBy struck;
};

/// What a unit has measured: a function of seed, unit, command and time alone, so that history needs no memory.
class DeviceMeasurements {
 public:
  /// Both must outlive this.
  DeviceMeasurements(std::uint64_t seed, const DeviceFaults& faults, const DeviceIdentity& identity)
      : seed_(seed), faults_(&faults), identity_(&identity) {}

  /// Values of 2011, 2051, 2061, 2031, in the order of the message. Zs... are mean * (21 - standard) / (21 - oxygen).
  [[nodiscard]] std::vector<SentValue> values(Command cn, Instant data_time, int minute_min) const;
  /// The items of the data area behind DataTime, one a factor or facility.
  [[nodiscard]] std::vector<std::string> items(Command cn, Instant data_time, int minute_min) const;

 private:
  struct Reading;
  [[nodiscard]] Reading read(std::size_t factor, Command cn, Instant data_time, std::int64_t length_us) const;
  [[nodiscard]] std::optional<std::size_t> struck_factor(DeviceFault fault) const;

  std::uint64_t seed_;
  const DeviceFaults* faults_;
  const DeviceIdentity* identity_;
};

/// The header of a data segment, and what of it varies.
struct DeviceHeader {
  Command cn = 0;
  std::string_view system;    ///< ST
  std::string_view qn;        ///< empty: none
  std::string_view password;  ///< may have been changed by the host
  bool wants_answer = false;
  unsigned pnum = 1, pno = 1;  ///< written where pnum is above 1
  bool resent = false;         ///< RF=1, of 2025
};
[[nodiscard]] std::string device_segment(const DeviceIdentity& identity, const DeviceHeader& header,
                                         std::string_view area);

/// Room that packets_of() leaves for header, DataTime and ends in a message of a unit.
inline constexpr std::size_t packet_header_bytes = 150;

/// Cuts items into packets whose segments hold 1,024 bytes at most (HJ 212-2017 6.3.1, C.49): the first and the last
/// place, behind the last item, of each. An item that is longer alone is a packet alone.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> packets_of(const std::vector<std::string>& items,
                                                                          std::size_t header_bytes);

}  // namespace celadon::intake
