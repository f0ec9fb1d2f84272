#pragma once

#include "core/time.hpp"
#include "intake/hj212_message.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// Written limits of the watch over split messages; all are ours.
struct PacketLimits {
  std::size_t sets_max = 4;                         ///< split messages under way at once; the oldest gives way
  std::int64_t complete_within_us = us_per_minute;  ///< after its last packet a set that is not whole has lost one
};

struct PacketCounters {
  std::uint64_t packets = 0, complete = 0, incomplete = 0, repeated = 0, out_of_order = 0;
};

/// Watches the packets of one device (HJ 212-2017 C.47 to C.50). It only watches: every packet is a whole message and
/// its values are taken at once, so that nothing waits for the others.
///
/// A set is ST + CN + DataTime + PNUM, because the QN of the packets of one message differ. It is complete when PNO 1
/// to PNUM have come. PNUM and PNO count also where the packet bit of Flag is missing.
///
/// Pure: time is passed in. Memory   sets_max sets of 128 bits, and two numbers of each of the last sixteen messages.
class PacketTracker {
 public:
  explicit PacketTracker(PacketLimits limits = {}) : limits_(limits) {}

  static constexpr std::size_t packets_max = 128;

  /// Looks at a message and adds to `found`, each once:
  ///   packet_lost                  a set was given up with packets missing, now or by look(); or PNO is not in 1..PNUM
  ///   packet_out_of_order          a packet came before one with a smaller number
  ///   repeat_with_other_content    QN, CN and PNO of an earlier message, and another CP
  /// A repeat of the same bytes is no finding. Messages with a PNUM over packets_max are counted and not followed.
  void note(const Message& message, Instant time, std::vector<std::string_view>& found);

  /// Gives up the sets whose time is over; note() does it too.
  void look(Instant time, std::vector<std::string_view>& found);
  [[nodiscard]] const PacketCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t open_sets() const { return sets_.size(); }

 private:
  struct Set {
    std::uint64_t key = 0;
    std::uint32_t pnum = 0, highest = 0;
    std::bitset<packets_max + 1> have;  ///< by PNO
    Instant last;
  };
  struct Heard {
    std::uint64_t exchange = 0, content = 0;
  };
  void follow(const Message& message, std::uint32_t pnum, std::uint32_t pno, Instant time,
              std::vector<std::string_view>& found);
  bool is_changed_repeat(const Message& message);

  const PacketLimits limits_;
  std::vector<Set> sets_;
  std::vector<std::uint64_t> completed_;  ///< keys of the last complete sets: a late repeat opens none
  std::vector<Heard> heard_;              ///< a ring
  std::size_t heard_next_ = 0;
  PacketCounters counters_;
};

}  // namespace celadon::intake
