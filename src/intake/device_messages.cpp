#include "intake/device_messages.hpp"

#include "core/assert.hpp"
#include "intake/hj212_frame.hpp"

#include <array>
#include <cstdio>

namespace celadon::intake {
namespace {

constexpr double wrong_unit_multiple = 1000;
constexpr unsigned facilities = 2;

// What a hash is asked for; no two uses may give the same number.
enum Use : std::uint64_t { signal = 101, strikes, which_factor, stuck_level, flagged, facility };

std::string fixed(double value, int decimals) {
  char text[48];
  const int length = std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string_view written(text, static_cast<std::size_t>(length));
  // Minus nothing is nothing.
  if (written.starts_with('-') && written.find_first_not_of("-0.") == std::string_view::npos) written.remove_prefix(1);
  return std::string(written);
}

}  // namespace

std::int64_t period_us(Command cn, int minute_min) {
  switch (cn) {
    case 2051: return minute_min * us_per_minute;
    case 2061: return us_per_hour;
    case 2031:
    case 2041: return us_per_day;
    default: return 0;
  }
}

Instant first_period(Instant from, std::int64_t length_us) {
  const std::int64_t local = from.us + beijing_offset_us;
  return Instant{(local + length_us - 1) / length_us * length_us - beijing_offset_us};
}

/// What the unit sends of one factor, before it is text.
struct DeviceMeasurements::Reading {
  PeriodLevel level;  ///< in the unit of the factor
  StruckBy struck;
};

std::optional<std::size_t> DeviceMeasurements::struck_factor(DeviceFault fault) const {
  const auto which = static_cast<std::uint64_t>(fault);
  const double share = faults_->of(fault);
  if (share <= 0 || place_share(seed_, Use::strikes, which, identity_->index) >= share) return std::nullopt;
  return place_hash(seed_, Use::which_factor, which, identity_->index) % identity_->factors->size();
}

DeviceMeasurements::Reading DeviceMeasurements::read(std::size_t place, Command cn, Instant data_time,
                                                     std::int64_t length_us) const {
  const SimulatedFactor& factor = (*identity_->factors)[place];
  const std::uint64_t key = place_hash(seed_, Use::signal, identity_->index, place);
  Reading reading;
  if (struck_factor(DeviceFault::stuck_value) == place) {
    const double level = place_share(seed_, Use::stuck_level, identity_->index, place);
    reading.level = {level, level, level};
    reading.struck.add(DeviceFault::stuck_value);
  } else if (length_us == 0) {
    const double level = level_at(key, data_time);
    reading.level = {level, level, level};
  } else {
    reading.level = level_over(key, data_time, length_us);
  }
  double span = factor.high - factor.low;
  double low = factor.low;
  if (struck_factor(DeviceFault::wrong_unit) == place) {
    span *= wrong_unit_multiple;
    low *= wrong_unit_multiple;
    reading.struck.add(DeviceFault::wrong_unit);
  }
  for (double* one : {&reading.level.mean, &reading.level.lowest, &reading.level.highest}) *one = low + span * *one;
  const double flagged = faults_->of(DeviceFault::fault_flag);
  if (flagged > 0 && place_share(place_hash(seed_, Use::flagged, identity_->index, place), cn,
                                 static_cast<std::uint64_t>(data_time.us)) < flagged)
    reading.struck.add(DeviceFault::fault_flag);
  return reading;
}

std::vector<SentValue> DeviceMeasurements::values(Command cn, Instant data_time, int minute_min) const {
  std::vector<SentValue> all;
  if (cn != 2011 && cn != 2051 && cn != 2061 && cn != 2031) return all;
  const auto& factors = *identity_->factors;
  const std::int64_t length = period_us(cn, minute_min);
  std::vector<Reading> readings;
  readings.reserve(factors.size());
  double volume = 0;
  std::optional<double> oxygen;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    readings.push_back(read(i, cn, data_time, length));
    if (factors[i].total == SimulatedFactor::Total::flow)
      volume = readings[i].level.mean * static_cast<double>(length / us_per_second) * factors[i].total_factor;
    if (factors[i].code == "a19001" && readings[i].level.mean < 20) oxygen = readings[i].level.mean;
  }
  const bool old = identity_->edition == Edition212::of_2005;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const SimulatedFactor& factor = factors[i];
    const Reading& reading = readings[i];
    const auto put = [&](std::string_view suffix, double value, int decimals) {
      all.push_back({old ? factor.code_2005 : factor.code, suffix, fixed(value, decimals), reading.struck});
    };
    const double converted =
        factor.o2_standard && oxygen ? (21 - *factor.o2_standard) / (21 - *oxygen) : 0;  // HJ 212-2017 annex D
    if (length == 0) {
      put("Rtd", reading.level.mean, factor.decimals);
      if (converted > 0) put("ZsRtd", reading.level.mean * converted, factor.decimals);
      continue;
    }
    if (factor.total == SimulatedFactor::Total::flow) put("Cou", volume, 2);
    if (factor.total == SimulatedFactor::Total::load && volume > 0)
      put("Cou", reading.level.mean * volume * factor.total_factor, 4);
    put("Min", reading.level.lowest, factor.decimals);
    put("Avg", reading.level.mean, factor.decimals);
    put("Max", reading.level.highest, factor.decimals);
    if (converted > 0) {
      put("ZsMin", reading.level.lowest * converted, factor.decimals);
      put("ZsAvg", reading.level.mean * converted, factor.decimals);
      put("ZsMax", reading.level.highest * converted, factor.decimals);
    }
  }
  return all;
}

