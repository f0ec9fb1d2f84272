#include "report/cairo.hpp"
#include "report/draw.hpp"
#include "report/writers.hpp"

#include <cairo-pdf.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace celadon::report {
namespace {

constexpr double page_width = 595.3, page_height = 841.9, side = 64, top = 76, bottom = 64;
constexpr double text_width = page_width - 2 * side, text_bottom = page_height - bottom;
constexpr double pad = 3;

struct Look {
  const char* fonts = serif_fonts;
  double points = 12;
  PangoAlignment align = PANGO_ALIGN_LEFT;
  bool bold = false;
  double spacing = 0, indent = 0;
};

/// A stretch of the text of a layout that is a figure.
struct Link {
  int from = 0, to = 0;
  int figure = -1;
};

/// Pages one after another. The first pass only counts them, the second draws.
class Pages {
 public:
  Pages(const Document& document, cairo_t* cr, bool drawing, int pages)
      : document_(document), cr_(cr), drawing_(drawing), pages_(pages) {}

  int run() {
    begin_page();
    for (const auto& block : document_.blocks) put(block);
    end_page();
    return page_;
  }

 private:
  struct Set {
    Layout layout;
    std::vector<Link> links;
    double height = 0;
  };

  Set set(const Runs& runs, const Look& look, double width) {
    std::string text;
    std::vector<Link> links;
    PangoAttrList* attributes = pango_attr_list_new();
    const auto add = [&](PangoAttribute* attribute, std::size_t from) {
      attribute->start_index = static_cast<guint>(from);
      attribute->end_index = static_cast<guint>(text.size());
      pango_attr_list_insert(attributes, attribute);
    };
    const auto grey = [](double v) { return static_cast<guint16>(v * 65535); };
    for (const auto& run : runs) {
      const auto from = text.size();
      if (run.figure >= 0 && !run.old_text.empty()) {
        text += run.old_text;
        add(pango_attr_strikethrough_new(TRUE), from);
        add(pango_attr_foreground_new(grey(0.5), grey(0.5), grey(0.5)), from);
        if (!run.text.empty()) text += " ";
      }
      const auto begin = text.size();
      text += run.text;
      if (run.bold || look.bold) add(pango_attr_weight_new(PANGO_WEIGHT_BOLD), begin);
      if (run.figure >= 0) {
        links.push_back({static_cast<int>(from), static_cast<int>(text.size()), run.figure});
        const Figure& figure = document_.figures[static_cast<std::size_t>(run.figure)];
        if (!run.old_text.empty()) {
          add(pango_attr_foreground_new(grey(0.75), 0, 0), begin);
        } else if (figure.word && figure.colour.size() == 7) {
          colour(figure.colour,
                 [&](guint16 r, guint16 g, guint16 b) { add(pango_attr_background_new(r, g, b), begin); });
          colour(figure.text_colour,
                 [&](guint16 r, guint16 g, guint16 b) { add(pango_attr_foreground_new(r, g, b), begin); });
        }
      }
    }
    Set out{Layout(pango_cairo_create_layout(cr_)), std::move(links), 0};
    PangoFontDescription* font = pango_font_description_from_string(look.fonts);
    pango_font_description_set_absolute_size(font, look.points * PANGO_SCALE);
    pango_layout_set_font_description(out.layout.get(), font);
    pango_font_description_free(font);
    pango_layout_set_width(out.layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(out.layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(out.layout.get(), look.align);
    pango_layout_set_spacing(out.layout.get(), static_cast<int>(look.spacing * PANGO_SCALE));
    pango_layout_set_indent(out.layout.get(), static_cast<int>(look.indent * PANGO_SCALE));
    pango_layout_set_text(out.layout.get(), text.c_str(), static_cast<int>(text.size()));
    pango_layout_set_attributes(out.layout.get(), attributes);
    pango_attr_list_unref(attributes);
    int height = 0;
    pango_layout_get_size(out.layout.get(), nullptr, &height);
    out.height = height / static_cast<double>(PANGO_SCALE);
    return out;
  }

  template <class Take>
  static void colour(const std::string& text, Take take) {
    unsigned r = 0;
    unsigned g = 0;
    unsigned b = 0;
    if (std::sscanf(text.c_str(), "#%2x%2x%2x", &r, &g, &b) != 3) return;
    take(static_cast<guint16>(r * 257), static_cast<guint16>(g * 257), static_cast<guint16>(b * 257));
  }

  void begin_page() {
    ++page_;
    y_ = top;
    if (!drawing_) return;
    cairo_set_source_rgb(cr_, 0.35, 0.38, 0.37);
    one_line(document_.page_head(), 40);
    cairo_set_line_width(cr_, 0.5);
    cairo_move_to(cr_, side, 58);
    cairo_line_to(cr_, page_width - side, 58);
    cairo_stroke(cr_);
    std::string foot(say("page", document_.making.lang));
    const auto put = [&](const std::string& name, int number) {
      const auto at = foot.find(name);
      if (at != std::string::npos) foot.replace(at, name.size(), std::to_string(number));
    };
    put("{page}", page_);
    put("{pages}", pages_);
    one_line(foot, page_height - 46);
    cairo_set_source_rgb(cr_, 0, 0, 0);
  }
  void one_line(const std::string& text, double y) {
    Look look;
    look.points = 9;
    look.align = PANGO_ALIGN_CENTER;
    const Set line = set({Run{text, false, -1, {}}}, look, text_width);
    cairo_move_to(cr_, side, y);
    pango_cairo_show_layout(cr_, line.layout.get());
  }
  void end_page() {
    if (drawing_) cairo_show_page(cr_);
  }
  void next_page() {
    end_page();
    begin_page();
  }
  void want(double height) {
    if (y_ + height > text_bottom && y_ > top) next_page();
  }

  /// The rectangles of figures become links (PDF 32000-1, 12.5.6.5).
  void link_rects(const Set& text, double x, double y) {
    for (const auto& link : text.links) {
      PangoRectangle from;
      PangoRectangle to;
      pango_layout_index_to_pos(text.layout.get(), link.from, &from);
      pango_layout_index_to_pos(text.layout.get(), std::max(link.from, link.to - 1), &to);
      const bool same_line = from.y == to.y;
      const double left = from.x / static_cast<double>(PANGO_SCALE);
      const double right = same_line ? (to.x + to.width) / static_cast<double>(PANGO_SCALE) : left + 40;
      if (right <= left) continue;
      const Figure& figure = document_.figures[static_cast<std::size_t>(link.figure)];
      std::string address;
      for (const char c : document_.link_of(figure)) {
        if (c == '\'' || c == '\\') address += '\\';
        address += c;
      }
      char rect[96];
      std::snprintf(rect, sizeof rect, "rect=[%.2f %.2f %.2f %.2f] ", x + left,
                    y + from.y / static_cast<double>(PANGO_SCALE), right - left,
                    from.height / static_cast<double>(PANGO_SCALE));
      cairo_tag_begin(cr_, CAIRO_TAG_LINK, (std::string(rect) + "uri='" + address + "'").c_str());
      cairo_tag_end(cr_, CAIRO_TAG_LINK);
    }
  }

  void show(const Set& text, double x, double y) {
    if (!drawing_) return;
    cairo_set_source_rgb(cr_, 0, 0, 0);
    cairo_move_to(cr_, x, y);
    pango_cairo_show_layout(cr_, text.layout.get());
    link_rects(text, x, y);
  }

  void text(const Runs& runs, const Look& look, double before, double after) {
    const Set body = set(runs, look, text_width);
    y_ += y_ > top ? before : 0;
    if (body.height > text_bottom - top) return long_text(body, after);
    want(body.height);
    show(body, side, y_);
    y_ += body.height + after;
  }

  /// Text longer than a page: line by line.
  void long_text(const Set& body, double after) {
    PangoLayoutIter* lines = pango_layout_get_iter(body.layout.get());
    do {
      PangoRectangle box;
      pango_layout_iter_get_line_extents(lines, nullptr, &box);
      const double height = box.height / static_cast<double>(PANGO_SCALE);
      want(height);
      if (drawing_) {
        const int base = pango_layout_iter_get_baseline(lines);
        cairo_move_to(cr_, side + box.x / static_cast<double>(PANGO_SCALE),
                      y_ + (base - box.y) / static_cast<double>(PANGO_SCALE));
        pango_cairo_show_layout_line(cr_, pango_layout_iter_get_line_readonly(lines));
      }
      y_ += height;
    } while (pango_layout_iter_next_line(lines) != FALSE);
    pango_layout_iter_free(lines);
    y_ += after;
  }

  /// Widths by what the columns hold: no cell is broken that need not be.
  std::vector<double> widths(const Table& table) {
    std::vector<double> natural(table.head.size(), 0);
    const auto look_at = [&](const std::vector<Runs>& row, double points) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        Look look;
        look.points = points;
        const Set cell = set(row[i], look, 2000);
        int width = 0;
        PangoRectangle box;
        pango_layout_get_extents(cell.layout.get(), nullptr, &box);
        width = box.width;
        natural[i] = std::max(natural[i], width / static_cast<double>(PANGO_SCALE) + 2 * pad + 2);
      }
    };
    look_at(table.head, 9);
    for (const auto& row : table.rows) look_at(row, 9);
    double sum = 0;
    for (const double width : natural) sum += width;
    if (sum <= text_width) {
      for (double& width : natural) width *= text_width / sum;
      return natural;
    }
    // The widest give way first: a cap such that all fit.
    double low = 0;
    double high = text_width;
    for (int k = 0; k < 40; ++k) {
      const double cap = (low + high) / 2;
      double total = 0;
      for (const double width : natural) total += std::min(width, cap);
      (total > text_width ? high : low) = cap;
    }
    for (double& width : natural) width = std::min(width, low);
    return natural;
  }

