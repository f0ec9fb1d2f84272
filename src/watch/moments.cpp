#include "watch/moments.hpp"

#include "watch/effective.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace celadon::watch {
namespace {

constexpr std::size_t cells_at_once = 8'000'000;  ///< doubles that are held while they are judged
constexpr std::size_t gaps_max = 64;              ///< times of the grid for each that has a value

/// The series of one site: one of a property, or one an item of a rule.
struct Site {
  std::size_t of = 0;  ///< into MomentsAsk::sites
  standards::WaterBody body = standards::WaterBody::river;
  std::vector<std::pair<std::string, std::size_t>> columns;  ///< property, place among all series
};

/// Every time whose values are judged by the same edition.
template <class Rules>
struct Stretch {
  std::size_t begin, end;
  const Rules* rules;  ///< null: none in force
};

template <class Rules, class Find>
std::vector<Stretch<Rules>> stretches(std::span<const Instant> times, const Find& find) {
  std::vector<Stretch<Rules>> all;
  for (std::size_t t = 0; t < times.size();) {
    const LegalDay day = legal_day_of_hour_ending(times[t]);
    std::size_t end = t + 1;
    while (end < times.size() && legal_day_of_hour_ending(times[end]) == day) ++end;
    const Rules* rules = find(day);
    if (!all.empty() && all.back().rules == rules)
      all.back().end = end;
    else
      all.push_back({t, end, rules});
    t = end;
  }
  return all;
}

class Maker {
 public:
  Maker(const Judges& judges, const MomentsAsk& ask) : judges_(judges), ask_(ask) {}

  Result<Moments> make() {
    choose();
    if (ids_.empty()) return std::move(made_);
    const auto times = judges_.archive.times(ids_, ask_.from, ask_.to);
    if (!times) return fail(times.error());
    made_.times = *times;
    if (made_.times.size() * sites_.size() > ask_.values_max) {
      return fail(Errc::invalid_value,
                  std::to_string(made_.times.size()) + " times of " + std::to_string(sites_.size()) + " sites are more than " +
                      std::to_string(ask_.values_max) + " values: ask for a shorter period, or for fewer sites by kind",
                  "to");
    }
    made_.value.assign(made_.times.size() * sites_.size(), std::nan(""));
    made_.step.assign(made_.value.size(), -1);
    if (auto filled = fill(); !filled) return fail(filled.error());
    for (const auto& edition : editions_) made_.edition += (made_.edition.empty() ? "" : ", ") + edition;
    return std::move(made_);
  }

 private:
  void choose() {
    const bool is_judged = ask_.property == judged_aqi || ask_.property == judged_class;
    for (std::size_t s = 0; s < ask_.sites.size(); ++s) {
      const ledger::Site& site = ask_.sites[s];
      Site one;
      one.of = s;
      if (site.water_body == "lake") one.body = standards::WaterBody::lake;
      const auto add = [&](const std::string& property, SeriesId id) {
        one.columns.emplace_back(property, ids_.size());
        ids_.push_back(id);
      };
      if (is_judged) {
        for (const auto& series : judged_series(judges_.ledger, site, ask_.averaging)) add(series.property, series.id);
      } else if (const auto id = judges_.ledger.find_series(
                     {site.id, ask_.property, ask_.averaging, ask_.statistic, ask_.stage})) {
        add(ask_.property, *id);
      }
      if (one.columns.empty()) continue;
      made_.sites.push_back(site.id);
      sites_.push_back(std::move(one));
    }
  }

  /// Reads the values in stretches that fit, lays each series out over the times, and judges.
  Result<void> fill() {
    const auto& times = made_.times;
    if (times.empty()) return {};
    std::int64_t step_us = 0;
    for (std::size_t t = 1; t < times.size(); ++t) step_us = std::gcd(step_us, times[t].us - times[t - 1].us);
    if (step_us == 0) step_us = us_per_hour;
    const auto length = static_cast<std::size_t>((times.back().us - times.front().us) / step_us) + 1;
    if (length > gaps_max * times.size()) {
      return fail(Errc::invalid_value,
                  "these values stand at irregular times, which cannot be laid side by side; ask /api/v1/observations",
                  "averaging");
    }
    const std::size_t most = std::max<std::size_t>(1, cells_at_once / ids_.size());
    for (std::size_t begin = 0; begin < times.size();) {
      std::size_t end = begin;
      while (end < times.size() &&
             static_cast<std::size_t>((times[end].us - times[begin].us) / step_us) < most)
        ++end;
      archive::GridQuery query;
      query.series = ids_;
      query.first = times[begin];
      query.step_us = step_us;
      query.times = static_cast<std::size_t>((times[end - 1].us - times[begin].us) / step_us) + 1;
      grid_.resize(ids_.size() * query.times);
      if (auto read = read_effective(judges_.archive, judges_.ledger, query, grid_); !read) return read;
      compact(query, begin, end);
      if (auto judged = judge(begin, end); !judged) return judged;
      begin = end;
    }
    return {};
  }

