#include "registry/record_facts.hpp"

#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "watch/effective.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::registry {

using systems::FieldType;
using systems::Value;

namespace {

constexpr std::size_t page_records = 1000;

Value text_or_none(const std::string& text) { return text.empty() ? Value{} : Value{text}; }

/// Lower is better: hours, four hours, days, then the shortest.
std::pair<int, std::int64_t> worth(const Averaging& averaging) {
  static constexpr std::array order = {hourly, four_hourly, daily};
  const auto found = std::find(order.begin(), order.end(), averaging);
  if (found != order.end()) return {static_cast<int>(found - order.begin()), 0};
  return {static_cast<int>(order.size()) + static_cast<int>(averaging.kind), averaging.length_us};
}

std::optional<SeriesId> series_that_counts(const ledger::Ledger& ledger, std::string_view site,
                                           std::string_view property) {
  std::optional<ledger::Series> best;
  for (auto& series : ledger.series_of_site(std::string(site))) {
    if (series.key.property != property || series.key.stage != Stage::raw || series.key.statistic != Statistic::mean)
      continue;
    if (!best || worth(series.key.averaging) < worth(best->key.averaging)) best = std::move(series);
  }
  return best ? std::optional(best->id) : std::nullopt;
}

/// What an expression may ask of a measuring site through a `site` field.
Result<Value> site_fact(const ledger::Ledger& ledger, const std::string& id, std::string_view field) {
  if (field == "id") return Value{id};
  const auto site = ledger.site(id);
  if (!site) return site.error().code == Errc::not_found ? Result<Value>(Value{}) : fail(site.error());
  if (field == "name") return text_or_none(site->name_zh);
  if (field == "kind") return text_or_none(site->kind);
  if (field == "division" || field == "county") return text_or_none(site->county);
  return Value{};
}

}  // namespace

RecordFacts::RecordFacts(const FactSource& source, const systems::Register& type, const Matter& matter)
    : source_(source), type_(type), given_(&matter), values_(&matter.values) {}

RecordFacts::RecordFacts(const FactSource& source, const systems::Register& type, ledger::Record row)
    : source_(source), type_(type), row_(std::move(row)) {}

Result<const Matter*> RecordFacts::matter() const {
  if (given_) return given_;
  if (!read_) {
    auto read = matter_of(type_, row_->revision);
    if (!read) return fail(read.error());
    read_ = std::move(*read);
  }
  return &*read_;
}

Value RecordFacts::own(const Matter& matter, std::string_view name) const {
  if (name == "title") return text_or_none(matter.title);
  if (name == "opened") return legal_day_of(matter.opened);
  if (name == "since_state") return static_cast<double>(today().days - legal_day_of(matter.since_state).days);
  if (name == "overdue") {
    return std::any_of(matter.dues.begin(), matter.dues.end(),
                       [&](const Matter::Due& due) { return today() > due.ends; });
  }
  if (name == "due") {
    const auto end = earliest_end(matter);
    return end ? Value{legal_day_of(*end)} : Value{};
  }
  return {};
}

Result<Value> RecordFacts::field(std::string_view name) const {
  if (!type_.field(name)) {
    if (name == "today") return Value{today()};
    if (name == "now") return Value{source_.now};
    if (name == "id") return text_or_none(given_ ? given_->id : row_->revision.id);
    if (name == "state") return text_or_none(given_ ? given_->state : row_->state);
    const auto read = matter();
    if (!read) return fail(read.error());
    return own(**read, name);
  }
  const systems::Values* values = values_;
  if (!values) {
    const auto read = matter();
    if (!read) return fail(read.error());
    values = &(*read)->values;
  }
  const auto found = values->find(name);
  return found == values->end() ? Value{} : found->second;
}

Result<Value> RecordFacts::follow(std::string_view reference, std::string_view name) const {
  const auto* through = type_.field(reference);
  const auto target = field(reference);
  if (!target) return fail(target.error());
  const auto* id = std::get_if<std::string>(&*target);
  if (!through || !id) return Value{};
  if (through->type == FieldType::site) return site_fact(source_.parts.ledger, *id, name);
  const auto* type = source_.catalogue.find(through->of);
  if (!type) return Value{};
  auto row = source_.parts.records.get(through->of, *id);
  if (!row) return row.error().code == Errc::not_found ? Result<Value>(Value{}) : fail(row.error());
  return RecordFacts(source_, *type, std::move(*row)).field(name);
}

