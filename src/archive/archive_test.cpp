#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "archive/archive_test_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include <unistd.h>

using namespace celadon;
using namespace celadon::archive;

namespace {

Instant hour(int n) { return {n * us_per_hour}; }

Batch batch_of(std::initializer_list<std::tuple<int, int, double>> rows, const char* source = "test") {
  Batch batch;
  batch.source = {source, "x"};
  for (const auto& [series, h, value] : rows) batch.rows.push_back(SeriesId{series}, hour(h), value, 'N');
  return batch;
}

QualityFlag flag_on(int series, int h, const char* rule = "range") {
  return {SeriesId{series}, hour(h), rule, true, "超出范围", "out of range"};
}

Columns read(const Archive& archive, std::vector<SeriesId> series = {}, std::optional<Instant> known = {}) {
  Query query;
  query.series = std::move(series);
  query.as_known_at = known;
  auto columns = archive.read(query);
  if (!columns) FAIL(columns.error().detail);
  return std::move(*columns);
}

}  // namespace

TEST_CASE("what is stored is read back, sorted, with its source and raw bytes") {
  const Folder folder;
  auto archive = open_in(folder);
  Batch batch = batch_of({{2, 5, 1.5}, {1, 4, 2.5}, {2, 3, 0.5}}, "hj212");
  batch.raw = {std::string("##0001\0x", 8)};
  const auto receipt = archive->append_and_wait(std::move(batch)).value();
  CHECK(receipt.added == 3);
  const Columns all = read(*archive);
  REQUIRE(all.rows.size() == 3);
  CHECK(number(all.rows.series[0]) == 1);
  CHECK(all.rows.value == std::vector<double>{2.5, 0.5, 1.5});
  CHECK(all.rows.device_flag[0] == 'N');
  CHECK(archive->source_of(all.batch[0])->name == "hj212");
  CHECK(archive->raw_of(receipt.batch)->at(0).bytes == std::string("##0001\0x", 8));
  CHECK(archive->source_of(99).error().code == Errc::not_found);
}

TEST_CASE("the same rows twice add nothing; another value is a newer version; both can be asked for") {
  const Folder folder;
  auto archive = open_in(folder);
  const auto first = archive->append_and_wait(batch_of({{1, 1, 10}, {1, 2, 20}})).value();
  const auto again = archive->append_and_wait(batch_of({{1, 1, 10}, {1, 2, 20}})).value();
  CHECK(again.unchanged == 2);
  CHECK(again.batch == 0);
  const auto corrected = archive->append_and_wait(batch_of({{1, 1, 11}})).value();
  CHECK(corrected.fate == std::vector{Fate::corrected});
  CHECK(corrected.result_time > first.result_time);
  CHECK(read(*archive).rows.value == std::vector<double>{11, 20});
  CHECK(read(*archive, {}, first.result_time).rows.value == std::vector<double>{10, 20});
  CHECK(read(*archive, {}, Instant{first.result_time.us - 1}).rows.empty());
  CHECK(archive->versions(SeriesId{1}, hour(1))->rows.value == std::vector<double>{10, 11});
  CHECK(archive->row_count() == 3);
}

TEST_CASE("several versions in one batch are kept in their order") {
  const Folder folder;
  auto archive = open_in(folder);
  const auto receipt = archive->append_and_wait(batch_of({{1, 1, 1}, {1, 1, 2}, {1, 1, 2}, {1, 1, 1}})).value();
  CHECK(receipt.fate == std::vector{Fate::added, Fate::corrected, Fate::unchanged, Fate::corrected});
  CHECK(archive->versions(SeriesId{1}, hour(1))->rows.value == std::vector<double>{1, 2, 1});
  CHECK(read(*archive).rows.value == std::vector<double>{1});
}

TEST_CASE("a missing value is kept, equals itself, and another flag makes another version") {
  const Folder folder;
  auto archive = open_in(folder);
  static_cast<void>(archive->append_and_wait(batch_of({{1, 1, std::nan("")}})));
  CHECK(archive->append_and_wait(batch_of({{1, 1, std::nan("")}}))->unchanged == 1);
  Batch flagged = batch_of({{1, 1, std::nan("")}});
  flagged.rows.device_flag[0] = 'D';
  CHECK(archive->append_and_wait(std::move(flagged))->corrected == 1);
  CHECK(std::isnan(read(*archive).rows.value[0]));
}

