#pragma once

#include "core/result.hpp"
#include "systems/calendar.hpp"
#include "systems/value.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The small language of formulas, checks, conditions and indicators (docs/packs.md, Expressions).

namespace celadon::systems {


enum class Type : std::uint8_t { none, number, boolean, text, date, time, geometry, list };

/// What an expression may ask for about one record. Everything is by id; a thing that is not there is none.
class Facts {
 public:
  virtual ~Facts() = default;
  [[nodiscard]] virtual Result<Value> field(std::string_view name) const = 0;
  /// A field of the record that a reference names, "operator", "name".
  [[nodiscard]] virtual Result<Value> follow(std::string_view reference, std::string_view field) const = 0;
  /// Calls `take` with the facts of each record of a register that `where_equal` (field, value) narrows down, where the
  /// expression says so; the caller checks the whole condition itself.
  [[nodiscard]] virtual Result<void> each(std::string_view register_id,
                                          const std::vector<std::pair<std::string, Value>>& where_equal,
                                          const std::function<Result<void>(const Facts&)>& take) const = 0;
  enum class Statistic : std::uint8_t { mean, highest, share_above };
  [[nodiscard]] virtual Result<Value> measured(Statistic statistic, std::string_view site, std::string_view property,
                                               double limit, LegalDay from, LegalDay to) const = 0;
  [[nodiscard]] virtual LegalDay today() const = 0;
  [[nodiscard]] virtual const WorkCalendar& calendar() const = 0;
};

/// What names mean where an expression stands.
struct Scope {
  /// Type and unit of a field of a register; none when there is no such field.
  struct Known {
    Type type = Type::none;
    std::string unit, refers_to;
  };
  std::function<std::optional<Known>(std::string_view register_id, std::string_view field)> field;
  std::string register_id;  ///< whose record it speaks of
};

/// A parsed and, once `check` was called, typed expression. Immutable after; evaluating is free of side effects.
class Expression {
 public:
  struct Node;
  explicit Expression(std::string text, std::shared_ptr<Node> root);

  /// Types and units. Errors   invalid_value: "column N: reason".
  [[nodiscard]] Result<Type> check(const Scope& scope) const;
  [[nodiscard]] Result<Value> evaluate(const Facts& facts) const;
  [[nodiscard]] Result<bool> holds(const Facts& facts) const;  ///< none is false
  [[nodiscard]] const std::string& text() const { return text_; }
  /// Fields of the record itself that it reads, for ordering formulas.
  [[nodiscard]] std::vector<std::string> reads() const;

 private:
  std::string text_;
  std::shared_ptr<Node> root_;
};

/// Errors   malformed: "column N: reason". At most 4,000 bytes, 64 deep.
[[nodiscard]] Result<std::shared_ptr<const Expression>> parse_expression(std::string_view text);

}  // namespace celadon::systems
