#include "quality/review_terms.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace celadon::quality {
namespace {

struct ActionFace {
  std::string_view name;
  ReviewKind kind;
  std::vector<std::string> needs;
};
const std::vector<ActionFace>& action_kinds() {
  static const std::vector<ActionFace> all = {
      {"void", ReviewKind::void_value, {}},       {"accept", ReviewKind::accept, {}},
      {"offset", ReviewKind::offset, {"offset"}}, {"drift", ReviewKind::drift, {"from_offset", "to_offset"}},
      {"scale", ReviewKind::scale, {"factor"}},   {"replace", ReviewKind::replace, {"value"}},
      {"restore", ReviewKind::restore, {}},       {"annotate", ReviewKind::annotate, {}}};
  return all;
}

template <class T>
const T* find(const std::vector<T>& all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &T::id);
  return found == all.end() ? nullptr : &*found;
}

/// The names every entry has; refuses an id that is there already.
template <class T>
T named(YamlFields& fields, const std::vector<T>& before) {
  T entry;
  entry.id = fields.text("id");
  entry.zh = fields.text("zh");
  entry.en = fields.text("en");
  if (find(before, entry.id) != nullptr) fields.refuse("id", "'" + entry.id + "' is there already");
  return entry;
}

/// Refuses names that are in no entry of `known`.
template <class T>
void check_names(YamlFields& fields, const char* field, const std::vector<std::string>& names,
                 const std::vector<T>& known) {
  if (names.empty()) fields.refuse(field, "is needed");
  for (const auto& name : names) {
    if (find(known, name) == nullptr) fields.refuse(field, "'" + name + "' is not among those above");
  }
}

void take_action(YamlFields& fields, ReviewTerms& terms) {
  constexpr std::array names = {"id", "kind", "needs", "zh", "en"};
  fields.only(names);
  auto action = named(fields, terms.actions);
  const std::string word = fields.text("kind");
  action.needs = fields.texts("needs");
  const auto kind = std::ranges::find(action_kinds(), word, &ActionFace::name);
  if (kind == action_kinds().end()) {
    fields.refuse("kind", "'" + word + "' is none of void, accept, offset, drift, scale, replace, restore, annotate");
  } else {
    action.kind = kind->kind;
    if (action.needs != kind->needs) fields.refuse("needs", "are not those a " + word + " takes");
  }
  terms.actions.push_back(std::move(action));
}

void take_reason(YamlFields& fields, ReviewTerms& terms) {
  constexpr std::array names = {"id", "actions", "zh", "en"};
  fields.only(names);
  auto reason = named(fields, terms.reasons);
  reason.actions = fields.texts("actions");
  check_names(fields, "actions", reason.actions, terms.actions);
  terms.reasons.push_back(std::move(reason));
}

void take_state(YamlFields& fields, ReviewTerms& terms) {
  constexpr std::array names = {"id", "open", "zh", "en"};
  fields.only(names);
  auto state = named(fields, terms.states);
  state.open = fields.has("open") && fields.boolean("open");
  if (terms.states.empty() && !state.open) fields.refuse("open", "the first state must be open: sheets begin in it");
  terms.states.push_back(std::move(state));
}

void take_transition(YamlFields& fields, ReviewTerms& terms) {
  constexpr std::array names = {"id", "from", "to", "another_person", "needs_why", "zh", "en"};
  fields.only(names);
  auto transition = named(fields, terms.transitions);
  transition.from = fields.texts("from");
  transition.to = fields.text("to");
  check_names(fields, "from", transition.from, terms.states);
  check_names(fields, "to", {transition.to}, terms.states);
  transition.another_person = fields.has("another_person") && fields.boolean("another_person");
  transition.needs_why = fields.has("needs_why") && fields.boolean("needs_why");
  terms.transitions.push_back(std::move(transition));
}

}  // namespace

const ReviewAction* ReviewTerms::action(std::string_view id) const { return find(actions, id); }
const ReviewReason* ReviewTerms::reason(std::string_view id) const { return find(reasons, id); }
const ReviewState* ReviewTerms::state(std::string_view id) const { return find(states, id); }
const ReviewTransition* ReviewTerms::transition(std::string_view id) const { return find(transitions, id); }

Result<ReviewTerms> parse_review_terms(std::string_view text, const std::string& name) {
  ReviewTerms terms;
  const std::array<YamlList, 4> lists = {
      {{"actions", [&](YamlFields& fields) { take_action(fields, terms); }},
       {"reasons", [&](YamlFields& fields) { take_reason(fields, terms); }},
       {"states", [&](YamlFields& fields) { take_state(fields, terms); }},
       {"transitions", [&](YamlFields& fields) { take_transition(fields, terms); }}}};
  if (auto read = read_yaml_lists(text, name, lists); !read) return fail(read.error());
  return terms;
}

Result<ReviewTerms> read_review_terms(const std::filesystem::path& pack) {
  return parse_pack(pack, parse_review_terms);
}

}  // namespace celadon::quality
