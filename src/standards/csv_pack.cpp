#include "standards/csv_pack.hpp"

#include <algorithm>

namespace celadon::standards {

std::size_t place_of(std::span<const std::string_view> words, std::string_view word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

std::size_t rank_of_trust(std::string_view word) { return place_of(trust_words, word); }

bool told(std::string_view source, std::string_view trust) {
  return !source.empty() && rank_of_trust(trust) < std::size(trust_words);
}

Unexpected<Error> wrong(std::string_view name, std::uint64_t line, const std::string& reason) {
  return fail(Errc::malformed, std::string(name) + ":" + std::to_string(line) + ": " + reason);
}

std::string take_positive(const std::vector<std::string>& cells, std::string_view subject,
                          std::span<PositiveNumber> wanted) {
  const auto found =
      std::find_if(wanted.begin(), wanted.end(), [&](const PositiveNumber& one) { return one.name == cells[0]; });
  if (found == wanted.end()) return "'" + cells[0] + "' is not a number of " + std::string(subject);
  if (found->value > 0) return "'" + cells[0] + "' is there twice";
  double value = 0;
  if (!read_number(cells[1], value) || !(value > 0 && value <= found->high))
    return "value '" + cells[1] + "' is not a number above 0 and at most " + std::to_string(std::lround(found->high));
  if (cells[2] != found->unit) return "unit must be '" + std::string(found->unit) + "'";
  if (!told(cells[3], cells[4])) return not_told;
  found->value = value;
  return {};
}

}  // namespace celadon::standards
