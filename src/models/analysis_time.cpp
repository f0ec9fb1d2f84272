// Figures along the clock: course, comparison of stretches, calendar, cycles, trend.

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "models/analysis_parts.hpp"
#include "models/comparison.hpp"
#include "models/trend.hpp"
#include "models/variation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace celadon::models {
namespace {

Period period_in(const Settings& settings, const char* id) {
  const auto period = period_of(settings.word(id));
  CELADON_ASSERT(period.has_value());  // the pack's choices are periods; a test holds them together
  return *period;
}

/// Directions are averaged as unit vectors: the mean of 350 and 10 degrees is north.
Averages averaged(const AnalysisInput& input, const NamedColumn& series, const AverageOptions& options) {
  Averages mean = average(rows_of(input), series.value, options);
  if (series.unit == "deg" && options.summary == Summary::mean) {
    const std::vector<double> one(series.value.size(), 1.0);
    const auto wind = average_wind(rows_of(input), one, series.value, options, false);
    for (std::size_t k = 0; k < mean.value.size(); ++k) {
      if (!std::isnan(mean.value[k])) mean.value[k] = wind.direction_deg[k];
    }
  }
  return mean;
}

void count_uncovered(const Averages& averages, const std::string& series, double capture_min, Figure& figure) {
  const auto uncovered = std::ranges::count_if(
      averages.capture_percent, [&](double c) { return c > 0 && c < capture_min - 1e-9; });
  if (uncovered > 0) figure.left_out.push_back({"below-capture", series, static_cast<double>(uncovered)});
}

/// The input between two moments.
AnalysisInput between(const AnalysisInput& input, const Days& days) {
  AnalysisInput part;
  part.step_s = input.step_s;
  part.days = days;
  for (const auto& one : input.series) part.series.push_back({one.name, one.unit, {}});
  for (std::size_t i = 0; i < input.begin.size(); ++i) {
    if (input.begin[i] < days.begin || input.begin[i] >= days.end) continue;
    part.begin.push_back(input.begin[i]);
    for (std::size_t s = 0; s < input.series.size(); ++s) part.series[s].value.push_back(input.series[s].value[i]);
  }
  return part;
}

/// Values of the periods of a stretch, by the begin of the period.
std::map<WallSeconds, double> course_of(const AnalysisInput& input, std::size_t series, const Days& days,
                                        const AverageOptions& options) {
  const AnalysisInput part = between(input, days);
  const Averages mean = averaged(part, part.series[series], options);
  std::map<WallSeconds, double> course;
  for (std::size_t k = 0; k < mean.begin.size(); ++k) course.emplace(mean.begin[k], mean.value[k]);
  return course;
}

double value_at(const std::map<WallSeconds, double>& course, std::optional<WallSeconds> at) {
  if (!at) return missing;
  const auto found = course.find(*at);
  return found == course.end() ? missing : found->second;
}

/// The same date one year earlier, where there is one.
std::optional<WallSeconds> date_before(WallSeconds begin, Period by) {
  if (by == Period::week) return begin - 52 * 7 * seconds_per_day;
  const Date date = date_of(begin);
  if (date.month == 2 && date.day == 29) return std::nullopt;
  return first_second_of({date.year - 1, date.month, date.day});
}

std::vector<WallSeconds> periods_in(const Days& days, Period by) {
  std::vector<WallSeconds> begins;
  for (WallSeconds at = begin_of(by, days.begin); at < days.end; at = shifted(by, at, 1)) begins.push_back(at);
  return begins;
}

}  // namespace

Result<Figure> course_figure(const Settings& settings, const AnalysisInput& input) {
  Figure figure;
  TableOf table("course");
  count_missing(input, figure);
  if (settings.word("period") == "none") {
    table.moments("begin", input.begin);
    for (const auto& one : input.series) table.numbers(one.name, one.value, one.unit);
    figure.tables.push_back(table.done());
    return figure;
  }
  const AverageOptions options = averaging_of(settings, period_in(settings, "period"));
  TableOf captures("capture");
  for (std::size_t s = 0; s < input.series.size(); ++s) {
    const auto& one = input.series[s];
    const Averages mean = averaged(input, one, options);
    if (s == 0) {
      table.moments("begin", mean.begin);
      captures.moments("begin", mean.begin);
    }
    table.numbers(one.name, mean.value, one.unit);
    captures.numbers(one.name, mean.capture_percent, "%");
    count_uncovered(mean, one.name, options.capture_min_percent, figure);
  }
  figure.tables.push_back(table.done());
  figure.tables.push_back(captures.done());
  return figure;
}

