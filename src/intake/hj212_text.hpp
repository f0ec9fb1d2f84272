#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace celadon::intake {

/// Well-formed UTF-8 (Unicode table 3-7).
[[nodiscard]] bool is_utf8(std::string_view text);

/// Whether a data area is text: no control characters but tab, CR and LF, and either UTF-8 or of the form of GBK. A
/// cipher text of one block passes with a chance of about 1 in 100.
[[nodiscard]] bool is_text(std::string_view area);

/// A control character other than tab, CR and LF.
[[nodiscard]] bool has_control_character(std::string_view text);

/// Bytes of a message for people and stores that take text alone: what is no printing ASCII, and blanks, as \xNN.
[[nodiscard]] std::string printable_ascii(std::string_view bytes);
/// The same, but text that is UTF-8 stays as it is; at most so many bytes of it.
[[nodiscard]] std::string as_text(std::string_view bytes, std::size_t at_most);

}  // namespace celadon::intake
