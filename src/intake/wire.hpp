#pragma once

#include "core/result.hpp"
#include "intake/tls_files.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <sys/un.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Bytes in and out, and the ports where they come in; for the .cpp files of the gateway and of the front alone.

namespace celadon::intake {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

[[nodiscard]] asio::awaitable<void> pause(std::chrono::milliseconds time);

/// Hears what became of its bytes.
class WireUser {
 public:
  virtual ~WireUser() = default;
  virtual void written(error_code error) = 0;
};

/// What carries a device's bytes: a socket, a socket with TLS, or a channel of a front's link. Everything happens on
/// one executor. While it waits for bytes it holds no buffer, with TLS one of its own.
class Wire {
 public:
  Wire() = default;
  virtual ~Wire() = default;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// What comes before the first byte. False where it fails.
  virtual asio::awaitable<bool> greet() = 0;
  /// Until there may be something to read: bytes, the end, cancel() or close().
  virtual asio::awaitable<void> wait(error_code& error) = 0;
  /// What is there, in memory that is good until the next wait; would_block where nothing is, eof at the end.
  virtual asio::awaitable<std::span<const char>> read(std::size_t at_most, error_code& error) = 0;
  /// One at a time. The bytes stay where they are until `user` is told.
  virtual void write(std::string_view bytes, std::shared_ptr<WireUser> user) = 0;
  /// Ends the wait for bytes.
  virtual void cancel() = 0;
  virtual void close() = 0;
};

inline constexpr std::size_t wire_read_bytes_max = 64 * 1024;  ///< of one read
inline constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;
inline constexpr std::size_t device_read_bytes = 16 * 1024;    ///< of one read from a device, and the buffer of TLS

[[nodiscard]] std::shared_ptr<Wire> plain_wire(asio::generic::stream_protocol::socket socket);
/// A device's socket, fresh from a door: without delay, probed where it is silent, with TLS where there is a context.
[[nodiscard]] std::shared_ptr<Wire> device_wire(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls);

/// As many sockets as the system lets this process have: the default is often 1,024.
void raise_descriptor_limit();

/// A port of an address, taken but not yet listening.
/// Errors   malformed for what is no address; io_failed naming address and port.
[[nodiscard]] Result<tcp::acceptor> take_port(asio::any_io_executor executor, const std::string& address,
                                              std::uint16_t port);
/// Listens, and gives the port. Errors   io_failed naming address and port.
[[nodiscard]] Result<std::uint16_t> begin_to_listen(tcp::acceptor& acceptor);
/// Errors   io_failed naming the PEM file.
[[nodiscard]] Result<std::shared_ptr<asio::ssl::context>> tls_context(const TlsFiles& files);

}  // namespace celadon::intake
