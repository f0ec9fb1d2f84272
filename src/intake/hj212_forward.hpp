#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace celadon::intake {

/// Where a message stands in the log of what was received; places rise in the order of storing.
struct LogPlace {
  std::int64_t batch = 0;
  std::int32_t position = 0;
  friend auto operator<=>(const LogPlace&, const LogPlace&) = default;
};

struct LogFrame {
  LogPlace place;
  Instant received;
  std::string bytes;  ///< as received
};

/// Some frames of the log, and how far the log was looked through for them.
struct LogPage {
  std::vector<LogFrame> frames;
  LogPlace looked_to;  ///< nothing before or at this place is to come but these frames
};

/// A platform that our frames go on to.
struct UpstreamSettings {
  std::string id;  ///< small letters, digits and '-'
  std::string name, host;
  std::uint16_t port = 0;
  bool enabled = true;
  double rate_per_s = 0;                      ///< frames a second at most; 0: no limit
  std::vector<std::string> devices;           ///< MN of the devices that are forwarded; empty: all
  std::map<std::string, std::string> mn_map;  ///< own MN -> MN that the upstream knows
  std::optional<std::string> password;        ///< PW that the upstream wants; nothing: the device's own
  bool ask_answer = true;                     ///< Flag bit 0 is set on frames that want no answer
  LogPlace start;                             ///< forwarding begins behind this place
  friend bool operator==(const UpstreamSettings&, const UpstreamSettings&) = default;
};

/// How far forwarding has come: everything up to `place` is done with.
struct ForwardCursor {
  LogPlace place;
  std::uint64_t sent = 0, answered = 0, refused = 0;
  std::optional<Instant> last_answer_at;
  friend bool operator==(const ForwardCursor&, const ForwardCursor&) = default;
};

/// A frame that the upstream would not take. Its bytes are in the log.
struct DeadLetter {
  LogPlace place;
  std::string mn, qn, cn;  ///< of the device's own frame
  Instant received, failed_at;
  std::string reason;
  int tries = 0;
};

struct ForwardPorts {
  /// The next frames of taken messages behind `after`, at most `limit`, of those devices (empty: all).
  std::function<Result<LogPage>(LogPlace after, const std::vector<std::string>& devices, std::size_t limit)> read;
  /// The newest batch of the log. Must not block.
  std::function<std::int64_t()> last_batch;
  /// Makes a dead letter durable.
  std::function<Result<void>(const std::string& upstream, const DeadLetter& letter)> bury;
  /// A dead letter that was sent again was answered.
  std::function<Result<void>(const std::string& upstream, LogPlace place)> delivered;
  /// Makes the cursor durable, and reads it; nothing where there is none.
  std::function<Result<void>(const std::string& upstream, const ForwardCursor& cursor)> save;
  std::function<Result<std::optional<ForwardCursor>>(const std::string& upstream)> load;
  std::function<Instant()> clock = now;
};

/// Written limits of forwarding (docs/forwarding.md).
struct ForwardLimits {
  std::size_t in_flight_max = 64;                 ///< frames of one upstream that wait for their answer
  std::size_t read_ahead = 1000;                  ///< frames of one upstream in memory
  std::size_t gap_max = 20'000;                   ///< frames done beyond the oldest that is not
  std::chrono::milliseconds answer_wait{10'000};  ///< HJ 212-2017 table 1
  int repeats = 3;                                ///< HJ 212-2017 table 1
  std::chrono::milliseconds pause_first{1'000};   ///< after a lost link; doubles up to pause_max
  std::chrono::milliseconds pause_max{300'000};
  std::chrono::milliseconds connect_wait{10'000};
  std::chrono::milliseconds save_pause{1'000};  ///< the cursor is saved no more often
  std::chrono::milliseconds look_pause{100};    ///< how often an idle link looks for new frames
};

struct UpstreamStatus {
  std::string id;
  std::string state = "off";  ///< "off", "connecting", "connected", "waiting"
  std::string last_error;
  std::size_t in_memory = 0;      ///< frames read from the log that are not done with
  std::optional<Instant> oldest;  ///< received; of those
  LogPlace read_to;               ///< what follows in the log waits too
  LogPlace cursor;
  std::uint64_t sent = 0;  ///< repeats counted
  std::uint64_t answered = 0, refused = 0, requests_refused = 0;
  std::optional<Instant> last_answer_at;
};

/// Sends the frames that were taken in on to one or more upstreams, as a field unit would.
///
/// The log of received frames is the queue: nothing is written twice, and an upstream that was away for days gets all
/// of it. Frames of one device go one after the other in the order of the log; many devices go at once. A frame is done
/// with when 9013 or 9014 with its QN came, or, where it asks for none, when it was written to the socket. A 9011 with
/// QnRtn other than 1, or no answer to all repeats on a link that answers others, makes it a dead letter; the device's
/// next frame follows. A link that answers nothing at all is closed and tried again after growing pauses: its frames
/// wait.
///
/// At least once: what stands behind the saved cursor is sent again after a restart. Never lost, never out of order.
/// One coroutine an upstream on the given context; ports that block are called on a thread of our own.
class Forwarder {
 public:
  Forwarder(boost::asio::io_context& io, ForwardPorts ports, ForwardLimits limits = {});
  /// The context must not be running any more. Saves the cursors.
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Any thread.

  /// Begins to forward to an upstream, or goes on with other settings; false where they are the same. With other
  /// settings what was to be sent again must be given to resend() again.
  bool put(UpstreamSettings settings);
  /// Sends a dead letter again, before what still waits of its device. False where there is no such upstream.
  bool resend(const std::string& upstream, LogFrame frame);
  [[nodiscard]] std::vector<UpstreamStatus> status() const;
  /// Closes the links; what is in flight stays unanswered and is sent again after the next start.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::intake
