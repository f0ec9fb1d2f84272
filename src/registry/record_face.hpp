#pragma once

#include "registry/record_desk.hpp"

#include <string>

namespace celadon::registry {

/// What the ledger finds a record by. `facts` are the record's own, for the conditions of views.
[[nodiscard]] ledger::RecordFace face_of(const systems::Register& type, const Matter& matter,
                                         const systems::Facts& facts);
/// Changes when the pack says something that makes other faces of the same records.
[[nodiscard]] std::string face_digest(const systems::Register& type);

}  // namespace celadon::registry
