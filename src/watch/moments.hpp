#pragma once

#include "standards/level_scale.hpp"
#include "watch/judging.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::watch {

inline constexpr std::string_view judged_aqi = "AQI";      ///< of moments: the index, judged
inline constexpr std::string_view judged_class = "class";  ///< of moments: the class of water, judged

/// Many sites over many times: what a map plays.
struct MomentsAsk {
  std::string property;  ///< of the packs; judged_aqi or judged_class
  Averaging averaging;
  Statistic statistic = Statistic::mean;
  Stage stage = Stage::raw;
  std::string edition;              ///< empty: by the date of the data
  std::vector<ledger::Site> sites;  ///< those without such a series are left out of the answer
  Instant from{INT64_MIN}, to{INT64_MAX};
  std::size_t values_max = 2'000'000;
};

/// Shapes   value[t * sites + s] and step[...] of sites[s] at times[t].
/// Missing  value NaN: none, or voided; step -1: no level.
struct Moments {
  std::vector<std::string> sites;
  std::vector<Instant> times;  ///< that have a value at any of the sites, ascending
  std::vector<double> value;   ///< as it counts; the index; the class from 1
  std::vector<std::int8_t> step;            ///< into scale
  std::vector<standards::ScaleStep> scale;  ///< of every edition that took part
  std::string rule, edition;                ///< editions parted by ", "; empty where nothing gives levels
};

/// The series a property is asked of, or all that take part in judging AQI or class, site by site.
/// Errors   those of the archive; unknown_code for an edition that is not known; invalid_value with field `to` where
///          the answer would be larger than `values_max`, with field `averaging` where the values stand at times too
///          irregular to be laid side by side.
/// Speed    the distinct times are asked once and the values once, as columns; the kernels judge whole columns.
[[nodiscard]] Result<Moments> read_moments(const Judges& judges, const MomentsAsk& ask);

}  // namespace celadon::watch
