#include "standards/judge_water_parts.hpp"

#include "core/decimal.hpp"
#include "standards/drinking_source.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

using water::chosen;
using water::put_number;
using water::series_in;
using water::set_verdict;

constexpr int grades_most = 5;         // of surface water, as its colours are
constexpr double percent_parts = 1e4;  // percentages are taken to four places, so that sums of them are exact

std::int8_t class_named(const WaterRules& rules, const std::string& name) {
  for (std::size_t k = 0; k < rules.grades.size(); ++k) {
    if (rules.grades[k].class_name == name) return static_cast<std::int8_t>(k + 1);
  }
  return no_class;
}

Result<WaterBody> body_of(const JudgeRequest& request) {
  const auto word = chosen(request, "water_body", {"river", "lake"}, "river");
  if (!word) return fail(word.error());
  return *word == "lake" ? WaterBody::lake : WaterBody::river;
}

// ---- one section -------------------------------------------------------------------------------------------------

/// "氨氮（1.25）": the item with its multiple over class III, where it has one.
std::string with_multiple(const std::string& name, double multiple, const char* open, const char* close) {
  return std::isnan(multiple) ? name : name + open + plain(told_multiple(multiple)) + close;
}

/// The main pollutants of a judged section into `primary`, their multiples into the numbers.
void add_main_pollutants(const Library& library, const WaterRules& rules, WaterBody body, Judgement& judgement) {
  const WaterReportNumbers& numbers = library.annexes.water_report;
  std::vector<SectionItem> items;
  std::vector<std::string> names_zh;
  for (const auto& input : judgement.inputs) {
    const WaterItem* item = rules.find(input.property, body);
    if (!input.used || item == nullptr || !input.rounded) continue;
    const bool has = item->has_multiple && item->sense == LimitSense::at_most;
    const double multiple = has ? multiple_over(*input.rounded, item->limits[class_three - 1]) : std::nan("");
    items.push_back({input.property, class_named(rules, input.class_name), multiple});
    names_zh.push_back(item->name_zh);
  }
  judgement.primary.clear();
  std::string zh, en;
  for (const auto at : main_pollutants(library.annexes.priority_items, numbers, items)) {
    const std::string property(items[at].property);
    judgement.primary.push_back(property);
    put_number(judgement, property + " multiple", names_zh[at] + "超Ⅲ类倍数", property + ", multiple over class III",
               told_multiple(items[at].multiple), "1");
    if (std::isnan(items[at].multiple)) {
      judgement.numbers.back().reason_zh = "pH、溶解氧不计算超标倍数";
      judgement.numbers.back().reason_en = "no multiple is told of pH and dissolved oxygen";
    }
    zh += (zh.empty() ? "" : "、") + with_multiple(names_zh[at], items[at].multiple, "（", "）");
    en += (en.empty() ? "" : ", ") + with_multiple(property, items[at].multiple, " (", ")");
  }
  const auto& told = numbers.told("main_pollutants_most");
  judgement.why.push_back({"main-pollutants", zh.empty() ? "没有超过Ⅲ类的项目，无主要污染指标" : "主要污染指标：" + zh,
                           zh.empty() ? "no item is over class III: no main pollutant" : "main pollutants: " + en,
                           told.source, told.trust});
}

