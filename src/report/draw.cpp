#include "report/draw.hpp"

#include "report/cairo.hpp"

#include <librsvg/rsvg.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace celadon::report {
namespace {

struct Colour {
  double r = 0, g = 0, b = 0;
};
Colour colour_of(const std::string& text, Colour otherwise) {
  unsigned r = 0;
  unsigned g = 0;
  unsigned b = 0;
  if (text.size() != 7 || std::sscanf(text.c_str(), "#%2x%2x%2x", &r, &g, &b) != 3) return otherwise;
  return {r / 255.0, g / 255.0, b / 255.0};
}
void use(cairo_t* cr, Colour c) { cairo_set_source_rgb(cr, c.r, c.g, c.b); }

constexpr Colour ink{0.15, 0.17, 0.16}, soft{0.45, 0.48, 0.47}, faint{0.85, 0.87, 0.86};
constexpr Colour celadon_green{0.16, 0.49, 0.42}, second_line{0.72, 0.42, 0.12}, plain_bar{0.55, 0.70, 0.65};

enum class At { left, middle, right };

Layout layout_of(cairo_t* cr, const std::string& text, double points) {
  Layout layout(pango_cairo_create_layout(cr));
  PangoFontDescription* font = pango_font_description_from_string(sans_fonts);
  pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
  return layout;
}

Size measure(cairo_t* cr, const std::string& text, double points) {
  int width = 0;
  int height = 0;
  pango_layout_get_size(layout_of(cr, text, points).get(), &width, &height);
  return {width / static_cast<double>(PANGO_SCALE), height / static_cast<double>(PANGO_SCALE)};
}

/// Text whose middle line lies at y.
void text_at(cairo_t* cr, const std::string& text, double x, double y, double points, At at, Colour colour = ink) {
  const Layout layout = layout_of(cr, text, points);
  int width = 0;
  int height = 0;
  pango_layout_get_size(layout.get(), &width, &height);
  const double w = width / static_cast<double>(PANGO_SCALE);
  use(cr, colour);
  cairo_move_to(cr,
                at == At::left    ? x
                : at == At::right ? x - w
                                  : x - w / 2,
                y - height / static_cast<double>(PANGO_SCALE) / 2);
  pango_cairo_show_layout(cr, layout.get());
}

void line(cairo_t* cr, double x1, double y1, double x2, double y2, Colour colour, double width = 0.6) {
  use(cr, colour);
  cairo_set_line_width(cr, width);
  cairo_move_to(cr, x1, y1);
  cairo_line_to(cr, x2, y2);
  cairo_stroke(cr);
}

/// A step of 1, 2 or 5 times a power of ten that parts `span` into about `parts`.
double step_for(double span, int parts) {
  if (!(span > 0)) return 1;
  const double raw = span / parts;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double lead = raw / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

std::string axis_text(double value, double step) {
  const int decimals = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  return printed(value, decimals);
}

std::string axis_name(const Chart& chart) {
  if (chart.y_name.empty()) return chart.unit;
  return chart.y_name + (chart.unit.empty() ? "" : " (" + chart.unit + ")");
}

struct Frame {
  double left = 0, top = 0, right = 0, bottom = 0, highest = 1;
  std::size_t count = 0;
  [[nodiscard]] double x(std::size_t i) const {
    return left + (right - left) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
  }
  [[nodiscard]] double y(double value) const { return bottom - (bottom - top) * value / highest; }
};

Frame axes(cairo_t* cr, const Chart& chart, Size size) {
  double highest = 0;
  for (const auto& point : chart.points) {
    if (!std::isnan(point.y)) highest = std::max(highest, point.y);
    if (!std::isnan(point.y2)) highest = std::max(highest, point.y2);
  }
  const double step = step_for(highest > 0 ? highest * 1.1 : 1, 5);
  Frame frame{38,
              22,
              size.width - 8,
              size.height - 26,
              step * std::max(1.0, std::ceil(highest * 1.05 / step)),
              chart.points.size()};
  for (int k = 0; k * step <= frame.highest * 1.0001; ++k) {
    const double y = frame.y(k * step);
    line(cr, frame.left, y, frame.right, y, k == 0 ? soft : faint);
    text_at(cr, axis_text(k * step, step), frame.left - 4, y, 8, At::right, soft);
  }
  double widest = 0;
  for (const auto& point : chart.points) widest = std::max(widest, measure(cr, point.x, 8).width);
  const double room = (frame.right - frame.left) / static_cast<double>(frame.count);
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil((widest + 4) / room)));
  for (std::size_t i = 0; i < frame.count; i += every)
    text_at(cr, chart.points[i].x, frame.x(i), frame.bottom + 9, 8, At::middle, soft);
  const std::string name = axis_name(chart);
  if (chart.y2_name.empty()) text_at(cr, name, frame.left - 30, 9, 8.5, At::left, soft);
  return frame;
}

