#pragma once

#include "registry/record_desk.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Records as JSON, and what of a record the ledger finds it by.

namespace celadon::registry {

[[nodiscard]] systems::Finding finding(std::string field, std::string check, std::string zh, std::string en,
                                       bool is_error = true);
/// "名称" and "Name" of a field, or its id where the pack has no words.
[[nodiscard]] const std::string& zh_of(const systems::Field& field);
[[nodiscard]] const std::string& en_of(const systems::Field& field);

/// A value as JSON: dates "2026-06-01", moments in UTC, geometry as GeoJSON, none as null.
[[nodiscard]] std::string value_json(const systems::Value& value);
/// `{"name": "...", "place": {...}}` as values by the register's fields; null gives none.
/// Errors   all that is of a wrong type or no field of the register, as findings.
[[nodiscard]] Outcome<systems::Values> values_of_json(const systems::Register& type, std::string_view json);
/// The body of a revision. What the pack no longer knows is left out; what no longer fits is a finding.
/// Errors   file_damaged naming the record: the body is ours and not as we write it.
[[nodiscard]] Result<Matter> matter_of(const systems::Register& type, const ledger::Revision& revision);

/// A value as conditions of a RecordQuery compare it: numbers as numbers; yes-no "true"/"false", dates "2026-06-01",
/// moments in UTC, all else as text; several values, several faces; geometry none.
[[nodiscard]] std::vector<std::variant<double, std::string>> face_value(const systems::Value& value);
/// Whether records may be filtered and sorted by a field.
[[nodiscard]] bool is_faced(const systems::Register& type, const systems::Field& field);
/// Whether a view's condition is kept in the face: it asks only what the record itself holds.
[[nodiscard]] bool is_kept(const systems::Register& type, const systems::View& view);
/// Division and enterprise of a record, by which rows are limited.
struct Belongs {
  std::string division, enterprise;
};
[[nodiscard]] Belongs belongs(const systems::Register& type, const std::string& id, const systems::Values& values);
/// The geometry that is the record's place; null where there is none.
[[nodiscard]] const systems::Geometry* place_of(const systems::Register& type, const systems::Values& values);
[[nodiscard]] LonLat anchor_of(const systems::Geometry& geometry);
/// From a point to the nearest point of a geometry; 0 inside an area. Metres, on a plane that touches at the point.
[[nodiscard]] double distance_to_m(const systems::Geometry& geometry, const LonLat& point);

// Faces beside those of fields; no field's name begins so.
inline constexpr std::string_view face_event = "@event", face_follow = "@follow", face_evidence = "@evidence_hash",
                                  face_tick = "@tick_at", face_opened = "@opened",
                                  face_view = "@view:", face_state = "@state", face_since = "@since_state";
/// A moment as a number that conditions compare: seconds since 1970.
[[nodiscard]] inline double seconds(Instant at) { return static_cast<double>(at.us) / us_per_second; }

}  // namespace celadon::registry
