#include "quality/series_checks.hpp"

#include "core/assert.hpp"
#include "core/missing.hpp"
#include "core/observation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::quality {
namespace {

/// The nearest row that has a value, going `step` (+1 or -1) from i, within reach; n where there is none.
std::size_t neighbour(std::span<const Instant> time, std::span<const double> value, std::size_t i, int step,
                      std::int64_t reach_us) {
  const std::size_t n = value.size();
  for (std::size_t k = i;;) {
    if (step < 0 ? k == 0 : k + 1 >= n) return n;
    k = step < 0 ? k - 1 : k + 1;
    if (std::abs(time[k].us - time[i].us) > reach_us) return n;
    if (!std::isnan(value[k])) return k;
  }
}

}  // namespace

void range_strength(std::span<const double> value, double min, double max, std::span<double> strength) {
  CELADON_ASSERT(value.size() == strength.size());
  double width = max - min;
  if (!std::isfinite(width)) width = std::isfinite(min) ? std::fabs(min) : std::fabs(max);
  if (!std::isfinite(width) || width <= 0) width = 1;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const double beyond = std::fmax(min - value[i], value[i] - max);
    strength[i] = std::isnan(value[i]) ? missing : beyond > 0 ? 1 + beyond / width : 0;
  }
}

void rate_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t reach_us,
                   const SeriesScale& scale, std::span<double> strength) {
  CELADON_ASSERT(time.size() == value.size() && value.size() == strength.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    strength[i] = missing;
    if (std::isnan(value[i])) continue;
    for (const int step : {-1, 1}) {
      const std::size_t k = neighbour(time, value, i, step, reach_us);
      if (k < value.size()) strength[i] = std::fmax(strength[i], std::fabs(value[i] - value[k]) / scale.change);
    }
  }
}

void spike_strength(std::span<const Instant> time, std::span<const double> value, std::size_t half,
                    std::int64_t reach_us, const SeriesScale& scale, std::span<double> strength) {
  CELADON_ASSERT(time.size() == value.size() && value.size() == strength.size() && half <= window_half_max);
  std::array<double, 2 * window_half_max> around;
  for (std::size_t i = 0; i < value.size(); ++i) {
    strength[i] = missing;
    if (std::isnan(value[i])) continue;
    std::size_t count = 0;
    for (std::size_t k = i, taken = 0; k-- > 0 && taken < half && time[i].us - time[k].us <= reach_us; ++taken) {
      if (!std::isnan(value[k])) around[count++] = value[k];
    }
    for (std::size_t k = i + 1, taken = 0; k < value.size() && taken < half && time[k].us - time[i].us <= reach_us;
         ++k, ++taken) {
      if (!std::isnan(value[k])) around[count++] = value[k];
    }
    if (count < 3) continue;
    const std::span<double> window(around.data(), count);
    const double centre = median_of(window);
    const double sigma = mad_to_sigma * deviation_of(window, centre);
    strength[i] = std::fabs(value[i] - centre) / std::fmax(sigma, scale.change);
  }
}

void peak_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t reach_us,
                   const SeriesScale& scale, std::span<double> strength) {
  CELADON_ASSERT(time.size() == value.size() && value.size() == strength.size());
  const std::size_t n = value.size();
  for (std::size_t i = 0; i < n; ++i) {
    strength[i] = missing;
    if (std::isnan(value[i])) continue;
    const std::size_t before = neighbour(time, value, i, -1, reach_us);
    const std::size_t after = neighbour(time, value, i, 1, reach_us);
    if (before == n || after == n) continue;
    const double up = value[i] - value[before];
    const double down = value[i] - value[after];
    strength[i] = up * down > 0 ? std::fmin(std::fabs(up), std::fabs(down)) / scale.change : 0;
  }
}

void flat_strength(std::span<const double> value, const SeriesScale& scale, std::span<double> strength) {
  CELADON_ASSERT(value.size() == strength.size());
  for (std::size_t begin = 0; begin < value.size();) {
    std::size_t end = begin + 1;
    while (end < value.size() && value[end] == value[begin]) ++end;
    const double ratio = static_cast<double>(end - begin) / scale.run;
    for (std::size_t i = begin; i < end; ++i)
      strength[i] = std::isnan(value[i]) ? missing : std::fmax(0, ratio - 1);
    begin = end;
  }
}

