#include "watch/device_desk_impl.hpp"

#include "core/json_writer.hpp"
#include "core/yaml_fields.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_text.hpp"

#include <algorithm>
#include <chrono>

namespace celadon::watch {
namespace {

constexpr const char* turned_away_kind = "device-turned-away";
constexpr auto round_time = std::chrono::milliseconds(200);
constexpr std::int64_t silence_look_us = 10 * us_per_second;
constexpr std::size_t held_page = 1000;
constexpr auto hold_wait_max = std::chrono::seconds(30);

Result<void> whether_stored(const Result<archive::Receipt>& receipt) {
  if (!receipt) return fail(receipt.error());
  return {};
}

/// The entry as the gateway needs it. Errors   with the field.
Result<intake::KnownDevice> known_of(const ledger::Device& device) {
  intake::KnownDevice known;
  known.mn = device.mn;
  known.settings = {device.site, device.minute_interval_min, device.label_is_end};
  known.password = device.password;
  for (const auto& text : device.addresses) {
    auto range = intake::parse_address_range(text);
    if (!range) return fail(range.error());
    known.addresses.push_back(*range);
  }
  known.expires = device.expires;
  if (!device.cipher_key.empty()) {
    auto key = intake::parse_cipher_key(device.cipher_key);
    if (!key) return fail(key.error());
    known.cipher_key = *key;
  }
  known.accept_modbus_crc = device.accept_modbus_crc;
  known.accept_bad_crc = device.accept_bad_crc;
  known.retired = device.retired;
  known.silent_after_s = device.silent_after_s;
  return known;
}

Result<intake::KnownDevice> checked(const ledger::Device& device) {
  const auto wrong = [](const char* field, const std::string& reason) {
    return fail(Errc::invalid_value, reason, field);
  };
  if (device.mn.empty() || !intake::is_frame_word(device.mn, 40))
    return wrong("mn", "an MN has 1 to 40 printing characters without ; = & ,");
  if (!intake::is_frame_word(device.password, 16))
    return wrong("password", "a password has at most 16 printing characters without ; = & ,");
  if (!device.system_code.empty() && !intake::is_frame_word(device.system_code, 3))
    return wrong("system_code", "a system code has two or three characters, as in 22");
  if (device.minute_interval_min < 1 || device.minute_interval_min > 60)
    return wrong("minute_interval_min", "minute data cover 1 to 60 minutes");
  if (device.silent_after_s < 0) return wrong("silent_after_s", "a number of seconds is expected, 0 for the rule");
  return known_of(device);
}

}  // namespace

DeviceDesk::Impl::Impl(DeskParts parts)
    : parts_(std::move(parts)),
      exchanges_([this](const std::string& mn,
                        std::string frame) { return gateway_.send && gateway_.send(mn, std::move(frame)); },
                 [this](const std::string& mn) -> std::optional<intake::DeviceDialect> {
                   const auto device = parts_.ledger.device(mn);
                   if (!device) return std::nullopt;
                   return intake::DeviceDialect{device->system_code, device->password, edition_of(mn)};
                 },
                 [this](const intake::CommandReceipt& receipt) { note_receipt(receipt); }),
      silence_looked_(parts_.clock()) {}

/// What it spoke last; a device that has not spoken since the start is taken for one of 2017.
intake::Edition212 DeviceDesk::Impl::edition_of(const std::string& mn) const {
  const auto status = gateway_.device ? gateway_.device(mn) : std::nullopt;
  return status && status->edition ? *status->edition : intake::Edition212::of_2017;
}

Result<void> DeviceDesk::Impl::load() {
  const auto devices = parts_.ledger.devices();
  if (!devices) return fail(devices.error());
  std::vector<intake::KnownDevice> known;
  known.reserve(devices->size());
  for (const auto& device : *devices) {
    auto one = known_of(device);
    if (!one) return fail(one.error().code, "device " + device.mn + ": " + one.error().detail, one.error().field);
    known.push_back(std::move(*one));
  }
  directory_.replace(std::move(known));
  const auto away = parts_.ledger.list(turned_away_kind);
  if (!away) return fail(away.error());
  for (const auto& entry : *away) {
    if (!directory_.find(entry.id)) directory_.turn_away(entry.id);
  }
  auto restored = each_held("", [this](const archive::RawMessage& raw, const intake::Message* message) -> Result<void> {
    if (message == nullptr || directory_.find(message->mn)) return {};
    const std::size_t blank = raw.source.detail.find(' ');
    const std::string peer = blank == std::string::npos ? "" : raw.source.detail.substr(blank + 1);
    waiting_.restore(*message, raw.bytes, peer.substr(0, peer.rfind(':')), raw.received);
    return {};
  });
  if (!restored) return restored;
  return close_open_receipts();
}

intake::SeriesResolver DeviceDesk::Impl::resolver() {
  return [this](const std::vector<SeriesKey>& keys) { return parts_.ledger.series_ids(keys); };
}

intake::GatewayPorts DeviceDesk::Impl::gateway_ports() {
  intake::GatewayPorts ports;
  ports.directory = &directory_;
  ports.waiting = &waiting_;
  ports.exchanges = &exchanges_;
  ports.clock = parts_.clock;
  ports.resolve_series = resolver();
  ports.deliver = [this](intake::Delivery delivery, std::function<void(Result<void>)> done) {
    Submission submission;
    submission.rows = std::move(delivery.rows);
    submission.pace = delivery.source.name == intake::source_name::live       ? Pace::live
                      : delivery.source.name == intake::source_name::backfill ? Pace::file
                                                                              : Pace::replay;
    submission.source = std::move(delivery.source);
    submission.raw.push_back(std::move(delivery.raw));
    submission.received = delivery.received;
    parts_.stream.submit(std::move(submission), [done = std::move(done)](const Result<archive::Receipt>& receipt) {
      done(whether_stored(receipt));
    });
  };
  ports.busy = [this] { return parts_.stream.busy(); };
  ports.keep_refused = [this](Source source, Instant received, std::string bytes) {
    parts_.archive.keep_raw(std::move(source), received, std::move(bytes));
  };
  ports.hold = [this](Source source, Instant received, std::string bytes, std::function<void(Result<void>)> done) {
    return hold(std::move(source), received, std::move(bytes), std::move(done));
  };
  ports.called = [this](const std::string& mn) {
    const Instant time = parts_.clock();
    exchanges_.connected(mn, time);
    std::string news;
    JsonWriter(news).begin_object().member("mn", mn).member("online", true).end_object();
    tell("device", news);
    const std::lock_guard lock(fills_mutex_);
    auto& fill = device_fills_[mn];
    fill.due = Instant{time.us + us_per_minute};  // what it sends by itself comes first
  };
  return ports;
}

/// Counted before the register is asked again: take_in() registers first and then waits for all that were counted, so
/// that no message falls between.
bool DeviceDesk::Impl::hold(Source source, Instant received, std::string bytes,
                            std::function<void(Result<void>)> done) {
  const std::string mn = source.detail.substr(0, source.detail.find(' '));
  ++holds_begun_;
  if (directory_.find(mn)) {
    ++holds_ended_;
    return false;
  }
  archive::Batch batch;
  batch.source = std::move(source);
  batch.received = received;
  batch.raw.push_back(std::move(bytes));
  parts_.archive.append(std::move(batch), [this, done = std::move(done)](const Result<archive::Receipt>& receipt) {
    ++holds_ended_;
    done(whether_stored(receipt));
  });
  return true;
}

Result<ledger::Device> DeviceDesk::Impl::put_device(const ledger::Device& device, const std::string& who,
                                                    const std::string& why) {
  auto known = checked(device);
  if (!known) return fail(known.error());
  if (auto site = parts_.ledger.get("site", device.site); !site)
    return fail(Errc::not_found, "there is no site '" + device.site + "'; make it first", "site");
  auto stored = parts_.ledger.put_device(device, who, why);
  if (!stored) return stored;
  directory_.put(std::move(*known));
  return stored;
}

Result<std::size_t> DeviceDesk::Impl::put_devices(const std::vector<ledger::Device>& devices,
                                                  const std::vector<ledger::Site>& sites, const std::string& who,
                                                  const std::string& why) {
  std::vector<intake::KnownDevice> known;
  std::set<std::string> known_sites;
  for (const auto& site : sites) known_sites.insert(site.id);
  for (const auto& device : devices) {
    auto one = checked(device);
    if (!one) return fail(one.error().code, "device " + device.mn + ": " + one.error().detail, one.error().field);
    known.push_back(std::move(*one));
    if (!known_sites.contains(device.site)) {
      if (auto site = parts_.ledger.get("site", device.site); !site)
        return fail(Errc::not_found, "there is no site '" + device.site + "' for device " + device.mn, "site");
      known_sites.insert(device.site);
    }
  }
  if (auto put = parts_.ledger.put_sites(sites, who, why); !put) return fail(put.error());
  if (auto put = parts_.ledger.put_devices(devices, who, why); !put) return fail(put.error());
  for (auto& one : known) directory_.put(std::move(one));
  return devices.size();
}

Result<Taken> DeviceDesk::Impl::take_in(const ledger::Device& device, const std::vector<ledger::Site>& sites,
                                        const std::string& who, const std::string& why) {
  if (auto put = parts_.ledger.put_sites(sites, who, why); !put) return fail(put.error());
  if (auto put = put_device(device, who, why); !put) return fail(put.error());
  const std::uint64_t begun = holds_begun_;
  const auto until = std::chrono::steady_clock::now() + hold_wait_max;
  while (holds_ended_ < begun && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  auto taken = take_held(*directory_.find(device.mn));
  if (taken) waiting_.forget(device.mn);
  return taken;
}

/// Hands on what was held, oldest first, with the message in it, null where it holds none; all devices where the MN is
/// empty.
Result<void> DeviceDesk::Impl::each_held(
    const std::string& mn,
    const std::function<Result<void>(const archive::RawMessage& raw, const intake::Message* message)>& take) const {
  archive::RawQuery query;
  query.sources = {intake::source_name::held};
  if (!mn.empty()) query.detail_prefix = mn + " ";
  query.limit = held_page;
  intake::Message message;
  while (true) {
    const auto page = parts_.archive.find_raw(query);
    if (!page) return fail(page.error());
    for (const auto& raw : *page) {
      intake::FrameReader reader;
      reader.feed(raw.bytes);
      const auto item = reader.next();
      const auto* frame = std::get_if<intake::Frame>(&item);
      const bool good = frame != nullptr && intake::parse_message(frame->segment, message);
      if (auto taken = take(raw, good ? &message : nullptr); !taken) return taken;
    }
    if (page->size() < query.limit) return {};
    query.after = archive::RawPlace{page->back().batch, page->back().position};
  }
}

/// Stores what was held of the device as the gateway would have.
Result<Taken> DeviceDesk::Impl::take_held(const intake::KnownDevice& device) {
  Taken taken;
  intake::ObservationCache cache;
  const intake::SeriesResolver series = resolver();
  auto read = each_held(device.mn, [&](const archive::RawMessage& raw, const intake::Message* message) -> Result<void> {
    Submission submission;
    std::vector<intake::RejectedItem> rejected;
    if (message == nullptr || message->pw != device.password ||
        !intake::to_observations(*message, parts_.tables.factors, device.settings, series, cache, submission.rows,
                                 rejected)) {
      ++taken.refused;
      return {};
    }
    ++taken.frames;
    taken.observations += submission.rows.size();
    submission.pace = Pace::file;
    submission.source = {intake::source_name::live, raw.source.detail};
    submission.raw.push_back(raw.bytes);
    submission.received = raw.received;
    if (auto stored = parts_.stream.submit_and_wait(std::move(submission)); !stored) return fail(stored.error());
    return {};
  });
  if (!read) return fail(read.error());
  return taken;
}

Result<void> DeviceDesk::Impl::turn_away(const std::string& mn, const std::string& who, const std::string& why) {
  if (directory_.find(mn))
    return fail(Errc::conflict, "device '" + mn + "' is registered; retire it in the register instead", "mn");
  auto put = parts_.ledger.put({turned_away_kind, mn, "{}", parts_.clock(), who, why, {}});
  if (!put) return fail(put.error());
  directory_.turn_away(mn);
  return {};
}

DeviceDesk::Silence DeviceDesk::Impl::silence_of(std::int64_t silent_after_s,
                                                 const std::optional<intake::DeviceStatus>& status) const {
  Silence silence;
  const std::int64_t after_us = silent_after_s > 0 ? silent_after_s * us_per_second : parts_.rules.silent_after_us;
  silence.after_s = after_us / us_per_second;
  // A device that has never spoken since it was registered is missing, not silent.
  if (!status || status->last_seen.us == 0) return silence;
  silence.silent = parts_.clock().us - status->last_seen.us > after_us;
  return silence;
}

void DeviceDesk::Impl::look_for_silence(Instant time) {
  if (time.us - silence_looked_.us < silence_look_us || !gateway_.devices) return;
  silence_looked_ = time;
  for (const auto& status : gateway_.devices()) {
    const auto told = told_silent_.find(status.mn);
    if (told != told_silent_.end() && told->second == status.last_seen) continue;
    if (time.us - status.last_seen.us <= us_per_minute) continue;
    const auto device = directory_.find(status.mn);
    if (!device || device->retired || !silence_of(device->silent_after_s, status).silent) continue;
    told_silent_[status.mn] = status.last_seen;
    const std::string& site_id = device->settings.site;
    const auto site = parts_.ledger.site(site_id);
    const auto words = [&](const std::string& pattern, const std::string& name) {
      return fill(pattern, {{"site", name},
                            {"mn", status.mn},
                            {"time", to_beijing_minute(status.last_seen)},
                            {"hours", number_text(static_cast<double>(time.us - status.last_seen.us) /
                                                  static_cast<double>(us_per_hour))}});
    };
    ledger::Event event;
    event.rule = "device-silent";
    event.site = site_id;
    event.phenomenon_end = status.last_seen;
    event.noticed_at = time;
    event.value = static_cast<double>(time.us - status.last_seen.us) / static_cast<double>(us_per_second);
    event.text_zh = words(parts_.rules.zh, site ? site->name_zh : site_id);
    event.text_en = words(parts_.rules.en, site ? site->name_en : site_id);
    const auto stored = parts_.ledger.add_event(event, parts_.rules.opens_case);
    if (!stored) continue;
    if (const auto opened = parts_.ledger.find_case(stored->case_id)) parts_.stream.announce(*opened);
  }
}

DeviceDesk::DeviceDesk(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DeviceDesk::~DeviceDesk() { stop(); }

Result<std::unique_ptr<DeviceDesk>> DeviceDesk::open(DeskParts parts) {
  auto impl = std::make_unique<Impl>(std::move(parts));
  if (auto loaded = impl->load(); !loaded) return fail(loaded.error());
  return std::unique_ptr<DeviceDesk>(new DeviceDesk(std::move(impl)));
}

intake::GatewayPorts DeviceDesk::gateway_ports() { return impl_->gateway_ports(); }

void DeviceDesk::begin(GatewaySide gateway) {
  impl_->gateway_ = std::move(gateway);
  impl_->thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      tick();
      std::unique_lock lock(impl_->thread_mutex_);
      impl_->wake_.wait_for(lock, stop, round_time, [] { return false; });
    }
  });
}

