#include "systems/expression_node.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>

namespace celadon::systems {
namespace {

using NodePtr = std::unique_ptr<Node>;

constexpr std::size_t expression_bytes_max = 4000;
constexpr int brackets_deep_max = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool goes_on(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

constexpr std::string_view reserved[] = {"and", "or", "not", "in", "is", "none", "true", "false", "where", "this"};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<NodePtr> whole() {
    auto root = any();
    if (!root) return root;
    skip_blanks();
    if (at_ < text_.size()) return bad(what_stands_here() + " is not expected here" + hint());
    return root;
  }

 private:
  /// Columns count characters, not bytes.
  [[nodiscard]] std::size_t column() const {
    return 1 + static_cast<std::size_t>(std::ranges::count_if(
                   text_.substr(0, at_), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }
  [[nodiscard]] Unexpected<Error> bad(const std::string& reason) const {
    return fail_at(Errc::malformed, column(), reason);
  }
  [[nodiscard]] std::string what_stands_here() const {
    if (at_ >= text_.size()) return "the end";
    std::size_t end = at_ + 1;
    if (goes_on(text_[at_])) {
      while (end < text_.size() && goes_on(text_[end]) && end - at_ < 40) ++end;
    } else {
      while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) ++end;
    }
    return "'" + std::string(text_.substr(at_, end - at_)) + "'";
  }
  [[nodiscard]] std::string hint() const {
    const auto rest = text_.substr(at_);
    if (rest.starts_with("=")) return "; two sides are compared by one '='";
    if (rest.starts_with("&&")) return "; write 'and'";
    if (rest.starts_with("||")) return "; write 'or'";
    if (rest.starts_with("\"")) return "; a text stands in single quotes";
    return "";
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  /// A word is taken only as a whole: `in` is not the begin of `index`.
  bool take_word(std::string_view word) {
    skip_blanks();
    const auto rest = text_.substr(at_);
    if (!rest.starts_with(word) || (rest.size() > word.size() && goes_on(rest[word.size()]))) return false;
    at_ += word.size();
    return true;
  }
  std::string take_name() {
    skip_blanks();
    const std::size_t begin = at_;
    if (at_ < text_.size() && is_letter(text_[at_])) {
      while (at_ < text_.size() && goes_on(text_[at_])) ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }
  NodePtr make(NodeKind kind, std::size_t column) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->column = column;
    return node;
  }
  std::size_t here() {
    skip_blanks();
    return column();
  }

  /// Parts with a word between them become one node, so that a long list is not a deep tree.
  template <class Part>
  Result<NodePtr> chain(NodeKind kind, std::string_view word, Part part) {
    const std::size_t begin = here();
    auto first = part();
    if (!first || !take_word(word)) return first;
    auto node = make(kind, begin);
    node->parts.push_back(std::move(*first));
    do {
      auto next = part();
      if (!next) return next;
      node->parts.push_back(std::move(*next));
    } while (take_word(word));
    return node;
  }
  template <class Part>
  Result<NodePtr> chain_of_signs(NodeKind kind, char sign_a, char sign_b, Part part) {
    const std::size_t begin = here();
    auto first = part();
    if (!first) return first;
    NodePtr node;
    for (;;) {
      skip_blanks();
      const char sign = at_ < text_.size() ? text_[at_] : '\0';
      if (sign != sign_a && sign != sign_b) break;
      ++at_;
      auto next = part();
      if (!next) return next;
      if (!node) {
        node = make(kind, begin);
        node->signs = std::string(1, sign_a);
        node->parts.push_back(std::move(*first));
      }
      node->signs += sign;
      node->parts.push_back(std::move(*next));
    }
    return node ? std::move(node) : std::move(*first);
  }

  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
  };

  Result<NodePtr> any() {
    const Deeper deeper(depth_);
    if (depth_ > brackets_deep_max) return bad("brackets are nested more than 64 deep");
    return chain(NodeKind::any, "or", [this] { return all(); });
  }
  Result<NodePtr> all() {
    return chain(NodeKind::all, "and", [this] { return negation(); });
  }
  Result<NodePtr> negation() {
    const std::size_t begin = here();
    if (!take_word("not")) return comparison();
    const Deeper deeper(depth_);
    if (depth_ > brackets_deep_max) return bad("nested more than 64 deep");
    auto part = negation();
    if (!part) return part;
    auto node = make(NodeKind::not_, begin);
    node->parts.push_back(std::move(*part));
    return node;
  }

  Result<NodePtr> comparison() {
    auto left = sum();
    if (!left) return left;
    const std::size_t begin = here();
    if (take_word("is")) {
      auto node = make(NodeKind::is_none, begin);
      node->turned = take_word("not");
      if (!take_word("none")) return bad("expected 'none': write 'is none' or 'is not none'");
      node->parts.push_back(std::move(*left));
      return node;
    }
    const bool turned = take_word("not");
    if (take_word("in")) return one_of(std::move(*left), turned, begin);
    if (turned) return bad("expected 'in' after 'not'");
    static constexpr std::pair<std::string_view, Node::Comparison> signs[] = {
        {"!=", Node::Comparison::unequal}, {"<=", Node::Comparison::at_most}, {">=", Node::Comparison::at_least},
        {"=", Node::Comparison::equal},    {"<", Node::Comparison::less},     {">", Node::Comparison::more}};
    for (const auto& [sign, comparison] : signs) {
      if (!take(sign)) continue;
      skip_blanks();
      if (at_ < text_.size() && text_[at_] == '=') return bad("'=' is not expected here" + hint());
      auto right = sum();
      if (!right) return right;
      auto node = make(NodeKind::compare, begin);
      node->comparison = comparison;
      node->parts.push_back(std::move(*left));
      node->parts.push_back(std::move(*right));
      return node;
    }
    return left;
  }

  Result<NodePtr> one_of(NodePtr left, bool turned, std::size_t begin) {
    auto node = make(NodeKind::one_of, begin);
    node->turned = turned;
    node->parts.push_back(std::move(left));
    if (!take("[")) {
      auto list = sum();
      if (!list) return list;
      node->parts.push_back(std::move(*list));
      return node;
    }
    node->listed = true;
    do {
      auto part = sum();
      if (!part) return part;
      node->parts.push_back(std::move(*part));
    } while (take(","));
    if (!take("]")) return bad("expected ',' or ']' after a value of the list");
    return node;
  }

  Result<NodePtr> sum() {
    return chain_of_signs(NodeKind::sum, '+', '-', [this] { return product(); });
  }
  Result<NodePtr> product() {
    return chain_of_signs(NodeKind::product, '*', '/', [this] { return unary(); });
  }
  Result<NodePtr> unary() {
    const std::size_t begin = here();
    if (!take("-")) return primary();
    const Deeper deeper(depth_);
    if (depth_ > brackets_deep_max) return bad("nested more than 64 deep");
    auto part = unary();
    if (!part) return part;
    auto node = make(NodeKind::negate, begin);
    node->parts.push_back(std::move(*part));
    return node;
  }

  Result<NodePtr> primary() {
    const std::size_t begin = here();
    if (take("(")) {
      auto inner = any();
      if (!inner) return inner;
      if (!take(")")) return bad("expected ')'");
      return inner;
    }
    if (at_ < text_.size() && text_[at_] == '\'') return text_literal();
    if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) return number();
    auto node = make(NodeKind::literal, begin);
    if (take_word("none")) return node;
    if (take_word("true")) {
      node->value = true;
      return node;
    }
    if (take_word("false")) {
      node->value = false;
      return node;
    }
    return name_or_call(begin);
  }

  Result<NodePtr> text_literal() {
    auto node = make(NodeKind::literal, column());
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        text += text_[at_];
      } else if (text_.substr(at_).starts_with("''")) {
        text += text_[at_++];
      } else {
        ++at_;
        node->value = std::move(text);
        return node;
      }
    }
    return fail_at(Errc::malformed, node->column, "the text that begins here is not closed by '");
  }

