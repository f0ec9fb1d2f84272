#include "core/json_writer.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "registry/record_face.hpp"
#include "systems/record.hpp"

#include <algorithm>
#include <array>

namespace celadon::registry {

namespace {

// Where a pack names no rights (docs/packs.md, Views, map, rights, indicators).
const std::vector<std::string>& bureau() {
  static const std::vector<std::string> roles = {"duty", "analyst", "enforcement", "planner", "leader"};
  return roles;
}
const std::vector<std::string>& bureau_writers() {
  static const std::vector<std::string> roles = {"duty", "analyst", "enforcement", "planner"};
  return roles;
}

bool says_nothing(const systems::Rights& rights) {
  return rights.read.empty() && rights.write.empty() && rights.create.empty() && rights.withdraw.empty();
}

const std::vector<std::string>& roles_of(const systems::Rights& rights, RecordDesk::Act act) {
  const bool nothing = says_nothing(rights);
  switch (act) {
    case RecordDesk::Act::read: return nothing ? bureau() : rights.read;
    case RecordDesk::Act::create:
      if (!rights.create.empty()) return rights.create;
      [[fallthrough]];
    case RecordDesk::Act::write: return nothing ? bureau_writers() : rights.write;
    case RecordDesk::Act::withdraw: break;
  }
  return rights.withdraw;
}

bool names_public(const std::vector<std::string>& roles) {
  return std::find(roles.begin(), roles.end(), "public") != roles.end();
}

/// As has_any, but the role "public" of a caller counts for nothing.
bool has_any_but_public(const people::Caller& caller, const std::vector<std::string>& roles) {
  return has_role(caller, "admin") || std::any_of(roles.begin(), roles.end(), [&](const std::string& role) {
           return role != "public" && has_role(caller, role);
         });
}

}  // namespace

bool has_role(const people::Caller& caller, std::string_view role) {
  return std::find(caller.roles.begin(), caller.roles.end(), role) != caller.roles.end();
}

bool has_any(const people::Caller& caller, const std::vector<std::string>& roles) {
  return has_role(caller, "admin") ||
         std::any_of(roles.begin(), roles.end(), [&](const std::string& role) { return has_role(caller, role); });
}

bool is_in(const ledger::RowScope& scope, const std::string& division, const std::string& enterprise) {
  if (scope.nothing) return false;
  if (!scope.enterprise.empty() && scope.enterprise != enterprise) return false;
  if (scope.divisions.empty() || division.empty()) return true;
  return std::any_of(scope.divisions.begin(), scope.divisions.end(),
                     [&](const std::string& prefix) { return division.starts_with(prefix); });
}

people::Caller platform() {
  people::Caller caller;
  caller.how = people::Caller::How::house;
  caller.name = "platform";
  caller.shown = "platform";
  caller.roles = {"admin"};
  return caller;
}

Unexpected<Refusal> refuse(std::vector<systems::Finding> findings) {
  Refusal refusal;
  refusal.error.code = Errc::invalid_value;
  std::size_t shown = 0;
  for (const auto& one : findings) {
    if (!one.is_error) continue;
    if (refusal.error.field.empty()) refusal.error.field = one.field;
    if (++shown <= 5) refusal.error.detail += (shown > 1 ? "; " : "") + one.words.en;
  }
  if (shown > 5) refusal.error.detail += "; and " + std::to_string(shown - 5) + " more";
  refusal.findings = std::move(findings);
  return Unexpected<Refusal>{std::move(refusal)};
}

RecordDesk::Impl::Impl(Parts parts) : parts_(std::move(parts)), current_(parts_.catalogue.get()) {
  kept_.push_back(parts_.catalogue);
}

void RecordDesk::Impl::use(std::shared_ptr<const systems::Catalogue> catalogue) {
  const std::lock_guard lock(keeping_);
  kept_.push_back(std::move(catalogue));
  current_ = kept_.back().get();
  day_followed_ = INT32_MIN;  // other formulas may ask the day now
}

Result<void> RecordDesk::Impl::prepare() {
  static constexpr std::array own = {"site", "device", "case", "setting", "plan-target", "person", "token", "session"};
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (std::find(own.begin(), own.end(), type.id) != own.end())
        return fail(Errc::invalid_value, system.file + ": a register must not be called " + type.id +
                                             ": the ledger itself keeps such entries");
      const auto digest = face_digest(type);
      const auto are = parts_.records.faces_are_of(type.id, digest);
      if (!are) return fail(are.error());
      if (*are) continue;
      const FactSource facts = source();
      auto made = parts_.records.make_faces(type.id, digest, [&](const ledger::Revision& revision) {
        const auto matter = matter_of(type, revision);
        if (!matter) return Result<ledger::RecordFace>(fail(matter.error()));
        return Result<ledger::RecordFace>(face_of(type, *matter, RecordFacts(facts, type, *matter)));
      });
      if (!made) return made;
    }
  }
  return {};
}

