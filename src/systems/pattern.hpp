#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace celadon::systems {

/// A regular expression that the whole of a text must match. Characters are code points; no look-ahead and no going
/// back, so matching takes time in step with the text whatever the pattern.
///
/// Known: literals, '.', [a-z], [^a-z], \d \w \s, groups, '|', '*', '+', '?', {m}, {m,}, {m,n}; '\' before a sign.
class Pattern {
 public:
  /// Errors   invalid_value: reason. At most 200 bytes.
  [[nodiscard]] static Result<Pattern> parse(std::string_view text);
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  friend class PatternMaker;
  struct Range {
    char32_t first, last;
  };
  struct Instruction {
    enum class Kind : std::uint8_t { set, split, jump, match };
    Kind kind = Kind::match;
    bool negated = false;                            // of a set
    std::uint32_t ranges_begin = 0, ranges_end = 0;  // of a set
    std::uint32_t a = 0, b = 0;                      // where a jump or split goes on
  };
  std::vector<Instruction> program_;
  std::vector<Range> ranges_;
};

/// The next code point of UTF-8, taken off the front; a byte that is none stands for itself beyond Unicode.
[[nodiscard]] char32_t take_code_point(std::string_view& text);
[[nodiscard]] std::size_t count_code_points(std::string_view text);

}  // namespace celadon::systems
