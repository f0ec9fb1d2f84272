// Figures of the proof page: plain SVG, readable in print.

#include "cli/screen_proof.hpp"
#include "core/yaml_fields.hpp"
#include "quality/screen_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::cli {
namespace {

using quality::screen::Column;
using quality::screen::Finding;
using quality::screen::Kind;

constexpr double width = 720, left = 56, right = 12;
constexpr const char* ink = "#1f5f8b";
constexpr const char* other_ink = "#c2571a";

struct Axis {
  double low = 0, high = 1, top = 0, bottom = 1;
  [[nodiscard]] double y(double value) const { return bottom - (value - low) / (high - low) * (bottom - top); }
};

Axis axis_of(std::initializer_list<Column> columns, double top, double bottom, bool from_zero = false) {
  Axis axis{.low = INFINITY, .high = -INFINITY, .top = top, .bottom = bottom};
  for (const auto column : columns) {
    for (const double x : column) {
      if (std::isfinite(x)) axis.low = std::fmin(axis.low, x), axis.high = std::fmax(axis.high, x);
    }
  }
  if (!(axis.low <= axis.high)) axis.low = 0, axis.high = 1;
  if (from_zero) axis.low = std::fmin(axis.low, 0);
  if (axis.high - axis.low < 1e-9) axis.high += 1, axis.low -= from_zero ? 0 : 1;
  axis.high += 0.04 * (axis.high - axis.low);
  return axis;
}

std::string frame_of(const Axis& axis, const std::string& title) {
  std::string svg = fmt::format(
      "<rect x='{}' y='{}' width='{}' height='{}' fill='none' stroke='#bbb'/><text x='{}' y='{}' class='t'>{}</text>",
      left, axis.top, width - left - right, axis.bottom - axis.top, left, axis.top - 6, title);
  for (int k = 0; k <= 3; ++k) {
    const double value = axis.low + (axis.high - axis.low) * k / 3;
    svg += fmt::format("<line x1='{}' x2='{}' y1='{:.1f}' y2='{:.1f}' stroke='#e6e6e6'/>", left, width - right,
                       axis.y(value), axis.y(value));
    svg += fmt::format("<text x='{}' y='{:.1f}' text-anchor='end'>{:.4g}</text>", left - 5, axis.y(value) + 4, value);
  }
  return svg;
}

/// A line with gaps where values are missing. More than 1,500 rows are drawn as the least and largest of equal parts.
std::string line_of(Column column, const Axis& axis, const char* colour) {
  constexpr std::size_t points_max = 1500;
  const std::size_t stride = std::max<std::size_t>(1, (2 * column.size()) / points_max);
  std::string path;
  bool down = false;
  const double scale = (width - left - right) / static_cast<double>(std::max<std::size_t>(column.size(), 2) - 1);
  for (std::size_t begin = 0; begin < column.size(); begin += stride) {
    const auto part = column.subspan(begin, std::min(stride, column.size() - begin));
    std::array<double, 2> ends = {INFINITY, -INFINITY};
    for (const double x : part) {
      if (std::isfinite(x)) ends = {std::fmin(ends[0], x), std::fmax(ends[1], x)};
    }
    if (!(ends[0] <= ends[1])) {
      down = false;
      continue;
    }
    const double x = left + scale * static_cast<double>(begin);
    path += fmt::format("{}{:.1f} {:.1f}", down ? "L" : "M", x, axis.y(ends[0]));
    path += ends[1] > ends[0] ? fmt::format("L{:.1f} {:.1f}", x, axis.y(ends[1])) : "h0.01";
    down = true;
  }
  return fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='1.3' stroke-linejoin='round'/>", path, colour);
}

std::string times_under(Instant first, std::size_t begin, std::size_t end, double y) {
  std::string svg;
  constexpr int labels = 4;
  for (int k = 0; k <= labels; ++k) {
    const std::size_t row = begin + (end - 1 - begin) * static_cast<std::size_t>(k) / labels;
    const double x = left + (width - left - right) * k / labels;
    svg += fmt::format("<text x='{:.1f}' y='{}' text-anchor='{}'>{}</text>", x, y,
                       k == 0 ? "start" : (k == labels ? "end" : "middle"),
                       to_beijing_minute({first.us + static_cast<std::int64_t>(row) * us_per_hour}));
  }
  return svg;
}

std::string svg_of(double height, const std::string& label, const std::string& inside) {
  return fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {} {}' role='img' aria-label='{}' "
      "font-family='sans-serif' font-size='11' fill='#333'>{}</svg>",
      width, height, label, inside);
}

