#include "intake/hj212_exchange.hpp"

#include "intake/hj212_frame.hpp"
#include "intake/hj212_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace celadon::intake {
namespace {

constexpr std::size_t steps_kept = 40;
constexpr std::size_t frame_bytes_kept = 9999 + 12;

void add_step(CommandReceipt& receipt, Instant time, std::string_view what, std::string_view frame = {}) {
  if (receipt.steps.size() >= steps_kept) receipt.steps.pop_back();
  receipt.steps.push_back({time, what, as_text(frame, frame_bytes_kept)});
}

/// Ends with the 9013 of the device: 2012 and 2022.
bool ends_when_acknowledged(std::string_view cn) { return cn == "2012" || cn == "2022"; }

/// 2011 and 2021 of 2005 have no 9012: the data begin to flow (HJ/T 212-2005 C.4, C.5).
bool ends_when_accepted(std::string_view cn, Edition212 edition) {
  return edition == Edition212::of_2005 && (cn == "2011" || cn == "2021");
}

std::optional<int> code_of(const Message& message, std::string_view name) {
  const std::string_view text = message.item(name);
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return code;
}

/// History carries QNs of its own (2017 annex C.47), and live data of the same command flow meanwhile: the period asked
/// for tells them apart.
bool is_asked_for(const Message& message, const CommandRequest& request) {
  const std::string_view time = message.item("DataTime").substr(0, 14);
  std::string_view begin;
  std::string_view end;
  for (const auto& [name, value] : request.parameters) {
    if (name == "BeginTime") begin = value;
    if (name == "EndTime") end = value;
  }
  return !begin.empty() && !end.empty() && !time.empty() && begin <= time && time <= end;
}

}  // namespace

std::string_view to_text(ExchangeState state) {
  static constexpr std::array<std::string_view, 8> names = {"waiting", "sent",   "accepted",  "done",
                                                            "refused", "failed", "timed-out", "offline"};
  return names[static_cast<std::size_t>(state)];
}

bool is_final(ExchangeState state) { return state >= ExchangeState::done; }

std::string request_frame(const CommandRequest& request, const DeviceDialect& dialect, std::string_view qn) {
  const char* flag = dialect.edition == Edition212::of_2005 ? "1" : dialect.edition == Edition212::of_2017 ? "5" : "9";
  std::string text = "QN=" + std::string(qn) + ";ST=" + dialect.system_code + ";CN=" + request.cn +
                     ";PW=" + dialect.password + ";MN=" + request.mn + ";Flag=" + flag + ";CP=&&";
  text += request.area;
  for (std::size_t i = 0; request.area.empty() && i < request.parameters.size(); ++i) {
    if (i > 0) text += ';';
    text += request.parameters[i].first + "=" + request.parameters[i].second;
  }
  return make_frame(text + "&&");
}

Exchanges::Exchanges(Send send, Dialect dialect, Told told, ExchangeTimes times)
    : send_(std::move(send)), dialect_(std::move(dialect)), told_(std::move(told)), times_(times) {}

std::string Exchanges::next_qn(Line& line, Instant now) {
  std::string qn = to_request_number(now);
  while (qn <= line.last_qn) {
    now.us += 1000;
    qn = to_request_number(now);
  }
  line.last_qn = qn;
  return qn;
}

Result<CommandReceipt> Exchanges::ask(CommandRequest request, Instant now) {
  const auto dialect = dialect_(request.mn);
  if (!dialect) return fail(Errc::not_found, "there is no device '" + request.mn + "' in the register", "mn");
  Changes changes;
  CommandReceipt asked;
  {
    const std::lock_guard lock(mutex_);
    Line& line = lines_[request.mn];
    if (line.queue.size() >= times_.queued_max_per_device) {
      return fail(Errc::too_many,
                  "the device has " + std::to_string(line.queue.size()) + " requests waiting; let them end first",
                  "mn");
    }
    Exchange exchange;
    exchange.receipt.id = next_qn(line, now);
    exchange.frame = request_frame(request, *dialect, exchange.receipt.id);
    exchange.receipt.request = std::move(request);
    exchange.receipt.asked_at = now;
    exchange.edition = dialect->edition;
    exchange.deadline = Instant{now.us + times_.wait_us};
    add_step(exchange.receipt, now, "asked");
    asked = exchange.receipt;
    line.queue.push_back(std::move(exchange));
    open_.fetch_add(1, std::memory_order_relaxed);
    changes.push_back(asked);
    if (line.queue.size() == 1) start(line, now, changes);
    asked = changes.back();
  }
  tell(changes);
  return asked;
}

/// Sends the first of the line, where it waits and the device is there.
void Exchanges::start(Line& line, Instant now, Changes& changes) {
  if (line.queue.empty()) return;
  Exchange& first = line.queue.front();
  CommandReceipt& receipt = first.receipt;
  if (receipt.state != ExchangeState::waiting) return;
  if (!send_(receipt.request.mn, first.frame)) {
    // The wait begins when its turn comes.
    first.deadline = std::max(first.deadline, Instant{receipt.asked_at.us + times_.wait_us});
    return;
  }
  receipt.state = ExchangeState::sent;
  receipt.sends = 1;
  first.deadline = Instant{now.us + times_.answer_us};
  add_step(receipt, now, "sent", first.frame);
  changes.push_back(receipt);
}

