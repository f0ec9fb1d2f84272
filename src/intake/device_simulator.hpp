#pragma once

#include "intake/device_messages.hpp"
#include "intake/hj212_frame.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::intake {

/// What all units of a run share.
struct SimulatorPlan {
  std::uint64_t seed = 1;
  std::vector<Command> kinds = {2011};  ///< of 2011 2021 2031 2041 2051 2061 2081
  int interval_s = 30;                  ///< of 2011 and 2021
  int minute_min = 10;
  DeviceFaults faults;
  std::size_t window = 1;                            ///< messages that may be unanswered; the standard's units wait
  std::int64_t answer_wait_us = 10 * us_per_second;  ///< HJ 212-2017 6.2 table 1
  int repeats = 3;                                   ///< after the first sending; then the unit connects again
  std::vector<std::pair<Instant, Instant>> outages;  ///< data times that are measured and not sent: first, and behind
  std::optional<std::uint64_t> messages_max;         ///< data messages of each unit
  int heartbeat_s = 0;                               ///< 9015 of units of 2025; 0: none
  int clock_request_s = 0;                           ///< 1013 of units of 2017 and 2025; 0: none
  Instant begin;                                     ///< first data time that is sent; history begins a year earlier
  double speed = 1;                                  ///< of the clock against the wall
  bool live_clock = true;                            ///< the clock is the wall's, so that 1012 can set it
  std::int64_t control_us = 2 * us_per_second;       ///< time on the wall that 3011-3014, 3022, 3024 take
};

/// Both clocks: the wall's, by which answers are awaited, and that of the data.
struct SimulatorTime {
  Instant wall, clock;
};

/// Bytes for the socket, not before `at` (wall). Pieces follow each other in order.
struct DevicePiece {
  Instant at;
  std::string bytes;
};

/// A message of the unit that wants an answer, or one of history.
struct DeviceMessage {
  Command cn = 0;
  std::uint16_t pnum = 1, pno = 1;
  Instant data_time, qn;
  Instant first_sent, last_sent;
  std::uint32_t sends = 0;
  StruckBy struck;
  bool history = false;  ///< asked for by the host; no answer follows
  bool answered = false;
  bool resent = false;     ///< kept over a lost connection
  std::uint8_t tries = 0;  ///< on this connection; 0: not yet
  std::uint8_t minute_min = 0;
  std::int16_t refused = 0;  ///< QnRtn of the last refusal
};

/// What a unit wants done; the caller empties it.
struct DeviceOutput {
  std::vector<DevicePiece> pieces;
  bool hang_up = false;                ///< close the connection behind the pieces and connect again
  std::vector<DeviceMessage> settled;  ///< answered now, or of history
};

struct SimulatorTally {
  std::uint64_t messages = 0;  ///< with answers wanted, each counted once
  std::uint64_t sendings = 0, repeats = 0, answered = 0, refused = 0, requests = 0, history = 0, given_up = 0;
};

/// A field unit that speaks HJ 212 of 2005, 2017 or 2025, without its socket and its clock: bytes and times in, bytes
/// out. It sends what is due, waits for each answer, repeats, connects again, keeps what was not answered, and answers
/// what the host asks (HJ 212-2017 6.1, 6.2, annex C).
///
/// Of one plan and identity the messages and their faults are the same in every run, byte for byte: a QN is the time at
/// which the message is due, and all chance is a hash of seed, unit and message. Only RF=1, repeats and what the host
/// asks for depend on the host.
class DeviceSimulator {
 public:
  /// The plan and the factors of the identity must outlive this.
  DeviceSimulator(const SimulatorPlan& plan, DeviceIdentity identity, SimulatorTally& tally);
  DeviceSimulator(const DeviceSimulator&) = delete;
  DeviceSimulator& operator=(const DeviceSimulator&) = delete;

  void connected(const SimulatorTime& now);
  void disconnected();
  void receive(std::span<const char> bytes, const SimulatorTime& now, DeviceOutput& out);
  /// Sends what is due. Call it at wake(), and only when nothing waits to be written.
  void tick(const SimulatorTime& now, DeviceOutput& out);
  /// When the next tick can be of use, on the wall; nothing while it only waits for bytes or a connection.
  [[nodiscard]] std::optional<Instant> wake(const SimulatorTime& now) const;

