#include "watch/review_desk.hpp"

#include "core/json_writer.hpp"
#include "watch/judging.hpp"
#include "watch/review_decisions.hpp"
#include "watch/review_sheet.hpp"
#include "watch/revision_body.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace celadon::watch {
namespace {

constexpr const char* sheet_kind = "review-sheet";
constexpr int queue_days_max = 31;
constexpr double suspect_weight = 0.5, hole_weight = 0.1;  // what is likely to be marked first, then what is missing

std::string sheet_id(const std::string& site, LegalDay day) { return site + "|" + to_string(day); }

/// The value after an action; `share` is how far the time lies between the first and the last of the decision.
double after(quality::ReviewKind kind, const std::map<std::string, double>& numbers, double raw, double share) {
  switch (kind) {
    case quality::ReviewKind::offset: return raw + numbers.at("offset");
    case quality::ReviewKind::drift:
      return raw + numbers.at("from_offset") + share * (numbers.at("to_offset") - numbers.at("from_offset"));
    case quality::ReviewKind::scale: return raw * numbers.at("factor");
    case quality::ReviewKind::replace: return numbers.at("value");
    case quality::ReviewKind::void_value: return std::nan("");
    default: return raw;
  }
}

DeviceFlag mark_of(quality::ReviewKind kind) {
  switch (kind) {
    case quality::ReviewKind::void_value: return review_mark::voided;
    case quality::ReviewKind::accept: return review_mark::accepted;
    case quality::ReviewKind::restore: return review_mark::restored;
    default: return review_mark::corrected;
  }
}

void count_row(const ReviewRow& row, QueueItem& item, std::map<std::string, ReasonCount>& reasons) {
  ++item.values;
  if (std::isnan(row.raw)) ++item.missing;
  if (row.decision != 0) ++item.decided;
  if (!needs_eyes(row)) return;
  ++item.need_eyes;
  const bool voided = row.proposal == quality::Proposal::voided;
  ++(voided ? item.proposed_void : item.proposed_suspect);
  item.priority += std::isnan(row.probability) ? 1 : std::max(row.probability, voided ? 1.0 : suspect_weight);
  std::set<std::string> once;
  const auto add = [&](const std::string& rule, const std::string& zh, const std::string& en) {
    if (!once.insert(rule).second) return;
    auto& reason = reasons[rule];
    if (reason.count == 0) reason = {rule, zh, en, 0};
    ++reason.count;
  };
  for (const auto& flag : row.flags) add(flag.rule, flag.reason_zh, flag.reason_en);
  for (const auto& flag : row.found) add(flag.rule, flag.zh, flag.en);
}

}  // namespace

Result<ReviewPacks> read_review_packs(const std::filesystem::path& packs) {
  const auto folder = packs / "quality";
  auto terms = quality::read_review_terms(folder / "review.yaml");
  if (!terms) return fail(terms.error());
  auto checks = quality::read_assessment(folder / "assessment.yaml");
  if (!checks) return fail(checks.error());
  auto combination = quality::Combination::read(folder / "combination.csv", quality::feature_names());
  if (!combination) return fail(combination.error());
  auto completeness = quality::read_completeness(folder / "completeness.yaml");
  if (!completeness) return fail(completeness.error());
  auto flags = quality::DeviceFlags::read(folder / "device_flags.csv");
  if (!flags) return fail(flags.error());
  return ReviewPacks{std::move(*terms), std::move(*checks), std::move(*combination), std::move(*completeness),
                     std::move(*flags)};
}

Result<SheetState> ReviewDesk::state_of(const std::string& site, LegalDay day) const {
  const auto revision = ledger_.get(sheet_kind, sheet_id(site, day));
  if (!revision) {
    if (revision.error().code != Errc::not_found) return fail(revision.error());
    return SheetState{packs_.terms.states.front().id, 0};
  }
  RevisionBody body(*revision);
  SheetState state{body.get<std::string>("to"), revision->revision};
  if (auto good = body.check(); !good) return fail(good.error());
  return state;
}

