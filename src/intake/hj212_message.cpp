#include "intake/hj212_message.hpp"

#include "intake/hj212_frame.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace celadon::intake {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 60)) + "'"; }

void append_item(std::string& text, std::string_view name, std::string_view value) {
  if (value.data() == nullptr) return;
  text += name;
  text += '=';
  text += value;
  text += ';';
}

const char* answer_flag(Edition212 edition) {
  return edition == Edition212::of_2005 ? "0" : edition == Edition212::of_2017 ? "4" : "8";
}

/// An answer to `m`: command, and what CP holds besides the QN that 2005 wants there.
std::string answer(const Message& m, std::string_view cn, std::string_view cp, bool cn_in_cp) {
  std::string text;
  const bool old = m.edition == Edition212::of_2005;
  if (!old) append_item(text, "QN", m.qn);
  text += "ST=91;CN=";
  text += cn;
  text += ';';
  append_item(text, "PW", m.pw);
  append_item(text, "MN", m.mn);
  text += "Flag=";
  text += answer_flag(m.edition);
  text += ";CP=&&";
  std::string area;
  if (old && m.has(m.qn)) area += "QN=" + std::string(m.qn);
  if (old && cn_in_cp) area += (area.empty() ? "CN=" : ";CN=") + std::string(m.cn);
  if (!cp.empty()) area += (area.empty() ? "" : ";") + std::string(cp);
  return make_frame(text + area + "&&");
}

}  // namespace

std::string_view Message::item(std::string_view key) const {
  for (const auto& pair : pairs) {
    if (pair.key == key) return pair.value;
  }
  return {};
}

std::string_view request_of(const Message& message) {
  const std::string_view inside = message.item("QN");
  return inside.empty() ? message.qn : inside;
}

std::string make_segment(const Message& m) {
  constexpr std::array<std::string_view, 9> names = {"QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF"};
  const std::array<std::string_view, 9> values = {m.qn, m.st, m.cn, m.pw, m.mn, m.flag, m.pnum, m.pno, m.rf};
  std::array<bool, 9> written{};
  std::string text;
  for (const auto& item : m.header) {
    if (item.field == HeaderField212::none) {
      text += item.text;
      text += ';';
      continue;
    }
    const auto at = static_cast<std::size_t>(item.field);
    append_item(text, item.text.substr(0, item.text.find('=')), values[at]);
    written[at] = true;
  }
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (!written[at]) append_item(text, names[at], values[at]);
  }
  text += "CP=&&";
  const auto append_pair = [&](const Pair212& pair) {
    text += pair.key;
    if (!pair.has_equals) return;
    text += '=';
    text += pair.value;
  };
  if (m.layout.empty() || std::cmp_not_equal(std::count(m.layout.begin(), m.layout.end(), 'p'), m.pairs.size())) {
    for (std::size_t i = 0; i < m.pairs.size(); ++i) {
      if (i > 0) text += m.pairs[i].group == m.pairs[i - 1].group ? ',' : ';';
      append_pair(m.pairs[i]);
    }
  } else {
    std::size_t next = 0;
    for (const char mark : m.layout) {
      if (mark == 'p')
        append_pair(m.pairs[next++]);
      else if (mark != 'e')
        text += mark;
    }
  }
  return text + "&&";
}

Result<Instant> parse_time212(std::string_view text) {
  const auto bad = [&] {
    return fail(Errc::malformed,
                quoted(text) + " is not a time; expected YYYYMMDDhhmmss, with or without milliseconds");
  };
  if (text.size() != 14 && text.size() != 17) return bad();
  int digits[17];
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return bad();
    digits[i] = text[i] - '0';
  }
  const auto two = [&](int at) { return digits[at] * 10 + digits[at + 1]; };
  CivilTime c{two(0) * 100 + two(2), two(4), two(6), two(8), two(10), two(12), 0};
  if (text.size() == 17) c.microsecond = (digits[14] * 100 + digits[15] * 10 + digits[16]) * 1000;
  if (!is_valid(c)) return bad();
  return from_beijing(c);
}

std::string to_time212(Instant instant) {
  const CivilTime c = to_beijing(instant);
  char text[24];
  std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
  return text;
}

std::string to_request_number(Instant instant) {
  char ms[16];
  std::snprintf(ms, sizeof ms, "%03d", to_beijing(instant).microsecond / 1000);
  return to_time212(instant) + ms;
}

std::string answer_data(const Message& message) { return answer(message, "9014", "", true); }

std::string answer_notice(const Message& message) { return answer(message, "9013", "", false); }

std::string answer_return(const Message& message, int qn_rtn) {
  if (message.edition == Edition212::of_2005 && qn_rtn > 3) qn_rtn = 2;
  return answer(message, "9011", "QnRtn=" + std::to_string(qn_rtn), false);
}

std::string set_clock(const Message& m, Instant now) {
  std::string text = "QN=" + to_request_number(now) + ";";
  append_item(text, "ST", m.st);
  text += "CN=1012;";
  append_item(text, "PW", m.pw);
  append_item(text, "MN", m.mn);
  text += m.edition == Edition212::of_2005 ? "Flag=1;" : m.edition == Edition212::of_2017 ? "Flag=5;" : "Flag=9;";
  text += "CP=&&";
  if (const auto pollutant = m.item("PolId"); !pollutant.empty()) text += "PolId=" + std::string(pollutant) + ";";
  return make_frame(text + "SystemTime=" + to_time212(now) + "&&");
}

}  // namespace celadon::intake
