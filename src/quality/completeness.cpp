#include "quality/completeness.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::quality {
namespace {

constexpr std::array completeness_fields = {"id",           "properties", "step",        "window",
                                            "window_least", "day_least",  "month_least", "february_least",
                                            "year_least",   "clause",     "source",      "trust"};

CompletenessRule read_completeness_rule(YamlFields& fields) {
  fields.only(completeness_fields);
  CompletenessRule rule;
  rule.place = fields.place();
  rule.id = fields.text("id");
  rule.properties = fields.texts("properties");
  if (rule.properties.empty()) fields.refuse("properties", "is not there; expected a list");
  rule.step_us = fields.duration_us("step");
  if (rule.step_us < us_per_minute || us_per_day % rule.step_us != 0) {
    fields.refuse("step", "expected a divisor of a day of at least a minute");
    return rule;
  }
  const int steps = rule.steps_of_day();
  rule.window = fields.has("window") ? fields.count("window", 1, steps) : 1;
  rule.window_least = fields.has("window_least") ? fields.count("window_least", 1, rule.window) : 1;
  rule.day_least = fields.count("day_least", 1, rule.due_of_day());
  rule.month_least = fields.count("month_least", 1, 31);
  rule.february_least = fields.count("february_least", 1, 28);
  rule.year_least = fields.count("year_least", 1, 365);
  rule.clause = fields.text("clause");
  rule.source = fields.text("source");
  rule.trust = fields.trust();
  return rule;
}

/// Windows of a day that are valid.
int valid_of_day(const CompletenessRule& rule, std::span<const Slot> slots) {
  int valid = 0;
  int within = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto window = static_cast<std::size_t>(rule.window);
    within += slots[i] == Slot::valid ? 1 : 0;
    if (i >= window) within -= slots[i - window] == Slot::valid ? 1 : 0;
    if (i + 1 >= window && within >= rule.window_least) ++valid;
  }
  return valid;
}

CivilTime civil_of(LegalDay day) { return to_beijing(first_moment_of(day)); }

/// Days joined to the months or years they lie in.
void join_days(const CompletenessRule& rule, PeriodCompleteness::Kind kind, std::size_t days,
               std::vector<PeriodCompleteness>& periods) {
  const bool months = kind == PeriodCompleteness::Kind::month;
  const auto same = [&](LegalDay a, LegalDay b) {
    const CivilTime x = civil_of(a);
    const CivilTime y = civil_of(b);
    return x.year == y.year && (!months || x.month == y.month);
  };
  for (std::size_t i = 0; i < days;) {
    PeriodCompleteness period;
    period.kind = kind;
    period.first = periods[i].first;
    for (; i < days && same(periods[i].first, period.first); ++i) {
      period.last = periods[i].first;
      ++period.due;
      period.valid += periods[i].complete ? 1 : 0;
    }
    const LegalDay before{period.first.days - 1};
    const LegalDay after{period.last.days + 1};
    period.whole = !same(before, period.first) && !same(after, period.last);
    const bool february = civil_of(period.first).month == 2;
    period.least = !months ? rule.year_least : february ? rule.february_least : rule.month_least;
    period.complete = period.whole && period.valid >= period.least;
    periods.push_back(period);
  }
}

}  // namespace

std::string_view to_text(Slot slot) {
  static constexpr std::array<std::string_view, 5> names = {"valid", "not-arrived", "no-number", "device", "voided"};
  return names[static_cast<std::size_t>(slot)];
}

Result<std::vector<CompletenessRule>> parse_completeness(std::string_view text, const std::string& name) {
  return parse_rule_list(text, name, read_completeness_rule);
}

Result<std::vector<CompletenessRule>> read_completeness(const std::filesystem::path& pack) {
  return parse_pack(pack, parse_completeness);
}

namespace {

/// Calls take(slot number, row) for every value that is due.
template <class Take>
void each_due(const CompletenessRule& rule, const CompletenessInput& input, LegalDay first, std::size_t slots,
              const Take& take) {
  const std::int64_t begin = first_moment_of(first).us;
  for (std::size_t i = 0; i < input.time.size(); ++i) {
    const std::int64_t since = input.time[i].us - begin;
    if (since <= 0 || since % rule.step_us != 0) continue;
    const auto slot = static_cast<std::size_t>(since / rule.step_us) - 1;
    if (slot < slots) take(slot, i);
  }
}

}  // namespace

std::vector<Slot> slots_of(const CompletenessRule& rule, const CompletenessInput& input, const DeviceFlags& flags,
                           LegalDay first, LegalDay last) {
  CELADON_ASSERT(first <= last && input.time.size() == input.value.size() && input.time.size() == input.flag.size());
  CELADON_ASSERT(input.voided.empty() || input.voided.size() == input.time.size());
  const auto days = static_cast<std::size_t>(last.days - first.days) + 1;
  std::vector<Slot> slots(days * static_cast<std::size_t>(rule.steps_of_day()), Slot::not_arrived);
  each_due(rule, input, first, slots.size(), [&](std::size_t slot, std::size_t i) {
    const auto kind = flags.of(input.flag[i]).kind;
    if (kind == DeviceFlags::Kind::voids)
      slots[slot] = Slot::device;
    else if (std::isnan(input.value[i]))
      slots[slot] = Slot::no_number;
    else
      slots[slot] = !input.voided.empty() && input.voided[i] != 0 ? Slot::voided : Slot::valid;
  });
  return slots;
}

CompletenessReport completeness(const CompletenessRule& rule, const CompletenessInput& input, const DeviceFlags& flags,
                                LegalDay first, LegalDay last) {
  const auto slots = slots_of(rule, input, flags, first, last);
  CompletenessReport report;
  const auto steps = static_cast<std::size_t>(rule.steps_of_day());
  const std::size_t days = slots.size() / steps;
  for (std::size_t d = 0; d < days; ++d) {
    PeriodCompleteness day;
    day.first = day.last = LegalDay{first.days + static_cast<std::int32_t>(d)};
    day.due = rule.due_of_day();
    day.least = rule.day_least;
    day.valid = valid_of_day(rule, std::span(slots).subspan(d * steps, steps));
    day.complete = day.valid >= day.least;
    report.periods.push_back(day);
  }
  join_days(rule, PeriodCompleteness::Kind::month, days, report.periods);
  join_days(rule, PeriodCompleteness::Kind::year, days, report.periods);

  std::vector<DeviceFlag> mark(slots.size(), 0);
  each_due(rule, input, first, slots.size(), [&](std::size_t slot, std::size_t i) { mark[slot] = input.flag[i]; });
  const std::int64_t begin = first_moment_of(first).us;
  for (std::size_t i = 0; i < slots.size();) {
    std::size_t end = i + 1;
    const auto flag_of = [&](std::size_t k) { return slots[k] == Slot::device ? mark[k] : DeviceFlag{0}; };
    while (end < slots.size() && slots[end] == slots[i] && flag_of(end) == flag_of(i)) ++end;
    const auto time_of = [&](std::size_t k) {
      return Instant{begin + static_cast<std::int64_t>(k + 1) * rule.step_us};
    };
    if (slots[i] != Slot::valid) report.holes.push_back({time_of(i), time_of(end - 1), end - i, slots[i], flag_of(i)});
    i = end;
  }
  return report;
}

}  // namespace celadon::quality