void legend(cairo_t* cr, const Chart& chart, const Frame& frame) {
  if (chart.y2_name.empty()) return;
  double x = frame.left;
  const auto entry = [&](const std::string& name, Colour colour, bool dashed) {
    use(cr, colour);
    const double dash[] = {3, 2};
    cairo_set_dash(cr, dash, dashed ? 2 : 0, 0);
    line(cr, x, 9, x + 18, 9, colour, 1.6);
    cairo_set_dash(cr, nullptr, 0, 0);
    text_at(cr, name, x + 22, 9, 8.5, At::left, soft);
    x += 34 + measure(cr, name, 8.5).width;
  };
  entry(axis_name(chart), celadon_green, false);
  entry(chart.y2_name, second_line, true);
}

void curve(cairo_t* cr, const Chart& chart, const Frame& frame, bool second) {
  const Colour colour = second ? second_line : celadon_green;
  const double dash[] = {3, 2};
  cairo_set_dash(cr, dash, second ? 2 : 0, 0);
  cairo_set_line_width(cr, 1.4);
  use(cr, colour);
  bool down = false;
  for (std::size_t i = 0; i < frame.count; ++i) {
    const double value = second ? chart.points[i].y2 : chart.points[i].y;
    if (std::isnan(value)) {
      down = false;
      continue;
    }
    down ? cairo_line_to(cr, frame.x(i), frame.y(value)) : cairo_move_to(cr, frame.x(i), frame.y(value));
    down = true;
  }
  cairo_stroke(cr);
  cairo_set_dash(cr, nullptr, 0, 0);
  for (std::size_t i = 0; i < frame.count; ++i) {
    const auto& point = chart.points[i];
    const double value = second ? point.y2 : point.y;
    if (std::isnan(value)) continue;
    cairo_new_sub_path(cr);
    cairo_arc(cr, frame.x(i), frame.y(value), frame.count > 60 ? 1.0 : 2.4, 0, 2 * std::numbers::pi);
    use(cr, second ? colour : colour_of(point.colour, colour));
    cairo_fill_preserve(cr);
    use(cr, colour);
    cairo_set_line_width(cr, 0.7);
    cairo_stroke(cr);
  }
}

void bars(cairo_t* cr, const Chart& chart, const Frame& frame) {
  const double room = (frame.right - frame.left) / static_cast<double>(frame.count);
  const bool two = !chart.y2_name.empty();
  const double wide = std::min(two ? room * 0.36 : room * 0.62, 40.0);
  for (std::size_t i = 0; i < frame.count; ++i) {
    const auto& point = chart.points[i];
    const auto one = [&](double value, double x, Colour fill, const std::string& text) {
      if (std::isnan(value)) {
        text_at(cr, "—", x + wide / 2, frame.bottom - 6, 8, At::middle, soft);
        return;
      }
      cairo_rectangle(cr, x, frame.y(value), wide, frame.bottom - frame.y(value));
      use(cr, fill);
      cairo_fill_preserve(cr);
      use(cr, soft);
      cairo_set_line_width(cr, 0.4);
      cairo_stroke(cr);
      if (measure(cr, text, 8).width < room * 1.05) text_at(cr, text, x + wide / 2, frame.y(value) - 6, 8, At::middle);
    };
    const double left = two ? frame.x(i) - wide - 1 : frame.x(i) - wide / 2;
    one(point.y, left, two ? celadon_green : colour_of(point.colour, plain_bar), point.y_text);
    if (two) one(point.y2, frame.x(i) + 1, second_line, {});
  }
}

constexpr double cell_height = 30, calendar_head = 18;

