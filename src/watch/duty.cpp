#include "watch/duty.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace celadon::watch {
namespace {

constexpr double doublings_max = 3;
constexpr double least_certainty = 0.05;  ///< a sure fault stays on the list, at its end
constexpr std::array<const char*, 9> desk_fields = {
    "id", "act_from", "shift_hour", "look_back", "assess_within", "assess_most", "fault_from", "source", "trust"};
constexpr std::array<const char*, 8> medium_fields = {"id",         "zh",     "en",   "kinds", "online_within",
                                                      "over_level", "source", "trust"};
constexpr std::array<const char*, 11> signal_fields = {"id",   "zh",     "en",          "weight", "half_life", "least",
                                                       "gain", "unsure", "watch_level", "source", "trust"};

double share(YamlFields& fields, const char* name, double most) {
  const double value = fields.number(name);
  if (value < 0 || value > most) fields.refuse(name, "expected 0 to " + number_text(most));
  return value;
}

void read_source(YamlFields& fields) {
  static_cast<void>(fields.text("source"));
  fields.trust();
}

DutyRules::Kind read_signal(YamlFields& fields) {
  fields.only(signal_fields);
  DutyRules::Kind kind;
  kind.zh = fields.text("zh");
  kind.en = fields.text("en");
  kind.weight = share(fields, "weight", 100);
  kind.gain = share(fields, "gain", 1);
  kind.unsure = share(fields, "unsure", 1);
  kind.watch_level = share(fields, "watch_level", 1);
  if (fields.has("half_life")) {
    kind.half_life_us = fields.duration_us("half_life");
    if (*kind.half_life_us <= 0) fields.refuse("half_life", "must be longer than nothing");
    kind.least = share(fields, "least", 1);
  } else if (fields.has("least")) {
    fields.refuse("least", "is of what ages; give half_life too");
  }
  read_source(fields);
  return kind;
}

double age_factor(const DutyRules::Kind& kind, const DutySignal& signal, Instant at) {
  if (!kind.half_life_us || at <= signal.since) return 1;
  const double halves = static_cast<double>(at.us - signal.since.us) / static_cast<double>(*kind.half_life_us);
  return std::max(kind.least, std::exp2(-halves));
}

double extent_factor(const DutyRules::Kind& kind, double extent) {
  if (std::isnan(extent) || extent <= 1) return 1;
  return 1 + kind.gain * std::min(std::log2(extent), doublings_max);
}

DutyItem weigh(const DutyRules& rules, const DutySignal& signal, std::size_t place, Instant at) {
  const auto& kind = rules.of(signal.kind);
  DutyItem item;
  item.signal = place;
  item.confidence = std::isnan(signal.fault) ? kind.unsure : 1 - std::clamp(signal.fault, 0.0, 1.0);
  // A marked value is on the list because it is most likely a fault: that is its weight already.
  const double certainty = signal.kind == DutyKind::marked ? 1 : std::max(least_certainty, item.confidence);
  item.factors = {{"weight", kind.weight}};
  const auto multiply = [&](std::string_view id, double factor) {
    if (factor != 1) item.factors.push_back({id, factor});
  };
  multiply("age", age_factor(kind, signal, at));
  multiply("extent", extent_factor(kind, signal.extent));
  multiply("certainty", certainty);
  multiply("watch-level", signal.legal ? 1 : kind.watch_level);
  item.score = 1;
  for (const auto& one : item.factors) item.score *= one.factor;
  item.score = std::clamp(item.score, 0.0, 100.0);
  item.act_now = item.score >= rules.act_from;
  return item;
}

bool is_under_alarms(DutyKind kind) { return kind == DutyKind::over_limit || kind == DutyKind::marked; }

}  // namespace

std::string_view to_text(DutyKind kind) { return duty_kinds[static_cast<std::size_t>(kind)]; }

std::string_view to_text(FaultProposal proposal) {
  static constexpr std::array<std::string_view, 3> names = {"unknown", "real", "fault"};
  return names[static_cast<std::size_t>(proposal)];
}

FaultProposal propose_fault(const DutyRules& rules, double probability) {
  if (std::isnan(probability)) return FaultProposal::unknown;
  return probability >= rules.fault_from ? FaultProposal::fault : FaultProposal::real;
}

const DutyRules::Medium* DutyRules::medium_of(std::string_view site_kind) const {
  for (const auto& medium : media) {
    if (std::ranges::find(medium.kinds, site_kind) != medium.kinds.end()) return &medium;
  }
  return nullptr;
}

