#include "intake/hj212_frame.hpp"

#include "core/assert.hpp"
#include "intake/hj212_crc.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_scan.hpp"
#include "intake/hj212_text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace celadon::intake {
namespace {

using enum Deviation212;

/// Ends that are tried for a wrong length: more than a message has, and a bound for hostile bytes.
constexpr int ends_tried_max = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The declared length, where four digits stand; more than the maximum is no frame.
std::optional<std::size_t> length_of(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 2; i < frame_header_bytes; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    length = length * 10 + static_cast<std::size_t>(text[i] - '0');
  }
  if (length > segment_bytes_max) return std::nullopt;
  return length;
}

struct HexCrc {
  std::uint16_t value = 0;
  bool lower_case = false;
};

std::optional<HexCrc> crc_of(std::string_view text) {
  HexCrc crc;
  for (const char c : text) {
    unsigned digit = 0;
    if (is_digit(c))
      digit = static_cast<unsigned>(c - '0');
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<unsigned>(c - 'A' + 10);
    else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a' + 10);
      crc.lower_case = true;
    } else {
      return std::nullopt;
    }
    crc.value = static_cast<std::uint16_t>(crc.value << 4U | digit);
  }
  return crc;
}

/// "##0123QN=": what a person would call a frame, whatever its checksum says.
bool looks_like_message(std::string_view segment) {
  return segment.size() >= 3 && segment[0] >= 'A' && segment[0] <= 'Z' && segment[1] >= 'A' && segment[1] <= 'Z' &&
         segment.substr(0, 5).find('=') != std::string_view::npos;
}

/// Where a further frame seems to begin inside a candidate.
std::size_t next_header(std::string_view text) {
  for (std::size_t at = text.find("##", 1); at != std::string_view::npos; at = text.find("##", at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.size() < frame_header_bytes) return at;
    if (length_of(rest)) return at;
  }
  return text.ends_with('#') ? text.size() - 1 : text.size();
}

/// Where a further header stands whole; text.size() where none does, be one begun at the end or not.
std::size_t whole_header(std::string_view text) {
  for (std::size_t at = text.find("##", 1); at != std::string_view::npos; at = text.find("##", at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.size() < frame_header_bytes) break;
    if (length_of(rest)) return at;
  }
  return text.size();
}

/// Whether what follows `text` stands in a log text that is still open.
bool in_log_text(std::string_view text) {
  const std::size_t open = text.rfind("=//");
  return open != std::string_view::npos && text.find("//", open + 3) == std::string_view::npos;
}

/// Where a whole, good frame stands inside a candidate; npos where none does.
std::size_t good_frame_inside(std::string_view text) {
  for (std::size_t at = text.find("##", 1); at != std::string_view::npos; at = text.find("##", at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.size() < frame_header_bytes) return std::string_view::npos;
    const auto length = length_of(rest);
    if (!length || rest.size() < frame_header_bytes + *length + frame_crc_bytes) continue;
    const std::string_view segment = rest.substr(frame_header_bytes, *length);
    const auto given = crc_of(rest.substr(frame_header_bytes + *length, frame_crc_bytes));
    if (given && given->value == hj212_crc(segment) && looks_like_message(segment) && !in_log_text(text.substr(0, at)))
      return at;
  }
  return std::string_view::npos;
}

std::uint16_t swapped(std::uint16_t value) { return static_cast<std::uint16_t>(value << 8U | value >> 8U); }

}  // namespace

/// What is known of a candidate once its length is read.
struct FrameReader::Head {
  std::size_t bytes = frame_header_bytes;  ///< of ## and the length
  std::size_t length = 0;                  ///< of the segment, as declared

  [[nodiscard]] std::size_t whole() const { return bytes + length + frame_crc_bytes; }