void DeviceDesk::stop() {
  if (impl_->thread_.joinable()) {
    impl_->thread_.request_stop();
    impl_->thread_.join();
  }
}

void DeviceDesk::tick() {
  const Instant time = impl_->parts_.clock();
  impl_->exchanges_.tick(time);
  impl_->fill_gaps(time);
  impl_->look_for_silence(time);
}

Result<ledger::Device> DeviceDesk::put_device(const ledger::Device& device, const std::string& who,
                                              const std::string& why) {
  return impl_->put_device(device, who, why);
}
Result<std::size_t> DeviceDesk::put_devices(const std::vector<ledger::Device>& devices,
                                            const std::vector<ledger::Site>& sites, const std::string& who,
                                            const std::string& why) {
  return impl_->put_devices(devices, sites, who, why);
}
std::vector<DeviceDesk::Waiting> DeviceDesk::waiting() const {
  std::vector<Waiting> all;
  for (auto& device : impl_->waiting_.devices()) {
    const bool away = impl_->directory_.is_turned_away(device.mn);
    all.push_back({std::move(device), away});
  }
  return all;
}
const intake::WaitingLimits& DeviceDesk::waiting_limits() const { return impl_->waiting_.limits(); }
Result<Taken> DeviceDesk::take_in(const ledger::Device& device, const std::vector<ledger::Site>& sites,
                                  const std::string& who, const std::string& why) {
  return impl_->take_in(device, sites, who, why);
}
Result<void> DeviceDesk::turn_away(const std::string& mn, const std::string& who, const std::string& why) {
  return impl_->turn_away(mn, who, why);
}
Result<intake::CommandReceipt> DeviceDesk::ask(intake::CommandRequest request) {
  return impl_->ask(std::move(request));
}
Result<std::vector<std::string>> DeviceDesk::receipts(const std::string& mn, std::size_t limit) const {
  return impl_->receipts(mn, limit);
}
std::string DeviceDesk::receipt_json(const intake::CommandReceipt& receipt) const {
  return impl_->receipt_json(receipt);
}
Result<Presence> DeviceDesk::gaps(const std::string& mn, std::string_view cn, Instant from, Instant to) const {
  const auto device = impl_->parts_.ledger.device(mn);
  if (!device) return fail(device.error());
  return find_gaps(impl_->parts_.archive, impl_->parts_.ledger, *device, cn, from, to);
}
Result<std::vector<intake::CommandReceipt>> DeviceDesk::back_fill(const std::string& mn, const std::string& cn,
                                                                  Instant first_end, Instant last_end,
                                                                  const std::string& who, const std::string& why) {
  return impl_->back_fill(mn, cn, first_end, last_end, who, why);
}
FillState DeviceDesk::fills() const { return impl_->fills(); }
bool DeviceDesk::can_fill(const std::string& mn) const { return impl_->can_fill(mn); }
void DeviceDesk::fill_hours(const std::string& mn, const Gap& gap) { impl_->fill_hours(mn, gap); }
DeviceDesk::Silence DeviceDesk::silence_of(const ledger::Device& device,
                                           const std::optional<intake::DeviceStatus>& status) const {
  return impl_->silence_of(device.silent_after_s, status);
}
void DeviceDesk::on_news(std::function<void(const char* what, const std::string& json)> tell) {
  const std::lock_guard lock(impl_->news_mutex_);
  impl_->news_ = std::move(tell);
}

}  // namespace celadon::watch
