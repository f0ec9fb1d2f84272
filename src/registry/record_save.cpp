#include "core/json_writer.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "systems/record.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <sodium.h>

namespace celadon::registry {

using systems::Field;
using systems::FieldType;
using systems::Finding;
using systems::Value;
using systems::Values;

namespace {

constexpr std::size_t saved_together_max = 200;  ///< records of one transaction of save_each

const Value& value_in(const Values& values, std::string_view field) {
  static const Value none;
  const auto found = values.find(field);
  return found == values.end() ? none : found->second;
}

std::vector<std::string> texts_of(const Value& value) {
  if (const auto* one = std::get_if<std::string>(&value)) return {*one};
  if (const auto* several = std::get_if<std::vector<std::string>>(&value)) return *several;
  return {};
}

/// Ten characters that nobody mistakes for another: no 0 O, 1 I L.
std::string follow_code() {
  static constexpr std::string_view signs = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  std::string code;
  if (sodium_init() < 0) return code;
  for (int i = 0; i < 10; ++i) code += signs[randombytes_uniform(static_cast<std::uint32_t>(signs.size()))];
  return code;
}

/// Fields of wrong type would make formulas and checks fail with words that lead astray.
bool is_sound(const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& one) {
    return one.is_error && (one.check == "type" || one.check == "unknown-field");
  });
}