TEST_CASE("a flag stands on the version it speaks of and stays behind when the value is corrected") {
  const Folder folder;
  auto archive = open_in(folder);
  Batch batch = batch_of({{1, 1, 900}});
  batch.flags = {flag_on(1, 1)};
  const auto first = archive->append_and_wait(std::move(batch)).value();
  REQUIRE(read(*archive).flags[0].size() == 1);
  CHECK(read(*archive).flags[0][0].reason_zh == "超出范围");
  CHECK(archive->latest(SeriesId{1})->flags.size() == 1);

  Batch same = batch_of({{1, 1, 900}});
  same.flags = {flag_on(1, 1)};
  static_cast<void>(archive->append_and_wait(std::move(same)));
  CHECK(read(*archive).flags[0].size() == 1);

  static_cast<void>(archive->append_and_wait(batch_of({{1, 1, 9}})));
  CHECK(read(*archive).flags[0].empty());
  CHECK(archive->latest(SeriesId{1})->flags.empty());
  CHECK(read(*archive, {}, first.result_time).flags[0].size() == 1);

  Batch late;  // a flag on a value stored earlier
  late.source = {"quality", ""};
  late.flags = {flag_on(1, 1, "pm25-over-pm10")};
  static_cast<void>(archive->append_and_wait(std::move(late)));
  REQUIRE(read(*archive).flags[0].size() == 1);
  CHECK(read(*archive).flags[0][0].rule == "pm25-over-pm10");
}

TEST_CASE("the newest value, the extent and the times of a series are known, also after a restart") {
  const Folder folder;
  {
    auto archive = open_in(folder);
    Batch batch = batch_of({{3, 8, 5}, {3, 2, 7}, {4, 1, 1}});
    batch.flags = {flag_on(3, 8)};
    static_cast<void>(archive->append_and_wait(std::move(batch)));
    static_cast<void>(archive->append_and_wait(batch_of({{3, 8, 6}})));
    Batch flagged;
    flagged.flags = {flag_on(3, 8, "late")};
    static_cast<void>(archive->append_and_wait(std::move(flagged)));
  }
  auto archive = open_in(folder);
  const auto latest = archive->latest(SeriesId{3});
  REQUIRE(latest.has_value());
  CHECK(latest->phenomenon_end == hour(8));
  CHECK(latest->value == 6);
  REQUIRE(latest->flags.size() == 1);
  CHECK(latest->flags[0].rule == "late");
  CHECK_FALSE(archive->latest(SeriesId{77}).has_value());
  const std::vector<SeriesId> both = {SeriesId{3}, SeriesId{4}, SeriesId{5}};
  CHECK(archive->latest(both).size() == 2);
  REQUIRE(archive->extents().size() == 2);
  CHECK(archive->extents()[0].count == 2);
  CHECK(archive->extents()[0].first == hour(2));
  CHECK(archive->times(both, hour(1), hour(8))->size() == 3);
  CHECK(archive->append_and_wait(batch_of({{3, 8, 6}, {3, 2, 7}}))->unchanged == 2);
  CHECK(archive->append_and_wait(batch_of({{3, 8, 60}}))->result_time > latest->result_time);
}

TEST_CASE("a limit cuts off and says so") {
  const Folder folder;
  auto archive = open_in(folder);
  Batch batch;
  for (int i = 1; i <= 5000; ++i) batch.rows.push_back(SeriesId{1}, hour(i), i, 0);
  static_cast<void>(archive->append_and_wait(std::move(batch)));
  Query query;
  query.limit = 4000;
  const auto columns = archive->read(query).value();
  CHECK(columns.truncated);
  CHECK(columns.rows.size() == 4000);
  CHECK(columns.rows.value.back() == 4000);
  query.from = hour(10);
  query.to = hour(12);
  CHECK(archive->read(query)->rows.value == std::vector<double>{10, 11, 12});
}

TEST_CASE("as known at any moment equals what was answered at that moment, whatever the order of arrival") {
  const Folder folder;
  auto archive = open_in(folder);
  std::mt19937_64 random(11);
  std::map<std::pair<int, int>, double> now_known;
  std::vector<std::pair<Instant, std::map<std::pair<int, int>, double>>> told;
  for (int step = 0; step < 300; ++step) {
    Batch batch;
    const auto rows = 1 + random() % 40;
    for (std::size_t i = 0; i < rows; ++i) {
      const int series = 1 + static_cast<int>(random() % 4);
      const int h = 1 + static_cast<int>(random() % 60);
      const double value = static_cast<double>(random() % 5);
      batch.rows.push_back(SeriesId{series}, hour(h), value, 'N');
      now_known[{series, h}] = value;
    }
    const auto receipt = archive->append_and_wait(std::move(batch)).value();
    if (receipt.batch != 0) told.emplace_back(receipt.result_time, now_known);
  }
  for (std::size_t i = 0; i < told.size(); i += 17) {
    const Columns then = read(*archive, {}, told[i].first);
    std::map<std::pair<int, int>, double> values;
    for (std::size_t r = 0; r < then.rows.size(); ++r) {
      values[{number(then.rows.series[r]), static_cast<int>(then.rows.phenomenon_end[r].us / us_per_hour)}] =
          then.rows.value[r];
    }
    REQUIRE(values == told[i].second);
  }
}

