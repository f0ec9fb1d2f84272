#include "intake/hj212_book.hpp"

#include "intake/hj212_text.hpp"

#include <array>

namespace celadon::intake {
namespace {

constexpr std::size_t device_words_kept = 300;
constexpr int takeovers_suspicious = 6;  ///< within a minute
constexpr int elsewhere_suspicious = 3;  ///< of them from another address

}  // namespace

void DeviceEntry::attached(const std::string& site, const std::string& peer, Instant now) {
  const std::lock_guard lock(mutex_);
  status_.site = site;
  status_.peer = peer;
  status_.connected_since = now;
  status_.online = ++connections_ > 0;
}

void DeviceEntry::detached() {
  const std::lock_guard lock(mutex_);
  status_.online = --connections_ > 0;
}

void DeviceEntry::heard(Edition212 edition, std::optional<Instant> device_clock, Instant received) {
  const std::lock_guard lock(mutex_);
  ++status_.frames;
  status_.last_seen = received;
  status_.edition = edition;
  if (device_clock) status_.clock_offset_s = static_cast<double>(device_clock->us - received.us) / us_per_second;
}

void DeviceEntry::deviated(std::span<const std::string_view> names, Instant time) {
  const std::lock_guard lock(mutex_);
  conformity_.note(names, meanings_, time);
}

void DeviceEntry::deviated_besides(std::span<const std::string_view> names, Instant time) {
  const std::lock_guard lock(mutex_);
  conformity_.note_besides(names, meanings_, time);
}

Conformity::Report DeviceEntry::conformity(Instant time) const {
  const std::lock_guard lock(mutex_);
  return conformity_.report(meanings_, time);
}

void DeviceEntry::refused(const std::string& reason, const std::string& words) {
  const std::lock_guard lock(mutex_);
  ++status_.refused[reason];
  status_.last_words = as_text(words, device_words_kept);
}

void DeviceEntry::answered() {
  const std::lock_guard lock(mutex_);
  ++status_.answered;
}

void DeviceEntry::stored(std::size_t observations) {
  const std::lock_guard lock(mutex_);
  status_.observations += observations;
}

bool DeviceEntry::taken_over(std::string_view old_address, std::string_view new_address, Instant now) {
  const std::lock_guard lock(mutex_);
  ++status_.takeovers;
  if (now.us - takeovers_since_.us > us_per_minute) {
    takeovers_since_ = now;
    takeovers_lately_ = from_elsewhere_lately_ = 0;
  }
  ++takeovers_lately_;
  if (old_address != new_address) ++from_elsewhere_lately_;
  const bool two = takeovers_lately_ >= takeovers_suspicious && from_elsewhere_lately_ >= elsewhere_suspicious;
  if (two) conformity_.note_besides(std::array<std::string_view, 1>{"mn_from_two_addresses"}, meanings_, now);
  return two;
}

DeviceStatus DeviceEntry::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void GatewayBook::stored(std::size_t observations, std::size_t rejected_items) {
  observations_ += observations;
  rejected_items_ += rejected_items;
}

void GatewayBook::refused(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  ++refused_[reason];
}

void GatewayBook::replayed(Instant received, LegalDay day) {
  const std::lock_guard lock(mutex_);
  last_replayed_ = {received, day};
}

GatewayBook::Entry GatewayBook::find(std::string_view mn) const {
  const std::shared_lock lock(devices_mutex_);
  const auto it = devices_.find(mn);
  return it == devices_.end() ? nullptr : it->second;
}

GatewayBook::Entry GatewayBook::entry(std::string_view mn) {
  if (auto known = find(mn)) return known;
  const std::unique_lock lock(devices_mutex_);
  auto& entry = devices_[std::string(mn)];
  if (!entry) entry = std::make_shared<DeviceEntry>(std::string(mn), meanings_);
  return entry;
}

std::vector<DeviceStatus> GatewayBook::devices() const {
  const std::shared_lock lock(devices_mutex_);
  std::vector<DeviceStatus> all;
  all.reserve(devices_.size());
  for (const auto& [mn, entry] : devices_) all.push_back(entry->status());
  return all;
}

GatewayCounters GatewayBook::counters() const {
  GatewayCounters c;
  c.connections_open = open_;
  c.connections_total = total_;
  c.connections_refused = turned_away_;
  c.bytes = bytes_;
  c.garbage_bytes = garbage_;
  c.frames = frames_;
  c.answered = answered_;
  c.held = held_;
  c.observations = observations_;
  c.rejected_items = rejected_items_;
  const std::lock_guard lock(mutex_);
  c.refused.assign(refused_.begin(), refused_.end());
  return c;
}

std::optional<std::pair<Instant, LegalDay>> GatewayBook::last_replayed() const {
  const std::lock_guard lock(mutex_);
  return last_replayed_;
}

}  // namespace celadon::intake