  /// Leaves of each series only the times that have values: column c is then at grid_[c * (end - begin)].
  void compact(const archive::GridQuery& query, std::size_t begin, std::size_t end) {
    const std::size_t count = end - begin;
    if (query.times == count) return;
    for (std::size_t c = 0; c < ids_.size(); ++c) {
      for (std::size_t t = 0; t < count; ++t) {
        const auto at = static_cast<std::size_t>((made_.times[begin + t].us - query.first.us) / query.step_us);
        grid_[c * count + t] = grid_[c * query.times + at];
      }
    }
  }

  Result<void> judge(std::size_t begin, std::size_t end) {
    const std::span<const Instant> times(made_.times.data() + begin, end - begin);
    if (ask_.property == judged_class) return judge_water(times, begin);
    if (ask_.property == judged_aqi) return judge_air(times, begin);
    for (std::size_t s = 0; s < sites_.size(); ++s) {
      const auto column = column_of(sites_[s].columns.front().second, times.size());
      for (std::size_t t = 0; t < column.size(); ++t) put(begin + t, s, column[t], -1);
    }
    colour_air(times, begin);
    colour_water(times, begin);
    return {};
  }

  Result<void> judge_air(std::span<const Instant> times, std::size_t begin) {
    const bool is_hourly = ask_.averaging == hourly;
    made_.rule = is_hourly ? "aqi-hourly" : "aqi-daily";
    std::vector<std::int16_t> index;
    for (const auto& [from, to, rules] : air_stretches(times)) {
      if (rules == nullptr) continue;
      const auto& items = is_hourly ? rules->hourly : rules->daily;
      const auto place = place_of(rules->standard, standards::scale_of(*rules));
      index.resize(to - from);
      std::vector<std::span<const double>> columns(items.size());
      for (std::size_t s = 0; s < sites_.size(); ++s) {
        for (std::size_t k = 0; k < items.size(); ++k) columns[k] = column_of(sites_[s], items[k].property, times.size(), from, to);
        standards::judged_index(*rules, items, columns, index);
        for (std::size_t t = 0; t < index.size(); ++t) {
          if (index[t] == standards::no_index) continue;
          const auto rank = &rules->level_of(index[t]) - rules->levels.data();
          put(begin + from + t, s, index[t], place[static_cast<std::size_t>(rank)]);
        }
      }
    }
    return {};
  }

  Result<void> judge_water(std::span<const Instant> times, std::size_t begin) {
    made_.rule = "water-class";
    std::vector<std::int8_t> class_of;
    for (const auto& [from, to, rules] : water_stretches(times)) {
      if (rules == nullptr) continue;
      const auto place = place_of(rules->standard, standards::scale_of(*rules));
      class_of.resize(to - from);
      for (std::size_t s = 0; s < sites_.size(); ++s) {
        std::vector<const standards::WaterItem*> items;
        std::vector<std::span<const double>> columns;
        for (const auto& [property, series] : sites_[s].columns) {
          const auto* item = rules->find(property, sites_[s].body);
          if (item == nullptr || !item->sets_class) continue;
          items.push_back(item);
          columns.push_back(column_of(series, times.size()).subspan(from, to - from));
        }
        standards::section_class(items, columns, standards::WaterRounding::reading, class_of);
        for (std::size_t t = 0; t < class_of.size(); ++t) {
          if (class_of[t] != standards::no_class)
            put(begin + from + t, s, class_of[t], place[static_cast<std::size_t>(class_of[t] - 1)]);
        }
      }
    }
    return {};
  }

