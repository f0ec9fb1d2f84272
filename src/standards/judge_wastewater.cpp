#include "standards/judge_emission.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr const char* wastewater_flow_id = "w00000";
constexpr const char* ph_id = "pH";
constexpr const char* day_clause = "HJ 356-2019";

/// What a value of the day rests on.
template <class Day>
void put_day(const WastewaterRules& rules, const Day& day, const std::string& name, const std::string& zh,
             const std::string& en, double value, const std::string& unit, Judgement& judgement) {
  const std::string share = std::to_string(day.used) + "/" + std::to_string(day.due);
  const std::string wanted = percent_text(rules.day_share_min_percent);
  const std::string reason_zh = "有效数据 " + share + "（要求不少于 " + wanted + "）";
  const std::string reason_en = share + " values (" + wanted + " wanted)";
  add_number(judgement, name, zh, en, day.effective ? value : std::numeric_limits<double>::quiet_NaN(), unit,
             day.effective ? "" : reason_zh, day.effective ? "" : reason_en);
  add_number(judgement, name + " used", zh + "：所用数据", en + ": values used", static_cast<double>(day.used), "1");
  add_number(judgement, name + " due", zh + "：应有数据", en + ": values due", static_cast<double>(day.due), "1");
  add_step(
      judgement, name, zh + " " + plain(value) + " " + unit + "，" + reason_zh + (day.effective ? "，有效" : "，无效"),
      en + " " + plain(value) + " " + unit + ", of " + reason_en + (day.effective ? ": effective" : ": not effective"),
      day_clause, rules.trust);
}

/// One item of the grade 3 clause; false where it takes no part.
struct Removal {
  const char *name, *influent;
  Grade3Item item;
  RemovalRule WastewaterRules::*rule;
};
constexpr Removal removals[] = {{"COD", "COD-influent", Grade3Item::cod, &WastewaterRules::grade3_cod},
                                {"BOD5", "BOD5-influent", Grade3Item::bod5, &WastewaterRules::grade3_bod5}};

}  // namespace

Result<Judgement> judge_wastewater_day(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "wastewater-monitoring", judgement) == nullptr) return judgement;
  const WastewaterRules& rules = library.annexes.wastewater;
  const auto flow = take_series(library, request, wastewater_flow_id, "m3/h", judgement);
  if (!flow) return fail(flow.error());
  if (!*flow) {
    not_judged(judgement, "没有流量（w00000）：无流量时浓度无效",
               "no flow (w00000): without one a concentration is not valid");
    return finished(std::move(judgement), request);
  }
  std::vector<std::string> not_effective;
  std::size_t items = 0;
  double last = 0;
  for (const auto& input : request.inputs) {
    const Property* property = library.property_of_input(input.property);
    if (property == nullptr || property->id == wastewater_flow_id || property->medium != "water") continue;
    const auto series = take_series(library, input, property->unit, judgement);
    if (!series) return fail(series.error());
    if (!*series) continue;
    if (auto same = same_length(input.property, (*series)->size(), wastewater_flow_id, (*flow)->size()); !same)
      return fail(same.error());
    ++items;
    bool effective = false;
    if (property->id == ph_id) {
      const PhDay day = ph_day(rules, **series, **flow);
      effective = day.effective;
      last = tidy(day.median);
      put_day(rules, day, property->id, "pH 中位数（不按流量加权）", "pH, the median, not weighted by flow", last, "",
              judgement);
      add_number(judgement, "pH low", "pH 最低", "lowest pH", day.low, "[pH]");
      add_number(judgement, "pH high", "pH 最高", "highest pH", day.high, "[pH]");
    } else {
      const EffluentDay day = effluent_day(rules, **series, **flow);
      effective = day.effective;
      last = tidy(day.mean);
      put_day(rules, day, property->id, property->name_zh + "流量加权日均值 Σ(C·Q)/ΣQ",
              property->name_en + ", mean of the day weighted by flow, sum(C Q)/sum(Q)", last, property->unit,
              judgement);
    }
    if (!effective) not_effective.push_back(property->id);
  }
  if (items == 0) {
    not_judged(judgement, "没有可用的项目", "there is no item that can be used");
    return finished(std::move(judgement), request);
  }
  judgement.deciding = not_effective;
  if (items == 1 && not_effective.empty()) judgement.value = last;
  if (not_effective.empty())
    set_class(judgement, 1, "effective", "有效日均值", "Effective day", "#00b050");
  else
    set_class(judgement, 2, "not-effective", "日均值无效", "Day not effective", "#ff0000");
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_wastewater_removal(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto table = library.band_table("wastewater-plant", day, request.edition);
  if (!table) return no_edition(std::move(judgement), table.error());
  judgement.edition = (*table)->standard;
  add_edition_step(judgement, (*table)->standard, (*table)->valid_trust, (*table)->valid_from, day);
  const WastewaterRules& rules = library.annexes.wastewater;
  const std::string& trust = (*table)->trust;
  std::size_t told = 0, demanded = 0;
  std::vector<std::string> lacking;
  for (const auto& one : removals) {
    if (input_named(library, request, one.influent) == nullptr && input_named(library, request, one.name) == nullptr)
      continue;
    const double influent = take_value(library, request, one.influent, "mg/L", Sign::not_negative, judgement);
    const double effluent = take_value(library, request, one.name, "mg/L", Sign::not_negative, judgement);
    const RemovalVerdict verdict = grade3_removal(rules, one.item, influent, effluent);
    const RemovalRule& rule = rules.*one.rule;
    const std::string name = one.name;
    if (!verdict.demanded || (*verdict.demanded && !verdict.met)) {
      lacking.push_back(name);
      continue;
    }
    const std::string above = plain(rule.influent_above_mg_l) + " mg/L";
    if (!*verdict.demanded) {
      ++told;
      add_step(judgement, name, name + " 进水 " + plain(influent) + " ≤ " + above + "：执行三级标准限值，不要求去除率",
               name + " influent " + plain(influent) + " <= " + above +
                   ": the limit of grade 3 holds, no removal is demanded",
               (*table)->standard + " table 1", trust);
      continue;
    }
    ++told;
    ++demanded;
    const double removal = tidy(verdict.removal_percent);
    add_number(judgement, name + " removal", name + " 去除率", name + " removal", removal, "%");
    const std::string wanted = percent_text(rule.removal_above_percent);
    add_step(judgement, name,
             name + " 进水 " + plain(influent) + " > " + above + "，去除率 (" + plain(influent) + " − " +
                 plain(effluent) + ")/" + plain(influent) + " = " + percent_text(removal) +
                 (*verdict.met ? " > " : " ≤ ") + wanted,
             name + " influent " + plain(influent) + " > " + above + ", removal (" + plain(influent) + " - " +
                 plain(effluent) + ")/" + plain(influent) + " = " + percent_text(removal) +
                 (*verdict.met ? " > " : " <= ") + wanted,
             (*table)->standard + " table 1", trust);
    if (!*verdict.met) judgement.over_limit.push_back(name);
  }
  judgement.deciding = judgement.over_limit;
  if (told == 0 || (judgement.over_limit.empty() && !lacking.empty())) {
    const std::string names = lacking.empty() ? "COD, BOD5" : joined(lacking);
    not_judged(judgement, "缺进水或出水值：" + names, "influent or effluent is missing: " + names);
  } else if (demanded == 0) {
    set_class(judgement, 1, "limit-applies", "执行三级标准限值", "The limit of grade 3 applies", "#808080");
  } else {
    set_attainment(judgement, judgement.over_limit.empty());
  }
  return finished(std::move(judgement), request);
}

}  // namespace celadon::standards