Sight RecordDesk::Impl::sight(const people::Caller& caller, const systems::Register& type) const {
  if (has_any_but_public(caller, roles_of(type.rights, Act::read))) return Sight::full;
  return type.open_fields.empty() ? Sight::none : Sight::open;
}

bool RecordDesk::Impl::may(const people::Caller& caller, const systems::Register& type, Act act) const {
  if (act == Act::read) return sight(caller, type) != Sight::none;
  if (caller.read_only) return false;
  const auto& roles = roles_of(type.rights, act);
  if (has_any_but_public(caller, roles)) return true;
  return act == Act::create && names_public(roles);
}

bool RecordDesk::Impl::creates_as_public(const people::Caller& caller, const systems::Register& type) const {
  return !has_any_but_public(caller, roles_of(type.rights, Act::create));
}

FactSource RecordDesk::Impl::source() const { return {parts_, catalogue(), parts_.clock(), {}, {}}; }

Result<const systems::Register*> RecordDesk::Impl::type_of(const std::string& register_id) const {
  const auto* type = catalogue().find(register_id);
  if (!type) return fail(Errc::not_found, "there is no register " + register_id, "register");
  return type;
}

std::string RecordDesk::Impl::title_of(const systems::Register& type, const Matter& matter) const {
  std::string pattern = type.title;
  for (auto at = pattern.find("{id}"); at != std::string::npos; at = pattern.find("{id}", at + matter.id.size()))
    pattern.replace(at, 4, matter.id);
  auto title = systems::fill_blanks(type, catalogue(), pattern, matter.values, false);
  return title.find_first_not_of(' ') == std::string::npos ? matter.id : title;
}

void RecordDesk::Impl::audit_refusal(const people::Caller& caller, const std::string& object,
                                     const std::string& act) const {
  ledger::AuditEntry entry;
  entry.at = parts_.clock();
  entry.who = caller.name;
  entry.action = "refused";
  entry.object = object;
  entry.outcome = "refused";
  JsonWriter(entry.detail).begin_object().member("act", act).end_object();
  // The refusal stands whether or not the audit could be written; a full disk is told by the next change.
  [[maybe_unused]] const auto written = parts_.audit.add(std::move(entry));
}

ledger::AuditEntry RecordDesk::Impl::done_entry(const std::string& who, const std::string& action,
                                                const Matter& matter, const std::string& detail) const {
  ledger::AuditEntry entry;
  entry.at = parts_.clock();
  entry.who = who;
  entry.action = action;
  entry.object = matter.register_id + "/" + matter.id;
  entry.outcome = "done";
  entry.detail = detail;
  return entry;
}

void RecordDesk::Impl::tell(const Matter& matter) const {
  std::vector<std::function<void(const Matter&)>> told;
  {
    const std::lock_guard lock(telling_);
    told = told_;
  }
  Matter shown = matter;
  shown.follow.clear();  // the reporter's alone
  for (const auto& one : told) one(shown);
}

ledger::RecordPut RecordDesk::Impl::put_of(const systems::Register& type, const Matter& matter,
                                           std::int64_t stands_on) const {
  ledger::RecordPut put;
  put.put.kind = matter.register_id;
  put.put.id = matter.id;
  put.put.body = to_body(matter);
  put.put.valid_from = matter.valid_from;
  put.put.who = matter.who;
  put.put.why = matter.why;
  put.put.expected_revision = stands_on;
  const FactSource facts = source();
  put.face = face_of(type, matter, RecordFacts(facts, type, matter));
  return put;
}

Result<Matter> RecordDesk::Impl::store(const systems::Register& type, const Matter& matter, std::int64_t stands_on,
                                       const std::string& action, const std::string& detail) const {
  const auto stored =
      parts_.records.put({put_of(type, matter, stands_on)}, done_entry(matter.who, action, matter, detail));
  if (!stored) return fail(stored.error());
  Matter with = matter;
  with.revision = stored->front().revision;
  with.known_at = stored->front().known_at;
  return with;
}

