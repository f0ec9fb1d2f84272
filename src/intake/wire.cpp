#include "intake/wire.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <netinet/tcp.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>

namespace celadon::intake {
namespace {

using StreamSocket = asio::generic::stream_protocol::socket;

constexpr int keep_alive_idle_s = 60;      // a half-open connection is found out within
constexpr int keep_alive_interval_s = 15;  // 60 + 4 * 15 seconds
constexpr int keep_alive_probes = 4;
constexpr int unacknowledged_max_ms = 120'000;  // and one that no longer takes our answers

// Filled and emptied without a wait between, so that one a thread is enough.
thread_local std::array<char, wire_read_bytes_max> wire_read_buffer;

void set_number(tcp::socket& socket, int name, int value) {
  setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
}

Error cannot_listen_on(const tcp::endpoint& here, error_code why) {
  const std::string address = here.address().to_string() + ":" + std::to_string(here.port());
  return {Errc::io_failed, "cannot listen on " + address + ": " + why.message(), {}};
}

/// What a wire over a stream of asio does alike, whatever the stream.
template <class Stream>
class StreamWire : public Wire {
 public:
  template <class... Args>
  explicit StreamWire(Args&&... args) : stream_(std::forward<Args>(args)...) {}

  void write(std::string_view bytes, std::shared_ptr<WireUser> user) override {
    asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()),
                      [user = std::move(user)](error_code error, std::size_t) { user->written(error); });
  }
  void cancel() override {
    error_code ignored;
    stream_.lowest_layer().cancel(ignored);
  }
  void close() override {
    error_code ignored;
    stream_.lowest_layer().close(ignored);
  }

 protected:
  Stream stream_;
};

class PlainWire final : public StreamWire<StreamSocket> {
 public:
  explicit PlainWire(StreamSocket socket) : StreamWire(std::move(socket)) {
    error_code ignored;
    stream_.non_blocking(true, ignored);
  }

  asio::awaitable<bool> greet() override { co_return true; }
  /// No coroutine of its own: thousands wait here, and each would keep a frame.
  asio::awaitable<void> wait(error_code& error) override {
    return stream_.async_wait(StreamSocket::wait_read, asio::redirect_error(asio::use_awaitable, error));
  }
  asio::awaitable<std::span<const char>> read(std::size_t at_most, error_code& error) override {
    const std::size_t room = std::min(at_most, wire_read_buffer.size());
    const std::size_t count = stream_.read_some(asio::buffer(wire_read_buffer.data(), room), error);
    co_return std::span<const char>(wire_read_buffer.data(), count);
  }
};

/// A base, so that it outlives the stream that was made of it.
struct TlsContext {
  std::shared_ptr<asio::ssl::context> context;
};

class TlsWire final : TlsContext, public StreamWire<asio::ssl::stream<tcp::socket>> {
 public:
  TlsWire(tcp::socket socket, std::shared_ptr<asio::ssl::context> of)
      : TlsContext{std::move(of)}, StreamWire(std::move(socket), *context) {}

  asio::awaitable<bool> greet() override {
    error_code error;
    co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    buffer_.resize(error ? 0 : device_read_bytes);
    co_return !error;
  }
  asio::awaitable<void> wait(error_code&) override { co_return; }  // what is ready may be decrypted already
  asio::awaitable<std::span<const char>> read(std::size_t at_most, error_code& error) override {
    const std::size_t room = std::min(at_most, buffer_.size());
    const std::size_t count = co_await stream_.async_read_some(asio::buffer(buffer_.data(), room),
                                                               asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::ssl::error::stream_truncated) error = asio::error::eof;
    co_return std::span<const char>(buffer_.data(), count);
  }

 private:
  std::string buffer_;
};

}  // namespace

asio::awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

std::shared_ptr<Wire> plain_wire(asio::generic::stream_protocol::socket socket) {
  return std::make_shared<PlainWire>(std::move(socket));
}

std::shared_ptr<Wire> device_wire(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  set_number(socket, TCP_KEEPIDLE, keep_alive_idle_s);
  set_number(socket, TCP_KEEPINTVL, keep_alive_interval_s);
  set_number(socket, TCP_KEEPCNT, keep_alive_probes);
  set_number(socket, TCP_USER_TIMEOUT, unacknowledged_max_ms);
  if (tls) return std::make_shared<TlsWire>(std::move(socket), std::move(tls));
  return plain_wire(std::move(socket));
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<tcp::acceptor> take_port(asio::any_io_executor executor, const std::string& address, std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) return fail(Errc::malformed, "'" + address + "' is not an address to listen on", "address");
  tcp::acceptor acceptor(std::move(executor));
  const tcp::endpoint endpoint(ip, port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (error) return fail(cannot_listen_on(endpoint, error));
  return acceptor;
}

Result<std::uint16_t> begin_to_listen(tcp::acceptor& acceptor) {
  error_code error;
  const tcp::endpoint here = acceptor.local_endpoint(error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(cannot_listen_on(here, error));
  return here.port();
}

Result<std::shared_ptr<asio::ssl::context>> tls_context(const TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  const auto failed = [&](const std::string& file) {
    return fail(Errc::io_failed, file + ": " + error.message() + "; a PEM file is expected");
  };
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                       error);
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return failed(files.certificate);
  context->use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) return failed(files.key);
  if (!files.client_ca.empty()) {
    context->load_verify_file(files.client_ca, error);
    if (error) return failed(files.client_ca);
    context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
  }
  return context;
}

}  // namespace celadon::intake
