#include "core/rounding.hpp"
#include "systems/civil_day.hpp"
#include "systems/expression_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace celadon::systems {
namespace {

constexpr int workdays_max = 5000, months_max = 2400;  // more is a slip of the pen

/// Numbers that differ by rounding of their last digits alone are equal: 0.1 + 0.2 = 0.3.
bool are_equal(double a, double b) { return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

Value finite(double value) { return std::isfinite(value) ? Value(value) : Value(); }

/// A day within the years the platform knows (1900..2199), or none.
Value day_after(LegalDay day, double days) {
  constexpr double least = -25567, most = 84005;
  const double result = std::floor(day.days + days);
  if (!(result >= least && result <= most)) return {};
  return LegalDay{static_cast<std::int32_t>(result)};
}

Value time_after(Instant time, double days) {
  constexpr double least = -25567.0 * us_per_day, most = 84005.0 * us_per_day;
  const double result = static_cast<double>(time.us) + std::round(days * us_per_day);
  if (!(result >= least && result <= most)) return {};
  return Instant{static_cast<std::int64_t>(result)};
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// -1, 0, 1; nothing where the two cannot be compared.
std::optional<int> order(const Value& a, const Value& b) {
  if (a.index() != b.index()) return std::nullopt;
  const auto of = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (const auto* x = std::get_if<double>(&a)) {
    const double y = std::get<double>(b);
    return are_equal(*x, y) ? 0 : of(*x, y);
  }
  if (const auto* x = std::get_if<bool>(&a)) return of(*x, std::get<bool>(b));
  if (const auto* x = std::get_if<std::string>(&a)) return of(*x, std::get<std::string>(b));
  if (const auto* x = std::get_if<LegalDay>(&a)) return of(*x, std::get<LegalDay>(b));
  if (const auto* x = std::get_if<Instant>(&a)) return of(*x, std::get<Instant>(b));
  return std::nullopt;
}

std::string printed_literal(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, *number).ptr};
  }
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  const auto* const words = std::get_if<std::string>(&value);
  if (words == nullptr) return "none";
  std::string text = "'";
  for (const char c : *words) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

class Evaluator {
 public:
  Evaluator(const Facts& own, const Facts* other) : own_(own), here_(other == nullptr ? own : *other) {}

  Result<Value> of(const Node& node) {
    switch (node.kind) {
      case NodeKind::literal: return node.value;
      case NodeKind::name: return name(node);
      case NodeKind::negate: {
        const auto part = number(*node.parts[0]);
        if (!part) return fail(part.error());
        return *part ? Value(-**part) : Value();
      }
      case NodeKind::sum: return sum(node);
      case NodeKind::product: return product(node);
      case NodeKind::compare: return compare(node);
      case NodeKind::one_of: return one_of(node);
      case NodeKind::is_none: {
        const auto part = of(*node.parts[0]);
        if (!part) return part;
        return Value(is_none(*part) != node.turned);
      }
      case NodeKind::all: return logic(node, false);
      case NodeKind::any: return logic(node, true);
      case NodeKind::not_: {
        const auto part = as<bool>(*node.parts[0], "true or false");
        if (!part) return fail(part.error());
        return *part ? Value(!**part) : Value();
      }
      case NodeKind::call: return call(node);
      case NodeKind::over: return over(node);
    }
    return Value();
  }

 private:
  template <class T>
  Result<std::optional<T>> as(const Node& node, const char* expected) {
    auto value = of(node);
    if (!value) return fail(value.error());
    if (is_none(*value)) return std::optional<T>();
    if (auto* held = std::get_if<T>(&*value)) return std::optional<T>(std::move(*held));
    return fail_at(Errc::invalid_value, node.column, std::string("expected ") + expected);
  }
  Result<std::optional<double>> number(const Node& node) { return as<double>(node, "a number"); }

  Result<Value> name(const Node& node) {
    if (!node.own && node.follow.empty() && node.name == "today") return Value(own_.today());
    if (!node.own && node.follow.empty() && node.name == "now") return own_.field("now");
    const Facts& facts = node.own ? own_ : here_;
    return node.follow.empty() ? facts.field(node.name) : facts.follow(node.name, node.follow);
  }

