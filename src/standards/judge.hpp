#pragma once

#include "standards/library.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace celadon::standards {

/// One value to be judged.
struct JudgeInput {
  std::string property;              ///< id, or a name the packs know it by
  double value = 0;                  ///< NaN when missing
  std::string voided_zh, voided_en;  ///< why it must be left out; empty when it is good
  std::string members;               ///< handed through to JudgedInput
  std::string unit = {};             ///< of value and series; empty: the canonical unit of the property or table
  std::vector<double> series = {};   ///< for rules over a period, in order of time; NaN where missing
  bool below_detection = false;      ///< `value` is the detection limit, and the result was below it
};

struct JudgeRequest {
  std::string rule;     ///< one of rule_book()
  std::string edition;  ///< empty: by the date of the data
  Instant date;         ///< end of the window the values speak for
  std::vector<JudgeInput> inputs;
  WaterBody body = WaterBody::river;
  WaterRounding rounding = WaterRounding::reading;
  bool want_why = true;
  std::map<std::string, std::string, std::less<>> given = {};  ///< circumstances the rule asks for: its RuleField names
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

/// A number the rule worked out on its way: a daily mean, a percentile, an index of its own.
struct JudgedNumber {
  std::string name, text_zh, text_en;
  double value = 0;  ///< NaN where it is not valid
  std::string unit;
  std::string reason_zh, reason_en;  ///< why it is not valid
};

/// What the law says, and why.
struct Judgement {
  std::string rule, edition;
  bool edition_asked = false;
  Instant time;
  bool judged = false;
  std::string reason_zh, reason_en;  ///< why it is not judged
  std::optional<double> value;       ///< AQI, or the one number the rule is about
  int level = 0;                     ///< rank of the class or grade from 1, best first; 0 when not judged
  std::optional<bool> attains;       ///< where the rule says met or not met
  std::string class_name, class_label;
  std::string name_zh, name_en, colour, text_colour, advice_zh, advice_en;
  std::vector<std::string> primary, over_limit;  ///< properties
  std::vector<std::string> deciding;             ///< the inputs that alone would give this verdict
  std::vector<JudgedNumber> numbers;
  std::vector<JudgedInput> inputs;
  std::vector<WhyStep> why;
};

/// A circumstance a rule asks for beside its inputs.
struct RuleField {
  std::string name, about_zh, about_en;
  std::vector<std::string> choices;  ///< empty: free text or a number
  std::string otherwise;             ///< taken when it is not given
};

/// A rule as callers see it.
struct RuleFace {
  std::string id, title_zh, title_en, medium;
  std::vector<RuleField> fields;
  std::string inputs_zh, inputs_en;  ///< what it takes
  std::string editions;  ///< whose editions it goes by: "air-index", a table's rule, families of annexes ("a|b")
};

/// Every rule: those written as kernels and those that are tables, by id.
[[nodiscard]] std::vector<RuleFace> rule_book(const Library& library);

/// Judges one set of values by one rule.
///
/// Missing  NaN, infinite and voided values, those of a wrong unit and items the edition does not know are left out,
///          each with its reason; so are negative ones where the quantity has no negative values. When nothing is left,
///          when a circumstance is missing, when no edition of that name exists or was in force: the verdict is "not
///          judged" with the reason.
/// Errors   unknown_code for a rule that is not known; invalid_value for a circumstance that is not one of its choices.
[[nodiscard]] Result<Judgement> judge(const Library& library, const JudgeRequest& request);

/// An edition a rule may be judged by.
struct EditionFace {
  std::string standard, title_zh, title_en, trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
};
/// By date; empty for a rule without editions or that is not known.
[[nodiscard]] std::vector<EditionFace> editions_of(const Library& library, std::string_view rule);
/// Errors   unknown_code listing the editions of that rule.
[[nodiscard]] Result<void> edition_is_known(const Library& library, const std::string& rule,
                                            const std::string& edition);

/// What two editions say of the same inputs.
struct Comparison {
  std::vector<Judgement> judgements;  ///< one an edition, in the order asked
  bool differs = false;               ///< in verdict: status, class or level, value, attainment
  std::vector<std::string> because;   ///< inputs that decide under one of them and that another sees differently
};
/// Errors   those of judge().
[[nodiscard]] Result<Comparison> compare_editions(const Library& library, const JudgeRequest& request,
                                                  std::span<const std::string> editions);

/// The judgement as a JSON object, appended to `out`; `members` ("a":1,...) stand first in it.
void append_json(std::string& out, const Judgement& judgement, bool with_why, std::string_view members = {});

}  // namespace celadon::standards
