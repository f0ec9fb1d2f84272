#include "standards/judge_values.hpp"

#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

// In the order of the enumerations.
const std::vector<std::string> place_words{"open-land", "single-storey", "storeyed"};
const std::vector<std::string> reading_words{"gray", "sievert-cs137", "sievert-co60"};

std::size_t choice_of(const std::vector<std::string>& words, const std::string& word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

struct Setup {
  GammaSetup setup;
  std::string unit;  ///< of the readings
};

/// Nothing where the kind of place or of reading is not told.
Result<std::optional<Setup>> read_setup(const JudgeRequest& request) {
  const auto place = given_word(request, "place", place_words, "");
  if (!place) return fail(place.error());
  const auto reading = given_word(request, "instrument", reading_words, "");
  if (!reading) return fail(reading.error());
  const auto cosmic = given_between(request, "cosmic_ngy_h", 0, 1e6);
  if (!cosmic) return fail(cosmic.error());
  const auto k1 = given_between(request, "k1", 0, 1e6);
  if (!k1) return fail(k1.error());
  const auto k2 = given_between(request, "k2", 0, 1e6);
  if (!k2) return fail(k2.error());
  if (place->empty() || reading->empty() || std::isnan(*cosmic) || std::isnan(*k1) || std::isnan(*k2))
    return std::optional<Setup>{};
  Setup all;
  all.setup = {static_cast<GammaPlace>(choice_of(place_words, *place)),
               static_cast<GammaReading>(choice_of(reading_words, *reading)), *k1, *k2, *cosmic};
  all.unit = *reading == "gray" ? "nGy/h" : "nSv/h";
  return std::optional<Setup>{all};
}

Result<Judgement> judge_gamma_dose_rate(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "gamma-dose", judgement) == nullptr) return judgement;
  const RadiationRules& rules = library.annexes.radiation;
  const auto setup = read_setup(request);
  if (!setup) return fail(setup.error());
  if (!*setup) {
    not_judged(judgement, "须有 place、instrument、k1、k2、cosmic_ngy_h",
               "place, instrument, k1, k2 and cosmic_ngy_h are needed");
    return finished(std::move(judgement), request);
  }
  const GammaSetup& of = (*setup)->setup;
  const auto formula = gamma_formula(rules, of);
  if (!formula) {
    const std::string field = of.calibration_k1 > 0 ? "k2" : "k1";
    return fail(formula.error().code, formula.error().detail, field);
  }
  auto readings = take_series(library, request, "reading", (*setup)->unit, judgement);
  if (!readings) return fail(readings.error());
  if (!*readings) {
    not_judged(judgement, "没有读数（reading）", "there are no readings");
    return finished(std::move(judgement), request);
  }
  std::vector<double> rates(**readings);
  gamma_dose_rate(*formula, rates, rates);
  const ReadingMean mean = mean_of_readings(rules, rates);
  const double value = tidy(mean.mean);
  const std::string k3 = plain(rules.k3[static_cast<std::size_t>(of.place)]);
  const std::string per_gy = plain(rules.sv_per_gy[static_cast<std::size_t>(of.reading)]);
  const std::string sum = "D = " + plain(of.calibration_k1) + " × " + plain(of.check_source_k2) + " × R/" + per_gy +
                          " − " + k3 + " × " + plain(of.cosmic_ngy_h);
  const std::string count = std::to_string(mean.n), wanted = std::to_string(rules.readings_min);
  add_step(judgement, "reading",
           sum + "；" + count + " 个读数（要求 " + wanted + "）的均值 = " + plain(value) + " nGy/h",
           sum + "; mean of " + count + " readings (" + wanted + " wanted) = " + plain(value) + " nGy/h",
           "HJ 1157-2021", rules.trust);
  add_number(judgement, "n", "读数个数", "readings", static_cast<double>(mean.n), "1");
  add_number(judgement, "mean", "γ 剂量率均值", "mean gamma dose rate", value, "nGy/h");
  add_number(judgement, "deviation", "标准差", "standard deviation", tidy(mean.deviation), "nGy/h",
             mean.n < 2 ? "不足两个读数" : "", mean.n < 2 ? "fewer than two readings" : "");
  if (!mean.enough) {
    not_judged(judgement, "读数 " + count + " 个，要求不少于 " + wanted,
               count + " readings, at least " + wanted + " are wanted");
  } else {
    judgement.judged = true;
    judgement.value = value;
    judgement.name_zh = "γ 辐射剂量率（扣除宇宙射线）";
    judgement.name_en = "Gamma dose rate without cosmic rays";
  }
  return finished(std::move(judgement), request);
}

