#pragma once

// The packs of HJ 212 for the tests of this room, read without the standards room.

#include "intake/csv_reader.hpp"
#include "intake/hj212_observations.hpp"
#include "intake/hj212_tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace celadon::intake {

inline const CsvTable& property_rows() {
  static const CsvTable all = [] {
    constexpr std::array<std::string_view, 11> columns = {"id",         "name_zh",  "name_en", "unit",
                                                          "unit_label", "decimals", "medium",  "valid_min",
                                                          "valid_max",  "source",   "trust"};
    auto read = read_csv_table(CELADON_PACKS "/properties.csv", columns);
    if (!read) FAIL(read.error().detail);
    return std::move(*read);
  }();
  return all;
}

inline std::vector<std::pair<std::string, std::string>> property_units() {
  std::vector<std::pair<std::string, std::string>> units;
  for (const auto& row : property_rows().rows) units.emplace_back(row[0], row[3]);
  return units;
}

inline const Hj212Tables& real_tables() {
  static const Hj212Tables all = [] {
    std::map<std::string, std::pair<std::string, std::string>, std::less<>> names;
    for (const auto& row : property_rows().rows) names[row[0]] = {row[1], row[2]};
    auto read = read_hj212_tables(CELADON_PACKS, property_units(),
                                  [names](std::string_view id) -> std::optional<std::pair<std::string, std::string>> {
                                    const auto it = names.find(id);
                                    return it == names.end() ? std::nullopt : std::optional(it->second);
                                  });
    if (!read) FAIL(read.error().detail);
    return std::move(*read);
  }();
  return all;
}

struct Decoded212 {
  Observations rows;
  std::vector<std::string> rejected;  ///< "key finding"
  std::vector<SeriesKey> keys;        ///< of series 1, 2, 3 ...
  Result<void> result;

  /// The only value of a property and statistic; NaN where there is none.
  [[nodiscard]] double value(std::string_view property, Statistic statistic = Statistic::mean) const;
};

inline double Decoded212::value(std::string_view property, Statistic statistic) const {
  double found = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SeriesKey& key = keys[static_cast<std::size_t>(number(rows.series[i])) - 1];
    if (key.property == property && key.statistic == statistic) found = rows.value[i];
  }
  return found;
}

/// Numbers by the place in `met`, where new keys are put.
inline Result<std::vector<SeriesId>> numbered(const std::vector<SeriesKey>& keys, std::vector<SeriesKey>& met) {
  std::vector<SeriesId> ids;
  for (const auto& key : keys) {
    const auto at = std::ranges::find(met, key);
    ids.push_back(SeriesId{static_cast<int>(at - met.begin()) + 1});
    if (at == met.end()) met.push_back(key);
  }
  return ids;
}

inline Decoded212 decode212(const std::string& segment, const DeviceSettings& device = {"s"}) {
  Decoded212 decoded;
  Message message;
  REQUIRE(parse_message(segment, message).has_value());
  ObservationCache cache;
  std::vector<RejectedItem> rejected;
  decoded.result = to_observations(
      message, real_tables().factors, device,
      [&](const std::vector<SeriesKey>& keys) { return numbered(keys, decoded.keys); },
      cache, decoded.rows, rejected);
  for (const auto& item : rejected) decoded.rejected.push_back(std::string(item.key) + " " + std::string(item.finding));
  return decoded;
}

}  // namespace celadon::intake
