#pragma once

#include "core/result.hpp"
#include "intake/front_frame.hpp"
#include "intake/wire.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

// Where the gateway takes the links of fronts; for the .cpp files of the gateway alone.

namespace celadon::intake {

class FrontLink;

/// What a front's device may send before its connection has taken some of it: what a channel can hold in memory.
inline constexpr std::size_t front_window_bytes = 16 * 1024;

/// A Unix socket, the links that came in by it, and their channels, each a wire of one device. A link has a strand of
/// its own, which its channels share.
class FrontDoor : public std::enable_shared_from_this<FrontDoor> {
 public:
  /// A device has called at a front. False where there may be no more.
  using Admit = std::function<bool(std::shared_ptr<Wire>, const asio::strand<asio::io_context::executor_type>&,
                                   const tcp::endpoint&)>;
  using Tell = std::function<void(const std::string&)>;

  /// Errors   conflict where somebody listens there; io_failed naming the path.
  [[nodiscard]] static Result<std::shared_ptr<FrontDoor>> open(asio::io_context& io, std::string path, Tell tell,
                                                               Admit admit);
  FrontDoor(asio::io_context& io, std::string path, Tell tell, Admit admit);

  void begin();

  // Any thread.

  /// Takes no more links, and no more devices by those that are there; each ends when its last device is gone.
  void stop();
  [[nodiscard]] std::uint64_t links() const { return links_; }
  [[nodiscard]] std::uint64_t channels() const { return channels_; }

 private:
  friend class FrontLink;
  friend class FrontChannel;
  static asio::awaitable<void> accept_loop(std::shared_ptr<FrontDoor> self);
  static asio::awaitable<void> serve(std::shared_ptr<FrontDoor> self, std::shared_ptr<FrontLink> link);

  asio::io_context& io_;
  const std::string path_;
  const Tell tell_;
  const Admit admit_;
  asio::local::stream_protocol::acceptor acceptor_;
  std::vector<std::weak_ptr<FrontLink>> all_;  ///< on the acceptor's strand
  std::atomic<std::uint64_t> links_{0}, channels_{0};
  std::atomic<bool> stopping_{false};
};

}  // namespace celadon::intake
