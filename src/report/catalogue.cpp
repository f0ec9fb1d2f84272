#include "report/figure.hpp"

// Which names there are. collect_*.cpp puts a value under each; a test holds both against each other.

namespace celadon::report {
namespace {

using K = Kind;

void index_names(std::vector<Entry>& out, const std::string& stem) {
  out.push_back({stem + "aqi", K::figure, {"AQI", "AQI"}});
  out.push_back({stem + "level", K::figure, {"空气质量级别", "level of air quality"}});
  out.push_back({stem + "primary", K::figure, {"首要污染物", "primary pollutant"}});
}
void item_names(std::vector<Entry>& out, const std::string& stem) {
  for (const auto& [name, zh] : std::initializer_list<std::pair<const char*, const char*>>{
           {"so2", "SO2"}, {"no2", "NO2"}, {"co", "CO"}, {"pm10", "PM10"}, {"pm25", "PM2.5"}, {"o3", "O3-8h"}})
    out.push_back({stem + name, K::figure, {zh, zh}});
}
void place_names(std::vector<Entry>& out, const std::string& stem) {
  out.push_back({stem + "lon", K::figure, {"经度（只供地图）", "longitude, for maps"}});
  out.push_back({stem + "lat", K::figure, {"纬度（只供地图）", "latitude, for maps"}});
}
void period_names(std::vector<Entry>& out, const std::string& stem) {
  out.push_back({stem + "days", K::figure, {"有效天数", "valid days"}});
  out.push_back({stem + "good_days", K::figure, {"优良天数", "good days"}});
  out.push_back({stem + "over_days", K::figure, {"超标天数", "days over the limit"}});
  out.push_back({stem + "good_percent", K::figure, {"优良天数比例", "share of good days"}});
  out.push_back({stem + "composite", K::figure, {"综合指数", "composite index"}});
  out.push_back({stem + "highest", K::figure, {"最高 AQI", "highest AQI"}});
  item_names(out, stem);
}
void basin_names(std::vector<Entry>& out, const std::string& stem) {
  out.push_back({stem + "method", K::figure, {"评价方法", "method"}});
  out.push_back({stem + "grade", K::figure, {"水质状况", "state"}});
  out.push_back({stem + "means_class", K::figure, {"均值类别", "class of the means"}});
  out.push_back({stem + "sections", K::figure, {"评价断面数", "sections judged"}});
  out.push_back({stem + "good_percent", K::figure, {"Ⅰ～Ⅲ类比例", "share of classes I to III"}});
  out.push_back({stem + "inferior_percent", K::figure, {"劣Ⅴ类比例", "share worse than V"}});
}

void promise_names(std::vector<Entry>& out, const std::string& stem) {
  for (const auto& [name, zh, en] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"id", "编号", "id"},
           {"name", "承诺", "promise"},
           {"owner", "牵头单位", "lead unit"},
           {"baseline", "基准", "baseline"},
           {"target", "目标", "target"},
           {"due", "期限", "due"},
           {"unit", "单位", "unit"},
           {"clause", "规划原文", "words of the plan"},
           {"reason", "等待或不可计量的原因", "why it waits or cannot be measured"},
           {"waits_for", "等待的数据", "the data it waits for"}})
    out.push_back({stem + name, K::words, {zh, en}});
  for (const auto& [name, zh, en] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"value", "现值", "value"},
           {"path", "序时应达", "where the path is"},
           {"way", "完成程度", "share of the way"},
           {"probability", "实现可能性", "probability"},
           {"status", "状态", "status"},
           {"milestones", "里程碑（已完成/全部）", "milestones done of all"}})
    out.push_back({stem + name, K::figure, {zh, en}});
}
void status_names(std::vector<Entry>& out, const std::string& stem) {
  for (const auto& [name, zh, en] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"total", "承诺数", "promises"},
           {"computed", "可计算", "computed"},
           {"met", "已实现", "met"},
           {"likely", "预计实现或按进度", "likely or on their path"},
           {"failing", "预计难以实现或滞后", "unlikely or behind"},
           {"unknown", "尚不能判断", "cannot be told yet"},
           {"no_data", "当年无数据", "without data of the year"},
           {"waits", "等待数据", "waiting for data"},
           {"unmeasurable", "不可计量", "unmeasurable"}})
    out.push_back({stem + name, K::figure, {zh, en}});
}

