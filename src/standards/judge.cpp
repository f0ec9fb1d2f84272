#include "standards/judge.hpp"

#include "standards/judge_parts.hpp"

#include <cmath>

namespace celadon::standards {

std::string plain(double value) {
  if (std::isnan(value)) return "NaN";
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

JudgedInput begin_input(const Library& library, const JudgeInput& input) {
  JudgedInput judged;
  judged.property = input.property;
  judged.value = input.value;
  judged.members = input.members;
  if (const Property* property = library.properties.find(input.property)) judged.unit = property->unit;
  if (!input.voided_en.empty() || !input.voided_zh.empty()) {
    judged.reason_zh = input.voided_zh;
    judged.reason_en = input.voided_en;
  } else if (std::isnan(input.value)) {
    judged.reason_zh = "缺测";
    judged.reason_en = "no value";
  } else if (!std::isfinite(input.value) || input.value < 0) {
    judged.reason_zh = "数值不可能：" + plain(input.value);
    judged.reason_en = "impossible value: " + plain(input.value);
  } else {
    judged.used = true;
  }
  return judged;
}

void add_left_out(Judgement& judgement, const JudgedInput& input) {
  judgement.why.push_back(
      {input.property, "未参与评价：" + input.reason_zh, "left out: " + input.reason_en, "", "verified"});
}

void not_judged(Judgement& judgement, std::string zh, std::string en) {
  judgement.judged = false;
  judgement.reason_zh = std::move(zh);
  judgement.reason_en = std::move(en);
}

void add_edition_step(Judgement& judgement, const std::string& standard, const std::string& trust, LegalDay from,
                      LegalDay day) {
  if (judgement.edition_asked) {
    judgement.why.push_back({"edition", "按指定版本 " + standard + " 评价",
                             "judged by the edition asked for, " + standard, standard, trust});
  } else {
    judgement.why.push_back(
        {"edition", "数据日期 " + to_string(day) + "，适用自 " + to_string(from) + " 起的 " + standard,
         "data of " + to_string(day) + ": " + standard + " is in force since " + to_string(from), standard, trust});
  }
}

Result<Judgement> judge(const Library& library, const JudgeRequest& request) {
  for (const auto& input : request.inputs) {
    if (library.properties.find(input.property) == nullptr) {
      return fail(Errc::unknown_code, "property '" + input.property.substr(0, 40) + "' is not in packs/properties.csv",
                  "inputs");
    }
  }
  if (request.rule == "aqi-hourly" || request.rule == "aqi-daily") return judge_air(library, request);
  if (request.rule == "water-class") return judge_water(library, request);
  std::string known;
  for (const auto rule : judge_rules) known += (known.empty() ? "" : ", ") + std::string(rule);
  return fail(Errc::unknown_code, "rule '" + request.rule.substr(0, 40) + "' is not known; there are " + known, "rule");
}

}  // namespace celadon::standards
