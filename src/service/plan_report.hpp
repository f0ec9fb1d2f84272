#pragma once

#include "intake/city_pack.hpp"
#include "report/collect.hpp"
#include "service/plan_desk.hpp"

namespace celadon::service {

/// The values of the set `plan` for reports: the year asked, or the newest there is before it.
/// Errors   those of PlanDesk::look(); unknown_code for an edition the plan has not.
[[nodiscard]] Result<void> collect_plan(PlanDesk& desk, const intake::CityPack& city, const report::Ask& ask,
                                        report::Record& out);

}  // namespace celadon::service