void local_activity(std::span<const double> value, std::size_t half, std::span<double> activity) {
  CELADON_ASSERT(value.size() == activity.size());
  const std::size_t n = value.size();
  // Changes [first, last) are those between rows k-1 and k. The sum is made anew for each value: a running sum would
  // keep what rounding a value of 1e12 left behind.
  for (std::size_t i = 0; i < n; ++i) {
    activity[i] = missing;
    if (std::isnan(value[i])) continue;
    const std::size_t first = i > half ? i - half + 1 : 1;
    const std::size_t last = std::min(n, i + half + 1);
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t k = first; k < last; ++k) {
      const double step = std::fabs(value[k] - value[k - 1]);
      if (std::isnan(step)) continue;
      sum += step;
      ++count;
    }
    if (count > 0 && count >= half) activity[i] = sum / static_cast<double>(count);
  }
}

void activity_strength(std::span<const double> activity, const SeriesScale& scale, bool quiet,
                       std::span<double> strength) {
  CELADON_ASSERT(activity.size() == strength.size());
  const double floor = 0.1 * scale.resolution;
  for (std::size_t i = 0; i < activity.size(); ++i) {
    const double ratio = std::log2(scale.activity / std::fmax(activity[i], floor));
    strength[i] = std::isnan(activity[i]) || std::isnan(ratio) ? missing : std::fmax(0, quiet ? ratio : -ratio);
  }
}

void gap_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t step_us,
                  std::span<double> strength) {
  CELADON_ASSERT(time.size() == value.size() && value.size() == strength.size() && step_us > 0);
  std::size_t last = value.size();
  for (std::size_t i = 0; i < value.size(); ++i) {
    strength[i] = missing;
    if (std::isnan(value[i])) continue;
    strength[i] = 0;
    if (last < value.size()) {
      const double steps = static_cast<double>(time[i].us - time[last].us) / static_cast<double>(step_us) - 1;
      const double steps_missing = steps > 0.5 ? steps : 0;
      strength[i] = steps_missing;
      strength[last] = std::fmax(strength[last], steps_missing);
    }
    last = i;
  }
}

void step_mix_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t step_us,
                       std::int64_t reach_us, std::span<double> strength) {
  CELADON_ASSERT(time.size() == value.size() && value.size() == strength.size() && step_us > 0);
  for (std::size_t i = 0; i < value.size(); ++i) {
    strength[i] = missing;
    if (std::isnan(value[i])) continue;
    for (const int step : {-1, 1}) {
      const std::size_t k = neighbour(time, value, i, step, reach_us);
      if (k == value.size()) continue;
      const double steps = static_cast<double>(std::abs(time[k].us - time[i].us)) / static_cast<double>(step_us);
      strength[i] = std::fmax(strength[i], std::fabs(std::log2(steps)));
    }
  }
}

void level_strength(std::span<const double> value, const SeriesScale& scale, std::span<double> strength) {
  CELADON_ASSERT(value.size() == strength.size());
  for (std::size_t i = 0; i < value.size(); ++i) strength[i] = std::fabs(value[i] - scale.median) / scale.spread;
}

void detection_strength(std::span<const double> value, double limit, std::span<double> strength) {
  CELADON_ASSERT(value.size() == strength.size() && limit > 0);
  for (std::size_t i = 0; i < value.size(); ++i) {
    strength[i] = std::isnan(value[i]) ? missing : value[i] <= limit ? 1 + (limit - value[i]) / limit : 0;
  }
}

std::size_t find_segments(std::span<const double> value, std::size_t side, double cut_at, const SeriesScale& scale,
                          std::span<Segment> segments) {
  CELADON_ASSERT(side > 0 && side <= window_half_max && !segments.empty());
  std::array<double, window_half_max> window;
  const auto median = [&](std::size_t begin, std::size_t end) {
    return median_of(std::span(window).first(gather(value.subspan(begin, end - begin), window)));
  };
  std::size_t count = 0;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (count < segments.size())
      segments[count++] = {begin, end, 0, 0};
    else
      segments[count - 1].end = end;
  };
  const std::size_t n = value.size();
  for (std::size_t i = 0; i < n;) {
    if (std::isnan(value[i])) {
      ++i;
      continue;
    }
    begin = i++;
    for (; i < n && !std::isnan(value[i]); ++i) {
      // Only a change that is large by itself can begin a new level; the medians then tell a jump from a spike.
      if (i - begin < side || std::fabs(value[i] - value[i - 1]) <= 0.5 * cut_at * scale.change) continue;
      const double before = median(i - side, i);
      const double after = median(i, std::min(n, i + side));
      if (std::fabs(after - before) <= cut_at * scale.change) continue;
      close(i);
      begin = i;
    }
    close(i);
  }
  for (std::size_t k = 1; k < count; ++k) {
    const Segment& last = segments[k - 1];
    const double end = median(last.end - std::min(side, last.end - last.begin), last.end);
    const double start = median(segments[k].begin, std::min(segments[k].end, segments[k].begin + side));
    segments[k].jump_before = (start - end) / scale.change;
    segments[k - 1].jump_after = (end - start) / scale.change;
  }
  return count;
}

