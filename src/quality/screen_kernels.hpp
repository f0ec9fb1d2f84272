#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace celadon::quality::screen {

// Kernels of screening: columns on one hourly grid in, tests with their p out. No kernel looks at another series than
// those it is handed. Missing is NaN everywhere and never counts as a value. A span that is empty is a column that is
// not there.

/// One window of one series, tested. `p` is the chance of a statistic at least as far out on an honest series, before
/// any correction for how many windows were tested.
struct WindowTest {
  std::size_t begin = 0, end = 0;  ///< rows [begin, end)
  double statistic = 0;            ///< what the kernel's comment says
  double p = 1;
  double value = 0;             ///< the quantity seen, in its own unit
  double typical = 0;           ///< the same quantity as the series usually has it
  std::size_t other_begin = 0;  ///< copies: first row of the earlier stretch
  std::size_t series = 0, other_series = 0;
};

/// `found` holds those of the `count` tests whose p was below keep_below; the rest cannot become findings.
struct Tests {
  static constexpr double keep_below = 0.01;
  std::vector<WindowTest> found;
  double count = 0;
  void add(const WindowTest& test) {
    ++count;
    if (test.p < keep_below) found.push_back(test);
  }
};

using Column = std::span<const double>;

/// Runs of one value that are longer than the series' own habit of repeating itself explains.
/// statistic  length of the run in rows. value: the repeated value. typical: the longest run not tested beside it.
/// Null       a run at this level goes on with the chance at which runs of two, three and four at this level went on
///            (levels are eighths of the values; the largest of the three, Laplace-smoothed, the run itself left out):
///            p = q^(length - 1). One test a row.
/// Source     ours; that ties are a matter of the rounding step is in the level-wise q.
struct FlatParameters {
  int length_min = 6;
};
[[nodiscard]] Tests flat_runs(Column value, const FlatParameters& parameters);

/// Windows whose variation lies far below what the series has at that level in its other weeks.
/// Windows are whole days, so each holds the same hours as every other. Variation is the standard deviation with the
/// rounding step's own share (step^2/12) kept in; its dependence on the level is taken out by the medians of level
/// eighths. Windows with a load below a tenth of the usual are left out: a plant at rest may be quiet.
/// statistic  variation over the typical one. value, typical: standard deviations in the unit of the series.
/// Null       LowerTail of all windows of the series.
struct VariationParameters {
  int window = 24, step = 6;
  double tail_share = 0.1;
  double ratio_max = 0.3;  ///< only below this ratio is a window of interest
};
[[nodiscard]] Tests near_flat(Column value, Column load, const VariationParameters& parameters);

/// Windows whose hour-to-hour noise drops far below its own while the slower course goes on. Noise is the mean absolute
/// second difference over the mean absolute change in six hours, step/4 added to both; otherwise as near_flat.
/// value, typical: that ratio, without unit.
[[nodiscard]] Tests quiet(Column value, Column load, const VariationParameters& parameters);

/// Last digits at the series' own resolution that are not as its neighbouring values let expect.
/// A digit is expected as often as the values themselves, smoothed over three steps to each side, give it; a value
/// equal to the one before is not counted. One test for the whole series and one for each window. statistic  chi-square
/// over the digits, divided by `overdispersion`. value: the largest share of a digit,
///            typical: the share expected of that digit.
/// Null       chi-square with 9 degrees of freedom.
/// Source     the last-digit test is common in auditing; the smoothed expectation is ours.
struct DigitParameters {
  int window = 720, count_min = 150;
  double overdispersion = 1.5;
  double excess_min = 0.05;  ///< some digit must be this much more frequent than expected
};
[[nodiscard]] Tests digits(Column value, const DigitParameters& parameters);

/// More values just below a limit than just above it, beyond the slope of the density below.
/// Equal bands of `band` times the cutoff below (inclusive) and above; the expected share below comes from the
/// log-linear fall over the three bands under them. Counts are visits: hours in a row in a band are one.
/// statistic  z of the share below. value: visits below, typical: visits expected below of all in both bands.
/// Null       the larger of the normal tail of z, its slope's uncertainty in, and a Student tail of z against the same
///            z at placebo cutoffs of the same series away from the limit.
/// Source     bunching at a threshold: McCrary (2008), Saez (2010); the placebo calibration is ours.
struct CapParameters {
  double band = 0.05;
  double visits_min = 10;
  double excess_min = 0.15;  ///< share below must exceed the expected one by this much
};
[[nodiscard]] Tests capped(Column value, double limit, const CapParameters& parameters);