/// Background of the station: its readings, or the mean and deviation worked out of them before.
Result<ReadingMean> read_background(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  const RadiationRules& rules = library.annexes.radiation;
  const auto readings = take_series(library, request, "background", "nGy/h", judgement);
  if (!readings) return fail(readings.error());
  if (*readings) return mean_of_readings(rules, **readings);
  ReadingMean mean;
  mean.mean = take_value(library, request, "background-mean", "nGy/h", Sign::not_negative, judgement);
  mean.deviation = take_value(library, request, "background-deviation", "nGy/h", Sign::not_negative, judgement);
  const double count = take_value(library, request, "background-count", "1", Sign::not_negative, judgement);
  mean.n = count <= 1e9 ? static_cast<std::size_t>(count) : 0;
  mean.enough = mean.n >= rules.readings_min && !std::isnan(mean.mean) && !std::isnan(mean.deviation);
  return mean;
}

struct NoticeFace {
  const char *name, *zh, *en, *colour;
};
constexpr NoticeFace notices[] = {{"missing", "缺测", "Missing", "#808080"},
                                  {"none", "正常", "Normal", "#00b050"},
                                  {"show", "降雨影响，仅提示", "Raised in rain: to be shown", "#92d050"},
                                  {"investigate", "需调查", "To be looked into", "#ffc000"},
                                  {"alarm", "报警", "Alarm", "#ff0000"}};

void conclude_alarm(std::span<const GammaVerdict> verdicts, const std::vector<double>& rates, Judgement& judgement) {
  std::size_t count[std::size(notices)] = {};
  std::size_t worst = 0, at = 0;
  double greatest = missing;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto notice = static_cast<std::size_t>(verdicts[i].notice);
    ++count[notice];
    if (!std::isnan(rates[i]) && !(rates[i] <= greatest)) greatest = rates[i];
    if (notice <= worst) continue;
    worst = notice;
    at = i;
  }
  for (std::size_t k = 0; k < std::size(notices); ++k)
    add_number(judgement, std::string("hours ") + notices[k].name, notices[k].zh, notices[k].en,
               static_cast<double>(count[k]), "1");
  add_number(judgement, "greatest", "最大剂量率", "greatest dose rate", greatest, "nGy/h");
  if (worst == 0) {
    not_judged(judgement, "没有可评价的剂量率", "no dose rate can be held against the background");
    return;
  }
  set_class(judgement, static_cast<int>(worst), notices[worst].name, notices[worst].zh, notices[worst].en,
            notices[worst].colour);
  judgement.value = greatest;
  add_step(judgement, "notice",
           "第 " + std::to_string(at + 1) + " 个值 " + plain(rates[at]) + " nGy/h 最高：" + notices[worst].zh,
           "the highest notice, first at value " + std::to_string(at + 1) + " of " + plain(rates[at]) +
               " nGy/h: " + notices[worst].en,
           "practice of automatic stations", "memory");
}

