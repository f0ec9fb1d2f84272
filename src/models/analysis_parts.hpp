#pragma once

#include "models/analysis.hpp"

namespace celadon::models {

// One function a method of the pack; analysis.cpp lists them.
[[nodiscard]] Result<Figure> course_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> comparison_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> calendar_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> variation_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> trend_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> wind_rose_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> pollution_rose_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> percentile_rose_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> polar_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> box_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> histogram_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> scatter_figure(const Settings& settings, const AnalysisInput& input);
[[nodiscard]] Result<Figure> correlation_figure(const Settings& settings, const AnalysisInput& input);

/// Collects a table column by column.
class TableOf {
 public:
  explicit TableOf(std::string id) { table_.id = std::move(id); }
  TableOf& numbers(std::string id, std::vector<double> values, std::string unit = {}) {
    table_.columns.push_back({std::move(id), std::move(unit), std::move(values), {}});
    return *this;
  }
  TableOf& words(std::string id, std::vector<std::string> values) {
    table_.columns.push_back({std::move(id), {}, {}, std::move(values)});
    return *this;
  }
  TableOf& moments(std::string id, const std::vector<WallSeconds>& values);
  [[nodiscard]] FigureTable done() { return std::move(table_); }

 private:
  FigureTable table_;
};

/// statistic, percentile and capture of the settings, as several methods have them.
[[nodiscard]] AverageOptions averaging_of(const Settings& settings, Period period);
/// How many values of each series are missing in the rows.
void count_missing(const AnalysisInput& input, Figure& figure);
[[nodiscard]] Rows rows_of(const AnalysisInput& input);

}  // namespace celadon::models
