#include "standards/judge_emission.hpp"

#include "standards/kernel_parts.hpp"
#include "standards/ldar_words.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

/// The value of an enumeration by its word; nothing where it is not given.
template <class Enum>
Result<std::optional<Enum>> given_enum(const JudgeRequest& request, const char* name,
                                       std::span<const std::string_view> words, const char* otherwise) {
  const auto word = given_word(request, name, std::vector<std::string>(words.begin(), words.end()), otherwise);
  if (!word) return fail(word.error());
  if (word->empty()) return std::optional<Enum>{};
  const auto at = std::find(words.begin(), words.end(), *word) - words.begin();
  return std::optional<Enum>{static_cast<Enum>(at)};
}

/// The family of annexes a standard of leaks is of.
Result<std::string> family_of(const Library& library, const std::string& standard) {
  std::string known;
  for (const auto& text : library.annexes.texts) {
    if (!text.family.starts_with("ldar-leak")) continue;
    if (text.standard == standard) return text.family;
    known += (known.empty() ? "" : ", ") + text.standard;
  }
  return fail(Errc::invalid_value, "standard is '" + standard.substr(0, 40) + "', not one of " + known, "standard");
}

void put_due(Judgement& judgement, const std::string& name, const std::string& zh, const std::string& en, LegalDay from,
             LegalDay due, const std::string& source, const std::string& trust) {
  const std::string day = to_string(due);
  add_number(judgement, name, zh + "：" + day, en + ": " + day, due.days - from.days, "d");
  add_step(judgement, name, zh + " " + day, en + " " + day, source, trust);
}

Result<void> put_deadlines(const LdarPlan& plan, const JudgeRequest& request, bool leaks, Judgement& judgement) {
  const LegalDay found = legal_day_of_hour_ending(request.date);
  const auto component = given_enum<SealComponent>(request, "component", component_words, "");
  if (!component) return fail(component.error());
  std::optional<LegalDay> shutdown;
  if (const std::string text = given_or(request, "shutdown", ""); !text.empty()) {
    const auto day = parse_legal_day(text);
    if (!day) return fail(Errc::invalid_value, "shutdown: " + day.error().detail, "shutdown");
    shutdown = *day;
  }
  if (leaks) {
    const RepairDue due = repair_due(plan, found, shutdown);
    put_due(judgement, "repair first due", "首次维修期限", "first try of repair by", found, due.first_try,
            plan.repair_first_days.source, plan.repair_first_days.trust);
    put_due(judgement, "repair done due", shutdown ? "维修完成期限（经备案的延迟维修）" : "维修完成期限",
            shutdown ? "repaired by, with a delay that is filed" : "repaired by", found, due.done,
            plan.repair_done_days.source, plan.repair_done_days.trust);
  }
  if (!*component) return {};
  const LdarNumber& months = plan.inspection_months[static_cast<std::size_t>(**component)];
  if (const auto next = next_test_due(plan, **component, found))
    put_due(judgement, "next test due", "下次检测期限", "next test by", found, *next, months.source, months.trust);
  else
    add_step(judgement, "next test due", "该标准没有规定此类密封点的检测周期",
             "the standard names no interval for that component", plan.standard, "verified");
  return {};
}

// ---- emission ----------------------------------------------------------------------------------------------------

enum class EmissionMethod : std::uint8_t { correlation, range, average };
constexpr std::string_view emission_method_words[] = {"correlation", "range", "average"};

struct Emission {
  const LdarFactors& factors;
  EmissionMethod method = EmissionMethod::correlation;
  SealKind kind;
  LeakInstrument instrument;
  double toc_share = missing, methane_share = missing, voc_share = missing, hours = missing;
};

