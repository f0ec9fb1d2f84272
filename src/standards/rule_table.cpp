#include "standards/judge_parts.hpp"

namespace celadon::standards {

namespace {

std::vector<CodeRule> air_and_water_rules() {
  const RuleField zone{"zone", "环境空气功能区", "zone class", {"1", "2"}, "2"};
  return {
      {{"aqi-hourly",
        "空气质量指数（实时报）",
        "Air quality index, hourly",
        "air",
        {},
        "SO2 NO2 CO O3 PM10 PM2.5 小时值",
        "hourly means of SO2 NO2 CO O3 PM10 PM2.5",
        "air-index"},
       judge_air},
      {{"aqi-daily",
        "空气质量指数（日报）",
        "Air quality index, daily",
        "air",
        {},
        "SO2 NO2 CO PM10 PM2.5 日均值，O3-MDA8；2012 版还可有 O3（日最大 1 小时）",
        "daily means of SO2 NO2 CO PM10 PM2.5, O3-MDA8; under 2012 also O3, the daily maximum of hours",
        "air-index"},
       judge_air},
      {{"air-day",
        "空气质量日评价（由 24 个小时值）",
        "A day of air from its 24 hours",
        "air",
        {zone},
        "SO2 NO2 CO O3 PM10 PM2.5：各 24 个小时值（1 时至 24 时）",
        "24 hourly values of each item, hours 1 to 24",
        "air-index"},
       judge_air_day},
      {{"air-assessment",
        "环境空气质量评价（月、季、年）",
        "Assessment of air over a period",
        "air",
        {zone, {"gas_state", "气体参比状态", "reference state of the gases", {"298K", "273K"}, "298K"}},
        "各项目逐日值（至 date 为止的连续日）；sand-day：1 为沙尘日，颗粒物不参与",
        "daily values of each item, consecutive days up to date; sand-day: 1 takes the day's particles out",
        "ambient-air"},
       judge_air_period},
      {{"composite-index",
        "环境空气质量综合指数",
        "Composite index of air",
        "air",
        {},
        "SO2 NO2 PM10 PM2.5 均值，CO 第 95 百分位，O3-MDA8 第 90 百分位",
        "means of SO2 NO2 PM10 PM2.5, CO P95, O3-MDA8 P90",
        "composite"},
       judge_composite},
      {{"heavy-pollution-warning",
        "重污染天气预警级别",
        "Heavy-pollution warning level",
        "air",
        {},
        "AQI：逐日 AQI",
        "AQI: daily indices in order",
        "heavy-pollution"},
       judge_warning},
      {{"water-class",
        "地表水水质类别",
        "Class of surface water",
        "water",
        {{"water_body", "河流或湖库", "river or lake limits", {"river", "lake"}, "river"},
         {"rounding",
          "修约到实时值或评价值的位数",
          "places of readings or of assessments",
          {"reading", "assessment"},
          "reading"}},
        "表 1 各项目",
        "items of table 1",
        "surface-water"},
       judge_water},
  };
}

std::vector<CodeRule> every_rule() {
  std::vector<CodeRule> all = air_and_water_rules();
  for (const auto& of_medium :
       {air_series_rules(), water_report_rules(), emission_rules(), noise_rules(), radiation_rules()})
    all.insert(all.end(), of_medium.begin(), of_medium.end());
  return all;
}

}  // namespace

const std::vector<CodeRule>& code_rules() {
  static const std::vector<CodeRule> rules = every_rule();
  return rules;
}

}  // namespace celadon::standards
