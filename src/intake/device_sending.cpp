// How the messages of a simulated unit go out, and what strikes them on their way.

#include "intake/device_simulator.hpp"
#include "intake/hj212_crc.hpp"

#include <cstdio>

namespace celadon::intake {
namespace {

constexpr std::size_t crc_and_line_end = 6;

std::string hex4(unsigned value) {
  char text[8];
  std::snprintf(text, sizeof text, "%04X", value & 0xFFFFU);
  return text;
}

/// HJ 212-2025: field to host 2000-2999, 1014 and 3020.
bool is_encrypted(Command cn) { return (cn >= 2000 && cn <= 2999) || cn == 1014 || cn == 3020; }

/// Whether a receiver that mends what it can would take a damaged frame for another message than was meant: the
/// checksum lets one in 256 pass.
bool misleads(std::string_view damaged, std::string_view meant, const std::optional<Key212>& key) {
  FrameReader reader([&key](std::string_view) { return key; });
  reader.feed(damaged);
  reader.feed(std::string_view("\r\n"));
  Message message;
  while (true) {
    const auto item = reader.next();
    if (item.index() == 0) {
      if (!reader.waiting()) return false;
      reader.give_up();
    } else if (const auto* frame = std::get_if<Frame>(&item)) {
      if (frame->segment != meant && parse_message(frame->segment, message)) return true;
    }
  }
}

}  // namespace

std::uint64_t DeviceSimulator::chance(DeviceFault fault, const DeviceMessage& message, std::uint32_t sending) const {
  const std::uint64_t what = static_cast<std::uint64_t>(fault) << 32U | identity_.index;
  const std::uint64_t which = std::uint64_t{message.cn} << 48U | std::uint64_t{message.pno} << 32U | sending;
  return place_hash(plan_.seed, what, which, static_cast<std::uint64_t>(message.data_time.us));
}

bool DeviceSimulator::strikes(DeviceFault fault, const DeviceMessage& message, std::uint32_t sending) const {
  const double share = plan_.faults.of(fault);
  return share > 0 && static_cast<double>(chance(fault, message, sending) >> 11U) * 0x1p-53 < share;
}

bool DeviceSimulator::is_struck_device(DeviceFault fault) const {
  const double share = plan_.faults.of(fault);
  return share > 0 && place_share(plan_.seed, static_cast<std::uint64_t>(fault), identity_.index) < share;
}

std::string DeviceSimulator::segment_of(const DeviceMessage& message) const {
  DeviceHeader header;
  header.cn = message.cn;
  header.system = identity_.system;
  const std::string qn = to_request_number(message.qn);
  header.qn = qn;
  header.password = identity_.password;
  header.wants_answer = !message.history;
  header.pnum = message.pnum;
  header.pno = message.pno;
  header.resent = message.resent && !message.history;
  if (message.history && identity_.edition == Edition212::of_2005) header.qn = {};  // HJ/T 212-2005 annex C, example 6
  if (message.cn == 9015 || message.cn == 1013) return device_segment(identity_, header, "");
  const DeviceMeasurements measured(plan_.seed, plan_.faults, identity_);
  const auto items = measured.items(message.cn, message.data_time, message.minute_min);
  const auto [first, behind] = packets_of(items, packet_header_bytes)[message.pno - 1U];
  std::string area = "DataTime=" + to_time212(message.data_time);
  for (std::size_t i = first; i < behind; ++i) area += ";" + items[i];
  return device_segment(identity_, header, area);
}

std::string DeviceSimulator::framed(const std::string& segment, Command cn) const {
  if (identity_.key && is_encrypted(cn)) {
    if (auto frame = make_encrypted_frame(segment, *identity_.key)) return *frame;
  }
  std::string frame = make_frame(segment);
  if (is_struck_device(DeviceFault::modbus_crc))
    frame.replace(frame.size() - crc_and_line_end, 4, hex4(modbus_crc(segment)));
  if (is_struck_device(DeviceFault::no_line_end)) frame.resize(frame.size() - 2);
  return frame;
}

/// Only such that the receiver can know: what passes for another message is drawn again. Of a plain frame one changed
/// byte never does, for each step of the checksum is one to one in its byte.
void DeviceSimulator::damage(std::string& frame, std::string_view segment, DeviceMessage& message) const {
  constexpr std::uint32_t draws_max = 64;
  constexpr std::uint32_t draw_step = 0x0100'0000U;  // beyond the number of any sending
  const std::optional<Key212> key = is_encrypted(message.cn) ? identity_.key : std::nullopt;
  for (const DeviceFault fault : {DeviceFault::corrupt, DeviceFault::drop_bytes}) {
    if (!strikes(fault, message, message.sends)) continue;
    for (std::uint32_t draw = 1; draw <= draws_max; ++draw) {
      const std::uint64_t dice = chance(fault, message, message.sends + draw * draw_step);
      std::string damaged = frame;
      if (fault == DeviceFault::drop_bytes) {
        damaged.erase((dice >> 8U) % (frame.size() - 8), 1 + dice % 4);
      } else {  // not in the line end, which nothing guards
        char& byte = damaged[dice % (frame.size() - 2)];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U + (dice >> 32U) % 255U));
      }
      if (misleads(damaged, segment, key)) continue;
      frame = std::move(damaged);
      message.struck.add(fault);
      break;
    }
  }
}

void DeviceSimulator::put(std::string bytes, const SimulatorTime& now, DeviceOutput& out) {
  line_free_ = std::max(line_free_, now.wall);
  out.pieces.push_back({line_free_, std::move(bytes)});
}

void DeviceSimulator::send(DeviceMessage& message, const SimulatorTime& now, DeviceOutput& out) {
  ++message.tries;
  ++tally_.sendings;
  if (message.sends > 0) ++tally_.repeats;
  const std::string segment = segment_of(message);
  std::string frame = framed(segment, message.cn);
  if (const double most_s = plan_.faults.of(DeviceFault::delay); most_s > 0) {
    const double share = static_cast<double>(chance(DeviceFault::delay, message, message.sends) >> 11U) * 0x1p-53;
    const auto late_us = static_cast<std::int64_t>(share * most_s * us_per_second);
    line_free_ = std::max(line_free_, Instant{now.wall.us + late_us});
    message.struck.add(DeviceFault::delay);
  }
  const bool lost = strikes(DeviceFault::drop, message, message.sends);
  if (lost) {
    message.struck.add(DeviceFault::drop);
  } else {
    const bool twice = strikes(DeviceFault::duplicate, message, message.sends);
    const std::string whole = twice ? frame : std::string();
    damage(frame, segment, message);
    if (strikes(DeviceFault::split, message, message.sends) && frame.size() > 2) {
      const std::uint64_t dice = chance(DeviceFault::split, message, message.sends + 0x8000'0000U);
      const std::size_t cut = 1 + dice % (frame.size() - 1);
      put(frame.substr(0, cut), now, out);
      line_free_.us += (20 + static_cast<std::int64_t>((dice >> 32U) % 181)) * 1000;
      frame.erase(0, cut);
      message.struck.add(DeviceFault::split);
    }
    put(std::move(frame), now, out);
    if (twice) {
      put(whole, now, out);
      message.struck.add(DeviceFault::duplicate);
    }
  }
  const bool broken = strikes(DeviceFault::disconnect, message, message.sends);
  message.last_sent = std::max(line_free_, now.wall);
  if (message.sends++ == 0) message.first_sent = message.last_sent;
  if (broken) {
    message.struck.add(DeviceFault::disconnect);
    out.hang_up = true;
    disconnected();
  }
}

}  // namespace celadon::intake
