#include "standards/noise.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "core/rounding.hpp"
#include "standards/csv_pack.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace celadon::standards {
namespace {

constexpr std::string_view noise_grade_columns[] = {"network",  "period",   "grade",  "name_zh", "name_en",
                                                    "upper_db", "decimals", "source", "trust"};
constexpr std::string_view background_columns[] = {"delta_from", "delta_to", "correction_db", "source", "trust"};
constexpr std::string_view network_words[] = {"area", "road"};
constexpr std::string_view period_words[] = {"day", "night"};
constexpr double level_max_db = 1000;  ///< beyond it no sound is meant, and whole steps stay small
constexpr double equal_within_db = 1e-9;

bool is_level(double level_db) { return std::abs(level_db) <= level_max_db; }

double same_weight(std::size_t /*row*/) { return 1; }

/// The sum is taken relative to the greatest level: no overflow, and equal levels give exactly themselves.
template <class Weight>
LevelMean energy_mean_of(std::span<const double> level_db, Weight weight) {
  LevelMean mean;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (std::size_t i = 0; i < level_db.size(); ++i) {
    if (!std::isfinite(level_db[i]) || !(weight(i) > 0)) continue;
    least = std::min(least, level_db[i]);
    greatest = std::max(greatest, level_db[i]);
    ++mean.n;
  }
  if (mean.n == 0) return mean;
  double energy = 0, whole = 0;
  for (std::size_t i = 0; i < level_db.size(); ++i) {
    if (!std::isfinite(level_db[i]) || !(weight(i) > 0)) continue;
    energy += weight(i) * std::pow(10.0, 0.1 * (level_db[i] - greatest));
    whole += weight(i);
  }
  mean.level_db = std::clamp(greatest + 10 * std::log10(energy / whole), least, greatest);
  return mean;
}

template <class Weight>
LevelMean arithmetic_mean_of(std::span<const double> level_db, Weight weight) {
  LevelMean mean;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  double sum = 0, whole = 0;
  for (std::size_t i = 0; i < level_db.size(); ++i) {
    if (!std::isfinite(level_db[i]) || !(weight(i) > 0)) continue;
    least = std::min(least, level_db[i]);
    greatest = std::max(greatest, level_db[i]);
    sum += weight(i) * level_db[i];
    whole += weight(i);
    ++mean.n;
  }
  if (mean.n != 0) mean.level_db = std::clamp(sum / whole, least, greatest);
  return mean;
}

/// A weight that is no number above zero takes its row out.
auto weights_of(std::span<const double> weight) {
  return [weight](std::size_t i) { return std::isfinite(weight[i]) ? weight[i] : 0.0; };
}

std::string borders_misprint(int day_from_hour, int day_to_hour) {
  if (day_from_hour >= 0 && day_from_hour < day_to_hour && day_to_hour <= 24 && day_to_hour - day_from_hour < 24)
    return {};
  return "the day must begin before it ends, at hours from 0 to 24, and leave some night; it is from " +
         std::to_string(day_from_hour) + " to " + std::to_string(day_to_hour);
}

/// Why the cells are no row of `table`; empty where they are, and it was added.
std::string add_grade(const std::vector<std::string>& cells, NoiseGradeTable& table) {
  const std::size_t network = place_of(network_words, cells[0]), period = place_of(period_words, cells[1]);
  if (network == std::size(network_words)) return "network '" + cells[0] + "' is neither area nor road";
  if (period == std::size(period_words)) return "period '" + cells[1] + "' is neither day nor night";
  NoiseGrades& grades = table.series[network][period];
  NoiseGradeRow row;
  if (!read_between(cells[2], 1, 100, row.grade) || row.grade != static_cast<int>(grades.rows.size()) + 1)
    return "grades of a network and period must be 1, 2, 3 in order";
  if (cells[3].empty() || cells[4].empty()) return "a grade needs a name in both languages";
  int decimals = 0;
  if (!read_between(cells[6], 0, 3, decimals)) return "decimals '" + cells[6] + "' is not 0, 1, 2 or 3";
  if (!grades.rows.empty() && grades.decimals != decimals) return "decimals must be the same for all grades";
  grades.decimals = decimals;
  grades.steps_per_db = std::pow(10.0, decimals);
  if (!grades.rows.empty() && !grades.rows.back().upper_steps) return "a grade follows one that has no upper bound";
  if (!cells[5].empty()) {
    double upper = 0;
    if (!read_between(cells[5], 0, level_max_db, upper)) return "upper_db '" + cells[5] + "' is not a level";
    const double steps = upper * grades.steps_per_db;
    row.upper_steps = round_half_even(steps);
    if (std::abs(steps - static_cast<double>(*row.upper_steps)) > 1e-6) return "upper_db is finer than the decimals";
    if (!grades.rows.empty() && *row.upper_steps <= *grades.rows.back().upper_steps) return "upper bounds must rise";
  }
  if (!told(cells[7], cells[8])) return not_told;
  row.name_zh = cells[3];
  row.name_en = cells[4];
  row.source = cells[7];
  row.trust = cells[8];
  grades.rows.push_back(std::move(row));
  return {};
}

std::string add_background(const std::vector<std::string>& cells, BackgroundTable& table) {
  BackgroundRow row;
  int to = 0;
  if (!read_between(cells[0], 0, 100, row.delta_from))
    return "delta_from '" + cells[0] + "' is not a whole number from 0 to 100";
  if (!cells[1].empty()) {
    if (!read_between(cells[1], row.delta_from, 100, to))
      return "delta_to '" + cells[1] + "' is not a whole number from delta_from to 100";
    row.delta_to = to;
  }
  if (!read_between(cells[2], -100, 0, row.correction_db))
    return "correction_db '" + cells[2] + "' is not a number that lowers the level, or 0";
  if (!table.rows.empty()) {
    const BackgroundRow& before = table.rows.back();
    if (!before.delta_to) return "a row follows one that has no end";
    if (row.delta_from != *before.delta_to + 1) return "differences must follow without a gap or overlap";
    if (row.correction_db <= before.correction_db) return "a greater difference must be corrected less";
  }
  if (!told(cells[3], cells[4])) return not_told;
  row.source = cells[3];
  row.trust = cells[4];
  table.rows.push_back(std::move(row));
  return {};
}

void count(ComplianceCount& into, const ZoneReading& reading) {
  if (!std::isfinite(reading.level_db) || !std::isfinite(reading.limit_db)) {
    ++into.missing;
    return;
  }
  ++into.judged;
  if (reading.level_db <= reading.limit_db + equal_within_db) ++into.complying;
}

}  // namespace

