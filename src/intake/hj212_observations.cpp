#include "intake/hj212_observations.hpp"

#include <fast_float/fast_float.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace celadon::intake {
namespace {

/// 0 real time, 1 minute, 2 hour, 3 day; 4 for commands without observations.
std::size_t kind_of(std::string_view cn) {
  if (cn == "2011") return 0;
  if (cn == "2051") return 1;
  if (cn == "2061") return 2;
  if (cn == "2031") return 3;
  return 4;
}

Averaging averaging_of(std::size_t kind, const DeviceSettings& device) {
  switch (kind) {
    case 1: return {Averaging::Kind::fixed, device.minute_interval_min * us_per_minute};
    case 2: return hourly;
    case 3: return daily;
    default: return instantaneous;
  }
}

std::optional<Statistic> statistic_of(std::string_view suffix) {
  struct Row {
    std::string_view suffix;
    Statistic statistic;
  };
  static constexpr std::array rows = {Row{"Rtd", Statistic::mean},
                                      Row{"Avg", Statistic::mean},
                                      Row{"Min", Statistic::minimum},
                                      Row{"Max", Statistic::maximum},
                                      Row{"Cou", Statistic::total},
                                      Row{"ZsRtd", Statistic::converted_mean},
                                      Row{"ZsAvg", Statistic::converted_mean},
                                      Row{"ZsMin", Statistic::converted_minimum},
                                      Row{"ZsMax", Statistic::converted_maximum}};
  for (const auto& row : rows) {
    if (row.suffix == suffix) return row.statistic;
  }
  return std::nullopt;
}

/// Fields of an item that are no values of its property.
bool is_attendant(std::string_view suffix) {
  static constexpr std::array names = {std::string_view("EFlag"),        std::string_view("SampleTime"),
                                       std::string_view("CompleteTime"), std::string_view("SampleType"),
                                       std::string_view("Info"),         std::string_view("RawAvg")};
  for (const auto name : names) {
    if (name == suffix) return true;
  }
  return false;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(const Message& message, const FactorTable& factors, const DeviceSettings& device,
         const SeriesResolver& resolve, ObservationCache& cache, Observations& rows,
         std::vector<RejectedItem>& rejected)
      : message_(message),
        factors_(factors),
        device_(device),
        resolve_(resolve),
        cache_(cache),
        rows_(rows),
        rejected_(rejected),
        kind_(kind_of(message.cn)),
        first_(rows.size()) {}

  Result<void> read(Instant end) {
    for (const auto& pair : message_.pairs) {
      const std::size_t dash = pair.key.rfind('-');
      if (dash == std::string_view::npos) continue;
      const std::string_view code = pair.key.substr(0, dash);
      const std::string_view suffix = pair.key.substr(dash + 1);
      if (suffix == "Flag") {
        set_flag(code, pair.value);
        continue;
      }
      if (is_attendant(suffix)) continue;
      if (auto taken = take(pair, code, suffix, end); !taken) {
        if (taken.error().code == Errc::io_failed || taken.error().code == Errc::file_damaged) return taken;
        rejected_.push_back({pair.key, pair.value, taken.error().detail, factors_.find(message_.st, code) == nullptr});
      }
    }
    return {};
  }

 private:
  Result<void> take(const Pair212& pair, std::string_view code, std::string_view suffix, Instant end) {
    const ObservationCache::Entry* entry = cache_.find(kind_, pair.key);
    if (entry == nullptr) {
      if (auto learnt = learn(pair.key, code, suffix); !learnt) return learnt;
      entry = cache_.find(kind_, pair.key);
    }
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!pair.value.empty()) {
      const auto number = number_of(pair.value);
      if (!number) return fail(Errc::malformed, "'" + std::string(pair.value.substr(0, 40)) + "' is not a number");
      value = entry->to_canonical(*number);
    }
    rows_.push_back(entry->series, end, value, flag_before(code));
    codes_.push_back(code);
    return {};
  }

  Result<void> learn(std::string_view key, std::string_view code, std::string_view suffix) {
    const auto statistic = statistic_of(suffix);
    if (!statistic)
      return fail(Errc::unknown_code, "field '" + std::string(suffix.substr(0, 20)) + "' is not one of HJ 212");
    const FactorMapping* factor = factors_.find(message_.st, code);
    if (factor == nullptr) {
      return fail(Errc::unknown_code,
                  "factor '" + std::string(code.substr(0, 20)) + "' is not in packs/standards/hj212_properties.csv");
    }
    const auto series =
        resolve_({device_.site, factor->property, averaging_of(kind_, device_), *statistic, Stage::raw});
    if (!series) return fail(series.error());
    cache_.put(kind_, key, {*series, factor->to_canonical});
    return {};
  }

  void set_flag(std::string_view code, std::string_view value) {
    const DeviceFlag flag = value.empty() ? '\0' : value.front();
    flags_.emplace_back(code, flag);
    for (std::size_t i = 0; i < codes_.size(); ++i) {
      if (codes_[i] == code && rows_.device_flag[first_ + i] == 0) rows_.device_flag[first_ + i] = flag;
    }
  }

  DeviceFlag flag_before(std::string_view code) const {
    for (const auto& [flagged, flag] : flags_) {
      if (flagged == code) return flag;
    }
    return 0;
  }

  const Message& message_;
  const FactorTable& factors_;
  const DeviceSettings& device_;
  const SeriesResolver& resolve_;
  ObservationCache& cache_;
  Observations& rows_;
  std::vector<RejectedItem>& rejected_;
  const std::size_t kind_;
  const std::size_t first_;
  std::vector<std::string_view> codes_;  ///< of the rows appended, in step with them
  std::vector<std::pair<std::string_view, DeviceFlag>> flags_;
};

}  // namespace

const ObservationCache::Entry* ObservationCache::find(std::size_t kind, std::string_view key) const {
  const auto it = by_kind_[kind].find(key);
  return it == by_kind_[kind].end() ? nullptr : &it->second;
}

void ObservationCache::put(std::size_t kind, std::string_view key, const Entry& entry) {
  by_kind_[kind].insert_or_assign(std::string(key), entry);
}

bool carries_observations(std::string_view cn) { return kind_of(cn) < 4; }

Result<Instant> phenomenon_end_of(const Message& message, const DeviceSettings& device) {
  const std::string_view text = message.item("DataTime");
  if (text.data() == nullptr) return fail(Errc::malformed, "the message has no DataTime", "DataTime");
  auto time = parse_time212(text);
  if (!time) return fail(Errc::malformed, "DataTime " + time.error().detail, "DataTime");
  if (device.label_is_end) return time;
  return Instant{time->us + averaging_of(kind_of(message.cn), device).length_us};
}

Result<void> to_observations(const Message& message, const FactorTable& factors, const DeviceSettings& device,
                             const SeriesResolver& resolve, ObservationCache& cache, Observations& rows,
                             std::vector<RejectedItem>& rejected) {
  if (!carries_observations(message.cn)) return {};
  const auto end = phenomenon_end_of(message, device);
  if (!end) return fail(end.error());
  return Reader(message, factors, device, resolve, cache, rows, rejected).read(*end);
}

}  // namespace celadon::intake
