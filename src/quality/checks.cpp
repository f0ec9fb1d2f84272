#include "quality/checks.hpp"

#include <algorithm>
#include <numeric>

namespace celadon::quality {

int Run::push(Instant time, double value, const RepeatLimit& limit) {
  if (time <= last_ || std::isnan(value)) return 0;
  const bool counted = value > limit.above;
  const bool goes_on = counted && length_ > 0 && value == value_ && time.us - last_.us <= limit.gap_us;
  last_ = time;
  value_ = value;
  if (!goes_on) {
    length_ = 0;
    times_.clear();
  }
  if (!counted) return 0;
  ++length_;
  if (length_ <= limit.count) times_.push_back(time);
  return length_;
}

std::vector<Duplicate> duplicates(const Observations& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t row) { return std::pair(rows.series[row], rows.phenomenon_end[row]); };
  std::ranges::stable_sort(order, {}, key);
  const auto same = [&](std::size_t a, std::size_t b) {
    const bool value = rows.value[a] == rows.value[b] || (std::isnan(rows.value[a]) && std::isnan(rows.value[b]));
    return value && rows.device_flag[a] == rows.device_flag[b];
  };
  std::vector<Duplicate> found;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    std::size_t differs = 0;
    for (; end < order.size() && key(order[end]) == key(order[i]); ++end) {
      if (!same(order[i], order[end])) differs = end;
    }
    if (differs != 0) found.push_back({order[i], order[differs]});
    i = end;
  }
  return found;
}

}  // namespace celadon::quality