void Exchanges::finish(Line& line, ExchangeState state, std::string_view what, Instant now, Changes& changes,
                       std::string_view raw) {
  CommandReceipt& receipt = line.queue.front().receipt;
  receipt.state = state;
  add_step(receipt, now, what, raw);
  changes.push_back(std::move(receipt));
  line.queue.pop_front();
  open_.fetch_sub(1, std::memory_order_relaxed);
  if (!line.queue.empty()) line.queue.front().deadline = Instant{now.us + times_.wait_us};
  start(line, now, changes);
}

void Exchanges::tell(const Changes& changes) {
  for (const auto& receipt : changes) told_(receipt);
}

bool Exchanges::hear(std::string_view mn, const Message& message, std::string_view raw, std::size_t observations,
                     Instant now) {
  Changes changes;
  bool mine = false;
  {
    const std::lock_guard lock(mutex_);
    const auto it = lines_.find(mn);
    if (it == lines_.end() || it->second.queue.empty()) return false;
    Line& line = it->second;
    Exchange& exchange = line.queue.front();
    CommandReceipt& receipt = exchange.receipt;
    if (receipt.state != ExchangeState::sent && receipt.state != ExchangeState::accepted) return false;
    const std::string_view cn = message.cn;
    const bool named = request_of(message) == receipt.id;
    const std::int64_t patience = receipt.request.cn.starts_with('3') ? times_.control_us : times_.result_us;
    if (cn == "9011" && named) {
      mine = true;
      receipt.qn_rtn = code_of(message, "QnRtn");
      if (receipt.qn_rtn == 1) {
        receipt.state = ExchangeState::accepted;
        exchange.deadline = Instant{now.us + patience};
        if (ends_when_accepted(receipt.request.cn, exchange.edition)) {
          finish(line, ExchangeState::done, "accepted", now, changes, raw);
        } else {
          add_step(receipt, now, "accepted", raw);
          changes.push_back(receipt);
        }
      } else {
        finish(line, ExchangeState::refused, "refused", now, changes, raw);
      }
    } else if (cn == "9012" && named) {
      mine = true;
      receipt.exe_rtn = code_of(message, "ExeRtn");
      finish(line, receipt.exe_rtn == 1 ? ExchangeState::done : ExchangeState::failed, "result", now, changes, raw);
    } else if (cn == "9013" && named && ends_when_acknowledged(receipt.request.cn)) {
      mine = true;
      finish(line, ExchangeState::done, "accepted", now, changes, raw);
    } else if (cn == receipt.request.cn && (named || is_asked_for(message, receipt.request))) {
      mine = true;
      ++receipt.data_messages;
      receipt.observations += observations;
      receipt.state = ExchangeState::accepted;  // the data say so, also where the 9011 was lost
      exchange.deadline = Instant{now.us + patience};
      add_step(receipt, now, "data", raw);
      changes.push_back(receipt);
    }
  }
  tell(changes);
  return mine;
}

void Exchanges::connected(const std::string& mn, Instant now) {
  Changes changes;
  {
    const std::lock_guard lock(mutex_);
    const auto it = lines_.find(mn);
    if (it == lines_.end()) return;
    start(it->second, now, changes);
  }
  tell(changes);
}

void Exchanges::tick(Instant now) {
  Changes changes;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = lines_.begin(); it != lines_.end();) {
      Line& line = it->second;
      if (!line.queue.empty() && line.queue.front().deadline <= now) {
        Exchange& exchange = line.queue.front();
        CommandReceipt& receipt = exchange.receipt;
        if (receipt.state == ExchangeState::waiting) {
          finish(line, ExchangeState::offline, "offline", now, changes);
        } else if (receipt.state == ExchangeState::sent && receipt.sends <= times_.repeats) {
          ++receipt.sends;
          exchange.deadline = Instant{now.us + times_.answer_us};
          const bool sent = send_(receipt.request.mn, exchange.frame);
          add_step(receipt, now, sent ? "repeated" : "not-connected");
          changes.push_back(receipt);
        } else {
          finish(line, ExchangeState::timed_out, "timed-out", now, changes);
        }
      }
      // The last QN must not be given again within its millisecond: an idle line goes a second later.
      const bool idle = line.queue.empty() && line.last_qn < to_request_number(Instant{now.us - us_per_second});
      it = idle ? lines_.erase(it) : std::next(it);
    }
  }
  tell(changes);
}

bool Exchanges::is_busy(const std::string& mn) const {
  const std::lock_guard lock(mutex_);
  const auto it = lines_.find(mn);
  return it != lines_.end() && !it->second.queue.empty();
}

std::vector<CommandReceipt> Exchanges::open() const {
  std::vector<CommandReceipt> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [mn, line] : lines_) {
    for (const auto& exchange : line.queue) all.push_back(exchange.receipt);
  }
  return all;
}

}  // namespace celadon::intake