/// The number after the last that waits to be stored; none where none waits. Taking each from the ledger would cost an
/// import one durable write a row; the ledger passes over numbers that are in use by then.
std::optional<std::string> number_after(const std::vector<std::pair<std::size_t, Draft>>& waiting,
                                        const systems::Register& type) {
  const auto last =
      std::find_if(waiting.rbegin(), waiting.rend(), [](const auto& one) { return one.second.stands_on == 0; });
  if (last == waiting.rend()) return std::nullopt;
  const std::string& id = last->second.matter.id;
  std::uint64_t number = 0;
  const char* const end = id.data() + id.size();
  const auto read = std::from_chars(id.data() + type.prefix.size(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  std::string digits = std::to_string(number + 1);
  const auto wanted = static_cast<std::size_t>(std::max(type.digits, 1));
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  return type.prefix + digits;
}

/// Whether a draft cannot be judged beside drafts that are not stored yet.
bool depends_on(const std::vector<std::pair<std::size_t, Draft>>& waiting, const systems::Register& type,
                const Change& change) {
  for (const auto& [place, draft] : waiting) {
    if (draft.type != &type || (!change.id.empty() && draft.matter.id == change.id)) return true;
    for (const auto& field : type.fields) {
      const auto& value = value_in(change.values, field.id);
      if (systems::is_none(value)) continue;
      if ((field.unique || field.id == type.key) && value == value_in(draft.matter.values, field.id)) return true;
      if (field.type != FieldType::reference || field.of != type.id) continue;
      for (const auto& id : texts_of(value)) {
        if (id == draft.matter.id) return true;
      }
    }
  }
  return false;
}

}  // namespace

Outcome<Matter> RecordDesk::Impl::standing(const people::Caller& caller, const systems::Register& type,
                                           const std::string& id, const std::string& act) const {
  const auto row = parts_.records.get(type.id, id);
  const auto unseen = [&] {
    return refuse(Errc::not_found, "there is no record " + id + " in " + type.id + ", or it is not yours to see", "id");
  };
  if (!row) return row.error().code == Errc::not_found ? unseen() : refuse(row.error());
  auto matter = matter_of(type, row->revision);
  if (!matter) return refuse(matter.error());
  const auto to = belongs(type, id, matter->values);
  if (!is_in(caller.scope, to.division, to.enterprise)) {
    audit_refusal(caller, type.id + "/" + id, act);
    return unseen();
  }
  return std::move(*matter);
}

Result<void> RecordDesk::Impl::check_references(const people::Caller& caller, const Field& field, const Value& value,
                                                std::vector<Finding>& findings) const {
  for (const auto& id : texts_of(value)) {
    const auto dangling = [&](const std::string& zh, const std::string& en) {
      findings.push_back(
          finding(field.id, "dangling", zh_of(field) + "：" + id + " " + zh, en_of(field) + ": " + id + " " + en));
    };
    if (field.type == FieldType::site) {
      const auto site = parts_.ledger.site(id);
      if (!site && site.error().code != Errc::not_found) return fail(site.error());
      if (!site) dangling("不是已登记的监测点位", "is no measuring site; choose one of the list");
    } else if (field.type == FieldType::files) {
      const auto file = parts_.attachments.find(id);
      if (!file && file.error().code != Errc::not_found) return fail(file.error());
      if (!file) {
        dangling("没有此附件，请先上传", "is no attachment; upload it first");
        continue;
      }
      const bool any =
          field.accept.empty() || std::find(field.accept.begin(), field.accept.end(), "any") != field.accept.end();
      const bool fits = std::any_of(field.accept.begin(), field.accept.end(), [&](const std::string& kind) {
        return kind == "image" ? file->media_type.starts_with("image/") : file->media_type == "application/pdf";
      });
      if (!any && !fits)
        findings.push_back(finding(field.id, "accept", zh_of(field) + "不收此类文件：" + file->media_type,
                                   en_of(field) + " takes no file of type " + file->media_type));
    } else {
      const auto* of = catalogue().find(field.of);
      bool is_outside = false;
      const auto other =
          of ? look(caller, *of, id, std::nullopt, is_outside) : Result<Matter>(fail(Errc::not_found, ""));
      if (!other && other.error().code != Errc::not_found) return fail(other.error());
      if (!other) {
        dangling("不存在，或您无权查看", "is not in " + field.of + ", or not yours to see");
      } else if (other->gone) {
        dangling("已注销", "was withdrawn");
      }
    }
  }
  return {};
}

Result<void> RecordDesk::Impl::check_unique(const Field& field, const Value& value, Draft& draft) const {
  const auto faces = face_value(value);
  if (faces.size() != 1) return {};
  ledger::RecordQuery query;
  query.kind = draft.type->id;
  query.where.push_back({field.id, ledger::Condition::Test::equal, faces});
  query.limit = 2;
  const auto page = parts_.records.find(query);
  if (!page) return fail(page.error());
  for (const auto& row : page->items) {
    if (row.revision.id == draft.matter.id) continue;
    draft.findings.push_back(finding(field.id, "unique", zh_of(field) + "已被另一条记录使用，须唯一",
                                     en_of(field) + " is in use by another record and must be unique"));
    break;
  }
  return {};
}

Result<void> RecordDesk::Impl::check_links(const people::Caller& caller, const Values& before, Draft& draft) const {
  for (const auto& field : draft.type->fields) {
    const auto& value = value_in(draft.matter.values, field.id);
    // What stood there before was checked then, and what it refers to cannot have been withdrawn.
    if (systems::is_none(value) || field.formula || value == value_in(before, field.id)) continue;
    if (field.type == FieldType::reference || field.type == FieldType::site || field.type == FieldType::files) {
      if (auto checked = check_references(caller, field, value, draft.findings); !checked) return checked;
    }
    if (field.unique || field.id == draft.type->key) {
      if (auto checked = check_unique(field, value, draft); !checked) return checked;
    }
  }
  return {};
}

Result<void> RecordDesk::Impl::compute(const systems::Register& type, Instant now, Matter& matter) const {
  FactSource from = source();
  from.now = now;
  RecordFacts facts(from, type, matter);
  return systems::compute(
      type,
      [&](const Values& values) -> const systems::Facts& {
        facts.look_at(values);
        return facts;
      },
      matter.values);
}

Result<void> RecordDesk::Impl::work_out(const people::Caller& caller, const Values& asked, const Values& before,
                                        Instant now, Draft& draft) const {
  auto& matter = draft.matter;
  const auto& type = *draft.type;
  for (const auto& [name, value] : asked) {
    const Field* field = type.field(name);
    if (!field) {
      draft.findings.push_back(finding(name, "unknown-field", "没有字段 " + name, "there is no field " + name));
    } else if (field->formula) {
      continue;  // an export holds what was computed; it comes back as it must
    } else if (systems::is_none(value)) {
      matter.values.erase(name);
    } else {
      matter.values.insert_or_assign(name, value);
    }
  }
  // Other files than those that were looked through: somebody must say so anew.
  for (const auto& field : type.fields) {
    if (!field.confirmed_by.empty() && !asked.contains(field.confirmed_by) &&
        value_in(matter.values, field.id) != value_in(before, field.id))
      matter.values.erase(field.confirmed_by);
  }
  auto fields = systems::check_fields(type, catalogue(), matter.values, legal_day_of(now), now);
  std::move(fields.begin(), fields.end(), std::back_inserter(draft.findings));
  if (is_sound(draft.findings)) {
    if (auto computed = compute(type, now, matter); !computed) return computed;
    FactSource from = source();
    from.now = now;
    auto checks = systems::run_checks(type, RecordFacts(from, type, matter));
    if (!checks) return fail(checks.error());
    std::move(checks->begin(), checks->end(), std::back_inserter(draft.findings));
  }
  if (auto linked = check_links(caller, before, draft); !linked) return linked;
  matter.title = title_of(type, matter);
  return {};
}

Outcome<void> RecordDesk::Impl::begin_new(const people::Caller& caller, const Change& change, Draft& draft) const {
  const auto& type = *draft.type;
  if (!may(caller, type, Act::create)) {
    audit_refusal(caller, type.id + "/", "create");
    return refuse(Errc::refused, "your role may not create records in " + type.id, "register");
  }
  if (change.expected_revision.value_or(0) != 0)
    return refuse(Errc::not_found, "there is no record " + change.id + " in " + type.id, "id");
  draft.matter.register_id = type.id;
  if (type.key.empty()) {
    if (!change.id.empty())
      return refuse(Errc::not_found,
                    "there is no record " + change.id + " in " + type.id + "; leave the id empty to make a new one",
                    "id");
    return {};
  }
  const auto key = face_value(value_in(change.values, type.key));
  if (key.size() != 1 || !std::holds_alternative<std::string>(key.front())) return {};  // check_fields names it
  draft.matter.id = std::get<std::string>(key.front());
  const auto* field = type.field(type.key);
  if (!change.id.empty() && change.id != draft.matter.id)
    return refuse(
        std::vector{finding(type.key, "key", zh_of(*field) + "须与编号一致", en_of(*field) + " must be the id")});
  const auto there = parts_.records.get(type.id, draft.matter.id);
  if (!there && there.error().code != Errc::not_found) return refuse(there.error());
  if (there)
    draft.findings.push_back(finding(type.key, "unique", zh_of(*field) + " " + draft.matter.id + " 已登记",
                                     en_of(*field) + " " + draft.matter.id + " is in the register already"));
  return {};
}

Outcome<void> RecordDesk::Impl::begin_change(const people::Caller& caller, const Change& change, Draft& draft) const {
  const auto& type = *draft.type;
  if (!may(caller, type, Act::write)) {
    audit_refusal(caller, type.id + "/" + change.id, "write");
    return refuse(Errc::refused, "your role may not change records of " + type.id, "register");
  }
  auto stands = standing(caller, type, change.id, "write");
  if (!stands) return Unexpected<Refusal>{stands.error()};
  if (!change.expected_revision || *change.expected_revision != stands->revision) {
    Refusal stale;
    stale.error = {
        change.expected_revision ? Errc::conflict : Errc::invalid_value,
        "the record stands at revision " + std::to_string(stands->revision) +
            (change.expected_revision ? ", the change was made upon " + std::to_string(*change.expected_revision)
                                      : "; say which revision the change is made upon"),
        "revision"};
    prune(sight(caller, type), type, *stands);
    stale.newest = std::move(*stands);
    return Unexpected<Refusal>{std::move(stale)};
  }
  if (stands->gone) return refuse(Errc::conflict, "record " + change.id + " was withdrawn", "id");
  draft.stands_on = stands->revision;
  draft.matter = std::move(*stands);
  draft.matter.findings.clear();
  const auto key = change.values.find(type.key);
  if (!type.key.empty() && key != change.values.end() && key->second != value_in(draft.matter.values, type.key))
    draft.findings.push_back(
        finding(type.key, "key", "编号字段不能修改", "the field that is the id cannot be changed"));
  return {};
}

Outcome<Draft> RecordDesk::Impl::draft(const people::Caller& caller, const Change& change, Instant now) const {
  const auto type = type_of(change.register_id);
  if (!type) return refuse(type.error());
  Draft draft;
  draft.type = *type;
  bool is_new = change.id.empty();
  if (!is_new) {
    const auto row = parts_.records.get(change.register_id, change.id);
    if (!row && row.error().code != Errc::not_found) return refuse(row.error());
    is_new = !row;
  }
  const auto begun = is_new ? begin_new(caller, change, draft) : begin_change(caller, change, draft);
  if (!begun) return Unexpected<Refusal>{begun.error()};
  if (is_new) {
    draft.matter.opened = now;
    draft.matter.since_state = now;
    draft.matter.found_on = legal_day_of(now);
    if (change.event != 0) {
      const std::string event = std::to_string(change.event);
      const auto known = record_of_event(**type, event);
      if (!known) return refuse(known.error());
      if (*known) {
        return refuse(Errc::conflict, "event " + event + " has its record already: " + (*known)->revision.id, "event");
      }
      draft.matter.event = event;
    }
    if ((*type)->lifecycle) draft.matter.state = (*type)->lifecycle->first;
  }
  const Values before = draft.matter.values;
  draft.matter.who = caller.name;
  draft.matter.why = change.why;
  draft.matter.valid_from = change.valid_from.value_or(now);
  if (auto worked = work_out(caller, change.values, before, now, draft); !worked) return refuse(worked.error());
  const auto to = belongs(**type, draft.matter.id, draft.matter.values);
  const bool by_public = is_new && creates_as_public(caller, **type);
  if (!by_public && !is_in(caller.scope, to.division, to.enterprise)) {
    audit_refusal(caller, change.register_id + "/" + draft.matter.id, is_new ? "create" : "write");
    const bool by_division = is_in(caller.scope, "", to.enterprise);
    return refuse(
        Errc::refused,
        std::string("the record would belong to another ") + (by_division ? "division" : "enterprise") + " than yours",
        by_division ? (*type)->division : (*type)->enterprise);
  }
  draft.is_unchanged = !is_new && !change.valid_from && draft.matter.values == before;
  set_dues(**type, parts_.calendar, draft.matter);
  if (by_public) draft.matter.follow = follow_code();
  return draft;
}

Outcome<Matter> RecordDesk::Impl::preview(const people::Caller& caller, const Change& change) const {
  auto draft = this->draft(caller, change, parts_.clock());
  if (!draft) return Unexpected<Refusal>{draft.error()};
  draft->matter.follow.clear();
  draft->matter.findings = std::move(draft->findings);
  return std::move(draft->matter);
}

Result<void> RecordDesk::Impl::give_id(Draft& draft) {
  if (!draft.matter.id.empty()) return {};
  auto id = parts_.records.next_id(draft.type->id, draft.type->prefix, draft.type->digits);
  if (!id) return fail(id.error());
  draft.matter.id = std::move(*id);
  draft.matter.title = title_of(*draft.type, draft.matter);
  return {};
}

Outcome<Matter> RecordDesk::Impl::save(const people::Caller& caller, const Change& change) {
  auto outcomes = save_each(caller, {change});
  if (!outcomes.front() && change.id.empty()) {
    if (auto before = sent_before(caller, change, outcomes.front().error())) return std::move(*before);
  }
  return std::move(outcomes.front());
}

std::optional<Matter> RecordDesk::Impl::sent_before(const people::Caller& caller, const Change& change,
                                                    const Refusal& refusal) const {
  const bool is_known = std::any_of(refusal.findings.begin(), refusal.findings.end(), [](const Finding& one) {
    return one.field == resend_field && one.check == "unique";
  });
  const auto* type = catalogue().find(change.register_id);
  if (!is_known || type == nullptr || !creates_as_public(caller, *type)) return std::nullopt;
  const auto faces = face_value(value_in(change.values, resend_field));
  const auto* key = faces.size() == 1 ? std::get_if<std::string>(&faces.front()) : nullptr;
  if (key == nullptr || key->size() < resend_key_bytes_min) return std::nullopt;  // a key that could be guessed
  ledger::RecordQuery query;
  query.kind = type->id;
  query.where.push_back({std::string(resend_field), ledger::Condition::Test::equal, faces});
  query.limit = 1;
  const auto page = parts_.records.find(query);
  if (!page || page->items.empty()) return std::nullopt;
  const auto stands = matter_of(*type, page->items.front().revision);
  if (!stands || stands->follow.empty() || stands->gone) return std::nullopt;
  Matter told;
  told.register_id = stands->register_id;
  told.id = stands->id;
  told.revision = stands->revision;
  told.state = stands->state;
  told.opened = stands->opened;
  told.since_state = stands->since_state;
  told.valid_from = stands->valid_from;
  told.known_at = stands->known_at;
  told.title = stands->id;
  told.follow = stands->follow;
  return told;
}

void RecordDesk::Impl::flush(const people::Caller& caller, std::vector<std::pair<std::size_t, Draft>>& waiting,
                             std::vector<Outcome<Matter>>& outcomes) {
  if (waiting.empty()) return;
  std::vector<ledger::RecordPut> puts;
  puts.reserve(waiting.size());
  for (const auto& [place, draft] : waiting) puts.push_back(put_of(*draft.type, draft.matter, draft.stands_on));
  // Records stored together have one entry together; it names them all.
  Matter object = waiting.front().second.matter;
  std::string detail;
  if (waiting.size() > 1) {
    object.id.clear();
    JsonWriter out(detail);
    out.begin_object().key("ids").begin_array();
    for (const auto& [place, draft] : waiting) out.put(draft.matter.id);
    out.end_array().end_object();
  }
  const auto stored = parts_.records.put(puts, done_entry(caller.name, "record-put", object, detail));
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    auto& [place, draft] = waiting[i];
    if (!stored) {
      outcomes[place] = refuse(stored.error());
      continue;
    }
    draft.matter.revision = (*stored)[i].revision;
    draft.matter.known_at = (*stored)[i].known_at;
    outcomes[place] = draft.matter;
  }
  waiting.clear();
}

