#pragma once

#include "standards/judge.hpp"

namespace celadon::standards {

// What the rules share; used inside this room only.

/// A number as a person writes it.
[[nodiscard]] std::string plain(double value);
/// The input with `used` set, or with the reason why it is left out.
[[nodiscard]] JudgedInput begin_input(const Library& library, const JudgeInput& input);
void add_left_out(Judgement& judgement, const JudgedInput& input);
void not_judged(Judgement& judgement, std::string zh, std::string en);
void add_edition_step(Judgement& judgement, const std::string& standard, const std::string& trust, LegalDay from,
                      LegalDay day);

[[nodiscard]] Result<Judgement> judge_air(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_water(const Library& library, const JudgeRequest& request);

}  // namespace celadon::standards
