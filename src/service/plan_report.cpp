#include "service/plan_report.hpp"
#include "core/missing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace celadon::service {
namespace {

using plan::Status;
using report::both;
using report::Figure;
using report::Record;
using Look = PlanDesk::Look;

struct StatusWords {
  Status status;
  const char *zh, *en, *colour, *text_colour;
};
constexpr std::array status_words = {
    StatusWords{Status::met, "已实现", "met", "#1f7a5c", "#ffffff"},
    StatusWords{Status::likely, "预计实现", "likely", "#8fc7ae", "#12352a"},
    StatusWords{Status::on_path, "按进度", "on its path", "#cfe6da", "#12352a"},
    StatusWords{Status::behind, "滞后", "behind", "#f0c36a", "#3a2a00"},
    StatusWords{Status::unlikely, "预计难以实现", "unlikely", "#b4532a", "#ffffff"},
    StatusWords{Status::unknown, "尚不能判断", "cannot be told yet", "#dfe5e2", "#1d2926"},
    StatusWords{Status::no_data, "当年无数据", "no data of the year", "#dfe5e2", "#1d2926"},
    StatusWords{Status::waits, "等待数据", "waits for data", "#d7dbe6", "#1d2430"},
    StatusWords{Status::unmeasurable, "不可计量", "unmeasurable", "#c9c4bb", "#2a2721"}};

const StatusWords& words_of(Status status) {
  return *std::ranges::find(status_words, status, &StatusWords::status);
}

constexpr std::array<std::pair<const char*, const char*>, 14> chapters = {
    {{"序言", "Preface"},
     {"第一章 规划基础", "1 Where the city stands"},
     {"第二章 总体要求", "2 General requirements"},
     {"第三章 美丽景德镇", "3 Beautiful Jingdezhen"},
     {"第四章 蓝天", "4 Blue sky"},
     {"第五章 碧水", "5 Clear water"},
     {"第六章 净土", "6 Clean soil"},
     {"第七章 固体废物与新污染物", "7 Waste and new pollutants"},
     {"第八章 生态保护监管", "8 Ecology"},
     {"第九章 应对气候变化", "9 Climate"},
     {"第十章 绿色转型", "10 Green transition"},
     {"第十一章 生态安全", "11 Safety"},
     {"第十二章 现代环境治理体系", "12 Governance"},
     {"第十三章 规划实施", "13 Carrying it out"}}};

std::size_t chapter_number(const std::string& chapter) {
  const auto number = std::strtoul(chapter.c_str(), nullptr, 10);
  return std::min<std::size_t>(number, chapters.size() - 1);
}

/// Where the plan says so, as its table has it: "line 25: text".
std::string clause_zh(const std::string& clause) {
  const std::string_view begin = "line ";
  const std::size_t end = clause.find(": ");
  if (!clause.starts_with(begin) || end == std::string::npos) return clause;
  return "第" + clause.substr(begin.size(), end - begin.size()) + "行：" + clause.substr(end + 2);
}

class Collector {
 public:
  Collector(const Look& look, const intake::CityPack& city, const plan::Question& question, int asked, Record& out)
      : look_(look), city_(city), question_(question), asked_(asked), out_(out) {}

