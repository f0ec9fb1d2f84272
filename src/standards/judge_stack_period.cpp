#include "standards/judge_emission.hpp"

#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

using Series = std::optional<std::vector<double>>;

/// State of each hour: standstill where `running` says 0, invalid where the value is missing or impossible.
std::vector<HourState> states_of(const std::vector<double>& value, const Series& running) {
  std::vector<HourState> states(value.size(), HourState::valid);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (running && (*running)[i] == 0)
      states[i] = HourState::standstill;
    else if (!std::isfinite(value[i]) || value[i] < 0)
      states[i] = HourState::invalid;
  }
  return states;
}

double mean_of_valid(const std::vector<double>& value, const std::vector<HourState>& state) {
  double sum = 0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (state[i] != HourState::valid || !std::isfinite(value[i]) || value[i] < 0) continue;
    sum += value[i];
    ++n;
  }
  return n == 0 ? missing : tidy(sum / static_cast<double>(n));
}

void put_counts(Judgement& judgement, const HourCount& count) {
  const auto put = [&](const char* name, const char* zh, const char* en, std::size_t n) {
    add_number(judgement, name, zh, en, static_cast<double>(n), "h");
  };
  put("hours valid", "有效小时", "valid hours", count.valid);
  put("hours invalid", "无效小时", "invalid hours", count.invalid);
  put("hours standstill", "停运小时", "hours of standstill", count.standstill);
}

struct DaySeries {
  Series concentration, converted, flow, mass, running;
};

/// The series of a day, each of 24 hours.
Result<DaySeries> day_series(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  DaySeries all;
  const struct {
    const char *name, *unit;
    Series* into;
  } wanted[] = {{"concentration", "mg/m3", &all.concentration},
                {"converted", "mg/m3", &all.converted},
                {"flow", "m3/h", &all.flow},
                {"mass", "kg/h", &all.mass},
                {"running", "1", &all.running}};
  for (const auto& one : wanted) {
    auto series = take_series(library, request, one.name, one.unit, judgement);
    if (!series) return fail(series.error());
    if (*series) {
      if (auto same = same_length(one.name, (*series)->size(), "a day", hours_of_a_day); !same)
        return fail(same.error());
    }
    *one.into = std::move(*series);
  }
  return all;
}

/// kg of the day by hours: the mass given, or concentration times flow.
void put_mass_of_day(const StackRules& rules, const DaySeries& day, const std::vector<HourState>& state,
                     Judgement& judgement) {
  std::vector<double> mass(hours_of_a_day, missing);
  if (day.mass)
    mass = *day.mass;
  else if (day.concentration && day.flow)
    mass_rate_kg_h(*day.concentration, *day.flow, mass);
  else
    return;
  for (std::size_t i = 0; i < mass.size(); ++i) {
    if (state[i] == HourState::standstill) mass[i] = 0;
    if (state[i] == HourState::invalid) mass[i] = missing;
  }
  const EmissionSum sum = emission_sum(mass);
  const double kg = tidy(sum.kg);
  add_number(judgement, "kg", "日排放量", "emission of the day", kg, "kg", sum.hours == 0 ? "没有小时排放量" : "",
             sum.hours == 0 ? "no hour has a mass" : "");
  add_number(judgement, "hours without mass", "缺排放量的小时", "hours without mass",
             static_cast<double>(sum.hours_missing), "h");
  add_step(judgement, "kg",
           "日排放量 = " + std::to_string(sum.hours) + " 个小时之和 = " + plain(kg) + " kg；缺 " +
               std::to_string(sum.hours_missing) + " 小时，可由 stack-capture 替代",
           "sum of " + std::to_string(sum.hours) + " hours = " + plain(kg) + " kg; " +
               std::to_string(sum.hours_missing) + " hours are missing, which stack-capture can substitute",
           "HJ 75-2017 annex", rules.trust);
}

/// The hours of the quarter and those before it to look back on.
struct Quarter {
  std::vector<double> mass;
  std::vector<HourState> state;
  std::size_t first = 0;  ///< of the quarter
};

