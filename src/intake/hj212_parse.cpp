#include "intake/hj212_message.hpp"
#include "intake/hj212_scan.hpp"
#include "intake/hj212_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace celadon::intake {
namespace {

using enum Deviation212;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The header item of that name; none for a name that the standard does not have.
HeaderField212 field_of(std::string_view name) {
  if (name.size() == 2) {
    switch (name[0] << 8 | name[1]) {
      case 'Q' << 8 | 'N': return HeaderField212::qn;
      case 'S' << 8 | 'T': return HeaderField212::st;
      case 'C' << 8 | 'N': return HeaderField212::cn;
      case 'P' << 8 | 'W': return HeaderField212::pw;
      case 'M' << 8 | 'N': return HeaderField212::mn;
      case 'R' << 8 | 'F': return HeaderField212::rf;
      default: return HeaderField212::none;
    }
  }
  if (name == "Flag" || name == "FLAG") return HeaderField212::flag;
  if (name == "PNUM") return HeaderField212::pnum;
  if (name == "PNO") return HeaderField212::pno;
  return HeaderField212::none;
}

bool all_digits(std::string_view text) {
  if (text.size() < 8) return false;
  for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
    if (!scan::all_digits(scan::load8(text.data() + i))) return false;
  }
  return scan::all_digits(scan::load8(text.data() + text.size() - 8));
}

/// The last four bytes of a key that names a time, as the high half of a word has them.
constexpr std::uint64_t time_at_the_end = 'T' | 'i' << 8U | 'm' << 16U | 'e' << 24U;

/// The first and the last eight bytes of a key, by one load each where the segment reaches so far. A shorter key's are
/// what stands around it, of which the tests that use them know.
struct Ends {
  Ends(std::string_view key, const char* begin, const char* end) : size(key.size()) {
    const char* const stop = key.data() + key.size();
    has_first = end - key.data() >= 8;
    if (has_first) first = scan::load8(key.data());
    if (stop - begin >= 8) {
      last = scan::load8(stop - 8);
    } else {  // CP=&& and two characters
      for (const char c : key) last = last >> 8U | static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << 56U;
    }
  }

  [[nodiscard]] std::uint64_t hash() const {
    const std::uint64_t word = size >= 8 ? first ^ std::rotl(last, 23) : size == 0 ? 0 : last >> (8 * (8 - size));
    return word * 0x9E3779B97F4A7C15U;
  }

  std::uint64_t first = 0, last = 0;
  std::size_t size;
  bool has_first;
};

/// Which keys were there: a key that is not among them is new; one that seems to be must be compared with each.
class KeysSeen {
 public:
  /// Whether a key of this hash may have come before.
  bool add(std::uint64_t hash) {
    std::uint64_t& word = words_[hash >> 59U];
    const std::uint64_t bit = std::uint64_t{1} << (hash >> 53U & 63U);
    const bool seen = (word & bit) != 0;
    word |= bit;
    return seen;
  }

 private:
  std::array<std::uint64_t, 32> words_{};
};

/// A list that is filled anew for each message and keeps its length until the end, so that its elements are not made
/// anew each time.
template <class T>
class Refilled {
 public:
  explicit Refilled(std::vector<T>& list) : list_(list), data_(list.data()), room_(list.size()) {}

  T& next() {
    if (count_ == room_) grow();
    return data_[count_++];
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] T& operator[](std::size_t i) { return data_[i]; }
  [[nodiscard]] std::span<T> all() { return {data_, count_}; }
  void end() { list_.resize(count_); }

 private:
  [[gnu::noinline]] void grow() {
    list_.resize(std::max<std::size_t>(32, 2 * count_));
    data_ = list_.data();
    room_ = list_.size();
  }

  std::vector<T>& list_;
  T* data_;
  std::size_t room_, count_ = 0;
};

class Parser {
 public:
  Parser(std::string_view segment, Message& message)
      : s_(segment), m_(message), places_(segment), pairs_(message.pairs), header_(message.header) {}

  Result<void> run();
  /// The lists of the message get their lengths.
  void end() {
    pairs_.end();
    header_.end();
  }
  [[nodiscard]] const DeviationSet& found() const { return found_; }

 private:
  Result<void> header();
  void set(std::string_view text, std::size_t equals);
  bool is_cp(std::string_view name);
  bool opens_area(std::size_t equals);
  void judge_header();
  void read_flag();
  template <bool odd>
  void area();
  [[nodiscard]] std::size_t value_begin(std::size_t equals) const;
  [[nodiscard]] std::size_t end_of_log(std::size_t begin) const;
  template <bool odd>
  void add_pair(std::size_t begin, std::size_t equals, std::size_t end);
  void judge_time(const Pair212& pair);
  void judge_repeat();
  void add_empty(std::size_t separator);
  void end_layout(std::size_t separator, char what);