  Result<NodePtr> number() {
    auto node = make(NodeKind::literal, column());
    double value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    const auto stop = static_cast<std::size_t>(end - text_.data());
    if (error != std::errc{} || !std::isfinite(value) || (stop < text_.size() && goes_on(text_[stop])))
      return bad("expected a number as 12.5");
    at_ = stop;
    node->value = value;
    return node;
  }

  Result<NodePtr> name_or_call(std::size_t begin) {
    const std::size_t from = at_;
    std::string name = take_name();
    if (name.empty()) return bad("expected a value, a field or a function, not " + what_stands_here() + hint());
    const bool own = name == "this";
    if (!own && std::ranges::find(reserved, name) != std::end(reserved)) {
      at_ = from;
      return bad("expected a value before '" + name + "'");
    }
    if (!own && take("(")) return call(name, begin);
    auto node = make(NodeKind::name, begin);
    node->own = own;
    if (own) {
      if (!take(".")) return bad("expected a field after 'this', as in this.enterprise");
      name = take_name();
      if (name.empty()) return bad("expected a field after 'this.'");
    }
    node->name = std::move(name);
    if (take(".")) {
      node->follow = take_name();
      if (node->follow.empty()) return bad("expected a field after '" + node->name + ".'");
      if (take(".")) return bad("only one reference can be followed");
    }
    return node;
  }

