#include "standards/judge_water_parts.hpp"

#include "core/decimal.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

using water::chosen;
using water::given_whole;
using water::put_number;
using water::series_in;
using water::set_verdict;
using water::value_in;

// ---- black and odorous water -------------------------------------------------------------------------------------

struct OdorWord {
  const char *class_name, *zh, *en;
  std::size_t tone;
};

OdorWord odor_word(const std::string& waters, std::int8_t level) {
  if (level == odor_severe) return {"severe", "重度黑臭", "Severely black and odorous", 4};
  if (level == odor_mild && waters == "rural") return {"black_odorous", "黑臭", "Black and odorous", 4};
  if (level == odor_mild) return {"mild", "轻度黑臭", "Mildly black and odorous", 2};
  return {"none", "无黑臭", "Not black or odorous", 1};
}

void set_odor(Judgement& judgement, const std::string& waters, std::int8_t level) {
  const OdorWord word = odor_word(waters, level);
  set_verdict(judgement, level, word.class_name, word.zh, word.en, word.tone);
  judgement.attains = level == odor_none;
}

/// Where a sample was taken, as far as its transparency turns on it.
struct Water {
  std::string waters;   ///< urban, rural
  double depth_cm = 0;  ///< NaN where it is not told
  bool clear_to_bottom = false;
};

Result<Water> water_of(const JudgeRequest& request, const char* waters) {
  const auto clear = chosen(request, "clear_to_bottom", {"yes", "no"}, "no");
  if (!clear) return fail(clear.error());
  const auto depth = given_number(request, "depth_cm");
  if (!depth) return fail(depth.error());
  if (*depth <= 0) return fail(Errc::invalid_value, "depth_cm is " + plain(*depth) + ", not above 0", "depth_cm");
  return Water{waters, *depth, *clear == "yes"};
}

/// The levels of an indicator and its id, or why there are none.
std::vector<const OdorRow*> rows_of_input(const Library& library, const Water& water, const JudgeInput& input,
                                          JudgedInput& judged) {
  const Property* property = library.property_of_input(input.property);
  judged.property = property == nullptr ? input.property : property->id;
  judged.value = input.value;
  auto rows = library.annexes.odor.rows_of(water.waters, judged.property);
  if (rows.empty()) {
    judged.reason_zh = "不是黑臭水体的指标";
    judged.reason_en = "it is no indicator of black and odorous water";
  } else if (judged.property == "transparency" && water.clear_to_bottom) {
    rows.clear();
    judged.reason_zh = "清澈见底，不以透明度评价";
    judged.reason_en = "the water is clear to the bottom: not judged by transparency";
  }
  return rows;
}

bool odor_goes_below_zero(const std::vector<const OdorRow*>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const OdorRow* row) {
    const Interval& stretch = row->holds.intervals().front();
    return stretch.high < 0 || (std::isfinite(stretch.low) && stretch.low < 0);
  });
}

std::int8_t level_of(const Library& library, const Water& water, const std::string& indicator, double value) {
  return indicator == "transparency" ? transparency_odor_level(library.annexes.odor, library.annexes.odor_cuts,
                                                               water.waters, value, water.depth_cm)
                                     : odor_level(library.annexes.odor, water.waters, indicator, value);
}

bool is_shallow(const Library& library, const Water& water) {
  return water.depth_cm < library.annexes.odor_cuts.shallow_below.value;
}

void explain_level(const Library& library, const Water& water, const std::vector<const OdorRow*>& rows,
                   const JudgedInput& judged, std::int8_t level, Judgement& judgement) {
  const OdorWord word = odor_word(water.waters, level);
  const std::string value = plain(judged.value) + " " + judged.unit;
  if (judged.property == "transparency" && is_shallow(library, water)) {
    const OdorCut& cut = library.annexes.odor_cuts.shallow_percent_of_depth;
    const double limit = round_gb8170(water.depth_cm * cut.value / 100, 9);
    const std::string held = value + (judged.value < limit ? " < " : " ≥ ") + std::to_string(cut.value) + " % × " +
                             plain(water.depth_cm) + " cm = " + plain(limit) + " cm";
    judgement.why.push_back({judged.property, "水深不足，透明度 " + held + "：" + word.zh,
                             "shallow water, transparency " + held + ": " + word.en, cut.source, cut.trust});
    return;
  }
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const OdorRow* one) { return one->level == level; });
  if (row != rows.end()) {
    judgement.why.push_back({judged.property,
                             (*row)->name_zh + " " + value + " 符合 " + (*row)->holds.text() + "：" + word.zh,
                             judged.property + " " + value + " is " + (*row)->holds.text() + ": " + word.en,
                             (*row)->source, (*row)->trust});
  } else {
    judgement.why.push_back({judged.property, rows.front()->name_zh + " " + value + " 不在黑臭各级范围内",
                             judged.property + " " + value + " is within no level of black and odorous water",
                             rows.back()->source, rows.back()->trust});
  }
}

