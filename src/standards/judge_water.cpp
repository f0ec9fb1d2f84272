#include "core/decimal.hpp"
#include "standards/judge_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

const WaterGrade& grade_of(const WaterRules& rules, std::int8_t class_number) {
  return rules.grades[static_cast<std::size_t>(class_number - 1)];
}

void explain_item(Judgement& judgement, const WaterRules& rules, const WaterItem& item, const JudgedInput& input,
                  std::int8_t class_number) {
  judgement.why.push_back(
      {input.property, item.name_zh + " " + plain(input.value) + " " + item.unit + "，修约为 " + plain(*input.rounded),
       input.property + " " + plain(input.value) + " " + item.unit + ", rounded half to even to " +
           plain(*input.rounded),
       rules.rounding.text, rules.rounding.trust});
  std::string held;
  const char* sign = item.sense == LimitSense::at_most ? " ≤ " : " ≥ ";
  if (item.sense == LimitSense::between) {
    held = plain(item.limits[0]) + "–" + plain(item.limits[1]);
  } else if (class_number <= 5) {
    held = plain(*input.rounded) + sign + plain(item.limits[static_cast<std::size_t>(class_number - 1)]);
  } else {
    held = plain(*input.rounded) + (item.sense == LimitSense::at_most ? " > " : " < ") + plain(item.limits.back());
  }
  const auto& grade = grade_of(rules, class_number);
  judgement.why.push_back({input.property, "限值比较：" + held + "，" + grade.label + " 类",
                           "limits: " + held + ": class " + grade.class_name, rules.standard + " " + item.source,
                           item.trust});
}

/// Multiple over class III, two decimals; only of items worse than III.
std::optional<double> multiple_of(const WaterItem& item, double value, std::int8_t class_number) {
  if (!item.has_multiple || class_number <= 3 || item.sense != LimitSense::at_most) return std::nullopt;
  return told_multiple((value - item.limits[2]) / item.limits[2]);
}

void conclude_class(Judgement& judgement, const WaterRules& rules, std::int8_t worst,
                    const std::vector<std::string>& deciding, std::size_t used) {
  if (worst == no_class) {
    not_judged(judgement, "没有可评价的项目", "no item can be judged");
    return;
  }
  const WaterGrade& grade = grade_of(rules, worst);
  judgement.judged = true;
  judgement.level = worst;
  judgement.deciding = deciding;
  judgement.class_name = grade.class_name;
  judgement.class_label = grade.label;
  judgement.name_zh = grade.name_zh;
  judgement.name_en = grade.name_en;
  judgement.colour = grade.colour;
  judgement.text_colour = grade.text_colour;
  std::string names;
  for (const auto& name : deciding) names += (names.empty() ? "" : ", ") + name;
  judgement.why.push_back(
      {"class", "单因子评价：" + std::to_string(used) + " 项中最差的一项决定，" + grade.label + " 类（" + names + "）",
       "single factor: the worst of " + std::to_string(used) + " items decides, class " + grade.class_name + " (" +
           names + ")",
       rules.single_factor.text, rules.single_factor.trust});
  judgement.why.push_back({"grade", grade.label + " 类为" + grade.name_zh,
                           "class " + grade.class_name + " is " + grade.name_en, "环办〔2011〕22号", "secondary"});
  if (worst > 3) judgement.primary = deciding;
}

}  // namespace

Result<Judgement> judge_water(const Library& library, const JudgeRequest& request) {
  const std::string water = given_or(request, "water_body", request.body == WaterBody::lake ? "lake" : "river");
  if (water != "river" && water != "lake")
    return fail(Errc::invalid_value, "water_body is '" + water.substr(0, 40) + "', not river or lake", "water_body");
  const WaterBody body = water == "lake" ? WaterBody::lake : WaterBody::river;
  const std::string places =
      given_or(request, "rounding", request.rounding == WaterRounding::assessment ? "assessment" : "reading");
  if (places != "reading" && places != "assessment") {
    return fail(Errc::invalid_value, "rounding is '" + places.substr(0, 40) + "', not reading or assessment",
                "rounding");
  }
  const WaterRounding rounding = places == "reading" ? WaterRounding::reading : WaterRounding::assessment;
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.water_rules(day, request.edition);
  Judgement judgement = begin_judgement(request);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const WaterRules& rules = **chosen;
  judgement.edition = rules.standard;
  add_edition_step(judgement, rules.standard, rules.trust, rules.valid_from, day);
  const bool lake = body == WaterBody::lake;
  judgement.why.push_back({"items", lake ? "按湖库限值，21 项评价" : "按河流限值，21 项评价",
                           lake ? "lake limits, 21 items" : "river limits, 21 items", rules.items_clause.text,
                           rules.items_clause.trust});

  std::int8_t worst = no_class;
  std::vector<std::string> deciding;
  std::size_t used = 0;
  for (const auto& input : request.inputs) {
    JudgedInput judged = begin_input(library, input);
    const WaterItem* item = rules.find(judged.property, body);
    if (judged.used && input.below_detection) {
      judged.value /= 2;
      judgement.why.push_back({judged.property, "未检出，以检出限的一半参加评价",
                               "not detected: half the detection limit is judged", rules.rounding.text,
                               rules.rounding.trust});
    }
    if (item == nullptr) {
      const bool known = judged.used || judged.reason_en.empty();
      judged.used = false;
      if (known) judged.reason_zh = "表 1 不评价此项目";
      if (known) judged.reason_en = "table 1 does not judge it";
    } else if (judged.used) {
      const double value[] = {judged.value};
      std::int8_t class_number = no_class;
      item_class(*item, value, rounding, {&class_number, 1});
      if (class_number == no_class) {
        leave_out_impossible(judged);
      } else {
        judged.rounded = rounded_for(*item, judged.value, rounding);
        judged.class_name = grade_of(rules, class_number).class_name;
        judged.multiple = multiple_of(*item, *judged.rounded, class_number);
        if (request.want_why) explain_item(judgement, rules, *item, judged, class_number);
        if (!item->sets_class) {
          judged.used = false;
          judged.reason_zh = "参考项目，不参与断面定类";
          judged.reason_en = "a reference item: it does not set the class of a section";
        } else {
          ++used;
          if (class_number > worst) deciding.clear();
          if (class_number >= worst) deciding.push_back(judged.property);
          worst = std::max(worst, class_number);
          if (class_number > 3) judgement.over_limit.push_back(judged.property);
        }
      }
    }
    if (!judged.used && item != nullptr) add_left_out(judgement, judged);
    judgement.inputs.push_back(std::move(judged));
  }
  conclude_class(judgement, rules, worst, deciding, used);
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace celadon::standards
