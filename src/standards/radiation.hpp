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

namespace celadon::standards {

/// Where a gamma dose rate was measured; decides the building factor k3.
enum class GammaPlace : std::uint8_t { open_land, single_storey, storeyed };

/// What an instrument shows: nGy/h, or nSv/h after calibration with one of two sources.
enum class GammaReading : std::uint8_t { gray, sievert_cs137, sievert_co60 };

/// The numbers of environmental gamma monitoring, as a pack states them.
struct RadiationRules {
  std::array<double, 3> k3{};                ///< by GammaPlace
  std::array<double, 3> sv_per_gy{1, 1, 1};  ///< by GammaReading
  std::size_t readings_min = 0;              ///< of one manual measurement
  double sigma_multiple = 0;                 ///< mean + this many sigma of the own background: look into it
  double jump_ngy_h = 0;                     ///< this far above the own background: alarm; set locally
  double effective_sv_per_gy = 0;            ///< effective dose of a person from air kerma
  double public_limit_msv_a = 0, site_constraint_msv_a = 0;
  std::string trust;  ///< the weakest of its numbers
};

/// Columns name, value, unit, source, trust. Errors   malformed naming file and line: a name unknown, twice or absent;
/// a value or unit out of place; a site constraint above the public limit.
[[nodiscard]] Result<RadiationRules> parse_radiation_rules(std::string_view text, std::string_view name);

/// One instrument at one kind of place.
struct GammaSetup {
  GammaPlace place = GammaPlace::open_land;
  GammaReading reading = GammaReading::gray;
  double calibration_k1 = 1;   ///< factor of the calibration certificate
  double check_source_k2 = 1;  ///< factor from the check source
  double cosmic_ngy_h = 0;     ///< response to cosmic rays over open water, Dc
};

/// D = scale * R - offset: the formula with the setup put in.
struct GammaFormula {
  double scale = 1, offset_ngy_h = 0;
};

/// Errors   invalid_value: a factor that is not above zero, a cosmic response that is negative; field names it.
[[nodiscard]] Result<GammaFormula> gamma_formula(const RadiationRules& rules, const GammaSetup& setup);

/// Gamma dose rate in air of each reading, without cosmic rays: D = k1 k2 R - k3 Dc.
///
/// Shapes   reading[n], dose_rate_ngy_h[n]; unequal lengths are a bug of ours; both may be the same memory.
/// Units    reading in nGy/h or nSv/h, as the setup says; Sv readings are divided by the pack's Sv/Gy first.
/// Missing  NaN, infinities and negative readings give NaN. A dose rate below zero stays: a mean needs it.
/// Source   HJ 1157-2021 [memory].
void gamma_dose_rate(const GammaFormula& formula, std::span<const double> reading, std::span<double> dose_rate_ngy_h);

/// Mean and spread of readings.
struct ReadingMean {
  std::size_t n = 0;  ///< readings that were there
  double mean = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();  ///< NaN below two readings
  bool enough = false;                                          ///< n reaches the pack's readings_min
};

/// Mean and standard deviation of the readings of one measurement, or of a station's own background.
///
/// Shapes   reading[n], any order, any one unit.
/// Missing  NaN and infinities are left out.
/// Source   HJ 1157-2021: at least 10 readings [memory].
/// Ours     the deviation is that of a sample (n - 1). Too few readings still have a mean, told as not enough.
[[nodiscard]] ReadingMean mean_of_readings(const RadiationRules& rules, std::span<const double> reading);

/// The highest step a dose rate is above.
enum class GammaStep : std::uint8_t { missing, none, sigma, jump };

/// What is to be done about it. `show` is for people to see beside the rain; it alarms nobody by itself.
enum class GammaNotice : std::uint8_t { missing, none, show, investigate, alarm };

struct GammaVerdict {
  GammaStep step = GammaStep::missing;
  GammaNotice notice = GammaNotice::missing;
  friend bool operator==(const GammaVerdict&, const GammaVerdict&) = default;
};

/// Holds each dose rate against the station's own background.
///
/// Shapes   dose_rate_ngy_h[n], rain[n] (not zero: rain in this hour or shortly before it), verdict[n]; unequal lengths
///          are a bug of ours.
/// Missing  NaN and infinite rates give missing. So does every rate where the background is not `enough`: without
///          one there is no step to be above.
/// Source   practice of automatic stations [memory]: mean + 3 sigma; a fixed jump above background; radon daughters
///          washed out by rain lift the rate for hours, so rain shows what it would otherwise investigate or alarm.
/// Ours     equal to a step is not above it. The jump is tested first, so a restless background whose 3 sigma pass the
///          jump cannot hide one. Rain unknown is handed in as no rain: what we do not know silences nothing. The step
///          is told also in rain, so that a caller with a second sign (nuclides, a neighbour without rain) may alarm.
void gamma_verdict(const RadiationRules& rules, const ReadingMean& background, std::span<const double> dose_rate_ngy_h,
                   std::span<const std::uint8_t> rain, std::span<GammaVerdict> verdict);

struct AnnualDose {
  std::size_t hours = 0;                                            ///< of the year
  std::size_t hours_present = 0;                                    ///< with a dose rate
  double dose_msv = std::numeric_limits<double>::quiet_NaN();       ///< above background, the whole year
  std::optional<bool> within_public_limit, within_site_constraint;  ///< nothing where no hour is there
};

/// Effective dose of one year above natural background, against the limit for the public.
///
/// Shapes   dose_rate_ngy_h[n]: every hour of the year in any order, missing ones as NaN.
/// Units    background_ngy_h: the natural dose rate at that place, in the same sense (with or without cosmic rays).
/// Missing  NaN and infinities are left out; the mean of the rest stands for them, hours_present tells how much.
/// Errors   invalid_value: n is not 8760 or 8784; a background that is negative or no number.
/// Source   GB 18871-2002: 1 mSv/a on top of natural background; GB 6249-2011: 0.25 mSv/a of a site [memory]. Both
///          inclusive. Sv from Gy by the pack's effective_sv_per_gy.
/// Ours     a person is taken to stand outdoors all year: the greatest dose the rates allow. Hours below background
///          count as negative, otherwise mere scatter would add up to a dose.
[[nodiscard]] Result<AnnualDose> annual_dose(const RadiationRules& rules, std::span<const double> dose_rate_ngy_h,
                                             double background_ngy_h);

}  // namespace celadon::standards
