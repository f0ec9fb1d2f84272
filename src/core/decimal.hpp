#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace celadon {

/// A decimal number as it was written: digits * 10^exponent. No trailing zero, except zero itself, which is {0, 0}.
struct Decimal {
  std::int64_t digits = 0;
  int exponent = 0;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// The shortest decimal that reads back as this double: what a person or a device wrote, before binary took it.
/// Missing  NaN and infinities give nothing.
[[nodiscard]] std::optional<Decimal> decimal_of(double value);
/// The shortest text that reads back as this double.
[[nodiscard]] std::string shortest_text(double value);

/// Rounded to `places` after the point, half to even, in one step from the whole number of digits; a negative number by
/// its magnitude. `places` may be negative: -1 rounds to tens.
/// Source   GB/T 8170-2008 3.2, 3.3.
[[nodiscard]] Decimal round_gb8170(Decimal value, int places);
/// The same for a double by way of its decimal: 0.205 to two places is 0.20, though its binary lies beside the tie.
/// Missing  NaN and infinities come back as they are.
[[nodiscard]] double round_gb8170(double value, int places);

/// Compared digit by digit, not in binary.
[[nodiscard]] std::strong_ordering compare(Decimal a, Decimal b);

[[nodiscard]] double to_double(Decimal value);

}  // namespace celadon
