#pragma once

#include "standards/judge.hpp"

#include <string>
#include <string_view>

namespace celadon::service {

/// Reads one JSON line of `celadon judge` (docs/judge.md) as a request of the rule; `edition` stands where the line
/// names none. Errors   malformed, invalid_value, too_large, with the field.
[[nodiscard]] Result<standards::JudgeRequest> read_judge_line(const standards::Library& library,
                                                              const standards::RuleFace& face,
                                                              const std::string& edition, std::string_view line);

}  // namespace celadon::service