LevelMean energy_mean(std::span<const double> level_db) { return energy_mean_of(level_db, same_weight); }

LevelMean energy_mean(std::span<const double> level_db, std::span<const double> duration) {
  CELADON_ASSERT(level_db.size() == duration.size());
  return energy_mean_of(level_db, weights_of(duration));
}

Result<NoisePeriods> parse_noise_periods(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, number_columns);
  if (!csv) return fail(csv.error());
  struct Wanted {
    std::string_view name, unit;
    double value = 0;
    bool seen = false;
  };
  Wanted wanted[] = {{"day_from_hour", "h"},
                     {"day_to_hour", "h"},
                     {"night_penalty_db", "dB"},
                     {"day_hours_missing_max", "h"},
                     {"night_hours_missing_max", "h"}};
  std::size_t weakest = 0;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& cells = csv->rows[i];
    auto* const found =
        std::find_if(std::begin(wanted), std::end(wanted), [&](const Wanted& one) { return one.name == cells[0]; });
    if (found == std::end(wanted)) return wrong(name, csv->lines[i], "'" + cells[0] + "' is not a number of periods");
    if (found->seen) return wrong(name, csv->lines[i], "'" + cells[0] + "' is there twice");
    if (!read_between(cells[1], 0, 24, found->value) || found->value != std::floor(found->value))
      return wrong(name, csv->lines[i], "value '" + cells[1] + "' is not a whole number from 0 to 24");
    if (cells[2] != found->unit) return wrong(name, csv->lines[i], "unit must be " + std::string(found->unit));
    if (!told(cells[3], cells[4])) return wrong(name, csv->lines[i], not_told);
    found->seen = true;
    weakest = std::max(weakest, rank_of_trust(cells[4]));
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (const Wanted& one : wanted) {
    if (!one.seen) return wrong(name, last, "'" + std::string(one.name) + "' is missing");
  }
  const auto whole = [&](std::size_t k) { return static_cast<int>(wanted[k].value); };
  const NoisePeriods periods{whole(0), whole(1), wanted[2].value,
                             whole(3), whole(4), std::string(trust_words[weakest])};
  if (const auto reason = borders_misprint(periods.day_from_hour, periods.day_to_hour); !reason.empty())
    return wrong(name, last, reason);
  return periods;
}