/// Nothing where a word that decides is not given.
Result<std::optional<Emission>> read_emission(const Library& library, const JudgeRequest& request) {
  Emission all{library.annexes.ldar_factors, EmissionMethod::correlation, {}, {}};
  const auto method = given_enum<EmissionMethod>(request, "method", emission_method_words, "correlation");
  if (!method) return fail(method.error());
  const auto industry = given_enum<LdarIndustry>(request, "industry", industry_words, "");
  if (!industry) return fail(industry.error());
  const auto component = given_enum<SealComponent>(request, "component", component_words, "");
  if (!component) return fail(component.error());
  const auto service = given_enum<LdarService>(request, "service", service_words, "");
  if (!service) return fail(service.error());
  const auto ends = given_word(request, "ends_at_10000", {"no", "yes"}, "no");
  if (!ends) return fail(ends.error());
  const auto detection = given_between(request, "detection_limit_umol_mol", 0, 1e6);
  if (!detection) return fail(detection.error());
  const struct {
    const char* name;
    double high;
    double* into;
  } numbers[] = {{"toc_share", 1, &all.toc_share},
                 {"methane_share", 1, &all.methane_share},
                 {"voc_share", 1, &all.voc_share},
                 {"hours", 8784, &all.hours}};
  for (const auto& one : numbers) {
    const auto value = given_between(request, one.name, 0, one.high);
    if (!value) return fail(value.error());
    *one.into = *value;
  }
  if (!*industry || !*component || !*service) return std::optional<Emission>{};
  all.method = **method;
  all.kind = {**industry, **component, **service};
  all.instrument = {*detection, *ends == "yes"};
  return std::optional<Emission>{all};
}

/// Rate of each point, with the step that says by what; empty where the method has nothing for that kind.
std::vector<double> rates_of(const Emission& all, const std::vector<double>& net, Judgement& judgement) {
  const LdarFactors& factors = all.factors;
  std::vector<double> rates(net.size(), missing);
  if (all.method == EmissionMethod::correlation) {
    const LeakCorrelation* by = factors.correlation_of(all.kind);
    if (by == nullptr) return {};
    correlation_kg_h(factors, *by, net, all.instrument, rates);
    const std::string sum = plain(by->a) + " × SV^" + plain(by->b);
    const std::string from = plain(factors.equation_from_umol_mol), to = plain(factors.pegged_from_umol_mol);
    add_step(judgement, "method",
             "相关方程 e = " + sum + "（" + from + " ≤ SV < " + to + " µmol/mol）；低于 " + from + " 为 " +
                 plain(by->default_zero_kg_h) + "，不低于 " + to + " 为 " + plain(by->pegged_kg_h) + " kg/h",
             "correlation e = " + sum + " (" + from + " <= SV < " + to + " umol/mol); below " + from + " " +
                 plain(by->default_zero_kg_h) + ", from " + to + " on " + plain(by->pegged_kg_h) + " kg/h",
             by->source, weaker(by->trust, factors.trust));
  } else if (all.method == EmissionMethod::range) {
    const LeakRange* by = factors.range_of(all.kind);
    if (by == nullptr) return {};
    for (std::size_t i = 0; i < net.size(); ++i) rates[i] = range_kg_h(factors, *by, net[i]);
    const std::string from = plain(factors.range_high_from_umol_mol);
    add_step(judgement, "method",
             "筛选范围法：SV ≥ " + from + " 为 " + plain(by->high_kg_h) + "，其余为 " + plain(by->low_kg_h) + " kg/h",
             "screening range: SV >= " + from + " " + plain(by->high_kg_h) + ", below " + plain(by->low_kg_h) + " kg/h",
             by->source, weaker(by->trust, factors.trust));
  } else {
    const LeakFactor* by = factors.average_of(all.kind);
    if (by == nullptr) return {};
    // The stream of a point is TOC where nothing else is said of it, as the shares of VOC are taken.
    const double toc = std::isnan(all.toc_share) ? 1 : all.toc_share;
    const double methane = std::isnan(all.methane_share) ? 0 : all.methane_share;
    std::fill(rates.begin(), rates.end(), average_kg_h(factors, *by, toc, methane));
    add_step(judgement, "method",
             "平均系数法：" + plain(by->kg_h) + " kg/h" + (by->without_methane ? "（不含甲烷）" : "") +
                 "，TOC 质量分数 " + plain(toc) + "，甲烷 " + plain(methane),
             "average factor " + plain(by->kg_h) + " kg/h" + (by->without_methane ? " without methane" : "") +
                 ", mass share of TOC " + plain(toc) + ", of methane " + plain(methane),
             by->source, weaker(by->trust, factors.trust));
  }
  for (auto& rate : rates) {
    if (!std::isnan(all.voc_share)) rate = voc_kg_h(rate, all.voc_share, std::isnan(all.toc_share) ? 1 : all.toc_share);
  }
  return rates;
}

