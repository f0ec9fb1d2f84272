#include "plan/progress.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

namespace celadon::plan {
namespace {

constexpr double least_probability = 0.01, interval = 0.8;

/// Numbers that differ by rounding alone are equal.
bool are_equal(double a, double b) { return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

LegalDay last_day_of(int year) {
  const auto date = std::chrono::year{year} / std::chrono::December / 31;
  return {static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

double goal_of(const Promise& promise) {
  return promise.goal.value_or(promise.sense == Sense::milestone ? 1 : std::nan(""));
}

/// What is expected of a quantity: its mean, and how far it may be off.
struct Forecast {
  double mean = 0, error = 0;
  std::size_t freedom = 0;
};

/// Probability that the promise is kept where the quantity is spread so.
double chance(const Promise& promise, const Forecast& forecast) {
  const double goal = goal_of(promise);
  double probability = 0;
  if (forecast.error <= 1e-12 * std::max(1.0, std::abs(forecast.mean))) {
    probability = keeps(promise, forecast.mean) ? 1 : 0;
  } else {
    const boost::math::students_t spread(static_cast<double>(forecast.freedom));
    const double below = boost::math::cdf(spread, (goal - forecast.mean) / forecast.error);
    probability = promise.sense == Sense::lower ? below : 1 - below;
  }
  return std::clamp(probability, least_probability, 1 - least_probability);
}

}  // namespace

bool keeps(const Promise& promise, double value) {
  const double goal = goal_of(promise);
  if (std::isnan(goal) || std::isnan(value)) return false;
  const bool same = are_equal(goal, value);
  switch (promise.sense) {
    case Sense::lower: return promise.strict ? value < goal && !same : value < goal || same;
    case Sense::equal: return same;
    case Sense::higher:
    case Sense::milestone: return promise.strict ? value > goal && !same : value > goal || same;
  }
  return false;
}

std::optional<double> path_value(const Plan& plan, const Promise& promise, int year) {
  if (!promise.baseline || !promise.goal || year < plan.base || promise.kind == Kind::baseline) return std::nullopt;
  std::pair<int, double> from{plan.base, *promise.baseline};
  std::vector<std::pair<int, double>> points = promise.interim;
  points.emplace_back(promise.year, *promise.goal);
  for (const auto& to : points) {
    if (year <= to.first) {
      const int span = to.first - from.first;
      return span <= 0 ? to.second : from.second + (to.second - from.second) * (year - from.first) / span;
    }
    from = to;
  }
  return from.second;
}

std::optional<double> way_gone(const Promise& promise, double value) {
  if (!promise.baseline || !promise.goal || are_equal(*promise.baseline, *promise.goal)) return std::nullopt;
  return (value - *promise.baseline) / (*promise.goal - *promise.baseline);
}

double time_gone(const Plan& plan, const Promise& promise, LegalDay today) {
  const auto begin = last_day_of(plan.base).days;
  const auto end = std::max(last_day_of(promise.year).days, begin + 1);
  return std::clamp(static_cast<double>(today.days - begin) / static_cast<double>(end - begin), 0.0, 1.0);
}

std::string_view to_text(Method method) {
  static constexpr std::array<std::string_view, 6> names = {"none", "kept", "broken", "trend", "level", "milestones"};
  return names[static_cast<std::size_t>(method)];
}

std::string_view to_text(Status status) {
  static constexpr std::array<std::string_view, 9> names = {"met",     "likely",  "unlikely", "on-path",     "behind",
                                                            "unknown", "no-data", "waits",    "unmeasurable"};
  return names[static_cast<std::size_t>(status)];
}

Outlook outlook_of_years(const Promise& promise, std::span<const YearValue> years, double least, double most) {
  std::vector<YearValue> used;
  std::ranges::copy_if(years, std::back_inserter(used), [](const YearValue& one) {
    return (one.whole || one.estimated) && one.complete >= complete_min && std::isfinite(one.value);
  });
  Outlook out{.years = used.size()};
  if (used.size() < 3 || std::isnan(goal_of(promise))) return out;
  const auto n = static_cast<double>(used.size());
  double mean_year = 0;
  double mean = 0;
  for (const auto& one : used) {
    mean_year += one.year / n;
    mean += one.value / n;
  }
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (const auto& one : used) {
    const double dx = one.year - mean_year;
    const double dy = one.value - mean;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const double slope = xy / xx;
  const double about_line = std::sqrt(std::max(0.0, yy - slope * xy) / (n - 2));
  const double error_of_slope = about_line / std::sqrt(xx);
  const double ahead = promise.year - mean_year;
  Forecast forecast{mean, std::sqrt(yy / (n - 1) * (1 + 1 / n)), used.size() - 1};
  out.method = Method::level;
  if (std::abs(slope) > error_of_slope) {
    forecast = {mean + slope * ahead, about_line * std::sqrt(1 + 1 / n + ahead * ahead / xx), used.size() - 2};
    out.method = Method::trend;
    out.slope = slope;
  }
  out.probability = chance(promise, forecast);
  const boost::math::students_t spread(static_cast<double>(forecast.freedom));
  const double reach = boost::math::quantile(spread, (1 + interval) / 2) * forecast.error;
  out.expected = std::clamp(forecast.mean, least, most);
  out.low = std::clamp(forecast.mean - reach, least, most);
  out.high = std::clamp(forecast.mean + reach, least, most);
  return out;
}

Outlook outlook_of_milestones(const MilestoneRecord& record, std::size_t open) {
  const auto due = static_cast<double>(record.in_time + record.late);
  const double each = (static_cast<double>(record.in_time) + 1) / (due + 2);
  Outlook out{.method = Method::milestones};
  out.probability = std::clamp(std::pow(each, static_cast<double>(open)), least_probability, 1 - least_probability);
  return out;
}

Status status_of(const Plan& plan, const Promise& promise, std::optional<double> value, int year,
                 const Outlook& outlook) {
  if (promise.standing == Standing::waits) return Status::waits;
  if (promise.standing == Standing::unmeasurable) return Status::unmeasurable;
  if (!value) return Status::no_data;
  if (outlook.method == Method::kept) return Status::met;
  if (outlook.method == Method::broken) return Status::unlikely;
  if (outlook.probability) return *outlook.probability >= 0.5 ? Status::likely : Status::unlikely;
  if (keeps(promise, *value)) return Status::on_path;
  const auto due = path_value(plan, promise, year);
  if (!due) return Status::unknown;
  const bool good = promise.sense == Sense::lower ? *value <= *due : *value >= *due;
  return good || are_equal(*value, *due) ? Status::on_path : Status::behind;
}

}  // namespace celadon::plan
