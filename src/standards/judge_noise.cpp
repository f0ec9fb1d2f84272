#include "standards/judge_parts.hpp"

namespace celadon::standards {

std::vector<CodeRule> noise_rules() { return {}; }

}  // namespace celadon::standards
