#include "watch/watcher.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <unordered_map>

namespace celadon::watch {
namespace {

std::size_t kept_of(const WatchRule& rule) {
  const std::int64_t window_us = std::max(rule.averaging.length_us, us_per_minute);
  const auto looked_at = std::max<std::int64_t>(rule.consecutive, rule.lasting_us / window_us + 1);
  return std::max(Watcher::kept_values, 2 * static_cast<std::size_t>(looked_at));
}

/// Several days may be replayed, one after the other or side by side: data this far apart belong to two replays.
bool is_another_replay(const WatchRule& rule, Instant a, Instant b) {
  return std::abs(a.us - b.us) >= std::max(us_per_day, 2 * (rule.every_us + rule.grace_us));
}

std::string hours_text(std::int64_t us) {
  return number_text(std::floor(static_cast<double>(us) / static_cast<double>(us_per_hour)));
}

}  // namespace

class Watcher::Impl {
 public:
  Impl(std::vector<WatchRule> rules, std::function<std::optional<WatchedSeries>(SeriesId)> series_of)
      : rules_(std::move(rules)), series_of_(std::move(series_of)) {}

  void feed(SeriesId id, Instant end, double value, bool usable, Pace pace, std::vector<Occurrence>& found);
  void void_value(SeriesId id, Instant end);
  void expect(SeriesId id, Instant since);
  void tick(Pace pace, Instant clock, std::vector<Occurrence>& found);

  std::vector<WatchRule> rules_;
  bool priming_ = true;

 private:
  /// A value of a series as one rule sees it.
  struct Element {
    Instant end;
    double value = 0;
    bool beyond = false;
    bool told = false;  ///< belongs to an episode that was told
    std::uint64_t arrival = 0;
  };

  struct Span {
    std::size_t first = 0, last = 0;
  };

  /// The newest values of one series for one rule, by time.
  struct Track {
    std::size_t rule = 0;
    std::vector<Element> elements{};
  };

  struct SeriesState {
    bool resolved = false;
    WatchedSeries about;
    std::vector<Track> tracks;
    std::vector<std::size_t> silences;  ///< in silences_
  };

  struct Silence {
    std::size_t rule = 0;
    std::string site, name_zh, name_en;
    struct Heard {
      std::optional<Instant> last;
      bool told = false;
    };
    Heard live{}, replay{};
    Heard& of(Pace pace) { return pace == Pace::live ? live : replay; }
  };

  SeriesState& state(SeriesId id);
  void resolve(SeriesId id, SeriesState& state);
  void feed_track(SeriesState& owner, Track& track, Instant end, double value, std::vector<Occurrence>& found);
  static Element& put(std::vector<Element>& elements, const Element& element, std::size_t kept);
  /// The run of values beyond the limit around one of them.
  static Span run_around(const std::vector<Element>& elements, std::size_t at, std::int64_t gap_us);
  /// The value that completes the condition, if the run is long enough.
  static std::optional<std::size_t> completing(const WatchRule& rule, const std::vector<Element>& elements,
                                               const Span& run);
  void hear(Silence& silence, Instant end, Pace pace, std::vector<Occurrence>& found);
  void tell_silence(const Silence& silence, Instant last, Instant clock, std::vector<Occurrence>& found) const;

  std::function<std::optional<WatchedSeries>(SeriesId)> series_of_;
  std::vector<SeriesState> states_;
  std::vector<Silence> silences_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> silence_of_;  ///< by rule and site
  std::uint64_t arrivals_ = 0;
};

Watcher::Impl::SeriesState& Watcher::Impl::state(SeriesId id) {
  CELADON_ASSERT(number(id) > 0);
  const auto index = static_cast<std::size_t>(number(id));
  if (index >= states_.size()) states_.resize(index + 1 + index / 2);
  if (!states_[index].resolved) resolve(id, states_[index]);
  return states_[index];
}

void Watcher::Impl::resolve(SeriesId id, SeriesState& state) {
  state.resolved = true;
  auto about = series_of_(id);
  if (!about) return;
  state.about = std::move(*about);
  const SeriesKey& key = state.about.key;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const WatchRule& rule = rules_[i];
    if (rule.averaging != key.averaging || rule.statistic != key.statistic || rule.stage != key.stage) continue;
    if (!rule.applies_to_site(key.site, state.about.site_kind)) continue;
    if (rule.kind == WatchKind::no_data) {
      const auto [place, is_new] = silence_of_.emplace(std::pair(i, key.site), silences_.size());
      if (is_new) {
        silences_.push_back(
            {.rule = i, .site = key.site, .name_zh = state.about.site_name_zh, .name_en = state.about.site_name_en});
      }
      state.silences.push_back(place->second);
    } else if (rule.property == key.property) {
      state.tracks.push_back({.rule = i});
    }
  }
}

