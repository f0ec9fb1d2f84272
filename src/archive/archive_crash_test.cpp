#include "archive/archive.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <random>
#include <set>
#include <thread>

using namespace celadon;
using namespace celadon::archive;

namespace {

/// Appends rows for ever and writes the number of each acknowledged one to the pipe.
[[noreturn]] void append_for_ever(const std::filesystem::path& folder, int pipe_end, int from) {
  auto archive = Archive::open(folder);
  if (!archive) {
    std::fprintf(stderr, "%s\n", archive.error().detail.c_str());
    _exit(3);
  }
  for (int i = from;; ++i) {
    Batch batch;
    batch.rows.push_back(SeriesId{1}, {(i + 1) * us_per_minute}, i, 'N');
    batch.raw = {"##raw"};
    if (!(*archive)->append_and_wait(std::move(batch))) _exit(4);
    if (write(pipe_end, &i, sizeof i) != sizeof i) _exit(5);
  }
}

}  // namespace

TEST_CASE("what was acknowledged is there after kill -9, once each") {
  const auto folder = std::filesystem::temp_directory_path() / ("celadon_archive_kill_" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  std::mt19937_64 random(2);
  int acknowledged = -1;
  for (int round = 0; round < 12 || (acknowledged <= 10 && round < 100); ++round) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      append_for_ever(folder, ends[1], acknowledged + 1);
    }
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(40 + random() % 200));
    kill(child, SIGKILL);
    int value = 0;
    while (::read(ends[0], &value, sizeof value) == sizeof value) acknowledged = value;
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    CAPTURE(status);
    REQUIRE(WIFSIGNALED(status));
  }
  auto archive = Archive::open(folder);
  REQUIRE(archive.has_value());
  const auto columns = (*archive)->read({}).value();
  REQUIRE(acknowledged > 10);
  REQUIRE(columns.rows.size() >= static_cast<std::size_t>(acknowledged + 1));
  for (int i = 0; i <= acknowledged; ++i) REQUIRE(columns.rows.value[static_cast<std::size_t>(i)] == i);
  CHECK((*archive)->row_count() == static_cast<std::int64_t>(columns.rows.size()));
  archive->reset();
  std::filesystem::remove_all(folder);
}

TEST_CASE("an archive whose making was cut short opens") {
  const auto folder = std::filesystem::temp_directory_path() / ("celadon_archive_making_" + std::to_string(getpid()));
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    std::filesystem::remove_all(folder);
    const pid_t child = fork();
    if (child == 0) {
      const auto archive = Archive::open(folder);
      pause();
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto archive = Archive::open(folder);
    INFO((archive ? "" : archive.error().detail));
    REQUIRE(archive.has_value());
  }
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "observations.duckdb.new-1") << "half of a header";
  REQUIRE(Archive::open(folder).has_value());
  CHECK_FALSE(std::filesystem::exists(folder / "observations.duckdb.new-1"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a disk that fills up fails every append with the reason, and nothing acknowledged is lost") {
  const auto folder = std::filesystem::temp_directory_path() / ("celadon_archive_full_" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{3 << 20, 3 << 20};  // writing past 3 MiB of a file fails
    setrlimit(RLIMIT_FSIZE, &limit);
    auto archive = Archive::open(folder);
    int result[2] = {0, 0};  // acknowledged rows, and whether the failure was told
    for (int i = 0; archive && i < 100000; ++i) {
      Batch batch;
      batch.source = {"test", ""};
      batch.rows.push_back(SeriesId{1}, {(i + 1) * us_per_minute}, i, 'N');
      batch.raw = {std::string(20000, static_cast<char>('a' + i % 26))};
      const auto receipt = (*archive)->append_and_wait(std::move(batch));
      if (!receipt) {
        result[1] = (*archive)->healthy().has_value() && !(*archive)->append_and_wait({}).has_value() ? 1 : 2;
        break;
      }
      result[0] = i + 1;
    }
    static_cast<void>(!write(ends[1], result, sizeof result));
    _exit(0);
  }
  close(ends[1]);
  int result[2] = {0, 0};
  REQUIRE(::read(ends[0], result, sizeof result) == sizeof result);
  close(ends[0]);
  waitpid(child, nullptr, 0);
  CHECK(result[1] == 1);
  REQUIRE(result[0] > 0);
  auto archive = Archive::open(folder);
  if (!archive) FAIL(archive.error().detail);
  const auto columns = (*archive)->read({}).value();
  CHECK(columns.rows.size() >= static_cast<std::size_t>(result[0]));
  archive->reset();
  std::filesystem::remove_all(folder);
}