TEST_CASE("a grid holds the newest good value of each time, as reading value by value does") {
  const Folder folder;
  const auto archive = open_in(folder);
  std::mt19937 random(7);
  std::vector<Instant> learnt;
  for (int b = 0; b < 30; ++b) {
    Batch batch;
    batch.source = {"test", ""};
    for (int i = 0; i < 40; ++i) {
      const int series = 3 + static_cast<int>(random() % 5);
      const int h = static_cast<int>(random() % 24);
      const double value = random() % 7 == 0 ? std::nan("") : static_cast<double>(random() % 50);
      batch.rows.push_back(SeriesId{series}, hour(h), value, 'N');
      if (random() % 6 == 0) batch.flags.push_back(flag_on(series, h));
    }
    batch.rows.push_back(SeriesId{4}, {hour(5).us + us_per_minute}, 99, 'N');  // beside the grid
    learnt.push_back(archive->append_and_wait(std::move(batch))->result_time);
  }
  const std::vector<SeriesId> asked = {SeriesId{6}, SeriesId{4}, SeriesId{90}, SeriesId{3}};
  constexpr std::size_t times = 20;
  for (const auto& known : {std::optional<Instant>{}, std::optional<Instant>{learnt[11]}}) {
    std::vector<double> grid(asked.size() * times);
    REQUIRE(archive->read_grid({asked, hour(2), us_per_hour, times, known}, grid));
    std::vector<double> one_by_one(grid.size(), std::nan(""));
    const Columns columns = read(*archive, asked, known);
    for (std::size_t i = 0; i < columns.rows.size(); ++i) {
      const auto place = std::find(asked.begin(), asked.end(), columns.rows.series[i]) - asked.begin();
      const std::int64_t after = columns.rows.phenomenon_end[i].us - hour(2).us;
      if (after < 0 || after % us_per_hour != 0 || after / us_per_hour >= static_cast<std::int64_t>(times)) continue;
      const bool voided = !columns.flags[i].empty();
      one_by_one[static_cast<std::size_t>(place) * times + static_cast<std::size_t>(after / us_per_hour)] =
          voided ? std::nan("") : columns.rows.value[i];
    }
    std::size_t held = 0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
      CHECK((grid[i] == one_by_one[i] || (std::isnan(grid[i]) && std::isnan(one_by_one[i]))));
      held += std::isnan(grid[i]) ? 0 : 1;
    }
    CHECK(held > 20);
  }
}

TEST_CASE("many writers and readers at once: every row is stored once") {
  const Folder folder;
  auto archive = open_in(folder);
  std::atomic<int> stored = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 1; i <= 200; ++i) {
          const auto receipt = archive->append_and_wait(batch_of({{t + 1, i, 1.0 * i}, {9, i, 7}}));
          if (receipt) stored += static_cast<int>(receipt->added);
        }
      });
    }
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) static_cast<void>(read(*archive));
    });
  }
  CHECK(stored == 4 * 200 + 200);
  CHECK(read(*archive).rows.size() == 1000);
}

TEST_CASE("a full queue refuses and says so") {
  const Folder folder;
  Options options;
  options.queued_rows_max = 10;
  auto archive = open_in(folder, options);
  std::atomic<int> refused = 0;
  std::atomic<int> done = 0;
  for (int i = 0; i < 200; ++i) {
    archive->append(batch_of({{1, 3 * i + 1, 1}, {1, 3 * i + 2, 1}, {1, 3 * i + 3, 1}}), [&](const Result<Receipt>& r) {
      if (!r && r.error().code == Errc::too_many) ++refused;
      ++done;
    });
  }
  archive.reset();
  CHECK(done == 200);
  CHECK(refused > 0);
}

TEST_CASE("what is no archive, one in use and a full disk stop the start by name") {
  const Folder folder;
  std::filesystem::create_directories(folder.path);
  std::ofstream(folder.path / "observations.duckdb") << std::string(10000, 'x');
  auto damaged = Archive::open(folder.path);
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().code == Errc::file_damaged);
  CHECK(damaged.error().detail.find("observations.duckdb") != std::string::npos);

  const Folder roomless;
  Options options;
  options.free_bytes_min = UINT64_MAX / 2;
  auto full = Archive::open(roomless.path, options);
  REQUIRE_FALSE(full.has_value());
  CHECK(full.error().code == Errc::io_failed);
  CHECK(full.error().detail.find("MiB free") != std::string::npos);
}

TEST_CASE("what must be on the disk before a commit is asked for first, and where that fails nothing is stored") {
  const Folder folder;
  int asked = 0;
  bool works = true;
  Options options;
  options.before_commit = [&]() -> Result<void> {
    ++asked;
    if (!works) return fail(Errc::io_failed, "the ledger's disk is full");
    return {};
  };
  auto archive = Archive::open(folder.path, options).value();
  CHECK(archive->append_and_wait(batch_of({{1, 1, 1.0}})).has_value());
  CHECK(asked == 1);
  works = false;
  const auto refused = archive->append_and_wait(batch_of({{1, 2, 1.0}}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.find("the ledger's disk is full") != std::string::npos);
  CHECK(read(*archive).rows.size() == 1);
}
