#include "systems/pattern.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace celadon::systems {
namespace {

constexpr std::size_t pattern_bytes_max = 200;
constexpr std::size_t instructions_max = 5000;
constexpr int repeat_max = 200, groups_deep_max = 20, unlimited = -1;
constexpr char32_t last_code_point = 0x7FFFFFFF;

}  // namespace

char32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  std::size_t length = first < 0x80 ? 1 : first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
  if (first >= 0xF8 || length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return 0x110000U + first;
  }
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      text.remove_prefix(1);
      return 0x110000U + first;
    }
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  text.remove_prefix(length);
  return point;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Recursive descent straight to the program of a machine that follows all ways at once.
class PatternMaker {
 public:
  explicit PatternMaker(std::string_view text) : rest_(text) {}

  Result<Pattern> whole() {
    auto good = choice();
    if (good && !rest_.empty()) good = bad("')' has no '(' before it");
    if (!good) return fail(good.error());
    emit({});
    return std::move(pattern_);
  }

 private:
  using Instruction = Pattern::Instruction;
  using Kind = Instruction::Kind;

  static Unexpected<Error> bad(const std::string& reason) { return fail(Errc::invalid_value, reason); }
  std::uint32_t emit(Instruction instruction) {
    pattern_.program_.push_back(instruction);
    return size() - 1;
  }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(pattern_.program_.size()); }
  Instruction& at(std::uint32_t i) { return pattern_.program_[i]; }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Room before what was made since `begin`, with all ways inside it led on.
  void insert(std::uint32_t begin, Instruction instruction) {
    auto& program = pattern_.program_;
    for (std::uint32_t i = begin; i < program.size(); ++i) {
      if (program[i].kind != Kind::split && program[i].kind != Kind::jump) continue;
      ++program[i].a;
      ++program[i].b;
    }
    program.insert(program.begin() + begin, instruction);
  }

  Result<void> choice() {
    if (++depth_ > groups_deep_max) return bad("groups are nested more than 20 deep");
    const std::uint32_t begin = size();
    auto good = sequence();
    std::vector<std::uint32_t> ends;
    while (good && take('|')) {
      insert(begin, {.kind = Kind::split, .a = begin + 1, .b = 0});
      for (auto& end : ends) ++end;
      ends.push_back(emit({.kind = Kind::jump}));
      at(begin).b = size();
      good = sequence();
    }
    for (const auto end : ends) at(end).a = at(end).b = size();
    --depth_;
    return good;
  }

  Result<void> sequence() {
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      const std::uint32_t begin = size();
      const bool group = rest_.front() == '(';
      auto good = piece();
      if (!good) return good;
      good = repeats(begin, group);
      if (!good) return good;
      if (size() > instructions_max) return bad("repeats too much; make the counts smaller");
    }
    return {};
  }

  Result<void> piece() {
    if (take('(')) {
      if (rest_.starts_with("?")) return bad("'(?' is not known");
      const auto good = choice();
      if (!good) return good;
      return take(')') ? Result<void>() : bad("'(' is not closed");
    }
    if (take('[')) return set();
    const char32_t point = take_code_point(rest_);
    if (point == U'*' || point == U'+' || point == U'?' || point == U'{')
      return bad("nothing stands before a sign that repeats");
    if (point == U'^' || point == U'$')
      return bad("'^' and '$' are not needed: the whole text must match; '\\^' and '\\$' are the signs themselves");
    const auto begin = static_cast<std::uint32_t>(pattern_.ranges_.size());
    if (point == U'.') {
      pattern_.ranges_.push_back({0, last_code_point});
    } else if (point == U'\\') {
      const auto good = escaped();
      if (!good) return good;
    } else {
      pattern_.ranges_.push_back({point, point});
    }
    emit_set(begin, false);
    return {};
  }

  void emit_set(std::uint32_t begin, bool negated) {
    emit({.kind = Kind::set,
          .negated = negated,
          .ranges_begin = begin,
          .ranges_end = static_cast<std::uint32_t>(pattern_.ranges_.size())});
  }

  Result<void> escaped() {
    if (rest_.empty()) return bad("ends with '\\'");
    const char32_t point = take_code_point(rest_);
    auto& ranges = pattern_.ranges_;
    if (point == U'd') {
      ranges.push_back({U'0', U'9'});
    } else if (point == U'w') {
      ranges.insert(ranges.end(), {{U'0', U'9'}, {U'A', U'Z'}, {U'a', U'z'}, {U'_', U'_'}});
    } else if (point == U's') {
      ranges.insert(ranges.end(), {{U' ', U' '}, {U'\t', U'\r'}, {0x3000, 0x3000}});
    } else if ((point >= U'a' && point <= U'z') || (point >= U'A' && point <= U'Z') ||
               (point >= U'0' && point <= U'9')) {
      return bad("'\\" + std::string(1, static_cast<char>(point)) + "' is not known; only \\d, \\w, \\s and signs");
    } else {
      ranges.push_back({point, point});
    }
    return {};
  }

  Result<void> set() {
    const bool negated = take('^');
    const auto begin = static_cast<std::uint32_t>(pattern_.ranges_.size());
    while (!rest_.empty() && rest_.front() != ']') {
      const std::size_t before = pattern_.ranges_.size();
      const char32_t first = take_code_point(rest_);
      if (first == U'\\') {
        const auto good = escaped();
        if (!good) return good;
      } else {
        pattern_.ranges_.push_back({first, first});
      }
      if (pattern_.ranges_.size() != before + 1 || rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') continue;
      rest_.remove_prefix(1);
      char32_t last = take_code_point(rest_);
      if (last == U'\\' && !rest_.empty()) last = take_code_point(rest_);
      auto& range = pattern_.ranges_.back();
      if (last < range.first) return bad("a range in [...] runs backwards");
      range.last = last;
    }
    if (begin == pattern_.ranges_.size()) return bad("[] is empty or not closed");
    if (!take(']')) return bad("'[' is not closed");
    emit_set(begin, negated);
    return {};
  }

  Result<int> count() {
    int value = 0;
    bool any = false;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1)) {
      value = value * 10 + (rest_.front() - '0');
      any = true;
      if (value > repeat_max) return bad("a count is larger than 200");
    }
    if (!any) return bad("expected a count as {4} or {2,4}");
    return value;
  }

  Result<void> repeats(std::uint32_t begin, bool group) {
    int least = 0, most = unlimited;
    if (take('*')) {
    } else if (take('+')) {
      least = 1;
    } else if (take('?')) {
      most = 1;
    } else if (take('{')) {
      const auto first = count();
      if (!first) return fail(first.error());
      least = most = *first;
      if (take(',')) {
        most = unlimited;
        if (!rest_.starts_with("}")) {
          const auto second = count();
          if (!second) return fail(second.error());
          most = *second;
          if (most < least) return bad("a count {m,n} runs backwards");
        }
      }
      if (!take('}')) return bad("'{' is not closed");
    } else {
      return {};
    }
    if (!rest_.empty() &&
        (rest_.front() == '*' || rest_.front() == '+' || rest_.front() == '?' || rest_.front() == '{'))
      return bad("two signs that repeat stand side by side");
    if (group && most == unlimited && ++open_groups_ > 8) return bad("more than 8 groups repeat without end");
    return repeat(begin, least, most);
  }

  Result<void> repeat(std::uint32_t begin, int least, int most) {
    const std::vector<Instruction> body(pattern_.program_.begin() + begin, pattern_.program_.end());
    const auto copies = static_cast<std::size_t>(std::max({least, most, 1}));
    if (begin + copies * (body.size() + 2) > instructions_max) return bad("repeats too much; make the counts smaller");
    pattern_.program_.resize(begin);
    const auto append = [&] {
      const std::uint32_t shift = size() - begin;
      for (auto instruction : body) {
        if (instruction.kind == Kind::split || instruction.kind == Kind::jump) {
          instruction.a += shift;
          instruction.b += shift;
        }
        emit(instruction);
      }
    };
    for (int i = 0; i < least; ++i) append();
    if (most == unlimited) {
      const std::uint32_t loop = emit({.kind = Kind::split});
      append();
      emit({.kind = Kind::jump, .a = loop, .b = loop});
      at(loop).a = loop + 1;
      at(loop).b = size();
      return {};
    }
    std::vector<std::uint32_t> leaves;
    for (int i = least; i < most; ++i) {
      leaves.push_back(emit({.kind = Kind::split, .a = size() + 1}));
      append();
    }
    for (const auto leave : leaves) at(leave).b = size();
    return {};
  }

  std::string_view rest_;
  Pattern pattern_;
  int depth_ = 0, open_groups_ = 0;
};

