#include "watch/device_gaps.hpp"

#include <algorithm>
#include <optional>

namespace celadon::watch {
namespace {

constexpr std::int64_t periods_max = 200'000;

/// The first end of a period at or after a moment, the last at or before.
Instant ceiling(Instant moment, std::int64_t period_us) {
  const std::int64_t local = moment.us + beijing_offset_us;
  const std::int64_t rest = ((local % period_us) + period_us) % period_us;
  return rest == 0 ? moment : Instant{moment.us + period_us - rest};
}
Instant floor(Instant moment, std::int64_t period_us) {
  const std::int64_t local = moment.us + beijing_offset_us;
  return Instant{moment.us - ((local % period_us) + period_us) % period_us};
}

}  // namespace

std::vector<Gap> runs_missing(std::span<const Instant> present, std::int64_t period_us, Instant from, Instant to) {
  std::vector<Gap> gaps;
  std::size_t at = 0;
  for (Instant end = ceiling(from, period_us); end <= to; end.us += period_us) {
    while (at < present.size() && present[at] < end) ++at;
    if (at < present.size() && present[at] == end) continue;
    if (!gaps.empty() && gaps.back().last_end.us + period_us == end.us) {
      gaps.back().last_end = end;
      ++gaps.back().periods;
    } else {
      gaps.push_back({end, end, 1});
    }
  }
  return gaps;
}

Result<Averaging> period_of(std::string_view cn, const ledger::Device& device) {
  if (cn == "2051") return Averaging{Averaging::Kind::fixed, device.minute_interval_min * us_per_minute};
  if (cn == "2061") return hourly;
  if (cn == "2031") return daily;
  return fail(Errc::invalid_value,
              "'" + std::string(cn.substr(0, 20)) + "' has no history; expected 2051, 2061 or 2031", "cn");
}

Result<Presence> find_gaps(const archive::Archive& archive, const ledger::Ledger& ledger, const ledger::Device& device,
                           std::string_view cn, Instant from, Instant to) {
  const auto period = period_of(cn, device);
  if (!period) return fail(period.error());
  Presence presence;
  presence.averaging = *period;
  std::vector<SeriesId> series;
  std::optional<Instant> first;
  for (const auto& one : ledger.series_of_site(device.site)) {
    if (one.key.stage != Stage::raw || one.key.averaging != *period) continue;
    const auto extent = archive.extent(one.id);
    if (!extent) continue;
    series.push_back(one.id);
    if (!first || extent->first < *first) first = extent->first;
  }
  if (!first) return presence;
  from = std::max(from, *first);
  const Instant begin = ceiling(from, period->length_us);
  const Instant end = floor(to, period->length_us);
  if (end < begin) return presence;
  const std::int64_t expected = (end.us - begin.us) / period->length_us + 1;
  if (expected > periods_max) {
    return fail(Errc::too_large,
                "that is " + std::to_string(expected) + " periods; ask for at most " + std::to_string(periods_max),
                "from");
  }
  const auto times = archive.times(series, begin, end);
  if (!times) return fail(times.error());
  presence.gaps = runs_missing(*times, period->length_us, begin, end);
  presence.expected = static_cast<std::size_t>(expected);
  presence.present = presence.expected;
  for (const auto& gap : presence.gaps) presence.present -= gap.periods;
  return presence;
}

}  // namespace celadon::watch
