#pragma once

#include "core/result.hpp"
#include "intake/tls_files.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace celadon::intake {

struct FrontSettings {
  struct Port {
    std::string address;
    std::uint16_t port = 0;
    std::optional<TlsFiles> tls;
  };
  std::vector<Port> ports;
  std::string to;  ///< path of the server's socket for fronts
};

/// A front (前置机): holds the devices' connections and hands their bytes to the server over one link, and back. It
/// knows nothing of HJ 212 and answers nothing itself, so that an answer means what it means without a front.
///
/// A device is read as far as the server has given credit for it; one that does not read 1 MiB of its answers is
/// closed. Devices are let in while the link is up: when it breaks they are closed and refused, and call again.
class FrontEnd {
 public:
  /// `tell` gets a line for people when the link is lost and when it is back. One thread runs `io`, and everything
  /// happens there.
  FrontEnd(boost::asio::io_context& io, FrontSettings settings, std::function<void(const std::string&)> tell);
  ~FrontEnd();
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;

  /// Takes the ports and begins to look for the server. Gives the ports, in order.
  /// Errors   io_failed naming address and port, or the PEM file, or a path that is too long; malformed.
  [[nodiscard]] Result<std::vector<std::uint16_t>> start();
  /// Lets nobody in and reads no more; calls `done` when the server has answered what it had, or after 10 seconds.
  void stop(std::function<void()> done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace celadon::intake
