#pragma once

#include "standards/judge.hpp"

#include <string>
#include <string_view>

namespace celadon::cli {

/// Judges one JSON line of `celadon judge` (docs/judge.md).
/// Errors   malformed, invalid_value, unknown_code, with the field.
[[nodiscard]] Result<standards::Judgement> judge_line(const standards::Library& library, const std::string& rule,
                                                      const std::string& edition, std::string_view line, bool why);

}  // namespace celadon::cli