// The desk itself only hands on.

RecordDesk::RecordDesk(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
RecordDesk::~RecordDesk() = default;
const systems::Catalogue& RecordDesk::catalogue() const { return impl_->catalogue(); }
void RecordDesk::use(std::shared_ptr<const systems::Catalogue> catalogue) { impl_->use(std::move(catalogue)); }
Result<void> RecordDesk::prepare() { return impl_->prepare(); }
bool RecordDesk::may(const people::Caller& caller, const systems::Register& type, Act act) const {
  return impl_->may(caller, type, act);
}
Result<Matter> RecordDesk::get(const people::Caller& caller, const std::string& register_id, const std::string& id,
                               std::optional<Instant> as_known_at) const {
  return impl_->get(caller, register_id, id, as_known_at);
}
Result<std::vector<Matter>> RecordDesk::history(const people::Caller& caller, const std::string& register_id,
                                                const std::string& id) const {
  return impl_->history(caller, register_id, id);
}
Result<RecordDesk::Page> RecordDesk::find(const people::Caller& caller, ledger::RecordQuery query,
                                          const std::string& view) const {
  return impl_->find(caller, std::move(query), view);
}
Result<std::vector<RecordDesk::Related>> RecordDesk::related(const people::Caller& caller,
                                                             const std::string& register_id, const std::string& id,
                                                             std::size_t limit) const {
  return impl_->related(caller, register_id, id, limit);
}
std::map<std::string, std::string> RecordDesk::names(const people::Caller& caller, const Matter& matter) const {
  return impl_->names(caller, matter);
}
Outcome<Matter> RecordDesk::preview(const people::Caller& caller, const Change& change) const {
  return impl_->preview(caller, change);
}
Outcome<Matter> RecordDesk::save(const people::Caller& caller, const Change& change) {
  return impl_->save(caller, change);
}
std::vector<Outcome<Matter>> RecordDesk::save_each(const people::Caller& caller, const std::vector<Change>& changes,
                                                   bool only_preview) {
  if (!only_preview) return impl_->save_each(caller, changes);
  std::vector<Outcome<Matter>> outcomes;
  outcomes.reserve(changes.size());
  for (const auto& change : changes) outcomes.push_back(impl_->preview(caller, change));
  return outcomes;
}
Outcome<Matter> RecordDesk::withdraw(const people::Caller& caller, const std::string& register_id,
                                     const std::string& id, std::int64_t revision, const std::string& why) {
  return impl_->withdraw(caller, register_id, id, revision, why);
}
Outcome<Matter> RecordDesk::take(const people::Caller& caller, const StepRequest& request) {
  return impl_->take(caller, request);
}
Result<std::vector<RecordDesk::Possible>> RecordDesk::possible(const people::Caller& caller,
                                                               const Matter& matter) const {
  return impl_->possible(caller, matter);
}
Result<std::vector<RecordDesk::Alike>> RecordDesk::alike(const people::Caller& caller, const std::string& register_id,
                                                         const systems::Values& values, std::size_t limit) const {
  return impl_->alike(caller, register_id, values, limit);
}
Result<Neighbourhood> RecordDesk::near(const std::string& register_id, const LonLat& place) const {
  return impl_->near(register_id, place);
}
Result<Followed> RecordDesk::follow(const std::string& code) const { return impl_->follow(code); }
Outcome<Matter> RecordDesk::reopen_by_code(const std::string& code, const std::string& why) {
  return impl_->reopen_by_code(code, why);
}
Result<std::multimap<std::int64_t, Matter>> RecordDesk::of_events(const people::Caller& caller,
                                                                  const std::vector<std::int64_t>& events) const {
  return impl_->of_events(caller, events);
}
Result<void> RecordDesk::take_event(const ledger::Event& event) { return impl_->take_event(event); }
Result<void> RecordDesk::tick() { return impl_->tick(); }
void RecordDesk::on_change(std::function<void(const Matter&)> told) {
  const std::lock_guard lock(impl_->telling_);
  impl_->told_.push_back(std::move(told));
}
Result<systems::Value> RecordDesk::indicator(const people::Caller& caller, const std::string& register_id,
                                             const std::string& indicator) const {
  return impl_->indicator(caller, register_id, indicator);
}
Result<Matter> RecordDesk::from_revision(const ledger::Revision& revision) const {
  const auto type = impl_->type_of(revision.kind);
  if (!type) return fail(type.error());
  return matter_of(**type, revision);
}

}  // namespace celadon::registry