Result<Queue> ReviewDesk::queue(const QueueQuery& query) const {
  Queue queue;
  Instant newest{INT64_MIN};
  Instant oldest{INT64_MAX};
  std::set<std::string> with_values;
  for (const auto& extent : archive_.extents()) {
    const auto series = ledger_.series(extent.series);
    if (!series || !is_reviewed(series->key)) continue;
    with_values.insert(series->key.site);
    newest = std::max(newest, extent.last);
    oldest = std::min(oldest, extent.first);
  }
  if (with_values.empty()) return queue;
  queue.first_known = legal_day_of_hour_ending(oldest);
  queue.last_known = legal_day_of_hour_ending(newest);
  // The newest day that is over: of a day's end on, the next has begun.
  const LegalDay ended{legal_day_of(newest).days - 1};
  queue.to = query.to.value_or(query.from.value_or(ended));
  queue.from = query.from.value_or(queue.to);
  if (queue.to < queue.from) return fail(Errc::invalid_value, "the days end before they begin", "to");
  if (queue.to.days - queue.from.days >= queue_days_max)
    return fail(Errc::invalid_value, "at most " + std::to_string(queue_days_max) + " days at once", "to");
  const auto sites = ledger_.sites();
  if (!sites) return fail(sites.error());
  for (const auto& site : *sites) {
    if (!with_values.contains(site.id) || (!query.kind.empty() && site.kind != query.kind)) continue;
    const auto columns = review_columns(archive_, ledger_, packs_, site, queue.from, queue.to);
    if (!columns) return fail(columns.error());
    for (std::int32_t d = queue.from.days; d <= queue.to.days; ++d) {
      QueueItem item;
      item.site = site;
      item.day = {d};
      std::map<std::string, ReasonCount> reasons;
      for (const auto& column : *columns) {
        if (!query.property.empty() && column.key.property != query.property) continue;
        for (const auto& row : column.rows) {
          if (legal_day_of_hour_ending(row.time) == item.day) count_row(row, item, reasons);
        }
      }
      auto state = state_of(site.id, item.day);
      if (!state) return fail(state.error());
      item.state = std::move(*state);
      item.completeness = completeness_of(packs_, *columns, item.day);
      for (const auto& one : item.completeness) {
        item.complete = item.complete.value_or(true) && one.day.complete;
        item.missing +=
            static_cast<std::size_t>(std::ranges::count(one.holes, quality::Slot::not_arrived, &quality::Hole::reason));
      }
      if (item.values == 0 || (!query.state.empty() && item.state.state != query.state)) continue;
      item.priority += hole_weight * static_cast<double>(item.missing);
      for (auto& [rule, reason] : reasons) item.reasons.push_back(std::move(reason));
      std::ranges::stable_sort(item.reasons, std::greater{}, &ReasonCount::count);
      queue.items.push_back(std::move(item));
    }
  }
  std::ranges::stable_sort(queue.items, std::greater{}, &QueueItem::priority);
  return queue;
}

Result<ReviewSheet> ReviewDesk::sheet(const std::string& site, LegalDay day, int days) const {
  if (days < 1 || days > queue_days_max)
    return fail(Errc::invalid_value, "expected 1 to " + std::to_string(queue_days_max) + " days", "days");
  auto found = ledger_.site(site);
  if (!found) return fail(found.error());
  ReviewSheet sheet;
  sheet.site = std::move(*found);
  sheet.day = day;
  auto state = state_of(site, day);
  if (!state) return fail(state.error());
  sheet.state = std::move(*state);
  auto columns = review_columns(archive_, ledger_, packs_, sheet.site, {day.days - days + 1}, day);
  if (!columns) return fail(columns.error());
  sheet.columns = std::move(*columns);
  sheet.completeness = completeness_of(packs_, sheet.columns, day);
  return sheet;
}

