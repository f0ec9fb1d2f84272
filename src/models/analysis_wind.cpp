// Figures by where the wind comes from: roses and polar plots.

#include "models/analysis_parts.hpp"
#include "models/polar.hpp"
#include "models/roses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::models {
namespace {

RoseOptions rose_options(const Settings& settings) {
  RoseOptions options;
  options.sectors = static_cast<std::size_t>(std::stoi(settings.word("sectors")));
  options.calm_below = settings.number("calm");
  options.correct_bias = settings.yes("bias");
  options.normalise = settings.yes("normalise");
  const auto& statistic = settings.word("statistic");
  options.statistic = statistic == "mean-share" ? RoseStatistic::mean_share
                      : statistic == "count"    ? RoseStatistic::count
                                                : RoseStatistic::share;
  return options;
}

Figure figure_of(const Rose& rose, const std::string& unit, RoseStatistic statistic, const AnalysisInput& input) {
  Figure figure;
  std::vector<double> direction, low, high, value;
  const std::size_t classes = rose.low.size();
  for (std::size_t s = 0; s < rose.direction_deg.size(); ++s) {
    for (std::size_t c = 0; c < classes; ++c) {
      direction.push_back(rose.direction_deg[s]);
      low.push_back(rose.low[c]);
      high.push_back(rose.high[c]);
      value.push_back(rose.value[s * classes + c]);
    }
  }
  figure.tables.push_back(TableOf("rose")
                              .numbers("direction", direction, "deg")
                              .numbers("low", low, unit)
                              .numbers("high", high, unit)
                              .numbers("value", value, statistic == RoseStatistic::count ? "" : "%")
                              .done());
  figure.tables.push_back(TableOf("sectors")
                              .numbers("direction", rose.direction_deg, "deg")
                              .numbers("rows", rose.count)
                              .numbers("bias_factor", rose.factor)
                              .done());
  const auto rows = static_cast<double>(input.begin.size());
  figure.numbers = {{"rows", rose.rows},         {"mean", rose.mean},
                    {"calm", rose.calm},         {"calm_rows", rose.calm_count},
                    {"undirected", rose.undirected}, {"undirected_rows", rose.undirected_count}};
  if (rows > rose.rows) figure.left_out.push_back({"no-speed", "", rows - rose.rows});
  if (rose.undirected_count > 0) figure.left_out.push_back({"no-direction", "", rose.undirected_count});
  return figure;
}

PolarStatistic polar_statistic(const std::string& word) {
  static constexpr std::array<std::pair<std::string_view, PolarStatistic>, 8> words = {
      {{"mean", PolarStatistic::mean},
       {"median", PolarStatistic::median},
       {"maximum", PolarStatistic::maximum},
       {"deviation", PolarStatistic::deviation},
       {"percentile", PolarStatistic::percentile},
       {"count", PolarStatistic::count},
       {"weighted-mean", PolarStatistic::weighted_mean},
       {"cpf", PolarStatistic::cpf}}};
  return std::ranges::find(words, word, [](const auto& w) { return w.first; })->second;
}

}  // namespace

Result<Figure> wind_rose_figure(const Settings& settings, const AnalysisInput& input) {
  RoseOptions options = rose_options(settings);
  options.breaks = settings.numbers("breaks");
  return figure_of(rose(input.speed_m_s, input.direction_deg, input.speed_m_s, options), "m/s", options.statistic,
                   input);
}

Result<Figure> pollution_rose_figure(const Settings& settings, const AnalysisInput& input) {
  RoseOptions options = rose_options(settings);
  const auto& one = input.series.front();
  options.breaks = settings.numbers("breaks");
  if (options.breaks.empty()) options.breaks = pollution_breaks(one.value, settings.whole("classes"));
  if (options.breaks.empty()) options.breaks = {0};
  Figure figure = figure_of(rose(input.speed_m_s, input.direction_deg, one.value, options), one.unit, options.statistic,
                            input);
  count_missing(input, figure);
  return figure;
}

Result<Figure> percentile_rose_figure(const Settings& settings, const AnalysisInput& input) {
  const auto& one = input.series.front();
  const auto percentiles = settings.numbers("percentiles");
  const auto sectors = static_cast<std::size_t>(std::stoi(settings.word("sectors")));
  const auto rose = percentile_rose(input.speed_m_s, input.direction_deg, one.value, sectors, percentiles);
  Figure figure;
  TableOf table("rose");
  table.numbers("direction", rose.direction_deg, "deg");
  for (std::size_t p = 0; p < percentiles.size(); ++p) {
    std::vector<double> own;
    for (std::size_t s = 0; s < sectors; ++s) own.push_back(rose.value[s * percentiles.size() + p]);
    table.numbers(fmt::format("p{:g}", percentiles[p]), own, one.unit);
  }
  table.numbers("mean", rose.mean, one.unit).numbers("cpf", rose.exceeding_percent, "%").numbers("n", rose.count);
  figure.tables.push_back(table.done());
  figure.numbers = {{"threshold", rose.threshold}};
  count_missing(input, figure);
  return figure;
}

Result<Figure> polar_figure(const Settings& settings, const AnalysisInput& input) {
  const auto& one = input.series.front();
  PolarOptions options;
  options.statistic = polar_statistic(settings.word("statistic"));
  options.percentile_percent = settings.number("percentile");
  options.count_min = static_cast<std::size_t>(settings.whole("count_min"));
  const PolarBins bins = polar_bins(input.speed_m_s, input.direction_deg, one.value, options);
  const std::string unit = options.statistic == PolarStatistic::cpf     ? "1"
                           : options.statistic == PolarStatistic::count ? ""
                                                                        : one.unit;
  Figure figure;
  figure.tables.push_back(TableOf("bins")
                              .numbers("direction", bins.direction_deg, "deg")
                              .numbers("speed_low", bins.speed_low, "m/s")
                              .numbers("speed_high", bins.speed_high, "m/s")
                              .numbers("u", bins.u, "m/s")
                              .numbers("v", bins.v, "m/s")
                              .numbers("value", bins.value, unit)
                              .numbers("n", bins.count)
                              .done());
  figure.numbers = {{"used", static_cast<double>(bins.used)},
                    {"speed_least", bins.speed_least},
                    {"speed_largest", bins.speed_largest},
                    {"direction_width", bins.direction_width_deg},
                    {"threshold", bins.threshold}};
  count_missing(input, figure);
  const auto rows = input.begin.size();
  if (rows > bins.used) figure.left_out.push_back({"incomplete", "", static_cast<double>(rows - bins.used)});
  if (!settings.yes("smooth")) return figure;
  SurfaceOptions surface;
  surface.basis = static_cast<std::size_t>(settings.whole("basis"));
  surface.positive = settings.yes("positive");
  if (options.statistic == PolarStatistic::cpf) surface.ceiling = 1;
  const auto smooth = polar_surface(bins, surface);
  if (!smooth) return fail(smooth.error());
  // As a square: the axis once, then the values row by row from south to north.
  figure.tables.push_back(TableOf("axis").numbers("at", smooth->axis, "m/s").done());
  figure.tables.push_back(TableOf("surface").numbers("value", smooth->value, unit).done());
  figure.numbers.emplace_back("degrees_of_freedom", smooth->degrees_of_freedom);
  figure.numbers.emplace_back("log10_smoothing", smooth->log10_smoothing);
  figure.numbers.emplace_back("gcv", smooth->gcv);
  return figure;
}

}  // namespace celadon::models
