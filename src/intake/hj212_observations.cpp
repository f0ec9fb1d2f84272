#include "intake/hj212_observations.hpp"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace celadon::intake {
namespace {

Averaging averaging_of(std::size_t command, const DeviceSettings& device) {
  switch (data_commands[command].period) {
    case Period212::minutes_of_device: return {Averaging::Kind::fixed, device.minute_interval_min * us_per_minute};
    case Period212::five_minutes: return {Averaging::Kind::fixed, 5 * us_per_minute};
    case Period212::hour: return hourly;
    case Period212::day: return daily;
    case Period212::moment:
    case Period212::sample: break;
  }
  return instantaneous;
}

std::optional<double> measured_number(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_ours(Errc code) { return code == Errc::io_failed || code == Errc::file_damaged; }

/// The code of a factor. Most have eight characters at most, and are compared as one word.
struct Code {
  explicit Code(std::string_view code) : text(code) { std::memcpy(&word, code.data(), std::min(code.size(), 8UL)); }
  friend bool operator==(const Code& a, const Code& b) {
    return a.word == b.word && a.text.size() == b.text.size() && (a.text.size() <= 8 || a.text == b.text);
  }
  std::uint64_t word = 0;
  std::string_view text;
};

struct Taken {
  Code code;
  bool converted;
};
struct Flagged {
  Code code;
  bool converted;
  DeviceFlag flag;
};

// Of the message at hand: read without a wait between, so that one a thread is enough.
thread_local std::vector<Taken> taken_;  // of the rows appended, in step with them
thread_local std::vector<Flagged> flags_;

class ItemReader {
 public:
  ItemReader(const Message& message, const FactorTable& factors, const DeviceSettings& device,
             const SeriesResolver& resolve, ObservationCache& cache, Observations& rows,
             std::vector<RejectedItem>& rejected)
      : message_(message),
        factors_(factors),
        device_(device),
        resolve_(resolve),
        cache_(cache),
        rows_(rows),
        rejected_(rejected),
        command_(data_command_of(message.cn)),
        first_(rows.size()) {}

  Result<void> read(Instant end) {
    taken_.clear();
    flags_.clear();
    if (rows_.empty()) rows_.reserve(message_.pairs.size());
    for (std::size_t place = 0; place < message_.pairs.size(); ++place) {
      const Pair212& pair = message_.pairs[place];
      const std::size_t dash = pair.key.rfind('-');
      if (dash == std::string_view::npos) continue;
      const std::string_view code = pair.key.substr(0, dash);
      const bool is_flag = pair.key.ends_with("Flag");  // every other item is one, and none is in the cache
      if (const auto* known = is_flag ? nullptr : cache_.find(message_.st, command_, pair.key, place)) {
        append(pair, code, *known, end);
        continue;
      }
      const Suffix212* suffix = suffix_of(pair.key.substr(dash + 1));
      if (suffix == nullptr) {
        reject(pair, "field '" + std::string(pair.key.substr(dash + 1, 20)) + "' is not one of HJ 212",
               "unknown_suffix");
      } else if (suffix->role == FieldRole212::flag || suffix->role == FieldRole212::converted_flag) {
        set_flag(Code(code), pair.value, suffix->role == FieldRole212::converted_flag);
      } else if (suffix->role != FieldRole212::attendant) {
        if (auto learnt = learn(pair, code, *suffix, end); !learnt) return learnt;
      }
    }
    return {};
  }

 private:
  void reject(const Pair212& pair, std::string reason, std::string_view finding) {
    rejected_.push_back({pair.key, pair.value, std::move(reason), finding});
  }

  void append(const Pair212& pair, std::string_view code, const ObservationCache::Entry& entry, Instant end) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!pair.value.empty()) {
      const auto number = measured_number(pair.value);
      if (!number) {
        reject(pair, "'" + std::string(pair.value.substr(0, 40)) + "' is not a number", "not_a_number");
        return;
      }
      value = entry.to_canonical(*number);
    }
    if (data_commands[command_].period == Period212::sample) end = completion_of(code).value_or(end);
    rows_.push_back(entry.series, end, value, flag_before(Code(code), entry.converted));
    taken_.push_back({Code(code), entry.converted});
  }

  const FactorMapping* factor_of(std::string_view code, const Suffix212& suffix) const {
    return suffix.role == FieldRole212::own_value ? factors_.find_own(message_.st, code, suffix.pack_name)
                                                  : factors_.find(message_.st, code);
  }

  SeriesKey key_of(const FactorMapping& factor, std::string_view code, const Suffix212& suffix) const {
    return {device_.site, property_of(factor, code), averaging_of(command_, device_), suffix.statistic, Stage::raw};
  }

  /// Asks at once for the series of all items of the message that are not known yet, so that a new device's first
  /// message is one write. What comes of it is seen item by item in `learn`.
  void enter_new_items() {
    std::vector<SeriesKey> keys;
    for (std::size_t place = 0; place < message_.pairs.size(); ++place) {
      const Pair212& pair = message_.pairs[place];
      const std::size_t dash = pair.key.rfind('-');
      if (dash == std::string_view::npos || cache_.find(message_.st, command_, pair.key, place) != nullptr) continue;
      const std::string_view code = pair.key.substr(0, dash);
      const Suffix212* suffix = suffix_of(pair.key.substr(dash + 1));
      if (suffix == nullptr || suffix->role == FieldRole212::flag || suffix->role == FieldRole212::converted_flag ||
          suffix->role == FieldRole212::attendant)
        continue;
      if (const FactorMapping* factor = factor_of(code, *suffix)) keys.push_back(key_of(*factor, code, *suffix));
    }
    if (keys.size() > 1) static_cast<void>(resolve_(keys));
  }

