#include "standards/ldar.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"
#include "standards/ldar_words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>

namespace celadon::standards {
namespace {

constexpr std::string_view plan_columns[] = {"standard", "rule", "subject", "region", "holds",
                                             "value",    "unit", "source",  "trust"};
constexpr std::string_view factor_columns[] = {"method", "industry", "component", "service", "param",
                                               "value",  "unit",     "source",    "trust"};
constexpr std::string_view all_of_them = "all";
constexpr int count_max = 100000;

// ---- Plans

struct PlanRow {
  const std::string &rule, &subject, &region, &holds, &value, &unit, &source, &trust;
};

std::string take_leak(const PlanRow& row, LdarPlan& plan) {
  const std::size_t medium = place_of(medium_words, row.subject), region = place_of(region_words, row.region);
  if (medium == std::size(medium_words)) return "subject must be gas, volatile-liquid or other-liquid";
  if (region == std::size(region_words) && row.region != all_of_them) return "region must be general, key or all";
  if (row.holds != ">" && row.holds != ">=") return "a leak is > or >= its limit";
  if (row.unit != "umol/mol") return "unit must be 'umol/mol'";
  LeakLimit limit{0, row.holds == ">=", row.source, row.trust};
  if (!read_number(row.value, limit.umol_mol) || !(limit.umol_mol > 0 && limit.umol_mol <= 1e6))
    return "a limit must be a number above 0 and at most 1000000";
  for (std::size_t i = 0; i < std::size(region_words); ++i) {
    if (row.region != all_of_them && i != region) continue;
    if (plan.leak[medium][i].umol_mol > 0) return "the limit is there twice";
    plan.leak[medium][i] = limit;
  }
  return {};
}

struct NumberRule {
  std::string_view rule, holds, unit;
  LdarNumber* number;
};

std::string take_number(const PlanRow& row, LdarPlan& plan) {
  const NumberRule rules[] = {{"after-release", "<=", "working-day", &plan.after_release_working_days},
                              {"first-start", "<=", "day", &plan.first_start_days},
                              {"visual", "<=", "day", &plan.visual_days},
                              {"repair-first", "<=", "day", &plan.repair_first_days},
                              {"repair-done", "<=", "day", &plan.repair_done_days},
                              {"scope", ">=", "points", &plan.points_min},
                              {"inspection", "<=", "month", nullptr}};
  const auto* const found =
      std::find_if(std::begin(rules), std::end(rules), [&](const NumberRule& one) { return one.rule == row.rule; });
  if (found == std::end(rules)) return "'" + row.rule + "' is not a rule of leak detection";
  LdarNumber* number = found->number;
  if (!number) {
    const std::size_t component = place_of(component_words, row.subject);
    if (component == std::size(component_words)) return "'" + row.subject + "' is not a component";
    number = &plan.inspection_months[component];
  } else if (row.subject != all_of_them && !(row.rule == "after-release" && row.subject == "relief-device")) {
    return "subject must be 'all', of after-release 'relief-device'";
  }
  if (row.region != all_of_them) return "region must be 'all'";
  if (row.holds != found->holds) return "holds must be '" + std::string(found->holds) + "'";
  if (row.unit != found->unit) return "unit must be '" + std::string(found->unit) + "'";
  if (number->count > 0) return "the rule is there twice";
  int count = 0;
  if (!read_number(row.value, count) || count < 1 || count > count_max)
    return "value must be a whole number from 1 to " + std::to_string(count_max);
  *number = {count, row.source, row.trust};
  return {};
}

/// Why a plan is not whole; empty where it is.
std::string lacking(const LdarPlan& plan) {
  for (const auto& limits : plan.leak) {
    for (const LeakLimit& one : limits) {
      if (!(one.umol_mol > 0)) return plan.standard + " lacks a leak limit";
    }
    if (limits[1].umol_mol > limits[0].umol_mol) return plan.standard + " is laxer in key regions";
  }
  if (plan.repair_first_days.count == 0 || plan.repair_done_days.count == 0)
    return plan.standard + " lacks a time of repair";
  if (plan.repair_first_days.count > plan.repair_done_days.count)
    return plan.standard + " has the first try due after the repair";
  return {};
}

LegalDay days_after(LegalDay day, int days) { return {day.days + days}; }

std::optional<LegalDay> due_after(LegalDay day, const LdarNumber& number) {
  if (number.count == 0) return std::nullopt;
  return days_after(day, number.count);
}

LegalDay months_after(LegalDay day, int months) {
  const std::chrono::year_month_day from{std::chrono::sys_days{std::chrono::days{day.days}}};
  std::chrono::year_month_day to = from + std::chrono::months{months};
  if (!to.ok()) to = std::chrono::year_month_day_last{to.year(), std::chrono::month_day_last{to.month()}};
  return {static_cast<std::int32_t>(std::chrono::sys_days{to}.time_since_epoch().count())};
}

// ---- Factors

constexpr std::string_view factor_method_words[] = {"average", "screening-range", "correlation"};
enum FactorMethod : std::size_t { by_average, by_screening_range, by_correlation };
constexpr std::string_view average_params[] = {"factor"};
constexpr std::string_view range_params[] = {"factor_low", "factor_high"};
constexpr std::string_view correlation_params[] = {"a", "b", "default_zero", "pegged_10000", "pegged_100000"};
constexpr std::span<const std::string_view> params_of[] = {average_params, range_params, correlation_params};
constexpr std::string_view kg_h_toc = "kg/h TOC", kg_h_nmoc = "kg/h NMOC";

/// What the rows say of one kind of point by one method.
struct Draft {
  std::array<double, 5> value{missing, missing, missing, missing, missing};
  std::string unit, source, trust;
  std::string use;  ///< instead of values
  std::uint64_t line = 0;