Result<NoisePeriods> with_borders(const NoisePeriods& periods, int day_from_hour, int day_to_hour) {
  if (const auto reason = borders_misprint(day_from_hour, day_to_hour); !reason.empty())
    return fail(Errc::invalid_value, reason, "day_from_hour");
  NoisePeriods shifted = periods;
  shifted.day_from_hour = day_from_hour;
  shifted.day_to_hour = day_to_hour;
  return shifted;
}

NoiseDay noise_day(const NoisePeriods& periods, std::span<const double> hour_leq_db) {
  CELADON_ASSERT(hour_leq_db.size() >= periods.hours_needed());
  // Label h lies at h - 1, so the hours from clock hour a to b are [a, b); the night runs on into D+1.
  const auto from = static_cast<std::size_t>(periods.day_from_hour);
  const auto to = static_cast<std::size_t>(periods.day_to_hour);
  const LevelMean by_day = energy_mean(hour_leq_db.subspan(from, to - from));
  const LevelMean by_night = energy_mean(hour_leq_db.subspan(to, 24 + from - to));

  NoiseDay day;
  day.day_hours = static_cast<int>(by_day.n);
  day.night_hours = static_cast<int>(by_night.n);
  if (periods.day_hours() - day.day_hours <= periods.day_hours_missing_max) day.ld_db = by_day.level_db;
  if (periods.night_hours() - day.night_hours <= periods.night_hours_missing_max) day.ln_db = by_night.level_db;
  if (std::isfinite(day.ld_db) && std::isfinite(day.ln_db)) {
    const double level[] = {day.ld_db, day.ln_db + periods.night_penalty_db};
    const double hours[] = {static_cast<double>(periods.day_hours()), static_cast<double>(periods.night_hours())};
    day.ldn_db = energy_mean(level, hours).level_db;
  }
  return day;
}

NoiseStatistics noise_statistics(std::vector<double> level_db) {
  std::erase_if(level_db, [](double level) { return !std::isfinite(level); });
  std::sort(level_db.begin(), level_db.end(), std::greater<>());
  NoiseStatistics statistics;
  statistics.n = level_db.size();
  if (level_db.empty()) return statistics;
  const auto exceeded = [&](std::int64_t percent) {
    const std::int64_t place = divide_up(static_cast<std::int64_t>(level_db.size()) * percent, 100);
    return level_db[static_cast<std::size_t>(place - 1)];
  };
  statistics.l10_db = exceeded(10);
  statistics.l50_db = exceeded(50);
  statistics.l90_db = exceeded(90);
  statistics.lmax_db = level_db.front();
  statistics.lmin_db = level_db.back();
  return statistics;
}

LevelMean city_area_level(std::span<const double> level_db) { return arithmetic_mean_of(level_db, same_weight); }

LevelMean city_road_level(std::span<const double> level_db, std::span<const double> length) {
  CELADON_ASSERT(level_db.size() == length.size());
  return arithmetic_mean_of(level_db, weights_of(length));
}

