#include "intake/wcf_binary.hpp"

#include "core/time.hpp"
#include "intake/hj212_text.hpp"

#include <fmt/format.h>
#include <bit>
#include <cstring>

namespace celadon::intake {
namespace {

using Byte = std::uint8_t;

/// Raised inside this file only and caught by decode_wcf.
struct Broken {
  std::size_t at;
  std::string reason;
};

class Decoder {
 public:
  Decoder(std::string_view bytes, const std::function<Result<void>(const WcfEvent&)>& take)
      : bytes_(bytes), take_(take) {}

  Result<void> run() {
    if (bytes_.empty()) throw Broken{0, "the document is empty"};
    while (at_ < bytes_.size()) {
      const std::size_t place = at_;
      const Byte type = byte();
      Result<void> taken;
      if (type >= 0x40 && type <= 0x77) {
        taken = start_element(type, place);
      } else if (type == 0x01) {
        taken = end_element(place);
      } else if (type == 0x02) {
        (void)string();  // a comment
      } else if (type >= 0x80 && type <= 0xBD) {
        if (depth_ == 0) throw Broken{place, "a text outside every element"};
        const std::string text = text_record(type & 0xFEU, place);
        taken = take_({WcfEvent::Kind::text, {}, text});
        if (taken && (type & 1U) != 0) taken = end_element(place);
      } else if (type == 0x03) {
        throw Broken{place, "an array record, which is not read"};
      } else {
        throw Broken{place, "record type " + fmt::format("{:#04x}", type) + " where an element or a text was expected"};
      }
      if (!taken) return taken;
      if (depth_ == 0 && at_ < bytes_.size()) throw Broken{at_, "bytes follow the end of the document"};
    }
    if (depth_ != 0) throw Broken{at_, "the document ends inside " + std::to_string(depth_) + " open elements"};
    return {};
  }

 private:
  Byte byte() {
    if (at_ >= bytes_.size()) throw Broken{at_, "the document ends inside a record"};
    return static_cast<Byte>(bytes_[at_++]);
  }

  std::string_view raw(std::size_t size) {
    if (size > bytes_.size() - at_) {
      throw Broken{at_, "a length of " + std::to_string(size) + " bytes reaches behind the end"};
    }
    if (size > wcf_text_bytes_max) throw Broken{at_, "a text of " + std::to_string(size) + " bytes is over the limit"};
    const auto part = bytes_.substr(at_, size);
    at_ += size;
    return part;
  }

  template <class T>
  T little_endian() {
    const auto part = raw(sizeof(T));
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      number |= std::uint64_t{static_cast<Byte>(part[i])} << (8 * i);
    }
    return static_cast<T>(number);
  }

  /// MultiByteInt31: seven bits a byte, least first, five bytes at most.
  std::uint32_t multi_byte() {
    std::uint32_t number = 0;
    const std::size_t place = at_;
    for (unsigned shift = 0; shift <= 28; shift += 7) {
      const Byte part = byte();
      if (shift == 28 && part > 0x07) throw Broken{place, "a number over 31 bits"};
      number |= static_cast<std::uint32_t>(part & 0x7FU) << shift;
      if ((part & 0x80U) == 0) return number;
    }
    throw Broken{place, "a number over five bytes"};
  }

  std::string_view string() { return raw(multi_byte()); }
  std::string dictionary() { return "#" + std::to_string(multi_byte()); }

  Result<void> start_element(Byte type, std::size_t place) {
    if (++depth_ > wcf_depth_max) throw Broken{place, "elements nest deeper than " + std::to_string(wcf_depth_max)};
    std::string owned;
    std::string_view name;
    if (type == 0x41 || type == 0x43) (void)string();  // the prefix
    if (type == 0x42 || type == 0x43 || (type >= 0x44 && type <= 0x5D)) {
      owned = dictionary();
      name = owned;
    } else {
      name = string();
    }
    while (at_ < bytes_.size() && static_cast<Byte>(bytes_[at_]) >= 0x04 && static_cast<Byte>(bytes_[at_]) <= 0x3F)
      attribute();
    return take_({WcfEvent::Kind::start, name, {}});
  }

  void attribute() {
    const Byte type = byte();
    if (type == 0x05 || type == 0x07 || type == 0x09 || type == 0x0B) (void)string();  // the prefix
    if (type == 0x08 || type == 0x09) {
      (void)string();  // a namespace
      return;
    }
    if (type == 0x0A || type == 0x0B) {
      (void)multi_byte();
      return;
    }
    if (type == 0x06 || type == 0x07 || (type >= 0x0C && type <= 0x25)) {
      (void)multi_byte();
    } else {
      (void)string();
    }
    const std::size_t place = at_;
    const Byte text = byte();
    if (text < 0x80 || text > 0xBD || (text & 1U) != 0) throw Broken{place, "an attribute without a value"};
    (void)text_record(text, place);
  }

  Result<void> end_element(std::size_t place) {
    if (depth_ == 0) throw Broken{place, "an end without a start"};
    --depth_;
    return take_({WcfEvent::Kind::end, {}, {}});
  }

