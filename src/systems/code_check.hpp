#pragma once

#include <string_view>

namespace celadon::systems {

/// Whether the last of 18 characters is the check character of the 17 before it.
///
/// Missing  a text of another length or with a character the code does not know does not hold.
/// Source   GB 32100-2015, the unified social credit code: characters 0-9 and A-Y without I, O, S, V, Z count 0 to 30, each
///          weighs 3^(i-1) mod 31, and all 18 with the check character's weight 1 come to a multiple of 31 (ISO 7064,
///          MOD 31-3).
[[nodiscard]] bool holds_gb32100(std::string_view code);

}  // namespace celadon::systems