/// Compliance with the class of the function zone: every item, and the multiple of those that fail.
void hold_against_target(const WaterRules& rules, WaterBody body, std::int8_t target, Judgement& judgement) {
  const std::string& label = rules.grades[static_cast<std::size_t>(target - 1)].label;
  const std::string& name = rules.grades[static_cast<std::size_t>(target - 1)].class_name;
  judgement.over_limit.clear();
  for (const auto& input : judgement.inputs) {
    const WaterItem* item = rules.find(input.property, body);
    if (!input.used || item == nullptr || class_named(rules, input.class_name) <= target) continue;
    judgement.over_limit.push_back(input.property);
    if (!item->has_multiple || item->sense != LimitSense::at_most) continue;
    const double limit = item->limits[static_cast<std::size_t>(target - 1)];
    const double multiple = told_multiple(multiple_over(*input.rounded, limit));
    put_number(judgement, input.property + " over target", item->name_zh + "超目标（" + label + "类）倍数",
               input.property + ", multiple over target class " + name, multiple, "1");
    judgement.why.push_back({input.property,
                             "超功能区目标：(" + plain(*input.rounded) + " − " + plain(limit) + ")/" + plain(limit) +
                                 " = " + plain(multiple) + " 倍",
                             "over the target: (" + plain(*input.rounded) + " - " + plain(limit) + ")/" + plain(limit) +
                                 " = " + plain(multiple),
                             rules.standard + " " + item->source, item->trust});
  }
  const bool attains = judgement.over_limit.empty();
  judgement.attains = attains;
  judgement.why.push_back({"target",
                           attains ? "各项目均达到功能区目标 " + label + " 类"
                                   : "未达到功能区目标 " + label + " 类：" + joined(judgement.over_limit),
                           attains ? "every item meets target class " + name
                                   : "target class " + name + " is not met by " + joined(judgement.over_limit),
                           rules.single_factor.text, rules.single_factor.trust});
}

void add_item_count(const WaterRules& rules, WaterBody body, Judgement& judgement) {
  std::size_t used = 0, all = 0;
  for (const auto& input : judgement.inputs) used += input.used ? 1U : 0U;
  for (const auto& item : rules.items) {
    if (item.sets_class && (body == WaterBody::lake ? item.in_lakes : item.in_rivers)) ++all;
  }
  put_number(judgement, "items", "参评项目数", "items judged", static_cast<double>(used), "1");
  judgement.why.push_back(
      {"items", "参评 " + std::to_string(used) + " 项（应评 " + std::to_string(all) + " 项），缺项不影响定类",
       std::to_string(used) + " of " + std::to_string(all) + " items are there; those missing do not change the class",
       rules.items_clause.text, rules.items_clause.trust});
}

Result<Judgement> judge_section(const Library& library, const JudgeRequest& request) {
  const auto target = chosen(request, "target", {"I", "II", "III", "IV", "V"}, "");
  if (!target) return fail(target.error());
  const auto body = body_of(request);
  if (!body) return fail(body.error());
  JudgeRequest of_class = request;
  of_class.want_why = true;
  of_class.body = *body;
  of_class.given["rounding"] = given_or(request, "rounding", "assessment");
  auto judgement = judge_water(library, of_class);
  if (!judgement) return judgement;
  const auto rules = library.water_rules(legal_day_of_hour_ending(request.date), request.edition);
  if (rules && judgement->judged) {
    add_item_count(**rules, *body, *judgement);
    add_main_pollutants(library, **rules, *body, *judgement);
    if (const auto of_target = class_named(**rules, *target); of_target != no_class)
      hold_against_target(**rules, *body, of_target, *judgement);
  }
  if (!request.want_why) judgement->why.clear();
  return judgement;
}

// ---- a river, river system or basin ------------------------------------------------------------------------------

/// The sections of a river: their classes, and the items they were made of where these were given.
struct Sections {
  std::vector<std::int8_t> class_of;
  std::vector<std::string> property;
  std::vector<std::vector<double>> value;              ///< one column an item
  std::vector<std::vector<std::int8_t>> item_classes;  ///< the same
};

Result<Sections> sections_of_classes(const Library& library, const JudgeInput& input, Judgement& judgement) {
  Sections sections;
  const auto taken = series_in(library, input, "1");
  if (!taken) return fail(taken.error());
  JudgedInput judged;
  judged.property = "class";
  judged.value = std::nan("");
  judged.used = !taken->values.empty();
  judged.reason_zh = taken->reason_zh;
  judged.reason_en = taken->reason_en;
  std::size_t wrong = 0;
  for (const double value : taken->values) {
    const bool is_class = value >= 1 && value <= worse_than_five && value == std::floor(value);
    if (!is_class && !std::isnan(value)) ++wrong;
    sections.class_of.push_back(is_class ? static_cast<std::int8_t>(value) : no_class);
  }
  if (wrong > 0) {
    judgement.why.push_back({"class", std::to_string(wrong) + " 个断面的数值不是类别 1–6，未参与评价",
                             std::to_string(wrong) + " sections have no class of 1 to 6 and are left out", "",
                             "verified"});
  }
  if (!judged.used) add_left_out(judgement, judged);
  judgement.inputs.push_back(std::move(judged));
  return sections;
}

