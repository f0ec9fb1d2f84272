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
  /// A field, or what every record has: "id" (text), "now" (a time), "opened" (a date); of registers with a lifecycle
  /// also "state" (text), "since_state" (number of days) and "overdue" (boolean).
  [[nodiscard]] virtual Result<Value> field(std::string_view name) const = 0;
  /// A field of the record that a reference names, "operator", "name".
  [[nodiscard]] virtual Result<Value> follow(std::string_view reference, std::string_view field) const = 0;
  /// Calls `take` with the facts of each record of a register that `where_equal` (field, value) narrows down, where the
  /// expression says so; the caller checks the whole condition itself. An empty `register_id` is the record's own.
  [[nodiscard]] virtual Result<void> each(std::string_view register_id,
                                          const std::vector<std::pair<std::string, Value>>& where_equal,
                                          const std::function<Result<void>(const Facts&)>& take) const = 0;
  /// A term of a condition on other records that asks one of their fields.
  struct Term {
    enum class Test : std::uint8_t { any_of, none_of, less, at_most, more, at_least, none, some };
    std::string field;
    Test test = Test::any_of;
    std::vector<Value> values;  ///< none of them is none
  };
  struct Totals {
    double count = 0;  ///< of records; where a field is asked of, of those that have it
    double sum = 0;
    Value least, most;
  };
  /// What `each` over the records for which all terms hold would come to, of a field or (empty) of the records, where
  /// an index tells without reading them; nothing where none does.
  [[nodiscard]] virtual Result<std::optional<Totals>> totals(std::string_view register_id,
                                                             const std::vector<Term>& terms,
                                                             std::string_view field) const {
    static_cast<void>(register_id);
    static_cast<void>(terms);
    static_cast<void>(field);
    return std::optional<Totals>();
  }
  enum class Statistic : std::uint8_t { mean, highest, share_above };
  [[nodiscard]] virtual Result<Value> measured(Statistic statistic, std::string_view site, std::string_view property,
                                               double limit, LegalDay from, LegalDay to) const = 0;
  [[nodiscard]] virtual LegalDay today() const = 0;
  [[nodiscard]] virtual const WorkCalendar& calendar() const = 0;
};

/// What names mean where an expression stands.
struct Scope {
  /// Type and unit of a field of a register (also of "id", "opened", "state" and the like); none when there is no such
  /// field.
  struct Known {
    Type type = Type::none;
    std::string unit = {}, refers_to = {};
    std::function<bool(std::string_view text)> allows = {};  ///< texts it can be; empty: any
    std::string words = {};                                  ///< what those are, "a code of fume-kind"
  };
  std::function<std::optional<Known>(std::string_view register_id, std::string_view field)> field;
  std::function<bool(std::string_view register_id)> has_register;
  std::string register_id;  ///< whose record it speaks of
};

/// A parsed and, once `check` was called, typed expression. Immutable after; evaluating is free of side effects.
class Expression {
 public:
  struct Node;
  explicit Expression(std::string text, std::shared_ptr<const Node> root, int line = 0);

  /// Types and units. Errors   invalid_value: "column N: reason".
  [[nodiscard]] Result<Type> check(const Scope& scope) const;
  /// Also that it gives what is wanted: `wanted` and, of a number, `unit` (UCUM; empty: any).
  [[nodiscard]] Result<void> check_gives(const Scope& scope, Type wanted, std::string_view unit = {}) const;
  [[nodiscard]] Result<Value> evaluate(const Facts& facts) const;
  [[nodiscard]] Result<bool> holds(const Facts& facts) const;  ///< none is false
  /// Of a condition inside count(...): `other` is the record it is asked of, `own` the one the whole speaks of.
  [[nodiscard]] Result<bool> holds(const Facts& own, const Facts& other) const;
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int line() const { return line_; }  ///< of the pack it stands in
  /// Fields of the record itself that it reads ("state" and the like too), for ordering formulas.
  [[nodiscard]] std::vector<std::string> reads() const;
  /// The same with what follows a reference, "operator" and "name" of operator.name.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Whether it comes out otherwise as the days go by, with nothing changed.
  [[nodiscard]] bool asks_the_day() const;
  /// Other records that it counts or sums over: of which register ("": the record's own), and which of their fields
  /// must equal which of the record's. By these it is known whose value moves when one of the others changes.
  struct Reach {
    std::string register_id;
    std::vector<std::pair<std::string, std::string>> equal;  ///< field of the other, field of the record
  };
  [[nodiscard]] std::vector<Reach> reaches() const;
  /// What it counts or sums, in the order it stands there.
  struct Part {
    std::string_view how;               ///< "count", "sum", "avg", "least", "most"
    std::string register_id, field;     ///< "": the record's own register; of a count no field
    std::shared_ptr<const Expression> where;  ///< null: all records
  };
  [[nodiscard]] std::vector<Part> parts() const;
  /// The whole with every bracket written, for tests and for people in doubt; it parses to the same.
  [[nodiscard]] std::string with_brackets() const;

 private:
  std::string text_;
  std::shared_ptr<const Node> root_;
  int line_;
};

/// Errors   malformed: "column N: reason". At most 4,000 bytes, 64 deep.
[[nodiscard]] Result<std::shared_ptr<const Expression>> parse_expression(std::string_view text, int line = 0);

}  // namespace celadon::systems