  void collect() {
    const auto& plan = look_.plan;
    const auto& edition = plan.editions[question_.edition];
    out_.put("plan.name", both(plan.name.zh, plan.name.en));
    const bool evaluated = std::ranges::find(plan.evaluations, asked_) != plan.evaluations.end();
    out_.put("plan.evaluation", asked_ >= plan.last ? both("总结评估", "final evaluation")
                                : evaluated         ? both("中期评估", "mid-term evaluation")
                                                    : both("年度评估", "annual evaluation"));
    out_.put("plan.edition", both(edition.name.zh, edition.name.en));
    out_.put("plan.year", both(fmt::format("{}年", question_.year), std::to_string(question_.year)));
    out_.put("plan.today", look_.program.today());
    plan::Promise whole;
    whole.year = plan.last;
    put("plan.time", out_,
        share("plan-time", both("规划期时间进度", "share of the plan's time"),
              100 * plan::time_gone(plan, whole, look_.program.today()), "",
              both("自基准年末至数据截止日的天数占规划期的比例", "days since the end of the base year among those of the plan")));
    const auto& record = look_.program.tasks().record;
    put("plan.milestones_due", out_,
        count("milestones-due", both("到期里程碑", "milestones due"), static_cast<double>(record.in_time + record.late),
              "view=tasks"));
    put("plan.milestones_in_time", out_,
        count("milestones-in-time", both("按期完成的里程碑", "milestones met in time"),
              static_cast<double>(record.in_time), "view=tasks"));
    for (const auto& promise : plan.promises) all_.push_back(look_.program.progress(promise, question_));
    put_statuses("all", both("全部承诺", "all promises"), all_, "", "plan.all.", out_);
    put_lists();
    put_chapters();
    put_late();
    put_counties();
    put_editions();
  }

 private:
  static void put(const std::string& name, Record& out, Figure figure) { out.put(name, std::move(figure)); }

  [[nodiscard]] std::string link(const std::string& more) const {
    const auto& plan = look_.plan;
    return fmt::format("#/plan?year={}&place={}&edition={}{}{}", question_.year, plan.places[question_.place].id,
                       plan.editions[question_.edition].id, more.empty() ? "" : "&", more);
  }
  [[nodiscard]] report::Evidence evidence(report::Words how, const std::string& more) const {
    report::Evidence out;
    out.kind = report::Evidence::Kind::records;
    out.time = end_of(look_.program.today());
    out.edition = look_.plan.editions[question_.edition].name.zh;
    out.how = std::move(how);
    out.link = link(more);
    return out;
  }
  [[nodiscard]] Figure count(const std::string& ref, report::Words name, double value, const std::string& more) const {
    return report::counted("plan/" + ref, std::move(name), value,
                           evidence(both("按规划包的公式逐条计算后计数", "promises counted after each was worked out"), more));
  }
  [[nodiscard]] Figure share(const std::string& ref, report::Words name, double value, const std::string& more,
                             report::Words how) const {
    Figure figure = report::counted("plan/" + ref, std::move(name), value, evidence(std::move(how), more));
    figure.unit = "%";
    figure.decimals = 1;
    return figure;
  }

  void put_statuses(const std::string& ref, const report::Words& of, const std::vector<plan::Progress>& rows,
                    const std::string& more, const std::string& stem, Record& out) const {
    std::map<Status, int> by_status;
    int computed = 0;
    for (const auto& row : rows) {
      ++by_status[row.status];
      computed += row.promise->standing == plan::Standing::computed ? 1 : 0;
    }
    const auto put_one = [&](const char* name, const char* zh, const char* en, int value) {
      out.put(stem + name, count(ref + "-" + name, {of.zh + "：" + zh, of.en + ": " + en}, value, more));
    };
    put_one("total", "承诺数", "promises", static_cast<int>(rows.size()));
    put_one("computed", "可计算", "computed", computed);
    put_one("met", "已实现", "met", by_status[Status::met]);
    put_one("likely", "预计实现或按进度", "likely or on their path",
            by_status[Status::likely] + by_status[Status::on_path]);
    put_one("failing", "预计难以实现或滞后", "unlikely or behind",
            by_status[Status::unlikely] + by_status[Status::behind]);
    put_one("unknown", "尚不能判断", "cannot be told yet", by_status[Status::unknown]);
    put_one("no_data", "当年无数据", "without data of the year", by_status[Status::no_data]);
    put_one("waits", "等待数据", "waiting for data", by_status[Status::waits]);
    put_one("unmeasurable", "不可计量", "unmeasurable", by_status[Status::unmeasurable]);
  }

  [[nodiscard]] static int decimals_of(double value) {
    if (std::isnan(value)) return 0;
    const double size = std::abs(value);
    return size == std::floor(size) ? 0 : size < 10 ? 2 : 1;
  }

