#include "intake/hj212_waiting_room.hpp"

#include "intake/hj212_text.hpp"

#include <algorithm>

namespace celadon::intake {
namespace {

constexpr std::size_t mn_characters_max = 40;
constexpr std::size_t peers_kept = 8;
constexpr std::size_t commands_kept = 32;

bool is_mn(std::string_view text) {
  return !text.empty() && text.size() <= mn_characters_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

WaitingDevice* WaitingRoom::note(const Message& message, std::string_view raw, std::string_view peer_address,
                                 Instant received) {
  if (!is_mn(message.mn)) return nullptr;
  auto it = devices_.find(message.mn);
  if (it == devices_.end()) {
    if (devices_.size() >= limits_.devices_max) return nullptr;
    it = devices_.emplace(std::string(message.mn), WaitingDevice{}).first;
    it->second.mn = it->first;
    it->second.first_seen = received;
  }
  WaitingDevice& device = it->second;
  device.system_code = printable_ascii(message.st.substr(0, 8));
  device.password = printable_ascii(message.pw.substr(0, 40));
  device.edition = message.edition;
  device.last_seen = received;
  ++device.frames;
  device.sample = raw;
  if (device.peers.size() < peers_kept && std::ranges::find(device.peers, peer_address) == device.peers.end())
    device.peers.emplace_back(peer_address);
  const std::string command = printable_ascii(message.cn.substr(0, 8));
  if (device.commands.contains(command) || device.commands.size() < commands_kept) ++device.commands[command];
  return &device;
}

bool WaitingRoom::admit(const Message& message, std::string_view raw, std::string_view peer_address, Instant received) {
  const std::lock_guard lock(mutex_);
  WaitingDevice* device = note(message, raw, peer_address, received);
  if (device == nullptr) return false;
  if (device->held_bytes + raw.size() > limits_.bytes_max_per_device || bytes_ + raw.size() > limits_.bytes_max) {
    ++device->dropped_frames;
    return false;
  }
  ++device->held_frames;
  device->held_bytes += raw.size();
  bytes_ += raw.size();
  return true;
}

void WaitingRoom::restore(const Message& message, std::string_view raw, std::string_view peer_address,
                          Instant received) {
  const std::lock_guard lock(mutex_);
  WaitingDevice* device = note(message, raw, peer_address, received);
  if (device == nullptr) return;
  ++device->held_frames;
  device->held_bytes += raw.size();
  bytes_ += raw.size();
}

void WaitingRoom::forget(const std::string& mn) {
  const std::lock_guard lock(mutex_);
  const auto it = devices_.find(mn);
  if (it == devices_.end()) return;
  bytes_ -= it->second.held_bytes;
  devices_.erase(it);
}

std::vector<WaitingDevice> WaitingRoom::devices() const {
  const std::lock_guard lock(mutex_);
  std::vector<WaitingDevice> all;
  for (const auto& [mn, device] : devices_) all.push_back(device);
  return all;
}

}  // namespace celadon::intake
