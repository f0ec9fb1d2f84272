#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace celadon::intake {

/// Bytes of the well-formed UTF-8 character (Unicode table 3-7) at the front; 0 where there is none. Requires a byte.
[[nodiscard]] std::size_t character_bytes(std::string_view text);
/// Appends the character of a Unicode code.
void append_utf8(std::string& text, std::uint32_t code);
/// Well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Whether a data area is text: no control characters but tab, CR and LF, and either UTF-8 or of the form of GBK. A
/// cipher text of one block passes with a chance of about 1 in 100.
[[nodiscard]] bool is_text(std::string_view area);

/// A control character other than tab, CR and LF.
[[nodiscard]] bool has_control_character(std::string_view text);

/// A value that may stand in a header or a data area: printing characters without blanks and ; = & , and so many at
/// most.
[[nodiscard]] bool is_frame_word(std::string_view text, std::size_t at_most);

/// Bytes of a message for people and stores that take text alone: what is no printing ASCII, and blanks, as \xNN.
[[nodiscard]] std::string printable_ascii(std::string_view bytes);
/// The same, but text that is UTF-8 stays as it is; at most so many bytes of it.
[[nodiscard]] std::string as_text(std::string_view bytes, std::size_t at_most);

}  // namespace celadon::intake
