#include "core/json_writer.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "systems/record.hpp"

#include <algorithm>

namespace celadon::registry {

using systems::Finding;

namespace {

bool starts_in(const systems::Step& step, const std::string& state) {
  return std::find(step.from.begin(), step.from.end(), state) != step.from.end();
}

/// A step that an event takes is nobody's, an administrator's neither.
bool is_platforms(const systems::Step& step, const people::Caller& caller) {
  return !step.on.event.empty() && caller.how != people::Caller::How::house;
}

const std::string& zh_of_state(const systems::Register& type, const std::string& state) {
  const auto* known = type.lifecycle->state(state);
  return known && !known->name.zh.empty() ? known->name.zh : state;
}

/// Whoever may not write the register may fill in with a step only what the step needs.
void limit_values(const systems::Register& type, const systems::Step& step, const systems::Values& asked,
                  std::vector<Finding>& findings) {
  for (const auto& [name, value] : asked) {
    if (std::find(step.needs.begin(), step.needs.end(), name) != step.needs.end()) continue;
    const auto* field = type.field(name);
    findings.push_back(finding(name, "not-yours", "您不能在此步骤修改" + (field ? zh_of(*field) : name),
                               "you may not change " + (field ? en_of(*field) : name) + " with this step"));
  }
}

}  // namespace

Result<void> RecordDesk::Impl::check_step(const systems::Register& type, const systems::Step& step,
                                          const Matter& matter, Instant now, std::vector<Finding>& findings) const {
  for (const auto& name : step.needs) {
    if (matter.values.contains(name)) continue;
    const auto* field = type.field(name);
    findings.push_back(finding(name, "needed", (field ? zh_of(*field) : name) + "须填写",
                               (field ? en_of(*field) : name) + " must be filled in"));
  }
  const auto taken =
      std::count_if(matter.steps.begin(), matter.steps.end(), [&](const Taken& one) { return one.step == step.id; });
  if (step.times > 0 && taken >= step.times)
    findings.push_back(finding("", "times", step.name.zh + "只能进行 " + std::to_string(step.times) + " 次",
                               step.name.en + " may be taken " + std::to_string(step.times) + " time(s) only"));
  const int days = legal_day_of(now).days - legal_day_of(matter.since_state).days;
  if (step.within_days > 0 && days > step.within_days)
    findings.push_back(finding("", "within-days",
                               step.name.zh + "须在进入现状态后 " + std::to_string(step.within_days) + " 日内进行",
                               step.name.en + " may be taken within " + std::to_string(step.within_days) +
                                   " days after the present state began"));
  FactSource from = source();
  from.now = now;
  const RecordFacts facts(from, type, matter);
  for (std::size_t i = 0; i < step.must.size(); ++i) {
    const auto holds = step.must[i].that->holds(facts);
    if (!holds) return fail(holds.error());
    if (*holds) continue;
    findings.push_back(finding("", "must-" + std::to_string(i + 1),
                               systems::fill_blanks(type, catalogue(), step.must[i].words.zh, matter.values, false),
                               systems::fill_blanks(type, catalogue(), step.must[i].words.en, matter.values, true)));
  }
  return {};
}

Outcome<Matter> RecordDesk::Impl::take(const people::Caller& caller, const StepRequest& request) {
  const auto type = type_of(request.register_id);
  if (!type) return refuse(type.error());
  const std::string object = request.register_id + "/" + request.id;
  if (sight(caller, **type) != Sight::full) {
    audit_refusal(caller, object, "step");
    return refuse(Errc::not_found,
                  "there is no record " + request.id + " in " + request.register_id + ", or it is not yours to see",
                  "id");
  }
  std::unique_lock lock(writing_);
  auto matter = standing(caller, **type, request.id, "step");
  if (!matter) return matter;
  auto taken = take_step(caller, **type, std::move(*matter), request);
  lock.unlock();
  if (!taken) {
    if (taken.error().newest) prune(Sight::full, **type, *taken.error().newest);
    return taken;
  }
  spread({*taken});
  prune(Sight::full, **type, *taken);
  return taken;
}

Outcome<Matter> RecordDesk::Impl::take_step(const people::Caller& caller, const systems::Register& type, Matter matter,
                                            const StepRequest& request) {
  const std::string object = type.id + "/" + matter.id;
  const auto* step = type.lifecycle ? type.lifecycle->step(request.step) : nullptr;
  if (!step) return refuse(Errc::not_found, type.id + " has no step " + request.step, "step");
  if (caller.read_only || !has_any(caller, step->who) || is_platforms(*step, caller)) {
    audit_refusal(caller, object, "step " + step->id);
    return refuse(Errc::refused, "your role may not take the step " + step->id, "step");
  }
  if (matter.gone) return refuse(Errc::conflict, "record " + matter.id + " was withdrawn", "id");
  if (matter.revision != request.revision) {
    Refusal stale{{Errc::conflict,
                   "the record stands at revision " + std::to_string(matter.revision) + ", the step was asked upon " +
                       std::to_string(request.revision),
                   "revision"},
                  {},
                  {}};
    stale.newest = std::move(matter);
    return Unexpected<Refusal>{std::move(stale)};
  }
  if (!starts_in(*step, matter.state)) {
    Refusal wrong{{Errc::conflict, "the step " + step->id + " cannot be taken in state " + matter.state, "step"},
                  {finding("", "from", "“" + zh_of_state(type, matter.state) + "”状态下不能" + step->name.zh,
                           step->name.en + " cannot be taken in state " + matter.state)},
                  {}};
    wrong.newest = std::move(matter);
    return Unexpected<Refusal>{std::move(wrong)};
  }
  const Instant now = parts_.clock();
  Draft draft;
  draft.type = &type;
  draft.stands_on = matter.revision;
  const systems::Values before = matter.values;
  draft.matter = std::move(matter);
  draft.matter.findings.clear();
  if (!may(caller, type, Act::write)) limit_values(type, *step, request.values, draft.findings);
  if (auto worked = work_out(caller, request.values, before, now, draft); !worked) return refuse(worked.error());
  if (step->why && request.why.empty())
    draft.findings.push_back(finding("why", "needed", step->name.zh + "须说明理由", step->name.en + " needs a reason"));
  std::vector<Given> given = request.evidence;
  auto checked = check_step(type, *step, draft.matter, now, draft.findings);
  if (checked) checked = check_evidence(type, *step, draft.matter, now, given, draft.findings);
  if (!checked) return refuse(checked.error());
  if (any_error(draft.findings)) return refuse(std::move(draft.findings));
  const auto to = belongs(type, draft.matter.id, draft.matter.values);
  if (!is_in(caller.scope, to.division, to.enterprise)) {
    audit_refusal(caller, object, "step " + step->id);
    return refuse(Errc::refused, "the record would belong to another division or enterprise than yours", type.division);
  }
  Matter& moved = draft.matter;
  moved.findings = std::move(draft.findings);
  moved.steps.push_back({step->id, moved.state, step->to, caller.name, request.why, now, std::move(given)});
  if (moved.state != step->to) {
    moved.state = step->to;
    moved.since_state = now;
    moved.look_back.reset();
    const auto& look_back = type.lifecycle->look_back;
    if (look_back && look_back->state == moved.state)
      moved.look_back = systems::look_back_day(*look_back, legal_day_of(now), moved.found_on, parts_.calendar);
    // What the step asked was asked of the state before; a formula that names the state tells of the new one.
    if (auto computed = compute(type, now, moved); !computed) return refuse(computed.error());
    moved.title = title_of(type, moved);
  }
  moved.who = caller.name;
  moved.why = request.why;
  moved.valid_from = now;
  set_dues(type, parts_.calendar, moved);
  std::string detail;
  JsonWriter(detail).begin_object().member("step", step->id).member("to", step->to).end_object();
  auto stored = store(type, moved, draft.stands_on, "step", detail);
  if (!stored) return refuse(stored.error());
  return std::move(*stored);
}

Result<std::vector<RecordDesk::Possible>> RecordDesk::Impl::possible(const people::Caller& caller,
                                                                     const Matter& matter) const {
  std::vector<Possible> all;
  const auto type = type_of(matter.register_id);
  if (!type) return fail(type.error());
  if (!(*type)->lifecycle || matter.gone || caller.read_only || sight(caller, **type) != Sight::full) return all;
  for (const auto& step : (*type)->lifecycle->steps) {
    if (!starts_in(step, matter.state) || !has_any(caller, step.who) || is_platforms(step, caller)) continue;
    Possible one{&step, {}};
    std::vector<Given> none_yet;
    auto checked = check_step(**type, step, matter, parts_.clock(), one.missing);
    if (checked) checked = check_evidence(**type, step, matter, parts_.clock(), none_yet, one.missing);
    if (!checked) return fail(checked.error());
    all.push_back(std::move(one));
  }
  return all;
}

Result<Matter> RecordDesk::Impl::by_code(const std::string& code) const {
  const auto unknown = [] {
    return fail(Errc::not_found,
                "no matter has this code; it is the one of ten characters that was given with the report", "code");
  };
  if (code.size() != 10) return unknown();
  std::string upper = code;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (!may(people::Caller{}, type, Act::create)) continue;
      ledger::RecordQuery query;
      query.kind = type.id;
      query.where.push_back({std::string(face_follow), ledger::Condition::Test::equal, {upper}});
      query.limit = 1;
      const auto page = parts_.records.find(query);
      if (!page) return fail(page.error());
      if (!page->items.empty()) return matter_of(type, page->items.front().revision);
    }
  }
  return unknown();
}