/// Net readings of the points; of the average method as many points as are told.
Result<std::optional<std::vector<double>>> points_of(const Library& library, const JudgeRequest& request,
                                                     EmissionMethod method, Judgement& judgement) {
  std::optional<std::vector<double>> none;
  if (method == EmissionMethod::average) {
    const double points = take_value(library, request, "points", "1", Sign::not_negative, judgement);
    if (!(points >= 1 && points <= 1e6)) return none;
    return std::optional(std::vector<double>(static_cast<std::size_t>(points), missing));
  }
  auto readings = take_series(library, request, "reading", "umol/mol", judgement);
  if (!readings || !*readings) return readings;
  const double background = take_value(library, request, "background", "umol/mol", Sign::not_negative, judgement);
  if (input_named(library, request, "background") == nullptr) return readings;
  for (auto& value : **readings) value = net_reading(value, background);
  add_step(judgement, "reading", "净值 = 读数 − 背景 " + plain(background),
           "net = reading - background " + plain(background), "GB 31571-2015 3.16", "verified");
  return readings;
}

void put_sum(const Emission& all, const std::vector<double>& rates, Judgement& judgement) {
  double sum = 0;
  std::size_t known = 0;
  for (const double rate : rates) {
    if (std::isnan(rate)) continue;
    sum += rate;
    ++known;
  }
  if (known == 0) {
    not_judged(judgement, "没有一个密封点能算出排放速率", "no point has a rate");
    return;
  }
  const std::string what = std::isnan(all.voc_share) ? "TOC" : "VOC";
  const std::size_t missing = rates.size() - known;
  const double total = tidy(sum);
  judgement.judged = true;
  judgement.value = total;
  judgement.name_zh = "泄漏排放速率";
  judgement.name_en = "Rate of leaks";
  add_number(judgement, "points", "计入密封点", "points counted", static_cast<double>(known), "1");
  add_number(judgement, "points missing", "无读数密封点", "points without a reading", static_cast<double>(missing),
             "1");
  add_number(judgement, "kg/h", what + " 排放速率", what + " rate", total, "kg/h");
  add_step(judgement, "kg/h",
           std::to_string(known) + " 个密封点合计 " + plain(total) + " kg/h " + what + "；" + std::to_string(missing) +
               " 个无读数，未计入",
           std::to_string(known) + " points: " + plain(total) + " kg/h " + what + "; " + std::to_string(missing) +
               " without a reading are not in it",
           "环办〔2015〕104号", all.factors.trust);
  if (std::isnan(all.hours)) return;
  const double kg = tidy(sum * all.hours);
  add_number(judgement, "kg", what + " 排放量", what + " emitted", kg, "kg");
  add_step(judgement, "kg", plain(total) + " × " + plain(all.hours) + " h = " + plain(kg) + " kg",
           plain(total) + " x " + plain(all.hours) + " h = " + plain(kg) + " kg", "环办〔2015〕104号",
           all.factors.trust);
}

}  // namespace

