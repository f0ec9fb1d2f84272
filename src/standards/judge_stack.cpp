#include "core/units.hpp"
#include "standards/judge_emission.hpp"
#include "standards/kernel_parts.hpp"

#include <cmath>

namespace celadon::standards {
namespace {

constexpr const char* annex_clause = "HJ 75-2017 annex";

// Ids of packs/properties.csv, which are the codes of HJ 212.
constexpr const char* oxygen_id = "a19001";
constexpr const char* moisture_id = "a01014";
constexpr const char* temperature_id = "a01012";
constexpr const char* gauge_id = "a01013";
constexpr const char* atmospheric_id = "a01006";
constexpr const char* flue_gas_flow_id = "a00000";
constexpr const char* area_id = "a01016";
constexpr const char* speed_id = "a01011";
constexpr const char* nox_id = "a21002";
constexpr const char* no_id = "a21003";
constexpr const char* no2_id = "a21004";
constexpr const char* not_pollutants[] = {oxygen_id,      moisture_id,      temperature_id, gauge_id,
                                          atmospheric_id, flue_gas_flow_id, area_id,        speed_id};

/// One hour of a stack, as far as it is known; NaN where it is not.
struct StackHour {
  const StackRules& rules;
  bool actual = false, wet = false;  ///< of the concentrations
  StackGas gas{missing, missing, missing};
  double moisture = missing;  ///< volume fraction
  double o2_dry = missing, reference = missing, molar_mass = missing;
  double dry_flow_m3_h = missing;
  double nox = 0;        ///< mg/m3 as NO2, of NO and NO2 where both are there
  int nox_parts = 0;     ///< how many of the two
  std::size_t told = 0;  ///< pollutants with a dry concentration at the standard state
  double value = missing;
};

std::string name_of(const Library& library, const std::string& id, bool zh) {
  const Property* property = library.properties.find(id);
  return property == nullptr ? id : zh ? property->name_zh : property->name_en;
}

/// O2, moisture, temperature and pressure; the flow where it can be told.
Result<void> read_gas(const Library& library, const JudgeRequest& request, StackHour& hour, Judgement& judgement) {
  const auto value = [&](const char* id, const char* unit, Sign sign) {
    return take_value(library, request, id, unit, sign, judgement);
  };
  hour.moisture = value(moisture_id, "1", Sign::not_negative);
  hour.gas = {value(temperature_id, "Cel", Sign::any), value(atmospheric_id, "Pa", Sign::not_negative),
              value(gauge_id, "Pa", Sign::any)};
  const double oxygen = value(oxygen_id, "%", Sign::not_negative);
  const auto oxygen_state = given_word(request, "oxygen_state", {"dry", "wet"}, "dry");
  if (!oxygen_state) return fail(oxygen_state.error());
  const StackConstants& constants = hour.rules.constants;
  hour.o2_dry = *oxygen_state == "wet" ? tidy(dry_from_wet(oxygen, hour.moisture)) : oxygen;
  if (*oxygen_state == "wet" && !std::isnan(hour.o2_dry)) {
    add_step(judgement, oxygen_id,
             "干基含氧量 = " + plain(oxygen) + "/(1 − " + plain(hour.moisture) + ") = " + plain(hour.o2_dry) + " %",
             "dry O2 = " + plain(oxygen) + "/(1 - " + plain(hour.moisture) + ") = " + plain(hour.o2_dry) + " %",
             annex_clause, hour.rules.trust);
  }
  if (!std::isnan(oxygen)) {
    add_number(judgement, "oxygen dry", "干基含氧量", "dry O2", hour.o2_dry, "%");
    add_number(judgement, "excess air", "过量空气系数", "excess air", tidy(excess_air(constants, hour.o2_dry)), "1");
  }

  const auto flow_state = given_word(request, "flow_state", {"actual-wet", "standard-dry"}, "");
  if (!flow_state) return fail(flow_state.error());
  double wet = missing;
  const double given = value(flue_gas_flow_id, "m3/h", Sign::not_negative);
  const double area = value(area_id, "m2", Sign::not_negative);
  const double speed = value(speed_id, "m/s", Sign::not_negative);
  if (std::isnan(given)) {
    wet = wet_actual_flow_m3_h(area, speed);
  } else if (*flow_state == "standard-dry") {
    hour.dry_flow_m3_h = given;
  } else if (*flow_state == "actual-wet") {
    wet = given;
  } else {
    leave_out(judgement, flue_gas_flow_id, "未说明流量状态（flow_state）",
              "flow_state does not say what state it is of");
  }
  if (std::isnan(hour.dry_flow_m3_h) && !std::isnan(wet)) {
    hour.dry_flow_m3_h = tidy(dry_standard_flow_m3_h(constants, wet, hour.gas, hour.moisture));
    add_number(judgement, "flow wet-actual", "工况湿烟气流量", "wet flow as in the stack", tidy(wet), "m3/h");
    const std::string sum = plain(wet) + " × " + plain(constants.zero_celsius_k) + "/(" +
                            plain(constants.zero_celsius_k) + " + " + plain(hour.gas.temperature_c) + ") × (" +
                            plain(hour.gas.atmospheric_pa) + " + " + plain(hour.gas.gauge_pa) + ")/" +
                            plain(constants.standard_pressure_pa) + " × (1 − " + plain(hour.moisture) +
                            ") = " + plain(hour.dry_flow_m3_h) + " m3/h";
    add_step(judgement, "flow", "标干流量 = " + sum, "dry flow at the standard state = " + sum, annex_clause,
             hour.rules.trust);
  }
  if (!std::isnan(given) || !std::isnan(wet)) {
    const bool told = !std::isnan(hour.dry_flow_m3_h);
    add_number(judgement, "flow dry-standard", "标干流量", "dry flow at the standard state", hour.dry_flow_m3_h, "m3/h",
               told ? "" : "缺温度、压力或湿度", told ? "" : "temperature, pressure or moisture is missing");
  }
  return {};
}

double molar_mass_of(const StackHour& hour, const std::string& id) {
  if (id == no_id) return hour.rules.constants.no_molar_mass_g_mol;
  if (id == nox_id || id == no2_id) return hour.rules.constants.no2_molar_mass_g_mol;
  return hour.molar_mass;
}

/// mg/m3 of dry gas at the standard state, with its step; NaN where something it needs is missing.
double dry_standard_of(const Library& library, const StackHour& hour, const JudgeInput& input, bool ppm, double given,
                       Judgement& judgement) {
  const StackConstants& constants = hour.rules.constants;
  std::string sum = plain(given) + (ppm ? " ppm" : " mg/m3");
  double standard = given;
  if (ppm) {
    const double mass = molar_mass_of(hour, input.property);
    standard = mg_m3_from_ppm(constants, given, mass);
    sum += " × " + plain(mass) + "/" + plain(constants.molar_volume_l_mol);
  } else if (hour.actual) {
    standard = standard_mg_m3_from_actual(constants, given, hour.gas);
    sum += " × " + plain(constants.standard_pressure_pa) + "/(" + plain(hour.gas.atmospheric_pa) + " + " +
           plain(hour.gas.gauge_pa) + ") × (" + plain(constants.zero_celsius_k) + " + " +
           plain(hour.gas.temperature_c) + ")/" + plain(constants.zero_celsius_k);
  }
  if (hour.wet) {
    standard = dry_from_wet(standard, hour.moisture);
    sum += "/(1 − " + plain(hour.moisture) + ")";
  }
  standard = tidy(standard);
  if (!std::isnan(standard)) {
    add_step(judgement, input.property,
             name_of(library, input.property, true) + "标干浓度 = " + sum + " = " + plain(standard) + " mg/m3",
             name_of(library, input.property, false) + ", dry at the standard state = " + sum + " = " +
                 plain(standard) + " mg/m3",
             annex_clause, hour.rules.trust);
  }
  return standard;
}

/// Converted concentration and mass rate of one pollutant.
void put_stack_pollutant(StackHour& hour, const std::string& id, double standard, Judgement& judgement) {
  const StackConstants& constants = hour.rules.constants;
  add_number(judgement, id + " standard-dry", "标干浓度", "dry, at the standard state", standard, "mg/m3");
  ++hour.told;
  hour.value = standard;
  if (!std::isnan(hour.reference)) {
    const double converted = tidy(at_reference_oxygen(constants, standard, hour.o2_dry, hour.reference));
    const bool told = !std::isnan(converted);
    add_number(judgement, id + " converted", "折算浓度", "at the reference oxygen", converted, "mg/m3",
               told ? "" : "含氧量缺测，或与空气相近（停运时的新鲜空气），不能折算",
               told ? "" : "O2 is missing or that of fresh air at standstill: it cannot be converted");
    hour.value = converted;
    const std::string sum = plain(standard) + " × (" + plain(constants.air_oxygen_percent) + " − " +
                            plain(hour.reference) + ")/(" + plain(constants.air_oxygen_percent) + " − " +
                            plain(hour.o2_dry) + ") = " + plain(converted) + " mg/m3";
    if (told) add_step(judgement, id, "折算浓度 = " + sum, "converted = " + sum, annex_clause, hour.rules.trust);
  }
  const double kg = tidy(mass_rate_kg_h(standard, hour.dry_flow_m3_h));
  if (std::isnan(kg)) return;
  add_number(judgement, id + " kg/h", "排放速率", "mass rate", kg, "kg/h");
  const std::string sum = plain(standard) + " × " + plain(hour.dry_flow_m3_h) + " × 10^-6 = " + plain(kg) + " kg/h";
  add_step(judgement, id, "排放速率（用实测而非折算浓度）= " + sum,
           "mass rate, of the measured and never of the converted value = " + sum, annex_clause, hour.rules.trust);
}

bool is_pollutant(const Library& library, const JudgeInput& input) {
  const Property* property = library.properties.find(input.property);
  if (property == nullptr || property->medium != "stack") return false;
  for (const char* id : not_pollutants) {
    if (input.property == id) return false;
  }
  return true;
}

void read_pollutants(const Library& library, const JudgeRequest& request, StackHour& hour, Judgement& judgement) {
  double nox_given = missing;
  for (const auto& input : request.inputs) {
    if (!is_pollutant(library, input)) continue;
    const bool ppm = !input.unit.empty() && conversion(input.unit, "[ppm]").has_value();
    const double given = take_value(library, input, ppm ? "[ppm]" : "mg/m3", Sign::not_negative, judgement);
    if (std::isnan(given)) continue;
    const double standard = dry_standard_of(library, hour, input, ppm, given, judgement);
    if (std::isnan(standard)) {
      leave_out(judgement, input.property, "换算到标干状态所缺：摩尔质量、湿度、温度或压力",
                "what it takes to bring it to dry gas at the standard state is missing: molar mass, moisture, "
                "temperature or pressure");
      continue;
    }
    if (input.property == nox_id) nox_given = standard;
    if (input.property == no_id) hour.nox += no2_mg_m3_from_no_mg_m3(hour.rules.constants, standard);
    if (input.property == no2_id) hour.nox += standard;
    if (input.property == no_id || input.property == no2_id) ++hour.nox_parts;
    put_stack_pollutant(hour, input.property, standard, judgement);
  }
  if (hour.nox_parts == 0 || !std::isnan(nox_given)) return;
  const double nox = tidy(hour.nox);
  add_step(judgement, nox_id, "氮氧化物（以 NO2 计）= NO × 46/30 + NO2 = " + plain(nox) + " mg/m3",
           "NOx as NO2 = NO x 46/30 + NO2 = " + plain(nox) + " mg/m3", annex_clause, hour.rules.trust);
  put_stack_pollutant(hour, nox_id, nox, judgement);
}

/// Whether the hour counts; false where that is the verdict already.
Result<bool> hour_counts(const StackRules& rules, const JudgeRequest& request, Judgement& judgement) {
  const auto running = given_word(request, "running", {"yes", "no"}, "yes");
  if (!running) return fail(running.error());
  const auto minutes = given_between(request, "valid_minutes", 0, 60);
  if (!minutes) return fail(minutes.error());
  if (*running == "no") {
    set_class(judgement, 2, "standstill", "停运", "Standstill", "#808080");
    add_step(judgement, "hour", "停运小时既不算有效也不算无效", "an hour of standstill is neither valid nor invalid",
             "HJ 75-2017 12.1", "memory");
    return false;
  }
  if (std::isnan(*minutes)) {
    not_judged(judgement, "未给出有效分钟数（valid_minutes），不能判定小时是否有效",
               "valid_minutes is not given: whether the hour counts cannot be told");
    return false;
  }
  const int whole = static_cast<int>(std::floor(*minutes));
  const std::string of = std::to_string(whole) + "/" + std::to_string(rules.validity.hour_minutes_min);
  const bool valid = hour_is_valid(rules.validity, whole);
  add_number(judgement, "valid minutes", "有效分钟数", "valid minutes", whole, "min");
  add_step(judgement, "hour", "有效分钟数/要求 = " + of + (valid ? "，小时有效" : "，小时无效"),
           "valid minutes/wanted = " + of + (valid ? ": the hour is valid" : ": the hour is not valid"), "HJ 75-2017 3",
           rules.trust);
  if (!valid) set_class(judgement, 3, "invalid", "无效小时", "Hour not valid", "#ff0000");
  return valid;
}

}  // namespace

void convert_oxygen(const Library& library, const JudgeRequest& request, double reference_percent, Judgement& judgement,
                    JudgedInput& input) {
  const StackRules& rules = library.annexes.stack;
  const StackConstants& constants = rules.constants;
  const std::string reference = plain(reference_percent) + " %";
  if (given_or(request, "state", "measured") == "converted") {
    add_step(judgement, input.property, "所给为折算浓度（基准含氧量 " + reference + "），不再折算",
             "handed in as converted to " + reference + " O2: left as it is", annex_clause, rules.trust);
    return;
  }
  const auto leave = [&](const std::string& zh, const std::string& en) {
    input.used = false;
    input.reason_zh = zh + "，不能折算到基准含氧量 " + reference;
    input.reason_en = en + ": it cannot be brought to the reference oxygen of " + reference;
  };
  const auto oxygen = given_number(request, "oxygen_percent");
  if (!oxygen) return leave("含氧量不是数", "oxygen_percent is no number");
  if (std::isnan(*oxygen)) return leave("缺少含氧量（oxygen_percent）", "oxygen_percent is not given");
  const std::string o2 = plain(*oxygen) + " %";
  // The pack leaves as much room below the oxygen of air as an O2 meter usually errs.
  const double error = constants.oxygen_gap_min_percent;
  const ConvertedRange range = converted_range(constants, input.value, *oxygen, reference_percent, error);
  if (std::isnan(range.value)) {
    return *oxygen < 0 ? leave("含氧量不可能：" + o2, "impossible O2 of " + o2)
                       : leave("含氧量 " + o2 + " 与空气相近（停运时的新鲜空气）",
                               "O2 of " + o2 + " is that of fresh air at standstill");
  }
  const double converted = tidy(range.value);
  const std::string air = plain(constants.air_oxygen_percent);
  const std::string sum = plain(input.value) + " × (" + air + " − " + plain(reference_percent) + ")/(" + air + " − " +
                          plain(*oxygen) + ") = " + plain(converted) + " " + input.unit;
  add_step(judgement, input.property, "折算浓度 = " + sum, "converted = " + sum, annex_clause, rules.trust);
  const std::string high = std::isnan(range.high) ? "∞" : plain(tidy(range.high));
  const std::string spread = plain(tidy(range.low)) + " – " + high + " " + input.unit;
  add_step(judgement, input.property, "含氧量误差 ±" + plain(error) + " % 时折算浓度为 " + spread,
           "an O2 error of +-" + plain(error) + " % makes it " + spread, annex_clause, rules.trust);
  add_number(judgement, input.property + " converted", "折算浓度", "at the reference oxygen", converted, input.unit);
  add_number(judgement, input.property + " converted low", "含氧量误差下限", "with O2 less its error", tidy(range.low),
             input.unit);
  add_number(judgement, input.property + " converted high", "含氧量误差上限", "with O2 plus its error",
             tidy(range.high), input.unit, std::isnan(range.high) ? "含氧量与空气相近，无上限" : "",
             std::isnan(range.high) ? "O2 is too near to that of air: no bound" : "");
  input.value = converted;
}

Result<Judgement> judge_stack_hour(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "stack-monitoring", judgement) == nullptr) return judgement;
  StackHour hour{library.annexes.stack};
  const auto state =
      given_word(request, "concentration_state", {"actual-wet", "actual-dry", "standard-wet", "standard-dry"}, "");
  if (!state) return fail(state.error());
  const auto reference = given_between(request, "reference_oxygen_percent", 0, hour.rules.constants.air_oxygen_percent);
  if (!reference) return fail(reference.error());
  const auto molar_mass = given_between(request, "molar_mass_g_mol", 1, 1000);
  if (!molar_mass) return fail(molar_mass.error());
  hour.actual = state->starts_with("actual");
  hour.wet = state->ends_with("wet");
  hour.reference = *reference;
  hour.molar_mass = *molar_mass;
  const auto counts = hour_counts(hour.rules, request, judgement);
  if (!counts) return fail(counts.error());
  if (!*counts) return finished(std::move(judgement), request);
  if (auto read = read_gas(library, request, hour, judgement); !read) return fail(read.error());
  if (state->empty()) {
    not_judged(judgement, "未说明浓度状态（concentration_state）：干或湿、工况或标态",
               "concentration_state is not given: dry or wet, as in the stack or at the standard state");
    return finished(std::move(judgement), request);
  }
  read_pollutants(library, request, hour, judgement);
  if (hour.told == 0 && std::isnan(hour.dry_flow_m3_h)) {
    not_judged(judgement, "没有可用的浓度或流量", "there is no concentration or flow that can be used");
    return finished(std::move(judgement), request);
  }
  set_class(judgement, 1, "valid", "有效小时", "Valid hour", "#00b050");
  if (hour.told == 1 && !std::isnan(hour.value)) judgement.value = hour.value;
  return finished(std::move(judgement), request);
}

}  // namespace celadon::standards
