#include "standards/judge_parts.hpp"

namespace celadon::standards {

std::vector<CodeRule> water_report_rules() { return {}; }

}  // namespace celadon::standards