Result<std::vector<SheetStep>> ReviewDesk::history(const std::string& site, LegalDay day) const {
  std::vector<SheetStep> steps;
  const auto revisions = ledger_.history(sheet_kind, sheet_id(site, day));
  if (!revisions) {
    if (revisions.error().code == Errc::not_found) return steps;
    return fail(revisions.error());
  }
  for (const auto& revision : *revisions) {
    RevisionBody body(revision);
    SheetStep step{revision.known_at,
                   revision.who,
                   revision.why,
                   body.get<std::string>("transition"),
                   body.get<std::string>("from"),
                   body.get<std::string>("to")};
    if (auto good = body.check(); !good) return fail(good.error());
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<ReviewDecision>> ReviewDesk::decisions(const std::string& site, Instant from, Instant to) const {
  const auto revisions = ledger_.list(decision_kind);
  if (!revisions) return fail(revisions.error());
  std::vector<ReviewDecision> all;
  for (const auto& revision : *revisions) {
    auto decision = read_decision(revision);
    if (!decision) return fail(decision.error());
    const bool within = std::ranges::any_of(decision->times, [&](Instant time) { return time >= from && time <= to; });
    if (decision->site == site && within) all.push_back(std::move(*decision));
  }
  return all;
}

Result<void> ReviewDesk::check(const ReviewDecision& decision) const {
  const auto* action = packs_.terms.action(decision.action);
  if (action == nullptr)
    return fail(Errc::unknown_code, "there is no action '" + decision.action.substr(0, 40) + "'", "action");
  const auto* reason = packs_.terms.reason(decision.reason);
  if (reason == nullptr)
    return fail(Errc::unknown_code, "there is no reason '" + decision.reason.substr(0, 40) + "'", "reason");
  if (std::ranges::find(reason->actions, action->id) == reason->actions.end())
    return fail(Errc::invalid_value, "'" + reason->id + "' is no reason to " + action->id, "reason");
  for (const auto& name : action->needs) {
    const auto number = decision.numbers.find(name);
    if (number == decision.numbers.end() || !std::isfinite(number->second))
      return fail(Errc::invalid_value, action->id + " needs the number " + name, "numbers");
  }
  if (decision.numbers.size() != action->needs.size())
    return fail(Errc::invalid_value, action->id + " takes no other numbers than it needs", "numbers");
  if (decision.times.empty()) return fail(Errc::invalid_value, "say at which times", "times");
  if (decision.times.size() > values_of_a_decision_max)
    return fail(Errc::too_many, "at most 10000 values in one decision", "times");
  std::set<LegalDay> days;
  for (const Instant time : decision.times) days.insert(legal_day_of_hour_ending(time));
  for (const LegalDay day : days) {
    const auto state = state_of(decision.site, day);
    if (!state) return fail(state.error());
    if (!is_open(*state)) {
      return fail(
          Errc::conflict,
          "the sheet of " + to_string(day) + " is " + state->state + ": return or unlock it first, with a reason",
          "times");
    }
  }
  return {};
}

bool ReviewDesk::is_open(const SheetState& state) const {
  const auto* face = packs_.terms.state(state.state);
  return face != nullptr && face->open;
}

Result<std::vector<Settlement>> ReviewDesk::settlements_of(const std::vector<ReviewDecision>& decisions) const {
  std::vector<Settlement> all;
  std::set<quality::Place> once;
  for (const auto& decision : decisions) {
    if (auto good = check(decision); !good) return fail(good.error());
    const auto series = ledger_.find_series({decision.site, decision.property, decision.averaging});
    if (!series) {
      return fail(Errc::not_found,
                  "'" + decision.site.substr(0, 60) + "' has no series of " + decision.property.substr(0, 40) +
                      " over " + to_iso(decision.averaging),
                  "property");
    }
    const quality::ReviewKind kind = packs_.terms.action(decision.action)->kind;
    archive::Query query;
    query.series = {*series};
    query.from = decision.times.front();
    query.to = decision.times.back();
    const auto columns = archive_.read(query);
    if (!columns) return fail(columns.error());
    const auto& known = columns->rows.phenomenon_end;
    const auto span = static_cast<double>(decision.times.back().us - decision.times.front().us);
    for (const Instant time : decision.times) {
      const auto row = std::ranges::lower_bound(known, time);
      if (row == known.end() || *row != time)
        return fail(Errc::invalid_value, "there is no value of " + to_beijing_minute(time), "times");
      const double raw = columns->rows.value[static_cast<std::size_t>(row - known.begin())];
      if (std::isnan(raw) && kind != quality::ReviewKind::annotate && kind != quality::ReviewKind::restore)
        return fail(Errc::invalid_value, "the value of " + to_beijing_minute(time) + " is missing; note it instead",
                    "times");
      if (!once.insert({*series, time}).second)
        return fail(Errc::invalid_value, to_beijing_minute(time) + " is decided upon twice", "times");
      if (kind == quality::ReviewKind::annotate) continue;
      const double share = span > 0 ? static_cast<double>(time.us - decision.times.front().us) / span : 0;
      all.push_back({*series, time, after(kind, decision.numbers, raw, share), mark_of(kind)});
    }
  }
  return all;
}

Result<Erratum> ReviewDesk::preview(const std::vector<ReviewDecision>& decisions) const {
  const auto settlements = settlements_of(decisions);
  if (!settlements) return fail(settlements.error());
  return derivation_.preview(*settlements);
}

Result<ReviewDesk::Decided> ReviewDesk::decide(std::vector<ReviewDecision> decisions, const std::string& who,
                                               const std::string& why, const std::string& digest) {
  if (who.empty()) return fail(Errc::invalid_value, "say who decides", "who");
  const std::lock_guard lock(deciding_);
  const auto settlements = settlements_of(decisions);
  if (!settlements) return fail(settlements.error());
  return enter(decisions, *settlements, who, why, digest, [] { return Result<void>{}; });
}

Result<ReviewDesk::Decided> ReviewDesk::enter(std::vector<ReviewDecision>& decisions,
                                              std::span<const Settlement> settlements, const std::string& who,
                                              const std::string& why, const std::string& digest,
                                              const std::function<Result<void>()>& before) {
  Decided decided;
  const auto record = [&]() -> Result<Signature> {
    if (auto ready = before(); !ready) return fail(ready.error());
    const auto newest = ledger_.list_prefix(decision_kind, "", 1);
    if (!newest) return fail(newest.error());
    std::int64_t last = 0;
    if (!newest->empty()) {
      const std::string& id = newest->front().id;
      std::from_chars(id.data(), id.data() + id.size(), last);
    }
    std::vector<ledger::Put> puts;
    for (auto& decision : decisions) {
      decision.id = ++last;
      decision.at = now();
      decided.ids.push_back(decision.id);
      // Without words of its own the reason code says why.
      puts.push_back({decision_kind, decision_id(decision.id), decision_body(decision), decision.at, who,
                      why.empty() ? decision.reason : why, 0});
    }
    if (auto stored = ledger_.put_all(puts); !stored) return fail(stored.error());
    return Signature{who, why.empty() ? decisions.front().reason : why, decided.ids};
  };
  if (settlements.empty()) {
    if (auto noted = record(); !noted) return fail(noted.error());
    return decided;
  }
  auto erratum = derivation_.settle(settlements, digest, record);
  if (!erratum) return fail(erratum.error());
  decided.erratum = std::move(*erratum);
  return decided;
}

Result<SheetState> ReviewDesk::move(const std::string& site, LegalDay day, const std::string& transition,
                                    const std::string& who, const std::string& why, std::int64_t revision) {
  const auto* step = packs_.terms.transition(transition);
  if (step == nullptr)
    return fail(Errc::not_found, "there is no step '" + transition.substr(0, 40) + "'", "transition");
  if (who.empty()) return fail(Errc::invalid_value, "say who takes the step", "who");
  if (step->needs_why && why.empty()) return fail(Errc::invalid_value, "say why", "why");
  if (const auto known = ledger_.site(site); !known) return fail(known.error());
  const std::lock_guard lock(deciding_);
  const auto state = state_of(site, day);
  if (!state) return fail(state.error());
  if (state->revision != revision)
    return fail(Errc::conflict, "the sheet has moved on meanwhile; it is " + state->state + " now", "revision");
  if (std::ranges::find(step->from, state->state) == step->from.end())
    return fail(Errc::conflict, "a sheet that is " + state->state + " cannot be taken to " + step->to, "transition");
  if (step->another_person) {
    const auto steps = history(site, day);
    if (!steps) return fail(steps.error());
    if (!steps->empty() && steps->back().who == who)
      return fail(Errc::invalid_value, "another person must take this step: " + who + " made the one before", "who");
  }
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("transition", step->id).member("from", state->state).member("to", step->to).end_object();
  const auto put = ledger_.put(
      {sheet_kind, sheet_id(site, day), body, first_moment_of(day), who, why.empty() ? step->id : why, revision});
  if (!put) return fail(put.error());
  return SheetState{step->to, put->revision};
}

}  // namespace celadon::watch
