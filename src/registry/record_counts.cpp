#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"

#include <algorithm>

// Numbers and points of a register: what a list would show, counted by the ledger without reading bodies.

namespace celadon::registry {

namespace {

bool is_shown(const systems::Register& type, Sight sees, const std::string& name) {
  if (sees == Sight::full) return true;
  const auto* field = type.field(name);
  const bool open = std::find(type.open_fields.begin(), type.open_fields.end(), name) != type.open_fields.end();
  return open && !(field != nullptr && field->personal);
}

/// Whether the title is made of open fields alone.
bool is_title_shown(const systems::Register& type, Sight sees) {
  return sees == Sight::full || std::none_of(type.fields.begin(), type.fields.end(), [&](const systems::Field& field) {
           return type.title.find("{" + field.id + "}") != std::string::npos && !is_shown(type, sees, field.id);
         });
}

}  // namespace

Result<Sight> RecordDesk::Impl::limit_query(const people::Caller& caller, ledger::RecordQuery& query,
                                            const std::string& view) const {
  const auto what = asked(caller, query.kind, view);
  if (!what) return fail(what.error());
  const auto& [type, sees, chosen] = *what;
  query.scope = caller.scope;
  query.sort = "id";
  if (sees == Sight::open) {
    if (auto limited = limit_to_open(*type, query, chosen); !limited) return fail(limited.error());
  }
  if (chosen != nullptr && chosen->where) {
    if (!is_kept(*type, *chosen) || query.as_known_at)
      return fail(Errc::invalid_value,
                  "the condition of view " + view + " asks other records or the clock; it can be listed, not counted",
                  "view");
    query.where.push_back({std::string(face_view) + view, ledger::Condition::Test::equal, {std::string("true")}});
  }
  return sees;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> RecordDesk::tally(const people::Caller& caller,
                                                                            ledger::RecordQuery query,
                                                                            const std::string& view,
                                                                            const std::string& by) const {
  const auto sees = impl_->limit_query(caller, query, view);
  if (!sees) return fail(sees.error());
  const auto& type = *catalogue().find(query.kind);
  const auto* field = type.field(by);
  if (by != "state" && (field == nullptr || !is_faced(type, *field)))
    return fail(Errc::unknown_code, "register " + type.id + " has no indexed field '" + by.substr(0, 40) + "'", "by");
  if (!is_shown(type, *sees, by))
    return fail(Errc::refused, "by " + by + ": only what the register shows to everybody may be counted by", "by");
  return impl_->parts_.records.tally(query, by);
}

Result<RecordDesk::MapSight> RecordDesk::map_sight(const people::Caller& caller,
                                                   const std::string& register_id) const {
  ledger::RecordQuery query;
  query.kind = register_id;
  query.within.emplace(Bounds{-180, -90, 180, 90});
  const auto sees = impl_->limit_query(caller, query, "");
  if (!sees) return fail(sees.error());
  const auto& type = *catalogue().find(register_id);
  const std::string& colour_by = type.map.colour_by;
  return MapSight{is_title_shown(type, *sees), is_shown(type, *sees, "state"),
                  !colour_by.empty() && is_shown(type, *sees, colour_by), std::move(query.scope)};
}

Result<std::vector<ledger::RecordPlace>> RecordDesk::places(const people::Caller& caller, ledger::RecordQuery query,
                                                            const std::string& view,
                                                            const std::string& colour_by) const {
  const auto sees = impl_->limit_query(caller, query, view);
  if (!sees) return fail(sees.error());
  const auto& type = *catalogue().find(query.kind);
  const bool coloured = !colour_by.empty() && is_shown(type, *sees, colour_by);
  auto places = impl_->parts_.records.places(query, coloured ? colour_by : "");
  if (!places) return places;
  const bool with_title = is_title_shown(type, *sees);
  const bool with_state = is_shown(type, *sees, "state");
  for (auto& place : *places) {
    if (!with_title) place.title = place.id;
    if (!with_state) place.state.clear();
  }
  return places;
}

}  // namespace celadon::registry
