#include "service/plan_desk.hpp"

#include "core/json_writer.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_facts.hpp"
#include "watch/effective.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

namespace celadon::service {
namespace {

constexpr std::size_t past_max = 4;  ///< moments of the past that are kept
constexpr std::size_t moved_max = 500;
constexpr int night_hour = 2;
constexpr std::int64_t night_after_start_us = 20 * us_per_second;

std::string year_text(LegalDay day) { return to_string(day).substr(0, 4); }

plan::Line line_of(const systems::Register& type, const registry::Matter& matter) {
  plan::Line line{.id = matter.id,
                  .title = matter.title,
                  .state = matter.state,
                  .opened = legal_day_of(matter.opened),
                  .since_state = legal_day_of(matter.since_state),
                  .due = {},
                  .values = matter.values,
                  .states = {}};
  for (const auto& step : matter.steps) line.states.emplace_back(legal_day_of(step.at), step.to);
  for (const auto& due : matter.dues) line.due = line.due ? std::min(*line.due, due.ends) : due.ends;
  if (!type.lifecycle) line.state.clear();
  return line;
}

}  // namespace

struct PlanDesk::State {
  std::shared_ptr<const plan::Plan> plan;
  std::string read_from;  ///< what the plan was read from: file, its time and the packs' catalogue
  const systems::Catalogue* catalogue = nullptr;
  std::unique_ptr<plan::Sources> sources;
  std::unique_ptr<plan::Program> program;
  std::unique_ptr<plan::Snapshot> snapshot;
  std::optional<Instant> known;
  Instant ledger_seen{INT64_MIN}, archive_seen{INT64_MIN};
  LegalDay day;
  RunFact run;
  std::vector<plan::Moved> moved;  ///< since the last night
};

PlanDesk::PlanDesk(PlanParts parts) : parts_(std::move(parts)) {}

PlanDesk::~PlanDesk() {
  nights_.request_stop();
  nights_changed_.notify_all();
}

plan::Sources PlanDesk::sources() const {
  plan::Sources out{{parts_.archive, parts_.ledger, parts_.library, parts_.city, {}}, {}, {}};
  out.observations.effective = [this](const archive::GridQuery& query, std::span<double> value) {
    return watch::read_effective(parts_.archive, parts_.ledger, query, value);
  };
  out.lines = [this](const systems::Register& type,
                     std::optional<Instant> as_known_at) -> Result<std::vector<plan::Line>> {
    const auto revisions = parts_.ledger.list(type.id, as_known_at);
    if (!revisions) return fail(revisions.error());
    std::vector<plan::Line> lines;
    lines.reserve(revisions->size());
    for (const auto& revision : *revisions) {
      const auto matter = registry::matter_of(type, revision);
      if (!matter) return fail(matter.error());
      if (!matter->gone) lines.push_back(line_of(type, *matter));
    }
    return lines;
  };
  out.measured = [this](systems::Facts::Statistic statistic, std::string_view site, std::string_view property,
                        double limit, LegalDay from, LegalDay to) -> Result<systems::Value> {
    return registry::measured_value(parts_.archive, parts_.ledger, statistic, site, property, limit, from, to);
  };
  return out;
}

Result<void> PlanDesk::bring_up(State& state, std::optional<Instant> as_known_at) {
  const auto files = plan::plan_files(parts_.packs);
  if (!files) return fail(files.error());
  if (files->empty()) return fail(Errc::not_found, "packs/plans has no plan; docs/plan.md tells how to write one");
  const auto& file = files->front();
  const auto& catalogue = parts_.registers.catalogue();
  std::error_code ignored;
  const auto written = std::filesystem::last_write_time(file, ignored).time_since_epoch().count();
  const std::string read_from = file.string() + "@" + std::to_string(written);
  if (!state.plan || state.read_from != read_from || state.catalogue != &catalogue) {
    auto plan = plan::read_plan(parts_.packs, file, catalogue);
    if (!plan) return fail(plan.error());
    state = State{};
    state.plan = std::move(*plan);
    state.read_from = read_from;
    state.catalogue = &catalogue;
    state.sources = std::make_unique<plan::Sources>(sources());
    state.program = std::make_unique<plan::Program>(state.plan);
  }
  state.known = as_known_at;
  return refresh(state);
}

/// Works out what rests on something that changed since the last time.
Result<void> PlanDesk::refresh(State& state) {
  const Instant at = parts_.clock();
  const LegalDay day = legal_day_of(state.known.value_or(at));
  if (state.known && state.snapshot) return {};  // what was known then does not change
  const bool first = !state.snapshot;
  const Instant archive_now = parts_.archive.last_result_time();
  const auto changes = parts_.ledger.changed_kinds(state.ledger_seen);
  if (!changes) return fail(changes.error());
  std::set<std::string> changed(changes->kinds.begin(), changes->kinds.end());
  const bool sites_moved = changed.contains("site");
  if (!first && archive_now > state.archive_seen) {
    const auto days = parts_.archive.changed_days(state.archive_seen, archive_now);
    if (!days) return fail(days.error());
    std::set<std::string> years;
    for (const auto& one : *days) years.insert(year_text(one.day));
    for (const auto& year : years) {
      for (const auto& face : plan::table_faces()) changed.insert(std::string(face.id) + "@" + year);
      changed.insert("observations@" + year);
    }
  }
  // Alarms are no revisions: those of the current year may be new on any day.
  changed.insert("alarm@" + year_text(day));
  const bool stands = !first && day == state.day && changes->kinds.empty() && archive_now <= state.archive_seen;
  if (stands) return {};
  const auto begin = std::chrono::steady_clock::now();
  auto snapshot = std::make_unique<plan::Snapshot>(*state.plan, *state.catalogue, parts_.calendar, *state.sources, at,
                                                   state.known);
  const auto tasks = plan::read_tasks(*state.catalogue, *state.sources, snapshot->today(), state.known);
  if (!tasks) return fail(tasks.error());
  const bool whole = first || sites_moved;
  auto run = state.program->run(*snapshot, *tasks, whole ? nullptr : &changed);
  if (!run) return fail(run.error());
  state.snapshot = std::move(snapshot);
  state.ledger_seen = changes->newest;
  state.archive_seen = archive_now;
  state.day = day;
  state.run = {at, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), run->asked,
               run->worked_out};
  state.moved.insert(state.moved.end(), run->moved.begin(), run->moved.end());
  return {};
}

