#pragma once

#include "core/flag.hpp"
#include "core/observation.hpp"
#include "core/result.hpp"
#include "intake/device_status.hpp"
#include "intake/hj212_factors.hpp"
#include "intake/hj212_observations.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace celadon::intake {

/// What the gateway knows of a device before it speaks.
struct KnownDevice {
  DeviceSettings settings;
  std::string password;
};

/// One message, decoded, on its way to the archive.
struct Delivery {
  Observations rows;
  Source source;    ///< name hj212, or hj212-replay where the device's own clock is long past
  std::string raw;  ///< the frame as received
  Instant received;
};

/// What the gateway needs of the rest. Called from network threads; must not block.
struct GatewayPorts {
  std::function<std::optional<KnownDevice>(std::string_view mn)> device;
  SeriesResolver resolve_series;
  /// `done` is called once, from any thread, when the rows are durable or refused.
  std::function<void(Delivery, std::function<void(Result<void>)>)> deliver;
  /// True while the archive is behind: sessions stop reading their sockets.
  std::function<bool()> busy;
  /// Bytes that gave no observation, with the reason.
  std::function<void(Source, Instant, std::string)> keep_refused;
  std::function<Instant()> clock = now;
};

/// Written limits of the gateway (docs/hj212.md).
struct GatewayLimits {
  std::size_t connections_max = 4096;
  std::size_t unanswered_max = 64;            ///< messages of one connection on their way to the archive
  std::chrono::seconds silence_max{3600};     ///< a connection without a byte is closed
  std::chrono::seconds half_frame_max{30};    ///< a frame begun must be complete
  std::size_t refused_kept_per_minute = 100;  ///< refused frames of one connection whose bytes are kept
  std::chrono::hours replay_lag{24};          ///< a message whose own clock lags more is a replay
  std::chrono::hours future_max{24};          ///< data further ahead of the clock is refused
};

struct GatewayCounters {
  std::uint64_t connections_open = 0, connections_total = 0, connections_refused = 0;
  std::uint64_t bytes = 0, garbage_bytes = 0, frames = 0, answered = 0, observations = 0, rejected_items = 0;
  std::vector<std::pair<std::string, std::uint64_t>> refused;  ///< by reason
};

/// Speaks HJ 212 of 2005, 2017 and (unencrypted) 2025 with field units over TCP; one coroutine a connection.
///
/// A message that wants an answer is answered in its own dialect, and data only after the archive has them. A message
/// that cannot be taken is answered with the protocol's own code where it has one (9011 with QnRtn), counted by reason,
/// kept as bytes, and harms no other connection.
class Gateway {
 public:
  Gateway(const FactorTable& factors, GatewayPorts ports, GatewayLimits limits = {});
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Listens; port 0 lets the system choose. Errors: io_failed naming address and port.
  [[nodiscard]] Result<void> start(boost::asio::io_context& io, const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
  /// Stops listening and reading; what was delivered is still answered as long as the context runs.
  void stop();

  [[nodiscard]] std::vector<DeviceStatus> devices() const;
  [[nodiscard]] GatewayCounters counters() const;
  /// When the newest replayed message came, and the day of its data.
  [[nodiscard]] std::optional<std::pair<Instant, LegalDay>> last_replayed() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace celadon::intake
