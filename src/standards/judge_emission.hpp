#pragma once

#include "standards/judge_values.hpp"

namespace celadon::standards {

// The rules of emission_rules(), by file; used inside this room only.

// judge_stack.cpp
[[nodiscard]] Result<Judgement> judge_stack_hour(const Library& library, const JudgeRequest& request);
// judge_stack_period.cpp
[[nodiscard]] Result<Judgement> judge_stack_day(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_stack_capture(const Library& library, const JudgeRequest& request);
// judge_wastewater.cpp
[[nodiscard]] Result<Judgement> judge_wastewater_day(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_wastewater_removal(const Library& library, const JudgeRequest& request);
// judge_tax.cpp
[[nodiscard]] Result<Judgement> judge_tax_equivalents(const Library& library, const JudgeRequest& request);
// judge_ldar.cpp
[[nodiscard]] Result<Judgement> judge_ldar_leak(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_ldar_emission(const Library& library, const JudgeRequest& request);

}  // namespace celadon::standards
