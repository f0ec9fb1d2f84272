#pragma once

#include "archive/archive.hpp"
#include "intake/device_directory.hpp"
#include "intake/hj212_exchange.hpp"
#include "intake/hj212_gateway.hpp"
#include "intake/hj212_tables.hpp"
#include "intake/hj212_waiting_room.hpp"
#include "ledger/ledger.hpp"
#include "watch/device_gaps.hpp"
#include "watch/device_rules.hpp"
#include "watch/stream.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::watch {

/// What the desk works with; all of it must outlive it.
struct DeskParts {
  archive::Archive& archive;
  ledger::Ledger& ledger;
  Stream& stream;
  const intake::Hj212Tables& tables;
  DeviceRules rules;
  std::function<Instant()> clock = now;
};

/// What became of the held messages of a device that was taken in.
struct Taken {
  std::size_t frames = 0, observations = 0, refused = 0;
};

/// A period that is to be called back.
struct Fill {
  std::string mn, cn;
  Gap gap;
  std::string state;  ///< "waiting", "running", "done", or how its last request ended
};

struct FillState {
  bool automatic = false;
  std::vector<Fill> fills;  ///< those that wait or run, then the newest that ended
};

/// Field units from the side of the people who answer for them: the register, unknown devices, requests with their
/// receipts, gaps, silence.
///
/// Every change is a revision in the ledger with who and why. Any thread may call anything; a thread of its own repeats
/// requests, fills gaps and looks for silence.
class DeviceDesk {
 public:
  /// Reads the register, what was held before, and the receipts that a stop left open: those are ended as failed.
  [[nodiscard]] static Result<std::unique_ptr<DeviceDesk>> open(DeskParts parts);
  ~DeviceDesk();
  DeviceDesk(const DeviceDesk&) = delete;
  DeviceDesk& operator=(const DeviceDesk&) = delete;

  /// What the gateway needs; the desk must outlive it.
  [[nodiscard]] intake::GatewayPorts gateway_ports();
  /// Where requests go out, and what the gateway has seen. Begins the work of the desk's thread.
  struct GatewaySide {
    std::function<bool(const std::string& mn, std::string frame)> send;
    std::function<std::vector<intake::DeviceStatus>()> devices;
    std::function<std::optional<intake::DeviceStatus>(std::string_view mn)> device;
  };
  void begin(GatewaySide gateway);
  /// Ends the thread; open requests are ended as failed.
  void stop();

  // The register. Errors   invalid_value or malformed with the field; conflict; not_found (site).

  [[nodiscard]] Result<ledger::Device> put_device(const ledger::Device& device, const std::string& who,
                                                  const std::string& why);
  /// New ones and new sites for them, all or none.
  [[nodiscard]] Result<std::size_t> put_devices(const std::vector<ledger::Device>& devices,
                                                const std::vector<ledger::Site>& sites, const std::string& who,
                                                const std::string& why);

  // Unknown devices.

  struct Waiting {
    intake::WaitingDevice device;
    bool turned_away = false;
  };
  [[nodiscard]] std::vector<Waiting> waiting() const;
  [[nodiscard]] const intake::WaitingLimits& waiting_limits() const;
  /// Takes a device in: registers it and stores what was held of it, as if it had come now.
  [[nodiscard]] Result<Taken> take_in(const ledger::Device& device, const std::vector<ledger::Site>& sites,
                                      const std::string& who, const std::string& why);
  /// Its messages are refused from now on. What was held stays with the archive.
  [[nodiscard]] Result<void> turn_away(const std::string& mn, const std::string& who, const std::string& why);

  // Requests.

  /// Errors   those of intake::check_request and Exchanges::ask; invalid_value with field who or why.
  [[nodiscard]] Result<intake::CommandReceipt> ask(intake::CommandRequest request);
  /// As JSON, newest first; of one device, or of all (those that the desk remembers) where mn is empty.
  [[nodiscard]] Result<std::vector<std::string>> receipts(const std::string& mn, std::size_t limit) const;
  [[nodiscard]] std::string receipt_json(const intake::CommandReceipt& receipt) const;

  // Gaps.

  [[nodiscard]] Result<Presence> gaps(const std::string& mn, std::string_view cn, Instant from, Instant to) const;
  /// Asks for the history of a period, in requests of bounded length.
  [[nodiscard]] Result<std::vector<intake::CommandReceipt>> back_fill(const std::string& mn, const std::string& cn,
                                                                      Instant first_end, Instant last_end,
                                                                      const std::string& who, const std::string& why);
  [[nodiscard]] FillState fills() const;
  /// Whether a device can be asked for its history by itself: registered, in use, and the pack lets us.
  [[nodiscard]] bool can_fill(const std::string& mn) const;
  /// Hours that lack, whoever found them: asked of the device as the gaps it finds itself are, paced, each stretch once
  /// more often only where the device did not answer. Nothing where it is not connected: tell again later.
  void fill_hours(const std::string& mn, const Gap& gap);

  /// Silence: seconds after which a device is called silent, and whether it is.
  struct Silence {
    std::int64_t after_s = 0;
    bool silent = false;
  };
  [[nodiscard]] Silence silence_of(const ledger::Device& device,
                                   const std::optional<intake::DeviceStatus>& status) const;

  /// News for the live stream: "device-command" with a receipt, "device" with mn and online when one calls.
  void on_news(std::function<void(const char* what, const std::string& json)> tell);

  /// One round of the desk's thread; tests call it themselves.
  void tick();

 private:
  class Impl;
  explicit DeviceDesk(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::watch
