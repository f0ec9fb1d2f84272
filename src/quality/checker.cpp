#include "quality/checker.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

namespace celadon::quality {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Instant never{INT64_MIN};

bool by_place_and_rule(const QualityFlag& a, const QualityFlag& b) {
  return std::tie(a.series, a.phenomenon_end, a.rule) < std::tie(b.series, b.phenomenon_end, b.rule);
}
bool same_place_and_rule(const QualityFlag& a, const QualityFlag& b) {
  return a.series == b.series && a.phenomenon_end == b.phenomenon_end && a.rule == b.rule;
}

/// Statistics whose value lies where the property itself does; a total is another quantity.
bool is_of_the_property(Statistic statistic) {
  return statistic != Statistic::total && statistic != Statistic::converted_total;
}

}  // namespace

class Checker::Impl {
 public:
  Impl(std::vector<Rule> rules, DeviceFlags flags, std::vector<PropertyFacts> properties, Neighbours neighbours)
      : rules_(std::move(rules)),
        device_flags_(std::move(flags)),
        properties_(std::move(properties)),
        neighbours_(std::move(neighbours)) {
    for (const PropertyFacts& facts : properties_) by_id_.emplace(facts.id, &facts);
  }

  [[nodiscard]] Result<void> check_rules() const;
  void prime(const Observations& known);
  [[nodiscard]] std::vector<QualityFlag> check(const Observations& rows, const Arrival& arrival);

 private:
  /// A series that must not stand above, or below, another one.
  struct Partner {
    const Rule* rule = nullptr;
    SeriesId other{};
    bool is_lower = false;  ///< this series is the part, the other one the whole
  };

  struct State {
    bool resolved = false;
    // Rules of the series; nullptr where none applies.
    const Rule* missing = nullptr;
    const Rule* device = nullptr;
    const Rule* range = nullptr;
    const Rule* repeats = nullptr;
    const Rule* stale = nullptr;
    const Rule* future = nullptr;
    const Rule* duplicate = nullptr;
    double min = -infinity, max = infinity;
    RepeatLimit repeat_limit;
    std::vector<Partner> partners;
    const PropertyFacts* facts = nullptr;
    // What came so far. The value is NaN where it was voided.
    Instant last{never};
    double last_value = std::nan("");
    Run run;
    std::uint64_t batch = 0;  ///< the batch that touched it last, and its newest row there
    Instant last_in_batch{never};
  };

  /// A row whose partner has later values already.
  struct Late {
    std::size_t row;
    Partner partner;
  };

  State& state(SeriesId id);
  void resolve(SeriesId id, State& state);
  void link(SeriesId id, const SeriesKey& key);
  void add(const Rule& rule, bool voids, SeriesId series, Instant end, std::initializer_list<Filling> fillings);
  /// The rules that look at one value alone; true where the value is voided.
  bool check_alone(const State& state, const Observations& rows, std::size_t row, const Arrival& arrival);
  void check_time(const State& state, SeriesId id, Instant end, const Arrival& arrival, bool& voided);
  void check_repeats(State& state, SeriesId id, Instant end, double value);
  void check_partners(State& state, SeriesId id, Instant end, double value, std::size_t row);
  void compare(const Partner& partner, SeriesId id, Instant end, double value, double other);
  void check_late(const Observations& rows);
  /// Finds the places with several rows; the last row of each stands, the others are not looked at.
  void check_duplicates(const Observations& rows);
  [[nodiscard]] bool is_disordered(const Observations& rows);

  std::vector<Rule> rules_;
  DeviceFlags device_flags_;
  std::vector<PropertyFacts> properties_;
  std::unordered_map<std::string_view, const PropertyFacts*> by_id_;
  Neighbours neighbours_;

  std::vector<State> states_;  ///< by number of the series: the catalogue counts from 1 without holes
  std::uint64_t batch_ = 0;
  std::vector<QualityFlag> found_;
  std::vector<Late> late_;
  std::vector<bool> usable_;
  std::vector<bool> superseded_;  ///< empty where no place has several rows
};

