#pragma once

#include "core/time.hpp"
#include "intake/hj212_message.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::intake {

/// What the host asks of a field unit.
struct CommandRequest {
  std::string mn;
  std::string cn;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of CP, in order
  std::string who, why;
  std::string origin = "person";  ///< "person" or "back-fill"
  std::string area{};             ///< CP as it is sent (request_area()); empty: the parameters parted by ';'
};

enum class ExchangeState : std::uint8_t {
  waiting,    ///< for the device to call, or for its earlier exchange to end
  sent,       ///< on its way; repeated while no 9011 comes
  accepted,   ///< 9011 with QnRtn 1, or first data
  done,       ///< 9012 with ExeRtn 1, or the answer that ends this kind of exchange
  refused,    ///< 9011 with another QnRtn
  failed,     ///< 9012 with another ExeRtn
  timed_out,  ///< no answer after all repeats, or no result after an accepting one
  offline,    ///< the device did not call in time
};
[[nodiscard]] std::string_view to_text(ExchangeState state);
[[nodiscard]] bool is_final(ExchangeState state);

/// One line of a receipt.
struct ExchangeStep {
  Instant time;
  std::string_view what;  ///< "asked" "sent" "repeated" "accepted" "data" "result" "refused" "timed-out" "offline" ...
  std::string frame;      ///< as sent or received, where there is one
};

/// All that is known of one exchange.
struct CommandReceipt {
  std::string id;  ///< QN of the request
  CommandRequest request;
  Instant asked_at;
  ExchangeState state = ExchangeState::waiting;
  std::optional<int> qn_rtn, exe_rtn;
  int sends = 0;
  std::uint64_t data_messages = 0, observations = 0;
  std::vector<ExchangeStep> steps;  ///< the first 40 and the last
};

/// How the device speaks, as far as a request needs it.
struct DeviceDialect {
  std::string system_code, password;
  Edition212 edition = Edition212::of_2017;
};

/// Times of HJ 212-2017 6.2 table 1, and ours where it has none.
struct ExchangeTimes {
  std::int64_t answer_us = 10 * us_per_second;   ///< for the 9011 (or 9013), before a repeat
  int repeats = 3;                               ///< after the first sending
  std::int64_t result_us = 60 * us_per_second;   ///< ours: after the 9011 or a data message, for the next sign
  std::int64_t control_us = 30 * us_per_minute;  ///< ours: the same for commands 3000-3999, which move things
  std::int64_t wait_us = 5 * us_per_minute;      ///< ours: for a device that is not connected
  std::size_t queued_max_per_device = 200;       ///< ours
};

/// The requests of the host and what became of them (HJ 212-2017 6.1, annex C): Q -> 9011 -> data -> 9012, or N ->
/// 9013.
///
/// One exchange at a time with each device; a repeat keeps its QN. Pure but for its callbacks: time is passed in. Any
/// thread. `send` gives false where the device is not connected; it is called with the lock held. `told` is called
/// after every change, without it: of two receipts of one exchange the one with more steps, or a final state, is the
/// newer.
class Exchanges {
 public:
  using Send = std::function<bool(const std::string& mn, std::string frame)>;
  using Dialect = std::function<std::optional<DeviceDialect>(const std::string& mn)>;
  using Told = std::function<void(const CommandReceipt&)>;
  Exchanges(Send send, Dialect dialect, Told told, ExchangeTimes times = {});

  /// Queues a request and sends it as soon as the device is free and connected.
  /// Errors   too_many when the device has its fill of waiting requests; not_found when the dialect is unknown.
  [[nodiscard]] Result<CommandReceipt> ask(CommandRequest request, Instant now);
  /// A message of the device. True where it is part of an exchange (then `observations` were counted to it).
  bool hear(std::string_view mn, const Message& message, std::string_view raw, std::size_t observations, Instant now);
  /// Whether hear() can be of use: a cheap look before it.
  [[nodiscard]] bool any_open() const { return open_.load(std::memory_order_relaxed) > 0; }
  /// The device has called: what waited is sent.
  void connected(const std::string& mn, Instant now);
  /// Repeats and time-outs. Call it a few times a second.
  void tick(Instant now);

  [[nodiscard]] std::size_t open_count() const { return open_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool is_busy(const std::string& mn) const;
  /// Open exchanges, oldest first.
  [[nodiscard]] std::vector<CommandReceipt> open() const;

 private:
  struct Exchange {
    CommandReceipt receipt;
    std::string frame;
    Edition212 edition = Edition212::of_2017;
    Instant deadline;
  };
  struct Line {  ///< of one device; the first is the one that runs
    std::deque<Exchange> queue;
    std::string last_qn;
  };
  using Changes = std::vector<CommandReceipt>;
  void start(Line& line, Instant now, Changes& changes);
  void finish(Line& line, ExchangeState state, std::string_view what, Instant now, Changes& changes,
              std::string_view raw = {});
  void tell(const Changes& changes);
  std::string next_qn(Line& line, Instant now);

  const Send send_;
  const Dialect dialect_;
  const Told told_;
  const ExchangeTimes times_;
  mutable std::mutex mutex_;
  std::map<std::string, Line, std::less<>> lines_;
  std::atomic<std::size_t> open_{0};
};

/// The request as a frame in the device's dialect. Flag asks for answers.
[[nodiscard]] std::string request_frame(const CommandRequest& request, const DeviceDialect& dialect,
                                        std::string_view qn);

}  // namespace celadon::intake
