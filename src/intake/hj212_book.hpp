#pragma once

#include "core/time.hpp"
#include "intake/device_status.hpp"
#include "intake/hj212_conformity.hpp"
#include "intake/hj212_gateway.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace celadon::intake {

/// What is counted of one device. Sessions hold on to it, so that a message costs no look-up.
class DeviceEntry {
 public:
  DeviceEntry(std::string mn, const DeviationTable& meanings) : meanings_(meanings) { status_.mn = std::move(mn); }

  void attached(const std::string& site, const std::string& peer, Instant now);
  void detached();
  void heard(Edition212 edition, std::optional<Instant> device_clock, Instant received);
  /// Names of what was not as the standard has it, of one message.
  void deviated(std::span<const std::string_view> names, Instant time);
  /// More of the message before.
  void deviated_besides(std::span<const std::string_view> names, Instant time);
  void refused(const std::string& reason, const std::string& words);
  void answered();
  void stored(std::size_t observations);
  /// Another connection took its place. True while that happens so often, from more than one address, that two devices
  /// must be using one number; then neither should be closed.
  bool taken_over(std::string_view old_address, std::string_view new_address, Instant now);
  [[nodiscard]] DeviceStatus status() const;
  [[nodiscard]] Conformity::Report conformity(Instant time) const;

 private:
  const DeviationTable& meanings_;
  mutable std::mutex mutex_;
  Conformity conformity_;
  DeviceStatus status_;
  int connections_ = 0;
  Instant takeovers_since_;
  int takeovers_lately_ = 0;
  int from_elsewhere_lately_ = 0;
};

/// What the gateway counts, for all sessions. Any thread.
class GatewayBook {
 public:
  using Entry = std::shared_ptr<DeviceEntry>;

  explicit GatewayBook(const DeviationTable& meanings) : meanings_(meanings) {}

  void opened() {
    ++open_;
    ++total_;
  }
  void closed() { --open_; }
  [[nodiscard]] std::uint64_t open_connections() const { return open_; }
  void turned_away() { ++turned_away_; }
  void bytes(std::size_t count) { bytes_ += count; }
  void garbage(std::size_t count) { garbage_ += count; }
  void frame() { ++frames_; }
  void answered() { ++answered_; }
  void held() { ++held_; }
  void stored(std::size_t observations, std::size_t rejected_items);
  void refused(const std::string& reason);
  void replayed(Instant received, LegalDay day);

  [[nodiscard]] Entry entry(std::string_view mn);  ///< made where it is not there
  [[nodiscard]] Entry find(std::string_view mn) const;
  [[nodiscard]] std::vector<DeviceStatus> devices() const;
  [[nodiscard]] GatewayCounters counters() const;
  [[nodiscard]] std::optional<std::pair<Instant, LegalDay>> last_replayed() const;

 private:
  const DeviationTable& meanings_;
  std::atomic<std::uint64_t> open_{0}, total_{0}, turned_away_{0}, bytes_{0}, garbage_{0}, frames_{0}, answered_{0},
      held_{0}, observations_{0}, rejected_items_{0};
  mutable std::shared_mutex devices_mutex_;
  std::map<std::string, Entry, std::less<>> devices_;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> refused_;
  std::optional<std::pair<Instant, LegalDay>> last_replayed_;
};

}  // namespace celadon::intake
