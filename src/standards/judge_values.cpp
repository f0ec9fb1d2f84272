#include "standards/judge_values.hpp"

#include "core/units.hpp"
#include "standards/csv_pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace celadon::standards {
namespace {

/// From the unit the input is in to `unit`; the reason in `judged` where there is no way.
std::optional<Conversion> conversion_of_input(const Library& library, const JudgeInput& input, const std::string& unit,
                                              JudgedInput& judged) {
  const Property* property = library.property_of_input(input.property);
  const std::string from = !input.unit.empty() ? input.unit : property != nullptr ? property->unit : unit;
  if (from == unit) return Conversion{};
  const auto way = conversion(from, unit);
  if (way) return *way;
  judged.used = false;
  judged.reason_zh = "单位“" + from.substr(0, 40) + "”不能换算为 " + unit;
  judged.reason_en = way.error().detail;
  return std::nullopt;
}

void enter(Judgement& judgement, JudgedInput judged) {
  if (!judged.used) add_left_out(judgement, judged);
  judgement.inputs.push_back(std::move(judged));
}

}  // namespace

double tidy(double value) {
  if (!std::isfinite(value)) return value;
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return std::strtod(text, nullptr);
}

std::string weaker(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return rank_of_trust(a) >= rank_of_trust(b) ? a : b;
}

std::string percent_text(double value) { return plain(value) + " %"; }

void add_step(Judgement& judgement, std::string subject, std::string zh, std::string en, std::string clause,
              std::string trust) {
  judgement.why.push_back({std::move(subject), std::move(zh), std::move(en), std::move(clause), std::move(trust)});
}

void add_number(Judgement& judgement, std::string name, std::string zh, std::string en, double value, std::string unit,
                std::string reason_zh, std::string reason_en) {
  judgement.numbers.push_back({std::move(name), std::move(zh), std::move(en), value, std::move(unit),
                               std::move(reason_zh), std::move(reason_en)});
}

void set_class(Judgement& judgement, int level, const std::string& name, const std::string& name_zh,
               const std::string& name_en, const std::string& colour) {
  judgement.judged = true;
  judgement.level = level;
  judgement.class_name = name;
  judgement.class_label = judgement.name_zh = name_zh;
  judgement.name_en = name_en;
  judgement.colour = colour;
  judgement.text_colour = "#ffffff";
}

void set_attainment(Judgement& judgement, bool attains) {
  if (attains)
    set_class(judgement, 1, "meets", "达标", "Meets the standard", "#00b050");
  else
    set_class(judgement, 2, "exceeds", "超标", "Exceeds the standard", "#ff0000");
  judgement.attains = attains;
}

Result<std::string> given_word(const JudgeRequest& request, std::string_view name,
                               const std::vector<std::string>& choices, const std::string& otherwise) {
  std::string word = given_or(request, name, otherwise);
  if (word.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
  return fail(Errc::invalid_value,
              std::string(name) + " is '" + word.substr(0, 40) + "', not one of " + joined(choices), std::string(name));
}

Result<double> given_between(const JudgeRequest& request, std::string_view name, double low, double high) {
  const auto value = given_number(request, name);
  if (!value || std::isnan(*value) || (*value >= low && *value <= high)) return value;
  return fail(Errc::invalid_value,
              std::string(name) + " is " + plain(*value) + ", not a number from " + plain(low) + " to " + plain(high),
              std::string(name));
}

double take_value(const Library& library, const JudgeRequest& request, std::string_view name, const std::string& unit,
                  Sign sign, Judgement& judgement) {
  const JudgeInput* input = input_named(library, request, name);
  return input == nullptr ? std::numeric_limits<double>::quiet_NaN()
                          : take_value(library, *input, unit, sign, judgement);
}

double take_value(const Library& library, const JudgeInput& input, const std::string& unit, Sign sign,
                  Judgement& judgement) {
  JudgedInput judged = begin_any_input(input);
  judged.unit = unit;
  if (judged.used) {
    if (const auto way = conversion_of_input(library, input, unit, judged)) judged.value = tidy((*way)(judged.value));
  }
  if (judged.used && ((judged.value < 0 && sign == Sign::not_negative) || !std::isfinite(judged.value))) {
    judged.used = false;
    judged.reason_zh = "数值不可能：" + plain(judged.value);
    judged.reason_en = "impossible value: " + plain(judged.value);
  }
  const double value = judged.used ? judged.value : std::numeric_limits<double>::quiet_NaN();
  enter(judgement, std::move(judged));
  return value;
}

Result<std::optional<std::vector<double>>> take_series(const Library& library, const JudgeRequest& request,
                                                       std::string_view name, const std::string& unit,
                                                       Judgement& judgement) {
  const JudgeInput* input = input_named(library, request, name);
  if (input == nullptr) return std::optional<std::vector<double>>{};
  return take_series(library, *input, unit, judgement);
}

Result<std::optional<std::vector<double>>> take_series(const Library& library, const JudgeInput& input,
                                                       const std::string& unit, Judgement& judgement) {
  std::optional<std::vector<double>> taken;
  JudgedInput judged = begin_any_input(input);
  judged.unit = unit;
  if (input.series.empty() && judged.used) {
    const std::string name = input.property.substr(0, 40);
    return fail(Errc::malformed, name + " must be a list of values in order", "inputs." + name);
  }
  if (!input.series.empty() && input.voided_zh.empty() && input.voided_en.empty()) {
    judged.used = true;
    judged.reason_zh.clear();
    judged.reason_en.clear();
    if (const auto way = conversion_of_input(library, input, unit, judged)) {
      taken = input.series;
      for (auto& value : *taken) {
        value = tidy((*way)(value));
        if (!std::isfinite(value)) value = std::numeric_limits<double>::quiet_NaN();
      }
    }
  }
  enter(judgement, std::move(judged));
  return taken;
}

Result<void> same_length(std::string_view name, std::size_t size, std::string_view beside, std::size_t wanted) {
  if (size == wanted) return {};
  return fail(Errc::malformed,
              std::string(name) + " has " + std::to_string(size) + " values, " + std::string(beside) + " has " +
                  std::to_string(wanted),
              "inputs." + std::string(name.substr(0, 40)));
}

void leave_out(Judgement& judgement, std::string_view property, const std::string& zh, const std::string& en) {
  for (auto& input : judgement.inputs) {
    if (input.property != property || !input.used) continue;
    input.used = false;
    input.reason_zh = zh;
    input.reason_en = en;
    add_left_out(judgement, input);
  }
}

Judgement finished(Judgement judgement, const JudgeRequest& request) {
  for (const auto& input : request.inputs) {
    const auto same = [&](const JudgedInput& one) { return one.property == input.property; };
    if (std::any_of(judgement.inputs.begin(), judgement.inputs.end(), same)) continue;
    JudgedInput unasked = begin_any_input(input);
    unasked.used = false;
    unasked.reason_zh = "本规则不用此项";
    unasked.reason_en = "not an input of this rule, or not under these circumstances";
    enter(judgement, std::move(unasked));
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

Result<Judgement> judge_by_table(const Library& library, const JudgeRequest& request, const std::string& rule,
                                 const std::string& item, double value, const std::vector<std::string>& fields) {
  JudgeRequest one;
  one.rule = rule;
  one.date = request.date;
  one.inputs.push_back({item, value, {}, {}, {}});
  for (const auto& name : fields) {
    const auto it = request.given.find(name);
    if (it != request.given.end()) one.given[name] = it->second;
  }
  return judge_bands(library, one);
}

}  // namespace celadon::standards