Result<Judgement> judge_gamma_alarm(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "gamma-dose", judgement) == nullptr) return judgement;
  const RadiationRules& rules = library.annexes.radiation;
  const auto background = read_background(library, request, judgement);
  if (!background) return fail(background.error());
  const auto rates = take_series(library, request, "dose-rate", "nGy/h", judgement);
  if (!rates) return fail(rates.error());
  const auto rain = take_series(library, request, "rain", "mm", judgement);
  if (!rain) return fail(rain.error());
  if (*rates && *rain) {
    if (auto same = same_length("rain", (*rain)->size(), "dose-rate", (*rates)->size()); !same)
      return fail(same.error());
  }
  const std::string count = std::to_string(background->n), wanted = std::to_string(rules.readings_min);
  if (!*rates || !background->enough) {
    not_judged(judgement,
               !*rates ? "没有剂量率序列（dose-rate）"
                       : "本底数据 " + count + " 个，要求不少于 " + wanted + "，且须有均值与标准差",
               !*rates ? "there is no series of dose-rate"
                       : "the background rests on " + count + " readings, at least " + wanted +
                             " with mean and deviation are wanted");
    return finished(std::move(judgement), request);
  }
  std::vector<std::uint8_t> wet((*rates)->size(), 0);
  for (std::size_t i = 0; *rain && i < wet.size(); ++i) wet[i] = (**rain)[i] > 0 ? 1 : 0;
  std::vector<GammaVerdict> verdicts(wet.size());
  gamma_verdict(rules, *background, **rates, wet, verdicts);
  const double mean = tidy(background->mean), deviation = tidy(background->deviation);
  const double sigma = tidy(mean + rules.sigma_multiple * deviation), jump = tidy(mean + rules.jump_ngy_h);
  add_number(judgement, "background mean", "本底均值", "mean of the background", mean, "nGy/h");
  add_number(judgement, "background deviation", "本底标准差", "deviation of the background", deviation, "nGy/h");
  add_number(judgement, "investigate above", "调查水平", "looked into above", sigma, "nGy/h");
  add_number(judgement, "alarm above", "报警水平", "alarm above", jump, "nGy/h");
  const std::string steps = plain(mean) + " + " + plain(rules.sigma_multiple) + " × " + plain(deviation) + " = " +
                            plain(sigma) + "; " + plain(mean) + " + " + plain(rules.jump_ngy_h) + " = " + plain(jump) +
                            " nGy/h";
  add_step(judgement, "steps", "调查水平与报警水平（等于不算超过）：" + steps,
           "looked into above, alarm above (equal is not above): " + steps, "practice of automatic stations",
           rules.trust);
  if (*rain)
    add_step(judgement, "rain", "有雨时只提示：氡子体随降雨沉降会使剂量率升高数小时",
             "in rain it is only shown: washed-out radon daughters lift the rate for hours",
             "practice of automatic stations", rules.trust);
  conclude_alarm(verdicts, **rates, judgement);
  return finished(std::move(judgement), request);
}

Result<Judgement> judge_annual_dose(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "gamma-dose", judgement) == nullptr) return judgement;
  const RadiationRules& rules = library.annexes.radiation;
  const auto rates = take_series(library, request, "dose-rate", "nGy/h", judgement);
  if (!rates) return fail(rates.error());
  const double background = take_value(library, request, "background", "nGy/h", Sign::not_negative, judgement);
  if (!*rates || std::isnan(background)) {
    not_judged(judgement, "须有全年逐时剂量率（dose-rate）与本底（background）",
               "every hour of the year (dose-rate) and the background are needed");
    return finished(std::move(judgement), request);
  }
  const auto year = annual_dose(rules, **rates, background);
  if (!year) return fail(Errc::malformed, year.error().detail, "inputs.dose-rate");
  if (!year->within_public_limit || !year->within_site_constraint) {
    not_judged(judgement, "全年没有一个有效小时", "no hour of the year is there");
    return finished(std::move(judgement), request);
  }
  const double dose = tidy(year->dose_msv);
  const std::string present = std::to_string(year->hours_present) + "/" + std::to_string(year->hours);
  judgement.value = dose;
  add_number(judgement, "dose", "年有效剂量（本底之上）", "effective dose of the year above background", dose, "mSv");
  add_number(judgement, "hours present", "有效小时", "hours present", static_cast<double>(year->hours_present), "h");
  add_step(judgement, "dose",
           "（均值 − 本底 " + plain(background) + "）× " + std::to_string(year->hours) + " h × " +
               plain(rules.effective_sv_per_gy) + " Sv/Gy = " + plain(dose) + " mSv；有效小时 " + present +
               "，缺测以其余均值代",
           "(mean - background " + plain(background) + ") x " + std::to_string(year->hours) + " h x " +
               plain(rules.effective_sv_per_gy) + " Sv/Gy = " + plain(dose) + " mSv; hours " + present +
               ", the mean of the rest stands for those missing",
           "UNSCEAR 2000 annex B", rules.trust);
  const std::string limits = "GB 18871-2002 " + plain(rules.public_limit_msv_a) + " mSv/a; GB 6249-2011 " +
                             plain(rules.site_constraint_msv_a) + " mSv/a";
  add_step(judgement, "limits", "公众剂量限值与厂址约束：" + limits,
           "limit for the public and constraint of a site: " + limits, limits, rules.trust);
  if (*year->within_site_constraint)
    set_class(judgement, 1, "within-site-constraint", "不超过厂址约束值", "Within the constraint of a site", "#00b050");
  else if (*year->within_public_limit)
    set_class(judgement, 2, "within-public-limit", "不超过公众剂量限值", "Within the limit for the public", "#ffc000");
  else
    set_class(judgement, 3, "above-public-limit", "超过公众剂量限值", "Above the limit for the public", "#ff0000");
  judgement.attains = *year->within_public_limit;
  return finished(std::move(judgement), request);
}

