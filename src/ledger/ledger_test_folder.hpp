#pragma once

#include "ledger/ledger.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <string>

namespace celadon::ledger::test {

/// An empty folder of its own for each test.
class Folder {
 public:
  Folder() {
    static std::atomic<int> count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("celadon_ledger_test_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file() const { return path_ / "ledger.sqlite"; }

 private:
  std::filesystem::path path_;
};

/// A clock that a test sets; it stands still otherwise.
struct Clock {
  std::shared_ptr<std::atomic<std::int64_t>> us = std::make_shared<std::atomic<std::int64_t>>(1'585'700'000'000'000);
  void set(std::int64_t second) { *us = second * us_per_second; }
  [[nodiscard]] Options options() const {
    return {.clock = [at = us] { return Instant{at->load()}; }};
  }
};

inline std::unique_ptr<Ledger> open_in(const Folder& folder, Options options = {}) {
  auto ledger = Ledger::open(folder.path(), std::move(options));
  if (!ledger) FAIL(ledger.error().detail);
  return std::move(*ledger);
}

inline Site veterinary_station() {
  Site site;
  site.id = "air.2344A";
  site.kind = "air-station";
  site.name_zh = "兽医站";
  site.name_en = "Veterinary Station";
  site.position = {117.1983, 29.2786};
  site.position_note_zh = "大致位置";
  site.position_note_en = "approximate";
  site.county = "360202";
  site.code = "2344A";
  site.attributes = R"({"background":false,"river":null})";
  return site;
}

}  // namespace celadon::ledger::test
