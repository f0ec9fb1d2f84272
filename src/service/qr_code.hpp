#pragma once

#include "core/result.hpp"

#include <string>

namespace celadon::service {

/// A QR code (ISO/IEC 18004, error correction M) as SVG, one unit a module, with the quiet zone of four modules.
/// Errors   too_large where the text does not fit.
[[nodiscard]] Result<std::string> qr_svg(const std::string& text);

/// Text as it may stand in HTML and in its attributes.
[[nodiscard]] std::string html_text(const std::string& text);

}  // namespace celadon::service