Result<Judgement> judge_ldar_leak(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const std::string standard =
      given_or(request, "standard", request.edition.empty() ? "GB 37822-2019" : request.edition);
  const auto family = family_of(library, standard);
  if (!family) return fail(family.error());
  if (begin_by_annex(library, request, *family, judgement) == nullptr) return judgement;
  const LdarPlan* plan = library.annexes.ldar_plans.find(judgement.edition);
  const auto medium = given_enum<LeakMedium>(request, "medium", medium_words, "");
  if (!medium) return fail(medium.error());
  const auto region = given_enum<LeakRegion>(request, "region", region_words, "general");
  if (!region) return fail(region.error());
  const auto visible = given_word(request, "visible", {"no", "yes"}, "no");
  if (!visible) return fail(visible.error());
  const double reading = take_value(library, request, "reading", "umol/mol", Sign::not_negative, judgement);
  const double background = take_value(library, request, "background", "umol/mol", Sign::not_negative, judgement);
  const bool seen = *visible == "yes";
  if (plan == nullptr || (!*medium && !seen)) {
    not_judged(judgement, "未给出物料状态（medium）", "medium is not given: gas, volatile-liquid or other-liquid");
    return finished(std::move(judgement), request);
  }
  const LeakLimit& limit = plan->limit(medium->value_or(LeakMedium::gas), **region);
  const double net = tidy(net_reading(reading, background));
  const LeakVerdict verdict = leak_verdict(limit, net, seen);
  if (verdict == LeakVerdict::missing) {
    not_judged(judgement, "缺仪器读数或背景值，又未见渗液、滴液",
               "reading or background is missing, and nothing is seen to drip");
    return finished(std::move(judgement), request);
  }
  const bool leaks = verdict == LeakVerdict::leak;
  if (!std::isnan(net)) {
    judgement.value = net;
    add_number(judgement, "net reading", "净检测值", "net reading", net, "umol/mol");
  }
  if (*medium) add_number(judgement, "limit", "泄漏认定浓度", "leak from", limit.umol_mol, "umol/mol");
  if (seen) {
    add_step(judgement, "visible", "可见渗液、滴液：认定泄漏", "it is seen to weep or drip: a leak", plan->standard,
             limit.trust);
  } else {
    const std::string held = plain(reading) + " − " + plain(background) + " = " + plain(net);
    const std::string sense_zh = limit.leaks_at_limit ? "不低于 " : "超过 ";
    const std::string sense_en = limit.leaks_at_limit ? ">= " : "> ";
    add_step(judgement, "reading",
             "净值 " + held + " µmol/mol（背景更高时为 0），认定泄漏须" + sense_zh + plain(limit.umol_mol) +
                 (leaks ? "：泄漏" : "：未泄漏"),
             "net " + held + " umol/mol (0 where the background is higher), a leak is " + sense_en +
                 plain(limit.umol_mol) + (leaks ? ": it leaks" : ": no leak"),
             limit.source, limit.trust);
  }
  if (leaks)
    set_class(judgement, 2, "leak", "泄漏", "Leak", "#ff0000");
  else
    set_class(judgement, 1, "no-leak", "未泄漏", "No leak", "#00b050");
  judgement.attains = !leaks;
  if (auto done = put_deadlines(*plan, request, leaks, judgement); !done) return fail(done.error());
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_ldar_emission(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "ldar-emission", judgement) == nullptr) return judgement;
  const auto all = read_emission(library, request);
  if (!all) return fail(all.error());
  if (!*all) {
    not_judged(judgement, "未给出行业、组件类型或物料状态（industry、component、service）",
               "industry, component or service is not given");
    return finished(std::move(judgement), request);
  }
  const auto points = points_of(library, request, (*all)->method, judgement);
  if (!points) return fail(points.error());
  if (!*points) {
    not_judged(judgement, "没有密封点读数（reading）或点数（points）",
               "there are no readings, or for the average method no number of points");
    return finished(std::move(judgement), request);
  }
  const auto rates = rates_of(**all, **points, judgement);
  if (rates.empty())
    not_judged(judgement, "此方法没有该类密封点的系数", "the method has no constants for that kind of point");
  else
    put_sum(**all, rates, judgement);
  return finished(std::move(judgement), request);
}

}  // namespace celadon::standards