  Result<Value> sum(const Node& node) {
    auto total = of(*node.parts[0]);
    if (!total) return total;
    bool missing = is_none(*total);
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      const auto next = of(*node.parts[i]);
      if (!next) return next;
      missing = missing || is_none(*next) || is_none(*total);
      if (missing) continue;
      const double sign = node.signs[i] == '-' ? -1 : 1;
      const auto* const days = std::get_if<double>(&*next);
      if (auto* number = std::get_if<double>(&*total); number != nullptr && days != nullptr)
        total = finite(*number + sign * *days);
      else if (auto* day = std::get_if<LegalDay>(&*total); day != nullptr && days != nullptr)
        total = day_after(*day, sign * *days);
      else if (auto* time = std::get_if<Instant>(&*total); time != nullptr && days != nullptr)
        total = time_after(*time, sign * *days);
      else if (day != nullptr && sign < 0 && std::holds_alternative<LegalDay>(*next))
        total = Value(static_cast<double>(day->days) - std::get<LegalDay>(*next).days);
      else if (time != nullptr && sign < 0 && std::holds_alternative<Instant>(*next))
        total = Value(static_cast<double>(time->us - std::get<Instant>(*next).us) / us_per_day);
      else
        return fail_at(Errc::invalid_value, node.parts[i]->column, "these two cannot be added or subtracted");
    }
    return missing ? Value() : total;
  }

