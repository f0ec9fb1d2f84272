// How the archive grows: hours of 10,000 series, 10 million to a billion observations, one in a thousand corrected
// later.
//
//   bench_archive_scale [observations] [folder]     one JSON line each; the folder is removed at the end
//
// A billion takes some 15 GB of disk while it is made and most of an hour.

#include "archive/archive.hpp"
#include "bench.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

using namespace celadon;

namespace {

constexpr std::int32_t series_count = 10'000;
constexpr std::size_t batch_rows = 190'000;
constexpr std::int64_t first_us = 1'262'304'000'000'000;  // 2010-01-01

Instant hour(std::int64_t h) { return {first_us + (h + 1) * us_per_hour}; }

void store(archive::Archive& archive, archive::Batch& batch) {
  batch.source = {"bench", ""};
  if (!archive.append_and_wait(std::move(batch))) std::abort();
  batch = {};
}

void fill(archive::Archive& archive, std::int64_t hours) {
  std::mt19937_64 random(1);
  archive::Batch batch;
  for (std::int64_t h = 0; h < hours; ++h) {
    for (std::int32_t s = 1; s <= series_count; ++s) {
      const double value =
          20 + s % 60 + 10 * std::sin(static_cast<double>(h) / 24 * 6.2832) + static_cast<double>(random() % 100) / 10;
      batch.rows.push_back(SeriesId{s}, hour(h), std::round(value * 10) / 10, 'N');
    }
    // Now and then a value of the last days is corrected.
    for (int i = 0; i < series_count / 1000; ++i) {
      const auto back = static_cast<std::int64_t>(random() % 72);
      if (h >= back)
        batch.rows.push_back(SeriesId{1 + static_cast<std::int32_t>(random() % series_count)}, hour(h - back), 7, 'N');
    }
    if (batch.rows.size() >= batch_rows - series_count) store(archive, batch);
  }
  if (!batch.rows.empty()) store(archive, batch);
}

/// Percentiles of `count` calls, each timed alone.
template <class Work>
void ask(const char* what, int count, const Work& work) {
  std::vector<double> seconds;
  for (int i = -2; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t rows = work();
    const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (rows == 0) std::abort();
    if (i >= 0) seconds.push_back(s);
  }
  std::sort(seconds.begin(), seconds.end());
  const auto at = [&](double share) {
    return seconds[static_cast<std::size_t>(share * static_cast<double>(seconds.size() - 1))];
  };
  std::printf("{\"what\": \"%s\", \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n", what, at(0.5) * 1e3, at(0.99) * 1e3);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t observations = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
  const std::filesystem::path folder =
      argc > 2 ? std::filesystem::path(argv[2]) : std::filesystem::temp_directory_path() / "celadon_bench_scale";
  const std::int64_t hours = std::max<std::int64_t>(observations / series_count, 1000);
  std::filesystem::remove_all(folder);
  {
    auto archive = archive::Archive::open(folder).value();
    const auto begin = std::chrono::steady_clock::now();
    fill(*archive, hours);
    const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("{\"what\": \"stored, each batch durable\", \"rows\": %lld, \"rows_per_s\": %.4g}\n",
                static_cast<long long>(archive->row_count()), static_cast<double>(archive->row_count()) / s);
  }
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) bytes += static_cast<double>(file.file_size());
  const auto begin = std::chrono::steady_clock::now();
  auto archive = archive::Archive::open(folder).value();
  std::printf("{\"what\": \"file\", \"bytes_per_observation\": %.3f, \"opened_in_s\": %.2f}\n",
              bytes / static_cast<double>(archive->row_count()),
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  std::mt19937_64 random(2);
  const auto one = [&] { return SeriesId{1 + static_cast<std::int32_t>(random() % series_count)}; };
  const std::int64_t year = std::min<std::int64_t>(8760, hours);
  ask("newest value of every series", 50, [&] {
    std::vector<SeriesId> all(series_count);
    for (std::int32_t s = 0; s < series_count; ++s) all[static_cast<std::size_t>(s)] = SeriesId{s + 1};
    return archive->latest(all).size();
  });
  const auto series_year = [&](std::optional<Instant> known) {
    archive::Query query;
    query.series = {one()};
    const auto from = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(hours - year + 1));
    query.from = hour(from);
    query.to = hour(from + year - 1);
    query.as_known_at = known;
    return archive->read(query).value().rows.size();
  };
  ask("one series, one year", 50, [&] { return series_year({}); });
  const Instant known = archive->last_result_time();
  ask("the same as known at a time", 50, [&] { return series_year(known); });
  ask("one hour of all series", 50, [&] {
    archive::Query query;
    query.from = query.to = hour(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(hours)));
    return archive->read(query).value().rows.size();
  });
  archive.reset();
  std::filesystem::remove_all(folder);
  return 0;
}
