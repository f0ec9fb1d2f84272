#include "intake/hj212_connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace celadon::intake {
namespace {

constexpr std::size_t unsent_answer_bytes_max = 1 << 20;  // a peer that never reads its answers
constexpr auto first_pause = std::chrono::milliseconds(2);
constexpr auto longest_pause = std::chrono::milliseconds(250);

steady_clock::rep ticks(steady_clock::time_point time) { return time.time_since_epoch().count(); }

bool older(steady_clock::rep since, steady_clock::time_point time, std::chrono::seconds limit) {
  return time - steady_clock::time_point(steady_clock::duration(since)) > limit;
}

}  // namespace

Connection::Connection(std::shared_ptr<Wire> wire, Strand strand, const tcp::endpoint& peer, const GatewayPorts& ports,
                       const GatewayLimits& limits, GatewayBook& book)
    : wire_(std::move(wire)),
      strand_(std::move(strand)),
      ports_(ports),
      limits_(limits),
      book_(book),
      peer_(peer.address().to_string() + ":" + std::to_string(peer.port())),
      address_(peer.address().to_string()),
      opened_(ticks(steady_clock::now())),
      last_byte_(opened_.load()) {}

void Connection::begin(const Hj212Tables& tables, std::function<void(const std::string&)> attached) {
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
  asio::post(strand_, [self = shared_from_this()] { self->wire_->cancel(); });
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
  if (!co_await wire_->greet()) {
    close();
    co_return;
  }
  while (!farewell_) {
    error_code error;
    co_await wire_->wait(error);
    if (farewell_ || !is_open()) break;
    if (error) break;
    co_await wait_for_turn();
    if (farewell_ || !is_open()) break;
    const std::span<const char> bytes = co_await wire_->read(device_read_bytes, error);
    if (error == asio::error::would_block || error == asio::error::try_again) continue;
    if (error == asio::error::eof) {
      // A peer that has said all may still be listening (`nc` is such a one): what it is owed goes out before the
      // close.
      co_await last_answers(limits_.half_frame_max);
      break;
    }
    if (error) break;
    take(bytes);
  }
  if (farewell_) co_await last_answers(limits_.farewell_max);
  close();
}

/// Back-pressure: what is not read stays in the wire, and the device waits. Each connection has its turn after the
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
  wire_->write(sending_, shared_from_this());
}

void Connection::written(error_code error) {
  sending_ = {};  // gives the memory back: between two answers there is half a minute
  if (error)
    close();
  else if (!waiting_.empty())
    flush();
}

void Connection::close() {
  open_ = false;
  wire_->close();
}

}  // namespace celadon::intake
