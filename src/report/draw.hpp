#pragma once

#include "core/result.hpp"
#include "report/document.hpp"

#include <string>

typedef struct _cairo cairo_t;  // NOLINT: cairo's own name; its header stays behind draw.cpp and write_pdf.cpp

namespace celadon::report {

/// Points (1/72 inch) of a drawing.
struct Size {
  double width = 0, height = 0;
};

/// The room a chart, map or picture wants at a width.
[[nodiscard]] Size size_of(const Block& block, double width);

/// Draws a chart, map or picture with the upper left corner at 0, 0. Colours of levels come with the points; each level
/// is also told in words or by its number, so that print without colour says the same. A picture that is no SVG stays
/// blank.
void draw(cairo_t* cr, const Document& document, const Block& block, Size size);

/// The same as PNG, `scale` pixels a point. Errors   io_failed.
[[nodiscard]] Result<std::string> to_png(const Document& document, const Block& block, double width, double scale);

/// The families text is set in, foremost first, as Pango reads it.
inline constexpr const char* serif_fonts = "FangSong,Noto Serif CJK SC,Noto Sans CJK SC,serif";
inline constexpr const char* sans_fonts = "Noto Sans CJK SC,SimHei,sans-serif";
/// Errors   io_failed where no font of the machine has Chinese characters, saying which package brings one.
[[nodiscard]] Result<void> chinese_font_is_there();

}  // namespace celadon::report
