#include "standards/judge.hpp"

#include "core/decimal.hpp"
#include "core/units.hpp"
#include "standards/judge_parts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace celadon::standards {

std::string plain(double value) {
  if (std::isnan(value)) return "NaN";
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

double told_multiple(double multiple) { return round_gb8170(round_gb8170(multiple, 9), 2); }

Judgement begin_judgement(const JudgeRequest& request) {
  Judgement judgement;
  judgement.rule = request.rule;
  judgement.edition = request.edition;
  judgement.edition_asked = !request.edition.empty();
  judgement.time = request.date;
  return judgement;
}

const AnnexText* begin_by_annex(const Library& library, const JudgeRequest& request, std::string_view family,
                                Judgement& judgement) {
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.annex_text(family, day, request.edition);
  if (!chosen) {
    judgement = no_edition(std::move(judgement), chosen.error());
    return nullptr;
  }
  judgement.edition = (*chosen)->standard;
  add_edition_step(judgement, (*chosen)->standard, (*chosen)->trust, (*chosen)->valid_from, day);
  return *chosen;
}

Judgement no_edition(Judgement judgement, const Error& error) {
  not_judged(judgement,
             error.code == Errc::unknown_code
                 ? "没有名为“" + judgement.edition + "”的版本"
                 : "数据日期 " + to_string(legal_day_of_hour_ending(judgement.time)) + " 没有施行的版本",
             error.detail);
  return judgement;
}

void leave_out_impossible(JudgedInput& input) {
  input.used = false;
  input.reason_zh = "数值不可能：" + plain(input.value);
  input.reason_en = "impossible value: " + plain(input.value);
}

JudgedInput begin_any_input(const JudgeInput& input) {
  JudgedInput judged;
  judged.property = input.property;
  judged.value = input.value;
  judged.members = input.members;
  if (!input.voided_en.empty() || !input.voided_zh.empty()) {
    judged.reason_zh = input.voided_zh;
    judged.reason_en = input.voided_en;
  } else if (std::isnan(input.value)) {
    judged.reason_zh = "缺测";
    judged.reason_en = "no value";
  } else if (!std::isfinite(input.value)) {
    leave_out_impossible(judged);
  } else {
    judged.used = true;
  }
  return judged;
}

JudgedInput begin_input(const Library& library, const JudgeInput& input) {
  JudgedInput judged = begin_any_input(input);
  const Property* property = library.property_of_input(input.property);
  if (property == nullptr) {
    judged.used = false;
    judged.reason_zh = "没有登记的项目";
    judged.reason_en = "property '" + input.property.substr(0, 40) + "' is not known";
    return judged;
  }
  judged.property = property->id;
  judged.unit = property->unit;
  if (judged.used && !input.unit.empty()) {
    const auto way = conversion(input.unit, property->unit);
    if (way) {
      judged.value = (*way)(judged.value);
    } else {
      judged.used = false;
      judged.reason_zh = "单位“" + input.unit + "”不能换算为 " + property->unit;
      judged.reason_en = way.error().detail;
    }
  }
  if (judged.used && (judged.value < 0 || !std::isfinite(judged.value))) leave_out_impossible(judged);
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

std::string given_or(const JudgeRequest& request, std::string_view name, std::string otherwise) {
  const auto it = request.given.find(name);
  return it == request.given.end() || it->second.empty() ? std::move(otherwise) : it->second;
}

Result<double> given_number(const JudgeRequest& request, std::string_view name) {
  const std::string text = given_or(request, name, "");
  if (text.empty()) return std::nan("");
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !std::isfinite(value)) {
    return fail(Errc::invalid_value, std::string(name) + " '" + text.substr(0, 40) + "' is not a number",
                std::string(name));
  }
  return value;
}

const JudgeInput* input_named(const Library& library, const JudgeRequest& request, std::string_view property) {
  for (const auto& input : request.inputs) {
    if (input.property == property) return &input;
    const Property* known = library.property_of_input(input.property);
    if (known != nullptr && known->id == property) return &input;
  }
  return nullptr;
}

Result<std::vector<double>> series_of(const Library& library, const JudgeInput& input) {
  const std::string field = "inputs." + input.property.substr(0, 40);
  if (input.series.empty())
    return fail(Errc::malformed, input.property + " must be a list of values in order of time", field);
  std::vector<double> series = input.series;
  const Property* property = library.property_of_input(input.property);
  if (property != nullptr && !input.unit.empty()) {
    const auto way = conversion(input.unit, property->unit);
    if (!way) return fail(Errc::invalid_value, input.property + ": " + way.error().detail, field);
    for (auto& value : series) value = (*way)(value);
  }
  for (auto& value : series) {
    if (!std::isfinite(value)) value = std::nan("");
  }
  return series;
}

std::vector<RuleFace> rule_book(const Library& library) {
  std::vector<RuleFace> all;
  for (const auto& rule : code_rules()) all.push_back(rule.face);
  std::set<std::string> seen;
  for (const auto& table : library.bands) {
    if (!seen.insert(table.rule).second) continue;
    RuleFace face{table.rule, table.title_zh, table.title_en,          table.medium,
                  {},         "各项目的数值", "a value for each item", table.rule};
    for (const auto& given : table.given)
      face.fields.push_back({given.name, given.about_zh, given.about_en, given.choices, given.otherwise});
    all.push_back(std::move(face));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return all;
}

namespace {

/// A series that must be left out, as missing values; the why tells the reason afterwards.
JudgeRequest without_voided_series(const JudgeRequest& request) {
  JudgeRequest rest = request;
  for (auto& input : rest.inputs) {
    if (!input.voided_en.empty()) std::fill(input.series.begin(), input.series.end(), std::nan(""));
  }
  return rest;
}

Result<Judgement> judge_good(const Library& library, const JudgeRequest& request) {
  for (const auto& rule : code_rules()) {
    if (rule.face.id == request.rule) return rule.judge(library, request);
  }
  if (library.has_band_rule(request.rule)) return judge_bands(library, request);
  std::string known;
  for (const auto& face : rule_book(library)) known += (known.empty() ? "" : ", ") + face.id;
  return fail(Errc::unknown_code, "rule '" + request.rule.substr(0, 40) + "' is not known; there are " + known, "rule");
}

}  // namespace

Result<Judgement> judge(const Library& library, const JudgeRequest& request) {
  const bool voided = std::any_of(request.inputs.begin(), request.inputs.end(),
                                  [](const auto& input) { return !input.series.empty() && !input.voided_en.empty(); });
  if (!voided) return judge_good(library, request);
  auto judgement = judge_good(library, without_voided_series(request));
  if (!judgement || !request.want_why) return judgement;
  for (const auto& input : request.inputs) {
    if (input.series.empty() || input.voided_en.empty()) continue;
    judgement->why.push_back(
        {input.property, "未参与评价：" + input.voided_zh, "left out: " + input.voided_en, "", "verified"});
  }
  return judgement;
}

std::vector<EditionFace> editions_of(const Library& library, std::string_view rule) {
  std::string family(rule);
  for (const auto& one : code_rules()) {
    if (one.face.id == rule) family = one.face.editions;
  }
  std::vector<EditionFace> all;
  const auto add = [&](const auto& of) {
    all.push_back({of.standard, of.title_zh, of.title_en, of.trust, of.valid_from, of.valid_before});
  };
  if (family == "air-index") {
    for (const auto& rules : library.air) add(rules);
  } else if (family == "surface-water") {
    for (const auto& rules : library.water) add(rules);
  }
  for (const auto& table : library.bands) {
    if (table.rule == family) add(table);
  }
  for (const auto& text : library.annexes.texts) {
    if (("|" + family + "|").find("|" + text.family + "|") != std::string::npos) add(text);
  }
  if (family == "air-method") {
    for (const auto& rules : library.assessments) add(rules);
  } else if (family == "heavy-pollution") {
    for (const auto& rules : library.warnings) add(rules);
  } else if (family == "composite") {
    for (const auto& rules : library.composites) add(rules);
  }
  return all;
}

Result<void> edition_is_known(const Library& library, const std::string& rule, const std::string& edition) {
  std::string known;
  for (const auto& one : editions_of(library, rule)) {
    if (one.standard == edition) return {};
    known += (known.empty() ? "" : ", ") + one.standard;
  }
  return fail(Errc::unknown_code, "edition '" + edition.substr(0, 60) + "' is not known; there are " + known,
              "edition");
}

Result<Comparison> compare_editions(const Library& library, const JudgeRequest& request,
                                    std::span<const std::string> editions) {
  Comparison comparison;
  for (const auto& edition : editions) {
    JudgeRequest one = request;
    one.edition = edition;
    auto judgement = judge(library, one);
    if (!judgement) return fail(judgement.error());
    comparison.judgements.push_back(std::move(*judgement));
  }
  std::set<std::string> because;
  for (const auto& other : comparison.judgements) {
    const Judgement& first = comparison.judgements.front();
    const bool same = first.judged == other.judged && first.level == other.level && first.value == other.value &&
                      first.class_name == other.class_name && first.attains == other.attains;
    if (same) continue;
    comparison.differs = true;
    // A verdict rests on its deciding items: those of either edition that the other sees differently.
    for (const Judgement* side : {&first, &other}) because.insert(side->deciding.begin(), side->deciding.end());
  }
  const auto seen_alike = [&](const std::string& property) {
    const JudgedInput* before = nullptr;
    for (const auto& judgement : comparison.judgements) {
      for (const auto& input : judgement.inputs) {
        if (input.property != property) continue;
        if (before != nullptr &&
            (before->index != input.index || before->class_name != input.class_name || before->used != input.used)) {
          return false;
        }
        before = &input;
      }
    }
    return true;
  };
  for (const auto& property : because) {
    if (!seen_alike(property)) comparison.because.push_back(property);
  }
  return comparison;
}

}  // namespace celadon::standards
