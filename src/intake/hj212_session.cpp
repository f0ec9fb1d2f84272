#include "intake/hj212_session.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::intake {
namespace {

// QnRtn, HJ 212-2017 table 7.
constexpr int refused_by_host = 2;
constexpr int wrong_password = 3;
constexpr int wrong_mn = 4;
constexpr int wrong_crc = 9;

constexpr std::size_t words_kept = 300;

}  // namespace

void GatewayBook::opened() {
  const std::lock_guard lock(mutex_);
  ++counters_.connections_open;
  ++counters_.connections_total;
}

void GatewayBook::closed() {
  const std::lock_guard lock(mutex_);
  --counters_.connections_open;
}

void GatewayBook::turned_away() {
  const std::lock_guard lock(mutex_);
  ++counters_.connections_refused;
}

void GatewayBook::bytes(std::size_t count) {
  const std::lock_guard lock(mutex_);
  counters_.bytes += count;
}

void GatewayBook::garbage(std::size_t count) {
  const std::lock_guard lock(mutex_);
  counters_.garbage_bytes += count;
}

void GatewayBook::attach(const std::string& mn, const std::string& site) {
  const std::lock_guard lock(mutex_);
  auto& entry = devices_[mn];
  entry.status.mn = mn;
  entry.status.site = site;
  entry.status.online = ++entry.connections > 0;
}

void GatewayBook::detach(const std::string& mn) {
  const std::lock_guard lock(mutex_);
  auto& entry = devices_[mn];
  entry.status.online = --entry.connections > 0;
}

void GatewayBook::frame(const std::string& mn, Instant received, std::optional<Instant> device_clock) {
  const std::lock_guard lock(mutex_);
  ++counters_.frames;
  const auto it = devices_.find(mn);
  if (it == devices_.end()) return;
  ++it->second.status.frames;
  it->second.status.last_seen = received;
  if (device_clock) {
    it->second.status.clock_offset_s = static_cast<double>(device_clock->us - received.us) / us_per_second;
  }
}

void GatewayBook::refused(const std::string& mn, const std::string& reason, const std::string& words) {
  const std::lock_guard lock(mutex_);
  ++refused_[reason];
  const auto it = devices_.find(mn);
  if (it == devices_.end()) return;
  ++it->second.status.refused[reason];
  it->second.status.last_words = words.substr(0, words_kept);
}

void GatewayBook::answered(const std::string& mn) {
  const std::lock_guard lock(mutex_);
  ++counters_.answered;
  const auto it = devices_.find(mn);
  if (it != devices_.end()) ++it->second.status.answered;
}

void GatewayBook::stored(std::size_t observations, std::size_t rejected_items) {
  const std::lock_guard lock(mutex_);
  counters_.observations += observations;
  counters_.rejected_items += rejected_items;
}

void GatewayBook::replayed(Instant received, LegalDay day) {
  const std::lock_guard lock(mutex_);
  last_replayed_ = {received, day};
}

std::vector<DeviceStatus> GatewayBook::devices() const {
  const std::lock_guard lock(mutex_);
  std::vector<DeviceStatus> all;
  for (const auto& [mn, entry] : devices_) all.push_back(entry.status);
  return all;
}

GatewayCounters GatewayBook::counters() const {
  const std::lock_guard lock(mutex_);
  GatewayCounters counters = counters_;
  counters.refused.assign(refused_.begin(), refused_.end());
  return counters;
}

std::optional<std::pair<Instant, LegalDay>> GatewayBook::last_replayed() const {
  const std::lock_guard lock(mutex_);
  return last_replayed_;
}

Session::Session(const FactorTable& factors, const GatewayPorts& ports, const GatewayLimits& limits, GatewayBook& book,
                 std::string peer, std::function<void(std::string)> answer)
    : factors_(factors),
      ports_(ports),
      limits_(limits),
      book_(book),
      peer_(std::move(peer)),
      answer_(std::move(answer)) {}

Session::~Session() {
  for (const auto& [mn, device] : devices_) book_.detach(mn);
}

void Session::receive(std::span<const char> bytes) {
  reader_.feed(bytes);
  for (auto item = reader_.next(); item.index() != 0; item = reader_.next()) {
    if (const auto* frame = std::get_if<Frame>(&item))
      take(*frame);
    else
      take_refused(std::get<Refusal>(item));
  }
  book_.garbage(reader_.garbage_bytes() - garbage_told_);
  garbage_told_ = reader_.garbage_bytes();
}

void Session::drop_half_frame() {
  book_.refused("", "half a frame", "");
  reader_.give_up();
  receive({});
}

