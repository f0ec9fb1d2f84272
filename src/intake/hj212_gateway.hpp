#pragma once

#include "core/flag.hpp"
#include "core/observation.hpp"
#include "core/result.hpp"
#include "intake/device_directory.hpp"
#include "intake/device_status.hpp"
#include "intake/hj212_conformity.hpp"
#include "intake/hj212_observations.hpp"
#include "intake/hj212_tables.hpp"
#include "intake/tls_files.hpp"

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

class Exchanges;
class WaitingRoom;

/// Where the data of a delivery come from, as Source.name has it.
namespace source_name {
inline constexpr const char* live = "hj212";
inline constexpr const char* replay = "hj212-replay";      ///< the device's own clock is long past
inline constexpr const char* backfill = "hj212-backfill";  ///< asked for, or sent again by the device (RF=1)
inline constexpr const char* refused = "hj212-refused";
inline constexpr const char* held = "hj212-held";  ///< of devices that nobody has registered yet
}  // namespace source_name

/// One message, decoded, on its way to the archive.
struct Delivery {
  Observations rows;  ///< may be empty: then only the bytes are kept
  Source source;      ///< detail: "MN address:port"
  std::string raw;    ///< the frame as received
  Instant received;
};

/// What the gateway needs of the rest. Callbacks come from network threads and must not block.
struct GatewayPorts {
  const DeviceDirectory* directory = nullptr;
  WaitingRoom* waiting = nullptr;
  Exchanges* exchanges = nullptr;  ///< null where the host asks nothing
  SeriesResolver resolve_series;
  /// `done` is called once, from any thread, when the rows are durable or refused.
  std::function<void(Delivery, std::function<void(Result<void>)>)> deliver;
  /// True while the archive is behind: sessions stop reading their sockets.
  std::function<bool()> busy;
  /// Bytes that gave no observation; detail "MN address:port reason", the MN "-" where it could not be read.
  std::function<void(Source, Instant, std::string)> keep_refused;
  /// A message of an unknown device; `done` as for deliver. False, and `done` is not called, when the device has been
  /// registered meanwhile.
  std::function<bool(Source, Instant, std::string, std::function<void(Result<void>)>)> hold;
  /// A device has called on a new connection.
  std::function<void(const std::string& mn)> called = [](const std::string&) {};
  std::function<Instant()> clock = now;
};

/// Written limits of the gateway (docs/hj212.md).
struct GatewayLimits {
  std::size_t connections_max = 50'000;
  std::size_t unanswered_max = 64;             ///< messages of one connection on their way to the archive
  std::size_t bytes_max_per_second = 1 << 20;  ///< of one connection; beyond it waits
  std::size_t devices_max = 256;               ///< MNs on one connection
  std::chrono::seconds silence_max{3600};      ///< a connection without a byte is closed
  std::chrono::seconds first_frame_max{120};   ///< and one that has not said one good frame
  std::chrono::seconds half_frame_max{30};     ///< a frame begun must be complete
  std::chrono::seconds farewell_max{10};       ///< what is owed at the stop is sent within
  std::size_t refused_kept_per_minute = 100;   ///< refused frames of one connection whose bytes are kept
  std::chrono::hours replay_lag{24};           ///< a message whose own clock lags more is a replay
  std::chrono::minutes clock_drift_max{10};    ///< QN further from our clock is a deviation
  std::chrono::hours future_max{24};           ///< data further ahead of the clock is refused
};

struct GatewayCounters {
  std::uint64_t connections_open = 0, connections_total = 0, connections_refused = 0;
  std::uint64_t fronts_open = 0, front_connections_open = 0;  ///< the latter are among connections_open
  std::uint64_t bytes = 0, garbage_bytes = 0, frames = 0, answered = 0, held = 0, observations = 0, rejected_items = 0;
  std::vector<std::pair<std::string, std::uint64_t>> refused;  ///< by reason
};

/// Speaks HJ 212 of 2005, 2017 and 2025 with field units over TCP, plain and with TLS; one coroutine a connection.
///
/// A message that wants an answer is answered in its own dialect, and data only after the archive has them. A message
/// that cannot be taken is answered with the protocol's own code where it has one (9011 with QnRtn), counted by reason,
/// kept as bytes, and harms no other connection. The newest connection on which an MN spoke is the one to which its
/// requests go; the older is closed when nothing else speaks on it.
class Gateway {
 public:
  Gateway(const Hj212Tables& tables, GatewayPorts ports, GatewayLimits limits = {});
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Listens; port 0 lets the system choose. May be called once for each port. Gives the port.
  /// Errors   io_failed naming address and port, or the PEM file.
  [[nodiscard]] Result<std::uint16_t> start(boost::asio::io_context& io, const std::string& address, std::uint16_t port,
                                            const std::optional<TlsFiles>& tls = {});
  /// Takes the links of fronts (front_end.hpp) at a Unix socket, which only this user may open. Devices behind a front
  /// are connections like others. `tell` gets a line for people when a link ends; any thread. Errors   io_failed naming
  /// the path, conflict where another server listens there.
  [[nodiscard]] Result<void> start_fronts(boost::asio::io_context& io, const std::string& path,
                                          std::function<void(const std::string&)> tell);
  /// Stops listening and reading at once; calls `done` when what was delivered is answered or farewell_max is over.
  void stop(std::function<void()> done = {});

  /// Sends a frame to the device. False where it is not connected. Any thread.
  bool send(const std::string& mn, std::string frame);

  [[nodiscard]] std::vector<DeviceStatus> devices() const;
  [[nodiscard]] std::optional<DeviceStatus> device(std::string_view mn) const;
  /// How well the device keeps to the standard; empty where it has not spoken since the start.
  [[nodiscard]] Conformity::Report conformity(std::string_view mn) const;
  [[nodiscard]] GatewayCounters counters() const;
  /// When the newest replayed message came, and the day of its data.
  [[nodiscard]] std::optional<std::pair<Instant, LegalDay>> last_replayed() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace celadon::intake