/// Keeps the elements in order of time; of too many the one that came first goes.
Watcher::Impl::Element& Watcher::Impl::put(std::vector<Element>& elements, const Element& element, std::size_t kept) {
  auto at = std::ranges::lower_bound(elements, element.end, {}, &Element::end);
  if (at != elements.end() && at->end == element.end) {
    const bool told = at->told;  // also through a correction and back
    *at = element;
    at->told = told;
    return *at;
  }
  if (elements.size() >= kept) {
    const auto oldest = std::ranges::min_element(elements, {}, &Element::arrival);
    elements.erase(oldest);
    at = std::ranges::lower_bound(elements, element.end, {}, &Element::end);
  }
  return *elements.insert(at, element);
}

Watcher::Impl::Span Watcher::Impl::run_around(const std::vector<Element>& elements, std::size_t at,
                                              std::int64_t gap_us) {
  const auto joined = [&](std::size_t left) {
    return elements[left].beyond && elements[left + 1].beyond &&
           elements[left + 1].end.us - elements[left].end.us <= gap_us;
  };
  Span span{at, at};
  while (span.first > 0 && joined(span.first - 1)) --span.first;
  while (span.last + 1 < elements.size() && joined(span.last)) ++span.last;
  return span;
}

std::optional<std::size_t> Watcher::Impl::completing(const WatchRule& rule, const std::vector<Element>& elements,
                                                     const Span& run) {
  for (std::size_t i = run.first; i <= run.last; ++i) {
    const bool enough =
        rule.kind == WatchKind::threshold
            ? i - run.first + 1 >= static_cast<std::size_t>(rule.consecutive)
            : elements[i].end.us - begin_of(rule.averaging, elements[run.first].end).us >= rule.lasting_us;
    if (enough) return i;
  }
  return std::nullopt;
}

void Watcher::Impl::feed_track(SeriesState& owner, Track& track, Instant end, double value,
                               std::vector<Occurrence>& found) {
  const WatchRule& rule = rules_[track.rule];
  const bool beyond = rule.is_beyond(value);
  const Element& put_in = put(track.elements, {end, value, beyond, false, ++arrivals_}, kept_of(rule));
  if (!beyond) return;
  const Span run = run_around(track.elements, static_cast<std::size_t>(&put_in - track.elements.data()), rule.gap_us);
  const auto episode = std::span(track.elements).subspan(run.first, run.last - run.first + 1);
  const auto complete = completing(rule, track.elements, run);
  const bool was_told = std::ranges::any_of(episode, &Element::told);
  const bool began_before = priming_ && run.first == 0 && complete;
  if (was_told || complete) {
    for (Element& element : episode) element.told = true;
  }
  if (was_told || !complete || began_before) return;

  const Element& at = track.elements[*complete];
  const std::int64_t lasted_us = at.end.us - begin_of(rule.averaging, episode.front().end).us;
  const auto words = [&](const std::string& text, const std::string& site, const std::string& property) {
    return fill(text, {{"site", site},
                       {"property", property},
                       {"value", number_text(at.value)},
                       {"limit", number_text(rule.limit)},
                       {"unit", owner.about.unit_label},
                       {"time", to_beijing_minute(at.end)},
                       {"count", std::to_string(*complete - run.first + 1)},
                       {"hours", hours_text(lasted_us)}});
  };
  found.push_back({&rule, owner.about.key.site, owner.about.key.property, at.end, at.value,
                   words(rule.zh, owner.about.site_name_zh, owner.about.property_name_zh),
                   words(rule.en, owner.about.site_name_en, owner.about.property_name_en)});
}