double offset_of(const Segment& segment) {
  const bool one_side = segment.jump_before * segment.jump_after > 0;
  return one_side ? std::fmin(std::fabs(segment.jump_before), std::fabs(segment.jump_after)) : 0;
}

std::size_t block_medians(std::span<const Instant> time, std::span<const double> value, std::int64_t block_us,
                          std::span<double> medians, std::span<double> scratch) {
  CELADON_ASSERT(time.size() == value.size() && scratch.size() >= value.size() && block_us > 0);
  if (time.empty()) return 0;
  const auto block_of = [&](std::size_t i) { return static_cast<std::size_t>((time[i].us - time[0].us) / block_us); };
  const std::size_t blocks = block_of(time.size() - 1) + 1;
  CELADON_ASSERT(medians.size() >= blocks);
  std::fill_n(medians.begin(), blocks, missing);
  for (std::size_t i = 0; i < time.size();) {
    const std::size_t block = block_of(i);
    std::size_t end = i;
    while (end < time.size() && block_of(end) == block) ++end;
    medians[block] = median_of(scratch.first(gather(value.subspan(i, end - i), scratch)));
    i = end;
  }
  return blocks;
}

void block_shift(std::span<const double> medians, std::size_t reach, double floor, std::span<double> shift,
                 std::span<double> scratch) {
  CELADON_ASSERT(medians.size() == shift.size() && scratch.size() >= 2 * medians.size() && floor > 0);
  const std::size_t n = medians.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t begin = i > reach ? i - reach : 0;
    const std::size_t end = std::min(n, i + reach + 1);
    std::size_t count = gather(medians.subspan(begin, i - begin), scratch);
    count += gather(medians.subspan(i + 1, end - i - 1), scratch.subspan(count));
    shift[i] = count < 2 ? missing : medians[i] - median_of(scratch.first(count));
  }
  const std::size_t count = gather(shift, scratch);
  const double sigma = std::fmax(mad_to_sigma * deviation_of(scratch.first(count), 0), floor);
  for (double& one : shift) one /= sigma;
}

void cumulated_shift(std::span<const double> shift, double slack, std::span<double> strength) {
  CELADON_ASSERT(shift.size() == strength.size());
  double up = 0;
  double down = 0;
  for (std::size_t i = 0; i < shift.size(); ++i) {
    strength[i] = missing;
    if (std::isnan(shift[i])) continue;
    up = std::fmax(0, up + shift[i] - slack);
    down = std::fmax(0, down - shift[i] - slack);
    strength[i] = std::fmax(up, down);
  }
}

namespace {

/// First value that is there; 0 where none is.
double origin_of(std::span<const double> values) {
  const auto first = std::ranges::find_if(values, [](double one) { return !std::isnan(one); });
  return first == values.end() ? 0 : *first;
}

double correlation(std::span<const double> a, std::span<const double> b, std::ptrdiff_t lag) {
  constexpr double flat = 1e-12;  // of the squares' sum: what rounding leaves of a series that does not move
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const double from_a = origin_of(a), from_b = origin_of(b);
  double count = 0, sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, -lag); i < std::min(n, n - lag); ++i) {
    const double x = a[static_cast<std::size_t>(i + lag)] - from_a;
    const double y = b[static_cast<std::size_t>(i)] - from_b;
    if (std::isnan(x) || std::isnan(y)) continue;
    count += 1;
    sum_a += x, sum_b += y, aa += x * x, bb += y * y, ab += x * y;
  }
  if (count * 2 < static_cast<double>(n) || count < 8) return missing;
  const double of_a = aa - sum_a * sum_a / count, of_b = bb - sum_b * sum_b / count;
  if (!(of_a > flat * aa) || !(of_b > flat * bb)) return missing;
  return (ab - sum_a * sum_b / count) / std::sqrt(of_a * of_b);
}

}  // namespace

ClockShift clock_shift(std::span<const double> value, std::span<const double> partner, std::size_t lag_max) {
  CELADON_ASSERT(value.size() == partner.size());
  const double here = correlation(value, partner, 0);
  ClockShift best{0, std::isnan(here) ? missing : 0, here};
  const auto most = static_cast<std::ptrdiff_t>(lag_max);
  for (std::ptrdiff_t lag = -most; lag <= most; ++lag) {
    const double there = correlation(value, partner, lag);
    if (there - here > best.gain) best = {lag, there - here, there};
  }
  return best;
}

}  // namespace celadon::quality