Result<void> Checker::Impl::check_rules() const {
  for (const Rule& rule : rules_) {
    std::vector<std::string> named = rule.properties;
    if (rule.kind == RuleKind::not_above) named = {rule.lower, rule.upper};
    for (const std::string& property : named) {
      const auto found = by_id_.find(property);
      if (found == by_id_.end()) {
        return fail(Errc::unknown_code,
                    rule.place + ": rule " + rule.id + " names '" + property + "', which packs/properties.csv has not",
                    property);
      }
      if (rule.kind == RuleKind::not_above && found->second->unit != rule.unit) {
        return fail(
            Errc::invalid_value,
            rule.place + ": rule " + rule.id + " is in " + rule.unit + ", " + property + " in " + found->second->unit,
            "unit");
      }
    }
  }
  return {};
}

Checker::Impl::State& Checker::Impl::state(SeriesId id) {
  CELADON_ASSERT(number(id) > 0);
  const auto index = static_cast<std::size_t>(number(id));
  if (index >= states_.size()) states_.resize(index + 1 + index / 2);
  if (!states_[index].resolved) resolve(id, states_[index]);
  return states_[index];
}

void Checker::Impl::resolve(SeriesId id, State& state) {
  state.resolved = true;
  const auto key = neighbours_.key_of(id);
  if (!key) return;
  const auto facts = by_id_.find(key->property);
  state.facts = facts == by_id_.end() ? nullptr : facts->second;
  const std::string_view medium = state.facts == nullptr ? std::string_view() : state.facts->medium;
  bool paired = false;
  for (const Rule& rule : rules_) {
    if (rule.kind == RuleKind::not_above) {
      paired = paired || rule.lower == key->property || rule.upper == key->property;
      continue;
    }
    if (!rule.applies_to(*key, medium)) continue;
    const auto take = [&rule](const Rule*& place) {
      if (place == nullptr) place = &rule;
    };
    switch (rule.kind) {
      case RuleKind::missing: take(state.missing); break;
      case RuleKind::device_flag: take(state.device); break;
      case RuleKind::range:
        if (state.facts != nullptr && is_of_the_property(key->statistic)) take(state.range);
        break;
      case RuleKind::repeats: take(state.repeats); break;
      case RuleKind::stale: take(state.stale); break;
      case RuleKind::future: take(state.future); break;
      case RuleKind::duplicate: take(state.duplicate); break;
      case RuleKind::not_above: break;
    }
  }
  if (state.range != nullptr) {
    if (!std::isnan(state.facts->valid_min)) state.min = state.facts->valid_min;
    if (!std::isnan(state.facts->valid_max)) state.max = state.facts->valid_max;
  }
  if (state.repeats != nullptr) {
    state.repeat_limit = state.repeats->repeat_limits.at(key->property);
    state.repeat_limit.gap_us = state.repeats->windows_max * std::max(key->averaging.length_us, us_per_minute);
  }
  if (paired) link(id, *key);
}

/// Ties a series to its partners, both ways: whichever of the two is seen last finds the other one in the catalogue.
void Checker::Impl::link(SeriesId id, const SeriesKey& key) {
  for (const Rule& rule : rules_) {
    if (rule.kind != RuleKind::not_above) continue;
    const bool is_lower = rule.lower == key.property;
    if (!is_lower && rule.upper != key.property) continue;
    if (!rule.averagings.empty() && std::ranges::find(rule.averagings, key.averaging) == rule.averagings.end())
      continue;
    SeriesKey other_key = key;
    other_key.property = is_lower ? rule.upper : rule.lower;
    const auto other = neighbours_.find(other_key);
    if (!other) continue;
    const auto index = static_cast<std::size_t>(number(*other));
    if (index >= states_.size() || !states_[index].resolved) continue;  // it will find this one when it is seen
    states_[static_cast<std::size_t>(number(id))].partners.push_back({&rule, *other, is_lower});
    states_[index].partners.push_back({&rule, id, !is_lower});
  }
}

void Checker::Impl::add(const Rule& rule, bool voids, SeriesId series, Instant end,
                        std::initializer_list<Filling> fillings) {
  found_.push_back({series, end, rule.id, voids, fill(rule.zh, fillings), fill(rule.en, fillings)});
}

void Checker::Impl::check_time(const State& state, SeriesId id, Instant end, const Arrival& arrival, bool& voided) {
  const std::int64_t age_us = arrival.received.us - end.us;
  if (state.stale != nullptr && age_us > state.stale->limit_us && state.stale->applies_to_source(arrival.source)) {
    add(*state.stale, state.stale->voids, id, end, {{"hours", std::to_string(age_us / us_per_hour)}});
    voided = voided || state.stale->voids;
  }
  if (state.future != nullptr && -age_us > state.future->limit_us && state.future->applies_to_source(arrival.source)) {
    add(*state.future, state.future->voids, id, end, {{"minutes", std::to_string(-age_us / us_per_minute)}});
    voided = voided || state.future->voids;
  }
}

