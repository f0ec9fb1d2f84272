#include "standards/judge_parts.hpp"

namespace celadon::standards {

void convert_oxygen(const Library&, const JudgeRequest&, double, Judgement&, JudgedInput&) {}

std::vector<CodeRule> emission_rules() { return {}; }

}  // namespace celadon::standards