void calendar(cairo_t* cr, const Chart& chart, Size size, const std::string& lang) {
  if (chart.points.empty() || !chart.points.front().day) return;
  static constexpr const char* zh[] = {"一", "二", "三", "四", "五", "六", "日"};
  static constexpr const char* en[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const double wide = size.width / 7;
  for (int k = 0; k < 7; ++k)
    text_at(cr, lang == "en" ? en[k] : zh[k], wide * (k + 0.5), calendar_head / 2, 8.5, At::middle, soft);
  // 1970-01-01 was a Thursday.
  const auto weekday = [](LegalDay day) { return ((day.days + 3) % 7 + 7) % 7; };
  const int first = chart.points.front().day->days - weekday(*chart.points.front().day);
  for (const auto& point : chart.points) {
    if (!point.day) continue;
    const int place = point.day->days - first;
    const double x = wide * (place % 7);
    const double y = calendar_head + cell_height * (place / 7);
    cairo_rectangle(cr, x + 1, y + 1, wide - 2, cell_height - 2);
    use(cr, std::isnan(point.y) ? Colour{0.95, 0.95, 0.95} : colour_of(point.colour, {0.9, 0.93, 0.92}));
    cairo_fill(cr);
    const Colour on = std::isnan(point.y) ? soft : colour_of(point.text_colour, ink);
    const auto civil = to_beijing(first_moment_of(*point.day));
    text_at(cr, std::to_string(civil.day), x + 5, y + 9, 7.5, At::left, on);
    text_at(cr, point.y_text, x + wide / 2, y + cell_height / 2 + 3, 11, At::middle, on);
  }
}

constexpr double map_foot = 42;  ///< scale, time and source below the map

/// Lon-lat to the paper: equal distances both ways at the middle latitude.
struct Projection {
  Bounds bounds;
  double scale = 1, left = 0, top = 0, squeeze = 1;
  [[nodiscard]] double x(LonLat p) const { return left + (p.lon_deg - bounds.west_deg) * squeeze * scale; }
  [[nodiscard]] double y(LonLat p) const { return top + (bounds.north_deg - p.lat_deg) * scale; }
};

Projection projection_of(const Map& map, const std::vector<MapShape>& shapes, Size size) {
  Projection out;
  // Around what is told, with room for the words; the whole city where its places lie all over it.
  Bounds city;
  for (const auto& shape : shapes) {
    if (!shape.area) continue;
    for (const auto& ring : shape.lines) {
      for (const auto& point : ring) city.include(point);
    }
  }
  for (const auto& point : map.points) out.bounds.include(point.where);
  const double grow_lon = std::max(0.04, 0.45 * (out.bounds.east_deg - out.bounds.west_deg));
  const double grow_lat = std::max(0.03, 0.25 * (out.bounds.north_deg - out.bounds.south_deg));
  out.bounds.include({out.bounds.west_deg - grow_lon, out.bounds.south_deg - grow_lat});
  out.bounds.include({out.bounds.east_deg + grow_lon, out.bounds.north_deg + grow_lat});
  if (!city.empty() && out.bounds.north_deg - out.bounds.south_deg > 0.7 * (city.north_deg - city.south_deg)) {
    out.bounds.include({city.west_deg, city.south_deg});
    out.bounds.include({city.east_deg, city.north_deg});
  }
  const double middle = (out.bounds.south_deg + out.bounds.north_deg) / 2 * std::numbers::pi / 180;
  out.squeeze = std::cos(middle);
  const double wide = std::max(1e-3, (out.bounds.east_deg - out.bounds.west_deg) * out.squeeze);
  const double high = std::max(1e-3, out.bounds.north_deg - out.bounds.south_deg);
  const double room = size.height - map_foot;
  out.scale = std::min((size.width - 24) / wide, (room - 16) / high);
  out.left = (size.width - wide * out.scale) / 2;
  out.top = (room - high * out.scale) / 2;
  return out;
}

void scale_bar(cairo_t* cr, const Projection& place, Size size) {
  const double m_per_point = 111'195.0 / place.scale;
  const double km = step_for(size.width * 0.22 * m_per_point / 1000, 1);
  const double length = km * 1000 / m_per_point;
  const double y = size.height - 33;
  line(cr, 10, y, 10 + length, y, ink, 1.2);
  line(cr, 10, y - 3, 10, y + 3, ink, 0.8);
  line(cr, 10 + length, y - 3, 10 + length, y + 3, ink, 0.8);
  text_at(cr, printed(km, km < 1 ? 1 : 0) + " km", 14 + length, y, 8, At::left, soft);
}

/// Labels move down until they meet no other.
struct Box {
  double x = 0, y = 0, w = 0, h = 0;
  [[nodiscard]] bool meets(const Box& o) const { return x < o.x + o.w && o.x < x + w && y < o.y + o.h && o.y < y + h; }
};

void map_points(cairo_t* cr, const Map& map, const Projection& place, Size size) {
  std::vector<Box> taken;
  for (const auto& point : map.points) taken.push_back({place.x(point.where) - 6, place.y(point.where) - 6, 12, 12});
  for (const auto& point : map.points) {
    const double x = place.x(point.where);
    const double y = place.y(point.where);
    cairo_new_sub_path(cr);
    cairo_arc(cr, x, y, 5.5, 0, 2 * std::numbers::pi);
    use(cr, colour_of(point.colour, {1, 1, 1}));
    cairo_fill_preserve(cr);
    use(cr, ink);
    cairo_set_line_width(cr, 0.9);
    cairo_stroke(cr);
    const std::string label = point.name + " " + point.text;
    const Size text = measure(cr, label, 8.5);
    Box best{x + 9, y - text.height / 2, text.width, text.height};
    for (const double dy : {0.0, -12.0, 12.0, -24.0, 24.0, -36.0, 36.0}) {
      bool good = false;
      for (const double side : {x + 9, x - 9 - text.width}) {
        const Box box{side, y - text.height / 2 + dy, text.width, text.height};
        if (side < 2 || side + text.width > size.width - 2) continue;
        good = std::ranges::none_of(taken, [&](const Box& other) { return box.meets(other); });
        if (good) {
          best = box;
          break;
        }
      }
      if (good) break;
    }
    taken.push_back(best);
    const double edge = best.x > x ? best.x - 1 : best.x + best.w + 1;
    line(cr, x + (best.x > x ? 5 : -5), y, edge, best.y + best.h / 2, soft, 0.5);
    cairo_rectangle(cr, best.x - 1, best.y, best.w + 2, best.h);
    cairo_set_source_rgba(cr, 1, 1, 1, 0.8);
    cairo_fill(cr);
    text_at(cr, label, best.x, best.y + best.h / 2, 8.5, At::left);
  }
}

Size chart_size(const Chart& chart, double width) {
  if (chart.type != Chart::Type::calendar) return {width, 170};
  if (chart.points.empty() || !chart.points.front().day || !chart.points.back().day) return {width, 60};
  const int days = chart.points.back().day->days - chart.points.front().day->days;
  const int lead = ((chart.points.front().day->days + 3) % 7 + 7) % 7;
  return {width, calendar_head + cell_height * ((days + lead) / 7 + 1)};
}

void draw_chart(cairo_t* cr, const Chart& chart, Size size, const std::string& lang) {
  if (chart.type == Chart::Type::calendar) return calendar(cr, chart, size, lang);
  const Frame frame = axes(cr, chart, size);
  if (chart.type == Chart::Type::bar) {
    bars(cr, chart, frame);
  } else {
    if (!chart.y2_name.empty()) curve(cr, chart, frame, true);
    curve(cr, chart, frame, false);
  }
  legend(cr, chart, frame);
}

void draw_map(cairo_t* cr, const Map& map, const std::vector<MapShape>& shapes, Size size, const std::string& lang) {
  const Projection place = projection_of(map, shapes, size);
  cairo_save(cr);
  cairo_rectangle(cr, 0, 0, size.width, size.height - map_foot);
  cairo_clip(cr);
  for (const auto& shape : shapes) {
    for (const auto& points : shape.lines) {
      cairo_new_path(cr);
      for (const auto& point : points) cairo_line_to(cr, place.x(point), place.y(point));
      if (shape.area) {
        cairo_close_path(cr);
        use(cr, {0.965, 0.972, 0.965});
        cairo_fill_preserve(cr);
      }
      use(cr, shape.area ? soft : Colour{0.45, 0.65, 0.82});
      cairo_set_line_width(cr, shape.area ? 0.7 : 1.1);
      cairo_stroke(cr);
    }
  }
  cairo_restore(cr);
  for (const auto& shape : shapes) {
    if (!shape.area || shape.lines.empty() || shape.name.empty()) continue;
    const auto longest = std::ranges::max_element(shape.lines, {}, [](const auto& ring) { return ring.size(); });
    Bounds box;
    for (const auto& point : *longest) box.include(point);
    const LonLat middle{(box.west_deg + box.east_deg) / 2, (box.south_deg + box.north_deg) / 2};
    const double y = place.y(middle);
    if (y < 10 || y > size.height - map_foot - 10 || place.x(middle) < 20 || place.x(middle) > size.width - 20)
      continue;
    text_at(cr, shape.name, place.x(middle), y, 8, At::middle, {0.62, 0.66, 0.64});
  }
  map_points(cr, map, place, size);
  scale_bar(cr, place, size);
  cairo_rectangle(cr, 0.25, 0.25, size.width - 0.5, size.height - map_foot - 0.5);
  use(cr, faint);
  cairo_set_line_width(cr, 0.5);
  cairo_stroke(cr);
  const Layout source = layout_of(cr, map.source, 6.5);
  pango_layout_set_width(source.get(), static_cast<int>((size.width - 20) * PANGO_SCALE));
  pango_layout_set_wrap(source.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_height(source.get(), -2);
  pango_layout_set_ellipsize(source.get(), PANGO_ELLIPSIZE_END);
  use(cr, soft);
  cairo_move_to(cr, 10, size.height - 24);
  pango_cairo_show_layout(cr, source.get());
  text_at(cr, map.time + (lang == "en" ? " (Beijing time)" : "（北京时间）"), size.width - 8, size.height - 33, 7.5,
          At::right, soft);
}

using Svg = std::unique_ptr<RsvgHandle, decltype(&g_object_unref)>;

/// Nothing where the text is no SVG.
Svg svg_of(const std::string& text) {
  return {rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(text.data()), text.size(), nullptr), &g_object_unref};
}

Size picture_size(const std::string& text, double width) {
  const Svg svg = svg_of(text);
  gboolean has_box = FALSE;
  RsvgRectangle box{};
  if (svg) rsvg_handle_get_intrinsic_dimensions(svg.get(), nullptr, nullptr, nullptr, nullptr, &has_box, &box);
  return {width, has_box && box.width > 0 ? width * box.height / box.width : 0};
}

void draw_picture(cairo_t* cr, const std::string& text, Size size) {
  const Svg svg = svg_of(text);
  const RsvgRectangle place{0, 0, size.width, size.height};
  if (svg && size.height > 0) rsvg_handle_render_document(svg.get(), cr, &place, nullptr);
}

}  // namespace

