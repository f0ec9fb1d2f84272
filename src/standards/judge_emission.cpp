#include "standards/judge_emission.hpp"

#include "standards/ldar_words.hpp"

namespace celadon::standards {
namespace {

std::vector<CodeRule> stack_rules() {
  const RuleField oxygen_state{"oxygen_state", "含氧量为干基或湿基", "O2 of dry or of wet gas", {"dry", "wet"}, "dry"};
  return {
      {{"stack-hour",
        "烟气小时数据（标干、折算、排放速率）",
        "An hour of stack gas",
        "stack",
        {{"concentration_state",
          "浓度状态（必填）",
          "state of the concentrations (must be given)",
          {"actual-wet", "actual-dry", "standard-wet", "standard-dry"},
          ""},
         oxygen_state,
         {"flow_state", "a00000 的状态", "state of a00000", {"actual-wet", "standard-dry"}, ""},
         {"valid_minutes", "本小时有效分钟数", "valid minutes of the hour", {}, ""},
         {"running", "是否运行", "the unit ran", {"yes", "no"}, "yes"},
         {"reference_oxygen_percent", "基准含氧量（%）", "reference oxygen, percent", {}, ""},
         {"molar_mass_g_mol",
          "摩尔质量，体积分数换算用（NO、NO2、NOx 不需）",
          "molar mass for ppm; not for NO, NO2, NOx",
          {},
          ""}},
        "污染物 a21026 a21002 a21003 a21004 a34013 …（mg/m3，或单位写 ppm）；a19001 含氧量，a01014 湿度，a01012 "
        "温度，a01013 静压，"
        "a01006 大气压，a00000 流量或 a01016 面积与 a01011 流速",
        "pollutants a21026 a21002 a21003 a21004 a34013 ... (mg/m3, or ppm with its unit); a19001 O2, a01014 moisture, "
        "a01012 "
        "temperature, a01013 gauge pressure, a01006 atmospheric pressure, a00000 flow or a01016 area with a01011 speed",
        "stack-monitoring"},
       judge_stack_hour},
      {{"stack-day",
        "烟气日数据（有效性、均值、排放量）",
        "A day of stack gas from its 24 hours",
        "stack",
        {},
        "concentration 标干浓度、converted 折算浓度、flow 标干流量 m3/h 或 mass kg/h：各 24 个；running：1 运行、0 "
        "停运",
        "concentration (dry, standard), converted, flow m3/h or mass kg/h: 24 each; running: 1 ran, 0 stood still",
        "stack-monitoring"},
       judge_stack_day},
      {{"stack-capture",
        "季度有效数据捕集率与缺失替代",
        "Quarterly capture and substitution",
        "stack",
        {{"quarter_hours",
          "序列末尾属于本季度的小时数；不给则全部",
          "hours at the end that are the quarter; else all",
          {},
          ""}},
        "mass 逐时排放量 kg/h（先历史、后本季度）与 running；或 hours-valid、hours-invalid、hours-standstill",
        "mass, hourly kg/h (history, then the quarter), and running; or hours-valid, hours-invalid, hours-standstill",
        "stack-monitoring"},
       judge_stack_capture},
  };
}

std::vector<CodeRule> wastewater_and_tax_rules() {
  return {
      {{"wastewater-day",
        "废水有效日均值（流量加权）",
        "Effective day of waste water, weighted by flow",
        "wastewater",
        {},
        "w00000 流量与各项目、pH 的等长序列（该日应有的每个数据一个，缺测为 null）",
        "series of w00000 (flow), of items and pH: one value for each that is due that day, null where missing",
        "wastewater-monitoring"},
       judge_wastewater_day},
      {{"wastewater-removal",
        "三级标准去除率要求",
        "Removal demanded of grade 3",
        "wastewater",
        {},
        "COD-influent、COD，BOD5-influent、BOD5：进、出水日均值 mg/L",
        "COD-influent, COD, BOD5-influent, BOD5: daily means in and out, mg/L",
        "wastewater-plant"},
       judge_wastewater_removal},
      {{"tax-equivalents",
        "环境保护税污染当量数",
        "Pollutant equivalents taxed at one outlet",
        "emission",
        {{"medium", "介质（必填）", "medium (must be given)", {"air", "water"}, ""},
         {"unit_tax_cny", "适用税额（元/当量）", "unit tax of the place, CNY", {}, ""}},
        "一个排放口当月各污染物的排放量 kg：附表二的名称，或 COD NH3-N TP SO2 NOx 等",
        "kg of each pollutant of one outlet in the month: names of annex 2, or COD NH3-N TP SO2 NOx ...",
        "pollutant-equivalents"},
       judge_tax_equivalents},
  };
}

std::vector<CodeRule> ldar_rules() {
  const std::vector<std::string> components(std::begin(component_words), std::end(component_words));
  const RuleField component{"component", "密封点类型", "component", components, ""};
  return {
      {{"ldar-leak",
        "密封点泄漏认定与维修期限",
        "Leak of a seal point and its deadlines",
        "emission",
        {{"standard", "执行标准", "standard", {"GB 37822-2019", "GB 31571-2015"}, "GB 37822-2019"},
         {"medium", "物料状态（必填）", "medium (must be given)", {"gas", "volatile-liquid", "other-liquid"}, ""},
         {"region", "地区", "region", {"general", "key"}, "general"},
         {"visible", "可见渗液、滴液", "seen to weep or drip", {"no", "yes"}, "no"},
         component,
         {"shutdown", "延迟维修时的下次停车日", "day of the next shutdown, where a delay is filed", {}, ""}},
        "reading 仪器读数、background 背景值（µmol/mol，以碳计）；date 为发现日",
        "reading and background in umol/mol, as carbon; date is the day it was found",
        "ldar-leak|ldar-leak-petrochemical"},
       judge_ldar_leak},
      {{"ldar-emission",
        "密封点泄漏排放量",
        "Emission of seal points of one kind",
        "emission",
        {{"method", "方法", "method", {"correlation", "range", "average"}, "correlation"},
         {"industry",
          "行业（必填）",
          "industry (must be given)",
          {"petrochemical", "refinery", "marketing-terminal"},
          ""},
         component,
         {"service", "物料（必填）", "service (must be given)", {"gas", "light-liquid", "heavy-liquid"}, ""},
         {"detection_limit_umol_mol", "仪器检出限", "detection limit of the instrument", {}, ""},
         {"ends_at_10000", "仪器量程止于 10000", "the instrument ends at 10 000", {"no", "yes"}, "no"},
         {"toc_share", "TOC 质量分数", "mass share of TOC", {}, ""},
         {"methane_share", "甲烷质量分数", "mass share of methane", {}, ""},
         {"voc_share", "VOC 质量分数；给出时结果为 VOC", "mass share of VOC; makes the result VOC", {}, ""},
         {"hours", "小时数", "hours", {}, ""}},
        "reading 逐点净检测值 µmol/mol（给 background 则扣除）；平均系数法用 points 点数",
        "reading: net umol/mol of each point (less background where given); points for the average method",
        "ldar-emission"},
       judge_ldar_emission},
  };
}

}  // namespace

std::vector<CodeRule> emission_rules() {
  std::vector<CodeRule> all;
  for (const auto& some : {stack_rules(), wastewater_and_tax_rules(), ldar_rules()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace celadon::standards