void Session::take(const Frame& frame) {
  if (frame.segment.empty()) return;  // a frame with nothing in it says nothing
  if (auto parsed = parse_message(frame.segment, message_); !parsed) {
    refuse(frame.raw, refused_by_host, "malformed message", parsed.error().detail);
    return;
  }
  Device* device = find_device(message_.mn);
  if (device == nullptr) {
    refuse(frame.raw, wrong_mn, "unknown device",
           "MN '" + std::string(message_.mn.substr(0, 40)) + "' is not registered");
    return;
  }
  if (message_.pw != device->known.password) {
    refuse(frame.raw, wrong_password, "wrong password", "PW differs from the registered one");
    return;
  }
  const auto clock = parse_time212(message_.qn);
  book_.frame(device->mn, ports_.clock(), clock ? std::optional<Instant>(*clock) : std::nullopt);

  const std::string_view cn = message_.cn;
  if (cn == "9011" || cn == "9012" || cn == "9013" || cn == "9014") return;  // answers to us
  if (cn == "1013" || cn == "1014" || cn == "1001" || cn == "2072" || cn == "8013" || cn == "9015" || cn == "9021") {
    take_notice();
    return;
  }
  take_data(*device, frame);
}

void Session::take_notice() {
  if (message_.wants_answer) {
    answer_(answer_notice(message_));
    book_.answered(std::string(message_.mn));
  }
  if (message_.cn == "1013") answer_(set_clock(message_, ports_.clock()));
}

bool Session::is_replay(Instant received) {
  auto clock = parse_time212(message_.qn);
  if (!clock && message_.cn == "2011") clock = parse_time212(message_.item("DataTime"));
  const std::int64_t lag_us = std::chrono::microseconds(limits_.replay_lag).count();
  return clock && received.us - clock->us > lag_us;
}

void Session::take_data(Device& device, const Frame& frame) {
  Delivery delivery;
  delivery.received = ports_.clock();
  rejected_.clear();
  if (auto read = to_observations(message_, factors_, device.known.settings, ports_.resolve_series, device.cache,
                                  delivery.rows, rejected_);
      !read) {
    const bool ours = read.error().code == Errc::io_failed || read.error().code == Errc::file_damaged;
    if (ours)
      book_.refused(device.mn, "cannot store", read.error().detail);  // unanswered: the device sends again
    else
      refuse(frame.raw, refused_by_host, "wrong time", read.error().detail);
    return;
  }
  const std::int64_t future_us = delivery.received.us + std::chrono::microseconds(limits_.future_max).count();
  if (!delivery.rows.empty() && delivery.rows.phenomenon_end.front().us > future_us) {
    refuse(frame.raw, refused_by_host, "wrong time", "DataTime lies ahead of the clock; set the device's clock");
    return;
  }
  for (const auto& item : rejected_) {
    book_.refused(device.mn, "item not taken", std::string(item.key.substr(0, 40)) + ": " + item.reason);
  }
  const bool replay = is_replay(delivery.received);
  if (replay && !delivery.rows.empty()) {
    book_.replayed(delivery.received, legal_day_of_hour_ending(delivery.rows.phenomenon_end.front()));
  }
  delivery.source = {replay ? "hj212-replay" : "hj212", device.mn + " " + peer_};
  delivery.raw = std::string(frame.raw);
  deliver(device, std::move(delivery), rejected_.size());
}

void Session::deliver(const Device& device, Delivery delivery, std::size_t rejected_items) {
  std::string words = message_.wants_answer ? answer_data(message_) : std::string();
  ++*unanswered_;
  const std::size_t count = delivery.rows.size();
  ports_.deliver(std::move(delivery), [unanswered = unanswered_, answer = answer_, &book = book_, mn = device.mn, count,
                                       rejected_items, words = std::move(words)](const Result<void>& stored) mutable {
    if (!stored) {
      book.refused(mn, "cannot store", stored.error().detail);
    } else {
      book.stored(count, rejected_items);
      if (!words.empty()) {
        answer(std::move(words));
        book.answered(mn);
      }
    }
    --*unanswered;
  });
}

void Session::take_refused(const Refusal& refusal) {
  // The header may be damaged too: it is answered only where it can be read and asks for it.
  if (!parse_message(refusal.segment, message_)) message_ = {};
  const bool modbus = refusal.modbus_crc;
  refuse(refusal.raw, wrong_crc, modbus ? "modbus checksum" : "checksum differs",
         modbus ? "the checksum is Modbus, not that of HJ 212 annex A" : "the checksum differs");
}

void Session::refuse(std::string_view raw, int qn_rtn, const std::string& reason, const std::string& words) {
  book_.refused(std::string(message_.mn), reason, words);
  keep(reason, raw);
  if (message_.wants_answer && message_.has(message_.mn)) answer_(answer_return(message_, qn_rtn));
}

Session::Device* Session::find_device(std::string_view mn) {
  const auto it = devices_.find(std::string(mn));
  if (it != devices_.end()) return it->second.get();
  if (mn.empty()) return nullptr;
  auto known = ports_.device(mn);
  if (!known) return nullptr;
  auto device = std::make_unique<Device>(Device{std::move(*known), std::string(mn), {}});
  book_.attach(device->mn, device->known.settings.site);
  return devices_.emplace(device->mn, std::move(device)).first->second.get();
}

void Session::keep(const std::string& reason, std::string_view bytes) {
  const Instant now = ports_.clock();
  if (now.us - kept_since_.us > us_per_minute) {
    kept_since_ = now;
    kept_ = 0;
  }
  if (bytes.empty() || kept_ >= limits_.refused_kept_per_minute) return;
  ++kept_;
  ports_.keep_refused({"hj212-refused", reason + " " + peer_}, now, std::string(bytes));
}

}  // namespace celadon::intake