ValueSet plan_set() {
  ValueSet plan{"plan",
                {"规划执行情况", "how far the plan is"},
                {{"plan.name", K::words, {"规划名称", "name of the plan"}},
                 {"plan.evaluation", K::words, {"年度评估、中期评估或总结评估", "annual, mid-term or final evaluation"}},
                 {"plan.edition", K::words, {"标准版本", "editions"}},
                 {"plan.year", K::words, {"评价的数据年", "year of the data"}},
                 {"plan.today", K::day, {"数据截止日", "day of the data"}},
                 {"plan.time", K::figure, {"规划期时间进度", "share of the plan's time"}},
                 {"plan.milestones_due", K::figure, {"到期里程碑", "milestones due"}},
                 {"plan.milestones_in_time", K::figure, {"按期完成的里程碑", "milestones met in time"}},
                 {"plan.chapters", K::list, {"各章", "each chapter"}},
                 {"plan.chapters[].name", K::words, {"章", "chapter"}},
                 {"plan.chapters[].rows", K::list, {"本章可计算的承诺", "its promises that are computed"}},
                 {"plan.constraining", K::list, {"约束性指标", "constraining promises"}},
                 {"plan.failing", K::list, {"预计难以实现或滞后", "unlikely or behind"}},
                 {"plan.no_data_rows", K::list, {"当年无数据", "without data of the year"}},
                 {"plan.waiting", K::list, {"等待数据", "waiting for data"}},
                 {"plan.unmeasured", K::list, {"不可计量", "unmeasurable"}},
                 {"plan.late", K::list, {"逾期里程碑", "milestones that are late"}},
                 {"plan.late[].promise", K::words, {"承诺", "promise"}},
                 {"plan.late[].task", K::words, {"任务", "task"}},
                 {"plan.late[].milestone", K::words, {"里程碑", "milestone"}},
                 {"plan.late[].days", K::figure, {"逾期天数", "days late"}},
                 {"plan.counties", K::list, {"各县（市、区）", "each county"}},
                 {"plan.counties[].name", K::words, {"名称", "name"}},
                 {"plan.editions", K::list, {"各年各版本的空气指标", "air by year and edition"}},
                 {"plan.editions[].year", K::words, {"年份", "year"}},
                 {"plan.editions[].edition", K::words, {"标准版本", "editions"}}}};
  for (const std::string stem : {"plan.chapters[].rows[].", "plan.constraining[].", "plan.failing[].",
                                 "plan.no_data_rows[].", "plan.waiting[].", "plan.unmeasured[]."})
    promise_names(plan.entries, stem);
  for (const std::string stem : {"plan.all.", "plan.chapters[].", "plan.counties[]."})
    status_names(plan.entries, stem);
  place_names(plan.entries, "plan.counties[].");
  for (const auto& [name, zh, en] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"good_days", "优良天数比率", "share of good days"},
           {"pm25", "PM2.5 年均", "PM2.5, mean of the year"},
           {"attains", "各项达标", "every item attains"},
           {"complete", "数据完整率", "share of the data"}})
    plan.entries.push_back({std::string("plan.editions[].") + name, K::figure, {zh, en}});
  return plan;
}

