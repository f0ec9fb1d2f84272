#pragma once

#include "core/result.hpp"
#include "systems/system.hpp"

#include <string>

namespace celadon::systems {

/// A commented beginning of a pack with one register, which passes the check as it stands.
/// Errors   invalid_value where `id` cannot name a system.
[[nodiscard]] Result<std::string> new_pack(const std::string& id, RegisterKind kind);

}  // namespace celadon::systems
