#include "measure.hpp"

#include "quality/screen_statistics.hpp"
#include "tamper.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <set>

namespace celadon::tamper {
namespace {

using quality::screen::Finding;
using quality::screen::Rule;

struct Interval {
  double low = 0, high = 1;
};

/// Wilson (1927), 95 %.
Interval wilson(double hits, double tries) {
  if (tries <= 0) return {};
  constexpr double z = 1.959964;
  const double share = hits / tries, middle = (share + z * z / (2 * tries)) / (1 + z * z / tries);
  const double half = z / (1 + z * z / tries) * std::sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries));
  return {std::fmax(0, middle - half), std::fmin(1, middle + half)};
}

/// Either of the two stretches of a copy may be the planted one: which came first does not tell which was copied.
bool overlaps(const Finding& finding, std::size_t outlet, std::size_t begin, std::size_t end) {
  const auto meets = [&](std::size_t of, std::size_t from) {
    return of == outlet && from < end && begin < from + (finding.test.end - finding.test.begin);
  };
  if (meets(finding.outlet, finding.test.begin)) return true;
  const bool copy = finding.rule->kind == quality::screen::Kind::copies;
  return meets(finding.other_outlet, copy ? finding.test.other_begin : finding.test.begin);
}

struct Candidate {
  const Group* group = nullptr;
  std::size_t outlet = 0, series = 0;
};

/// Series long enough to plant into: at least 2,000 rows, two thirds of them there.
std::vector<Candidate> candidates(const std::vector<Group>& groups) {
  std::vector<Candidate> result;
  for (const auto& group : groups) {
    for (std::size_t o = 0; o < group.outlets.size(); ++o) {
      for (std::size_t s = 0; s < group.outlets[o].values.size(); ++s) {
        const auto& column = group.outlets[o].values[s].second;
        const auto there = std::ranges::count_if(column, [](double x) { return std::isfinite(x); });
        if (there >= 2000 && 3 * there >= 2 * static_cast<std::ptrdiff_t>(column.size()))
          result.push_back({&group, o, s});
      }
    }
  }
  return result;
}

Outlet alone(const Candidate& from) {
  Outlet outlet;
  outlet.name = from.group->outlets[from.outlet].name;
  outlet.values = {from.group->outlets[from.outlet].values[from.series]};
  return outlet;
}

struct Rate {
  double hits = 0, tries = 0;
  double province_hits = 0;  ///< would still be a finding among 500 outlets
};

void print_rate(const Trick& trick, double strength, const Rate& rate) {
  const auto range = wilson(rate.hits, rate.tries);
  std::printf("| %s | %g | %.0f of %.0f | %.0f %% (%.0f–%.0f) | %.0f %% |\n", std::string(trick.name).c_str(), strength,
              rate.hits, rate.tries, 100 * rate.hits / std::fmax(rate.tries, 1), 100 * range.low, 100 * range.high,
              100 * rate.province_hits / std::fmax(rate.tries, 1));
  std::fflush(stdout);
}

/// One planting; true when it could be planted.
bool try_once(const Trick& trick, double strength, std::uint64_t seed, const std::vector<Candidate>& from,
              const std::vector<Rule>& rules, Rate& rate) {
  std::mt19937_64 engine(seed);
  const auto& chosen = from[engine() % from.size()];
  std::vector<Outlet> outlets;
  if (trick.outlets > 1) {
    std::vector<Candidate> others;
    for (const auto& each : from) {
      if (each.group == chosen.group && each.series == chosen.series && each.outlet != chosen.outlet)
        others.push_back(each);
    }
    if (others.empty()) return false;
    outlets.push_back(alone(others[engine() % others.size()]));
  }
  outlets.push_back(alone(chosen));
  if (trick.companions) add_companions(outlets.back(), seed);
  if (trick.name == "cap" || trick.name == "dilute" || trick.name == "hide-by-calibration") {
    const auto& column = outlets.back().values.front().second;
    const double step = std::fmax(quality::screen::resolution(column), 1e-6);
    outlets.back().limit = std::round(quality::screen::quantile(column, 0.9) / step) * step;
  }
  const auto before = screen(outlets, rules);
  const auto planted = plant(outlets, trick.name, strength, seed);
  if (!planted) return false;
  const auto counts = [&](const Finding& finding) {
    return overlaps(finding, planted->outlet, planted->begin, planted->end) &&
           std::ranges::none_of(before, [&](const Finding& old) {
             return old.rule == finding.rule && overlaps(old, planted->outlet, finding.test.begin, finding.test.end);
           });
  };
  const auto after = screen(outlets, rules);
  constexpr double province = 500;
  ++rate.tries;
  if (std::ranges::any_of(after, counts)) ++rate.hits;
  if (std::ranges::any_of(after, [&](const Finding& finding) {
        return counts(finding) && finding.adjusted_p * province <= finding.rule->alpha;
      }))
    ++rate.province_hits;
  return true;
}

}  // namespace

