#include "intake/hj212_conformity.hpp"

#include "intake/hj212_tables.hpp"

#include <algorithm>

namespace celadon::intake {
namespace {

constexpr std::uint64_t full_points = 100;

int weight_of(const std::vector<DeviationMeaning>& meanings, std::string_view name) {
  const auto it = std::ranges::find(meanings, name, &DeviationMeaning::name);
  return it == meanings.end() ? 0 : it->weight;
}

}  // namespace

void Conformity::note(std::span<const std::string_view> deviations, const std::vector<DeviationMeaning>& meanings,
                      Instant time) {
  const std::int64_t number = time.us / us_per_hour;
  Hour& hour = hours_[static_cast<std::size_t>(number % static_cast<std::int64_t>(hours_.size()))];
  if (hour.number != number) {
    hour = {};
    hour.number = number;
  }
  ++hour.messages;
  std::uint64_t lost = 0;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    const auto before = deviations.first(i);
    if (std::ranges::find(before, deviations[i]) != before.end()) continue;
    lost += static_cast<std::uint64_t>(weight_of(meanings, deviations[i]));
    const auto it = hour.counts.find(deviations[i]);
    if (it != hour.counts.end())
      ++it->second;
    else
      hour.counts.emplace(deviations[i], 1);
  }
  hour.points += full_points - std::min(full_points, lost);
}

Conformity::Report Conformity::report(const std::vector<DeviationMeaning>& meanings, Instant time) const {
  Report report;
  const std::int64_t now = time.us / us_per_hour;
  std::uint64_t points = 0;
  std::map<std::string, std::uint64_t> counts;
  for (const Hour& hour : hours_) {
    if (hour.number < 0 || hour.number > now || now - hour.number >= static_cast<std::int64_t>(hours_.size())) continue;
    report.messages += hour.messages;
    points += hour.points;
    for (const auto& [name, count] : hour.counts) counts[name] += count;
  }
  if (report.messages == 0) return report;
  const auto all = static_cast<double>(report.messages);
  report.score = static_cast<double>(points) / all;
  for (const auto& [name, count] : counts) report.findings.push_back({name, count, static_cast<double>(count) / all});
  std::ranges::stable_sort(report.findings, std::greater{}, [&](const Finding& finding) {
    return static_cast<double>(weight_of(meanings, finding.name)) * finding.share;
  });
  return report;
}

}  // namespace celadon::intake