Result<void> RecordFacts::each(std::string_view register_id,
                               const std::vector<std::pair<std::string, Value>>& where_equal,
                               const std::function<Result<void>(const Facts&)>& take) const {
  const auto* type = register_id.empty() ? &type_ : source_.catalogue.find(register_id);
  if (!type) return fail(Errc::not_found, "there is no register " + std::string(register_id));
  if (source_.may_count && !source_.may_count(*type)) return {};
  const bool stands_for_itself = given_ && type == &type_ && !given_->id.empty();
  ledger::RecordQuery query;
  query.kind = type->id;
  query.scope = source_.scope;
  for (const auto& [name, value] : where_equal) {
    const auto faces = face_value(value);
    // To an expression two numbers are equal when they are all but equal: those it looks at one by one.
    if (faces.size() != 1 || std::holds_alternative<double>(faces.front())) continue;
    const auto* known = type->field(name);
    if (known && is_faced(*type, *known)) {
      query.where.push_back({name, ledger::Condition::Test::equal, faces});
    } else if (!known && name == "state" && std::holds_alternative<std::string>(faces.front())) {
      query.states = {std::get<std::string>(faces.front())};
    }
  }
  auto read = each_record(source_.parts.records, std::move(query), [&](ledger::Record& row) -> Result<void> {
    if (stands_for_itself && row.revision.id == given_->id) return {};
    return take(RecordFacts(source_, *type, std::move(row)));
  });
  if (!read) return read;
  return given_ && type == &type_ && !given_->register_id.empty() && !given_->gone ? take(*this) : Result<void>{};
}

namespace {

/// A condition of the index for a term; false where the index does not know it.
bool narrow(const systems::Register& type, const systems::Facts::Term& term, ledger::RecordQuery& query) {
  using Test = systems::Facts::Term::Test;
  using Asked = ledger::Condition::Test;
  const auto* field = type.field(term.field);
  const bool is_state = field == nullptr && term.field == "state" && type.lifecycle;
  if (!is_state && (field == nullptr || !is_faced(type, *field) || field->is_list())) return false;
  ledger::Condition condition{is_state ? std::string(face_state) : term.field, {}, {}};
  for (const auto& value : term.values) {
    auto faces = face_value(value);
    if (faces.size() != 1) return false;
    condition.values.push_back(std::move(faces.front()));
  }
  // Ranges are of numbers and days: texts and times are ordered otherwise there than here.
  const bool has_order = std::all_of(term.values.begin(), term.values.end(), [](const Value& value) {
    return std::holds_alternative<double>(value) || std::holds_alternative<LegalDay>(value);
  });
  switch (term.test) {
    case Test::any_of: condition.test = Asked::any_of; break;
    case Test::none_of: condition.test = Asked::none_of; break;
    case Test::none: condition.test = Asked::absent; break;
    case Test::some: condition.test = Asked::present; break;
    case Test::less: condition.test = Asked::less; break;
    case Test::at_most: condition.test = Asked::at_most; break;
    case Test::more: condition.test = Asked::more; break;
    case Test::at_least: condition.test = Asked::at_least; break;
  }
  const bool is_range = condition.test == Asked::less || condition.test == Asked::at_most ||
                        condition.test == Asked::more || condition.test == Asked::at_least;
  if (is_range && !has_order) return false;
  if (condition.test == Asked::any_of && condition.values.size() == 1) condition.test = Asked::equal;
  if (std::any_of(condition.values.begin(), condition.values.end(),
                  [](const auto& value) { return std::holds_alternative<double>(value); })) {
    // To an expression two numbers are equal when they are all but equal.
    if (condition.values.size() != 1 || condition.test == Asked::none_of) return false;
    const double number = std::get<double>(condition.values.front()), slack = 1e-9 * std::abs(number);
    if (condition.test == Asked::equal) {
      query.where.push_back({condition.field, Asked::at_most, {number + slack}});
      condition.test = Asked::at_least;
    }
    const bool from_above = condition.test == Asked::at_most || condition.test == Asked::more;
    condition.values = {from_above ? number + slack : number - slack};
  }
  query.where.push_back(std::move(condition));
  return true;
}

}  // namespace