  Result<NodePtr> call(const std::string& name, std::size_t begin) {
    const auto* const over = std::ranges::find(overs, name, &OverFace::name);
    if (over != overs.end()) return over_records(*over, begin);
    const auto* const face = std::ranges::find(functions, name, &FunctionFace::name);
    if (face == functions.end()) return fail_at(Errc::malformed, begin, "there is no function '" + name + "'");
    auto node = make(NodeKind::call, begin);
    node->function = face->function;
    if (!take(")")) {
      do {
        auto part = any();
        if (!part) return part;
        node->parts.push_back(std::move(*part));
      } while (take(","));
      if (!take(")")) return bad("expected ',' or ')'");
    }
    if (node->parts.size() < face->least || node->parts.size() > face->most)
      return fail_at(
          Errc::malformed, begin,
          std::to_string(node->parts.size()) + " values for " + name + "; expected " + std::string(face->form));
    return node;
  }

  /// count(register where ...), sum(register.field where ...); without a register the record's own.
  Result<NodePtr> over_records(const OverFace& face, std::size_t begin) {
    auto node = make(NodeKind::over, begin);
    node->over = face.over;
    if (inside_over_)
      return fail_at(Errc::malformed, begin, "'" + std::string(face.name) + "' cannot stand inside another");
    inside_over_ = true;
    if (!take_word("where")) {
      skip_blanks();
      const std::size_t from = at_;
      while (at_ < text_.size() && (goes_on(text_[at_]) || text_[at_] == '-')) ++at_;
      std::string word(text_.substr(from, at_ - from));
      if (face.over == Over::count) {
        node->register_id = std::move(word);
      } else if (take(".")) {
        node->register_id = std::move(word);
        node->name = take_name();
      } else {
        node->name = std::move(word);
      }
      if (face.over != Over::count && node->name.empty())
        return bad("expected a field, as in " + std::string(face.name) + "(waybill.net_t where ...)");
      if (take(")")) {
        inside_over_ = false;
        return node;
      }
      if (!take_word("where")) return bad("expected 'where' or ')', not " + what_stands_here());
    } else if (face.over != Over::count) {
      return bad("expected a field, as in " + std::string(face.name) + "(waybill.net_t where ...)");
    }
    auto condition = any();
    if (!condition) return condition;
    if (!take(")")) return bad("expected ')'");
    node->parts.push_back(std::move(*condition));
    inside_over_ = false;
    return node;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool inside_over_ = false;
};

void note_reads(const Node& node, bool inside, std::set<std::string>& names) {
  if (node.kind == NodeKind::name && (node.own || !inside)) names.insert(node.name);
  for (const auto& part : node.parts) note_reads(*part, inside || node.kind == NodeKind::over, names);
}

using Reach = Expression::Reach;

/// `field = this.other` among the terms of a condition that must all hold.
std::vector<std::pair<std::string, std::string>> own_equalities(const Node& condition) {
  std::vector<std::pair<std::string, std::string>> found;
  const auto note = [&](const Node& term) {
    if (term.kind != NodeKind::compare || term.comparison != Node::Comparison::equal) return;
    const Node *other = term.parts[0].get(), *own = term.parts[1].get();
    if (other->own) std::swap(other, own);
    const bool names = other->kind == NodeKind::name && own->kind == NodeKind::name;
    if (names && own->own && !other->own && own->follow.empty() && other->follow.empty())
      found.emplace_back(other->name, own->name);
  };
  if (condition.kind != NodeKind::all) note(condition);
  if (condition.kind == NodeKind::all) {
    for (const auto& part : condition.parts) note(*part);
  }
  return found;
}

void note_reaches(const Node& node, std::vector<Reach>& reaches) {
  if (node.kind == NodeKind::over) {
    Reach reach{node.register_id, {}};
    if (!node.parts.empty()) reach.equal = own_equalities(*node.parts[0]);
    reaches.push_back(std::move(reach));
  }
  for (const auto& part : node.parts) note_reaches(*part, reaches);
}

}  // namespace