Result<Figure> comparison_figure(const Settings& settings, const AnalysisInput& input) {
  const Period by = period_in(settings, "by");
  const AverageOptions options = averaging_of(settings, by);
  AverageOptions of_periods = options;
  of_periods.capture_min_percent = 0;
  Figure figure;
  count_missing(between(input, input.days), figure);
  const Days year = year_before(input.days);
  const Days stretch = stretch_before(input.days);
  std::vector<std::string> series, basis, units;
  std::vector<WallSeconds> begin, last, before_begin, before_last;
  std::vector<double> value, before, change, percent, capture, before_capture;
  for (const auto& one : input.series) {
    for (const auto& [name, other] : {std::pair{"year", year}, {"stretch", stretch}}) {
      const Compared c = compare(rows_of(input), one.value, input.days, other, options);
      series.push_back(one.name);
      units.push_back(one.unit);
      basis.emplace_back(name);
      begin.push_back(c.days.begin);
      last.push_back(c.days.end - seconds_per_day);
      before_begin.push_back(c.before.begin);
      before_last.push_back(c.before.end - seconds_per_day);
      value.push_back(c.value);
      before.push_back(c.value_before);
      change.push_back(c.change);
      percent.push_back(c.percent);
      capture.push_back(c.capture_percent);
      before_capture.push_back(c.capture_before_percent);
    }
  }
  figure.tables.push_back(TableOf("comparison")
                              .words("series", series)
                              .words("unit", units)
                              .words("basis", basis)
                              .moments("first_day", begin)
                              .moments("last_day", last)
                              .moments("before_first_day", before_begin)
                              .moments("before_last_day", before_last)
                              .numbers("value", value)
                              .numbers("before", before)
                              .numbers("change", change)
                              .numbers("percent", percent, "%")
                              .numbers("capture", capture, "%")
                              .numbers("before_capture", before_capture, "%")
                              .done());
  // The course beside it: a date stands beside the same date of the year before, and beside the one of equal rank in
  // the stretch before.
  const auto begins = periods_in(input.days, by);
  const auto begins_before = periods_in(stretch, by);
  TableOf course("course");
  course.moments("begin", begins);
  for (std::size_t s = 0; s < input.series.size(); ++s) {
    const auto now = course_of(input, s, input.days, of_periods);
    const auto last_year = course_of(input, s, year, of_periods);
    const auto earlier = course_of(input, s, stretch, of_periods);
    std::vector<double> a;
    std::vector<double> b;
    std::vector<double> c;
    for (std::size_t k = 0; k < begins.size(); ++k) {
      a.push_back(value_at(now, begins[k]));
      b.push_back(value_at(last_year, date_before(begins[k], by)));
      c.push_back(k < begins_before.size() ? value_at(earlier, begins_before[k]) : missing);
    }
    const auto& one = input.series[s];
    course.numbers(one.name, a, one.unit).numbers(one.name + " year", b, one.unit);
    course.numbers(one.name + " stretch", c, one.unit);
  }
  figure.tables.push_back(course.done());
  return figure;
}

Result<Figure> calendar_figure(const Settings& settings, const AnalysisInput& input) {
  Figure figure;
  count_missing(input, figure);
  const AverageOptions options = averaging_of(settings, Period::day);
  const auto& one = input.series.front();
  const Averages days = averaged(input, one, options);
  count_uncovered(days, one.name, options.capture_min_percent, figure);
  figure.tables.push_back(TableOf("days")
                              .moments("date", days.begin)
                              .numbers("value", days.value, one.unit)
                              .numbers("capture", days.capture_percent, "%")
                              .done());
  return figure;
}

