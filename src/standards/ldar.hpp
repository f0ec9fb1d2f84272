#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// What leaks: one seal point (密封点).
enum class SealComponent : std::uint8_t {
  pump,
  compressor,
  agitator,
  valve,
  open_ended,
  relief_device,
  sampling,
  flange,
  connector,
  other
};
inline constexpr std::size_t seal_components = 10;

// ---- Leaks and deadlines ----------------------------------------------------------------------------------------

enum class LeakMedium : std::uint8_t { gas, volatile_liquid, other_liquid };
/// Key regions (重点地区) have limits of their own under GB 37822-2019.
enum class LeakRegion : std::uint8_t { general, key };

struct LeakLimit {
  double umol_mol = 0;          ///< net, as carbon
  bool leaks_at_limit = false;  ///< GB 31571-2015: at or above; GB 37822-2019: above only
  std::string source, trust;
};

/// A number of days, months, working days or points; 0 where the standard names none.
struct LdarNumber {
  int count = 0;
  std::string source, trust;
};

/// What one standard asks of leak detection and repair.
struct LdarPlan {
  std::string standard;
  std::array<std::array<LeakLimit, 2>, 3> leak;               ///< by LeakMedium, LeakRegion
  std::array<LdarNumber, seal_components> inspection_months;  ///< by SealComponent
  LdarNumber after_release_working_days;                      ///< of a relief device that vents directly
  LdarNumber first_start_days, visual_days, repair_first_days, repair_done_days;
  LdarNumber points_min;  ///< so many seal points and the duty begins

  [[nodiscard]] const LeakLimit& limit(LeakMedium medium, LeakRegion region) const {
    return leak[static_cast<std::size_t>(medium)][static_cast<std::size_t>(region)];
  }
};

struct LdarPlans {
  std::vector<LdarPlan> plans;
  [[nodiscard]] const LdarPlan* find(std::string_view standard) const;  ///< nullptr where no plan is of that name
};

/// Columns standard, rule, subject, region, holds, value, unit, source, trust. Region `all` is both.
/// Errors   malformed naming file and line: a word that is not known, a rule twice, a number, sense or unit out of
/// place; a standard without all its leak limits and repair times, with a laxer limit in key regions, or a first try
/// due after the repair.
[[nodiscard]] Result<LdarPlans> parse_ldar_plans(std::string_view text, std::string_view name);

/// Instrument reading less background; 0 where the background is higher. NaN where either is missing or negative.
/// Source   GB 31571-2015 3.16.
[[nodiscard]] double net_reading(double reading_umol_mol, double background_umol_mol);

enum class LeakVerdict : std::uint8_t { missing, no_leak, leak };

/// One seal point. Weeping or dripping is a leak whatever the instrument says, also where it says nothing.
/// Missing  NaN, infinite and negative readings, if nothing is visible.
/// Source   GB 37822-2019 8.2 (a visible, b above the limit); GB 31571-2015 5.3.4 (at or above).
/// Ours     visible counts under GB 31571-2015 too, whose 5.3.3 d has people look for it.
[[nodiscard]] LeakVerdict leak_verdict(const LeakLimit& limit, double net_umol_mol, bool visible);

/// Column version by instrument alone. Shapes   both n; unequal lengths are a bug of ours.
void leak_verdicts(const LeakLimit& limit, std::span<const double> net_umol_mol, std::span<LeakVerdict> verdict);

/// Day by which the next test is due. Nothing where the standard does not name the component.
/// Ours     months by the calendar: the same day of the month, or its last day where it has none of that number.
[[nodiscard]] std::optional<LegalDay> next_test_due(const LdarPlan& plan, SealComponent component, LegalDay last);
/// First test after start-up, or under GB 37822-2019 after overhaul.
[[nodiscard]] std::optional<LegalDay> first_test_due(const LdarPlan& plan, LegalDay start);
[[nodiscard]] std::optional<LegalDay> next_look_due(const LdarPlan& plan, LegalDay last);

/// The day that many working days after a day, by the calendar of holidays the caller has.
using AddWorkingDays = std::function<LegalDay(LegalDay, int)>;

/// Test of a relief device that vents directly, after a release. Nothing where the standard asks none.
[[nodiscard]] std::optional<LegalDay> release_test_due(const LdarPlan& plan, LegalDay release,
                                                       const AddWorkingDays& add_working_days);

struct RepairDue {
  LegalDay first_try, done;
};

/// Days by which a leak must have been tried and repaired, counted from finding it.
/// `shutdown` is the next one where a delay is allowed and filed; it never shortens the time.
/// Source   GB 37822-2019 8.4; GB 31571-2015 5.3.5. Ours   the first try stays due in a delay.
[[nodiscard]] RepairDue repair_due(const LdarPlan& plan, LegalDay found, std::optional<LegalDay> shutdown);

/// The duty holds for a unit of so many seal points. Ours   a standard without a number of points holds for any.
[[nodiscard]] bool ldar_required(const LdarPlan& plan, std::size_t points);

// ---- Emission of a seal point -----------------------------------------------------------------------------------

enum class LdarIndustry : std::uint8_t { petrochemical, refinery, marketing_terminal };
enum class LdarService : std::uint8_t { gas, light_liquid, heavy_liquid };

