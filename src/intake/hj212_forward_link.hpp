#pragma once

#include "intake/hj212_forward.hpp"
#include "intake/hj212_forward_queue.hpp"
#include "intake/hj212_frame.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>
#include <mutex>

// One upstream of the forwarder; for its .cpp files alone.

namespace celadon::intake {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Reads the log, keeps the link, sends, and saves the cursor of one upstream. Lives as long as its coroutines;
/// settings do not change: other settings are another link.
class ForwardLink : public std::enable_shared_from_this<ForwardLink> {
 public:
  ForwardLink(asio::io_context& io, std::shared_ptr<asio::thread_pool> blocking, const ForwardPorts& ports,
              const ForwardLimits& limits, UpstreamSettings settings);

  /// Begins when `before`, the link with older settings, has ended.
  void begin(std::shared_ptr<ForwardLink> before);

  // Any thread.

  void stop();
  void resend(LogFrame frame);
  [[nodiscard]] UpstreamStatus status() const;
  [[nodiscard]] const UpstreamSettings& settings() const { return settings_; }
  /// Only while no coroutine runs any more.
  void save_now();

 private:
  using Item = ForwardQueue::Item;
  asio::awaitable<void> run(std::shared_ptr<ForwardLink> before);
  asio::awaitable<bool> load();
  asio::awaitable<bool> connect();
  asio::awaitable<void> pump();
  asio::awaitable<void> read_answers(std::shared_ptr<tcp::socket> socket);
  asio::awaitable<void> settle();
  struct ReadyFrame {
    LogPlace place;
    Instant received;
    OutgoingFrame frame;
  };
  struct ReadyPage {
    std::vector<ReadyFrame> frames;
    LogPlace looked_to;
  };
  Result<void> read_page(LogPlace after, ReadyPage& ready) const;
  asio::awaitable<void> take_resends();
  asio::awaitable<void> fill();
  asio::awaitable<void> look_at_clock(ForwardClock::time_point now);
  asio::awaitable<void> bury(Item& item, std::string reason);
  asio::awaitable<void> finish(Item& item);
  asio::awaitable<void> save_if_due(bool at_once);
  asio::awaitable<void> wait(ForwardClock::time_point until);
  using Work = std::function<Result<void>()>;
  struct Waiting;
  asio::awaitable<Result<void>> off_thread(Work work);

  void hear(std::string_view segment);
  void decide(Item& item, std::string refusal);
  void send_some(ForwardClock::time_point now);
  void send(Item& item, ForwardClock::time_point now);
  void put_out(const std::string& bytes);
  void flush();
  void lose(const std::string& reason);
  void set_state(const char* state, const std::string& error = {});
  void publish();
  [[nodiscard]] ForwardClock::time_point next_event() const;

  asio::strand<asio::io_context::executor_type> strand_;
  const std::shared_ptr<asio::thread_pool> blocking_;
  const ForwardPorts& ports_;
  const ForwardLimits& limits_;
  const UpstreamSettings settings_;

  // On the strand.
  ForwardQueue queue_;
  Pacer pacer_;
  LogPlace read_to_;
  std::shared_ptr<tcp::socket> socket_;  ///< null while there is no link
  asio::steady_timer timer_;
  std::string unsent_, sending_;
  std::optional<ForwardClock::time_point> write_since_;
  std::vector<Item*> written_, writing_;  ///< that want no answer: done when they are written
  struct Verdict {
    Item* item;
    std::string refusal;  ///< empty: taken
  };
  std::vector<Verdict> verdicts_;
  std::optional<ForwardClock::time_point> last_heard_;
  std::string probe_;  ///< a frame that was answered before
  std::optional<ForwardClock::time_point> probed_;
  std::chrono::milliseconds pause_{0};
  ForwardClock::time_point saved_at_;
  ForwardCursor saved_;

  mutable std::mutex mutex_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  UpstreamStatus status_;
  std::vector<LogFrame> resends_;
};

}  // namespace celadon::intake