  [[nodiscard]] Record row_of(const plan::Progress& progress) const {
    const auto& promise = *progress.promise;
    Record row;
    const std::string more = "target=" + promise.id;
    const auto* const owner = look_.plan.owner(promise.owner);
    row.put("id", both(promise.id, promise.id));
    row.put("name", both(promise.name.zh, promise.name.en));
    row.put("owner", owner == nullptr ? both("", "") : both(owner->name.zh, owner->name.en));
    row.put("baseline", words_or_dash(promise.baseline_text));
    row.put("target", words_or_dash(promise.target_text));
    row.put("due", both(std::to_string(promise.year), std::to_string(promise.year)));
    const auto unit = look_.plan.said(promise.unit_words);
    row.put("unit", both(unit.zh, unit.en));
    row.put("clause", both(clause_zh(promise.evidence), promise.evidence));
    row.put("reason", both(promise.reason.zh, promise.reason.en));
    row.put("waits_for", both(promise.data, promise.data));
    const auto name = [&](const char* zh, const char* en) {
      return report::Words{promise.name.zh + "：" + zh, promise.name.en + ": " + en};
    };
    const std::string formula = promise.formula ? promise.formula->text() : "";
    const report::Words how{"公式 " + formula, "formula " + formula};
    const double value = progress.value.value_or(missing);
    Figure now = report::counted("plan/" + promise.id, name("现值", "value"), value, evidence(how, more));
    now.decimals = decimals_of(value);
    now.missing = both("当年没有数据", "no data of the year");
    row.put("value", std::move(now));
    const double path = progress.path.value_or(missing);
    Figure due = report::counted("plan/" + promise.id + "-path", name("序时应达", "where its path is"), path,
                                 evidence(both("基准、期中值与目标之间的直线",
                                               "straight lines through baseline, interim points and goal"),
                                          more));
    due.decimals = std::isnan(path) ? 0 : 1;
    due.missing = both("没有数字的基准或目标", "no baseline or goal in numbers");
    row.put("path", std::move(due));
    Figure way = share(promise.id + "-way", name("完成程度", "share of the way"),
                       progress.way ? 100 * *progress.way : missing, more,
                       both("现值在基准与目标之间走过的比例", "share of the way from baseline to goal"));
    way.missing = both("没有数字的基准或目标", "no baseline or goal in numbers");
    row.put("way", std::move(way));
    const auto& outlook = progress.outlook;
    Figure chance = share(promise.id + "-probability", name("实现可能性", "probability"),
                          outlook.probability ? 100 * *outlook.probability : missing, more, how_of(outlook));
    chance.decimals = 0;
    chance.missing = both("不足三年数据，也没有里程碑", "fewer than three years of data, and no milestones");
    row.put("probability", std::move(chance));
    const auto& said = words_of(progress.status);
    Figure status = report::counted("plan/" + promise.id + "-status", name("状态", "status"), missing,
                                    evidence(how, more));
    status.word = both(said.zh, said.en);
    status.colour = said.colour;
    status.text_colour = said.text_colour;
    row.put("status", std::move(status));
    Figure milestones = report::counted("plan/" + promise.id + "-milestones", name("里程碑", "milestones"), missing,
                                        evidence(both("登记簿“任务里程碑”", "register of milestones"), more));
    if (progress.milestones > 0) {
      const auto text = fmt::format("{}/{}", progress.milestones_done, progress.milestones);
      milestones.word = both(text, text);
    }
    milestones.missing = both("没有分解里程碑", "no milestones");
    row.put("milestones", std::move(milestones));
    return row;
  }

  [[nodiscard]] report::Words words_or_dash(const std::string& text) const {
    const auto said = look_.plan.said(text);
    return text.empty() ? both("—", "—") : both(said.zh, said.en);
  }