std::vector<std::string> DeviceMeasurements::items(Command cn, Instant data_time, int minute_min) const {
  std::vector<std::string> all;
  if (cn == 2021 || cn == 2041) {
    for (unsigned n = 1; n <= facilities; ++n) {
      const double share = place_share(place_hash(seed_, Use::facility, identity_->index, n), cn,
                                       static_cast<std::uint64_t>(data_time.us));
      const std::string name = "SB" + std::to_string(n);
      // Most of the day a facility runs.
      all.push_back(cn == 2021 ? name + "-RS=" + (share < 0.95 ? "1" : "0") : name + "-RT=" + fixed(18 + 6 * share, 2));
    }
    return all;
  }
  if (cn == 2081) return {"RestartTime=" + to_time212(data_time)};
  const auto sent = values(cn, data_time, minute_min);
  for (std::size_t i = 0; i < sent.size();) {
    std::string item;
    std::size_t next = i;
    for (; next < sent.size() && sent[next].code == sent[i].code; ++next) {
      item += std::string(sent[next].code) + "-" + std::string(sent[next].suffix) + "=" + sent[next].text + ",";
    }
    const char flag = sent[i].struck.has(DeviceFault::fault_flag) ? 'D' : 'N';
    all.push_back(item + std::string(sent[i].code) + "-Flag=" + flag);
    i = next;
  }
  return all;
}

std::string device_segment(const DeviceIdentity& identity, const DeviceHeader& header, std::string_view area) {
  std::string text;
  text.reserve(120 + area.size());
  const auto put = [&text](std::string_view name, std::string_view value) {
    text += name;
    text += '=';
    text += value;
    text += ';';
  };
  if (!header.qn.empty()) put("QN", header.qn);
  put("ST", header.system);
  put("CN", std::to_string(header.cn));
  put("PW", header.password);
  put("MN", identity.mn);
  const unsigned version = static_cast<unsigned>(identity.edition);
  put("Flag", std::to_string(version * 4U + (header.pnum > 1 ? 2U : 0U) + (header.wants_answer ? 1U : 0U)));
  if (header.pnum > 1) {
    put("PNUM", std::to_string(header.pnum));
    put("PNO", std::to_string(header.pno));
  }
  if (header.resent && identity.edition == Edition212::of_2025) put("RF", "1");
  text += "CP=&&";
  text += area;
  text += "&&";
  return text;
}

std::vector<std::pair<std::size_t, std::size_t>> packets_of(const std::vector<std::string>& items,
                                                            std::size_t header_bytes) {
  std::vector<std::pair<std::size_t, std::size_t>> packets;
  std::size_t bytes = header_bytes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t more = items[i].size() + 1;
    if (packets.empty() || bytes + more > segment_bytes_standard) {
      packets.emplace_back(i, i);
      bytes = header_bytes;
    }
    bytes += more;
    packets.back().second = i + 1;
  }
  if (packets.empty()) packets.emplace_back(0, 0);
  return packets;
}

}  // namespace celadon::intake