std::vector<ValueSet> make() {
  std::vector<ValueSet> all;
  all.push_back({"base",
                 {"总是有", "always there"},
                 {{"city.name", K::words, {"城市", "the city"}},
                  {"period.from", K::day, {"首日", "first day"}},
                  {"period.to", K::day, {"末日", "last day"}},
                  {"period.month", K::words, {"月份", "the month"}},
                  {"period.year", K::words, {"年份", "the year"}},
                  {"known_at", K::moment, {"数据截至", "what the archive had learnt by then"}}}});

  ValueSet day{"air-day",
               {"空气一日", "air, one day"},
               {{"day.edition", K::words, {"标准版本", "edition"}},
                {"day.over", K::figure, {"超标点位数", "stations over the limit"}},
                {"day.judged", K::figure, {"有效点位数", "stations with a value"}},
                {"day.stations", K::list, {"各点位", "each station"}},
                {"day.stations[].name", K::words, {"名称", "name"}},
                {"day.week", K::list, {"近七日全市", "the city's last seven days"}},
                {"day.week[].day", K::day, {"日期", "day"}},
                {"day.others", K::list, {"另一版本（若选）", "under another edition, if chosen"}},
                {"day.others[].edition", K::words, {"标准版本", "edition"}}}};
  for (const std::string stem : {"day.city.", "day.stations[].", "day.week[].", "day.others[]."})
    index_names(day.entries, stem);
  item_names(day.entries, "day.city.");
  item_names(day.entries, "day.stations[].");
  place_names(day.entries, "day.stations[].");
  all.push_back(std::move(day));

  ValueSet period{"air-period",
                  {"空气一周或一月", "air, a week or month"},
                  {{"air.edition", K::words, {"标准版本", "edition"}},
                   {"air.highest_day", K::day, {"AQI 最高日", "day of the highest AQI"}},
                   {"air.before",
                    K::list,
                    {"上年同期（有数据时一行）", "same period of the year before: one row, if there is data"}},
                   {"air.change.good_percent", K::figure, {"优良率同比", "share of good days against the year before"}},
                   {"air.change.composite", K::figure, {"综合指数同比", "composite index against the year before"}},
                   {"air.change.pm25", K::figure, {"PM2.5 同比", "PM2.5 against the year before"}},
                   {"air.days", K::list, {"逐日", "each day"}},
                   {"air.days[].day", K::day, {"日期", "day"}},
                   {"air.stations", K::list, {"各点位，按综合指数排序", "each station, by composite index"}},
                   {"air.stations[].name", K::words, {"名称", "name"}},
                   {"air.stations[].rank", K::figure, {"排名", "rank"}},
                   {"air.editions", K::list, {"各标准版本", "under each edition asked for"}},
                   {"air.editions[].edition", K::words, {"标准版本", "edition"}}}};
  for (const std::string stem : {"air.city.", "air.before[].", "air.stations[].", "air.editions[]."})
    period_names(period.entries, stem);
  index_names(period.entries, "air.days[].");
  item_names(period.entries, "air.days[].");
  place_names(period.entries, "air.stations[].");
  all.push_back(std::move(period));

  all.push_back({"completeness",
                 {"数据有效率", "how much data is there"},
                 {{"complete.percent", K::figure, {"全部点位有效率", "share of valid values of all sites"}},
                  {"complete.sites", K::list, {"各点位", "each site"}},
                  {"complete.sites[].name", K::words, {"名称", "name"}},
                  {"complete.sites[].present", K::figure, {"有效个数", "valid values"}},
                  {"complete.sites[].expected", K::figure, {"应有个数", "values due"}},
                  {"complete.sites[].percent", K::figure, {"有效率", "share"}}}});

  ValueSet water{"water",
                 {"地表水一段时间", "surface water over a period"},
                 {{"water.edition", K::words, {"标准版本", "edition"}},
                  {"water.sections", K::list, {"各断面", "each section"}},
                  {"water.rivers", K::list, {"各河流", "each river"}},
                  {"water.rivers[].name", K::words, {"河流", "river"}},
                  {"water.classes", K::list, {"各类别断面数", "sections by class"}},
                  {"water.classes[].class", K::words, {"类别", "class"}},
                  {"water.classes[].count", K::figure, {"断面数", "sections"}},
                  {"water.classes[].percent", K::figure, {"比例", "share"}},
                  {"water.editions", K::list, {"各标准版本", "under each edition"}},
                  {"water.editions[].edition", K::words, {"标准版本", "edition"}},
                  {"water.sections[].name", K::words, {"断面", "section"}},
                  {"water.sections[].river", K::words, {"河流", "river"}}}};
  for (const auto& [name, zh, en] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"class", "水质类别", "class"},
           {"class_last", "上月类别", "class, month before"},
           {"class_year", "上年同月类别", "class, same month of the year before"},
           {"change_last", "环比", "against the month before"},
           {"change_year", "同比", "against the year before"},
           {"main", "主要污染指标", "main pollutants"},
           {"ph", "pH", "pH"},
           {"do", "溶解氧", "dissolved oxygen"},
           {"codmn", "高锰酸盐指数", "permanganate index"},
           {"nh3n", "氨氮", "ammonia nitrogen"},
           {"tp", "总磷", "total phosphorus"},
           {"readings", "有效监测值个数", "valid values"}})
    water.entries.push_back({std::string("water.sections[].") + name, K::figure, {zh, en}});
  place_names(water.entries, "water.sections[].");
  for (const std::string stem : {"water.whole.", "water.rivers[].", "water.editions[]."})
    basin_names(water.entries, stem);
  all.push_back(std::move(water));

  all.push_back({"events",
                 {"报警事件", "events of watch"},
                 {{"events.count", K::figure, {"事件数", "number"}},
                  {"events.list", K::list, {"逐件", "each"}},
                  {"events.list[].time", K::moment, {"时间", "time"}},
                  {"events.list[].site", K::words, {"点位", "site"}},
                  {"events.list[].property", K::words, {"项目", "property"}},
                  {"events.list[].value", K::figure, {"数值", "value"}},
                  {"events.list[].text", K::figure, {"说明", "what happened"}}}});
  all.push_back({"matters",
                 {"案件", "cases"},
                 {{"matters.opened", K::figure, {"新立", "opened"}},
                  {"matters.closed", K::figure, {"办结", "closed"}},
                  {"matters.open", K::figure, {"在办", "open"}},
                  {"matters.overdue", K::figure, {"逾期", "overdue"}},
                  {"matters.list", K::list, {"新立、办结与逾期者", "those opened, closed or overdue"}},
                  {"matters.list[].register", K::words, {"名录", "register"}},
                  {"matters.list[].opened", K::moment, {"立案时间", "opened"}},
                  {"matters.list[].title", K::figure, {"名称", "title"}},
                  {"matters.list[].state", K::figure, {"状态", "state"}},
                  {"matters.list[].due", K::figure, {"期限", "deadline"}}}});
  all.push_back(plan_set());
  all.push_back({"event",
                 {"一件事件（专报）", "one event, for special reports"},
                 {{"event.number", K::figure, {"编号", "number"}},
                  {"event.time", K::moment, {"发生时间", "when it was"}},
                  {"event.noticed", K::moment, {"发现时间", "when it was noticed"}},
                  {"event.site", K::words, {"点位", "site"}},
                  {"event.property", K::words, {"项目", "property"}},
                  {"event.value", K::figure, {"数值", "value"}},
                  {"event.text", K::figure, {"说明", "what happened"}},
                  {"event.highest", K::figure, {"前后最高值", "highest around it"}},
                  {"event.around", K::list, {"前后数值", "values around it"}},
                  {"event.around[].time", K::moment, {"时间", "time"}},
                  {"event.around[].value", K::figure, {"数值", "value"}}}});
  return all;
}

}  // namespace

std::span<const ValueSet> catalogue() {
  static const std::vector<ValueSet> all = make();
  return all;
}

}  // namespace celadon::report
