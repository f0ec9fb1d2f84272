#include "standards/judge_water_parts.hpp"

#include "core/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::standards::water {
namespace {

struct Tone {
  const char* colour;
  const char* text_colour;
};
// The colours of the five grades of surface water, excellent to heavily polluted.
constexpr std::array tones = {Tone{"#1e6fff", "#ffffff"}, Tone{"#00b050", "#ffffff"}, Tone{"#ffff00", "#000000"},
                              Tone{"#ff9b00", "#000000"}, Tone{"#ff0000", "#ffffff"}};

/// From the unit a value came in to `unit`. Errors   those of conversion().
Result<Conversion> conversion_from_given(const Property* property, const JudgeInput& input, const std::string& unit) {
  const std::string& from = !input.unit.empty() ? input.unit : property != nullptr ? property->unit : unit;
  if (from == unit) return Conversion{};
  return conversion(from, unit);
}

}  // namespace

Result<std::string> chosen(const JudgeRequest& request, const std::string& name,
                           std::initializer_list<const char*> choices, const std::string& otherwise) {
  const std::string word = given_or(request, name, otherwise);
  if (word == otherwise || std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
  std::string known;
  for (const char* choice : choices) known += (known.empty() ? "" : ", ") + std::string(choice);
  return fail(Errc::invalid_value, name + " is '" + word.substr(0, 40) + "', not one of " + known, name);
}

Result<double> given_whole(const JudgeRequest& request, const std::string& name, int low, int high) {
  const auto number = given_number(request, name);
  if (!number || std::isnan(*number)) return number;
  if (*number != std::floor(*number) || *number < low || *number > high) {
    return fail(Errc::invalid_value,
                name + " is " + plain(*number) + ", not a whole number from " + std::to_string(low) + " to " +
                    std::to_string(high),
                name);
  }
  return number;
}

JudgedInput value_in(const Library& library, const JudgeInput& input, const std::string& unit, bool signed_value) {
  JudgedInput judged = begin_any_input(input);
  const Property* property = library.property_of_input(input.property);
  if (property != nullptr) judged.property = property->id;
  judged.unit = unit;
  const auto leave_out = [&](std::string zh, std::string en) {
    judged.used = false;
    judged.reason_zh = std::move(zh);
    judged.reason_en = std::move(en);
    return judged;
  };
  if (!input.series.empty()) return leave_out("应为一个数值，而不是序列", "wants one value, not a list");
  if (!judged.used) return judged;
  const auto way = conversion_from_given(property, input, unit);
  if (!way) return leave_out("单位“" + input.unit + "”不能换算为 " + unit, way.error().detail);
  judged.value = (*way)(judged.value);
  bool possible = std::isfinite(judged.value) && (signed_value || judged.value >= 0);
  if (property != nullptr && std::isfinite(property->valid_max)) {
    const auto back = conversion(unit, property->unit);
    possible = possible && back && (*back)(judged.value) <= property->valid_max;
  }
  if (!possible) {
    return leave_out("数值不可能：" + plain(judged.value) + " " + unit,
                     "impossible value: " + plain(judged.value) + " " + unit);
  }
  if (input.below_detection) judged.value /= 2;
  return judged;
}

Result<SeriesTaken> series_in(const Library& library, const JudgeInput& input, const std::string& unit) {
  SeriesTaken taken;
  const auto leave_out = [&](std::string zh, std::string en) {
    taken.reason_zh = std::move(zh);
    taken.reason_en = std::move(en);
    return taken;
  };
  if (!input.voided_en.empty() || !input.voided_zh.empty()) return leave_out(input.voided_zh, input.voided_en);
  if (input.series.empty() && std::isnan(input.value)) return leave_out("缺测", "no value");
  if (input.series.empty()) {
    return fail(Errc::malformed, input.property + " must be a list of values in order",
                "inputs." + input.property.substr(0, 40));
  }
  if (input.below_detection)
    return leave_out("未检出标记只适用于单个数值", "below_detection speaks of one value, not of a list");
  const auto way = conversion_from_given(library.property_of_input(input.property), input, unit);
  if (!way) return leave_out("单位“" + input.unit + "”不能换算为 " + unit, way.error().detail);
  for (const double value : input.series) {
    const double converted = (*way)(value);
    taken.values.push_back(std::isfinite(converted) ? converted : std::nan(""));
  }
  return taken;
}

void put_number(Judgement& judgement, const std::string& name, const std::string& zh, const std::string& en,
                double value, const std::string& unit) {
  judgement.numbers.push_back({name, zh, en, value, unit, {}, {}});
}

void set_verdict(Judgement& judgement, int level, const std::string& class_name, const std::string& zh,
                 const std::string& en, std::size_t tone) {
  judgement.judged = true;
  judgement.level = level;
  judgement.class_name = class_name;
  judgement.class_label = judgement.name_zh = zh;
  judgement.name_en = en;
  const Tone& painted = tones[std::min(tone, tones.size() - 1)];
  judgement.colour = painted.colour;
  judgement.text_colour = painted.text_colour;
}

}  // namespace celadon::standards::water
