#pragma once

// How the parser of HJ 212 finds the bytes it cares for: sixteen at a time where the machine has SSE2, which every
// x86-64 has; else eight at a time in a plain word. Both give the same positions.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace celadon::intake::scan {

inline std::uint64_t load8(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

constexpr std::uint64_t repeat(unsigned char byte) { return 0x0101010101010101U * byte; }

/// The high bit of each byte that equals `byte`, the other bits clear.
constexpr std::uint64_t equal_bytes(std::uint64_t word, unsigned char byte) {
  const std::uint64_t other = word ^ repeat(byte);
  return ~(((other & repeat(0x7F)) + repeat(0x7F)) | other | repeat(0x7F));
}

/// Eight ASCII digits.
constexpr bool all_digits(std::uint64_t word) {
  return ((word & repeat(0xF0)) == repeat(0x30)) && (((word + repeat(0x06)) & repeat(0xF0)) == repeat(0x30));
}

/// Eight of 0-9 A-F.
constexpr bool all_hex(std::uint64_t word) {
  const std::uint64_t low = word & repeat(0x7F);
  const std::uint64_t digits = (low + repeat(0x80 - '0')) & ~(low + repeat(0x7F - '9'));
  const std::uint64_t letters = (low + repeat(0x80 - 'A')) & ~(low + repeat(0x7F - 'F'));
  return ((digits | letters) & ~word & repeat(0x80)) == repeat(0x80);
}

/// Bit i is set where byte i of 64 is ',', ';' or '='. Portable.
inline std::uint64_t separators_by_words(const char* bytes) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < 8; ++i) {
    const std::uint64_t word = load8(bytes + i * 8);
    const std::uint64_t hits = equal_bytes(word, ',') | equal_bytes(word, ';') | equal_bytes(word, '=');
    mask |= (((hits >> 7U) * 0x0102040810204080U) >> 56U) << (i * 8U);
  }
  return mask;
}

/// Whether a byte is a space, a control character or no ASCII. Portable.
inline bool has_odd_byte_by_words(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const std::uint64_t word = load8(text.data() + i);
    if (((word | (word - repeat(0x21))) & repeat(0x80)) != 0) return true;
  }
  for (; i < text.size(); ++i) {
    if (text[i] <= ' ' || static_cast<unsigned char>(text[i]) >= 0x80) return true;
  }
  return false;
}

#if defined(__SSE2__)

inline std::uint64_t separators(const char* bytes) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i * 16));
    const __m128i hits =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(',')), _mm_cmpeq_epi8(block, _mm_set1_epi8(';'))),
                     _mm_cmpeq_epi8(block, _mm_set1_epi8('=')));
    mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(hits))) << (i * 16U);
  }
  return mask;
}

inline bool has_odd_byte(std::string_view text) {
  if (text.size() < 16) return has_odd_byte_by_words(text);
  const auto odd = [&](std::size_t at) {  // signed: what is no ASCII is negative
    return _mm_cmplt_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at)), _mm_set1_epi8(0x21));
  };
  __m128i any = odd(text.size() - 16);
  for (std::size_t i = 0; i + 16 <= text.size(); i += 16) any = _mm_or_si128(any, odd(i));
  return _mm_movemask_epi8(any) != 0;
}

#else

inline std::uint64_t separators(const char* bytes) { return separators_by_words(bytes); }
inline bool has_odd_byte(std::string_view text) { return has_odd_byte_by_words(text); }

#endif

/// The places of ',', ';' and '=' in a text, in order.
class Separators {
 public:
  explicit Separators(std::string_view text) : text_(text) { load(0); }

  /// The next place; text.size() at the end.
  std::size_t next() {
    while (mask_ == 0) {
      if (block_ + 64 >= text_.size()) return text_.size();
      load(block_ + 64);
    }
    const std::size_t at = block_ + static_cast<std::size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return at;
  }
  /// Goes on at `at`, which is not before what next() gave last.
  void jump(std::size_t at) { load(std::min(at, text_.size())); }

 private:
  void load(std::size_t at) {
    block_ = at;
    if (at + 64 <= text_.size()) {
      mask_ = separators(text_.data() + at);
      return;
    }
    std::array<char, 64> rest{};
    if (at < text_.size()) std::memcpy(rest.data(), text_.data() + at, text_.size() - at);
    mask_ = separators(rest.data());
  }

  std::string_view text_;
  std::size_t block_ = 0;
  std::uint64_t mask_ = 0;
};

}  // namespace celadon::intake::scan