  [[nodiscard]] bool has(std::size_t params) const {
    return std::none_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(params),
                        [](double one) { return std::isnan(one); });
  }
};
using Drafts = std::array<std::array<Draft, seal_kinds>, 3>;

std::size_t place_of_kind(std::size_t industry, std::size_t component, std::size_t service) {
  return (industry * seal_components + component) * std::size(service_words) + service;
}
std::size_t place_of_kind(const SealKind& kind) {
  return place_of_kind(static_cast<std::size_t>(kind.industry), static_cast<std::size_t>(kind.component),
                       static_cast<std::size_t>(kind.service));
}

struct Setting {
  std::size_t method;
  std::string_view param, unit;
  double high;  ///< a value is above zero and not above this
  double LdarFactors::*value;
};
constexpr Setting settings[] = {
    {by_average, "methane_share_max", "1", 1, &LdarFactors::methane_share_max},
    {by_screening_range, "high_from", "umol/mol", 1e6, &LdarFactors::range_high_from_umol_mol},
    {by_correlation, "equation_from", "umol/mol", 1e6, &LdarFactors::equation_from_umol_mol},
    {by_correlation, "pegged_from", "umol/mol", 1e6, &LdarFactors::pegged_from_umol_mol},
    {by_correlation, "pegged_short_from", "umol/mol", 1e6, &LdarFactors::pegged_short_from_umol_mol},
    {by_correlation, "detection_limit_max", "umol/mol", 1e6, &LdarFactors::detection_limit_max_umol_mol}};

std::string take_setting(const std::vector<std::string>& cells, std::size_t method, LdarFactors& factors) {
  if (cells[2] != all_of_them || cells[3] != all_of_them) return "a setting is for all components and services";
  const auto* const found = std::find_if(std::begin(settings), std::end(settings), [&](const Setting& one) {
    return one.method == method && one.param == cells[4];
  });
  if (found == std::end(settings)) return "'" + cells[4] + "' is not a setting of its method";
  if (factors.*found->value > 0) return "'" + cells[4] + "' is there twice";
  double value = 0;
  if (!read_number(cells[5], value) || !(value > 0 && value <= found->high))
    return "value '" + cells[5] + "' is not a number that '" + cells[4] + "' can have";
  if (cells[6] != found->unit) return "unit must be '" + std::string(found->unit) + "'";
  factors.*found->value = value;
  const std::size_t weakest =
      std::max(rank_of_trust(cells[8]), factors.trust.empty() ? 0 : rank_of_trust(factors.trust));
  factors.trust = trust_words[weakest];
  return {};
}

std::string take_constant(const std::vector<std::string>& cells, std::size_t param, Draft& draft) {
  const bool exponent = cells[4] == "b";
  if (!draft.use.empty() || !std::isnan(draft.value[param])) return "'" + cells[4] + "' is there twice";
  double value = 0;
  if (!read_number(cells[5], value) || !(value > 0 && value <= (exponent ? 2 : 100)))
    return "value '" + cells[5] + "' is not a number that '" + cells[4] + "' can have";
  if (exponent ? cells[6] != "1" : cells[6] != kg_h_toc && cells[6] != kg_h_nmoc)
    return exponent ? "unit of b must be '1'" : "unit must be 'kg/h TOC' or 'kg/h NMOC'";
  draft.value[param] = value;
  if (!exponent) draft.unit = cells[6];
  draft.source = cells[7];
  draft.trust = cells[8];
  return {};
}

std::string take_factor(const std::vector<std::string>& cells, std::uint64_t line, Drafts& drafts,
                        LdarFactors& factors) {
  const std::size_t method = place_of(factor_method_words, cells[0]);
  if (method == std::size(factor_method_words)) return "method must be average, screening-range or correlation";
  if (!told(cells[7], cells[8])) return not_told;
  if (cells[1] == all_of_them) return take_setting(cells, method, factors);
  const std::size_t industry = place_of(industry_words, cells[1]), component = place_of(component_words, cells[2]);
  const std::size_t service = place_of(service_words, cells[3]);
  if (industry == std::size(industry_words)) return "'" + cells[1] + "' is not an industry";
  if (component == std::size(component_words)) return "'" + cells[2] + "' is not a component";
  if (service == std::size(service_words) && cells[3] != all_of_them) return "'" + cells[3] + "' is not a service";
  const auto params = params_of[method];
  const auto param = static_cast<std::size_t>(std::find(params.begin(), params.end(), cells[4]) - params.begin());
  const bool use = cells[4] == "use";
  if (!use && param == params.size()) return "'" + cells[4] + "' is not a constant of its method";
  for (std::size_t i = 0; i < std::size(service_words); ++i) {
    if (cells[3] != all_of_them && i != service) continue;
    Draft& draft = drafts[method][place_of_kind(industry, component, i)];
    if (use && draft.line > 0) return "'use' stands beside constants of the same kind of point";
    draft.line = line;
    if (use) {
      draft.use = cells[5];
      if (cells[5].empty()) return "'use' needs industry/component/service";
      continue;
    }
    if (auto reason = take_constant(cells, param, draft); !reason.empty()) return reason;
  }
  return {};
}

/// The draft that `use` names, nullptr where it is none.
const Draft* used_draft(const std::array<Draft, seal_kinds>& drafts, std::string_view use, std::size_t own_service) {
  const std::size_t first = use.find('/'), second = use.find('/', first == use.npos ? first : first + 1);
  if (second == use.npos) return nullptr;
  const std::size_t industry = place_of(industry_words, use.substr(0, first));
  const std::size_t component = place_of(component_words, use.substr(first + 1, second - first - 1));
  const std::string_view word = use.substr(second + 1);
  const std::size_t service = word == all_of_them ? own_service : place_of(service_words, word);
  if (industry == std::size(industry_words) || component == std::size(component_words) ||
      service == std::size(service_words))
    return nullptr;
  return &drafts[place_of_kind(industry, component, service)];
}

void keep(const Draft& draft, std::size_t method, std::size_t kind, LdarFactors& factors) {
  const auto& v = draft.value;
  if (method == by_average) factors.average[kind] = {v[0], draft.unit == kg_h_nmoc, draft.source, draft.trust};
  if (method == by_screening_range) factors.range[kind] = {v[0], v[1], draft.source, draft.trust};
  if (method == by_correlation) factors.correlation[kind] = {v[0], v[1], v[2], v[3], v[4], draft.source, draft.trust};
}

}  // namespace