  [[nodiscard]] bool followed_by(std::size_t at, std::string_view text) const {
    return s_.substr(at, text.size()) == text;
  }

  std::string_view s_;
  Message& m_;
  scan::Separators places_;
  bool odd_ = false;       ///< there are bytes that need a closer look: spaces, control characters, no ASCII
  std::size_t open_ = 0;   ///< where the data area begins
  std::size_t close_ = 0;  ///< where it ends
  Refilled<Pair212> pairs_;
  Refilled<HeaderItem212> header_;
  bool group_empty_ = true;
  std::uint32_t group_ = 0;
  DeviationSet found_;
  KeysSeen seen_;
  std::uint64_t last_key_ = 0;  // the first eight bytes of the key before
  bool has_last_key_ = false;
  bool same_group_ = false;  // and whether it is of the same group
};

/// After "CP=": && , with spaces before it at most.
bool Parser::opens_area(std::size_t equals) {
  std::size_t at = equals + 1;
  while (at < s_.size() && (s_[at] == ' ' || s_[at] == '\t')) ++at;
  if (!followed_by(at, "&&")) return false;
  found_.add_if(at != equals + 1, cp_spaces);
  open_ = at + 2;
  return true;
}

void Parser::set(std::string_view text, std::size_t equals) {
  const std::string_view name = text.substr(0, equals);
  const HeaderField212 field = field_of(name);
  if (field == HeaderField212::none) {
    found_.add(header_unknown);
    header_.next() = {field, text};
    return;
  }
  std::string_view value = text.substr(equals + 1);
  if (odd_) {
    value = trim(value);
    found_.add_if(value.size() + equals + 1 != text.size(), header_spaces);
  }
  static constexpr std::array<std::string_view Message::*, 9> slots = {&Message::qn,   &Message::st,  &Message::cn,
                                                                       &Message::pw,   &Message::mn,  &Message::flag,
                                                                       &Message::pnum, &Message::pno, &Message::rf};
  std::string_view& slot = m_.*slots[static_cast<std::size_t>(field)];
  if (slot.data() != nullptr) {
    found_.add(header_twice);
    for (auto& item : header_.all()) {
      if (item.field == field) item.field = HeaderField212::none;
    }
  }
  found_.add_if(field == HeaderField212::flag && name == "FLAG", flag_upper_case);
  slot = value;
  header_.next() = {field, text};
}

/// The name CP, with spaces about it at most.
bool Parser::is_cp(std::string_view name) {
  if (name == "CP") return true;
  if (!odd_ || trim(name) != "CP") return false;
  found_.add(header_spaces);
  return true;
}

Result<void> Parser::header() {
  const auto no_area = [] { return fail(Errc::malformed, "the data segment has no CP=&&...&&", "CP"); };
  scan::Separators places = places_;  // in registers
  std::size_t begin = 0;
  std::size_t equals = std::string_view::npos;  // of this item
  while (true) {
    const std::size_t at = places.next();
    if (at == s_.size()) return no_area();
    if (s_[at] == ',') continue;
    if (s_[at] == '=') {
      const std::string_view before = s_.substr(begin, at - begin);
      if (is_cp(before)) {
        places_ = places;
        return opens_area(at) ? Result<void>{} : no_area();
      }
      if (equals == std::string_view::npos) {
        equals = at;
      } else if (before.ends_with("CP") && opens_area(at)) {  // Flag=5CP=&&
        found_.add(header_semicolon_missing);
        set(before.substr(0, before.size() - 2), equals - begin);
        places_ = places;
        return {};
      }
      continue;
    }
    const std::string_view text = s_.substr(begin, at - begin);
    if (equals == std::string_view::npos) {
      found_.add(text.empty() ? header_unknown : header_item_without_equals);
      header_.next() = {HeaderField212::none, text};
    } else {
      set(text, equals - begin);
    }
    begin = at + 1;
    equals = std::string_view::npos;
  }
}

void Parser::read_flag() {
  if (!m_.has(m_.flag)) {
    found_.add(no_flag);
    return;
  }
  unsigned bits = 0;
  const char* const end = m_.flag.data() + m_.flag.size();
  const auto [stop, error] = std::from_chars(m_.flag.data(), end, bits);
  if (error != std::errc{} || stop != end || bits > 255) {
    found_.add(flag_invalid);
    return;
  }
  m_.wants_answer = (bits & 1U) != 0;
  m_.packet_bit = (bits & 2U) != 0;
  const unsigned edition = bits >> 2U;
  m_.edition = edition > 2 ? Edition212::later : static_cast<Edition212>(edition);
}

