#include "intake/hj212_message.hpp"

#include "intake/hj212_frame.hpp"

#include <charconv>
#include <cstdio>

namespace celadon::intake {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 60)) + "'"; }

/// Where the header item belongs; null for a name the standard does not have.
std::string_view* slot(Message& m, std::string_view name) {
  if (name == "QN") return &m.qn;
  if (name == "ST") return &m.st;
  if (name == "CN") return &m.cn;
  if (name == "PW") return &m.pw;
  if (name == "MN") return &m.mn;
  if (name == "Flag" || name == "FLAG") return &m.flag;
  if (name == "PNUM") return &m.pnum;
  if (name == "PNO") return &m.pno;
  if (name == "RF") return &m.rf;
  return nullptr;
}

Result<void> parse_header(std::string_view header, Message& m) {
  while (!header.empty()) {
    const std::size_t cut = header.find(';');
    const std::string_view item = header.substr(0, cut);
    header.remove_prefix(cut == std::string_view::npos ? header.size() : cut + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      return fail(Errc::malformed, "header item " + quoted(item) + " has no '='; expected NAME=value", "header");
    }
    const std::string_view name = item.substr(0, equals);
    if (name == "FLAG") m.deviations.emplace_back("flag_upper_case");
    if (std::string_view* place = slot(m, name)) {
      if (place->data() != nullptr) m.deviations.emplace_back("header_twice");
      *place = trim(item.substr(equals + 1));
      if (place->data() == nullptr) *place = std::string_view(item.data(), 0);
    } else {
      m.deviations.emplace_back("header_unknown");
    }
  }
  return {};
}

Result<void> read_flag(Message& m) {
  if (!m.has(m.flag)) {
    m.deviations.emplace_back("no_flag");
    return {};
  }
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(m.flag.data(), m.flag.data() + m.flag.size(), bits);
  if (error != std::errc{} || end != m.flag.data() + m.flag.size() || bits > 255) {
    return fail(Errc::invalid_value, "Flag is " + quoted(m.flag) + "; expected a number from 0 to 255", "Flag");
  }
  m.wants_answer = (bits & 1U) != 0;
  m.packet_bit = (bits & 2U) != 0;
  const unsigned edition = bits >> 2U;
  m.edition = edition > 2 ? Edition212::later : static_cast<Edition212>(edition);
  return {};
}

void add_pair(Message& m, std::string_view text, std::uint32_t group) {
  const std::string_view item = trim(text);
  if (item.empty()) return;
  if (item.size() != text.size()) m.deviations.emplace_back("cp_spaces");
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos) {
    m.deviations.emplace_back("cp_item_without_equals");
    m.pairs.push_back({item, item.substr(item.size()), group});
    return;
  }
  m.pairs.push_back({trim(item.substr(0, equals)), trim(item.substr(equals + 1)), group});
}

void parse_data_area(Message& m) {
  const std::string_view cp = m.cp;
  std::uint32_t group = 0;
  std::size_t begin = 0;
  std::size_t at = 0;
  bool group_empty = true;
  while (at <= cp.size()) {
    const bool log_text = at + 2 < cp.size() && cp[at] == '=' && cp[at + 1] == '/' && cp[at + 2] == '/';
    if (log_text) {  // its end is the last // of the item, or of the area
      const std::size_t close = cp.find("//", at + 3);
      at = close == std::string_view::npos ? cp.size() : close + 2;
      continue;
    }
    const bool end = at == cp.size();
    if (!end && cp[at] != ',' && cp[at] != ';') {
      ++at;
      continue;
    }
    const std::size_t before = m.pairs.size();
    add_pair(m, cp.substr(begin, at - begin), group);
    if (m.pairs.size() > before) group_empty = false;
    if (end) break;
    if (cp[at] == ';') {
      if (group_empty)
        m.deviations.emplace_back("cp_empty_group");
      else
        ++group;
      group_empty = true;
      if (trim(cp.substr(at + 1)).empty()) m.deviations.emplace_back("cp_trailing_semicolon");
    }
    begin = ++at;
  }
}

bool printable(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') return false;
  }
  return true;
}

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

Result<void> parse_message(std::string_view segment, Message& m) {
  m.segment = segment;
  m.qn = m.st = m.cn = m.pw = m.mn = m.flag = m.pnum = m.pno = m.rf = m.cp = {};
  m.pairs.clear();
  m.deviations.clear();
  m.edition = Edition212::of_2005;
  m.packet_bit = m.wants_answer = false;

  const std::size_t mark = segment.find("CP=");
  const std::size_t open = mark == std::string_view::npos ? mark : segment.find("&&", mark);
  const std::size_t close = segment.rfind("&&");
  if (open == std::string_view::npos || !trim(segment.substr(mark + 3, open - mark - 3)).empty() || close < open + 2) {
    return fail(Errc::malformed, "the data segment has no CP=&&...&&", "CP");
  }
  if (close + 2 != segment.size()) m.deviations.emplace_back("text_behind_cp");
  m.cp = segment.substr(open + 2, close - open - 2);
  if (auto header = parse_header(segment.substr(0, mark), m); !header) return header;
  if (auto flag = read_flag(m); !flag) return flag;
  if (!printable(m.cp)) {
    return fail(Errc::refused, "CP is encrypted or not text; keys of HJ 212-2025 are not held here, send it plain",
                "CP");
  }
  if (!m.has(m.qn)) m.deviations.emplace_back("no_qn");
  parse_data_area(m);
  return {};
}

std::string make_segment(const Message& m) {
  std::string text;
  append_item(text, "QN", m.qn);
  append_item(text, "ST", m.st);
  append_item(text, "CN", m.cn);
  append_item(text, "PW", m.pw);
  append_item(text, "MN", m.mn);
  append_item(text, "Flag", m.flag);
  append_item(text, "PNUM", m.pnum);
  append_item(text, "PNO", m.pno);
  append_item(text, "RF", m.rf);
  text += "CP=&&";
  for (std::size_t i = 0; i < m.pairs.size(); ++i) {
    if (i > 0) text += m.pairs[i].group == m.pairs[i - 1].group ? ',' : ';';
    text += m.pairs[i].key;
    text += '=';
    text += m.pairs[i].value;
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
