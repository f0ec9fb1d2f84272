#pragma once

#include "standards/judge_parts.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

// What the rules on reports of water share; used by the files judge_water_*.cpp only.
namespace celadon::standards::water {

/// A word of `choices` the request gives, or `otherwise`. Errors   invalid_value naming the field.
[[nodiscard]] Result<std::string> chosen(const JudgeRequest& request, const std::string& name,
                                         std::initializer_list<const char*> choices, const std::string& otherwise);
/// A whole number from `low` to `high` the request gives; NaN where it gives none. Errors   invalid_value.
[[nodiscard]] Result<double> given_whole(const JudgeRequest& request, const std::string& name, int low, int high);

/// One value in `unit`, which is also taken for a name without a property; left out with the reason where the unit does
/// not convert, a list stands for the value, or the value is more than the property can be. A value below detection is
/// half its limit. `signed_value`: below zero is possible.
[[nodiscard]] JudgedInput value_in(const Library& library, const JudgeInput& input, const std::string& unit,
                                   bool signed_value = false);

/// A list of values in `unit`; empty with the reason where it cannot be used. Infinite values are NaN.
struct SeriesTaken {
  std::vector<double> values;
  std::string reason_zh, reason_en;
};
/// Errors   malformed naming the field where one value stands for a list.
[[nodiscard]] Result<SeriesTaken> series_in(const Library& library, const JudgeInput& input, const std::string& unit);

void put_number(Judgement& judgement, const std::string& name, const std::string& zh, const std::string& en,
                double value, const std::string& unit);
/// Sets level, class and names; `tone` 0..4 is the colour from excellent to gravest.
void set_verdict(Judgement& judgement, int level, const std::string& class_name, const std::string& zh,
                 const std::string& en, std::size_t tone);

/// The rules of the other two files.
[[nodiscard]] std::vector<CodeRule> index_rules();
[[nodiscard]] std::vector<CodeRule> flow_rules();

}  // namespace celadon::standards::water
