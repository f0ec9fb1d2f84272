#include "core/units.hpp"
#include "systems/expression_node.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::systems {
namespace {

/// The unit of a number as far as it is known. Multiplying by a bare number leaves the dimension and opens the scale:
/// kg / 1000 may be t.
struct Measure {
  enum class Known : std::uint8_t { bare, unit, unknown };
  Known known = Known::bare;
  bool open_scale = false;
  Unit unit;
};

struct Typed {
  Type type = Type::none;
  Measure measure;
  std::function<bool(std::string_view)> allows;
  std::string words;
};

std::string_view name_of(Type type) {
  switch (type) {
    case Type::none: return "none";
    case Type::number: return "a number";
    case Type::boolean: return "true or false";
    case Type::text: return "a text";
    case Type::date: return "a date";
    case Type::time: return "a time";
    case Type::geometry: return "a geometry";
    case Type::list: return "a list";
  }
  return "none";
}

bool same_dimension(const Unit& a, const Unit& b) {
  return a.length == b.length && a.mass == b.mass && a.time == b.time && a.temperature == b.temperature &&
         a.current == b.current && a.amount == b.amount && a.luminous == b.luminous && a.kind == b.kind;
}

bool fit(const Measure& a, const Measure& b) {
  if (a.known != Measure::Known::unit || b.known != Measure::Known::unit) return true;
  return same_dimension(a.unit, b.unit) &&
         (a.open_scale || b.open_scale || std::abs(a.unit.scale / b.unit.scale - 1) < 1e-9);
}

/// What both sides of a sum are in; the side that says more stands.
Measure joined(const Measure& a, const Measure& b) {
  if (a.known == Measure::Known::unknown || b.known == Measure::Known::bare) return a;
  if (b.known == Measure::Known::unknown || a.known == Measure::Known::bare) return b;
  return a.open_scale ? b : a;
}

Measure multiplied(const Measure& a, const Measure& b, bool divide) {
  using Known = Measure::Known;
  if (a.known == Known::unknown || b.known == Known::unknown) return {.known = Known::unknown, .unit = {}};
  if (b.known == Known::bare) {
    Measure result = a;
    result.open_scale = true;
    return result;
  }
  // A share that was brought to a fraction, (1 - removal / 100), leaves the unit of what it multiplies.
  const auto is_share = [](const Measure& m) {
    return m.known == Known::unit && m.open_scale && same_dimension(m.unit, Unit{});
  };
  const double scale_a = is_share(a) ? 1 : a.unit.scale, scale_b = is_share(b) ? 1 : b.unit.scale;
  Measure result = a;
  result.known = Known::unit;
  result.open_scale = a.known == Known::bare || (is_share(a)   ? b.open_scale
                                                 : is_share(b) ? a.open_scale
                                                               : a.open_scale || b.open_scale);
  const int sign = divide ? -1 : 1;
  const auto add = [sign](signed char& total, signed char part) {
    total = static_cast<signed char>(std::clamp(total + sign * part, -100, 100));
  };
  auto& unit = result.unit;
  add(unit.length, b.unit.length);
  add(unit.mass, b.unit.mass);
  add(unit.time, b.unit.time);
  add(unit.temperature, b.unit.temperature);
  add(unit.current, b.unit.current);
  add(unit.amount, b.unit.amount);
  add(unit.luminous, b.unit.luminous);
  unit.scale = divide ? scale_a / scale_b : scale_a * scale_b;
  const std::string left = a.known == Known::bare ? "1" : a.unit.code;
  unit.code = (left + (divide ? "/" : ".") + b.unit.code).substr(0, 80);
  if (!b.unit.kind.empty()) {
    if (divide && unit.kind == b.unit.kind)
      unit.kind.clear();
    else if (!divide && unit.kind.empty())
      unit.kind = b.unit.kind;
    else
      return {.known = Known::unknown, .unit = {}};
  }
  return result;
}

class Checker {
 public:
  explicit Checker(const Scope& scope) : scope_(scope) {}

