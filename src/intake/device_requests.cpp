// What a simulated unit makes of the host's answers and requests (HJ 212-2017 6.1, annex C; HJ/T 212-2005 annex C).

#include "intake/device_simulator.hpp"
#include "intake/hj212_results.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace celadon::intake {
namespace {

constexpr int goes_on = 0;  ///< ours, for an ExeRtn: the result follows later

constexpr std::int64_t history_begins_us = 366 * us_per_day;  // before the first data time
constexpr int history_at_once_max = 16;

Command command_of(std::string_view text) {
  Command cn = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cn);
  return error == std::errc{} && end == text.data() + text.size() ? cn : Command{0};
}

std::optional<int> number_within(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

std::optional<Key212> key_of(std::string_view text) {
  Key212 key{};
  if (text.size() != 2 * key.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char* begin = text.data() + 2 * i;
    const auto [end, error] = std::from_chars(begin, begin + 2, key[i], 16);
    if (error != std::errc{} || end != begin + 2) return std::nullopt;
  }
  return key;
}

/// Commands of the host that a unit of the edition carries out (HJ 212-2017 table 9, HJ/T 212-2005 6.5).
bool knows(Command cn, Edition212 edition) {
  static constexpr std::array of_all = {1000, 1011, 1012, 1061, 1062, 1072, 2011, 2021,
                                        2031, 2041, 2051, 2061, 3011, 3012, 3013, 3014};
  static constexpr std::array since_2017 = {1063, 1064, 3015, 3016, 3017, 3018, 3019, 3020, 3021};
  static constexpr std::array since_2025 = {1014, 3022, 3024};
  if (std::ranges::find(of_all, cn) != of_all.end()) return true;
  if (cn == 1001) return edition == Edition212::of_2005;  // the warning time, which changes nothing here
  if (edition == Edition212::of_2005) return false;
  return std::ranges::find(since_2017, cn) != since_2017.end() ||
         (edition == Edition212::of_2025 && std::ranges::find(since_2025, cn) != since_2025.end());
}

}  // namespace

void DeviceSimulator::receive(std::span<const char> bytes, const SimulatorTime& now, DeviceOutput& out) {
  thread_local Message message;
  reader_.feed(bytes);
  for (auto item = reader_.next(); item.index() != 0 && connected_; item = reader_.next()) {
    const auto* frame = std::get_if<Frame>(&item);
    if (frame != nullptr && parse_message(frame->segment, message)) take(message, now, out);
  }
}

void DeviceSimulator::take(const Message& message, const SimulatorTime& now, DeviceOutput& out) {
  const Command cn = command_of(message.cn);
  if (cn == 9014 || cn == 9013)
    settle(request_of(message), out);
  else if (cn == 9011)
    hear_refusal(message, now, out);
  else if (cn < 9000)
    take_request(message, now, out);
}

void DeviceSimulator::settle(std::string_view qn, DeviceOutput& out) {
  const auto it = std::ranges::find_if(unanswered_, [&](const DeviceMessage& message) {
    return message.sends > 0 && to_request_number(message.qn) == qn;
  });
  if (it == unanswered_.end()) return;
  it->answered = true;
  ++tally_.answered;
  out.settled.push_back(*it);
  unanswered_.erase(it);
}

/// The host could not take a message. One that was damaged is sent again at once, any other when its wait is over.
void DeviceSimulator::hear_refusal(const Message& message, const SimulatorTime& now, DeviceOutput& out) {
  const auto code = number_within(message.item("QnRtn"), 0, 999);
  if (!code || *code == qn_rtn::accepted) return;
  const std::string_view qn = request_of(message);
  for (auto& mine : unanswered_) {
    if (mine.tries == 0 || to_request_number(mine.qn) != qn) continue;
    ++tally_.refused;
    mine.refused = static_cast<std::int16_t>(*code);
    if (*code == qn_rtn::wrong_crc && mine.tries <= repeats_) send(mine, now, out);
    return;
  }
}

