#pragma once

#include "standards/judge_parts.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

// What the rules share that take inputs by names of their own; used inside this room only.

/// To 12 significant digits. Ours: what binary makes of a product or a mean must not carry it over a limit.
[[nodiscard]] double tidy(double value);
/// The weaker of two trusts; an empty one says nothing.
[[nodiscard]] std::string weaker(const std::string& a, const std::string& b);
[[nodiscard]] std::string percent_text(double value);  ///< "12.34 %"

void add_step(Judgement& judgement, std::string subject, std::string zh, std::string en, std::string clause,
              std::string trust);
void add_number(Judgement& judgement, std::string name, std::string zh, std::string en, double value, std::string unit,
                std::string reason_zh = {}, std::string reason_en = {});

/// A verdict of this rank.
void set_class(Judgement& judgement, int level, const std::string& name, const std::string& name_zh,
               const std::string& name_en, const std::string& colour);
/// "meets" or "exceeds", as the tables of limits call it.
void set_attainment(Judgement& judgement, bool attains);

/// A word the request gives, one of `choices`, else `otherwise`. Errors   invalid_value naming the field.
[[nodiscard]] Result<std::string> given_word(const JudgeRequest& request, std::string_view name,
                                             const std::vector<std::string>& choices, const std::string& otherwise);
/// A number from `low` to `high`, both reached; NaN where none is given. Errors   invalid_value naming the field.
[[nodiscard]] Result<double> given_between(const JudgeRequest& request, std::string_view name, double low, double high);

enum class Sign : std::uint8_t { not_negative, any };

/// The one value of an input in `unit`, entered in judgement.inputs. Without a unit of its own it is in that of its
/// property; a name that is no property is in `unit`. NaN where it is absent, or left out with its reason.
[[nodiscard]] double take_value(const Library& library, const JudgeRequest& request, std::string_view name,
                                const std::string& unit, Sign sign, Judgement& judgement);
/// The same for one already found.
[[nodiscard]] double take_value(const Library& library, const JudgeInput& input, const std::string& unit, Sign sign,
                                Judgement& judgement);

/// The series of an input in `unit`, likewise; NaN where a value is missing or infinite. Nothing where it is absent or
/// left out. Errors   malformed naming the input where it is one value.
[[nodiscard]] Result<std::optional<std::vector<double>>> take_series(const Library& library,
                                                                     const JudgeRequest& request, std::string_view name,
                                                                     const std::string& unit, Judgement& judgement);
[[nodiscard]] Result<std::optional<std::vector<double>>> take_series(const Library& library, const JudgeInput& input,
                                                                     const std::string& unit, Judgement& judgement);

/// Errors   malformed naming the input: another length than the series beside it.
[[nodiscard]] Result<void> same_length(std::string_view name, std::size_t size, std::string_view beside,
                                       std::size_t wanted);

/// Takes back that an input was used.
void leave_out(Judgement& judgement, std::string_view property, const std::string& zh, const std::string& en);

/// Inputs the rule did not ask for are named as left out; the why is dropped where nobody wants it.
[[nodiscard]] Judgement finished(Judgement judgement, const JudgeRequest& request);

/// Holds one value against the rows of a table of limits and brings its why along.
[[nodiscard]] Result<Judgement> judge_by_table(const Library& library, const JudgeRequest& request,
                                               const std::string& rule, const std::string& item, double value,
                                               const std::vector<std::string>& fields);

}  // namespace celadon::standards