bool Checker::Impl::check_alone(const State& state, const Observations& rows, std::size_t row, const Arrival& arrival) {
  const SeriesId id = rows.series[row];
  const Instant end = rows.phenomenon_end[row];
  const double value = rows.value[row];
  bool voided = std::isnan(value);
  if (voided && state.missing != nullptr) {
    add(*state.missing, state.missing->voids, id, end, {{"property", state.facts == nullptr ? "" : state.facts->id}});
  }
  if (state.device != nullptr && !device_flags_.is_normal(rows.device_flag[row])) {
    const auto& meaning = device_flags_.of(rows.device_flag[row]);
    const bool voids = state.device->voids && meaning.kind == DeviceFlags::Kind::voids;
    const std::string flag(1, rows.device_flag[row]);
    found_.push_back({id, end, state.device->id, voids,
                      fill(state.device->zh, {{"flag", flag}, {"meaning", meaning.zh}}),
                      fill(state.device->en, {{"flag", flag}, {"meaning", meaning.en}})});
    voided = voided || voids;
  }
  if (outside(value, state.min, state.max)) {
    add(*state.range, state.range->voids, id, end,
        {{"value", number_text(value)},
         {"min", number_text(state.min)},
         {"max", number_text(state.max)},
         {"unit", state.facts->unit}});
    voided = voided || state.range->voids;
  }
  check_time(state, id, end, arrival, voided);
  return voided;
}

void Checker::Impl::check_repeats(State& state, SeriesId id, Instant end, double value) {
  const int length = state.run.push(end, value, state.repeat_limit);
  if (length < state.repeat_limit.count) return;
  const auto times = state.run.times();
  const auto mark = [&](Instant time) {
    add(*state.repeats, state.repeats->voids, id, time,
        {{"value", number_text(value)},
         {"count", std::to_string(length)},
         {"first", to_beijing_minute(times.front())}});
  };
  // The run is known only now: its first values are marked together with the one that completes it.
  if (length > state.repeat_limit.count)
    mark(end);
  else
    for (const Instant time : times) mark(time);
}

void Checker::Impl::compare(const Partner& partner, SeriesId id, Instant end, double value, double other) {
  const double lower = partner.is_lower ? value : other;
  const double upper = partner.is_lower ? other : value;
  if (!above(lower, upper, partner.rule->tolerance)) return;
  for (const SeriesId marked : {id, partner.other}) {
    add(*partner.rule, partner.rule->voids, marked, end,
        {{"lower", number_text(lower)}, {"upper", number_text(upper)}, {"unit", partner.rule->unit}});
  }
}

void Checker::Impl::check_partners(State& state, SeriesId id, Instant end, double value, std::size_t row) {
  for (const Partner& partner : state.partners) {
    const State& other = states_[static_cast<std::size_t>(number(partner.other))];
    // A partner that is behind will look back at this value when its own comes.
    if (other.last == end)
      compare(partner, id, end, value, other.last_value);
    else if (other.last > end)
      late_.push_back({row, partner});
  }
}

void Checker::Impl::check_late(const Observations& rows) {
  // First within the batch, where values may be sorted by series; what is not there may have been stored earlier.
  std::vector<std::pair<Place, double>> here;
  std::vector<SeriesId> others;
  for (const Late& late : late_) others.push_back(late.partner.other);
  std::ranges::sort(others);
  others.erase(std::ranges::unique(others).begin(), others.end());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!std::ranges::binary_search(others, rows.series[row]) || (!superseded_.empty() && superseded_[row])) continue;
    here.emplace_back(Place{rows.series[row], rows.phenomenon_end[row]}, usable_[row] ? rows.value[row] : std::nan(""));
  }
  const auto place_of = [](const std::pair<Place, double>& entry) { return entry.first; };
  std::ranges::stable_sort(here, {}, place_of);

  std::vector<Place> asked;
  std::vector<const Late*> asking;
  for (const Late& late : late_) {
    const Place place{late.partner.other, rows.phenomenon_end[late.row]};
    const auto after = std::ranges::upper_bound(here, place, {}, place_of);
    if (after != here.begin() && std::prev(after)->first == place) {
      compare(late.partner, rows.series[late.row], place.phenomenon_end, rows.value[late.row],
              std::prev(after)->second);
    } else {
      asked.push_back(place);
      asking.push_back(&late);
    }
  }
  if (asked.empty() || !neighbours_.values) return;
  const auto values = neighbours_.values(asked);
  CELADON_ASSERT(values.size() == asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const State& other = states_[static_cast<std::size_t>(number(asked[i].series))];
    if (outside(values[i], other.min, other.max)) continue;
    compare(asking[i]->partner, rows.series[asking[i]->row], asked[i].phenomenon_end, rows.value[asking[i]->row],
            values[i]);
  }
}

