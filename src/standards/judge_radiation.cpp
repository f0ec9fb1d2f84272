#include "standards/judge_parts.hpp"

namespace celadon::standards {

std::vector<CodeRule> radiation_rules() { return {}; }

}  // namespace celadon::standards