/// What table 3 of the message's edition says of the header.
void Parser::judge_header() {
  DeviationSet found;  // in a register
  const auto judge = [&](std::string_view item, Deviation212 absent, bool right, Deviation212 wrong) {
    if (item.data() == nullptr)
      found.add(absent);
    else
      found.add_if(!right, wrong);
  };
  const bool old = m_.edition == Edition212::of_2005;
  judge(m_.qn, no_qn, m_.qn.size() == 17 && all_digits(m_.qn), qn_length);
  judge(m_.st, no_st, m_.st.size() == 2, st_length);
  judge(m_.cn, no_cn, m_.cn.size() == 4, cn_length);
  judge(m_.pw, no_pw, m_.pw.size() == 6, pw_length);
  judge(m_.mn, no_mn, m_.mn.size() == (old ? 14U : 24U), mn_length);
  if (!old && m_.mn.size() == 24) {
    const char* const mn = m_.mn.data();
    const bool hex =
        scan::all_hex(scan::load8(mn)) && scan::all_hex(scan::load8(mn + 8)) && scan::all_hex(scan::load8(mn + 16));
    found.add_if(!hex, mn_not_hex);
  }
  const int packet_items = (m_.has(m_.pnum) ? 1 : 0) + (m_.has(m_.pno) ? 1 : 0);
  found.add_if(packet_items > 0 && !m_.packet_bit, packet_without_flag);
  found.add_if(packet_items < 2 && m_.packet_bit, flag_without_packet);

  HeaderField212 last = HeaderField212::qn;
  for (const auto& item : header_.all()) {
    if (item.field == HeaderField212::none) continue;
    const bool packet = item.field == HeaderField212::pnum || item.field == HeaderField212::pno;
    if (packet && old && last <= HeaderField212::qn && header_[0].field == HeaderField212::qn) {
      continue;  // the list of 2005 has them behind QN, its examples before CP
    }
    found.add_if(item.field < last, header_order);
    last = item.field;
  }
  found_.add(found);
}

std::size_t Parser::value_begin(std::size_t equals) const {
  std::size_t at = equals + 1;
  while (at < close_ && (s_[at] == ' ' || s_[at] == '\t')) ++at;
  return at;
}

/// Where the log text that begins with // ends: behind its closing //.
std::size_t Parser::end_of_log(std::size_t begin) const {
  for (std::size_t at = s_.find("//", begin + 2); at < close_; at = s_.find("//", at + 1)) {
    const std::size_t end = at + 2;
    if (end >= close_ || s_[end] == ',' || s_[end] == ';') return std::min(end, close_);
  }
  return close_;
}

/// Writes the layout so far, when the first empty item comes: until then every item was a pair.
void Parser::add_empty(std::size_t separator) {
  if (m_.layout.empty()) {
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (i > 0) m_.layout += pairs_[i].group == pairs_[i - 1].group ? ',' : ';';
      m_.layout += 'p';
    }
    if (pairs_.size() > 0) m_.layout += group_ == pairs_[pairs_.size() - 1].group ? ',' : ';';
  }
  const bool semicolon = separator < close_ && s_[separator] == ';';
  if (separator == close_)
    found_.add(group_empty_ ? cp_trailing_semicolon : cp_empty_item);
  else
    found_.add(semicolon && group_empty_ ? cp_empty_group : cp_empty_item);
  end_layout(separator, 'e');
}

void Parser::end_layout(std::size_t separator, char what) {
  m_.layout += what;
  if (separator < close_) m_.layout += s_[separator];
}

/// Whether both name the same factor, or one of them none: "a21026-Rtd" and "a21026-Flag".
bool same_factor(std::string_view a, std::string_view b) {
  const std::size_t dash_a = a.find('-');
  const std::size_t dash_b = b.find('-');
  return dash_a == std::string_view::npos || dash_b == std::string_view::npos ||
         a.substr(0, dash_a) == b.substr(0, dash_b);
}

/// Whether the first eight bytes of two keys alone tell that they name the same factor.
bool surely_same_factor(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t dashes = scan::equal_bytes(a, '-');
  return dashes != 0 && (a == b || std::countr_zero(dashes) < std::countr_zero(a ^ b));
}

/// What is rarely so: a key that came before, a time, a group of two factors.
void Parser::judge_time(const Pair212& pair) {
  const std::string_view key = pair.key;
  found_.add_if(key == "EndTime" && pairs_.size() > 1 && pairs_[pairs_.size() - 2].group == pair.group,
                comma_between_items);
  if (key != "DataTime" && key != "BeginTime" && key != "EndTime" && key != "SystemTime" && key != "RestartTime")
    return;
  const bool digits = all_digits(pair.value);
  if (digits && pair.value.size() == 17)
    found_.add(time_17_digits);
  else
    found_.add_if(!digits || pair.value.size() != 14, time_malformed);
}