bool Checker::Impl::is_disordered(const Observations& rows) {
  bool disordered = false;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    State& now = state(rows.series[row]);
    const Instant end = rows.phenomenon_end[row];
    disordered = disordered || (now.batch == batch_ && end <= now.last_in_batch);
    now.batch = batch_;
    now.last_in_batch = end;
  }
  return disordered;
}

void Checker::Impl::check_duplicates(const Observations& rows) {
  superseded_.assign(rows.size(), false);
  std::map<Place, std::size_t> standing;
  for (std::size_t row = rows.size(); row-- > 0;) {
    superseded_[row] = !standing.emplace(Place{rows.series[row], rows.phenomenon_end[row]}, row).second;
  }
  for (const Duplicate& pair : duplicates(rows)) {
    const State& owner = state(rows.series[pair.first_row]);
    if (owner.duplicate == nullptr) continue;
    add(*owner.duplicate, owner.duplicate->voids, rows.series[pair.first_row], rows.phenomenon_end[pair.first_row],
        {{"first", number_text(rows.value[pair.first_row])}, {"last", number_text(rows.value[pair.last_row])}});
  }
}

void Checker::Impl::prime(const Observations& known) {
  for (std::size_t row = 0; row < known.size(); ++row) {
    State& now = state(known.series[row]);
    const Instant end = known.phenomenon_end[row];
    if (end < now.last) continue;
    now.last = end;
    now.last_value = known.value[row];
    if (now.repeats != nullptr) (void)now.run.push(end, known.value[row], now.repeat_limit);
  }
}

std::vector<QualityFlag> Checker::Impl::check(const Observations& rows, const Arrival& arrival) {
  ++batch_;
  found_.clear();
  late_.clear();
  usable_.assign(rows.size(), false);
  superseded_.clear();
  if (is_disordered(rows))
    check_duplicates(rows);  // only a batch that steps back in time can hold two values for one time
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!superseded_.empty() && superseded_[row]) continue;
    const SeriesId id = rows.series[row];
    State& now = states_[static_cast<std::size_t>(number(id))];
    const Instant end = rows.phenomenon_end[row];
    const double value = rows.value[row];
    const bool usable = !check_alone(now, rows, row, arrival);
    usable_[row] = usable;
    if (end >= now.last) {
      now.last = end;
      now.last_value = usable ? value : std::nan("");
    }
    if (!usable) continue;
    if (now.repeats != nullptr) check_repeats(now, id, end, value);
    if (!now.partners.empty()) check_partners(now, id, end, value, row);
  }
  if (!late_.empty()) check_late(rows);
  std::ranges::stable_sort(found_, by_place_and_rule);
  const auto repeated = std::ranges::unique(found_, same_place_and_rule);
  found_.erase(repeated.begin(), repeated.end());
  return std::move(found_);
}

Checker::Checker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Checker::~Checker() = default;

Result<std::unique_ptr<Checker>> Checker::make(std::vector<Rule> rules, DeviceFlags flags,
                                               std::vector<PropertyFacts> properties, Neighbours neighbours) {
  CELADON_ASSERT(neighbours.key_of && neighbours.find);
  auto impl = std::make_unique<Impl>(std::move(rules), std::move(flags), std::move(properties), std::move(neighbours));
  if (auto good = impl->check_rules(); !good) return fail(good.error());
  return std::unique_ptr<Checker>(new Checker(std::move(impl)));
}

void Checker::prime(const Observations& known) { impl_->prime(known); }

std::vector<QualityFlag> Checker::check(const Observations& rows, const Arrival& arrival) {
  return impl_->check(rows, arrival);
}

}  // namespace celadon::quality