  void table(const Table& table) {
    const auto wide = widths(table);
    const auto cells_of = [&](const std::vector<Runs>& row, bool head) {
      std::vector<Set> cells;
      for (std::size_t i = 0; i < row.size(); ++i) {
        Look look;
        look.points = 9;
        look.fonts = head ? sans_fonts : serif_fonts;
        const char align = head ? 'c' : table.align[i];
        look.align = align == 'r' ? PANGO_ALIGN_RIGHT : align == 'c' ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT;
        cells.push_back(set(row[i], look, wide[i] - 2 * pad));
      }
      return cells;
    };
    const auto height_of = [](const std::vector<Set>& cells) {
      double height = 0;
      for (const auto& cell : cells) height = std::max(height, cell.height);
      return height + 2 * pad;
    };
    const auto draw_row = [&](const std::vector<Set>& cells, bool head) {
      const double height = height_of(cells);
      double x = side;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (drawing_) {
          cairo_rectangle(cr_, x, y_, wide[i], height);
          if (head) {
            cairo_set_source_rgb(cr_, 0.91, 0.94, 0.93);
            cairo_fill_preserve(cr_);
          }
          cairo_set_source_rgb(cr_, 0.5, 0.5, 0.5);
          cairo_set_line_width(cr_, 0.4);
          cairo_stroke(cr_);
          show(cells[i], x + pad, y_ + (height - cells[i].height) / 2);
        }
        x += wide[i];
      }
      y_ += height;
    };
    const auto head = cells_of(table.head, true);
    const double head_height = height_of(head);
    if (!table.caption.empty()) {
      Look look;
      look.fonts = sans_fonts;
      look.points = 10.5;
      look.align = PANGO_ALIGN_CENTER;
      const Set caption = set(table.caption, look, text_width);
      y_ += 8;
      want(caption.height + head_height + 40);
      show(caption, side, y_);
      y_ += caption.height + 4;
    } else {
      want(head_height + 40);
    }
    draw_row(head, true);
    for (const auto& row : table.rows) {
      const auto cells = cells_of(row, false);
      if (y_ + height_of(cells) > text_bottom) {
        next_page();
        draw_row(head, true);
      }
      draw_row(cells, false);
    }
    y_ += 10;
  }