Result<std::optional<systems::Facts::Totals>> RecordFacts::totals(std::string_view register_id,
                                                                  const std::vector<Term>& terms,
                                                                  std::string_view field) const {
  const std::optional<Totals> unknown;
  const auto* type = register_id.empty() ? &type_ : source_.catalogue.find(register_id);
  // Of its own register the record at hand may stand for its stored version: then each is looked at.
  if (type == nullptr || (type == &type_ && given_ && !given_->register_id.empty())) return unknown;
  if (source_.may_count && !source_.may_count(*type)) return std::optional(Totals{});
  ledger::RecordQuery query;
  query.kind = type->id;
  query.scope = source_.scope;
  for (const auto& term : terms)
    if (!narrow(*type, term, query)) return unknown;
  if (field.empty()) {
    const auto count = source_.parts.records.count(query);
    if (!count) return fail(count.error());
    return std::optional(Totals{static_cast<double>(*count), 0, {}, {}});
  }
  const auto* summed = type->field(field);
  const bool is_number = summed && (summed->type == FieldType::number || summed->type == FieldType::whole);
  if (!is_number || !is_faced(*type, *summed)) return unknown;
  const auto sum = source_.parts.records.sum(query, std::string(field));
  if (!sum) return fail(sum.error());
  Totals totals{static_cast<double>(sum->count), sum->sum, {}, {}};
  if (sum->count > 0) {
    totals.least = sum->least;
    totals.most = sum->most;
  }
  return std::optional(std::move(totals));
}

Result<Value> RecordFacts::measured(Statistic statistic, std::string_view site, std::string_view property, double limit,
                                    LegalDay from, LegalDay to) const {
  return measured_value(source_.parts.archive, source_.parts.ledger, statistic, site, property, limit, from, to);
}

Result<Value> measured_value(const archive::Archive& archive, const ledger::Ledger& ledger,
                             systems::Facts::Statistic statistic, std::string_view site, std::string_view property,
                             double limit, LegalDay from, LegalDay to) {
  using Statistic = systems::Facts::Statistic;
  if (from > to) return Value{};
  const auto values = counting_values(archive, ledger, site, property, first_moment_of(from), end_of(to));
  if (!values) return fail(values.error());
  if (values->empty()) return Value{};
  const auto count = static_cast<double>(values->size());
  if (statistic == Statistic::highest) return Value{*std::max_element(values->begin(), values->end())};
  double sum = 0;
  for (const double value : *values) sum += statistic == Statistic::mean ? value : (value > limit ? 1.0 : 0.0);
  return Value{sum / count};
}

Result<std::vector<double>> counting_values(const archive::Archive& archive, const ledger::Ledger& ledger,
                                            std::string_view site, std::string_view property, Instant after,
                                            Instant until) {
  std::vector<double> values;
  const auto series = series_that_counts(ledger, site, property);
  if (!series || after >= until) return values;
  archive::Query query;
  query.series = {*series};
  query.from = Instant{after.us + 1};
  query.to = until;
  const auto columns = archive.read(query);
  if (!columns) return fail(columns.error());
  if (columns->truncated)
    return fail(Errc::too_many, "more values of " + std::string(property) + " at " + std::string(site) +
                                    " than can be read at once: ask for a shorter period");
  const auto decided = watch::settlements(archive, ledger, query.series, query.from, query.to);
  if (!decided) return fail(decided.error());
  for (std::size_t i = 0; i < columns->rows.size(); ++i) {
    double value = columns->rows.value[i];
    const auto settled = decided->find({*series, columns->rows.phenomenon_end[i]});
    if (settled != decided->end()) {
      value = settled->second.value;
    } else if (std::any_of(columns->flags[i].begin(), columns->flags[i].end(),
                           [](const QualityFlag& flag) { return flag.voids; })) {
      continue;
    }
    if (!std::isnan(value)) values.push_back(value);
  }
  return values;
}

Result<void> each_record(const ledger::Records& records, ledger::RecordQuery query,
                         const std::function<Result<void>(ledger::Record&)>& take) {
  query.limit = page_records;
  query.count = false;
  for (;;) {
    auto page = records.find(query);
    if (!page) return fail(page.error());
    for (auto& row : page->items) {
      if (auto taken = take(row); !taken) return taken;
    }
    if (page->next.empty()) return {};
    query.after = page->next;
  }
}

}  // namespace celadon::registry