  /// Levels of a concentration, of the sites that are judged as air.
  void colour_air(std::span<const Instant> times, std::size_t begin) {
    std::vector<std::int8_t> step;
    for (const auto& [from, to, rules] : air_stretches(times)) {
      const auto* item = rules == nullptr ? nullptr : standards::item_of(*rules, ask_.property, ask_.averaging);
      if (item == nullptr) continue;
      step.resize(to - from);
      for (std::size_t s = 0; s < sites_.size(); ++s) {
        if (rule_of(ask_.sites[sites_[s].of]) == "water-class") continue;
        made_.rule = ask_.averaging == hourly ? "aqi-hourly" : "aqi-daily";
        const auto place = place_of(rules->standard, standards::scale_of(*rules, *item));
        standards::steps_of(*rules, *item, column_of(sites_[s].columns.front().second, times.size()).subspan(from, to - from), step);
        for (std::size_t t = 0; t < step.size(); ++t) {
          if (step[t] >= 0) made_.step[(begin + from + t) * sites_.size() + s] = place[static_cast<std::size_t>(step[t])];
        }
      }
    }
  }

  /// Classes of one item of water, of the sites that are judged as water.
  void colour_water(std::span<const Instant> times, std::size_t begin) {
    std::vector<std::int8_t> class_of;
    const auto rounding = standards::rounding_of(ask_.averaging);
    for (const auto& [from, to, rules] : water_stretches(times)) {
      class_of.resize(to - from);
      for (std::size_t s = 0; rules != nullptr && s < sites_.size(); ++s) {
        if (rule_of(ask_.sites[sites_[s].of]) != "water-class") continue;
        const auto* item = rules->find(ask_.property, sites_[s].body);
        if (item == nullptr) continue;
        made_.rule = "water-class";
        const auto place = place_of(rules->standard, standards::scale_of(*rules, *item));
        standards::item_class(*item, column_of(sites_[s].columns.front().second, times.size()).subspan(from, to - from),
                              rounding, class_of);
        for (std::size_t t = 0; t < class_of.size(); ++t) {
          if (class_of[t] != standards::no_class)
            made_.step[(begin + from + t) * sites_.size() + s] = place[static_cast<std::size_t>(class_of[t] - 1)];
        }
      }
    }
  }

  [[nodiscard]] std::vector<Stretch<standards::IndexRules>> air_stretches(std::span<const Instant> times) const {
    return stretches<standards::IndexRules>(times, [&](LegalDay day) -> const standards::IndexRules* {
      const auto rules = judges_.library.air_rules(day, ask_.edition);
      return rules ? *rules : nullptr;
    });
  }
  [[nodiscard]] std::vector<Stretch<standards::WaterRules>> water_stretches(std::span<const Instant> times) const {
    return stretches<standards::WaterRules>(times, [&](LegalDay day) -> const standards::WaterRules* {
      const auto rules = judges_.library.water_rules(day, ask_.edition);
      return rules ? *rules : nullptr;
    });
  }

  /// Where the steps of one edition's scale stand in the scale of all.
  std::vector<std::int8_t> place_of(const std::string& edition, const std::vector<standards::ScaleStep>& steps) {
    editions_.insert(edition);
    std::vector<std::int8_t> place;
    for (const auto& step : steps) {
      const auto found = std::find(made_.scale.begin(), made_.scale.end(), step);
      place.push_back(static_cast<std::int8_t>(found - made_.scale.begin()));
      if (found == made_.scale.end()) made_.scale.push_back(step);
    }
    return place;
  }

  [[nodiscard]] std::span<const double> column_of(std::size_t series, std::size_t times) const {
    return std::span(grid_).subspan(series * times, times);
  }
  /// Empty where the site has no series of it.
  [[nodiscard]] std::span<const double> column_of(const Site& site, const std::string& property, std::size_t times,
                                                  std::size_t from, std::size_t to) const {
    for (const auto& [name, series] : site.columns) {
      if (name == property) return column_of(series, times).subspan(from, to - from);
    }
    return {};
  }
  void put(std::size_t time, std::size_t site, double value, std::int8_t step) {
    made_.value[time * sites_.size() + site] = value;
    made_.step[time * sites_.size() + site] = step;
  }

  const Judges& judges_;
  const MomentsAsk& ask_;
  std::vector<Site> sites_;
  std::vector<SeriesId> ids_;
  std::vector<double> grid_;
  std::set<std::string> editions_;
  Moments made_;
};

}  // namespace

Result<Moments> read_moments(const Judges& judges, const MomentsAsk& ask) {
  if (!ask.edition.empty()) {
    const auto air = judges.library.air_rules({}, ask.edition);
    if (!air && !judges.library.water_rules({}, ask.edition)) return fail(air.error());
  }
  return Maker(judges, ask).make();
}

}  // namespace celadon::watch