void Parser::judge_repeat() {
  const auto before = pairs_.all().first(pairs_.size() - 1);
  const std::string_view key = pairs_[pairs_.size() - 1].key;
  found_.add_if(std::ranges::any_of(before, [&](const Pair212& pair) { return pair.key == key; }), cp_key_twice);
}

/// `odd` where spaces and the like must be looked for. The common case is one load or two for each judgement.
template <bool odd>
void Parser::add_pair(std::size_t begin, std::size_t equals, std::size_t end) {
  const char* const base = s_.data();
  const bool has_equals = equals < end;
  const std::size_t key_end = has_equals ? equals : end;
  std::string_view key(base + begin, key_end - begin);
  std::string_view value(base + (has_equals ? equals + 1 : end), has_equals ? end - equals - 1 : 0);
  if constexpr (odd) {
    const std::size_t width = key.size() + value.size();
    key = trim(key);
    value = trim(value);
    found_.add_if(width != key.size() + value.size(), cp_spaces);
  }
  if (!has_equals) found_.add(cp_item_without_equals);
  Pair212& pair = pairs_.next();
  pair = {key, value, group_, has_equals};
  group_empty_ = false;
  if (!m_.layout.empty()) end_layout(end, 'p');

  const Ends ends(key, base, base + s_.size());
  if (seen_.add(ends.hash())) judge_repeat();
  if (ends.last >> 32U == time_at_the_end && key.size() >= 4) judge_time(pair);
  if (same_group_ && !(ends.has_first && has_last_key_ && surely_same_factor(last_key_, ends.first))) {
    found_.add_if(!same_factor(pairs_[pairs_.size() - 2].key, key), cp_group_mixed);
  }
  last_key_ = ends.first;
  has_last_key_ = ends.has_first;
  same_group_ = true;
}

template <bool odd>
void Parser::area() {
  if (open_ == close_) return;
  if (odd && trim(m_.cp).empty()) {
    found_.add(cp_spaces);
    return;
  }
  std::size_t begin = open_;
  std::size_t equals = std::string_view::npos;
  scan::Separators places = places_;  // in registers
  while (true) {
    const std::size_t at = std::min(places.next(), close_);
    const char separator = at < close_ ? s_[at] : '\0';
    if (separator == '=') {
      if (equals == std::string_view::npos) equals = at;
      const std::size_t value = odd ? value_begin(at) : at + 1;
      if (s_[value] == '/' && value + 2 <= close_ && s_[value + 1] == '/') places.jump(end_of_log(value));
      continue;
    }
    if (at == begin || (odd && trim(s_.substr(begin, at - begin)).empty())) {
      if (at != begin) found_.add(cp_spaces);
      add_empty(at);
    } else {
      add_pair<odd>(begin, equals, at);
    }
    if (at == close_) return;
    if (separator == ';') {
      group_ += group_empty_ ? 0 : 1;
      group_empty_ = true;
      same_group_ = false;
    }
    begin = at + 1;
    equals = std::string_view::npos;
  }
}

Result<void> Parser::run() {
  odd_ = scan::has_odd_byte(s_);
  if (auto read = header(); !read) return read;
  close_ = s_.ends_with("&&") ? s_.size() - 2 : s_.rfind("&&");
  if (close_ < open_) return fail(Errc::malformed, "the data segment has no CP=&&...&&", "CP");
  found_.add_if(close_ + 2 != s_.size(), text_behind_cp);
  m_.cp = s_.substr(open_, close_ - open_);
  if (odd_) {
    if (has_control_character(m_.cp)) {
      return fail(Errc::refused, "CP is encrypted or not text; register the device's SM4 key, or send it plain", "CP");
    }
    found_.add_if(!is_utf8(s_.substr(0, close_)), text_not_utf8);
  }
  read_flag();
  judge_header();
  odd_ ? area<true>() : area<false>();
  return {};
}

}  // namespace

Result<void> parse_message(std::string_view segment, Message& m) {
  m.segment = segment;
  m.qn = m.st = m.cn = m.pw = m.mn = m.flag = m.pnum = m.pno = m.rf = m.cp = {};
  m.deviations.clear();
  m.layout.clear();
  m.edition = Edition212::of_2005;
  m.packet_bit = m.wants_answer = false;
  Parser parser(segment, m);
  const auto parsed = parser.run();
  parser.end();
  parser.found().each([&](Deviation212 deviation) { m.deviations.push_back(name_of(deviation)); });
  return parsed;
}

}  // namespace celadon::intake
