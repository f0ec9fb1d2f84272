#include "plan/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::plan {
namespace {

int year_of(LegalDay day) { return to_beijing(first_moment_of(day)).year; }

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a || *a == *b);
}

bool of_observations(const std::string& source) { return source.find('@') != std::string::npos; }

}  // namespace

Program::Program(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

int Program::last_year() const { return std::max(plan_->base, year_of(today_)); }

std::size_t Program::place_of(std::size_t promise, const Question& question) const {
  const auto years = static_cast<std::size_t>(last_year() - first_year() + 1);
  return ((promise * plan_->places.size() + question.place) * plan_->editions.size() + question.edition) * years +
         static_cast<std::size_t>(question.year - first_year());
}

std::uint16_t Program::number_of(const std::string& source) {
  const auto [at, is_new] = source_.try_emplace(source, static_cast<std::uint16_t>(sources_.size()));
  if (is_new) sources_.push_back(source);
  return at->second;
}

Program::Cell Program::cell_of(Answer answer) {
  Cell cell{.value = answer.value, .complete = answer.complete, .sources = {}};
  for (const auto& source : answer.sources) cell.sources.push_back(number_of(source));
  return cell;
}

bool Program::rests_on(const Cell& cell, const std::vector<bool>& changed) const {
  return std::ranges::any_of(cell.sources, [&](std::uint16_t one) { return one < changed.size() && changed[one]; });
}

Result<Program::Run> Program::run(Snapshot& snapshot, const Tasks& tasks, const std::set<std::string>* changed) {
  Run run;
  const int last_before = cells_.empty() ? 0 : last_year();
  today_ = snapshot.today();
  const bool anew = changed == nullptr || cells_.empty() || last_year() != last_before;
  const auto years = static_cast<std::size_t>(last_year() - first_year() + 1);
  const auto groups = plan_->promises.size() * plan_->places.size() * plan_->editions.size();
  std::vector<Cell> before = anew ? std::vector<Cell>(groups * years) : cells_;
  const bool first_time = anew;
  std::vector<bool> moved(sources_.size());
  if (!anew) {
    for (std::size_t i = 0; i < sources_.size(); ++i) moved[i] = changed->contains(sources_[i]);
  }
  before.swap(cells_);  // cells_ is what is worked on, `before` what comes back on an error
  whole_year_.resize(groups);
  tasks_ = tasks;
  for (std::size_t p = 0; p < plan_->promises.size(); ++p) {
    const auto& promise = plan_->promises[p];
    if (promise.standing != Standing::computed) continue;
    Question question;
    for (question.place = 0; question.place < plan_->places.size(); ++question.place) {
      for (question.edition = 0; question.edition < plan_->editions.size(); ++question.edition) {
        bool touched = false;
        for (question.year = first_year(); question.year <= last_year(); ++question.year) {
          ++run.asked;
          Cell& cell = cells_[place_of(p, question)];
          const bool day_moves = question.year == last_year() && promise.formula->asks_the_day();
          if (!anew && !day_moves && !rests_on(cell, moved)) continue;
          // What no edition touches is worked out once for all of them.
          const Cell& first = cells_[place_of(p, {question.year, question.place, 0})];
          Cell now = first;
          if (question.edition == 0 || is_by_edition(first)) {
            auto answer = snapshot.ask(promise, question);
            if (!answer) {
              cells_ = std::move(before);
              return fail(answer.error().code, promise.id + ": " + answer.error().detail, answer.error().field);
            }
            ++run.worked_out;
            now = cell_of(std::move(*answer));
          }
          touched = true;
          if (!first_time && !same(now.value, cell.value))
            run.moved.push_back({&promise, question, cell.value, now.value});
          cell = std::move(now);
        }
        if (!touched) continue;
        question.year = last_year();
        if (auto good = estimate(snapshot, p, question); !good) {
          cells_ = std::move(before);
          return fail(good.error());
        }
      }
    }
  }
  return run;
}

bool Program::is_by_edition(const Cell& cell) const {
  return std::ranges::any_of(cell.sources, [&](std::uint16_t one) {
    const auto& source = sources_[one];
    const auto* const table = find_table(std::string_view(source).substr(0, source.find('@')));
    return table != nullptr && table->by_edition;
  });
}

/// The current year as a whole, where earlier years tell what the rest of a year does.
Result<void> Program::estimate(Snapshot& snapshot, std::size_t p, const Question& question) {
  const auto& promise = plan_->promises[p];
  const auto group = (p * plan_->places.size() + question.place) * plan_->editions.size() + question.edition;
  whole_year_[group].reset();
  const int month = to_beijing(first_moment_of(today_)).month;  // the months before it are over
  const Cell& current = cells_[place_of(p, question)];
  const bool observed =
      std::ranges::any_of(current.sources, [&](std::uint16_t one) { return of_observations(sources_[one]); });
  if (promise.span != Span::year || !observed || !current.value || month < 2) return {};
  Question part = question;
  part.to_month = month - 1;
  const auto now = snapshot.ask(promise, part);
  if (!now) return fail(now.error());
  if (!now->value || now->complete < complete_min) return {};
  double rest = 0;
  int count = 0;
  for (part.year = first_year(); part.year < question.year; ++part.year) {
    const Cell& whole = cells_[place_of(p, {part.year, question.place, question.edition})];
    if (!whole.value || whole.complete < complete_min) continue;
    const auto same_months = snapshot.ask(promise, part);
    if (!same_months) return fail(same_months.error());
    if (!same_months->value) continue;
    rest += *whole.value - *same_months->value;
    ++count;
  }
  if (count > 0) whole_year_[group] = *now->value + rest / count;
  return {};
}

Progress Program::progress(const Promise& promise, const Question& question) const {
  return compose(promise, question, tasks_, nullptr);
}

Result<Progress> Program::suppose(Snapshot& snapshot, const Tasks& tasks, const Promise& promise,
                                  const Question& question) const {
  const auto answer = snapshot.ask(promise, question);
  if (!answer) return fail(answer.error());
  return compose(promise, question, tasks, &*answer);
}

Progress Program::compose(const Promise& promise, const Question& question, const Tasks& tasks,
                          const Answer* supposed) const {
  Progress out{.promise = &promise, .question = question};
  out.time = time_gone(*plan_, promise, today_);
  const auto [begin, end] = tasks.of.equal_range(promise.id);
  for (auto at = begin; at != end; ++at) {
    const auto& task = tasks.all[at->second];
    ++out.tasks;
    out.milestones += task.milestones.size();
    out.milestones_done += task.done();
    out.milestones_overdue += task.overdue(today_);
  }
  if (promise.standing == Standing::computed && !cells_.empty()) {
    put_years(promise, out);
    if (supposed != nullptr) {
      std::erase_if(out.years, [&](const YearValue& one) { return one.year == question.year; });
      if (supposed->value)
        out.years.push_back({question.year, *supposed->value, supposed->complete, !out.so_far, out.so_far});
      out.value = supposed->value;
    }
  }
  if (out.value) look_ahead(promise, tasks.record, out);
  out.status = status_of(*plan_, promise, out.value, question.year, out.outlook);
  return out;
}

/// The values of the years up to the one asked.
void Program::put_years(const Promise& promise, Progress& out) const {
  const auto p = static_cast<std::size_t>(&promise - plan_->promises.data());
  const auto& question = out.question;
  const auto group = (p * plan_->places.size() + question.place) * plan_->editions.size() + question.edition;
  out.so_far = question.year >= year_of(today_);
  Question each = question;
  for (each.year = first_year(); each.year <= question.year; ++each.year) {
    const Cell& cell = cells_[place_of(p, each)];
    const bool observed = std::ranges::any_of(
        cell.sources, [&](std::uint16_t one) { return of_observations(sources_[one]); });
    if (each.year == question.year) {
      for (const auto source : cell.sources) out.sources.insert(sources_[source]);
      out.value = cell.value;
      out.complete = cell.complete;
    }
    if (!cell.value) continue;
    YearValue value{.year = each.year, .value = *cell.value, .complete = cell.complete,
                    .whole = each.year < year_of(today_)};
    if (!value.whole && whole_year_[group]) {
      value.value = *whole_year_[group];
      value.estimated = true;
    } else if (!value.whole) {
      // What stands in registers is known to the day: a state, or a sum since the start, is as good as a year's.
      value.estimated = !observed && promise.span != Span::year;
    }
    out.years.push_back(value);
  }
}

void Program::look_ahead(const Promise& promise, const MilestoneRecord& record, Progress& out) const {
  out.path = path_value(*plan_, promise, out.question.year);
  out.way = way_gone(promise, *out.value);
  const bool kept = keeps(promise, *out.value);
  const bool over = out.question.year >= promise.year && !out.so_far;
  const bool is_work = promise.sense == Sense::milestone || promise.kind == Kind::action;
  if ((is_work && kept) || over) {
    out.outlook.method = kept ? Method::kept : Method::broken;
    out.outlook.probability = kept ? 1 : 0;
  } else if (is_work) {
    if (out.milestones > 0) out.outlook = outlook_of_milestones(record, out.milestones - out.milestones_done);
  } else {
    const bool is_share = promise.unit == "%";
    constexpr double far = std::numeric_limits<double>::infinity();
    out.outlook = outlook_of_years(promise, out.years, is_share ? 0 : -far, is_share ? 100 : far);
  }
}

}  // namespace celadon::plan
