#include "intake/hj212_gateway.hpp"

#include "intake/hj212_session.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <list>
#include <mutex>

namespace celadon::intake {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Strand = asio::strand<asio::io_context::executor_type>;
using std::chrono::steady_clock;

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t unsent_bytes_max = 1 << 20;  // a peer that never reads its answers
constexpr auto look_again = std::chrono::milliseconds(5);

asio::awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

std::string text_of(const tcp::endpoint& peer) {
  return peer.address().to_string() + ":" + std::to_string(peer.port());
}

/// One socket and its session; lives as long as its coroutine, and its answers come through weak pointers.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Strand strand, const GatewayPorts& ports, const GatewayLimits& limits,
             GatewayBook& book)
      : socket_(std::move(socket)), strand_(std::move(strand)), ports_(ports), limits_(limits), book_(book) {}

  void begin(const FactorTable& factors) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    session_ = std::make_unique<Session>(factors, ports_, limits_, book_, text_of(socket_.remote_endpoint(ignored)),
                                         [weak = weak_from_this(), strand = strand_](std::string bytes) {
                                           asio::post(strand, [weak, bytes = std::move(bytes)]() mutable {
                                             if (const auto self = weak.lock()) self->send(std::move(bytes));
                                           });
                                         });
  }

  void close() {
    asio::post(strand_, [self = shared_from_this()] {
      error_code ignored;
      self->socket_.close(ignored);
    });
  }

  asio::awaitable<void> run() {
    const auto self = shared_from_this();
    std::array<char, read_bytes> buffer;
    last_byte_ = steady_clock::now();
    asio::co_spawn(strand_, watch_clock(weak_from_this()), asio::detached);
    while (true) {
      // Back-pressure: what is not read stays in the socket, and the device waits.
      while (session_->unanswered() >= limits_.unanswered_max || ports_.busy()) co_await pause(look_again);
      error_code error;
      const std::size_t count =
          co_await socket_.async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::eof) co_await last_answers();
      if (error) break;
      last_byte_ = steady_clock::now();
      book_.bytes(count);
      const bool was_half = session_->half_frame();
      session_->receive({buffer.data(), count});
      if (!session_->half_frame())
        half_since_.reset();
      else if (!was_half || !half_since_)
        half_since_ = last_byte_;
    }
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  /// A peer that has said all may still be listening (`nc` is such a one): what it is owed goes out before the close.
  asio::awaitable<void> last_answers() {
    const auto until = steady_clock::now() + limits_.half_frame_max;
    for (int quiet = 0; quiet < 2 && socket_.is_open() && steady_clock::now() < until;) {
      co_await pause(look_again);
      // Twice in a row: an answer may be between the session and send().
      quiet = session_->unanswered() == 0 && sending_.empty() && waiting_.empty() ? quiet + 1 : 0;
    }
  }

  /// Closes what is silent for too long, and gives up frames that never become whole.
  static asio::awaitable<void> watch_clock(std::weak_ptr<Connection> weak) {
    while (true) {
      co_await pause(std::chrono::milliseconds(500));
      const auto self = weak.lock();
      if (!self || !self->socket_.is_open()) co_return;
      const auto now = steady_clock::now();
      if (self->half_since_ && now - *self->half_since_ > self->limits_.half_frame_max) {
        self->session_->drop_half_frame();
        self->half_since_.reset();
      }
      if (now - self->last_byte_ > self->limits_.silence_max) {
        error_code ignored;
        self->socket_.close(ignored);
      }
    }
  }

  void send(std::string bytes) {
    if (!socket_.is_open()) return;
    waiting_ += bytes;
    if (waiting_.size() > unsent_bytes_max) {
      error_code ignored;
      socket_.close(ignored);
      return;
    }
    if (!sending_.empty()) return;
    flush();
  }

  void flush() {
    sending_.swap(waiting_);
    asio::async_write(socket_, asio::buffer(sending_),
                      asio::bind_executor(strand_, [self = shared_from_this()](error_code error, std::size_t) {
                        self->sending_.clear();
                        if (!error && !self->waiting_.empty()) self->flush();
                      }));
  }

  tcp::socket socket_;
  Strand strand_;
  const GatewayPorts& ports_;
  const GatewayLimits& limits_;
  GatewayBook& book_;
  std::unique_ptr<Session> session_;
  std::string waiting_, sending_;
  steady_clock::time_point last_byte_;
  std::optional<steady_clock::time_point> half_since_;
};

}  // namespace

