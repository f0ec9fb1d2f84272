#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "systems/record.hpp"

#include <algorithm>

namespace celadon::registry {

namespace {

constexpr std::size_t rows_looked_at_max = 50'000;  ///< for one page of a view whose condition no index knows

bool shows(const systems::Register& type, std::string_view name) {
  return std::find(type.open_fields.begin(), type.open_fields.end(), name) != type.open_fields.end();
}

bool is_open(const systems::Register& type, std::string_view field) {
  const auto* known = type.field(field);
  return known && !known->personal && shows(type, field);
}

Unexpected<Error> no_record(const std::string& register_id, const std::string& id) {
  return fail(Errc::not_found, "there is no record " + id + " in " + register_id + ", or it is not yours to see", "id");
}

std::vector<std::string> ids_of(const systems::Value& value) {
  if (const auto* one = std::get_if<std::string>(&value)) return {*one};
  if (const auto* several = std::get_if<std::vector<std::string>>(&value)) return *several;
  return {};
}

}  // namespace

void RecordDesk::Impl::prune(Sight sees, const systems::Register& type, Matter& matter) const {
  matter.follow.clear();
  if (sees == Sight::full) return;
  std::erase_if(matter.values, [&](const auto& entry) { return !is_open(type, entry.first); });
  matter.title = title_of(type, matter);
  if (!shows(type, "state")) {
    matter.state.clear();
    matter.since_state = {};
  }
  matter.steps.clear();
  matter.dues.clear();
  matter.findings.clear();
  matter.who = "-";
  matter.why.clear();
  matter.event.clear();
  matter.look_back.reset();
}

Result<Matter> RecordDesk::Impl::look(const people::Caller& caller, const systems::Register& type,
                                      const std::string& id, std::optional<Instant> as_known_at,
                                      bool& is_outside) const {
  is_outside = false;
  const Sight sees = sight(caller, type);
  const auto row = parts_.records.get(type.id, id, sees == Sight::open ? std::nullopt : as_known_at);
  if (!row) return row.error().code == Errc::not_found ? no_record(type.id, id) : fail(row.error());
  auto matter = matter_of(type, row->revision);
  if (!matter) return fail(matter.error());
  const auto to = belongs(type, id, matter->values);
  is_outside = sees == Sight::none || (sees == Sight::full && !is_in(caller.scope, to.division, to.enterprise)) ||
               (sees == Sight::open && matter->gone);
  if (is_outside) return no_record(type.id, id);
  prune(sees, type, *matter);
  return matter;
}

Result<Matter> RecordDesk::Impl::get(const people::Caller& caller, const std::string& register_id,
                                     const std::string& id, std::optional<Instant> as_known_at) const {
  const auto type = type_of(register_id);
  if (!type) return fail(type.error());
  bool is_outside = false;
  auto matter = look(caller, **type, id, as_known_at, is_outside);
  if (is_outside) audit_refusal(caller, register_id + "/" + id, "read");
  return matter;
}

Result<std::vector<Matter>> RecordDesk::Impl::history(const people::Caller& caller, const std::string& register_id,
                                                      const std::string& id) const {
  const auto type = type_of(register_id);
  if (!type) return fail(type.error());
  if (const auto now = get(caller, register_id, id, std::nullopt); !now) return fail(now.error());
  if (sight(caller, **type) != Sight::full) {
    audit_refusal(caller, register_id + "/" + id, "history");
    return no_record(register_id, id);
  }
  const auto revisions = parts_.ledger.history(register_id, id);
  if (!revisions) return fail(revisions.error());
  std::vector<Matter> all;
  for (const auto& revision : *revisions) {
    auto matter = matter_of(**type, revision);
    if (!matter) return fail(matter.error());
    // What it was while it was another county's or enterprise's stays theirs.
    const auto to = belongs(**type, id, matter->values);
    if (!is_in(caller.scope, to.division, to.enterprise)) continue;
    prune(Sight::full, **type, *matter);
    all.push_back(std::move(*matter));
  }
  return all;
}

Result<void> RecordDesk::Impl::limit_to_open(const systems::Register& type, ledger::RecordQuery& query,
                                             const systems::View* view) const {
  // By a filter or an order on what is not open one could find it out.
  const auto only_open = [](const std::string& what, const std::string& field) {
    return fail(Errc::refused, what + ": only what the register shows to everybody may be asked for without sign-in",
                field);
  };
  for (const auto& condition : query.where) {
    if (!is_open(type, condition.field)) return only_open("where " + condition.field, "where");
  }
  if (!query.words.empty()) {
    for (const auto& field : type.fields) {
      const bool in_words = field.search || type.title.find("{" + field.id + "}") != std::string::npos;
      if (in_words && !is_open(type, field.id)) return only_open("words", "words");
    }
  }
  if (query.sort != "id" && query.sort != "changed" && !is_open(type, query.sort)) return only_open("sort", "sort");
  if (query.due_until) return only_open("due_until", "due_until");
  if (!query.states.empty() && !shows(type, "state")) return only_open("state", "state");
  if (view && view->where) {
    for (const auto& name : view->where->reads()) {
      if (!is_open(type, name) && !(type.field(name) == nullptr && shows(type, name)))
        return only_open("view " + view->id, "view");
    }
  }
  const auto* geometry = type.field(type.map.geometry);
  if (query.within && !(geometry && is_open(type, geometry->id))) return only_open("bbox", "bbox");
  query.as_known_at.reset();
  query.with_gone = false;
  query.scope = {};
  return {};
}

Result<RecordDesk::Impl::Asked> RecordDesk::Impl::asked(const people::Caller& caller, const std::string& register_id,
                                                        const std::string& view) const {
  const auto type = type_of(register_id);
  if (!type) return fail(type.error());
  Asked what{*type, sight(caller, **type), nullptr};
  if (what.sees == Sight::none) {
    audit_refusal(caller, register_id, "find");
    return fail(Errc::not_found, "there is no register " + register_id + ", or it is not yours to see", "register");
  }
  for (const auto& one : (*type)->views) {
    if (one.id == view) what.view = &one;
  }
  if (!view.empty() && what.view == nullptr)
    return fail(Errc::not_found, "register " + register_id + " has no view " + view, "view");
  return what;
}

Result<RecordDesk::Page> RecordDesk::Impl::find(const people::Caller& caller, ledger::RecordQuery query,
                                                const std::string& view) const {
  const auto what = asked(caller, query.kind, view);
  if (!what) return fail(what.error());
  const auto& [type, sees, chosen] = *what;
  for (const auto& condition : query.where) {
    if (condition.field.starts_with('@')) return fail(Errc::invalid_value, "no field " + condition.field, "where");
  }
  query.scope = caller.scope;
  if (sees == Sight::open) {
    if (auto limited = limit_to_open(*type, query, chosen); !limited) return fail(limited.error());
  }
  // What every record has stands in its face by names that no field can have.
  if (!type->field(query.sort)) {
    if (query.sort == "opened") query.sort = face_opened;
    if (query.sort == "state") query.sort = face_state;
    if (query.sort == "since_state") {
      query.sort = face_since;
      query.falling = !query.falling;  // it counts days: the most days are the oldest moment
    }
    if (query.sort == "overdue") query.sort = "due";
  }
  if (chosen && chosen->where) {
    if (!is_kept(*type, *chosen) || query.as_known_at)
      return find_by_view(caller, *type, std::move(query), *chosen, sees);
    query.where.push_back({std::string(face_view) + chosen->id, ledger::Condition::Test::equal, {std::string("true")}});
  }
  auto rows = parts_.records.find(query);
  if (!rows) return fail(rows.error());
  Page page;
  page.next = std::move(rows->next);
  page.total = rows->total;
  page.total_is_more = rows->total_is_more;
  for (const auto& row : rows->items) {
    auto matter = matter_of(*type, row.revision);
    if (!matter) return fail(matter.error());
    prune(sees, *type, *matter);
    page.items.push_back(std::move(*matter));
  }
  return page;
}

Result<RecordDesk::Page> RecordDesk::Impl::find_by_view(const people::Caller& caller, const systems::Register& type,
                                                        ledger::RecordQuery query, const systems::View& view,
                                                        Sight sees) const {
  FactSource facts = source();
  facts.scope = caller.scope;
  Page page;
  const std::size_t wanted = query.limit;
  query.count = false;
  for (std::size_t looked_at = 0; looked_at < rows_looked_at_max;) {
    query.limit = wanted - page.items.size();
    auto rows = parts_.records.find(query);
    if (!rows) return fail(rows.error());
    looked_at += rows->items.size();
    for (auto& row : rows->items) {
      auto matter = matter_of(type, row.revision);
      if (!matter) return fail(matter.error());
      const auto holds = view.where->holds(RecordFacts(facts, type, std::move(row)));
      if (!holds) return fail(holds.error());
      if (!*holds) continue;
      prune(sees, type, *matter);
      page.items.push_back(std::move(*matter));
    }
    page.next = rows->next;
    query.after = rows->next;
    if (page.next.empty() || page.items.size() >= wanted) break;
  }
  return page;
}

Result<std::vector<RecordDesk::Related>> RecordDesk::Impl::related(const people::Caller& caller,
                                                                   const std::string& register_id,
                                                                   const std::string& id, std::size_t limit) const {
  if (const auto self = get(caller, register_id, id, std::nullopt); !self) return fail(self.error());
  std::vector<Related> all;
  for (const auto& referrer : catalogue().referrers_of(register_id)) {
    const Sight sees = sight(caller, *referrer.from);
    if (sees == Sight::none || (sees == Sight::open && !is_open(*referrer.from, referrer.field->id))) continue;
    ledger::RecordQuery query;
    query.kind = referrer.from->id;
    query.where.push_back({referrer.field->id, ledger::Condition::Test::equal, {id}});
    query.sort = "changed";
    query.falling = true;
    query.limit = limit;
    query.count = true;
    auto page = find(caller, std::move(query), "");
    if (!page) return fail(page.error());
    if (!page->items.empty()) all.push_back({referrer.from, referrer.field, std::move(*page)});
  }
  return all;
}

std::map<std::string, std::string> RecordDesk::Impl::names(const people::Caller& caller, const Matter& matter) const {
  std::map<std::string, std::string> all;
  const auto* type = catalogue().find(matter.register_id);
  if (!type) return all;
  for (const auto& field : type->fields) {
    const auto value = matter.values.find(field.id);
    if (value == matter.values.end()) continue;
    std::string text;
    for (const auto& id : ids_of(value->second)) {
      std::string name;
      if (field.type == systems::FieldType::site) {
        if (const auto site = parts_.ledger.site(id)) name = site->name_zh;
      } else if (field.type == systems::FieldType::reference) {
        bool is_outside = false;
        const auto* of = catalogue().find(field.of);
        if (!of) continue;
        if (const auto other = look(caller, *of, id, std::nullopt, is_outside)) name = other->title;
      }
      if (!name.empty()) text += (text.empty() ? "" : "; ") + name;
    }
    if (!text.empty()) all.emplace(field.id, std::move(text));
  }
  return all;
}

Result<systems::Value> RecordDesk::Impl::indicator(const people::Caller& caller, const std::string& register_id,
                                                   const std::string& indicator) const {
  const auto type = type_of(register_id);
  if (!type) return fail(type.error());
  if (sight(caller, **type) != Sight::full) {
    audit_refusal(caller, register_id, "indicator");
    return fail(Errc::not_found, "there is no register " + register_id + ", or it is not yours to see", "register");
  }
  for (const auto& one : (*type)->indicators) {
    if (one.id != indicator) continue;
    FactSource facts = source();
    facts.scope = caller.scope;
    facts.may_count = [&](const systems::Register& other) { return sight(caller, other) == Sight::full; };
    const Matter nobody;  // the formula speaks of all records, not of one
    return one.formula->evaluate(RecordFacts(facts, **type, nobody));
  }
  return fail(Errc::not_found, "register " + register_id + " has no indicator " + indicator, "indicator");
}

}  // namespace celadon::registry