const LdarPlan* LdarPlans::find(std::string_view standard) const {
  const auto found =
      std::find_if(plans.begin(), plans.end(), [&](const LdarPlan& plan) { return plan.standard == standard; });
  return found == plans.end() ? nullptr : &*found;
}

Result<LdarPlans> parse_ldar_plans(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, plan_columns);
  if (!csv) return fail(csv.error());
  LdarPlans plans;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    if (cells[0].empty()) return wrong(name, csv->lines[i], "standard must be told");
    if (!told(cells[7], cells[8])) return wrong(name, csv->lines[i], not_told);
    if (!plans.find(cells[0])) {
      plans.plans.emplace_back();
      plans.plans.back().standard = cells[0];
    }
    LdarPlan& plan = *std::find_if(plans.plans.begin(), plans.plans.end(),
                                   [&](const LdarPlan& one) { return one.standard == cells[0]; });
    const PlanRow row{cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], cells[8]};
    const std::string reason = row.rule == "leak" ? take_leak(row, plan) : take_number(row, plan);
    if (!reason.empty()) return wrong(name, csv->lines[i], reason);
  }
  if (plans.plans.empty()) return wrong(name, 1, "has no rows");
  for (const LdarPlan& plan : plans.plans) {
    if (const auto reason = lacking(plan); !reason.empty()) return wrong(name, csv->lines.back(), reason);
  }
  return plans;
}