Result<Sections> sections_of_items(const Library& library, const JudgeRequest& request, const WaterRules& rules,
                                   WaterBody body, Judgement& judgement) {
  Sections sections;
  for (const auto& input : request.inputs) {
    JudgedInput judged;
    const Property* property = library.property_of_input(input.property);
    judged.property = property == nullptr ? input.property : property->id;
    judged.value = std::nan("");
    const WaterItem* item = rules.find(judged.property, body);
    const bool twice =
        std::find(sections.property.begin(), sections.property.end(), judged.property) != sections.property.end();
    auto taken = series_in(library, input, item == nullptr ? "1" : item->unit);
    if (!taken) return fail(taken.error());
    if (item == nullptr || !item->sets_class || twice) {
      judged.reason_zh = twice ? "重复给出" : "不参与断面定类的项目";
      judged.reason_en = twice ? "it is given twice" : "not an item that sets the class";
    } else if (taken->values.empty()) {
      judged.reason_zh = taken->reason_zh;
      judged.reason_en = taken->reason_en;
    } else {
      judged.used = true;
      judged.unit = item->unit;
      if (!sections.class_of.empty() && sections.class_of.size() != taken->values.size()) {
        return fail(Errc::malformed,
                    judged.property + " has " + std::to_string(taken->values.size()) + " sections, another item has " +
                        std::to_string(sections.class_of.size()),
                    "inputs." + input.property.substr(0, 40));
      }
      sections.class_of.resize(taken->values.size(), no_class);
      for (auto& value : taken->values) {
        if (value < 0) value = std::nan("");
      }
      std::vector<std::int8_t> classes(taken->values.size(), no_class);
      item_class(*item, taken->values, WaterRounding::assessment, classes);
      for (std::size_t i = 0; i < classes.size(); ++i)
        sections.class_of[i] = std::max(sections.class_of[i], classes[i]);
      judged.value = judged.property == "pH" ? mean_ph(taken->values) : mean_ignoring_missing(taken->values);
      sections.property.push_back(judged.property);
      sections.value.push_back(std::move(taken->values));
      sections.item_classes.push_back(std::move(classes));
    }
    if (!judged.used) add_left_out(judgement, judged);
    judgement.inputs.push_back(std::move(judged));
  }
  return sections;
}

void put_basin_numbers(const BasinGrade& basin, std::size_t sections, Judgement& judgement) {
  put_number(judgement, "sections", "断面数", "sections", static_cast<double>(sections), "1");
  put_number(judgement, "judged", "有类别的断面数", "sections judged", basin.judged, "1");
  put_number(judgement, "I-III percent", "Ⅰ–Ⅲ类比例", "share of classes I to III", basin.good_percent(), "%");
  put_number(judgement, "worse-than-V percent", "劣Ⅴ类比例", "share worse than V", basin.inferior_percent(), "%");
}

void set_basin_grade(const BasinGradeTable& table, int grade, Judgement& judgement) {
  const auto& row = table.rows[static_cast<std::size_t>(grade - 1)];
  set_verdict(judgement, grade, row.name_en, row.name_zh, row.name_en, static_cast<std::size_t>(grade - 1));
}

