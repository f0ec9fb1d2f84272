#pragma once

#include "intake/hj212_frame.hpp"
#include "intake/hj212_gateway.hpp"
#include "intake/hj212_message.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace celadon::intake {

/// What the gateway counts, for all sessions. Any thread.
class GatewayBook {
 public:
  explicit GatewayBook(const GatewayLimits& limits) : limits_(limits) {}

  void opened();
  void closed();
  void turned_away();
  void bytes(std::size_t count);
  void garbage(std::size_t count);
  void frame(const std::string& mn, Instant received, std::optional<Instant> device_clock);
  void refused(const std::string& mn, const std::string& reason, const std::string& words);
  void answered(const std::string& mn);
  void stored(std::size_t observations, std::size_t rejected_items);
  void replayed(Instant received, LegalDay day);
  void attach(const std::string& mn, const std::string& site);
  void detach(const std::string& mn);

  [[nodiscard]] std::vector<DeviceStatus> devices() const;
  [[nodiscard]] GatewayCounters counters() const;
  [[nodiscard]] std::optional<std::pair<Instant, LegalDay>> last_replayed() const;

 private:
  struct Entry {
    DeviceStatus status;
    int connections = 0;
  };
  const GatewayLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> devices_;
  std::map<std::string, std::uint64_t> refused_;
  GatewayCounters counters_;
  std::optional<std::pair<Instant, LegalDay>> last_replayed_;
};

/// The protocol of one connection without its socket: bytes in, answers out. Used from one strand.
///
/// `answer` is called with the bytes to send, in order of readiness: at once for notices and refusals, from the
/// archive's receipt for data. It may be called from any thread and after this object is gone.
class Session {
 public:
  Session(const FactorTable& factors, const GatewayPorts& ports, const GatewayLimits& limits, GatewayBook& book,
          std::string peer, std::function<void(std::string)> answer);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void receive(std::span<const char> bytes);
  /// Messages handed on whose fate is not known yet.
  [[nodiscard]] std::size_t unanswered() const { return *unanswered_; }
  /// Part of a frame is here and waits for the rest.
  [[nodiscard]] bool half_frame() const { return reader_.waiting(); }
  /// Gives up the half frame: what follows is read anew.
  void drop_half_frame();

 private:
  struct Device {
    KnownDevice known;
    std::string mn;
    ObservationCache cache;
  };
  void take(const Frame& frame);
  void take_refused(const Refusal& refusal);
  void take_notice();
  void take_data(Device& device, const Frame& frame);
  void deliver(const Device& device, Delivery delivery, std::size_t rejected_items);
  void refuse(std::string_view raw, int qn_rtn, const std::string& reason, const std::string& words);
  [[nodiscard]] Device* find_device(std::string_view mn);
  [[nodiscard]] bool is_replay(Instant received);
  void keep(const std::string& reason, std::string_view bytes);

  const FactorTable& factors_;
  const GatewayPorts& ports_;
  const GatewayLimits& limits_;
  GatewayBook& book_;
  const std::string peer_;
  const std::function<void(std::string)> answer_;
  FrameReader reader_;
  Message message_;
  std::unordered_map<std::string, std::unique_ptr<Device>> devices_;
  std::vector<RejectedItem> rejected_;
  std::size_t garbage_told_ = 0;
  Instant kept_since_{};
  std::size_t kept_ = 0;
  std::shared_ptr<std::atomic<std::size_t>> unanswered_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace celadon::intake