Result<Figure> variation_figure(const Settings& settings, const AnalysisInput& input) {
  VariationOptions options;
  options.median = settings.word("statistic") == "median";
  options.confidence = settings.number("confidence") / 100;
  options.draws = settings.whole("draws");
  options.seed = static_cast<std::uint32_t>(settings.whole("seed"));
  Figure figure;
  count_missing(input, figure);
  for (const auto& [id, cycle] : {std::pair{"hour", Cycle::hour}, {"weekday", Cycle::weekday}, {"month", Cycle::month},
                                  {"weekday-hour", Cycle::weekday_hour}}) {
    if (input.step_s > 3600 && (cycle == Cycle::hour || cycle == Cycle::weekday_hour)) continue;
    TableOf table(id);
    for (std::size_t s = 0; s < input.series.size(); ++s) {
      const auto& one = input.series[s];
      Variation v = variation(input.begin, one.value, cycle, options);
      if (settings.yes("normalise")) {
        // By the mean of the cycle's own places, as openair divides.
        const double mean = mean_of(v.centre);
        for (auto* column : {&v.centre, &v.low, &v.high}) {
          for (double& x : *column) x /= mean;
        }
      }
      if (s == 0) {
        table.numbers(cycle == Cycle::weekday_hour ? "weekday" : id, v.key);
        if (cycle == Cycle::weekday_hour) table.numbers("hour", v.second_key);
      }
      const std::string unit = settings.yes("normalise") ? "1" : one.unit;
      table.numbers(one.name, v.centre, unit).numbers(one.name + " low", v.low, unit);
      table.numbers(one.name + " high", v.high, unit).numbers(one.name + " n", v.count);
    }
    figure.tables.push_back(table.done());
  }
  return figure;
}

Result<Figure> trend_figure(const Settings& settings, const AnalysisInput& input) {
  const Period period = period_in(settings, "period");
  const AverageOptions averaging = averaging_of(settings, period);
  TrendOptions options;
  options.deseason = settings.yes("deseason");
  options.autocorrelated = settings.yes("autocorrelation");
  options.confidence = settings.number("confidence") / 100;
  options.draws = settings.whole("draws");
  options.seed = static_cast<std::uint32_t>(settings.whole("seed"));
  const int cycle = period == Period::month ? 12 : 1;
  Figure figure;
  count_missing(input, figure);
  const auto& one = input.series.front();
  const Averages mean = averaged(input, one, averaging);
  count_uncovered(mean, one.name, averaging.capture_min_percent, figure);
  const Trend trend = theil_sen(mean.begin, mean.value, cycle, options);
  if (trend.filled > 0) figure.left_out.push_back({"filled", one.name, static_cast<double>(trend.filled)});
  const auto line = [&](double slope, double intercept) {
    std::vector<double> values;
    for (const WallSeconds at : trend.begin)
      values.push_back(intercept + slope / 365 * (static_cast<double>(at) / seconds_per_day));
    return values;
  };
  figure.tables.push_back(TableOf("trend")
                              .moments("begin", trend.begin)
                              .numbers("value", trend.value, one.unit)
                              .numbers("line", line(trend.slope, trend.intercept), one.unit)
                              .numbers("line_low", line(trend.slope_low, trend.intercept_of_low), one.unit)
                              .numbers("line_high", line(trend.slope_high, trend.intercept_of_high), one.unit)
                              .done());
  figure.numbers = {{"n", static_cast<double>(trend.n)},
                    {"deseasoned", trend.deseasoned ? 1 : 0},
                    {"slope_per_year", trend.slope},
                    {"slope_low", trend.slope_low},
                    {"slope_high", trend.slope_high},
                    {"slope_error", trend.slope_error},
                    {"intercept", trend.intercept},
                    {"percent_per_year", trend.percent},
                    {"percent_low", trend.percent_low},
                    {"percent_high", trend.percent_high},
                    {"p", trend.p},
                    {"kendall_s", trend.kendall_s},
                    {"kendall_tau", trend.kendall_tau},
                    {"kendall_z", trend.kendall_z},
                    {"kendall_p", trend.kendall_p}};
  return figure;
}

}  // namespace celadon::models
