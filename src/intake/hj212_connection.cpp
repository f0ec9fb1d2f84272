#include "intake/hj212_connection.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <netinet/tcp.h>

#include <algorithm>
#include <array>

namespace celadon::intake {
namespace {

constexpr std::size_t device_read_bytes = 16 * 1024;
constexpr std::size_t unsent_answer_bytes_max = 1 << 20;  // a peer that never reads its answers
constexpr auto first_pause = std::chrono::milliseconds(2);
constexpr auto longest_pause = std::chrono::milliseconds(250);
constexpr int keep_alive_idle_s = 60;      // a half-open connection is found out within
constexpr int keep_alive_interval_s = 15;  // 60 + 4 * 15 seconds
constexpr int keep_alive_probes = 4;
constexpr int unacknowledged_max_ms = 120'000;  // and one that no longer takes our answers

// Filled and emptied without a wait between, so that one a thread is enough.
thread_local std::array<char, device_read_bytes> read_buffer;

void set_number(tcp::socket& socket, int name, int value) {
  setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
}

steady_clock::rep ticks(steady_clock::time_point time) { return time.time_since_epoch().count(); }

bool older(steady_clock::rep since, steady_clock::time_point time, std::chrono::seconds limit) {
  return time - steady_clock::time_point(steady_clock::duration(since)) > limit;
}

}  // namespace

asio::awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

Connection::Connection(tcp::socket socket, Strand strand, std::shared_ptr<asio::ssl::context> tls,
                       const tcp::endpoint& peer, const GatewayPorts& ports, const GatewayLimits& limits,
                       GatewayBook& book)
    : socket_(std::move(socket)),
      strand_(std::move(strand)),
      tls_context_(std::move(tls)),
      ports_(ports),
      limits_(limits),
      book_(book),
      peer_(peer.address().to_string() + ":" + std::to_string(peer.port())),
      address_(peer.address().to_string()),
      opened_(ticks(steady_clock::now())),
      last_byte_(opened_.load()) {}

void Connection::begin(const Hj212Tables& tables, std::function<void(const std::string&)> attached) {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  socket_.non_blocking(true, ignored);
  set_number(socket_, TCP_KEEPIDLE, keep_alive_idle_s);
  set_number(socket_, TCP_KEEPINTVL, keep_alive_interval_s);
  set_number(socket_, TCP_KEEPCNT, keep_alive_probes);
  set_number(socket_, TCP_USER_TIMEOUT, unacknowledged_max_ms);
  if (tls_context_) tls_ = std::make_unique<asio::ssl::stream<tcp::socket&>>(socket_, *tls_context_);
  session_ = std::make_unique<Session>(tables, ports_, limits_, book_, peer_,
                                       SessionPorts{[weak = weak_from_this()](std::string bytes) {
                                                      if (const auto self = weak.lock())
                                                        self->post_answer(std::move(bytes));
                                                    },
                                                    std::move(attached)});
}

/// A commit of the archive answers many messages of a connection at once: they go out together.
void Connection::post_answer(std::string bytes) {
  {
    const std::lock_guard lock(posted_mutex_);
    const bool is_first = posted_.empty();
    posted_ += bytes;
    if (!is_first) return;
  }
  asio::post(strand_, [self = shared_from_this()] { self->send_posted(); });
}

void Connection::leave(const std::string& mn) {
  asio::post(strand_, [self = shared_from_this(), mn] {
    if (self->session_->forget(mn)) self->say_farewell();
  });
}

void Connection::say_farewell() {
  farewell_ = true;
  asio::post(strand_, [self = shared_from_this()] {
    error_code ignored;
    self->socket_.cancel(ignored);  // ends the wait for more bytes
  });
}

void Connection::look_at_clock(steady_clock::time_point time) {
  const auto half = half_since_.load(std::memory_order_relaxed);
  if (half != 0 && older(half, time, limits_.half_frame_max)) {
    half_since_ = 0;
    asio::post(strand_, [self = shared_from_this()] {
      if (self->session_->half_frame()) self->session_->drop_half_frame();
    });
  }
  const bool silent = older(last_byte_.load(std::memory_order_relaxed), time, limits_.silence_max);
  const bool never_spoke = !has_spoken_.load(std::memory_order_relaxed) &&
                           older(opened_.load(std::memory_order_relaxed), time, limits_.first_frame_max);
  if (silent || never_spoke) asio::post(strand_, [self = shared_from_this()] { self->close(); });
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  if (tls_ && !co_await shake_hands()) {
    close();
    co_return;
  }
  while (!farewell_) {
    error_code error;
    if (!tls_) co_await socket_.async_wait(tcp::socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
    if (farewell_ || !is_open()) break;
    if (error) break;
    co_await wait_for_turn();
    if (farewell_ || !is_open()) break;
    const std::size_t count = co_await read_some(error);
    if (error == asio::error::would_block || error == asio::error::try_again) continue;
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
      // A peer that has said all may still be listening (`nc` is such a one): what it is owed goes out before the
      // close.
      co_await last_answers(limits_.half_frame_max);
      break;
    }
    if (error) break;
    take({tls_ ? tls_buffer_.data() : read_buffer.data(), count});
  }
  if (farewell_) co_await last_answers(limits_.farewell_max);
  close();
}

asio::awaitable<bool> Connection::shake_hands() {
  error_code error;
  co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
  tls_buffer_.resize(error ? 0 : device_read_bytes);
  co_return !error;
}

/// Back-pressure: what is not read stays in the socket, and the device waits. Each connection has its turn after the
/// others that are ready, and no more bytes in a second than the limit.
asio::awaitable<void> Connection::wait_for_turn() {
  const auto time = steady_clock::now();
  if (time - second_began_ > std::chrono::seconds(1)) {
    second_began_ = time;
    bytes_this_second_ = 0;
  }
  if (bytes_this_second_ >= limits_.bytes_max_per_second) {
    co_await pause(
        std::chrono::duration_cast<std::chrono::milliseconds>(second_began_ + std::chrono::seconds(1) - time));
    second_began_ = steady_clock::now();
    bytes_this_second_ = 0;
  }
  for (auto wait = first_pause; session_->unanswered() >= limits_.unanswered_max || ports_.busy();
       wait = std::min(wait * 2, longest_pause)) {
    if (farewell_ || !is_open()) co_return;
    co_await pause(wait);
  }
}

asio::awaitable<std::size_t> Connection::read_some(error_code& error) {
  if (tls_)
    co_return co_await tls_->async_read_some(asio::buffer(tls_buffer_),
                                             asio::redirect_error(asio::use_awaitable, error));
  co_return socket_.read_some(asio::buffer(read_buffer), error);
}

void Connection::take(std::span<const char> bytes) {
  const auto time = ticks(steady_clock::now());
  last_byte_ = time;
  bytes_this_second_ += bytes.size();
  book_.bytes(bytes.size());
  const bool was_half = session_->half_frame();
  session_->receive(bytes);
  if (session_->has_spoken()) has_spoken_ = true;
  if (!session_->half_frame())
    half_since_ = 0;
  else if (!was_half || half_since_ == 0)
    half_since_ = time;
}

asio::awaitable<void> Connection::last_answers(std::chrono::seconds at_most) {
  const auto until = steady_clock::now() + at_most;
  for (int quiet = 0; quiet < 2 && is_open() && steady_clock::now() < until;) {
    co_await pause(std::chrono::milliseconds(5));
    // Twice in a row: an answer may be between the session and post_answer().
    quiet = session_->unanswered() == 0 && owes_nothing() ? quiet + 1 : 0;
  }
}

bool Connection::owes_nothing() {
  const std::lock_guard lock(posted_mutex_);
  return posted_.empty() && waiting_.empty() && sending_.empty();
}

void Connection::send_posted() {
  {
    const std::lock_guard lock(posted_mutex_);
    if (waiting_.empty()) waiting_.swap(posted_);
    waiting_ += posted_;
    posted_ = {};
  }
  if (!is_open()) return;
  if (waiting_.size() > unsent_answer_bytes_max) {
    close();
    return;
  }
  if (sending_.empty()) flush();
}

void Connection::flush() {
  sending_.swap(waiting_);
  auto sent = asio::bind_executor(strand_, [self = shared_from_this()](error_code error, std::size_t) {
    self->sending_ = {};  // gives the memory back: between two answers there is half a minute
    if (!error && !self->waiting_.empty()) self->flush();
  });
  if (tls_)
    asio::async_write(*tls_, asio::buffer(sending_), std::move(sent));
  else
    asio::async_write(socket_, asio::buffer(sending_), std::move(sent));
}

void Connection::close() {
  open_ = false;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace celadon::intake