  /// Requires text.size() >= frame_header_bytes. Nothing where no length stands.
  static std::optional<Head> of(std::string_view text) {
    if (const auto length = length_of(text)) return Head{frame_header_bytes, *length};
    if (!is_digit(text[2]) || !is_digit(text[3]) || !is_digit(text[4]) || text[5] < 'A' || text[5] > 'Z') {
      return std::nullopt;
    }
    return Head{frame_header_bytes - 1,
                static_cast<std::size_t>((text[2] - '0') * 100 + (text[3] - '0') * 10 + text[4] - '0')};
  }
};

void FrameReader::feed(std::span<const char> bytes) {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + bytes.size()) buffer_.resize(end_ + bytes.size());
  if (!bytes.empty()) std::memcpy(buffer_.data() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
}

void FrameReader::skip(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const char c = buffer_[begin_ + i];
    if (c != '\r' && c != '\n') ++garbage_bytes_;
  }
  begin_ += count;
}

/// False while it is open how the frame given last ended.
bool FrameReader::settle_line_end() {
  if (!line_end_open_) return true;
  const std::string_view text = here();
  if (text.starts_with("\r\n")) {
    begin_ += 2;
  } else if (text.starts_with("\r\r\n")) {
    begin_ += 3;
    line_end_fault_ = crlf_doubled;
  } else if (text.empty() || text == "\r" || text == "\r\r") {
    return false;
  } else {
    line_end_fault_ = crlf_missing;
  }
  line_end_open_ = false;
  return true;
}

/// Gives the frame of `head` bytes before the segment and `segment` bytes in it, and goes on behind it.
Frame FrameReader::take(std::size_t head, std::size_t segment, bool lower_case) {
  const std::string_view text = here();
  Frame frame{text.substr(0, head + segment + frame_crc_bytes), text.substr(head, segment), {}, false};
  if (head != frame_header_bytes) frame.repairs.add(length_three_digits);
  if (lower_case) frame.repairs.add(crc_lower_case);
  if (segment > segment_bytes_standard) frame.repairs.add(segment_too_long);
  begin_ += frame.raw.size();
  line_end_open_ = true;
  return frame;
}

/// The frame, or its refusal where only the strict are taken.
FrameReader::Item FrameReader::judged(const Frame& frame) const {
  if (!strict_ || frame.repairs.empty()) return frame;
  const auto& names = all_deviation_names();
  Refusal refusal;
  refusal.raw = frame.raw;
  refusal.segment = frame.segment;
  refusal.expected = hj212_crc(frame.segment);
  refusal.given = refusal.expected;
  refusal.fault =
      static_cast<Deviation212>(std::find(names.begin(), names.end(), *frame.repairs.begin()) - names.begin());
  return refusal;
}

/// The candidate with its data area decrypted, where the opener knows a key and the plain text proves it right.
std::optional<Frame> FrameReader::opened(const Head& head) {
  const std::string_view text = here();
  const std::string_view segment = text.substr(head.bytes, head.length);
  const auto given = crc_of(text.substr(head.bytes + head.length, frame_crc_bytes));
  const auto place = data_area_of(segment);
  if (!given || !place || is_text(place->area)) return std::nullopt;
  const auto key = opener_(place->header);
  if (!key) return std::nullopt;
  plain_.assign(segment);
  const std::span<char> area(plain_.data() + place->header.size(), place->area.size());
  if (!sm4_decrypt(area, *key)) return std::nullopt;
  if (given->value != hj212_crc(plain_) || !is_text({area.data(), area.size()})) return std::nullopt;
  Frame frame = take(head.bytes, head.length, given->lower_case);
  frame.segment = plain_;
  frame.encrypted = true;
  return frame;
}

