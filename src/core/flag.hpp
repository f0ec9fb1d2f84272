#pragma once

#include "core/observation.hpp"

#include <string>
#include <string_view>

namespace celadon {

/// What quality says of one value, beside the device's own flag; the value itself is never touched.
struct QualityFlag {
  SeriesId series{};
  Instant phenomenon_end;
  std::string rule;    ///< id of a rule in packs/quality/rules.yaml, e.g. "pm25-over-pm10"
  bool voids = false;  ///< the value is left out of judgements
  std::string reason_zh;
  std::string reason_en;
  friend bool operator==(const QualityFlag&, const QualityFlag&) = default;
};

/// Where a batch of observations came from.
struct Source {
  std::string name;    ///< "hj212", "hj212-replay", "import air-station-hourly", ...
  std::string detail;  ///< device and peer, or file name
  friend bool operator==(const Source&, const Source&) = default;
};

}  // namespace celadon