/// The window with as much before and after it, shaded; companions below.
std::string course(const ScreenInput& input, const Finding& finding) {
  const auto& outlet = input.outlets[finding.outlet];
  const auto& [name, values] = outlet.values[finding.series];
  const std::size_t length = finding.test.end - finding.test.begin;
  const std::size_t around = std::max<std::size_t>(length / 2, 72);
  const std::size_t begin = finding.test.begin > around ? finding.test.begin - around : 0;
  const std::size_t end = std::min(values.size(), finding.test.end + around);
  const Column shown = Column(values).subspan(begin, end - begin);
  const Axis axis = axis_of({shown}, 22, 200);
  const double scale = (width - left - right) / static_cast<double>(std::max<std::size_t>(shown.size(), 2) - 1);
  std::string svg = fmt::format("<rect x='{:.1f}' y='22' width='{:.1f}' height='178' fill='#fdf0d5'/>",
                                left + scale * static_cast<double>(finding.test.begin - begin),
                                std::fmax(2, scale * static_cast<double>(length - 1)));
  svg += frame_of(axis, name);
  if (outlet.limit && *outlet.limit > axis.low && *outlet.limit < axis.high) {
    svg += fmt::format("<line x1='{}' x2='{}' y1='{:.1f}' y2='{:.1f}' stroke='#b00020' stroke-dasharray='5 3'/>", left,
                       width - right, axis.y(*outlet.limit), axis.y(*outlet.limit));
  }
  svg += line_of(shown, axis, ink);
  double bottom = 200;
  const auto below = [&](Column column, const std::string& title, const char* colour) {
    const Column part = column.subspan(begin, end - begin);
    const Axis lower = axis_of({part}, bottom + 24, bottom + 114);
    svg += frame_of(lower, title) + line_of(part, lower, colour);
    bottom += 114;
  };
  switch (finding.rule->kind) {
    case Kind::dilution: below(outlet.oxygen, "O2", other_ink); break;
    case Kind::conversion: below(outlet.converted, "折算值 converted", other_ink); break;
    case Kind::marks: below(outlet.mark, "标记 mark", other_ink); break;
    case Kind::decoupled: below(outlet.driver(), std::string(outlet.driver_name()), other_ink); break;
    case Kind::twins: {
      const auto& other = input.outlets[finding.other_outlet].values[finding.other_series];
      below(other.second, "另一排口 other outlet", other_ink);
      break;
    }
    default: break;
  }
  svg += times_under(input.first, begin, end, bottom + 16);
  return svg_of(bottom + 24, "时间过程 course in time", svg);
}

/// Both stretches, one above the other, row by row.
std::string two_stretches(const ScreenInput& input, const Finding& finding) {
  const auto& test = finding.test;
  const std::size_t length = test.end - test.begin;
  const Column later = Column(input.outlets[finding.outlet].values[finding.series].second).subspan(test.begin, length);
  const Column earlier =
      Column(input.outlets[finding.other_outlet].values[finding.other_series].second).subspan(test.other_begin, length);
  const Axis upper = axis_of({later}, 22, 142), lower = axis_of({earlier}, 186, 306);
  std::string svg = frame_of(upper, "本段 this stretch") + line_of(later, upper, ink);
  svg += times_under(input.first, test.begin, test.end, 157);
  svg += frame_of(lower, "相同的另一段 the stretch it equals") + line_of(earlier, lower, other_ink);
  svg += times_under(input.first, test.other_begin, test.other_begin + length, 322);
  return svg_of(330, "两段对照 two stretches", svg);
}

std::string bars(std::span<const double> heights, std::span<const std::string> labels, const std::string& title,
                 double marked) {
  const Axis axis = axis_of({heights}, 22, 200, true);
  std::string svg = frame_of(axis, title);
  const double each = (width - left - right) / static_cast<double>(heights.size());
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const double x = left + each * static_cast<double>(i);
    svg += fmt::format("<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='{}'/>", x + 1,
                       axis.y(heights[i]), each - 2, axis.bottom - axis.y(heights[i]), ink);
    if (!labels[i].empty())
      svg += fmt::format("<text x='{:.1f}' y='216' text-anchor='middle'>{}</text>", x + each / 2, labels[i]);
  }
  if (marked >= 0) {
    svg += fmt::format("<line x1='{0:.1f}' x2='{0:.1f}' y1='22' y2='200' stroke='#b00020' stroke-dasharray='5 3'/>",
                       left + each * marked);
  }
  return svg_of(224, title, svg);
}

std::string digit_bars(const ScreenInput& input, const Finding& finding) {
  const auto& values = input.outlets[finding.outlet].values[finding.series].second;
  const double step = quality::screen::resolution(values);
  std::array<double, 10> counts{};
  std::array<std::string, 10> labels;
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = std::to_string(i);
  for (std::size_t i = finding.test.begin; i < finding.test.end; ++i) {
    if (std::isfinite(values[i]) && (i == 0 || values[i] != values[i - 1]))
      ++counts[static_cast<std::size_t>(std::llabs(std::llround(values[i] / step)) % 10)];
  }
  return bars(counts, labels, "末位数字 last digit", -1);
}

/// How many hours in bands around the limit.
std::string limit_bars(const ScreenInput& input, const Finding& finding) {
  const auto& outlet = input.outlets[finding.outlet];
  const double limit = outlet.limit.value_or(1);
  const double step = std::fmax(quality::screen::resolution(outlet.values[finding.series].second), 1e-6);
  const double band = std::fmax(1, std::round(finding.rule->number("band") * limit / step)) * step;
  constexpr int bands = 8;
  std::array<double, 2 * bands> counts{};
  std::array<std::string, 2 * bands> labels;
  for (const double x : outlet.values[finding.series].second) {
    const double place = std::ceil((x - limit - 1e-9 * limit) / band) + bands - 1;
    if (place >= 0 && place < 2 * bands) ++counts[static_cast<std::size_t>(place)];
  }
  for (int k = 0; k < 2 * bands; ++k)
    labels[static_cast<std::size_t>(k)] = k % 2 == 0 ? fmt::format("{:.4g}", limit + band * (k - bands + 1)) : "";
  return bars(counts, labels, "限值附近的小时数 hours in bands around the limit", bands);
}

}  // namespace

std::string finding_figure(const ScreenInput& input, const Finding& finding) {
  switch (finding.rule->kind) {
    case Kind::copies: return two_stretches(input, finding);
    case Kind::digits: return digit_bars(input, finding);
    case Kind::capped: return limit_bars(input, finding);
    default: return course(input, finding);
  }
}

}  // namespace celadon::cli
