#include "quality/screen.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace celadon::quality::screen {
namespace {

/// A test with the series it is of.
struct Placed {
  std::size_t outlet = 0, series = 0, other_outlet = 0, other_series = 0;
  WindowTest test;
};

struct Collected {
  std::vector<Placed> found;
  double count = 0;
  void take(const Tests& tests, std::size_t outlet, std::size_t series, std::size_t other_outlet,
            std::size_t other_series) {
    count += tests.count;
    for (const auto& test : tests.found) found.push_back({outlet, series, other_outlet, other_series, test});
  }
};

VariationParameters variation_of(const Rule& rule) {
  return {.window = rule.count("window"),
          .step = rule.count("step"),
          .tail_share = rule.number("tail_share"),
          .ratio_max = rule.number("ratio_max")};
}

TimingParameters timing_of(const Rule& rule) {
  return {.events_min = rule.count("events_min"), .apart = rule.count("apart")};
}

Tests test_series(const Rule& rule, const Outlet& outlet, std::size_t series) {
  const Column value = outlet.values[series].second;
  switch (rule.kind) {
    case Kind::flat: return flat_runs(value, {.length_min = rule.count("length_min")});
    case Kind::near_flat: return near_flat(value, outlet.driver(), variation_of(rule));
    case Kind::quiet: return quiet(value, outlet.driver(), variation_of(rule));
    case Kind::digits:
      return digits(value, {.window = rule.count("window"),
                            .count_min = rule.count("count_min"),
                            .overdispersion = rule.number("overdispersion"),
                            .excess_min = rule.number("excess_min")});
    case Kind::capped:
      if (!outlet.limit) return {};
      return capped(value, *outlet.limit,
                    {.band = rule.number("band"),
                     .visits_min = rule.number("visits_min"),
                     .excess_min = rule.number("excess_min")});
    case Kind::dilution:
      if (outlet.oxygen.empty()) return {};
      return event_timing(value, oxygen_jumps(outlet.oxygen, outlet.driver(), rule.number("jump")), timing_of(rule));
    case Kind::conversion:
      if (outlet.oxygen.empty() || outlet.converted.empty() || series != 0) return {};
      return conversion(
          value, outlet.oxygen, outlet.converted,
          {.window = rule.count("window"), .tolerance = rule.number("tolerance"), .share = rule.number("share")});
    case Kind::marks:
      if (outlet.mark.empty()) return {};
      return event_timing(value, mark_events(outlet.mark), timing_of(rule));
    case Kind::decoupled:
      if (outlet.driver().empty()) return {};
      return decoupled(value, outlet.driver(),
                       {.window = rule.count("window"),
                        .step = rule.count("step"),
                        .follow_min = rule.number("follow_min"),
                        .drop_min = rule.number("drop_min")});
    case Kind::copies:
    case Kind::twins: break;
  }
  return {};
}

/// Where each series of one quantity stands.
using Places = std::vector<std::pair<std::size_t, std::size_t>>;

std::map<std::string, Places> by_quantity(std::span<const Outlet> outlets) {
  std::map<std::string, Places> places;
  for (std::size_t o = 0; o < outlets.size(); ++o) {
    for (std::size_t s = 0; s < outlets[o].values.size(); ++s) places[outlets[o].values[s].first].emplace_back(o, s);
  }
  return places;
}

void test_copies(const Rule& rule, std::span<const Outlet> outlets, Collected& collected) {
  const CopyParameters parameters{.length_min = rule.count("length_min"),
                                  .scaled_length_min = rule.count("scaled_length_min"),
                                  .same_hour_common = rule.number("same_hour_common")};
  for (const auto& [quantity, places] : by_quantity(outlets)) {
    std::vector<Column> columns;
    for (const auto& [o, s] : places) columns.push_back(outlets[o].values[s].second);
    const auto tests = copies(columns, parameters);
    collected.count += tests.count;
    for (const auto& test : tests.found) {
      const auto [o, s] = places[test.series];
      const auto [other_o, other_s] = places[test.other_series];
      collected.found.push_back({o, s, other_o, other_s, test});
    }
  }
}

void test_twins(const Rule& rule, std::span<const Outlet> outlets, Collected& collected) {
  const TwinParameters parameters{
      .window = rule.count("window"), .step = rule.count("step"), .common = rule.number("common")};
  for (const auto& [quantity, places] : by_quantity(outlets)) {
    for (std::size_t a = 0; a < places.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const auto [oa, sa] = places[a];
        const auto [ob, sb] = places[b];
        const auto tests = twins(outlets[oa].values[sa].second, outlets[oa].driver(), outlets[ob].values[sb].second,
                                 outlets[ob].driver(), parameters);
        collected.take(tests, oa, sa, ob, sb);
      }
    }
  }
}

