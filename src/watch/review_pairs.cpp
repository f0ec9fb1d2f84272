#include "watch/review_decisions.hpp"
#include "watch/review_desk.hpp"
#include "watch/review_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace celadon::watch {
namespace {

constexpr const char* elsewhere_reason = "reviewed-elsewhere";
/// Of the decisions of a series; an entry of the ledger takes 1 MiB, and JSON may write a byte as six.
constexpr std::size_t note_bytes_max = 64U << 10U;
/// Two spellings of one value: what is left of the digits after a unit was converted.
constexpr double same_number_share = 1e-9;

bool same_number(double a, double b) {
  return same_value(a, b) || std::abs(a - b) <= same_number_share * std::max(std::abs(a), std::abs(b));
}

std::string number_words(double value, const char* none) { return std::isnan(value) ? none : fmt::format("{}", value); }

/// Who reviewed it, and what they noted.
std::string note_of(const intake::ReviewedPair& pair) {
  if (pair.reviewer.empty()) return pair.note;
  return "审核人：" + pair.reviewer + (pair.note.empty() ? "" : "；" + pair.note);
}

struct Refusal {
  const char* field;
  std::string value, zh, en, remedy_zh, remedy_en;
};

/// A value in the reviewed series, newest last.
struct PairVersion {
  double value = 0;
  DeviceFlag mark = 0;
  std::int64_t batch = 0;
  Instant result_time;
};

}  // namespace

/// Turns pairs into raw values and decisions, series by series.
class PairsPlanner {
 public:
  PairsPlanner(const ReviewDesk& desk, const std::string& name)
      : desk_(desk), name_(name), book_(desk.archive_, desk.ledger_) {
    for (const auto& action : desk.terms().actions) actions_.try_emplace(action.kind, &action);
  }

  Result<void> plan(const intake::ReviewedPairs& pairs) {
    counts.rows = pairs.rows_read;
    for (const auto& one : pairs.problems.kept()) problems_.push_back(one);
    counts.refused = pairs.problems.count();
    std::map<SeriesKey, std::vector<const intake::ReviewedPair*>> by_series;
    for (const auto& pair : pairs.rows) by_series[{pair.site, pair.property, pair.averaging}].push_back(&pair);
    for (auto& [key, rows] : by_series) {
      std::ranges::stable_sort(rows, {}, [](const auto* pair) { return pair->time; });
      if (auto done = plan_series(key, rows); !done) return done;
      close_decisions();
    }
    return {};
  }

  /// Of reading and of deciding, by line.
  [[nodiscard]] intake::PairProblems problems() {
    std::ranges::stable_sort(problems_, {}, &intake::PairProblem::line);
    intake::PairProblems all;
    for (auto& one : problems_) all.add(std::move(one));
    return all;
  }

  Observations raw;
  std::vector<ReviewDecision> decisions;
  std::vector<Settlement> settlements;
  PairCounts counts;

 private:
  void refuse(const intake::ReviewedPair& pair, Refusal why) {
    ++counts.refused;
    problems_.push_back({pair.line, why.field, std::move(why.value), std::move(why.zh), std::move(why.en),
                         std::move(why.remedy_zh), std::move(why.remedy_en)});
  }

  Result<void> plan_series(const SeriesKey& key, const std::vector<const intake::ReviewedPair*>& rows) {
    if (!is_reviewed(key)) {
      for (const auto* pair : rows) {
        refuse(*pair,
               {"period", to_iso(key.averaging), "这种周期或项目不审核",
                "values of this period or property are not reviewed", "写一小时以上、不满一日的周期，如 PT1H、PT4H",
                "take periods from an hour up to, not including, a day, such as PT1H or PT4H"});
      }
      return {};
    }
    const auto id = desk_.ledger_.series_id(key);
    if (!id) return fail(id.error());
    if (auto read = read_series(key, *id, rows.front()->time, rows.back()->time); !read) return read;
    const intake::ReviewedPair* before = nullptr;
    for (const auto* pair : rows) {
      if (before != nullptr && before->time == pair->time) {
        if (same_value(before->raw, pair->raw) && same_value(before->reviewed, pair->reviewed)) {
          ++counts.unchanged;
        } else {
          refuse(*pair,
                 {"time", to_beijing_minute(pair->time), fmt::format("与第 {} 行是同一个数，内容不同", before->line),
                  fmt::format("is the same value as line {}, and says something else", before->line),
                  "两行只留对的一行", "keep the one of the two that is right"});
        }
        continue;
      }
      before = pair;
      if (auto taken = take(key, *id, *pair); !taken) return taken;
    }
    return {};
  }

