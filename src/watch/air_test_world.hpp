#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/library.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace celadon::watch::test {

inline const standards::Library& library() {
  static const standards::Library one = standards::read_library(CELADON_PACKS).value();
  return one;
}

inline const std::vector<std::string> items = {"SO2", "NO2", "PM10", "PM2.5", "CO", "O3"};

/// A city with a background station and some others, in a folder of its own.
struct AirWorld {
  std::filesystem::path path;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;

  explicit AirWorld(int stations) {
    static std::atomic<int> count = 0;
    path = std::filesystem::temp_directory_path() /
           ("celadon_evaluation_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::remove_all(path);
    archive = archive::Archive::open(path / "archive").value();
    ledger = ledger::Ledger::open(path / "ledger").value();
    std::vector<ledger::Site> sites(1);
    sites[0].id = "city.360200";
    sites[0].kind = "city";
    sites[0].code = "360200";
    for (int s = 0; s < stations; ++s) {
      ledger::Site site;
      site.id = "air." + std::to_string(s);
      site.kind = "air-station";
      site.county = "360203";
      if (s == 0) site.attributes = R"({"background":true})";
      sites.push_back(site);
    }
    REQUIRE(ledger->put_sites(sites, "test", "test"));
  }
  ~AirWorld() {
    archive.reset();
    std::filesystem::remove_all(path);
  }
  AirWorld(const AirWorld&) = delete;
  AirWorld& operator=(const AirWorld&) = delete;

  void put(const std::string& site, const std::string& property, LegalDay day, int hour, double value) {
    archive::Batch batch;
    batch.source = {"test", ""};
    const auto id = ledger->series_id({site, property, hourly});
    batch.rows.push_back(*id, {first_moment_of(day).us + hour * us_per_hour}, value, 'N');
    REQUIRE(archive->append_and_wait(std::move(batch)));
  }
  /// Random hours, some missing, some days thin.
  void fill(LegalDay from, int days, unsigned seed, int stations) {
    std::mt19937 random(seed);
    archive::Batch batch;
    batch.source = {"test", ""};
    for (int s = 0; s < stations; ++s) {
      for (const auto& item : items) {
        const auto id = ledger->series_id({"air." + std::to_string(s), item, hourly});
        for (int d = 0; d < days; ++d) {
          const unsigned holes = random() % 6 == 0 ? 4 : 40;
          for (int h = 1; h <= 24; ++h) {
            const double value = random() % holes == 0 ? std::nan("") : static_cast<double>(random() % 240);
            batch.rows.push_back(*id, {first_moment_of({from.days + d}).us + h * us_per_hour},
                                 item == "CO" ? value / 10 : value, 'N');
          }
        }
      }
    }
    REQUIRE(archive->append_and_wait(std::move(batch)));
  }
  [[nodiscard]] double derived(const std::string& site, const std::string& property, LegalDay day,
                               Averaging averaging = daily, Statistic statistic = Statistic::mean) const {
    const auto id = ledger->find_series({site, property, averaging, statistic, Stage::derived});
    if (!id) return std::nan("");
    double value = 0;
    const SeriesId one[] = {*id};
    REQUIRE(archive->read_grid({one, first_moment_of({day.days + 1}), us_per_day, 1, {}}, {&value, 1}));
    return value;
  }
  [[nodiscard]] std::vector<double> hours(const std::string& site, const std::string& property, LegalDay day) const {
    std::vector<double> value(24);
    const SeriesId one[] = {*ledger->find_series({site, property, hourly})};
    const Instant first{first_moment_of(day).us + us_per_hour};
    REQUIRE(archive->read_grid({one, first, us_per_hour, 24, {}}, value));
    return value;
  }
};

inline Instant at(const char* text) { return *parse_instant(text); }
inline LegalDay day_of(const char* text) { return *parse_legal_day(text); }

}  // namespace celadon::watch::test