  [[nodiscard]] static report::Words how_of(const plan::Outlook& outlook) {
    switch (outlook.method) {
      case plan::Method::trend:
        return {fmt::format("{} 年数据的线性趋势，t 分布预测区间", outlook.years),
                fmt::format("a line through {} years, prediction by Student's t", outlook.years)};
      case plan::Method::level:
        return {fmt::format("{} 年数据的均值，t 分布预测区间", outlook.years),
                fmt::format("the mean of {} years, prediction by Student's t", outlook.years)};
      case plan::Method::milestones:
        return both("按规划里程碑至今的按期率推算剩余里程碑", "open milestones, met as those so far were");
      case plan::Method::kept: return both("已经实现", "it is kept");
      case plan::Method::broken: return both("期限已过，未实现", "its time is over and it is not kept");
      case plan::Method::none: break;
    }
    return both("没有作预测", "no forecast");
  }

  template <class Keep>
  void put_rows(const std::string& list, const std::vector<plan::Progress>& from, Keep keep, Record& out) const {
    std::vector<Record> rows;
    for (const auto& one : from) {
      if (keep(one)) rows.push_back(row_of(one));
    }
    out.put(list, std::move(rows));
  }

  void put_lists() {
    put_rows("plan.constraining", all_,
             [](const auto& one) { return one.promise->kind == plan::Kind::constraining; }, out_);
    put_rows("plan.failing", all_,
             [](const auto& one) { return one.status == Status::unlikely || one.status == Status::behind; }, out_);
    put_rows("plan.no_data_rows", all_, [](const auto& one) { return one.status == Status::no_data; }, out_);
    put_rows("plan.waiting", all_, [](const auto& one) { return one.status == Status::waits; }, out_);
    put_rows("plan.unmeasured", all_, [](const auto& one) { return one.status == Status::unmeasurable; }, out_);
  }

  void put_chapters() {
    std::vector<Record> rows;
    for (std::size_t i = 0; i < chapters.size(); ++i) {
      std::vector<plan::Progress> of;
      std::ranges::copy_if(all_, std::back_inserter(of),
                           [i](const auto& one) { return chapter_number(one.promise->chapter) == i; });
      if (of.empty()) continue;
      Record row;
      const auto name = both(chapters[i].first, chapters[i].second);
      row.put("name", name);
      put_statuses("chapter-" + std::to_string(i), name, of, "chapter=" + std::to_string(i), "", row);
      put_rows("rows", of, [](const auto& one) { return one.value.has_value(); }, row);
      rows.push_back(std::move(row));
    }
    out_.put("plan.chapters", std::move(rows));
  }

  void put_late() {
    std::vector<Record> rows;
    for (const auto& task : look_.program.tasks().all) {
      for (const auto& one : task.milestones) {
        if (one.done_on || one.due >= look_.program.today()) continue;
        Record row;
        const auto* const promise = look_.plan.promise(task.promise);
        row.put("promise", promise == nullptr ? both(task.promise, task.promise)
                                              : both(promise->name.zh, promise->name.en));
        row.put("task", both(task.title, task.title));
        row.put("milestone", both(one.title, one.title));
        row.put("days", count("late-" + one.id, both(one.title + "：逾期天数", one.title + ": days late"),
                              look_.program.today().days - one.due.days, "target=" + task.promise));
        rows.push_back(std::move(row));
      }
    }
    out_.put("plan.late", std::move(rows));
  }

  void put_counties() {
    std::vector<Record> rows;
    for (std::size_t i = 0; i < look_.plan.places.size(); ++i) {
      const auto& place = look_.plan.places[i];
      if (place.whole || place.division.empty()) continue;
      std::vector<plan::Progress> of;
      plan::Question there = question_;
      there.place = i;
      for (const auto& promise : look_.plan.promises) {
        auto progress = look_.program.progress(promise, there);
        if (promise.standing == plan::Standing::computed) of.push_back(std::move(progress));
      }
      Record row;
      const auto name = both(place.name.zh, place.name.en);
      row.put("name", name);
      put_statuses("place-" + place.id, name, of, "compare=1", "", row);
      const auto middle = middle_of(place.division);
      row.put("lon", report::degrees(middle.lon_deg));
      row.put("lat", report::degrees(middle.lat_deg));
      rows.push_back(std::move(row));
    }
    out_.put("plan.counties", std::move(rows));
  }

