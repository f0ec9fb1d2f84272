#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "intake/hj212_deviation_names.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// Edition that a message follows: the six high bits of Flag; without a Flag it is 2005.
enum class Edition212 : std::uint8_t { of_2005, of_2017, of_2025, later };

/// One item of the data area. Items parted by ',' share a group; groups are parted by ';'.
struct Pair212 {
  std::string_view key, value;
  std::uint32_t group = 0;
  bool has_equals = true;  ///< false: the item is a bare key
};

/// The items of the header, in the order of the standard.
enum class HeaderField212 : std::uint8_t { qn, st, cn, pw, mn, flag, pnum, pno, rf, none };

/// A header item as written, NAME=value without the ';'. `field` is none for a name that the standard does not have,
/// for an empty item, and for one that came again later.
struct HeaderItem212 {
  HeaderField212 field = HeaderField212::none;
  std::string_view text;
};

/// A data segment taken apart. Every view points into the segment. Reuse one object: parse_message() then allocates
/// nothing once its lists have grown.
struct Message {
  std::string_view segment;
  std::string_view qn, st, cn, pw, mn, flag, pnum, pno, rf;  ///< as written; data() is null where the item is absent
  std::string_view cp;                                       ///< between CP=&& and the last &&
  std::vector<Pair212> pairs;                                ///< of the data area, in order, doubles kept
  std::vector<std::string_view> deviations;                  ///< names (all_deviation_names()), each once
  std::vector<HeaderItem212> header;                         ///< in the order as written
  /// Only where the data area has empty items: its form, 'p' for a pair, 'e' for an empty item, and the separators.
  std::string layout;

  Edition212 edition = Edition212::of_2005;
  bool packet_bit = false;
  bool wants_answer = false;

  /// The value of the first data item of that name; a null view where absent.
  [[nodiscard]] std::string_view item(std::string_view key) const;
  /// Whether a header item was there, be it empty.
  [[nodiscard]] bool has(std::string_view header_item) const { return header_item.data() != nullptr; }
};

/// Takes a data segment apart by name, not by place (HJ 212-2017 6.3.2, 6.3.3; HJ/T 212-2005 6.3.2). A value that
/// begins with // is a log text: it ends with the first // before a separator, else with the data area, whatever it
/// holds.
///
/// What is not as the message's own edition has it is taken all the same and named in `deviations`. A Flag that is no
/// number counts as absent: 2005, no answer.
///
/// Speed    one pass over the segment, sixteen bytes at a time (hj212_scan.hpp); linear but for keys that come twice.
/// Errors   malformed when there is no CP=&& ... &&; refused when CP holds control characters, as it does encrypted.
[[nodiscard]] Result<void> parse_message(std::string_view segment, Message& message);

/// The request an answer speaks of: in the header, or in CP where it is one of 2005.
[[nodiscard]] std::string_view request_of(const Message& message);

/// The data segment of a message: the header in its order as written, else in the standard's; then the pairs.
///
/// With m parsed from s:
/// - parse_message(make_segment(m)) has the values, the order, the groups and the deviations of m, but for those of the
///   next line, which are gone.
/// - make_segment(m) == s, byte for byte, unless m deviates by cp_spaces, header_spaces, header_semicolon_missing or
///   text_behind_cp: spaces are left out, the semicolon is written, text behind CP is left out.
/// The members count, not the bytes: a changed, added (behind the others) or cleared header item is written so. Where
/// pairs were added or taken away, `layout` no longer fits and empty items are left out.
[[nodiscard]] std::string make_segment(const Message& message);

/// A time of 14 digits (seconds) or 17 (milliseconds) in Beijing time.
/// Errors   malformed naming the text.
[[nodiscard]] Result<Instant> parse_time212(std::string_view text);
[[nodiscard]] std::string to_time212(Instant instant);         ///< 14 digits
[[nodiscard]] std::string to_request_number(Instant instant);  ///< QN, 17 digits

// Whole frames that answer `message` in its own dialect: 2005 has QN inside CP, 2017 and 2025 in the header.

[[nodiscard]] std::string answer_data(const Message& message);    ///< 9014
[[nodiscard]] std::string answer_notice(const Message& message);  ///< 9013
/// 9011 with the return code of table 7; 2005 knows only 1, 2 and 3, so that any other is sent as 2.
[[nodiscard]] std::string answer_return(const Message& message, int qn_rtn);
/// 1012: set the clock, as a request of the host with QN `now`.
[[nodiscard]] std::string set_clock(const Message& message, Instant now);

}  // namespace celadon::intake
