#pragma once

#include "ledger/ledger.hpp"

#include <string>
#include <string_view>

// The further facts of a site, which are kept as a JSON object.

namespace celadon::ledger {

/// Whether the fact is there and true.
[[nodiscard]] bool is_marked(const Site& site, std::string_view name);
/// A fact that is a text; empty where it is not there.
[[nodiscard]] std::string text_attribute(const Site& site, std::string_view name);

}  // namespace celadon::ledger
