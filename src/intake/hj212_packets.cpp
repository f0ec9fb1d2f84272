#include "intake/hj212_packets.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace celadon::intake {
namespace {

constexpr std::size_t heard_max = 16;
constexpr std::size_t completed_max = 8;

/// Of the parts in their order; not stable between builds, which nothing needs.
std::uint64_t hash_of(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const auto part : parts) hash = (hash ^ std::hash<std::string_view>{}(part)) * 1099511628211ULL;
  return hash;
}

std::optional<std::uint32_t> packet_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void find(std::vector<std::string_view>& found, std::string_view name) {
  if (std::ranges::find(found, name) == found.end()) found.push_back(name);
}

}  // namespace

void PacketTracker::note(const Message& message, Instant time, std::vector<std::string_view>& found) {
  look(time, found);
  if (is_changed_repeat(message)) find(found, "repeat_with_other_content");
  if (!message.has(message.pnum) || !message.has(message.pno)) return;
  ++counters_.packets;
  const auto pnum = packet_number(message.pnum);
  const auto pno = packet_number(message.pno);
  if (!pnum || !pno || *pno < 1 || *pno > *pnum) {
    find(found, "packet_lost");
    return;
  }
  if (*pnum <= packets_max) follow(message, *pnum, *pno, time, found);
}

void PacketTracker::follow(const Message& message, std::uint32_t pnum, std::uint32_t pno, Instant time,
                           std::vector<std::string_view>& found) {
  const std::uint64_t key = hash_of({message.st, message.cn, message.item("DataTime"), message.pnum});
  auto set = std::ranges::find(sets_, key, &Set::key);
  if (set == sets_.end()) {
    if (std::ranges::find(completed_, key) != completed_.end()) {
      ++counters_.repeated;
      return;
    }
    if (sets_.size() >= limits_.sets_max) {
      ++counters_.incomplete;
      find(found, "packet_lost");
      sets_.erase(std::ranges::min_element(sets_, {}, &Set::last));
    }
    set = sets_.insert(sets_.end(), Set{key, pnum, 0, {}, time});
  }
  set->last = time;
  if (set->have.test(pno)) {
    ++counters_.repeated;
    return;
  }
  set->have.set(pno);
  if (pno < set->highest) {
    ++counters_.out_of_order;
    find(found, "packet_out_of_order");
  }
  set->highest = std::max(set->highest, pno);
  if (set->have.count() < pnum) return;
  ++counters_.complete;
  if (pnum > 1) {
    if (completed_.size() >= completed_max) completed_.erase(completed_.begin());
    completed_.push_back(key);
  }
  sets_.erase(set);
}

void PacketTracker::look(Instant time, std::vector<std::string_view>& found) {
  const auto is_over = [&](const Set& set) { return time.us - set.last.us > limits_.complete_within_us; };
  const std::size_t lost = std::erase_if(sets_, is_over);
  counters_.incomplete += lost;
  if (lost > 0) find(found, "packet_lost");
}

bool PacketTracker::is_changed_repeat(const Message& message) {
  if (message.qn.empty()) return false;
  const Heard fresh{hash_of({message.qn, message.cn, message.pno}), hash_of({message.cp})};
  if (const auto it = std::ranges::find(heard_, fresh.exchange, &Heard::exchange); it != heard_.end())
    return it->content != fresh.content;
  if (heard_.size() < heard_max) {
    heard_.push_back(fresh);
  } else {
    heard_[heard_next_] = fresh;
    heard_next_ = (heard_next_ + 1) % heard_max;
  }
  return false;
}

}  // namespace celadon::intake
