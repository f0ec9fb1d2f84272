#include "intake/hj212_session.hpp"

#include "intake/hj212_exchange.hpp"
#include "intake/hj212_results.hpp"
#include "intake/hj212_text.hpp"
#include "intake/hj212_waiting_room.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace celadon::intake {
namespace {

// The message at hand and what of it could not be taken. A session works on one message at a time and without waiting,
// so that the sessions of a thread share them: with thousands of connections that is most of the memory of each.
thread_local Message message_;
thread_local std::vector<RejectedItem> rejected_;
thread_local std::vector<std::string_view> deviations_;

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& list) {
  return std::ranges::find(list, text) != list.end();
}

/// Says only that the line lives: 9015 of 2025, 8013 and 9021 of makers.
bool is_heartbeat(std::string_view cn) {
  return is_one_of(cn, std::array<std::string_view, 3>{"9015", "8013", "9021"});
}

/// Answers to us.
bool is_answer(std::string_view cn) {
  return is_one_of(cn, std::array<std::string_view, 4>{"9011", "9012", "9013", "9014"});
}

/// Told by the device, answered with 9013. 1014 is the 2025 call for a key only outside the surface-water profile,
/// where it reads the logger's time.
bool is_notice(const Message& m) {
  if (m.cn == "1014") return m.edition == Edition212::of_2025 && m.st != "21";
  return is_one_of(m.cn, std::array<std::string_view, 3>{"1013", "1001", "2072"});
}

std::string address_of(const std::string& peer) { return peer.substr(0, peer.rfind(':')); }

}  // namespace

Session::Session(const Hj212Tables& tables, const GatewayPorts& ports, const GatewayLimits& limits, GatewayBook& book,
                 std::string peer, SessionPorts out)
    : tables_(tables),
      ports_(ports),
      limits_(limits),
      book_(book),
      peer_(std::move(peer)),
      address_(address_of(peer_)),
      out_(std::move(out)),
      reader_([&ports](std::string_view header) -> std::optional<Key212> {
        const std::size_t at = header.find("MN=");
        const auto known = ports.directory->find(header.substr(at == std::string_view::npos ? header.size() : at + 3)
                                                     .substr(0, header.find(';', at) - at - 3));
        return known ? known->cipher_key : std::nullopt;
      }) {}

Session::~Session() {
  for (const auto& [mn, device] : devices_) {
    if (device->attached) device->entry->detached();
  }
}

bool Session::forget(const std::string& mn) {
  const auto it = devices_.find(mn);
  if (it != devices_.end()) {
    if (it->second->attached) it->second->entry->detached();
    devices_.erase(it);
  }
  return devices_.empty();
}

void Session::receive(std::span<const char> bytes) {
  reader_.feed(bytes);
  for (auto item = reader_.next(); item.index() != 0; item = reader_.next()) {
    note_line_end();
    line_end_of_.reset();
    if (const auto* frame = std::get_if<Frame>(&item))
      take(*frame);
    else
      take_refused(std::get<Refusal>(item));
  }
  note_line_end();
  book_.garbage(reader_.garbage_bytes() - garbage_told_);
  garbage_told_ = reader_.garbage_bytes();
}

void Session::drop_half_frame() {
  book_.refused("half a frame");
  reader_.give_up();
  receive({});
}

/// Whether CR LF followed is known only with the bytes behind a frame.
void Session::note_line_end() {
  const auto fault = reader_.line_end_fault();
  if (!fault || !line_end_of_) return;
  const std::array<std::string_view, 1> name = {name_of(*fault)};
  line_end_of_->deviated_besides(name, ports_.clock());
}