  Result<Value> product(const Node& node) {
    double total = 1;
    bool missing = false;
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      const auto next = number(*node.parts[i]);
      if (!next) return fail(next.error());
      const double value = next->value_or(0);
      missing = missing || !*next || (node.signs[i] == '/' && value == 0);
      total = node.signs[i] == '/' ? total / value : total * value;
    }
    return missing ? Value() : finite(total);
  }

  Result<Value> compare(const Node& node) {
    const auto left = of(*node.parts[0]);
    if (!left) return left;
    const auto right = of(*node.parts[1]);
    if (!right) return right;
    if (is_none(*left) || is_none(*right)) return Value();
    const auto ordered = order(*left, *right);
    if (!ordered) return fail_at(Errc::invalid_value, node.column, "these two cannot be compared");
    switch (node.comparison) {
      case Node::Comparison::equal: return Value(*ordered == 0);
      case Node::Comparison::unequal: return Value(*ordered != 0);
      case Node::Comparison::less: return Value(*ordered < 0);
      case Node::Comparison::at_most: return Value(*ordered <= 0);
      case Node::Comparison::more: return Value(*ordered > 0);
      case Node::Comparison::at_least: return Value(*ordered >= 0);
    }
    return Value();
  }

  Result<Value> one_of(const Node& node) {
    const auto left = of(*node.parts[0]);
    if (!left) return left;
    if (is_none(*left)) return Value();
    bool found = false;
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      const auto right = of(*node.parts[i]);
      if (!right) return right;
      if (node.listed) {
        found = found || order(*left, *right) == 0;
      } else {
        const auto* const list = std::get_if<std::vector<std::string>>(&*right);
        const auto* const text = std::get_if<std::string>(&*left);
        if (is_none(*right)) return Value();
        if (list == nullptr || text == nullptr)
          return fail_at(Errc::invalid_value, node.parts[i]->column, "expected a text and a list");
        found = std::ranges::find(*list, *text) != list->end();
      }
    }
    return Value(found != node.turned);
  }

  /// Three-valued: what is missing decides nothing, but false ends an `and`, true an `or`.
  Result<Value> logic(const Node& node, bool ends) {
    bool missing = false;
    for (const auto& part : node.parts) {
      const auto value = as<bool>(*part, "true or false");
      if (!value) return fail(value.error());
      if (!*value)
        missing = true;
      else if (**value == ends)
        return Value(ends);
    }
    return missing ? Value() : Value(!ends);
  }

  Result<Value> call(const Node& node) {
    if (node.function == Function::choose) {
      const auto condition = as<bool>(*node.parts[0], "true or false");
      if (!condition) return fail(condition.error());
      return of(*node.parts[condition->value_or(false) ? 1 : 2]);
    }
    std::vector<Value> values;
    values.reserve(node.parts.size());
    for (const auto& part : node.parts) {
      auto value = of(*part);
      if (!value) return value;
      if (node.function == Function::coalesce && !is_none(*value)) return value;
      values.push_back(std::move(*value));
    }
    if (std::ranges::any_of(values, is_none)) return Value();
    const auto result = apply(node, values);
    if (!result) return fail_at(result.error().code, node.column, result.error().detail);
    return result;
  }

  template <class T>
  static const T* get(const std::vector<Value>& values, std::size_t i) {
    return std::get_if<T>(&values[i]);
  }

  Result<Value> apply(const Node& node, const std::vector<Value>& values) {
    const auto* const number = get<double>(values, 0);
    const auto* const text = get<std::string>(values, 0);
    const auto* const list = get<std::vector<std::string>>(values, 0);
    const auto* const day = get<LegalDay>(values, 0);
    const auto* const time = get<Instant>(values, 0);
    const auto wrong = [] { return fail(Errc::invalid_value, "a value is not of the type the function needs"); };
    switch (node.function) {
      case Function::least_of:
      case Function::highest_of: return outermost(values, node.function == Function::least_of);
      case Function::absolute: return number != nullptr ? Result<Value>(std::abs(*number)) : wrong();
      case Function::round: return number != nullptr ? rounded(*number, values[1]) : wrong();
      case Function::power: {
        const auto* const exponent = get<double>(values, 1);
        return number != nullptr && exponent != nullptr ? Result<Value>(finite(std::pow(*number, *exponent))) : wrong();
      }
      case Function::bare: return number != nullptr ? Result<Value>(*number) : wrong();
      case Function::length:
        if (list != nullptr) return Value(static_cast<double>(list->size()));
        return text != nullptr ? Result<Value>(static_cast<double>(characters(*text))) : wrong();
      case Function::starts_with:
      case Function::contains: {
        const auto* const part = get<std::string>(values, 1);
        if (part == nullptr || (text == nullptr && list == nullptr)) return wrong();
        if (node.function == Function::starts_with)
          return text != nullptr ? Result<Value>(text->starts_with(*part)) : wrong();
        if (list != nullptr) return Value(std::ranges::find(*list, *part) != list->end());
        return Value(text->find(*part) != std::string::npos);
      }
      case Function::join: return joined(values);
      case Function::workdays: {
        const auto* const to = get<LegalDay>(values, 1);
        return day != nullptr && to != nullptr
                   ? Result<Value>(static_cast<double>(own_.calendar().working_days(*day, *to)))
                   : wrong();
      }
      case Function::add_workdays: {
        const auto* const count = get<double>(values, 1);
        if (day == nullptr || count == nullptr) return wrong();
        if (!(*count >= 0 && *count <= workdays_max)) return Value();
        return Value(own_.calendar().add_working_days(*day, static_cast<int>(*count)));
      }
      case Function::add_months: {
        const auto* const count = get<double>(values, 1);
        if (day == nullptr || count == nullptr) return wrong();
        if (!(std::abs(*count) <= months_max)) return Value();
        return day_after(add_months(*day, static_cast<int>(std::floor(*count))), 0);
      }
      case Function::day: return time != nullptr ? Result<Value>(legal_day_of(*time)) : wrong();
      case Function::year:
      case Function::month: {
        if (day == nullptr && time == nullptr) return wrong();
        const auto civil = civil_of(day != nullptr ? *day : legal_day_of(*time));
        return Value(node.function == Function::year ? static_cast<double>(static_cast<int>(civil.year()))
                                                     : static_cast<double>(static_cast<unsigned>(civil.month())));
      }
      case Function::mean:
      case Function::highest:
      case Function::share_above: return measured(node.function, values);
      case Function::choose:
      case Function::coalesce: break;
    }
    return Value();
  }

  /// Texts one after the other; numbers as written, dates as 20260601.
  static Result<Value> joined(const std::vector<Value>& values) {
    std::string text;
    for (const auto& value : values) {
      if (const auto* const words = std::get_if<std::string>(&value)) {
        text += *words;
      } else if (std::holds_alternative<double>(value)) {
        text += printed_literal(value);
      } else if (const auto* const day = std::get_if<LegalDay>(&value)) {
        auto digits = to_string(*day);
        std::erase(digits, '-');
        text += digits;
      } else {
        return fail(Errc::invalid_value, "only texts, numbers and dates are joined");
      }
    }
    return Value(std::move(text));
  }

  static Result<Value> outermost(const std::vector<Value>& values, bool least) {
    const Value* best = &values[0];
    for (const auto& value : values) {
      const auto ordered = order(value, *best);
      if (!ordered) return fail(Errc::invalid_value, "these values cannot be compared");
      if (least ? *ordered < 0 : *ordered > 0) best = &value;
    }
    return *best;
  }

  static Result<Value> rounded(double number, const Value& digits) {
    const auto* const count = std::get_if<double>(&digits);
    if (count == nullptr) return fail(Errc::invalid_value, "expected a number of digits");
    if (!(*count >= -9 && *count <= 9)) return Value();
    const double power = std::pow(10.0, std::floor(std::abs(*count)));
    return finite(*count >= 0 ? nearest_even(number * power) / power : nearest_even(number / power) * power);
  }

  Result<Value> measured(Function function, const std::vector<Value>& values) {
    const bool share = function == Function::share_above;
    const auto* const site = get<std::string>(values, 0);
    const auto* const property = get<std::string>(values, 1);
    const auto* const limit = share ? get<double>(values, 2) : nullptr;
    const auto* const from = get<LegalDay>(values, share ? 3 : 2);
    const auto* const to = get<LegalDay>(values, share ? 4 : 3);
    if (site == nullptr || property == nullptr || from == nullptr || to == nullptr || (share && limit == nullptr))
      return fail(Errc::invalid_value, "expected a site, a property and two dates");
    const auto statistic = share                           ? Facts::Statistic::share_above
                           : function == Function::highest ? Facts::Statistic::highest
                                                           : Facts::Statistic::mean;
    return own_.measured(statistic, *site, *property, limit != nullptr ? *limit : 0, *from, *to);
  }

  /// `field = constant` among the terms that must all hold. Nothing where a constant is missing: no record can match.
  Result<std::optional<std::vector<std::pair<std::string, Value>>>> equalities(const Node* condition) {
    std::vector<std::pair<std::string, Value>> found;
    if (condition == nullptr) return std::optional(found);
    std::vector<const Node*> terms;
    if (condition->kind == NodeKind::all) {
      for (const auto& part : condition->parts) terms.push_back(part.get());
    } else {
      terms.push_back(condition);
    }
    const auto is_plain = [](const Node& node) {
      return node.kind == NodeKind::name && reads_plain_name(node) && node.follow.empty();
    };
    for (const Node* term : terms) {
      if (term->kind != NodeKind::compare || term->comparison != Node::Comparison::equal) continue;
      const Node *field = term->parts[0].get(), *constant = term->parts[1].get();
      if (!is_plain(*field)) std::swap(field, constant);
      if (!is_plain(*field) || reads_plain_name(*constant)) continue;
      auto value = of(*constant);
      if (!value) return fail(value.error());
      if (is_none(*value)) return std::optional<std::vector<std::pair<std::string, Value>>>();
      found.emplace_back(field->name, std::move(*value));
    }
    return std::optional(std::move(found));
  }

  using Term = Facts::Term;

  /// A term that asks one field of the other record and compares it with what is the same for all of them. False where
  /// it is not such a term; `never` where a constant is missing, so that it holds for none.
  Result<bool> plain_term(const Node& node, bool turned, std::vector<Term>& terms, bool& never) {
    using Comparison = Node::Comparison;
    using Test = Term::Test;
    const auto is_plain = [](const Node& one) {
      return one.kind == NodeKind::name && reads_plain_name(one) && one.follow.empty();
    };
    const auto constant = [&](const Node& one) -> Result<Value> {
      auto value = of(one);
      if (value && is_none(*value)) never = true;
      return value;
    };
    if (node.kind == NodeKind::not_) return plain_term(*node.parts[0], !turned, terms, never);
    if (is_plain(node)) {
      terms.push_back({node.name, Test::any_of, {Value(!turned)}});
      return true;
    }
    if (node.kind == NodeKind::is_none && is_plain(*node.parts[0])) {
      terms.push_back({node.parts[0]->name, node.turned != turned ? Test::some : Test::none, {}});
      return true;
    }
    if (node.kind == NodeKind::one_of && node.listed && is_plain(*node.parts[0])) {
      Term term{node.parts[0]->name, node.turned != turned ? Test::none_of : Test::any_of, {}};
      for (std::size_t i = 1; i < node.parts.size(); ++i) {
        if (reads_plain_name(*node.parts[i])) return false;
        auto value = of(*node.parts[i]);
        if (!value) return fail(value.error());
        if (is_none(*value)) return false;
        term.values.push_back(std::move(*value));
      }
      terms.push_back(std::move(term));
      return true;
    }
    if (node.kind != NodeKind::compare) return false;
    const Node *field = node.parts[0].get(), *other = node.parts[1].get();
    const bool swapped = !is_plain(*field);
    if (swapped) std::swap(field, other);
    if (!is_plain(*field) || reads_plain_name(*other)) return false;
    auto value = constant(*other);
    if (!value) return fail(value.error());
    Comparison comparison = node.comparison;
    const auto is = [&](Comparison a, Comparison b) {
      // Two ways to say b: as it stands, or a with the sides swapped or the sense turned.
      return comparison == a ? b : comparison == b ? a : comparison;
    };
    if (swapped) comparison = is(Comparison::less, Comparison::more);
    if (swapped) comparison = is(Comparison::at_most, Comparison::at_least);
    if (turned) {
      comparison = is(Comparison::equal, Comparison::unequal);
      const Comparison now = comparison;
      if (now == Comparison::less || now == Comparison::at_least)
        comparison = is(Comparison::less, Comparison::at_least);
      else
        comparison = is(Comparison::more, Comparison::at_most);
    }
    static constexpr std::array tests = {Test::any_of, Test::none_of, Test::less,
                                         Test::at_most, Test::more,   Test::at_least};
    terms.push_back({field->name, tests[static_cast<std::size_t>(comparison)], {std::move(*value)}});
    return true;
  }

  /// What an index says of the whole, where the condition is plain and there is such an index.
  Result<std::optional<Value>> over_by_index(const Node& node, const Node* condition) {
    std::vector<Term> terms;
    bool never = false;
    std::vector<const Node*> parts;
    if (condition != nullptr && condition->kind == NodeKind::all)
      for (const auto& part : condition->parts) parts.push_back(part.get());
    else if (condition != nullptr)
      parts.push_back(condition);
    for (const Node* part : parts) {
      const auto plain = plain_term(*part, false, terms, never);
      if (!plain) return fail(plain.error());
      if (!*plain) return std::optional<Value>();
    }
    if (never) return std::optional<Value>();  // the way of `each` sees that no record matches
    const auto totals = own_.totals(node.register_id, terms, node.over == Over::count ? "" : node.name);
    if (!totals) return fail(totals.error());
    if (!*totals) return std::optional<Value>();
    const Facts::Totals& found = **totals;
    switch (node.over) {
      case Over::count: return std::optional(Value(found.count));
      case Over::sum: return std::optional(finite(found.sum));
      case Over::average: return std::optional(found.count > 0 ? finite(found.sum / found.count) : Value());
      case Over::least: return std::optional(found.least);
      case Over::most: return std::optional(found.most);
    }
    return std::optional<Value>();
  }

  Result<Value> over(const Node& node) {
    const Node* const condition = node.parts.empty() ? nullptr : node.parts[0].get();
    auto told = over_by_index(node, condition);
    if (!told) return fail(told.error());
    if (*told) return std::move(**told);
    const auto narrowed = equalities(condition);
    if (!narrowed) return fail(narrowed.error());
    double count = 0, sum = 0;
    Value outer;
    const auto take = [&](const Facts& other) -> Result<void> {
      Evaluator inside(own_, &other);
      if (condition != nullptr) {
        const auto holds = inside.as<bool>(*condition, "true or false");
        if (!holds) return fail(holds.error());
        if (!holds->value_or(false)) return {};
      }
      if (node.over == Over::count) {
        ++count;
        return {};
      }
      const auto value = other.field(node.name);
      if (!value) return fail(value.error());
      if (is_none(*value)) return {};
      ++count;
      if (const auto* number = std::get_if<double>(&*value)) sum += *number;
      const auto ordered = is_none(outer) ? 0 : order(*value, outer);
      if (!ordered) return fail_at(Errc::invalid_value, node.column, "'" + node.name + "' is of several types");
      if (is_none(outer) || (node.over == Over::least ? *ordered < 0 : *ordered > 0)) outer = *value;
      return {};
    };
    if (*narrowed) {
      const auto done = own_.each(node.register_id, **narrowed, take);
      if (!done) return fail(done.error());
    }
    switch (node.over) {
      case Over::count: return Value(count);
      case Over::sum: return finite(sum);
      case Over::average: return count > 0 ? finite(sum / count) : Value();
      case Over::least:
      case Over::most: return outer;
    }
    return Value();
  }

  const Facts& own_;
  const Facts& here_;
};