  Result<void> read_series(const SeriesKey& key, SeriesId id, Instant from, Instant to) {
    archive::Query query;
    query.series = {id};
    query.from = from;
    query.to = to;
    auto came = desk_.archive_.read(query);
    if (!came) return fail(came.error());
    came_ = std::move(*came);
    versions_.clear();
    bool truncated = came_.truncated;
    if (const auto twin = desk_.ledger_.find_series(reviewed_twin(key))) {
      query.series = {*twin};
      query.every_version = true;
      const auto decided = desk_.archive_.read(query);
      if (!decided) return fail(decided.error());
      truncated = truncated || decided->truncated;
      for (std::size_t i = 0; i < decided->rows.size(); ++i) {
        versions_[decided->rows.phenomenon_end[i]].push_back(
            {decided->rows.value[i], decided->rows.device_flag[i], decided->batch[i], decided->result_time[i]});
      }
      for (auto& [time, all] : versions_) std::ranges::stable_sort(all, {}, &PairVersion::result_time);
    }
    if (truncated) return fail(Errc::too_many, "more values than can be read at once: split the file by years", "file");
    return {};
  }

  Result<void> take(const SeriesKey& key, SeriesId id, const intake::ReviewedPair& pair) {
    const auto& known = came_.rows.phenomenon_end;
    const auto row = std::ranges::lower_bound(known, pair.time);
    const bool came = row != known.end() && *row == pair.time;
    const auto at = static_cast<std::size_t>(row - known.begin());
    const double stored = came ? came_.rows.value[at] : std::nan("");
    if (std::isnan(pair.raw)) {
      if (std::isnan(pair.reviewed))
        ++counts.empty;
      else
        refuse(pair, without_raw(stored));
      return {};
    }
    if (came && !same_number(stored, pair.raw)) {
      refuse(pair, other_raw(pair, stored, came_.result_time[at]));
      return {};
    }
    const bool is_void = std::isnan(pair.reviewed);
    const bool is_same = !is_void && same_value(pair.raw, pair.reviewed);
    const auto kind = is_void   ? quality::ReviewKind::void_value
                      : is_same ? quality::ReviewKind::accept
                                : quality::ReviewKind::replace;
    const double value = is_same && came ? stored : pair.reviewed;
    const DeviceFlag mark = is_void ? review_mark::voided : is_same ? review_mark::accepted : review_mark::corrected;
    const auto fate = stands_like_that(key, pair, value, mark);
    if (!fate) return fail(fate.error());
    if (*fate) return {};
    const auto open = is_day_open(pair);
    if (!open) return fail(open.error());
    if (!*open) return {};
    const auto* reason = reason_for(pair, kind);
    if (reason == nullptr) return {};
    if (!came) {
      raw.push_back(id, pair.time, pair.raw, pair.flag);
      ++counts.raw_added;
    }
    ++(is_void ? counts.voided : is_same ? counts.accepted : counts.corrected);
    settlements.push_back({id, pair.time, value, mark});
    decide(key, pair, *actions_.at(kind), *reason, value);
    return {};
  }