/// The items over class III anywhere, the greatest share of sections first.
void add_exceed_rates(const Library& library, const Sections& sections, Judgement& judgement) {
  if (sections.property.empty()) return;
  const std::vector<std::string_view> property(sections.property.begin(), sections.property.end());
  const std::vector<std::span<const std::int8_t>> classes(sections.item_classes.begin(), sections.item_classes.end());
  const WaterReportNumbers& numbers = library.annexes.water_report;
  auto rates = exceed_rates(property, classes);
  rates.resize(std::min(rates.size(), static_cast<std::size_t>(numbers.main_pollutants_most)));
  std::string words;
  for (const auto& rate : rates) {
    const std::string& name = sections.property[rate.item];
    judgement.primary.push_back(name);
    judgement.over_limit.push_back(name);
    put_number(judgement, name + " exceed percent", name + " 断面超标率", name + ", share of sections over class III",
               rate.percent(), "%");
    words +=
        (words.empty() ? "" : ", ") + name + " " + std::to_string(rate.over) + "/" + std::to_string(rate.evaluated);
  }
  const auto& told = numbers.told("main_pollutants_most");
  judgement.why.push_back(
      {"main-pollutants", words.empty() ? "各断面没有超过Ⅲ类的项目" : "断面超标率前列：" + words,
       words.empty() ? "no item is over class III in any section" : "sections over class III by item: " + words,
       told.source, told.trust});
}

void judge_by_shares(const Library& library, const BasinGrade& basin, const Sections& sections, Judgement& judgement) {
  const BasinGradeTable& table = library.annexes.basin_grades;
  set_basin_grade(table, basin.grade, judgement);
  const auto& row = table.rows[static_cast<std::size_t>(basin.grade - 1)];
  const std::string good = std::to_string(basin.good) + "/" + std::to_string(basin.judged);
  const std::string inferior = std::to_string(basin.inferior) + "/" + std::to_string(basin.judged);
  judgement.why.push_back(
      {"grade", "断面类别比例法：Ⅰ–Ⅲ类 " + good + "，劣Ⅴ类 " + inferior + "，" + row.name_zh,
       "proportion method: classes I to III " + good + ", worse than V " + inferior + ": " + row.name_en, row.source,
       row.trust});
  add_exceed_rates(library, sections, judgement);
}

/// The mean of each item over the sections, judged as one section.
Result<Judgement> judge_by_means(const Library& library, const JudgeRequest& request, const WaterRules& rules,
                                 WaterBody body, const Sections& sections, Judgement judgement) {
  JudgeRequest of_means;
  of_means.rule = "water-class";
  of_means.date = request.date;
  of_means.body = body;
  of_means.rounding = WaterRounding::assessment;
  std::vector<JudgedInput> left_out;
  for (auto& input : judgement.inputs) {
    if (!input.used) left_out.push_back(std::move(input));
  }
  for (std::size_t k = 0; k < sections.property.size(); ++k) {
    const bool ph = sections.property[k] == "pH";
    const double mean = ph ? mean_ph(sections.value[k]) : mean_ignoring_missing(sections.value[k]);
    of_means.inputs.push_back({sections.property[k], mean, {}, {}, {}});
    judgement.why.push_back({sections.property[k], "断面均值 " + plain(mean), "mean over the sections " + plain(mean),
                             "环办〔2011〕22号: fewer than five sections", "memory"});
  }
  auto section = judge_water(library, of_means);
  if (!section) return section;
  judgement.inputs = std::move(section->inputs);
  judgement.inputs.insert(judgement.inputs.end(), left_out.begin(), left_out.end());
  judgement.why.insert(judgement.why.end(), section->why.begin(), section->why.end());
  if (!section->judged) {
    not_judged(judgement, section->reason_zh, section->reason_en);
    return judgement;
  }
  judgement.deciding = section->deciding;
  judgement.over_limit = section->over_limit;
  put_number(judgement, "class", "均值的类别", "class of the means", section->level, "1");
  const int grade = library.annexes.basin_grades.of_class(static_cast<std::int8_t>(section->level));
  set_basin_grade(library.annexes.basin_grades, grade, judgement);
  const auto& row = library.annexes.basin_grades.rows[static_cast<std::size_t>(grade - 1)];
  judgement.why.push_back({"grade", "均值为 " + section->class_label + " 类，" + row.name_zh,
                           "the means are of class " + section->class_name + ": " + row.name_en, row.source,
                           row.trust});
  add_main_pollutants(library, rules, body, judgement);
  return judgement;
}