Result<void> PlanDesk::look(std::optional<Instant> as_known_at,
                            const std::function<Result<void>(const Look&)>& take) {
  const std::lock_guard lock(mutex_);
  State* state = nullptr;
  if (as_known_at) {
    const auto found = std::ranges::find(past_, *as_known_at, [](const auto& one) { return one.first; });
    if (found != past_.end()) {
      past_.splice(past_.begin(), past_, found);
    } else {
      past_.emplace_front(*as_known_at, std::make_unique<State>());
      if (past_.size() > past_max) past_.pop_back();
    }
    state = past_.front().second.get();
  } else {
    if (!now_) now_ = std::make_unique<State>();
    state = now_.get();
  }
  if (auto up = bring_up(*state, as_known_at); !up) return up;
  return take({*state->plan, *state->program, *state->snapshot, *state->sources, *state->catalogue, state->run});
}

Result<plan::Progress> PlanDesk::what_if(const Look& look, const plan::Promise& promise,
                                         const plan::Question& question, const std::vector<Suppose>& supposed) const {
  plan::Sources other = look.sources;
  std::size_t found = 0;
  other.lines = [&](const systems::Register& type, std::optional<Instant> as_known_at) {
    auto lines = look.sources.lines(type, as_known_at);
    if (!lines) return lines;
    for (auto& line : *lines) {
      for (const auto& one : supposed) {
        if (one.register_id != type.id || one.id != line.id) continue;
        ++found;
        for (const auto& [field, value] : one.values) line.values.insert_or_assign(field, value);
        if (one.state.empty()) continue;
        line.state = one.state;
        line.states.emplace_back(look.snapshot.today(), one.state);
        line.since_state = look.snapshot.today();
      }
    }
    return lines;
  };
  plan::Snapshot snapshot(look.plan, look.catalogue, parts_.calendar, other, parts_.clock(),
                          look.snapshot.as_known_at());
  const auto tasks = plan::read_tasks(look.catalogue, other, snapshot.today(), look.snapshot.as_known_at());
  if (!tasks) return fail(tasks.error());
  return look.program.suppose(snapshot, *tasks, promise, question);
}

Result<void> PlanDesk::run_night() {
  std::string body;
  std::string id;
  const auto seen = look(std::nullopt, [&](const Look& now) -> Result<void> {
    id = to_string(now.program.today());
    std::map<std::string, int> statuses;
    for (const auto& promise : now.plan.promises) {
      const auto progress = now.program.progress(promise, {now.program.last_year(), 0, 0});
      ++statuses[std::string(plan::to_text(progress.status))];
    }
    JsonWriter json(body);
    json.begin_object().member("plan", now.plan.id).member("seconds", now.run.seconds);
    json.member("asked", now.run.asked).member("worked_out", now.run.worked_out).key("statuses").begin_object();
    for (const auto& [status, count] : statuses) json.member(status, count);
    json.end_object().member("moved_total", now_->moved.size()).key("moved").begin_array();
    for (std::size_t i = 0; i < std::min(now_->moved.size(), moved_max); ++i) {
      const auto& one = now_->moved[i];
      json.begin_object().member("promise", one.promise->id).member("year", one.question.year);
      json.member("place", now.plan.places[one.question.place].id);
      json.member("edition", now.plan.editions[one.question.edition].id);
      json.member("before", one.before).member("after", one.after).end_object();
    }
    json.end_array().end_object();
    now_->moved.clear();
    return {};
  });
  if (!seen) return seen;
  const auto put = parts_.ledger.put({"plan-run", id, body, parts_.clock(), "celadon", "nightly run of the plan", {}});
  return put ? Result<void>{} : fail(put.error());
}

void PlanDesk::begin_nights(std::function<void(const Error&)> trouble) {
  nights_ = std::jthread([this, trouble = std::move(trouble)](const std::stop_token& stop) {
    Instant next{parts_.clock().us + night_after_start_us};
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(nights_mutex_);
        const auto wait = std::chrono::microseconds(std::max<std::int64_t>(next.us - parts_.clock().us, 0));
        nights_changed_.wait_for(lock, stop, wait, [] { return false; });
      }
      if (stop.stop_requested()) return;
      if (const auto ran = run_night(); !ran) trouble(ran.error());
      LegalDay day = legal_day_of(parts_.clock());
      const std::int64_t night = night_hour * us_per_hour;
      if (first_moment_of(day).us + night <= parts_.clock().us) ++day.days;
      next = Instant{first_moment_of(day).us + night};
    }
  });
}

}  // namespace celadon::service