  Result<Typed> check(const Node& node) {
    switch (node.kind) {
      case NodeKind::literal: return literal(node);
      case NodeKind::name: return name(node);
      case NodeKind::negate: return wanted(*node.parts[0], Type::number, "'-'");
      case NodeKind::sum: return sum(node);
      case NodeKind::product: return product(node);
      case NodeKind::compare: return compare(node);
      case NodeKind::one_of: return one_of(node);
      case NodeKind::is_none: {
        const auto part = check(*node.parts[0]);
        if (!part) return part;
        return of(Type::boolean);
      }
      case NodeKind::all:
      case NodeKind::any:
      case NodeKind::not_:
        for (const auto& part : node.parts) {
          const auto typed = wanted(*part, Type::boolean,
                                    node.kind == NodeKind::all   ? "'and'"
                                    : node.kind == NodeKind::any ? "'or'"
                                                                 : "'not'");
          if (!typed) return typed;
        }
        return of(Type::boolean);
      case NodeKind::call: return call(node);
      case NodeKind::over: return over(node);
    }
    return of(Type::none);
  }

 private:
  static Typed of(Type type) {
    Typed typed;
    typed.type = type;
    return typed;
  }
  static Typed days() {
    Typed typed = of(Type::number);
    typed.measure = measure_of("d");
    return typed;
  }
  static Measure measure_of(std::string_view code) {
    if (code.empty()) return {};
    const auto unit = parse_unit(code);
    if (!unit) return {.known = Measure::Known::unknown, .unit = {}};
    return {.known = Measure::Known::unit, .unit = *unit};
  }
  static Unexpected<Error> bad(const Node& node, const std::string& reason) {
    return fail_at(Errc::invalid_value, node.column, reason);
  }

  static Result<Typed> literal(const Node& node) {
    if (std::holds_alternative<double>(node.value)) return of(Type::number);
    if (std::holds_alternative<bool>(node.value)) return of(Type::boolean);
    if (std::holds_alternative<std::string>(node.value)) return of(Type::text);
    return of(Type::none);
  }

  [[nodiscard]] Result<Scope::Known> known(const Node& node, const std::string& register_id,
                                           const std::string& field) const {
    auto found = scope_.field ? scope_.field(register_id, field) : std::nullopt;
    if (!found) return bad(node, "there is no field '" + field + "' in " + register_id);
    return std::move(*found);
  }

  Result<Typed> name(const Node& node) {
    if (!node.own && node.follow.empty() && node.name == "today") return of(Type::date);
    if (!node.own && node.follow.empty() && node.name == "now") return of(Type::time);
    const std::string& register_id = node.own || other_.empty() ? scope_.register_id : other_;
    auto field = known(node, register_id, node.name);
    if (!field) return fail(field.error());
    if (!node.follow.empty()) {
      if (field->refers_to.empty() || field->type != Type::text)
        return bad(node,
                   "'" + node.name + "' is not a reference to one record, so '." + node.follow + "' cannot follow it");
      const std::string target = field->refers_to;
      field = known(node, target, node.follow);
      if (!field) return fail(field.error());
    }
    Typed typed = of(field->type);
    typed.measure = measure_of(field->unit);
    typed.allows = std::move(field->allows);
    typed.words = std::move(field->words);
    return typed;
  }

  /// A part that must be of a type; `none` fits everywhere.
  Result<Typed> wanted(const Node& node, Type type, const std::string& where) {
    auto typed = check(node);
    if (!typed) return typed;
    if (typed->type == type) return typed;
    if (typed->type == Type::none) {
      typed->type = type;
      return typed;
    }
    return bad(node, where + " needs " + std::string(name_of(type)) + ", this is " + std::string(name_of(typed->type)));
  }

  static Result<Measure> in_one_unit(const Node& node, const Measure& a, const Measure& b) {
    if (fit(a, b)) return joined(a, b);
    return bad(node, "this is in " + b.unit.code + ", what stands before it in " + a.unit.code +
                         "; convert one of them, or take its unit off by bare(...)");
  }