// ---- electromagnetic ---------------------------------------------------------------------------------------------

struct Field {
  const char *name, *unit;
  FieldQuantity quantity;
  bool summed;  ///< the standard sums several frequencies of it
};
constexpr Field fields[] = {{"E", "V/m", FieldQuantity::electric, true},
                            {"H", "A/m", FieldQuantity::magnetic, false},
                            {"B", "uT", FieldQuantity::flux_density, true},
                            {"S", "W/m2", FieldQuantity::power_density, false}};

/// One field held against its limits.
struct Held {
  bool above = false, unknown = false;
};

/// A series, or one value as a series of one.
Result<std::optional<std::vector<double>>> values_of(const Library& library, const JudgeRequest& request,
                                                     const char* name, const std::string& unit, Judgement& judgement) {
  const JudgeInput* input = input_named(library, request, name);
  if (input == nullptr || !input->series.empty()) return take_series(library, request, name, unit, judgement);
  const double value = take_value(library, *input, unit, Sign::not_negative, judgement);
  if (std::isnan(value)) return std::optional<std::vector<double>>{};
  return std::optional(std::vector<double>{value});
}

/// Each frequency against its own limit.
Held hold_each(const Annexes& annexes, const Field& field, const std::vector<double>& f_hz,
               const std::vector<double>& value, bool overhead_line, Judgement& judgement) {
  Held held;
  double worst = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool line = overhead_line && field.quantity == FieldQuantity::electric;
    const double limit = tidy(line ? annexes.exposure_rules.overhead_line_e_v_m
                                   : exposure_limit(annexes.exposure, field.quantity, f_hz[i]));
    if (value.size() == 1)
      add_number(judgement, std::string(field.name) + " limit", "限值", "limit", limit, field.unit);
    if (std::isnan(limit) || !std::isfinite(value[i]) || value[i] < 0) {
      held.unknown = true;
      continue;
    }
    const bool above = value[i] > limit;
    held.above = held.above || above;
    worst = std::max(worst, value[i] / limit);
    const std::string text = plain(f_hz[i]) + " Hz: " + field.name + " " + plain(value[i]) + (above ? " > " : " ≤ ") +
                             plain(limit) + " " + field.unit;
    // A spectrum has thousands of lines; those that meet are in the sums.
    if (above || value.size() == 1)
      add_step(judgement, field.name, text, text, line ? "GB 8702-2014 table 1 note 4" : "GB 8702-2014 table 1",
               "verified");
  }
  add_number(judgement, std::string(field.name) + " share", "占限值的最大比例", "greatest share of a limit",
             tidy(worst), "1");
  return held;
}

Held hold_sums(const Annexes& annexes, const Field& field, const std::vector<double>& f_hz,
               const std::vector<double>& value, Judgement& judgement) {
  const ExposureSum sum = exposure_sum(annexes.exposure, annexes.exposure_rules, field.quantity, f_hz, value);
  const std::string name = field.name;
  if (sum.in_linear > 0)
    add_number(judgement, name + " linear sum", "线性叠加", "sum of shares", tidy(sum.linear), "1");
  if (sum.in_squares > 0)
    add_number(judgement, name + " sum of squares", "平方叠加", "sum of squared shares", tidy(sum.squares), "1");
  const std::string text = name + ": Σ = " + plain(tidy(sum.linear)) + ", Σ² = " + plain(tidy(sum.squares)) + " (≤ " +
                           plain(annexes.exposure_rules.sum_max) + ")";
  add_step(judgement, name, "多频率叠加 " + text, "several frequencies " + text, "GB 8702-2014 4.2",
           annexes.exposure_rules.trust);
  return {sum.within.has_value() && !*sum.within, !sum.within.has_value()};
}

void conclude_exposure(const std::vector<std::string>& held, const std::vector<std::string>& unknown, bool both_needed,
                       Judgement& judgement) {
  judgement.deciding = judgement.over_limit;
  if (!judgement.over_limit.empty()) return set_attainment(judgement, false);
  if (held.empty() && unknown.empty())
    return not_judged(judgement, "没有场量（E、H、B 或 S）", "there is no field: E, H, B or S");
  if (!unknown.empty())
    return not_judged(judgement, joined(unknown) + " 有缺测或没有限值的频率",
                      joined(unknown) + " has a value missing or a frequency without a limit");
  const auto has = [&](const char* name) { return std::find(held.begin(), held.end(), name) != held.end(); };
  if (both_needed && !(has("E") && has("B")))
    return not_judged(judgement, "100 kHz 以下电场强度与磁感应强度须同时满足，缺其一",
                      "below 100 kHz E and B must both be within, one is missing");
  set_attainment(judgement, true);
}