std::vector<Outcome<Matter>> RecordDesk::Impl::save_each(const people::Caller& caller,
                                                         const std::vector<Change>& changes) {
  std::vector<Outcome<Matter>> outcomes(changes.size());
  std::vector<std::pair<std::size_t, Draft>> waiting;
  std::set<std::size_t> told;
  {
    const std::lock_guard lock(writing_);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const auto* type = catalogue().find(changes[i].register_id);
      if (waiting.size() >= saved_together_max ||
          (type && !waiting.empty() && (type->looks_beyond || depends_on(waiting, *type, changes[i]))))
        flush(caller, waiting, outcomes);
      auto draft = this->draft(caller, changes[i], parts_.clock());
      if (!draft) {
        outcomes[i] = Unexpected<Refusal>{draft.error()};
        continue;
      }
      if (any_error(draft->findings)) {
        outcomes[i] = refuse(std::move(draft->findings));
        continue;
      }
      draft->matter.findings = std::move(draft->findings);
      if (draft->is_unchanged) {
        outcomes[i] = std::move(draft->matter);
        continue;
      }
      if (draft->matter.id.empty()) {
        const auto next = number_after(waiting, *draft->type);
        if (next && !parts_.records.get(draft->type->id, *next)) {
          draft->matter.id = *next;
          draft->matter.title = title_of(*draft->type, draft->matter);
        } else {
          flush(caller, waiting, outcomes);
        }
      }
      if (auto given = give_id(*draft); !given) {
        outcomes[i] = refuse(given.error());
        continue;
      }
      told.insert(i);
      waiting.emplace_back(i, std::move(*draft));
    }
    flush(caller, waiting, outcomes);
  }
  std::vector<Matter> stored;
  for (const std::size_t i : told) {
    if (outcomes[i]) stored.push_back(*outcomes[i]);
  }
  spread(std::move(stored));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i]) continue;
    Matter& matter = *outcomes[i];
    const auto* type = catalogue().find(matter.register_id);
    const std::string follow = matter.revision == 1 && told.contains(i) ? matter.follow : std::string{};
    // A reporter sees what he himself has just said, and his code; nothing the bureau adds.
    if (type && (follow.empty() || sight(caller, *type) == Sight::full)) prune(sight(caller, *type), *type, matter);
    matter.follow = follow;
  }
  return outcomes;
}