  Result<Typed> sum(const Node& node) {
    auto total = check(*node.parts[0]);
    if (!total) return total;
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      const Node& part = *node.parts[i];
      const std::string sign(1, node.signs[i]);
      auto next = check(part);
      if (!next) return next;
      if (total->type == Type::none) total->type = Type::number;
      if (next->type == Type::none) next->type = Type::number;
      const bool of_days = total->type == Type::date || total->type == Type::time;
      if (of_days && sign == "-" && next->type == total->type) {
        total = days();
        continue;
      }
      if (next->type == Type::date || next->type == Type::time)
        return bad(part, total->type == Type::number
                             ? "a date stands first: write date + days"
                             : "'" + sign + "' cannot join " + std::string(name_of(total->type)) + " and " +
                                   std::string(name_of(next->type)) + "; day(...) gives the date of a time");
      if (next->type != Type::number || (total->type != Type::number && !of_days))
        return bad(next->type != Type::number ? part : *node.parts[0],
                   "'" + sign + "' needs a number, this is " +
                       std::string(name_of(next->type != Type::number ? next->type : total->type)));
      const auto measure = in_one_unit(part, of_days ? measure_of("d") : total->measure, next->measure);
      if (!measure) return fail(measure.error());
      if (!of_days) total->measure = *measure;
    }
    total->allows = nullptr;
    return total;
  }

