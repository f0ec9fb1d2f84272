#pragma once

#include "core/result.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace celadon::standards {

// What the readers of small CSV tables share; used inside this room only.

inline constexpr std::string_view number_columns[] = {"name", "value", "unit", "source", "trust"};
inline constexpr std::string_view trust_words[] = {"verified", "secondary", "memory"};  ///< weakest last
inline constexpr const char* not_told = "source must be told, and trust be verified, secondary or memory";

/// Place of `word` among `words`; their number where it is none of them.
[[nodiscard]] std::size_t place_of(std::span<const std::string_view> words, std::string_view word);
/// Its place among the trust_words.
[[nodiscard]] std::size_t rank_of_trust(std::string_view word);
/// The last two cells of a row are as not_told asks.
[[nodiscard]] bool told(std::string_view source, std::string_view trust);

/// Malformed, naming file and line.
[[nodiscard]] Unexpected<Error> wrong(std::string_view name, std::uint64_t line, const std::string& reason);

/// True where all of the cell is a number.
template <class Number>
[[nodiscard]] bool read_number(std::string_view cell, Number& value) {
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size();
}

/// True where it is one from `low` to `high`, both reached.
template <class Number>
[[nodiscard]] bool read_between(std::string_view cell, std::type_identity_t<Number> low,
                                std::type_identity_t<Number> high, Number& value) {
  return read_number(cell, value) && value >= low && value <= high;
}

[[nodiscard]] inline bool read_finite(std::string_view cell, double& value) {
  return read_number(cell, value) && std::isfinite(value);
}

/// A number a table must tell once.
struct PositiveNumber {
  std::string_view name, unit;
  double high;  ///< a value is above zero and not above this
  double value = 0;
};

/// Why the cells of number_columns are none of the wanted numbers of `subject`; empty where they are, and it was taken.
[[nodiscard]] std::string take_positive(const std::vector<std::string>& cells, std::string_view subject,
                                        std::span<PositiveNumber> wanted);

}  // namespace celadon::standards
