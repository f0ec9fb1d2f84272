#pragma once

#include "core/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

enum class NoisePeriod : std::uint8_t { day, night };
enum class NoiseNetwork : std::uint8_t { area, road };

inline constexpr double no_noise_level = std::numeric_limits<double>::quiet_NaN();

/// A mean level and how much it rests on.
struct LevelMean {
  double level_db = no_noise_level;
  std::size_t n = 0;  ///< values that were there
};

/// Equivalent level of periods of equal length: the energy mean, 10 lg(mean of 10^(0.1 L)).
///
/// Shapes   level_db[n], any order.  Units  dB(A).
/// Missing  NaN and infinities are left out; nothing there gives NaN. A negative level is a level.
/// Bounds   never below the least value nor above the greatest, whatever binary makes of the sum.
/// Source   GB 12348-2008 3.3, GB 12523-2011 3.4.
[[nodiscard]] LevelMean energy_mean(std::span<const double> level_db);

/// The same for periods of unequal length, each weighted by its duration.
///
/// Shapes   level_db[n], duration[n]; unequal lengths are a bug of ours.  Units  duration in any one unit.
/// Ours     a row whose duration is not a number above zero is left out, like one without a level.
[[nodiscard]] LevelMean energy_mean(std::span<const double> level_db, std::span<const double> duration);

/// Borders of day and night, and how many hours of each may be missing.
struct NoisePeriods {
  int day_from_hour = 0, day_to_hour = 0;  ///< clock hours: 6 and 22 mean 06:00-22:00
  double night_penalty_db = 0;             ///< on the night, in Ldn
  int day_hours_missing_max = 0, night_hours_missing_max = 0;
  std::string trust;  ///< the weakest of its numbers

  [[nodiscard]] int day_hours() const { return day_to_hour - day_from_hour; }
  [[nodiscard]] int night_hours() const { return 24 - day_hours(); }
  /// Hours of date D and of D+1 that a day and the night that begins on it need.
  [[nodiscard]] std::size_t hours_needed() const { return 24 + static_cast<std::size_t>(day_from_hour); }
};

/// Columns name, value, unit, source, trust. Errors   malformed naming file and line: a name unknown, twice or absent;
/// a value out of range.
[[nodiscard]] Result<NoisePeriods> parse_noise_periods(std::string_view text, std::string_view name);

/// The same periods with the borders a government has set.
/// Errors   invalid_value unless 0 <= day_from < day_to <= 24 and some night is left.
/// Ours     the length of the night is not tested: the noise law of 2021 asks for eight hours, older orders do not.
[[nodiscard]] Result<NoisePeriods> with_borders(const NoisePeriods& periods, int day_from_hour, int day_to_hour);

/// Ld, Ln and Ldn of one legal day; NaN where too many hours are missing.
struct NoiseDay {
  double ld_db = no_noise_level, ln_db = no_noise_level, ldn_db = no_noise_level;
  int day_hours = 0, night_hours = 0;  ///< that were there
};

/// Day, night and day-night level of date D. The night begins on D and ends on D+1.
///
/// Shapes   hour_leq_db[n]: the 24 hours of D labelled by their END (01..24), then those of D+1 from 01;
///          n >= periods.hours_needed(), fewer are a bug of ours; what follows is not read.
///          With 06:00-22:00 the day is labels 07..22, the night 23, 24 and 01..06 of D+1.
/// Missing  NaN and infinities. More than the pack allows missing: that level is NaN; Ldn needs both.
/// Source   Ld, Ln: energy means, GB 3096-2008 annex B [memory]. Ldn weights Ld and Ln + penalty by the hours of each
///          period [memory].
/// Ours     the weights are the hours of the period, not those that were there; so shifted borders shift them too.
[[nodiscard]] NoiseDay noise_day(const NoisePeriods& periods, std::span<const double> hour_leq_db);

struct NoiseStatistics {
  std::size_t n = 0;  ///< samples that were there
  double l10_db = no_noise_level, l50_db = no_noise_level, l90_db = no_noise_level;
  double lmax_db = no_noise_level, lmin_db = no_noise_level;
};

/// Levels exceeded 10, 50 and 90 % of the time, and the extremes.
///
/// Shapes   level_db[n] by value, in any order: it is sorted here; move it in if it is not needed again.
/// Missing  NaN and infinities are left out; nothing there gives NaN.
/// Source   classical practice: of 100 samples from the top down L10 is the 10th, of 200 the 20th [memory]. No
///          interpolation.
/// Ours     where n*p/100 is not whole it is rounded up: of 25 samples L10 is the 3rd from the top.
[[nodiscard]] NoiseStatistics noise_statistics(std::vector<double> level_db);

/// Level of a city's area network: the *arithmetic* mean over its points.
/// Shapes   level_db[n].  Missing  left out; n tells how many points were there.
/// Source   HJ 640-2012 [memory].
[[nodiscard]] LevelMean city_area_level(std::span<const double> level_db);