/// Nothing where there is no mass to substitute.
Result<std::optional<Quarter>> quarter_of(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  const auto mass = take_series(library, request, "mass", "kg/h", judgement);
  if (!mass) return fail(mass.error());
  const auto running = take_series(library, request, "running", "1", judgement);
  if (!running) return fail(running.error());
  const auto hours = given_between(request, "quarter_hours", 1, 10'000);
  if (!hours) return fail(hours.error());
  if (!*mass) return std::optional<Quarter>{};
  if (*running) {
    if (auto same = same_length("running", (*running)->size(), "mass", (*mass)->size()); !same)
      return fail(same.error());
  }
  Quarter quarter{**mass, states_of(**mass, *running), 0};
  if (!std::isnan(*hours)) {
    const auto wanted = static_cast<std::size_t>(*hours);
    if (wanted > quarter.mass.size())
      return fail(Errc::invalid_value, "quarter_hours is more than the hours of mass", "quarter_hours");
    quarter.first = quarter.mass.size() - wanted;
  }
  return std::optional<Quarter>(std::move(quarter));
}

void put_substitution(const Annexes& annexes, const Quarter& quarter, const HourCount& count, Judgement& judgement) {
  std::vector<double> filled(quarter.mass.size());
  std::vector<MassOrigin> origin(quarter.mass.size());
  substitute_mass(annexes.substitution, count, quarter.mass, quarter.state, filled, origin);
  double measured = 0, substituted = 0;
  std::size_t hours = 0, short_of = 0, without = 0;
  for (std::size_t i = quarter.first; i < filled.size(); ++i) {
    if (origin[i] == MassOrigin::measured) measured += filled[i];
    if (origin[i] == MassOrigin::substituted_short) ++short_of;
    if (origin[i] == MassOrigin::none) ++without;
    if (origin[i] != MassOrigin::substituted && origin[i] != MassOrigin::substituted_short) continue;
    substituted += filled[i];
    ++hours;
  }
  add_number(judgement, "kg measured", "实测排放量", "measured", tidy(measured), "kg");
  add_number(judgement, "kg substituted", "替代排放量", "substituted", tidy(substituted), "kg");
  const std::string lacking_zh = without == 0 ? "" : std::to_string(without) + " 个小时没有替代值，须另行核算";
  const std::string lacking_en =
      without == 0 ? "" : std::to_string(without) + " hours have no substitute: account for them another way";
  add_number(judgement, "kg", "季度排放量", "emission of the quarter",
             without == 0 ? tidy(measured + substituted) : missing, "kg", lacking_zh, lacking_en);
  add_number(judgement, "hours substituted", "替代小时", "hours substituted", static_cast<double>(hours), "h");
  add_number(judgement, "hours without value", "无替代值小时", "hours without a value", static_cast<double>(without),
             "h");
  std::string trust = annexes.stack.trust;
  for (const auto& row : annexes.substitution.rows) trust = weaker(trust, row.trust);
  add_step(judgement, "kg",
           "实测 " + plain(tidy(measured)) + " kg + 替代 " + plain(tidy(substituted)) + " kg（" +
               std::to_string(hours) + " 小时，按捕集率与连续缺失小时取此前有效小时的最大值；其中 " +
               std::to_string(short_of) + " 小时回看的有效小时不足）" + (without == 0 ? "" : "；" + lacking_zh),
           "measured " + plain(tidy(measured)) + " kg + substituted " + plain(tidy(substituted)) + " kg (" +
               std::to_string(hours) +
               " hours: the largest of the valid hours before, by capture and length of the gap; " +
               std::to_string(short_of) + " with fewer valid hours to look back on than wanted)" +
               (without == 0 ? "" : "; " + lacking_en),
           "HJ 75-2017 12.2", trust);
}

/// Counts handed in instead of hours.
std::optional<HourCount> counted(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  HourCount count;
  const struct {
    const char* name;
    std::size_t* into;
  } wanted[] = {
      {"hours-valid", &count.valid}, {"hours-invalid", &count.invalid}, {"hours-standstill", &count.standstill}};
  for (const auto& one : wanted) {
    const double value = take_value(library, request, one.name, "h", Sign::not_negative, judgement);
    if (!(value <= 1e6)) return std::nullopt;
    *one.into = static_cast<std::size_t>(std::llround(value));
  }
  return count;
}

}  // namespace