  /// Whether nothing is to be done because the value stands, or stood, like that, or the row was refused because
  /// somebody here decided otherwise.
  Result<bool> stands_like_that(const SeriesKey& key, const intake::ReviewedPair& pair, double value, DeviceFlag mark) {
    const auto found = versions_.find(pair.time);
    if (found == versions_.end()) return false;
    const auto same = [&](const PairVersion& one) { return one.mark == mark && same_value(one.value, value); };
    const PairVersion& newest = found->second.back();
    if (same(newest)) {
      ++counts.unchanged;
      return true;
    }
    if (std::ranges::any_of(found->second, same)) {
      ++counts.superseded;
      return true;
    }
    if (newest.mark == review_mark::restored) return false;
    const auto decision = book_.find(newest.batch, key, pair.time);
    if (!decision) return fail(decision.error());
    if (*decision == nullptr || (*decision)->pairs) return false;
    const auto& one = **decision;
    refuse(pair,
           {"reviewed", number_words(pair.reviewed, ""),
            fmt::format("这里已由 {} 决定（第 {} 号），结果为 {}", one.who, one.id, number_words(newest.value, "无效")),
            fmt::format("{} decided here (decision {}) that it is {}", one.who, one.id,
                        number_words(newest.value, "void")),
            "若以文件为准，先在审核页恢复原值，再导入", "if the file is right, take that decision back first"});
    return true;
  }

  Result<bool> is_day_open(const intake::ReviewedPair& pair) {
    const LegalDay day = legal_day_of_hour_ending(pair.time);
    auto known = days_.find({pair.site, day});
    if (known == days_.end()) {
      auto state = desk_.state_of(pair.site, day);
      if (!state) return fail(state.error());
      known = days_.emplace(std::pair(pair.site, day), std::move(*state)).first;
    }
    if (desk_.is_open(known->second)) return true;
    const auto* face = desk_.terms().state(known->second.state);
    const std::string zh = face == nullptr ? known->second.state : face->zh;
    const std::string en = face == nullptr ? known->second.state : face->en;
    refuse(pair, {"time", to_beijing_minute(pair.time), fmt::format("{} 的审核单{}", to_string(day), zh),
                  fmt::format("the sheet of {} is {}", to_string(day), en), "先退回或解锁该日审核单并写明原因，再导入",
                  "return or unlock the sheet first, with a reason"});
    return false;
  }

  const quality::ReviewReason* reason_for(const intake::ReviewedPair& pair, quality::ReviewKind kind) {
    const auto action = actions_.find(kind);
    const std::string_view asked = pair.reason.empty() ? std::string_view(elsewhere_reason) : pair.reason;
    const auto& all = desk_.terms().reasons;
    const auto reason = std::ranges::find_if(
        all, [&](const auto& one) { return one.id == asked || one.zh == asked || one.en == asked; });
    if (reason == all.end() || action == actions_.end()) {
      refuse(pair, {"reason", pair.reason, "没有这个审核理由", "there is no such reason of review",
                    "写 packs/quality/review.yaml 里的理由编号或名称，或留空（已由原平台审核）",
                    "write an id or name of packs/quality/review.yaml, or leave it blank (reviewed elsewhere)"});
      return nullptr;
    }
    if (std::ranges::find(reason->actions, action->second->id) == reason->actions.end()) {
      refuse(pair, {"reason", pair.reason, fmt::format("“{}”不是“{}”的理由", reason->zh, action->second->zh),
                    fmt::format("'{}' is no reason to {}", reason->en, action->second->en),
                    "换一个理由，或留空（已由原平台审核）；原因的话写进备注",
                    "take another reason or leave it blank (reviewed elsewhere); words go into note"});
      return nullptr;
    }
    return &*reason;
  }

  void decide(const SeriesKey& key, const intake::ReviewedPair& pair, const quality::ReviewAction& action,
              const quality::ReviewReason& reason, double value) {
    ReviewDecision& decision = open_[{action.id, reason.id}];
    if (decision.times.empty()) {
      decision.site = key.site;
      decision.property = key.property;
      decision.averaging = key.averaging;
      decision.action = action.id;
      decision.reason = reason.id;
      decision.note = name_;
      decision.pairs.emplace();
    }
    decision.times.push_back(pair.time);
    if (action.kind == quality::ReviewKind::replace) decision.pairs->values.push_back(value);
    decision.pairs->notes.push_back(note_of(pair));
    note_bytes_ += decision.pairs->notes.back().size();
    if (decision.times.size() == values_of_a_decision_max || note_bytes_ > note_bytes_max) close_decisions();
  }

