#include "core/observation.hpp"

#include <array>

namespace celadon {
namespace {

constexpr std::array<std::string_view, 9> statistic_names = {
    "mean",       "minimum",        "maximum", "total", "converted_mean", "converted_minimum", "converted_maximum",
    "percentile", "converted_total"};
constexpr std::array<std::string_view, 3> stage_names = {"raw", "reviewed", "derived"};

}  // namespace

std::string_view to_text(Statistic statistic) { return statistic_names[static_cast<std::size_t>(statistic)]; }

Result<Statistic> parse_statistic(std::string_view text) {
  for (std::size_t i = 0; i < statistic_names.size(); ++i) {
    if (statistic_names[i] == text) return static_cast<Statistic>(i);
  }
  return fail(Errc::unknown_code,
              "'" + std::string(text.substr(0, 40)) +
                  "' is not a statistic; expected mean, minimum, maximum, total, percentile or converted_...");
}

std::string_view to_text(Stage stage) { return stage_names[static_cast<std::size_t>(stage)]; }

Result<Stage> parse_stage(std::string_view text) {
  for (std::size_t i = 0; i < stage_names.size(); ++i) {
    if (stage_names[i] == text) return static_cast<Stage>(i);
  }
  return fail(Errc::unknown_code,
              "'" + std::string(text.substr(0, 40)) + "' is not a stage; expected raw, reviewed or derived");
}

void Observations::reserve(std::size_t count) {
  series.reserve(count);
  phenomenon_end.reserve(count);
  value.reserve(count);
  device_flag.reserve(count);
}

void Observations::clear() {
  series.clear();
  phenomenon_end.clear();
  value.clear();
  device_flag.clear();
}

void Observations::push_back(SeriesId id, Instant end, double number, DeviceFlag flag) {
  series.push_back(id);
  phenomenon_end.push_back(end);
  value.push_back(number);
  device_flag.push_back(flag);
}

void Observations::append(const Observations& other) {
  series.insert(series.end(), other.series.begin(), other.series.end());
  phenomenon_end.insert(phenomenon_end.end(), other.phenomenon_end.begin(), other.phenomenon_end.end());
  value.insert(value.end(), other.value.begin(), other.value.end());
  device_flag.insert(device_flag.end(), other.device_flag.begin(), other.device_flag.end());
}

}  // namespace celadon