  /// The middle of a county's box, for the map.
  [[nodiscard]] LonLat middle_of(const std::string& division) const {
    for (const auto& layer : city_.layers) {
      if (layer.id != "boundaries") continue;
      for (const auto& feature : layer.features) {
        const auto code = std::ranges::find(feature.attributes, "adcode", [](const auto& one) { return one.first; });
        if (code == feature.attributes.end() || code->second != division) continue;
        double west = 180, east = -180, south = 90, north = -90;
        for (const auto& polygon : feature.polygons) {
          for (const auto& ring : polygon) {
            for (const auto& point : ring) {
              west = std::min(west, point.lon_deg);
              east = std::max(east, point.lon_deg);
              south = std::min(south, point.lat_deg);
              north = std::max(north, point.lat_deg);
            }
          }
        }
        return {(west + east) / 2, (south + north) / 2};
      }
    }
    return {};
  }

  void put_editions() {
    std::vector<Record> rows;
    for (int year = look_.program.first_year(); year <= look_.program.last_year(); ++year) {
      for (std::size_t e = 0; e < look_.plan.editions.size(); ++e) {
        const plan::Question question{.year = year, .place = question_.place, .edition = e};
        Record row;
        row.put("year", both(std::to_string(year), std::to_string(year)));
        row.put("edition", both(look_.plan.editions[e].name.zh, look_.plan.editions[e].name.en));
        double complete = 0;
        bool any = false;
        for (const auto& [name, unit, decimals] :
             {std::tuple("good_days", "%", 1), std::tuple("pm25", "µg/m³", 0), std::tuple("attains", "", 0)}) {
          const auto* const measure = look_.plan.measure(name);
          if (measure == nullptr) continue;
          const auto answer = look_.snapshot.ask(*measure, question);
          const double value = answer && answer->value ? *answer->value : missing;
          any = any || !std::isnan(value);
          if (answer) complete = answer->complete;
          Figure figure = report::counted(
              fmt::format("plan/{}/{}/{}", name, year, look_.plan.editions[e].id),
              {measure->name.zh + std::to_string(year), measure->name.en + " " + std::to_string(year)}, value,
              evidence({"公式 " + measure->formula->text(), "formula " + measure->formula->text()},
                       fmt::format("target=JDZ-P006&year={}", year)));
          figure.unit = unit;
          figure.decimals = decimals;
          figure.missing = both("有效数据不足", "too few valid values");
          if (std::string_view(name) == "attains" && !std::isnan(value))
            figure.word = value > 0 ? both("达标", "attains") : both("不达标", "does not");
          row.put(name, std::move(figure));
        }
        row.put("complete", share(fmt::format("complete/{}/{}", year, e), both("数据完整率", "share of the data"),
                                  100 * complete, "", both("有 AQI 的天数占全年", "days with an AQI among all")));
        if (any) rows.push_back(std::move(row));
      }
    }
    out_.put("plan.editions", std::move(rows));
  }

  const Look& look_;
  const intake::CityPack& city_;
  plan::Question question_;
  int asked_;  ///< the year of the report
  Record& out_;
  std::vector<plan::Progress> all_;
};

}  // namespace

Result<void> collect_plan(PlanDesk& desk, const intake::CityPack& city, const report::Ask& ask, report::Record& out) {
  return desk.look(std::nullopt, [&](const Look& look) -> Result<void> {
    const int wanted = to_beijing(first_moment_of(ask.to)).year;
    plan::Question question{.year = std::clamp(wanted, look.program.first_year(), look.program.last_year())};
    if (!ask.edition.empty()) {
      // A report names an edition of the index; the plan's sets of editions go by theirs.
      const auto found = std::ranges::find(look.plan.editions, ask.edition, &plan::Edition::air_index);
      if (found == look.plan.editions.end())
        return fail(Errc::unknown_code, "the plan has no edition of " + ask.edition, "edition");
      question.edition = static_cast<std::size_t>(found - look.plan.editions.begin());
    }
    Collector(look, city, question, wanted, out).collect();
    return {};
  });
}

}  // namespace celadon::service
