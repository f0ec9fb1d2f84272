#pragma once

#include "intake/hj212_session.hpp"
#include "intake/wire.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

// One connection of the gateway; for the .cpp files of the gateway alone.

namespace celadon::intake {

using Strand = asio::strand<asio::io_context::executor_type>;
using std::chrono::steady_clock;

/// A device's wire, be it a socket or a channel of a front, and its session. Lives as long as its coroutine; its
/// answers come through weak pointers. Functions without a remark are called on the strand, which is the wire's too.
class Connection : public WireUser, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Wire> wire, Strand strand, const tcp::endpoint& peer, const GatewayPorts& ports,
             const GatewayLimits& limits, GatewayBook& book);

  /// `attached` is called on the strand, with the MN that spoke for the first time.
  void begin(const Hj212Tables& tables, std::function<void(const std::string&)> attached);
  asio::awaitable<void> run();

  // From any thread.

  [[nodiscard]] bool is_open() const { return open_.load(std::memory_order_relaxed); }
  [[nodiscard]] const std::string& address() const { return address_; }
  void post_answer(std::string bytes);
  /// Another connection speaks for this MN.
  void leave(const std::string& mn);
  /// Reads no more; closes when what it owes is sent, or farewell_max is over.
  void say_farewell();
  void look_at_clock(steady_clock::time_point time);

 private:
  void written(error_code error) override;
  asio::awaitable<void> wait_for_turn();
  asio::awaitable<void> last_answers(std::chrono::seconds at_most);
  void take(std::span<const char> bytes);
  void send_posted();
  [[nodiscard]] bool owes_nothing();
  void flush();
  void close();

  const std::shared_ptr<Wire> wire_;
  Strand strand_;
  const GatewayPorts& ports_;
  const GatewayLimits& limits_;
  GatewayBook& book_;
  const std::string peer_, address_;
  std::unique_ptr<Session> session_;
  std::string waiting_, sending_;
  std::mutex posted_mutex_;
  std::string posted_;  ///< by other threads; the strand is told of the first alone
  std::atomic<bool> open_{true}, farewell_{false};
  std::atomic<steady_clock::rep> opened_, last_byte_, half_since_{0};
  std::atomic<bool> has_spoken_{false};
  steady_clock::time_point second_began_;
  std::size_t bytes_this_second_ = 0;
};

}  // namespace celadon::intake