  void drawing(const Block& block) {
    const Size size = size_of(block, text_width);
    want(size.height + 30);
    if (drawing_) {
      cairo_save(cr_);
      cairo_translate(cr_, side, y_);
      draw(cr_, document_, block, size);
      cairo_restore(cr_);
    }
    y_ += size.height + 2;
    Look look;
    look.fonts = sans_fonts;
    look.points = 10.5;
    look.align = PANGO_ALIGN_CENTER;
    text(block.runs, look, 0, 10);
  }

  void sign() {
    const Making& making = document_.making;
    const auto words = [&](std::string_view key) { return std::string(say(key, making.lang)); };
    Look look;
    look.align = PANGO_ALIGN_RIGHT;
    want(90);
    y_ += 14;
    const auto entry = [&](const std::string& line) { text({Run{line, false, -1, {}}}, look, 0, 4); };
    entry(words("signer") + (making.draft ? words("draft") : making.who));
    entry(words("signed-at") + (making.draft ? "" : making.signed_at));
    entry(words("known") + making.known_at);
    if (!making.report_id.empty()) entry(words("number") + making.report_id);
  }

  void put(const Block& block) {
    Look look;
    switch (block.kind) {
      case Block::Kind::title:
        look = {serif_fonts, 20, PANGO_ALIGN_CENTER, true, 2, 0};
        return text(block.runs, look, 0, 14);
      case Block::Kind::heading:
        look = {sans_fonts, block.level == 1 ? 14.0 : 12.5, PANGO_ALIGN_LEFT, false, 0, 0};
        if (y_ + 120 > text_bottom) next_page();  // a heading does not stand alone
        return text(block.runs, look, 12, 5);
      case Block::Kind::paragraph:
        look = {serif_fonts, 12, PANGO_ALIGN_LEFT, false, 4, document_.making.lang == "en" ? 0.0 : 24.0};
        return text(block.runs, look, 0, 6);
      case Block::Kind::bullet: {
        look = {serif_fonts, 12, PANGO_ALIGN_LEFT, false, 4, 0};
        Runs runs = block.runs;
        runs.insert(runs.begin(), Run{"• ", false, -1, {}});
        return text(runs, look, 0, 4);
      }
      case Block::Kind::table: return table(block.table);
      case Block::Kind::chart:
      case Block::Kind::map:
      case Block::Kind::picture: return drawing(block);
      case Block::Kind::sign: return sign();
      case Block::Kind::contents: return contents();
      case Block::Kind::page_break: return next_page();
    }
  }

