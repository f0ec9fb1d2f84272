#pragma once

#include "systems/expression.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The tree behind an Expression; of the room's own .cpp files.

namespace celadon::systems {

enum class Function : std::uint8_t {
  least_of,    // min(a, b, ...)
  highest_of,  // max(a, b, ...)
  absolute,
  round,
  power,
  bare,
  choose,  // if(condition, a, b)
  coalesce,
  length,
  starts_with,
  contains,
  join,
  workdays,
  add_workdays,
  add_months,
  year,
  month,
  day,
  mean,
  highest,
  share_above
};

struct FunctionFace {
  std::string_view name;
  Function function;
  std::size_t least, most;  ///< arguments
  std::string_view form;
};

inline constexpr std::array functions = {
    FunctionFace{"min", Function::least_of, 2, 20, "min(a, b)"},
    FunctionFace{"max", Function::highest_of, 2, 20, "max(a, b)"},
    FunctionFace{"abs", Function::absolute, 1, 1, "abs(a)"},
    FunctionFace{"round", Function::round, 2, 2, "round(a, digits)"},
    FunctionFace{"power", Function::power, 2, 2, "power(a, b)"},
    FunctionFace{"bare", Function::bare, 1, 1, "bare(a)"},
    FunctionFace{"if", Function::choose, 3, 3, "if(condition, a, b)"},
    FunctionFace{"coalesce", Function::coalesce, 2, 20, "coalesce(a, b)"},
    FunctionFace{"length", Function::length, 1, 1, "length(a)"},
    FunctionFace{"starts_with", Function::starts_with, 2, 2, "starts_with(a, 'x')"},
    FunctionFace{"contains", Function::contains, 2, 2, "contains(a, 'x')"},
    FunctionFace{"join", Function::join, 2, 20, "join(a, b)"},
    FunctionFace{"workdays", Function::workdays, 2, 2, "workdays(a, b)"},
    FunctionFace{"add_workdays", Function::add_workdays, 2, 2, "add_workdays(a, n)"},
    FunctionFace{"add_months", Function::add_months, 2, 2, "add_months(a, n)"},
    FunctionFace{"year", Function::year, 1, 1, "year(a)"},
    FunctionFace{"month", Function::month, 1, 1, "month(a)"},
    FunctionFace{"day", Function::day, 1, 1, "day(time)"},
    FunctionFace{"mean", Function::mean, 4, 4, "mean(site, 'COD', from, to)"},
    FunctionFace{"highest", Function::highest, 4, 4, "highest(site, 'COD', from, to)"},
    FunctionFace{"share_above", Function::share_above, 5, 5, "share_above(site, 'COD', limit, from, to)"},
};

enum class Over : std::uint8_t { count, sum, average, least, most };

struct OverFace {
  std::string_view name;
  Over over;
};
inline constexpr std::array overs = {OverFace{"count", Over::count}, OverFace{"sum", Over::sum},
                                     OverFace{"avg", Over::average}, OverFace{"least", Over::least},
                                     OverFace{"most", Over::most}};

struct Expression::Node {
  enum class Kind : std::uint8_t {
    literal,  // value
    name,     // name, or name.follow; `own` where `this.` stands before it
    negate,
    sum,      // parts with signs '+' '-'
    product,  // parts with signs '*' '/'
    compare,  // two parts, comparison
    one_of,   // parts[0] in parts[1..], or in the list parts[1] where `listed` is false
    is_none,
    all,  // and
    any,  // or
    not_,
    call,
    over  // register_id, name, parts[0] the condition where there is one
  };
  enum class Comparison : std::uint8_t { equal, unequal, less, at_most, more, at_least };

  Kind kind = Kind::literal;
  std::size_t column = 1;
  Value value;
  std::string register_id, name, follow;
  bool own = false;     ///< this.
  bool turned = false;  ///< is not none, not in
  bool listed = false;  ///< in [...]
  std::string signs;
  Comparison comparison = Comparison::equal;
  Function function = Function::absolute;
  Over over = Over::count;
  std::vector<std::unique_ptr<Node>> parts;
};

using Node = Expression::Node;
using NodeKind = Node::Kind;

[[nodiscard]] inline Unexpected<Error> fail_at(Errc code, std::size_t column, const std::string& reason) {
  return fail(code, "column " + std::to_string(column) + ": " + reason);
}

/// Whether a part reads the record at hand (inside `count(...)` the other's), and so changes from record to record.
[[nodiscard]] bool reads_plain_name(const Node& node);

}  // namespace celadon::systems
