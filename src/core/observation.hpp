#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace celadon {

/// Number of a series in the catalogue; 1 and up. Given by the ledger, never given twice.
enum class SeriesId : std::int32_t {};

[[nodiscard]] constexpr std::int32_t number(SeriesId id) { return static_cast<std::int32_t>(id); }

/// What a value is of all that happened in its window.
/// `converted` is the stack or flow conversion (折算) of HJ 212's Zs fields.
enum class Statistic : std::uint8_t {
  mean,
  minimum,
  maximum,
  total,
  converted_mean,
  converted_minimum,
  converted_maximum,
  percentile,  ///< the one at which the law assesses the property over the window
  converted_total,
};
[[nodiscard]] std::string_view to_text(Statistic statistic);
[[nodiscard]] Result<Statistic> parse_statistic(std::string_view text);

/// As it came, as people have reviewed it, or as the law makes it of others (`celadon evaluate`).
enum class Stage : std::uint8_t { raw, reviewed, derived };
[[nodiscard]] std::string_view to_text(Stage stage);
[[nodiscard]] Result<Stage> parse_stage(std::string_view text);

/// What makes a series: everything that must be equal for two values to stand on one curve.
struct SeriesKey {
  std::string site;      ///< id of a site in the ledger
  std::string property;  ///< id of a property in packs/properties.csv
  Averaging averaging;
  Statistic statistic = Statistic::mean;
  Stage stage = Stage::raw;
  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

/// The device's own mark, one character as HJ 212 has them: 'N' normal, 'M' maintenance, ... ; 0 where none came.
using DeviceFlag = char;

/// Observations in columns, all of one length. The unit of a value is its property's canonical unit.
///
/// Missing  a value that did not come, or came as a missing code, is NaN; it is kept, with its flag.
/// Order    free; two rows of one series and one time are two versions, the later row the newer.
struct Observations {
  std::vector<SeriesId> series;
  std::vector<Instant> phenomenon_end;  ///< end of the window, or the moment
  std::vector<double> value;
  std::vector<DeviceFlag> device_flag;

  [[nodiscard]] std::size_t size() const { return series.size(); }
  [[nodiscard]] bool empty() const { return series.empty(); }
  void reserve(std::size_t count);
  void clear();
  void push_back(SeriesId id, Instant end, double number, DeviceFlag flag);
  void append(const Observations& other);
};

}  // namespace celadon
