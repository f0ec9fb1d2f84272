#pragma once

#include "models/averages.hpp"
#include "models/comparison.hpp"
#include "models/method_book.hpp"

#include <string>
#include <utility>
#include <vector>

namespace celadon::models {

struct NamedColumn {
  std::string name;  ///< as the caller calls it; stands in the tables
  std::string unit;
  std::vector<double> value;  ///< NaN missing
};

/// What a figure is made of: columns beside the rows of a clock, ascending.
struct AnalysisInput {
  std::vector<WallSeconds> begin;
  std::int64_t step_s = 3600;
  Days days;  ///< what is asked for; rows before it only for methods that look back
  std::vector<NamedColumn> series;
  std::vector<double> speed_m_s, direction_deg;  ///< empty where the method needs no wind
};

/// A column of a table: numbers, or words where `words` is not empty.
struct TableColumn {
  std::string id, unit;
  std::vector<double> numbers;
  std::vector<std::string> words;
  [[nodiscard]] std::size_t size() const { return words.empty() ? numbers.size() : words.size(); }
};

struct FigureTable {
  std::string id;
  std::vector<TableColumn> columns;
};

struct LeftOut {
  std::string reason;  ///< "no-value", "no-speed", "no-direction", "calm", "below-capture", "thinned", "filled"
  std::string series;  ///< empty: rows of all
  double count = 0;
};

/// What a method makes of its input, all of it numbers that can be drawn, written down and made again.
struct Figure {
  std::vector<FigureTable> tables;
  std::vector<std::pair<std::string, double>> numbers;  ///< of the whole figure: "p", "calm_percent"
  std::vector<LeftOut> left_out;
};

/// Runs the method.
/// Errors   invalid_value or unknown_code naming the parameter or `series` as field.
[[nodiscard]] Result<Figure> analyse(const Method& method, const Settings& settings, const AnalysisInput& input);

/// True where `analyse` knows the method: what the pack names must be there, and the reverse (a test compares).
[[nodiscard]] bool has_kernel(std::string_view method);

/// {"tables":[{"id","columns":[{"id","unit","values":[...]}]}],"numbers":{...},"left_out":[...]}
void append_json(std::string& out, const Figure& figure);

/// "2020-04-03" of a moment at midnight, else "2020-04-03T08:00".
[[nodiscard]] std::string clock_text(WallSeconds moment);

}  // namespace celadon::models