void DeviceSimulator::take_request(const Message& message, const SimulatorTime& now, DeviceOutput& out) {
  ++tally_.requests;
  DeviceMessage chances;  // of this request
  chances.cn = command_of(message.cn);
  chances.data_time = Instant{++requests_};
  if (strikes(DeviceFault::command_silent, chances)) return;
  const auto answer = [&](int qn_rtn) { put(answer_return(message, qn_rtn), now, out); };
  if (message.mn != identity_.mn) return answer(qn_rtn::wrong_mn);
  if (message.pw != identity_.password) return answer(qn_rtn::wrong_password);
  if (strikes(DeviceFault::command_refuse, chances)) return answer(qn_rtn::refused);
  if (chances.cn == 2012 || chances.cn == 2022) {  // notices
    let_flow(chances.cn == 2012 ? 2011 : 2021, false, now);
    put(answer_notice(message), now, out);
    return;
  }
  if (!knows(chances.cn, identity_.edition)) return answer(qn_rtn::unknown_command);
  answer(qn_rtn::accepted);
  const bool old = identity_.edition == Edition212::of_2005;
  if (strikes(DeviceFault::command_busy, chances))
    return put_result(message.qn, message.pw, old ? exe_rtn::failed : exe_rtn::busy, now, out);
  if (strikes(DeviceFault::command_no_data, chances))
    return put_result(message.qn, message.pw, exe_rtn::no_data, now, out);
  int result = carry_out(message, now, out);
  if (result == goes_on) return;
  if (old && (chances.cn == 2011 || chances.cn == 2021)) return;  // the data are the result (HJ/T 212-2005 C.4, C.5)
  if (old && result != exe_rtn::done && result != exe_rtn::no_data) result = exe_rtn::failed;
  put_result(message.qn, message.pw, result, now, out);  // also behind a change of the password
}

/// ExeRtn or goes_on. Requires a command that it knows.
int DeviceSimulator::carry_out(const Message& message, const SimulatorTime& now, DeviceOutput& out) {
  const Command cn = command_of(message.cn);
  switch (cn) {
    case 2011:
    case 2021: let_flow(cn, true, now); return exe_rtn::done;
    case 2031:
    case 2041:
    case 2051:
    case 2061: return start_history(message, cn, now);
    case 1000:
    case 1001:
    case 1012:
    case 1014:
    case 1062:
    case 1064:
    case 1072:
    case 3016:
    case 3021: return set_parameter(message, cn, now);
    case 3011:
    case 3012:
    case 3013:
    case 3014:
    case 3022:
    case 3024:
      if (message.item("PolId").empty() && message.item("PolID").empty()) return exe_rtn::wrong_conditions;
      if (job_) return exe_rtn::busy;
      job_ =
          std::make_unique<Job>(Job{cn, std::string(message.qn), {}, {}, Instant{now.wall.us + plan_.control_us}, 0});
      return goes_on;
    default: break;
  }
  const std::string area = told(message, cn, now);
  if (area.empty()) return exe_rtn::wrong_conditions;
  put_data(message.qn, cn, area, now, out);
  return exe_rtn::done;
}

int DeviceSimulator::set_parameter(const Message& message, Command cn, const SimulatorTime& now) {
  const bool old = identity_.edition == Edition212::of_2005;
  if (cn == 1000) {
    const auto wait_s = number_within(message.item("OverTime"), 1, 99);
    const auto count = number_within(message.item("ReCount"), old ? 0 : 1, 99);
    if (!wait_s || !count) return exe_rtn::wrong_conditions;
    answer_wait_us_ = *wait_s * us_per_second;
    repeats_ = *count;
  } else if (cn == 1012) {
    const auto told_time = parse_time212(message.item("SystemTime"));
    if (!told_time) return exe_rtn::wrong_conditions;
    // On a clock of its own (--speed) the host's time says nothing: it is set right instead.
    set_offset_us_ = plan_.live_clock ? told_time->us - now.clock.us : 0;
    clock_set_ = now.clock;
    was_set_ = true;
  } else if (cn == 1062) {
    const auto interval = number_within(message.item("RtdInterval"), 1, 3600);
    if (!interval) return exe_rtn::wrong_conditions;
    interval_s_ = *interval;
  } else if (cn == 1064) {
    const auto interval = number_within(message.item("MinInterval"), 1, 30);
    if (!interval || 60 % *interval != 0) return exe_rtn::wrong_conditions;
    for (auto& cursor : cursors_) {
      if (cursor.cn == 2051) cursor.next = first_period(cursor.next, *interval * us_per_minute);
    }
    packet_ = 0;
    minute_min_ = *interval;
  } else if (cn == 1072) {
    const std::string_view word = message.item("NewPW").empty() ? message.item("PW") : message.item("NewPW");
    if (!is_word(word)) return exe_rtn::wrong_conditions;
    identity_.password = std::string(word);
  } else if (cn == 1014) {
    const auto key = key_of(message.item("NewSK"));
    if (!key) return exe_rtn::wrong_conditions;
    identity_.key = key;
  }
  return exe_rtn::done;
}