/// A frame of a wrong length, ended by && and a checksum that holds; monostate while such an end may still come;
/// nothing where there is none.
///
/// Before the declared end only a line end or a header proves an end, for the frame may be in order and still coming;
/// behind it the first && with four hexadecimal digits decides. So nothing depends on how the bytes are cut.
std::optional<FrameReader::Item> FrameReader::mended(const Head& head, bool look_behind) {
  const std::string_view text = here();
  const std::size_t longest = head.bytes + segment_bytes_max + frame_crc_bytes;
  const std::string_view region = text.substr(0, std::min(longest, whole_header(text)));
  const bool more_may_come = look_behind && region.size() == text.size() && text.size() < longest && !giving_up_;
  const auto none_yet = [&]() -> std::optional<Item> {
    if (more_may_come) return std::monostate{};
    return std::nullopt;
  };
  const std::size_t area = region.find("CP=&&", head.bytes);
  if (area == std::string_view::npos) return none_yet();
  bool end_seen = false;
  int tried = 0;
  for (std::size_t at = region.find("&&", area + 5); at != std::string_view::npos && tried < ends_tried_max;
       at = region.find("&&", at + 1)) {
    const std::size_t crc_at = at + 2;
    const std::size_t end = crc_at + frame_crc_bytes;
    if (end > region.size()) break;
    const auto given = crc_of(region.substr(crc_at, frame_crc_bytes));
    if (!given) continue;
    const bool behind = end > head.whole();
    if (behind && (end_seen || !look_behind)) break;
    const bool proven = end < text.size() ? text[end] == '\r' || text[end] == '\n' || text[end] == '#' : giving_up_;
    if (!behind && !proven && end != head.whole()) continue;
    end_seen = true;
    ++tried;
    if (given->value == hj212_crc(region.substr(head.bytes, crc_at - head.bytes))) {
      Frame frame = take(head.bytes, crc_at - head.bytes, given->lower_case);
      frame.repairs.add(length_wrong);
      return judged(frame);
    }
  }
  if (end_seen) return std::nullopt;
  return none_yet();
}

/// The declared end is not here. Monostate waits for it; nothing goes on behind the first byte.
std::optional<FrameReader::Item> FrameReader::incomplete(const Head& head) {
  const std::string_view text = here();
  if (looks_like_message(text.substr(head.bytes))) {
    if (auto item = mended(head, false)) return item;
  }
  if (good_frame_inside(text) != std::string_view::npos) {  // cut off by a reconnection
    Refusal refusal;
    refusal.raw = text.substr(0, next_header(text));  // that frame, or another that was cut off before it
    begin_ += refusal.raw.size();
    refusal.segment = refusal.raw.substr(head.bytes);
    refusal.fault = frame_cut_off;
    return refusal;
  }
  if (giving_up_) return std::nullopt;
  return std::monostate{};
}

/// All of the candidate is here and its checksum does not hold.
std::optional<FrameReader::Item> FrameReader::failed(const Head& head) {
  const std::string_view text = here();
  const std::string_view candidate = text.substr(0, head.whole());
  const std::string_view segment = candidate.substr(head.bytes, head.length);
  if (!looks_like_message(segment)) {  // ##00010139ST=: packet number, then length
    constexpr std::size_t doubled = frame_header_bytes + 4;
    if (!std::all_of(text.begin() + 2, text.begin() + static_cast<std::ptrdiff_t>(std::min(doubled, text.size())),
                     is_digit)) {
      return std::nullopt;
    }
    if (text.size() < doubled + 5 && !giving_up_) return std::monostate{};
    if (text.size() < doubled || !looks_like_message(text.substr(doubled))) return std::nullopt;
    Refusal refusal;
    refusal.raw = text.substr(0, next_header(text.substr(0, std::min(text.size(), segment_bytes_max))));
    refusal.segment = refusal.raw.substr(doubled);
    refusal.fault = length_eight_digits;
    begin_ += refusal.raw.size();
    return refusal;
  }
  if (opener_) {
    if (auto frame = opened(head)) return judged(*frame);
  }
  const auto given = crc_of(candidate.substr(head.bytes + head.length));
  const auto place = data_area_of(segment);
  const bool ends_here = place && candidate[head.bytes + head.length] != '&';  // && stands where the length says
  if (auto item = mended(head, !ends_here)) return item;

  Refusal refusal;
  refusal.segment = segment;
  refusal.expected = hj212_crc(segment);
  if (given) refusal.given = given->value;
  std::size_t reach = next_header(candidate);
  const std::uint16_t modbus = modbus_crc(segment);
  refusal.modbus_crc = given && (given->value == modbus || given->value == swapped(modbus));
  if (refusal.modbus_crc) {
    refusal.fault = given->value == modbus ? crc_modbus : crc_modbus_swapped;
  } else if (given && place && !is_text(place->area) && good_frame_inside(candidate) == std::string_view::npos) {
    refusal.fault = encrypted_without_key;
    reach = candidate.size();  // what looks like a header in a cipher text is none
  } else if (!ends_here) {
    refusal.fault = length_wrong;
  } else if (!given) {
    refusal.fault = crc_not_hex;
  }
  refusal.raw = candidate.substr(0, reach);
  refusal.whole = ends_here && given && reach == candidate.size();
  begin_ += reach;
  line_end_open_ = refusal.whole;
  return refusal;
}