  Result<Typed> product(const Node& node) {
    auto total = wanted(*node.parts[0], Type::number, std::string("'") + node.signs[1] + "'");
    if (!total) return total;
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      const auto next = wanted(*node.parts[i], Type::number, std::string("'") + node.signs[i] + "'");
      if (!next) return next;
      total->measure = multiplied(total->measure, next->measure, node.signs[i] == '/');
    }
    return total;
  }

  /// A text that is compared with what can only be some words must be one of them.
  static Result<void> allowed(const Typed& side, const Node& other) {
    if (!side.allows || other.kind != NodeKind::literal) return {};
    const auto* const text = std::get_if<std::string>(&other.value);
    if (text == nullptr || side.allows(*text)) return {};
    return bad(other, "'" + *text + "' is not " + side.words);
  }

  static Result<Measure> comparable(const Node& left, const Typed& a, const Node& right, const Typed& b) {
    if (right.kind == NodeKind::literal && is_none(right.value)) return bad(right, "write 'is none' or 'is not none'");
    if (left.kind == NodeKind::literal && is_none(left.value)) return bad(left, "write 'is none' or 'is not none'");
    if (a.type != b.type && a.type != Type::none && b.type != Type::none) {
      const bool days =
          (a.type == Type::date && b.type == Type::time) || (a.type == Type::time && b.type == Type::date);
      return bad(right, std::string(name_of(a.type)) + " cannot be compared with " + std::string(name_of(b.type)) +
                            (days ? "; day(...) gives the date of a time" : ""));
    }
    if (a.type == Type::geometry || a.type == Type::list)
      return bad(left, std::string(name_of(a.type)) + " cannot be compared" +
                           (a.type == Type::list ? "; write contains(list, 'x') or 'x' in list" : ""));
    if (const auto good = allowed(a, right); !good) return fail(good.error());
    if (const auto good = allowed(b, left); !good) return fail(good.error());
    return in_one_unit(right, a.measure, b.measure);
  }

  Result<Typed> compare(const Node& node) {
    const auto left = check(*node.parts[0]);
    if (!left) return left;
    const auto right = check(*node.parts[1]);
    if (!right) return right;
    const auto measure = comparable(*node.parts[0], *left, *node.parts[1], *right);
    if (!measure) return fail(measure.error());
    const bool ordered =
        left->type == Type::number || left->type == Type::date || left->type == Type::time || left->type == Type::none;
    if (!ordered && node.comparison != Node::Comparison::equal && node.comparison != Node::Comparison::unequal)
      return bad(node,
                 "only numbers, dates and times are smaller or larger, this is " + std::string(name_of(left->type)));
    return of(Type::boolean);
  }

  Result<Typed> one_of(const Node& node) {
    const auto left = check(*node.parts[0]);
    if (!left) return left;
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      const Node& part = *node.parts[i];
      const auto right = check(part);
      if (!right) return right;
      if (node.listed) {
        const auto measure = comparable(*node.parts[0], *left, part, *right);
        if (!measure) return fail(measure.error());
        continue;
      }
      if (right->type != Type::list)
        return bad(part, "'in' needs a list as ['x', 'y'] or a field that holds several, this is " +
                             std::string(name_of(right->type)));
      if (left->type != Type::text && left->type != Type::none)
        return bad(*node.parts[0], "'in' looks for a text, this is " + std::string(name_of(left->type)));
      if (const auto good = allowed(*right, *node.parts[0]); !good) return fail(good.error());
    }
    return of(Type::boolean);
  }

  /// Values of which one is taken: all of one type and unit.
  Result<Typed> one_type(const Node& node, std::size_t begin) {
    Typed result;
    for (std::size_t i = begin; i < node.parts.size(); ++i) {
      const Node& part = *node.parts[i];
      auto next = check(part);
      if (!next) return next;
      if (next->type == Type::none) continue;
      if (result.type == Type::none) {
        result = std::move(*next);
        continue;
      }
      if (result.type != next->type)
        return bad(part, "this is " + std::string(name_of(next->type)) + ", what stands before it " +
                             std::string(name_of(result.type)));
      const auto measure = in_one_unit(part, result.measure, next->measure);
      if (!measure) return fail(measure.error());
      result.measure = *measure;
    }
    result.allows = nullptr;
    return result;
  }

  Result<void> all_of(const Node& node, std::initializer_list<Type> types, const std::string& where) {
    std::size_t i = 0;
    for (const Type type : types) {
      const auto part = wanted(*node.parts[i++], type, where);
      if (!part) return fail(part.error());
    }
    return {};
  }

  Result<Typed> call(const Node& node) {
    const auto& face = *std::ranges::find(functions, node.function, &FunctionFace::function);
    const std::string where(face.form);
    const auto gives = [&](std::initializer_list<Type> types, Typed typed) -> Result<Typed> {
      const auto good = all_of(node, types, where);
      if (!good) return fail(good.error());
      return typed;
    };
    switch (node.function) {
      case Function::least_of:
      case Function::highest_of: {
        auto typed = one_type(node, 0);
        if (typed && typed->type != Type::number && typed->type != Type::date && typed->type != Type::time &&
            typed->type != Type::none)
          return bad(node, where + " needs numbers, dates or times");
        return typed;
      }
      case Function::absolute: return wanted(*node.parts[0], Type::number, where);
      case Function::round: {
        auto typed = wanted(*node.parts[0], Type::number, where);
        const auto digits = wanted(*node.parts[1], Type::number, where);
        if (typed && !digits) return digits;
        return typed;
      }
      case Function::power: {
        auto typed = gives({Type::number, Type::number}, of(Type::number));
        if (typed) typed->measure.known = Measure::Known::unknown;
        return typed;
      }
      case Function::bare: return gives({Type::number}, of(Type::number));
      case Function::choose: {
        const auto condition = wanted(*node.parts[0], Type::boolean, where);
        return condition ? one_type(node, 1) : condition;
      }
      case Function::coalesce: return one_type(node, 0);
      case Function::length: return text_or_list(node, where, of(Type::number));
      case Function::starts_with: return gives({Type::text, Type::text}, of(Type::boolean));
      case Function::contains: return text_or_list(node, where, of(Type::boolean));
      case Function::join: return join(node, where);
      case Function::workdays: return gives({Type::date, Type::date}, days());
      case Function::add_workdays:
      case Function::add_months: return gives({Type::date, Type::number}, of(Type::date));
      case Function::day: return gives({Type::time}, of(Type::date));
      case Function::year:
      case Function::month: {
        const auto typed = check(*node.parts[0]);
        if (!typed) return typed;
        if (typed->type != Type::date && typed->type != Type::time && typed->type != Type::none)
          return bad(*node.parts[0], where + " needs a date or a time, this is " + std::string(name_of(typed->type)));
        return of(Type::number);
      }
      case Function::mean:
      case Function::highest: {
        Typed measured = of(Type::number);
        measured.measure.known = Measure::Known::unknown;  // the unit is the property's
        return gives({Type::text, Type::text, Type::date, Type::date}, measured);
      }
      case Function::share_above:
        return gives({Type::text, Type::text, Type::number, Type::date, Type::date}, of(Type::number));
    }
    return of(Type::none);
  }

  Result<Typed> join(const Node& node, const std::string& where) {
    for (const auto& part : node.parts) {
      const auto typed = check(*part);
      if (!typed) return typed;
      if (typed->type != Type::text && typed->type != Type::number && typed->type != Type::date &&
          typed->type != Type::none)
        return bad(*part, where + " needs texts, numbers and dates, this is " + std::string(name_of(typed->type)));
    }
    return of(Type::text);
  }

  /// length and contains: of a text or of a list.
  Result<Typed> text_or_list(const Node& node, const std::string& where, Typed result) {
    const auto first = check(*node.parts[0]);
    if (!first) return first;
    if (first->type != Type::text && first->type != Type::list && first->type != Type::none)
      return bad(*node.parts[0], where + " needs a text or a list, this is " + std::string(name_of(first->type)));
    if (node.parts.size() > 1) {
      const auto second = wanted(*node.parts[1], Type::text, where);
      if (!second) return second;
      if (first->type == Type::list) {
        if (const auto good = allowed(*first, *node.parts[1]); !good) return fail(good.error());
      }
    }
    return result;
  }

  Result<Typed> over(const Node& node) {
    const std::string register_id = node.register_id.empty() ? scope_.register_id : node.register_id;
    if (scope_.has_register && !scope_.has_register(register_id))
      return bad(node, "there is no register '" + register_id + "'");
    Typed result = of(Type::number);
    if (node.over != Over::count) {
      auto field = known(node, register_id, node.name);
      if (!field) return fail(field.error());
      const bool ordered = node.over == Over::least || node.over == Over::most;
      if (field->type != Type::number && !(ordered && (field->type == Type::date || field->type == Type::time)))
        return bad(node, "'" + node.name + "' of " + register_id + " is not a number" + (ordered ? " or a date" : ""));
      result = of(field->type);
      result.measure = measure_of(field->unit);
    }
    if (!node.parts.empty()) {
      other_ = register_id;
      const auto condition = wanted(*node.parts[0], Type::boolean, "'where'");
      other_.clear();
      if (!condition) return condition;
    }
    return result;
  }

  const Scope& scope_;
  std::string other_;  ///< the register whose records `where` goes over
};

}  // namespace

Result<Type> Expression::check(const Scope& scope) const {
  const auto typed = Checker(scope).check(*root_);
  if (!typed) return fail(typed.error());
  return typed->type;
}

Result<void> Expression::check_gives(const Scope& scope, Type wanted, std::string_view unit) const {
  const auto typed = Checker(scope).check(*root_);
  if (!typed) return fail(typed.error());
  if (typed->type != wanted && typed->type != Type::none)
    return fail_at(Errc::invalid_value, 1,
                   "gives " + std::string(name_of(typed->type)) + ", expected " + std::string(name_of(wanted)));
  if (wanted != Type::number || unit.empty()) return {};
  const auto parsed = parse_unit(unit);
  if (!parsed) return fail_at(Errc::invalid_value, 1, parsed.error().detail);
  Measure expected{.known = Measure::Known::unit, .unit = *parsed};
  if (fit(typed->measure, expected)) return {};
  return fail_at(Errc::invalid_value, 1,
                 "gives a number in " + typed->measure.unit.code + ", expected " + std::string(unit) +
                     "; convert it, or take off by bare(...) a unit that a coefficient changes");
}

}  // namespace celadon::systems
