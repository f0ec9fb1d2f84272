#pragma once

#include "archive/archive.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

// What several tests of this room share.

namespace celadon::archive {

struct Folder {
  std::filesystem::path path;
  Folder() {
    static std::atomic<int> count = 0;
    path = std::filesystem::temp_directory_path() /
           ("celadon_archive_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::remove_all(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

inline std::unique_ptr<Archive> open_in(const Folder& folder, Options options = {}) {
  auto archive = Archive::open(folder.path, std::move(options));
  if (!archive) FAIL(archive.error().detail);
  return std::move(*archive);
}

}  // namespace celadon::archive