void measure_detection(const std::vector<Group>& groups, const std::vector<Rule>& rules,
                       const MeasureOptions& options) {
  const auto from = candidates(groups);
  if (from.empty()) {
    std::printf("no series is long enough to plant into\n");
    return;
  }
  std::printf(
      "%zu real series to plant into\n\n| trick | strength | found | detection (95 %%) | in a run of 500 outlets |\n"
      "|---|---|---|---|---|\n",
      from.size());
  for (const auto& trick : tricks()) {
    if (!options.only.empty() && trick.name != options.only) continue;
    std::vector<Rule> own;
    for (const auto& rule : rules) {
      if (std::ranges::find(trick.found_by, rule.id) != trick.found_by.end()) own.push_back(rule);
    }
    for (const double strength : {0.25, 0.5, 0.75, 0.9, 1.0}) {
      Rate rate;
      for (int k = 0; k < options.repetitions; ++k)
        (void)try_once(trick, strength, options.seed * 1'000'003 + static_cast<std::uint64_t>(k), from, own, rate);
      print_rate(trick, strength, rate);
    }
  }
}

void measure_false_alarms(const std::vector<Group>& groups, const std::vector<Rule>& rules,
                          const MeasureOptions& options) {
  std::map<std::string, double> series_of;
  std::map<std::pair<std::string, std::string>, double> alarms;
  std::uint64_t seed = options.seed;
  for (const auto& group : groups) {
    const std::string set = group.name.substr(0, group.name.find(' '));
    std::set<std::tuple<std::string, std::size_t, std::size_t>> seen;
    // Each quantity has companions and a limit of its own: one outlet a quantity, all stations of a group together.
    const std::size_t quantities =
        std::ranges::max_element(group.outlets, {}, [](const Outlet& o) { return o.values.size(); })->values.size();
    for (std::size_t q = 0; q < quantities; ++q) {
      std::vector<Outlet> outlets;
      for (std::size_t o = 0; o < group.outlets.size(); ++o) {
        if (q >= group.outlets[o].values.size()) continue;
        outlets.push_back(alone({&group, o, q}));
        add_companions(outlets.back(), ++seed);
        outlets.back().limit = quality::screen::quantile(outlets.back().values.front().second, 0.9);
      }
      series_of[set] += static_cast<double>(outlets.size());
      std::set<std::pair<const Rule*, std::size_t>> flagged;
      for (const auto& finding : screen(outlets, rules)) {
        if (options.only == "list") {
          std::printf("%s %s %s: %s (p %.2g)\n", group.name.c_str(), outlets[finding.outlet].name.c_str(),
                      finding.rule->id.c_str(), reason(finding, outlets, {0}, false).c_str(), finding.test.p);
        }
        flagged.emplace(finding.rule, finding.outlet);
      }
      for (const auto& [rule, outlet] : flagged) ++alarms[{set, rule->id}];
    }
  }
  std::printf("| set | rule | series with a finding | share (95 %%) |\n|---|---|---|---|\n");
  for (const auto& [set, count] : series_of) {
    for (const auto& rule : rules) {
      const double hits = alarms[{set, rule.id}];
      const auto range = wilson(hits, count);
      std::printf("| %s | %s | %.0f of %.0f | %.2f %% (%.2f–%.2f) |\n", set.c_str(), rule.id.c_str(), hits, count,
                  100 * hits / count, 100 * range.low, 100 * range.high);
    }
  }
}

}  // namespace celadon::tamper
