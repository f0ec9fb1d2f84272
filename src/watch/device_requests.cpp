#include "watch/device_desk_impl.hpp"

#include "core/json_writer.hpp"
#include "watch/revision_body.hpp"

#include <algorithm>
#include <array>

namespace celadon::watch {
namespace {

constexpr const char* receipt_kind = "device-command";
constexpr std::size_t receipts_remembered = 5000;
constexpr std::size_t fills_remembered = 200;
constexpr std::size_t fills_waiting_max = 20'000;
constexpr std::size_t requests_of_one_fill_max = 100;
constexpr const char* desk_author = "celadon";
constexpr const char* fill_origin = "back-fill";
constexpr const char* stopped_why = "the platform stopped while the request was open";

struct StepWords {
  std::string_view what, zh, en;
};
constexpr std::array step_words = {
    StepWords{"asked", "已登记", "asked"},
    StepWords{"sent", "已下发", "sent"},
    StepWords{"repeated", "未应答，重发", "no answer, sent again"},
    StepWords{"not-connected", "设备未连接，未能重发", "not connected, could not be sent again"},
    StepWords{"accepted", "设备接受", "accepted by the device"},
    StepWords{"refused", "设备拒绝", "refused by the device"},
    StepWords{"data", "收到数据", "data received"},
    StepWords{"result", "收到执行结果", "result received"},
    StepWords{"timed-out", "超时未应答", "timed out"},
    StepWords{"offline", "设备未上线，放弃", "the device did not call; given up"},
    StepWords{"stopped", "平台停止，未完成", "the platform stopped before the end"},
};

const StepWords& words_of(std::string_view what) {
  const auto it = std::ranges::find(step_words, what, &StepWords::what);
  return it == step_words.end() ? step_words.front() : *it;
}

std::string place_of(const intake::CommandReceipt& receipt) { return receipt.id + " " + receipt.request.mn; }

void put_code(JsonWriter& json, const char* name, const std::optional<int>& code) {
  json.key(name);
  if (code)
    json.put(*code);
  else
    json.null();
}

/// The label of a period as the device has it: its begin, or its end where the register says so.
Instant label_of(Instant end, const Averaging& period, const ledger::Device& device) {
  return device.label_is_end ? end : Instant{end.us - period.length_us};
}

/// Cuts a gap into requests of at most so many periods.
std::vector<Gap> cut(const Gap& gap, std::int64_t period_us, int periods) {
  std::vector<Gap> parts;
  for (Instant first = gap.first_end; first <= gap.last_end; first.us += periods * period_us) {
    const Instant last = std::min(gap.last_end, Instant{first.us + (periods - 1) * period_us});
    parts.push_back({first, last, static_cast<std::size_t>((last.us - first.us) / period_us + 1)});
  }
  return parts;
}

int periods_of(const DeviceRules& rules, std::string_view cn) {
  const auto it = std::ranges::find(history_commands, cn);
  return rules.periods[static_cast<std::size_t>(it - history_commands.begin())];
}

}  // namespace

std::string DeviceDesk::Impl::receipt_json(const intake::CommandReceipt& receipt) const {
  const auto& request = receipt.request;
  const auto* command = parts_.tables.commands.find(request.cn, edition_of(request.mn));
  const auto* meaning = receipt.exe_rtn                          ? parts_.tables.exe_rtn(*receipt.exe_rtn)
                        : receipt.qn_rtn && *receipt.qn_rtn != 1 ? parts_.tables.qn_rtn(*receipt.qn_rtn)
                                                                 : nullptr;
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("id", receipt.id).member("mn", request.mn).member("cn", request.cn);
  json.member("name_zh", command == nullptr ? "" : command->name_zh);
  json.member("name_en", command == nullptr ? "" : command->name_en);
  json.member("who", request.who).member("why", request.why).member("origin", request.origin);
  json.member("asked_at", receipt.asked_at).member("state", intake::to_text(receipt.state));
  put_code(json, "qn_rtn", receipt.qn_rtn);
  put_code(json, "exe_rtn", receipt.exe_rtn);
  json.member("meaning_zh", meaning == nullptr ? "" : meaning->zh);
  json.member("meaning_en", meaning == nullptr ? "" : meaning->en);
  json.member("sends", receipt.sends)
      .member("data_messages", receipt.data_messages)
      .member("observations", receipt.observations);
  json.key("parameters").begin_array();
  for (const auto& [name, value] : request.parameters)
    json.begin_object().member("name", name).member("value", value).end_object();
  json.end_array().key("steps").begin_array();
  for (const auto& step : receipt.steps) {
    const auto& said = words_of(step.what);
    json.begin_object().member("time", step.time).member("what", step.what);
    json.member("what_zh", said.zh).member("what_en", said.en).key("frame");
    if (step.frame.empty())
      json.null();
    else
      json.put(step.frame);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

void DeviceDesk::Impl::tell(const char* what, const std::string& json) const {
  const std::lock_guard lock(news_mutex_);
  if (news_) news_(what, json);
}

/// Receipts that a stop or a crash left open will not be closed by their device any more.
Result<void> DeviceDesk::Impl::close_open_receipts() {
  const auto all = parts_.ledger.list(receipt_kind);
  if (!all) return fail(all.error());
  std::vector<ledger::Put> puts;
  for (const auto& entry : *all) {
    remember_asked(entry);
    std::string body = entry.body;
    bool open = false;
    for (const std::string_view state : {"\"state\":\"waiting\"", "\"state\":\"sent\"", "\"state\":\"accepted\""}) {
      const std::size_t at = body.find(state);
      if (at == std::string::npos) continue;
      body.replace(at, state.size(), "\"state\":\"failed\"");
      open = true;
    }
    if (!open) continue;
    puts.push_back({receipt_kind, entry.id, body, entry.valid_from, desk_author, stopped_why, {}});
  }
  if (puts.empty()) return {};
  if (auto put = parts_.ledger.put_all(puts); !put) return fail(put.error());
  return {};
}

/// Keeps the newest state in memory, and in the ledger what was asked and how it ended.
void DeviceDesk::Impl::note_receipt(const intake::CommandReceipt& receipt) {
  const bool final = intake::is_final(receipt.state);
  const std::string json = receipt_json(receipt);
  {
    const std::lock_guard lock(receipts_mutex_);
    auto& known = receipts_[place_of(receipt)];
    const bool older = !known.json.empty() &&
                       (intake::is_final(known.newest.state) || known.newest.steps.size() > receipt.steps.size());
    if (older) return;
    known.newest = receipt;
    known.json = json;
    while (receipts_.size() > receipts_remembered) receipts_.erase(receipts_.begin());
  }
  const bool asked = receipt.state == intake::ExchangeState::waiting;
  if (asked || final) {
    const auto stored = parts_.ledger.put({receipt_kind,
                                           receipt.request.mn + " " + receipt.id,
                                           json,
                                           receipt.asked_at,
                                           receipt.request.who,
                                           receipt.request.why,
                                           {}});
    static_cast<void>(stored);  // a disk that is full is told by the archive's health; the exchange goes on
  }
  if (final) {
    keep_what_was_set(receipt);
    end_fill(receipt);
  }
  tell("device-command", json);
}

/// How a request for a stretch ended; fills_mutex_ is held.
void DeviceDesk::Impl::note_asked(const std::string& mn, std::string_view cn, Instant first_end,
                                  intake::ExchangeState state) {
  auto& asked = device_fills_[mn].asked[{std::string(cn), first_end.us}];
  const bool unanswered = state == intake::ExchangeState::timed_out || state == intake::ExchangeState::offline;
  asked.open = false;
  ++asked.tries;
  asked.ended = !unanswered || asked.tries >= parts_.rules.tries;
}

/// A request for a stretch that a run of the program before this one has made.
void DeviceDesk::Impl::remember_asked(const ledger::Revision& entry) {
  if (entry.who != desk_author || entry.valid_from.us < parts_.clock().us - parts_.rules.look_back_us) return;
  RevisionBody body(entry);
  const auto mn = body.get<std::string>("mn");
  const auto cn = body.get<std::string>("cn");
  const auto origin = body.get<std::string>("origin");
  const auto state = body.get<std::string>("state");
  const auto parameters = body.get<std::vector<std::map<std::string, std::string>>>("parameters");
  const auto device = parts_.ledger.device(mn);
  if (!body.check() || origin != fill_origin || !device) return;
  const auto period = period_of(cn, *device);
  for (const auto& parameter : parameters) {
    if (!period || !parameter.contains("name") || parameter.at("name") != "BeginTime") continue;
    const auto begin = intake::parse_time212(parameter.at("value"));
    if (!begin) continue;
    const Instant first_end{device->label_is_end ? begin->us : begin->us + period->length_us};
    const bool answered = (state == "done" || state == "refused" || state == "failed") && entry.why != stopped_why;
    note_asked(mn, cn, first_end, answered ? intake::ExchangeState::done : intake::ExchangeState::timed_out);
  }
}

void DeviceDesk::Impl::end_fill(const intake::CommandReceipt& receipt) {
  const std::lock_guard lock(fills_mutex_);
  const auto running = fills_running_.find(place_of(receipt));
  if (running == fills_running_.end()) return;
  Fill fill = std::move(running->second);
  fills_running_.erase(running);
  fill.state = to_text(receipt.state);
  auto& device = device_fills_[fill.mn];
  device.not_before = Instant{parts_.clock().us + parts_.rules.pause_us};
  device.unanswered = receipt.state == intake::ExchangeState::timed_out ? device.unanswered + 1 : 0;
  note_asked(fill.mn, fill.cn, fill.gap.first_end, receipt.state);
  if (device.unanswered >= parts_.rules.give_up_after) {
    std::erase_if(fills_waiting_, [&](const Fill& one) {
      if (one.mn != fill.mn) return false;
      device.asked[{one.cn, one.gap.first_end.us}].open = false;
      return true;
    });
    device.due = Instant{parts_.clock().us + parts_.rules.retry_us};
  }
  fills_ended_.push_front(std::move(fill));
  if (fills_ended_.size() > fills_remembered) fills_ended_.pop_back();
}

/// What a device has been told to use is what the register must say of it.
void DeviceDesk::Impl::keep_what_was_set(const intake::CommandReceipt& receipt) {
  if (receipt.state != intake::ExchangeState::done) return;
  const auto& request = receipt.request;
  const auto value = [&](std::initializer_list<std::string_view> names) -> std::string {
    for (const auto& [name, text] : request.parameters) {
      if (std::ranges::find(names, name) != names.end()) return text;
    }
    return {};
  };
  auto device = parts_.ledger.device(request.mn);
  if (!device) return;
  if (request.cn == "1072") {
    if (auto password = value({"NewPW", "PW"}); !password.empty()) device->password = std::move(password);
  } else if (request.cn == "1064") {
    if (const int minutes = std::atoi(value({"MinInterval"}).c_str()); minutes > 0)
      device->minute_interval_min = minutes;
  } else if (request.cn == "1014") {
    if (auto key = value({"NewSK"}); !key.empty()) device->cipher_key = std::move(key);
  } else {
    return;
  }
  const auto stored = put_device(*device, request.who, "request " + request.cn + " done: " + request.why);
  static_cast<void>(stored);  // someone changed the entry meanwhile: their word stands, the receipt tells what was set
}

Result<intake::CommandReceipt> DeviceDesk::Impl::ask(intake::CommandRequest request) {
  if (request.who.empty()) return fail(Errc::invalid_value, "say who asks", "who");
  if (request.why.empty()) return fail(Errc::invalid_value, "say why it is asked", "why");
  if (auto known = parts_.ledger.device(request.mn); !known) return fail(known.error());
  const auto edition = edition_of(request.mn);
  if (auto good = intake::check_request(parts_.tables.commands, edition, request.cn, request.parameters); !good)
    return fail(good.error());
  // The editions part the parameters of one command differently.
  if (const auto* command = parts_.tables.commands.find_sendable(request.cn, edition))
    request.area = intake::request_area(*command, request.parameters);
  return exchanges_.ask(std::move(request), parts_.clock());
}

Result<std::vector<std::string>> DeviceDesk::Impl::receipts(const std::string& mn, std::size_t limit) const {
  std::vector<std::string> all;
  if (mn.empty()) {
    const std::lock_guard lock(receipts_mutex_);
    for (auto it = receipts_.rbegin(); it != receipts_.rend() && all.size() < limit; ++it)
      all.push_back(it->second.json);
    return all;
  }
  const auto stored = parts_.ledger.list_prefix(receipt_kind, mn + " ", limit);
  if (!stored) return fail(stored.error());
  const std::lock_guard lock(receipts_mutex_);
  for (const auto& entry : *stored) {
    const auto newest = receipts_.find(entry.id.substr(mn.size() + 1) + " " + mn);
    all.push_back(newest == receipts_.end() ? entry.body : newest->second.json);
  }
  return all;
}

Result<intake::CommandRequest> DeviceDesk::Impl::history_request(const ledger::Device& device, const std::string& cn,
                                                                 const Gap& gap, const std::string& who,
                                                                 const std::string& why) const {
  const auto period = period_of(cn, device);
  if (!period) return fail(period.error());
  return intake::CommandRequest{device.mn,
                                cn,
                                {{"BeginTime", intake::to_time212(label_of(gap.first_end, *period, device))},
                                 {"EndTime", intake::to_time212(label_of(gap.last_end, *period, device))}},
                                who,
                                why,
                                fill_origin};
}

Result<std::vector<intake::CommandReceipt>> DeviceDesk::Impl::back_fill(const std::string& mn, const std::string& cn,
                                                                        Instant first_end, Instant last_end,
                                                                        const std::string& who,
                                                                        const std::string& why) {
  const auto device = parts_.ledger.device(mn);
  if (!device) return fail(device.error());
  const auto period = period_of(cn, *device);
  if (!period) return fail(period.error());
  if (last_end < first_end) return fail(Errc::invalid_value, "the end lies before the begin", "to");
  const auto parts = cut({first_end, last_end, 0}, period->length_us, periods_of(parts_.rules, cn));
  if (parts.size() > requests_of_one_fill_max) {
    return fail(Errc::too_large,
                "that would be " + std::to_string(parts.size()) + " requests; ask for a shorter period", "from");
  }
  std::vector<intake::CommandReceipt> receipts;
  for (const auto& part : parts) {
    auto request = history_request(*device, cn, part, who, why);
    if (!request) return fail(request.error());
    auto receipt = ask(std::move(*request));
    if (!receipt) return fail(receipt.error());
    receipts.push_back(std::move(*receipt));
  }
  return receipts;
}

/// Notes the gaps of one device for the next rounds.
void DeviceDesk::Impl::look_at_device(const std::string& mn, Instant time) {
  const auto device = parts_.ledger.device(mn);
  if (!device || device->retired) return;
  for (const auto cn : history_commands) {
    const auto presence =
        find_gaps(parts_.archive, parts_.ledger, *device, cn, Instant{time.us - parts_.rules.look_back_us},
                  Instant{time.us - parts_.rules.settle_us});
    if (!presence) continue;
    for (const auto& gap : presence->gaps) want(mn, cn, gap, presence->averaging.length_us);
  }
}

/// Puts a gap among what is to be asked for, unless it has been.
void DeviceDesk::Impl::want(const std::string& mn, std::string_view cn, const Gap& gap, std::int64_t period_us) {
  for (const auto& part : cut(gap, period_us, periods_of(parts_.rules, cn))) {
    const std::lock_guard lock(fills_mutex_);
    if (fills_waiting_.size() >= fills_waiting_max) return;
    // A device that has no data for a period will not have them later; only one that did not answer is asked again.
    auto& asked = device_fills_[mn].asked[{std::string(cn), part.first_end.us}];
    if (asked.open || asked.ended) continue;
    asked.open = true;
    fills_waiting_.push_back({mn, std::string(cn), part, "waiting"});
  }
}

bool DeviceDesk::Impl::can_fill(const std::string& mn) const {
  if (!parts_.rules.back_fill) return false;
  const auto device = directory_.find(mn);
  return device && !device->retired;
}

void DeviceDesk::Impl::fill_hours(const std::string& mn, const Gap& gap) {
  const auto status = gateway_.device ? gateway_.device(mn) : std::nullopt;
  if (!can_fill(mn) || !status || !status->online) return;
  {
    const std::lock_guard lock(fills_mutex_);
    const auto known = device_fills_.find(mn);
    // What it left unanswered too often rests until it is looked at again.
    if (known != device_fills_.end() && known->second.unanswered >= parts_.rules.give_up_after &&
        known->second.due > parts_.clock())
      return;
  }
  want(mn, "2061", gap, us_per_hour);
}

void DeviceDesk::Impl::fill_gaps(Instant time) {
  if (!parts_.rules.back_fill || !gateway_.send) return;
  std::string due;
  {
    const std::lock_guard lock(fills_mutex_);
    for (auto& [mn, fill] : device_fills_) {
      if (fill.due > time) continue;
      fill.due = Instant{time.us + us_per_hour};
      due = mn;
      break;  // one a round, so that a province that reconnects at once is looked at bit by bit
    }
  }
  if (!due.empty()) {
    const auto status = gateway_.device ? gateway_.device(due) : std::nullopt;
    if (status && status->online) look_at_device(due, time);
  }
  start_fills(time);
}

void DeviceDesk::Impl::start_fills(Instant time) {
  while (true) {
    Fill next;
    {
      const std::lock_guard lock(fills_mutex_);
      if (fills_running_.size() >= static_cast<std::size_t>(parts_.rules.at_once)) return;
      const auto ready = std::ranges::find_if(fills_waiting_, [&](const Fill& fill) {
        return device_fills_[fill.mn].not_before <= time && !exchanges_.is_busy(fill.mn);
      });
      if (ready == fills_waiting_.end()) return;
      next = std::move(*ready);
      fills_waiting_.erase(ready);
    }
    const auto device = parts_.ledger.device(next.mn);
    if (!device) continue;
    auto request = history_request(*device, next.cn, next.gap, desk_author, "a gap of its data after an outage");
    if (!request) continue;
    const auto receipt = ask(std::move(*request));
    if (!receipt) continue;
    next.state = "running";
    {
      const std::lock_guard lock(fills_mutex_);
      fills_running_[place_of(*receipt)] = std::move(next);
    }
    std::optional<intake::CommandReceipt> ended;  // it may have ended before it was noted as running
    {
      const std::lock_guard lock(receipts_mutex_);
      const auto newest = receipts_.find(place_of(*receipt));
      if (newest != receipts_.end() && intake::is_final(newest->second.newest.state)) ended = newest->second.newest;
    }
    if (ended) end_fill(*ended);
  }
}

FillState DeviceDesk::Impl::fills() const {
  FillState state;
  state.automatic = parts_.rules.back_fill;
  const std::lock_guard lock(fills_mutex_);
  for (const auto& [place, running] : fills_running_) state.fills.push_back(running);
  state.fills.insert(state.fills.end(), fills_waiting_.begin(), fills_waiting_.end());
  state.fills.insert(state.fills.end(), fills_ended_.begin(), fills_ended_.end());
  return state;
}

}  // namespace celadon::watch
