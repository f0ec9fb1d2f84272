#pragma once

#include "plan/plan_pack.hpp"

#include <optional>
#include <span>
#include <string_view>

// How far a promise is, and how likely it is to be kept. Pure.

namespace celadon::plan {

/// A promise's value of a year.
struct YearValue {
  int year = 0;
  double value = 0;
  double complete = 1;     ///< share of the observations due that were there
  bool whole = true;       ///< the year has ended
  bool estimated = false;  ///< a part of a year, brought up to the whole by what earlier years did in the rest
};

/// Whether a value keeps the promise: at least, at most or equal its goal by the sense; a milestone is kept from 1 on.
/// False where there is no goal.
[[nodiscard]] bool keeps(const Promise& promise, double value);

/// What the value should be by the end of a year: on straight lines through the baseline (end of the base year), the
/// interim points, and the goal (end of its year); none where baseline or goal is missing, or before the base year.
[[nodiscard]] std::optional<double> path_value(const Plan& plan, const Promise& promise, int year);

/// Share of the way from baseline to goal that a value has gone; below 0 it went back. None where there is no way.
[[nodiscard]] std::optional<double> way_gone(const Promise& promise, double value);

/// Share of the time from the end of the base year to the promise's last day that has gone; 0 to 1.
[[nodiscard]] double time_gone(const Plan& plan, const Promise& promise, LegalDay today);

enum class Method : std::uint8_t {
  none,        ///< too little to say
  kept,        ///< it is kept, and what is kept stays (a milestone, or its year has ended)
  broken,      ///< its year has ended and it is not kept
  trend,       ///< a straight line through the years
  level,       ///< the years' mean, where a line says no more
  milestones,  ///< how milestones of the plan were met so far
};
[[nodiscard]] std::string_view to_text(Method method);

struct Outlook {
  Method method = Method::none;
  std::optional<double> expected = {}, low = {}, high = {};  ///< in the promise's year; an interval of 80 %
  std::optional<double> probability = {};     ///< that it will be kept; 0.01 to 0.99 of forecasts
  std::size_t years = 0;                      ///< that it rests on
  double slope = 0;                           ///< of a trend, a year
};

/// The value in the promise's year, by its years so far.
///
/// A least-squares line through the values with the prediction interval of Student's t (n - 2 degrees of freedom);
/// where the slope is less than its own standard error, the mean of the years with that of n - 1. Years that are not
/// whole and not estimated, and those with less than `complete_min` of their observations, are left out.
/// Missing  fewer than three years give none. `least` and `most` bound what can be (a share: 0 and 100).
/// Source   any textbook of regression; ours: the choice between line and mean, and the bounds of the probability.
[[nodiscard]] Outlook outlook_of_years(const Promise& promise, std::span<const YearValue> years, double least,
                                       double most);
inline constexpr double complete_min = 0.75;

/// How the milestones of a plan were met so far.
struct MilestoneRecord {
  std::size_t in_time = 0, late = 0;  ///< due so far: done by their day, and not (done later or still open)
};
/// A promise with so many milestones still open, each of which will be met in time as those before were.
/// Ours     (in time + 1) / (due + 2) to the power of those that are open: the rule of succession.
[[nodiscard]] Outlook outlook_of_milestones(const MilestoneRecord& record, std::size_t open);

enum class Status : std::uint8_t { met, likely, unlikely, on_path, behind, unknown, no_data, waits, unmeasurable };
[[nodiscard]] std::string_view to_text(Status status);
/// What is said of a promise at a glance. `value`: of the year that is looked at.
[[nodiscard]] Status status_of(const Plan& plan, const Promise& promise, std::optional<double> value, int year,
                               const Outlook& outlook);

}  // namespace celadon::plan