/// Level of a city's road network: the arithmetic mean weighted by the length of each segment.
/// Shapes   level_db[n], length[n]; unequal lengths are a bug of ours.  Units  length in any one unit.
/// Missing  a segment without a level, or whose length is not a number above zero, is left out.
/// Source   HJ 640-2012 [memory].
[[nodiscard]] LevelMean city_road_level(std::span<const double> level_db, std::span<const double> length);

struct NoiseGradeRow {
  int grade = 0;
  std::string name_zh, name_en;
  std::optional<std::int64_t> upper_steps;  ///< inclusive, whole steps of the last decimal; none in the last row
  std::string source, trust;
};

/// Grades of one network in one period, best first.
struct NoiseGrades {
  int decimals = 0;
  double steps_per_db = 1;
  std::vector<NoiseGradeRow> rows;
};

struct NoiseGradeTable {
  std::array<std::array<NoiseGrades, 2>, 2> series;  ///< [network][period]

  [[nodiscard]] const NoiseGrades& of(NoiseNetwork network, NoisePeriod period) const {
    return series[static_cast<std::size_t>(network)][static_cast<std::size_t>(period)];
  }
};

/// Columns network, period, grade, name_zh, name_en, upper_db, decimals, source, trust.
/// Errors   malformed naming file and line: an unknown word, grades out of order, bounds that do not rise or are finer
///          than the decimals, a last grade with a bound, a network or period left out.
[[nodiscard]] Result<NoiseGradeTable> parse_noise_grades(std::string_view text, std::string_view name);

inline constexpr std::int8_t no_noise_grade = 0;

/// Grade of each level: 1, the best, to 5.
///
/// Shapes   level_db[n], grade[n]; unequal lengths are a bug of ours.
/// Missing  NaN, infinities and what is beyond +-1000 dB give no_noise_grade.
/// Source   HJ 640-2012, bounds inclusive; the level is rounded half to even to the decimals of the table first.
void noise_grade(const NoiseGrades& grades, std::span<const double> level_db, std::span<std::int8_t> grade);

/// One point in one period of one day: what counts as a point-time (点次).
struct ZoneReading {
  std::string_view zone;  ///< "0" ... "4b"
  NoisePeriod period = NoisePeriod::day;
  double level_db = no_noise_level;
  double limit_db = no_noise_level;  ///< of this zone and period (GB 3096-2008 table 1)
};

struct ComplianceCount {
  std::int64_t complying = 0, judged = 0, missing = 0;

  [[nodiscard]] double rate_percent() const;  ///< of the judged; NaN where there are none
};

struct ZoneCompliance {
  std::string zone;  ///< empty: all zones
  ComplianceCount day, night;
};

struct CityCompliance {
  std::vector<ZoneCompliance> zones;  ///< in order of their names
  ZoneCompliance total;
};

/// Share of point-times that meet their limit, day and night apart, by zone and in total.
///
/// Shapes   reading[n], any order.
/// Missing  a reading without a finite level or limit is counted as missing and not judged.
/// Source   HJ 640-2012 functional zones [memory]; equal to the limit complies (GB 3096-2008).
/// Ours     within 1e-9 dB of the limit is equal, so that an energy mean of equal hours is no excess. Levels are not
///          rounded here: hand in what is reported.
[[nodiscard]] CityCompliance zone_compliance(std::span<const ZoneReading> reading);

struct BackgroundRow {
  int delta_from = 0;
  std::optional<int> delta_to;  ///< inclusive
  double correction_db = 0;
  std::string source, trust;
};

/// Corrections by whole difference, without a gap up to the last row, which has no end.
struct BackgroundTable {
  std::vector<BackgroundRow> rows;
};

/// Columns delta_from, delta_to, correction_db, source, trust. Errors   malformed naming file and line: gaps,
/// overlaps, a correction that raises the level or grows with the difference, an end in the last row.
[[nodiscard]] Result<BackgroundTable> parse_background_table(std::string_view text, std::string_view name);

enum class BackgroundOutcome : std::uint8_t {
  missing,              ///< the measured or the background level is not there
  background_too_loud,  ///< not judged
  corrected,
  no_correction,  ///< the background is too low to matter
};

struct BackgroundCorrection {
  BackgroundOutcome outcome = BackgroundOutcome::missing;
  double level_db = no_noise_level;  ///< NaN where not judged
  int delta = 0;                     ///< made whole; within +-2000
  const BackgroundRow* row = nullptr;
};

/// Why a measurement was or was not corrected, for the person who must act.
[[nodiscard]] std::string_view reason_of(BackgroundOutcome outcome);

/// A source's level without the background.
///
/// Units    dB(A), measured and background under the same conditions.
/// Missing  NaN, infinities and what is beyond +-1000 dB give `missing`.
/// Source   GB 12348-2008 5.7, GB 12523-2011 5.7.
/// Ours     the difference is rounded half to even (GB 12348 "take whole", GB 12523 "round") before any row is looked
///          up: 2.9 is 3 and corrected, 10.4 is 10 and corrected. The result keeps its decimals.
[[nodiscard]] BackgroundCorrection correct_background(const BackgroundTable& table, double measured_db,
                                                      double background_db);

}  // namespace celadon::standards
