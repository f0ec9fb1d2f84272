#pragma once

#include "core/result.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// A stretch of the number line.
struct Interval {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
};

/// What a table's cell asks of a number, as a person writes it:
///
///     <= 0.2      < 5      >= 7.5      > 30      6 .. 9      5.5 <= x < 6.5 or 8.5 < x <= 9
///
/// `..` includes both ends. Numbers are compared as the decimals they were written as.
class Condition {
 public:
  /// Errors   malformed telling what was expected; also where an interval is empty or two of them overlap.
  [[nodiscard]] static Result<Condition> parse(std::string_view text);

  /// False for NaN.
  [[nodiscard]] bool holds(double value) const;
  [[nodiscard]] const std::vector<Interval>& intervals() const { return intervals_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The limit a multiple of exceedance refers to: the upper end of `<= x` or the lower end of `>= x`; NaN where the
  /// condition is none of these.
  [[nodiscard]] double limit() const;

 private:
  std::vector<Interval> intervals_;
  std::string text_;
};

}  // namespace celadon::standards