/// What was mended in the frame, what the message was taken with, and what only the host can see.
void Session::note_deviations(Device& device, const Frame& frame, const Arrival& arrival) {
  deviations_.assign(message_.deviations.begin(), message_.deviations.end());
  deviations_.insert(deviations_.end(), frame.repairs.begin(), frame.repairs.end());
  if (tables_.commands.find(message_.cn, message_.edition) == nullptr) deviations_.emplace_back("unknown_command");
  const auto& [raw, received, clock] = arrival;
  const std::int64_t drift_us = clock ? std::abs(clock->us - received.us) : 0;
  const bool replay = is_replay(arrival);
  if (drift_us > std::chrono::microseconds(limits_.clock_drift_max).count() && !replay)
    deviations_.emplace_back("clock_drift");
  if (!replay && labels_end(message_, device.known->settings, clock.value_or(received)))
    deviations_.emplace_back("label_is_end");
  device.packets.note(message_, received, deviations_);
  for (const auto& item : rejected_) deviations_.emplace_back(item.finding);
  device.entry->deviated(deviations_, received);
  line_end_of_ = device.entry;
}

void Session::take(const Frame& frame) {
  if (frame.segment.empty()) return;  // a frame with nothing in it says nothing
  if (auto parsed = parse_message(frame.segment, message_); !parsed) {
    refuse(nullptr, frame.raw, qn_rtn::refused, "malformed message", parsed.error().detail);
    return;
  }
  const auto clock = parse_time212(message_.qn);
  const Arrival arrival{frame.raw, ports_.clock(), clock ? std::optional(*clock) : std::nullopt};
  Device* device = find_device(message_.mn);
  if (device == nullptr) {
    hold(arrival);
    return;
  }
  if (!admit(*device, arrival)) return;
  attach(*device, arrival.received);
  book_.frame();
  device->entry->heard(message_.edition, arrival.clock, arrival.received);
  rejected_.clear();
  if (is_answer(message_.cn)) {
    static_cast<void>(is_asked_for(*device, arrival, 0));
    // A device of 2005 may want its result acknowledged (HJ/T 212-2005 annex C).
    if (message_.cn == "9012" && message_.wants_answer) out_.answer(answer_data(message_));
  } else if (is_heartbeat(message_.cn) || is_notice(message_)) {
    take_notice(*device, arrival);
  } else {
    take_data(*device, arrival);
  }
  note_deviations(*device, frame, arrival);
}

void Session::hold(const Arrival& arrival) {
  const std::string_view raw = arrival.raw;
  const std::string mn = printable_ascii(message_.mn.substr(0, 40));
  const bool turned_away = ports_.directory->is_turned_away(message_.mn);
  if (turned_away || !ports_.waiting->admit(message_, raw, address_, arrival.received)) {
    refuse(nullptr, raw, qn_rtn::wrong_mn, "unknown device",
           turned_away ? "MN '" + mn + "' was turned away" : "MN '" + mn + "' is not registered, and no more is held");
    return;
  }
  has_spoken_ = true;
  std::string words;
  if (message_.wants_answer)
    words = is_heartbeat(message_.cn) || is_notice(message_) ? answer_notice(message_) : answer_data(message_);
  ++*unanswered_;
  const bool held = ports_.hold({source_name::held, mn + " " + peer_}, arrival.received, std::string(raw),
                                [unanswered = unanswered_, answer = out_.answer, &book = book_,
                                 words = std::move(words)](const Result<void>& stored) mutable {
                                  if (stored && !words.empty()) {
                                    answer(std::move(words));
                                    book.answered();
                                  }
                                  --*unanswered;
                                });
  if (held) {
    book_.held();
  } else {  // registered between the look-up and now
    --*unanswered_;
    take(Frame{raw, message_.segment, {}, false});
  }
}