Instant next_shift(const DutyRules& rules, Instant at) {
  const LegalDay today = legal_day_of(at);
  const Instant shift{first_moment_of(today).us + rules.shift_hour * us_per_hour};
  return shift > at ? shift : Instant{shift.us + us_per_day};
}

std::vector<DutyItem> rank_duty(const DutyRules& rules, std::span<const DutySignal> signals, Instant at) {
  std::vector<DutyItem> items;
  items.reserve(signals.size());
  for (std::size_t i = 0; i < signals.size(); ++i) items.push_back(weigh(rules, signals[i], i, at));
  std::ranges::sort(items, [&](const DutyItem& a, const DutyItem& b) {
    const auto& left = signals[a.signal];
    const auto& right = signals[b.signal];
    if (a.score != b.score) return a.score > b.score;
    if (left.since != right.since) return left.since > right.since;
    return left.id < right.id;
  });
  // The first alarm of a site and property, the one that weighs most, takes the others in.
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> alarm_of;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& signal = signals[items[i].signal];
    if (signal.kind == DutyKind::alarm && !signal.site.empty()) alarm_of.try_emplace({signal.site, signal.property}, i);
  }
  std::vector<std::uint8_t> taken(items.size(), 0);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& signal = signals[items[i].signal];
    if (!is_under_alarms(signal.kind)) continue;
    const auto alarm = alarm_of.find({signal.site, signal.property});
    if (alarm == alarm_of.end()) continue;
    items[alarm->second].merged.push_back(items[i].signal);
    taken[i] = 1;
  }
  std::vector<DutyItem> list;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (taken[i] == 0) list.push_back(std::move(items[i]));
  }
  return list;
}

Result<DutyRules> parse_duty_rules(std::string_view text, const std::string& name) {
  DutyRules rules;
  int desks = 0;
  std::set<std::string> media, kinds_of_site;
  std::set<std::size_t> signals;
  const auto desk = [&](YamlFields& fields) {
    fields.only(desk_fields);
    if (++desks > 1) fields.refuse(nullptr, "is a second entry; there is one desk");
    rules.act_from = share(fields, "act_from", 100);
    rules.fault_from = share(fields, "fault_from", 1);
    rules.shift_hour = fields.count("shift_hour", 0, 23);
    rules.assess_most = fields.count("assess_most", 0, 200);
    rules.look_back_us = fields.duration_us("look_back");
    rules.assess_within_us = fields.duration_us("assess_within");
    read_source(fields);
  };
  const auto medium = [&](YamlFields& fields) {
    fields.only(medium_fields);
    DutyRules::Medium one;
    one.id = fields.text("id");
    one.zh = fields.text("zh");
    one.en = fields.text("en");
    one.kinds = fields.texts("kinds");
    one.online_within_us = fields.duration_us("online_within");
    one.over_level = fields.count("over_level", 1, 20);
    read_source(fields);
    if (!media.insert(one.id).second) fields.refuse("id", "'" + one.id + "' is there twice");
    if (one.kinds.empty()) fields.refuse("kinds", "name the kinds of site of this medium");
    for (const auto& kind : one.kinds) {
      if (!kinds_of_site.insert(kind).second) fields.refuse("kinds", "'" + kind + "' is of another medium already");
    }
    rules.media.push_back(std::move(one));
  };
  const auto signal = [&](YamlFields& fields) {
    const std::string id = fields.text("id");
    const auto place = static_cast<std::size_t>(std::ranges::find(duty_kinds, id) - duty_kinds.begin());
    if (place == duty_kinds.size()) {
      fields.refuse("id", "'" + id + "' is no signal that the program knows");
      return;
    }
    if (!signals.insert(place).second) fields.refuse("id", "'" + id + "' is there twice");
    rules.kinds[place] = read_signal(fields);
  };
  const std::array<YamlList, 3> lists = {YamlList{"desk", desk}, YamlList{"media", medium},
                                         YamlList{"signals", signal}};
  if (auto read = read_yaml_lists(text, name, lists); !read) return fail(read.error());
  if (desks == 0) return fail(Errc::malformed, name + ": the list 'desk' is empty; one entry is expected");
  for (std::size_t i = 0; i < duty_kinds.size(); ++i) {
    if (!signals.contains(i))
      return fail(Errc::malformed, name + ": the signal '" + std::string(duty_kinds[i]) + "' is missing");
  }
  return rules;
}

Result<DutyRules> read_duty_rules(const std::filesystem::path& pack) { return parse_pack(pack, parse_duty_rules); }

}  // namespace celadon::watch
