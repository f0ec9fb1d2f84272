#include "core/json_writer.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"
#include "registry/record_facts.hpp"

#include <set>

// A formula may count or sum over other records: a store's amount over its ledger, an account over a year's waybills.
// What it gives stands in the record, so that it can be filtered, sorted and asked for as of a day; here it is kept
// true.

namespace celadon::registry {

using systems::Expression;
using systems::Value;

namespace {

constexpr int hops_max = 3;  ///< a sum of sums of sums; a circle of packs ends here

Value value_of(const Matter& matter, const std::string& field) {
  if (field == "id") return Value{matter.id};
  if (field == "state") return matter.state.empty() ? Value{} : Value{matter.state};
  const auto found = matter.values.find(field);
  return found == matter.values.end() ? Value{} : found->second;
}

/// The query for the records whose formula reaches `matter`; nothing where none can.
std::optional<ledger::RecordQuery> who_reaches(const Expression::Reach& reach, const systems::Register& type,
                                               const Matter& matter, std::string& id) {
  ledger::RecordQuery query;
  query.kind = type.id;
  for (const auto& [other, own] : reach.equal) {
    const Value value = value_of(matter, other);
    if (systems::is_none(value)) return std::nullopt;
    const auto faces = face_value(value);
    if (own == "id" || own == type.key) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) return std::nullopt;
      id = *text;
    } else if (const auto* field = type.field(own); field != nullptr && faces.size() == 1 && is_faced(type, *field)) {
      query.where.push_back({own, ledger::Condition::Test::equal, faces});
    }
  }
  return query;
}

}  // namespace

Result<void> RecordDesk::Impl::note_reached(const Matter& changed,
                                            std::set<std::pair<std::string, std::string>>& reached) const {
  for (const auto& [type, reach] : catalogue().summers_of(changed.register_id)) {
    std::string id;
    auto query = who_reaches(reach, *type, changed, id);
    if (!query) continue;
    if (!id.empty()) {
      reached.emplace(type->id, id);
      continue;
    }
    auto read = each_record(parts_.records, std::move(*query), [&](ledger::Record& row) -> Result<void> {
      reached.emplace(type->id, row.revision.id);
      return {};
    });
    if (!read) return read;
  }
  return {};
}

Result<std::optional<Matter>> RecordDesk::Impl::sum_anew(const std::string& register_id, const std::string& id,
                                                         const std::string& why) {
  const std::lock_guard lock(writing_);
  const auto row = parts_.records.get(register_id, id);
  if (!row) return row.error().code == Errc::not_found ? Result<std::optional<Matter>>{} : fail(row.error());
  if (row->gone) return std::optional<Matter>{};
  Change change;
  change.register_id = register_id;
  change.id = id;
  change.expected_revision = row->revision.revision;
  change.why = why;
  auto draft = this->draft(platform(), change, parts_.clock());
  if (!draft) return fail(draft.error().error);
  if (draft->is_unchanged) return std::optional<Matter>{};
  // A check that no longer holds is what the sum has to say; it is kept as a finding and refuses nothing.
  for (auto& one : draft->findings) one.is_error = false;
  draft->matter.findings = std::move(draft->findings);
  auto stored = store(*draft->type, draft->matter, draft->stands_on, "record-put");
  if (!stored) return fail(stored.error());
  return std::optional<Matter>(std::move(*stored));
}

void RecordDesk::Impl::spread(std::vector<Matter> changed) {
  for (const auto& matter : changed) tell(matter);
  const auto followed = follow_sums(std::move(changed));
  if (followed) return;
  ledger::AuditEntry entry;
  entry.who = platform().name;
  entry.action = "sums";
  entry.outcome = "failed";
  JsonWriter(entry.detail).begin_object().member("error", followed.error().detail).end_object();
  static_cast<void>(parts_.audit.add(std::move(entry)));  // the disk that refused the sums may refuse this too
}

Result<void> RecordDesk::Impl::follow_sums(std::vector<Matter> changed) {
  for (int hop = 0; hop < hops_max && !changed.empty(); ++hop) {
    std::set<std::pair<std::string, std::string>> reached;
    for (const auto& matter : changed) {
      if (catalogue().summers_of(matter.register_id).empty()) continue;
      if (auto noted = note_reached(matter, reached); !noted) return noted;
      if (matter.revision < 2) continue;
      const auto* type = catalogue().find(matter.register_id);
      const auto before = parts_.records.get(matter.register_id, matter.id, Instant{matter.known_at.us - 1});
      if (type == nullptr || !before) continue;
      const auto was = matter_of(*type, before->revision);
      if (!was) return fail(was.error());
      if (auto noted = note_reached(*was, reached); !noted) return noted;
    }
    const std::string why = "follows " + changed.front().register_id + "/" + changed.front().id;
    changed.clear();
    for (const auto& [register_id, id] : reached) {
      auto anew = sum_anew(register_id, id, why);
      if (!anew) return fail(anew.error());
      if (!*anew) continue;
      tell(**anew);
      changed.push_back(std::move(**anew));
    }
  }
  return {};
}

}  // namespace celadon::registry
