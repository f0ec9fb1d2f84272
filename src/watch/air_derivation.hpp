#pragma once

#include "core/observation.hpp"
#include "ledger/ledger.hpp"
#include "standards/air_days.hpp"
#include "standards/judge.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace celadon::watch {

inline constexpr std::size_t hours_of_a_day = 24;

/// A city and the stations that speak for it.
struct AirCity {
  std::string city;
  std::vector<std::string> stations;
};
/// The cities of a ledger: stations with the city's code, without background points. HJ 663-2013 A.2.
[[nodiscard]] std::vector<AirCity> air_cities(const std::vector<ledger::Site>& sites);

/// A derived value that came out otherwise than it stood. NaN: there was, or is now, none.
struct DerivedChange {
  SeriesKey key;  ///< stage derived; averaging P1D, P1M or P1Y
  Instant end;
  double before = 0, after = 0;
};
/// Equal, or both missing.
[[nodiscard]] bool same_value(double a, double b);

/// The rules a legal day is made by. Errors   not_found where no edition was in force on it.
[[nodiscard]] Result<standards::AirDayRules> air_day_rules(const standards::Library& library, LegalDay day);
/// The day of a city: the mean of its stations, item by item, and the index of that.
///
/// Shapes   stations[k].daily[item][d] and `city` over the same days; `segments` cover them.
/// Source   HJ 663-2013 A.2, each day under the rules of its segment.
struct AirSegment {
  std::size_t first = 0, count = 0;
  standards::AirDayRules rules;
};
void air_days_of_city(std::span<const AirSegment> segments, std::span<const standards::AirDays* const> stations,
                      standards::AirDays& city);
/// A number of a month or a year that is stored.
struct PeriodNumber {
  std::string property;
  Statistic statistic = Statistic::mean;
  double value = 0;  ///< NaN where it is not valid
};
/// The days of a site held against the limits of the edition in force on `last`, or of that name.
/// Shapes   daily[item][d]. Errors   of standards::judge.
[[nodiscard]] Result<standards::Judgement> judge_air_period(const standards::Library& library,
                                                            const standards::AirAssessmentRules& rules,
                                                            std::span<const std::span<const double>> daily,
                                                            LegalDay last, const std::string& edition);
[[nodiscard]] std::vector<PeriodNumber> numbers_of(const standards::Judgement& period, double good_day_percent);

/// One day of one station, by its place in AirDerivation::stations().
struct StationDay {
  std::uint32_t station = 0;
  LegalDay day;
  friend auto operator<=>(const StationDay&, const StationDay&) = default;
};

/// What a conclusion worked out anew, and what of it came out otherwise.
struct Conclusion {
  std::vector<DerivedChange> changes;  ///< ordered by key, then end
  std::size_t station_days = 0, city_days = 0, periods = 0;
};

/// The derived values of air and what they are made of:
///
///     hours of a station-day -> its daily values and AQI -> the city's day -> months and years of station and city
///
/// A station-day is made of its own hours alone, a city's day of its stations' days, a period of the days of its site;
/// so what depends on an hour is known without looking. Working on from a change gives what working from nothing gives,
/// bit for bit, whatever the order, and at any number of threads: each value is made by one function of its inputs.
///
/// Source   days: air_days(); cities: HJ 663-2013 A.2; periods: standards::judge "air-assessment". Each day goes by the
///          edition in force on it, a period by that of its last day; days before the first edition have no values.
/// Not for two threads at once.
class AirDerivation {
 public:
  /// Errors   invalid_value where two editions of the assessment have not the same items.
  [[nodiscard]] static Result<AirDerivation> make(const standards::Library& library, std::vector<std::string> stations,
                                                  std::vector<AirCity> cities);

  [[nodiscard]] const std::vector<std::string>& stations() const { return stations_; }
  [[nodiscard]] std::optional<std::uint32_t> station(std::string_view site) const;
  /// What a station-day is made of, in order: the hourly properties.
  [[nodiscard]] const std::vector<std::string>& hourly_properties() const { return hourly_properties_; }
  /// Hours of one station-day: properties x 24.
  [[nodiscard]] std::size_t cells_of_day() const { return hourly_properties_.size() * 24; }

  /// A derived value as it was stored; what is not ours is passed over.
  void restore(const SeriesKey& key, Instant end, double value);