Result<Judgement> judge_odor_sample(const Library& library, const JudgeRequest& request, const char* waters,
                                    const char* family) {
  const auto here = water_of(request, waters);
  if (!here) return fail(here.error());
  Judgement judgement = begin_judgement(request);
  const AnnexText* text = begin_by_annex(library, request, family, judgement);
  if (text == nullptr) return judgement;
  std::int8_t worst = no_odor_level;
  std::string reasons_zh, reasons_en;
  for (const auto& input : request.inputs) {
    JudgedInput judged;
    const auto rows = rows_of_input(library, *here, input, judged);
    if (!rows.empty()) judged = value_in(library, input, rows.front()->unit, odor_goes_below_zero(rows));
    if (judged.used) {
      const std::int8_t level = level_of(library, *here, judged.property, judged.value);
      if (level == no_odor_level) {
        judged.used = false;
        judged.reason_zh = "透明度达到水深，清澈见底，不以透明度评价";
        judged.reason_en = "transparency reaches the depth: clear to the bottom, not judged by it";
      } else {
        judged.class_name = odor_word(here->waters, level).class_name;
        explain_level(library, *here, rows, judged, level, judgement);
        if (level > worst) judgement.deciding.clear();
        if (level >= worst) judgement.deciding.push_back(judged.property);
        if (level > odor_none) judgement.over_limit.push_back(judged.property);
        worst = std::max(worst, level);
      }
    }
    if (!judged.used) {
      add_left_out(judgement, judged);
      reasons_zh += "；" + judged.property + "：" + judged.reason_zh;
      reasons_en += "; " + judged.property + ": " + judged.reason_en;
    }
    judgement.inputs.push_back(std::move(judged));
  }
  if (worst == no_odor_level) {
    not_judged(judgement, "没有可评价的指标" + reasons_zh, "no indicator can be judged" + reasons_en);
  } else {
    set_odor(judgement, here->waters, worst);
    judgement.why.push_back(
        {"level", "任一指标即可定级，取最差：" + judgement.name_zh + "（" + joined(judgement.deciding) + "）",
         "any one indicator makes the level, the worst decides: " + judgement.name_en + " (" +
             joined(judgement.deciding) + ")",
         text->standard, here->waters == "rural" ? "memory" : "verified"});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

Result<Judgement> judge_urban_odor(const Library& library, const JudgeRequest& request) {
  return judge_odor_sample(library, request, "urban", "black-odor");
}
Result<Judgement> judge_rural_odor(const Library& library, const JudgeRequest& request) {
  return judge_odor_sample(library, request, "rural", "black-odor-rural");
}

/// The levels of one indicator's data at a point, counted.
Result<OdorShare> share_of_input(const Library& library, const Water& water, const JudgeInput& input,
                                 std::size_t& times, JudgedInput& judged) {
  const auto rows = rows_of_input(library, water, input, judged);
  if (rows.empty()) return OdorShare{};
  judged.unit = rows.front()->unit;
  const auto taken = series_in(library, input, judged.unit);
  if (!taken) return fail(taken.error());
  if (taken->values.empty()) {
    judged.reason_zh = taken->reason_zh;
    judged.reason_en = taken->reason_en;
    return OdorShare{};
  }
  if (times != 0 && times != taken->values.size()) {
    return fail(Errc::malformed,
                judged.property + " has " + std::to_string(taken->values.size()) + " values, another indicator has " +
                    std::to_string(times),
                "inputs." + input.property.substr(0, 40));
  }
  times = taken->values.size();
  const bool negative = odor_goes_below_zero(rows);
  std::vector<std::int8_t> levels;
  for (const double value : taken->values)
    levels.push_back(value < 0 && !negative ? no_odor_level : level_of(library, water, judged.property, value));
  judged.used = true;
  return odor_share(levels);
}

Result<Judgement> judge_odor_point(const Library& library, const JudgeRequest& request) {
  const auto here = water_of(request, "urban");
  if (!here) return fail(here.error());
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "black-odor", judgement) == nullptr) return judgement;
  const OdorCuts& cuts = library.annexes.odor_cuts;
  std::vector<OdorShare> shares;
  std::size_t times = 0;
  for (const auto& input : request.inputs) {
    JudgedInput judged;
    const auto share = share_of_input(library, *here, input, times, judged);
    if (!share) return fail(share.error());
    judged.value = std::nan("");
    if (judged.used && share->valid < cuts.point_times_min.value) {
      judged.used = false;
      judged.reason_zh = "有效数据 " + std::to_string(share->valid) + " 次，少于 " +
                         std::to_string(cuts.point_times_min.value) + " 次";
      judged.reason_en =
          std::to_string(share->valid) + " data are fewer than " + std::to_string(cuts.point_times_min.value);
    }
    if (judged.used) {
      const double percent = 100 * static_cast<double>(share->severe) / static_cast<double>(share->valid);
      put_number(judgement, judged.property + " severe percent", "重度数据比例", "share of severe data", percent, "%");
      const bool one = 100 * share->severe >= cuts.point_one_indicator_percent.value * share->valid;
      const bool some = 100 * share->severe >= cuts.point_some_indicators_percent.value * share->valid;
      const OdorCut& cut = one ? cuts.point_one_indicator_percent : cuts.point_some_indicators_percent;
      if (some) judgement.deciding.push_back(judged.property);
      const std::string counts = std::to_string(share->severe) + "/" + std::to_string(share->valid);
      judgement.why.push_back(
          {judged.property, "重度数据 " + counts + (some ? "，达到 " : "，未达到 ") + std::to_string(cut.value) + " %",
           "severe data " + counts + (some ? " reach " : " do not reach ") + std::to_string(cut.value) + " %",
           cut.source, cut.trust});
      shares.push_back(*share);
    } else {
      add_left_out(judgement, judged);
    }
    judgement.inputs.push_back(std::move(judged));
  }
  const OdorPoint point = odor_point(cuts, shares);
  if (point.level == no_odor_level) {
    not_judged(judgement, "没有数据足够的指标", "no indicator has enough data");
  } else {
    if (point.level != odor_severe) judgement.deciding.clear();
    set_odor(judgement, "urban", point.level);
    const OdorCut& cut = point.over_one > 0 ? cuts.point_one_indicator_percent : cuts.point_some_indicators;
    judgement.why.push_back({"level",
                             std::to_string(point.over_one) + " 项达到单项比例，" + std::to_string(point.over_some) +
                                 " 项达到多项比例：" + judgement.name_zh,
                             std::to_string(point.over_one) + " indicators reach the share for one, " +
                                 std::to_string(point.over_some) + " that for several: " + judgement.name_en,
                             cut.source, cut.trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

void explain_stretches(const OdorCuts& cuts, std::span<const std::int8_t> levels, Judgement& judgement) {
  const auto stretches = severe_stretches(cuts, levels);
  put_number(judgement, "severe stretches", "重度黑臭段数", "severe stretches", static_cast<double>(stretches.size()),
             "1");
  for (const auto& stretch : stretches) {
    const std::string from = std::to_string(stretch.first + 1), to = std::to_string(stretch.first + stretch.points);
    judgement.why.push_back({"stretch", "第 " + from + "–" + to + " 点连续重度，该段为重度黑臭",
                             "points " + from + " to " + to + " are severe in a row: the stretch is severe",
                             cuts.stretch_points.source, cuts.stretch_points.trust});
  }
}

Result<Judgement> judge_odor_body(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "black-odor", judgement) == nullptr) return judgement;
  const OdorCuts& cuts = library.annexes.odor_cuts;
  const JudgeInput* input = input_named(library, request, "level");
  water::SeriesTaken taken;
  if (input != nullptr) {
    auto series = series_in(library, *input, "1");
    if (!series) return fail(series.error());
    taken = std::move(*series);
  }
  std::vector<std::int8_t> levels;
  std::size_t wrong = 0;
  for (const double value : taken.values) {
    const bool is_level = value >= odor_none && value <= odor_severe && value == std::floor(value);
    if (!is_level && !std::isnan(value)) ++wrong;
    levels.push_back(is_level ? static_cast<std::int8_t>(value) : no_odor_level);
  }
  if (wrong > 0) {
    judgement.why.push_back({"level", std::to_string(wrong) + " 个点的数值不是级别 1–3，未参与评价",
                             std::to_string(wrong) + " points have no level of 1 to 3 and are left out", "",
                             "verified"});
  }
  const OdorBody body = odor_body(cuts, levels);
  put_number(judgement, "points", "有级别的点位数", "points judged", static_cast<double>(body.judged), "1");
  put_number(judgement, "severe percent", "重度点位比例", "share of severe points", body.severe_percent(), "%");
  explain_stretches(cuts, levels, judgement);
  if (body.level == no_odor_level) {
    const std::string least = std::to_string(cuts.body_points_min.value);
    not_judged(judgement,
               "有级别的点位 " + std::to_string(body.judged) + " 个，少于 " + least + " 个" +
                   (taken.reason_zh.empty() ? "" : "：" + taken.reason_zh),
               std::to_string(body.judged) + " points with a level are fewer than " + least +
                   (taken.reason_en.empty() ? "" : ": " + taken.reason_en));
  } else {
    judgement.value = body.severe_percent();
    set_odor(judgement, "urban", body.level);
    const std::string counts = std::to_string(body.severe) + "/" + std::to_string(body.judged);
    const std::string limit = std::to_string(cuts.body_percent.value);
    const bool severe = body.level == odor_severe;
    judgement.why.push_back(
        {"body", "重度点位 " + counts + (severe ? " ≥ " : " < ") + limit + " %：" + judgement.name_zh,
         "severe points " + counts + (severe ? " reach " : " do not reach ") + limit + " %: " + judgement.name_en,
         cuts.body_percent.source, cuts.body_percent.trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

// ---- ecological flow ---------------------------------------------------------------------------------------------

constexpr const char* flow_unit = "m3/s";

struct FlowAndTarget {
  std::vector<double> flow, target;
  std::string lacking_zh, lacking_en;
};

Result<FlowAndTarget> flow_and_target(const Library& library, const JudgeRequest& request, Judgement& judgement) {
  FlowAndTarget both;
  const JudgeInput* flow = input_named(library, request, "flow");
  const JudgeInput* target = input_named(library, request, "target");
  if (flow == nullptr || target == nullptr) {
    both.lacking_zh = flow == nullptr ? "缺少流量" : "缺少目标流量";
    both.lacking_en = flow == nullptr ? "there is no flow" : "there is no target";
    return both;
  }
  auto taken = series_in(library, *flow, flow_unit);
  if (!taken) return fail(taken.error());
  both.flow = std::move(taken->values);
  both.lacking_zh = taken->reason_zh;
  both.lacking_en = taken->reason_en;
  if (target->series.empty()) {
    JudgedInput judged = value_in(library, *target, flow_unit);
    if (judged.used) both.target = {judged.value};
    if (!judged.used) add_left_out(judgement, judged);
    if (!judged.used && both.lacking_en.empty()) {
      both.lacking_zh = "目标流量：" + judged.reason_zh;
      both.lacking_en = "target: " + judged.reason_en;
    }
    return both;
  }
  auto targets = series_in(library, *target, flow_unit);
  if (!targets) return fail(targets.error());
  both.target = std::move(targets->values);
  for (auto& value : both.target) {
    if (value < 0) value = std::nan("");
  }
  if (both.lacking_en.empty()) {
    both.lacking_zh = targets->reason_zh;
    both.lacking_en = targets->reason_en;
  }
  if (both.lacking_en.empty() && both.target.size() != both.flow.size()) {
    return fail(
        Errc::malformed,
        "target has " + std::to_string(both.target.size()) + " values, flow has " + std::to_string(both.flow.size()),
        "inputs.target");
  }
  return both;
}

/// The periods that fail, as far as a person reads them.
void explain_failing(const FlowAndTarget& both, const AnnexText& text, Judgement& judgement) {
  constexpr std::size_t told_most = 10;
  std::size_t failing = 0;
  for (std::size_t i = 0; i < both.flow.size(); ++i) {
    const double target = both.target[both.target.size() == 1 ? 0 : i];
    if (!(both.flow[i] < target) || ++failing > told_most) continue;
    const std::string held = plain(both.flow[i]) + " < " + plain(target) + " m3/s";
    judgement.why.push_back({"flow", "第 " + std::to_string(i + 1) + " 时段 " + held,
                             "period " + std::to_string(i + 1) + ": " + held, text.standard, "verified"});
  }
}

Result<Judgement> judge_eco_flow(const Library& library, const JudgeRequest& request) {
  const EcoFlowNumber& usual = library.annexes.eco_flow.guarantee_percent;
  auto guarantee = given_number(request, "guarantee_percent");
  if (!guarantee) return fail(guarantee.error());
  const bool asked = !std::isnan(*guarantee);
  if (!asked) guarantee = usual.value;
  if (!(*guarantee > 0 && *guarantee <= 100)) {
    return fail(Errc::invalid_value, "guarantee_percent is " + plain(*guarantee) + ", not above 0 and up to 100",
                "guarantee_percent");
  }
  Judgement judgement = begin_judgement(request);
  const AnnexText* text = begin_by_annex(library, request, "eco-flow", judgement);
  if (text == nullptr) return judgement;
  const auto both = flow_and_target(library, request, judgement);
  if (!both) return fail(both.error());
  FlowCompliance compliance;
  if (both->lacking_en.empty()) compliance = flow_compliance(both->flow, both->target);
  put_number(judgement, "valid", "有效时段数", "periods with flow and target", static_cast<double>(compliance.valid),
             "1");
  put_number(judgement, "met", "达标时段数", "periods that reach the target", static_cast<double>(compliance.met), "1");
  put_number(judgement, "missing", "缺测时段数", "periods missing",
             static_cast<double>(both->flow.size() - std::min(both->flow.size(), compliance.valid)), "1");
  if (compliance.valid == 0) {
    not_judged(judgement, both->lacking_zh.empty() ? "没有有效的时段" : both->lacking_zh,
               both->lacking_en.empty() ? "no period is valid" : both->lacking_en);
  } else {
    const bool reached = compliance.reaches(*guarantee);
    judgement.value = compliance.percent();
    judgement.attains = reached;
    set_verdict(judgement, reached ? 1 : 2, reached ? "meets" : "exceeds", reached ? "达标" : "不达标",
                reached ? "The target is kept" : "The target is not kept", reached ? 1 : 4);
    explain_failing(*both, *text, judgement);
    const std::string counts = std::to_string(compliance.met) + "/" + std::to_string(compliance.valid) + " = " +
                               plain(compliance.percent()) + " %";
    judgement.why.push_back(
        {"rate", "流量 ≥ 目标的时段 " + counts + "，缺测不计入（本平台约定）",
         "periods with the flow at its target " + counts + "; missing ones are left out, our choice", text->standard,
         "memory"});
    judgement.why.push_back({"guarantee",
                             plain(compliance.percent()) + " %" + (reached ? " ≥ " : " < ") + plain(*guarantee) + " %" +
                                 (asked ? "（指定的保证率）" : "（通常的保证率）"),
                             plain(compliance.percent()) + " %" + (reached ? " >= " : " < ") + plain(*guarantee) +
                                 " %" + (asked ? ", the rate asked for" : ", the usual rate"),
                             asked ? std::string() : usual.source, asked ? "verified" : usual.trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

Result<Judgement> judge_tennant(const Library& library, const JudgeRequest& request) {
  const auto month_given = given_whole(request, "month", 1, 12);
  if (!month_given) return fail(month_given.error());
  const int month = std::isnan(*month_given) ? to_beijing(first_moment_of(legal_day_of_hour_ending(request.date))).month
                                             : static_cast<int>(*month_given);
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "eco-flow", judgement) == nullptr) return judgement;
  double values[] = {std::nan(""), std::nan("")};
  const char* names[] = {"flow", "mean-annual"};
  std::vector<std::string> lacking;
  for (std::size_t k = 0; k < 2; ++k) {
    const JudgeInput* input = input_named(library, request, names[k]);
    JudgedInput judged = input == nullptr ? JudgedInput{} : value_in(library, *input, flow_unit);
    if (judged.used) values[k] = judged.value;
    if (!judged.used || (k == 1 && !(judged.value > 0))) {
      lacking.push_back(names[k]);
      if (judged.used) judged.reason_zh = judged.reason_en = "0";
    }
    if (input != nullptr && !judged.used) add_left_out(judgement, judged);
    if (input != nullptr) judgement.inputs.push_back(std::move(judged));
  }
  std::int8_t grade = 0;
  tennant_grade(library.annexes.tennant, {values, 1}, {&month, 1}, values[1], {&grade, 1});
  const double percent = 100 * values[0] / values[1];
  if (grade == 0 || !std::isfinite(percent)) {
    not_judged(judgement, "缺少有效的 " + joined(lacking), joined(lacking) + " missing or not above 0");
  } else {
    const TennantRow& row = library.annexes.tennant.rows[static_cast<std::size_t>(grade - 1)];
    const bool winter = half_year_of(month) == HalfYear::october_to_march;
    const double from = winter ? row.oct_mar_percent : row.apr_sep_percent;
    judgement.value = percent;
    put_number(judgement, "percent", "占多年平均流量", "share of the mean annual flow", percent, "%");
    put_number(judgement, "from percent", "该级下限", "where the grade begins", from, "%");
    set_verdict(judgement, grade, row.name_en, row.name_zh, row.name_en, static_cast<std::size_t>(grade - 1) / 2);
    const std::string sum =
        plain(values[0]) + "/" + plain(values[1]) + " = " + plain(percent) + " % ≥ " + plain(from) + " %";
    judgement.why.push_back(
        {"grade", std::string(winter ? "10–3 月" : "4–9 月") + "，" + sum + "：" + row.name_zh,
         std::string(winter ? "October to March, " : "April to September, ") + sum + ": " + row.name_en, row.source,
         row.trust});
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

/// A list of flows laid on the calendar; its last value is of the day or month of the date.
struct Calendar {
  std::vector<int> year, month;  ///< one a value; the year is that in which the water year began
};

Calendar days_until(Instant date, std::size_t days, int first_month) {
  Calendar calendar;
  const LegalDay last = legal_day_of_hour_ending(date);
  for (std::size_t i = 0; i < days; ++i) {
    const CivilTime civil = to_beijing(first_moment_of({last.days - static_cast<std::int32_t>(days - 1 - i)}));
    calendar.month.push_back(civil.month);
    calendar.year.push_back(civil.month >= first_month ? civil.year : civil.year - 1);
  }
  return calendar;
}

/// Means of calendar months: NaN where a day is missing or the list does not cover the month.
std::vector<double> months_of_days(std::span<const double> flow, Instant date, std::size_t& first_month) {
  const Calendar calendar = days_until(date, flow.size(), 1);
  const LegalDay next{legal_day_of_hour_ending(date).days + 1};
  const LegalDay before{next.days - static_cast<std::int32_t>(flow.size()) - 1};
  std::vector<double> months;
  first_month = flow.empty() ? 0 : static_cast<std::size_t>(calendar.month.front() - 1);
  for (std::size_t from = 0, to = 0; from < flow.size(); from = to) {
    double sum = 0;
    for (; to < flow.size() && calendar.month[to] == calendar.month[from]; ++to)
      sum += flow[to] >= 0 ? flow[to] : std::nan("");
    const bool cut_before = from == 0 && to_beijing(first_moment_of(before)).month == calendar.month[from];
    const bool cut_after = to == flow.size() && to_beijing(first_moment_of(next)).month == calendar.month[from];
    months.push_back(cut_before || cut_after ? std::nan("") : sum / static_cast<double>(to - from));
  }
  return months;
}

/// Q90 or Q95 of the driest months of whole water years.
DesignFlow driest_month_flow(std::span<const double> flow, bool daily, Instant date, int first_month, double percent,
                             Judgement& judgement) {
  std::size_t month = 0;
  std::vector<double> months;
  if (daily) {
    months = months_of_days(flow, date, month);
  } else {
    months.assign(flow.begin(), flow.end());
    const auto last = static_cast<std::size_t>(to_beijing(first_moment_of(legal_day_of_hour_ending(date))).month - 1);
    month = (last + 1 + 12 * months.size() - months.size()) % 12;
  }
  const std::size_t skip = (static_cast<std::size_t>(first_month) - 1 + 12 - month) % 12;
  const std::size_t years = months.size() <= skip ? 0 : (months.size() - skip) / 12;
  std::vector<double> driest(years);
  const std::span<const double> whole =
      std::span<const double>(months).subspan(std::min(skip, months.size()), 12 * years);
  driest_months(whole, driest);
  const auto missing = std::count_if(whole.begin(), whole.end(), [](double v) { return !(v >= 0); });
  put_number(judgement, "months missing", "缺测的月数", "months missing", static_cast<double>(missing), "1");
  judgement.why.push_back(
      {"driest-months",
       std::to_string(years) + " 个完整水文年的最枯月平均流量，其中缺测 " + std::to_string(missing) + " 个月",
       "the driest month of " + std::to_string(years) + " whole water years; " + std::to_string(missing) +
           " months are missing",
       "SL/T 712-2021: Qp", "verified"});
  return flow_at_frequency(driest, percent);
}

DesignFlow seven_day_flow(std::span<const double> flow, Instant date, int first_month, std::size_t days_min,
                          Judgement& judgement) {
  const Calendar calendar = days_until(date, flow.size(), first_month);
  std::vector<double> there(flow.begin(), flow.end());
  for (auto& value : there) {
    if (value < 0) value = std::nan("");
  }
  judgement.why.push_back(
      {"seven-day", "各年连续 7 日最小平均流量，年内有效日不少于 " + std::to_string(days_min) + " 天",
       "the least mean of seven days of each year with at least " + std::to_string(days_min) + " valid days", "7Q10",
       "memory"});
  return seven_q_ten(there, calendar.year, days_min);
}

void conclude_low_flow(Judgement& judgement, const std::string& method, const DesignFlow& flow, double years_min,
                       const EcoFlowNumber& usual) {
  put_number(judgement, "years", "有效年数", "years", static_cast<double>(flow.years), "1");
  put_number(judgement, method, "设计流量", "design flow", flow.m3_s, flow_unit);
  const std::string years = std::to_string(flow.years);
  if (method != "7q10") {
    const std::string usual_years = std::to_string(usual.value);
    const bool asked = years_min != usual.value;
    judgement.why.push_back(
        {"years",
         years + " 年，规范要求 " + usual_years + " 年" + (asked ? "，此处按指定的 " + plain(years_min) + " 年" : ""),
         years + " years; the standard wants " + usual_years +
             (asked ? ", here " + plain(years_min) + " as asked" : ""),
         usual.source, usual.trust});
  }
  if (method != "7q10" && static_cast<double>(flow.years) < years_min) {
    not_judged(judgement, "系列 " + years + " 年，少于 " + plain(years_min) + " 年",
               years + " years are fewer than " + plain(years_min));
  } else if (std::isnan(flow.m3_s)) {
    not_judged(judgement, "系列 " + years + " 年，不足以确定该频率的流量",
               years + " years are too few for that probability: nothing is extrapolated");
  } else {
    judgement.judged = true;
    judgement.value = flow.m3_s;
    judgement.name_zh = method == "7q10" ? "十年一遇最小 7 日平均流量" : "最枯月平均流量 " + method;
    judgement.name_en = method == "7q10" ? "Lowest seven-day flow in ten years" : "Driest-month flow " + method;
    judgement.why.push_back({"frequency",
                             "经验频率 m/(n+1)，n = " + years + "，线性内插得 " + plain(flow.m3_s) + " m3/s",
                             "empirical frequency m/(n+1), n = " + years +
                                 ", linear between ranks: " + plain(flow.m3_s) + " m3/s; no curve is fitted",
                             "SL/T 712-2021", "memory"});
  }
}

Result<Judgement> judge_low_flow(const Library& library, const JudgeRequest& request) {
  const auto method = chosen(request, "method", {"q90", "q95", "7q10"}, "q90");
  if (!method) return fail(method.error());
  const auto step = chosen(request, "step", {"month", "day"}, *method == "7q10" ? "day" : "month");
  if (!step) return fail(step.error());
  if (*method == "7q10" && *step != "day") return fail(Errc::invalid_value, "7q10 wants daily flows", "step");
  const auto first_month = given_whole(request, "year_start_month", 1, 12);
  if (!first_month) return fail(first_month.error());
  const auto years_min = given_whole(request, "years_min", 1, 1000);
  if (!years_min) return fail(years_min.error());
  const auto days_min = given_whole(request, "days_min", 7, 366);
  if (!days_min) return fail(days_min.error());
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "eco-flow", judgement) == nullptr) return judgement;
  const JudgeInput* input = input_named(library, request, "flow");
  water::SeriesTaken taken;
  taken.reason_zh = "缺少流量";
  taken.reason_en = "there is no flow";
  if (input != nullptr) {
    auto series = series_in(library, *input, flow_unit);
    if (!series) return fail(series.error());
    taken = std::move(*series);
  }
  if (taken.values.empty()) {
    not_judged(judgement, taken.reason_zh, taken.reason_en);
  } else {
    const int start = std::isnan(*first_month) ? 1 : static_cast<int>(*first_month);
    constexpr std::size_t days_of_a_year = 365;
    const auto days = std::isnan(*days_min) ? days_of_a_year : static_cast<std::size_t>(*days_min);
    const EcoFlowNumber& usual = library.annexes.eco_flow.qp_years_min;
    const DesignFlow low = *method == "7q10" ? seven_day_flow(taken.values, request.date, start, days, judgement)
                                             : driest_month_flow(taken.values, *step == "day", request.date, start,
                                                                 *method == "q95" ? 95 : 90, judgement);
    conclude_low_flow(judgement, *method, low, std::isnan(*years_min) ? usual.value : *years_min, usual);
  }
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace

std::vector<CodeRule> water::flow_rules() {
  const RuleField depth{"depth_cm",
                        "水深（cm），浅水的透明度限值由它确定",
                        "depth in cm; it sets the limit of transparency in shallow water",
                        {},
                        ""};
  const RuleField clear{"clear_to_bottom", "是否清澈见底", "clear to the bottom", {"yes", "no"}, "no"};
  return {
      {{"black-odor",
        "城市黑臭水体分级（单次）",
        "Black and odorous urban water, one sample",
        "water",
        {depth, clear},
        "transparency（cm）, DO, redox-potential（mV）, NH3-N",
        "transparency (cm), DO, redox-potential (mV), NH3-N",
        "black-odor"},
       judge_urban_odor},
      {{"black-odor-rural",
        "农村黑臭水体判定（单次）",
        "Black and odorous rural water, one sample",
        "water",
        {depth, clear},
        "transparency（cm）, DO, NH3-N",
        "transparency (cm), DO, NH3-N",
        "black-odor-rural"},
       judge_rural_odor},
      {{"black-odor-point",
        "城市黑臭水体点位定级",
        "Level of a point of urban water",
        "water",
        {depth, clear},
        "各指标历次监测值：transparency（cm）, DO, redox-potential（mV）, NH3-N",
        "the values of each indicator over time: transparency (cm), DO, redox-potential (mV), NH3-N",
        "black-odor"},
       judge_odor_point},
      {{"black-odor-water",
        "城市黑臭水体整体定级",
        "Level of a whole body of urban water",
        "water",
        {},
        "level：沿程各点级别（1 无、2 轻度、3 重度）",
        "level: of the points along the water, 1 none, 2 mild, 3 severe",
        "black-odor"},
       judge_odor_body},
      {{"eco-flow",
        "生态流量达标率",
        "Compliance with ecological flow",
        "water",
        {{"guarantee_percent", "保证率（%）", "guarantee rate in per cent", {}, ""}},
        "flow：逐日或逐时段流量（m3/s）；target：目标流量，一个值或同长序列",
        "flow: of each day or period, m3/s; target: one value or one for each period",
        "eco-flow"},
       judge_eco_flow},
      {{"tennant-grade",
        "Tennant 法流量分级",
        "Tennant grade of a flow",
        "water",
        {{"month", "月份；不给时取 date 的月份", "month; otherwise that of the date", {}, ""}},
        "flow：流量；mean-annual：多年平均天然流量（m3/s）",
        "flow, and mean-annual: the mean annual natural flow, m3/s",
        "eco-flow"},
       judge_tennant},
      {{"low-flow",
        "枯水设计流量（Q90、Q95、7Q10）",
        "Low design flow (Q90, Q95, 7Q10)",
        "water",
        {{"method", "方法", "method", {"q90", "q95", "7q10"}, "q90"},
         {"step",
          "flow 为月均或日均；7q10 须为日均",
          "flow is of months or of days; 7q10 wants days",
          {"month", "day"},
          ""},
         {"year_start_month", "水文年起始月", "first month of the water year", {}, "1"},
         {"years_min", "最少年数；不给时按规范", "least number of years; otherwise that of the standard", {}, ""},
         {"days_min", "7q10 每年最少有效日", "7q10: least number of valid days of a year", {}, ""}},
        "flow：到 date 为止的连续逐月或逐日流量（m3/s）",
        "flow: of consecutive months or days up to date, m3/s",
        "eco-flow"},
       judge_low_flow},
  };
}

}  // namespace celadon::standards
