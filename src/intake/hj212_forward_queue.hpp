#pragma once

#include "intake/hj212_forward_frame.hpp"

#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

// What waits for one upstream; for the forwarder alone.

namespace celadon::intake {

using ForwardClock = std::chrono::steady_clock;

/// The frames of one upstream that are in memory: in which order they go, which are on their way, and how far all is
/// done. Pure; one thread at a time.
///
/// Of one device only the oldest is on its way; devices take turns.
class ForwardQueue {
 public:
  struct Item {
    LogPlace place;
    Instant received;
    OutgoingFrame frame;
    bool again = false;  ///< a dead letter that is sent again: not of the log's order
    int tries = 0;       ///< on this link
    int good_tries = 0;  ///< without an answer, while the upstream answered others
    ForwardClock::time_point sent, due;
    bool in_flight = false;
    bool decided = false;  ///< its answer is here, and is being taken care of
    std::uint64_t slot = 0;
  };

  /// A frame of the log, behind all that were added before.
  void add(LogPlace place, Instant received, OutgoingFrame frame);
  /// The log holds nothing for us up to here.
  void pass(LogPlace place);
  /// A dead letter, before what waits of its device (but behind other dead letters, and what is on its way).
  void add_again(LogPlace place, Instant received, OutgoingFrame frame);

  /// The next one to send; it is in flight from now on. Null where none may go.
  [[nodiscard]] Item* next();
  /// The one in flight that an answer speaks of. Without QN it is found by MN; without MN by QN.
  [[nodiscard]] Item* find(std::string_view sent_mn, std::string_view qn);
  [[nodiscard]] std::vector<Item*> in_flight();
  /// It is done with, and gone: answered, or a dead letter. It must be the oldest of its device.
  void done(Item& item);
  /// The link is lost: what was in flight waits again.
  void all_back();

  [[nodiscard]] std::size_t in_flight_count() const { return in_flight_.size(); }
  /// Frames of the log that are not done with.
  [[nodiscard]] std::size_t live() const { return live_; }
  /// Frames, done or not, from the oldest that is not done.
  [[nodiscard]] std::size_t span() const { return slots_.size(); }
  [[nodiscard]] std::optional<Instant> oldest() const;
  /// Everything up to and with this place is done.
  [[nodiscard]] LogPlace cursor() const { return cursor_; }
  void begin_behind(LogPlace place) { cursor_ = place; }

 private:
  struct Slot {
    LogPlace place;
    Instant received;
    bool done = false;
  };
  struct Line {
    std::deque<std::unique_ptr<Item>> waiting;  ///< the front is in flight where `busy`
    bool busy = false;
  };
  Line& line_of(const std::string& mn);
  void advance();

  std::unordered_map<std::string, Line> lines_;  ///< by MN; only devices that have something waiting
  std::deque<std::string> turns_;                ///< devices that may send, each once
  std::list<Item*> in_flight_;
  std::deque<Slot> slots_;
  std::uint64_t first_slot_ = 0;
  std::size_t live_ = 0;
  LogPlace cursor_;
};

/// At most so many a second, evenly.
class Pacer {
 public:
  explicit Pacer(double rate_per_s) : rate_per_s_(rate_per_s) {}
  /// When the next may go.
  [[nodiscard]] ForwardClock::time_point next() const { return next_; }
  /// One goes now.
  void take(ForwardClock::time_point now);

 private:
  double rate_per_s_;
  ForwardClock::time_point next_;
};

}  // namespace celadon::intake
