#include "plan/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace celadon::plan {

using systems::Facts;
using systems::FieldType;
using systems::Value;

namespace {

LegalDay day_of(int year, unsigned month, unsigned day) {
  const auto date = std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
  return {static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}
LegalDay last_of_month(int year, unsigned month) {
  const auto date = std::chrono::year{year} / std::chrono::month{month} / std::chrono::last;
  return {static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

Value text_or_none(const std::string& text) { return text.empty() ? Value{} : Value{text}; }

/// Lines of one register, found by id and by fields that hold one text.
struct Lines {
  const systems::Register* type = nullptr;
  std::vector<Line> all;
  std::unordered_map<std::string_view, std::uint32_t> by_id;
  std::map<std::string, std::unordered_map<std::string_view, std::vector<std::uint32_t>>, std::less<>> by_field;

  const Line* find(std::string_view id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &all[found->second];
  }
  const std::vector<std::uint32_t>& with(const std::string& field, std::string_view text) {
    static const std::vector<std::uint32_t> none;
    auto [index, is_new] = by_field.try_emplace(field);
    if (is_new) {
      for (std::uint32_t i = 0; i < all.size(); ++i) {
        const auto value = all[i].values.find(field);
        if (value == all[i].values.end()) continue;
        if (const auto* held = std::get_if<std::string>(&value->second)) index->second[*held].push_back(i);
      }
    }
    const auto found = index->second.find(text);
    return found == index->second.end() ? none : found->second;
  }
};

bool has_code(const Line& line, const systems::Register& type, std::string_view list, const std::string& code) {
  return std::ranges::any_of(type.fields, [&](const systems::Field& field) {
    if (field.type != FieldType::code || field.of != list) return false;
    const auto value = line.values.find(field.id);
    if (value == line.values.end()) return false;
    if (const auto* one = std::get_if<std::string>(&value->second)) return *one == code;
    const auto* many = std::get_if<std::vector<std::string>>(&value->second);
    return many != nullptr && std::ranges::find(*many, code) != many->end();
  });
}

bool lies_in(const Line& line, const systems::Register& type, const Place& place) {
  if (place.whole) return true;
  if (!place.basin.empty()) return has_code(line, type, "water-body", place.basin);
  if (!place.park.empty()) return has_code(line, type, "park", place.park);
  const auto value = line.values.find(type.division);
  if (value == line.values.end()) return false;
  const auto* const code = std::get_if<std::string>(&value->second);
  return code != nullptr && code->starts_with(place.division);
}

std::string shown(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:.6g}", *number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* day = std::get_if<LegalDay>(&value)) return to_string(*day);
  if (const auto* time = std::get_if<Instant>(&value)) return to_iso_beijing(*time);
  return {};
}

}  // namespace

class Snapshot::Impl {
 public:
  const Plan& plan;
  const systems::Catalogue& catalogue;
  const systems::WorkCalendar& calendar;
  const Sources& sources;
  Instant now;
  std::optional<Instant> known;
  LegalDay today;

  Result<Lines*> lines(const std::string& register_id) {
    auto [at, is_new] = lines_.try_emplace(register_id);
    if (!is_new) return at->second.get();
    at->second = std::make_unique<Lines>();
    auto& made = *at->second;
    made.type = catalogue.find(register_id);
    if (made.type == nullptr) return fail(Errc::not_found, "there is no register " + register_id);
    auto read = sources.lines(*made.type, known);
    if (!read) {
      lines_.erase(at);
      return fail(read.error());
    }
    made.all = std::move(*read);
    for (std::uint32_t i = 0; i < made.all.size(); ++i) made.by_id.emplace(made.all[i].id, i);
    return &made;
  }

  Result<const Table*> table(const TableFace& face, const Question& question, LegalDay from, LegalDay to) {
    const TableKey key{std::string(face.id), question.place, face.by_edition ? question.edition : 0, from, to};
    const auto found = tables_.find(key);
    if (found != tables_.end()) return found->second.get();
    auto made = make_table(readings_, face.id, plan.places[question.place], plan.editions[question.edition], from, to);
    if (!made) return fail(made.error());
    return tables_.emplace(key, std::make_unique<Table>(std::move(*made))).first->second.get();
  }

  struct MeasureKey {
    const Measure* measure;
    Question question;
    auto operator<=>(const MeasureKey&) const = default;
  };
  std::map<MeasureKey, Answer> measures;

 private:
  friend class Snapshot;
  Impl(const Plan& of, const systems::Catalogue& packs, const systems::WorkCalendar& days, const Sources& from,
       Instant at, std::optional<Instant> as_known_at)
      : plan(of), catalogue(packs), calendar(days), sources(from), now(at), known(as_known_at),
        today(legal_day_of(as_known_at.value_or(at))), readings_(from.observations, as_known_at) {}

  struct TableKey {
    std::string id;
    std::size_t place, edition;
    LegalDay from, to;
    auto operator<=>(const TableKey&) const = default;
  };
  std::map<std::string, std::unique_ptr<Lines>, std::less<>> lines_;
  std::map<TableKey, std::unique_ptr<Table>> tables_;
  Readings readings_;
};

/// What the plan itself answers to, and a base for whatever stands in its tables.
class PlanFacts : public Facts {
 public:
  PlanFacts(Snapshot& snapshot, const Question& question, const Promise* promise, Answer& answer)
      : snapshot_(snapshot), in_(*snapshot.impl_), question_(question), promise_(promise), answer_(answer),
        period_(snapshot.period(question)) {}

  [[nodiscard]] Result<Value> field(std::string_view name) const override {
    const auto& plan = in_.plan;
    if (name == "now") return Value{in_.now};
    if (name == "year") return Value{static_cast<double>(question_.year)};
    if (name == "place") return Value{plan.places[question_.place].id};
    if (name == "first_day") return Value{period_.first};
    if (name == "last_day") return Value{period_.second};
    if (name == "since") return Value{day_of(plan.first, 1, 1)};
    if (promise_ != nullptr) {
      if (name == "promise") return Value{promise_->id};
      if (name == "baseline") return promise_->baseline ? Value{*promise_->baseline} : Value{};
      if (name == "goal") return promise_->goal ? Value{*promise_->goal} : Value{};
    }
    const auto* const measure = plan.measure(name);
    return measure == nullptr ? Result<Value>(Value{}) : of_measure(*measure, question_);
  }
  [[nodiscard]] Result<Value> follow(std::string_view reference, std::string_view name) const override {
    const auto* const measure = in_.plan.measure(name);
    if (measure == nullptr) return Value{};
    Question other = question_;
    other.year = reference == "base" ? in_.plan.base : question_.year - 1;
    return of_measure(*measure, other);
  }
  [[nodiscard]] Result<void> each(std::string_view register_id, const std::vector<std::pair<std::string, Value>>& equal,
                                  const std::function<Result<void>(const Facts&)>& take) const override;
  [[nodiscard]] Result<Value> measured(Statistic statistic, std::string_view site, std::string_view property,
                                       double limit, LegalDay from, LegalDay to) const override {
    answer_.sources.insert(fmt::format("observations@{}", question_.year));
    return in_.sources.measured(statistic, site, property, limit, from, to);
  }
  [[nodiscard]] LegalDay today() const override { return std::min(in_.today, period_.second); }
  [[nodiscard]] const systems::WorkCalendar& calendar() const override { return in_.calendar; }

 protected:
  Result<Value> of_measure(const Measure& measure, const Question& question) const {
    auto answer = snapshot_.ask(measure, question);
    if (!answer) return fail(answer.error());
    answer_.complete = std::min(answer_.complete, answer->complete);
    answer_.sources.merge(answer->sources);
    return answer->value ? Value{*answer->value} : Value{};
  }

  Snapshot& snapshot_;
  Snapshot::Impl& in_;
  Question question_;
  const Promise* promise_;
  Answer& answer_;
  std::pair<LegalDay, LegalDay> period_;
};

namespace {

class RowFacts final : public PlanFacts {
 public:
  RowFacts(const PlanFacts& plan, const TableFace& face, const Row& row) : PlanFacts(plan), face_(face), row_(row) {}
  [[nodiscard]] Result<Value> field(std::string_view name) const override {
    for (std::size_t i = 0; i < face_.columns.size(); ++i) {
      if (face_.columns[i].id == name) return row_.values[i];
    }
    return Value{};
  }
  [[nodiscard]] Result<Value> follow(std::string_view, std::string_view) const override { return Value{}; }
  [[nodiscard]] const Row& row() const { return row_; }

 private:
  const TableFace& face_;
  const Row& row_;
};

class LineFacts final : public PlanFacts {
 public:
  LineFacts(const PlanFacts& plan, const systems::Register& type, const Line& line)
      : PlanFacts(plan), type_(type), line_(line) {}
  [[nodiscard]] Result<Value> field(std::string_view name) const override {
    if (type_.field(name) != nullptr) {
      const auto found = line_.values.find(name);
      return found == line_.values.end() ? Value{} : found->second;
    }
    if (name == "id") return Value{line_.id};
    if (name == "title") return text_or_none(line_.title);
    if (name == "now") return Value{in_.now};
    if (name == "opened") return Value{line_.opened};
    if (name == "state") return text_or_none(state().second);
    if (name == "since_state") return Value{static_cast<double>(today().days - state().first.days)};
    if (name == "due") return line_.due ? Value{*line_.due} : Value{};
    if (name == "overdue") return Value{line_.due && *line_.due < today()};
    return Value{};
  }
  [[nodiscard]] Result<Value> follow(std::string_view reference, std::string_view name) const override {
    const auto* const through = type_.field(reference);
    const auto there = line_.values.find(reference);
    if (through == nullptr || there == line_.values.end()) return Value{};
    const auto* const id = std::get_if<std::string>(&there->second);
    if (id == nullptr) return Value{};
    if (through->type == FieldType::site) {
      if (name == "id") return Value{*id};
      const auto site = in_.sources.observations.ledger.site(*id);
      if (!site) return site.error().code == Errc::not_found ? Result<Value>(Value{}) : fail(site.error());
      if (name == "name") return text_or_none(site->name_zh);
      return name == "division" || name == "county" ? text_or_none(site->county) : Value{};
    }
    const auto lines = in_.lines(through->of);
    if (!lines) return fail(lines.error());
    answer_.sources.insert(through->of);
    const auto* const other = (*lines)->find(*id);
    return other == nullptr ? Result<Value>(Value{}) : LineFacts(*this, *(*lines)->type, *other).field(name);
  }
  [[nodiscard]] const Line& line() const { return line_; }

 private:
  /// The state at the end of the period, and since when.
  [[nodiscard]] std::pair<LegalDay, std::string> state() const {
    if (!type_.lifecycle || today() >= in_.today) return {line_.since_state, line_.state};
    std::pair<LegalDay, std::string> at{line_.opened, type_.lifecycle->first};
    for (const auto& step : line_.states) {
      if (step.first <= today()) at = step;
    }
    return at;
  }

  const systems::Register& type_;
  const Line& line_;
};

}  // namespace

Result<void> PlanFacts::each(std::string_view register_id, const std::vector<std::pair<std::string, Value>>& equal,
                             const std::function<Result<void>(const Facts&)>& take) const {
  if (register_id.empty() && promise_ != nullptr) register_id = promise_->own_register;
  if (const auto* const face = find_table(register_id)) {
    answer_.sources.insert(fmt::format("{}@{}", register_id, question_.year));
    const auto table = in_.table(*face, question_, period_.first, period_.second);
    if (!table) return fail(table.error());
    answer_.complete = std::min(answer_.complete, (*table)->complete);
    for (const auto& row : (*table)->rows) {
      if (auto taken = take(RowFacts(*this, *face, row)); !taken) return taken;
    }
    return {};
  }
  answer_.sources.insert(std::string(register_id));
  const auto found = in_.lines(std::string(register_id));
  if (!found) return fail(found.error());
  Lines& lines = **found;
  const Place& place = in_.plan.places[question_.place];
  const auto one = [&](const Line& line) -> Result<void> {
    if (!lies_in(line, *lines.type, place)) return {};
    return take(LineFacts(*this, *lines.type, line));
  };
  for (const auto& [field, value] : equal) {
    const auto* const text = std::get_if<std::string>(&value);
    const auto* const known = lines.type->field(field);
    if (text == nullptr || known == nullptr || known->is_list()) continue;
    for (const auto i : lines.with(field, *text)) {
      if (auto taken = one(lines.all[i]); !taken) return taken;
    }
    return {};
  }
  for (const auto& line : lines.all) {
    if (auto taken = one(line); !taken) return taken;
  }
  return {};
}

Snapshot::Snapshot(const Plan& plan, const systems::Catalogue& catalogue, const systems::WorkCalendar& calendar,
                   const Sources& sources, Instant now, std::optional<Instant> as_known_at)
    : impl_(new Impl(plan, catalogue, calendar, sources, now, as_known_at)) {}
Snapshot::~Snapshot() = default;

const Plan& Snapshot::plan() const { return impl_->plan; }
LegalDay Snapshot::today() const { return impl_->today; }
std::optional<Instant> Snapshot::as_known_at() const { return impl_->known; }

std::pair<LegalDay, LegalDay> Snapshot::period(const Question& question) const {
  return {day_of(question.year, static_cast<unsigned>(question.from_month), 1),
          std::min(impl_->today, last_of_month(question.year, static_cast<unsigned>(question.to_month)))};
}

namespace {

Result<void> evaluate(const systems::Expression& formula, const PlanFacts& facts, Answer& answer) {
  const auto value = formula.evaluate(facts);
  if (!value) return fail(value.error());
  const auto* const number = std::get_if<double>(&*value);
  if (number != nullptr && std::isfinite(*number)) answer.value = *number;
  return {};
}

}  // namespace

Result<Answer> Snapshot::ask(const Promise& promise, const Question& question) {
  Answer answer;
  const auto [from, to] = period(question);
  // An indicator of a register tells how things stand: of an earlier year's end it knows nothing.
  const bool stands_only = !promise.own_register.empty() && to < today();
  if (!promise.formula || from > to || stands_only) return answer;
  const PlanFacts facts(*this, question, &promise, answer);
  if (auto good = evaluate(*promise.formula, facts, answer); !good) return fail(good.error());
  return answer;
}

Result<Answer> Snapshot::ask(const Measure& measure, const Question& question) {
  const Impl::MeasureKey key{&measure, question};
  const auto found = impl_->measures.find(key);
  if (found != impl_->measures.end()) return found->second;
  Answer answer;
  const auto [from, to] = period(question);
  if (from <= to) {
    const PlanFacts facts(*this, question, nullptr, answer);
    if (auto good = evaluate(*measure.formula, facts, answer); !good) return fail(good.error());
  }
  return impl_->measures.emplace(key, std::move(answer)).first->second;
}

std::vector<const Measure*> Snapshot::measures_of(const Promise& promise) const {
  std::set<const Measure*> named;
  std::vector<const systems::Expression*> open = {promise.formula.get()};
  while (!open.empty()) {
    const auto* const formula = open.back();
    open.pop_back();
    if (formula == nullptr) continue;
    for (const auto& name : formula->names()) {
      const auto* const measure = plan().measure(name);
      if (measure != nullptr && named.insert(measure).second) open.push_back(measure->formula.get());
    }
  }
  std::vector<const Measure*> all(named.begin(), named.end());
  std::ranges::sort(all);  // they lie in one list, in the order of the plan
  return all;
}

Result<std::vector<Snapshot::Counted>> Snapshot::why(const Promise& promise, const Question& question,
                                                     std::size_t items_max) {
  std::vector<Counted> all;
  std::vector<std::pair<const systems::Expression*, const Promise*>> formulas;
  for (const auto* const measure : measures_of(promise)) formulas.emplace_back(measure->formula.get(), nullptr);
  if (promise.formula) formulas.emplace_back(promise.formula.get(), &promise);
  Answer ignored;
  for (const auto& [formula, of] : formulas) {
    for (const auto& part : formula->parts()) {
      const PlanFacts facts(*this, question, of, ignored);
      const std::string from = part.register_id.empty() && of != nullptr ? of->own_register : part.register_id;
      Counted counted{.how = std::string(part.how), .from = from, .field = part.field,
                      .where = part.where ? part.where->with_brackets() : ""};
      const auto* const face = find_table(from);
      auto good = facts.each(from, {}, [&](const Facts& row) -> Result<void> {
        ++counted.looked_at;
        if (part.where) {
          const auto holds = part.where->holds(facts, row);
          if (!holds) return fail(holds.error());
          if (!*holds) return {};
        }
        ++counted.matched;
        if (counted.items.size() >= items_max) return {};
        Counted::Item item;
        if (face != nullptr) {
          const auto& made = dynamic_cast<const RowFacts&>(row).row();
          item.origin = made.origin;
          for (std::size_t i = 0; i < face->columns.size(); ++i) {
            if (!systems::is_none(made.values[i]))
              item.values.emplace_back(face->columns[i].id, shown(made.values[i]));
          }
        } else {
          const auto& line = dynamic_cast<const LineFacts&>(row).line();
          item.id = line.id;
          item.title = line.title;
          if (!part.field.empty()) {
            const auto value = row.field(part.field);
            if (value) item.values.emplace_back(part.field, shown(*value));
          }
        }
        counted.items.push_back(std::move(item));
        return {};
      });
      if (!good) return fail(good.error());
      all.push_back(std::move(counted));
    }
  }
  return all;
}

}  // namespace celadon::plan