Result<Judgement> judge_exposure(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "electromagnetic", judgement) == nullptr) return judgement;
  const Annexes& annexes = library.annexes;
  const auto place = given_word(request, "place", {"public", "overhead-line"}, "public");
  if (!place) return fail(place.error());
  const auto f_hz = values_of(library, request, "frequency", "Hz", judgement);
  if (!f_hz) return fail(f_hz.error());
  if (!*f_hz) {
    not_judged(judgement, "没有频率（frequency）", "there is no frequency");
    return finished(std::move(judgement), request);
  }
  const bool line = *place == "overhead-line";
  if (line && ((*f_hz)->size() != 1 || (**f_hz)[0] != annexes.exposure_rules.overhead_line_hz))
    return fail(Errc::invalid_value,
                "the limit under overhead lines is of " + plain(annexes.exposure_rules.overhead_line_hz) + " Hz alone",
                "place");
  std::vector<std::string> held, unknown;
  for (const auto& field : fields) {
    const auto value = values_of(library, request, field.name, field.unit, judgement);
    if (!value) return fail(value.error());
    if (!*value) continue;
    if (auto same = same_length(field.name, (*value)->size(), "frequency", (*f_hz)->size()); !same)
      return fail(same.error());
    Held one = hold_each(annexes, field, **f_hz, **value, line, judgement);
    if (field.summed && (*value)->size() > 1) {
      const Held sums = hold_sums(annexes, field, **f_hz, **value, judgement);
      one = {one.above || sums.above, one.unknown || sums.unknown};
    }
    if (one.above) judgement.over_limit.emplace_back(field.name);
    (one.unknown ? unknown : held).emplace_back(field.name);
  }
  const auto low = [&](double f) { return f < annexes.exposure_rules.linear_to_hz; };
  conclude_exposure(held, unknown, std::any_of((*f_hz)->begin(), (*f_hz)->end(), low), judgement);
  return finished(std::move(judgement), request);
}

}  // namespace

std::vector<CodeRule> radiation_rules() {
  return {
      {{"gamma-dose-rate",
        "环境 γ 辐射剂量率",
        "Gamma dose rate in air",
        "radiation",
        {{"place", "测点类型（必填）", "kind of place (must be given)", place_words, ""},
         {"instrument", "仪器读数（必填）", "what the instrument shows (must be given)", reading_words, ""},
         {"k1", "校准因子（必填）", "calibration factor (must be given)", {}, ""},
         {"k2", "检验源效率因子（必填）", "check-source factor (must be given)", {}, ""},
         {"cosmic_ngy_h", "宇宙射线响应 nGy/h（必填）", "cosmic response, nGy/h (must be given)", {}, ""}},
        "reading：读数 nGy/h 或 nSv/h",
        "reading: nGy/h or nSv/h",
        "gamma-dose"},
       judge_gamma_dose_rate},
      {{"gamma-alarm",
        "γ 剂量率异常提示",
        "Notice of a raised gamma dose rate",
        "radiation",
        {},
        "dose-rate 序列 nGy/h；background 本底读数，或 background-mean、background-deviation、background-count；rain "
        "降雨 mm",
        "dose-rate, nGy/h; background readings, or background-mean, background-deviation and background-count; rain, "
        "mm",
        "gamma-dose"},
       judge_gamma_alarm},
      {{"annual-dose",
        "公众年有效剂量",
        "Effective dose of a year",
        "radiation",
        {},
        "dose-rate：全年逐时（8760 或 8784 个）nGy/h；background 本底",
        "dose-rate: every hour of the year, 8760 or 8784, nGy/h; background",
        "gamma-dose"},
       judge_annual_dose},
      {{"electromagnetic-exposure",
        "电磁环境公众曝露",
        "Public exposure to electromagnetic fields",
        "radiation",
        {{"place", "场所", "place", {"public", "overhead-line"}, "public"}},
        "frequency Hz，与 E V/m、B µT、H A/m、S W/m2：一个值或等长序列",
        "frequency in Hz with E V/m, B uT, H A/m, S W/m2: one value each or series of the same length",
        "electromagnetic"},
       judge_exposure},
  };
}

}  // namespace celadon::standards