  /// The first time that the device sends this item. Errors   ours alone; what is wrong with the item is noted.
  Result<void> learn(const Pair212& pair, std::string_view code, const Suffix212& suffix, Instant end) {
    const FactorMapping* factor = factor_of(code, suffix);
    if (factor == nullptr) {
      const bool own = suffix.role == FieldRole212::own_value;
      reject(pair,
             "factor '" + std::string(own ? pair.key : code).substr(0, 20) +
                 "' is not in packs/standards/hj212_properties.csv",
             "unknown_factor");
      return {};
    }
    if (!entered_) enter_new_items();
    entered_ = true;
    const auto series = resolve_({key_of(*factor, code, suffix)});
    if (!series) {
      if (is_ours(series.error().code)) return fail(series.error());
      reject(pair, series.error().detail, "item_not_taken");
      return {};
    }
    const ObservationCache::Entry entry{series->front(), factor->to_canonical, is_converted(suffix.statistic)};
    append(pair, code, cache_.put(command_, pair.key, entry), end);
    return {};
  }

  /// x-CompleteTime of a factor, where it is there and a time.
  std::optional<Instant> completion_of(std::string_view code) const {
    constexpr std::string_view name = "-CompleteTime";
    for (const auto& pair : message_.pairs) {
      if (pair.key.size() != code.size() + name.size() || !pair.key.starts_with(code) || !pair.key.ends_with(name))
        continue;
      const auto time = parse_time212(pair.value);
      return time ? std::optional(*time) : std::nullopt;
    }
    return std::nullopt;
  }

  void set_flag(const Code& code, std::string_view value, bool converted) {
    const DeviceFlag flag = value.empty() ? '\0' : value.front();
    flags_.push_back({code, converted, flag});
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (!(taken_[i].code == code) || taken_[i].converted < converted) continue;
      DeviceFlag& here = rows_.device_flag[first_ + i];
      if (here == 0 || converted) here = flag;
    }
  }

  DeviceFlag flag_before(const Code& code, bool converted) const {
    DeviceFlag flag = 0;
    for (const auto& one : flags_) {
      if (!(one.code == code) || (one.converted && !converted)) continue;
      if (flag == 0 || one.converted) flag = one.flag;
    }
    return flag;
  }

  const Message& message_;
  const FactorTable& factors_;
  const DeviceSettings& device_;
  const SeriesResolver& resolve_;
  ObservationCache& cache_;
  Observations& rows_;
  std::vector<RejectedItem>& rejected_;
  const std::size_t command_;
  const std::size_t first_;
  bool entered_ = false;
};

}  // namespace

const ObservationCache::Entry* ObservationCache::find(std::string_view st, std::size_t command, std::string_view key,
                                                      std::size_t place) {
  if (st != st_) {
    st_ = st;
    by_command_ = {};
  }
  auto& [items, by_place] = by_command_[command];
  if (place < by_place.size() && by_place[place] != nullptr && by_place[place]->first == key)
    return &by_place[place]->second;
  const auto it = items.find(key);
  if (it == items.end()) return nullptr;
  if (place >= by_place.size()) by_place.resize(place + 1);
  by_place[place] = &*it;
  return &it->second;
}

const ObservationCache::Entry& ObservationCache::put(std::size_t command, std::string_view key, const Entry& entry) {
  return by_command_[command].items.insert_or_assign(std::string(key), entry).first->second;
}

Result<Instant> phenomenon_end_of(const Message& message, const DeviceSettings& device) {
  const std::string_view text = message.item("DataTime");
  if (text.data() == nullptr) return fail(Errc::malformed, "the message has no DataTime", "DataTime");
  auto time = parse_time212(text);
  if (!time) return fail(Errc::malformed, "DataTime " + time.error().detail, "DataTime");
  const std::size_t command = data_command_of(message.cn);
  if (device.label_is_end || command == no_data_command) return time;
  return Instant{time->us + averaging_of(command, device).length_us};
}

bool labels_end(const Message& message, const DeviceSettings& device, Instant sent) {
  const std::size_t command = data_command_of(message.cn);
  if (command == no_data_command) return false;
  const std::int64_t period_us = averaging_of(command, device).length_us;
  if (period_us == 0) return false;
  const auto label = parse_time212(message.item("DataTime"));
  constexpr std::int64_t allowed_us = 10 * us_per_second;
  // Sent before its label too: that is a wrong clock, not a label.
  return label && sent.us >= label->us - allowed_us && sent.us < label->us + period_us - allowed_us;
}

Result<void> to_observations(const Message& message, const FactorTable& factors, const DeviceSettings& device,
                             const SeriesResolver& resolve, ObservationCache& cache, Observations& rows,
                             std::vector<RejectedItem>& rejected) {
  if (!carries_observations(message.cn)) return {};
  const auto end = phenomenon_end_of(message, device);
  if (!end) return fail(end.error());
  return ItemReader(message, factors, device, resolve, cache, rows, rejected).read(*end);
}

}  // namespace celadon::intake
