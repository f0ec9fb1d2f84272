#pragma once

#include "standards/judge.hpp"

#include <cmath>

namespace celadon::standards {

// What the rules share; used inside this room only.

/// A number as a person writes it.
[[nodiscard]] std::string plain(double value);
/// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

/// A multiple of exceedance, (C - S) / S, as it is told: two places. What binary adds below the ninth place turns no
/// tie.
[[nodiscard]] double told_multiple(double multiple);

[[nodiscard]] Judgement begin_judgement(const JudgeRequest& request);
/// The verdict when no edition fits: "not judged", with the reason.
[[nodiscard]] Judgement no_edition(Judgement judgement, const Error& error);
/// Sets the edition of `judgement` to the text of `family` in force, with its step of the why. Null where none is: then
/// `judgement` is "not judged" with the reason.
[[nodiscard]] const AnnexText* begin_by_annex(const Library& library, const JudgeRequest& request,
                                              std::string_view family, Judgement& judgement);
/// The input with `used` set, or with the reason why it is left out; a negative value may be used.
[[nodiscard]] JudgedInput begin_any_input(const JudgeInput& input);
/// Leaves it out as an impossible value.
void leave_out_impossible(JudgedInput& input);
/// The same for an observed property that has no negative values, converted to its canonical unit.
[[nodiscard]] JudgedInput begin_input(const Library& library, const JudgeInput& input);
void add_left_out(Judgement& judgement, const JudgedInput& input);
void not_judged(Judgement& judgement, std::string zh, std::string en);
void add_edition_step(Judgement& judgement, const std::string& standard, const std::string& trust, LegalDay from,
                      LegalDay day);

/// A word the request gives, or `otherwise`.
[[nodiscard]] std::string given_or(const JudgeRequest& request, std::string_view name, std::string otherwise);
/// A number the request gives; NaN where it gives none. Errors   invalid_value naming the field.
[[nodiscard]] Result<double> given_number(const JudgeRequest& request, std::string_view name);
/// The input of that property by any of its names; null where there is none.
[[nodiscard]] const JudgeInput* input_named(const Library& library, const JudgeRequest& request,
                                            std::string_view property);
/// Its series in the property's canonical unit; NaN where a value is impossible.
/// Errors   invalid_value for a unit that does not convert, malformed where there is no series.
[[nodiscard]] Result<std::vector<double>> series_of(const Library& library, const JudgeInput& input);

/// The limit of an item's daily or yearly value in a zone; NaN where the edition has none.
[[nodiscard]] double air_limit(const BandTable& table, const std::string& property, const std::string& zone,
                               const std::string& averaging);

/// A stack concentration brought to its reference oxygen by the request's `oxygen_percent`; left out where that cannot
/// be.
void convert_oxygen(const Library& library, const JudgeRequest& request, double reference_percent, Judgement& judgement,
                    JudgedInput& input);

using RuleFunction = Result<Judgement> (*)(const Library&, const JudgeRequest&);
struct CodeRule {
  RuleFace face;
  RuleFunction judge;
};
/// The rules that are kernels rather than tables.
[[nodiscard]] const std::vector<CodeRule>& code_rules();

// Rules by medium, of which code_rules() is made; each stands in the file judge_<medium>.cpp.
[[nodiscard]] std::vector<CodeRule> air_series_rules();
[[nodiscard]] std::vector<CodeRule> water_report_rules();
[[nodiscard]] std::vector<CodeRule> emission_rules();
[[nodiscard]] std::vector<CodeRule> noise_rules();
[[nodiscard]] std::vector<CodeRule> radiation_rules();

[[nodiscard]] Result<Judgement> judge_air(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_air_day(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_air_period(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_composite(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_warning(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_water(const Library& library, const JudgeRequest& request);
[[nodiscard]] Result<Judgement> judge_bands(const Library& library, const JudgeRequest& request);

}  // namespace celadon::standards