double net_reading(double reading_umol_mol, double background_umol_mol) {
  if (!is_amount(reading_umol_mol) || !is_amount(background_umol_mol)) return missing;
  return std::max(0.0, reading_umol_mol - background_umol_mol);
}

LeakVerdict leak_verdict(const LeakLimit& limit, double net_umol_mol, bool visible) {
  if (visible) return LeakVerdict::leak;
  if (!is_amount(net_umol_mol)) return LeakVerdict::missing;
  const bool leaks = limit.leaks_at_limit ? net_umol_mol >= limit.umol_mol : net_umol_mol > limit.umol_mol;
  return leaks ? LeakVerdict::leak : LeakVerdict::no_leak;
}

void leak_verdicts(const LeakLimit& limit, std::span<const double> net_umol_mol, std::span<LeakVerdict> verdict) {
  CELADON_ASSERT(net_umol_mol.size() == verdict.size());
  for (std::size_t i = 0; i < verdict.size(); ++i) verdict[i] = leak_verdict(limit, net_umol_mol[i], false);
}

std::optional<LegalDay> next_test_due(const LdarPlan& plan, SealComponent component, LegalDay last) {
  const LdarNumber& months = plan.inspection_months[static_cast<std::size_t>(component)];
  if (months.count == 0) return std::nullopt;
  return months_after(last, months.count);
}

std::optional<LegalDay> first_test_due(const LdarPlan& plan, LegalDay start) {
  return due_after(start, plan.first_start_days);
}

std::optional<LegalDay> next_look_due(const LdarPlan& plan, LegalDay last) { return due_after(last, plan.visual_days); }

std::optional<LegalDay> release_test_due(const LdarPlan& plan, LegalDay release,
                                         const AddWorkingDays& add_working_days) {
  CELADON_ASSERT(add_working_days != nullptr);
  if (plan.after_release_working_days.count == 0) return std::nullopt;
  return add_working_days(release, plan.after_release_working_days.count);
}

RepairDue repair_due(const LdarPlan& plan, LegalDay found, std::optional<LegalDay> shutdown) {
  const LegalDay done = days_after(found, plan.repair_done_days.count);
  return {days_after(found, plan.repair_first_days.count), std::max(done, shutdown.value_or(done))};
}

bool ldar_required(const LdarPlan& plan, std::size_t points) {
  return points > 0 && points >= static_cast<std::size_t>(plan.points_min.count);
}

const LeakCorrelation* LdarFactors::correlation_of(const SealKind& kind) const {
  const auto& one = correlation[place_of_kind(kind)];
  return one ? &*one : nullptr;
}

const LeakRange* LdarFactors::range_of(const SealKind& kind) const {
  const auto& one = range[place_of_kind(kind)];
  return one ? &*one : nullptr;
}

const LeakFactor* LdarFactors::average_of(const SealKind& kind) const {
  const auto& one = average[place_of_kind(kind)];
  return one ? &*one : nullptr;
}

Result<LdarFactors> parse_ldar_factors(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, factor_columns);
  if (!csv) return fail(csv.error());
  LdarFactors factors;
  const auto drafts = std::make_unique<Drafts>();
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = take_factor(csv->rows[i], csv->lines[i], *drafts, factors); !reason.empty())
      return wrong(name, csv->lines[i], reason);
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (const Setting& one : settings) {
    if (factors.*one.value == 0) return wrong(name, last, "'" + std::string(one.param) + "' is missing");
  }
  if (!(factors.equation_from_umol_mol < factors.pegged_short_from_umol_mol &&
        factors.pegged_short_from_umol_mol <= factors.pegged_from_umol_mol))
    return wrong(name, last, "the equation must begin before it is pegged, and a short instrument be pegged first");
  for (std::size_t method = 0; method < drafts->size(); ++method) {
    for (std::size_t kind = 0; kind < seal_kinds; ++kind) {
      const Draft& own = (*drafts)[method][kind];
      if (own.line == 0) continue;
      const Draft* const draft =
          own.use.empty() ? &own : used_draft((*drafts)[method], own.use, kind % std::size(service_words));
      if (!draft || !draft->has(params_of[method].size()))
        return wrong(name, own.line,
                     draft == &own ? "a constant of this kind of point is missing"
                                   : "'" + own.use + "' has no constants to be used");
      keep(*draft, method, kind, factors);
      if (method == by_screening_range && draft->value[1] < draft->value[0])
        return wrong(name, own.line, "factor_high must not be below factor_low");
    }
  }
  return factors;
}

