#include "intake/hj212_frame.hpp"

#include "core/assert.hpp"
#include "intake/hj212_crc.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>

namespace celadon::intake {
namespace {

constexpr std::size_t header_bytes = 6;  // ## and the length
constexpr std::size_t crc_bytes = 4;

/// The declared length, where four digits stand; more than the maximum is no frame.
std::optional<std::size_t> length_of(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 2; i < header_bytes; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
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
    if (c >= '0' && c <= '9')
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
    if (rest.size() < header_bytes) return at;
    if (length_of(rest)) return at;
  }
  return text.ends_with('#') ? text.size() - 1 : text.size();
}

/// Where a whole, good frame stands inside a candidate that is not complete; npos where none does.
std::size_t good_frame_inside(std::string_view text) {
  for (std::size_t at = text.find("##", 1); at != std::string_view::npos; at = text.find("##", at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.size() < header_bytes) return std::string_view::npos;
    const auto length = length_of(rest);
    if (!length || rest.size() < header_bytes + *length + crc_bytes) continue;
    const std::string_view segment = rest.substr(header_bytes, *length);
    const auto given = crc_of(rest.substr(header_bytes + *length, crc_bytes));
    if (given && given->value == hj212_crc(segment) && looks_like_message(segment)) return at;
  }
  return std::string_view::npos;
}

}  // namespace

void FrameReader::feed(std::span<const char> bytes) {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + bytes.size()) buffer_.resize(end_ + bytes.size());
  std::memcpy(buffer_.data() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
}

void FrameReader::skip(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const char c = buffer_[begin_ + i];
    if (c != '\r' && c != '\n') ++garbage_bytes_;
  }
  begin_ += count;
}

void FrameReader::give_up() {
  if (begin_ < end_) skip(1);
}

FrameReader::Item FrameReader::next() {
  while (true) {
    std::string_view text = here();
    const std::size_t start = text.find("##");
    if (start == std::string_view::npos) {
      skip(text.ends_with('#') ? text.size() - 1 : text.size());
      return std::monostate{};
    }
    skip(start);
    text = here();
    if (text.size() < header_bytes) return std::monostate{};
    const auto length = length_of(text);
    if (!length) {
      skip(1);
      continue;
    }
    const std::size_t whole = header_bytes + *length + crc_bytes;
    if (text.size() < whole) {  // cut off by a reconnection, if a good frame follows inside
      const std::size_t inside = good_frame_inside(text);
      if (inside == std::string_view::npos) return std::monostate{};
      const std::string_view raw = text.substr(0, inside);
      begin_ += inside;
      return Refusal{raw, raw.substr(header_bytes), false, 0};
    }

    const std::string_view segment = text.substr(header_bytes, *length);
    const auto given = crc_of(text.substr(header_bytes + *length, crc_bytes));
    const std::uint16_t computed = hj212_crc(segment);
    if (given && given->value == computed) {
      begin_ += whole;
      return Frame{text.substr(0, whole), segment, given->lower_case};
    }
    if (looks_like_message(segment)) {
      const std::size_t reach = std::min(whole, next_header(text.substr(0, whole)));
      Refusal refusal{text.substr(0, reach), segment, false, computed};
      refusal.modbus_crc = given && given->value == modbus_crc(segment);
      begin_ += reach;
      return refusal;
    }
    skip(1);
  }
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
