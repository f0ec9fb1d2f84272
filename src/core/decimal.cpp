#include "core/decimal.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace celadon {
namespace {

__extension__ using Wide = __int128;

constexpr auto powers = [] {
  std::array<std::int64_t, 19> all{1};
  for (std::size_t i = 1; i < all.size(); ++i) all[i] = all[i - 1] * 10;
  return all;
}();

Decimal without_trailing_zeros(Decimal value) {
  if (value.digits == 0) return {};
  while (value.digits % 10 == 0) {
    value.digits /= 10;
    ++value.exponent;
  }
  return value;
}

/// Power of ten just above the magnitude.
int order_of(Decimal value) {
  int count = 0;
  for (std::int64_t rest = std::abs(value.digits); rest > 0; rest /= 10) ++count;
  return count + value.exponent;
}

}  // namespace

std::optional<Decimal> decimal_of(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 40> text{};  // zeros end the text for atoi below
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  Decimal decimal;
  bool behind_point = false;
  const char* at = text.data();
  const bool negative = *at == '-';
  for (at += negative ? 1 : 0; at != end && *at != 'e'; ++at) {
    if (*at == '.') {
      behind_point = true;
      continue;
    }
    decimal.digits = decimal.digits * 10 + (*at - '0');
    decimal.exponent -= behind_point ? 1 : 0;
  }
  decimal.exponent += std::atoi(at + 1);
  if (negative) decimal.digits = -decimal.digits;
  return without_trailing_zeros(decimal);
}

std::string shortest_text(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

Decimal round_gb8170(Decimal value, int places) {
  const int drop = -places - value.exponent;
  if (drop <= 0) return value;
  if (drop > 18) return {};
  const std::int64_t unit = powers[static_cast<std::size_t>(drop)];
  const std::int64_t magnitude = std::abs(value.digits);
  std::int64_t kept = magnitude / unit;
  const std::int64_t twice = 2 * (magnitude % unit);  // at most 2e18: fits
  if (twice > unit || (twice == unit && kept % 2 != 0)) ++kept;
  return without_trailing_zeros({value.digits < 0 ? -kept : kept, -places});
}

double round_gb8170(double value, int places) {
  const auto decimal = decimal_of(value);
  return decimal ? to_double(round_gb8170(*decimal, places)) : value;
}

std::strong_ordering compare(Decimal a, Decimal b) {
  const int sign_a = (a.digits > 0) - (a.digits < 0);
  const int sign_b = (b.digits > 0) - (b.digits < 0);
  if (sign_a != sign_b) return sign_a <=> sign_b;
  if (sign_a == 0) return std::strong_ordering::equal;
  if (const int order_a = order_of(a), order_b = order_of(b); order_a != order_b) {
    return sign_a > 0 ? order_a <=> order_b : order_b <=> order_a;
  }
  // Of one order of magnitude, their exponents are at most 18 apart: both fit in 128 bits at the finer one.
  const int finer = a.exponent < b.exponent ? a.exponent : b.exponent;
  const Wide left = static_cast<Wide>(a.digits) * powers[static_cast<std::size_t>(a.exponent - finer)];
  const Wide right = static_cast<Wide>(b.digits) * powers[static_cast<std::size_t>(b.exponent - finer)];
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

double to_double(Decimal value) {
  // Through text, the one way to the nearest double.
  const std::string text = std::to_string(value.digits) + "e" + std::to_string(value.exponent);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

}  // namespace celadon