namespace {
/// What a person has made public of a record: files of which the confirming field says yes.
std::vector<std::string> public_files(const systems::Register& type, const Matter& matter) {
  std::vector<std::string> hashes;
  for (const auto& field : type.fields) {
    if (field.confirmed_by.empty()) continue;
    const auto said = matter.values.find(field.confirmed_by);
    const auto* yes = said == matter.values.end() ? nullptr : std::get_if<bool>(&said->second);
    const auto found = matter.values.find(field.id);
    if (yes == nullptr || !*yes || found == matter.values.end()) continue;
    if (const auto* files = std::get_if<std::vector<std::string>>(&found->second))
      hashes.insert(hashes.end(), files->begin(), files->end());
  }
  return hashes;
}
}  // namespace

Result<ledger::Attachment> RecordDesk::followed_file(const std::string& code, const std::string& hash) const {
  const auto followed = impl_->follow(code);
  if (!followed) return fail(followed.error());
  if (std::find(followed->outcome_files.begin(), followed->outcome_files.end(), hash) == followed->outcome_files.end())
    return fail(Errc::not_found, "this file is not among those that were made public", "hash");
  return impl_->parts_.attachments.find(hash);
}

Result<Followed> RecordDesk::Impl::follow(const std::string& code) const {
  const auto matter = by_code(code);
  if (!matter) return fail(matter.error());
  const auto type = type_of(matter->register_id);
  if (!type) return fail(type.error());
  Followed followed;
  followed.register_id = matter->register_id;
  followed.title = matter->title;
  followed.dues = matter->dues;
  followed.outcome_files = public_files(**type, *matter);
  if ((*type)->lifecycle) {
    followed.states.emplace_back(matter->steps.empty() ? matter->state : matter->steps.front().from, matter->opened);
    followed.steps.emplace_back();
  }
  for (const auto& step : matter->steps) {
    if (step.to == followed.states.back().first) continue;
    followed.states.emplace_back(step.to, step.at);
    followed.steps.push_back(step.step);
  }
  const auto outcome = matter->values.find("outcome");
  if (const auto* field = (*type)->field("outcome"); field && !field->personal && outcome != matter->values.end())
    followed.values.emplace(outcome->first, outcome->second);
  Matter open = *matter;
  prune(Sight::open, **type, open);
  followed.values.merge(open.values);
  if ((*type)->lifecycle) {
    for (const auto& step : (*type)->lifecycle->steps) {
      if (!starts_in(step, matter->state) || !has_any(people::Caller{}, step.who)) continue;
      std::vector<Finding> missing;
      if (auto checked = check_step(**type, step, *matter, parts_.clock(), missing); !checked)
        return fail(checked.error());
      if (any_error(missing)) continue;
      followed.may_reopen = true;
      if (step.within_days > 0)
        followed.reopen_until = end_of(LegalDay{legal_day_of(matter->since_state).days + step.within_days});
    }
  }
  return followed;
}

Outcome<Matter> RecordDesk::Impl::reopen_by_code(const std::string& code, const std::string& why) {
  std::unique_lock lock(writing_);
  auto matter = by_code(code);
  if (!matter) return refuse(matter.error());
  const auto type = type_of(matter->register_id);
  if (!type) return refuse(type.error());
  people::Caller reporter;
  reporter.name = "public";
  StepRequest request;
  request.revision = matter->revision;
  request.why = why;
  if ((*type)->lifecycle) {
    for (const auto& step : (*type)->lifecycle->steps) {
      if (has_any(reporter, step.who) && (request.step.empty() || starts_in(step, matter->state)))
        request.step = step.id;
    }
  }
  if (request.step.empty())
    return refuse(Errc::refused, "matters of this kind are not taken up again by a code", "code");
  auto taken = take_step(reporter, **type, std::move(*matter), request);
  lock.unlock();
  if (!taken) {
    if (taken.error().newest) prune(Sight::open, **type, *taken.error().newest);
    return taken;
  }
  spread({*taken});
  prune(Sight::open, **type, *taken);
  return taken;
}

}  // namespace celadon::registry