Outcome<Matter> RecordDesk::Impl::withdraw(const people::Caller& caller, const std::string& register_id,
                                           const std::string& id, std::int64_t revision, const std::string& why) {
  const auto type = type_of(register_id);
  if (!type) return refuse(type.error());
  if (!may(caller, **type, Act::withdraw)) {
    audit_refusal(caller, register_id + "/" + id, "withdraw");
    return refuse(Errc::refused, "your role may not withdraw records of " + register_id, "register");
  }
  std::unique_lock lock(writing_);
  auto matter = standing(caller, **type, id, "withdraw");
  if (!matter) return matter;
  if (matter->revision != revision) {
    Refusal stale{
        {Errc::conflict, "the record stands at revision " + std::to_string(matter->revision), "revision"}, {}, {}};
    stale.newest = *matter;
    prune(sight(caller, **type), **type, *stale.newest);
    return Unexpected<Refusal>{std::move(stale)};
  }
  std::vector<Finding> findings;
  if (matter->gone) return refuse(Errc::conflict, "record " + id + " was withdrawn already", "id");
  if (why.empty()) findings.push_back(finding("why", "needed", "请填写理由", "a reason is needed"));
  for (const auto& referrer : catalogue().referrers_of(register_id)) {
    ledger::RecordQuery query;
    query.kind = referrer.from->id;
    query.where.push_back({referrer.field->id, ledger::Condition::Test::equal, {id}});
    query.limit = 5;
    const auto page = parts_.records.find(query);
    if (!page) return refuse(page.error());
    for (const auto& row : page->items) {
      bool is_outside = false;
      const auto seen = look(caller, *referrer.from, row.revision.id, std::nullopt, is_outside);
      const std::string which = seen ? row.revision.id + " " + seen->title : std::string("…");
      findings.push_back(finding("", "referred-to",
                                 referrer.from->name.zh + "（" + zh_of(*referrer.field) + "）仍引用此记录：" + which,
                                 referrer.from->id + " refers to it by " + referrer.field->id + ": " + which));
    }
  }
  if (any_error(findings)) {
    auto refused = refuse(std::move(findings));
    return refused;
  }
  matter->gone = true;
  matter->who = caller.name;
  matter->why = why;
  matter->valid_from = parts_.clock();
  set_dues(**type, parts_.calendar, *matter);
  auto stored = store(**type, *matter, revision, "record-withdraw");
  if (!stored) return refuse(stored.error());
  lock.unlock();
  spread({*stored});
  prune(sight(caller, **type), **type, *stored);
  return std::move(*stored);
}

}  // namespace celadon::registry
