#include "intake/device_faults.hpp"

#include <fast_float/fast_float.h>

namespace celadon::intake {
namespace {

constexpr std::string_view of_sendings = "share of sendings";
constexpr std::string_view of_messages = "share of messages";
constexpr std::string_view of_devices = "share of devices";
constexpr std::string_view of_requests = "share of requests";

constexpr std::array<DeviceFaultMeaning, device_faults> meanings = {{
    {"split", of_sendings, 1, "comes in two pieces, 20 to 200 ms apart"},
    {"corrupt", of_sendings, 1, "one byte is another, such that the checksum shows it"},
    {"drop", of_sendings, 1, "is lost as a whole"},
    {"drop-bytes", of_sendings, 1, "1 to 4 bytes are lost, such that the checksum shows it"},
    {"duplicate", of_sendings, 1, "comes twice"},
    {"delay", "seconds at most", 3600, "every sending is late by up to this"},
    {"disconnect", of_sendings, 1, "the connection breaks right behind it"},
    {"reorder", of_messages, 1, "comes after the next one"},
    {"drop-data", of_messages, 1, "was measured and is never sent; history has it"},
    {"fault-flag", "share of values", 1, "carries the flag D (analyser fault)"},
    {"wrong-unit", of_devices, 1, "one factor is sent a thousand times too great"},
    {"stuck-value", of_devices, 1, "one factor never changes"},
    {"clock-drift", "seconds a day at most", 86400, "the device's clock is off by up to this, and runs off so"},
    {"modbus-crc", of_devices, 1, "the checksum is that of Modbus"},
    {"no-line-end", of_devices, 1, "CR LF is missing behind the checksum"},
    {"command-refuse", of_requests, 1, "9011 with QnRtn 2"},
    {"command-busy", of_requests, 1, "9012 with ExeRtn 5 (2005: 2)"},
    {"command-silent", of_requests, 1, "no answer at all"},
    {"command-no-data", of_requests, 1, "9012 with ExeRtn 100"},
}};

Unexpected<Error> unknown(std::string_view name) {
  std::string all;
  for (const auto& one : meanings) all += (all.empty() ? "" : ", ") + std::string(one.name);
  return fail(Errc::unknown_code, "there is no fault '" + std::string(name) + "'; known are " + all, "faults");
}

}  // namespace

std::span<const DeviceFaultMeaning> device_fault_meanings() { return meanings; }

Result<DeviceFaults> DeviceFaults::parse(std::string_view text) {
  DeviceFaults faults;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(item.size() == text.size() ? text.size() : item.size() + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    const std::string_view name = item.substr(0, equals);
    std::size_t i = 0;
    while (i < meanings.size() && meanings[i].name != name) ++i;
    if (i == meanings.size()) return unknown(name);
    const std::string_view amount = equals == std::string_view::npos ? "" : item.substr(equals + 1);
    double value = 0;
    const auto [end, error] = fast_float::from_chars(amount.data(), amount.data() + amount.size(), value);
    if (error != std::errc{} || end != amount.data() + amount.size() || !(value >= 0 && value <= meanings[i].highest)) {
      return fail(Errc::invalid_value,
                  "fault '" + std::string(name) + "' has the amount '" + std::string(amount) + "'; expected " +
                      std::string(name) + "=" + std::string(meanings[i].amount) + ", 0 to " +
                      std::to_string(static_cast<int>(meanings[i].highest)),
                  "faults");
    }
    faults.amounts_[i] = value;
  }
  return faults;
}

std::string StruckBy::to_text() const {
  std::string text;
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    if (!has(static_cast<DeviceFault>(i))) continue;
    if (!text.empty()) text += '+';
    text += meanings[i].name;
  }
  return text;
}

}  // namespace celadon::intake
