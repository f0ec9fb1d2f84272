#include "standards/condition.hpp"

#include "core/decimal.hpp"

#include <charconv>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::size_t intervals_max = 8;

/// Compares in decimal only where binary leaves a doubt: as written, 0.1 + 0.2 is not 0.3, but 0.30 is.
std::strong_ordering order(double a, double b) {
  if (std::isinf(a) || std::isinf(b) || std::abs(a - b) > 1e-9 * (std::abs(a) + std::abs(b))) {
    return a < b ? std::strong_ordering::less : a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
  }
  return compare(*decimal_of(a), *decimal_of(b));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void skip() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
  }
  bool take(std::string_view word) {
    skip();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool take_number(double& value) {
    skip();
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) return false;
    // "6..9": the reader of numbers takes "6." for a number; give the point back.
    std::size_t used = static_cast<std::size_t>(end - rest_.data());
    if (rest_.substr(0, used).ends_with('.')) --used;
    rest_.remove_prefix(used);
    return true;
  }
  [[nodiscard]] bool at_end() {
    skip();
    return rest_.empty();
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

bool read_interval(Reader& in, Interval& interval) {
  if (in.take("<=")) return in.take_number(interval.high);
  if (in.take(">=")) return in.take_number(interval.low);
  if (in.take("<")) return interval.high_open = true, in.take_number(interval.high);
  if (in.take(">")) return interval.low_open = true, in.take_number(interval.low);
  if (!in.take_number(interval.low)) return false;
  if (in.take("..")) return in.take_number(interval.high);
  if (!in.take("<=")) {
    if (!in.take("<")) return false;
    interval.low_open = true;
  }
  if (!in.take("x")) return false;
  if (!in.take("<=")) {
    if (!in.take("<")) return false;
    interval.high_open = true;
  }
  return in.take_number(interval.high);
}

bool inside(const Interval& interval, double value) {
  const auto low = order(value, interval.low);
  const auto high = order(value, interval.high);
  return (low > 0 || (low == 0 && !interval.low_open)) && (high < 0 || (high == 0 && !interval.high_open));
}

}  // namespace

Result<Condition> Condition::parse(std::string_view text) {
  const auto wrong = [&](const std::string& what) {
    return fail(Errc::malformed, "'" + std::string(text.substr(0, 60)) + "' " + what);
  };
  Condition condition;
  condition.text_ = std::string(text);
  Reader in(text);
  do {
    Interval next;
    if (!read_interval(in, next)) {
      return wrong("is not a condition such as '<= 0.2', '> 5', '6 .. 9' or '5.5 <= x < 6.5'");
    }
    const auto ends = order(next.low, next.high);
    if (ends > 0 || (ends == 0 && (next.low_open || next.high_open))) return wrong("can never be met");
    if (!condition.intervals_.empty()) {
      const Interval& before = condition.intervals_.back();
      const auto gap = order(before.high, next.low);
      if (gap > 0 || (gap == 0 && !before.high_open && !next.low_open)) {
        return wrong("has intervals that overlap or do not rise");
      }
    }
    condition.intervals_.push_back(next);
    if (condition.intervals_.size() > intervals_max) return wrong("has too many intervals");
  } while (in.take("or"));
  if (!in.at_end()) return wrong("has '" + std::string(in.rest().substr(0, 20)) + "' at its end");
  return condition;
}

bool Condition::holds(double value) const {
  if (std::isnan(value)) return false;
  for (const auto& interval : intervals_) {
    if (inside(interval, value)) return true;
  }
  return false;
}

double Condition::limit() const {
  if (intervals_.size() != 1) return std::nan("");
  const Interval& only = intervals_.front();
  if (std::isinf(only.low) && !std::isinf(only.high)) return only.high;
  if (std::isinf(only.high) && !std::isinf(only.low)) return only.low;
  return std::nan("");
}

}  // namespace celadon::standards
