#pragma once

#include "core/text_hash.hpp"
#include "intake/hj212_book.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_gateway.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_packets.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace celadon::intake {

/// What a session tells its connection.
struct SessionPorts {
  /// Bytes to send, in order of readiness: at once for notices and refusals, from the archive's receipt for data. May
  /// be called from any thread and after the session is gone.
  std::function<void(std::string)> answer;
  /// The first good message of this MN here.
  std::function<void(const std::string& mn)> attached;
};

/// The protocol of one connection without its socket: bytes in, answers out. Used from one strand.
class Session {
 public:
  /// `peer` is "address:port".
  Session(const Hj212Tables& tables, const GatewayPorts& ports, const GatewayLimits& limits, GatewayBook& book,
          std::string peer, SessionPorts out);
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
  /// A good frame has come, of whatever device.
  [[nodiscard]] bool has_spoken() const { return has_spoken_; }
  /// Another connection speaks for this MN now. True when nobody else speaks here.
  bool forget(const std::string& mn);
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  struct Device {
    DeviceDirectory::Entry known;
    std::uint64_t generation = 0;
    GatewayBook::Entry entry;
    ObservationCache cache;
    PacketTracker packets;
    bool attached = false;
  };
  struct Arrival {
    std::string_view raw;
    Instant received;
    std::optional<Instant> clock;  ///< the device's own, from QN
  };
  void take(const Frame& frame);
  void note_line_end();
  void note_deviations(Device& device, const Frame& frame, const Arrival& arrival);
  void take_refused(const Refusal& refusal);
  void hold(const Arrival& arrival);
  bool admit(Device& device, const Arrival& arrival);
  void take_notice(Device& device, const Arrival& arrival);
  void take_data(Device& device, const Arrival& arrival);
  void deliver(Device& device, Delivery delivery, std::size_t rejected_items, std::string words);
  void refuse(Device* device, std::string_view raw, int qn_rtn, const std::string& reason, const std::string& words);
  [[nodiscard]] Device* find_device(std::string_view mn);
  void attach(Device& device, Instant now);
  [[nodiscard]] bool is_replay(const Arrival& arrival);
  [[nodiscard]] bool is_asked_for(const Device& device, const Arrival& arrival, std::size_t observations);
  void keep(const std::string& reason, std::string_view bytes);

  const Hj212Tables& tables_;
  const GatewayPorts& ports_;
  const GatewayLimits& limits_;
  GatewayBook& book_;
  const std::string peer_, address_;
  const SessionPorts out_;
  FrameReader reader_;
  GatewayBook::Entry line_end_of_;  ///< whose frame was read last
  std::unordered_map<std::string, std::unique_ptr<Device>, TextHash, std::equal_to<>> devices_;
  std::size_t garbage_told_ = 0;
  Instant kept_since_{};
  std::size_t kept_ = 0;
  bool has_spoken_ = false;
  std::shared_ptr<std::atomic<std::size_t>> unanswered_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace celadon::intake
