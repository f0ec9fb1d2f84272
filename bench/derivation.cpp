// A correction in the year of a nation: hours of 1,700 stations x 6 pollutants, what it costs to know what a change of
// one hour does, and to make it.
//
//   bench_derivation [stations] [previews]      one JSON line each

#include "air_year_data.hpp"
#include "bench.hpp"
#include "standards/library.hpp"
#include "watch/derivation_desk.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace celadon;
using namespace celadon::bench;

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void say(const char* what, double seconds) { std::printf("{\"what\": \"%s\", \"s\": %.4f}\n", what, seconds); }

double percentile(std::vector<double> all, double share) {
  std::ranges::sort(all);
  return all[std::min(all.size() - 1, static_cast<std::size_t>(share * static_cast<double>(all.size())))];
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t stations = argc > 1 ? static_cast<std::size_t>(std::atoi(argv[1])) : 1700;
  const int previews = argc > 2 ? std::atoi(argv[2]) : 100;
  const auto library = standards::read_library(CELADON_PACKS).value();
  const auto& rules = **library.air_assessment(first_day, "");
  const auto folder = std::filesystem::temp_directory_path() / "celadon_bench_derivation";
  std::filesystem::remove_all(folder);
  {
    const Year year = make_year(rules, stations);
    const auto begin = std::chrono::steady_clock::now();
    fill(folder, rules, year);
    say("the year into the archive, hour by hour", seconds_since(begin));
  }
  auto archive = archive::Archive::open(folder / "archive").value();
  auto ledger = ledger::Ledger::open(folder / "ledger").value();
  // Cities of some ten stations each, so that a change climbs.
  std::vector<ledger::Site> cities;
  auto sites = ledger->sites().value();
  for (std::size_t s = 0; s < sites.size(); ++s) sites[s].county = std::to_string(1100 + s / 10) + "01";
  for (std::size_t c = 0; c * 10 < sites.size(); ++c) {
    ledger::Site city;
    city.kind = "city";
    city.code = std::to_string(1100 + c) + "00";
    city.id = "city." + city.code;
    cities.push_back(city);
  }
  sites.insert(sites.end(), cities.begin(), cities.end());
  if (!ledger->put_sites(sites, "bench", "bench")) std::abort();
  watch::DerivationOptions options;
  options.threads = 2;
  const auto open = [&] { return watch::DerivationDesk::open(*archive, *ledger, library, {}, options).value(); };
  auto desk = open();
  auto begin = std::chrono::steady_clock::now();
  if (!desk->catch_up()) std::abort();
  say("all derived from nothing and stored, two threads", seconds_since(begin));
  std::printf("{\"what\": \"derived values stored\", \"count\": %llu}\n",
              static_cast<unsigned long long>(desk->counters().stored));
  begin = std::chrono::steady_clock::now();
  desk = open();
  say("started again: derived values read back", seconds_since(begin));
  begin = std::chrono::steady_clock::now();
  if (!desk->catch_up()) std::abort();
  say("the last two days looked at again", seconds_since(begin));

  std::mt19937_64 random(5);
  std::vector<double> preview_s;
  std::vector<double> settle_s;
  for (int i = 0; i < previews; ++i) {
    const std::size_t s = random() % stations;
    const std::string site = "air." + std::to_string(100'000 + s);
    const auto series = ledger->find_series({site, "PM2.5", hourly}).value();
    const Instant hour{first_moment_of(first_day).us +
                       static_cast<std::int64_t>(1 + random() % (hours - 24)) * us_per_hour};
    const watch::Settlement one{series, hour, 500, watch::review_mark::corrected};
    begin = std::chrono::steady_clock::now();
    const auto preview = desk->preview(std::span(&one, 1)).value();
    preview_s.push_back(seconds_since(begin));
    if (i % 10 != 0) continue;
    begin = std::chrono::steady_clock::now();
    const auto settled = desk->settle(std::span(&one, 1), digest_of(preview), [] {
      return Result<watch::Signature>(watch::Signature{"bench", "bench", {}});
    });
    if (!settled) std::abort();
    settle_s.push_back(seconds_since(begin));
  }
  say("preview of one changed hour, p50", percentile(preview_s, 0.5));
  say("preview of one changed hour, p99", percentile(preview_s, 0.99));
  say("saved with all that follows, p50", percentile(settle_s, 0.5));
  const auto counters = desk->counters();
  std::printf(
      "{\"what\": \"made anew since the second start: station-days, city-days, months and years\", \"values\": [%llu, "
      "%llu, %llu]}\n",
      static_cast<unsigned long long>(counters.station_days), static_cast<unsigned long long>(counters.city_days),
      static_cast<unsigned long long>(counters.periods));
  desk.reset();
  archive.reset();
  std::filesystem::remove_all(folder);
  return 0;
}