/// Whether events begin when the value is high or rising, more often than at the same hour of other days.
/// Each event scores the rank (0..1) of the value extrapolated to its first hour from the two before it, among the same
/// extrapolations at that hour of the day on days without an event. Events within `apart` rows count once.
/// statistic  z of the mean rank. value: mean rank, typical: 0.5.
/// Null       uniform ranks: the normal limit of permuting each event over the days at its hour.
/// Source     ours.
struct TimingParameters {
  int events_min = 6, apart = 6;
};
[[nodiscard]] Tests event_timing(Column value, const std::vector<std::size_t>& events,
                                 const TimingParameters& parameters);
/// First rows of the stretches where the mark is set (not 0, not NaN).
[[nodiscard]] std::vector<std::size_t> mark_events(Column mark);
/// Rows at which oxygen, less what the load explains (medians of load eighths), jumps up by more than `jump` spreads of
/// its hourly change.
[[nodiscard]] std::vector<std::size_t> oxygen_jumps(Column oxygen, Column load, double jump);

/// Reported converted values that do not follow from the measured value and oxygen of the same hour.
/// The factor converted / (value / (21 - oxygen)) is the series' own median; a row is off by more than `tolerance` of
/// it. statistic  rows off. value: share off, typical: `share`. Null       binomial with the share that rounding and
/// averaging may put off. One test a window. Source     converted = measured * (21 - reference) / (21 - oxygen), as
/// emission standards write it.
struct ConversionParameters {
  int window = 168;
  double tolerance = 0.05, share = 0.02;
};
[[nodiscard]] Tests conversion(Column value, Column oxygen, Column converted, const ConversionParameters& parameters);

/// Windows in which the value lets go of load, power or water that it follows otherwise.
/// statistic  rank correlation in the window. value: the same; typical: its median over windows.
/// Null       Student tail (30 degrees of freedom) of the Fisher-transformed correlation below the series' own median,
/// in
///            units of its own spread; only where the median is at least `follow_min`.
struct FollowParameters {
  int window = 168, step = 84;
  double follow_min = 0.4, drop_min = 0.4;
};
[[nodiscard]] Tests decoupled(Column value, Column load, const FollowParameters& parameters);

/// Windows in which the hour-to-hour noise of two outlets is the same.
/// Noise is the second difference, clipped at four spreads, less what the second difference of each outlet's load
/// explains. statistic  correlation. value: the same; typical: its median over windows of this pair. Null correlation
/// at most `common`, Fisher-transformed; half the rows count, since second differences depend on
///            each other.
struct TwinParameters {
  int window = 168, step = 84;
  double common = 0.9;
};
[[nodiscard]] Tests twins(Column a, Column load_a, Column b, Column load_b, const TwinParameters& parameters);

/// Stretches equal to an earlier stretch of the same series, or to one of another outlet: value by value, up to a
/// constant, or up to a factor and a little noise. All series have one grid and one resolution of time.
/// Seeds are equal hashes of quantised differences (8 rows), of their signs (16 rows) and of the signs of every third
/// difference over four rows (44 rows; noise seldom turns these); each is verified and extended, O(n log n) while
/// chance repeats stay rare. Same-hour pairs of different outlets are tested for equal differences only. statistic rows
/// in common. value: mean of the later stretch; typical: mean of the earlier one. Null       expected number of such
/// matches by chance among all pairs of places, E, as sequence search has it
///            (Karlin and Altschul 1990): each equal difference counts -ln of its frequency at that level, an equal
///            zero counts nothing; a match by factor counts its Fisher-transformed correlation of differences above
///            0.9. p = 1 - exp(-E); one test a series, since E already covers all places.
struct CopyParameters {
  int length_min = 18, scaled_length_min = 24;
  double same_hour_common = 0.5;  ///< chance above which neighbours may agree hour by hour
};
[[nodiscard]] Tests copies(std::span<const Column> series, const CopyParameters& parameters);

}  // namespace celadon::quality::screen
