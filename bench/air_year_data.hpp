#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/air_assessment.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

namespace celadon::bench {

inline constexpr std::size_t hours = 8760;
inline constexpr std::size_t days = hours / 24;
inline constexpr LegalDay first_day{18262};  // 2020-01-01; 365 days of it

struct Year {
  std::size_t stations = 0;
  std::vector<std::vector<double>> column;  ///< [item][station * hours + hour], NaN where missing
};

/// Hours that look like hours: a daily swing, a slow drift, noise, 2 % missing, now and then a gap of days.
inline Year make_year(const standards::AirAssessmentRules& rules, std::size_t stations) {
  Year year{stations, {}};
  std::mt19937_64 random(1);
  for (const auto& item : rules.items) {
    const double scale = item.decimals == 1 ? 10 : 1;
    std::vector<double> column(stations * hours);
    for (std::size_t s = 0; s < stations; ++s) {
      const double base = 20 + static_cast<double>(random() % 60);
      std::size_t gap = 0;
      for (std::size_t h = 0; h < hours; ++h) {
        const auto angle = static_cast<double>(h) * 2 * 3.14159265 / 24;
        const double value = base * (1.3 + std::sin(angle)) + static_cast<double>(random() % 40);
        if (gap == 0 && random() % 4000 == 0) gap = random() % 100;
        column[s * hours + h] = gap > 0 || random() % 50 == 0 ? std::nan("") : std::floor(value) / scale;
        gap -= gap > 0 ? 1 : 0;
      }
    }
    year.column.push_back(std::move(column));
  }
  return year;
}

/// Fills a data folder with the year, hour by hour as it comes from the stations.
inline void fill(const std::filesystem::path& folder, const standards::AirAssessmentRules& rules, const Year& year) {
  auto archive = archive::Archive::open(folder / "archive").value();
  auto ledger = ledger::Ledger::open(folder / "ledger").value();
  std::vector<ledger::Site> sites(year.stations);
  std::vector<SeriesKey> keys;
  for (std::size_t s = 0; s < year.stations; ++s) {
    sites[s].id = "air." + std::to_string(100'000 + s);
    sites[s].kind = "air-station";
    sites[s].county = "110101";
    for (const auto& item : rules.items) keys.push_back({sites[s].id, item.hourly_property, hourly});
  }
  if (!ledger->put_sites(sites, "bench", "bench")) std::abort();
  const auto ids = ledger->series_ids(keys).value();
  archive::Batch batch;
  for (std::size_t h = 0; h < hours; ++h) {
    const Instant end{first_moment_of(first_day).us + static_cast<std::int64_t>(h + 1) * us_per_hour};
    for (std::size_t s = 0; s < year.stations; ++s) {
      for (std::size_t k = 0; k < 6; ++k) batch.rows.push_back(ids[s * 6 + k], end, year.column[k][s * hours + h], 'N');
    }
    if (batch.rows.size() < 180'000 && h + 1 < hours) continue;
    batch.source = {"bench", ""};
    if (!archive->append_and_wait(std::move(batch))) std::abort();
    batch = {};
  }
}

}  // namespace celadon::bench