struct SealKind {
  LdarIndustry industry = LdarIndustry::petrochemical;
  SealComponent component = SealComponent::valve;
  LdarService service = LdarService::gas;
};
inline constexpr std::size_t seal_kinds = 3 * seal_components * 3;

/// e = a SV^b, kg/h TOC of a point, with what holds below and above the equation.
struct LeakCorrelation {
  double a = 0, b = 0, default_zero_kg_h = 0;
  double pegged_short_kg_h = 0;  ///< instrument that ends at 10 000
  double pegged_kg_h = 0;
  std::string source, trust;
};

struct LeakRange {
  double low_kg_h = 0, high_kg_h = 0;
  std::string source, trust;
};

struct LeakFactor {
  double kg_h = 0;
  bool without_methane = false;  ///< told in NMOC
  std::string source, trust;
};

struct LdarFactors {
  std::array<std::optional<LeakCorrelation>, seal_kinds> correlation;
  std::array<std::optional<LeakRange>, seal_kinds> range;
  std::array<std::optional<LeakFactor>, seal_kinds> average;
  double equation_from_umol_mol = 0, pegged_from_umol_mol = 0, pegged_short_from_umol_mol = 0;
  double detection_limit_max_umol_mol = 0, range_high_from_umol_mol = 0, methane_share_max = 0;
  std::string trust;  ///< the weakest of these six

  /// nullptr where the method has nothing for that kind of point.
  [[nodiscard]] const LeakCorrelation* correlation_of(const SealKind& kind) const;
  [[nodiscard]] const LeakRange* range_of(const SealKind& kind) const;
  [[nodiscard]] const LeakFactor* average_of(const SealKind& kind) const;
};

/// Columns method, industry, component, service, param, value, unit, source, trust. Service `all` is all three; `use`
/// takes the constants of industry/component/service.
/// Errors   malformed naming file and line: a word that is not known, a constant twice, absent or out of place, a
/// `use` of nothing.
[[nodiscard]] Result<LdarFactors> parse_ldar_factors(std::string_view text, std::string_view name);

/// What the instrument can show.
struct LeakInstrument {
  double detection_limit_umol_mol = 1;
  bool ends_at_pegged_short = false;  ///< shows no more than the pack's pegged_short_from (10 000)
};

/// Emission rate of a point by correlation, kg/h TOC.
///
/// Missing  NaN, infinite and negative readings give NaN. So does a reading below the equation with a detection limit
///          that is not known.
/// Source   ministry guide of 2015 [memory]: below 1 default zero, from 50 000 pegged; default zero only with a
///          detection limit of 1 or less, otherwise half the limit in the equation [secondary].
/// Ours     with a coarser instrument every reading below its detection limit is half of that. The constants make no
///          smooth curve: some default zeros lie above the equation at 1.
[[nodiscard]] double correlation_kg_h(const LdarFactors& factors, const LeakCorrelation& correlation,
                                      double net_umol_mol, const LeakInstrument& instrument);
/// Column version. Shapes   both n; unequal lengths are a bug of ours; both may be the same memory.
void correlation_kg_h(const LdarFactors& factors, const LeakCorrelation& correlation,
                      std::span<const double> net_umol_mol, const LeakInstrument& instrument, std::span<double> kg_h);

/// Emission rate by screening range: one factor from 10 000 on, one below. Missing   as above.
[[nodiscard]] double range_kg_h(const LdarFactors& factors, const LeakRange& range, double net_umol_mol);

/// Emission rate by average factor, kg/h TOC: EF x WF_TOC; a factor told without methane x WF_TOC/(WF_TOC - WF_CH4).
/// Units    mass shares of the stream, 0..1. Missing   NaN; shares outside 0..1, methane above TOC or all of it.
/// Source   EPA-453/R-95-017 [memory]: methane share at most 10 %. Ours   a larger share counts as that.
[[nodiscard]] double average_kg_h(const LdarFactors& factors, const LeakFactor& factor, double toc_share,
                                  double methane_share);

/// VOC of TOC: x WF_VOC/WF_TOC; both NaN is not known and counts as 1. NaN for shares outside 0..1, one share alone,
/// no TOC, or more VOC than TOC.
[[nodiscard]] double voc_kg_h(double toc_kg_h, double voc_share, double toc_share);

/// One test of one point in the order of time.
struct PointTest {
  double at_h = 0;            ///< hours since any start
  double rate_kg_h = 0;       ///< NaN: tested, no rate
  bool after_repair = false;  ///< the re-test that closes a repair
};

struct PointEmission {
  double kg = std::numeric_limits<double>::quiet_NaN();  ///< of the hours with a rate; NaN where there is none
  double hours = 0, hours_missing = 0;
};

/// Emission of one point from `from_h` to `to_h`: a year, or the part of it the point was in service.
///
/// Each rate holds from the midpoint between its test and the one before to the midpoint to the next; the first from
/// the start, the last to the end. A re-test after repair holds from itself on, and the rate before it until then.
/// Missing  hours of a rate that is NaN, infinite or negative are left out and counted.
/// Errors   invalid_value: tests not in rising order of time, a time that is no number, an end before the start.
/// Source   time allocation by midpoints (中点法) [principle verified].
/// Ours     repair and re-test are one moment: hand in the time of repair. Tests outside the window still share
///          the time between them.
[[nodiscard]] Result<PointEmission> point_emission(std::span<const PointTest> tests, double from_h, double to_h);

}  // namespace celadon::standards