Size size_of(const Block& block, double width) {
  if (block.kind == Block::Kind::map) return {width, width * 0.6};
  return block.kind == Block::Kind::picture ? picture_size(block.svg, width) : chart_size(block.chart, width);
}

void draw(cairo_t* cr, const Document& document, const Block& block, Size size) {
  const Making& making = document.making;
  if (block.kind == Block::Kind::map) return draw_map(cr, block.map, making.shapes, size, making.lang);
  if (block.kind == Block::Kind::picture) return draw_picture(cr, block.svg, size);
  draw_chart(cr, block.chart, size, making.lang);
}

Result<std::string> to_png(const Document& document, const Block& block, double width, double scale) {
  const Size size = size_of(block, width);
  const auto pixels = [&](double points) { return static_cast<int>(std::ceil(points * scale)); };
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels(size.width), pixels(size.height)), &cairo_surface_destroy);
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cr(cairo_create(surface.get()), &cairo_destroy);
  cairo_set_source_rgb(cr.get(), 1, 1, 1);
  cairo_paint(cr.get());
  cairo_scale(cr.get(), scale, scale);
  draw(cr.get(), document, block, size);
  std::string out;
  const auto status = cairo_surface_write_to_png_stream(surface.get(), append_bytes, &out);
  if (status != CAIRO_STATUS_SUCCESS)
    return fail(Errc::io_failed, std::string("a chart cannot be drawn: ") + cairo_status_to_string(status));
  return out;
}

Result<void> chinese_font_is_there() {
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_A8, 8, 8), &cairo_surface_destroy);
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cr(cairo_create(surface.get()), &cairo_destroy);
  const Layout layout = layout_of(cr.get(), "环境质量", 10);
  if (pango_layout_get_unknown_glyphs_count(layout.get()) == 0) return {};
  return fail(Errc::io_failed, "no font of this machine has Chinese characters: install the package fonts-noto-cjk");
}

}  // namespace celadon::report
