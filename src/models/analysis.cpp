#include "models/analysis.hpp"

#include "core/json_writer.hpp"
#include "core/assert.hpp"
#include "models/analysis_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::models {
namespace {

using Kernel = Result<Figure> (*)(const Settings&, const AnalysisInput&);
constexpr std::array<std::pair<std::string_view, Kernel>, 13> kernels = {{{"course", course_figure},
                                                                          {"comparison", comparison_figure},
                                                                          {"calendar", calendar_figure},
                                                                          {"variation", variation_figure},
                                                                          {"theil-sen", trend_figure},
                                                                          {"wind-rose", wind_rose_figure},
                                                                          {"pollution-rose", pollution_rose_figure},
                                                                          {"percentile-rose", percentile_rose_figure},
                                                                          {"polar", polar_figure},
                                                                          {"box", box_figure},
                                                                          {"histogram", histogram_figure},
                                                                          {"scatter", scatter_figure},
                                                                          {"correlation", correlation_figure}}};

const std::pair<std::string_view, Kernel>* find(std::string_view id) {
  const auto found = std::ranges::find(kernels, id, [](const auto& one) { return one.first; });
  return found == kernels.end() ? nullptr : &*found;
}

}  // namespace

bool has_kernel(std::string_view method) { return find(method) != nullptr; }

Result<Figure> analyse(const Method& method, const Settings& settings, const AnalysisInput& input) {
  const auto* kernel = find(method.id);
  if (kernel == nullptr) return fail(Errc::unknown_code, "no program for the method '" + method.id + "'", "method");
  const auto given = static_cast<int>(input.series.size());
  if (given < method.series_min || given > method.series_max) {
    const std::string wanted = method.series_min == method.series_max
                                   ? std::to_string(method.series_min)
                                   : fmt::format("{} to {}", method.series_min, method.series_max);
    return fail(Errc::invalid_value, fmt::format("{} takes {} series, not {}", method.id, wanted, given), "series");
  }
  if (method.wind && input.speed_m_s.empty() && !input.begin.empty())
    return fail(Errc::invalid_value, method.id + " needs wind: name the series of speed and direction", "ws");
  for (const auto& one : input.series) CELADON_ASSERT(one.value.size() == input.begin.size());
  return kernel->second(settings, input);
}

std::string clock_text(WallSeconds moment) {
  const Date date = date_of(moment);
  const std::int64_t second = moment - first_second_of(date);
  if (second == 0) return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", date.year, date.month, date.day, second / 3600, second / 60 % 60);
}

void append_json(std::string& out, const Figure& figure) {
  JsonWriter json(out);
  json.begin_object().key("tables").begin_array();
  for (const auto& table : figure.tables) {
    json.begin_object().member("id", table.id).key("columns").begin_array();
    for (const auto& column : table.columns) {
      json.begin_object().member("id", column.id).text_or_null("unit", column.unit).key("values").begin_array();
      if (column.words.empty()) {
        for (const double value : column.numbers) json.put(value);
      } else {
        for (const auto& word : column.words) json.put(word);
      }
      json.end_array().end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("numbers").begin_object();
  for (const auto& [id, value] : figure.numbers) json.member(id, value);
  json.end_object().key("left_out").begin_array();
  for (const auto& one : figure.left_out) {
    json.begin_object().member("reason", one.reason).text_or_null("series", one.series).member("count", one.count);
    json.end_object();
  }
  json.end_array().end_object();
}

TableOf& TableOf::moments(std::string id, const std::vector<WallSeconds>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const WallSeconds at : values) texts.push_back(clock_text(at));
  return words(std::move(id), std::move(texts));
}

Rows rows_of(const AnalysisInput& input) { return {input.begin, input.step_s}; }

AverageOptions averaging_of(const Settings& settings, Period period) {
  static constexpr std::array<std::pair<std::string_view, Summary>, 8> summaries = {
      {{"mean", Summary::mean},
       {"median", Summary::median},
       {"minimum", Summary::minimum},
       {"maximum", Summary::maximum},
       {"sum", Summary::sum},
       {"deviation", Summary::deviation},
       {"count", Summary::count},
       {"percentile", Summary::percentile}}};
  AverageOptions options;
  options.period = period;
  const auto found = std::ranges::find(summaries, settings.word("statistic"), [](const auto& s) { return s.first; });
  CELADON_ASSERT(found != summaries.end());  // the pack's choices are these; a test holds them together
  options.summary = found->second;
  options.percentile_percent = settings.number("percentile");
  options.capture_min_percent = settings.number("capture");
  return options;
}

void count_missing(const AnalysisInput& input, Figure& figure) {
  for (const auto& one : input.series) {
    const auto missing = std::ranges::count_if(one.value, [](double v) { return std::isnan(v); });
    if (missing > 0) figure.left_out.push_back({"no-value", one.name, static_cast<double>(missing)});
  }
}

}  // namespace celadon::models