double correlation_kg_h(const LdarFactors& factors, const LeakCorrelation& correlation, double net_umol_mol,
                        const LeakInstrument& instrument) {
  if (!is_amount(net_umol_mol)) return missing;
  if (net_umol_mol >= factors.pegged_from_umol_mol) return correlation.pegged_kg_h;
  if (instrument.ends_at_pegged_short && net_umol_mol >= factors.pegged_short_from_umol_mol)
    return correlation.pegged_short_kg_h;
  const double limit = instrument.detection_limit_umol_mol;
  if (limit > factors.detection_limit_max_umol_mol && net_umol_mol < limit)
    return amount(correlation.a * std::pow(limit / 2, correlation.b));
  if (net_umol_mol < factors.equation_from_umol_mol) return is_amount(limit) ? correlation.default_zero_kg_h : missing;
  return amount(correlation.a * std::pow(net_umol_mol, correlation.b));
}

void correlation_kg_h(const LdarFactors& factors, const LeakCorrelation& correlation,
                      std::span<const double> net_umol_mol, const LeakInstrument& instrument, std::span<double> kg_h) {
  CELADON_ASSERT(net_umol_mol.size() == kg_h.size());
  for (std::size_t i = 0; i < kg_h.size(); ++i)
    kg_h[i] = correlation_kg_h(factors, correlation, net_umol_mol[i], instrument);
}

double range_kg_h(const LdarFactors& factors, const LeakRange& range, double net_umol_mol) {
  if (!is_amount(net_umol_mol)) return missing;
  return net_umol_mol >= factors.range_high_from_umol_mol ? range.high_kg_h : range.low_kg_h;
}

double average_kg_h(const LdarFactors& factors, const LeakFactor& factor, double toc_share, double methane_share) {
  if (!(toc_share >= 0 && toc_share <= 1)) return missing;
  if (!factor.without_methane) return amount(factor.kg_h * toc_share);
  if (!(methane_share >= 0 && methane_share < toc_share)) return missing;
  const double methane = std::min(methane_share, factors.methane_share_max);
  return amount(factor.kg_h * toc_share * (toc_share / (toc_share - methane)));
}

double voc_kg_h(double toc_kg_h, double voc_share, double toc_share) {
  if (!is_amount(toc_kg_h)) return missing;
  if (std::isnan(voc_share) && std::isnan(toc_share)) return toc_kg_h;
  if (!(voc_share >= 0 && voc_share <= toc_share && toc_share > 0 && toc_share <= 1)) return missing;
  return amount(toc_kg_h * (voc_share / toc_share));
}

Result<PointEmission> point_emission(std::span<const PointTest> tests, double from_h, double to_h) {
  if (!std::isfinite(from_h) || !std::isfinite(to_h) || to_h < from_h)
    return fail(Errc::invalid_value, "the window must be two times, the end not before the start", "to_h");
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (!std::isfinite(tests[i].at_h) || (i > 0 && tests[i].at_h <= tests[i - 1].at_h))
      return fail(Errc::invalid_value,
                  "test " + std::to_string(i + 1) + " of the point must be later than the one before", "at_h");
  }
  PointEmission sum;
  double kg = 0, begin = from_h;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    double end = to_h;
    if (i + 1 < tests.size()) {
      const double next = tests[i + 1].at_h;
      end = std::clamp(tests[i + 1].after_repair ? next : std::midpoint(tests[i].at_h, next), begin, to_h);
    }
    const bool known = is_amount(tests[i].rate_kg_h);
    (known ? sum.hours : sum.hours_missing) += end - begin;
    if (known) kg += tests[i].rate_kg_h * (end - begin);
    begin = end;
  }
  if (tests.empty()) sum.hours_missing = to_h - from_h;
  if (sum.hours > 0) sum.kg = amount(kg);
  return sum;
}

}  // namespace celadon::standards