FrameReader::Item FrameReader::next() {
  line_end_fault_.reset();
  if (!settle_line_end()) return std::monostate{};
  while (true) {
    std::string_view text = here();
    const std::size_t start = text.find("##");
    if (start == std::string_view::npos) {
      skip(text.ends_with('#') ? text.size() - 1 : text.size());
      return std::monostate{};
    }
    skip(start);
    text = here();
    if (text.size() < frame_header_bytes) {
      if (!giving_up_) return std::monostate{};
      giving_up_ = false;
      skip(1);
      continue;
    }
    const auto head = Head::of(text);
    if (!head) {
      skip(1);
      continue;
    }
    std::optional<Item> item;
    if (text.size() < head->whole()) {
      item = incomplete(*head);
    } else {
      const std::string_view segment = text.substr(head->bytes, head->length);
      const auto given = crc_of(text.substr(head->bytes + head->length, frame_crc_bytes));
      if (given && given->value == hj212_crc(segment)) {
        if (opener_ && scan::has_odd_byte(segment)) {  // a cipher text fits by chance once in 256
          if (auto frame = opened(*head)) return judged(*frame);
        }
        return judged(take(head->bytes, head->length, given->lower_case));
      }
      item = failed(*head);
    }
    giving_up_ = false;
    if (item) return *item;
    skip(1);
  }
}

std::optional<Frame> taken_anyway(const Refusal& refusal, const CrcTolerance& tolerance) {
  const bool modbus = refusal.fault == crc_modbus || refusal.fault == crc_modbus_swapped;
  const bool allowed = modbus ? tolerance.modbus || tolerance.any : refusal.fault == crc_wrong && tolerance.any;
  if (!refusal.whole || !allowed) return std::nullopt;
  Frame frame{refusal.raw, refusal.segment, {}, false};
  const std::string_view crc = refusal.raw.substr(refusal.raw.size() - frame_crc_bytes);
  if (refusal.raw.size() != refusal.segment.size() + frame_header_bytes + frame_crc_bytes) {
    frame.repairs.add(length_three_digits);
  }
  if (std::any_of(crc.begin(), crc.end(), [](char c) { return c >= 'a'; })) frame.repairs.add(crc_lower_case);
  if (refusal.segment.size() > segment_bytes_standard) frame.repairs.add(segment_too_long);
  frame.repairs.add(refusal.fault);
  return frame;
}

bool is_strict(const Frame& frame, const Message& message) {
  return frame.repairs.empty() && message.deviations.empty();
}

std::string make_frame(std::string_view segment) {
  CELADON_ASSERT(segment.size() <= 9999);
  char number[8];
  std::snprintf(number, sizeof number, "##%04zu", segment.size());
  std::string frame = number;
  frame += segment;
  std::snprintf(number, sizeof number, "%04X", hj212_crc(segment));
  frame += number;
  frame += "\r\n";
  return frame;
}

}  // namespace celadon::intake
