#include "intake/hj212_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace celadon::intake {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

/// Each byte beyond ASCII leads a pair: 81-FE, then 40-FE without 7F.
bool may_be_gbk(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte_at(text, i);
    if (lead < 0x80) continue;
    if (lead == 0x80 || lead == 0xFF || ++i == text.size()) return false;
    const unsigned second = byte_at(text, i);
    if (second < 0x40 || second == 0x7F || second == 0xFF) return false;
  }
  return true;
}

}  // namespace

std::size_t character_bytes(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte_at(text, k) & 0xC0U) != 0x80) return 0;
  }
  const unsigned second = byte_at(text, 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_bytes(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
  });
}

bool is_text(std::string_view area) { return !has_control_character(area) && (is_utf8(area) || may_be_gbk(area)); }

bool is_frame_word(std::string_view text, std::size_t at_most) {
  return text.size() <= at_most && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 0x7F && std::string_view(";=&,").find(c) == std::string_view::npos;
         });
}

std::string printable_ascii(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c > ' ' && c < 0x7F) {
      out += c;
      continue;
    }
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02X", static_cast<unsigned char>(c));
    out += code;
  }
  return out;
}

std::string as_text(std::string_view bytes, std::size_t at_most) {
  std::string_view text = bytes.substr(0, at_most);
  if (text.size() < bytes.size()) {  // not within a character
    for (int i = 0; i < 3 && !text.empty() && (static_cast<unsigned char>(bytes[text.size()]) & 0xC0U) == 0x80U; ++i)
      text.remove_suffix(1);
  }
  return is_utf8(text) && !has_control_character(text) ? std::string(text) : printable_ascii(text);
}

}  // namespace celadon::intake