  void contents() {
    Look look{sans_fonts, 14, PANGO_ALIGN_CENTER, false, 0, 0};
    text({Run{std::string(say("contents", document_.making.lang)), false, -1, {}}}, look, 8, 6);
    for (const auto& block : document_.blocks) {
      if (block.kind != Block::Kind::heading) continue;
      Look entry{serif_fonts, 12, PANGO_ALIGN_LEFT, false, 0, 0};
      Runs runs = block.runs;
      if (block.level > 1) runs.insert(runs.begin(), Run{"　　", false, -1, {}});
      text(runs, entry, 0, 3);
    }
  }

  const Document& document_;
  cairo_t* cr_;
  const bool drawing_;
  const int pages_;
  int page_ = 0;
  double y_ = top;
};

}  // namespace

Result<std::string> write_pdf(const Document& document) {
  if (auto font = chinese_font_is_there(); !font) return fail(font.error());
  std::string counted;
  std::string out;
  int pages = 0;
  for (const bool drawing : {false, true}) {
    std::string& bytes = drawing ? out : counted;
    cairo_surface_t* surface = cairo_pdf_surface_create_for_stream(append_bytes, &bytes, page_width, page_height);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, document.title.c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, document.making.report_id.c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   to_iso_utc({document.making.made_at.us / us_per_second * us_per_second}).c_str());
    cairo_t* cr = cairo_create(surface);
    pages = Pages(document, cr, drawing, pages).run();
    const auto status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    const auto finished = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    for (const auto one : {status, finished}) {
      if (one != CAIRO_STATUS_SUCCESS)
        return fail(Errc::io_failed, std::string("the PDF cannot be made: ") + cairo_status_to_string(one));
    }
  }
  return out;
}

}  // namespace celadon::report
