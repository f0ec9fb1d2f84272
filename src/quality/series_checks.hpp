#pragma once

#include "core/time.hpp"
#include "quality/robust.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace celadon::quality {

// Checks that see one series whole. Each gives a strength for every value: 0 is ordinary, 1 or a few is at the limit,
// more is worse; the same number means the same for any series, because the series' own scale divides it.
//
// For all of them
//   Shapes   time[n], value[n], strength[n] for any n; time ascends
//   Missing  a value that is NaN has a NaN strength; so has one whose surroundings are too thin to tell
//   Errors   none; spans of unequal length are a bug of ours and stop the program
//   Memory   none is taken; what is called scratch is the caller's

/// 0 within [min, max], both ends good; outside 1 + distance / (max - min). An end that is not there is an infinity;
/// then 1 + distance / |the other end| (or / 1 where that is 0).
void range_strength(std::span<const double> value, double min, double max, std::span<double> strength);

/// Greatest change to either neighbour in time, in robust sigmas of the series' change. A neighbour further away than
/// `reach_us` is no neighbour; a value without any has NaN.
/// Source   QARTOD manuals (US IOOS), test 7, rate of change
void rate_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t reach_us,
                   const SeriesScale& scale, std::span<double> strength);

/// Values on each side that a window may hold.
inline constexpr std::size_t window_half_max = 48;

/// Distance to the median of up to `half` values on both sides, in robust sigmas of these values, at least the series'
/// own change: adaptive to a quiet and to a lively stretch. A constant added, or time reversed, changes nothing.
/// Fewer than 3 values around: NaN. half <= window_half_max.
/// Source   Hampel identifier (Davies and Gather 1993), the value itself left out
void spike_strength(std::span<const Instant> time, std::span<const double> value, std::size_t half,
                    std::int64_t reach_us, const SeriesScale& scale, std::span<double> strength);

/// How far a value stands alone: the smaller of the distances to the neighbours before and after where both lie on one
/// side of it, in robust sigmas of the change; 0 on a slope.
/// Source   QARTOD manuals, test 6, spike
void peak_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t reach_us,
                   const SeriesScale& scale, std::span<double> strength);

/// Length of the run of equal values in which a value stands, divided by the length that 99 % of the series' runs do
/// not exceed; less 1, at least 0. A run does not reach over a missing value.
void flat_strength(std::span<const double> value, const SeriesScale& scale, std::span<double> strength);

/// Mean |change| within +-half values: how lively the series is here. NaN where fewer than half the changes are there.
void local_activity(std::span<const double> value, std::size_t half, std::span<double> activity);

/// log2 of usual over local activity, at least 0: a sensor that has nearly stopped to move. `quiet` false gives the
/// opposite: one that has grown noisy.
void activity_strength(std::span<const double> activity, const SeriesScale& scale, bool quiet,
                       std::span<double> strength);

/// Missing steps next to a value, the larger side: 0 where both neighbours came in time. `step_us` is the usual
/// distance of two values. Both ends of the stretch count as no gap.
void gap_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t step_us,
                  std::span<double> strength);

/// Where the distance in time to the neighbours is not the usual one: |log2(distance / step)|, the larger side, over
/// values that are there and at most `reach_us` apart. 1 means twice or half: averages of another period mixed in.
void step_mix_strength(std::span<const Instant> time, std::span<const double> value, std::int64_t step_us,
                       std::int64_t reach_us, std::span<double> strength);

/// Distance to the median of the whole series, in robust sigmas of its values.
void level_strength(std::span<const double> value, const SeriesScale& scale, std::span<double> strength);

/// How far at or below the detection limit: 0 above it, else 1 + (limit - value) / limit, so 1 at the limit, 2 at zero.
void detection_strength(std::span<const double> value, double limit, std::span<double> strength);

/// A stretch without gap and without a lasting jump: often one stay of an instrument in the water.
struct Segment {
  std::size_t begin = 0, end = 0;  ///< rows; values outside are missing
  double jump_before = 0;          ///< signed, in robust sigmas of the change: begin of this less end of the last
  double jump_after = 0;           ///< end of this less begin of the next
};
/// Cuts where a value is missing, or where the medians of `side` values before and after differ by more than `cut_at`
/// sigmas of the change. Gives how many were found; those beyond segments.size() are joined to the last.
/// side <= window_half_max.
std::size_t find_segments(std::span<const double> value, std::size_t side, double cut_at, const SeriesScale& scale,
                          std::span<Segment> segments);

/// The part by which a segment stands off from both its neighbours on the same side: the smaller jump, 0 where the
/// series goes on climbing or has no neighbour on one side.
[[nodiscard]] double offset_of(const Segment& segment);

/// Medians of blocks of `block_us`, by their number since the first time. Gives how many blocks there are; a block
/// without values is NaN. medians must have room for all; scratch for n.
std::size_t block_medians(std::span<const Instant> time, std::span<const double> value, std::int64_t block_us,
                          std::span<double> medians, std::span<double> scratch);

/// Shift of level: each block against the median of `reach` blocks on both sides, signed, in robust sigmas of that
/// difference over the whole stretch. Shapes: medians[b], shift[b], scratch[2 b].
void block_shift(std::span<const double> medians, std::size_t reach, double floor, std::span<double> shift,
                 std::span<double> scratch);

/// Drift: the larger of both one-sided cumulated sums of `shift`, with `slack` sigmas let off a block.
/// Source   Page 1954, Continuous inspection schemes (CUSUM)
void cumulated_shift(std::span<const double> shift, double slack, std::span<double> strength);

/// The lag, in rows, at which value agrees best with partner, within +-lag_max, how well it does there, and how much
/// better than with none: correlation at the lag less that at 0. A clock that is off shows as a lag that is not 0;
/// positive: what the partner shows stands later in value. Rows evenly spaced. Scale and offset of either do not
/// matter. A lag counts where half of the rows, and 8, are there in both; a series that does not move agrees with
/// nothing. Missing  NaN gain where it cannot be told without a lag
struct ClockShift {
  std::ptrdiff_t lag = 0;
  double gain = 0;
  double correlation = 0;  ///< at the lag
};
[[nodiscard]] ClockShift clock_shift(std::span<const double> value, std::span<const double> partner,
                                     std::size_t lag_max);

}  // namespace celadon::quality