  /// New hours of station-days, each at most once between two conclusions.
  ///
  /// Shapes   hours: cells_of_day() for each of `days`, property by property, hour 1 first.
  /// Missing  NaN.
  void put_hours(std::span<const StationDay> days, std::span<const double> hours, unsigned threads = 1);
  /// Makes what depends on the hours put: days of cities, months, years. Errors   of standards::judge.
  [[nodiscard]] Result<Conclusion> conclude(unsigned threads = 1);
  /// As it was before a conclusion, of which nothing has been stored.
  void take_back(const Conclusion& conclusion);

  /// Every derived value that is not missing, ordered by key, then end.
  struct Value {
    SeriesKey key;
    Instant end;
    double value = 0;
  };
  [[nodiscard]] std::vector<Value> values() const;
  [[nodiscard]] double value(const SeriesKey& key, Instant end) const;  ///< NaN where there is none

  /// One step up: what is made of this value, or would be were it there.
  [[nodiscard]] std::vector<Value> made_of(const SeriesKey& key, Instant end) const;
  /// One step down: what this derived value is made of; `value` is NaN for hours.
  [[nodiscard]] std::vector<Value> inputs_of(const SeriesKey& key, Instant end) const;

 private:
  /// Of one site, station or city. Columns by quantity: the items' daily values, the greatest ozone hour, the AQI.
  struct Days {
    std::int32_t first = 0;
    std::vector<std::vector<double>> column;
    [[nodiscard]] std::size_t count() const { return column.empty() ? 0 : column.front().size(); }
  };
  /// A month or a year.
  struct Period {
    Averaging::Kind kind = Averaging::Kind::month;
    LegalDay first, last;
    friend auto operator<=>(const Period&, const Period&) = default;
  };
  struct SiteState {
    std::string id;
    Days days;
    std::map<Period, std::vector<PeriodNumber>> periods;
  };
  struct DayRules {
    bool in_force = false;
    standards::AirDayRules rules;
  };
  /// A cell that changed, in the columns of a site.
  struct CellChange {
    std::uint32_t site = 0;
    std::uint32_t quantity = 0;
    std::int32_t day = 0;
    double before = 0, after = 0;
  };

  explicit AirDerivation(const standards::Library& library) : library_(&library) {}

  [[nodiscard]] std::size_t quantities() const { return daily_properties_.size() + 2; }
  [[nodiscard]] std::size_t ozone_hour() const { return daily_properties_.size(); }
  [[nodiscard]] std::size_t index() const { return daily_properties_.size() + 1; }
  [[nodiscard]] SeriesKey day_key(const SiteState& site, std::size_t quantity) const;
  [[nodiscard]] std::optional<std::size_t> quantity_of(const SeriesKey& key) const;
  [[nodiscard]] const SiteState* find_site(std::string_view id) const;
  [[nodiscard]] const DayRules& rules_of(LegalDay day);
  void reach(Days& days, std::int32_t day) const;
  [[nodiscard]] static double cell(const Days& days, std::size_t quantity, std::int32_t day);
  void set_cell(std::uint32_t site, std::size_t quantity, std::int32_t day, double value,
                std::vector<CellChange>& changed);
  void make_station_days(std::span<const StationDay> days, std::span<const double> hours,
                         std::vector<CellChange>& changed);
  void make_city_day(std::uint32_t city, std::int32_t day, std::vector<CellChange>& changed);
  [[nodiscard]] Result<std::vector<PeriodNumber>> make_period(const SiteState& site, const Period& period) const;
  [[nodiscard]] static Period month_of(std::int32_t day);
  [[nodiscard]] static Period year_of(std::int32_t day);
  void set_stored(const SeriesKey& key, Instant end, double value);
  static void set_number(std::vector<PeriodNumber>& numbers, const std::string& property, Statistic statistic,
                         double value);

  const standards::Library* library_;
  std::vector<std::string> stations_;
  std::vector<AirCity> cities_;
  std::vector<std::string> hourly_properties_, daily_properties_;
  std::vector<SiteState> sites_;  ///< the stations in their order, then the cities
  std::unordered_map<std::string, std::uint32_t> place_;
  std::vector<std::vector<std::uint32_t>> cities_of_;    ///< [station]: into sites_
  std::vector<std::vector<std::uint32_t>> stations_of_;  ///< [city]: into sites_
  std::map<std::int32_t, DayRules> rules_;
  std::vector<CellChange> open_;  ///< station-days changed since the last conclusion
  std::size_t put_days_ = 0;
};

}  // namespace celadon::watch
