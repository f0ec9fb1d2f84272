#pragma once

#include "standards/library.hpp"

#include <optional>
#include <string>
#include <vector>

namespace celadon::standards {

/// One value to be judged.
struct JudgeInput {
  std::string property;              ///< id
  double value = 0;                  ///< in the property's canonical unit; NaN when missing
  std::string voided_zh, voided_en;  ///< why it must be left out; empty when it is good
  std::string members;               ///< handed through to JudgedInput
};

struct JudgeRequest {
  std::string rule;     ///< "aqi-hourly", "aqi-daily", "water-class"
  std::string edition;  ///< empty: by the date of the data
  Instant date;         ///< end of the window the values speak for
  std::vector<JudgeInput> inputs;
  WaterBody body = WaterBody::river;
  WaterRounding rounding = WaterRounding::reading;
  bool want_why = true;
};

/// A sentence of the reasoning, and what it rests on.
struct WhyStep {
  std::string subject, text_zh, text_en, clause, trust;
};

struct JudgedInput {
  std::string property, unit;
  double value = 0;
  std::optional<double> rounded;
  std::optional<int> index;          ///< IAQI
  std::string class_name;            ///< water
  std::optional<double> multiple;    ///< over class III
  bool used = false;                 ///< took part in the verdict
  std::string reason_zh, reason_en;  ///< why it did not
  std::string members;               ///< further JSON members the caller wants beside it ("a":1,...)
};

/// What the law says, and why.
struct Judgement {
  std::string rule, edition;
  bool edition_asked = false;
  Instant time;
  bool judged = false;
  std::string reason_zh, reason_en;  ///< why it is not judged
  std::optional<int> value;          ///< AQI
  int level = 0;                     ///< 1..6; 0 when not judged
  std::string class_name, class_label;
  std::string name_zh, name_en, colour, text_colour, advice_zh, advice_en;
  std::vector<std::string> primary, over_limit;  ///< properties
  std::vector<JudgedInput> inputs;
  std::vector<WhyStep> why;
};

inline constexpr std::string_view judge_rules[] = {"aqi-hourly", "aqi-daily", "water-class"};

/// Judges one set of values by one rule.
///
/// Missing  NaN, negative, infinite and voided values are left out, each with its reason; when nothing is left, or the
/// edition
///          wants all items, the verdict is "not judged" with the reason.
/// Errors   unknown_code for a rule, edition or property that is not known; not_found when no edition was in force.
[[nodiscard]] Result<Judgement> judge(const Library& library, const JudgeRequest& request);

/// The judgement as a JSON object, appended to `out`; `members` ("a":1,...) stand first in it.
void append_json(std::string& out, const Judgement& judgement, bool with_why, std::string_view members = {});

}  // namespace celadon::standards