std::vector<Reach> Expression::reaches() const {
  std::vector<Reach> reaches;
  note_reaches(*root_, reaches);
  return reaches;
}

std::vector<Expression::Part> Expression::parts() const {
  std::vector<Part> parts;
  const std::function<void(const Node&)> note = [&](const Node& node) {
    if (node.kind == NodeKind::over) {
      Part part{.how = std::ranges::find(overs, node.over, &OverFace::over)->name,
                .register_id = node.register_id,
                .field = node.name,
                .where = {}};
      if (!node.parts.empty())
        part.where = std::make_shared<const Expression>(
            text_, std::shared_ptr<const Node>(root_, node.parts.front().get()), line_);
      parts.push_back(std::move(part));
    }
    for (const auto& inner : node.parts) note(*inner);
  };
  note(*root_);
  return parts;
}

bool reads_plain_name(const Node& node) {
  if (node.kind == NodeKind::name) return !node.own && node.name != "today" && node.name != "now";
  return node.kind == NodeKind::over ||
         std::ranges::any_of(node.parts, [](const auto& part) { return reads_plain_name(*part); });
}

Expression::Expression(std::string text, std::shared_ptr<const Node> root, int line)
    : text_(std::move(text)), root_(std::move(root)), line_(line) {}

std::vector<std::string> Expression::reads() const {
  std::set<std::string> names;
  note_reads(*root_, false, names);
  names.erase("today");
  names.erase("now");
  return {names.begin(), names.end()};
}

std::vector<std::string> Expression::names() const {
  std::set<std::string> names;
  const std::function<void(const Node&, bool)> note = [&](const Node& node, bool inside) {
    if (node.kind == NodeKind::name && (!inside || node.own)) {
      names.insert(node.name);
      if (!node.follow.empty()) names.insert(node.follow);
    }
    for (const auto& part : node.parts) note(*part, inside || node.kind == NodeKind::over);
  };
  note(*root_, false);
  return {names.begin(), names.end()};
}

bool Expression::asks_the_day() const {
  const std::function<bool(const Node&)> asks = [&](const Node& node) {
    static constexpr std::array<std::string_view, 4> moving = {"today", "now", "since_state", "overdue"};
    return (node.kind == NodeKind::name && std::ranges::find(moving, node.name) != moving.end()) ||
           std::ranges::any_of(node.parts, [&](const auto& part) { return asks(*part); });
  };
  return asks(*root_);
}

Result<std::shared_ptr<const Expression>> parse_expression(std::string_view text, int line) {
  if (text.size() > expression_bytes_max)
    return fail_at(Errc::malformed, 1, "an expression has at most 4000 bytes, this one " + std::to_string(text.size()));
  auto root = Parser(text).whole();
  if (!root) return fail(root.error());
  return std::make_shared<const Expression>(std::string(text), std::shared_ptr<const Node>(std::move(*root)), line);
}

}  // namespace celadon::systems