Result<NoiseGradeTable> parse_noise_grades(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, noise_grade_columns);
  if (!csv) return fail(csv.error());
  NoiseGradeTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = add_grade(csv->rows[i], table); !reason.empty()) return wrong(name, csv->lines[i], reason);
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (std::size_t n = 0; n < std::size(network_words); ++n) {
    for (std::size_t p = 0; p < std::size(period_words); ++p) {
      const auto& rows = table.series[n][p].rows;
      if (rows.empty() || rows.back().upper_steps)
        return wrong(name, last,
                     std::string(network_words[n]) + " " + std::string(period_words[p]) +
                         " must end in a grade that has no upper bound");
    }
  }
  return table;
}

void noise_grade(const NoiseGrades& grades, std::span<const double> level_db, std::span<std::int8_t> grade) {
  CELADON_ASSERT(level_db.size() == grade.size() && !grades.rows.empty() && !grades.rows.back().upper_steps);
  for (std::size_t i = 0; i < level_db.size(); ++i) {
    grade[i] = no_noise_grade;
    if (!is_level(level_db[i])) continue;
    const std::int64_t steps = round_half_even(level_db[i] * grades.steps_per_db);
    const auto row = std::find_if(grades.rows.begin(), grades.rows.end(), [&](const NoiseGradeRow& one) {
      return !one.upper_steps || steps <= *one.upper_steps;
    });
    grade[i] = static_cast<std::int8_t>(row->grade);
  }
}

double ComplianceCount::rate_percent() const {
  return judged == 0 ? no_noise_level : 100.0 * static_cast<double>(complying) / static_cast<double>(judged);
}

CityCompliance zone_compliance(std::span<const ZoneReading> reading) {
  CityCompliance city;
  for (const ZoneReading& one : reading) {
    auto zone = std::lower_bound(city.zones.begin(), city.zones.end(), one.zone,
                                 [](const ZoneCompliance& row, std::string_view word) { return row.zone < word; });
    if (zone == city.zones.end() || zone->zone != one.zone)
      zone = city.zones.insert(zone, ZoneCompliance{std::string(one.zone), {}, {}});
    const bool by_day = one.period == NoisePeriod::day;
    count(by_day ? zone->day : zone->night, one);
    count(by_day ? city.total.day : city.total.night, one);
  }
  return city;
}

Result<BackgroundTable> parse_background_table(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, background_columns);
  if (!csv) return fail(csv.error());
  if (csv->rows.empty()) return wrong(name, 1, "has no rows");
  BackgroundTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = add_background(csv->rows[i], table); !reason.empty())
      return wrong(name, csv->lines[i], reason);
  }
  if (table.rows.back().delta_to) return wrong(name, csv->lines.back(), "the last row must have no end");
  return table;
}

std::string_view reason_of(BackgroundOutcome outcome) {
  switch (outcome) {
    case BackgroundOutcome::missing: return "the measured or the background level is missing";
    case BackgroundOutcome::background_too_loud:
      return "the background is too close to the measured level: lower the background and measure again";
    case BackgroundOutcome::corrected: return "corrected for the background";
    case BackgroundOutcome::no_correction: return "the background is low enough to need no correction";
  }
  CELADON_ASSERT(false);
}

BackgroundCorrection correct_background(const BackgroundTable& table, double measured_db, double background_db) {
  BackgroundCorrection result;
  if (!is_level(measured_db) || !is_level(background_db)) return result;
  result.delta = static_cast<int>(round_half_even(measured_db - background_db));
  for (const BackgroundRow& row : table.rows) {
    if (result.delta < row.delta_from || (row.delta_to && result.delta > *row.delta_to)) continue;
    result.row = &row;
    result.outcome = row.correction_db < 0 ? BackgroundOutcome::corrected : BackgroundOutcome::no_correction;
    result.level_db = measured_db + row.correction_db;
    return result;
  }
  result.outcome = BackgroundOutcome::background_too_loud;
  return result;
}

}  // namespace celadon::standards
