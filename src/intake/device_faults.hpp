#pragma once

#include "core/result.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace celadon::intake {

/// What can be wrong with a simulated field unit or its line.
enum class DeviceFault : std::uint8_t {
  // of one sending
  split,
  corrupt,
  drop,
  drop_bytes,
  duplicate,
  delay,
  disconnect,
  // of one message
  reorder,
  drop_data,
  // of one value
  fault_flag,
  // of a whole device
  wrong_unit,
  stuck_value,
  clock_drift,
  modbus_crc,
  no_line_end,
  // of one request of the host
  command_refuse,
  command_busy,
  command_silent,
  command_no_data,
  count,
};
inline constexpr std::size_t device_faults = static_cast<std::size_t>(DeviceFault::count);

struct DeviceFaultMeaning {
  std::string_view name;     ///< as the command line has it
  std::string_view amount;   ///< what its number is
  double highest = 1;        ///< the number may be 0 to this
  std::string_view meaning;  ///< for a person
};
/// In the order of DeviceFault.
[[nodiscard]] std::span<const DeviceFaultMeaning> device_fault_meanings();

/// How much of each; nothing unless told.
class DeviceFaults {
 public:
  /// "split=0.1,corrupt=0.05". Errors   unknown_code with the list of names; invalid_value for an amount out of range.
  [[nodiscard]] static Result<DeviceFaults> parse(std::string_view text);
  [[nodiscard]] double of(DeviceFault fault) const { return amounts_[static_cast<std::size_t>(fault)]; }
  void set(DeviceFault fault, double amount) { amounts_[static_cast<std::size_t>(fault)] = amount; }

 private:
  std::array<double, device_faults> amounts_{};
};

/// The faults that struck something, one bit each.
class StruckBy {
 public:
  void add(DeviceFault fault) { bits_ |= 1U << static_cast<unsigned>(fault); }
  void add(StruckBy others) { bits_ |= others.bits_; }
  [[nodiscard]] bool has(DeviceFault fault) const { return (bits_ >> static_cast<unsigned>(fault) & 1U) != 0; }
  [[nodiscard]] std::string to_text() const;  ///< names joined by +; empty when none

 private:
  std::uint32_t bits_ = 0;
};
static_assert(device_faults <= 32);

}  // namespace celadon::intake