/// The data area of a parameter or piece of information that was asked for; empty where the request does not say what.
std::string DeviceSimulator::told(const Message& message, Command cn, const SimulatorTime& now) const {
  const std::string_view asked = message.item("PolId").empty() ? message.item("PolID") : message.item("PolId");
  const std::string pollutant(asked);
  const std::string time = to_time212(own_clock(now));
  const std::string first = pollutant.empty() ? "" : "PolId=" + pollutant + ";";
  switch (cn) {
    case 1011: return first + "SystemTime=" + time;
    case 1061: return "RtdInterval=" + std::to_string(interval_s_);
    case 1063: return "MinInterval=" + std::to_string(minute_min_);
    case 3015: return "DataTime=" + time + ";VaseNo=1";
    default: break;
  }
  if (pollutant.empty()) return "";
  if (cn == 3017) return first + "CstartTime=000000;CTime=2";
  if (cn == 3018) return first + "Stime=40";
  if (cn == 3019) {
    char serial[32];
    std::snprintf(serial, sizeof serial, "%024llX",
                  static_cast<unsigned long long>(place_hash(plan_.seed, 3019, identity_.index)));
    return first + pollutant + "-SN=" + serial;
  }
  const std::string info(message.item("InfoId"));
  if (info.size() != 6 || info[0] != 'i') return "";
  // i + device + kind: 1 log, 2 state, 3 parameter (HJ 212-2017 6.4).
  const std::string value = info[2] == '1' ? "//clock checked//" : info[2] == '2' ? "0" : "168.0";
  return "DataTime=" + time + ";" + first + info + "-Info=" + value;
}

int DeviceSimulator::start_history(const Message& message, Command cn, const SimulatorTime& now) {
  const auto begin = parse_time212(message.item("BeginTime"));
  const auto end = parse_time212(message.item("EndTime"));
  if (!begin || !end || *begin > *end) return exe_rtn::wrong_conditions;
  if (job_) return exe_rtn::busy;
  const std::int64_t length = period_us(cn, minute_min_);
  Job job;
  job.cn = cn;
  job.qn = std::string(message.qn);
  job.next = first_period(std::max(*begin, Instant{plan_.begin.us - history_begins_us}), length);
  job.end = std::min(*end, Instant{own_clock(now).us - length});  // a period that is over
  job.due = now.wall;
  job_ = std::make_unique<Job>(std::move(job));
  return goes_on;
}

void DeviceSimulator::go_on_with_job(const SimulatorTime& now, DeviceOutput& out) {
  if (job_->due > now.wall) return;
  const std::int64_t length = period_us(job_->cn, minute_min_);
  if (length == 0) {
    const auto ended = std::move(job_);
    put_result(ended->qn, identity_.password, exe_rtn::done, now, out);
    return;
  }
  const DeviceMeasurements measured(plan_.seed, plan_.faults, identity_);
  for (int i = 0; i < history_at_once_max && job_->next <= job_->end; ++i) {
    DeviceMessage message;
    message.cn = job_->cn;
    message.data_time = job_->next;
    message.minute_min = static_cast<std::uint8_t>(minute_min_);
    message.history = true;
    message.sends = 1;
    message.pnum = static_cast<std::uint16_t>(
        packets_of(measured.items(message.cn, message.data_time, minute_min_), packet_header_bytes).size());
    message.first_sent = message.last_sent = now.wall;
    for (message.pno = 1; message.pno <= message.pnum; ++message.pno) {
      message.qn = next_qn(own_clock(now));
      put(framed(segment_of(message), message.cn), now, out);
      ++tally_.history;
      out.settled.push_back(message);
    }
    ++job_->count;
    job_->next.us += length;
  }
  if (job_->next <= job_->end) {
    job_->due = Instant{now.wall.us + 1000};
    return;
  }
  const auto ended = std::move(job_);
  put_result(ended->qn, identity_.password, ended->count > 0 ? exe_rtn::done : exe_rtn::no_data, now, out);
}

void DeviceSimulator::put_result(std::string_view qn, std::string_view password, int exe_rtn, const SimulatorTime& now,
                                 DeviceOutput& out) {
  const bool old = identity_.edition == Edition212::of_2005;
  DeviceHeader header;
  header.cn = 9012;
  header.system = "91";
  header.qn = old ? std::string_view() : qn;
  header.password = password;
  const std::string inside = old ? "QN=" + std::string(qn) + ";" : "";
  put(make_frame(device_segment(identity_, header, inside + "ExeRtn=" + std::to_string(exe_rtn))), now, out);
}

/// Data of a request for a parameter: they repeat its QN and want no answer (HJ 212-2017 annex C).
void DeviceSimulator::put_data(std::string_view qn, Command cn, const std::string& area, const SimulatorTime& now,
                               DeviceOutput& out) {
  const bool old = identity_.edition == Edition212::of_2005;
  DeviceHeader header;
  header.cn = cn;
  header.system = identity_.system;
  header.qn = old ? std::string_view() : qn;
  header.password = identity_.password;
  put(framed(device_segment(identity_, header, (old ? "QN=" + std::string(qn) + ";" : "") + area), cn), now, out);
}

void DeviceSimulator::let_flow(Command cn, bool flows, const SimulatorTime& now) {
  const auto it = std::ranges::find(cursors_, cn, &Cursor::cn);
  if (it != cursors_.end())
    it->flows = flows;
  else if (flows)
    cursors_.push_back({cn, true, Instant{own_clock(now).us / us_per_second * us_per_second}});
}

}  // namespace celadon::intake
