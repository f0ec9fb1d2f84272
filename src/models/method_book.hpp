#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::models {

/// What a method lets people choose.
struct MethodParameter {
  enum class Kind : std::uint8_t { number, whole, choice, yes_no, numbers };
  std::string id, label_zh, label_en, unit;
  Kind kind = Kind::number;
  std::string otherwise;  ///< what stands where nothing is given; may be empty for `numbers`: by the data
  double low = 0, high = 0;
  std::vector<std::string> choices;
};

/// A way to make a figure of series: what it needs, what can be chosen, what it does and where that is written.
struct Method {
  std::string id, name_zh, name_en;
  std::string text_zh, text_en;  ///< exactly what is done
  int series_min = 1, series_max = 1;
  bool wind = false;          ///< needs speed and direction
  bool whole_series = false;  ///< several series are one figure each row together (correlation), not one after another
  bool before = false;        ///< reads stretches before the one that is asked for
  std::vector<MethodParameter> parameters;
  std::vector<std::string> references;
};

/// The parameters as they are applied, each with its value.
class Settings {
 public:
  [[nodiscard]] double number(const std::string& id) const;
  [[nodiscard]] int whole(const std::string& id) const;
  [[nodiscard]] bool yes(const std::string& id) const;
  [[nodiscard]] const std::string& word(const std::string& id) const { return values_.at(id); }
  [[nodiscard]] std::vector<double> numbers(const std::string& id) const;  ///< empty: by the data
  [[nodiscard]] const std::map<std::string, std::string>& all() const { return values_; }

 private:
  friend Result<Settings> settings_of(const Method& method, const std::map<std::string, std::string>& given);
  std::map<std::string, std::string> values_;
};

/// What is given, checked, and the defaults beside it.
/// Errors   unknown_code, malformed, invalid_value naming the parameter as field.
[[nodiscard]] Result<Settings> settings_of(const Method& method, const std::map<std::string, std::string>& given);

/// The methods of packs/analysis/methods.yaml.
class MethodBook {
 public:
  /// Errors   malformed or invalid_value: "file:line: reason".
  [[nodiscard]] static Result<MethodBook> parse(std::string_view text, const std::string& name);
  [[nodiscard]] const Method* find(std::string_view id) const;
  [[nodiscard]] const std::vector<Method>& all() const { return methods_; }

 private:
  std::vector<Method> methods_;
};

}  // namespace celadon::models