  /// Nothing new from now on; what was sent is still repeated until it is answered.
  void stop() { stopped_ = true; }
  /// It has sent all it was to send, and all is answered.
  [[nodiscard]] bool finished() const;
  [[nodiscard]] const std::vector<DeviceMessage>& unanswered() const { return unanswered_; }
  [[nodiscard]] const DeviceIdentity& identity() const { return identity_; }
  /// The values of a message of this unit.
  [[nodiscard]] std::vector<SentValue> values(const DeviceMessage& message) const;

 private:
  struct Cursor {
    Command cn = 0;
    bool flows = true;  ///< false after 2012, 2022: due data are passed over
    Instant next;       ///< data time, by the unit's clock
  };
  struct Job {  ///< a request that is being carried out
    Command cn = 0;
    std::string qn;
    Instant next, end;  ///< of history: first and last period
    Instant due;        ///< of control, on the wall
    std::uint32_t count = 0;
  };

  // What is due (device_simulator.cpp).
  void start_cursors();
  [[nodiscard]] Instant due_of(const Cursor& cursor) const;
  [[nodiscard]] std::int64_t step_of(const Cursor& cursor) const;
  void advance(Cursor& cursor) const;
  [[nodiscard]] std::optional<std::size_t> next_cursor() const;
  [[nodiscard]] bool is_kept_back(const Cursor& cursor) const;
  [[nodiscard]] std::optional<DeviceMessage> make_next(const SimulatorTime& now);
  [[nodiscard]] std::optional<DeviceMessage> take_next(const SimulatorTime& now);
  [[nodiscard]] Instant own_clock(const SimulatorTime& now) const;
  [[nodiscard]] std::int64_t clock_offset_us(Instant clock) const;
  [[nodiscard]] Instant next_qn(Instant wanted);

  // How it goes out (device_sending.cpp).
  void send(DeviceMessage& message, const SimulatorTime& now, DeviceOutput& out);
  void put(std::string bytes, const SimulatorTime& now, DeviceOutput& out);
  [[nodiscard]] std::string segment_of(const DeviceMessage& message) const;
  [[nodiscard]] std::string framed(const std::string& segment, Command cn) const;
  [[nodiscard]] bool strikes(DeviceFault fault, const DeviceMessage& message, std::uint32_t sending = 0) const;
  [[nodiscard]] std::uint64_t chance(DeviceFault fault, const DeviceMessage& message, std::uint32_t sending) const;
  [[nodiscard]] bool is_struck_device(DeviceFault fault) const;
  void damage(std::string& frame, std::string_view segment, DeviceMessage& message) const;

  // What the host says (device_requests.cpp).
  void take(const Message& message, const SimulatorTime& now, DeviceOutput& out);
  void settle(std::string_view qn, DeviceOutput& out);
  void hear_refusal(const Message& message, const SimulatorTime& now, DeviceOutput& out);
  void take_request(const Message& message, const SimulatorTime& now, DeviceOutput& out);
  [[nodiscard]] int carry_out(const Message& message, const SimulatorTime& now, DeviceOutput& out);
  [[nodiscard]] int set_parameter(const Message& message, Command cn, const SimulatorTime& now);
  [[nodiscard]] std::string told(const Message& message, Command cn, const SimulatorTime& now) const;
  [[nodiscard]] int start_history(const Message& message, Command cn, const SimulatorTime& now);
  void go_on_with_job(const SimulatorTime& now, DeviceOutput& out);
  void put_result(std::string_view qn, std::string_view password, int exe_rtn, const SimulatorTime& now,
                  DeviceOutput& out);
  void put_data(std::string_view qn, Command cn, const std::string& area, const SimulatorTime& now, DeviceOutput& out);
  void let_flow(Command cn, bool flows, const SimulatorTime& now);

  const SimulatorPlan& plan_;
  DeviceIdentity identity_;
  SimulatorTally& tally_;
  FrameReader reader_;
  std::vector<Cursor> cursors_;
  std::vector<DeviceMessage> unanswered_;  ///< oldest first
  std::unique_ptr<DeviceMessage> held_;    ///< goes behind the next one
  std::unique_ptr<Job> job_;
  Instant last_qn_, line_free_;
  Instant clock_set_;  ///< when its clock was right last, by the clock of the data
  std::int64_t set_offset_us_ = 0;
  std::int64_t answer_wait_us_;
  std::uint64_t made_ = 0;
  std::uint32_t requests_ = 0;
  int interval_s_, minute_min_, repeats_;
  std::uint16_t packet_ = 0;  ///< of the message at the next cursor
  bool connected_ = false, stopped_ = false, held_passed_ = false, was_set_ = false;
};

}  // namespace celadon::intake
