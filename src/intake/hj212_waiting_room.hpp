#pragma once

#include "intake/device_status.hpp"
#include "intake/hj212_message.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// How much of unknown devices is held (docs/hj212.md).
struct WaitingLimits {
  std::size_t devices_max = 2000;
  std::size_t bytes_max_per_device = 4 << 20;
  std::size_t bytes_max = 256 << 20;
};

/// Counts what unknown devices have sent, and says whether one more message of theirs may be held. The bytes themselves
/// are with the archive. Any thread.
class WaitingRoom {
 public:
  explicit WaitingRoom(WaitingLimits limits = {}) : limits_(limits) {}

  /// True: hold it; it is counted as held. False: a limit is reached, or the MN is no MN (at most 40 characters of
  /// those that print); it is counted as dropped where the device is known here.
  bool admit(const Message& message, std::string_view raw, std::string_view peer_address, Instant received);
  /// What was held before a restart.
  void restore(const Message& message, std::string_view raw, std::string_view peer_address, Instant received);
  void forget(const std::string& mn);
  [[nodiscard]] std::vector<WaitingDevice> devices() const;
  [[nodiscard]] const WaitingLimits& limits() const { return limits_; }

 private:
  WaitingDevice* note(const Message& message, std::string_view raw, std::string_view peer_address, Instant received);
  const WaitingLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, WaitingDevice, std::less<>> devices_;
  std::size_t bytes_ = 0;
};

}  // namespace celadon::intake