  std::string text_record(unsigned type, std::size_t place) {
    switch (type) {
      case 0x80: return "0";
      case 0x82: return "1";
      case 0x84: return "false";
      case 0x86: return "true";
      case 0x88: return std::to_string(static_cast<std::int8_t>(byte()));
      case 0x8A: return std::to_string(little_endian<std::int16_t>());
      case 0x8C: return std::to_string(little_endian<std::int32_t>());
      case 0x8E: return std::to_string(little_endian<std::int64_t>());
      case 0x90: return fmt::format("{}", std::bit_cast<float>(little_endian<std::uint32_t>()));
      case 0x92: return fmt::format("{}", std::bit_cast<double>(little_endian<std::uint64_t>()));
      case 0x94: return decimal(place);
      case 0x96: return moment(place);
      case 0x98: return std::string(raw(byte()));
      case 0x9A: return std::string(raw(little_endian<std::uint16_t>()));
      case 0x9C: return std::string(raw(little_endian<std::uint32_t>()));
      case 0x9E: return hex(raw(byte()));
      case 0xA0: return hex(raw(little_endian<std::uint16_t>()));
      case 0xA2: return hex(raw(little_endian<std::uint32_t>()));
      case 0xA8: return {};
      case 0xAA: return dictionary();
      case 0xAC:
      case 0xB0: return hex(raw(16));
      case 0xAE: return std::to_string(little_endian<std::int64_t>());  // a time span, in 100 ns
      case 0xB2: return std::to_string(little_endian<std::uint64_t>());
      case 0xB4: return byte() != 0 ? "true" : "false";
      case 0xB6: return utf16(raw(byte()), place);
      case 0xB8: return utf16(raw(little_endian<std::uint16_t>()), place);
      case 0xBA: return utf16(raw(little_endian<std::uint32_t>()), place);
      case 0xBC: (void)byte(); return dictionary();
      default: throw Broken{place, "a list of texts, which is not read"};  // 0xA4, 0xA6
    }
  }

  static std::string hex(std::string_view part) {
    std::string text;
    for (const char c : part) text += fmt::format("{:02x}", static_cast<Byte>(c));
    return text;
  }

  /// OLE Automation DECIMAL: scale and sign, then 96 bits.
  std::string decimal(std::size_t place) {
    (void)little_endian<std::uint16_t>();
    const unsigned scale = byte();
    const bool negative = byte() != 0;
    const auto high = little_endian<std::uint32_t>();
    const auto low = little_endian<std::uint64_t>();
    if (scale > 28) throw Broken{place, "a decimal with more than 28 places"};
    if (high != 0) throw Broken{place, "a decimal over 64 bits, which is not read"};
    std::string digits = std::to_string(low);
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    return (negative ? "-" : "") + digits;
  }

  /// Ticks of 100 ns since year 1 in the low 62 bits; the high two say unspecified, UTC or local.
  std::string moment(std::size_t place) {
    const auto word = little_endian<std::uint64_t>();
    const std::uint64_t ticks = word & 0x3FFFFFFFFFFFFFFFU;
    constexpr std::uint64_t ticks_to_1900 = 599266080000000000U;
    constexpr std::uint64_t ticks_to_1970 = 621355968000000000U;
    constexpr std::uint64_t ticks_to_2200 = 693937152000000000U;
    if (ticks < ticks_to_1900 || ticks >= ticks_to_2200) throw Broken{place, "a moment outside the years 1900 to 2199"};
    const auto us = (static_cast<std::int64_t>(ticks) - static_cast<std::int64_t>(ticks_to_1970)) / 10;
    std::string text = to_iso_utc(Instant{us});
    if ((word >> 62U) != 1) text.pop_back();  // no zone was said
    return text;
  }

  static std::string utf16(std::string_view part, std::size_t place) {
    if (part.size() % 2 != 0) throw Broken{place, "UTF-16 of an odd number of bytes"};
    const auto unit = [&](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<Byte>(part[i])) |
             (static_cast<std::uint32_t>(static_cast<Byte>(part[i + 1])) << 8U);
    };
    std::string text;
    for (std::size_t i = 0; i < part.size(); i += 2) {
      std::uint32_t code = unit(i);
      if (code >= 0xD800 && code < 0xDC00 && i + 3 < part.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (unit(i + 2) - 0xDC00);
        i += 2;
      } else if (code >= 0xD800 && code < 0xE000) {
        code = 0xFFFD;  // half a pair
      }
      append_utf8(text, code);
    }
    return text;
  }

  std::string_view bytes_;
  const std::function<Result<void>(const WcfEvent&)>& take_;
  std::size_t at_ = 0, depth_ = 0;
};

}  // namespace

Result<void> decode_wcf(std::string_view bytes, const std::function<Result<void>(const WcfEvent&)>& take) {
  try {
    return Decoder(bytes, take).run();
  } catch (const Broken& broken) {
    return fail(Errc::malformed, "binary XML, byte " + std::to_string(broken.at) + ": " + broken.reason);
  }
}

}  // namespace celadon::intake
