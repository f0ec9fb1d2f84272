#include "intake/hj212_forward_queue.hpp"

#include "core/assert.hpp"

#include <algorithm>

namespace celadon::intake {

ForwardQueue::Line& ForwardQueue::line_of(const std::string& mn) {
  const auto [it, fresh] = lines_.try_emplace(mn);
  if (fresh) turns_.push_back(mn);
  return it->second;
}

void ForwardQueue::add(LogPlace place, Instant received, OutgoingFrame frame) {
  auto item = std::make_unique<Item>();
  item->place = place;
  item->received = received;
  item->frame = std::move(frame);
  item->slot = first_slot_ + slots_.size();
  slots_.push_back({place, received, false});
  ++live_;
  Line& line = line_of(item->frame.mn);
  line.waiting.push_back(std::move(item));
}

void ForwardQueue::pass(LogPlace place) {
  if (slots_.empty())
    cursor_ = std::max(cursor_, place);
  else if (slots_.back().done)
    slots_.back().place = std::max(slots_.back().place, place);
  else if (slots_.back().place < place)
    slots_.push_back({place, slots_.back().received, true});
}

void ForwardQueue::add_again(LogPlace place, Instant received, OutgoingFrame frame) {
  auto item = std::make_unique<Item>();
  item->place = place;
  item->received = received;
  item->frame = std::move(frame);
  item->again = true;
  Line& line = line_of(item->frame.mn);
  // Dead letters stand first, in the order of the log, and behind what is on its way.
  auto at = line.waiting.begin() + (line.busy ? 1 : 0);
  while (at != line.waiting.end() && (*at)->again && (*at)->place < place) ++at;
  line.waiting.insert(at, std::move(item));
}

ForwardQueue::Item* ForwardQueue::next() {
  if (turns_.empty()) return nullptr;
  Line& line = lines_.at(turns_.front());
  turns_.pop_front();
  CELADON_ASSERT(!line.busy && !line.waiting.empty());
  line.busy = true;
  Item* item = line.waiting.front().get();
  item->in_flight = true;
  in_flight_.push_back(item);
  return item;
}

ForwardQueue::Item* ForwardQueue::find(std::string_view sent_mn, std::string_view qn) {
  for (Item* item : in_flight_) {
    const bool same_mn = sent_mn.empty() || item->frame.sent_mn == sent_mn;
    const bool same_qn = qn.empty() || item->frame.qn.empty() ? !sent_mn.empty() : item->frame.qn == qn;
    if (same_mn && same_qn) return item;
  }
  return nullptr;
}

std::vector<ForwardQueue::Item*> ForwardQueue::in_flight() { return {in_flight_.begin(), in_flight_.end()}; }

void ForwardQueue::done(Item& item) {
  const std::string mn = item.frame.mn;
  const auto it = lines_.find(mn);
  Line& line = it->second;
  CELADON_ASSERT(line.waiting.front().get() == &item);
  if (item.in_flight)
    in_flight_.remove(&item);
  else
    std::erase(turns_, mn);
  if (!item.again) {
    slots_[item.slot - first_slot_].done = true;
    --live_;
    advance();
  }
  line.waiting.pop_front();  // the item is gone with it
  line.busy = false;
  if (line.waiting.empty())
    lines_.erase(it);
  else
    turns_.push_back(mn);
}

void ForwardQueue::all_back() {
  // Before those that were waiting already, in the order in which they were sent.
  for (auto it = in_flight_.rbegin(); it != in_flight_.rend(); ++it) {
    Item& item = **it;
    item.in_flight = false;
    item.tries = item.good_tries = 0;
    lines_.at(item.frame.mn).busy = false;
    turns_.push_front(item.frame.mn);
  }
  in_flight_.clear();
}

void ForwardQueue::advance() {
  while (!slots_.empty() && slots_.front().done) {
    cursor_ = slots_.front().place;
    slots_.pop_front();
    ++first_slot_;
  }
}

std::optional<Instant> ForwardQueue::oldest() const {
  if (slots_.empty()) return std::nullopt;
  return slots_.front().received;
}

void Pacer::take(ForwardClock::time_point now) {
  if (rate_per_s_ <= 0) return;
  next_ = std::max(next_, now) +
          std::chrono::duration_cast<ForwardClock::duration>(std::chrono::duration<double>(1 / rate_per_s_));
}

}  // namespace celadon::intake
