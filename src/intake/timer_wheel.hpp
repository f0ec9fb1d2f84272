#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace celadon::intake {

/// Wakes numbered sleepers: each has one wish, put and fired in constant time however many there are.
class TimerWheel {
 public:
  TimerWheel(Instant begin, std::int64_t tick_us, std::size_t slots, std::size_t sleepers)
      : tick_us_(tick_us), current_(begin.us / tick_us), slots_(slots), wish_(sleepers, nobody) {}

  /// Wake `who` at the first tick at or after `when`, at the next one if that is past; an earlier wish is void.
  void put(std::uint32_t who, Instant when) {
    const std::int64_t tick = std::max((when.us + tick_us_ - 1) / tick_us_, current_ + 1);
    if (wish_[who] == tick) return;
    wish_[who] = tick;
    file({who, tick});
  }
  void cancel(std::uint32_t who) { wish_[who] = nobody; }

  /// Calls wake(who) for everyone whose time has come, tick by tick. `wake` may put() and cancel().
  template <class Wake>
  void advance(Instant now, Wake wake) {
    const std::int64_t until = now.us / tick_us_;
    while (current_ < until) {
      ++current_;
      auto& slot = slots_[static_cast<std::size_t>(current_) % slots_.size()];
      taken_.swap(slot);
      for (const Entry& entry : taken_) {
        if (wish_[entry.who] != entry.tick) continue;  // a later wish has taken its place
        if (entry.tick > current_) {
          file(entry);  // further away than the wheel is round
          continue;
        }
        wish_[entry.who] = nobody;
        wake(entry.who);
      }
      taken_.clear();
    }
  }

 private:
  struct Entry {
    std::uint32_t who;
    std::int64_t tick;
  };
  static constexpr std::int64_t nobody = -1;

  void file(Entry entry) {
    const std::int64_t horizon = current_ + static_cast<std::int64_t>(slots_.size()) - 1;
    slots_[static_cast<std::size_t>(std::min(entry.tick, horizon)) % slots_.size()].push_back(entry);
  }

  const std::int64_t tick_us_;
  std::int64_t current_;
  std::vector<std::vector<Entry>> slots_;
  std::vector<std::int64_t> wish_;
  std::vector<Entry> taken_;
};

}  // namespace celadon::intake
