#include "standards/radiation.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr double ngy_per_mgy = 1e6;
constexpr std::size_t hours_of_year[] = {8760, 8784};
constexpr double equal_within_msv = 1e-9;

bool is_factor(double value) { return std::isfinite(value) && value > 0; }

GammaStep gamma_step_of(double rate, double sigma_above, double jump_above) {
  if (!std::isfinite(rate)) return GammaStep::missing;
  if (rate > jump_above) return GammaStep::jump;
  return rate > sigma_above ? GammaStep::sigma : GammaStep::none;
}

GammaNotice notice_of(GammaStep step, bool rain) {
  switch (step) {
    case GammaStep::missing: return GammaNotice::missing;
    case GammaStep::none: return GammaNotice::none;
    case GammaStep::sigma: return rain ? GammaNotice::show : GammaNotice::investigate;
    case GammaStep::jump: return rain ? GammaNotice::show : GammaNotice::alarm;
  }
  CELADON_ASSERT(false);
}

}  // namespace

Result<RadiationRules> parse_radiation_rules(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, number_columns);
  if (!csv) return fail(csv.error());
  PositiveNumber wanted[] = {{"k3_open_land", "", 1},
                             {"k3_single_storey", "", 1},
                             {"k3_storeyed", "", 1},
                             {"sv_per_gy_cs137", "Sv/Gy", 2},
                             {"sv_per_gy_co60", "Sv/Gy", 2},
                             {"readings_min", "", 1000},
                             {"sigma_multiple", "", 10},
                             {"jump_ngy_h", "nGy/h", 10000},
                             {"effective_sv_per_gy", "Sv/Gy", 2},
                             {"public_limit_msv_a", "mSv/a", 100},
                             {"site_constraint_msv_a", "mSv/a", 100}};
  std::size_t weakest = 0;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = take_positive(csv->rows[i], "radiation monitoring", wanted); !reason.empty())
      return wrong(name, csv->lines[i], reason);
    weakest = std::max(weakest, rank_of_trust(csv->rows[i][4]));
  }
  const std::uint64_t last = csv->lines.empty() ? 1 : csv->lines.back();
  for (const PositiveNumber& one : wanted) {
    if (one.value == 0) return wrong(name, last, "'" + std::string(one.name) + "' is missing");
  }
  if (wanted[5].value != std::floor(wanted[5].value) || wanted[5].value < 2)
    return wrong(name, last, "readings_min must be a whole number from 2, or there is no deviation");
  if (wanted[10].value > wanted[9].value)
    return wrong(name, last, "the constraint of one site must not be above the limit for the public");
  RadiationRules rules;
  rules.k3 = {wanted[0].value, wanted[1].value, wanted[2].value};
  rules.sv_per_gy = {1, wanted[3].value, wanted[4].value};
  rules.readings_min = static_cast<std::size_t>(wanted[5].value);
  rules.sigma_multiple = wanted[6].value;
  rules.jump_ngy_h = wanted[7].value;
  rules.effective_sv_per_gy = wanted[8].value;
  rules.public_limit_msv_a = wanted[9].value;
  rules.site_constraint_msv_a = wanted[10].value;
  rules.trust = trust_words[weakest];
  return rules;
}

Result<GammaFormula> gamma_formula(const RadiationRules& rules, const GammaSetup& setup) {
  if (!is_factor(setup.calibration_k1))
    return fail(Errc::invalid_value, "k1 must be above zero: copy it from the calibration certificate",
                "calibration_k1");
  if (!is_factor(setup.check_source_k2))
    return fail(Errc::invalid_value, "k2 must be above zero: 1 where there is no check source", "check_source_k2");
  if (!std::isfinite(setup.cosmic_ngy_h) || setup.cosmic_ngy_h < 0)
    return fail(Errc::invalid_value, "the cosmic response must not be negative: 0 where it is not subtracted",
                "cosmic_ngy_h");
  GammaFormula formula;
  formula.scale =
      setup.calibration_k1 * setup.check_source_k2 / rules.sv_per_gy[static_cast<std::size_t>(setup.reading)];
  formula.offset_ngy_h = rules.k3[static_cast<std::size_t>(setup.place)] * setup.cosmic_ngy_h;
  return formula;
}

void gamma_dose_rate(const GammaFormula& formula, std::span<const double> reading, std::span<double> dose_rate_ngy_h) {
  CELADON_ASSERT(reading.size() == dose_rate_ngy_h.size());
  for (std::size_t i = 0; i < reading.size(); ++i) {
    const bool there = std::isfinite(reading[i]) && reading[i] >= 0;
    dose_rate_ngy_h[i] =
        there ? formula.scale * reading[i] - formula.offset_ngy_h : std::numeric_limits<double>::quiet_NaN();
  }
}

ReadingMean mean_of_readings(const RadiationRules& rules, std::span<const double> reading) {
  ReadingMean result;
  double sum = 0;
  for (const double value : reading) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++result.n;
  }
  result.enough = result.n >= rules.readings_min;
  if (result.n == 0) return result;
  result.mean = sum / static_cast<double>(result.n);
  if (result.n < 2) return result;
  double squares = 0;
  for (const double value : reading) {
    if (std::isfinite(value)) squares += (value - result.mean) * (value - result.mean);
  }
  result.deviation = std::sqrt(squares / static_cast<double>(result.n - 1));
  return result;
}

void gamma_verdict(const RadiationRules& rules, const ReadingMean& background, std::span<const double> dose_rate_ngy_h,
                   std::span<const std::uint8_t> rain, std::span<GammaVerdict> verdict) {
  CELADON_ASSERT(dose_rate_ngy_h.size() == rain.size() && rain.size() == verdict.size());
  const double sigma_above = background.mean + rules.sigma_multiple * background.deviation;
  const double jump_above = background.mean + rules.jump_ngy_h;
  for (std::size_t i = 0; i < verdict.size(); ++i) {
    const GammaStep step =
        background.enough ? gamma_step_of(dose_rate_ngy_h[i], sigma_above, jump_above) : GammaStep::missing;
    verdict[i] = {step, notice_of(step, rain[i] != 0)};
  }
}

Result<AnnualDose> annual_dose(const RadiationRules& rules, std::span<const double> dose_rate_ngy_h,
                               double background_ngy_h) {
  AnnualDose year;
  year.hours = dose_rate_ngy_h.size();
  if (std::find(std::begin(hours_of_year), std::end(hours_of_year), year.hours) == std::end(hours_of_year))
    return fail(
        Errc::invalid_value,
        "an annual dose needs every hour of a year, 8760 or 8784 values; there are " + std::to_string(year.hours),
        "dose_rate_ngy_h");
  if (!std::isfinite(background_ngy_h) || background_ngy_h < 0)
    return fail(Errc::invalid_value, "the natural background must be a dose rate in nGy/h, not below zero",
                "background_ngy_h");
  double sum = 0;
  for (const double rate : dose_rate_ngy_h) {
    if (!std::isfinite(rate)) continue;
    sum += rate - background_ngy_h;
    ++year.hours_present;
  }
  if (year.hours_present == 0) return year;
  const double whole_ngy = sum / static_cast<double>(year.hours_present) * static_cast<double>(year.hours);
  year.dose_msv = whole_ngy / ngy_per_mgy * rules.effective_sv_per_gy;
  year.within_public_limit = year.dose_msv <= rules.public_limit_msv_a + equal_within_msv;
  year.within_site_constraint = year.dose_msv <= rules.site_constraint_msv_a + equal_within_msv;
  return year;
}

}  // namespace celadon::standards
