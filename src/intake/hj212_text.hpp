#pragma once

#include <string_view>

namespace celadon::intake {

/// Well-formed UTF-8 (Unicode table 3-7).
[[nodiscard]] bool is_utf8(std::string_view text);

/// Whether a data area is text: no control characters but tab, CR and LF, and either UTF-8 or of the form of GBK. A
/// cipher text of one block passes with a chance of about 1 in 100.
[[nodiscard]] bool is_text(std::string_view area);

/// A control character other than tab, CR and LF.
[[nodiscard]] bool has_control_character(std::string_view text);

}  // namespace celadon::intake