void Watcher::Impl::feed(SeriesId id, Instant end, double value, bool usable, Pace pace,
                         std::vector<Occurrence>& found) {
  SeriesState& owner = state(id);
  if (!std::isnan(value) && pace != Pace::file && !priming_) {
    for (const std::size_t silence : owner.silences) hear(silences_[silence], end, pace, found);
  }
  if (owner.tracks.empty()) return;
  if (!usable || std::isnan(value)) {
    void_value(id, end);
    return;
  }
  for (Track& track : owner.tracks) {
    if (rules_[track.rule].holds_at(end)) feed_track(owner, track, end, value, found);
  }
}

void Watcher::Impl::void_value(SeriesId id, Instant end) {
  for (Track& track : state(id).tracks) {
    const auto at = std::ranges::lower_bound(track.elements, end, {}, &Element::end);
    if (at != track.elements.end() && at->end == end) track.elements.erase(at);
  }
}

void Watcher::Impl::expect(SeriesId id, Instant since) {
  for (const std::size_t index : state(id).silences) {
    auto& last = silences_[index].live.last;
    if (!last || *last < since) last = since;
  }
}

void Watcher::Impl::tell_silence(const Silence& silence, Instant last, Instant clock,
                                 std::vector<Occurrence>& found) const {
  const WatchRule& rule = rules_[silence.rule];
  const auto words = [&](const std::string& text, const std::string& site) {
    return fill(text, {{"site", site}, {"time", to_beijing_minute(last)}, {"hours", hours_text(clock.us - last.us)}});
  };
  found.push_back({&rule,
                   silence.site,
                   "",
                   {last.us + rule.every_us},
                   std::numeric_limits<double>::quiet_NaN(),
                   words(rule.zh, silence.name_zh),
                   words(rule.en, silence.name_en)});
}

void Watcher::Impl::hear(Silence& silence, Instant end, Pace pace, std::vector<Occurrence>& found) {
  const WatchRule& rule = rules_[silence.rule];
  auto& heard = silence.of(pace);
  const bool begins_anew = pace == Pace::replay && heard.last && is_another_replay(rule, *heard.last, end);
  if (!heard.last || begins_anew) {
    heard = {end, false};
    return;
  }
  if (end <= *heard.last) return;
  // The clock may not have been looked at in the meantime: a silence is one, also if it is seen only when it ends.
  if (!heard.told && end.us - heard.last->us > rule.every_us + rule.grace_us)
    tell_silence(silence, *heard.last, end, found);
  heard = {end, false};
}

void Watcher::Impl::tick(Pace pace, Instant clock, std::vector<Occurrence>& found) {
  if (pace == Pace::file) return;
  for (Silence& silence : silences_) {
    const WatchRule& rule = rules_[silence.rule];
    auto& heard = silence.of(pace);
    if (!heard.last || heard.told || clock.us - heard.last->us <= rule.every_us + rule.grace_us) continue;
    if (pace == Pace::replay && is_another_replay(rule, *heard.last, clock)) continue;
    heard.told = true;
    tell_silence(silence, *heard.last, clock, found);
  }
}

Watcher::Watcher(std::vector<WatchRule> rules, std::function<std::optional<WatchedSeries>(SeriesId)> series_of)
    : impl_(std::make_unique<Impl>(std::move(rules), std::move(series_of))) {}
Watcher::~Watcher() = default;

void Watcher::feed(SeriesId series, Instant phenomenon_end, double value, bool usable, Pace pace,
                   std::vector<Occurrence>& found) {
  impl_->feed(series, phenomenon_end, value, usable, pace, found);
}
void Watcher::void_value(SeriesId series, Instant phenomenon_end) { impl_->void_value(series, phenomenon_end); }
void Watcher::primed() { impl_->priming_ = false; }
void Watcher::expect(SeriesId series, Instant since) { impl_->expect(series, since); }
void Watcher::tick(Pace pace, Instant clock, std::vector<Occurrence>& found) { impl_->tick(pace, clock, found); }
const std::vector<WatchRule>& Watcher::rules() const { return impl_->rules_; }

}  // namespace celadon::watch