  void close(ReviewDecision& decision) {
    auto& notes = decision.pairs->notes;
    if (std::ranges::all_of(notes, &std::string::empty)) notes.clear();
    decisions.push_back(std::exchange(decision, {}));
  }
  void close_decisions() {
    for (auto& [which, decision] : open_) {
      if (!decision.times.empty()) close(decision);
    }
    open_.clear();
    note_bytes_ = 0;
  }

  static Refusal without_raw(double stored) {
    Refusal why{
        "raw",
        "",
        "审核前为空而审核后有值：没有原始值，无从审核",
        "is blank while reviewed has a value: without a raw value there is nothing to review",
        "补上审核前的值；若只有审核后的值，按 csv 格式以 stage=reviewed 导入",
        "write the value before the review; values that have none are imported with format csv, stage reviewed"};
    if (!std::isnan(stored)) {
      why.remedy_zh = fmt::format("补上审核前的值；这里已存的是 {}", stored);
      why.remedy_en = fmt::format("write the value before the review; stored here is {}", stored);
    }
    return why;
  }
  static Refusal other_raw(const intake::ReviewedPair& pair, double stored, Instant learnt) {
    return {
        "raw",
        number_words(pair.raw, ""),
        fmt::format("这里已存的原始值是 {}（{} 入库），与文件不同", number_words(stored, "缺测"),
                    to_beijing_minute(learnt)),
        fmt::format("differs from the raw value stored here: {}, learnt {}", number_words(stored, "missing"),
                    to_beijing_minute(learnt)),
        "已存的对，就把它写进审核前；文件的对，先按 csv 格式导入该值（成为新版本），再导入本行",
        "if the stored value is right, write it into raw; if the file is, import the value first with format csv (a "
        "newer version), then this row"};
  }

  const ReviewDesk& desk_;
  const std::string& name_;
  DecisionBook book_;
  std::map<quality::ReviewKind, const quality::ReviewAction*> actions_;
  std::map<std::pair<std::string, LegalDay>, SheetState> days_;
  std::map<std::pair<std::string, std::string>, ReviewDecision> open_;  ///< of one series, by action and reason
  std::size_t note_bytes_ = 0;                                          ///< of the open decisions
  std::vector<intake::PairProblem> problems_;
  archive::Columns came_;                                 ///< of one series
  std::map<Instant, std::vector<PairVersion>> versions_;  ///< of its reviewed twin
};

Result<PairsPreview> ReviewDesk::preview_pairs(const intake::ReviewedPairs& pairs, const std::string& name) const {
  PairsPlanner planner(*this, name);
  if (auto planned = planner.plan(pairs); !planned) return fail(planned.error());
  PairsPreview preview{planner.counts, planner.problems(), {}, {}};
  if (planner.settlements.empty()) return preview;
  auto erratum = derivation_.preview(planner.settlements);
  if (!erratum) return fail(erratum.error());
  preview.erratum = std::move(*erratum);
  return preview;
}

Result<PairsPreview> ReviewDesk::decide_pairs(const intake::ReviewedPairs& pairs, const std::string& name,
                                              const std::string& who, const std::string& why, const std::string& digest,
                                              const std::function<Result<void>(Observations)>& store_raw) {
  if (who.empty()) return fail(Errc::invalid_value, "say who decides", "who");
  const std::lock_guard lock(deciding_);
  PairsPlanner planner(*this, name);
  if (auto planned = planner.plan(pairs); !planned) return fail(planned.error());
  PairsPreview done{planner.counts, planner.problems(), {}, {}};
  if (planner.settlements.empty()) return done;
  const auto before = [&] { return planner.raw.empty() ? Result<void>{} : store_raw(std::move(planner.raw)); };
  auto decided = enter(planner.decisions, planner.settlements, who, why, digest, before);
  if (!decided) return fail(decided.error());
  done.ids = std::move(decided->ids);
  done.erratum = std::move(decided->erratum);
  return done;
}

}  // namespace celadon::watch