class Gateway::Impl : public std::enable_shared_from_this<Gateway::Impl> {
 public:
  Impl(const FactorTable& factors, GatewayPorts ports, GatewayLimits limits)
      : factors_(factors), ports_(std::move(ports)), limits_(limits), book_(limits) {}

  Result<void> start(asio::io_context& io, const std::string& address, std::uint16_t port) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) return fail(Errc::malformed, "'" + address + "' is not an address to listen on", "address");
    acceptor_ = std::make_unique<tcp::acceptor>(asio::make_strand(io));
    const tcp::endpoint endpoint(ip, port);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail(Errc::io_failed, "the HJ 212 gateway cannot listen on " + address + ":" + std::to_string(port) +
                                       ": " + error.message() + "; choose another port with --gateway-port");
    }
    port_ = acceptor_->local_endpoint(error).port();
    asio::co_spawn(acceptor_->get_executor(), accept_loop(shared_from_this(), io), asio::detached);
    return {};
  }

  void stop() {
    if (acceptor_) {
      asio::post(acceptor_->get_executor(), [self = shared_from_this()] {
        error_code ignored;
        self->acceptor_->close(ignored);
      });
    }
    const std::lock_guard lock(mutex_);
    for (const auto& weak : connections_) {
      if (const auto connection = weak.lock()) connection->close();
    }
  }

  const FactorTable& factors_;
  const GatewayPorts ports_;
  const GatewayLimits limits_;
  GatewayBook book_;
  std::atomic<std::uint16_t> port_{0};

 private:
  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self, asio::io_context& io) {
    while (true) {
      error_code error;
      Strand strand = asio::make_strand(io);
      tcp::socket socket(strand);
      co_await self->acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (!self->acceptor_->is_open()) co_return;
      if (error) {  // out of file descriptors, for example: let some close first
        co_await pause(std::chrono::milliseconds(100));
        continue;
      }
      if (self->book_.counters().connections_open >= self->limits_.connections_max) {
        self->book_.turned_away();
        continue;
      }
      asio::co_spawn(strand, serve(self, std::move(socket), strand), asio::detached);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket, Strand strand) {
    const auto connection =
        std::make_shared<Connection>(std::move(socket), strand, self->ports_, self->limits_, self->book_);
    std::list<std::weak_ptr<Connection>>::iterator place;
    {
      const std::lock_guard lock(self->mutex_);
      place = self->connections_.insert(self->connections_.end(), connection);
    }
    self->book_.opened();
    connection->begin(self->factors_);
    co_await connection->run();
    self->book_.closed();
    const std::lock_guard lock(self->mutex_);
    self->connections_.erase(place);
  }

  std::unique_ptr<tcp::acceptor> acceptor_;
  std::mutex mutex_;
  std::list<std::weak_ptr<Connection>> connections_;
};

Gateway::Gateway(const FactorTable& factors, GatewayPorts ports, GatewayLimits limits)
    : impl_(std::make_shared<Impl>(factors, std::move(ports), limits)) {}
Gateway::~Gateway() { stop(); }

Result<void> Gateway::start(asio::io_context& io, const std::string& address, std::uint16_t port) {
  return impl_->start(io, address, port);
}
std::uint16_t Gateway::port() const { return impl_->port_; }
void Gateway::stop() { impl_->stop(); }
std::vector<DeviceStatus> Gateway::devices() const { return impl_->book_.devices(); }
GatewayCounters Gateway::counters() const { return impl_->book_.counters(); }
std::optional<std::pair<Instant, LegalDay>> Gateway::last_replayed() const { return impl_->book_.last_replayed(); }

}  // namespace celadon::intake