/// Whether the register lets this message in; what it does not is refused.
bool Session::admit(Device& device, const Arrival& arrival) {
  const KnownDevice& known = *device.known;
  const std::string_view raw = arrival.raw;
  if (known.retired) {
    refuse(&device, raw, qn_rtn::refused, "retired device", "the register says that this device is no longer in use");
    return false;
  }
  if (known.expires && arrival.received >= *known.expires) {
    refuse(&device, raw, qn_rtn::refused, "expired device",
           "its entry in the register expired at " + to_beijing_minute(*known.expires));
    return false;
  }
  if (!known.addresses.empty()) {
    const auto address = parse_address(address_);
    if (!address ||
        std::ranges::none_of(known.addresses, [&](const auto& range) { return range.contains(*address); })) {
      refuse(&device, raw, qn_rtn::refused, "wrong address",
             "it called from " + address_ + ", which its entry does not allow");
      return false;
    }
  }
  if (message_.pw != known.password) {
    device.entry->deviated(std::array<std::string_view, 1>{"wrong_password"}, arrival.received);
    refuse(&device, raw, qn_rtn::wrong_password, "wrong password", "PW differs from the registered one");
    return false;
  }
  return true;
}

void Session::take_notice(Device& device, const Arrival& arrival) {
  std::string words = message_.wants_answer ? answer_notice(message_) : std::string();
  if (is_heartbeat(message_.cn) || message_.cn == "1013") {
    if (!words.empty()) {
      out_.answer(std::move(words));
      book_.answered();
      device.entry->answered();
    }
    if (message_.cn == "1013") out_.answer(set_clock(message_, arrival.received));
    return;
  }
  Delivery delivery{
      {}, {source_name::live, device.known->mn + " " + peer_}, std::string(arrival.raw), arrival.received};
  deliver(device, std::move(delivery), 0, std::move(words));
}

bool Session::is_replay(const Arrival& arrival) {
  std::optional<Instant> clock = arrival.clock;
  if (!clock && message_.cn == "2011") {
    if (const auto time = parse_time212(message_.item("DataTime"))) clock = *time;
  }
  const std::int64_t lag_us = std::chrono::microseconds(limits_.replay_lag).count();
  return clock && arrival.received.us - clock->us > lag_us;
}

bool Session::is_asked_for(const Device& device, const Arrival& arrival, std::size_t observations) {
  return ports_.exchanges != nullptr && ports_.exchanges->any_open() &&
         ports_.exchanges->hear(device.known->mn, message_, arrival.raw, observations, arrival.received);
}

void Session::take_data(Device& device, const Arrival& arrival) {
  const auto& [raw, received, clock] = arrival;
  Delivery delivery;
  delivery.received = received;
  if (auto read = to_observations(message_, tables_.factors, device.known->settings, ports_.resolve_series,
                                  device.cache, delivery.rows, rejected_);
      !read) {
    const bool ours = read.error().code == Errc::io_failed || read.error().code == Errc::file_damaged;
    if (ours) {  // unanswered: the device sends again
      book_.refused("cannot store");
      device.entry->refused("cannot store", read.error().detail);
    } else {
      refuse(&device, raw, qn_rtn::refused, "wrong time", read.error().detail);
    }
    return;
  }
  const std::int64_t future_us = received.us + std::chrono::microseconds(limits_.future_max).count();
  if (!delivery.rows.empty() && delivery.rows.phenomenon_end.front().us > future_us) {
    rejected_.push_back({"DataTime", message_.item("DataTime"), "ahead of the clock", "data_time_future"});
    refuse(&device, raw, qn_rtn::refused, "wrong time", "DataTime lies ahead of the clock; set the device's clock");
    return;
  }
  for (const auto& item : rejected_) {
    book_.refused("item not taken");
    device.entry->refused("item not taken", std::string(item.key.substr(0, 40)) + ": " + item.reason);
  }
  const bool asked_for = is_asked_for(device, arrival, delivery.rows.size()) || message_.rf == "1";
  const bool replay = !asked_for && is_replay(arrival);
  if (replay && !delivery.rows.empty())
    book_.replayed(received, legal_day_of_hour_ending(delivery.rows.phenomenon_end.front()));
  delivery.source = {asked_for ? source_name::backfill
                     : replay  ? source_name::replay
                               : source_name::live,
                     device.known->mn + " " + peer_};
  delivery.raw = std::string(raw);
  deliver(device, std::move(delivery), rejected_.size(), message_.wants_answer ? answer_data(message_) : std::string());
}

