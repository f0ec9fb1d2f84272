#pragma once

#include "core/result.hpp"
#include "core/text_hash.hpp"
#include "core/time.hpp"
#include "intake/hj212_cipher.hpp"
#include "intake/hj212_observations.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace celadon::intake {

/// A network, as "10.2.0.0/16", "10.2.3.4" or "2001:db8::/32".
struct AddressRange {
  std::array<std::uint8_t, 16> network{};  ///< IPv4 as ::ffff:a.b.c.d
  int prefix = 0;                          ///< bits that must agree, of 128
  [[nodiscard]] bool contains(const std::array<std::uint8_t, 16>& address) const;
};
/// Errors   malformed with field `addresses`.
[[nodiscard]] Result<AddressRange> parse_address_range(std::string_view text);
/// An address without its port; nothing where it is none.
[[nodiscard]] std::optional<std::array<std::uint8_t, 16>> parse_address(std::string_view text);

/// 32 hexadecimal digits. Errors   malformed with field `cipher_key`.
[[nodiscard]] Result<Key212> parse_cipher_key(std::string_view text);

/// What the register says of a field unit.
struct KnownDevice {
  std::string mn;
  DeviceSettings settings;
  std::string password;
  std::vector<AddressRange> addresses;  ///< it may call from these; empty: from anywhere
  std::optional<Instant> expires;
  std::optional<Key212> cipher_key;
  bool accept_modbus_crc = false;
  bool accept_bad_crc = false;
  bool retired = false;
  std::int64_t silent_after_s = 0;  ///< 0: by the rule of all devices
};

/// The register of field units as the gateway's threads need it: by MN, from memory, changed while they read. Any
/// thread.
class DeviceDirectory {
 public:
  using Entry = std::shared_ptr<const KnownDevice>;

  void put(KnownDevice device);
  void replace(std::vector<KnownDevice> devices);
  [[nodiscard]] Entry find(std::string_view mn) const;  ///< null where unknown
  /// Rises with every change: who holds an Entry of an older one asks again.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  /// MNs that a person turned away: their messages are refused and not held.
  void turn_away(const std::string& mn);
  [[nodiscard]] bool is_turned_away(std::string_view mn) const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> devices_;
  std::unordered_map<std::string, bool, TextHash, std::equal_to<>> turned_away_;
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace celadon::intake