Result<Judgement> judge_stack_day(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "stack-monitoring", judgement) == nullptr) return judgement;
  const StackRules& rules = library.annexes.stack;
  const auto day = day_series(library, request, judgement);
  if (!day) return fail(day.error());
  const Series& deciding = day->concentration ? day->concentration : day->converted ? day->converted : day->mass;
  if (!deciding) {
    not_judged(judgement, "没有小时值（concentration、converted 或 mass）",
               "there are no hours: concentration, converted or mass");
    return finished(std::move(judgement), request);
  }
  const auto states = states_of(*deciding, day->running);
  const HourCount count = count_hours(states);
  put_counts(judgement, count);
  const bool valid = day_is_valid(rules.validity, count);
  const std::string share = std::to_string(count.valid) + "/" + std::to_string(count.running());
  const std::string wanted = percent_text(rules.validity.day_share_min_percent);
  add_step(
      judgement, "day",
      "有效小时/运行小时 = " + share + "（要求不少于 " + wanted + "），" + (valid ? "日均值有效" : "日均值无效"),
      "valid of running hours: " + share + " (" + wanted + " wanted): the day is " + (valid ? "valid" : "not valid"),
      "HJ/T 75-2007 3", rules.trust);
  const auto put_mean = [&](const Series& series, const char* name, const char* zh, const char* en) {
    if (!series) return;
    const double mean = valid ? mean_of_valid(*series, states) : missing;
    add_number(judgement, name, zh, en, mean, "mg/m3", valid ? "" : "日均值无效", valid ? "" : "the day is not valid");
    if (std::isnan(mean)) return;
    judgement.value = mean;
    add_step(judgement, name, std::string(zh) + " = 有效小时的算术平均 = " + plain(mean) + " mg/m3",
             std::string(en) + " = arithmetic mean of the valid hours = " + plain(mean) + " mg/m3", "HJ 75-2017 annex",
             rules.trust);
  };
  put_mean(day->concentration, "concentration mean", "实测浓度日均值", "mean of the measured");
  put_mean(day->converted, "converted mean", "折算浓度日均值", "mean of the converted");
  put_mass_of_day(rules, *day, states, judgement);
  if (count.running() == 0)
    set_class(judgement, 2, "standstill", "全天停运", "Standstill", "#808080");
  else if (valid)
    set_class(judgement, 1, "valid", "有效日", "Valid day", "#00b050");
  else
    set_class(judgement, 3, "invalid", "无效日", "Day not valid", "#ff0000");
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_stack_capture(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "stack-monitoring", judgement) == nullptr) return judgement;
  const Annexes& annexes = library.annexes;
  const auto quarter = quarter_of(library, request, judgement);
  if (!quarter) return fail(quarter.error());
  std::optional<HourCount> count;
  if (*quarter)
    count = count_hours(std::span<const HourState>((*quarter)->state).subspan((*quarter)->first));
  else
    count = counted(library, request, judgement);
  const double capture = count ? tidy(capture_percent(*count)) : missing;
  if (std::isnan(capture)) {
    not_judged(judgement, count ? "季度内没有运行小时" : "没有小时排放量，也没有三种小时数",
               count ? "the unit never ran in the quarter"
                     : "there is neither a series of mass nor the three counts of hours");
    return finished(std::move(judgement), request);
  }
  put_counts(judgement, *count);
  const bool enough = capture_is_enough(annexes.stack.validity, *count);
  const std::string sum = std::to_string(count->valid) + "/(" + std::to_string(count->valid) + " + " +
                          std::to_string(count->invalid) + ") = " + percent_text(capture);
  const std::string wanted = percent_text(annexes.stack.validity.capture_min_percent);
  add_step(judgement, "capture", "有效数据捕集率 = " + sum + "，要求不低于 " + wanted,
           "capture = " + sum + ", at least " + wanted + " wanted", "HJ 75-2017 12.1", annexes.stack.trust);
  if (*quarter) put_substitution(annexes, **quarter, *count, judgement);
  judgement.value = capture;
  if (enough)
    set_class(judgement, 1, "enough", "捕集率达到要求", "Capture is enough", "#00b050");
  else
    set_class(judgement, 2, "too-low", "捕集率不足", "Capture is too low", "#ff0000");
  judgement.attains = enough;
  return finished(std::move(judgement), request);
}

}  // namespace celadon::standards