void Session::deliver(Device& device, Delivery delivery, std::size_t rejected_items, std::string words) {
  ++*unanswered_;
  const std::size_t count = delivery.rows.size();
  ports_.deliver(std::move(delivery),
                 [unanswered = unanswered_, answer = out_.answer, &book = book_, entry = device.entry, count,
                  rejected_items, words = std::move(words)](const Result<void>& stored) mutable {
                   if (!stored) {
                     book.refused("cannot store");
                     entry->refused("cannot store", stored.error().detail);
                   } else {
                     book.stored(count, rejected_items);
                     entry->stored(count);
                     if (!words.empty()) {
                       answer(std::move(words));
                       book.answered();
                       entry->answered();
                     }
                   }
                   --*unanswered;
                 });
}

void Session::take_refused(const Refusal& refusal) {
  // The header may be damaged too: it is answered only where it can be read and asks for it.
  if (!parse_message(refusal.segment, message_)) message_ = {};
  if (const auto known = ports_.directory->find(message_.mn)) {
    if (const auto frame = taken_anyway(refusal, {known->accept_modbus_crc, known->accept_bad_crc})) {
      take(*frame);
      return;
    }
  }
  const std::string name(name_of(refusal.fault));
  Device* device = nullptr;
  if (const auto it = devices_.find(message_.mn); it != devices_.end()) {
    device = it->second.get();
    const std::array<std::string_view, 1> names = {name};
    device->entry->deviated(names, ports_.clock());
  }
  const auto* meaning = tables_.deviation(name);
  refuse(device, refusal.raw, qn_rtn::wrong_crc, name,
         meaning == nullptr ? name : meaning->name_zh + " (" + meaning->name_en + ")");
}

void Session::refuse(Device* device, std::string_view raw, int qn_rtn, const std::string& reason,
                     const std::string& words) {
  book_.refused(reason);
  if (device != nullptr) device->entry->refused(reason, words);
  keep(reason, raw);
  if (message_.wants_answer && message_.has(message_.mn)) out_.answer(answer_return(message_, qn_rtn));
}

Session::Device* Session::find_device(std::string_view mn) {
  const std::uint64_t generation = ports_.directory->generation();
  const auto it = devices_.find(mn);
  if (it != devices_.end()) {
    Device& device = *it->second;
    if (device.generation != generation) {
      device.generation = generation;
      if (auto known = ports_.directory->find(mn); known != device.known) {
        if (!known) return nullptr;
        device.known = std::move(known);
        device.cache = {};  // its site or interval may be another
      }
    }
    return &device;
  }
  if (mn.empty() || devices_.size() >= limits_.devices_max) return nullptr;
  auto known = ports_.directory->find(mn);
  if (!known) return nullptr;
  auto device =
      std::make_unique<Device>(Device{std::move(known), generation, book_.entry(mn), {}, PacketTracker(), false});
  return devices_.emplace(std::string(mn), std::move(device)).first->second.get();
}

/// Its first good message here: from now on requests to it go this way.
void Session::attach(Device& device, Instant now) {
  if (device.attached) return;
  device.attached = has_spoken_ = true;
  device.entry->attached(device.known->settings.site, peer_, now);
  out_.attached(device.known->mn);
}

void Session::keep(const std::string& reason, std::string_view bytes) {
  const Instant now = ports_.clock();
  if (now.us - kept_since_.us > us_per_minute) {
    kept_since_ = now;
    kept_ = 0;
  }
  if (bytes.empty() || kept_ >= limits_.refused_kept_per_minute) return;
  ++kept_;
  const std::string mn = message_.mn.empty() ? "-" : printable_ascii(message_.mn.substr(0, 40));
  ports_.keep_refused({source_name::refused, mn + " " + peer_ + " " + reason}, now, std::string(bytes));
}

}  // namespace celadon::intake