Result<Pattern> Pattern::parse(std::string_view text) {
  if (text.empty()) return fail(Errc::invalid_value, "a pattern is not empty");
  if (text.size() > pattern_bytes_max) return fail(Errc::invalid_value, "a pattern has at most 200 bytes");
  return PatternMaker(text).whole();
}

bool Pattern::matches(std::string_view text) const {
  std::vector<std::uint32_t> now, next, waiting;
  std::vector<std::uint32_t> seen(program_.size(), 0);
  std::uint32_t round = 0;
  const auto enter = [&](std::vector<std::uint32_t>& list, std::uint32_t start) {
    waiting.push_back(start);
    while (!waiting.empty()) {
      const std::uint32_t i = waiting.back();
      waiting.pop_back();
      if (seen[i] == round) continue;
      seen[i] = round;
      const auto& instruction = program_[i];
      if (instruction.kind == Instruction::Kind::jump || instruction.kind == Instruction::Kind::split) {
        waiting.push_back(instruction.a);
        if (instruction.kind == Instruction::Kind::split) waiting.push_back(instruction.b);
      } else {
        list.push_back(i);
      }
    }
  };
  ++round;
  enter(now, 0);
  while (!text.empty() && !now.empty()) {
    const char32_t point = take_code_point(text);
    ++round;
    next.clear();
    for (const std::uint32_t i : now) {
      const auto& instruction = program_[i];
      if (instruction.kind != Instruction::Kind::set) continue;
      const bool inside =
          std::any_of(ranges_.begin() + instruction.ranges_begin, ranges_.begin() + instruction.ranges_end,
                      [point](const Range& range) { return range.first <= point && point <= range.last; });
      if (inside != instruction.negated) enter(next, i + 1);
    }
    std::swap(now, next);
  }
  return text.empty() &&
         std::ranges::any_of(now, [&](std::uint32_t i) { return program_[i].kind == Instruction::Kind::match; });
}

}  // namespace celadon::systems
