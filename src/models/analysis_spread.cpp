// Figures of how values lie: boxes, histogram, scatter, correlation.

#include "models/analysis_parts.hpp"
#include "models/correlation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace celadon::models {
namespace {

/// The group of a row, as a number that sorts.
std::int64_t group_of(std::string_view by, WallSeconds at) {
  if (by == "hour") return hour_of(at);
  if (by == "weekday") return weekday_of(at);
  if (by == "month") return date_of(at).month;
  if (by == "season") return date_of(at).month % 12 / 3 + 1;
  if (by == "year") return date_of(at).year;
  return 0;
}

}  // namespace

Result<Figure> box_figure(const Settings& settings, const AnalysisInput& input) {
  Figure figure;
  count_missing(input, figure);
  const auto& by = settings.word("by");
  std::vector<std::string> series;
  std::vector<double> group;
  std::vector<Box> boxes;
  for (const auto& one : input.series) {
    std::map<std::int64_t, std::vector<double>> own;
    for (std::size_t i = 0; i < one.value.size(); ++i) {
      if (!std::isnan(one.value[i])) own[group_of(by, input.begin[i])].push_back(one.value[i]);
    }
    for (const auto& [key, values] : own) {
      series.push_back(one.name);
      group.push_back(static_cast<double>(key));
      boxes.push_back(box_of(values));
    }
  }
  const auto column = [&](auto field) {
    std::vector<double> values;
    for (const Box& box : boxes) values.push_back(static_cast<double>(box.*field));
    return values;
  };
  figure.tables.push_back(TableOf("boxes")
                              .words("series", series)
                              .numbers("group", group)
                              .numbers("n", column(&Box::n))
                              .numbers("minimum", column(&Box::minimum))
                              .numbers("p5", column(&Box::p5))
                              .numbers("low_whisker", column(&Box::low_whisker))
                              .numbers("q1", column(&Box::q1))
                              .numbers("median", column(&Box::median))
                              .numbers("q3", column(&Box::q3))
                              .numbers("high_whisker", column(&Box::high_whisker))
                              .numbers("p95", column(&Box::p95))
                              .numbers("maximum", column(&Box::maximum))
                              .numbers("mean", column(&Box::mean))
                              .numbers("outside", column(&Box::outside))
                              .done());
  return figure;
}

Result<Figure> histogram_figure(const Settings& settings, const AnalysisInput& input) {
  Figure figure;
  count_missing(input, figure);
  const auto& one = input.series.front();
  auto values = present(one.value);
  std::ranges::sort(values);
  std::vector<double> low, high, count, density;
  if (!values.empty()) {
    const auto breaks = round_breaks(values.front(), values.back(), settings.whole("classes"));
    for (std::size_t k = 0; k + 1 < breaks.size(); ++k) {
      // (a, b], the first one closed on both sides.
      const auto first = k == 0 ? values.begin() : std::ranges::upper_bound(values, breaks[k]);
      const auto n = static_cast<double>(std::ranges::upper_bound(values, breaks[k + 1]) - first);
      low.push_back(breaks[k]);
      high.push_back(breaks[k + 1]);
      count.push_back(n);
      density.push_back(100 * n / static_cast<double>(values.size()));
    }
  }
  figure.tables.push_back(TableOf("histogram")
                              .numbers("low", low, one.unit)
                              .numbers("high", high, one.unit)
                              .numbers("count", count)
                              .numbers("percent", density, "%")
                              .done());
  const Box box = box_of(values);
  figure.numbers = {{"n", static_cast<double>(box.n)}, {"mean", box.mean}, {"deviation", deviation_of(values)},
                    {"median", box.median},            {"p5", box.p5},     {"p95", box.p95}};
  return figure;
}

Result<Figure> scatter_figure(const Settings& settings, const AnalysisInput& input) {
  Figure figure;
  count_missing(input, figure);
  const auto& x = input.series[0];
  const auto& y = input.series[1];
  const Line line = line_of(x.value, y.value);
  std::vector<std::size_t> pairs;
  for (std::size_t i = 0; i < x.value.size(); ++i) {
    if (!std::isnan(x.value[i]) && !std::isnan(y.value[i])) pairs.push_back(i);
  }
  const auto shown_max = static_cast<std::size_t>(settings.whole("points"));
  const std::size_t every = pairs.empty() ? 1 : (pairs.size() + shown_max - 1) / shown_max;
  std::vector<WallSeconds> begin;
  std::vector<double> at_x;
  std::vector<double> at_y;
  for (std::size_t k = 0; k < pairs.size(); k += every) {
    begin.push_back(input.begin[pairs[k]]);
    at_x.push_back(x.value[pairs[k]]);
    at_y.push_back(y.value[pairs[k]]);
  }
  if (every > 1) figure.left_out.push_back({"thinned", "", static_cast<double>(pairs.size() - begin.size())});
  figure.tables.push_back(
      TableOf("points").moments("begin", begin).numbers("x", at_x, x.unit).numbers("y", at_y, y.unit).done());
  figure.numbers = {{"n", static_cast<double>(line.n)}, {"slope", line.slope}, {"slope_error", line.slope_error},
                    {"intercept", line.intercept},      {"r", line.r},         {"rmse", line.rmse},
                    {"drawn_every", static_cast<double>(every)}};
  return figure;
}

Result<Figure> correlation_figure(const Settings& settings, const AnalysisInput& input) {
  Figure figure;
  count_missing(input, figure);
  std::vector<std::vector<double>> columns;
  for (const auto& one : input.series) columns.push_back(one.value);
  const Correlation c = correlate(columns, settings.word("coefficient") == "spearman");
  const bool cluster = settings.yes("cluster");
  const std::size_t n = columns.size();
  std::vector<std::string> a;
  std::vector<std::string> b;
  std::vector<double> r;
  std::vector<double> pairs;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t row = cluster ? c.order[i] : i;
      const std::size_t column = cluster ? c.order[j] : j;
      a.push_back(input.series[row].name);
      b.push_back(input.series[column].name);
      r.push_back(c.r[row * n + column]);
      pairs.push_back(c.count[row * n + column]);
    }
  }
  figure.tables.push_back(
      TableOf("correlation").words("row", a).words("column", b).numbers("r", r).numbers("pairs", pairs).done());
  return figure;
}

}  // namespace celadon::models