Result<Judgement> judge_river(const Library& library, const JudgeRequest& request) {
  const auto few = chosen(request, "few_sections", {"mean", "proportion"}, "mean");
  if (!few) return fail(few.error());
  const auto body = body_of(request);
  if (!body) return fail(body.error());
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "surface-water-report", judgement) == nullptr) return judgement;
  const auto rules = library.water_rules(legal_day_of_hour_ending(request.date), "");
  if (!rules) return no_edition(std::move(judgement), rules.error());
  const JudgeInput* classes = input_named(library, request, "class");
  if (classes != nullptr && request.inputs.size() > 1)
    return fail(Errc::malformed, "give the classes of the sections or their items, not both", "inputs.class");
  const auto sections = classes != nullptr ? sections_of_classes(library, *classes, judgement)
                                           : sections_of_items(library, request, **rules, *body, judgement);
  if (!sections) return fail(sections.error());
  const WaterReportNumbers& numbers = library.annexes.water_report;
  const BasinGrade basin = basin_grade(library.annexes.basin_grades, numbers, sections->class_of);
  put_basin_numbers(basin, sections->class_of.size(), judgement);
  const auto& told = numbers.told("basin_sections_min");
  const std::string count = std::to_string(basin.judged), wanted = std::to_string(numbers.basin_sections_min);
  judgement.why.push_back({"sections",
                           count + " 个断面有类别，" + (basin.enough ? "达到 " : "不足 ") + wanted + " 个" +
                               (basin.enough     ? ""
                                : *few == "mean" ? "，按均值评价"
                                                 : "，按要求仍用比例法"),
                           count + " sections have a class: " + (basin.enough ? "at least " : "fewer than ") + wanted +
                               (basin.enough     ? ""
                                : *few == "mean" ? ", so their means are judged"
                                                 : ", by proportion all the same as asked"),
                           told.source, told.trust});
  if (basin.judged == 0) {
    not_judged(judgement, "没有可评价的断面", "no section can be judged");
  } else if (basin.enough || *few == "proportion") {
    judge_by_shares(library, basin, *sections, judgement);
  } else if (classes != nullptr) {
    not_judged(judgement,
               "断面不足 " + wanted + " 个，应按各项目均值评价：请给出项目浓度，或设 few_sections=proportion",
               "fewer than " + wanted +
                   " sections are judged by the means of their items: give the items, or "
                   "few_sections proportion");
  } else {
    auto by_means = judge_by_means(library, request, **rules, *body, *sections, std::move(judgement));
    if (!by_means) return by_means;
    judgement = std::move(*by_means);
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

// ---- change between two periods ----------------------------------------------------------------------------------

struct ChangeWord {
  WaterChange change;
  int level;
  const char *class_name, *zh, *en;
};
constexpr ChangeWord change_words[] = {{WaterChange::clearly_better, 1, "clearly-better", "明显好转", "Clearly better"},
                                       {WaterChange::some_better, 2, "some-better", "有所好转", "Somewhat better"},
                                       {WaterChange::none, 3, "none", "无明显变化", "No clear change"},
                                       {WaterChange::some_worse, 4, "some-worse", "有所变差", "Somewhat worse"},
                                       {WaterChange::clearly_worse, 5, "clearly-worse", "明显变差", "Clearly worse"}};

void say_change(Judgement& judgement, WaterChange change) {
  for (const auto& word : change_words) {
    if (word.change == change)
      set_verdict(judgement, word.level, word.class_name, word.zh, word.en, static_cast<std::size_t>(word.level - 1));
  }
}

/// One number before or now; NaN where it is missing, with a step of the why.
double number_named(const Library& library, const JudgeRequest& request, const std::string& name,
                    const std::string& unit, Judgement& judgement) {
  const JudgeInput* input = input_named(library, request, name);
  if (input == nullptr) return std::nan("");
  JudgedInput judged = water::value_in(library, *input, unit);
  const double value = judged.used ? judged.value : std::nan("");
  if (!judged.used) add_left_out(judgement, judged);
  judgement.inputs.push_back(std::move(judged));
  return value;
}

void judge_change_by_grade(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  const double before = number_named(library, request, "grade-before", "1", judgement);
  const double now = number_named(library, request, "grade-now", "1", judgement);
  const auto is_grade = [](double v) { return v >= 1 && v <= grades_most && v == std::floor(v); };
  if (!is_grade(before) || !is_grade(now)) {
    not_judged(judgement, "前后两期须各有 1–5 的水质级别（优为 1）",
               "both periods want a grade of 1 to 5, excellent being 1");
    return;
  }
  const WaterReportNumbers& numbers = library.annexes.water_report;
  const int steps = static_cast<int>(before) - static_cast<int>(now);
  judgement.value = steps;
  put_number(judgement, "steps", "级别变化（正为好转）", "grades gained", steps, "1");
  say_change(judgement, change_by_grade(numbers, static_cast<int>(before), static_cast<int>(now)));
  const auto& told =
      numbers.told(std::abs(steps) >= numbers.grade_steps_clear ? "grade_steps_clear" : "grade_steps_some");
  judgement.why.push_back({"change",
                           "级别由 " + plain(before) + " 到 " + plain(now) + "，相差 " +
                               std::to_string(std::abs(steps)) + " 级：" + judgement.name_zh,
                           "grade " + plain(before) + " to " + plain(now) + ", " + std::to_string(std::abs(steps)) +
                               " steps: " + judgement.name_en,
                           told.source, told.trust});
}

void say_share_change(const Library& library, const BasinGrade& before, const BasinGrade& now, Judgement& judgement) {
  const WaterReportNumbers& numbers = library.annexes.water_report;
  const ShareChange share = change_by_shares(numbers, before, now);
  const std::pair<const char*, const BasinGrade*> periods[] = {{"before", &before}, {"now", &now}};
  for (const auto& [name, basin] : periods) {
    put_number(judgement, std::string("I-III percent ") + name, "Ⅰ–Ⅲ类比例", "share of classes I to III",
               basin->good_percent(), "%");
    put_number(judgement, std::string("worse-than-V percent ") + name, "劣Ⅴ类比例", "share worse than V",
               basin->inferior_percent(), "%");
  }
  if (share.change == WaterChange::not_comparable) {
    const std::string wanted = std::to_string(numbers.basin_sections_min);
    not_judged(judgement, "两期都须有至少 " + wanted + " 个可评价断面",
               "both periods want at least " + wanted + " sections judged");
    return;
  }
  judgement.value = share.points;
  put_number(judgement, "points", "ΔG − ΔD", "rise of I to III less rise of worse than V", share.points, "%");
  say_change(judgement, share.change);
  const bool clear = share.change == WaterChange::clearly_better || share.change == WaterChange::clearly_worse;
  const auto& told = numbers.told(clear ? "share_points_clear" : "share_points_some");
  const std::string sum = "(" + plain(now.good_percent()) + " - " + plain(before.good_percent()) + ") - (" +
                          plain(now.inferior_percent()) + " - " + plain(before.inferior_percent()) +
                          ") = " + plain(share.points);
  judgement.why.push_back({"change", "ΔG − ΔD = " + sum + " 个百分点：" + judgement.name_zh,
                           "change " + sum + " percentage points: " + judgement.name_en, told.source, told.trust});
}

/// Shares of a period told as per cents; not enough where one is missing, or too few sections are told.
BasinGrade told_shares(const Library& library, const JudgeRequest& request, const std::string& period,
                       Judgement& judgement) {
  const double good = number_named(library, request, "good-" + period, "%", judgement);
  const double inferior = number_named(library, request, "inferior-" + period, "%", judgement);
  const double sections = number_named(library, request, "sections-" + period, "1", judgement);
  BasinGrade basin;
  if (!(good + inferior <= 100)) return basin;
  basin.judged = static_cast<int>(100 * percent_parts);
  basin.good = static_cast<int>(std::lround(good * percent_parts));
  basin.inferior = static_cast<int>(std::lround(inferior * percent_parts));
  basin.enough = std::isnan(sections) || sections >= library.annexes.water_report.basin_sections_min;
  return basin;
}

Result<Judgement> judge_change(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "surface-water-report", judgement) == nullptr) return judgement;
  const auto has = [&](const char* name) { return input_named(library, request, name) != nullptr; };
  const bool grades = has("grade-before") || has("grade-now");
  const bool classes = has("class-before") || has("class-now");
  const bool shares = has("good-before") || has("good-now");
  if (static_cast<int>(grades) + static_cast<int>(classes) + static_cast<int>(shares) > 1)
    return fail(Errc::malformed, "give grades, classes or shares of both periods, not several of them", "inputs");
  if (grades) {
    judge_change_by_grade(library, request, judgement);
  } else if (classes) {
    BasinGrade basin[2];
    const char* names[] = {"class-before", "class-now"};
    for (std::size_t k = 0; k < 2; ++k) {
      const JudgeInput* input = input_named(library, request, names[k]);
      if (input == nullptr) continue;
      const auto sections = sections_of_classes(library, *input, judgement);
      if (!sections) return fail(sections.error());
      judgement.inputs.back().property = names[k];
      basin[k] = basin_grade(library.annexes.basin_grades, library.annexes.water_report, sections->class_of);
    }
    say_share_change(library, basin[0], basin[1], judgement);
  } else if (shares) {
    const BasinGrade before = told_shares(library, request, "before", judgement);
    const BasinGrade now = told_shares(library, request, "now", judgement);
    say_share_change(library, before, now, judgement);
  } else {
    not_judged(judgement, "缺少前后两期的级别、断面类别或比例",
               "the grades, classes or shares of the two periods are missing");
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

// ---- drinking-water sources --------------------------------------------------------------------------------------

std::vector<SourceVerdict> verdicts_of(std::span<const double> values, Judgement& judgement) {
  std::vector<SourceVerdict> verdicts;
  std::size_t wrong = 0;
  for (const double value : values) {
    verdicts.push_back(value == 1   ? SourceVerdict::meets
                       : value == 0 ? SourceVerdict::fails
                                    : SourceVerdict::not_judged);
    if (value != 0 && value != 1 && !std::isnan(value)) ++wrong;
  }
  if (wrong > 0) {
    judgement.why.push_back({"verdict", std::to_string(wrong) + " 个结论不是 0 或 1，未参与统计",
                             std::to_string(wrong) + " verdicts are not 0 or 1 and are left out", "", "verified"});
  }
  return verdicts;
}

Result<Judgement> judge_sources(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const AnnexText* text = begin_by_annex(library, request, "source-attainment", judgement);
  if (text == nullptr) return judgement;
  const JudgeInput* given = input_named(library, request, "verdict");
  const JudgeInput* intake_given = input_named(library, request, "intake");
  water::SeriesTaken verdict, intake;
  if (given != nullptr) {
    auto taken = series_in(library, *given, "1");
    if (!taken) return fail(taken.error());
    verdict = std::move(*taken);
  }
  if (intake_given != nullptr) {
    auto taken = series_in(library, *intake_given, "m3");
    if (!taken) return fail(taken.error());
    intake = std::move(*taken);
  }
  if (!intake.values.empty() && !verdict.values.empty() && intake.values.size() != verdict.values.size()) {
    return fail(Errc::malformed,
                "intake has " + std::to_string(intake.values.size()) + " values, verdict has " +
                    std::to_string(verdict.values.size()),
                "inputs.intake");
  }
  intake.values.resize(verdict.values.size(), std::nan(""));
  if (!intake.reason_en.empty())
    judgement.why.push_back(
        {"intake", "未参与评价：" + intake.reason_zh, "left out: " + intake.reason_en, "", "verified"});
  const auto verdicts = verdicts_of(verdict.values, judgement);
  const SourceAttainment sum = source_attainment(verdicts, intake.values);
  put_number(judgement, "judged", "参评水源（次）", "sources judged", static_cast<double>(sum.judged), "1");
  put_number(judgement, "met", "达标水源（次）", "sources that attain", static_cast<double>(sum.met), "1");
  put_number(judgement, "percent by number", "水源达标率", "attainment by number", sum.percent_by_number(), "%");
  put_number(judgement, "percent by intake", "取水量达标率", "attainment by intake", sum.percent_by_intake(), "%");
  if (std::isnan(sum.percent_by_intake())) {
    judgement.numbers.back().reason_zh = "参评水源没有取水量";
    judgement.numbers.back().reason_en = "no intake of a judged source is known";
  }
  if (sum.judged == 0) {
    not_judged(judgement, "没有可统计的水源结论" + (verdict.reason_zh.empty() ? "" : "：" + verdict.reason_zh),
               "no source was judged" + (verdict.reason_en.empty() ? "" : ": " + verdict.reason_en));
  } else {
    const bool all = sum.met == sum.judged;
    judgement.value = sum.percent_by_number();
    judgement.attains = all;
    set_verdict(judgement, all ? 1 : 2, all ? "meets" : "exceeds", all ? "全部达标" : "部分不达标",
                all ? "Every source attains" : "Not every source attains", all ? 1 : 4);
    judgement.why.push_back({"number",
                             "达标 " + std::to_string(sum.met) + "/" + std::to_string(sum.judged) + " = " +
                                 plain(sum.percent_by_number()) + " %",
                             std::to_string(sum.met) + "/" + std::to_string(sum.judged) +
                                 " attain: " + plain(sum.percent_by_number()) + " %",
                             text->standard, text->trust});
    judgement.why.push_back({"intake",
                             "达标取水量 " + plain(sum.intake_met) + " / " + plain(sum.intake_judged) + " m3；" +
                                 std::to_string(sum.without_intake) + " 个没有取水量，不计入",
                             "compliant intake " + plain(sum.intake_met) + " / " + plain(sum.intake_judged) + " m3; " +
                                 std::to_string(sum.without_intake) + " without intake are left out",
                             text->standard, text->trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace

std::vector<CodeRule> water_report_rules() {
  const RuleField body{"water_body", "河流或湖库", "river or lake limits", {"river", "lake"}, "river"};
  std::vector<CodeRule> rules = {
      {{"water-section",
        "地表水断面评价与主要污染指标",
        "A section of surface water and its main pollutants",
        "water",
        {body,
         {"rounding",
          "修约到实时值或评价值的位数",
          "places of readings or of assessments",
          {"reading", "assessment"},
          "assessment"},
         {"target", "功能区目标类别", "class of the function zone", {"I", "II", "III", "IV", "V"}, ""}},
        "表 1 各项目",
        "items of table 1",
        "surface-water"},
       judge_section},
      {{"river-grade",
        "河流、水系、流域水质评价",
        "Grade of a river, river system or basin",
        "water",
        {body,
         {"few_sections",
          "断面不足时按均值或仍用比例法",
          "too few sections: by their means, or by proportion all the same",
          {"mean", "proportion"},
          "mean"}},
        "class：各断面类别（1–6，6 为劣Ⅴ）；或各项目在各断面的值",
        "class: the class of each section, 6 worse than V; or each item's values over the sections",
        "surface-water-report"},
       judge_river},
      {{"water-change",
        "两期水质变化",
        "Change of water quality between two periods",
        "water",
        {},
        "grade-before, grade-now（1–5）；或 class-before, class-now（各断面类别）；或 good-before, good-now, "
        "inferior-before, inferior-now（%），可有 sections-before, sections-now",
        "grade-before, grade-now (1 to 5); or class-before, class-now (the sections' classes); or good-before, "
        "good-now, inferior-before, inferior-now (per cent), with sections-before, sections-now where known",
        "surface-water-report"},
       judge_change},
      {{"source-attainment",
        "饮用水水源达标率",
        "Attainment of drinking-water sources",
        "water",
        {},
        "verdict：各水源（或水源月）达标 1、不达标 0；intake：同期取水量 m3",
        "verdict: 1 or 0 of each source (or source and month); intake: water taken in the same period, m3",
        "source-attainment"},
       judge_sources},
  };
  for (const auto& more : {water::index_rules(), water::flow_rules()})
    rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

}  // namespace celadon::standards
