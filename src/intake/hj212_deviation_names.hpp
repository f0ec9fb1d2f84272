#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace celadon::intake {

/// What is not as HJ 212 has it, by name. First what was repaired in a frame, then what a message was taken with, last
/// why something that began as a frame is none. The names are stable: packs, archive and page know them.
///
/// One edition judges each message: its own. An item that the message's edition leaves free (MN of 14 characters in
/// 2005) is no deviation there.
enum class Deviation212 : std::uint8_t {
  crlf_missing,         ///< no CR LF behind the checksum (table 2)
  crlf_doubled,         ///< CR CR LF
  crc_lower_case,       ///< checksum in small hexadecimal letters
  length_wrong,         ///< the segment ends elsewhere than the length says
  length_three_digits,  ///< ##139 for ##0139
  segment_too_long,     ///< over 1,024 bytes
  crc_modbus,           ///< checksum by the Modbus rule
  crc_modbus_swapped,   ///< and its low byte first
  crc_wrong,
  no_qn,  ///< the header items, absent or of another form than table 3
  no_st,
  no_cn,
  no_pw,
  no_mn,
  no_flag,
  flag_upper_case,
  flag_invalid,  ///< no number from 0 to 255
  qn_length,     ///< not 17 digits
  st_length,
  cn_length,
  pw_length,
  mn_length,   ///< not 14 characters (2005), not 24 (later)
  mn_not_hex,  ///< 24 characters, and not all of 0-9 A-F (2017 and later)
  header_unknown,
  header_twice,
  header_order,
  header_spaces,
  header_item_without_equals,
  header_semicolon_missing,  ///< Flag=5CP=
  packet_without_flag,       ///< PNUM or PNO, and the packet bit is off
  flag_without_packet,       ///< the packet bit is on, and PNUM or PNO is absent
  cp_spaces,
  cp_trailing_semicolon,
  cp_empty_group,  ///< ;;
  cp_empty_item,   ///< ,,
  cp_key_twice,
  cp_group_mixed,  ///< two factors in one group
  cp_item_without_equals,
  comma_between_items,  ///< BeginTime,EndTime
  time_17_digits,
  time_malformed,  ///< neither 14 nor 17 digits
  text_behind_cp,
  text_not_utf8,
  crc_not_hex,
  length_eight_digits,  ///< ##00010139: the dialect between analyser and logger
  frame_cut_off,        ///< a good frame begins before the declared end
  encrypted_without_key,
  count
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Deviation212::count)> deviation_names = {
    "crlf_missing",
    "crlf_doubled",
    "crc_lower_case",
    "length_wrong",
    "length_three_digits",
    "segment_too_long",
    "crc_modbus",
    "crc_modbus_swapped",
    "crc_wrong",
    "no_qn",
    "no_st",
    "no_cn",
    "no_pw",
    "no_mn",
    "no_flag",
    "flag_upper_case",
    "flag_invalid",
    "qn_length",
    "st_length",
    "cn_length",
    "pw_length",
    "mn_length",
    "mn_not_hex",
    "header_unknown",
    "header_twice",
    "header_order",
    "header_spaces",
    "header_item_without_equals",
    "header_semicolon_missing",
    "packet_without_flag",
    "flag_without_packet",
    "cp_spaces",
    "cp_trailing_semicolon",
    "cp_empty_group",
    "cp_empty_item",
    "cp_key_twice",
    "cp_group_mixed",
    "cp_item_without_equals",
    "comma_between_items",
    "time_17_digits",
    "time_malformed",
    "text_behind_cp",
    "text_not_utf8",
    "crc_not_hex",
    "length_eight_digits",
    "frame_cut_off",
    "encrypted_without_key",
};

/// The names in the order of Deviation212.
[[nodiscard]] constexpr const auto& all_deviation_names() { return deviation_names; }

[[nodiscard]] constexpr std::string_view name_of(Deviation212 deviation) {
  return all_deviation_names()[static_cast<std::size_t>(deviation)];
}

/// Each at most once, in the order of Deviation212.
class DeviationSet {
 public:
  constexpr void add(Deviation212 deviation) { bits_ |= bit(deviation); }
  constexpr void add_if(bool holds, Deviation212 deviation) { bits_ |= holds ? bit(deviation) : 0; }
  constexpr void add(const DeviationSet& others) { bits_ |= others.bits_; }
  [[nodiscard]] constexpr bool has(Deviation212 deviation) const { return (bits_ & bit(deviation)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const DeviationSet&) const = default;

  template <class Take>
  constexpr void each(const Take& take) const {
    for (std::uint64_t left = bits_; left != 0; left &= left - 1) {
      take(static_cast<Deviation212>(std::countr_zero(left)));
    }
  }

 private:
  static_assert(static_cast<int>(Deviation212::count) <= 64);
  static constexpr std::uint64_t bit(Deviation212 deviation) {
    return std::uint64_t{1} << static_cast<unsigned>(deviation);
  }
  std::uint64_t bits_ = 0;
};

/// What was repaired in one frame: a few names, held without allocation; a contiguous range of string_view.
class RepairNames {
 public:
  /// A name beyond the sixth is left out; a frame has four at most.
  constexpr void add(Deviation212 deviation) {
    if (count_ < names_.size()) names_[count_++] = name_of(deviation);
  }
  [[nodiscard]] constexpr const std::string_view* data() const { return names_.data(); }
  [[nodiscard]] constexpr const std::string_view* begin() const { return names_.data(); }
  [[nodiscard]] constexpr const std::string_view* end() const { return names_.data() + count_; }
  [[nodiscard]] constexpr std::size_t size() const { return count_; }
  [[nodiscard]] constexpr bool empty() const { return count_ == 0; }
  [[nodiscard]] constexpr bool has(Deviation212 deviation) const {
    return std::find(begin(), end(), name_of(deviation)) != end();
  }

 private:
  std::array<std::string_view, 6> names_{};
  std::size_t count_ = 0;
};

}  // namespace celadon::intake