std::string printed(const Node& node);

std::string printed_parts(const Node& node, std::size_t begin, std::string_view between) {
  std::string text;
  for (std::size_t i = begin; i < node.parts.size(); ++i)
    text += (i > begin ? std::string(between) : "") + printed(*node.parts[i]);
  return text;
}

std::string printed(const Node& node) {
  static constexpr std::string_view comparisons[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
  switch (node.kind) {
    case NodeKind::literal: return printed_literal(node.value);
    case NodeKind::name: return (node.own ? "this." : "") + node.name + (node.follow.empty() ? "" : "." + node.follow);
    case NodeKind::negate: return "(-" + printed(*node.parts[0]) + ")";
    case NodeKind::not_: return "(not " + printed(*node.parts[0]) + ")";
    case NodeKind::sum:
    case NodeKind::product: {
      std::string text = "(" + printed(*node.parts[0]);
      for (std::size_t i = 1; i < node.parts.size(); ++i)
        text += fmt::format(" {} {}", node.signs[i], printed(*node.parts[i]));
      return text + ")";
    }
    case NodeKind::compare:
      return "(" + printed_parts(node, 0, comparisons[static_cast<std::size_t>(node.comparison)]) + ")";
    case NodeKind::one_of:
      return "(" + printed(*node.parts[0]) + (node.turned ? " not in " : " in ") +
             (node.listed ? "[" + printed_parts(node, 1, ", ") + "]" : printed(*node.parts[1])) + ")";
    case NodeKind::is_none: return "(" + printed(*node.parts[0]) + (node.turned ? " is not none)" : " is none)");
    case NodeKind::all: return "(" + printed_parts(node, 0, " and ") + ")";
    case NodeKind::any: return "(" + printed_parts(node, 0, " or ") + ")";
    case NodeKind::call:
      return std::string(std::ranges::find(functions, node.function, &FunctionFace::function)->name) + "(" +
             printed_parts(node, 0, ", ") + ")";
    case NodeKind::over: {
      std::string text(std::ranges::find(overs, node.over, &OverFace::over)->name);
      text += "(" + node.register_id + (!node.register_id.empty() && !node.name.empty() ? "." : "") + node.name;
      if (!node.parts.empty()) text += std::string(text.back() == '(' ? "" : " ") + "where " + printed(*node.parts[0]);
      return text + ")";
    }
  }
  return "";
}

}  // namespace

Result<Value> Expression::evaluate(const Facts& facts) const { return Evaluator(facts, nullptr).of(*root_); }

namespace {

Result<bool> is_met(const Result<Value>& value) {
  if (!value) return fail(value.error());
  if (is_none(*value)) return false;
  const auto* const met = std::get_if<bool>(&*value);
  if (met == nullptr) return fail_at(Errc::invalid_value, 1, "expected a condition that is true or false");
  return *met;
}

}  // namespace

Result<bool> Expression::holds(const Facts& facts) const { return is_met(evaluate(facts)); }

Result<bool> Expression::holds(const Facts& own, const Facts& other) const {
  return is_met(Evaluator(own, &other).of(*root_));
}

std::string Expression::with_brackets() const { return printed(*root_); }

}  // namespace celadon::systems
