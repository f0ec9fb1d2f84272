#include "models/averages.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace celadon::models {
namespace {

constexpr double radian_per_deg = std::numbers::pi / 180;

/// The periods from the first row's to the last row's and, for each row, which it is in.
struct Places {
  std::vector<WallSeconds> begin;
  std::vector<double> possible;  ///< rows that fit between the first and the last row of the data
  std::vector<std::size_t> of_row;
};

Places places_of(const Rows& rows, Period period) {
  Places places;
  if (rows.begin.empty()) return places;
  const auto [first, last] = std::ranges::minmax(rows.begin);
  for (WallSeconds at = begin_of(period, first); at <= last; at = shifted(period, at, 1)) places.begin.push_back(at);
  const auto end = shifted(period, places.begin.back(), 1);
  for (std::size_t i = 0; i < places.begin.size(); ++i) {
    const WallSeconds low = std::max(places.begin[i], first);
    const WallSeconds high = std::min(i + 1 < places.begin.size() ? places.begin[i + 1] : end, last + rows.step_s);
    places.possible.push_back(std::max(1.0, static_cast<double>((high - low) / rows.step_s)));
  }
  places.of_row.reserve(rows.begin.size());
  std::size_t guess = 0;
  for (const WallSeconds at : rows.begin) {
    const auto inside = [&](std::size_t k) {
      return places.begin[k] <= at && (k + 1 == places.begin.size() || at < places.begin[k + 1]);
    };
    if (!inside(guess)) {
      guess = static_cast<std::size_t>(std::ranges::upper_bound(places.begin, at) - places.begin.begin()) - 1;
    }
    places.of_row.push_back(guess);
  }
  return places;
}

/// The values of each period one after another; `start[k]` is where period k begins.
struct Grouped {
  std::vector<double> value;
  std::vector<std::size_t> start;
};

Grouped grouped(const Places& places, std::span<const double> value) {
  Grouped all;
  all.start.assign(places.begin.size() + 1, 0);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!std::isnan(value[i])) ++all.start[places.of_row[i] + 1];
  }
  std::partial_sum(all.start.begin(), all.start.end(), all.start.begin());
  all.value.resize(all.start.back());
  auto next = all.start;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!std::isnan(value[i])) all.value[next[places.of_row[i]]++] = value[i];
  }
  return all;
}

}  // namespace

Averages average(const Rows& rows, std::span<const double> value, const AverageOptions& options) {
  CELADON_ASSERT(rows.begin.size() == value.size());
  const Places places = places_of(rows, options.period);
  Grouped all = grouped(places, value);
  Averages out;
  out.begin = places.begin;
  for (std::size_t k = 0; k < places.begin.size(); ++k) {
    const std::span<double> own(all.value.data() + all.start[k], all.start[k + 1] - all.start[k]);
    const auto n = static_cast<double>(own.size());
    const double capture = 100 * n / places.possible[k];
    out.count.push_back(n);
    out.capture_percent.push_back(capture);
    // 1e-9: so that 18 of 24 hours are 75 % whatever the last bit says.
    const bool enough = capture >= options.capture_min_percent - 1e-9;
    out.value.push_back(enough ? summarise(own, options.summary, options.percentile_percent) : missing);
  }
  return out;
}

WindAverages average_wind(const Rows& rows, std::span<const double> speed, std::span<const double> direction_deg,
                          const AverageOptions& options, bool vector_speed) {
  CELADON_ASSERT(speed.size() == rows.begin.size() && direction_deg.size() == rows.begin.size());
  std::vector<double> u(speed.size());
  std::vector<double> v(speed.size());
  for (std::size_t i = 0; i < speed.size(); ++i) {
    u[i] = speed[i] * std::sin(direction_deg[i] * radian_per_deg);
    v[i] = speed[i] * std::cos(direction_deg[i] * radian_per_deg);
  }
  AverageOptions own = options;
  own.summary = Summary::mean;
  const Averages mean_u = average(rows, u, own);
  const Averages mean_v = average(rows, v, own);
  const Averages mean_speed = average(rows, speed, own);
  WindAverages out;
  out.begin = mean_u.begin;
  out.capture_percent = mean_u.capture_percent;
  for (std::size_t k = 0; k < out.begin.size(); ++k) {
    double direction = std::atan2(mean_u.value[k], mean_v.value[k]) / radian_per_deg;
    if (direction < 0) direction += 360;
    out.direction_deg.push_back(direction);
    out.speed.push_back(vector_speed ? std::hypot(mean_u.value[k], mean_v.value[k]) : mean_speed.value[k]);
  }
  return out;
}

}  // namespace celadon::models