Collected test_all(const Rule& rule, std::span<const Outlet> outlets) {
  Collected collected;
  if (rule.kind == Kind::copies) {
    test_copies(rule, outlets, collected);
  } else if (rule.kind == Kind::twins) {
    test_twins(rule, outlets, collected);
  } else {
    for (std::size_t o = 0; o < outlets.size(); ++o) {
      for (std::size_t s = 0; s < outlets[o].values.size(); ++s)
        collected.take(test_series(rule, outlets[o], s), o, s, o, s);
    }
  }
  return collected;
}

/// Joins windows that touch; of copies only those of one lag.
std::vector<Finding> joined(std::vector<Finding> findings) {
  const auto key = [](const Finding& f) {
    const bool copy = f.rule->kind == Kind::copies;
    return std::tuple(f.outlet, f.series, f.other_outlet, f.other_series, copy ? f.test.begin - f.test.other_begin : 0,
                      f.test.begin);
  };
  std::ranges::sort(findings, {}, key);
  std::vector<Finding> result;
  for (auto& finding : findings) {
    if (!result.empty()) {
      auto& last = result.back();
      auto from = key(last);
      std::get<5>(from) = finding.test.begin;
      if (from == key(finding) && finding.test.begin <= last.test.end) {
        const std::size_t begin = last.test.begin, end = std::max(last.test.end, finding.test.end);
        if (finding.adjusted_p < last.adjusted_p) last = finding;
        if (last.rule->kind == Kind::copies) last.test.other_begin -= last.test.begin - begin;
        last.test.begin = begin;
        last.test.end = end;
        continue;
      }
    }
    result.push_back(std::move(finding));
  }
  return result;
}

}  // namespace

Column Outlet::driver() const {
  for (const auto* column : {&load, &power, &water, &flow}) {
    if (!column->empty()) return *column;
  }
  return {};
}

std::string_view Outlet::driver_name() const {
  if (!load.empty()) return "load";
  if (!power.empty()) return "power";
  if (!water.empty()) return "water";
  return flow.empty() ? "" : "flow";
}

std::vector<Finding> screen(std::span<const Outlet> outlets, const std::vector<Rule>& rules) {
  std::vector<Finding> all;
  for (const auto& rule : rules) {
    const auto collected = test_all(rule, outlets);
    std::vector<double> p;
    for (const auto& placed : collected.found) p.push_back(placed.test.p);
    const auto adjusted = rule.correction == Correction::bonferroni ? bonferroni(p, collected.count)
                                                                    : benjamini_hochberg(p, collected.count);
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (!(adjusted[i] <= rule.alpha)) continue;
      const auto& placed = collected.found[i];
      findings.push_back({&rule, placed.outlet, placed.series, placed.other_outlet, placed.other_series, placed.test,
                          adjusted[i], collected.count});
    }
    for (auto& finding : joined(std::move(findings))) all.push_back(std::move(finding));
  }
  return all;
}

std::string reason(const Finding& finding, std::span<const Outlet> outlets, Instant first, bool in_chinese) {
  CELADON_ASSERT(finding.rule != nullptr && finding.other_outlet < outlets.size());
  const auto at = [&](std::size_t row) {
    return to_beijing_minute({first.us + static_cast<std::int64_t>(row) * us_per_hour});
  };
  const auto& test = finding.test;
  const auto& other = outlets[finding.other_outlet];
  return fill(in_chinese ? finding.rule->reason_zh : finding.rule->reason_en,
              {{"hours", std::to_string(test.end - test.begin)},
               {"value", number_text(test.value)},
               {"typical", number_text(test.typical)},
               {"statistic", number_text(test.statistic)},
               {"begin", at(test.begin)},
               {"end", at(test.end - 1)},
               {"other", other.name + " " + other.values[finding.other_series].first},
               {"other_begin", at(test.other_begin)}});
}

}  // namespace celadon::quality::screen
